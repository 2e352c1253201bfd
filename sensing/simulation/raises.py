"""Raises: the foot turns on its forefoot (or heel, lifting the toes) and the ankle follows.

Phases are minimum-jerk paths of the foot angle, or more abrupt ones, skewed in time, roughened,
with overshoot at the top and a heel that may strike the floor and ring. The ankle's height, its way
forward and the lean of the shank follow from the angle by geometry: one rigid leg, whose
acceleration and turning the sensor then measures.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sensing.core.units import G_MPS2, Floats
from sensing.guided.pacing import Tempo
from sensing.simulation.motion import (
    FINE_HZ,
    Motion,
    Piece,
    Pose,
    bump,
    chain,
    end_for_speed,
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
        bent: the knee is bent, so the shank tilts otherwise.
        seated: sitting; the knee stays in place.
        tremor: relative to the person's own.
        reps: fewest and most reps of a set.
    """

    angle: tuple[float, float] = (0.9, 1.05)
    raise_factor: float = 1.0
    lower_factor: float = 1.0
    lower_s: tuple[float, float] | None = None
    bent: bool = False
    seated: bool = False
    tremor: float = 1.0
    reps: tuple[int, int] = (8, 18)

    def tilt_share(self, person: Person) -> float:
        """The person's lean of the shank per foot pitch."""
        if self.angle[0] < 0:
            return person.toes_tilt_share
        if self.seated:
            return person.seated_tilt_share
        return person.bent_tilt_share if self.bent else person.tilt_share


STYLES = {
    "double-leg-calf-raise": Style(),
    "single-leg-calf-raise": Style(angle=(0.65, 1.0), raise_factor=1.1, tremor=1.5),
    "bent-knee-calf-raise": Style(angle=(0.7, 1.0), bent=True),
    "seated-calf-raise": Style(angle=(0.7, 1.05), seated=True, tremor=0.6),
    "eccentric-calf-raise": Style(angle=(0.75, 1.0), lower_s=(2.0, 4.8), tremor=1.3),
    "soleus-squat": Style(angle=(0.6, 0.95), bent=True, tremor=1.6, reps=(8, 14)),
    "tibialis-raise": Style(
        angle=(-0.75, -0.35), raise_factor=0.8, lower_factor=0.8, tremor=0.4, reps=(10, 22)
    ),
}

_FIRST_REP = (0.8, 1.7)
"""Least and most of a first rep against the others [people: .9–1.5]."""
_RINGS_S = 0.35
"""How long a heel rings on the floor, s."""
_FALLING, _HASTE = 2.0, 0.6
"""Speed of a heel that falls all the way, in lengths per duration; a harder strike takes a shorter
lowering, at shortest this share of the intended one."""
_TOES_STRIKE = 0.3
"""Strike of the toes, felt at the ankle, against that of the heel."""
_RING_PEAK = 0.75
"""Peak acceleration of a damped ringing against that of an undamped one."""
_LEAST_PAUSE_S = 0.05
"""Shortest pause at the bottom, s, when late for the beat."""


