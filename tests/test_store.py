"""Does the store give back what it was given, once, and find it again?"""

from __future__ import annotations

import os
import sqlite3
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensing.core.errors import StoreError, UsageError
from sensing.core.events import Analysis
from sensing.results.json_document import _clean
from sensing.results.set_summary import summarise
from sensing.store.store import Store
from sensing.store.values.corrections import Count
from sensing.store.values.rows import AnalysisRun, Saved
from tests.stored import (
    HOLD,
    HOPS,
    NOW,
    RAISES,
    STARTED,
    WORKOUT,
    analyses,
    in_memory,
    info,
    save,
)


def test_a_session_comes_back_as_it_was_saved(store: Store) -> None:
    """Every field of every set, and what was said of the session."""
    saved = save(store, side="left", load_kg=12.5, note="felt easy", parameters={"band_hz": 5})
    assert saved == Saved(
        session_id=1, recording_id=1, new=True, new_recording=True, new_session=True
    )
    detail = store.session(1)
    (part,) = detail.recordings
    assert tuple(each.detected for each in detail.sets) == WORKOUT.sets
    assert part.bouts == WORKOUT.bouts
    assert (detail.side, detail.load_kg, detail.note) == ("left", 12.5, "felt easy")
    assert detail.started_utc == part.recording.started_utc == STARTED
    assert part.analysis.notes == WORKOUT.notes
    assert part.analysis.parameters == '{"band_hz": 5}'
    assert part.recording.sha256 == "a" * 64
    assert part.recording.lost_samples == 12
    assert detail.title == "2026-03-01 single-leg-calf-raise, single-leg-hop, calf-raise-hold"


@given(analyses, st.text(), st.none() | st.floats(0, 500))
@settings(max_examples=50)
def test_any_analysis_comes_back_bit_for_bit(
    analysis: Analysis, note: str, load_kg: float | None
) -> None:
    """Nothing is rounded, dropped or taken for something else on the way into SQL and out."""
    with in_memory() as store:
        save(store, analysis, note=note, load_kg=load_kg)
        detail = store.session(1)
    assert tuple(each.detected for each in detail.sets) == analysis.sets
    assert detail.recordings[0].analysis.notes == tuple(
        each.encode("utf-8", "backslashreplace").decode() for each in analysis.notes
    )
    assert detail.note == note.encode("utf-8", "backslashreplace").decode()
    assert detail.load_kg == load_kg


def test_a_file_name_that_is_no_text_can_be_stored(store: Store) -> None:
    """Linux allows any bytes in a name; SQLite holds text only."""
    named = replace(info(), path=os.fsdecode(b"/home/me/m\xe4rz.csv"))
    store.save(WORKOUT, named, AnalysisRun(now_utc=NOW))
    assert store.session(1).recordings[0].recording.path == "/home/me/m\\udce4rz.csv"


def test_replaying_a_recording_again_stores_nothing_new(store: Store) -> None:
    """Same bytes, same question: the same session."""
    save(store)
    again = save(store)
    assert (again.session_id, again.new, again.new_session) == (1, False, False)
    assert len(store.sessions()) == 1
    assert store.session(1).recordings[0].others == ()


def test_another_recording_is_another_session(store: Store) -> None:
    """A recording is known by its bytes, not by its name."""
    save(store)
    other = save(store, letter="b")
    assert (other.session_id, other.new, other.new_session) == (2, True, True)


def test_again_puts_a_new_analysis_beside_the_old_one(store: Store) -> None:
    """Sums use the newest alone, and the old one is still there to compare with."""
    save(store)
    newer = replace(WORKOUT, engine="0.2.0", sets=(HOPS,))
    assert save(store, newer, again=True).new
    (part,) = store.session(1).recordings
    assert part.analysis.engine == "0.2.0"
    assert [each.engine for each in part.others] == ["0.1.0"]
    assert [(row.sets, row.reps, row.hops) for row in store.sessions()] == [(1, 0, 4)]


def test_another_question_of_the_same_recording_does_not_count_it_twice(store: Store) -> None:
    """Saying which exercise it was, later, must not double the day's volume."""
    save(store)
    named = replace(WORKOUT, exercise="single-leg-calf-raise", sets=(RAISES,))
    saved = save(store, named)
    assert (saved.session_id, saved.new, saved.new_session) == (1, True, False)
    assert [row.reps for row in store.sessions()] == [5]
    assert save(store).new is False, "the first question was already answered"
    (part,) = store.session(1).recordings
    assert part.analysis.exercise == "auto", "and its answer is the current one again"


