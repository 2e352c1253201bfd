"""Fifty sessions killed at random moments: everything received is in the recordings."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import cli
from sensing.core.packets import Packet
from sensing.files.recordings.recording_format import PacketRecording, parse_recording
from tests.conftest import ROOT
from tests.radio.killed import SPEED
from tests.radio.program import read_log

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="kill -9 and fork are POSIX"),
]

SESSIONS = 50
LAST_S = 1.0
"""What a kill may cost."""


@pytest.fixture(scope="module")
def wreck(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, object]]]:
    """The folder with everything fifty killed sessions left, and what each left."""
    folder = tmp_path_factory.mktemp("killed")
    run = subprocess.run(
        [sys.executable, "-m", "tests.radio.killed", folder, str(SESSIONS), "20261121"],
        cwd=ROOT,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    return folder, [json.loads(line) for line in run.stdout.splitlines()]


def read(path: Path) -> PacketRecording:
    """A recording as the kill left it."""
    return parse_recording(path.read_bytes(), path.name)


def test_every_recording_holds_all_that_was_received_but_the_last_second(
    wreck: tuple[Path, list[dict[str, object]]],
) -> None:
    """A stretch of the packets received, without a gap, to within a second of the kill."""
    folder, sessions = wreck
    checked = cut_short = 0
    missing_s: list[float] = []
    for each in sessions:
        names = each["recordings"]
        assert isinstance(names, list)
        if not names:
            continue
        given = read_log(folder / f"{each['session']}.log")
        for name in names:
            recording = read(folder / "anklet.db.recordings" / name)
            streams = recording.header.streams
            stream = [r for r in given if r.characteristic in streams]
            payloads = [r.payload for r in stream]
            kept = [r.payload for r in recording.records if isinstance(r, Packet)]
            if not kept:
                continue
            at = payloads.index(kept[0])
            assert payloads[at : at + len(kept)] == kept, name
            checked += 1
            if name == names[-1] and not recording.closed:
                cut_short += 1
                behind = stream[at + len(kept) :]
                missing_s.append(stream[-1].arrival_s - behind[0].arrival_s if behind else 0.0)
    print(
        f"{len(sessions)} sessions killed: {checked} recordings checked, {cut_short} cut short, "
        f"at most {max(missing_s):.2f} s of packets missing (at {SPEED:g} times real time)"
    )
    assert checked >= SESSIONS // 2
    assert cut_short >= SESSIONS // 4
    assert max(missing_s) <= LAST_S


def test_the_database_is_whole_and_recover_takes_in_every_recording(
    wreck: tuple[Path, list[dict[str, object]]], capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing damaged; afterwards each recording of a second or more is in it, once."""
    folder, _ = wreck
    db = folder / "anklet.db"
    assert cli.run(["recover", "--db", str(db)]) in (0, 2)
    said = capsys.readouterr()
    with sqlite3.connect(db) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        stored = {name for (name,) in connection.execute("SELECT name FROM recording")}
    for path in (folder / "anklet.db.recordings").glob("*.anklet"):
        packets = [r for r in read(path).records if isinstance(r, Packet)]
        long = packets and packets[-1].arrival_s - packets[0].arrival_s > 2.0
        assert path.name in stored or not long, said.err
    again = cli.run(["recover", "--db", str(db)])
    assert again in (0, 2)
    with sqlite3.connect(db) as connection:
        (count,) = connection.execute("SELECT count(*) FROM recording").fetchone()
    assert count == len(stored)
