"""Converters of public data sets, each on a simulated miniature of its layout."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sensing.files.read_recording import read_recording
from tests.public_data import (
    drop_jumps,
    plantar_activity,
    redes_de_sensores,
)
from tests.public_data.__main__ import DATASETS, main
from tests.public_data.miniatures import MINIATURES

Written = tuple[np.ndarray[Any, Any], dict[str, Any]]


def _written(output: Path, name: str) -> Written:
    """Columns and labels of a recording that was written."""
    with gzip.open(output / f"{name}.csv.gz", "rt") as file:
        values = np.loadtxt(file, delimiter=",", skiprows=1)
    labels = output / f"{name}.json"
    return values, json.loads(labels.read_text()) if labels.exists() else {}


def _converted(name: str, clone: Path, tmp_path: Path) -> Path:
    output = tmp_path / "converted"
    assert main([name, str(clone), str(output)]) == 0
    return output


def test_calf_raises_of_redes_de_sensores(tmp_path: Path) -> None:
    """Milliseconds become seconds; the angle turns at the top of each raise."""
    MINIATURES["redes-de-sensores"](tmp_path / "clone")
    output = _converted("redes-de-sensores", tmp_path / "clone", tmp_path) / "real-ankle"
    values, labels = _written(output, "raises-02")
    assert values[:3, 0].tolist() == [0, 0.02, 0.04]
    assert values[0].tolist() == [0, 0, 0.99, -0.17, -18, -12, 60]
    assert (labels["kind"], labels["reps_n"]) == ("reps", 30)
    assert np.allclose(np.diff(labels["tops_s"]), 2, atol=0.05)
    assert min(abs(top - 2.5) for top in labels["tops_s"]) < 0.05
    assert {path.name for path in output.glob("*.json")} == {
        f"raises-{take}.json" for take in ("02", "04", "06", "07", "10")
    }


def test_tops_of_the_people_in_the_recordings(shared: Path) -> None:
    """The turning points come out as they were labelled, each within 0.13 s."""
    for path in sorted((shared / "real-ankle").glob("raises-[01]*.json")):
        labels = json.loads(path.read_text())
        values, _ = _written(path.parent, labels["name"])
        found = redes_de_sensores.tops(values[:, 0], values[:, 4:])
        assert np.max(np.abs(found - labels["tops_s"])) < 0.13


def test_repeated_lines_of_app_puntillas_are_one_sample(tmp_path: Path) -> None:
    """A line counts as new where either file has changed."""
    MINIATURES["app-puntillas"](tmp_path / "clone")
    output = _converted("app-puntillas", tmp_path / "clone", tmp_path) / "real-ankle"
    values, labels = _written(output, "raises-band-1")
    assert values.tolist() == [
        [0.0000, 0.349, -0.952, 0.061, 0.98, -0.06, 0.73],
        [0.0105, 0.349, -0.952, 0.061, 0.73, 0, 0.73],
        [0.0211, 0.349, -0.950, 0.061, 0.73, 0, 0.73],
        [0.0316, 0.300, -0.950, 0.060, 0.73, 0, 0.73],
    ]
    assert labels["reps_n"] == 28


@pytest.mark.parametrize("separator", ["\r\n", "\r", "\n", ""])
def test_polled_samples_are_laid_on_100_hz(tmp_path: Path, separator: str) -> None:
    """Whatever ends a line, a gap is filled by a straight line."""
    clone = tmp_path / "clone"
    MINIATURES["arduino-activity"](clone)
    for path in clone.rglob("*.csv"):
        path.write_bytes(path.read_bytes().replace(b"\r\n", separator.encode()))
    output = _converted("arduino-activity", clone, tmp_path) / "real-ankle"
    values, labels = _written(output, "move-corsa_1")
    assert values[:, 0].tolist() == [0, 0.01, 0.02, 0.03]
    assert values[2].tolist() == [0.02, -1.879, -0.003, 0.265, 3.76, -5.62, 10.5]
    assert (labels["kind"], labels["what"]) == ("none", "running")


def test_drop_jumps_are_timed_by_the_force_plate(tmp_path: Path) -> None:
    """The sensor's clock is the line through its epochs; the plate's offset does not matter."""
    MINIATURES["drop-jumps"](tmp_path / "clone")
    output = _converted("drop-jumps", tmp_path / "clone", tmp_path) / "real-ankle"
    values, labels = _written(output, "drop-jump-03")
    assert values.shape == (400, 4)
    assert values[-1, 0] == pytest.approx(399 / 397, abs=2e-4)
    assert (labels["contact_time_s"], labels["flight_time_s"]) == (0.414, 0.319)


@given(
    contact_ms=st.integers(100, 900), flight_ms=st.integers(1, 700), offset_n=st.floats(-900, 900)
)
def test_contact_and_flight_at_1000_hz(contact_ms: int, flight_ms: int, offset_n: float) -> None:
    """Any contact and flight come out to the millisecond."""
    landing = 1000
    force = np.zeros(landing + contact_ms + flight_ms + 300)
    force[landing : landing + contact_ms] = 1500
    force[landing + contact_ms + flight_ms :] = 800
    timed = drop_jumps.contact_and_flight(force + offset_n)
    assert timed == (contact_ms / 1000, flight_ms / 1000)


def test_walking_of_gait_event_detection(tmp_path: Path) -> None:
    """m/s² become g; the first 90 s are kept."""
    MINIATURES["gait-event-detection"](tmp_path / "clone")
    values, labels = _written(
        _converted("gait-event-detection", tmp_path / "clone", tmp_path) / "real", "ankle-walking"
    )
    assert values.shape == (11_520, 4)
    assert values[1].tolist() == [0.0078, 0.102, -1, 0]
    assert labels == {}


def test_running_of_adeptdata(tmp_path: Path) -> None:
    """Only the ankle, and only the first 12.5 minutes."""
    MINIATURES["adeptdata"](tmp_path / "clone")
    values, _ = _written(
        _converted("adeptdata", tmp_path / "clone", tmp_path) / "real", "ankle-running"
    )
    assert values.shape == (75_000, 4)
    assert values[-1].tolist() == [749.99, 0.168, -0.992, 0.094]


def test_shanks_of_the_walking_dataset(tmp_path: Path) -> None:
    """Sensor 2 is the right shank, 5 the left; a sensor may stop before the others."""
    MINIATURES["walking-dataset"](tmp_path / "clone")
    output = _converted("walking-dataset", tmp_path / "clone", tmp_path) / "real-ankle"
    assert len(list(output.glob("*.csv.gz"))) == 36
    left, labels = _written(output, "walk-additional_disability1-left")
    right, _ = _written(output, "walk-young_20180518_1-right")
    assert (len(left), len(right)) == (3, 5)
    assert left[1].tolist() == [0.01, 0.9913, 0.2095, -0.1057, 0.06, 0.19, -0.79]
    assert right[1, 2] == 0.0838
    assert labels["what"] == "walking with turns and stands"


def test_shoes_of_plantar_activity(tmp_path: Path) -> None:
    """Contacts by force, tiptoe spans by the heel's pressure, activities by name."""
    MINIATURES["plantar-activity"](tmp_path / "clone")
    output = _converted("plantar-activity", tmp_path / "clone", tmp_path)
    values, labels = _written(output / "real-shoe", "S03-05-left")
    assert values[0].tolist() == [0, -0.1831, 0.019, 0.9824, -1.82, 1.96, -0.07]
    # The phase that began before the recording and the one that outlasts it are left out.
    assert labels["contacts"] == [{"contact_s": 0.051, "takeoff_s": 0.0965}]
    assert labels["heel_off"] == [{"start_s": 0.06, "end_s": 0.09}]
    assert labels["activities"] == [
        {"start_s": 0, "end_s": 0.02, "what": "standing in t-pose"},
        {"start_s": 0.02, "end_s": 0.15, "what": "standing on tiptoes"},
        {"start_s": 0.05, "end_s": 0.15, "what": "jumping in place"},
    ]
    assert (labels["person"], labels["side"]) == ("S03", "left")
    assert len(list((output / "real-shoe").glob("*.csv.gz"))) == 30
    assert len(list((output / "real-shoe-more").glob("*.csv.gz"))) == 8


