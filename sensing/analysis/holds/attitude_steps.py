"""Changes of attitude: the shank turns from one position that it keeps to another.

Where the foot stays on the floor the ankle hardly accelerates, so the direction of the low-passed
specific force is that of gravity, and its path on the sphere is the attitude of the shank. It needs
no gyro and no mounting. What is looked for are steps of that path:

1. Means over ``_SIDE_S`` after and before each moment, ``_GAP_S`` away from it, are subtracted. The
   difference peaks in the middle of a step, with its size and direction.
2. A minimum-jerk ramp (Flash & Hogan 1985, J Neurosci 5:1688) between two free levels is fitted to
   the path along that direction: its ends are those of the movement.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import ndimage, signal

from sensing.core.filters import zero_phase
from sensing.core.samples import Samples
from sensing.core.units import Floats, Ints

# Constants, chosen by hand on simulated leans (tests/labelled); no recordings of people.

GRID_HZ = 25.0
"""Hz; grid of the path. Larger: slower; smaller: coarse ends."""
FORCE_HZ = 4.0
"""Hz; low-pass of the force vector. Larger: tremor turns the direction; smaller: steps are blurred.
The provisional count uses the same."""
_SIDE_S = 1.0
"""s averaged on either side of a step. Larger: short positions are blurred; smaller: sway makes
steps."""
_GAP_S = 0.6
"""s left out on either side of its middle. Larger: quick sequences merge; smaller: slow steps look
small."""
_APART_S = 0.9
"""s between the middles of two steps. Larger: short positions are missed; smaller: one slow step
counts twice."""
_RAMPS_S = 0.3 * 1.1 ** np.arange(28)
"""s; durations tried; a person tips forward in 0.5–3 s. Larger: slow drifts fit, too; smaller: slow
leans do not. A factor of 1.2 and shifts of 0.08 s make durations uncertain (90th percentile of the
error 0.28–0.37 s by where the grid happens to begin; these, 0.31 s anywhere)."""
_USUAL_S, _SPREAD = 1.2, 0.5
"""s, and in logarithm: what is believed of the duration before the path is seen. Larger: longer
movements, or any; smaller: the reverse."""
_SWAY_S = 0.5
"""s after which sway is anew, so that so many samples weigh as one. Larger: what is believed weighs
more; smaller: sway is fitted."""
_FLOOR_RAD2 = 1e-8
"""rad² of noise per point that no fit goes below, 0.006°; fixed: far below any person's sway."""
_SHIFTS_S = np.arange(-0.8, 0.801, 0.04)
"""s; middles tried, about the peak. Larger: a neighbouring step may win; smaller: uneven movements
are missed."""
_FIT_S = 2.6
"""s on either side of the middle that the ramp is fitted to, at most. Larger: other sway
counts; smaller: the levels are not seen."""


@dataclass(frozen=True, slots=True, eq=False)
class ShankPath:
    """Specific force on an even grid.

    Attributes:
        t0_s: time of the first point, s.
        rate_hz: points a second.
        force_mps2: low-passed specific force, shape (n, 3).
        shake_mps2: mean distance of |f| from that of the low-passed force, shape (n,).
    """

    t0_s: float
    rate_hz: float
    force_mps2: Floats
    shake_mps2: Floats

    def __len__(self) -> int:
        return len(self.force_mps2)

    @property
    def up(self) -> Floats:
        """Its direction, unit vectors, shape (n, 3)."""
        size = np.linalg.norm(self.force_mps2, axis=1, keepdims=True)
        return np.asarray(self.force_mps2 / np.maximum(size, 1e-6), dtype=np.float64)

    def time_s(self, k: float) -> float:
        """Time of grid position ``k``, s."""
        return self.t0_s + k / self.rate_hz


