"""The provisional count of a calibrated athlete, beside the result with the same profile."""

from __future__ import annotations

import pytest

from calibration.exercise.exercise import learn_reps
from calibration.exercise.reference_reps import Pace
from sensing.core.exercises import find_exercise
from sensing.profile.profile import UNCALIBRATED, Profile
from tests.live_figures import Beside, beside
from tests.reference_reps import own_set, reference

SLOW = Pace(raise_s=3.0, top_s=0.0, lower_s=3.0)


def with_and_without(exercise: str, pace: Pace | None, person: int) -> tuple[Beside, Beside]:
    """A set of another day than the reference reps, beside the calibrated result: the live count
    with the profile and without it."""
    trial = reference(person, exercise, pace, day=10, idealised=True).trial
    learnt = learn_reps(list(trial.blocks), find_exercise(exercise), 5, pace=pace)
    own = Profile(name="own", rep=learnt.shape)
    recording = own_set(person, exercise, pace, idealised=True).trial
    with_it, without = (
        beside(exercise, recording, exercise, profile=own, live=live)
        for live in (own, UNCALIBRATED)
    )
    return with_it, without


@pytest.mark.parametrize(
    ("exercise", "pace", "person"),
    [
        ("tibialis-raise", None, 400),
        ("single-leg-calf-raise", SLOW, 403),
        ("tibialis-raise", SLOW, 406),
    ],
)
def test_a_calibrated_count_is_that_of_its_result_and_no_later(
    exercise: str, pace: Pace | None, person: int
) -> None:
    """The profile adds reps and never delays one that is counted without it."""
    own, plain = with_and_without(exercise, pace, person)
    assert own.back == 0
    assert own.differ == 0
    assert own.result >= 10
    assert all(a <= b for a, b in zip(own.late_s, plain.late_s, strict=False))


def test_raises_that_only_the_profile_finds_are_counted_live() -> None:
    """Three seconds up and three down, of a few millimetres: without a profile there are none."""
    own, plain = with_and_without("tibialis-raise", SLOW, 406)
    assert plain.differ == plain.result >= 10
    assert own.differ <= 0.01 * own.result
