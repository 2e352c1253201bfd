"""Recordings of other programs: read as they mean it, or refused in one line."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sensing.core.errors import AnkletError, RecordingError
from sensing.core.samples import Recording
from sensing.core.units import G_MPS2
from sensing.files.read_recording import FORMATS, read_recording

RATE_HZ = 50.0
N = 300
T_S = np.arange(N) / RATE_HZ
X, Y, Z = 0.1 + 0.02 * np.sin(T_S), 0.2 + 0.01 * np.cos(3 * T_S), 0.97 + 0.02 * np.sin(5 * T_S)


def _clock(t_s: float) -> str:
    """Time of day, begun a second before midnight."""
    whole = 86399.0 + t_s
    hours, rest = divmod(whole % 86400, 3600)
    return f"{int(hours)}:{int(rest // 60)}:{rest % 60:06.3f}"


def _rows(header: str, row: str) -> str:
    lines = [
        row.format(
            t=t, x=x, y=y, z=z, xm=x * G_MPS2, ym=y * G_MPS2, zm=z * G_MPS2, clock=_clock(t),
            ns=int(600e15 + t * 1e9), ms=round(1000 * t), g=t,
        )
        for t, x, y, z in zip(T_S.tolist(), X.tolist(), Y.tolist(), Z.tolist(), strict=True)
    ]  # fmt: skip
    return "\n".join([header, *lines]) + "\n"


def _once_a_packet(text: str, size: int) -> str:
    """Only the first row of each packet keeps its stamp."""
    head, *lines = text.splitlines()
    out = [x if i % size == 0 else x[x.index(",") :] for i, x in enumerate(lines)]
    return "\n".join([head, *out, ""])


PHYPHOX = _rows(
    '"Time (s)","Acceleration x (m/s^2)","Acceleration y (m/s^2)","Acceleration z (m/s^2)",'
    '"Absolute acceleration (m/s^2)"',
    "{t:.9E},{xm:.9E},{ym:.9E},{zm:.9E},9.8E0",
)
FILES = {
    "phyphox": ("Accelerometer.csv", PHYPHOX),
    "phyphox semicolons": (
        "Raw Data.csv",
        PHYPHOX.replace(",", ";").replace(".", ","),
    ),
    "sensor-logger": (
        "TotalAcceleration.csv",
        _rows("time,seconds_elapsed,z,y,x", "{ns},{t:.6f},{zm},{ym},{xm}"),
    ),
    "polar-sensor-logger": (
        "Polar_Sense_12345678_ACC.txt",
        _rows(
            "Phone timestamp;sensor timestamp [ns];X [mg];Y [mg];Z [mg] ",
            "2024-05-01T10:00:00.000;{ns};{x:.6f};{y:.6f};{z:.6f}",
        ),
    ),
    "movesense": (
        "acc.csv",
        _rows("Timestamp (ms),X: (m/s^2),Y: (m/s^2),Z: (m/s^2)", "{ms},{xm},{ym},{zm}, "),
    ),
    "metabase": (
        "MetaWear_Accelerometer.csv",
        _rows(
            "epoc (ms),timestamp (-0700),elapsed (s),x-axis (g),y-axis (g),z-axis (g)",
            "1500000000000,2017-07-14T02:40:00.000,{t:.3f},{x},{y},{z}",
        ),
    ),
    "witmotion": (
        "20240501.txt",
        _rows("Chiptime\tax(g)\tay(g)\taz(g)\twx(deg/s)\twy(deg/s)\twz(deg/s)\tT(°)",
              "2024-5-1 {clock}\t{x}\t{y}\t{z}\t1.0\t2.0\t3.0\t25"),
    ),
    "movesense imu6": (
        "imu.csv",
        _rows("Timestamp,AccX,AccY,AccZ,GyroX,GyroY,GyroZ,MagnX,MagnY,MagnZ",
              "{ms},{xm},{ym},{zm},{x},{t},{z}"),
    ),
    "movesense ios": ("acc-ios.csv", _once_a_packet(
        _rows("timestamp,x,y,z", "{ms},{xm},{ym},{zm}"), 4)),
    "witmotion long names": (
        "data.csv",
        _rows("Time,Device name,Chip Time(),Acceleration X(g),Acceleration Y(g),Acceleration Z(g),"
              "Angular velocity X(°/s),Angular velocity Y(°/s),Angular velocity Z(°/s)",
              "{clock}, WT901BLE67, 2024-3-19 {clock},{x},{y},{z},{x},{t},{z}"),
    ),
    "witmotion no chip": (
        "data-0.txt",
        _rows("time\tDeviceName\tChipTime()\tAccX(g)\tAccY(g)\tAccZ(g)\tAsX(°/s)\tAsY(°/s)\tAsZ(°/s)",
              "2026-10-02T{clock}\tHC-06\tnull\t{x}\t{y}\t{z}\t{x}\t{t}\t{z}\t"),
    ),
    "witmotion seconds": (
        "data.txt",
        _rows("Time(s)\tax(g)\tay(g)\taz(g)\twx(deg/s)\twy(deg/s)\twz(deg/s)",
              "{t:.3f}\t{x}\t{y}\t{z}\t1.0\t2.0\t3.0"),
    ),
}  # fmt: skip


def _mg(text: str) -> str:
    """Polar's axes are in mg: the g of the rows above, a thousandfold."""
    head, *lines = text.splitlines()
    out = [head]
    for line in lines:
        cells = line.split(";")
        out.append(";".join([*cells[:2], *(f"{1000 * float(c):.3f}" for c in cells[2:])]))
    return "\n".join(out) + "\n"


