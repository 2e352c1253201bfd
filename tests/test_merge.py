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
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sensing.errors import AnkletError, StoreError, UsageError
from sensing.store import (
    AddedSet,
    Count,
    FalseSet,
    Marked,
    Missed,
    Renamed,
    Store,
    Work,
    open_store,
    opening,
)
from sensing.store.dictionary import TABLES
from sensing.store.merge_sessions import joined_notes
from sensing.store.merging import MERGED, Merged
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
        return store.merge(there), content(store)


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
            *("default", "retire", "sensor", "mass", "delete"),
        ]
    ),
    letter=st.sampled_from("abcd"),
    wait=st.integers(0, 3),
    number=st.integers(0, 2),
)
KEYS = {"a": "k1", "b": "k1", "c": "k2", "d": None}
WORDS: dict[str, Callable[[int], object]] = {
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
    about = {
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
            used = store.find_profile()
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
        case "mass":
            store.add_athlete("anna", body_mass_kg=61.0)
        case "delete":
            store.delete(session or 0)
        case name:
            store.correct(session or 0, WORDS[name](number), now_utc=now)  # type: ignore[arg-type]


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


@given(
    common=st.lists(DEEDS, max_size=6),
    ours=st.lists(DEEDS, max_size=6),
    theirs=st.lists(DEEDS, max_size=6),
)
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
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
