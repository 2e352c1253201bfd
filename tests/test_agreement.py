"""Bland and Altman's own example, and what must hold of any two series."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensing.validation.agreement import agreement, means_and_differences

LARGE = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427]
SMALL = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]
"""Peak expiratory flow by two meters, l/min (Bland & Altman 1986, table 1)."""


def test_the_example_of_the_paper() -> None:
    """Bias −2.1, SD 38.8, limits −79.7 and 75.5; as in the paper, nearly."""
    found = agreement(np.array(LARGE, dtype=np.float64), np.array(SMALL, dtype=np.float64))
    assert found.n == 17
    assert found.bias == pytest.approx(-2.1, abs=0.05)
    assert found.sd == pytest.approx(38.8, abs=0.05)
    assert (found.lower, found.upper) == pytest.approx((-78.1, 73.9), abs=0.1)
    # The paper takes 2 SD where 1.96 are meant, and a rounder variance of the limits.
    assert found.bias - 2 * found.sd == pytest.approx(-79.7, abs=0.1)


@given(
    st.lists(st.tuples(st.floats(0.05, 0.6), st.floats(0.05, 0.6)), min_size=3, max_size=30),
    st.floats(-0.1, 0.1),
)
def test_a_shift_moves_the_bias_and_nothing_else(
    pairs: list[tuple[float, float]], shift: float
) -> None:
    """Limits move along, spread stays; the order of the pairs does not matter."""
    a, b = (np.array(x) for x in zip(*pairs, strict=True))
    plain, moved, turned = agreement(a, b), agreement(a + shift, b), agreement(a[::-1], b[::-1])
    assert moved.bias == pytest.approx(plain.bias + shift, abs=1e-9)
    assert moved.sd == pytest.approx(plain.sd, abs=1e-9)
    assert moved.upper == pytest.approx(plain.upper + shift, abs=1e-9)
    assert turned.lower == pytest.approx(plain.lower, abs=1e-9)
    assert plain.lower <= plain.bias <= plain.upper
    assert plain.rmse**2 == pytest.approx(
        plain.bias**2 + plain.sd**2 * (plain.n - 1) / plain.n, abs=1e-9
    )
    mean, difference = means_and_differences(a, b)
    assert mean + difference / 2 == pytest.approx(a)


@pytest.mark.parametrize(
    ("a", "b"), [([1.0, 2.0], [1.0, 2.0]), ([1.0] * 4, [1.0] * 3), ([1.0, 2.0, np.nan], [1.0] * 3)]
)
def test_series_without_spread_or_of_unequal_length_are_refused(
    a: list[float], b: list[float]
) -> None:
    """Two pairs, unequal lengths, a value that is none."""
    with pytest.raises(ValueError, match=r"pairs|finite"):
        agreement(np.array(a), np.array(b))
