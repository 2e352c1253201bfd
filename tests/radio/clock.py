"""Event loops on simulated time: hours of a session in minutes, or a session some times too fast.

:class:`JumpingLoop` waits for nothing but the outside world. When nothing is ready it polls sockets
and pipes once and jumps to the next timer. While work handed to threads is under way its time
stands still, so that a slow disk costs no simulated time; a thread that gives no sign of life for
:data:`_PATIENCE_S` of real time is taken to wait for the world itself (a keyboard) and no longer
holds time up.

:class:`FastLoop` runs a number of times faster than real time, for programs that another process
watches.

Both can be handed to :class:`asyncio.Runner` as ``loop_factory``; :func:`installed` makes them the
loop of code that calls :func:`asyncio.run` itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import selectors
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Executor
from functools import partial
from typing import Any, TypeVar, TypeVarTuple

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
LoopFactory = Callable[[], asyncio.AbstractEventLoop]

_START_S = 1000.0
"""No clock begins at 0; what compares times of different clocks shows by it."""

_RESOLUTION_S = 1e-9
"""Timers closer than this fire together: above the rounding of sums of some hours in seconds."""

_PATIENCE_S = 0.5
_LOOK_S = 0.005

_LONG_S = 1.0
_LAST_LOOK_S = 0.05
"""Before a jump this long with a thread still out, the world gets this much real time."""


class _Time:
    """What a loop takes for time, and how long it really waits."""

    threads = 0

    def now_s(self) -> float:
        raise NotImplementedError

    def wait(self, select: Callable[[float | None], Any], seconds: float | None) -> Any:
        raise NotImplementedError


class _Jumping(_Time):
    def __init__(self) -> None:
        self._now_s = _START_S
        self._threads_since_s: float | None = None

    def now_s(self) -> float:
        return self._now_s

    def wait(self, select: Callable[[float | None], Any], seconds: float | None) -> Any:
        if seconds is not None and seconds <= 0:
            return select(0)
        ready = select(0)
        if ready:
            self._threads_since_s = None
            return ready
        if self._held_up():
            return select(_LOOK_S)
        if seconds is None:
            return select(None)
        if self.threads and seconds > _LONG_S:
            ready = select(_LAST_LOOK_S)
            if ready:
                return ready
        self._now_s += seconds
        return ready

    def _held_up(self) -> bool:
        """Whether a thread works on something that takes no simulated time."""
        if not self.threads:
            self._threads_since_s = None
            return False
        if self._threads_since_s is None:
            self._threads_since_s = time.monotonic()
        return time.monotonic() - self._threads_since_s < _PATIENCE_S


class _Fast(_Time):
    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._began_s = time.monotonic()

    def now_s(self) -> float:
        return _START_S + (time.monotonic() - self._began_s) * self._speed

    def wait(self, select: Callable[[float | None], Any], seconds: float | None) -> Any:
        return select(None if seconds is None else seconds / self._speed)


class _TimedSelector(selectors.DefaultSelector):
    """The platform's selector, its waiting left to a :class:`_Time`."""

    def __init__(self, its_time: _Time) -> None:
        super().__init__()
        self._time = its_time

    def select(self, timeout: float | None = None) -> Any:
        return self._time.wait(super().select, timeout)


class _TimedLoop(asyncio.SelectorEventLoop):
    def __init__(self, its_time: _Time) -> None:
        self._time = its_time
        super().__init__(_TimedSelector(its_time))
        self._clock_resolution = _RESOLUTION_S

    def time(self) -> float:
        return self._time.now_s()

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        """As ever; time may stand still until it is done."""
        done = super().run_in_executor(executor, func, *args)
        self._time.threads += 1
        done.add_done_callback(self._thread_done)
        return done

    def _thread_done(self, _: object) -> None:
        self._time.threads -= 1


class JumpingLoop(_TimedLoop):
    """Time jumps to the next timer whenever nothing else is to be done."""

    def __init__(self) -> None:
        super().__init__(_Jumping())


class FastLoop(_TimedLoop):
    """Time runs ``speed`` times faster than real time."""

    def __init__(self, speed: float) -> None:
        super().__init__(_Fast(speed))


def factory(speed: float | None = None) -> LoopFactory:
    """Makes loops: jumping ones, or with a speed ones that are so much faster than real time."""
    return JumpingLoop if speed is None else partial(FastLoop, speed)


def run(coro: Coroutine[Any, Any, T], *, speed: float | None = None, limit_s: float = 900.0) -> T:
    """Run a coroutine on simulated time.

    Args:
        coro: what to run.
        speed: how many times faster than real time; None jumps over all waiting.
        limit_s: simulated time after which it has hung.

    Raises:
        TimeoutError: it took longer than ``limit_s``.
        ExceptionGroup: what callbacks and forgotten tasks raised.
    """

    missed: list[BaseException] = []

    def note(loop: asyncio.AbstractEventLoop, what: dict[str, Any]) -> None:
        error = what.get("exception")
        missed.append(error if error is not None else RuntimeError(what["message"]))

    async def limited() -> T:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(note)
        try:
            async with asyncio.timeout(limit_s):
                return await coro
        finally:
            # What is cut off from here on has every right to complain.
            loop.set_exception_handler(lambda *_: None)

    with asyncio.Runner(loop_factory=factory(speed)) as runner:
        result = runner.run(limited())
    if missed:
        raise ExceptionGroup(
            "unhandled in the loop", [e for e in missed if isinstance(e, Exception)]
        )
    return result


@contextlib.contextmanager
def installed(speed: float | None = None) -> Iterator[None]:
    """Let :func:`asyncio.run` use such a loop, for programs that call it themselves."""
    before = asyncio.events.new_event_loop
    asyncio.events.new_event_loop = factory(speed)
    try:
        yield
    finally:
        asyncio.events.new_event_loop = before
