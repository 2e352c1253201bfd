"""Jumps with a box: drop jumps, and jumps onto a box and down again.

A drop jump steps off a box, lands, rebounds and lands again; then the person steps back onto the
box. A box jump goes up from the floor, stands on the box, and steps or jumps down to the next:
mostly with a quick rebound, some people with a pause or a stand on the floor.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from sensing.core.units import G_MPS2
from sensing.simulation import leg_chain
from sensing.simulation.jumping import Jump, jump, make_chain
from sensing.simulation.motion import (
    FINE_HZ,
    Piece,
    Pose,
    bump,
    chain,
    knock,
    move_to,
    steps,
    still,
)
from sensing.simulation.options import Options
from sensing.simulation.person import Person

_TRIES = 8
"""A push is now and then too weak for the box; other jumps are simulated."""
_LEAST_FLIGHT_S = 0.1
"""Shortest flight of a jump or a step off a box, s."""
_ON_FLOOR_M = 0.1
"""Farther from the floor meant, the ankle stands on another, m."""
_LAST = Jump(flight_s=0.0)


def drop_jumps(start: Pose, person: Person, options: Options, rng: np.random.Generator) -> Piece:
    """Step off a box, land, rebound, land and stand; step onto the box again."""
    count = options.reps or int(rng.integers(3, 7))
    box_m = float(rng.integers(15, 46)) / 100
    contact_s = float(np.exp(rng.uniform(np.log(0.17), np.log(0.55))))
    flight_s = float(rng.uniform(0.28, 0.52))
    fatigue = person.fatigue if options.fatigue is None else options.fatigue
    pieces = []
    pose = start
    for k in range(count):
        tired = 1 - 0.5 * fatigue * k / max(1, count - 1)
        vary = float(np.exp(0.06 * rng.normal()))
        up = _step_up(pose, box_m, rng)
        leg = make_chain(person, legs=2, contact_s=contact_s / vary, flight_s=flight_s)
        for _ in range(_TRIES):
            off = replace(_step_off(box_m, rng, dwell_s=float(rng.uniform(0.8, 2.0))), floor_m=0.0)
            here = Jump(flight_s=max(0.15, flight_s * tired * vary), floor_m=-box_m)
            plan = [off, here, replace(_LAST, floor_m=-box_m)]
            after_s = float(rng.uniform(1.0, 2.0))
            done = jump(up.motion.last, person, leg, plan, rng, after_s=after_s)
            if _as_planned(done, plan):
                break
        pieces += [up, done]
        pose = replace(done.motion.last, z_m=start.z_m)
    return chain(pieces)


def box_jumps(start: Pose, person: Person, options: Options, rng: np.random.Generator) -> Piece:
    """Jump onto a box, stand, step or jump down, and rebound from the floor onto it again."""
    count = options.reps or int(rng.integers(5, 9))
    for k in range(_TRIES):
        plan, leg = _box_plan(count, person, rng, sure=k > 1)
        done = jump(start, person, leg, plan, rng)
        if _as_planned(done, plan):
            break
    return done


def _box_plan(
    count: int, person: Person, rng: np.random.Generator, *, sure: bool
) -> tuple[list[Jump], leg_chain.Chain]:
    """One person's box jumps, and the leg for them; ``sure``: of the kind that seldom fails."""
    box_m = float(rng.integers(15, 36)) / 100
    tuck_m = 0.05 + 0.5 * box_m
    # From a landing that bounces, a flight of this length ends on the box with tucked legs.
    rise_m = box_m - tuck_m + float(rng.uniform(0.16, 0.24))
    up_s = 2 * float(np.sqrt(2 * rise_m / G_MPS2))
    contact_s = float(np.exp(rng.uniform(np.log(0.17), np.log(0.4))))
    leg = make_chain(person, legs=2, contact_s=contact_s, flight_s=up_s)
    steps_down, rebounds = rng.random() < 0.6, sure or rng.random() < 0.75
    dip_m = float(rng.uniform(0.23, 0.3))
    up = Jump(flight_s=up_s, tuck_m=tuck_m, forward_m=float(rng.uniform(0.2, 0.5)))
    plan = [replace(up, dwell_s=0.4, dip_m=dip_m)]
    for k in range(count):
        down = _step_off(box_m, rng, dwell_s=float(rng.uniform(0.8, 2.2)))
        if not steps_down:
            down = replace(down, edge=False, dip_m=0.14, flight_s=0.3)
        plan.append(replace(down, on_box=True))
        if k == count - 1:
            plan.append(_LAST)
        elif rebounds:
            plan.append(up)
        else:
            plan.append(replace(up, dwell_s=float(rng.uniform(0.4, 1.2)), dip_m=dip_m))
    return plan, leg


def _as_planned(done: Piece, plan: list[Jump]) -> bool:
    """True if every contact and flight of the plan came out, and nothing else."""
    spans = [(each.start_s, each.end_s) for each in done.truths]
    flights_s = [b[0] - a[1] for a, b in pairwise(spans)]
    if len(spans) != len(plan) or min(flights_s) < _LEAST_FLIGHT_S:
        return False
    middles = [round((a + b) / 2 * FINE_HZ) for a, b in spans]
    heights_m = done.motion.z_m[middles] - done.motion.z_m[0]
    floors_m = [each.floor_m for each in plan]
    return bool(np.all(np.abs(heights_m - floors_m) < _ON_FLOOR_M))


def _step_off(box_m: float, rng: np.random.Generator, *, dwell_s: float) -> Jump:
    """Stand on a box, then step off it."""
    return Jump(
        flight_s=float(np.sqrt(2 * box_m / G_MPS2)),
        dwell_s=dwell_s,
        dip_m=float(rng.uniform(0.06, 0.1)),
        floor_m=box_m,
        tuck_m=float(rng.uniform(0.0, 0.05)),
        edge=True,
        forward_m=float(rng.uniform(0.25, 0.5)),
    )


def _step_up(start: Pose, box_m: float, rng: np.random.Generator) -> Piece:
    """Put the foot on a box and stand up on it."""
    end = replace(start, z_m=start.z_m + box_m, x_m=start.x_m + float(rng.uniform(0.2, 0.4)))
    motion = move_to(start, end, float(rng.uniform(0.6, 0.9)), sway=2)
    lift = bump(len(motion))
    motion = replace(
        motion,
        z_m=motion.z_m + rng.uniform(0.03, 0.1) * lift,
        shank_pitch=motion.shank_pitch + np.radians(rng.uniform(10, 35)) * lift,
        foot_pitch=motion.foot_pitch + np.radians(rng.uniform(0, 20)) * lift,
        shock_mps2=knock(len(motion), int(0.95 * len(motion)), rng, 0.3),
    )
    before = Piece(still(start, steps(rng.uniform(0.3, 1.5))))
    return chain([before, Piece(motion), Piece(still(motion.last, steps(0.3)))])
