"""The provisional count: accurate enough, the same in any chunking, and true to the record."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensing.analysis.analyse import analyse
from sensing.core.events import Hop, Set
from sensing.core.exercises import find_exercise
from sensing.core.samples import Placement, Recording, Samples
from sensing.live.counter import LiveCounter, LiveView
from sensing.live.set_count import SideTally
from sensing.profile.contact_timing import ContactFit
from sensing.profile.profile import UNCALIBRATED, Profile
from sensing.profile.sensor_correction import SensorFit, corrected
from tests.hopping import made
from tests.simulated_people import cohort
from tests.simulated_signals import raises, regular, turned

RAISE = find_exercise("single-leg-calf-raise")
TIMES = regular(8, up_s=0.9, stay_s=0.4, down_s=1.3, rest_s=0.7)
SET = raises(TIMES, duration_s=TIMES[-1][3] + 5, rate_hz=104.0)


def _views(window: Samples, cuts: list[int], name: str = "single-leg-calf-raise") -> LiveView:
    counter = LiveCounter(window.rate_hz, find_exercise(name), "ankle")
    edges = [0, *sorted(min(cut, len(window)) for cut in cuts), len(window)]
    view = counter.view
    for a, b in pairwise(edges):
        view = counter.push(window.part(a, b))
    return view


@settings(max_examples=8)
@given(st.lists(st.integers(0, len(SET)), max_size=50))
def test_any_chunking_shows_the_same(cuts: list[int]) -> None:
    """To the last figure."""
    assert _views(SET, cuts) == _views(SET, [])


@pytest.mark.parametrize("name", ["single-leg-hop", "single-leg-balance", "hop-to-balance"])
def test_any_chunking_of_hops_and_holds_shows_the_same(name: str) -> None:
    """Landings, jerk and sway too carry their state from sample to sample."""
    ((recording, _),) = cohort(name, 1, seed=102)
    window = recording.blocks[0].part(0, 6000)
    assert _views(window, list(range(0, 6000, 7)), name) == _views(window, [], name)


def test_one_sample_at_a_time_shows_the_same() -> None:
    """The hardest chunking there is."""
    assert _views(SET, list(range(len(SET)))) == _views(SET, [])


@pytest.mark.parametrize("seed", [0, 1])
def test_plain_raises_are_counted_however_the_sensor_sits(seed: int) -> None:
    """Eight are eight."""
    assert _views(turned(SET, seed), []).count == 8


def test_a_count_is_on_the_screen_soon_after_the_heel_is_down() -> None:
    """At most 0.6 s after each rep ends it is counted, and sure a little later."""
    counter = LiveCounter(SET.rate_hz, RAISE, "ankle")
    for n, rep in enumerate(TIMES, start=1):
        seen = 0 if n == 1 else int((TIMES[n - 2][3] + 0.6) * SET.rate_hz)
        view = counter.push(SET.part(seen, int((rep[3] + 0.6) * SET.rate_hz)))
        assert view.count == n
    assert not counter.push(SET.part(int((TIMES[-1][3] + 0.6) * SET.rate_hz), len(SET))).uncertain


def test_standing_counts_nothing() -> None:
    """Noise is not a rep."""
    assert _views(raises([], duration_s=40), []).count == 0


@pytest.mark.thorough
@pytest.mark.parametrize("exercise", ["single-leg-calf-raise", "double-leg-hop", "single-leg-hop"])
def test_people_are_counted_about_right(exercise: str) -> None:
    """Three of four within two (partial reps either way)."""
    right = 0
    for recording, truth in cohort(exercise, 4, seed=120, idealised=True):
        counter = LiveCounter(recording.rate_hz, find_exercise(exercise), "ankle")
        count = [counter.push(block) for block in recording.blocks][-1].count
        true = truth.get("reps") or truth["hops"]
        full = sum(not each.get("partial", False) for each in true)
        right += full - 2 <= count <= len(true) + 2
    assert right >= 3


def test_contact_times_shown_while_hopping_are_nearly_the_true_ones() -> None:
    """By the result's decoder: simulated people that nothing was tuned on, in ms."""
    hop = find_exercise("single-leg-hop")
    errors_ms: list[float] = []
    for recording, truth in cohort("single-leg-hop", 6, seed=300):
        block = recording.blocks[0]
        hops = [each for found in truth["sets"] for each in found["hops"] if each["takeoff_s"]]
        counter = LiveCounter(block.rate_hz, hop, "ankle")
        stride = round(block.rate_hz / 10)
        shown: tuple[float, ...] = ()
        for at in range(0, len(block), stride):
            part = block.part(at, at + stride)
            view = counter.push(part)
            if view.contacts_s != shown:
                shown = view.contacts_s
                usual_s = np.median([h["takeoff_s"] - h["contact_s"] for h in hops])
                errors_ms.append(1000 * (shown[-1] - usual_s))
    rmse_ms = float(np.sqrt(np.mean(np.square(errors_ms))))
    print(f"{len(errors_ms)} contacts shown live: RMSE {rmse_ms:.0f} ms")
    assert len(errors_ms) > 30
    assert rmse_ms <= 40


