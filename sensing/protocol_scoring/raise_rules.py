"""Which raises of a heel-raise endurance test count, and what ended it.

The raises of the whole recording are judged in order. A raise fails if it reaches less than half of
the athlete's own height (the median of the first five), or if it is off the beat: started more than
a quarter of a cycle away from the beat of the five raises before it, or more than one and a half
cycles after the last of them. The test ends at the first *two consecutive failed raises*, or if
more than two beats pass without a raise; later raises do not count. A single failed raise does not
end it: a low one is not counted, a late one is.

Published protocols (Sleeswijk Visser, thesis, chapter 3) leave the limits of height and delay to an
observer's eye; the limits here are Anklet's own.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sensing.core.events import Rep

CYCLE_S = 2.0
"""Up on one beat of 60 a minute, down on the next: 30 raises a minute."""
HALF = 0.5
FIRST = 5
"""Raises that define an athlete's own height, beat, and fatigue."""
OFF_BEAT, LATE, LOST = 0.25, 1.5, 2.5
"""Shares of a cycle: how far off the beat fails, how long after the previous raise fails, and after
how long two beats have passed without a raise."""
_LEAST_BEATS = 3

Why = Literal["counted", "low", "off the beat", "not trusted", "after the end"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One raise of the test; ``n`` counts all detected raises from 1."""

    n: int
    rep: Rep
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """All raises, and why the test ended.

    Attributes:
        raises: in order.
        stop: number of raises before the end.
        ended: why it ended, in words; empty if no rule ended it.
        usual_m: the athlete's own height, m.
    """

    raises: tuple[Judged, ...]
    stop: int
    ended: str
    usual_m: float | None

    @property
    def counted(self) -> tuple[Rep, ...]:
        """The raises that count."""
        return tuple(each.rep for each in self.raises if each.why == "counted")


def judge(reps: Sequence[Rep], cycle_s: float | None = CYCLE_S, *, half: float = HALF) -> Judgement:
    """Judge for every raise whether it counts.

    Args:
        reps: of one recording, in order of time.
        cycle_s: from one raise to the next by the metronome; None: there was none, and then no
            raise is off the beat.
        half: share of the athlete's own height below which a raise fails.
    """
    usual_m = _usual(reps)
    off = _off_beat(reps, cycle_s)
    fails: list[Why | None] = [
        "low" if _is_low(rep, usual_m, half) else "off the beat" if late and rep.valid else None
        for rep, late in zip(reps, off, strict=True)
    ]
    stop, ended = _end(reps, fails, cycle_s)
    judged = []
    for i, rep in enumerate(reps):
        fail = fails[i]
        if i >= stop:
            why: Why = fail if fail is not None and i < stop + 2 else "after the end"
        elif fail == "low":
            why = "low"
        else:  # one late raise is still a raise; only a second one shows that the beat was lost
            why = "counted" if rep.valid else "not trusted"
        judged.append(Judged(n=i + 1, rep=rep, why=why))
    return Judgement(raises=tuple(judged), stop=stop, ended=ended, usual_m=usual_m)


def _end(
    reps: Sequence[Rep], fails: Sequence[Why | None], cycle_s: float | None
) -> tuple[int, str]:
    """Number of raises before the end, and the reason for the end."""
    for i in range(1, len(reps)):
        gap_s = _gap_s(reps, i)
        if cycle_s is not None and gap_s > LOST * cycle_s:
            return i, f"the beat was lost: {gap_s:.0f} s without a raise after raise {i}"
        both = {fails[i - 1], fails[i]}
        if None not in both:
            which = f"(raises {i} and {i + 1})"
            if both == {"low"}:
                return i - 1, f"two raises in a row below half the height {which}"
            if both == {"off the beat"}:
                return i - 1, f"the beat was lost {which}"
            return i - 1, f"two raises in a row too low or off the beat {which}"
    return len(reps), ""


def _usual(reps: Sequence[Rep]) -> float | None:
    known = [rep.rise_m for rep in reps if rep.valid and rep.rise_m is not None][:FIRST]
    return statistics.median(known) if known else None


def _is_low(rep: Rep, usual_m: float | None, half: float) -> bool:
    known = rep.valid and rep.rise_m is not None and usual_m is not None
    return known and (rep.rise_m or 0.0) < half * (usual_m or 0.0)


def _gap_s(reps: Sequence[Rep], i: int) -> float:
    return reps[i].start_s - reps[i - 1].start_s


def _off_beat(reps: Sequence[Rep], cycle_s: float | None) -> list[bool]:
    """For every raise, whether it started away from the athlete's own beat."""
    if cycle_s is None:
        return [False] * len(reps)
    starts_s = [rep.start_s for rep in reps]
    return [is_off_beat(starts_s[:i], start_s, cycle_s) for i, start_s in enumerate(starts_s)]


def is_off_beat(
    before_s: Sequence[float],
    start_s: float,
    cycle_s: float,
    *,
    off: float = OFF_BEAT,
    late: float = LATE,
) -> bool:
    """Whether a raise starts away from the beat of the five before it, or long after the last.

    Compared with the last five, a slow drift passes and a pace more than 8 % wrong does not: three
    cycles of it (to the middle of the five) add up to a quarter of a cycle.

    Args:
        before_s: starts of the raises before, s.
        start_s: start of this one, s.
        cycle_s: of the metronome, s.
        off, late: limits, in cycles.
    """
    if not before_s:
        return False
    if start_s - before_s[-1] > late * cycle_s:
        return True
    last = before_s[-FIRST:]
    if len(last) < _LEAST_BEATS:
        return False
    angles = [2 * math.pi * each / cycle_s for each in last]
    own = math.atan2(sum(map(math.sin, angles)), sum(map(math.cos, angles)))
    apart = math.remainder(2 * math.pi * start_s / cycle_s - own, 2 * math.pi)
    return abs(apart) > 2 * math.pi * off
