"""What it takes to know an analysis again in another database, and its sets.

Two analyses are the same answer if the same question was put to the same engine with the same
profile, and the same sets came out, to a tenth of a second and to the rep: another processor rounds
otherwise. Their sets are then the same sets, in order. One database may hold the same answer
several times, as `anklet replay --again` gives it; then the newest speaks for it, and older ones
are known by when they were made. Sets that a person added are the same if they are of one exercise,
leg and time.
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
EVENTS = ("rep", "hop", "hold")


@dataclass(slots=True, kw_only=True)
class KnownSet:
    """One set, as far as it takes to know it again."""

    id: int
    row: Any
    events: tuple[int, ...]
    said: list[Row] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class KnownAnalysis:
    """One analysis of a recording, with its sets."""

    id: int
    row: Any
    found: list[KnownSet] = field(default_factory=list)
    added: list[KnownSet] = field(default_factory=list)

    @property
    def kind(self) -> tuple[object, ...]:
        """What must be equal in the same analysis elsewhere."""
        asked = tuple(self.row[name] for name in _QUESTION)
        sets = tuple((*(one.row[name] for name in _MACHINE_SET), one.events) for one in self.found)
        return (*asked, self.row["profile_sha256"], sets)

    @property
    def words(self) -> list[Row]:
        """All that was said of its sets."""
        return [row for one in (*self.found, *self.added) for row in one.said]


Match = tuple[KnownAnalysis, KnownAnalysis | None]
"""An analysis of theirs, and the same one of ours; None if we haven't got it."""


def load(
    db: Database, schema: str, where: str, values: Sequence[object]
) -> dict[int, list[KnownAnalysis]]:
    """Analyses with their sets, by recording.

    Args:
        schema: ``main`` or ``other``.
        where: SQL that is true of the analyses wanted (``a``).
    """
    chosen = f"FROM {schema}.analysis a"
    found: dict[int, list[KnownAnalysis]] = defaultdict(list)
    by_id: dict[int, KnownAnalysis] = {}
    for row in rows(
        db,
        f"SELECT a.*, (SELECT sha256 FROM {schema}.profile WHERE id = a.profile_id)"  # noqa: S608
        f" AS profile_sha256 {chosen} WHERE {where} ORDER BY a.id",
        values,
    ):
        by_id[row["id"]] = one = KnownAnalysis(id=row["id"], row=row)
        found[row["recording_id"]].append(one)
    counts = ", ".join(
        f"(SELECT count(*) FROM {schema}.{table} WHERE set_id = e.id) AS {table}s"  # noqa: S608
        for table in EVENTS
    )
    sets: dict[int, KnownSet] = {}
    for row in rows(
        db,
        f"SELECT e.*, {counts} {chosen} CROSS JOIN {schema}.exercise_set e"
        f" ON e.analysis_id = a.id WHERE {where} ORDER BY e.analysis_id, e.n",
        values,
    ):
        events = tuple(row[f"{table}s"] for table in EVENTS)
        sets[row["id"]] = one_set = KnownSet(id=row["id"], row=row, events=events)
        whose = by_id[row["analysis_id"]]
        (whose.added if row["added"] else whose.found).append(one_set)
    for row in rows(
        db,
        f"SELECT c.* {chosen} CROSS JOIN {schema}.exercise_set e ON e.analysis_id = a.id"
        f" CROSS JOIN {schema}.correction c ON c.set_id = e.id WHERE {where} ORDER BY c.id",
        values,
    ):
        sets[row["set_id"]].said.append(row)
    return found


def pair(ours: list[KnownAnalysis], theirs: list[KnownAnalysis]) -> list[Match]:
    """For each analysis of theirs, the same one of ours, if there is one."""
    here = _by_kind(ours)
    matches = []
    for kind, each_of_theirs in _by_kind(theirs).items():
        newest, *older = each_of_theirs
        known, *older_known = here.get(kind, [None])
        matches.append((newest, known))
        left = {one.row["created_utc"]: one for one in older_known if one is not None}
        for one in older:
            # The same act in both: one database was once a copy of the other.
            match = left.pop(one.row["created_utc"], None) if known is not None else None
            matches.append((one, match))
    return matches


def _by_kind(analyses: list[KnownAnalysis]) -> dict[tuple[object, ...], list[KnownAnalysis]]:
    """The same answers together, the newest first."""
    found: dict[tuple[object, ...], list[KnownAnalysis]] = defaultdict(list)
    for one in sorted(
        analyses, key=lambda each: (each.row["created_utc"], each.row["current"]), reverse=True
    ):
        found[one.kind].append(one)
    return found


def pair_added(
    ours: list[KnownSet], theirs: list[KnownSet]
) -> tuple[list[tuple[KnownSet, KnownSet]], list[KnownSet]]:
    """Sets that people added: which are the same, and which of theirs aren't here."""
    left: dict[tuple[object, ...], list[KnownSet]] = defaultdict(list)
    for one in sorted(ours, key=lambda each: content(each.said)):
        left[_added_kind(one)].append(one)
    pairs: list[tuple[KnownSet, KnownSet]] = []
    waiting = sorted(theirs, key=lambda each: content(each.said))
    for exactly in (True, False):
        later = []
        for one in waiting:
            candidates = left[_added_kind(one)]
            match = next(
                (
                    each
                    for each in candidates
                    if not exactly or content(each.said) == content(one.said)
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


def _added_kind(one: KnownSet) -> tuple[object, ...]:
    return (
        *(one.row[name] for name in ("exercise", "side", "start_s", "end_s", "at_s")),
        one.events,
    )
