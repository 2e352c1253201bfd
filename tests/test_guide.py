"""The course of a session: stages in order, every cue once, screen and sound agreeing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensing.core.errors import UsageError
from sensing.core.exercises import CATALOGUE, find_exercise
from sensing.guided.course import Course, Cue, Moment
from sensing.guided.guide import Guide
from sensing.guided.pacing import Tempo
from sensing.live.counter import LiveView

RAISE = find_exercise("single-leg-calf-raise")
HOP = find_exercise("single-leg-hop")
HOLD = find_exercise("calf-raise-hold")
STILL = LiveView(
    time_s=0.0,
    count=0,
    uncertain=False,
    phase="rest",
    contacts_s=(),
    hold_s=0.0,
    sway_mps2=0.1,
    first_s=None,
)
NEXT = {
    "waiting": {"waiting", "countdown", "set", "done"},
    "countdown": {"countdown", "waiting", "set", "done"},
    # A look that comes late finds the settling over already.
    "set": {"set", "settling", "rest", "countdown", "waiting", "done"},
    "settling": {"settling", "rest", "countdown", "set", "waiting", "done"},
    "rest": {"rest", "countdown", "waiting", "set", "done"},
    "done": {"done"},
}


class Sim:
    """A session on a clock of its own: a person's counts in, moments out."""

    def __init__(self, course: Course, name: str = "single-leg-calf-raise") -> None:
        self.guide = Guide(course, find_exercise(name))
        self.now_s = 100.0
        self.views: dict[str, LiveView | None] = {"right": STILL}
        self.streaming = True
        self.moments: list[Moment] = []

    def step(self, by_s: float = 0.05) -> Moment:
        """One look."""
        self.now_s += by_s
        self.views = {
            side: view and replace(view, time_s=self.now_s) for side, view in self.views.items()
        }
        self.moments.append(self.guide.step(self.now_s, self.views, streaming=self.streaming))
        return self.moments[-1]

    def run(self, seconds: float, by_s: float = 0.05) -> Moment:
        """Look for so long."""
        for _ in range(round(seconds / by_s)):
            self.step(by_s)
        return self.moments[-1]

    def till(self, stage: str) -> Moment:
        """Look until that stage."""
        while self.step().stage != stage:
            assert self.now_s < 10_000
        return self.moments[-1]

    def count(self, count: int, *, uncertain: bool = False, side: str = "right") -> None:
        """What the sensor on one side has counted, the last begun just now."""
        view = replace(self.views.get(side) or STILL, time_s=self.now_s)
        self.views[side] = replace(view, count=count, uncertain=uncertain, last_s=self.now_s)

    def hold(
        self, hold_s: float, *, holds: int = 1, holding: bool = True, withdrawn: int = 0
    ) -> None:
        """The hold's clock, and which hold it is of."""
        view = self.views["right"] or STILL
        self.views["right"] = replace(
            view, hold_s=hold_s, holds=holds, holding=holding, withdrawn=withdrawn
        )

    def cues(self) -> list[Cue]:
        """All so far, in order."""
        return [cue for moment in self.moments for cue in moment.cues]

    def stages(self) -> list[str]:
        """Each stage once, in order."""
        names: list[str] = [moment.stage for moment in self.moments]
        return names[:1] + [b for a, b in pairwise(names) if a != b]


def test_a_session_of_two_sets_runs_its_course() -> None:
    """Wait, count down, set, settle, rest, count down, set, settle, done."""
    sim = Sim(Course(sets=2, reps=3, rest_s=20))
    sim.views = {"right": None}
    sim.step()
    sim.views = {"right": STILL}
    sim.till("countdown")
    for _ in range(2):
        sim.till("set")
        before = 0 if sim.moments[-1].set_n == 1 else 3
        for n in (1, 2, 3):
            sim.count(before + n, uncertain=True)
            assert sim.run(1.0).certain == n - 1
            sim.count(before + n)
            assert sim.step().certain == n
    sim.till("done")
    assert sim.stages() == [
        *("waiting", "countdown", "set", "settling", "rest"),
        *("countdown", "set", "settling", "done"),
    ]
    one_set: list[Cue] = ["tick", "tick", "tick", "go", "rep", "rep", "last-rep", "rep", "target"]
    assert sim.cues() == [*one_set, "rest-tick", "rest-over", *one_set]


