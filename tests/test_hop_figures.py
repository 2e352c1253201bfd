"""How well hops are found and timed on labelled recordings, printed and bounded with a margin.

Simulated figures say how well a simulation is recovered; the ones from people decide.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sensing.analysis.hops.contact_times import find_hops
from sensing.core.events import Hop
from sensing.core.exercises import Look, find_exercise
from sensing.core.samples import Samples
from tests import scoring
from tests.contact_left_out import left_out, people, robust_sd, summary
from tests.hopping import made

LOOK = find_exercise("single-leg-hop").look


def _hops(samples: Samples) -> list[Hop]:
    return [hop for series in find_hops(samples, LOOK, "ankle") for hop in series]


@pytest.mark.thorough
@pytest.mark.parametrize("exercise", ["single-leg-hop", "double-leg-hop"])
def test_simulated_people_not_used_for_tuning(exercise: str) -> None:
    """Another simulation than the labelled one: timed to about 30 ms, with fair uncertainty."""
    score = scoring.HopScore()
    for seed in range(20, 25):
        samples, truth = made(exercise, seed)
        score.add(truth["hops"], _hops(samples), samples.rate_hz)
    print(
        f"\n{exercise}: {score.found}/{score.true} found, RMSE {score.rmse_s() * 1e3:.1f} ms, "
        f"covered {score.covered():.3f}"
    )
    assert score.found >= 0.96 * score.true
    assert np.std(score.contact_error_s) < 0.016
    assert score.rmse_s() < 0.040
    assert score.covered() > 0.88


def test_labelled_hops_are_found_and_timed(shared: Path) -> None:
    """Simulated, accelerometer only, no calibration: bounded with a margin."""
    score = scoring.HopScore()
    biases_s = []
    print()
    for path in scoring.recordings(shared / "simulated", "*hop*"):
        recording, truth = scoring.load(path)
        hops = _hops(scoring.without_gyro(recording).blocks[0])
        one = scoring.HopScore()
        for each in (one, score):
            each.add(truth["hops"], hops, recording.rate_hz)
        biases_s.append(float(np.mean(one.contact_time_error_s)))
        print(
            f"{truth['name']:20s} {one.found}/{one.true} false {one.false}"
            f"  contact {np.mean(one.contact_error_s) * 1e3:5.1f} ms"
            f"  contact time {biases_s[-1] * 1e3:5.1f} ms, RMSE {one.rmse_s() * 1e3:5.1f} ms"
        )
    print(
        f"all: RMSE {score.rmse_s() * 1e3:.1f} ms, covered {score.covered():.3f}, contact"
        f" {np.mean(score.contact_error_s) * 1e3:.1f} ± {np.std(score.contact_error_s) * 1e3:.1f}"
    )
    assert score.found >= 0.99 * score.true
    assert score.false <= 0.01 * score.true
    assert np.std(score.contact_error_s) <= 0.003
    assert np.abs(np.mean(score.contact_error_s)) <= 0.003
    assert score.rmse_s() <= 0.014
    assert 0.90 <= score.covered() <= 0.98
    # The constants fit no single person: without any one the mean of the others stays near 0.
    for k in range(len(biases_s)):
        others = biases_s[:k] + biases_s[k + 1 :]
        assert abs(np.mean(others)) < 0.010


@pytest.mark.slow
@pytest.mark.parametrize(
    ("gyro", "rate_hz"), [(True, None), (False, None), (True, 50.0), (False, 50.0)]
)
def test_people_left_out_are_timed_against_force(
    shared: Path, gyro: bool, rate_hz: float | None
) -> None:
    """Eight adults hopping, each timed with constants of the other seven.

    With a gyro, without one, and at 50 Hz; with neither, one hop more in a hundred is far off.
    """
    by_person = left_out(people(shared, gyro=gyro, rate_hz=rate_hz))
    print()
    for person, (error_s, sd_s) in by_person.items():
        print(
            f"{person} {len(error_s)} timed, bias {1e3 * np.median(error_s):6.1f} ms, within"
            f" {1e3 * robust_sd(error_s):5.1f} ms, covered"
            f" {np.mean(np.abs(error_s) <= 2 * sd_s):.2f}"
        )
    print(summary(by_person))
    error = np.concatenate([e for e, _ in by_person.values()])
    sd_s = np.concatenate([sd for _, sd in by_person.values()])
    off = error - np.median(error)
    within = [robust_sd(e) for e, _ in by_person.values() if len(e) > 4]
    exact = gyro or rate_hz is None
    assert len(error) >= 200
    assert np.mean(within) <= (0.012 if rate_hz is None else 0.013)
    assert np.sqrt(np.mean(off**2)) <= (0.019 if rate_hz is None else 0.020)
    assert np.mean(np.abs(off) > 0.06) <= (0.01 if exact else 0.02)
    assert 0.93 <= np.mean(np.abs(error) <= 2 * sd_s) <= 0.98
    each = [np.mean(np.abs(e) <= 2 * sd) for e, sd in by_person.values()]
    assert min(each) >= (0.85 if exact else 0.8)


def test_a_foot_put_down_and_the_last_landing_have_no_contact_time(shared: Path) -> None:
    """They are counted; so is a hop whose landing can't be told."""
    for path in scoring.recordings(shared / "real-shoe", "S11-*"):
        recording, _ = scoring.load(path)
        for hops in find_hops(recording.blocks[0], LOOK, "shoe"):
            assert hops[-1].contact_time_s is None
            assert hops[-1].valid
            for hop in hops[:-1]:
                told = hop.contact_time_s is None
                assert told == ("contact_time_s" in hop.reasons)
                assert told == (hop.contact_time_sd_s is None)


