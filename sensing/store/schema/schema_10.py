"""The SQL of the tenth schema: whose session it is unless one says so, names, and backups.

The other spellings of a name are kept apart from the athlete's own, so that a recording made under
one of them still finds the athlete after two were merged.
"""

from __future__ import annotations

TABLES = """
ALTER TABLE athlete ADD COLUMN is_default INTEGER NOT NULL DEFAULT 0
    CHECK (is_default IN (0, 1)); -- 1: meant where no athlete is named; at most one
CREATE UNIQUE INDEX athlete_default ON athlete(is_default) WHERE is_default = 1;

CREATE TABLE athlete_spelling ( -- what else a merged athlete was called
    name TEXT PRIMARY KEY,
    athlete_id INTEGER NOT NULL REFERENCES athlete(id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE backup ( -- copies of this database, to say who is still in them
    path TEXT PRIMARY KEY,                -- where it was written
    made_utc TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""
