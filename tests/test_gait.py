"""Hops, running and walking are distinguished when the exercise is not given."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from sensing.analysis.gait.rhythm import walking_and_running
from sensing.analysis.sets.hops_or_gait import stretches_of_steps
from sensing.core.samples import Placement, Samples
from sensing.core.units import G_MPS2
from tests import scoring
from tests.hopping import at_rate, made
from tests.simulated_signals import turned


def _kinds_s(samples: Samples, placement: Placement = "ankle") -> Counter[str]:
    """Seconds of each kind."""
    seconds: Counter[str] = Counter()
    for stretch in stretches_of_steps(samples, placement):
        seconds[stretch.kind] += round(stretch.end_s - stretch.start_s)
    return seconds


def _rhythm(period_s: float, seconds: float, rate_hz: float = 104.0) -> Samples:
    """A leg that swings: 3 g once a stride and never near 0 g."""
    t = np.arange(int(seconds * rate_hz)) / rate_hz
    beat = np.exp(-0.5 * (((t % period_s) / period_s - 0.5) / 0.07) ** 2)
    acc = np.zeros((len(t), 3))
    acc[:, 2] = G_MPS2 * (1 + 2.2 * beat)
    none = np.zeros(len(t), dtype=np.bool_)
    return Samples(
        start=0, t0_s=0.0, rate_hz=rate_hz, acc_mps2=acc, gyro_dps=None, lost=none, clipped=none
    )


@pytest.mark.parametrize(
    ("period_s", "kind"), [(1.2, "walking"), (1.0, "walking"), (0.76, "running"), (0.65, "running")]
)
@pytest.mark.parametrize("rate_hz", [52.0, 104.0, 416.0])
def test_the_stride_tells_walking_from_running(period_s: float, kind: str, rate_hz: float) -> None:
    """At any rate; each stride is one contact."""
    stretches = walking_and_running(_rhythm(period_s, 20.0, rate_hz))
    assert {s.kind for s in stretches} == {kind}
    count = sum(len(s.contacts_s) for s in stretches)
    assert count == pytest.approx(20.0 / period_s, abs=2)
    beats = np.diff(stretches[0].contacts_s)
    assert np.median(beats) == pytest.approx(period_s, abs=0.02)


def test_standing_and_a_short_window_have_no_steps() -> None:
    """Not even in windows too short for a rhythm."""
    still = _rhythm(1.0, 8.0)
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
