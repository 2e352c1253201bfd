"""Do databases of every age open, and is the schema what its description says?"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from sensing.store.database import opening
from sensing.store.read.sessions import _SESSIONS
from sensing.store.schema import schema_2
from sensing.store.schema.migrations import MIGRATIONS, STEPS
from sensing.store.store import Store, open_store
from tests.conftest import ROOT
from tests.stored import (
    STARTED,
    WORKOUT,
    save,
)

DUMPS = sorted((Path(__file__).parent / "schemas").glob("v*.sql"))


def of_old(dump: Path, path: Path) -> None:
    """Make the database an older Anklet left."""
    with sqlite3.connect(path) as db:
        db.executescript(dump.read_text())
    db.close()


def schema(path: Path) -> dict[str, str]:
    """Every table, index and view, with its SQL."""
    with sqlite3.connect(path) as db:
        found = dict(db.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    db.close()
    return found


@pytest.mark.parametrize("dump", DUMPS, ids=lambda dump: dump.stem)
def test_a_database_of_every_earlier_schema_opens_and_keeps_what_is_in_it(
    dump: Path, db_path: Path
) -> None:
    """The dumps hold a session with every kind of set and a correction of each."""
    of_old(dump, db_path)
    with open_store(db_path) as store:
        assert MIGRATIONS.pending(store._db) == []
        detail = store.session(1)
        assert tuple(each.detected for each in detail.sets) == WORKOUT.sets
        assert detail.note == "kept"
        assert store.sessions()[0].corrected
        assert store.sessions()[0].reps == 12
        assert save(store).new is False, "the recording is known again"
        assert save(store, letter="b").new


@pytest.mark.parametrize("dump", DUMPS, ids=lambda dump: dump.stem)
def test_what_was_found_before_counting_was_judged_apart_keeps_its_count(
    dump: Path, db_path: Path
) -> None:
    """Five reps, one of them not valid: four before, all of them once it is analysed anew."""
    of_old(dump, db_path)
    with open_store(db_path) as store:
        store.take_back(1, 1)
        (view,) = store._db.query("SELECT * FROM set_summary WHERE session_id = 1 AND n = 1")
        reps = store.session(1).sets[0].summary.reps
        assert reps is not None
        before = 4 if int(dump.stem.removeprefix("v")) < 5 else 5
        assert reps.count == view["reps"] == view["machine_reps"] == before
        save(store, replace(WORKOUT, engine="later"), again=True)
        reps = store.session(1).sets[0].summary.reps
        assert reps is not None
        assert reps.count == store.sessions()[0].reps == 5


@pytest.mark.parametrize("dump", DUMPS, ids=lambda dump: dump.stem)
def test_a_released_migration_is_never_edited(dump: Path, tmp_path: Path) -> None:
    """The steps up to a version make, word for word, the schema that version was released with."""
    of_old(dump, tmp_path / "released.db")
    with sqlite3.connect(tmp_path / "today.db") as connection:
        today = Database(connection)
        for step in STEPS[: int(dump.stem.removeprefix("v"))]:
            step(today)
    connection.close()
    released = schema(tmp_path / "released.db")
    assert schema(tmp_path / "today.db") == {
        name: sql for name, sql in released.items() if "_sqlite_migrations" not in name
    }


def test_details_of_a_session_go_to_its_recording(tmp_path: Path) -> None:
    """Side and load of the first schema stand with the recording now; the note stays."""
    of_old(DUMPS[0], tmp_path / "old.db")
    with open_store(tmp_path / "old.db") as store:
        detail = store.session(1)
        (part,) = detail.recordings
        assert (part.recording.side, part.recording.load_kg) == ("left", 20.0)
        assert part.recording.started_utc == detail.started_utc == STARTED
        assert (detail.note, detail.key, part.recording.pain) == ("kept", None, None)
        said = [each.corrections for each in detail.sets]
        assert said[0].counts == {"rep": 12}
        assert said[1].marks == {("hop", 1): "false"}
        assert said[1].missed == {"hop": (61.6,)}
        assert said[2].false_set
        assert store._db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert store._db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_crash_while_the_tables_are_changed_leaves_the_old_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second migration drops views and makes a table anew: all of it, or nothing."""
    path = tmp_path / "old.db"
    of_old(DUMPS[0], path)
    before = schema(path)
    with monkeypatch.context() as patched:
        patched.setattr(schema_2, "VIEWS", "CREATE VIEW wrong AS SELECT FROM;")
        with pytest.raises(sqlite3.OperationalError):
            open_store(path)
    assert schema(path) == before
    with open_store(path) as store:
        assert store.session(1).sets[0].corrections.counts == {"rep": 12}


