"""The live guess: near enough to look at, the same however the samples come, cheap for hours."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensing.core.exercises import find_exercise
from sensing.core.samples import Samples
from sensing.live.counter import LiveCounter, LiveView
from tests.simulated_people import cohort
from tests.simulated_signals import raises, regular, turned

RAISE = find_exercise("single-leg-calf-raise")
TIMES = regular(8, up_s=0.9, stay_s=0.4, down_s=1.3, rest_s=0.7)
SET = raises(TIMES, duration_s=TIMES[-1][3] + 5, rate_hz=104.0)


def _views(window: Samples, cuts: list[int], name: str = "single-leg-calf-raise") -> LiveView:
    counter = LiveCounter(window.rate_hz, find_exercise(name))
    edges = [0, *sorted(min(cut, len(window)) for cut in cuts), len(window)]
    view = counter.view
    for a, b in pairwise(edges):
        view = counter.push(window.part(a, b))
    return view


@settings(max_examples=25)
@given(st.lists(st.integers(0, len(SET)), max_size=50))
def test_any_chunking_shows_the_same(cuts: list[int]) -> None:
    """To the last figure."""
    assert _views(SET, cuts) == _views(SET, [])


@pytest.mark.parametrize("name", ["single-leg-hop", "single-leg-balance", "hop-to-balance"])
def test_any_chunking_of_hops_and_holds_shows_the_same(name: str) -> None:
    """Landings, jerk and unrest too carry their state from sample to sample."""
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
    counter = LiveCounter(SET.rate_hz, RAISE)
    for n, rep in enumerate(TIMES, start=1):
        seen = 0 if n == 1 else int((TIMES[n - 2][3] + 0.6) * SET.rate_hz)
        view = counter.push(SET.part(seen, int((rep[3] + 0.6) * SET.rate_hz)))
        assert view.count == n
    assert not counter.push(SET.part(int((TIMES[-1][3] + 0.6) * SET.rate_hz), len(SET))).uncertain


def test_standing_counts_nothing() -> None:
    """Noise is no rep."""
    assert _views(raises([], duration_s=40), []).count == 0


@pytest.mark.thorough
@pytest.mark.parametrize("exercise", ["single-leg-calf-raise", "double-leg-hop", "single-leg-hop"])
def test_people_are_counted_about_right(exercise: str) -> None:
    """Three of four within two (partial reps either way)."""
    right = 0
    for recording, truth in cohort(exercise, 4, seed=120):
        counter = LiveCounter(recording.rate_hz, find_exercise(exercise))
        count = [counter.push(block) for block in recording.blocks][-1].count
        true = truth.get("reps") or truth["hops"]
        full = sum(not each.get("partial", False) for each in true)
        right += full - 2 <= count <= len(true) + 2
    assert right >= 3


def test_contact_times_shown_while_hopping_are_nearly_the_true_ones() -> None:
    """A second late, by the real analysis: simulated people nobody tuned on, in milliseconds."""
    hop = find_exercise("single-leg-hop")
    errors_ms: list[float] = []
    for recording, truth in cohort("single-leg-hop", 6, seed=300):
        block = recording.blocks[0]
        hops = [each for found in truth["sets"] for each in found["hops"] if each["takeoff_s"]]
        counter = LiveCounter(block.rate_hz, hop)
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
