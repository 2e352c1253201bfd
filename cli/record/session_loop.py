"""A session with sensors on: packets onto the disk, the guide's course followed, the screen fed.

One loop does it all, twenty times a second. What comes from the sensors is taken first and written
before anything else is done with it; then the guide says where in the session we are, and files are
begun and ended accordingly: each set of each side is a recording of its own, begun with the
countdown, so that the rest before the first movement is in it. The finished ones are handed over to
be analysed while the session goes on; one that ended before *go* holds nothing and is thrown away.

Nothing here knows bleak, a terminal or the wall clock; all three are handed in, so that a session
of hours is tested in seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cli.record.worn_sensor import Worn, link_view
from cli.screen.record_screen import RecordScene, SideScene
from sensing.ble.inbox import Charge, Happening, Heard, Lost, Started, Trying
from sensing.capture.capture import Capture
from sensing.capture.recorder import Sync
from sensing.core.errors import AnkletError, RecordingError
from sensing.core.exercises import Exercise
from sensing.core.samples import Placement, Side
from sensing.devices.base import HOP_RANGE_G, Setup
from sensing.devices.gatt import LOW_BATTERY_PCT
from sensing.files.recordings.recording_format import Header
from sensing.guided.course import Cue, Moment
from sensing.guided.guide import Guide
from sensing.live.counter import LiveView

STEP_S = 0.05
"""Longest wait between two looks at everything, s; a packet is taken at once."""

_MARKS: tuple[Cue, ...] = ("go", "target", "over")
"""What a recording keeps of what the person heard."""

Finished = Callable[[int, Sequence[Path]], Awaitable[str]]
"""Takes the number and the files of a set that is over; gives what to say of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """What a session is given to touch the world with.

    Attributes:
        show: draws a moment and sounds its cues.
        pressed: the key that was pressed since it was last asked, or None.
        header: what a recording of this set and side is of.
        place: the file it goes into.
        finished: what to do with the files of a set that is over.
        sync: forces files onto the disk.
        brief: how it is to be done, shown until it begins.
    """

    show: Callable[[RecordScene], None]
    pressed: Callable[[], str | None]
    header: Callable[[int, Side | None], Header]
    place: Callable[[int, Side | None], Path]
    finished: Finished
    sync: Sync | None = None
    brief: str = ""


