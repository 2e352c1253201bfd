"""Can a person list, read, correct, annotate and delete what is stored, and a program read it?"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from sensing.store.store import Store, open_store
from sensing.store.values.corrections import Missed
from sensing.store.values.rows import AnalysisRun
from tests.conftest import Command, Done, Run
from tests.stored import HOLD, HOPS, NOW, RAISES, STARTED, WORKOUT, in_memory, info, save


@pytest.fixture
def kept(db_path: Path) -> None:
    """A workout as session 1."""
    with open_store(db_path) as store:
        save(store, side="left", load_kg=12.5, note="felt [b]easy[/b] \x1b[31m")


def table_of(done: Done) -> list[dict[str, str]]:
    """Rows of a CSV."""
    assert done.status == 0, done.err
    return list(csv.DictReader(io.StringIO(done.out)))


# --- an empty database -------------------------------------------------------------------------


def test_an_empty_database_says_how_to_fill_it(run: Command, db_path: Path) -> None:
    """On standard error, and no file is made by looking."""
    done = run("sessions")
    assert (done.status, done.out) == (0, "")
    assert "anklet replay RECORDING" in done.err
    assert not db_path.exists()


def test_an_empty_list_is_still_json_and_csv(run: Command) -> None:
    """A program gets an empty array, or a header."""
    assert json.loads(run("sessions", "--json").out) == []
    assert run("sessions", "--csv").out.startswith("id,day,started_utc,")


@pytest.mark.parametrize(
    "args",
    [
        ("show", 5),
        ("note", 5, "x"),
        ("delete", 5, "--yes"),
        ("correct", 5, "--set", 1, "--count", 3),
        ("correct", 5, "--set", 1, "--undo"),
    ],
    ids=lambda args: args[0],
)
@pytest.mark.usefixtures("kept")
def test_an_unknown_session_is_one_line_with_what_there_is(
    run: Command, args: tuple[object, ...]
) -> None:
    """And status 2."""
    done = run(*args)
    assert (done.status, done.out) == (2, "")
    assert done.err == "anklet: there is no session 5; there is only session 1\n"


# --- the list ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("kept")
def test_the_list_shows_what_was_done(run: Command) -> None:
    """Day, exercises, numbers; no colour in a pipe, nor what a note would do to the terminal."""
    done = run("sessions")
    assert done.err == ""
    for word in ("2026-03-01", "single-leg-calf-raise,", "left", "12.5", "31.0"):
        assert word in done.out
    assert "\x1b" not in done.out
    assert "felt [b]easy[/b]" in " ".join(run("show", 1).out.split())


def test_the_list_can_be_narrowed(run: Command, store: Store) -> None:
    """By number, day and exercise; if nothing is like that, that is said."""
    for letter, found in (("a", RAISES), ("b", HOPS), ("c", HOLD)):
        save(store, replace(WORKOUT, sets=(found,)), letter=letter)
    assert [row["id"] for row in table_of(run("sessions", "--csv"))] == ["3", "2", "1"]
    assert [row["id"] for row in table_of(run("sessions", "--csv", "--limit", 2))] == ["3", "2"]
    only = table_of(run("sessions", "--csv", "--exercise", "single-leg-hop"))
    assert [row["hops"] for row in only] == ["4"]
    done = run("sessions", "--since", "2031-01-01")
    assert done.out == ""
    assert "no session matches" in done.err


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (("sessions", "--json", "--csv"), "--json and --csv can't be combined"),
        (("sessions", "--exercise", "single-leg-hopp"), "did you mean single-leg-hop"),
        (("sessions", "--since", "yesterday"), "yesterday"),
        (("sessions", "--limit", 0), "limit"),
        (("show", "one"), "'one' is not an ID"),
        (("show", 10**30), "is not an ID"),
        (("sessions", "--db", "/nowhere/at/all.db"), "there is no directory"),
    ],
)
def test_wrong_usage_is_one_line_and_status_two(
    run: Command, args: tuple[object, ...], line: str
) -> None:
    """What is wrong and what to do, on standard error."""
    done = run(*args)
    assert (done.status, done.out) == (2, "")
    assert line in done.err
    assert done.err.count("\n") == 1


# --- one session -------------------------------------------------------------------------------


@pytest.mark.usefixtures("kept")
def test_a_session_is_shown_with_units_in_its_headings(run: Command) -> None:
    """Every kind of table, each figure with the unit it is in, RSI named by both definitions."""
    text = " ".join(run("show", 1).out.split())
    for word in (
        "up (s)",
        "height (cm)",
        "contact (ms)",
        "flight (ms)",
        "held (s)",
        "m/s²",
        "RSI",
    ):
        assert word in text
    assert "5 reps, 1 of them partial" in text
    assert "doubtful: data gap" in text


@pytest.mark.usefixtures("kept")
def test_no_column_is_lost_in_a_narrow_window(
    run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rather a long line than a figure left out without a word."""
    monkeypatch.setenv("COLUMNS", "40")
    run("correct", 1, "--set", 2, "--hop", 2, "--mark", "false")
    lines = run("show", 1).out.splitlines()
    (second,) = [line for line in lines if "60.350" in line]
    assert second.split() == ["2", "60.350", "200", "±", "150", "0.75", "0.14", "false"]


