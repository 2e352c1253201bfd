"""Reps known from before: what the live count has seen of a set that has only begun.

The reps of a short window are too few to say which of them is odd. Those that were counted are
therefore held to, and the rhythm between them is closed.
"""

from __future__ import annotations

import numpy as np

from sensing.core.units import Bools, Ints

# Constants, chosen by hand on simulated recordings and six of people; not fitted.

_SAME = 15
"""Grid points within which two looks' reps are the same. Larger: neighbours of brisk reps are taken
for one; smaller: a slow rep is taken for two."""
_IN_RHYTHM = 1.5
"""Rhythms from one rep known from before to the next within which there is no other. Larger: a rep
missed at first stays missed; smaller: raises with two bumps count twice."""


def is_near(at: Ints, places: Ints) -> Bools:
    """Whether each grid position, shape (m,), is that of a rep in ``places``, shape (m,)."""
    if len(places) == 0:
        return np.zeros(len(at), dtype=np.bool_)
    off = np.abs(at[:, None] - places).min(axis=1)
    return np.asarray(off <= _SAME, dtype=np.bool_)


def remembered(at: Ints, counted: Ints) -> tuple[Bools, Bools]:
    """Which possible reps at grid positions, shape (m,), are known from before, and which lie
    between two that are and follow each other in rhythm.

    The first are worth as much as one like all others, even if the reps of a short window are too
    few to say so; the second are bumps of a raise.
    """
    old = is_near(at, counted)
    gaps = np.diff(counted)
    in_rhythm = np.concatenate([[False], gaps < _IN_RHYTHM * np.median(gaps), [False]])
    return old, np.asarray(in_rhythm[np.searchsorted(counted, at)] & ~old)
