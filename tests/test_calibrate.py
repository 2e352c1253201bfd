"""`anklet calibrate`: does a calibration from one recording improve others and harm none?"""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cli
from cli.calibrate import calibrate_live
from sensing.files.profiles.profile_text import Scope, from_toml
from sensing.simulation.demo_sensor import DemoSensor
from sensing.store.store import open_store
from tests.radio import clock
from tests.resting import EDGES, SIDES, draw, laid, trial


class Desk:
    """A folder, a database, and the command line."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.db = folder / "anklet.db"
        self._capsys = capsys
        self.out = self.err = ""

    def run(self, *args: object) -> int:
        """Run ``anklet …`` on this database."""
        status = cli.run([*map(str, args), "--db", str(self.db)])
        said = self._capsys.readouterr()
        self.out, self.err = said.out, said.err
        return status

    def made(self, exercise: str, seed: int, *args: object, name: str | None = None) -> Path:
        """A recording of a simulated person, the same for the same seed."""
        path = self.folder / f"{name or f'{exercise}-{seed}'}.csv"
        asked = [
            "simulate",
            exercise,
            "--seed",
            seed,
            "-o",
            path,
            "--fidgets",
            0,
            "--idealised",
            *args,
        ]
        assert cli.run([*map(str, asked)]) == 0
        self._capsys.readouterr()
        return path

    def analysed(self, path: Path, exercise: str, *args: object) -> dict[str, Any]:
        """What ``replay`` kept last of a recording, as JSON."""
        assert self.run("replay", path, "-e", exercise, *args) == 0, self.err
        with open_store(self.db) as store:
            (row, *_) = store.sessions(limit=1)
            session = max(each.id for each in store.sessions()) if row else 0
        assert self.run("show", session, "--json") == 0
        found: dict[str, Any] = json.loads(self.out)
        return found


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """One nobody else sees."""
    return Desk(tmp_path, capsys)


def reference_of(path: Path, folder: Path, *, shift_s: float = 71.5) -> Path:
    """The truth beside a simulated recording as a reference CSV, on a clock of its own."""
    truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    lines = ["contact_s,takeoff_s"]
    for each in truth["sets"]:
        for hop in each["hops"]:
            off = "" if hop["takeoff_s"] is None else f"{hop['takeoff_s'] + shift_s:.4f}"
            lines.append(f"{hop['contact_s'] + shift_s:.4f},{off}")
    reference = folder / f"{path.stem}-reference.csv"
    reference.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return reference


def test_reference_reps_become_a_profile_that_the_next_replay_uses(desk: Desk) -> None:
    """Tibialis raises: five to learn from, twelve counted; the profile is named in the result."""
    taught = desk.made("tibialis-raise", 3, "--reps", 5, "--partial", 0, name="taught")
    args = ("calibrate", "exercise", "tibialis-raise", "--from", taught, "--side", "left")
    assert desk.run(*args) == 0, desk.err
    assert "5 reps" in desk.out
    assert "version 1" in " ".join(desk.out.split())
    other = desk.made("tibialis-raise", 3, "--reps", 12, "--partial", 0, name="other")
    assert desk.run("replay", other, "-e", "tibialis-raise", "--side", "left") == 0
    assert "me, tibialis-raise, left, ankle (version 1)" in " ".join(desk.out.split())
    assert "12 reps" in desk.out
    assert desk.run("replay", other, "-e", "tibialis-raise", "--side", "right", "--again") == 0
    assert "not calibrated" in desk.out
    assert "side left" in " ".join(desk.out.split()), "the profile of the other leg is mentioned"


def test_calibrating_again_makes_a_new_version_and_results_keep_theirs(desk: Desk) -> None:
    """The database keeps both versions, and which results used which."""
    taught = desk.made("single-leg-calf-raise", 4, "--reps", 5, "--partial", 0)
    args = ("calibrate", "exercise", "single-leg-calf-raise", "--from", taught, "--side", "left")
    assert desk.run(*args) == 0, desk.err
    assert desk.run("replay", taught, "-e", "single-leg-calf-raise", "--side", "left") == 0
    even = ("--reps", 8, "--partial", 0, "--fatigue", 0, "--tempo", "1-0.5-1")
    known = desk.made("double-leg-calf-raise", 6, *even)
    height = ("calibrate", "height", "--rise", 7, "--from", known, "--side", "left")
    assert desk.run(*height) == 0, desk.err
    again = desk.made("single-leg-calf-raise", 4, "--reps", 6, "--partial", 0, name="again")
    assert desk.run(*args[:4], again, *args[5:], "--reps", 6) == 0, desk.err
    with open_store(desk.db) as store:
        kept = {(each.name, each.version): each.analyses for each in store.profiles(every=True)}
    assert kept == {
        ("me, left, ankle", 1): 0,
        ("me, single-leg-calf-raise, left, ankle", 1): 1,
        ("me, single-leg-calf-raise, left, ankle", 2): 0,
    }


def test_contact_times_calibrated_with_a_reference_change_the_next_result(desk: Desk) -> None:
    """Bias and limits are plotted; reanalyze shows the changes and keeps the earlier result."""
    hops = desk.made("single-leg-hop", 9, "--reps", 20)
    assert desk.run("replay", hops, "-e", "single-leg-hop", "--side", "left") == 0
    reference = reference_of(hops, desk.folder)
    args = ("calibrate", "contact", "--from", hops, "--reference", reference)
    assert desk.run(*args) == 2
    assert "--side" in desk.err
    assert desk.run(*args, "--side", "left", "--dry-run") == 0, desk.err
    assert "limits of agreement" in " ".join(desk.out.split())
    assert desk.run("profiles") == 0
    assert "There are no profiles yet" in desk.out
    assert desk.run(*args, "--side", "left") == 0, desk.err
    assert desk.run("reanalyze", 1, "--dry-run") == 0
    assert "1 recording analysed again; 1 would change." in desk.out
    assert re.search(r"contact \d+ ± \d+ ms → \d+ ± \d+ ms", desk.out)
    assert desk.run("reanalyze", "--all") == 0
    assert "1 changed" in desk.out
    assert desk.run("reanalyze", "--all") == 0
    assert "0 changed" in desk.out
    assert desk.run("correct", 1, "--missed-set", "calf-raise-hold", "--held", 45) == 0
    assert desk.run("reanalyze", "--all") == 0
    assert "1 recording analysed again; 0 changed" in desk.out, "an added set is carried over"
    with open_store(desk.db) as store:
        (recording,) = store.session(1).recordings
    assert recording.analysis.profile == "me, single-leg-hop, left, ankle (version 1)"
    assert [each.profile for each in recording.others] == [None]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("exercise",), "no exercise was named"),
        (("exercise", "tibialis-rise", "--side", "left"), "tibialis-raise"),
        (("exercise", "single-leg-hop", "--side", "left"), "calibrate contact"),
        (("height", "--side", "left"), "--rise"),
        (("height", "--rise", "80", "--side", "left"), "centimetres"),
        (("contact", "--side", "left"), "--reference"),
        (("contact", "--side", "left", "--reference", "none.csv"), "none.csv"),
        (("sensor",), "--sensor"),
        (("sensor", "--sensor", "X"), "no rest"),
        (("placement", "--placement", "shoe"), ""),
        (("everything",), "everything"),
    ],
)
def test_invalid_arguments_give_one_line_and_save_nothing(
    args: tuple[str, ...], said: str, desk: Desk
) -> None:
    """Exit 2, no profile."""
    taken = desk.made("single-leg-hop", 2, "--reps", 8)
    assert desk.run("calibrate", *args, "--from", taken) == 2
    assert said in desk.err
    assert desk.err.count("\n") == 1
    assert desk.run("profiles") == 0
    assert "There are no profiles yet" in desk.out


def test_a_trial_that_would_make_results_worse_is_refused(desk: Desk) -> None:
    """Another person's reference, the wrong exercise, the wrong number of reps."""
    mine, theirs = desk.made("single-leg-hop", 9), desk.made("single-leg-hop", 10)
    raises = desk.made("single-leg-calf-raise", 4, "--reps", 6, "--partial", 0)
    reference = reference_of(theirs, desk.folder)
    for args, said in (
        (("contact", "--from", mine, "--reference", reference), "reference"),
        (("contact", "--from", raises, "--reference", reference), "no hops"),
        (("exercise", "tibialis-raise", "--from", mine), "hops"),
        (("exercise", "single-leg-calf-raise", "--from", raises, "--reps", 9), "9 reps"),
    ):
        assert desk.run("calibrate", *args, "--side", "left") == 2, args
        assert said in desk.err
    with open_store(desk.db) as store:
        assert store.profiles(every=True) == []


