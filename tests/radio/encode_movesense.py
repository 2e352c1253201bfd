"""A Movesense sensor's bytes: packets of float triples, split into parts as its firmware does."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from sensing.core.packets import Packet
from sensing.core.units import Floats
from sensing.devices.movesense import NOTIFY, REF_ACC, REF_IMU6, WRITE

PART_BYTES = 158
"""What fits into a notification at the firmware's MTU of 161."""


def payload(stamp_ms: int, blocks: Sequence[Floats]) -> bytes:
    """Stamp and blocks of triples, as one piece."""
    body = b"".join(np.asarray(b, dtype="<f4").tobytes() for b in blocks)
    return struct.pack("<I", stamp_ms % 2**32) + body


def parts(ref: int, whole: bytes, *, room: int = PART_BYTES) -> list[bytes]:
    """The notifications a payload is sent in."""
    step = room - 2
    cuts = [whole[at : at + step] for at in range(0, len(whole), step)]
    return [bytes([2 + i, ref]) + cut for i, cut in enumerate(cuts)]


def packets(
    acc_mps2: Floats,
    rate_hz: float,
    *,
    gyro_dps: Floats | None = None,
    start_ms: float = 122_371.0,
    true_rate_hz: float | None = None,
) -> list[Packet]:
    """A stream, rate/13 samples a packet, parts 4 ms apart."""
    n = max(1, round(rate_hz / 13))
    actual = true_rate_hz or rate_hz
    out = []
    for at in range(0, len(acc_mps2) - n + 1, n):
        blocks = [acc_mps2[at : at + n]]
        if gyro_dps is not None:
            blocks.append(gyro_dps[at : at + n])
        ref = REF_ACC if gyro_dps is None else REF_IMU6
        whole = payload(round(start_ms + 1000 * at / actual), blocks)
        sent_s = (at + n) / actual
        out += [
            Packet(sent_s + 0.01 + 0.004 * i, NOTIFY, part)
            for i, part in enumerate(parts(ref, whole))
        ]
    return out


@dataclass
class MovesenseBoard:
    """The command side of a Movesense.

    Attributes:
        statuses: status a path is answered with; 200 for the others.
        swapped: statuses are sent big-endian.
        mute: no results at all, just data (older firmware).
        subscribed: reference → path.
    """

    statuses: dict[str, int] = field(default_factory=dict)
    swapped: bool = False
    mute: bool = False
    subscribed: dict[int, str] = field(default_factory=dict)

    def read(self, characteristic: str) -> bytes | None:
        """Nothing to read."""
        return None

    def passing(self, seconds: float) -> Iterable[tuple[float, str, bytes]]:
        """One packet of data for each subscription."""
        for ref in self.subscribed:
            yield seconds / 2, NOTIFY, bytes([2, ref]) + payload(5, [np.ones((4, 3))])

    def written(self, characteristic: str, data: bytes) -> Iterable[tuple[str, bytes]]:
        """Results of subscriptions."""
        if characteristic != WRITE:
            return
        command, ref = data[0], data[1]
        status = 200
        if command == 1:
            path = data[2:].decode("ascii")
            status = self.statuses.get(path, 200)
            if status == 200:
                self.subscribed[ref] = path
        elif command == 2:
            status = 200 if self.subscribed.pop(ref, None) else 404
        if not self.mute:
            order = ">H" if self.swapped else "<H"
            yield NOTIFY, bytes([1, ref]) + struct.pack(order, status)
