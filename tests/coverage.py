"""Does the stated uncertainty hold? ``python -m tests.coverage [FOLDER]`` prints it by figure.

Of each figure: the share of errors within two stated standard uncertainties (aim: 93–98 %), with
one vote a person, and the root mean square of error over uncertainty (1 if errors are normal).

* Simulated people whom no constant was fitted on (their seeds are used nowhere else): raises, hops,
  holds and walks at the ankle, without a gyro, at 52–416 Hz. A set's figure is compared with the
  same figure of what was done.
* Steadiness has no truth. It is compared with the mean over repeats of the same simulated hold, in
  which only sway and tremor are drawn anew.
* People hopping with force under the foot (``real-shoe``, ``real-shoe-more`` in FOLDER), each timed
  by constants of the others; holds of the same people, and tops of raises at the ankle
  (``real-ankle``), against the uncertainty of the way up.
"""

from __future__ import annotations

import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from sensing.analysis.analyse import analyse
from sensing.analysis.holds.steadiness import steadiness
from sensing.analysis.hops.contact_times import hops_of
from sensing.core import reactive_strength as reactive
from sensing.core.events import Analysis, Hop, Rep, Set
from sensing.core.samples import Samples
from sensing.results.quantities import sd_name
from sensing.results.set_summary import medians, summarise
from sensing.results.uncertainty import periods_s, uncertainties
from sensing.sampling.checked_recording import recording_of
from sensing.sampling.columns import Columns
from sensing.simulation.make import script_of
from sensing.simulation.options import Options
from sensing.simulation.raise_habits import as_asked, draw_person
from sensing.simulation.sensor import draw_sensor, sense
from sensing.simulation.sway_and_tremor import with_sway_and_tremor
from sensing.simulation.truth import HoldTruth
from tests import contact_left_out, scoring
from tests.simulated_people import RATES_HZ, cohort

FIRST_SEED = 90_000
PEOPLE = 24
RAISES = (
    *("single-leg-calf-raise", "double-leg-calf-raise", "bent-knee-calf-raise"),
    *("seated-calf-raise", "eccentric-calf-raise", "tibialis-raise"),
)
HOPS = ("single-leg-hop", "double-leg-hop")
HOLDS = ("calf-raise-hold", "seated-calf-raise-hold", "leg-press-hold", "single-leg-balance")
OTHERS = ("vele-forward-lean", "heel-walk", "heel-toe-walk")
_STEADY = ("rms_mps2", "jerk_rms_mps3", "path_mps2_per_s", "ellipse95_m2ps4", "tremor_rms_mps2",
           "tremor_peak_hz")  # fmt: skip
_REPEATS, _HELD_S = 10, (5.0, 12.0, 30.0)
_NEAR_S = 0.08
_REP = ("raise_time_s", "hold_time_s", "lower_time_s", "rise_m")
_HOP = ("contact_time_s", "flight_time_s", "height_m", "rsi", "rsi_height_mps")


@dataclass
class Coverage:
    """Errors over stated uncertainties of one figure, by person."""

    ratios: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, person: str, error: float | None, sd: float | None) -> None:
        """One event or set; nothing where either is unknown."""
        if error is not None and sd:
            self.ratios[person].append(abs(error) / sd)

    @property
    def many(self) -> int:
        """Number of figures compared."""
        return sum(map(len, self.ratios.values()))

    @property
    def share(self) -> float:
        """Share within two standard uncertainties, one vote a person."""
        within = [float(np.mean(np.array(each) <= 2)) for each in self.ratios.values()]
        return float(np.mean(within)) if within else float("nan")

    @property
    def size(self) -> float:
        """Root mean square of error over uncertainty, one vote a person."""
        squares = [float(np.mean(np.square(each))) for each in self.ratios.values()]
        return float(np.sqrt(np.mean(squares))) if squares else float("nan")


