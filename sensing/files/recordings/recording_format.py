"""Anklet's own recording: append-only, readable after a crash at any byte.

After a signature of eight bytes the file is a row of frames, each with a mark, a kind, a length and
a checksum of its own (docs/recording-format.md has the bytes). A frame is handed to the operating
system whole and never touched again (:mod:`sensing.capture.recorder`), so whatever stops the
writer can only tear the last one. A reader takes every frame whose checksum is right: a torn tail
is dropped, damage inside is skipped up to the next good mark, and both are said.

What is recorded is what came off the air: packets with their arrival, and what became of the link.
A replay decodes them as the live session did. Sources that have no packets record samples instead.
"""

from __future__ import annotations

import json
import math
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from sensing.core.errors import RecordingError
from sensing.core.samples import Recording
from sensing.core.units import Floats
from sensing.devices.base import Setup
from sensing.devices.registry import family
from sensing.files.recordings.decode_packets import decoded
from sensing.sampling.columns import Columns, recording_of

SIGNATURE = b"\x89ANKLET\n"
FORMAT = 1
MARK = b"\xa5\x5a"
_FRAME = struct.Struct("<2sBBII")
_CHECKED = struct.Struct("<BBI")
_PACKET = struct.Struct("<dB")
_SAMPLES = struct.Struct("<QIB")
_MOMENT = struct.Struct("<d")
LONGEST = 1 << 20
"""Longest payload of a frame, bytes; a longer length is damage."""

HEADER, PACKET, SAMPLES, EVENT, END = 1, 2, 3, 4, 5
_NEWEST_KIND = 31
_HAS_GYRO, _HAS_TIME, _DOUBLE = 1, 2, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a recording is of.

    Attributes:
        sensor: name of the sensor's family, or of the program the samples came from.
        setup: what the sensor granted, as :meth:`sensing.devices.base.Setup.to_dict` gives it.
        streams: characteristics the packets came from; packets name them by position.
        rate_hz: nominal rate, Hz.
        range_g: range of the accelerometer, g.
        exercise: name from the catalogue, or "auto".
        side: "left" or "right".
        load_kg: weight carried.
        placement: "ankle" or "shoe".
        started: when, as an ISO date and time with its offset.
        versions: of the program and of what else made the recording.
        note: the person's remark.
        session: a random text that the recordings of one session share.
        athlete: who it is.
        pain: 0 (none) to 10 (worst), before it began.
        target: what was planned, and how the recording is meant: JSON values by name.
        sensor_name: what the sensor calls itself.
        sensor_address: by which it was connected.
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


@dataclass(frozen=True, slots=True)
class Packet:
    """One notification: when it arrived (s, monotonic), on which stream, and its bytes."""

    arrival_s: float
    stream: int
    payload: bytes


@dataclass(frozen=True, slots=True, eq=False)
class SampleRun:
    """Consecutive samples, none missing between them.

    Attributes:
        first: index of the first, lost ones counted.
        acc_mps2: shape (n, 3), m/s².
        gyro_dps: shape (n, 3), °/s, or None.
        t_s: shape (n,), s, or None where index and rate say it.
    """

    first: int
    acc_mps2: Floats
    gyro_dps: Floats | None = None
    t_s: Floats | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to the link or was said by the person, at ``time_s``."""

    time_s: float
    name: str
    detail: str = ""


LINK_LOST = "link-lost"
LINK_BACK = "link-back"

Record = Packet | SampleRun | Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketRecording:
    """What could be read of a file.

    Attributes:
        closed: the writer finished it.
        torn_bytes: dropped at the end, where the last frame is not whole.
        damaged_bytes: skipped inside, where checksums are wrong.
        notes: the same for the person.
    """

    header: Header
    records: tuple[Record, ...]
    closed: bool
    torn_bytes: int
    damaged_bytes: int
    notes: tuple[str, ...]


def frame(kind: int, payload: bytes) -> bytes:
    """One frame as it stands in the file."""
    crc = zlib.crc32(payload, zlib.crc32(_CHECKED.pack(kind, 0, len(payload))))
    return _FRAME.pack(MARK, kind, 0, len(payload), crc) + payload


def header_payload(header: Header) -> bytes:
    """Payload of a header frame."""
    return json.dumps({"format": FORMAT, **asdict(header)}, ensure_ascii=False).encode()


def packet_payload(packet: Packet) -> bytes:
    """Payload of a packet frame."""
    return _PACKET.pack(packet.arrival_s, packet.stream) + packet.payload


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
    return _MOMENT.pack(event.time_s) + said.encode()


def is_recording(start: bytes) -> bool:
    """Whether a file that starts with these bytes is one of ours."""
    return start.startswith(SIGNATURE)


def parse_recording(data: bytes, where: str) -> PacketRecording:
    """Read what there is.

    Args:
        data: the whole file.
        where: its name, for messages.

    Raises:
        RecordingError: it has no readable header, or a newer Anklet wrote it.
    """
    header: Header | None = None
    records: list[Record] = []
    closed = False
    unread = 0
    frames = list(_frames(data))
    for kind, payload, _ in frames:
        if kind == HEADER:
            header = header or _header(payload, where)
        elif kind == END:
            closed = True
        elif kind in (PACKET, SAMPLES, EVENT):
            record = _record(kind, payload)
            if record is None:
                unread += 1
            else:
                records.append(record)
        else:
            unread += 1
    if header is None:
        raise RecordingError(
            "the header can't be read",
            where=where,
            remedy="the recording was cut off before it began, or is something else",
        )
    tail = frames[-1][2]
    torn = len(data) - tail
    whole = len(SIGNATURE) + sum(_FRAME.size + len(payload) for _, payload, _ in frames)
    damaged = tail - whole
    notes = []
    if damaged:
        notes.append(f"{damaged} damaged bytes were skipped")
    if torn:
        notes.append(f"the last {torn} bytes are torn and were dropped")
    if not closed:
        notes.append("the recording was not finished: it holds what there is")
    if unread:
        notes.append(f"{unread} records of a kind this version can't read were left out")
    return PacketRecording(
        header=header,
        records=tuple(records),
        closed=closed,
        torn_bytes=torn,
        damaged_bytes=damaged,
        notes=tuple(notes),
    )


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
            "the header makes no sense", where=where, remedy="it was not written by Anklet"
        ) from None
    if not isinstance(version, int) or version > FORMAT:
        raise RecordingError(
            f"written in format {version}, and this Anklet knows {FORMAT}",
            where=where,
            remedy="install a newer Anklet",
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
"""How each key of the header is read; what can't be is no header of ours."""


