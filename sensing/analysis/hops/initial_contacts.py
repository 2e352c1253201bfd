"""Initial contacts: where a falling foot meets the ground.

A landing is unlike any other moment of a hop: the foot falls at its fastest, all is quiet, and
within 10–20 ms specific force jumps. So every burst of jerk is a candidate, scored by three things
that must coincide: how sharp it is, how quiet it was just before, and how near the vertical
velocity is to its minimum. Strap ringing and push-off are sharp but neither quiet before nor
falling. Of candidates closer than two landings of one foot can be, the best stays.

The instant is where the jerk first passes a fifth of the burst's peak. On the shank that is a few
milliseconds late, because of the foot's pad and the strap. On the foot it is averaged with the
minimum of the vertical velocity, if there is a gyro for the vertical.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage, signal

from sensing.analysis.signals.vertical import FINE_HZ, Fine, jerk_gps
from sensing.core.filters import zero_phase
from sensing.core.samples import Samples, Worn
from sensing.core.units import G_MPS2, Bools, Floats, Ints

CLOSEST_S = 0.22
"""s; landings of one foot are further apart: fastest hopping is about 3.6 per second."""
_FLOOR_GPS = 40.0
"""g/s; a landing softer than 0.4 g within 10 ms looks like a shift of weight."""
WEAK_GPS = 30.0
"""g/s; least score returned."""
STRONG_GPS = 90.0
"""g/s; landings of hops score 100–1500, push-off and ringing less than 90."""
_FRACTION, _SWING_FRACTION = 0.2, 0.4
"""Share of the peak that marks the onset; the same for a swinging leg."""
_FULL_RATE_HZ = 100.0
"""Hz; a slower sensor blurs the rise over its period, which a higher share compensates."""
_RISE_S = 0.06
"""s; longest rise of a burst."""
_QUIET_S = (0.065, 0.015)
"""s before the onset that must be quiet."""
_SWING_S = 0.8
"""s within which the velocity's minimum and maximum are sought: a hop and a half."""
_DRIFT_HZ = 0.5
"""Hz; high-pass of the velocity."""
_SWING_HZ = 25.0
"""Hz; high-pass: the last deceleration of a running leg's swing lasts a tenth of a second."""
_LOWEST_S = (0.05, 0.075)
"""s around the onset within which the velocity's minimum is sought."""
_LAG_S: dict[Worn, float] = {"ankle": 0.006, "shoe": 0.0}
"""s from 20 N of ground force to the onset at the sensor."""


@dataclass(frozen=True, slots=True, eq=False)
class Landings:
    """Initial contacts in one window, in order of time.

    Attributes:
        at: positions on the fine grid, shape (m,).
        strength: score of each, g/s, shape (m,).
        bursts_at: onsets of all bursts of jerk, landings or not, shape (k,).
        bursts_gps: their peaks, g/s, shape (k,).
    """

    at: Floats
    strength: Floats
    bursts_at: Floats
    bursts_gps: Floats

    def __len__(self) -> int:
        return len(self.at)


def stretches_with_impacts(window: Samples, *, pad_s: float, apart_s: float) -> list[Samples]:
    """Parts of a window with sharp changes; most of a quiet hour has none.

    Args:
        window: any length.
        pad_s: margin before the first and after the last impact of a part, s.
        apart_s: impacts further apart are in two parts, s.
    """
    if len(window) < 4:
        return []
    stride = max(1, round(window.rate_hz / FINE_HZ))
    sharp = np.flatnonzero(
        jerk_gps(window.acc_mps2[::stride], window.rate_hz / stride) > _FLOOR_GPS
    )
    if len(sharp) == 0:
        return []
    sharp = sharp * stride
    cuts = np.flatnonzero(np.diff(sharp) > apart_s * window.rate_hz)
    first = sharp[np.concatenate([[0], cuts + 1])]
    last = sharp[np.concatenate([cuts, [len(sharp) - 1]])]
    pad = int(pad_s * window.rate_hz) + 2
    parts = [window.part(int(a) - pad, int(b) + pad) for a, b in zip(first, last, strict=True)]
    return [part for part in parts if len(part) >= window.rate_hz / 4]