Table = dict[tuple[str, str], Coverage]
"""By kind (``rep``, ``hop``, ``set of reps`` …) and figure."""


def simulated(people: int = PEOPLE, exercises: Sequence[str] | None = None) -> Table:
    """Events and sets of simulated people."""
    table: Table = defaultdict(Coverage)
    for exercise in exercises or (*RAISES, *HOPS, *HOLDS, *OTHERS):
        for seed in range(FIRST_SEED, FIRST_SEED + people):
            for recording, truth in _one(exercise, seed):
                found = analyse(recording, exercise, "ankle")
                person = f"{exercise} {seed}"
                for done in truth["sets"]:
                    _add_reps(table, person, done, found)
                    _add_hops(table, person, done, found)
                    _add_holds(table, person, done, found)
                    _add_steps(table, person, done, found)
    return table


def _one(exercise: str, seed: int) -> Iterator[tuple[Any, dict[str, Any]]]:
    try:
        yield from cohort(exercise, 1, seed=seed)
    except ValueError:  # a few simulated legs give way beyond what their model bears
        return


def _add_reps(table: Table, person: str, done: dict[str, Any], found: Analysis) -> None:
    pairs = [
        (rep, true)
        for true in done.get("reps", [])
        if (rep := _rep_at(found, (true["start_s"] + true["top_s"]) / 2)) is not None
    ]
    true_of: dict[str, list[float]] = defaultdict(list)
    for rep, true in pairs:
        truths = {
            "raise_time_s": true["top_s"] - true["start_s"],
            "hold_time_s": true["lower_s"] - true["top_s"],
            "lower_time_s": true["end_s"] - true["lower_s"],
            "rise_m": true["rise_m"],
        }
        for name, value in truths.items():
            true_of[name].append(value)
            _add(table["rep", name], person, rep, name, value)
    if len(pairs) == len(done.get("reps", [])) > 1:
        reps = tuple(rep for rep, _ in pairs)
        own = Set(start_s=0.0, end_s=0.0, exercise="calf-raise", reps=reps)
        _add_set(table, "reps", person, own, true_of)
        total = sum(true["end_s"] - true["start_s"] for _, true in pairs)
        summary = summarise(own).reps
        if summary is not None:
            error = summary.time_under_tension_s - total
            sd = summary.time_under_tension_sd_s
            table["set of reps", "time_under_tension_s"].add(person, error, sd)


def _rep_at(found: Analysis, at_s: float) -> Rep | None:
    reps = [rep for each in found.sets for rep in each.reps if rep.valid]
    return next((r for r in reps if r.start_s - 0.2 <= at_s <= r.top_s + 0.2), None)


def _add(table: Coverage, person: str, event: object, name: str, true: float) -> None:
    value = getattr(event, name)
    if value is not None:
        table.add(person, value - true, getattr(event, sd_name(name)))


def _add_set(
    table: Table, kind: str, person: str, own: Set, true_of: dict[str, list[float]]
) -> None:
    """Medians of a set against those of what was done."""
    got, sds = medians(own.reps, own.hops), uncertainties([own])
    for name, values in true_of.items():
        if name in got and values:
            error = got[name] - statistics.median(values)
            table[f"set of {kind}", name].add(person, error, sds.get(name))


def _add_hops(table: Table, person: str, done: dict[str, Any], found: Analysis) -> None:
    hops = [hop for each in found.sets for hop in each.hops if hop.valid]
    pairs = []
    for true in done.get("hops", []):
        near = min(hops, key=lambda h: abs(h.contact_s - true["contact_s"]), default=None)
        if near is not None and abs(near.contact_s - true["contact_s"]) < _NEAR_S:
            pairs.append((near, true["contact_s"], true["takeoff_s"], true["flight_time_s"]))
    add_hops(table, person, pairs)


