"""An analysis as text: the recording, each set with its figures, and the limitations."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from cli.common.output import UNBROKEN, WIDEST, print_lines
from cli.sets.limitations import TITLE, limitations, of_analysis
from cli.sets.set_figures import PLUS_MINUS, SetFigure, ShownSet, corrections_of, count_words
from sensing.core.events import Analysis
from sensing.core.samples import Samples

if TYPE_CHECKING:
    from rich.console import Console

    from sensing.store.values.sessions import StoredAnalysis, StoredRecording

_LINES = (
    ("raise_time_s", "hold_time_s", "lower_time_s", "rise_m", "time_under_tension_s"),
    ("contact_time_s", "flight_time_s", "cadence_hz", "height_m"),
    ("rsi", "rsi_height_mps"),
    ("duration_s", "hold_s", "shank_lean_deg"),
    ("rms_mps2", "path_mps2_per_s"),
    ("jerk_rms_mps3", "tremor_rms_mps2", "tremor_peak_hz"),
    ("quiet_ratio", "ap_rms_mps2", "ml_rms_mps2"),
)
"""Which figures share a line."""


def print_report(
    console: Console,
    analysis: Analysis,
    blocks: Sequence[Samples],
    *,
    title: str,
    every: bool = False,
) -> None:
    """Print all of it, with pictures if there are samples.

    ``every`` lists every rep, hop and hold, not only their medians.
    """
    width = min(console.width, WIDEST)
    console.print(Text(title, style="bold"))
    measured = f"{recording_words(analysis)}; {analysis_words(analysis)}"
    console.print(textwrap.fill(measured, width))
    if analysis.bouts and blocks:
        _print_timeline(console, analysis, blocks, width)
    found = of_analysis(analysis)
    for each in found.sets:
        print_set(console, each, blocks, every=every)
    if not analysis.sets:
        console.print("\nNo set was detected.")
    print_limitations(console, limitations([found]), figures=bool(analysis.sets))


def print_limitations(console: Console, lines: Sequence[str], *, figures: bool) -> None:
    """Print what to know before relying on the figures; nothing if there is nothing."""
    if figures:
        lines = [*lines, PLUS_MINUS]
    if lines:
        console.print(Text(f"\n{TITLE}", style="bold"))
    print_lines(console, lines)


def figure_lines(each: ShownSet) -> Iterator[str]:
    """The lines of figures under a set's name."""
    figures = {figure.quantity.name: figure for figure in each.figures}
    for names in _LINES:
        known = [figures[name] for name in names if name in figures]
        if known:
            words = (f"{_label(figure, figures)} {figure.text}" for figure in known)
            yield " · ".join(each.replace(" ", UNBROKEN) for each in words)
    if each.stored is not None and each.stored.added:
        return
    if each.events.hops and "contact_time_s" not in figures:
        yield "contact times could not be measured"
    if each.events.holds and "rms_mps2" not in figures:
        yield "too short to measure postural sway"


def _label(figure: SetFigure, figures: Mapping[str, SetFigure]) -> str:
    """What stands before a figure; the total of several holds must not look like one of them."""
    several = figure.quantity.name == "hold_s" and "duration_s" in figures
    return "in all" if several else figure.quantity.label


def _print_picture(console: Console, each: ShownSet, blocks: Sequence[Samples]) -> None:
    """Draw a set; nothing where there are no samples of it."""
    from cli.sets.set_picture import picture_of
    from cli.sets.terminal_plot import FINE, PLAIN, draw, legend

    marks = FINE if console.encoding.lower().startswith("utf") else PLAIN
    picture = picture_of(each.events, blocks)
    drawn = draw(picture, width=min(console.width, WIDEST), marks=marks)
    if drawn:
        console.print(f"{drawn}\n{legend(picture, marks=marks)}", soft_wrap=True)


def recording_words(each: Analysis | StoredRecording) -> str:
    """How long a recording is, and how complete."""
    return (
        f"{each.duration_s:.1f} s at {each.rate_hz:.1f} Hz; {each.lost_samples} samples lost, "
        f"{each.clipped_samples} clipped"
    )


def analysis_words(each: Analysis | StoredAnalysis) -> str:
    """What an analysis rests on."""
    profile = f"profile {each.profile}" if each.profile else "not calibrated"
    return f"{worn_words(each)}; {profile}; algorithm version {each.engine}"


def worn_words(each: Analysis | StoredAnalysis) -> str:
    """Where the sensor was worn, and that nobody said so if nobody did."""
    if each.placement == "unknown":
        return "placement unknown"
    return f"sensor on the {each.placement}{' (not given)' if each.placement_found else ''}"


def _print_timeline(
    console: Console, analysis: Analysis, blocks: Sequence[Samples], width: int
) -> None:
    from cli.sets.terminal_plot import timeline, timeline_legend

    start_s = blocks[0].time_s(0)
    line = timeline(analysis.bouts, duration_s=analysis.duration_s, start_s=start_s, width=width)
    console.print(f"\n{line}\n{timeline_legend(analysis.bouts)}", soft_wrap=True)


def print_set(console: Console, each: ShownSet, blocks: Sequence[Samples], *, every: bool) -> None:
    """Print a set: its name, its figures, its picture where there are samples, and its events."""
    side = f", {each.side}" if each.side else ""
    console.print(f"\nSet {each.n}  {each.events.exercise}{side}{_origin(each)}", style="bold")
    stored = each.stored
    if stored is not None and stored.corrections.false_set:
        print_lines(console, ["a false detection, as you marked it; nothing in it is counted"])
    else:
        lines = [*count_words(each), *corrections_of(each), *figure_lines(each)]
        print_lines(console, lines)
    if blocks:
        _print_picture(console, each, blocks)
    if not every or (stored is not None and stored.added):
        return
    from cli.sets.session_rows import ITEMS, event_table

    for item in ITEMS.values():
        table = event_table(each, item)
        if table is not None:
            console.print()
            console.print(table, crop=False)


def _origin(each: ShownSet) -> str:
    """Whether a set was detected, corrected or added, and when it was."""
    stored, found = each.stored, each.events
    if stored is not None and stored.added:
        when = "time not known" if stored.at_s is None else f"at {stored.at_s:.1f} s"
        return f" (added by you)  {when}"
    when = f"  {found.start_s:.1f}–{found.end_s:.1f} s"
    if stored is not None and stored.exercise != stored.detected.exercise:
        return f" (corrected by you; detected: {stored.detected.exercise}){when}"
    return f"{' (detected)' if found.guessed else ''}{when}"
