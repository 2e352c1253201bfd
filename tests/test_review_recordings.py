"""Can a person see and set right a session of several recordings, and sets that were missed?"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sensing.store.store import open_store
from sensing.store.values.rows import AnalysisRun
from tests.conftest import ROOT, Command
from tests.stored import HOLD, HOPS, NOW, RAISES, STARTED, WORKOUT, info, save

SAMPLES = ROOT / "sample_recordings"


@pytest.fixture
def two_legs(db_path: Path) -> None:
    """Session 1: raises and a hold on the left, hops on the right."""
    told = {"session_key": "k", "pain": 2}
    with open_store(db_path) as store:
        left = replace(WORKOUT, sets=(RAISES, HOLD))
        save(store, left, letter="a", side="left", load_kg=20.0, note="knee stiff", **told)
        save(store, replace(WORKOUT, sets=(HOPS,)), letter="b", side="right", **told)


def table(text: str) -> list[dict[str, str]]:
    """Rows of a CSV."""
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.usefixtures("two_legs")
def test_each_recording_of_a_session_is_shown_with_its_side(run: Command) -> None:
    """And its sets below it, numbered through."""
    text = run("show", 1).out
    order = ("Recording 1, left", "Set 1", "Set 2", "Recording 2, right", "Set 3")
    places = [text.index(word) for word in order]
    assert places == sorted(places)
    for word in ("load       20 kg", "pain       2 of 10", "note       knee stiff"):
        assert word in text


@pytest.mark.usefixtures("two_legs")
def test_programs_get_every_recording_and_whose_each_set_is(run: Command) -> None:
    """In JSON and in tables."""
    shown = json.loads(run("show", 1, "--json").out)
    about = shown["session"]
    assert (about["side"], about["load_kg"]) == ("left + right", 20.0)
    assert [(each["side"], each["pain"]) for each in about["recordings"]] == [
        ("left", 2),
        ("right", 2),
    ]
    assert all(each["analysis"]["current"] for each in about["recordings"])
    assert [(each["set"], each["recording"], each["side"]) for each in shown["sets"]] == [
        (1, 1, "left"),
        (2, 1, "left"),
        (3, 2, "right"),
    ]
    assert {each["side"] for each in shown["hops"]} == {"right"}
    rows = table(run("show", 1, "--table", "sets", "--csv").out)
    assert [row["load_kg"] for row in rows] == ["20.0", "20.0", ""]


@pytest.mark.usefixtures("two_legs")
def test_the_list_shows_both_sides_in_one_line(run: Command) -> None:
    """Once, summed."""
    (row,) = table(run("sessions", "--csv").out)
    assert (row["side"], row["sets"], row["hops"], row["recordings"]) == (
        "left + right",
        "3",
        "4",
        "2",
    )
    assert {"left", "+", "right"} <= set(run("sessions").out.split())


@pytest.mark.usefixtures("two_legs")
def test_a_set_of_the_second_recording_is_corrected_by_its_number(run: Command) -> None:
    """As `show` numbers it."""
    done = run("correct", 1, "--set", 3, "--count", 30)
    assert done.err == "session 1, set 3: 4 hops detected, 30 after your correction\n"
    done = run("correct", 1, "--set", 4, "--count", 30)
    assert "it has sets 1 to 3" in done.err


@pytest.mark.usefixtures("two_legs")
def test_deleting_names_how_many_recordings_are_left(run: Command) -> None:
    """Those that there are."""
    said = "0 of the 2 recordings stay where they are, the others were gone"
    assert said in run("delete", 1, "--yes").err


def test_both_legs_are_drawn_from_their_own_recordings(run: Command) -> None:
    """Two files replayed into one session, and the picture of each."""
    asked = ("--exercise", "single-leg-hop")
    run("replay", SAMPLES / "single-leg-hop.csv.gz", "--side", "left", *asked)
    done = run("replay", SAMPLES / "calf-raise-hold.csv.gz", "--side", "right", "--session", 1)
    assert done.out.endswith("Saved in session 1.\n")
    done = run("show", 1, "--plot")
    assert (done.status, done.err) == (0, "")
    assert done.out.count("g over s") == 2
    assert run("replay", SAMPLES / "seated-calf-raise.csv.gz", "--session", 9).status == 2


def test_sessions_can_be_told_apart_by_athlete(run: Command) -> None:
    """The column is there once somebody else is."""
    run("replay", SAMPLES / "single-leg-hop.csv.gz")
    assert "athlete" not in run("sessions").out
    run("replay", SAMPLES / "calf-raise-hold.csv.gz", "--athlete", "anna", "--pain", 4)
    assert "athlete" in run("sessions").out
    assert "athlete anna" in " ".join(run("show", 2).out.split())
    (row,) = table(run("sessions", "--athlete", "anna", "--csv").out)
    assert (row["id"], row["athlete"], row["pain"]) == ("2", "anna", "4")


def test_a_long_list_ends_and_says_so(run: Command, db_path: Path) -> None:
    """A person gets the newest; who asks for a number or for a program's form gets it."""
    with open_store(db_path) as store:
        for k in range(51):
            store.save(
                replace(WORKOUT, sets=()),
                replace(info(), sha256=f"{k:064x}", started_utc=STARTED + timedelta(days=k)),
                AnalysisRun(now_utc=NOW),
            )
    done = run("sessions")
    assert len([line for line in done.out.splitlines() if "auto" in line]) == 50
    assert "--limit" in done.err
    assert len(table(run("sessions", "--csv").out)) == 51
    assert run("sessions", "--limit", 51).err == ""


