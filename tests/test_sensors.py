"""Questions to ``anklet sensors``: what is near, and may this one be trusted?

Asked of the real command line over the real bleak and the emulated sensors of all families.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bumble.core import AdvertisingData

import cli
from cli.sensors.signal_strength import signal_words
from sensing.core.errors import RecordingError
from sensing.core.packets import Packet
from sensing.devices.base import Setup
from sensing.devices.polar import DATA
from sensing.devices.polar_frames import ACC
from sensing.devices.registry import FAMILIES
from sensing.live.stream_quality import check_stream, why_not_hops
from sensing.store.store import open_store
from tests.radio import clock
from tests.radio.air import TROUBLES, VirtualRadio
from tests.radio.encode_polar import head, plain
from tests.radio.sensors import SENSORS, EmulatedSensor, emulate, person_of

PERSON = person_of("single-leg-calf-raise", 1)
ANY_FAMILY = pytest.mark.parametrize("family", sorted(SENSORS))
FIT = {"polar-sense", "witmotion", "metamotion", "open-frame"}
CLOCKED = {"polar-sense", "polar-h10", "movesense", "open-frame"}


@dataclass
class Stranger:
    """Something near that Anklet doesn't know."""

    radio: VirtualRadio
    name: str

    async def switch_on(self) -> None:
        """Advertise."""
        device = self.radio.device(self.name, self.radio.new_address())
        await device.power_on()
        name = (AdvertisingData.COMPLETE_LOCAL_NAME, self.name.encode())
        device.advertising_data = bytes(AdvertisingData([name]))
        await device.start_advertising(
            auto_restart=True, advertising_interval_min=100, advertising_interval_max=100
        )


@dataclass
class Answer:
    """What a command said."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its JSON."""
        return json.loads(self.out)


@dataclass
class Room:
    """A room with sensors in it and a person who types."""

    capsys: pytest.CaptureFixture[str]
    radio: VirtualRadio = field(default_factory=VirtualRadio)
    sensors: list[EmulatedSensor] = field(default_factory=list)

    def put(self, family: str, **more: Any) -> EmulatedSensor:
        """Switch a sensor on."""
        sensor = emulate(family, self.radio, person=PERSON, **more)
        self.radio.place(sensor)
        self.sensors.append(sensor)
        return sensor

    def type(self, *args: str) -> Answer:
        """Run ``anklet sensors`` with these arguments."""
        self.capsys.readouterr()
        with self.radio.installed(), clock.installed():
            status = cli.run(["sensors", *args])
        said = self.capsys.readouterr()
        return Answer(status, said.out, said.err)


@pytest.fixture
def room(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Room]:
    """An empty one, 100 columns wide."""
    monkeypatch.setenv("ANKLET_DB", str(tmp_path / "diary.db"))
    monkeypatch.setenv("COLUMNS", "100")
    room = Room(capsys)
    yield room
    for sensor in room.sensors:
        assert not sensor.is_connected
        assert not sensor.is_streaming


def words(text: str) -> str:
    """The text in one line."""
    return " ".join(text.split())


def test_everything_near_is_listed_the_strongest_first(room: Room) -> None:
    """Name, kind, signal in dBm and in words, battery; what is unknown is only counted."""
    for n, family in enumerate(sorted(SENSORS)):
        room.put(family, rssi_dbm=-55 - 8 * n, battery=64)
    room.radio.place(Stranger(room.radio, "Somebody's TV"))
    said = room.type()
    assert said.status == 0
    rows = said.out.splitlines()[2:]
    assert [row.split()[0] for row in rows] == [s.name.split()[0] for s in room.sensors]
    for sensor, row in zip(room.sensors, rows, strict=True):
        assert f" {sensor.rssi_dbm} " in row
        charge = int(row.split()[-1])
        assert abs(charge - 64) <= 15  # a WitMotion tells its battery by coarse steps of voltage
    assert "strong" in rows[0]
    assert "very weak" in rows[-1]
    assert "Somebody" not in said.out
    assert words(said.err) == "1 other device is nearby; --all lists them"


