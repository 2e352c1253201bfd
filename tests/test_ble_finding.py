"""The search for sensors: the right one is found, quickly, and no other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import bleak
import pytest
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bumble.core import AdvertisingData
from bumble.device import Device
from hypothesis import given
from hypothesis import strategies as st

from sensing.ble import finding
from sensing.ble.finding import Sighting, find, has_address, in_order, meant, scan
from sensing.core.errors import DeviceError
from sensing.devices.registry import FAMILIES
from tests.radio.air import TROUBLES, VirtualRadio
from tests.radio.clock import run
from tests.radio.sensors import SENSORS, EmulatedSensor, emulate, person_of

PERSON = person_of("single-leg-calf-raise", 1)


def now_s() -> float:
    """The loop's time."""
    return asyncio.get_running_loop().time()


async def stranger(radio: VirtualRadio, name: str | None, *services: str) -> Device:
    """Something else that advertises."""
    device = radio.device(name or "?", radio.new_address())
    await device.power_on()
    parts = [(AdvertisingData.COMPLETE_LOCAL_NAME, name.encode())] if name else []
    device.advertising_data = bytes(AdvertisingData(parts))
    await device.start_advertising(
        auto_restart=True, advertising_interval_min=100, advertising_interval_max=100
    )
    return device


Ask = Callable[[VirtualRadio], Awaitable[None]]


def among(ask: Ask, *sensors: tuple[str, dict[str, Any]], **radio: Any) -> list[EmulatedSensor]:
    """Ask something where these sensors are on: family and what else is said of each."""
    made: list[EmulatedSensor] = []

    async def main() -> None:
        air = VirtualRadio(**radio)
        with air.installed():
            for family, more in sensors:
                sensor = emulate(family, air, person=PERSON, **more)
                await sensor.switch_on()
                made.append(sensor)
            await ask(air)

    run(main())
    return made


ALL = tuple((family, {"rssi_dbm": -50 - n}) for n, family in enumerate(sorted(SENSORS)))
VERITY = ("polar-sense", {"name": "Polar Sense 1A2B3C4D", "address": "C0:DE:00:00:AA:01"})
OTHER_VERITY = ("polar-sense", {"name": "Polar Sense 1A2B9999", "address": "C0:DE:00:00:AA:02"})
META = ("metamotion", {"name": "MetaWear", "address": "C0:DE:00:00:BB:01"})
OTHER_META = ("metamotion", {"name": "MetaWear", "address": "C0:DE:00:00:BB:02"})


def test_a_scan_sees_every_family_and_everything_else() -> None:
    """Supported ones first, the strongest first among them; unknown ones have no family."""

    async def ask(air: VirtualRadio) -> None:
        await stranger(air, "Somebody's TV")
        await stranger(air, None)
        began_s = now_s()
        seen = await scan(2.0)
        assert now_s() - began_s == pytest.approx(2.0, abs=0.2)
        assert [each.family.name for each in seen if each.family] == sorted(SENSORS)
        assert [each.rssi_dbm for each in seen[: len(ALL)]] == [-50 - n for n in range(len(ALL))]
        assert {each.name for each in seen[len(ALL) :]} == {"Somebody's TV", None}

    among(ask, *ALL)


def test_a_scan_ends_as_soon_as_it_is_enough() -> None:
    """The scan does not go on for the rest."""

    async def ask(_: VirtualRadio) -> None:
        began_s = now_s()
        await scan(60.0, enough=lambda seen: len(seen) >= 3)
        assert now_s() - began_s <= 0.5

    among(ask, *ALL)


