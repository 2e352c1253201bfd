"""When an exercise gets harder, when it gets easier, and why: a rule of the plan, and its target.

A rule has steps: so many reps or seconds a set, then more load and fewer reps again (*double
progression*). The target is worked out from the sessions that were done, and nothing else is kept,
so a corrected count or a deleted session changes it as if it had always been so:

1. It goes up when every planned set of the last sessions (two, unless the rule says otherwise)
   reached it, with the tempo kept and no pain above the limit. What was reached decides, so
   somebody who is further on than the plan is not held back.
2. Pain above the limit takes it back to the highest step below that was done without such pain.
3. Each week (Monday to Sunday) that was missed takes it back one step.

Sources. Double progression and one more load after two sessions: the ACSM's position stand (2009)
asks for 2-10 % more load once one or two reps more than planned are possible. Pain: Silbernagel et
al. (2007, pain-monitoring model) call up to 2 of 10 safe and up to 5 acceptable; later accounts
call up to 3 safe. The limit here is 3, because progress waits above it. The step back a missed week
is a convention of this program; no publication was found that tested one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sensing.training.ladder import Ladder, Level, Progression, Session
from sensing.training.weeks import monday_of

_KEPT_SHARE = 0.5
"""A session kept its tempo if this share of its measured reps did. Measured phases are uncertain by
0.15-0.3 s (1 SD), so of reps that kept a tempo exactly about a quarter seem not to have; a larger
share would hold back people who keep it. Of reps that are half as long as asked hardly one does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What to do, and why: reps or seconds of a set, and the load (None: none is planned)."""

    reps: int | None
    time_s: float | None
    load_kg: float | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """Where the athlete is after some sessions.

    Attributes:
        run: the newest sessions, back to the last step back.
        clean: steps done without pain above the limit.
    """

    level: Level
    why: str
    run: tuple[Session, ...] = ()
    clean: frozenset[Level] = frozenset()
    last_n: int | None = None


def target(
    rule: Progression,
    sessions: Iterable[Session],
    *,
    sets: int,
    today: int,
    start: float | None = None,
    load_kg: float | None = None,
) -> Target:
    """The target of a day.

    Args:
        rule: how it moves on.
        sessions: what was done, at most one a day, in any order.
        sets: planned for each session.
        today: the day.
        start: step to begin with; None: the first.
        load_kg: load to begin with, if any.
    """
    first = Level(load_kg or 0.0, 0 if start is None else rule.steps.index(start))
    ladder = Ladder(rule, first.load_kg, sets)
    state = _State(level=first, why="where the plan starts")
    for session in sorted(sessions, key=lambda each: each.day_n):
        state = _after_weeks(ladder, state, session.day_n)
        state = _after_session(ladder, state, session)
    state = _after_weeks(ladder, state, today)
    value = rule.steps[state.level.n]
    return Target(
        reps=int(value) if rule.what == "reps" else None,
        time_s=value if rule.what == "time_s" else None,
        load_kg=state.level.load_kg or load_kg,
        why=state.why,
    )


def _after_weeks(ladder: Ladder, state: _State, day_n: int) -> _State:
    """Take a step back for each week without a session before a day."""
    if state.last_n is None:
        return state
    missed = (monday_of(day_n) - monday_of(state.last_n)) // 7 - 1
    if missed < 1:
        return state
    level = state.level
    for _ in range(missed):
        level = ladder.before(level)
        if level == ladder.before(level):
            break
    weeks = "a week" if missed == 1 else f"{missed} weeks"
    back = "one step back" if missed == 1 else f"{missed} steps back"
    if level == ladder.before(level):
        back = "back to the first step" if level != state.level else "this is the first step"
    # The weeks are counted; the session that comes after them counts from its own day.
    return replace(state, level=level, why=f"{weeks} missed: {back}", run=(), last_n=day_n)


def _after_session(ladder: Ladder, state: _State, session: Session) -> _State:
    rule = ladder.rule
    state = replace(state, last_n=session.day_n)
    if session.pain is not None and session.pain > rule.max_pain:
        below = [each for each in state.clean if each < state.level]
        back = max(below, default=ladder.before(state.level))
        done = "back to the last step without it" if below else "one step back"
        if back == state.level:
            done = "this is the first step"
        why = f"pain {session.pain} on {date.fromordinal(session.day_n)}: {done}"
        return replace(state, level=back, why=why, run=())
    done_alone = ladder.reached([session])
    clean = state.clean if done_alone is None else state.clean | {done_alone}
    run = (*state.run, session)[-rule.sessions :]
    state = replace(state, run=run, clean=clean)
    together = ladder.reached(run)
    kept = all(_kept(rule, each) for each in run)
    if len(run) == rule.sessions and kept and together is not None:
        higher = ladder.after(together)
        if higher > state.level:
            return replace(state, level=higher, why=_why_up(rule, together, higher))
    return replace(state, why=_why_not(ladder, state, session))


def _kept(rule: Progression, session: Session) -> bool:
    # What was logged by hand has no measured tempo; the athlete is believed.
    return not rule.keep_tempo or session.kept >= _KEPT_SHARE * session.timed


def _why_up(rule: Progression, reached: Level, higher: Level) -> str:
    times = {1: "once", 2: "twice"}.get(rule.sessions, f"{rule.sessions} times")
    why = f"all sets reached {_words(rule, reached)} {times}"
    more = higher.load_kg - reached.load_kg
    return f"{why}, so {more:g} kg more" if more > 0 else why


def _why_not(ladder: Ladder, state: _State, session: Session) -> str:
    """Why the target stays after a session without pain above the limit."""
    rule, level = ladder.rule, state.level
    if ladder.after(level) == level and _meets(ladder, session, level):
        return "the highest step of the plan"
    if not _meets(ladder, session, level):
        return f"last time {_shortfall(ladder, session, level)}"
    if not _kept(rule, session):
        return f"last time the tempo was kept in {session.kept} of {session.timed} reps"
    met = 0
    for each in reversed(state.run):
        if not (_meets(ladder, each, level) and _kept(rule, each)):
            break
        met += 1
    left = rule.sessions - met
    times = "once" if met == 1 else f"{met} times"
    return f"all sets reached {_words(rule, level)} {times}; {_more(left)} to go up"


def _more(left: int) -> str:
    return "once more" if left == 1 else f"{left} times more"


def _meets(ladder: Ladder, session: Session, level: Level) -> bool:
    found = ladder.reached([session])
    return found is not None and found >= level


def _shortfall(ladder: Ladder, session: Session, level: Level) -> str:
    """What the weaker leg's sets lacked."""
    step = ladder.rule.steps[level.n]
    leg = min(session.legs, key=lambda sets: ladder.reached_at(sets, level.load_kg))
    if len(leg) < ladder.sets:
        return f"{len(leg)} of {ladder.sets} sets"
    heavy = [one for one in leg if one.load_kg >= level.load_kg]
    if len(heavy) < ladder.sets:
        load = sorted((one.load_kg for one in leg), reverse=True)[ladder.sets - 1]
        return f"{load:g} of {level.load_kg:g} kg" if load else f"no load of {level.load_kg:g} kg"
    value = sorted((one.value for one in heavy), reverse=True)[ladder.sets - 1]
    unit = " s" if ladder.rule.what == "time_s" else ""
    return f"a set of {value:.0f} of {step:g}{unit}"


def _words(rule: Progression, level: Level) -> str:
    return f"{rule.steps[level.n]:g}" + (" s" if rule.what == "time_s" else "")