@dataclass(slots=True)
class WearSession:
    """Runs a session from the first packet to the last file.

    Args:
        worn: one sensor, or one on each side.
        guide: the course of the session.
        exercise: what is done; None if that is to be found out.
        placement: how the sensors are worn.
        hands: see :class:`Hands`.
    """

    worn: Sequence[Worn]
    guide: Guide
    exercise: Exercise | None
    placement: Placement
    hands: Hands
    recordings: list[Path] = field(default_factory=list)
    _origin_s: float = 0.0
    _said: str = ""
    _moment: Moment | None = None
    _went: bool = False
    _stops: int = 0
    _failed: AnkletError | None = None
    _analysing: list[asyncio.Task[str]] = field(default_factory=list)

    def stop(self) -> None:
        """End the set; called again, end the session."""
        self._stops += 1

    async def run(self) -> None:
        """The whole session; when it ends every file is closed and handed over.

        Raises:
            DeviceError: a sensor can't be started.
            RecordingError: the disk is full; what was recorded before is kept and handed over.
        """
        keepers: list[asyncio.Task[None]] = []
        self._origin_s = _now_s()
        try:
            await self._open()
            keepers = [asyncio.create_task(each.source.keep()) for each in self.worn]
            await self._follow(keepers)
        finally:
            await self._leave(keepers)
        if self._failed is not None:
            raise self._failed

    async def _open(self) -> None:
        opening = [asyncio.ensure_future(each.source.open()) for each in self.worn]
        try:
            await asyncio.gather(*opening)
        finally:
            for each in opening:
                each.cancel()
            await asyncio.gather(*opening, return_exceptions=True)

    async def _follow(self, keepers: Sequence[asyncio.Task[None]]) -> None:
        """Step by step to the end of the course."""
        while True:
            for keeper in keepers:
                if keeper.done():
                    keeper.result()  # a link never ends by itself: whatever it raised is a bug
            moment = self._step()
            if moment.stage == "done":
                return
            await self._next()

    async def _next(self) -> None:
        """Wait for a packet, but not longer than a step."""
        waits = [asyncio.ensure_future(each.inbox.wait()) for each in self.worn]
        try:
            await asyncio.wait(waits, timeout=STEP_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def _step(self) -> Moment:
        now_s = _now_s()
        for each in self.worn:
            self._take(each)
        self._obey(now_s)
        moment = self.guide.step(now_s, self._views(), streaming=self._streaming())
        self._file(moment)
        self.hands.show(self._scene(moment, now_s))
        return moment

    def _streaming(self) -> bool:
        return all(each.streaming for each in self.worn)

    def _views(self) -> Mapping[str, LiveView]:
        found = {each.key: each.capture.view for each in self.worn if each.capture is not None}
        return {key: view for key, view in found.items() if view is not None}

    def _take(self, worn: Worn) -> None:
        """What happened to one sensor, in order."""
        for happening in worn.inbox.take():
            with self._giving_up():
                self._heed(worn, happening)
        if worn.capture is not None:
            with self._giving_up():
                worn.capture.sync_if_due()

    def _heed(self, worn: Worn, happening: Happening) -> None:
        match happening:
            case Heard(at_s, characteristic, payload):
                if worn.capture is not None:
                    worn.capture.heard(at_s, characteristic, payload)
            case Started(at_s, setup, again):
                worn.lost = worn.trying = None
                if worn.capture is None:
                    worn.capture = Capture(
                        worn.source.family, setup, self.exercise, self.placement, worn.profile
                    )
                elif again:
                    worn.capture.back(at_s)
            case Charge(_, percent):
                worn.charge_pct = percent
            case Lost(at_s, why):
                worn.lost = happening
                if worn.capture is not None:
                    worn.capture.lost(at_s, why)
            case Trying():
                worn.trying = happening

    def _obey(self, now_s: float) -> None:
        key = self.hands.pressed()
        if key in ("q", "Q", "\x03", "\x04"):
            self.stop()
        elif key in (" ", "\r", "\n"):
            self.guide.skip(now_s)
        while self._stops:
            self._stops -= 1
            self.guide.stop(now_s)

    def _file(self, moment: Moment) -> None:
        """Begin and end recordings as the course wants."""
        self._moment = moment
        if self._recording():
            for cue in moment.cues:
                self._write_down(cue)
            if moment.stage in ("rest", "done"):
                self._end()
        elif moment.stage in ("countdown", "set", "settling") and self._failed is None:
            self._went = False
            self._begin(moment.set_n)
            self._write_down(*moment.cues)

    def _recording(self) -> bool:
        return any(each.capture is not None and each.capture.recording for each in self.worn)

    def _begin(self, set_n: int) -> None:
        for each in self.worn:
            if each.capture is None:
                continue
            path = self.hands.place(set_n, each.side)
            with self._giving_up():
                header = self.hands.header(set_n, each.side)
                each.capture.begin(path, header, origin_s=self._origin_s, sync=self.hands.sync)
                each.path = path
                self.recordings.append(path)

    def _write_down(self, *cues: Cue) -> None:
        """Keep in the recording what the person was told, where it marks the set."""
        for cue in cues:
            self._went = self._went or cue == "go"
            if cue not in _MARKS:
                continue
            for each in self.worn:
                if each.capture is not None:
                    with self._giving_up():
                        each.capture.note(_now_s(), cue)

    def _end(self) -> None:
        paths: list[Path] = []
        for each in self.worn:
            if each.capture is None or not each.capture.recording:
                continue
            with self._giving_up():
                each.capture.end()
            if each.path is not None:
                paths.append(each.path)
        if not self._went and self._failed is None:
            for path in paths:
                path.unlink(missing_ok=True)
                self.recordings.remove(path)
        elif paths:
            set_n = self._moment.set_n if self._moment else 1
            self._analysing.append(asyncio.ensure_future(self._hand_over(set_n, paths)))

    @contextlib.contextmanager
    def _giving_up(self) -> Iterator[None]:
        """The disk takes no more: end here, so that what there is is kept and said."""
        try:
            yield
        except RecordingError as error:
            self._failed = self._failed or error
            self._stops = max(self._stops, 2)

    async def _hand_over(self, set_n: int, paths: Sequence[Path]) -> str:
        said = await self.hands.finished(set_n, paths)
        self._said = said
        return said

    async def _leave(self, keepers: Sequence[asyncio.Task[None]]) -> None:
        """Close files first, then the links, and wait for what is still being analysed."""
        for keeper in keepers:
            keeper.cancel()
        for each in self.worn:
            self._take(each)
        self._end()
        await asyncio.gather(*(each.source.close() for each in self.worn), return_exceptions=True)
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
                for each in self.worn
            ),
            message=self._message(moment),
        )

    def _unfit(self) -> list[str]:
        """What the sensors lack for what will be done."""
        if self.exercise is None or not self.exercise.has_hops:
            return []
        return [
            f"{each.source.name} is not fit for hops: {_too_little(each.source.setup)}"
            for each in self.worn
            if each.source.setup is not None and not each.source.setup.fits_hops
        ]

    def _message(self, moment: Moment) -> str:
        """The one thing most worth saying now."""
        if self._failed is not None:
            return str(self._failed)
        low = [
            f"{each.source.name} has {each.charge_pct} % left: charge it soon"
            for each in self.worn
            if each.charge_pct is not None and each.charge_pct < LOW_BATTERY_PCT
        ]
        if moment.stage in ("waiting", "countdown"):
            low += self._unfit()
            seats = [each.capture.seat for each in self.worn if each.capture is not None]
            unwell = [seat.words for seat in seats if seat.verdict in ("moving", "gravity")]
            return " · ".join([*low, *dict.fromkeys(unwell)]) or self.hands.brief
        return self._said if moment.stage == "rest" else " · ".join(low)


def _too_little(setup: Setup) -> str:
    """What a setup lacks for landings."""
    if setup.range_g is None:
        return "its range is not known"
    if setup.range_g < HOP_RANGE_G:
        return f"±{setup.range_g:g} g clips landings"
    return f"{setup.rate_hz:g} Hz is too slow"


def _now_s() -> float:
    return asyncio.get_running_loop().time()
