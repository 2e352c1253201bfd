"""What each stretch of a window was: a set, walking, running, other movement, or rest.

Bouts tile the window: sets and stretches of steps as they were found; between them rest where the
sensor hardly moves, else other movement.
"""

from __future__ import annotations

import itertools

import numpy as np

from sensing.analysis.sets.find_sets import Sets
from sensing.core.events import Bout, BoutKind, Set
from sensing.core.exercises import find_exercise
from sensing.core.filters import zero_phase
from sensing.core.samples import Samples
from sensing.core.units import G_MPS2

# Constants, chosen by hand on simulated recordings and one person running with breaks; not fitted.

_MOVING_MPS2 = 0.25
"""m/s²; RMS of |f| about its median that is movement; standing people sway at 0.02–0.1. Larger:
slow movement is rest; smaller: restless standing is movement."""
_LEVEL_HZ = 0.5
"""Hz; low-pass of its power. Larger: pauses within a movement are rest; smaller: ends are
blurred."""
_AWAY_MPS2 = 2.0
"""m/s²; a median this far from g is movement, too: such a stretch has no rest to compare with.
Larger: even movement is rest; smaller: badly calibrated sensors never rest."""
_LEAST_OTHER_S, _LEAST_REST_S = 1.0, 2.0
"""s; shorter movement and shorter rest join what is around. Larger: fewer bouts; smaller: more."""
_WORK_HZ = 25.0
"""Hz at which this is decided. Larger: slower; smaller: coarser ends."""


def bouts_of(window: Samples, found: Sets) -> tuple[Bout, ...]:
    """Bouts of a closed window, in order, each starting where the one before ends."""
    known = [(s.start_s, s.end_s, kind_of(s)) for s in found.sets]
    known += [(s.start_s, s.end_s, s.kind) for s in found.steps if s.kind != "hop"]
    known.sort()
    bouts: list[Bout] = []
    at_s, last_s = window.time_s(0), window.time_s(len(window))
    for start_s, end_s, kind in [*known, (last_s, last_s, None)]:
        if start_s > at_s:
            bouts += _between(window, at_s, start_s)
        if kind is not None and end_s > max(at_s, start_s):
            bouts.append(Bout(start_s=max(at_s, start_s), end_s=end_s, kind=kind))
        at_s = max(at_s, end_s)
    return tuple(bouts)


def kind_of(each: Set) -> BoutKind:
    """The kind of bout that a set is."""
    kind = find_exercise(each.exercise).kind
    if kind == "walk":
        return "walking"
    if kind == "reps":
        return "calf-raise"
    return "hop" if each.hops else "hold"


def _between(window: Samples, start_s: float, end_s: float) -> list[Bout]:
    """Rest and other movement between two known bouts."""
    first, last = round(window.position(start_s)), round(window.position(end_s))
    part = window.part(first, last)
    if len(part) < _LEAST_OTHER_S * part.rate_hz:
        return [Bout(start_s=start_s, end_s=end_s, kind="rest")]
    stride = max(1, round(part.rate_hz / _WORK_HZ))
    norm = np.linalg.norm(part.acc_mps2, axis=1)
    swing = np.square(norm - float(np.median(norm)))
    away = abs(float(np.median(norm)) - G_MPS2) > _AWAY_MPS2
    level = zero_phase(swing, part.rate_hz, _LEVEL_HZ)[::stride]
    moving = (level > _MOVING_MPS2**2) | away
    moving = _without_short(moving, round(_LEAST_REST_S * part.rate_hz / stride), of=False)
    moving = _without_short(moving, round(_LEAST_OTHER_S * part.rate_hz / stride), of=True)
    edges = [0, *(np.flatnonzero(np.diff(moving)) + 1).tolist(), len(moving)]
    bouts = []
    for a, b in itertools.pairwise(edges):
        begin_s = start_s if a == 0 else part.time_s(a * stride)
        stop_s = end_s if b == len(moving) else part.time_s(b * stride)
        kind: BoutKind = "other" if moving[a] else "rest"
        bouts.append(Bout(start_s=begin_s, end_s=stop_s, kind=kind))
    return bouts


def _without_short(flags: np.ndarray, least: int, *, of: bool) -> np.ndarray:
    """The flags with runs of ``of`` shorter than ``least`` inverted, unless all are ``of``."""
    out = flags.copy()
    edges = [0, *(np.flatnonzero(np.diff(flags)) + 1).tolist(), len(flags)]
    for a, b in itertools.pairwise(edges):
        if flags[a] == of and b - a < least and b - a < len(flags):
            out[a:b] = not of
    return out
