"""Hops in 20 seconds on one leg: how many, how fast, how regular.

Quick hops on the forefoot, about three a second, for 20 s from the first initial contact; later
contacts are ignored. Cadence is one over the median time between contacts; its regularity is their
coefficient of variation. The time between contacts is known to a few milliseconds, so count,
cadence and regularity are accurate; contact time, flight time and everything derived from them
carry the uncertainty of toe-off (``reactive_strength.py``).

There is no published norm: 20 s at three hops a second is a usual dose of training. Rates that have
been studied on one leg are 1.5, 2.2 and 3.0 a second (Diggin; stiffness repeatable); vertical
stiffness of a leg varies by 14–15 % from day to day (Maloney 2015).
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Iterable, Sequence

from sensing.core import reactive_strength as reactive
from sensing.core.events import Hop
from sensing.core.samples import Side
from sensing.protocol_scoring.hop_figures import contact_doubts, stiffness_figures
from sensing.protocol_scoring.outcome import About, Measure, Outcome
from sensing.results.uncertainty import cadence_sd_hz, median_sd

NAME = "hop-cadence-test"
EXERCISE = "single-leg-hop"
LENGTH_S = 20.0
_PAUSE = 1.8
"""A time between contacts longer than this multiple of the median is a pause, or a missed hop; it
is not part of the regularity."""
_LEAST = 5
"""Fewer hops have no cadence."""


def within(hops: Sequence[Hop], length_s: float = LENGTH_S) -> tuple[Hop, ...]:
    """The contacts of the first ``length_s`` from the first contact."""
    if not hops:
        return ()
    return tuple(hop for hop in hops if hop.contact_s < hops[0].contact_s + length_s)


def cadence(hops: Sequence[Hop], about: About, side: Side | None = None) -> Outcome:
    """The result of one leg.

    Args:
        hops: all contacts of the recording, in order of time.
        about: what else is known.
        side: the leg.
    """
    counted = within(hops)
    valid = [hop for hop in counted if hop.valid]
    periods_s = [b.contact_s - a.contact_s for a, b in itertools.pairwise(counted)]
    usual_s = statistics.median(periods_s) if len(periods_s) >= _LEAST else None
    regular_s = [each for each in periods_s if usual_s and each < _PAUSE * usual_s]
    pauses = len(periods_s) - len(regular_s) if usual_s else 0
    span_s = hops[-1].contact_s - hops[0].contact_s if hops else 0.0
    whole = span_s + (usual_s or 0.0) >= LENGTH_S
    length = f"{LENGTH_S:.0f} s" if whole else f"{span_s:.1f} s"
    contact_s = _median(hop.contact_time_s for hop in valid)
    flight_s = _median(hop.flight_time_s for hop in valid)
    sd_s = median_sd(
        "contact_time_s",
        [hop.contact_time_sd_s for hop in valid if hop.contact_time_sd_s is not None],
    )
    figures = (
        Measure(name="hops", title=f"contacts in {length}", value=len(counted), main=True),
        Measure(
            name="cadence_hz",
            title="cadence",
            value=1 / usual_s if usual_s else None,
            sd=cadence_sd_hz(regular_s) if usual_s else None,
            unit="a second",
            places=2,
            main=True,
        ),
        _irregularity(regular_s),
        _ms("contact_time_s", "contact", contact_s, sd_s),
        _ms("flight_time_s", "flight", flight_s, sd_s),
        *_strength(contact_s, flight_s, sd_s),
        *stiffness_figures(contact_s, flight_s, sd_s, about),
    )
    return Outcome(
        protocol=NAME,
        side=side,
        figures=figures,
        ended=f"after {length} of hopping",
        doubts=tuple(_doubts(counted, about, span_s=span_s + (usual_s or 0.0), pauses=pauses)),
        rows=tuple(_row(n, hop) for n, hop in enumerate(counted, start=1)),
    )


def _row(n: int, hop: Hop) -> dict[str, object]:
    return {
        "n": n,
        "contact_s": hop.contact_s,
        "contact_time_s": hop.contact_time_s,
        "flight_time_s": hop.flight_time_s,
        "valid": hop.valid,
    }


def _irregularity(regular_s: Sequence[float]) -> Measure:
    cv = cv_sd = None
    if len(regular_s) > _LEAST:
        cv = statistics.stdev(regular_s) / statistics.mean(regular_s)
        cv_sd = cv / math.sqrt(2 * (len(regular_s) - 1))  # of a standard deviation of n values
    return Measure(
        name="irregularity",
        title="irregularity (CV of the period)",
        value=cv,
        sd=cv_sd,
        unit="%",
        scale=100,
        places=1,
        main=True,
    )


def _strength(
    contact_s: float | None, flight_s: float | None, sd_s: float | None
) -> tuple[Measure, Measure]:
    one = two = one_sd = two_sd = None
    if contact_s and flight_s:
        one, two = reactive.rsi(contact_s, flight_s), reactive.rsi_height_mps(contact_s, flight_s)
        if sd_s is not None:
            one_sd = reactive.rsi_sd(contact_s, flight_s, sd_s)
            two_sd = reactive.rsi_height_sd_mps(contact_s, flight_s, sd_s)
    return (
        Measure(name="rsi", title="RSI (flight/contact)", value=one, sd=one_sd, places=2),
        Measure(
            name="rsi_height_mps",
            title="RSI (height/contact)",
            value=two,
            sd=two_sd,
            unit="m/s",
            places=2,
        ),
    )


def _ms(name: str, title: str, value: float | None, sd: float | None) -> Measure:
    return Measure(
        name=name,
        title=title,
        value=value,
        sd=None if value is None else sd,
        unit="ms",
        scale=1000,
        main=True,
    )


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def _doubts(counted: Sequence[Hop], about: About, *, span_s: float, pauses: int) -> list[str]:
    doubts = []
    if about.exercise not in (EXERCISE, "", "auto"):
        doubts.append(f"recorded as {about.exercise}, not as the single-leg hops of this test")
    if span_s < LENGTH_S:
        doubts.append(
            f"hopping lasted {span_s:.1f} s of {LENGTH_S:.0f}: compare the cadence, not the count"
        )
    if pauses:
        times = "once" if pauses == 1 else f"{pauses} times"
        doubts.append(f"hopping paused {times}, or a hop was missed; left out of the regularity")
    untimed = sum(not hop.valid or "contact_time_s" in hop.reasons for hop in counted)
    if untimed:
        doubts.append(f"{untimed} contacts with lost or clipped samples are counted, but not timed")
    return [*doubts, *contact_doubts(counted, about)]