def test_an_exported_profile_is_imported_unchanged(desk: Desk) -> None:
    """Exported, retired, imported: in use again, without a new version."""
    taught = desk.made("single-leg-calf-raise", 4, "--reps", 5, "--partial", 0)
    args = ("calibrate", "exercise", "single-leg-calf-raise", "--from", taught, "--side", "left")
    assert desk.run(*args) == 0, desk.err
    name = "me, single-leg-calf-raise, left, ankle"
    file = desk.folder / "mine.toml"
    assert desk.run("profiles", "export", name, file) == 0
    assert desk.run("profiles", "export", name, file) == 2
    assert "exists" in desk.err
    assert desk.run("profiles", "default", name) == 0
    assert desk.run("profiles", "delete", name) == 0
    assert desk.run("profiles", "import", file) == 0
    assert desk.run("profiles", "show", name) == 0
    assert file.read_text(encoding="utf-8") in desk.out
    asked = ["analyze", taught, "-e", "single-leg-calf-raise", "--profile", file]
    assert cli.run([*map(str, asked)]) == 0
    assert desk.run("profiles") == 0
    assert name in desk.out
    assert desk.run("profiles", "--json") == 0
    assert json.loads(desk.out)[0]["learnt"] == "rep"
    for wrong in (("show",), ("show", "nobody"), ("import", "none.toml"), ("export", name)):
        assert desk.run("profiles", *wrong) == 2
        assert desk.err.count("\n") == 1


