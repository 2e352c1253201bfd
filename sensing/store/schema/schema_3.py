"""The SQL of the third schema: the figures of each set, worked out once instead of at every look.

A median needs its set's events sorted. Over years that is most of what a look costs, so the figures
of a set are kept in a table of their own, ``set_figure``. What they are is said in one place,
:func:`keep_figures`. They are written when a set is, and triggers write them anew when a person
marks an event or takes the mark back, so that no way of doing so can forget it.

Quartiles are those of rank: the smallest value that at least a quarter (three quarters) of the
values don't exceed (Hyndman & Fan 1996, Am Stat 50(4), definition 1).
"""

from __future__ import annotations

REP_FIGURES = ("raise_time_s", "hold_time_s", "lower_time_s", "rise_m")
HOP_FIGURES = (
    *("contact_time_s", "contact_time_sd_s", "flight_time_s", "height_m", "rsi", "rsi_height_mps"),
)
HOLD_FIGURES = (
    *("duration_s", "rms_mps2", "jerk_rms_mps3", "path_mps2_per_s", "ellipse95_m2ps4"),
    "tremor_rms_mps2",
)

TABLES = """
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
"""


def _values(view: str, figures: tuple[str, ...], where: str) -> str:
    return "\n    UNION ALL ".join(
        f"SELECT set_id, '{name}' AS name, {name} AS value FROM {view}"  # noqa: S608 - our own names
        f" WHERE in_figures AND {name} IS NOT NULL AND {where}"
        for name in figures
    )


def keep_figures(where: str) -> str:
    """SQL that writes the figures of the sets for which ``where`` is true of ``set_id``.

    The condition stands in every part, for SQLite carries none through a window function.
    """
    return f"""
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
    {_values("rep_corrected", REP_FIGURES, where)}
    UNION ALL {_values("hop_corrected", HOP_FIGURES, where)}
    UNION ALL {_values("hold_corrected", HOLD_FIGURES, where)}
      ))
GROUP BY set_id, name;
"""  # noqa: S608 - our own names


FILLED = keep_figures("1")
OF_ONE_SET = keep_figures("set_id = :set_id")


def _trigger(event: str, row: str) -> str:
    # A set that is being deleted takes its corrections with it; it has no figures any more.
    return f"""
CREATE TRIGGER correction_{event.lower()} AFTER {event} ON correction
WHEN {row}.what = 'mark' AND {row}.item IN ('rep', 'hop', 'hold')
BEGIN
    DELETE FROM set_figure WHERE set_id = {row}.set_id;
    {keep_figures(f"set_id = (SELECT id FROM exercise_set WHERE id = {row}.set_id)")}
END;
"""  # noqa: S608 - our own names


TRIGGERS = _trigger("INSERT", "NEW") + _trigger("DELETE", "OLD") + _trigger("UPDATE", "NEW")

DROPPED_VIEWS = """
DROP VIEW set_summary;
"""


def _median(figure: str) -> str:
    return (
        f"(SELECT median FROM set_figure f WHERE f.set_id = s.set_id AND f.name = '{figure}')"  # noqa: S608
        f" AS {figure}"
    )


SET_SUMMARY = f"""
CREATE VIEW set_summary AS -- one row a set: counts with corrections, medians of the figures
SELECT s.set_id, s.session_id, s.recording_id, s.day, s.athlete, s.n, s.exercise,
       s.machine_exercise, s.side, s.load_kg, s.pain, s.note, s.counted, s.corrected, s.added,
       s.machine_reps, s.reps, s.partial_reps,
       {_median("raise_time_s")},
       {_median("hold_time_s")},
       {_median("lower_time_s")},
       {_median("rise_m")},
       s.time_under_tension_s, s.machine_hops, s.hops,
       {_median("contact_time_s")},
       {_median("flight_time_s")},
       {_median("rsi")},
       {_median("rsi_height_mps")},
       s.holds, s.hold_s,
       {_median("rms_mps2")},
       {_median("path_mps2_per_s")},
       {_median("tremor_rms_mps2")},
       s.steps
FROM set_count s;
"""  # noqa: S608 - our own names
