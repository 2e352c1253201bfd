"""Options in, samples and ground truth out, without files.

One seed gives independent streams for the person, the movement, sway, the sensor and its noise. So
another rate or range shows the same person doing the same thing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from sensing.core.exercises import find_exercise
from sensing.core.units import Floats, Ints
from sensing.simulation.cutting import cut_in_set
from sensing.simulation.daily_movements import whole_day
from sensing.simulation.motion import Piece
from sensing.simulation.options import MOVEMENTS, WORKOUT, Options
from sensing.simulation.person import Person
from sensing.simulation.raise_habits import as_asked, draw_person
from sensing.simulation.script import whole_recording
from sensing.simulation.sensor import Readings, Sensor, draw_sensor, sense
from sensing.simulation.sway_and_tremor import with_sway_and_tremor
from sensing.simulation.truth import Json, OtherTruth, SetTruth, Truth, set_json
from sensing.simulation.workout import whole_workout


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulatedRecording:
    """A simulated recording.

    Attributes:
        options: as requested.
        samples_t_s: exact time of each sample received, shape (n,), s.
        acc_g: specific force in the sensor's axes, shape (n, 3), g.
        gyro_dps: angular rate in the sensor's axes, shape (n, 3), °/s, or None without a gyro.
        arrival_s: arrival of each sample's packet, shape (n,), s.
        packet: number of each sample's packet, lost ones counted, shape (n,).
        truth: ground truth, as in its file.
    """

    options: Options
    samples_t_s: Floats
    acc_g: Floats
    gyro_dps: Floats | None
    arrival_s: Floats
    packet: Ints
    truth: Json


def simulate(options: Options) -> SimulatedRecording:
    """Simulate one recording.

    The same options give the same recording, bit for bit, with the same numpy and scipy.
    """
    body, movement, sway, hardware, noise = (
        np.random.default_rng(seed) for seed in np.random.SeedSequence(options.seed).spawn(5)
    )
    person = draw_person(body, idealised=options.idealised)
    done = script_of(options.exercise)(as_asked(person, options), options, movement)
    if options.cut is not None:
        done = cut_in_set(done, options.cut, movement)
    sensor = draw_sensor(options, hardware)
    readings = sense(with_sway_and_tremor(done.motion, person, sway), sensor, options, noise)
    return SimulatedRecording(
        options=options,
        samples_t_s=readings.t_s,
        acc_g=readings.acc_g,
        gyro_dps=readings.gyro_dps if options.gyro else None,
        arrival_s=readings.arrival_s,
        packet=readings.packet,
        truth=_truth(options, person, sensor, readings, done.truths),
    )


def script_of(name: str) -> Callable[[Person, Options, np.random.Generator], Piece]:
    """What happens in a recording of this exercise, workout or movement."""
    if name == WORKOUT:
        return whole_workout
    return whole_day if name in MOVEMENTS else whole_recording


def _kind(name: str) -> str:
    if name == WORKOUT:
        return "workout"
    return "none" if name in MOVEMENTS else find_exercise(name).kind


def _truth(
    options: Options,
    person: Person,
    sensor: Sensor,
    readings: Readings,
    truths: tuple[Truth, ...],
) -> Json:
    sets = [set_json(t, truths, options.side) for t in truths if isinstance(t, SetTruth)]
    others = [t.json() for t in truths if isinstance(t, OtherTruth)]
    truth: Json = {
        "simulated": True,
        "exercise": options.exercise,
        "kind": _kind(options.exercise),
        "side": options.side,
        "placement": options.placement,
    }
    if options.exercise != WORKOUT and sets:
        only = sets[0]
        truth["set"] = [only["start_s"], only["end_s"]]
        truth |= {
            k: v for k, v in only.items() if k not in ("exercise", "side", "start_s", "end_s")
        }
    truth |= {
        "sets": sets,
        "other_movements": others,
        "body_mass_kg": round(person.mass_kg, 1),
        "person": {k: round(v, 5) for k, v in asdict(person).items()},
        "sensor": {
            "rate": options.rate_hz,
            "odr_err": sensor.rate_hz / options.rate_hz - 1,
            "nd_ug": sensor.noise_ug,
            "loss": options.loss,
            "bias_mg": float(np.sqrt((sensor.bias_g**2).sum()) * 1000),
            "range_g": options.range_g,
            "samples_per_packet": sensor.packet,
            "lost_samples": readings.lost,
        },
        "samples": len(readings.t_s),
        "nominal_rate_hz": options.rate_hz,
        "duration_s": round(float(readings.t_s[-1] - readings.t_s[0]), 3),
        "seed": options.seed,
        "options": {k: v for k, v in asdict(options).items() if v is not None},
    }
    return truth
