"""The open frame: Anklet's own protocol for boards people flash themselves (docs/open-frame.md).

One notification is ``u32 µs of its first sample · u16 sequence · u8 count · count × 3 int16``,
little-endian: the sensor's time and every loss are visible, and a 20-byte notification holds two
samples. Acceleration and angular rate have a characteristic and a sequence each. The *info* value
holds the value of a count and the rate and ranges in use.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sensing.core.errors import DeviceError
from sensing.core.packets import Packet
from sensing.core.units import Floats, Ints
from sensing.devices.base import (
    Batch,
    Dialogue,
    Family,
    Listen,
    Read,
    Setup,
    StreamRequest,
    Subscribe,
    Tally,
    Unsubscribe,
    Write,
    positive,
)
from sensing.devices.gatt import battery_level
from sensing.devices.stamped_frames import StampedFrame, StampedFrames
from sensing.devices.stamps import Sequencer

NAME = "open-frame"
SERVICE = "5a1e0000-8f3b-4c0d-9d52-616e6b6c6574"
CONTROL = "5a1e0001-8f3b-4c0d-9d52-616e6b6c6574"
INFO = "5a1e0002-8f3b-4c0d-9d52-616e6b6c6574"
ACC = "5a1e0003-8f3b-4c0d-9d52-616e6b6c6574"
GYRO = "5a1e0004-8f3b-4c0d-9d52-616e6b6c6574"

VERSION = 1
START, STOP = 1, 0

_START = struct.Struct("<BHHH")
_INFO = struct.Struct("<BBHHHff")
FRAME_HEAD = struct.Struct("<IHB")
_MOST_TRIES, _TRY_AGAIN_S = 10, 0.1
"""A board may take a moment to switch its sensor on before it reports that it streams."""
_WRAP_S = 2**32 / 1e6
_RESOLUTION_S = 1e-6


def start(request: StreamRequest) -> Dialogue[Setup]:
    """Ask for rate and ranges; the board uses the nearest it has and reports them in its info.

    Raises:
        DeviceError: the info is unusable, or the board is not streaming.
    """
    yield Subscribe(ACC)
    if request.gyro:
        yield Subscribe(GYRO)
    gyro_dps = round(request.gyro_range_dps) if request.gyro else 0
    yield Write(
        CONTROL,
        _START.pack(START, *(_u16(v) for v in (request.rate_hz, request.range_g, gyro_dps))),
    )
    info = b""
    for _ in range(_MOST_TRIES):
        answer = yield Read(INFO)
        info = answer[0].payload if answer else b""
        if len(info) < 2 or info[1]:
            break
        yield Listen(ACC, _TRY_AGAIN_S)
    return read_info(info)


def _u16(value: float) -> int:
    return min(0xFFFF, max(0, round(value)))


def read_info(info: bytes) -> Setup:
    """The setup from the board's info value.

    Raises:
        DeviceError: too short, of another version, or the board is not streaming.
    """
    update = "flash the sketch of docs/open-frame.md again"
    if len(info) < _INFO.size:
        raise DeviceError(f"the board's info is {len(info)} bytes, not {_INFO.size}", remedy=update)
    version, streaming, rate_hz, range_g, gyro_dps, acc_g, gyro_per_count = _INFO.unpack_from(info)
    if version != VERSION:
        raise DeviceError(
            f"the board uses version {version} of the protocol, not {VERSION}", remedy=update
        )
    if not streaming:
        raise DeviceError("the board did not start", remedy="switch it off and on")
    details = {"acc_g_per_count": positive(acc_g, "the board's g per count")}
    if gyro_dps:
        details["gyro_dps_per_count"] = positive(gyro_per_count, "the board's °/s per count")
    rate = positive(rate_hz, "the board's rate")
    return Setup(
        family=NAME,
        rate_hz=rate,
        range_g=positive(range_g, "the board's range"),
        gyro_rate_hz=rate if gyro_dps else None,
        gyro_range_dps=float(gyro_dps) if gyro_dps else None,
        details=details,
    )


def stop(setup: Setup) -> Dialogue[None]:
    """Stop the stream."""
    yield Write(CONTROL, bytes([STOP]))
    yield Unsubscribe(ACC)
    if setup.gyro_rate_hz is not None:
        yield Unsubscribe(GYRO)


class OpenFrameDecoder:
    """Decodes open frames."""

    def __init__(self, setup: Setup) -> None:
        self.tally = Tally()
        details = setup.details
        self._acc_g = positive(details.get("acc_g_per_count"), "acc_g_per_count of the setup")
        self._acc = self._sequencer(setup.rate_hz)
        self._gyro: Sequencer | None = None
        if setup.gyro_rate_hz is not None:
            self._gyro_dps = positive(
                details.get("gyro_dps_per_count"), "gyro_dps_per_count of the setup"
            )
            self._gyro = self._sequencer(setup.gyro_rate_hz)

    def _sequencer(self, rate_hz: float) -> Sequencer:
        return Sequencer(
            rate_hz, stamps="first", tally=self.tally, wrap_s=_WRAP_S, resolution_s=_RESOLUTION_S
        )

    def feed(self, packet: Packet) -> Sequence[Batch]:
        """Decode one packet; see :class:`~sensing.devices.base.Decoder`."""
        if packet.characteristic == ACC:
            stamp_s, sequence, counts = read_frame(packet.payload)
            acc_g = counts * self._acc_g
            frame = StampedFrame(stamp_s, acc_g, None, packet.arrival_s, sequence)
            return self._acc.push(frame)
        if packet.characteristic == GYRO and self._gyro is not None:
            stamp_s, sequence, counts = read_frame(packet.payload)
            gyro_dps = counts * self._gyro_dps
            frame = StampedFrame(stamp_s, None, gyro_dps, packet.arrival_s, sequence)
            return self._gyro.push(frame)
        return ()

    def feed_all(self, packets: Sequence[Packet]) -> Sequence[Batch] | None:
        """Decode many packets at once; see :class:`~sensing.devices.base.TakesMany`."""
        acc = _stretches([p for p in packets if p.characteristic == ACC])
        gyro = _stretches([p for p in packets if p.characteristic == GYRO and self._gyro])
        if acc is None or gyro is None:
            return None
        batches = []
        for stretch in acc:
            batches += self._acc.push_all(stretch.frames(acc_g=stretch.counts * self._acc_g))
        for stretch in gyro:
            if self._gyro is not None:
                gyro_dps = stretch.counts * self._gyro_dps
                batches += self._gyro.push_all(stretch.frames(gyro_dps=gyro_dps))
        return batches

    def interrupted(self) -> Sequence[Batch]:
        """Return what waited for a delayed frame."""
        return [*self._acc.release(), *(self._gyro.release() if self._gyro else ())]

    def finish(self) -> Sequence[Batch]:
        """Return what is left."""
        return [*self._acc.finish(), *(self._gyro.finish() if self._gyro else ())]


def read_frame(payload: bytes) -> tuple[float, int, Floats]:
    """Time of the first sample in s, sequence number, and counts of shape (n, 3).

    Raises:
        DeviceError: the length does not match the count in the frame.
    """
    if len(payload) < FRAME_HEAD.size:
        raise DeviceError(f"an open frame of {len(payload)} bytes is shorter than its header")
    micros, sequence, count = FRAME_HEAD.unpack_from(payload)
    due = FRAME_HEAD.size + 6 * count
    if count == 0 or len(payload) != due:
        raise DeviceError(
            f"an open frame announces {count} samples in {len(payload)} bytes, not {due}",
            remedy="let the board fit its frames to the MTU",
        )
    counts = np.frombuffer(payload, dtype="<i2", offset=FRAME_HEAD.size).reshape(-1, 3)
    return micros / 1e6, sequence, counts.astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class _Stretch:
    """m frames of n samples each: stamps (s), numbers and arrivals (s), and counts (m, n, 3)."""

    stamp_s: Floats
    sequence: Ints
    arrival_s: Floats
    counts: Floats

    def frames(
        self, *, acc_g: Floats | None = None, gyro_dps: Floats | None = None
    ) -> StampedFrames:
        return StampedFrames(self.stamp_s, acc_g, gyro_dps, self.arrival_s, self.sequence)


def _stretches(packets: Sequence[Packet]) -> list[_Stretch] | None:
    """Packets of one stream in stretches of equal length, or None if any can't be read."""
    found = []
    for length, stretch in itertools.groupby(packets, key=lambda packet: len(packet.payload)):
        n, beyond = divmod(length - FRAME_HEAD.size, 6)
        if n < 1 or beyond:
            return None
        same = list(stretch)
        whole = np.frombuffer(
            b"".join([packet.payload for packet in same]),
            dtype=[("us", "<u4"), ("sequence", "<u2"), ("n", "u1"), ("counts", "<i2", (n, 3))],
        )
        if (whole["n"] != n).any():
            return None
        found.append(
            _Stretch(
                whole["us"] / 1e6,
                whole["sequence"].astype(np.int64),
                np.array([packet.arrival_s for packet in same]),
                whole["counts"].astype(np.float64),
            )
        )
    return found


FAMILY = Family(
    name=NAME,
    title="board with Anklet's open frame",
    advertises=r"^Anklet",
    services=(SERVICE,),
    notify=(ACC, GYRO),
    rates_hz=(52.0, 104.0, 208.0, 416.0),
    ranges_g=(2.0, 4.0, 8.0, 16.0),
    has_gyro=True,
    clock_visible=True,
    loss_visible=True,
    start=start,
    stop=stop,
    decoder=OpenFrameDecoder,
    battery=battery_level,
)