def test_all_lists_the_unknown_ones_too(room: Room) -> None:
    """With their addresses, for nothing else may tell them apart."""
    room.put("movesense")
    room.radio.place(Stranger(room.radio, "Somebody's TV"))
    said = room.type("--all", "--no-battery")
    assert "Somebody's TV" in said.out
    assert "C0:DE:00:00:00:02" in said.out
    assert said.err == ""


def test_nobody_is_connected_to_without_battery(room: Room) -> None:
    """The sensors of strangers are left alone where that is wanted."""
    sensor = room.put("metamotion")
    room.radio.fails(None)
    assert room.type("--no-battery").status == 0
    assert sensor.writes == []
    assert room.type().status == 0
    assert sensor.writes != []


def test_a_sensor_that_can_not_be_asked_is_listed_without_its_battery(room: Room) -> None:
    """One that refuses costs its own figure, nobody else's."""
    room.put("movesense", rssi_dbm=-50)
    room.put("open-frame", rssi_dbm=-60)
    room.radio.failing_connects.append(TROUBLES["aborted"]())
    rows = room.type("--json").json
    assert [row["battery_pct"] for row in rows] == [None, 80]


def test_a_low_battery_is_said_aloud(room: Room) -> None:
    """Below 20 %."""
    room.put("polar-sense", battery=19)
    room.put("polar-h10", battery=20)
    said = room.type()
    assert words(said.err) == "Polar Sense 1A2B3C4D has 19 % battery; charge it before a session"


def test_a_program_gets_every_value_and_nothing_else(room: Room) -> None:
    """JSON and CSV; an empty room is an empty list."""
    assert room.type("--json").json == []
    assert room.type("--csv").out.startswith("name,family,title,rssi_dbm,")
    room.put("polar-h10", rssi_dbm=-71)
    said = room.type("--json", "--no-battery")
    assert said.err == ""
    (row,) = said.json
    assert row["family"] == "polar-h10"
    assert (row["rssi_dbm"], row["signal"], row["battery_pct"]) == (-71, "good", None)


def test_an_empty_room_says_what_to_do(room: Room) -> None:
    """No error, as nothing is wrong: a remark."""
    said = room.type()
    assert (said.status, said.out) == (0, "")
    assert "Switch it on" in said.err


def test_the_leg_a_sensor_was_last_worn_on_stands_beside_it(room: Room, tmp_path: Path) -> None:
    """Two of a kind look alike; the diary knows which is the left one."""
    for side, n in (("left", 1), ("right", 2)):
        sensor = room.put("metamotion")
        with open_store(tmp_path / "diary.db") as store:
            store.remember_sensor(
                name=sensor.name,
                address=sensor.address,
                family="metamotion",
                side=side,  # type: ignore[arg-type]
                now_utc=datetime(2026, 3, n, tzinfo=UTC),
            )
    said = room.type("--no-battery")
    for sensor, side in zip(room.sensors, ("left", "right"), strict=True):
        (row,) = [row for row in said.out.splitlines() if sensor.address in row]
        assert side in row


def test_a_diary_that_can_not_be_read_is_no_reason_not_to_look(room: Room, tmp_path: Path) -> None:
    """The leg is left out, nothing else."""
    (tmp_path / "diary.db").write_bytes(b"no database at all" * 100)
    room.put("movesense")
    assert room.type("--json").json[0]["last_side"] is None


@pytest.mark.parametrize("trouble", sorted(TROUBLES))
@pytest.mark.parametrize("args", [("--json",), ("info",)])
def test_every_trouble_of_bluetooth_is_one_line(
    room: Room, trouble: str, args: tuple[str, ...]
) -> None:
    """Exit status 2, nothing on standard output, what is wrong and the remedy."""
    room.put("polar-sense")
    room.radio.fails(trouble)
    said = room.type(*args)
    assert (said.status, said.out) == (2, "")
    assert len(said.err.splitlines()) == 1
    assert ";" in said.err