def test_drop_jumps_beside_a_force_plate(shared: Path) -> None:
    """One person, sensor on the foot, no gyro: right by momentum, with no constant of hops."""
    look = Look(contact_s=(0.08, 1.2), flight_s=(0.1, 0.9))
    errors = []
    for path in scoring.recordings(shared / "real-ankle", "drop-jump-*"):
        recording, truth = scoring.load(path)
        hops = [
            hop
            for block in recording.blocks
            for series in find_hops(block, look, "shoe")
            for hop in series
            if hop.contact_time_s is not None and hop.flight_time_s is not None
        ]
        nearest = min(
            hops, key=lambda hop: abs((hop.contact_time_s or 0) - truth["contact_time_s"])
        )
        errors.append((nearest.contact_time_s or 0) - truth["contact_time_s"])
    print(f"\ndrop jumps: {1e3 * np.array(errors)} ms")
    assert len(errors) == 5
    assert abs(np.mean(errors)) <= 0.015
    assert np.std(errors, ddof=1) <= 0.015


def test_running_analysed_as_hops_gives_its_contacts(shared: Path) -> None:
    """One adult, twelve minutes: every stride's contact, at a plausible length."""
    recording, _ = scoring.load(shared / "real" / "ankle-running.csv.gz")
    hops = [hop for block in recording.blocks for hop in _hops(block)]
    contact = [h.contact_time_s for h in hops if h.valid and h.contact_time_s is not None]
    assert len(hops) == pytest.approx(832, rel=0.03)
    assert 0.18 <= np.median(contact) <= 0.36
    assert np.median(np.diff([h.contact_s for h in hops])) == pytest.approx(0.76, rel=0.01)


def test_walking_has_no_hops(shared: Path) -> None:
    """Not even when hops are the given exercise."""
    recording, _ = scoring.load(shared / "real" / "ankle-walking.csv.gz")
    assert [_hops(block) for block in recording.blocks] == [[] for _ in recording.blocks]


def test_raises_and_holds_have_no_series_of_hops(shared: Path) -> None:
    """With hops as the given exercise, only a foot tapped on the floor at a beat resembles them."""
    longest = []
    for path in scoring.recordings(shared / "simulated"):
        if "hop" not in path.name:
            recording, _ = scoring.load(path)
            series = find_hops(scoring.without_gyro(recording).blocks[0], LOOK, "ankle")
            longest.append(max(map(len, series), default=0))
    assert max(longest) <= 8
    assert np.mean(np.array(longest) > 0) < 0.15
