"""What :mod:`sensing.store.schema.dictionary` says of each table and view, as text.

A block describes one: its name and what it holds, then its columns in the database's order, each
with its kind (``?``: may be NULL) and what it means. ``as in`` takes columns from a table or view
above, without the remark that they are generated there. A line indented by eight goes on from the
one before.
"""

from __future__ import annotations

TABLES_TEXT = """
athlete: The athletes that the sessions belong to.
    id (integer): number of this row
    name (string): name; `me` unless another was given
    body_mass_kg (number?): body mass; NULL: not given
    is_default (boolean): 1 for the athlete who is meant where none is named; at most one

athlete_spelling: Other spellings of athletes' names, kept when two athletes are merged.
    name (string): the other spelling
    athlete_id (integer): whose it is

session: One training session: one recording, or those of both legs, or one for each set.
    id (integer): the ID on the command line; the number of a deleted session is never given again
    title (string): day and exercises of the current analysis, for lists and links
    athlete_id (integer): who did it
    day (date): calendar day where it was done, `YYYY-MM-DD`
    started_utc (datetime): when its first recording began
    note (string): your note on the session as a whole; empty if there is none
    session_key (string?): random text that its recordings share; NULL: not recorded live

recording: A file of samples, and what you noted about it. The numbers are those the last analysis
        read from the file.
    id (integer): number of this row
    session_id (integer): whose recording it is
    name (string): name of the file
    path (string): where the file is, relative to the database's folder; absolute if it is not in it
    sha256 (string): SHA-256 of the file, which identifies it
    format (string): which importer read it
    sensor (string?): sensor family, if known
    range_g (number?): the accelerometer's range, ± g, if known or evident from clipping
    rate_hz (number): true sample rate, from the time stamps
    duration_s (number): first sample to one period after the last
    samples (integer): samples that arrived
    lost_samples (integer): samples that did not
    clipped_samples (integer): samples at the end of the range
    started_utc (datetime?): when it began
    side (string?): `left` or `right`, as given; NULL: not given
    load_kg (number?): weight carried besides one's own, as given; NULL: not given
    pain (integer?): 0 (none) to 10 (worst), as given; NULL: not given
    note (string): of this recording alone; empty if there is none
    target (object): what was planned, a JSON object; `protocol` in it names the guided test,
        `body_mass_kg` the mass of that day, `box_height_m` the box of a drop jump
    sensor_name (string?): what the sensor calls itself
    sensor_address (string?): address by which the sensor was connected
    size_bytes (integer?): size of the file; NULL: not analysed since sizes are kept

analysis: One analysis of a recording.
    id (integer): number of this row
    title (string): exercise and algorithm version (generated)
    recording_id (integer): what was analysed
    current (boolean): 1 for the one that summaries use, one per recording
    exercise (string): as asked for, `auto` included
    placement_found (boolean): 1: detected from the signal, or assumed, as `notes` says; 0: as given
    engine (string): algorithm version
    profile (string?): name of the calibration it used; NULL: not calibrated
    parameters (object): what it was done with, a JSON object
    notes (array): limitations found during the analysis, a JSON array
    created_utc (datetime): when it was made
    profile_id (integer?): the exact version of the calibration; NULL: not calibrated, or by a file
        that is not stored here
    placement (string): where the sensor was worn, `ankle`, `shoe` or `unknown` (which was analysed
        by the rules of the ankle)

bout: A stretch of one kind of movement, or of rest; the recording is divided into these.
    analysis_id (integer): the analysis that made it
    n (integer): from 1, in order of time
    start_s (number): when it begins
    end_s (number): one past its end
    kind (string): `calf-raise`, `hop`, `hold`, `walking`, `running`, `other`, `rest`

exercise_set: A set of reps, hops or holds that was detected, or that you added.
    id (integer): number of this row
    title (string): number and exercise (generated)
    analysis_id (integer): the analysis that found it
    n (integer): its number in the session, from 1; `--set N` on the command line
    exercise (string): a name from `anklet exercises`
    guessed (boolean): 1: the exercise was detected from the signal
    side (string?): `left` or `right` where the analysis knows it; NULL: as its recording's
    start_s (number): when it begins; of a set you added: with `end_s` the stretch it lies in
    end_s (number): one past its end
    steps (integer?): counted in the walking drills
    added (boolean): 1: you added it, it was not detected
    at_s (number?): when a set you added began, if you gave the time
    valid_only (boolean): 1: found by algorithm version 1, of which only valid events count
    sd_due (boolean): 1: its rows of `set_sd` are not written yet

rep: One calf raise.
    set_id (integer): the set it belongs to
    n (integer): from 1 within the set
    start_s (number): the heel leaves the floor
    top_s (number): full height reached
    lower_s (number): lowering begins
    end_s (number): the heel is back down
    rise_m (number?): heel-rise height
    partial (boolean): 1: clearly less range than the set's own full reps
    valid (boolean): 0: it is doubtful that it happened; it counts, but has no part in the figures
    reason (string?): why it is not valid; NULL: it is valid
    calibrated (boolean): 1: detected and timed with the athlete's own profile
    reasons (object): name of each figure that is unknown, and why: `gap`, `clipped`, `outlier`, …
    raise_time_sd_s (number?): standard uncertainty of the concentric time; NULL: not known, like
        the next three
    hold_time_sd_s (number?): standard uncertainty of the hold at the top
    lower_time_sd_s (number?): standard uncertainty of the eccentric time
    rise_sd_m (number?): standard uncertainty of the heel-rise height
    raise_time_s (number?): concentric time, start to top (generated); NULL where `reasons` has it
    hold_time_s (number?): hold at the top (generated); NULL where `reasons` has it
    lower_time_s (number?): eccentric time, lowering to end (generated); NULL where `reasons` has it

hop: One ground contact and the flight after it.
    set_id (integer): the set it belongs to
    n (integer): from 1 within the set
    contact_s (number): initial contact: vertical ground force rises through 20 N
    takeoff_s (number?): toe-off: the force falls through 20 N again
    contact_time_sd_s (number?): standard uncertainty of this one contact time
    flight_time_s (number?): from toe-off to the next contact; NULL on the last of a series
    height_m (number?): g·t²/8 from the flight time (generated)
    valid (boolean): 0: doubtful or implausible; it counts, but has no part in the figures
    reason (string?): why it is not valid; NULL: it is valid
    calibrated (boolean): 1: its toe-off was timed with the athlete's own profile
    reasons (object): name of each figure that is unknown, and why: `gap`, `clipped`, `outlier`;
        `stand`: stood before the next jump, so there is no contact time; `pause`: paused before it,
        so there is no RSI
    flight_time_sd_s (number?): standard uncertainty of this one flight time
    rsi_sd (number?): standard uncertainty of this one `rsi`
    contact_time_s (number?): ground-contact time (generated); NULL where `reasons` has it
    rsi (number?): reactive strength index, flight time / contact time, no unit (generated); NULL
        where `reasons` has it
    rsi_height_mps (number?): reactive strength index, height / contact time (generated); likewise
    height_sd_m (number?): standard uncertainty of this one `height_m`
    rsi_height_sd_mps (number?): standard uncertainty of this one `rsi_height_mps`

hold: One position held. The six figures of steadiness are NULL where it was too short or
        too much of it is missing.
    set_id (integer): the set it belongs to
    n (integer): from 1 within the set
    start_s (number): the position is reached
    end_s (number): it is left
    rms_mps2 (number?): sway: RMS acceleration across gravity, below 10 Hz
    jerk_rms_mps3 (number?): RMS of the sway's rate of change
    path_mps2_per_s (number?): length of the sway's path, per second
    ellipse95_m2ps4 (number?): area of the ellipse that holds 95 % of the sway
    tremor_rms_mps2 (number?): RMS acceleration in the tremor band
    tremor_peak_hz (number?): frequency of the tremor's peak, if there is one
    valid (boolean): 0: it is doubtful that it happened; it counts, but has no part in the figures
    reason (string?): why it is not valid; NULL: it is valid
    ap_rms_mps2 (number?): front-back part of the sway; NULL where the mounting was not calibrated,
        like the next three
    ml_rms_mps2 (number?): side-side part of the sway
    lean_deg (number?): mean lean forward against standing
    side_lean_deg (number?): mean lean to the athlete's left
    quiet_ratio (number?): sway as a multiple of the athlete's own quiet standing; NULL where that
        was not calibrated
    shank_lean_deg (number?): of a forward lean: angle of the shank while held against the stance
        just before; unlike `lean_deg` it needs no calibration
    shank_lean_sd_deg (number?): its standard uncertainty
    reasons (object): name of each figure that is unknown, and why: `gap`, `clipped`, `cut off`, …
    duration_sd_s (number?): standard uncertainty of the time held
    duration_s (number?): time held (generated); NULL where `reasons` has it
    rms_sd_mps2 (number?): standard uncertainty of `rms_mps2`: how far another hold of the same
        standing may differ; NULL in results stored before it was worked out, like the rest
    jerk_rms_sd_mps3 (number?): standard uncertainty of `jerk_rms_mps3`
    path_sd_mps2_per_s (number?): standard uncertainty of `path_mps2_per_s`
    ellipse95_sd_m2ps4 (number?): standard uncertainty of `ellipse95_m2ps4`
    tremor_rms_sd_mps2 (number?): standard uncertainty of `tremor_rms_mps2`
    tremor_peak_sd_hz (number?): standard uncertainty of `tremor_peak_hz`
    ap_rms_sd_mps2 (number?): standard uncertainty of `ap_rms_mps2`
    ml_rms_sd_mps2 (number?): standard uncertainty of `ml_rms_mps2`
    lean_sd_deg (number?): standard uncertainty of `lean_deg`
    side_lean_sd_deg (number?): standard uncertainty of `side_lean_deg`
    quiet_ratio_sd (number?): standard uncertainty of `quiet_ratio`

stand: One stand between two jumps, on a box or on the floor. It is no ground contact.
    set_id (integer): the set it belongs to
    n (integer): from 1 within the set
    start_s (number): the landing
    end_s (number): toe-off of the next jump, or of the step down

correction: Your corrections of a set, kept beside what was detected.
    id (integer): number of this row
    set_id (integer): the set it is about
    what (string): `count`: how many there were; `mark`: what one of them was; `missed`: one more;
        `exercise`: what the set was
    item (string): `rep`, `hop`, `hold` or `step`; `set`: the set as a whole
    n (integer?): number of the item marked; 0 for the set as a whole; NULL for counts and missed
        ones
    mark (string?): `false`, `partial` or `ok`
    count (integer?): how many
    at_s (number?): when the missed one was, if known
    exercise (string?): a name from `anklet exercises`
    made_utc (datetime): when the correction was made

profile: Calibrations. A changed text of the same name is a new version; one that a result has used
        is never deleted, only retired. The five columns from `athlete_id` on say what it is for;
        NULL fits all.
    id (integer): number of this row
    title (string): name and version (generated)
    name (string): the name that results refer to
    version (integer): from 1
    athlete_id (integer?): athlete it is for
    exercise (string?): exercise it is for
    side (string?): leg it is for, `left` or `right`
    placement (string?): where the sensor is worn, `ankle` or `shoe`
    sensor (string?): sensor it is for
    is_default (boolean): 1: preferred over others that fit equally well
    toml (string): the whole text, as in its file
    sha256 (string): SHA-256 of that text
    created_utc (datetime): when it was saved
    retired_utc (datetime?): since when it is no longer used; NULL: in use

logged: Work the sensor did not record, logged by hand.
    id (integer): number of this row
    athlete_id (integer): who did it
    day (date): when it was done, `YYYY-MM-DD`
    exercise (string): what was done, in your own words
    side (string?): `left` or `right`; NULL: not given
    sets (integer): how many sets
    reps (integer?): of each set
    hold_s (number?): of each set
    load_kg (number?): weight moved or carried; NULL: not given
    pain (integer?): 0 (none) to 10 (worst); NULL: not given
    note (string): your note; empty if there is none
    made_utc (datetime): when it was noted

plan: Training plans. A plan is never changed: the newest holds from its day on.
    id (integer): number of this row
    athlete_id (integer?): whose it is; NULL: the default, for athletes without their own
    name (string): what the plan calls itself
    from_day (date?): the first day it holds, `YYYY-MM-DD`; NULL: always
    toml (string?): the whole plan, as in its file; NULL: from that day on there is none
    taken_utc (datetime): when it was taken

sensor: Sensors used for recordings.
    id (integer): number of this row
    name (string): what it calls itself
    address (string): as this machine knows it
    family (string): which family of sensors it is of
    last_used_utc (datetime): when it was last recorded with
    last_side (string?): leg it was last on, if told

deleted: Recordings whose session you deleted, so that `anklet recover` doesn't bring them back.
        Replaying one by its name does.
    sha256 (string): SHA-256 of the recording's file

backup: Copies of this database that `anklet backup` made, or a change of the roster.
    path (string): file that it was written to
    made_utc (datetime): when

set_figure: The figures of each set, kept so that queries over years are fast; never written by
        hand. One row for each set and figure that has a value, over what is valid and not marked
        false.
    set_id (integer): the set they are of
    name (string): a column of `rep`, `hop` or `hold`, which has the unit of all that follows
    many (integer): number of values
    median (number): median of the values
    low (number): first quartile, by rank
    high (number): third quartile, by rank
    least (number): the smallest value
    most (number): the greatest value

set_sd: Standard uncertainties of the medians and totals of each set; never written by hand. One row
        for each figure whose uncertainty is known.
    set_id (integer): the set they are of
    name (string): the figure: a name of `set_figure` or a column of `set_summary`, or `cadence_hz`,
        `longest_hold_s`, `steps`, `contact_time_spread_s`, `flight_time_spread_s`
    sd (number): standard uncertainty (1 SD) of the set's median or total, in the figure's unit
"""

