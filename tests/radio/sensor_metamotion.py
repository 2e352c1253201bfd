"""An emulated MetaMotion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from sensing.devices.metamotion import (
    ACC,
    COMMAND,
    GYRO,
    GYRO_CODES,
    PACKED,
    RANGE_CODES,
    RATE_CODES,
    SERVICE,
    acc_g_per_count,
    gyro_dps_per_count,
)
from sensing.devices.metamotion import NOTIFY as DATA
from tests.radio.encode_metamotion import MetaMotionBoard, samples
from tests.radio.peripheral import NOTIFY, WRITE, WRITE_SILENT, Layout
from tests.radio.sensor import EmulatedSensor, Stream, Taken

_PACKED_SAMPLES = 3


class MetaMotionSensor(EmulatedSensor):
    """A MetaMotion R (or with ``chip=4`` an S): nothing in its stream tells the time."""

    family = "metamotion"
    usual_name = "MetaWear"
    advertised: ClassVar[tuple[str, ...]] = (SERVICE,)
    identity: ClassVar[dict[str, str]] = {
        "manufacturer": "MbientLab Inc",
        "model": "5",
        "serial": "05A1F3",
        "firmware": "1.5.0",
        "hardware": "0.4",
    }
    board: MetaMotionBoard

    def new_board(self) -> MetaMotionBoard:
        """Nothing configured."""
        return MetaMotionBoard(**self.model)

    def layout(self) -> Layout:
        """One service of two."""
        return {SERVICE: {COMMAND: WRITE | WRITE_SILENT, DATA: NOTIFY}}

    def obey(self, uuid: str, data: bytes) -> Iterable[tuple[str, bytes]]:
        """Commands, with the charge up to date."""
        self.board.percent = self.battery
        return self.board.written(uuid, data)

    def streams(self) -> list[Stream]:
        """What is configured, to be sent packed, sampling and started: all four."""
        board, found = self.board, []
        for module in (ACC, GYRO):
            config = board.configured.get(module)
            packed = (module, PACKED[module, board.chip]) in board.subscribed
            if not (config and packed and module in board.enabled & board.streaming):
                continue
            rate_hz = next(rate for rate, code in RATE_CODES.items() if code == config[0] & 0x0F)
            codes = RANGE_CODES[board.chip] if module == ACC else GYRO_CODES
            span = next(each for each, code in codes.items() if code == config[1])
            if module == ACC:
                stream = Stream(key="acc", rate_hz=rate_hz, acc_g=acc_g_per_count(span))
            else:
                stream = Stream(key="gyro", rate_hz=rate_hz, gyro_dps=gyro_dps_per_count(span))
            found.append(stream)
        return found

    def fill(self, stream: Stream, waiting: Taken) -> int:
        """Three."""
        return _PACKED_SAMPLES if len(waiting) >= _PACKED_SAMPLES else 0

    def pack(self, stream: Stream, samples_: Taken) -> Sequence[tuple[str, bytes]]:
        """One packed notification."""
        module, counts = (ACC, samples_.acc) if stream.key == "acc" else (GYRO, samples_.gyro)
        return [(DATA, samples(module, PACKED[module, self.board.chip], counts))]
