"""``anklet today`` and ``anklet week``: what was done, compared with the plan or the usual dose."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.common.athletes import is_shown
from cli.common.database import Db, stored
from cli.common.days import day_of
from cli.common.days import today as today_is
from cli.common.output import out, print_json, print_lines, remark
from cli.common.selection import Whose, one_athlete
from cli.common.tables import AsCsv, AsJson, Form, Row, chosen, plain, print_csv, printable
from cli.training.plan_words import progress_json, running_words
from cli.training.stored_plan import PlanFile, plan_for, progress_of, running_days
from cli.training.week_text import against_dose, print_day, print_days, print_plan, remarks
from sensing.training.weeks import monday_of

if TYPE_CHECKING:
    from sensing.store.store import Store
    from sensing.training.completed import Done
    from sensing.training.plan import Progress
    from sensing.training.recovery import Unrested
    from sensing.training.week import Week

_NAMES = ("day", "exercise", "side", "sets", "reps", "seconds", "load_kg", "pain", "source")


def today(
    athlete: Whose = None,
    plan: PlanFile = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    db: Db = None,
) -> None:
    """Show what you did today and what is still to do.

    Entries of `anklet log` are listed with what the sensor measured.

    [bold]Examples[/bold]

      anklet today
      anklet today --json
    """
    now = today_is()
    _show(now, now, now, athlete, plan, chosen(as_json=as_json, as_csv=as_csv), db)


def week(
    day: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="The week that this day is in; by default this week."),
    ] = None,
    athlete: Whose = None,
    plan: PlanFile = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    db: Db = None,
) -> None:
    """Show a week against your plan or the usual dose.

    Sets and reps include your corrections; entries of `anklet log` are listed with them. A rep kept
    its tempo if each phase was within 0.3 s or a fifth of the intended time.

    [bold]Examples[/bold]

      anklet week
      anklet week --day 2026-02-23
      anklet week --csv > week.csv
    """
    now = day_of(day)
    monday = date.fromordinal(monday_of(now.toordinal()))
    sunday = monday + timedelta(days=6)
    until = min(sunday, today_is()) if day is not None else now
    _show(monday, sunday, until, athlete, plan, chosen(as_json=as_json, as_csv=as_csv), db)


def _show(
    first: date,
    last: date,
    now: date,
    athlete: str | None,
    plan_file: Path | None,
    form: Form,
    db: Path | None,
) -> None:
    from sensing.store.write.athletes import ME
    from sensing.training.week import week_of

    with stored(db) as store:
        whose = one_athlete(store, athlete) or ME
        shown = f"{printable(whose)}: " if is_shown(store, whose) else ""
        monday = date.fromordinal(monday_of(now.toordinal()))
        whole = store.done(athlete=whose, since=monday, until=max(last, now))
        done = [each for each in whole if first.toordinal() <= each.day_n <= last.toordinal()]
        in_use = plan_for(store, plan_file, athlete=whose, day=now)
        newest = store.last_day(athlete=whose, until=now)
        found = week_of(done, _tempo_kept(store, done))
        steps: list[Progress] = []
        running: list[Unrested] = []
        if in_use is not None:
            steps = progress_of(store, in_use, athlete=whose, now=now)
            running = running_days(store, in_use.plan, athlete=whose, first=first, last=now)
    if form == "csv":
        print_csv(_NAMES, [_row(each) for each in done])
        return
    if form == "json":
        print_json(_as_json(first, last, done, found, steps))
        return
    console = out()
    title = f"{first}" if first == last else f"week of {first} to {last}"
    title = shown + title if shown else title[:1].upper() + title[1:]
    console.print(title, style="bold")
    if found.rows and first == last:
        print_day(found, first)
    elif found.rows:
        print_days(found, first)
    else:
        console.print("Nothing done today yet." if first == last else "Nothing was done.")
    week_found = found if first != last else week_of(whole)
    for line in remarks(week_found, found, newest, now, one_day=first == last):
        console.print(line)
    print_lines(console, running_words(running))
    if in_use is not None:
        console.print()
        print_plan(in_use.plan, steps, one_day=first == last)
    elif found.rows and first != last:
        console.print("\nNewest day of each exercise, compared with the usual dose", style="bold")
        for line in against_dose(found):
            console.print(line)
        remark("`anklet plan example` shows how to write your own plan")


def _tempo_kept(store: Store, done: list[Done]) -> list:  # type: ignore[type-arg]
    from sensing.core.exercises import CATALOGUE
    from sensing.training.week import tempo_kept

    paced = {row.name for row in CATALOGUE if row.usual.lower_s is not None}
    sets = [
        each
        for each in done
        if each.set_id is not None and (each.tempo is not None or each.exercise in paced)
    ]
    times = store.rep_times([each.set_id for each in sets if each.set_id is not None])
    return tempo_kept(sets, times)


def _row(each: Done) -> Row:
    source = "logged" if each.set_id is None else "sensor"
    same = {name: getattr(each, name) for name in _NAMES if name not in ("day", "source")}
    return {"day": date.fromordinal(each.day_n), **same, "source": source}


def _as_json(
    first: date, last: date, done: list[Done], found: Week, steps: list[Progress]
) -> dict[str, object]:
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "done": [plain(_row(each)) for each in done],
        "lower_leg_days": [date.fromordinal(day).isoformat() for day in found.lower_leg_days],
        "dynamic_sets": found.dynamic_sets,
        "isometric_sets": found.isometric_sets,
        "worst_pain": found.pain,
        "tempo": [
            {
                "exercise": each.exercise,
                "side": each.side,
                "asked": each.why,
                "kept": each.kept,
                "reps": each.reps,
            }
            for each in found.kept
        ],
        "plan": progress_json(steps),
    }
