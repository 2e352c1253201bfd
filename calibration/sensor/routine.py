"""Calibrate a sensor on a table: six sides in any order, and some tilted ones if needed.

The routine detects rests (``rest``), reports which of the six sides are done and passes them to the
fit (``sensor_fit``). Six sides are enough for bias and scale. Whether they are enough for the
cross-axis terms depends on how squarely the sensor was laid, which the fit can tell. If not, it
asks for the sensor to be leant halfway between two sides until the expected error over all
orientations is within ``GOOD_MG``. ``finish`` may be called after six sides in any case, and its
result says how large the remaining error is. A trial that is not reliable is refused, and the
message names the side.

imucal (MIT, release 2.6 of 2024) does Ferraris' calibration: it needs six sections cut and named by
hand, laid exactly, three exact turns, and pandas; a sensor laid 2° askew would put 35 mg of it into
its axes. It has no fit of the norm, so the fit here is our own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calibration.common.rest import FRAME_S, LYING, Frame, Rest, RestFinder
from calibration.common.routine import Prompt
from calibration.sensor.sensor_checks import (
    FACES,
    HOLD_S,
    REPEAT,
    MissingSidesError,
    check_left,
    check_plausible,
    check_position,
    explained,
    longest_s,
    missing,
    rms,
)
from calibration.sensor.sensor_fit import checked, fit, positions_of
from sensing.core.errors import RecordingError
from sensing.core.samples import Samples
from sensing.core.units import G_MPS2, Floats
from sensing.profile.sensor_correction import SensorFit, Vector

GOOD_MG = 2.0
"""Error of the norm over all orientations that is good enough: 0.2 % of a height."""

_HANDLED_S = 4.0
"""Upright for this long without resting: the sensor is being held."""

_RECENT = 30
"""Frames to check for that: six seconds."""

_LEANING = 3
"""Positions between sides that determine the three cross-axis terms: one for each pair of axes."""


def fit_sensor(rests: list[Rest]) -> SensorFit:
    """A sensor's errors from rests on all six sides.

    Raises:
        RecordingError: a side is missing or unusable, or the result is not reliable.
    """
    positions = positions_of(rests)
    for position in positions:
        check_position(position)
    absent = [face for face in FACES if all(p.face != face for p in positions)]
    if absent:
        raise missing(absent)
    fitted = fit(positions)
    check_plausible(fitted)
    check_left(positions, fitted)
    before = np.array([float(np.linalg.norm(p.mean_g)) - 1 for p in positions])
    errors = checked(positions, GOOD_MG / 1000)
    fitness = SensorFit(
        bias_mps2=_vector(fitted.bias_g * G_MPS2),
        matrix=(_vector(fitted.matrix[0]), _vector(fitted.matrix[1]), _vector(fitted.matrix[2])),
        gyro_bias_dps=_gyro_bias(rests),
        positions=len(positions),
        residual_before_mg=rms(before) * 1000,
        residual_after_mg=rms(fitted.left_g) * 1000,
        checked_mg=rms(errors) * 1000 if len(errors) else None,
        expected_mg=fitted.expected_g * 1000,
    )
    if fitness.checked_mg is not None and fitness.checked_mg > fitness.residual_before_mg + GOOD_MG:
        raise RecordingError(
            f"positions left out of the fit would be off by {fitness.checked_mg:.1f} mg corrected "
            f"and by {fitness.residual_before_mg:.1f} mg uncorrected",
            remedy="the sensor may need no calibration; otherwise " + REPEAT,
        )
    return fitness


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _State:
    """What the rests so far provide."""

    faces: frozenset[tuple[int, int]]
    leaning: int
    expected_mg: float | None


class SensorRoutine:
    """Guides through the six sides; see the module. Gives a :class:`SensorFit`."""

    def __init__(self) -> None:
        self._finder = RestFinder(LYING)
        self._state = _State(faces=frozenset(), leaning=0, expected_mg=None)
        self._rests = 0

    @property
    def prompt(self) -> Prompt:
        """What to show now."""
        rests = self._finder.rests()
        if len(rests) != self._rests:
            self._rests = len(rests)
            self._state = _state(rests)
        return self._prompt(rests)

    def push(self, samples: Samples) -> Prompt:
        """Add the next samples."""
        self._finder.push(samples)
        return self.prompt

    def finish(self) -> SensorFit:
        """The sensor's errors.

        Raises:
            RecordingError: the trial is not good enough; the message names the side and the reason.
        """
        rests = self._finder.rests()
        try:
            return fit_sensor(rests)
        except MissingSidesError as error:
            raise explained(error.faces, self._finder.frames, rests) from None

    def _prompt(self, rests: list[Rest]) -> Prompt:
        state = self._state
        good = state.expected_mg is not None and state.expected_mg <= GOOD_MG
        now = self._finder.now()
        since_s = rests[-1].end_s + 2 * FRAME_S if rests else -np.inf
        handled = tuple(f for f in self._finder.frames[-_RECENT:] if f.start_s > since_s)
        warning = _warning(now, handled)
        if good:
            return Prompt(text="Done: all sides seen.", progress=1.0, done=True, warning=warning)
        resting_s = now[-1].end_s - now[0].start_s if now else 0.0
        part = min(1.0, resting_s / HOLD_S)
        new = bool(now) and not (rests and rests[-1].end_s > now[0].start_s)
        sides = len(state.faces)
        if sides < 6:
            progress = (sides + (part if new else 0.0)) / 6 * 0.7
            if now and new and part > 0.2:
                text = "Keep it still."
            elif now and rests and not new:
                text = f"Side {sides} of 6 done. Turn the sensor on to another side."
            else:
                text = (
                    f"Lay the sensor on a steady surface, on a side it has not been on yet, and "
                    f"let go for {HOLD_S:g} s ({sides} of 6 done)."
                )
            return Prompt(text=text, progress=min(0.7, progress), warning=warning)
        more = max(1, _LEANING - state.leaning)
        progress = 0.7 + 0.3 * min(0.95, (state.leaning + (part if new else 0.0)) / (_LEANING + 1))
        expected = "" if state.expected_mg is None else f" (±{state.expected_mg:.0f} mg so far)"
        text = (
            f"All six sides done{expected}. Now lean it on something, halfway between two sides, "
            f"in {more} more way{'s' if more > 1 else ''}."
        )
        return Prompt(text=text, progress=progress, warning=warning)


def _state(rests: list[Rest]) -> _State:
    positions = positions_of(rests)
    faces = frozenset(p.face for p in positions if p.face is not None)
    expected_mg = fit(positions).expected_g * 1000 if len(faces) == len(FACES) else None
    leaning = sum(p.face is None for p in positions)
    return _State(faces=faces, leaning=leaning, expected_mg=expected_mg)


def _warning(now: list[Frame], frames: tuple[Frame, ...]) -> str | None:
    if now and any(frame.clipped for frame in now):
        return "a reading is clipped at the end of the sensor's range: set a larger range"
    if frames and not now and longest_s(frames, _face_now(frames[-1])) > _HANDLED_S:
        return "it is not still: let go of it"
    return None


def _face_now(frame: Frame) -> tuple[int, int]:
    axis = int(np.argmax(np.abs(frame.mean_mps2)))
    return axis, 1 if frame.mean_mps2[axis] > 0 else -1


def _gyro_bias(rests: list[Rest]) -> Vector | None:
    """Mean angular rate over all rests, weighted by length; nothing turns on a table."""
    known = [(rest.gyro_dps, rest.count) for rest in rests if rest.gyro_dps is not None]
    if not known:
        return None
    mean = np.average([rate for rate, _ in known], axis=0, weights=[count for _, count in known])
    return _vector(np.asarray(mean))


def _vector(v: Floats) -> Vector:
    x, y, z = (float(each) for each in v)
    return x, y, z
