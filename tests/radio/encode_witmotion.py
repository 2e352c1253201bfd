"""A WitMotion sensor's bytes: its endless stream of frames, with or without a clock."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sensing.core.packets import Packet
from sensing.devices.witmotion import NOTIFY, WRITE

Counts = npt.NDArray[np.int64]


def clock(seconds: float) -> bytes:
    """Eight bytes of clock, so many seconds after 2024-02-28 23:59:50 (a leap day is near)."""
    milli = round(seconds * 1000)
    day, rest = divmod(milli + (23 * 3600 + 59 * 60 + 50) * 1000, 86_400_000)
    days = [(2, 28), (2, 29), (3, 1), (3, 2)][day]
    second, ms = divmod(rest, 1000)
    return struct.pack("<6BH", 24, *days, second // 3600, second // 60 % 60, second % 60, ms)


def motion(row: Sequence[int], *, clock_bytes: bytes = b"") -> bytes:
    """One motion frame of nine values, 20 bytes or with a clock 28."""
    return b"\x55\x61" + struct.pack("<9h", *row) + clock_bytes


def clock_frame(seconds: float) -> bytes:
    """A clock frame of its own, 10 bytes."""
    return b"\x55\x50" + clock(seconds)


def register_answer(register: int, values: Sequence[int]) -> bytes:
    """Answer to a register read, 20 bytes."""
    padded = [*values, *[0] * (8 - len(values))]
    return b"\x55\x71" + struct.pack("<H8h", register, *padded)


def rows(counts: Counts, gyro: Counts | None = None) -> list[tuple[int, ...]]:
    """Nine values a row from acceleration and gyro; the angles stay 0."""
    spin = np.zeros_like(counts) if gyro is None else gyro
    return [(*map(int, a), *map(int, g), 0, 0, 0) for a, g in zip(counts, spin, strict=True)]


def packets(
    counts: Counts,
    rate_hz: float,
    *,
    gyro: Counts | None = None,
    clocked: str = "",
    per_packet: int = 1,
) -> list[Packet]:
    """A stream; ``clocked`` is "" for none, "long" for 28 bytes, "apart" for clock frames."""
    out = []
    frames = []
    for k, row in enumerate(rows(counts, gyro)):
        at_s = k / rate_hz
        if clocked == "long":
            frames.append(motion(row, clock_bytes=clock(at_s)))
        elif clocked == "apart":
            frames.append(clock_frame(at_s) + motion(row))
        else:
            frames.append(motion(row))
    for at in range(0, len(frames), per_packet):
        part = frames[at : at + per_packet]
        arrival_s = (at + len(part) - 1) / rate_hz + 0.02
        out.append(Packet(arrival_s, NOTIFY, b"".join(part)))
    return out


@dataclass
class WitMotionBoard:
    """A WitMotion that obeys commands only when unlocked.

    Attributes:
        rates: code → Hz, as this model understands them.
        can_clock: sends clock frames when asked.
        registers: register → value for reads.
    """

    rates: dict[int, float] = field(
        default_factory=lambda: {6: 10.0, 7: 20.0, 8: 50.0, 9: 100.0, 0x0B: 200.0}
    )
    can_clock: bool = False
    long_frames: bool = False
    dead: bool = False
    registers: dict[int, int] = field(default_factory=dict)
    rate_hz: float = 10.0
    bandwidth: int = 0
    clock_on: bool = False
    now_s: float = 0.0
    unlocked: bool = False

    def read(self, characteristic: str) -> bytes | None:
        """Nothing to read."""
        return None

    def written(self, characteristic: str, data: bytes) -> Iterable[tuple[str, bytes]]:
        """Obey; only a register read is answered."""
        if characteristic != WRITE or len(data) != 5:
            return
        register, value = data[2], data[3]
        if data[2:] == b"\x69\x88\xb5":
            self.unlocked = True
        elif register == 0x27 and value in self.registers:
            yield NOTIFY, register_answer(value, [self.registers[value]])
        elif not self.unlocked:
            return
        elif register == 0x03 and value in self.rates:
            self.rate_hz = self.rates[value]
        elif register == 0x1F:
            self.bandwidth = value
        elif register == 0x02:
            self.clock_on = bool(value) and self.can_clock

    def passing(self, seconds: float) -> Iterable[tuple[float, str, bytes]]:
        """Frames at the rate in force."""
        if self.dead:
            return
        for k in range(round(seconds * self.rate_hz)):
            at_s = self.now_s + k / self.rate_hz
            row = (k % 100, 0, 2048, 0, 0, 0, 0, 0, 0)
            frame = motion(row, clock_bytes=clock(at_s) if self.long_frames else b"")
            yield k / self.rate_hz, NOTIFY, (clock_frame(at_s) if self.clock_on else b"") + frame
        self.now_s += seconds