@pytest.mark.parametrize(
    ("args", "hint"),
    [
        (["Polar Sense 1A2B3C4D"], "anklet sensors info 'Polar Sense 1A2B3C4D'"),
        (["scan", "Polar"], "anklet sensors info 'Polar'"),
        (["--rate", "416"], "info"),
        (["info", "--csv"], "--json"),
        (["info", "--seconds", "0"], "--seconds"),
        (["--json", "--csv"], "one of them"),
    ],
)
def test_a_mistyped_line_gets_one_line_back_that_helps(
    room: Room, args: list[str], hint: str
) -> None:
    """Before anything is switched on."""
    said = room.type(*args)
    assert (said.status, said.out) == (2, "")
    assert len(said.err.splitlines()) == 1
    assert hint in said.err


@ANY_FAMILY
@pytest.mark.parametrize("rate_error", [-0.012, 0.0, 0.007])
def test_the_true_rate_is_measured_and_its_uncertainty_is_honest(
    room: Room, family: str, rate_error: float
) -> None:
    """Within ± of what the sensor really does, and ± a quarter of a per cent at most."""
    room.put(family, rate_error=rate_error)
    looked = room.type("info", "--json").json
    stream = looked["stream"]
    true_hz = looked["granted"]["rate_hz"] * (1 + rate_error)
    off_hz = abs(stream["rate_hz"] - true_hz)
    print(f"{family}: {stream['rate_hz']:.2f} ± {stream['rate_error_hz']:.2f} of {true_hz:.2f} Hz")
    # 19 of 20 lie within ±; nothing lies beyond twice that and a resolution of 0.02 %.
    assert off_hz <= 2 * stream["rate_error_hz"] + 2e-4 * true_hz
    assert stream["rate_error_hz"] <= 0.0025 * true_hz
    assert stream["rate_by"] == ("sensor" if family in CLOCKED else "arrival")


@ANY_FAMILY
def test_one_sensor_tells_everything_that_decides_whether_to_trust_it(
    room: Room, family: str
) -> None:
    """Maker, battery, what it granted, losses, gravity, hops; and it is left as it was found.

    It is told to stop, for a lost link alone stops no stream of this one (the room looks).
    """
    sensor = room.put(family, battery=75, forgets=False)
    looked = room.type("info", "--json").json
    assert looked["name"] == sensor.name
    assert looked["identity"] == type(sensor).identity or family == "witmotion"
    assert abs(looked["battery_pct"] - 75) <= 15
    assert looked["clock_visible"] == (family in CLOCKED)
    assert looked["losses_visible"] == (family in CLOCKED)
    assert looked["stream"]["lost_samples"] == (0 if family in CLOCKED else None)
    assert looked["stream"]["unread"] == 0
    assert looked["stream"]["span_s"] == pytest.approx(5.0, abs=1.0)
    assert looked["rest"]["verdict"] == "good"
    assert looked["fit_for_hops"] == (family in FIT)
    assert bool(looked["why_not"]) != (family in FIT)


@ANY_FAMILY
def test_the_report_says_it_to_a_person(room: Room, family: str) -> None:
    """The same in words, within the window."""
    sensor = room.put(family, battery=12)
    said = room.type("info", sensor.name)
    assert said.status == 0
    text = words(said.out)
    assert text.startswith(sensor.name)
    assert "charge it before a session" in text
    assert ("hops suitable:" in text) == (family in FIT)
    assert ("hops not suitable:" in text) != (family in FIT)
    assert max(len(line) for line in said.out.splitlines()) <= 100


@pytest.mark.parametrize("share", [0.06, 0.2])
@ANY_FAMILY
def test_losses_are_counted_where_they_show_and_else_told_to_be_invisible(
    room: Room, family: str, share: float
) -> None:
    """Some of the packets never arrive."""
    sensor = room.put(family)
    sensor.lose(share)
    looked = room.type("info", "--json", "--seconds", "20").json
    stream = looked["stream"]
    if family not in CLOCKED:
        assert stream["lost_share"] is None
        return
    withheld = sensor.withheld / (sensor.withheld + sensor.sent_packets)
    # A Movesense sends some packets in two parts, and half of one is none.
    most = 1 - (1 - withheld) ** 2 if family == "movesense" else withheld
    assert 0 < withheld - 0.05 < stream["lost_share"] < most + 0.05
    assert stream["rate_hz"] == pytest.approx(1.007 * looked["granted"]["rate_hz"], rel=0.003)
    assert not looked["fit_for_hops"]
    assert any("lost" in reason for reason in looked["why_not"])
    said = room.type("info", "--seconds", "20")
    assert "bring it nearer" in said.out


