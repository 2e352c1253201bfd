"""What a raise looks like from the shank: vertical velocity and lean, however the sensor is worn.

* Vertical acceleration is the length of the low-passed force *vector* less gravity. Low-passed
  first, because the ringing of a heel strike across the vertical would otherwise add to the length.
* Lean is the direction of up in the sensor's axes. With a gyro: its turns above 0.05 Hz, gravity
  below. Without: the direction of the low-passed force, in which the ankle's own acceleration
  forwards is mixed with lean (it adds to it in people, so raises still look like raises).
* A raise goes up and comes back the same way, so velocity = k · rate of lean, with k of
  0.11–0.13 m/rad in people. One regression, local in time, finds k and how well it holds (R²). The
  *drive* is velocity as far as lean confirms it: R² of what lean says plus 1 − R² of what force
  says. Where the shank hardly leans, that is force alone.

Lost samples arrive bridged by straight lines; all this lives below 4 Hz, where a bridge of 120 ms
is as good as the samples.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from scipy.signal import lfilter

from sensing.analysis.reps.raise_params import RaiseParams
from sensing.analysis.signals.slow_motion import KEPT_HZ, slow_motion
from sensing.core.filters import zero_phase
from sensing.core.samples import Samples
from sensing.core.units import G_MPS2, Bools, Floats, Ints

GRID_HZ = 50.0
"""Six samples to the quickest way up (0.25 s) and to spare; more would only cost time."""

_SLOW_HZ = 0.5
"""Hz; low-pass of the direction that the gyro's turns are laid across."""
_SHORT_S = 0.04
"""s; shorter gaps are bridged without a trace: all this lives below 4 Hz."""
_CALM_MPS2 = 0.1 * G_MPS2
"""m/s²; more acceleration passes for lean."""
_AGAINST = -0.3
"""Correlation of lean by gyro and by gravity below which one of them is turned over; it is −.74 in
the band and .4–.9 elsewhere."""
_LEAN_HZ = (0.1, 2.0)
"""Hz; band in which they are compared."""
_NOISE_RATES_HZ = (50.0, 100.0, 200.0, 416.0)
"""Hz; sample rates at which noise was simulated …"""
_NOISE_PER_JOLT = (0.84, 0.2, 0.153, 0.14)
"""… s; RMS of velocity per tenth percentile of the jolts."""
_JOLT_HZ = (12.0, 30.0)
"""Hz; band in which a strap rings (15–25 Hz) when the heel lands; tremor ends below."""


@dataclass(frozen=True, slots=True, eq=False)
class RaiseSignals:
    """A closed window on a grid of about ``GRID_HZ``.

    Attributes:
        rate_hz: exact rate of the grid, Hz.
        stride: samples of the window to one of the grid (not a whole number in general).
        has_gyro: whether lean comes from a gyro.
        velocity_mps: vertical velocity, leaky below 0.12 Hz, shape (n,), m/s.
        force_mps2: specific force in the sensor's axes below 12 Hz, shape (n, 3), m/s².
        up: which way is up in the sensor's axes, unit vectors, shape (n, 3).
        turn: rate of change of ``up`` without its slow drift, shape (n, 3), rad/s.
        drive_mps: vertical velocity as far as lean confirms it, shape (n,), m/s.
        agree: how far velocity follows the rate of lean around each point (R²), 0…1, shape (n,).
        hidden: where more than 40 ms of samples were lost or clipped, shape (n,).
        noise_mps: velocity that the sensor's noise alone integrates to, RMS, m/s.
        jolt_mps2: largest |f| between 12 and 30 Hz around each point, shape (n,), m/s²: where a
            heel lands, the strap rings.
    """

    rate_hz: float
    stride: float
    has_gyro: bool
    velocity_mps: Floats
    force_mps2: Floats
    up: Floats
    turn: Floats
    drive_mps: Floats
    agree: Floats
    hidden: Bools
    noise_mps: float
    jolt_mps2: Floats

    def __len__(self) -> int:
        return len(self.drive_mps)

    def part(self, first: int, last: int) -> RaiseSignals:
        """The same between two grid positions."""
        rows = {
            each.name: getattr(self, each.name)[first:last]
            for each in fields(self)
            if isinstance(getattr(self, each.name), np.ndarray)
        }
        return replace(self, **rows)


