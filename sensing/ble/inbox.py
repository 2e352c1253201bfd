"""Events of a link, and the queue they wait in.

The radio's callbacks only put events; the session takes them when it has time.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass

from sensing.core.packets import Packet
from sensing.devices.base import Setup


@dataclass(frozen=True, slots=True)
class StreamStarted:
    """The sensor streams; ``again`` if it had streamed before."""

    at_s: float
    setup: Setup
    again: bool


@dataclass(frozen=True, slots=True)
class BatteryReport:
    """State of charge of the sensor, %; None if unknown."""

    at_s: float
    percent: int | None


@dataclass(frozen=True, slots=True)
class StreamLost:
    """The stream ended, and why."""

    at_s: float
    why: str


@dataclass(frozen=True, slots=True)
class Reconnecting:
    """An attempt to reconnect begins; ``why`` the one before failed, if there was one."""

    at_s: float
    attempt: int
    why: str = ""


LinkEvent = Packet | StreamStarted | BatteryReport | StreamLost | Reconnecting


class Inbox:
    """Events of a link, in order, until they are taken."""

    def __init__(self) -> None:
        self._waiting: deque[LinkEvent] = deque()
        self._news = asyncio.Event()

    def put(self, event: LinkEvent) -> None:
        """Queue an event; returns at once."""
        self._waiting.append(event)
        self._news.set()

    def take(self) -> list[LinkEvent]:
        """Take all events."""
        events = list(self._waiting)
        self._waiting.clear()
        self._news.clear()
        return events

    async def wait(self) -> None:
        """Wait until there is an event."""
        await self._news.wait()
