"""Holds: detected from reaching a position to leaving it, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sensing.analysis.analyse import analyse
from sensing.analysis.holds.find_holds import detect_holds, find_holds
from sensing.core.events import CUT_OFF, Hold
from sensing.core.exercises import find_exercise
from sensing.core.samples import Samples
from sensing.sampling.checked_recording import recording_of
from sensing.sampling.columns import Columns
from sensing.simulation.make import simulate
from sensing.simulation.options import Options
from tests.losing import lose_gap
from tests.simulated_people import cohort
from tests.simulated_signals import turned

RAISED = find_exercise("calf-raise-hold")
ONE_LEG = find_exercise("single-leg-balance")


def _made(exercise: str, seed: int = 101, rate_hz: float = 104.0) -> tuple[Samples, Any]:
    made = simulate(Options(exercise=exercise, seed=seed, rate_hz=rate_hz, gyro=False))
    recording = recording_of(Columns(acc=made.acc_g, t_s=made.samples_t_s))
    return recording.blocks[0], made.truth["holds"][0]


WINDOW, TRUTH = _made("calf-raise-hold")
BALANCE, STOOD = _made("single-leg-balance")


@pytest.mark.parametrize(
    ("window", "truth", "exercise"), [(WINDOW, TRUTH, RAISED), (BALANCE, STOOD, ONE_LEG)]
)
def test_a_hold_lasts_from_reached_to_left(window: Samples, truth: Any, exercise: Any) -> None:
    """Both ends within a third of a second."""
    (hold,) = find_holds(window, exercise, "ankle")
    assert hold.start_s == pytest.approx(truth["start_s"], abs=0.35)
    assert hold.end_s == pytest.approx(truth["end_s"], abs=0.35)
    assert hold.valid
    assert hold.steadiness is not None


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("exercise", "most_s"), [("calf-raise-hold", 0.6), ("single-leg-balance", 1.0)]
)
def test_people_not_used_for_tuning(exercise: str, most_s: float) -> None:
    """A small cohort: the median error of the duration, and nearly all are found."""
    errors = []
    for recording, truth in cohort(exercise, 6, seed=300):
        holds = [h for each in analyse(recording, exercise, "ankle").sets for h in each.holds]
        for true in truth["holds"]:
            middle = (true["start_s"] + true["end_s"]) / 2
            match = [h for h in holds if h.start_s < middle < h.end_s]
            if match:
                errors.append(abs(match[0].duration_s - (true["end_s"] - true["start_s"])))
    assert len(errors) >= 5
    assert np.median(errors) < most_s


@pytest.mark.parametrize("seed", range(3))
def test_mounting_does_not_matter(seed: int) -> None:
    """Any rotation gives the same ends to a few hundredths of a second."""
    (one,) = find_holds(WINDOW, RAISED, "ankle")
    (other,) = find_holds(turned(WINDOW, seed), RAISED, "ankle")
    assert other.start_s == pytest.approx(one.start_s, abs=0.05)
    assert other.end_s == pytest.approx(one.end_s, abs=0.05)


@pytest.mark.parametrize("rate_hz", [52.0, 208.0, 416.0])
def test_rate_hardly_matters(rate_hz: float) -> None:
    """The same person at another sample rate."""
    window, truth = _made("calf-raise-hold", rate_hz=rate_hz)
    (hold,) = find_holds(window, RAISED, "ankle")
    assert hold.duration_s == pytest.approx(truth["end_s"] - truth["start_s"], abs=0.5)


def _held_with(start_s: float, length_s: float) -> Hold:
    """The hold of a window that lost its samples from then on."""
    (hold,) = find_holds(lose_gap(WINDOW, start_s, length_s), RAISED, "ankle")
    return hold


def test_a_lost_packet_takes_nothing_from_a_hold() -> None:
    """40 ms of half a minute."""
    (whole,) = find_holds(WINDOW, RAISED, "ankle")
    hold = _held_with((TRUTH["start_s"] + TRUTH["end_s"]) / 2, 0.04)
    assert (hold.valid, dict(hold.reasons)) == (True, {})
    assert hold.duration_s == pytest.approx(whole.duration_s, abs=0.02)
    assert hold.steadiness is not None
    assert whole.steadiness is not None
    assert hold.steadiness.rms_mps2 == pytest.approx(whole.steadiness.rms_mps2, rel=0.01)


def test_a_long_gap_may_hide_that_the_heel_came_down() -> None:
    """The hold is kept, but it is doubtful, and its sway is unknown."""
    hold = _held_with((TRUTH["start_s"] + TRUTH["end_s"]) / 2, 0.7)
    assert (hold.valid, hold.reason, hold.steadiness) == (False, "gap", None)
    assert hold.reasons["steadiness"] == "gap"


def test_a_gap_at_the_end_widens_the_duration_and_a_long_one_hides_it() -> None:
    """The hold itself happened."""
    (whole,) = find_holds(WINDOW, RAISED, "ankle")
    short, long = _held_with(whole.end_s - 0.15, 0.3), _held_with(whole.end_s - 0.1, 0.6)
    assert short.valid
    assert long.valid
    assert short.duration_sd_s is not None
    assert whole.duration_sd_s is not None
    assert short.duration_sd_s > whole.duration_sd_s
    assert long.duration_s is long.duration_sd_s is None
    assert long.reasons["duration_s"] == "gap"


def test_a_hold_in_progress_at_the_first_sample_is_marked() -> None:
    """Its duration is unknown."""
    first = round(BALANCE.position(STOOD["start_s"] + 3))
    (hold,) = find_holds(BALANCE.part(first, len(BALANCE)), ONE_LEG, "ankle")
    assert hold.valid
    assert hold.cut_off
    assert hold.duration_s is hold.duration_sd_s is None
    assert hold.reasons["duration_s"] == CUT_OFF


def test_each_of_several_holds_in_a_window_is_detected() -> None:
    """Two recordings end to end, with rest between them."""
    both = replace(
        WINDOW,
        acc_mps2=np.concatenate([WINDOW.acc_mps2, WINDOW.acc_mps2]),
        lost=np.concatenate([WINDOW.lost, WINDOW.lost]),
        clipped=np.concatenate([WINDOW.clipped, WINDOW.clipped]),
    )
    holds = find_holds(both, RAISED, "ankle")
    assert len(holds) == 2
    assert holds[0].duration_s == pytest.approx(holds[1].duration_s, abs=0.3)


def test_both_kinds_are_detected_and_named_when_the_exercise_is_not_given() -> None:
    """On the toes there is a way up and a way down; on one leg there isn't."""
    ((_, raised),) = detect_holds(WINDOW, "ankle")
    ((_, stood),) = detect_holds(BALANCE, "ankle")
    assert (raised, stood) == ("calf-raise-hold", "single-leg-balance")


@pytest.mark.parametrize("exercise", ["single-leg-hop", "heel-walk", "double-leg-calf-raise"])
def test_other_exercises_are_not_holds(exercise: str) -> None:
    """With ``auto`` no set of such a recording is a hold."""
    made = simulate(Options(exercise=exercise, seed=8, rate_hz=104.0, gyro=False))
    sets = analyse(recording_of(Columns(acc=made.acc_g, t_s=made.samples_t_s))).sets
    assert not any(each.holds for each in sets)


def test_standing_is_rest() -> None:
    """Quiet standing before the hold is not a hold."""
    before = WINDOW.part(0, round(WINDOW.position(TRUTH["start_s"] - 3)))
    assert detect_holds(before, "ankle") == []
