"""The live screen: one big number for each sensor, and the details below it.

It shows a :class:`~sensing.guided.course.Moment` and calculates nothing itself, so that it agrees
with the sounds. The big number is the provisional count (or the time held, or the time left of a
countdown or a rest), with a question mark while its last rep may still be withdrawn. Colour is
never the only sign of anything. In a small window the least important lines go first.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from rich.console import Console, ConsoleOptions, RenderResult
from rich.panel import Panel
from rich.text import Text

from cli.common.output import many
from cli.common.tables import printable
from cli.screen.observer import WORDS, Observed
from cli.screen.screen_parts import BIG_ROWS, big, clock
from sensing.core.exercises import Exercise
from sensing.core.samples import Side
from sensing.devices.gatt import LOW_BATTERY_PCT
from sensing.guided.course import Moment
from sensing.guided.pacing import Beat
from sensing.live.counter import LiveView
from sensing.live.set_count import SideCount

_NOTHING = SideCount()
_FRAME_ROWS, _FRAME_COLUMNS = 2, 4
_ROOMY_ROWS, _ROOMY_COLUMNS = 9, 24
"""A smaller window has no room for a frame."""
_PHASES = {"contact": "on the ground", "flight": "in the air"}
"""What a phase is called under a count of contacts, where 'contact' would read as its unit."""

_GAP = 6
_GO_S = 1.0
_BAR = 20
_TROUBLE = "bold red"

LinkState = Literal["connecting", "streaming", "silent", "lost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """What to show of one sensor's link.

    Attributes:
        battery_pct: state of charge, %; None if unknown.
        rate_hz: samples a second as measured, Hz.
        lost_share: share of samples lost, 0 to 1.
        detail: more about the state, such as "reconnecting, attempt 3".
    """

    name: str
    state: LinkState
    battery_pct: int | None = None
    rate_hz: float | None = None
    lost_share: float = 0.0
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SideScene:
    """One sensor; its provisional count, ``view``, is None before the first samples."""

    side: Side | None
    view: LiveView | None
    link: LinkView


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordScene:
    """Everything the screen shows at one moment.

    Attributes:
        exercise: what is done; None if it is to be detected afterwards.
        sides: the sensors, left before right.
        message: the most important message, if any.
        athlete: whose session it is; empty if there is only oneself.
        observed: what an observer has tapped in this set; None if there is none. Anklet's own
            count is then hidden.
        played: how far a recording has been played, such as "0:15 of 2:10"; empty for a live
            session.
    """

    moment: Moment
    exercise: Exercise | None
    sides: tuple[SideScene, ...]
    message: str = ""
    athlete: str = ""
    observed: Observed | None = None
    played: str = ""

    @property
    def hides_count(self) -> bool:
        """True while an observer counts, whom Anklet's count would lead."""
        return self.observed is not None and self.moment.stage in ("set", "settling")


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines that belong together; those with a low ``rank`` are dropped last."""

    rank: int
    lines: Sequence[Text]


class RecordScreen:
    """A scene, ready to print with rich; it fits itself into the window."""

    def __init__(self, scene: RecordScene) -> None:
        self._scene = scene

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width, height = options.max_width, options.height or console.height
        roomy = height >= _ROOMY_ROWS and width >= _ROOMY_COLUMNS
        if not roomy:
            yield from self.lines(width, height)
            return
        inner = width - _FRAME_COLUMNS
        lines = self.lines(inner, height - _FRAME_ROWS)
        yield Panel(
            Text("\n").join(lines), title=self._title(inner), subtitle=_keys(self._scene, inner)
        )

    def lines(self, width: int, height: int) -> list[Text]:
        """The lines for so many columns and rows, without the frame."""
        blocks = [block for block in self._blocks(width, height) if block.lines]
        room = height
        kept = set()
        for block in sorted(blocks, key=lambda each: each.rank):
            if len(block.lines) <= room:
                room -= len(block.lines)
                kept.add(id(block))
        return [line for block in blocks if id(block) in kept for line in block.lines]

    def _blocks(self, width: int, height: int) -> Iterable[_Block]:
        """From top to bottom."""
        scene = self._scene
        yield _Block(9, [Text()])
        yield _Block(0, _numbers(scene, width, height))
        yield _Block(10, [Text()])
        yield _Block(1, _centred([_status(scene)], width, "bold"))
        yield _Block(4, _centred([_pace(scene.moment.beat)], width))
        yield _Block(3, _centred([_clocks(scene)], width))
        yield _Block(5, _centred(_figures(scene), width))
        yield _Block(8, [Text()])
        for side in scene.sides:
            trouble = side.link.state != "streaming"
            style = _TROUBLE if trouble else ""
            yield _Block(2 if trouble else 6, _wrapped(_link(side, width), width, style))
        yield _Block(7, _wrapped(scene.message, width, "bold"))

    def _title(self, width: int) -> str:
        moment = self._scene.moment
        name = self._scene.exercise.name if self._scene.exercise else "exercise not set"
        words = [printable(self._scene.athlete), name] if self._scene.athlete else [name]
        if moment.sets > 1:
            words.append(f"set {moment.set_n} of {moment.sets}")
        whole = " · ".join(words)
        provisional = f"{whole} (provisional)"
        return provisional if len(provisional) <= width - 4 else whole


def big_number(scene: RecordScene, side: SideScene) -> str:
    """The big number of one sensor."""
    moment = scene.moment
    count = moment.sides.get(side.side or "", _NOTHING)
    match moment.stage:
        case "waiting":
            return "-"
        case "countdown" | "rest":
            left_s = math.ceil(moment.left_s or 0.0)
            return str(left_s) if left_s < 100 else clock(left_s)
    if scene.observed is not None:
        return str(scene.observed.count)
    if scene.exercise is None:
        return str(count.count) if count.count else clock(moment.set_s)
    if scene.exercise.kind in ("walk", "timer"):
        return clock(moment.set_s)
    if scene.exercise.kind == "hold":
        return str(int(count.held_s))
    if scene.exercise.kind != "reps":
        return str(count.count)
    return f"{count.count}{'?' if count.uncertain else ' '}"  # keeps its width


def outcome(moment: Moment, exercise: Exercise | None) -> str:
    """The result of a set so far, in a few words."""
    if exercise is None and moment.certain:
        return many(moment.certain, "rep")
    if exercise is None or exercise.kind in ("walk", "timer"):
        return clock(moment.set_s)
    if exercise.kind == "hold":
        return f"held {moment.held_s:.0f} s"
    if exercise.kind == "lean":
        return f"{many(moment.certain, 'lean')}, held {moment.held_s:.0f} s"
    return many(moment.certain, "contact" if exercise.has_hops else "rep")


def link_words(link: LinkView) -> str:
    """The state of a link."""
    if link.detail.startswith(link.state):
        return link.detail
    return f"{link.state}: {link.detail}" if link.detail else link.state


def _numbers(scene: RecordScene, width: int, height: int) -> list[Text]:
    """The big numbers side by side, each above its side; on one line if there is no room."""
    alike = scene.moment.stage in ("waiting", "countdown", "rest")
    sides = scene.sides[:1] if alike else scene.sides
    numbers = [big_number(scene, side) for side in sides]
    labels = [(side.side or "") if len(sides) > 1 else "" for side in sides]
    columns = []
    for number, label in zip(numbers, labels, strict=True):
        rows = [*big(number), *([label] if label else [])]
        wide = max(map(len, rows))
        columns.append([*(row.ljust(wide) for row in rows[:BIG_ROWS]), label.center(wide)])
    gap = " " * min(_GAP, max(1, width - sum(len(rows[0]) for rows in columns)))
    lines = [gap.join(parts) for parts in zip(*columns, strict=True)]
    lines = lines if any(labels) else lines[:BIG_ROWS]
    if not lines or len(lines[0]) > width or len(lines) + 1 > height:
        pairs = zip(labels, numbers, strict=True)
        line = "   ".join(f"{label} {number}".strip() for label, number in pairs)
        lines = [line if len(line) <= width else " ".join(numbers)]
    return [Text(line.center(width), style="bold", no_wrap=True) for line in lines]


def _status(scene: RecordScene) -> str:
    """What is happening or to be done, in words."""
    moment = scene.moment
    match moment.stage:
        case "waiting":
            ready = scene.sides and all(
                side.link.state == "streaming" and side.view is not None for side in scene.sides
            )
            return "stand still to begin" if ready else "waiting for the sensor"
        case "countdown":
            return "get ready"
        case "settling":
            done = moment.said or ("target reached" if moment.reached else "set over")
            return f"{done}: stand still"
        case "rest":
            return f"rest · set {moment.set_n}: {outcome(moment, scene.exercise)}"
        case "done":
            return "session over"
    if moment.elapsed_s < _GO_S and not scene.played:
        return "GO"
    if scene.observed is not None:
        return str(scene.observed)
    if moment.said:
        return moment.said
    phases = [_phase(side) for side in scene.sides]
    return " | ".join(phases) if len(set(phases)) > 1 else (phases[0] if phases else "")


def _phase(side: SideScene) -> str:
    if side.link.state != "streaming" or side.view is None:
        return "no data"
    return _PHASES.get(side.view.phase, side.view.phase)


def _clocks(scene: RecordScene) -> str:
    """Target and set clock."""
    moment = scene.moment
    if scene.played:
        return f"played {scene.played}"
    words = []
    timed = scene.exercise is not None and scene.exercise.has_holds
    if moment.target_reps is not None:
        words.append(f"target {moment.target_reps}")
    elif moment.target_s is not None and moment.left_s is not None and moment.stage == "set":
        words.append(f"{math.ceil(moment.left_s)} of {moment.target_s:.0f} s left")
    elif moment.target_s is not None:
        words.append(f"target {moment.target_s:.0f} s{' held' if timed else ''}")
    if moment.stage in ("set", "settling"):
        words.append(f"set {clock(moment.set_s)}")
    if moment.stage == "rest":
        words.append(f"next set in {clock(math.ceil(moment.left_s or 0.0))}")
    return " · ".join(words)


def _pace(beat: Beat | None) -> str:
    """The tempo as a bar that fills, or the beat as a mark that alternates."""
    if beat is None:
        return ""
    if beat.part == "beat":
        return "◀ beat ·" if beat.number % 2 else "· beat ▶"
    full = min(_BAR, int(beat.share * _BAR) + 1)
    left_s = math.ceil((1 - beat.share) * beat.length_s)
    return f"{beat.part:>4} {'█' * full}{'░' * (_BAR - full)} {left_s} s"


def _figures(scene: RecordScene) -> list[str]:
    """Contact times, time held and sway of each sensor during a set."""
    if scene.moment.stage not in ("set", "settling") or scene.hides_count:
        return []
    lines = []
    for side in scene.sides:
        words = [side.side] if side.side and len(scene.sides) > 1 else []
        figures = _figures_of(scene, side)
        if figures:
            lines.append(" ".join([*words, " · ".join(figures)]))
    return lines


def _figures_of(scene: RecordScene, side: SideScene) -> list[str]:
    view, row = side.view, scene.exercise
    if view is None or row is None:
        return []
    words = []
    if row.has_hops and view.contacts_s:
        words.append(f"contact {1000 * view.contacts_s[-1]:.0f} ms")
        if view.best_contact_s is not None:
            words.append(f"best {1000 * view.best_contact_s:.0f} ms")
    if row.has_holds:
        count = scene.moment.sides.get(side.side or "", _NOTHING)
        words.append(f"held {count.held_s:.1f} s")
        if view.lean_deg is not None:
            words.append(f"lean {view.lean_deg:.1f}°")
        if view.holding and view.sway_mps2 is not None:
            words.append(f"sway {view.sway_mps2:.2f} m/s²")
    return words


def _link(side: SideScene, width: int) -> str:
    """The link of one sensor; the least important parts are dropped if there is no room."""
    link = side.link
    battery = ""
    if link.battery_pct is not None:
        low = " LOW" if link.battery_pct < LOW_BATTERY_PCT else ""
        battery = f"battery {link.battery_pct} %{low}"
    streaming = link.state == "streaming"
    # In order of position, each with its rank: the highest is dropped first, 0 never.
    parts = [
        (0, side.side or ""),
        (5, link.name),
        (0, link_words(link)),
        (3, f"{link.rate_hz:.0f} Hz" if streaming and link.rate_hz is not None else ""),
        (2, f"{100 * link.lost_share:.1f} % lost" if streaming or link.lost_share else ""),
        (4, battery),
    ]
    if link.battery_pct is not None and link.battery_pct < LOW_BATTERY_PCT:
        parts[5] = (1, battery)
    parts = [part for part in parts if part[1]]
    while len("  ".join(text for _, text in parts)) > width and max(parts)[0] > 0:
        parts.remove(max(parts))
    return "  ".join(text for _, text in parts)


def _keys(scene: RecordScene, width: int) -> str:
    """What the keys do."""
    if scene.observed is not None and scene.hides_count:
        end = "Ctrl-C ends the replay" if scene.played else "q ends the set"
        long = f"{WORDS[scene.observed.event][1]} · {end}"
        return long if len(long) <= width - 4 else "space taps"
    whole = "session" if scene.moment.stage in ("waiting", "countdown", "rest") else "set"
    if scene.played:
        return "Ctrl-C ends the replay"
    if scene.moment.stage == "done":
        return ""
    long = f"q or Ctrl-C ends the {whole} · space skips ahead"
    return long if len(long) <= width - 4 else "q end · space skip"


def _centred(lines: Iterable[str], width: int, style: str = "") -> list[Text]:
    rows = (row for line in lines for row in textwrap.wrap(line, width))
    return [Text(row.center(width).rstrip(), style=style, no_wrap=True) for row in rows]


def _wrapped(text: str, width: int, style: str) -> list[Text]:
    return [Text(row, style=style, no_wrap=True) for row in textwrap.wrap(text, width)]
