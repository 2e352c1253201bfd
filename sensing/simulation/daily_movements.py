"""Movements of a day that are no exercise of the catalogue, and in which nothing must be counted.

Walking as on a street, walking with sticks or a brace and slow walking of the old (short swings and
long stances: 26–40° at 1.9 s a stride and 27–35° at 1.15 s in three recordings of people), stairs
up and down, squats, sitting down and standing up, and shifting the weight with a lean. Squats lean
the shank and lift nothing; in a step the shank swings on while the foot stands, and the ankle
travels while it swings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from sensing.simulation.motion import FINE_HZ, Piece, Pose, chain, knock, move_to, steps, still
from sensing.simulation.options import Options
from sensing.simulation.other_movements import rest
from sensing.simulation.person import Person
from sensing.simulation.truth import OtherTruth
from sensing.simulation.walking import WALK, Gait, walk

_AIDED = Gait(
    at=(0.0, 0.1, 0.35, 0.55, 0.72, 0.82, 0.93, 1.0),
    foot_deg=(-4, 0, 0, 4, 22, 12, -3, -4),
    shank_deg=(-8, -5, 3, 10, 20, 12, -6, -8),
    toe_off=0.72,
    lift_m=0.015,
    impact_g=0.5,
)
"""With sticks, or old and slow: about 28° from one end of the swing to the other."""
_UPSTAIRS = Gait(
    at=(0.0, 0.1, 0.3, 0.5, 0.64, 0.78, 0.92, 1.0),
    foot_deg=(2, 0, 0, 8, 38, 20, 4, 2),
    shank_deg=(22, 24, 14, 6, 26, 44, 28, 22),
    toe_off=0.64,
    length_factor=0.42,
    lift_m=0.07,
    impact_g=0.7,
    climb_m=0.34,
)
_DOWNSTAIRS = Gait(
    at=(0.0, 0.1, 0.3, 0.5, 0.64, 0.78, 0.92, 1.0),
    foot_deg=(16, 0, 0, 8, 34, 18, 16, 16),
    shank_deg=(-4, 2, 14, 30, 46, 22, -4, -4),
    toe_off=0.64,
    length_factor=0.42,
    lift_m=0.05,
    impact_g=1.4,
    climb_m=-0.34,
)
"""Two steps of 17 cm a stride, one for each leg."""


def whole_day(person: Person, options: Options, rng: np.random.Generator) -> Piece:
    """Rest, the movement in two or three bouts with rests between, rest."""
    pieces = [rest(Pose(), float(rng.uniform(3, 6)), person, rng, fidgets=options.fidgets)]
    for _ in range(int(rng.integers(2, 4))):
        start = replace(pieces[-1].motion.last, z_m=0.0)
        done = KINDS[options.exercise](start, person, options, rng)
        named = OtherTruth(
            start_s=0.0, end_s=len(done.motion) / FINE_HZ, what=options.exercise.replace("-", " ")
        )
        pieces.append(Piece(done.motion, (named,)))
        seconds = float(rng.uniform(2, 6))
        pieces.append(rest(pieces[-1].motion.last, seconds, person, rng, fidgets=options.fidgets))
    return chain(pieces)


def _walking(start: Pose, person: Person, options: Options, rng: np.random.Generator) -> Piece:
    strides = options.reps or int(rng.integers(5, 12))
    return walk(start, person, rng, strides=strides, gait=WALK, name=None)


def _aided(start: Pose, person: Person, options: Options, rng: np.random.Generator) -> Piece:
    """Some strides with sticks, in each bout as slow and as short as on that day."""
    size = rng.uniform(0.6, 1.3)
    gait = replace(
        _AIDED,
        foot_deg=tuple(size * deg for deg in _AIDED.foot_deg),
        shank_deg=tuple(size * deg for deg in _AIDED.shank_deg),
        stride_factor=float(rng.uniform(1.0, 2.0)),
        length_factor=float(rng.uniform(0.25, 0.55)),
        impact_g=float(rng.uniform(0.2, 1.0)),
    )
    return walk(start, person, rng, strides=options.reps or int(rng.integers(6, 12)), gait=gait)


def _stairs(start: Pose, person: Person, options: Options, rng: np.random.Generator) -> Piece:
    """Up, a moment on the landing, and down again."""
    strides = options.reps or int(rng.integers(4, 9))
    pace = float(rng.uniform(1.0, 1.6))
    up, down = (replace(gait, stride_factor=pace) for gait in (_UPSTAIRS, _DOWNSTAIRS))
    first = walk(start, person, rng, strides=strides, gait=up, name=None)
    stand = Piece(still(first.motion.last, steps(rng.uniform(1.0, 3.0))))
    turned = replace(stand.motion.last, heading=stand.motion.last.heading + np.pi)
    about = Piece(move_to(stand.motion.last, turned, float(rng.uniform(1.2, 2.0)), sway=2))
    back = walk(turned, person, rng, strides=strides, gait=down, name=None)
    return chain([first, stand, about, back])


def _squats(start: Pose, person: Person, options: Options, rng: np.random.Generator) -> Piece:
    """Down and up, feet flat; some lift the heels by a few millimetres at the bottom."""
    deep = np.radians(rng.uniform(14, 34))
    heel = np.radians(max(0.0, rng.normal(0, 1.5)))
    down_s, stay_s, up_s, pause_s = rng.uniform([0.6, 0.0, 0.5, 0.1], [2.2, 0.6, 1.5, 1.0])
    pieces = []
    for _ in range(options.reps or int(rng.integers(6, 14))):
        vary = np.exp(0.1 * rng.standard_normal(4))
        forward = float(person.ankle_m * np.sin(heel))
        bent = replace(
            start,
            shank_pitch=start.shank_pitch + float(deep * vary[3]),
            foot_pitch=float(heel),
            z_m=start.z_m + float(person.pivot_m * np.sin(heel)),
            x_m=start.x_m + forward * float(np.cos(start.heading)),
            y_m=start.y_m + forward * float(np.sin(start.heading)),
        )
        pieces.append(Piece(move_to(start, bent, float(down_s * vary[0]), sway=2)))
        pieces.append(Piece(still(bent, steps(stay_s * vary[1]), sway=2)))
        pieces.append(Piece(move_to(bent, start, float(up_s * vary[2]), sway=2)))
        pieces.append(Piece(still(start, steps(pause_s * vary[1]))))
    return chain(pieces)


def _sit_stand(start: Pose, _person: Person, options: Options, rng: np.random.Generator) -> Piece:
    """From a chair and back: the shank leans while the weight comes over the feet."""
    lean = np.radians(rng.uniform(8, 22))
    sit = replace(start, shank_pitch=float(np.radians(rng.uniform(-12, 4))))
    stand = replace(start, shank_pitch=float(np.radians(rng.uniform(0, 4))))
    over = replace(start, shank_pitch=sit.shank_pitch + float(lean))
    up_s, stay_s, sit_s = rng.uniform([0.5, 0.2, 0.3], [1.2, 2.5, 3.0])
    pieces = [Piece(move_to(start, sit, 1.5))]
    for _ in range(options.reps or int(rng.integers(4, 8))):
        vary = np.exp(0.12 * rng.standard_normal(4))
        rising = move_to(sit, over, float(up_s * vary[0]), sway=2)
        risen = move_to(over, stand, float(up_s * vary[1]), sway=2)
        back = move_to(stand, over, float(up_s * vary[2]), sway=2)
        down = move_to(over, sit, float(0.8 * up_s * vary[3]), sway=2)
        plump = still(sit, steps(sit_s * vary[1] + 0.35))
        plump = replace(plump, shock_mps2=knock(len(plump), 0, rng, 0.12))
        pieces += [Piece(rising), Piece(risen), Piece(still(stand, steps(stay_s * vary[0])))]
        pieces += [Piece(back), Piece(down), Piece(plump)]
    return chain([*pieces, Piece(move_to(sit, start, 1.5))])


def _shifts(start: Pose, _person: Person, options: Options, rng: np.random.Generator) -> Piece:
    """Rocking from leg to leg, or to and fro, feet flat."""
    pitch, roll = np.radians(rng.uniform([1, 1], [8, 7])) * rng.choice([-1, 1], 2)
    there = replace(
        start, shank_pitch=start.shank_pitch + pitch, shank_roll=start.shank_roll + roll
    )
    out_s, stay_s = rng.uniform([0.4, 0.0], [1.6, 1.0])
    pieces = []
    for _ in range(options.reps or int(rng.integers(4, 12))):
        vary = np.exp(0.15 * rng.standard_normal(3))
        pieces.append(Piece(move_to(start, there, float(out_s * vary[0]), sway=2)))
        pieces.append(Piece(still(there, steps(stay_s * vary[1]), sway=2)))
        pieces.append(Piece(move_to(there, start, float(out_s * vary[2]), sway=2)))
        pieces.append(Piece(still(start, steps(stay_s * vary[0]), sway=2)))
    return chain(pieces)


KINDS: dict[str, Callable[[Pose, Person, Options, np.random.Generator], Piece]] = {
    "walking": _walking,
    "walking-with-aids": _aided,
    "stairs": _stairs,
    "squats": _squats,
    "sit-to-stand": _sit_stand,
    "weight-shifts": _shifts,
}
"""How each is done; the names stand in ``options.MOVEMENTS``."""
