"""Calibrations, every version of them, and which one fits.

A profile is kept as the text of its file, so that the store need not know what is in it. A name has
versions: a text that differs from the newest is a new one. A result says which version it used, and
that version is never thrown away while it does: what is no longer wanted is retired instead. Which
profile fits a recording is decided in :mod:`calibration.profiles.choosing`.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from sensing.core.errors import StoreError, UsageError
from sensing.core.samples import Side, Worn
from sensing.store.database.connection import Connection, rows
from sensing.store.values.rows import StoredProfile
from sensing.store.write.upkeep import athlete_id
from sensing.store.write.writing import Row, insert, utc_text

_PROFILES = """
SELECT profile.*, athlete.name AS athlete,
       (SELECT count(*) FROM analysis WHERE profile_id = profile.id) AS analyses
FROM profile LEFT JOIN athlete ON athlete.id = athlete_id
"""

_SCOPE = ("athlete_id", "exercise", "side", "placement", "sensor")
_SAME_SCOPE = " AND ".join(f"{column} IS ?" for column in _SCOPE)


class Profiles(Connection):
    """The part of a store that keeps calibrations."""

    def put_profile(
        self,
        name: str,
        toml: str,
        *,
        now_utc: datetime,
        athlete: str | None = None,
        exercise: str | None = None,
        side: Side | None = None,
        placement: Worn | None = None,
        sensor: str | None = None,
    ) -> StoredProfile:
        """Keep a profile; a changed text or scope of the same name is a new version of it.

        The newest version with nothing changed is given back as it is, in use again if it had been
        retired. A new version of a default is the default.

        Args:
            name: the name that results refer to.
            toml: the whole of it.
            athlete: whom it is for; like the others, None: for all.

        Raises:
            UsageError: the name is empty.
        """
        if not name.strip():
            raise UsageError("a profile needs a name")
        with self._writing() as db:
            scope: Row = {
                "athlete_id": None if athlete is None else athlete_id(db, athlete),
                "exercise": exercise,
                "side": side,
                "placement": placement,
                "sensor": sensor,
            }
            known = rows(
                db, "SELECT * FROM profile WHERE name = ? ORDER BY version DESC LIMIT 1", [name]
            )
            newest = known[0] if known else None
            if newest and newest["toml"] == toml and all(newest[k] == scope[k] for k in scope):
                db.execute("UPDATE profile SET retired_utc = NULL WHERE id = ?", [newest["id"]])
                return _by_id(db, newest["id"])
            made = insert(
                db,
                "profile",
                {
                    "name": name,
                    "version": newest["version"] + 1 if newest else 1,
                    **scope,
                    "is_default": newest["is_default"] if newest else 0,
                    "toml": toml,
                    "sha256": hashlib.sha256(toml.encode("utf-8", "backslashreplace")).hexdigest(),
                    "created_utc": utc_text(now_utc),
                },
            )
            if newest:
                db.execute("UPDATE profile SET is_default = 0 WHERE id = ?", [newest["id"]])
            return _by_id(db, made)

    def profiles(self, *, every: bool = False) -> list[StoredProfile]:
        """The newest version of each profile in use, by name.

        Args:
            every: older versions and retired ones too.
        """
        newest = (
            " WHERE retired_utc IS NULL"
            " AND version = (SELECT max(version) FROM profile p WHERE p.name = profile.name)"
        )
        order = " ORDER BY profile.name, version"
        with self._reading() as db:
            found = rows(db, _PROFILES + ("" if every else newest) + order, [])
            return [_profile(row) for row in found]

    def profile(self, name: str, version: int | None = None) -> StoredProfile:
        """One profile, retired or not; its newest version unless another is asked for.

        Raises:
            StoreError: there is none; the message says which there are.
        """
        with self._reading() as db:
            found = rows(
                db,
                f"{_PROFILES} WHERE profile.name = ? AND (? IS NULL OR version = ?)"
                " ORDER BY version DESC LIMIT 1",
                [name, version, version],
            )
            if not found:
                raise self._no_profile(name, version)
            return _profile(found[0])

    def set_default_profile(self, name: str) -> StoredProfile:
        """Let this profile win over others that are for just the same.

        Raises:
            StoreError: there is none of this name.
        """
        with self._writing() as db:
            (newest,) = rows(db, "SELECT * FROM profile WHERE id = ?", [self.profile(name).id])
            scope = [newest[key] for key in _SCOPE]
            db.execute(f"UPDATE profile SET is_default = 0 WHERE {_SAME_SCOPE}", scope)  # noqa: S608
            db.execute("UPDATE profile SET is_default = 1 WHERE id = ?", [newest["id"]])
            return _by_id(db, newest["id"])

    def retire_profile(self, name: str, *, now_utc: datetime) -> int:
        """Use a profile no more, in any version; gives how many stored results have used it.

        What was made with it stays as it is, and so does the profile's text.

        Raises:
            StoreError: there is none of this name.
        """
        with self._writing() as db:
            self.profile(name)
            db.execute(
                "UPDATE profile SET retired_utc = ?, is_default = 0"
                " WHERE name = ? AND retired_utc IS NULL",
                [utc_text(now_utc), name],
            )
            return _uses(db, name)

    def delete_profile(self, name: str, *, now_utc: datetime) -> int:
        """Delete a profile; versions that stored results used are retired instead.

        Gives how many results those are; 0: the profile is gone.

        Raises:
            StoreError: there is none of this name.
        """
        uses = self.retire_profile(name, now_utc=now_utc)
        with self._writing() as db:
            db.execute(
                "DELETE FROM profile WHERE name = ?"
                " AND NOT EXISTS (SELECT 1 FROM analysis WHERE profile_id = profile.id)",
                [name],
            )
        return uses

    def _no_profile(self, name: str, version: int | None) -> StoreError:
        sql = "SELECT version FROM profile WHERE name = ? ORDER BY version"
        versions = [each for (each,) in self._db.execute(sql, [name])]
        if versions:
            return StoreError(
                f"the profile {name!r} has no version {version}",
                remedy=f"it has {', '.join(map(str, versions))}",
            )
        sql = "SELECT DISTINCT name FROM profile ORDER BY name"
        names = [each for (each,) in self._db.execute(sql)]
        there = f"there is {', '.join(names)}" if names else "there is none yet"
        return StoreError(f"there is no profile {name!r}", remedy=there)


def _uses(db: Database, name: str) -> int:
    (many,) = db.execute(
        "SELECT count(*) FROM analysis JOIN profile ON profile.id = profile_id"
        " WHERE profile.name = ?",
        [name],
    ).fetchone()
    return int(many)


def _by_id(db: Database, key: int) -> StoredProfile:
    return _profile(rows(db, f"{_PROFILES} WHERE profile.id = ?", [key])[0])


def _profile(row: Any) -> StoredProfile:
    read = {name: row[name] for name in StoredProfile.__dataclass_fields__}
    for moment in ("created_utc", "retired_utc"):
        read[moment] = row[moment] and datetime.fromisoformat(row[moment])
    return StoredProfile(**read | {"is_default": bool(row["is_default"])})
