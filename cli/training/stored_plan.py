"""Which plan an athlete follows, and how far it is: from the database, or from a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from cli.common.output import complain, remark
from sensing.core.errors import AnkletError, StoreError, UsageError
from sensing.training.weeks import monday_of

if TYPE_CHECKING:
    from sensing.store.store import Store
    from sensing.store.values.rows import StoredPlan
    from sensing.training.plan import Plan, Progress
    from sensing.training.plan_history import Taken
    from sensing.training.recovery import Unrested

_LOOK_BACK_DAYS = 56
"""Days in which to look for when an exercise was last done; a longer time costs more reading."""

PlanFile = Annotated[
    Path | None,
    typer.Option(
        "--plan",
        metavar="FILE",
        help="The plan; default: the one stored by `anklet plan use`.",
        show_default=False,
    ),
]


class InUse(NamedTuple):
    """A plan that is followed; for each exercise the first day that counts (None: any)."""

    plan: Plan
    since: Mapping[str, int | None]


def plan_for(store: Store, file: Path | None, *, athlete: str, day: date) -> InUse | None:
    """The plan named, otherwise the athlete's on a day, otherwise the default; None without one.

    A stored plan that is no longer valid is reported and ignored, so that the athlete can still see
    what was done.

    Raises:
        UsageError: the file that was named is not valid.
    """
    from sensing.training.plan_file import read_plan
    from sensing.training.plan_history import plan_on, since_when

    if file is not None:
        return InUse(read_plan(file), {})
    history = list(_history(stored_plans(store, athlete)))
    day_n = day.toordinal()
    found = plan_on(history, day_n)
    return None if found is None else InUse(found, since_when(history, day_n))


def stored_plans(store: Store, athlete: str | None = None) -> list[StoredPlan]:
    """The plans of an athlete and the default ones, with a ``plan.toml`` beside the database."""
    found = store.plans(athlete=athlete)
    beside = _beside(store, found)
    return found if beside is None else [*found, beside]


def _beside(store: Store, known: Sequence[StoredPlan]) -> StoredPlan | None:
    """Import the file where earlier versions kept the plan, each text of it once."""
    from cli.common.days import today
    from sensing.store.values.rows import StoredPlan
    from sensing.training.plan_file import PLAN_FILE, parse_plan, plan_text

    place = store.place.parent / PLAN_FILE
    if not place.exists():
        return None
    try:
        text = plan_text(place)
        defaults = [each for each in known if each.athlete is None]
        if any(each.toml == text for each in defaults):
            return None
        name = parse_plan(text, str(place)).name
    except UsageError as error:
        complain(f"the plan is ignored: {error}")
        return None
    taken = StoredPlan(
        id=0,
        athlete=None,
        name=name,
        from_day=today() if defaults else None,  # the first one held for every week there was
        toml=text,
        taken_utc=datetime.now(UTC),
    )
    if store.place.exists():
        try:
            store.put_plan(name, text, from_day=taken.from_day, now_utc=taken.taken_utc)
        except StoreError:
            return taken  # a database that can only be read
        remark(
            f"{place} is now in the database as the default plan {name!r}; "
            "`anklet plan use FILE` replaces it"
        )
    return taken


def _history(found: Sequence[StoredPlan]) -> Iterator[Taken]:
    from sensing.training.plan_file import parse_plan
    from sensing.training.plan_history import Taken

    for each in found:
        whose = "default plan" if each.athlete is None else f"plan of {each.athlete}"
        from_n = None if each.from_day is None else each.from_day.toordinal()
        try:
            plan = None if each.toml is None else parse_plan(each.toml, f"{whose} {each.name!r}")
        except AnkletError as error:
            complain(f"the plan is ignored: {error}")
            continue
        yield Taken(each.athlete is not None, from_n, plan)


def progress_of(store: Store, in_use: InUse, *, athlete: str, now: date) -> list[Progress]:
    """The progress of the plan in a day's week, with that day's targets."""
    from sensing.training.plan import progress
    from sensing.training.targets import paced_sets, with_targets

    plan, since = in_use
    today = now.toordinal()
    monday = date.fromordinal(monday_of(today))
    first = min(_first_day(plan, since, now), monday)
    done = store.done(athlete=athlete, since=first, until=monday + timedelta(days=6))
    steps = progress(plan, done, today=today)
    paced = paced_sets(plan, done)
    times = store.rep_times(paced) if paced else {}
    return with_targets(steps, plan, done, times, today=today, since=since)


def _first_day(plan: Plan, since: Mapping[str, int | None], now: date) -> date:
    """The first day that a target may depend on."""
    looked_at = now - timedelta(days=_LOOK_BACK_DAYS)
    counted = [
        since.get(entry.exercise) or date.min.toordinal()
        for entry in plan.entries
        if entry.progression is not None
    ]
    return min([looked_at, *(date.fromordinal(day) for day in counted)])


def running_days(
    store: Store, plan: Plan, *, athlete: str, first: date, last: date
) -> list[Unrested]:
    """Days of some days on which the plan's rest day before was not kept."""
    from sensing.training.recovery import days_running

    done = store.done(athlete=athlete, since=first - timedelta(days=1), until=last)
    return [each for each in days_running(plan, done) if each.day_n >= first.toordinal()]
