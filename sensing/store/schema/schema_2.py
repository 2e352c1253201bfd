"""The SQL of the second schema: sessions of several recordings, and what training needs besides.

A session now holds one recording a side or a set, so what is told of a recording (side, load, pain,
target) stands with the recording, and the session's own columns for it go. ``correction`` is made
anew, because SQLite can't widen a CHECK; nothing refers to it, so nothing is lost on the way. All
views are dropped and made again, each on those above it.

The views hold no ``WITH … AS MATERIALIZED`` and no ``GROUP BY`` on the way to one row a set: SQLite
can then push a WHERE (day, athlete, session) down to the indexes and works out only the columns
that are asked for. ``CROSS JOIN`` is an inner join that SQLite does not reorder: it goes from the
session to its sets, and not through all sets there are to find those of a week.
"""

from __future__ import annotations

TABLES = """
ALTER TABLE athlete ADD COLUMN body_mass_kg REAL CHECK (body_mass_kg > 0); -- NULL: not told

CREATE TABLE profile ( -- calibrations; a row is never changed but for default and retired
    id INTEGER PRIMARY KEY,
    title TEXT GENERATED ALWAYS AS (name || ', version ' || version) VIRTUAL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    athlete_id INTEGER REFERENCES athlete(id), -- this and the next four: NULL fits all
    exercise TEXT,
    side TEXT CHECK (side IN ('left', 'right')),
    placement TEXT CHECK (placement IN ('ankle', 'shoe')),
    sensor TEXT,
    is_default INTEGER NOT NULL DEFAULT 0 CHECK (is_default IN (0, 1)),
    toml TEXT NOT NULL,                   -- the whole profile, as in its file
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64), -- of the text
    created_utc TEXT NOT NULL,
    retired_utc TEXT,                     -- NULL: in use
    UNIQUE (name, version)
) STRICT;

ALTER TABLE analysis ADD COLUMN profile_id INTEGER REFERENCES profile(id); -- NULL: none, or a file

ALTER TABLE session ADD COLUMN session_key TEXT; -- that its recordings share; NULL: none

ALTER TABLE recording ADD COLUMN started_utc TEXT; -- YYYY-MM-DDTHH:MM:SSZ
ALTER TABLE recording ADD COLUMN side TEXT CHECK (side IN ('left', 'right'));
ALTER TABLE recording ADD COLUMN load_kg REAL CHECK (load_kg >= 0);
ALTER TABLE recording ADD COLUMN pain INTEGER CHECK (pain BETWEEN 0 AND 10);
ALTER TABLE recording ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE recording ADD COLUMN target TEXT NOT NULL DEFAULT '{}'; -- JSON object
ALTER TABLE recording ADD COLUMN sensor_name TEXT;
ALTER TABLE recording ADD COLUMN sensor_address TEXT;
UPDATE recording SET (started_utc, side, load_kg) =
    (SELECT started_utc, side, load_kg FROM session WHERE session.id = recording.session_id);

ALTER TABLE session DROP COLUMN side;
ALTER TABLE session DROP COLUMN load_kg;

ALTER TABLE rep ADD COLUMN calibrated INTEGER NOT NULL DEFAULT 0 CHECK (calibrated IN (0, 1));
ALTER TABLE hop ADD COLUMN calibrated INTEGER NOT NULL DEFAULT 0 CHECK (calibrated IN (0, 1));
ALTER TABLE hold ADD COLUMN ap_rms_mps2 REAL; -- front-back part of the sway; mounting known
ALTER TABLE hold ADD COLUMN ml_rms_mps2 REAL; -- side-side part
ALTER TABLE hold ADD COLUMN lean_deg REAL; -- mean lean forward against standing
ALTER TABLE hold ADD COLUMN side_lean_deg REAL; -- mean lean to the person's left
ALTER TABLE hold ADD COLUMN quiet_ratio REAL; -- sway as a multiple of quiet standing

ALTER TABLE exercise_set ADD COLUMN added INTEGER NOT NULL DEFAULT 0 CHECK (added IN (0, 1));
ALTER TABLE exercise_set ADD COLUMN at_s REAL; -- of an added one: when it began, if known

ALTER TABLE correction RENAME TO correction_of_schema_1;
CREATE TABLE correction (
    id INTEGER PRIMARY KEY,
    set_id INTEGER NOT NULL REFERENCES exercise_set(id) ON DELETE CASCADE,
    what TEXT NOT NULL CHECK (what IN ('count', 'mark', 'missed', 'exercise')),
    item TEXT NOT NULL CHECK (item IN ('rep', 'hop', 'hold', 'step', 'set')),
    n INTEGER,                            -- of the item marked; 0 for the set as a whole
    mark TEXT CHECK (mark IN ('false', 'partial', 'ok')),
    count INTEGER CHECK (count >= 0),     -- how many there were, says the person
    at_s REAL,                            -- when the missed one was, if the person knows
    exercise TEXT,                        -- what it was, says the person
    made_utc TEXT NOT NULL,
    CHECK ((what = 'mark') = (mark IS NOT NULL AND n IS NOT NULL)),
    CHECK ((what = 'count') = (count IS NOT NULL)),
    CHECK ((what = 'exercise') = (exercise IS NOT NULL))
) STRICT;
INSERT INTO correction (id, set_id, what, item, n, mark, count, at_s, made_utc)
    SELECT id, set_id, what, item, n, mark, count, at_s, made_utc FROM correction_of_schema_1;
DROP TABLE correction_of_schema_1;

CREATE TABLE logged ( -- what the sensor can't see, as a person notes it
    id INTEGER PRIMARY KEY,
    athlete_id INTEGER NOT NULL REFERENCES athlete(id),
    day TEXT NOT NULL                     -- YYYY-MM-DD
        CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    exercise TEXT NOT NULL,               -- any words
    side TEXT CHECK (side IN ('left', 'right')),
    sets INTEGER NOT NULL DEFAULT 1 CHECK (sets >= 1),
    reps INTEGER CHECK (reps >= 0),       -- of each set
    hold_s REAL CHECK (hold_s >= 0),      -- of each set
    load_kg REAL CHECK (load_kg >= 0),
    pain INTEGER CHECK (pain BETWEEN 0 AND 10),
    note TEXT NOT NULL DEFAULT '',
    made_utc TEXT NOT NULL
) STRICT;

CREATE TABLE sensor ( -- sensors that were recorded with
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,                   -- as it advertises itself
    address TEXT NOT NULL UNIQUE,         -- as this machine knows it
    family TEXT NOT NULL,
    last_used_utc TEXT NOT NULL,
    last_side TEXT CHECK (last_side IN ('left', 'right'))
) STRICT;

CREATE TABLE deleted ( -- recordings whose session a person deleted: `recover` leaves them alone
    sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64)
) STRICT, WITHOUT ROWID;
"""