def shank_path(window: Samples) -> ShankPath:
    """The path of a closed window."""
    stride = max(1, round(window.rate_hz / GRID_HZ))
    smooth = zero_phase(window.acc_mps2, window.rate_hz, min(FORCE_HZ, 0.2 * window.rate_hz))
    norm = np.linalg.norm(window.acc_mps2, axis=1)
    shake = np.abs(norm - np.linalg.norm(smooth, axis=1))
    shake = ndimage.uniform_filter1d(shake, stride, mode="nearest")
    return ShankPath(
        window.time_s(0), window.rate_hz / stride, smooth[::stride].copy(), shake[::stride].copy()
    )


def attitude_changes(path: ShankPath) -> Floats:
    """Mean attitude after less that before each position, shape (n, 3), rad; 0 near the ends."""
    side, gap = max(1, round(_SIDE_S * path.rate_hz)), round(_GAP_S * path.rate_hz)
    changes = np.zeros((len(path), 3))
    if len(path) > 2 * (side + gap):
        total = np.concatenate([np.zeros((1, 3)), np.cumsum(path.up, axis=0)])
        mean = (total[side:] - total[:-side]) / side
        inner = mean[side + 2 * gap :] - mean[: len(mean) - side - 2 * gap]
        changes[side + gap : side + gap + len(inner)] = inner
    return changes


def peaks_of(size: Floats, rate_hz: float, *, least: float) -> Ints:
    """Positions of the peaks of a change, in order, shape (k,)."""
    peaks, _ = signal.find_peaks(size, height=least, distance=max(1.0, _APART_S * rate_hz))
    return np.asarray(peaks, dtype=np.int64)


def fitted_step(
    along: Floats, middle: int, within: tuple[int, int], rate_hz: float
) -> tuple[float, float]:
    """Ends of the movement about a peak, grid positions.

    Args:
        along: attitude along the direction of the turn, shape (n,), rad; it grows in the movement.
        middle: the peak.
        within: the stretch that this movement has for itself.
        rate_hz: of the grid.
    """
    ramps = _ramps(rate_hz)
    a, b = max(within[0], middle - ramps.reach), min(within[1], middle + ramps.reach)
    x = along[a:b] - along[a:b].mean()
    first, last = a - middle + ramps.reach, b - middle + ramps.reach
    # Less their means, as x is: what that takes from their squares is their sum squared.
    total = ramps.sums[..., last] - ramps.sums[..., first]
    power = ramps.squares[..., last] - ramps.squares[..., first] - total**2 / len(x)
    slope = np.maximum(ramps.at[..., first:last] @ x, 0.0) / np.maximum(power, 1e-9)
    error = np.maximum(x @ x - slope**2 * power, _FLOOR_RAD2 * len(x))
    unusual = np.log(_RAMPS_S / _USUAL_S) / _SPREAD
    cost = len(x) / (_SWAY_S * rate_hz) * np.log(error) + unusual[:, None] ** 2
    i, k = np.unravel_index(np.argmin(cost), cost.shape)
    length, centre = float(_RAMPS_S[i]) * rate_hz, middle + float(_SHIFTS_S[k]) * rate_hz
    return centre - length / 2, centre + length / 2


@dataclass(frozen=True, slots=True, eq=False)
class _Ramps:
    """Every movement tried, about a peak.

    Attributes:
        reach: grid points before and after the peak.
        at: share of the way done, shape (lengths, shifts, 2 · reach).
        sums, squares: of it and its square up to each point, (lengths, shifts, 2 · reach + 1).
    """

    reach: int
    at: Floats
    sums: Floats
    squares: Floats


@lru_cache(maxsize=4)
def _ramps(rate_hz: float) -> _Ramps:
    reach = round(_FIT_S * rate_hz)
    t = np.arange(-reach, reach) - _SHIFTS_S[:, None] * rate_hz
    u = np.clip(t / (_RAMPS_S[:, None, None] * rate_hz) + 0.5, 0, 1)
    at = u**3 * (10 - 15 * u + 6 * u**2)
    none = np.zeros((*at.shape[:2], 1))
    sums, squares = (np.concatenate([none, x.cumsum(axis=2)], axis=2) for x in (at, at**2))
    return _Ramps(reach, at, sums, squares)
