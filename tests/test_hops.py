"""Hops: detected, timed, physically consistent, and marked where not valid."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from sensing.analysis.analyse import analyse
from sensing.analysis.hops.contact_times import find_hops
from sensing.analysis.sets.hops_or_gait import stretches_of_steps
from sensing.core.events import Hop
from sensing.core.exercises import find_exercise
from sensing.core.samples import Samples
from sensing.profile.contact_timing import ContactFit
from sensing.profile.profile import Profile
from sensing.simulation.make import simulate
from sensing.simulation.options import Options
from tests.scoring import HopScore
from tests.simulated_people import cohort
from tests.simulated_signals import raises, regular, turned

LOOK = find_exercise("single-leg-hop").look
MADE = simulate(Options(exercise="single-leg-hop", seed=101, rate_hz=208.0, gyro=False))
TRUTH = MADE.truth["hops"]


def _window(made: object = MADE) -> Samples:
    acc = made.acc_g * 9.80665  # type: ignore[attr-defined]
    none = np.zeros(len(acc), dtype=np.bool_)
    return Samples(
        start=0,
        t0_s=float(made.samples_t_s[0]),  # type: ignore[attr-defined]
        rate_hz=1 / float(np.median(np.diff(made.samples_t_s))),  # type: ignore[attr-defined]
        acc_mps2=acc,
        gyro_dps=None,
        lost=none,
        clipped=none,
    )


WINDOW = _window()


def _series(window: Samples, profile: Profile | None = None) -> tuple[Hop, ...]:
    found = find_hops(window, LOOK, "ankle", profile or Profile(name=""))
    return max(found, key=len)


WHOLE = _series(WINDOW)


def test_every_hop_of_a_person_is_found_and_timed() -> None:
    """Initial contact within 15 ms, contact time within 60 ms, both without calibration."""
    score = HopScore()
    score.add(TRUTH, list(WHOLE), WINDOW.rate_hz)
    assert score.found == len(TRUTH)
    assert max(map(abs, score.contact_error_s)) < 0.015
    assert score.rmse_s() < 0.04


@pytest.mark.thorough
def test_people_not_used_for_tuning_are_found() -> None:
    """A small cohort over several rates; soft, quick hoppers are missed now and then."""
    score = HopScore()
    for recording, truth in cohort("double-leg-hop", 6, seed=300):
        hops = [
            hop for each in analyse(recording, "double-leg-hop", "ankle").sets for hop in each.hops
        ]
        score.add(truth["hops"], hops, recording.rate_hz)
    assert score.found >= 0.9 * score.true


@pytest.mark.parametrize("seed", range(4))
def test_mounting_does_not_matter(seed: int) -> None:
    """Any rotation of the sensor gives the same instants to a millisecond or two."""
    other = _series(turned(WINDOW, seed))
    assert len(other) == len(WHOLE)
    assert [h.contact_s for h in other] == pytest.approx([h.contact_s for h in WHOLE], abs=2e-3)


def test_rate_hardly_matters() -> None:
    """The same person at 104 Hz: the same hops, initial contact within 8 ms."""
    slow = simulate(Options(exercise="single-leg-hop", seed=101, rate_hz=104.0, gyro=False))
    other = _series(_window(slow))
    assert len(other) == len(WHOLE)
    apart = np.array([h.contact_s for h in other]) - [h.contact_s for h in WHOLE]
    assert np.abs(apart).max() < 0.008


def test_flight_is_what_lies_between_contacts() -> None:
    """Contact and flight add up to the time from contact to contact; the last has no flight."""
    for one, following in pairwise(WHOLE):
        assert one.takeoff_s is not None
        assert one.flight_time_s == pytest.approx(following.contact_s - one.takeoff_s)
    assert WHOLE[-1].flight_time_s is None
    assert WHOLE[-1].rsi is None


def test_rsi_follows_both_definitions() -> None:
    """Flight over contact, and height over contact."""
    hop = WHOLE[2]
    assert hop.contact_time_s is not None
    assert hop.flight_time_s is not None
    assert hop.rsi == pytest.approx(hop.flight_time_s / hop.contact_time_s)
    height_m = 9.80665 * hop.flight_time_s**2 / 8
    assert hop.rsi_height_mps == pytest.approx(height_m / hop.contact_time_s)


def test_a_gap_widens_only_the_hop_it_lies_in() -> None:
    """In the middle of a contact it hides neither end; every hop stays."""
    lost = WINDOW.lost.copy()
    middle = round(WINDOW.position(WHOLE[5].contact_s + 0.1))
    lost[middle : middle + 8] = True
    spoiled = _series(replace(WINDOW, lost=lost))
    assert len(spoiled) == len(WHOLE)
    for k, (hop, whole) in enumerate(zip(spoiled, WHOLE, strict=True)):
        assert hop.valid == whole.valid
        assert dict(hop.reasons) == {}
        if whole.contact_time_sd_s is not None:
            wider = (hop.contact_time_sd_s or 0.0) > whole.contact_time_sd_s
            assert wider == (k == 5)


def test_a_profile_moves_toe_off_and_states_its_uncertainty() -> None:
    """The calibration's offset is added and its uncertainty stated."""
    known = _series(WINDOW, Profile(name="me", contact=ContactFit(offset_s=0.02, sd_s=0.008)))
    for plain, calibrated in zip(WHOLE[:-1], known[:-1], strict=True):
        assert plain.takeoff_s is not None
        assert calibrated.takeoff_s == pytest.approx(plain.takeoff_s + 0.02)
        assert calibrated.contact_time_sd_s == 0.008


def test_a_small_range_still_finds_the_hops() -> None:
    """±4 g: peaks are clipped, but the landings are detected."""
    score = HopScore()
    cut = np.clip(WINDOW.acc_mps2, -4 * 9.80665, 4 * 9.80665)
    clipped = np.asarray((np.abs(cut) >= 4 * 9.80665 - 1e-9).any(axis=1), dtype=np.bool_)
    found = find_hops(replace(WINDOW, acc_mps2=cut, clipped=clipped), LOOK, "ankle")
    score.add(TRUTH, [hop for series in found for hop in series], WINDOW.rate_hz)
    assert score.found >= 0.9 * score.true


def test_raises_and_standing_have_no_hops() -> None:
    """The feet stay on the floor."""
    times = regular(6, up_s=0.8, stay_s=0.3, down_s=1.0, rest_s=0.6)
    assert find_hops(raises(times, duration_s=25), LOOK, "ankle") == []
    assert find_hops(raises([], duration_s=20), LOOK, "ankle") == []


def test_hops_are_hops_and_walking_is_walking() -> None:
    """When the exercise is not given."""
    kinds = {stretch.kind for stretch in stretches_of_steps(WINDOW, "ankle")}
    assert kinds == {"hop"}
    walk = simulate(Options(exercise="heel-walk", seed=4, rate_hz=104.0, gyro=False))
    assert "hop" not in {s.kind for s in stretches_of_steps(_window(walk), "ankle")}
