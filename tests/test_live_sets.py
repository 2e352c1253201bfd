"""The live count of a set beside what came before it, and what it tells the detector."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensing.analysis.reps.find_raises import find_raise_sets
from sensing.analysis.reps.raise_params import RaiseParams
from sensing.analysis.reps.raise_signals import raise_signals
from sensing.analysis.reps.remembered_reps import remembered
from sensing.core.exercises import find_exercise
from sensing.live.counter import LiveCounter
from sensing.live.live_rep import LiveRep, same
from tests.simulated_signals import raises, regular


@pytest.mark.parametrize("before", [0, 4, 7])
def test_what_was_done_before_a_set_does_not_hide_it(before: int) -> None:
    """Quick raises before *go*, slow ones after: each of these counts within 0.6 s of its end."""
    quick = regular(before, up_s=0.3, stay_s=0.0, down_s=0.3, rest_s=0.1)
    end_s = (quick[-1][3] if quick else 0.0) + 4.0
    later = regular(4, up_s=1.5, stay_s=0.5, down_s=1.5, rest_s=1.0)
    slow = [(a + end_s, b + end_s, c + end_s, d + end_s) for a, b, c, d in later]
    go_s = slow[0][0] - 1.0
    window = raises([*quick, *slow], duration_s=slow[-1][3] + 3.0)
    counter = LiveCounter(window.rate_hz, find_exercise("single-leg-calf-raise"), "ankle")
    step = round(0.04 * window.rate_hz)
    begun = 0
    certain_s: list[float] = []
    for at in range(0, len(window), step):
        if go_s is not None and window.time_s(at) >= go_s:
            counter.begin_set()
            begun, go_s = counter.view.certain, np.inf
            certain_s.clear()
        view = counter.push(window.part(at, at + step))
        certain_s += [view.time_s] * (view.certain - begun - len(certain_s))
    assert len(certain_s) == len(slow)
    for shown_s, rep in zip(certain_s, slow, strict=True):
        assert rep[1] < shown_s <= rep[3] + 0.6


def test_no_rep_is_found_where_none_may_be() -> None:
    """Only the second half of a set is searched."""
    times = regular(8, up_s=0.8, stay_s=0.2, down_s=0.8, rest_s=0.5)
    signals = raise_signals(raises(times, duration_s=times[-1][3] + 3.0), RaiseParams())
    half = int((times[4][0] - 0.2) * signals.rate_hz)
    free = np.arange(len(signals)) >= half
    (found,) = find_raise_sets(signals, named=True, free=free)
    assert len(found.members.at) == 4
    assert found.members.at.min() >= half


@given(
    gaps=st.lists(st.integers(80, 119), min_size=2, max_size=6),
    after=st.integers(1, 8),
)
def test_counted_reps_stay_and_their_rhythm_is_closed(gaps: list[int], after: int) -> None:
    """A bump half-way between two of them is no rep; in a pause and after the last it may be."""
    counted = 50 + np.concatenate([[0], np.cumsum(gaps)])
    bumps = counted[:-1] + np.array(gaps) // 2
    old, between = remembered(np.sort(np.concatenate([counted, bumps])), counted)
    assert old.sum() == len(counted)
    assert between.sum() == len(bumps)
    later = counted[-1] + 20 * after * np.ones(1, dtype=np.int64)
    assert not remembered(later, counted)[1].any()
    paused = np.append(counted, counted[-1] + 400)
    assert not remembered(counted[-1:] + 200, paused)[1].any()


@given(
    gaps=st.lists(st.integers(95, 105), min_size=2, max_size=12),
    shift=st.integers(-42, 42),
    left_out=st.sets(st.integers(0, 12)),
)
def test_reps_aligned_otherwise_are_the_same(
    gaps: list[int], shift: int, left_out: set[int]
) -> None:
    """A look may see a set's reps earlier or later by less than half the rhythm, and not all."""
    old = [float(x) for x in np.concatenate([[0], np.cumsum(gaps)])]
    kept = [i for i in range(len(old)) if i not in left_out]
    assert same(old, [old[i] + shift for i in kept], 45.0) == dict(enumerate(kept))


@given(looks=st.lists(st.booleans(), min_size=4, max_size=60))
def test_a_counted_rep_is_held_to_while_most_looks_find_it(looks: list[bool]) -> None:
    """It is given up only where misses outweigh hits by what it had when it was counted."""
    rep = LiveRep(at=0.0, start=0.0)
    for _ in range(3):
        rep.found(0.0, alone=False)
    rep.count(1.0)
    held, balance, lowest = True, 0, 0
    for found in looks:
        if found:
            rep.found(0.0, alone=False)
        else:
            held = held and rep.missed()
        balance = min(balance + (1 if found else -1), 6)
        lowest = min(lowest, balance)
    assert held == (lowest > -4)
