"""``--observe``: a second person's taps, stored beside the recording, without being led."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import cli
from cli.screen import observer
from cli.screen.observer import Observer, event_of
from cli.screen.record_display import Display
from cli.screen.record_screen import RecordScene, big_number
from sensing.core.errors import UsageError
from sensing.files.labels import labels_path, read_labels
from tests.conftest import Command
from tests.radio import clock
from tests.test_replay_screen import FakeClock, analysed, raises, recording_of, text_of


@pytest.mark.parametrize(
    ("exercise", "event"),
    [
        ("single-leg-calf-raise", "rep"),
        ("single-leg-hop", "contact"),
        ("hop-to-balance", "contact"),
        ("calf-raise-hold", "hold"),
        ("vele-forward-lean", "hold"),
    ],
)
def test_what_is_tapped_follows_from_the_exercise(exercise: str, event: str) -> None:
    """Reps, landings, or holds."""
    assert event_of(exercise) == event


@pytest.mark.parametrize("exercise", ["auto", "heel-walk", "short-foot"])
def test_where_there_is_nothing_to_tap(exercise: str) -> None:
    """One clear line."""
    with pytest.raises(UsageError):
        event_of(exercise)


def test_taps_of_a_replay_are_on_the_recordings_clock(tmp_path: Path) -> None:
    """A finger that presses every two seconds of the clock, at half the speed."""
    found = analysed(recording_of(raises()))
    time = FakeClock()
    begun_s, due = time.now_s, iter([10.0, 20.0, 30.5])
    scenes: list[RecordScene] = []
    next_s = next(due)

    def pressed() -> str | None:
        nonlocal next_s
        if time.now_s - begun_s < next_s:
            return None
        next_s = next(due, 1e9)
        return " "

    from cli.recordings.replay_screen import play

    taps = Observer("rep")
    taps.begin(tmp_path / "a.anklet")
    play(found, 0.5, show=scenes.append, clock=time, observer=taps, pressed=pressed)
    taps.end()
    (only,) = read_labels([labels_path(tmp_path / "a.anklet")])
    first_s = found.recording.blocks[0].time_s(0)
    wanted = [first_s + at / 2 for at in (10.0, 20.0, 30.5)]
    assert [each.time_s for each in only.events] == pytest.approx(wanted, abs=0.02)
    assert [each.observed.count for each in scenes if each.observed][-1] == 3
    shown = text_of(scenes[-1])
    assert "observer: 3" in shown
    assert "space marks a rep" in shown
    assert not any(each.message for each in scenes)


@contextmanager
def _keys(press: Callable[[], str | None]) -> Iterator[Callable[[], str | None]]:
    yield press


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> list[RecordScene]:
    """A terminal with an observer who taps when the sensor's count rises, a little late."""
    scenes: list[RecordScene] = []
    tapped = 0

    def press() -> str | None:
        nonlocal tapped
        counted = 0
        if scenes and scenes[-1].moment.stage in ("set", "settling"):
            counted = sum(count.count for count in scenes[-1].moment.sides.values())
        if counted > tapped:
            tapped += 1
            return " "
        return None

    monkeypatch.setattr(observer, "need_terminal", lambda: None)
    monkeypatch.setattr("cli.record.record_run.keys", lambda: _keys(press))
    monkeypatch.setattr(Display, "show", lambda _, scene: scenes.append(scene))
    return scenes


def test_taps_of_a_session_lie_beside_the_recording(
    watched: list[RecordScene], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each tap is stored, shown, and found by validate; Anklet's own count is hidden."""
    args = ["single-leg-calf-raise", "--sensor", "demo", "--reps", "5", "--countdown", "2"]
    with clock.installed():
        assert cli.run(["record", *args, "--observe", "--db", str(tmp_path / "a.db")]) == 0
    said = capsys.readouterr()
    (path,) = tmp_path.rglob("*.anklet")
    (only,) = read_labels([labels_path(path)])
    assert len(only.events) == 5
    assert f"observer: 5 reps, stored in {labels_path(path)}" in said.err
    during = [each for each in watched if each.moment.stage == "set"]
    assert {str(each.observed) for each in during} >= {f"observer: {n}" for n in range(5)}
    for each in during:
        assert each.observed is not None
        assert big_number(each, each.sides[0]) == str(each.observed.count)
    assert cli.run(["validate", str(path)]) == 0
    assert "labels" in capsys.readouterr().out


def test_a_set_that_never_began_leaves_no_labels(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Ended in the countdown: space was no tap, and neither file is there."""
    monkeypatch.setattr(observer, "need_terminal", lambda: None)
    presses = iter([" ", None, "q", "q", "q", "q"])
    monkeypatch.setattr("cli.record.record_run.keys", lambda: _keys(lambda: next(presses, None)))
    monkeypatch.setattr(Display, "show", lambda *_: None)
    args = ["single-leg-calf-raise", "--sensor", "demo", "--reps", "5", "--countdown", "20"]
    with clock.installed():
        cli.run(["record", *args, "--observe", "--db", str(tmp_path / "a.db")])
    assert not list(tmp_path.rglob("*.labels.csv"))


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["replay", "a.csv", "--observe"], "--observe needs the recording to be played"),
        (["replay", "a.csv", "--observe", "--speed", "1"], "--observe needs a terminal"),
        (
            ["record", "single-leg-hop", "--sensor", "demo", "--observe"],
            "--observe needs a terminal",
        ),
        (["record", "short-foot", "--observe"], "can't see short-foot"),
        (
            ["record", "single-leg-hop", "--left", "a", "--right", "b", "--observe"],
            "--observe is for one sensor",
        ),
    ],
)
def test_it_is_refused_in_one_line(run: Command, args: list[str], message: str) -> None:
    """Before anything is recorded or read."""
    done = run(*args)
    assert done.status == 2
    assert message in done.err
    assert len(done.err.strip().splitlines()) == 1
