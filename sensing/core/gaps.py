"""Where samples are missing: lost, clipped, or treated as lost because they were absurd.

A gap is a run of such samples. What a figure loses by it depends on how long it is and whether it
hides the instant that defines the figure; that is judged figure by figure (``rep_faults``,
``find_holds``, ``contact_times``), never event by event.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensing.core.samples import Samples

GAP, CLIPPED, OUTLIER = "gap", "clipped", "outlier"
"""Reasons as they stand in the results."""

_BEYOND_S = 2.0
"""s before and after a span within which its gaps are followed; longer ones are only known to be
longer than any limit. Larger: slower; smaller: long gaps look short."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A run of missing samples: from when to when nothing is known, s, and why."""

    start_s: float
    end_s: float
    why: str

    @property
    def length_s(self) -> float:
        """How long it is, s."""
        return self.end_s - self.start_s

    def touches(self, first_s: float, last_s: float) -> bool:
        """True if any of it lies between two times."""
        return self.start_s < last_s and first_s < self.end_s


def gaps(samples: Samples, first_s: float, last_s: float) -> list[Gap]:
    """Gaps that reach between two times, whole ones, in order."""
    a = max(0, int(np.floor(samples.position(first_s - _BEYOND_S))))
    b = min(len(samples), int(np.ceil(samples.position(last_s + _BEYOND_S))) + 1)
    if a >= b:
        return []
    missing = samples.lost[a:b] | samples.clipped[a:b]
    if not missing.any():
        return []
    edges = np.flatnonzero(np.diff(missing.astype(np.int8), prepend=0, append=0)) + a
    found = [
        Gap(samples.time_s(i - 0.5), samples.time_s(j - 0.5), _why(samples, i, j))
        for i, j in edges.reshape(-1, 2).tolist()
    ]
    return [gap for gap in found if gap.touches(first_s, last_s)]


def missing_share(samples: Samples, first_s: float, last_s: float) -> float:
    """Share of the samples between two times that are missing, 0 to 1."""
    a = max(0, round(samples.position(first_s)))
    b = min(len(samples), round(samples.position(last_s)) + 1)
    return float(np.mean(samples.lost[a:b] | samples.clipped[a:b])) if a < b else 0.0


def _why(samples: Samples, i: int, j: int) -> str:
    """The worst of what is wrong with the samples [i, j)."""
    lost = samples.lost[i:j]
    if samples.outlier is not None:
        lost = lost & ~samples.outlier[i:j]
    if lost.any():
        return GAP
    return CLIPPED if samples.clipped[i:j].any() else OUTLIER
