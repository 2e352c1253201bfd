"""Find how a sensor sits from standing and the movement after it, or the reason why not.

Standing gives up. The movement after it is classified first: raises or steps, by the force along
the floor; ankle or shoe, by how far the sensor turns in a raise (``find_placement`` judges steps).
Then the matching rule of ``forward`` is applied, and its result must be clear and plausible.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from calibration.common.rest import Rest
from calibration.placement.forward import (
    RISING_MPS,
    Forward,
    ankle_raises,
    ankle_steps,
    ankle_velocity,
    raise_spans,
    shoe_raises,
    shoe_steps,
)
from calibration.placement.looseness import is_loose
from sensing.analysis.sets.hops_or_gait import stretches_of_steps
from sensing.analysis.sets.placement import find_placement
from sensing.analysis.signals.posture import Posture, posture
from sensing.core.errors import RecordingError
from sensing.core.filters import zero_phase
from sensing.core.samples import Samples, Side, Worn, rules_for
from sensing.core.units import Floats
from sensing.profile.mounting import Mounting
from sensing.profile.sensor_correction import Vector

ASK = "stand still for 5 s, then do three raises with straight knees, one second up, one down"

_ALONG_HZ = 3.0
_STEP_MPS2 = 4.5
"""Force along the floor and up, gravity subtracted, that only steps reach (95th percentile)."""

_MOVING_MPS2 = 0.2
_NORM_HZ = 8.0
_WALKING_MPS2 = 2.5
"""In a quarter of a walk the norm of force is off gravity by more; raises rarely reach it."""

_FOOT_TURNS_DEG = 13.0
"""In a raise the foot turns by 20–36°, the shank by 1–8°."""

_LEAST_STRENGTH = 0.35
_MOST_SD_DEG = 15.0
"""Front-back and side-side are mixed by the sine of this, a quarter, at one SD."""

_MOST_LEAN_DEG = 9.0
"""A shank that leans further in a raise has a bent knee, and a knee moves in any direction."""

_MOST_LOST = 0.15
_MOST_CLIPPED = 0.02
"""A clipped heel strike does not turn a direction; more clipping may."""

Kind = Literal["raises", "steps"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """The result of a trial.

    Attributes:
        mounting: how the sensor sits.
        kind: the movement that forward is based on.
        parts: number of raises, or stretches of steps.
    """

    mounting: Mounting
    kind: Kind
    parts: int


class NothingDoneError(RecordingError):
    """No movement followed the standing."""


def find_mounting(window: Samples, stood: Rest, side: Side | None, placement: Worn | None) -> Found:
    """How the sensor sits, from standing and the movement after it.

    Args:
        window: both, from the start of standing.
        stood: the rest in which the athlete stood.
        side: the leg, if known.
        placement: as given, or None to detect it.

    Raises:
        RecordingError: the result is not clear; the message says why and what to do.
    """
    moved = window.part(round(window.position(stood.end_s)), len(window))
    if len(moved) == 0:
        raise NothingDoneError("no movement follows the standing", remedy=ASK)
    missing = float(np.mean(moved.lost))
    if missing > _MOST_LOST:
        raise RecordingError(
            f"{100 * missing:.0f} % of the samples of the movement are missing",
            remedy="repeat closer to the receiver",
        )
    if float(np.mean(moved.clipped)) > _MOST_CLIPPED:
        raise RecordingError(
            "a reading is clipped at the end of the sensor's range",
            remedy="set a larger range and repeat",
        )
    p = posture(window)
    up = stood.up
    g_mps2 = float(np.linalg.norm(stood.mean_mps2))
    kind = _kind(window, p, up, g_mps2)
    seen = _placement_seen(p, up, window, kind, placement)
    if placement is not None and placement != seen:
        raise _contradicted(placement)
    found = _forward(window, p, up, g_mps2, kind, seen)
    _check(found, kind, seen)
    return Found(
        mounting=Mounting(
            up=_vector(up),
            forward=_vector(found.forward),
            forward_sd_deg=found.sd_deg,
            placement=seen,
            side=side,
            loose=is_loose(moved),
        ),
        kind=kind,
        parts=found.parts,
    )


def _contradicted(given: Worn) -> RecordingError:
    """The error for a raise that contradicts the given placement."""
    if given == "ankle":
        return RecordingError(
            "the sensor turned as on a foot in a raise, or a knee was bent",
            remedy="keep the knees straight, or use --placement shoe",
        )
    return RecordingError(
        "the sensor did not turn as a foot does in a raise",
        remedy="lift the heels high, or use --placement ankle",
    )


def _kind(window: Samples, p: Posture, up: Floats, g_mps2: float) -> Kind:
    """Which movement followed the standing.

    With a gyro the movement along the floor shows it: at 4 Hz and less, with gravity subtracted, a
    stride reaches 6–30 m/s² and a raise 3. Without one the norm of force is used.
    """
    slow = zero_phase(p.acc_mps2, p.rate_hz, _NORM_HZ)
    off = np.abs(np.linalg.norm(slow, axis=1) - g_mps2)
    turned = np.degrees(np.arccos(np.clip(p.up @ up, -1, 1)))
    moving = (off > _MOVING_MPS2) | (turned > _FOOT_TURNS_DEG)
    rose = np.abs(ankle_velocity(p, g_mps2)) > RISING_MPS
    if np.count_nonzero(moving | rose) < p.rate_hz:
        raise NothingDoneError("no movement follows the standing", remedy=ASK)
    if p.has_gyro:
        along = zero_phase(p.acc_mps2 - g_mps2 * p.up, p.rate_hz, _ALONG_HZ)
        brisk = float(np.quantile(np.linalg.norm(along, axis=1)[moving | rose], 0.95))
        return "steps" if brisk > _STEP_MPS2 else "raises"
    middle = float(np.quantile(off[moving | rose], 0.75))
    return "steps" if middle > _WALKING_MPS2 or _walks(window) else "raises"


def _walks(window: Samples) -> bool:
    """Whether gait analysis recognises walking: several strides."""
    return any(each.kind == "walking" for each in stretches_of_steps(window, "ankle"))


def _placement_seen(
    p: Posture, up: Floats, window: Samples, kind: Kind, given: Worn | None
) -> Worn:
    """Where the sensor is: raises show it clearly, a few steps less so."""
    if kind == "steps":
        return given or rules_for(find_placement(window))
    turned = np.degrees(np.arccos(np.clip(p.up @ up, -1, 1)))
    return "shoe" if float(np.quantile(turned, 0.97)) > _FOOT_TURNS_DEG else "ankle"


def _forward(
    window: Samples, p: Posture, up: Floats, g_mps2: float, kind: Kind, placement: Worn
) -> Forward:
    if kind == "raises":
        found = ankle_raises(p, up, g_mps2) if placement == "ankle" else shoe_raises(p, up)
        if found is None:
            count = len(raise_spans(p, g_mps2))
            raise RecordingError(
                f"{'only one raise' if count == 1 else 'no raise'} follows the standing",
                remedy=ASK,
            )
        return found
    if not p.has_gyro and not _walks(window):
        raise RecordingError(
            "these are not the raises asked for, and without a gyro the front can be determined "
            "only from raises or from ten steps and more",
            remedy=ASK,
        )
    found = ankle_steps(p, up) if placement == "ankle" else shoe_steps(p, up)
    if found is None:
        raise RecordingError(
            "the steps do not show which direction is forward",
            remedy="walk straight ahead for at least six steps, or " + ASK,
        )
    return found


def _check(found: Forward, kind: Kind, placement: Worn) -> None:
    if kind == "raises" and placement == "ankle":
        if found.leans_deg > _MOST_LEAN_DEG:
            raise RecordingError(
                f"the shank leaned by {found.leans_deg:.0f}° in the raises",
                remedy="keep the knees straight, hold on to something, and repeat",
            )
        if not _LEAST_STRENGTH < found.strength < 3.0:
            raise RecordingError(
                "the raises did not move the ankle forward as a straight leg does",
                remedy="keep the knees straight, go up in one second, and repeat",
            )
    if found.sd_deg > _MOST_SD_DEG:
        raise RecordingError(
            f"the {kind} disagree about which way is forward (±{found.sd_deg:.0f}°)",
            remedy="do them all alike and straight ahead, and hold on to something",
        )


def _vector(v: Floats) -> Vector:
    x, y, z = (float(each) for each in v)
    return x, y, z
