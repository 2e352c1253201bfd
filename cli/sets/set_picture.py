"""What a picture of a set shows: described once, drawn in the terminal, by matplotlib and as SVG.

The signal is the norm of specific force in g, which is 1 at rest however the sensor is mounted.
Raises and holds are slow and small, so for them it is low-passed and what tremor hides comes out;
hops are shown as they are. There is no line where samples were lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from sensing.core.events import Hold, Hop, Rep, Set
    from sensing.core.samples import Samples
    from sensing.core.units import Floats

SpanKind = Literal["up", "top", "down", "contact", "flight", "held", "stand"]
MarkKind = Literal["top", "partial", "lowering", "contact", "toe-off"]
WORDS = {
    "up": "concentric",
    "top": "top of a rep",
    "down": "eccentric",
    "held": "held",
    "stand": "stand between jumps",
    "partial": "partial rep",
    "lowering": "eccentric begins",
    "contact": "initial contact",
    "toe-off": "toe-off",
    "not valid": "doubtful",
}
"""What marks and spans mean, for the legends."""

X_LABEL, Y_LABEL = "time in the recording (s)", "specific force (g)"
_SLOW_HZ = 3.0  # raises are below 3 Hz, tremor above it
_MARGIN_S = 1.0  # shown before and after a set, so that its ends can be seen


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of signal without a loss: times, s, and specific force, g; both of shape (n,)."""

    times_s: Floats
    force_g: Floats


@dataclass(frozen=True, slots=True)
class Span:
    """A phase of an event, [start, stop).

    ``n`` is the event's number from 1; ``height_m`` the heel-rise height of its rep.
    """

    kind: SpanKind
    n: int
    start_s: float
    stop_s: float
    valid: bool
    height_m: float | None = None

    @property
    def took_s(self) -> float:
        """Its length, s."""
        return self.stop_s - self.start_s


@dataclass(frozen=True, slots=True)
class Mark:
    """An instant."""

    kind: MarkKind
    at_s: float
    valid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPicture:
    """A set to be drawn; ``lines`` is empty where the recording is not at hand."""

    start_s: float
    stop_s: float
    lines: tuple[Line, ...]
    spans: tuple[Span, ...]
    marks: tuple[Mark, ...]


def picture_of(each: Set, blocks: Sequence[Samples] = ()) -> SetPicture:
    """Describe the picture of a set; without samples of its recording, of the events alone."""
    start_s, stop_s = each.start_s - _MARGIN_S, each.end_s + _MARGIN_S
    lines = (
        line for block in blocks for line in _lines(block, start_s, stop_s, slow=not each.hops)
    )
    spans: list[Span] = []
    marks: list[Mark] = []
    for n, rep in enumerate(each.reps, 1):
        spans += _rep_spans(n, rep)
        marks.append(Mark("partial" if rep.partial else "top", rep.top_s, rep.valid))
        marks.append(Mark("lowering", rep.lower_s, rep.valid))
    for n, hop in enumerate(each.hops, 1):
        spans += _hop_spans(n, hop)
        marks.append(Mark("contact", hop.contact_s, hop.valid))
        if hop.takeoff_s is not None:
            marks.append(Mark("toe-off", hop.takeoff_s, hop.valid))
    spans += [_hold_span(n, hold) for n, hold in enumerate(each.holds, 1)]
    spans += [
        Span("stand", n, s.start_s, s.end_s, valid=True) for n, s in enumerate(each.stands, 1)
    ]
    return SetPicture(
        start_s=start_s, stop_s=stop_s, lines=tuple(lines), spans=tuple(spans), marks=tuple(marks)
    )


def _rep_spans(n: int, rep: Rep) -> Iterator[Span]:
    yield Span("up", n, rep.start_s, rep.top_s, rep.valid, rep.rise_m)
    yield Span("top", n, rep.top_s, rep.lower_s, rep.valid, rep.rise_m)
    yield Span("down", n, rep.lower_s, rep.end_s, rep.valid, rep.rise_m)


def _hop_spans(n: int, hop: Hop) -> Iterator[Span]:
    if hop.takeoff_s is None:
        return
    if not hop.is_stand:
        yield Span("contact", n, hop.contact_s, hop.takeoff_s, hop.valid)
    if hop.flight_time_s is not None:
        yield Span("flight", n, hop.takeoff_s, hop.takeoff_s + hop.flight_time_s, hop.valid)


def _hold_span(n: int, hold: Hold) -> Span:
    return Span("held", n, hold.start_s, hold.end_s, hold.valid)


def _lines(block: Samples, start_s: float, stop_s: float, *, slow: bool) -> Iterator[Line]:
    import numpy as np

    from sensing.core.filters import zero_phase
    from sensing.core.units import G_MPS2

    part = block.part(
        int(np.floor(block.position(start_s))), int(np.ceil(block.position(stop_s))) + 1
    )
    if len(part) == 0:
        return
    force_g = np.linalg.norm(part.acc_mps2, axis=1) / G_MPS2
    if slow and len(part) > part.rate_hz:
        force_g = zero_phase(force_g, part.rate_hz, _SLOW_HZ)
    times_s = part.time_s(0) + np.arange(len(part)) / part.rate_hz
    edges = np.flatnonzero(np.diff((~part.lost).astype(np.int8), prepend=0, append=0)).tolist()
    for a, b in zip(edges[::2], edges[1::2], strict=True):
        yield Line(times_s[a:b], force_g[a:b])