def test_the_newest_signal_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest signal strength counts."""
    nearer = told((ADDRESS, None, "WT901", (), -80), (ADDRESS, None, "WT901", (), -40))
    (seen,) = heard_by(nearer, monkeypatch)
    assert seen.rssi_dbm == -40


@pytest.mark.parametrize(
    "wanted",
    [
        "Polar Sense 1A2B3C4D",
        "polar sense 1a2b3c4d",
        " Polar Sense 1A2B3 ",
        "C0:DE:00:00:AA:01",
        "c0:de:00:00:aa:01",
        "c0-de-00-00-aa-01",
    ],
)
def test_a_sensor_is_found_by_name_beginning_or_address_within_a_second(wanted: str) -> None:
    """In any case, and without waiting for the time there would be."""

    async def ask(_: VirtualRadio) -> None:
        began_s = now_s()
        found = await find(wanted, seconds=30)
        assert found.address == "C0:DE:00:00:AA:01"
        assert found.family is not None
        assert found.family.name == "polar-sense"
        assert now_s() - began_s <= 1.0

    among(ask, VERITY, META, OTHER_VERITY)


def test_on_macos_a_sensor_is_found_by_name_and_by_the_address_the_scan_showed() -> None:
    """There addresses are UUIDs, and the device object is what a connection is made with."""

    async def ask(_: VirtualRadio) -> None:
        by_name = await find("polar sense", seconds=5)
        assert len(by_name.address) == 36
        assert (await find(by_name.address.lower(), seconds=5)).name == by_name.name
        async with bleak.BleakClient(by_name.device) as client:
            assert client.is_connected

    among(ask, VERITY, META, addresses="uuid")


def test_the_only_known_sensor_needs_no_name() -> None:
    """Televisions don't count."""

    async def ask(air: VirtualRadio) -> None:
        await stranger(air, "Somebody's TV")
        assert (await find(None, seconds=5)).name == "MetaWear"

    among(ask, META)


def test_of_several_sensors_none_is_taken_by_chance() -> None:
    """All are listed, and one of them is quoted as it can be typed."""

    async def ask(_: VirtualRadio) -> None:
        with pytest.raises(DeviceError) as error:
            await find(None, seconds=5, settle_s=1.0)
        assert "Polar Sense 1A2B3C4D" in error.value.what
        assert "MetaWear" in error.value.what
        assert "--sensor" in error.value.remedy
        assert error.value.remedy.endswith("such as 'MetaWear'")

    among(ask, VERITY, META)


@pytest.mark.parametrize("wanted", ["polar sense 1a2b", "polar"])
def test_a_beginning_that_fits_two_is_refused_and_both_are_named(wanted: str) -> None:
    """The wrong leg's sensor is worse than none."""

    async def ask(_: VirtualRadio) -> None:
        with pytest.raises(DeviceError) as error:
            await find(wanted, seconds=5)
        assert "1A2B3C4D" in str(error.value)
        assert "1A2B9999" in str(error.value)

    among(ask, VERITY, OTHER_VERITY)


def test_two_sensors_of_one_name_are_distinguished_by_address() -> None:
    """Every MetaMotion is called MetaWear until its owner says otherwise."""

    async def ask(_: VirtualRadio) -> None:
        with pytest.raises(DeviceError) as error:
            await find("MetaWear", seconds=5)
        for address in ("C0:DE:00:00:BB:01", "C0:DE:00:00:BB:02"):
            assert address in str(error.value)
        assert (await find("C0:DE:00:00:BB:02", seconds=5)).address == "C0:DE:00:00:BB:02"
        assert (
            await find("MetaWear", seconds=5, not_these=["c0:de:00:00:bb:02"])
        ).address == "C0:DE:00:00:BB:01"

    among(ask, META, OTHER_META)


def test_a_lost_sensor_is_not_mixed_up_with_another_of_its_name() -> None:
    """Looked for by address and also by name, the address decides; alone, the name does."""

    async def ask(_: VirtualRadio) -> None:
        again = await find("C0:DE:00:00:BB:02", seconds=5, also=["MetaWear"])
        assert again.address == "C0:DE:00:00:BB:02"
        changed = await find("C0:DE:00:00:FF:99", seconds=5, also=["Polar Sense 1A2B3C4D"])
        assert changed.address == "C0:DE:00:00:AA:01"

    among(ask, META, OTHER_META, VERITY)


def test_a_whole_name_comes_before_a_beginning() -> None:
    """WT901 is WT901 though a WT901BLE is near."""

    async def ask(_: VirtualRadio) -> None:
        assert (await find("wt901", seconds=5)).name == "WT901"

    among(ask, ("witmotion", {"name": "WT901BLE67"}), ("witmotion", {"name": "WT901"}))


