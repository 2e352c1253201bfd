"""Today's target of each entry and leg of a plan, from what was done since the plan began.

Each leg has its own target: the weaker or sore one sets its own pace, and the other does not wait
for it. Where the plan doesn't tell the legs apart there is one target, and the weaker leg decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sensing.core.samples import Side
from sensing.training.completed import Done
from sensing.training.ladder import DoneSet, Progression, Session
from sensing.training.plan import Entry, Plan, Progress
from sensing.training.progression import target
from sensing.training.recovery import unrested
from sensing.training.week import keeps_tempo

Times = Mapping[int, Sequence[tuple[float, float, float]]]
"""Seconds up, at the top and down of the reps of each measured set."""


def with_targets(
    steps: Sequence[Progress],
    plan: Plan,
    done: Sequence[Done],
    times: Times,
    *,
    today: int,
    since: Mapping[str, int | None] | None = None,
) -> list[Progress]:
    """The progress of a week with today's targets in its entries, and their recovery.

    Args:
        steps: the progress of the plan in today's week.
        plan: the plan as it was written.
        done: what was done, also in earlier weeks.
        times: of the sets in it whose entries have a tempo.
        today: the day.
        since: for an exercise, the first day that counts; None: all of them.
    """
    found = []
    for each in steps:
        own = [one for one in done if _is_of(each.entry, each.side, one) and one.day_n <= today]
        first = (since or {}).get(each.entry.exercise)
        counted = [one for one in own if first is None or one.day_n >= first]
        entry, why = _aimed(each.entry, each.side, counted, times, today)
        found.append(
            replace(
                each,
                entry=entry,
                why=why,
                last_n=max((one.day_n for one in own if one.day_n < today), default=None),
                unrested=unrested(plan, each.entry, each.side, done, today=today),
            )
        )
    return found


def paced_sets(plan: Plan, done: Sequence[Done]) -> list[int]:
    """Sets whose tempo a target depends on."""
    paced = [
        entry for entry in plan.entries if entry.tempo is not None and entry.progression is not None
    ]
    return [
        each.set_id
        for each in done
        if each.set_id is not None and any(entry.is_of(each.exercise) for entry in paced)
    ]


def _aimed(
    entry: Entry, side: Side | None, done: Sequence[Done], times: Times, today: int
) -> tuple[Entry, str]:
    """The entry with today's reps, time and load, and why they are so."""
    rule = entry.progression
    if rule is None:
        return entry, ""
    sessions = [
        each
        for each in sessions_of(entry, rule, side, done, times)
        if each.day_n < today or _is_over(entry, rule, each)
    ]
    aim = target(
        rule,
        sessions,
        sets=entry.sets,
        today=today,
        start=entry.reps if rule.what == "reps" else entry.time_s,
        load_kg=entry.load_kg,
    )
    return replace(entry, reps=aim.reps, time_s=aim.time_s, load_kg=aim.load_kg), aim.why


def _is_over(entry: Entry, rule: Progression, session: Session) -> bool:
    """True if nothing more is to be done on that day: all sets are, or it hurts."""
    hurts = session.pain is not None and session.pain > rule.max_pain
    return hurts or all(len(leg) >= entry.sets for leg in session.legs)


def sessions_of(
    entry: Entry, rule: Progression, side: Side | None, done: Sequence[Done], times: Times
) -> list[Session]:
    """What was done of an entry with one leg, a session a day."""
    days: dict[int, list[Done]] = {}
    for each in done:
        if _is_of(entry, side, each):
            days.setdefault(each.day_n, []).append(each)
    return [_session(entry, rule, side, day, own, times) for day, own in sorted(days.items())]


def _session(
    entry: Entry,
    rule: Progression,
    side: Side | None,
    day_n: int,
    own: Sequence[Done],
    times: Times,
) -> Session:
    sides = sorted({each.side for each in own if each.side is not None}) if side is None else []
    legs = [
        tuple(
            DoneSet(each.load_kg or 0.0, _value(rule, each))
            for each in own
            if leg is None or each.side in (leg, None)
            for _ in range(each.sets)
        )
        for leg in sides or (None,)
    ]
    reps = [rep for each in own for rep in times.get(each.set_id or -1, ())]
    return Session(
        day_n,
        tuple(legs),
        pain=max((each.pain for each in own if each.pain is not None), default=None),
        kept=sum(keeps_tempo(rep, entry.tempo) for rep in reps) if entry.tempo else 0,
        timed=len(reps) if entry.tempo else 0,
    )


def _value(rule: Progression, each: Done) -> float:
    return float((each.reps if rule.what == "reps" else each.seconds) or 0)


def _is_of(entry: Entry, side: Side | None, each: Done) -> bool:
    # Work logged without a side was done with both legs.
    return entry.is_of(each.exercise) and (side is None or each.side in (side, None))
