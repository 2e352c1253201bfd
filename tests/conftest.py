"""What many tests need: the checkout's root, the labelled recordings, the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from sensing.store.store import Store

ROOT = Path(__file__).resolve().parent.parent

# A shared machine stalls now and then; a test that is only late has not failed.
# Where CI is set the examples are the same every time: a change is judged by its own faults.
settings.register_profile("anklet", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("anklet")


@dataclass(frozen=True)
class Done:
    """How a command ended, what it answered and what it remarked."""

    status: int
    out: str
    err: str


Command = Callable[..., Done]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout's root."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of labelled recordings beside the checkout; the test is skipped without it."""
    folder = ROOT.parent / "shared" / "recordings"
    if not folder.is_dir():
        pytest.skip("the labelled recordings are not beside this checkout")
    return folder


@pytest.fixture
def anklet(tmp_path: Path) -> Run:
    """Runs ``anklet`` as a program of its own, with a diary and settings nobody else sees."""

    def run(*args: object, **more: str) -> subprocess.CompletedProcess[str]:
        env = os.environ | {
            "ANKLET_DB": str(tmp_path / "diary.db"),
            "COLUMNS": "80",
            "PYTHONPATH": str(ROOT),
            "PYTHONIOENCODING": "utf-8",
            "NO_COLOR": "",
        }
        return subprocess.run(
            [sys.executable, "-m", "cli", *map(str, args)],
            env=env | more,
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=tmp_path,
            check=False,
            timeout=600,
        )

    return run


@pytest.fixture
def run(
    db_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    """Runs a command line in this process, on the database at ``db_path``, 100 columns wide."""
    import cli

    monkeypatch.setenv("ANKLET_DB", str(db_path))
    monkeypatch.setenv("COLUMNS", "100")

    def command(*args: object) -> Done:
        capsys.readouterr()
        status = cli.run([str(arg) for arg in args])
        return Done(status, *capsys.readouterr())

    return command


@pytest.fixture
def db_path(tmp_path: Path) -> Path:
    """Where a test may make a database of its own."""
    return tmp_path / "anklet.db"


@pytest.fixture
def store(db_path: Path) -> Iterator[Store]:
    """A new, empty store at ``db_path``."""
    from sensing.store.store import open_store

    with open_store(db_path) as opened:
        yield opened
