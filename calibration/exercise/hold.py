"""Calibrate what an athlete's holds are compared with: quiet standing, and the way up.

The trial is standing still on both feet, then one hold as usual. Quiet standing is measured exactly
as a hold is. The height is how far the sensor rises on the way up: vertical acceleration (norm of
force minus its value while standing), integrated twice, with zero speed at both ends.
"""

from __future__ import annotations

import numpy as np

from calibration.common.rest import Rest, RestFinder
from calibration.common.routine import Prompt
from calibration.common.trial_samples import TrialSamples
from calibration.placement.routine import STANDING
from sensing.analysis.holds.find_holds import find_holds
from sensing.analysis.holds.hold_figures import too_much_missing
from sensing.analysis.holds.steadiness import steadiness
from sensing.core.errors import RecordingError, UsageError
from sensing.core.events import Hold
from sensing.core.exercises import Exercise
from sensing.core.filters import zero_phase
from sensing.core.samples import Samples, Worn
from sensing.profile.hold_reference import HoldShape
from sensing.profile.sensor_correction import SensorFit

STAND_S = 5.0
HOLD_S = 5.0
"""Shortest standing and hold: sway takes seconds to show."""

_WAY_UP_S = 2.0
_SETTLED_S = 0.3
_NORM_HZ = 8.0
_RISE_M = (0.01, 0.2)
"""An ankle rises 5–10 cm to the toes; less or more is not the way up."""
_NO_WAY_UP = ("single-leg-balance", "leg-press-hold")
_HARDER = 0.7
"""Nobody holds much more quietly than they stand; if so, the standing was not quiet."""


class HoldRoutine:
    """Collects standing and a hold; see the module. Gives a :class:`HoldShape`.

    Args:
        exercise: which hold.
        placement: how the sensor is worn.
        sensor: the sensor's calibration, if there is one.

    Raises:
        UsageError: the exercise has no hold.
    """

    def __init__(
        self, exercise: Exercise, placement: Worn, sensor: SensorFit | None = None
    ) -> None:
        if exercise.kind != "hold":
            raise UsageError(f"{exercise.name} has no hold to calibrate")
        self._exercise = exercise
        self._placement: Worn = placement
        self._trial = TrialSamples(exercise, placement, sensor)
        self._finder = RestFinder(STANDING)
        self._held_s = 0.0

    @property
    def prompt(self) -> Prompt:
        """What to show now."""
        rests = self._finder.rests()
        if not rests or rests[0].duration_s < STAND_S:
            now = self._finder.now()
            stood_s = now[-1].end_s - now[0].start_s if now else 0.0
            share = min(1.0, stood_s / STAND_S)
            return Prompt(text=f"Stand still on both feet ({STAND_S:.0f} s).", progress=0.4 * share)
        if self._held_s >= HOLD_S:
            return Prompt(text="Done.", progress=1.0, done=True)
        text = f"Now hold for {2 * HOLD_S:.0f} s as usual, then stand still on both feet."
        return Prompt(text=text, progress=0.5)

    def push(self, samples: Samples) -> Prompt:
        """Add the next samples."""
        self._trial.push(samples)
        self._finder.push(samples)
        self._held_s = max(self._held_s, self._trial.held_s)
        return self.prompt

    def finish(self) -> HoldShape:
        """The calibration from the trial so far.

        Raises:
            RecordingError: standing or the hold is missing or not reliable.
        """
        blocks = self._trial.blocks()
        for block in blocks:
            finder = RestFinder(STANDING)
            finder.push(block)
            holds = [
                each
                for each in find_holds(block, self._exercise, self._placement)
                if each.valid and (each.duration_s or 0.0) >= HOLD_S
            ]
            if holds:
                return self._learnt(block, holds[0], finder.rests())
        raise RecordingError(
            f"the trial has no {self._exercise.name} of at least {HOLD_S:.0f} s",
            remedy="stand still on both feet, hold, and stand again",
        )

    def _learnt(self, block: Samples, hold: Hold, rests: list[Rest]) -> HoldShape:
        steady = hold.steadiness
        before = [rest for rest in rests if rest.end_s <= hold.start_s + _SETTLED_S]
        longest = max(before, key=lambda rest: rest.duration_s, default=None)
        if steady is None or longest is None or longest.duration_s < STAND_S:
            raise RecordingError(
                f"the athlete did not stand still for {STAND_S:.0f} s before the hold",
                remedy="stand still on both feet first",
            )
        first = round(block.position(longest.start_s + _SETTLED_S))
        last = round(block.position(longest.end_s - _SETTLED_S))
        if too_much_missing(block, block.time_s(first), block.time_s(last)) is not None:
            raise RecordingError(
                "too many samples were lost while standing", remedy="repeat closer to the receiver"
            )
        quiet = steadiness(block.part(first, last))
        if steady.rms_mps2 < _HARDER * quiet.rms_mps2:
            raise RecordingError(
                "standing was less quiet than the hold", remedy="stand still on both feet first"
            )
        rise_m = None
        if self._exercise.name not in _NO_WAY_UP and self._placement == "ankle":
            rise_m = _rise_m(block, longest, hold)
        return HoldShape(
            exercise=self._exercise.name,
            placement=self._placement,
            quiet_s=round(longest.duration_s, 1),
            quiet_rms_mps2=quiet.rms_mps2,
            quiet_path_mps2_per_s=quiet.path_mps2_per_s,
            quiet_jerk_rms_mps3=quiet.jerk_rms_mps3,
            rise_m=rise_m,
        )


def _rise_m(block: Samples, standing: Rest, hold: Hold) -> float | None:
    """Height gained from standing to the hold, m; None if it is not plausible."""
    rate_hz = block.rate_hz
    first = max(0, round(block.position(max(standing.end_s, hold.start_s - _WAY_UP_S))))
    last = min(len(block), round(block.position(hold.start_s + 2 * _SETTLED_S)))
    if last - first < rate_hz * _SETTLED_S or block.lost[first:last].any():
        return None
    norm = zero_phase(np.sqrt((block.acc_mps2**2).sum(axis=1)), rate_hz, _NORM_HZ)
    still_mps2 = float(np.linalg.norm(standing.mean_mps2))
    speed = np.cumsum(norm[first:last] - still_mps2) / rate_hz
    speed -= np.linspace(0.0, float(speed[-1]), len(speed))
    rise_m = float(speed.sum() / rate_hz)
    return round(rise_m, 4) if _RISE_M[0] <= rise_m <= _RISE_M[1] else None


def words_of(shape: HoldShape) -> tuple[str, ...]:
    """What was learnt, one sentence each."""
    words = [
        (
            f"Standing on both feet for {shape.quiet_s:.0f} s: sway "
            f"{shape.quiet_rms_mps2:.3f} m/s² RMS, "
            f"path {shape.quiet_path_mps2_per_s:.2f} m/s² per s."
        )
    ]
    if shape.rise_m is not None:
        words.append(f"The way up to the hold: {100 * shape.rise_m:.1f} cm at the sensor.")
    words.append("From now on, the sway of holds is given as a multiple of this.")
    return tuple(words)
