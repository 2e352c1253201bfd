"""What every guided calibration must do: no clock, no I/O, chunks of any size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.common.rest import LYING, RestFinder, find_rests
from calibration.common.routine import Frames, Prompt, Routine, run
from calibration.contact_time.reference import parse_reference
from calibration.contact_time.routine import ContactRoutine
from calibration.exercise.height import HeightRoutine
from calibration.placement.routine import PlacementRoutine
from calibration.sensor.routine import SensorRoutine
from sensing.core.errors import AnkletError
from sensing.core.exercises import find_exercise
from sensing.core.samples import Samples
from sensing.core.units import G_MPS2, Floats

BESIDE = parse_reference(
    "contact_s,takeoff_s\n" + "\n".join(f"{k / 2},{k / 2 + 0.2}" for k in range(1, 9))
)
ROUTINES: dict[str, Callable[[], Routine[object]]] = {
    "sensor": SensorRoutine,
    "placement": PlacementRoutine,
    "contact": lambda: ContactRoutine(BESIDE, find_exercise("single-leg-hop"), "ankle"),
    "height": lambda: HeightRoutine(0.08, find_exercise("double-leg-calf-raise"), "ankle"),
}


def samples_of(acc_mps2: Floats, *, rate_hz: float = 100.0, t0_s: float = 0.0) -> Samples:
    """Samples with nothing lost or clipped."""
    n = len(acc_mps2)
    return Samples(
        start=0,
        t0_s=t0_s,
        rate_hz=rate_hz,
        acc_mps2=acc_mps2,
        gyro_dps=None,
        lost=np.zeros(n, dtype=np.bool_),
        clipped=np.zeros(n, dtype=np.bool_),
    )


def cut(samples: Samples, cuts: list[int]) -> Iterator[Samples]:
    """The same samples in chunks."""
    for a, b in pairwise([0, *sorted(min(c, len(samples)) for c in cuts), len(samples)]):
        yield samples.part(a, b)


def lying_and_thrown(seed: int) -> Samples:
    """Thrown about, lying for 5 s, thrown about, lying for 4 s."""
    rng = np.random.default_rng(seed)
    parts = []
    for rest_s, up in ((5.0, [0.0, 0.6, 0.8]), (4.0, [1.0, 0.0, 0.0])):
        parts += [rng.normal(0, 6, (150, 3)), np.tile(up, (round(100 * rest_s), 1)) * G_MPS2]
    acc = np.concatenate(parts)
    return samples_of(acc + rng.normal(0, 0.02, acc.shape))


@pytest.mark.parametrize("name", ROUTINES)
def test_a_routine_says_what_to_do_before_the_first_sample(name: str) -> None:
    """And is at the beginning, not done, and refuses to give a result."""
    routine = ROUTINES[name]()
    prompt = routine.prompt
    assert prompt.text
    assert prompt.progress == 0
    assert not prompt.done
    assert prompt.warning is None
    with pytest.raises(AnkletError):
        routine.finish()


@pytest.mark.parametrize("name", ROUTINES)
@settings(max_examples=25)
@given(cuts=st.lists(st.integers(0, 1200), max_size=15))
def test_prompts_depend_on_the_samples_alone(name: str, cuts: list[int]) -> None:
    """However they were cut, empty chunks included."""
    samples = lying_and_thrown(3)
    routine = ROUTINES[name]()
    for part in cut(samples, cuts):
        routine.push(part)
    assert routine.prompt == ROUTINES[name]().push(samples)


@pytest.mark.parametrize("name", ROUTINES)
def test_a_refusal_is_one_line_with_a_remedy_and_the_routine_can_continue(name: str) -> None:
    """Asked too early, asked again: the same answer; the routine goes on."""
    routine = ROUTINES[name]()
    routine.push(lying_and_thrown(4))
    lines = []
    for _ in range(2):
        with pytest.raises(AnkletError) as error:
            routine.finish()
        assert error.value.remedy
        lines.append(str(error.value))
    assert lines[0] == lines[1]
    assert "\n" not in lines[0]
    assert 0 <= routine.push(lying_and_thrown(5)).progress <= 1


@pytest.mark.parametrize("name", ROUTINES)
def test_progress_stays_between_zero_and_one(name: str) -> None:
    """Whatever is fed, and done only at the end of it."""
    routine = ROUTINES[name]()
    rng = np.random.default_rng(6)
    for scale in (0.0, 0.01, 0.3, 3.0, 30.0):
        prompt = routine.push(samples_of(rng.normal((0, 0, G_MPS2), scale, (300, 3))))
        assert 0 <= prompt.progress <= 1
        assert not prompt.done


class Counting:
    """Counts samples; the least there can be of a routine."""

    def __init__(self) -> None:
        self._count = 0

    @property
    def prompt(self) -> Prompt:
        """How far it is."""
        return Prompt(text="go on", progress=min(1.0, self._count / 100), done=self._count >= 100)

    def push(self, samples: Samples) -> Prompt:
        """Count."""
        self._count += len(samples)
        return self.prompt

    def finish(self) -> int:
        """How many there were."""
        return self._count


def test_a_recording_is_run_through_block_by_block() -> None:
    """All of it, also where a data gap ended a block."""
    block = samples_of(np.zeros((70, 3)))
    later = samples_of(np.zeros((80, 3)), t0_s=9.0)
    assert run(Counting(), [block, later]) == 150


@given(
    n=st.integers(0, 400),
    cuts=st.lists(st.integers(0, 400), max_size=20),
    rate_hz=st.sampled_from([50.0, 104.0, 420.0]),
)
def test_frames_are_cut_at_the_same_samples_whatever_the_chunks(
    n: int, cuts: list[int], rate_hz: float
) -> None:
    """Equal lengths, one after the other, nothing twice, less than a frame left over."""
    samples = samples_of(np.arange(3.0 * n).reshape(n, 3), rate_hz=rate_hz)
    cutter = Frames(0.1)
    frames = [frame for part in cut(samples, cuts) for frame in cutter.push(part)]
    size = round(0.1 * rate_hz)
    assert [len(frame) for frame in frames] == [size] * (n // size)
    assert [frame.start for frame in frames] == [k * size for k in range(n // size)]
    for frame in frames:
        assert frame.acc_mps2[0, 0] == 3 * frame.start


def test_a_data_gap_ends_a_frame_and_a_rest() -> None:
    """Two halves of lying still with a minute between them are two rests."""
    still = np.tile([0.0, 0.0, G_MPS2], (400, 1)) + np.random.default_rng(7).normal(
        0, 0.01, (400, 3)
    )
    finder = RestFinder()
    finder.push(samples_of(still))
    finder.push(samples_of(still, t0_s=64.0))
    rests = finder.rests()
    assert len(rests) == 2
    assert rests[0].end_s <= 4.0
    assert rests[1].start_s >= 64.0


def test_rests_are_detected() -> None:
    """Two rests, their ends within two frames, their up to a tenth of a degree."""
    finder = RestFinder()
    finder.push(lying_and_thrown(8))
    first, second = finder.rests()
    assert first.start_s == pytest.approx(1.5, abs=0.41)
    assert first.end_s == pytest.approx(6.5, abs=0.41)
    assert second.duration_s == pytest.approx(4.0, abs=0.81)
    np.testing.assert_allclose(first.up, [0.0, 0.6, 0.8], atol=2e-3)
    assert [rest.start_s for rest in find_rests(list(finder.frames), LYING)] == [
        first.start_s,
        second.start_s,
    ]


def test_slow_turning_is_not_rest() -> None:
    """Quiet as it is: 3° a second without any shaking."""
    angle = np.radians(3.0) * np.arange(1000) / 100.0
    acc = G_MPS2 * np.column_stack([np.sin(angle), np.zeros(1000), np.cos(angle)])
    finder = RestFinder()
    finder.push(samples_of(acc + np.random.default_rng(9).normal(0, 0.01, acc.shape)))
    assert finder.rests() == []
