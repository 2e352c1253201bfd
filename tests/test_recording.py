"""Anklet's own recordings: cut at any byte, damaged anywhere, replayed exactly."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensing.capture.recorder import Recorder
from sensing.core.errors import AnkletError, DeviceError, RecordingError
from sensing.core.packets import LINK_LOST, Event, Packet
from sensing.core.units import G_MPS2, Floats
from sensing.devices import open_frame
from sensing.files.read_recording import columns_of, read_recording
from sensing.files.recordings.recording_format import (
    END,
    EVENT,
    HEADER,
    MARK,
    PACKET,
    SAMPLES,
    SIGNATURE,
    Header,
    Record,
    SampleRun,
    frame,
    header_payload,
    packet_payload,
    parse_recording,
    samples_payload,
)
from sensing.sampling.checked_recording import recording_of

HEADER_OF_ALL = Header(
    sensor="open-frame",
    setup={"rate_hz": 100.0, "range_g": 16.0, "details": {"acc_scale": 1 / 2048}},
    streams=(open_frame.ACC, open_frame.GYRO),
    rate_hz=100.0,
    range_g=16.0,
    exercise="single-leg-hop",
    side="left",
    load_kg=7.5,
    placement="ankle",
    started="2026-03-01T18:05:00+01:00",
    versions={"anklet": "0.1.0"},
    note="Wärme, 15 °C",
)


def acceleration(n: int, rate_hz: float = 100.0) -> Floats:
    """Rest with noise and a movement, m/s²."""
    rng = np.random.default_rng(2)
    t = np.arange(n) / rate_hz
    swing = 1 + 0.2 * np.sin(2 * np.pi * t) * (t > n / rate_hz / 2)
    return np.array([1.0, -2.0, 9.5]) * swing[:, None] + rng.normal(0, 0.02, (n, 3))


def sample_runs(n: int, size: int = 13) -> list[SampleRun]:
    """A recording of samples in runs, as float32 holds them."""
    acc = acceleration(n).astype("<f4").astype(np.float64)
    return [SampleRun(k, acc[k : k + size]) for k in range(0, n, size)]


def recorded(path: Path, records: list[Record], header: Header = HEADER_OF_ALL) -> bytes:
    """What a recorder leaves on the disk."""
    with Recorder(path, header) as recorder:
        for record in records:
            match record:
                case Packet():
                    recorder.packet(record)
                case SampleRun():
                    recorder.samples(record)
                case Event():
                    recorder.event(record)
    return path.read_bytes()


def ends(data: bytes) -> list[int]:
    """Where each whole frame ends, the signature counted as the first."""
    found, at = [len(SIGNATURE)], len(SIGNATURE)
    while at < len(data):
        at += 12 + int.from_bytes(data[at + 4 : at + 8], "little")
        found.append(at)
    return found


PACKETS: list[Record] = [
    Packet(10.0, open_frame.ACC, b""),
    Packet(10.05, open_frame.ACC, MARK + b"\x02\x00\x05\x00\x00\x00"),
    Event(10.1, LINK_LOST, "supervision timeout"),
    Packet(11.0, open_frame.GYRO, bytes(range(40))),
    Packet(11.02, open_frame.ACC, frame(PACKET, b"a frame inside of a packet")),
]


def test_what_is_recorded_is_read_back_exactly(tmp_path: Path) -> None:
    """Header with every field, packets byte for byte, events, samples."""
    runs: list[Record] = list(sample_runs(100))
    recording = parse_recording(recorded(tmp_path / "a.anklet", PACKETS + runs), "a")
    assert recording.header == HEADER_OF_ALL
    assert recording.records[:5] == tuple(PACKETS)
    back = [r for r in recording.records if isinstance(r, SampleRun)]
    want = [r for r in runs if isinstance(r, SampleRun)]
    assert [r.first for r in back] == [r.first for r in want]
    assert all(np.array_equal(a.acc_mps2, b.acc_mps2) for a, b in zip(back, want, strict=True))
    assert recording.closed
    assert recording.notes == ()


def test_doubles_gyro_and_times_are_kept(tmp_path: Path) -> None:
    """The options of a run of samples."""
    acc = acceleration(20)
    run = SampleRun(5, acc, gyro_dps=acc * 3, t_s=1e9 + np.arange(20) / 100)
    with Recorder(tmp_path / "a.anklet", Header()) as recorder:
        recorder.samples(run, double=True)
    (back,) = parse_recording((tmp_path / "a.anklet").read_bytes(), "a").records
    assert isinstance(back, SampleRun)
    assert np.array_equal(back.acc_mps2, acc)
    assert back.gyro_dps is not None
    assert np.array_equal(back.gyro_dps, acc * 3)
    assert back.t_s is not None
    assert np.array_equal(back.t_s, 1e9 + np.arange(20) / 100)


def test_a_file_cut_at_any_byte_keeps_every_whole_record(tmp_path: Path) -> None:
    """Every single byte: what was whole is there, the torn tail is dropped and said."""
    data = recorded(tmp_path / "a.anklet", PACKETS)
    whole = ends(data)
    for cut in range(len(data)):
        kept = sum(end <= cut for end in whole) - 1
        if kept < 1:
            with pytest.raises(RecordingError, match="header"):
                parse_recording(data[:cut], "a")
            continue
        recording = parse_recording(data[:cut], "a")
        assert recording.records == tuple(PACKETS[: max(0, kept - 2)])
        assert recording.torn_bytes == cut - max(end for end in whole if end <= cut)
        assert recording.damaged_bytes == 0
        assert not recording.closed
        assert "not finished" in " ".join(recording.notes)


@given(st.data())
def test_damage_anywhere_costs_only_the_records_it_touches(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Flipped bits and overwritten stretches: untouched frames come back, none is made up."""
    path = tmp_path_factory.mktemp("flip") / "a.anklet"
    clean = recorded(path, PACKETS)
    broken = bytearray(clean)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(clean) - 1))
        if data.draw(st.booleans()):
            broken[at] ^= 1 << data.draw(st.integers(0, 7))
        else:
            junk = data.draw(st.binary(min_size=1, max_size=60))
            broken[at : at + len(junk)] = junk[: len(clean) - at]
    whole = ends(clean)
    intact = [clean[a:b] == broken[a:b] for a, b in pairwise(whole)]
    if not any(intact[:2]):
        return
    recording = parse_recording(bytes(broken), "a")
    kept = [r for r, good in zip(PACKETS, intact[2:-1], strict=True) if good]
    inner = Packet  # a packet that holds a frame may give that frame when it is damaged itself
    found = [r for r in recording.records if r in PACKETS or not isinstance(r, inner)]
    assert found == kept
    if not all(intact):
        assert recording.torn_bytes + recording.damaged_bytes > 0 or not recording.closed


