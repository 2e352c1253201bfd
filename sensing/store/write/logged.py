"""Work the sensor did not record, logged by hand."""

from __future__ import annotations

import math
from dataclasses import asdict
from datetime import date, datetime

from sensing.core.errors import StoreError, UsageError
from sensing.store.database.connection import Connection, check_told, first, rows
from sensing.store.values.rows import LoggedWork, Work
from sensing.store.write.athletes import ME
from sensing.store.write.upkeep import athlete_id
from sensing.store.write.writing import insert, utc_text


class Logbook(Connection):
    """The part of a store that keeps what was logged by hand."""

    def log_work(self, work: Work, *, day: date, now_utc: datetime, athlete: str = ME) -> int:
        """Write down what was done on a day; gives its id.

        Raises:
            UsageError: a number makes no sense, or there is no work in it.
        """
        _check(work)
        with self._writing() as db:
            return insert(
                db,
                "logged",
                {
                    "athlete_id": athlete_id(db, athlete),
                    "day": day.isoformat(),
                    **asdict(work),
                    "made_utc": utc_text(now_utc),
                },
            )

    def logged_work(
        self,
        *,
        since: date | None = None,
        until: date | None = None,
        athlete: str | None = None,
    ) -> list[LoggedWork]:
        """What was logged, newest day first.

        Args:
            since: on this day or later.
            until: on this day or earlier.
            athlete: by this person alone.
        """
        with self._reading() as db:
            found = rows(
                db,
                "SELECT logged.*, athlete.name AS athlete FROM logged"
                " JOIN athlete ON athlete.id = athlete_id"
                " WHERE (:athlete IS NULL OR athlete.name = :athlete)"
                " AND (:since IS NULL OR day >= :since) AND (:until IS NULL OR day <= :until)"
                " ORDER BY day DESC, logged.id DESC",
                {
                    "athlete": athlete,
                    "since": since and since.isoformat(),
                    "until": until and until.isoformat(),
                },
            )
        return [
            LoggedWork(
                id=row["id"],
                day=date.fromisoformat(row["day"]),
                athlete=row["athlete"],
                work=Work(**{name: row[name] for name in Work.__dataclass_fields__}),
                made_utc=datetime.fromisoformat(row["made_utc"]),
            )
            for row in found
        ]

    def logged_exercises(self) -> list[str]:
        """Every exercise that was ever logged, each once."""
        with self._reading() as db:
            found = rows(db, "SELECT DISTINCT exercise FROM logged ORDER BY exercise", [])
        return [row["exercise"] for row in found]

    def delete_logged(self, work_id: int) -> None:
        """Delete what was logged under this id.

        Raises:
            StoreError: there is nothing of this id.
        """
        with self._writing() as db:
            if first(db, "SELECT id FROM logged WHERE id = ?", work_id) is None:
                raise StoreError(f"nothing is logged under {work_id}")
            db.table("logged").delete(work_id)


def _check(work: Work) -> None:
    if not work.exercise.strip():
        raise UsageError("nothing was given to log")
    if work.sets < 1:
        raise UsageError(f"{work.sets} sets make no sense", remedy="give 1 or more")
    if work.reps is not None and work.reps < 0:
        raise UsageError(f"{work.reps} reps make no sense", remedy="give 0 or more")
    if work.hold_s is not None and not (math.isfinite(work.hold_s) and work.hold_s >= 0):
        raise UsageError(f"a hold of {work.hold_s:g} s makes no sense", remedy="give 0 or more")
    check_told(load_kg=work.load_kg, pain=work.pain)
