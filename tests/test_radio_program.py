"""Questions to the program that runs the command line beside emulated sensors."""

from __future__ import annotations

import asyncio
import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest
from bleak import BleakClient, BleakScanner

from sensing.ble.conversation import Conversation
from sensing.devices.base import StreamRequest
from sensing.devices.open_frame import FAMILY
from tests.radio import program
from tests.radio.program import Fault, read_log


@pytest.mark.parametrize("text", ["", "drop", "fly@3", "drop@", "vanish:x@3", "drop@3/"])
def test_what_is_no_fault_is_refused(text: str) -> None:
    """A misspelt fault must not pass for a session without any."""
    with pytest.raises(ValueError, match="is not a valid fault"):
        Fault.read(text)


def test_faults_happen_when_they_were_announced(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Silence from the 10th second on, every 20 s; goodbye in the 50th."""
    log = tmp_path / "given.log"

    def command() -> None:
        asyncio.run(session())

    async def session() -> None:
        device = await BleakScanner.find_device_by_name("Anklet 4F21", timeout=2)
        assert device is not None
        gone = asyncio.Event()
        async with BleakClient(device, disconnected_callback=lambda _: gone.set()) as client:
            await Conversation(client, lambda *_: None).run(FAMILY.start(StreamRequest()))
            async with asyncio.timeout(100):
                await gone.wait()

    monkeypatch.setattr(program, "anklet", command)
    monkeypatch.setattr(sys, "argv", [])
    faults = ["--fault", "silent:5@10/20", "--fault", "drop@50"]
    program.run_program(["--sensor", "open-frame", *faults, "--log", str(log), "--", "record"])
    assert sys.argv == ["anklet", "record"]
    times = [each.arrival_s for each in read_log(log)]
    holes = [(a, b) for a, b in itertools.pairwise(times) if b - a > 1]
    began_s = 1000.0
    assert [round(a - began_s) for a, _ in holes] == [10, 30]
    assert [round(b - began_s) for _, b in holes] == [15, 35]
    assert times[-1] - began_s == pytest.approx(50, abs=0.2)


def test_a_log_that_ends_within_a_line_is_read_up_to_there(tmp_path: Path) -> None:
    """The program was killed while it wrote."""
    log = tmp_path / "given.log"
    log.write_text("1000.5 AA 2a19 50\n1001.5 AA 2a19 5", encoding="ascii")
    assert [each.payload for each in read_log(log)] == [b"\x50"]


def test_the_command_line_runs_in_it_as_ever(root: Path) -> None:
    """Its output and its exit status are its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.radio.program", "--sensor", "movesense", "--", "frobnicate"],
        cwd=root,
        env=os.environ | {"COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert ran.returncode == 2
    assert "frobnicate" in ran.stderr
    assert "Traceback" not in ran.stderr
