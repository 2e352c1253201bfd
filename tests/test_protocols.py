"""Guided tests: what counts, compared with cases worked out by hand and rules of physics."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sensing.core import reactive_strength as reactive
from sensing.core.errors import UsageError
from sensing.core.events import Hold, Hop, Rep, Set, Steadiness
from sensing.core.exercises import CATALOGUE, find_exercise
from sensing.core.units import G_MPS2
from sensing.guided.guide import Guide
from sensing.guided.protocol_results import Recorded, result
from sensing.guided.protocols import PROTOCOLS, find_protocol, protocol_or_exercise
from sensing.protocol_scoring.cadence_test import cadence
from sensing.protocol_scoring.endurance_test import endurance, norm
from sensing.protocol_scoring.hold_tests import Trial, balance, hold_to_failure, thirds
from sensing.protocol_scoring.outcome import About, Outcome, beside
from sensing.protocol_scoring.raise_rules import judge
from sensing.protocol_scoring.ten_to_five import choose, ten_to_five

CONTACTS = st.floats(0.08, 0.6)
FLIGHTS = st.floats(0.05, 0.8)
PACED = About(cycle_s=2.0, body_mass_kg=70.0, exercise="single-leg-calf-raise")


def value(outcome: Outcome, name: str) -> float | None:
    """Of one figure."""
    figure = outcome.figure(name)
    assert figure is not None, name
    return figure.value


def sd(outcome: Outcome, name: str) -> float | None:
    """Standard uncertainty of one figure."""
    figure = outcome.figure(name)
    assert figure is not None, name
    return figure.sd


def rep(start_s: float, rise_m: float | None, *, valid: bool = True) -> Rep:
    """A raise of 1.5 s."""
    return Rep(
        start_s=start_s,
        top_s=start_s + 0.7,
        lower_s=start_s + 0.8,
        end_s=start_s + 1.5,
        rise_m=rise_m,
        valid=valid,
        reason=None if valid else "gap",
    )


def paced(*rises_m: float | None, cycle_s: float = 2.0) -> list[Rep]:
    """Raises on an even beat."""
    return [rep(10.0 + cycle_s * k, rise_m) for k, rise_m in enumerate(rises_m)]


def hop(at_s: float, contact_s: float, flight_s: float | None, *, valid: bool = True) -> Hop:
    """A contact and the flight after it."""
    return Hop(
        contact_s=at_s,
        takeoff_s=at_s + contact_s,
        contact_time_sd_s=0.01,
        flight_time_s=flight_s,
        valid=valid,
        reason=None if valid else "clipped",
    )


def series(*pairs: tuple[float, float]) -> list[Hop]:
    """Hops one after the other, and the landing that ends them."""
    hops, at_s = [], 5.0
    for contact_s, flight_s in pairs:
        hops.append(hop(at_s, contact_s, flight_s))
        at_s += contact_s + flight_s
    return [*hops, hop(at_s, 0.4, None)]


def steady(rms_mps2: float, tremor_rms_mps2: float = 0.05) -> Steadiness:
    """A hold's steadiness."""
    return Steadiness(
        rms_mps2=rms_mps2,
        jerk_rms_mps3=1.0,
        path_mps2_per_s=1.0,
        ellipse95_m2ps4=0.01,
        tremor_rms_mps2=tremor_rms_mps2,
        tremor_peak_hz=None,
    )


def held(start_s: float, length_s: float, rms_mps2: float = 0.2, reason: str | None = None) -> Hold:
    """A hold."""
    return Hold(
        start_s=start_s,
        end_s=start_s + length_s,
        steadiness=steady(rms_mps2),
        valid=reason is None,
        reason=reason,
    )


# --- stiffness and strength of hops


def test_stiffness_is_that_of_the_published_formula() -> None:
    """70 kg at 2.2 and 3 hops a second, worked out from Dalleau 2004 by hand."""
    period_s = 1 / 3
    by_hand = 70 * math.pi * period_s / (0.18**2 * (period_s / math.pi - 0.18 / 4))
    assert reactive.leg_stiffness(70, 0.18, period_s - 0.18) == pytest.approx(by_hand)
    for hz, tc, expected in ((2.2, 0.22, 23.0), (3.0, 0.18, 37.0), (3.0, 0.25, 26.9)):
        k = reactive.leg_stiffness(70, tc, 1 / hz - tc)
        assert k / 1000 == pytest.approx(expected, abs=0.06)


