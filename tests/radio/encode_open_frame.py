"""A self-flashed board's bytes: open frames and the info it announces itself with."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sensing.core.packets import Packet
from sensing.devices.open_frame import ACC, CONTROL, INFO

Counts = npt.NDArray[np.int64]


def frame(micros: int, sequence: int, counts: Counts) -> bytes:
    """One frame."""
    head = struct.pack("<IHB", micros % 2**32, sequence % 2**16, len(counts))
    return head + np.asarray(counts, dtype="<i2").tobytes()


def packets(
    counts: Counts,
    rate_hz: float,
    *,
    per_frame: int = 10,
    start_us: int = 0,
    start_sequence: int = 0,
    characteristic: str = ACC,
) -> list[Packet]:
    """A stream, each frame arriving 15 ms after its last sample."""
    out = []
    for number, at in enumerate(range(0, len(counts), per_frame)):
        part = counts[at : at + per_frame]
        micros = start_us + round(1e6 * at / rate_hz)
        arrival_s = (at + len(part) - 1) / rate_hz + 0.015
        payload = frame(micros, start_sequence + number, part)
        out.append(Packet(arrival_s, characteristic, payload))
    return out


@dataclass
class OpenFrameBoard:
    """A board that has some rates and ranges and takes a moment to start.

    Attributes:
        slow: reads of its info that still say "not streaming" after a start.
    """

    rates: tuple[int, ...] = (52, 104, 208, 416)
    ranges: tuple[int, ...] = (2, 4, 8, 16)
    gyro_ranges: tuple[int, ...] = (250, 500, 1000, 2000)
    version: int = 1
    slow: int = 0
    streaming: bool = False
    rate: int = 0
    range_g: int = 0
    gyro_dps: int = 0

    def written(self, characteristic: str, data: bytes) -> Iterable[tuple[str, bytes]]:
        """Start with the nearest it has, or stop."""
        if characteristic == CONTROL and data[0] == 1:
            _, rate, range_g, gyro = struct.unpack("<BHHH", data)
            self.rate = nearest(self.rates, rate)
            self.range_g = nearest(self.ranges, range_g)
            self.gyro_dps = nearest(self.gyro_ranges, gyro) if gyro else 0
            self.streaming = True
        elif characteristic == CONTROL:
            self.streaming = False
        return ()

    def passing(self, seconds: float) -> Iterable[tuple[float, str, bytes]]:
        """Nothing by itself."""
        return ()

    def read(self, characteristic: str) -> bytes | None:
        """The info value."""
        if characteristic != INFO:
            return None
        ready = self.streaming and self.slow <= 0
        self.slow -= 1
        return struct.pack(
            "<BBHHHff",
            self.version,
            ready,
            self.rate,
            self.range_g,
            self.gyro_dps,
            self.range_g / 32768,
            self.gyro_dps * 35e-6,
        )


def nearest(values: tuple[int, ...], wanted: int) -> int:
    """The smallest that is not below, else the largest."""
    return min((v for v in values if v >= wanted), default=max(values))
