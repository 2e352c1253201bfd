"""The contacts of a series with their instants: initial contact, toe-off, and the next landing.

On the foot initial contacts are refined by landmarks of the landing; at the shank they are used as
found. Without a gyro the vertical force at rest is the mean over the hops around.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sensing.analysis.hops.foot_landmarks import FOOT, FootTiming, Instant, initial_contact
from sensing.analysis.hops.push_off import Push
from sensing.analysis.hops.series import ContactKind, Series
from sensing.analysis.hops.toe_off import TakeOff, find_takeoff
from sensing.analysis.signals.vertical import FINE_HZ
from sensing.core.exercises import Look

_HOPS_AROUND = 4
"""Hops before and after whose mean vertical force is rest. Larger: drift of the vertical is in it;
smaller: hops of unequal height are."""
_SOFT = 0.25
"""Share of the median jerk of a series' landings below which one is soft: a foot put down. Larger:
landings of uneven hops get no time; smaller: soft ones get a wrong one (people: 35–70 ms off)."""
_STRIKES_S = 0.06
"""s after a contact within which its jerk peaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedContact:
    """One ground contact of a series.

    Attributes:
        kind: what it is.
        start: position of initial contact on the fine grid.
        next: position of the next initial contact; None for the last.
        end: toe-off between them; None for the last, or if there is no room for one.
        clear: its landing is hard, and its landmarks belong to one blow.
        rest_mps2: vertical force at rest, m/s²; None where it is not known.
    """

    kind: ContactKind
    start: float
    next: float | None
    end: TakeOff | None
    clear: bool
    rest_mps2: float | None


def timed_contacts(
    series: Series, push: Push, look: Look, timing: FootTiming = FOOT
) -> tuple[TimedContact, ...]:
    """Contacts of a series in order of time.

    Args:
        series: as the decoder found it.
        push: smoothed signals of its window.
        look: shortest and longest contact.
        timing: constants of the foot.
    """
    given = [(t - series.fine.t0_s) * FINE_HZ for t in series.contacts_s]
    found = [_start(push, at, timing) for at in given]
    soft = _soft(push, given)
    out = []
    for k, ((one, following), kind) in enumerate(
        zip(pairwise(found), series.kinds[:-1], strict=True)
    ):
        rest_mps2 = _rest(push, given, k)
        out.append(
            TimedContact(
                kind=kind,
                start=one.at,
                next=following.at,
                end=find_takeoff(push, one.at, following.at, look, rest_mps2, timing),
                clear=one.agreed and not soft[k],
                rest_mps2=rest_mps2,
            )
        )
    last = TimedContact(
        kind="last", start=found[-1].at, next=None, end=None, clear=True, rest_mps2=None
    )
    return (*out, last)


def _start(push: Push, at: float, timing: FootTiming) -> Instant:
    if push.fine.placement == "ankle":
        return Instant(at=at, agreed=True)
    return initial_contact(push, at, timing)


def _soft(push: Push, at: list[float]) -> list[bool]:
    """Whether each contact is a foot put down, not a landing."""
    jerk, reach = push.fine.jerk_gps, int(_STRIKES_S * FINE_HZ)
    peaks = [float(np.max(jerk[max(int(k), 0) : int(k) + reach + 1])) for k in at]
    return [peak < _SOFT * float(np.median(peaks)) for peak in peaks]


def _rest(push: Push, at: list[float], k: int) -> float | None:
    """Mean vertical force over the hops around, m/s²; g with an orientation filter."""
    a = int(at[max(0, k - _HOPS_AROUND)])
    b = int(at[min(len(at) - 1, k + 1 + _HOPS_AROUND)])
    return float(np.mean(push.fine.up_mps2[a:b])) if b > a else None
