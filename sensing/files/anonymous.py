"""A recording without anything that says whose it is, with whose sensor, or when.

One of our own keeps its packets byte for byte; the header loses athlete, note, pain, the session's
key, the sensor's name and address, the date and what the computer was, and the events their
details. A file of another program may say anything anywhere, so only its numbers are kept: they are
written as plain CSV. What remains is movement, and the sensor's own clock inside its packets.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass, replace
from pathlib import Path

from sensing.core.packets import Event, Packet
from sensing.core.samples import Recording
from sensing.files.read_recording import read_header, read_recording
from sensing.files.recordings.recording_format import (
    END,
    EVENT,
    HEADER,
    PACKET,
    SAMPLES,
    SIGNATURE,
    Header,
    PacketRecording,
    event_payload,
    frame,
    header_payload,
    packet_payload,
    parse_recording,
    samples_payload,
)

KEPT_TARGETS = (
    *("set", "sets", "reps", "time_s", "rest_s", "tempo", "metronome_bpm"),
    *("protocol", "body_mass_kg", "box_height_m"),
)
"""What was planned and what the recording is for: numbers and names of tests only."""

_A_DAY_S = 1e5
"""A later time of the first sample is a date, and no time since the sensor was switched on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anonymous:
    """Bytes of the new file, how its name ends, and how much earlier its clock is.

    ``earlier_s`` is to be subtracted from times on the original's clock.
    """

    data: bytes
    ending: str
    earlier_s: float = 0.0


def anonymous(
    path: Path, *, rate_hz: float | None = None, format_name: str | None = None
) -> Anonymous:
    """The recording without names, notes, addresses and dates.

    Args:
        path: the recording.
        rate_hz, format_name: as for :func:`sensing.files.read_recording.read_recording`.

    Raises:
        RecordingError: it can't be read.
    """
    if read_header(path) is not None:
        return _ours(parse_recording(path.read_bytes(), path.name))
    recording = read_recording(path, rate_hz=rate_hz, format_name=format_name)
    first_s = recording.blocks[0].time_s(0)
    earlier_s = first_s if abs(first_s) > _A_DAY_S else 0.0
    return Anonymous(data=_plain(recording, earlier_s), ending=".csv.gz", earlier_s=earlier_s)


def anonymous_header(header: Header) -> Header:
    """The header without names, notes, addresses and dates."""
    kept = {name: header.target[name] for name in KEPT_TARGETS if name in header.target}
    return Header(
        sensor=header.sensor,
        setup={name: value for name, value in header.setup.items() if name != "notes"},
        streams=header.streams,
        rate_hz=header.rate_hz,
        range_g=header.range_g,
        exercise=header.exercise,
        side=header.side,
        load_kg=header.load_kg,
        placement=header.placement,
        versions={name: text for name, text in header.versions.items() if name == "anklet"},
        target=kept,
    )


def _ours(recording: PacketRecording) -> Anonymous:
    runs = [r for r in recording.records if not isinstance(r, Packet | Event)]
    timed = [r.t_s for r in runs if r.t_s is not None and len(r.t_s)]
    first_s = float(timed[0][0]) if timed else 0.0
    earlier_s = first_s if abs(first_s) > _A_DAY_S else 0.0
    header = anonymous_header(recording.header)
    parts = [SIGNATURE, frame(HEADER, header_payload(header)) * 2]
    for record in recording.records:
        match record:
            case Packet():
                if record.characteristic in header.streams:
                    parts.append(frame(PACKET, packet_payload(record, header.streams)))
            case Event():
                parts.append(frame(EVENT, event_payload(Event(record.at_s, record.name))))
            case _:
                t_s = None if record.t_s is None else record.t_s - earlier_s
                moved = replace(record, t_s=t_s)
                parts.append(frame(SAMPLES, samples_payload(moved, double=True)))
    if recording.closed:
        parts.append(frame(END, b"{}"))
    return Anonymous(data=b"".join(parts), ending=".anklet", earlier_s=earlier_s)


def _plain(recording: Recording, earlier_s: float) -> bytes:
    """Plain CSV, lost samples left out; compressed without name and time."""
    gyro = all(block.gyro_dps is not None for block in recording.blocks)
    names = ["t_s", "ax_mps2", "ay_mps2", "az_mps2"]
    names += ["gx_dps", "gy_dps", "gz_dps"] if gyro else []
    lines = [",".join(names)]
    for block in recording.blocks:
        for k, acc in enumerate(block.acc_mps2.tolist()):
            if block.lost[k]:
                continue
            values = [*acc, *(block.gyro_dps[k].tolist() if block.gyro_dps is not None else [])]
            at_s = block.time_s(k) - earlier_s
            lines.append(",".join([f"{at_s:.6f}", *(f"{value:.7g}" for value in values)]))
    return gzip.compress("\n".join([*lines, ""]).encode("ascii"), mtime=0)