@given(st.binary(max_size=200))
def test_random_bytes_give_a_recording_or_a_clear_line(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes
) -> None:
    """Behind the signature, behind a good header, and as the payload of each kind of frame."""
    head = SIGNATURE + frame(HEADER, header_payload(HEADER_OF_ALL))
    path = tmp_path_factory.getbasetemp() / "fuzz.anklet"
    files = [junk, SIGNATURE + junk, head + junk, SIGNATURE + frame(HEADER, junk)]
    files += [head + frame(kind, junk) for kind in range(1, 9)]
    for data in files:
        path.write_bytes(data)
        with pytest.raises(AnkletError) as caught:
            read_recording(path)
        assert "\n" not in str(caught.value)


HEADER_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.sampled_from(["format", "sensor", "setup", "streams", "rate_hz", "range_g", "new"]),
        HEADER_VALUES,
    )
)
def test_any_header_gives_a_recording_or_a_clear_line(
    tmp_path_factory: pytest.TempPathFactory, header: dict[str, object]
) -> None:
    """A header that is JSON but not what we write, before good samples and good packets."""
    plain = {**json.loads(header_payload(HEADER_OF_ALL)), **header}
    start = SIGNATURE + frame(HEADER, json.dumps(plain).encode())
    path = tmp_path_factory.getbasetemp() / "header.anklet"
    few = samples_payload(sample_runs(13)[0])
    for tail in (
        frame(PACKET, packet_payload(Packet(1.0, open_frame.ACC, b"123"), HEADER_OF_ALL.streams)),
        frame(SAMPLES, few),
    ):
        path.write_bytes(start + tail)
        with pytest.raises(AnkletError):
            read_recording(path)


def test_samples_become_a_recording_with_their_gaps(tmp_path: Path) -> None:
    """Index and rate say when; runs left out are lost samples; the header says the range."""
    runs = sample_runs(1300)
    recording = recording_of(
        columns_of(
            parse_recording(recorded(tmp_path / "a.anklet", [*runs[:50], *runs[52:]]), "a"), "a"
        )
    )
    assert recording.samples == 1300 - 26
    assert recording.lost_samples == 26
    assert recording.rate_hz == pytest.approx(100)
    assert recording.range_g == 16.0
    (block,) = recording.blocks
    assert np.array_equal(block.acc_mps2[:650], acceleration(1300).astype("<f4")[:650])
    assert np.flatnonzero(block.lost).tolist() == list(range(650, 676))


