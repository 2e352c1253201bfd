"""Playing a recording: at its pace by any clock, on the screen of ``record``, as it is stored."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from calibration.profiles.choosing import Chosen
from cli.recordings.ingest import AnalysedFile
from cli.recordings.questions import Metadata, Question
from cli.recordings.replay_screen import play
from cli.screen.record_screen import RecordScene, RecordScreen
from cli.screen.screen_parts import big
from sensing.analysis.analyse import analyse
from sensing.core.exercises import find_exercise
from sensing.core.samples import Recording, Samples
from sensing.core.units import G_MPS2
from sensing.profile.contact_timing import ContactFit
from sensing.profile.profile import UNCALIBRATED, Profile
from tests.simulated_people import cohort

RAISES = find_exercise("single-leg-calf-raise")


@dataclass
class FakeClock:
    """A clock that jumps on when asked to wait, and remembers how long it was asked to."""

    now_s: float = 1000.0
    slept_s: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        """The time."""
        return self.now_s

    def sleep(self, seconds: float, /) -> None:
        """Jump on."""
        assert seconds > 0
        self.slept_s.append(seconds)
        self.now_s += seconds


def raises(count: int = 8, *, rate_hz: float = 100.0) -> Samples:
    """Smooth raises of 7 cm, 1 s up and 1 s down with 1 s between, after 6 s of rest."""
    t_s = np.arange(int((6 + 3 * count + 8) * rate_hz)) / rate_hz
    phase = (t_s - 6) % 3
    busy = (t_s >= 6) & (t_s < 6 + 3 * count)
    wave = 0.07 / 2 * (2 * np.pi) ** 2 / 1.0 / 2
    up = np.where(phase < 1, np.sin(2 * np.pi * phase), 0.0)
    down = np.where((phase >= 1) & (phase < 2), -np.sin(2 * np.pi * (phase - 1)), 0.0)
    acc = np.zeros((len(t_s), 3))
    acc[:, 2] = G_MPS2 + np.where(busy, wave * (up + down), 0.0)
    acc += np.random.default_rng(5).normal(0, 0.02, acc.shape)
    nothing = np.zeros(len(t_s), bool)
    return Samples(
        start=0,
        t0_s=50.0,
        rate_hz=rate_hz,
        acc_mps2=acc,
        gyro_dps=None,
        lost=nothing,
        clipped=nothing,
    )


def recording_of(*blocks: Samples) -> Recording:
    """These blocks as a recording."""
    last = blocks[-1]
    return Recording(
        blocks=blocks,
        rate_hz=last.rate_hz,
        duration_s=last.time_s(len(last)) - blocks[0].time_s(0),
        samples=sum(map(len, blocks)),
        lost_samples=0,
        clipped_samples=0,
    )


def analysed(
    recording: Recording, exercise: str = RAISES.name, profile: Profile = UNCALIBRATED
) -> AnalysedFile:
    """The recording with its analysis, as ``replay`` has it."""
    return AnalysedFile(
        file=Path("monday.csv"),
        question=Question(exercise=exercise),
        typed=Metadata(),
        header=None,
        recording=recording,
        analysis=analyse(recording, exercise, "ankle", profile),
        chosen=Chosen(profile=profile),
    )


def played(
    found: AnalysedFile, speed: float = 1.0, clock: FakeClock | None = None
) -> list[RecordScene]:
    """Every moment that was shown."""
    scenes: list[RecordScene] = []
    play(found, speed, show=scenes.append, clock=clock or FakeClock())
    return scenes


def text_of(scene: RecordScene, *, width: int = 80) -> str:
    """The screen as text."""
    console = Console(width=width, height=20, record=True, file=io.StringIO())
    console.print(RecordScreen(scene))
    return console.export_text()


def test_every_digit_is_five_lines_and_unlike_any_other() -> None:
    """Read from two metres away, a 6 must not be an 8."""
    drawn = {digit: tuple(big(digit)) for digit in "0123456789?:- "}
    assert {len(lines) for lines in drawn.values()} == {5}
    assert len(set(drawn.values())) == 14


@pytest.mark.parametrize("speed", [0.5, 1.0, 20.0])
def test_playing_takes_the_recordings_own_time_over_the_speed(speed: float) -> None:
    """By a clock that never really waits."""
    clock = FakeClock()
    recording = recording_of(raises())
    played(analysed(recording), speed, clock)
    assert sum(clock.slept_s) == pytest.approx(recording.duration_s / speed, abs=0.2)


def test_gaps_last_as_long_as_they_did() -> None:
    """A minute without a sensor is a minute on the screen too."""
    clock = FakeClock()
    block = raises()
    recording = recording_of(block, replace(block, t0_s=block.t0_s + 60.0))
    played(analysed(recording), 1.0, clock)
    assert sum(clock.slept_s) == pytest.approx(recording.duration_s, abs=0.2)
    assert max(clock.slept_s) == pytest.approx(60.0 - len(block) / block.rate_hz, abs=0.2)


def test_the_provisional_count_follows_the_raises() -> None:
    """Eight raises are simulated, and the count is not far from it before the set is over."""
    scenes = played(analysed(recording_of(raises())))
    assert 7 <= max(scene.moment.count for scene in scenes) <= 9
    assert scenes[-1].played == "0:38 of 0:38"
    middle = next(each for each in scenes if each.moment.count == 4)
    text = text_of(middle)
    for part in ("provisional", "played 0:1", "monday.csv", "Ctrl-C ends the replay"):
        assert part in text
    assert "GO" not in text_of(scenes[0])


@pytest.mark.parametrize("speed", [1.0, 7.0, 1000.0])
def test_a_set_is_listed_as_it_is_stored_once_it_is_over(speed: float) -> None:
    """At any speed, and the next set is counted from 0."""
    found = analysed(recording_of(raises()))
    scenes = played(found, speed)
    assert [len(each.reps) for each in found.analysis.sets] == [8]
    messages = list(dict.fromkeys(each.message for each in scenes))
    assert messages[-1] == "single-leg-calf-raise: 8 reps"
    assert scenes[-1].moment.count == 0


@pytest.mark.parametrize("width", [30, 80, 200])
def test_the_screen_fits_the_window(width: int) -> None:
    """No line is wider than the terminal."""
    scenes = played(analysed(recording_of(raises())))
    for scene in scenes[::40]:
        assert max(map(len, text_of(scene, width=width).splitlines())) <= width


def test_contact_times_are_those_of_the_profile() -> None:
    """What is shown is what is stored, for a calibrated person too."""
    ((recording, _),) = cohort("single-leg-hop", 1, seed=300)
    own = Profile(name="mine", contact=ContactFit(offset_s=0.06))
    found = analysed(recording, "single-leg-hop", own)
    stored = [hop.contact_time_s for each in found.analysis.sets for hop in each.hops]
    stored_s = [each for each in stored if each is not None]
    shown_s = [
        scene.sides[0].view.contacts_s[-1]
        for scene in played(found)
        if scene.sides[0].view and scene.sides[0].view.contacts_s
    ]
    assert np.median(shown_s) == pytest.approx(np.median(stored_s), abs=0.01)
