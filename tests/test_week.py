"""Does a week show what was done, once, where it was done, and against what was meant?"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

import cli.common.days
from cli.training.log import _DOSE
from sensing.core.exercises import CATALOGUE
from sensing.store.store import Store, open_store
from sensing.store.values.corrections import Count, FalseSet, Renamed
from sensing.store.values.rows import Work
from sensing.training.completed import Done
from sensing.training.week import dose_text, dose_verdict, tempo_kept, week_of
from tests.conftest import Command
from tests.stored import HOLD, HOPS, NOW, RAISES, STARTED, WORKOUT, rep, save

TODAY = date(2026, 3, 4)
"""A Wednesday; the workout of ``tests.stored`` was on the Sunday before."""


@pytest.fixture(autouse=True)
def it_is_wednesday(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever day it really is."""
    for module in (
        "cli.common.days",
        "cli.training.week",
        "cli.training.week_text",
        "cli.training.plan",
        "cli.training.next_exercise",
        "cli.training.overview",
    ):
        __import__(module)
    monkeypatch.setattr(cli.common.days, "today", lambda: TODAY)
    monkeypatch.setattr("cli.training.week.today_is", lambda: TODAY)
    monkeypatch.setattr("cli.training.week_text.today_is", lambda: TODAY)
    for module in ("plan", "next_exercise", "overview"):
        monkeypatch.setattr(f"cli.training.{module}.today", lambda: TODAY)


def keep(store: Store, *days: int, **more: object) -> None:
    """A workout of the left leg on these days of March."""
    for n, day in enumerate(days):
        save(
            store,
            letter="abcdef"[n],
            started_utc=STARTED.replace(day=day),
            side="left",
            **more,  # type: ignore[arg-type]
        )


def done(day_n: int = 1, exercise: str = "single-leg-calf-raise", **more: object) -> Done:
    """A set of twelve."""
    given: dict[str, object] = dict.fromkeys(
        ("side", "seconds", "load_kg", "pain", "tempo", "set_id")
    )
    return Done(**({**given, "day_n": day_n, "exercise": exercise, "sets": 1, "reps": 12} | more))  # type: ignore[arg-type]


# --- what the days add up to -------------------------------------------------------------------


def test_what_counts_as_a_lower_leg_day() -> None:
    """Raises, hops and holds do; balance, walking drills and other names don't."""
    sets = [
        done(1),
        done(1, "single-leg-hop"),
        done(2, "calf-raise-hold", reps=None, seconds=45.0),
        done(3, "single-leg-balance", reps=None, seconds=15.0),
        done(4, "heel-walk"),
        done(5, "deadlift"),
    ]
    found = week_of(sets)
    assert found.lower_leg_days == (1, 2)
    assert (found.dynamic_sets, found.isometric_sets) == (2, 1)
    assert [row.exercise for row in found.rows][-1] == "deadlift"


def test_sets_of_a_day_are_combined() -> None:
    """As people write them."""
    sets = [done(reps=12), done(reps=10), done(reps=12, side="left")]
    both, left = week_of(sets).rows
    assert both.days[1].text(held=False) == "2×10–12"
    assert left.days[1].text(held=False) == "1×12"
    hold = week_of([done(1, "calf-raise-hold", reps=None, seconds=44.6, sets=1)]).rows[0]
    assert hold.days[1].text(held=hold.held) == "1×45s"


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row.name)
def test_the_dose_in_numbers_is_the_dose_in_words(row: object) -> None:
    """Whoever changes one must change the other."""
    words, usual = row.dose, row.usual  # type: ignore[attr-defined]
    numbers = {int(each) for each in re.findall(r"\d+", words)}
    told = {*usual.sets, *(usual.reps or ()), *map(int, usual.seconds or ())}
    if "one hop" in words:
        told -= {1}
    if row.name == "eccentric-calf-raise":  # type: ignore[attr-defined]
        told -= {6}  # three straight and three bent
    assert told <= numbers
    assert usual.lower_s is None or f"lowering for {usual.lower_s:g} s" in words
    assert dose_text(usual)


