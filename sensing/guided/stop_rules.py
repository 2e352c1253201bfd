"""When a test is over: rules that watch the live guess while a set is on.

The live guess can be wrong, and what counts is decided from the whole recording afterwards
(``sensing/review``); so these rules are generous. They prompt at the first sign and end a set only
when it can't be meant to go on, for an effort that was cut off can't be had again.

*Faltering* is the rule of the heel-raise test. A raise fails when it is seen to rise less than half
of what the first five did, or to begin away from the beat; each one that fails is prompted, and
after two prompts in a row that were not answered (Sleeswijk Visser, thesis, chapter 3) the set is
over, which is at the third failing raise. So it is when no raise begins for a while: a raise too
small for the live counter is no raise to it.

*Let go* is the rule of holds: the set is over when the position was kept and then left.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from sensing.guided.course import Course
from sensing.live.counter import LiveView
from sensing.protocol_scoring.raise_rules import FIRST, HALF, is_off_beat

Views = Mapping[str, LiveView | None]

_LEAST_KNOWN = 3
_OFF_BEAT, _LATE = 0.3, 1.6
"""Of a cycle: a little more than what fails a raise afterwards, for the live times are rougher."""
_PROMPT_GAP, _END_GAP = 2.5, 3.6
"""Cycles since the last raise began; the guess knows of one some 0.7 of a cycle late."""
_FAILS = 3
_LEAST_HELD_S, _DOWN_S = 2.0, 1.5
"""What is let go sooner was a false start; down for so long it is not taken back any more."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a rule has to say at one moment: a prompt, and whether and why the set is over."""

    prompt: str = ""
    ended: str = ""


NOTHING = Said()


class StopRule(Protocol):
    """Watches one set."""

    def hear(self, views: Views) -> Said:
        """Take the live guess as it stands."""
        ...


def rule_for(course: Course) -> StopRule | None:
    """A fresh rule for a set of this course; None where only the target ends it."""
    match course.ends:
        case "faltering":
            bpm = course.metronome_bpm
            return Faltering(cycle_s=None if bpm is None else 120.0 / bpm)
        case "let-go":
            return LetGo()
    return None


class Faltering:
    """See the module. Watches the sensor that counts most.

    Args:
        cycle_s: from one raise to the next as the metronome beats; None without one.
    """

    def __init__(self, cycle_s: float | None) -> None:
        self._cycle_s = cycle_s
        self._base: LiveView | None = None
        self._starts_s: list[float] = []
        self._rises_m: list[float] = []
        self._risen = 0
        self._late = False
        self._fails = 0
        self._waited = False

    def hear(self, views: Views) -> Said:
        """Take the live guess as it stands."""
        view = max(
            (each for each in views.values() if each is not None),
            key=lambda each: each.count,
            default=None,
        )
        if view is None:
            return NOTHING
        if self._base is None:
            self._base, self._risen = view, view.risen
        self._hear_start(view)
        if view.risen != self._risen:
            self._risen = view.risen
            return self._judge(view.rise_m)
        return self._wait(view)

    def _hear_start(self, view: LiveView) -> None:
        start_s = view.last_s
        base_s = -math.inf if self._base is None else self._base.time_s
        if start_s is None or start_s < base_s or start_s in self._starts_s[-1:]:
            return
        self._late = self._is_off(start_s)
        self._starts_s.append(start_s)
        self._waited = False

    def _is_off(self, start_s: float) -> bool:
        """Whether a raise that begins now is away from the beat of those before."""
        cycle_s = self._cycle_s
        if cycle_s is None:
            return False
        return is_off_beat(self._starts_s, start_s, cycle_s, off=_OFF_BEAT, late=_LATE)

    def _judge(self, rise_m: float | None) -> Said:
        """A raise is over."""
        low = False
        if rise_m is not None:
            first = self._rises_m[:FIRST]
            low = len(first) >= _LEAST_KNOWN and rise_m < HALF * statistics.median(first)
            self._rises_m.append(rise_m)
        if not (low or self._late):
            self._fails = 0
            return NOTHING
        self._fails += 1
        prompt = "higher!" if low else "keep to the beat!"
        if self._fails < _FAILS:
            return Said(prompt)
        why = "below half the height" if low else "off the beat"
        return Said(ended=f"{_FAILS} raises in a row failed, the last {why}")

    def _wait(self, view: LiveView) -> Said:
        """Nothing new was seen."""
        if self._cycle_s is None or len(self._starts_s) < _LEAST_KNOWN:
            return NOTHING
        waited = (view.time_s - self._starts_s[-1]) / self._cycle_s
        if waited > _END_GAP:
            return Said(ended="no more raises")
        if waited > _PROMPT_GAP and not self._waited:
            self._waited = True
            return Said("raise!")
        return NOTHING


class LetGo:
    """See the module; with two sensors, when neither is held any more."""

    def __init__(self) -> None:
        self._base: dict[str, int] = {}
        self._down_s: float | None = None

    def hear(self, views: Views) -> Said:
        """Take the live guess as it stands."""
        kept, now_s = False, 0.0
        for side, view in views.items():
            if view is None:
                continue
            before = self._base.setdefault(side, view.holds - view.holding)
            now_s = max(now_s, view.time_s)
            if view.holds <= before:
                continue
            if view.holding:
                self._down_s = None
                return NOTHING
            kept = kept or view.hold_s >= _LEAST_HELD_S
        if not kept:
            self._down_s = None
            return NOTHING
        self._down_s = now_s if self._down_s is None else self._down_s
        return Said(ended="let go") if now_s - self._down_s >= _DOWN_S else NOTHING
