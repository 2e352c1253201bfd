"""Do two databases become one: each thing once, nothing lost, whichever is merged into which?"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sensing.core.errors import AnkletError, StoreError
from sensing.core.samples import Side
from sensing.store.backup import BackingUp
from sensing.store.merge.merging import LEFT_ALONE, MERGED, Merged, Merging
from sensing.store.merge.sessions import joined_notes
from sensing.store.schema.dictionary import TABLES
from sensing.store.store import Store, open_store
from sensing.store.values.corrections import (
    AddedSet,
    Correction,
    Count,
    FalseSet,
    Marked,
    Missed,
    Renamed,
)
from sensing.store.values.rows import Work
from tests.conftest import ROOT, Command
from tests.store_content import content
from tests.stored import HOPS, NOW, RAISES, STARTED, WORKOUT, hop, save
from tests.test_store_schema import DUMPS, of_old

DAY = date(2026, 3, 1)
NEWER = replace(
    WORKOUT,
    engine="0.2.0",
    sets=(RAISES, replace(HOPS, hops=(*HOPS.hops, hop(61.4, flight_time_s=None)))),
)


@pytest.fixture
def other_path(tmp_path: Path) -> Path:
    """Where the other machine's database lies."""
    return tmp_path / "other.db"


def later(hours: int) -> datetime:
    """So long after the usual moment."""
    return NOW + timedelta(hours=hours)


def merged(here: Path, there: Path) -> tuple[Merged, dict[str, object]]:
    """Merge one file into another; gives what came of it, and the content after."""
    with open_store(here) as store:
        return Merging.of(store).merge(there), content(store)


# --- the three laws ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Deed:
    """Something a person does to a database, some hours after what they did before.

    It may not be possible there, and then isn't done.
    """

    name: str
    letter: str
    wait: int
    number: int


DEEDS = st.builds(
    Deed,
    name=st.sampled_from(
        [
            *("save", "save", "save", "again", "newer", "count", "mark", "missed", "missed at"),
            *("false set", "rename", "add set", "take back", "note", "side", "log", "profile"),
            *("default", "retire", "sensor", "mass", "delete", "plan"),
        ]
    ),
    letter=st.sampled_from("abcd"),
    wait=st.integers(0, 3),
    number=st.integers(0, 2),
)
KEYS = {"a": "k1", "b": "k1", "c": "k2", "d": None}
WORDS: dict[str, Callable[[int], Correction]] = {
    "count": lambda n: Count(set_n=1, item="rep", count=10 + n),
    "mark": lambda n: Marked(set_n=2, item="hop", n=1 + n, mark="ok" if n else "false"),
    "missed": lambda n: Missed(set_n=1 + n, item="rep"),
    "missed at": lambda n: Missed(set_n=2, item="hop", at_s=61.6 + 0.1 * n),
    "false set": lambda n: FalseSet(set_n=1 + n),
    "rename": lambda n: Renamed(set_n=2, exercise=("double-leg-hop", "box-jump")[n % 2]),
}


def do(store: Store, deed: Deed, now: datetime) -> None:
    """Do it, or say that it makes no sense."""
    session = store.stored_in(deed.letter * 64)
    number = deed.number
    about: dict[str, Any] = {
        "letter": deed.letter,
        "started_utc": STARTED + timedelta(minutes=ord(deed.letter)),
        "session_key": KEYS[deed.letter],
        "now_utc": now,
    }
    match deed.name:
        case "save":
            save(store, **about, load_kg=(None, 5.0, 10.0)[number])
        case "again":
            save(store, **about, again=True, athlete=(None, "anna", "ben")[number])
        case "newer":
            used = next(iter(store.profiles()), None)
            save(store, NEWER, **about, again=number == 1, profile_id=used and used.id)
        case "side":
            save(store, **about, side=(None, "left", "right")[number], pain=deed.wait)
        case "add set":
            added = AddedSet(
                exercise="tibialis-raise",
                counts={"rep": 12 + number},
                at_s=(None, 200.0)[number % 2],
            )
            store.add_set(session or 0, added, now_utc=now)
        case "take back":
            store.take_back(session or 0, 1 + number)
        case "note":
            store.note(session or 0, ("", "tired", "tired; left knee")[number])
        case "log":
            work = Work(exercise="split squat", sets=1 + number)
            store.log_work(work, day=DAY, now_utc=now, athlete="anna")
        case "profile":
            store.put_profile(deed.letter, f"text {number}", now_utc=now, side="left")
        case "default":
            store.set_default_profile(deed.letter)
        case "retire":
            store.retire_profile(deed.letter, now_utc=now)
        case "sensor":
            store.remember_sensor(
                name=f"s{number}", address=deed.letter, family="polar", now_utc=now
            )
        case "plan":
            whose = (None, "anna", "ben")[number]
            toml = None if deed.wait == 3 else f"text {deed.letter}"
            store.put_plan(deed.letter, toml, from_day=DAY, now_utc=now, athlete=whose)
        case "mass":
            store.add_athlete("anna", body_mass_kg=61.0)
        case "delete":
            store.delete(session or 0)
        case name:
            store.correct(session or 0, WORDS[name](number), now_utc=now)


