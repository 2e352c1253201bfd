"""The sessions that a report covers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from cli.common.selection import one_athlete
from cli.sets.set_figures import ShownSet, of_stored
from sensing.core.errors import UsageError

if TYPE_CHECKING:
    from sensing.core.samples import Side
    from sensing.store.store import Store
    from sensing.store.values.sessions import SessionDetail

_WEEKS = 12
"""Before the newest session, unless days or ids are given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSession:
    """A session as a report shows it: ``sets`` are the chosen ones, none marked false."""

    detail: SessionDetail
    sets: list[ShownSet]

    def total(self, name: str) -> float:
        """Reps, hops or seconds held (``hold_s``) in these sets."""
        return sum(each.amounts[name] for each in self.sets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What a report covers."""

    sessions: list[ReportSession]
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
    """The chosen sessions.

    Raises:
        UsageError: there are none, or they belong to several athletes.
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
    sessions = [
        ReportSession(
            detail=each,
            sets=[
                of_stored(one)
                for one in each.sets
                if not one.corrections.false_set
                and exercise in (None, one.exercise)
                and side in (None, one.side)
            ],
        )
        for each in store.whole_sessions(wanted)
    ]
    if not sessions:
        raise UsageError(f"no session matches: {words}", remedy="`anklet sessions` lists them")
    people = sorted({each.detail.athlete for each in sessions})
    if len(people) > 1:
        raise UsageError(
            f"these sessions belong to {len(people)} athletes: {', '.join(people)}",
            remedy="a report covers one athlete; give only their sessions",
        )
    narrowed = "".join(f", {each}" for each in (exercise, side) if each)
    return Chosen(
        sessions=sessions,
        athlete=people[0],
        first=sessions[-1].detail.day,
        last=sessions[0].detail.day,
        words=words + narrowed,
        exercise=exercise,
        side=side,
        ids=frozenset(each.detail.id for each in sessions),
    )
