"""Is the file private, whole after any accident, and is what is wrong with it said in a line?"""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from sensing.core.errors import StoreError
from sensing.store.database import opening, place
from sensing.store.store import Store, open_store
from tests.conftest import ROOT
from tests.stored import (
    RAISES,
    WORKOUT,
    rep,
    save,
)


def mode(file: Path) -> int:
    """Permission bits."""
    return stat.S_IMODE(file.stat().st_mode)


posix = pytest.mark.skipif(os.name != "posix", reason="permission bits are a POSIX matter")


@posix
def test_nobody_else_can_read_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the umask: file, write-ahead log, shared memory, and the directory made for them."""
    own = tmp_path / "share" / "anklet" / "anklet.db"
    monkeypatch.setattr(place, "_own", lambda: own)
    monkeypatch.delenv("ANKLET_DB", raising=False)
    before = os.umask(0)
    try:
        with open_store() as store:
            save(store)
            files = list(own.parent.iterdir())
            assert {file.name for file in files} >= {"anklet.db", "anklet.db-wal", "anklet.db-shm"}
            assert {mode(file) for file in files} == {0o600}
    finally:
        os.umask(before)
    assert mode(own.parent) == 0o700


@posix
def test_the_file_is_private_before_anything_is_in_it(db_path: Path) -> None:
    """Not made readable first and narrowed later."""
    before = os.umask(0)
    try:
        place.prepare(db_path)
    finally:
        os.umask(before)
    assert mode(db_path) == 0o600


@posix
def test_a_database_left_open_to_others_is_closed_to_them_again(db_path: Path) -> None:
    """Say, one restored from a copy."""
    open_store(db_path).close()
    db_path.chmod(0o644)
    open_store(db_path).close()
    assert mode(db_path) == 0o600


def test_where_the_database_lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """--db before ANKLET_DB before the person's own directory."""
    monkeypatch.setenv("ANKLET_DB", str(tmp_path / "env.db"))
    assert place.database_path(tmp_path / "asked.db") == tmp_path / "asked.db"
    assert place.database_path() == tmp_path / "env.db"
    monkeypatch.setenv("ANKLET_DB", "")
    assert place.database_path().name == "anklet.db"
    assert place.database_path().is_absolute()


def test_looking_into_a_missing_database_makes_none(db_path: Path) -> None:
    """Listing what isn't there must not litter."""
    with open_store(db_path, create=False) as store:
        assert store.sessions() == []
    assert not db_path.exists()


def test_readers_do_not_wait_for_a_writer(store: Store, db_path: Path) -> None:
    """Write-ahead logging is on: one may look while a session is being stored."""
    save(store)
    store._db.execute("BEGIN IMMEDIATE")
    with open_store(db_path) as other:
        assert len(other.sessions()) == 1
    store._db.rollback()


def test_many_at_once_make_one_database(db_path: Path) -> None:
    """Eight Anklets started together on no database at all, each storing its own recording."""
    from concurrent.futures import ThreadPoolExecutor

    def one(letter: str) -> None:
        with open_store(db_path) as mine:
            save(mine, letter=letter)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, "abcdef01"))
    with open_store(db_path) as store:
        assert len(store.sessions()) == 8


def refusal(path: Path) -> str:
    """The one line an opening (and a look inside) ends in."""
    with pytest.raises(StoreError) as refused, open_store(path) as store:
        save(store)
    line = str(refused.value)
    assert "\n" not in line
    assert str(path) in line
    return line


