"""Sessions, each killed at a random moment: ``python -m tests.radio.killed FOLDER N SEED``.

Every session is a fork of this program, so that what takes long, importing, is done once. It runs
the real command line beside an emulated sensor at :data:`SPEED` times real time, all of them into
one database. What bleak had handed to session ``n`` is in ``FOLDER/n.log``; the names of the
recordings each left behind are printed, a line of JSON a session.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from tests.radio.program import run_program

SPEED = 8.0
_EARLY, _EARLY_S = 0.1, 0.5
"""Share of the sessions that are killed before any packet may have come, within so many seconds."""
_SETS_S = (0.0, 1.7)
"""Real seconds from the first packet to the kill: to after the last. Counted from there, because
how long a session takes to begin is a matter of what else the machine does."""
_LONGEST_WAIT_S = 30.0
_LOOK_S = 0.01


def session(folder: Path, number: int, family: str) -> None:
    """Run one session in this process."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    record = ["record", "heel-walk", "--time", "2", "--countdown", "1", "--sets", "2"]
    run_program(
        [
            *("--sensor", family, "--exercise", "heel-walk", "--seed", str(number % 3)),
            *("--speed", str(SPEED), "--log", str(folder / f"{number}.log"), "--"),
            *(*record, "--rest", "2", "--sensor", family_name(family)),
            *("--db", str(folder / "anklet.db")),
        ]
    )


def family_name(family: str) -> str:
    """What the emulated sensor of a family calls itself, as far as it is sure."""
    return {"open-frame": "Anklet", "polar-sense": "Polar Sense"}[family]


def kill_one(folder: Path, number: int, chance: random.Random) -> dict[str, object]:
    """Fork a session, kill it at a random moment, and say what it left."""
    recordings = folder / "anklet.db.recordings"
    before = set(recordings.glob("*.anklet"))
    family = chance.choice(["open-frame", "polar-sense"])
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            session(folder, number, family)
        os._exit(0)
    if chance.random() < _EARLY:
        time.sleep(chance.uniform(0.0, _EARLY_S))
    else:
        _await_packets(folder / f"{number}.log")
        time.sleep(chance.uniform(*_SETS_S))
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    left = sorted(path.name for path in set(recordings.glob("*.anklet")) - before)
    return {"session": number, "killed": os.WIFSIGNALED(status), "recordings": left}


def _await_packets(log: Path) -> None:
    until_s = time.monotonic() + _LONGEST_WAIT_S
    while time.monotonic() < until_s and not (log.exists() and log.stat().st_size):
        time.sleep(_LOOK_S)


def main(folder: Path, sessions: int, seed: int) -> None:
    """Kill them one after another."""
    chance = random.Random(seed)  # noqa: S311 - chance, not secrets
    for number in range(sessions):
        print(json.dumps(kill_one(folder, number, chance)), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
