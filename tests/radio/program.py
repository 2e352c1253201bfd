"""The command line with emulated sensors near it, as a program of its own that can be killed.

``python -m tests.radio.program --sensor polar-sense --speed 20 --log FILE -- record …`` runs
``anklet record …`` with a Verity Sense on the virtual radio, its event loops 20 times faster than
real time (without ``--speed`` they jump over all waiting). Everything bleak hands to the program is
written to FILE at once, so that whoever kills the program knows what it had been given. Faults are
given as ``drop@20``, ``vanish:5@30`` or, every minute from the second one on, ``silent:6@60/60``.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cli import main as anklet
from tests.radio import clock
from tests.radio.air import Received, VirtualRadio
from tests.radio.sensor import EmulatedSensor
from tests.radio.sensors import SENSORS, emulate, person_of

_FAULT = re.compile(r"(?P<name>\w+)(:(?P<value>[\d.]+))?@(?P<at_s>[\d.]+)(/(?P<every_s>[\d.]+))?")
_FAULTS = ("drop", "break_link", "vanish", "silent", "burst", "lose", "duplicate", "reorder")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something to happen to a sensor so long after it was switched on, once or every so often."""

    name: str
    value: float | None
    at_s: float
    every_s: float | None

    @classmethod
    def read(cls, text: str) -> Fault:
        """From the command line.

        Raises:
            ValueError: it is none.
        """
        found = _FAULT.fullmatch(text)
        if found is None or found["name"] not in _FAULTS:
            raise ValueError(f"{text!r} is not a valid fault: NAME[:VALUE]@SECONDS[/EVERY]")
        value, every = found["value"], found["every_s"]
        return cls(
            found["name"],
            None if value is None else float(value),
            float(found["at_s"]),
            None if every is None else float(every),
        )

    def happens_to(self, sensor: EmulatedSensor) -> None:
        """Let it happen now, and arrange for the next time."""
        arguments = () if self.value is None else (self.value,)
        getattr(sensor, self.name)(*arguments)
        if self.every_s is not None:
            asyncio.get_running_loop().call_later(self.every_s, self.happens_to, sensor)


@dataclass(slots=True)
class Scripted:
    """A sensor and what will happen to it."""

    sensor: EmulatedSensor
    faults: Sequence[Fault]

    async def switch_on(self) -> None:
        """Switch it on; its clock of faults begins."""
        await self.sensor.switch_on()
        loop = asyncio.get_running_loop()
        for fault in self.faults:
            loop.call_later(fault.at_s, fault.happens_to, self.sensor)


def log_to(path: Path, radio: VirtualRadio) -> None:
    """Write what bleak hands out, a line each, past all buffers of this program."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(received: Received) -> None:
        at = f"{received.arrival_s:.6f} {received.address} {received.characteristic}"
        os.write(file, f"{at} {received.payload.hex()}\n".encode("ascii"))

    radio.on_received = write


def read_log(path: Path) -> list[Received]:
    """What :func:`log_to` wrote; a line cut short by a killed program is left out."""
    received = []
    for line in path.read_text(encoding="ascii").splitlines(keepends=True):
        if line.endswith("\n"):
            arrival_s, address, characteristic, payload = line.rstrip("\n").split(" ")
            data = bytes.fromhex(payload)
            received.append(Received(float(arrival_s), characteristic, data, address))
    return received


def run_program(arguments: Sequence[str]) -> None:
    """Run the command line that follows ``--``; ends as that does."""
    parser = argparse.ArgumentParser(prog="tests.radio.program", description=__doc__)
    parser.add_argument("--sensor", action="append", choices=sorted(SENSORS), default=[])
    parser.add_argument("--name", action="append", default=[], help="of each sensor, in order")
    parser.add_argument("--exercise", default="single-leg-calf-raise")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeats", action="store_true", help="the person begins again and again")
    parser.add_argument("--battery", type=int, default=80)
    parser.add_argument("--fault", action="append", type=Fault.read, default=[])
    parser.add_argument("--speed", type=float)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--trouble", help="what is wrong with the adapter")
    parser.add_argument("anklet", nargs="*")
    asked = parser.parse_args(arguments)

    radio = VirtualRadio()
    for number, family in enumerate(asked.sensor):
        person = person_of(asked.exercise, asked.seed + number, repeats=asked.repeats)
        name = asked.name[number] if number < len(asked.name) else None
        sensor = emulate(
            family, radio, person=person, name=name, battery=asked.battery, keeps=1, seed=number
        )
        radio.place(Scripted(sensor, asked.fault))
    radio.fails(asked.trouble)
    if asked.log is not None:
        log_to(asked.log, radio)
    sys.argv = ["anklet", *asked.anklet]
    with radio.installed(), clock.installed(asked.speed):
        anklet()


if __name__ == "__main__":
    run_program(sys.argv[1:])
