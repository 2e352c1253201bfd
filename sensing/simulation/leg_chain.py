"""A vertical chain on the floor: forefoot, shank and body, joined by springs that can push.

The forefoot rests on a stiff, damped pad (Hunt & Crossley 1975), the ankle spring lifts the shank
off it, the leg spring (knee and hip) carries the body; a second pad under the heel catches a shank
that comes down too far. Muscles change the springs' rest lengths (see ``jumping.py``). Solved step
by step (semi-implicit Euler at 4 kHz; the stiffest mode is near 110 Hz). Heights are relative to
standing with the foot flat and the legs straight.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sensing.core.units import G_MPS2, Floats

CHAIN_HZ = 4000
"""Steps per second."""
CONTACT_N = 20.0
"""Ground force at which a contact starts and ends, N."""
_PAD_N = 1.5e6  # N/m^1.5: 2 kN press a forefoot and its shoe by about 12 mm
_PAD_DAMPING = 0.8  # s/m
_HEEL_N = 4e5  # N/m^1.5: a heel is softer
_HEEL_DAMPING = 1.0
_SETTLE_S = 0.3
_LOST_M = 8.0
"""m; a foot further from the floor is no foot: the integration has become unstable. Larger: numbers
overflow; smaller: falls end early."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Masses and springs of one leg and what it carries.

    Attributes:
        body_kg: mass carried: the whole body on one leg, half of it on two.
        shank_kg: shank with the rear foot.
        foot_kg: forefoot.
        ankle_npm, leg_npm: springs, N/m.
        ankle_nspm, leg_nspm: dampers, N·s/m.
    """

    body_kg: float
    shank_kg: float
    foot_kg: float
    ankle_npm: float
    leg_npm: float
    ankle_nspm: float
    leg_nspm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """State of the chain that a jumper can sense.

    Attributes:
        t_s: since the start.
        force_n: ground force.
        body_mps: vertical speed of the body.
        foot_m: height of the forefoot.
    """

    t_s: float
    force_n: float
    body_mps: float
    foot_m: float


@dataclass(frozen=True, slots=True)
class MuscleAction:
    """What the muscles do at one moment.

    Attributes:
        ankle_m, leg_m: rest lengths of the two springs, 0 when standing.
        floor_m: height of the floor below the foot.
        brake: factor on both dampers: muscles that give way instead of bouncing.
    """

    ankle_m: float
    leg_m: float
    floor_m: float
    brake: float = 1.0


Muscles = Callable[[Moment], MuscleAction]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Run:
    """Motion of the chain, one value per step, shape (n,)."""

    foot_m: Floats
    ankle_m: Floats
    body_m: Floats
    force_n: Floats


def run_chain(chain: Chain, muscles: Muscles, *, seconds: float) -> Run:
    """Simulate the chain from standing, shape (n,) each; it ends early where its springs blow up.

    Args:
        chain: masses and springs.
        muscles: called once per step.
        seconds: duration.
    """
    settle = round(_SETTLE_S * CHAIN_HZ)  # before time 0 it sinks into the pads and comes to rest
    n = round(seconds * CHAIN_HZ)
    dt = 1.0 / CHAIN_HZ
    foot, ankle, body, force = (np.empty(n) for _ in range(4))
    vf = vs = vb = 0.0
    zf = zs = zb = -((chain.body_kg * G_MPS2 / (_PAD_N + _HEEL_N)) ** (2 / 3))
    ka, kl, ca, cl = chain.ankle_npm, chain.leg_npm, chain.ankle_nspm, chain.leg_nspm
    mf, ms, mb = chain.foot_kg, chain.shank_kg, chain.body_kg
    # At rest the leg spring is compressed by the body's weight: its length counts from there.
    leg_0 = mb * G_MPS2 / kl
    ra_old: float | None = None
    rl_old = 0.0
    pressed = 0.0
    for i in range(-settle, n):
        e, length = zs - zf, zb - zs
        act = muscles(Moment(t_s=max(0, i) * dt, force_n=pressed, body_mps=vb, foot_m=zf))
        ra, rl, floor = act.ankle_m, act.leg_m, act.floor_m
        if ra_old is None:
            ra_old, rl_old = ra, rl
        fa = ka * (ra - e) + ca * act.brake * ((ra - ra_old) * CHAIN_HZ - (vs - vf))
        fl = kl * (rl + leg_0 - length) + cl * act.brake * ((rl - rl_old) * CHAIN_HZ - (vb - vs))
        ra_old, rl_old = ra, rl
        pad = _pad(floor - zf, -vf, _PAD_N, _PAD_DAMPING)
        heel = _pad(floor - zs, -vs, _HEEL_N, _HEEL_DAMPING)
        pressed = pad + heel
        vf += dt * ((pad - fa) / mf - G_MPS2)
        vs += dt * ((fa + heel - fl) / ms - G_MPS2)
        vb += dt * (fl / mb - G_MPS2)
        zf += dt * vf
        zs += dt * vs
        zb += dt * vb
        if i < 0:
            vf, vs, vb = 0.98 * vf, 0.98 * vs, 0.98 * vb
            continue
        foot[i], ankle[i], body[i], force[i] = zf, zs, zb, pressed
        if abs(zf) > _LOST_M:
            n = i + 1
            break
    foot, ankle, body, force = (each[:n] for each in (foot, ankle, body, force))
    return Run(foot_m=foot, ankle_m=ankle, body_m=body, force_n=force)


def _pad(depth_m: float, speed_mps: float, stiffness: float, damping: float) -> float:
    if depth_m <= 0:
        return 0.0
    return max(0.0, stiffness * depth_m * float(depth_m**0.5) * (1 + damping * speed_mps))


def contacts(run: Run) -> list[tuple[float, float]]:
    """Contacts by the 20 N rule, interpolated between steps: (start, end) in s.

    The first starts at 0 (standing) and the last ends at the end. Flights shorter than 20 ms are
    chatter of the pad and ignored.
    """
    loaded = run.force_n >= CONTACT_N
    change = np.flatnonzero(loaded[1:] != loaded[:-1])
    f = run.force_n
    times = [(k + (CONTACT_N - f[k]) / (f[k + 1] - f[k])) / CHAIN_HZ for k in change]
    begins = [0.0] + [float(t) for t, k in zip(times, change, strict=True) if loaded[k + 1]]
    ends = [float(t) for t, k in zip(times, change, strict=True) if not loaded[k + 1]]
    if loaded[-1]:
        ends.append(len(f) / CHAIN_HZ)
    spans: list[tuple[float, float]] = []
    for begin, end in zip(begins, ends, strict=True):
        if spans and begin - spans[-1][1] < 0.02:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((begin, end))
    return spans


def spring_for(contact_s: float, flight_s: float, mass_kg: float) -> float:
    """Stiffness with which a mass bounces with this contact and flight time, N/m.

    From the exact solution of a mass on a massless spring under gravity (Blickhan 1989):
    contact = 2/ω · (π − atan(v·ω/g)) with v = g·flight/2.
    """
    v = G_MPS2 * flight_s / 2
    low, high = 1.0, 400.0
    for _ in range(60):
        w = 0.5 * (low + high)
        if 2 / w * (np.pi - np.arctan(v * w / G_MPS2)) > contact_s:
            low = w
        else:
            high = w
    return mass_kg * low**2
