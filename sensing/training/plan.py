"""An athlete's own plan: what to do, on which days of the week, and what is still to do.

A plan is a list of entries. Each names an exercise (or any text, if it is logged by hand), sets
with reps or seconds, and either the days of the week or how often a week. Days are whole numbers
(``date.toordinal()``), because the core has no calendar; for a Monday, the remainder of a division
by 7 is 1 (:mod:`~sensing.training.weeks`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sensing.core.samples import Side
from sensing.guided.pacing import Tempo
from sensing.training.completed import Done
from sensing.training.ladder import Progression
from sensing.training.weeks import monday_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a plan.

    Attributes:
        exercise: a name from the catalogue, a test's name, or any text if ``by_hand``.
        sets: for each leg.
        reps: planned for each set; None if it is not planned by reps.
        time_s: seconds planned for each set (of holds: held); None if not planned by time.
        tempo: seconds up, held, down.
        metronome_bpm: an even beat.
        load_kg: weight carried.
        rest_s: between sets.
        sides: legs, one after the other; empty: both at once, or not specified.
        days: weekdays, 0 for Monday; empty with ``per_week``.
        per_week: how often, on any days; None with ``days``.
        by_hand: the sensor can't measure it; ``anklet log`` logs it.
        counts_as: the exercise under which its sets are stored; empty: its own name.
        progression: how reps, time and load move on; None: they stay.
        note: shown with it.
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
    progression: Progression | None = None
    note: str = ""

    def is_of(self, exercise: str) -> bool:
        """True if a set of that exercise is one of this entry's."""
        return exercise.casefold() == (self.counts_as or self.exercise).casefold()

    @property
    def often(self) -> int:
        """Planned days a week."""
        return len(self.days) if self.per_week is None else self.per_week

    @property
    def legs(self) -> tuple[Side | None, ...]:
        """Each leg it is done with; only None if that is not specified."""
        return self.sides or (None,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan; its entries in the order they are done."""

    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Progress of one entry with one leg in one week.

    Attributes:
        done_days: days of this week with all its sets.
        sets_today: sets done today.
        due_today: it is planned for today, and some sets are left.
        missed: earlier days of this week it was planned for and that no other day made up for.
        why: why reps, time and load of the entry are what they are; empty if they never change.
        last_n: the last day before today it was done on; None if that isn't known.
        unrested: what loaded the same leg yesterday, if the plan has a rest day there.
    """

    entry: Entry
    side: Side | None
    done_days: tuple[int, ...]
    sets_today: int
    due_today: bool
    missed: tuple[int, ...]
    why: str = ""
    last_n: int | None = None
    unrested: tuple[str, ...] = ()

    @property
    def sets_left(self) -> int:
        """Sets left today."""
        return max(0, self.entry.sets - self.sets_today)

    @property
    def complete(self) -> bool:
        """Done as often as planned this week."""
        return len(self.done_days) >= self.entry.often


def progress(plan: Plan, done: Sequence[Done], *, today: int) -> list[Progress]:
    """The progress of a plan in the week of a day.

    Args:
        plan: its entries and legs, in their order.
        done: what was done; only this week counts.
        today: the last day to consider.
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
    """What is next: entries started today, then those planned for today, then missed ones."""
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
    # Not on two consecutive days unless the week leaves no other.
    left = entry.per_week - len(done_days)
    rested = week.get(today - 1, 0) == 0
    return week[today] > 0 or rested or left >= 7 - (today - monday)


def _sets_by_day(entry: Entry, side: Side | None, done: Sequence[Done]) -> dict[int, int]:
    sets: dict[int, int] = {}
    for each in done:
        # Work logged without a side was done with both legs.
        if entry.is_of(each.exercise) and (side is None or each.side in (side, None)):
            sets[each.day_n] = sets.get(each.day_n, 0) + each.sets
    if side is None and sets:
        # Without sides, each leg's sets are counted separately; the leg with more sets counts.
        sets = {day: _most_of_a_leg(entry, done, day) for day in sets}
    return sets


def _most_of_a_leg(entry: Entry, done: Sequence[Done], day: int) -> int:
    legs: dict[Side | None, int] = {}
    for each in done:
        if each.day_n == day and entry.is_of(each.exercise):
            legs[each.side] = legs.get(each.side, 0) + each.sets
    return legs.get(None, 0) + max(legs.get("left", 0), legs.get("right", 0))
