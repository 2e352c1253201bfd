"""Is a plan read correctly, an error in it reported, and its progress shown?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cli.common.days
from cli.training.plan import example_text
from cli.training.plan_words import command_of, entry_words
from sensing.core.errors import UsageError
from sensing.core.samples import Side
from sensing.guided.pacing import Tempo
from sensing.store.store import Store
from sensing.training.completed import Done
from sensing.training.plan import Entry, Plan, due, progress
from sensing.training.plan_file import parse_plan
from sensing.training.weeks import monday_of
from tests.conftest import Command
from tests.stored import RAISES as RAISED
from tests.stored import WORKOUT, rep, save

MONDAY = date(2026, 3, 2).toordinal()
RAISES = "single-leg-calf-raise"


def done(day_n: int, exercise: str = RAISES, *, side: Side | None = "left", sets: int = 1) -> Done:
    """Sets of 12."""
    return Done(day_n, exercise, side, sets, 12, None, None, None, None, None)


def entry(text: str) -> Entry:
    """The only entry of a plan."""
    (only,) = parse_plan(f"[[exercise]]\n{text}", "plan.toml").entries
    return only


# --- reading -----------------------------------------------------------------------------------


def test_the_bundled_example_is_a_plan() -> None:
    """Every kind of entry is in it."""
    plan = parse_plan(example_text(), "example")
    assert plan.name == "Lower leg, twice a week"
    first = plan.entries[0]
    assert (first.sets, first.reps, first.load_kg, first.rest_s) == (3, 12, 5.0, 60.0)
    assert first.tempo == Tempo(raise_s=1, hold_s=1, lower_s=2)
    assert first.sides == ("left", "right")
    assert first.days == (0, 3)
    assert [each.by_hand for each in plan.entries] == [False, False, False, False, False, True]
    assert [each.often for each in plan.entries] == [2, 2, 2, 3, 3, 1]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("name = 'calf'", "is not TOML|it has no"),
        ("", "it has no [[exercise]]"),
        ("exercises = 1", "unknown key 'exercises'"),
        ("[[exercise]]\nname='single-leg-calf-rais'\ndays=['mon']", "did you mean single-leg-calf"),
        ("[[exercise]]\nname='heel-walk'\nset=3\ndays=['mon']", "did you mean sets"),
        ("[[exercise]]\nsets=3\ndays=['mon']", "name is missing"),
        ("[[exercise]]\nname='heel-walk'\ndays=['monday']", "days is 'monday', not mon or tue"),
        ("[[exercise]]\nname='heel-walk'\nsets=0\ndays=['mon']", "sets = 0 is not a number from 1"),
        (
            "[[exercise]]\nname='heel-walk'\nsets='3'\ndays=['mon']",
            "sets is '3', not a whole number",
        ),
        ("[[exercise]]\nname='heel-walk'", "days and per_week are both missing"),
        ("[[exercise]]\nname='heel-walk'\ndays=['mon']\nper_week=2", "are both given"),
        ("[[exercise]]\nname='heel-walk'\nper_week=9", "per_week = 9 is not a number from 1 to 7"),
        ("[[exercise]]\nname='heel-walk'\nper_week=2\nreps=3\ntime_s=3", "reps and time_s"),
        ("[[exercise]]\nname='heel-walk'\nper_week=2\ntempo='slow'", "'slow' is not a valid tempo"),
        ("[[exercise]]\nname='heel-walk'\nper_week=2\nload_kg=nan", "load_kg = nan"),
        (
            "[[exercise]]\nname='heel-raise-test'\nper_week=1\nreps=9",
            "sets its own course: remove reps",
        ),
        ("exercise = 3", "it has no [[exercise]]"),
        ("exercise = [3]", "exercise 1"),
    ],
)
def test_an_error_is_reported_with_its_place(text: str, line: str) -> None:
    """File, entry and key, and what to do."""
    with pytest.raises(UsageError) as caught:
        parse_plan(text, "plan.toml")
    said = str(caught.value)
    assert said.startswith("plan.toml")
    assert "\n" not in said
    assert any(part in said for part in line.split("|")), said


@given(st.text(max_size=80))
def test_any_text_is_a_plan_or_is_refused(text: str) -> None:
    """It is a plan or it is refused."""
    try:
        parse_plan(text, "plan.toml")
    except UsageError:
        return


# --- how far one is ----------------------------------------------------------------------------


def test_monday_is_that_of_the_calendar() -> None:
    """As the calendar has it."""
    for day in range(MONDAY, MONDAY + 7):
        assert date.fromordinal(monday_of(day)).weekday() == 0
        assert monday_of(day) == MONDAY


def test_each_leg_is_counted_separately() -> None:
    """Three sets left, one right: right has two to go."""
    plan = Plan(
        name="p", entries=(Entry(exercise=RAISES, sets=3, sides=("left", "right"), days=(0,)),)
    )
    sets = [done(MONDAY), done(MONDAY), done(MONDAY), done(MONDAY, side="right")]
    left, right = progress(plan, sets, today=MONDAY)
    assert (left.done_days, left.due_today, left.complete) == ((MONDAY,), False, True)
    assert (right.sets_left, right.due_today, right.complete) == (2, True, False)
    assert due([left, right]) == [right]


def test_a_missed_day_is_suggested_until_another_makes_up_for_it() -> None:
    """Tuesday's set stands for Monday's."""
    plan = Plan(name="p", entries=(Entry(exercise=RAISES, sets=1, days=(0, 3)),))
    (step,) = progress(plan, [], today=MONDAY + 1)
    assert step.missed == (MONDAY,)
    assert due([step]) == [step]
    (step,) = progress(plan, [done(MONDAY + 1)], today=MONDAY + 2)
    assert step.missed == ()
    assert due([step]) == []
    (step,) = progress(plan, [done(MONDAY + 1)], today=MONDAY + 3)
    assert step.due_today


def test_any_days_leave_a_rest_day_between_while_the_week_allows() -> None:
    """Twice a week: not the day after, unless it is the last chance."""
    plan = Plan(name="p", entries=(Entry(exercise=RAISES, sets=1, per_week=2),))
    assert progress(plan, [], today=MONDAY)[0].due_today
    assert not progress(plan, [done(MONDAY)], today=MONDAY + 1)[0].due_today
    assert progress(plan, [done(MONDAY)], today=MONDAY + 2)[0].due_today
    assert progress(plan, [done(MONDAY + 5)], today=MONDAY + 6)[0].due_today
    both = [done(MONDAY), done(MONDAY + 2)]
    assert not progress(plan, both, today=MONDAY + 4)[0].due_today


@given(
    st.lists(st.tuples(st.integers(-9, 9), st.sampled_from(["left", "right", None]))),
    st.integers(0, 6),
)
def test_order_does_not_matter_and_other_weeks_do_not_count(
    sets: list[tuple[int, Side | None]], day: int
) -> None:
    """The same sets, the same week."""
    plan = Plan(
        name="p", entries=(Entry(exercise=RAISES, sets=2, sides=("left", "right"), per_week=2),)
    )
    done_ = [done(MONDAY + n, side=side) for n, side in sets]
    found = progress(plan, done_, today=MONDAY + day)
    assert found == progress(plan, done_[::-1], today=MONDAY + day)
    inside = [each for each in done_ if MONDAY <= each.day_n <= MONDAY + day]
    assert found == progress(plan, inside, today=MONDAY + day)


def test_logged_work_counts_under_its_name_and_for_both_legs() -> None:
    """However it is written."""
    plan = Plan(
        name="p",
        entries=(
            Entry(exercise="Split squat", sets=3, sides=("left", "right"), days=(0,), by_hand=True),
        ),
    )
    steps = progress(plan, [done(MONDAY, "split squat", side=None, sets=3)], today=MONDAY)
    assert all(step.complete for step in steps)


def test_an_entry_in_words_and_as_a_command() -> None:
    """Every number in both."""
    one = entry(
        f"name='{RAISES}'\nsets=3\nreps=12\ntempo='1-0-3'\nload_kg=7.5\nrest_s=90\nper_week=2"
    )
    assert entry_words(one, "left") == f"{RAISES}, left, 3 × 12, tempo 1-0-3, 7.5 kg"
    assert command_of(one, "left", sets=2) == (
        f"anklet record {RAISES} --side left --sets 2 --reps 12 --rest 90 --tempo 1-0-3 --load 7.5"
    )
    test = entry("name='heel-raise-test'\nsides=['left']\nper_week=1")
    assert command_of(test, "left") == "anklet record heel-raise-test --side left"
    assert test.is_of(RAISES)


# --- the command -------------------------------------------------------------------------------


def test_a_plan_is_created_checked_stored_and_shown(
    run: Command, tmp_path: Path, db_path: Path
) -> None:
    """From the example to the week."""
    mine = tmp_path / "mine.toml"
    mine.write_text(run("plan", "example").out, encoding="utf-8")
    assert "no errors" in run("plan", "check", mine).out
    assert "'Lower leg, twice a week'" in run("plan", "show", mine, "--json").out.replace('"', "'")
    assert not db_path.exists(), "looking at a plan makes no database"
    assert run("plan", "use", mine).status == 0
    assert "is already the plan of everybody" in run("plan", "use", mine).err
    assert run("plan", "export").out == example_text()
    shown = run("plan").out
    assert "Lower leg, twice a week" in shown
    assert "0 of 2" in shown
    assert "where the plan starts" in run("plan", "next").out


def test_an_invalid_plan_replaces_nothing(run: Command, tmp_path: Path) -> None:
    """The one in use stays."""
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(example_text(), encoding="utf-8")
    bad.write_text("[[exercise]]\nname = 'x'", encoding="utf-8")
    run("plan", "use", good)
    done_ = run("plan", "use", bad)
    assert (done_.status, done_.err.count("\n")) == (2, 1)
    assert run("plan", "check").out.startswith("'Lower leg, twice a week'")


def test_each_athlete_has_a_plan_and_everybody_else_the_default(
    run: Command, tmp_path: Path
) -> None:
    """One's own can be stopped; the weeks before keep it."""
    for name, sets in (("all", 1), ("hers", 2), ("newer", 3)):
        text = f"name = '{name}'\n[[exercise]]\nname = 'heel-walk'\nsets = {sets}\nper_week = 3\n"
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    assert run("plan", "use", tmp_path / "all.toml", "--from", "2026-01-05").status == 0
    hers = run("plan", "use", tmp_path / "hers.toml", "--athlete", "anna", "--from", "2026-01-12")
    assert "is now the plan of anna" in hers.err
    run("plan", "use", tmp_path / "newer.toml", "--athlete", "anna", "--from", "2026-01-19")
    run("log", "heel-walk", "3x20", "--day", "2026-01-05", "--athlete", "ben")

    def plan_of(athlete: str, day: str) -> str:
        found = run("plan", "next", "--athlete", athlete, "--day", day, "--json")
        return str(json.loads(found.out)["plan"]) if found.status == 0 else found.err

    assert plan_of("ben", "2026-01-20") == "all"
    days = ("2026-01-06", "2026-01-12", "2026-01-20")
    assert [plan_of("anna", day) for day in days] == ["all", "hers", "newer"]
    assert "there is no plan yet" in plan_of("anna", "2026-01-04")
    stopped = run("plan", "stop", "--athlete", "anna", "--from", "2026-01-26")
    assert "the default plan 'all' holds for anna now" in stopped.err
    weeks = (*days, "2026-01-26")
    assert [plan_of("anna", day) for day in weeks] == ["all", "hers", "newer", "all"]
    listed = json.loads(run("plan", "list", "--json").out)
    assert [(each["athlete"], each["in_use"]) for each in listed] == [
        ("(default)", True),
        *[("anna", False)] * 3,
    ]
    assert "there is no plan of anna to stop" in run("plan", "stop", "--athlete", "anna").err
    assert "there is no athlete 'anne'" in run("plan", "next", "--athlete", "anne").err


