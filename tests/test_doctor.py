"""Questions to ``anklet doctor``: does it find what is wrong, and nothing where nothing is?"""

from __future__ import annotations

import asyncio
import errno
import json
import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import cli
from cli.sensors import checkup, checkup_bluetooth
from cli.sensors.checkup import Check
from sensing.ble.causes import CAUSES, Platform
from sensing.capture.recorder import Recorder
from sensing.core.errors import StoreError
from sensing.core.packets import Packet
from sensing.devices.polar import DATA
from sensing.files.recordings.recording_format import Header
from sensing.store.database.health import examine
from sensing.store.database.place import recordings_path
from sensing.store.store import open_store
from tests.conftest import Run
from tests.radio import clock
from tests.radio.air import TROUBLES, VirtualRadio
from tests.radio.sensors import emulate, person_of

PERSON = person_of("single-leg-calf-raise", 1)
NAMES = ["Bluetooth", "permission", "adapter", "switched on", "scan"]


@dataclass
class Answer:
    """What the doctor said."""

    status: int
    out: str
    err: str

    @property
    def checks(self) -> dict[str, dict[str, str]]:
        """Its JSON's checks by name."""
        return {each["name"]: each for each in json.loads(self.out)["checks"]}


Ask = Callable[..., Answer]


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Ask:
    """Ask the doctor, with a radio that has this trouble (or none) and a database of its own."""
    monkeypatch.setenv("ANKLET_DB", str(tmp_path / "diary.db"))
    monkeypatch.setenv("COLUMNS", "80")

    def asked(*args: str, trouble: str | None = None, sensor: bool = True) -> Answer:
        radio = VirtualRadio()
        if sensor:
            radio.place(emulate("movesense", radio, person=PERSON))
        radio.fails(trouble)
        capsys.readouterr()
        with radio.installed(), clock.installed():
            status = cli.run(["doctor", *args])
        said = capsys.readouterr()
        return Answer(status, said.out, said.err)

    return asked


def test_no_problem_is_found_where_nothing_is_wrong(ask: Ask, tmp_path: Path) -> None:
    """Exit status 0; the sensor near is named; nothing is left behind."""
    said = ask()
    assert said.status == 0, said.out
    assert "Movesense 203430001234" in said.out
    assert "No problems found." in said.out
    assert "✗" not in said.out
    assert max(len(line) for line in said.out.splitlines()) <= 80
    assert list(tmp_path.iterdir()) == []


def test_a_program_gets_the_same_as_json(ask: Ask) -> None:
    """Each check with its state, what was found, and the remedy."""
    said = ask("--json")
    whole = json.loads(said.out)
    assert whole["ok"] is True
    assert whole["system"].startswith("Anklet ")
    assert [each["name"] for each in whole["checks"]] == [
        *("Python", "packages", *NAMES, "database", "recordings", "to recover"),
        *("disk", "clock", "terminal"),
    ]
    assert all(set(each) == {"name", "state", "found", "remedy"} for each in whole["checks"])


FAILS = {
    "no bus": "Bluetooth",
    "no daemon": "Bluetooth",
    "unknown": "Bluetooth",
    "denied by user": "permission",
    "denied by system": "permission",
    "no adapter": "adapter",
    "classic only": "adapter",
    "adapter off": "switched on",
    "not ready": "switched on",
    "in progress": "scan",
}


@pytest.mark.parametrize("trouble", sorted(TROUBLES))
def test_a_trouble_of_bluetooth_is_found_at_its_step(ask: Ask, trouble: str) -> None:
    """What comes before it is well, what comes after it can't be told; exit status 1."""
    said = ask("--json", trouble=trouble)
    assert said.status == 1
    assert json.loads(said.out)["ok"] is False
    fails = NAMES.index(FAILS.get(trouble, "scan"))
    states = [said.checks[name]["state"] for name in NAMES]
    assert states[fails] == "trouble"
    assert said.checks[NAMES[fails]]["remedy"]
    assert set(states[:fails]) <= {"ok"}
    assert set(states[fails + 1 :]) <= {"note"}
    assert "1 problem found." in ask(trouble=trouble).out


def test_every_cause_of_the_computer_has_a_step_or_is_the_scans() -> None:
    """A new cause must not pass for an adapter that is well."""
    own = {cause.name for cause in CAUSES if cause.at == "computer"}
    assert set(checkup_bluetooth._STEP_OF) | {"busy", "too many"} == own


@pytest.mark.parametrize(
    ("here", "state"), [("linux", "ok"), ("macos", "note"), ("windows", "note")]
)
def test_without_an_adapter_only_linux_knows_of_the_permission(
    monkeypatch: pytest.MonkeyPatch, here: Platform, state: str
) -> None:
    """The others ask for the adapter first."""
    monkeypatch.setattr("sensing.ble.troubles.this_platform", lambda: here)
    radio = VirtualRadio()
    radio.fails("no adapter")
    with radio.installed():
        checks = {each.name: each for each in clock.run(checkup_bluetooth.bluetooth())}
    assert checks["permission"].state == state
    assert checks["adapter"].state == "trouble"