def find_landings(fine: Fine, swinging: Bools) -> Landings:
    """Initial contacts of a window, of whatever movement.

    Args:
        fine: the window.
        swinging: shape (n,), true where the leg swings as in running and there is no gyro for its
            vertical velocity; there only sharpness and quiet count.
    """
    none = np.zeros(0)
    jerk = np.where(swinging, _sharp_jerk(fine), fine.jerk_gps) if swinging.any() else fine.jerk_gps
    edge = int(_RISE_S * FINE_HZ) + 2
    peaks = signal.find_peaks(jerk, height=_FLOOR_GPS, distance=int(0.03 * FINE_HZ))[0]
    peaks = peaks[(peaks > edge) & (peaks < len(jerk) - edge)]
    if len(peaks) == 0:
        return Landings(at=none, strength=none, bursts_at=none, bursts_gps=none)
    usual = _FRACTION * max(1.0, _FULL_RATE_HZ / fine.rate_hz)
    onset = _onsets(jerk, peaks, np.where(swinging[peaks], _SWING_FRACTION, usual))
    speed = np.cumsum(fine.up_mps2 - G_MPS2) / FINE_HZ
    before = np.maximum(onset.astype(np.int64) - 1, 0)
    falling = np.where(swinging[before], 1.0, _falling(speed, before))
    score = jerk[peaks] * falling**2 * _quiet(jerk, before, jerk[peaks])
    # Of two peaks too close together, find_peaks keeps the higher.
    line = np.zeros(len(jerk))
    line[peaks] = score
    best = signal.find_peaks(line, height=WEAK_GPS, distance=int(CLOSEST_S * FINE_HZ))[0]
    kept = np.searchsorted(peaks, best)
    at, strength = onset[kept], score[kept]
    if fine.oriented:
        at = 0.5 * (at + _lowest(speed, at))
    lag = _LAG_S[fine.placement] * FINE_HZ
    return Landings(at=at - lag, strength=strength, bursts_at=onset - lag, bursts_gps=jerk[peaks])


def _lowest(speed: Floats, at: Floats) -> Floats:
    """Position of the lowest vertical velocity near each onset."""
    before, after = (int(s * FINE_HZ) for s in _LOWEST_S)
    start = np.maximum(at.astype(np.int64) - before, 0)
    grid = np.minimum(start[:, None] + np.arange(before + after), len(speed) - 1)
    return np.asarray(start + np.argmin(speed[grid], axis=1), dtype=np.float64)


def _sharp_jerk(fine: Fine) -> Floats:
    """Jerk without the leg's swing, whose end is as large as a landing but less sharp."""
    sharp = zero_phase(fine.acc_mps2, FINE_HZ, _SWING_HZ, band="highpass")
    return jerk_gps(sharp, FINE_HZ)


def _onsets(jerk: Floats, peaks: Ints, fraction: Floats) -> Floats:
    """Where the jerk first passes a fraction of each peak, within the rise before it."""
    back = int(_RISE_S * FINE_HZ)
    grid = peaks[:, None] + np.arange(-back, 1)[None, :]
    rise = jerk[grid]
    level = fraction * rise[:, -1]
    first = np.argmax(rise >= level[:, None], axis=1)
    row = np.arange(len(peaks))
    upper = rise[row, first]
    lower = rise[row, np.maximum(first - 1, 0)]
    step = np.where(first > 0, (upper - level) / np.maximum(upper - lower, 1e-9), 0.0)
    return np.asarray(peaks - back + first - step, dtype=np.float64)


def _falling(speed: Floats, at: Ints) -> Floats:
    """1 where the vertical velocity is at its lowest around, near 0 where it is high."""
    speed = zero_phase(speed, FINE_HZ, _DRIFT_HZ, order=1, band="highpass")
    width = int(_SWING_S * FINE_HZ)
    low = ndimage.minimum_filter1d(speed, width)
    high = ndimage.maximum_filter1d(speed, width)
    # A swing below 0.3 m/s is a foot that hardly moves.
    place: Floats = np.clip(1 - (speed - low) / np.maximum(high - low, 0.3), 0.05, 1.0)
    return place[at]


def _quiet(jerk: Floats, at: Ints, peak: Floats) -> Floats:
    """1 where the jerk before was negligible against the peak, near 0 where it was as large."""
    far, near = (int(s * FINE_HZ) for s in _QUIET_S)
    grid = np.maximum(at[:, None] - np.arange(near, far)[None, :], 0)
    quiet: Floats = np.clip(1 - jerk[grid].max(axis=1) / peak, 0.1, 1.0)
    return quiet
