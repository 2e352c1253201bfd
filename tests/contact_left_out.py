"""Do the constants of contact time hold for a person who had no part in them?

``python -m tests.contact_left_out FOLDER`` fits the constants of ``foot_landmarks.py`` to people
with force under the foot, one vote a person, and prints them; then it leaves each person out in
turn, fits to the others, and prints how well that person's contacts are timed. All are contacts of
series that Anklet found by itself.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy import stats

from sensing.analysis.hops.calibrated_toe_off import LEAST_SERIES
from sensing.analysis.hops.contact_times import hops_of
from sensing.analysis.hops.find_series import find_series
from sensing.analysis.hops.foot_landmarks import FOOT, FootTiming, landing_marks
from sensing.analysis.hops.push_off import Push, push_peaks, push_signals, span_of
from sensing.analysis.hops.series import Series
from sensing.analysis.signals.vertical import FINE_HZ
from sensing.core.exercises import find_exercise
from sensing.core.samples import Recording
from sensing.core.units import Floats
from tests import scoring
from tests.hopping import at_rate

LOOK = find_exercise("single-leg-hop").look
_NEAR_S, _BESIDE_S = 0.1, 0.3
_GROSS_S = 0.06
_LEAST_HOPS = 5
Contact = tuple[float, float]


@dataclass(frozen=True)
class Person:
    """Series found in the recordings of one person, each with the true contacts beside it."""

    name: str
    series: list[tuple[Series, list[Contact]]]


@dataclass(frozen=True)
class Marks:
    """What one contact of a person teaches: how late each landmark was, s."""

    onset_s: float
    jerk_s: float
    shock_s: float
    push_s: float
    apart_s: float


def people(shared: Path, *, gyro: bool = True, rate_hz: float | None = None) -> list[Person]:
    """Everybody with force under the foot."""
    by_name: dict[str, list[tuple[Series, list[Contact]]]] = defaultdict(list)
    for folder in ("real-shoe", "real-shoe-more"):
        for path in scoring.recordings(shared / folder):
            recording, truth = scoring.load(path)
            true = _true(truth)
            by_name[truth["person"]] += [
                (series, true) for series in _series(recording, gyro=gyro, rate_hz=rate_hz)
            ]
    return [Person(name, series) for name, series in sorted(by_name.items())]


def _true(truth: scoring.Truth) -> list[Contact]:
    """Contacts up to 0.6 s of the foot that jumps, with a flight of 0.05–0.6 s after them."""
    other = {"left": "right", "right": "left"}[truth["side"]]
    contacts = [(c["contact_s"], c["takeoff_s"]) for c in truth["contacts"]]
    out = []
    for span in truth["activities"]:
        if span["what"] in scoring.HOPPING and span["what"] != f"jumping on the {other} leg":
            begin_s, end_s = span["start_s"] - _BESIDE_S, span["end_s"] + _BESIDE_S
            out += [
                (on, off)
                for (on, off), (following, _) in pairwise(contacts)
                if begin_s <= on <= end_s
                and off - on < LOOK.contact_s[1]
                and LOOK.flight_s[0] < following - off < LOOK.flight_s[1]
            ]
    return out


def _series(recording: Recording, *, gyro: bool, rate_hz: float | None) -> Iterable[Series]:
    samples = (recording if gyro else scoring.without_gyro(recording)).blocks[0]
    if rate_hz is not None:
        samples = at_rate(samples, rate_hz)
    return find_series(samples, LOOK, "shoe")


def fit(others: Sequence[Person]) -> FootTiming:
    """The constants that these people give: medians within a person, means over people."""
    marks = [[m for series, true in person.series for m in _marks(series, true)]
             for person in others]  # fmt: skip

    def vote(of: Callable[[Marks], float]) -> float:
        return float(np.mean([np.median([of(m) for m in own]) for own in marks if len(own) > 2]))

    timing = FootTiming(
        onset_late_s=vote(lambda m: m.onset_s),
        jerk_late_s=vote(lambda m: m.jerk_s),
        shock_late_s=vote(lambda m: m.shock_s),
        push_late_s=vote(lambda m: m.push_s),
        apart_s=vote(lambda m: m.apart_s),
        kept=1.0,
        sd_s=FOOT.sd_s,
    )
    return replace(timing, kept=_kept(others, timing))


def stranger_sd_s(by_person: dict[str, tuple[Floats, Floats]]) -> float:
    """Standard uncertainty for somebody new, s, so that ±2 of it hold 95 %.

    What differs between so few people is itself known little: hence Student's t.
    """
    errors = [e for e, _ in by_person.values() if len(e) >= _LEAST_HOPS]
    n = len(errors)
    between_s = float(np.std([np.median(e) for e in errors], ddof=1)) * float(np.sqrt(1 + 1 / n))
    within_s = float(np.mean([robust_sd(e) for e in errors]))
    return float(np.hypot(between_s * stats.t.ppf(0.977, n - 1) / 2, within_s))


def _marks(series: Series, true: Sequence[Contact]) -> list[Marks]:
    push = push_signals(series.fine)
    at = [(t - series.fine.t0_s) * FINE_HZ for t in series.contacts_s]
    out = []
    for k, on, off in paired(series, true):
        found = _of_one(push, at[k], at[k + 1], (on - series.fine.t0_s, off - series.fine.t0_s))
        if found is not None:
            out.append(found)
    return out


def _of_one(push: Push, contact: float, landing: float, true_s: Contact) -> Marks | None:
    marks, span = landing_marks(push, contact), span_of(push.fine, contact, landing, LOOK)
    if span is None or len(marks) < 3:
        return None
    peak, hardest = push_peaks(push, span)
    onset_s, jerk_s, shock_s = (at / FINE_HZ - true_s[0] for at in marks)
    return Marks(onset_s, jerk_s, shock_s, peak / FINE_HZ - true_s[1], (hardest - peak) / FINE_HZ)


def paired(series: Series, true: Sequence[Contact]) -> list[tuple[int, float, float]]:
    """Contacts of a series but its last and a foot put down, with their true times."""
    found_s = np.array(series.contacts_s[:-1])
    out = []
    for on, off in true if len(found_s) else ():
        k = int(np.argmin(np.abs(found_s - on)))
        nearest = min(true, key=lambda c: abs(c[0] - found_s[k]))[0] == on
        if nearest and abs(found_s[k] - on) < _NEAR_S and series.kinds[k] == "rebound":
            out.append((k, on, off))
    return out


def _kept(others: Sequence[Person], timing: FootTiming) -> float:
    """Slope of true deviations from the median of a series over measured ones."""
    ours, theirs = [], []
    for person in others:
        for series, true in person.series:
            rows = _timed(series, true, timing)
            if len(rows) < LEAST_SERIES:
                continue
            got_s, want_s = (np.array([row[k] for row in rows]) for k in (1, 2))
            ours.append(np.clip(got_s - np.median(got_s), -_GROSS_S, _GROSS_S))
            theirs.append(np.clip(want_s - np.median(want_s), -_GROSS_S, _GROSS_S))
    x, y = np.concatenate(ours), np.concatenate(theirs)
    return float(np.clip(x @ y / (x @ x), 0.2, 1.0))


def _timed(
    series: Series, true: Sequence[Contact], timing: FootTiming
) -> list[tuple[float, float, float, float]]:
    """Initial contact, contact time, true contact time and stated SD of each timed hop."""
    hops = hops_of([series], LOOK, timing=timing)[0]
    return [
        (hop.contact_s, hop.contact_time_s, off - on, hop.contact_time_sd_s or 0.0)
        for k, on, off in paired(series, true)
        if (hop := hops[k]).contact_time_s is not None
    ]


def errors_of(person: Person, timing: FootTiming) -> tuple[Floats, Floats]:
    """Errors of a person's contact times, and the stated SDs, s."""
    rows = [row for series, true in person.series for row in _timed(series, true, timing)]
    table = np.array(rows).reshape(-1, 4)
    return table[:, 1] - table[:, 2], table[:, 3]


