"""Whole sessions through the real command line and bleak: scan, record, analyse, keep.

The radio is simulated (:mod:`tests.radio`), and so is the time: an hour takes seconds. Everything
between the bytes on the air and the rows in the database is under test.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import cli
from cli.screen.record_display import Display
from cli.screen.record_screen import RecordScene
from sensing.analysis.analyse import analyse
from sensing.core.exercises import Exercise
from sensing.core.packets import LINK_BACK, LINK_LOST, Event, Packet
from sensing.core.samples import Placement
from sensing.files.profiles.profile_text import Scope, Written, to_toml
from sensing.files.read_recording import read_header, read_recording
from sensing.files.recordings.recording_format import (
    PacketRecording,
    parse_recording,
)
from sensing.live.counter import LiveCounter
from sensing.profile.contact_timing import ContactFit
from sensing.profile.profile import Profile
from sensing.store.store import open_store
from tests.radio import clock
from tests.radio.air import Received, VirtualRadio
from tests.radio.person import Person
from tests.radio.program import Fault, Scripted
from tests.radio.sensors import SENSORS, EmulatedSensor, emulate, person_of

ANY_FAMILY = pytest.mark.parametrize("family", sorted(SENSORS))
RESULTS = ("bout", "exercise_set", "rep", "hop", "hold")


@dataclass(slots=True)
class Bench:
    """A radio, a database, and the command line between them."""

    folder: Path
    radio: VirtualRadio
    received: list[Received]
    capsys: pytest.CaptureFixture[str]
    out: str = ""
    err: str = ""

    @property
    def db(self) -> Path:
        """The database."""
        return self.folder / "anklet.db"

    @property
    def recordings(self) -> list[Path]:
        """The recordings, in order of their names."""
        return sorted((self.folder / "anklet.db.recordings").glob("*.anklet"))

    def wear(
        self,
        family: str = "open-frame",
        exercise: str = "single-leg-calf-raise",
        *,
        faults: Sequence[str] = (),
        person: Person | None = None,
        **more: Any,
    ) -> EmulatedSensor:
        """Put a sensor on somebody who does this exercise."""
        somebody = person_of(exercise, 1) if person is None else person
        sensor = emulate(family, self.radio, person=somebody, **more)
        self.radio.place(Scripted(sensor, [Fault.read(each) for each in faults]))
        return sensor

    def run(self, *args: object) -> int:
        """Run ``anklet …``; gives its exit status."""
        with self.radio.installed(), clock.installed():
            status = cli.run([*map(str, args), "--db", str(self.db)])
        said = self.capsys.readouterr()
        self.out, self.err = said.out, said.err
        return status

    def record(self, *args: object) -> int:
        """Run ``anklet record …`` with a short countdown."""
        return self.run("record", *args, "--countdown", 2)

    def rows(self, table: str, db: Path | None = None) -> list[tuple[object, ...]]:
        """All rows of a table, without ids."""
        with sqlite3.connect(db or self.db) as connection:
            cursor = connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - our own names
            names = [each[0] for each in cursor.description]
            keep = [i for i, name in enumerate(names) if not name.endswith("id")]
            return [tuple(row[i] for i in keep) for row in cursor]


@pytest.fixture
def bench(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Bench:
    """A radio and a database for one test."""
    received: list[Received] = []
    radio = VirtualRadio()
    radio.on_received = received.append
    return Bench(tmp_path, radio, received, capsys)


def read(path: Path) -> PacketRecording:
    """A recording as it stands on the disk."""
    return parse_recording(path.read_bytes(), path.name)


def packets(recording: PacketRecording) -> list[bytes]:
    """The payloads of the packets."""
    return [each.payload for each in recording.records if isinstance(each, Packet)]


def events(recording: PacketRecording) -> list[str]:
    """Names of the events."""
    return [each.name for each in recording.records if isinstance(each, Event)]


@ANY_FAMILY
def test_what_is_stored_is_what_a_replay_of_the_recording_finds_bit_for_bit(
    family: str, bench: Bench
) -> None:
    """Scan, record, database; then the file alone, replayed into another database."""
    bench.wear(family)
    assert bench.record("single-leg-calf-raise", "--time", 50, "--side", "left") == 0, bench.err
    (path,) = bench.recordings
    assert read(path).closed
    with open_store(bench.db) as store:
        (row,) = store.sessions()
        assert (row.sets, row.side) == (1, "left")
        assert row.reps > 3
    other = bench.folder / "other.db"
    assert cli.run(["replay", str(path), "--db", str(other)]) == 0
    for table in RESULTS:
        assert bench.rows(table) == bench.rows(table, other), table
    again = analyse(read_recording(path), "single-leg-calf-raise", "ankle")
    assert sum(len(each.reps) for each in again.sets) == len(bench.rows("rep"))


@ANY_FAMILY
def test_every_packet_of_the_set_is_in_the_recording_as_it_came(family: str, bench: Bench) -> None:
    """The packets of the recording are a stretch of those received, without a gap."""
    bench.wear(family, "calf-raise-hold", faults=["duplicate:0.05@3", "reorder:0.05@3"])
    assert bench.record("calf-raise-hold", "--time", 20) == 0, bench.err
    (path,) = bench.recordings
    recording = read(path)
    streams = recording.header.streams
    given = [each.payload for each in bench.received if each.characteristic in streams]
    kept = packets(recording)
    assert len(kept) > 20
    at = given.index(kept[0])
    starts = [i for i in range(at, len(given)) if given[i : i + len(kept)] == kept]
    assert starts, "the recorded packets are not a stretch of those received"


def test_a_set_survives_a_lost_link_and_records_it(bench: Bench) -> None:
    """The set goes on, and the gap is in the file."""
    bench.wear(exercise="single-leg-hop", faults=["vanish:6@14"])
    assert bench.record("single-leg-hop", "--time", 30) == 0, bench.err
    (path,) = bench.recordings
    happened = events(read(path))
    assert [each for each in happened if each.startswith("link")] == [LINK_LOST, LINK_BACK]
    assert "lost" in bench.err
    recording = read_recording(path)
    assert len(recording.blocks) > 1 or recording.lost_samples > 100


def test_two_sensors_are_one_session_on_one_time_base(bench: Bench) -> None:
    """Left and right, each its own recording and result; the same beat at the same second."""
    person = person_of("double-leg-calf-raise", 3)
    for name in ("Anklet left one", "Anklet right one"):
        bench.wear(name=name, person=person).person_begins(1003.0)  # by the simulated clock
    status = bench.record(
        *("double-leg-calf-raise", "--left", "Anklet left one", "--right", "Anklet right one"),
        *("--time", 50),
    )
    assert status == 0, bench.err
    with open_store(bench.db) as store:
        (row,) = store.sessions()
        detail = store.session(row.id)
    assert len(detail.recordings) == 2
    assert [each.recording.side for each in detail.recordings] == ["left", "right"]
    left, right = (each.sets[0].detected for each in detail.recordings)
    assert len(left.reps) == len(right.reps) > 3
    apart_s = [abs(a.start_s - b.start_s) for a, b in zip(left.reps, right.reps, strict=True)]
    print(f"the same movement seen by two sensors: up to {1000 * max(apart_s):.0f} ms apart")
    assert max(apart_s) < 0.1


def test_sets_and_rests_are_one_session_of_several_recordings(bench: Bench) -> None:
    """Three sets of eight seconds: three files, one session, sets numbered through."""
    bench.wear(exercise="heel-walk")
    status = bench.record("heel-walk", "--time", 8, "--sets", 3, "--rest", 12)
    assert status == 0, bench.err
    assert len(bench.recordings) == 3
    with open_store(bench.db) as store:
        (row,) = store.sessions()
        detail = store.session(row.id)
    assert len(detail.recordings) == 3
    assert [each.n for each in detail.sets] == list(range(1, len(detail.sets) + 1))


def test_raw_only_keeps_the_recording_and_analyses_nothing(bench: Bench) -> None:
    """Later, ``recover`` imports it."""
    bench.wear()
    assert bench.record("single-leg-calf-raise", "--time", 40, "--raw-only") == 0, bench.err
    (path,) = bench.recordings
    assert path.name in bench.out.replace("\n", "")
    assert bench.rows("session") == []
    assert bench.run("recover", "--raw") == 0, bench.err
    assert len(bench.rows("session")) == 1


def test_the_sensor_used_last_is_the_one_looked_for(bench: Bench) -> None:
    """Named once, it need not be named again, even with another one nearby."""
    bench.wear(name="Anklet mine")
    bench.wear(name="Anklet theirs")
    args = ("single-leg-balance", "--time", 3)
    assert bench.record(*args) == 2
    assert "Anklet mine" in bench.err
    assert "--sensor" in bench.err
    assert bench.record(*args, "--sensor", "Anklet mine") == 0, bench.err
    assert bench.record(*args) == 0, bench.err
    assert "Anklet mine" in bench.err


def test_a_low_battery_is_reported_before_the_start(bench: Bench) -> None:
    """Below 20 %."""
    bench.wear(battery=11)
    assert bench.record("single-leg-balance", "--time", 3) == 0, bench.err
    told = bench.err.index("11 %")
    assert told < bench.err.index("go")


def test_a_sensor_unsuitable_for_hops_is_reported_before_the_start(bench: Bench) -> None:
    """A chest strap of ±8 g clips landings; for raises it does."""
    bench.wear("polar-h10", "single-leg-hop")
    assert bench.record("single-leg-hop", "--time", 3) == 0, bench.err
    assert bench.err.index("±8 g clips landings") < bench.err.index("set: go")
    assert bench.record("single-leg-calf-raise", "--time", 3) == 0, bench.err
    assert "not suitable" not in bench.err


def test_no_sensor_nearby_ends_at_once_with_a_remedy(bench: Bench) -> None:
    """One line, status 2, no file, no session."""
    assert bench.record("single-leg-hop") == 2
    assert bench.err.strip().count("\n") <= 1
    assert bench.recordings == []


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("single-leg-hopp",), "single-leg-hop"),
        (("single-leg-hop", "--tempo", "fast"), "1-0-3"),
        (("single-leg-hop", "--left", "a"), "--right"),
        (("single-leg-hop", "--left", "a", "--right", "b", "--side", "left"), "--side"),
        (("single-leg-hop", "--reps", "5", "--time", "5"), "one"),
        (("calf-raise-hold", "--reps", "5"), "--time"),
        (("single-leg-hop", "--pain", "11"), "--pain"),
        (("single-leg-hop", "--rate", "0"), "rate"),
        (("single-leg-hop", "--range", "-2"), "range"),
        (("single-leg-hop", "--left", "demo", "--right", "demo", "--load", "-1"), "--load"),
    ],
)
def test_invalid_options_are_refused_before_the_radio_is_used(
    args: tuple[str, ...], said: str, bench: Bench
) -> None:
    """One clear line."""
    assert bench.run("record", *args) == 2
    assert said in bench.err
    assert bench.err.count("\n") == 1
    assert not bench.radio.seen


def test_a_full_disk_ends_the_session_and_keeps_what_was_recorded(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After two hundred packets the disk takes no more."""
    from sensing.capture import recorder

    real = recorder.Recorder.packet
    written = 0

    def packet(self: recorder.Recorder, each: Packet) -> None:
        nonlocal written
        written += 1
        if written > 200:
            self._fail(OSError(28, "No space left on device"))
        real(self, each)

    monkeypatch.setattr(recorder.Recorder, "packet", packet)
    bench.wear()
    assert bench.record("single-leg-calf-raise", "--time", 60) == 2
    assert "No space left" in bench.err
    (path,) = bench.recordings
    assert len(packets(read(path))) == 200
    assert len(bench.rows("session")) == 1, "what was recorded was imported"


