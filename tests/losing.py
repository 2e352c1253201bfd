"""Recordings that lost packets: gaps of a given length, bridged and flagged as a reader does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sensing.core.samples import Recording, Samples
from sensing.core.units import Bools, Floats


def lose(samples: Samples, lost: Bools) -> Samples:
    """The same samples without those of ``lost``, shape (n,), which straight lines replace."""
    gone = samples.lost | lost
    there = np.flatnonzero(~gone)
    k = np.arange(len(samples))

    def bridged(x: Floats) -> Floats:
        return np.column_stack([np.interp(k, there, x[there, i]) for i in range(x.shape[1])])

    return replace(
        samples,
        acc_mps2=bridged(samples.acc_mps2),
        gyro_dps=None if samples.gyro_dps is None else bridged(samples.gyro_dps),
        lost=gone,
        clipped=samples.clipped & ~gone,
    )


def lose_gap(samples: Samples, start_s: float, length_s: float) -> Samples:
    """One gap; the first and the last sample of all arrived."""
    lost: Bools = np.zeros(len(samples), dtype=np.bool_)
    first = max(1, round(samples.position(start_s)))
    last = min(len(samples) - 1, first + max(1, round(length_s * samples.rate_hz)))
    lost[first:last] = True
    return lose(samples, lost)


def lose_packets(recording: Recording, share: float, gap_s: float, seed: int = 0) -> Recording:
    """Lose about ``share`` of the samples in gaps of ``gap_s`` at random times."""
    rng = np.random.default_rng(seed)

    def gaps(samples: Samples) -> Samples:
        n = len(samples)
        width = max(1, round(gap_s * samples.rate_hz))
        lost: Bools = np.zeros(n, dtype=np.bool_)
        for first in rng.integers(1, max(2, n - 1), round(share * n / width)):
            lost[first : min(first + width, n - 1)] = True
        return lose(samples, lost)

    blocks = tuple(gaps(block) for block in recording.blocks)
    return replace(
        recording,
        blocks=blocks,
        lost_samples=sum(int(np.sum(block.lost)) for block in blocks),
    )
