"""Where an athlete's plan is stored, and how its entries read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.common.output import complain
from sensing.core.errors import UsageError
from sensing.training.weeks import WEEKDAYS, monday_of

if TYPE_CHECKING:
    from sensing.core.samples import Side
    from sensing.store.store import Store
    from sensing.training.plan import Entry, Plan, Progress

PlanFile = Annotated[
    Path | None,
    typer.Option(
        "--plan",
        metavar="FILE",
        help="The plan; default: the one stored by `anklet plan use`.",
        show_default=False,
    ),
]


def plan_place(place: Path) -> Path:
    """Where the plan of a database is stored."""
    from sensing.training.plan_file import PLAN_FILE

    return place.parent / PLAN_FILE


def plan_for(store: Store, file: Path | None) -> Plan | None:
    """The plan named, otherwise the one stored beside the database; None if there is none.

    A stored plan that is no longer valid is reported and ignored, so that the athlete can still see
    what was done.

    Raises:
        UsageError: the file that was named is not valid.
    """
    from sensing.training.plan_file import read_plan

    if file is not None:
        return read_plan(file)
    place = plan_place(store.place)
    if not place.exists():
        return None
    try:
        return read_plan(place)
    except UsageError as error:
        complain(f"the plan is ignored: {error}")
        return None


def progress_of(store: Store, plan: Plan, *, athlete: str, now: date) -> list[Progress]:
    """This week's progress of the plan."""
    from sensing.training.plan import progress

    monday = date.fromordinal(monday_of(now.toordinal()))
    done = store.done(athlete=athlete, since=monday, until=monday + timedelta(days=6))
    return progress(plan, done, today=now.toordinal())


def entry_words(entry: Entry, side: Side | None, *, sets: int | None = None) -> str:
    """An entry as people write it: ``single-leg-calf-raise, left, 3 × 12, tempo 1-1-2, 5 kg``."""
    parts = [entry.exercise]
    if side is not None:
        parts.append(side)
    many = entry.sets if sets is None else sets
    if entry.reps is not None:
        parts.append(f"{many} × {entry.reps}")
    elif entry.time_s is not None:
        parts.append(f"{many} × {entry.time_s:g} s")
    elif not entry.counts_as:
        parts.append(f"{many} set" if many == 1 else f"{many} sets")
    if entry.tempo is not None:
        parts.append(f"tempo {entry.tempo}")
    if entry.metronome_bpm is not None:
        parts.append(f"{entry.metronome_bpm:g} beats a minute")
    if entry.load_kg:
        parts.append(f"{entry.load_kg:g} kg")
    if entry.note:
        parts.append(entry.note)
    return ", ".join(parts)


def command_of(entry: Entry, side: Side | None, *, sets: int | None = None) -> str:
    """The command that records or logs an entry."""
    many = entry.sets if sets is None else sets
    load = f" --load {entry.load_kg:g}" if entry.load_kg else ""
    leg = f" --side {side}" if side else ""
    if entry.by_hand:
        amount = f"{many}x{entry.reps}" if entry.reps else f"{many}x{entry.time_s or 30:g}s"
        return f'anklet log "{entry.exercise}" {amount}{load}{leg}'
    words = [f"anklet record {entry.exercise}{leg}"]
    if not entry.counts_as:  # a test has its own number of sets
        words.append(f"--sets {many}")
    for option, value in (
        ("reps", entry.reps),
        ("time", entry.time_s),
        ("rest", entry.rest_s),
        ("metronome", entry.metronome_bpm),
    ):
        if value is not None:
            words.append(f"--{option} {value:g}")
    if entry.tempo is not None:
        words.append(f"--tempo {entry.tempo}")
    return " ".join(words) + load


def days_words(entry: Entry) -> str:
    """The days of an entry: ``Mon, Thu`` or ``2 × a week``."""
    if entry.per_week is not None:
        return f"{entry.per_week} × a week"
    return ", ".join(WEEKDAYS[day].capitalize() for day in entry.days)


def progress_json(steps: Sequence[Progress]) -> list[dict[str, object]]:
    """How far the plan is, as JSON has it."""
    return [
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
    ]
