"""Questions to the radio of the tests: does bleak meet in it what it meets on a real one?"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import numpy as np
import pytest
from bleak import BleakClient, BleakScanner
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakCharacteristicNotFoundError,
    BleakDeviceNotFoundError,
    BleakError,
)

from sensing.core.packets import Packet
from sensing.devices.gatt import BATTERY_LEVEL, IDENTITY
from sensing.devices.open_frame import CONTROL, INFO
from sensing.devices.open_frame import SERVICE as OPEN_SERVICE
from sensing.devices.registry import FAMILIES, recognise
from tests.radio import clock
from tests.radio.air import TROUBLES, Received, VirtualRadio
from tests.radio.sensors import SENSORS, EmulatedSensor, emulate, person_of
from tests.radio.worn import connected, found, on_air

PERSON = person_of("single-leg-calf-raise", 1)


def now_s() -> float:
    """The loop's time."""
    return asyncio.get_running_loop().time()


async def on(radio: VirtualRadio, family: str = "open-frame", **more: Any) -> EmulatedSensor:
    """A sensor, switched on."""
    sensor = emulate(family, radio, person=PERSON, **more)
    await sensor.switch_on()
    return sensor


def test_a_scan_sees_every_family_and_tells_which_is_which() -> None:
    """Names whole though they do not fit beside a service; each its own signal strength."""

    async def ask(radio: VirtualRadio) -> None:
        for k, family in enumerate(SENSORS):
            await on(radio, family, rssi_dbm=-40 - k)
        seen = await BleakScanner.discover(timeout=1.0, return_adv=True)
        told = {}
        for device, data in seen.values():
            known = recognise(data.local_name, data.service_uuids)
            assert known is not None
            assert device.name == data.local_name == SENSORS[known.name].usual_name
            told[known.name] = data.rssi
        assert told == {family: -40 - k for k, family in enumerate(SENSORS)}

    assert set(SENSORS) == {family.name for family in FAMILIES}
    on_air(ask)


def test_a_scan_by_service_leaves_the_others_out_and_a_passive_one_hears_no_names() -> None:
    """The name of a board is in its scan response, which only an active scan asks for."""

    async def ask(radio: VirtualRadio) -> None:
        for family in SENSORS:
            await on(radio, family)
        seen = await BleakScanner.discover(
            timeout=1.0, return_adv=True, service_uuids=[OPEN_SERVICE]
        )
        assert [data.local_name for _, data in seen.values()] == ["Anklet 4F21"]
        async with BleakScanner(scanning_mode="passive") as passive:
            await asyncio.sleep(1)
        names = {
            data.local_name
            for _, data in passive.discovered_devices_and_advertisement_data.values()
        }
        assert None in names

    on_air(ask)


def test_values_are_read_and_what_is_not_there_is_an_error_of_bleak() -> None:
    """Battery, identity, info; a characteristic nobody has."""

    async def ask(radio: VirtualRadio) -> None:
        sensor = await on(radio, battery=37)
        async with BleakClient(await found(sensor)) as client:
            assert await client.read_gatt_char(BATTERY_LEVEL) == b"\x25"
            sensor.battery = 36
            assert await client.read_gatt_char(BATTERY_LEVEL) == b"\x24"
            assert await client.read_gatt_char(IDENTITY["manufacturer"]) == b"Seeed"
            assert len(await client.read_gatt_char(INFO)) == 16
            with pytest.raises(BleakCharacteristicNotFoundError):
                await client.read_gatt_char("0000ffe4-0000-1000-8000-00805f9a34fb")
        assert not sensor.is_connected

    on_air(ask)


def test_a_sensor_connected_to_does_not_advertise_and_does_again_after() -> None:
    """Nobody else sees it meanwhile."""

    async def ask(radio: VirtualRadio) -> None:
        sensor = await on(radio)
        async with BleakClient(await found(sensor)):
            with pytest.raises(LookupError):
                await found(sensor)
        await found(sensor)

    on_air(ask)


def test_who_was_never_there_is_not_found_and_who_has_left_times_out() -> None:
    """Two errors, as BlueZ has them; both in the time given."""

    async def ask(radio: VirtualRadio) -> None:
        sensor = await on(radio)
        began_s = now_s()
        with pytest.raises(BleakDeviceNotFoundError):
            await BleakClient("C0:DE:00:00:99:99", timeout=3).connect()
        assert now_s() - began_s == pytest.approx(3, abs=0.1)
        device = await found(sensor)
        sensor.vanish()
        began_s = now_s()
        with pytest.raises(TimeoutError):
            await BleakClient(device, timeout=3).connect()
        assert now_s() - began_s == pytest.approx(3, abs=0.1)
        sensor.come_back()
        async with BleakClient(device, timeout=3):
            assert sensor.is_connected

    on_air(ask)


def test_an_attempt_called_off_leaves_nothing_behind() -> None:
    """Whoever gives up waiting can try again, and the sensor was not left connected."""

    async def ask(radio: VirtualRadio) -> None:
        sensor = await on(radio)
        device = await found(sensor)
        for wait_s in np.arange(0, 0.6, 0.0137):
            attempt = asyncio.create_task(BleakClient(device).connect())
            await asyncio.sleep(wait_s)
            attempt.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await attempt
            await asyncio.sleep(1)
            assert sensor.is_connected == (not attempt.cancelled())
            sensor.drop()
            await asyncio.sleep(1)
        async with BleakClient(device, timeout=3):
            assert sensor.is_connected

    on_air(ask)


