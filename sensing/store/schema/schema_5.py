"""The SQL of the fifth schema: counting and measuring apart.

Every event counts; ``reasons`` says of each figure that the data do not support why it is NULL, and
each figure has its standard uncertainty. Sets found before count their valid events only, as they
were meant (``valid_only``). A generated column can't be altered, so those that may be NULL now are
made anew; views and triggers that read them are dropped before and made again.
"""

from __future__ import annotations

from sensing.store.schema import schema_2, schema_3, schema_4

DROPPED = """
DROP TRIGGER correction_insert;
DROP TRIGGER correction_delete;
DROP TRIGGER correction_update;
DROP VIEW set_summary;
DROP VIEW daily_work;
DROP VIEW daily_volume;
DROP VIEW set_count;
DROP VIEW hold_corrected;
DROP VIEW hop_corrected;
DROP VIEW rep_corrected;
"""


def _known(figure: str, value: str) -> str:
    """SQL of a figure, NULL where ``reasons`` names it."""
    return f"""iif(instr(reasons, '"{figure}"'), NULL, {value})"""


TABLES = f"""
ALTER TABLE exercise_set ADD COLUMN valid_only INTEGER NOT NULL DEFAULT 0
    CHECK (valid_only IN (0, 1)); -- 1: only its valid events count (algorithm version 1)
UPDATE exercise_set SET valid_only = 1;

ALTER TABLE rep ADD COLUMN reasons TEXT NOT NULL DEFAULT '{{}}'; -- JSON: figure, why it is unknown
ALTER TABLE rep ADD COLUMN raise_time_sd_s REAL; -- standard uncertainty, as the next three
ALTER TABLE rep ADD COLUMN hold_time_sd_s REAL;
ALTER TABLE rep ADD COLUMN lower_time_sd_s REAL;
ALTER TABLE rep ADD COLUMN rise_sd_m REAL;
ALTER TABLE rep DROP COLUMN raise_time_s;
ALTER TABLE rep DROP COLUMN hold_time_s;
ALTER TABLE rep DROP COLUMN lower_time_s;
ALTER TABLE rep ADD COLUMN raise_time_s REAL GENERATED ALWAYS AS
    ({_known("raise_time_s", "round(top_s - start_s, 6)")}) VIRTUAL; -- concentric
ALTER TABLE rep ADD COLUMN hold_time_s REAL GENERATED ALWAYS AS
    ({_known("hold_time_s", "round(lower_s - top_s, 6)")}) VIRTUAL;
ALTER TABLE rep ADD COLUMN lower_time_s REAL GENERATED ALWAYS AS
    ({_known("lower_time_s", "round(end_s - lower_s, 6)")}) VIRTUAL; -- eccentric

ALTER TABLE hop ADD COLUMN reasons TEXT NOT NULL DEFAULT '{{}}';
ALTER TABLE hop ADD COLUMN flight_time_sd_s REAL; -- standard uncertainty, as the next
ALTER TABLE hop ADD COLUMN rsi_sd REAL;
ALTER TABLE hop DROP COLUMN rsi;
ALTER TABLE hop DROP COLUMN rsi_height_mps;
ALTER TABLE hop DROP COLUMN contact_time_s;
ALTER TABLE hop ADD COLUMN contact_time_s REAL GENERATED ALWAYS AS
    ({_known("contact_time_s", "round(takeoff_s - contact_s, 6)")}) VIRTUAL;
ALTER TABLE hop ADD COLUMN rsi REAL GENERATED ALWAYS AS
    ({_known("contact_time_s", "round(flight_time_s / nullif(takeoff_s - contact_s, 0), 6)")})
    VIRTUAL; -- flight / contact
ALTER TABLE hop ADD COLUMN rsi_height_mps REAL GENERATED ALWAYS AS
    ({
    _known(
        "contact_time_s",
        "round(9.80665 * flight_time_s * flight_time_s / 8 / nullif(takeoff_s - contact_s, 0), 6)",
    )
}) VIRTUAL; -- height / contact

ALTER TABLE hold ADD COLUMN reasons TEXT NOT NULL DEFAULT '{{}}';
ALTER TABLE hold ADD COLUMN duration_sd_s REAL; -- standard uncertainty of the time held
ALTER TABLE hold DROP COLUMN duration_s;
ALTER TABLE hold ADD COLUMN duration_s REAL GENERATED ALWAYS AS
    ({_known("duration_s", "round(end_s - start_s, 6)")}) VIRTUAL;
"""


def _corrected(table: str, plural: str, figures: str, *, partial: bool = False) -> str:
    own = (
        "\n       CASE WHEN c.mark IS NULL THEN partial ELSE c.mark = 'partial' END AS partial,"
        if partial
        else ""
    )
    return f"""
CREATE VIEW {table}_corrected AS -- {plural} with the person's marks
SELECT {table}.set_id, {table}.n, {figures},
       valid, reason, reasons, c.mark,
       CASE WHEN c.mark IS NULL THEN valid OR NOT (
           SELECT valid_only FROM exercise_set WHERE id = {table}.set_id)
       ELSE c.mark <> 'false' END AS counted,{own}
       valid AND c.mark IS NOT 'false' AS in_figures
FROM {table} LEFT JOIN correction c
  ON c.set_id = {table}.set_id AND c.item = '{table}' AND c.n = {table}.n AND c.what = 'mark';
"""  # noqa: S608 - our own names


_EVENTS = (
    _corrected(
        "rep",
        "reps",
        "start_s, end_s, raise_time_s, hold_time_s, lower_time_s, rise_m",
        partial=True,
    )
    + _corrected(
        "hop",
        "hops",
        "contact_s, contact_time_s, contact_time_sd_s, flight_time_s, height_m,"
        "\n       rsi, rsi_height_mps",
    )
    + _corrected(
        "hold",
        "holds",
        "start_s, end_s, duration_s, rms_mps2, jerk_rms_mps3, path_mps2_per_s,"
        "\n       ellipse95_m2ps4, tremor_rms_mps2, tremor_peak_hz, shank_lean_deg",
    )
)


def _view(script: str, name: str) -> str:
    """One view of an earlier schema, as it was."""
    start = script.index(f"CREATE VIEW {name} ")
    return script[start : script.index(";\n", start) + 2]


def _set_count() -> str:
    """That of the second schema, but what the machine counts follows the same rule."""
    view = _view(schema_2.VIEWS, "set_count")
    for table in ("rep", "hop"):
        view = view.replace(
            f"(SELECT count(*) FROM {table} WHERE set_id = s.set_id AND valid)",
            f"(SELECT count(*) FROM {table} WHERE set_id = s.set_id AND (valid OR NOT s.valid_only))",
        )
    return view.replace(
        "FROM current_set s;",
        "FROM (SELECT c.*, x.valid_only FROM current_set c"
        " JOIN exercise_set x ON x.id = c.set_id) s;",
    )


VIEWS = "\n".join(
    (
        _EVENTS,
        _set_count(),
        _view(schema_2.VIEWS, "daily_volume"),
        _view(schema_2.VIEWS, "daily_work"),
        schema_3.SET_SUMMARY,
    )
)
TRIGGERS = schema_4.TRIGGERS
