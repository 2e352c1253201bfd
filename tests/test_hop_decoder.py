"""The decoder of hops: on candidates made up, on signals cut, turned and slowed, on people."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensing.analysis.analyse import Analyser, analyse
from sensing.analysis.hops.find_series import TOLD, find_series
from sensing.analysis.hops.hop_decoder import Evidence, Found, Prices, decode, evenness
from sensing.analysis.hops.hop_weights import WEIGHTS
from sensing.core.exercises import find_exercise
from tests import fit_hops, hop_cases, scoring
from tests.hopping import at_rate, made
from tests.simulated_signals import turned

LOOK = find_exercise("single-leg-hop").look
PRICES = Prices(start=4.0, hop=1.0, lone=1.0, step=2.0, stand=None, rhythm=0.5)


def _evidence(
    time_s: list[float],
    hops: dict[tuple[int, int], float],
    landing: dict[int, float] | None = None,
    take_off: dict[tuple[int, int], float] | None = None,
) -> Evidence:
    pairs = np.array(list(hops), dtype=np.int64).reshape(-1, 2)
    soft = [(take_off or {}).get(pair, -9.0) for pair in hops]
    return Evidence(
        time_s=np.array(time_s),
        landing=np.array([(landing or {}).get(k, -9.0) for k in range(len(time_s))]),
        first=pairs[:, 0],
        second=pairs[:, 1],
        hop=np.array(list(hops.values()), dtype=np.float64),
        take_off=np.array(soft, dtype=np.float64),
        stand_s=(0.4, 3.0),
    )


def _found(of: Evidence, prices: Prices = PRICES) -> list[tuple[int, ...]]:
    return [each.candidates for each in decode(of, prices)]


def test_a_series_pays_its_price_once() -> None:
    """Two links of 1.6 and the bonus of 1 are worth more than 4; one of 2.9 is not."""
    beat = [0.0, 0.5, 1.0]
    assert _found(_evidence(beat, {(0, 1): 1.2, (1, 2): 1.2})) == [(0, 1, 2)]
    assert _found(_evidence(beat[:2], {(0, 1): 2.9})) == []
    assert _found(_evidence(beat[:2], {(0, 1): 3.1})) == [(0, 1)]


def test_the_beat_bridges_a_weak_landing_and_passes_over_a_burst() -> None:
    """The third landing is weak and a burst lies off the beat; the even way wins."""
    time_s = [0.0, 0.5, 0.85, 1.0, 1.5]
    hops = {(0, 1): 3.0, (1, 2): 0.2, (2, 4): 0.2, (1, 3): 0.0, (3, 4): 0.0}
    assert _found(_evidence(time_s, hops)) == [(0, 1, 3, 4)]
    assert _found(_evidence(time_s, hops), replace(PRICES, rhythm=0.0)) == [(0, 1, 2, 4)]


def test_a_foot_put_down_begins_a_series_at_a_price() -> None:
    """It is known as such, and never in the middle."""
    hops = {(0, 1): -2.0, (1, 2): 3.0}
    (found,) = decode(_evidence([0.0, 0.5, 1.0], hops, take_off={(0, 1): 3.0}), PRICES)
    assert found == Found(candidates=(0, 1, 2), links=(0, 1), begins="step-in")
    (later,) = decode(_evidence([0.0, 0.5, 1.0], hops, take_off={(0, 1): -1.5}), PRICES)
    assert later == Found(candidates=(1, 2), links=(1,), begins="landing")


def test_a_single_landing_stands_alone() -> None:
    """Alone it counts at its own price; next to a series it does not."""
    assert _found(_evidence([5.0], {}, {0: 1.1})) == [(0,)]
    assert _found(_evidence([5.0], {}, {0: 0.9})) == []
    near = _evidence([5.0, 5.5, 6.0], {(1, 2): 6.0}, {0: 1.1})
    assert _found(near) == [(1, 2)]


def test_a_stand_joins_jumps_where_the_exercise_has_them() -> None:
    """Two landings 2 s apart are one series with a stand, or two without."""
    of = _evidence([5.0, 7.0], {}, {0: 5.0, 1: 5.0})
    assert _found(of) == [(0,), (1,)]
    (found,) = decode(of, replace(PRICES, stand=0.0, lone=9.0))
    assert found == Found(candidates=(0, 1), links=(None,), begins="landing")


@given(st.data())
@settings(max_examples=60)
def test_nothing_scores_more_than_what_is_found(data: st.DataObject) -> None:
    """Against every set of series, tried one by one."""
    n = data.draw(st.integers(2, 6))
    time_s = [0.4 * k for k in range(n)]
    pairs = [(i, j) for i in range(n) for j in range(i + 1, min(i + 3, n))]
    odds = data.draw(st.lists(st.floats(-3, 6), min_size=len(pairs), max_size=len(pairs)))
    hops = dict(zip(pairs, odds, strict=True))
    of = _evidence(time_s, hops)

    def worth(series: tuple[int, ...]) -> float:
        total = -PRICES.start
        for i, j in itertools.pairwise(series):
            total += hops.get((i, j), -np.inf) + PRICES.hop
        periods = np.diff([time_s[k] for k in series])
        for a, b in itertools.pairwise(periods.tolist()):
            total += PRICES.rhythm * float(evenness(np.array([a]), b)[0])
        return total

    best = 0.0
    for mask in itertools.product((0, 1, 2), repeat=n):
        series = [tuple(k for k in range(n) if mask[k] == s) for s in (1, 2)]
        series = [each for each in series if each]
        apart = len(series) < 2 or series[0][-1] < series[1][0]
        if apart and all(len(each) > 1 for each in series):
            best = max(best, sum(worth(each) for each in series))
    found = sum(worth(each) for each in _found(of) if len(each) > 1)
    assert found == pytest.approx(best)


@given(seed=st.integers(0, 9), turn=st.integers(0, 99), rate_hz=st.sampled_from([52.0, 104.0]))
@settings(max_examples=8)
def test_mounting_and_rate_change_no_count(seed: int, turn: int, rate_hz: float) -> None:
    """Of simulated hops at the ankle, within one at 50 Hz."""
    samples, truth = made("double-leg-hop", seed)
    whole = find_series(samples, LOOK, "ankle")
    count = sum(len(each.contacts_s) for each in whole)
    again = find_series(turned(samples, turn), LOOK, "ankle")
    assert [each.kinds for each in again] == [each.kinds for each in whole]
    slow = find_series(at_rate(samples, rate_hz), LOOK, "ankle")
    assert abs(sum(len(each.contacts_s) for each in slow) - count) <= 1
    assert count >= len(truth["hops"]) - 1


@given(cut=st.integers(1, 900))
@settings(max_examples=5)
def test_chunks_do_not_matter(cut: int) -> None:
    """Hops are the same however the samples arrive."""
    samples, _ = made("single-leg-hop", 0)
    exercise = find_exercise("single-leg-hop")

    def run(size: int) -> list[object]:
        analyser = Analyser(exercise, "ankle")
        windows = [
            window
            for a in range(0, len(samples), size)
            for window in analyser.push(samples.part(a, a + size))
        ]
        return [each for window in [*windows, *analyser.finish()] for each in window.sets]

    assert run(cut) == run(len(samples))


def test_series_say_what_each_contact_is() -> None:
    """Only the final contact is the last; rebounds in between."""
    samples, _ = made("single-leg-hop", 0)
    for each in find_series(samples, LOOK, "ankle"):
        assert each.kinds[-1] == "last"
        assert set(each.kinds[1:-1]) <= {"rebound"}
        assert len(each.kinds) == len(each.contacts_s)


@pytest.mark.slow
def test_people_left_out_are_found(shared: Path) -> None:
    """Eight people in shoes, each with weights from the others."""
    found = fit_hops.tallies(shared, fit_hops.others(shared), TOLD)
    print()
    for variant, people in found.items():
        print(f"{variant:16s}", fit_hops.line(people))
        hops = sum(t.found for t in people.values()) / sum(t.true for t in people.values())
        assert hops >= (0.88 if variant == "50 Hz, no gyro" else 0.94)
        assert sum(t.outside for t in people.values()) <= 30


@pytest.mark.thorough
def test_people_who_hop_three_times_a_second_are_found() -> None:
    """Simulated, softly, on one leg and on two; no weight or price was chosen on these people."""
    true = found = made_up = 0
    for recording, truth in hop_cases.quick_hoppers(range(30_000, 30_060)):
        look = find_exercise(truth["exercise"]).look
        contacts_s = [
            t for each in find_series(recording.blocks[0], look, "ankle") for t in each.contacts_s
        ]
        hops_s = [hop["contact_s"] for hop in truth["hops"]]
        true += len(hops_s)
        found += len(hop_cases.matched(hops_s, contacts_s, 0.06))
        # The last landing is found, too; it is no hop.
        made_up += sum(not hops_s[0] - 0.6 <= t <= hops_s[-1] + 0.6 for t in contacts_s)
    print(f"{found} of {true} hops, {made_up} contacts elsewhere")
    assert found >= 0.97 * true
    assert made_up <= 0.01 * true


@pytest.mark.slow
def test_the_weights_are_those_that_are_learnt(shared: Path) -> None:
    """The table can be made again from the recordings."""
    learnt = fit_hops.table(shared)
    for kind in ("hop", "take_off", "landing"):
        for row, known in zip(getattr(learnt, kind), getattr(WEIGHTS, kind), strict=True):
            for view, weight in row.weight.items():
                assert known.weight[view] == pytest.approx(weight, abs=0.15), (kind, row.name)


def test_every_drop_jump_of_a_person_is_found(shared: Path) -> None:
    """Landing and re-landing, to 30 ms of contact and flight by a force plate."""
    for path in scoring.recordings(shared / "real-ankle", "drop-jump-*"):
        recording, truth = scoring.load(path)
        analysis = analyse(recording, "box-jump", "shoe")
        hops_s = [hop.contact_s for hop in scoring.hops_of(analysis)]
        both_s = truth["contact_time_s"] + truth["flight_time_s"]
        assert min(abs(t - both_s) for t in np.diff(hops_s)) < 0.03, path.name
