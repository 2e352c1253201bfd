"""The samples of a trial that is analysed as a whole, with a count to show on the way.

While the trial goes on there are two counts: the provisional count, shortly after each movement,
and the final count of the sets that a rest has closed. The calibration is learnt from neither, but
from the whole trial.
"""

from __future__ import annotations

from sensing.analysis.analyse import Analyser
from sensing.core.exercises import Exercise
from sensing.core.samples import Samples, Worn, join
from sensing.live.counter import LiveCounter
from sensing.profile.sensor_correction import SensorFit, corrected


class TrialSamples:
    """Keeps a trial's samples and counts the reps or hops in them.

    Args:
        exercise: which exercise the trial is of.
        placement: how the sensor is worn.
        sensor: the sensor's calibration, applied to every sample, if there is one.
    """

    def __init__(self, exercise: Exercise, placement: Worn, sensor: SensorFit | None) -> None:
        self._exercise = exercise
        self._placement = placement
        self._sensor = sensor
        self._analyser = Analyser(exercise, placement)
        self._blocks: list[list[Samples]] = []
        self._live: LiveCounter | None = None
        self._before = 0
        self.final = 0
        self._held_s = 0.0

    @property
    def provisional(self) -> int:
        """Provisional count of reps or hops so far, without a rep that is under way."""
        if self._live is None:
            return self._before
        view = self._live.view
        return self._before + view.count - view.uncertain

    @property
    def held_s(self) -> float:
        """Duration of the longest hold that has ended, s."""
        live = None if self._live is None else self._live.view
        guessed_s = 0.0 if live is None or live.holding else live.hold_s
        return max(self._held_s, guessed_s)

    def push(self, samples: Samples) -> None:
        """Add the next samples. A new block (its index does not follow) is a data gap."""
        if len(samples) == 0:
            return
        samples = corrected(samples, self._sensor)
        if self._live is None or self._blocks[-1][-1].stop != samples.start:
            self._before = self.provisional
            self._live = LiveCounter(samples.rate_hz, self._exercise, self._placement)
            self._blocks.append([])
        self._blocks[-1].append(samples)
        self._live.push(samples)
        for window in self._analyser.push(samples):
            self.final += sum(len(each.hops or each.reps) for each in window.sets)
            lengths = [hold.duration_s for each in window.sets for hold in each.holds if hold.valid]
            self._held_s = max(self._held_s, *(length or 0.0 for length in lengths), 0.0)

    def blocks(self) -> list[Samples]:
        """The samples so far, corrected, in order of time, one object for each block."""
        return [join(parts) for parts in self._blocks]