@given(CONTACTS, FLIGHTS, st.floats(30, 150), st.floats(0.5, 2.0))
def test_stiffness_scales_as_its_dimension_says(
    tc: float, tf: float, mass_kg: float, times: float
) -> None:
    """N/m = kg/s²: twice the mass is twice as stiff, twice the times a quarter."""
    k = reactive.leg_stiffness(mass_kg, tc, tf)
    assert k > 0
    assert reactive.leg_stiffness(times * mass_kg, tc, tf) == pytest.approx(times * k)
    assert reactive.leg_stiffness(mass_kg, times * tc, times * tf) == pytest.approx(k / times**2)


@given(CONTACTS, FLIGHTS, st.floats(0.001, 0.02))
def test_a_longer_contact_in_the_same_period_is_a_softer_leg_and_a_smaller_index(
    tc: float, tf: float, more_s: float
) -> None:
    """Of whole hops with a flight left, where the contact is no longer than half a period more."""
    assume(tf - more_s > 0.02)
    longer = (tc + more_s, tf - more_s)
    assert reactive.rsi(*longer) < reactive.rsi(tc, tf)
    assert reactive.rsi_height_mps(*longer) < reactive.rsi_height_mps(tc, tf)
    if tc + more_s < 0.6 * (tc + tf):  # beyond, half a sine no longer falls with contact
        assert reactive.leg_stiffness(70, *longer) < reactive.leg_stiffness(70, tc, tf)


@given(CONTACTS, FLIGHTS)
def test_uncertainty_is_the_slope_along_a_fixed_period(tc: float, tf: float) -> None:
    """A tiny error moves each figure by the standard uncertainty that it makes."""
    e = 1e-6
    pairs = [
        (reactive.rsi, reactive.rsi_sd),
        (reactive.rsi_height_mps, reactive.rsi_height_sd_mps),
        (
            lambda a, b: reactive.leg_stiffness(70, a, b),
            lambda a, b, c: reactive.leg_stiffness_sd(70, a, b, c),
        ),
        (lambda _, b: reactive.height_m(b), lambda _, b, c: reactive.height_sd_m(b, c)),
    ]
    for of, uncertainty in pairs:
        change = max(abs(of(tc + way, tf - way) - of(tc, tf)) for way in (e, -e))
        assert uncertainty(tc, tf, e) == pytest.approx(change, rel=1e-3, abs=1e-12)


def test_stiffness_is_uncertain_even_where_its_slope_is_zero() -> None:
    """At 85 % of the period k is smallest, so that its slope is nil."""
    tc, period_s = 0.283, 0.3333
    slope = [reactive.leg_stiffness(70, tc + e, period_s - tc - e) for e in (1e-4, -1e-4)]
    k = reactive.leg_stiffness(70, tc, period_s - tc)
    assert abs(slope[0] - slope[1]) / k < 1e-4
    assert reactive.leg_stiffness_sd(70, tc, period_s - tc, 0.02) > 0.005 * k


def test_a_hop_without_contact_is_refused() -> None:
    """One line, no division by zero."""
    with pytest.raises(UsageError, match="make no hop"):
        reactive.rsi(0.0, 0.3)
    with pytest.raises(UsageError, match="mass"):
        reactive.leg_stiffness(-1, 0.2, 0.3)


# --- heel-raise endurance


def test_two_raises_in_a_row_below_half_end_the_test() -> None:
    """24 that count, then two too low, then whatever the person still did."""
    reps = paced(*[0.05] * 24, 0.02, 0.02, 0.05, 0.05)
    judged = judge(reps)
    assert len(judged.counted) == 24
    assert judged.ended == "two raises in a row below half the height (raises 25 and 26)"
    assert [each.why for each in judged.raises[24:]] == ["low", "low", *["after the end"] * 2]


def test_a_single_low_raise_does_not_count_and_does_not_end_it() -> None:
    """It is reported."""
    outcome = endurance(paced(*[0.05] * 10, 0.02, *[0.05] * 10), PACED)
    assert value(outcome, "reps") == 20
    assert any("one at a time" in doubt for doubt in outcome.doubts)


def test_work_is_mass_times_gravity_times_total_rise() -> None:
    """70 kg and 10 kg carried, 20 raises of 5 cm: 785 J, as uncertain as the rise."""
    about = replace(PACED, load_kg=10.0, rise_sd_share=0.05)
    outcome = endurance(paced(*[0.05] * 20), about)
    assert value(outcome, "total_rise_m") == pytest.approx(1.0)
    assert value(outcome, "work_j") == pytest.approx(80 * G_MPS2 * 1.0)
    assert sd(outcome, "work_j") == pytest.approx(80 * G_MPS2 * math.hypot(0.05, 0.01))
    assert (
        value(endurance(paced(*[0.05] * 20), replace(about, body_mass_kg=None)), "work_j") is None
    )