def live(path: Path, deeds: list[Deed], now: datetime = NOW) -> datetime:
    """Do it all to a database, one after the other; gives when it is over."""
    with open_store(path) as store:
        for deed in deeds:
            now += timedelta(hours=1 + deed.wait)
            with suppress(AnkletError):  # there is no such thing to do it to
                do(store, deed, now)
    return now


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new database, to be copied: making one takes longer than merging it."""
    path = tmp_path_factory.mktemp("empty") / "empty.db"
    open_store(path).close()
    return path


@pytest.mark.slow
@given(
    common=st.lists(DEEDS, max_size=6),
    ours=st.lists(DEEDS, max_size=6),
    theirs=st.lists(DEEDS, max_size=6),
)
@settings(max_examples=30, suppress_health_check=list(HealthCheck))
def test_either_way_and_any_number_of_times_the_same_comes_of_it(
    common: list[Deed],
    ours: list[Deed],
    theirs: list[Deed],
    empty_database: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Two machines that were one once, or never were, after whatever was done on each."""
    folder = tmp_path_factory.mktemp("merge")
    a, b, a2, b2 = (folder / f"{name}.db" for name in ("a", "b", "a2", "b2"))
    shutil.copy(empty_database, a)
    now = live(a, common)
    shutil.copy(a, b)
    live(a, ours, now)
    live(b, theirs, now)
    for one, copy in ((a, a2), (b, b2)):
        shutil.copy(one, copy)
    before = b.read_bytes()
    first, ab = merged(a, b)
    assert b.read_bytes() == before, "the other file is left as it was"
    second, again = merged(a, b)
    assert again == ab, "merging twice adds nothing"
    assert not any(second.brought.values())
    assert not second.grown
    alive = not first.refused and not first.kept
    _, ba = merged(b2, a2)
    if alive:  # what one machine deleted and the other still has stays where it is
        assert ba == ab
    _, with_own_past = merged(a, a2)
    assert with_own_past == ab, "what came of it holds what went into it"
    with sqlite3.connect(a) as db:
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()
    shutil.rmtree(folder)


# --- recordings and sessions ---------------------------------------------------------------------


def test_a_fresh_laptop_gets_everything(store: Store, other_path: Path) -> None:
    """Merging into nothing makes a copy, with ids in order of the days."""
    with open_store(other_path) as other:
        save(other, letter="b", started_utc=STARTED + timedelta(days=1))
        save(other, letter="a", note="first", load_kg=10.0)
        other.correct(1, Count(set_n=1, item="rep", count=7), now_utc=NOW)
        other.log_work(Work(exercise="split squat"), day=DAY, now_utc=NOW)
        theirs = content(other)
    merged = Merging.of(store).merge(other_path)
    assert content(store) == theirs
    assert [(row.id, row.note) for row in store.sessions()] == [(2, ""), (1, "first")]
    assert merged.brought["sessions"] == merged.brought["recordings"] == 2
    assert merged.brought["sets"] == 6
    assert merged.brought["corrections"] == merged.brought["logged"] == 1
    assert merged.notes == ()


