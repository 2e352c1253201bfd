"""Are recordings found after their folder, their database or they themselves were moved?"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import unicodedata
from pathlib import Path

import pytest

from sensing.files.portable_path import is_absolute, portable_path
from sensing.files.read_recording import sha256_of
from sensing.store.backup import BackingUp
from sensing.store.database.place import home, recordings_path, shared_recordings_path
from sensing.store.merge.merging import Merging
from sensing.store.schema import schema_9
from sensing.store.store import open_store
from tests.conftest import ROOT, Command
from tests.stored import save
from tests.test_recover import recorded
from tests.test_store_schema import DUMPS, of_old

posix = pytest.mark.skipif(os.name != "posix", reason="links and kills are a POSIX matter")


def session(run: Command, db: Path, name: str = "a", **header: object) -> Path:
    """A recording in the database's own folder, and in the database."""
    recordings_path(db).mkdir(exist_ok=True)
    path = recorded(recordings_path(db) / f"{name}.anklet", seed=ord(name), **header)
    assert run("replay", path, "--db", db).status == 0
    return path


def paths(db: Path) -> list[str]:
    """The paths of recordings as they are in the database."""
    with sqlite3.connect(db) as connection:
        found = [path for (path,) in connection.execute("SELECT path FROM recording ORDER BY id")]
    connection.close()
    return found


def write_path(db: Path, path: object) -> None:
    """Let the first recording have this path, as an older Anklet may have written it."""
    with sqlite3.connect(db) as connection:
        connection.execute("UPDATE recording SET path = ? WHERE id = 1", [str(path)])
    connection.close()


def assert_found(run: Command, db: Path) -> None:
    """Every recording of the database can be read, unchanged."""
    done = run("reanalyze", "--all", "--db", db)
    assert (done.status, done.err) == (0, "")
    assert (
        done.out == f"{len(paths(db))} recording{'s' * (len(paths(db)) > 1)} analysed again; "
        "0 changed.\n"
    )


SHAPES = {
    "plain": "data",
    "spaces": "my training data ",
    "umlauts": unicodedata.normalize("NFC", "Größe Übung"),
    "umlauts of a Mac": unicodedata.normalize("NFD", "Größe Übung"),
    "deep": "a/b/c/d",
    "quotes and percent": 'it\'s 100% "mine"#1',
    "like a recording": "anklet.db.recordings",
}


@pytest.mark.parametrize("how", ["moved", "copied"])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_folder_can_be_moved_and_copied(
    run: Command, tmp_path: Path, shape: str, how: str
) -> None:
    """From and to names of every shape; what is recorded there later is found with the rest."""
    old, new = tmp_path / "here" / SHAPES[shape], tmp_path / "new laptop" / SHAPES[shape] / "x"
    old.mkdir(parents=True)
    file = session(run, old / "anklet.db")
    assert paths(old / "anklet.db") == ["anklet.db.recordings/a.anklet"]
    new.parent.mkdir(parents=True)
    if how == "moved":
        old.rename(new)
    else:
        shutil.copytree(old, new)
        file.write_bytes(b"not this one")
    assert_found(run, new / "anklet.db")
    session(run, new / "anklet.db", "b")
    assert_found(run, new / "anklet.db")
    assert not any(map(is_absolute, paths(new / "anklet.db")))


