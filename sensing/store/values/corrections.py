"""Corrections, kept beside what was detected, and what they make of a set.

You can give a count, mark a detected event as false, partial or ok, add a missed one, mark a whole
set as a false detection, rename its exercise, or add a missed set. What was detected is never
altered. Three rules make the corrected result:

1. A count that is given is the count. Otherwise it is the number of events, without those marked
   false, plus the missed ones.
2. A mark decides what is *counted*; a *figure* (a time, a height) still needs valid data, so an
   invalid rep is counted but has no part in the figures; nor has a missed one.
3. A set marked false counts nothing.

Algorithm version 1 called what lost samples touched invalid and counted valid events only. Its
results keep that meaning (``valid_only``) until they are reanalysed; there an invalid event counts
once it is marked "ok".

An added set was not detected at all: its counts are those that were given.

The database's views follow the same rules in SQL; a test holds the two together.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

from sensing.core.errors import UsageError
from sensing.core.events import MARKED_FALSE, Hold, Hop, Rep, Set
from sensing.core.exercises import find_exercise
from sensing.core.samples import Side
from sensing.results.set_summary import Summary, summarise, summarise_hops, summarise_reps

Item = Literal["rep", "hop", "hold", "step"]
Mark = Literal["false", "partial", "ok"]
E = TypeVar("E")


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many reps, hops or steps a set had."""

    set_n: int
    item: Item
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """What one rep, hop or hold was; ``n`` counts from 1 within its set."""

    set_n: int
    item: Item
    n: int
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """One that was not detected; ``at_s`` is on the recording's clock, None if unknown."""

    set_n: int
    item: Item
    at_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseSet:
    """A set that is a false detection: movement between sets, walking about."""

    set_n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """Which exercise a set was; a name from the catalogue."""

    set_n: int
    exercise: str


Correction = Count | Marked | Missed | FalseSet | Renamed


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedSet:
    """A whole set that was not detected.

    Attributes:
        exercise: a name from the catalogue.
        counts: how many there were, by item (``rep``, ``hop`` or ``step``).
        hold_s: for a hold: how long, s.
        side: leg; None as its recording's.
        at_s: when it began, s on the recording's clock; None if not known.
    """

    exercise: str
    counts: Mapping[Item, int] = field(default_factory=dict)
    hold_s: float | None = None
    side: Side | None = None
    at_s: float | None = None

    def __post_init__(self) -> None:
        """Accept a correction that is possible for a set.

        Raises:
            UsageError: there is no such exercise, nothing is given for the set, or a number
                makes no sense.
        """
        find_exercise(self.exercise)
        if not self.counts and self.hold_s is None:
            raise UsageError("nothing is given for the set", remedy="give a count or a time")
        if any(count < 0 for count in self.counts.values()):
            raise UsageError("a count below 0 makes no sense", remedy="give 0 or more")
        if self.hold_s is not None and not (math.isfinite(self.hold_s) and self.hold_s > 0):
            raise UsageError(f"a hold of {self.hold_s:g} s makes no sense")
        if self.at_s is not None and not math.isfinite(self.at_s):
            raise UsageError(f"{self.at_s} is no time", remedy="give seconds on the recording")


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """All corrections of one set.

    Attributes:
        counts: how many there were, by item.
        marks: mark of each marked item, by item and number.
        missed: times of those that were not detected (None: no time known), by item.
        false_set: the whole set is a false detection.
        exercise: what it was; None: as detected.
        valid_only: no correction, but a property of the set: invalid events don't count.
    """

    counts: Mapping[Item, int] = field(default_factory=dict)
    marks: Mapping[tuple[Item, int], Mark] = field(default_factory=dict)
    missed: Mapping[Item, tuple[float | None, ...]] = field(default_factory=dict)
    false_set: bool = False
    exercise: str | None = None
    valid_only: bool = False

    def __bool__(self) -> bool:
        return bool(
            self.counts or self.marks or self.missed or self.false_set or self.exercise is not None
        )


NO_CORRECTIONS = Corrections()


def items_of(detected: Set, item: Item) -> Sequence[Rep | Hop | Hold]:
    """Reps, hops or holds of a set; nothing for steps, which are only counted."""
    match item:
        case "rep":
            return detected.reps
        case "hop":
            return detected.hops
        case "hold":
            return detected.holds
        case "step":
            return ()


def span_s(event: Rep | Hop | Hold) -> tuple[float, float]:
    """From when to when an event was, s; a hop from contact to toe-off."""
    if isinstance(event, Hop):
        end_s = event.contact_s if event.takeoff_s is None else event.takeoff_s
        return event.contact_s, end_s
    return event.start_s, event.end_s


def is_counted(event: Rep | Hop | Hold, mark: Mark | None, corrections: Corrections) -> bool:
    """Whether a detected event counts."""
    if mark is not None:
        return mark != "false"
    return event.valid or not corrections.valid_only


def machine_count(detected: Set, corrections: Corrections, item: Item) -> int:
    """How many were detected."""
    if item == "step":
        return detected.steps or 0
    return sum(is_counted(each, None, corrections) for each in items_of(detected, item))