def add_hops(
    table: Table, person: str, pairs: Sequence[tuple[Hop, float, float, float | None]]
) -> None:
    """Hops of one series with true contact, toe-off and flight time, s."""
    true_of: dict[str, list[float]] = defaultdict(list)
    periods: list[float] = []
    for n, (hop, contact_s, takeoff_s, flight_s) in enumerate(pairs):
        for name, value in _true_hop(takeoff_s - contact_s, flight_s).items():
            if getattr(hop, name) is not None:
                true_of[name].append(value)
                _add(table["hop", name], person, hop, name, value)
        if n and flight_s is not None:
            periods.append(contact_s - pairs[n - 1][1])
    own = Set(start_s=0.0, end_s=0.0, exercise="hop", hops=tuple(hop for hop, *_ in pairs))
    if len(pairs) > 1:
        _add_set(table, "hops", person, own, true_of)
        summary = summarise(own).hops
        if summary is not None and summary.cadence_hz and len(periods_s(own.hops)) == len(periods):
            error = summary.cadence_hz - 1 / statistics.median(periods)
            table["set of hops", "cadence_hz"].add(person, error, summary.cadence_sd_hz)


def _true_hop(contact_s: float, flight_s: float | None) -> dict[str, float]:
    if flight_s is None:
        return {"contact_time_s": contact_s}
    return {
        "contact_time_s": contact_s,
        "flight_time_s": flight_s,
        "height_m": reactive.height_m(flight_s),
        "rsi": reactive.rsi(contact_s, flight_s),
        "rsi_height_mps": reactive.rsi_height_mps(contact_s, flight_s),
    }


def _add_holds(table: Table, person: str, done: dict[str, Any], found: Analysis) -> None:
    for true in done.get("holds", []):
        middle = (true["start_s"] + true["end_s"]) / 2
        for hold in (h for each in found.sets for h in each.holds if h.valid):
            if hold.start_s <= middle <= hold.end_s:
                kind = "lean" if "lean_deg" in true else "hold"
                _add(table[kind, "duration_s"], person, hold, "duration_s",
                     true["end_s"] - true["start_s"])  # fmt: skip
                if hold.lean_deg is not None:
                    error = hold.lean_deg - true["lean_deg"]
                    table["lean", "shank_lean_deg"].add(person, error, hold.lean_sd_deg)


def _add_steps(table: Table, person: str, done: dict[str, Any], found: Analysis) -> None:
    own = [each for each in found.sets if each.steps is not None]
    if done.get("steps") and own:
        summary = summarise(own)
        table["walk", "steps"].add(person, (summary.steps or 0) - done["steps"], summary.steps_sd)


