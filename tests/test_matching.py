"""Matching labelled and detected events: what must hold of any two series, and known delays."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensing.core.units import Floats
from sensing.validation.matching import LARGEST_SHIFT_S, match, offset_s


def instants(most: int) -> st.SearchStrategy[Floats]:
    """Up to so many times of events, in order."""
    ticks = st.lists(st.integers(0, 400), max_size=most, unique=True)
    return ticks.map(lambda some: np.array(sorted(some), dtype=np.float64) / 20)


INSTANTS = instants(12)
TOLERANCES = st.sampled_from([0.06, 0.15, 0.5, 1.5])


def distance(first_s: Floats, second_s: Floats, tolerance_s: float) -> float:
    """Sum of distances of the pairs."""
    pairs = match(first_s, second_s, tolerance_s)
    return float(np.abs(first_s[pairs[:, 0]] - second_s[pairs[:, 1]]).sum())


@given(INSTANTS, INSTANTS, TOLERANCES)
def test_no_event_is_used_twice_and_order_is_kept(a: Floats, b: Floats, tolerance: float) -> None:
    """One to one, in order on both sides, never farther apart than allowed."""
    pairs = match(a, b, tolerance)
    assert (np.diff(pairs, axis=0) > 0).all()
    assert (np.abs(a[pairs[:, 0]] - b[pairs[:, 1]]) <= tolerance).all()


@given(INSTANTS, INSTANTS, TOLERANCES)
def test_it_does_not_matter_which_series_comes_first(
    a: Floats, b: Floats, tolerance: float
) -> None:
    """As many pairs, and as close, the other way round; and backwards in time."""
    assert len(match(a, b, tolerance)) == len(match(b, a, tolerance))
    assert distance(a, b, tolerance) == pytest.approx(distance(b, a, tolerance))
    assert distance(-a[::-1], -b[::-1], tolerance) == pytest.approx(distance(a, b, tolerance))


@given(instants(5), instants(5), TOLERANCES)
def test_no_other_matching_is_better(a: Floats, b: Floats, tolerance: float) -> None:
    """All matchings in order, tried one by one: none has more pairs, or as many and closer."""
    best = (0, 0.0)
    for size in range(1, min(len(a), len(b)) + 1):
        for i in combinations(range(len(a)), size):
            for j in combinations(range(len(b)), size):
                apart = np.abs(a[list(i)] - b[list(j)])
                if (apart <= tolerance).all():
                    best = max(best, (size, -float(apart.sum())))
    assert len(match(a, b, tolerance)) == best[0]
    assert distance(a, b, tolerance) == pytest.approx(-best[1], abs=1e-6)


@given(
    st.lists(st.floats(0.8, 4.0), min_size=4, max_size=30),
    st.floats(-0.1, 0.35),
    st.sets(st.integers(0, 30), max_size=2),
)
def test_a_reaction_time_is_found(gaps: list[float], late_s: float, missed: set[int]) -> None:
    """Taps late by a constant, some of them missing: the delay comes back, less than half a rep."""
    found = np.cumsum(gaps)
    taps = np.array([t + late_s for i, t in enumerate(found) if i not in missed])
    if len(taps) < 3:
        return
    assert offset_s(taps, found, 0.5) == pytest.approx(late_s, abs=0.011)


def test_a_delay_without_evidence_is_not_estimated() -> None:
    """Two events, or none within reach."""
    assert offset_s(np.array([1.0, 2.0]), np.array([1.0, 2.0]), 0.5) is None
    far = LARGEST_SHIFT_S + 1
    assert offset_s(np.arange(3.0) + 10 + far, np.arange(3.0), 0.5) is None
    assert offset_s(np.arange(0.0), np.arange(5.0), 0.5) is None


def test_an_even_series_is_not_shifted_by_a_whole_hop() -> None:
    """One hop missed at each end, or one contact 0.2 s off: no delay is invented."""
    found = np.linspace(5.0, 13.55, 20)
    assert offset_s(found[1:], found[:-1], 0.15) == pytest.approx(0.0, abs=1e-9)
    bent = found.copy()
    bent[0] -= 0.25
    assert offset_s(bent, found, 0.15) == pytest.approx(0.0, abs=1e-9)


def test_scattered_taps_are_centred() -> None:
    """A person's taps, 0.25 ± 0.08 s late: the median comes back within 0.05 s."""
    rng = np.random.default_rng(8)
    found = np.cumsum(rng.uniform(1.5, 3.0, 15))
    taps = found + 0.25 + rng.normal(0, 0.08, 15)
    assert offset_s(taps, found, 0.5) == pytest.approx(0.25, abs=0.05)
