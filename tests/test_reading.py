"""One way in for every kind of file: its content says what it is; what comes out lies on a grid."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sensing.capture.recorder import Recorder
from sensing.core.errors import AnkletError, RecordingError, UsageError
from sensing.core.packets import Packet
from sensing.core.samples import Recording
from sensing.core.units import G_MPS2, Floats
from sensing.devices.base import Setup
from sensing.files.read_recording import FORMATS, read_header, read_recording, sha256_of
from sensing.files.recordings.recording_format import Header, SampleRun
from sensing.sampling.checked_recording import recording_of
from sensing.sampling.columns import Columns
from tests.test_packets_to_samples import aired, counts, each_family


def shaken(t_s: Floats) -> Floats:
    """A known movement at any instant, in g: gravity and a 5 Hz swing, with seconds of rest."""
    swing = 0.3 * np.sin(2 * np.pi * 5 * t_s) * (np.sin(0.5 * t_s) > 0)
    return np.column_stack([0.05 + 0.5 * swing, 0.1 - swing, 0.99 + swing])


def test_an_unknown_format_is_refused_with_those_there_are(tmp_path: Path) -> None:
    """Before the file is even looked for."""
    with pytest.raises(UsageError, match=r"'excel'.*phyphox"):
        read_recording(tmp_path / "none", format_name="excel")
    assert {"plain", "anklet", "witmotion"} <= set(FORMATS)


def test_a_recording_of_ours_is_told_by_content_and_by_name(tmp_path: Path) -> None:
    """Renamed it is still ours; with a damaged signature its name says what it should be."""
    path = tmp_path / "walk.anklet"
    with Recorder(path, Header(rate_hz=100.0)) as recorder:
        acc = shaken(np.arange(500) / 100) * G_MPS2
        recorder.samples(SampleRun(0, acc))
    renamed = tmp_path / "walk.csv"
    renamed.write_bytes(path.read_bytes())
    assert read_recording(renamed).samples == 500
    data = bytearray(path.read_bytes())
    data[0] ^= 1
    path.write_bytes(bytes(data))
    assert read_recording(path).samples == 500


def recorded_live(path: Path, setup: Setup, packets: list[Packet]) -> Path:
    """What a live session leaves on the disk: packets as they arrived."""
    streams = tuple(dict.fromkeys(packet.characteristic for packet in packets))
    header = Header(sensor=setup.family, setup=setup.to_dict(), streams=streams, side="left")
    with Recorder(path, header) as recorder:
        for packet in packets:
            recorder.packet(packet)
    return path


@pytest.mark.parametrize("name", list(each_family(100, 204.0)))
def test_what_a_sensor_sent_is_read_back_as_the_acceleration_it_measured(
    tmp_path: Path, name: str
) -> None:
    """Every family, 20 s of packets over a radio: the samples encoded, in order, none lost."""
    n, true_hz = 4096, 204.6
    setup, packets = each_family(n, true_hz)[name]
    path = recorded_live(tmp_path / "live.anklet", setup, aired(packets))
    recording = read_recording(path)
    (block,) = recording.blocks
    assert recording.format == "anklet"
    assert recording.rate_hz == pytest.approx(true_hz, rel=1e-3)
    assert recording.lost_samples == 0
    assert n - 40 < recording.samples <= n
    sent = counts(n, true_hz) / 2048 * G_MPS2
    assert np.allclose(block.acc_mps2, sent[: recording.samples], atol=0.02)
    header = read_header(path)
    assert header is not None
    assert (header.sensor, header.side) == (setup.family, "left")


@pytest.mark.parametrize("name", list(each_family(100, 204.0)))
def test_packets_cut_off_anywhere_are_a_recording_or_one_line(tmp_path: Path, name: str) -> None:
    """The file ends where the power went: what was whole is read, and that it is torn is said."""
    setup, packets = each_family(600, 204.6)[name]
    path = recorded_live(tmp_path / "live.anklet", setup, aired(packets))
    data = path.read_bytes()
    whole = read_recording(path).blocks[0].acc_mps2
    read = 0
    for cut in [*range(0, len(data), 127), *range(len(data) - 40, len(data))]:
        path.write_bytes(data[:cut])
        said = ""
        try:
            recording = read_recording(path)
        except AnkletError as error:
            said = str(error)
        else:
            read += 1
            assert any("not finished" in note for note in recording.notes)
            acc = recording.blocks[0].acc_mps2
            assert np.allclose(acc, whole[: len(acc)])
        assert "\n" not in said
    assert read > 20


def test_other_programs_files_have_no_header_of_ours(tmp_path: Path) -> None:
    """And what is called ours but can't be read is refused in one line."""
    path = tmp_path / "some.csv"
    path.write_text("t_s,ax_g,ay_g,az_g\n0,0,0,1\n")
    assert read_header(path) is None
    path = path.rename(tmp_path / "some.anklet")
    with pytest.raises(RecordingError, match="header"):
        read_header(path)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.sampled_from([b"", b"\x1f\x8b\x08", b"PK\x03\x04", b"\x89ANKLET\n", b"t_s,ax_g\n"]),
    rest=st.binary(max_size=300),
    name=st.sampled_from([None, *FORMATS]),
    suffix=st.sampled_from([".csv", ".txt", ".zip", ".csv.gz", ".anklet"]),
)
def test_random_bytes_in_any_format_are_one_clear_line(
    tmp_path: Path, start: bytes, rest: bytes, name: str | None, suffix: str
) -> None:
    """Behind every signature there is, under every name, with every format forced."""
    path = tmp_path / f"fuzz{suffix}"
    path.write_bytes(start + rest)
    said = ""
    try:
        assert isinstance(read_recording(path, format_name=name, rate_hz=100.0), Recording)
    except AnkletError as error:
        said = str(error)
    assert "\n" not in said


