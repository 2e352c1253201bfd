"""WitMotion's Bluetooth 5 sensors (WT901BLE, BWT901BLE5.0, WT9011DCL-BT50, WT901SDCL-BT50).

They stream as soon as notifications are on, at 10 Hz until told otherwise. Commands are not
answered and the models disagree on the code for 200 Hz, so the rate is set, measured, and set
again. Some send a clock with each frame on request; whether this one does is found out the same
way. Without a clock, time and loss follow only from the count of frames on the host's clock.

The UUIDs resemble Bluetooth's own but end in 9a34fb, not 9b34fb. Range and gyro are fixed at ±16 g
and ±2000 °/s on every known model. A vibration sensor, WTVB01, uses the same UUIDs and frame header
for other contents and is recognised by its name.

Sources: as in :mod:`sensing.devices.witmotion_frames`, and the vendor's Unity SDK and C headers for
the rate codes. Not yet tested with a sensor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from sensing.core.errors import DeviceError
from sensing.core.packets import Packet
from sensing.devices.base import (
    CLOCK_DETAIL,
    Batch,
    Dialogue,
    Family,
    Listen,
    Setup,
    StreamRequest,
    Subscribe,
    Tally,
    Unsubscribe,
    Write,
    choose,
)
from sensing.devices.stamped_frames import StampedFrame
from sensing.devices.stamps import Sequencer
from sensing.devices.witmotion_frames import ANSWER, CLOCK, MOTION, WitFrame, WitStream

NAME = "witmotion"
SERVICE = "0000ffe5-0000-1000-8000-00805f9a34fb"
NOTIFY = "0000ffe4-0000-1000-8000-00805f9a34fb"
WRITE = "0000ffe9-0000-1000-8000-00805f9a34fb"

UNLOCK = bytes([0xFF, 0xAA, 0x69, 0x88, 0xB5])
OUTPUT, RATE, BANDWIDTH, READ = 0x02, 0x03, 0x1F, 0x27
BATTERY_REGISTER = 0x64

RATE_CODES: Mapping[float, tuple[int, ...]] = {
    10.0: (0x06,),
    20.0: (0x07,),
    50.0: (0x08,),
    100.0: (0x09,),
    200.0: (0x0B, 0x0A),
}
"""Codes for a rate, in the order to try: 0B is 200 Hz, but 0A on the WT901SDCL-BT50."""
BANDWIDTH_CODES: tuple[tuple[float, int], ...] = (
    (100.0, 0x02),
    (50.0, 0x05),
    (20.0, 0x06),
    (0.0, 0x07),
)
"""Filter from this rate on: 188 Hz passes landings; 20, 10 and 5 Hz prevent aliasing of a slow
stream."""
BATTERY_CENTIVOLT: tuple[tuple[int, int], ...] = (
    *((396, 100), (393, 90), (387, 75), (382, 60), (379, 50), (377, 40)),
    *((373, 30), (370, 20), (368, 15), (350, 10), (340, 5)),
)
"""Voltage above which a charge in % is reported: the vendor's table."""
RANGE_G, GYRO_DPS = 16.0, 2000.0

_CLOCK_RESOLUTION_S = 1e-3
"""Of the clock: ms."""
_PAUSE_S, _MEASURE_S = 0.1, 1.0
"""s between commands, and s over which a rate is measured."""
_RATE_MET = 0.8
"""Share of the wanted rate that counts as met: a second of frames is a rough measure."""
_MOST_STUCK, _MOST_WITHOUT = 5, 8
"""Frames with a repeated stamp, or without one, after which the clock is not used."""


def command(register: int, value: int = 0) -> bytes:
    """Write ``value`` to a register (or, with :data:`READ`, ask for register ``value``)."""
    return bytes([0xFF, 0xAA, register]) + value.to_bytes(2, "little")


def _settle(data: bytes) -> Dialogue[None]:
    """Unlock and write; the sensor needs a moment between commands."""
    for each in (UNLOCK, data):
        yield Write(WRITE, each, response=False)
        yield Listen(NOTIFY, _PAUSE_S)


