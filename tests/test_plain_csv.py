"""Plain recordings: what is accepted, what is refused in one line, what is kept of a torn file."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensing.core.errors import AnkletError, RecordingError
from sensing.core.samples import Recording
from sensing.core.units import G_MPS2, Floats
from sensing.files.read_recording import read_recording
from tests.work import calls

RATE_HZ = 100.0
SECONDS = 6


def motion(rate_hz: float = RATE_HZ, seconds: float = SECONDS) -> Floats:
    """Time, acceleration in g (rest, then a raise, noise throughout) and angular rate in °/s."""
    rng = np.random.default_rng(1)
    t = np.arange(int(rate_hz * seconds)) / rate_hz
    rise = 0.2 * np.sin(2 * np.pi * t) * (t > 3)
    acc = np.array([0.1, -0.2, 0.97]) * (1 + rise)[:, None] + rng.normal(0, 0.003, (len(t), 3))
    gyro = rng.normal(0, 1, (len(t), 3)) + 20 * rise[:, None]
    return np.column_stack([t, acc, gyro])


NAMES = ("t_s", "ax_g", "ay_g", "az_g", "gx_dps", "gy_dps", "gz_dps")


def text(data: Floats, names: tuple[str, ...] = NAMES, separator: str = ",") -> str:
    """A table as a recorder writes it."""
    rows = [separator.join(f"{v:.5f}" for v in row) for row in data]
    return "\n".join([separator.join(names), *rows, ""])


ROWS = text(motion()).splitlines()


def read(
    tmp_path: Path, content: str | bytes, name: str = "walk.csv", rate_hz: float | None = None
) -> Recording:
    """Write a file and read it."""
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_recording(path, rate_hz=rate_hz)


def refusal(tmp_path: Path, content: str | bytes, name: str = "walk.csv") -> str:
    """The one line a file is refused with."""
    with pytest.raises(RecordingError) as caught:
        read(tmp_path, content, name)
    message = str(caught.value)
    assert "\n" not in message
    assert name in message
    assert caught.value.remedy
    return message


def same(a: Recording, b: Recording) -> bool:
    """Whether two takes hold the same samples at the same times."""
    return len(a.blocks) == len(b.blocks) and all(
        np.allclose(x.acc_mps2, y.acc_mps2, atol=1e-4)
        and np.array_equal(x.lost, y.lost)
        and abs(x.t0_s - y.t0_s) < 1e-6
        for x, y in zip(a.blocks, b.blocks, strict=True)
    )


def test_a_plain_recording_comes_out_in_si_on_its_own_clock(tmp_path: Path) -> None:
    """Samples, rate, duration and gyro as written."""
    data = motion()
    recording = read(tmp_path, text(data))
    (block,) = recording.blocks
    assert np.allclose(block.acc_mps2, data[:, 1:4] * G_MPS2, atol=1e-4)
    assert block.gyro_dps is not None
    assert np.allclose(block.gyro_dps, data[:, 4:], atol=1e-5)
    assert recording.rate_hz == pytest.approx(RATE_HZ)
    assert recording.duration_s == pytest.approx(SECONDS)
    assert (recording.samples, recording.lost_samples, recording.clipped_samples) == (
        len(data),
        0,
        0,
    )
    assert recording.notes == ()


@given(st.permutations(range(9)))
def test_the_order_of_columns_and_unknown_ones_do_not_matter(
    tmp_path_factory: pytest.TempPathFactory, order: list[int]
) -> None:
    """Two unknown columns, one of them text, anywhere among the others."""
    names = [*NAMES, "label", "heart_rate"]
    rows = [
        ",".join(
            (line + ',"calf, left",61').split(",", 7)[i] if i < 7 else ("up", "61")[i - 7]
            for i in order
        )
        for line in ROWS[1:]
    ]
    mixed = "\n".join([",".join(names[i] for i in order), *rows, ""])
    folder = tmp_path_factory.mktemp("order")
    assert same(read(folder, mixed), read(folder, text(motion())))


def test_quoted_cells_may_hold_separators(tmp_path: Path) -> None:
    """A note column as spreadsheets write it."""
    quoted = "\n".join([ROWS[0] + ",note", *(row + ',"up, down"' for row in ROWS[1:])])
    assert same(read(tmp_path, quoted), read(tmp_path, text(motion())))


def test_metres_per_second_squared_mean_the_same(tmp_path: Path) -> None:
    """The SI columns."""
    data = motion()[:, :4]
    data[:, 1:] *= G_MPS2
    si = text(data, ("t_s", "ax_mps2", "ay_mps2", "az_mps2"))
    assert same(read(tmp_path, si), read(tmp_path, text(motion()[:, :4], NAMES[:4])))


@pytest.mark.parametrize("separator", [";", "\t"])
@pytest.mark.parametrize("comma", [True, False])
def test_spreadsheet_exports_are_understood(tmp_path: Path, separator: str, comma: bool) -> None:
    """Semicolons or tabs, decimal commas or points."""
    table = text(motion(), separator=separator)
    head, rest = table.split("\n", 1)
    table = "\n".join([head, rest.replace(".", ",") if comma else rest])
    assert same(read(tmp_path, table), read(tmp_path, text(motion())))


@pytest.mark.parametrize(
    "change",
    [
        lambda s: "\ufeff" + s,
        lambda s: s.replace("\n", "\r\n"),
        lambda s: s.replace("\n", "\r"),
        lambda s: s.replace(",", " , "),
        lambda s: s.replace("\n", "\n\n"),
        lambda s: s.rstrip("\n"),
        lambda s: "# " + s,
        lambda s: s.replace(",gx_dps", ',"gx_dps"'),
    ],
    ids=["BOM", "CRLF", "CR", "blanks", "empty lines", "no last line end", "hash", "quotes"],
)
def test_harmless_differences_are_harmless(tmp_path: Path, change: object) -> None:
    """What editors and operating systems do to a text."""
    assert callable(change)
    recording = read(tmp_path, change(text(motion())))
    assert same(recording, read(tmp_path, text(motion())))
    assert recording.notes == ()


def test_gzip_is_told_by_content_not_by_name(tmp_path: Path) -> None:
    """Compressed under either name, in one or several members."""
    plain = text(motion()).encode()
    packed = gzip.compress(plain[:9000]) + gzip.compress(plain[9000:])
    want = read(tmp_path, plain)
    assert same(read(tmp_path, gzip.compress(plain), "a.csv.gz"), want)
    assert same(read(tmp_path, packed, "a.csv"), want)
    assert same(read(tmp_path, plain, "a.csv.gz"), want)


def test_a_file_without_time_needs_the_rate(tmp_path: Path) -> None:
    """Given, it is believed; not given, the line says how to give it."""
    bare = text(motion()[:, 1:4], NAMES[1:4])
    assert "--rate" in refusal(tmp_path, bare)
    recording = read(tmp_path, bare, rate_hz=50.0)
    assert recording.rate_hz == 50.0
    assert recording.duration_s == pytest.approx(2 * SECONDS)


def test_a_rate_that_contradicts_the_stamps_is_not_used_and_said(tmp_path: Path) -> None:
    """The stamps know better."""
    recording = read(tmp_path, text(motion()), rate_hz=50.0)
    assert recording.rate_hz == pytest.approx(RATE_HZ)
    assert "50" in recording.notes[0]


def test_a_data_gap_is_filled_by_a_straight_line_and_flagged(tmp_path: Path) -> None:
    """Ten rows left out: ten samples lost, the line between their neighbours in their place."""
    gap = "\n".join([*ROWS[:201], *ROWS[211:]])
    recording = read(tmp_path, gap)
    (block,) = recording.blocks
    assert recording.lost_samples == 10
    assert np.flatnonzero(block.lost).tolist() == list(range(200, 210))
    line = np.linspace(block.acc_mps2[199], block.acc_mps2[210], 12)
    assert np.allclose(block.acc_mps2[199:211], line)
    assert block.fault(1.9, 2.05) == "gap"
    assert block.fault(1.0, 1.5) is None


def test_clipping_is_flagged_and_its_range_named(tmp_path: Path) -> None:
    """Peaks of 11 g on a sensor of ±8 g."""
    data = motion(seconds=12)
    for at in (400, 500, 600, 700):
        data[at - 4 : at + 5, 3] += 10 * np.hanning(9)
    data[:, 1:4] = np.clip(data[:, 1:4], -8, 7.99976)
    recording = read(tmp_path, text(data))
    flat = data[:, 3] >= 7.9997
    assert recording.range_g == 8.0
    assert recording.clipped_samples == int(np.sum(flat)) > 8
    assert np.array_equal(recording.blocks[0].clipped, flat)


def test_ordinary_peaks_are_not_clipping(tmp_path: Path) -> None:
    """The largest peak has one largest sample, wherever it happens to lie."""
    for height in (7.9, 7.99, 8.0, 8.05):
        data = motion(seconds=12)
        for at, part in ((400, 0.9), (500, 1.0), (600, 0.97)):
            data[at - 4 : at + 5, 3] += part * (height - data[500, 3]) * np.hanning(9)
        recording = read(tmp_path, text(data))
        assert (recording.clipped_samples, recording.range_g) == (0, None)


BAD: dict[str, tuple[str | bytes, str]] = {
    "header only": (ROWS[0] + "\n", "no rows below the header"),
    "wrong columns": ("a,b,c\n1,2,3\n", "no columns ax_g"),
    "an axis missing": ("t_s,ax_g,ay_g\n0,0,1\n", "az_g"),
    "a doubled column": ("t_s,ax_g,ax_g,ay_g,az_g\n0,0,0,0,1\n", "named ax_g"),
    "not a table": ("Dear diary,\ntoday I ran.\n" * 50, "no columns"),
    "text in a number": (
        "\n".join([*ROWS[:17], ROWS[17].replace(",", ",oops", 1), *ROWS[18:]]),
        "line 18, column ax_g: 'oops",
    ),
    "NaN": ("\n".join([*ROWS[:9], "0.08,nan,0,1,0,0,0", *ROWS[10:]]), "line 10, column ax_g"),
    "infinity": ("\n".join([*ROWS[:9], "0.08,0,-inf,1,0,0,0", *ROWS[10:]]), "line 10, column ay_g"),
    "a missing value": (
        "\n".join([*ROWS[:9], "0.08,0,,1,0,0,0", *ROWS[10:]]),
        "line 10, column ay",
    ),
    "a short row": ("\n".join([*ROWS[:9], "0.08,0,1", *ROWS[10:]]), "line 10: 3 cells"),
    "a long row": ("\n".join([*ROWS[:9], ROWS[9] + ",1", *ROWS[10:]]), "line 10: 8 cells"),
    "time backwards": ("\n".join([*ROWS[:300], *ROWS[200:]]), "line 301: time runs backwards"),
    "time repeating": ("\n".join([*ROWS[:300], *ROWS[299:]]), "line 301: time repeats"),
    "two samples": ("\n".join(ROWS[:3]), "only 2 samples"),
    "one sample": ("\n".join(ROWS[:2]), "one sample"),
    "half a second": ("\n".join(ROWS[:51]), "at least 1 s"),
    "a line without end": (ROWS[0] + "\n" + "1" * 300_000, "a line of more than"),
    "bytes that are no text": (b"\x00\x01\x02" * 4000, "not text"),
    "UTF-16": (text(motion()).encode("utf-16"), "UTF-16"),
    "only a BOM": ("\ufeff", "no line names"),
    "blank lines": ("\n\n\n", "no line names"),
}


@pytest.mark.parametrize("case", list(BAD))
def test_bad_input_gets_one_clear_line(tmp_path: Path, case: str) -> None:
    """What is wrong, where, and what to do."""
    content, expected = BAD[case]
    assert expected in refusal(tmp_path, content)


def test_an_empty_file_is_named_as_such(tmp_path: Path) -> None:
    """Also one that is empty only once unpacked."""
    assert "empty" in refusal(tmp_path, "")
    assert refusal(tmp_path, gzip.compress(b""))


BROKEN_SENSORS: dict[str, tuple[Callable[[Floats], Floats], str]] = {
    "all zeros": (lambda d: d * [1, 0, 0, 0, 0, 0, 0], "zero throughout"),
    "frozen": (lambda d: d * [1, 0, 0, 0, 0, 0, 0] + [0, 0.1, 0.2, 0.9, 0, 0, 0], "never changes"),
    "a stuck axis": (lambda d: d * [1, 1, 0, 1, 1, 1, 1], "ay_g is 0 throughout"),
    "m/s² called g": (lambda d: d * [1, 9.81, 9.81, 9.81, 1, 1, 1], "which is m/s², not g"),
    "milli-g called g": (lambda d: d * [1, 1e3, 1e3, 1e3, 1, 1, 1], "which is milli-g, not g"),
    "raw counts": (lambda d: d * [1, 2048, 2048, 2048, 1, 1, 1], "1 g is expected"),
    "no gravity": (lambda d: d - [0, 0.1, -0.2, 0.97, 0, 0, 0], "gravity has been taken out"),
    "milliseconds": (lambda d: d * [1e3, 1, 1, 1, 1, 1, 1], "looks like milliseconds"),
    "microseconds": (lambda d: d * [1e6, 1, 1, 1, 1, 1, 1], "looks like microseconds"),
    "once a second": (lambda d: d * [100, 1, 1, 1, 1, 1, 1], "1 samples per second is not between"),
}


@pytest.mark.parametrize("case", list(BROKEN_SENSORS))
def test_a_broken_sensor_or_a_wrong_unit_is_recognised(tmp_path: Path, case: str) -> None:
    """Numbers that are fine as numbers, but not what the names promise."""
    change, expected = BROKEN_SENSORS[case]
    assert expected in refusal(tmp_path, text(change(motion(seconds=20))))


def test_g_called_metres_per_second_squared_is_recognised(tmp_path: Path) -> None:
    """The other way round."""
    table = text(motion()[:, :4], ("t_s", "ax_mps2", "ay_mps2", "az_mps2"))
    assert "which is g, not m/s²" in refusal(tmp_path, table)


def test_an_axis_that_freezes_on_the_way_is_found(tmp_path: Path) -> None:
    """Six seconds of one value while the others move, and where it begins."""
    data = motion(seconds=30)
    data[:, 1:4] += 0.5 * np.sin(7 * data[:, :1] + [0, 1, 2])
    data[1000:1600, 2] = data[1000, 2]
    assert "line 1002: ay_g is stuck" in refusal(tmp_path, text(data))


def test_a_dead_gyro_is_left_out_and_said(tmp_path: Path) -> None:
    """Acceleration alone will do."""
    recording = read(tmp_path, text(motion() * [1, 1, 1, 1, 0, 0, 0]))
    assert recording.blocks[0].gyro_dps is None
    assert "gyro" in recording.notes[0]


def test_mixed_rates_are_refused(tmp_path: Path) -> None:
    """Half of it at 100 Hz, half at 50 Hz."""
    slow = motion(50.0, 6)
    slow[:, 0] += SECONDS
    assert "rate changes" in refusal(tmp_path, text(np.vstack([motion(), slow])))


@pytest.mark.parametrize("at_s", [5, 20, 28])
def test_where_the_rate_changes_and_to_what_is_said(tmp_path: Path, at_s: int) -> None:
    """100 Hz, then 37 Hz to the end at 30 s, however early or late that is."""
    fast, slow = motion(100.0, at_s), motion(37.0, 30 - at_s)
    slow[:, 0] += at_s
    message = refusal(tmp_path, text(np.vstack([fast, slow])))
    said = re.search(r"about (\d+) and (\d+) Hz, ([\d.]+) s from the start", message)
    assert said is not None
    assert (said[1], said[2]) == ("37", "100")
    assert float(said[3]) == pytest.approx(at_s, abs=0.9)


def test_a_day_is_refused_before_it_is_read_whole(tmp_path: Path) -> None:
    """24 h at 20 Hz; what is past the limit is not even parsed."""
    t = np.arange(24 * 3600 * 20) / 20
    rows = [f"{v:.2f},0.01,0.02,0.99" for v in t[: 13 * 3600 * 20]]
    message = refusal(tmp_path, "\n".join(["t_s,ax_g,ay_g,az_g", *rows, "never, ever, parsed, !"]))
    assert "12 hours" in message


def test_what_can_not_be_opened_is_said(tmp_path: Path) -> None:
    """A directory, a missing file, one without permission."""
    with pytest.raises(RecordingError, match="is a directory"):
        read_recording(tmp_path)
    with pytest.raises(RecordingError, match="no such file"):
        read_recording(tmp_path / "gone.csv")
    locked = tmp_path / "locked.csv"
    locked.write_text(text(motion()))
    locked.chmod(0)
    try:
        locked.read_bytes()
    except PermissionError:
        with pytest.raises(RecordingError, match="no permission"):
            read_recording(locked)
    with pytest.raises(RecordingError):
        read_recording(tmp_path / ("x" * 300))
    with pytest.raises(RecordingError):
        read_recording(Path("nul\0byte.csv"))


def test_a_torn_gzip_gives_what_there_is_and_says_so(tmp_path: Path) -> None:
    """Nothing already recorded is lost: whole rows up to the tear are used."""
    packed = gzip.compress(text(motion(seconds=60)).encode())
    for part in (0.5, 0.9, 0.9999):
        recording = read(tmp_path, packed[: int(len(packed) * part)], "torn.csv.gz")
        assert 0 < recording.samples <= 6000
        assert "ends too early" in recording.notes[0]
        assert str(recording.samples) in recording.notes[0]


@pytest.mark.parametrize("kept", [2, 9, 12, 40])
def test_a_gzip_torn_before_its_first_row_says_that(tmp_path: Path, kept: int) -> None:
    """Nothing can be read, and the tear is the reason."""
    packed = gzip.compress(text(motion(seconds=60)).encode())
    assert "ends too early" in refusal(tmp_path, packed[:kept], "torn.csv.gz")


def test_a_gzip_damaged_inside_is_refused(tmp_path: Path) -> None:
    """Its checksum is wrong, so no one can tell which numbers are."""
    packed = bytearray(gzip.compress(text(motion()).encode()))
    packed[len(packed) // 2] ^= 0x10
    assert refusal(tmp_path, bytes(packed), "bad.csv.gz")
    packed = bytearray(gzip.compress(text(motion()).encode()))
    packed[-6] ^= 0x01
    assert "damaged" in refusal(tmp_path, bytes(packed), "bad.csv.gz")


def test_a_last_line_cut_off_is_dropped_and_said(tmp_path: Path) -> None:
    """A recorder that was switched off in the middle of a row."""
    cut = text(motion())[:-20]
    assert not cut.endswith("\n")
    recording = read(tmp_path, cut)
    assert recording.samples == len(motion()) - 1
    assert "cut off" in recording.notes[0]


def test_line_numbers_count_blank_lines_too(tmp_path: Path) -> None:
    """An editor must find the place, in a file of several megabytes as well."""
    data = motion(seconds=600)
    lines = text(data).splitlines()
    lines.insert(100, "")
    lines[50_000] = lines[49_999]
    assert "line 50001: time repeats" in refusal(tmp_path, "\n".join(lines))


@given(st.binary(max_size=300))
def test_random_bytes_never_end_in_anything_but_a_clear_line(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    """Raw, behind a good header, and behind a gzip signature."""
    path = tmp_path_factory.getbasetemp() / "fuzz.csv"
    for prefix in (b"", ROWS[0].encode() + b"\n", b"\x1f\x8b\x08\x00", b"PK\x03\x04"):
        path.write_bytes(prefix + content)
        with pytest.raises(AnkletError) as caught:
            read_recording(path)
        assert "\n" not in str(caught.value)


@given(st.data())
def test_a_mutated_recording_gives_a_recording_or_a_clear_line(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Bytes replaced, removed, doubled and inserted, plain or packed."""
    content = bytearray("\n".join(ROWS[:400]).encode())
    if data.draw(st.booleans()):
        content = bytearray(gzip.compress(bytes(content)))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(content) - 1))
        match data.draw(st.integers(0, 3)):
            case 0:
                content[at] = data.draw(st.integers(0, 255))
            case 1:
                del content[at : at + data.draw(st.integers(1, 500))]
            case 2:
                content[at:at] = content[at : at + data.draw(st.integers(1, 500))]
            case _:
                content[at:at] = data.draw(
                    st.sampled_from([b"\n", b",", b'"', b"nan", b"\xff", b"-"])
                )
        if not content:
            break
    path = tmp_path_factory.getbasetemp() / "mutant.csv"
    path.write_bytes(bytes(content))
    message = ""
    try:
        recording = read_recording(path)
    except AnkletError as error:
        message = str(error)
    assert "\n" not in message
    if message:
        return
    assert recording.samples > 0
    assert all(np.isfinite(b.acc_mps2).all() for b in recording.blocks)


