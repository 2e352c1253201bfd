"""A rep as the looks of the provisional count see it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_ALONE = 3
_HELD = 4
_MOST = 10


@dataclass(slots=True)
class LiveRep:
    """A rep as the looks see it.

    Attributes:
        at: sample number of its fastest upward moment.
        start: sample number at which it began.
        over: whether its movement is over.
        counted: whether it is.
        rise_m: height so far, m.
        score: looks that found it less those that did not, within limits.
        alike: looks that found it in a set, among others like it.
        since: looks since it was over: its height is known at the next, when the heel rests.
    """

    at: float
    start: float
    over: bool = False
    counted: bool = False
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

    def count(self) -> None:
        """It counts."""
        self.counted = True
        self.score = max(self.score, _HELD)


def same(old: list[float], new: list[float], near: float) -> dict[int, int]:
    """Which of the old places each new one is, in order; those that are near."""
    found: dict[int, int] = {}
    if not old or not new:
        return found
    off = np.abs(np.array(new)[:, None] - np.array(old))
    while off.min() < near:
        i, j = divmod(int(off.argmin()), len(old))
        found[i] = j
        off[i], off[:, j] = np.inf, np.inf
    return found
