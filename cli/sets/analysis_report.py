"""An analysis told to a person: the recording, each set, and what can't be trusted and why.

Figures are medians of what is valid, as in :mod:`sensing.results.set_summary`. Every figure is
named with its unit; the two reactive strength indices, which differ by their definition, are named
in full.
"""

from __future__ import annotations

import statistics
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from sensing.core.events import Analysis, Hold, Hop, Rep, Set
from sensing.core.samples import Samples
from sensing.results import reactive_strength as reactive
from sensing.results.set_summary import HopSummary, RepSummary, summarise

if TYPE_CHECKING:
    from rich.console import Console

WIDEST = 100
"""Columns used of a wide terminal; longer lines are hard to read."""

_HOP_RATE_HZ = 100.0  # below it, hops are missed and contact times grow coarse (11 % at 50 Hz)
_MARGINS = {"gap": "samples were lost in it", "clipped": "the sensor's range was exceeded in it"}


def print_report(
    console: Console, analysis: Analysis, blocks: Sequence[Samples], *, title: str, every: bool
) -> None:
    """Print all of it.

    Args:
        console: where to.
        analysis: what was found.
        blocks: the recording's samples, for the pictures; none, no pictures.
        title: what the recording is called.
        every: list every rep, hop and hold, not only their medians.
    """
    width = min(console.width, WIDEST)
    console.print(Text(title, style="bold"))
    console.print(textwrap.fill(_recording_line(analysis), width))
    if analysis.bouts and blocks:
        _print_timeline(console, analysis, blocks, width)
    for number, each in enumerate(analysis.sets, start=1):
        console.print()
        _print_set(console, number, each, blocks, width=width, every=every)
    if not analysis.sets:
        console.print("\nNo set was found in it.")
    doubts = list(_doubts(analysis))
    if doubts:
        console.print(Text("\nWhat can't be trusted, and why", style="bold"))
        for doubt in doubts:
            console.print(_hanging(doubt, width))


def _recording_line(analysis: Analysis) -> str:
    found = " (found from the signal)" if analysis.placement_found else ""
    profile = f"profile {analysis.profile}" if analysis.profile else "not calibrated"
    return (
        f"{_clock(analysis.duration_s)} at {analysis.rate_hz:.1f} Hz, sensor on the "
        f"{analysis.placement}{found}; {analysis.lost_samples} samples lost, "
        f"{analysis.clipped_samples} clipped; {profile}; engine {analysis.engine}"
    )


def _print_timeline(
    console: Console, analysis: Analysis, blocks: Sequence[Samples], width: int
) -> None:
    from cli.sets.terminal_plot import timeline, timeline_legend

    start_s = blocks[0].time_s(0)
    line = timeline(analysis.bouts, duration_s=analysis.duration_s, start_s=start_s, width=width)
    console.print(f"\n{line}\n{timeline_legend(analysis.bouts)}", soft_wrap=True)


def _print_set(
    console: Console,
    number: int,
    each: Set,
    blocks: Sequence[Samples],
    *,
    width: int,
    every: bool,
) -> None:
    guessed = " (guessed)" if each.guessed else ""
    side = f", {each.side}" if each.side else ""
    console.print(
        Text.assemble(
            (f"Set {number}  {each.exercise}{side}{guessed}", "bold"),
            f"  {_clock(each.start_s)}–{_clock(each.end_s)}",
        )
    )
    for line in _figures(each):
        console.print(_hanging(line, width))
    if blocks:
        from cli.sets.terminal_plot import FINE, PLAIN, legend, picture

        marks = FINE if console.encoding.lower().startswith("utf") else PLAIN
        drawn = picture(blocks, each, width=width, marks=marks)
        if drawn:
            console.print(f"{drawn}\n{legend(each, marks=marks)}", soft_wrap=True)
    if every:
        for table in (_rep_table(each.reps), _hop_table(each.hops), _hold_table(each.holds)):
            if table is not None:
                console.print(table, width=width)