def test_the_rest_is_as_long_as_asked_from_the_end_of_a_set_to_go() -> None:
    """Settling and countdown are part of it."""
    sim = Sim(Course(sets=2, reps=1, rest_s=30, countdown_s=5))
    sim.till("set")
    sim.count(1)
    ended = sim.till("settling")
    assert ended.reached
    begun_s = sim.now_s
    assert sim.till("rest").left_s == pytest.approx(28, abs=0.1)
    sim.till("set")
    assert sim.now_s - begun_s == pytest.approx(30, abs=0.1)


def test_the_countdown_waits_for_stillness_and_for_every_sensor() -> None:
    """Walking to the start is not standing still; a silent sensor holds up the countdown."""
    sim = Sim(Course())
    sim.views = {"left": STILL, "right": None}
    assert sim.run(3).stage == "waiting"
    sim.views = {"left": STILL, "right": replace(STILL, sway_mps2=2.0)}
    assert sim.run(3).stage == "waiting"
    sim.views = {"left": STILL, "right": STILL}
    sim.streaming = False
    assert sim.run(3).stage == "waiting"
    sim.guide.skip(sim.now_s)
    assert sim.run(3).stage == "waiting"
    sim.streaming = True
    assert sim.step().stage == "countdown"


def test_space_skips_ahead_at_once() -> None:
    """Waiting for stillness, countdown, set, settling and rest are all cut short."""
    sim = Sim(Course(sets=2, rest_s=600, countdown_s=30))
    sim.views = {"right": replace(STILL, sway_mps2=3.0)}
    sim.step()
    expected = ["countdown", "set", "settling", "rest", "countdown", "set", "settling", "done"]
    for stage in expected:
        sim.guide.skip(sim.now_s)
        assert sim.step().stage == stage


def test_q_ends_the_set_and_again_the_session() -> None:
    """The last rep is still decided while all settles."""
    sim = Sim(Course(sets=3, reps=10))
    sim.till("set")
    sim.count(4, uncertain=True)
    sim.run(1)
    sim.guide.stop(sim.now_s)
    assert sim.step().stage == "settling"
    sim.count(4)
    assert sim.step().certain == 4
    assert sim.cues().count("rep") == 4
    sim.guide.stop(sim.now_s)
    assert sim.step().stage == "done"


def test_q_just_after_the_target_ends_no_more_than_the_set() -> None:
    """The hand was on its way when the twelfth was counted."""
    sim = Sim(Course(sets=2, reps=1))
    sim.till("set")
    sim.count(1)
    sim.till("settling")
    sim.guide.stop(sim.now_s)
    assert sim.till("rest").set_n == 1


@pytest.mark.parametrize("stage", ["waiting", "countdown", "rest"])
def test_q_where_no_set_is_on_ends_the_session(stage: str) -> None:
    """There is nothing else to end."""
    sim = Sim(Course(sets=2, time_s=5))
    sim.views = {"right": replace(STILL, sway_mps2=9.0)} if stage == "waiting" else sim.views
    if stage == "waiting":
        sim.step()
    else:
        sim.till(stage)
    sim.guide.stop(sim.now_s)
    assert sim.step().stage == "done"


