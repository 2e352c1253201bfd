"""Pictures of a report as inline SVG: a trend of both legs, and a small one for each set.

Colours come from the page's style sheet, so that they suit light and dark; what matters differs in
shape as well (left circles, right squares, excluded ones hollow), and each picture has a
description in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import count as counting
from typing import TYPE_CHECKING

from cli.common.ticks import padded, ticks
from cli.report.html import Html, join, tag, text

if TYPE_CHECKING:
    from cli.sets.set_picture import SetPicture, Span
    from sensing.review.metrics import Metric
    from sensing.review.points import Point
    from sensing.review.trend import Trend

_NUMBERS = counting(1)
_WIDE, _HIGH = 420, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 10, 42
_DAY_TICKS = 3
_CROWDED = 70
"""More sessions than this are drawn with small marks and without whiskers."""

_SET_WIDE, _SET_HIGH = 280, 56


def trend_chart(legs: Sequence[tuple[str, Trend]], metric: Metric, title: str, words: str) -> Html:
    """Sessions over the days: a mark each, its interquartile range, and the robust trend line.

    ``legs`` has the name and the trend of each leg, or of both at once; ``words`` say what the
    picture shows, for those who cannot see it.
    """
    points = [point for _, found in legs for point in found.points]
    values = [metric.scale * point.value for point in points]
    first, last = min(p.day_n for p in points), max(p.day_n for p in points)
    if first == last:
        first, last = first - 1, last + 1
    crowded = len(points) > _CROWDED
    if not crowded:
        values += [metric.scale * each for p in points for each in (p.low, p.high) if each]
    low, high = padded(values)

    def x(day_n: float) -> float:
        return _LEFT + (day_n - first) / (last - first) * (_WIDE - _LEFT - _RIGHT)

    def y(value: float) -> float:
        return _TOP + (high - value) / (high - low) * (_HIGH - _TOP - _BOTTOM)

    parts = [_axes(first, last, low, high, x, y)]
    for name, found in legs:
        kind = name if name in ("left", "right") else "both"
        for point in found.points:
            if not crowded and point.low is not None and point.high is not None:
                top, foot = y(metric.scale * point.high), y(metric.scale * point.low)
                parts.append(
                    Html(f'<path class="w {kind}" d="M{x(point.day_n):.1f} {top:.1f}V{foot:.1f}"/>')
                )
        parts.append(_marks(found.points, kind, metric, x, y, small=crowded))
        if found.line is not None:
            used = [point for point in found.points if point.comparable]
            a, b = used[0].day_n, used[-1].day_n
            ends = [(x(day), y(metric.scale * found.line.at(day))) for day in (a, b)]
            path = "L".join(f"{px:.1f} {py:.1f}" for px, py in ends)
            parts.append(Html(f'<path class="l {kind}" d="M{path}"/>'))
    parts.append(_pain(points, x))
    return _svg(_WIDE, _HIGH, title, words, join(parts), "trend")


def _axes(first: int, last: int, low: float, high: float, x, y) -> Html:  # type: ignore[no-untyped-def]
    places, names = ticks(low, high, most=5)
    floor = _HIGH - _BOTTOM
    parts = [
        Html(
            f'<path class="g" d="M{_LEFT} {y(place):.1f}H{_WIDE - _RIGHT}"/>'
            f'<text x="{_LEFT - 6}" y="{y(place) + 4:.1f}" text-anchor="end">{name}</text>'
        )
        for place, name in zip(places, names, strict=True)
    ]
    days = sorted({round(first + n * (last - first) / (_DAY_TICKS - 1)) for n in range(_DAY_TICKS)})
    for n, day in enumerate(days):
        anchor = "start" if n == 0 else "end" if n == len(days) - 1 else "middle"
        name = f"{date.fromordinal(day):%d %b %y}".lstrip("0")
        parts.append(
            Html(f'<text x="{x(day):.1f}" y="{floor + 16}" text-anchor="{anchor}">{name}</text>')
        )
    parts.append(Html(f'<path class="a" d="M{_LEFT} {floor}H{_WIDE - _RIGHT}"/>'))
    return join(parts)


def _marks(points: Sequence[Point], kind: str, metric: Metric, x, y, *, small: bool) -> Html:  # type: ignore[no-untyped-def]
    r = 1.8 if small else 3.4
    shapes: dict[bool, list[str]] = {True: [], False: []}
    for point in points:
        px, py = x(point.day_n), y(metric.scale * point.value)
        if kind == "right":
            shapes[point.comparable].append(f"M{px - r:.1f} {py - r:.1f}h{2 * r}v{2 * r}h{-2 * r}z")
        else:
            shapes[point.comparable].append(
                f"M{px - r:.1f} {py:.1f}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0z"
            )
    return _paths((f"p {kind}", shapes[True]), (f"o {kind}", shapes[False]))


def _pain(points: Sequence[Point], x) -> Html:  # type: ignore[no-untyped-def]
    """Pain told, under the days; the worst of a day, and only where there is room to read it."""
    worst: dict[int, int] = {}
    for point in points:
        if point.pain:
            worst[point.day_n] = max(worst.get(point.day_n, 0), point.pain)
    shown: list[tuple[float, int]] = []
    for day_n, pain in sorted(worst.items()):
        if shown and x(day_n) - shown[-1][0] < 14:
            if pain > shown[-1][1]:
                shown[-1] = (shown[-1][0], pain)
            continue
        shown.append((x(day_n), pain))
    if not shown:
        return Html("")
    at = _HIGH - 6
    return Html(
        f'<text class="pain" x="{_LEFT - 6}" y="{at}" text-anchor="end">pain</text>'
        + "".join(
            f'<text class="pain" x="{px:.1f}" y="{at}" text-anchor="middle">{pain}</text>'
            for px, pain in shown
        )
    )


_ASIDE = ("held", "stand")
"""Spans that are drawn only where there is nothing else."""


def set_picture(picture: SetPicture, title: str, words: str) -> Html:
    """A set in the size of a stamp: bars of reps, contacts under flights, or the time held."""
    kinds = {span.kind for span in picture.spans}
    spans = [span for span in picture.spans if span.kind not in _ASIDE or kinds == {span.kind}]
    if "up" in kinds:
        inside = _reps([span for span in spans if span.kind in ("up", "top", "down")])
    elif kinds & {"contact", "flight"}:
        inside = _hops([span for span in spans if span.kind in ("contact", "flight")])
    elif spans:
        inside = _holds(spans)
    else:
        return Html("")
    return _svg(_SET_WIDE, _SET_HIGH, title, words, inside, "stamp")


def _reps(spans: Sequence[Span]) -> Html:
    """Height is heel-rise height, width the time of the rep; the eccentric part is lighter."""
    most = max((span.height_m for span in spans if span.height_m is not None), default=None)
    whole_s = sum(span.took_s for span in spans)
    gap = 2.0
    scale = (_SET_WIDE - gap * (spans[-1].n - 1)) / whole_s if whole_s > 0 else 0.0
    bars: dict[str, list[str]] = {"b1": [], "b2": [], "off": []}
    at = -gap
    for span in spans:
        at += gap if span.kind == "up" else 0.0
        share = 0.5 if span.height_m is None or not most else span.height_m / most
        high, wide = max(2.0, share * (_SET_HIGH - 4)), scale * span.took_s
        bar = f"M{at:.1f} {_SET_HIGH}v{-high:.1f}h{wide:.1f}v{high:.1f}z"
        bars["off" if not span.valid else "b2" if span.kind == "down" else "b1"].append(bar)
        at += wide
    return _paths(*bars.items())


def _hops(spans: Sequence[Span]) -> Html:
    """Flight above the line, contact below it."""
    most = max(span.took_s for span in spans)
    half = _SET_HIGH / 2
    step = min(14.0, _SET_WIDE / spans[-1].n)
    bars: dict[str, list[str]] = {"b1": [], "b2": [], "off": []}
    for span in spans:
        sign = -1 if span.kind == "flight" else 1
        high = sign * span.took_s / most * (half - 2) if most > 0 else 0.0
        bar = f"M{(span.n - 1) * step:.1f} {half}v{high:.1f}h{0.7 * step:.1f}v{-high:.1f}z"
        bars["off" if not span.valid else "b1" if sign < 0 else "b2"].append(bar)
    line = Html(f'<path class="a" d="M0 {half}H{_SET_WIDE}"/>')
    return join([_paths(*bars.items()), line])


def _holds(spans: Sequence[Span]) -> Html:
    """Bars as long as they were held, against the longest round minute."""
    longest = max(span.took_s for span in spans)
    whole = 30.0 * max(1, -(-longest // 30))
    high = min(18.0, (_SET_HIGH - 16) / len(spans) - 2)
    bars: dict[str, list[str]] = {"b1": [], "off": []}
    for n, span in enumerate(spans):
        wide = span.took_s / whole * _SET_WIDE
        bar = f"M0 {n * (high + 2):.1f}h{wide:.1f}v{high:.1f}H0z"
        bars["b1" if span.valid else "off"].append(bar)
    foot = len(spans) * (high + 2) + 12
    scale = Html(
        f'<text x="0" y="{foot:.0f}">0</text>'
        f'<text x="{_SET_WIDE}" y="{foot:.0f}" text-anchor="end">{whole:.0f} s</text>'
    )
    return join([_paths(*bars.items()), scale])


def _paths(*kinds: tuple[str, list[str]]) -> Html:
    return Html(
        "".join(f'<path class="{kind}" d="{"".join(paths)}"/>' for kind, paths in kinds if paths)
    )


def _svg(wide: int, high: int, title: str, words: str, inside: Html, kind: str) -> Html:
    n = next(_NUMBERS)
    return Html(
        f'<svg class="{kind}" viewBox="0 0 {wide} {high}" role="img" aria-labelledby="t{n} d{n}">'
        f'<title id="t{n}">{text(title)}</title><desc id="d{n}">{text(words)}</desc>{inside}</svg>'
    )


def legend(legs: Sequence[str], *, hollow: bool) -> Html:
    """What the marks of a trend mean."""
    shapes = {"left": "●", "right": "■"}
    parts = [
        tag(
            "span",
            tag("span", shapes.get(leg, "●"), aria_hidden="true"),
            f" {leg}",
            class_=f"k {kind}",
        )
        for leg in legs
        for kind in [leg if leg in shapes else "both"]
    ]
    parts.append(tag("span", "— robust trend line", class_="k"))
    parts.append(tag("span", "| interquartile range", class_="k"))
    if hollow:
        parts.append(tag("span", "○ measured differently, excluded from the trend", class_="k"))
    return tag("p", join(parts, "  "), class_="legend")
