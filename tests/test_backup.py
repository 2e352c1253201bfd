"""Is a backup whole, private and of one moment, and does it never cost what was there before?"""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from sensing.core.errors import StoreError, UsageError
from sensing.store import backup
from sensing.store.backup import BackingUp
from sensing.store.store import Store, open_store
from tests.conftest import Command
from tests.store_content import content
from tests.stored import save
from tests.test_store_file import posix


def left_over(folder: Path) -> list[str]:
    """Names of files that were begun and not finished."""
    return [each.name for each in folder.iterdir() if ".part-" in each.name]


def test_a_backup_holds_all_there_is(store: Store, tmp_path: Path) -> None:
    """Opened as a database of its own it says the same, ids included."""
    save(store, note="kept")
    save(store, letter="b")
    store.add_athlete("anna", body_mass_kg=61.0)
    copy = tmp_path / "copy.db"
    made = BackingUp.of(store).back_up(copy)
    assert made.counts["session"] == 2
    assert made.counts["exercise_set"] == 6
    assert made.size_bytes == copy.stat().st_size
    assert [each.name for each in tmp_path.iterdir() if "copy" in each.name] == ["copy.db"]
    with open_store(copy) as other:
        assert content(other) == content(store)
        assert other.session(1) == store.session(1)
        assert save(other).new is False


@posix
def test_only_the_owner_can_read_it(store: Store, tmp_path: Path) -> None:
    """Whatever the umask."""
    before = os.umask(0)
    try:
        BackingUp.of(store).back_up(tmp_path / "copy.db")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600


def test_a_backup_is_of_one_moment_while_another_program_writes(
    store: Store, db_path: Path, tmp_path: Path
) -> None:
    """Each copy has as many sets as its sessions need, and the writer never waits."""
    save(store)
    wrote, done = threading.Event(), threading.Event()
    written = []

    def write() -> None:
        with open_store(db_path) as other:
            for n in range(1000):
                if done.is_set():
                    break
                save(other, letter="0123456789abcdef"[n % 16])
                with other._writing() as db:
                    db.execute("INSERT INTO athlete (name) VALUES (?)", [f"a{n}"])
                    db.execute("INSERT INTO athlete (name) VALUES (?)", [f"b{n}"])
                written.append(n)
                wrote.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(4):
            assert wrote.wait(60), "it goes on writing between the copies"
            wrote.clear()
            BackingUp.of(store).back_up(tmp_path / f"{n}.db")
    finally:
        done.set()
        writer.join()
    assert len(written) >= 4
    for n in range(4):
        with sqlite3.connect(tmp_path / f"{n}.db") as copy:
            (firsts,) = copy.execute("SELECT count(*) FROM athlete WHERE name GLOB 'a*'").fetchone()
            (others,) = copy.execute("SELECT count(*) FROM athlete WHERE name GLOB 'b*'").fetchone()
            (sessions,) = copy.execute("SELECT count(*) FROM session").fetchone()
            (sets,) = copy.execute("SELECT count(*) FROM exercise_set").fetchone()
        copy.close()
        assert firsts == others > 0
        assert sets == 3 * sessions


def test_what_is_there_already_stays_unless_told(store: Store, tmp_path: Path) -> None:
    """An older backup is the most precious file there is."""
    target = tmp_path / "copy.db"
    target.write_text("precious")
    with pytest.raises(UsageError, match="exists already"):
        BackingUp.of(store).back_up(target)
    assert target.read_text() == "precious"
    BackingUp.of(store).back_up(target, force=True)
    with open_store(target) as other:
        assert other.sessions() == []


def test_the_database_itself_is_no_place_for_its_backup(store: Store, db_path: Path) -> None:
    """Not by its name, not by another name of it, nor where its log lies."""
    save(store)
    for name in ("link.db", "hard.db"):
        other = db_path.with_name(name)
        if name == "link.db":
            other.symlink_to(db_path)
        else:
            other.hardlink_to(db_path)
        with pytest.raises(UsageError, match="the database itself"):
            BackingUp.of(store).back_up(other, force=True)
    for target in (db_path, db_path.with_name("anklet.db-wal"), db_path.with_name("anklet.db-shm")):
        with pytest.raises(UsageError, match="the database itself"):
            BackingUp.of(store).back_up(target, force=True)
    assert len(store.sessions()) == 1


def test_a_database_in_use_is_not_replaced(store: Store, tmp_path: Path) -> None:
    """Its write-ahead log would be taken for a part of the new file."""
    with open_store(tmp_path / "busy.db") as other:
        save(other)
        with pytest.raises(UsageError, match="a database of this name is in use"):
            BackingUp.of(store).back_up(tmp_path / "busy.db", force=True)
        assert len(other.sessions()) == 1


def test_a_place_that_wont_do_is_said(store: Store, tmp_path: Path) -> None:
    """A folder, a folder that isn't there, a device."""
    with pytest.raises(UsageError, match="is a directory"):
        BackingUp.of(store).back_up(tmp_path, force=True)
    with pytest.raises(UsageError, match="there is no directory"):
        BackingUp.of(store).back_up(tmp_path / "missing" / "copy.db")
    if Path("/dev/null").exists():
        with pytest.raises(UsageError, match="is a device"):
            BackingUp.of(store).back_up(Path("/dev/null"), force=True)
        assert Path("/dev/null").is_char_device()


def test_a_copy_that_isnt_good_is_thrown_away(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The older backup stays in its place, and nothing half lies about."""
    save(store)
    target = tmp_path / "copy.db"
    BackingUp.of(store).back_up(target)
    before = target.read_bytes()
    copied = backup._copy

    def spoilt(source: sqlite3.Connection, made: Path, place: Path) -> None:
        copied(source, made, place)
        with sqlite3.connect(made) as copy:
            copy.execute("DELETE FROM exercise_set WHERE id = 1")
        copy.close()

    monkeypatch.setattr(backup, "_copy", spoilt)
    with pytest.raises(StoreError, match="the copy is not good"):
        BackingUp.of(store).back_up(target, force=True)
    assert target.read_bytes() == before
    assert left_over(tmp_path) == []


def test_a_full_disk_is_said_and_leaves_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite meets the end of the disk while it copies."""
    save(store)

    class Full(sqlite3.Connection):
        def execute(self, *args: object) -> sqlite3.Cursor:
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path: connect(path, factory=Full))
    with pytest.raises(StoreError, match="the disk is full"):
        BackingUp.of(store).back_up(tmp_path / "copy.db")
    assert left_over(tmp_path) == []
    assert not (tmp_path / "copy.db").exists()


def test_the_command_says_what_is_in_it(run: Command, store: Store, tmp_path: Path) -> None:
    """Size and counts in one line; a second time it is refused."""
    save(store)
    target = tmp_path / "copy.db"
    done = run("backup", target)
    assert done.status == 0, done.err
    assert "1 session, 1 recording, 3 sets; " in done.out
    assert done.out.endswith("B, checked.\n")
    again = run("backup", target)
    assert (again.status, again.out) == (2, "")
    assert "exists already; give another name, or use --force" in again.err
    assert run("backup", target, "--force").status == 0


def test_where_there_is_no_database_there_is_nothing_to_back_up(
    run: Command, tmp_path: Path
) -> None:
    """An empty file would look like a backup."""
    done = run("backup", tmp_path / "copy.db")
    assert done.status == 2
    assert "there is no database yet" in done.err
    assert list(tmp_path.iterdir()) == []
