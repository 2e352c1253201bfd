"""A leg that steps and a leg that raises its heel: pendulum and path, with nothing left to chance.

Both swing the shank in one plane; what differs is where the ankle is while they do. A step is at
its highest force in the middle of a swing, where lean passes through zero; a raise leans as far as
it is high.
"""

from __future__ import annotations

import numpy as np

from sensing.core.samples import Samples
from sensing.core.units import G_MPS2, Floats
from tests.simulated_signals import smooth_step


def stepping(
    stride_s: float,
    seconds: float,
    rate_hz: float = 104.0,
    *,
    swing_deg: float = 45.0,
    peak_g: float = 3.2,
    flat: float = 0.0,
    gyro: bool = False,
) -> Samples:
    """A leg that swings through ``swing_deg`` and is hit with ``peak_g`` once a stride.

    A foot lies flat and still for a share ``flat`` of the stride; a shank never does.
    """
    t = np.arange(int(seconds * rate_hz)) / rate_hz
    phase = np.clip(((t % stride_s) / stride_s - flat) / (1 - flat), 0.0, 1.0)
    beat = np.exp(-0.5 * ((phase - 0.5) / 0.07) ** 2)
    lean = np.radians(swing_deg / 2) * np.sin(2 * np.pi * phase)
    size = G_MPS2 * (1 + (peak_g - 1) * beat)
    return _leg(size * np.sin(lean), size * np.cos(lean), lean, rate_hz, gyro=gyro)


def raising(
    beat_s: float,
    seconds: float,
    rate_hz: float = 104.0,
    *,
    lean_deg: float = 18.0,
    strike_g: float = 0.0,
    gyro: bool = False,
) -> Samples:
    """Calf raises without a rest: rise 12 cm per radian of lean, forwards 8 cm, as people do.

    The heel lands with a jolt of ``strike_g`` that rings at 18 Hz.
    """
    t = np.arange(int(seconds * rate_hz)) / rate_hz
    phase = (t % beat_s) / beat_s
    shape = smooth_step(phase / 0.45) - smooth_step((phase - 0.5) / 0.45)
    lean = np.radians(lean_deg) * shape
    push = np.gradient(np.gradient(lean, t), t)
    since_s = (phase - 0.95) % 1.0 * beat_s
    jolt = strike_g * G_MPS2 * np.exp(-since_s / 0.03) * np.cos(2 * np.pi * 18.0 * since_s)
    up = G_MPS2 + 0.12 * push + jolt
    ahead = -0.08 * push
    across = np.cos(lean) * ahead + np.sin(lean) * up
    along = np.cos(lean) * up - np.sin(lean) * ahead
    return _leg(across, along, lean, rate_hz, gyro=gyro)


def _leg(across: Floats, along: Floats, lean: Floats, rate_hz: float, *, gyro: bool) -> Samples:
    """Forces in the axes of the shank; it turns about its second axis."""
    acc = np.column_stack([across, np.zeros_like(lean), along])
    rate = np.zeros_like(acc)
    rate[:, 1] = np.degrees(np.gradient(lean)) * rate_hz
    none = np.zeros(len(acc), dtype=np.bool_)
    return Samples(
        start=0,
        t0_s=0.0,
        rate_hz=rate_hz,
        acc_mps2=acc,
        gyro_dps=rate if gyro else None,
        lost=none,
        clipped=none,
    )