def raises(
    exercise: str, start: Pose, person: Person, options: Options, rng: np.random.Generator
) -> Piece:
    """A set of raises from a standing (or sitting, or squatting) pose, foot flat."""
    style = STYLES[exercise]
    count = options.reps or int(rng.integers(style.reps[0], style.reps[1] + 1))
    own_deg = person.foot_angle_deg if style.angle[0] > 0 else person.toes_angle_deg
    full = np.radians(own_deg) * rng.uniform(*style.angle)
    pace = options.tempo or _own_pace(style, person, rng)
    spread = person.variation * (0.5 if options.tempo else 1.0)
    fatigue = person.fatigue if options.fatigue is None else options.fatigue
    slowing = person.slowing if options.fatigue is None else options.fatigue * 0.8
    partial_chance = person.partial if options.partial is None else options.partial
    drift = person.wanders * np.sin(
        rng.uniform(0, 2 * np.pi) + np.arange(count) * rng.uniform(0.2, 0.9)
    )
    # Streams of their own, so that what people do beside the model leaves the model's draws alone.
    habits = rng.spawn(1)[0]
    first = float(np.clip(np.exp(habits.normal(0, 1) * person.first_rep), *_FIRST_REP))
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
        elif k == 0:
            scale *= first
        shrink = np.sqrt(0.5 + 0.5 * min(1.0, scale))  # a short way takes less time
        paced = 1.0 if options.tempo else 1 + slowing * tired
        stays = options.tempo is not None or habits.random() >= person.no_stay
        rep = _rep(
            pose,
            person,
            style,
            rng,
            habits,
            angle=full * scale,
            tempo=Tempo(
                raise_s=max(0.22, pace.raise_s * vary[0] * shrink * paced),
                hold_s=pace.hold_s * vary[1] * float(stays),
                lower_s=max(person.least_lower_s, pace.lower_s * vary[2] * shrink),
            ),
            partial=partial,
        )
        floor = landing(start, rep.motion, person)
        pause_s = person.pause_s * vary[3]
        if rng.random() < 0.04 + 0.06 * tired:
            pause_s += person.breath * rng.uniform(0.8, 3.0)
        if options.beat_s is not None:
            done_s += (len(rep.motion) + len(floor)) / FINE_HZ
            pause_s = max(_LEAST_PAUSE_S, (k + 1) * options.beat_s - done_s)
            done_s += pause_s
        if k == count - 1:
            pause_s = 0.3
        elif person.shank_give:  # the ringing is part of the pause, which may be shorter
            floor = landing(start, rep.motion, person, seconds=min(_RINGS_S, pause_s))
            pause_s -= len(floor) / FINE_HZ
        pieces += [rep, Piece(floor)]
        if pause_s > 0:
            pieces.append(Piece(still(start, steps(pause_s))))
    done = chain(pieces)
    return Piece(lagging(done.motion, person.lean_lag_s), done.truths)


def lagging(motion: Motion, lag_s: float) -> Motion:
    """The motion with its lean so much later than its height; ends extended."""
    if not lag_s:
        return motion
    at = np.arange(len(motion))
    names = ("shank_pitch", "shank_roll", "heading")
    return replace(
        motion,
        **{name: np.interp(at - lag_s * FINE_HZ, at, getattr(motion, name)) for name in names},
    )


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
    habits: np.random.Generator,
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
    tilt = style.tilt_share(person) * float(np.exp(person.lean_variation * habits.normal()))
    motion = turn_foot(start, foot, person, tilt_share=tilt)
    if person.turns_aside:
        size = person.turns_aside * abs(tilt * angle) * bump(len(foot))
        motion = replace(
            motion,
            shank_roll=motion.shank_roll + habits.normal() * size,
            heading=motion.heading + habits.normal() * size,
        )
    raising, lowered = shaking(person)
    moving = np.concatenate([np.full(n_up, raising), np.zeros(n_top), np.full(n_down, lowered)])
    still_there = np.concatenate([np.zeros(n_up), np.ones(n_top), np.zeros(n_down)])
    tall = np.abs(foot) / abs(angle)
    motion = replace(
        motion,
        sway=person.raise_sway * (1 + tall),
        hold_tremor=style.tremor * still_there * tall,
        move_tremor=style.tremor * moving * np.minimum(1, 2 * tall),
    )
    truth = RepTruth(
        start_s=0.0,
        top_s=n_up / FINE_HZ,
        lower_s=(n_up + n_top) / FINE_HZ,
        end_s=len(foot) / FINE_HZ,
        foot_angle_deg=float(np.degrees(np.abs(foot).max())),
        rise_m=float(motion.z_m.max() - start.z_m),
        partial=partial,
    )
    return Piece(motion, (truth,))


