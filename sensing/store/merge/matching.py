"""Recognise the same analysis, and the same sets, in another database.

Two analyses are the same if they were made for the same exercise and placement with the same
algorithm version and profile, and gave the same sets with the same numbers of reps, hops and holds;
times are not compared, since processors round differently. Their sets then correspond in order. One
database may hold the same analysis several times (`anklet replay --again`); the newest is matched
first, older ones by when they were made. Sets added by hand are the same if exercise, leg and time
are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from sensing.store.database.connection import rows
from sensing.store.merge.corrections import Row, content

_PLACES = 1
"""To a tenth of a second the ends of a set are the same on every processor, and those of no two
different sets."""

_QUESTION = (
    *("exercise", "placement", "placement_found", "engine", "profile", "parameters", "notes"),
)
_MACHINE_SET = ("exercise", "guessed", "side", "steps")
EVENTS = ("rep", "hop", "hold", "stand")


@dataclass(slots=True, kw_only=True)
class SetRows:
    """The rows of one set that are compared."""

    id: int
    row: Any
    events: tuple[int, ...]
    corrections: list[Row] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class AnalysisRows:
    """The rows of one analysis of a recording, with its sets."""

    id: int
    row: Any
    detected: list[SetRows] = field(default_factory=list)
    added: list[SetRows] = field(default_factory=list)

    @property
    def kind(self) -> tuple[object, ...]:
        """What is equal in the same analysis of another database."""
        asked = tuple(self.row[name] for name in _QUESTION)
        sets = tuple(
            (*(one.row[name] for name in _MACHINE_SET), one.events) for one in self.detected
        )
        return (*asked, self.row["profile_sha256"], sets)

    @property
    def corrections(self) -> list[Row]:
        """The corrections of all its sets."""
        return [row for one in (*self.detected, *self.added) for row in one.corrections]


Match = tuple[AnalysisRows, AnalysisRows | None]
"""An analysis of theirs and the same one of ours; None if we do not have it."""


def load(
    db: Database, schema: str, where: str, values: Sequence[object]
) -> dict[int, list[AnalysisRows]]:
    """Analyses with their sets, by recording.

    Args:
        schema: ``main`` or ``other``.
        where: SQL that is true of the analyses wanted (``a``).
    """
    chosen = f"FROM {schema}.analysis a"
    found: dict[int, list[AnalysisRows]] = defaultdict(list)
    by_id: dict[int, AnalysisRows] = {}
    for row in rows(
        db,
        f"SELECT a.*, (SELECT sha256 FROM {schema}.profile WHERE id = a.profile_id)"  # noqa: S608
        f" AS profile_sha256 {chosen} WHERE {where} ORDER BY a.id",
        values,
    ):
        by_id[row["id"]] = one = AnalysisRows(id=row["id"], row=row)
        found[row["recording_id"]].append(one)
    counts = ", ".join(
        f"(SELECT count(*) FROM {schema}.{table} WHERE set_id = e.id) AS {table}s"  # noqa: S608
        for table in EVENTS
    )
    sets: dict[int, SetRows] = {}
    for row in rows(
        db,
        f"SELECT e.*, {counts} {chosen} CROSS JOIN {schema}.exercise_set e"
        f" ON e.analysis_id = a.id WHERE {where} ORDER BY e.analysis_id, e.n",
        values,
    ):
        events = tuple(row[f"{table}s"] for table in EVENTS)
        sets[row["id"]] = one_set = SetRows(id=row["id"], row=row, events=events)
        whose = by_id[row["analysis_id"]]
        (whose.added if row["added"] else whose.detected).append(one_set)
    for row in rows(
        db,
        f"SELECT c.* {chosen} CROSS JOIN {schema}.exercise_set e ON e.analysis_id = a.id"
        f" CROSS JOIN {schema}.correction c ON c.set_id = e.id WHERE {where} ORDER BY c.id",
        values,
    ):
        sets[row["set_id"]].corrections.append(row)
    return found


def pair(ours: list[AnalysisRows], theirs: list[AnalysisRows]) -> list[Match]:
    """For each analysis of theirs, the same one of ours, if there is one."""
    here = _by_kind(ours)
    matches = []
    for kind, each_of_theirs in _by_kind(theirs).items():
        newest, *older = each_of_theirs
        known, *older_known = here.get(kind, [None])
        matches.append((newest, known))
        left = {one.row["created_utc"]: one for one in older_known if one is not None}
        for one in older:
            # The very same one: one database was once a copy of the other.
            match = left.pop(one.row["created_utc"], None) if known is not None else None
            matches.append((one, match))
    return matches


def _by_kind(analyses: list[AnalysisRows]) -> dict[tuple[object, ...], list[AnalysisRows]]:
    """Equal analyses together, the newest first."""
    found: dict[tuple[object, ...], list[AnalysisRows]] = defaultdict(list)
    for one in sorted(
        analyses, key=lambda each: (each.row["created_utc"], each.row["current"]), reverse=True
    ):
        found[one.kind].append(one)
    return found


def pair_added(
    ours: list[SetRows], theirs: list[SetRows]
) -> tuple[list[tuple[SetRows, SetRows]], list[SetRows]]:
    """Sets added by hand: the pairs that are the same, and those only they have."""
    left: dict[tuple[object, ...], list[SetRows]] = defaultdict(list)
    for one in sorted(ours, key=lambda each: content(each.corrections)):
        left[_added_kind(one)].append(one)
    pairs: list[tuple[SetRows, SetRows]] = []
    waiting = sorted(theirs, key=lambda each: content(each.corrections))
    for exactly in (True, False):
        later = []
        for one in waiting:
            candidates = left[_added_kind(one)]
            match = next(
                (
                    each
                    for each in candidates
                    if not exactly or content(each.corrections) == content(one.corrections)
                ),
                None,
            )
            if match is None:
                later.append(one)
            else:
                candidates.remove(match)
                pairs.append((match, one))
        waiting = later
    return pairs, waiting


def _added_kind(one: SetRows) -> tuple[object, ...]:
    return (
        *(one.row[name] for name in ("exercise", "side", "start_s", "end_s", "at_s")),
        one.events,
    )