def test_slowing_down_loses_the_beat_and_a_slow_drift_does_not() -> None:
    """2.4 s a raise is another pace; a hair late each time is followed by the beat of the last."""
    slow = paced(*[0.05] * 20, cycle_s=2.4)
    assert judge(slow).ended.startswith("the beat was lost")
    assert len(judge(slow).counted) < 8
    drifting = paced(*[0.05] * 30, cycle_s=2.08)
    assert len(judge(drifting).counted) == 30
    assert len(judge(slow, None).counted) == 20  # nobody beat a metronome


def test_a_pace_other_than_that_of_the_test_is_reported() -> None:
    """The beat that was set is the one that counts."""
    outcome = endurance(paced(*[0.05] * 12, cycle_s=3.0), replace(PACED, cycle_s=3.0))
    assert value(outcome, "reps") == 12
    assert any("20 raises a minute" in doubt for doubt in outcome.doubts)


def test_a_pause_of_three_beats_ends_it_and_mentions_a_missed_raise() -> None:
    """What came after does not count."""
    reps = paced(*[0.05] * 12) + [rep(40.0 + 2 * k, 0.05) for k in range(5)]
    outcome = endurance(reps, PACED)
    assert value(outcome, "reps") == 12
    assert "without a raise after raise 12" in outcome.ended
    assert any("correct" in doubt for doubt in outcome.doubts)


def test_one_late_raise_is_counted() -> None:
    """A whole cycle left out, then on the beat again."""
    reps = paced(*[0.05] * 8) + [rep(28.0 + 2 * k, 0.05) for k in range(8)]
    assert len(judge(reps).counted) == 16


def test_raises_in_a_data_gap_are_excluded_and_reported() -> None:
    """It neither counts nor fails."""
    reps = paced(*[0.05] * 20)
    reps[7] = rep(reps[7].start_s, None, valid=False)
    outcome = endurance(reps, PACED)
    assert value(outcome, "reps") == 19
    assert any("lost or clipped" in doubt for doubt in outcome.doubts)


