"""Movesense sensors by GSP, the GATT SensorData Protocol of Movesense's firmware.

A client subscribes to a path such as ``/Meas/Acc/208`` under a reference number of its choice. Data
come as ``[2][reference][u32 ms of the FIRST sample][float32 triples]``; what does not fit into one
notification continues in ``[3][reference]…`` and ``[4][reference]…``. Acceleration is in m/s²; IMU6
sends all acceleration triples, then all of the gyro (a public driver reads them interleaved; the
captured packets show otherwise).

Parts carry no packet number. So a packet of several parts waits for the next one's stamp: if that
shows a gap and the parts did not come close together either, the end of one packet may have been
joined to the start of another, and it is dropped.

Sources: movesense.com's page ``gatt_sensordata_protocol``; sensein/movesense-py (protocol.py and
the captured packets of its tests); the firmware's sample app; noduslabs/movesense-nodejs-driver.
Not yet tested with a sensor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sensing.core.errors import DeviceError
from sensing.core.packets import Packet
from sensing.core.units import G_MPS2, Floats
from sensing.devices.base import (
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
from sensing.devices.gatt import battery_level
from sensing.devices.stamped_frames import StampedFrame
from sensing.devices.stamps import Sequencer

NAME = "movesense"
SERVICE = "34802252-7185-4d5d-b431-630e7050e8f0"
WRITE = "34800001-7185-4d5d-b431-630e7050e8f0"
NOTIFY = "34800002-7185-4d5d-b431-630e7050e8f0"

SUBSCRIBE, UNSUBSCRIBE = 1, 2
RESULT, DATA, DATA_2, DATA_3 = 1, 2, 3, 4
REF_ACC, REF_IMU6 = 99, 100

RATES_HZ = (13.0, 26.0, 52.0, 104.0, 208.0, 416.0)
"""833 Hz and more would need more than three parts per packet."""
IMU6_RATES_HZ = RATES_HZ[:-1]

_PACKETS_A_SECOND = 13.0
"""Packets per second at every rate: 4 samples at 52 Hz, 8 at 104 (captured packets)."""
_WRAP_S, _RESOLUTION_S = 2**32 / 1e3, 1e-3
"""Of the stamp: u32 ms."""
_MOST_BYTES = 1024
"""No packet is larger."""
_SIZE_BELIEVED = 3
"""A packet of unusual size may be incomplete; this many of one size are the firmware's own."""
_ACK_S, _MOST_OTHERS = 2.0, 32
"""Longest wait for an answer, and other notifications skipped."""


def read_status(two: bytes) -> int:
    """HTTP-like status of a result: little-endian, but some firmware swaps the bytes of 507."""
    little, big = int.from_bytes(two, "little"), int.from_bytes(two, "big")
    return little if 100 <= little <= 599 else big


def read_triples(payload: bytes, arrays: int) -> tuple[int, list[Floats]]:
    """Stamp in ms and ``arrays`` blocks of float32 triples, each of shape (n, 3).

    Raises:
        DeviceError: the length is not that of whole blocks, or a value is not finite.
    """
    body = len(payload) - 4
    if body <= 0 or body % (12 * arrays):
        raise DeviceError(f"a Movesense packet of {len(payload)} bytes is not {arrays} × n triples")
    values = np.frombuffer(payload, dtype="<f4", offset=4).astype(np.float64)
    if not np.isfinite(values).all():
        raise DeviceError("a Movesense packet contains NaN or infinite values")
    return int.from_bytes(payload[:4], "little"), list(values.reshape(arrays, -1, 3))


