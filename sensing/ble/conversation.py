"""A sensor family's dialogue, held over a connected bleak client.

A family decides what to do next over the air (:mod:`sensing.devices.base`); here it is done. The
notification callback only timestamps a packet, by the event loop's clock, and queues it. Decoding
happens elsewhere, because it would delay the timestamps.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TypeVar

from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.exc import BleakDBusError

from sensing.core.packets import Packet
from sensing.devices.base import Answer, Dialogue, Listen, Read, Step, Subscribe, Unsubscribe, Write

T = TypeVar("T")
OnPacket = Callable[[Packet], None]
"""Called with each packet, whose arrival is on the loop's clock."""

STEP_S = 5.0
"""Longest wait for the acknowledgement of one step. ATT allows 30 s, but somebody is waiting;
working sensors answer within a few connection intervals, below 0.5 s."""

_MOST_UNREAD = 4096
"""Notifications kept for a dialogue that may still listen for them; the fastest family sends 500
during the longest wait of any."""


class Conversation:
    """Runs dialogues with one connected sensor.

    Args:
        client: connected.
        on_packet: called with every packet, whatever dialogue runs; it must return at once.
    """

    def __init__(self, client: BleakClient, on_packet: OnPacket) -> None:
        self._client = client
        self._on_packet = on_packet
        self._subscribed: set[str] = set()
        self._unread: dict[str, deque[Packet]] = {}
        self._listening = False
        self._news = asyncio.Event()

    async def run(self, dialogue: Dialogue[T]) -> T:
        """Run a dialogue to its end; returns its result.

        Raises:
            DeviceError: the sensor refused, or its answer is invalid.
            TimeoutError: a step was not acknowledged within :data:`STEP_S`.
            BleakError: any error of the radio, a lost link included; see
                :mod:`sensing.ble.troubles`.
        """
        self._listening = True
        try:
            step = next(dialogue)
            while True:
                step = dialogue.send(await self._do(step))
        except StopIteration as end:
            result: T = end.value
            return result
        finally:
            self._listening = False
            self._unread.clear()

    async def try_each(self, dialogue: Dialogue[None]) -> list[Exception]:
        """Run each step of a dialogue even if the one before failed; returns the errors.

        For stopping: a refused command is no reason to leave the sensor subscribed.
        """
        failed: list[Exception] = []
        self._listening = True
        try:
            step = next(dialogue)
            while True:
                answer: Answer = ()
                try:
                    answer = await self._do(step)
                except Exception as error:  # noqa: BLE001 - after any error the next step is due
                    failed.append(error)
                step = dialogue.send(answer)
        except StopIteration:
            return failed
        finally:
            self._listening = False
            self._unread.clear()

    async def _do(self, step: Step) -> Answer:
        match step:
            case Listen(characteristic, seconds, count):
                return await self._listen(characteristic, seconds, count)
            case _:
                async with asyncio.timeout(STEP_S):
                    return await self._act(step)

    async def _act(self, step: Step) -> Answer:
        match step:
            case Subscribe(characteristic):
                await self._subscribe(characteristic)
            case Unsubscribe(characteristic):
                if characteristic in self._subscribed:
                    self._subscribed.discard(characteristic)
                    await self._client.stop_notify(characteristic)
            case Write(characteristic, data, response):
                await self._write(characteristic, data, response=response)
            case Read(characteristic):
                if self._client.services.get_characteristic(characteristic) is None:
                    return ()
                value = await self._client.read_gatt_char(characteristic)
                return (Packet(self._now_s(), characteristic, bytes(value)),)
        return ()

    async def _write(self, characteristic: str, data: bytes, *, response: bool) -> None:
        """Write as requested, or in the only way the characteristic supports."""
        found = self._client.services.get_characteristic(characteristic)
        if found is not None:
            acknowledged = "write" in found.properties
            silent = "write-without-response" in found.properties
            response = response if acknowledged == silent else acknowledged
        await self._client.write_gatt_char(characteristic, data, response=response)

    async def _subscribe(self, characteristic: str) -> None:
        if characteristic in self._subscribed:
            return

        def arrived(_: BleakGATTCharacteristic, payload: bytearray) -> None:
            packet = Packet(self._now_s(), characteristic, bytes(payload))
            if self._listening:
                waiting = self._unread.setdefault(characteristic, deque(maxlen=_MOST_UNREAD))
                waiting.append(packet)
                self._news.set()
            self._on_packet(packet)

        try:
            await self._client.start_notify(characteristic, arrived)
        except BleakDBusError:
            # BlueZ has two ways to notify; another program may block one, or a sensor reject it.
            await self._client.start_notify(
                characteristic, arrived, bluez={"use_start_notify": False}
            )
        self._subscribed.add(characteristic)

    async def _listen(self, characteristic: str, seconds: float, count: int | None) -> Answer:
        waiting = self._unread.setdefault(characteristic, deque(maxlen=_MOST_UNREAD))
        until_s = self._now_s() + seconds
        while count is None or len(waiting) < count:
            left_s = until_s - self._now_s()
            if left_s <= 0:
                break
            self._news.clear()
            try:
                async with asyncio.timeout(left_s):
                    await self._news.wait()
            except TimeoutError:
                break
        many = len(waiting) if count is None else min(count, len(waiting))
        return tuple(waiting.popleft() for _ in range(many))

    @staticmethod
    def _now_s() -> float:
        return asyncio.get_running_loop().time()
