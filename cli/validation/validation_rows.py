"""A validation as rows of plain values: for JSON, for CSV, and for the tables on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from sensing.validation.comparison import Comparison
from sensing.validation.people_agreement import Interval, PeopleAgreement
from sensing.validation.reliability import Reliability
from sensing.validation.summary import Counts, Detection, Figure

Values = dict[str, object]

EVERYONE = "all"
"""The person of a row for all people together."""

_AGREEMENT = (
    *("bias", "bias_low", "bias_high", "sd"),
    *("lower", "lower_low", "lower_high", "upper", "upper_low", "upper_high"),
    *("icc", "icc_low", "icc_high", "interval_over", "no_interval"),
)
COUNTS = (
    *("person", "event", "recordings", "people", "labelled", "found"),
    *("exact_share", "within_1_share", "mape", *_AGREEMENT),
)
EVENTS = (
    *("person", "event", "recordings", "labelled", "found", "matched"),
    *("precision", "recall", "f1", "shift_s"),
)
FIGURES = (
    *("person", "figure", "n", "people", "unsupported", *_AGREEMENT),
    *("covered_share", "stated"),
)
RECORDINGS = (
    *("recording", "person", "exercise", "event", "labelled", "found"),
    *("matched", "missed", "extra", "shift_s"),
)
PAIRS = (
    *("recording", "person", "event", "label_time_s", "found_time_s"),
    *("label_duration_s", "found_duration_s", "found_duration_sd_s"),
)


def counts_row(each: Counts) -> Values:
    """One row of how well was counted."""
    return {
        "person": each.person or EVERYONE,
        "event": each.event,
        "recordings": each.recordings,
        "people": each.people,
        "labelled": each.labelled,
        "found": each.found,
        "exact_share": each.exact,
        "within_1_share": each.within_one,
        "mape": each.mape,
        **_agreement(each.person, each.people, each.agreement, each.reliability),
    }


def events_row(each: Detection) -> Values:
    """One row of how well events were found."""
    return {**asdict(each), "person": each.person or EVERYONE}


def figure_row(each: Figure) -> Values:
    """One row of how well a duration was measured; all in seconds."""
    return {
        "person": each.person or EVERYONE,
        "figure": each.name,
        "n": each.n,
        "people": each.people,
        "unsupported": each.unsupported,
        "covered_share": each.covered,
        "stated": each.stated,
        **_agreement(each.person, each.people, each.agreement, each.reliability),
    }


def recording_row(each: Comparison) -> Values:
    """One kind of event of one recording."""
    pairs = each.pairs
    return {
        "recording": each.recording,
        "person": each.person,
        "exercise": each.exercise,
        "event": each.event,
        "labelled": each.labelled,
        "found": each.found,
        "matched": None if pairs is None else len(each.matched),
        "missed": None if pairs is None else sum(pair.found_time_s is None for pair in pairs),
        "extra": None if pairs is None else sum(pair.label_time_s is None for pair in pairs),
        "shift_s": each.shift_s,
    }


def pair_rows(each: Comparison) -> Iterator[Values]:
    """Every labelled and every detected event, matched ones in one row."""
    for pair in each.pairs or ():
        yield {
            "recording": each.recording,
            "person": each.person,
            "event": each.event,
            "label_time_s": pair.label_time_s,
            "found_time_s": pair.found_time_s,
            "label_duration_s": pair.label_length_s,
            "found_duration_s": pair.found_length_s,
            "found_duration_sd_s": pair.found_sd_s,
        }


def _agreement(
    person: str | None,
    people: int,
    agreement: PeopleAgreement | None,
    reliability: Reliability | None,
) -> Values:
    out: Values = dict.fromkeys(_AGREEMENT)
    if person is not None:
        out["interval_over"] = "events of this person"
    elif people > 1:
        out["interval_over"] = "people"
    why = []
    if agreement is None:
        why.append("fewer than three pairs")
    else:
        out |= {name: getattr(agreement, name) for name in ("bias", "sd", "lower", "upper")}
        for name in ("bias", "lower", "upper"):
            out |= _ends(name, getattr(agreement, f"{name}_interval"))
        if agreement.bias_interval is None:
            why.append("one person: no interval between people")
    if reliability is not None:
        out |= {"icc": reliability.icc, **_ends("icc", reliability.interval)}
        why += [f"ICC: {reliability.why}"] if reliability.why else []
    out["no_interval"] = "; ".join(why) or None
    return out


def _ends(name: str, interval: Interval | None) -> Values:
    low, high = (None, None) if interval is None else interval
    return {f"{name}_low": low, f"{name}_high": high}
