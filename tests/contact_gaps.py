"""What does a gap do to a contact time? Delete samples, analyse again, and see.

``python -m tests.contact_gaps FOLDER`` prints, by the gap's place in a hop and its length, how
much contact times and flight times change: root mean square per length of the gap, changes capped
at 100 ms. These are the shares in ``sensing/analysis/hops/hop_gaps.py``. On the foot from people,
at the shank from simulated people.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sensing.analysis.hops.contact_times import find_hops
from sensing.analysis.hops.hop_gaps import Place
from sensing.core.events import Hop
from sensing.core.exercises import find_exercise
from sensing.core.samples import Samples, Worn
from tests import scoring
from tests.losing import lose_gap

LOOK = find_exercise("single-leg-hop").look
PLACES: tuple[Place, ...] = ("contact", "stance", "toe-off", "flight", "landing")
LENGTHS_S = (0.02, 0.04, 0.06, 0.08, 0.1)
_APART = 5
_NEAR_S, _MOST_S = 0.06, 0.1


@dataclass(frozen=True)
class Change:
    """Of one hop by one gap, s; None where the hop or the figure was given up."""

    contact_s: float
    flight_s: float


def changes(
    samples: Samples, placement: Worn, place: Place, gap_s: float, seed: int
) -> Iterator[Change | None]:
    """One gap in every fifth hop of a recording, at a random spot of a place."""
    rng = np.random.default_rng(seed)
    whole = [hop for series in find_hops(samples, LOOK, placement) for hop in series]
    chosen = [hop for hop in whole[int(rng.integers(_APART)) :: _APART] if _is_timed(hop)]
    lossy = samples
    hit = []
    for hop in chosen:
        start_s = _start(hop, place, gap_s, rng)
        if start_s is not None:
            lossy = lose_gap(lossy, start_s, gap_s)
            hit.append(hop)
    # Bridged, but not marked: what a figure would be worth if it were given.
    lossy = replace(lossy, lost=np.zeros_like(lossy.lost))
    again = [hop for series in find_hops(lossy, LOOK, placement) for hop in series]
    for hop in hit:
        near = min(again, key=lambda other: abs(other.contact_s - hop.contact_s), default=None)
        if near is None or abs(near.contact_s - hop.contact_s) > _NEAR_S or not _is_timed(near):
            yield None
        else:
            yield Change(
                (near.contact_time_s or 0) - (hop.contact_time_s or 0),
                (near.flight_time_s or 0) - (hop.flight_time_s or 0),
            )


def _is_timed(hop: Hop) -> bool:
    return hop.contact_time_s is not None and hop.flight_time_s is not None


def _start(hop: Hop, place: Place, gap_s: float, rng: np.random.Generator) -> float | None:
    """Where a gap begins that hides an instant, or lies between two with 30 ms to spare."""
    begin_s, end_s = hop.contact_s, hop.takeoff_s or 0.0
    next_s = end_s + (hop.flight_time_s or 0.0)
    instants = {"contact": begin_s, "toe-off": end_s, "landing": next_s}
    if place in instants:
        return float(instants[place] - gap_s * rng.uniform())
    first_s, last_s = (begin_s, end_s) if place == "stance" else (end_s, next_s)
    room_s = last_s - first_s - 0.06 - gap_s
    return float(first_s + 0.03 + room_s * rng.uniform()) if room_s > 0 else None


def recordings(shared: Path) -> Iterator[tuple[Samples, Worn]]:
    """People with the sensor in the shoe, and simulated people with it at the ankle."""
    for path in scoring.recordings(shared / "real-shoe"):
        yield scoring.load(path)[0].blocks[0], "shoe"
    for path in scoring.recordings(shared / "simulated", "*hop*"):
        yield scoring.without_gyro(scoring.load(path)[0]).blocks[0], "ankle"


def markdown(shared: Path, repeats: int = 3) -> str:
    """A table for each placement."""
    found: dict[tuple[Worn, Place, float], list[Change | None]] = defaultdict(list)
    for samples, placement in recordings(shared):
        for place in PLACES:
            for gap_s in LENGTHS_S:
                for seed in range(repeats):
                    found[placement, place, gap_s] += changes(
                        samples, placement, place, gap_s, seed
                    )
    lines = []
    placements: tuple[Worn, ...] = ("shoe", "ankle")
    for placement in placements:
        lines += [
            f"### {placement}: RMS change of contact time, of flight time, per gap; given up",
            "",
            "| place | " + " | ".join(f"{1e3 * gap_s:.0f} ms" for gap_s in LENGTHS_S) + " |",
            "|" + " --- |" * (len(LENGTHS_S) + 1),
        ]
        for place in PLACES:
            cells = [_cell(found[placement, place, gap_s], gap_s) for gap_s in LENGTHS_S]
            lines.append(f"| {place} | " + " | ".join(cells) + " |")
        lines.append("")
    return "\n".join(lines)


def _cell(given: list[Change | None], gap_s: float) -> str:
    kept = [each for each in given if each is not None]
    if not kept:
        return "–"
    contact, flight = (
        float(np.sqrt(np.mean(np.clip(x, -_MOST_S, _MOST_S) ** 2))) / gap_s
        for x in (np.array([c.contact_s for c in kept]), np.array([c.flight_s for c in kept]))
    )
    return f"{contact:.2f}, {flight:.2f}; {1 - len(kept) / len(given):.2f}"


if __name__ == "__main__":
    print(markdown(Path(sys.argv[1])))