VIEWS_TEXT = """
set_summary: One row per set: counts with corrections, and medians of what is valid and not marked
        false. Figures are worked out for the sets and columns you ask for: narrow by `day`,
        `athlete`, `session_id` or `exercise`, and name the columns, and it is quick over years.
    set_id (integer): the set
    session_id (integer): the session it is of
    recording_id (integer): the recording it is in
    day (date): calendar day where it was done, `YYYY-MM-DD`
    athlete (string): who did it
    n (integer): number of the set in its session, from 1
    exercise (string): as corrected, else as detected
    machine_exercise (string?): as detected; NULL if you added the set
    side (string?): leg, `left` or `right`: the set's, else its recording's; NULL: not given
    load_kg (number?): weight carried besides one's own; NULL: not given
    pain (integer?): 0 (none) to 10 (worst); NULL: not given
    note (string): its recording's, else the session's
    counted (boolean): 0: you marked the set false
    corrected (boolean): 1: you corrected something in it, or added it
    added (boolean): 1: you added it
    machine_reps (integer): reps detected
    reps (integer): reps that count, after corrections
    partial_reps (integer): of these, partial
    raise_time_s (number?): concentric time, median of the set's reps
    raise_time_sd_s (number?): standard uncertainty of that median; like every `_sd` of this view,
        of the set's median or total itself
    hold_time_s (number?): hold at the top of a rep, median
    hold_time_sd_s (number?): its standard uncertainty
    lower_time_s (number?): eccentric time, median of the set's reps
    lower_time_sd_s (number?): its standard uncertainty
    rise_m (number?): heel-rise height, median of the set's reps
    rise_sd_m (number?): its standard uncertainty
    time_under_tension_s (number): time of all valid reps added up
    time_under_tension_sd_s (number?): its standard uncertainty
    machine_hops (integer): hops detected
    hops (integer): hops that count, after corrections
    contact_time_s (number?): ground-contact time, median of the set's hops
    contact_time_sd_s (number?): its standard uncertainty
    flight_time_s (number?): flight time, median of the set's hops
    flight_time_sd_s (number?): its standard uncertainty
    rsi (number?): reactive strength index, flight / contact time, median, no unit
    rsi_sd (number?): its standard uncertainty
    rsi_height_mps (number?): reactive strength index, height / contact time, median
    rsi_height_sd_mps (number?): its standard uncertainty
    holds (integer): holds that count, after corrections
    hold_s (number): time of all valid holds added up
    hold_sd_s (number?): its standard uncertainty
    rms_mps2 (number?): sway, median of the set's holds
    rms_sd_mps2 (number?): its standard uncertainty
    path_mps2_per_s (number?): length of the sway's path, per second, median
    path_sd_mps2_per_s (number?): its standard uncertainty
    tremor_rms_mps2 (number?): tremor, median of the set's holds
    tremor_rms_sd_mps2 (number?): its standard uncertainty
    steps (integer?): steps of a walking drill, after corrections
    steps_sd (number?): its standard uncertainty; NULL where you counted them

daily_volume: One row for each day, athlete, exercise and side; sets marked false are left out.
    as in set_summary: day athlete exercise
    side (string?): leg, `left` or `right`; NULL: not given
    sessions (integer): how many sessions
    sets (integer): how many sets
    as in set_summary: reps partial_reps hops holds hold_s steps time_under_tension_s
    volume_kg (number?): reps times load, added up; NULL where no load was given
    pain (integer?): the highest reported, 0 to 10; NULL: none was reported

daily_work: `daily_volume`, and beside it what was logged by hand: one row for each day, athlete,
        exercise, side and source. Of logged work `reps` and `hold_s` are those of all its sets.
    as in daily_volume: day athlete exercise side
    source (string): `sensor` or `logged`
    as in daily_volume: sets reps hops holds hold_s steps
    time_under_tension_s (number?): time of all valid reps added up; NULL of logged work
    as in daily_volume: volume_kg pain

current_set: Sets of the current analyses, each with its session.
    as in set_summary: set_id session_id recording_id n day athlete exercise machine_exercise side
        load_kg pain note counted corrected added
    steps (integer?): steps of a walking drill, as detected

rep_corrected: Reps, each with your mark.
    as in rep: set_id n start_s end_s raise_time_s raise_time_sd_s hold_time_s hold_time_sd_s
        lower_time_s lower_time_sd_s rise_m rise_sd_m valid reason reasons
    mark (string?): your mark: `false`, `partial` or `ok`; NULL: none
    counted (boolean): 1: it counts, after your mark
    partial (boolean): 1: clearly less range than the set's own full reps, after your mark
    in_figures (boolean): 1: valid and not marked false, so it is part of the figures

hop_corrected: Hops, each with your mark.
    as in hop: set_id n contact_s contact_time_s contact_time_sd_s flight_time_s flight_time_sd_s
        height_m height_sd_m rsi rsi_sd rsi_height_mps rsi_height_sd_mps valid reason reasons
    as in rep_corrected: mark counted in_figures

hold_corrected: Holds, each with your mark.
    as in hold: set_id n start_s end_s duration_s duration_sd_s rms_mps2 rms_sd_mps2 jerk_rms_mps3
        jerk_rms_sd_mps3 path_mps2_per_s path_sd_mps2_per_s ellipse95_m2ps4 ellipse95_sd_m2ps4
        tremor_rms_mps2 tremor_rms_sd_mps2 tremor_peak_hz tremor_peak_sd_hz shank_lean_deg
        shank_lean_sd_deg valid reason reasons
    as in rep_corrected: mark counted in_figures

set_count: The counts of `set_summary`, without its medians.
    as in set_summary: set_id session_id recording_id n day athlete exercise machine_exercise side
        load_kg pain note counted corrected added machine_reps reps partial_reps machine_hops hops
        holds hold_s time_under_tension_s steps
"""
