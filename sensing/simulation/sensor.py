"""What a cheap motion sensor measures on a moving leg.

Specific force, f = Rᵀ(a − g), in the sensor's own axes: at its place on shank or shoe, turned at
random, on an elastic strap (a damped resonance of 18–50 Hz), anti-aliased, sampled by a clock that
is off by up to a percent, with bias, gain and cross-axis errors, noise, quantised, clipped, and
sent in packets of which some come late and some are lost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import signal

from sensing.core.units import G_MPS2, Bools, Floats, Ints
from sensing.simulation.motion import FINE_HZ, Motion
from sensing.simulation.options import Options


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sensor:
    """One sensor and how it is worn.

    Attributes:
        place_m: from the ankle joint, in the axes of the shank (or foot), shape (3,), m.
        mounting: turns body axes into sensor axes, shape (3, 3).
        slip_rad: turn of the mounting over the recording, about each axis, shape (3,).
        strap_hz, strap_damping: resonance of the strap.
        rate_hz: true sample rate.
        bias_g: shape (3,).
        gain: axis gains and cross-axis terms, shape (3, 3), nearly the unit matrix.
        gyro_bias_dps: shape (3,).
        noise_ug: µg/√Hz.
        gyro_noise_dps: °/s/√Hz.
        step_g: resolution.
        gyro_range_dps: the gyroscope clips at ± this.
        packet: samples per packet.
        latency_s: shortest time from sensor to receiver.
    """

    place_m: Floats
    mounting: Floats
    slip_rad: Floats
    strap_hz: float
    strap_damping: float
    rate_hz: float
    bias_g: Floats
    gain: Floats
    gyro_bias_dps: Floats
    noise_ug: float
    gyro_noise_dps: float
    step_g: float
    gyro_range_dps: float
    packet: int
    latency_s: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Readings:
    """What was received.

    Attributes:
        t_s: exact time of each sample, shape (n,), s.
        acc_g: shape (n, 3), g.
        gyro_dps: shape (n, 3), °/s.
        arrival_s: arrival of its packet, shape (n,), s.
        packet: number of its packet, lost ones counted, shape (n,).
        lost: number of lost samples.
    """

    t_s: Floats
    acc_g: Floats
    gyro_dps: Floats
    arrival_s: Floats
    packet: Ints
    lost: int


def draw_sensor(options: Options, rng: np.random.Generator) -> Sensor:
    """Draw a sensor and its mounting."""
    turn = rng.uniform(0, 2 * np.pi)
    if options.placement == "ankle":
        up, out = rng.uniform(0.04, 0.11), rng.uniform(0.035, 0.055)
        place = np.array([out * np.cos(turn), out * np.sin(turn), up])
        strap_hz, strap_damping = rng.uniform(18, 50), rng.uniform(0.15, 0.45)
    else:
        place = np.array([rng.uniform(-0.02, 0.11), rng.uniform(-0.04, 0.04), -0.045])
        strap_hz, strap_damping = rng.uniform(30, 70), rng.uniform(0.2, 0.5)
    error = rng.uniform(-0.01, 0.01)
    noise = rng.uniform(80, 250)
    return Sensor(
        place_m=place,
        mounting=_random_turn(rng),
        slip_rad=np.radians(rng.normal(0, 0.7, 3)),
        strap_hz=float(strap_hz),
        strap_damping=float(strap_damping),
        rate_hz=options.rate_hz
        * (1 + (error if options.rate_error is None else options.rate_error)),
        bias_g=rng.normal(0, 0.012, 3),
        gain=np.eye(3) + rng.normal(0, 0.006, (3, 3)),
        gyro_bias_dps=rng.normal(0, 0.6, 3),
        noise_ug=float(noise if options.noise_ug is None else options.noise_ug),
        gyro_noise_dps=float(rng.uniform(0.004, 0.015)),
        step_g=options.range_g / 2**15
        if options.resolution_mg is None
        else options.resolution_mg / 1000,
        gyro_range_dps=2000.0,
        packet=_packet(int(rng.integers(2, 13)), options),
        latency_s=float(rng.uniform(0.005, 0.03)),
    )


_LONGEST_PACKET_MS = 40.0
"""Radio packets of small sensors hold 10–40 ms of samples, so a longer gap is several of them."""


def _packets_of_gap(options: Options) -> int:
    """Packets lost together."""
    return 1 if options.gap_ms is None else int(np.ceil(options.gap_ms / _LONGEST_PACKET_MS))


def _packet(usual: int, options: Options) -> int:
    """Samples per packet: the usual number, or so many that whole packets make up the gaps."""
    if options.gap_ms is None:
        return usual
    samples = options.gap_ms / 1000 * options.rate_hz
    return max(1, round(samples / _packets_of_gap(options)))


def _random_turn(rng: np.random.Generator) -> Floats:
    """A random rotation, uniform (Shoemake 1992: a uniform unit quaternion)."""
    q = rng.standard_normal(4)
    w, x, y, z = q / np.sqrt((q**2).sum())
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )


def sense(motion: Motion, sensor: Sensor, options: Options, rng: np.random.Generator) -> Readings:
    """The readings of one recording."""
    on_foot = options.placement == "shoe"
    pitch = motion.foot_pitch if on_foot else motion.shank_pitch
    roll = 0.3 * motion.shank_roll if on_foot else motion.shank_roll
    force, rate = _felt(motion, pitch, roll, motion.heading, sensor.place_m)
    force = _strapped(force, sensor)
    force, rate = _turned(force, rate, sensor)
    return _sampled(force / G_MPS2, np.degrees(rate), sensor, options, rng)


def _felt(
    motion: Motion, pitch: Floats, roll: Floats, heading: Floats, place_m: Floats
) -> tuple[Floats, Floats]:
    """Specific force (m/s²) and angular rate (rad/s) in body axes, shape (n, 3) each."""
    cy, sy = np.cos(heading), np.sin(heading)
    cp, sp = np.cos(pitch), np.sin(pitch)
    cr, sr = np.cos(roll), np.sin(roll)
    # Rows of body→world, yaw-pitch-roll.
    rows = (
        (cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr),
        (sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr),
        (-sp, cp * sr, cp * cr),
    )
    ankle = (motion.x_m, motion.y_m, motion.z_m)
    world = []
    for i, row in enumerate(rows):
        path = ankle[i] + row[0] * place_m[0] + row[1] * place_m[1] + row[2] * place_m[2]
        a = _second_difference(path) + motion.shock_mps2[:, i]
        world.append(a + (G_MPS2 if i == 2 else 0.0))
    force = np.column_stack([sum(rows[i][k] * world[i] for i in range(3)) for k in range(3)])
    dy, dp, dr = (np.gradient(angle) * FINE_HZ for angle in (heading, pitch, roll))
    rate = np.column_stack([dr - dy * sp, dp * cr + dy * cp * sr, -dp * sr + dy * cp * cr])
    return force, rate


def _second_difference(x: Floats) -> Floats:
    a = np.zeros_like(x)
    a[1:-1] = (x[2:] - 2 * x[1:-1] + x[:-2]) * FINE_HZ**2
    return a


def _strapped(force: Floats, sensor: Sensor) -> Floats:
    """The sensor follows the leg through a damped spring: H = (2ζωs + ω²)/(s² + 2ζωs + ω²)."""
    w = 2 * np.pi * sensor.strap_hz
    z = sensor.strap_damping
    b, a = signal.bilinear([2 * z * w, w * w], [1, 2 * z * w, w * w], fs=FINE_HZ)
    steady = signal.lfilter_zi(b, a)
    out = [signal.lfilter(b, a, force[:, k], zi=steady * force[0, k])[0] for k in range(3)]
    return np.column_stack(out)


def _turned(force: Floats, rate: Floats, sensor: Sensor) -> tuple[Floats, Floats]:
    """Into the sensor's axes; the strap slowly creeps round the leg."""
    creep = np.linspace(-0.5, 0.5, len(force))[:, None] * sensor.slip_rad
    out = []
    for v in (force, rate):
        crept = v - np.cross(creep, v)  # small angles
        m = sensor.mounting
        out.append(
            np.column_stack(
                [
                    crept[:, 0] * m[k, 0] + crept[:, 1] * m[k, 1] + crept[:, 2] * m[k, 2]
                    for k in range(3)
                ]
            )
        )
    return out[0], out[1]


