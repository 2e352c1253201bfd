"""The link to one sensor: started, watched, and restored whenever it is lost.

A link can be lost in several ways: the sensor disconnects, moves out of range (the supervision
timeout ends the link seconds later), is switched off, or stays connected and sends nothing, which
only a watchdog notices. The response is always the same: release the client, scan until the sensor
is found again, and run the whole start sequence with a new client, because a sensor that was off
has forgotten its settings. The pause between failed attempts grows.

Events are put into an :class:`~sensing.ble.inbox.Inbox`; nothing is done with them here.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys

from bleak import BleakClient

from sensing.ble.conversation import Conversation
from sensing.ble.finding import Sighting, find
from sensing.ble.inbox import (
    BatteryReport,
    Inbox,
    Reconnecting,
    StreamLost,
    StreamStarted,
)
from sensing.ble.troubles import explained
from sensing.core.errors import DeviceError
from sensing.core.packets import Packet
from sensing.devices.base import Family, Setup, StreamRequest

CONNECT_S = 10.0
"""Longest wait for a connection; a sensor that advertises connects within 1–3 s."""

LOOK_S = 4.0
"""Longest scan for a lost sensor; between scans other links may use the radio."""

SILENT_S = 4.0
"""A link without a packet for this long is lost. The slowest stream, a Polar at 52 Hz, packs 1.5 s
of samples into a packet, and a packet may be resent for about a second."""

FIRST_S = 6.0
"""Longest wait for the first packet after the start sequence."""

GOODBYE_S = 2.0
"""Longest wait for each of stop and disconnect."""

BACK_OFF_S = (0.2, 0.5, 1.0, 2.0)
"""Pause after each failed attempt; the last value is repeated. A sensor that is back is found
within two seconds."""

_FIRST_ATTEMPTS = 3
"""Connections sometimes fail for no apparent reason (BlueZ: le-connection-abort)."""

_SAME = 0.01
"""Relative tolerance for equal setups: some values are measured at each start."""


class Link:
    """The link to one sensor.

    Args:
        sighting: the sensor, as a scan found it.
        family: its family.
        request: the settings to request.
        inbox: receives the events.
        air: held while scanning or connecting; one lock for all links of an adapter, which does
            one of these at a time.
    """

    def __init__(
        self,
        sighting: Sighting,
        family: Family,
        request: StreamRequest,
        inbox: Inbox,
        *,
        air: asyncio.Lock,
    ) -> None:
        self.sighting = sighting
        self.family = family
        self.setup: Setup | None = None
        self._request = request
        self._inbox = inbox
        self._air = air
        self._client: BleakClient | None = None
        self._conversation: Conversation | None = None
        self._gone = asyncio.Event()
        self._streaming = False
        self._last_packet_s: float | None = None
        self._started_s = 0.0

    @property
    def name(self) -> str:
        """Display name of the sensor."""
        return self.sighting.name or self.sighting.address

    async def open(self) -> None:
        """Connect for the first time and start the stream.

        Raises:
            DeviceError: it cannot be connected or does not start, with the remedy.
        """
        for attempt in range(1, _FIRST_ATTEMPTS + 1):
            try:
                await self._start()
            except DeviceError:
                await self._release()
                if attempt == _FIRST_ATTEMPTS:
                    raise
                await asyncio.sleep(BACK_OFF_S[attempt - 1])
            else:
                return

    async def keep(self) -> None:
        """Watch the stream and restore it whenever it is lost; runs until it is cancelled."""
        while True:
            why = await self._stream_end()
            self._inbox.put(StreamLost(_now_s(), why))
            await self._release()
            await self._reconnect()

    async def close(self) -> None:
        """Stop the stream, unsubscribe and disconnect, each with a time limit; never raises."""
        await self._release()

    async def request_battery(self) -> None:
        """Request the state of charge; the answer goes into the inbox. Never raises."""
        conversation = self._conversation
        if conversation is None:
            return
        percent: int | None = None
        with contextlib.suppress(DeviceError), explained(self.name):
            percent = await conversation.run(self.family.battery())
        self._inbox.put(BatteryReport(_now_s(), percent))

    async def _reconnect(self) -> None:
        attempt, why = 0, ""
        while True:
            attempt += 1
            self._inbox.put(Reconnecting(_now_s(), attempt, why))
            try:
                async with self._air:
                    self.sighting = await find(
                        self.sighting.address, seconds=LOOK_S, also=self._other_names()
                    )
                await self._start()
            except DeviceError as error:
                why = error.what
                await self._release()
                await asyncio.sleep(BACK_OFF_S[min(attempt, len(BACK_OFF_S)) - 1])
            else:
                return

    def _other_names(self) -> tuple[str, ...]:
        return (self.sighting.name,) if self.sighting.name else ()

    async def _start(self) -> None:
        """Connect and run the whole start sequence.

        Raises:
            DeviceError: it cannot be connected, refuses, or grants other settings than before.
        """
        self._gone = gone = asyncio.Event()
        client = BleakClient(
            self.sighting.device,
            disconnected_callback=lambda _: gone.set(),
            timeout=CONNECT_S,
            pair=self.family.windows_pairing and sys.platform == "win32",
        )
        self._client = client
        with explained(self.name):
            async with self._air, asyncio.timeout(CONNECT_S):
                await client.connect()
            conversation = Conversation(client, self._on_packet)
            setup = await conversation.run(self.family.start(self._request_now()))
        if self.setup is not None and not _same(self.setup, setup):
            raise DeviceError(
                f"it now streams at {setup.rate_hz:g} Hz instead of {self.setup.rate_hz:g} Hz",
                where=self.name,
                remedy="switch it off and on",
            )
        again = self.setup is not None
        self.setup = self.setup or setup
        self._conversation = conversation
        self._last_packet_s = None
        self._started_s = _now_s()
        self._inbox.put(StreamStarted(self._started_s, self.setup, again))
        self._streaming = True
        await self.request_battery()

    def _request_now(self) -> StreamRequest:
        """The settings to request: after the first start, those granted then."""
        granted = self.setup
        if granted is None:
            return self._request
        return StreamRequest(
            rate_hz=granted.rate_hz,
            range_g=granted.range_g or self._request.range_g,
            gyro=granted.gyro_rate_hz is not None,
            gyro_range_dps=granted.gyro_range_dps or self._request.gyro_range_dps,
        )

    def _on_packet(self, packet: Packet) -> None:
        """Queue a packet; those that arrive during setup are not part of the stream."""
        if self._streaming and packet.characteristic in self.family.notify:
            self._last_packet_s = packet.arrival_s
            self._inbox.put(packet)

    async def _stream_end(self) -> str:
        """Wait until the stream ends; returns the reason."""
        while True:
            last_s = self._last_packet_s
            due_s = self._started_s + FIRST_S if last_s is None else last_s + SILENT_S
            left_s = due_s - _now_s()
            if left_s <= 0:
                return "connected, but it sends no data"
            with contextlib.suppress(TimeoutError):
                # Wake up often: the first packet shortens the deadline.
                async with asyncio.timeout(min(left_s, SILENT_S / 8)):
                    await self._gone.wait()
                return "the link was lost"

    async def _release(self) -> None:
        """Stop, unsubscribe and disconnect, each with a time limit and whatever failed before."""
        client, conversation = self._client, self._conversation
        self._streaming = False
        self._client = self._conversation = None
        if client is None:
            return
        if conversation is not None and self.setup is not None and not self._gone.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(GOODBYE_S):
                    await conversation.try_each(self.family.stop(self.setup))
        with contextlib.suppress(DeviceError), explained(self.name):
            async with asyncio.timeout(GOODBYE_S):
                await client.disconnect()


def _same(before: Setup, after: Setup) -> bool:
    """True if both setups can be decoded alike."""

    def close(a: float | None, b: float | None) -> bool:
        if a is None or b is None:
            return a is b
        return abs(a - b) <= _SAME * max(abs(a), abs(b))

    return (
        close(before.rate_hz, after.rate_hz)
        and close(before.range_g, after.range_g)
        and close(before.gyro_rate_hz, after.gyro_rate_hz)
        and close(before.gyro_range_dps, after.gyro_range_dps)
    )


def _now_s() -> float:
    return asyncio.get_running_loop().time()
