"""The sensors that were recorded with: the last one is the one taken by default."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sensing.core.samples import Side
from sensing.store.database.connection import Connection, rows
from sensing.store.values.rows import KnownSensor
from sensing.store.write.writing import storable, utc_text


class Sensors(Connection):
    """The part of a store that remembers sensors."""

    def remember_sensor(
        self, *, name: str, address: str, family: str, now_utc: datetime, side: Side | None = None
    ) -> None:
        """Remember that this sensor was used just now; without a side, the last one stays."""
        row = storable(
            {
                "name": name,
                "address": address,
                "family": family,
                "last_used_utc": utc_text(now_utc),
                "last_side": side,
            }
        )
        with self._writing() as db:
            db.execute(
                "INSERT INTO sensor (name, address, family, last_used_utc, last_side)"
                " VALUES (:name, :address, :family, :last_used_utc, :last_side)"
                " ON CONFLICT (address) DO UPDATE SET name = excluded.name,"
                " family = excluded.family, last_used_utc = excluded.last_used_utc,"
                " last_side = coalesce(excluded.last_side, last_side)",
                row,
            )

    def last_sensor(self, side: Side | None = None) -> KnownSensor | None:
        """The sensor used last; with a side, the one used last on that leg. None if there is none.

        With one sensor for both legs ask without a side where asking with it finds none.
        """
        found = self.known_sensors()
        return next((each for each in found if side is None or each.last_side == side), None)

    def known_sensors(self) -> list[KnownSensor]:
        """Every sensor that was used, the last one first."""
        with self._reading() as db:
            found = rows(db, "SELECT * FROM sensor ORDER BY last_used_utc DESC, id DESC", [])
        return [_sensor(row) for row in found]


def _sensor(row: Any) -> KnownSensor:
    return KnownSensor(
        name=row["name"],
        address=row["address"],
        family=row["family"],
        last_used_utc=datetime.fromisoformat(row["last_used_utc"]),
        last_side=row["last_side"],
    )