@pytest.mark.usefixtures("kept")
def test_what_cant_be_known_is_left_blank_and_null(run: Command) -> None:
    """Never a 0: the last hop's flight, a rise that could not be told."""
    shown = json.loads(run("show", 1, "--json").out)
    assert shown["hops"][-1]["flight_time_s"] is None
    assert shown["hops"][-1]["rsi"] is None
    assert shown["reps"][4]["rise_m"] is None
    assert shown["sets"][0]["hops"] is None
    assert table_of(run("show", 1, "--table", "hops", "--csv"))[-1]["flight_time_s"] == ""


@pytest.mark.usefixtures("kept")
def test_json_csv_and_store_agree(run: Command, db_path: Path) -> None:
    """Same numbers whichever way they are read."""
    shown = json.loads(run("show", 1, "--json").out)
    with open_store(db_path) as store:
        detail = store.session(1)
    for which, item in (("reps", "rep"), ("hops", "hop"), ("holds", "hold")):
        as_json = json.loads(run("show", 1, "--table", which, "--json").out)
        assert as_json == shown[which]
        as_csv = table_of(run("show", 1, "--table", which, "--csv"))
        whole = [row for row in table_of(run("show", 1, "--csv")) if row["item"] == item]
        for rows in (as_csv, whole):
            assert len(rows) == len(as_json)
            for row, same in zip(rows, as_json, strict=True):
                for name, value in same.items():
                    assert row[name] == plain(value), name
    assert [row["rise_m"] for row in shown["reps"]] == [
        r.rise_m for r in detail.sets[0].detected.reps
    ]
    assert shown["session"]["recordings"][0]["sha256"] == "a" * 64


