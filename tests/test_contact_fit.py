"""What a calibration of contact times learns, where the reference's clock lies, and the routine."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.common.routine import run
from calibration.contact_time.alignment import align
from calibration.contact_time.contact_fit import fit_contact
from calibration.contact_time.contact_pairs import Matched
from calibration.contact_time.routine import ContactRoutine
from sensing.analysis.hops.calibrated_toe_off import is_own, own_times, strangeness
from sensing.analysis.hops.contact_times import find_hops
from sensing.analysis.hops.hop_views import USUAL, HopViews
from sensing.core.errors import RecordingError, UsageError
from sensing.core.exercises import find_exercise
from sensing.core.samples import Worn
from sensing.core.units import Floats
from sensing.profile.contact_timing import ContactFit, OwnView
from sensing.profile.profile import Profile
from tests.contact_reference import HOP, LOOK, PEOPLE, learnt, reference_of
from tests.same_person import done_by

# What is learnt from views


def views(true_s: Floats, late_s: dict[str, float], sd_s: float, seed: int) -> list[HopViews]:
    """Hops seen by views that are late by constants and scatter."""
    rng = np.random.default_rng(seed)
    return [
        HopViews(
            contact_s=0.5 * k,
            period_s=0.5,
            agreed=True,
            seen_s={n: length + late + rng.normal(0, sd_s) for n, late in late_s.items()},
        )
        for k, length in enumerate(true_s.tolist())
    ]


def toe_off_of_views(hops: list[HopViews], true_s: Floats) -> Matched:
    """As if paired."""
    return Matched(
        views=tuple(hops),
        true_s=true_s,
        series=np.zeros(len(hops), dtype=np.int64),
        placement="ankle",
    )


LATE_S = {USUAL: 0.02, "speed": -0.04, "fall": -0.03, "half": 0.01}


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), n=st.integers(8, 25), shift_s=st.floats(-0.05, 0.05))
def test_constants_are_found_and_shifting_the_sensor_shifts_them(
    seed: int, n: int, shift_s: float
) -> None:
    """The corrected times do not care by how much the usual ones are off.

    A few even hops and an odd one: the odd one is thought to be half the sensor's.
    """
    true_s = np.random.default_rng(seed).normal(0.22, 0.015, n)
    hops = views(true_s, {k: v + shift_s for k, v in LATE_S.items()}, 0.003, seed)
    report = fit_contact([toe_off_of_views(hops, true_s)])
    assert np.abs(report.after_s - true_s).max() < 0.03
    assert report.after.rmse < 0.010
    late_s = {view.name: view.late_s for view in report.fit.views}
    for name, value_s in LATE_S.items():
        assert late_s[name] == pytest.approx(value_s + shift_s, abs=0.006)


def test_an_athlete_without_bias_gets_no_correction() -> None:
    """A bias that may be chance is not corrected, but its uncertainty is learnt."""
    offsets_s = []
    for seed in range(12):
        true_s = np.random.default_rng(seed).normal(0.22, 0.015, 10)
        hops = views(true_s, {USUAL: 0.0}, 0.008, seed)
        report = fit_contact([toe_off_of_views(hops, true_s)])
        offsets_s.append(abs(report.fit.offset_s))
        assert report.fit.sd_s is not None
        assert 0.004 <= report.fit.sd_s <= 0.025
    assert np.median(offsets_s) <= 0.001
    assert max(offsets_s) <= 0.006


def test_shuffled_reference_times_are_refused() -> None:
    """Shuffled widely, they scatter more than anybody's."""
    rng = np.random.default_rng(3)
    true_s = rng.uniform(0.1, 0.4, 12)
    hops = views(true_s, LATE_S, 0.003, 3)
    with pytest.raises(RecordingError, match="same foot"):
        fit_contact([toe_off_of_views(hops, rng.permutation(true_s))])


def test_too_few_hops_are_refused() -> None:
    """The message gives their number."""
    true_s = np.full(2, 0.2)
    with pytest.raises(RecordingError, match="2 hops"):
        fit_contact([toe_off_of_views(views(true_s, LATE_S, 0.003, 1), true_s)])
    with pytest.raises(RecordingError, match="0 hops"):
        fit_contact([])