def test_a_sensor_that_comes_late_is_waited_for() -> None:
    """Switched on while the search runs."""

    async def main() -> None:
        air = VirtualRadio()
        with air.installed():
            sensor = emulate("movesense", air, person=PERSON)

            async def later() -> None:
                await asyncio.sleep(4.0)
                await sensor.switch_on()

            waking = asyncio.create_task(later())
            began_s = now_s()
            await find("Movesense", seconds=10)
            assert 4.0 <= now_s() - began_s <= 5.0
            await waking

    run(main())


@pytest.mark.parametrize("wanted", ["WT901BLE67", "C0:DE:00:00:CC:01"])
def test_a_sensor_a_crashed_program_left_connected_is_found_all_the_same(wanted: str) -> None:
    """It does not advertise, because BlueZ keeps the link; only its name or address finds it."""

    async def ask(_: VirtualRadio) -> None:
        client = bleak.BleakClient((await find(wanted, seconds=5)).device)
        await client.connect()
        began_s = now_s()
        again = await find(wanted, seconds=10)
        assert now_s() - began_s <= 3.0
        assert (again.name, again.rssi_dbm) == ("WT901BLE67", None)
        assert again.family is not None
        with pytest.raises(DeviceError, match="no sensor"):
            await find(None, seconds=3)
        with pytest.raises(DeviceError, match="not found"):
            await find(wanted, seconds=3, not_these=["C0:DE:00:00:CC:01"])
        await client.disconnect()

    among(ask, ("witmotion", {"name": "WT901BLE67", "address": "C0:DE:00:00:CC:01"}))


def test_no_sensor_nearby_gives_a_remedy() -> None:
    """No sensor at all, none of ours, and not the one that was named."""

    async def nobody(air: VirtualRadio) -> None:
        with pytest.raises(DeviceError, match="no sensor found; switch it on"):
            await find(None, seconds=1)
        await stranger(air, "Somebody's TV")
        with pytest.raises(DeviceError, match=r"only 1 other device; switch it on"):
            await find(None, seconds=1)

    async def another(_: VirtualRadio) -> None:
        with pytest.raises(DeviceError) as error:
            await find("Movesense 12", seconds=1)
        assert error.value.where == "Movesense 12"
        assert "not found within 1 s, but MetaWear was" in error.value.what

    among(nobody)
    among(another, META)


def test_a_mac_address_on_macos_gets_the_remedy_that_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address on the sensor's box is never seen there."""
    monkeypatch.setattr(finding, "this_platform", lambda: "macos")

    async def ask(_: VirtualRadio) -> None:
        with pytest.raises(DeviceError, match="anklet sensors"):
            await find("C0:DE:00:00:AA:01", seconds=1)

    among(ask, VERITY, addresses="uuid")


@pytest.mark.parametrize("trouble", sorted(TROUBLES))
def test_every_trouble_of_a_scan_is_explained(trouble: str) -> None:
    """One line with a remedy, whatever bleak raises."""

    async def ask(air: VirtualRadio) -> None:
        air.fails(trouble)
        for looking in (scan(1.0), find(None, seconds=1)):
            with pytest.raises(DeviceError) as error:
                await looking
            assert error.value.remedy

    among(ask)


class StuckScanner(BaseBleakScanner):
    """Never begins: a question about permission is open, or the service hangs."""

    def __init__(self, detection_callback: Any, service_uuids: Any, *_: Any, **__: Any) -> None:
        super().__init__(detection_callback, service_uuids)

    async def start(self) -> None:
        """Wait for ever."""
        await asyncio.Event().wait()

    async def stop(self) -> None:
        """Nothing was begun."""


class Talker(StuckScanner):
    """Tells what it was given to tell, in pieces as platforms do, and can't be stopped."""

    tells: tuple[tuple[str, str | None, str | None, tuple[str, ...], int], ...] = ()

    async def start(self) -> None:
        """Tell it all."""
        for address, known_as, name, services, rssi in self.tells:
            told = AdvertisementData(name, {}, {}, list(services), None, rssi, ())
            device = BLEDevice(address, known_as, None)
            self.call_detection_callbacks(device, told)

    async def stop(self) -> None:
        """Refuse."""
        raise TROUBLES["in progress"]()


