"""Is a plan read correctly, an error in it reported, and its progress shown?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.training.plan import example_text
from cli.training.plan_words import command_of, entry_words
from sensing.core.errors import UsageError
from sensing.core.samples import Side
from sensing.guided.pacing import Tempo
from sensing.training.completed import Done
from sensing.training.plan import Entry, Plan, due, progress
from sensing.training.plan_file import parse_plan
from sensing.training.weeks import monday_of
from tests.conftest import Command

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
    assert run("plan", "use", mine).status == 0
    assert (tmp_path / "plan.toml").read_text(encoding="utf-8") == example_text()
    shown = run("plan").out
    assert "Lower leg, twice a week" in shown
    assert "0 of 2" in shown
    assert not db_path.exists(), "looking at a plan makes no database"


def test_an_invalid_plan_replaces_nothing(run: Command, tmp_path: Path) -> None:
    """The one in use stays."""
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(example_text(), encoding="utf-8")
    bad.write_text("[[exercise]]\nname = 'x'", encoding="utf-8")
    run("plan", "use", good)
    done_ = run("plan", "use", bad)
    assert (done_.status, done_.err.count("\n")) == (2, 1)
    assert run("plan", "check").out.startswith(str(tmp_path / "plan.toml"))


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (("plan",), "there is no plan yet; `anklet plan example"),
        (("plan", "use"), "which plan should be used?"),
        (("plan", "check", "nowhere.toml"), "nowhere.toml: there is no such file"),
        (("plan", "check", "."), "can't be read"),
        (("plan", "example", "x.toml"), "`plan example` reads no file"),
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
