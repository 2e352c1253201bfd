"""Training plans: of an athlete, or the default for those without their own.

A plan is kept as the text of its file. It is never changed: another one is added, which holds from
its day on, and stopping a plan adds a row without a text. Which plan held on a day is decided in
:mod:`sensing.training.plan_history`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sensing.store.database.connection import Connection, rows
from sensing.store.values.rows import StoredPlan
from sensing.store.write.upkeep import athlete_id
from sensing.store.write.writing import insert, utc_text

_PLANS = """
SELECT plan.*, athlete.name AS athlete FROM plan LEFT JOIN athlete ON athlete.id = athlete_id
WHERE :every OR athlete_id IS NULL OR athlete.name = :athlete
ORDER BY taken_utc, from_day, toml, plan.id
"""


class Plans(Connection):
    """The part of a store that keeps training plans."""

    def plans(self, *, athlete: str | None = None, every: bool = False) -> list[StoredPlan]:
        """The plans of an athlete and the default ones, in the order they were taken.

        Args:
            athlete: whose; None: only the default ones.
            every: those of all athletes.
        """
        with self._reading() as db:
            found = rows(db, _PLANS, {"athlete": athlete, "every": every})
        return [
            StoredPlan(
                id=row["id"],
                athlete=row["athlete"],
                name=row["name"],
                from_day=None if row["from_day"] is None else date.fromisoformat(row["from_day"]),
                toml=row["toml"],
                taken_utc=datetime.fromisoformat(row["taken_utc"]),
            )
            for row in found
        ]

    def put_plan(
        self,
        name: str,
        toml: str | None,
        *,
        from_day: date | None,
        now_utc: datetime,
        athlete: str | None = None,
    ) -> None:
        """Add a plan, which holds from a day on.

        Args:
            name: what the plan calls itself.
            toml: the whole of it; None: from that day on there is none.
            from_day: the first day; None: always.
            now_utc: when it was taken, aware.
            athlete: whose; None: the default.
        """
        with self._writing() as db:
            whose = None if athlete is None else athlete_id(db, athlete)
            sql = "SELECT max(taken_utc) AS taken FROM plan WHERE athlete_id IS ?"
            (newest,) = rows(db, sql, [whose])
            if newest["taken"] is not None:
                # Of two in the same second the later must hold, here and after a merge.
                last = datetime.fromisoformat(newest["taken"])
                now_utc = max(now_utc, last + timedelta(seconds=1))
            insert(
                db,
                "plan",
                {
                    "athlete_id": whose,
                    "name": name,
                    "from_day": from_day and from_day.isoformat(),
                    "toml": toml,
                    "taken_utc": utc_text(now_utc),
                },
            )
