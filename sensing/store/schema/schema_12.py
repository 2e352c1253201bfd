"""The SQL of the twelfth schema: every figure has its standard uncertainty.

Those of single events are columns beside their figures. Those of a set's medians and totals are in
a table of their own, ``set_sd``, for their formula is no SQL: it stands in one place,
``sensing/results/uncertainty.py``. A set whose uncertainties are not written yet, or of which a
correction has changed something since, has ``sd_due``; whoever writes to the database settles it.
Views that show figures show them too; they and the triggers are dropped before and made again.
"""

from __future__ import annotations

from sensing.store.schema import schema_8

DROPPED = schema_8.DROPPED

TABLES = """
ALTER TABLE hop ADD COLUMN height_sd_m REAL;       -- standard uncertainty, as all that follow
ALTER TABLE hop ADD COLUMN rsi_height_sd_mps REAL;

ALTER TABLE hold ADD COLUMN rms_sd_mps2 REAL;
ALTER TABLE hold ADD COLUMN jerk_rms_sd_mps3 REAL;
ALTER TABLE hold ADD COLUMN path_sd_mps2_per_s REAL;
ALTER TABLE hold ADD COLUMN ellipse95_sd_m2ps4 REAL;
ALTER TABLE hold ADD COLUMN tremor_rms_sd_mps2 REAL;
ALTER TABLE hold ADD COLUMN tremor_peak_sd_hz REAL;
ALTER TABLE hold ADD COLUMN ap_rms_sd_mps2 REAL;
ALTER TABLE hold ADD COLUMN ml_rms_sd_mps2 REAL;
ALTER TABLE hold ADD COLUMN lean_sd_deg REAL;
ALTER TABLE hold ADD COLUMN side_lean_sd_deg REAL;
ALTER TABLE hold ADD COLUMN quiet_ratio_sd REAL;

CREATE TABLE set_sd ( -- standard uncertainties of a set's medians and totals
    set_id INTEGER NOT NULL REFERENCES exercise_set(id) ON DELETE CASCADE,
    name TEXT NOT NULL,                   -- the figure: a name of set_figure or set_summary
    sd REAL NOT NULL,                     -- in the figure's own unit
    PRIMARY KEY (set_id, name)
) STRICT, WITHOUT ROWID;

ALTER TABLE exercise_set ADD COLUMN sd_due INTEGER NOT NULL DEFAULT 1
    CHECK (sd_due IN (0, 1)); -- 1: its set_sd is not written yet
CREATE INDEX exercise_set_sd_due ON exercise_set(id) WHERE sd_due = 1;
"""

FILLED = """
UPDATE hop SET height_sd_m = height_sd(flight_time_s, flight_time_sd_s),
               rsi_height_sd_mps = rsi_height_sd(contact_time_s, flight_time_s, rsi_sd)
WHERE flight_time_sd_s IS NOT NULL OR rsi_sd IS NOT NULL;
"""
"""Of hops stored before; the two functions are those of Python, registered for this alone."""


def _with_sds(script: str) -> str:
    """The views of the eighth schema, with the uncertainties of what they show."""
    for before, after in (
        (
            "raise_time_s, hold_time_s, lower_time_s, rise_m,\n",
            (
                "raise_time_s, raise_time_sd_s, hold_time_s, hold_time_sd_s,\n"
                "       lower_time_s, lower_time_sd_s, rise_m, rise_sd_m,\n"
            ),
        ),
        (
            "contact_time_sd_s, flight_time_s, height_m,\n       rsi, rsi_height_mps,\n",
            (
                "contact_time_sd_s, flight_time_s, flight_time_sd_s,\n"
                "       height_m, height_sd_m, rsi, rsi_sd, rsi_height_mps, rsi_height_sd_mps,\n"
            ),
        ),
        (
            (
                "duration_s, rms_mps2, jerk_rms_mps3, path_mps2_per_s,\n"
                "       ellipse95_m2ps4, tremor_rms_mps2, tremor_peak_hz, shank_lean_deg,\n"
            ),
            (
                "duration_s, duration_sd_s, rms_mps2, rms_sd_mps2,\n"
                "       jerk_rms_mps3, jerk_rms_sd_mps3, path_mps2_per_s, path_sd_mps2_per_s,\n"
                "       ellipse95_m2ps4, ellipse95_sd_m2ps4, tremor_rms_mps2, tremor_rms_sd_mps2,\n"
                "       tremor_peak_hz, tremor_peak_sd_hz, shank_lean_deg, shank_lean_sd_deg,\n"
            ),
        ),
    ):
        if script.count(before) != 1:
            raise ValueError(f"the eighth schema has no {before!r}")
        script = script.replace(before, after)
    before, summary = script.split("CREATE VIEW set_summary", 1)
    for figure, sd in SUMMARY_SDS.items():
        last = f" AS {figure}," if f" AS {figure}," in summary else f"s.{figure},"
        own = f"(SELECT sd FROM set_sd u WHERE u.set_id = s.set_id AND u.name = '{figure}')"  # noqa: S608
        summary = summary.replace(last, f"{last}\n       {own} AS {sd},", 1)
    own = "(SELECT sd FROM set_sd u WHERE u.set_id = s.set_id AND u.name = 'steps')"
    summary = summary.replace("s.steps\n", f"s.steps,\n       {own} AS steps_sd\n", 1)
    return f"{before}CREATE VIEW set_summary{summary}"


SUMMARY_SDS = {
    "raise_time_s": "raise_time_sd_s",
    "hold_time_s": "hold_time_sd_s",
    "lower_time_s": "lower_time_sd_s",
    "rise_m": "rise_sd_m",
    "time_under_tension_s": "time_under_tension_sd_s",
    "contact_time_s": "contact_time_sd_s",
    "flight_time_s": "flight_time_sd_s",
    "rsi": "rsi_sd",
    "rsi_height_mps": "rsi_height_sd_mps",
    "hold_s": "hold_sd_s",
    "rms_mps2": "rms_sd_mps2",
    "path_mps2_per_s": "path_sd_mps2_per_s",
    "tremor_rms_mps2": "tremor_rms_sd_mps2",
}
"""Figures of ``set_summary`` and the columns of their uncertainties."""

VIEWS = _with_sds(schema_8.VIEWS)


def _due(event: str, row: str) -> str:
    return f"""
CREATE TRIGGER correction_sd_{event.lower()} AFTER {event} ON correction
BEGIN
    DELETE FROM set_sd WHERE set_id = {row}.set_id;
    UPDATE exercise_set SET sd_due = 1 WHERE id = {row}.set_id;
END;
"""  # noqa: S608 - our own names


TRIGGERS = schema_8.TRIGGERS + "".join(
    _due(*each) for each in (("INSERT", "NEW"), ("DELETE", "OLD"), ("UPDATE", "NEW"))
)