def test_the_newest_day_is_compared_with_the_usual_dose() -> None:
    """Too few sets, too few reps, too short, as usual, more."""
    name = "seated-calf-raise"

    def verdict(*sets: Done) -> str:
        return dose_verdict(week_of(sets).rows[0])

    assert verdict(done(1, name, sets=5), done(2, name, sets=2)) == "2 of 5 sets"
    assert verdict(done(1, name, sets=5, reps=8)) == "8 of 12 reps a set"
    assert verdict(done(1, name, sets=5)) == "as usual"
    assert verdict(done(1, name, sets=6)) == "more sets than usual"
    hold = done(1, "calf-raise-hold", sets=3, reps=None, seconds=20.0)
    assert verdict(hold) == "20 of 30 s a set"
    assert verdict(hold._replace(seconds=29.4)) == "as usual"
    assert verdict(done(1, "deadlift")) == ""


def test_a_tempo_is_kept_rep_by_rep() -> None:
    """Within 0.3 s or a fifth; without one, an eccentric raise asks for three seconds down."""
    paced = done(tempo="1-0-3", set_id=7)
    times = {7: [(1.0, 0.2, 3.0), (1.2, 0.9, 2.5), (1.0, 0.0, 2.3), (1.5, 0.0, 3.0)]}
    (kept,) = tempo_kept([paced], times)
    assert (kept.why, kept.kept, kept.reps) == ("tempo 1-0-3", 2, 4)
    slow = done(1, "eccentric-calf-raise", set_id=8)
    (kept,) = tempo_kept([slow], {8: [(1.0, 0.0, 4.0), (1.0, 0.0, 1.5)]})
    assert (kept.why, kept.kept, kept.reps) == ("eccentric phase 3 s", 1, 2)
    assert tempo_kept([done(set_id=9)], {9: [(1, 1, 1)]}) == []


# --- from the database -------------------------------------------------------------------------


def test_a_week_includes_corrections(store: Store) -> None:
    """Counts, names and false sets after corrections; logged work included."""
    keep(store, 1)
    store.correct(1, Count(set_n=1, item="rep", count=15), now_utc=NOW)
    store.correct(1, Renamed(set_n=2, exercise="double-leg-hop"), now_utc=NOW)
    store.correct(1, FalseSet(set_n=3), now_utc=NOW)
    day = date(2026, 3, 1)
    store.log_work(Work(exercise="leg press", sets=3, reps=8, load_kg=60.0), day=day, now_utc=NOW)
    found = store.done(athlete="me", since=day, until=day)
    assert [(each.exercise, each.sets, each.reps) for each in found] == [
        ("single-leg-calf-raise", 1, 15),
        ("double-leg-hop", 1, 4),
        ("leg press", 3, 8),
    ]
    assert {each.day_n for each in found} == {day.toordinal()}
    assert store.done(athlete="me", since=day + timedelta(days=1), until=TODAY) == []
    assert store.done(athlete="somebody", since=day, until=day) == []
    assert store.last_day(athlete="me", until=TODAY) == day


def test_a_week_does_not_scan_large_tables(store: Store) -> None:
    """Its days are found by an index."""
    from sensing.store.read.completed import _LAST, _LOGGED, _MEASURED, _REPS

    asked = {"athlete": "me", "since": "2026-03-02", "until": "2026-03-08", "sets": "[1]"}
    for sql in (_MEASURED, _LOGGED, _REPS, _LAST):
        plan = [row[3] for row in store._db.execute(f"EXPLAIN QUERY PLAN {sql}", asked)]
        scanned = {line.split()[1] for line in plan if line.startswith("SCAN")}
        assert scanned <= {"athlete", "json_each", "json_each(:sets)"}, plan


# --- the commands ------------------------------------------------------------------------------


def test_a_week_is_shown_by_day(run: Command, store: Store) -> None:
    """Monday to Sunday; last week's workout is in last week's."""
    keep(store, 1, 3)
    last = run("week", "--day", "2026-03-01").out
    this = run("week").out
    assert "Week of 2026-02-23 to 2026-03-01" in last
    assert "Week of 2026-03-02 to 2026-03-08" in this
    row = next(line for line in this.splitlines() if line.startswith("single-leg-calf-raise"))
    heads = next(line for line in this.splitlines() if line.startswith("exercise"))
    assert row.index("1×5") == heads.index("Tue")
    assert "Lower-leg days: 1 (2–3 is usual)" in this
    assert "Last session: 2026-03-03 (yesterday)" in this
    assert "2 dynamic, 1 isometric" in this
    assert "1 of 5 sets (usual 5 × 12–16)" in this