def _figures(each: Set) -> Iterator[str]:
    """The lines of figures under a set's name."""
    summary = summarise(each)
    if summary.reps is not None:
        yield from _rep_figures(summary.reps)
    if summary.hops is not None:
        yield from _hop_figures(summary.hops, each.hops)
    for hold in each.holds:
        yield from _hold_figures(hold)
    if each.steps is not None:
        yield f"{each.steps} steps in {each.end_s - each.start_s:.1f} s"


def _rep_figures(reps: RepSummary) -> Iterator[str]:
    partial = f", {reps.partial} of them partial" if reps.partial else ""
    invalid = f"; {reps.invalid} more not trusted" if reps.invalid else ""
    yield f"{_many(reps.count, 'rep')}{partial}{invalid}"
    yield (
        f"raise {_s(reps.raise_time_s)}, top {_s(reps.hold_time_s)}, "
        f"lowering {_s(reps.lower_time_s)}, rise {_cm(reps.rise_m)}, "
        f"under tension {reps.time_under_tension_s:.0f} s"
    )


def _hop_figures(hops: HopSummary, each: Sequence[Hop]) -> Iterator[str]:
    invalid = f"; {hops.invalid} more not trusted" if hops.invalid else ""
    cadence = f", {hops.cadence_hz:.2f} per second" if hops.cadence_hz else ""
    yield f"{_many(hops.count, 'ground contact')}{cadence}{invalid}"
    sd_s = _median(hop.contact_time_sd_s for hop in each if hop.valid)
    pm_ms = _pm(sd_s, 1000, 0)
    if hops.contact_time_s is None:
        yield "contact times can't be told"
        return
    flight = "" if hops.flight_time_s is None else f", flight {_ms(hops.flight_time_s)}{pm_ms}"
    yield f"contact {_ms(hops.contact_time_s)}{pm_ms}{flight}"
    if hops.rsi is None:
        return
    rsi_sd = height_sd = None
    if sd_s and hops.contact_time_s and hops.flight_time_s:
        rsi_sd = reactive.rsi_sd(hops.contact_time_s, hops.flight_time_s, sd_s)
        height_sd = reactive.rsi_height_sd_mps(hops.contact_time_s, hops.flight_time_s, sd_s)
    yield (
        f"RSI flight/contact {_plain(hops.rsi)}{_pm(rsi_sd, 1, 2)}, "
        f"RSI height/contact {_plain(hops.rsi_height_mps)} m/s{_pm(height_sd, 1, 2)}"
    )


def _hold_figures(hold: Hold) -> Iterator[str]:
    if not hold.valid:
        yield f"held {hold.duration_s:.1f} s, not trusted"
        return
    yield f"held {hold.duration_s:.1f} s"
    steady = hold.steadiness
    if steady is None:
        yield "too short to say how steady"
        return
    peak = "" if steady.tremor_peak_hz is None else f" at {steady.tremor_peak_hz:.1f} Hz"
    yield (
        f"steadiness: sway {steady.rms_mps2:.3f} m/s² RMS, "
        f"path {steady.path_mps2_per_s:.2f} m/s² per s, "
        f"jerk {steady.jerk_rms_mps3:.2f} m/s³ RMS, "
        f"tremor {steady.tremor_rms_mps2:.3f} m/s² RMS{peak}"
    )
    if steady.quiet_ratio is not None:
        yield f"sway {steady.quiet_ratio:.1f} times that of quiet standing"
    if steady.ap_rms_mps2 is not None and steady.ml_rms_mps2 is not None:
        yield (
            f"sway front-back {steady.ap_rms_mps2:.3f}, side-side {steady.ml_rms_mps2:.3f} m/s² RMS"
        )


