"""``anklet compare``: compare left and right, or two sessions."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from cli.common.athletes import is_shown
from cli.common.completion import complete_session
from cli.common.database import LARGEST, Db, stored
from cli.common.output import out, print_json, remark
from cli.common.selection import Exercise, Since, Until, Whose, check_selection, one_athlete
from cli.common.tables import (
    AsCsv,
    AsJson,
    Column,
    Row,
    chosen,
    columns,
    named,
    print_csv,
    print_table,
    printable,
)
from cli.review.fatigue import TIRED_NAMES, print_tired, tired_rows
from sensing.core.errors import UsageError

if TYPE_CHECKING:
    from sensing.review.figure import Figure
    from sensing.review.metrics import Metric
    from sensing.review.points import Group
    from sensing.store.store import Store

_WEEKS = 8
"""How far back from the newest session the legs are compared by default: what the legs
are like now, with sessions enough to tell."""

_TIRED_SESSIONS = 4
"""The newest sessions whose sets are looked at for fatigue when legs are compared."""

_COMPARED = (
    *("rise_m", "raise_time_s", "hold_time_s", "lower_time_s", "contact_time_s", "flight_time_s"),
    *("height_m", "rsi", "rsi_height_mps", "duration_s", "rms_mps2", "path_mps2_per_s"),
    *("tremor_rms_mps2", "reps", "hops", "hold_s", "load_kg"),
)
_LEGS = ("left", "right")
_LEG_NAMES = (
    *("exercise", "metric", "side", "value", "other", "index_percent", "low_percent"),
    *("high_percent", "sessions", "paired", "alike", "unequal", "better"),
)
_SESSION_NAMES = (
    *("exercise", "side", "metric", "first", "first_sd", "second", "second_sd", "change"),
    *("smallest", "judged", "better"),
)


def _complete_compared(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    legs = [(leg, "leg") for leg in _LEGS if leg.startswith(incomplete)]
    return [*legs, *complete_session(ctx, incomplete)]


def compare(
    first: Annotated[
        str,
        typer.Argument(
            metavar="left|ID", help="A leg, or a session.", autocompletion=_complete_compared
        ),
    ],
    second: Annotated[
        str,
        typer.Argument(metavar="right|ID", help="The other.", autocompletion=_complete_compared),
    ],
    exercise: Exercise = None,
    since: Since = None,
    until: Until = None,
    athlete: Whose = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    db: Db = None,
) -> None:
    """Compare left and right, or two sessions.

    Legs are compared by the limb symmetry index (the first as a percentage of the second), over the
    eight weeks before the newest session by default. A difference is only reported if it exceeds
    measurement error. Fatigue within each set, from its first rep to its last, is listed
    below.

    [bold]Examples[/bold]

      anklet compare left right --exercise single-leg-calf-raise
      anklet compare 12 31
    """
    form = chosen(as_json=as_json, as_csv=as_csv)
    check_selection(exercise, since, until)
    pair = (first.lower(), second.lower())
    with stored(db) as store:
        if set(pair) == set(_LEGS):
            whose = one_athlete(store, athlete)
            rows, tired, about = _legs(store, pair[0], exercise, since, until, whose)
            if whose is not None and is_shown(store, whose):
                about = f"{printable(whose)}: {about}"
            names: tuple[str, ...] = _LEG_NAMES
            columns = _leg_columns(*pair)
        else:
            if since or until or athlete:
                raise UsageError("--since, --until and --athlete are for comparing legs")
            one, two = _session(first), _session(second)
            if one == two:
                raise UsageError(f"session {one} cannot be compared with itself")
            rows, tired, about = _sessions(store, one, two, exercise)
            names, columns = _SESSION_NAMES, _session_columns(one, two)
    if form == "json":
        print_json({"compared": named(names, rows), "within_sets": named(TIRED_NAMES, tired)})
    elif form == "csv":
        print_csv(names, rows)
    elif not rows:
        remark(f"{about}: no data in common; `anklet sessions` lists what there is")
    else:
        out().print(about, style="bold")
        for group, own in groupby(rows, key=_group):
            out().print(f"\n{group}")
            print_table(columns, list(own))
        remark(
            "“no difference” means none beyond measurement error and scatter (95 %); "
            "docs/review.md explains how this is decided"
        )
        print_tired(tired)


def _group(row: Row) -> str:
    side = row["side"] if "first" in row else None
    return f"{row['exercise']}, {side}" if side else str(row["exercise"])


def _session(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= LARGEST:
        raise UsageError(
            f"{text!r} is neither a leg nor a session",
            remedy="give left and right, or two numbers of `anklet sessions`",
        )
    return int(text)


def _metrics() -> list[Metric]:
    from sensing.review.metrics import find_metric

    return [find_metric(name) for name in _COMPARED]


# --- legs --------------------------------------------------------------------------------------


def _legs(
    store: Store,
    side: str,
    exercise: str | None,
    since: datetime | None,
    until: datetime | None,
    athlete: str | None,
) -> tuple[list[Row], list[Row], str]:
    from sensing.review.symmetry import symmetry, words

    other = "right" if side == "left" else "left"
    newest = store.sessions(limit=1, athlete=athlete, exercise=exercise)
    if not newest:
        return [], [], f"{side} against {other}"
    last = until.date() if until else newest[0].day
    start = since.date() if since else last - timedelta(weeks=_WEEKS)
    rows: list[Row] = []
    for metric in _metrics():
        if metric.of != "figure":
            continue
        figures = store.figures(metric, exercise=exercise, athlete=athlete, since=start, until=last)
        for name, own in _by_exercise(figures).items():
            found = symmetry(own, metric, of="left" if side == "left" else "right")
            if found is None:
                continue
            rows.append(
                {
                    **asdict(found),
                    "exercise": name,
                    "metric": metric.name,
                    "shown": metric.titled,
                    "shown_value": metric.text(found.value, unit=False),
                    "shown_other": metric.text(found.other, unit=False),
                    "index": _index(found.index_percent, found.low_percent, found.high_percent),
                    "what": words(found, metric),
                }
            )
    rows.sort(key=lambda row: str(row["exercise"]))
    recent = [
        row.id
        for row in store.sessions(since=start, exercise=exercise, athlete=athlete)
        if row.day <= last
    ]
    tired = [
        row
        for each in recent[:_TIRED_SESSIONS]
        for row in tired_rows(store.session(each), exercise)
    ]
    about = f"{side} as a percentage of {other} (LSI), {start} to {last}"
    return rows, [row for row in tired if row["side"] is not None], about


def _by_exercise(figures: list[Figure]) -> dict[str, list[Figure]]:
    found: dict[str, list[Figure]] = {}
    for each in figures:
        found.setdefault(each.exercise, []).append(each)
    return found


def _index(index: float, low: float | None, high: float | None) -> str:
    interval = "" if low is None or high is None else f" ({low:.0f}–{high:.0f})"
    return f"{index:.0f}{interval}"


def _leg_columns(side: str, other: str) -> tuple[Column, ...]:
    return columns(
        *("shown", Column("shown_value", side), Column("shown_other", other)),
        *(Column("index", "LSI (%)"), "sessions", Column("what", "verdict")),
    )


# --- sessions ----------------------------------------------------------------------------------


def _sessions(
    store: Store, one: int, two: int, exercise: str | None
) -> tuple[list[Row], list[Row], str]:
    from sensing.review.difference import difference, words
    from sensing.review.points import groups_of

    details = (store.session(one), store.session(two))
    rows: list[tuple[Group, Row]] = []
    for metric in _metrics():
        a, b = (
            groups_of(store.figures(metric, session_id=each, exercise=exercise))
            for each in (one, two)
        )
        for group in a:
            found = difference(a[group], b.get(group, []), metric)
            if found is None:
                continue
            name, side = group
            rows.append(
                (
                    group,
                    {
                        **asdict(found),
                        "exercise": name,
                        "side": side,
                        "metric": metric.name,
                        "shown": metric.titled,
                        "shown_first": metric.text(found.first, found.first_sd, unit=False),
                        "shown_second": metric.text(found.second, found.second_sd, unit=False),
                        "shown_change": metric.text(found.change, unit=False, sign=True),
                        "shown_smallest": ""
                        if found.smallest is None
                        else f"± {metric.text(found.smallest, unit=False)}",
                        "what": words(found),
                    },
                )
            )
    rows.sort(key=lambda row: (row[0][0], row[0][1] or ""))
    tired = [row for detail in details for row in tired_rows(detail, exercise)]
    titles = " and ".join(f"session {each.id} ({each.day})" for each in details)
    return [row for _, row in rows], tired, titles


def _session_columns(one: int, two: int) -> tuple[Column, ...]:
    return columns(
        *("shown", Column("shown_first", f"session {one}")),
        *(Column("shown_second", f"session {two}"), Column("shown_change", "change")),
        *(Column("shown_smallest", "SDC"), Column("what", "verdict")),
    )
