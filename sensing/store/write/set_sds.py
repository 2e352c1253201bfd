"""Keep the uncertainties of sets: written anew wherever a set was written or corrected.

Triggers mark such a set (``sd_due``), in whatever way it was changed; :func:`settle` works its
uncertainties out from its events after corrections and takes the mark away.
"""

from __future__ import annotations

from sqlite_utils import Database

from sensing.results.uncertainty import uncertainties
from sensing.store.read.whole_sessions import read_sets
from sensing.store.values.sessions import StoredSet

_DECIMALS = 9
_BLOCK = 200
"""Analyses looked at together; memory stays small however many there are."""


def settle(db: Database) -> None:
    """Write the uncertainties of every set that is marked, inside the caller's transaction."""
    found = db.execute(
        "SELECT DISTINCT analysis_id FROM exercise_set WHERE sd_due = 1 ORDER BY analysis_id"
    ).fetchall()
    analyses = [key for (key,) in found]
    for start in range(0, len(analyses), _BLOCK):
        block = analyses[start : start + _BLOCK]
        sets = [each for several in read_sets(db, block).values() for each in several]
        db.conn.executemany("DELETE FROM set_sd WHERE set_id = ?", [(each.id,) for each in sets])
        db.conn.executemany(
            "INSERT INTO set_sd (set_id, name, sd) VALUES (?, ?, ?)",
            [
                (each.id, name, round(sd, _DECIMALS))
                for each in sets
                for name, sd in _sds_of(each).items()
            ],
        )
    db.execute("UPDATE exercise_set SET sd_due = 0 WHERE sd_due = 1")


def is_due(db: Database) -> bool:
    """Whether any set is marked."""
    sql = "SELECT 1 FROM exercise_set WHERE sd_due = 1 LIMIT 1"
    return db.execute(sql).fetchone() is not None


def _sds_of(each: StoredSet) -> dict[str, float]:
    if each.corrections.false_set or each.added:
        return {}
    found = uncertainties([each.corrected])
    if "step" in each.corrections.counts:  # a person counted them
        found.pop("steps", None)
    return found