def _measure(seconds: float) -> Dialogue[tuple[float, bool]]:
    """Motion frames per second, and whether they carry a clock."""
    answer = yield Listen(NOTIFY, seconds)
    stream = WitStream(Tally())
    frames = [frame for packet in answer for frame in stream.feed(packet)]
    frames += stream.finish()
    motion = [f for f in frames if f.kind == MOTION]
    clocked = sum(f.clock_s is not None for f in frames)
    return len(motion) / seconds, bool(motion) and clocked >= _RATE_MET * len(motion)


def start(request: StreamRequest) -> Dialogue[Setup]:
    """Set rate and filter, measure the result, and ask for the clock.

    Raises:
        DeviceError: no readable frames.
    """
    wanted = choose(list(RATE_CODES), request.rate_hz)
    yield Subscribe(NOTIFY)
    filter_code = next(code for floor, code in BANDWIDTH_CODES if wanted >= floor)
    yield from _settle(command(BANDWIDTH, filter_code))
    tried: list[tuple[float, int]] = []
    clocked = False
    for code in RATE_CODES[wanted]:
        yield from _settle(command(RATE, code))
        measured, clocked = yield from _measure(_MEASURE_S)
        tried.append((measured, code))
        if measured >= _RATE_MET * wanted:
            break
    best, code = max(tried)
    if best == 0:
        raise DeviceError(
            "the WitMotion sensor sends no readable data",
            remedy="switch it off and on, and charge it",
        )
    if code != tried[-1][1]:
        yield from _settle(command(RATE, code))
    granted = min(RATE_CODES, key=lambda r: abs(np.log(r / best)))
    if not clocked:
        clocked = yield from _ask_for_clock(best)
    return Setup(
        family=NAME,
        rate_hz=granted,
        range_g=RANGE_G,
        gyro_rate_hz=granted,
        gyro_range_dps=GYRO_DPS,
        details={"measured_rate_hz": best, CLOCK_DETAIL: float(clocked)},
        notes=()
        if clocked
        else ("this WitMotion sends no clock: lost samples cannot be detected",),
    )


def _ask_for_clock(rate_hz: float) -> Dialogue[bool]:
    """Switch the clock on, and off again if there is none or it costs motion frames."""
    yield from _settle(command(OUTPUT, 1))
    measured, clocked = yield from _measure(0.5)
    if clocked and measured >= _RATE_MET * rate_hz:
        return True
    yield from _settle(command(OUTPUT, 0))
    return False


def stop(setup: Setup) -> Dialogue[None]:
    """Go back to 10 Hz, which saves its battery, and unsubscribe."""
    if setup.rate_hz > min(RATE_CODES):
        for each in (UNLOCK, command(RATE, RATE_CODES[min(RATE_CODES)][0])):
            yield Write(WRITE, each, response=False)
    yield Unsubscribe(NOTIFY)


