"""The SQL of the first schema. Databases hold it word for word, so it is never edited.

Its views are not here. The second schema drops whatever views it meets and makes its own.
"""

from __future__ import annotations

# Derived columns are rounded to a millionth, as in all of Anklet's output: 60.2 - 60.0 would
# else read 0.20000000000000284.
TABLES = """
CREATE TABLE athlete (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE session (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again after a session is deleted
    title TEXT NOT NULL,                  -- day and exercises, for lists and links
    athlete_id INTEGER NOT NULL REFERENCES athlete(id),
    day TEXT NOT NULL                     -- calendar day where it was done, YYYY-MM-DD
        CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    started_utc TEXT NOT NULL,            -- YYYY-MM-DDTHH:MM:SSZ
    side TEXT CHECK (side IN ('left', 'right')),
    load_kg REAL CHECK (load_kg >= 0),    -- weight carried besides one's own
    note TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE recording (
    id INTEGER PRIMARY KEY,
    session_id INTEGER NOT NULL REFERENCES session(id) ON DELETE CASCADE,
    name TEXT NOT NULL,                   -- of the file
    path TEXT NOT NULL,                   -- where it lay when it was last analysed
    sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
    format TEXT NOT NULL,
    sensor TEXT,
    range_g REAL,                         -- +- this many g; NULL if neither known nor evident
    rate_hz REAL NOT NULL,                -- true rate, from the stamps
    duration_s REAL NOT NULL,
    samples INTEGER NOT NULL,             -- that arrived
    lost_samples INTEGER NOT NULL,        -- that never did
    clipped_samples INTEGER NOT NULL      -- at the end of the range
) STRICT;

CREATE TABLE analysis (
    id INTEGER PRIMARY KEY,
    title TEXT GENERATED ALWAYS AS (exercise || ', engine ' || engine) VIRTUAL,
    recording_id INTEGER NOT NULL REFERENCES recording(id) ON DELETE CASCADE,
    current INTEGER NOT NULL CHECK (current IN (0, 1)), -- the one summaries use
    exercise TEXT NOT NULL,               -- as asked for, 'auto' included
    placement TEXT NOT NULL CHECK (placement IN ('ankle', 'shoe')),
    placement_found INTEGER NOT NULL CHECK (placement_found IN (0, 1)), -- 0: as told
    engine TEXT NOT NULL,                 -- version of the analysis
    profile TEXT,                         -- calibration used; NULL: none
    parameters TEXT NOT NULL DEFAULT '{}', -- JSON object
    notes TEXT NOT NULL DEFAULT '[]',     -- JSON array of remarks
    created_utc TEXT NOT NULL
) STRICT;

CREATE TABLE bout (
    analysis_id INTEGER NOT NULL REFERENCES analysis(id) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    start_s REAL NOT NULL,                -- all times: seconds on the recording's own clock
    end_s REAL NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (analysis_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE exercise_set (
    id INTEGER PRIMARY KEY,
    title TEXT GENERATED ALWAYS AS ('set ' || n || ', ' || exercise) VIRTUAL,
    analysis_id INTEGER NOT NULL REFERENCES analysis(id) ON DELETE CASCADE,
    n INTEGER NOT NULL CHECK (n >= 1),    -- first set of the session is 1
    exercise TEXT NOT NULL,
    guessed INTEGER NOT NULL CHECK (guessed IN (0, 1)), -- 1: exercise found from the signal
    side TEXT CHECK (side IN ('left', 'right')),        -- NULL: as the session's
    start_s REAL NOT NULL,
    end_s REAL NOT NULL,
    steps INTEGER,                        -- walking drills only
    UNIQUE (analysis_id, n)
) STRICT;

CREATE TABLE rep (
    set_id INTEGER NOT NULL REFERENCES exercise_set(id) ON DELETE CASCADE,
    n INTEGER NOT NULL CHECK (n >= 1),
    start_s REAL NOT NULL,                -- heel leaves the floor
    top_s REAL NOT NULL,                  -- full height reached
    lower_s REAL NOT NULL,                -- lowering begins
    end_s REAL NOT NULL,                  -- heel back down
    raise_time_s REAL GENERATED ALWAYS AS (round(top_s - start_s, 6)) VIRTUAL, -- concentric
    hold_time_s REAL GENERATED ALWAYS AS (round(lower_s - top_s, 6)) VIRTUAL,
    lower_time_s REAL GENERATED ALWAYS AS (round(end_s - lower_s, 6)) VIRTUAL, -- eccentric
    rise_m REAL,                          -- height the sensor rose
    partial INTEGER NOT NULL CHECK (partial IN (0, 1)),
    valid INTEGER NOT NULL CHECK (valid IN (0, 1)),
    reason TEXT,                          -- why not valid
    PRIMARY KEY (set_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE hop (
    set_id INTEGER NOT NULL REFERENCES exercise_set(id) ON DELETE CASCADE,
    n INTEGER NOT NULL CHECK (n >= 1),
    contact_s REAL NOT NULL,              -- initial contact: force rises through 20 N
    takeoff_s REAL,                       -- toe-off: force falls through 20 N
    contact_time_s REAL GENERATED ALWAYS AS (round(takeoff_s - contact_s, 6)) VIRTUAL,
    contact_time_sd_s REAL,               -- standard uncertainty of this one contact time
    flight_time_s REAL,                   -- to the next contact
    height_m REAL GENERATED ALWAYS AS
        (round(9.80665 * flight_time_s * flight_time_s / 8, 6)) VIRTUAL, -- from flight time
    rsi REAL GENERATED ALWAYS AS
        (round(flight_time_s / nullif(takeoff_s - contact_s, 0), 6)) VIRTUAL, -- flight / contact
    rsi_height_mps REAL GENERATED ALWAYS AS
        (round(9.80665 * flight_time_s * flight_time_s / 8
         / nullif(takeoff_s - contact_s, 0), 6)) VIRTUAL,                -- height / contact
    valid INTEGER NOT NULL CHECK (valid IN (0, 1)),
    reason TEXT,
    PRIMARY KEY (set_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE hold (
    set_id INTEGER NOT NULL REFERENCES exercise_set(id) ON DELETE CASCADE,
    n INTEGER NOT NULL CHECK (n >= 1),
    start_s REAL NOT NULL,
    end_s REAL NOT NULL,
    duration_s REAL GENERATED ALWAYS AS (round(end_s - start_s, 6)) VIRTUAL,
    rms_mps2 REAL,                        -- steadiness: all six NULL if too short to say
    jerk_rms_mps3 REAL,
    path_mps2_per_s REAL,
    ellipse95_m2ps4 REAL,
    tremor_rms_mps2 REAL,
    tremor_peak_hz REAL,
    valid INTEGER NOT NULL CHECK (valid IN (0, 1)),
    reason TEXT,
    PRIMARY KEY (set_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE correction (
    id INTEGER PRIMARY KEY,
    set_id INTEGER NOT NULL REFERENCES exercise_set(id) ON DELETE CASCADE,
    what TEXT NOT NULL CHECK (what IN ('count', 'mark', 'missed')),
    item TEXT NOT NULL CHECK (item IN ('rep', 'hop', 'hold', 'step', 'set')),
    n INTEGER,                            -- of the item marked; 0 for the set as a whole
    mark TEXT CHECK (mark IN ('false', 'partial', 'ok')),
    count INTEGER CHECK (count >= 0),     -- how many there were, says the person
    at_s REAL,                            -- when the missed one was, if the person knows
    made_utc TEXT NOT NULL,
    CHECK ((what = 'mark') = (mark IS NOT NULL AND n IS NOT NULL)),
    CHECK ((what = 'count') = (count IS NOT NULL))
) STRICT;
"""

INDEXES = """
CREATE INDEX session_day ON session(day);
CREATE INDEX session_athlete ON session(athlete_id, day);
CREATE INDEX recording_session ON recording(session_id);
CREATE INDEX analysis_recording ON analysis(recording_id);
CREATE UNIQUE INDEX analysis_current ON analysis(recording_id) WHERE current = 1;
CREATE INDEX exercise_set_exercise ON exercise_set(exercise);
CREATE INDEX correction_set ON correction(set_id, item);
CREATE UNIQUE INDEX correction_mark ON correction(set_id, item, n) WHERE what = 'mark';
CREATE UNIQUE INDEX correction_count ON correction(set_id, item) WHERE what = 'count';
"""
