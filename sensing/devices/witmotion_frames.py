"""WitMotion's byte stream, split into frames however notifications cut it.

Frames have a header of two bytes and neither checksum nor number:

* ``55 61`` nine int16: acceleration, angular rate, angles; 20 bytes, or 28 with a clock at the end;
* ``55 71`` register (u16) and eight int16: the answer to a read, 20 bytes;
* ``55 50`` clock, 10 bytes.

A frame is accepted when another header follows it, which also tells 20 bytes from 28. So each frame
waits for the next one's first two bytes; a lost or foreign byte costs the frame it is in, and in a
header the frame before. The clock is ``YY MM DD hh mm ss`` and u16 ms.

Sources: WITMOTION/WitBluetooth_BWT901BLE5_0 (Python, Android, iOS), protocol text of WT901SDCL-BT50
for 28 bytes; the layout of ``55 50`` is inferred from it. Not yet tested with a sensor.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sensing.core.packets import Packet
from sensing.core.units import Floats
from sensing.devices.base import Tally

HEAD = 0x55
MOTION, ANSWER, CLOCK = 0x61, 0x71, 0x50
_LENGTHS = {MOTION: (20, 28), ANSWER: (20,), CLOCK: (10,)}
_MOST_BYTES = 4096
"""Most unread bytes: a frame needs only 30 to be decided."""
_ACC_G, _GYRO_DPS = 16.0 / 32768, 2000.0 / 32768
"""g and °/s per count, on every model."""


@dataclass(frozen=True, slots=True)
class WitFrame:
    """One frame as received, with the arrival of its last byte, s."""

    data: bytes
    arrival_s: float

    @property
    def kind(self) -> int:
        """Second byte of the header."""
        return self.data[1]

    @property
    def acc_g(self) -> Floats:
        """Acceleration of a motion frame, shape (3,), g."""
        return np.frombuffer(self.data, "<i2", 3, 2) * _ACC_G

    @property
    def gyro_dps(self) -> Floats:
        """Angular rate of a motion frame, shape (3,), °/s."""
        return np.frombuffer(self.data, "<i2", 3, 8) * _GYRO_DPS

    @property
    def register(self) -> tuple[int, tuple[int, ...]]:
        """Number and eight values of a register answer."""
        values = np.frombuffer(self.data, "<i2", 8, 4)
        return int.from_bytes(self.data[2:4], "little"), tuple(int(v) for v in values)

    @property
    def clock_s(self) -> float | None:
        """The sensor's clock, s since 2000, of a clock frame or a long motion frame, else None."""
        if self.kind == CLOCK:
            return read_clock(self.data[2:10])
        return read_clock(self.data[20:28]) if len(self.data) == 28 else None


def read_clock(eight: bytes) -> float | None:
    """Seconds since 2000-01-01 of ``YY MM DD hh mm ss ms ms``; None if not a date."""
    if len(eight) != 8:
        return None
    year, month, day, hour, minute, second = eight[:6]
    milli = int.from_bytes(eight[6:8], "little")
    if not (1 <= month <= 12 and 1 <= day <= 31 and year <= 99):
        return None
    if hour > 23 or minute > 59 or second > 59 or milli > 999:
        return None
    # March counts as first month, so that a leap day ends its year (Hinnant, "chrono-compatible
    # low-level date algorithms"); 2000–2099 has no exception.
    shifted = year - (month < 3)
    days = shifted * 1461 // 4 + (153 * ((month + 9) % 12) + 2) // 5 + day + 59
    return days * 86400.0 + hour * 3600 + minute * 60 + second + milli / 1e3


class WitStream:
    """Splits bytes into frames."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._bytes = bytearray()
        self._read = 0
        self._ends: deque[tuple[int, float]] = deque()

    def feed(self, packet: Packet) -> Iterator[WitFrame]:
        """Add a packet's bytes; yields the frames that are now certain."""
        self._bytes += packet.payload
        self._ends.append((self._read + len(self._bytes), packet.arrival_s))
        if len(self._bytes) > _MOST_BYTES:
            self._drop(len(self._bytes) - _MOST_BYTES)
        yield from self._certain()

    def _certain(self) -> Iterator[WitFrame]:
        while len(self._bytes) >= 2:
            lengths = _LENGTHS.get(self._bytes[1], ()) if self._bytes[0] == HEAD else ()
            for length in lengths:
                if self._head_at(length) and self._clock_may_be(length):
                    yield self._take(length)
                    break
            else:
                if lengths and len(self._bytes) < max(lengths) + 2:
                    return
                self._skip()

    def _head_at(self, at: int) -> bool:
        return (
            len(self._bytes) >= at + 2
            and self._bytes[at] == HEAD
            and self._bytes[at + 1] in _LENGTHS
        )

    def _clock_may_be(self, length: int) -> bool:
        """False for 28 bytes whose last eight are neither a time nor an unset clock.

        Two partial frames of 20 bytes may have that length together, but hardly a valid clock.
        """
        eight = bytes(self._bytes[20:28])
        return length != 28 or eight[:3] == bytes(3) or read_clock(eight) is not None

    def _skip(self) -> None:
        """Skip to the next byte that may start a frame."""
        self._tally.damaged += 1
        at = self._bytes.find(HEAD, 1)
        self._drop(at if at > 0 else len(self._bytes))

    def _take(self, length: int) -> WitFrame:
        end = self._read + length
        arrival_s = next(arrival for until, arrival in self._ends if until >= end)
        frame = WitFrame(bytes(self._bytes[:length]), arrival_s)
        self._drop(length)
        return frame

    def _drop(self, n: int) -> None:
        del self._bytes[:n]
        self._read += n
        while self._ends and self._ends[0][0] <= self._read:
            self._ends.popleft()

    def finish(self) -> Iterator[WitFrame]:
        """Yield a last frame that ends exactly where the stream does."""
        if len(self._bytes) >= 2 and self._bytes[0] == HEAD:
            length = len(self._bytes)
            if length in _LENGTHS.get(self._bytes[1], ()):
                yield self._take(length)
        self.forget()

    def forget(self) -> None:
        """Drop a partial frame."""
        if self._bytes:
            self._tally.damaged += 1
        self._drop(len(self._bytes))
