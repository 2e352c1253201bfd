"""A validation written to a folder: JSON, a CSV for each table, and a picture."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from cli.common.tables import named
from cli.validation import validation_rows as rows
from cli.validation.compare_recordings import Compared
from cli.validation.validation_report import FIGURE_TITLES
from sensing.store.export.csv_lines import UnixLines
from sensing.validation.agreement import means_and_differences
from sensing.validation.comparison import FIGURES
from sensing.validation.matching import TOLERANCE_S
from sensing.validation.summary import Validation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sensing.validation.summary import Figure

SCHEMA = 1
JSON, PICTURE = "validation.json", "bland-altman.png"
TABLES = {
    "counts.csv": rows.COUNTS,
    "events.csv": rows.EVENTS,
    "figures.csv": rows.FIGURES,
    "recordings.csv": rows.RECORDINGS,
    "pairs.csv": rows.PAIRS,
}
OURS = frozenset({JSON, PICTURE, *TABLES})
"""Files that an earlier run may have left in the folder."""

_WIDE_IN, _HIGH_IN, _DPI = 6.4, 4.2, 130
_MOST_NAMED = 10
"""People named in the legend of a picture; with more, it would hide the points."""


def document(compared: Compared, found: Validation, tolerance_s: float | None) -> dict[str, object]:
    """All of it as JSON values. Times and durations in seconds, shares from 0 to 1."""
    tables = _tables(compared, found)
    return {
        "schema": SCHEMA,
        "algorithm_version": compared.engine,
        "profile": compared.profile,
        "tolerance_s": {
            kind: usual if tolerance_s is None else tolerance_s
            for kind, usual in TOLERANCE_S.items()
        },
        "counts": tables["counts.csv"],
        "events": tables["events.csv"],
        "figures": tables["figures.csv"],
        "recordings": tables["recordings.csv"],
        "failed": list(compared.failed),
        "notes": list(found.notes),
    }


def write_files(
    folder: Path, compared: Compared, found: Validation, tolerance_s: float | None
) -> list[str]:
    """Write everything into an empty folder; returns the names of the files."""
    whole = json.dumps(
        document(compared, found, tolerance_s), indent=1, ensure_ascii=False, allow_nan=False
    )
    (folder / JSON).write_text(whole + "\n", encoding="utf-8")
    for name, table in _tables(compared, found).items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(UnixLines(file), TABLES[name])
            writer.writeheader()
            writer.writerows(table)
    figures = _pooled(found)
    if figures and find_spec("matplotlib") is not None:
        _draw(folder / PICTURE, compared, figures)
    return sorted(each.name for each in folder.iterdir())


def _tables(compared: Compared, found: Validation) -> dict[str, list[dict[str, object]]]:
    made: dict[str, Iterable[rows.Values]] = {
        "counts.csv": map(rows.counts_row, found.counts),
        "events.csv": map(rows.events_row, found.detections),
        "figures.csv": map(rows.figure_row, found.figures),
        "recordings.csv": map(rows.recording_row, compared.comparisons),
        "pairs.csv": (row for each in compared.comparisons for row in rows.pair_rows(each)),
    }
    return {name: named(TABLES[name], list(each)) for name, each in made.items()}


def _pooled(found: Validation) -> list[Figure]:
    return [each for each in found.figures if each.person is None and each.agreement is not None]


def _draw(place: Path, compared: Compared, figures: Sequence[Figure]) -> None:
    """Bland–Altman plots, one for each duration, a colour for each person."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure as Picture

    with rc_context({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False}):
        picture = Picture(figsize=(_WIDE_IN, _HIGH_IN * len(figures)), layout="constrained")
        for n, figure in enumerate(figures):
            _panel(picture.add_subplot(len(figures), 1, n + 1), compared, figure)
        picture.savefig(place, dpi=_DPI, metadata={"Software": None})


def _panel(axes: Axes, compared: Compared, figure: Figure) -> None:
    import numpy as np

    title, unit, scale, _ = FIGURE_TITLES[figure.name]
    points: dict[str, list[tuple[float, float]]] = {}
    for each in compared.comparisons:
        if FIGURES[each.event] == figure.name:
            points.setdefault(each.person or "", []).extend(
                (pair.found_length_s, pair.label_length_s)
                for pair in each.matched
                if pair.found_length_s is not None and pair.label_length_s is not None
            )
    points = {person: pairs for person, pairs in points.items() if pairs}
    for person, pairs in points.items():
        both = scale * np.array(pairs)
        mean, difference = means_and_differences(both[:, 0], both[:, 1])
        axes.plot(mean, difference, "o", ms=3.5, alpha=0.6, label=person or "not named")
    agreement = figure.agreement
    assert agreement is not None  # noqa: S101 - only such figures are drawn
    for value, style, interval in (
        (agreement.bias, "-", agreement.bias_interval),
        (agreement.lower, "--", agreement.lower_interval),
        (agreement.upper, "--", agreement.upper_interval),
    ):
        axes.axhline(scale * value, color="black", ls=style, lw=0.9)
        if interval is not None:
            axes.axhspan(scale * interval[0], scale * interval[1], color="0.5", alpha=0.15, lw=0)
    axes.set_xlabel(f"mean of Anklet and reference ({unit})")
    axes.set_ylabel(f"Anklet minus reference ({unit})")
    axes.set_title(
        f"{title}: {figure.n} pairs, bias and 95 % limits with 95 % intervals", loc="left"
    )
    if 1 < len(points) <= _MOST_NAMED:
        axes.legend(fontsize=7)