def test_a_plan_beside_an_older_database_is_imported_once_and_honoured(
    run: Command, store: Store, tmp_path: Path
) -> None:
    """It is said once; an edited file is a new default plan; a stopped plan stays stopped."""
    beside = tmp_path / "plan.toml"
    beside.write_text(example_text(), encoding="utf-8")
    first = run("plan", "next")
    assert "is now in the database as the default plan 'Lower leg, twice a week'" in first.err
    assert "Lower leg, twice a week" in first.out
    again = run("plan", "next", "--day", "2026-01-05")
    assert (again.err, again.status) == ("", 0), "it holds for every week there was"
    beside.write_text(example_text().replace("twice a week", "anew"), encoding="utf-8")
    edited = run("plan", "next")
    assert "the default plan 'Lower leg, anew'" in edited.err
    assert [each.toml is not None for each in store.plans()] == [True, True]
    run("plan", "stop")
    assert "there is no plan yet" in run("plan", "next").err


# --- eight weeks -------------------------------------------------------------------------------

EIGHT = """
name = "eight weeks"
[[exercise]]
name = "single-leg-calf-raise"
sides = ["left", "right"]
sets = 3
load_kg = 5
tempo = "1-0-1"
days = ["mon", "thu"]
progress = { reps = [12, 14], then_load_kg = 2.5 }
"""


