"""The live screen: one big number to be read from two metres away, and what little else helps.

The big number is the count, or the seconds held. It is a guess made a moment after the movement;
the sets listed below it are what the whole bout showed once it was over, and only those count. A
question mark stands behind a count whose last rep isn't over yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.align import Align
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from cli.screen.screen_parts import big, clock, milliseconds, set_words
from sensing.core.events import Set
from sensing.core.exercises import Exercise
from sensing.live.counter import LiveView

_LAST_CONTACTS = 5
_LAST_SETS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All that the screen shows at one moment.

    Attributes:
        view: the live guess.
        exercise: what is being done; None if that is to be found out.
        sets: those that are over, in order.
        done_s: how much of the recording has been played, s.
        duration_s: how long it is, s.
    """

    view: LiveView
    exercise: Exercise | None
    sets: Sequence[Set]
    done_s: float
    duration_s: float


def screen(scene: Scene) -> RenderableType:
    """The scene, ready to print."""
    view = scene.view
    name = scene.exercise.name if scene.exercise else "exercise to be found out"
    clocks = [f"played {clock(scene.done_s)} of {clock(scene.duration_s)}"]
    if view.first_s is not None:
        clocks.append(f"set {clock(max(0.0, view.time_s - view.first_s))}")
    if view.hold_s:
        clocks.append(f"held {view.hold_s:.1f} s")
    if view.contacts_s:
        last = view.contacts_s[-_LAST_CONTACTS:]
        clocks.append("contacts " + milliseconds(last))
    parts: list[RenderableType] = [
        Align.center(Text("\n".join(big(big_number(scene))), style="bold")),
        Align.center(Text(f"\n{view.phase}", style="bold")),
        Align.center(Text(" · ".join(clocks))),
    ]
    for number, each in list(enumerate(scene.sets, start=1))[-_LAST_SETS:]:
        parts.append(Text(f"set {number}  {each.exercise}: {set_words(each)}"))
    return Panel(Group(*parts), title=f"{name} (provisional)", subtitle="Ctrl-C ends it")


def big_number(scene: Scene) -> str:
    """What is shown big: seconds of a hold, else the count, with ``?`` while it is uncertain."""
    if scene.exercise is not None and scene.exercise.kind == "hold":
        return f"{scene.view.hold_s:.0f}"
    return f"{scene.view.count}{'?' if scene.view.uncertain else ''}"