@given(st.lists(st.integers(0, 900), min_size=2, max_size=60))
def test_contacts_follow_each_other(force: list[int]) -> None:
    """Contacts do not overlap and lie inside the recording, whatever the force."""
    t_s = np.arange(len(force)) / 100
    found = plantar_activity.contacts(t_s, np.array(force, dtype=float))
    ends = [instant for each in found for instant in (each["contact_s"], each["takeoff_s"])]
    assert ends == sorted(ends)
    assert all(0 <= instant <= t_s[-1] for instant in ends)


def test_anklet_reads_what_is_written(tmp_path: Path) -> None:
    """A converted recording is a plain recording like any other."""
    MINIATURES["redes-de-sensores"](tmp_path / "clone")
    output = _converted("redes-de-sensores", tmp_path / "clone", tmp_path)
    recording = read_recording(output / "real-ankle/raises-04.csv.gz")
    assert recording.rate_hz == pytest.approx(50)


# ---- a folder that is something else --------------------------------------------------------


@pytest.mark.parametrize("name", DATASETS)
def test_another_folder_is_refused_in_one_line(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder that is not the data set is refused by name, and nothing is written."""
    (tmp_path / "clone").mkdir()
    assert main([name, str(tmp_path / "clone"), str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert f"is not a complete copy of {name}: " in said
    assert "is missing" in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", DATASETS)
def test_damaged_files_are_refused_in_one_line(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file of another layout, and one that was never downloaded, are named."""
    clone = tmp_path / "clone"
    MINIATURES[name](clone)
    for damage in ("once upon a time\n", "version https://git-lfs.github.com/spec/v1\n"):
        for path in clone.rglob("*.*"):
            if path.is_file():
                path.write_text(damage)
        assert main([name, str(clone), str(tmp_path / "out")]) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert re.search(r"'[^']+\.(csv|txt|mat|xlsx)'", said)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", DATASETS)
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damage=st.binary(max_size=300), at=st.integers(0, 400))
def test_no_damage_ends_in_a_traceback(
    name: str, damage: bytes, at: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever stands in one of its files, a data set is converted or refused in one line."""
    clone = tmp_path / "clone"
    if not clone.exists():
        MINIATURES[name](clone)
    path = min(each for each in clone.rglob("*.*") if each.is_file())
    whole = path.read_bytes()
    path.write_bytes(whole[:at] + damage + whole[at + len(damage) : at + 5000])
    try:
        status = main([name, str(clone), str(tmp_path / "out")])
    finally:
        path.write_bytes(whole)
    assert status in (0, 2)
    assert capsys.readouterr().err.count("\n") == status // 2


def test_every_data_set_has_a_miniature() -> None:
    """A converter without a test is no converter."""
    assert set(MINIATURES) == set(DATASETS)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "usage: python -m tests.public_data DATASET CLONE_FOLDER OUTPUT_FOLDER"),
        (["walks", ".", "out"], "'walks' is not a known data set; choose from adeptdata,"),
        (["adeptdata", "no-such-folder", "out"], "'no-such-folder' is not a folder;"),
    ],
)
def test_wrong_usage_is_one_line(
    args: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong, and what to do."""
    assert main(args) == 2
    err = capsys.readouterr().err
    assert err.startswith(said)
    assert err.count("\n") == 1
