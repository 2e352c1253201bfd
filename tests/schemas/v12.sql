BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'anklet','m001_sessions_with_sets_and_corrections','2026-11-28 01:41:55.037921+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'anklet','m002_sessions_of_several_recordings','2026-11-28 01:41:55.045235+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'anklet','m003_figures_of_sets_kept','2026-11-28 01:41:55.047095+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'anklet','m004_leans_of_holds','2026-11-28 01:41:55.049894+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'anklet','m005_counting_and_measuring_apart','2026-11-28 01:41:55.064179+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'anklet','m006_placement_unknown','2026-11-28 01:41:55.091592+00:00');
INSERT INTO "_sqlite_migrations" VALUES(7,'anklet','m007_stands_between_jumps','2026-11-28 01:41:55.096578+00:00');
INSERT INTO "_sqlite_migrations" VALUES(8,'anklet','m008_rsi_unknown_by_both_definitions','2026-11-28 01:41:55.100001+00:00');
INSERT INTO "_sqlite_migrations" VALUES(9,'anklet','m009_recordings_by_relative_paths','2026-11-28 01:41:55.101014+00:00');
INSERT INTO "_sqlite_migrations" VALUES(10,'anklet','m010_roster_of_athletes','2026-11-28 01:41:55.102060+00:00');
INSERT INTO "_sqlite_migrations" VALUES(11,'anklet','m011_plans_of_athletes','2026-11-28 01:41:55.102216+00:00');
INSERT INTO "_sqlite_migrations" VALUES(12,'anklet','m012_uncertainty_of_every_figure','2026-11-28 01:41:55.107720+00:00');
CREATE TABLE analysis (
    id INTEGER PRIMARY KEY,
    title TEXT GENERATED ALWAYS AS (exercise || ', engine ' || engine) VIRTUAL,
    recording_id INTEGER NOT NULL REFERENCES recording(id) ON DELETE CASCADE,
    current INTEGER NOT NULL CHECK (current IN (0, 1)), -- the one summaries use
    exercise TEXT NOT NULL,               -- as asked for, 'auto' included
    placement_found INTEGER NOT NULL CHECK (placement_found IN (0, 1)), -- 0: as told
    engine TEXT NOT NULL,                 -- version of the analysis
    profile TEXT,                         -- calibration used; NULL: none
    parameters TEXT NOT NULL DEFAULT '{}', -- JSON object
    notes TEXT NOT NULL DEFAULT '[]',     -- JSON array of remarks
    created_utc TEXT NOT NULL
, profile_id INTEGER REFERENCES profile(id), placement TEXT NOT NULL DEFAULT 'unknown'
    CHECK (placement IN ('ankle', 'shoe', 'unknown'))) STRICT;
INSERT INTO "analysis" VALUES(1,1,1,'auto',1,'0.1.0',NULL,'{}','["12 samples never arrived"]','2026-03-01T18:00:00Z',NULL,'ankle');
INSERT INTO "analysis" VALUES(2,2,1,'auto',1,'0.1.0','left hops','{}','["12 samples never arrived"]','2026-03-01T18:00:00Z',1,'ankle');
INSERT INTO "analysis" VALUES(3,3,1,'auto',1,'0.1.0',NULL,'{}','["12 samples never arrived"]','2026-03-01T18:00:00Z',NULL,'ankle');
INSERT INTO "analysis" VALUES(4,4,1,'auto',1,'0.1.0',NULL,'{}','["12 samples never arrived"]','2026-03-01T18:00:00Z',NULL,'ankle');
INSERT INTO "analysis" VALUES(5,5,1,'auto',1,'0.1.0',NULL,'{}','["12 samples never arrived"]','2026-03-01T18:00:00Z',NULL,'ankle');
INSERT INTO "analysis" VALUES(6,6,1,'auto',1,'0.1.0',NULL,'{}','["12 samples never arrived"]','2026-03-01T18:00:00Z',NULL,'ankle');
INSERT INTO "analysis" VALUES(7,7,1,'auto',1,'0.1.0',NULL,'{}','["12 samples never arrived"]','2026-03-01T18:00:00Z',NULL,'ankle');
CREATE TABLE athlete (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
, body_mass_kg REAL CHECK (body_mass_kg > 0), is_default INTEGER NOT NULL DEFAULT 0
    CHECK (is_default IN (0, 1))) STRICT;
