"""Recordings as the hop decoder sees them, each with its labels: what its weights are learnt from.

People with force under the foot for the foot; for the shank, for want of people, simulated hops and
people's ankles without any. The simulated ones of the labelled recordings hop at ease; those who
hop three times a second, softly, are simulated here.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from sensing.analysis.hops.flight_evidence import signals_of
from sensing.analysis.hops.hop_candidates import find_candidates, find_links
from sensing.analysis.hops.hop_odds import hop_evidence, landing_evidence, view_of
from sensing.analysis.hops.hop_weights import View
from sensing.analysis.hops.initial_contacts import find_bursts
from sensing.analysis.signals.vertical import fine_motion
from sensing.core.exercises import find_exercise
from sensing.core.samples import Recording, Samples, Worn
from sensing.core.units import Floats, Ints
from sensing.sampling.checked_recording import recording_of
from sensing.sampling.columns import Columns
from sensing.simulation.make import simulate
from sensing.simulation.options import Options
from sensing.simulation.raise_habits import draw_person
from tests import scoring
from tests.hopping import at_rate

LOOK = find_exercise("single-leg-hop").look
VARIANTS = (
    ("gyro", None, True),
    ("no gyro", None, False),
    ("50 Hz", 50.0, True),
    ("50 Hz, no gyro", 50.0, False),
)
"""Name, rate in Hz (None: the recording's own), gyro."""
FOOT: tuple[View, ...] = ("foot by gyro", "foot")
"""Views of people with force under the foot."""
JUMPING = ("jump", "hop", "jog", "run")
"""Words of activities in which contacts are neither right nor wrong, unless they are hops."""
_QUICK_S = 0.37
"""s; longest period of a quick hopper."""
_QUICK_STYLES = (("double-leg-hop", 0.82, 1.22), ("single-leg-hop", 1.0, 1.0))
"""Exercises, and how much of a person's own contact and flight times is theirs on average."""
_QUICK_SEEDS = range(8000, 8030)
"""Seeds to learn from: as many hoppers as there are at ease. Larger: they outweigh those, and
bursts of the push-off pass for landings; smaller: quick hops are learnt from few."""
_RATES_HZ = (208.0, 104.0, 52.0)


@dataclass(frozen=True, eq=False)
class Case:
    """One recording as the decoder sees it, with its labels."""

    person: str
    variant: str
    view: View
    samples: Samples
    worn: Worn
    truth: scoring.Truth
    time_s: Floats
    pairs: Ints
    hop: Mapping[str, Floats]
    landing: Mapping[str, Floats]
    is_hop: Ints
    is_landing: Ints


def case_of(person: str, variant: str, samples: Samples, worn: Worn, truth: scoring.Truth) -> Case:
    """Measure a recording."""
    fine = fine_motion(samples, worn)
    signals = signals_of(fine)
    some = find_candidates(signals, find_bursts(fine))
    links = find_links(signals, some, LOOK)
    time_s = np.array([fine.time_s(k) for k in some.at.tolist()])
    pairs = np.column_stack([links.first, links.second])
    is_hop, is_landing = labels(truth, time_s, some.strength_gps * np.maximum(some.low, 0.1), pairs)
    return Case(
        person=person,
        variant=variant,
        view=view_of(fine),
        samples=samples,
        worn=worn,
        truth=truth,
        time_s=time_s,
        pairs=pairs,
        hop=hop_evidence(some, links, LOOK),
        landing=landing_evidence(some, LOOK),
        is_hop=is_hop,
        is_landing=is_landing,
    )


def labels(truth: scoring.Truth, time_s: Floats, score: Floats, pairs: Ints) -> tuple[Ints, Ints]:
    """Of pairs and candidates: 1 a hop or landing, 0 none, −1 not to be learnt from."""
    hops = np.zeros(len(pairs), dtype=np.int64)
    landings = np.zeros(len(time_s), dtype=np.int64)
    begin, end = (time_s[pairs[:, k]] for k in (0, 1))
    for span in truth.get("activities", []):
        if any(word in span["what"] for word in JUMPING):
            a, b = span["start_s"], span["end_s"]
            hops[(begin > a - 1.2) & (end < b + 1.2)] = -1
            landings[(time_s > a - 1.2) & (time_s < b + 1.2)] = -1
    if truth.get("running"):
        return hops - 1, landings - 1
    for a, b in hopping_spans(truth):
        hops[(begin > a - 0.3) & (end < b + 0.3)] = 0
        landings[(time_s > a - 0.3) & (time_s < b + 0.3)] = 0
    reach_s = 0.08 if "contacts" in truth else 0.05
    number = {(int(i), int(j)): k for k, (i, j) in enumerate(pairs)}
    for first_s, second_s, short in true_flights(truth):
        i, j = (_nearest(time_s, score, t, reach_s) for t in (first_s, second_s))
        if j is not None:
            landings[j] = 1
        if short and i is not None and j is not None and (i, j) in number:
            hops[number[i, j]] = 1
    return hops, landings


def hopping_spans(truth: scoring.Truth) -> list[tuple[float, float]]:
    """Activities in which this foot hops."""
    other = {"left": "right", "right": "left"}.get(truth.get("side", ""), "")
    return [
        (span["start_s"], span["end_s"])
        for span in truth.get("activities", [])
        if span["what"] in scoring.HOPPING and span["what"] != f"jumping on the {other} leg"
    ]


def true_flights(truth: scoring.Truth) -> list[tuple[float, float, bool]]:
    """Contacts joined by a flight, s, and whether the first is short enough for a hop."""
    contacts = truth.get("contacts") or truth.get("hops") or []
    spans = hopping_spans(truth)
    out = []
    for one, following in itertools.pairwise(contacts):
        a, b, c = one["contact_s"], one["takeoff_s"], following["contact_s"]
        inside = not spans or any(
            s - 0.3 <= a <= e + 0.3 or s - 0.3 <= c <= e + 0.3 for s, e in spans
        )
        if inside and 0.05 < c - b < 0.6 and b - a > 0.1:
            out.append((a, c, b - a < 1.0))
    return out


def _nearest(time_s: Floats, score: Floats, t: float, reach_s: float) -> int | None:
    apart_s = np.abs(time_s - t)
    near = np.flatnonzero(apart_s < reach_s)
    if len(near) == 0:
        return None
    return int(near[np.argmax(np.log(score[near] + 5) - apart_s[near] / 0.03)])


@cache
def shoe_cases(folder: Path) -> tuple[Case, ...]:
    """People's shoes in all variants."""
    out = []
    for group in ("real-shoe", "real-shoe-more"):
        for path in scoring.recordings(folder / group):
            recording, truth = scoring.load(path)
            for samples in recording.blocks:
                for name, rate_hz, gyro in VARIANTS:
                    each = samples if rate_hz is None else at_rate(samples, rate_hz)
                    each = each if gyro else replace(each, gyro_dps=None)
                    out.append(case_of(truth["person"], name, each, "shoe", truth))
    return tuple(out)


@cache
def ankle_cases(folder: Path) -> tuple[Case, ...]:
    """Simulated hops, and people's ankles without any."""
    out = []
    for group in ("simulated", "real", "real-ankle"):
        for path in scoring.recordings(folder / group):
            if "drop-jump" in path.name:
                continue
            recording, truth = scoring.load(path)
            truth["running"] = "running" in path.name or "corsa" in path.name
            for samples in recording.blocks:
                bare = replace(samples, gyro_dps=None)
                name = path.name.removesuffix(".csv.gz")
                out.append(case_of(name, group, bare, "ankle", truth))
    return (*out, *(_simulated_case(*each) for each in quick_hoppers(_QUICK_SEEDS)))


def quick_hoppers(seeds: Iterable[int]) -> Iterator[tuple[Recording, scoring.Truth]]:
    """Simulated people among some seeds who hop three times a second, on one leg and on two."""
    for seed in seeds:
        person = draw_person(np.random.default_rng(np.random.SeedSequence(seed).spawn(5)[0]))
        for exercise, contact, flight in _QUICK_STYLES:
            if contact * person.hop_contact_s + flight * person.hop_flight_s > _QUICK_S:
                continue
            made = simulate(
                Options(exercise=exercise, seed=seed, rate_hz=_RATES_HZ[seed % 3], gyro=False)
            )
            columns = Columns(acc=made.acc_g, t_s=made.samples_t_s, where="simulated")
            yield recording_of(columns), dict(made.truth)


def _simulated_case(recording: Recording, truth: scoring.Truth) -> Case:
    name = f"quick {truth['exercise']} {truth['seed']}"
    return case_of(name, "simulated", recording.blocks[0], "ankle", truth)


def scored_hops(truth: scoring.Truth) -> list[tuple[float, float, float]]:
    """Contact, toe-off and next contact of hops: contacts under 0.6 s, flights of 0.05–0.6 s."""
    out = []
    for begin, end in hopping_spans(truth):
        inside = [
            (c["contact_s"], c["takeoff_s"])
            for c in truth["contacts"]
            if begin - 0.3 <= c["contact_s"] <= end + 0.3 and c["takeoff_s"] - c["contact_s"] < 0.6
        ]
        for (a, b), (c, _) in itertools.pairwise(inside):
            if 0.05 < c - b < 0.6:
                out.append((a, b, c))
    return out


def matched(true_s: list[float], found_s: list[float], reach_s: float = 0.1) -> list[int]:
    """Numbers of the true instants that have a found one, each found one used once."""
    pairs = sorted(
        (abs(a - b), i, j)
        for i, a in enumerate(true_s)
        for j, b in enumerate(found_s)
        if abs(a - b) <= reach_s
    )
    mine: set[int] = set()
    theirs: set[int] = set()
    for _, i, j in pairs:
        if i not in mine and j not in theirs:
            mine.add(i)
            theirs.add(j)
    return sorted(mine)
