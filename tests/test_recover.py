"""Is everything that reached the disk found again, once, and joined as it was meant?"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

from sensing.capture.recorder import Recorder
from sensing.files.recordings.recording_format import Header, SampleRun
from sensing.files.recordings.recording_lock import is_being_recorded
from sensing.store.database.place import recordings_path
from sensing.store.store import open_store
from tests.conftest import ROOT, Command

RATE_HZ = 100.0
STARTED = "2026-03-01T18:05:00+01:00"


@pytest.fixture
def folder(db_path: Path) -> Path:
    """Where recordings lie: beside the database, in a folder of its name."""
    made = recordings_path(db_path)
    made.mkdir()
    return made


def begun(path: Path, *, seed: int = 1, seconds: float = 12.0, **header: object) -> Recorder:
    """A recording of somebody who fidgets, not finished yet."""
    rng = np.random.default_rng(seed)
    n = round(seconds * RATE_HZ)
    sway = 0.5 * np.sin(np.arange(n) / 9)[:, None]
    acc = np.array([0.0, 0.0, 9.8]) + sway + rng.normal(0, 0.05, (n, 3))
    said: dict[str, object] = {"started": STARTED, "exercise": "single-leg-calf-raise", **header}
    recorder = Recorder(path, Header(sensor="bench", rate_hz=RATE_HZ, **said))  # type: ignore[arg-type]
    for k in range(0, n, 50):
        recorder.samples(SampleRun(k, acc[k : k + 50]))
    return recorder


def recorded(path: Path, **given: object) -> Path:
    """The same, finished."""
    begun(path, **given).close()  # type: ignore[arg-type]
    return path


def test_what_never_reached_the_database_is_imported(
    run: Command, folder: Path, db_path: Path
) -> None:
    """As replay would have: with all that its header says."""
    recorded(
        folder / "a.anklet",
        side="left",
        load_kg=20.0,
        pain=2,
        note="wet",
        athlete="anna",
        placement="ankle",
        target={"sets": 3},
        sensor_name="Left one",
    )
    done = run("recover")
    assert (done.status, done.err) == (0, "")
    assert "session 1" in done.out
    assert "1 imported" in done.out
    with open_store(db_path) as store:
        detail = store.session(1)
    (part,) = detail.recordings
    assert (part.recording.side, part.recording.load_kg, part.recording.pain) == ("left", 20.0, 2)
    assert (detail.athlete, detail.note, part.recording.sensor_name) == ("anna", "wet", "Left one")
    assert part.recording.target == {"sets": 3}
    assert part.analysis.exercise == "single-leg-calf-raise"
    assert not part.analysis.placement_found
    assert f"{detail.started_utc:%Y-%m-%d %H:%M}" == "2026-03-01 17:05"


def test_recovering_and_replaying_keep_the_same(
    run: Command, folder: Path, db_path: Path, tmp_path: Path
) -> None:
    """Bit for bit, whichever way it came in."""
    path = recorded(folder / "a.anklet", side="left")
    run("recover")
    run("replay", path, "--db", tmp_path / "other.db")
    with open_store(db_path) as a, open_store(tmp_path / "other.db") as b:
        (ours,), (theirs,) = a.session(1).recordings, b.session(1).recordings
        assert ours.recording == theirs.recording
        assert [each.detected for each in ours.sets] == [each.detected for each in theirs.sets]
        assert ours.bouts == theirs.bouts
        assert ours.analysis.parameters == theirs.analysis.parameters


def test_a_second_run_finds_nothing_left_to_do(run: Command, folder: Path, db_path: Path) -> None:
    """Also where a file was copied, or moved into a folder inside."""
    recorded(folder / "a.anklet")
    run("recover")
    (folder / "march").mkdir()
    shutil.copy(folder / "a.anklet", folder / "march" / "copy.anklet")
    before = db_path.read_bytes()
    done = run("recover")
    assert (done.status, done.err) == (0, "")
    assert "2 already in the database" in done.out
    assert db_path.read_bytes() == before


def test_recordings_of_one_session_come_into_one(run: Command, folder: Path, db_path: Path) -> None:
    """With each other, and with one that had reached the database before the power went."""
    left = recorded(folder / "left.anklet", session="k1", side="left")
    assert run("replay", left).status == 0
    recorded(folder / "right.anklet", seed=2, session="k1", side="right")
    recorded(folder / "next.anklet", seed=3, session="k1", started="2026-03-01T18:15:00+01:00")
    recorded(folder / "alone.anklet", seed=4, session="k2", started="2026-03-02T18:05:00+01:00")
    assert run("recover").status == 0
    with open_store(db_path) as store:
        sides = [part.recording.side for part in store.session(1).recordings]
        assert sides == ["left", "right", None]
        assert len(store.session(2).recordings) == 1
        assert len(store.sessions()) == 2


def test_a_dry_run_only_says(run: Command, folder: Path, db_path: Path) -> None:
    """No database is made for it."""
    recorded(folder / "a.anklet", side="left")
    done = run("recover", "--dry-run")
    assert done.status == 0
    assert "a.anklet" in done.out
    assert "1 would be imported" in done.out
    assert not db_path.exists()


def test_what_was_kept_raw_waits_until_it_is_asked_for(
    run: Command, folder: Path, db_path: Path
) -> None:
    """It was recorded for later."""
    recorded(folder / "a.anklet", target={"raw_only": True})
    done = run("recover")
    assert done.status == 0
    assert "1 recorded with --raw-only" in done.out
    assert not open_store(db_path, create=False).sessions()
    assert "1 imported" in run("recover", "--raw").out
    assert "1 already in the database" in run("recover").out


def test_a_torn_recording_is_imported_up_to_the_tear(
    run: Command, folder: Path, db_path: Path
) -> None:
    """The tail that a power cut left half-written."""
    path = recorded(folder / "a.anklet")
    path.write_bytes(path.read_bytes()[:-333])
    done = run("recover")
    assert done.status == 0
    assert "incomplete" in done.out
    assert "not finished" in done.out
    with open_store(db_path) as store:
        (part,) = store.session(1).recordings
    assert "incomplete" in " ".join(part.analysis.notes)
    assert part.recording.duration_s == pytest.approx(11.5, abs=1.0)


def test_what_cant_be_read_keeps_nothing_else_out(
    run: Command, folder: Path, db_path: Path
) -> None:
    """A line for each, status 2, and the files are left as they are."""
    bad = folder / "a_bad.anklet"
    bad.write_bytes(b"nonsense")
    recorded(folder / "b.anklet")
    short = recorded(folder / "c_short.anklet", seconds=0.5)
    recorded(folder / "d_nothing.anklet", seconds=0.0)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    done = run("recover")
    assert done.status == 2
    lines = done.err.splitlines()
    assert len(lines) == 3
    assert bad.name in lines[0]
    assert short.name in lines[1]
    assert "2 of 4 recordings could not be imported" in lines[2]
    assert "1 with less than a second of data:\n  d_nothing.anklet" in done.out
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    with open_store(db_path) as store:
        assert len(store.sessions()) == 1


def test_a_recording_that_is_being_written_is_left_alone(run: Command, folder: Path) -> None:
    """By recover and by replay, until it is finished."""
    path = folder / "a.anklet"
    recorder = begun(path)
    assert is_being_recorded(path)
    assert "still being recorded" in run("recover").out
    done = run("replay", path)
    assert (done.status, done.out) == (2, "")
    assert "is still being recorded" in done.err
    recorder.close()
    assert not is_being_recorded(path)
    assert "1 imported" in run("recover").out


def test_two_who_ask_at_once_do_not_take_each_other_for_a_recorder(folder: Path) -> None:
    """Two runs of recover may look at one file."""
    from sensing.files.recordings import recording_lock

    path = recorded(folder / "a.anklet")
    with path.open("rb") as other:
        recording_lock._probe(other.fileno())
        assert not is_being_recorded(path) or sys.platform == "win32"


def test_without_locks_a_fresh_file_counts_as_being_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a file system that has none."""
    from sensing.files.recordings import recording_lock

    def none_here(_: int) -> None:
        raise OSError(37, "No locks available")

    path = recorded(folder / "a.anklet")
    monkeypatch.setattr(recording_lock, "_probe", none_here)
    assert is_being_recorded(path)
    long_ago = time.time() - 60
    os.utime(path, (long_ago, long_ago))
    assert not is_being_recorded(path)
    assert not is_being_recorded(folder / "missing.anklet")


