"""``python3 -m tests``: everything that must hold, from a fresh clone, with nothing but Python.

Makes ``.venv`` if it is not there, installs Anklet and the pinned development tools into it, then
runs ruff, mypy and pytest; all of them, even when an earlier one fails. Further arguments go to
pytest: ``python3 -m tests -k hops``. With ``--lowest`` as the first argument only pytest runs, in
``.venv-lowest``, on the oldest dependencies that pyproject.toml allows, the slowest tests left out.
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


def main(args: list[str]) -> int:
    """Exit status: 0 if everything holds, else 1; 2 if the tools can't be installed."""
    if sys.version_info < OLDEST:
        return _refuse(f"Python {sys.version.split()[0]} is too old; 3.11 or later is needed")
    lowest = args[:1] == ["--lowest"]
    if lowest:
        python = _prepared(".venv-lowest", lock="requirements-lowest.lock", extra="test")
        steps = {"pytest": ["-m", "pytest", "-m", "not slow", *args[1:]]}
    else:
        python = _prepared(".venv", lock="requirements-dev.lock", extra="dev")
        steps = {
            "ruff check": ["-m", "ruff", "check", "."],
            "ruff format": ["-m", "ruff", "format", "--check", "."],
            "mypy": ["-m", "mypy"],
            "pytest": ["-m", "pytest", *args],
        }
    if python is None:
        return 2
    failed = [name for name, step in steps.items() if not _holds(name, [str(python), *step])]
    print(f"failed: {', '.join(failed)}" if failed else "all of it holds", flush=True)
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
    print(f"  {'holds' if good else 'FAILED'} ({time.monotonic() - begun:.0f} s)", flush=True)
    return good


def _refuse(why: str) -> int:
    print(f"tests: {why}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
