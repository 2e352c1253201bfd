"""A trend drawn in the terminal: sessions as marks, the robust trend line, days below."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import plotext

from cli.common.ticks import padded, ticks

if TYPE_CHECKING:
    from sensing.review.metrics import Metric
    from sensing.review.trend import Trend

_HEIGHT = 12
_DAY_TICKS = 5
_CROWDED = 0.6


def plot(found: Trend, metric: Metric, *, width: int, fine: bool) -> str:
    """The picture and, under it, what its marks mean; no colour codes. ``fine``: beyond ASCII."""
    solid, hollow, dots = ("●", "○", "braille") if fine else ("o", ".", "-")
    if len(found.points) > _CROWDED * width:
        solid = "·" if fine else "."  # or they would hide the line
    figure = plotext.figure
    figure.clear()
    figure.plot_size(width, _HEIGHT)
    figure.theme("colorless")
    figure.axes(False)
    values = [metric.scale * point.value for point in found.points]
    days = [point.day_n for point in found.points]
    low, high = padded(values)
    first, last = min(days), max(days)
    if first == last:
        first, last = first - 1, last + 1
    figure.ruler("x").lim(first, last).ticks(*_day_ticks(first, last))
    figure.ruler("y").lim(low, high).ticks(*ticks(low, high, most=5))
    used = [point for point in found.points if point.comparable]
    for mark, comparable in ((hollow, False), (solid, True)):
        seen = {
            # One point a cell: more would look the same and take seconds over the years.
            (
                round(width * (day - first) / (last - first)),
                round(_HEIGHT * (value - low) / (high - low)),
            ): (day, value)
            for point, day, value in zip(found.points, days, values, strict=True)
            if point.comparable is comparable
        }
        if seen:
            xs, ys = zip(*seen.values(), strict=True)
            figure.draw(figure.signal(list(xs), list(ys), marker=mark))
    if found.line is not None:
        ends = [used[0].day_n, used[-1].day_n]
        line = figure.signal(ends, [metric.scale * found.line.at(x) for x in ends], marker=dots)
        figure.draw(line.lines())
    text = plotext.uncolorize(str(figure.build()))
    drawn = "\n".join(line.rstrip() for line in text.splitlines()).rstrip("\n")
    legend = [f"{solid} session"]
    if found.left_out:
        legend.append(f"{hollow} measured differently")
    if found.line is not None:
        legend.append("line: robust trend")
    return f"{drawn}\n{'  '.join(legend)}"


def _day_ticks(first: int, last: int) -> tuple[list[float], list[str]]:
    places = [round(first + n * (last - first) / (_DAY_TICKS - 1)) for n in range(_DAY_TICKS)]
    inner = sorted(set(places))
    return [float(place) for place in inner], [date.fromordinal(p).isoformat() for p in inner]
