"""Record a calibration trial live: the routine prompts, packets are recorded as in any session.

The routine is fed a provisional grid; it only says what to do next and when there is enough. The
calibration itself is learnt from the recording, exactly as from a file, so both agree.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from calibration.common.routine import Prompt, Routine
from calibration.profiles.kinds import Calibration
from cli.common.output import err
from cli.record.demo_source import DemoSource
from cli.record.record_run import find_sensor, run_async
from cli.record.session_options import DEMO
from cli.record.session_sensor import Source
from cli.recordings.made_with import versions
from cli.screen.keys import Pressed, keys
from sensing.ble.inbox import Inbox, Reconnecting, StreamLost, StreamStarted
from sensing.ble.link import Link
from sensing.capture.background_sync import BackgroundSync
from sensing.capture.capture import Capture
from sensing.capture.recorder import Sync
from sensing.core.errors import RecordingError, UsageError
from sensing.core.exercises import find_exercise
from sensing.core.packets import LINK_BACK, Packet
from sensing.devices.base import Batch
from sensing.devices.choice import request_for
from sensing.files.recordings.recording_format import Header
from sensing.live.grid import LiveGrid
from sensing.simulation.demo_sensor import DemoSensor
from sensing.store.database.place import database_path, recordings_path
from sensing.store.store import open_store

if TYPE_CHECKING:
    from cli.calibrate.request import Request

_STEP_S = 0.05
_LONGEST_S = 900.0
"""Nobody calibrates for longer; the trial must have been forgotten."""
_DEMO = {"placement": "double-leg-calf-raise", "height": "double-leg-calf-raise"}


def record_trial(request: Request, calibration: Calibration) -> tuple[Path, str | None]:
    """Guide through a trial; returns its recording and the sensor's own name.

    Raises:
        UsageError: this calibration is not possible live.
        DeviceError: the sensor can't be found or started.
        RecordingError: the disk is full, or the trial was stopped.
    """
    folder = recordings_path(database_path(request.db))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise RecordingError(
            f"can't create the folder for recordings ({error.strerror})", where=str(folder)
        ) from None
    began = datetime.now().astimezone()
    path = folder / f"{began:%Y-%m-%d-%H%M%S}_calibrate-{request.what}.anklet"
    header = Header(
        exercise=request.exercise,
        side=request.side,
        placement=request.placement,
        started=began.isoformat(timespec="milliseconds"),
        versions=versions(),
        athlete=request.athlete,
        target={"calibrate": request.what},
    )
    with ExitStack() as stack:
        sync = BackgroundSync()
        stack.callback(sync.close)
        pressed = stack.enter_context(keys())
        screen = stack.enter_context(_Screen(err(), f"calibrate {request.what}"))
        name = run_async(_guided(request, calibration, path, header, screen, pressed, sync))
    return path, name


async def _guided(
    request: Request,
    calibration: Calibration,
    path: Path,
    header: Header,
    screen: _Screen,
    pressed: Pressed,
    sync: Sync,
) -> str | None:
    inbox = Inbox()
    source = await _source(request, inbox)
    trial = _Trial(source, inbox, calibration.routine)
    try:
        await source.open()
        keeper = asyncio.ensure_future(source.keep())
        try:
            await _follow(
                trial, path, replace(header, sensor_name=source.name), screen, pressed, sync
            )
        finally:
            keeper.cancel()
            trial.end()
    finally:
        await source.close()
    return source.name


async def _source(request: Request, inbox: Inbox) -> Source:
    if request.sensor == DEMO:
        exercise = request.exercise or _DEMO.get(request.what)
        if request.what == "sensor" or exercise is None:
            raise UsageError(
                "the demo sensor is on a leg and can't be laid on its sides",
                remedy="use a real sensor, or a recording with --from",
            )
        reps = request.reps if request.what == "exercise" else None
        demo = DemoSensor(
            exercise, side=request.side or "right", reps=reps, tempo=request.tempo, gyro=True
        )
        return DemoSource(demo, inbox)
    last = None
    if request.sensor is None:
        with open_store(request.db, create=False) as store:
            last = store.last_sensor(request.side) or store.last_sensor()
    sighting, family = await find_sensor(request.sensor, last)
    row = None if request.exercise is None else find_exercise(request.exercise)
    wish = replace(request_for(row, request.placement), gyro=family.has_gyro)
    return Link(sighting, family, wish, inbox, air=asyncio.Lock())


@dataclass(slots=True)
class _Trial:
    """The stream, written to the disk and resampled for the routine."""

    source: Source
    inbox: Inbox
    routine: Routine[Any]
    capture: Capture | None = None
    grid: LiveGrid | None = None
    prompt: Prompt | None = None
    trouble: str = ""

    def follow(self, path: Path, header: Header, now_s: float, sync: Sync) -> None:
        """Process what has arrived since the last call."""
        for event in self.inbox.take():
            match event:
                case StreamStarted(at_s, setup, again):
                    self.trouble = ""
                    if self.capture is None:
                        self.grid = LiveGrid(setup)
                        self.capture = Capture(
                            self.source.family, setup, None, on_batch=self._on_batch
                        )
                        self.capture.begin(path, header, origin_s=now_s, sync=sync)
                    elif again:
                        self.capture.note(at_s, LINK_BACK)
                case Packet() if self.capture is not None:
                    self.capture.receive(event)
                case StreamLost(at_s, why) if self.capture is not None:
                    self.trouble = why
                    self.capture.link_lost(at_s, why)
                case Reconnecting(_, attempt, _):
                    self.trouble = f"looking for the sensor, attempt {attempt}"
        if self.capture is not None:
            self.capture.sync_if_due()

    def _on_batch(self, batch: Batch) -> None:
        if self.grid is not None:
            for samples in self.grid.push(batch):
                self.prompt = self.routine.push(samples)

    def end(self) -> None:
        """Close the file."""
        if self.capture is not None:
            self.capture.end()


async def _follow(
    trial: _Trial, path: Path, header: Header, screen: _Screen, pressed: Pressed, sync: Sync
) -> None:
    """Run until the routine has enough, or the athlete stops it."""
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    while True:
        trial.follow(path, header, began_s, sync)
        prompt = trial.prompt or trial.routine.prompt
        screen.show(prompt, trial.trouble)
        if prompt.done or pressed() in ("q", "Q"):
            return
        if loop.time() - began_s > _LONGEST_S:
            raise RecordingError(
                "the calibration was not finished in 15 minutes",
                where=path.name,
                remedy="try again; the recording was saved",
            )
        await asyncio.sleep(_STEP_S)


class _Screen:
    """Shows prompts: a panel on a terminal, otherwise a line for each new one."""

    def __init__(self, console: Console, title: str) -> None:
        self._console = console
        self._title = title
        self._shown = ""
        self._live: Live | None = None

    def __enter__(self) -> _Screen:
        if self._console.is_terminal:
            self._live = Live(console=self._console, auto_refresh=False, transient=True)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def show(self, prompt: Prompt, trouble: str) -> None:
        """Show what to do now."""
        text = "\n".join(filter(None, (prompt.text, prompt.warning, trouble)))
        if self._live is None:
            if text != self._shown:
                self._console.print(text.replace("\n", " · "), soft_wrap=True)
            self._shown = text
            return
        rows = Table.grid()
        rows.add_row(Text(text, style="bold"))
        rows.add_row(Text())
        rows.add_row(ProgressBar(total=1.0, completed=prompt.progress, width=50))
        self._live.update(Panel(rows, title=self._title, subtitle="q stops it"), refresh=True)