def test_left_on_one_laptop_and_right_on_the_other_is_one_session(
    store: Store, other_path: Path
) -> None:
    """They share a key; sets are numbered through both, left first, and the title has all."""
    save(store, letter="a", side="right", session_key="k", note="right one tired")
    with open_store(other_path) as other:
        left = replace(WORKOUT, sets=(RAISES,))
        save(other, left, letter="b", side="left", session_key="k")
    merged = Merging.of(store).merge(other_path)
    (row,) = store.sessions()
    assert (row.id, row.side, row.recordings) == (1, "left + right", 2)
    detail = store.session(1)
    assert [(each.n, each.side) for each in detail.sets][:2] == [(1, "left"), (2, "left")]
    assert [part.recording.side for part in detail.recordings] == ["left", "right"]
    assert merged.grown == (1,)
    assert merged.brought["sessions"] == 0


def test_a_session_begins_with_its_first_recording_wherever_that_was_made(
    store: Store, other_path: Path
) -> None:
    """Day and start are those of the earliest."""
    save(store, letter="a", session_key="k")
    with open_store(other_path) as other:
        save(other, letter="b", session_key="k", started_utc=STARTED - timedelta(days=1))
    Merging.of(store).merge(other_path)
    (row,) = store.sessions()
    assert (row.started_utc, row.day) == (STARTED - timedelta(days=1), date(2026, 2, 28))


def test_recordings_joined_by_hand_there_are_joined_here(store: Store, other_path: Path) -> None:
    """Two sessions here are one there: so somebody said, and it is told."""
    for number, letter in enumerate("ab"):
        save(store, letter=letter, started_utc=STARTED + timedelta(hours=number))
    with open_store(other_path) as other:
        first = save(other, letter="a").session_id
        save(other, letter="b", session_id=first, started_utc=STARTED + timedelta(hours=1))
    merged = Merging.of(store).merge(other_path)
    (row,) = store.sessions()
    assert (row.id, row.recordings) == (1, 2)
    assert merged.notes == ("session 1: session 2 is part of it there, and now here too",)


def test_what_was_deleted_here_stays_away(store: Store, other_path: Path) -> None:
    """And the rest of its session comes without it, numbered from 1."""
    save(store, letter="a", session_key="k")
    store.delete(1)
    with open_store(other_path) as other:
        save(other, letter="a", session_key="k")
        only = replace(WORKOUT, sets=(RAISES,))
        began = STARTED + timedelta(hours=1)
        save(other, only, letter="b", session_key="k", started_utc=began)
    merged = Merging.of(store).merge(other_path)
    assert merged.refused == 1
    (row,) = store.sessions()
    assert row.id == 2, "the number of a deleted session is never given again"
    assert (row.recordings, row.sets) == (1, 1)
    assert [each.n for each in store.session(row.id).sets] == [1]
    assert store.was_deleted("a" * 64)


def test_what_was_deleted_there_is_kept_here_and_said(store: Store, other_path: Path) -> None:
    """A merge takes nothing away; a recording that isn't here is remembered as deleted."""
    save(store, letter="a")
    with open_store(other_path) as other:
        for letter in "ab":
            save(other, letter=letter)
        other.delete(1)
        other.delete(2)
    merged = Merging.of(store).merge(other_path)
    assert merged.kept == (1,)
    assert len(store.sessions()) == 1
    assert not store.was_deleted("a" * 64)
    assert store.was_deleted("b" * 64)


def test_details_of_a_recording_are_combined(store: Store, other_path: Path) -> None:
    """Known replaces unknown, newer replaces older, and both notes stay."""
    save(store, letter="a", side="left", load_kg=10.0, session_key="k", note="here")
    with open_store(other_path) as other:
        told_there: dict[str, Any] = {"load_kg": 12.5, "pain": 2, "note": "there"}
        save(other, letter="a", now_utc=later(1), session_key="k", **told_there)
    merged = Merging.of(store).merge(other_path)
    (part,) = store.session(1).recordings
    told = part.recording
    assert (told.side, told.load_kg, told.pain, told.note) == ("left", 12.5, 2, "here; there")
    (note,) = merged.notes
    assert note == (
        "session 1, workout.csv: load_kg 10.0 here, 12.5 there; the newer is kept, from there"
    )
    assert told.path == "/somewhere/workout.csv"


def test_newer_details_stay_when_an_older_database_is_merged_again(
    store: Store, other_path: Path, tmp_path: Path
) -> None:
    """An old backup of one's own changes nothing of what came in since."""
    save(store, load_kg=10.0)
    BackingUp.of(store).back_up(tmp_path / "past.db")
    with open_store(other_path) as other:
        save(other, load_kg=7.5, now_utc=later(1))
    Merging.of(store).merge(other_path)
    Merging.of(store).merge(tmp_path / "past.db")
    assert store.session(1).load_kg == 7.5