def test_silence_is_told_and_is_no_trouble(ask: Ask) -> None:
    """Bluetooth works; nobody is there."""
    said = ask("--json", sensor=False)
    assert said.status == 0
    assert said.checks["scan"]["state"] == "note"
    assert "no device found" in said.checks["scan"]["found"]
    assert "switch the sensor on" in said.checks["scan"]["remedy"]


def test_what_can_not_be_told_is_one_line(ask: Ask) -> None:
    """Four lines that say the same are three too many; a later trouble changes nothing."""
    out = " ".join(ask(trouble="no bus").out.split())
    assert out.count("can't be checked before that is fixed") == 1
    assert "permission, adapter, switched on, scan: can't be checked" in out


def test_bluetooth_can_be_left_out(ask: Ask) -> None:
    """For who only has recordings."""
    said = ask("--json", "--no-bluetooth", trouble="no bus")
    assert said.status == 0
    assert not set(NAMES) & set(said.checks)


def test_it_runs_here_and_ends_in_time(anklet: Run) -> None:
    """With this machine's own Bluetooth, whatever it is: no traceback, 0 or 1."""
    done = anklet("doctor", "--json")
    assert done.returncode in (0, 1), done.stderr
    assert json.loads(done.stdout)["ok"] == (done.returncode == 0)
    assert done.stderr == ""


def test_a_terminal_without_unicode_is_answered_in_plain_characters(anklet: Run) -> None:
    """ASCII marks, and nothing that can't be written."""
    done = anklet("doctor", "--no-bluetooth", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert "ok  Python" in done.stdout


# Database and recordings


def test_a_database_that_is_well_is_counted(tmp_path: Path) -> None:
    """Sessions, size, and that it is whole."""
    place = tmp_path / "diary.db"
    assert checkup.database(place).found.endswith("does not exist yet; created when needed")
    assert not place.exists()
    with open_store(place):
        pass
    check = checkup.database(place)
    assert check.state == "ok"
    assert "0 sessions" in check.found
    assert examine(place).newest_utc is None


@pytest.mark.parametrize("at", [0, 100, 4090])
def test_a_damaged_database_is_a_problem(tmp_path: Path, at: int) -> None:
    """Overwritten at the head, in the schema, or in a page."""
    place = tmp_path / "diary.db"
    with open_store(place):
        pass
    whole = place.read_bytes()
    place.write_bytes(whole[:at] + b"\xa5" * 3000 + whole[at + 3000 :])
    check = checkup.database(place)
    assert check.state == "trouble"
    assert str(place) in check.found
    assert check.remedy
    assert "\n" not in check.found


def test_an_index_that_lost_rows_is_found(tmp_path: Path) -> None:
    """What opening alone would not notice."""
    place = tmp_path / "diary.db"
    with open_store(place):
        pass
    db = sqlite3.connect(place, isolation_level=None)
    db.execute("INSERT INTO athlete (name) VALUES ('somebody')")
    (page,) = db.execute(
        "SELECT rootpage FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'athlete'"
    ).fetchone()
    (size,) = db.execute("PRAGMA page_size").fetchone()
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    with place.open("r+b") as file:
        file.seek((page - 1) * size + 3)
        file.write(b"\0\0")  # the page says it holds no cells
    with pytest.raises(StoreError, match="damaged"):
        examine(place)


def test_a_database_somebody_is_writing_to_is_said_to_be_busy(tmp_path: Path) -> None:
    """In a second, not in five."""
    place = tmp_path / "diary.db"
    with open_store(place):
        pass
    other = sqlite3.connect(place, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = datetime.now(UTC)
    check = checkup.database(place)
    other.close()
    assert "another program is writing" in check.found
    assert datetime.now(UTC) - began < timedelta(seconds=3)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_can_not_be_written_is_a_problem(tmp_path: Path) -> None:
    """Both where there is one and where one is to be made."""
    tmp_path.chmod(0o500)
    assert checkup.recordings(tmp_path).state == "trouble"
    assert checkup.recordings(tmp_path / "recordings").state == "trouble"
    tmp_path.chmod(0o700)


def test_a_folder_on_a_full_or_read_only_disk_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked by writing, not by looking at permissions; nothing is left behind."""
    assert checkup.recordings(tmp_path).state == "ok"
    assert list(tmp_path.iterdir()) == []

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "open", refuse)
    check = checkup.recordings(tmp_path)
    assert check.state == "trouble"
    assert os.strerror(errno.EROFS) in check.found


PACKET = Packet(1.0, DATA, b"\x02" + bytes(9))


def recorded(folder: Path, name: str, **header: Any) -> Path:
    """A recording on the disk that no database knows."""
    path = folder / f"{name}.anklet"
    about = Header(
        sensor="polar-h10", setup={"rate_hz": 200.0, "range_g": 8.0}, streams=(DATA,), **header
    )
    with Recorder(path, about) as recorder:
        for arrival_s in (1.0, 2.5):
            recorder.packet(replace(PACKET, arrival_s=arrival_s))
    return path


def test_recordings_that_never_reached_the_database_are_counted(tmp_path: Path) -> None:
    """Those kept raw on purpose are only mentioned, and what holds no second of data is no loss."""
    folder, place = tmp_path / "diary.db.recordings", tmp_path / "diary.db"
    assert checkup.unsaved(place).state == "ok"
    folder.mkdir()
    (folder / "torn.anklet").write_bytes(b"")
    (folder / "other.anklet").write_bytes(b"something else")
    assert checkup.unsaved(place).state == "ok"
    recorded(folder, "raw", target={"raw_only": True})
    raw = checkup.unsaved(place)
    assert (raw.state, raw.remedy) == ("note", "")
    assert "recover --raw" in raw.found
    recorded(folder, "lost")
    lost = checkup.unsaved(place)
    assert lost.state == "trouble"
    assert lost.found == "1 recording is not in the database"
    assert "anklet recover" in lost.remedy
    assert not place.exists()


def test_a_recording_that_is_being_made_is_not_lost(tmp_path: Path) -> None:
    """The doctor may be asked in the middle of a session."""
    setup = {"rate_hz": 200.0, "range_g": 8.0}
    header = Header(sensor="polar-h10", setup=setup, streams=(DATA,))
    place = tmp_path / "diary.db"
    recordings_path(place).mkdir()
    with Recorder(recordings_path(place) / "now.anklet", header) as recorder:
        recorder.packet(PACKET)
        assert checkup.unsaved(place).state == "ok"


def test_a_large_folder_does_not_hold_the_doctor_up(tmp_path: Path) -> None:
    """What there was no time for is said."""
    place = tmp_path / "diary.db"
    recordings_path(place).mkdir()
    for n in range(3):
        recorded(recordings_path(place), f"lost{n}")
    check = checkup.unsaved(place, patience_s=-1)
    assert check.state == "note"
    assert "3 more were not checked" in check.found


# The rest of the computer


def test_packages_that_are_missing_or_too_old_are_a_problem() -> None:
    """By what Anklet itself says it needs; extras are nobody's need."""
    assert checkup.packages().state == "ok"
    assert checkup._packages(['nonsense-package>=1; extra == "dev"']).state == "ok"
    missing = checkup._packages(["nonsense-package>=1.0", "numpy>=2.0"])
    assert (missing.state, missing.found) == ("trouble", "nonsense-package is missing")
    old = checkup._packages(["numpy>=999.5"])
    assert "999.5 is required" in old.found


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({}, "ok"),
        ({"encoding": "UTF-8"}, "ok"),
        ({"is_terminal": False}, "note"),
        ({"columns": 40}, "note"),
        ({"rows": 10}, "note"),
        ({"encoding": "cp1252"}, "note"),
        ({"encoding": ""}, "note"),
    ],
)
def test_a_terminal_is_judged_by_what_the_live_screen_needs(
    more: dict[str, Any], state: str
) -> None:
    """A poor terminal keeps nothing from working, so it is never a problem."""
    whole: dict[str, Any] = {"is_terminal": True, "encoding": "utf-8", "columns": 80, "rows": 24}
    assert checkup.terminal(**(whole | more)).state == state


