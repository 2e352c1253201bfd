"""Questions to the faults of emulated sensors: does each do what it says, and no more?"""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from bleak.exc import BleakError, BleakGATTProtocolError

from sensing.core.errors import DeviceError
from sensing.devices.base import StreamRequest
from sensing.devices.polar_frames import ACC
from tests.device_vectors import acc_rows, stamps
from tests.radio.air import VirtualRadio
from tests.radio.sensors import SENSORS, emulate, person_of
from tests.radio.worn import connected, on_air, streaming

RAISES = person_of("single-leg-calf-raise", 1)
FAMILIES = sorted(SENSORS)
ANY_FAMILY = pytest.mark.parametrize("family", FAMILIES)
CLOCKED = pytest.mark.parametrize("family", ["polar-sense", "polar-h10", "movesense", "open-frame"])


@ANY_FAMILY
@pytest.mark.parametrize("how", ["drop", "break_link", "vanish", "switch_off"])
def test_after_a_lost_link_the_whole_start_is_needed_and_works(family: str, how: str) -> None:
    """Goodbye, broken link, out of range, switched off: nothing is sent until started again."""

    async def ask(radio: VirtualRadio) -> None:
        one = await streaming(radio, family, RAISES)
        sensor = one.sensor
        await asyncio.sleep(3)
        lost_s = asyncio.get_running_loop().time()
        getattr(sensor, how)()
        await one.gone.wait()
        took_s = asyncio.get_running_loop().time() - lost_s
        assert took_s <= (0.1 if how in ("drop", "break_link") else radio.supervision_s + 0.1)
        if how == "switch_off":
            await asyncio.sleep(5)
            await sensor.switch_on()
        sensor.come_back()
        again = await connected(sensor)
        assert not sensor.is_streaming
        setup = await again.start()
        assert one.setup is not None
        assert setup.rate_hz == one.setup.rate_hz
        again.received.clear()
        await asyncio.sleep(3)
        assert len(acc_rows(again.batches())) > 2 * setup.rate_hz

    on_air(ask)


def test_a_moment_out_of_range_only_delays() -> None:
    """Shorter than the supervision timeout: late, in order, nothing lost."""

    async def ask(radio: VirtualRadio) -> None:
        one = await streaming(radio, "open-frame", RAISES)
        await asyncio.sleep(2)
        one.sensor.vanish(1.0)
        await asyncio.sleep(5)
        assert not one.gone.is_set()
        assert all(b.lost == 0 for b in one.batches())
        waits = np.diff([packet.arrival_s for packet in one.received])
        assert 0.9 < waits.max() < 1.2

    on_air(ask)


@ANY_FAMILY
def test_silence_loses_what_was_taken_and_the_link_stands(family: str) -> None:
    """Only a watchdog can tell; afterwards the stream goes on."""

    async def ask(radio: VirtualRadio) -> None:
        one = await streaming(radio, family, RAISES)
        await asyncio.sleep(3)
        one.sensor.silent(4)
        await asyncio.sleep(0.1)
        heard = len(one.received)
        await asyncio.sleep(3.8)
        assert len(one.received) == heard
        assert one.client.is_connected
        await asyncio.sleep(3)
        assert len(one.received) > heard
        assert one.sensor.withheld > 0

    on_air(ask)


@ANY_FAMILY
def test_a_burst_holds_back_and_loses_nothing(family: str) -> None:
    """Three seconds of nothing, then all of it."""

    async def ask(radio: VirtualRadio) -> None:
        one = await streaming(radio, family, RAISES, jitter_s=0.0)
        one.sensor.sent.clear()
        one.received.clear()
        await asyncio.sleep(2)
        one.sensor.burst(3)
        await asyncio.sleep(0.05)
        heard = len(one.received)
        await asyncio.sleep(2.9)
        assert len(one.received) == heard
        await asyncio.sleep(3)
        sent = [s.payload for s in one.sensor.sent]
        got = [packet.payload for packet in one.received]
        assert is_part(got, sent)
        assert len(sent) - len(got) <= 4

    on_air(ask)


def is_part(part: list[bytes], whole: list[bytes]) -> bool:
    """Whether the one is a run within the other."""
    return any(part == whole[k : k + len(part)] for k in range(len(whole) - len(part) + 1))


@CLOCKED
def test_lost_doubled_and_overtaken_packets_are_just_that(family: str) -> None:
    """A share of each; the decoder puts right what can be and counts what can't."""

    async def ask(radio: VirtualRadio) -> None:
        one = await streaming(radio, family, RAISES, StreamRequest(rate_hz=50.0))
        sensor = one.sensor
        await asyncio.sleep(5)
        sensor.sent.clear()
        one.received.clear()
        sensor.lose(0.1)
        await asyncio.sleep(60)
        sensor.lose(0.0)
        assert 0.02 < sensor.withheld / (sensor.withheld + len(sensor.sent)) < 0.25
        lost = sum(b.lost or 0 for b in one.batches())
        assert lost > 0
        one.received.clear()
        sensor.sent.clear()
        sensor.duplicate(0.2)
        sensor.reorder(0.2)
        await asyncio.sleep(60)
        payloads = [s.payload for s in sensor.sent]
        assert len(set(payloads)) < len(payloads)
        times = [s.samples.at_s[0] for s in sensor.sent if s.samples is not None]
        assert (np.diff(times) < 0).any()

    on_air(ask)


