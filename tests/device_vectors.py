"""What tests of the sensor families share: published vectors, and running dialogues and decoders.

``tests/data/vectors.json`` holds bytes published by the makers or captured from their sensors, each
with its source.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from sensing.core.errors import DeviceError
from sensing.core.packets import Packet
from sensing.core.units import Floats
from sensing.devices.base import (
    Answer,
    Batch,
    Decoder,
    Dialogue,
    Listen,
    Read,
    Step,
    Subscribe,
    Unsubscribe,
    Write,
)
from sensing.sampling.columns import Columns

T = TypeVar("T")

_FILE = Path(__file__).parent / "data" / "vectors.json"


def vectors(maker: str) -> list[dict[str, Any]]:
    """The published vectors of one maker's sensors."""
    found: list[dict[str, Any]] = json.loads(_FILE.read_text(encoding="utf-8"))[maker]
    return found


class Board(Protocol):
    """An emulated sensor as a dialogue sees it."""

    def written(self, characteristic: str, data: bytes) -> Iterable[tuple[str, bytes]]:
        """What it notifies in answer to a write."""
        ...

    def read(self, characteristic: str) -> bytes | None:
        """What it answers to a read, None where there is no such characteristic."""
        ...

    def passing(self, seconds: float) -> Iterable[tuple[float, str, bytes]]:
        """What it notifies by itself in the next seconds, each with how long from now."""
        ...


class Talk:
    """Runs dialogues against a board on a clock of its own; keeps every step."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.now_s = 0.0
        self.steps: list[Step] = []
        self.subscribed: set[str] = set()
        self._unheard: list[Packet] = []

    @property
    def writes(self) -> list[bytes]:
        """Everything written, in order."""
        return [s.data for s in self.steps if isinstance(s, Write)]

    def run(self, dialogue: Dialogue[T]) -> T:
        """Run to the end; what it returns."""
        answer: Answer = ()
        step = next(dialogue, None)
        if step is None:
            raise AssertionError("a dialogue without a step")
        while True:
            self.steps.append(step)
            answer = self._do(step)
            try:
                step = dialogue.send(answer)
            except StopIteration as end:
                result: T = end.value
                return result

    def _do(self, step: Step) -> Answer:
        match step:
            case Subscribe(characteristic):
                self.subscribed.add(characteristic)
            case Unsubscribe(characteristic):
                self.subscribed.discard(characteristic)
            case Write(characteristic, data):
                self._hear(
                    Packet(self.now_s, c, d) for c, d in self.board.written(characteristic, data)
                )
            case Read(characteristic):
                value = self.board.read(characteristic)
                return () if value is None else (Packet(self.now_s, characteristic, value),)
            case Listen(characteristic, seconds, count):
                return self._listen(characteristic, seconds, count)
        return ()

    def _hear(self, packets: Iterable[Packet]) -> None:
        self._unheard += [p for p in packets if p.characteristic in self.subscribed]

    def _listen(self, characteristic: str, seconds: float, count: int | None) -> Answer:
        there = [p for p in self._unheard if p.characteristic == characteristic]
        if count is None or len(there) < count:
            self._hear(Packet(self.now_s + dt, c, d) for dt, c, d in self.board.passing(seconds))
            self.now_s += seconds
            there = [p for p in self._unheard if p.characteristic == characteristic]
        taken = there if count is None else there[:count]
        for packet in taken:
            self._unheard.remove(packet)
        return tuple(taken)


class Silent:
    """A board that never says anything."""

    def written(self, characteristic: str, data: bytes) -> Iterable[tuple[str, bytes]]:
        """Nothing."""
        return ()

    def read(self, characteristic: str) -> bytes | None:
        """Nothing."""
        return None

    def passing(self, seconds: float) -> Iterable[tuple[float, str, bytes]]:
        """Nothing."""
        return ()


def decode(decoder: Decoder, packets: Iterable[Packet]) -> list[Batch]:
    """Everything a decoder makes of packets, those it refuses left out."""
    batches: list[Batch] = []
    for packet in packets:
        try:
            batches += decoder.feed(packet)
        except DeviceError:
            continue
    return [*batches, *decoder.finish()]


def later(packets: Iterable[Packet], seconds: float) -> list[Packet]:
    """The same packets, arriving so much later."""
    return [replace(packet, arrival_s=packet.arrival_s + seconds) for packet in packets]


def times_s(columns: Columns) -> Floats:
    """The times that decoded packets always have, shape (n,), s."""
    assert columns.t_s is not None
    return columns.t_s


def acc_rows(batches: Sequence[Batch]) -> Floats:
    """All acceleration in order, shape (n, 3), g."""
    parts = [b.acc_g for b in batches if b.acc_g is not None]
    return np.concatenate(parts) if parts else np.empty((0, 3))


def gyro_rows(batches: Sequence[Batch]) -> Floats:
    """All angular rate in order, shape (n, 3), °/s."""
    parts = [b.gyro_dps for b in batches if b.gyro_dps is not None]
    return np.concatenate(parts) if parts else np.empty((0, 3))


def stamps(batches: Sequence[Batch]) -> Floats:
    """All device times in order, shape (n,), s."""
    parts = [b.device_s for b in batches if b.device_s is not None]
    return np.concatenate(parts) if parts else np.empty(0)


def is_within(part: Floats, whole: Floats, *, atol: float = 1e-6) -> bool:
    """True if the rows of ``part`` are rows of ``whole``, in the same order, each at most once."""
    rows: Iterator[Floats] = iter(whole)
    return all(any(np.allclose(row, other, atol=atol) for other in rows) for row in part)