def test_a_deleted_session_does_not_come_back(run: Command, folder: Path, db_path: Path) -> None:
    """Unless its recording is replayed by name."""
    path = recorded(folder / "a.anklet", session="k1")
    run("recover")
    run("delete", 1, "--yes")
    done = run("recover")
    assert done.status == 0
    assert "1 deleted earlier, so skipped" in done.out
    assert not open_store(db_path).sessions()
    assert run("replay", path).status == 0
    assert "1 already in the database" in run("recover").out


def test_what_a_person_set_right_beats_the_header_ever_after(
    run: Command, folder: Path, db_path: Path
) -> None:
    """Replayed again, a recording does not bring its old words back."""
    path = recorded(folder / "a.anklet", note="by the header", athlete="me", side="left")
    run("recover")
    run("note", 1, "by hand")
    with open_store(db_path) as store:
        store.rename_athlete("me", "anna")
    run("replay", path, "--again", "--side", "right")
    with open_store(db_path) as store:
        detail = store.session(1)
    assert (detail.note, detail.athlete, detail.side) == ("by hand", "anna", "right")


def test_no_folder_is_no_trouble_unless_it_was_named(run: Command, tmp_path: Path) -> None:
    """Nothing was ever recorded; or a slip of the finger."""
    done = run("recover")
    assert (done.status, done.err) == (0, "")
    assert "no recordings there" in done.out
    done = run("recover", tmp_path / "recodings")
    assert (done.status, done.out) == (2, "")
    assert "there is no such folder" in done.err


