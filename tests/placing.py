"""Simulated people who put a sensor on, stand still, and do what they are asked to, or not."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sensing.core.samples import Samples, Worn
from sensing.core.units import Floats
from sensing.guided.pacing import Tempo
from sensing.sampling.checked_recording import recording_of
from sensing.sampling.columns import Columns
from sensing.simulation.motion import Piece, Pose, chain, move_to, steps, still
from sensing.simulation.options import Options
from sensing.simulation.poses import change, pose_for
from sensing.simulation.raise_habits import draw_person
from sensing.simulation.script import exercise_piece
from sensing.simulation.sensor import Sensor, draw_sensor, sense
from sensing.simulation.sway_and_tremor import with_sway_and_tremor
from sensing.simulation.walking import walk


@dataclass(frozen=True, kw_only=True, eq=False)
class Placed:
    """A calibration trial and its ground truth.

    Attributes:
        samples: what the sensor read.
        up, forward: unit vectors in the sensor's axes, standing, shape (3,).
    """

    samples: Samples
    up: Floats
    forward: Floats


def place(
    seed: int,
    did: str = "double-leg-calf-raise",
    *,
    reps: int = 3,
    tempo: Tempo | None = None,
    placement: Worn = "ankle",
    rate_hz: float = 104.0,
    gyro: bool = True,
    strap: tuple[float, float] | None = None,
    stand_s: float = 6.0,
    noise_ug: float | None = None,
    range_g: float = 16.0,
    idealised: bool = False,
) -> Placed:
    """One calibration trial: stand, do it, stand.

    Args:
        seed: person, sensor and mounting.
        did: an exercise, "walking", or "nothing".
        reps: raises or strides.
        tempo: paced raises instead of the person's own.
        placement: where the sensor is worn.
        rate_hz: sample rate.
        gyro: whether there is one.
        strap: resonance (Hz) and damping of a strap put on otherwise than usual.
        stand_s: standing before.
        noise_ug, range_g: of the accelerometer.
        idealised: the person moves as a model of raises would.
    """
    exercise = did if did not in ("walking", "nothing") else "double-leg-calf-raise"
    options = Options(
        exercise=exercise,
        seed=seed,
        reps=reps,
        tempo=tempo,
        partial=0.0,
        fatigue=0.0,
        rate_hz=rate_hz,
        gyro=gyro,
        placement=placement,
        noise_ug=noise_ug,
        range_g=range_g,
    )
    body, movement, unrest, hardware, noise = (
        np.random.default_rng(each) for each in np.random.SeedSequence(seed).spawn(5)
    )
    person = draw_person(body, idealised=idealised)
    start = Pose(
        shank_pitch=float(np.radians(movement.uniform(-2, 6))),
        shank_roll=float(np.radians(movement.uniform(-3, 3))),
        heading=float(movement.uniform(-3, 3)),
    )
    pieces = [Piece(still(start, steps(stand_s)))]
    if did == "walking":
        pieces.append(walk(start, person, movement, strides=reps))
    elif did == "nothing":
        pieces.append(Piece(still(start, steps(8.0))))
    else:
        ready = replace(pose_for(did, start, options, movement), heading=start.heading)
        pieces.append(change(did, start, ready, movement))
        pieces.append(Piece(still(pieces[-1].motion.last, steps(0.8))))
        pieces.append(exercise_piece(did, pieces[-1].motion.last, person, options, movement))
        end = pieces[-1].motion.last
        back = replace(start, x_m=end.x_m, y_m=end.y_m, z_m=end.z_m, heading=end.heading)
        pieces.append(Piece(move_to(end, back, 0.8)))
    pieces.append(Piece(still(pieces[-1].motion.last, steps(4.0))))
    sensor = draw_sensor(options, hardware)
    if strap is not None:
        sensor = replace(sensor, strap_hz=strap[0], strap_damping=strap[1])
    read = sense(with_sway_and_tremor(chain(pieces).motion, person, unrest), sensor, options, noise)
    columns = Columns(
        acc=read.acc_g,
        t_s=read.t_s,
        gyro_dps=read.gyro_dps if gyro else None,
        range_g=range_g,
    )
    up, forward = _truth(sensor, start, placement)
    return Placed(samples=recording_of(columns).blocks[0], up=up, forward=forward)


def _truth(sensor: Sensor, start: Pose, placement: Worn) -> tuple[Floats, Floats]:
    """Up and forward in the sensor's axes for a leg in this pose, before the strap creeps."""
    pitch, roll = (
        (start.shank_pitch, start.shank_roll)
        if placement == "ankle"
        else (start.foot_pitch, 0.3 * start.shank_roll)
    )
    up = np.array([-np.sin(pitch), np.cos(pitch) * np.sin(roll), np.cos(pitch) * np.cos(roll)])
    forward = np.array([np.cos(pitch), 0.0, 0.0])
    forward = forward + np.array([0.0, np.sin(pitch) * np.sin(roll), np.sin(pitch) * np.cos(roll)])
    creep = -0.5 * sensor.slip_rad
    both = [v - np.cross(creep, v) for v in (up, forward)]
    turned = [sensor.mounting @ v for v in both]
    return turned[0] / np.linalg.norm(turned[0]), turned[1] / np.linalg.norm(turned[1])
