"""Raises: the foot turns on its forefoot (or, lifting the toes, on its heel) and the ankle follows.

Phases are minimum-jerk paths of the foot angle, skewed in time, roughened, with overshoot at the
top and a heel that may drop and ring when it lands. The ankle's height, its way forward and the
tilt of the shank follow from the angle by geometry.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sensing.core.units import Floats
from sensing.guided.pacing import Tempo
from sensing.simulation.motion import (
    FINE_HZ,
    Motion,
    Piece,
    Pose,
    bump,
    chain,
    foot_lift,
    min_jerk,
    ringing,
    steps,
    still,
)
from sensing.simulation.options import Options
from sensing.simulation.person import Person
from sensing.simulation.truth import RepTruth


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How one kind of raise differs from a double-leg raise.

    Attributes:
        angle: full foot angle, relative to the person's own; negative lifts the toes.
        raise_factor, lower_factor: durations relative to the person's own.
        lower_s: shortest and longest intended slow lowering, s; None: own pace.
        bent: the knee is bent, so the shank tilts against the foot.
        tremor: relative to the person's own.
        reps: fewest and most reps of a set.
    """

    angle: tuple[float, float] = (0.9, 1.05)
    raise_factor: float = 1.0
    lower_factor: float = 1.0
    lower_s: tuple[float, float] | None = None
    bent: bool = False
    tremor: float = 1.0
    reps: tuple[int, int] = (8, 18)


STYLES = {
    "calf-raise": Style(),
    "double-leg-calf-raise": Style(),
    "single-leg-calf-raise": Style(angle=(0.65, 1.0), raise_factor=1.1, tremor=1.5),
    "bent-knee-calf-raise": Style(angle=(0.7, 1.0), bent=True),
    "seated-calf-raise": Style(angle=(0.7, 1.05), bent=True, tremor=0.6),
    "eccentric-calf-raise": Style(angle=(0.75, 1.0), lower_s=(2.0, 4.8), tremor=1.3),
    "soleus-squat": Style(angle=(0.6, 0.95), bent=True, tremor=1.6, reps=(8, 14)),
    "tibialis-raise": Style(
        angle=(-0.75, -0.35), raise_factor=0.8, lower_factor=0.8, tremor=0.4, reps=(10, 22)
    ),
}

_LEAST_PAUSE_S = 0.05
"""Shortest pause at the bottom, s, when late for the beat."""


def raises(
    exercise: str, start: Pose, person: Person, options: Options, rng: np.random.Generator
) -> Piece:
    """A set of raises from a standing (or sitting, or squatting) pose, foot flat."""
    style = STYLES[exercise]
    count = options.reps or int(rng.integers(style.reps[0], style.reps[1] + 1))
    full = np.radians(person.foot_angle_deg) * rng.uniform(*style.angle)
    pace = options.tempo or _own_pace(style, person, rng)
    spread = person.variation * (0.5 if options.tempo else 1.0)
    fatigue = person.fatigue if options.fatigue is None else options.fatigue
    slowing = person.slowing if options.fatigue is None else options.fatigue * 0.8
    partial_chance = person.partial if options.partial is None else options.partial
    drift = person.wanders * np.sin(
        rng.uniform(0, 2 * np.pi) + np.arange(count) * rng.uniform(0.2, 0.9)
    )
    pieces = []
    pose = start
    done_s = 0.0
    for k in range(count):
        tired = k / max(1, count - 1)
        partial = bool(rng.random() < partial_chance)
        vary = np.exp(spread * rng.standard_normal(4))
        scale = (1 - fatigue * tired) * (1 + drift[k]) * np.exp(0.5 * spread * rng.normal())
        if partial:
            scale *= rng.uniform(0.35, 0.65)
        shrink = np.sqrt(0.5 + 0.5 * min(1.0, scale))  # a short way takes less time
        paced = 1.0 if options.tempo else 1 + slowing * tired
        rep = _rep(
            pose,
            person,
            style,
            rng,
            angle=full * scale,
            tempo=Tempo(
                raise_s=max(0.22, pace.raise_s * vary[0] * shrink * paced),
                hold_s=pace.hold_s * vary[1],
                lower_s=max(0.3, pace.lower_s * vary[2] * shrink),
            ),
            partial=partial,
        )
        pause_s = person.pause_s * vary[3]
        if rng.random() < 0.04 + 0.06 * tired:
            pause_s += rng.uniform(0.8, 3.0)  # a breath
        if options.beat_s is not None:
            done_s += len(rep.motion) / FINE_HZ
            pause_s = max(_LEAST_PAUSE_S, (k + 1) * options.beat_s - done_s)
            done_s += pause_s
        if k == count - 1:
            pause_s = 0.3
        pieces += [rep, Piece(still(replace(start), steps(pause_s)))]
    return chain(pieces)


def _own_pace(style: Style, person: Person, rng: np.random.Generator) -> Tempo:
    lower_s = person.lower_s * style.lower_factor
    if style.lower_s is not None:
        lower_s = float(rng.uniform(*style.lower_s))
    return Tempo(raise_s=person.raise_s * style.raise_factor, hold_s=person.top_s, lower_s=lower_s)


