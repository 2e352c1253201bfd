"""The SQL of the sixth schema: a placement may be unknown.

SQLite can't widen a CHECK, so the column is made anew; its values stay, and no view reads it.
"""

from __future__ import annotations

TABLES = """
ALTER TABLE analysis RENAME COLUMN placement TO placement_before;
ALTER TABLE analysis ADD COLUMN placement TEXT NOT NULL DEFAULT 'unknown'
    CHECK (placement IN ('ankle', 'shoe', 'unknown')); -- unknown: by the rules of the ankle
UPDATE analysis SET placement = placement_before;
ALTER TABLE analysis DROP COLUMN placement_before;
"""