def test_details_given_later_are_added_and_the_others_stay(store: Store) -> None:
    """A load forgotten at first can be given by replaying again."""
    save(store, side="left", note="first")
    save(store, load_kg=20.0)
    detail = store.session(1)
    assert (detail.side, detail.load_kg, detail.note) == ("left", 20.0, "first")


@pytest.mark.parametrize("load_kg", [-1.0, float("nan"), float("inf")])
def test_a_load_that_makes_no_sense_is_refused(store: Store, load_kg: float) -> None:
    """Before anything is written."""
    with pytest.raises(UsageError, match="load"):
        save(store, load_kg=load_kg)
    assert store.sessions() == []


def test_the_day_is_the_one_where_it_was_done(store: Store) -> None:
    """Half past eight in the evening in San Francisco is the next day in UTC."""
    west = timezone(timedelta(hours=-8))
    save(store, started_utc=datetime(2026, 3, 1, 20, 30, tzinfo=west))
    save(store, letter="b", started_utc=STARTED, day=date(2026, 2, 28))
    first, second = store.session(1), store.session(2)
    assert (first.day, first.started_utc.hour) == (date(2026, 3, 1), 4)
    assert second.day == date(2026, 2, 28)


def test_sessions_come_newest_first_and_can_be_narrowed(store: Store) -> None:
    """By day, by exercise, by number."""
    for n, letter in enumerate("abc"):
        each = replace(WORKOUT, sets=((RAISES, HOPS, HOLD)[n],))
        save(store, each, letter=letter, started_utc=STARTED + timedelta(days=n))
    assert [row.id for row in store.sessions()] == [3, 2, 1]
    assert [row.id for row in store.sessions(limit=1)] == [3]
    assert [row.id for row in store.sessions(since=date(2026, 3, 2))] == [3, 2]
    assert [row.id for row in store.sessions(exercise="single-leg-hop")] == [2]
    assert store.sessions(exercise="box-jump") == []


def test_a_session_without_sets_is_listed_all_the_same(store: Store) -> None:
    """Somebody recorded something; that nothing was found in it is a finding."""
    save(store, replace(WORKOUT, sets=()))
    (row,) = store.sessions()
    assert (row.exercises, row.sets, row.reps, row.hold_s) == (("auto",), 0, 0, 0.0)


def test_an_unknown_session_is_answered_with_what_there_is(store: Store) -> None:
    """Empty, one, or several."""
    with pytest.raises(StoreError, match="no session 7; the database is empty"):
        store.session(7)
    save(store)
    with pytest.raises(StoreError, match="there is only session 1"):
        store.delete(7)
    save(store, letter="b")
    with pytest.raises(StoreError, match="there are 2, from 1 to 2"):
        store.note(7, "x")


def test_deleting_leaves_nothing_behind(store: Store, db_path: Path) -> None:
    """Not even the bytes of the note; only the SHA-256, so that it is not imported again."""
    save(store, note="my secret pain")
    store.correct(1, Count(set_n=1, item="rep", count=3), now_utc=NOW)
    store.delete(1)
    store.close()
    with sqlite3.connect(db_path) as db:
        tables = [
            name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        left = {name: db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}  # noqa: S608
    db.close()
    assert {name for name, rows in left.items() if rows} == {
        "athlete",
        "deleted",
        "_sqlite_migrations",
        "sqlite_sequence",
    }
    assert b"my secret pain" not in db_path.read_bytes()


def test_the_number_of_a_deleted_session_is_not_given_again(store: Store) -> None:
    """Else a command repeated from the shell's history would delete a stranger."""
    save(store)
    store.delete(1)
    assert save(store).session_id == 2


def test_a_note_can_be_replaced_and_taken_away(store: Store) -> None:
    """An empty one is none."""
    save(store, note="one")
    store.note(1, "two")
    assert store.session(1).note == "two"
    store.note(1, "")
    assert store.session(1).note == ""


def test_a_summary_of_a_stored_set_is_that_of_the_analysis(store: Store) -> None:
    """Where nobody corrected anything, storing changes no figure."""
    save(store)
    summaries = [each.summary for each in store.session(1).sets]
    expected = [summarise(each) for each in WORKOUT.sets]
    assert [_clean(each.as_dict()) for each in summaries] == [
        _clean(each.as_dict()) for each in expected
    ]