def test_a_lost_sensor_does_not_end_the_set() -> None:
    """One warning, one all-clear; the count stays, even when a new counter starts."""
    sim = Sim(Course(reps=5))
    sim.till("set")
    sim.count(2)
    sim.run(1)
    sim.streaming = False
    assert sim.run(5).stage == "set"
    sim.streaming = True
    sim.count(0)
    assert sim.run(1).certain == 2
    sim.count(3)
    assert sim.step().stage == "settling"
    assert Counter(sim.cues())["trouble"] == Counter(sim.cues())["back"] == 1


def test_a_sensor_lost_while_counting_down_is_waited_for() -> None:
    """Then the countdown begins from its start."""
    sim = Sim(Course(countdown_s=5))
    sim.till("countdown")
    sim.run(3)
    sim.streaming = False
    assert sim.step().stage == "waiting"
    sim.streaming = True
    moment = sim.till("countdown")
    assert moment.left_s == pytest.approx(5, abs=0.1)


def test_what_was_counted_before_go_is_no_rep() -> None:
    """Nor what began before it and is only counted, or only certain, afterwards."""
    sim = Sim(Course(reps=5))
    sim.till("countdown")
    sim.count(3, uncertain=True)
    begun_s = sim.now_s
    sim.till("set")
    sim.count(3)
    sim.views["right"] = replace(sim.views["right"] or STILL, last_s=begun_s)
    assert sim.step().count == 0
    sim.views["right"] = replace(sim.views["right"] or STILL, count=4, last_s=begun_s + 2)
    assert sim.step().count == 0
    sim.run(3)
    sim.count(5)
    assert sim.step().count == 1


def test_a_movement_taken_back_before_go_does_not_cost_the_first_rep() -> None:
    """Three shown at go, one of which is withdrawn."""
    sim = Sim(Course(reps=5))
    sim.till("countdown")
    sim.count(3, uncertain=True)
    begun_s = sim.now_s
    sim.till("set")
    sim.views["right"] = replace(STILL, count=2, last_s=begun_s - 3)
    sim.step()
    sim.count(3)
    assert sim.step().count == 1


def test_two_sensors_are_not_counted_twice() -> None:
    """The side that has more is the set's count; each side keeps its own."""
    sim = Sim(Course(reps=3))
    sim.views = {"left": STILL, "right": STILL}
    sim.till("set")
    sim.count(2, side="left")
    sim.count(2, uncertain=True, side="right")
    moment = sim.step()
    assert (moment.count, moment.certain, moment.uncertain) == (2, 2, False)
    assert (moment.sides["left"].certain, moment.sides["right"].certain) == (2, 1)
    assert sim.cues().count("rep") == 2


def test_every_fifth_of_quick_hops_rings_and_every_slow_jump() -> None:
    """Three bells a second tell nothing."""
    for name, rings in (("single-leg-hop", 4), ("jumping-calf-raise", 20)):
        sim = Sim(Course(), name)
        sim.till("set")
        for n in range(1, 21):
            sim.count(n)
            sim.step()
        assert sim.cues().count("rep") == rings


def test_a_hold_ends_when_it_was_held_for_long_enough() -> None:
    """Its own clock counts: not the time before, nor that between a drop and the next rise."""
    sim = Sim(Course(time_s=30), "calf-raise-hold")
    sim.till("set")
    sim.run(5)
    for tenth in range(151):
        sim.hold(tenth / 10)
        sim.step(0.1)
    sim.hold(14.2, holding=False)
    assert sim.run(5).held_s == pytest.approx(14.2)
    assert sim.moments[-1].stage == "set"
    for tenth in range(158):
        sim.hold(tenth / 10, holds=2)
        sim.step(0.1)
    assert sim.moments[-1].stage == "set"
    sim.hold(15.9, holds=2)
    assert sim.step().stage == "settling"
    assert [cue for cue in sim.cues() if cue in ("rep", "target")] == ["rep"] * 3 + ["target"]


def test_a_hold_that_ran_before_go_counts_from_go() -> None:
    """Who is up already gets nothing for it."""
    sim = Sim(Course(time_s=30), "calf-raise-hold")
    sim.hold(0.0)
    sim.till("countdown")
    sim.hold(4.0)
    sim.till("set")
    sim.hold(10.0)
    assert sim.step().held_s == pytest.approx(6.0)