def _write(folder: Path, kind: str) -> Path:
    name, text = FILES[kind]
    path = folder / name
    path.write_text(_mg(text) if kind.startswith("polar") else text, encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", FILES)
def test_each_program_is_recognised_and_read_in_its_units(tmp_path: Path, kind: str) -> None:
    """Same movement, whatever the program: axes in order, m/s², seconds."""
    recording = read_recording(_write(tmp_path, kind))
    assert recording.samples == N
    assert recording.rate_hz == pytest.approx(RATE_HZ, rel=2e-3)
    acc = recording.blocks[0].acc_mps2
    assert np.abs(acc - G_MPS2 * np.column_stack([X, Y, Z])).max() < 0.02
    assert any("read as a recording by" in note for note in recording.notes)


@pytest.mark.parametrize("kind", FILES)
def test_naming_the_program_gives_the_same(tmp_path: Path, kind: str) -> None:
    """``--format`` says what the header would have."""
    path = _write(tmp_path, kind)
    assert read_recording(path, format_name=kind.split()[0]).samples == N


def test_another_programs_name_is_refused(tmp_path: Path) -> None:
    """With what to do."""
    path = _write(tmp_path, "phyphox")
    with pytest.raises(RecordingError, match=r"not those of MetaBase.*leave out --input-format"):
        read_recording(path, format_name="metabase")


def test_a_gyro_in_a_file_of_its_own_is_laid_on_the_accelerometers_times(tmp_path: Path) -> None:
    """Other times, other rate, rad/s: °/s at each sample."""
    path = _write(tmp_path, "phyphox")
    t_s = np.arange(0, N / RATE_HZ + 0.05, 0.013)
    lines = [f"{t},{np.radians(10 * t)},0.5,{np.sin(t)}" for t in t_s]
    lines[5] = lines[5].replace(",0.5,", ",0.50001,")
    header = '"Time (s)","Gyroscope x (rad/s)","Gyroscope y (rad/s)","Gyroscope z (rad/s)"'
    (tmp_path / "Gyroscope.csv").write_text("\n".join([header, *lines]) + "\n")
    gyro = read_recording(path).blocks[0].gyro_dps
    assert gyro is not None
    assert np.abs(gyro[:, 0] - 10 * T_S).max() < 0.2
    assert np.abs(gyro[:, 1] - np.degrees(0.5)).max() < 0.01


def test_a_gyro_that_covers_half_is_left_out_and_said(tmp_path: Path) -> None:
    """Half a gyro is no gyro."""
    path = _write(tmp_path, "metabase")
    header = "epoc (ms),timestamp (-0700),elapsed (s),x-axis (deg/s),y-axis (deg/s),z-axis (deg/s)"
    lines = [f"1,2,{t:.3f},{t},{2 * t},{3 - t}" for t in T_S[: N // 2]]
    (tmp_path / "MetaWear_Gyroscope.csv").write_text("\n".join([header, *lines]) + "\n")
    recording = read_recording(path)
    assert recording.blocks[0].gyro_dps is None
    assert any("covers only part" in note for note in recording.notes)


def test_acceleration_without_gravity_is_refused_with_the_right_export(tmp_path: Path) -> None:
    """phyphox's other experiment and Sensor Logger's other file."""
    linear = tmp_path / "Linear.csv"
    linear.write_text(PHYPHOX.replace("Acceleration x", "Linear Acceleration x"))
    with pytest.raises(RecordingError, match=r"without gravity.*with g"):
        read_recording(linear)
    path = _write(tmp_path, "sensor-logger")
    other = path.rename(tmp_path / "Accelerometer.csv")
    with pytest.raises(RecordingError, match=r"without gravity.*TotalAcceleration\.csv"):
        read_recording(other)


def test_a_gyro_in_the_same_table_is_read_with_it(tmp_path: Path) -> None:
    """Movesense's IMU and WitMotion write both; also where the ° is in another encoding."""
    for kind in ("movesense imu6", "witmotion long names", "witmotion no chip"):
        path = _write(tmp_path, kind)
        for content in (path.read_bytes(), path.read_text("utf-8").encode("gb18030")):
            path.write_bytes(content)
            gyro = read_recording(path).blocks[0].gyro_dps
            assert gyro is not None, kind
            assert np.abs(gyro[:, 1] - T_S).max() < 0.05


def test_stamps_a_program_guessed_may_overlap_the_next_packet(tmp_path: Path) -> None:
    """Movesense's app spreads a packet over the time since the one before: late, then too long."""
    path = _write(tmp_path, "movesense imu6")
    head, *lines = path.read_text().splitlines()
    for i in range(8, 100, 8):
        for k in range(4):
            at, cells = i + k, lines[i + k].split(",", 1)
            lines[at] = f"{int(cells[0]) + 9 * k},{cells[1]}"
    path.write_text("\n".join([head, *lines, ""]))
    recording = read_recording(path)
    assert recording.lost_samples == 0
    assert recording.rate_hz == pytest.approx(RATE_HZ, rel=2e-3)


def test_a_lost_packet_of_the_ios_app_is_a_data_gap(tmp_path: Path) -> None:
    """Stamps are spread inside packets, not over what is missing between them."""
    path = _write(tmp_path, "movesense ios")
    head, *lines = path.read_text().splitlines()
    path.write_text("\n".join([head, *lines[:100], *lines[112:], ""]))
    recording = read_recording(path)
    assert np.flatnonzero(recording.blocks[0].lost).tolist() == list(range(100, 112))


def test_rows_that_one_sensor_no_longer_filled_are_left_out(tmp_path: Path) -> None:
    """phyphox fills the shorter of its buffers with NaN; in the middle it would be an error."""
    path = tmp_path / "Raw Data.csv"
    path.write_text(PHYPHOX + "6.00,NaN,NaN,NaN,NaN\n" * 3)
    assert read_recording(path).samples == N
    lines = PHYPHOX.splitlines()
    lines[20] = lines[20].split(",")[0] + ",NaN,NaN,NaN,NaN"
    path.write_text("\n".join(lines))
    with pytest.raises(RecordingError, match="line 21"):
        read_recording(path)


def _phone(*names: str) -> dict[str, str]:
    """Sensor Logger's files: total, its two parts, and the gyro, which tells how often it is."""
    header, row = "time,seconds_elapsed,z,y,x", "{ns},{t:.6f},{zm},{ym},{xm}"
    files = {
        "TotalAcceleration.csv": _rows(header, row),
        "AccelerometerUncalibrated.csv": _rows(header, "{ns},{t:.6f},-{z},-{y},-{x}"),
        "Accelerometer.csv": _rows(header, row),
        "Gravity.csv": _rows(header, "{ns},{t:.6f},9.80665,0,0"),
        "Gyroscope.csv": _rows(header, "{ns},{t:.6f},{t},{y},{x}"),
        "Metadata.csv": "version,device name\n1,phone\n",
    }
    lines = files["Accelerometer.csv"].splitlines()
    for i, line in enumerate(lines[1:], 1):
        ns, t, z, y, x = line.split(",")
        lines[i] = f"{ns},{t},{float(z) - G_MPS2},{y},{x}"
    files["Accelerometer.csv"] = "\n".join([*lines, ""])
    return {name: files[name] for name in names}


def _zip(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, text in members.items():
            out.writestr(name, text)
    return path


@pytest.mark.parametrize(
    "names",
    [
        ("Accelerometer.csv", "Gravity.csv", "Gyroscope.csv", "TotalAcceleration.csv"),
        ("AccelerometerUncalibrated.csv", "Accelerometer.csv", "Gyroscope.csv", "Metadata.csv"),
        ("Accelerometer.csv", "Gravity.csv", "Gyroscope.csv", "Metadata.csv"),
    ],
    ids=["Android", "iOS raw", "iOS"],
)
@pytest.mark.parametrize("folder", ["", "2024-05-01_10-00-00/"])
@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "unpacked"])
def test_sensor_loggers_files_give_acceleration_with_gravity(
    tmp_path: Path, names: tuple[str, ...], folder: str, zipped: bool
) -> None:
    """From whichever of them has it, with the gyro beside it, zipped or not."""
    files = _phone(*names)
    if zipped:
        path = _zip(tmp_path / "walk.zip", {folder + name: text for name, text in files.items()})
    else:
        for name, text in files.items():
            (tmp_path / name).write_text(text)
        total = "TotalAcceleration.csv"
        path = tmp_path / (total if total in names else names[0])
    (block,) = read_recording(path).blocks
    assert np.abs(block.acc_mps2 - G_MPS2 * np.column_stack([X, Y, Z])).max() < 0.02
    assert block.gyro_dps is not None
    assert np.abs(block.gyro_dps - np.degrees(np.column_stack([X, Y, T_S]))).max() < 0.01


def test_a_phyphox_zip_is_read_with_its_gyro(tmp_path: Path) -> None:
    """Its own notes in ``meta`` are no recording."""
    gyro = "\n".join(
        ['"Time (s)","Gyroscope x (rad/s)","Gyroscope y (rad/s)","Gyroscope z (rad/s)"']
        + [f"{t},0.1,{t},0.2{i % 7}" for i, t in enumerate(np.arange(0, 6.02, 0.013))]
    )
    members = {"Accelerometer.csv": PHYPHOX, "Gyroscope.csv": gyro.replace(",0.1,", ",0.11,", 3)}
    members["meta/time.csv"] = '"event","experiment time"\n"START",0.0\n'
    recording = read_recording(_zip(tmp_path / "phyphox.zip", members))
    gyro_dps = recording.blocks[0].gyro_dps
    assert gyro_dps is not None
    assert np.abs(gyro_dps[:, 1] - np.degrees(T_S)).max() < 0.1


def test_zips_without_one_recording_are_refused(tmp_path: Path) -> None:
    """None, several, two phones' folders, only linear acceleration, a broken one."""
    phone = _phone("TotalAcceleration.csv", "Accelerometer.csv")
    cases = {
        "no table": {"photo.jpg": "x", "notes.txt": "hello"},
        "several recordings": {"a.csv": PHYPHOX, "b.csv": PHYPHOX},
        "several recordings: left": {
            f"{leg}/{n}": phone[n] for leg in ("left", "right") for n in phone
        },
        "without gravity": _phone("Accelerometer.csv"),
        r"some\.zip/a\.csv, line 2": {"a.csv": PHYPHOX.replace("E", "oops", 5)},
    }
    for expected, members in cases.items():
        with pytest.raises(RecordingError, match=expected):
            read_recording(_zip(tmp_path / "some.zip", members))
    path = _zip(tmp_path / "broken.zip", {"a.csv": PHYPHOX})
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(RecordingError, match="zip can't be read"):
        read_recording(path)
    damaged = bytearray(whole)
    damaged[len(whole) // 2] ^= 0xFF
    path.write_bytes(bytes(damaged))
    with pytest.raises(RecordingError):
        read_recording(path)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cuts=st.lists(st.tuples(st.integers(0, 20000), st.binary(max_size=4)), min_size=1, max_size=6)
)
def test_a_damaged_zip_gives_a_recording_or_one_clear_line(
    tmp_path: Path, cuts: list[tuple[int, bytes]]
) -> None:
    """Headers, directory and data overwritten anywhere."""
    path = _zip(tmp_path / "fuzz.zip", _phone("Accelerometer.csv", "Gravity.csv", "Gyroscope.csv"))
    data = bytearray(path.read_bytes())
    for at, what in cuts:
        data[at % len(data) : at % len(data) + len(what)] = what
        data[-(at % 200) - 1] ^= what[0] if what else 0
    path.write_bytes(bytes(data))
    said = ""
    try:
        assert isinstance(read_recording(path), Recording)
    except AnkletError as error:
        said = str(error)
    assert "\n" not in said


def test_a_gzipped_export_is_read_too(tmp_path: Path) -> None:
    """People compress."""
    path = _write(tmp_path, "movesense")
    zipped = tmp_path / "acc.csv.gz"
    zipped.write_bytes(gzip.compress(path.read_bytes()))
    assert read_recording(zipped).samples == N


def test_a_torn_compressed_recording_is_read_up_to_the_tear(tmp_path: Path) -> None:
    """Nothing already recorded is lost, and it is said."""
    whole = gzip.compress(("t_s,ax_g,ay_g,az_g\n" + "".join(
        f"{t:.3f},{x:.4f},{y:.4f},{z:.4f}\n"
        for t, x, y, z in zip(T_S, X, Y, Z, strict=True)
    )).encode())  # fmt: skip
    path = tmp_path / "torn.csv.gz"
    path.write_bytes(whole[: int(0.8 * len(whole))])
    recording = read_recording(path)
    assert 0.4 * N < recording.samples < N
    assert any("ends too early" in note for note in recording.notes)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(sorted(FILES)),
    cuts=st.lists(st.tuples(st.integers(0, 9000), st.binary(max_size=6)), min_size=1, max_size=5),
    name=st.sampled_from([None, *FORMATS]),
)
def test_nothing_but_a_recording_or_one_clear_line(
    tmp_path: Path, kind: str, cuts: list[tuple[int, bytes]], name: str | None
) -> None:
    """Bytes overwritten anywhere, any format named: a recording, or an error of ours."""
    data = bytearray(_write(tmp_path, kind).read_bytes())
    for at, what in cuts:
        data[at % len(data) : at % len(data) + len(what)] = what
    path = tmp_path / f"damaged{FILES[kind][0]}"
    path.write_bytes(bytes(data))
    said = ""
    try:
        assert isinstance(read_recording(path, format_name=name), Recording)
    except AnkletError as error:
        said = str(error)
    assert "\n" not in said
