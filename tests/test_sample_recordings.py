"""The sample recordings: are they what their README says, and can they be made again?"""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import numpy as np
import pytest

from sensing.files.read_recording import read_recording
from tests.conftest import ROOT, Run

FOLDER = ROOT / "sample_recordings"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^anklet (simulate .*)$", README, re.MULTILINE)
NAMES = sorted(path.name.removesuffix(".csv.gz") for path in FOLDER.glob("*.csv.gz"))


def test_there_is_one_per_kind_and_a_workout() -> None:
    """Every recording has its truth, a row and a command in the README."""
    assert len(NAMES) >= 9
    assert "workout" in NAMES
    made = [shlex.split(command)[-1].removesuffix(".csv.gz") for command in COMMANDS]
    assert sorted(made) == NAMES
    for name in NAMES:
        assert (FOLDER / f"{name}.json").is_file()
        assert f"| `{name}` |" in README


@pytest.mark.parametrize("name", NAMES)
def test_each_reads_and_says_it_is_simulated(name: str) -> None:
    """Plain recordings that the reader takes without a remark about their units."""
    truth = json.loads((FOLDER / f"{name}.json").read_text())
    assert truth["simulated"] is True
    recording = read_recording(FOLDER / f"{name}.csv.gz")
    assert recording.samples == truth["samples"]


@pytest.mark.parametrize("name", ["workout", "calf-raise-hold", "single-leg-hop"])
def test_the_commands_make_them_again(name: str, anklet: Run, tmp_path: Path) -> None:
    """The README's own line gives the same recording (to rounding: libraries differ) and truth."""
    (command,) = [c for c in COMMANDS if c.endswith(f"-o {name}.csv.gz")]
    assert anklet(*shlex.split(command)).returncode == 0
    again = read_recording(tmp_path / f"{name}.csv.gz").blocks[0]
    there = read_recording(FOLDER / f"{name}.csv.gz").blocks[0]
    assert len(again) == len(there)
    assert np.abs(again.acc_mps2 - there.acc_mps2).max() < 0.05
    one, two = (json.loads((folder / f"{name}.json").read_text()) for folder in (tmp_path, FOLDER))
    assert one["sets"] == two["sets"]
