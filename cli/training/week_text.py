"""A day or a week as text: what was done, what it adds up to, how far the plan is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from cli.common.days import ago
from cli.common.days import today as today_is
from cli.common.output import out
from cli.common.tables import Column, Row, columns, print_table
from cli.training.plan_words import days_words, entry_words
from sensing.training.weeks import WEEKDAYS, monday_of

if TYPE_CHECKING:
    from sensing.training.plan import Plan, Progress
    from sensing.training.week import Week


def print_day(found: Week, day: date) -> None:
    """One day: a row for each exercise and leg, with its usual dose."""
    from sensing.training.week import dose_text, dose_verdict

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
        columns(
            *("exercise", "side", "done", "load_kg", "pain"),
            *(Column("usual", "usual", optional=True), Column("what", "", optional=True)),
        ),
        rows,
    )


def print_days(found: Week, monday: date) -> None:
    """A week: a row for each exercise and leg, a column for each day."""
    rows: list[Row] = []
    for row in found.rows:
        cells = {
            name: work.text(held=row.held)
            for n, name in enumerate(WEEKDAYS)
            if (work := row.days.get(monday.toordinal() + n)) is not None
        }
        rows.append({"exercise": row.exercise, "side": row.side, **cells})
    days = [Column(name, name.capitalize()) for name in WEEKDAYS]
    print_table(columns("exercise", "side", *days), rows)


def against_dose(found: Week) -> Iterator[str]:
    """The newest day of each exercise compared with its usual dose; equal legs in one line."""
    from sensing.training.week import dose_text, dose_verdict

    legs_of: dict[tuple[str, str], list[str]] = {}
    for row in found.rows:
        if row.known is not None:
            verdict = f"{dose_verdict(row)} (usual {dose_text(row.known.usual)})"
            legs_of.setdefault((row.exercise, verdict), []).append(row.side or "")
    for (exercise, verdict), sides in legs_of.items():
        leg = f", {sides[0]}" if len(sides) == 1 and sides[0] else ""
        yield f"{exercise}{leg}: {verdict}"


def remarks(
    week_found: Week, found: Week, newest: date | None, now: date, *, one_day: bool
) -> Iterator[str]:
    """What the days add up to, one line each.

    Args:
        week_found: the whole week.
        found: the part of it that is shown.
        newest: day of the last session.
        now: the last day to consider.
        one_day: only one day is shown.
    """
    from sensing.training.week import USUAL_DAYS

    low, high = USUAL_DAYS
    days = len(week_found.lower_leg_days)
    judged = "more than usual; plan rest days" if days > high else ""
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
        yield f"{running} lower-leg days in a row without a rest day"
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
        yield f"Highest pain reported: {found.pain} of 10{when}"


def _days_running(days: tuple[int, ...]) -> int:
    longest = run = 0
    before = None
    for day in days:
        run = run + 1 if before is not None and day == before + 1 else 1
        longest, before = max(longest, run), day
    return longest


def print_plan(plan: Plan, steps: list[Progress], *, one_day: bool, athlete: str = "") -> None:
    """Progress of each entry of the plan; for one day only what concerns it."""
    console = out()
    whose = f" ({athlete})" if athlete else ""
    console.print(f"Plan: {plan.name}{whose}", style="bold")
    rows: list[Row] = []
    for each in steps:
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
                "state": f"{len(each.done_days)} of {each.entry.often}",
                "what": verdict,
            }
        )
    if not rows:
        console.print("nothing is planned for today")
        return
    print_table(columns("entry", "days", Column("state", "done"), Column("what", "")), rows)
