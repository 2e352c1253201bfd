"""The SQL of the seventh schema: stands between jumps, and an RSI that may be unknown by itself.

A landing with a pause before the next jump has a contact time, but no RSI. So RSI, by either
definition, is NULL where ``reasons`` names it, no longer only where it names the contact time. A
generated column can't be altered, so they are made anew; views and triggers that read them are
dropped before and made again as they were.
"""

from __future__ import annotations

from sensing.store.schema import schema_5

DROPPED = schema_5.DROPPED


def _known(figure: str, value: str) -> str:
    """SQL of a figure, NULL where ``reasons`` names it or the contact time."""
    either = f"""instr(reasons, '"contact_time_s"') OR instr(reasons, '"{figure}"')"""
    return f"iif({either}, NULL, {value})"


TABLES = f"""
CREATE TABLE stand (
    set_id INTEGER NOT NULL REFERENCES exercise_set(id) ON DELETE CASCADE,
    n INTEGER NOT NULL CHECK (n >= 1),
    start_s REAL NOT NULL,                -- landing
    end_s REAL NOT NULL,                  -- toe-off of the next jump, or of the step down
    PRIMARY KEY (set_id, n)
) STRICT, WITHOUT ROWID;

ALTER TABLE hop DROP COLUMN rsi;
ALTER TABLE hop DROP COLUMN rsi_height_mps;
ALTER TABLE hop ADD COLUMN rsi REAL GENERATED ALWAYS AS
    ({_known("rsi", "round(flight_time_s / nullif(takeoff_s - contact_s, 0), 6)")})
    VIRTUAL; -- flight / contact
ALTER TABLE hop ADD COLUMN rsi_height_mps REAL GENERATED ALWAYS AS
    ({
    _known(
        "rsi_height_mps",
        "round(9.80665 * flight_time_s * flight_time_s / 8 / nullif(takeoff_s - contact_s, 0), 6)",
    )
}) VIRTUAL; -- height / contact
"""

VIEWS = schema_5.VIEWS
TRIGGERS = schema_5.TRIGGERS