def test_too_many_days_are_reported(run: Command, store: Store) -> None:
    """Four days running."""
    keep(store, 2, 3, 4)
    out = run("week").out
    assert "3 lower-leg days in a row without a rest day" in out


def test_a_plan_replaces_the_usual_dose(run: Command, store: Store, tmp_path: Path) -> None:
    """Done, to come, missed."""
    keep(store, 3)
    (tmp_path / "plan.toml").write_text(
        "name = 'mine'\n"
        "[[exercise]]\nname = 'single-leg-calf-raise'\nsides = ['left']\ndays = ['tue', 'fri']\n"
        "[[exercise]]\nname = 'calf-raise-hold'\nsets = 2\ntime_s = 30\ndays = ['wed']\n"
        "[[exercise]]\nname = 'tibialis-raise'\ndays = ['mon']\n",
        encoding="utf-8",
    )
    out = run("week").out
    assert "usual 5" not in out
    lines = {line.split(",")[0]: line.rstrip() for line in out.splitlines() if "," in line}
    assert lines["single-leg-calf-raise"].endswith("1 of 2  to come")
    assert lines["calf-raise-hold"].endswith("0 of 1  today")
    assert lines["tibialis-raise"].endswith("missed on Mon")
    steps = {each["exercise"]: each for each in json.loads(run("week", "--json").out)["plan"]}
    assert steps["calf-raise-hold"]["due_today"]
    assert steps["tibialis-raise"]["missed"] == ["2026-03-02"]
    assert "today" in run("today").out


def test_paced_sets_show_how_many_reps_kept_the_pace(run: Command, store: Store) -> None:
    """From the recording's own target."""
    slow = replace(RAISES, reps=tuple(rep(10 + 3 * n) for n in range(6)))
    save(
        store,
        replace(WORKOUT, sets=(slow,)),
        side="left",
        started_utc=STARTED.replace(day=3),
        target={"tempo": "1-0-3"},
    )
    assert "tempo 1-0-3 kept in 0 of 6 reps" in run("week").out


def test_an_empty_week_and_an_empty_database_are_no_error(run: Command, db_path: Path) -> None:
    """And make no file."""
    done_ = run("week")
    assert done_.status == 0
    assert "Nothing was done." in done_.out
    assert run("today").out.endswith("(2–3 is usual)\n")
    assert json.loads(run("today", "--json").out)["done"] == []
    assert not db_path.exists()


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (("week", "--day", "soon"), "'soon' is not a day; give YYYY-MM-DD, today or yesterday"),
        (("week", "--day", "2031-01-01"), "2031-01-01 is in the future"),
        (("week", "--plan", "nowhere.toml"), "there is no such file"),
        (("log", "squat"), "'squat' has no dose"),
        (("log", "squat", "much"), "'much' is not a valid sets × reps value"),
        (("log", "squat", "0x8"), "not a plausible sets × reps value"),
        (("log", "squat", "3x0"), "not a plausible sets × reps value"),
        (("log", "squat", "2.5"), "not a valid sets × reps value"),
        (("log", " ", "3x8"), "nothing was given to log"),
        (("log", "squat", "3x8", "--load", "nan"), "--load"),
        (("log", "squat", "3x8", "--pain", "11"), "--pain"),
        (("log", "squat", "3x8", "--day", "tomorrow"), "is not a day"),
        (("log", "--delete", "7"), "nothing is logged under 7"),
        (("log", "squat", "3x8", "--json"), "apply to the list"),
    ],
)
def test_invalid_arguments_give_one_line(
    run: Command, store: Store, args: tuple[object, ...], line: str
) -> None:
    """And status two."""
    done_ = run(*args)
    assert done_.status == 2
    assert line in done_.err
    assert done_.err.count("\n") == 1


# --- what the sensor can't see -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "sets", "reps", "hold_s"),
    [
        ("5x8", 5, 8, None),
        ("5×8", 5, 8, None),
        ("3 x 12", 3, 12, None),
        ("8", 1, 8, None),
        ("3x45s", 3, None, 45.0),
        ("2x1.5min", 2, None, 90.0),
    ],
)
def test_a_dose_is_read_as_people_write_it(
    run: Command, db_path: Path, typed: str, sets: int, reps: int | None, hold_s: float | None
) -> None:
    """Sets of reps, or sets held."""
    assert _DOSE.fullmatch(typed)
    assert run("log", "wall sit", typed, "--load", "10", "--side", "left").status == 0
    with open_store(db_path) as store:
        (entry,) = store.logged_work()
    assert (entry.work.sets, entry.work.reps, entry.work.hold_s) == (sets, reps, hold_s)
    assert (entry.work.load_kg, entry.work.side, entry.day) == (10.0, "left", TODAY)


