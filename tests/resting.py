"""Sensors with errors of their own, laid on a table, one side after the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from sensing.core.samples import Samples
from sensing.core.units import G_MPS2, Floats

SIDES: Floats = np.array([sign * np.eye(3)[axis] for axis in range(3) for sign in (1.0, -1.0)])
"""Up in the case's axes with each of its six sides up, shape (6, 3)."""

EDGES: Floats = np.array(
    [
        (np.eye(3)[i] * a + np.eye(3)[j] * b) / np.sqrt(2)
        for a, b in ((1, 1), (-1, 1), (1, -1), (-1, -1))
        for i, j in ((0, 1), (0, 2), (1, 2))
    ]
)
"""Half-way between two sides; the first three are one of each kind, shape (12, 3)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Worn:
    """A sensor and its errors: read = gain · true + bias.

    Attributes:
        bias_g: shape (3,).
        gain: shape (3, 3); not symmetric, so its axes are turned a little as a whole too.
        noise_ug: µg/√Hz.
        step_g: resolution.
        gyro_bias_dps: shape (3,).
    """

    bias_g: Floats
    gain: Floats
    noise_ug: float = 200.0
    step_g: float = 8 / 2**16
    gyro_bias_dps: Floats

    def read_g(self, true_g: Floats) -> Floats:
        """What it reads without noise, shape (n, 3)."""
        return np.asarray(true_g @ self.gain.T + self.bias_g)


def draw(
    rng: np.random.Generator,
    *,
    bias_g: float = 0.02,
    scale: float = 0.01,
    cross_deg: float = 1.0,
    noise_ug: float = 200.0,
) -> Worn:
    """A sensor with so much bias (its length), scale error (each axis) and cross-axis angle."""
    bias = rng.normal(size=3)
    gain = np.eye(3) + np.diag(rng.choice([-scale, scale], 3))
    off = np.radians(cross_deg) * rng.choice([-1.0, 1.0], (3, 3))
    np.fill_diagonal(off, 0.0)
    return Worn(
        bias_g=bias_g * bias / np.linalg.norm(bias),
        gain=gain + off,
        noise_ug=noise_ug,
        gyro_bias_dps=rng.normal(0, 1.0, 3),
    )


def laid(rng: np.random.Generator, sides: Floats, tilt_deg: float, skew_deg: float = 0.0) -> Floats:
    """Up in the sensor's axes for sides laid by hand, shape (n, 3).

    Args:
        rng: randomness.
        sides: up in the case's axes, shape (n, 3).
        tilt_deg: how far each is off, 1 sd in each direction.
        skew_deg: how far the board sits askew in the case.
    """
    board = Rotation.from_rotvec(np.radians(skew_deg) * direction(rng))
    tilts = [np.cross(side, rng.normal(0, np.radians(tilt_deg), 3)) for side in sides]
    ups = board.apply(sides + np.array(tilts))
    return np.asarray(ups / np.linalg.norm(ups, axis=1, keepdims=True))


def direction(rng: np.random.Generator) -> Floats:
    """A direction, all equally likely, shape (3,)."""
    v = rng.normal(size=3)
    return np.asarray(v / np.linalg.norm(v))


def trial(
    rng: np.random.Generator,
    sensor: Worn,
    ups: Floats,
    *,
    rate_hz: float = 104.0,
    hold_s: float = 4.0,
    handle_s: float = 1.5,
    gyro: bool = False,
    hand_mps2: float = 0.0,
    drift_mg_per_s: float = 0.0,
) -> Samples:
    """A recording of those positions, each held for a while, with handling before and between."""
    handled, held = round(handle_s * rate_hz), round(hold_s * rate_hz)
    parts, moving = [], []
    before = direction(rng)
    for up in ups:
        share = np.linspace(0, 1, handled)[:, None]
        swing = 0.7 * np.sin(np.pi * share) * direction(rng) + rng.normal(0, 0.15, (handled, 3))
        parts += [before * (1 - share) + up * share + swing, np.repeat(up[None], held, axis=0)]
        moving += [np.ones(handled), np.zeros(held)]
        before = up
    parts.append(before + rng.normal(0, 0.2, (handled, 3)))
    moving.append(np.ones(handled))
    true = np.concatenate(parts)
    n = len(true)
    t_s = np.arange(n) / rate_hz
    if hand_mps2:
        waves = np.sin(2 * np.pi * (np.array([3.1, 4.7, 7.9]) * t_s[:, None]) + [0.0, 1.0, 2.0])
        true = true + hand_mps2 * np.sqrt(2) / G_MPS2 * waves
    read = sensor.read_g(true) + drift_mg_per_s / 1000 * t_s[:, None] * direction(rng)
    read = read + rng.normal(0, sensor.noise_ug * 1e-6 * np.sqrt(rate_hz / 2), (n, 3))
    turning = np.concatenate(moving)[:, None] * rng.normal(0, 60, (n, 3))
    return Samples(
        start=0,
        t0_s=0.0,
        rate_hz=rate_hz,
        acc_mps2=np.round(read / sensor.step_g) * sensor.step_g * G_MPS2,
        gyro_dps=turning + sensor.gyro_bias_dps + rng.normal(0, 0.05, (n, 3)) if gyro else None,
        lost=np.zeros(n, dtype=np.bool_),
        clipped=np.zeros(n, dtype=np.bool_),
    )
