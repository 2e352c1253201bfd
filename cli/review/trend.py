"""``anklet trend``: how a figure developed over the sessions, and whether it changed."""

from __future__ import annotations

from collections.abc import Sequence
from math import isinf
from typing import TYPE_CHECKING, Annotated

import typer

from cli.common.database import Db, stored
from cli.common.output import many, out, print_json, remark
from cli.common.selection import (
    Exercise,
    OneSide,
    Since,
    Until,
    Whose,
    check_selection,
    one_athlete,
)
from cli.common.tables import (
    AsCsv,
    AsJson,
    Column,
    Form,
    Row,
    chosen,
    columns,
    finite,
    plain,
    print_csv,
    print_rows,
    print_table,
)

if TYPE_CHECKING:
    from sensing.review.metrics import Metric
    from sensing.review.points import Group, Point
    from sensing.review.trend import Trend

_IN_FULL = 2
"""Up to this many exercises and legs are shown with every session; more get one line each."""

_SESSIONS = 12
"""Newest sessions shown in the table; the picture has all."""

_NAMES = (
    *("metric", "exercise", "side", "session", "day", "value", "sd", "low", "high", "best"),
    *("sets", "load_kg", "pain", "note", "basis", "comparable", "engine"),
)


def _complete_metric(typed: str) -> list[str]:
    from sensing.review.metrics import METRICS

    return [each.name for each in METRICS if each.name.startswith(typed)]


def trend(
    metric: Annotated[
        str | None,
        typer.Argument(
            metavar="METRIC",
            help="What to follow, such as rise_m or contact_time_s; omit it to list them.",
            autocompletion=_complete_metric,
        ),
    ] = None,
    exercise: Exercise = None,
    side: OneSide = None,
    since: Since = None,
    until: Until = None,
    athlete: Whose = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    db: Db = None,
) -> None:
    """Follow one metric over your sessions.

    One value per session: the median over its sets, or their sum. A robust line goes through them;
    a change is only reported if it exceeds both chance and the measurement error of putting the
    sensor on again. Sessions measured differently (another placement or calibration) are shown
    hollow and left out of the line.

    [bold]Examples[/bold]

      anklet trend rise_m --exercise single-leg-calf-raise --side left
      anklet trend contact_time_s --since 2026-01-01
      anklet trend volume_kg --csv > volume.csv
    """
    form = chosen(as_json=as_json, as_csv=as_csv)
    check_selection(exercise, since, until)
    if metric is None:
        _list_metrics(form)
        return
    from sensing.review.metrics import find_metric
    from sensing.review.points import groups_of
    from sensing.review.trend import trend as trend_of

    wanted = find_metric(metric)
    with stored(db) as store:
        figures = store.figures(
            wanted,
            exercise=exercise,
            side=side,
            athlete=one_athlete(store, athlete),
            since=since and since.date(),
            until=until and until.date(),
        )
    found = {group: trend_of(own, wanted) for group, own in groups_of(figures).items()}
    if form == "json":
        print_json([_as_json(wanted, group, each) for group, each in found.items()])
    elif form == "csv":
        print_csv(
            _NAMES,
            [row for group, each in found.items() for row in _rows(wanted, group, each.points)],
        )
    elif not found:
        remark(f"no matching session has a {wanted.title}; `anklet sessions` lists what there is")
    elif len(found) <= _IN_FULL:
        for number, (group, each) in enumerate(found.items()):
            if number:
                out().print()
            _print_in_full(wanted, group, each)
    else:
        _print_side_by_side(wanted, found)


def _list_metrics(form: Form) -> None:
    from sensing.review.metrics import METRICS

    names = ("metric", "unit", "better", "what")
    rows = [
        dict(zip(names, (each.name, each.unit, each.better, each.definition), strict=True))
        for each in METRICS
    ]
    print_rows(form, names, rows, columns(*names))


