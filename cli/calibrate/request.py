"""The options of a calibration, as typed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from calibration.profiles.kinds import What
from sensing.core.samples import Side, Worn
from sensing.guided.pacing import Tempo


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The options as typed."""

    what: What
    exercise: str | None
    from_file: Path | None
    reps: int
    tempo: Tempo | None
    reference: Path | None
    rise_cm: float | None
    side: Side | None
    placement: Worn | None
    athlete: str
    sensor: str | None
    dry_run: bool
    db: Path | None