@given(late_s=st.floats(-0.04, 0.04))
def test_the_fewer_hops_the_less_they_move_and_the_less_is_known(late_s: float) -> None:
    """The bias is approached from none; its uncertainty falls."""
    offsets_s, sds_s = [], []
    for n in (3, 6, 24):
        true_s = np.linspace(0.2, 0.24, n)
        hops = [replace(hop, seen_s={USUAL: length_s + late_s})
                for hop, length_s in zip(views(true_s, LATE_S, 0.0, 0), true_s.tolist(),
                                         strict=True)]  # fmt: skip
        fit = fit_contact([toe_off_of_views(hops, true_s)]).fit
        offsets_s.append(-fit.offset_s * np.sign(late_s))
        sds_s.append(fit.sd_s or 0.0)
    assert sds_s == sorted(sds_s, reverse=True)
    if abs(late_s) > 0.01:
        assert offsets_s == sorted(offsets_s)
        assert 0 < offsets_s[0] < offsets_s[-1] <= abs(late_s)


def test_few_hops_have_a_larger_uncertainty_than_many() -> None:
    """The same scatter: a larger uncertainty from eight hops than from forty."""
    sd_s = []
    for n in (8, 40):
        reports = []
        for seed in range(6):
            true_s = np.random.default_rng(seed).normal(0.22, 0.015, n)
            reports.append(
                fit_contact([toe_off_of_views(views(true_s, LATE_S, 0.006, seed), true_s)])
            )
        sd_s.append(np.mean([report.fit.sd_s or 0.0 for report in reports]))
    assert sd_s[0] > sd_s[1]


def test_an_outlying_view_is_outvoted() -> None:
    """One landmark on another peak does not move the hop; too many make it implausible."""
    fit = ContactFit(
        offset_s=-0.02,
        views=tuple(OwnView(name=n, late_s=v, sd_s=0.007) for n, v in LATE_S.items()),
        weighted=True,
    )
    true_s = np.full(6, 0.2)
    hops = views(true_s, LATE_S, 0.001, 5)
    seen = dict(hops[2].seen_s) | {"fall": hops[2].seen_s["fall"] - 0.1}
    hops[2] = replace(hops[2], seen_s=seen)
    times = own_times(hops, fit)
    assert times is not None
    assert all(time is not None and abs(time.contact_time_s - 0.2) < 0.003 for time in times)
    assert all(time is not None and time.agreed for time in times)
    apart = {n: v + 0.05 * k for k, (n, v) in enumerate(hops[3].seen_s.items())}
    hops[3] = replace(hops[3], seen_s=apart)
    again = own_times(hops, fit)
    assert again is not None
    agreed = [time is not None and time.agreed for time in again]
    assert agreed == [True, True, True, False, True, True]


@given(shift_s=st.floats(-0.2, 0.2))
def test_strange_views_are_judged_by_pattern_not_by_length(shift_s: float) -> None:
    """Longer contacts are accepted; a different pattern of views is not."""
    fit = ContactFit(
        offset_s=-0.02,
        views=tuple(OwnView(name=n, late_s=v, sd_s=0.007) for n, v in LATE_S.items()),
        weighted=True,
    )
    own = views(np.full(8, 0.3 + shift_s), LATE_S, 0.003, 7)
    other = views(np.full(8, 0.3 + shift_s), dict.fromkeys(LATE_S, 0.0), 0.003, 7)
    assert strangeness(own, fit) < 1.0
    assert strangeness(other, fit) > 2.0
    assert not is_own(other, fit)


def test_a_longer_contact_shortens_the_flight_by_as_much() -> None:
    """And an impossible offset gives no impossible times."""
    done = done_by(PEOPLE[0], HOP, day=1)
    plain = [h for s in find_hops(done.samples, LOOK, "ankle") for h in s]
    for offset_s in (0.02, -0.02, 1.0, -1.0):
        profile = Profile(name="me", contact=ContactFit(offset_s=offset_s))
        moved = [h for s in find_hops(done.samples, LOOK, "ankle", profile) for h in s]
        for a, b in zip(plain, moved, strict=True):
            if a.contact_time_s is None or b.contact_time_s is None:
                continue
            assert a.flight_time_s is not None
            assert b.flight_time_s is not None
            assert a.contact_s == b.contact_s
            assert b.contact_time_s + b.flight_time_s == pytest.approx(
                a.contact_time_s + a.flight_time_s
            )
            assert b.contact_time_s > 0
            assert b.flight_time_s > 0
            if abs(offset_s) == 1.0:
                assert not b.valid
                assert b.reason is not None


