"""Recordings of other programs: read as they mean it, or refused in one line."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sensing.errors import AnkletError, RecordingError
from sensing.reading import FORMATS, read_take
from sensing.samples import Take
from sensing.units import G_MPS2

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
    take = read_take(_write(tmp_path, kind))
    assert take.samples == N
    assert take.rate_hz == pytest.approx(RATE_HZ, rel=2e-3)
    acc = take.blocks[0].acc_mps2
    assert np.abs(acc - G_MPS2 * np.column_stack([X, Y, Z])).max() < 0.02
    assert any("read as a recording of" in note for note in take.notes)


@pytest.mark.parametrize("kind", FILES)
def test_naming_the_program_gives_the_same(tmp_path: Path, kind: str) -> None:
    """``--format`` says what the header would have."""
    path = _write(tmp_path, kind)
    assert read_take(path, format_name=kind.split()[0]).samples == N


def test_another_programs_name_is_refused(tmp_path: Path) -> None:
    """With what to do."""
    path = _write(tmp_path, "phyphox")
    with pytest.raises(RecordingError, match=r"not those of MetaBase.*leave --format away"):
        read_take(path, format_name="metabase")


def test_a_gyro_in_a_file_of_its_own_is_laid_on_the_accelerometers_times(tmp_path: Path) -> None:
    """Other times, other rate, rad/s: °/s at each sample."""
    path = _write(tmp_path, "phyphox")
    t_s = np.arange(0, N / RATE_HZ + 0.05, 0.013)
    lines = [f"{t},{np.radians(10 * t)},0.5,{np.sin(t)}" for t in t_s]
    lines[5] = lines[5].replace(",0.5,", ",0.50001,")
    header = '"Time (s)","Gyroscope x (rad/s)","Gyroscope y (rad/s)","Gyroscope z (rad/s)"'
    (tmp_path / "Gyroscope.csv").write_text("\n".join([header, *lines]) + "\n")
    gyro = read_take(path).blocks[0].gyro_dps
    assert gyro is not None
    assert np.abs(gyro[:, 0] - 10 * T_S).max() < 0.2
    assert np.abs(gyro[:, 1] - np.degrees(0.5)).max() < 0.01


def test_a_gyro_that_covers_half_is_left_out_and_said(tmp_path: Path) -> None:
    """Half a gyro is no gyro."""
    path = _write(tmp_path, "metabase")
    header = "epoc (ms),timestamp (-0700),elapsed (s),x-axis (deg/s),y-axis (deg/s),z-axis (deg/s)"
    lines = [f"1,2,{t:.3f},{t},{2 * t},{3 - t}" for t in T_S[: N // 2]]
    (tmp_path / "MetaWear_Gyroscope.csv").write_text("\n".join([header, *lines]) + "\n")
    take = read_take(path)
    assert take.blocks[0].gyro_dps is None
    assert any("covers only part" in note for note in take.notes)


def test_acceleration_without_gravity_is_refused_with_the_right_export(tmp_path: Path) -> None:
    """phyphox's other experiment and Sensor Logger's other file."""
    linear = tmp_path / "Linear.csv"
    linear.write_text(PHYPHOX.replace("Acceleration x", "Linear Acceleration x"))
    with pytest.raises(RecordingError, match=r"without gravity.*with g"):
        read_take(linear)
    path = _write(tmp_path, "sensor-logger")
    other = path.rename(tmp_path / "Accelerometer.csv")
    with pytest.raises(RecordingError, match=r"only TotalAcceleration\.csv"):
        read_take(other)


def test_a_gzipped_export_is_read_too(tmp_path: Path) -> None:
    """People compress."""
    path = _write(tmp_path, "movesense")
    zipped = tmp_path / "acc.csv.gz"
    zipped.write_bytes(gzip.compress(path.read_bytes()))
    assert read_take(zipped).samples == N


def test_a_torn_compressed_recording_is_read_up_to_the_tear(tmp_path: Path) -> None:
    """Nothing already recorded is lost, and it is said."""
    whole = gzip.compress(("t_s,ax_g,ay_g,az_g\n" + "".join(
        f"{t:.3f},{x:.4f},{y:.4f},{z:.4f}\n"
        for t, x, y, z in zip(T_S, X, Y, Z, strict=True)
    )).encode())  # fmt: skip
    path = tmp_path / "torn.csv.gz"
    path.write_bytes(whole[: int(0.8 * len(whole))])
    take = read_take(path)
    assert 0.4 * N < take.samples < N
    assert any("ends too early" in note for note in take.notes)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(sorted(FILES)),
    cuts=st.lists(st.tuples(st.integers(0, 9000), st.binary(max_size=6)), min_size=1, max_size=5),
    name=st.sampled_from([None, *FORMATS]),
)
def test_nothing_but_a_recording_or_one_clear_line(
    tmp_path: Path, kind: str, cuts: list[tuple[int, bytes]], name: str | None
) -> None:
    """Bytes overwritten anywhere, any format named: a take, or an error of ours."""
    data = bytearray(_write(tmp_path, kind).read_bytes())
    for at, what in cuts:
        data[at % len(data) : at % len(data) + len(what)] = what
    path = tmp_path / f"damaged{FILES[kind][0]}"
    path.write_bytes(bytes(data))
    said = ""
    try:
        assert isinstance(read_take(path, format_name=name), Take)
    except AnkletError as error:
        said = str(error)
    assert "\n" not in said