def test_overtaken_and_doubled_packets_of_a_board_come_out_right() -> None:
    """The decoder gives each sample once and in order."""

    async def ask(radio: VirtualRadio) -> None:
        one = await streaming(radio, "open-frame", RAISES)
        one.sensor.duplicate(0.1)
        one.sensor.reorder(0.2)
        await asyncio.sleep(30)
        batches = one.batches()
        assert sum(b.lost or 0 for b in batches) == 0
        assert (np.diff(stamps(batches)) > 0).all()

    on_air(ask)


@ANY_FAMILY
def test_a_slow_start_takes_that_long(family: str) -> None:
    """Nothing for two seconds after the start; a family that measures its rate must wait too."""

    async def ask(radio: VirtualRadio) -> None:
        sensor = emulate(family, radio, person=RAISES)
        await sensor.switch_on()
        sensor.slow_start(2.0)
        one = await connected(sensor)
        loop = asyncio.get_running_loop()
        started_s = loop.time()
        try:
            await one.start()
        except DeviceError:
            assert family == "witmotion"
            return
        await asyncio.sleep(4)
        assert sensor.sent[0].at_s - started_s >= 2.0

    on_air(ask)


@ANY_FAMILY
def test_a_refused_command_is_a_line_for_the_person(family: str) -> None:
    """Whatever the family's way of refusing is, and the sensor is well afterwards."""

    async def ask(radio: VirtualRadio) -> None:
        sensor = emulate(family, radio, person=RAISES)
        await sensor.switch_on()
        one = await connected(sensor)
        sensor.refuse(START_COMMANDS[family])
        if family in ("metamotion", "witmotion"):
            # Commands without an acknowledgement can't be refused; nobody is told.
            await one.start()
            return
        with pytest.raises((DeviceError, BleakGATTProtocolError)) as caught:
            await one.start()
        if isinstance(caught.value, DeviceError):
            assert caught.value.remedy
        sensor.obeys_again()
        setup = await one.start()
        assert setup.rate_hz > 100

    on_air(ask)


START_COMMANDS = {
    "polar-sense": bytes([2, ACC]),
    "polar-h10": bytes([2, ACC]),
    "movesense": bytes([1]),
    "witmotion": bytes([0xFF, 0xAA, 0x03]),
    "metamotion": bytes([3, 3]),
    "open-frame": bytes([1]),
}


def test_an_ignored_command_is_not_answered() -> None:
    """A sensor that says nothing ends in one line."""

    async def ask(radio: VirtualRadio) -> None:
        sensor = emulate("polar-sense", radio, person=RAISES)
        await sensor.switch_on()
        one = await connected(sensor)
        sensor.ignore(bytes([1, ACC]))
        with pytest.raises(DeviceError, match="does not answer"):
            await one.start()
        assert bytes([1, ACC]) in sensor.writes

    on_air(ask)


def test_a_sensor_left_streaming_is_started_without_a_stop() -> None:
    """The link is lost, it streams on; who just starts again is told that it does already."""

    async def ask(radio: VirtualRadio) -> None:
        one = await streaming(radio, "polar-sense", RAISES, forgets=False)
        one.sensor.drop()
        await one.gone.wait()
        await asyncio.sleep(1)
        assert one.sensor.is_streaming
        one.sensor.ignore(bytes([3]))
        again = await connected(one.sensor)
        with pytest.raises(DeviceError, match="does not answer"):
            await again.start()
        one.sensor.obeys_again()
        setup = await again.start()
        assert setup.rate_hz == 208.0
        await asyncio.sleep(2)
        assert len(again.received) > 1

    on_air(ask)


@ANY_FAMILY
def test_a_small_mtu_is_kept_to(family: str) -> None:
    """No notification is cut by it; what can't stream at all says so."""

    async def ask(radio: VirtualRadio) -> None:
        sensor = emulate(family, radio, person=RAISES, mtu=23)
        await sensor.switch_on()
        one = await connected(sensor)
        assert one.client.mtu_size == 23
        if family.startswith("polar"):
            with pytest.raises(DeviceError, match="too small"):
                await one.start()
            return
        await one.start()
        await asyncio.sleep(5)
        assert max(len(packet.payload) for packet in one.received) <= 20
        if family != "movesense":  # its packets would need more than three parts
            setup = one.setup
            assert setup is not None
            assert len(acc_rows(one.batches())) > 4 * setup.rate_hz

    on_air(ask)


def test_a_sensor_that_wants_to_be_paired_is_silent_until_it_is() -> None:
    """As a Polar on Windows."""

    async def ask(radio: VirtualRadio) -> None:
        sensor = emulate("polar-h10", radio, person=RAISES, needs_pairing=True)
        await sensor.switch_on()
        one = await connected(sensor)
        with pytest.raises(BleakError, match="Insufficient Authentication"):
            await one.start()
        await one.client.pair()
        assert radio.pairings == [sensor.address]
        await one.start()

    on_air(ask)
