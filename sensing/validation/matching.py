"""Which labelled event is which detected one: one to one, in order of time, within a tolerance.

Of all ways to pair events that lie within the tolerance of each other, the one with the most pairs
is taken, and of those the one with the least sum of distances. On a line such a matching never
crosses, so dynamic programming finds it exactly.

The clock of an observer may be off by a constant: a tap comes a reaction time after the movement,
and taps may mark another instant of a rep than its top. That offset is estimated as the one which
pairs the most events, and then as the median of the pairs' differences. In an even series a shift
by a whole hop pairs nearly as many events as none, or one more if an end was missed, so a shift has
to earn its size in pairs, more so one that makes labels early: fingers are late.

It can't be told from a real delay of the detected instants, so instants are not judged where it is
estimated; counts and durations are. (An unknown offset of *any* length is a harder question, which
``calibration/contact_time/alignment.py`` answers, or refuses to.)
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sensing.core.units import Floats, Ints
from sensing.validation.labels import EventKind

TOLERANCE_S: Mapping[EventKind, float] = {"rep": 0.5, "contact": 0.15, "hold": 1.5}
"""s; judgement. A brisk rep lasts 0.8 s and a quick hop 0.3 s, so a larger tolerance would pair
neighbours; taps scatter by about 0.1 s, so a smaller one would lose true pairs. Holds are rare, and
where one begins is a matter of definition within a second."""
LARGEST_SHIFT_S = 1.5
"""s; larger than any reaction, and than the time from the top of a rep to its end. A larger offset
would pair each event with its neighbour."""
LEAST_TO_SHIFT = 3
"""With fewer labelled or detected events the offset would explain away what it should leave."""
_SAME_S = 0.01
"""s; offsets are tried in steps of this, far below what a finger can do. Larger: coarser."""


def match(first_s: Floats, second_s: Floats, tolerance_s: float) -> Ints:
    """Pair two series of instants one to one.

    Args:
        first_s, second_s: increasing, shapes (m,) and (n,), s.
        tolerance_s: instants farther apart are never paired.

    Returns:
        Index pairs, shape (p, 2), increasing in both.
    """
    m, n = len(first_s), len(second_s)
    # One number a state: each pair is worth more than all distances together can cost.
    worth = 1.0 + tolerance_s * min(m, n)
    best = np.zeros((m + 1, n + 1))
    for i in range(m):
        distance = np.abs(second_s - first_s[i])
        paired = best[i, :-1] + np.where(distance <= tolerance_s, worth - distance, 0.0)
        best[i + 1, 1:] = np.maximum.accumulate(np.maximum(best[i, 1:], paired))
    pairs = []
    i, j = m, n
    while i and j:
        if best[i, j] == best[i - 1, j]:
            i -= 1
        elif best[i, j] == best[i, j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append((i, j))
    return np.array(pairs[::-1], dtype=np.int64).reshape(-1, 2)


def offset_s(label_s: Floats, found_s: Floats, tolerance_s: float) -> float | None:
    """Estimate how late the labels are, s.

    Args:
        label_s, found_s: labelled and detected instants, increasing, shapes (m,) and (n,), s.
        tolerance_s: see :func:`match`.

    Returns:
        To be subtracted from the labels; None if there are too few events, or none are near.
    """
    if min(len(label_s), len(found_s)) < LEAST_TO_SHIFT:
        return None
    every = (label_s[:, None] - found_s[None, :]).ravel()
    every = every[np.abs(every) <= LARGEST_SHIFT_S]
    if not len(every):
        return None
    near = min(tolerance_s, 0.15)
    tried = np.unique(np.round(every / _SAME_S)) * _SAME_S
    # Only offsets shared by many differences can pair many events: try the most shared.
    shared = np.sum(np.abs(every[None, :] - tried[:, None]) <= near, axis=1)
    order = np.lexsort((np.abs(tried), -shared))[:_MOST_TRIED]
    scored = []
    for offset in np.append(tried[order], 0.0):
        pairs = match(label_s - offset, found_s, near)
        price = offset * (_PRICE_LATE if offset > 0 else -_PRICE_EARLY)
        scored.append((len(pairs) - float(price), float(offset)))
    _, best = max(scored)
    for _ in range(_REFINED):
        pairs = match(label_s - best, found_s, tolerance_s)
        if not len(pairs):
            return None
        best = float(np.median(label_s[pairs[:, 0]] - found_s[pairs[:, 1]]))
    return best


_MOST_TRIED = 40
"""Offsets tried in full; larger: slower, and no better found."""
_PRICE_LATE, _PRICE_EARLY = 3.0, 8.0
"""Pairs that a second of offset must bring, for labels that come late and early; judgement. Larger:
true delays of short series are missed; smaller: even series are shifted by a whole hop."""
_REFINED = 3
"""Times the median is taken and events are matched again; the third changes nothing."""
