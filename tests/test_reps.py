"""Raises: counted, timed, measured and physically consistent."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sensing.analysis.reps.count_reps import find_reps
from sensing.core.exercises import find_exercise
from sensing.profile.profile import Profile
from tests.losing import lose_gap
from tests.simulated_signals import raises, regular, turned

LOOK = find_exercise("single-leg-calf-raise").look
TIMES = regular(8, up_s=0.9, stay_s=0.4, down_s=1.3, rest_s=0.7)
SET = raises(TIMES, duration_s=TIMES[-1][3] + 4)


def test_each_raise_is_found_with_its_four_moments() -> None:
    """Simulated raises without tremor: within a tenth of a second at every moment."""
    (reps,) = find_reps(SET, LOOK)
    assert len(reps) == len(TIMES)
    for rep, truth in zip(reps, TIMES, strict=True):
        found = (rep.start_s, rep.top_s, rep.lower_s, rep.end_s)
        assert found == pytest.approx(truth, abs=0.1)


def test_the_rise_is_in_metres() -> None:
    """7 cm is measured to within 10 %."""
    (reps,) = find_reps(SET, LOOK)
    assert np.median([r.rise_m for r in reps if r.rise_m]) == pytest.approx(0.07, rel=0.1)


def test_a_profile_scales_the_rise() -> None:
    """The calibrated scale of the height is applied."""
    (plain,) = find_reps(SET, LOOK)
    (scaled,) = find_reps(SET, LOOK, Profile(name="x", rise_scale=1.5))
    assert plain[0].rise_m is not None
    assert scaled[0].rise_m == pytest.approx(1.5 * plain[0].rise_m)


@pytest.mark.parametrize("seed", range(6))
def test_mounting_does_not_matter(seed: int) -> None:
    """Any rotation of the sensor gives the same reps to a few milliseconds."""
    (reps,) = find_reps(SET, LOOK)
    (other,) = find_reps(turned(SET, seed), LOOK)
    assert [r.start_s for r in other] == pytest.approx([r.start_s for r in reps], abs=0.01)
    assert [r.end_s for r in other] == pytest.approx([r.end_s for r in reps], abs=0.01)


@pytest.mark.parametrize("rate_hz", [50.0, 100.0, 208.0, 416.0])
def test_rate_does_not_matter(rate_hz: float) -> None:
    """The same movement at another rate gives the same count and tempo."""
    (reps,) = find_reps(raises(TIMES, duration_s=TIMES[-1][3] + 4, rate_hz=rate_hz), LOOK)
    assert len(reps) == len(TIMES)
    assert np.median([r.raise_time_s for r in reps]) == pytest.approx(0.9, abs=0.1)
    assert np.median([r.lower_time_s for r in reps]) == pytest.approx(1.3, abs=0.1)


def test_a_slow_lowering_is_timed() -> None:
    """1-0-3: velocity thresholds miss it by more than half a second."""
    times = regular(6, up_s=1.0, stay_s=0.2, down_s=3.0, rest_s=0.8)
    window = raises(times, duration_s=times[-1][3] + 4, noise_mps2=0.05)
    (reps,) = find_reps(window, find_exercise("eccentric-calf-raise").look)
    assert len(reps) == 6
    assert np.median([r.lower_time_s for r in reps]) == pytest.approx(3.0, abs=0.3)


def test_quick_self_paced_raises_are_timed() -> None:
    """Self-paced raises take 0.26–0.54 s, which is not blurred to a second."""
    times = regular(8, up_s=0.35, stay_s=0.3, down_s=0.6, rest_s=0.8)
    (reps,) = find_reps(raises(times, duration_s=times[-1][3] + 4), LOOK)
    assert len(reps) == 8
    assert np.median([r.raise_time_s for r in reps]) == pytest.approx(0.35, abs=0.12)


def test_a_three_count_hold_at_the_top_is_hold_time() -> None:
    """The usual dose: up, three counts, down."""
    times = regular(6, up_s=1.0, stay_s=3.0, down_s=1.2, rest_s=1.0)
    (reps,) = find_reps(raises(times, duration_s=times[-1][3] + 4), LOOK)
    assert len(reps) == 6
    assert np.median([r.hold_time_s for r in reps]) == pytest.approx(3.0, abs=0.3)


def test_a_long_pause_begins_a_new_set() -> None:
    """Half a minute of rest separates two sets."""
    second = [tuple(t + 45 for t in rep) for rep in TIMES]
    both = [*TIMES, *[(a, b, c, d) for a, b, c, d in second]]
    sets = find_reps(raises(both, duration_s=both[-1][3] + 4), LOOK)
    assert [len(reps) for reps in sets] == [8, 8]


def test_two_movements_are_not_a_set() -> None:
    """Any two movements may be similar."""
    assert find_reps(raises(TIMES[:2], duration_s=15), LOOK) == []


def test_standing_still_is_not_a_set() -> None:
    """Noise has no reps."""
    assert find_reps(raises([], duration_s=30), LOOK) == []


def test_a_gap_widens_only_the_rep_it_lies_in() -> None:
    """A lost packet at the top of the third: every rep counts, and every figure stays."""
    (whole,) = find_reps(SET, LOOK)
    (reps,) = find_reps(lose_gap(SET, TIMES[2][1], 0.1), LOOK)
    assert len(reps) == len(whole) == 8
    assert all(rep.valid and not rep.reasons for rep in reps)
    wider = [
        (rep.raise_time_sd_s or 0.0) > 1.01 * (before.raise_time_sd_s or 0.0)
        for rep, before in zip(reps, whole, strict=True)
    ]
    assert wider == [i == 2 for i in range(8)]


def test_a_long_gap_on_an_instant_takes_the_figures_it_defines() -> None:
    """At the top: concentric time and hold are unknown, eccentric time and the count stay."""
    (reps,) = find_reps(lose_gap(SET, TIMES[2][1] - 0.1, 0.2), LOOK)
    assert len(reps) == 8
    assert all(rep.valid for rep in reps)
    assert reps[2].raise_time_s is None
    assert set(reps[2].reasons) <= {"raise_time_s", "hold_time_s"}
    assert reps[2].lower_time_s is not None


def test_a_partial_rep_is_told_by_its_own_set() -> None:
    """Half the height of the others is partial; the others aren't."""
    full = raises(TIMES, duration_s=TIMES[-1][3] + 4)
    low = raises([TIMES[4]], duration_s=TIMES[-1][3] + 4, rise_m=0.035, lean_deg=0.75, seed=2)
    rest = raises([TIMES[4]], duration_s=TIMES[-1][3] + 4, noise_mps2=0.0)
    still = raises([], duration_s=TIMES[-1][3] + 4)
    acc = full.acc_mps2 - rest.acc_mps2 + low.acc_mps2 - (still.acc_mps2 - still.acc_mps2)
    (reps,) = find_reps(replace(full, acc_mps2=acc), LOOK)
    assert [r.partial for r in reps] == [i == 4 for i in range(8)]


def test_recordings_that_begin_and_end_mid_rep_lose_only_that_rep() -> None:
    """The window starts half-way up: the seven whole reps are detected."""
    start = round((TIMES[0][0] + 0.4) * SET.rate_hz)
    (reps,) = find_reps(SET.part(start, len(SET)), LOOK)
    whole = [r for r in reps if r.start_s > TIMES[0][3]]
    assert len(whole) == 7
