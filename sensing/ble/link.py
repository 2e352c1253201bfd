"""One sensor's link: started, watched, and brought back whenever it is lost.

A link can be lost in several ways: the sensor says goodbye, walks out of range (the supervision
timeout ends it seconds later), is switched off, or stays connected and sends nothing, which no
radio reports and only a watchdog sees. The answer is the same for all: let go of the client, look
for the sensor until it is seen again, and go through the whole start sequence with a new client,
because a sensor that was off has forgotten everything. Failed attempts are spaced ever wider.

What happens is put into an :class:`~sensing.ble.inbox.Inbox`; nothing is done with it here.
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
    PacketReceived,
    Reconnecting,
    StreamLost,
    StreamStarted,
)
from sensing.ble.troubles import explained
from sensing.core.errors import DeviceError
from sensing.devices.base import Family, Setup, Wish

CONNECT_S = 10.0
"""Longest wait for a connection: a sensor that advertises is connected within 1–3 s."""

LOOK_S = 4.0
"""One look for a lost sensor; ends when it is seen, and others may use the radio in between."""

SILENT_S = 4.0
"""Connected without a packet for so long is lost. The slowest stream, a Polar at 52 Hz, packs 1.5 s
of samples into a packet, and one may be resent for about a second."""

FIRST_S = 6.0
"""Longest wait for the first packet after the start sequence."""

GOODBYE_S = 2.0
"""For each of stop and disconnect on the way out."""

BACK_OFF_S = (0.2, 0.5, 1.0, 2.0)
"""Pause after each failed attempt; the last one from then on. A sensor that is back is then found
within two seconds of it."""

_FIRST_ATTEMPTS = 3
"""Connections fail now and then for no reason a person could mend (BlueZ: le-connection-abort)."""

_SAME = 0.01
"""Setups this close in every number are the same: some are measured anew at each start."""


class Link:
    """The link to one sensor.

    Args:
        sighting: the sensor, as a scan found it.
        family: what it is.
        wish: what to ask it for.
        inbox: where happenings go.
        air: held while scanning or connecting; one lock for all links of an adapter, which does
            one of these at a time.
    """

    def __init__(
        self, sighting: Sighting, family: Family, wish: Wish, inbox: Inbox, *, air: asyncio.Lock
    ) -> None:
        self.sighting = sighting
        self.family = family
        self.setup: Setup | None = None
        self._wish = wish
        self._inbox = inbox
        self._air = air
        self._client: BleakClient | None = None
        self._conversation: Conversation | None = None
        self._gone = asyncio.Event()
        self._streaming = False
        self._heard_s: float | None = None
        self._started_s = 0.0

    @property
    def name(self) -> str:
        """What to call the sensor."""
        return self.sighting.name or self.sighting.address

    async def open(self) -> None:
        """Connect for the first time and start the stream.

        Raises:
            DeviceError: it can't be connected or won't start, with the remedy.
        """
        for attempt in range(1, _FIRST_ATTEMPTS + 1):
            try:
                await self._start()
            except DeviceError:
                await self._let_go()
                if attempt == _FIRST_ATTEMPTS:
                    raise
                await asyncio.sleep(BACK_OFF_S[attempt - 1])
            else:
                return

    async def keep(self) -> None:
        """Watch the stream and bring it back whenever it is lost; runs until it is cancelled."""
        while True:
            why = await self._trouble()
            self._inbox.put(StreamLost(_now_s(), why))
            await self._let_go()
            await self._bring_back()

    async def close(self) -> None:
        """Stop the stream, unsubscribe and disconnect, each with a time limit; never raises."""
        await self._let_go()

    async def ask_charge(self) -> None:
        """Ask for the state of charge; the answer goes into the inbox. Never raises."""
        conversation = self._conversation
        if conversation is None:
            return
        percent: int | None = None
        with contextlib.suppress(DeviceError), explained(self.name):
            percent = await conversation.run(self.family.battery())
        self._inbox.put(BatteryReport(_now_s(), percent))

    async def _bring_back(self) -> None:
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
                await self._let_go()
                await asyncio.sleep(BACK_OFF_S[min(attempt, len(BACK_OFF_S)) - 1])
            else:
                return

    def _other_names(self) -> tuple[str, ...]:
        return (self.sighting.name,) if self.sighting.name else ()

    async def _start(self) -> None:
        """Connect and run the whole start sequence.

        Raises:
            DeviceError: it can't be connected, refuses, or grants something else than before.
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
            conversation = Conversation(client, self._arrived)
            setup = await conversation.run(self.family.start(self._wish_now()))
        if self.setup is not None and not _same(self.setup, setup):
            raise DeviceError(
                f"it now grants {setup.rate_hz:g} Hz instead of {self.setup.rate_hz:g}",
                where=self.name,
                remedy="switch it off and on",
            )
        again = self.setup is not None
        self.setup = self.setup or setup
        self._conversation = conversation
        self._heard_s = None
        self._started_s = _now_s()
        self._inbox.put(StreamStarted(self._started_s, self.setup, again))
        self._streaming = True
        await self.ask_charge()

    def _wish_now(self) -> Wish:
        """What to ask for: after the first time just what was granted then."""
        granted = self.setup
        if granted is None:
            return self._wish
        return Wish(
            rate_hz=granted.rate_hz,
            range_g=granted.range_g or self._wish.range_g,
            gyro=granted.gyro_rate_hz is not None,
            gyro_range_dps=granted.gyro_range_dps or self._wish.gyro_range_dps,
        )

    def _arrived(self, at_s: float, characteristic: str, payload: bytes) -> None:
        """Queue a notification. What comes while the sensor is being set up is not the stream."""
        if self._streaming and characteristic in self.family.notify:
            self._heard_s = at_s
            self._inbox.put(PacketReceived(at_s, characteristic, payload))

    async def _trouble(self) -> str:
        """Wait until the stream ends; gives why."""
        while True:
            heard_s = self._heard_s
            due_s = self._started_s + FIRST_S if heard_s is None else heard_s + SILENT_S
            left_s = due_s - _now_s()
            if left_s <= 0:
                return "connected, but it sends nothing"
            with contextlib.suppress(TimeoutError):
                # Not longer than a silence: the first packet, once here, makes it due sooner.
                async with asyncio.timeout(min(left_s, SILENT_S / 8)):
                    await self._gone.wait()
                return "the link was lost"

    async def _let_go(self) -> None:
        """Stop, unsubscribe, disconnect: each tried and limited, whatever became of the others."""
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
    """Whether what was recorded before and what comes now can be decoded alike."""

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
