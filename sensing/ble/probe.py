"""Probe a sensor: connect, read its identity, let it stream for some seconds, disconnect.

There is no reconnecting and no watchdog as in :mod:`sensing.ble.link`, because any failure is the
result that was asked for.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from bleak import BleakClient

from sensing.ble.conversation import Conversation, OnPacket
from sensing.ble.finding import Sighting
from sensing.ble.troubles import explained
from sensing.core.errors import DeviceError
from sensing.core.packets import Packet
from sensing.devices.base import Family, Setup, StreamRequest
from sensing.devices.gatt import identity

CONNECT_S = 10.0
GOODBYE_S = 2.0
"""Longest wait for each of stop and disconnect."""

FIRST_S = 6.0
"""Longest wait for the first packet."""

_ATTEMPTS = 2
"""Connections sometimes fail for no apparent reason."""

_PAUSE_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """The result of a probe.

    Attributes:
        identity: manufacturer, model, serial, firmware and hardware, as the sensor reports them.
        battery_pct: state of charge, %; None if unknown.
        setup: the settings it granted.
        packets: received once it streamed.
        start_s: time from the first attempt to connect to the first packet, s.
        broke_off: the link was lost before the end.
    """

    identity: Mapping[str, str]
    battery_pct: int | None
    setup: Setup
    packets: tuple[Packet, ...]
    start_s: float
    broke_off: bool


async def probe(
    sighting: Sighting,
    family: Family,
    request: StreamRequest,
    *,
    seconds: float,
    step: Callable[[str], None] = lambda _: None,
) -> Probe:
    """Connect to a sensor, let it stream and disconnect.

    Args:
        sighting: the sensor.
        family: its family.
        request: the settings to request.
        seconds: how long to let it stream.
        step: called with each step, in words.

    Raises:
        DeviceError: it cannot be connected, does not start or sends nothing.
    """
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    packets: list[Packet] = []
    streaming = False
    first = asyncio.Event()

    def on_packet(packet: Packet) -> None:
        if streaming and packet.characteristic in family.notify:
            packets.append(packet)
            first.set()

    step("connecting")
    async with _connected(sighting, family, on_packet) as (conversation, gone):
        with explained(sighting.title):
            step("reading its identity")
            who = await conversation.run(identity())
            step("starting")
            setup = await conversation.run(family.start(request))
        streaming = True
        try:
            await _first_of(first, gone, FIRST_S)
            if not packets:
                raise DeviceError(
                    "connected, but it sends no data",
                    where=sighting.title,
                    remedy="switch it off and on, and charge it",
                )
            step(f"streaming for {seconds:g} s")
            await _first_of(gone, gone, seconds)
            streaming = False
            battery_pct = None if gone.is_set() else await _battery(conversation, family)
        finally:
            if not gone.is_set():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(GOODBYE_S):
                        await conversation.try_each(family.stop(setup))
        return Probe(
            identity=who,
            battery_pct=battery_pct,
            setup=setup,
            packets=tuple(packets),
            start_s=packets[0].arrival_s - began_s,
            broke_off=gone.is_set(),
        )


async def battery_of(sighting: Sighting, family: Family, *, seconds: float) -> int | None:
    """State of charge of a sensor, %; None if it does not report it within that time."""
    with contextlib.suppress(DeviceError, TimeoutError):
        async with (
            asyncio.timeout(seconds),
            _connected(sighting, family, lambda _: None, attempts=1) as (conversation, _),
        ):
            return await _battery(conversation, family)
    return None


async def _battery(conversation: Conversation, family: Family) -> int | None:
    """State of charge, %; None if the sensor does not report it."""
    with contextlib.suppress(DeviceError), explained(""):
        return await conversation.run(family.battery())
    return None


async def _first_of(one: asyncio.Event, other: asyncio.Event, seconds: float) -> None:
    """Wait for either event, but no longer than ``seconds``."""
    waits = [asyncio.ensure_future(each.wait()) for each in (one, other)]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waits:
            each.cancel()


@contextlib.asynccontextmanager
async def _connected(
    sighting: Sighting, family: Family, on_packet: OnPacket, *, attempts: int = _ATTEMPTS
) -> AsyncIterator[tuple[Conversation, asyncio.Event]]:
    """A conversation with the sensor, and an event that is set when the link is lost."""
    for attempt in range(1, attempts + 1):
        gone = asyncio.Event()
        client = BleakClient(
            sighting.device,
            disconnected_callback=partial(_note, gone),
            timeout=CONNECT_S,
            pair=family.windows_pairing and sys.platform == "win32",
        )
        try:
            with explained(sighting.title):
                async with asyncio.timeout(CONNECT_S):
                    await client.connect()
            break
        except BaseException as error:
            await _disconnected(client)
            if attempt == attempts or not isinstance(error, DeviceError):
                raise
            await asyncio.sleep(_PAUSE_S)
    try:
        yield Conversation(client, on_packet), gone
    finally:
        await _disconnected(client)


def _note(gone: asyncio.Event, _: BleakClient) -> None:
    gone.set()


async def _disconnected(client: BleakClient) -> None:
    """Disconnect, ignoring errors."""
    with contextlib.suppress(DeviceError), explained(""):
        async with asyncio.timeout(GOODBYE_S):
            await client.disconnect()
