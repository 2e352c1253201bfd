"""The SQL of the eleventh schema: training plans, each of an athlete or for everybody without one.

A plan is never changed. The newest holds from its day on, so a week of the past keeps the plan of
that week.
"""

from __future__ import annotations

TABLES = """
CREATE TABLE plan (
    id INTEGER PRIMARY KEY,
    athlete_id INTEGER REFERENCES athlete(id), -- NULL: the default, for those without their own
    name TEXT NOT NULL,
    from_day TEXT                         -- YYYY-MM-DD, the first day it holds; NULL: always
        CHECK (from_day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    toml TEXT,                            -- the whole plan, as in its file; NULL: none from here on
    taken_utc TEXT NOT NULL
) STRICT;
CREATE INDEX plan_athlete ON plan(athlete_id);
"""
