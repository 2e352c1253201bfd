"""Shows and sounds a live session: on the live screen of a terminal, or in plain lines.

The session may step sixty times a second; the screen is drawn only as often as the eye can follow,
or at once when something sounds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Self

from rich.console import Console
from rich.live import Live

from cli.screen.record_log import RecordLog
from cli.screen.record_screen import RecordScene, RecordScreen
from cli.screen.sounds import Sounds
from sensing.guided.course import Cue

_FRAME_S = 0.125
"""Eight frames a second; drawing one takes some milliseconds of the core that also counts."""

_COUNTING: tuple[Cue, ...] = ("rep", "last-rep")
"""Cues that tell Anklet's count; an observer must not hear them."""


class Display:
    """Shows scenes and sounds their cues.

    Args:
        console: a live screen if it is a terminal, else one line for each event.
        mute: no sounds.
        now_s: clock for frames and sounds, s.
    """

    def __init__(
        self, console: Console, *, mute: bool = False, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._console = console
        self._now_s = now_s
        self._sounds = Sounds(console.file, mute=mute)
        self._log = RecordLog()
        self._live: Live | None = None
        self._drawn_s = -1.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def show(self, scene: RecordScene) -> None:
        """Sound a moment's cues and show it, unless the one before was shown only just now."""
        cues, now_s = scene.moment.cues, self._now_s()
        if scene.hides_count:
            cues = tuple(cue for cue in cues if cue not in _COUNTING)
        self._sounds.ring(cues, now_s)
        if not self._console.is_terminal:
            for line in self._log.lines(scene):
                self._console.print(line)
            return
        if not cues and now_s - self._drawn_s < _FRAME_S:
            return
        self._drawn_s = now_s
        if self._live is None:
            self._live = Live(
                console=self._console, auto_refresh=False, transient=True, screen=True
            )
            self._live.start()
        self._live.update(RecordScreen(scene), refresh=True)

    def close(self) -> None:
        """Restore the terminal; may be called twice."""
        live, self._live = self._live, None
        if live is not None:
            live.stop()