def test_rate_and_range_can_be_asked_for(room: Room) -> None:
    """And what was granted is what is judged."""
    room.put("polar-sense")
    looked = room.type("info", "--json", "--rate", "52", "--range", "8").json
    assert (looked["granted"]["rate_hz"], looked["granted"]["range_g"]) == (52, 8)
    assert len(looked["why_not"]) == 2


def when_sent(
    room: Room, family: str, packets: int, do: Callable[[EmulatedSensor], None], **more: Any
) -> None:
    """Put a sensor in the room to which this happens once it has sent so many packets."""
    count = 0

    def sent(_: object) -> None:
        nonlocal count
        count += 1
        if count == packets:
            do(sensor)

    sensor = room.put(family, on_sent=sent, **more)


def test_a_link_that_breaks_off_is_told_with_what_came_before(room: Room) -> None:
    """What was measured is shown; so is that it ended."""
    when_sent(room, "open-frame", 60, lambda sensor: sensor.drop())
    said = room.type("info")
    assert said.status == 0
    assert "the connection was lost" in words(said.out)
    assert "true rate 209." in words(said.out)


def test_a_sensor_that_sends_nothing_is_an_error_with_its_name(room: Room) -> None:
    """Connected, started, and silent."""
    sensor = room.put("open-frame")
    sensor.lose(1.0)
    said = room.type("info")
    assert said.status == 2
    assert said.err.startswith("anklet: Anklet 4F21: connected, but it sends no data;")


def test_a_sensor_that_refuses_is_an_error_with_its_name(room: Room) -> None:
    """In the family's own words, once."""
    room.put("polar-h10").refuse(b"\x02\x02")
    said = room.type("info")
    assert said.status == 2
    assert said.err.count("Polar H10 5E6F7A8B") == 1
    assert len(said.err.splitlines()) == 1


def test_a_sensor_that_takes_two_attempts_to_connect_is_looked_at(room: Room) -> None:
    """Once is bad luck, twice is an error."""
    room.put("movesense")
    room.radio.failing_connects.append(TROUBLES["aborted"]())
    assert room.type("info").status == 0
    room.radio.failing_connects += [TROUBLES["aborted"](), TROUBLES["aborted"]()]
    said = room.type("info")
    assert said.status == 2
    assert said.err.startswith("anklet: Movesense 203430001234: it cannot be connected;")


def test_something_else_is_not_connected_to(room: Room) -> None:
    """A television by its name."""
    room.radio.place(Stranger(room.radio, "Somebody's TV"))
    said = room.type("info", "somebody")
    assert said.status == 2
    assert said.err.startswith("anklet: Somebody's TV: Anklet does not support this device")


