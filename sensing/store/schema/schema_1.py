"""The SQL of the first schema. Databases hold it word for word, so it is never edited.

Views read from the bottom up: ``set_summary`` and ``daily_volume`` are for people, ``set_count``
and ``set_median`` for those two, the ``…_corrected`` ones put a correction beside each event.
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

VIEWS = """
CREATE VIEW current_set AS -- sets of the current analyses, with the session they belong to
SELECT exercise_set.id AS set_id, session.id AS session_id, exercise_set.n, session.day,
       athlete.name AS athlete, exercise_set.exercise,
       coalesce(exercise_set.side, session.side) AS side, session.load_kg,
       NOT EXISTS (SELECT 1 FROM correction c WHERE c.set_id = exercise_set.id
                   AND c.what = 'mark' AND c.item = 'set' AND c.mark = 'false') AS counted,
       EXISTS (SELECT 1 FROM correction c WHERE c.set_id = exercise_set.id) AS corrected,
       exercise_set.steps
FROM session
JOIN athlete ON athlete.id = session.athlete_id
JOIN recording ON recording.session_id = session.id
JOIN analysis ON analysis.recording_id = recording.id AND analysis.current = 1
JOIN exercise_set ON exercise_set.analysis_id = analysis.id;

CREATE VIEW rep_corrected AS -- reps with the person's marks
SELECT rep.set_id, rep.n, start_s, end_s, raise_time_s, hold_time_s, lower_time_s, rise_m,
       valid, reason, c.mark,
       CASE WHEN c.mark IS NULL THEN valid ELSE c.mark <> 'false' END AS counted,
       CASE WHEN c.mark IS NULL THEN partial ELSE c.mark = 'partial' END AS partial,
       valid AND c.mark IS NOT 'false' AS in_figures
FROM rep LEFT JOIN correction c
  ON c.set_id = rep.set_id AND c.item = 'rep' AND c.n = rep.n AND c.what = 'mark';

CREATE VIEW hop_corrected AS -- hops with the person's marks
SELECT hop.set_id, hop.n, contact_s, contact_time_s, flight_time_s, height_m, rsi, rsi_height_mps,
       valid, reason, c.mark,
       CASE WHEN c.mark IS NULL THEN valid ELSE c.mark <> 'false' END AS counted,
       valid AND c.mark IS NOT 'false' AS in_figures
FROM hop LEFT JOIN correction c
  ON c.set_id = hop.set_id AND c.item = 'hop' AND c.n = hop.n AND c.what = 'mark';

CREATE VIEW hold_corrected AS -- holds with the person's marks
SELECT hold.set_id, hold.n, start_s, end_s, duration_s, rms_mps2, tremor_rms_mps2,
       valid, reason, c.mark,
       CASE WHEN c.mark IS NULL THEN valid ELSE c.mark <> 'false' END AS counted,
       valid AND c.mark IS NOT 'false' AS in_figures
FROM hold LEFT JOIN correction c
  ON c.set_id = hold.set_id AND c.item = 'hold' AND c.n = hold.n AND c.what = 'mark';

CREATE VIEW set_count AS -- how many of what in each set, as the machine says and as corrected
SELECT s.set_id, s.session_id, s.n, s.day, s.athlete, s.exercise, s.side, s.load_kg,
       s.counted, s.corrected,
       (SELECT count(*) FROM rep WHERE set_id = s.set_id AND valid) AS machine_reps,
       s.counted * coalesce(
           (SELECT count FROM correction c
            WHERE c.set_id = s.set_id AND c.item = 'rep' AND c.what = 'count'),
           (SELECT count(*) FROM rep_corrected r WHERE r.set_id = s.set_id AND r.counted)
           + (SELECT count(*) FROM correction c
              WHERE c.set_id = s.set_id AND c.item = 'rep' AND c.what = 'missed')
       ) AS reps,
       s.counted * (SELECT count(*) FROM rep_corrected r
           WHERE r.set_id = s.set_id AND r.counted AND r.partial) AS partial_reps,
       (SELECT count(*) FROM hop WHERE set_id = s.set_id AND valid) AS machine_hops,
       s.counted * coalesce(
           (SELECT count FROM correction c
            WHERE c.set_id = s.set_id AND c.item = 'hop' AND c.what = 'count'),
           (SELECT count(*) FROM hop_corrected h WHERE h.set_id = s.set_id AND h.counted)
           + (SELECT count(*) FROM correction c
              WHERE c.set_id = s.set_id AND c.item = 'hop' AND c.what = 'missed')
       ) AS hops,
       s.counted * (SELECT count(*) FROM hold_corrected h
           WHERE h.set_id = s.set_id AND h.counted) AS holds,
       s.counted * (SELECT round(total(duration_s), 6) FROM hold_corrected h
           WHERE h.set_id = s.set_id AND h.in_figures) AS hold_s,
       s.counted * (SELECT round(total(end_s - start_s), 6) FROM rep_corrected r
           WHERE r.set_id = s.set_id AND r.in_figures) AS time_under_tension_s,
       s.counted * coalesce(
           (SELECT count FROM correction c
            WHERE c.set_id = s.set_id AND c.item = 'step' AND c.what = 'count'), s.steps) AS steps