def steadiness_repeated(people: int = PEOPLE // 2, held: Sequence[float] = _HELD_S) -> Table:
    """Steadiness against its mean over repeats, in which sway and tremor alone differ."""
    table: Table = defaultdict(Coverage)
    for exercise in ("single-leg-balance", "calf-raise-hold"):
        for seed in range(FIRST_SEED, FIRST_SEED + people):
            for held_s in held:
                figures = [steadiness(part) for part in _repeats(exercise, seed, held_s)]
                for name in _STEADY:
                    _add_repeats(table["hold", name], f"{exercise} {seed}", figures, name)
    return table


def _add_repeats(table: Coverage, person: str, figures: Sequence[object], name: str) -> None:
    known = [each for each in figures if getattr(each, name) is not None]
    n = len(known)
    for each in known if n > _REPEATS / 2 else ():
        rest = [getattr(other, name) for other in known if other is not each]
        sd = getattr(each, sd_name(name)) or 0.0
        table.add(person, getattr(each, name) - statistics.mean(rest), sd * (n / (n - 1)) ** 0.5)


def _repeats(exercise: str, seed: int, held_s: float) -> Iterator[Samples]:
    options = Options(
        exercise=exercise, seed=seed, rate_hz=RATES_HZ[seed % len(RATES_HZ)], gyro=False,
        hold_s=held_s, fidgets=0,
    )  # fmt: skip
    body, _, _, hardware, _ = np.random.SeedSequence(seed).spawn(5)
    person = draw_person(np.random.default_rng(body), idealised=False)
    sensor = draw_sensor(options, np.random.default_rng(hardware))
    for repeat in range(_REPEATS):
        movement, noise = np.random.default_rng(seed), np.random.default_rng([seed, repeat])
        done = script_of(exercise)(as_asked(person, options), options, movement)
        readings = sense(with_sway_and_tremor(done.motion, person, noise), sensor, options, noise)
        hold = next(each for each in done.truths if isinstance(each, HoldTruth))
        (block,) = recording_of(Columns(acc=readings.acc_g, t_s=readings.t_s)).blocks
        first, last = (int(block.position(t)) for t in (hold.start_s + 0.3, hold.end_s - 0.3))
        yield block.part(first, last)


def people(folder: Path) -> Table:
    """People whose truth is known."""
    table: Table = defaultdict(Coverage)
    if (folder / "real-shoe").is_dir():
        _shoe_hops(table, folder)
        _shoe_holds(table, folder)
    if (folder / "real-ankle").is_dir():
        _ankle_tops(table, folder / "real-ankle")
    return table


def _shoe_hops(table: Table, folder: Path) -> None:
    everyone = contact_left_out.people(folder)
    for person in everyone:
        timing = contact_left_out.fit([other for other in everyone if other is not person])
        for series, true in person.series:
            found = hops_of([series], contact_left_out.LOOK, timing=timing)[0]
            paired = contact_left_out.paired(series, true)
            contacts = {k: on for k, on, _ in paired}
            pairs = [
                (found[k], on, off, contacts[k + 1] - off if k + 1 in contacts else None)
                for k, on, off in paired
            ]
            add_hops(table, person.name, pairs)


def _shoe_holds(table: Table, folder: Path) -> None:
    for name in ("real-shoe", "real-shoe-more"):
        for path in scoring.recordings(folder / name):
            recording, truth = scoring.load(path)
            found = analyse(recording, placement="shoe")
            holds = [hold for each in found.sets for hold in each.holds]
            for _, a, b in scoring.kept_spans(truth, scoring.other_foot(path)):
                near = [h for h in holds if min(h.end_s, b) - max(h.start_s, a) > 0.5 * (b - a)]
                if near and near[0].duration_s is not None:
                    error = near[0].duration_s - (b - a)
                    table["hold", "duration_s"].add(truth["person"], error, near[0].duration_sd_s)


def _ankle_tops(table: Table, folder: Path) -> None:
    for path in scoring.recordings(folder, "raises-*"):
        recording, truth = scoring.load(path)
        reps = scoring.reps_of(analyse(recording, truth["exercise"]))
        for top_s in truth.get("tops_s", []):
            near = min(reps, key=lambda rep: abs(rep.top_s - top_s), default=None)
            if near is not None and abs(near.top_s - top_s) < 0.5:
                table["rep", "top_s"].add(path.stem, near.top_s - top_s, near.raise_time_sd_s)


def markdown(table: Table) -> str:
    """The table as it stands in ``docs/validation.md``."""
    lines = ["| of | figure | people | compared | within ±2 SD | RMS of error/SD |",
             "| --- | --- | --- | --- | --- | --- |"]  # fmt: skip
    lines += [
        f"| {kind} | `{name}` | {len(each.ratios)} | {each.many} | {100 * each.share:.0f} % "
        f"| {each.size:.2f} |"
        for (kind, name), each in table.items()
        if each.many
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    default = Path(__file__).resolve().parent.parent.parent / "shared" / "recordings"
    shared = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    print("### Simulated people\n", markdown(simulated()), sep="\n")
    print("\n### Steadiness, repeated\n", markdown(steadiness_repeated()), sep="\n")
    print("\n### People\n", markdown(people(shared)), sep="\n")