def _print_in_full(metric: Metric, group: Group, found: Trend) -> None:
    from sensing.review.trend import words

    console = out()
    exercise, side = group
    name = f"{exercise}, {side}" if side else exercise
    console.print(f"{metric.titled}, {name}", style="bold")
    console.print(words(found, metric))
    if found.line is not None:
        week = [7 * each for each in (found.line.slope, found.line.low, found.line.high)]
        console.print(_per_week(metric, *week))
    for remarked in _remarks(metric, found):
        console.print(remarked)
    if len(found.points) > 1:
        from cli.review.trend_plot import plot

        fine = console.encoding.lower().startswith("utf")
        console.print(plot(found, metric, width=min(console.width, 100), fine=fine), soft_wrap=True)
    shown = found.points[-_SESSIONS:]
    print_table(
        columns(
            *("session", "day", "sets", _column("value", metric.titled, metric, sd="sd")),
            Column("middle", "interquartile range", optional=True),
            *(_column("best", "best", metric, optional=True), "load_kg", "pain"),
            *(Column("other", "measured", optional=True), "note"),
        ),
        [_shown(metric, row) for row in _rows(metric, group, shown)],
    )
    if len(found.points) > len(shown):
        remark(f"showing the newest {len(shown)} of {len(found.points)} sessions; --csv has all")


def _per_week(metric: Metric, slope: float, low: float, high: float) -> str:
    """The slope, with as many digits as a week of it needs."""

    def text(value: float) -> str:
        return "unknown" if isinf(value) else f"{value * metric.scale:+.2g}"

    unit = f" {metric.unit}" if metric.unit else ""
    return f"slope {text(slope)}{unit} per week ({text(low)} to {text(high)})"


def _remarks(metric: Metric, found: Trend) -> list[str]:
    said = []
    if found.smallest is not None:
        said.append(
            f"smallest detectable change between two sessions: {metric.text(found.smallest)} "
            "(95 %); see docs/review.md"
        )
    if found.left_out:
        left_out, now = many(found.left_out, "session"), found.points[-1].basis
        said.append(
            f"{left_out} not measured like the newest ({now}) excluded from the trend "
            "(○); `anklet reanalyze` makes them comparable if their recordings are available"
        )
    if len(found.engines) > 1:
        said.append(
            f"analysed with algorithm versions {', '.join(found.engines)}, which may differ; "
            "`anklet reanalyze` updates them all"
        )
    return said


def _print_side_by_side(metric: Metric, found: dict[Group, Trend]) -> None:
    from sensing.review.trend import words

    out().print(metric.titled, style="bold")
    rows: list[Row] = []
    for (exercise, side), each in found.items():
        points = [point for point in each.points if point.comparable]
        rows.append(
            {
                "exercise": exercise,
                "side": side,
                "sessions": len(each.points),
                "first": points[0].value if each.line is None else each.line.at(points[0].day_n),
                "now": points[-1].value if each.line is None else each.line.at(points[-1].day_n),
                "what": words(each, metric),
            }
        )
    print_table(
        columns(
            *("exercise", "side", "sessions", _column("first", "first", metric)),
            *(_column("now", "now", metric), Column("what", "change (95 % interval)")),
        ),
        rows,
    )
    remark("--exercise and --side show one with all its sessions")


def _rows(metric: Metric, group: Group, points: Sequence[Point]) -> list[Row]:
    exercise, side = group
    return [
        {
            "metric": metric.name,
            "exercise": exercise,
            "side": side,
            "session": point.session_id,
            **{name: getattr(point, name) for name in point._fields if name != "session_id"},
        }
        for point in points
    ]


def _shown(metric: Metric, row: Row) -> Row:
    low, high = row["low"], row["high"]
    middle = None
    if isinstance(low, float) and isinstance(high, float):
        middle = f"{metric.text(low, unit=False)}–{metric.text(high, unit=False)}"
    return {**row, "middle": middle, "other": None if row["comparable"] else row["basis"]}


def _as_json(metric: Metric, group: Group, found: Trend) -> dict[str, object]:
    exercise, side = group
    drop = ("metric", "exercise", "side", "day_n")
    return {
        "metric": metric.name,
        "exercise": exercise,
        "side": side,
        "better": metric.better,
        **plain(
            {
                "verdict": found.verdict,
                "days": found.days,
                "change": found.change,
                "change_low": finite(found.change_low),
                "change_high": finite(found.change_high),
                "per_week": found.per_week,
                "error": found.error,
                "smallest_detectable": found.smallest,
                "left_out": found.left_out,
            }
        ),
        "points": [
            plain({name: value for name, value in row.items() if name not in drop})
            for row in _rows(metric, group, found.points)
        ],
    }


def _column(
    name: str, heading: str, metric: Metric, *, optional: bool = False, sd: str | None = None
) -> Column:
    return Column(name, heading, metric.scale, metric.places, optional, sd)
