"""How the entries of a plan read: in words, as a command, and as JSON."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from cli.common.days import ago
from sensing.training.weeks import WEEKDAYS

if TYPE_CHECKING:
    from sensing.core.samples import Side
    from sensing.training.plan import Entry, Progress
    from sensing.training.recovery import Unrested


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


def command_of(
    entry: Entry, side: Side | None, *, sets: int | None = None, athlete: str = ""
) -> str:
    """The command that records or logs an entry; ``athlete``: whom it has to name, if anyone."""
    many = entry.sets if sets is None else sets
    load = f" --load {entry.load_kg:g}" if entry.load_kg else ""
    leg = f" --side {side}" if side else ""
    whose = f" --athlete {shlex.quote(athlete)}" if athlete else ""
    if entry.by_hand:
        amount = f"{many}x{entry.reps}" if entry.reps else f"{many}x{entry.time_s or 30:g}s"
        return f'anklet log "{entry.exercise}" {amount}{load}{leg}{whose}'
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
    return " ".join(words) + load + whose


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
            "reps": each.entry.reps,
            "time_s": each.entry.time_s,
            "load_kg": each.entry.load_kg,
            "why": each.why or None,
            "last_day": None if each.last_n is None else date.fromordinal(each.last_n).isoformat(),
            "loaded_yesterday": list(each.unrested),
        }
        for each in steps
    ]


def why_words(step: Progress, now: date) -> str:
    """Why the target is what it is, and when it was last done: ``…; last done 3 days ago``."""
    parts = [step.why] if step.why else []
    if step.last_n is not None:
        parts.append(f"last done {ago(date.fromordinal(step.last_n), now)}")
    return "; ".join(parts)


def rest_words(step: Progress) -> str:
    """That the same leg was loaded yesterday, and by what; empty if there was a rest day."""
    if not step.unrested:
        return ""
    return f"no rest day since yesterday: {', '.join(step.unrested)}"


def running_words(found: Sequence[Unrested]) -> Iterator[str]:
    """Days without the rest day that the plan has between them, a line each."""
    for each in found:
        first, second = (f"{date.fromordinal(day):%a}" for day in (each.day_n - 1, each.day_n))
        before, after = ", ".join(each.before), ", ".join(each.after)
        done = before if before == after else f"{before}, then {after}"
        leg = f" ({each.legs[0]})" if len(each.legs) == 1 else ""
        yield f"No rest day between {first} and {second}{leg}: {done}"
