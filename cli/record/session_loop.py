"""The loop of a live session: write packets to disk, follow the course, update the screen.

One loop does it all, at least twenty times a second. What the sensors sent is written before
anything else is done with it; then the guide decides which stage of the session this is, and files
are opened and closed accordingly. Each set of each side is a recording of its own, which begins
with the countdown so that it contains the rest before the first movement. Finished recordings are
analysed while the session goes on; one that ended before *go* is deleted.

Bluetooth, the terminal and the clock are passed in, so that a session of hours is tested in
seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cli.record.session_sensor import SessionSensor, link_view
from cli.screen.observer import Observer
from cli.screen.record_screen import RecordScene, SideScene
from sensing.ble.inbox import (
    BatteryReport,
    LinkEvent,
    Reconnecting,
    StreamLost,
    StreamStarted,
)
from sensing.capture.capture import Capture
from sensing.capture.recorder import Sync
from sensing.core.errors import AnkletError, RecordingError
from sensing.core.exercises import Exercise
from sensing.core.packets import LINK_BACK, Packet
from sensing.core.samples import Placement, Side
from sensing.devices.gatt import LOW_BATTERY_PCT
from sensing.files.recordings.recording_format import Header
from sensing.guided.course import Cue, Moment
from sensing.guided.guide import Guide
from sensing.live.counter import LiveView
from sensing.live.stream_quality import why_not_hops

STEP_S = 0.05
"""Longest time between two steps, s; a packet is processed at once."""
_OBSERVED_STEP_S = 0.02
"""The same while an observer taps: a tap is timed when its key is read."""

_MARKS: tuple[Cue, ...] = ("go", "target", "over")
"""Cues that are stored in the recording."""

Finished = Callable[[int, Sequence[Path]], Awaitable[str]]
"""Called with the number and the files of a finished set; returns its result in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionIO:
    """The session's input and output.

    Attributes:
        show: draws a moment and sounds its cues.
        pressed: returns the key that was pressed since the last call, or None.
        header: the header of the recording of this set and side.
        place: the path of that recording.
        sync: forces files onto the disk.
        instructions: how the exercise is done, shown until it begins.
        athlete: whose session it is; empty if there is only oneself.
        observer: stores the taps of an observer; None if there is none.
    """

    show: Callable[[RecordScene], None]
    pressed: Callable[[], str | None]
    header: Callable[[int, Side | None], Header]
    place: Callable[[int, Side | None], Path]
    finished: Finished
    sync: Sync | None = None
    instructions: str = ""
    athlete: str = ""
    observer: Observer | None = None


