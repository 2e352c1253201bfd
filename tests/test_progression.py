"""Does a target move on when it is earned, step back when it should, and depend on nothing else?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sensing.core.errors import UsageError
from sensing.core.samples import Side
from sensing.guided.pacing import Tempo
from sensing.training.completed import Done
from sensing.training.ladder import DoneSet, Ladder, Level, Progression, Session
from sensing.training.plan import Entry, Plan, progress
from sensing.training.plan_file import parse_plan
from sensing.training.plan_history import Taken, plan_on, since_when
from sensing.training.progression import Target, target
from sensing.training.recovery import days_running, unrested
from sensing.training.targets import with_targets

MONDAY = date(2026, 1, 5).toordinal()
RAISES = "single-leg-calf-raise"
DOUBLE = Progression(what="reps", steps=(12, 13, 14, 15, 16), then_load_kg=2.5)
HOLD = Progression(what="time_s", steps=(30, 40, 50, 60))


def session(day: int, reps: float, load: float = 5.0, *, sets: int = 3, **more: int) -> Session:
    """So many equal sets, so many days after the first Monday."""
    return Session(MONDAY + day, ((DoneSet(load, reps),) * sets,), **more)


def aim(*sessions: Session, rule: Progression = DOUBLE, today: int | None = None) -> Target:
    """The target of three sets that begin with 5 kg, the day after the last session."""
    last = max((each.day_n for each in sessions), default=MONDAY - 1) + 1
    return target(
        rule, sessions, sets=3, load_kg=5.0, today=last if today is None else MONDAY + today
    )


def level(found: Target) -> tuple[float, float]:
    """Load, then reps or seconds."""
    return found.load_kg or 0.0, found.reps or found.time_s or 0.0


# --- the rule ----------------------------------------------------------------------------------


def test_two_sessions_running_make_the_next_step() -> None:
    """One is not enough, and what was reached is said."""
    assert level(aim()) == (5.0, 12)
    once = aim(session(0, 12))
    assert (level(once), once.why) == ((5.0, 12), "all sets reached 12 once; once more to go up")
    twice = aim(session(0, 13), session(3, 13))
    assert (level(twice), twice.why) == ((5.0, 14), "all sets reached 13 twice")


def test_the_top_twice_adds_load_and_returns_to_the_bottom() -> None:
    """Double progression; never above the largest load."""
    both = (session(0, 16), session(3, 17))
    found = aim(*both)
    assert (level(found), found.why) == ((7.5, 12), "all sets reached 16 twice, so 2.5 kg more")
    capped = replace(DOUBLE, max_load_kg=6.0)
    assert level(aim(*both, rule=capped)) == (6.0, 12)
    end = aim(*both, session(7, 16, 6.0), session(10, 16, 6.0), rule=capped)
    assert (level(end), end.why) == ((6.0, 16), "all sets reached 16 twice")
    assert aim(session(0, 16, 6.0), session(3, 16, 6.0), session(7, 16, 6.0), rule=capped).why == (
        "the highest step of the plan"
    )


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (session(3, 12, sets=2), "last time 2 of 3 sets"),
        (session(3, 11), "last time a set of 11 of 12"),
        (session(3, 12, 2.5), "last time 2.5 of 5 kg"),
        (session(3, 12, 0.0), "last time no load of 5 kg"),
        (session(3, 12, kept=5, timed=12), "last time the tempo was kept in 5 of 12 reps"),
        (
            session(3, 16, pain=4),
            "pain 4 on 2026-01-08: this is the first step",
        ),
    ],
)
def test_what_is_lacking_is_named_and_nothing_goes_up(second: Session, why: str) -> None:
    """Sets, reps, load, tempo, pain."""
    found = aim(session(0, 12), second)
    assert (level(found), found.why) == ((5.0, 12), why)


def test_an_extra_easy_set_takes_nothing_away() -> None:
    """A warm-up without load beside the three planned sets."""
    warm = Session(MONDAY, ((DoneSet(0.0, 20), *(DoneSet(5.0, 12),) * 3),))
    assert level(aim(warm, session(3, 12))) == (5.0, 13)


def test_pain_takes_it_back_to_the_last_step_without_pain() -> None:
    """And what was done before doesn't count towards going up again."""
    up = (session(0, 12), session(3, 12), session(7, 13), session(10, 13))
    hurt = session(14, 14, pain=6)
    found = aim(*up, hurt)
    assert level(found) == (5.0, 13)
    assert found.why == "pain 6 on 2026-01-19: back to the last step without it"
    assert level(aim(*up, hurt, session(17, 13))) == (5.0, 13)
    assert level(aim(*up, hurt, session(17, 13), session(21, 13))) == (5.0, 14)
    assert level(aim(*up, hurt, session(17, 13, pain=5))) == (5.0, 12)
    tolerant = replace(DOUBLE, max_pain=6)
    assert level(aim(*up, hurt, rule=tolerant)) == (5.0, 14)