def test_the_digest_is_of_the_bytes_in_the_file(tmp_path: Path) -> None:
    """By which a recording is known again."""
    path = tmp_path / "some.csv.gz"
    path.write_bytes(b"x" * 3_000_000)
    assert sha256_of(path) == hashlib.sha256(b"x" * 3_000_000).hexdigest()


DISTORTED: dict[str, Callable[[Floats, np.random.Generator], Floats]] = {
    "even": lambda t, _: t,
    "rounded to ms": lambda t, _: np.round(t, 3),
    "fast by 2 %": lambda t, _: t * 0.98,
    "drifting": lambda t, _: t + 0.05 * np.sin(t / 20),
    "with losses": lambda t, rng: t[(rng.random(len(t)) > 0.03) | (t == 0)],
    "drifting with losses": lambda t, rng: (t + 0.05 * np.sin(t / 20))[rng.random(len(t)) > 0.03],
    "uneven": lambda t, rng: np.sort(t + rng.uniform(0, 1.5, len(t)) * t[1]),
}


@pytest.mark.parametrize("rate_hz", [104.0, 208.0, 416.0])
@pytest.mark.parametrize("kind", list(DISTORTED))
def test_samples_on_the_grid_are_what_the_movement_was_at_their_time(
    kind: str, rate_hz: float
) -> None:
    """A movement known at every instant, stamped by all kinds of clocks."""
    t = DISTORTED[kind](np.arange(int(120 * rate_hz)) / rate_hz, np.random.default_rng(8))
    recording = recording_of(Columns(acc=shaken(t), t_s=t))
    (block,) = recording.blocks
    on_grid = block.t0_s + np.arange(len(block)) / block.rate_hz
    off = np.abs(block.acc_mps2 - shaken(on_grid) * G_MPS2).max(axis=1)[~block.lost]
    steepest = 0.3 * 2 * np.pi * 5 * G_MPS2
    allowed = 0.6 if kind == "uneven" else 0.3  # straight lines over up to 2.5 periods
    assert np.quantile(off, 0.999) < steepest * allowed / rate_hz
    assert abs(len(block) - 120 * recording.rate_hz) < 0.03 * 120 * recording.rate_hz
    if "losses" in kind:
        assert 0.02 < recording.lost_samples / len(block) < 0.04
    else:
        assert recording.lost_samples == 0


def test_blocks_are_in_order_and_know_their_own_time() -> None:
    """Two long data gaps: three blocks, and no samples invented in between."""
    t = np.arange(30_000) / 100
    t = t[((t < 100) | (t > 104)) & ((t < 200) | (t > 260))]
    recording = recording_of(Columns(acc=shaken(t), t_s=t))
    assert [round(b.t0_s, 2) for b in recording.blocks] == [0.0, 104.01, 260.01]
    assert recording.lost_samples == pytest.approx(6401, abs=3)
    assert recording.duration_s == pytest.approx(300, abs=0.02)
    assert not any(b.lost.any() for b in recording.blocks)


def test_reading_costs_no_scipy_and_no_radio() -> None:
    """A reader must start fast."""
    script = (
        "import sys, sensing.files.read_recording;"
        "print(*({'scipy', 'bleak', 'matplotlib', 'sqlite3'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
