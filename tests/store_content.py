"""What a database says, without the numbers it says it by: for tests of copies and merges."""

from __future__ import annotations

from typing import Any

from sensing.store.database.connection import rows
from sensing.store.store import Store

_IDS = {"id", "session_id", "recording_id", "analysis_id", "set_id", "athlete_id", "profile_id"}
_OWN_AFFAIR = {"name", "path"}  # of a recording's file: where a machine keeps it


def content(store: Store) -> dict[str, Any]:
    """All that is stored, in an order that depends on nothing but what it says.

    Left out are ids, where files lie, and the numbers of sets, which follow from their times and,
    for sets a person added, from when they were added.
    """
    db = store._db
    return {
        "sessions": _sorted(_session(store, row) for row in _all(store, "session")),
        "athletes": _sorted(_bare(row) for row in _all(store, "athlete")),
        "profiles": _sorted(
            {**_bare(row), "athlete": _name(store, row["athlete_id"])}
            for row in _all(store, "profile")
        ),
        "logged": _sorted(
            {**_bare(row), "athlete": _name(store, row["athlete_id"])}
            for row in _all(store, "logged")
        ),
        "plans": _sorted(
            {**_bare(row), "athlete": _name(store, row["athlete_id"])}
            for row in _all(store, "plan")
        ),
        "sensors": _sorted(_bare(row) for row in _all(store, "sensor")),
        "deleted": sorted(row[0] for row in db.execute("SELECT sha256 FROM deleted")),
    }


def _all(store: Store, table: str, where: str = "1", *values: object) -> list[Any]:
    return rows(store._db, f"SELECT * FROM {table} WHERE {where}", values)  # noqa: S608


def _bare(row: Any, *more: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _IDS and name not in more}


def _sorted(found: Any) -> list[Any]:
    return sorted(found, key=repr)


def _name(store: Store, athlete_id: int | None) -> str | None:
    if athlete_id is None:
        return None
    (row,) = _all(store, "athlete", "id = ?", athlete_id)
    return str(row["name"])


def _session(store: Store, row: Any) -> dict[str, Any]:
    _, _, exercises = row["title"].partition(" ")
    numbers = [
        each["n"]
        for each in rows(
            store._db, "SELECT n FROM current_set WHERE session_id = ? ORDER BY n", [row["id"]]
        )
    ]
    assert numbers == list(range(1, len(numbers) + 1)), "sets are numbered from 1, without a gap"
    return {
        **_bare(row, "title"),
        "exercises": sorted(exercises.split(", ")),
        "athlete": _name(store, row["athlete_id"]),
        "recordings": _sorted(
            _recording(store, part)
            for part in _all(store, "recording", "session_id = ?", row["id"])
        ),
    }


def _recording(store: Store, row: Any) -> dict[str, Any]:
    return {
        **_bare(row, *_OWN_AFFAIR),
        "analyses": _sorted(
            _analysis(store, part)
            for part in _all(store, "analysis", "recording_id = ?", row["id"])
        ),
    }


def _analysis(store: Store, row: Any) -> dict[str, Any]:
    used = _all(store, "profile", "id = ?", row["profile_id"])
    return {
        **_bare(row),
        "used": [(each["name"], each["version"], each["sha256"]) for each in used],
        "bouts": _sorted(_bare(each) for each in _all(store, "bout", "analysis_id = ?", row["id"])),
        "sets": _sorted(
            _set(store, each) for each in _all(store, "exercise_set", "analysis_id = ?", row["id"])
        ),
    }


def _set(store: Store, row: Any) -> dict[str, Any]:
    of_set = ("rep", "hop", "hold", "set_figure", "correction")
    return {
        **_bare(row, "n", "title"),
        **{
            table: _sorted(_bare(each) for each in _all(store, table, "set_id = ?", row["id"]))
            for table in of_set
        },
    }
