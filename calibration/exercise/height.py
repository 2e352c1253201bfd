"""Scale measured heel-rise height to the true height of the heel, with raises to a known height.

Double integration measures how far the *sensor* rises, with an error that belongs to the athlete
and to how the sensor sits. The error repeats from rep to rep, so it does not average out, but it
can be learnt. With the heel raised each time to the same known height (until the head touches a
mark, or the heel the edge of a book held behind it) every rep gives a ratio. Their median is the
scale, which one bad rep can't move; the scatter of the reps about it shows how good it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from calibration.common.routine import Prompt
from calibration.common.trial_samples import TrialSamples
from sensing.analysis.analyse import Analyser
from sensing.core.errors import RecordingError, UsageError
from sensing.core.exercises import Exercise
from sensing.core.samples import Samples, Worn
from sensing.core.units import Floats
from sensing.profile.sensor_correction import SensorFit

KNOWN_M = (0.02, 0.25)
"""Nobody raises the heel higher; below, an error of a few millimetres is too large a share."""
GOOD_REPS = 5
LEAST_REPS = 4
FACTOR = (0.5, 2.0)
"""A scale outside this range means that something else was measured than the known height."""
_SPREAD = 0.12
"""Reps to one height scatter by 1–4 % of it (simulated people who move as the model of raises does;
five of eight who strike and shake by up to 10 %, the others by more).
"""
_MEDIAN_SD = math.sqrt(math.pi / 2)
"""Standard error of a median, relative to that of a mean."""
_AGAIN = 0.03
"""How much the scale of one athlete differs between trials with the sensor left in place:
simulated people, standard deviation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeightFit:
    """An athlete's own scale of heel-rise height.

    Attributes:
        rise_scale: true rise / measured rise (no unit).
        rise_sd_share: standard uncertainty of a single scaled height, as a share of it.
        reps: number of reps it was fitted to.
        measured_m: their median before scaling, m.
    """

    rise_scale: float
    rise_sd_share: float
    reps: int
    measured_m: float


def fit_height(rise_m: Floats, known_m: float) -> HeightFit:
    """Scale from reps to one known height.

    Args:
        rise_m: measured height of each rep, not scaled, shape (n,), m.
        known_m: true height of every rep, m.

    Raises:
        UsageError: the height is not plausible for a heel.
        RecordingError: too few reps, reps too unlike each other, or an implausible scale.
    """
    check_known(known_m)
    n = len(rise_m)
    if n < LEAST_REPS:
        raise RecordingError(
            f"{n} raises are too few",
            remedy=f"do at least {LEAST_REPS}, all to the same height, then stand still",
        )
    usual_m = float(np.median(rise_m))
    if usual_m <= 0:
        raise RecordingError(
            "no heel-rise height was measured", remedy="check the placement and the exercise"
        )
    scatter = 1.4826 * float(np.median(np.abs(rise_m - usual_m))) / usual_m
    if scatter > _SPREAD:
        raise RecordingError(
            f"the raises vary by ±{100 * scatter:.0f} % of their height",
            remedy="raise to the same mark every time, about a second up and a second down",
        )
    scale = known_m / usual_m
    if not FACTOR[0] <= scale <= FACTOR[1]:
        raise RecordingError(
            f"the sensor measured {100 * usual_m:.1f} cm, but {100 * known_m:.1f} cm was given",
            remedy="check the height (in cm), the exercise and where the sensor is worn",
        )
    sd = math.hypot(scatter, _MEDIAN_SD * scatter / math.sqrt(n), _AGAIN)
    return HeightFit(
        rise_scale=round(scale, 4),
        rise_sd_share=round(sd, 4),
        reps=n,
        measured_m=round(usual_m, 4),
    )


def check_known(known_m: float) -> None:
    """Refuse a height that no heel reaches.

    Raises:
        UsageError: it is not plausible, perhaps because of its unit.
    """
    low, high = KNOWN_M
    if not low <= known_m <= high:
        raise UsageError(
            f"a heel-rise height of {100 * known_m:g} cm is not plausible",
            remedy=f"give the height of the heel in centimetres, {100 * low:g} to {100 * high:g}",
        )


class HeightRoutine:
    """Collects raises to one known height; see the module. Gives a :class:`HeightFit`.

    Args:
        known_m: height of the heel at the top of every raise, m.
        exercise: which raises are done.
        placement: how the sensor is worn.
        sensor: the sensor's calibration, if there is one.

    Raises:
        UsageError: the height is not plausible, or the exercise has no raises.
    """

    def __init__(
        self,
        known_m: float,
        exercise: Exercise,
        placement: Worn,
        sensor: SensorFit | None = None,
    ) -> None:
        check_known(known_m)
        if exercise.kind != "reps":
            raise UsageError(
                f"{exercise.name} has no raises to a known height",
                remedy="calibrate height with double-leg-calf-raise or another raise",
            )
        self._known_m = known_m
        self._exercise = exercise
        self._placement: Worn = placement
        self._trial = TrialSamples(exercise, placement, sensor)

    @property
    def prompt(self) -> Prompt:
        """What to show now."""
        if self._trial.final >= GOOD_REPS:
            return Prompt(text=f"Done: {self._trial.final} raises.", progress=1.0, done=True)
        reps = max(self._trial.provisional, self._trial.final)
        text = (
            f"Raise the heel {GOOD_REPS} times to {100 * self._known_m:g} cm, one second up and "
            "one second down, then stand still."
        )
        if reps >= GOOD_REPS:
            text = f"{reps} raises. Stand still now."
        elif reps:
            text = f"{reps} of {GOOD_REPS} raises. Continue, each to {100 * self._known_m:g} cm."
        return Prompt(text=text, progress=min(0.95, reps / GOOD_REPS))

    def push(self, samples: Samples) -> Prompt:
        """Add the next samples."""
        self._trial.push(samples)
        return self.prompt

    def finish(self) -> HeightFit:
        """The scale from the raises so far.

        Raises:
            RecordingError: too few, too unlike each other, or an implausible scale.
        """
        analyser = Analyser(self._exercise, self._placement)
        found = [each for block in self._trial.blocks() for each in analyser.push(block)]
        found += analyser.finish()
        rises_m = [
            rep.rise_m
            for window in found
            for each in window.sets
            for rep in each.reps
            if rep.valid and not rep.partial and rep.rise_m is not None
        ]
        return fit_height(np.array(rises_m), self._known_m)
