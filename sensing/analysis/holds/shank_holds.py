"""Positions held, seen by a sensor on the shank: raised on the toes, or swaying on one leg.

*Raised.* In a calf raise the shank goes up 5–10 cm and comes down again. The norm of specific force
less gravity is the vertical acceleration at any mounting; low-passed below tremor and integrated
with a leak it is a vertical velocity in which going up and coming down are two pulses. A pulse up
whose next large pulse is one down, some seconds later, is a hold. A pulse ends where a minimum-jerk
movement (Flash & Hogan 1985, J Neurosci 5:1688) of the same width would: it spends 8.7 % of its
time below a tenth of its top speed at either end.

*Swaying.* Raised, or on one leg, the shank trembles and is corrected several times as much as on
two feet (``shank_sway``). That finds both kinds of hold; their ends are then put at the movements
up and down or, on one leg, at the lifting and putting down of the other foot.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import signal

from sensing.analysis.holds.shank_sway import sway_spans
from sensing.analysis.signals.posture import Posture, Span
from sensing.core.filters import zero_phase

# Constants, chosen by hand on simulated holds; not fitted, and no labelled holds of people at the
# ankle. Measured by tests/sensitivity.py on 44 simulated recordings, × 0.8 and × 1.25: none missed,
# p95 of the error of the duration 0.27 s; `auto`, before raises are taken out, 8 false.

_VERTICAL_HZ = (0.1, 4.0)
"""Hz; raises live below 3–4 Hz, under tremor; the high-pass removes bias. Larger: tremor gets in
(no change); smaller: bias does (p95 0.57 s)."""
_LEAST_SPEED_MPS = 0.03
"""m/s; top speed of 5 cm in 3 s, the slowest raise looked for. Larger: slow raises are missed (no
change); smaller: sway makes pulses (p95 0.99 s)."""
_LEAST_RISE_M = 0.015
"""m; smaller displacements are corrections. Larger: low holds are missed; smaller: corrections end
holds. Measured: no change."""
_LONGEST_PULSE_S = 4.0
"""s; a pulse is followed so far. Larger: slower; smaller: slow movements are cut off."""
_FOOT = 0.1
"""Share of its top speed down to which a pulse is followed …"""
_BEYOND_FOOT = 0.105
"""… and share of that width by which it ends further out (minimum jerk: 0.087 / (1 − 2·0.087)).
Larger: shorter holds; smaller: longer ones. Measured: p95 0.27 s in all cases."""
_NEXT_UP, _COMES_DOWN = 0.5, 0.4
"""Share of the rise that replaces a pulse up, and that ends a hold on the way down. Larger: sagging
starts no new hold, a slow way down is missed; smaller: corrections do either."""
_STEADY = 1.0
"""Interquartile range of log jerk; 0.2–0.5 in a position held, above 1 in steps and other movement.
Larger: such movement counts; smaller: unsteady holds are missed. Measured: no change."""
_RISING_S = 0.7
"""s taken off either end where no pulse shows, as sway includes the way up and down. Larger:
shorter holds; smaller: longer ones. Measured: no change."""
_LIFTING_S, _LANDING_S = 0.15, 0.45
"""s taken off the ends of a balance: the other foot is lifted in a moment and put down with care
(two simulations agree within 0.1 s; no people). Larger: p95 0.30 and 0.38 s; smaller: 0.24 and 0.20
s."""
_OUTSIDE_S, _INSIDE_S = 1.2, 3.0
"""s outside and inside of the sway within which its movements up and down are looked for: people
often move on straight after a hold. Larger: other movements are taken for them; smaller: they are
missed. Measured: no change."""
_AWAY_PER_S = 0.15
"""Penalty of a movement for each second from where it is expected, against the log ratio of the two
rises: the pair counts that comes down as far as it went up. Larger: time decides; smaller: size
does. Measured: no change."""
_WALKING = np.log(25.0)
"""log m/s³; median jerk of walking is above 50, of holds 1–15. Larger: walking passes; smaller:
shaky holds are missed. Measured: no change."""
_STANDING = np.log(0.4)
"""log m/s³; less than the stillest standing seen (0.9, one person) is a sensor put down. Larger: a
quiet stance counts as rest (no change); smaller: 10 false."""
_DETECTED_STEADY = 0.7
"""_STEADY where the exercise is not given. Larger: 15 false; smaller: 2 (and still none missed)."""
_DETECTED_S = 5.0
"""s; shortest hold where the exercise is not given. Larger: 1 missed; smaller: no change."""
_DETECTED_STEP = 0.9
"""Distance of log jerk from rest where the exercise is not given. Larger: no change; smaller: 10
false."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """One movement up or down: its ends (grid positions) and vertical displacement, m."""

    first: float
    last: float
    rise_m: float


def vertical_pulses(p: Posture) -> list[Pulse]:
    """Movements up and down of at least 1.5 cm, in order, not overlapping."""
    if len(p) < p.rate_hz:
        return []
    size = np.linalg.norm(p.acc_mps2, axis=1)
    speed = np.cumsum(zero_phase(size - np.median(size), p.rate_hz, _VERTICAL_HZ[1])) / p.rate_hz
    speed = zero_phase(speed, p.rate_hz, _VERTICAL_HZ[0], band="highpass")
    peaks, _ = signal.find_peaks(np.abs(speed), height=_LEAST_SPEED_MPS)
    found: list[Pulse] = []
    taken = np.zeros(len(p), dtype=np.bool_)
    reach = int(_LONGEST_PULSE_S * p.rate_hz)
    for k in peaks[np.argsort(-np.abs(speed[peaks]), kind="stable")]:
        if taken[k]:
            continue
        sign = 1.0 if speed[k] > 0 else -1.0
        low = max(0, int(k) - reach)
        part = sign * speed[low : int(k) + reach]
        below = part < _FOOT * part[k - low]
        before = np.flatnonzero(below[: k - low])
        after = np.flatnonzero(below[k - low :])
        a = low + (int(before[-1]) if len(before) else 0)
        b = int(k) + (int(after[0]) if len(after) else len(part) - 1 - (k - low))
        rise = float(speed[a : b + 1].sum() / p.rate_hz)
        taken[a : b + 1] = True
        if abs(rise) >= _LEAST_RISE_M:
            beyond = _BEYOND_FOOT * (b - a)
            found.append(Pulse(a - beyond, b + beyond, rise))
    return sorted(found, key=lambda pulse: pulse.first)


def raised_spans(p: Posture, *, shortest_s: float) -> list[Span]:
    """Stretches between a movement up and the movement down that ends it."""
    pulses = vertical_pulses(p)
    spans: list[Span] = []
    up: Pulse | None = None
    for pulse in pulses:
        if pulse.rise_m > 0:
            if up is None or pulse.rise_m > _NEXT_UP * up.rise_m:
                up = pulse
        elif up is not None and -pulse.rise_m > _COMES_DOWN * up.rise_m:
            if pulse.first - up.last >= shortest_s * p.rate_hz:
                spans.append(Span(up.last, pulse.first))
            up = None
    return spans


def raised_holds(p: Posture, *, shortest_s: float) -> list[Span]:
    """Holds on the toes: sway between a movement up and one down.

    Where no sway stands out (a leg press, a steady athlete), the two movements alone decide; where
    one of them can't be seen, the sway does.
    """
    pulses = vertical_pulses(p)
    steady = [u for u in sway_spans(p, shortest_s=shortest_s) if u.spread < _STEADY]
    spans = [_between(p, sway.span, pulses)[0] for sway in steady]
    spans = [s for s in spans if s.last - s.first >= shortest_s * p.rate_hz]
    return spans or raised_spans(p, shortest_s=shortest_s)


def one_leg_holds(p: Posture, *, shortest_s: float) -> list[Span]:
    """Standing on one leg: sway without the lifting and putting down of the other foot."""
    spans = [
        _inside(u.span, _LIFTING_S * p.rate_hz, _LANDING_S * p.rate_hz)
        for u in sway_spans(p, shortest_s=shortest_s)
        if u.spread < _STEADY
    ]
    return [s for s in spans if s.last - s.first >= shortest_s * p.rate_hz]


def detected_holds(p: Posture) -> list[tuple[Span, bool]]:
    """Holds where the exercise is not given; True for one on the toes, False on one leg."""
    found = []
    pulses = vertical_pulses(p)
    for sway in sway_spans(p, shortest_s=_DETECTED_S):
        span = sway.span
        rest = max(sway.level - sway.above_rest, _STANDING)
        if sway.spread > _DETECTED_STEADY or not rest + _DETECTED_STEP < sway.level < _WALKING:
            continue
        if span.cut_first or span.cut_last:
            continue
        between, raised = _between(p, span, pulses)
        if not raised:
            between = _inside(span, _LIFTING_S * p.rate_hz, _LANDING_S * p.rate_hz)
        if between.last - between.first >= _DETECTED_S * p.rate_hz:
            found.append((between, raised))
    return found


def _between(p: Posture, span: Span, pulses: list[Pulse]) -> tuple[Span, bool]:
    """The span from the end of the way up to the start of the way down, and if both were seen."""
    rising, outside, inside = (x * p.rate_hz for x in (_RISING_S, _OUTSIDE_S, _INSIDE_S))
    risen, leaving = span.first + rising, span.last - rising
    ups = [q for q in pulses if q.rise_m > 0 and -outside < q.last - risen < inside]
    downs = [q for q in pulses if q.rise_m < 0 and -inside < q.first - leaving < outside]

    def penalty(up: Pulse, down: Pulse) -> float:
        away_s = (abs(up.last - risen) + abs(down.first - leaving)) / p.rate_hz
        return abs(float(np.log(-up.rise_m / down.rise_m))) + _AWAY_PER_S * away_s

    pairs = [(up, down) for up in ups for down in downs if down.first > up.last]
    if pairs and not (span.cut_first or span.cut_last):
        up, down = min(pairs, key=lambda pair: penalty(*pair))
        return Span(up.last, down.first), True
    first = span.first if span.cut_first else ups[0].last if ups else risen
    last = span.last if span.cut_last else downs[-1].first if downs else leaving
    return Span(first, last, span.cut_first, span.cut_last), False


def _inside(span: Span, before: float, after: float) -> Span:
    return replace(
        span,
        first=span.first + (0.0 if span.cut_first else before),
        last=span.last - (0.0 if span.cut_last else after),
    )
