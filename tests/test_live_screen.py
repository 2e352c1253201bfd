"""Playing a recording: at its pace by any clock, with the sets the recording has at any speed."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from rich.console import Console

from cli.recordings.playing import Pace, play
from cli.screen.live_screen import Scene, big_number, screen
from cli.screen.screen_parts import big
from sensing.analysis.analyse import Session, analyse
from sensing.core.events import Hold, Rep, Set
from sensing.core.exercises import find_exercise
from sensing.core.samples import Recording, Samples
from sensing.core.units import G_MPS2
from sensing.live.counter import LiveView

RAISES = find_exercise("single-leg-calf-raise")
HOLD = find_exercise("calf-raise-hold")
VIEW = LiveView(
    time_s=75.0,
    count=12,
    uncertain=True,
    phase="up",
    contacts_s=(0.201, 0.213),
    hold_s=0.0,
    sway_mps2=None,
    first_s=62.0,
)
REP = Rep(start_s=1.0, top_s=2.0, lower_s=3.0, end_s=4.0, rise_m=None)
SETS = (
    Set(start_s=1.0, end_s=4.0, exercise="single-leg-calf-raise", reps=(REP,)),
    Set(
        start_s=9.0,
        end_s=40.0,
        exercise="calf-raise-hold",
        holds=(Hold(start_s=9.0, end_s=39.5, steadiness=None),),
    ),
)
SCENE = Scene(view=VIEW, exercise=RAISES, sets=SETS, done_s=75.0, duration_s=130.0)


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


def shown(scene: Scene, *, width: int = 80) -> str:
    """The screen as text."""
    out = io.StringIO()
    Console(file=out, width=width).print(screen(scene))
    return out.getvalue()


def test_the_screen_says_that_it_is_a_guess() -> None:
    """Nobody may take the live count for the result."""
    assert "provisional" in shown(SCENE)


def test_the_big_number_is_the_count_and_doubts_itself() -> None:
    """A question mark until the rep is over."""
    assert big_number(SCENE) == "12?"
    assert big_number(replace(SCENE, view=replace(VIEW, uncertain=False))) == "12"


def test_the_big_number_of_a_hold_is_its_seconds() -> None:
    """A hold has nothing to count."""
    view = replace(VIEW, count=0, hold_s=17.4, phase="hold")
    assert big_number(replace(SCENE, exercise=HOLD, view=view)) == "17"


def test_every_digit_is_five_lines_and_unlike_any_other() -> None:
    """Read from two metres away, a 6 must not be an 8."""
    drawn = {digit: tuple(big(digit)) for digit in "0123456789?:- "}
    assert {len(lines) for lines in drawn.values()} == {5}
    assert len(set(drawn.values())) == 14


def test_the_screen_shows_phase_clocks_contacts_and_finished_sets() -> None:
    """All that the eye looks for between two reps."""
    text = shown(SCENE)
    for part in ("up", "played 1:15 of 2:10", "set 0:13", "contacts 201 213 ms"):
        assert part in text
    assert "set 1  single-leg-calf-raise: 1 reps" in text
    assert "set 2  calf-raise-hold: held 30.5 s" in text


@pytest.mark.parametrize("width", [30, 80, 200])
def test_the_screen_fits_the_window(width: int) -> None:
    """No line is wider than the terminal."""
    assert max(map(len, shown(SCENE, width=width).splitlines())) <= width


@pytest.mark.parametrize("speed", [0.5, 1.0, 20.0])
def test_playing_takes_the_recordings_own_time_over_the_speed(speed: float) -> None:
    """By a clock that never really waits."""
    clock = FakeClock()
    recording = recording_of(raises())
    play(
        recording,
        Session(RAISES, "ankle"),
        RAISES,
        pace=Pace(speed=speed, clock=clock),
        show=_ignore,
    )
    assert sum(clock.slept_s) == pytest.approx(recording.duration_s / speed, abs=0.2)


def test_holes_last_as_long_as_they_did() -> None:
    """A minute without a sensor is a minute on the screen too."""
    clock = FakeClock()
    block = raises()
    recording = recording_of(block, replace(block, t0_s=block.t0_s + 60.0))
    play(
        recording, Session(RAISES, "ankle"), RAISES, pace=Pace(speed=1.0, clock=clock), show=_ignore
    )
    assert sum(clock.slept_s) == pytest.approx(recording.duration_s, abs=0.2)
    assert max(clock.slept_s) == pytest.approx(60.0 - len(block) / block.rate_hz, abs=0.2)


@pytest.mark.parametrize("speed", [1.0, 7.0, 1000.0])
def test_any_speed_finds_what_the_analysis_finds(speed: float) -> None:
    """What the live session decides and what is stored can't disagree."""
    recording = recording_of(raises())
    wanted = analyse(recording, RAISES.name, "ankle").sets
    assert sum(len(each.reps) for each in wanted) == 8
    sets = play(
        recording,
        Session(RAISES, "ankle"),
        RAISES,
        pace=Pace(speed=speed, clock=FakeClock()),
        show=_ignore,
    )
    assert sets == wanted


def test_the_live_count_follows_the_raises() -> None:
    """Eight raises are made, and the guess is not far from it before the set is over."""
    scenes: list[Scene] = []
    play(
        recording_of(raises()),
        Session(RAISES, "ankle"),
        RAISES,
        pace=Pace(speed=1.0, clock=FakeClock()),
        show=scenes.append,
    )
    assert 7 <= max(scene.view.count for scene in scenes) <= 9
    times = [scene.done_s for scene in scenes]
    assert times == sorted(times)
    assert scenes[-1].done_s == pytest.approx(scenes[-1].duration_s, abs=0.1)


def _ignore(_: Scene) -> None:
    """Nobody watches."""
