"""Samples on an even grid, with lost and clipped ones flagged.

All analysis works on consecutive samples at one constant rate. A recording's time stamps are fitted
to that grid once, when it is read (``sensing/sampling/clock_fit.py``). Lost samples are replaced by
a straight line, so that filters run on, and flagged ``lost``, so that no figure that depends on
them is given as if they were there. A sample that no body part makes (an outlier) is treated as
lost. A gap too long to bridge ends a block: what follows is a new ``Samples`` with its own origin.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from sensing.core.units import Bools, Floats

Worn = Literal["ankle", "shoe"]
"""Where a sensor is worn: an analysis follows the rules of one of these."""
Placement = Literal["ankle", "shoe", "unknown"]
"""The same as given or found. Which rules an unknown one follows, says :func:`rules_for`."""
PLACEMENTS: tuple[Placement, ...] = get_args(Placement)
Side = Literal["left", "right"]


def rules_for(placement: Placement) -> Worn:
    """The placement whose rules an analysis follows: the ankle's, the usual one, if unknown."""
    return "ankle" if placement == "unknown" else placement


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Consecutive samples, none missing between them.

    Attributes:
        start: index ``k`` of the first sample on its block's grid.
        t0_s: time of index 0 on the recording's own clock, s.
        rate_hz: true sample rate, Hz.
        acc_mps2: specific force in the sensor's axes, shape (n, 3), m/s². At rest it points *up*
            with magnitude 9.81: an accelerometer measures the push of the floor, not gravity.
        gyro_dps: angular rate in the sensor's axes, shape (n, 3), °/s, or None without a gyro.
        lost: shape (n,), true where a sample was lost and a straight line replaces it.
        clipped: shape (n,), true where the accelerometer was at the end of its range.
        outlier: shape (n,), true where a sample is ``lost`` because it was absurd; None: nowhere.
    """

    start: int
    t0_s: float
    rate_hz: float
    acc_mps2: Floats
    gyro_dps: Floats | None
    lost: Bools
    clipped: Bools
    outlier: Bools | None = None

    def __len__(self) -> int:
        return len(self.acc_mps2)

    @property
    def stop(self) -> int:
        """Index one past the last sample."""
        return self.start + len(self)

    def time_s(self, k: float) -> float:
        """Time of position ``k`` *within this object* (0 is its first sample), s."""
        return self.t0_s + (self.start + k) / self.rate_hz

    def position(self, t_s: float) -> float:
        """Position within this object of time ``t_s``; inverse of :meth:`time_s`."""
        return (t_s - self.t0_s) * self.rate_hz - self.start

    def part(self, first: int, last: int) -> Samples:
        """Samples at positions [first, last) within this object, clamped to its ends."""
        first = max(0, min(first, len(self)))
        last = max(first, min(last, len(self)))
        return replace(
            self,
            start=self.start + first,
            acc_mps2=self.acc_mps2[first:last],
            gyro_dps=None if self.gyro_dps is None else self.gyro_dps[first:last],
            lost=self.lost[first:last],
            clipped=self.clipped[first:last],
            outlier=None if self.outlier is None else self.outlier[first:last],
        )

    def fault(self, first_s: float, last_s: float) -> str | None:
        """What affects the samples between two times: "gap", "clipped" or None."""
        a = max(0, int(np.floor(self.position(first_s))))
        b = max(a, int(np.ceil(self.position(last_s))) + 1)
        if self.lost[a:b].any():
            return "gap"
        if self.clipped[a:b].any():
            return "clipped"
        return None


def join(parts: list[Samples]) -> Samples:
    """Join consecutive samples of one block.

    Raises:
        ValueError: the parts are not consecutive, or there are none.
    """
    if not parts:
        raise ValueError("nothing to join")
    for before, after in itertools.pairwise(parts):
        if before.stop != after.start:
            raise ValueError(f"samples end at {before.stop} but continue at {after.start}")
    if len(parts) == 1:
        return parts[0]
    gyros = [p.gyro_dps for p in parts if p.gyro_dps is not None]
    return replace(
        parts[0],
        acc_mps2=np.concatenate([p.acc_mps2 for p in parts]),
        gyro_dps=np.concatenate(gyros) if len(gyros) == len(parts) else None,
        lost=np.concatenate([p.lost for p in parts]),
        clipped=np.concatenate([p.clipped for p in parts]),
        outlier=None
        if all(p.outlier is None for p in parts)
        else np.concatenate([_outliers(p) for p in parts]),
    )


def _outliers(part: Samples) -> Bools:
    return np.zeros(len(part), dtype=np.bool_) if part.outlier is None else part.outlier


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """A whole recording, read, checked and on the grid.

    Attributes:
        blocks: stretches without a long gap, in order of time, at least one.
        rate_hz: true sample rate, measured from the time stamps, Hz.
        duration_s: from the first sample to one period after the last, s.
        samples: samples received.
        lost_samples: samples lost (estimated from the gaps in time).
        clipped_samples: samples at the end of the range.
        range_g: the sensor's range if known or evident from clipping, g, else None.
        notes: notes for the user (a unit recognised, a torn end dropped), in order.
        format: name of the reader, as the JSON gives it; empty if none read it.
    """

    blocks: tuple[Samples, ...]
    rate_hz: float
    duration_s: float
    samples: int
    lost_samples: int
    clipped_samples: int
    range_g: float | None = None
    notes: tuple[str, ...] = ()
    format: str = ""
