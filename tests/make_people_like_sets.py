"""Make the sets in ``tests/labelled/people_like``: ``python -m tests.make_people_like_sets``.

One set of raises a recording, by simulated people who move as people do (see
``sensing/simulation/raise_habits.py``), and movements of a day in which there is nothing to count.
Each group asks one question: every kind of raise, brisk raises with heel strikes, shaky lowering, a
shank that hardly leans, recordings that begin or end in mid-set, lost packets, and longer gaps. In
every group some sensors have a gyro and some read in steps of 0.01 g.

``truth.json`` is as in the folder above; reps that the recording begins or ends in are apart, in
``cut_reps``: they may count or not.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from sensing.guided.pacing import Tempo
from sensing.simulation.cutting import cut_in_set
from sensing.simulation.daily_movements import whole_day
from sensing.simulation.motion import Piece, Pose, chain
from sensing.simulation.options import MOVEMENTS, Cut, Options
from sensing.simulation.other_movements import rest
from sensing.simulation.person import Person
from sensing.simulation.raise_habits import as_asked, draw_person
from sensing.simulation.script import one_set
from sensing.simulation.sensor import draw_sensor, sense
from sensing.simulation.sway_and_tremor import with_sway_and_tremor
from sensing.simulation.truth import OtherTruth, SetTruth, set_json
from sensing.simulation.walking import walk
from tests.make_labelled_sets import FOLDER as ABOVE
from tests.make_labelled_sets import write, zipped

FOLDER = ABOVE / "people_like"

_RATES_HZ = (100.0, 50.0, 100.0, 50.0, 200.0)
_COARSE_G = 0.01
_RAISES = {
    "double-leg-calf-raise": 8,
    "single-leg-calf-raise": 6,
    "bent-knee-calf-raise": 4,
    "seated-calf-raise": 4,
    "eccentric-calf-raise": 5,
    "soleus-squat": 4,
    "tibialis-raise": 4,
}
"""Number of people."""
_MOVED = 3
"""Recordings of each movement of a day."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One recording: what is asked of whom."""

    group: str
    number: int
    asked: Options

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return f"{self.group}-{self.number}"

    @property
    def options(self) -> Options:
        """What is asked, with the person and the sensor of this recording."""
        coarse = self.number % 5 in (1, 3)
        return replace(
            self.asked,
            seed=zlib.crc32(b"people " + self.name.encode()),
            rate_hz=_RATES_HZ[self.number % len(_RATES_HZ)],
            gyro=self.number % 2 == 0 or self.number % 5 == 3,
            range_g=4.0 if coarse else 16.0,
            resolution_mg=1000 * _COARSE_G if coarse else None,
        )


def plans() -> list[Plan]:
    """All recordings."""
    double, single = "double-leg-calf-raise", "single-leg-calf-raise"
    slowly = Tempo.parse("1-0-3")
    out = [
        Plan(name, k, Options(exercise=name, tempo=slowly if name.startswith("ecc") else None))
        for name, count in _RAISES.items()
        for k in range(count)
    ]
    brisk = [(0.27, 0.25, 3.0), (0.33, 0.3, 6.0), (0.4, 0.35, 4.0), (0.3, 0.3, 5.0)]
    out += [
        Plan(
            "brisk",
            k,
            Options(
                exercise=double,
                tempo=Tempo(raise_s=up_s, hold_s=0.0, lower_s=down_s),
                strike_g=strike_g,
            ),
        )
        for k, (up_s, down_s, strike_g) in enumerate(brisk)
    ]
    out += [
        Plan("shaky", k, Options(exercise=single, shake_mg=mg))
        for k, mg in enumerate((200.0, 300.0, 400.0))
    ]
    out += [
        Plan("hardly-leans", k, Options(exercise=double, lean_deg=deg))
        for k, deg in enumerate((1.5, -1.0, 0.5, 2.0))
    ]
    cuts: list[Cut] = ["start", "end", "both", "both"]
    out += [Plan("cut", k, Options(exercise=double, cut=cut)) for k, cut in enumerate(cuts)]
    for group, gaps_ms in (("packets-lost", (10, 20, 30, 40, 40)), ("gaps", (110,) * 5)):
        out += [
            Plan(group, k, Options(exercise=(double, single)[k % 2], loss=0.02, gap_ms=gap_ms))
            for k, gap_ms in enumerate(gaps_ms)
        ]
    out += [Plan(name, k, Options(exercise=name)) for name in MOVEMENTS for k in range(_MOVED)]
    return out


def make(plan: Plan) -> tuple[bytes, dict[str, Any]]:
    """One recording as zipped CSV, and its ground truth."""
    options = plan.options
    body, movement, unrest, hardware, noise = (
        np.random.default_rng(seed) for seed in np.random.SeedSequence(options.seed).spawn(5)
    )
    person = as_asked(draw_person(body), options)
    whole = _script(person, options, movement)
    sensor = draw_sensor(options, hardware)
    readings = sense(with_sway_and_tremor(whole.motion, person, unrest), sensor, options, noise)
    truths = whole.truths
    truth = {
        "group": plan.group,
        "exercise": None if options.exercise in MOVEMENTS else options.exercise,
        "placement": "ankle",
        "seed": options.seed,
        "rate_hz": options.rate_hz,
        "gyro": options.gyro,
        "loss": options.loss,
        "gap_ms": options.gap_ms,
        "samples": len(readings.t_s),
        "sets": [set_json(t, truths, options.side) for t in truths if isinstance(t, SetTruth)],
        "other_movements": [t.json() for t in truths if isinstance(t, OtherTruth)],
    }
    step_g = 0.004 if options.resolution_mg is None else _COARSE_G
    return zipped(readings, gyro=options.gyro, step_g=step_g), truth


def _script(person: Person, options: Options, rng: np.random.Generator) -> Piece:
    """Rest and some steps, one set, rest; or a movement of a day."""
    if options.exercise in MOVEMENTS:
        few = replace(options, fidgets=0, reps=int(rng.integers(4, 7)))
        return whole_day(person, few, rng)
    pieces = [rest(Pose(), 3.0, person, rng, fidgets=1)]
    if rng.random() < 0.4:
        pieces.append(walk(pieces[-1].motion.last, person, rng, strides=int(rng.integers(3, 5))))
        pieces.append(rest(pieces[-1].motion.last, 2.5, person, rng, fidgets=0))
    dose = replace(options, reps=int(rng.integers(7, 11)))
    pieces.append(one_set(options.exercise, pieces[-1].motion.last, person, dose, rng))
    pieces.append(rest(pieces[-1].motion.last, 4.0, person, rng, fidgets=1))
    whole = chain(pieces)
    return whole if options.cut is None else cut_in_set(whole, options.cut, rng)


def made() -> Iterator[tuple[str, bytes, dict[str, Any]]]:
    """Name, zipped CSV and ground truth of all recordings."""
    for plan in plans():
        yield plan.name, *make(plan)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER, made())
