"""Anklet's own recording: append-only, readable after a crash at any byte.

After a signature of eight bytes the file is a sequence of frames, each with a mark, a kind, a
length and a checksum (docs/recording-format.md has the bytes). Each frame is written at once and
never changed (:mod:`sensing.capture.recorder`), so a crash can damage the last one only. A reader
uses every frame whose checksum is right: a cut-off end is left out, damage is skipped up to the
next mark, and both are reported.

A recording holds what the radio received: packets with their time of arrival, and losses of the
link. A replay decodes them as the live session did. Sources without packets record samples.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from sensing.core.errors import RecordingError
from sensing.core.packets import Event, Packet
from sensing.core.units import Floats

SIGNATURE = b"\x89ANKLET\n"
FORMAT = 1
MARK = b"\xa5\x5a"
_FRAME = struct.Struct("<2sBBII")
_CHECKED = struct.Struct("<BBI")
_PACKET = struct.Struct("<dB")
_SAMPLES = struct.Struct("<QIB")
_MOMENT = struct.Struct("<d")
LONGEST = 1 << 20
"""Longest payload of a frame, bytes; a longer one can only be damage."""

HEADER, PACKET, SAMPLES, EVENT, END = 1, 2, 3, 4, 5
_NEWEST_KIND = 31
_HAS_GYRO, _HAS_TIME, _DOUBLE = 1, 2, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a recording says about itself.

    Attributes:
        sensor: name of the sensor's family, or of the program that made the samples.
        setup: what the sensor agreed to, from :meth:`sensing.devices.base.Setup.to_dict`.
        streams: characteristics the packets came from; in the file a packet has the position of its
            own.
        rate_hz: nominal rate, Hz.
        range_g: range of the accelerometer, g.
        exercise: name from the catalogue, or "auto".
        side: "left" or "right".
        load_kg: added load.
        placement: "ankle", "shoe" or "unknown".
        started: when it began, as an ISO date and time with its offset.
        versions: of Anklet and of what it ran on.
        note: the athlete's own.
        session: a random key that all recordings of one session have.
        athlete: their name.
        pain: 0 (none) to 10 (worst), before the session.
        target: what was planned and what the recording is for, as JSON values by name.
        sensor_name: what the sensor calls itself.
        sensor_address: its Bluetooth address.
    """

    sensor: str = ""
    setup: Mapping[str, Any] = field(default_factory=dict)
    streams: tuple[str, ...] = ()
    rate_hz: float | None = None
    range_g: float | None = None
    exercise: str | None = None
    side: str | None = None
    load_kg: float | None = None
    placement: str | None = None
    started: str | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    note: str | None = None
    session: str | None = None
    athlete: str | None = None
    pain: int | None = None
    target: Mapping[str, Any] = field(default_factory=dict)
    sensor_name: str | None = None
    sensor_address: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SampleRun:
    """Consecutive samples without a gap.

    Attributes:
        first: index of the first one; lost samples count.
        acc_mps2: shape (n, 3), m/s².
        gyro_dps: shape (n, 3), °/s, or None.
        t_s: shape (n,), s, or None if index and rate determine the times.
    """

    first: int
    acc_mps2: Floats
    gyro_dps: Floats | None = None
    t_s: Floats | None = None


Record = Packet | SampleRun | Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketRecording:
    """What could be read of a file.

    Attributes:
        closed: the recorder finished it.
        torn_bytes: left out at the end, because the last frame is incomplete.
        damaged_bytes: skipped because of wrong checksums.
        notes: the same for the user.
    """

    header: Header
    records: tuple[Record, ...]
    closed: bool
    torn_bytes: int
    damaged_bytes: int
    notes: tuple[str, ...]


def frame(kind: int, payload: bytes) -> bytes:
    """One frame as it is in the file."""
    crc = zlib.crc32(payload, zlib.crc32(_CHECKED.pack(kind, 0, len(payload))))
    return _FRAME.pack(MARK, kind, 0, len(payload), crc) + payload


def header_payload(header: Header) -> bytes:
    """Payload of a header frame."""
    return json.dumps({"format": FORMAT, **asdict(header)}, ensure_ascii=False).encode()


def packet_payload(packet: Packet, streams: Sequence[str]) -> bytes:
    """Payload of a packet frame; ``streams`` are those of the header."""
    return _PACKET.pack(packet.arrival_s, streams.index(packet.characteristic)) + packet.payload


def samples_payload(run: SampleRun, *, double: bool = False) -> bytes:
    """Payload of a frame of samples: 32-bit floats, or 64-bit if ``double``; time is exact."""
    real = "<f8" if double else "<f4"
    flags = _DOUBLE * double
    parts = [run.acc_mps2.astype(real).tobytes()]
    if run.gyro_dps is not None:
        flags |= _HAS_GYRO
        parts.append(run.gyro_dps.astype(real).tobytes())
    if run.t_s is not None:
        flags |= _HAS_TIME
        parts.append(run.t_s.astype("<f8").tobytes())
    return b"".join([_SAMPLES.pack(run.first, len(run.acc_mps2), flags), *parts])


def event_payload(event: Event) -> bytes:
    """Payload of an event frame."""
    said = json.dumps({"name": event.name, "detail": event.detail}, ensure_ascii=False)
    return _MOMENT.pack(event.at_s) + said.encode()


def is_recording(start: bytes) -> bool:
    """Whether a file that begins with these bytes is one of our recordings."""
    return start.startswith(SIGNATURE)


