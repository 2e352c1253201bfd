"""Outliers in a running stream: treated as lost by the rule that the recording's reader uses.

A spike shows only when the samples after it have come, so samples are passed on
:data:`~sensing.sampling.outliers.AFTER` samples late. What is passed on does not depend on how the
samples are cut.
"""

from __future__ import annotations

from dataclasses import replace

from sensing.core.samples import Samples, join
from sensing.core.units import G_MPS2
from sensing.sampling.outliers import AFTER, BEFORE, find_outliers, without


class OutlierScreen:
    """Passes on the samples of one block, with straight lines in place of outliers.

    Args:
        range_g: the accelerometer's range, g.
    """

    def __init__(self, range_g: float | None) -> None:
        self._range_g = range_g
        self._recent: Samples | None = None
        self._passed = 0

    def push(self, samples: Samples) -> Samples | None:
        """Take the next samples; returns those that are decided, None if there are none yet."""
        whole = samples if self._recent is None else join([self._recent, samples])
        first, ready = self._passed, len(whole) - AFTER
        if ready <= first:
            self._recent = whole
            return None
        found = find_outliers(whole.acc_mps2 / G_MPS2, whole.gyro_dps, self._range_g) & ~whole.lost
        kept = max(0, ready - BEFORE)
        self._recent, self._passed = whole.part(kept, len(whole)), ready - kept
        if not found[first:ready].any():
            return whole.part(first, ready)
        gyro = whole.gyro_dps
        screened = replace(
            whole,
            acc_mps2=without(whole.acc_mps2, found),
            gyro_dps=None if gyro is None else without(gyro, found),
            lost=whole.lost | found,
            outlier=found,
        )
        return screened.part(first, ready)