def open_frame_packets(n: int, *, gyro: bool = False) -> list[Record]:
    """Packets of the open frame protocol, ten samples each, 100 Hz, arriving a little late."""
    acc = acceleration(n)
    rng = np.random.default_rng(4)
    records: list[Record] = []
    for sequence, k in enumerate(range(0, n - 9, 10)):
        arrival_s = 50 + (k + 9) / 100 + 0.004 + rng.exponential(0.01)
        for stream in (open_frame.ACC, open_frame.GYRO) if gyro else (open_frame.ACC,):
            is_acc = stream == open_frame.ACC
            values = acc[k : k + 10] / G_MPS2 * 2048 if is_acc else acc[k : k + 10] * 16
            counts = np.rint(values).astype("<i2")
            head = (k * 10_000).to_bytes(4, "little") + sequence.to_bytes(2, "little") + b"\x0a"
            records.append(Packet(arrival_s, stream, head + counts.tobytes()))
    return records


def open_frame_header(*, gyro: bool = False) -> Header:
    """Header of a recording of such packets."""
    setup = open_frame_setup(gyro=gyro)
    return Header(
        sensor="open-frame", setup=setup, streams=(open_frame.ACC, open_frame.GYRO), rate_hz=100
    )


def open_frame_setup(*, gyro: bool) -> dict[str, object]:
    """What the board granted."""
    details = {"acc_g_per_count": 1 / 2048}
    setup: dict[str, object] = {"rate_hz": 100.0, "range_g": 16.0, "details": details}
    if gyro:
        details["gyro_dps_per_count"] = 1 / 16
        setup |= {"gyro_rate_hz": 100.0, "gyro_range_dps": 2000.0}
    return setup


@pytest.mark.parametrize("gyro", [False, True])
def test_packets_are_decoded_as_the_live_session_did(tmp_path: Path, gyro: bool) -> None:
    """Bytes in, the same acceleration out, on the host's clock; a lost packet is a gap."""
    records = open_frame_packets(2000, gyro=gyro)
    each = 2 if gyro else 1
    missing = records[: 60 * each] + records[61 * each :]
    recorded(tmp_path / "a.anklet", missing, open_frame_header(gyro=gyro))
    recording = read_recording(tmp_path / "a.anklet")
    (block,) = recording.blocks
    assert (recording.samples, recording.lost_samples) == (1990, 10)
    assert recording.rate_hz == pytest.approx(100, rel=1e-4)
    assert block.t0_s == pytest.approx(50.004, abs=0.005)
    arrived = ~block.lost
    assert np.flatnonzero(~arrived).tolist() == list(range(600, 610))
    assert np.allclose(block.acc_mps2[arrived], acceleration(2000)[arrived], atol=0.005)
    assert (block.gyro_dps is not None) == gyro
    if block.gyro_dps is not None:
        assert np.allclose(block.gyro_dps[arrived], acceleration(2000)[arrived], atol=0.05)


def test_a_packet_that_makes_no_sense_is_left_out_and_said(tmp_path: Path) -> None:
    """The rest is still a recording."""
    records = open_frame_packets(1000)
    records.insert(40, Packet(54.0, open_frame.ACC, b"\x01"))
    recorded(tmp_path / "a.anklet", records, open_frame_header())
    assert any("packets" in note for note in read_recording(tmp_path / "a.anklet").notes)


def test_a_stream_that_the_header_does_not_name_is_ignored(tmp_path: Path) -> None:
    """Its packets are kept, and no decoder takes them for its own."""
    records = open_frame_packets(1000)
    data = recorded(tmp_path / "a.anklet", records, open_frame_header())
    foreign = frame(PACKET, packet_payload(Packet(54.0, "x", b"\x01"), ("a", "b", "x")))
    path = tmp_path / "b.anklet"
    path.write_bytes(data + foreign)
    assert len(parse_recording(path.read_bytes(), "b").records) == len(records) + 1
    recording, more = read_recording(tmp_path / "a.anklet"), read_recording(path)
    assert (more.notes, more.samples) == (recording.notes, recording.samples)


def test_an_unknown_sensor_and_a_newer_format_are_refused(tmp_path: Path) -> None:
    """Each with what to do."""
    recorded(
        tmp_path / "a.anklet",
        open_frame_packets(1000),
        Header(sensor="abacus", streams=(open_frame.ACC,)),
    )
    with pytest.raises(DeviceError, match="abacus"):
        read_recording(tmp_path / "a.anklet")
    newer = json.loads(header_payload(Header())) | {"format": 99}
    path = tmp_path / "b.anklet"
    path.write_bytes(SIGNATURE + frame(HEADER, json.dumps(newer).encode()))
    with pytest.raises(RecordingError, match="update Anklet"):
        read_recording(path)