def raise_signals(window: Samples, params: RaiseParams) -> RaiseSignals:
    """Signals of a closed window of at least 2 s."""
    p = params
    count = max(2, int(len(window) * GRID_HZ / window.rate_hz))
    stride = (len(window) - 1) / (count - 1)
    rate = GRID_HZ  # for filters, which are so designed once: it is right to a point in a window
    at: Floats = np.arange(count, dtype=np.float64) * stride
    acc, gyro = _on_grid(window, at)
    force = zero_phase(acc, rate, p.force_hz)
    push = np.linalg.norm(force, axis=1)
    push = push - float(np.median(push))
    up = _direction(zero_phase(acc, rate, p.lean_hz))
    if gyro is not None and window.gyro_dps is not None:
        turning = np.radians(gyro - np.median(window.gyro_dps, axis=0))
        up = _up_by_gyro(
            _direction(force), _direction(zero_phase(acc, rate, _SLOW_HZ)), turning, push, rate, p
        )
    velocity, turn = _without_drift(_calmed(push, rate, p), up, rate, p)
    drive, agree = _drive(velocity, turn, rate, p, has_gyro=gyro is not None)
    jolts = _jolts(window, at)
    return RaiseSignals(
        rate_hz=window.rate_hz / stride,
        stride=stride,
        has_gyro=gyro is not None,
        velocity_mps=velocity,
        force_mps2=acc,
        up=up,
        turn=turn,
        drive_mps=drive,
        agree=agree,
        hidden=_hidden(window, at),
        noise_mps=_noise_mps(jolts, window.rate_hz),
        jolt_mps2=jolts,
    )


def speed_below(signals: RaiseSignals, cut_off_hz: float) -> Floats:
    """Vertical velocity from force below a cut-off, without a leak, shape (n,), m/s.

    Over one rep it is right but for a straight line.
    """
    push = np.linalg.norm(zero_phase(signals.force_mps2, signals.rate_hz, cut_off_hz), axis=1)
    return np.asarray(np.cumsum(push - float(np.median(push))) / signals.rate_hz)


def leans(signals: RaiseSignals, at: Ints) -> Floats:
    """Lean about the axis in which it follows height; without a gyro across it, too, rad.

    An accelerometer takes the ankle's own acceleration for lean, in both directions.

    Args:
        signals: of the window.
        at: grid positions of a set's upward pulses.

    Returns:
        One row with a gyro, two without: shape (1, n) or (2, n).
    """
    beat = int(np.median(np.diff(at))) if len(at) > 1 else int(3 * signals.rate_hz)
    span = slice(max(0, int(at[0]) - beat), int(at[-1]) + beat)
    about = signals.velocity_mps[span] @ signals.turn[span]
    about /= max(float(np.linalg.norm(about)), 1e-12)
    if signals.has_gyro:
        return np.asarray(signals.up @ about)[None]
    mean = signals.up[span].mean(axis=0)
    return np.stack([signals.up @ about, signals.up @ np.cross(mean, about)])


def _on_grid(window: Samples, at: Floats) -> tuple[Floats, Floats | None]:
    """Force, shape (m, 3), m/s², and angular rate, °/s, if there is one."""
    wide = window.rate_hz > 2.5 * KEPT_HZ
    acc, gyro = slow_motion(window) if wide else (window.acc_mps2, window.gyro_dps)
    base = np.arange(len(window), dtype=np.float64)

    def thinned(x: Floats) -> Floats:
        return np.column_stack([np.interp(at, base, axis) for axis in x.T])

    return thinned(acc), None if gyro is None else thinned(gyro)


def _direction(x: Floats) -> Floats:
    size = np.linalg.norm(x, axis=1, keepdims=True)
    return np.asarray(x / np.maximum(size, 1e-9), dtype=np.float64)


def _without_drift(push: Floats, up: Floats, rate: float, p: RaiseParams) -> tuple[Floats, Floats]:
    """Vertical velocity and rate of change of ``up``, high-passed twice, at rest before and after.

    Velocity is summed up in between.
    """
    room = int(15 * rate)
    still = np.zeros((room, 4))
    rows = np.column_stack([push, np.gradient(up, axis=0) * rate])
    for last in (False, True):
        rows = np.concatenate([still, rows, still])
        rows = zero_phase(rows, rate, p.leak_hz, order=1, band="highpass")
        if not last:
            rows[:, 0] = np.cumsum(rows[:, 0]) / rate
        rows = rows[room:-room]
    return rows[:, 0].copy(), rows[:, 1:].copy()


def _calmed(push: Floats, rate: float, p: RaiseParams) -> Floats:
    """Vertical acceleration with less of its slow part the more violent it is.

    In a step the length of force exceeds gravity for a second on end; integrated, that would tilt
    the velocity of the raises after it. Quick movement needs no long memory.
    """
    power = np.maximum(zero_phase(push**2, rate, 1 / p.local_s, order=1), 0.0)
    share = power / (power + p.violent_mps2**2)
    return np.asarray(push - share * zero_phase(push, rate, p.violent_hz, order=1))


