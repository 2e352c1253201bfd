"""``anklet athletes``: listed, added, renamed, merged, and deleted with their files."""

from __future__ import annotations

import json
import os
import signal
from datetime import date
from pathlib import Path

import pytest

from sensing.store.database.place import recordings_path
from sensing.store.store import Store, open_store
from sensing.store.values.rows import Work
from tests.clinic import ROSTER, fill_clinic
from tests.conftest import ROOT, Command
from tests.stored import NOW
from tests.test_recover import recorded

HOPS = ROOT / "sample_recordings" / "single-leg-hop.csv.gz"


@pytest.fixture
def clinic(store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    """Thirty athletes, two of whom have trained."""
    monkeypatch.chdir(tmp_path)
    fill_clinic(store)
    return store


# --- the list ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("clinic")
def test_thirty_athletes_are_listed_in_order(run: Command) -> None:
    """By number, with sessions and the last day; the default is marked."""
    lines = run("athletes").out.splitlines()
    assert [line.split()[1] for line in lines[2:]] == [str(n) for n in range(1, 31)]
    assert run("athletes", "default", "Patient  3").status == 0
    rows = json.loads(run("athletes", "--json").out)
    assert [row["name"] for row in rows] == ROSTER
    assert {key: rows[2][key] for key in ("sessions", "last_seen", "default")} == {
        "sessions": 1,
        "last_seen": "2026-03-01",
        "default": True,
    }
    assert not any(row["default"] for row in rows if row["name"] != "patient 3")
    assert rows[0]["last_seen"] is None


def test_an_empty_database_has_no_athletes(run: Command, db_path: Path) -> None:
    """Asking does not make one."""
    assert "no athletes yet" in run("athletes").out
    assert run("athletes", "--json").out == "[]\n"
    assert not db_path.exists()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["add", "PATIENT 3"], "patient 3 is in the list already"),
        (["add", "patient3"], "Did you mean patient 3? --new-athlete creates patient3"),
        (["add", "\u0301"], "an athlete needs a name"),
        (["add"], "no athlete was named; `anklet athletes add NAME`"),
        (["rename", "patient 3", "patient 4"], "there is a 'patient 4' already"),
        (["rename", "patient 3"], "the second name is missing"),
        (["merge", "patient 3", "Patient 3"], "are the same athlete"),
        (["delete", "patient 3", "4"], "one name too many for delete; put a name with spaces in"),
        (["delete", "somebody"], "there is no athlete 'somebody'; known: patient 1, patient 2"),
        (["default", "patint 3"], "did you mean patient 3?"),
        (["delete", "patient 3", "--json"], "--json applies to the list"),
        (["rename", "patient 3", "x", "--mass", "70"], "--mass goes with `anklet athletes add`"),
    ],
)
def test_a_mistake_is_one_line(clinic: Store, run: Command, args: list[str], said: str) -> None:
    """And changes nothing."""
    before = clinic.athletes()
    done = run("athletes", *args)
    assert (done.status, done.out) == (2, "")
    assert said in done.err
    assert len(done.err.splitlines()) == 1
    assert clinic.athletes() == before


def test_a_merge_can_be_undone_with_the_backup(clinic: Store, run: Command, db_path: Path) -> None:
    """The backup is named, and holds everything as it was."""
    before = clinic.athletes()
    done = run("athletes", "merge", "patient 3", "patient 12")
    assert done.status == 0
    assert "patient 3 is now patient 12: 1 session." in done.out
    (line,) = (each for each in done.out.splitlines() if each.startswith("Backup"))
    backup = Path(line.removeprefix("Backup from before: "))
    assert len(clinic.athletes()) == 29
    clinic.close()
    db_path.write_bytes(backup.read_bytes())
    with open_store(db_path) as again:
        assert again.athletes() == before


def test_a_logged_day_counts_as_seen(store: Store, run: Command) -> None:
    """Also without a session."""
    store.log_work(Work(exercise="press"), day=date(2026, 3, 5), now_utc=NOW, athlete="anna")
    (row,) = json.loads(run("athletes", "--json").out)
    assert (row["last_seen"], row["logged"], row["default"]) == ("2026-03-05", 1, True)


# --- deletion ------------------------------------------------------------------------------------


