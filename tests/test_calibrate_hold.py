"""A hold's own reference: quiet standing measured as a hold is, the way up, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import cli
from calibration.common.routine import run
from calibration.exercise.hold import HoldRoutine
from sensing.analysis.analyse import analyse
from sensing.core.errors import RecordingError, UsageError
from sensing.core.exercises import find_exercise
from sensing.core.samples import Samples
from sensing.profile.hold_reference import HoldShape
from sensing.profile.profile import Profile
from sensing.simulation.make import simulate
from sensing.simulation.options import Options
from tests.simulated_people import cohort
from tests.simulated_signals import raises, turned

HOLD = find_exercise("calf-raise-hold")


def trembling(rise_m: float = 0.06, *, seed: int = 1) -> Samples:
    """Ten seconds of standing, a hold of twenty, standing again; the hold trembles at 8 Hz."""
    held = raises([(10.0, 10.8, 30.8, 31.6)], duration_s=42.0, rate_hz=104.0, rise_m=rise_m)
    t_s = np.arange(len(held)) / held.rate_hz
    up = (t_s > 10.8) & (t_s < 30.8)
    rng = np.random.default_rng(seed)
    shake = np.where(up, 0.25, 0.0) * np.sin(2 * np.pi * 8 * t_s) + rng.normal(0, 0.02, len(t_s))
    slow = np.where(up, 0.25, 0.02) * np.sin(2 * np.pi * 0.6 * t_s)
    acc = held.acc_mps2.copy()
    acc[:, 0] += shake
    acc[:, 1] += slow
    return replace(held, acc_mps2=acc)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_way_up_and_quiet_standing_are_the_same_however_the_sensor_sits(seed: int) -> None:
    """Six centimetres of rise within 15 %, and the same figures after any turn."""
    plain = run(HoldRoutine(HOLD, "ankle"), [trembling()])
    aside = run(HoldRoutine(HOLD, "ankle"), [turned(trembling(), seed)])
    assert plain.rise_m == pytest.approx(0.06, rel=0.15)
    assert aside.rise_m == pytest.approx(plain.rise_m, rel=0.02)
    assert aside.quiet_rms_mps2 == pytest.approx(plain.quiet_rms_mps2, rel=0.02)


@pytest.mark.parametrize("exercise", ["calf-raise-hold", "single-leg-balance"])
def test_people_sway_more_in_a_hold_than_standing_quietly(exercise: str) -> None:
    """Simulated people: calibrated with one trial, given as a multiple in the next analysis."""
    row = find_exercise(exercise)
    ratios: list[float] = []
    for trial, _ in cohort(exercise, 6, seed=400):
        try:
            shape = run(HoldRoutine(row, "ankle"), trial.blocks)
        except RecordingError:
            continue  # fidgeted instead of standing
        found = analyse(trial, exercise, "ankle", Profile(name="me", hold=shape))
        ratios += [
            each.steadiness.quiet_ratio
            for one in found.sets
            for each in one.holds
            if each.steadiness is not None and each.steadiness.quiet_ratio is not None
        ]
    print(f"{exercise}: sway against quiet standing {np.round(ratios, 1)}")
    assert len(ratios) >= 3
    assert min(ratios) > 1.0


def test_the_reference_of_another_exercise_or_placement_is_not_used() -> None:
    """A ratio to something else would be no ratio."""
    ((trial, _),) = cohort("calf-raise-hold", 1, seed=400)
    shape = HoldShape(
        exercise="single-leg-balance",
        placement="ankle",
        quiet_s=9.0,
        quiet_rms_mps2=0.05,
        quiet_path_mps2_per_s=1.0,
        quiet_jerk_rms_mps3=1.0,
    )
    other = replace(shape, exercise="calf-raise-hold", placement="shoe")
    for wrong in (shape, other):
        found = analyse(trial, "calf-raise-hold", "ankle", Profile(name="x", hold=wrong))
        (hold, *_) = found.sets[0].holds
        assert hold.steadiness is not None
        assert hold.steadiness.quiet_ratio is None


def test_any_chunks_give_the_same_result() -> None:
    """Whole, or thirteen samples at a time."""
    trial = trembling()
    whole = HoldRoutine(HOLD, "ankle")
    whole.push(trial)
    pieces = HoldRoutine(HOLD, "ankle")
    for at in range(0, len(trial), 13):
        pieces.push(trial.part(at, at + 13))
    assert pieces.finish() == whole.finish()
    assert pieces.prompt == whole.prompt


def test_the_routine_ends_when_there_is_enough() -> None:
    """Stand, hold, done; and never done before the hold is over."""
    ((trial, truth),) = cohort("calf-raise-hold", 1, seed=400)
    routine = HoldRoutine(HOLD, "ankle")
    block = trial.blocks[0]
    end_s = truth["sets"][0]["holds"][0]["end_s"]
    assert "Stand still" in routine.prompt.text
    for at in range(0, len(block), 50):
        part = block.part(at, at + 50)
        prompt = routine.push(part)
        assert not prompt.done or part.time_s(len(part)) > end_s - 0.5
    assert routine.prompt.done


def test_a_trial_without_standing_or_without_a_hold_is_refused() -> None:
    """Each with its reason; and an exercise without a hold before any samples."""
    trial = trembling()
    with pytest.raises(RecordingError, match="stand still"):
        run(HoldRoutine(HOLD, "ankle"), [trial.part(round(8.5 * trial.rate_hz), len(trial))])
    with pytest.raises(RecordingError, match="no calf-raise-hold"):
        run(HoldRoutine(HOLD, "ankle"), [trial.part(0, round(9 * trial.rate_hz))])
    with pytest.raises(UsageError, match="no hold"):
        HoldRoutine(find_exercise("single-leg-hop"), "ankle")


def test_the_command_calibrates_it_and_later_results_show_the_ratio(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From a recording; the next replay of it says how many times quiet standing."""
    made = simulate(
        Options(exercise="calf-raise-hold", seed=400, fidgets=0, hold_s=15.0, idealised=True)
    )
    path = tmp_path / "hold.csv"
    rows = np.column_stack([made.samples_t_s, made.acc_g])
    np.savetxt(path, rows, delimiter=",", header="t_s,ax_g,ay_g,az_g", comments="", fmt="%.6f")
    db = ("--db", str(tmp_path / "a.db"))
    args = ["calibrate", "exercise", "calf-raise-hold", "--from", str(path), "--side", "left"]
    assert cli.run([*args, *db]) == 0, capsys.readouterr().err
    assert cli.run(["replay", str(path), "-e", "calf-raise-hold", "--side", "left", *db]) == 0
    assert "sway/quiet standing 2." in " ".join(capsys.readouterr().out.split())
    assert cli.run(["show", "1", "--json", *db]) == 0
    assert '"quiet_ratio": ' in capsys.readouterr().out