def _record(kind: int, payload: bytes) -> Record | None:
    """Meaning of one frame's payload; None if it has none."""
    try:
        if kind == PACKET:
            arrival_s, stream = _PACKET.unpack_from(payload)
            return Packet(arrival_s, stream, payload[_PACKET.size :])
        if kind == EVENT:
            (time_s,) = _MOMENT.unpack_from(payload)
            said = json.loads(payload[_MOMENT.size :])
            return Event(time_s, str(said["name"]), str(said.get("detail", "")))
        return _samples(payload)
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


def recording_of_packets(recording: PacketRecording, where: str) -> Recording:
    """Decode what was recorded, check it and lay it on the grid.

    Raises:
        RecordingError: it can't be trusted, or holds nothing.
        DeviceError: the sensor it is of is none of ours, or its setup makes no sense.
    """
    packets = any(isinstance(record, Packet) for record in recording.records)
    columns = _decode(recording, where) if packets else _runs(recording, where)
    return recording_of(replace(columns, notes=(*recording.notes, *columns.notes)))


def _decode(recording: PacketRecording, where: str) -> Columns:
    header = recording.header

    def happenings() -> Iterator[tuple[float, str, bytes] | None]:
        for record in recording.records:
            if isinstance(record, Packet) and record.stream < len(header.streams):
                yield record.arrival_s, header.streams[record.stream], record.payload
            elif isinstance(record, Event) and record.name == LINK_LOST:
                yield None

    family(header.sensor)
    try:
        setup = Setup.from_dict(header.sensor, header.setup)
    except (TypeError, ValueError):
        raise RecordingError(
            "the sensor's setup makes no sense", where=where, remedy="it was not written by Anklet"
        ) from None
    return decoded(header.sensor, setup, happenings(), where)


def _runs(recording: PacketRecording, where: str) -> Columns:
    header = recording.header
    runs = [r for r in recording.records if isinstance(r, SampleRun) and len(r.acc_mps2)]
    if not runs:
        raise RecordingError("holds no samples", where=where, remedy="record again")
    stamps = [r.t_s for r in runs if r.t_s is not None]
    if len(stamps) == len(runs):
        t_s = np.concatenate(stamps)
    elif header.rate_hz and 0 < header.rate_hz < math.inf:
        counts = [r.first + np.arange(len(r.acc_mps2)) for r in runs]
        t_s = np.concatenate(counts) / header.rate_hz
    else:
        raise RecordingError(
            "neither times nor a rate are recorded", where=where, remedy="record again"
        )
    gyros = [r.gyro_dps for r in runs if r.gyro_dps is not None]
    return Columns(
        acc=np.concatenate([r.acc_mps2 for r in runs]),
        acc_unit="mps2",
        t_s=t_s,
        gyro_dps=np.concatenate(gyros) if len(gyros) == len(runs) else None,
        range_g=header.range_g,
        where=where,
    )