def parse_recording(data: bytes, where: str) -> PacketRecording:
    """Read a recording, as far as it is intact.

    Args:
        data: the whole file.
        where: its name, for messages.

    Raises:
        RecordingError: the header can't be read, or a newer version of Anklet wrote it.
    """
    frames = list(_frames(data))
    header = _first_header(frames, where)
    closed = any(kind == END for kind, _, _ in frames)
    read = [
        _record(kind, payload, header.streams)
        for kind, payload, _ in frames
        if kind not in (HEADER, END)
    ]
    records = tuple(record for record in read if record is not None)
    unread = len(read) - len(records)
    tail = frames[-1][2]
    torn = len(data) - tail
    whole = len(SIGNATURE) + sum(_FRAME.size + len(payload) for _, payload, _ in frames)
    damaged = tail - whole
    notes = []
    if damaged:
        notes.append(f"{damaged} damaged bytes were skipped")
    if torn:
        notes.append(f"the last {torn} bytes are incomplete and were left out")
    if not closed:
        notes.append("the recording was not finished; what was recorded until then is used")
    if unread:
        notes.append(f"{unread} records that this version can't read were left out")
    return PacketRecording(
        header=header,
        records=records,
        closed=closed,
        torn_bytes=torn,
        damaged_bytes=damaged,
        notes=tuple(notes),
    )


def parse_header(data: bytes, where: str) -> Header:
    """The header alone, which is at the beginning: nothing after it is looked at.

    Args:
        data: the file, or its beginning.
        where: its name, for messages.

    Raises:
        RecordingError: as for :func:`parse_recording`.
    """
    return _first_header(_frames(data), where)


def has_header(data: bytes) -> bool:
    """Whether the beginning of a file is long enough to hold the header."""
    return any(kind == HEADER for kind, _, _ in _frames(data))


def _first_header(frames: Iterable[tuple[int, bytes, int]], where: str) -> Header:
    head = next((payload for kind, payload, _ in frames if kind == HEADER), None)
    if head is None:
        raise RecordingError(
            "the header can't be read",
            where=where,
            remedy="it was cut off before recording began, or is another kind of file",
        )
    return _header(head, where)


def _frames(data: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Kind, payload and end of every frame whose checksum is right."""
    at = data.find(MARK)
    while 0 <= at <= len(data) - _FRAME.size:
        _, kind, _, length, crc = _FRAME.unpack_from(data, at)
        start = at + _FRAME.size
        end = start + length
        if 0 < kind <= _NEWEST_KIND and length <= LONGEST and end <= len(data):
            payload = data[start:end]
            if zlib.crc32(payload, zlib.crc32(data[at + 2 : at + 8])) == crc:
                yield kind, payload, end
                at = end if data[end : end + 2] == MARK else data.find(MARK, end)
                continue
        at = data.find(MARK, at + 1)


def _header(payload: bytes, where: str) -> Header:
    try:
        plain = json.loads(payload)
        version = plain["format"]
        header = Header(
            **{
                name: read(plain[name])
                for name, read in _KEYS.items()
                if plain.get(name) is not None
            }
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        raise RecordingError(
            "the header is not valid", where=where, remedy="it was not written by Anklet"
        ) from None
    if not isinstance(version, int) or version > FORMAT:
        raise RecordingError(
            f"written in format {version}, but this version of Anklet reads up to {FORMAT}",
            where=where,
            remedy="update Anklet",
        )
    return header


_KEYS: Mapping[str, Callable[[Any], Any]] = {
    "sensor": str,
    "setup": dict,
    "streams": lambda names: tuple(str(name) for name in names),
    "rate_hz": float,
    "range_g": float,
    "exercise": str,
    "side": str,
    "load_kg": float,
    "placement": str,
    "started": str,
    "versions": lambda names: {str(k): str(v) for k, v in dict(names).items()},
    "note": str,
    "session": str,
    "athlete": str,
    "pain": int,
    "target": dict,
    "sensor_name": str,
    "sensor_address": str,
}
"""How each value of the header is read; a header with one that can't be is not ours."""


def _record(kind: int, payload: bytes, streams: Sequence[str]) -> Record | None:
    """One frame's payload decoded; None if it can't be, or is of an unknown kind."""
    try:
        if kind == PACKET:
            arrival_s, stream = _PACKET.unpack_from(payload)
            # A stream that the header does not name belongs to no decoder either.
            characteristic = streams[stream] if stream < len(streams) else ""
            return Packet(arrival_s, characteristic, payload[_PACKET.size :])
        if kind == EVENT:
            (at_s,) = _MOMENT.unpack_from(payload)
            said = json.loads(payload[_MOMENT.size :])
            return Event(at_s, str(said["name"]), str(said.get("detail", "")))
        return _samples(payload) if kind == SAMPLES else None
    except (struct.error, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _samples(payload: bytes) -> SampleRun:
    first, n, flags = _SAMPLES.unpack_from(payload)
    at = _SAMPLES.size

    def take(count: int, real: str) -> Floats:
        nonlocal at
        values = np.frombuffer(payload, dtype=real, count=count, offset=at)
        at += values.nbytes
        return values.astype(np.float64)

    real = "<f8" if flags & _DOUBLE else "<f4"
    acc = take(3 * n, real).reshape(n, 3)
    gyro = take(3 * n, real).reshape(n, 3) if flags & _HAS_GYRO else None
    t_s = take(n, "<f8") if flags & _HAS_TIME else None
    return SampleRun(first, acc, gyro, t_s)
