"""Calibrating an exercise with reference reps: is it right, when is it refused, can it do harm?"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calibration.common.routine import Prompt, run
from calibration.exercise.exercise import LearntReps, learn_reps
from calibration.exercise.reference_reps import Pace
from calibration.exercise.routine import PAUSE_S, RepsRoutine
from sensing.analysis.analyse import analyse
from sensing.core.errors import RecordingError, UsageError
from sensing.core.exercises import find_exercise
from sensing.core.samples import Samples, join
from sensing.files.profiles.profile_files import read_profile
from sensing.files.read_recording import read_recording
from sensing.profile.profile import UNCALIBRATED, Profile
from sensing.profile.rep_template import RepShape
from tests.conftest import ROOT
from tests.reference_reps import Done, own_set, reference
from tests.scoring import reps_of
from tests.simulated_signals import raises, regular, turned
from tests.swinging_leg import stepping

SLOW = Pace(raise_s=1.0, top_s=0.0, lower_s=3.0)
RAISE = find_exercise("single-leg-calf-raise")
SLOW_DOWN = find_exercise("eccentric-calf-raise")
TIMES = regular(5, first_s=5.0, up_s=1.0, stay_s=0.4, down_s=1.5, rest_s=1.5)
PLAIN = raises(TIMES, duration_s=TIMES[-1][3] + 5)


def learn(block: Samples, reps: int = 5, **more: Any) -> LearntReps:
    """From one block of single-leg raises."""
    return learn_reps([block], RAISE, reps, **more)


@pytest.fixture(scope="module")
def eccentric() -> LearntReps:
    """Five paced reps of a simulated person."""
    trial = reference(31, SLOW_DOWN.name, SLOW, idealised=True).trial
    return learn_reps(list(trial.blocks), SLOW_DOWN, 5, pace=SLOW)


def test_the_tempo_and_the_range_are_learnt() -> None:
    """Simulated reps of 1.0, 0.4 and 1.5 s that rise 7 cm."""
    shape = learn(PLAIN).shape
    assert shape.reps == 5
    assert shape.raise_s == pytest.approx(1.0, abs=0.1)
    assert shape.top_s == pytest.approx(0.4, abs=0.15)
    assert shape.lower_s == pytest.approx(1.5, abs=0.15)
    assert shape.rise_m == pytest.approx(0.07, rel=0.1)


def test_the_times_of_each_rep_are_reported() -> None:
    """To a tenth of a second."""
    learnt = learn(PLAIN)
    assert learnt.start_s == pytest.approx([t[0] for t in TIMES], abs=0.12)
    assert learnt.end_s == pytest.approx([t[3] for t in TIMES], abs=0.12)


def test_the_result_is_plain_numbers() -> None:
    """It is written to a file and read back unchanged."""
    shape = learn(PLAIN).shape
    back = json.loads(json.dumps(asdict(shape)))
    made: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in back.items()}
    assert RepShape(**made) == shape


def test_the_result_is_summarised_in_words(eccentric: LearntReps) -> None:
    """Count, tempo, rise, smallest, and where the times come from."""
    words = " ".join(eccentric.words)
    assert "5 reps: up 1.0 s" in words
    assert "down 3.0 s (paced by the beat)" in words
    assert "cm" in words
    assert "without a beat" in " ".join(learn(PLAIN).words).lower()


@pytest.mark.parametrize("seed", [1, 2])
def test_the_mounting_does_not_matter(seed: int) -> None:
    """Learnt with the sensor turned, the shape says the same, and counts the sensor unturned."""
    shape, other = learn(PLAIN).shape, learn(turned(PLAIN, seed)).shape
    assert other.rise_m == pytest.approx(shape.rise_m, rel=0.02)
    assert other.velocity_mps == pytest.approx(shape.velocity_mps, abs=0.003)
    size = np.hypot(shape.lean_mps2, shape.aside_mps2)
    assert np.hypot(other.lean_mps2, other.aside_mps2) == pytest.approx(size, abs=0.02)


@pytest.mark.parametrize("rate_hz", [50.0, 208.0])
def test_the_sample_rate_does_not_matter(rate_hz: float) -> None:
    """The same movement at another sample rate gives the same result."""
    shape = learn(PLAIN).shape
    other = learn(raises(TIMES, duration_s=TIMES[-1][3] + 5, rate_hz=rate_hz)).shape
    assert other.raise_s == pytest.approx(shape.raise_s, abs=0.05)
    assert other.velocity_mps == pytest.approx(shape.velocity_mps, abs=0.005)


def test_reps_of_another_day_are_counted_and_timed_with_it(eccentric: LearntReps) -> None:
    """The strap put on anew: every full rep is found, and says that the profile found it."""
    own = own_set(31, SLOW_DOWN.name, SLOW, idealised=True)
    result = analyse(own.trial, SLOW_DOWN.name, "ankle", Profile(name="own", rep=eccentric.shape))
    found = reps_of(result)
    assert own.full <= len(found) <= len(own.reps)
    assert all(rep.calibrated for rep in found)
    assert result.profile == "own"
    assert not any("don't look like" in note for note in result.notes)


def test_a_profile_learnt_by_an_earlier_version_still_counts() -> None:
    """Written by algorithm version 1 from the same trial: read, and used."""
    profile = read_profile(ROOT / "tests" / "data" / "profile_version_1.toml")
    own = own_set(31, SLOW_DOWN.name, SLOW, idealised=True)
    found = reps_of(analyse(own.trial, SLOW_DOWN.name, "ankle", profile))
    assert own.full <= len(found) <= len(own.reps)
    assert all(rep.calibrated for rep in found)


# What would mislead is refused.


def test_another_number_of_reps_is_refused() -> None:
    """Five were done; six or four were to be."""
    for reps in (4, 6):
        with pytest.raises(RecordingError, match="5 movements are alike"):
            learn(PLAIN, reps)


@pytest.mark.parametrize("reps", [0, 2, 21])
def test_too_few_or_too_many_reference_reps_are_refused(reps: int) -> None:
    """Two reps are always alike."""
    with pytest.raises(UsageError, match="not enough, or too many"):
        learn(PLAIN, reps)


def test_standing_still_is_refused() -> None:
    """There are no reps."""
    with pytest.raises(RecordingError, match="5 reps were expected"):
        learn(raises([], duration_s=30))


def test_hops_are_refused() -> None:
    """Hops are not raises."""
    hops = reference(7, "single-leg-hop", reps=12, pause_s=None).trial
    with pytest.raises(RecordingError):
        learn_reps(list(hops.blocks), RAISE, 5)


def test_walking_is_refused(shared: Path) -> None:
    """A person walking, the sensor at the ankle."""
    trial = read_recording(shared / "real" / "ankle-walking.csv.gz")
    for reps in (3, 5, 10):
        with pytest.raises(RecordingError, match="walking"):
            learn_reps(list(trial.blocks), RAISE, reps)


def test_another_exercise_is_refused() -> None:
    """Tibialis raises are not calf raises, nor the other way round."""
    toes = reference(33, "tibialis-raise").trial
    with pytest.raises(RecordingError, match="the ankle rose"):
        learn_reps(list(toes.blocks), RAISE, 5)
    with pytest.raises(RecordingError, match="the ankle rose"):
        learn_reps([PLAIN], find_exercise("tibialis-raise"), 5)


def test_reps_off_the_beat_are_refused() -> None:
    """1.5 s is not 3 s."""
    with pytest.raises(RecordingError, match="of the beat"):
        learn(PLAIN, pace=SLOW)


def test_reps_unlike_each_other_are_refused() -> None:
    """Half as high, twice as fast, upside down: no reference."""
    rng = np.random.default_rng(3)
    times = []
    at = 5.0
    for up, stay, down in rng.uniform((0.4, 0.0, 0.4), (2.5, 2.5, 3.0), (5, 3)):
        times.append((at, at + up, at + up + stay, at + up + stay + down))
        at += up + stay + down + rng.uniform(0.3, 4.0)
    with pytest.raises(RecordingError):
        learn(raises(times, duration_s=at + 5, lean_deg=0.2, noise_mps2=0.4))


def test_the_other_placement_is_refused() -> None:
    """Given as on the shoe, but a shank by the steps before; raises alone tell nothing."""
    assert learn(PLAIN, placement="shoe").shape.placement == "shoe"
    assert learn(PLAIN).shape.placement == "ankle"
    walk = stepping(1.1, 20.0, PLAIN.rate_hz, gyro=True)
    after = replace(PLAIN, start=walk.stop, gyro_dps=np.zeros_like(PLAIN.acc_mps2))
    with pytest.raises(RecordingError, match="on the ankle, not on the shoe"):
        learn(join([walk, after]), placement="shoe")


@pytest.mark.parametrize("what", ["lost", "clipped"])
def test_a_rep_with_a_fault_is_refused(what: str) -> None:
    """Third rep: samples missing, or at the end of the range."""
    flags = np.zeros(len(PLAIN), dtype=np.bool_)
    middle = round(TIMES[2][1] * PLAIN.rate_hz)
    flags[middle : middle + 40] = True
    with pytest.raises(RecordingError, match="rep 3"):
        learn(replace(PLAIN, lost=flags) if what == "lost" else replace(PLAIN, clipped=flags))


def test_a_few_lost_packets_are_harmless() -> None:
    """Radio loses some; a straight line over 50 ms is what a raise does anyway."""
    lost = np.zeros(len(PLAIN), dtype=np.bool_)
    for k in range(100, len(lost), 100):
        lost[k : k + 5] = True
    assert learn(replace(PLAIN, lost=lost)).shape.reps == 5


def test_a_coarse_sensor_is_refused() -> None:
    """Steps of 62 mg are as large as the movement."""
    step = 0.062 * 9.80665
    coarse = replace(PLAIN, acc_mps2=np.round(PLAIN.acc_mps2 / step) * step)
    with pytest.raises(RecordingError, match="62 mg is too coarse"):
        learn(coarse)


def test_a_loose_strap_is_refused() -> None:
    """Heels that land with a blow ring a loose strap for long."""
    t_s = np.arange(len(PLAIN)) / PLAIN.rate_hz
    acc = PLAIN.acc_mps2.copy()
    for _, _, _, end in TIMES:
        after = np.maximum(t_s - end, 0.0)
        ring = np.where(t_s > end, np.exp(-after / 0.2) * np.sin(2 * np.pi * 9 * after), 0.0)
        acc += 25.0 * ring[:, None] * np.array([0.5, 0.3, 0.8])
    with pytest.raises(RecordingError, match="strap is loose"):
        learn(replace(PLAIN, acc_mps2=acc))


# What is used does no harm.

SAMPLES = ROOT / "tests" / "data" / "uncalibrated_reps.json"
BEFORE: dict[str, list[list[float]]] = json.loads(SAMPLES.read_text(encoding="utf-8"))
"""Start, top, lower, end (s) and rise (m) of every rep in the sample recordings without a profile.
``ANKLET_RENEW=1`` writes the file anew, after a change of the algorithm that is meant."""


@pytest.mark.parametrize("name", list(BEFORE))
def test_reps_without_a_profile_are_unchanged(name: str) -> None:
    """To the microsecond and micrometre: what differs between machines is less."""
    found = reps_of(analyse(read_recording(ROOT / "sample_recordings" / f"{name}.csv.gz"), name))
    values = [(r.start_s, r.top_s, r.lower_s, r.end_s, r.rise_m) for r in found]
    if os.environ.get("ANKLET_RENEW"):
        BEFORE[name] = [[round(x or 0.0, 7) for x in rep] for rep in values]
        SAMPLES.write_text(json_lines(BEFORE), encoding="utf-8")
    assert np.array(values) == pytest.approx(np.array(BEFORE[name]), abs=1e-6)
    assert not any(rep.calibrated for rep in found)


def json_lines(reps: dict[str, list[list[float]]]) -> str:
    """A line for each rep."""
    sets = (
        f'  "{name}": [\n' + ",\n".join(f"    {rep}" for rep in each) + "\n  ]"
        for name, each in reps.items()
    )
    return "{\n" + ",\n".join(sets) + "\n}\n"


def worse(own: Done, exercise: str, shape: RepShape) -> bool:
    """Whether the count is further off with a profile than without."""

    def off(profile: Profile) -> int:
        count = len(reps_of(analyse(own.trial, exercise, "ankle", profile)))
        return max(own.full - count, count - len(own.reps), 0)

    return off(Profile(name="other", rep=shape)) > off(UNCALIBRATED)


def test_another_persons_profile_makes_no_count_worse(eccentric: LearntReps) -> None:
    """Four people with the profile of a fifth."""
    for person in (41, 42, 43, 44):
        own = own_set(person, SLOW_DOWN.name, SLOW)
        assert not worse(own, SLOW_DOWN.name, eccentric.shape), person


@pytest.mark.parametrize("day", [{"loose": True}, {"side": "left"}, {"reps": 4}])
def test_a_loose_strap_or_the_other_leg_makes_no_count_worse(
    day: dict[str, Any], eccentric: LearntReps
) -> None:
    """The same person, and something is not as it was."""
    own = own_set(31, SLOW_DOWN.name, SLOW, **day)
    assert not worse(own, SLOW_DOWN.name, eccentric.shape)


def test_the_profile_of_another_exercise_is_not_used(eccentric: LearntReps) -> None:
    """Counted bit for bit as without it; a note says so."""
    own = own_set(31, RAISE.name)
    plain = analyse(own.trial, RAISE.name, "ankle")
    other = analyse(own.trial, RAISE.name, "ankle", Profile(name="own", rep=eccentric.shape))
    assert other.sets == plain.sets
    assert any("don't look like" in note for note in other.notes)


def test_movements_unlike_the_reference_are_analysed_without_it(eccentric: LearntReps) -> None:
    """A profile said to be of lifted toes but learnt from raises."""
    shape = replace(eccentric.shape, exercise="tibialis-raise")
    own = own_set(34, "tibialis-raise")
    plain = analyse(own.trial, "tibialis-raise", "ankle")
    other = analyse(own.trial, "tibialis-raise", "ankle", Profile(name="own", rep=shape))
    assert other.sets == plain.sets
    assert any("don't look like" in note for note in other.notes)


def test_walking_has_no_reps_with_a_profile_either(shared: Path, eccentric: LearntReps) -> None:
    """A person walking, and a profile that waits for slow raises."""
    trial = read_recording(shared / "real" / "ankle-walking.csv.gz")
    profile = Profile(name="own", rep=eccentric.shape)
    assert reps_of(analyse(trial, SLOW_DOWN.name, "ankle", profile)) == []


# The dialogue.


def prompts(routine: RepsRoutine, block: Samples, chunk_s: float) -> list[Prompt]:
    """What is shown while a block streams in, until the routine is done."""
    size = max(1, round(chunk_s * block.rate_hz))
    shown = [routine.prompt]
    for k in range(0, len(block), size):
        shown.append(routine.push(block.part(k, k + size)))
        if shown[-1].done:
            break
    return shown


def test_the_guide_asks_for_standing_then_counts_to_done() -> None:
    """Standing, each rep by its number, done."""
    shown = prompts(RepsRoutine(RAISE), PLAIN, 0.25)
    texts = [each.text for each in shown]
    assert texts[0].startswith("Stand still")
    assert any(text.startswith("Rep 3 of 5") for text in texts)
    assert shown[-1].done
    assert all(0 <= each.progress <= 1 for each in shown)
    assert [each.progress for each in shown] == sorted(each.progress for each in shown)


def test_the_beat_follows_the_time_of_the_samples() -> None:
    """Up for one second, down for three, standing for two, five times."""
    trial = reference(31, SLOW_DOWN.name, SLOW, idealised=True).trial
    texts = [p.text for p in prompts(RepsRoutine(SLOW_DOWN, pace=SLOW), trial.blocks[0], 0.2)]
    in_rep_2 = [text for text in texts if text.startswith("Rep 2 of 5")]
    for what, lasts_s in (("up", 1.0), ("down", 3.0), ("stand", PAUSE_S)):
        shown = sum(what in text for text in in_rep_2)
        assert shown * 0.2 == pytest.approx(lasts_s, abs=0.21), what


def test_a_file_and_a_stream_give_the_same_result() -> None:
    """Cut into chunks of any size, or handed over at once."""
    streamed = RepsRoutine(RAISE)
    for k in range(0, len(PLAIN), 37):
        streamed.push(PLAIN.part(k, k + 37))
    assert streamed.finish() == run(RepsRoutine(RAISE), [PLAIN])


def test_too_few_reps_do_not_finish_the_routine() -> None:
    """Three of five: the guide waits, and the result is refused."""
    routine = RepsRoutine(RAISE)
    part = PLAIN.part(0, round((TIMES[2][3] + 1.0) * PLAIN.rate_hz))
    assert not any(each.done for each in prompts(routine, part, 0.5))
    with pytest.raises(RecordingError, match="5 reps were expected, but 3"):
        routine.finish()


@pytest.mark.parametrize("name", ["single-leg-hop", "heel-walk"])
def test_an_exercise_without_reps_is_refused(name: str) -> None:
    """Hops are calibrated otherwise."""
    with pytest.raises(UsageError, match="no reps"):
        RepsRoutine(find_exercise(name))
