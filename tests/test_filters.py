"""Filters: causal ones are independent of chunking, the others shift nothing."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import sosfiltfilt

from sensing.core.filters import (
    Causal,
    butter_sos,
    median_of,
    median_over,
    running_median,
    zero_phase,
)

SIGNAL = np.random.default_rng(4).normal(size=(600, 3)).cumsum(axis=0)


@given(st.lists(st.integers(0, 600), max_size=40))
def test_a_causal_filter_gives_the_same_bits_for_every_cut(cuts: list[int]) -> None:
    """Bit for bit."""
    whole = Causal(100.0, 5.0).push(SIGNAL)
    filt = Causal(100.0, 5.0)
    parts = [filt.push(SIGNAL[a:b]) for a, b in pairwise([0, *sorted(cuts), len(SIGNAL)])]
    assert np.array_equal(np.concatenate(parts), whole)


def test_a_constant_has_no_onset() -> None:
    """The state starts as if the first sample had lasted for ever."""
    assert Causal(100.0, 5.0).push(np.full(50, 9.81)) == pytest.approx(np.full(50, 9.81))


def test_zero_phase_does_not_shift_a_bump() -> None:
    """Its maximum keeps its position, at low and high rates."""
    for rate_hz in (50.0, 416.0):
        t = np.arange(0, 4, 1 / rate_hz)
        bump = np.exp(-(((t - 2.0) / 0.2) ** 2))
        assert t[np.argmax(zero_phase(bump, rate_hz, 3.0))] == pytest.approx(2.0, abs=1 / rate_hz)


@pytest.mark.parametrize("n", [1, 2, 7, 40, 600])
@pytest.mark.parametrize("band", ["lowpass", "highpass"])
def test_zero_phase_is_scipys_own(n: int, band: Literal["lowpass", "highpass"]) -> None:
    """To the rounding of sums in another order, in one column and in several."""
    sos = butter_sos(100.0, 4.0, order=2, band=band)
    pad = min(n - 1, 25)
    for x in (SIGNAL[:n], SIGNAL[:n, 0]):
        own = sosfiltfilt(sos, x, axis=0, padtype="odd", padlen=pad)
        np.testing.assert_allclose(zero_phase(x, 100.0, 4.0, band=band), own, rtol=0, atol=1e-12)


@given(st.integers(0, 2**32 - 1), st.integers(1, 30))
def test_the_median_of_rows_is_numpys(seed: int, n: int) -> None:
    """Also of an even number of them, and of plain numbers."""
    x = np.random.default_rng(seed).normal(size=(n, 4, 3))
    assert np.array_equal(median_over(x), np.median(x, axis=0))
    assert float(median_over(x[:, 0, 0])) == float(np.median(x[:, 0, 0]))
    assert median_of(x[:, 0, 0]) == float(np.median(x[:, 0, 0]))


@pytest.mark.parametrize("n", [0, 1, 2, 5, 40])
def test_the_running_median_takes_short_input(n: int) -> None:
    """scipy's overruns memory there."""
    x = np.arange(n, dtype=np.float64)
    x[n // 2 : n // 2 + 1] = 1e6
    out = running_median(x, 9)
    assert len(out) == n
    if n >= 5:
        assert out.max() < 1e6
