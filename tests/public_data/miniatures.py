"""A simulated miniature of each public data set, for the tests of the converters.

Each has the folders, file names, columns and units of the real data set, and numbers of its own.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.io import savemat

from tests.public_data import (
    adeptdata,
    arduino_activity,
    drop_jumps,
    gait_event_detection,
    plantar_activity,
    redes_de_sensores,
    walking_dataset,
)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _redes(clone: Path) -> None:
    t_ms = np.arange(0, 20_000, 20)
    swing = np.sin(2 * np.pi * 0.5 * t_ms / 1000)
    rate = 60 * np.cos(2 * np.pi * 0.5 * t_ms / 1000)
    for take in (*redes_de_sensores.TAKES, 5):
        lines = ["timestamp,accX,accY,accZ,gyrX,gyrY,gyrZ"]
        lines += [
            f"{t},{0.1 * s:.2f},{0.99 + 0.05 * s:.2f},{-0.17 + 0.02 * s:.2f},"
            f"{-0.3 * r:.2f},{-0.2 * r:.2f},{r:.2f}"
            for t, s, r in zip(t_ms, swing, rate, strict=True)
        ]
        folder = clone / "Trabajo de asignatura/Extracción_de_datos/Datasets"
        _write(folder / f"{take}/Puntillas.0a1b2c.csv", "\n".join(lines) + "\n")


def _puntillas(clone: Path) -> None:
    acc = ["0.349, -0.952, 0.061"] * 3 + ["0.349, -0.950, 0.061"] * 2 + ["0.300, -0.950, 0.060"]
    gyro = ["0.977, -0.061, 0.732"] * 2 + ["0.732, 0.000, 0.732"] * 4
    for what, lines in (("ace", acc), ("gyro", gyro)):
        text = "x, y, z\n" + "".join(f" {line}\n" for line in lines)
        _write(clone / f"sensor/medidas/Datos_finales/medida1_{what}.csv", text)


def _arduino(clone: Path) -> None:
    samples = ["0.221,-0.990,0.016,-13.245,-5.615,21.423,28,30,528701"]
    samples += ["0.242,-1.006,0.015,-13.245,-5.615,21.423,28,30,528711"]
    samples += ["-4.000,1.000,0.515,20.755,-5.615,-0.423,28,30,528731"]
    for name in arduino_activity.FILES:
        _write(clone / f"misure/Misure_22_12/{name}.csv", "\r\n".join(samples) + "\r\n")


def _jumps(clone: Path) -> None:
    force = np.full(4000, -762.5)
    force[2820:3234] += 900  # 414 ms of contact
    force[3234 + 319 :] += 700  # after 319 ms of flight
    for jump in drop_jumps.JUMPS:
        header = ",Unnamed: 0,epoch (ms),timestamp (-0400),elapsed (s)"
        lines = [f"{header},x-axis (g),y-axis (g),z-axis (g)"]
        lines += [
            f"{20_027 + i},{26_913 + i},{1_581_446_799_382 + round(i * 1000 / 397)},"
            f"2020-02-11T13.46.39.382,8348.1,0.3,-0.172,{0.9 + 0.001 * jump}"
            for i in range(400)
        ]
        _write(clone / f"data/drop-jump/accel/Accel{jump}.csv", "\n".join(lines) + "\n")
        plate = "".join(
            f"-4.1, -2.6, -82.7, -0.7, 0.3, -1.4, 4.8, 6.7, {f:.5f}, 6.1, 28.7, 0.0\n"
            for f in force
        )
        _write(clone / f"data/drop-jump/force-plate/FP{jump}.txt", "\n" + plate)


def _gait(clone: Path) -> None:
    clone.mkdir(exist_ok=True)
    samples = gait_event_detection.RATE_HZ * gait_event_detection.DURATION_S
    for axis, value in (("X", 1.0), ("Y", -9.80665), ("Z", 0.0)):
        savemat(clone / f"acc{axis}.mat", {f"acc{axis}": np.full((samples + 50, 1), value)})


def _adept(clone: Path) -> None:
    samples = adeptdata.RATE_HZ * adeptdata.DURATION_S
    lines = ['"","loc_id","date_time","x","y","z"']
    lines += ['"1","left_hip",2018-10-25 17:57:30,-0.199,-1.012,0.133'] * 3
    lines += ['"4","left_ankle",2018-10-25 17:57:30,0.168,-0.992,0.094'] * samples
    lines += ['"5","left_ankle",2018-10-25 18:10:00,9,9,9']
    _write(clone / "acc_running.csv", "\n".join(lines) + "\n")


def _sheet(rows: list[list[str | float]]) -> str:
    def cell(column: int, row: int, value: str | float) -> str:
        letters = "" if column < 26 else chr(ord("A") + column // 26 - 1)
        place = f"{letters}{chr(ord('A') + column % 26)}{row}"
        if isinstance(value, str):
            return f'<c r="{place}" t="s"><v>{_STRINGS.index(value)}</v></c>'
        return f'<c r="{place}"><v>{value}</v></c>'

    body = "".join(
        f'<row r="{i}">{"".join(cell(c, i, v) for c, v in enumerate(row) if v != "")}</row>'
        for i, row in enumerate(rows, 1)
    )
    main_ns = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{main_ns}"><sheetData>{body}</sheetData></worksheet>'


_STRINGS = [
    f"{what}_{sensor}"
    for sensor in range(1, 8)
    for what in ("Time", *(f"{w}_read_{a}" for w in ("Acc", "Gyro") for a in "xyz"))
]


def _walking(clone: Path) -> None:
    header: list[str | float] = [*_STRINGS]
    rows = [header]
    for i in range(5):
        row: list[str | float] = []
        for sensor in range(1, 8):
            stopped = sensor == 5 and i >= 3
            values = [10.0 * i, 9912 + i, 419 * sensor, -1057, 6, 18 + i, -79]
            row += [""] * 7 if stopped else values
        rows.append(row)
    main_ns = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strings = "".join(f"<si><t>{text}</t></si>" for text in _STRINGS)
    for person in walking_dataset.PEOPLE:
        group, _, name = person.partition("_")
        path = clone / f"Dataset/{walking_dataset.FOLDERS[group]}/{name}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w") as book:
            book.writestr("xl/sharedStrings.xml", f'<sst xmlns="{main_ns}">{strings}</sst>')
            book.writestr("xl/worksheets/sheet1.xml", _sheet(rows))


def _plantar(clone: Path) -> None:
    columns = ["Time"]
    for side in ("left", "right"):
        columns += [f"{side} pressure {i}[N/cm²]" for i in range(1, 17)]
        columns += [f"{side} acceleration {a}[g]" for a in "XYZ"]
        columns += [f"{side} angular {a}[dps]" for a in "XYZ"]
        columns += [f"{side} total force[N]"]
        columns += [f"{side} center of pressure {a}[-0.5...+0.5]" for a in "XY"]
    force = np.array([541, 300, 38, 18, 24, 37, 67, 400, 400, 38, 18, 0, 50, 83, 200.0])
    heel = np.array([11.5, 8, 0, 0, 0, 0, 0, 0.25, 0.5, 0, 0, 0, 0, 0, 0])
    lines = [";".join(columns)]
    for i, (f, h) in enumerate(zip(force, heel, strict=True)):
        foot = [h, *[0.0] * 15, -0.183105, 0.019043, 0.982422, -1.82, 1.96, -0.07, f, 0.1, 0.2]
        lines.append(";".join(f"{v}" for v in [i / 100, *foot, *foot]))
    classif = "Name;Class;Frame Start;Timestamp Start;Frame End;Timestamp End\n"
    classif += "Standing in T-pose;1.0;1.0;0.0;3.0;0.02\n"
    classif += "Standing on tiptoes ;6.0;3.0;0.02;20.0;0.15\n"
    classif += "Jumping in place;14.0;6.0;0.05;20.0;0.15\n"
    top = clone / "DataChallenge_donneesGlobales"
    for people in plantar_activity.SEQUENCES.values():
        for person, numbers in people.items():
            for number in numbers:
                where = f"{person}/Sequence_{number:02d}"
                _write(top / f"Plantar_activity_trie/{where}/insoles.csv", "\n".join(lines))
                _write(top / f"Events/{where}/classif.csv", classif)


MINIATURES: dict[str, Callable[[Path], None]] = {
    "adeptdata": _adept,
    "app-puntillas": _puntillas,
    "arduino-activity": _arduino,
    "drop-jumps": _jumps,
    "gait-event-detection": _gait,
    "plantar-activity": _plantar,
    "redes-de-sensores": _redes,
    "walking-dataset": _walking,
}
