"""An emulated WitMotion sensor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from sensing.devices.witmotion import BATTERY_CENTIVOLT, BATTERY_REGISTER, SERVICE
from sensing.devices.witmotion import NOTIFY as DATA
from sensing.devices.witmotion import WRITE as COMMANDS
from tests.radio.encode_witmotion import WitMotionBoard, clock, clock_frame, motion, rows
from tests.radio.peripheral import NOTIFY, WRITE, WRITE_SILENT, Layout
from tests.radio.sensor import EmulatedSensor, Stream, Taken

_TOGETHER_S = 0.02
"""Frames within this go into one notification."""
_ATT_BYTES = 3


class WitMotionSensor(EmulatedSensor):
    """A WT901BLE and its like: streams whenever somebody listens, an endless string of bytes."""

    family = "witmotion"
    usual_name = "WT901BLE67"
    advertised: ClassVar[tuple[str, ...]] = (SERVICE,)
    has_battery_service = False
    survives_disconnection = True  # what was set lasts until it is switched off
    board: WitMotionBoard

    def new_board(self) -> WitMotionBoard:
        """10 Hz, no clock."""
        return WitMotionBoard(**self.model)

    def layout(self) -> Layout:
        """One service of two."""
        return {SERVICE: {COMMANDS: WRITE | WRITE_SILENT, DATA: NOTIFY}}

    def obey(self, uuid: str, data: bytes) -> Iterable[tuple[str, bytes]]:
        """Commands, with the battery register up to date."""
        floors = [volt for volt, percent in BATTERY_CENTIVOLT if percent <= self.battery]
        self.board.registers[BATTERY_REGISTER] = max(floors, default=339) + 1
        return self.board.written(uuid, data)

    def streams(self) -> list[Stream]:
        """Everything at once, as soon as notifications are on."""
        if self.board.dead or not self.is_heard(DATA):
            return []
        rate_hz = self.board.rate_hz
        return [Stream(key="motion", rate_hz=rate_hz, acc_g=16 / 32768, gyro_dps=2000 / 32768)]

    def fill(self, stream: Stream, waiting: Taken) -> int:
        """A few frames at the fast rates, one at the slow ones."""
        n = max(1, round(_TOGETHER_S * stream.rate_hz))
        return n if len(waiting) >= n else 0

    def pack(self, stream: Stream, samples: Taken) -> Sequence[tuple[str, bytes]]:
        """Frames one after the other, cut wherever the MTU cuts them."""
        frames = []
        for at_s, row in zip(samples.at_s, rows(samples.acc, samples.gyro), strict=True):
            now_s = self.clock.at(float(at_s))
            if self.board.clock_on:
                frames.append(clock_frame(now_s))
            frames.append(motion(row, clock_bytes=clock(now_s) if self.board.long_frames else b""))
        whole = b"".join(frames)
        room = self.agreed_mtu - _ATT_BYTES
        return [(DATA, whole[at : at + room]) for at in range(0, len(whole), room)]
