"""A Bland–Altman plot for the terminal: differences over means, with bias and limits."""

from __future__ import annotations

import plotext

from calibration.contact_time.contact_fit import ContactReport
from sensing.validation.agreement import means_and_differences

_COLUMNS, _ROWS = 72, 12


def bland_altman(report: ContactReport) -> str:
    """Contact times after calibration against the reference, in ms.

    Each point is a hop that was left out of the fit: measured minus reference, over their mean.
    The lines are the bias and the limits of agreement (Bland & Altman 1986).
    """
    mean_s, difference_s = means_and_differences(report.after_s, report.true_s)
    found = report.after
    means_ms, differences_ms = 1000 * mean_s, 1000 * difference_s
    lines_ms = [1000 * value for value in (found.bias, found.lower, found.upper)]
    reach = 1.3 * max(float(abs(differences_ms).max()), *map(abs, lines_ms), 5.0)
    low, high = float(means_ms.min()) - 5.0, float(means_ms.max()) + 5.0
    figure = plotext.figure
    figure.clear()
    figure.plot_size(_COLUMNS, _ROWS)
    figure.theme("colorless")
    figure.axes(False)
    for axis, least, most in (("x", low, high), ("y", -reach, reach)):
        places = [least + share * (most - least) for share in (0.1, 0.5, 0.9)]
        places = [*lines_ms] if axis == "y" else places
        names = [f"{place:+.0f}" if axis == "y" else f"{place:.0f}" for place in places]
        figure.ruler(axis).lim(least, most).ticks(places, names)
    for value in lines_ms:
        figure.draw(figure.signal([low, high], [value, value], marker="-").lines())
    figure.draw(figure.signal(means_ms.tolist(), differences_ms.tolist(), marker="o"))
    drawn = plotext.uncolorize(str(figure.build()))
    rows = [line.rstrip() for line in drawn.splitlines()]
    return "\n".join([*rows, "sensor minus reference over their mean, ms; lines: bias and limits"])