def _rep(
    start: Pose,
    person: Person,
    style: Style,
    rng: np.random.Generator,
    *,
    angle: float,
    tempo: Tempo,
    partial: bool,
) -> Piece:
    up = rising(angle, tempo.raise_s, person, rng)
    top = _top(float(up[-1]), angle, tempo.hold_s, rng)
    down = lowering(float(top[-1]), tempo.lower_s, person, rng)
    foot = np.concatenate([up, top, down])
    n_up, n_top, n_down = len(up), len(top), len(down)
    tilt = person.bent_tilt_share if style.bent else person.tilt_share
    motion = turn_foot(start, foot, person, tilt_share=tilt)
    moving = np.concatenate([np.ones(n_up), np.zeros(n_top), np.ones(n_down)])
    tall = np.abs(foot) / abs(angle)
    motion = replace(
        motion,
        sway=1 + tall,
        hold_tremor=style.tremor * (1 - moving) * tall,
        move_tremor=style.tremor * moving * np.minimum(1, 2 * tall),
    )
    landing = _landing(start, motion, person)
    truth = RepTruth(
        start_s=0.0,
        top_s=n_up / FINE_HZ,
        lower_s=(n_up + n_top) / FINE_HZ,
        end_s=len(foot) / FINE_HZ,
        foot_angle_deg=float(np.degrees(np.abs(foot).max())),
        rise_m=float(motion.z_m.max() - start.z_m),
        partial=partial,
    )
    return chain([Piece(motion, (truth,)), Piece(landing)])


def rising(angle: float, seconds: float, person: Person, rng: np.random.Generator) -> Floats:
    """Foot angle on its way up, with overshoot, shape (n,), rad."""
    n = steps(seconds)
    path = min_jerk(n, skew=person.skew + rng.normal(0, 0.1))
    return angle * (1 + person.overshoot) * (path + _roughness(n, person, rng))


def lowering(angle: float, seconds: float, person: Person, rng: np.random.Generator) -> Floats:
    """Foot angle on its way down to flat, shape (n,), rad; with ``drop`` it arrives with speed."""
    n = steps(seconds)
    drop = np.clip(person.drop * np.exp(0.3 * rng.normal()), 0, 1)
    end = 1 - 0.22 * drop if drop > 0 else 1.0
    skew = person.skew + rng.normal(0, 0.1)
    path = min_jerk(n, skew=float(np.clip(skew, -0.5, 0.5)), end=float(end))
    return angle * (1 - path + _roughness(n, person, rng))


_TURNED_AT_ONCE_S = 0.15
"""A shorter hold leaves no time to come back from the overshoot, s."""


def _top(reached: float, angle: float, seconds: float, rng: np.random.Generator) -> Floats:
    n = steps(seconds)
    settled = angle * (1 - rng.uniform(0, 0.04) * min(1.0, seconds))
    if seconds < _TURNED_AT_ONCE_S:
        settled = reached
    settle = min_jerk(n)
    if seconds > 0.5:
        n_quick = steps(0.35)
        settle = np.concatenate([min_jerk(n_quick), np.ones(n - n_quick)])
    return reached + (settled - reached) * settle


def _roughness(n: int, person: Person, rng: np.random.Generator) -> Floats:
    """Sub-movements of 1–3 Hz: people do not move along a smooth curve."""
    t_s = np.arange(1, n + 1) / FINE_HZ
    wobble = np.zeros(n)
    for _ in range(3):
        wobble += np.sin(2 * np.pi * rng.uniform(0.8, 3.0) * t_s + rng.uniform(0, 2 * np.pi))
    return np.asarray(person.rough * 0.5 * bump(n) * wobble, dtype=np.float64)


def turn_foot(start: Pose, foot_pitch: Floats, person: Person, *, tilt_share: float) -> Motion:
    """Motion of a leg whose foot turns on the floor by ``foot_pitch``, shape (n,), rad."""
    forward, rise = foot_lift(
        foot_pitch, pivot_m=person.pivot_m, ankle_m=person.ankle_m, heel_m=person.heel_m
    )
    motion = still(start, len(foot_pitch))
    return replace(
        motion,
        x_m=motion.x_m + forward * np.cos(start.heading),
        y_m=motion.y_m + forward * np.sin(start.heading),
        z_m=motion.z_m + rise,
        foot_pitch=foot_pitch,
        shank_pitch=motion.shank_pitch + tilt_share * foot_pitch,
    )


def _landing(start: Pose, motion: Motion, person: Person) -> Motion:
    """Heel (or toes) stopped by the floor: soft tissue gives by about a millimetre and rings."""
    n = steps(0.35)
    speed = float(motion.z_m[-1] - motion.z_m[-2]) * FINE_HZ if len(motion) > 1 else 0.0
    forward = float(motion.x_m[-1] - motion.x_m[-2]) * FINE_HZ if len(motion) > 1 else 0.0
    hz, damping = person.heel_ring_hz, person.heel_ring_damping
    landed = still(start, n)
    fade = 1 - min_jerk(n)
    sink = ringing(n, speed=speed, hz=hz, damping=damping) * fade
    slide = ringing(n, speed=forward, hz=hz * 0.8, damping=damping) * fade
    return replace(landed, z_m=landed.z_m + sink, x_m=landed.x_m + slide)
