"""What a person installs: the wheel holds what it should, and works far from any checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

PIP = ("-m", "pip", "--disable-pip-version-check", "--quiet")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, freshly built."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, *PIP, "wheel", "--no-deps", "--wheel-dir", folder, ROOT], check=True
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_three_packages_and_nothing_else(wheel: Path) -> None:
    """No tests, no recordings but the demo's own, no tools."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.partition("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"sensing", "calibration", "cli"}
    samples = {name for name in names if name.startswith("cli/samples/")}
    assert samples == {"cli/samples/workout.csv.gz", "cli/samples/workout.json"}


def test_every_source_file_is_in_the_wheel(wheel: Path) -> None:
    """What runs in a checkout runs when installed."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for package in ("sensing", "calibration", "cli"):
        for path in (ROOT / package).rglob("*.py"):
            assert path.relative_to(ROOT).as_posix() in names


@pytest.mark.thorough
def test_an_installed_anklet_shows_its_demo(wheel: Path, tmp_path: Path) -> None:
    """In a clean environment, outside the checkout, with nobody's settings."""
    home = tmp_path / "venv"
    venv.create(home, with_pip=True)
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    lock = ROOT / "requirements.lock"
    subprocess.run(
        [scripts / "python", *PIP, "install", "--no-compile", "-c", lock, wheel],
        check=True,
        cwd=tmp_path,
    )
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    env |= {"HOME": str(tmp_path), "ANKLET_DB": str(tmp_path / "diary.db"), "COLUMNS": "80"}
    env |= {"PYTHONUTF8": "1"}

    def anklet(*args: str) -> str:
        return subprocess.run(
            [scripts / "anklet", *args],
            env=env,
            cwd=tmp_path,
            check=True,
            capture_output=True,
            text=True,
            encoding="utf-8",
        ).stdout

    assert anklet("--version").startswith("anklet ")
    shown = anklet("demo")
    for exercise in ("calf-raise", "hop", "calf-raise-hold"):
        assert exercise in shown
    assert not (tmp_path / "diary.db").exists()
    # What is looked back with besides the packages: the example plan, the page's style.
    assert "[[exercise]]" in anklet("plan", "example")
    anklet("demo", "--db", str(tmp_path / "diary.db"))
    assert "prefers-color-scheme" in anklet("report", "-o", "-")


def test_no_lock_file_names_a_registry() -> None:
    """Pinned versions only; where they come from is each person's own affair."""
    locks = sorted(ROOT.glob("requirements*.lock"))
    assert len(locks) == 3
    for lock in locks:
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        assert "index" not in text.lower().replace("--no-emit-index-url", "")
        assert "numpy==" in text
