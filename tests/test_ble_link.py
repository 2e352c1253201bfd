"""The link to one sensor over a simulated radio: start, watch, reconnect, close."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

import pytest
from bleak.exc import BleakError

from sensing.ble.finding import find
from sensing.ble.inbox import (
    BatteryReport,
    Inbox,
    LinkEvent,
    Reconnecting,
    StreamLost,
    StreamStarted,
)
from sensing.ble.link import SILENT_S, Link
from sensing.core.errors import DeviceError
from sensing.core.packets import Packet
from sensing.devices.base import StreamRequest
from tests.radio.air import VirtualRadio
from tests.radio.clock import run
from tests.radio.sensors import SENSORS, EmulatedSensor, emulate, person_of

E = TypeVar("E")

PERSON = person_of("single-leg-calf-raise", 1)
ANY_FAMILY = pytest.mark.parametrize("family", sorted(SENSORS))


@dataclass(slots=True)
class Worn:
    """A sensor on the air and the link to it."""

    radio: VirtualRadio
    sensor: EmulatedSensor
    link: Link
    inbox: Inbox
    keeper: asyncio.Task[None] | None = None
    happened: list[LinkEvent] = field(default_factory=list)

    def keep(self) -> None:
        """Watch it from now on."""
        self.keeper = asyncio.create_task(self.link.keep())

    def look(self) -> list[LinkEvent]:
        """What happened since the last look."""
        new = self.inbox.take()
        self.happened += new
        return new

    async def until(self, what: type[E], limit_s: float = 60.0) -> E:
        """The next such thing that happens."""
        async with asyncio.timeout(limit_s):
            while True:
                for each in self.look():
                    if isinstance(each, what):
                        return each
                await asyncio.sleep(0.01)

    async def end(self) -> None:
        """Take it off."""
        if self.keeper is not None:
            self.keeper.cancel()
        await self.link.close()


def worn(
    what: Callable[[Worn], Awaitable[None]], family: str = "open-frame", *, opened: bool = True
) -> None:
    """Ask something of a sensor that is worn and streams."""

    async def main() -> None:
        radio = VirtualRadio()
        with radio.installed():
            sensor = emulate(family, radio, person=PERSON)
            await sensor.switch_on()
            sighting = await find(None, seconds=5)
            assert sighting.family is not None
            inbox = Inbox()
            link = Link(sighting, sighting.family, StreamRequest(), inbox, air=asyncio.Lock())
            one = Worn(radio, sensor, link, inbox)
            if opened:
                await link.open()
                one.look()
                one.keep()
            try:
                await what(one)
            finally:
                await one.end()

    run(main())


def now_s() -> float:
    """The loop's time."""
    return asyncio.get_running_loop().time()


@ANY_FAMILY
def test_every_family_streams_within_three_seconds_of_looking_and_is_left_as_it_was_found(
    family: str,
) -> None:
    """Found, started, battery read; at the end stopped, unsubscribed, disconnected."""

    async def main() -> None:
        radio = VirtualRadio()
        with radio.installed():
            sensor = emulate(family, radio, person=PERSON, battery=64)
            await sensor.switch_on()
            began_s = now_s()
            sighting = await find(None, seconds=5)
            assert sighting.family is not None
            assert sighting.family.name == family
            inbox = Inbox()
            link = Link(sighting, sighting.family, StreamRequest(), inbox, air=asyncio.Lock())
            one = Worn(radio, sensor, link, inbox)
            opening = asyncio.create_task(link.open())
            packet = await one.until(Packet)
            took_s = packet.arrival_s - began_s
            print(f"{family}: first packet {took_s:.2f} s after looking began")
            assert took_s <= 3.0
            await opening
            one.look()
            (charge,) = (each for each in one.happened if isinstance(each, BatteryReport))
            assert charge.percent is None or abs(charge.percent - 64) <= 15
            assert sensor.is_streaming
            await link.close()
            assert not sensor.is_streaming
            await asyncio.sleep(1)
            assert not sensor.is_connected

    run(main())


@ANY_FAMILY
def test_everything_the_radio_hands_over_is_in_the_inbox(family: str) -> None:
    """Whatever bleak was given on the family's streams, once and in order."""

    async def ask(one: Worn) -> None:
        given: list[bytes] = []
        streams = one.link.family.notify
        one.look()
        one.radio.on_received = lambda r: (
            given.append(r.payload) if r.characteristic in streams else None
        )
        await asyncio.sleep(10)
        one.radio.on_received = None
        got = [each.payload for each in one.look() if isinstance(each, Packet)]
        assert len(got) > 10
        assert got == given

    worn(ask, family)