INDEXES = """
CREATE UNIQUE INDEX session_key ON session(session_key);
CREATE INDEX session_started ON session(started_utc);
CREATE INDEX analysis_profile ON analysis(profile_id);
CREATE INDEX profile_athlete ON profile(athlete_id);
CREATE INDEX correction_set ON correction(set_id, item);
CREATE UNIQUE INDEX correction_mark ON correction(set_id, item, n) WHERE what = 'mark';
CREATE UNIQUE INDEX correction_count ON correction(set_id, item) WHERE what = 'count';
CREATE UNIQUE INDEX correction_exercise ON correction(set_id) WHERE what = 'exercise';
CREATE INDEX logged_day ON logged(athlete_id, day);
CREATE INDEX sensor_last_used ON sensor(last_used_utc);
"""

DROPPED_VIEWS = """
DROP VIEW daily_volume;
DROP VIEW set_summary;
DROP VIEW set_median;
DROP VIEW set_count;
DROP VIEW hold_corrected;
DROP VIEW hop_corrected;
DROP VIEW rep_corrected;
DROP VIEW current_set;
"""


def _median(figure: str, view: str) -> str:
    """SQL for the median of one figure over what is in figures in a set."""
    return f"""(SELECT round(avg(value), 6) FROM (
           SELECT {figure} AS value, row_number() OVER (ORDER BY {figure}) AS place,
                  count(*) OVER () AS many
           FROM {view} WHERE set_id = s.set_id AND in_figures AND {figure} IS NOT NULL)
       WHERE place IN ((many + 1) / 2, (many + 2) / 2)) AS {figure}"""  # noqa: S608 - our own names


