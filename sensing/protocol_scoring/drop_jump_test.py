"""The drop-jump test: the best of three drop jumps from one box.

Stepping off a box of known height, landing on both feet and jumping at once as high as possible;
three trials from each box (Markwick 2015, Int J Sports Physiol Perform 10:482). The trial with the
highest reactive strength index by flight / contact is the result; both definitions of the index are
given (``reactive_strength.py``), and the height, for a short contact alone is not a high jump.
Height is g·t²/8 from the flight time (Bosco 1983): too high by what the legs are bent at landing.

The height that was fallen is not measured: whoever bends down before the step falls less than the
box, whoever jumps off it falls more. The same box and the same step make trials comparable.

The best of three uncertain measurements is the one with a favourable error. The error of contact
times is mostly the same for all jumps of an athlete, so the best keeps the uncertainty of one.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from sensing.core import reactive_strength as reactive
from sensing.core.events import Hop
from sensing.core.samples import Side
from sensing.protocol_scoring.outcome import About, Measure, Outcome

NAME = "drop-jump-test"
EXERCISE = "drop-jump"
TRIALS = 3
LANDINGS = 2
"""Of one trial: after the step off the box, and after the jump."""
SLOW_S = 0.25
"""A longer contact is no fast stretch-shortening cycle (Schmidtbleicher; second hand)."""


def drop_jumps(hops: Sequence[Hop]) -> list[Hop]:
    """The rebounds: contacts with a contact time, a flight and an RSI, in order of time."""
    return [hop for hop in hops if hop.valid and hop.rsi is not None and hop.flight_time_s]


def drop_jump_test(hops: Sequence[Hop], about: About, side: Side | None = None) -> Outcome:
    """The result of one box.

    Args:
        hops: contacts of all its trials, in order of time; last landings among them.
        about: what else is known; the height of the box above all.
        side: the leg the sensor is on.
    """
    jumps = drop_jumps(hops)
    best = max(jumps, key=lambda hop: hop.rsi or 0.0, default=None)
    rows = tuple(_row(n, hop, best=hop is best) for n, hop in enumerate(jumps, 1))
    return Outcome(
        protocol=NAME,
        side=side,
        figures=(*_figures(best, jumps), _box(about)),
        ended=_which(jumps, best),
        doubts=tuple(_doubts(hops, jumps, best, about)),
        rows=rows,
    )


def _figures(best: Hop | None, jumps: Sequence[Hop]) -> tuple[Measure, ...]:
    rsi = height = value = flight_s = contact_s = sd_s = None
    rsi_sd = height_sd = value_sd = None
    if best is not None and best.contact_time_s and best.flight_time_s:
        contact_s, flight_s, sd_s = best.contact_time_s, best.flight_time_s, best.contact_time_sd_s
        rsi, value, height = best.rsi, best.rsi_height_mps, best.height_m
        if sd_s is not None:
            rsi_sd = reactive.rsi_sd(contact_s, flight_s, sd_s)
            value_sd = reactive.rsi_height_sd_mps(contact_s, flight_s, sd_s)
            height_sd = reactive.height_sd_m(flight_s, sd_s)
    mean = statistics.mean(hop.rsi or 0.0 for hop in jumps) if jumps else None
    return (
        Measure(
            name="rsi", title="RSI (flight/contact)", value=rsi, sd=rsi_sd, places=2, main=True
        ),
        Measure(
            name="rsi_height_mps",
            title="RSI (height/contact)",
            value=value,
            sd=value_sd,
            unit="m/s",
            places=2,
            main=True,
        ),
        Measure(
            name="height_m",
            title="jump height",
            value=height,
            sd=height_sd,
            unit="cm",
            scale=100,
            places=1,
            main=True,
        ),
        _ms("contact_time_s", "contact", contact_s, sd_s),
        _ms("flight_time_s", "flight", flight_s, sd_s),
        Measure(name="rsi_mean", title="mean RSI (flight/contact)", value=mean, places=2),
        Measure(name="trials", title="trials", value=len(jumps)),
    )


def _box(about: About) -> Measure:
    return Measure(
        name="box_height_m",
        title="box",
        value=about.box_height_m,
        unit="cm",
        scale=100,
        main=True,
        divides=False,
    )


def _ms(name: str, title: str, value: float | None, sd: float | None) -> Measure:
    return Measure(name=name, title=title, value=value, sd=sd, unit="ms", scale=1000)


def _row(n: int, hop: Hop, *, best: bool) -> dict[str, object]:
    names = ("contact_time_s", "contact_time_sd_s", "flight_time_s", "height_m", "rsi")
    figures = {name: getattr(hop, name) for name in (*names, "rsi_height_mps")}
    return {"n": n, **figures, "best": best}


def _which(jumps: Sequence[Hop], best: Hop | None) -> str:
    if best is None:
        return "no result: no landing with a rebound and a flight could be timed"
    return f"best of {len(jumps)} trials: number {jumps.index(best) + 1}"


def _doubts(hops: Sequence[Hop], jumps: Sequence[Hop], best: Hop | None, about: About) -> list[str]:
    doubts = []
    if about.exercise not in (EXERCISE, "", "auto"):
        doubts.append(f"recorded as {about.exercise}, not as {EXERCISE}")
    if len(jumps) < TRIALS:
        doubts.append(f"{len(jumps)} trials could be timed; the test has {TRIALS}")
    paused = sum("rsi" in hop.reasons and hop.flight_time_s is not None for hop in hops)
    if paused:
        doubts.append(f"{paused} jumps have no RSI: a pause after the landing, or lost samples")
    if about.box_height_m is None:
        doubts.append("the height of the box is not known: --box CM")
    doubts.append(
        "the height fallen is not measured; it differs from the box by how you step off it"
    )
    if best is not None and (best.contact_time_s or 0.0) > SLOW_S:
        doubts.append(
            f"a contact of more than {1000 * SLOW_S:.0f} ms is no fast rebound; a lower box may "
            "give a higher RSI"
        )
    if any(not hop.calibrated for hop in jumps):
        doubts.append(
            "contact and flight times are not calibrated: ± is the standard uncertainty, mostly "
            "the same for all jumps of one athlete; RSI and height share it"
        )
    doubts.append("jump height from flight time assumes that you land with your legs as at toe-off")
    return doubts
