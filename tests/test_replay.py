"""Replay: a recording is stored once, with its details, whatever happens."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

import cli
from sensing.results.set_summary import summarise
from sensing.store.store import open_store
from tests.conftest import ROOT, Run

SAMPLE = ROOT / "sample_recordings" / "single-leg-hop.csv.gz"
KINDS = ("reps", "hops", "holds")
OTHER = ROOT / "sample_recordings" / "calf-raise-hold.csv.gz"


@pytest.fixture
def anklet(diary: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs ``anklet`` in this process, which is ten times as quick as one of its own."""
    monkeypatch.setenv("ANKLET_DB", str(diary))
    monkeypatch.setenv("COLUMNS", "80")

    def run(*args: object) -> subprocess.CompletedProcess[str]:
        capsys.readouterr()
        status = cli.run([str(arg) for arg in args])
        told = capsys.readouterr()
        return subprocess.CompletedProcess("anklet", status, told.out, told.err)

    return run


@pytest.fixture
def diary(tmp_path: Path) -> Path:
    """The database the fixture ``anklet`` works on."""
    return tmp_path / "diary.db"


def test_a_replay_prints_and_keeps_what_was_found(anklet: Run, diary: Path) -> None:
    """With all that was said of it."""
    done = anklet(
        *("replay", SAMPLE, "--exercise", "single-leg-hop", "--side", "left", "--load", "7.5"),
        *("--note", "new shoes", "--began", "2026-03-01 18:30"),
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "RSI flight/contact" in done.stdout
    assert done.stdout.endswith("Saved as session 1.\n")
    with open_store(diary) as store:
        kept = store.session(1)
    assert (kept.side, kept.load_kg, kept.note) == ("left", 7.5, "new shoes")
    assert kept.day.isoformat() == "2026-03-01"
    assert kept.started_utc == datetime(2026, 3, 1, 18, 30).astimezone().astimezone(UTC)
    (part,) = kept.recordings
    assert (part.analysis.exercise, part.recording.format) == ("single-leg-hop", "plain")
    assert sum(len(each.detected.hops) for each in kept.sets) > 10


def test_the_same_recording_is_kept_once_even_under_another_name(
    anklet: Run, diary: Path, tmp_path: Path
) -> None:
    """It is known by its content."""
    copy = tmp_path / "copy.csv.gz"
    shutil.copy(SAMPLE, copy)
    anklet("replay", SAMPLE)
    done = anklet("replay", copy)
    assert done.returncode == 0
    assert "Already in the database (session 1)" in done.stdout
    with open_store(diary) as store:
        assert len(store.sessions()) == 1
        assert store.session(1).recordings[0].others == ()


def test_again_puts_a_new_analysis_beside_the_old(anklet: Run, diary: Path) -> None:
    """One session, two analyses."""
    anklet("replay", SAMPLE)
    done = anklet("replay", SAMPLE, "--again")
    assert "Saved in session 1, beside the earlier analysis." in done.stdout
    with open_store(diary) as store:
        assert len(store.sessions()) == 1
        assert len(store.session(1).recordings[0].others) == 1


def test_one_bad_file_does_not_keep_the_others_out(
    anklet: Run, diary: Path, tmp_path: Path
) -> None:
    """Each file by itself; the exit status tells that one failed."""
    bad = tmp_path / "bad.csv"
    bad.write_text("nonsense\n")
    done = anklet("replay", SAMPLE, bad, OTHER)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2
    assert "bad.csv" in done.stderr.splitlines()[0]
    assert "1 of 3" in done.stderr.splitlines()[1]
    with open_store(diary) as store:
        assert len(store.sessions()) == 2


def test_a_missing_file_makes_no_database(anklet: Run, diary: Path, tmp_path: Path) -> None:
    """One line, and nothing is left behind."""
    done = anklet("replay", tmp_path / "none.csv")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert not diary.exists()


@pytest.mark.parametrize("speed", ["0", "-1", "nan", "1e9", "fast"])
def test_a_speed_that_makes_no_sense_is_refused(speed: str, anklet: Run) -> None:
    """Before anything is read."""
    done = anklet("replay", SAMPLE, "--speed", speed)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert "--speed" in done.stderr


def test_played_or_not_the_same_is_stored(anklet: Run, tmp_path: Path) -> None:
    """The live screen goes to standard error and changes nothing."""
    still = anklet("replay", SAMPLE, "--db", tmp_path / "still.db")
    played = anklet("replay", SAMPLE, "--db", tmp_path / "played.db", "--speed", "1000")
    assert played.returncode == 0, played.stderr
    assert played.stdout == still.stdout
    with open_store(tmp_path / "still.db") as a, open_store(tmp_path / "played.db") as b:
        assert [each.detected for each in a.session(1).sets] == [
            each.detected for each in b.session(1).sets
        ]


def test_an_interrupted_replay_stores_nothing(diary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the middle of it: 130, and the diary is as before."""

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cli.recordings.replay_screen.play", interrupted)
    status = cli.run(["replay", str(SAMPLE), "--speed", "1", "--db", str(diary)])
    assert status == 130
    with open_store(diary) as store:
        assert store.sessions() == []


def test_a_result_that_cannot_be_stored_is_still_shown(
    diary: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A disk that fills up costs the keeping, not the reading."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", str(diary))

    monkeypatch.setattr("sensing.store.store.Store.save", full)
    assert cli.run(["replay", str(SAMPLE), "--db", str(diary)]) == 2
    told = capsys.readouterr()
    assert "RSI flight/contact" in told.out
    assert "Kept" not in told.out
    assert "No space left" in told.err


def test_stamps_of_unix_time_say_when_it_was(anklet: Run, diary: Path, tmp_path: Path) -> None:
    """A phone's stamps are seconds since 1970; they beat the date of the file."""
    lines = gzip.decompress(SAMPLE.read_bytes()).decode().splitlines()
    names = lines[0].split(",")
    at = names.index("t_s")
    moved = [lines[0]]
    for line in lines[1:]:
        cells = line.split(",")
        cells[at] = f"{float(cells[at]) + 1_772_000_000:.6f}"
        moved.append(",".join(cells))
    path = tmp_path / "phone.csv"
    path.write_text("\n".join(moved) + "\n")
    assert anklet("replay", path).returncode == 0
    with open_store(diary) as store:
        began = store.session(1).started_utc
    assert abs(began.timestamp() - 1_772_000_000) < 60


def test_else_the_files_date_says_when_it_was(anklet: Run, diary: Path, tmp_path: Path) -> None:
    """Written when the recording ended, so it began its own length earlier."""
    path = tmp_path / "copy.csv.gz"
    shutil.copy(SAMPLE, path)
    os.utime(path, (1_772_000_000, 1_772_000_000))
    duration_s = json.loads(anklet("analyze", path, "--json").stdout)["recording"]["duration_s"]
    anklet("replay", path)
    with open_store(diary) as store:
        began = store.session(1).started_utc
    assert began.timestamp() == pytest.approx(1_772_000_000 - duration_s, abs=1.5)


def test_a_recording_of_our_own_says_what_it_is(anklet: Run, diary: Path, tmp_path: Path) -> None:
    """Exercise, side, load, note and date come from its header; what is typed beats them."""
    from sensing.files.recordings.recording_format import (
        HEADER,
        SAMPLES,
        SIGNATURE,
        Header,
        SampleRun,
        frame,
        header_payload,
        samples_payload,
    )

    rng = np.random.default_rng(1)
    acc = np.array([0.0, 0.0, 9.8]) + rng.normal(0, 0.05, (2000, 3))
    header = Header(
        sensor="bench",
        rate_hz=100.0,
        exercise="seated-calf-raise",
        side="right",
        load_kg=20.0,
        placement="ankle",
        started="2026-02-03T10:00:00+01:00",
        note="by the header",
    )
    path = tmp_path / "mine.anklet"
    path.write_bytes(
        SIGNATURE
        + frame(HEADER, header_payload(header))
        + frame(SAMPLES, samples_payload(SampleRun(0, acc)))
    )
    done = anklet("replay", path, "--note", "as typed")
    assert done.returncode == 0, done.stderr
    with open_store(diary) as store:
        kept = store.session(1)
    (part,) = kept.recordings
    assert part.analysis.exercise == "seated-calf-raise"
    assert (kept.side, kept.load_kg, kept.note) == ("right", 20.0, "as typed")
    assert kept.started_utc == datetime(2026, 2, 3, 9, 0, tzinfo=UTC)
    assert (part.recording.sensor, part.recording.format) == ("bench", "anklet")


def test_the_demo_leaves_the_diary_alone(anklet: Run, diary: Path, tmp_path: Path) -> None:
    """It has a database of its own, kept only where it is asked for."""
    done = anklet("demo")
    assert (done.returncode, done.stderr) == (0, "")
    assert not diary.exists()
    kept = tmp_path / "demo.db"
    assert anklet("demo", "--db", kept).returncode == 0
    assert not diary.exists()
    assert "calf-raise" in anklet("show", "1", "--db", kept).stdout


def test_the_demo_finds_what_the_workout_holds(anklet: Run, tmp_path: Path) -> None:
    """Twelve raises, the hops and the hold of its ground truth: first impressions count."""
    truth = json.loads((ROOT / "sample_recordings" / "workout.json").read_text())["sets"]
    done = {key: [each for one in truth for each in one.get(key) or ()] for key in KINDS}
    anklet("demo", "--db", tmp_path / "demo.db")
    with open_store(tmp_path / "demo.db") as store:
        kept = store.session(1)
    # One leg or two, straight knee or bent: the signal can't tell.
    kinds = [one["exercise"].replace("single-leg-calf-raise", "calf-raise") for one in truth]
    assert [each.detected.exercise for each in kept.sets] == kinds
    summary = summarise(each.corrected for each in kept.sets)
    assert summary.reps is not None
    assert summary.hops is not None
    assert summary.holds is not None
    assert abs(summary.reps.count - len(done["reps"])) <= 1
    assert abs(summary.hops.count - len(done["hops"])) <= 1
    assert summary.holds.total_s == pytest.approx(
        sum(hold["end_s"] - hold["start_s"] for hold in done["holds"]), abs=0.8
    )


def test_where_the_signal_shows_no_placement_the_last_session_s_is_assumed(
    anklet: Run, diary: Path
) -> None:
    """Saying so; unknown as long as nothing is known, and replayed again still the same."""
    first = anklet("replay", OTHER, "--began", "2026-03-01 18:30")
    assert "placement unknown" in first.stdout
    worn = anklet("replay", SAMPLE, "--placement", "shoe", "--began", "2026-03-02 18:30")
    assert "sensor on the shoe;" in worn.stdout
    other = diary.with_name("other.csv.gz")
    other.write_bytes(gzip.compress(gzip.decompress(OTHER.read_bytes()) + b"\n"))
    then = anklet("replay", other, "--began", "2026-03-03 18:30")
    words = " ".join(then.stdout.split())
    assert "sensor on the shoe (not given)" in words
    assert "the shoe is assumed (as in the last session); --placement changes that" in words
    assert "Already in the database" in anklet("replay", OTHER).stdout
    with open_store(diary) as store:
        kept = [store.session(n).recordings[0].analysis for n in (1, 2, 3)]
        assert store.last_placement("me") == "shoe"
        assert store.last_placement("somebody else") is None
    assert [each.placement for each in kept] == ["unknown", "shoe", "shoe"]
    assert [each.placement_found for each in kept] == [True, False, True]


def test_the_placement_of_a_profile_is_assumed(anklet: Run, tmp_path: Path) -> None:
    """Of one that is given, by ``analyze`` too, and of a stored one; what is given counts more."""
    profile = tmp_path / "mine.toml"
    profile.write_text('name = "mine"\nrise_scale = 1.1\n[for]\nplacement = "shoe"\n')
    for verb in ("analyze", "replay"):
        done = anklet(verb, OTHER, "--profile", profile)
        assert "the shoe is assumed (the profile is for it)" in " ".join(done.stdout.split())
    done = anklet("analyze", OTHER, "--profile", profile, "--placement", "ankle", "--json")
    assert json.loads(done.stdout)["recording"]["placement"] == "ankle"
    done = anklet("analyze", OTHER, "--json")
    assert json.loads(done.stdout)["recording"]["placement"] == "unknown"
