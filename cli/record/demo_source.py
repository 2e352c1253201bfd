"""The sensor behind ``--sensor demo``: packets of a simulated athlete, timed by the event loop.

The rest of the program treats it like any other sensor; only the radio is missing.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from sensing.ble.inbox import BatteryReport, Inbox, StreamStarted
from sensing.devices import open_frame
from sensing.devices.base import Family, Setup
from sensing.simulation.demo_sensor import DemoSensor

_STEP_S = 0.02


class DemoSource:
    """Plays a :class:`~sensing.simulation.demo_sensor.DemoSensor` into an inbox."""

    def __init__(self, sensor: DemoSensor, inbox: Inbox) -> None:
        self.family: Family = open_frame.FAMILY
        self.setup: Setup | None = None
        self._sensor = sensor
        self._inbox = inbox
        self._begun_s = 0.0

    @property
    def name(self) -> str:
        """Its display name."""
        return self._sensor.name

    async def open(self) -> None:
        """Start to stream."""
        self._begun_s = asyncio.get_running_loop().time()
        self.setup = self._sensor.setup
        self._inbox.put(StreamStarted(self._begun_s, self.setup, again=False))
        self._inbox.put(BatteryReport(self._begun_s, self._sensor.battery))

    async def keep(self) -> None:
        """Deliver each packet when it is due, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            for packet in self._sensor.packets(loop.time() - self._begun_s):
                self._inbox.put(replace(packet, arrival_s=loop.time()))
            await asyncio.sleep(_STEP_S)

    async def close(self) -> None:
        """Nothing to close."""
