"""ICC(2,1) against the table everyone checks it against, by hand, and in samplings."""

from __future__ import annotations

import numpy as np
import pytest

from sensing.validation.reliability import LEAST_PEOPLE, icc_2_1, icc_interval, reliability

RATINGS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]],
    dtype=np.float64,
)
"""Six targets rated by four judges (Shrout & Fleiss 1979, table 2)."""


def test_the_table_of_shrout_and_fleiss() -> None:
    """ICC(2,1) = .29 (their table 4); interval .02 to .76 by McGraw and Wong's formula.

    The interval is what the R packages psych and irr print for these ratings.
    """
    assert icc_2_1(RATINGS) == pytest.approx(0.29, abs=0.005)
    interval = icc_interval(RATINGS)
    assert interval is not None
    assert interval == pytest.approx((0.019, 0.761), abs=0.001)


def test_by_hand() -> None:
    """Two methods, one always 1 more: rows 8/… spread, columns cost, nothing left over.

    Things 1, 3, 5 by one and 2, 4, 6 by the other: MS rows 8, columns 1.5, error 0, so
    ICC = 8 / (8 + 2 · 1.5 / 3) = 8/9.
    """
    table = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    assert icc_2_1(table) == pytest.approx(8 / 9)


def test_agreement_itself_and_no_spread() -> None:
    """Equal columns give 1; equal rows and columns give nothing."""
    same = np.array([[1.0, 1.0], [2.0, 2.0], [4.0, 4.0]])
    assert icc_2_1(same) == pytest.approx(1.0)
    assert icc_interval(same) == (1.0, 1.0)
    assert icc_2_1(np.ones((4, 2))) is None
    assert reliability([np.ones(4)], [np.ones(4)]) is None
    assert reliability([np.arange(2.0)], [np.arange(2.0)]) is None


def test_the_interval_respects_people() -> None:
    """Forty hops of one person are no forty people: the interval over people is wider."""
    rng = np.random.default_rng(3)
    truth = [rng.normal(0.3, 0.03) + rng.normal(0, 0.01, 40) for _ in range(8)]
    measured = [each + rng.normal(0, 0.02) + rng.normal(0, 0.005, 40) for each in truth]
    over_people = reliability(measured, truth)
    as_if = reliability([np.concatenate(measured)], [np.concatenate(truth)], one_person=True)
    assert over_people is not None
    assert as_if is not None
    assert (over_people.by, as_if.by) == ("people", "measurements")
    assert over_people.icc == pytest.approx(as_if.icc)
    assert over_people.interval is not None
    assert as_if.interval is not None
    assert np.ptp(over_people.interval) > np.ptp(as_if.interval)
    assert reliability(measured, truth) == over_people  # the seed is fixed
    few = reliability(measured[: LEAST_PEOPLE - 1], truth[: LEAST_PEOPLE - 1])
    assert few is not None
    assert few.interval is None
    assert "people" in few.why


def test_the_bootstrap_calculates_the_same_icc() -> None:
    """Its sums give what the table gives: everyone alike, every draw is the whole."""
    a, b = np.array([1.0, 2.0, 4.0]), np.array([1.5, 2.0, 3.0])
    found = reliability([a] * 6, [b] * 6)
    assert found is not None
    assert found.interval == pytest.approx((found.icc, found.icc))
    assert found.icc == pytest.approx(icc_2_1(np.column_stack([np.tile(a, 6), np.tile(b, 6)])))
