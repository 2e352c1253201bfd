"""The panels of a picture of a set, drawn with matplotlib.

Colours are Okabe and Ito's (2008), which the colour-blind can tell apart; whatever matters differs
in shape or line too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cli.sets.set_picture import WORDS, X_LABEL, Y_LABEL, SetPicture
from sensing.core.units import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sensing.core.events import Hold, Hop, Rep
    from sensing.core.samples import Samples

BLUE, ORANGE, GREEN, VERMILLION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
INK, QUIET = "#1c1c1a", "#777570"

_MOST_OVERLAID = 200
_CHI2_95 = 5.991
"""95 % point of chi-square with two degrees of freedom, as in ``analysis/steadiness``."""


_SPANS = {"up": (BLUE, 0.25), "down": (ORANGE, 0.25), "held": (GREEN, 0.2), "stand": (GREEN, 0.1)}
_INSTANTS: dict[str, dict[str, Any]] = {
    "top": {"color": BLUE},
    "partial": {"color": BLUE},
    "lowering": {"color": VERMILLION, "linestyle": "--"},
}
_MARKERS = {"contact": ("v", BLUE), "toe-off": ("^", VERMILLION)}


def signal_panel(axes: Axes, picture: SetPicture) -> None:
    """Specific force through the set, with its events."""
    for line in picture.lines:
        axes.plot(line.times_s, line.force_g, color=INK, linewidth=0.8)
    axes.set_xlim(picture.start_s, picture.stop_s)
    axes.set_xlabel(X_LABEL)
    if picture.lines:
        axes.set_ylabel(Y_LABEL)
    else:
        axes.set_yticks([])
        axes.set_ylabel("events only")
    for span in picture.spans:
        if span.kind in _SPANS:
            colour, alpha = _SPANS[span.kind]
            axes.axvspan(
                span.start_s,
                span.stop_s,
                color=colour,
                alpha=alpha if span.valid else alpha / 2,
                hatch=None if span.valid else "//",
                label=WORDS[span.kind] if span.n == 1 else None,
            )
    for mark in picture.marks:
        if mark.kind in _INSTANTS:
            axes.axvline(mark.at_s, linewidth=0.7, **_INSTANTS[mark.kind])
    for kind, (marker, colour) in _MARKERS.items():
        times = [mark.at_s for mark in picture.marks if mark.kind == kind]
        if times:
            axes.plot(
                times,
                [axes.get_ylim()[1]] * len(times),
                marker,
                color=colour,
                markersize=5,
                label=WORDS[kind],
                linestyle="none",
                clip_on=False,
            )
    _legend_above(axes)


def reps_panel(axes: Axes, reps: Sequence[Rep], blocks: Sequence[Samples]) -> None:
    """All reps overlaid from heel-off; the median of the valid ones in bold."""
    axes.set_xlabel("time from heel off (s)")
    axes.set_ylabel("height of the sensor (cm)")
    curves = []
    for rep in reps[:_MOST_OVERLAID]:
        curve = _height(rep, blocks)
        if curve is None:
            continue
        times, height = curve
        full = rep.valid and not rep.partial
        axes.plot(
            times,
            height,
            color=BLUE if full else VERMILLION,
            linewidth=0.8,
            alpha=0.45,
            linestyle="-" if full else "--",
        )
        if full:
            curves.append(curve)
    if len(curves) >= 2:
        times, height = _median_curve(curves)
        axes.plot(times, height, color=INK, linewidth=2.2, label="median")
    off = sum(not rep.valid or rep.partial for rep in reps)
    if off:
        axes.plot([], [], color=VERMILLION, linestyle="--", label="partial or doubtful")
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="upper right", fontsize=8)
    if not axes.lines:
        _phase_bars(axes, reps)


def _phase_bars(axes: Axes, reps: Sequence[Rep]) -> None:
    """Without the recording: the three phases of each rep."""
    numbers = np.arange(1, len(reps) + 1)
    up = np.array([rep.raise_time_s or 0.0 for rep in reps])
    top = np.array([rep.hold_time_s or 0.0 for rep in reps])
    down = np.array([rep.lower_time_s or 0.0 for rep in reps])
    axes.bar(numbers, up, color=BLUE, label=WORDS["up"])
    axes.bar(numbers, top, bottom=up, color=GREEN, hatch="..", label=WORDS["top"])
    axes.bar(numbers, down, bottom=up + top, color=ORANGE, hatch="//", label=WORDS["down"])
    axes.set_xlabel("rep")
    axes.set_ylabel("time (s)")
    _legend_above(axes)


def contacts_panel(axes: Axes, hops: Sequence[Hop]) -> None:
    """Contact and flight times, hop by hop, contacts with their uncertainty."""
    from matplotlib.ticker import MaxNLocator

    numbers = np.arange(1, len(hops) + 1)
    for valid in (True, False):
        own = [
            (n, 1000 * hop.contact_time_s, 1000 * (hop.contact_time_sd_s or 0.0))
            for n, hop in zip(numbers, hops, strict=True)
            if hop.contact_time_s is not None and hop.valid is valid
        ]
        if own:
            n, contact, sd = (np.array(column) for column in zip(*own, strict=True))
            axes.errorbar(
                n,
                contact,
                yerr=sd,
                fmt="o" if valid else "x",
                color=BLUE if valid else VERMILLION,
                markersize=5,
                elinewidth=1,
                capsize=2,
                label="contact time ± 1 SD" if valid else "doubtful",
            )
    flights = [
        (n, 1000 * hop.flight_time_s)
        for n, hop in zip(numbers, hops, strict=True)
        if hop.flight_time_s is not None and hop.valid
    ]
    if flights:
        at, flight = zip(*flights, strict=True)
        axes.plot(at, flight, "^--", color=ORANGE, markersize=5, linewidth=0.8, label="flight time")
    axes.set_xlabel("hop")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylabel("time (ms)")
    axes.set_ylim(bottom=0)
    _legend_above(axes)


def sway_panel(axes: Axes, holds: Sequence[Hold], blocks: Sequence[Samples]) -> None:
    """The path of sway across gravity, with the ellipse that holds 95 % of it."""
    from matplotlib.patches import Ellipse

    from sensing.analysis.holds.hold_figures import SETTLED_S
    from sensing.analysis.holds.steadiness import sway_path

    axes.set_xlabel("sway across gravity, one axis (m/s²)")
    axes.set_ylabel("the other axis (m/s²)")
    styles = ((BLUE, "-"), (ORANGE, "--"), (GREEN, ":"), (VERMILLION, "-."))
    for n, hold in enumerate(holds):
        part = next(
            (
                inside
                for block in blocks
                if (inside := _part(block, hold.start_s + SETTLED_S, hold.end_s - SETTLED_S))
            ),
            None,
        )
        if part is None or not hold.valid:
            continue
        try:
            path = sway_path(part)
        except ValueError:
            continue  # too short to sway
        colour, line = styles[n % len(styles)]
        axes.plot(path[:, 0], path[:, 1], color=colour, linewidth=0.5, alpha=0.7)
        values, vectors = np.linalg.eigh(np.cov(path.T))
        angle = math.degrees(math.atan2(vectors[1, 1], vectors[0, 1]))
        wide, high = (2 * math.sqrt(_CHI2_95 * max(0.0, v)) for v in (values[1], values[0]))
        axes.add_patch(
            Ellipse(
                (0, 0),
                wide,
                high,
                angle=angle,
                fill=False,
                color=INK,
                linewidth=1.6,
                linestyle=line,
                label=f"95 % of hold {n + 1}, {hold.end_s - hold.start_s:.0f} s",
            )
        )
    axes.set_aspect("equal", adjustable="datalim")
    if axes.lines:
        axes.legend(loc="upper right", fontsize=8)
    else:
        axes.text(
            0.5,
            0.5,
            "the recording is not available,\nso its path cannot be drawn",
            ha="center",
            va="center",
            transform=axes.transAxes,
            color=QUIET,
        )


def _legend_above(axes: Axes) -> None:
    """Out of the way of what is drawn."""
    if axes.get_legend_handles_labels()[0]:
        axes.legend(
            loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3, fontsize=8, frameon=False
        )


def _height(rep: Rep, blocks: Sequence[Samples]) -> tuple[Floats, Floats] | None:
    """Height of the sensor through a rep, cm, from 0 to 0, its top the rep's own rise."""
    from sensing.analysis.reps.raise_params import RaiseParams
    from sensing.analysis.reps.raise_signals import raise_signals

    for block in blocks:
        window = _part(block, rep.start_s - 2.0, rep.end_s + 2.0)
        if window is None or rep.start_s < window.time_s(0) or len(window) < 2 * window.rate_hz:
            continue
        signals = raise_signals(window, RaiseParams())
        times = window.time_s(0) + np.arange(len(signals)) / signals.rate_hz
        inside = (times >= rep.start_s) & (times <= rep.end_s)
        if inside.sum() < 4:
            return None
        height = np.cumsum(signals.velocity_mps[inside]) / signals.rate_hz
        height -= np.linspace(height[0], height[-1], len(height))
        most = float(height.max())
        if most <= 0:
            return None
        top = most if rep.rise_m is None else rep.rise_m
        return times[inside] - rep.start_s, 100 * height * top / most
    return None


def _median_curve(curves: Sequence[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    """The median of curves of different length, each stretched to the median length."""
    share = np.linspace(0, 1, 120)
    lengths = [float(times[-1]) for times, _ in curves]
    heights = [np.interp(share, times / times[-1], height) for times, height in curves]
    return share * float(np.median(lengths)), np.median(heights, axis=0)


def _part(block: Samples, first_s: float, last_s: float) -> Samples | None:
    """What of a block lies between two times; None if nothing does."""
    first = max(0, int(np.floor(block.position(first_s))))
    last = min(len(block), int(np.ceil(block.position(last_s))) + 1)
    return block.part(first, last) if last - first > 1 else None
