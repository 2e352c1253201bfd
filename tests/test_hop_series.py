"""Series of hops: where they end, and what makes a hop not valid."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sensing.analysis.hops.contact_times import find_hops
from sensing.core.events import Hop
from sensing.core.exercises import Look, find_exercise
from sensing.core.samples import Samples, Worn
from sensing.core.units import G_MPS2
from tests.hopping import at_rate, clipped_at, made, with_gap

LOOK = find_exercise("single-leg-hop").look


def _hops(samples: Samples, look: Look = LOOK) -> list[Hop]:
    return [hop for series in find_hops(samples, look, "ankle") for hop in series]


def _still(seconds: float, rate_hz: float = 104.0) -> Samples:
    n = int(seconds * rate_hz)
    acc = np.random.default_rng(1).normal((0, 0, G_MPS2), 0.02, (n, 3))
    none = np.zeros(n, dtype=np.bool_)
    return Samples(
        start=0, t0_s=0.0, rate_hz=rate_hz, acc_mps2=acc, gyro_dps=None, lost=none, clipped=none
    )


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.02, 0.05, 0.3, 1.0, 30.0])
def test_nothing_is_found_where_nothing_happens(seconds: float) -> None:
    """Not even in windows of no, one or two samples."""
    assert find_hops(_still(seconds), LOOK, "ankle") == []
    assert find_hops(_still(seconds), LOOK, "shoe") == []


def test_a_window_that_begins_and_ends_in_mid_hop_is_analysed() -> None:
    """Hops inside are the same as in the whole window."""
    samples, truth = made("single-leg-hop", 0)
    whole = _hops(samples)
    a = round(samples.position(truth["hops"][1]["contact_s"] + 0.1))
    b = round(samples.position(truth["hops"][13]["contact_s"] + 0.1))
    part = _hops(samples.part(a, b))
    assert len(part) >= 10
    for hop in part[3:-3]:
        same = min(whole, key=lambda h: abs(h.contact_s - hop.contact_s))
        assert hop.contact_s == pytest.approx(same.contact_s, abs=0.002)
        assert hop.contact_time_s == pytest.approx(same.contact_time_s, abs=0.015)


@pytest.mark.parametrize(("rate_hz", "apart_s"), [(52.0, 0.022), (104.0, 0.008), (416.0, 0.001)])
def test_another_rate_finds_the_same_hops(rate_hz: float, apart_s: float) -> None:
    """Contacts of a 208 Hz recording and of the same at another rate lie together."""
    samples, _ = made("double-leg-hop", 1)
    straight, other = _hops(samples), _hops(at_rate(samples, rate_hz))
    assert len(other) == len(straight)
    error = np.array([b.contact_s - a.contact_s for a, b in zip(straight, other, strict=True)])
    assert np.abs(np.median(error)) < apart_s
    assert np.std(error) < apart_s


def test_a_pause_ends_a_series() -> None:
    """Two sets with a rest between them are two series, and the second equals the first."""
    samples, _ = made("single-leg-hop", 0)
    twice = replace(
        samples,
        acc_mps2=np.concatenate([samples.acc_mps2] * 2),
        lost=np.concatenate([samples.lost] * 2),
        clipped=np.concatenate([samples.clipped] * 2),
    )
    once = find_hops(samples, LOOK, "ankle")
    found = find_hops(twice, LOOK, "ankle")
    assert [len(series) for series in found] == [len(series) for series in once] * 2
    later = [h.contact_s - len(samples) / samples.rate_hz for h in found[-1]]
    assert later == pytest.approx([h.contact_s for h in once[-1]], abs=0.002)


def test_a_gap_in_a_flight_loses_no_landing() -> None:
    """A gap of 80 ms at toe-off takes the times it hides, no hop, and nothing of the others."""
    samples, truth = made("single-leg-hop", 0)
    hop = truth["hops"][5]
    hops = _hops(with_gap(samples, hop["takeoff_s"] - 0.03, hop["takeoff_s"] + 0.05))
    whole = _hops(samples)
    touched = [h for h in hops if h.reasons]
    assert 1 <= len(touched) <= 2
    assert {why for h in touched for why in h.reasons.values()} == {"gap"}
    (own,) = (h for h in touched if abs(h.contact_s - hop["contact_s"]) < 0.03)
    assert own.contact_time_s is own.flight_time_s is own.rsi is own.contact_time_sd_s is None
    assert len(hops) == len(whole)
    assert sum(h.valid for h in hops) == sum(h.valid for h in whole)


def test_a_clipped_peak_leaves_the_landing_where_it_was() -> None:
    """At ±4 g every landing is found to 3 ms; clipping widens the uncertainty."""
    samples, _ = made("single-leg-hop", 0)
    whole, cut = _hops(samples), _hops(clipped_at(samples, 4.0))
    assert len(cut) == len(whole)
    assert max(abs(b.contact_s - a.contact_s) for a, b in zip(whole, cut, strict=True)) < 0.003
    assert {h.reason for h in cut if not h.valid} <= {"clipped"}
    for a, b in zip(whole, cut, strict=True):
        if b.valid and b.contact_time_s is not None and a.contact_time_s is not None:
            assert abs(b.contact_time_s - a.contact_time_s) < 2.5 * (b.contact_time_sd_s or 0)


def test_clipping_in_the_push_off_hides_toe_off() -> None:
    """There toe-off depends on what was clipped."""
    samples, truth = made("single-leg-hop", 0)
    clipped = samples.clipped.copy()
    k = round(samples.position(truth["hops"][4]["takeoff_s"] - 0.03))
    clipped[k : k + 3] = True
    spoiled = replace(samples, clipped=np.asarray(clipped, dtype=np.bool_))
    (hop,) = (h for h in _hops(spoiled) if h.reasons)
    assert hop.valid
    assert hop.contact_time_s is hop.flight_time_s is None
    assert set(hop.reasons.values()) == {"clipped"}


def test_what_the_exercise_does_not_allow_is_implausible() -> None:
    """Flights of 0.2 s and more, with a limit of 0.12 s: none is valid."""
    samples, _ = made("double-leg-hop", 2)
    hops = _hops(samples, Look(contact_s=(0.05, 0.6), flight_s=(0.05, 0.12)))
    assert {h.reason for h in hops if not h.valid} <= {"implausible"}
    assert all((h.flight_time_s or 0) <= 0.12 for h in hops if h.valid)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_landing_of_hop_to_balance_is_found(seed: int) -> None:
    """One contact, then standing: a series of one hop without a toe-off."""
    samples, truth = made("hop-to-balance", seed)
    look = find_exercise("hop-to-balance").look
    lone = [s[0] for s in find_hops(samples, look, "ankle") if len(s) == 1]
    for hold in truth["holds"]:
        assert any(-0.5 < hold["start_s"] - h.contact_s < 3.0 for h in lone)
    assert all(h.takeoff_s is None and h.contact_time_sd_s is None for h in lone)


def test_jumps_with_a_stand_between_keep_their_long_contacts() -> None:
    """Jumping calf raises: landings to 15 ms, contacts of about a second to a tenth."""
    samples, truth = made("jumping-calf-raise", 7)
    hops = _hops(samples, find_exercise("jumping-calf-raise").look)
    for true in truth["hops"]:
        hop = min(hops, key=lambda h: abs(h.contact_s - true["contact_s"]))
        assert hop.contact_s == pytest.approx(true["contact_s"], abs=0.015)
        assert hop.contact_time_s == pytest.approx(true["contact_time_s"], abs=0.1)


@pytest.mark.parametrize("placement", ["ankle", "shoe"])
def test_the_same_window_always_gives_the_same_hops(placement: Worn) -> None:
    """Bit for bit."""
    samples, _ = made("single-leg-hop", 3, "shoe", gyro=True)
    assert find_hops(samples, LOOK, placement) == find_hops(samples, LOOK, placement)
