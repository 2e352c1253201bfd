"""From the batches of a running stream to consecutive samples on an even grid.

A recording is resampled onto its grid once it is complete
(:mod:`sensing.sampling.checked_recording`); a live count cannot wait for that. Here samples are
simply counted, at the rate measured since the stream began. Lost samples and outliers are filled by
a straight line and flagged. After a data gap too long to fill a new block begins.
"""

from __future__ import annotations

import numpy as np

from sensing.core.samples import Samples
from sensing.core.units import G_MPS2, Floats
from sensing.devices.base import Batch, Setup
from sensing.live.outliers import OutlierScreen

_RATE_SPAN_S = 5.0
"""Before this much has arrived the nominal rate is the better one."""

_RATE_OFF = 0.003
"""A hold of 60 s would be shown 0.2 s wrong."""

_LATE_S = 0.5
"""If the stream does not show losses itself, a longer pause means lost samples."""

_LONGEST_FILL_S = 120.0


class LiveGrid:
    """Puts the batches of one sensor on a grid.

    Args:
        setup: what the sensor granted.

    Attributes:
        grid_hz: rate of the grid that samples are put on now, Hz.
        samples, lost_samples: counted since :meth:`restart_counts`.
        blocks: number of stretches without a long data gap.
    """

    def __init__(self, setup: Setup) -> None:
        self._nominal_hz = setup.rate_hz
        self._range_g = setup.range_g
        self._screen = OutlierScreen(setup.range_g)
        self.grid_hz = setup.rate_hz
        self.samples = 0
        self.lost_samples = 0
        self.blocks = 1
        self._t0_s: float | None = None
        self._next = 0
        self._last_mps2: Floats | None = None
        self._last_dps: Floats | None = None
        self._last_arrival_s = 0.0
        self._epoch = 0
        self._stream_from_s: float | None = None
        self._stream_samples = 0

    @property
    def rate_hz(self) -> float:
        """Samples per second as measured since the stream last began, Hz; nominal at first."""
        if self._stream_from_s is None:
            return self._nominal_hz
        span_s = self._last_arrival_s - self._stream_from_s
        return self._stream_samples / span_s if span_s >= _RATE_SPAN_S else self._nominal_hz

    @property
    def is_off(self) -> bool:
        """The rate of the grid differs from the measured one."""
        return abs(self.rate_hz / self.grid_hz - 1) > _RATE_OFF

    def restart_counts(self) -> None:
        """Count samples and losses from here."""
        self.samples = self.lost_samples = 0

    def begin_block(self) -> None:
        """Begin a new block, at the measured rate."""
        self.blocks += 1
        self.grid_hz = self.rate_hz
        self._t0_s = None
        # The index does not follow on from the old block, which marks this one as new.
        self._next = 0
        self._last_mps2 = self._last_dps = None
        self._screen = OutlierScreen(self._range_g)

    def push(self, batch: Batch) -> list[Samples]:
        """The samples of a batch, preceded by those lost; empty for angular rate alone.

        The last two are kept back until more have come.
        """
        if batch.acc_g is None or len(batch) == 0:
            return []
        acc_mps2 = np.asarray(batch.acc_g * G_MPS2, dtype=np.float64)
        lost = self._lost_before(batch)
        self.samples += len(batch)
        self.lost_samples += lost
        if lost > _LONGEST_FILL_S * self.grid_hz:
            self.begin_block()
            lost = 0
        if self._t0_s is None:
            self._t0_s = batch.arrival_s - len(batch) / self.grid_hz
        parts = []
        if lost and self._last_mps2 is not None:
            gyro_dps = None
            if self._last_dps is not None and batch.gyro_dps is not None:
                gyro_dps = _line(self._last_dps, batch.gyro_dps[0], lost)
            acc_line = _line(self._last_mps2, acc_mps2[0], lost)
            parts.append(self._on_grid(acc_line, gyro_dps, lost=True))
        parts.append(self._on_grid(acc_mps2, batch.gyro_dps, lost=False))
        self._last_mps2 = acc_mps2[-1]
        self._last_dps = None if batch.gyro_dps is None else batch.gyro_dps[-1]
        self._measure(batch, lost)
        screened = (self._screen.push(part) for part in parts)
        return [part for part in screened if part is not None]

    def _lost_before(self, batch: Batch) -> int:
        """Samples missing between the last batch and this one."""
        if self._last_mps2 is None:
            return 0
        if batch.lost is not None and batch.epoch == self._epoch:
            return batch.lost
        pause_s = batch.arrival_s - self._last_arrival_s - len(batch) / self.grid_hz
        return round(pause_s * self.grid_hz) if pause_s > _LATE_S else 0

    def _measure(self, batch: Batch, lost: int) -> None:
        """Update the measured rate; it starts again after an interruption."""
        if self._stream_from_s is None or batch.epoch != self._epoch or lost:
            self._stream_from_s = batch.arrival_s
            self._stream_samples = 0
        else:
            self._stream_samples += len(batch)
        self._epoch = batch.epoch
        self._last_arrival_s = batch.arrival_s

    def _on_grid(self, acc_mps2: Floats, gyro_dps: Floats | None, *, lost: bool) -> Samples:
        n = len(acc_mps2)
        part = Samples(
            start=self._next,
            t0_s=self._t0_s or 0.0,
            rate_hz=self.grid_hz,
            acc_mps2=acc_mps2,
            gyro_dps=gyro_dps,
            lost=np.full(n, lost),
            clipped=np.zeros(n, dtype=np.bool_),
        )
        self._next += n
        return part


def _line(before: Floats, after: Floats, n: int) -> Floats:
    """``n`` samples of shape (n, 3) on the straight line between two, neither included."""
    share = (np.arange(1, n + 1) / (n + 1))[:, None]
    return np.asarray(before + share * (after - before), dtype=np.float64)
