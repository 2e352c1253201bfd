"""A sensor worn, connected and started by bleak: what tests over the air begin with."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice

from sensing.ble.conversation import Conversation
from sensing.core.packets import Packet
from sensing.devices.base import Batch, Setup, StreamRequest
from sensing.devices.registry import family as family_of
from tests.device_vectors import decode
from tests.radio.air import VirtualRadio
from tests.radio.clock import run
from tests.radio.person import Person
from tests.radio.sensor import EmulatedSensor
from tests.radio.sensors import emulate


@dataclass(slots=True)
class Connected:
    """A client of an emulated sensor, and everything it was notified of."""

    sensor: EmulatedSensor
    client: BleakClient
    conversation: Conversation
    received: list[Packet] = field(default_factory=list)
    setup: Setup | None = None
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self, wish: StreamRequest | None = None) -> Setup:
        """Run the family's start; what the dialogue itself heard is not the stream."""
        self.setup = await self.conversation.run(
            family_of(self.sensor.family).start(wish or StreamRequest())
        )
        self.received.clear()
        return self.setup

    async def stop(self) -> None:
        """Run the family's stop."""
        assert self.setup is not None
        await self.conversation.try_each(family_of(self.sensor.family).stop(self.setup))

    def batches(self) -> list[Batch]:
        """What the family's decoder makes of the stream."""
        assert self.setup is not None
        return decode(family_of(self.sensor.family).decoder(self.setup), self.received)


async def found(sensor: EmulatedSensor, *, seconds: float = 3.0) -> BLEDevice:
    """What a scan sees of it.

    Raises:
        LookupError: nothing.
    """
    shown = sensor.radio.shown_address(sensor.address)
    seen = await BleakScanner.find_device_by_address(shown, timeout=seconds)
    if seen is None:
        raise LookupError(f"{sensor.name} is not to be seen")
    return seen


async def connected(sensor: EmulatedSensor, *, timeout_s: float = 10.0) -> Connected:
    """Find it and connect."""
    gone = asyncio.Event()
    client = BleakClient(
        await found(sensor), disconnected_callback=lambda _: gone.set(), timeout=timeout_s
    )
    await client.connect()
    received: list[Packet] = []
    return Connected(sensor, client, Conversation(client, received.append), received, gone=gone)


async def streaming(
    radio: VirtualRadio, family: str, person: Person, wish: StreamRequest | None = None, **more: Any
) -> Connected:
    """A sensor worn by this person, switched on, connected and started."""
    sensor = emulate(family, radio, person=person, **more)
    await sensor.switch_on()
    one = await connected(sensor)
    await one.start(wish)
    return one


def on_air(
    what: Callable[[VirtualRadio], Awaitable[None]],
    radio: VirtualRadio | None = None,
    *,
    limit_s: float = 900.0,
) -> None:
    """Do something with a radio installed, on jumping time."""

    async def main() -> None:
        with (radio or VirtualRadio()).installed() as installed:
            await what(installed)

    run(main(), limit_s=limit_s)