INSERT INTO "athlete" VALUES(1,'me',71.5,1);
INSERT INTO "athlete" VALUES(3,'patient 1',62.0,0);
CREATE TABLE athlete_spelling ( -- what else a merged athlete was called
    name TEXT PRIMARY KEY,
    athlete_id INTEGER NOT NULL REFERENCES athlete(id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
INSERT INTO "athlete_spelling" VALUES('patient1',3);
CREATE TABLE backup ( -- copies of this database, to say who is still in them
    path TEXT PRIMARY KEY,                -- where it was written
    made_utc TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "backup" VALUES('/media/stick/anklet.db','2026-03-01T18:00:00Z');
CREATE TABLE bout (
    analysis_id INTEGER NOT NULL REFERENCES analysis(id) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    start_s REAL NOT NULL,                -- all times: seconds on the recording's own clock
    end_s REAL NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (analysis_id, n)
) STRICT, WITHOUT ROWID;
INSERT INTO "bout" VALUES(1,1,0.0,10.0,'rest');
INSERT INTO "bout" VALUES(1,2,10.0,40.0,'calf-raise');
INSERT INTO "bout" VALUES(2,1,0.0,10.0,'rest');
INSERT INTO "bout" VALUES(2,2,10.0,40.0,'calf-raise');
INSERT INTO "bout" VALUES(3,1,0.0,10.0,'rest');
INSERT INTO "bout" VALUES(3,2,10.0,40.0,'calf-raise');
INSERT INTO "bout" VALUES(4,1,0.0,10.0,'rest');
INSERT INTO "bout" VALUES(4,2,10.0,40.0,'calf-raise');
INSERT INTO "bout" VALUES(5,1,0.0,10.0,'rest');
INSERT INTO "bout" VALUES(5,2,10.0,40.0,'calf-raise');
INSERT INTO "bout" VALUES(6,1,0.0,10.0,'rest');
INSERT INTO "bout" VALUES(6,2,10.0,40.0,'calf-raise');
INSERT INTO "bout" VALUES(7,1,0.0,10.0,'rest');
INSERT INTO "bout" VALUES(7,2,10.0,40.0,'calf-raise');
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
INSERT INTO "correction" VALUES(1,1,'count','rep',NULL,NULL,12,NULL,NULL,'2026-03-01T18:00:00Z');
INSERT INTO "correction" VALUES(2,2,'mark','hop',1,'false',NULL,NULL,NULL,'2026-03-01T18:00:00Z');
INSERT INTO "correction" VALUES(3,2,'missed','hop',NULL,NULL,NULL,61.6,NULL,'2026-03-01T18:00:00Z');
INSERT INTO "correction" VALUES(4,3,'mark','set',0,'false',NULL,NULL,NULL,'2026-03-01T18:00:00Z');
INSERT INTO "correction" VALUES(5,5,'exercise','set',NULL,NULL,NULL,NULL,'double-leg-hop','2026-03-01T18:00:00Z');
INSERT INTO "correction" VALUES(6,6,'count','rep',NULL,NULL,15,NULL,NULL,'2026-03-01T18:00:00Z');
CREATE TABLE deleted ( -- recordings whose session a person deleted: `recover` leaves them alone
    sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64)
) STRICT, WITHOUT ROWID;
INSERT INTO "deleted" VALUES('eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee');
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
    steps INTEGER, added INTEGER NOT NULL DEFAULT 0 CHECK (added IN (0, 1)), at_s REAL, valid_only INTEGER NOT NULL DEFAULT 0
    CHECK (valid_only IN (0, 1)), sd_due INTEGER NOT NULL DEFAULT 1
    CHECK (sd_due IN (0, 1)),                        -- walking drills only
    UNIQUE (analysis_id, n)
) STRICT;
INSERT INTO "exercise_set" VALUES(1,1,1,'single-leg-calf-raise',0,'left',10.0,40.0,NULL,0,NULL,0,0);
INSERT INTO "exercise_set" VALUES(2,1,2,'single-leg-hop',1,NULL,60.0,62.0,NULL,0,NULL,0,0);
INSERT INTO "exercise_set" VALUES(3,1,3,'calf-raise-hold',0,NULL,80.0,112.0,NULL,0,NULL,0,0);
INSERT INTO "exercise_set" VALUES(4,2,1,'single-leg-calf-raise',0,'left',10.0,40.0,NULL,0,NULL,0,0);
INSERT INTO "exercise_set" VALUES(5,3,2,'single-leg-hop',1,'right',60.0,62.0,NULL,0,NULL,0,0);
INSERT INTO "exercise_set" VALUES(6,3,3,'tibialis-raise',0,NULL,0.0,40.0,NULL,1,NULL,0,0);
INSERT INTO "exercise_set" VALUES(7,4,1,'box-jump',0,NULL,20.0,29.5,NULL,0,NULL,0,0);
INSERT INTO "exercise_set" VALUES(8,5,1,'single-leg-calf-raise',0,'left',10.0,40.0,NULL,0,NULL,0,0);
INSERT INTO "exercise_set" VALUES(9,5,2,'single-leg-hop',1,NULL,60.0,62.0,NULL,0,NULL,0,0);
INSERT INTO "exercise_set" VALUES(10,5,3,'calf-raise-hold',0,NULL,80.0,112.0,NULL,0,NULL,0,0);
INSERT INTO "exercise_set" VALUES(11,6,1,'single-leg-calf-raise',0,'left',10.0,40.0,NULL,0,NULL,0,0);
INSERT INTO "exercise_set" VALUES(12,6,2,'single-leg-hop',1,NULL,60.0,62.0,NULL,0,NULL,0,0);
INSERT INTO "exercise_set" VALUES(13,6,3,'calf-raise-hold',0,NULL,80.0,112.0,NULL,0,NULL,0,0);
INSERT INTO "exercise_set" VALUES(14,7,1,'single-leg-calf-raise',0,'left',10.0,40.0,NULL,0,NULL,0,0);
INSERT INTO "exercise_set" VALUES(15,7,2,'single-leg-hop',1,NULL,60.0,62.0,NULL,0,NULL,0,0);
INSERT INTO "exercise_set" VALUES(16,7,3,'calf-raise-hold',1,NULL,60.0,62.0,NULL,0,NULL,0,0);
CREATE TABLE hold (
    set_id INTEGER NOT NULL REFERENCES exercise_set(id) ON DELETE CASCADE,
    n INTEGER NOT NULL CHECK (n >= 1),
    start_s REAL NOT NULL,
    end_s REAL NOT NULL,
    rms_mps2 REAL,                        -- steadiness: all six NULL if too short to say
    jerk_rms_mps3 REAL,
    path_mps2_per_s REAL,
    ellipse95_m2ps4 REAL,
    tremor_rms_mps2 REAL,
    tremor_peak_hz REAL,
    valid INTEGER NOT NULL CHECK (valid IN (0, 1)),
    reason TEXT, ap_rms_mps2 REAL, ml_rms_mps2 REAL, lean_deg REAL, side_lean_deg REAL, quiet_ratio REAL, shank_lean_deg REAL, shank_lean_sd_deg REAL, reasons TEXT NOT NULL DEFAULT '{}', duration_sd_s REAL, duration_s REAL GENERATED ALWAYS AS
    (iif(instr(reasons, '"duration_s"'), NULL, round(end_s - start_s, 6))) VIRTUAL, rms_sd_mps2 REAL, jerk_rms_sd_mps3 REAL, path_sd_mps2_per_s REAL, ellipse95_sd_m2ps4 REAL, tremor_rms_sd_mps2 REAL, tremor_peak_sd_hz REAL, ap_rms_sd_mps2 REAL, ml_rms_sd_mps2 REAL, lean_sd_deg REAL, side_lean_sd_deg REAL, quiet_ratio_sd REAL,
    PRIMARY KEY (set_id, n)
) STRICT, WITHOUT ROWID;
INSERT INTO "hold" VALUES(3,1,80.5,111.5,0.11,4.0,1.6,0.04,0.07,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{}',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "hold" VALUES(10,1,80.5,111.5,0.11,4.0,1.6,0.04,0.07,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{}',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "hold" VALUES(13,1,80.5,111.5,0.11,4.0,1.6,0.04,0.07,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{}',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "hold" VALUES(16,1,70.0,90.0,0.11,4.0,1.6,0.04,0.07,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{}',0.5,0.01,0.01,0.01,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE hop (
    set_id INTEGER NOT NULL REFERENCES exercise_set(id) ON DELETE CASCADE,
    n INTEGER NOT NULL CHECK (n >= 1),
    contact_s REAL NOT NULL,              -- initial contact: force rises through 20 N
    takeoff_s REAL,                       -- toe-off: force falls through 20 N
    contact_time_sd_s REAL,               -- standard uncertainty of this one contact time
    flight_time_s REAL,                   -- to the next contact
    height_m REAL GENERATED ALWAYS AS
        (round(9.80665 * flight_time_s * flight_time_s / 8, 6)) VIRTUAL, -- from flight time
    valid INTEGER NOT NULL CHECK (valid IN (0, 1)),
    reason TEXT, calibrated INTEGER NOT NULL DEFAULT 0 CHECK (calibrated IN (0, 1)), reasons TEXT NOT NULL DEFAULT '{}', flight_time_sd_s REAL, rsi_sd REAL, contact_time_s REAL GENERATED ALWAYS AS
    (iif(instr(reasons, '"contact_time_s"'), NULL, round(takeoff_s - contact_s, 6))) VIRTUAL, rsi REAL GENERATED ALWAYS AS
    (iif(instr(reasons, '"contact_time_s"') OR instr(reasons, '"rsi"'), NULL, round(flight_time_s / nullif(takeoff_s - contact_s, 0), 6)))
    VIRTUAL, rsi_height_mps REAL GENERATED ALWAYS AS
    (iif(instr(reasons, '"contact_time_s"') OR instr(reasons, '"rsi"'), NULL,
         round(9.80665 * flight_time_s * flight_time_s / 8 / nullif(takeoff_s - contact_s, 0), 6)))
    VIRTUAL, height_sd_m REAL, rsi_height_sd_mps REAL,
    PRIMARY KEY (set_id, n)
) STRICT, WITHOUT ROWID;
INSERT INTO "hop" VALUES(2,1,60.0,60.2,0.01,0.15,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "hop" VALUES(2,2,60.35,6.05500000000000042615e+01,0.01,0.15,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "hop" VALUES(2,3,60.7,6.09000000000000056826e+01,0.01,0.15,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "hop" VALUES(2,4,61.05,61.25,0.01,NULL,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "hop" VALUES(5,1,60.0,60.2,0.01,0.15,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "hop" VALUES(5,2,60.35,6.05500000000000042615e+01,0.01,0.15,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "hop" VALUES(5,3,60.7,6.09000000000000056826e+01,0.01,0.15,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "hop" VALUES(5,4,61.05,61.25,0.01,NULL,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "hop" VALUES(7,1,20.0,20.2,0.01,0.15,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "hop" VALUES(7,2,23.0,23.2,0.01,0.15,1,NULL,0,'{"rsi": "pause", "rsi_height_mps": "pause"}',NULL,NULL,NULL,NULL);
INSERT INTO "hop" VALUES(7,3,26.0,26.2,0.01,0.15,1,NULL,0,'{"contact_time_s": "stand", "rsi": "stand", "rsi_height_mps": "stand"}',NULL,NULL,NULL,NULL);
INSERT INTO "hop" VALUES(9,1,60.0,60.2,0.01,0.15,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "hop" VALUES(9,2,60.35,6.05500000000000042615e+01,0.01,0.15,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "hop" VALUES(9,3,60.7,6.09000000000000056826e+01,0.01,0.15,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "hop" VALUES(9,4,61.05,61.25,0.01,NULL,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "hop" VALUES(12,1,60.0,60.2,0.01,0.15,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "hop" VALUES(12,2,60.35,6.05500000000000042615e+01,0.01,0.15,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "hop" VALUES(12,3,60.7,6.09000000000000056826e+01,0.01,0.15,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "hop" VALUES(12,4,61.05,61.25,0.01,NULL,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "hop" VALUES(15,1,60.0,60.2,0.01,0.15,1,NULL,0,'{}',0.01,0.1,0.00367749375,2.88945937500000617215e-02);
INSERT INTO "hop" VALUES(15,2,60.4,60.6,0.01,0.15,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
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
INSERT INTO "logged" VALUES(1,1,'2026-02-28','split squat',NULL,3,8,NULL,NULL,NULL,'','2026-03-01T18:00:00Z');
CREATE TABLE plan (
    id INTEGER PRIMARY KEY,
    athlete_id INTEGER REFERENCES athlete(id), -- NULL: the default, for those without their own
    name TEXT NOT NULL,
    from_day TEXT                         -- YYYY-MM-DD, the first day it holds; NULL: always
        CHECK (from_day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    toml TEXT,                            -- the whole plan, as in its file; NULL: none from here on
    taken_utc TEXT NOT NULL
) STRICT;
INSERT INTO "plan" VALUES(1,NULL,'two a week',NULL,'name = "two a week"
[[exercise]]
name = "heel-walk"
per_week = 2
','2026-03-01T18:00:00Z');
INSERT INTO "plan" VALUES(2,1,'hers','2026-03-01','name = "two a week"
[[exercise]]
name = "heel-walk"
per_week = 2
','2026-03-01T18:00:00Z');
INSERT INTO "plan" VALUES(3,1,'hers','2026-03-01',NULL,'2026-03-01T18:00:01Z');
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
INSERT INTO "profile" VALUES(1,'left hops',1,1,NULL,'left',NULL,NULL,0,'name = "left hops"
','bff691e2907427fd58d3cb64d2b296eb8820a8f24363dafec186c8865108d3e2','2026-03-01T18:00:00Z',NULL);
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
, started_utc TEXT, side TEXT CHECK (side IN ('left', 'right')), load_kg REAL CHECK (load_kg >= 0), pain INTEGER CHECK (pain BETWEEN 0 AND 10), note TEXT NOT NULL DEFAULT '', target TEXT NOT NULL DEFAULT '{}', sensor_name TEXT, sensor_address TEXT, size_bytes INTEGER CHECK (size_bytes >= 0)) STRICT;
INSERT INTO "recording" VALUES(1,1,'workout.csv','/somewhere/workout.csv','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','csv',NULL,16.0,207.6,120.0,24900,12,3,'2026-03-01T17:05:00Z','left',20.0,NULL,'','{}',NULL,NULL,NULL);
INSERT INTO "recording" VALUES(2,2,'workout.csv','/somewhere/workout.csv','cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc','csv',NULL,16.0,207.6,120.0,24900,12,3,'2026-02-28T17:05:00Z','left',20.0,2,'','{"sets": 1}',NULL,NULL,NULL);
INSERT INTO "recording" VALUES(3,2,'workout.csv','/somewhere/workout.csv','dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd','csv',NULL,16.0,207.6,120.0,24900,12,3,'2026-02-28T17:05:00Z','right',NULL,2,'right one tired','{"sets": 1}',NULL,NULL,NULL);
INSERT INTO "recording" VALUES(4,4,'workout.csv','/somewhere/workout.csv','ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff','csv',NULL,16.0,207.6,120.0,24900,12,3,'2026-02-27T17:05:00Z',NULL,NULL,NULL,'','{}',NULL,NULL,NULL);
INSERT INTO "recording" VALUES(5,5,'workout.anklet','nothing-here.db.recordings/workout.anklet','9999999999999999999999999999999999999999999999999999999999999999','csv',NULL,16.0,207.6,120.0,24900,12,3,'2026-02-26T17:05:00Z',NULL,NULL,NULL,'','{}',NULL,NULL,99);
INSERT INTO "recording" VALUES(6,6,'workout.csv','/somewhere/workout.csv','8888888888888888888888888888888888888888888888888888888888888888','csv',NULL,16.0,207.6,120.0,24900,12,3,'2026-02-25T17:05:00Z',NULL,NULL,NULL,'','{}',NULL,NULL,NULL);
INSERT INTO "recording" VALUES(7,7,'workout.csv','/somewhere/workout.csv','7777777777777777777777777777777777777777777777777777777777777777','csv',NULL,16.0,207.6,120.0,24900,12,3,'2026-02-24T17:05:00Z',NULL,NULL,NULL,'','{}',NULL,NULL,NULL);
CREATE TABLE rep (
    set_id INTEGER NOT NULL REFERENCES exercise_set(id) ON DELETE CASCADE,
    n INTEGER NOT NULL CHECK (n >= 1),
    start_s REAL NOT NULL,                -- heel leaves the floor
    top_s REAL NOT NULL,                  -- full height reached
    lower_s REAL NOT NULL,                -- lowering begins
    end_s REAL NOT NULL,                  -- heel back down
    rise_m REAL,                          -- height the sensor rose
    partial INTEGER NOT NULL CHECK (partial IN (0, 1)),
    valid INTEGER NOT NULL CHECK (valid IN (0, 1)),
    reason TEXT, calibrated INTEGER NOT NULL DEFAULT 0 CHECK (calibrated IN (0, 1)), reasons TEXT NOT NULL DEFAULT '{}', raise_time_sd_s REAL, hold_time_sd_s REAL, lower_time_sd_s REAL, rise_sd_m REAL, raise_time_s REAL GENERATED ALWAYS AS
    (iif(instr(reasons, '"raise_time_s"'), NULL, round(top_s - start_s, 6))) VIRTUAL, hold_time_s REAL GENERATED ALWAYS AS
    (iif(instr(reasons, '"hold_time_s"'), NULL, round(lower_s - top_s, 6))) VIRTUAL, lower_time_s REAL GENERATED ALWAYS AS
    (iif(instr(reasons, '"lower_time_s"'), NULL, round(end_s - lower_s, 6))) VIRTUAL,                          -- why not valid
    PRIMARY KEY (set_id, n)
) STRICT, WITHOUT ROWID;
INSERT INTO "rep" VALUES(1,1,10.0,10.9,11.2,12.4,0.07,0,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "rep" VALUES(1,2,13.0,13.9,14.2,15.4,0.07,0,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "rep" VALUES(1,3,16.0,16.9,17.2,18.4,0.03,1,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "rep" VALUES(1,4,19.0,19.9,20.2,21.4,0.07,0,0,'gap',0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "rep" VALUES(1,5,22.0,22.9,23.2,24.4,NULL,0,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "rep" VALUES(4,1,10.0,10.9,11.2,12.4,0.07,0,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "rep" VALUES(4,2,13.0,13.9,14.2,15.4,0.07,0,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "rep" VALUES(4,3,16.0,16.9,17.2,18.4,0.03,1,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "rep" VALUES(4,4,19.0,19.9,20.2,21.4,0.07,0,0,'gap',0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "rep" VALUES(4,5,22.0,22.9,23.2,24.4,NULL,0,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "rep" VALUES(8,1,10.0,10.9,11.2,12.4,0.07,0,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "rep" VALUES(8,2,13.0,13.9,14.2,15.4,0.07,0,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "rep" VALUES(8,3,16.0,16.9,17.2,18.4,0.03,1,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "rep" VALUES(8,4,19.0,19.9,20.2,21.4,0.07,0,0,'gap',0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "rep" VALUES(8,5,22.0,22.9,23.2,24.4,NULL,0,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "rep" VALUES(11,1,10.0,10.9,11.2,12.4,0.07,0,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "rep" VALUES(11,2,13.0,13.9,14.2,15.4,0.07,0,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "rep" VALUES(11,3,16.0,16.9,17.2,18.4,0.03,1,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "rep" VALUES(11,4,19.0,19.9,20.2,21.4,0.07,0,0,'gap',0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "rep" VALUES(11,5,22.0,22.9,23.2,24.4,NULL,0,1,NULL,0,'{}',NULL,NULL,NULL,NULL);
INSERT INTO "rep" VALUES(14,1,10.0,10.9,11.2,12.4,0.07,0,1,NULL,0,'{}',0.1,0.2,0.1,0.01);
INSERT INTO "rep" VALUES(14,2,13.0,13.9,14.2,15.4,0.07,0,1,NULL,0,'{}',0.1,0.2,0.1,0.01);
CREATE TABLE sensor ( -- sensors that were recorded with
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,                   -- as it advertises itself
    address TEXT NOT NULL UNIQUE,         -- as this machine knows it
    family TEXT NOT NULL,
    last_used_utc TEXT NOT NULL,
    last_side TEXT CHECK (last_side IN ('left', 'right'))
) STRICT;
INSERT INTO "sensor" VALUES(1,'left one','AA:BB','polar','2026-03-01T18:00:00Z','left');
CREATE TABLE session (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again after a session is deleted
    title TEXT NOT NULL,                  -- day and exercises, for lists and links
    athlete_id INTEGER NOT NULL REFERENCES athlete(id),
    day TEXT NOT NULL                     -- calendar day where it was done, YYYY-MM-DD
        CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    started_utc TEXT NOT NULL,            -- YYYY-MM-DDTHH:MM:SSZ
    note TEXT NOT NULL DEFAULT ''
, session_key TEXT) STRICT;
INSERT INTO "session" VALUES(1,'2026-03-01 single-leg-calf-raise, single-leg-hop, calf-raise-hold',1,'2026-03-01','2026-03-01T17:05:00Z','kept',NULL);
INSERT INTO "session" VALUES(2,'2026-02-28 single-leg-calf-raise, double-leg-hop, tibialis-raise',1,'2026-02-28','2026-02-28T17:05:00Z','','k2');
INSERT INTO "session" VALUES(4,'2026-02-27 box-jump',1,'2026-02-27','2026-02-27T17:05:00Z','',NULL);
INSERT INTO "session" VALUES(5,'2026-02-26 single-leg-calf-raise, single-leg-hop, calf-raise-hold',1,'2026-02-26','2026-02-26T17:05:00Z','',NULL);
INSERT INTO "session" VALUES(6,'2026-02-25 single-leg-calf-raise, single-leg-hop, calf-raise-hold',3,'2026-02-25','2026-02-25T17:05:00Z','',NULL);
INSERT INTO "session" VALUES(7,'2026-02-24 single-leg-calf-raise, single-leg-hop, calf-raise-hold',1,'2026-02-24','2026-02-24T17:05:00Z','',NULL);
CREATE TABLE set_figure ( -- figures of a set over what is valid and not marked false
    set_id INTEGER NOT NULL REFERENCES exercise_set(id) ON DELETE CASCADE,
    name TEXT NOT NULL,                   -- a column of rep, hop or hold
    many INTEGER NOT NULL,                -- values there are
    median REAL NOT NULL,
    low REAL NOT NULL,                    -- first quartile
    high REAL NOT NULL,                   -- third quartile
    least REAL NOT NULL,
    most REAL NOT NULL,
    PRIMARY KEY (set_id, name)
) STRICT, WITHOUT ROWID;
INSERT INTO "set_figure" VALUES(1,'hold_time_s',4,0.3,0.3,0.3,0.3,0.3);
INSERT INTO "set_figure" VALUES(1,'lower_time_s',4,1.2,1.2,1.2,1.2,1.2);
INSERT INTO "set_figure" VALUES(1,'raise_time_s',4,0.9,0.9,0.9,0.9,0.9);
INSERT INTO "set_figure" VALUES(1,'rise_m',3,0.07,0.03,0.07,0.03,0.07);
INSERT INTO "set_figure" VALUES(2,'contact_time_s',3,0.2,0.2,0.2,0.2,0.2);
INSERT INTO "set_figure" VALUES(2,'contact_time_sd_s',3,0.01,0.01,0.01,0.01,0.01);
INSERT INTO "set_figure" VALUES(2,'flight_time_s',2,0.15,0.15,0.15,0.15,0.15);
INSERT INTO "set_figure" VALUES(2,'height_m',2,0.027581,0.027581,0.027581,0.027581,0.027581);
INSERT INTO "set_figure" VALUES(2,'rsi',2,0.75,0.75,0.75,0.75,0.75);
INSERT INTO "set_figure" VALUES(2,'rsi_height_mps',2,0.137906,0.137906,0.137906,0.137906,0.137906);
INSERT INTO "set_figure" VALUES(3,'duration_s',1,31.0,31.0,31.0,31.0,31.0);
INSERT INTO "set_figure" VALUES(3,'ellipse95_m2ps4',1,0.04,0.04,0.04,0.04,0.04);
INSERT INTO "set_figure" VALUES(3,'jerk_rms_mps3',1,4.0,4.0,4.0,4.0,4.0);
INSERT INTO "set_figure" VALUES(3,'path_mps2_per_s',1,1.6,1.6,1.6,1.6,1.6);
INSERT INTO "set_figure" VALUES(3,'rms_mps2',1,0.11,0.11,0.11,0.11,0.11);
INSERT INTO "set_figure" VALUES(3,'tremor_rms_mps2',1,0.07,0.07,0.07,0.07,0.07);
INSERT INTO "set_figure" VALUES(4,'hold_time_s',4,0.3,0.3,0.3,0.3,0.3);
INSERT INTO "set_figure" VALUES(4,'lower_time_s',4,1.2,1.2,1.2,1.2,1.2);
INSERT INTO "set_figure" VALUES(4,'raise_time_s',4,0.9,0.9,0.9,0.9,0.9);
INSERT INTO "set_figure" VALUES(4,'rise_m',3,0.07,0.03,0.07,0.03,0.07);
INSERT INTO "set_figure" VALUES(5,'contact_time_s',4,0.2,0.2,0.2,0.2,0.2);
INSERT INTO "set_figure" VALUES(5,'contact_time_sd_s',4,0.01,0.01,0.01,0.01,0.01);
INSERT INTO "set_figure" VALUES(5,'flight_time_s',3,0.15,0.15,0.15,0.15,0.15);
INSERT INTO "set_figure" VALUES(5,'height_m',3,0.027581,0.027581,0.027581,0.027581,0.027581);
INSERT INTO "set_figure" VALUES(5,'rsi',3,0.75,0.75,0.75,0.75,0.75);
INSERT INTO "set_figure" VALUES(5,'rsi_height_mps',3,0.137906,0.137906,0.137906,0.137906,0.137906);
INSERT INTO "set_figure" VALUES(7,'contact_time_s',2,0.2,0.2,0.2,0.2,0.2);
INSERT INTO "set_figure" VALUES(7,'contact_time_sd_s',3,0.01,0.01,0.01,0.01,0.01);
INSERT INTO "set_figure" VALUES(7,'flight_time_s',3,0.15,0.15,0.15,0.15,0.15);
INSERT INTO "set_figure" VALUES(7,'height_m',3,0.027581,0.027581,0.027581,0.027581,0.027581);
INSERT INTO "set_figure" VALUES(7,'rsi',1,0.75,0.75,0.75,0.75,0.75);
INSERT INTO "set_figure" VALUES(7,'rsi_height_mps',1,0.137906,0.137906,0.137906,0.137906,0.137906);
INSERT INTO "set_figure" VALUES(8,'hold_time_s',4,0.3,0.3,0.3,0.3,0.3);
INSERT INTO "set_figure" VALUES(8,'lower_time_s',4,1.2,1.2,1.2,1.2,1.2);
INSERT INTO "set_figure" VALUES(8,'raise_time_s',4,0.9,0.9,0.9,0.9,0.9);
INSERT INTO "set_figure" VALUES(8,'rise_m',3,0.07,0.03,0.07,0.03,0.07);
INSERT INTO "set_figure" VALUES(9,'contact_time_s',4,0.2,0.2,0.2,0.2,0.2);
INSERT INTO "set_figure" VALUES(9,'contact_time_sd_s',4,0.01,0.01,0.01,0.01,0.01);
INSERT INTO "set_figure" VALUES(9,'flight_time_s',3,0.15,0.15,0.15,0.15,0.15);
INSERT INTO "set_figure" VALUES(9,'height_m',3,0.027581,0.027581,0.027581,0.027581,0.027581);
INSERT INTO "set_figure" VALUES(9,'rsi',3,0.75,0.75,0.75,0.75,0.75);
INSERT INTO "set_figure" VALUES(9,'rsi_height_mps',3,0.137906,0.137906,0.137906,0.137906,0.137906);
INSERT INTO "set_figure" VALUES(10,'duration_s',1,31.0,31.0,31.0,31.0,31.0);
INSERT INTO "set_figure" VALUES(10,'ellipse95_m2ps4',1,0.04,0.04,0.04,0.04,0.04);
INSERT INTO "set_figure" VALUES(10,'jerk_rms_mps3',1,4.0,4.0,4.0,4.0,4.0);
INSERT INTO "set_figure" VALUES(10,'path_mps2_per_s',1,1.6,1.6,1.6,1.6,1.6);
INSERT INTO "set_figure" VALUES(10,'rms_mps2',1,0.11,0.11,0.11,0.11,0.11);
INSERT INTO "set_figure" VALUES(10,'tremor_rms_mps2',1,0.07,0.07,0.07,0.07,0.07);
INSERT INTO "set_figure" VALUES(11,'hold_time_s',4,0.3,0.3,0.3,0.3,0.3);
INSERT INTO "set_figure" VALUES(11,'lower_time_s',4,1.2,1.2,1.2,1.2,1.2);
INSERT INTO "set_figure" VALUES(11,'raise_time_s',4,0.9,0.9,0.9,0.9,0.9);
INSERT INTO "set_figure" VALUES(11,'rise_m',3,0.07,0.03,0.07,0.03,0.07);
INSERT INTO "set_figure" VALUES(12,'contact_time_s',4,0.2,0.2,0.2,0.2,0.2);
INSERT INTO "set_figure" VALUES(12,'contact_time_sd_s',4,0.01,0.01,0.01,0.01,0.01);
INSERT INTO "set_figure" VALUES(12,'flight_time_s',3,0.15,0.15,0.15,0.15,0.15);
INSERT INTO "set_figure" VALUES(12,'height_m',3,0.027581,0.027581,0.027581,0.027581,0.027581);
INSERT INTO "set_figure" VALUES(12,'rsi',3,0.75,0.75,0.75,0.75,0.75);
INSERT INTO "set_figure" VALUES(12,'rsi_height_mps',3,0.137906,0.137906,0.137906,0.137906,0.137906);
INSERT INTO "set_figure" VALUES(13,'duration_s',1,31.0,31.0,31.0,31.0,31.0);
INSERT INTO "set_figure" VALUES(13,'ellipse95_m2ps4',1,0.04,0.04,0.04,0.04,0.04);
INSERT INTO "set_figure" VALUES(13,'jerk_rms_mps3',1,4.0,4.0,4.0,4.0,4.0);
INSERT INTO "set_figure" VALUES(13,'path_mps2_per_s',1,1.6,1.6,1.6,1.6,1.6);
INSERT INTO "set_figure" VALUES(13,'rms_mps2',1,0.11,0.11,0.11,0.11,0.11);
INSERT INTO "set_figure" VALUES(13,'tremor_rms_mps2',1,0.07,0.07,0.07,0.07,0.07);
INSERT INTO "set_figure" VALUES(14,'hold_time_s',2,0.3,0.3,0.3,0.3,0.3);
INSERT INTO "set_figure" VALUES(14,'lower_time_s',2,1.2,1.2,1.2,1.2,1.2);
INSERT INTO "set_figure" VALUES(14,'raise_time_s',2,0.9,0.9,0.9,0.9,0.9);
INSERT INTO "set_figure" VALUES(14,'rise_m',2,0.07,0.07,0.07,0.07,0.07);
INSERT INTO "set_figure" VALUES(15,'contact_time_s',2,0.2,0.2,0.2,0.2,0.2);
INSERT INTO "set_figure" VALUES(15,'contact_time_sd_s',2,0.01,0.01,0.01,0.01,0.01);
INSERT INTO "set_figure" VALUES(15,'flight_time_s',2,0.15,0.15,0.15,0.15,0.15);
INSERT INTO "set_figure" VALUES(15,'height_m',2,0.027581,0.027581,0.027581,0.027581,0.027581);
INSERT INTO "set_figure" VALUES(15,'rsi',2,0.75,0.75,0.75,0.75,0.75);
INSERT INTO "set_figure" VALUES(15,'rsi_height_mps',2,0.137906,0.137906,0.137906,0.137906,0.137906);
INSERT INTO "set_figure" VALUES(16,'duration_s',1,20.0,20.0,20.0,20.0,20.0);
INSERT INTO "set_figure" VALUES(16,'ellipse95_m2ps4',1,0.04,0.04,0.04,0.04,0.04);
INSERT INTO "set_figure" VALUES(16,'jerk_rms_mps3',1,4.0,4.0,4.0,4.0,4.0);
INSERT INTO "set_figure" VALUES(16,'path_mps2_per_s',1,1.6,1.6,1.6,1.6,1.6);
INSERT INTO "set_figure" VALUES(16,'rms_mps2',1,0.11,0.11,0.11,0.11,0.11);
INSERT INTO "set_figure" VALUES(16,'tremor_rms_mps2',1,0.07,0.07,0.07,0.07,0.07);
CREATE TABLE set_sd ( -- standard uncertainties of a set's medians and totals
    set_id INTEGER NOT NULL REFERENCES exercise_set(id) ON DELETE CASCADE,
    name TEXT NOT NULL,                   -- the figure: a name of set_figure or set_summary
    sd REAL NOT NULL,                     -- in the figure's own unit
    PRIMARY KEY (set_id, name)
) STRICT, WITHOUT ROWID;
INSERT INTO "set_sd" VALUES(2,'cadence_hz',0.057214241);
INSERT INTO "set_sd" VALUES(2,'contact_time_s',0.009511676);
INSERT INTO "set_sd" VALUES(2,'contact_time_spread_s',0.003162278);
INSERT INTO "set_sd" VALUES(5,'cadence_hz',0.058545571);
INSERT INTO "set_sd" VALUES(5,'contact_time_s',0.009373045);
INSERT INTO "set_sd" VALUES(5,'contact_time_spread_s',0.002581989);
INSERT INTO "set_sd" VALUES(7,'cadence_hz',0.000846197);
INSERT INTO "set_sd" VALUES(7,'contact_time_s',0.009511676);
INSERT INTO "set_sd" VALUES(7,'contact_time_spread_s',0.004472136);
INSERT INTO "set_sd" VALUES(9,'cadence_hz',0.058545571);
INSERT INTO "set_sd" VALUES(9,'contact_time_s',0.009373045);
INSERT INTO "set_sd" VALUES(9,'contact_time_spread_s',0.002581989);
INSERT INTO "set_sd" VALUES(12,'cadence_hz',0.058545571);
INSERT INTO "set_sd" VALUES(12,'contact_time_s',0.009373045);
INSERT INTO "set_sd" VALUES(12,'contact_time_spread_s',0.002581989);
INSERT INTO "set_sd" VALUES(14,'hold_time_s',0.187082869);
INSERT INTO "set_sd" VALUES(14,'lower_time_s',0.093541435);
INSERT INTO "set_sd" VALUES(14,'raise_time_s',0.093541435);
INSERT INTO "set_sd" VALUES(14,'rise_m',0.009746794);
INSERT INTO "set_sd" VALUES(14,'time_under_tension_s',0.264575131);
INSERT INTO "set_sd" VALUES(15,'cadence_hz',0.06192233);
INSERT INTO "set_sd" VALUES(15,'contact_time_s',0.009486833);
INSERT INTO "set_sd" VALUES(15,'contact_time_spread_s',0.004472136);
INSERT INTO "set_sd" VALUES(15,'flight_time_s',0.01);
INSERT INTO "set_sd" VALUES(15,'flight_time_spread_s',0.004472136);
INSERT INTO "set_sd" VALUES(15,'height_m',0.003677494);
INSERT INTO "set_sd" VALUES(15,'rsi',0.1);
INSERT INTO "set_sd" VALUES(15,'rsi_height_mps',0.028894594);
INSERT INTO "set_sd" VALUES(16,'duration_s',0.5);
INSERT INTO "set_sd" VALUES(16,'hold_s',0.5);
INSERT INTO "set_sd" VALUES(16,'jerk_rms_mps3',0.01);
INSERT INTO "set_sd" VALUES(16,'longest_hold_s',0.5);
INSERT INTO "set_sd" VALUES(16,'path_mps2_per_s',0.01);
INSERT INTO "set_sd" VALUES(16,'rms_mps2',0.01);
CREATE TABLE stand (
    set_id INTEGER NOT NULL REFERENCES exercise_set(id) ON DELETE CASCADE,
    n INTEGER NOT NULL CHECK (n >= 1),
    start_s REAL NOT NULL,                -- landing
    end_s REAL NOT NULL,                  -- toe-off of the next jump, or of the step down
    PRIMARY KEY (set_id, n)
) STRICT, WITHOUT ROWID;
INSERT INTO "stand" VALUES(7,1,20.4,22.8);
INSERT INTO "stand" VALUES(7,2,23.4,25.8);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX session_day ON session(day);
CREATE INDEX session_athlete ON session(athlete_id, day);
CREATE INDEX recording_session ON recording(session_id);
CREATE INDEX analysis_recording ON analysis(recording_id);
CREATE UNIQUE INDEX analysis_current ON analysis(recording_id) WHERE current = 1;
CREATE INDEX exercise_set_exercise ON exercise_set(exercise);
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
CREATE UNIQUE INDEX athlete_default ON athlete(is_default) WHERE is_default = 1;
CREATE INDEX plan_athlete ON plan(athlete_id);
CREATE INDEX exercise_set_sd_due ON exercise_set(id) WHERE sd_due = 1;
CREATE VIEW rep_corrected AS -- reps with the person's marks
SELECT rep.set_id, rep.n, start_s, end_s, raise_time_s, raise_time_sd_s, hold_time_s, hold_time_sd_s,
       lower_time_s, lower_time_sd_s, rise_m, rise_sd_m,
       valid, reason, reasons, c.mark,
       CASE WHEN c.mark IS NULL THEN valid OR NOT (
           SELECT valid_only FROM exercise_set WHERE id = rep.set_id)
       ELSE c.mark <> 'false' END AS counted,
       CASE WHEN c.mark IS NULL THEN partial ELSE c.mark = 'partial' END AS partial,
       valid AND c.mark IS NOT 'false' AS in_figures
FROM rep LEFT JOIN correction c
  ON c.set_id = rep.set_id AND c.item = 'rep' AND c.n = rep.n AND c.what = 'mark';
CREATE VIEW hop_corrected AS -- hops with the person's marks
SELECT hop.set_id, hop.n, contact_s, contact_time_s, contact_time_sd_s, flight_time_s, flight_time_sd_s,
       height_m, height_sd_m, rsi, rsi_sd, rsi_height_mps, rsi_height_sd_mps,
       valid, reason, reasons, c.mark,
       CASE WHEN c.mark IS NULL THEN valid OR NOT (
           SELECT valid_only FROM exercise_set WHERE id = hop.set_id)
       ELSE c.mark <> 'false' END AS counted,
       valid AND c.mark IS NOT 'false' AS in_figures
FROM hop LEFT JOIN correction c
  ON c.set_id = hop.set_id AND c.item = 'hop' AND c.n = hop.n AND c.what = 'mark';
CREATE VIEW hold_corrected AS -- holds with the person's marks
SELECT hold.set_id, hold.n, start_s, end_s, duration_s, duration_sd_s, rms_mps2, rms_sd_mps2,
       jerk_rms_mps3, jerk_rms_sd_mps3, path_mps2_per_s, path_sd_mps2_per_s,
       ellipse95_m2ps4, ellipse95_sd_m2ps4, tremor_rms_mps2, tremor_rms_sd_mps2,
       tremor_peak_hz, tremor_peak_sd_hz, shank_lean_deg, shank_lean_sd_deg,
       valid, reason, reasons, c.mark,
       CASE WHEN c.mark IS NULL THEN valid OR NOT (
           SELECT valid_only FROM exercise_set WHERE id = hold.set_id)
       ELSE c.mark <> 'false' END AS counted,
       valid AND c.mark IS NOT 'false' AS in_figures
FROM hold LEFT JOIN correction c
  ON c.set_id = hold.set_id AND c.item = 'hold' AND c.n = hold.n AND c.what = 'mark';
CREATE VIEW set_count AS -- how many of what in each set, as the machine says and as corrected
SELECT s.set_id, s.session_id, s.recording_id, s.n, s.day, s.athlete, s.exercise,
       s.machine_exercise, s.side, s.load_kg, s.pain, s.note, s.counted, s.corrected, s.added,
       (SELECT count(*) FROM rep WHERE set_id = s.set_id AND (valid OR NOT s.valid_only)) AS machine_reps,
       s.counted * coalesce(
           (SELECT count FROM correction c
            WHERE c.set_id = s.set_id AND c.item = 'rep' AND c.what = 'count'),
           (SELECT count(*) FROM rep_corrected r WHERE r.set_id = s.set_id AND r.counted)
           + (SELECT count(*) FROM correction c
              WHERE c.set_id = s.set_id AND c.item = 'rep' AND c.what = 'missed')
       ) AS reps,
       s.counted * (SELECT count(*) FROM rep_corrected r
           WHERE r.set_id = s.set_id AND r.counted AND r.partial) AS partial_reps,
       (SELECT count(*) FROM hop WHERE set_id = s.set_id AND (valid OR NOT s.valid_only)) AS machine_hops,
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
FROM (SELECT c.*, x.valid_only FROM current_set c JOIN exercise_set x ON x.id = c.set_id) s;
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
CREATE VIEW set_summary AS -- one row a set: counts with corrections, medians of the figures
SELECT s.set_id, s.session_id, s.recording_id, s.day, s.athlete, s.n, s.exercise,
       s.machine_exercise, s.side, s.load_kg, s.pain, s.note, s.counted, s.corrected, s.added,
       s.machine_reps, s.reps, s.partial_reps,
       (SELECT median FROM set_figure f WHERE f.set_id = s.set_id AND f.name = 'raise_time_s') AS raise_time_s,
       (SELECT sd FROM set_sd u WHERE u.set_id = s.set_id AND u.name = 'raise_time_s') AS raise_time_sd_s,
       (SELECT median FROM set_figure f WHERE f.set_id = s.set_id AND f.name = 'hold_time_s') AS hold_time_s,
       (SELECT sd FROM set_sd u WHERE u.set_id = s.set_id AND u.name = 'hold_time_s') AS hold_time_sd_s,
       (SELECT median FROM set_figure f WHERE f.set_id = s.set_id AND f.name = 'lower_time_s') AS lower_time_s,
       (SELECT sd FROM set_sd u WHERE u.set_id = s.set_id AND u.name = 'lower_time_s') AS lower_time_sd_s,
       (SELECT median FROM set_figure f WHERE f.set_id = s.set_id AND f.name = 'rise_m') AS rise_m,
       (SELECT sd FROM set_sd u WHERE u.set_id = s.set_id AND u.name = 'rise_m') AS rise_sd_m,
       s.time_under_tension_s,
       (SELECT sd FROM set_sd u WHERE u.set_id = s.set_id AND u.name = 'time_under_tension_s') AS time_under_tension_sd_s, s.machine_hops, s.hops,
       (SELECT median FROM set_figure f WHERE f.set_id = s.set_id AND f.name = 'contact_time_s') AS contact_time_s,
       (SELECT sd FROM set_sd u WHERE u.set_id = s.set_id AND u.name = 'contact_time_s') AS contact_time_sd_s,
       (SELECT median FROM set_figure f WHERE f.set_id = s.set_id AND f.name = 'flight_time_s') AS flight_time_s,
       (SELECT sd FROM set_sd u WHERE u.set_id = s.set_id AND u.name = 'flight_time_s') AS flight_time_sd_s,
       (SELECT median FROM set_figure f WHERE f.set_id = s.set_id AND f.name = 'rsi') AS rsi,
       (SELECT sd FROM set_sd u WHERE u.set_id = s.set_id AND u.name = 'rsi') AS rsi_sd,
       (SELECT median FROM set_figure f WHERE f.set_id = s.set_id AND f.name = 'rsi_height_mps') AS rsi_height_mps,
       (SELECT sd FROM set_sd u WHERE u.set_id = s.set_id AND u.name = 'rsi_height_mps') AS rsi_height_sd_mps,
       s.holds, s.hold_s,
       (SELECT sd FROM set_sd u WHERE u.set_id = s.set_id AND u.name = 'hold_s') AS hold_sd_s,
       (SELECT median FROM set_figure f WHERE f.set_id = s.set_id AND f.name = 'rms_mps2') AS rms_mps2,
       (SELECT sd FROM set_sd u WHERE u.set_id = s.set_id AND u.name = 'rms_mps2') AS rms_sd_mps2,
       (SELECT median FROM set_figure f WHERE f.set_id = s.set_id AND f.name = 'path_mps2_per_s') AS path_mps2_per_s,
       (SELECT sd FROM set_sd u WHERE u.set_id = s.set_id AND u.name = 'path_mps2_per_s') AS path_sd_mps2_per_s,
       (SELECT median FROM set_figure f WHERE f.set_id = s.set_id AND f.name = 'tremor_rms_mps2') AS tremor_rms_mps2,
       (SELECT sd FROM set_sd u WHERE u.set_id = s.set_id AND u.name = 'tremor_rms_mps2') AS tremor_rms_sd_mps2,
       s.steps,
       (SELECT sd FROM set_sd u WHERE u.set_id = s.set_id AND u.name = 'steps') AS steps_sd
FROM set_count s;
CREATE TRIGGER correction_insert AFTER INSERT ON correction
WHEN NEW.what = 'mark' AND NEW.item IN ('rep', 'hop', 'hold')
BEGIN
    DELETE FROM set_figure WHERE set_id = NEW.set_id;
    
INSERT INTO set_figure (set_id, name, many, median, low, high, least, most)
SELECT set_id, name, max(many),
       round(avg(CASE WHEN place IN ((many + 1) / 2, (many + 2) / 2) THEN value END), 6),
       round(min(CASE WHEN 4 * place >= many THEN value END), 6),
       round(min(CASE WHEN 4 * place >= 3 * many THEN value END), 6),
       round(min(value), 6), round(max(value), 6)
FROM (SELECT set_id, name, value,
             row_number() OVER (PARTITION BY set_id, name ORDER BY value) AS place,
             count(*) OVER (PARTITION BY set_id, name) AS many
      FROM (
    SELECT set_id, 'raise_time_s' AS name, raise_time_s AS value FROM rep_corrected WHERE in_figures AND raise_time_s IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'hold_time_s' AS name, hold_time_s AS value FROM rep_corrected WHERE in_figures AND hold_time_s IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'lower_time_s' AS name, lower_time_s AS value FROM rep_corrected WHERE in_figures AND lower_time_s IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'rise_m' AS name, rise_m AS value FROM rep_corrected WHERE in_figures AND rise_m IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'contact_time_s' AS name, contact_time_s AS value FROM hop_corrected WHERE in_figures AND contact_time_s IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'contact_time_sd_s' AS name, contact_time_sd_s AS value FROM hop_corrected WHERE in_figures AND contact_time_sd_s IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'flight_time_s' AS name, flight_time_s AS value FROM hop_corrected WHERE in_figures AND flight_time_s IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'height_m' AS name, height_m AS value FROM hop_corrected WHERE in_figures AND height_m IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'rsi' AS name, rsi AS value FROM hop_corrected WHERE in_figures AND rsi IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'rsi_height_mps' AS name, rsi_height_mps AS value FROM hop_corrected WHERE in_figures AND rsi_height_mps IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'duration_s' AS name, duration_s AS value FROM hold_corrected WHERE in_figures AND duration_s IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'rms_mps2' AS name, rms_mps2 AS value FROM hold_corrected WHERE in_figures AND rms_mps2 IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'jerk_rms_mps3' AS name, jerk_rms_mps3 AS value FROM hold_corrected WHERE in_figures AND jerk_rms_mps3 IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'path_mps2_per_s' AS name, path_mps2_per_s AS value FROM hold_corrected WHERE in_figures AND path_mps2_per_s IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'ellipse95_m2ps4' AS name, ellipse95_m2ps4 AS value FROM hold_corrected WHERE in_figures AND ellipse95_m2ps4 IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'tremor_rms_mps2' AS name, tremor_rms_mps2 AS value FROM hold_corrected WHERE in_figures AND tremor_rms_mps2 IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'shank_lean_deg' AS name, shank_lean_deg AS value FROM hold_corrected
      WHERE in_figures AND shank_lean_deg IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
      ))
GROUP BY set_id, name;

END;
CREATE TRIGGER correction_delete AFTER DELETE ON correction
WHEN OLD.what = 'mark' AND OLD.item IN ('rep', 'hop', 'hold')
BEGIN
    DELETE FROM set_figure WHERE set_id = OLD.set_id;
    
INSERT INTO set_figure (set_id, name, many, median, low, high, least, most)
SELECT set_id, name, max(many),
       round(avg(CASE WHEN place IN ((many + 1) / 2, (many + 2) / 2) THEN value END), 6),
       round(min(CASE WHEN 4 * place >= many THEN value END), 6),
       round(min(CASE WHEN 4 * place >= 3 * many THEN value END), 6),
       round(min(value), 6), round(max(value), 6)
FROM (SELECT set_id, name, value,
             row_number() OVER (PARTITION BY set_id, name ORDER BY value) AS place,
             count(*) OVER (PARTITION BY set_id, name) AS many
      FROM (
    SELECT set_id, 'raise_time_s' AS name, raise_time_s AS value FROM rep_corrected WHERE in_figures AND raise_time_s IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = OLD.set_id)
    UNION ALL SELECT set_id, 'hold_time_s' AS name, hold_time_s AS value FROM rep_corrected WHERE in_figures AND hold_time_s IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = OLD.set_id)
    UNION ALL SELECT set_id, 'lower_time_s' AS name, lower_time_s AS value FROM rep_corrected WHERE in_figures AND lower_time_s IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = OLD.set_id)
    UNION ALL SELECT set_id, 'rise_m' AS name, rise_m AS value FROM rep_corrected WHERE in_figures AND rise_m IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = OLD.set_id)
    UNION ALL SELECT set_id, 'contact_time_s' AS name, contact_time_s AS value FROM hop_corrected WHERE in_figures AND contact_time_s IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = OLD.set_id)
    UNION ALL SELECT set_id, 'contact_time_sd_s' AS name, contact_time_sd_s AS value FROM hop_corrected WHERE in_figures AND contact_time_sd_s IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = OLD.set_id)
    UNION ALL SELECT set_id, 'flight_time_s' AS name, flight_time_s AS value FROM hop_corrected WHERE in_figures AND flight_time_s IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = OLD.set_id)
    UNION ALL SELECT set_id, 'height_m' AS name, height_m AS value FROM hop_corrected WHERE in_figures AND height_m IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = OLD.set_id)
    UNION ALL SELECT set_id, 'rsi' AS name, rsi AS value FROM hop_corrected WHERE in_figures AND rsi IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = OLD.set_id)
    UNION ALL SELECT set_id, 'rsi_height_mps' AS name, rsi_height_mps AS value FROM hop_corrected WHERE in_figures AND rsi_height_mps IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = OLD.set_id)
    UNION ALL SELECT set_id, 'duration_s' AS name, duration_s AS value FROM hold_corrected WHERE in_figures AND duration_s IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = OLD.set_id)
    UNION ALL SELECT set_id, 'rms_mps2' AS name, rms_mps2 AS value FROM hold_corrected WHERE in_figures AND rms_mps2 IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = OLD.set_id)
    UNION ALL SELECT set_id, 'jerk_rms_mps3' AS name, jerk_rms_mps3 AS value FROM hold_corrected WHERE in_figures AND jerk_rms_mps3 IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = OLD.set_id)
    UNION ALL SELECT set_id, 'path_mps2_per_s' AS name, path_mps2_per_s AS value FROM hold_corrected WHERE in_figures AND path_mps2_per_s IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = OLD.set_id)
    UNION ALL SELECT set_id, 'ellipse95_m2ps4' AS name, ellipse95_m2ps4 AS value FROM hold_corrected WHERE in_figures AND ellipse95_m2ps4 IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = OLD.set_id)
    UNION ALL SELECT set_id, 'tremor_rms_mps2' AS name, tremor_rms_mps2 AS value FROM hold_corrected WHERE in_figures AND tremor_rms_mps2 IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = OLD.set_id)
    UNION ALL SELECT set_id, 'shank_lean_deg' AS name, shank_lean_deg AS value FROM hold_corrected
      WHERE in_figures AND shank_lean_deg IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = OLD.set_id)
      ))
GROUP BY set_id, name;

END;
CREATE TRIGGER correction_update AFTER UPDATE ON correction
WHEN NEW.what = 'mark' AND NEW.item IN ('rep', 'hop', 'hold')
BEGIN
    DELETE FROM set_figure WHERE set_id = NEW.set_id;
    
INSERT INTO set_figure (set_id, name, many, median, low, high, least, most)
SELECT set_id, name, max(many),
       round(avg(CASE WHEN place IN ((many + 1) / 2, (many + 2) / 2) THEN value END), 6),
       round(min(CASE WHEN 4 * place >= many THEN value END), 6),
       round(min(CASE WHEN 4 * place >= 3 * many THEN value END), 6),
       round(min(value), 6), round(max(value), 6)
FROM (SELECT set_id, name, value,
             row_number() OVER (PARTITION BY set_id, name ORDER BY value) AS place,
             count(*) OVER (PARTITION BY set_id, name) AS many
      FROM (
    SELECT set_id, 'raise_time_s' AS name, raise_time_s AS value FROM rep_corrected WHERE in_figures AND raise_time_s IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'hold_time_s' AS name, hold_time_s AS value FROM rep_corrected WHERE in_figures AND hold_time_s IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'lower_time_s' AS name, lower_time_s AS value FROM rep_corrected WHERE in_figures AND lower_time_s IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'rise_m' AS name, rise_m AS value FROM rep_corrected WHERE in_figures AND rise_m IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'contact_time_s' AS name, contact_time_s AS value FROM hop_corrected WHERE in_figures AND contact_time_s IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'contact_time_sd_s' AS name, contact_time_sd_s AS value FROM hop_corrected WHERE in_figures AND contact_time_sd_s IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'flight_time_s' AS name, flight_time_s AS value FROM hop_corrected WHERE in_figures AND flight_time_s IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'height_m' AS name, height_m AS value FROM hop_corrected WHERE in_figures AND height_m IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'rsi' AS name, rsi AS value FROM hop_corrected WHERE in_figures AND rsi IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'rsi_height_mps' AS name, rsi_height_mps AS value FROM hop_corrected WHERE in_figures AND rsi_height_mps IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'duration_s' AS name, duration_s AS value FROM hold_corrected WHERE in_figures AND duration_s IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'rms_mps2' AS name, rms_mps2 AS value FROM hold_corrected WHERE in_figures AND rms_mps2 IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'jerk_rms_mps3' AS name, jerk_rms_mps3 AS value FROM hold_corrected WHERE in_figures AND jerk_rms_mps3 IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'path_mps2_per_s' AS name, path_mps2_per_s AS value FROM hold_corrected WHERE in_figures AND path_mps2_per_s IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'ellipse95_m2ps4' AS name, ellipse95_m2ps4 AS value FROM hold_corrected WHERE in_figures AND ellipse95_m2ps4 IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'tremor_rms_mps2' AS name, tremor_rms_mps2 AS value FROM hold_corrected WHERE in_figures AND tremor_rms_mps2 IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
    UNION ALL SELECT set_id, 'shank_lean_deg' AS name, shank_lean_deg AS value FROM hold_corrected
      WHERE in_figures AND shank_lean_deg IS NOT NULL AND set_id = (SELECT id FROM exercise_set WHERE id = NEW.set_id)
      ))
GROUP BY set_id, name;

END;
CREATE TRIGGER correction_sd_insert AFTER INSERT ON correction
BEGIN
    DELETE FROM set_sd WHERE set_id = NEW.set_id;
    UPDATE exercise_set SET sd_due = 1 WHERE id = NEW.set_id;
END;
CREATE TRIGGER correction_sd_delete AFTER DELETE ON correction
BEGIN
    DELETE FROM set_sd WHERE set_id = OLD.set_id;
    UPDATE exercise_set SET sd_due = 1 WHERE id = OLD.set_id;
END;
CREATE TRIGGER correction_sd_update AFTER UPDATE ON correction
BEGIN
    DELETE FROM set_sd WHERE set_id = NEW.set_id;
    UPDATE exercise_set SET sd_due = 1 WHERE id = NEW.set_id;
END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('session',7);
COMMIT;
