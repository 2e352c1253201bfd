"""A set drawn in the terminal: the signal as a line, its events as marks above.

To keep every peak on a narrow screen, each column of dots shows the lowest and the highest value
that falls into it rather than one sample picked from them. Marks differ in shape, not in colour, so
they survive a pipe.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotext

from cli.common.ticks import ticks
from cli.sets.set_picture import WORDS, Line, SetPicture
from sensing.core.events import Bout
from sensing.core.units import Floats

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


def draw(picture: SetPicture, *, width: int, height: int = 8, marks: Marks = FINE) -> str:
    """A set as text, at most ``width`` columns and ``height`` rows, without colour codes."""
    first_s, last_s = picture.start_s, picture.stop_s
    lines = [
        _envelope(line, first_s=first_s, last_s=last_s, columns=2 * width) for line in picture.lines
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
    for mark, times_s in _marks(picture, marks, columns=width).items():
        figure.draw(figure.signal(times_s, [row] * len(times_s), marker=mark))
    text = plotext.uncolorize(str(figure.build()))
    return "\n".join(line.rstrip() for line in text.splitlines()).rstrip("\n")


def legend(picture: SetPicture, *, marks: Marks = FINE) -> str:
    """What the marks in the picture of this set mean; only those that are in it."""
    words = {
        marks.top: WORDS["top"],
        marks.partial: WORDS["partial"],
        marks.contact: WORDS["contact"],
        marks.held: WORDS["held"],
        marks.invalid: WORDS["not valid"],
    }
    used = _marks(picture, marks, columns=1)
    return "  ".join(["g over s", *(f"{mark} {words[mark]}" for mark in words if mark in used)])


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


def _marks(picture: SetPicture, marks: Marks, *, columns: int) -> dict[str, list[float]]:
    """Times of each mark by its character; a hold is a row of them."""
    kinds = {"top": marks.top, "partial": marks.partial, "contact": marks.contact}
    found: dict[str, list[float]] = {}
    for span in picture.spans:
        if span.kind == "held":
            along = np.linspace(span.start_s, span.stop_s, max(2, columns)).tolist()
            found.setdefault(marks.held if span.valid else marks.invalid, []).extend(along)
    for mark in picture.marks:
        if mark.kind in kinds:
            character = kinds[mark.kind] if mark.valid else marks.invalid
            found.setdefault(character, []).append(mark.at_s)
    return found


def _envelope(line: Line, *, first_s: float, last_s: float, columns: int) -> tuple[Floats, Floats]:
    """Lowest and highest value in each column of dots: times and values, both of shape (2k,)."""
    share = (line.times_s - first_s) / (last_s - first_s)
    column = np.clip(share * columns, 0, columns - 1).astype(int)
    cuts = np.flatnonzero(np.diff(column, prepend=-1))
    lowest = np.minimum.reduceat(line.force_g, cuts)
    highest = np.maximum.reduceat(line.force_g, cuts)
    return np.repeat(line.times_s[cuts], 2), np.column_stack([lowest, highest]).ravel()
