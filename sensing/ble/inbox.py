"""What happens to a link, as values in the order it happened, and where they wait.

The radio's callbacks only put; whoever records and counts takes when it has time.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass

from sensing.devices.base import Setup


@dataclass(frozen=True, slots=True)
class PacketReceived:
    """A notification, stamped on arrival."""

    at_s: float
    characteristic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class StreamStarted:
    """The sensor streams; ``again`` if it did before."""

    at_s: float
    setup: Setup
    again: bool


@dataclass(frozen=True, slots=True)
class BatteryReport:
    """The sensor's state of charge, %, or None where it doesn't say."""

    at_s: float
    percent: int | None


@dataclass(frozen=True, slots=True)
class StreamLost:
    """The stream ended, and why."""

    at_s: float
    why: str


@dataclass(frozen=True, slots=True)
class Reconnecting:
    """An attempt to bring it back begins; ``why`` the one before failed, if one did."""

    at_s: float
    attempt: int
    why: str = ""


LinkEvent = PacketReceived | StreamStarted | BatteryReport | StreamLost | Reconnecting


class Inbox:
    """What happened to a link, in order, until somebody takes it."""

    def __init__(self) -> None:
        self._waiting: deque[LinkEvent] = deque()
        self._news = asyncio.Event()

    def put(self, event: LinkEvent) -> None:
        """Queue it; returns at once."""
        self._waiting.append(event)
        self._news.set()

    def take(self) -> list[LinkEvent]:
        """All there is."""
        taken = list(self._waiting)
        self._waiting.clear()
        self._news.clear()
        return taken

    async def wait(self) -> None:
        """Until there is something."""
        await self._news.wait()