def test_a_locked_database_is_said_to_be_locked(
    store: Store, db_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After waiting a moment, and nothing is lost."""
    monkeypatch.setattr(opening, "BUSY_TIMEOUT_S", 0.05)
    store._db.execute("BEGIN IMMEDIATE")
    assert "another program is writing" in refusal(db_path)
    store._db.rollback()
    with open_store(db_path) as other:
        assert save(other).new


def test_a_text_file_is_no_database(db_path: Path) -> None:
    """And is left as it was."""
    db_path.write_text("t_s,ax_g,ay_g,az_g\n" * 100)
    before = db_path.read_bytes()
    assert "no SQLite database" in refusal(db_path)
    assert db_path.read_bytes() == before


def test_another_programs_database_is_left_alone(db_path: Path) -> None:
    """Not a table is added to it."""
    with sqlite3.connect(db_path) as db:
        db.execute("CREATE TABLE moz_places (id INTEGER PRIMARY KEY)")
    db.close()
    assert "another program" in refusal(db_path)
    with sqlite3.connect(db_path) as db:
        assert db.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)
    db.close()


def test_a_damaged_database_is_said_to_be_damaged(db_path: Path) -> None:
    """Pages overwritten in its middle."""
    with open_store(db_path) as store:
        save(store)
    content = bytearray(db_path.read_bytes())
    content[4096 : 4096 * 20] = b"\xa5" * (4096 * 19)
    db_path.write_bytes(content)
    assert "damaged" in refusal(db_path)


def test_a_directory_is_no_database(tmp_path: Path) -> None:
    """A slip of the finger."""
    assert "is a directory" in refusal(tmp_path)


def test_a_device_is_no_database() -> None:
    """Nor is /dev/null."""
    if not Path("/dev/null").exists():
        pytest.skip("no /dev/null here")
    assert "this is no file" in refusal(Path("/dev/null"))


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    """Rather than made: the path may be a slip."""
    asked = tmp_path / "mising" / "anklet.db"
    assert f"there is no directory {asked.parent}" in refusal(asked)
    with pytest.raises(StoreError, match="there is no directory"):
        open_store(asked, create=False)


def test_a_file_in_place_of_the_directory_is_named(tmp_path: Path) -> None:
    """The parent exists but holds nothing."""
    (tmp_path / "file").touch()
    assert "there is no directory" in refusal(tmp_path / "file" / "anklet.db")


def test_an_empty_file_is_an_empty_database(db_path: Path) -> None:
    """As mktemp makes one, or a crash before the first table."""
    db_path.touch()
    with open_store(db_path) as store:
        assert save(store).new


def test_a_newer_anklets_database_is_refused_and_untouched(db_path: Path) -> None:
    """An older program can't know what a newer one relies on."""
    with open_store(db_path) as store:
        save(store)
        store._db.table("_sqlite_migrations").insert(
            {"migration_set": "anklet", "name": "m999_heart_rate", "applied_at": "2031"}
        )
    before = db_path.read_bytes()
    assert "newer Anklet" in refusal(db_path)
    assert db_path.read_bytes() == before


def test_a_full_disk_leaves_the_sessions_before_it(store: Store) -> None:
    """The session that did not fit is not there at all."""
    save(store)
    pages = store._db.execute("PRAGMA page_count").fetchone()[0]
    store._db.execute(f"PRAGMA max_page_count = {pages}")
    many = replace(RAISES, reps=tuple(rep(3.0 * n) for n in range(2000)))
    with pytest.raises(StoreError, match="the disk is full; nothing of this was stored"):
        save(store, replace(WORKOUT, sets=(many,)), letter="b")
    assert [row.id for row in store.sessions()] == [1]
    assert store._db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@contextmanager
def as_somebody_else() -> Iterator[None]:
    """As a user that permission bits hold for: for root, they don't."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """A directory that other users may enter; pytest's own may not be."""
    with tempfile.TemporaryDirectory() as made:
        directory = Path(made)
        directory.chmod(0o755)
        yield directory
        directory.chmod(0o755)


@posix
@pytest.mark.parametrize("directory_mode", [0o755, 0o555], ids=oct)
def test_a_read_only_database_can_be_looked_at_but_not_written(
    open_directory: Path, directory_mode: int
) -> None:
    """Whether its directory can be written to or not."""
    path = open_directory / "anklet.db"
    with open_store(path) as store:
        save(store)
    path.chmod(0o444)
    open_directory.chmod(directory_mode)
    with as_somebody_else():
        if os.geteuid() == path.stat().st_uid:
            pytest.skip("the owner's own file is made writable again")
        with open_store(path) as store:
            assert len(store.sessions()) == 1
            with pytest.raises(StoreError, match="can only be read"):
                save(store, letter="b")


@posix
def test_a_directory_that_cant_be_written_to_is_said(open_directory: Path) -> None:
    """No database can be made in it."""
    open_directory.chmod(0o555)
    with as_somebody_else():
        assert "can't be made: Permission denied" in refusal(open_directory / "anklet.db")


@posix
def test_a_database_one_may_not_read_is_said(open_directory: Path) -> None:
    """Somebody else's."""
    path = open_directory / "anklet.db"
    open_store(path).close()
    with as_somebody_else():
        if os.geteuid() == path.stat().st_uid:
            pytest.skip("it takes another user")
        assert "can't be opened" in refusal(path)


KILLED = """
    import os, signal, sys
    from dataclasses import replace
    from datetime import UTC, datetime
    from pathlib import Path
    from sensing.core.events import Analysis, Rep, Set
    from sensing.store.store import open_store
    from sensing.store.values.rows import RecordingInfo

    class KillsAfterTheFirst(tuple):
        def __iter__(self):
            for each in tuple(self[:1]):
                yield each
            os.kill(os.getpid(), signal.SIGKILL)

    reps = tuple(
        Rep(start_s=n, top_s=n + 0.2, lower_s=n + 0.4, end_s=n + 0.9, rise_m=0.05)
        for n in range(20_000)
    )
    one = Set(start_s=0, end_s=20_000, exercise="single-leg-calf-raise", reps=reps)
    analysis = Analysis(
        exercise="auto", placement="ankle", placement_found=True, rate_hz=100.0, duration_s=1.0,
        samples=100, lost_samples=0, clipped_samples=0,
        sets=KillsAfterTheFirst((one, one)), bouts=(), engine="0",
    )
    now = datetime(2026, 3, 1, tzinfo=UTC)
    store = open_store(Path(sys.argv[1]))
    store._db.execute("PRAGMA cache_size = 10")  # so that much of it is on the disk by then
    store.save(
        analysis, recording=RecordingInfo(path="x", sha256="f" * 64, format="csv"),
        started_utc=now, now_utc=now,
    )
"""


@posix
def test_a_kill_in_the_middle_of_storing_leaves_nothing_half(db_path: Path) -> None:
    """The power goes while a session is being written; what was there before is whole."""
    with open_store(db_path) as store:
        save(store, note="before")
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(db_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == -9, done.stderr
    assert db_path.with_name("anklet.db-wal").stat().st_size > 500_000, "much had been written"
    with open_store(db_path) as store:
        assert [row.note for row in store.sessions()] == ["before"]
        assert store._db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert store._db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert store._db.table("rep").count == len(RAISES.reps)
        assert save(store, letter="b").new