REVIEW = {
    "a week": "SELECT * FROM daily_volume WHERE day >= '2026-03-01' AND athlete = 'me'",
    "a week whole": "SELECT * FROM daily_work WHERE day >= '2026-03-01'",
    "a trend": "SELECT day, contact_time_s FROM set_summary WHERE counted AND day >= '2025-03-01'"
    " AND athlete = 'me' AND exercise = 'single-leg-hop' AND side = 'left'",
    "a session": "SELECT * FROM set_summary WHERE session_id = 7",
}
LARGE = {"session", "recording", "analysis", "exercise_set", "rep", "hop", "hold", "correction"}


@pytest.mark.parametrize("question", REVIEW)
def test_no_question_of_review_reads_a_large_table_whole(store: Store, question: str) -> None:
    """Each table is searched by an index: the WHERE reaches through the views."""
    plan = [row[3] for row in store._db.execute(f"EXPLAIN QUERY PLAN {REVIEW[question]}")]
    scanned = {line.split()[1] for line in plan if line.startswith("SCAN")}
    assert not scanned & (LARGE | {"c", "r", "h", "s"}), "\n".join(plan)
    assert any("session" in line and "INDEX session" in line for line in plan) or any(
        "SEARCH session USING INTEGER PRIMARY KEY" in line for line in plan
    )


def test_a_list_of_sessions_reads_only_those_it_shows(store: Store) -> None:
    """The newest are found by an index, not by sorting all there are."""
    for athlete in (None, "me"):
        names = ("since", "until", "exercise", "side")
        asked = {**dict.fromkeys(names), "athlete": athlete, "limit": 20}
        plan = [row[3] for row in store._db.execute(f"EXPLAIN QUERY PLAN {_SESSIONS}", asked)]
        assert any("INDEX session_started" in line for line in plan), "\n".join(plan)


def test_a_migrated_database_is_the_same_as_a_new_one(tmp_path: Path) -> None:
    """Else an old hand and a newcomer would meet different bugs."""
    of_old(DUMPS[0], tmp_path / "old.db")
    for name in ("old.db", "new.db"):
        open_store(tmp_path / name).close()
    assert schema(tmp_path / "old.db") == schema(tmp_path / "new.db")


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    db_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is tried again the next time."""
    from sqlite_utils import Migrations

    later = Migrations("anklet")
    later._migrations.extend(MIGRATIONS._migrations)

    @later()
    def m999_half(db: Database) -> None:
        db.execute("CREATE TABLE half (id INTEGER)")
        raise RuntimeError("the power went")

    open_store(db_path).close()
    before = schema(db_path)
    with monkeypatch.context() as patched:
        patched.setattr(opening, "MIGRATIONS", later)
        with pytest.raises(RuntimeError):
            open_store(db_path)
    assert schema(db_path) == before
    open_store(db_path).close()


def test_every_table_is_strict_and_every_reference_can_be_read(store: Store) -> None:
    """Datasette shows the name or title of what a foreign key points at; so there must be one."""
    for table in store._db.tables:
        if table.name.startswith(("_sqlite", "sqlite")):
            continue
        assert table.strict, table.name
        for key in table.foreign_keys:
            names = {
                row["name"] for row in store._db.query(f"PRAGMA table_xinfo({key.other_table})")
            }
            assert names & {"name", "title"}, key


def test_a_text_cant_get_among_the_numbers(store: Store) -> None:
    """A measurement column holds measurements."""
    save(store)
    with pytest.raises(sqlite3.IntegrityError):
        store._db.execute("UPDATE rep SET rise_m = 'about 7 cm'")


def test_what_a_reference_points_at_cant_be_missing(store: Store) -> None:
    """Foreign keys are on."""
    with pytest.raises(sqlite3.IntegrityError):
        store._db.table("rep").insert(
            {"set_id": 99, "n": 1, "start_s": 0.0, "top_s": 1.0, "lower_s": 1.0, "end_s": 2.0}
            | {"partial": 0, "valid": 1}
        )


def test_the_data_dictionary_names_every_table_and_column(store: Store) -> None:
    """docs/database.md is what a reader of the database goes by."""
    text = (ROOT / "docs" / "database.md").read_text(encoding="utf-8")
    sections = {part.partition("\n")[0].strip("` "): part for part in text.split("\n### ")[1:]}
    for name in [*store._db.table_names(), *store._db.view_names()]:
        if name.startswith(("_sqlite", "sqlite")):
            continue
        assert name in sections, name
        for row in store._db.query(f"PRAGMA table_xinfo({name})"):
            assert f"`{row['name']}`" in sections[name], f"{name}.{row['name']}"
