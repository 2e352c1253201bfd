"""Texts of :mod:`sensing.store.schema.dictionary` for the views, in the form of the tables'.

What a view only hands on from a table is said in the table's words.
"""

from __future__ import annotations

from sensing.store.schema.dictionary_tables import TABLE_ROWS, Rows

_OF_TABLES = {table: {row[0]: row for row in rows} for table, _, rows in TABLE_ROWS}


def _as_in(table: str, *names: str) -> tuple[tuple[str, str, str], ...]:
    """Columns as the table has them, without the remark that they are generated there."""
    found = (_OF_TABLES[table][name] for name in names)
    return tuple((name, kind, text.removesuffix(" (generated)")) for name, kind, text in found)


_BELONGS = (
    ("set_id", "integer", "the set"),
    ("session_id", "integer", "the session it is of"),
    ("recording_id", "integer", "the recording it is in"),
)
_DAY = ("day", "date", "calendar day where it was done, `YYYY-MM-DD`")
_ATHLETE = ("athlete", "string", "who did it")
_N = ("n", "integer", "number of the set in its session, from 1")
_NAMED = (
    ("exercise", "string", "as corrected, else as detected"),
    ("machine_exercise", "string?", "as detected; NULL if you added the set"),
    ("side", "string?", "leg, `left` or `right`: the set's, else its recording's; NULL: not given"),
    ("load_kg", "number?", "weight carried besides one's own; NULL: not given"),
    ("pain", "integer?", "0 (none) to 10 (worst); NULL: not given"),
    ("note", "string", "its recording's, else the session's"),
    ("counted", "boolean", "0: you marked the set false"),
    ("corrected", "boolean", "1: you corrected something in it, or added it"),
    ("added", "boolean", "1: you added it"),
)
_STEPS = ("steps", "integer?", "steps of a walking drill, after corrections")
_MACHINE_REPS = ("machine_reps", "integer", "reps detected")
_REPS = (
    ("reps", "integer", "reps that count, after corrections"),
    ("partial_reps", "integer", "of these, partial"),
)
_TENSION = ("time_under_tension_s", "number", "time of all valid reps added up")
_HOPS = (
    ("machine_hops", "integer", "hops detected"),
    ("hops", "integer", "hops that count, after corrections"),
)
_HOLDS = (
    ("holds", "integer", "holds that count, after corrections"),
    ("hold_s", "number", "time of all valid holds added up"),
)
_MARK = ("mark", "string?", "your mark: `false`, `partial` or `ok`; NULL: none")
_COUNTED = ("counted", "boolean", "1: it counts, after your mark")
_IN_FIGURES = (
    "in_figures",
    "boolean",
    "1: valid and not marked false, so it is part of the figures",
)
_SIDE = ("side", "string?", "leg, `left` or `right`; NULL: not given")
_WORST = ("pain", "integer?", "the highest reported, 0 to 10; NULL: none was reported")
_VOLUME = ("volume_kg", "number?", "reps times load, added up; NULL where no load was given")

VIEW_ROWS: Rows = (
    (
        "set_summary",
        (
            "One row per set: counts with corrections, and medians of what is valid and not"
            " marked false. Figures\nare worked out for the sets and columns you ask for:"
            " narrow by `day`, `athlete`, `session_id` or\n`exercise`, and name the columns,"
            " and it is quick over years."
        ),
        (
            *_BELONGS,
            _DAY,
            _ATHLETE,
            _N,
            *_NAMED,
            _MACHINE_REPS,
            *_REPS,
            ("raise_time_s", "number?", "concentric time, median of the set's reps"),
            ("hold_time_s", "number?", "hold at the top of a rep, median"),
            ("lower_time_s", "number?", "eccentric time, median of the set's reps"),
            ("rise_m", "number?", "heel-rise height, median of the set's reps"),
            _TENSION,
            *_HOPS,
            ("contact_time_s", "number?", "ground-contact time, median of the set's hops"),
            ("flight_time_s", "number?", "flight time, median of the set's hops"),
            ("rsi", "number?", "reactive strength index, flight / contact time, median, no unit"),
            ("rsi_height_mps", "number?", "reactive strength index, height / contact time, median"),
            *_HOLDS,
            ("rms_mps2", "number?", "sway, median of the set's holds"),
            ("path_mps2_per_s", "number?", "length of the sway's path, per second, median"),
            ("tremor_rms_mps2", "number?", "tremor, median of the set's holds"),
            _STEPS,
        ),
    ),
    (
        "daily_volume",
        "One row for each day, athlete, exercise and side; sets marked false are left out.",
        (
            _DAY,
            _ATHLETE,
            ("exercise", "string", "as corrected, else as detected"),
            _SIDE,
            ("sessions", "integer", "how many sessions"),
            ("sets", "integer", "how many sets"),
            *_REPS,
            _HOPS[1],
            *_HOLDS,
            _STEPS,
            _TENSION,
            _VOLUME,
            _WORST,
        ),
    ),
    (
        "daily_work",
        (
            "`daily_volume`, and beside it what was logged by hand: one row for each day,"
            " athlete, exercise,\nside and source. Of logged work `reps` and `hold_s` are those"
            " of all its sets."
        ),
        (
            _DAY,
            _ATHLETE,
            ("exercise", "string", "as corrected, else as detected"),
            _SIDE,
            ("source", "string", "`sensor` or `logged`"),
            ("sets", "integer", "how many sets"),
            _REPS[0],
            _HOPS[1],
            *_HOLDS,
            _STEPS,
            ("time_under_tension_s", "number?", f"{_TENSION[2]}; NULL of logged work"),
            _VOLUME,
            _WORST,
        ),
    ),
    (
        "current_set",
        "Sets of the current analyses, each with its session.",
        (
            *_BELONGS,
            _N,
            _DAY,
            _ATHLETE,
            *_NAMED,
            ("steps", "integer?", "steps of a walking drill, as detected"),
        ),
    ),
    (
        "rep_corrected",
        "Reps, each with your mark.",
        (
            *_as_in("rep", "set_id", "n", "start_s", "end_s", "raise_time_s", "hold_time_s"),
            *_as_in("rep", "lower_time_s", "rise_m", "valid", "reason"),
            _MARK,
            _COUNTED,
            (
                "partial",
                "boolean",
                "1: clearly less range than the set's own full reps, after your mark",
            ),
            _IN_FIGURES,
        ),
    ),
    (
        "hop_corrected",
        "Hops, each with your mark.",
        (
            *_as_in("hop", "set_id", "n", "contact_s", "contact_time_s", "contact_time_sd_s"),
            *_as_in("hop", "flight_time_s", "height_m", "rsi", "rsi_height_mps", "valid", "reason"),
            _MARK,
            _COUNTED,
            _IN_FIGURES,
        ),
    ),
    (
        "hold_corrected",
        "Holds, each with your mark.",
        (
            *_as_in("hold", "set_id", "n", "start_s", "end_s", "duration_s", "rms_mps2"),
            *_as_in("hold", "jerk_rms_mps3", "path_mps2_per_s", "ellipse95_m2ps4"),
            *_as_in("hold", "tremor_rms_mps2", "tremor_peak_hz", "valid", "reason"),
            _MARK,
            _COUNTED,
            _IN_FIGURES,
        ),
    ),
    (
        "set_count",
        "The counts of `set_summary`, without its medians.",
        (
            *_BELONGS,
            _N,
            _DAY,
            _ATHLETE,
            *_NAMED,
            _MACHINE_REPS,
            *_REPS,
            *_HOPS,
            *_HOLDS,
            _TENSION,
            _STEPS,
        ),
    ),
)
