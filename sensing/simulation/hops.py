"""Hops and jumps on the floor, planned contact by contact for ``jumping.py``.

A plan says how long to fly, and whether to bounce or stand between.
"""

from __future__ import annotations

import numpy as np

from sensing.simulation.holds import balance
from sensing.simulation.jumping import Jump, jump, make_chain
from sensing.simulation.motion import Piece, Pose, chain, steps, still
from sensing.simulation.options import Options
from sensing.simulation.person import Person

_TRIES = 4
"""In one of some hundred series the first push is too weak or the springs swing out of bounds; the
series is simulated again."""


def hops(
    exercise: str, start: Pose, person: Person, options: Options, rng: np.random.Generator
) -> Piece:
    """Hops on one leg or two, and a last landing."""
    legs = 2 if exercise == "double-leg-hop" else 1
    count = options.reps or int(rng.integers(10, 26))
    contact_s, flight_s = person.hop_contact_s, person.hop_flight_s
    if legs == 2:
        contact_s, flight_s = contact_s * rng.uniform(0.65, 1.0), flight_s * rng.uniform(1.0, 1.5)
    leg = make_chain(person, legs=legs, contact_s=contact_s, flight_s=flight_s)
    fatigue = person.fatigue if options.fatigue is None else options.fatigue
    for _ in range(_TRIES):
        plan = [Jump(flight_s=0.7 * flight_s, dwell_s=0.4, dip_m=float(rng.uniform(0.03, 0.08)))]
        for k in range(count):
            tired = k / max(1, count - 1)
            vary = float(np.exp(0.06 * rng.normal()))
            plan.append(Jump(flight_s=max(0.06, flight_s * (1 - fatigue * tired) * vary)))
        series = jump(start, person, leg, [*plan, Jump(flight_s=0.0)], rng)
        if 2 * len(series.truths) >= count:
            break
    return series


def jumping_raises(
    start: Pose, person: Person, options: Options, rng: np.random.Generator
) -> Piece:
    """Jumps from the calves, with a moment on the ground between them."""
    count = options.reps or int(rng.integers(8, 16))
    flight_s = float(rng.uniform(0.22, 0.42))
    leg = make_chain(person, legs=2, contact_s=0.17, flight_s=flight_s)
    dip_m = float(rng.uniform(0.05, 0.12))
    pause_s = float(np.exp(rng.uniform(np.log(0.15), np.log(1.2))))
    fatigue = person.fatigue if options.fatigue is None else options.fatigue
    plan = []
    for k in range(count):
        tired = k / max(1, count - 1)
        plan.append(
            Jump(
                flight_s=flight_s
                * (1 - 0.5 * fatigue * tired)
                * float(np.exp(0.05 * rng.normal())),
                dwell_s=0.4 if k == 0 else 0.15 + pause_s * float(np.exp(0.2 * rng.normal())),
                dip_m=dip_m * float(rng.uniform(0.85, 1.15)),
            )
        )
    return jump(start, person, leg, [*plan, Jump(flight_s=0.0)], rng)


def hops_to_balance(
    start: Pose, person: Person, options: Options, rng: np.random.Generator
) -> Piece:
    """Hop forward, land on one leg and balance; again after a moment."""
    trials = options.reps or int(rng.integers(3, 6))
    pieces = []
    pose = start
    for _ in range(trials):
        flight_s = float(rng.uniform(0.15, 0.32))
        leg = make_chain(person, legs=1, contact_s=0.2, flight_s=flight_s)
        plan = [Jump(flight_s=flight_s, dwell_s=0.4, dip_m=0.08), Jump(flight_s=0.0)]
        hop = jump(pose, person, leg, plan, rng, after_s=float(rng.uniform(0.9, 1.5)))
        kept = balance(hop.motion.last, options, rng, settled=True)
        pieces += [hop, kept]
        pose = kept.motion.last
        pieces.append(Piece(still(pose, steps(rng.uniform(1.5, 4.0)))))
    return chain(pieces)
