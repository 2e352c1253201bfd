"""A trial that is looked at as a whole at its end, and counted along the way.

The samples are kept block by block, however they were cut. What a guided dialogue shows meanwhile
are two counts: the live guess, a moment after each movement, and what closed windows held, which
only the rest after a set makes certain. The result comes from neither, but from the whole trial.
"""

from __future__ import annotations

from sensing.analysis.analyse import Analyser
from sensing.core.exercises import Exercise
from sensing.core.samples import Placement, Samples, join
from sensing.live.counter import LiveCounter
from sensing.profile.sensor_correction import SensorFit, corrected


class Taken:
    """Keeps samples and counts the reps or hops in them.

    Args:
        exercise: what is being done.
        placement: how the sensor is worn.
        sensor: the sensor's own errors, taken out of every sample, if they are known.
    """

    def __init__(self, exercise: Exercise, placement: Placement, sensor: SensorFit | None) -> None:
        self._exercise = exercise
        self._placement = placement
        self._sensor = sensor
        self._analyser = Analyser(exercise, placement)
        self._blocks: list[list[Samples]] = []
        self._live: LiveCounter | None = None
        self._before = 0
        self.certain = 0
        self._held_s = 0.0

    @property
    def guessed(self) -> int:
        """Reps or hops so far, as they seem to come."""
        return self._before + (0 if self._live is None else self._live.view.count)

    @property
    def held_s(self) -> float:
        """How long the longest hold was that is over, s."""
        live = None if self._live is None else self._live.view
        guessed_s = 0.0 if live is None or live.holding else live.hold_s
        return max(self._held_s, guessed_s)

    def push(self, samples: Samples) -> None:
        """Take the next samples. A new block (its index does not follow) is a hole in time."""
        if len(samples) == 0:
            return
        samples = corrected(samples, self._sensor)
        if self._live is None or self._blocks[-1][-1].stop != samples.start:
            self._before = self.guessed
            self._live = LiveCounter(samples.rate_hz, self._exercise, self._placement)
            self._blocks.append([])
        self._blocks[-1].append(samples)
        self._live.push(samples)
        for window in self._analyser.push(samples):
            self.certain += sum(len(each.hops or each.reps) for each in window.sets)
            lengths = [hold.duration_s for each in window.sets for hold in each.holds if hold.valid]
            self._held_s = max(self._held_s, *lengths, 0.0)

    def blocks(self) -> list[Samples]:
        """What was taken, corrected, in order of time, one object a block."""
        return [join(parts) for parts in self._blocks]