def test_on_windows_a_polar_is_paired_with(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """It answers nothing there before; without pairing the remedy is to pair."""
    sensor = room.put("polar-sense", needs_pairing=True)
    said = room.type("info")
    assert said.status == 2
    assert "paired" in said.err
    monkeypatch.setattr("sensing.ble.probe.sys.platform", "win32")
    assert room.type("info").status == 0
    assert room.radio.pairings[-1] == sensor.address


def test_on_macos_the_address_of_the_list_is_the_one_to_use(room: Room) -> None:
    """A UUID made up by that very Mac."""
    room.radio = VirtualRadio(addresses="uuid")
    room.put("movesense")
    (row,) = room.type("--json").json
    assert len(row["address"]) == 36
    assert room.type("info", row["address"], "--json").json["address"] == row["address"]


@pytest.mark.skipif(os.name == "nt", reason="signals are other there")
def test_ctrl_c_stops_the_stream_before_it_ends(room: Room) -> None:
    """Exit status 130, and the sensor is left as it was found (the room looks)."""
    when_sent(room, "polar-sense", 3, lambda _: signal.raise_signal(signal.SIGINT), forgets=False)
    said = room.type("info", "--seconds", "60")
    assert (said.status, said.out) == (130, "")


def h10_packets(acc_g: np.ndarray[Any, np.dtype[np.float64]], rate_hz: float) -> list[Packet]:
    """What an H10 would send of these samples, shape (n, 3), every packet on time."""
    packets = []
    for at in range(0, len(acc_g) - 35, 36):
        end_s = (at + 36) / rate_hz
        body = plain(np.round(acc_g[at : at + 36] * 1000).astype(np.int64), 2)
        payload = head(ACC, round((5 + end_s) * 1e9), 1) + body
        packets.append(Packet(100 + end_s, DATA, payload))
    return packets


H10 = next(each for each in FAMILIES if each.name == "polar-h10")
H10_SETUP = Setup(family="polar-h10", rate_hz=200.0, range_g=8.0)


@pytest.mark.parametrize(
    ("gravity_g", "verdict"), [(1.0, "good"), (1.1, "gravity"), (0.5, "gravity")]
)
@pytest.mark.parametrize("direction", [(1, 0, 0), (0, -0.6, 0.8)])
def test_gravity_is_judged_at_the_stillest_moment(
    gravity_g: float, verdict: str, direction: tuple[float, float, float]
) -> None:
    """Before and after it may be moved, and it may lie as it likes."""
    chance = np.random.default_rng(3)
    still = np.tile(np.array(direction) * gravity_g, (800, 1)) + chance.normal(0, 0.003, (800, 3))
    moved = chance.normal(0, 0.5, (400, 3))
    check = check_stream(H10, H10_SETUP, h10_packets(np.vstack([moved, still, moved]), 200.0))
    assert check.seat.verdict == verdict
    assert check.seat.gravity_g == pytest.approx(gravity_g, abs=0.01)
    never = check_stream(H10, H10_SETUP, h10_packets(chance.normal(0, 0.5, (1600, 3)), 200.0))
    assert never.seat.verdict == "moving"


def test_a_stream_of_nothing_readable_is_an_error() -> None:
    """Packets came, but not one of them is what the sensor sends."""
    with pytest.raises(RecordingError, match="no acceleration"):
        check_stream(H10, H10_SETUP, [Packet(1.0, DATA, b"\x07nonsense"), Packet(1.1, DATA, b"")])


def test_too_few_packets_tell_no_rate() -> None:
    """Rather none than one made of chance."""
    check = check_stream(H10, H10_SETUP, h10_packets(np.ones((100, 3)), 200.0))
    assert check.rate_hz is None
    assert check.samples == 72


@pytest.mark.parametrize(
    ("setup", "reasons"),
    [
        ({"rate_hz": 208.0, "range_g": 16.0}, 0),
        ({"rate_hz": 100.0, "range_g": 16.0}, 0),
        ({"rate_hz": 52.0, "range_g": 16.0}, 1),
        ({"rate_hz": 208.0, "range_g": 8.0}, 1),
        ({"rate_hz": 208.0, "range_g": None}, 1),
        ({"rate_hz": 52.0, "range_g": None}, 2),
    ],
)
def test_what_speaks_against_hops_is_what_the_setup_says(
    setup: dict[str, Any], reasons: int
) -> None:
    """The same verdict as everywhere else, with its reasons."""
    granted = Setup(family="polar-h10", **setup)
    assert len(why_not_hops(granted)) == reasons


def test_signals_are_named_in_the_order_of_their_strength() -> None:
    """A stronger one never sounds weaker."""
    order = ["very weak", "weak", "good", "strong"]
    said = [order.index(signal_words(level)) for level in range(-120, 0)]
    assert said == sorted(said)
    assert set(said) == {0, 1, 2, 3}
    assert signal_words(None) == ""
