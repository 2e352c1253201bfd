"""From the batches of a running stream to the live guess.

Provisional: nothing of it is stored. A lost link is filled (:mod:`sensing.live.grid`), so that a
hold's clock runs on; after a hole of minutes the guess begins anew and keeps its count.
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
    """The live guess of one sensor.

    Args:
        setup: what the sensor granted.
        exercise: what is being done; None counts nothing.
        placement: how the sensor is worn.
        profile: the calibration that the recording will be analysed with.
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
        self._grid = LiveGrid(setup)
        self._counter = self._new_counter(self._grid.grid_hz)
        self._block = self._grid.blocks
        self._count_before = 0

    @property
    def rate_hz(self) -> float:
        """Samples per second as measured since the stream last began, Hz; nominal at first."""
        return self._grid.rate_hz

    @property
    def samples(self) -> int:
        """That arrived since the recording began."""
        return self._grid.samples

    @property
    def lost_samples(self) -> int:
        """That did not."""
        return self._grid.lost_samples

    @property
    def view(self) -> LiveView:
        """The guess as it stands."""
        view = self._counter.view
        return replace(view, count=view.count + self._count_before)

    def begin(self) -> None:
        """A recording begins: losses count from here, and at the rate as it has been measured."""
        self._grid.count_anew()
        if self._grid.is_off:
            self._grid.begin_block()

    def push(self, batch: Batch) -> None:
        """Take what was decoded; a batch of angular rate alone is ignored."""
        for samples in self._grid.push(batch):
            if self._grid.blocks != self._block:
                self._block = self._grid.blocks
                self._count_before += self._counter.view.count
                self._counter = self._new_counter(samples.rate_hz)
            self._counter.push(samples)

    def _new_counter(self, rate_hz: float) -> LiveCounter:
        return LiveCounter(rate_hz, self._exercise, self._placement, self._profile)