@pytest.mark.parametrize("movement_s", [0.0, 0.012])
def test_each_contact_is_listed_once(movement_s: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """The instants of a contact differ by some milliseconds from look to look."""
    looks = 0

    def found(window: Samples, *_: object) -> list[Set]:
        nonlocal looks
        looks += 1
        moved_s = movement_s * (-1) ** looks
        first, last = math.ceil(window.time_s(0) / 0.5), int(window.time_s(len(window)) / 0.5)
        hops = tuple(
            Hop(
                contact_s=0.5 * n + moved_s,
                takeoff_s=0.5 * n + moved_s + 0.2 + 0.001 * n,
                contact_time_sd_s=0.01,
                flight_time_s=0.3,
            )
            for n in range(first, last)
        )
        return [Set(start_s=0.0, end_s=1.0, exercise="single-leg-hop", hops=hops)]

    monkeypatch.setattr("sensing.live.hops.hop_sets", found)
    ((recording, _),) = cohort("single-leg-hop", 1, seed=300)
    block = replace(recording.blocks[0], t0_s=0.0)
    counter = LiveCounter(block.rate_hz, find_exercise("single-leg-hop"), "ankle")
    for at in range(0, len(block), 10):
        numbers = [round(1000 * (each - 0.2)) for each in counter.view.contacts_s]
        assert numbers == [numbers[0] + n for n in range(len(numbers))]
        counter.push(block.part(at, at + 10))
    assert len(counter.view.contacts_s) == 5


def test_people_see_each_of_their_contacts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more contacts are listed live than the analysis finds in the end."""
    monkeypatch.setattr("sensing.live.hops._KEPT", 1000)
    live = stored = 0
    for recording, _ in cohort("single-leg-hop", 6, seed=300):
        view, hops = _hopped(recording, "ankle", UNCALIBRATED)
        assert len(view.contacts_s) <= len(hops) + 1
        live, stored = live + len(view.contacts_s), stored + len(hops)
    print(f"{live} contacts listed live, {stored} found afterwards")
    assert live > 0.9 * stored


OWN = SensorFit(
    bias_mps2=(0.3, -0.2, 0.4),
    matrix=((1.04, 0.01, 0.0), (0.01, 0.97, 0.01), (0.0, 0.01, 1.03)),
    gyro_bias_dps=None,
    positions=8,
    residual_before_mg=30.0,
    residual_after_mg=1.0,
    checked_mg=1.0,
    expected_mg=1.0,
)


@pytest.mark.parametrize("placement", ["ankle", "shoe"])
@pytest.mark.parametrize(
    "profile",
    [
        UNCALIBRATED,
        Profile(name="own timing", contact=ContactFit(offset_s=0.045)),
        Profile(name="own sensor", sensor=OWN),
    ],
    ids=lambda profile: profile.name or "none",
)
def test_live_contact_times_are_those_that_will_be_stored(
    placement: Placement, profile: Profile
) -> None:
    """With the same placement and calibration the screen shows what the record will hold."""
    off_ms = []
    for seed in range(300, 304):
        block, _ = made("single-leg-hop", seed, placement)
        recording = Recording(
            blocks=(block,),
            rate_hz=block.rate_hz,
            duration_s=len(block) / block.rate_hz,
            samples=len(block),
            lost_samples=0,
            clipped_samples=0,
        )
        view, hops = _hopped(recording, placement, profile)
        own = [each.contact_time_s for each in hops if each.contact_time_s is not None]
        off_ms.append(1000 * (np.median(view.contacts_s) - np.median(own[-6:])))
    print(f"{placement}, {profile.name or 'not calibrated'}: {np.round(off_ms)} ms off")
    assert np.median(np.abs(off_ms)) < 10


@pytest.mark.parametrize("exercise", ["single-leg-hop", "single-leg-calf-raise"])
def test_the_calibration_of_the_sensor_is_used_live(exercise: str) -> None:
    """The screen shows what it would for samples that were corrected before."""
    ((recording, _),) = cohort(exercise, 1, seed=300)
    raw = recording.blocks[0]
    own = Profile(name="own sensor", sensor=OWN)
    live, before, never = (
        LiveCounter(raw.rate_hz, find_exercise(exercise), "ankle", profile).push(samples)
        for samples, profile in (
            (raw, own),
            (corrected(raw, OWN), UNCALIBRATED),
            (raw, UNCALIBRATED),
        )
    )
    assert live == before
    assert live != never


def _hopped(
    recording: Recording, placement: Placement, profile: Profile
) -> tuple[LiveView, list[Hop]]:
    """What the screen shows after a recording, and the hops that the analysis finds in it."""
    exercise = find_exercise("single-leg-hop")
    counter = LiveCounter(recording.rate_hz, exercise, placement, profile)
    for block in recording.blocks:
        counter.push(block)
    stored = analyse(recording, exercise.name, placement, profile)
    hops = [hop for each in stored.sets for hop in each.hops]
    return counter.view, [hop for hop in hops if hop.valid and hop.contact_time_s is not None]


@pytest.mark.parametrize("seed", [107, 121, 128, 143])
def test_a_hold_that_is_withdrawn_is_not_tallied(seed: int) -> None:
    """It was shown for up to three seconds; afterwards the set has held what it had before."""
    ((recording, _),) = cohort("calf-raise-hold", 1, seed=seed)
    block = recording.blocks[0]
    counter = LiveCounter(block.rate_hz, find_exercise("calf-raise-hold"), "ankle")
    tally = SideTally(counter.view)
    before_s, holds, withdrawn = 0.0, 0, False
    stride = round(0.05 * block.rate_hz)
    for at in range(0, len(block), stride):
        view = counter.push(block.part(at, at + stride))
        if view.holds > holds:
            before_s = tally.now.held_s
        fewer, holds = view.holds < holds, view.holds
        tally.update(view)
        if fewer:
            withdrawn = True
            assert tally.now.held_s == pytest.approx(before_s)
    assert withdrawn