def test_a_guided_trial_is_recorded_and_used_like_any_recording(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Live with the demo sensor, on simulated time: prompts, a recording, a profile."""
    monkeypatch.setattr(calibrate_live, "DemoSensor", partial(DemoSensor, idealised=True))
    args = ("calibrate", "placement", "--sensor", "demo", "--side", "left")
    with clock.installed():
        assert desk.run(*args) == 0, desk.err
    assert "Stand still" in desk.err
    assert "Saved as profile 'me, left, ankle, demo left'" in desk.out
    hold = ("record", "calf-raise-hold", "--sensor", "demo", "--side", "left", "--time", 8)
    with clock.installed():
        assert desk.run(*hold) == 0, desk.err
    assert "front-back" in desk.out, "a session with the same sensor uses it by itself"
    (path,) = (desk.folder / "anklet.db.recordings").glob("*calibrate*.anklet")
    assert desk.run("calibrate", "placement", "--from", path, "--dry-run") == 0, desk.err
    assert desk.run("recover") == 0
    assert "1 from calibration, skipped" in desk.out, "a calibration trial is no session"


def test_a_recording_whose_file_is_missing_keeps_its_results(desk: Desk) -> None:
    """Reanalyze reports it and continues."""
    one, two = (desk.made("single-leg-balance", n, "--hold", 8) for n in (1, 2))
    for path in (one, two):
        assert desk.run("replay", path, "-e", "single-leg-balance") == 0
    assert desk.run("correct", 2, "--missed-set", "seated-calf-raise", "--count", 9) == 0
    assert desk.run("reanalyze", 2) == 0
    assert "1 recording analysed again; 0 changed" in desk.out, "a set added by hand stays"
    one.unlink()
    assert desk.run("reanalyze", "--all") == 1
    assert f"session 1: {one}: the file is gone\n" in desk.err
    assert "`anklet relink FOLDER` finds" in desk.err
    assert desk.out == (
        "1 recording analysed again; 0 changed.\n1 not, it keeps its results: the file is gone.\n"
    )
    two.unlink()
    assert desk.run("reanalyze", "--all") == 1
    assert "0 recordings analysed again; 0 changed.\n2 not, they keep" in desk.out
    assert desk.run("reanalyze") == 2
    assert desk.run("reanalyze", 1, "--all") == 2
    assert desk.run("reanalyze", 99) == 2


def test_a_calibrated_sensor_is_corrected_from_then_on(desk: Desk) -> None:
    """Six sides and three leant: residuals are shown, and its next recording is corrected."""
    rng = np.random.default_rng(5)
    lain = trial(rng, draw(rng), laid(rng, np.concatenate([SIDES, EDGES[:3]]), 0.3))
    path = desk.folder / "sides.csv"
    t_s = np.arange(len(lain)) / lain.rate_hz
    rows = np.column_stack([t_s, lain.acc_mps2])
    np.savetxt(path, rows, delimiter=",", header="t_s,ax_mps2,ay_mps2,az_mps2", comments="")
    assert desk.run("calibrate", "sensor", "--from", path, "--sensor", "Anklet 7") == 0, desk.err
    assert "Saved as profile 'Anklet 7', version 1." in desk.out
    with open_store(desk.db) as store:
        kept = from_toml(store.profile("Anklet 7").toml, "kept")
    assert kept.profile.sensor is not None
    assert kept.profile.sensor.residual_before_mg > 5 * kept.profile.sensor.residual_after_mg
    assert kept.scope == Scope(sensor="Anklet 7")