@pytest.mark.parametrize("shown_s", [1.2, 2.7])
def test_a_hold_that_is_withdrawn_adds_nothing(shown_s: float) -> None:
    """Another movement ran the clock for a moment; what was held before it stays."""
    sim = Sim(Course(time_s=30), "calf-raise-hold")
    sim.till("set")
    sim.hold(12.0)
    sim.step()
    sim.hold(11.5, holding=False)
    sim.step()
    sim.hold(shown_s, holds=2)
    assert sim.step().held_s == pytest.approx(11.5 + shown_s)
    sim.hold(0.0, holds=1, holding=False, withdrawn=1)
    assert sim.step().held_s == pytest.approx(11.5)


@pytest.mark.parametrize(("held_s", "after_s"), [(0.0, 2.0), (8.0, 8.0), (60.0, 15.0)])
def test_the_balance_after_the_last_hop_belongs_to_the_set(held_s: float, after_s: float) -> None:
    """It ends with the balance, or when that has lasted as long as usual."""
    sim = Sim(Course(reps=2), "hop-to-balance")
    sim.till("set")
    for n in (1, 2):
        sim.run(3)
        sim.count(n)
        sim.step()
    landed_s = sim.now_s
    while sim.moments[-1].stage == "set":
        since_s = sim.now_s - landed_s
        sim.hold(min(since_s, held_s), holding=0.5 < since_s < held_s)
        sim.step()
    assert sim.now_s - landed_s == pytest.approx(after_s, abs=0.2)
    assert sim.cues().count("rep") == 2 + (held_s > 10)


def test_a_time_is_the_sets_own_where_nothing_is_held() -> None:
    """Twenty seconds of hops."""
    sim = Sim(Course(time_s=20), "single-leg-hop")
    sim.till("set")
    begun_s = sim.now_s
    sim.till("settling")
    assert sim.now_s - begun_s == pytest.approx(20, abs=0.1)
    assert sim.moments[-1].set_s == pytest.approx(20, abs=0.1)


def test_the_pace_sounds_in_the_set_and_only_there() -> None:
    """1-0-3 for 12 s: three movements."""
    sim = Sim(Course(time_s=11.9, tempo=Tempo.parse("1-0-3")))
    sim.till("done")
    paced = Counter(cue for cue in sim.cues() if cue in ("accent", "beat", "second"))
    assert paced == {"accent": 3, "beat": 3, "second": 6}
    for moment in sim.moments:
        assert (moment.beat is not None) == (moment.stage == "set")


@pytest.mark.parametrize(
    "wrong",
    [
        {"sets": 0},
        {"reps": 0},
        {"time_s": 0.0},
        {"time_s": float("nan")},
        {"rest_s": -1.0},
        {"reps": 3, "time_s": 3.0},
        {"tempo": Tempo.parse("1-0-3"), "metronome_bpm": 60.0},
        {"metronome_bpm": 1.0},
    ],
)
def test_a_course_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    """In one line that says what to give."""
    with pytest.raises(UsageError, match="give"):
        Course(**wrong)  # type: ignore[arg-type]


def test_what_is_held_or_walked_has_no_reps_to_reach() -> None:
    """The set would never end."""
    with pytest.raises(UsageError, match="--time"):
        Guide(Course(reps=3), HOLD)


COURSES = st.builds(
    Course,
    sets=st.integers(1, 3),
    reps=st.none() | st.integers(1, 4),
    rest_s=st.sampled_from([0.0, 1.0, 12.0, 60.0]),
    countdown_s=st.sampled_from([0.0, 2.0, 5.0]),
    metronome_bpm=st.none() | st.just(90.0),
    settle_s=st.sampled_from([0.1, 2.0]),
)
EVENTS = st.tuples(
    st.floats(-0.5, 20),
    st.sampled_from(["", "", "", "up", "up", "sure", "sure", "skip", "stop", "lose", "find"]),
)