def test_a_row_is_read_with_a_few_calls_however_many_there_are(tmp_path: Path) -> None:
    """Seven columns at 208 Hz; tests/benchmarks times an hour of them."""

    def reading(minutes: int) -> int:
        path = tmp_path / f"{minutes}.csv"
        path.write_text(text(motion(208.0, 60 * minutes)))
        return calls(lambda: read_recording(path))

    reading(1)  # what is done once only
    few, many = reading(1), reading(4)
    assert few < 5 * 60 * 208
    assert many < 4.2 * few


def test_every_labelled_recording_is_read_without_loss_it_does_not_have(shared: Path) -> None:
    """Rates as their labels say, data gaps only where samples were lost, a true clock."""
    files = sorted(shared.glob("*/*.csv.gz"))
    assert files
    for path in files:
        recording = read_recording(path)
        t = np.loadtxt(path, delimiter=",", skiprows=1, usecols=0)
        steps = np.diff(t)
        period = float(np.median(steps))
        expected = int(np.sum(np.rint(steps / period) - 1))
        assert recording.samples == len(t)
        assert recording.lost_samples == expected, path.name
        (block,) = recording.blocks
        arrived = np.flatnonzero(~block.lost)
        off = block.t0_s + arrived / block.rate_hz - t
        assert np.max(np.abs(off)) < period / 4, path.name