def shaking(person: Person) -> tuple[float, float]:
    """Strength of shaking while raising and lowering, in that of the person's moving tremor."""
    usual_mg = person.hold_tremor_mg * person.move_tremor_factor
    shakes = (person.raise_shake_mg, person.lower_shake_mg)
    up, down = (mg / usual_mg if mg else 1.0 for mg in shakes)
    return up, down


def rising(angle: float, seconds: float, person: Person, rng: np.random.Generator) -> Floats:
    """Foot angle on its way up, with overshoot, shape (n,), rad."""
    n = steps(seconds)
    powers = (person.early, person.late)
    path = min_jerk(n, skew=person.skew + rng.normal(0, 0.1), powers=powers)
    return angle * (1 + person.overshoot) * (path + _roughness(n, person, rng))


def lowering(angle: float, seconds: float, person: Person, rng: np.random.Generator) -> Floats:
    """Foot angle on its way down to flat, shape (n,), rad.

    With ``drop`` or a heel strike it arrives with speed: as much as the strike needs, or as there
    is when the heel is let fall all the way in a somewhat shorter time.
    """
    vary = np.exp(0.3 * rng.normal())
    drop = np.clip(person.drop * vary, 0, 1)
    end = 1 - 0.22 * drop if drop > 0 else 1.0
    powers = (person.late, person.early)
    if person.strike_g:
        lever_m = person.pivot_m if angle > 0 else person.heel_m
        strike_g = person.strike_g * vary**1.5 * (1.0 if angle > 0 else _TOES_STRIKE)
        turn = strike_g / _strike_per_mps(person) / lever_m  # rad/s
        wanted = turn * seconds / max(abs(angle), 1e-3)
        haste = float(np.clip(_FALLING / wanted, _HASTE, 1.0))
        seconds *= haste
        end = end_for_speed(wanted * haste, powers)
    n = steps(seconds)
    skew = person.skew + rng.normal(0, 0.1)
    path = min_jerk(n, skew=float(np.clip(skew, -0.5, 0.5)), end=float(end), powers=powers)
    return angle * (1 - path + _roughness(n, person, rng))


def _strike_per_mps(person: Person) -> float:
    """Peak acceleration of a heel stopped from 1 m/s by the person's soft tissue, g."""
    return _RING_PEAK * 2 * np.pi * person.heel_ring_hz / G_MPS2


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
    lean, axis = tilt_share * foot_pitch, np.radians(person.lean_axis_deg)
    return replace(
        motion,
        x_m=motion.x_m + forward * np.cos(start.heading),
        y_m=motion.y_m + forward * np.sin(start.heading),
        z_m=motion.z_m + rise,
        foot_pitch=foot_pitch,
        shank_pitch=motion.shank_pitch + lean * np.cos(axis),
        shank_roll=motion.shank_roll + lean * np.sin(axis),
        heading=motion.heading + person.lean_turn * lean,
    )


def landing(start: Pose, motion: Motion, person: Person, *, seconds: float = _RINGS_S) -> Motion:
    """Heel (or toes) stopped by the floor: soft tissue gives by about a millimetre and rings."""
    n = steps(seconds)
    hz, damping = person.heel_ring_hz, person.heel_ring_damping
    landed = still(start, n)
    fade = 1 - min_jerk(n)

    def rings(name: str, at_hz: float) -> Floats:
        path = getattr(motion, name)
        speed = float(path[-1] - path[-2]) * FINE_HZ if len(motion) > 1 else 0.0
        return ringing(n, speed=speed, hz=at_hz, damping=damping) * fade

    turns = ("shank_pitch", "shank_roll", "heading")
    return replace(
        landed,
        z_m=landed.z_m + rings("z_m", hz),
        x_m=landed.x_m + rings("x_m", hz * 0.8),
        **{name: getattr(landed, name) + person.shank_give * rings(name, hz) for name in turns},
    )