@pytest.mark.parametrize("away_s", [0.5, 4.0, 45.0])
def test_a_sensor_out_of_range_is_streaming_again_soon_after_it_is_back(away_s: float) -> None:
    """Lost, reconnecting, then started again: within three seconds of its return."""

    async def ask(one: Worn) -> None:
        left_s = now_s()
        one.sensor.vanish(away_s)
        if away_s < one.radio.supervision_s:
            await asyncio.sleep(away_s + 3)
            assert not [each for each in one.look() if isinstance(each, StreamLost)]
            return
        lost = await one.until(StreamLost)
        assert isinstance(lost, StreamLost)
        assert lost.at_s - left_s <= one.radio.supervision_s + 0.5
        await one.until(StreamStarted)
        packet = await one.until(Packet)
        took_s = packet.arrival_s - left_s - away_s
        print(f"away {away_s:g} s: streams {took_s:.2f} s after its return")
        assert packet.arrival_s - (left_s + away_s) <= 3.0

    worn(ask)


@ANY_FAMILY
def test_a_sensor_that_disconnects_is_started_again_in_full(family: str) -> None:
    """A dropped link, a new client, the same setup."""

    async def ask(one: Worn) -> None:
        setup = one.link.setup
        dropped_s = now_s()
        one.sensor.drop()
        started = await one.until(StreamStarted)
        assert isinstance(started, StreamStarted)
        assert started.again
        assert one.link.setup == setup
        packet = await one.until(Packet)
        assert packet.arrival_s - dropped_s <= 3.5
        kinds = [
            type(each) for each in one.happened if not isinstance(each, (Packet, BatteryReport))
        ]
        assert kinds == [StreamStarted, StreamLost, Reconnecting, StreamStarted], one.happened

    worn(ask, family)


@ANY_FAMILY
def test_a_sensor_switched_off_and_on_in_mid_set_forgets_everything_and_streams_again(
    family: str,
) -> None:
    """Rate and range too have to be set anew."""

    async def ask(one: Worn) -> None:
        one.sensor.switch_off()
        await one.until(StreamLost)
        await asyncio.sleep(20)
        back_s = now_s()
        await one.sensor.switch_on()
        await one.until(StreamStarted)
        packet = await one.until(Packet)
        assert packet.arrival_s - back_s <= 4.0
        assert one.sensor.is_streaming

    worn(ask, family)


def test_the_watchdog_detects_a_silent_sensor() -> None:
    """Connected, and nothing comes: no radio reports that."""

    async def ask(one: Worn) -> None:
        await one.until(Packet)
        silent_s = now_s()
        one.sensor.silent(12)
        lost = await one.until(StreamLost)
        assert isinstance(lost, StreamLost)
        assert "sends no data" in lost.why
        assert lost.at_s - silent_s <= SILENT_S + 0.6
        packet = await one.until(Packet)
        assert packet.arrival_s - silent_s <= 12 + 3

    worn(ask)


def test_a_burst_after_a_pause_is_no_loss() -> None:
    """Three seconds held back and then sent at once: nothing is lost, nobody reconnects."""

    async def ask(one: Worn) -> None:
        one.look()
        one.sensor.burst(3)
        await asyncio.sleep(6)
        assert {type(each) for each in one.look()} == {Packet}

    worn(ask)


def test_connections_that_fail_now_and_then_are_tried_again() -> None:
    """Twice is bad luck."""

    async def ask(one: Worn) -> None:
        one.radio.failing_connects += [BleakError("le-connection-abort-by-local")] * 2
        await one.link.open()
        assert one.sensor.is_streaming

    worn(ask, opened=False)


def test_a_sensor_that_can_not_be_connected_is_an_error_with_its_name() -> None:
    """Thrice is not."""

    async def ask(one: Worn) -> None:
        one.radio.failing_connects += [BleakError("le-connection-abort-by-local")] * 9
        with pytest.raises(DeviceError) as error:
            await one.link.open()
        assert one.link.name in str(error.value)
        assert error.value.remedy

    worn(ask, opened=False)


def test_bluetooth_switched_off_during_a_set_is_reported_and_survived() -> None:
    """Reconnecting says why; when it is on again the stream is too."""

    async def ask(one: Worn) -> None:
        await one.radio.adapter_off()
        await one.until(StreamLost)
        await asyncio.sleep(5)
        whys = [each.why for each in one.look() if isinstance(each, Reconnecting)]
        assert any("off" in why for why in whys), whys
        one.radio.fails(None)
        on_s = now_s()
        packet = await one.until(Packet)
        assert packet.arrival_s - on_s <= 5.0

    worn(ask)


def test_letting_go_never_hangs_and_never_raises() -> None:
    """Out of range, or deaf to every command: closing is over within its limits."""

    async def vanished(one: Worn) -> None:
        one.sensor.vanish(None)
        began_s = now_s()
        await one.end()
        assert now_s() - began_s <= 5.0

    async def deaf(one: Worn) -> None:
        one.sensor.ignore(b"")
        began_s = now_s()
        await one.end()
        assert now_s() - began_s <= 5.0
        await asyncio.sleep(1)
        assert not one.sensor.is_connected

    worn(vanished)
    worn(deaf)


def test_a_stream_left_running_by_another_program_is_taken_over() -> None:
    """ "Already streaming" is an answer like any other."""

    async def ask(one: Worn) -> None:
        one.sensor.drop()
        await one.until(Packet)
        assert one.sensor.is_streaming

    for family in sorted(SENSORS):
        worn(ask, family)
