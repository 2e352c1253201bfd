"""Does the database open in a browser, read only, explained, on this machine alone?"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sensing.store.browse.browsing import SETTINGS, metadata
from sensing.store.browse.canned_queries import CANNED_QUERIES
from sensing.store.schema.dictionary import TABLES, VIEWS
from sensing.store.store import Store, open_store
from sensing.store.values.corrections import AddedSet, Count
from sensing.store.values.rows import Work
from tests.conftest import ROOT, Command
from tests.stored import NOW, STARTED, save
from tests.years import write_years

SESSIONS = 12


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of some sessions, with one of every kind of doubt in it."""
    path = tmp_path_factory.mktemp("browse") / "my data.db"
    write_years(path, sessions=SESSIONS - 1, athletes=2)
    with open_store(path) as store:
        session = save(store, side="left", load_kg=10.0, pain=3).session_id
        store.correct(session, Count(set_n=1, item="rep", count=9), now_utc=NOW)
        store.add_set(session, AddedSet(exercise="tibialis-raise", counts={"rep": 5}), now_utc=NOW)
        work = Work(exercise="leg press", sets=3, reps=8, load_kg=80.0)
        store.log_work(work, day=STARTED.date(), now_utc=NOW)
    return path


@pytest.fixture(scope="module")
def pages(years: Path) -> Iterator[str]:
    """The address of the database's own page, served by ``anklet browse`` as a program."""
    pytest.importorskip("datasette")
    with subprocess.Popen(
        [sys.executable, "-m", "cli", "browse", "--no-open", "--db", str(years)],
        cwd=ROOT,
        env=os.environ | {"PYTHONUNBUFFERED": "1", "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip()
        finally:
            server.send_signal(signal.SIGINT)
            out, err = server.communicate(timeout=600)
    assert server.returncode == 0, err
    assert out == "", "nothing is printed while it serves"
    assert err == "press Ctrl-C to stop\n"


def get(address: str, **headers: str) -> str:
    """A page."""
    request = urllib.request.Request(address, headers=headers)  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=600) as answer:  # noqa: S310
        text: str = answer.read().decode()
        return text


def rows(address: str) -> list[dict[str, Any]]:
    """Rows from the JSON API."""
    answer = json.loads(get(address))
    assert answer.get("ok", True), answer
    return [dict(zip(answer["columns"], row, strict=True)) for row in answer["rows"]]


@pytest.mark.slow
def test_it_opens_with_questions_and_explanations(pages: str) -> None:
    """The first page asks; a table's page says what its columns mean, with units and facets."""
    assert pages.startswith("http://127.0.0.1:")
    first = get(pages)
    for query in CANNED_QUERIES:
        assert query.title.replace("'", "&#39;") in first
    hops = get(f"{pages}/hop")
    assert "standard uncertainty of this one contact time" in hops
    assert "\u00a0ms" in hops or "&nbsp;ms" in hops
    sets = get(f"{pages}/set_summary")
    for facet in ("exercise", "side", "athlete"):
        assert f'id="facet-{facet}"' in sets
    assert f"{SESSIONS * 6 - 6 + 4}" in sets
    css = get(pages[: pages.rindex("/")] + "/assets/anklet.css")
    assert "column-descriptions" in css


@pytest.mark.slow
def test_every_table_and_view_has_its_page(pages: str) -> None:
    """A column that the metadata names and the table lacks would break one."""
    for name in (*TABLES, *VIEWS):
        assert f"({name})" in get(f"{pages}/{name}?_size=2")


@pytest.mark.slow
def test_every_ready_question_is_answered(pages: str) -> None:
    """With rows, and for one person with hers alone."""
    for query in CANNED_QUERIES:
        found = rows(f"{pages}/{query.name}.json")
        assert found, query.name
        assert query.title.replace("'", "&#39;") in get(f"{pages}/{query.name}")
        who = urllib.parse.quote("athlete 2")
        hers = rows(f"{pages}/{query.name}.json?athlete={who}")
        assert {row["athlete"] for row in hers} <= {"athlete 2"}
        assert len(hers) < len(found)


@pytest.mark.slow
def test_it_only_reads_and_only_for_this_machine(pages: str) -> None:
    """No statement that writes, no other name, no tracebacks for a slip."""
    for sql in ("delete from session", "pragma journal_mode=delete"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            get(f"{pages}.json?sql={urllib.parse.quote(sql)}")
        assert refused.value.code == 400
        refused.value.close()
    port = urllib.parse.urlsplit(pages).port
    assert get(pages, Host=f"localhost:{port}")
    with pytest.raises(urllib.error.HTTPError) as turned_away:
        get(pages, Host="elsewhere.example")
    assert turned_away.value.code == 421
    turned_away.value.close()
    with pytest.raises(urllib.error.HTTPError) as missing:
        get(f"{pages}/no_such_table")
    assert missing.value.code == 404
    missing.value.close()


@pytest.mark.slow
def test_a_session_stored_meanwhile_is_there_at_the_next_look(pages: str, years: Path) -> None:
    """Nothing is kept back, and the writer doesn't wait."""
    before = len(rows(f"{pages}/session.json?_size=max"))
    with open_store(years) as store:
        made = save(store, letter="9")
        assert len(rows(f"{pages}/session.json?_size=max")) == before + 1
        store.delete(made.session_id)
    assert len(rows(f"{pages}/session.json?_size=max")) == before


# --- without a server ----------------------------------------------------------------------------


def by_sql(store: Store, name: str, **asked: str) -> list[dict[str, Any]]:
    """The answer to a ready question."""
    (sql,) = (query.sql for query in CANNED_QUERIES if query.name == name)
    every = {"athlete": "", "figure": "", "why": ""} | asked
    return list(store._db.query(sql, every))


def test_weeks_begin_on_monday_and_hold_what_was_logged(store: Store) -> None:
    """2026-03-01 is a Sunday, so its week began on 23 February."""
    save(store, load_kg=10.0)
    store.log_work(
        Work(exercise="leg press", sets=3, reps=8, load_kg=80.0), day=STARTED.date(), now_utc=NOW
    )
    found = {row["exercise"]: row for row in by_sql(store, "week_by_week")}
    assert {row["week"] for row in found.values()} == {"2026-02-23"}
    assert found["leg press"]["volume_kg"] == 3 * 8 * 80.0
    assert found["single-leg-calf-raise"]["reps"] == 5
    assert found["single-leg-hop"]["reps"] is None, "what wasn't done isn't 0"


def test_what_cant_be_trusted_is_told_with_its_reason(store: Store) -> None:
    """A rep in a gap, lost and clipped samples, a guess, hops timed as anybody's."""
    save(store)
    found = {
        (row["what"], row["why"]): row["how_many"] for row in by_sql(store, "not_to_be_trusted")
    }
    assert found == {
        ("reps", "gap"): 1,
        ("samples", "lost"): 12,
        ("samples", "clipped"): 3,
        ("exercise", "detected from the signal"): 1,
        ("ground-contact times", "not calibrated to this athlete"): 4,
    }
    assert len(by_sql(store, "not_to_be_trusted", why="gap")) == 1


def test_legs_are_compared_within_a_session(store: Store) -> None:
    """Left as a percentage of right, of the figure asked for."""
    from dataclasses import replace

    from tests.stored import RAISES, WORKOUT, rep

    lower = replace(RAISES, side=None, reps=(rep(10.0, rise_m=0.063),))
    higher = replace(RAISES, side=None, reps=(rep(10.0, rise_m=0.07),))
    for letter, side, one in (("a", "left", lower), ("b", "right", higher)):
        save(store, replace(WORKOUT, sets=(one,)), letter=letter, side=side, session_key="k")
    (row,) = by_sql(store, "left_against_right")
    assert (row["left_leg"], row["right_leg"]) == (0.063, 0.07)
    assert row["left_percent_of_right"] == 90.0
    assert by_sql(store, "left_against_right", figure="rsi") == []


def test_legs_are_compared_within_a_day(store: Store) -> None:
    """Also of two sessions; not of two days, two athletes or two exercises."""
    from dataclasses import replace
    from datetime import timedelta

    from tests.stored import RAISES, WORKOUT, rep

    def one(letter: str, side: str, rise_m: float, **more: Any) -> int:
        exercise = more.pop("exercise", RAISES.exercise)
        reps = (rep(10.0, rise_m=rise_m),)
        found = replace(RAISES, side=None, exercise=exercise, reps=reps)
        analysis = replace(WORKOUT, sets=(found,))
        return save(store, analysis, letter=letter, side=side, **more).session_id

    next_day = STARTED + timedelta(days=1)
    left, right = one("a", "left", 0.063), one("b", "right", 0.07)
    one("c", "right", 0.05, athlete="anna")
    one("d", "right", 0.05, exercise="seated-calf-raise")
    one("e", "right", 0.05, started_utc=next_day)
    (row,) = by_sql(store, "left_against_right")
    assert (row["athlete"], row["left_leg"], row["right_leg"]) == ("me", 0.063, 0.07)
    assert row["left_percent_of_right"] == 90.0
    assert row["session_ids"] == f"{left},{right}"
    one("f", "left", 0.06, started_utc=next_day)
    newer, older = by_sql(store, "left_against_right")
    assert (newer["left_percent_of_right"], older["left_percent_of_right"]) == (120.0, 90.0)


def test_the_metadata_names_only_what_is_there() -> None:
    """Facets, sorting, units and labels are columns of their tables; plumbing is hidden."""
    from datasette.app import DEFAULT_SETTINGS

    shown = metadata("x")["databases"]["x"]["tables"]
    for name, table in {**TABLES, **VIEWS}.items():
        told = shown[name]
        assert set(told["columns"]) == set(table.columns)
        named = [*told.get("facets", ()), *told.get("units", ())]
        named += [told[key] for key in ("sort", "sort_desc", "label_column") if key in told]
        assert set(named) <= set(table.columns), name
    assert shown["deleted"]["hidden"]
    assert "hidden" not in shown["set_summary"]
    assert set(SETTINGS) <= set(DEFAULT_SETTINGS)


def test_a_port_that_is_taken_is_said(run: Command, db_path: Path) -> None:
    """Or, if none was asked for, passed over."""
    pytest.importorskip("datasette")
    from cli.data.browse import _listen

    open_store(db_path).close()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("browse", "--no-open", "--port", port)
    assert done.status == 2
    assert f"port {port} can't be used" in done.err
    assert "--port" in done.err
    with _listen(None) as first, _listen(None) as second:
        assert first.getsockname()[0] == "127.0.0.1"
        assert second.getsockname()[1] > first.getsockname()[1]


def test_without_a_database_nothing_is_served(run: Command, db_path: Path) -> None:
    """It is said how to get one, and none is made."""
    pytest.importorskip("datasette")
    done = run("browse", "--no-open")
    assert done.status == 2
    assert "there is no database yet; `anklet record` or `anklet replay RECORDING`" in done.err
    assert not db_path.exists()


def test_without_datasette_it_says_what_to_install(
    run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one line."""
    monkeypatch.setitem(sys.modules, "datasette", None)
    done = run("browse")
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert "pip install datasette beside Anklet" in done.err
