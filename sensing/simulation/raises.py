"""A set of raises: the foot turns on its forefoot, or on its heel to lift the toes, and again.

Reps vary, tire and are partial now and then; the first is often another; some people turn at once
at the top. How the foot moves in one of them and the leg follows is in ``foot_path.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sensing.guided.pacing import Tempo
from sensing.simulation.foot_path import (
    RINGS_S,
    landing,
    lowering,
    rising,
    top_of,
    turn_foot,
)
from sensing.simulation.motion import (
    FINE_HZ,
    Motion,
    Piece,
    Pose,
    bump,
    chain,
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
    "calf-raise": Style(),
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
            floor = landing(start, rep.motion, person, seconds=min(RINGS_S, pause_s))
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
    top = top_of(float(up[-1]), angle, tempo.hold_s, rng)
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
