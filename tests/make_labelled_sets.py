"""Make the labelled sets in ``tests/labelled``: ``python -m tests.make_labelled_sets [FOLDER]``.

Every exercise of the catalogue, done by several simulated people. Each recording holds two sets of
one exercise with a rest, a few steps of walking and movements that are no exercise around them (the
walking drills: one set, for ordinary walking may be taken for a drill). People, rates, gyro and
packet loss vary by a fixed scheme, so the same program always gives the same files; values are
rounded coarsely to keep them small. ``truth.json`` holds the ground truth of all of them.

Nobody wore a sensor for these. How well they are analysed says how well a simulation is recovered,
not how accurate Anklet is on people.
"""

from __future__ import annotations

import gzip
import io
import json
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from sensing.core.exercises import CATALOGUE, find_exercise
from sensing.core.samples import Placement
from sensing.guided.pacing import Tempo
from sensing.simulation.motion import Piece, Pose, chain
from sensing.simulation.options import Options
from sensing.simulation.other_movements import rest
from sensing.simulation.person import Person, draw_idealised
from sensing.simulation.script import one_set
from sensing.simulation.sensor import Readings, draw_sensor, sense
from sensing.simulation.sway_and_tremor import with_sway_and_tremor
from sensing.simulation.truth import OtherTruth, SetTruth, set_json
from sensing.simulation.walking import walk

FOLDER = Path(__file__).resolve().parent / "labelled"
TRUTH = "truth.json"

RATES_HZ = (104.0, 208.0, 50.0, 100.0)
HOP_RATES_HZ = (104.0, 208.0, 100.0, 208.0, 104.0, 208.0, 100.0, 52.0)
LOSS = (0.0, 0.004, 0.0, 0.008)
"""Share of packets lost, person by person."""
PEOPLE = 4
HOPPERS = 8
"""Single-leg and double-leg hops have the most rules to hold to, so more people."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One recording: who does what, with which sensor."""

    exercise: str
    placement: Placement
    number: int

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        where = "" if self.placement == "ankle" else f"-{self.placement}"
        return f"{self.exercise}{where}-{self.number}"

    @property
    def options(self) -> Options:
        """What the simulation is asked for."""
        rates_hz = HOP_RATES_HZ if find_exercise(self.exercise).has_hops else RATES_HZ
        gyro = self.placement == "shoe" or self.number % 4 == 0
        return Options(
            exercise=self.exercise,
            seed=zlib.crc32(self.name.encode()),
            rate_hz=rates_hz[self.number % len(rates_hz)],
            gyro=gyro,
            loss=LOSS[self.number % 4],
            placement=self.placement,
            fidgets=2,
            tempo=Tempo.parse("1-0-3") if self.exercise == "eccentric-calf-raise" else None,
        )


def plans() -> list[Plan]:
    """All recordings, in order of the catalogue."""
    out = []
    for row in CATALOGUE:
        if not row.is_seen:
            continue
        bouncing = row.name in ("single-leg-hop", "double-leg-hop")
        out += [Plan(row.name, "ankle", k) for k in range(HOPPERS if bouncing else PEOPLE)]
        if bouncing:
            out += [Plan(row.name, "shoe", k) for k in range(3)]
    return out


def make(plan: Plan) -> tuple[bytes, dict[str, Any]]:
    """One recording as zipped CSV, and its ground truth."""
    options = plan.options
    body, movement, unrest, hardware, noise = (
        np.random.default_rng(seed) for seed in np.random.SeedSequence(options.seed).spawn(5)
    )
    person = draw_idealised(body)
    whole = _script(plan, person, options, movement)
    sensor = draw_sensor(options, hardware)
    readings = sense(with_sway_and_tremor(whole.motion, person, unrest), sensor, options, noise)
    done = [t for t in whole.truths if isinstance(t, SetTruth)]
    sets = [set_json(each, whole.truths, options.side) for each in done]
    others = [t.json() for t in whole.truths if isinstance(t, OtherTruth)]
    truth = {
        "exercise": plan.exercise,
        "placement": plan.placement,
        "seed": options.seed,
        "rate_hz": options.rate_hz,
        "gyro": options.gyro,
        "loss": options.loss,
        "samples": len(readings.t_s),
        "sets": sets,
        "other_movements": others,
    }
    return zipped(readings, gyro=options.gyro), truth