def test_a_session_with_two_keys_has_the_same_one_either_way(
    store: Store, db_path: Path, other_path: Path
) -> None:
    """Shared by its recording; nothing is lost by leaving one key away."""
    save(store, session_key="k1")
    with open_store(other_path) as other:
        save(other, session_key="k0")
        Merging.of(other).merge(db_path)
        Merging.of(store).merge(other_path)
        assert other.session(1).key == store.session(1).key == "k0"


@pytest.mark.parametrize(
    ("notes", "joined"),
    [
        (["", ""], ""),
        (["tired", ""], "tired"),
        (["b", "a"], "a; b"),
        (["a; b", "b"], "a; b"),
        (["a; b", "b; a"], "a; b"),
        (["b; c", "c; a"], "b; c; c; a"),
    ],
)
def test_notes_are_joined_alike_from_either_side(notes: list[str], joined: str) -> None:
    """Each once, and once more changes nothing."""
    assert joined_notes(notes) == joined_notes(notes[::-1]) == joined
    assert joined_notes([joined, *notes]) == joined


# --- analyses and corrections --------------------------------------------------------------------


def test_the_same_recording_analysed_on_both_is_there_once(store: Store, other_path: Path) -> None:
    """Analysed at another hour, with the same result: one analysis, not two."""
    save(store)
    with open_store(other_path) as other:
        save(other, now_utc=later(3))
    merged = Merging.of(store).merge(other_path)
    assert merged.brought["analyses"] == 0
    (part,) = store.session(1).recordings
    assert part.others == ()


def test_an_analysis_that_is_rounded_otherwise_is_the_same(store: Store, other_path: Path) -> None:
    """Another processor adds in another order."""
    save(store)
    a_bit = replace(RAISES, start_s=RAISES.start_s + 1e-9, end_s=RAISES.end_s - 1e-9)
    with open_store(other_path) as other:
        save(other, replace(WORKOUT, sets=(a_bit, *WORKOUT.sets[1:])))
    assert Merging.of(store).merge(other_path).brought["analyses"] == 0


def test_another_engines_analysis_comes_in_beside_and_the_newer_holds(
    store: Store, other_path: Path
) -> None:
    """Corrections of the older go with the newer, by time."""
    save(store)
    store.correct(1, Count(set_n=1, item="rep", count=7), now_utc=NOW)
    with open_store(other_path) as other:
        save(other, NEWER, now_utc=later(1))
    merged = Merging.of(store).merge(other_path)
    (part,) = store.session(1).recordings
    assert part.analysis.engine == "0.2.0"
    assert [each.engine for each in part.others] == ["0.1.0"]
    assert part.sets[0].corrections.counts == {"rep": 7}
    assert merged.notes == ("session 1, workout.csv: 1 corrections go with its newer analysis",)
    assert "2026-03-01T18:00:00Z" in str(content(store)), "said when it was said"


def test_corrections_made_on_both_are_all_kept(store: Store, other_path: Path) -> None:
    """The count from here, the mark from there, and each one missed once."""
    both: list[Correction] = [
        Missed(set_n=2, item="hop", at_s=61.6),
        Marked(set_n=2, item="hop", n=1, mark="false"),
    ]
    save(store)
    with open_store(other_path) as other:
        save(other, now_utc=later(1))
        for word in both:
            other.correct(1, word, now_utc=later(2))
            store.correct(1, word, now_utc=later(1))
        other.correct(1, Renamed(set_n=2, exercise="double-leg-hop"), now_utc=later(2))
    store.correct(1, Count(set_n=1, item="rep", count=7), now_utc=later(1))
    merged = Merging.of(store).merge(other_path)
    first, second, _ = store.session(1).sets
    assert first.corrections.counts == {"rep": 7}
    assert second.corrections.exercise == "double-leg-hop"
    assert second.corrections.missed == {"hop": (61.6,)}
    assert second.corrections.marks == {("hop", 1): "false"}
    assert merged.notes == (), "nobody contradicted anybody"
    figures = store._db.execute("SELECT many FROM set_figure WHERE name = 'contact_time_s'")
    assert figures.fetchall() == [(3,)], "kept figures follow the marks"


