"""Which plan an athlete followed on a day: their own, or else the default, as it was then.

Plans are never changed, only followed by others, so a week of the past is judged by the plan of
that week. Progress goes on through a new version of a plan: it begins anew only for an exercise
whose start, range or rule changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sensing.training.plan import Entry, Plan


class Taken(NamedTuple):
    """A plan, and since when it holds; in a list, those taken later come later.

    Attributes:
        own: it is the athlete's own; False: the default.
        from_n: the first day; None: always.
        plan: None: from that day on there is none.
    """

    own: bool
    from_n: int | None
    plan: Plan | None


def plan_on(history: Sequence[Taken], day_n: int) -> Plan | None:
    """The plan on a day."""
    for own in (True, False):
        for each in reversed(history):
            if each.own == own and (each.from_n is None or each.from_n <= day_n):
                if each.plan is None:
                    break  # stopped: the default, if this was their own
                return each.plan
    return None


def since_when(history: Sequence[Taken], day_n: int) -> dict[str, int | None]:
    """For each exercise of the day's plan, the first day of its present rule; None: always."""
    plan = plan_on(history, day_n)
    if plan is None:
        return {}
    days = sorted({each.from_n for each in history if each.from_n and each.from_n <= day_n})
    found: dict[str, int | None] = {}
    for entry in plan.entries:
        first: int | None = None
        for day in reversed(days):
            before = plan_on(history, day - 1)
            if before is None or all(_rule(one) != _rule(entry) for one in before.entries):
                first = day
                break
        found[entry.exercise] = first
    return found


def _rule(entry: Entry) -> object:
    """What progress depends on; the days, the rest and the notes may change without it."""
    name = entry.exercise.casefold()
    return name, entry.progression, entry.reps, entry.time_s, entry.load_kg
