"""Samples taken so far, put together again: for routines that look at a whole take at its end."""

from __future__ import annotations

from sensing.samples import Samples, join


class Taken:
    """Keeps samples block by block, however they were cut."""

    def __init__(self) -> None:
        self._blocks: list[list[Samples]] = []

    def push(self, samples: Samples) -> None:
        """Take the next samples. A new block (its index does not follow) is a hole in time."""
        if len(samples) == 0:
            return
        if not self._blocks or self._blocks[-1][-1].stop != samples.start:
            self._blocks.append([])
        self._blocks[-1].append(samples)

    def blocks(self) -> list[Samples]:
        """What was taken, in order of time, one object a block."""
        return [join(parts) for parts in self._blocks]
