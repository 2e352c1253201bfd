"""A rep as the looks of the provisional count see it: how certain they are of it, together.

Every look of the detector sees a little more than the one before, and may align a set's reps
otherwise or leave one out. So none decides alone. A rep's score rises with each look that finds it
and falls with each that does not; a rep that is counted has to be missed several times in a row
before it is given up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# Constants, chosen by hand on simulated recordings and six of people; not fitted.

_ALONE = 3
"""Score of a first rep that was found by itself: all that can be seen of one alone was checked.
Larger: it is held to for longer; smaller: it has to be found again."""
_HELD, _MOST = 4, 10
"""Least score of a rep when it is counted, and most of any: as many looks have to miss it before it
is given up. Larger: a wrong rep lasts longer; smaller: one that a few looks leave out is lost, and
the next is late."""


@dataclass(slots=True)
class LiveRep:
    """A rep as the looks see it.

    Attributes:
        at: sample number of its fastest upward moment.
        start: sample number at which it began.
        over: whether its movement is over.
        counted: whether it is.
        end: sample number by which it was over, once it is counted.
        rise_m: height so far, m.
        score: looks that found it less those that did not, within limits.
        alike: looks that found it in a set, among others like it.
        since: looks since it was over: its height is known at the next, when the heel rests.
    """

    at: float
    start: float
    over: bool = False
    counted: bool = False
    end: float = 0.0
    rise_m: float = 0.0
    score: int = 0
    alike: int = 0
    since: int = 0

    def found(self, at: float, *, alone: bool) -> None:
        """A look found it."""
        self.at = at
        self.score = max(self.score, _ALONE) if alone else min(self.score + 1, _MOST)
        self.alike += not alone

    def missed(self) -> bool:
        """A look did not find it: whether it is still believed in."""
        self.score -= 1
        return self.score > 0

    def count(self, now: float) -> None:
        """It counts, as it is over at sample number ``now``."""
        self.counted, self.end = True, now
        self.score = max(self.score, _HELD)


def same(old: list[float], new: list[float], near: float) -> dict[int, int]:
    """Index of the old place that each new one is, by its own index; the nearest pairs first.

    Args:
        old: sample numbers.
        new: sample numbers.
        near: samples; places this far apart or further are not the same.
    """
    found: dict[int, int] = {}
    if not old or not new:
        return found
    off = np.abs(np.array(new)[:, None] - np.array(old))
    while off.min() < near:
        i, j = divmod(int(off.argmin()), len(old))
        found[i] = j
        off[i], off[:, j] = np.inf, np.inf
    return found