def robust_sd(error: Floats) -> float:
    """SD by the median absolute deviation."""
    return float(1.4826 * np.median(np.abs(error - np.median(error))))


def left_out(everyone: Sequence[Person]) -> dict[str, tuple[Floats, Floats]]:
    """Errors and stated SDs of each person by constants of the others."""
    return {
        person.name: errors_of(person, fit([p for p in everyone if p is not person]))
        for person in everyone
    }


def markdown(shared: Path) -> str:
    """Constants, and a table of people left out for each kind of sensor."""
    lines = []
    for name, gyro, rate_hz in (
        ("100 Hz with gyro", True, None),
        ("100 Hz without", False, None),
        ("50 Hz with gyro", True, 50.0),
        ("50 Hz without", False, 50.0),
    ):
        everyone = people(shared, gyro=gyro, rate_hz=rate_hz)
        by_person = left_out(everyone)
        lines += [f"### {name}", "", f"`{fit(everyone)}`", "",
                  "| person | hops | bias (ms) | SD within (ms) | within ±2 SD |",
                  "| --- | --- | --- | --- | --- |"]  # fmt: skip
        for person, (e, sd_s) in by_person.items():
            if len(e):
                lines.append(
                    f"| {person} | {len(e)} | {1e3 * np.median(e):.0f} | {1e3 * robust_sd(e):.1f}"
                    f" | {np.mean(np.abs(e) <= 2 * sd_s):.2f} |"
                )
        lines += [summary(by_person), ""]
    return "\n".join(lines)


def summary(by_person: dict[str, tuple[Floats, Floats]]) -> str:
    """All people as a row of the table, and what one constant leaves."""
    error = np.concatenate([e for e, _ in by_person.values()])
    sd_s = np.concatenate([sd for _, sd in by_person.values()])
    off = error - np.median(error)
    within = np.mean([robust_sd(e) for e, _ in by_person.values() if len(e) >= _LEAST_HOPS])
    return (
        f"| all | {len(error)} | {1e3 * np.median(error):.0f} | {1e3 * within:.1f}"
        f" | {np.mean(np.abs(error) <= 2 * sd_s):.2f} |\n\nRMSE after one constant"
        f" {1e3 * np.sqrt(np.mean(off**2)):.1f} ms, beyond 60 ms"
        f" {np.mean(np.abs(off) > _GROSS_S):.3f}; SD for somebody new"
        f" {1e3 * stranger_sd_s(by_person):.0f} ms"
    )


if __name__ == "__main__":
    print(markdown(Path(sys.argv[1])))