def _with_files(run: Command, store: Store, folder: Path) -> dict[str, Path]:
    """Recordings of patient 3: replayed from elsewhere, recorded, recorded but never saved."""
    own = recordings_path(store.place)
    own.mkdir()
    files = {
        "imported": folder / "hops.csv.gz",
        "own": recorded(own / "a.anklet", athlete="Patient 3"),
        "unsaved": recorded(own / "b.anklet", athlete="patient  3"),
        "other": recorded(own / "c.anklet", athlete="patient 4"),
        "labels": own / "a.labels.csv",
    }
    files["imported"].write_bytes(HOPS.read_bytes())
    files["labels"].write_text("recording,reps\n")
    for name in ("imported", "own"):
        assert run("replay", files[name], "--athlete", "patient 3").status == 0
    return files


def test_deleting_asks_and_says_what_goes(clinic: Store, run: Command, tmp_path: Path) -> None:
    """Without an answer nothing happens; with one, the files go too, and backups are named."""
    files = _with_files(run, clinic, tmp_path)
    assert run("backup", tmp_path / "copy.db").status == 0
    clinic.rename_athlete("patient 3", "carla")
    clinic.merge_athletes("patient 30", "carla")  # a spelling is no content of its own
    clinic.rename_athlete("carla", "patient 3")
    asked = run("athletes", "delete", "Patient 3")
    assert asked.status == 2
    assert "patient 3: 3 sessions\n" in asked.err
    assert str(files["imported"]) in asked.err
    assert all(path.exists() for path in files.values())
    done = run("athletes", "delete", "Patient 3", "--yes")
    assert done.status == 0
    assert str(tmp_path / "copy.db") in done.out
    assert {name for name, path in files.items() if path.exists()} == {"other"}
    assert clinic.athlete_named("patient 3") is None
    assert "1 would be imported" in run("recover", "--dry-run").out  # that of patient 4


def test_files_that_are_not_theirs_stay(clinic: Store, run: Command, tmp_path: Path) -> None:
    """A file that was changed since, and on request those that were imported from elsewhere."""
    files = _with_files(run, clinic, tmp_path)
    files["own"].write_bytes(files["other"].read_bytes())
    done = run("athletes", "delete", "patient 3", "--yes", "--keep-imported")
    assert f"no longer what was imported: {files['own']}" in done.err
    assert files["own"].exists()
    assert files["imported"].exists()


def test_an_athlete_whose_files_stay_is_kept(
    clinic: Store, run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that deleting again can finish it; what can be removed is."""
    files = _with_files(run, clinic, tmp_path)
    unlink = Path.unlink

    def refuse(path: Path, *, missing_ok: bool = False) -> None:
        if path == files["own"]:
            raise PermissionError(13, "Permission denied")
        unlink(path, missing_ok=missing_ok)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuse)
        done = run("athletes", "delete", "patient 3", "--yes")
    assert done.status == 2
    assert f"can't be removed: {files['own']} (Permission denied)" in done.err
    assert clinic.athlete_named("patient 3") == "patient 3"
    assert not files["imported"].exists()
    assert run("athletes", "delete", "patient 3", "--yes").status == 0
    assert not files["own"].exists()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kill -9 and fork are POSIX")
def test_a_deletion_that_was_killed_can_be_finished(
    clinic: Store, run: Command, tmp_path: Path, db_path: Path
) -> None:
    """Between two files: the athlete is still there, with everything else, until the next time."""
    files = _with_files(run, clinic, tmp_path)
    clinic.close()
    child = os.fork()
    if child == 0:
        unlink, gone = Path.unlink, list[Path]()

        def kill(path: Path, *, missing_ok: bool = False) -> None:
            if path in files.values() and gone:
                os.kill(os.getpid(), signal.SIGKILL)
            gone.append(path)
            unlink(path, missing_ok=missing_ok)

        Path.unlink = kill  # type: ignore[assignment, method-assign]
        run("athletes", "delete", "patient 3", "--yes")
        os._exit(0)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    assert sum(path.exists() for path in files.values()) == len(files) - 1
    with open_store(db_path) as store:
        assert len(store.sessions(athlete="patient 3")) == 3
    assert run("athletes", "delete", "patient 3", "--yes").status == 0
    assert {name for name, path in files.items() if path.exists()} == {"other"}
    with open_store(db_path) as store:
        assert store.athlete_named("patient 3") is None