class WitMotionDecoder:
    """Decodes the byte stream, timed by the sensor's clock if it has one."""

    def __init__(self, setup: Setup) -> None:
        self.tally = Tally()
        self._rate_hz = setup.rate_hz
        self._stream = WitStream(self.tally)
        self._sequencer = Sequencer(
            setup.rate_hz, stamps="first", tally=self.tally, resolution_s=_CLOCK_RESOLUTION_S
        )
        self._epoch = 0
        self._source: tuple[bool, int] = (False, 0)
        self._pauses = 0
        self._clock_s: float | None = None
        self._last_s: float | None = None
        self._last_data = b""
        self._stuck = 0
        self._without = 0
        self._trusted = True

    def feed(self, packet: Packet) -> Sequence[Batch]:
        """Decode one packet; see :class:`~sensing.devices.base.Decoder`."""
        if packet.characteristic != NOTIFY:
            return ()
        return self._batches(list(self._stream.feed(packet)))

    def interrupted(self) -> Sequence[Batch]:
        """Drop a partial frame; without a clock it is unknown how many samples were lost."""
        self._stream.forget()
        batches = self._relabelled(self._sequencer.release(), clocked=True)
        self._pauses += 1
        return batches

    def finish(self) -> Sequence[Batch]:
        """Return what is left."""
        batches = self._batches(list(self._stream.finish()))
        return [*batches, *self._relabelled(self._sequencer.finish(), clocked=True)]

    def _batches(self, frames: list[WitFrame]) -> list[Batch]:
        batches: list[Batch] = []
        plain: list[WitFrame] = []
        for frame in frames:
            if frame.kind == CLOCK:
                self._clock_s = frame.clock_s
            elif frame.kind == MOTION:
                stamp_s = self._stamp(frame)
                if stamp_s is None:
                    plain.append(frame)
                    continue
                stamped = StampedFrame(
                    stamp_s, frame.acc_g[None, :], frame.gyro_dps[None, :], frame.arrival_s
                )
                batches += self._relabelled(_plain(plain), clocked=False)
                plain = []
                batches += self._relabelled(self._sequencer.push(stamped), clocked=True)
        return batches + self._relabelled(_plain(plain), clocked=False)

    def _stamp(self, frame: WitFrame) -> float | None:
        """The frame's time; None without a running clock."""
        own_s = frame.clock_s
        stamp_s = own_s if own_s is not None else self._clock_s
        self._clock_s = None
        if not self._trusted:
            return None
        if stamp_s is None:
            if self._last_s is None:
                return None
            self._without += 1
            if self._without > _MOST_WITHOUT:
                self._trusted = False
                return None
            # One clock frame was damaged: its motion frame follows the last by a period.
            stamp_s = self._last_s + 1 / self._rate_hz
        else:
            self._without = 0
        if stamp_s == self._last_s and frame.data != self._last_data:
            self._stuck += 1
            if self._stuck >= _MOST_STUCK:
                self._trusted = False
                return None
        self._last_s, self._last_data = stamp_s, frame.data
        return stamp_s

    def _relabelled(self, batches: Sequence[Batch], *, clocked: bool) -> list[Batch]:
        """Batches with epochs numbered over the stream: timed and untimed ones don't mix."""
        out = []
        for batch in batches:
            source = (clocked, batch.epoch if clocked else self._pauses)
            if source != self._source:
                self._epoch += 1
                self._source = source
            out.append(replace(batch, epoch=self._epoch))
        return out


def _plain(frames: list[WitFrame]) -> list[Batch]:
    """Frames without a clock, one batch for each arrival."""
    batches: list[Batch] = []
    at = 0
    while at < len(frames):
        arrival_s = frames[at].arrival_s
        end = at
        while end < len(frames) and frames[end].arrival_s == arrival_s:
            end += 1
        part = frames[at:end]
        batches.append(
            Batch(
                acc_g=np.array([f.acc_g for f in part]),
                gyro_dps=np.array([f.gyro_dps for f in part]),
                device_s=None,
                arrival_s=arrival_s,
                lost=None,
            )
        )
        at = end
    return batches


def battery() -> Dialogue[int | None]:
    """State of charge from the battery register, %."""
    yield Subscribe(NOTIFY)
    yield Write(WRITE, command(READ, BATTERY_REGISTER), response=False)
    answer = yield Listen(NOTIFY, 1.0)
    stream = WitStream(Tally())
    frames = [frame for packet in answer for frame in stream.feed(packet)]
    for frame in [*frames, *stream.finish()]:
        if frame.kind == ANSWER and frame.register[0] == BATTERY_REGISTER:
            return charge(frame.register[1][0])
    return None


def charge(centivolt: int) -> int:
    """State of charge for a voltage in hundredths of a volt, %."""
    return next((percent for floor, percent in BATTERY_CENTIVOLT if centivolt > floor), 0)


FAMILY = Family(
    name=NAME,
    title="WitMotion Bluetooth 5 (WT901BLE, WT9011DCL, …)",
    advertises=r"^B?WT",
    not_these=r"^WTVB",
    services=(SERVICE,),
    notify=(NOTIFY,),
    rates_hz=tuple(RATE_CODES),
    ranges_g=(RANGE_G,),
    has_gyro=True,
    clock_visible=False,
    loss_visible=False,
    start=start,
    stop=stop,
    decoder=WitMotionDecoder,
    battery=battery,
)