def heard_by(scanner: type[BaseBleakScanner], monkeypatch: pytest.MonkeyPatch) -> list[Sighting]:
    """What a scan of half a second with it gives."""
    chosen = lambda: (scanner, "made up")  # noqa: E731 - shorter than a function
    monkeypatch.setattr(bleak, "get_platform_scanner_backend_type", chosen)
    return run(scan(0.5))


def test_a_scan_that_never_begins_is_given_up_and_explained(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """macOS waits for a person's answer as long as it takes; Anklet says so instead."""
    with pytest.raises(DeviceError, match="does not start scanning"):
        heard_by(StuckScanner, monkeypatch)


def told(*tells: tuple[str, str | None, str | None, tuple[str, ...], int]) -> type[Talker]:
    """A scanner that tells this."""
    return type("AthleteData", (Talker,), {"tells": tells})


ADDRESS = "C0:DE:00:00:00:01"


def test_what_comes_in_pieces_is_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name in one advertisement, the services in another, and a scan that won't stop."""
    service = next(each for each in FAMILIES if each.name == "metamotion").services[0]
    pieces = told(
        (ADDRESS, None, None, (service,), -70),
        (ADDRESS, None, "My ankle", (), -60),
        (ADDRESS, None, None, (), -65),
    )
    (seen,) = heard_by(pieces, monkeypatch)
    assert (seen.name, seen.rssi_dbm) == ("My ankle", -65)
    assert seen.family is not None
    assert seen.family.name == "metamotion"


def test_a_name_that_comes_late_may_rule_a_family_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The vibration sensor of WitMotion has the services of the others."""
    service = next(each for each in FAMILIES if each.name == "witmotion").services[0]
    pieces = told(
        (ADDRESS, None, None, (service,), -70), (ADDRESS, None, "WTVB01-BT50", (service,), -70)
    )
    (seen,) = heard_by(pieces, monkeypatch)
    assert seen.family is None


@pytest.mark.parametrize(
    ("known_as", "rssi", "name", "level"),
    [
        ("C0-DE-00-00-00-01", -127, None, None),
        (None, 127, None, None),
        ("Kettle", -90, "Kettle", -90),
        ("Kettle", 0, "Kettle", 0),
    ],
)
def test_what_platforms_say_for_nothing_is_nothing(
    monkeypatch: pytest.MonkeyPatch,
    known_as: str | None,
    rssi: int,
    name: str | None,
    level: int | None,
) -> None:
    """BlueZ names the nameless by their address; −127 and 127 dBm are no signals."""
    (seen,) = heard_by(told((ADDRESS, known_as, None, (), rssi)), monkeypatch)
    assert (seen.name, seen.rssi_dbm) == (name, level)


def sighting(name: str | None, address: str, rssi: int | None) -> Sighting:
    """One that was not really seen."""
    return Sighting(name, address, None, rssi, BLEDevice(address, name, None))


SIGHTINGS = st.lists(
    st.builds(
        sighting,
        st.none() | st.text("ab ", min_size=1, max_size=4),
        st.text("0123456789ABCDEF", min_size=2, max_size=2),
        st.none() | st.integers(-120, 0),
    ),
    max_size=8,
)


@given(SIGHTINGS, st.lists(st.text("abAB 01F:", min_size=1, max_size=4), min_size=1, max_size=2))
def test_whatever_is_asked_for_nothing_is_meant_that_does_not_fit(
    seen: list[Sighting], asked: list[str]
) -> None:
    """Addresses beat names, names beat beginnings, and only the first may be a beginning."""
    found = meant(seen, asked)
    names = [each.casefold() for each in asked]
    if any(has_address(each, asked) for each in seen):
        assert all(has_address(each, asked) for each in found)
    elif any((each.name or "").casefold() in names for each in seen):
        assert all((each.name or "").casefold() in names for each in found)
    else:
        assert all((each.name or "").casefold().startswith(names[0]) for each in found)


@given(SIGHTINGS)
def test_the_order_does_not_depend_on_the_order_of_arrival(seen: list[Sighting]) -> None:
    """Strongest first; who has no figure comes last."""
    levels = [each.rssi_dbm for each in in_order(seen)]
    known = [each for each in levels if each is not None]
    assert known == sorted(known, reverse=True)
    assert levels[: len(known)] == known