@pytest.mark.parametrize("how", ["drop", "break_link", "vanish", "switch_off"])
def test_a_link_lost_in_the_middle_of_a_request_is_an_error_and_no_cancellation(how: str) -> None:
    """However it is lost: nobody was cancelled, so nobody may see that."""

    async def ask(radio: VirtualRadio) -> None:
        sensor = await on(radio)
        one = await connected(sensor)
        reading = asyncio.create_task(one.client.read_gatt_char(INFO))
        await asyncio.sleep(0)
        getattr(sensor, how)()
        with pytest.raises(BleakError):
            await reading
        assert one.gone.is_set()
        assert not one.client.is_connected
        with pytest.raises(BleakError):
            await one.client.write_gatt_char(CONTROL, b"\x00")
        await one.client.disconnect()

    on_air(ask)


@pytest.mark.parametrize("trouble", TROUBLES)
def test_an_adapter_with_a_problem_says_so_to_scans_and_connections(trouble: str) -> None:
    """The errors real backends raise; and all is well when it is over."""

    async def ask(radio: VirtualRadio) -> None:
        sensor = await on(radio)
        device = await found(sensor)
        radio.fails(trouble)
        raised = []
        for attempt in (BleakScanner.discover(timeout=1), BleakClient(device).connect()):
            with pytest.raises((BleakError, OSError)) as caught:
                await attempt
            raised.append(caught.value)
        assert [str(each) for each in raised] == [str(TROUBLES[trouble]())] * 2
        radio.fails(None)
        async with BleakClient(device):
            assert sensor.is_connected

    on_air(ask)


def test_an_adapter_switched_off_loses_its_links() -> None:
    """Both ends notice."""

    async def ask(radio: VirtualRadio) -> None:
        one = await connected(await on(radio))
        await radio.adapter_off()
        await asyncio.sleep(0.1)
        assert one.gone.is_set()
        assert not one.sensor.is_connected
        with pytest.raises(BleakBluetoothNotAvailableError):
            await found(one.sensor)

    on_air(ask)


def test_connections_can_be_made_to_fail_so_many_times() -> None:
    """The second attempt succeeds."""

    async def ask(radio: VirtualRadio) -> None:
        sensor = await on(radio)
        radio.failing_connects.append(TROUBLES["aborted"]())
        with pytest.raises(BleakError, match="abort"):
            await connected(sensor)
        await connected(sensor)

    on_air(ask)


def test_notifications_come_in_bursts_at_connection_events() -> None:
    """At 50 ms between them; all there, and in order."""

    async def ask(radio: VirtualRadio) -> None:
        one = await connected(await on(radio, "metamotion"))
        await one.start()
        await asyncio.sleep(5)
        one.sensor.silent(1)
        await asyncio.sleep(0.2)
        times = [packet.arrival_s for packet in one.received]
        assert len(times) > 300
        assert max(abs(at_s / 0.05 - round(at_s / 0.05)) for at_s in times) < 1e-6
        assert len(set(times)) < 0.4 * len(times)
        sent = [each.payload for each in one.sensor.sent]
        assert [packet.payload for packet in one.received] == sent[-len(times) :]

    on_air(ask, VirtualRadio(interval_s=0.05))


def test_what_the_program_was_given_is_told() -> None:
    """The record a test compares a recording with."""
    told: list[Received] = []

    async def ask(radio: VirtualRadio) -> None:
        radio.on_received = told.append
        one = await connected(await on(radio))
        await one.start()
        await asyncio.sleep(1)
        assert [Packet(r.arrival_s, r.characteristic, r.payload) for r in told] == one.received
        assert {r.address for r in told} == {one.sensor.address}

    on_air(ask)


def test_macos_shows_no_addresses() -> None:
    """A UUID for an address, that connects all the same."""

    async def ask(radio: VirtualRadio) -> None:
        sensor = await on(radio)
        device = await found(sensor)
        assert len(device.address) == 36
        async with BleakClient(device):
            assert sensor.is_connected

    on_air(ask, VirtualRadio(addresses="uuid"))


def test_two_sensors_stream_at_once() -> None:
    """Left and right on one adapter, connected at the same time."""

    async def ask(radio: VirtualRadio) -> None:
        pair = [await on(radio, "polar-sense"), await on(radio, "movesense")]
        both = await asyncio.gather(*(connected(each) for each in pair))
        await asyncio.gather(*(one.start() for one in both))
        await asyncio.sleep(5)
        for one in both:
            assert len(one.received) == pytest.approx(len(one.sensor.sent), abs=2)
            assert len(one.received) > 5

    on_air(ask)


def test_sensors_follow_a_program_into_each_loop_it_starts() -> None:
    """Two commands one after the other, each with an ``asyncio.run`` of its own."""
    radio = VirtualRadio()
    sensor = emulate("open-frame", radio, person=PERSON)
    radio.place(sensor)

    async def command() -> int:
        one = await connected(sensor)
        await one.start()
        await asyncio.sleep(2)
        return len(one.received)

    with radio.installed(), clock.installed():
        heard = [asyncio.run(command()) for _ in range(3)]
    assert min(heard) > 30