def start(request: StreamRequest) -> Dialogue[Setup]:
    """Subscribe at the nearest rate, or the next lower one if the firmware refuses it.

    Raises:
        DeviceError: no rate is accepted.
    """
    ref, path = (REF_IMU6, "/Meas/IMU6/") if request.gyro else (REF_ACC, "/Meas/Acc/")
    offered = IMU6_RATES_HZ if request.gyro else RATES_HZ
    best = choose(offered, request.rate_hz)
    yield Subscribe(NOTIFY)
    for old in (REF_ACC, REF_IMU6):
        yield Write(WRITE, bytes([UNSUBSCRIBE, old]))
    yield Listen(NOTIFY, 0.2)
    status = 0
    for rate_hz in reversed([r for r in offered if r <= best]):
        yield Write(WRITE, bytes([SUBSCRIBE, ref]) + f"{path}{rate_hz:.0f}".encode("ascii"))
        status = yield from _accepted(ref)
        if 200 <= status < 300:
            return Setup(
                family=NAME,
                rate_hz=rate_hz,
                range_g=None,
                gyro_rate_hz=rate_hz if request.gyro else None,
                notes=("a Movesense does not report its range; most are set to ±8 g",),
            )
        if status == 0:
            break
    raise _refused(status)


def _accepted(ref: int) -> Dialogue[int]:
    """Status of a subscription, 0 without an answer; data without a result (old firmware) is 200.

    Data may still come from an earlier subscription, ahead of the result, so data count as an
    answer only if no result follows at once.
    """
    streaming = False
    for _ in range(_MOST_OTHERS):
        answer = yield Listen(NOTIFY, 0.3 if streaming else _ACK_S, 1)
        if not answer:
            break
        said = answer[0].payload
        if len(said) >= 4 and said[0] == RESULT and said[1] == ref:
            return read_status(said[2:4])
        streaming = streaming or (len(said) > 6 and said[0] == DATA and said[1] == ref)
    return 200 if streaming else 0


def _refused(status: int) -> DeviceError:
    if status == 0:
        return DeviceError(
            "the Movesense does not answer a subscription",
            remedy="install firmware 2.3 or newer (with the GATT SensorData Protocol)",
        )
    if status == 507:
        return DeviceError(
            "the Movesense has no room for another subscription",
            remedy="end other programs that use it, or take its battery out for a moment",
        )
    return DeviceError(
        f"the Movesense refuses to stream (status {status})",
        remedy="choose another --rate, or update its firmware",
    )


def stop(setup: Setup) -> Dialogue[None]:
    """Unsubscribe."""
    ref = REF_ACC if setup.gyro_rate_hz is None else REF_IMU6
    yield Write(WRITE, bytes([UNSUBSCRIBE, ref]))
    yield Unsubscribe(NOTIFY)


@dataclass(slots=True)
class _Parts:
    """A frame being assembled from the parts that came in packets of their own.

    Attributes:
        parts: payloads so far, without headers.
        last: kind of the last part.
        began_s: arrival of the first part, s.
        ended_s: arrival of the last one, s.
    """

    parts: list[bytes]
    last: int
    began_s: float
    ended_s: float

    @property
    def payload(self) -> bytes:
        return b"".join(self.parts)


