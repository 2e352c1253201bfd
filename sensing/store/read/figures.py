"""One figure of many sets, to follow it over the months.

A set's figures are in ``set_figure``; they are defined in
:mod:`~sensing.store.schema.schema_4`; what counts in it, after corrections, in the view
    ``set_count``. Sets marked false are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from operator import itemgetter

from sensing.core.samples import Side
from sensing.review.figure import Figure
from sensing.review.metrics import Metric
from sensing.store.database.connection import Connection

_SUMS = {
    "reps": "s.reps",
    "hops": "s.hops",
    "hold_s": "s.hold_s",
    "time_under_tension_s": "s.time_under_tension_s",
    "volume_kg": "s.reps * s.load_kg",
    "hold_load_kg_s": "s.hold_s * s.load_kg",
    "load_kg": "s.load_kg",
}
"""SQL, for a set, of the metrics that are not medians of events."""

_FIGURES = """
SELECT CAST(julianday(s.day) - 1721424.5 AS INTEGER), -- as date.toordinal() counts
       s.day, session.started_utc, s.session_id, s.n, s.exercise, s.side, s.load_kg, s.pain,
       s.note, {value}, {events},
       iif(analysis.placement = 'shoe', 'shoe', 'ankle') -- whose rules an unknown one follows
       || CASE WHEN analysis.profile IS NULL THEN ', not calibrated'
           ELSE ', profile ' || analysis.profile || coalesce(
               (SELECT ' version ' || version FROM profile WHERE id = analysis.profile_id), '')
           END,
       analysis.engine, u.sd
FROM {sets} s
{figure}
LEFT JOIN set_sd u ON u.set_id = s.set_id AND u.name = :name
CROSS JOIN session ON session.id = s.session_id
CROSS JOIN analysis ON analysis.recording_id = s.recording_id AND analysis.current
WHERE {wanted}
"""
_ASKED = {
    "athlete": "s.athlete = :athlete",
    "session_id": "s.session_id = :session_id",
    "since": "s.day >= :since",
    "until": "s.day <= :until",
    "exercise": "s.exercise = :exercise",
    "side": "s.side = :side",
}
"""Only the conditions asked for are in the query, so that SQLite can use an index."""


class Figures(Connection):
    """The part of a store that answers how a figure developed."""

    def figures(
        self,
        metric: Metric,
        *,
        exercise: str | None = None,
        side: Side | None = None,
        athlete: str | None = None,
        since: date | None = None,
        until: date | None = None,
        session_id: int | None = None,
    ) -> list[Figure]:
        """A metric of every set that has it, oldest first.

        Args:
            metric: which.
            exercise: only sets of it, as corrected.
            side: only sets of this leg.
            athlete: only this person's.
            since: only those of this day or later.
            until: only those of this day or earlier.
            session_id: only those of this session.
        """
        asked = {
            "athlete": athlete,
            "session_id": session_id,
            "since": since and since.isoformat(),
            "until": until and until.isoformat(),
            "exercise": exercise,
            "side": side,
        }
        given = {name: value for name, value in asked.items() if value is not None}
        with self._reading() as db:
            found = db.execute(
                figures_sql(metric, list(given)), {"name": metric.name, **given}
            ).fetchall()
        return sorted(map(Figure._make, found), key=_ORDER)


_ORDER = itemgetter(0, 2, 3, 4)  # day, start, session, set


def figures_sql(metric: Metric, asked: Sequence[str]) -> str:
    """The query for a metric, narrowed by these."""
    narrowed = [_ASKED[name] for name in asked]
    if metric.of == "figure":
        return _FIGURES.format(
            sets="current_set",
            value="f.median",
            events="f.low, f.high, f.least, f.most, f.many",
            figure="CROSS JOIN set_figure f ON f.set_id = s.set_id AND f.name = :name",
            wanted=" AND ".join(["s.counted", *narrowed]),
        )
    value = _SUMS[metric.name]
    # Nothing counted is no figure of an exercise that has nothing to count.
    known = f"{value} IS NOT NULL" if metric.of == "told" else f"{value} > 0"
    return _FIGURES.format(
        sets="set_count",
        value=value,
        events="NULL, NULL, NULL, NULL, 1",
        figure="",
        wanted=" AND ".join(["s.counted", *narrowed, known]),
    )