def test_the_placement_is_that_of_the_last_session(bench: Bench) -> None:
    """Unknown the first time; once it was given it stays, and is said before the session."""
    bench.wear()
    args = ("single-leg-calf-raise", "--time", 5)
    paths: list[Path] = []
    for more in ((), ("--placement", "shoe"), ()):
        assert bench.record(*args, *more) == 0, bench.err
        # Names made within one second are in no order of time.
        paths += set(bench.recordings) - set(paths)
    assert "sensor on the shoe (as in the last session); --placement changes that" in bench.err
    headers = [getattr(read_header(path), "placement", None) for path in paths]
    assert headers == ["unknown", "shoe", "shoe"]
    with open_store(bench.db) as store:
        placements = [store.session(n).recordings[0].analysis.placement for n in (1, 2, 3)]
    assert placements == headers


@pytest.mark.parametrize("placement", ["ankle", "shoe"])
def test_the_screen_shows_what_the_record_will_hold_for_a_calibrated_person(
    placement: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The set is counted live with the placement and profile that it is stored with."""
    db = tmp_path / "anklet.db"
    learnt = Written(profile=Profile(name="mine", contact=ContactFit(offset_s=0.06)), scope=Scope())
    with open_store(db) as store:
        store.put_profile("mine", to_toml(learnt), now_utc=datetime(2026, 11, 1, tzinfo=UTC))
    scenes: list[RecordScene] = []
    counted_as: set[tuple[str, str]] = set()

    def counter(
        rate_hz: float, exercise: Exercise | None, live: Placement, profile: Profile
    ) -> LiveCounter:
        counted_as.add((live, profile.name))
        return LiveCounter(rate_hz, exercise, live, profile)

    monkeypatch.setattr("sensing.live.stream.LiveCounter", counter)
    monkeypatch.setattr(Display, "show", lambda _, scene: scenes.append(scene))
    args = ["single-leg-hop", "--sensor", "demo", "--side", "left", "--reps", "20"]
    with clock.installed():
        assert cli.run(["record", *args, "--placement", placement, "--db", str(db)]) == 0
    with open_store(db) as store:
        (part,) = store.session(1).recordings
    assert part.analysis.profile == "mine (version 1)"
    assert counted_as == {(part.analysis.placement, part.analysis.profile)}
    assert part.analysis.placement == placement
    if placement == "shoe":
        return  # The simulated sensor is at an ankle: its contact times mean nothing then.
    stored_s = [hop.contact_time_s for each in part.sets for hop in each.detected.hops]
    (shown,) = {scene.sides[0].view.contacts_s for scene in scenes[-5:] if scene.sides[0].view}
    off_s = [min(abs(each - one) for one in stored_s if one is not None) for each in shown]
    print(f"shown {shown}, stored {stored_s}")
    assert len(shown) == 5
    assert max(off_s) < 0.015
