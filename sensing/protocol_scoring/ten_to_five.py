"""The 10-to-5 repeated jump test: the best five of ten maximal hops with short contacts.

After a jump to start with come ten hops, as high as possible with contacts as short as possible. Of
those with a contact shorter than 250 ms, the five with the highest reactive strength index are
averaged (Harper 2011, BASES Annual Student Conference; the limit is that of a fast
stretch-shortening cycle, Schmidtbleicher; Comyns 2017 for the use). Both definitions of the index
are given (``reactive_strength.py``); the five are chosen by flight / contact. Heights are given
too: a stiff hop that hardly leaves the floor also has a high index.

The numbers of the best hops are reported as a check: in trained men the first three are lower and
slower and the best are the 7th to 10th (Stratford 2020, Biomechanics 1:1, 25 men); if yours are the
first, the test was limited by fatigue or started too hard.

The best of several uncertain measurements are those with a favourable error. The error of contact
times is mostly the same for all hops of an athlete, so it is treated as fully shared and is not
reduced by averaging five.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sensing.core import reactive_strength as reactive
from sensing.core.events import Hop
from sensing.core.samples import Side
from sensing.protocol_scoring.hop_figures import contact_doubts, stiffness_figures
from sensing.protocol_scoring.outcome import About, Measure, Outcome

NAME = "ten-to-five"
EXERCISE = "double-leg-hop"
REBOUNDS, BEST = 10, 5
SHORT_S = 0.25
"""Longest contact that counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebound:
    """One complete hop; ``n`` is its number in the test, from 1."""

    n: int
    contact_time_s: float
    flight_time_s: float
    contact_sd_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The hops of a test.

    Attributes:
        whole: those of the first ten that are complete.
        best: the five that are averaged, best first; fewer if fewer are short enough.
        seen: number of all hops, including those left out.
    """

    whole: tuple[Rebound, ...]
    best: tuple[Rebound, ...]
    seen: int

    @property
    def enough(self) -> bool:
        """Whether five were short enough."""
        return len(self.best) == BEST


def choose(hops: Sequence[Hop]) -> Choice:
    """The best five of the first ten hops.

    Args:
        hops: contacts of one series in order of time; the last, which no flight follows, ends the
            series.
    """
    with_flight = [
        hop for hop in hops if hop.flight_time_s is not None or "flight_time_s" in hop.reasons
    ]
    whole = tuple(
        Rebound(
            n=n,
            contact_time_s=hop.contact_time_s,
            flight_time_s=hop.flight_time_s,
            contact_sd_s=hop.contact_time_sd_s,
        )
        for n, hop in enumerate(with_flight[:REBOUNDS], start=1)
        if hop.valid and hop.contact_time_s and hop.flight_time_s is not None
    )
    short = [each for each in whole if each.contact_time_s < SHORT_S]
    ranked = sorted(short, key=lambda each: -_rsi(each))
    return Choice(whole=whole, best=tuple(ranked[:BEST]), seen=len(with_flight))


def ten_to_five(hops: Sequence[Hop], about: About, side: Side | None = None) -> Outcome:
    """The result.

    Args:
        hops: contacts of the recording's series, in order of time.
        about: what else is known.
        side: the leg the sensor is on.
    """
    chosen = choose(hops)
    best = chosen.best if chosen.enough else ()
    contact_s = _mean(best, lambda each: each.contact_time_s)
    flight_s = _mean(best, lambda each: each.flight_time_s)
    sd_s = _sd_s(best)
    figures = (
        _figure("rsi", "RSI (flight/contact)", _mean(best, _rsi), _spread(best, reactive.rsi_sd)),
        _figure(
            "rsi_height_mps",
            "RSI (height/contact)",
            _mean(best, lambda each: reactive.rsi_height_mps(*_times(each))),
            _spread(best, reactive.rsi_height_sd_mps),
            unit="m/s",
        ),
        Measure(
            name="height_m",
            title="mean jump height",
            value=_mean(best, lambda each: reactive.height_m(each.flight_time_s)),
            sd=None if flight_s is None or sd_s is None else reactive.height_sd_m(flight_s, sd_s),
            unit="cm",
            scale=100,
            places=1,
            main=True,
        ),
        _ms("contact_time_s", "mean contact", contact_s, sd_s),
        _ms("flight_time_s", "mean flight", flight_s, sd_s),
        *stiffness_figures(contact_s, flight_s, sd_s, about),
        Measure(name="short", title="contacts under 250 ms", value=_short(chosen)),
    )
    return Outcome(
        protocol=NAME,
        side=side,
        figures=figures,
        ended=_which(chosen),
        doubts=tuple(_doubts(chosen, hops, about)),
        rows=tuple(
            {
                "n": each.n,
                "contact_time_s": each.contact_time_s,
                "contact_time_sd_s": each.contact_sd_s,
                "flight_time_s": each.flight_time_s,
                "height_m": reactive.height_m(each.flight_time_s),
                "rsi": _rsi(each),
                "rsi_height_mps": reactive.rsi_height_mps(*_times(each)),
                "best": each in chosen.best,
            }
            for each in chosen.whole
        ),
    )


def _times(each: Rebound) -> tuple[float, float]:
    return each.contact_time_s, each.flight_time_s


def _rsi(each: Rebound) -> float:
    return reactive.rsi(*_times(each))


def _mean(best: Sequence[Rebound], of: Callable[[Rebound], float]) -> float | None:
    return statistics.mean(map(of, best)) if best else None


def _sd_s(best: Sequence[Rebound]) -> float | None:
    known = [each.contact_sd_s for each in best if each.contact_sd_s is not None]
    return statistics.mean(known) if known else None


def _spread(best: Sequence[Rebound], of: Callable[[float, float, float], float]) -> float | None:
    """Uncertainty of the mean of the five, which share one error."""
    known = [of(*_times(each), each.contact_sd_s) for each in best if each.contact_sd_s is not None]
    return statistics.mean(known) if known else None


def _figure(
    name: str, title: str, value: float | None, sd: float | None, unit: str = ""
) -> Measure:
    return Measure(name=name, title=title, value=value, sd=sd, unit=unit, places=2, main=True)


def _ms(name: str, title: str, value: float | None, sd: float | None) -> Measure:
    return Measure(name=name, title=title, value=value, sd=sd, unit="ms", scale=1000)


def _short(chosen: Choice) -> int:
    return sum(each.contact_time_s < SHORT_S for each in chosen.whole)


def _which(chosen: Choice) -> str:
    if not chosen.enough:
        return (
            f"no result: {_short(chosen)} of {len(chosen.whole)} hops have a contact under "
            f"{1000 * SHORT_S:.0f} ms, {BEST} are needed"
        )
    numbers = sorted(each.n for each in chosen.best)
    return f"best five of {len(chosen.whole)} hops: {', '.join(map(str, numbers))}"


def _doubts(chosen: Choice, hops: Sequence[Hop], about: About) -> list[str]:
    doubts = []
    if about.exercise not in (EXERCISE, "single-leg-hop", "", "auto"):
        doubts.append(f"recorded as {about.exercise}, not as the hops of this test")
    if chosen.seen < REBOUNDS:
        doubts.append(f"{chosen.seen} hops were detected; the test has {REBOUNDS}")
    elif chosen.seen > REBOUNDS:
        doubts.append(f"of {chosen.seen} hops, the first {REBOUNDS} were used")
    left_out = min(chosen.seen, REBOUNDS) - len(chosen.whole)
    if left_out:
        doubts.append(f"{left_out} hops with lost or clipped samples are excluded")
    near = sum(
        abs(each.contact_time_s - SHORT_S) < (each.contact_sd_s or 0.0) for each in chosen.whole
    )
    if near:
        doubts.append(
            f"{near} contacts are so close to 250 ms that their uncertainty decides if they count"
        )
    if chosen.enough and all(each.n <= REBOUNDS - 3 for each in chosen.best):
        doubts.append(
            "the best five are all early ones; usually the best are the 7th to 10th, and the first "
            "three are lower and slower (Stratford 2020)"
        )
    return [*doubts, *contact_doubts(hops, about)]
