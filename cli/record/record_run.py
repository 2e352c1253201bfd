"""What ``anklet record`` does: sensors found, the session run, each set taken in and reported."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from cli.common.output import err, out, remark
from cli.record.demo_source import DemoSource
from cli.record.save_sets import Keeping
from cli.record.session_loop import Hands, WearSession
from cli.record.session_options import DEMO, SessionOptions
from cli.record.worn_sensor import Source, Worn
from cli.screen.keys import keys
from cli.screen.record_display import Display
from sensing.ble.finding import SETTLE_S, Sighting, find
from sensing.ble.inbox import Inbox
from sensing.ble.link import Link
from sensing.capture.background_sync import BackgroundSync
from sensing.core.errors import DeviceError
from sensing.core.samples import Side
from sensing.guided.guide import Guide
from sensing.guided.pacing import Tempo
from sensing.simulation.demo_sensor import SEED, DemoSensor
from sensing.simulation.demo_test import Movement, demo_of
from sensing.store.database.place import database_path

T = TypeVar("T")
_SETTLE_S = 1.0
_DEMO_EXERCISE = "single-leg-calf-raise"
_DEMO_LATE_S = 3.0
_DEMO_HOP_S, _DEMO_RAISE_S, _DEMO_BREATH_S = 0.52, 3.4, 1.0
"""The session waits a moment until all is still before it counts down."""

LOOK_S = 10.0
"""A sensor that is on says so several times a second; one just switched on within a few."""


def run_async(main: Coroutine[Any, Any, T]) -> T:
    """Run on an event loop of its own; tests put one with a quicker clock in its place."""
    return asyncio.run(main)


def run(plan: SessionOptions) -> None:
    """The whole of it.

    Raises:
        UsageError: the plan makes no sense.
        DeviceError: a sensor can't be found or started.
        RecordingError: the disk is full; what was recorded before is kept and analysed.
        StoreError: the database can't be used; asked before the first set.
    """
    guide = Guide(plan.course, plan.row)  # refuses what can't be before anything is switched on
    with ExitStack() as stack:
        db = plan.db
        if plan.is_demo and db is None:
            folder = TemporaryDirectory(prefix="anklet-", ignore_cleanup_errors=True)
            db = Path(stack.enter_context(folder)) / "demo.db"
        kept = Keeping(plan, database_path(db))
        kept.check()
        sync = BackgroundSync()
        stack.callback(sync.close)
        pressed = stack.enter_context(keys())
        display = stack.enter_context(Display(err(), mute=plan.mute))
        try:
            run_async(_session(plan, guide, kept, display, pressed, sync))
        finally:
            display.close()
            kept.print_reports()
        if plan.protocol is not None and not plan.raw_only:
            from cli.record.record_protocol import print_result

            print_result(database_path(db), kept.session_ids)
        if plan.is_demo and plan.db is None:
            out().print("The demo's recording and database are gone again; --db FILE keeps them.")


async def _session(
    plan: SessionOptions,
    guide: Guide,
    kept: Keeping,
    display: Display,
    pressed: Callable[[], str | None],
    sync: BackgroundSync,
) -> None:
    worn = await _sensors(plan, kept)
    hands = Hands(
        show=display.show,
        pressed=pressed,
        header=kept.header,
        place=kept.place,
        finished=kept.finished,
        sync=sync,
        brief=plan.brief if err().is_terminal else "",  # elsewhere it stands above already
    )
    session = WearSession(worn, guide, plan.row, plan.placement, hands)
    with _signals(session):
        await session.run()


async def _sensors(plan: SessionOptions, kept: Keeping) -> list[Worn]:
    """Find what is to be worn.

    Raises:
        DeviceError: a sensor is not there, or is none of those Anklet knows.
    """
    air = asyncio.Lock()
    worn: list[Worn] = []
    taken: list[str] = []
    for side, name in plan.sensors:
        inbox = Inbox()
        if name == DEMO:
            demo = _demo(plan, side)
            kept.called(side, demo.name)
            source: Source = DemoSource(demo, inbox)
            worn.append(Worn(side, source, inbox, kept.profile(side)))
            continue
        sighting = await _found(name, side, kept, taken)
        taken.append(sighting.address)
        if sighting.family is None:
            raise DeviceError(
                f"{sighting.name or sighting.address} is no sensor Anklet knows",
                remedy="`anklet sensors` shows what is near",
            )
        link = Link(sighting, sighting.family, plan.wish, inbox, air=air)
        kept.remember(side, sighting)
        worn.append(Worn(side, link, inbox, kept.profile(side)))
        remark(f"found {link.name} ({sighting.family.title})")
    return worn


def _demo(plan: SessionOptions, side: Side | None) -> DemoSensor:
    course = plan.course
    timed_s = None if plan.row is None or plan.row.has_holds else course.time_s
    usual = Movement(
        seed=SEED,
        reps=course.reps if timed_s is None else _reps_in(timed_s, plan, course.tempo),
        hold_s=None if timed_s is not None else course.time_s,
        tempo=course.tempo,
        beat_s=None,
    )
    moves = usual if plan.protocol is None else demo_of(plan.protocol, usual, side)
    return DemoSensor(
        _DEMO_EXERCISE if plan.row is None else plan.exercise,
        moves.seed,
        side or "right",
        reps=moves.reps,
        hold_s=moves.hold_s,
        sets=course.sets,
        rest_s=course.rest_s,
        starts_s=course.countdown_s + _DEMO_LATE_S,
        set_s=timed_s,
        tempo=moves.tempo,
        beat_s=moves.beat_s,
        fatigue=moves.fatigue,
        gyro=plan.wish.gyro,
    )


def _reps_in(seconds: float, plan: SessionOptions, tempo: Tempo | None) -> int:
    """As many as the demo's person does in a set that ends by the clock, the last one whole."""
    each_s = _DEMO_HOP_S if plan.row is not None and plan.row.has_hops else _DEMO_RAISE_S
    if tempo is not None:
        each_s = tempo.cycle_s + _DEMO_BREATH_S
    return max(1, int((seconds - _DEMO_LATE_S / 2) / each_s))


async def _found(
    name: str | None, side: Side | None, kept: Keeping, taken: Sequence[str]
) -> Sighting:
    """The sensor of this name; without one the one last used, or the only one near."""
    last = kept.last_sensor(side) if name is None else None
    if last is not None:
        remark(f"looking for {last.name}, the one used last; --sensor names another")
        return await find(last.address, seconds=LOOK_S, also=(last.name,), not_these=taken)
    remark(f"looking for {name or 'a sensor'}")
    # Unless one was named a second one has a moment to be seen too: it may be the one meant.
    settle_s = _SETTLE_S if name is None else SETTLE_S
    return await find(name, seconds=LOOK_S, not_these=taken, settle_s=settle_s)


@contextmanager
def _signals(session: WearSession) -> Iterator[None]:
    """Ctrl-C ends the set; a closed terminal or a polite kill ends the session, all of it kept."""
    loop = asyncio.get_running_loop()

    def end() -> None:
        session.stop()
        session.stop()

    wanted = {"SIGINT": session.stop, "SIGTERM": end, "SIGHUP": end}
    heard: list[signal.Signals] = []
    for name, act in wanted.items():
        number = getattr(signal, name, None)
        with suppress(
            NotImplementedError, RuntimeError, ValueError
        ):  # Windows, or not the main thread
            if number is not None:
                loop.add_signal_handler(number, act)
                heard.append(number)
    try:
        yield
    finally:
        for number in heard:
            loop.remove_signal_handler(number)
