"""Positions kept, seen by a sensor on the shank: raised on the toes, or swaying on one leg.

*Raised.* The shank hardly tilts in a calf raise but goes up 5–10 cm and comes down again. The norm
of specific force less gravity is the vertical acceleration however the sensor is mounted
(``facts``: an orientation filter does no better); low-passed below tremor and integrated with a
leak it is a vertical velocity in which going up and coming down are two pulses. A pulse up whose
next large pulse is a pulse down, some seconds later, is a hold. The ends of a pulse are put where
a minimum-jerk movement (Flash & Hogan 1985, J Neurosci 5:1688) with the same width would end: it
spends 8.7 % of its time below a tenth of its top speed at either end.

*Restless.* Raised, or on one leg, the shank trembles and corrects several times as much as on two
feet (``shank_sway``). That finds both kinds of hold; where they begin and end is then put at the
movements up and down, or, on one leg, inside the lifting and landing of the other foot.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import signal

from sensing.analysis.holds.shank_sway import sway_spans
from sensing.analysis.signals.posture import Posture, Span
from sensing.core.filters import zero_phase

_VERTICAL_HZ = (0.1, 4.0)
"""Counting lives below 3–4 Hz, under the tremor; the leak takes out the bias."""

_LEAST_SPEED_MPS = 0.03
"""Top speed of 5 cm in 3 s, the slowest raise that is looked for."""

_LEAST_RISE_M = 0.015
"""Displacement of a pulse; smaller ones are corrections."""

_LONGEST_PULSE_S = 4.0

_FOOT = 0.1
"""A pulse is followed down to this share of its top speed …"""

_BEYOND_FOOT = 0.105
"""… and ends this share of that width further out (minimum jerk: 0.087 / (1 - 2·0.087))."""

_STEADY = 1.0
"""Interquartile range of log jerk: 0.2–0.5 in a position kept, above 1 in fidgets and steps."""

_RISING_S = 0.7
"""Sway includes the way up and down; where no pulse shows, this much is taken off either end."""

_LIFTING_S, _LANDING_S = 0.15, 0.45
"""The other foot leaves the floor in a moment and is put down with care: the unrest of a balance
begins and ends so much outside of it (two simulations of it agree within 0.1 s; no people)."""

_OUTSIDE_S, _INSIDE_S = 1.2, 3.0
"""How far outside and inside of the unrest its movements up and down are looked for: people
fidget on straight after a hold, and that is unrest too."""

_AWAY_PER_S = 0.15
"""What a movement loses by each second from where it should be, in units of a factor e of rise:
of several, the pair counts that goes down as far as it went up."""

_WALKING = np.log(25.0)
"""Median jerk (log m/s³) of walking is above 50, that of holds 1–15."""

_STANDING = np.log(0.4)
"""Log jerk of the stillest standing seen (a person resting between runs: 0.9 m/s³). What is
stiller than this was not standing: a sensor put down, or asleep."""

_DETECTED_STEADY = 0.8
_DETECTED_S = 5.0
_DETECTED_STEP = 0.9
"""Without being told: at least so long, and so far above rest (log jerk)."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """One movement up or down: from where to where (grid positions) and how far, m."""

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
            if up is None or pulse.rise_m > 0.5 * up.rise_m:
                up = pulse
        elif up is not None and -pulse.rise_m > 0.4 * up.rise_m:
            if pulse.first - up.last >= shortest_s * p.rate_hz:
                spans.append(Span(up.last, pulse.first))
            up = None
    return spans


def raised_holds(p: Posture, *, shortest_s: float) -> list[Span]:
    """Holds on the toes: unrest between a movement up and one down.

    Where no unrest stands out (a leg press, a steady person), the two movements alone decide; where
    one of them can't be seen, the unrest does.
    """
    pulses = vertical_pulses(p)
    steady = [u for u in sway_spans(p, shortest_s=shortest_s) if u.spread < _STEADY]
    spans = [_between(p, unrest.span, pulses)[0] for unrest in steady]
    spans = [s for s in spans if s.last - s.first >= shortest_s * p.rate_hz]
    return spans or raised_spans(p, shortest_s=shortest_s)


def one_leg_holds(p: Posture, *, shortest_s: float) -> list[Span]:
    """Standing on one leg: unrest between calm, freed of lifting and landing the other foot."""
    spans = [
        _inside(u.span, _LIFTING_S * p.rate_hz, _LANDING_S * p.rate_hz)
        for u in sway_spans(p, shortest_s=shortest_s)
        if u.spread < _STEADY
    ]
    return [s for s in spans if s.last - s.first >= shortest_s * p.rate_hz]


def detected_holds(p: Posture) -> list[tuple[Span, bool]]:
    """Holds without being told, each with whether it is one on the toes (else on one leg)."""
    found = []
    pulses = vertical_pulses(p)
    for unrest in sway_spans(p, shortest_s=_DETECTED_S):
        span = unrest.span
        rest = max(unrest.level - unrest.above_rest, _STANDING)
        if unrest.spread > _DETECTED_STEADY or not rest + _DETECTED_STEP < unrest.level < _WALKING:
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
    """The span from the end of the way up to the beginning of the way down, and if both show."""
    rising, outside, inside = (x * p.rate_hz for x in (_RISING_S, _OUTSIDE_S, _INSIDE_S))
    risen, leaving = span.first + rising, span.last - rising
    ups = [q for q in pulses if q.rise_m > 0 and -outside < q.last - risen < inside]
    downs = [q for q in pulses if q.rise_m < 0 and -inside < q.first - leaving < outside]

    def strain(up: Pulse, down: Pulse) -> float:
        away_s = (abs(up.last - risen) + abs(down.first - leaving)) / p.rate_hz
        return abs(float(np.log(-up.rise_m / down.rise_m))) + _AWAY_PER_S * away_s

    pairs = [(up, down) for up in ups for down in downs if down.first > up.last]
    if pairs and not (span.cut_first or span.cut_last):
        up, down = min(pairs, key=lambda pair: strain(*pair))
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
