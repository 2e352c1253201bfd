"""Standing on one leg, seen by a sensor on the shoe of the foot that stands.

The foot stays flat, and yet it works: a single foot is a narrow base, so balance is kept by tipping
it from side to side, while it is long enough not to be tipped heel to toe. On two feet it hardly
tips at all, and what moves it then (leaning, bending, reaching) moves it heel to toe or turns it on
the spot. So the sign of one leg is side-to-side wobble at 1–8 Hz that is large *against* the wobble
heel to toe. (In six adults the ratio told 2 s of one-leg stance from every other 2 s with the
foot flat with an area under the curve of 0.98; the size of the wobble alone 0.95.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from sensing.analysis.signals.foot_frame import FootFrame
from sensing.analysis.signals.posture import Posture, Span, runs
from sensing.core.filters import zero_phase
from sensing.core.units import Floats

_WOBBLE_HZ = (0.8, 8.0)
"""Slower is leaning, faster is noise of the sensor and knocks."""

_FLOOR_DPS = 0.1
"""Added before logarithms: below it rates are the noise of a gyro."""

_AVERAGE_S = 1.0
"""Wobble comes in corrections, a few a second; its mean over less flickers."""

_STANDS_SCORE = 0.3
"""A stretch of standing on one leg has a score above this throughout."""

_FLAT_DEG = 8.0
_MOVES_DPS = 40.0
"""Flat and not stepping: the foot tilts and turns less than this."""

_KNOCK_S = 0.1
"""Kept away from a movement on either side: it is longer than it is fast."""

_LULL_S = 0.4
"""A lull of the wobble shorter than this does not end the stance."""


@dataclass(frozen=True, slots=True)
class Stance:
    """A stretch that looks like standing on this foot alone.

    Attributes:
        span: grid positions.
        score: mean of 2·log(side-to-side) − log(heel-to-toe), rates in °/s: how much of it there is
            and how one-sided it is. On two feet below 0, on one 1–2.
        yaw_dps: geometric mean of the rate about the vertical, °/s: a foot that carries someone
            does not turn on the spot. 0 without a gyro.
        tips_deg: how far the foot tips from side to side, 5th to 95th percentile, degrees.
    """

    span: Span
    score: float
    yaw_dps: float
    tips_deg: float


def one_leg_stances(p: Posture, foot: FootFrame, *, shortest_s: float) -> list[Stance]:
    """Stretches of at least ``shortest_s`` that look like standing on this foot, in order."""
    wobble = zero_phase(p.rate_dps, p.rate_hz, _WOBBLE_HZ, band="bandpass")
    side = _log_mean(wobble @ foot.heel, p.rate_hz)
    score = 2 * side - _log_mean(wobble @ foot.across, p.rate_hz)
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
            float(np.ptp(np.quantile(tip[a:b], (0.05, 0.95)))),
        )
        for a, b in runs(stands)
        if b - a >= shortest_s * p.rate_hz
    ]


def _log_mean(rate_dps: Floats, rate_hz: float) -> Floats:
    """Moving mean of the logarithm of a rate: a knock weighs little in it."""
    return np.asarray(
        ndimage.uniform_filter1d(
            np.log(np.abs(rate_dps) + _FLOOR_DPS),
            max(1, round(_AVERAGE_S * rate_hz)),
            mode="nearest",
        ),
        dtype=np.float64,
    )
