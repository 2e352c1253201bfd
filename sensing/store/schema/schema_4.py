"""The SQL of the fourth schema: how far the shank leaned in a hold that is a lean.

``lean_deg`` of the second schema is the mean lean against standing upright as it was calibrated, of
any hold; ``shank_lean_deg`` is the turn of the shank from the stance just before, of a forward
lean.
"""

from __future__ import annotations

from sensing.store.schema import schema_3

HOLD_FIGURES = (*schema_3.HOLD_FIGURES, "shank_lean_deg")

COLUMNS = """
ALTER TABLE hold ADD COLUMN shank_lean_deg REAL; -- lean of the shank against the stance before it
ALTER TABLE hold ADD COLUMN shank_lean_sd_deg REAL; -- its standard uncertainty
"""

DROPPED = """
DROP TRIGGER correction_insert;
DROP TRIGGER correction_delete;
DROP TRIGGER correction_update;
DROP VIEW hold_corrected;
"""

HOLD_CORRECTED = """
CREATE VIEW hold_corrected AS -- holds with the person's marks
SELECT hold.set_id, hold.n, start_s, end_s, duration_s, rms_mps2, jerk_rms_mps3, path_mps2_per_s,
       ellipse95_m2ps4, tremor_rms_mps2, tremor_peak_hz, shank_lean_deg, valid, reason, c.mark,
       CASE WHEN c.mark IS NULL THEN valid ELSE c.mark <> 'false' END AS counted,
       valid AND c.mark IS NOT 'false' AS in_figures
FROM hold LEFT JOIN correction c
  ON c.set_id = hold.set_id AND c.item = 'hold' AND c.n = hold.n AND c.what = 'mark';
"""


def keep_figures(where: str) -> str:
    """As :func:`schema_3.keep_figures`, with the lean."""
    before, after = schema_3.keep_figures(where).split("\n      ))\n")
    return f"""{before}
    UNION ALL SELECT set_id, 'shank_lean_deg' AS name, shank_lean_deg AS value FROM hold_corrected
      WHERE in_figures AND shank_lean_deg IS NOT NULL AND {where}
      ))
{after}"""  # noqa: S608 - our own names


def _triggers() -> str:
    """Those of the third schema, with the lean."""
    script = schema_3.TRIGGERS
    for row in ("NEW", "OLD"):
        own = f"set_id = (SELECT id FROM exercise_set WHERE id = {row}.set_id)"  # noqa: S608 - our own names
        script = script.replace(schema_3.keep_figures(own), keep_figures(own))
    return script


OF_ONE_SET = keep_figures("set_id = :set_id")
FILLED = keep_figures("1")
TRIGGERS = _triggers()