def _up_by_gyro(
    up: Floats, slow: Floats, turning: Floats, push: Floats, rate: float, p: RaiseParams
) -> Floats:
    """Complementary filter: gravity's direction, carried on by the gyro over ``gravity_s``."""
    turned = -np.cross(turning, slow) * _sign(turning, up, slow, push, rate)
    share = 1 / (rate * p.gravity_s)
    wanted = up + p.gravity_s * turned
    begin = (1 - share) * up[:1]
    mixed, _ = lfilter([share], [1.0, share - 1.0], wanted, axis=0, zi=begin)
    return zero_phase(np.asarray(mixed, dtype=np.float64), rate, p.force_hz)


def _sign(turning: Floats, up: Floats, slow: Floats, push: Floats, rate: float) -> float:
    """−1 where gyro and accelerometer disagree about which way is which.

    Some drivers turn the sign of one of them over. Where it is calm, gravity and gyro see the same
    lean, so their rates go together or against each other.
    """
    seen = zero_phase(np.gradient(up, axis=0) * rate, rate, _LEAN_HZ, band="bandpass")
    told = zero_phase(-np.cross(turning, slow), rate, _LEAN_HZ, band="bandpass")
    calm = zero_phase(np.abs(push), rate, 0.5) < _CALM_MPS2
    seen, told = seen[calm], told[calm]
    size = np.sqrt((seen**2).sum() * (told**2).sum())
    return -1.0 if (seen * told).sum() < _AGAINST * max(float(size), 1e-9) else 1.0


def _drive(
    velocity: Floats, turn: Floats, rate: float, p: RaiseParams, *, has_gyro: bool
) -> tuple[Floats, Floats]:
    """Velocity mixed from what lean says (R²) and what force says (1 − R²), and R²."""
    # Sums around each point, with positive weights.
    i, j = np.triu_indices(3)
    every = zero_phase(
        np.column_stack([turn[:, i] * turn[:, j], turn * velocity[:, None], velocity**2]),
        rate,
        1 / (2 * np.pi * p.local_s),
        order=1,
    )
    square = np.empty((len(turn), 3, 3))
    square[:, i, j] = square[:, j, i] = every[:, :6]
    product = every[:, 6:9]
    ridge = 1e-4 + 0.01 * np.trace(square, axis1=1, axis2=2)
    k = np.linalg.solve(square + ridge[:, None, None] * np.eye(3), product[:, :, None])[:, :, 0]
    explained = np.einsum("ij,ij->i", k, product) / np.maximum(every[:, 9], 1e-9)
    agree = np.clip(explained, 0.0, 1.0)
    share = agree
    if has_gyro:
        lean = np.trace(square, axis1=1, axis2=2)
        share = np.maximum(share, lean / (lean + np.radians(p.sure_dps) ** 2))
    said = np.einsum("ij,ij->i", turn, k)
    return np.asarray(share * said + (1 - share) * velocity, dtype=np.float64), agree


def _noise_mps(jolts: Floats, rate_hz: float) -> float:
    """Velocity of integrated white noise, from the jolts it makes where nothing else does."""
    share = np.interp(np.log(rate_hz), np.log(_NOISE_RATES_HZ), np.log(_NOISE_PER_JOLT))
    return float(np.percentile(jolts, 10) * np.exp(share))


def _hidden(window: Samples, at: Floats) -> Bools:
    bad = window.lost | window.clipped
    if not bad.any():
        return np.zeros(len(at), dtype=np.bool_)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], bad, [False]]).astype(np.int8)))
    hidden = np.zeros(len(bad), dtype=np.bool_)
    for first, last in edges.reshape(-1, 2).tolist():
        if last - first > _SHORT_S * window.rate_hz:
            hidden[first:last] = True
    return np.asarray(hidden[np.rint(at).astype(np.int64)])


def _jolts(window: Samples, at: Floats) -> Floats:
    if window.rate_hz < 2.5 * _JOLT_HZ[0]:
        return np.zeros(len(at))
    norm = np.linalg.norm(window.acc_mps2, axis=1)
    ringing = np.abs(zero_phase(norm, window.rate_hz, _JOLT_HZ, band="bandpass"))
    return np.asarray(np.maximum.reduceat(ringing, np.rint(at).astype(np.int64)), dtype=np.float64)
