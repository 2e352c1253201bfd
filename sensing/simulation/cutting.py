"""Recordings that begin or end in mid-set, because somebody started late or stopped early."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import pairwise

import numpy as np

from sensing.simulation.motion import FINE_HZ, Motion, Piece
from sensing.simulation.options import Cut
from sensing.simulation.truth import RepTruth, SetTruth, Truth

_WITHIN = 0.4
"""The cut lies in the first, or last, part of the reps as large as this."""


def cut_in_set(piece: Piece, where: Cut, rng: np.random.Generator) -> Piece:
    """The recording without what comes before, or after, a moment inside its set."""
    reps = sorted((t for t in piece.truths if isinstance(t, RepTruth)), key=lambda t: t.start_s)
    gaps = [*pairwise(rep.start_s for rep in reps)]
    near = max(1, int(_WITHIN * len(gaps)))
    begin_s, end_s = 0.0, len(piece.motion) / FINE_HZ
    if where in ("start", "both"):
        begin_s = float(rng.uniform(*gaps[int(rng.integers(near))]))
    if where in ("end", "both"):
        end_s = float(rng.uniform(*gaps[-1 - int(rng.integers(near))]))
    a, b = round(begin_s * FINE_HZ), round(end_s * FINE_HZ)
    motion = replace(
        piece.motion, **{f.name: getattr(piece.motion, f.name)[a:b] for f in fields(Motion)}
    )
    kept = [_kept(t, begin_s, end_s) for t in piece.truths]
    return Piece(motion, tuple(t for t in kept if t is not None))


def _kept(truth: Truth, begin_s: float, end_s: float) -> Truth | None:
    """What is left of it, on the new clock; None if nothing is."""
    if truth.end_s <= begin_s or truth.start_s >= end_s:
        return None
    if isinstance(truth, SetTruth):
        truth = replace(truth, start_s=max(truth.start_s, begin_s), end_s=min(truth.end_s, end_s))
    elif isinstance(truth, RepTruth):
        truth = replace(truth, cut=truth.start_s < begin_s or truth.end_s > end_s)
    return truth.later(-begin_s)
