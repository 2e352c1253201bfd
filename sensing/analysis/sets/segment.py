"""Streaming segmenter: cuts the incoming samples into windows between long rests.

A window closes when the sensor has been quiet for ``rest_s``; the cut lies in the middle of that
rest, so that both windows keep the rest their analyses need. Windows tile a block: no sample is
left out and none is in two. All is decided causally, by filters that carry their state from sample
0 and by whole numbers, so the cuts do not depend on how the samples are chunked, and a window once
handed over never changes. How long a rest must be depends on the exercise: a minute on the toes is
quiet, too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sensing.core.exercises import Exercise
from sensing.core.filters import Causal
from sensing.core.samples import Samples, join
from sensing.core.units import Bools, Floats
from sensing.profile.rep_template import RepShape

# Constants, chosen by hand on simulated recordings; not fitted.

_STILLER = 0.5
"""Rest against the least movement in an athlete's own reps; standing still is a tenth of it.
Larger: slow reps count as rest; smaller: rests are missed."""
_BAND_HZ = (0.4, 5.0)
"""Hz; band of the movement level. Wider: drift and tremor count; smaller: slow raises do not."""
_LEVEL_HZ = 0.5
"""Hz; low-pass of its power. Larger: pauses at the top of a raise count; smaller: rests start
late."""
_HOLD_REST_S = 100.0
"""s; rest that ends a window where there may be holds. Larger: results come later; smaller: long
holds are cut."""

_LEAN_REST_S = 400.0
"""s; the same for leans, in which nothing moves up or down: a whole set looks quiet. Larger and
smaller likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentParams:
    """Constants, chosen by hand; independent of the sample rate.

    Attributes:
        quiet_mps2: movement level below which nothing moves. Quiet standing is 0.01–0.05 m/s², the
            slowest tibialis raise 0.05–0.1. Larger: slow raises are cut; smaller: no window closes.
        rest_s: quiet this long ends a window. Larger: results come later; smaller: sets are split.
        longest_s: after this long a window is cut at its first quiet second …
        hard_s: … and without one, here. Larger: more memory; smaller: sets are cut.
    """

    quiet_mps2: float = 0.06
    rest_s: float = 12.0
    longest_s: float = 480.0
    hard_s: float = 720.0


def params_for(exercise: Exercise | None, own: RepShape | None = None) -> SegmentParams:
    """Rest that ends a window.

    Args:
        exercise: None where it is not given.
        own: the athlete's own raise; where the ankle hardly moves in it, rest must be quieter.
    """
    if exercise is None or exercise.kind == "lean":
        return SegmentParams(rest_s=_LEAN_REST_S)
    if exercise.has_holds:
        return SegmentParams(rest_s=_HOLD_REST_S)
    usual = SegmentParams()
    if own is None or own.exercise != exercise.name:
        return usual
    return replace(usual, quiet_mps2=min(usual.quiet_mps2, _STILLER * own.stir_mps2))


def movement_level(window: Samples) -> Floats:
    """Movement level: |f| between 0.4 and 5 Hz, RMS over about a second, shape (n,), m/s²."""
    return _MovementLevel(window.rate_hz).push(window.acc_mps2)


class _MovementLevel:
    """The same for a stream."""

    def __init__(self, rate_hz: float) -> None:
        self._band = Causal(
            rate_hz, (_BAND_HZ[0], min(_BAND_HZ[1], 0.4 * rate_hz)), order=1, band="bandpass"
        )
        self._mean = Causal(rate_hz, _LEVEL_HZ, order=1)

    def push(self, acc_mps2: Floats) -> Floats:
        return np.sqrt(np.maximum(self.power(acc_mps2), 0.0))

    def power(self, acc_mps2: Floats) -> Floats:
        """Its square."""
        norm = np.sqrt(acc_mps2[:, 0] ** 2 + acc_mps2[:, 1] ** 2 + acc_mps2[:, 2] ** 2)
        return self._mean.push(self._band.push(norm) ** 2)


class Segmenter:
    """Turns one block's samples into windows between rests.

    A window is handed over once, when nothing that can still arrive would change it.
    """

    def __init__(self, rate_hz: float, params: SegmentParams | None = None) -> None:
        p = params or SegmentParams()
        self._quiet_mps2 = p.quiet_mps2
        self._rest_n = round(p.rest_s * rate_hz)
        self._longest_n = round(p.longest_s * rate_hz)
        self._hard_n = round(p.hard_s * rate_hz)
        self._breath_n = round(rate_hz)
        self._level = _MovementLevel(rate_hz)
        self._parts: list[Samples] = []
        self._begin = -1
        self._last_active = -1
        self._rested = False

    def push(self, samples: Samples) -> list[Samples]:
        """Add the next samples of the block; returns the windows they closed.

        Raises:
            ValueError: the samples do not follow those before.
        """
        if len(samples) == 0:
            return []
        if self._parts and self._parts[-1].stop != samples.start:
            raise ValueError(f"expected sample {self._parts[-1].stop}, got {samples.start}")
        if self._begin < 0:
            self._begin = samples.start
            self._last_active = samples.start
        self._parts.append(samples)
        closed = [self._cut(at) for at in self._cuts(samples)]
        return [window for window in closed if len(window)]

    def finish(self) -> list[Samples]:
        """End of the block: the rest, as the last window."""
        if not self._parts:
            return []
        window = join(self._parts)
        self._parts = []
        return [window] if len(window) else []

    def _cuts(self, samples: Samples) -> list[int]:
        """Indices to cut at, decided from this chunk and the state before it."""
        active = np.flatnonzero(self._active(samples.acc_mps2)) + samples.start
        cuts: list[int] = []
        if len(active):
            long_gap = np.flatnonzero(np.diff(active) > self._breath_n)
            self._watch(int(active[0]), cuts)
            for before, after in zip(active[long_gap], active[long_gap + 1], strict=True):
                self._moved(int(before), cuts)
                self._watch(int(after), cuts)
            self._moved(int(active[-1]), cuts)
        self._watch(samples.stop, cuts)
        return cuts

    def _moved(self, at: int, cuts: list[int]) -> None:
        """Note movement, never quiet for a second, up to sample ``at``."""
        while self._begin + self._hard_n <= at:
            self._begin += self._hard_n
            cuts.append(self._begin)
        self._last_active = at
        self._rested = False

    def _watch(self, moment: int, cuts: list[int]) -> None:
        """Note quiet from the last movement to sample ``moment`` and make the cuts due."""
        while True:
            rest = self._last_active + self._rest_n
            tired = max(self._begin + self._longest_n, self._last_active + self._breath_n)
            hard = self._begin + self._hard_n
            due = [(tired, tired), (hard, hard)]
            if not self._rested:
                due.append((rest, max(self._begin, self._last_active + self._rest_n // 2)))
            when, cut = min(due)
            if when > moment:
                return
            self._rested = True
            self._begin = cut
            cuts.append(cut)

    def _active(self, acc_mps2: Floats) -> Bools:
        level = self._level.power(acc_mps2)
        return np.asarray(level > self._quiet_mps2**2, dtype=np.bool_)

    def _cut(self, at: int) -> Samples:
        """Hand over the samples before index ``at``; keep the rest."""
        whole = join(self._parts)
        window = whole.part(0, at - whole.start)
        rest = whole.part(at - whole.start, len(whole))
        self._parts = [rest] if len(rest) else []
        return window
