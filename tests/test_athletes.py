"""The roster: athletes found by any spelling, merged and deleted, whatever interrupts it."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from sensing.core.errors import StoreError, UsageError
from sensing.store.known_backups import KnownBackups
from sensing.store.merge.merging import Merging
from sensing.store.store import Store, open_store
from sensing.store.values.rows import Work
from tests.stored import NOW, STARTED, save

DAY = date(2026, 3, 2)
EXTRA = """
CREATE TABLE extra (
    id INTEGER PRIMARY KEY, athlete_id INTEGER NOT NULL UNIQUE REFERENCES athlete(id), text TEXT
) STRICT;
CREATE TABLE extra_part (extra_id INTEGER NOT NULL REFERENCES extra(id), n INTEGER) STRICT;
CREATE TABLE extra_link (extra_id INTEGER REFERENCES extra(id), n INTEGER) STRICT;
"""
"""What a later schema may add: something an athlete has once, parts of it, and a loose link."""


def fill(store: Store) -> None:
    """Two spellings of one person, each with a session, a log entry and a profile; and another."""
    for letter, name in zip("abc", ("patient 1", "patient1", "ben"), strict=True):
        profile = store.put_profile(name, f'name = "{name}"\n', now_utc=NOW, athlete=name)
        save(store, letter=letter, athlete=name, profile_id=profile.id)
        store.log_work(Work(exercise=f"{name}'s"), day=DAY, now_utc=NOW, athlete=name)


def add_extra(store: Store) -> None:
    """Tables that this version knows nothing of, with a row for everybody."""
    store._db.conn.executescript(EXTRA)
    with store._writing() as db:
        for key, name in db.execute("SELECT id, name FROM athlete").fetchall():
            db.execute("INSERT INTO extra VALUES (?, ?, ?)", [key, key, name])
            db.execute("INSERT INTO extra_part VALUES (?, 1)", [key])
            db.execute("INSERT INTO extra_link VALUES (?, 1)", [key])


def content(path: Path) -> list[str]:
    """Everything in a database that is whole."""
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        return list(db.iterdump())


# --- names ---------------------------------------------------------------------------------------


def test_any_spelling_finds_the_athlete(store: Store) -> None:
    """Saving, logging, asking, renaming: nobody is there twice."""
    save(store, athlete="Jürgen  Groß")
    save(store, letter="b", athlete="JURGEN GROSS")
    store.log_work(Work(exercise="press"), day=DAY, now_utc=NOW, athlete="jürgen groß")
    store.put_profile("his", "name = 'his'\n", now_utc=NOW, athlete="Jurgen Gross")
    (found,) = store.athletes()
    assert (found.name, found.sessions, found.logged) == ("Jürgen Groß", 2, 1)
    assert found.last_day == DAY
    assert store.athlete_named("jurgen\tgross") == "Jürgen Groß"
    assert store.athlete_named("jurgen") is None
    store.rename_athlete("JURGEN GROSS", "jurgen gross")  # another spelling of the same name
    assert [each.name for each in store.athletes()] == ["jurgen gross"]


def test_names_that_an_older_version_kept_apart(store: Store) -> None:
    """Each is found by the very name; any other spelling can mean both."""
    with store._writing() as db:
        db.execute("INSERT INTO athlete (name) VALUES ('Anna'), ('anna')")
    save(store, athlete="anna")
    assert store.sessions(athlete="anna")
    assert not store.sessions(athlete="Anna")
    with pytest.raises(UsageError, match=r"'ANNA' can mean 'Anna' and 'anna'; give the name"):
        save(store, letter="b", athlete="ANNA")
    assert len(store.sessions()) == 1
    store.merge_athletes("anna", "Anna")
    assert store.athlete_named("ANNA") == "Anna"


def test_a_session_stays_one_athletes(store: Store) -> None:
    """Another spelling is the same athlete; another athlete is not."""
    save(store, athlete="Anna")
    save(store, letter="b", session_id=1, athlete="ANNA")
    with pytest.raises(UsageError, match=r"session 1 is Anna's, not ben's"):
        save(store, letter="c", session_id=1, athlete="ben")


def test_only_one_is_the_default(store: Store) -> None:
    """The last one that was chosen; a rename does not matter, a deletion does."""
    fill(store)
    store.set_default_athlete("ben")
    store.set_default_athlete("PATIENT 1")
    store.rename_athlete("patient 1", "carla")
    assert [each.name for each in store.athletes() if each.is_default] == ["carla"]
    store.merge_athletes("carla", "ben")
    assert [each.name for each in store.athletes() if each.is_default] == ["ben"]
    store.delete_athlete("ben")
    assert not any(each.is_default for each in store.athletes())
    store.set_default_athlete(None)
    with pytest.raises(StoreError, match="nobody called 'ben'"):
        store.set_default_athlete("ben")


# --- two become one ------------------------------------------------------------------------------


def test_all_of_one_becomes_the_others(store: Store, db_path: Path) -> None:
    """Whatever table it is in; of what can be there once, the other's stays."""
    fill(store)
    add_extra(store)
    store.add_athlete("patient1", body_mass_kg=70.0)
    merged = store.merge_athletes("patient1", "patient 1")
    assert merged.moved == {"session": 1, "logged": 1, "profile": 1, "extra": 1}
    assert merged.left == {"extra": 1}
    assert [each.name for each in store.athletes()] == ["ben", "patient 1"]
    one = store.athletes()[1]
    assert (one.sessions, one.logged, one.body_mass_kg) == (2, 2, 70.0)
    assert one.spellings == ("patient1",)
    rows = store._db.execute("SELECT text FROM extra ORDER BY id").fetchall()
    assert rows == [("patient 1",), ("ben",)]
    assert store._db.execute("SELECT count(*) FROM extra_part").fetchone() == (2,)
    links = store._db.execute("SELECT count(*), count(extra_id) FROM extra_link").fetchone()
    assert links == (3, 2)
    store.close()
    content(db_path)


