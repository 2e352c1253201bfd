"""A person's own plan: what to do, on which days of the week, and what of it is still to do.

A plan is a list of entries; each names an exercise (or any words, if it is noted by hand), sets
with reps or seconds, and either the days of the week it is for or how often a week. Days are whole
numbers (``date.toordinal()``), for this part of the house knows no calendar; a Monday's leaves 1
when divided by 7.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sensing.core.samples import Side
from sensing.guided.pacing import Tempo
from sensing.training.completed import Done

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a plan.

    Attributes:
        exercise: name of the catalogue, a test's name, or any words if ``by_hand``.
        sets: of each leg.
        reps: a set ends after so many; None: not planned so.
        time_s: a set ends after so many seconds (of holds: held); None: not planned so.
        tempo: seconds up, held, down.
        metronome_bpm: an even beat.
        load_kg: weight carried.
        rest_s: between sets.
        sides: legs it is done with, one after the other; empty: both at once, or not told.
        days: weekdays, 0 for Monday; empty with ``per_week``.
        per_week: how often, on any days; None with ``days``.
        by_hand: the sensor can't see it; ``anklet log`` notes it.
        counts_as: the exercise it is found as in what was done; empty: as it is called.
        note: to be shown with it.
    """

    exercise: str
    sets: int
    reps: int | None = None
    time_s: float | None = None
    tempo: Tempo | None = None
    metronome_bpm: float | None = None
    load_kg: float | None = None
    rest_s: float | None = None
    sides: tuple[Side, ...] = ()
    days: tuple[int, ...] = ()
    per_week: int | None = None
    by_hand: bool = False
    counts_as: str = ""
    note: str = ""

    def is_of(self, exercise: str) -> bool:
        """True if a set of that exercise is one of this entry's."""
        return exercise.casefold() == (self.counts_as or self.exercise).casefold()

    @property
    def often(self) -> int:
        """Days a week it is planned for."""
        return len(self.days) if self.per_week is None else self.per_week

    @property
    def legs(self) -> tuple[Side | None, ...]:
        """Each leg it is done with; None alone where that is not told."""
        return self.sides or (None,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan; its entries in the order they are done."""

    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far one entry is with one leg in one week.

    Attributes:
        done_days: days of this week with all its sets.
        sets_today: sets done today.
        due_today: it is for today, and not all its sets are done.
        missed: earlier days of this week it was for and that no other day made up for.
    """

    entry: Entry
    side: Side | None
    done_days: tuple[int, ...]
    sets_today: int
    due_today: bool
    missed: tuple[int, ...]

    @property
    def sets_left(self) -> int:
        """Sets still to do today."""
        return max(0, self.entry.sets - self.sets_today)

    @property
    def complete(self) -> bool:
        """Done as often as planned for the week."""
        return len(self.done_days) >= self.entry.often


def monday_of(day_n: int) -> int:
    """The Monday of a day's week."""
    return day_n - (day_n - 1) % 7


def progress(plan: Plan, done: Sequence[Done], *, today: int) -> list[Progress]:
    """How far a plan is in the week of a day.

    Args:
        plan: whose entries and legs are told, in their order.
        done: what was done; only this week's counts.
        today: up to which; later days are not looked at.
    """
    monday = monday_of(today)
    found = []
    for entry in plan.entries:
        for side in entry.legs:
            by_day = _sets_by_day(entry, side, done)
            week = {day: by_day.get(day, 0) for day in range(monday, today + 1)}
            done_days = tuple(day for day, sets in week.items() if sets >= entry.sets)
            missed = _missed(entry, week, today=today, monday=monday)
            found.append(
                Progress(
                    entry=entry,
                    side=side,
                    done_days=done_days,
                    sets_today=week[today],
                    due_today=_is_due(entry, week, done_days, today=today, monday=monday),
                    missed=missed,
                )
            )
    return found


def due(found: Iterable[Progress]) -> list[Progress]:
    """What is next: what is begun today, then what is for today, then what was missed."""
    open_ = [each for each in found if each.due_today or (each.missed and not each.complete)]
    return sorted(open_, key=lambda each: (not each.due_today, each.sets_today == 0))


def _missed(entry: Entry, week: dict[int, int], *, today: int, monday: int) -> tuple[int, ...]:
    wanted = [day for day in week if day < today and day - monday in entry.days]
    extra = sum(1 for day, sets in week.items() if sets and day - monday not in entry.days)
    unmet = [day for day in wanted if not week[day]]
    return tuple(unmet[extra:])


def _is_due(
    entry: Entry, week: dict[int, int], done_days: tuple[int, ...], *, today: int, monday: int
) -> bool:
    if today in done_days:
        return False
    if entry.per_week is None:
        return today - monday in entry.days or week[today] > 0
    if len(done_days) >= entry.per_week:
        return False
    # Not two days running unless the week leaves no other.
    left = entry.per_week - len(done_days)
    rested = week.get(today - 1, 0) == 0
    return week[today] > 0 or rested or left >= 7 - (today - monday)


def _sets_by_day(entry: Entry, side: Side | None, done: Sequence[Done]) -> dict[int, int]:
    sets: dict[int, int] = {}
    for each in done:
        # What was logged without a leg was done with both.
        if entry.is_of(each.exercise) and (side is None or each.side in (side, None)):
            sets[each.day_n] = sets.get(each.day_n, 0) + each.sets
    if side is None and sets:
        # Each leg's sets are counted apart, of which the leg with more says how far one is.
        sets = {day: _most_of_a_leg(entry, done, day) for day in sets}
    return sets


def _most_of_a_leg(entry: Entry, done: Sequence[Done], day: int) -> int:
    legs: dict[Side | None, int] = {}
    for each in done:
        if each.day_n == day and entry.is_of(each.exercise):
            legs[each.side] = legs.get(each.side, 0) + each.sets
    return legs.get(None, 0) + max(legs.get("left", 0), legs.get("right", 0))