VIEWS = f"""
CREATE VIEW current_set AS -- sets of the current analyses, with what they belong to
SELECT exercise_set.id AS set_id, session.id AS session_id, recording.id AS recording_id,
       exercise_set.n, session.day, athlete.name AS athlete,
       coalesce((SELECT c.exercise FROM correction c
                 WHERE c.set_id = exercise_set.id AND c.what = 'exercise'),
                exercise_set.exercise) AS exercise,
       CASE WHEN added THEN NULL ELSE exercise_set.exercise END AS machine_exercise,
       coalesce(exercise_set.side, recording.side) AS side, recording.load_kg, recording.pain,
       coalesce(nullif(recording.note, ''), session.note) AS note,
       NOT EXISTS (SELECT 1 FROM correction c WHERE c.set_id = exercise_set.id
                   AND c.what = 'mark' AND c.item = 'set' AND c.mark = 'false') AS counted,
       added OR EXISTS (SELECT 1 FROM correction c WHERE c.set_id = exercise_set.id) AS corrected,
       added, exercise_set.steps
FROM athlete
JOIN session ON session.athlete_id = athlete.id
CROSS JOIN recording ON recording.session_id = session.id
CROSS JOIN analysis ON analysis.recording_id = recording.id AND analysis.current = 1
CROSS JOIN exercise_set ON exercise_set.analysis_id = analysis.id;

CREATE VIEW rep_corrected AS -- reps with the person's marks
SELECT rep.set_id, rep.n, start_s, end_s, raise_time_s, hold_time_s, lower_time_s, rise_m,
       valid, reason, c.mark,
       CASE WHEN c.mark IS NULL THEN valid ELSE c.mark <> 'false' END AS counted,
       CASE WHEN c.mark IS NULL THEN partial ELSE c.mark = 'partial' END AS partial,
       valid AND c.mark IS NOT 'false' AS in_figures
FROM rep LEFT JOIN correction c
  ON c.set_id = rep.set_id AND c.item = 'rep' AND c.n = rep.n AND c.what = 'mark';

CREATE VIEW hop_corrected AS -- hops with the person's marks
SELECT hop.set_id, hop.n, contact_s, contact_time_s, contact_time_sd_s, flight_time_s, height_m,
       rsi, rsi_height_mps, valid, reason, c.mark,
       CASE WHEN c.mark IS NULL THEN valid ELSE c.mark <> 'false' END AS counted,
       valid AND c.mark IS NOT 'false' AS in_figures
FROM hop LEFT JOIN correction c
  ON c.set_id = hop.set_id AND c.item = 'hop' AND c.n = hop.n AND c.what = 'mark';

CREATE VIEW hold_corrected AS -- holds with the person's marks
SELECT hold.set_id, hold.n, start_s, end_s, duration_s, rms_mps2, jerk_rms_mps3, path_mps2_per_s,
       ellipse95_m2ps4, tremor_rms_mps2, tremor_peak_hz, valid, reason, c.mark,
       CASE WHEN c.mark IS NULL THEN valid ELSE c.mark <> 'false' END AS counted,
       valid AND c.mark IS NOT 'false' AS in_figures
FROM hold LEFT JOIN correction c
  ON c.set_id = hold.set_id AND c.item = 'hold' AND c.n = hold.n AND c.what = 'mark';

CREATE VIEW set_count AS -- how many of what in each set, as the machine says and as corrected
SELECT s.set_id, s.session_id, s.recording_id, s.n, s.day, s.athlete, s.exercise,
       s.machine_exercise, s.side, s.load_kg, s.pain, s.note, s.counted, s.corrected, s.added,
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

CREATE VIEW set_summary AS -- one row a set: counts with corrections, medians of the figures
SELECT s.set_id, s.session_id, s.recording_id, s.day, s.athlete, s.n, s.exercise,
       s.machine_exercise, s.side, s.load_kg, s.pain, s.note, s.counted, s.corrected, s.added,
       s.machine_reps, s.reps, s.partial_reps,
       {_median("raise_time_s", "rep_corrected")},
       {_median("hold_time_s", "rep_corrected")},
       {_median("lower_time_s", "rep_corrected")},
       {_median("rise_m", "rep_corrected")},
       s.time_under_tension_s, s.machine_hops, s.hops,
       {_median("contact_time_s", "hop_corrected")},
       {_median("flight_time_s", "hop_corrected")},
       {_median("rsi", "hop_corrected")},
       {_median("rsi_height_mps", "hop_corrected")},
       s.holds, s.hold_s,
       {_median("rms_mps2", "hold_corrected")},
       {_median("path_mps2_per_s", "hold_corrected")},
       {_median("tremor_rms_mps2", "hold_corrected")},
       s.steps
FROM set_count s;

CREATE VIEW daily_volume AS -- what was measured on each day, with corrections
SELECT day, athlete, exercise, side,
       count(DISTINCT session_id) AS sessions, count(*) AS sets,
       sum(reps) AS reps, sum(partial_reps) AS partial_reps, sum(hops) AS hops,
       sum(holds) AS holds, round(sum(hold_s), 6) AS hold_s, sum(steps) AS steps,
       round(sum(time_under_tension_s), 6) AS time_under_tension_s,
       sum(reps * load_kg) AS volume_kg, -- reps times load; NULL where no load is known
       max(pain) AS pain
FROM set_count
WHERE counted
GROUP BY day, athlete, exercise, side;

CREATE VIEW daily_work AS -- what was done on each day: measured by the sensor, or logged by hand
SELECT day, athlete, exercise, side, 'sensor' AS source, sets, reps, hops, holds, hold_s, steps,
       time_under_tension_s, volume_kg, pain
FROM daily_volume
UNION ALL
SELECT day, athlete.name, exercise, side, 'logged', sum(sets), coalesce(sum(sets * reps), 0), 0,
       coalesce(sum(iif(hold_s IS NULL, 0, sets)), 0), coalesce(round(sum(sets * hold_s), 6), 0.0),
       NULL, NULL, sum(sets * reps * load_kg), max(pain)
FROM logged JOIN athlete ON athlete.id = athlete_id
GROUP BY day, athlete.name, exercise, side;
"""  # noqa: S608 - our own names