def _doubts(analysis: Analysis) -> Iterator[str]:
    """What a reader must know before leaning on a figure."""
    yield from analysis.notes
    for number, each in enumerate(analysis.sets, start=1):
        for noun, events in (("rep", each.reps), ("contact", each.hops), ("hold", each.holds)):
            reasons = Counter(event.reason or "unknown" for event in events if not event.valid)
            for reason, count in reasons.items():
                why = _MARGINS.get(reason, reason)
                yield f"set {number}: {_many(count, noun)} left out of every figure: {why}"
    guessed = [number for number, each in enumerate(analysis.sets, start=1) if each.guessed]
    if guessed:
        yield (
            f"{_listed(guessed)}: what was done was found from the signal, which can't tell close "
            "relatives apart, one leg from two above all; --exercise says which it was"
        )
    hops = [hop for each in analysis.sets for hop in each.hops]
    if hops and analysis.rate_hz < _HOP_RATE_HZ:
        yield (
            f"{analysis.rate_hz:.0f} Hz is slow for hops: some are missed and contact times are "
            "coarse; 100 Hz or more is needed"
        )
    if hops and analysis.profile is None:
        yield (
            "contact time, flight time and both RSI are not calibrated to this person; ± is one "
            "standard deviation of a single contact"
        )


def _rep_table(reps: Sequence[Rep]) -> Table | None:
    if not reps:
        return None
    table = _table("rep", "heel off", "raise", "top", "lowering", "rise", "remark")
    for number, rep in enumerate(reps, start=1):
        table.add_row(
            str(number),
            f"{rep.start_s:.2f} s",
            _s(rep.raise_time_s),
            _s(rep.hold_time_s),
            _s(rep.lower_time_s),
            _cm(rep.rise_m),
            _remark(valid=rep.valid, reason=rep.reason, partial=rep.partial),
        )
    return table


def _hop_table(hops: Sequence[Hop]) -> Table | None:
    if not hops:
        return None
    table = _table(
        "hop", "contact at", "contact", "flight", "RSI flight/c.", "RSI height/c.", "remark"
    )
    for number, hop in enumerate(hops, start=1):
        table.add_row(
            str(number),
            f"{hop.contact_s:.3f} s",
            _ms(hop.contact_time_s) + _pm(hop.contact_time_sd_s, 1000, 0),
            _ms(hop.flight_time_s),
            _plain(hop.rsi),
            f"{_plain(hop.rsi_height_mps)} m/s",
            _remark(valid=hop.valid, reason=hop.reason),
        )
    return table


def _hold_table(holds: Sequence[Hold]) -> Table | None:
    if not holds:
        return None
    table = _table("hold", "from", "to", "held", "remark")
    for number, hold in enumerate(holds, start=1):
        table.add_row(
            str(number),
            f"{hold.start_s:.2f} s",
            f"{hold.end_s:.2f} s",
            f"{hold.duration_s:.1f} s",
            _remark(valid=hold.valid, reason=hold.reason),
        )
    return table


def _table(*columns: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="left" if column == "remark" else "right")
    return table


def _remark(*, valid: bool, reason: str | None, partial: bool = False) -> str:
    words = ["partial"] if partial else []
    if not valid:
        words.append(f"not trusted: {reason or 'unknown'}")
    return ", ".join(words)


def _hanging(line: str, width: int) -> str:
    """A line that stays indented under its set where it has to be broken."""
    return textwrap.fill(line, width, initial_indent="  ", subsequent_indent="  ")


def _listed(numbers: Sequence[int]) -> str:
    """``set 3``, ``sets 1, 2 and 3``."""
    if len(numbers) == 1:
        return f"set {numbers[0]}"
    return f"sets {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _clock(t_s: float) -> str:
    minutes, seconds = divmod(round(t_s, 1), 60)
    return f"{minutes:.0f}:{seconds:04.1f}" if minutes else f"{seconds:.1f} s"


def _s(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f} s"


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{1000 * value:.0f} ms"


def _cm(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} cm"


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _pm(value: float | None, factor: float, digits: int) -> str:
    return "" if value is None else f" ± {factor * value:.{digits}f}"


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None
