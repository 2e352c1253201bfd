"""An analysis as text: the recording, each set with its figures, and the limitations."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from cli.sets.limitations import TITLE, limitations, of_analysis
from cli.sets.set_figures import PLUS_MINUS, ShownSet, count_words
from sensing.core.events import Analysis
from sensing.core.samples import Samples

if TYPE_CHECKING:
    from rich.console import Console

    from sensing.store.values.corrections import Item

WIDEST = 100
"""Columns used of a wide terminal; longer lines are hard to read."""

_UNBROKEN = "\xa0"
"""A space at which no line is broken."""

_LINES = (
    ("raise_time_s", "hold_time_s", "lower_time_s", "rise_m", "time_under_tension_s"),
    ("contact_time_s", "flight_time_s", "cadence_hz", "height_m"),
    ("rsi", "rsi_height_mps"),
    ("duration_s", "hold_s", "rms_mps2", "path_mps2_per_s"),
    ("jerk_rms_mps3", "tremor_rms_mps2", "tremor_peak_hz"),
    ("quiet_ratio", "ap_rms_mps2", "ml_rms_mps2"),
)
"""Which figures share a line."""


def print_report(
    console: Console, analysis: Analysis, blocks: Sequence[Samples], *, title: str, every: bool
) -> None:
    """Print all of it.

    Args:
        console: where to.
        analysis: the results.
        blocks: the recording's samples, for the pictures; none, no pictures.
        title: what the recording is called.
        every: list every rep, hop and hold, not only their medians.
    """
    width = min(console.width, WIDEST)
    console.print(Text(title, style="bold"))
    console.print(textwrap.fill(_recording_line(analysis), width))
    if analysis.bouts and blocks:
        _print_timeline(console, analysis, blocks, width)
    measured = of_analysis(analysis)
    for each in measured.sets:
        console.print()
        _print_set(console, each, blocks, width=width, every=every)
    if not analysis.sets:
        console.print("\nNo set was detected.")
    print_limitations(console, limitations([measured]), figures=bool(analysis.sets))


def print_limitations(console: Console, lines: Sequence[str], *, figures: bool) -> None:
    """Print what to know before relying on the figures; nothing if there is nothing."""
    if figures:
        lines = [*lines, PLUS_MINUS]
    if lines:
        console.print(Text(f"\n{TITLE}", style="bold"))
    for line in lines:
        console.print(_hanging(line, min(console.width, WIDEST)))


def figure_lines(each: ShownSet) -> Iterator[str]:
    """The lines of figures under a set's name."""
    figures = {figure.quantity.name: figure for figure in each.figures}
    for names in _LINES:
        known = [figures[name] for name in names if name in figures]
        if known:
            words = (f"{figure.quantity.label} {figure.text}" for figure in known)
            yield " · ".join(each.replace(" ", _UNBROKEN) for each in words)
    if each.stored is not None and each.stored.added:
        return
    if each.events.hops and "contact_time_s" not in figures:
        yield "contact times could not be measured"
    if each.events.holds and "rms_mps2" not in figures:
        yield "too short to measure postural sway"


def print_lines(console: Console, lines: Iterator[str] | Sequence[str]) -> None:
    """Print lines indented, also where they have to be broken."""
    for line in lines:
        console.print(_hanging(line, min(console.width, WIDEST)))


def print_picture(console: Console, each: ShownSet, blocks: Sequence[Samples]) -> None:
    """Draw a set; nothing where there are no samples of it."""
    from cli.sets.set_picture import picture_of
    from cli.sets.terminal_plot import FINE, PLAIN, draw, legend

    marks = FINE if console.encoding.lower().startswith("utf") else PLAIN
    picture = picture_of(each.events, blocks)
    drawn = draw(picture, width=min(console.width, WIDEST), marks=marks)
    if drawn:
        console.print(f"{drawn}\n{legend(picture, marks=marks)}", soft_wrap=True)


def _recording_line(analysis: Analysis) -> str:
    detected = " (detected from the signal)" if analysis.placement_found else ""
    profile = f"profile {analysis.profile}" if analysis.profile else "not calibrated"
    return (
        f"{_clock(analysis.duration_s)} at {analysis.rate_hz:.1f} Hz, sensor on the "
        f"{analysis.placement}{detected}; {analysis.lost_samples} samples lost, "
        f"{analysis.clipped_samples} clipped; {profile}; algorithm version {analysis.engine}"
    )


def _print_timeline(
    console: Console, analysis: Analysis, blocks: Sequence[Samples], width: int
) -> None:
    from cli.sets.terminal_plot import timeline, timeline_legend

    start_s = blocks[0].time_s(0)
    line = timeline(analysis.bouts, duration_s=analysis.duration_s, start_s=start_s, width=width)
    console.print(f"\n{line}\n{timeline_legend(analysis.bouts)}", soft_wrap=True)


def _print_set(
    console: Console, each: ShownSet, blocks: Sequence[Samples], *, width: int, every: bool
) -> None:
    events = each.events
    detected = " (detected)" if events.guessed else ""
    side = f", {each.side}" if each.side else ""
    console.print(
        Text.assemble(
            (f"Set {each.n}  {events.exercise}{side}{detected}", "bold"),
            f"  {_clock(events.start_s)}–{_clock(events.end_s)}",
        )
    )
    print_lines(console, [*count_words(each), *figure_lines(each)])
    if blocks:
        print_picture(console, each, blocks)
    if every:
        from cli.sets.session_rows import event_table

        items: tuple[Item, ...] = ("rep", "hop", "hold")
        for item in items:
            table = event_table(each, item)
            if table is not None:
                console.print(table, width=width, crop=False)


def _hanging(line: str, width: int) -> str:
    """A line that stays indented under its set where it has to be broken."""
    filled = textwrap.fill(line, width, initial_indent="  ", subsequent_indent="  ")
    return filled.replace(_UNBROKEN, " ")


def _clock(t_s: float) -> str:
    minutes, seconds = divmod(round(t_s, 1), 60)
    return f"{minutes:.0f}:{seconds:04.1f}" if minutes else f"{seconds:.1f} s"