# Where the reference's clock lies


@settings(max_examples=30)
@given(
    seed=st.integers(0, 10**6),
    offset_s=st.floats(-1e4, 1e4),
    missing=st.integers(0, 3),
    extra=st.integers(0, 3),
    drift=st.floats(-1e-4, 1e-4),
)
def test_the_offset_is_found_whatever_is_missing_on_either_side(
    seed: int, offset_s: float, missing: int, extra: int, drift: float
) -> None:
    """Uneven hops in two series, some seen by one side only."""
    rng = np.random.default_rng(seed)
    period_s = rng.normal(0.5, 0.03, 22)
    period_s[11] = rng.uniform(2, 5)
    on_s = 5 + np.cumsum(period_s)
    length_s = rng.normal(0.22, 0.015, len(on_s))
    keep = np.sort(rng.choice(len(on_s), len(on_s) - missing, replace=False))
    seen_s = np.sort(
        np.concatenate([on_s[keep], on_s[-1] + 3 + np.cumsum(rng.uniform(1, 3, extra))])
    )
    seen_s = seen_s + rng.normal(0, 0.003, len(seen_s))
    lasted_s = np.full(len(seen_s), np.nan)
    lasted_s[: len(keep)] = length_s[keep] + rng.normal(0.01, 0.01, len(keep))
    reference = reference_of(
        list(zip(on_s.tolist(), (on_s + length_s).tolist(), strict=True)),
        offset_s=offset_s,
        drift=drift,
    )
    found = align(seen_s, lasted_s, reference, "ankle")
    assert np.abs(found.on_recording(reference.contact_s) - on_s).max() < 0.01
    assert len(found.pairs) == len(keep)


def test_perfectly_even_hops_are_refused_as_ambiguous() -> None:
    """The message says why and what to do."""
    on_s: Floats = 5 + 0.5 * np.arange(12, dtype=np.float64)
    reference = reference_of([(a, a + 0.2) for a in on_s.tolist()])
    with pytest.raises(RecordingError, match=r"equally well 0\.50 s"):
        align(on_s, np.full(12, 0.2), reference, "shoe")


def test_hops_at_another_cadence_do_not_match() -> None:
    """Nor do too few."""
    rng = np.random.default_rng(4)
    ours, theirs = (np.cumsum(rng.normal(mean, 0.03, 14)) for mean in (0.45, 0.61))
    reference = reference_of([(a, a + 0.2) for a in theirs.tolist()])
    placements: tuple[Worn, ...] = ("ankle", "shoe")
    for placement in placements:
        with pytest.raises(RecordingError, match=r"does not match the contacts|equally well"):
            align(ours, np.full(14, 0.2), reference, placement)
    with pytest.raises(RecordingError, match="detected 4 hops"):
        align(ours[:4], np.full(4, 0.2), reference, "ankle")


# The routine


def test_the_routine_agrees_with_the_functions_for_any_chunks() -> None:
    """Chunks of any size, one result."""
    done = done_by(PEOPLE[1], HOP, reps=10)
    whole = learnt(done)
    exercise = find_exercise(HOP)
    for size in (len(done.samples), 777):
        routine = ContactRoutine(reference_of(done.contacts), exercise, "ankle")
        chunks = [done.samples.part(k, k + size) for k in range(0, len(done.samples), size)]
        assert run(routine, chunks).fit == whole.fit
        assert routine.prompt.progress > 0.5


def test_the_routine_refuses_a_trial_without_hops() -> None:
    """An exercise without ground contacts, and a recording without any."""
    reference = reference_of([(a, a + 0.2) for a in range(8)])
    with pytest.raises(UsageError, match="ground contacts"):
        ContactRoutine(reference, find_exercise("calf-raise-hold"), "ankle")
    routine = ContactRoutine(reference, find_exercise(HOP), "ankle")
    with pytest.raises(RecordingError, match="no hops"):
        routine.finish()