def record_session(store: Store, day: date, side: Side, *, load_kg: float, reps: int) -> None:
    """A recording of three sets, a rep of 0.9 s up and 1.2 s down every three seconds."""
    number = store.last_day(athlete="anna", until=day)
    sets = tuple(
        replace(
            RAISED,
            start_s=100.0 * n,
            end_s=100.0 * n + 60,
            side=side,
            reps=tuple(rep(100.0 * n + 3 * each) for each in range(reps)),
        )
        for n in range(3)
    )
    key = f"{day.toordinal():08x}{side}{number}".encode().hex()[:63]
    save(
        store,
        replace(WORKOUT, exercise=RAISES, sets=sets),
        sha256=key.ljust(64, "0"),
        started_utc=datetime(day.year, day.month, day.day, 17, tzinfo=UTC),
        side=side,
        load_kg=load_kg,
        pain=6 if (day, side) == (SORE, "left") else 1,
        athlete="anna",
    )


SORE = date(2026, 2, 2)
"""Monday of the fifth week."""
AWAY = date(2026, 2, 16)
"""Monday of the seventh week, in which nothing is done."""


def test_eight_weeks_move_on_and_step_back_after_pain_and_a_missed_week(
    run: Command, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recorded sets of both legs, each done as the plan said; the left one hurts in week five."""
    monkeypatch.setattr(cli.common.days, "today", lambda: date(2026, 3, 2))
    file = tmp_path / "eight.toml"
    file.write_text(EIGHT, encoding="utf-8")
    run("plan", "use", file, "--athlete", "anna", "--from", "2026-01-05")
    aims: dict[Side, list[tuple[int, float]]] = {"left": [], "right": []}
    why: dict[tuple[Side, date], str] = {}
    for week in range(8):
        for day in (date(2026, 1, 5) + timedelta(days=7 * week + n) for n in (0, 3)):
            if AWAY <= day < AWAY + timedelta(days=7):
                continue
            asked = json.loads(
                run("plan", "next", "--athlete", "anna", "--day", str(day), "--json").out
            )
            for each in asked["entries"]:
                assert each["due_today"]
                side, reps, load = each["side"], each["reps"], each["load_kg"]
                aims[side].append((reps, load))
                why[side, day] = each["why"]
                record_session(store, day, side, load_kg=load, reps=reps)
    up = [(12, 5.0)] * 2 + [(13, 5.0)] * 2 + [(14, 5.0)] * 2 + [(12, 7.5)] * 2
    assert aims["right"][:12] == [*up, *[(13, 7.5)] * 2, *[(14, 7.5)] * 2]
    # The first session of week five hurts at 13 × 7.5 kg; two more at 12 before the next try.
    assert aims["left"][:12] == [
        *[*up, (13, 7.5)],
        *[(12, 7.5)] * 2,
        (13, 7.5),
    ]
    thursday = SORE + timedelta(days=3)
    assert why["left", thursday] == "pain 6 on 2026-02-02: back to the last step without it"
    back = AWAY + timedelta(days=7)
    assert why["left", back] == why["right", back] == "a week missed: one step back"
    assert aims["left"][12] == (12, 7.5)
    assert aims["right"][12] == (14, 7.5), "10 kg was due, one step back is 14 with 7.5 kg"
    # The same sets too fast for the tempo: nothing has moved.
    slower = EIGHT.replace("1-0-1", "1-0-3")
    (tmp_path / "slow.toml").write_text(slower, encoding="utf-8")
    shown = run(
        *("plan", "next", tmp_path / "slow.toml", "--athlete", "anna", "--day", "2026-02-10")
    )
    assert "last time the tempo was kept in 0 of" in " ".join(shown.out.split())
    # What the plan asks is the command that does it, and the first screen says why.
    assert "3 × 13, tempo 1-0-1, 7.5 kg" in run("plan", "next", "--athlete", "anna").out
    monkeypatch.setattr("cli.training.overview.today", lambda: date(2026, 3, 2))
    monkeypatch.setattr("cli.training.next_exercise.today", lambda: date(2026, 3, 2))
    said = run().out
    assert "7.5 kg (today: " in said
    offered = run("record", "--sensor", "demo", "--athlete", "anna")
    assert "--reps" in offered.err
    assert "--load 7.5" in offered.err


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (("plan",), "there is no plan yet; `anklet plan example"),
        (("plan", "use"), "which plan should be used?"),
        (("plan", "check", "nowhere.toml"), "nowhere.toml: there is no such file"),
        (("plan", "check", "."), "can't be read"),
        (("plan", "example", "x.toml"), "`plan example` reads no file"),
        (("plan", "list", "x.toml"), "`plan list` reads no file"),
        (("plan", "stop"), "there is no default plan to stop"),
        (("plan", "export"), "there is no default plan"),
        (("plan", "export", "--athlete", "nobody"), "there is no athlete 'nobody'"),
        (("plan", "list", "--athlete", "anna"), "`plan list` is of no athlete"),
        (("plan", "next", "--from", "2026-01-05"), "--from goes with"),
        (("plan", "stop", "--day", "2026-01-05"), "--day goes with"),
        (("plan", "next", "--day", "soon"), "'soon' is not a day"),
        (("plan", "next", "--csv"), "--csv goes with"),
        (("plan", "check", "--json"), "--json goes with"),
        (("plan", "-o", "x.toml"), "--output goes with"),
        (("plan", "chek"), "chek"),
    ],
)
def test_invalid_arguments_give_one_line(run: Command, args: tuple[object, ...], line: str) -> None:
    """And status two."""
    done_ = run(*args)
    assert done_.status == 2
    assert line in done_.err
    assert done_.err.count("\n") == 1


def test_a_damaged_stored_plan_hides_nothing(run: Command, tmp_path: Path) -> None:
    """The week is shown all the same, with one line on what is wrong."""
    (tmp_path / "plan.toml").write_text("nonsense", encoding="utf-8")
    done_ = run("week")
    assert done_.status == 0
    assert "the plan is ignored" in done_.err
