"""Analyses and sets of the recordings that both databases have.

An analysis that both have (:mod:`~sensing.store.merge.matching`) is kept once, with the corrections
of both (:mod:`~sensing.store.merge.corrections`). Any other is added beside ours.

Of the two current analyses the newer becomes the current one. Corrections of the older are carried
over to it by time, as when a recording is reanalysed, unless the newer has corrections of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from sensing.store.database.connection import rows
from sensing.store.merge.corrections import Row, content, unite
from sensing.store.merge.matching import EVENTS, AnalysisRows, SetRows, load, pair, pair_added
from sensing.store.merge.rows import columns, next_id, put
from sensing.store.write.carry_corrections import carry_corrections
from sensing.store.write.upkeep import make_current

_BLOCK = 500
"""Recordings looked at together; memory stays small however many there are."""


@dataclass(slots=True, kw_only=True)
class Analyses:
    """What the merge did to the analyses of recordings that both databases have.

    Attributes:
        changed: our recordings in which something changed.
        corrections: how many were added.
        set_notes, recording_notes: what the reader should know, by our set or recording.
    """

    changed: set[int] = field(default_factory=set)
    corrections: int = 0
    set_notes: list[tuple[int, str]] = field(default_factory=list)
    recording_notes: list[tuple[int, str]] = field(default_factory=list)


class Pairing:
    """Maps the analyses and sets of shared recordings and merges their corrections.

    Call :meth:`place` before the new rows are copied and :meth:`settle` afterwards.
    """

    def __init__(self, db: Database, shared: Iterable[tuple[int, int]]) -> None:
        self._db = db
        self._shared = list(shared)
        self._currents: list[tuple[int, int, int]] = []  # our recording, analyses' ids here
        self._first_new = 0
        self.result = Analyses()

    def place(self) -> None:
        """Map analyses and sets, and merge the corrections of sets that both have."""
        db = self._db
        self._first_new = next_id(db, "analysis")
        fresh_analysis = self._first_new
        for recording, ours, theirs in self._both():
            for one, known in pair(ours, theirs):
                key = fresh_analysis if known is None else known.id
                fresh_analysis += known is None
                put(db, "analysis", [(one.id, key, known is None)])
                if known is None:
                    self.result.changed.add(recording)
                else:
                    self._unite(recording, known, one)
                if one.row["current"]:
                    now = next(each.id for each in ours if each.row["current"])
                    self._currents.append((recording, now, key))
        self._place_fresh(fresh_analysis)

    def settle(self) -> None:
        """Choose the current analysis of each shared recording, once all rows are copied."""
        for recording, ours, theirs in self._currents:
            if ours == theirs:
                continue
            found = load(self._db, "main", "a.id IN (?, ?)", [ours, theirs])[recording]
            older, newer = sorted(
                found, key=lambda each: (each.row["created_utc"], repr(each.kind))
            )
            unknown = newer.id != ours or theirs >= self._first_new
            if newer.id != ours:
                make_current(self._db, recording, newer.id)
                self.result.changed.add(recording)
            if not older.corrections and not older.added:
                continue
            if newer.corrections or newer.added:
                if unknown:
                    stay = f"{len(older.corrections)} corrections stay with an older analysis of it"
                    self.result.recording_notes.append((recording, stay))
            else:
                self._carry(recording, older, newer, unknown=unknown)

    def _carry(
        self, recording: int, older: AnalysisRows, newer: AnalysisRows, *, unknown: bool
    ) -> None:
        made_utc = max(
            (row["made_utc"] for row in older.corrections), default=older.row["created_utc"]
        )
        kept, left = carry_corrections(
            self._db, older.id, newer.id, now_utc=datetime.fromisoformat(made_utc)
        )
        self.result.changed.add(recording)
        if unknown:
            remain = f", {left} fit nothing in it" if left else ""
            self.result.recording_notes.append(
                (recording, f"{kept} corrections go with its newer analysis{remain}")
            )

    def _both(self) -> Iterable[tuple[int, list[AnalysisRows], list[AnalysisRows]]]:
        """Each shared recording, by our id, with our analyses of it and theirs."""
        for start in range(0, len(self._shared), _BLOCK):
            block = self._shared[start : start + _BLOCK]
            marks = ", ".join("?" * len(block))
            where = f"a.recording_id IN ({marks})"
            here = load(self._db, "main", where, [ours for ours, _ in block])
            there = load(self._db, "other", where, [theirs for _, theirs in block])
            for ours, theirs in block:
                yield ours, here.get(ours, []), there.get(theirs, [])

    def _place_fresh(self, first_analysis: int) -> None:
        """Map the analyses of new recordings, and the sets of all new analyses."""
        db = self._db
        db.execute(
            "INSERT INTO temp.map_analysis"
            " SELECT t.id, ? - 1 + row_number() OVER (ORDER BY m.ours, t.id), 1"
            " FROM temp.map_recording m CROSS JOIN other.analysis t ON t.recording_id = m.theirs"
            " WHERE m.fresh",
            [first_analysis],
        )
        db.execute(
            "INSERT INTO temp.map_exercise_set"
            " SELECT t.id, ? - 1 + row_number() OVER (ORDER BY m.ours, t.n), 1"
            " FROM temp.map_analysis m CROSS JOIN other.exercise_set t ON t.analysis_id = m.theirs"
            " WHERE m.fresh",
            [next_id(db, "exercise_set")],
        )

    def _unite(self, recording: int, ours: AnalysisRows, theirs: AnalysisRows) -> None:
        # The later time: side, load and pain of the recording are as new as its analysis.
        created = max(ours.row["created_utc"], theirs.row["created_utc"])
        if created != ours.row["created_utc"]:
            self._db.table("analysis").update(ours.id, {"created_utc": created})
        pairs = list(zip(ours.detected, theirs.detected, strict=True))
        more, fresh = pair_added(ours.added, theirs.added)
        for a, b in [*pairs, *more]:
            self._unite_corrections(recording, a, b)
        last = max((one.row["n"] for one in (*ours.detected, *ours.added)), default=0)
        for n, one in enumerate(fresh, last + 1):
            self._add(recording, ours.id, one, n)

    def _unite_corrections(self, recording: int, ours: SetRows, theirs: SetRows) -> None:
        if content(ours.corrections) == content(theirs.corrections):
            return
        union = unite(ours.corrections, theirs.corrections)
        self.result.set_notes += [(ours.id, clash) for clash in union.clashes]
        if not union.add:
            return
        self._db.conn.executemany(
            "DELETE FROM main.correction WHERE id = ?", [(key,) for key in union.drop]
        )
        self._insert_corrections(ours.id, union.add)
        self.result.changed.add(recording)

    def _add(self, recording: int, analysis_id: int, one: SetRows, n: int) -> None:
        """Copy a set that was added by hand to an analysis we have."""
        names = [name for name in columns(self._db, "exercise_set") if name != "id"]
        row = {name: one.row[name] for name in names} | {"analysis_id": analysis_id, "n": n}
        key = self._db.table("exercise_set").insert(row).last_pk
        for table in (*EVENTS, "set_figure", "set_sd"):
            found = rows(self._db, f"SELECT * FROM other.{table} WHERE set_id = ?", [one.id])  # noqa: S608
            stored = columns(self._db, table)
            self._db.table(table).insert_all(
                {name: each[name] for name in stored} | {"set_id": key} for each in found
            )
        self._insert_corrections(key, one.corrections)
        self.result.changed.add(recording)

    def _insert_corrections(self, set_id: Any, corrections: Iterable[Row]) -> None:
        names = [name for name in columns(self._db, "correction") if name != "id"]
        for row in corrections:
            self._db.table("correction").insert(
                {name: row[name] for name in names} | {"set_id": set_id}
            )
            self.result.corrections += 1