def test_two_that_were_missed_nobody_knows_when_are_two(store: Store, other_path: Path) -> None:
    """Said here and there at different moments; what was said in the same second is the same."""
    with open_store(other_path) as other:
        for one, hours in ((store, 1), (other, 2)):
            save(one)
            for moment in (0, hours):
                one.correct(1, Missed(set_n=1, item="rep"), now_utc=later(moment))
    Merging.of(store).merge(other_path)
    Merging.of(store).merge(other_path)
    assert store.session(1).sets[0].corrections.missed == {"rep": (None, None, None)}


def test_of_one_answer_given_twice_the_newest_has_the_word(store: Store, other_path: Path) -> None:
    """What was said there is said of the analysis that counts here."""
    save(store)
    save(store, again=True, now_utc=later(2))
    store.correct(1, Marked(set_n=2, item="hop", n=1, mark="false"), now_utc=later(2))
    with open_store(other_path) as other:
        save(other, now_utc=later(1))
        other.correct(1, Count(set_n=1, item="rep", count=7), now_utc=later(1))
    assert Merging.of(store).merge(other_path).brought["analyses"] == 0
    (part,) = store.session(1).recordings
    assert part.sets[0].corrections.counts == {"rep": 7}
    assert part.sets[1].corrections.marks == {("hop", 1): "false"}
    assert len(part.others) == 1


@pytest.mark.parametrize(("hours", "holds", "where"), [(2, 13, "there"), (0, 12, "here")])
def test_where_two_said_something_else_the_newer_holds(
    store: Store, other_path: Path, hours: int, holds: int, where: str
) -> None:
    """And both are told."""
    save(store)
    store.correct(1, Count(set_n=1, item="rep", count=12), now_utc=later(1))
    with open_store(other_path) as other:
        save(other)
        other.correct(1, Count(set_n=1, item="rep", count=13), now_utc=later(hours))
    merged = Merging.of(store).merge(other_path)
    assert store.session(1).sets[0].corrections.counts == {"rep": holds}
    assert merged.notes == (
        f"session 1, set 1: 12 reps here, 13 reps there; the newer is kept, made {where}",
    )


def test_what_was_said_in_the_same_second_ends_alike_either_way(
    store: Store, db_path: Path, other_path: Path
) -> None:
    """Nobody can say which was later, so one of them holds in both."""
    with open_store(other_path) as other:
        for one, count in ((store, 12), (other, 13)):
            save(one)
            one.correct(1, Count(set_n=1, item="rep", count=count), now_utc=later(1))
        Merging.of(store).merge(other_path)
        Merging.of(other).merge(db_path)
        assert store.session(1).sets[0].corrections == other.session(1).sets[0].corrections


def test_a_set_added_on_both_is_there_once(store: Store, other_path: Path) -> None:
    """The same exercise added to the same recording; one more of another exercise comes in."""
    with open_store(other_path) as other:
        for one, count in ((store, 15), (other, 16)):
            save(one)
            added = AddedSet(exercise="tibialis-raise", counts={"rep": count})
            one.add_set(1, added, now_utc=later(count))
        other.add_set(1, AddedSet(exercise="calf-raise-hold", hold_s=30.0), now_utc=later(1))
    Merging.of(store).merge(other_path)
    added_sets = [each for each in store.session(1).sets if each.added]
    assert [each.exercise for each in added_sets] == ["tibialis-raise", "calf-raise-hold"]
    assert [each.n for each in added_sets] == [4, 5]
    assert added_sets[0].corrections.counts == {"rep": 16}
    assert added_sets[1].detected.holds[0].duration_s == 30.0


# --- people, profiles, logged work, sensors ------------------------------------------------------


def test_people_are_known_by_name(store: Store, other_path: Path) -> None:
    """A body mass that is known here stays, one that isn't comes."""
    store.add_athlete("anna", body_mass_kg=61.0)
    store.add_athlete("ben")
    with open_store(other_path) as other:
        other.add_athlete("cleo", body_mass_kg=55.0)
        other.add_athlete("ben", body_mass_kg=80.0)
        other.add_athlete("anna", body_mass_kg=63.0)
    merged = Merging.of(store).merge(other_path)
    masses = {each.name: each.body_mass_kg for each in store.athletes()}
    assert masses == {"anna": 61.0, "ben": 80.0, "cleo": 55.0}
    assert merged.brought["athletes"] == 1
    assert merged.notes == ("anna weighs 61 kg here and 63 kg there; 61 stays",)


