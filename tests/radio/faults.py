"""What can be made to go wrong between an emulated sensor's sampler and its radio.

Sensors lose packets when their buffers are full, send some twice after a retry, overtake
themselves, hang, or hold back and burst. Chance is seeded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

Packet = tuple[Any, ...]


class Faults:
    """Faults of one sensor, all off to begin with.

    Attributes:
        slow_start_s: from the command that starts a stream to its first sample.
        withheld: packets that were taken but never put on the air.
    """

    def __init__(self, seed: int) -> None:
        self.chance = np.random.default_rng(seed)
        self.slow_start_s = 0.0
        self.withheld = 0
        self._lost_share = 0.0
        self._twice_share = 0.0
        self._swapped_share = 0.0
        self._silent_until_s = 0.0
        self._held_until_s = 0.0
        self._held: list[Packet] = []
        self._overtaken: list[Packet] = []
        self._refused: dict[bytes, int] = {}
        self._ignored: dict[bytes, int] = {}

    def silent(self, seconds: float) -> None:
        """Stay connected and send nothing; what is taken meanwhile is lost."""
        self._silent_until_s = _now_s() + seconds

    def burst(self, seconds: float) -> None:
        """Hold everything back for so long, then send it all at once."""
        self._held_until_s = _now_s() + seconds

    def lose(self, share: float) -> None:
        """Never send this share of packets, from now on."""
        self._lost_share = share

    def duplicate(self, share: float) -> None:
        """Send this share of packets twice, from now on."""
        self._twice_share = share

    def reorder(self, share: float) -> None:
        """Let this share of packets be overtaken by the next one, from now on."""
        self._swapped_share = share

    def slow_start(self, seconds: float) -> None:
        """Let starts take so long, from now on."""
        self.slow_start_s = seconds

    def refuse(self, command: bytes, times: int = 1_000_000) -> None:
        """Refuse writes that begin so, in the family's own way."""
        self._refused[command] = times

    def ignore(self, command: bytes, times: int = 1_000_000) -> None:
        """Take writes that begin so, and neither answer nor obey."""
        self._ignored[command] = times

    def obeys_again(self) -> None:
        """Neither refuse nor ignore anything any more."""
        self._refused.clear()
        self._ignored.clear()

    def is_refused(self, data: bytes) -> bool:
        """Whether this write is to be refused; counts."""
        return _counted(self._refused, data)

    def is_ignored(self, data: bytes) -> bool:
        """Whether this write is to be ignored; counts."""
        return _counted(self._ignored, data)

    def through_faults(self, packet: Packet) -> Iterator[Packet]:
        """What becomes of a packet now: nothing, itself, two of it, or older ones with it."""
        now_s = _now_s()
        if now_s < self._silent_until_s or self.chance.random() < self._lost_share:
            self.withheld += 1
            return
        if now_s < self._held_until_s:
            self._held.append(packet)
            return
        held, self._held = self._held, []
        for each in [*held, packet]:
            yield from self._shuffled(each)

    def _shuffled(self, packet: Packet) -> Iterable[Packet]:
        if not self._overtaken and self.chance.random() < self._swapped_share:
            self._overtaken = [packet]
            return []
        late, self._overtaken = self._overtaken, []
        twice = self.chance.random() < self._twice_share
        return [packet, *([packet] if twice else []), *late]


def _counted(table: dict[bytes, int], data: bytes) -> bool:
    for command, left in table.items():
        if data.startswith(command) and left > 0:
            table[command] = left - 1
            return True
    return False


def _now_s() -> float:
    return asyncio.get_running_loop().time()