@posix
@pytest.mark.parametrize("way", ["link to the folder", "link to the file", "dots", "bare name"])
def test_it_does_not_matter_by_which_name_the_database_is_opened(
    run: Command, tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Links and ``..`` lead to the same recordings, and moved they are found all the same."""
    folder = tmp_path / "data"
    (folder / "sub").mkdir(parents=True)
    (tmp_path / "link").symlink_to(folder)
    (tmp_path / "linked.db").symlink_to(folder / "anklet.db")
    monkeypatch.chdir(folder)
    name = {
        "link to the folder": tmp_path / "link" / "anklet.db",
        "link to the file": tmp_path / "linked.db",
        "dots": folder / "sub" / ".." / "anklet.db",
        "bare name": Path("anklet.db"),
    }[way]
    (folder / "anklet.db.recordings").mkdir()
    file = recorded(folder / "anklet.db.recordings" / "a.anklet")
    assert run("replay", file, "--db", name).status == 0
    assert recordings_path(name.absolute()).samefile(file.parent)
    assert paths(folder / "anklet.db") == ["anklet.db.recordings/a.anklet"]
    assert run("recover", "--db", name).out.endswith("1 already in the database\n")
    assert_found(run, name)
    monkeypatch.chdir(tmp_path)
    folder.rename(tmp_path / "elsewhere")
    assert_found(run, tmp_path / "elsewhere" / "anklet.db")


def test_a_database_can_be_renamed_with_its_folder(run: Command, tmp_path: Path) -> None:
    """Or without it."""
    session(run, tmp_path / "anklet.db")
    (tmp_path / "anklet.db").rename(tmp_path / "anna.db")
    assert_found(run, tmp_path / "anna.db")
    (tmp_path / "anklet.db.recordings").rename(tmp_path / "anna.db.recordings")
    assert_found(run, tmp_path / "anna.db")


def test_a_file_elsewhere_is_named_in_full(run: Command, tmp_path: Path) -> None:
    """One that was replayed from another disk stays there when the database goes."""
    (tmp_path / "data").mkdir()
    (tmp_path / "disk").mkdir()
    file = recorded(tmp_path / "disk" / "a.anklet")
    assert run("replay", file, "--db", tmp_path / "data" / "anklet.db").status == 0
    assert paths(tmp_path / "data" / "anklet.db") == [file.as_posix()]
    (tmp_path / "data").rename(tmp_path / "moved")
    assert_found(run, tmp_path / "moved" / "anklet.db")


def test_a_file_replayed_where_it_is_now_is_found_from_then_on(
    run: Command, tmp_path: Path, db_path: Path
) -> None:
    """It is known already; where it is was not."""
    file = recorded(tmp_path / "a.anklet")
    run("replay", file)
    (tmp_path / "new").mkdir()
    copy = shutil.copy(file, tmp_path / "new" / "b.anklet")
    assert "Already in the database" in run("replay", copy).out
    assert paths(db_path) == ["a.anklet"], "a copy changes nothing"
    file.unlink()
    assert "Already in the database" in run("replay", copy).out
    assert paths(db_path) == ["new/b.anklet"]
    assert_found(run, db_path)


# --- databases of earlier versions -------------------------------------------------------------


def of_version_8(db: Path, *files: object) -> None:
    """A database of version 8 whose recordings have these paths."""
    of_old(next(dump for dump in DUMPS if dump.stem == "v8"), db)
    with sqlite3.connect(db) as connection:
        for key, path in enumerate(files, 1):
            connection.execute("UPDATE recording SET path = ? WHERE id = ?", [str(path), key])
    connection.close()


@posix
def test_absolute_paths_of_earlier_versions_become_relative(tmp_path: Path) -> None:
    """Below the database's folder, also where they name it by a link; others stay word for word."""
    folder = tmp_path / "Übung 1"
    folder.mkdir()
    (tmp_path / "link").symlink_to(folder)
    of_version_8(
        folder / "anklet.db",
        folder / "recordings" / "a.anklet",
        tmp_path / "link" / "csv" / "b.csv",
        "C:\\Users\\anna\\anklet\\recordings\\c.anklet",
        tmp_path / "elsewhere" / "d.csv",
    )
    open_store(folder / "anklet.db").close()
    assert paths(folder / "anklet.db") == [
        "recordings/a.anklet",
        "csv/b.csv",
        "C:\\Users\\anna\\anklet\\recordings\\c.anklet",
        str(tmp_path / "elsewhere" / "d.csv"),
    ]


def test_a_folder_moved_before_the_update_is_found_after_it(run: Command, tmp_path: Path) -> None:
    """The old absolute paths lead nowhere, on this system or another; the last parts still do."""
    db = tmp_path / "anklet.db"
    shared_recordings_path(db).mkdir()
    (tmp_path / "csv").mkdir()
    file = recorded(shared_recordings_path(db) / "a.anklet")
    other = recorded(tmp_path / "csv" / "b.anklet", seed=2)
    assert run("replay", file, other).status == 0
    for old in ("/old/laptop/recordings/a.anklet", "C:\\anklet\\recordings\\a.anklet"):
        write_path(db, old)
        assert_found(run, db)
    with sqlite3.connect(db) as connection:
        connection.execute("UPDATE recording SET path = '/old/data/csv/b.anklet' WHERE id = 2")
    connection.close()
    assert_found(run, db)
    assert run("reanalyze", "--all", "--db", db).status == 0


def test_an_error_half_way_through_leaves_every_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the next opening does all of it."""
    db = tmp_path / "anklet.db"
    files = [tmp_path / "recordings" / f"{n}.anklet" for n in range(4)]
    of_version_8(db, *files)
    made: list[Path] = []

    def failing(file: Path, folder: Path) -> str:
        made.append(file)
        if len(made) == 3:
            raise OSError("the power went")
        return portable_path(file, folder)

    with monkeypatch.context() as patched:
        patched.setattr(schema_9, "portable_path", failing)
        with pytest.raises(OSError, match="the power went"):
            open_store(db)
    assert paths(db) == list(map(str, files))
    open_store(db).close()
    assert paths(db) == [f"recordings/{n}.anklet" for n in range(4)]


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from sensing.store.schema import schema_9
    from sensing.store.store import open_store

    made, portable = [], schema_9.portable_path

    def killing(file, folder):
        made.append(file)
        if len(made) == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return portable(file, folder)

    schema_9.portable_path = killing
    open_store(Path(sys.argv[1]))
"""


@posix
def test_a_kill_half_way_through_leaves_every_path(tmp_path: Path) -> None:
    """Whatever SQLite had written by then."""
    db = tmp_path / "anklet.db"
    files = [tmp_path / "recordings" / f"{n}.anklet" for n in range(4)]
    of_version_8(db, *files)
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(db)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    assert paths(db) == list(map(str, files))
    open_store(db).close()
    assert paths(db) == [f"recordings/{n}.anklet" for n in range(4)]


# --- copies of the database --------------------------------------------------------------------


def test_a_backup_put_back_on_a_new_laptop_finds_its_recordings(
    run: Command, tmp_path: Path
) -> None:
    """The copy names no folder of this machine."""
    (tmp_path / "old").mkdir()
    (tmp_path / "stick").mkdir()
    (tmp_path / "new").mkdir()
    session(run, tmp_path / "old" / "anklet.db")
    copy = tmp_path / "stick" / "march.db"
    with open_store(tmp_path / "old" / "anklet.db") as store:
        BackingUp.of(store).back_up(copy)
    assert str(tmp_path).encode() not in copy.read_bytes()
    for name in ("anklet.db", "new name.db"):
        shutil.copy(copy, tmp_path / "new" / name)
        folder = tmp_path / "new" / f"{name}.recordings"
        shutil.copytree(tmp_path / "old" / "anklet.db.recordings", folder)
        assert_found(run, tmp_path / "new" / name)
        shutil.rmtree(folder)


def test_a_merge_leaves_files_where_they_are_and_finds_them(run: Command, tmp_path: Path) -> None:
    """In the other database's folder, as long as it is there."""
    for name in ("mine", "theirs"):
        (tmp_path / name).mkdir()
    mine, theirs = tmp_path / "mine" / "anklet.db", tmp_path / "theirs" / "anklet.db"
    session(run, mine, "a")
    file = session(run, theirs, "b")
    with open_store(mine) as store:
        Merging.of(store).merge(theirs)
    assert paths(mine) == ["anklet.db.recordings/a.anklet", file.as_posix()]
    assert_found(run, mine)


def test_what_a_merge_brings_without_files_is_found_once_they_are_copied(
    run: Command, tmp_path: Path
) -> None:
    """Only the other database came, on a stick; then its folder of recordings."""
    for name in ("mine", "theirs", "stick"):
        (tmp_path / name).mkdir()
    mine, theirs = tmp_path / "mine" / "my own.db", tmp_path / "theirs" / "anklet.db"
    session(run, mine, "a")
    file = session(run, theirs, "b")
    stick = shutil.copy(theirs, tmp_path / "stick" / "anklet.db")
    with open_store(mine) as store:
        Merging.of(store).merge(Path(stick))
    assert paths(mine) == ["my own.db.recordings/a.anklet", "anklet.db.recordings/b.anklet"]
    assert run("reanalyze", "--all", "--db", mine).status == 1
    shutil.copy(file, recordings_path(mine))
    assert_found(run, mine)


def test_nothing_that_is_shared_names_a_folder_of_this_machine(
    run: Command, tmp_path: Path, db_path: Path
) -> None:
    """Neither an export nor a report, wherever a recording lies."""
    (tmp_path / "disk").mkdir()
    session(run, db_path, note="see left")
    run("replay", recorded(tmp_path / "disk" / "b.anklet", seed=2))
    assert run("export", tmp_path / "out").status == 0
    assert run("report", "-o", tmp_path / "out" / "page.html").status == 0
    for file in (tmp_path / "out").iterdir():
        assert str(tmp_path) not in file.read_text(encoding="utf-8"), file.name


# --- relink ------------------------------------------------------------------------------------


def test_relink_finds_recordings_by_what_is_in_them(
    run: Command, tmp_path: Path, db_path: Path
) -> None:
    """Whatever they are called now; only after it was not a dry run."""
    lost = [recorded(tmp_path / f"{name}.anklet", seed=ord(name)) for name in "abc"]
    kept = session(run, db_path, "k")
    for file in lost:
        run("replay", file)
    (tmp_path / "new place" / "deep").mkdir(parents=True)
    a = lost[0].rename(tmp_path / "new place" / "deep" / "a.anklet")
    b = lost[1].rename(tmp_path / "new place" / "renamed.data")
    lost[2].unlink()
    recorded(tmp_path / "new place" / "c.anklet", seed=123)
    before = paths(db_path)
    trial = run("relink", tmp_path / "new place", "--dry-run")
    assert trial.status == 1
    assert "2 recordings would be relinked, 1 still missing, 1 where it should be:" in trial.out
    assert paths(db_path) == before
    done = run("relink", tmp_path / "new place")
    assert done.status == 1
    assert done.out == (
        f"session 2, a.anklet\n  {a}\nsession 3, b.anklet\n  {b}\n"
        f"2 recordings relinked, 1 still missing, 1 where it should be:\n  session 4: {lost[2]}\n"
    )
    assert paths(db_path)[:3] == [
        kept.relative_to(tmp_path).as_posix(),
        "new place/deep/a.anklet",
        "new place/renamed.data",
    ]
    again = run("reanalyze", "--all")
    assert again.status == 1
    assert "3 recordings analysed again; 0 changed.\n1 not, it keeps" in again.out
    assert run("relink", tmp_path / "new place").status == 1
    lost[2].write_bytes(recorded(tmp_path / "x.anklet", seed=ord("c")).read_bytes())
    done = run("relink", tmp_path / "new place")
    assert (done.status, done.err) == (0, "")
    assert done.out == "all 4 recordings are where they should be; nothing to do\n"


def test_relink_reads_only_what_may_be_one(
    run: Command, tmp_path: Path, db_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its size, or by its kind if that is not known; a pipe would keep it waiting for ever."""
    from sensing.store.write import relinking

    file = recorded(tmp_path / "a.anklet")
    run("replay", file)
    folder = tmp_path / "new"
    folder.mkdir()
    file.rename(folder / "here.bin")
    (folder / "film.mp4").write_bytes(b"0" * 10_000)
    (folder / "other.anklet").write_bytes(b"1" * 10_000)
    if os.name == "posix":
        os.mkfifo(folder / "pipe.anklet")
    read: list[str] = []

    def noted(path: Path) -> str:
        read.append(path.name)
        return sha256_of(path)

    monkeypatch.setattr(relinking, "sha256_of", noted)
    assert run("relink", folder, "--dry-run").status == 0
    assert read == ["here.bin"]
    read.clear()
    with sqlite3.connect(db_path) as connection:
        connection.execute("UPDATE recording SET size_bytes = NULL")
    connection.close()
    assert run("relink", folder).status == 1, "renamed to another kind, and its size is not known"
    assert read == ["other.anklet"]
    (folder / "here.bin").rename(folder / "here.ANKLET")
    assert run("relink", folder).status == 0


def test_relink_writes_down_what_was_found_by_its_name_alone(
    run: Command, tmp_path: Path, db_path: Path
) -> None:
    """Of a folder moved before the update; one of that name with other content is not it."""
    session(run, db_path)
    write_path(db_path, "/old/laptop/recordings/a.anklet")
    (tmp_path / "empty").mkdir()
    assert run("relink", tmp_path / "empty").status == 0
    assert paths(db_path) == ["anklet.db.recordings/a.anklet"]
    write_path(db_path, "/old/laptop/recordings/a.anklet")
    (recordings_path(db_path) / "a.anklet").write_bytes(b"another")
    assert run("relink", tmp_path / "empty").status == 1
    assert paths(db_path) == ["/old/laptop/recordings/a.anklet"]


def test_relink_says_what_is_wrong(run: Command, tmp_path: Path, db_path: Path) -> None:
    """A folder that isn't there, a database that isn't, one without recordings."""
    done = run("relink", tmp_path / "missing")
    assert (done.status, done.out) == (2, "")
    assert "missing: there is no such folder; give a folder" in done.err
    done = run("relink", tmp_path)
    assert (done.status, done.out) == (0, "no recordings in the database; nothing to do\n")
    assert not db_path.exists()
    assert run("relink").status == 2


# --- several databases in one folder -----------------------------------------------------------


@pytest.fixture
def two(run: Command, tmp_path: Path) -> tuple[Path, Path]:
    """Two databases in one folder, with a session each."""
    anna, ben = tmp_path / "anna.db", tmp_path / "ben.db"
    session(run, anna, "a", session="key of anna")
    session(run, ben, "b", session="key of ben")
    return anna, ben


def contents(run: Command, db: Path) -> int:
    """How many recordings there are, once everything is recovered that is found."""
    assert run("recover", "--db", db).status == 0
    return len(paths(db))


def test_two_databases_in_one_folder_never_see_each_others_recordings(
    run: Command, two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A killed session of one is nothing to the other: not to recover, doctor or the overview."""
    anna, ben = two
    recorded(recordings_path(ben) / "killed.anklet", seed=5)
    for db in two:
        monkeypatch.setenv("ANKLET_DB", str(db))
        assert ("1 recording never reached the database" in run().out) == (db == ben)
    doctor = run("doctor", "--no-bluetooth", "--db", anna).out
    assert "1 recording is not in the database" not in doctor
    assert contents(run, anna) == 1
    assert "1 recording is not in the database" in run("doctor", "--no-bluetooth", "--db", ben).out
    assert contents(run, ben) == 2
    run("delete", 1, "--yes", "--db", anna)
    assert_found(run, ben)
    assert contents(run, anna) == 0


def test_a_killed_session_in_the_shared_folder_is_recovered_if_it_can_only_be_ours(
    run: Command, tmp_path: Path, db_path: Path
) -> None:
    """With a backup beside the database, and another program's file."""
    session(run, db_path)
    shared_recordings_path(db_path).mkdir()
    recorded(shared_recordings_path(db_path) / "killed.anklet", seed=5)
    run("backup", tmp_path / "backup.db")
    with sqlite3.connect(tmp_path / "photos.db") as other:
        other.execute("CREATE TABLE recording (id)")
    other.close()
    done = run("recover")
    assert "1 imported, 1 already in the database" in done.out
    assert paths(db_path)[1] == "recordings/killed.anklet"


def test_a_killed_session_in_the_shared_folder_goes_to_the_one_it_belongs_to(
    run: Command, two: tuple[Path, Path]
) -> None:
    """By the key of its session, of which another set had reached its database."""
    anna, ben = two
    shared = shared_recordings_path(anna)
    shared.mkdir()
    recorded(shared / "killed.anklet", seed=5, session="key of ben")
    done = run("recover", "--db", anna)
    assert "1 of another database in this folder (ben.db), skipped\n" in done.out
    assert contents(run, anna) == 1
    assert contents(run, ben) == 2
    assert contents(run, anna) == 1


def test_a_killed_session_that_may_be_of_either_waits_until_the_user_says(
    run: Command, two: tuple[Path, Path]
) -> None:
    """Never imported twice, also where it is asked for."""
    anna, ben = two
    shared = shared_recordings_path(anna)
    shared.mkdir()
    recorded(shared / "killed.anklet", seed=5, session="another key")
    for db in two:
        done = run("recover", "--db", db)
        assert done.status == 0
        assert "1 of this database or another" in done.out
        assert f"`anklet recover {shared}` imports into this one:\n  killed.anklet" in done.out
        assert len(paths(db)) == 1
        doctor = run("doctor", "--no-bluetooth", "--db", db).out
        assert "1 of this database or another" in " ".join(doctor.split())
    assert run("recover", shared, "--db", ben).status == 0
    assert len(paths(ben)) == 2
    done = run("recover", shared, "--db", anna)
    assert "1 of another database in this folder (ben.db), skipped" in done.out
    assert (len(paths(anna)), len(paths(ben))) == (1, 2)


def test_a_search_of_the_whole_folder_leaves_the_recordings_of_others(
    run: Command, two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What ben's database knows is his; what was killed is taken only if his folder is named."""
    anna, ben = two
    recorded(recordings_path(ben) / "killed.anklet", seed=5)
    recorded(recordings_path(anna) / "killed.anklet", seed=6)
    monkeypatch.chdir(anna.parent)
    done = run("recover", ".", "--db", "anna.db")
    assert done.out.endswith("\n.: 1 imported, 1 already in the database\n")
    assert len(paths(anna)) == 2
    done = run("recover", recordings_path(ben), "--db", anna)
    assert "1 imported\n1 of another database in this folder (ben.db), skipped\n" in done.out
    assert (len(paths(anna)), len(paths(ben))) == (3, 1)


def test_an_empty_database_beside_it_may_be_the_one(run: Command, db_path: Path) -> None:
    """Its first session may have been killed; and one that can't be read may hold anything."""
    session(run, db_path)
    shared_recordings_path(db_path).mkdir()
    recorded(shared_recordings_path(db_path) / "killed.anklet", seed=5)
    new = home(db_path) / "new.db"
    open_store(new).close()
    assert contents(run, db_path) == 1
    new.unlink()
    new.write_bytes(b"SQLite format 3\0" + bytes(500))
    assert contents(run, db_path) == 1
    new.unlink()
    assert contents(run, db_path) == 2


def test_looking_at_the_neighbours_leaves_no_trace(run: Command, two: tuple[Path, Path]) -> None:
    """No log, no lock, no byte of theirs is changed; a database in use is read too."""
    anna, ben = two
    shared_recordings_path(anna).mkdir()
    recorded(shared_recordings_path(anna) / "killed.anklet", seed=5)
    before = {each: each.read_bytes() for each in anna.parent.glob("ben.db*") if each.is_file()}
    run("recover", "--db", anna)
    assert before == {e: e.read_bytes() for e in anna.parent.glob("ben.db*") if e.is_file()}
    with open_store(ben) as store:
        save(store, letter="f", session_key="k9")
        recorded(shared_recordings_path(anna) / "more.anklet", seed=6, session="k9")
        assert "1 of another database" in run("recover", "--db", anna).out