def test_a_given_name_goes_before_the_one_nobody_had_to_give(
    store: Store, other_path: Path
) -> None:
    """The same recording, kept as one's own here and as Anna's there, is Anna's."""
    save(store)
    with open_store(other_path) as other:
        save(other, athlete="anna")
    merged = Merging.of(store).merge(other_path)
    assert store.sessions()[0].athlete == "anna"
    assert merged.notes == ("session 1: it is given as anna and me's; now it is anna's",)


def test_profiles_of_one_name_and_version_get_numbers_by_their_age(
    store: Store, other_path: Path
) -> None:
    """Results still point at the very text they were made with."""
    store.put_profile("left", "one", now_utc=NOW)
    mine = store.put_profile("left", "mine", now_utc=later(2))
    save(store, replace(WORKOUT, profile="left"), letter="a", profile_id=mine.id)
    with open_store(other_path) as other:
        other.put_profile("left", "one", now_utc=NOW)
        yours = other.put_profile("left", "yours", now_utc=later(1))
        save(other, replace(WORKOUT, profile="left"), letter="b", profile_id=yours.id)
    merged = Merging.of(store).merge(other_path)
    texts = {each.version: each.toml for each in store.profiles(every=True)}
    assert texts == {1: "one", 2: "yours", 3: "mine"}
    used = {
        row[0]: row[1]
        for row in store._db.execute(
            "SELECT sha256, toml FROM (SELECT recording.sha256, profile.toml FROM analysis"
            " JOIN recording ON recording.id = recording_id JOIN profile ON profile.id ="
            " profile_id)"
        )
    }
    assert used == {"a" * 64: "mine", "b" * 64: "yours"}
    assert "version 2 here is version 3 now" in merged.notes[0]
    assert merged.brought["profiles"] == 1
    assert store.profile("left").toml == "mine", "the newest is the newest still"


def test_numbers_that_had_to_change_change_no_more_than_they_must(
    store: Store, other_path: Path
) -> None:
    """Versions 1 and 2 are long deleted; 3 stays 3, and its namesake is 4."""
    with open_store(other_path) as other:
        for one, text, hours in ((store, "mine", 1), (other, "yours", 2)):
            one.put_profile("left", text, now_utc=later(hours))
            one._db.execute("UPDATE profile SET version = 3")
    Merging.of(store).merge(other_path)
    assert [(each.version, each.toml) for each in store.profiles(every=True)] == [
        (3, "mine"),
        (4, "yours"),
    ]


def test_there_is_one_default_for_one_purpose(store: Store, other_path: Path) -> None:
    """Of two the newer profile's; a default for something else stays one."""
    with open_store(other_path) as other:
        kept: list[tuple[Store, str, Side, int]] = [
            (store, "mine", "left", 1),
            (store, "right", "right", 0),
            (other, "yours", "left", 2),
        ]
        for one, name, side, hours in kept:
            one.put_profile(name, name, now_utc=later(hours), side=side)
            one.set_default_profile(name)
    Merging.of(store).merge(other_path)
    defaults = {each.name: each.is_default for each in store.profiles()}
    assert defaults == {"mine": False, "right": True, "yours": True}


def test_logged_work_comes_once_and_what_was_logged_twice_twice(
    store: Store, other_path: Path
) -> None:
    """AthleteData of the same day in the same second is the same."""
    work = Work(exercise="leg press", sets=3, reps=8, load_kg=80.0)
    store.log_work(work, day=DAY, now_utc=NOW)
    with open_store(other_path) as other:
        for _ in range(2):
            other.log_work(work, day=DAY, now_utc=NOW)
        other.log_work(work, day=DAY, now_utc=later(1))
    assert Merging.of(store).merge(other_path).brought["logged"] == 2
    assert Merging.of(store).merge(other_path).brought["logged"] == 0
    assert len(store.logged_work()) == 3


def test_a_sensor_known_in_both_is_as_it_was_last_used(store: Store, other_path: Path) -> None:
    """A leg that only the older use tells of stays known."""
    known: dict[str, Any] = {"address": "AA", "family": "polar"}
    store.remember_sensor(name="old name", side="left", now_utc=NOW, **known)
    with open_store(other_path) as other:
        other.remember_sensor(name="new name", now_utc=later(1), **known)
    Merging.of(store).merge(other_path)
    (sensor,) = store.known_sensors()
    assert (sensor.name, sensor.last_side, sensor.last_used_utc) == ("new name", "left", later(1))


