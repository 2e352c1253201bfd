"""A set drawn in the terminal: the signal as a line, what was found in it as marks above.

The line is the norm of specific force in g, which reads 1 at rest however the sensor is mounted.
Raises and holds are slow and small, so for them the line is low-passed and what tremor hides comes
out; landings are drawn as they are. To keep every peak on a narrow screen, each dot column shows
the lowest and the highest value that falls into it rather than one sample picked from them. Where
samples were lost there is no line. Marks differ in shape, not in colour, so they survive a pipe.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import plotext

from cli.common.ticks import ticks
from sensing.core.events import Bout, Set
from sensing.core.filters import zero_phase
from sensing.core.samples import Samples
from sensing.core.units import G_MPS2, Bools, Floats

_SLOW_HZ = 3.0  # raises live below 3 Hz, tremor above it
_MARGIN_S = 1.0  # shown before and after a set, so that its ends can be seen
_SMALLEST_SPAN_G = 0.05  # a still hold is drawn as still, not as its own noise blown up


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """The characters that marks and lines are drawn with."""

    line: str
    top: str
    partial: str
    contact: str
    held: str
    invalid: str


FINE = Marks(line="braille", top="▲", partial="△", contact="▼", held="═", invalid="×")
PLAIN = Marks(line=".", top="^", partial="-", contact="v", held="=", invalid="x")
"""For an output that can't show more than ASCII."""

_BOUT_LETTERS = {
    "calf-raise": "r",
    "hop": "h",
    "hold": "=",
    "walking": "w",
    "running": "f",
    "other": "~",
    "rest": ".",
}


def picture(
    blocks: Sequence[Samples], each: Set, *, width: int, height: int = 8, marks: Marks = FINE
) -> str:
    """One set as text, at most ``width`` columns and ``height`` rows, without colour codes."""
    first_s, last_s = each.start_s - _MARGIN_S, each.end_s + _MARGIN_S
    lines = [
        line
        for block in blocks
        for line in _envelope(block, each, first_s=first_s, last_s=last_s, columns=2 * width)
    ]
    if not lines:
        return ""
    least = min(float(y.min()) for _, y in lines)
    most = max(float(y.max()) for _, y in lines)
    middle, half = (least + most) / 2, max(most - least, _SMALLEST_SPAN_G) / 2
    row = middle + 1.25 * half  # the marks' own row, clear of the line
    figure = plotext.figure
    figure.clear()
    figure.plot_size(width, height)
    figure.theme("colorless")
    figure.axes(False)
    for axis, low, high, count in (("x", first_s, last_s, 7), ("y", middle - half, row, 5)):
        places, names = ticks(low, high, most=count)
        figure.ruler(axis).lim(low, high).ticks(places, names)
    for x, y in lines:
        signal = figure.signal(x.tolist(), y.tolist(), marker=marks.line)
        figure.draw(signal.lines())
    for mark, times_s in _marks(each, marks, columns=width).items():
        if times_s:
            figure.draw(figure.signal(times_s, [row] * len(times_s), marker=mark))
    text = plotext.uncolorize(str(figure.build()))
    return "\n".join(line.rstrip() for line in text.splitlines()).rstrip("\n")


def legend(each: Set, *, marks: Marks = FINE) -> str:
    """What the marks in the picture of this set mean; only those that are in it."""
    words = {
        marks.top: "full height",
        marks.partial: "partial",
        marks.contact: "initial contact",
        marks.held: "held",
        marks.invalid: "not trusted",
    }
    used = _marks(each, marks, columns=1)
    return "  ".join(["g over s", *(f"{mark} {words[mark]}" for mark in words if used.get(mark))])


def timeline(bouts: Sequence[Bout], *, duration_s: float, start_s: float, width: int) -> str:
    """The whole recording in one line, a letter for each kind of movement."""
    cells = ["."] * width
    for bout in bouts:
        a = int((bout.start_s - start_s) / duration_s * width)
        b = int(np.ceil((bout.end_s - start_s) / duration_s * width))
        if bout.kind != "rest":
            cells[max(a, 0) : b] = _BOUT_LETTERS[bout.kind] * (min(b, width) - max(a, 0))
    return "".join(cells)


def timeline_legend(bouts: Sequence[Bout]) -> str:
    """What the letters in the timeline mean; only those that are in it."""
    kinds = {bout.kind for bout in bouts} | {"rest"}
    return "  ".join(f"{_BOUT_LETTERS[kind]} {kind}" for kind in _BOUT_LETTERS if kind in kinds)


def _marks(each: Set, marks: Marks, *, columns: int) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for hold in each.holds:
        steps = max(2, columns)
        found.setdefault(marks.held if hold.valid else marks.invalid, []).extend(
            np.linspace(hold.start_s, hold.end_s, steps).tolist()
        )
    for rep in each.reps:
        mark = marks.partial if rep.partial else marks.top
        found.setdefault(mark if rep.valid else marks.invalid, []).append(rep.top_s)
    for hop in each.hops:
        found.setdefault(marks.contact if hop.valid else marks.invalid, []).append(hop.contact_s)
    return found


def _envelope(
    block: Samples, each: Set, *, first_s: float, last_s: float, columns: int
) -> Iterator[tuple[Floats, Floats]]:
    part = block.part(
        int(np.floor(block.position(first_s))), int(np.ceil(block.position(last_s))) + 1
    )
    if len(part) == 0:
        return
    force_g = np.linalg.norm(part.acc_mps2, axis=1) / G_MPS2
    if not each.hops:
        force_g = zero_phase(force_g, part.rate_hz, _SLOW_HZ)
    t_s = part.t0_s + (part.start + np.arange(len(part))) / part.rate_hz
    column = np.clip((t_s - first_s) / (last_s - first_s) * columns, 0, columns - 1).astype(int)
    for a, b in _runs(~part.lost):
        cuts = a + np.flatnonzero(np.diff(column[a:b], prepend=-1))
        lowest = np.minimum.reduceat(force_g[a:b], cuts - a)
        highest = np.maximum.reduceat(force_g[a:b], cuts - a)
        yield np.repeat(t_s[cuts], 2), np.column_stack([lowest, highest]).ravel()


def _runs(good: Bools) -> Iterator[tuple[int, int]]:
    """[first, last) of every stretch of true values."""
    edges = np.flatnonzero(np.diff(good.astype(np.int8), prepend=0, append=0))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