def test_each_missed_week_takes_it_back_one_step() -> None:
    """Also across a load, and no further than the first step."""
    up = (session(0, 16), session(3, 16))
    assert level(aim(*up, today=13)) == (7.5, 12), "the next week is not over"
    found = aim(*up, today=14)
    assert (level(found), found.why) == ((5.0, 16), "a week missed: one step back")
    found = aim(*up, today=21)
    assert (level(found), found.why) == ((5.0, 15), "2 weeks missed: 2 steps back")
    found = aim(*up, today=210)
    assert (level(found), found.why) == ((5.0, 12), "29 weeks missed: back to the first step")
    after = aim(*up, session(14, 16))
    assert level(after) == (5.0, 16), "the session before the break does not count"


def test_a_hold_gets_longer_and_may_end_a_moment_early() -> None:
    """29 s of 30 s is a set of 30 s; 28 s is not."""
    assert level(aim(session(0, 29.0), session(3, 28.9), rule=HOLD)) == (5.0, 40)
    found = aim(session(0, 29.0), session(3, 28.0), rule=HOLD)
    assert (level(found), found.why) == ((5.0, 30), "last time a set of 28 of 30 s")


# --- what must hold of every rule and history --------------------------------------------------

rules = st.builds(
    Progression,
    what=st.just("reps"),
    steps=st.integers(1, 5).map(lambda many: tuple(float(10 + n) for n in range(many))),
    then_load_kg=st.none() | st.sampled_from([1.0, 2.5]),
    max_load_kg=st.none() | st.sampled_from([6.0, 10.0]),
    sessions=st.integers(1, 3),
    max_pain=st.integers(0, 10),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Session]:
    """Sessions on different days, of which some are too short, too light or painful."""
    days = draw(st.lists(st.integers(1, 20), max_size=14))
    found, day = [], 0
    for wait in days:
        day += wait
        sets = draw(
            st.lists(
                st.tuples(st.sampled_from([0.0, 5.0, 7.5, 12.0]), st.integers(8, 16)),
                min_size=1,
                max_size=3,
            )
        )
        hurts = draw(st.none() | st.integers(0, 10))
        timed = draw(st.integers(0, 10))
        found.append(
            Session(
                MONDAY + day,
                (tuple(DoneSet(*each) for each in sets),),
                pain=hurts,
                kept=draw(st.integers(0, timed)),
                timed=timed,
            )
        )
    return found


def of(rule: Progression, sessions: list[Session], today: int = 400, sets: int = 2) -> Target:
    """The target after some sessions, begun with 5 kg."""
    return target(rule, sessions, sets=sets, load_kg=5.0, today=MONDAY + today)


