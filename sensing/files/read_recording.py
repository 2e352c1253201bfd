"""Read a recording of any kind into a :class:`~sensing.core.samples.Recording`."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np

from sensing.core.errors import RecordingError, UsageError
from sensing.core.packets import Event, Packet
from sensing.core.samples import Recording
from sensing.devices.base import Setup
from sensing.devices.packets_to_samples import columns_of_packets
from sensing.devices.registry import family
from sensing.files.importers import archive
from sensing.files.importers.layout import Beside
from sensing.files.importers.recognise import NAMES, is_header, layout_of, read_foreign
from sensing.files.recordings.recording_format import (
    SIGNATURE,
    Header,
    PacketRecording,
    SampleRun,
    has_header,
    is_recording,
    parse_header,
    parse_recording,
)
from sensing.files.tables.number_columns import open_table
from sensing.files.tables.plain_csv import is_plain, read_plain
from sensing.files.tables.text_lines import Lines, open_recording
from sensing.sampling.checked_recording import recording_of
from sensing.sampling.columns import Columns

FORMATS = ("plain", "anklet", *NAMES)
"""Values of ``--input-format``."""

_MOST_BYTES = 2 << 30
"""Twelve hours of the fastest sensor take less."""
_HEADER_BYTES = 1 << 16
"""Bytes read for a header alone; where it is not in them, all is read. It changes cost only."""


def read_recording(
    path: Path, *, rate_hz: float | None = None, format_name: str | None = None
) -> Recording:
    """Read a recording.

    Args:
        path: the file.
        rate_hz: sample rate for files that carry no time, Hz.
        format_name: one of :data:`FORMATS`; None recognises it from the content.

    Raises:
        RecordingError: it can't be read or used; the message says why and what to do.
        UsageError: there is no such format.
    """
    if format_name is not None and format_name not in FORMATS:
        raise UsageError(
            f"there is no input format {format_name!r}", remedy=f"choose from {', '.join(FORMATS)}"
        )
    with open_recording(path) as stream:
        start = stream.read(len(SIGNATURE))
        stream.seek(0)
        if format_name == "anklet" or _is_ours(path, start):
            data = stream.read(_MOST_BYTES)
            columns = columns_of(parse_recording(data, path.name), path.name)
            return replace(recording_of(columns), format="anklet")
        if start.startswith(archive.SIGNATURE):
            zipped = archive.Archive(stream, path.name)
            with zipped.reading():
                member = zipped.recording()
                lines = Lines(zipped.open(member), f"{path.name}/{member.name}")
                aside = partial(zipped.beside, member)
                return _read_table(lines, aside, member.name, rate_hz, format_name)
        lines = Lines(stream, path.name)
        return _read_table(lines, partial(_beside, path), path.name, rate_hz, format_name)


def read_header(path: Path) -> Header | None:
    """The header of one of our recordings; None for another program's.

    Raises:
        RecordingError: the file can't be opened, or its header can't be read.
    """
    with open_recording(path) as stream:
        start = stream.read(len(SIGNATURE))
        if not _is_ours(path, start):
            return None
        start += stream.read(_HEADER_BYTES)
        if not has_header(start):
            start += stream.read(_MOST_BYTES)
        return parse_header(start, path.name)


def _is_ours(path: Path, start: bytes) -> bool:
    return is_recording(start) or path.suffix == ".anklet"


def columns_of(recording: PacketRecording, where: str) -> Columns:
    """The columns of one of our recordings; packets are decoded as they were live.

    Raises:
        RecordingError: it has no samples.
        DeviceError: its sensor is of an unknown family, or its setup is unusable.
    """
    packets = [record for record in recording.records if isinstance(record, Packet | Event)]
    if any(isinstance(record, Packet) for record in packets):
        header = recording.header
        family(header.sensor)  # an unknown family says more than what its setup lacks
        setup = Setup.from_dict(header.sensor, header.setup)
        try:
            columns = columns_of_packets(setup, packets)
        except RecordingError as error:
            raise RecordingError(error.what, where=where, remedy=error.remedy) from None
    else:
        columns = _columns_of_samples(recording, where)
    return replace(columns, where=where, notes=(*recording.notes, *columns.notes))


def _columns_of_samples(recording: PacketRecording, where: str) -> Columns:
    header = recording.header
    runs = [r for r in recording.records if isinstance(r, SampleRun) and len(r.acc_mps2)]
    if not runs:
        raise RecordingError("has no samples", where=where, remedy="record again")
    times = [r.t_s for r in runs if r.t_s is not None]
    if len(times) == len(runs):
        t_s = np.concatenate(times)
    elif header.rate_hz and 0 < header.rate_hz < math.inf:
        counts = [r.first + np.arange(len(r.acc_mps2)) for r in runs]
        t_s = np.concatenate(counts) / header.rate_hz
    else:
        raise RecordingError("has neither times nor a rate", where=where, remedy="record again")
    gyros = [r.gyro_dps for r in runs if r.gyro_dps is not None]
    return Columns(
        acc=np.concatenate([r.acc_mps2 for r in runs]),
        acc_unit="mps2",
        t_s=t_s,
        gyro_dps=np.concatenate(gyros) if len(gyros) == len(runs) else None,
        range_g=header.range_g,
    )


def _read_table(
    lines: Lines, beside: Beside, name: str, rate_hz: float | None, format_name: str | None
) -> Recording:
    if format_name == "plain":
        return replace(read_plain(open_table(lines), rate_hz=rate_hz), format="plain")
    table = open_table(lines, is_header=lambda names: is_plain(names) or is_header(names))
    foreign = format_name or (not is_plain(table.header) and is_header(table.header))
    if foreign:
        layout = layout_of(table.header)
        found = format_name or (layout.name if layout else "")
        return replace(recording_of(read_foreign(table, beside, name, format_name)), format=found)
    return replace(read_plain(table, rate_hz=rate_hz), format="plain")


def _beside(path: Path, name: str) -> BinaryIO | None:
    other = path.parent / name
    return open_recording(other) if other.is_file() else None


def sha256_of(path: Path) -> str:
    """SHA-256 of the file's bytes, in hexadecimal.

    Raises:
        RecordingError: the file can't be opened.
    """
    digest = hashlib.sha256()
    with open_recording(path) as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