def _sampled(
    acc_g: Floats, gyro_dps: Floats, sensor: Sensor, options: Options, rng: np.random.Generator
) -> Readings:
    cutoff = min(0.45 * sensor.rate_hz, 0.45 * FINE_HZ)
    sos = signal.butter(2, cutoff, fs=FINE_HZ, output="sos")
    fine_s = np.arange(len(acc_g)) / FINE_HZ
    t_s = np.arange(rng.uniform(0, 1), fine_s[-1] * sensor.rate_hz, 1.0) / sensor.rate_hz
    both = np.column_stack([acc_g, gyro_dps])
    start = signal.sosfilt_zi(sos)[:, :, None] * both[0]
    smooth = signal.sosfilt(sos, both, axis=0, zi=start)[0]
    at = np.column_stack([np.interp(t_s, fine_s, smooth[:, k]) for k in range(6)])
    band = np.sqrt(sensor.rate_hz / 2)
    acc = at[:, :3] @ sensor.gain.T + sensor.bias_g
    acc = acc + rng.standard_normal(acc.shape) * sensor.noise_ug * 1e-6 * band
    acc = np.round(np.clip(acc, -options.range_g, options.range_g - sensor.step_g) / sensor.step_g)
    gyro = at[:, 3:] + sensor.gyro_bias_dps
    gyro = gyro + rng.standard_normal(gyro.shape) * sensor.gyro_noise_dps * band
    gyro_step = sensor.gyro_range_dps / 2**15
    limit = sensor.gyro_range_dps
    gyro = np.round(np.clip(gyro, -limit, limit - gyro_step) / gyro_step) * gyro_step
    packet = np.arange(len(t_s)) // sensor.packet
    arrived, kept = _sent(t_s, packet, sensor, options, rng)
    return Readings(
        t_s=t_s[kept],
        acc_g=acc[kept] * sensor.step_g + 0.0,  # no minus zeros
        gyro_dps=gyro[kept],
        arrival_s=arrived[kept],
        packet=packet[kept],
        lost=int((~kept).sum()),
    )


def _sent(
    t_s: Floats, packet: Ints, sensor: Sensor, options: Options, rng: np.random.Generator
) -> tuple[Floats, Bools]:
    """Arrival of each sample's packet, and True where it was not lost, shape (n,) each.

    A packet leaves when its last sample is taken, waits for a connection event, is sent again if
    not acknowledged, and never overtakes the one before.
    """
    count = int(packet[-1]) + 1
    last = np.minimum((np.arange(count) + 1) * sensor.packet - 1, len(t_s) - 1)
    late = sensor.latency_s + rng.exponential(0.006, count)
    late = late + 0.03 * rng.geometric(0.93, count) - 0.03
    arrived = np.maximum.accumulate(t_s[last] + late)
    gap = _packets_of_gap(options)
    begins = rng.random(count) < (options.loss if gap == 1 else 1 - (1 - options.loss) ** (1 / gap))
    lost = np.convolve(begins, np.ones(gap))[:count] > 0.5
    lost[0] = False
    return arrived[packet], ~lost[packet]
