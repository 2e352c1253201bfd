"""``python3 -m tests``: does everything hold? From a fresh clone, with nothing but git and Python.

Makes ``.venv`` if it is not there, installs Anklet and the pinned development tools into it, then
runs ruff, mypy and pytest on all cores; all of them, even when an earlier one fails.

    python3 -m tests              the questions that matter most; about three minutes on two cores
    python3 -m tests --all        every test there is, as in CI
    python3 -m tests --lowest     all but ``slow``, on the oldest dependencies that are allowed
    python3 -m tests --lint       ruff and mypy only; ``--lint mypy`` only that one
    python3 -m tests -k hops      further arguments go to pytest

The quick run leaves out what is marked ``slow`` or ``thorough``:

* ``slow``: fifty killed sessions, a long session with a fault every minute, a browser, whole
  protocols. They take a minute each and are left out with ``--lowest`` too.
* ``thorough``: questions that another, quicker test asks in part: accuracy on more simulated people
  than those of ``tests/test_labelled.py``, calibration on another day, installing the wheel,
  making the sample recordings again.

A test that is left out can be named with ``--all``: ``python3 -m tests --all tests/test_crash.py``.
How fast Anklet is, is measured by ``python -m pytest tests/benchmarks`` and asserted nowhere.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)

LINT = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy"],
}
"""What each linter is run with, here, in CI and by the hooks of ``.pre-commit-config.yaml``."""

PYTEST = ["-m", "pytest", "-n", "logical", "--dist", "worksteal"]
CHOICE = {
    "--all": [],
    "--lowest": ["-m", "not slow"],
    "quick": ["-m", "not slow and not thorough"],
}
"""Which tests are run, as pytest selects them."""


def main(args: list[str]) -> int:
    """Exit status: 0 if everything holds, else 1; 2 if the tools can't be installed."""
    if sys.version_info < OLDEST:
        return _refuse(f"Python {sys.version.split()[0]} is too old; 3.11 or later is needed")
    choice = next((each for each in ("--all", "--lowest", "--lint") if each in args), "quick")
    rest = [arg for arg in args if arg != choice]
    steps = dict(LINT)
    if choice == "--lint":
        if unknown := [name for name in rest if name not in LINT]:
            return _refuse(f"{unknown[0]!r} is not one of {', '.join(LINT)}")
        steps = {name: LINT[name] for name in rest or LINT}
    else:
        steps = {} if choice == "--lowest" else steps
        steps["pytest"] = [*PYTEST, *CHOICE[choice], *rest]
    if choice == "--lowest":
        python = _prepared(".venv-lowest", lock="requirements-lowest.lock", extra="test")
    else:
        python = _prepared(".venv", lock="requirements-dev.lock", extra="dev")
    if python is None:
        return 2
    failed = [name for name, step in steps.items() if not _holds(name, [str(python), *step])]
    if failed:
        print(f"failed: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


def _prepared(folder: str, *, lock: str, extra: str) -> Path | None:
    """The interpreter of a venv with everything in it, or None after saying why there is none."""
    home = ROOT / folder
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = b"".join((ROOT / name).read_bytes() for name in ("pyproject.toml", lock))
    stamp = home / f"installed-{hashlib.sha256(wanted).hexdigest()[:16]}"
    if stamp.exists() and python.exists():
        return python
    print(f"installing into {folder}", flush=True)
    try:
        if not python.exists():
            venv.create(home, with_pip=True)
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        subprocess.run([*pip, "-c", lock, "-e", f".[{extra}]"], cwd=ROOT, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        _refuse(f"can't install into {folder}: {error}")
        return None
    for old in home.glob("installed-*"):
        old.unlink()
    stamp.touch()
    return python


def _holds(name: str, command: list[str]) -> bool:
    begun = time.monotonic()
    print(f"— {name}", flush=True)
    good = subprocess.run(command, cwd=ROOT, check=False).returncode == 0
    if name != "pytest":  # its own summary says how many and how long
        print(f"  {'holds' if good else 'FAILED'} ({time.monotonic() - begun:.0f} s)", flush=True)
    return good


def _refuse(why: str) -> int:
    print(f"tests: {why}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
