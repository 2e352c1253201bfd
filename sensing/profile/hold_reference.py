"""An athlete's reference for holds: sway in quiet standing, and the height of the way up.

Sway in m/s² says little by itself: sensors, straps and people differ. As a multiple of the same
athlete's quiet standing on both feet, with the same sensor in the same place, it shows how much
harder the hold is. Learnt by ``calibration/exercise/hold.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from sensing.core.events import Hold
from sensing.core.samples import Worn


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldShape:
    """One athlete's reference for the holds of one exercise.

    Attributes:
        exercise: name in the catalogue; used for no other.
        placement: where the sensor was worn; used in no other.
        quiet_s: duration of the quiet standing, s.
        quiet_rms_mps2, quiet_path_mps2_per_s, quiet_jerk_rms_mps3: its steadiness, measured as that
            of a hold.
        rise_m: height of the way up to the hold at the sensor, m; None if there is none.
    """

    exercise: str
    placement: Worn
    quiet_s: float
    quiet_rms_mps2: float
    quiet_path_mps2_per_s: float
    quiet_jerk_rms_mps3: float
    rise_m: float | None = None


def beside_quiet(
    holds: list[Hold], shape: HoldShape | None, exercise: str, placement: Worn
) -> list[Hold]:
    """The same holds, with their sway as a multiple of the athlete's quiet standing."""
    if shape is None or (shape.exercise, shape.placement) != (exercise, placement):
        return holds
    return [_beside(hold, shape) for hold in holds]


def _beside(hold: Hold, shape: HoldShape) -> Hold:
    steady = hold.steadiness
    if steady is None:
        return hold
    ratio, sd = steady.rms_mps2 / shape.quiet_rms_mps2, None
    if steady.rms_sd_mps2 is not None:
        # The reference was measured alike, over another time: the longer, the better known.
        longer = (hold.end_s - hold.start_s) / max(shape.quiet_s, 1.0)
        sd = ratio * steady.rms_sd_mps2 / steady.rms_mps2 * math.sqrt(1 + longer)
    return replace(hold, steadiness=replace(steady, quiet_ratio=ratio, quiet_ratio_sd=sd))