def plain(value: object) -> str:
    """As CSV writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def test_json_is_named_as_analyze_names_it(run: Command, store: Store) -> None:
    """A program that reads one reads the other."""
    from sensing.results.json_document import document

    save(store)
    analysed = document(WORKOUT)
    shown = json.loads(run("show", 1, "--json").out)
    for which in ("reps", "hops"):
        known = analysed[which]
        assert isinstance(known, list)
        for theirs, ours in zip(known, shown[which], strict=True):
            assert isinstance(theirs, dict)
            assert {name: ours[name] for name in theirs} == theirs


def test_a_session_in_which_nothing_was_found_is_shown(run: Command, store: Store) -> None:
    """With a line that says so."""
    save(store, replace(WORKOUT, sets=()))
    assert "No set was detected" in run("show", 1).out
    assert table_of(run("show", 1, "--csv")) == []


def test_plot_without_its_recording_says_so_and_shows_the_rest(run: Command, store: Store) -> None:
    """The file was moved."""
    save(store)
    done = run("show", 1, "--plot")
    assert done.status == 0
    assert "/somewhere/workout.csv" in done.err
    assert "Set 1" in done.out


def test_plot_draws_from_the_recording_only_if_it_is_the_same(
    run: Command, store: Store, tmp_path: Path
) -> None:
    """A file of that name with other bytes is another recording."""
    from sensing.files.read_recording import sha256_of

    file = tmp_path / "still.csv"
    noise = [k % 7 / 100 for k in range(12_000)]  # a sensor without any would be called stuck
    rows = "".join(f"{k / 100},{x},{x / 2},{1 + x / 3}\n" for k, x in enumerate(noise))
    file.write_text("t_s,ax_g,ay_g,az_g\n" + rows)
    store.save(
        WORKOUT,
        replace(info(), path=str(file), sha256=sha256_of(file)),
        AnalysisRun(now_utc=NOW),
    )
    assert "g over s" in run("show", 1, "--plot").out
    file.write_text("t_s,ax_g,ay_g,az_g\n" + rows.replace("0.01,", "0.02,"))
    done = run("show", 1, "--plot")
    assert "has changed since" in done.err
    assert "g over s" not in done.out


# --- corrections -------------------------------------------------------------------------------


@pytest.mark.usefixtures("kept")
def test_a_count_set_right_is_shown_beside_the_machines(run: Command) -> None:
    """In the answer, in the session and in the list."""
    done = run("correct", 1, "--set", 1, "--count", 12)
    assert (done.status, done.out) == (0, "")
    assert done.err == "session 1, set 1: 5 reps detected, 12 after your correction\n"
    text = run("show", 1).out
    assert "  12 reps, 1 of them partial\n" in text
    assert "corrected by you: 5 reps detected" in text
    (row,) = table_of(run("sessions", "--csv"))
    assert (row["reps"], row["corrected"]) == ("12", "true")


@pytest.mark.usefixtures("kept")
def test_marks_are_shown_beside_what_the_machine_said(run: Command) -> None:
    """False, partial, ok and missed."""
    for args in (
        ("--rep", 1, "--mark", "false"),
        ("--rep", 2, "--mark", "partial"),
        ("--rep", 4, "--mark", "ok"),
        ("--mark", "missed", "--at", 30.5),
    ):
        assert run("correct", 1, "--set", 1, *args).status == 0
    rows = table_of(run("show", 1, "--table", "reps", "--csv"))
    assert [row["mark"] for row in rows] == ["false", "partial", "", "ok", "", "missed"]
    assert [row["valid"] for row in rows] == ["true", "true", "true", "false", "true", ""]
    assert [row["counted"] for row in rows] == ["false", "true", "true", "true", "true", "true"]
    assert (rows[-1]["n"], rows[-1]["start_s"]) == ("", "30.5")
    (first, *_) = table_of(run("show", 1, "--table", "sets", "--csv"))
    assert (first["machine_reps"], first["reps"], first["partial_reps"]) == ("5", "5", "2")
    text = run("show", 1).out
    assert "  5 reps, 2 of them partial" in text
    assert "corrected by you: 5 reps detected" in text
    assert "missed" in text


@pytest.mark.usefixtures("kept")
def test_hops_and_holds_are_corrected_the_same_way(run: Command) -> None:
    """A count of a set of hops is one of hops."""
    assert (
        "4 hops detected, 9 after your correction"
        in run("correct", 1, "--set", 2, "--count", 9).err
    )
    done = run("correct", 1, "--set", 2, "--hop", 1, "--mark", "false")
    assert "the count you gave still applies" in done.err
    done = run("correct", 1, "--set", 3, "--hold", 1, "--mark", "false")
    assert "1 hold detected, 0 after your correction" in done.err
    (row,) = table_of(run("sessions", "--csv"))
    assert (row["hops"], row["hold_s"]) == ("9", "0.0")


@pytest.mark.usefixtures("kept")
def test_a_false_set_counts_nothing_until_it_is_taken_back(run: Command) -> None:
    """The set stays to be seen."""
    run("correct", 1, "--set", 1, "--mark", "false")
    assert "a false detection, as you marked it" in run("show", 1).out
    assert table_of(run("sessions", "--csv"))[0]["reps"] == "0"
    assert "1 correction undone" in run("correct", 1, "--set", 1, "--undo").err
    assert table_of(run("sessions", "--csv"))[0]["reps"] == "5"


@pytest.mark.usefixtures("kept")
def test_one_mark_can_be_taken_back_alone(run: Command) -> None:
    """The others stay."""
    for n in (1, 2):
        run("correct", 1, "--set", 1, "--rep", n, "--mark", "false")
    done = run("correct", 1, "--set", 1, "--rep", 1, "--undo")
    assert "5 reps detected, 4 after your correction" in done.err


@pytest.mark.parametrize(
    ("args", "line"),
    [
        ((), "no single correction given"),
        (("--count", 3, "--mark", "false"), "no single correction given"),
        (("--rep", 1, "--hop", 1, "--mark", "ok"), "only one event can be marked at a time"),
        (("--mark", "ok"), "nothing to mark ok"),
        (("--mark", "missed", "--rep", 3), "a missed event has no number yet"),
        (("--rep", 3, "--count", 2), "a single rep has no count"),
        (("--count", 3, "--at", 2.0), "--at is for a missed event"),
        (("--undo", "--count", 3), "--undo takes no new correction"),
        (("--rep", 9, "--mark", "ok"), "set 1 has no rep 9; it has 5 reps"),
        (("--mark", "missed", "--at", 14), "rep 2 was detected at 14 s"),
        (("--mark", "missed", "--at", "nan"), "nan is no time"),
        (("--mark", "wrong"), "wrong"),
        (("--count", -1), "count"),
    ],
)
@pytest.mark.usefixtures("kept")
def test_a_correction_that_makes_no_sense_is_refused_in_one_line(
    run: Command, args: tuple[object, ...], line: str
) -> None:
    """And nothing is written."""
    done = run("correct", 1, "--set", 1, *args)
    assert (done.status, done.out) == (2, "")
    assert line in done.err
    assert done.err.count("\n") == 1
    assert table_of(run("sessions", "--csv"))[0]["corrected"] == "false"


@pytest.mark.usefixtures("kept")
def test_in_a_hold_nothing_is_counted(run: Command) -> None:
    """It has a duration; and set 4 is not there."""
    assert "nothing is counted" in run("correct", 1, "--set", 3, "--count", 2).err
    assert "it has sets 1 to 3" in run("correct", 1, "--set", 4, "--count", 2).err


# --- notes and deleting ------------------------------------------------------------------------


@pytest.mark.usefixtures("kept")
def test_a_note_is_replaced(run: Command) -> None:
    """With whatever is in it."""
    assert run("note", 1, 'stiff Achilles; =1+1, "quoted"\nsecond line').status == 0
    assert table_of(run("sessions", "--csv"))[0]["note"].endswith('"quoted"\nsecond line')
    assert run("note", 1, "").err == "session 1: note removed\n"


@pytest.mark.usefixtures("kept")
def test_deleting_asks_first(
    run: Command, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On standard error; no and nobody there both leave it."""
    for answer in ("n\n", ""):
        monkeypatch.setattr("sys.stdin", io.StringIO(answer))
        done = run("delete", 1)
        assert (done.status, done.out.strip()) == (2, "")
        assert "3 sets" in done.err
    assert len(table_of(run("sessions", "--csv"))) == 1
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert run("delete", 1).status == 0
    assert table_of(run("sessions", "--csv")) == []


