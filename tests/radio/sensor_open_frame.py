"""An emulated board with the open frame (docs/open-frame.md)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from sensing.devices.open_frame import ACC, CONTROL, GYRO, INFO, SERVICE
from tests.radio.encode_open_frame import OpenFrameBoard, frame
from tests.radio.peripheral import NOTIFY, READ, WRITE, Layout
from tests.radio.sensor import EmulatedSensor, Stream, Taken

_FRAME_S = 0.05
"""Samples of one frame span this: the documentation calls it a good compromise."""
_HEAD_BYTES, _SAMPLE_BYTES, _ATT_BYTES = 7, 6, 3
_GYRO_STEP = 35e-6


class OpenFrameSensor(EmulatedSensor):
    """A self-flashed board."""

    family = "open-frame"
    usual_name = "Anklet 4F21"
    advertised = (SERVICE,)
    identity: ClassVar[dict[str, str]] = {
        "manufacturer": "Seeed",
        "model": "XIAO nRF52840 Sense",
        "firmware": "1.0.0",
    }
    board: OpenFrameBoard

    def new_board(self) -> OpenFrameBoard:
        """Not streaming."""
        return OpenFrameBoard(**self.model)

    async def switch_on(self) -> None:
        """Sequences begin with power, not with a connection: the sketch just counts on."""
        self._sequence = {ACC: 0, GYRO: 0}
        await super().switch_on()

    def layout(self) -> Layout:
        """One service of four."""
        return {SERVICE: {CONTROL: WRITE, INFO: READ, ACC: NOTIFY, GYRO: NOTIFY}}

    def streams(self) -> list[Stream]:
        """Acceleration, and the gyro if it was asked for."""
        board = self.board
        if not board.streaming:
            return []
        streams = [Stream(key=ACC, rate_hz=board.rate, acc_g=board.range_g / 32768)]
        if board.gyro_dps:
            step = board.gyro_dps * _GYRO_STEP
            streams.append(Stream(key=GYRO, rate_hz=board.rate, gyro_dps=step))
        return streams

    def fill(self, stream: Stream, waiting: Taken) -> int:
        """Frames of 50 ms, or of what the MTU lets through."""
        mtu = self.agreed_mtu
        room = (mtu - _ATT_BYTES - _HEAD_BYTES) // _SAMPLE_BYTES
        n = max(1, min(room, round(_FRAME_S * stream.rate_hz)))
        return n if len(waiting) >= n else 0

    def pack(self, stream: Stream, samples: Taken) -> Sequence[tuple[str, bytes]]:
        """One frame; a number is used up whether or not the frame is sent."""
        micros = round(self.clock.at(float(samples.at_s[0])) * 1e6)
        number = self._sequence[stream.key]
        self._sequence[stream.key] = number + 1
        counts = samples.acc if stream.key == ACC else samples.gyro
        return [(stream.key, frame(micros, number, counts))]