@given(
    st.lists(st.floats(0.005, 0.12), min_size=1, max_size=40),
    st.floats(0.3, 3.0),
    st.floats(-1e4, 1e5),
)
def test_counting_depends_neither_on_the_scale_of_height_nor_on_the_clock(
    rises_m: list[float], scale: float, later_s: float
) -> None:
    """Half of one's own height is half at any scale."""
    usual = sorted(rises_m[:5])[len(rises_m[:5]) // 2]
    assume(all(abs(each / usual - 0.5) > 1e-6 for each in rises_m))
    reps = paced(*rises_m)
    scaled = [rep(r.start_s + 2.0 * round(later_s), (r.rise_m or 0) * scale) for r in reps]
    assume(len(rises_m[:5]) % 2)
    mine, other = judge(reps), judge(scaled)
    assert [each.why for each in mine.raises] == [each.why for each in other.raises]


@given(st.lists(st.sampled_from([0.05, 0.02]), min_size=5, max_size=40))
def test_no_raise_counts_after_the_end_or_below_half(rises_m: list[float]) -> None:
    """Counted ones lie before the stop and reach half."""
    judged = judge(paced(*rises_m))
    assert len(judged.counted) <= judged.stop <= len(rises_m)
    assert all((each.rise_m or 0) >= 0.5 * (judged.usual_m or 0) for each in judged.counted)
    whys = [each.why for each in judged.raises]
    assert "counted" not in whys[judged.stop :]
    assert ("low", "low") not in list(pairwise(whys[: judged.stop]))


def test_fatigue_is_the_change_along_the_raises_that_count() -> None:
    """From 6 to 4 cm, evenly: a third less; what was done after the end is no part of it."""
    down = [0.06 - 0.02 * k / 20 for k in range(21)]
    outcome = endurance(paced(*down, 0.01, 0.01, 0.06), PACED)
    assert value(outcome, "reps") == 21
    assert value(outcome, "rise_change") == pytest.approx(-1 / 3, abs=0.01)
    assert value(endurance(paced(*[0.05] * 4), PACED), "rise_change") is None


def test_a_corrected_count_is_the_count() -> None:
    """Totals stay those of the raises seen."""
    recorded = Recorded(
        sets=(Set(start_s=0, end_s=60, exercise="x", reps=tuple(paced(*[0.05] * 20))),),
        told_reps=22,
    )
    outcome = result(find_protocol("heel-raise-test"), [recorded], PACED, "left")
    assert value(outcome, "reps") == 22
    assert value(outcome, "total_rise_m") == pytest.approx(1.0)


def test_norms_name_their_source() -> None:
    """By decade where age is known; ages outside the table are reported, and it is second hand."""
    assert "24 for men, 21 for women" in norm(None, female=None)
    assert "of women from 40 to 49: 24" in norm(44, female=True)
    assert "second hand" in norm(44, female=True)
    assert "nearest norm to 85" in norm(85, female=False)
    assert "Hébert-Losier" in norm(None, female=None)


# --- 10-to-5


def test_the_five_best_with_short_contacts_are_averaged() -> None:
    """Ten hops, the highest index with a contact too long: it is left out."""
    good = [(0.20, 0.40)] * 3 + [(0.20, 0.50)] * 5
    hops = series(*good, (0.26, 0.80), (0.30, 0.20))
    chosen = choose(hops)
    assert sorted(each.n for each in chosen.best) == [4, 5, 6, 7, 8]
    outcome = ten_to_five(hops, PACED)
    assert value(outcome, "rsi") == pytest.approx(2.5)
    assert value(outcome, "rsi_height_mps") == pytest.approx(G_MPS2 * 0.25 / 8 / 0.2)
    assert value(outcome, "height_m") == pytest.approx(G_MPS2 * 0.25 / 8)
    assert sd(outcome, "rsi") == pytest.approx(0.01 * 0.7 / 0.04)
    assert value(outcome, "stiffness_npm") == pytest.approx(reactive.leg_stiffness(70, 0.2, 0.5))


def test_with_fewer_than_five_short_contacts_there_is_no_result() -> None:
    """Their number is reported."""
    outcome = ten_to_five(series(*[(0.2, 0.4)] * 4, *[(0.3, 0.4)] * 6), PACED)
    assert value(outcome, "rsi") is None
    assert outcome.ended.startswith("no result: 4 of 10")


def test_only_the_first_ten_hops_count_and_fewer_are_reported() -> None:
    """The eleventh does not count, however good."""
    chosen = choose(series(*[(0.2, 0.3)] * 10, (0.2, 0.6)))
    assert max(each.n for each in chosen.whole) == 10
    outcome = ten_to_five(series(*[(0.2, 0.3)] * 7), PACED)
    assert any("7 hops were detected" in doubt for doubt in outcome.doubts)


@given(st.lists(st.tuples(st.floats(0.1, 0.24), FLIGHTS), min_size=5, max_size=10))
def test_the_mean_of_the_best_lies_between_the_best_and_the_mean(
    pairs: list[tuple[float, float]],
) -> None:
    """And swapping two hops changes nothing."""
    indices = [tf / tc for tc, tf in pairs]
    got = value(ten_to_five(series(*pairs), PACED), "rsi")
    assert got is not None
    assert sum(indices) / len(indices) - 1e-9 <= got <= max(indices) + 1e-9
    assert value(ten_to_five(series(*pairs[::-1]), PACED), "rsi") == pytest.approx(got)


# --- hop cadence


def test_twenty_seconds_from_the_first_contact_count() -> None:
    """One every 0.41 s: 49 contacts, however long it went on."""
    outcome = cadence(series(*[(0.22, 0.19)] * 70), PACED)
    assert value(outcome, "hops") == 49
    assert value(outcome, "cadence_hz") == pytest.approx(1 / 0.41)
    assert value(outcome, "irregularity") == pytest.approx(0.0, abs=1e-9)
    assert value(outcome, "stiffness_npm") == pytest.approx(reactive.leg_stiffness(70, 0.22, 0.19))


def test_hopping_that_ends_early_is_reported_and_a_pause_is_not_irregularity() -> None:
    """Cadence still compares."""
    outcome = cadence(series(*[(0.2, 0.2)] * 20), PACED)
    assert any("compare the cadence" in doubt for doubt in outcome.doubts)
    paused = series(*[(0.2, 0.2)] * 20, (0.2, 1.5), *[(0.2, 0.2)] * 20)
    outcome = cadence(paused, PACED)
    assert value(outcome, "irregularity") == pytest.approx(0.0, abs=1e-9)
    assert any("paused once" in doubt for doubt in outcome.doubts)


# --- holds


def test_the_longest_hold_is_the_test_and_its_thirds_are_compared() -> None:
    """A false start before it is left out, and said."""
    parts = (steady(0.1, 0.05), steady(0.1, 0.06), steady(0.15, 0.1))
    trial = Trial(holds=(held(1, 3), held(10, 42)), parts=parts)
    outcome = hold_to_failure([trial], About(exercise="calf-raise-hold"))
    assert value(outcome, "hold_s") == 42
    assert value(outcome, "sway_change") == pytest.approx(0.5)
    assert value(outcome, "tremor_change") == pytest.approx(1.0)
    assert any("1 more hold" in doubt for doubt in outcome.doubts)
    assert thirds(held(10, 42)) == ((10, 24), (24, 38), (38, 52))


def test_a_hold_cut_off_by_the_end_of_the_recording_is_a_lower_bound() -> None:
    """Not an invalid one."""
    outcome = hold_to_failure([Trial(holds=(held(1, 30, reason="cut off"),))], About())
    assert outcome.ended == "cut off"
    assert any("the hold was longer" in doubt for doubt in outcome.doubts)


def test_three_trials_have_a_best_and_a_mean_of_at_most_fifteen_seconds() -> None:
    """What was held beyond the 15 s is no part of it; a trial without a hold is one of 0 s."""
    trials = [Trial(holds=(held(1, length_s, sway),)) for length_s, sway in ((6, 0.3), (18, 0.2))]
    outcome = balance([*trials, Trial(holds=())], About())
    assert value(outcome, "best_s") == 15
    assert value(outcome, "mean_s") == 7
    assert value(outcome, "best_rms_mps2") == pytest.approx(0.2)
    assert value(outcome, "rms_mps2") == pytest.approx(0.25)


def test_a_gap_leaves_a_trial_without_sway() -> None:
    """The sway of the others stands."""
    trials = [Trial(holds=(held(1, 15, 0.2),)), Trial(holds=(held(1, 15, 0.9, reason="gap"),))]
    assert value(balance(trials, About()), "rms_mps2") == pytest.approx(0.2)


# --- both legs, the catalogue


def test_left_over_right_has_the_uncertainty_of_both() -> None:
    """Independent errors add in squares; of a change no ratio is made."""
    left = endurance(paced(*[0.04] * 20), PACED, "left")
    right = endurance(paced(*[0.05] * 20), PACED, "right")
    pairs = {pair.left.name: pair for pair in beside(left, right)}
    work = pairs["work_j"]
    assert work.ratio == pytest.approx(0.8)
    assert work.ratio_sd == pytest.approx(0.8 * math.hypot(0.15, 0.01) * math.sqrt(2))
    assert pairs["rise_change"].ratio is None


@pytest.mark.parametrize("row", PROTOCOLS, ids=lambda row: row.name)
def test_every_protocol_has_an_exercise_a_course_and_sources(row: object) -> None:
    """The guide takes it, what is shown cites it, and nothing recorded gives one clear line."""
    protocol = find_protocol(getattr(row, "name"))  # noqa: B009 - the row is a Protocol
    exercise = find_exercise(protocol.exercise)
    Guide(protocol.course(countdown_s=5.0), exercise)
    assert protocol.sources
    assert protocol.how
    with pytest.raises(UsageError, match="detected, so there is no result"):
        result(protocol, [Recorded(sets=())], About())


def test_a_name_is_an_exercise_or_a_protocol() -> None:
    """No two share one; a slip is offered the nearest of both."""
    names = {row.name for row in PROTOCOLS}
    assert not names & {row.name for row in CATALOGUE}
    assert protocol_or_exercise("heel-raise-test") is find_protocol("heel-raise-test")
    assert protocol_or_exercise("single-leg-hop") is None
    assert protocol_or_exercise("auto") is None
    with pytest.raises(UsageError, match="heel-raise-test"):
        protocol_or_exercise("heel-raise-tset")
    with pytest.raises(UsageError, match="single-leg-hop"):
        protocol_or_exercise("single-leg-hopp")
    with pytest.raises(UsageError, match="ten-to-five"):
        find_protocol("10-to-five")


@pytest.mark.parametrize("mass_kg", [0.0, -70.0, 7000.0, math.nan])
def test_an_implausible_body_mass_is_refused(mass_kg: float) -> None:
    """One line."""
    with pytest.raises(UsageError, match="body mass"):
        About(body_mass_kg=mass_kg)
