"""How an analysis is compared with labels: one function a figure, nothing printed, nothing bounded.

The labelled recordings lie beside the checkout (``../shared/recordings``): simulated ones, whose
truth is exact, and real ones from people. ``tests/scoreboard.py`` prints the figures,
``tests/test_figures.py`` bounds them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from sensing.analysis.analyse import analyse
from sensing.analysis.sets.bouts import kind_of
from sensing.core.events import Analysis, Hop, Rep, Set
from sensing.core.samples import Placement, Recording
from sensing.files.read_recording import read_recording

Truth = dict[str, Any]

HOPPING = (
    "jumping on the left leg",
    "jumping on the right leg",
    "hopping around on one leg",
    "jumping in place",
)
ANY_JUMP = (*HOPPING, "jumping forward", "jumping backward", "jumping to the side")
KEEPING = ("standing on tiptoes", "balancing on the left leg", "balancing on the right leg")


def load(path: Path) -> tuple[Recording, Truth]:
    """A recording and the labels beside it."""
    labels = path.with_name(path.name.removesuffix(".csv.gz") + ".json")
    truth: Truth = json.loads(labels.read_text()) if labels.exists() else {}
    return read_recording(path), truth


def recordings(folder: Path, pattern: str = "*") -> list[Path]:
    """Recordings of a folder in order of name."""
    return sorted(folder.glob(f"{pattern}.csv.gz"))


def without_gyro(recording: Recording) -> Recording:
    """The same recording from a sensor without a gyro."""
    return replace(recording, blocks=tuple(replace(b, gyro_dps=None) for b in recording.blocks))


def reps_of(analysis: Analysis) -> list[Rep]:
    """All reps of an analysis."""
    return [rep for each in analysis.sets for rep in each.reps]


def hops_of(analysis: Analysis) -> list[Hop]:
    """All hops of an analysis."""
    return [hop for each in analysis.sets for hop in each.hops]


@dataclass
class RepScore:
    """Counts and tempo errors over recordings of reps."""

    counts: list[tuple[int, int, int]] = field(default_factory=list)
    raise_error_s: list[float] = field(default_factory=list)
    lower_error_s: list[float] = field(default_factory=list)
    slow_lower_error_s: list[float] = field(default_factory=list)

    def add(self, truth: Truth, found: list[Rep]) -> None:
        """One recording; partial reps may count or not."""
        full = sum(not rep["partial"] for rep in truth["reps"])
        self.counts.append((full, len(truth["reps"]), len(found)))
        for rep in truth["reps"]:
            middle = (rep["start_s"] + rep["top_s"]) / 2
            match = [r for r in found if r.start_s - 0.2 <= middle <= r.top_s + 0.2]
            if not match:
                continue
            self.raise_error_s.append(match[0].raise_time_s - (rep["top_s"] - rep["start_s"]))
            slow = truth["exercise"] == "eccentric-calf-raise"
            lower = self.slow_lower_error_s if slow else self.lower_error_s
            lower.append(match[0].lower_time_s - (rep["end_s"] - rep["lower_s"]))

    def within(self, reps: int) -> float:
        """Share of recordings whose count is within so many reps of the truth."""
        return float(np.mean([a - reps <= n <= b + reps for a, b, n in self.counts]))


@dataclass
class HopScore:
    """Hops found, and errors of initial contact and contact time."""

    true: int = 0
    found: int = 0
    false: int = 0
    contact_error_s: list[float] = field(default_factory=list)
    contact_time_error_s: list[float] = field(default_factory=list)
    contact_time_sd_s: list[float] = field(default_factory=list)
    rate_hz: list[float] = field(default_factory=list)

    def add(
        self, truth: Iterable[Truth], found: list[Hop], rate_hz: float, *, reach_s: float = 0.08
    ) -> None:
        """One series: each true contact takes the nearest found one within reach."""
        left = list(found)
        for hop in truth:
            self.true += 1
            near = sorted(left, key=lambda h: abs(h.contact_s - hop["contact_s"]))
            if not near or abs(near[0].contact_s - hop["contact_s"]) > reach_s:
                continue
            one = near[0]
            left.remove(one)
            self.found += 1
            self.contact_error_s.append(one.contact_s - hop["contact_s"])
            if one.valid and one.contact_time_s is not None:
                true_s = hop["takeoff_s"] - hop["contact_s"]
                self.contact_time_error_s.append(one.contact_time_s - true_s)
                self.contact_time_sd_s.append(one.contact_time_sd_s or float("nan"))
                self.rate_hz.append(rate_hz)
        self.false += len(left)

    def covered(self) -> float:
        """Share of contact times whose truth lies within two stated standard deviations."""
        error = np.abs(self.contact_time_error_s)
        return float(np.mean(error <= 2 * np.array(self.contact_time_sd_s)))

    def rmse_s(self) -> float:
        """RMS error of the contact time, bias and all, s."""
        return float(np.sqrt(np.mean(np.square(self.contact_time_error_s))))

    def rmse_without_bias_s(self) -> float:
        """The same with one constant (the median) taken away, s."""
        error = np.array(self.contact_time_error_s)
        return float(np.sqrt(np.mean((error - np.median(error)) ** 2)))


def robust_sd(errors: list[float]) -> float:
    """1.4826 × median absolute deviation."""
    middle = np.median(errors)
    return float(1.4826 * np.median(np.abs(np.array(errors) - middle)))


def right_kinds(truth: Truth, analysis: Analysis) -> tuple[int, int]:
    """(true bouts given the right kind, true bouts) of a simulated recording under ``auto``."""
    kind = {"reps": "calf-raise", "hops": "hop", "hold": "hold"}[truth["kind"]]
    if truth["kind"] == "reps":
        spans = [tuple(truth["set"])]
    elif truth["kind"] == "hops":
        spans = [(truth["hops"][0]["contact_s"], truth["hops"][-1]["takeoff_s"])]
    else:
        spans = [(hold["start_s"], hold["end_s"]) for hold in truth["holds"]]
    right = 0
    for start_s, end_s in spans:
        share: dict[str, float] = {}
        for each in analysis.sets:
            overlap = min(end_s, each.end_s) - max(start_s, each.start_s)
            if overlap > 0:
                share[kind_of(each)] = share.get(kind_of(each), 0.0) + overlap
        best = max(share, key=lambda k: share[k], default=None)
        right += best == kind and share[kind] > 0.5 * (end_s - start_s)
    return right, len(spans)


def hop_contacts(truth: Truth) -> list[tuple[str, list[Truth]]]:
    """Labelled hops of a recording from a shoe: (activity, contacts with a flight beside them).

    A contact counts if it lies in a hopping activity of this foot, lasts under 0.6 s and is
    followed or preceded by a flight of 0.05–0.6 s.
    """
    out = []
    other = {"left": "right", "right": "left"}[truth["side"]]
    contacts = truth["contacts"]
    for span in truth["activities"]:
        if span["what"] not in HOPPING or span["what"] == f"jumping on the {other} leg":
            continue
        chosen = []
        for i, hop in enumerate(contacts):
            inside = span["start_s"] <= hop["contact_s"] and hop["takeoff_s"] <= span["end_s"]
            if not inside or hop["takeoff_s"] - hop["contact_s"] >= 0.6:
                continue
            flights = []
            if i > 0:
                flights.append(hop["contact_s"] - contacts[i - 1]["takeoff_s"])
            if i + 1 < len(contacts):
                flights.append(contacts[i + 1]["contact_s"] - hop["takeoff_s"])
            if all(0.05 <= flight <= 0.6 for flight in flights):
                chosen.append(hop)
        if chosen:
            out.append((span["what"], chosen))
    return out


def kept_spans(truth: Truth, other: Truth) -> list[tuple[str, float, float]]:
    """Labelled holds of at least 2 s, by force rather than by the label's edges.

    The activity's span holds a second and more of getting there. On tiptoes counts how long this
    foot's heel was unloaded; on one leg, how long the lifted foot was (``other`` is the recording
    of the other foot).
    """
    spans = []
    for span in truth["activities"]:
        if span["what"] not in KEEPING:
            continue
        if span["what"] == "standing on tiptoes":
            stretches = [(h["start_s"], h["end_s"]) for h in truth.get("heel_off", [])]
        else:
            standing = "left" if "left" in span["what"] else "right"
            lifted = other if truth["side"] == standing else truth
            ends = [hop["takeoff_s"] for hop in lifted["contacts"]]
            begins = [hop["contact_s"] for hop in lifted["contacts"]]
            stretches = list(zip(ends[:-1], begins[1:], strict=True))
        inside = [
            (max(a, span["start_s"] - 1), min(b, span["end_s"] + 1))
            for a, b in stretches
            if a < span["end_s"] and b > span["start_s"]
        ]
        if inside:
            longest = max(inside, key=lambda ab: ab[1] - ab[0])
            spans.append((span["what"], *longest))
    return [(what, a, b) for what, a, b in spans if b - a >= 2.0]


def other_foot(path: Path) -> Truth:
    """Labels of the same person's other foot."""
    name = path.name.removesuffix(".csv.gz")
    swap = {"left": "right", "right": "left"}
    body, _, side = name.rpartition("-")
    truth: Truth = json.loads(path.with_name(f"{body}-{swap[side]}.json").read_text())
    return truth


def is_false(each: Set, truth: Truth) -> bool:
    """A set of a recording from a shoe that lies in no activity it could belong to."""
    fits = {"hop": ANY_JUMP, "hold": KEEPING, "calf-raise": ("standing on tiptoes",)}
    kinds = fits.get(kind_of(each), ())
    middle = (each.start_s + each.end_s) / 2
    return not any(
        span["what"] in kinds and span["start_s"] - 1 <= middle <= span["end_s"] + 1
        for span in truth["activities"]
    )


def run(path: Path, exercise: str, placement: Placement | None = None) -> tuple[Truth, Analysis]:
    """Analyse a labelled recording."""
    recording, truth = load(path)
    return truth, analyse(recording, exercise, placement)
