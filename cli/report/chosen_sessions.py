"""Which sessions a report is of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from cli.common.selection import one_athlete
from sensing.core.errors import UsageError

if TYPE_CHECKING:
    from sensing.core.samples import Side
    from sensing.store.read.gathering import GatheredSession
    from sensing.store.store import Store

_WEEKS = 12
"""Before the newest session, unless days or ids are given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What a report is of."""

    sessions: list[GatheredSession]
    athlete: str
    first: date
    last: date
    words: str
    exercise: str | None
    side: Side | None
    ids: frozenset[int]


def choose(
    store: Store,
    ids: list[int] | None,
    exercise: str | None,
    side: Side | None,
    since: datetime | None,
    until: datetime | None,
    athlete: str | None,
) -> Chosen:
    """The sessions meant.

    Raises:
        UsageError: there are none, or they are of several people.
        StoreError: there is no session of an id.
    """
    if ids:
        for each in ids:
            store.session(each)  # refuses what isn't there
        wanted = ids
        words = "sessions " + ", ".join(map(str, sorted(set(ids))))
    else:
        whose = one_athlete(store, athlete)
        newest = store.sessions(limit=1, athlete=whose, exercise=exercise)
        if whose is None or not newest:
            raise UsageError(
                "there is nothing to report on", remedy="`anklet sessions` lists what there is"
            )
        last = until.date() if until else newest[0].day
        start = since.date() if since else last - timedelta(weeks=_WEEKS)
        wanted = store.session_ids(
            athlete=whose, since=start, until=last, exercise=exercise, side=side
        )
        words = f"sessions from {start} to {last}"
    sessions = store.gather(wanted, exercise=exercise, side=side)
    if not sessions:
        raise UsageError(f"no session is like that: {words}", remedy="`anklet sessions` lists them")
    people = sorted({each.athlete for each in sessions})
    if len(people) > 1:
        raise UsageError(
            f"these sessions are of {len(people)} people, {', '.join(people)}",
            remedy="a report is of one; give the ids of one person's",
        )
    narrowed = "".join(f", {each}" for each in (exercise, side) if each)
    return Chosen(
        sessions=sessions,
        athlete=people[0],
        first=date.fromisoformat(sessions[-1].day),
        last=date.fromisoformat(sessions[0].day),
        words=words + narrowed,
        exercise=exercise,
        side=side,
        ids=frozenset(each.id for each in sessions),
    )