class MovesenseDecoder:
    """Decodes GSP notifications."""

    def __init__(self, setup: Setup) -> None:
        self.tally = Tally()
        self._arrays = 1 if setup.gyro_rate_hz is None else 2
        self._ref = REF_ACC if self._arrays == 1 else REF_IMU6
        self._packet_s = 1 / _PACKETS_A_SECOND
        self._usual_bytes = 4 + 12 * self._arrays * round(setup.rate_hz / _PACKETS_A_SECOND)
        self._odd_bytes = 0
        self._odd_seen = 0
        self._open: _Parts | None = None
        self._sequencer = Sequencer(
            setup.rate_hz,
            stamps="first",
            tally=self.tally,
            wrap_s=_WRAP_S,
            resolution_s=_RESOLUTION_S,
        )

    def feed(self, packet: Packet) -> Sequence[Batch]:
        """Decode one packet; see :class:`~sensing.devices.base.Decoder`."""
        if packet.characteristic != NOTIFY:
            return ()
        payload = packet.payload
        if len(payload) < 2:
            raise DeviceError(f"a Movesense notification of {len(payload)} bytes has no header")
        kind, ref, rest = payload[0], payload[1], payload[2:]
        if ref != self._ref or kind not in (DATA, DATA_2, DATA_3):
            return ()
        if kind == DATA:
            return self._first_part(rest, packet.arrival_s)
        return self._next_part(kind, rest, packet.arrival_s)

    def _first_part(self, rest: bytes, arrival_s: float) -> list[Batch]:
        if len(rest) < 16:
            raise DeviceError(f"a Movesense packet starts with only {len(rest)} bytes")
        before = self._open
        if before is not None and before.parts == [rest]:
            self.tally.repeated += 1
            return []
        self._open = _Parts([rest], DATA, arrival_s, arrival_s)
        batches = self._close(before, next_stamp_ms=int.from_bytes(rest[:4], "little"))
        if len(rest) == self._usual_bytes:
            batches += self._close(self._open)
            self._open = None
        return batches

    def _next_part(self, kind: int, rest: bytes, arrival_s: float) -> list[Batch]:
        frame = self._open
        if frame is None:
            raise DeviceError("the start of a Movesense packet is missing")
        if kind == frame.last and frame.parts[-1] == rest:
            self.tally.repeated += 1
            return []
        if kind != frame.last + 1 or len(frame.payload) + len(rest) > _MOST_BYTES:
            self._open = None
            raise DeviceError("a part of a Movesense packet is missing")
        frame.parts.append(rest)
        frame.last = kind
        frame.ended_s = arrival_s
        return []

    def _close(self, frame: _Parts | None, *, next_stamp_ms: int | None = None) -> list[Batch]:
        """Decode a frame that is complete; count it as damaged if it can't be read."""
        if frame is None:
            return []
        payload = frame.payload
        stamp_ms = int.from_bytes(payload[:4], "little")
        whole = self._usual(len(payload)) and self._belongs_together(frame, stamp_ms, next_stamp_ms)
        try:
            _, blocks = read_triples(payload, self._arrays)
        except DeviceError:
            whole = False
        if not whole:
            self.tally.damaged += 1
            return []
        return self._sequencer.push(
            StampedFrame(
                stamp_ms / 1e3,
                blocks[0] / G_MPS2,
                blocks[1] if self._arrays == 2 else None,
                frame.ended_s,
            )
        )

    def _usual(self, size: int) -> bool:
        """True for the usual packet size; half an IMU6 packet could be read as a whole one."""
        if size == self._usual_bytes:
            return True
        self._odd_seen = self._odd_seen + 1 if size == self._odd_bytes else 1
        self._odd_bytes = size
        if self._odd_seen < _SIZE_BELIEVED:
            return False
        self._usual_bytes = size
        return True

    def _belongs_together(self, packet: _Parts, stamp_ms: int, next_ms: int | None) -> bool:
        if packet.ended_s - packet.began_s < 0.6 * self._packet_s:
            return True
        if next_ms is None:
            return False
        step_s = ((next_ms - stamp_ms) % 2**32) / 1e3
        return step_s < 1.5 * self._packet_s

    def interrupted(self) -> Sequence[Batch]:
        """Return what is complete; the rest of a partial packet is lost."""
        packet, self._open = self._open, None
        return [*self._close(packet), *self._sequencer.release()]

    def finish(self) -> Sequence[Batch]:
        """Return what is left."""
        packet, self._open = self._open, None
        return [*self._close(packet), *self._sequencer.finish()]


FAMILY = Family(
    name=NAME,
    title="Movesense (Medical, Active, Flash)",
    advertises=r"^Movesense",
    services=(SERVICE,),
    notify=(NOTIFY,),
    rates_hz=RATES_HZ,
    ranges_g=(8.0,),
    has_gyro=True,
    clock_visible=True,
    loss_visible=True,
    start=start,
    stop=stop,
    decoder=MovesenseDecoder,
    battery=battery_level,
)