# --- whole or not at all -------------------------------------------------------------------------


def test_every_table_has_been_thought_of(store: Store) -> None:
    """A new table of the schema needs a decision here."""
    assert {*MERGED, *LEFT_ALONE} == set(TABLES)


def test_a_try_says_the_same_and_does_nothing(store: Store, other_path: Path) -> None:
    """Down to the temporary tables."""
    save(store)
    with open_store(other_path) as other:
        save(other, letter="b", note="there")
    before = content(store)
    tried = Merging.of(store).merge(other_path, dry_run=True)
    assert content(store) == before
    assert Merging.of(store).merge(other_path) == tried
    assert len(store.sessions()) == 2


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from sensing.store.merge import merging
    from sensing.store.merge.merging import Merging
    from sensing.store.store import open_store

    def kill(*args):
        os.kill(os.getpid(), signal.SIGKILL)

    merging.merge_sensors = kill
    with open_store(Path(sys.argv[1])) as store:
        store._db.execute("PRAGMA cache_size = 5")  # so that much of it is on the disk by then
        Merging.of(store).merge(Path(sys.argv[2]))
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a POSIX matter")
def test_a_kill_in_the_middle_leaves_the_database_as_it_was(
    store: Store, db_path: Path, other_path: Path
) -> None:
    """Nearly all of it had been written."""
    save(store, note="before")
    with open_store(other_path) as other:
        for letter in "bcdef":
            save(other, letter=letter)
    before = content(store)
    store.close()
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(db_path), str(other_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == -9, done.stderr
    with open_store(db_path) as again:
        assert content(again) == before
        assert again._db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        Merging.of(again).merge(other_path)
        assert len(again.sessions()) == 6


def test_an_error_on_the_way_leaves_nothing_behind(
    store: Store, other_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither rows nor the other database, so that the next try can do it."""
    with open_store(other_path) as other:
        save(other)

    def broken(_: object) -> int:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("sensing.store.merge.merging.merge_sensors", broken)
        with pytest.raises(ZeroDivisionError):
            Merging.of(store).merge(other_path)
    assert store.sessions() == []
    assert Merging.of(store).merge(other_path).brought["sessions"] == 1


def test_what_is_stopped_while_it_reads_stops(
    store: Store, other_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C comes as itself, and the next try can do it."""
    with open_store(other_path) as other:
        save(other)

    def stopped(db: Any) -> None:
        waiting = db.execute("SELECT * FROM other.exercise_set")
        assert waiting.fetchone()
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("sensing.store.merge.merging.merge_deleted", stopped)
        with pytest.raises(KeyboardInterrupt):
            Merging.of(store).merge(other_path)
    assert store.sessions() == []
    assert Merging.of(store).merge(other_path).brought["sessions"] == 1


def test_a_full_disk_leaves_the_database_as_it_was(store: Store, other_path: Path) -> None:
    """In one line."""
    with open_store(other_path) as other:
        for letter in "bcdef":
            save(other, letter=letter)
    save(store)
    pages = store._db.execute("PRAGMA page_count").fetchone()[0]
    store._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match="the disk is full; nothing of this was stored"):
        Merging.of(store).merge(other_path)
    assert len(store.sessions()) == 1


# --- the other file ------------------------------------------------------------------------------


@pytest.mark.parametrize("dump", DUMPS, ids=lambda dump: dump.stem)
def test_an_older_anklets_database_is_brought_up_to_date_in_a_copy(
    dump: Path, store: Store, other_path: Path
) -> None:
    """The file stays of its age."""
    of_old(dump, other_path)
    before = other_path.read_bytes()
    assert Merging.of(store).merge(other_path).brought["sessions"] >= 1
    assert other_path.read_bytes() == before
    assert {each.name for each in other_path.parent.iterdir()} <= {
        *("other.db", "anklet.db", "anklet.db-wal", "anklet.db-shm"),
    }


def test_a_database_in_use_is_read_as_it_is_now(store: Store, other_path: Path) -> None:
    """What is still in its write-ahead log is in it too."""
    with open_store(other_path) as other:
        save(other)
        assert Merging.of(store).merge(other_path).brought["sessions"] == 1
        save(other, letter="b")


def test_a_copy_with_its_log_beside_it_is_read_whole(
    store: Store, other_path: Path, tmp_path: Path
) -> None:
    """Copied by hand from a running machine, or left by a crash; neither file is touched."""
    with open_store(tmp_path / "live.db") as other:
        save(other)
        for ending in ("", "-wal"):
            shutil.copy(tmp_path / f"live.db{ending}", f"{other_path}{ending}")
    log = other_path.with_name("other.db-wal")
    before = (other_path.read_bytes(), log.read_bytes())
    assert len(before[1]) > 0
    assert Merging.of(store).merge(other_path).brought["sessions"] == 1
    assert (other_path.read_bytes(), log.read_bytes()) == before


def test_what_is_no_database_of_ours_is_said_in_a_line(
    run: Command, store: Store, db_path: Path, tmp_path: Path
) -> None:
    """Every wrong file, exit status 2, and nothing changed."""
    save(store)
    before = content(store)
    newer, damaged = tmp_path / "newer.db", tmp_path / "damaged.db"
    for path in (newer, damaged):
        BackingUp.of(store).back_up(path)
    with sqlite3.connect(newer) as db:
        db.execute("INSERT INTO _sqlite_migrations VALUES (NULL, 'anklet', 'm999_more', '2031')")
    db.close()
    spoilt = bytearray(damaged.read_bytes())
    spoilt[4096 * 3 : 4096 * 20] = b"\xa5" * (4096 * 17)
    damaged.write_bytes(spoilt)
    with sqlite3.connect(tmp_path / "strange.db") as db:
        db.execute("CREATE TABLE moz_places (id INTEGER PRIMARY KEY)")
    db.close()
    (tmp_path / "text.db").write_text("t_s,ax_g\n" * 200)
    (tmp_path / "empty.db").touch()
    wrong = {
        "newer.db": "written by a newer Anklet",
        "damaged.db": "the database is damaged",
        "strange.db": "a database of another program",
        "text.db": "this is no SQLite database",
        "empty.db": "the file is empty",
        "missing.db": "there is no such file",
        ".": "is a directory",
        db_path.name: "this is the database itself",
    }
    for name, words in wrong.items():
        done = run("merge", tmp_path / name)
        assert (done.status, done.out) == (2, ""), name
        assert words in done.err
        assert name in done.err
        assert "--db" not in done.err or name == ".", "the advice is about this file"
        assert done.err.count("\n") == 1
    assert content(store) == before


def test_a_locked_database_is_said_to_be_locked(
    store: Store, other_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program is storing a session just now."""
    with open_store(other_path) as other:
        save(other)
    store._db.execute("PRAGMA busy_timeout = 50")
    with open_store(store.place) as busy:
        busy._db.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="another program is writing"):
            Merging.of(store).merge(other_path)
        busy._db.rollback()
    assert Merging.of(store).merge(other_path).brought["sessions"] == 1


def test_the_command_says_what_came_of_it(run: Command, other_path: Path, db_path: Path) -> None:
    """Counts on standard output, what was contradicted on standard error."""
    with open_store(db_path) as store, open_store(other_path) as other:
        save(store, pain=1)
        save(other, pain=3, now_utc=later(1))
        save(other, letter="b")
        save(other, letter="c")
        other.delete(3)
    tried = run("merge", other_path, "--dry-run")
    assert tried.status == 0, tried.err
    assert tried.out.startswith("Would be added: 1 session, 1 recording, 1 analysis, 3 sets.\n")
    assert tried.out.endswith("Nothing was changed.\n")
    done = run("merge", other_path)
    assert done.out == (
        "Added: 1 session, 1 recording, 1 analysis, 3 sets.\n"
        "Changed: session 1.\n"
        "Already in your database: 1 recording.\n"
    )
    assert "pain 1 here, 3 there; the newer is kept, from there" in done.err
    again = run("merge", other_path)
    assert again.out == "Nothing new to add.\nAlready in your database: 2 recordings.\n"


def test_merging_into_nothing_on_trial_makes_no_database(
    run: Command, other_path: Path, db_path: Path
) -> None:
    """A look must not litter."""
    with open_store(other_path) as other:
        save(other)
    assert run("merge", other_path, "--dry-run").status == 0
    assert not db_path.exists()
    assert run("merge", other_path).status == 0
    assert db_path.exists()
