"""Small simulated signals with obvious ground truth: raises of a point on the shank."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sensing.core.samples import Samples
from sensing.core.units import G_MPS2, Floats

Rep4 = tuple[float, float, float, float]


def smooth_step(u: Floats) -> Floats:
    """Minimum-jerk step from 0 to 1 (Flash & Hogan 1985)."""
    u = np.clip(u, 0.0, 1.0)
    return np.asarray(u**3 * (10 - 15 * u + 6 * u**2), dtype=np.float64)


def raises(
    reps: list[Rep4],
    *,
    duration_s: float,
    rate_hz: float = 104.0,
    rise_m: float = 0.07,
    lean_deg: float = 1.5,
    noise_mps2: float = 0.02,
    seed: int = 1,
) -> Samples:
    """Raises at given (start, top, lower, end) times, the shank leaning with the height."""
    t = np.arange(round(duration_s * rate_hz)) / rate_hz
    height = np.zeros_like(t)
    for start, top, lower, end in reps:
        up = smooth_step((t - start) / (top - start))
        height += up - smooth_step((t - lower) / (end - lower))
    lean = np.radians(lean_deg) * height
    push = G_MPS2 + np.gradient(np.gradient(rise_m * height, t), t)
    acc = np.column_stack([push * np.sin(lean), np.zeros_like(t), push * np.cos(lean)])
    acc += np.random.default_rng(seed).normal(0, noise_mps2, acc.shape)
    none = np.zeros(len(t), dtype=np.bool_)
    return Samples(
        start=0, t0_s=0.0, rate_hz=rate_hz, acc_mps2=acc, gyro_dps=None, lost=none, clipped=none
    )


def turned(samples: Samples, seed: int) -> Samples:
    """The same movement with another mounting."""
    q, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    if np.linalg.det(q) < 0:
        q[:, 0] = -q[:, 0]
    gyro = None if samples.gyro_dps is None else samples.gyro_dps @ q.T
    return replace(samples, acc_mps2=samples.acc_mps2 @ q.T, gyro_dps=gyro)


def regular(
    count: int, *, first_s: float = 3.0, up_s: float, stay_s: float, down_s: float, rest_s: float
) -> list[Rep4]:
    """Times of equal reps."""
    out = []
    at = first_s
    for _ in range(count):
        out.append((at, at + up_s, at + up_s + stay_s, at + up_s + stay_s + down_s))
        at += up_s + stay_s + down_s + rest_s
    return out
