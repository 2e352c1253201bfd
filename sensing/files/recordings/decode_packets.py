"""From one of our recordings to samples.

Packets go through the decoder of their sensor's family, as they did live, and their samples onto
the host's clock (:mod:`sensing.devices.packets_to_samples`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from sensing.core.errors import RecordingError
from sensing.core.samples import Recording
from sensing.devices.base import Setup
from sensing.devices.packets_to_samples import decode_packets
from sensing.devices.registry import family
from sensing.files.recordings.recording_format import (
    LINK_LOST,
    Event,
    Packet,
    PacketRecording,
    SampleRun,
)
from sensing.sampling.columns import Columns, recording_of


def recording_of_packets(recording: PacketRecording, where: str) -> Recording:
    """Decode a recording, check its samples and resample them onto the grid.

    Raises:
        RecordingError: it can't be used, or has no samples.
        DeviceError: its sensor is of an unknown family.
    """
    has_packets = any(isinstance(record, Packet) for record in recording.records)
    columns = _of_packets(recording, where) if has_packets else _of_samples(recording, where)
    return recording_of(replace(columns, notes=(*recording.notes, *columns.notes)))


def _of_packets(recording: PacketRecording, where: str) -> Columns:
    header = recording.header

    def packets() -> Iterator[tuple[float, str, bytes] | None]:
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
            "the sensor's setup can't be read", where=where, remedy="it was not written by Anklet"
        ) from None
    try:
        dated = decode_packets(header.sensor, setup, packets())
    except RecordingError as error:
        raise RecordingError(error.what, where=where, remedy=error.remedy) from None
    return Columns(
        acc=dated.acc_g,
        acc_unit="g",
        t_s=dated.t_s,
        gyro_dps=dated.gyro_dps,
        range_g=dated.range_g,
        where=where,
        notes=dated.notes,
    )


def _of_samples(recording: PacketRecording, where: str) -> Columns:
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
        where=where,
    )