def test_records_of_a_later_version_are_left_out_and_said(tmp_path: Path) -> None:
    """A frame that is whole but of an unknown kind hurts nobody."""
    data = recorded(tmp_path / "a.anklet", list(sample_runs(300)))
    more = data + frame(17, b"something new") + frame(EVENT, b"not an event")
    recording = parse_recording(more, "a")
    assert len(recording.records) == len(sample_runs(300))
    assert "2 records" in recording.notes[0]


def test_the_layout_is_the_one_documented(root: Path) -> None:
    """The example in docs/recording-format.md is read, and is what we write today."""
    text = (root / "docs" / "recording-format.md").read_text(encoding="utf-8")
    block = text.split("```hex\n")[1].split("```")[0]
    example = bytes.fromhex("".join(line.partition("#")[0] for line in block.splitlines()))
    recording = parse_recording(example, "example")
    assert recording.header.sensor == "polar-h10"
    assert recording.records == (
        Packet(12.5, recording.header.streams[0], b"\x02\x03"),
        Event(13.0, LINK_LOST, ""),
    )
    assert recording.closed
    packet, _ = recording.records
    assert isinstance(packet, Packet)
    assert frame(PACKET, packet_payload(packet, recording.header.streams)) in example
    assert frame(END, b'{"packets": 1, "samples": 0, "events": 1}') in example


def test_a_recording_is_never_overwritten(tmp_path: Path) -> None:
    """Nor made where it can't be."""
    path = tmp_path / "a.anklet"
    recorded(path, PACKETS)
    with pytest.raises(RecordingError, match="already exists"):
        Recorder(path, Header())
    with pytest.raises(RecordingError, match="cannot be created"):
        Recorder(tmp_path / "no" / "folder.anklet", Header())


def test_every_record_is_with_the_system_before_the_call_returns(tmp_path: Path) -> None:
    """A program that is killed loses nothing it has been told it recorded."""
    script = (
        "import os, sys, pathlib; from sensing.capture.recorder import Recorder;"
        "from sensing.core.packets import Packet;"
        "from sensing.files.recordings.recording_format import Header;"
        "r = Recorder(pathlib.Path(sys.argv[1]), Header(streams=('x',)));"
        "[r.packet(Packet(float(i), 'x', bytes([i]))) for i in range(50)];"
        "os._exit(9)"
    )
    path = tmp_path / "killed.anklet"
    done = subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    assert done.returncode == 9
    recording = parse_recording(path.read_bytes(), "killed")
    assert [r.payload for r in recording.records if isinstance(r, Packet)] == [
        bytes([i]) for i in range(50)
    ]


def test_the_disk_is_asked_at_most_once_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Often enough that a power cut costs a second, seldom enough not to wear the disk."""
    now = 0.0
    asked: list[float] = []
    real: Callable[[int], None] = os.fsync

    def fsync(descriptor: int) -> None:
        asked.append(now)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with Recorder(tmp_path / "a.anklet", HEADER_OF_ALL, now_s=lambda: now) as recorder:
        for i in range(100):
            now = i * 0.05
            recorder.packet(Packet(now, open_frame.ACC, b"x"))
        now = 9.0
        recorder.sync_if_due()
    assert asked == pytest.approx([0, 1, 2, 3, 4, 9, 9])


class FullDisk:
    """A file that takes so many bytes, then says the disk is full."""

    def __init__(self, path: Path, room: int) -> None:
        self._file = path.open("r+b", buffering=0)
        self._file.seek(0, 2)
        self._room = room

    def write(self, data: memoryview) -> int:
        """Write as much as there is room for, as the system does."""
        if self._room <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        n = self._file.write(data[: self._room])
        self._room -= n
        return n

    def __getattr__(self, name: str) -> object:
        return getattr(self._file, name)


@pytest.mark.parametrize("room", range(0, 90, 7))
def test_a_full_disk_keeps_what_there_is(tmp_path: Path, room: int) -> None:
    """The half-written frame is cut off, the caller is told once per call, closing is harmless."""
    path = tmp_path / "a.anklet"
    recorder = Recorder(path, HEADER_OF_ALL)
    recorder.packet(Packet(0.0, open_frame.ACC, b"first"))
    recorder._file.close()
    recorder._file = FullDisk(path, room)  # type: ignore[assignment]
    kept = 1

    def go_on() -> None:
        nonlocal kept
        while True:
            recorder.packet(Packet(float(kept), open_frame.ACC, b"next"))
            kept += 1

    with pytest.raises(RecordingError, match="No space left"):
        go_on()
    with pytest.raises(RecordingError, match="free some disk space"):
        recorder.packet(Packet(99.0, open_frame.ACC, b"late"))
    recorder.close()
    recording = parse_recording(path.read_bytes(), "a")
    assert len(recording.records) == kept
    assert recording.torn_bytes == 0