def test_another_spelling_is_reported_and_never_changed(run: Command) -> None:
    """The athlete decides."""
    run("log", "single-leg deadlift", "5x8")
    done_ = run("log", "Single leg deadlift", "5x8")
    assert "earlier entries are called 'single-leg deadlift'" in done_.err
    assert "so far" not in run("log", "wall sit", "3x45s").err
    listed = json.loads(run("log", "--json").out)
    assert [row["exercise"] for row in listed][1] == "Single leg deadlift"
    assert run("log", "--delete", 2).status == 0
    assert len(json.loads(run("log", "--json").out)) == 2
    assert "wall sit" in run("week").out


# --- the first minute --------------------------------------------------------------------------


def test_anklet_alone_shows_how_to_begin(run: Command, db_path: Path) -> None:
    """Where nothing is stored."""
    done_ = run()
    assert done_.status == 0
    for word in ("There are no sessions yet", "anklet demo", "--sensor demo", "anklet --help"):
        assert word in done_.out
    assert not db_path.exists()


def test_anklet_alone_shows_the_last_session_and_what_is_next(
    run: Command, store: Store, tmp_path: Path
) -> None:
    """From the plan, what was left over and what is not calibrated."""
    keep(store, 3)
    out = run().out
    assert "Last: session 1, 2026-03-03 (yesterday), single-leg-calf-raise" in out
    assert "This week: 1 lower-leg day, 2–3 is usual" in out
    assert "anklet calibrate contact" in out
    assert "anklet record" not in out, "yesterday was hard enough"
    (tmp_path / "plan.toml").write_text(
        "[[exercise]]\nname = 'calf-raise-hold'\ntime_s = 30\ndays = ['wed']\n", encoding="utf-8"
    )
    said = "calf-raise-hold, 1 × 30 s (today: no rest day since yesterday)"
    assert f"anklet record                    {said}" in run().out


def test_after_some_days_the_last_session_is_suggested_again(run: Command, store: Store) -> None:
    """As it was."""
    save(store, replace(WORKOUT, sets=(HOLD, HOPS)), started_utc=STARTED.replace(month=2))
    assert "calf-raise-hold, 1 × 31 s, as last time" in run().out


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("recrod", "there is no command 'recrod'; did you mean record or recover?"),
        ("weak", "did you mean week?"),
        ("xyzzy", "`anklet --help` lists the commands"),
    ],
)
def test_a_mistyped_verb_is_answered_with_the_nearest(run: Command, typed: str, line: str) -> None:
    """In one line."""
    done_ = run(typed)
    assert (done_.status, done_.err.count("\n")) == (2, 1)
    assert line in done_.err


# --- what to record next -----------------------------------------------------------------------


def test_without_a_terminal_the_full_command_is_shown(run: Command, store: Store) -> None:
    """A pipe can't answer."""
    keep(store, 1, load_kg=5.0)
    done_ = run("record", "--sensor", "demo")
    assert done_.status == 2
    assert (
        "next is: anklet record single-leg-calf-raise --side left --sets 1 --reps 5 --load 5"
        in done_.err
    )
    assert "no earlier session to repeat" in run("record", "--athlete", "nobody").err


@pytest.mark.parametrize(
    ("typed", "chosen"), [("\n", 0), ("2\n", 1), ("q\n", None), ("7\n", None), ("", None)]
)
def test_the_athlete_chooses_from_the_suggestions(
    store: Store, db_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, chosen: int | None
) -> None:
    """Enter takes the first; nothing is begun by mistake."""
    import io
    import sys

    from cli.training.next_exercise import choose_next
    from sensing.core.errors import UsageError

    class Typed(io.StringIO):
        def isatty(self) -> bool:
            return True

    keep(store, 1)
    monkeypatch.setattr(sys, "stdin", Typed(typed))
    if chosen is None:
        with pytest.raises(UsageError):
            choose_next(db_path, athlete="me", side=None)
        return
    offer = choose_next(db_path, athlete="me", side=None)
    assert offer.entry.exercise == ("single-leg-calf-raise", "single-leg-hop")[chosen]
    assert offer.side == "left"
