"""Bland and Altman's own example, and what must hold of any two series."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensing.validation.agreement import agreement, means_and_differences
from sensing.validation.people_agreement import people_agreement

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


def test_the_interval_of_the_paper() -> None:
    """One difference a person: the bias' interval is −22.0 to 17.8 l/min, as the paper has it.

    Those of the limits are skewed, as the exact ones are (Carkeet 2015, Optom Vis Sci 92:e71):
    wider outside than the symmetric approximation of the paper (−114.3 to −45.1).
    """
    off = np.array(LARGE, dtype=np.float64) - np.array(SMALL, dtype=np.float64)
    found = people_agreement([np.array([each]) for each in off])
    assert found is not None
    assert found.bias_interval is not None
    assert found.lower_interval is not None
    assert found.bias_interval == pytest.approx((-22.0, 17.8), abs=0.06)
    assert (found.lower, found.upper) == pytest.approx((-78.1, 73.9), abs=0.1)
    low, high = found.lower_interval
    assert found.lower - low > high - found.lower
    assert low < -114.3
    assert high < -45.1


def test_repeated_measures_by_hand() -> None:
    """Two people with two differences each: 1, 3 and 7, 9.

    Means 2 and 8: bias 5, variance of the means 18. Within: 2 each, half of which remains with two
    a person. Total 18 + ½ · 2 = 19.
    """
    found = people_agreement([np.array([1.0, 3.0]), np.array([7.0, 9.0])])
    assert found is not None
    assert (found.n, found.people, found.bias) == (4, 2, 5.0)
    assert found.sd == pytest.approx(19**0.5)
    assert found.upper == pytest.approx(5 + 1.96 * 19**0.5)
    assert found.bias_interval is not None
    half = 12.706 * (18 / 2) ** 0.5  # Student's t with one degree of freedom
    assert found.bias_interval == pytest.approx((5 - half, 5 + half), abs=0.01)


def test_one_person_has_no_interval_between_people() -> None:
    """Bias and limits are that person's; nothing is said about others."""
    found = people_agreement([np.array([1.0, 2.0, 3.0, 2.5])])
    assert found is not None
    assert found.people == 1
    assert found.bias_interval is found.lower_interval is found.upper_interval is None
    assert people_agreement([np.array([1.0, 2.0])]) is None


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """Simulated people with errors of their own: 95 % intervals hold in 93 to 99 %."""
    rng = np.random.default_rng(11)
    held = np.zeros(3)
    draws = 600
    for _ in range(draws):
        people = [rng.normal(0.3 + rng.normal(0, 1.0), 1.5, m) for m in (3, 20, 5, 8, 40, 2, 9, 9)]
        found = people_agreement(people)
        assert found is not None
        total = (1.0**2 + 1.5**2) ** 0.5
        truths = (0.3, 0.3 - 1.96 * total, 0.3 + 1.96 * total)
        intervals = (found.bias_interval, found.lower_interval, found.upper_interval)
        for i, (interval, truth) in enumerate(zip(intervals, truths, strict=True)):
            assert interval is not None
            held[i] += interval[0] <= truth <= interval[1]
    assert ((held / draws > 0.92) & (held / draws < 0.995)).all()
