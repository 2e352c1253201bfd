"""The rule of an entry as a ladder: which step comes next, and which one some sessions reached.

A step is a load with reps or seconds. Steps are ordered by load, then by reps or seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

SESSIONS = 2
"""Sessions running that must reach the target before it goes up; more are more cautious."""

MAX_PAIN = 3
"""Highest pain, 0-10, at which the target stays or goes up; a higher limit progresses faster and
risks more. The pain-monitoring model (Silbernagel 2007) tolerates up to 5."""

STEP_S = 5.0
"""Step of a rule in seconds; a convention. Larger steps are reached less often."""

_HELD_SHARE = 0.95
"""A set of 30 s may end a moment early: this share of a time counts as all of it."""

What = Literal["reps", "time_s"]


class Level(NamedTuple):
    """A step of a rule: ``load_kg``, then the number of the step within the range, from 0."""

    load_kg: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progression:
    """A rule of progression.

    Attributes:
        what: what goes up.
        steps: reps, or seconds, of a set; ascending.
        then_load_kg: load that is added after the last step; None: the last step is the end.
        max_load_kg: no more load than this; None: no limit.
        sessions: running, that must reach the target before it goes up.
        max_pain: highest pain, 0-10, at which it may.
        keep_tempo: the tempo must be kept, where the entry has one and it was measured.
    """

    what: What
    steps: tuple[float, ...]
    then_load_kg: float | None = None
    max_load_kg: float | None = None
    sessions: int = SESSIONS
    max_pain: int = MAX_PAIN
    keep_tempo: bool = True


class DoneSet(NamedTuple):
    """One set: load, and its reps or seconds."""

    load_kg: float
    value: float


class Session(NamedTuple):
    """An exercise on one day.

    Attributes:
        day_n: the day (``date.toordinal()``).
        legs: the sets of each leg that is judged; usually one. The weaker one decides.
        pain: the highest reported; None if none was.
        kept, timed: reps that kept the tempo, of those whose tempo was measured.
    """

    day_n: int
    legs: tuple[tuple[DoneSet, ...], ...]
    pain: int | None = None
    kept: int = 0
    timed: int = 0


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps of a rule in their order, from the load it begins with."""

    rule: Progression
    least_kg: float
    sets: int

    def after(self, level: Level) -> Level:
        """The next step; the same at the end."""
        if level.n + 1 < len(self.rule.steps):
            return Level(level.load_kg, level.n + 1)
        if self.rule.then_load_kg is None:
            return level
        more = level.load_kg + self.rule.then_load_kg
        if self.rule.max_load_kg is not None:
            more = min(more, self.rule.max_load_kg)
        return Level(round(more, 3), 0) if more > level.load_kg else level

    def before(self, level: Level) -> Level:
        """The step before; the same at the beginning."""
        if level.n > 0:
            return Level(level.load_kg, level.n - 1)
        if self.rule.then_load_kg is None or level.load_kg <= self.least_kg:
            return level
        less = max(self.least_kg, level.load_kg - self.rule.then_load_kg)
        return Level(round(less, 3), len(self.rule.steps) - 1)

    def reached(self, sessions: Sequence[Session]) -> Level | None:
        """The highest step that all of these sessions reached with all their sets."""
        for load in sorted(self._loads(sessions), reverse=True):
            n = min(self.reached_at(leg, load) for each in sessions for leg in each.legs)
            if n >= 0:
                most = self.rule.max_load_kg
                return Level(load if most is None else min(load, max(most, self.least_kg)), n)
        return None

    def _loads(self, sessions: Sequence[Session]) -> set[float]:
        if self.rule.then_load_kg is None:
            return {self.least_kg}
        done = {one.load_kg for each in sessions for leg in each.legs for one in leg}
        return {self.least_kg, *(load for load in done if load > self.least_kg)}

    def reached_at(self, leg: Sequence[DoneSet], load_kg: float) -> int:
        """Number of the step that the planned number of sets reached; -1: not even the first."""
        values = sorted((one.value for one in leg if one.load_kg >= load_kg), reverse=True)
        if len(values) < self.sets:
            return -1
        value = values[self.sets - 1]
        share = _HELD_SHARE if self.rule.what == "time_s" else 1.0
        return sum(value >= share * step for step in self.rule.steps) - 1