@dataclass(slots=True)
class LiveSession:
    """Runs a session from the first packet to the last file.

    It has one sensor, or one on each side. The exercise is None if it is to be detected afterwards.
    """

    sensors: Sequence[SessionSensor]
    guide: Guide
    exercise: Exercise | None
    placement: Placement
    io: SessionIO
    recordings: list[Path] = field(default_factory=list)
    _origin_s: float = 0.0
    _result: str = ""
    _moment: Moment | None = None
    _started: bool = False
    _stops: int = 0
    _failed: AnkletError | None = None
    _analysing: list[asyncio.Task[str]] = field(default_factory=list)

    def stop(self) -> None:
        """End the set; called again, end the session."""
        self._stops += 1

    async def run(self) -> None:
        """Run the whole session; when it ends every file is closed and being analysed.

        Raises:
            DeviceError: a sensor cannot be started.
            RecordingError: the disk is full; what was recorded before is kept and analysed.
        """
        keepers: list[asyncio.Task[None]] = []
        self._origin_s = _now_s()
        try:
            await self._open()
            keepers = [asyncio.create_task(each.source.keep()) for each in self.sensors]
            await self._follow(keepers)
        finally:
            await self._close(keepers)
        if self._failed is not None:
            raise self._failed

    async def _open(self) -> None:
        opening = [asyncio.ensure_future(each.source.open()) for each in self.sensors]
        try:
            await asyncio.gather(*opening)
        finally:
            for each in opening:
                each.cancel()
            await asyncio.gather(*opening, return_exceptions=True)

    async def _follow(self, keepers: Sequence[asyncio.Task[None]]) -> None:
        """Step until the course is over."""
        while True:
            for keeper in keepers:
                if keeper.done():
                    keeper.result()  # a link never ends by itself: an exception here is a bug
            moment = self._step()
            if moment.stage == "done":
                return
            await self._next()

    async def _next(self) -> None:
        """Wait for an event, but not longer than a step."""
        waits = [asyncio.ensure_future(each.inbox.wait()) for each in self.sensors]
        longest_s = STEP_S if self.io.observer is None else _OBSERVED_STEP_S
        try:
            await asyncio.wait(waits, timeout=longest_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def _step(self) -> Moment:
        now_s = _now_s()
        for each in self.sensors:
            self._process(each)
        self._handle_keys(now_s)
        moment = self.guide.step(now_s, self._views(), streaming=self._streaming())
        self._update_files(moment)
        self.io.show(self._scene(moment, now_s))
        return moment

    def _streaming(self) -> bool:
        return all(each.streaming for each in self.sensors)

    def _views(self) -> Mapping[str, LiveView]:
        found = {each.key: each.capture.view for each in self.sensors if each.capture is not None}
        return {key: view for key, view in found.items() if view is not None}

    def _process(self, sensor: SessionSensor) -> None:
        """Handle what happened to one sensor, in order."""
        for event in sensor.inbox.take():
            with self._disk_errors():
                self._handle(sensor, event)
        if sensor.capture is not None:
            with self._disk_errors():
                sensor.capture.sync_if_due()

    def _handle(self, sensor: SessionSensor, event: LinkEvent) -> None:
        match event:
            case Packet():
                if sensor.capture is not None:
                    sensor.capture.receive(event)
            case StreamStarted(at_s, setup, again):
                sensor.lost = sensor.reconnecting = None
                if sensor.capture is None:
                    sensor.capture = Capture(
                        sensor.source.family, setup, self.exercise, self.placement, sensor.profile
                    )
                elif again:
                    sensor.capture.note(at_s, LINK_BACK)
            case BatteryReport(_, percent):
                sensor.battery_pct = percent
            case StreamLost(at_s, why):
                sensor.lost = event
                if sensor.capture is not None:
                    sensor.capture.link_lost(at_s, why)
            case Reconnecting():
                sensor.reconnecting = event

    def _handle_keys(self, now_s: float) -> None:
        key = self.io.pressed()
        if key in ("q", "Q", "\x03", "\x04"):
            self.stop()
        elif key == " " and self.io.observer is not None and self._in_set():
            self.io.observer.tap(now_s - self._origin_s)
        elif key in (" ", "\r", "\n"):
            self.guide.skip(now_s)
        while self._stops:
            self._stops -= 1
            self.guide.stop(now_s)

    def _in_set(self) -> bool:
        """True from *go* until the recording of the set ends."""
        return self._moment is not None and self._moment.stage in ("set", "settling")

    def _update_files(self, moment: Moment) -> None:
        """Open and close recordings as the course requires."""
        self._moment = moment
        if self._recording():
            for cue in moment.cues:
                self._record_cues(cue)
            if moment.stage in ("rest", "done"):
                self._end()
        elif moment.stage in ("countdown", "set", "settling") and self._failed is None:
            self._started = False
            self._begin(moment.set_n)
            self._record_cues(*moment.cues)

    def _recording(self) -> bool:
        return any(each.capture is not None and each.capture.recording for each in self.sensors)

    def _begin(self, set_n: int) -> None:
        for each in self.sensors:
            if each.capture is None:
                continue
            path = self.io.place(set_n, each.side)
            with self._disk_errors():
                header = self.io.header(set_n, each.side)
                each.capture.begin(path, header, origin_s=self._origin_s, sync=self.io.sync)
                each.path = path
                self.recordings.append(path)
                if self.io.observer is not None:
                    self.io.observer.begin(path)

    def _record_cues(self, *cues: Cue) -> None:
        """Store the cues that mark the set."""
        for cue in cues:
            self._started = self._started or cue == "go"
            if cue not in _MARKS:
                continue
            for each in self.sensors:
                if each.capture is not None:
                    with self._disk_errors():
                        each.capture.note(_now_s(), cue)

    def _end(self) -> None:
        paths: list[Path] = []
        for each in self.sensors:
            if each.capture is None or not each.capture.recording:
                continue
            with self._disk_errors():
                each.capture.end()
            if each.path is not None:
                paths.append(each.path)
        if self.io.observer is not None:
            self.io.observer.end(keep=self._started or self._failed is not None)
        if not self._started and self._failed is None:
            for path in paths:
                path.unlink(missing_ok=True)
                self.recordings.remove(path)
        elif paths:
            set_n = self._moment.set_n if self._moment else 1
            self._analysing.append(asyncio.ensure_future(self._analyse(set_n, paths)))

    @contextlib.contextmanager
    def _disk_errors(self) -> Iterator[None]:
        """End the session when the disk is full, so that what was recorded is kept and reported."""
        try:
            yield
        except RecordingError as error:
            self._failed = self._failed or error
            self._stops = max(self._stops, 2)

    async def _analyse(self, set_n: int, paths: Sequence[Path]) -> str:
        result = await self.io.finished(set_n, paths)
        self._result = result
        return result

    async def _close(self, keepers: Sequence[asyncio.Task[None]]) -> None:
        """Close the files first, then the links, and wait for analyses under way."""
        for keeper in keepers:
            keeper.cancel()
        for each in self.sensors:
            self._process(each)
        self._end()
        await asyncio.gather(
            *(each.source.close() for each in self.sensors), return_exceptions=True
        )
        await asyncio.gather(*keepers, return_exceptions=True)
        if self._analysing:
            await asyncio.gather(*self._analysing)

    def _scene(self, moment: Moment, now_s: float) -> RecordScene:
        return RecordScene(
            moment=moment,
            exercise=self.exercise,
            sides=tuple(
                SideScene(
                    side=each.side,
                    view=None if each.capture is None else each.capture.view,
                    link=link_view(each, now_s),
                )
                for each in self.sensors
            ),
            message=self._message(moment),
            athlete=self.io.athlete,
            observed=None if self.io.observer is None else self.io.observer.observed,
        )

    def _unsuitable(self) -> list[str]:
        """Warnings about sensors that cannot measure this exercise."""
        if self.exercise is None or not self.exercise.has_hops:
            return []
        setups = {each.source.name: each.source.setup for each in self.sensors}
        return [
            f"{name} is not suitable for hops: {' and '.join(reasons)}"
            for name, setup in setups.items()
            if setup is not None and (reasons := why_not_hops(setup))
        ]

    def _message(self, moment: Moment) -> str:
        """The most important message now."""
        if self._failed is not None:
            return str(self._failed)
        low = [
            f"battery of {each.source.name} at {each.battery_pct} %: charge it soon"
            for each in self.sensors
            if each.battery_pct is not None and each.battery_pct < LOW_BATTERY_PCT
        ]
        if moment.stage in ("waiting", "countdown"):
            low += self._unsuitable()
            seats = [each.capture.seat for each in self.sensors if each.capture is not None]
            warnings = [seat.words for seat in seats if seat.verdict in ("moving", "gravity")]
            return " · ".join([*low, *dict.fromkeys(warnings)]) or self.io.instructions
        return self._result if moment.stage == "rest" else " · ".join(low)


def _now_s() -> float:
    return asyncio.get_running_loop().time()