@given(COURSES, st.lists(EVENTS, max_size=60), st.sampled_from(CATALOGUE))
def test_whatever_happens_whenever_stages_follow_and_cues_come_once(
    course: Course, events: list[tuple[float, str]], exercise: object
) -> None:
    """Any course, any keys, any steps of the clock, some of them backwards."""
    name = getattr(exercise, "name", "")
    if find_exercise(name).kind in ("hold", "walk", "timer"):
        course = replace(course, reps=None)
    sim = Sim(course, name)
    count, sure = 0, True
    for by_s, event in events:
        match event:
            case "up":
                count, sure = count + 1, False
                sim.count(count, uncertain=True)
            case "sure" if not sure:
                sure = True
                sim.count(count)
            case "skip":
                sim.guide.skip(sim.now_s)
            case "stop":
                sim.guide.stop(sim.now_s)
            case "lose" | "find":
                sim.streaming = event == "find"
        sim.step(by_s)
    _check(sim)
    for _ in range(2 * course.sets + 1):  # and it can always be brought to its end
        sim.guide.stop(sim.now_s)
        sim.step()
    assert sim.moments[-1].stage == "done"
    _check(sim)


def _check(sim: Sim) -> None:
    if not sim.moments:
        return
    for before, after in pairwise(sim.moments):
        assert after.stage in NEXT[before.stage]
        assert after.set_n >= before.set_n
        assert after.set_n - before.set_n <= 1
        if before.stage == after.stage == "set" and before.set_n == after.set_n:
            assert after.certain >= before.certain
            assert after.set_s >= before.set_s
    for moment in sim.moments:
        assert moment.certain <= moment.count
        assert moment.left_s is None or moment.left_s >= 0
        assert 1 <= moment.set_n <= moment.sets
        assert not (moment.stage == "done" and {"go", "rep", "tick"} & set(moment.cues))
    heard = Counter(sim.cues())
    assert heard["go"] <= sim.moments[-1].sets
    assert heard["target"] <= heard["go"]
    assert heard["last-rep"] <= heard["go"]
    assert heard["rest-over"] <= sim.moments[-1].sets - 1
    assert heard["trouble"] - heard["back"] in (0, 1)
    per_set: dict[int, int] = {}
    for moment in sim.moments:
        per_set[moment.set_n] = per_set.get(moment.set_n, 0) + moment.cues.count("rep")
        if "target" in moment.cues and moment.target_reps is not None:  # never short of it
            assert moment.certain >= moment.target_reps
        quick = sim.guide._every > 1
        if moment.stage in ("set", "settling") and sim.guide._counted:
            assert per_set[moment.set_n] == moment.certain // (5 if quick else 1)


def test_stages_of_no_length_are_passed_over() -> None:
    """No settling, no rest, no countdown: one set runs into the next."""
    sim = Sim(Course(sets=2, reps=1, rest_s=0, countdown_s=0, settle_s=0))
    sim.step()
    sim.count(1)
    sim.run(0.1)
    sim.count(2)
    sim.run(0.1)
    assert sim.stages() == ["set", "settling", "set", "settling", "done"]
    assert sim.cues() == ["go", "rep", "target", "rest-over", "go", "rep", "target"]


def test_no_cue_is_lost_when_steps_are_far_apart() -> None:
    """Three reps between two steps are three cues; ticks that have passed are skipped."""
    sim = Sim(Course(reps=4, countdown_s=5))
    sim.step()
    assert sim.step(60.0).cues == ("go",)
    sim.count(3)
    assert sim.step(30.0).cues == ("rep", "rep", "rep", "last-rep")
    sim.count(5)
    assert sim.step(30.0).cues == ("rep", "rep", "target")