def _script(plan: Plan, person: Person, options: Options, rng: np.random.Generator) -> Piece:
    """Rest, a set, a rest with a walk to and fro, the set again, rest."""
    kind = find_exercise(plan.exercise).kind
    pieces = [rest(Pose(), 4.0, person, rng, fidgets=1)]
    for nth in range(1 if kind == "walk" else 2):
        if nth:
            for seconds, fidgets in ((4.0, options.fidgets), (2.0, 0)):
                strides = int(rng.integers(3, 6))
                pieces.append(walk(pieces[-1].motion.last, person, rng, strides=strides))
                pieces.append(rest(pieces[-1].motion.last, seconds, person, rng, fidgets=fidgets))
        dose = replace(
            options,
            reps=int(rng.integers(*_DOSE[plan.exercise if plan.exercise in _DOSE else kind])),
            hold_s=float(rng.uniform(*(_LEANS_S if kind == "lean" else _HOLDS_S))),
        )
        pieces.append(one_set(plan.exercise, pieces[-1].motion.last, person, dose, rng))
        pieces.append(rest(pieces[-1].motion.last, 3.0, person, rng, fidgets=0))
    pieces.append(rest(pieces[-1].motion.last, 3.0, person, rng, fidgets=1))
    return chain(pieces)


_HOLDS_S, _LEANS_S = (7, 13), (2.5, 7)
"""s held: from, and below."""
_DOSE = {
    "reps": (6, 9),
    "hops": (8, 13),
    "box-jump": (4, 7),
    "drop-jump": (2, 4),
    "jumping-calf-raise": (5, 8),
    "hop-to-balance": (1, 2),
    "hold": (1, 2),
    "lean": (3, 6),
    "walk": (9, 13),
}
"""Raises, hops or strides of one set: from, and below; by exercise, else by kind."""


def zipped(readings: Readings, *, gyro: bool, step_g: float = 0.004) -> bytes:
    """Plain CSV, to 0.1 ms, 4 mg and 0.1 °/s, zipped without a time so that equal is equal."""
    columns = ["t_s", "ax_g", "ay_g", "az_g"]
    values = [readings.t_s, *(np.round(readings.acc_g / step_g) * step_g + 0.0).T]
    row = "%.4f,%.3f,%.3f,%.3f"
    if gyro:
        columns += ["gx_dps", "gy_dps", "gz_dps"]
        values += [*(np.round(readings.gyro_dps, 1) + 0.0).T]
        row += ",%.1f,%.1f,%.1f"
    rows = [row % each for each in zip(*(value.tolist() for value in values), strict=True)]
    target = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=target, mode="wb", compresslevel=9, mtime=0) as file:
        file.write("\n".join([",".join(columns), *rows, ""]).encode("ascii"))
    return target.getvalue()


def truth_text(truths: dict[str, dict[str, Any]]) -> str:
    """The ground truth of all recordings, one a line."""
    lines = [f"{json.dumps(name)}: {json.dumps(truth)}" for name, truth in truths.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def write(folder: Path, made: Iterator[tuple[str, bytes, dict[str, Any]]]) -> None:
    """Write recordings and their ground truth."""
    folder.mkdir(parents=True, exist_ok=True)
    truths = {}
    size = 0
    for name, data, truth in made:
        truths[name] = truth
        (folder / f"{name}.csv.gz").write_bytes(data)
        size += len(data)
    (folder / TRUTH).write_text(truth_text(truths), encoding="utf-8")
    print(f"{len(truths)} recordings, {size / 1e6:.1f} MB, in {folder}")


def main(folder: Path) -> None:
    """Write them all."""
    write(folder, ((plan.name, *make(plan)) for plan in plans()))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
