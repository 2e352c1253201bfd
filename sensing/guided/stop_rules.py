"""When a test is over: rules that watch the provisional count during a set.

Provisional counts can be wrong, and the result comes from the whole recording afterwards
(``sensing/protocol_scoring``); so these rules are generous. They prompt at the first sign and end a
set only when it is clearly over, because a maximal effort cannot be repeated at once.

*Faltering* is the rule of the heel-raise test. A raise fails if it is lower than half the first
five, or begins off the beat. Each failing raise is prompted; after two prompts in a row without
success (Sleeswijk Visser, thesis, chapter 3), at the third failing raise, the set is over. The set
also ends when no raise begins for a while, because the live counter misses very small raises.

*Let go* is the rule of holds: the set is over when the position was held and then left.
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
"""Share of a cycle: a little more than in the result, because live times are less accurate."""
_PROMPT_GAP, _END_GAP = 2.5, 3.6
"""Cycles since the last raise began; the live count is about 0.7 of a cycle late."""
_FAILS = 3
_LEAST_HELD_S, _DOWN_S = 2.0, 1.5
"""A shorter hold was a false start; a hold that ended this long ago is no longer withdrawn."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """What a rule tells the athlete: a prompt, or why the set is over."""

    prompt: str = ""
    ended: str = ""


NOTHING = Instruction()


class StopRule(Protocol):
    """Watches one set."""

    def update(self, views: Views) -> Instruction:
        """Take the newest provisional counts."""
        ...


def rule_for(course: Course) -> StopRule | None:
    """A new rule for a set of this course; None if only the target ends it."""
    match course.ends:
        case "faltering":
            bpm = course.metronome_bpm
            return Faltering(cycle_s=None if bpm is None else 120.0 / bpm)
        case "let-go":
            return LetGo()
    return None


class Faltering:
    """The rule of the heel-raise test, for the sensor with the highest count.

    Args:
        cycle_s: time from one raise to the next by the metronome; None without one.
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

    def update(self, views: Views) -> Instruction:
        """Take the newest provisional counts."""
        view = max(
            (each for each in views.values() if each is not None),
            key=lambda each: each.count,
            default=None,
        )
        if view is None:
            return NOTHING
        if self._base is None:
            self._base, self._risen = view, view.risen
        self._note_start(view)
        if view.risen != self._risen:
            self._risen = view.risen
            return self._judge(view.rise_m)
        return self._wait(view)

    def _note_start(self, view: LiveView) -> None:
        start_s = view.last_s
        base_s = -math.inf if self._base is None else self._base.time_s
        if start_s is None or start_s < base_s or start_s in self._starts_s[-1:]:
            return
        self._late = self._is_off(start_s)
        self._starts_s.append(start_s)
        self._waited = False

    def _is_off(self, start_s: float) -> bool:
        """Whether a raise that begins now is off the beat of those before."""
        cycle_s = self._cycle_s
        if cycle_s is None:
            return False
        return is_off_beat(self._starts_s, start_s, cycle_s, off=_OFF_BEAT, late=_LATE)

    def _judge(self, rise_m: float | None) -> Instruction:
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
            return Instruction(prompt)
        why = "below half the height" if low else "off the beat"
        return Instruction(ended=f"{_FAILS} raises in a row failed, the last {why}")

    def _wait(self, view: LiveView) -> Instruction:
        """No new raise was counted."""
        if self._cycle_s is None or len(self._starts_s) < _LEAST_KNOWN:
            return NOTHING
        waited = (view.time_s - self._starts_s[-1]) / self._cycle_s
        if waited > _END_GAP:
            return Instruction(ended="no more raises")
        if waited > _PROMPT_GAP and not self._waited:
            self._waited = True
            return Instruction("raise!")
        return NOTHING


class LetGo:
    """The rule of holds; with two sensors, when neither leg is held any more."""

    def __init__(self) -> None:
        self._base: dict[str, int] = {}
        self._down_s: float | None = None

    def update(self, views: Views) -> Instruction:
        """Take the newest provisional counts."""
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
        return Instruction(ended="let go") if now_s - self._down_s >= _DOWN_S else NOTHING