def test_the_other_spelling_is_remembered(store: Store, tmp_path: Path) -> None:
    """By recordings that come later, and by other databases, from either side."""
    fill(store)
    store.merge_athletes("patient1", "patient 1")
    save(store, letter="d", athlete="Patient1")
    assert [(each.name, each.sessions) for each in store.athletes()] == [
        ("ben", 1),
        ("patient 1", 3),
    ]
    path = tmp_path / "other.db"
    with open_store(path) as other:
        save(other, letter="e", athlete="PATIENT1")
        Merging.of(store).merge(path)
    assert len(store.sessions(athlete="patient 1")) == 4
    with open_store(path) as other:
        Merging.of(other).merge(store.place)
        names = [each.name for each in other.athletes()]
    assert names == ["ben", "PATIENT1", "patient 1"]  # a merge joins nobody, but says so


def test_databases_with_other_spellings_are_merged(store: Store, tmp_path: Path) -> None:
    """Sessions, profiles and log entries of the same person meet, and nothing is there twice."""
    fill(store)
    path = tmp_path / "other.db"
    with open_store(path) as other:
        fill(other)
        other.rename_athlete("ben", "BEN")
        save(other, letter="f", athlete="Ben")
    merged = Merging.of(store).merge(path)
    assert merged.brought["athletes"] == merged.brought["profiles"] == merged.brought["logged"] == 0
    assert merged.brought["sessions"] == 1
    assert "BEN there is ben here" in merged.notes
    assert len(store.sessions(athlete="ben")) == 2
    assert not any(Merging.of(store).merge(path).brought.values())


# --- deleted -------------------------------------------------------------------------------------


def test_all_of_an_athlete_goes(store: Store, db_path: Path) -> None:
    """From every table, and from no other athlete; a profile of theirs that others used too."""
    fill(store)
    add_extra(store)
    bens = store.profile("ben")
    save(store, letter="d", athlete="patient1", profile_id=bens.id, started_utc=STARTED)
    store.delete_athlete("BEN")
    left = {each.name: each.sessions for each in store.athletes()}
    assert left == {"patient 1": 1, "patient1": 2}
    assert store.was_deleted("c" * 64)
    store.close()
    assert not any("ben" in line for line in content(db_path) if line.startswith("INSERT"))


def test_backups_that_hold_an_athlete_are_found(store: Store, tmp_path: Path) -> None:
    """Also made before a rename, or on a drive that is not there; not of other athletes."""
    known = KnownBackups.of(store)
    elsewhere = tmp_path / "stick"
    elsewhere.mkdir()
    save(store, athlete="ben")
    known.back_up_and_remember(tmp_path / "before.db", now_utc=NOW)
    store.log_work(Work(exercise="press"), day=DAY, now_utc=NOW, athlete="carla")
    save(store, letter="b", athlete="anna")
    for name in ("away.db", "here.db"):
        known.back_up_and_remember(elsewhere / name, now_utc=NOW)
    (elsewhere / "away.db").unlink()
    for old, new in (("anna", "patient 7"), ("carla", "patient 8"), ("ben", "patient 9")):
        store.rename_athlete(old, new)
    for name in ("patient 7", "patient 8"):
        found = {each.path.name: each.readable for each in known.backups_with(name)}
        assert found == {"away.db": False, "here.db": True}
    assert {each.path.name for each in known.backups_with("patient 9")} == {
        *("before.db", "away.db", "here.db")
    }


# --- killed --------------------------------------------------------------------------------------

STATEMENTS = 400
"""More than any of these changes takes."""


def _killed_at(path: Path, statement: int, change: Callable[[Store], object]) -> bool:
    """Whether a program that makes a change was killed at its n-th statement."""
    child = os.fork()
    if child == 0:
        store = open_store(path)
        seen = 0

        def trace(_: str) -> None:
            nonlocal seen
            seen += 1
            if seen == statement:
                os.kill(os.getpid(), signal.SIGKILL)

        store._db.conn.set_trace_callback(trace)
        change(store)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kill -9 and fork are POSIX")
@pytest.mark.parametrize(
    "change",
    [
        lambda store: store.merge_athletes("patient1", "patient 1"),
        lambda store: store.delete_athlete("patient1"),
        lambda store: store.rename_athlete("patient1", "carla"),
    ],
    ids=["merge", "delete", "rename"],
)
def test_a_kill_leaves_all_or_nothing(
    store: Store, db_path: Path, tmp_path: Path, change: Callable[[Store], object]
) -> None:
    """At every statement of the change."""
    fill(store)
    add_extra(store)
    store.close()
    before = content(db_path)
    whole, path = db_path.read_bytes(), tmp_path / "killed.db"
    for statement in range(1, STATEMENTS):
        path.write_bytes(whole)
        killed = _killed_at(path, statement, change)
        after = content(path)
        if not killed:
            break
        assert after == before, statement
    assert statement > 3
    assert after != before