FROM current_set s;

CREATE VIEW set_median AS -- medians within a set, over what is valid and not marked false
WITH figure(set_id, name, value) AS (
    SELECT set_id, 'raise_time_s', raise_time_s FROM rep_corrected WHERE in_figures
    UNION ALL SELECT set_id, 'hold_time_s', hold_time_s FROM rep_corrected WHERE in_figures
    UNION ALL SELECT set_id, 'lower_time_s', lower_time_s FROM rep_corrected WHERE in_figures
    UNION ALL SELECT set_id, 'rise_m', rise_m FROM rep_corrected WHERE in_figures
    UNION ALL SELECT set_id, 'contact_time_s', contact_time_s FROM hop_corrected WHERE in_figures
    UNION ALL SELECT set_id, 'flight_time_s', flight_time_s FROM hop_corrected WHERE in_figures
    UNION ALL SELECT set_id, 'rsi', rsi FROM hop_corrected WHERE in_figures
    UNION ALL SELECT set_id, 'rsi_height_mps', rsi_height_mps FROM hop_corrected WHERE in_figures
    UNION ALL SELECT set_id, 'rms_mps2', rms_mps2 FROM hold_corrected WHERE in_figures
    UNION ALL SELECT set_id, 'tremor_rms_mps2', tremor_rms_mps2 FROM hold_corrected
        WHERE in_figures
), ranked AS (
    SELECT set_id, name, value,
           row_number() OVER (PARTITION BY set_id, name ORDER BY value) AS place,
           count(*) OVER (PARTITION BY set_id, name) AS many
    FROM figure WHERE value IS NOT NULL
)
SELECT set_id, name, round(avg(value), 6) AS median, max(many) AS many
FROM ranked WHERE place IN ((many + 1) / 2, (many + 2) / 2)
GROUP BY set_id, name;

CREATE VIEW set_summary AS -- one row a set: counts with corrections, medians of the figures
WITH c AS MATERIALIZED (SELECT * FROM set_count)
SELECT c.set_id, c.session_id, c.day, c.athlete, c.n, c.exercise, c.side, c.load_kg,
       c.counted, c.corrected, c.machine_reps, c.reps, c.partial_reps,
       max(CASE m.name WHEN 'raise_time_s' THEN m.median END) AS raise_time_s,
       max(CASE m.name WHEN 'hold_time_s' THEN m.median END) AS hold_time_s,
       max(CASE m.name WHEN 'lower_time_s' THEN m.median END) AS lower_time_s,
       max(CASE m.name WHEN 'rise_m' THEN m.median END) AS rise_m,
       c.time_under_tension_s, c.machine_hops, c.hops,
       max(CASE m.name WHEN 'contact_time_s' THEN m.median END) AS contact_time_s,
       max(CASE m.name WHEN 'flight_time_s' THEN m.median END) AS flight_time_s,
       max(CASE m.name WHEN 'rsi' THEN m.median END) AS rsi,
       max(CASE m.name WHEN 'rsi_height_mps' THEN m.median END) AS rsi_height_mps,
       c.holds, c.hold_s,
       max(CASE m.name WHEN 'rms_mps2' THEN m.median END) AS rms_mps2,
       max(CASE m.name WHEN 'tremor_rms_mps2' THEN m.median END) AS tremor_rms_mps2,
       c.steps
FROM c LEFT JOIN set_median m ON m.set_id = c.set_id
GROUP BY c.set_id;

CREATE VIEW daily_volume AS -- what was done on each day, with corrections
WITH c AS MATERIALIZED (SELECT * FROM set_count WHERE counted)
SELECT day, athlete, exercise, side,
       count(DISTINCT session_id) AS sessions, count(*) AS sets,
       sum(reps) AS reps, sum(partial_reps) AS partial_reps, sum(hops) AS hops,
       sum(holds) AS holds, round(sum(hold_s), 6) AS hold_s, sum(steps) AS steps,
       round(sum(time_under_tension_s), 6) AS time_under_tension_s,
       sum(reps * load_kg) AS volume_kg -- reps times load; NULL where no load is known
FROM c
GROUP BY day, athlete, exercise, side;
"""
