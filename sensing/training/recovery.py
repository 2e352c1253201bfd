"""Rest between days that load the same leg.

After a loading session a tendon breaks down more collagen than it builds for a day or more, and
builds more for the two days after (Magnusson, Langberg and Kjaer 2010, second hand); the usual
advice is two or three sessions a week on non-consecutive days (ACSM 2009). So two days running are
pointed out, unless the plan itself asks for both, as a physiotherapist may. Balance, walking drills
and foot exercises load no tendon much and are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sensing.core.exercises import CATALOGUE
from sensing.core.samples import Side
from sensing.training.completed import Done
from sensing.training.plan import Entry, Plan
from sensing.training.week import loads_lower_leg
from sensing.training.weeks import weekday_of

_MOST_WITH_REST = 4
"""Days a week that can be done without two running, Sunday and Monday aside; a plan of more asks
for consecutive days. A fact of the calendar, not a setting."""

_LOWER_LEG = "lower leg"
_CATALOGUE = {row.name for row in CATALOGUE}
_LEGS: tuple[Side, ...] = ("left", "right")


class Unrested(NamedTuple):
    """Two days running that loaded the same leg: the second, the legs, what was done on each."""

    day_n: int
    legs: tuple[Side, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]


def unrested(
    plan: Plan, entry: Entry, side: Side | None, done: Sequence[Done], *, today: int
) -> tuple[str, ...]:
    """What loaded the same leg yesterday, if the plan has a rest day between.

    Args:
        plan: which pairs of days it asks for.
        entry: what is to be done today, with leg ``side``.
        done: what was done.
        today: the day.
    """
    tissue = _tissue(entry.counts_as or entry.exercise)
    if tissue is None:
        return ()
    return tuple(
        sorted(
            {
                each.exercise
                for each in done
                if each.day_n == today - 1
                and _tissue(each.exercise) == tissue
                and (side is None or each.side in (side, None))
                and not _asked(plan, tissue, side, today - 1)
            }
        )
    )


def days_running(plan: Plan, done: Sequence[Done]) -> list[Unrested]:
    """Pairs of consecutive days that loaded the same leg, other than those the plan asks for."""
    loaded: dict[tuple[str, Side, int], set[str]] = {}
    for each in done:
        tissue = _tissue(each.exercise)
        if tissue is not None:
            for leg in _LEGS if each.side is None else (each.side,):
                loaded.setdefault((tissue, leg, each.day_n), set()).add(each.exercise)
    pairs: dict[tuple[int, tuple[str, ...], tuple[str, ...]], list[Side]] = {}
    for (tissue, leg, day), names in sorted(loaded.items()):
        before = loaded.get((tissue, leg, day - 1))
        if before and not _asked(plan, tissue, leg, day - 1):
            key = (day, tuple(sorted(before)), tuple(sorted(names)))
            pairs.setdefault(key, []).append(leg)
    return [
        Unrested(day, tuple(legs), before, after)
        for (day, before, after), legs in sorted(pairs.items())
    ]


def _tissue(exercise: str) -> str | None:
    """What an exercise loads, to compare with another; None if it needs no rest."""
    if loads_lower_leg(exercise):
        return _LOWER_LEG
    return None if exercise in _CATALOGUE else exercise.casefold()


def _asked(plan: Plan, tissue: str, side: Side | None, first: int) -> bool:
    """True if the plan asks for load on this day and on the next."""
    own = [
        entry
        for entry in plan.entries
        if _tissue(entry.counts_as or entry.exercise) == tissue
        and (side is None or not entry.sides or side in entry.sides)
    ]
    if any((entry.per_week or 0) > _MOST_WITH_REST for entry in own):
        return True
    days = set(_days(own))
    return {weekday_of(first), weekday_of(first + 1)} <= days


def _days(entries: Iterable[Entry]) -> Iterable[int]:
    return (day for entry in entries for day in entry.days)
