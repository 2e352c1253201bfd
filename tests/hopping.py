"""Simulated hopping for tests: cut, clipped, resampled, with its ground truth."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from scipy.interpolate import CubicSpline

from sensing.core.filters import zero_phase
from sensing.core.samples import Samples, Worn
from sensing.core.units import G_MPS2, Floats
from sensing.sampling.checked_recording import recording_of
from sensing.sampling.columns import Columns
from sensing.simulation.make import simulate
from sensing.simulation.options import Options

Truth = dict[str, Any]


@cache
def made(
    exercise: str, seed: int, placement: Worn = "ankle", *, gyro: bool = False
) -> tuple[Samples, Truth]:
    """A simulated recording of one block, and its ground truth."""
    options = Options(exercise=exercise, seed=seed, placement=placement, gyro=gyro)
    recording = simulate(options)
    columns = Columns(
        acc=recording.acc_g, t_s=recording.samples_t_s, gyro_dps=recording.gyro_dps, where="made up"
    )
    return recording_of(columns).blocks[0], dict(recording.truth)


def at_rate(samples: Samples, rate_hz: float) -> Samples:
    """The same movement from a sensor of another rate, low-passed at 0.4 of it."""

    def again(x: Floats) -> Floats:
        if rate_hz < samples.rate_hz:
            x = zero_phase(x, samples.rate_hz, 0.4 * rate_hz, order=2)
        t = np.arange(int((len(x) - 1) / samples.rate_hz * rate_hz) + 1) / rate_hz
        return np.asarray(CubicSpline(np.arange(len(x)) / samples.rate_hz, x)(t))

    acc = again(samples.acc_mps2)
    none = np.zeros(len(acc), dtype=np.bool_)
    return Samples(
        start=0,
        t0_s=samples.time_s(0),
        rate_hz=rate_hz,
        acc_mps2=acc,
        gyro_dps=None if samples.gyro_dps is None else again(samples.gyro_dps),
        lost=none,
        clipped=none,
    )


def with_gap(samples: Samples, from_s: float, to_s: float) -> Samples:
    """The same with the samples between two times lost and a straight line in their place."""
    a, b = (round(samples.position(t)) for t in (from_s, to_s))
    acc, lost = samples.acc_mps2.copy(), samples.lost.copy()
    acc[a:b] = acc[a - 1] + np.linspace(0, 1, b - a)[:, None] * (acc[b] - acc[a - 1])
    lost[a:b] = True
    return replace(samples, acc_mps2=acc, lost=lost)


def clipped_at(samples: Samples, range_g: float) -> Samples:
    """The same from a sensor of a smaller range."""
    end = range_g * G_MPS2
    acc = np.clip(samples.acc_mps2, -end, end)
    clipped = np.max(np.abs(acc), axis=1) >= end
    return replace(samples, acc_mps2=acc, clipped=np.asarray(clipped, dtype=np.bool_))
