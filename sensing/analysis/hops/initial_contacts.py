"""Bursts of jerk: every instant at which a foot may meet the ground.

Within 10–20 ms of a landing specific force jumps. So does it in a push-off, in the ringing of a
strap and wherever a foot is knocked: which bursts are landings is decided by what lies around them
(``hop_candidates.py``, ``hop_decoder.py``).

The instant is where the jerk first passes a fifth of the burst's peak. On the shank that is a few
milliseconds late, because of the foot's pad and the strap. On the foot it is averaged with the
minimum of the vertical velocity, if there is a gyro for the vertical.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import signal

from sensing.analysis.signals.vertical import FINE_HZ, Fine, jerk_gps
from sensing.core.samples import Samples, Worn
from sensing.core.units import G_MPS2, Floats, Ints

_FLOOR_GPS = 40.0
"""g/s; a landing softer than 0.4 g within 10 ms looks like a shift of weight. Larger: soft landings
are missed; smaller: slower."""
_APART_S = 0.03
"""s; bursts closer together are one. Larger: a push-off hides the landing after it; smaller:
slower."""
_RISES_S = 0.025
"""s; onsets closer together are of one rise, and the highest peak says which. Larger: a push-off
hides the landing after it; smaller: the onset of a landing with two peaks depends on the rate."""
_FRACTION = 0.2
"""Share of the peak that marks the onset. Larger: later; smaller: noise before it counts."""
_FULL_RATE_HZ = 100.0
"""Hz; a slower sensor blurs the rise over its period, which a higher share compensates, and a lower
floor. Larger: later at such rates, and more bursts; smaller: earlier, and fewer."""
_RISE_S = 0.06
"""s; longest rise of a burst. Larger: what came before counts; smaller: soft onsets are late."""
_LOWEST_S = (0.05, 0.075)
"""s around the onset within which the velocity's minimum is sought. Larger: other minima are found;
smaller: the own one is missed."""
_LAG_S: dict[Worn, float] = {"ankle": 0.006, "shoe": 0.0}
"""s from 20 N of ground force to the onset at the sensor. Larger: earlier contacts; smaller:
later."""


@dataclass(frozen=True, slots=True, eq=False)
class Bursts:
    """Bursts of jerk in one window, in order of time.

    Attributes:
        at: positions of their onsets on the fine grid, shape (k,).
        peak_gps: their peaks, shape (k,), g/s.
    """

    at: Floats
    peak_gps: Floats

    def __len__(self) -> int:
        return len(self.at)

    def within(self, first: float, last: float) -> Bursts:
        """Those with onsets in (first, last)."""
        inside = (self.at > first) & (self.at < last)
        return Bursts(at=self.at[inside], peak_gps=self.peak_gps[inside])


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


def find_bursts(fine: Fine) -> Bursts:
    """Bursts of jerk of a window, of whatever movement."""
    jerk = fine.jerk_gps
    edge = int(_RISE_S * FINE_HZ) + 2
    floor = _FLOOR_GPS * min(1.0, fine.rate_hz / _FULL_RATE_HZ)
    peaks = signal.find_peaks(jerk, height=floor, distance=int(_APART_S * FINE_HZ))[0]
    peaks = np.asarray(peaks[(peaks > edge) & (peaks < len(jerk) - edge)], dtype=np.int64)
    if len(peaks) == 0:
        return Bursts(at=np.zeros(0), peak_gps=np.zeros(0))
    fraction = _FRACTION * max(1.0, _FULL_RATE_HZ / fine.rate_hz)
    lag = _LAG_S[fine.placement] * FINE_HZ
    return Bursts(at=_onsets(jerk, peaks, fraction) - lag, peak_gps=jerk[peaks])


def initial_contacts(fine: Fine, at: Floats, score: Floats, chosen: Ints) -> Floats:
    """Positions of the initial contacts that some bursts are, shape (m,).

    Of bursts with one rise the one most like a landing says where it begins.

    Args:
        fine: the window.
        at: onsets of all bursts, shape (k,).
        score: how much each is like a landing, shape (k,).
        chosen: numbers of those that are landings, shape (m,).
    """
    near = np.abs(at[:, None] - at[chosen][None, :]) < _RISES_S * FINE_HZ
    at = at[np.argmax(np.where(near, score[:, None], -1.0), axis=0)]
    if not fine.oriented or len(at) == 0:
        return at
    lowest = _lowest(np.cumsum(fine.up_mps2 - G_MPS2) / FINE_HZ, at)
    return np.asarray(0.5 * (at + lowest), dtype=np.float64)


def _lowest(speed: Floats, at: Floats) -> Floats:
    """Position of the lowest vertical velocity near each onset."""
    before, after = (int(s * FINE_HZ) for s in _LOWEST_S)
    start = np.maximum(at.astype(np.int64) - before, 0)
    grid = np.minimum(start[:, None] + np.arange(before + after), len(speed) - 1)
    return np.asarray(start + np.argmin(speed[grid], axis=1), dtype=np.float64)


def _onsets(jerk: Floats, peaks: Ints, fraction: float) -> Floats:
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
