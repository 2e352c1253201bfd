"""Writes the dump of a database of today's schema, for the tests of every later one.

``python -m tests.dump_schema`` makes ``tests/schemas/vN.sql``, N being the number of migrations. It
holds one session with every kind of set and of correction. A dump of a released schema is never
made again.
"""

from __future__ import annotations

from pathlib import Path

from sensing.store import Count, FalseSet, Marked, Missed, open_store
from sensing.store.schema import STEPS
from tests.stored import NOW, save

FOLDER = Path(__file__).parent / "schemas"


def dump() -> str:
    """SQL that makes the database again."""
    with open_store(Path("nothing-here.db"), create=False) as store:
        save(store, side="left", load_kg=20.0, note="kept")
        for word in (
            Count(set_n=1, item="rep", count=12),
            Marked(set_n=2, item="hop", n=1, mark="false"),
            Missed(set_n=2, item="hop", at_s=61.6),
            FalseSet(set_n=3),
        ):
            store.correct(1, word, now_utc=NOW)
        return "\n".join(store._db.conn.iterdump()) + "\n"


if __name__ == "__main__":
    (FOLDER / f"v{len(STEPS)}.sql").write_text(dump(), encoding="utf-8")
