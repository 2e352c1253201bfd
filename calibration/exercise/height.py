"""Scaling measured rise to true heel height, from raises onto one known height.

Double integration measures the rise of the *sensor*, with an error that belongs to the person and
to how the sensor sits: it repeats from rep to rep, so it does not average out, but it can be
learnt. With the heel raised each time to the same known height (until the head touches a mark, or
the heel the edge of a book held behind it) every rep gives one ratio; their median is the scale,
which one rep done wrong can't move. How far the reps scatter about it says how good it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from calibration.common.routine import Prompt
from calibration.common.whole_trial import Taken
from sensing.analysis.analyse import Analyser
from sensing.core.errors import RecordingError, UsageError
from sensing.core.exercises import Exercise
from sensing.core.samples import Placement, Samples
from sensing.core.units import Floats
from sensing.profile.sensor_correction import SensorFit

KNOWN_M = (0.02, 0.25)
"""Nobody raises the heel higher; below, an error of a few millimetres is too large a part."""
GOOD_REPS = 5
LEAST_REPS = 4
FACTOR = (0.5, 2.0)
"""A scale outside says that something else was measured than what is known."""
_SPREAD = 0.12
"""Reps to one height scatter by 1–4 % of it (simulated people, 1 s each way)."""
_MEDIAN_SD = math.sqrt(math.pi / 2)
"""Standard error of a median in units of that of a mean."""
_AGAIN = 0.03
"""How much the scale differs between two trials of one person, the sensor left where it is:
simulated people, standard deviation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeightFit:
    """A person's own scale of rise.

    Attributes:
        rise_scale: true rise / measured rise (no unit).
        rise_sd_share: standard uncertainty of a single rise after that, as a part of it.
        scatter: robust standard deviation of the reps about their median, as a part of it.
        reps: how many it was learnt from.
        measured_m: their median before the scale, m.
    """

    rise_scale: float
    rise_sd_share: float
    scatter: float
    reps: int
    measured_m: float


def fit_height(rise_m: Floats, known_m: float) -> HeightFit:
    """Scale from reps to one known height.

    Args:
        rise_m: rise of each rep as measured without a scale, shape (n,), m.
        known_m: true height of every one of them, m.

    Raises:
        UsageError: the height can't be one of a heel.
        RecordingError: too few reps, reps too unlike each other, or a scale that can't be.
    """
    check_known(known_m)
    n = len(rise_m)
    if n < LEAST_REPS:
        raise RecordingError(
            f"{n} raises are too few",
            remedy=f"do {LEAST_REPS} or more, each to the same height, and stand still after them",
        )
    usual_m = float(np.median(rise_m))
    if usual_m <= 0:
        raise RecordingError("no rise was measured", remedy="check the placement and the exercise")
    scatter = 1.4826 * float(np.median(np.abs(rise_m - usual_m))) / usual_m
    if scatter > _SPREAD:
        raise RecordingError(
            f"the raises differ by ±{100 * scatter:.0f} % of their height",
            remedy="raise to the same mark every time, about a second up and a second down",
        )
    scale = known_m / usual_m
    if not FACTOR[0] <= scale <= FACTOR[1]:
        raise RecordingError(
            f"{100 * usual_m:.1f} cm were measured where {100 * known_m:.1f} cm are known",
            remedy="check the height (in cm), the exercise and where the sensor sits",
        )
    sd = math.hypot(scatter, _MEDIAN_SD * scatter / math.sqrt(n), _AGAIN)
    return HeightFit(
        rise_scale=round(scale, 4),
        rise_sd_share=round(sd, 4),
        scatter=round(scatter, 4),
        reps=n,
        measured_m=round(usual_m, 4),
    )


def check_known(known_m: float) -> None:
    """Refuse a height that no heel has.

    Raises:
        UsageError: it is out of reach, or perhaps in another unit.
    """
    low, high = KNOWN_M
    if not low <= known_m <= high:
        raise UsageError(
            f"a rise of {100 * known_m:g} cm can't be meant",
            remedy=f"give the height of the heel in centimetres, {100 * low:g} to {100 * high:g}",
        )


class HeightRoutine:
    """Takes raises to one known height; see the module. Gives a :class:`HeightFit`.

    Args:
        known_m: height of the heel at the top of every raise, m.
        exercise: which raises are done.
        placement: how the sensor is worn.
        sensor: the sensor's own errors, if they are known.

    Raises:
        UsageError: the height can't be one of a heel, or the exercise has no raises.
    """

    def __init__(
        self,
        known_m: float,
        exercise: Exercise,
        placement: Placement,
        sensor: SensorFit | None = None,
    ) -> None:
        check_known(known_m)
        if exercise.kind != "reps":
            raise UsageError(
                f"{exercise.name} has no raises whose height could be known",
                remedy="calibrate height with double-leg-calf-raise or another raise",
            )
        self._known_m = known_m
        self._exercise = exercise
        self._placement: Placement = placement
        self._taken = Taken(exercise, placement, sensor)

    @property
    def prompt(self) -> Prompt:
        """What to show as things stand."""
        if self._taken.certain >= GOOD_REPS:
            return Prompt(text=f"Done: {self._taken.certain} raises seen.", progress=1.0, done=True)
        reps = max(self._taken.guessed, self._taken.certain)
        text = (
            f"Raise the heel {GOOD_REPS} times to {100 * self._known_m:g} cm, a second up and a "
            "second down, then stand still."
        )
        if reps >= GOOD_REPS:
            text = f"{reps} raises. Stand still now."
        elif reps:
            text = f"{reps} of {GOOD_REPS} raises. Go on, each to {100 * self._known_m:g} cm."
        return Prompt(text=text, progress=min(0.95, reps / GOOD_REPS))

    def push(self, samples: Samples) -> Prompt:
        """Take the next samples."""
        self._taken.push(samples)
        return self.prompt

    def finish(self) -> HeightFit:
        """What the raises taken so far teach.

        Raises:
            RecordingError: too few, too unlike each other, or a scale that can't be.
        """
        analyser = Analyser(self._exercise, self._placement)
        found = [each for block in self._taken.blocks() for each in analyser.push(block)]
        found += analyser.finish()
        rises_m = [
            rep.rise_m
            for window in found
            for each in window.sets
            for rep in each.reps
            if rep.valid and not rep.partial and rep.rise_m is not None
        ]
        return fit_height(np.array(rises_m), self._known_m)
