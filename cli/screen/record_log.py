"""The live session as plain lines, for a pipe, a log or a screen reader.

One line for each stage, rep, change of a link and message, without control codes.
"""

from __future__ import annotations

import math

from cli.screen.record_screen import RecordScene, SideScene, link_words, outcome
from cli.screen.screen_parts import clock
from sensing.core.exercises import Exercise
from sensing.guided.course import Moment, Stage


class RecordLog:
    """Writes a line for what is new in each scene."""

    def __init__(self) -> None:
        self._stage: tuple[Stage, int] | None = None
        self._links: dict[str, str] = {}
        self._message = ""

    def lines(self, scene: RecordScene) -> list[str]:
        """The lines for what is new since the last scene."""
        moment = scene.moment
        said = [line for side in scene.sides for line in self._link(side)]
        said += [_reps(scene)] if "rep" in moment.cues else []
        said += ["target reached"] if "target" in moment.cues else []
        said += [moment.said] if {"prompt", "over"} & set(moment.cues) else []
        if (moment.stage, moment.set_n) != self._stage:
            self._stage = (moment.stage, moment.set_n)
            said += [] if scene.played else [_stage(moment, scene.exercise)]
        if "rest-tick" in moment.cues:
            said.append(f"next set in {math.ceil(moment.left_s or 0.0)} s")
        if scene.message != self._message:
            self._message = scene.message
            said += [scene.message] if scene.message else []
        return said

    def _link(self, side: SideScene) -> list[str]:
        """A line if the state of the link has changed; new details alone are not reported."""
        name = " ".join(filter(None, (side.side, side.link.name)))
        if self._links.get(name) == side.link.state:
            return []
        self._links[name] = side.link.state
        return [f"{name}: {link_words(side.link)}"]


def _stage(moment: Moment, exercise: Exercise | None) -> str:
    which = f"set {moment.set_n} of {moment.sets}" if moment.sets > 1 else "set"
    match moment.stage:
        case "waiting":
            return "waiting for the sensor to stream and for you to stand still"
        case "countdown":
            return f"{which} begins in {math.ceil(moment.left_s or 0.0)} s"
        case "set":
            return f"{which}: go"
        case "settling":
            over = f"{which} over after {clock(moment.set_s)}: {outcome(moment, exercise)}"
            return f"{over}; stand still"
        case "rest":
            return f"rest: {math.ceil(moment.left_s or 0.0)} s"
        case "done":
            return "session over"


def _reps(scene: RecordScene) -> str:
    moment, row = scene.moment, scene.exercise
    words = [outcome(moment, row)]
    if len(scene.sides) > 1 and row is not None and row.kind != "hold":
        sides = (f"{side} {count.certain}" for side, count in moment.sides.items())
        words.append(f"({', '.join(sides)})")
    contacts_s = [side.view.contacts_s[-1] for side in scene.sides if side.view and _hops(side)]
    if row is not None and row.has_hops and contacts_s:
        words.append("contact " + " | ".join(f"{1000 * each:.0f}" for each in contacts_s) + " ms")
    return " ".join(words)


def _hops(side: SideScene) -> bool:
    return side.view is not None and bool(side.view.contacts_s)
