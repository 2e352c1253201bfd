"""An emulated Movesense with GSP firmware."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import ClassVar

import numpy as np

from sensing.core.units import G_MPS2, Floats
from sensing.devices.movesense import NOTIFY as DATA
from sensing.devices.movesense import SERVICE
from sensing.devices.movesense import WRITE as COMMANDS
from tests.radio.encode_movesense import PART_BYTES, MovesenseBoard, parts, payload
from tests.radio.peripheral import NOTIFY, WRITE, Layout
from tests.radio.sensor import EmulatedSensor, Stream, Taken

_RANGE_G = 8.0
_GYRO_DPS = 2000.0
_NO_ROOM = 507
_ATT_BYTES = 3
_PACKETS_A_SECOND = 13


class MovesenseSensor(EmulatedSensor):
    """A Movesense: floats in packets that may need several notifications."""

    family = "movesense"
    usual_name = "Movesense 203430001234"
    advertised: ClassVar[tuple[str, ...]] = (SERVICE,)
    identity: ClassVar[dict[str, str]] = {
        "manufacturer": "Movesense",
        "model": "Movesense HR2",
        "serial": "203430001234",
        "firmware": "2.3.1",
    }
    board: MovesenseBoard
    refuses_with: int = _NO_ROOM

    def new_board(self) -> MovesenseBoard:
        """No subscriptions."""
        return MovesenseBoard(**self.model)

    def layout(self) -> Layout:
        """One service of two."""
        return {SERVICE: {COMMANDS: WRITE, DATA: NOTIFY}}

    def streams(self) -> list[Stream]:
        """One for each path subscribed to; its key is the reference."""
        found = []
        for ref, path in self.board.subscribed.items():
            _, _, what, rate = path.split("/")
            gyro_dps = _GYRO_DPS / 32768 if what == "IMU6" else None
            found.append(
                Stream(key=str(ref), rate_hz=float(rate), acc_g=_RANGE_G / 32768, gyro_dps=gyro_dps)
            )
        return found

    def fill(self, stream: Stream, waiting: Taken) -> int:
        """13 packets a second."""
        n = max(1, round(stream.rate_hz / _PACKETS_A_SECOND))
        return n if len(waiting) >= n else 0

    def pack(self, stream: Stream, samples: Taken) -> Sequence[tuple[str, bytes]]:
        """One packet in as many parts as it takes."""
        blocks: list[Floats] = [np.asarray(samples.acc * ((stream.acc_g or 0.0) * G_MPS2))]
        if stream.gyro_dps is not None:
            blocks.append(np.asarray(samples.gyro * stream.gyro_dps))
        stamp_ms = round(self.clock.at(float(samples.at_s[0])) * 1e3)
        room = min(PART_BYTES, self.agreed_mtu - _ATT_BYTES)
        whole = payload(stamp_ms, blocks)
        return [(DATA, part) for part in parts(int(stream.key), whole, room=room)]

    def refusal(self, data: bytes) -> Iterable[tuple[str, bytes]]:
        """A result with a status that is no success."""
        return [(DATA, bytes([1, data[1]]) + struct.pack("<H", self.refuses_with))]
