"""Emulated Polar sensors: Verity Sense and H10."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sensing.devices.gatt import sig_uuid
from sensing.devices.polar import CONTROL, DATA, RANGE, RATE, SERVICE, START, read_settings
from sensing.devices.polar_frames import ACC, GYRO
from tests.radio.encode_polar import PolarBoard, answer, deltas, head, plain
from tests.radio.peripheral import INDICATE, NOTIFY, READ, WRITE, Layout
from tests.radio.sensor import Counts, EmulatedSensor, Stream, Taken

_HEART_RATE = sig_uuid(0x180D)
_HEART_RATE_VALUE = sig_uuid(0x2A37)
_BLOCK = 10
_HEAD_BYTES, _REFERENCE_BYTES, _ATT_BYTES = 10, 6, 3
_BLOCK_HEAD_BYTES = 2
_ANSWER_HEAD_BYTES = 5
_COMPRESSED = 0x80
_MTU_TOO_SMALL, _WRONG_STATE = 10, 12


@dataclass
class VerityBoard(PolarBoard):
    """A Verity Sense's control point.

    Attributes:
        says_factor: gives the conversion factor, as older firmware does.
    """

    says_factor: bool = True

    def factor_for(self, kind: int, params: bytes) -> float | None:
        """The range over 15 bits."""
        if not self.says_factor or kind not in (ACC, GYRO):
            return None
        return read_settings(params)[RANGE][0] / 32768


class _PolarSensor(EmulatedSensor):
    board: PolarBoard
    least_mtu: ClassVar[int]
    advertised: ClassVar[tuple[str, ...]] = (_HEART_RATE,)
    refuses_with: int = _WRONG_STATE

    def layout(self) -> Layout:
        """The measurement service beside the heart rate that it advertises."""
        return {
            _HEART_RATE: {_HEART_RATE_VALUE: NOTIFY},
            SERVICE: {CONTROL: READ | WRITE | INDICATE, DATA: NOTIFY},
        }

    def obey(self, uuid: str, data: bytes) -> Iterable[tuple[str, bytes]]:
        """Nothing is started where its packets do not fit."""
        starts = len(data) > 1 and data[0] == START and data[1] in (ACC, GYRO)
        if uuid == CONTROL and starts and self.agreed_mtu < self.least_mtu:
            return [(CONTROL, answer(data[0], data[1], _MTU_TOO_SMALL))]
        return [
            (characteristic, part)
            for characteristic, said in self.board.written(uuid, data)
            for part in self._parts(said)
        ]

    def _parts(self, said: bytes) -> list[bytes]:
        """An answer in as many indications as it needs."""
        start, params = said[:_ANSWER_HEAD_BYTES], said[_ANSWER_HEAD_BYTES:]
        room = self.agreed_mtu - _ATT_BYTES - _ANSWER_HEAD_BYTES
        cuts = [params[at : at + room] for at in range(0, len(params), room)]
        if len(cuts) < 2:
            return [said]
        return [start[:-1] + bytes([cut is not cuts[-1]]) + cut for cut in cuts]

    def refusal(self, data: bytes) -> Iterable[tuple[str, bytes]]:
        """An indication with the status."""
        return [(CONTROL, answer(data[0], data[1], self.refuses_with))]

    def _stamp_ns(self, samples: Taken) -> int:
        return round(self.clock.at(float(samples.at_s[-1])) * 1e9)

    def _room(self) -> int:
        return self.agreed_mtu - _ATT_BYTES - _HEAD_BYTES


class VeritySensor(_PolarSensor):
    """A Verity Sense: differences in counts, as many as fit into a frame."""

    family = "polar-sense"
    usual_name = "Polar Sense 1A2B3C4D"
    least_mtu = 140
    boots_clock = False
    clock_offset_s = 757_382_400.0  # 2024-01-01 since 2000
    identity: ClassVar[dict[str, str]] = {
        "manufacturer": "Polar Electro Oy",
        "model": "4J",
        "serial": "1A2B3C4D",
        "firmware": "2.2.6",
        "hardware": "00814285.04",
    }

    def new_board(self) -> VerityBoard:
        """Out of SDK mode, nothing streaming."""
        return VerityBoard(**self.model)

    def streams(self) -> list[Stream]:
        """Whatever was started, with the settings it was started with."""
        found = []
        for kind in sorted(self.board.running & {ACC, GYRO}):
            settings = read_settings(self.board.started_with[kind])
            rate_hz, step = settings[RATE][0], settings[RANGE][0] / 32768
            if kind == ACC:
                found.append(Stream(key="acc", rate_hz=rate_hz, acc_g=step))
            else:
                found.append(Stream(key="gyro", rate_hz=rate_hz, gyro_dps=step))
        return found

    def fill(self, stream: Stream, waiting: Taken) -> int:
        """As many blocks as fit: the fewer the more the sensor moves."""
        steps = np.diff(_counts(stream, waiting), axis=0)
        blocks = len(steps) // _BLOCK
        if not blocks:
            return 0
        widths = _widths(steps[: blocks * _BLOCK]).reshape(blocks, -1).max(axis=1, initial=1)
        ends = np.cumsum(_BLOCK_HEAD_BYTES - (-widths * 3 * _BLOCK // 8))
        fitting = int(np.searchsorted(ends, self._room() - _REFERENCE_BYTES, side="right"))
        return 1 + fitting * _BLOCK if fitting < blocks else 0

    def pack(self, stream: Stream, samples: Taken) -> Sequence[tuple[str, bytes]]:
        """One frame."""
        kind = ACC if stream.key == "acc" else GYRO
        body = deltas(_counts(stream, samples), block=_BLOCK)
        return [(DATA, head(kind, self._stamp_ns(samples), _COMPRESSED) + body)]


class ChestSensor(_PolarSensor):
    """An H10: plain mg, acceleration only."""

    family = "polar-h10"
    usual_name = "Polar H10 5E6F7A8B"
    least_mtu = 70
    clock_offset_s = 599_616_000.0  # 2019-01-01 since 2000, where its clock starts
    identity: ClassVar[dict[str, str]] = {
        "manufacturer": "Polar Electro Oy",
        "model": "H10",
        "serial": "5E6F7A8B",
        "firmware": "5.0.0",
        "hardware": "00760690.03",
    }

    def new_board(self) -> PolarBoard:
        """Up to 200 Hz and ±8 g."""
        return PolarBoard(
            features=bytes([0x05, 0x00]),
            rates=(25, 50, 100, 200),
            ranges=(2, 4, 8),
            channels=False,
            **self.model,
        )

    def streams(self) -> list[Stream]:
        """Acceleration, clipped at the range it was started with."""
        if ACC not in self.board.running:
            return []
        settings = read_settings(self.board.started_with[ACC])
        limit = round(settings[RANGE][0] * 1000)
        return [Stream(key="acc", rate_hz=settings[RATE][0], acc_g=1e-3, acc_limit=limit)]

    def fill(self, stream: Stream, waiting: Taken) -> int:
        """36 samples, or what fits."""
        n = min(36, self._room() // _REFERENCE_BYTES)
        return n if len(waiting) >= n else 0

    def pack(self, stream: Stream, samples: Taken) -> Sequence[tuple[str, bytes]]:
        """One frame of type 1."""
        return [(DATA, head(ACC, self._stamp_ns(samples), 1) + plain(samples.acc, 2))]


def _counts(stream: Stream, samples: Taken) -> Counts:
    return samples.acc if stream.key == "acc" else samples.gyro


def _widths(values: Counts) -> Counts:
    """Bits of two's complement each value needs."""
    positive = np.where(values < 0, ~values, values)
    return 1 + np.ceil(np.log2(positive + 1.0)).astype(np.int64)
