"""One known height: is the scale it gives right for other sets, and a wrong one refused?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.common.routine import run
from calibration.exercise.height import FACTOR, HeightRoutine, fit_height
from sensing.analysis.reps.count_reps import find_reps
from sensing.core.errors import AnkletError, RecordingError, UsageError
from sensing.core.exercises import find_exercise
from sensing.profile.profile import UNCALIBRATED, Profile
from tests.same_person import Done, done_by

PEOPLE = range(940, 948)


def ratios(done: Done, exercise: str, profile: Profile = UNCALIBRATED) -> list[float]:
    """Measured over true rise of every full rep that was found."""
    look = find_exercise(exercise).look
    found = [rep for reps in find_reps(done.samples, look, profile) for rep in reps]
    out = []
    for true in done.truth["reps"]:
        middle_s = (true["start_s"] + true["top_s"]) / 2
        near = [r for r in found if r.start_s - 0.2 <= middle_s <= r.top_s + 0.2]
        if near and near[0].rise_m is not None and not true["partial"]:
            out.append(near[0].rise_m / true["rise_m"])
    return out


@pytest.mark.thorough
@pytest.mark.parametrize("exercise", ["single-leg-calf-raise", "double-leg-calf-raise"])
def test_the_scale_of_one_day_holds_on_another(exercise: str) -> None:
    """Simulated people, the sensor left where it is: within 5 % in the median of the set.

    In the recording to learn from the reps are not all of one height; the known height is taken to
    be that of the median rep.
    """
    before, after, stated = [], [], []
    print()
    for person in PEOPLE:
        first, second = (
            done_by(person, exercise, day=day, strap=0, idealised=True) for day in (0, 1)
        )
        learn, judge = ratios(first, exercise), ratios(second, exercise)
        if min(len(learn), len(judge)) < 4:
            continue
        try:
            fit = fit_height(0.08 * np.array(learn), 0.08)
        except RecordingError as refused:
            print(f"{person} refused: {refused.what}")
            continue
        profile = Profile(name="me", rise_scale=fit.rise_scale, rise_sd_share=fit.rise_sd_share)
        scaled = ratios(second, exercise, profile)
        before.append(np.median(judge) - 1)
        after.append(np.median(scaled) - 1)
        stated += [abs(ratio - 1) <= 2 * fit.rise_sd_share for ratio in scaled]
        print(f"{person} {100 * before[-1]:6.1f} % → {100 * after[-1]:6.1f} %, ±"
              f"{100 * fit.rise_sd_share:.1f} % a rep")  # fmt: skip
    print(f"{exercise}: mean of sizes {100 * np.mean(np.abs(before)):.1f} → "
          f"{100 * np.mean(np.abs(after)):.1f} %, within ±2 SD {np.mean(stated):.2f}")  # fmt: skip
    assert len(after) >= 6
    assert np.mean(np.abs(after)) <= 0.03
    assert np.quantile(np.abs(after), 0.9) <= 0.05
    assert np.mean(np.abs(after)) < 0.8 * np.mean(np.abs(before))
    assert np.mean(stated) >= 0.85


def test_the_routine_uses_all_raises_of_a_trial() -> None:
    """However it is cut; twice the height is twice the scale. The raises are much of one height."""
    done = done_by(PEOPLE[0], "double-leg-calf-raise", strap=0, idealised=True)
    row = find_exercise("double-leg-calf-raise")
    fits = []
    for known_m, size in ((0.03, len(done.samples)), (0.03, 501), (0.06, 4000)):
        chunks = [done.samples.part(k, k + size) for k in range(0, len(done.samples), size)]
        fits.append(run(HeightRoutine(known_m, row, "ankle"), chunks))
    assert fits[0] == fits[1]
    assert fits[0].reps >= 5
    assert fits[2].rise_scale == pytest.approx(2 * fits[0].rise_scale, rel=1e-3)


@given(
    known_m=st.floats(0.03, 0.2),
    factor=st.floats(FACTOR[0] + 0.05, FACTOR[1] - 0.1),
    n=st.integers(4, 15),
    wild=st.floats(-0.9, 3.0),
    seed=st.integers(0, 10**6),
)
def test_one_bad_rep_does_not_change_the_scale(
    known_m: float, factor: float, n: int, wild: float, seed: int
) -> None:
    """The median of the others, whatever one of them was."""
    rng = np.random.default_rng(seed)
    rise_m = known_m / factor * rng.uniform(0.97, 1.03, n)
    rise_m[rng.integers(n)] *= 1 + wild
    fit = fit_height(rise_m, known_m)
    assert fit.rise_scale == pytest.approx(factor, rel=0.04)
    assert fit.reps == n
    assert 0.03 <= fit.rise_sd_share < 0.12


def test_scattered_reps_have_a_larger_uncertainty() -> None:
    """And many of them more sure than few."""
    close, wide = (0.08 * (1 + s * np.array([-1.0, -0.5, 0.0, 0.5, 1.0])) for s in (0.01, 0.08))
    assert fit_height(wide, 0.08).rise_sd_share > fit_height(close, 0.08).rise_sd_share
    assert fit_height(np.tile(wide, 4), 0.08).rise_sd_share < fit_height(wide, 0.08).rise_sd_share


@pytest.mark.parametrize(
    ("rise_m", "known_m", "hint"),
    [
        ([0.08] * 3, 0.08, "3 raises are too few"),
        ([], 0.08, "0 raises"),
        ([0.04, 0.06, 0.08, 0.10, 0.12], 0.08, "vary by"),
        ([0.02] * 5, 0.08, "measured 2.0 cm, but 8.0 cm"),
        ([0.2] * 5, 0.08, "measured 20.0 cm"),
        ([-0.01] * 5, 0.08, "no heel-rise height"),
    ],
)
def test_an_unreliable_trial_is_refused(rise_m: list[float], known_m: float, hint: str) -> None:
    """With what is wrong and what to do."""
    with pytest.raises(RecordingError, match=hint) as caught:
        fit_height(np.array(rise_m), known_m)
    assert caught.value.remedy


@pytest.mark.parametrize("known_m", [0.0, -0.08, 0.008, 0.8, 8.0, float("nan"), float("inf")])
def test_an_implausible_height_is_refused(known_m: float) -> None:
    """Metres for centimetres, nothing, nonsense."""
    with pytest.raises(UsageError, match="centimetres"):
        fit_height(np.full(5, 0.08), known_m)


def test_the_routine_refuses_exercises_without_raises() -> None:
    """And a trial in which nothing was done."""
    with pytest.raises(UsageError, match="raises"):
        HeightRoutine(0.08, find_exercise("single-leg-hop"), "ankle")
    with pytest.raises(AnkletError, match="0 raises"):
        HeightRoutine(0.08, find_exercise("double-leg-calf-raise"), "ankle").finish()
