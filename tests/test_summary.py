"""Do the sums mean what they say, and stay unmoved by what must not move them?"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensing.core.events import Hold, Hop, Rep, Set
from sensing.results.set_summary import summarise, summarise_hops, summarise_reps
from tests.stored import HOLD, HOPS, RAISES, STEADY, WORKOUT, rep, sets


def series(count: int, *, contact_s: float, flight_s: float, start_s: float = 5.0) -> Set:
    """Even hops, the last of which is not followed by a flight."""
    hops = [
        Hop(
            contact_s=start_s + k * (contact_s + flight_s),
            takeoff_s=start_s + k * (contact_s + flight_s) + contact_s,
            contact_time_sd_s=0.01,
            flight_time_s=flight_s if k < count - 1 else None,
        )
        for k in range(count)
    ]
    end_s = hops[-1].contact_s + contact_s
    return Set(start_s=start_s, end_s=end_s, exercise="single-leg-hop", hops=tuple(hops))


def test_reps_are_counted_full_partial_and_doubtful() -> None:
    """Five seen: one partial, one doubtful, which counts but has no part in the figures."""
    reps = summarise(RAISES).reps
    assert reps is not None
    assert (reps.count, reps.full, reps.partial, reps.invalid) == (5, 4, 1, 1)
    assert reps.raise_time_s == pytest.approx(0.9)
    assert reps.lower_time_s == pytest.approx(1.2)
    assert reps.rise_m == 0.07
    assert reps.time_under_tension_s == pytest.approx(4 * 2.4)


def test_one_stumble_does_not_move_the_figures_of_a_set() -> None:
    """That is why they are medians."""
    even = tuple(rep(3.0 * n) for n in range(9))
    stumble = replace(even[4], end_s=even[4].start_s + 60.0, rise_m=0.5)
    plain = summarise_reps(even)
    shaken = summarise_reps((*even[:4], stumble, *even[5:]))
    assert shaken.lower_time_s == pytest.approx(plain.lower_time_s)
    assert shaken.rise_m == plain.rise_m


@given(
    st.integers(3, 30),
    st.floats(0.1, 0.5),
    st.floats(0.06, 0.5),
)
def test_even_hops_have_the_figures_they_were_made_with(
    count: int, contact_s: float, flight_s: float
) -> None:
    """Contact and flight time, their ratio, height by g·t²/8 over contact, hops per second."""
    hops = summarise(series(count, contact_s=contact_s, flight_s=flight_s)).hops
    assert hops is not None
    assert hops.count == count
    assert hops.contact_time_s == pytest.approx(contact_s)
    assert hops.contact_time_spread_s == pytest.approx(0.0, abs=1e-9)
    assert hops.flight_time_s == pytest.approx(flight_s)
    assert hops.rsi == pytest.approx(flight_s / contact_s)
    assert hops.rsi_height_mps == pytest.approx(9.80665 * flight_s**2 / 8 / contact_s)
    assert hops.cadence_hz == pytest.approx(1 / (contact_s + flight_s))


def test_the_pause_between_two_series_is_no_slow_hop() -> None:
    """Neither between sets nor, after a landing that ended a series, within one."""
    first = series(1, contact_s=0.2, flight_s=0.1)
    second = series(2, contact_s=0.2, flight_s=0.1, start_s=30.0)
    hops = summarise([first, second]).hops
    assert hops is not None
    assert hops.cadence_hz == pytest.approx(1 / 0.3)
    within = summarise_hops((*first.hops, *second.hops))
    assert within.cadence_hz == pytest.approx(1 / 0.3)


def test_the_spread_is_that_between_hops_not_that_of_one() -> None:
    """Two contacts of 0.20 and 0.22 s, each known to 10 ms: spread 14 ms (n - 1)."""
    one, two = series(2, contact_s=0.20, flight_s=0.1).hops
    longer = replace(two, takeoff_s=two.contact_s + 0.22)
    hops = summarise_hops((one, longer))
    assert hops.contact_time_spread_s == pytest.approx(0.02 / 2**0.5)
    assert summarise_hops((one,)).contact_time_spread_s is None


def test_holds_add_up_and_the_longest_is_named() -> None:
    """A doubtful one counts, but is in neither."""
    short = Hold(start_s=0.0, end_s=10.0, steadiness=None)
    torn = Hold(start_s=20.0, end_s=90.0, steadiness=STEADY, valid=False, reason="gap")
    holds = summarise([HOLD, replace(HOLD, holds=(short, torn))]).holds
    assert holds is not None
    assert (holds.count, holds.invalid) == (3, 1)
    assert holds.total_s == pytest.approx(41.0)
    assert holds.longest_s == pytest.approx(31.0)
    assert holds.steadiness == STEADY


def test_nothing_of_a_kind_is_none_and_not_zero() -> None:
    """Who did no hops has no hop summary; who did only doubtful ones has no figures."""
    summary = summarise(RAISES)
    assert (summary.hops, summary.holds, summary.steps) == (None, None, None)
    torn = replace(HOPS, hops=tuple(replace(hop, valid=False, reason="gap") for hop in HOPS.hops))
    hops = summarise(torn).hops
    assert hops is not None
    assert (hops.count, hops.invalid) == (4, 4)
    assert (hops.contact_time_s, hops.rsi, hops.cadence_hz) == (None, None, None)


@given(st.lists(sets, max_size=4))
def test_what_is_not_valid_changes_only_the_counts(found: list[Set]) -> None:
    """Every event counts; taking the invalid ones away beforehand gives the same figures."""
    valid = [
        replace(
            each,
            reps=tuple(rep for rep in each.reps if rep.valid),
            holds=tuple(hold for hold in each.holds if hold.valid),
        )
        for each in found
    ]
    all_of_them, only_valid = summarise(found), summarise(valid)
    counts = {"count": 0, "full": 0, "partial": 0, "invalid": 0}
    if only_valid.reps is not None and all_of_them.reps is not None:
        assert all_of_them.reps.count == sum(len(each.reps) for each in found)
        assert all_of_them.reps.count - all_of_them.reps.invalid == only_valid.reps.count
        assert replace(all_of_them.reps, **counts) == replace(only_valid.reps, **counts)
    if only_valid.holds is not None and all_of_them.holds is not None:
        assert all_of_them.holds.count == sum(len(each.holds) for each in found)
        assert replace(all_of_them.holds, count=0, invalid=0) == replace(only_valid.holds, count=0)


def test_an_unknown_figure_leaves_the_count_and_the_other_figures() -> None:
    """A rep whose lowering was not seen is a rep, and has its part in the other medians."""
    one = replace(RAISES.reps[0], reasons={"lower_time_s": "gap"}, rise_m=0.2)
    reps = summarise_reps((one, RAISES.reps[1]))
    assert (reps.count, reps.invalid) == (2, 0)
    assert reps.lower_time_s == RAISES.reps[1].lower_time_s
    assert reps.rise_m == pytest.approx((0.2 + (RAISES.reps[1].rise_m or 0)) / 2)
    (hold,) = HOLD.holds
    cut = replace(hold, reasons={"duration_s": "cut off"})
    assert summarise(replace(HOLD, holds=(cut,))).holds == replace(
        summarise(HOLD).holds,
        total_s=None,
        longest_s=None,  # type: ignore[type-var]
    )


@given(sets, st.randoms())
def test_the_order_of_reps_does_not_matter(found: Set, random: object) -> None:
    """A median knows no order."""
    shuffled: list[Rep] = list(found.reps)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    before, after = summarise_reps(found.reps), summarise_reps(shuffled)
    assert after.time_under_tension_s == pytest.approx(before.time_under_tension_s)
    assert replace(after, time_under_tension_s=0) == replace(before, time_under_tension_s=0)


@given(st.lists(sets, max_size=4))
def test_a_summary_is_always_json(found: list[Set]) -> None:
    """No NaN, no infinity, no object: programs read it."""
    json.dumps(summarise(found).as_dict(), allow_nan=False)


def test_a_workout_is_summed_up_by_kind() -> None:
    """One set of each."""
    summary = summarise(WORKOUT.sets)
    assert summary.sets == 3
    assert summary.reps is not None
    assert summary.hops is not None
    assert summary.holds is not None
    assert summary == summarise(iter(WORKOUT.sets))
