"""Ankle or shoe, by the rest of a foot in every step; unknown where nobody steps."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensing.analysis.analyse import PLACEMENT_UNKNOWN, analyse
from sensing.analysis.sets.placement import find_placement
from sensing.core.samples import Placement, Recording, Samples
from tests import scoring
from tests.simulated_signals import turned
from tests.swinging_leg import raising, stepping


@given(
    stride_s=st.floats(0.95, 1.5),
    swing_deg=st.floats(45, 65),
    rate_hz=st.floats(50, 210),
    mounting=st.integers(0, 1000),
    flat=st.sampled_from([0.0, 0.35]),
)
def test_a_foot_rests_and_a_shank_does_not(
    stride_s: float, swing_deg: float, rate_hz: float, mounting: int, flat: float
) -> None:
    """At any rate and any mounting."""
    leg = stepping(stride_s, 15.0, rate_hz, swing_deg=swing_deg, flat=flat, gyro=True)
    assert find_placement(turned(leg, mounting)) == ("shoe" if flat else "ankle")


@given(
    beat_s=st.floats(0.7, 3.0),
    lean_deg=st.floats(4, 35),
    strike_g=st.floats(0, 4),
    gyro=st.booleans(),
)
def test_raises_tell_nothing(beat_s: float, lean_deg: float, strike_g: float, gyro: bool) -> None:
    """A shank that leans far and a foot that leans little look alike."""
    leg = raising(beat_s, 20.0, lean_deg=lean_deg, strike_g=strike_g, gyro=gyro)
    assert find_placement(leg) == "unknown"


def test_nothing_and_little_tell_nothing() -> None:
    """Not even one stride."""
    leg = stepping(1.1, 10.0, gyro=True)
    for n in (0, 1, 100):
        assert find_placement(leg.part(0, n)) == "unknown"


def test_an_unknown_placement_is_analysed_as_on_the_ankle() -> None:
    """The same figures; what is unknown is said."""
    leg = raising(2.4, 30.0, lean_deg=12.0)
    found, given_ = analyse(_recording(leg)), analyse(_recording(leg), placement="ankle")
    assert found.placement == "unknown"
    assert PLACEMENT_UNKNOWN in found.notes
    assert (found.sets, found.bouts) == (given_.sets, given_.bouts)
    assert PLACEMENT_UNKNOWN not in given_.notes


def test_people(shared: Path) -> None:
    """Never the wrong one; the right one wherever somebody with a gyro walks."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for folder in ("real-ankle", "real-shoe", "real-shoe-more"):
        for path in scoring.recordings(shared / folder):
            if path.name.startswith("drop-jump"):
                continue  # nobody says where that sensor was
            recording, _ = scoring.load(path)
            worn: Placement = "ankle" if folder == "real-ankle" else "shoe"
            for gyro, each in ((True, recording), (False, scoring.without_gyro(recording))):
                seen = find_placement(max(each.blocks, key=len))
                assert seen in (worn, "unknown"), (path.name, gyro)
                if gyro:
                    found[_person(path.name)][seen] += 1
    print()
    for person, counts in sorted(found.items()):
        print(f"{person:34s}{dict(counts)}")
    walked = sum((found[person] for person in found if person.startswith("walk-")), Counter())
    assert walked["unknown"] == 0
    feet = sum((found[person] for person in found if person.startswith("S")), Counter())
    assert feet["shoe"] >= 0.8 * feet.total()


def _person(name: str) -> str:
    name = re.sub(r"(-left|-right)?\.csv\.gz$", "", name)
    return name.partition("-")[0] if name.startswith("S") else name


def _recording(leg: Samples) -> Recording:
    return Recording(
        blocks=(replace(leg),),
        rate_hz=leg.rate_hz,
        duration_s=len(leg) / leg.rate_hz,
        samples=len(leg),
        lost_samples=0,
        clipped_samples=0,
    )


@pytest.mark.parametrize("placement", ["ankle", "shoe"])
def test_what_was_given_is_not_doubted(placement: Placement) -> None:
    """Whatever the signal shows."""
    analysis = analyse(_recording(stepping(1.1, 15.0, gyro=True)), placement=placement)
    assert (analysis.placement, analysis.placement_found) == (placement, False)
