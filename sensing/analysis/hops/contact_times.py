"""Hops of a closed window: contact and flight times of every series, with their uncertainties.

The decoder says which impacts are landings of one series; here they are timed
(``timed_contacts.py``). A contact ends with its toe-off, and the flight with the next landing. One
contact is never known as well as its series: what its time deviates from the series' median is
partly the sensor's, and that part is removed. With a calibration toe-off comes from
``calibrated_toe_off.py``. What a contact gains, the flight after it loses.

A hop that was seen is counted. A figure that is not known is None, with a reason:

* the last contact of a series ends in standing;
* a foot put down for the first jump can't be timed ("soft"), nor can a landing with landmarks of
  two blows ("unclear");
* missing samples hide the instant ("gap"); elsewhere they widen the uncertainty (``hop_gaps.py``);
* after a landing with a pause ("pause") or a stand ("stand") there is no RSI.

It is doubtful that it was a hop where its times are outside the exercise's limits ("implausible").
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sensing.analysis.gait.rhythm import Stretch
from sensing.analysis.hops.calibrated_toe_off import OwnTime, is_own, own_times, steadied
from sensing.analysis.hops.contact_kinds import with_boxes
from sensing.analysis.hops.find_series import find_series
from sensing.analysis.hops.foot_landmarks import FOOT, FootTiming
from sensing.analysis.hops.hop_gaps import effect_of_gaps
from sensing.analysis.hops.hop_views import views_of
from sensing.analysis.hops.push_off import push_signals
from sensing.analysis.hops.series import ContactKind, Series
from sensing.analysis.hops.timed_contacts import TimedContact, timed_contacts
from sensing.analysis.signals.vertical import FINE_HZ
from sensing.core import reactive_strength as reactive
from sensing.core.events import PAUSE, STAND, Hop
from sensing.core.exercises import Look
from sensing.core.samples import Samples, Worn
from sensing.core.units import Floats
from sensing.profile.profile import UNCALIBRATED, Profile

USUAL_KEPT: dict[Worn, float] = {"shoe": FOOT.kept, "ankle": 0.5}
"""Share of a contact time's deviation from its series that is real, at the shank from simulations
alone (0.2–0.6); larger: single contacts scatter more; smaller: real changes vanish."""
_FULL_RATE_HZ, _SLOW = 100.0, 0.9
"""At the shank the error of a contact time grows below this rate by this many sample periods."""
_LEAST_S = 0.005
"""s; shortest contact and flight by a calibration."""
_WITHOUT_RSI = ("rsi", "rsi_height_mps")
_WITHOUT_CONTACT = ("contact_time_s", *_WITHOUT_RSI)
_WITHOUT_FLIGHT = ("flight_time_s", "height_m", *_WITHOUT_RSI)
_OF_KIND: dict[ContactKind, dict[str, str]] = {
    "step-in": dict.fromkeys(_WITHOUT_CONTACT, "soft"),
    "stand": dict.fromkeys(_WITHOUT_CONTACT, STAND),
    "landing": dict.fromkeys(_WITHOUT_RSI, PAUSE),
}
"""Why a contact of each kind has no figures."""


def find_hops(
    window: Samples,
    look: Look,
    placement: Worn,
    profile: Profile = UNCALIBRATED,
    gait: Sequence[Stretch] | None = None,
) -> list[tuple[Hop, ...]]:
    """Every series of hops in a closed window, in order of time.

    A series is landings joined by flights; its last hop has no flight. A pause or movement without
    flight ends it. A single landing from free fall is a series of one.

    Args:
        window: consecutive samples, any length.
        look: shortest and longest contact and flight to expect.
        placement: where the sensor is worn.
        profile: the athlete's calibration. Hops that don't fit it are timed as anybody's, with
            ``calibrated`` False.
        gait: stretches of walking and running of the window, if they are known.
    """
    return hops_of(find_series(window, look, placement, gait), look, profile)


def hops_of(
    found: Sequence[Series],
    look: Look,
    profile: Profile = UNCALIBRATED,
    timing: FootTiming = FOOT,
) -> list[tuple[Hop, ...]]:
    """The hops of every series of one window, timed.

    Args:
        found: series in order of time.
        look: shortest and longest contact and flight to expect.
        profile: the athlete's calibration.
        timing: constants of the foot.
    """
    pushes = [push_signals(series.fine) for series in found]
    timed = [
        timed_contacts(series, push, look, timing)
        for series, push in zip(found, pushes, strict=True)
    ]
    fit = profile.contact
    if fit is not None and found:
        if fit.hops == 0:
            # A constant somebody wrote down says nothing of how hops scatter.
            fit = replace(fit, kept=USUAL_KEPT[found[0].fine.placement])
        # Athlete and strap are those of the whole window; a short series may fit by chance.
        views = [
            views_of(contacts, push, look) for contacts, push in zip(timed, pushes, strict=True)
        ]
        if is_own([hop for hops in views for hop in hops if hop is not None], fit):
            return [
                _series(series, contacts, look, own_times(hops, fit), timing)
                for series, contacts, hops in zip(found, timed, views, strict=True)
            ]
    return [
        _series(series, contacts, look, None, timing)
        for series, contacts in zip(found, timed, strict=True)
    ]


def _series(
    series: Series,
    contacts: tuple[TimedContact, ...],
    look: Look,
    own: list[OwnTime | None] | None,
    timing: FootTiming,
) -> tuple[Hop, ...]:
    kept = timing.kept if series.fine.placement == "shoe" else USUAL_KEPT["ankle"]
    times_s = _steadied(contacts, look, kept) if own is None else _own(contacts, own)
    owns = [None] * len(contacts) if own is None else [*own, None]
    hops = [
        _hop(series, contact, look, time_s, each)
        for contact, time_s, each in zip(contacts, times_s.tolist(), owns, strict=True)
    ]
    return with_boxes(series.fine, hops, look, series.kinds)


def _raw_s(contacts: tuple[TimedContact, ...]) -> Floats:
    """Contact times as measured, shape (n,), s; NaN where there is none."""
    return np.array(
        [math.nan if c.end is None else (c.end.at - c.start) / FINE_HZ for c in contacts]
    )


def _steadied(contacts: tuple[TimedContact, ...], look: Look, kept: float) -> Floats:
    """Contact times with what is not real of their deviations from the series removed."""
    times_s = _raw_s(contacts)
    good = [
        k
        for k, contact in enumerate(contacts)
        if contact.kind == "rebound"
        and contact.clear
        and contact.end is not None
        and contact.end.agreed
        and look.contact_s[0] <= times_s[k] <= look.contact_s[1]
    ]
    times_s[good] = steadied(times_s[good], kept)
    return times_s


def _own(contacts: tuple[TimedContact, ...], own: list[OwnTime | None]) -> Floats:
    """Contact times by a calibration, between the shortest and the longest possible."""
    times_s = _raw_s(contacts)
    for k, (contact, time) in enumerate(zip(contacts, own, strict=False)):
        if time is not None and contact.next is not None:
            longest_s = (contact.next - contact.start) / FINE_HZ - _LEAST_S
            times_s[k] = min(max(time.contact_time_s, _LEAST_S), longest_s)
    return times_s


def _hop(
    series: Series, contact: TimedContact, look: Look, time_s: float, own: OwnTime | None
) -> Hop:
    start_s = series.fine.time_s(contact.start)
    end = contact.end
    if end is None or contact.next is None:
        return Hop(contact_s=start_s, takeoff_s=None, contact_time_sd_s=None, flight_time_s=None)
    flight_s = (contact.next - contact.start) / FINE_HZ - time_s
    takeoff_s, next_s = start_s + time_s, series.fine.time_s(contact.next)
    gaps = effect_of_gaps(series.part, start_s, takeoff_s, next_s, series.fine.placement)
    reasons = dict(_OF_KIND.get(contact.kind, {}))
    if gaps.contact is not None:
        reasons |= dict.fromkeys(_WITHOUT_CONTACT, gaps.contact)
    if gaps.flight is not None:
        reasons |= dict.fromkeys(_WITHOUT_FLIGHT, gaps.flight)
    in_limits = (
        contact.kind == "stand" or look.contact_s[0] <= time_s <= look.contact_s[1]
    ) and look.flight_s[0] <= flight_s <= look.flight_s[1]
    agreed = end.agreed if own is None else own.agreed
    # Times that missing samples spoilt say nothing against the hop.
    spoilt = gaps.spoils or gaps.contact or gaps.flight
    implausible = not in_limits and spoilt is None
    if not (in_limits and contact.clear and agreed):
        unclear = spoilt or ("unclear" if in_limits else "implausible")
        reasons = dict.fromkeys(_WITHOUT_CONTACT, unclear) | reasons
        if not (in_limits and agreed):
            reasons = dict.fromkeys(_WITHOUT_FLIGHT, unclear) | reasons
    sd_s = end.sd_s if own is None or own.sd_s is None else own.sd_s
    if series.fine.placement == "ankle":
        sd_s = math.hypot(sd_s, _SLOW * max(0.0, 1 / series.part.rate_hz - 1 / _FULL_RATE_HZ))
    contact_sd_s, flight_sd_s = (math.hypot(sd_s, x) for x in (gaps.contact_sd_s, gaps.flight_sd_s))
    timed, flew = "contact_time_s" not in reasons, "flight_time_s" not in reasons
    return Hop(
        contact_s=start_s,
        takeoff_s=takeoff_s,
        contact_time_sd_s=contact_sd_s if timed else None,
        flight_time_s=flight_s if flew else None,
        # From contact to contact is known well: what the contact gains, the flight loses.
        flight_time_sd_s=flight_sd_s if flew else None,
        rsi_sd=(
            None
            if "rsi" in reasons
            else reactive.rsi_sd(time_s, flight_s, max(contact_sd_s, flight_sd_s))
        ),
        valid=not implausible,
        reason="implausible" if implausible else None,
        calibrated=own is not None,
        reasons=reasons,
    )