@pytest.mark.parametrize(
    ("free_mb", "state"), [(50, "trouble"), (500, "note"), (5000, "ok"), (2e6, "ok")]
)
def test_room_on_the_disk_is_told_in_hours(free_mb: float, state: str) -> None:
    """Of one sensor."""
    check = checkup.room(free_mb)
    assert check.state == state
    assert " h of one sensor" in check.found


def test_a_clock_that_can_not_be_right_is_a_problem() -> None:
    """Before Anklet was made, or before the newest recording; a day of travel is forgiven."""
    now = datetime(2027, 5, 1, 12, tzinfo=UTC)
    states = [
        checkup.clock(now, None),
        checkup.clock(now, now - timedelta(days=3)),
        checkup.clock(now, now + timedelta(hours=14)),
        checkup.clock(now, now + timedelta(days=3)),
        checkup.clock(datetime(1970, 1, 1, tzinfo=UTC), None),
    ]
    assert [each.state for each in states] == ["ok", "ok", "ok", "trouble", "trouble"]


def test_troubles_of_several_kinds_are_counted_together(ask: Ask, tmp_path: Path) -> None:
    """And each has its remedy under it."""
    (tmp_path / "diary.db").write_bytes(b"no database at all" * 100)
    said = ask(trouble="adapter off")
    assert said.status == 1
    assert said.out.count("✗") == 2
    assert said.out.count("→") == 2
    assert "2 problems found." in said.out


def test_a_check_is_plain_values() -> None:
    """As JSON gets them."""
    check = Check(name="a", state="ok", found="b")
    assert (check.name, check.state, check.found, check.remedy) == ("a", "ok", "b", "")
    assert asyncio.iscoroutinefunction(checkup_bluetooth.bluetooth)
