"""``anklet today`` and ``anklet week``: what was done, against the plan or the usual dose."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.days import ago, day_of
from cli.days import today as today_is
from cli.output import out, print_json, remark
from cli.planned import PlanFile, days_words, entry_words, plan_for
from cli.selection import Whose, one_athlete
from cli.stored import Db, stored
from cli.tables import AsCsv, AsJson, Column, Row, chosen, plain, print_csv, print_table
from sensing.plan import WEEKDAYS, monday_of

if TYPE_CHECKING:
    from sensing.plan import Plan, Progress
    from sensing.review.done import Done
    from sensing.review.week import Week
    from sensing.store import Store

_NAMES = (*("day", "exercise", "side", "sets", "reps", "seconds", "load_kg", "pain", "source"),)


def today(
    athlete: Whose = None,
    plan: PlanFile = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    db: Db = None,
) -> None:
    """Show what was done today, and what is still to do.

    What you noted with `anklet log` stands with what the sensor saw.

    [bold]Examples[/bold]

      anklet today

      anklet today --json
    """
    now = today_is()
    _show(now, now, now, athlete=athlete, plan_file=plan, as_json=as_json, as_csv=as_csv, db=db)


def week(
    of: Annotated[
        str | None,
        typer.Option("--of", metavar="DATE", help="The week of this day; else this week."),
    ] = None,
    athlete: Whose = None,
    plan: PlanFile = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    db: Db = None,
) -> None:
    """Show a week: what was done each day, against your plan or the usual dose.

    Sets and reps are those after your corrections; what you noted with `anklet log` stands with
    them. A rep kept its tempo if each phase took what was asked, give or take 0.3 s or a fifth.

    [bold]Examples[/bold]

      anklet week

      anklet week --of 2026-02-23

      anklet week --csv > week.csv
    """
    now = day_of(of)
    monday = date.fromordinal(monday_of(now.toordinal()))
    sunday = monday + timedelta(days=6)
    until = min(sunday, today_is()) if of is not None else now
    _show(
        monday,
        sunday,
        until,
        athlete=athlete,
        plan_file=plan,
        as_json=as_json,
        as_csv=as_csv,
        db=db,
    )


def _show(
    first: date,
    last: date,
    now: date,
    *,
    athlete: str | None,
    plan_file: Path | None,
    as_json: bool,
    as_csv: bool,
    db: Path | None,
) -> None:
    from sensing.review.week import week_of
    from sensing.store import ME

    form = chosen(as_json=as_json, as_csv=as_csv)
    with stored(db) as store:
        whose = one_athlete(store, athlete) or ME
        monday = date.fromordinal(monday_of(now.toordinal()))
        whole = store.done(athlete=whose, since=monday, until=max(last, now))
        done = [each for each in whole if first.toordinal() <= each.day_n <= last.toordinal()]
        plan = plan_for(store, plan_file)
        newest = store.last_day(athlete=whose, until=now)
        found = week_of(done, _kept(store, done))
    steps = _progress(plan, whole, now)
    if form == "csv":
        print_csv(_NAMES, [_row(each) for each in done])
        return
    if form == "json":
        print_json(_as_json(first, last, done, found, steps))
        return
    console = out()
    title = f"{first}" if first == last else f"Week of {first} to {last}"
    console.print(title, style="bold")
    if found.rows and first == last:
        _print_day(found, first)
    elif found.rows:
        _print_days(found, first)
    else:
        console.print("Nothing done today yet." if first == last else "Nothing done in it.")
    week_found = found if first != last else week_of(whole)
    for line in _remarks(week_found, found, newest, now, one_day=first == last):
        console.print(line)
    if plan is not None:
        _print_plan(plan, steps, one_day=first == last)
    elif found.rows and first != last:
        console.print("\nThe newest day of each, against the usual dose", style="bold")
        for line in _against_dose(found):
            console.print(line)
        remark("`anklet plan example` shows how to make a plan of your own")


def _kept(store: Store, done: list[Done]) -> list:  # type: ignore[type-arg]
    from sensing.exercises import CATALOGUE
    from sensing.review.week import tempo_kept

    paced = {row.name for row in CATALOGUE if row.usual.lower_s is not None}
    sets = [
        each
        for each in done
        if each.set_id is not None and (each.tempo is not None or each.exercise in paced)
    ]
    times = store.rep_times([each.set_id for each in sets if each.set_id is not None])
    return tempo_kept(sets, times)


def _progress(plan: Plan | None, whole: list[Done], now: date) -> list[Progress]:
    from sensing.plan import progress

    return [] if plan is None else progress(plan, whole, today=now.toordinal())


def _print_day(found: Week, day: date) -> None:
    from sensing.review.week import dose_text, dose_verdict

    day_n = day.toordinal()
    rows: list[Row] = []
    for row in found.rows:
        work = row.days[day_n]
        rows.append(
            {
                "exercise": row.exercise,
                "side": row.side,
                "done": work.text(held=row.held),
                "load_kg": work.load_kg,
                "pain": work.pain,
                "usual": dose_text(row.known.usual) if row.known else None,
                "what": dose_verdict(row),
            }
        )
    print_table(
        (
            Column(name="exercise", heading="exercise"),
            Column(name="side", heading="side", optional=True),
            Column(name="done", heading="done"),
            Column(name="load_kg", heading="load (kg)", places=1, optional=True),
            Column(name="pain", heading="pain (0–10)", optional=True),
            Column(name="usual", heading="usual", optional=True),
            Column(name="what", heading="", optional=True),
        ),
        rows,
    )


def _print_days(found: Week, monday: date) -> None:
    rows: list[Row] = []
    for row in found.rows:
        cells = {
            name: work.text(held=row.held)
            for n, name in enumerate(WEEKDAYS)
            if (work := row.days.get(monday.toordinal() + n)) is not None
        }
        rows.append({"exercise": row.exercise, "side": row.side, **cells})
    print_table(
        (
            Column(name="exercise", heading="exercise"),
            Column(name="side", heading="side", optional=True),
            *(Column(name=name, heading=name.capitalize()) for name in WEEKDAYS),
        ),
        rows,
    )


def _against_dose(found: Week) -> Iterator[str]:
    """The newest day of each exercise beside its usual dose; legs alike are told once."""
    from sensing.review.week import dose_text, dose_verdict

    told: dict[tuple[str, str], list[str]] = {}
    for row in found.rows:
        if row.known is not None:
            verdict = f"{dose_verdict(row)} (usual {dose_text(row.known.usual)})"
            told.setdefault((row.exercise, verdict), []).append(row.side or "")
    for (exercise, verdict), sides in told.items():
        leg = f", {sides[0]}" if len(sides) == 1 and sides[0] else ""
        yield f"{exercise}{leg}: {verdict}"


def _remarks(
    week_found: Week, found: Week, newest: date | None, now: date, *, one_day: bool
) -> Iterator[str]:
    from sensing.review.week import USUAL_DAYS

    low, high = USUAL_DAYS
    days = len(week_found.lower_leg_days)
    judged = "more than usual, mind the rest days" if days > high else ""
    left = 7 - (now.toordinal() - monday_of(now.toordinal()))
    if days < low and left <= low - days:
        judged = "fewer than usual"
    this = " this week" if one_day else ""
    usual = f"{low}–{high} is usual"
    yield f"Lower-leg days{this}: {days} ({usual}{f'; {judged}' if judged else ''})"
    if newest is not None:
        since = f" ({ago(newest, now)})" if now == today_is() else ""
        yield f"Last session: {newest}{since}"
    running = _days_running(week_found.lower_leg_days)
    if running > 2:
        yield f"{running} lower-leg days in a row, without a rest day between"
    if week_found.dynamic_sets or week_found.isometric_sets:
        balance = (
            f"Sets{this}: {week_found.dynamic_sets} dynamic, {week_found.isometric_sets} isometric"
        )
        if not week_found.isometric_sets:
            balance += "; no holds yet"
        elif not week_found.dynamic_sets:
            balance += "; no raises or hops yet"
        yield balance
    for kept in found.kept:
        leg = f", {kept.side}" if kept.side else ""
        yield f"{kept.exercise}{leg}: {kept.why} kept in {kept.kept} of {kept.reps} reps"
    if found.pain is not None and found.pain_day is not None:
        when = "" if one_day else f" on {date.fromordinal(found.pain_day):%a}"
        yield f"Worst pain told: {found.pain} of 10{when}"


def _days_running(days: tuple[int, ...]) -> int:
    longest = run = 0
    before = None
    for day in days:
        run = run + 1 if before is not None and day == before + 1 else 1
        longest, before = max(longest, run), day
    return longest


def _print_plan(plan: Plan, steps: list[Progress], *, one_day: bool) -> None:
    console = out()
    console.print(f"\nPlan: {plan.name}", style="bold")
    rows: list[Row] = []
    for each in steps:
        often = each.entry.often
        state = f"{len(each.done_days)} of {often}"
        if one_day and not each.due_today and each.sets_today == 0 and not each.missed:
            continue
        if each.due_today:
            left = each.sets_left
            verdict = f"{left} of {each.entry.sets} sets left today" if each.sets_today else "today"
        elif each.complete:
            verdict = "done"
        elif each.missed:
            missed = ", ".join(f"{date.fromordinal(day):%a}" for day in each.missed)
            verdict = f"missed on {missed}"
        else:
            verdict = "done today" if each.sets_today else "to come"
        rows.append(
            {
                "entry": entry_words(each.entry, each.side),
                "days": days_words(each.entry),
                "state": state,
                "what": verdict,
            }
        )
    if not rows:
        console.print("nothing is planned for today")
        return
    print_table(
        (
            Column(name="entry", heading="entry"),
            Column(name="days", heading="days"),
            Column(name="state", heading="done"),
            Column(name="what", heading=""),
        ),
        rows,
    )


def _row(each: Done) -> Row:
    return {
        "day": date.fromordinal(each.day_n),
        "exercise": each.exercise,
        "side": each.side,
        "sets": each.sets,
        "reps": each.reps,
        "seconds": each.seconds,
        "load_kg": each.load_kg,
        "pain": each.pain,
        "source": "logged" if each.set_id is None else "sensor",
    }


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
        "plan": [
            {
                "exercise": each.entry.exercise,
                "side": each.side,
                "sets": each.entry.sets,
                "done_days": [date.fromordinal(day).isoformat() for day in each.done_days],
                "often": each.entry.often,
                "sets_today": each.sets_today,
                "due_today": each.due_today,
                "missed": [date.fromordinal(day).isoformat() for day in each.missed],
            }
            for each in steps
        ],
    }
