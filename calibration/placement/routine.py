"""How a sensor sits: up from standing still, forward from three raises or a few steps.

The first time the athlete stands still gives up: a body sways by a degree, and its mean over
seconds is upright to a fraction of one. The movement right after it gives forward (see
``forward``), shows whether the sensor turns with the foot or stays with the shank, and makes the
strap ring (see ``looseness``). An unclear result is refused with the reason: a wrong sign of
forward would reverse every later front-back figure, and nobody would notice.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from calibration.common.rest import Calm, Rest, RestFinder, find_rests
from calibration.common.routine import Prompt
from calibration.placement.trial import ASK, Found, NothingDoneError, find_mounting
from sensing.core.errors import RecordingError
from sensing.core.samples import Samples, Side, Worn, join

STAND_S = 5.0
"""How long the athlete is asked to stand; four seconds of it are enough."""

STANDING = Calm(quiet_mps2=0.2, loud_mps2=0.8, over_noise=3.0, wander_mps2=0.35, shortest_s=4.0)
"""A standing body: it trembles by 0.05–0.2 m/s² and leans by a degree or two."""

_REPS = 3
"""Raises asked for; two are enough to estimate the uncertainty."""

_MOVEMENT_S = 40.0
"""The movement follows within this time; anything later is something else."""

_SHORTEST_MOVEMENT_S = 3.0

_STANDS_AGAIN_S = 1.0


class PlacementRoutine:
    """Guides through standing and raises or steps; gives a :class:`Found`.

    Args:
        side: the leg, if it is known.
        placement: how the sensor is worn, if it was given; a trial that contradicts it is
            refused.
    """

    def __init__(self, side: Side | None = None, placement: Worn | None = None) -> None:
        self._side: Side | None = side
        self._placement: Worn | None = placement
        self._finder = RestFinder(STANDING)
        self._blocks: list[list[Samples]] = []
        self._stop: int | None = None
        self._asked_s = -np.inf
        self._ready = False

    @property
    def prompt(self) -> Prompt:
        """What to show now."""
        rests = self._finder.rests()
        now = self._finder.now()
        if not rests:
            stood_s = now[-1].end_s - now[0].start_s if now else 0.0
            text = f"Stand still on both feet, looking ahead ({STAND_S:.0f} s)."
            return Prompt(text=text, progress=0.4 * min(1.0, stood_s / STAND_S))
        if self._is_ready():
            return Prompt(text="Done.", progress=1.0, done=True)
        moved_s = self._finder.frames[-1].end_s - rests[0].end_s
        text = (
            f"Now do {_REPS} raises with straight knees, one second up and one second down, and "
            "let the heels drop; or walk six steps straight ahead. Then stand."
        )
        return Prompt(text=text, progress=0.4 + 0.5 * min(1.0, moved_s / 10.0))

    def push(self, samples: Samples) -> Prompt:
        """Add the next samples."""
        if len(samples):
            if samples.start != self._stop:
                self._blocks.append([])
            self._stop = samples.stop
            self._blocks[-1].append(samples)
            self._finder.push(samples)
        return self.prompt

    def finish(self) -> Found:
        """How the sensor sits.

        Raises:
            RecordingError: the athlete never stood still, no clear movement followed, or it
                contradicts the placement given.
        """
        return self._find(self._finder.rests(), np.inf)

    def _find(self, stood: list[Rest], until_s: float) -> Found:
        """The result from the samples up to a time; the first usable standing counts."""
        if not stood:
            raise RecordingError(
                f"the athlete never stood still for {STANDING.shortest_s:g} s", remedy=ASK
            )
        blocks = [join(parts) for parts in self._blocks]
        reason: RecordingError | None = None
        for i, rest in enumerate(stood):
            block = next(b for b in blocks if b.time_s(0) <= rest.start_s < b.time_s(len(b)))
            end_s = min(until_s, _movement_ends_s(stood[i:]))
            window = block.part(round(block.position(rest.start_s)), round(block.position(end_s)))
            try:
                return find_mounting(window, rest, self._side, self._placement)
            except RecordingError as error:
                if reason is None or isinstance(reason, NothingDoneError):
                    reason = error
        raise reason or NothingDoneError("no movement was detected", remedy=ASK)

    def _is_ready(self) -> bool:
        """Whether the movement is over and the athlete stands again; checked once a second."""
        now = self._finder.now()
        if not now or now[-1].end_s - now[0].start_s < _STANDS_AGAIN_S:
            return False
        at_s = float(np.floor(now[-1].end_s))
        if at_s != self._asked_s:
            self._asked_s = at_s
            frames = [frame for frame in self._finder.frames if frame.end_s <= at_s]
            try:
                self._ready = self._find(find_rests(frames, STANDING), at_s).parts >= _REPS
            except RecordingError:
                self._ready = False
        return self._ready


def _movement_ends_s(rests: list[Rest]) -> float:
    """When the movement after the first of these rests, and the standing after it, ends, s."""
    for before, after in pairwise(rests):
        if after.start_s - before.end_s > _SHORTEST_MOVEMENT_S:
            return min(after.end_s, after.start_s + STAND_S)
    return rests[-1].end_s + _MOVEMENT_S
