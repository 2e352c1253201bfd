"""Hops, running and walking are distinguished when the exercise is not given."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensing.analysis.gait.rhythm import walking_and_running
from sensing.analysis.sets.hops_or_gait import stretches_of_steps
from sensing.core.samples import Samples, Worn
from sensing.core.units import G_MPS2
from tests import scoring
from tests.hopping import at_rate, made
from tests.simulated_signals import turned
from tests.swinging_leg import raising, stepping


def _kinds_s(samples: Samples, placement: Worn = "ankle") -> Counter[str]:
    """Seconds of each kind."""
    seconds: Counter[str] = Counter()
    for stretch in stretches_of_steps(samples, placement):
        seconds[stretch.kind] += round(stretch.end_s - stretch.start_s)
    return seconds


@pytest.mark.parametrize(
    ("period_s", "kind"), [(1.2, "walking"), (1.0, "walking"), (0.76, "running"), (0.65, "running")]
)
@pytest.mark.parametrize("rate_hz", [52.0, 104.0, 416.0])
@pytest.mark.parametrize("gyro", [False, True])
def test_the_stride_tells_walking_from_running(
    period_s: float, kind: str, rate_hz: float, gyro: bool
) -> None:
    """At any rate; each stride is one contact."""
    stretches = walking_and_running(stepping(period_s, 20.0, rate_hz, gyro=gyro))
    assert {s.kind for s in stretches} == {kind}
    count = sum(len(s.contacts_s) for s in stretches)
    assert count == pytest.approx(20.0 / period_s, abs=2)
    beats = np.diff(stretches[0].contacts_s)
    assert np.median(beats) == pytest.approx(period_s, abs=0.02)


@given(
    beat_s=st.floats(0.7, 2.2),
    lean_deg=st.floats(4, 28),
    strike_g=st.floats(0, 5),
    rate_hz=st.floats(50, 210),
    gyro=st.booleans(),
    mounting=st.integers(0, 1000),
)
def test_raises_are_no_gait_at_any_tempo(
    beat_s: float, lean_deg: float, strike_g: float, rate_hz: float, gyro: bool, mounting: int
) -> None:
    """Brisk ones with heels that bang, from the middle of one to the middle of another."""
    leg = raising(beat_s, 15.0, rate_hz, lean_deg=lean_deg, strike_g=strike_g, gyro=gyro)
    assert walking_and_running(turned(leg, mounting)) == []


@given(
    stride_s=st.floats(0.95, 1.5),
    swing_deg=st.floats(40, 65),
    peak_g=st.floats(1.5, 4),
    rates_hz=st.tuples(st.floats(50, 210), st.floats(50, 210)),
    gyro=st.booleans(),
    mounting=st.integers(0, 1000),
)
def test_mounting_and_rate_change_no_gait(
    stride_s: float,
    swing_deg: float,
    peak_g: float,
    rates_hz: tuple[float, float],
    gyro: bool,
    mounting: int,
) -> None:
    """The same steps are the same stretch; at another rate, up to one stride at its ends."""
    (one,), (other,) = (
        walking_and_running(
            turned(
                stepping(stride_s, 20.0, rate, swing_deg=swing_deg, peak_g=peak_g, gyro=gyro), seed
            )
        )
        for rate, seed in zip(rates_hz, (mounting, mounting + 1), strict=True)
    )
    assert one.kind == other.kind == "walking"
    assert one.start_s == pytest.approx(other.start_s, abs=stride_s + 0.1)
    assert one.end_s == pytest.approx(other.end_s, abs=stride_s + 0.1)


def test_standing_and_a_short_window_have_no_steps() -> None:
    """Not even in windows too short for a rhythm."""
    still = stepping(1.0, 8.0)
    calm = Samples(
        start=0,
        t0_s=0.0,
        rate_hz=104.0,
        acc_mps2=np.tile([0.0, 0.0, G_MPS2], (800, 1)),
        gyro_dps=None,
        lost=np.zeros(800, dtype=np.bool_),
        clipped=np.zeros(800, dtype=np.bool_),
    )
    assert stretches_of_steps(calm, "ankle") == []
    for n in (0, 1, 2, 50):
        assert stretches_of_steps(still.part(0, n), "ankle") == []


@pytest.mark.parametrize("exercise", ["single-leg-hop", "double-leg-hop"])
@pytest.mark.parametrize("seed", [30, 31, 32])
def test_hopping_is_hopping_and_nothing_else(exercise: str, seed: int) -> None:
    """One stretch of hops with its contacts, however the sensor is mounted, at 100 Hz as well."""
    samples, truth = made(exercise, seed)
    for each in (samples, turned(samples, seed), at_rate(samples, 104.0)):
        stretches = stretches_of_steps(each, "ankle")
        assert {s.kind for s in stretches} == {"hop"}
        found = sum(len(s.contacts_s) for s in stretches)
        assert found == pytest.approx(len(truth["hops"]), abs=3)


@pytest.mark.parametrize(
    "exercise", ["single-leg-calf-raise", "tibialis-raise", "single-leg-balance", "heel-walk"]
)
def test_other_movements_are_not_called_hops(exercise: str) -> None:
    """Raises, balance and walking, with movements between sets."""
    for seed in (40, 41):
        samples, _ = made(exercise, seed)
        assert "hop" not in _kinds_s(samples)


def test_stretches_are_in_order_and_do_not_overlap() -> None:
    """In a workout of raises, hops, a hold and walks between them."""
    samples, _ = made("workout", 2)
    stretches = stretches_of_steps(samples, "ankle")
    assert {"hop", "walking"} <= {s.kind for s in stretches}
    edges = [t for s in stretches for t in (s.start_s, s.end_s)]
    assert edges == sorted(edges)
    for stretch in stretches:
        assert stretch.start_s == stretch.contacts_s[0]
        assert stretch.end_s == stretch.contacts_s[-1]


def test_people_at_the_ankle(shared: Path) -> None:
    """Walking is walking; running is running except for its breaks and the walk out."""
    recording, _ = scoring.load(shared / "real" / "ankle-walking.csv.gz")
    walking = sum((_kinds_s(block) for block in recording.blocks), Counter())
    assert set(walking) == {"walking"}
    assert walking["walking"] >= 80
    recording, _ = scoring.load(shared / "real" / "ankle-running.csv.gz")
    running = sum((_kinds_s(block) for block in recording.blocks), Counter())
    assert "hop" not in running
    assert 580 <= running["running"] <= 660
    assert running["walking"] <= 15


def test_people_walking_are_named(shared: Path) -> None:
    """18 people, young and old, one with sticks; without a gyro, slow young steps are doubtful."""
    missed: dict[bool, list[str]] = {True: [], False: []}
    paths = scoring.recordings(shared / "real-ankle", "walk-*")
    for path in paths:
        recording, _ = scoring.load(path)
        for gyro, each in ((True, recording), (False, scoring.without_gyro(recording))):
            kinds = {s.kind for b in each.blocks for s in stretches_of_steps(b, "ankle")}
            if "walking" not in kinds:
                missed[gyro].append(path.name.removesuffix(".csv.gz"))
    print(f"\nwalking missed with a gyro: {missed[True]}; without: {missed[False]}")
    assert len(missed[True]) <= 0.1 * len(paths)
    assert len(missed[False]) <= 0.2 * len(paths)


def test_people_moving_are_named(shared: Path) -> None:
    """Walking through and through, and running."""
    for path in scoring.recordings(shared / "real-ankle", "move-*"):
        recording, truth = scoring.load(path)
        for each in (recording, scoring.without_gyro(recording)):
            seconds = sum((_kinds_s(block) for block in each.blocks), Counter())
            assert set(seconds) == {truth["what"]}, path.name
            assert seconds[truth["what"]] >= 0.9 * each.duration_s, path.name


def test_no_raise_of_people_is_gait(shared: Path) -> None:
    """A set called walking would be a lost set: at any rate, with and without a gyro."""
    for path in scoring.recordings(shared / "real-ankle", "raises-*"):
        recording, _ = scoring.load(path)
        for block in recording.blocks:
            for rate_hz in (block.rate_hz, 66.0, 208.0):
                leg = block if rate_hz == block.rate_hz else at_rate(block, rate_hz)
                assert walking_and_running(leg) == [], (path.name, rate_hz)
                assert walking_and_running(replace(leg, gyro_dps=None)) == [], (path.name, rate_hz)


def test_labelled_hops_are_hops_and_nothing_else_is(shared: Path) -> None:
    """Simulated, accelerometer only."""
    for path in scoring.recordings(shared / "simulated"):
        recording, truth = scoring.load(path)
        (samples,) = scoring.without_gyro(recording).blocks
        stretches = stretches_of_steps(samples, "ankle")
        if truth["kind"] == "hops":
            assert {s.kind for s in stretches} == {"hop"}, truth["name"]
            contacts = sum(len(s.contacts_s) for s in stretches)
            assert contacts >= 0.95 * len(truth["hops"]), truth["name"]
        else:
            assert stretches == [], truth["name"]


def test_people_in_shoes(shared: Path) -> None:
    """Hopping activities of three contacts or more are detected, and almost no others."""
    found = labelled = 0
    false: Counter[str] = Counter()
    for path in scoring.recordings(shared / "real-shoe"):
        recording, truth = scoring.load(path)
        stretches = [s for s in stretches_of_steps(recording.blocks[0], "shoe") if s.kind == "hop"]
        for _, contacts in scoring.hop_contacts(truth):
            if len(contacts) >= 3:
                a, b = contacts[0]["contact_s"], contacts[-1]["contact_s"]
                labelled += 1
                found += any(s.start_s < b and a < s.end_s for s in stretches)
        for stretch in stretches:
            middle = (stretch.start_s + stretch.end_s) / 2
            if not any(
                span["what"] in scoring.ANY_JUMP
                and span["start_s"] - 1 <= middle <= span["end_s"] + 1
                for span in truth["activities"]
            ):
                false[truth["name"]] += 1
    print(f"\nhopping found {found}/{labelled}, false {dict(false)}")
    assert found >= 0.92 * labelled
    assert sum(false.values()) <= 3
    assert max(false.values(), default=0) <= 1
