"""From the batches of a running stream to provisional counts.

A lost link is filled (:mod:`sensing.live.grid`), so that the clock of a hold runs on; after a data
gap of minutes a new counter starts from the count so far.
"""

from __future__ import annotations

from dataclasses import replace

from sensing.core.exercises import Exercise
from sensing.core.samples import Placement
from sensing.devices.base import Batch, Setup
from sensing.live.counter import LiveCounter, LiveView
from sensing.live.grid import LiveGrid
from sensing.profile.profile import UNCALIBRATED, Profile


class LiveStream:
    """The provisional count of one sensor.

    Args:
        setup: what the sensor granted.
        exercise: what is being done; None counts nothing.
        placement: how the sensor is worn.
        profile: the calibration that the recording will be analysed with.

    Attributes:
        grid: counts samples and losses, and measures the rate.
    """

    def __init__(
        self,
        setup: Setup,
        exercise: Exercise | None,
        placement: Placement,
        profile: Profile = UNCALIBRATED,
    ) -> None:
        self._exercise = exercise
        self._placement = placement
        self._profile = profile
        self.grid = LiveGrid(setup)
        self._counter = self._new_counter(self.grid.grid_hz)
        self._block = self.grid.blocks
        self._count_before = 0

    @property
    def view(self) -> LiveView:
        """The provisional results so far."""
        view = self._counter.view
        return replace(view, count=view.count + self._count_before)

    def begin(self) -> None:
        """A recording begins: count losses and raises from here, and use the measured rate."""
        self.grid.restart_counts()
        self._counter.begin_set()
        if self.grid.is_off:
            self.grid.begin_block()

    def push(self, batch: Batch) -> None:
        """Take a decoded batch; one of angular rate alone is ignored."""
        for samples in self.grid.push(batch):
            if self.grid.blocks != self._block:
                self._block = self.grid.blocks
                self._count_before += self._counter.view.certain
                self._counter = self._new_counter(samples.rate_hz)
            self._counter.push(samples)

    def _new_counter(self, rate_hz: float) -> LiveCounter:
        return LiveCounter(rate_hz, self._exercise, self._placement, self._profile)
