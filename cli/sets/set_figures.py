"""The figures of a set and their uncertainty, the same for the terminal, the page and all tables.

A set may come fresh from an analysis or, with its corrections, from the database. Either way its
figures are medians of the events that are valid and not marked false.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cli.common.output import many
from sensing.core.events import MARKED_FALSE, PAUSE, STAND, Hold, Hop, Rep, Set
from sensing.results.quantities import QUANTITIES, Quantity
from sensing.results.set_summary import Summary, medians, summarise
from sensing.results.uncertainty import uncertainties

if TYPE_CHECKING:
    from sensing.core.samples import Side
    from sensing.store.values.corrections import Item
    from sensing.store.values.sessions import StoredSet

PLUS_MINUS = "± is one standard uncertainty (1 SD) of the figure it stands behind"
_DECIMALS = 6  # as the database keeps them, so that a figure reads the same once stored
_NOT_TOLD = ("ellipse95_m2ps4",)
_REASONS = {
    "gap": "data gap",
    "clipped": "signal clipped",
    "outlier": "absurd sample",
    "soft": "contact too soft to time",
    "unclear": "landing or push-off unclear",
    STAND: "stood before the next jump",
    PAUSE: "paused before the next jump",
    MARKED_FALSE: "marked false",
}
_UNKNOWN = {
    **dict.fromkeys(("raise_time_s", "hold_time_s", "lower_time_s"), "tempo"),
    "rise_m": "height",
    "contact_time_s": "contact time",
    "flight_time_s": "flight time",
    "duration_s": "time held",
    "steadiness": "sway",
}
"""Figures of an event that may be unknown, as a person calls them; others follow from these."""


@dataclass(frozen=True, slots=True)
class SetFigure:
    """One figure of a set, in SI units; ``sd`` is its standard deviation, None where unknown."""

    quantity: Quantity
    value: float
    sd: float | None = None

    @property
    def text(self) -> str:
        """As people read it, ``4.6 ± 0.4 cm``."""
        return self.quantity.text(self.value, self.sd)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSet:
    """A set as it is shown.

    Attributes:
        n: its number, from 1.
        events: the set after corrections; what was marked false is there but not valid.
        summary: counts and totals after corrections.
        medians: of its figures, by name.
        sds: standard uncertainties of its medians and totals, by the figure's name.
        side: its own, else its recording's.
        stored: the stored set it is; None if it comes fresh from an analysis.
    """

    n: int
    events: Set
    summary: Summary
    medians: Mapping[str, float]
    sds: Mapping[str, float]
    side: Side | None
    stored: StoredSet | None = None

    @property
    def valid_only(self) -> bool:
        """True if only its valid events count: it was found by algorithm version 1."""
        return self.stored is not None and self.stored.corrections.valid_only

    @property
    def amounts(self) -> dict[str, float]:
        """How much was done, by name: ``reps``, ``hops`` and ``hold_s``; 0 where nothing was."""
        reps, hops, holds = self.summary.reps, self.summary.hops, self.summary.holds
        return {
            "reps": reps.count if reps else 0,
            "hops": hops.count if hops else 0,
            "hold_s": (holds.total_s or 0.0) if holds else 0.0,
        }

    @property
    def figures(self) -> list[SetFigure]:
        """Every figure that is known of it, in the order of the catalogue."""
        values = self._values()
        return [
            SetFigure(QUANTITIES[name], value, self.sds.get(name))
            for name in QUANTITIES
            if (value := values.get(name)) is not None
        ]

    def _values(self) -> dict[str, float | None]:
        values: dict[str, float | None] = dict(self.medians)
        for name in _NOT_TOLD:
            values.pop(name, None)
        reps, hops, holds = self.summary.reps, self.summary.hops, self.summary.holds
        if reps is not None and reps.count:
            values["time_under_tension_s"] = reps.time_under_tension_s
        if hops is not None:
            values["cadence_hz"] = hops.cadence_hz
        if holds is not None:
            if holds.count > 1:
                values["hold_s"] = holds.total_s
            for name in ("tremor_peak_hz", "quiet_ratio", "ap_rms_mps2", "ml_rms_mps2"):
                values[name] = getattr(holds.steadiness, name, None)
        return values


def fresh(n: int, each: Set) -> ShownSet:
    """A set that an analysis has just found."""
    found = medians(each.reps, each.hops, each.holds)
    known = {name: round(value, _DECIMALS) for name, value in found.items()}
    sds = uncertainties([each])
    return ShownSet(
        n=n,
        events=each,
        summary=summarise(each, known, sds),
        medians=known,
        sds=sds,
        side=each.side,
    )


def of_stored(each: StoredSet) -> ShownSet:
    """A stored set, after corrections; one marked false has no figures."""
    events = each.corrected
    return ShownSet(
        n=each.n,
        events=events if events.side == each.side else replace(events, side=each.side),
        summary=each.summary,
        medians={} if each.corrections.false_set else each.medians,
        sds={} if each.corrections.false_set else each.sds,
        side=each.side,
        stored=each,
    )


def count_words(each: ShownSet) -> list[str]:
    """How much was done in a set: ``12 reps, 1 of them partial``."""
    reps, hops, holds = each.summary.reps, each.summary.hops, each.summary.holds
    found = each.events
    lines = []
    if reps is not None:
        partial = f", {reps.partial} of them partial" if reps.partial else ""
        lines.append(f"{many(reps.count, 'rep')}{partial}{_more(each, reps.invalid, found.reps)}")
    if hops is not None:
        lines.append(f"{many(hops.count, 'ground contact')}{_more(each, hops.invalid, found.hops)}")
    if holds is not None and (holds.count != 1 or holds.invalid or _is_lean(each)):
        noun = "lean" if _is_lean(each) else "hold"
        lines.append(f"{many(holds.count, noun)}{_more(each, holds.invalid, found.holds)}")
    if found.stands:
        lasted_s = statistics.median(stand.end_s - stand.start_s for stand in found.stands)
        each_s = f"{lasted_s:.1f} s" if len(found.stands) == 1 else f"{lasted_s:.1f} s each"
        lines.append(f"{many(len(found.stands), 'stand')} between jumps, {each_s}")
    if each.summary.steps is not None:
        seconds = each.events.end_s - each.events.start_s
        sd = QUANTITIES["steps"].plus_minus(each.summary.steps_sd)
        steps = f"{each.summary.steps}{sd} steps" if sd else many(each.summary.steps, "step")
        lines.append(f"{steps} in {seconds:.1f} s")
    return lines


def corrections_of(each: ShownSet) -> list[str]:
    """What the athlete changed of a stored set: ``corrected by you: 4 reps detected``."""
    from sensing.store.values.corrections import machine_count

    stored = each.stored
    if stored is None or not stored.corrections:
        return []
    items: tuple[tuple[Item, object], ...] = (
        ("rep", each.summary.reps),
        ("hop", each.summary.hops),
        ("step", each.summary.steps),
    )
    counts = [
        f"{many(machine_count(stored.detected, stored.corrections, item), item)} detected"
        for item, counted in items
        if counted is not None and not stored.added
    ]
    return [f"corrected by you: {', '.join(counts)}" if counts else "corrected by you"]


def _is_lean(each: ShownSet) -> bool:
    return any(hold.lean_deg is not None for hold in each.events.holds)


def amount_words(each: ShownSet) -> str:
    """How much was done in a set, in a few words: ``12 reps``, ``held 30.1 s``."""
    reps, hops, holds = each.summary.reps, each.summary.hops, each.summary.holds
    words = (
        many(holds.count, "lean") if holds and _is_lean(each) else "",
        many(reps.count, "rep") if reps else "",
        many(hops.count, "contact") if hops else "",
        f"held {QUANTITIES['hold_s'].text(holds.total_s)}" if holds else "",
        many(each.summary.steps, "step") if each.summary.steps else "",
    )
    return ", ".join(filter(None, words))


def set_words(each: Set) -> str:
    """The result of a set, in a few words: ``20 contacts, 212 ms each``."""
    shown = fresh(1, each)
    contact_s = shown.medians.get("contact_time_s")
    contact = f"{QUANTITIES['contact_time_s'].text(contact_s)} each" if contact_s else ""
    return ", ".join(filter(None, (amount_words(shown), contact))) or "nothing counted"


def limits(each: ShownSet) -> Iterator[str]:
    """What is not known of a set, what is doubtful and what does not count, and why."""
    for noun, events in _events(each.events):
        for reason, count in _doubtful(events).items():
            if reason == _REASONS[MARKED_FALSE]:
                yield f"{many(count, noun)} {reason}"
            elif each.valid_only:
                yield f"{many(count, noun)} excluded: {reason}"
            else:
                yield f"{many(count, noun)} doubtful, counted but in no figure: {reason}"
        unknown = Counter(
            (words, reason_words(why))
            for event in events
            if event.reason != MARKED_FALSE
            for words, why in {
                (_UNKNOWN[name], why) for name, why in event.reasons.items() if name in _UNKNOWN
            }
            | ({("RSI", PAUSE)} if event.reasons.get("rsi") == PAUSE else set())
        )
        for (words, reason), count in unknown.items():
            yield f"{words} of {many(count, noun)} unknown: {reason}"


def reason_words(reason: str | None) -> str:
    """Why an event is doubtful, or a figure of it unknown, in words."""
    return _REASONS.get(reason or "", reason) or "reason unknown"


def _events(each: Set) -> Iterator[tuple[str, Sequence[Rep | Hop | Hold]]]:
    yield "rep", each.reps
    yield "contact", each.hops
    yield "hold", each.holds


def _doubtful(events: Sequence[Rep | Hop | Hold]) -> Counter[str]:
    """How many events are not valid, by reason."""
    return Counter(reason_words(event.reason) for event in events if not event.valid)


def _more(each: ShownSet, count: int, events: Sequence[Rep | Hop | Hold]) -> str:
    """What algorithm version 1 did not count: `` (4 more excluded: data gap)``."""
    if not count or not each.valid_only:
        return ""
    return f" ({count} more excluded: {', '.join(_doubtful(events))})"
