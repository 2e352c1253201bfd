"""The guided dialogue that calibrates an exercise: stand, do the reps (to a beat), stand.

With a pace the routine beats time itself: "up", "down, 3 s: 2". The beat starts when the athlete
has stood still for a moment, and follows the time of the samples. Without a pace the reps are done
as usual, with a short stand between them. When the athlete stands still again, the trial so far is
analysed as a whole. If a profile comes out of it, the routine is done; if not, it says what is
missing and the athlete can continue.
"""

from __future__ import annotations

import numpy as np

from calibration.common.rest import RestFinder
from calibration.common.routine import Prompt
from calibration.common.trial_samples import TrialSamples
from calibration.exercise.exercise import LearntReps, learn_reps
from calibration.exercise.reference_reps import Pace
from calibration.placement.routine import STANDING
from sensing.core.errors import RecordingError, UsageError
from sensing.core.exercises import Exercise
from sensing.core.samples import Samples, Worn
from sensing.profile.sensor_correction import SensorFit

STAND_S = 4.0
"""Standing before the first rep."""

PAUSE_S = 2.0
"""Standing between reps: the start and end of a slow rep are clearest next to rest."""

_READY_S = 3.0
"""From the end of standing to the first beat."""

_OVER_S = 3.0
"""Standing longer than between reps means that the athlete has finished."""

USUAL_REPS = 5


def check_exercise(exercise: Exercise) -> None:
    """Refuse an exercise that is calibrated in another way.

    Raises:
        UsageError: it has no reps; the message names the right calibration.
    """
    if exercise.kind == "reps":
        return
    remedy = {
        "hops": "contact times are calibrated by `anklet calibrate contact`",
        "hops-and-hold": "contact times are calibrated by `anklet calibrate contact`",
    }.get(exercise.kind, "`anklet exercises` lists all exercises")
    raise UsageError(f"{exercise.name} has no reps to calibrate", remedy=remedy)


class RepsRoutine:
    """Guides through reference reps; see the module. Gives a :class:`LearntReps`.

    Args:
        exercise: which raises.
        reps: how many to do.
        placement: how the sensor is worn, if it was given.
        pace: durations to beat, or that a recording was paced to; None: the athlete's own tempo.
        sensor: the sensor's calibration, if there is one.

    Raises:
        UsageError: the exercise has no reps.
    """

    def __init__(
        self,
        exercise: Exercise,
        reps: int = USUAL_REPS,
        placement: Worn | None = None,
        pace: Pace | None = None,
        sensor: SensorFit | None = None,
    ) -> None:
        check_exercise(exercise)
        self._exercise = exercise
        self._reps = reps
        self._placement: Worn | None = placement
        self._pace = pace
        self._trial = TrialSamples(exercise, placement or "ankle", sensor)
        self._finder = RestFinder(STANDING)
        self._asked_s = -np.inf
        self._reason: str | None = None
        self._done = False

    @property
    def prompt(self) -> Prompt:
        """What to show now."""
        rests = self._finder.rests()
        now = self._finder.now()
        if not rests:
            stood_s = now[-1].end_s - now[0].start_s if now else 0.0
            text = f"Stand still on both feet ({STAND_S:.0f} s)."
            return Prompt(text=text, progress=0.1 * min(1.0, stood_s / STAND_S))
        self._look(now[-1].end_s - now[0].start_s if now else 0.0)
        if self._done:
            return Prompt(text="Done.", progress=1.0, done=True)
        begun_s = rests[0].start_s + STAND_S
        now_s = self._finder.frames[-1].end_s
        if self._pace is not None:
            return self._beat(now_s - begun_s, self._pace)
        rep = min(self._trial.provisional + 1, self._reps)
        if self._trial.provisional >= self._reps:
            text = "Stand still now."
        else:
            text = f"Rep {rep} of {self._reps}: up and down as usual, then stand for a moment."
        return Prompt(text=text, progress=0.1 + 0.8 * (rep - 1) / self._reps, warning=self._reason)

    def push(self, samples: Samples) -> Prompt:
        """Add the next samples."""
        self._trial.push(samples)
        self._finder.push(samples)
        return self.prompt

    def finish(self) -> LearntReps:
        """The calibration from the reps so far.

        Raises:
            RecordingError: the trial is not good enough; the message says why and what to do.
            UsageError: this number of reps is not a reference.
        """
        return self._learn(self._trial.blocks())

    def _learn(self, blocks: list[Samples]) -> LearntReps:
        return learn_reps(blocks, self._exercise, self._reps, self._placement, self._pace)

    def _look(self, stood_s: float) -> None:
        """Check whether there is enough, once a second of samples, while the athlete stands."""
        at_s = float(np.floor(self._finder.frames[-1].end_s))
        if self._done or stood_s < _OVER_S or at_s == self._asked_s:
            return
        if self._trial.provisional == 0 and self._asked_s == -np.inf and stood_s < 2 * _OVER_S:
            return
        self._asked_s = at_s
        blocks = [
            block.part(0, round(block.position(at_s)))
            for block in self._trial.blocks()
            if block.time_s(0) < at_s
        ]
        try:
            learnt = self._learn(blocks)
        except RecordingError as error:
            self._reason = str(error) if self._trial.provisional >= self._reps else None
        else:
            # What looks like standing may be the end of a rep that hardly moves.
            self._done = at_s - learnt.end_s[-1] > _OVER_S / 2

    def _beat(self, since_s: float, pace: Pace) -> Prompt:
        """What the beat says this long after standing ended."""
        whole_s = pace.raise_s + pace.top_s + pace.lower_s + PAUSE_S
        since_s -= _READY_S
        if since_s < 0:
            return Prompt(text=f"Get ready: {int(np.ceil(-since_s))}.", progress=0.1)
        rep, within_s = int(since_s // whole_s), since_s % whole_s
        if rep >= self._reps:
            return Prompt(text="Stand still now.", progress=0.9, warning=self._reason)
        for what, lasts_s in (
            ("up", pace.raise_s),
            ("hold at the top", pace.top_s),
            ("down", pace.lower_s),
            ("stand", PAUSE_S),
        ):
            if within_s < lasts_s:
                left = int(np.ceil(lasts_s - within_s))
                text = f"Rep {rep + 1} of {self._reps}: {what}, {lasts_s:g} s: {left}."
                return Prompt(text=text, progress=0.1 + 0.8 * (since_s / whole_s) / self._reps)
            within_s -= lasts_s
        return Prompt(text="Stand.", progress=0.9)
