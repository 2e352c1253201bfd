"""Frames with the sensor's own time, alone and many at once.

Frames are put in order one by one (``stamps``), for each may be late, lost or from another epoch.
Nearly all are none of that: each follows the one before. :func:`regular_run` says how many of a
recording's frames do, and times them all at once, exactly as they would be one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sensing.core.units import Bools, Floats, Ints

RESTART_S = 10.0
"""A stamp this far off the time passed on the host is of another epoch: longer than any radio holds
frames back, shorter than setting or restarting a clock is likely to move it."""
STEPS = 15
"""Steps whose median is the period: odd, and robust to nearly half of them being wrong."""
RATE_UNLEARNT, RATE_LEARNT = 0.05, 0.015
"""Relative uncertainty of the period before and after that many steps."""
RATE_LIMIT = 0.15
"""A step farther than this from the nominal period is a gap, and nothing is learnt from it."""
SLACK = 0.6
"""Periods by which a frame may start early or late beside that: half a sample, and to spare."""


@dataclass(frozen=True, slots=True, eq=False)
class StampedFrame:
    """One stamped frame.

    Attributes:
        stamp_s: the sensor's time of its first or last sample, s, unwrapped or not.
        acc_g: shape (n, 3), g, or None.
        gyro_dps: shape (n, 3), °/s, or None.
        arrival_s: host time it arrived, s.
        sequence: its number modulo 65536, or None if there is none.
    """

    stamp_s: float
    acc_g: Floats | None
    gyro_dps: Floats | None
    arrival_s: float
    sequence: int | None = None

    @property
    def n(self) -> int:
        """Samples in it."""
        whole = self.acc_g if self.acc_g is not None else self.gyro_dps
        return 0 if whole is None else len(whole)

    def same_as(self, other: StampedFrame) -> bool:
        """True for a copy: no sensor gives two frames the same stamp and number."""
        return self.stamp_s == other.stamp_s and self.sequence == other.sequence


@dataclass(frozen=True, slots=True, eq=False)
class StampedFrames:
    """m frames of one stream with n samples each, in order of arrival.

    Attributes:
        stamp_s: as of :class:`StampedFrame`, shape (m,).
        acc_g, gyro_dps: shape (m, n, 3), or None.
        arrival_s: shape (m,).
        sequence: shape (m,).
    """

    stamp_s: Floats
    acc_g: Floats | None
    gyro_dps: Floats | None
    arrival_s: Floats
    sequence: Ints

    def __len__(self) -> int:
        return len(self.stamp_s)

    @property
    def n(self) -> int:
        """Samples in each."""
        whole = self.acc_g if self.acc_g is not None else self.gyro_dps
        return 0 if whole is None else whole.shape[1]

    def one(self, k: int, stamp_s: float | None = None) -> StampedFrame:
        """One of them, with its stamp unwrapped if that is given."""
        return StampedFrame(
            float(self.stamp_s[k]) if stamp_s is None else stamp_s,
            None if self.acc_g is None else self.acc_g[k],
            None if self.gyro_dps is None else self.gyro_dps[k],
            float(self.arrival_s[k]),
            int(self.sequence[k]),
        )

    def part(self, first: int, last: int) -> StampedFrames:
        """Those of [first, last)."""
        return StampedFrames(
            self.stamp_s[first:last],
            None if self.acc_g is None else self.acc_g[first:last],
            None if self.gyro_dps is None else self.gyro_dps[first:last],
            self.arrival_s[first:last],
            self.sequence[first:last],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamping:
    """How a sensor stamps its frames; as the arguments of ``stamps.Sequencer``."""

    nominal_s: float
    stamps_last: bool
    wrap_s: float | None
    resolution_s: float


@dataclass(frozen=True, slots=True, eq=False)
class RegularRun:
    """Frames that each follow the one before, none lost.

    Attributes:
        stamp_s: stamps, unwrapped, shape (k,), s.
        steps_s: the period that each shows, shape (k,), s.
        period_s: the one learnt, after the last, s.
        sample_s: the sensor's time of every sample, shape (k, n), s.
    """

    stamp_s: Floats
    steps_s: Floats
    period_s: float
    sample_s: Floats

    def __len__(self) -> int:
        return len(self.stamp_s)


def regular_run(
    frames: StampedFrames, last: StampedFrame, steps_s: Sequence[float], how: Stamping
) -> RegularRun:
    """The first frames that are regular, as far as they are.

    Args:
        frames: those that arrive next.
        last: the frame before them, stamp unwrapped.
        steps_s: the last ``STEPS`` steps, from which the period was learnt.
        how: how they are stamped.
    """
    n = frames.n
    arrival_s = np.append(last.arrival_s, frames.arrival_s)
    stamp_s = _unwrapped(frames.stamp_s, arrival_s, last.stamp_s, how.wrap_s)
    step_s = np.diff(np.append(last.stamp_s, stamp_s))
    between = np.full(len(frames), n)
    if not how.stamps_last:
        between[:1] = last.n
    shown_s, rounding_s = step_s / between, how.resolution_s / between
    learnt_s = _medians(np.concatenate([steps_s, shown_s]))
    before_s, after_s = learnt_s[:-1], learnt_s[1:]
    gap = step_s / before_s - between
    slack = SLACK + how.resolution_s / before_s + RATE_LEARNT * n
    sequence = np.append(-1 if last.sequence is None else last.sequence, frames.sequence)
    regular: Bools = (
        (np.diff(sequence) % 0x10000 == 1)
        & (step_s > 0)
        & (np.abs(step_s - np.diff(arrival_s)) <= RESTART_S)
        & (np.abs(gap) <= slack)
        & (np.abs(shown_s - how.nominal_s) <= RATE_LIMIT * how.nominal_s + rounding_s)
    )
    k = len(regular) if regular.all() else int(np.argmin(regular))
    apart_s = after_s
    if how.stamps_last:
        near = np.abs(shown_s - after_s) <= RATE_LEARNT * after_s + rounding_s
        apart_s = np.where(near, shown_s, after_s)
    offset = n - 1 if how.stamps_last else 0
    sample = np.arange(-offset, n - offset, dtype=np.float64)
    return RegularRun(
        stamp_s=stamp_s[:k],
        steps_s=shown_s[:k],
        period_s=float(learnt_s[k]),
        sample_s=stamp_s[:k, None] + apart_s[:k, None] * sample,
    )


def _unwrapped(stamp_s: Floats, arrival_s: Floats, before_s: float, wrap_s: float | None) -> Floats:
    """Stamps unwrapped to fit the host's time best, each from the one before it, shape (m,).

    Args:
        stamp_s: shape (m,), s.
        arrival_s: of the frame before them, too, shape (m + 1,), s.
        before_s: unwrapped stamp of that frame, s.
        wrap_s: the stamp wraps to 0 after so many seconds; None if never.
    """
    if wrap_s is None:
        return stamp_s
    expected = np.append(before_s, stamp_s[:-1]) + np.diff(arrival_s)
    turns = np.cumsum(np.rint((expected - stamp_s) / wrap_s))
    return np.asarray(stamp_s + turns * wrap_s, dtype=np.float64)


def _medians(steps_s: Floats) -> Floats:
    """Median of each ``STEPS`` steps in a row, shape (m,) to (m − STEPS + 1,)."""
    windows = np.lib.stride_tricks.sliding_window_view(steps_s, STEPS)
    return np.asarray(np.partition(windows, STEPS // 2, axis=1)[:, STEPS // 2], dtype=np.float64)
