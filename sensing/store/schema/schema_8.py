"""The SQL of the eighth schema: an RSI that is unknown is unknown by both definitions.

``reasons`` names both by ``rsi``. The seventh schema asked of the second by the name of its column,
so that a landing with a pause before the next jump kept it. The column is made anew, as there.
"""

from __future__ import annotations

from sensing.store.schema import schema_7

DROPPED = schema_7.DROPPED

TABLES = """
ALTER TABLE hop DROP COLUMN rsi_height_mps;
ALTER TABLE hop ADD COLUMN rsi_height_mps REAL GENERATED ALWAYS AS
    (iif(instr(reasons, '"contact_time_s"') OR instr(reasons, '"rsi"'), NULL,
         round(9.80665 * flight_time_s * flight_time_s / 8 / nullif(takeoff_s - contact_s, 0), 6)))
    VIRTUAL; -- height / contact
"""

VIEWS = schema_7.VIEWS
TRIGGERS = schema_7.TRIGGERS
