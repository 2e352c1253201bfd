"""Questions to the simulated time of tests: does it jump, and only when nothing is left to do?"""

from __future__ import annotations

import asyncio
import selectors
import socket
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.radio import clock


def now_s() -> float:
    """The loop's time."""
    return asyncio.get_running_loop().time()


@pytest.fixture
def waited_s(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long a loop was really ready to wait for the outside world, each time it looked, s."""
    waits: list[float] = []
    select: Callable[..., Any] = selectors.DefaultSelector.select

    def seen(self: object, timeout: float | None = None) -> Any:
        waits.append(float("inf") if timeout is None else timeout)
        return select(self, timeout)

    monkeypatch.setattr(selectors.DefaultSelector, "select", seen)
    return waits


def test_an_hour_is_slept_in_no_time_and_timers_fire_in_order(waited_s: list[float]) -> None:
    """Ten thousand sleeps of many lengths; each wakes when it should."""

    async def main() -> list[tuple[float, float]]:
        began_s = now_s()

        async def sleeper(seconds: float) -> tuple[float, float]:
            await asyncio.sleep(seconds)
            return seconds, now_s() - began_s

        return await asyncio.gather(*(sleeper(0.36 * k % 3600) for k in range(10_000)))

    woken = clock.run(main(), limit_s=4000)
    assert max(waited_s) == 0
    assert max(abs(meant - was) for meant, was in woken) < 1e-6


def test_no_simulated_time_passes_while_a_thread_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow disk costs nothing; a timer does not overtake it."""
    monkeypatch.setattr(clock, "_PATIENCE_S", 600.0)  # the thread may be kept waiting for long

    async def main() -> float:
        began_s = now_s()
        async with asyncio.timeout(0.05):
            await asyncio.to_thread(time.sleep, 0.2)
        return now_s() - began_s

    assert clock.run(main()) == 0.0


def test_a_thread_that_waits_for_the_world_does_not_stop_time() -> None:
    """Somebody may sit and wait for a key for ever."""

    async def main() -> None:
        asked, answers = socket.socketpair()
        with asked, answers:
            waiting = asyncio.create_task(asyncio.to_thread(asked.recv, 1))
            await asyncio.sleep(3600)
            answers.send(b"q")
            assert await waiting == b"q"

    clock.run(main(), limit_s=4000)


def test_a_real_socket_is_heard_between_jumps() -> None:
    """Bytes from outside arrive though nobody ever waits."""

    async def main() -> bytes:
        here, there = socket.socketpair()
        reader, writer = await asyncio.open_connection(sock=here)
        there.send(b"hello")
        got = await reader.readexactly(5)
        writer.close()
        await writer.wait_closed()
        there.close()
        return got

    assert clock.run(main()) == b"hello"


def test_what_hangs_is_ended_at_its_limit() -> None:
    """In simulated time, so at once."""
    with pytest.raises(TimeoutError):
        clock.run(asyncio.sleep(1000), limit_s=10)


@pytest.mark.parametrize("speed", [20.0, 200.0])
def test_a_fast_loop_runs_so_many_times_faster_than_real_time(
    speed: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten waits of a fiftieth of a second, on a real clock that is simulated as well."""
    real_s = 0.0
    select: Callable[..., Any] = selectors.DefaultSelector.select

    def wait(self: object, timeout: float | None = None) -> Any:
        nonlocal real_s
        real_s += timeout or 0.0
        return select(self, 0)

    monkeypatch.setattr(selectors.DefaultSelector, "select", wait)
    monkeypatch.setattr(clock, "time", SimpleNamespace(monotonic=lambda: real_s))

    async def main() -> float:
        began_s = now_s()
        for _ in range(10):
            await asyncio.sleep(0.02 * speed)
        return now_s() - began_s

    assert clock.run(main(), speed=speed, limit_s=1e6) == pytest.approx(0.2 * speed)
    assert real_s == pytest.approx(0.2)


def test_programs_that_start_a_loop_themselves_get_this_one(waited_s: list[float]) -> None:
    """``asyncio.run`` in a command, and nothing is left of it afterwards."""
    with clock.installed():
        asyncio.run(asyncio.sleep(1000))
        assert max(waited_s) == 0

    async def kind() -> bool:
        return isinstance(asyncio.get_running_loop(), clock.JumpingLoop)

    assert not asyncio.run(kind())