@given(rules, histories(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rule, sessions, random) -> None:  # type: ignore[no-untyped-def]
    """Days decide, and the sets of a day in any order."""
    mixed = [
        each._replace(legs=tuple(tuple(random.sample(leg, len(leg))) for leg in each.legs))
        for each in random.sample(sessions, len(sessions))
    ]
    assert of(rule, mixed, 300) == of(rule, sessions, 300)


@given(rules, histories())
def test_a_target_stays_within_its_range(rule: Progression, sessions: list[Session]) -> None:
    """Reps are those of a step; the load is between the first and the largest."""
    last = max((each.day_n for each in sessions), default=MONDAY)
    for today in (last + 1 - MONDAY, 400):
        found = of(rule, sessions, today)
        assert found.reps in rule.steps
        assert found.why
        load = found.load_kg or 0.0
        assert load >= 5.0
        if rule.then_load_kg is None:
            assert load == 5.0
        elif rule.max_load_kg is not None:
            assert load <= rule.max_load_kg


@given(rules, histories(), st.integers(0, 13))
def test_the_future_changes_nothing_and_a_day_is_worked_out_from_the_days_before(
    rule: Progression, sessions: list[Session], many: int
) -> None:
    """A session goes up by what the window reached, and by pain or absence only down."""
    some = sessions[: many + 1]
    for before, after in pairwise([some[:n] for n in range(len(some) + 1)]):
        new = after[-1]
        day = new.day_n - MONDAY
        was, is_ = level(of(rule, before, day)), level(of(rule, after, day))
        if new.pain is not None and new.pain > rule.max_pain:
            assert is_ <= was
        else:
            assert is_ >= was
        if is_ > was:
            assert len(after) >= rule.sessions


@given(
    rules,
    st.lists(st.tuples(st.integers(8, 15), st.integers(0, 3)), max_size=9),
    st.sampled_from([5.0, 7.5]),
)
@example(DOUBLE, [(11, 1), (16, 0), (16, 0)], 5.0)
def test_more_reps_never_make_it_easier(
    rule: Progression, days: list[tuple[int, int]], load: float
) -> None:
    """The same sessions, some with more reps."""
    less = [session(3 * n, reps, load) for n, (reps, _) in enumerate(days)]
    more = [session(3 * n, reps + plus, load) for n, (reps, plus) in enumerate(days)]
    today = 3 * len(days)
    assert level(of(rule, more, today)) >= level(of(rule, less, today))


@given(rules)
def test_a_step_up_and_down_again_is_where_it_began(rule: Progression) -> None:
    """All steps in their order, without a gap."""
    ladder = Ladder(rule, 5.0, 3)
    at = Level(5.0, 0)
    for _ in range(30):
        higher = ladder.after(at)
        assert higher >= at
        if higher == at:
            break
        if rule.max_load_kg is None:
            assert ladder.before(higher) == at
        at = higher


# --- legs, tempo and days ----------------------------------------------------------------------


def done(day: int, reps: int, side: Side | None = None, **more: object) -> Done:
    """Sets of raises with 5 kg."""
    given_: dict[str, object] = {"sets": 3, "load_kg": 5.0, "exercise": RAISES} | more
    row = dict.fromkeys(Done._fields) | {"day_n": MONDAY + day, "reps": reps, "side": side}
    return Done(**(row | given_))  # type: ignore[arg-type]


def entry(**more: object) -> Entry:
    """Three sets of 12 to 16 with 5 kg and more."""
    given_ = {"exercise": RAISES, "sets": 3, "reps": 12, "load_kg": 5.0, "progression": DOUBLE}
    return Entry(**(given_ | {"days": (0, 3)} | more))  # type: ignore[arg-type]


def targets(
    plan: Plan,
    sets: list[Done],
    *,
    today: int,
    times: dict[int, list[tuple[float, float, float]]] | None = None,
) -> list[tuple[Side | None, int | None, float | None]]:
    """Side, reps and load of each entry's target."""
    steps = progress(plan, sets, today=MONDAY + today)
    found = with_targets(steps, plan, sets, times or {}, today=MONDAY + today)
    return [(each.side, each.entry.reps, each.entry.load_kg) for each in found]


def test_each_leg_has_its_own_target() -> None:
    """Work logged without a side was done with both."""
    plan = Plan(name="p", entries=(entry(sides=("left", "right")),))
    sets = [done(0, 13, "left"), done(0, 12, "right"), done(3, 13)]
    assert targets(plan, sets, today=7) == [("left", 14, 5.0), ("right", 13, 5.0)]


def test_without_separate_legs_the_weaker_one_decides() -> None:
    """Three sets of each, recorded leg by leg."""
    plan = Plan(name="p", entries=(entry(),))
    sets = [done(day, reps, side) for day in (0, 3) for side, reps in LEGS]
    assert targets(plan, sets, today=7) == [(None, 14, 5.0)]


LEGS: tuple[tuple[Side, int], ...] = (("left", 15), ("right", 13))


def test_a_day_under_way_keeps_its_target_unless_it_hurts() -> None:
    """The first set of the day decides nothing; the last one sets the next target."""
    plan = Plan(name="p", entries=(entry(),))
    before = [done(0, 12), done(3, 12), done(7, 13)]
    assert targets(plan, [*before, done(10, 13, sets=2)], today=10) == [(None, 13, 5.0)]
    assert targets(plan, [*before, done(10, 13, sets=3)], today=10) == [(None, 14, 5.0)]
    assert targets(plan, [*before, done(10, 13, sets=1, pain=7)], today=10) == [(None, 12, 5.0)]


def test_the_tempo_of_the_plan_has_to_be_kept_where_it_was_measured() -> None:
    """Half of the reps; what was logged by hand is believed."""
    plan = Plan(name="p", entries=(entry(tempo=Tempo(raise_s=1, hold_s=0, lower_s=3)),))
    measured = [done(day, 12, sets=1, set_id=day + n) for day in (0, 10) for n in (1, 2, 3)]
    sets = [each._replace(day_n=min(each.day_n, MONDAY + 3)) for each in measured]
    good, fast = (1.0, 0.2, 3.0), (1.0, 0.2, 1.0)
    ids = [each.set_id or 0 for each in sets]
    assert targets(plan, sets, today=7, times={key: [good, fast] for key in ids})[0][1] == 13
    assert targets(plan, sets, today=7, times={key: [good, fast, fast] for key in ids})[0][1] == 12
    assert targets(plan, sets, today=7)[0][1] == 13


def test_two_days_running_are_pointed_out_unless_the_plan_asks_for_them() -> None:
    """For the same leg and the same tissue; foot exercises need no rest."""
    hop, foot = "single-leg-hop", "short-foot"
    plan = Plan(name="p", entries=(entry(days=(0, 3)), entry(exercise=hop, days=(1,))))
    asked = [done(0, 12), done(1, 12, exercise=hop)]
    assert days_running(plan, asked) == []
    (found,) = days_running(plan, [done(3, 12, "left"), done(4, 12, exercise=hop)])
    assert (found.day_n, found.legs) == (MONDAY + 4, ("left",))
    assert (found.before, found.after) == ((RAISES,), (hop,))
    assert days_running(plan, [done(3, 12, "left"), done(4, 12, "right")]) == []
    assert days_running(plan, [done(d, 9, exercise=foot) for d in range(5)]) == []
    assert days_running(plan, [done(3, 9, exercise="deadlift"), done(4, 12)]) == []
    assert len(days_running(plan, [done(d, 9, exercise="deadlift") for d in (2, 3)])) == 1
    daily = Plan(name="p", entries=(entry(days=(), per_week=7),))
    assert days_running(daily, [done(3, 12), done(4, 12)]) == []
    only = plan.entries[0]
    assert unrested(plan, only, "left", [done(2, 12)], today=MONDAY + 3) == (RAISES,)
    assert unrested(plan, only, "left", [done(2, 12, "right")], today=MONDAY + 3) == ()


# --- plans that follow one another -------------------------------------------------------------


def test_their_own_plan_comes_before_the_default_and_a_week_keeps_its_plan() -> None:
    """The one taken last of those that had begun; a stopped one leaves the default."""
    a, b, c = (Plan(name=name, entries=(entry(),)) for name in "abc")
    history = [
        Taken(False, None, a),
        Taken(True, MONDAY + 7, b),
        Taken(True, MONDAY + 21, None),
        Taken(False, MONDAY + 28, c),
    ]
    on = [plan_on(history, MONDAY + day) for day in (0, 7, 20, 21, 28)]
    assert [each.name if each else None for each in on] == ["a", "b", "b", "a", "c"]
    assert plan_on([], MONDAY) is None
    assert plan_on([*history, Taken(False, MONDAY + 30, None)], MONDAY + 31) is None


def test_progress_goes_on_through_a_new_plan_unless_its_rule_changed() -> None:
    """Other days or another note keep it; another start begins anew."""
    first = Plan(name="a", entries=(entry(),))
    same = Plan(name="b", entries=(entry(days=(1, 4), note="slowly"), entry(exercise="heel-walk")))
    other = Plan(name="c", entries=(entry(load_kg=2.5),))
    history = [Taken(False, MONDAY, first), Taken(True, MONDAY + 14, same)]
    assert since_when(history, MONDAY + 20) == {RAISES: MONDAY, "heel-walk": MONDAY + 14}
    history.append(Taken(True, MONDAY + 28, other))
    assert since_when(history, MONDAY + 30) == {RAISES: MONDAY + 28}
    assert since_when([Taken(False, None, first)], MONDAY) == {RAISES: None}
    assert since_when([], MONDAY) == {}


# --- as it is written --------------------------------------------------------------------------

ENTRY = "[[exercise]]\nname = 'single-leg-calf-raise'\nsets = 3\nper_week = 2\n"


def test_a_rule_is_read_with_its_defaults() -> None:
    """As the documentation shows it."""
    (one,) = parse_plan(ENTRY + "progress = { reps = [12, 16], then_load_kg = 2.5 }", "p").entries
    assert one.progression == replace(DOUBLE, keep_tempo=False)
    assert (one.reps, one.load_kg) == (12, None)
    text = ENTRY + "tempo = '1-0-3'\nreps = 14\nprogress = { reps = [12, 16], step_reps = 2 }"
    (one,) = parse_plan(text, "p").entries
    assert one.progression == Progression(what="reps", steps=(12, 14, 16))
    assert one.reps == 14
    text = ENTRY.replace("single-leg-calf-raise", "calf-raise-hold")
    (one,) = parse_plan(text + "progress = { time_s = [30, 60], step_s = 20 }", "p").entries
    assert one.progression is not None
    assert one.progression.steps == (30, 50, 60)
    assert one.time_s == 30


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("progress = {}", "progress.reps and progress.time_s are both missing"),
        ("progress = { reps = [1, 2], time_s = [1, 2] }", "are both given"),
        ("progress = { reps = [16, 12] }", "progress.reps = [16, 12] goes down"),
        ("progress = { reps = [12, 12] }", "is no progress; widen the range, or add then_load_kg"),
        ("progress = { time_s = [30, 60] }", "sets of single-leg-calf-raise have no time"),
        ("time_s = 30\nprogress = { reps = [12, 16] }", "progress.reps and time_s are both given"),
        ("reps = 10\nprogress = { reps = [12, 16] }", "reps = 10 is not a step of progress.reps"),
        ("progress = { reps = [12, 16], step_s = 5 }", "progress.step_s and progress.reps"),
        ("progress = { reps = [12, 16], max_load_kg = 9 }", "but no load is ever added"),
        (
            "load_kg = 9\nprogress = { reps = [1, 2], then_load_kg = 1, max_load_kg = 9 }",
            "progress.max_load_kg = 9 is not above load_kg = 9",
        ),
        ("progress = { reps = [12, 16], keep_tempo = true }", "but there is no tempo"),
        ("progress = { reps = [12, 16], then_load_kg = 0 }", "progress.then_load_kg = 0"),
        ("progress = { reps = [12, 16], max_pain = 11 }", "progress.max_pain = 11"),
        ("progress = { reps = [0, 16] }", "progress.reps = 0 is not a number from 1"),
        ("progress = { repss = [1, 2] }", "unknown key 'progress.repss'; did you mean reps?"),
        ("progress = 2", "progress is 2, not a table"),
        (f"progress = {{ reps = [1, 2] }}\n{ENTRY}", "the same exercise as exercise 1"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused_with_its_entry(text: str, line: str) -> None:
    """One line that names the entry."""
    with pytest.raises(UsageError) as caught:
        parse_plan(ENTRY + text, "plan.toml")
    said = str(caught.value)
    assert said.startswith("plan.toml, exercise ")
    assert f"({RAISES})" in said
    assert line in said
    assert "\n" not in said


def test_a_test_has_no_progress_of_its_own() -> None:
    """It sets its own course."""
    with pytest.raises(UsageError, match="sets its own course: remove progress"):
        parse_plan(
            "[[exercise]]\nname='heel-raise-test'\nper_week=1\nprogress={reps=[1,2]}", "plan.toml"
        )
