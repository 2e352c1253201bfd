"""A long session with a fault every minute: ``python -m tests.radio.soak HOURS FOLDER``.

Two sensors at 208 Hz with gyro, the real command line, simulated time. Each minute something goes
wrong with one of them, in turn: out of range, silent, dropped, bursts. Printed as JSON: packets
received and recorded, those received during a set that are in no recording, and the memory of the
process over the session.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path

import cli
from sensing.core.packets import Packet
from sensing.files.recordings.recording_format import parse_recording
from tests.radio import clock
from tests.radio.air import Received, VirtualRadio
from tests.radio.program import Fault, Scripted
from tests.radio.sensors import emulate, person_of

NAMES = ("Anklet left one", "Anklet right one")
FAULTS = (
    ("vanish:7@60/480", "silent:9@180/480", "drop@300/480", "burst:3@420/480"),
    ("drop@120/480", "burst:2@240/480", "vanish:20@360/480", "silent:6@480/480"),
)
_SET_S, _REST_S = 3540.0, 60.0
_LOOK_S = 300.0


def resident_mb() -> float:
    """Memory of this process that is in use, MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


class _Watch:
    """Put on the radio to look at the memory now and then."""

    def __init__(self) -> None:
        self.memory_mb: list[float] = []

    async def switch_on(self) -> None:
        """Begin to look."""
        self._look()

    def _look(self) -> None:
        self.memory_mb.append(round(resident_mb(), 1))
        asyncio.get_running_loop().call_later(_LOOK_S, self._look)


def _named(payload: bytes) -> int:
    return int.from_bytes(blake2b(payload, digest_size=8).digest(), "little")


def _recorded(folder: Path, side: str) -> Iterator[int]:
    for path in sorted(folder.glob(f"*_{side}_*.anklet")):
        for record in parse_recording(path.read_bytes(), path.name).records:
            if isinstance(record, Packet):
                yield _named(record.payload)


def soak(hours: float, folder: Path) -> dict[str, object]:
    """Run it; see the module."""
    radio = VirtualRadio()
    sides: dict[str, str] = {}
    person = person_of("single-leg-calf-raise", 1, repeats=True)
    for side, name, faults in zip(("left", "right"), NAMES, FAULTS, strict=True):
        sensor = emulate("open-frame", radio, person=person, name=name, keeps=1)
        radio.place(Scripted(sensor, [Fault.read(each) for each in faults]))
        sides[sensor.address] = side
    watch = _Watch()
    radio.place(watch)
    # Eight bytes a packet, so that what this remembers is not taken for a leak.
    received = {"left": array("Q"), "right": array("Q")}

    def hear(each: Received) -> None:
        received[sides[each.address]].append(_named(each.payload))

    radio.on_received = hear
    sets = max(1, round(hours))
    set_s = _SET_S if hours >= 1 else hours * 3600
    args = ["record", "heel-walk", "--left", NAMES[0], "--right", NAMES[1], "--placement", "shoe"]
    args += ["--rate", "208", "--sets", str(sets), "--time", str(set_s), "--rest", str(_REST_S)]
    args += ["--countdown", "2", "--raw-only", "--db", str(folder / "anklet.db")]
    began_s = time.process_time()
    with radio.installed(), clock.installed():
        status = cli.run(args)
    took_s = time.process_time() - began_s
    missing = 0
    kept = Counter[str]()
    for side, given in received.items():
        there = array("Q", _recorded(folder / "anklet.db.recordings", side))
        kept[side] = len(there)
        missing += _missing(given, there)
    return {
        "status": status,
        "hours": round(sets * (set_s + _REST_S) / 3600, 2) if hours >= 1 else hours,
        "received": {side: len(each) for side, each in received.items()},
        "recorded": dict(kept),
        "received_in_a_set_but_not_recorded": missing,
        "memory_mb": watch.memory_mb,
        "cpu_s": round(took_s, 1),
    }


def _missing(given: Iterable[int], there: Iterable[int]) -> int:
    """Packets between the first and the last recorded of a set that are not recorded.

    What is received during a rest or the start sequence belongs to no recording: it lies between
    two stretches that are whole in themselves.
    """
    recorded = set(there)
    gaps: list[int] = []
    run: int | None = None
    for each in given:
        if each in recorded:
            gaps.append(run or 0)
            run = 0
        elif run is not None:
            run += 1
    return sum(gap for gap in gaps if gap < _REST_PACKETS)


_REST_PACKETS = 200
"""A rest of a minute is more packets than this; a gap of fewer would be a loss."""


if __name__ == "__main__":
    print(json.dumps(soak(float(sys.argv[1]), Path(sys.argv[2]))))
