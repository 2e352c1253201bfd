"""Standing on one leg, seen by a sensor on the shoe of the standing foot.

The foot stays flat but works: a single foot is a narrow base, so balance is kept by tipping it from
side to side, while it is too long to be tipped heel to toe. On two feet it hardly tips, and what
moves it (leaning, bending, reaching) moves it heel to toe or turns it on the spot. So the sign of
one leg is side-to-side wobble at 1–8 Hz that is large *against* the wobble heel to toe. (Six
people: that ratio told 2 s of one-leg stance from any other 2 s with the foot flat with an area
under the curve of 0.98; the size of the wobble alone, 0.95.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from sensing.analysis.signals.foot_frame import FootFrame
from sensing.analysis.signals.posture import Posture, Span, runs
from sensing.core.filters import zero_phase
from sensing.core.units import Floats

# Constants, chosen by hand on people's shoes; not fitted. Measured by tests/sensitivity.py as in
# ``find_holds`` (0.95 found, 0.86 within 0.7 s, 9 false).

_WOBBLE_HZ = (0.8, 8.0)
"""Hz; slower is leaning, faster is noise and knocks. Larger: 0.94 found; smaller: 0.91."""
_FLOOR_DPS = 0.1
"""°/s added before logarithms: less is the noise of a gyro. Larger: quiet stances differ less from
rest (10 false); smaller: noise does the telling (8 false, 0.85 within 0.7 s)."""
_AVERAGE_S = 1.0
"""s; wobble comes in corrections, a few a second, and its mean over less flickers. Either way 0.94
found, 10 false."""
_SIDE_WEIGHT = 2
"""Weight of the size of the wobble beside its one-sidedness. Larger: any movement of a flat
foot counts; smaller: noise may be one-sided."""
_STANDS_SCORE = 0.3
"""Score throughout a stance. Larger: stances break up (8 false); smaller: they run on (10
false)."""
_FLAT_DEG, _MOVES_DPS = 8.0, 40.0
"""°, °/s; flat and not stepping: the foot tilts and turns less. Larger: steps count as stance (no
change); smaller: corrections end it (0.85 within 0.7 s, 10 false)."""
_KNOCK_S = 0.1
"""s kept away from a movement on either side. Larger: shorter stances (0.87 within 0.7 s); smaller:
its slow ends count (no change)."""
_LULL_S = 0.4
"""s; a shorter lull does not end the stance. Larger: 10 false; smaller: 8 (0.87 within 0.7 s either
way)."""
_TIPS = (0.05, 0.95)
"""Quantiles between which the foot's tipping is measured. A larger span: one correction decides; a
smaller one: rare ones are ignored."""


@dataclass(frozen=True, slots=True)
class Stance:
    """A stretch that looks like standing on this foot alone.

    Attributes:
        span: grid positions.
        score: mean of 2·log(side-to-side) − log(heel-to-toe), rates in °/s: size and
            one-sidedness of the wobble. On two feet below 0, on one 1–2.
        yaw_dps: geometric mean of the rate about the vertical, °/s; 0 without a gyro. A foot that
            carries the body does not turn on the spot.
        tips_deg: side-to-side tipping, 5th to 95th percentile, degrees.
    """

    span: Span
    score: float
    yaw_dps: float
    tips_deg: float


def one_leg_stances(p: Posture, foot: FootFrame, *, shortest_s: float) -> list[Stance]:
    """Stretches of at least ``shortest_s`` that look like standing on this foot, in order."""
    wobble = zero_phase(p.rate_dps, p.rate_hz, _WOBBLE_HZ, band="bandpass")
    side = _log_mean(wobble @ foot.heel, p.rate_hz)
    score = _SIDE_WEIGHT * side - _log_mean(wobble @ foot.across, p.rate_hz)
    yaw = _log_mean(wobble @ foot.flat, p.rate_hz)
    tip = np.rad2deg(np.arcsin(np.clip(p.up @ foot.across, -1.0, 1.0)))
    turn = ndimage.uniform_filter1d(p.turn_dps, max(1, round(_KNOCK_S * p.rate_hz)))
    moves = (np.abs(foot.heel_angle_deg) > _FLAT_DEG) | (turn > _MOVES_DPS)
    knock = max(1, round(_KNOCK_S * p.rate_hz))
    moves = ndimage.maximum_filter1d(moves.astype(np.uint8), 2 * knock + 1) > 0
    stands = (score > _STANDS_SCORE) & ~moves
    for a, b in runs(~stands):
        if a > 0 and b < len(p) and b - a < _LULL_S * p.rate_hz and not moves[a:b].any():
            stands[a:b] = True
    return [
        Stance(
            Span(a, b, cut_first=a == 0, cut_last=b == len(p)),
            float(score[a:b].mean()),
            float(np.exp(yaw[a:b].mean()) - _FLOOR_DPS),
            float(np.ptp(np.quantile(tip[a:b], _TIPS))),
        )
        for a, b in runs(stands)
        if b - a >= shortest_s * p.rate_hz
    ]


def _log_mean(rate_dps: Floats, rate_hz: float) -> Floats:
    """Moving mean of the logarithm of a rate, in which a knock weighs little."""
    return np.asarray(
        ndimage.uniform_filter1d(
            np.log(np.abs(rate_dps) + _FLOOR_DPS),
            max(1, round(_AVERAGE_S * rate_hz)),
            mode="nearest",
        ),
        dtype=np.float64,
    )
