"""What a person is like beside a hold: how quietly they stand, and how far the way up to it goes.

Sway in m/s² says little by itself: sensors, straps and people differ. Against the same person's
quiet standing on both feet, with the same sensor in the same place, it says how much harder the
hold is to keep. Learnt by ``calibration/exercise/hold.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sensing.core.events import Hold
from sensing.core.samples import Placement


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldShape:
    """One person's reference for the holds of one exercise.

    Attributes:
        exercise: name in the catalogue; used for no other.
        placement: where the sensor was worn; used in no other.
        quiet_s: how long quiet standing was looked at, s.
        quiet_rms_mps2, quiet_path_mps2_per_s, quiet_jerk_rms_mps3: its steadiness, measured as that
            of a hold is.
        rise_m: how far the sensor rose on the way up to the hold, m; None where there is no way up.
    """

    exercise: str
    placement: Placement
    quiet_s: float
    quiet_rms_mps2: float
    quiet_path_mps2_per_s: float
    quiet_jerk_rms_mps3: float
    rise_m: float | None = None


def beside_quiet(
    holds: list[Hold], shape: HoldShape | None, exercise: str, placement: Placement
) -> list[Hold]:
    """The same holds, their sway also as a multiple of the person's quiet standing."""
    if shape is None or (shape.exercise, shape.placement) != (exercise, placement):
        return holds
    return [_beside(hold, shape) for hold in holds]


def _beside(hold: Hold, shape: HoldShape) -> Hold:
    steady = hold.steadiness
    if steady is None:
        return hold
    ratio = steady.rms_mps2 / shape.quiet_rms_mps2
    return replace(hold, steadiness=replace(steady, quiet_ratio=ratio))
