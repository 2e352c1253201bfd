"""What was noted about a recording that is in both databases: side, load, pain, target, note.

A known value replaces an unknown one. Where the two differ, the value that came with the newer
analysis is used, because details are given when a recording is analysed. Both notes are kept. The
path of the file differs between computers and stays.
"""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from sensing.store.database.connection import rows
from sensing.store.merge.rows import columns
from sensing.store.merge.sessions import joined_notes

_OWN = ("id", "session_id", "name", "path", "sha256", "note")
_TOLD = ("side", "load_kg", "pain", "target")
_UNKNOWN = (None, "{}")


def merge_told(db: Database) -> tuple[set[int], list[tuple[int, str]]]:
    """Unite the notes; gives our recordings that changed, and what clashed in which."""
    changed = set()
    clashes = []
    names = [name for name in columns(db, "recording") if name not in _OWN]
    compared = [*names, "note"]
    differ = " OR ".join(f"o.{name} IS NOT t.{name}" for name in compared)
    both = ", ".join(f"o.{name} AS {name}, t.{name} AS their_{name}" for name in compared)
    newest = "(SELECT created_utc FROM {0}.analysis WHERE recording_id = {1}.id AND current = 1)"
    for row in rows(
        db,
        f"SELECT o.id, {newest.format('main', 'o')} AS told_utc,"  # noqa: S608 - our own names
        f" {newest.format('other', 't')} AS their_told_utc, {both}"
        " FROM temp.map_recording m CROSS JOIN main.recording o ON o.id = m.ours"
        f" CROSS JOIN other.recording t ON t.id = m.theirs WHERE NOT m.fresh AND ({differ})",
        [],
    ):
        values = {"note": joined_notes([row["note"], row["their_note"]])}
        for name in names:
            values[name], clash = _chosen(row, name)
            if clash and name in _TOLD:
                clashes.append((row["id"], clash))
        if any(row[name] != value for name, value in values.items()):
            db.table("recording").update(row["id"], values)
            changed.add(row["id"])
    return changed, clashes


def _chosen(row: Any, name: str) -> tuple[Any, str]:
    """The value that holds, and what clashed in words, if it did."""
    ours, theirs = row[name], row[f"their_{name}"]
    if ours == theirs or theirs in _UNKNOWN:
        return ours, ""
    if ours in _UNKNOWN:
        return theirs, ""
    newer = (row["their_told_utc"] or "", theirs) > (row["told_utc"] or "", ours)
    value, where = (theirs, "there") if newer else (ours, "here")
    return value, f"{name} {ours} here, {theirs} there; the newer is kept, from {where}"
