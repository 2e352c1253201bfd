"""The analyser: the same sets however the samples arrive, and none ever taken back."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.profiles.choosing import Chosen
from cli.recordings.questions import Question, read_and_analyse
from sensing.analysis.analyse import PLACEMENT_UNKNOWN, AnalysedWindow, Analyser, analyse, stream
from sensing.core.errors import UsageError
from sensing.core.events import Set
from sensing.core.exercises import CATALOGUE, Exercise, find_exercise
from sensing.core.samples import Placement, Recording, Samples
from sensing.profile.profile import Profile
from sensing.sampling.checked_recording import recording_of
from sensing.sampling.columns import Columns
from sensing.simulation.make import simulate
from sensing.simulation.options import Options

RATE_HZ = 52.0
KINDS = ("single-leg-calf-raise", "single-leg-hop", "calf-raise-hold", "hop-to-balance", "auto")


def _take(exercise: str, seed: int = 7) -> Recording:
    made = simulate(Options(exercise=exercise, seed=seed, rate_hz=RATE_HZ, gyro=False))
    return recording_of(Columns(acc=made.acc_g, t_s=made.samples_t_s))


def _row(name: str) -> Exercise | None:
    return None if name == "auto" else find_exercise(name)


def _block(name: str) -> Samples:
    """A recording of that exercise, from the middle of its first movement on."""
    block = _take("single-leg-calf-raise" if name == "auto" else name).blocks[0]
    norm = np.linalg.norm(block.acc_mps2, axis=1)
    moving = np.flatnonzero(np.abs(norm - np.median(norm)) > 0.5)
    return block.part(int(moving[0]) + 20, len(block))


BLOCKS = {name: _block(name) for name in KINDS}


def _run(name: str, cuts: list[int]) -> list[AnalysedWindow]:
    block = BLOCKS[name]
    analyser = Analyser(_row(name), "ankle")
    edges = [0, *sorted(min(cut, len(block)) for cut in cuts), len(block)]
    found: list[AnalysedWindow] = []
    for a, b in pairwise(edges):
        found += analyser.push(block.part(a, b))
    return found + analyser.finish()


WHOLE = {name: _run(name, []) for name in KINDS}


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=12)
@given(cuts=st.lists(st.integers(0, 6000), max_size=40))
def test_any_chunking_gives_the_same_sets(name: str, cuts: list[int]) -> None:
    """Bit for bit, from a recording that begins in the middle of a movement."""
    assert _run(name, cuts) == WHOLE[name]


@pytest.mark.parametrize("name", ["single-leg-calf-raise", "auto"])
def test_one_sample_at_a_time_gives_the_same_sets(name: str) -> None:
    """The hardest chunking there is."""
    assert _run(name, list(range(len(BLOCKS[name])))) == WHOLE[name]


def test_there_is_something_to_compare() -> None:
    """The chunking tests would pass on empty answers; these aren't."""
    for name in ("single-leg-calf-raise", "single-leg-hop", "calf-raise-hold"):
        sets = [each for found in WHOLE[name] for each in found.sets]
        assert sets, name


@settings(max_examples=20)
@given(n=st.integers(0, 10_000))
def test_a_set_once_given_is_never_taken_back(n: int) -> None:
    """What came by sample n is the beginning of the whole answer."""
    analyser = Analyser(None, "ankle")
    early = analyser.push(BLOCKS["auto"].part(0, n))
    assert early == WHOLE["auto"][: len(early)]


def test_a_session_over_blocks_equals_the_analysis_of_the_recording() -> None:
    """``analyse`` is the analyser and nothing else."""
    recording = _take("single-leg-hop")
    found = list(stream(recording, Analyser(find_exercise("single-leg-hop"), "ankle")))
    sets = tuple(each for window in found for each in window.sets)
    assert analyse(recording, "single-leg-hop", "ankle").sets == sets


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row.name)
def test_every_exercise_of_the_catalogue_can_be_made_up_and_analysed(row: Exercise) -> None:
    """Each fills the lists it should, under its own name, with times in order."""
    analysis = analyse(_take(row.name), row.name, "ankle")
    assert bool(analysis.sets) == row.is_seen
    for each in analysis.sets:
        assert each.exercise == row.name
        _check_order(each)
    assert any(each.reps for each in analysis.sets) == (row.kind == "reps")
    assert any(each.hops for each in analysis.sets) == row.has_hops
    assert any(each.holds for each in analysis.sets) == row.has_holds
    assert any(each.steps for each in analysis.sets) == (row.kind == "walk")


def _check_order(each: Set) -> None:
    for rep in each.reps:
        assert rep.start_s <= rep.top_s <= rep.lower_s <= rep.end_s
    for before, after in pairwise(each.reps):
        assert before.end_s <= after.start_s
    for hop in each.hops:
        assert hop.takeoff_s is None or hop.takeoff_s > hop.contact_s
    for hold in each.holds:
        assert hold.end_s > hold.start_s


def test_bouts_tile_the_recording() -> None:
    """No moment is in two bouts or in none."""
    recording = _take("single-leg-calf-raise")
    bouts = analyse(recording).bouts
    block = recording.blocks[0]
    assert bouts[0].start_s == pytest.approx(block.time_s(0))
    assert bouts[-1].end_s == pytest.approx(block.time_s(len(block)))
    for before, after in pairwise(bouts):
        assert before.end_s == pytest.approx(after.start_s, abs=1e-6)


def test_an_unknown_exercise_is_one_clear_line() -> None:
    """With the nearest name offered."""
    with pytest.raises(UsageError, match="did you mean single-leg-hop"):
        analyse(_take("single-leg-hop"), "single-leg-hopp")


@pytest.mark.parametrize("rate_hz", [52.0, 104.0, 208.0])
@pytest.mark.parametrize("noise_g", [0.002, 0.005, 0.02])
def test_a_sensor_lying_still_has_done_nothing(rate_hz: float, noise_g: float) -> None:
    """Five minutes of white noise, as of a cheap sensor on a table: no sets of anything."""
    n = round(300 * rate_hz)
    acc_g = np.random.default_rng(7).normal((0.0, 0.6, 0.8), noise_g, (n, 3))
    recording = recording_of(Columns(acc=acc_g, t_s=np.arange(n) / rate_hz))
    assert analyse(recording).sets == ()


@pytest.mark.parametrize("assumed", ["ankle", "shoe", "unknown"])
def test_what_is_chosen_where_the_signal_shows_no_placement_is_used(
    tmp_path: Path, assumed: Placement
) -> None:
    """Asked once; an unknown placement follows the rules of the ankle and stays unknown."""
    path = tmp_path / "still.csv"
    rows = [f"{k / 100:.2f},{k % 5 / 500},{k % 3 / 500},{1 + k % 7 / 700}" for k in range(1000)]
    path.write_text("\n".join(["t_s,ax_g,ay_g,az_g", *rows]))
    asked_for: list[Placement] = []

    def choose(placement: Placement) -> Chosen:
        asked_for.append(placement)
        return Chosen(profile=Profile(name="p"), placement=assumed)

    _, analysis, _ = read_and_analyse(path, Question(), choose)
    assert asked_for == ["unknown"]
    assert analysis.placement == assumed
    assert analysis.placement_found
    assert (PLACEMENT_UNKNOWN in analysis.notes) == (assumed == "unknown")
