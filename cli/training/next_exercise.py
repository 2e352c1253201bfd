"""What to record next: suggested from the plan, otherwise from the last session.

``anklet record`` without an exercise asks here. The athlete confirms with Enter or picks another
one by its number; without a terminal (a pipe), one line shows the full command.
"""

from __future__ import annotations

import statistics
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cli.common.days import ago, today
from cli.common.output import err, remark
from cli.training.plan_words import command_of, entry_words
from cli.training.stored_plan import plan_for, progress_of
from sensing.core.errors import AnkletError, UsageError
from sensing.guided.pacing import Tempo
from sensing.training.plan import Entry, due

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sensing.core.samples import Side
    from sensing.store.store import Store
    from sensing.store.values.sessions import RecordingDetail, SessionDetail
    from sensing.training.plan import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One suggestion.

    Attributes:
        sets: the number of sets left to do.
        why: why it is next; empty if it is only done again.
        target_why: why reps, time and load are what they are, and whether a rest day is missing.
    """

    entry: Entry
    side: Side | None
    sets: int
    why: str
    target_why: str = ""


def choose_next(
    db: Path | None, *, athlete: str, side: Side | None, plan: Path | None = None
) -> Offer:
    """Let the athlete choose what to do next, from a plan's file or else the stored plan.

    Raises:
        UsageError: there is nothing to suggest, no terminal, or the answer is not valid.
    """
    from cli.common.database import stored

    with stored(db) as store:
        title, offers = _offers(store, athlete, plan)
    offers = [each for each in offers if side is None or each.side in (side, None)]
    if not offers:
        raise UsageError(
            title or "no exercise was named, and there is no earlier session to repeat",
            remedy="name an exercise: anklet record single-leg-calf-raise --side left "
            "--sets 3 --reps 12",
        )
    if not sys.stdin.isatty():
        first = offers[0]
        raise UsageError(
            "no exercise was named",
            remedy=f"next is: {command_of(first.entry, first.side, sets=first.sets)}",
        )
    console = err()
    console.print(title, style="bold")
    for n, each in enumerate(offers, 1):
        words = entry_words(each.entry, each.side, sets=each.sets)
        console.print(f"  {n}  {words}{f'  ({each.why})' if each.why else ''}", soft_wrap=True)
        if each.target_why:
            console.print(f"     {each.target_why}", soft_wrap=True)
    console.print("Enter starts 1, a number another one, q quits: ", end="")
    return _answered(sys.stdin.readline(), offers)


def _answered(typed: str, offers: list[Offer]) -> Offer:
    answer = typed.strip().lower()
    if typed and not answer:
        return offers[0]
    if answer.isdecimal() and 1 <= int(answer) <= len(offers):
        return offers[int(answer) - 1]
    if answer in ("q", "quit", ""):
        raise UsageError("nothing was started")
    raise UsageError(f"{answer!r} is not in the list", remedy=f"type 1 to {len(offers)}, or Enter")


def next_offers(store: Store, athlete: str) -> list[Offer]:
    """What `anklet record` would suggest; may be empty."""
    return _offers(store, athlete, None)[1]


def remark_target(db: Path | None, exercise: str, *, athlete: str, sides: Collection[Side]) -> None:
    """Say what the plan asks for today of an exercise that moves on, and why."""
    from cli.common.database import stored

    try:
        with stored(db) as store:
            now = today()
            in_use = plan_for(store, None, athlete=athlete, day=now)
            if in_use is None:
                return
            steps = progress_of(store, in_use, athlete=athlete, now=now)
    except AnkletError:
        return  # who needs the database will say what is wrong with it
    for each in steps:
        if each.why and each.entry.exercise == exercise and (not sides or each.side in sides):
            words = entry_words(each.entry, each.side)
            remark(f"your plan today: {words}: {each.why}")


def _offers(store: Store, athlete: str, file: Path | None) -> tuple[str, list[Offer]]:
    now = today()
    in_use = plan_for(store, file, athlete=athlete, day=now)
    if in_use is not None:
        steps = due(progress_of(store, in_use, athlete=athlete, now=now))
        offers = [
            Offer(
                entry=each.entry,
                side=each.side,
                sets=each.sets_left or each.entry.sets,
                why="today" if each.due_today else f"left from {_weekdays(each.missed)}",
                target_why="; ".join(filter(None, (each.why, _rest(each)))),
            )
            for each in steps
            if not each.entry.by_hand
        ]
        if offers:
            return f"Next of your plan, {in_use.plan.name}", offers
    newest = store.sessions(limit=1, athlete=athlete)
    if not newest:
        return "", []
    detail = store.session(newest[0].id)
    done = "today's part of your plan is complete; " if in_use is not None else ""
    title = f"{done}last time, {detail.day} ({ago(detail.day, today())}), you did"
    return title[0].upper() + title[1:], _again(detail)


def _rest(step: Progress) -> str:
    return "no rest day since yesterday" if step.unrested else ""


def _weekdays(days: tuple[int, ...]) -> str:
    return ", ".join(f"{date.fromordinal(day):%a}" for day in days)


def _again(detail: SessionDetail) -> list[Offer]:
    """A session as suggestions to repeat it, each exercise and leg once."""
    offers: dict[tuple[str, Side | None], Offer] = {}
    for part in detail.recordings:
        names = dict.fromkeys(each.exercise for each in part.sets if not each.corrections.false_set)
        for name in names:
            side = part.recording.side
            entry = _entry(detail, part, name)
            offers.setdefault((name, side), Offer(entry=entry, side=side, sets=entry.sets, why=""))
    return list(offers.values())


def _entry(detail: SessionDetail, part: RecordingDetail, name: str) -> Entry:
    target: Mapping[str, object] = part.recording.target
    own = [
        each
        for each in detail.sets
        if each.exercise == name and each.side in (part.recording.side, None)
    ]
    reps, time_s = _number(target.get("reps")), _number(target.get("time_s"))
    if reps is None and time_s is None:
        counts = [s.reps.count for each in own if (s := each.summary).reps is not None]
        held = [s.holds.total_s or 0.0 for each in own if (s := each.summary).holds is not None]
        reps = statistics.median_low(counts) if counts else None
        time_s = float(round(statistics.median(held))) if held and not counts else None
    tempo = target.get("tempo")
    return Entry(
        exercise=name,
        sets=len(own) or 1,
        reps=None if reps is None else max(1, int(reps)),
        time_s=None if time_s is None else max(1.0, time_s),
        tempo=Tempo.parse(tempo) if isinstance(tempo, str) else None,
        metronome_bpm=_number(target.get("metronome_bpm")),
        load_kg=part.recording.load_kg,
        rest_s=_number(target.get("rest_s")),
        per_week=1,
    )


def _number(value: object) -> float | None:
    good = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if good else None  # type: ignore[arg-type]