def test_deleting_leaves_the_recording(run: Command, store: Store, tmp_path: Path) -> None:
    """And says where it is, or that it is nowhere."""
    file = tmp_path / "workout.csv"
    save(store, path=str(file))
    save(store, letter="b", path=str(file))
    file.touch()
    assert run("delete", 1, "--yes").err.endswith(f"; the recording is still at {file}\n")
    file.unlink()
    assert run("delete", 2, "--yes").err.endswith(f"; the recording is gone from {file}\n")


# --- as a program ------------------------------------------------------------------------------


def test_a_locked_database_is_one_line(
    run: Command, store: Store, db_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All the way up."""
    from sensing.store.database import opening

    save(store)
    monkeypatch.setattr(opening, "BUSY_TIMEOUT_S", 0.05)
    other = sqlite3.connect(db_path)
    other.execute("BEGIN IMMEDIATE")
    done = run("note", 1, "x")
    other.rollback()
    other.close()
    assert done.status == 2
    assert "another program is writing" in done.err


def test_a_broken_database_is_one_line(run: Command, db_path: Path) -> None:
    """A text file where the database should be."""
    db_path.write_text("not a database, " * 100)
    done = run("sessions")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"anklet: {db_path}: this is no SQLite database")


def test_nothing_is_coloured_in_a_pipe(anklet: Run, tmp_path: Path) -> None:
    """Run as a program of its own."""
    with open_store(tmp_path / "diary.db") as store:
        save(store)
    for args in (("sessions",), ("show", 1)):
        done = anklet(*args)
        assert done.returncode == 0
        assert "\x1b" not in done.stdout
        assert max(map(len, done.stdout.splitlines())) <= 80


def test_missed_ones_stand_behind_those_the_machine_saw() -> None:
    """So that numbers on the command line stay those of the machine."""
    from cli.sets.session_rows import event_rows
    from cli.sets.set_figures import of_stored

    with in_memory() as store:
        save(store)
        store.correct(1, Missed(set_n=2, item="hop", at_s=59.0), now_utc=NOW)
        detail = store.session(1)
    rows = event_rows(of_stored(detail.sets[1]), "hop")
    assert [row.get("n") for row in rows] == [1, 2, 3, 4, None]
    assert rows[-1]["contact_s"] == 59.0
    assert detail.started_utc == STARTED