def test_another_folder_can_be_named(run: Command, tmp_path: Path, db_path: Path) -> None:
    """A backup, say."""
    (tmp_path / "backup").mkdir()
    recorded(tmp_path / "backup" / "a.anklet")
    assert run("recover", tmp_path / "backup").status == 0
    with open_store(db_path) as store:
        assert store.sessions()[0].recordings == 1


def test_a_full_disk_ends_it_in_one_line(
    run: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing else would get in either; the next run does the rest."""
    from sensing.core.errors import StoreError
    from sensing.store.store import Store

    for name in ("a", "b"):
        recorded(folder / f"{name}.anklet", seed=ord(name))

    def full(*_: object, **__: object) -> None:
        raise StoreError("the disk is full; nothing of this was stored")

    with monkeypatch.context() as patched:
        patched.setattr(Store, "save", full)
        done = run("recover")
    assert done.status == 2
    assert done.err.count("the disk is full") == 1
    assert "2 imported" in run("recover").out


KILLED = """
    import sys, time
    from pathlib import Path
    import numpy as np
    from sensing.capture.recorder import Recorder
    from sensing.files.recordings.recording_format import Header, SampleRun

    path = Path(sys.argv[1])
    rng = np.random.default_rng(int(sys.argv[2]))
    recorder = Recorder(path, Header(sensor="bench", rate_hz=100.0, session="k1",
                                     started="2026-03-01T18:05:00+01:00"))
    k = 0
    while True:
        acc = np.array([0, 0, 9.8]) + rng.normal(0, 0.05, (50, 3))
        recorder.samples(SampleRun(k, acc), double=True)
        k += 50
        print(k, flush=True)
        time.sleep(0.001)
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX matter")
def test_a_killed_recording_loses_nothing_it_had_handed_over(
    run: Command, folder: Path, db_path: Path
) -> None:
    """Killed at random moments, several times; all of it is one session afterwards."""
    handed_over = []
    for k in range(4):
        path = folder / f"{k}.anklet"
        with subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(KILLED), str(path), str(k)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        ) as writer:
            assert writer.stdout is not None
            enough = 300 + np.random.default_rng(k).integers(300)
            line = ""
            while not line or int(line) < enough:
                line = writer.stdout.readline()
            assert is_being_recorded(path)
            writer.send_signal(signal.SIGKILL)
            rest = writer.stdout.read().splitlines()
            handed_over.append(int(([line, *rest])[-1]))
        assert not is_being_recorded(path), "the lock went with its holder"
    assert run("recover").status == 0
    with open_store(db_path) as store:
        parts = store.session(1).recordings
        assert store._db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert len(parts) == 4
    samples = {Path(part.recording.path).stem: part.recording.samples for part in parts}
    for k, many in enumerate(handed_over):
        assert samples[str(k)] >= many


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX matter")
def test_a_recover_that_is_killed_can_be_run_again(folder: Path, db_path: Path) -> None:
    """What it had imported stays, the rest follows, nothing is there twice."""
    for k in range(3):
        recorded(folder / f"{k}.anklet", seed=k, session="k1")
    env = os.environ | {"ANKLET_DB": str(db_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-u", "-m", "cli", "recover"]
    with subprocess.Popen(
        command, cwd=folder, env=env, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        running.stdout.readline()
        running.send_signal(signal.SIGKILL)
    with open_store(db_path) as store:
        assert 1 <= len(store.session(1).recordings) <= 3
    subprocess.run(command, cwd=folder, env=env, check=True, capture_output=True)
    with open_store(db_path) as store:
        assert len(store.session(1).recordings) == 3
        assert len(store.sessions()) == 1
