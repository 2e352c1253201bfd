"""A MetaMotion's bytes: single and packed samples, and answers to reads."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sensing.core.packets import Packet
from sensing.devices.metamotion import ACC, BMI160, COMMAND, GYRO, NOTIFY, PACKED

Counts = npt.NDArray[np.int64]


def samples(module: int, register: int, counts: Counts) -> bytes:
    """One or three samples behind their head."""
    return bytes([module, register]) + np.asarray(counts, dtype="<i2").tobytes()


def packets(
    counts: Counts, rate_hz: float, *, module: int = ACC, chip: int = BMI160, packed: bool = True
) -> list[Packet]:
    """A stream, each notification 10 ms after its last sample."""
    n = 3 if packed else 1
    register = (
        PACKED[module, chip] if packed else {ACC: 4, GYRO: 5 if chip == BMI160 else 4}[module]
    )
    return [
        Packet(
            (at + n - 1) / rate_hz + 0.01, NOTIFY, samples(module, register, counts[at : at + n])
        )
        for at in range(0, len(counts) - n + 1, n)
    ]


@dataclass
class MetaMotionBoard:
    """The command side of a MetaMotion.

    Attributes:
        chip: 1 for a BMI160 (R), 4 for a BMI270 (S).
        streaming: modules started.
        enabled: modules whose sampling is switched on.
        configured: module → bytes of its configuration.
        subscribed: module and register that are to be sent.
    """

    chip: int = BMI160
    percent: int = 99
    streaming: set[int] = field(default_factory=set)
    enabled: set[int] = field(default_factory=set)
    configured: dict[int, bytes] = field(default_factory=dict)
    subscribed: set[tuple[int, int]] = field(default_factory=set)

    def read(self, characteristic: str) -> bytes | None:
        """Nothing to read."""
        return None

    def passing(self, seconds: float) -> Iterable[tuple[float, str, bytes]]:
        """Nothing by itself."""
        return ()

    def written(self, characteristic: str, data: bytes) -> Iterable[tuple[str, bytes]]:
        """Answers to reads; everything else is silently obeyed."""
        if characteristic != COMMAND:
            return
        module, register, rest = data[0], data[1], data[2:]
        if (module, register) == (ACC, 0x80):
            yield NOTIFY, bytes([ACC, 0x80, self.chip, 0])
        elif (module, register) == (0x11, 0x8C):
            yield NOTIFY, bytes([0x11, 0x8C, self.percent]) + struct.pack("<H", 4148)
        elif module in (ACC, GYRO) and register == 3:
            self.configured[module] = rest
        elif module in (ACC, GYRO) and register == 1:
            (self.streaming.add if rest == b"\x01" else self.streaming.discard)(module)
        elif module in (ACC, GYRO) and register == 2:
            (self.enabled.add if rest == b"\x01\x00" else self.enabled.discard)(module)
        elif module in (ACC, GYRO) and register >= 4:
            change = self.subscribed.add if rest == b"\x01" else self.subscribed.discard
            change((module, register))
