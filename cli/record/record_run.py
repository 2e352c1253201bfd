"""What ``anklet record`` does: find the sensors, run the session, store and report each set."""

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
from cli.record.save_sets import SetSaver
from cli.record.session_loop import LiveSession, SessionIO
from cli.record.session_options import DEMO, SessionOptions
from cli.record.session_sensor import SessionSensor, Source
from cli.screen.keys import keys
from cli.screen.observer import Observer, observer_of
from cli.screen.record_display import Display
from sensing.ble.finding import SETTLE_S, Sighting, find
from sensing.ble.inbox import Inbox
from sensing.ble.link import Link
from sensing.capture.background_sync import BackgroundSync
from sensing.core.errors import DeviceError
from sensing.core.samples import Side
from sensing.devices.base import Family
from sensing.guided.guide import Guide
from sensing.guided.pacing import Tempo
from sensing.simulation.demo_sensor import SEED, DemoSensor
from sensing.simulation.demo_test import Movement, demo_of
from sensing.store.database.place import database_path
from sensing.store.values.rows import KnownSensor

T = TypeVar("T")
_SETTLE_S = 1.0
"""If no sensor was named, a scan goes on this long: a second sensor may be the one meant."""
_DEMO_EXERCISE = "single-leg-calf-raise"
_DEMO_LATE_S = 3.0
"""The session waits until all is still before it counts down."""
_DEMO_HOP_S, _DEMO_RAISE_S, _DEMO_BREATH_S = 0.52, 3.4, 1.0

LOOK_S = 10.0
"""A sensor advertises several times a second; one just switched on, within a few seconds."""


def run_async(main: Coroutine[Any, Any, T]) -> T:
    """Run on an event loop of its own; tests replace it by one with a faster clock."""
    return asyncio.run(main)


def run(options: SessionOptions) -> None:
    """Record a session.

    Raises:
        UsageError: the options make no sense.
        DeviceError: a sensor cannot be found or started.
        RecordingError: the disk is full; what was recorded before is kept and analysed.
        StoreError: the database cannot be used; checked before the first set.
    """
    # Refuses impossible targets before a sensor is started.
    guide = Guide(options.course, options.row)
    observer = observer_of(options.exercise) if options.observe else None
    with ExitStack() as stack:
        db = options.db
        if options.is_demo and db is None:
            folder = TemporaryDirectory(prefix="anklet-", ignore_cleanup_errors=True)
            db = Path(stack.enter_context(folder)) / "demo.db"
        saver = SetSaver(options, database_path(db))
        saver.check()
        options = saver.with_placement()
        sync = BackgroundSync()
        stack.callback(sync.close)
        pressed = stack.enter_context(keys())
        display = stack.enter_context(Display(err(), mute=options.mute))
        try:
            run_async(_session(options, guide, saver, display, pressed, sync, observer))
        finally:
            display.close()
            if observer is not None:
                observer.report()
            saver.print_reports()
        if options.protocol is not None and not options.raw_only:
            from cli.record.record_protocol import print_result

            print_result(database_path(db), saver.session_ids)
        if options.is_demo and options.db is None:
            out().print("The demo's data were deleted; --db FILE keeps them.")


async def _session(
    options: SessionOptions,
    guide: Guide,
    saver: SetSaver,
    display: Display,
    pressed: Callable[[], str | None],
    sync: BackgroundSync,
    observer: Observer | None,
) -> None:
    sensors = await _find_sensors(options, saver)
    io = SessionIO(
        show=display.show,
        pressed=pressed,
        header=saver.header,
        place=saver.place,
        finished=saver.finished,
        sync=sync,
        instructions=options.instructions if err().is_terminal else "",  # else printed already
        athlete=options.athlete_shown,
        observer=observer,
    )
    session = LiveSession(sensors, guide, options.row, options.placement, io)
    with _signals(session):
        await session.run()


async def _find_sensors(options: SessionOptions, saver: SetSaver) -> list[SessionSensor]:
    """Find the sensors of the session.

    Raises:
        DeviceError: a sensor is not found, or is of an unknown kind.
    """
    air = asyncio.Lock()
    sensors: list[SessionSensor] = []
    in_use: list[str] = []
    for side, name in options.sensors:
        inbox = Inbox()
        if name == DEMO:
            demo = _demo(options, side)
            saver.name_sensor(side, demo.name)
            source: Source = DemoSource(demo, inbox)
            sensors.append(SessionSensor(side, source, inbox, saver.profile(side)))
            continue
        last = saver.last_sensor(side) if name is None else None
        sighting, family = await find_sensor(name, last, in_use)
        in_use.append(sighting.address)
        link = Link(sighting, family, options.wish, inbox, air=air)
        saver.remember(side, sighting)
        sensors.append(SessionSensor(side, link, inbox, saver.profile(side)))
        remark(f"found {link.name} ({family.title})")
    return sensors


def _demo(options: SessionOptions, side: Side | None) -> DemoSensor:
    course = options.course
    timed_s = None if options.row is None or options.row.has_holds else course.time_s
    usual = Movement(
        seed=SEED,
        reps=course.reps if timed_s is None else _reps_in(timed_s, options, course.tempo),
        hold_s=None if timed_s is not None else course.time_s,
        tempo=course.tempo,
        beat_s=None,
    )
    moves = usual if options.protocol is None else demo_of(options.protocol, usual, side)
    return DemoSensor(
        _DEMO_EXERCISE if options.row is None else options.exercise,
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
        gyro=options.wish.gyro,
    )


def _reps_in(seconds: float, options: SessionOptions, tempo: Tempo | None) -> int:
    """Reps that the simulated person completes in a set of so many seconds."""
    each_s = _DEMO_HOP_S if options.row is not None and options.row.has_hops else _DEMO_RAISE_S
    if tempo is not None:
        each_s = tempo.cycle_s + _DEMO_BREATH_S
    return max(1, int((seconds - _DEMO_LATE_S / 2) / each_s))


async def find_sensor(
    name: str | None, last: KnownSensor | None, in_use: Sequence[str] = ()
) -> tuple[Sighting, Family]:
    """The sensor of this name; without a name the one last used, or the only one nearby.

    Raises:
        DeviceError: it is not found, or is of an unknown kind.
    """
    if last is not None:
        remark(f"looking for {last.name}, the sensor used last (--sensor NAME for another)")
        found = await find(last.address, seconds=LOOK_S, also=(last.name,), not_these=in_use)
    else:
        remark(f"looking for {name or 'a sensor'}")
        settle_s = _SETTLE_S if name is None else SETTLE_S
        found = await find(name, seconds=LOOK_S, not_these=in_use, settle_s=settle_s)
    if found.family is None:
        raise DeviceError(
            f"{found.title} is not a sensor that Anklet supports",
            remedy="`anklet sensors` lists the sensors nearby",
        )
    return found, found.family


@contextmanager
def _signals(session: LiveSession) -> Iterator[None]:
    """Ctrl-C ends the set; SIGTERM or a closed terminal ends the session, and all is saver."""
    loop = asyncio.get_running_loop()

    def end() -> None:
        session.stop()
        session.stop()

    wanted = {"SIGINT": session.stop, "SIGTERM": end, "SIGHUP": end}
    handled: list[signal.Signals] = []
    for name, act in wanted.items():
        number = getattr(signal, name, None)
        with suppress(
            NotImplementedError, RuntimeError, ValueError
        ):  # Windows, or not the main thread
            if number is not None:
                loop.add_signal_handler(number, act)
                handled.append(number)
    try:
        yield
    finally:
        for number in handled:
            loop.remove_signal_handler(number)