def corrected_count(detected: Set, corrections: Corrections, item: Item) -> int:
    """How many there were, after corrections."""
    if corrections.false_set:
        return 0
    if item in corrections.counts:
        return corrections.counts[item]
    if item == "step":
        return detected.steps or 0
    seen = sum(
        is_counted(each, mark, corrections)
        for each, mark in _marked(items_of(detected, item), corrections, item)
    )
    return seen + len(corrections.missed.get(item, ()))


def corrected(detected: Set, corrections: Corrections) -> Set:
    """The set after corrections: what was marked false is still there, but not valid."""
    if not corrections.marks and corrections.exercise is None:
        return detected
    return replace(
        detected,
        exercise=corrections.exercise or detected.exercise,
        guessed=detected.guessed and corrections.exercise is None,
        reps=tuple(
            replace(rep, valid=False, reason=MARKED_FALSE)
            if mark == "false"
            else replace(rep, partial=rep.partial if mark is None else mark == "partial")
            for rep, mark in _marked(detected.reps, corrections, "rep")
        ),
        hops=tuple(
            replace(hop, valid=False, reason=MARKED_FALSE) if mark == "false" else hop
            for hop, mark in _marked(detected.hops, corrections, "hop")
        ),
        holds=tuple(
            replace(hold, valid=False, reason=MARKED_FALSE) if mark == "false" else hold
            for hold, mark in _marked(detected.holds, corrections, "hold")
        ),
    )


def summarise_corrected(
    detected: Set,
    corrections: Corrections,
    medians: Mapping[str, float] | None = None,
    sds: Mapping[str, float] | None = None,
) -> Summary:
    """Summarise a set as :func:`sensing.results.set_summary.summarise` does, after corrections.

    What was marked false is in no number at all. ``medians`` and ``sds`` are those the database
    keeps; None: work them out.
    """
    if corrections.false_set:
        return summarise(())
    plain = summarise(corrected(detected, corrections), medians, sds)
    if not corrections and not corrections.valid_only:
        return plain

    def count(item: Item) -> int:
        return corrected_count(detected, corrections, item)

    def invalid(item: Item) -> int:
        return sum(
            not each.valid and mark != "false"
            for each, mark in _marked(items_of(detected, item), corrections, item)
        )

    reps, hops, holds, steps = plain.reps, plain.hops, plain.holds, plain.steps
    if reps is not None or count("rep"):
        partial = _partial_count(detected, corrections)
        reps = replace(
            reps or summarise_reps(()),
            count=count("rep"),
            full=max(0, count("rep") - partial),
            partial=partial,
            invalid=invalid("rep"),
        )
    if hops is not None or count("hop"):
        hops = replace(hops or summarise_hops(()), count=count("hop"), invalid=invalid("hop"))
    if holds is not None:
        holds = replace(holds, count=count("hold"), invalid=invalid("hold"))
    if steps is not None or "step" in corrections.counts:
        steps = count("step")
    steps_sd = None if "step" in corrections.counts else plain.steps_sd
    return replace(plain, reps=reps, hops=hops, holds=holds, steps=steps, steps_sd=steps_sd)


def _partial_count(detected: Set, corrections: Corrections) -> int:
    return sum(
        is_counted(rep, mark, corrections) and (rep.partial if mark is None else mark == "partial")
        for rep, mark in _marked(detected.reps, corrections, "rep")
    )


def _marked(
    events: Sequence[E], corrections: Corrections, item: Item
) -> list[tuple[E, Mark | None]]:
    return [(event, corrections.marks.get((item, n))) for n, event in enumerate(events, 1)]


def check(correction: Correction, detected: Set) -> None:
    """Accept a correction that is possible for a set.

    Raises:
        UsageError: it is about something that is not in the set, or makes no sense.
    """
    match correction:
        case FalseSet():
            pass
        case Renamed(exercise=exercise):
            find_exercise(exercise)
        case Count(count=count):
            if count < 0:
                raise UsageError(f"a count of {count} makes no sense", remedy="give 0 or more")
        case Marked(item=item, n=n, mark=mark):
            if mark == "partial" and item != "rep":
                raise UsageError(f"a {item} can't be partial", remedy="mark it false or ok")
            there = len(items_of(detected, item))
            if not 1 <= n <= there:
                raise UsageError(
                    f"set {correction.set_n} has no {item} {n}",
                    remedy=f"it has {there} {item}{'' if there == 1 else 's'}",
                )
        case Missed(item=item, at_s=at_s):
            if at_s is None:
                return
            if not math.isfinite(at_s):
                raise UsageError(f"{at_s} is no time", remedy="give seconds on the recording")
            for n, each in enumerate(items_of(detected, item), 1):
                start_s, end_s = span_s(each)
                if start_s <= at_s < end_s:
                    raise UsageError(
                        f"{item} {n} was detected at {at_s:g} s already,"
                        f" {start_s:.1f} to {end_s:.1f} s",
                        remedy="mark that one, or give another time",
                    )
