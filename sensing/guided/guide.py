"""Guides through a session: wait until all is still, count down, set, settle, rest, and again.

A state machine without a clock: the caller has one, calls :meth:`Guide.step` often and gets what to
show and to sound. Figures and sounds come from the same :class:`Moment`, so that screen and sound
agree: a rep sounds when it has become certain, never before, and only once.

After *go* a set ends only at its target, when the athlete ends it or, in a test, by its stop rule
(``sensing/guided/stop_rules.py``). If a sensor is lost, the set goes on and a warning sounds once.
At the target the athlete stands still while the recording continues for ``settle_s``, so that the
last rep can be analysed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from sensing.core.errors import UsageError
from sensing.core.exercises import Exercise
from sensing.guided.course import Course, Cue, Moment, Stage
from sensing.guided.pacing import Metronome, Tempo
from sensing.guided.stop_rules import NOTHING, StopRule, rule_for
from sensing.live.counter import LiveView
from sensing.live.set_count import SideTally

_STILL_MPS2 = 0.5
"""Standing on one leg sways by 0.1–0.3 m/s², walking by ten times that."""
_TICKS = 3
_REST_TICK_S = 10.0
_QUICK_HOPS = 5
"""At three hops a second every fifth has a bell."""
_SLOW_CONTACT_S = 1.0
_HOLD_STEP_S = 10.0
_LANDING_S, _BALANCE_S = 2.0, 15.0
"""Time until a balance after a hop is detected, and the longest time it is waited for."""


class Guide:
    """Guides through a course.

    Args:
        course: what is to be done.
        exercise: what is done; None if unknown, in which case nothing is counted.

    Raises:
        UsageError: this exercise cannot have that target.
    """

    def __init__(self, course: Course, exercise: Exercise | None) -> None:
        counted = exercise is not None and exercise.kind not in ("hold", "walk", "timer")
        if course.reps is not None and not counted:
            what = "an unknown exercise" if exercise is None else exercise.name
            raise UsageError(f"{what} is timed, not counted", remedy="give --time")
        self._course = course
        self._held = exercise is not None and exercise.has_holds
        self._leans = exercise is not None and exercise.kind == "lean"
        self._counted = counted
        self._every = 1 if exercise is None else _bell_every(exercise)
        self._pace: Tempo | Metronome | None = course.tempo
        if course.metronome_bpm is not None:
            pairs = exercise is not None and exercise.kind == "reps"
            self._pace = Metronome(bpm=course.metronome_bpm, pairs=pairs)
        self._now_s = -math.inf
        self._stage: Stage = "waiting"
        self._since_s: float | None = None
        self._set_n = 1
        self._go_s = math.inf
        self._begun_s = self._ended_s = 0.0
        self._reached = self._stopped = False
        self._streaming = False
        self._lost = False
        self._skip = False
        self._cues: list[Cue] = []
        self._ticks = self._mark = self._rung = self._tens = 0
        self._rest_ticked = False
        self._landed_s = math.inf
        self._tallies: dict[str, SideTally] = {}
        self._rule: StopRule | None = None
        self._said = ""

    def step(
        self, now_s: float, views: Mapping[str, LiveView | None], *, streaming: bool
    ) -> Moment:
        """Return what to show and to sound now.

        Args:
            now_s: time on any clock, s; if it runs backwards, time stands still.
            views: provisional count of each sensor, by side; None if there is none yet.
            streaming: every sensor is sending samples.
        """
        self._update_link(streaming=streaming)
        self._pass(now_s)
        stage: Stage | None = None
        if self._stage in ("set", "settling") and self._count(views):
            stage = self._stage  # show what sounds before the stage changes
        while self._stage != stage:
            stage = self._stage
            self._advance(views)
        self._keep_pace()
        cues, self._cues = tuple(self._cues), []
        return self._moment(cues)

    def skip(self, now_s: float) -> None:
        """Skip to the next stage; without samples no set can begin."""
        self._pass(now_s)
        match self._stage:
            case "waiting":
                self._skip = self._streaming
            case "countdown":
                self._go_s = self._now_s
            case "rest":
                self._go_s = min(self._go_s, self._now_s + self._course.countdown_s)
            case "set":
                self._end_set()
            case "settling":
                self._leave_settling()

    def stop(self, now_s: float) -> None:
        """End the set; if called again or outside a set, end the session."""
        self._pass(now_s)
        if self._stage == "set":
            self._end_set()
            self._stopped = True
        elif self._stage == "settling" and not self._stopped:
            self._stopped = True  # the target was reached before the key was pressed
        else:
            self._enter("done")

    def _pass(self, now_s: float) -> None:
        self._now_s = max(self._now_s, now_s)
        if self._since_s is None:
            self._since_s = self._now_s

    def _enter(self, stage: Stage) -> None:
        self._stage = stage
        self._since_s = self._now_s
        self._skip = False

    def _update_link(self, *, streaming: bool) -> None:
        if self._streaming and not streaming and self._stage != "done":
            self._cues.append("trouble")
            self._lost = True
        elif streaming and self._lost:
            if self._stage != "done":
                self._cues.append("back")
            self._lost = False
        self._streaming = streaming

    def _advance(self, views: Mapping[str, LiveView | None]) -> None:
        """Change the stage, if a change is due."""
        match self._stage:
            case "waiting" if self._streaming and (self._skip or _still(views)):
                self._count_down(self._now_s + self._course.countdown_s)
            case "countdown":
                self._tick(views)
            case "set" if self._time_is_over():
                self._reach()
            case "settling" if self._now_s >= self._ended_s + self._course.settle_s:
                self._leave_settling()
            case "rest":
                self._rest()

    def _count_down(self, go_s: float) -> None:
        self._enter("countdown")
        self._go_s = go_s
        self._ticks = _TICKS + 1

    def _tick(self, views: Mapping[str, LiveView | None]) -> None:
        left_s = self._go_s - self._now_s
        if not self._streaming:
            self._enter("waiting")
        elif left_s <= 0:
            self._begin_set(views)
        elif (due := math.ceil(left_s)) < self._ticks:
            self._ticks = due
            self._cues.append("tick")

    def _begin_set(self, views: Mapping[str, LiveView | None]) -> None:
        self._enter("set")
        self._begun_s = self._now_s
        self._tallies = {side: SideTally(view) for side, view in views.items()}
        self._reached = self._stopped = False
        self._rung = self._tens = 0
        self._landed_s = math.inf
        self._mark = -1
        self._rule, self._said = rule_for(self._course), ""
        self._cues.append("go")

    def _end_set(self) -> None:
        self._ended_s = self._now_s
        self._said = ""
        self._enter("settling")

    def _leave_settling(self) -> None:
        if self._set_n >= self._course.sets:
            self._enter("done")
            return
        self._enter("rest")
        self._rest_ticked = self._course.rest_s < 2 * _REST_TICK_S
        self._go_s = max(self._now_s, self._ended_s + self._course.rest_s)

    def _rest(self) -> None:
        left_s = self._go_s - self._now_s
        if left_s <= self._course.countdown_s:
            self._cues.append("rest-over")
            self._set_n += 1
            if self._streaming:
                self._count_down(self._go_s)
            else:
                self._enter("waiting")
        elif left_s <= _REST_TICK_S and not self._rest_ticked:
            self._rest_ticked = True
            self._cues.append("rest-tick")

    def _time_is_over(self) -> bool:
        time_s = self._course.time_s
        return time_s is not None and not self._held and self._set_s() >= time_s

    def _count(self, views: Mapping[str, LiveView | None]) -> bool:
        """Update the counts and sound what has become certain; True if something sounds."""
        if self._reached and self._course.reps is not None:
            return False  # stepping off the board is not a rep
        before = len(self._cues)
        for side, view in views.items():
            if view is not None:
                self._tallies.setdefault(side, SideTally()).update(view)
        certain, held_s = self._certain(), self._held_s()
        if self._counted:
            self._cues += ["rep"] * (certain // self._every - self._rung // self._every)
            goal = self._course.reps
            nearly = goal is not None and self._rung < goal - 1 <= certain < goal
            if nearly and self._every == 1:
                self._cues.append("last-rep")
            self._rung = certain
            if goal is not None and certain >= goal and self._balance_is_over(views):
                self._reach()
        if self._held:
            tens = int(held_s / _HOLD_STEP_S)
            self._cues += ["rep"] * max(0, tens - self._tens)
            self._tens = max(self._tens, tens)
            if self._course.time_s is not None and held_s >= self._course.time_s:
                self._reach()
        self._apply_rule(views)
        return len(self._cues) > before

    def _apply_rule(self, views: Mapping[str, LiveView | None]) -> None:
        """Prompt or end the set according to the stop rule of the test."""
        if self._stage != "set" or self._rule is None:
            return
        said = self._rule.update(views)
        if said == NOTHING:
            return
        if said.ended:
            self._reached = True
            self._cues.append("over")
            self._end_set()
        else:
            self._cues.append("prompt")
        self._said = said.ended or said.prompt

    def _balance_is_over(self, views: Mapping[str, LiveView | None]) -> bool:
        """True if no balance follows the last hop, or it is over or long enough."""
        if not self._held or self._leans:
            return True  # a lean is certain once it is over
        self._landed_s = min(self._landed_s, self._now_s)
        since_s = self._now_s - self._landed_s
        holding = any(view is not None and view.holding for view in views.values())
        return since_s >= _BALANCE_S or (since_s >= _LANDING_S and not holding)

    def _keep_pace(self) -> None:
        if self._stage == "set" and self._pace is not None:
            number, mark = self._pace.newest(self._set_s())
            if number > self._mark:
                self._mark = number
                self._cues.append(mark)

    def _reach(self) -> None:
        if not self._reached:
            self._reached = True
            self._cues.append("target")
        if self._stage == "set":
            self._end_set()

    def _certain(self) -> int:
        return max((tally.now.certain for tally in self._tallies.values()), default=0)

    def _held_s(self) -> float:
        return max((tally.now.held_s for tally in self._tallies.values()), default=0.0)

    def _set_s(self) -> float:
        if self._stage == "set":
            return self._now_s - self._begun_s
        return self._ended_s - self._begun_s

    def _left_s(self) -> float | None:
        match self._stage:
            case "countdown" | "rest":
                return max(0.0, self._go_s - self._now_s)
            case "settling":
                return max(0.0, self._ended_s + self._course.settle_s - self._now_s)
            case "set" if self._course.time_s is not None:
                done_s = self._held_s() if self._held else self._set_s()
                return max(0.0, self._course.time_s - done_s)
        return None

    def _moment(self, cues: tuple[Cue, ...]) -> Moment:
        on = self._stage == "set" and self._pace is not None
        sides = {side: tally.now for side, tally in self._tallies.items()}
        return Moment(
            stage=self._stage,
            set_n=self._set_n,
            sets=self._course.sets,
            elapsed_s=self._now_s - (self._since_s or 0.0),
            left_s=self._left_s(),
            set_s=self._set_s(),
            count=max((each.count for each in sides.values()), default=0),
            certain=self._certain(),
            held_s=self._held_s(),
            target_reps=self._course.reps,
            target_s=self._course.time_s,
            reached=self._reached,
            sides=sides,
            cues=cues,
            beat=self._pace.beat(self._set_s()) if on and self._pace is not None else None,
            said=self._said if self._stage in ("set", "settling") else "",
        )


def _bell_every(exercise: Exercise) -> int:
    """Number of reps or hops for each sound."""
    quick = exercise.kind == "hops" and exercise.look.contact_s[1] <= _SLOW_CONTACT_S
    return _QUICK_HOPS if quick else 1


def _still(views: Mapping[str, LiveView | None]) -> bool:
    """Every sensor is present and at rest."""
    sways = [None if view is None else view.sway_mps2 for view in views.values()]
    return bool(sways) and all(sway is not None and sway < _STILL_MPS2 for sway in sways)
