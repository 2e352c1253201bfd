"""When a foot lands and when it has pushed off: landmarks, and how late each sees its instant.

A sensor on the foot is struck when the foot lands: its jerk peaks, vertical force peaks, and
before both the jerk begins to rise. Each is early or late by a constant; initial contact is the
median of the three. At the other end vertical force has a last peak in the push-off, and toe-off
follows after a constant time. All four are found with and without a gyro and from 50 Hz on.

The constants are from people: eight adults hopping on one leg and two, a sensor in the sole, force
under the foot (``real-shoe``, ``real-shoe-more``), one vote a person. ``python -m
tests.contact_left_out FOLDER`` fits them again and judges them on each person left out. What was
tried and did not help people who were left out: more landmarks of the push-off (steepest rise,
sharpest edge, highest speed, end of the foot's turn), of the landing (half the force, lowest
speed), means in place of medians, slopes on contact or flight time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensing.analysis.hops.push_off import Push, Span, fall_of, push_peaks, vertex
from sensing.analysis.signals.vertical import FINE_HZ


@dataclass(frozen=True, slots=True, kw_only=True)
class FootTiming:
    """How late each landmark sees its instant, and what is left of errors.

    Attributes:
        onset_late_s: rise of the jerk after initial contact (negative: before it), s.
        jerk_late_s: peak of the jerk after initial contact, s.
        shock_late_s: peak of vertical force after initial contact, s.
        push_late_s: peak of the push-off after toe-off (negative: before it), s.
        apart_s: usual time from that peak to the peak of the norm of force, s.
        kept: share of a contact time's deviation from its series that is real, 0…1.
        sd_s: standard uncertainty of a contact time of somebody who was never measured, s.
    """

    onset_late_s: float
    jerk_late_s: float
    shock_late_s: float
    push_late_s: float
    apart_s: float
    kept: float
    sd_s: float


FOOT = FootTiming(
    onset_late_s=0.0,
    jerk_late_s=0.024,
    shock_late_s=0.021,
    push_late_s=-0.041,
    apart_s=0.023,
    kept=0.75,
    sd_s=0.021,
)
"""Eight people, one vote each. Timed by constants of the other seven: SD within a person 10 ms,
between people 16 ms."""

_LANDING_S = (0.03, 0.06)
"""s before and after a contact within which the jerk peaks. Larger: the blow of the heel, later,
is taken for it; smaller: it is missed where contacts are found early."""
_SHOCK_S = (0.03, 0.09)
"""s before and after a contact within which vertical force peaks."""
_BEFORE_S, _TOGETHER_S = 0.05, 0.025
"""s; a peak of force this much before the onset is of another blow, and which was the landing is
unclear, unless the jerk peaks within the second time of it. A later one is the heel's, and
outvoted. Larger: gross errors are given as times; smaller: clear landings get none."""
_ANOTHER_S = 0.06
"""s; peaks of the push-off further apart than usual by more are of two movements."""
_FREE_G, _SWUNG_G = 0.25, 0.5
"""g; largest mean vertical force either way, and least norm, of a foot that falls freely. On the
spot people have −0.1…0.2 and 0…0.4, hopping about −0.3…−1.7 and 0.6…2.5. Larger: the flight is
taken from a foot that was swung; smaller: drop jumps are timed by constants of hops."""
_LONG_S = (0.24, 0.30)
"""s; flights by momentum: a shorter one does not count, a longer one decides. Between hops the
landmarks are twice as exact as momentum (10 against 20 ms within a person), but what they leave
grows with the jump: 50 ms in drop jumps, where momentum has 10."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instant:
    """An instant by landmarks.

    Attributes:
        at: position on the fine grid.
        agreed: False if its landmarks are not of one event.
    """

    at: float
    agreed: bool


def initial_contact(push: Push, contact: float, timing: FootTiming = FOOT) -> Instant:
    """Initial contact of a foot near a contact's onset, a position on the fine grid."""
    late = [timing.onset_late_s, timing.jerk_late_s, timing.shock_late_s]
    marks = landing_marks(push, contact)
    at = np.array(marks) - np.array(late[: len(marks)]) * FINE_HZ
    after = at[-1] >= at[0] - _BEFORE_S * FINE_HZ
    clear = bool(after or abs(at[-1] - at[-2]) <= _TOGETHER_S * FINE_HZ)
    return Instant(at=float(np.median(at)), agreed=clear)


def landing_marks(push: Push, contact: float) -> tuple[float, ...]:
    """Positions of the onset, of the jerk's peak and of the peak of vertical force."""
    jerk = push.fine.jerk_gps
    (a, b), (c, d) = (
        (int(contact - before * FINE_HZ), int(contact + after * FINE_HZ) + 1)
        for before, after in (_LANDING_S, _SHOCK_S)
    )
    if min(a, c) < 0 or max(b, d) > len(jerk):
        return (contact,)
    sharpest = a + int(np.argmax(jerk[a:b]))
    hardest = c + int(np.argmax(push.shock_g[c:d]))
    return contact, vertex(jerk, sharpest), vertex(push.shock_g, hardest)


def toe_off(push: Push, span: Span, timing: FootTiming = FOOT) -> Instant:
    """Toe-off of a foot: after the peak of its push-off, or by momentum where the flight is long.

    Momentum has no constants: a body in the air falls by g·(flight time). But a foot that is swung
    in the air is not the body, so it counts only where the foot fell freely.
    """
    peak, hardest = push_peaks(push, span)
    at = peak - timing.push_late_s * FINE_HZ
    agreed = abs(hardest - peak - timing.apart_s * FINE_HZ) <= _ANOTHER_S * FINE_HZ
    fall = fall_of(push, span)
    if abs(fall.mean_g) <= _FREE_G and fall.least_g <= _SWUNG_G:
        share = float(np.clip((fall.flight_s - _LONG_S[0]) / (_LONG_S[1] - _LONG_S[0]), 0, 1))
        at += share * (fall.toe_off - at)
        agreed |= share == 1
    return Instant(at=at, agreed=agreed)