# --- another exercise, another set -------------------------------------------------------------


@pytest.mark.usefixtures("two_legs")
def test_a_wrong_exercise_is_set_right_beside_the_machines(run: Command) -> None:
    """In the answer, on the screen, in the list; undone it is the machine's again."""
    done = run("correct", 1, "--set", 1, "--exercise", "tibialis-raise")
    assert "single-leg-calf-raise detected, tibialis-raise after your correction" in done.err
    assert (
        "Set 1  tibialis-raise, left (corrected by you; detected: single-leg-calf-raise)"
        in run("show", 1).out
    )
    (row, *_) = table(run("show", 1, "--table", "sets", "--csv").out)
    assert (row["exercise"], row["machine_exercise"]) == ("tibialis-raise", "single-leg-calf-raise")
    assert "tibialis-raise" in run("sessions").out
    run("correct", 1, "--set", 1, "--undo")
    assert "tibialis-raise" not in run("sessions").out


@pytest.mark.usefixtures("two_legs")
def test_calling_a_set_by_another_kind_says_what_that_does_not_do(run: Command) -> None:
    """Its reps do not turn into hops."""
    done = run("correct", 1, "--set", 1, "--exercise", "single-leg-hop")
    assert "replay the recording with --exercise single-leg-hop" in done.err
    done = run("correct", 1, "--set", 1, "--exercise", "single-leg-hopp")
    assert done.status == 2
    assert "did you mean single-leg-hop" in done.err


@pytest.mark.usefixtures("two_legs")
def test_a_set_that_was_missed_is_added_shown_and_taken_away(run: Command) -> None:
    """With its own number; its time is not made up."""
    done = run(
        *("correct", 1, "--missed-set", "seated-calf-raise", "--count", 15, "--side", "left")
    )
    assert done.err == (
        "session 1, set 4 added: seated-calf-raise, 0 reps detected, 15 after your correction\n"
    )
    run("correct", 1, "--missed-set", "calf-raise-hold", "--held", 45)
    text = run("show", 1).out
    assert "Set 4  seated-calf-raise, left (added by you)  time not known" in text
    assert "  15 reps\n" in text
    assert "  held 45.0 s\n" in text
    (*_, added, hold) = json.loads(run("show", 1, "--table", "sets", "--json").out)
    assert (added["added"], added["reps"], added["machine_reps"]) == (True, 15, 0)
    assert (added["start_s"], added["end_s"], added["machine_exercise"]) == (None, None, None)
    assert hold["hold_s"] == 45.0
    (*_, event) = json.loads(run("show", 1, "--table", "holds", "--json").out)
    assert (event["duration_s"], event["start_s"], event["mark"]) == (45.0, None, "missed")
    assert table(run("sessions", "--csv").out)[0]["reps"] == "20"
    assert (
        "0 reps detected, 12 after your correction"
        in run("correct", 1, "--set", 4, "--count", 12).err
    )
    assert "the set you had added was removed" in run("correct", 1, "--set", 4, "--undo").err
    assert table(run("sessions", "--csv").out)[0]["reps"] == "5"


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (("--missed-set", "tibialis-raise"), "nothing is given for the set"),
        (("--missed-set", "tibialis-raise", "--held", 3), "a tibialis-raise is not a hold"),
        (("--missed-set", "calf-raise-hold", "--count", 3), "nothing is counted"),
        (("--missed-set", "tibialis-rais", "--count", 3), "did you mean tibialis-raise"),
        (("--missed-set", "tibialis-raise", "--count", 3, "--set", 1), "adds a set"),
        (("--missed-set", "tibialis-raise", "--count", 3, "--at", 14), "set 1 was detected"),
        (("--count", 3), "no set given"),
        (("--set", 1, "--held", 3), "for a set added with --missed-set"),
        (("--set", 1, "--rep", 1, "--exercise", "tibialis-raise"), "a single rep has no exercise"),
        (("--set", 1, "--count", 1, "--exercise", "tibialis-raise"), "no single correction given"),
    ],
)
def test_what_makes_no_sense_of_a_set_is_one_line(
    run: Command, db_path: Path, args: tuple[object, ...], line: str
) -> None:
    """And nothing is written."""
    with open_store(db_path) as store:
        save(store)
    done = run("correct", 1, *args)
    assert (done.status, done.out) == (2, "")
    assert line in done.err
    assert done.err.count("\n") == 1
    assert table(run("sessions", "--csv").out)[0]["corrected"] == "false"
