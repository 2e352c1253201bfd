"""Reasons to refuse the calibration trial of a sensor, side by side.

A clipped reading, an axis that is stuck, a resolution too coarse, a sensor still warming up, a side
that was never shown or never left alone, implausible errors, and positions that no fit can
reconcile: each has its own message and its own remedy.
"""

from __future__ import annotations

import numpy as np

from calibration.common.rest import FRAME_S, LYING, Frame, Rest
from calibration.sensor.sensor_fit import Fitted, Position, drift_of, face_of
from sensing.core.errors import RecordingError
from sensing.core.units import G_MPS2, Floats

HOLD_S = 3.0
"""How long a side should be left alone; two seconds of it are enough."""

FACES = tuple((axis, sign) for axis in range(3) for sign in (1, -1))
"""(axis, sign) of the six sides."""

REPEAT = f"lay it on a steady surface, one side after another, and let go for {HOLD_S:g} s each"

_TOO_LARGE_MG = 5.0
"""Norms further from 1 g after the fit were not measured at rest."""

_DRIFT_MG = 4.0
"""A reading that changes by more while nothing moves is warming up."""

_COARSE_MG = 8.0
"""Rounding error that noise does not average out; beyond it a calibration hardly helps."""

_MOST_BIAS_MG = 200.0
_MOST_SCALE = 0.10
_MOST_CROSS = 0.10
"""Twice what datasheets allow, or more: the range or the unit is wrong, or it is broken."""

_NEAR_G = 0.25
_NEARLY_S = 0.8
"""A side that was upright this long but never still was attempted and missed."""


def name_of(face: tuple[int, int]) -> str:
    """Name of a side in messages: the sensor's axis that points up or down."""
    return f"{'xyz'[face[0]]} {'up' if face[1] > 0 else 'down'}"


class MissingSidesError(RecordingError):
    """Not every side was detected at rest."""

    faces: tuple[tuple[int, int], ...] = ()


def missing(faces: list[tuple[int, int]]) -> MissingSidesError:
    """The error that names the missing sides."""
    error = MissingSidesError(f"there is no rest with {_listed(faces)}", remedy=REPEAT)
    error.faces = tuple(faces)
    return error


def explained(
    faces: tuple[tuple[int, int], ...], frames: tuple[Frame, ...], rests: list[Rest]
) -> RecordingError:
    """Why sides are missing: never shown, shown but moved, or nothing was still at all."""
    if not frames:
        return RecordingError("the trial has no samples", remedy=REPEAT)
    for face in faces:
        if longest_s(frames, face) >= _NEARLY_S:
            return RecordingError(
                f"the sensor moved with {name_of(face)}: it was never still for "
                f"{LYING.shortest_s + 3 * FRAME_S:g} s",
                remedy=f"lay that side again and let go for {HOLD_S:g} s",
            )
    if not rests:
        return RecordingError(
            f"the sensor was never still for {LYING.shortest_s + 3 * FRAME_S:g} s",
            remedy="put it on a table; a hand is never still enough",
        )
    return missing(list(faces))


def longest_s(frames: tuple[Frame, ...], face: tuple[int, int]) -> float:
    """Longest time for which that side was about upright, still or not, s."""
    longest = begin_s = 0.0
    inside = False
    for frame in frames:
        size_g = float(np.linalg.norm(frame.mean_mps2)) / G_MPS2
        here = face_of(frame.mean_mps2) == face and abs(size_g - 1) < _NEAR_G
        if here and not (inside and frame.follows):
            begin_s = frame.start_s
        inside = here
        if here:
            longest = max(longest, frame.end_s - begin_s)
    return longest


def check_position(position: Position) -> None:
    """Refuse a rest with readings that a sensor at rest can't have."""
    where = _called(position)
    for rest in position.rests:
        if rest.clipped:
            raise RecordingError(
                f"with {where} a reading is clipped at the end of the sensor's range",
                remedy="set a larger range and repeat",
            )
        if position.face is not None and rest.frozen[position.face[0]] and not all(rest.frozen):
            raise RecordingError(
                f"with {where} that axis reads {rest.mean_mps2[position.face[0]] / G_MPS2:+.3f} g "
                "without any noise: it is stuck or clipped",
                remedy="set a larger range and repeat",
            )
        drift_mg = abs(rest.drift_mps2) / G_MPS2 * 1000
        if drift_mg > _DRIFT_MG and abs(rest.drift_mps2) > 4 * rest.drift_sd_mps2:
            raise RecordingError(
                f"with {where} the reading drifts by {drift_mg:.0f} mg in {rest.duration_s:.0f} s",
                remedy="let the sensor warm up for some minutes, switched on, and repeat",
            )
    if position.norm_sd_g * 1000 > _COARSE_MG:
        raise RecordingError(
            f"the sensor's resolution is too coarse to calibrate it "
            f"(±{position.norm_sd_g * 1000:.0f} mg at rest)",
            remedy="set a smaller range or a finer resolution",
        )


def check_plausible(fitted: Fitted) -> None:
    """Refuse errors larger than those of any working sensor."""
    for k, axis in enumerate("xyz"):
        bias_mg = float(fitted.bias_g[k]) * 1000
        if abs(bias_mg) > _MOST_BIAS_MG:
            raise RecordingError(
                f"axis {axis} would be off by {bias_mg:+.0f} mg, more than in any working sensor",
                remedy="check the columns; otherwise the sensor is broken",
            )
        reads_g = 1 / float(fitted.matrix[k, k])
        if abs(reads_g - 1) > _MOST_SCALE:
            raise RecordingError(
                f"axis {axis} would read {reads_g:.2f} g for 1 g, as no working sensor does",
                remedy="check the unit and the range setting",
            )
    cross = fitted.matrix - np.diag(np.diag(fitted.matrix))
    if float(np.max(np.abs(cross))) > _MOST_CROSS:
        i, j = np.unravel_index(int(np.argmax(np.abs(cross))), (3, 3))
        raise RecordingError(
            f"the angle between axes {'xyz'[int(i)]} and {'xyz'[int(j)]} would be off by "
            f"{np.degrees(2 * abs(cross[i, j])):.0f}°",
            remedy="it was not at rest, or the sensor is broken; " + REPEAT,
        )


def check_left(positions: list[Position], fitted: Fitted) -> None:
    """Refuse positions that the fit does not reconcile."""
    left_mg = fitted.left_g * 1000
    rms_mg = max(rms(left_mg), fitted.norm_sd_g * 1000)
    own_mg = 1000 * rms(np.array([p.norm_sd_g for p in positions]))
    if rms_mg <= np.hypot(_TOO_LARGE_MG, 2 * own_mg):
        return
    drift_gps = drift_of(positions, fitted)
    if drift_gps is not None:
        raise RecordingError(
            f"readings drift by {60000 * drift_gps:.0f} mg a minute",
            remedy="let the sensor warm up for some minutes, switched on, and repeat",
        )
    worst = int(np.argmax(np.abs(left_mg)))
    raise RecordingError(
        f"positions disagree by {rms_mg:.0f} mg, most with {_called(positions[worst])} "
        f"at {positions[worst].start_s:.0f} s",
        remedy="it was moved or stood on something that shook; repeat",
    )


def _called(position: Position) -> str:
    """A position in words."""
    if position.face is not None:
        return name_of(position.face)
    up = ", ".join(f"{v:+.1f}" for v in position.mean_g)
    return f"up along ({up})"


def _listed(faces: list[tuple[int, int]]) -> str:
    names = [name_of(face) for face in faces]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def rms(x: Floats) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(np.asarray(x) ** 2)))
