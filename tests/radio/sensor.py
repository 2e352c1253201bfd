"""What all emulated sensors share: they sample a person and send what they sampled.

A family adds its GATT layout and control side (:mod:`tests.radio.peripheral`), what the state of
the control side means for streaming, and how samples are packed. Samples are taken at instants of
the sensor's own crystal, which is off by ``rate_error``; a packet goes on the air when its last
sample has been taken, a little later by chance. Everything put on the air is kept with its time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from sensing.core.units import Floats
from tests.radio.air import VirtualRadio
from tests.radio.peripheral import Peripheral
from tests.radio.person import Person

Counts = npt.NDArray[np.int64]

_AHEAD_S = 0.5
"""Samples are worked out this far ahead at a time; nobody sees one before its time."""
_READY_S = 0.002


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Something a sensor samples and sends.

    Attributes:
        key: tells the streams of one sensor apart.
        rate_hz: nominal rate.
        acc_g: g per count, or None if it has no acceleration.
        acc_limit: largest count.
        gyro_dps: °/s per count, or None if it has no angular rate.
        gyro_limit: largest count.
    """

    key: str
    rate_hz: float
    acc_g: float | None = None
    acc_limit: int = 32767
    gyro_dps: float | None = None
    gyro_limit: int = 32767


@dataclass(slots=True, eq=False)
class Taken:
    """Consecutive samples.

    Attributes:
        at_s: when each was taken, the loop's clock, shape (n,).
        acc: counts, shape (n, 3).
        gyro: counts, shape (n, 3).
    """

    at_s: Floats
    acc: Counts
    gyro: Counts

    def __len__(self) -> int:
        return len(self.at_s)

    def __getitem__(self, part: slice) -> Taken:
        return Taken(self.at_s[part], self.acc[part], self.gyro[part])

    def __add__(self, more: Taken) -> Taken:
        return Taken(
            np.concatenate([self.at_s, more.at_s]),
            np.concatenate([self.acc, more.acc]),
            np.concatenate([self.gyro, more.gyro]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Sent:
    """One notification put on the air, at the loop's time, with the samples whose end it holds."""

    at_s: float
    characteristic: str
    payload: bytes
    stream: Stream
    samples: Taken | None


@dataclass(slots=True)
class SensorClock:
    """A sensor's own clock.

    Attributes:
        offset_s: what it shows at ``zero_s``.
        drift: how much it is fast (1e-5 is 10 ppm).
        zero_s: the loop's time at which it was switched on.
        restarts: it begins anew with each connection.
    """

    offset_s: float = 0.0
    drift: float = 0.0
    zero_s: float = 0.0
    restarts: bool = False

    def at(self, t_s: float) -> float:
        """What it shows at a time of the loop's clock, s."""
        return self.offset_s + (t_s - self.zero_s) * (1 + self.drift)


@dataclass(slots=True)
class _Running:
    """A stream under way."""

    stream: Stream
    task: asyncio.Task[None] = field(init=False)


class EmulatedSensor(Peripheral):
    """One sensor worn by a person; further arguments as of :class:`Peripheral`.

    Args:
        radio: the air it is in.
        person: who wears it; begins with the first stream, or as :meth:`person_begins` says.
        rate_error: how much faster than nominal it really samples.
        jitter_s: mean of the chance delay of each packet.
        clock: its own clock.
        keeps: how many :class:`Sent` to keep; None for all.
        on_sent: called with each.

    Attributes:
        sent: what was put on the air while somebody was subscribed.
        sent_packets, sent_samples: how many that were, dropped ones included.
        person_began_s: when on the loop's clock the person began.
    """

    boots_clock: ClassVar[bool] = True
    clock_offset_s: ClassVar[float] = 0.0

    def __init__(
        self,
        radio: VirtualRadio,
        person: Person,
        *,
        rate_error: float = 0.007,
        jitter_s: float = 0.002,
        clock: SensorClock | None = None,
        keeps: int | None = None,
        on_sent: Callable[[Sent], None] | None = None,
        **more: Any,
    ) -> None:
        self._running: dict[str, _Running] = {}
        super().__init__(radio, **more)
        self.person = person
        self.rate_error = rate_error
        self.jitter_s = jitter_s
        self.clock = clock or SensorClock(offset_s=self.clock_offset_s)
        self.on_sent = on_sent
        self.sent: list[Sent] = []
        self.sent_packets = 0
        self.sent_samples = 0
        self.person_began_s: float | None = None
        self._keeps = keeps

    def streams(self) -> list[Stream]:
        """What streams by the board's present state."""
        raise NotImplementedError

    def fill(self, stream: Stream, waiting: Taken) -> int:
        """How many of the waiting samples make the next packet; 0 to wait for more."""
        raise NotImplementedError

    def pack(self, stream: Stream, samples: Taken) -> Sequence[tuple[str, bytes]]:
        """The notifications of one packet: characteristic and payload each."""
        raise NotImplementedError

    def person_begins(self, at_s: float) -> None:
        """Let the person begin at this time of the loop's clock; standing until then."""
        self.person_began_s = at_s

    def restart_clock(self) -> None:
        """Its clock begins again."""
        self.clock.zero_s = asyncio.get_running_loop().time()

    @property
    def is_streaming(self) -> bool:
        """Whether anything is sampled and sent."""
        return bool(self._running)

    async def switch_on(self) -> None:
        """Switch it on; most clocks begin again with that."""
        if self.boots_clock or not self.clock.zero_s:
            self.restart_clock()
        await super().switch_on()

    def connected(self) -> None:
        """Begin the clock again if it is of that kind."""
        if self.clock.restarts:
            self.restart_clock()

    def moved(self) -> None:
        """Take note that another event loop runs, with another clock."""
        self._running.clear()
        self.person_began_s = None

    def forget(self) -> None:
        """Be as just switched on: nothing streams."""
        for running in self._running.values():
            running.task.cancel()
        self._running.clear()
        super().forget()

    def retune(self) -> None:
        """Start and stop streams to suit the board's state."""
        wanted = {each.key: each for each in self.streams()}
        for key in list(self._running):
            if wanted.get(key) != self._running[key].stream:
                self._running.pop(key).task.cancel()
        for key, stream in wanted.items():
            if key not in self._running:
                running = self._running[key] = _Running(stream)
                running.task = asyncio.ensure_future(self._run(stream))
                running.task.add_done_callback(_loudly)

    async def _run(self, stream: Stream) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self.slow_start_s)
        if self.person_began_s is None:
            self.person_begins(loop.time())
        began_s, rate_hz = loop.time(), stream.rate_hz * (1 + self.rate_error)
        waiting = self._take(stream, began_s, rate_hz, 0)
        taken, free_s = len(waiting), began_s
        while True:
            n = self.fill(stream, waiting)
            if n == 0:
                more = self._take(stream, began_s, rate_hz, taken)
                taken += len(more)
                waiting = waiting + more
                continue
            samples, waiting = waiting[:n], waiting[n:]
            delay_s = _READY_S + float(self.chance.exponential(self.jitter_s))
            free_s = max(free_s, float(samples.at_s[-1]) + delay_s)
            await asyncio.sleep(free_s - loop.time())
            await self._send(stream, samples)

    def _take(self, stream: Stream, began_s: float, rate_hz: float, first: int) -> Taken:
        """Half a second of samples from this one on."""
        n = max(1, int(_AHEAD_S * rate_hz))
        at_s = began_s + np.arange(first, first + n) / rate_hz
        since_s = at_s - (self.person_began_s or 0.0)
        acc_g, gyro_dps = self.person.at(since_s, rate_hz=stream.rate_hz)
        return Taken(
            at_s,
            _quantised(acc_g, stream.acc_g, stream.acc_limit),
            _quantised(gyro_dps, stream.gyro_dps, stream.gyro_limit),
        )

    async def _send(self, stream: Stream, samples: Taken) -> None:
        packets = self.pack(stream, samples)
        for number, (characteristic, payload) in enumerate(packets):
            last = number == len(packets) - 1
            what = (stream, samples if last else None, characteristic, payload)
            for each in self.through_faults(what):
                await self._put(*each)

    async def _put(
        self, stream: Stream, samples: Taken | None, characteristic: str, payload: bytes
    ) -> None:
        """On the air, and into the record if anybody is subscribed."""
        if not self.is_heard(characteristic):
            return
        now_s = asyncio.get_running_loop().time()
        sent = Sent(now_s, characteristic, payload, stream, samples)
        self.sent_packets += 1
        self.sent_samples += len(samples) if samples else 0
        self.sent.append(sent)
        if self._keeps is not None and len(self.sent) > self._keeps:
            del self.sent[: len(self.sent) - self._keeps]
        if self.on_sent is not None:
            self.on_sent(sent)
        await self.notify(characteristic, payload)


def _loudly(task: asyncio.Task[None]) -> None:
    """A stream that breaks down is an error of the tests, not of the radio."""
    if not task.cancelled():
        task.result()


def _quantised(values: Floats, step: float | None, limit: int) -> Counts:
    if step is None:
        return np.zeros(values.shape, dtype=np.int64)
    return np.clip(np.rint(values / step), -limit - 1, limit).astype(np.int64)
