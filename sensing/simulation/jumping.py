"""Hops and jumps: a jumper drives the chain of ``leg_chain.py`` and the leg follows it.

The jumper dips and pushes off from standing, lands on the forefoot, and at the lowest point of each
contact lengthens ankle and leg by what the last flight lacked. In the air the foot snaps, returns
to its landing posture and wanders a little. Whoever steps off an edge sinks a little and has no
floor any more. Height, contact and flight follow from physics; the ground truth is the 20 N
crossings of the ground force, and of a contact how long that force was the body's weight.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sensing.core.units import G_MPS2
from sensing.simulation.jump_motion import Forward, leg_motion
from sensing.simulation.leg_chain import (
    CHAIN_HZ,
    Chain,
    Moment,
    MuscleAction,
    Run,
    contacts,
    run_chain,
    spring_for,
)
from sensing.simulation.motion import Piece, Pose
from sensing.simulation.person import Person
from sensing.simulation.truth import ContactTruth

_WEIGHT = 0.08  # ground force within this share of the weight: standing
_OVER_EDGE = 0.25  # share of the dip before a step off an edge after which there is no floor
_PUSH_ANKLE_M = 0.05  # lengthening of the ankle when jumping from standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """One contact and what follows, as planned.

    Attributes:
        flight_s: flight after this contact, s; 0: stays on the ground.
        dwell_s: None to bounce; else stand this long, then dip and push off, s.
        dip_m: dip of the body for a push-off from standing, m.
        floor_m: height of the floor at this contact, m.
        tuck_m: how far the legs are drawn up in the flight after, m.
        edge: steps off an edge instead of pushing off.
        on_box: stands on a box.
        forward_m: how far the leg moves forward in the flight after, m.
    """

    flight_s: float
    dwell_s: float | None = None
    dip_m: float = 0.06
    floor_m: float = 0.0
    tuck_m: float = 0.0
    edge: bool = False
    on_box: bool = False
    forward_m: float = 0.0


def make_chain(person: Person, *, legs: int, contact_s: float, flight_s: float) -> Chain:
    """The leg of a person who wants to hop with these times.

    Args:
        person: gives masses, stiffness and damping.
        legs: 1 or 2; on two each carries half the body.
        contact_s: intended contact time, s.
        flight_s: intended flight time, s.
    """
    carried = person.mass_kg / legs
    shank_kg, foot_kg = 0.05 * person.mass_kg, 0.007 * person.mass_kg
    stiffness = spring_for(contact_s, flight_s, carried)
    ankle, leg = stiffness / person.calf_share, stiffness / (1 - person.calf_share)
    damping = 2 * person.shank_damping * np.sqrt((ankle + leg) * shank_kg)
    return Chain(
        body_kg=carried - shank_kg - foot_kg,
        shank_kg=shank_kg,
        foot_kg=foot_kg,
        ankle_npm=ankle,
        leg_npm=leg,
        ankle_nspm=0.55 * damping,
        leg_nspm=0.45 * damping,
    )


def jump(
    start: Pose,
    person: Person,
    chain: Chain,
    plan: list[Jump],
    rng: np.random.Generator,
    *,
    after_s: float = 1.2,
) -> Piece:
    """A series of jumps from standing; the first of the plan is the push-off, the last stays.

    Args:
        start: standing, foot flat.
        person: the jumper.
        chain: the jumper's leg.
        plan: contact by contact.
        rng: variation.
        after_s: time simulated after the last landing, s.
    """
    boost = 1.0 if plan[0].edge else _practise(person, chain, plan[0])
    jumper = _Jumper(person=person, chain=chain, plan=plan, rng=rng, after_s=after_s, boost=boost)
    air = sum(j.flight_s for j in plan)
    ground = sum(0.55 + (j.dwell_s or 0.0) + (0.5 if j.dwell_s is not None else 0) for j in plan)
    run = jumper.cut(run_chain(chain, jumper.muscles, seconds=air + ground + after_s + 2.0))
    spans = contacts(run)
    truths = [
        ContactTruth(
            start_s=a,
            end_s=b,
            lands=k > 0,
            leaves=k < len(spans) - 1,
            still_s=_standing_s(chain, run, a, b),
            on_box=k < len(plan) and plan[k].on_box,
        )
        for k, (a, b) in enumerate(spans)
    ]
    moves = [
        Forward(here[1], following[0], planned.forward_m)
        for planned, here, following in zip(plan, spans, spans[1:], strict=False)
        if planned.forward_m
    ]
    return Piece(leg_motion(start, run, person, moves, rng), tuple(truths))


def _standing_s(chain: Chain, run: Run, start_s: float, end_s: float) -> float:
    """Longest time within a contact for which the ground carries the weight and no more, s."""
    weight_n = (chain.body_kg + chain.shank_kg + chain.foot_kg) * G_MPS2
    force_n = run.force_n[round(start_s * CHAIN_HZ) : round(end_s * CHAIN_HZ)]
    stands = np.abs(force_n / weight_n - 1) < _WEIGHT
    edges = np.flatnonzero(np.diff(np.concatenate([[False], stands, [False]]).astype(np.int8)))
    return float(np.max(edges[1::2] - edges[::2], initial=0)) / CHAIN_HZ


def _practise(person: Person, chain: Chain, first: Jump) -> float:
    """Factor on the push so that the first jump comes out as planned."""
    low, high = 0.5, 4.0
    push_off = replace(first, dwell_s=0.0, floor_m=0.0)
    seconds = 0.9 + 1.2 * first.dip_m
    for _ in range(7):
        boost = float(np.sqrt(low * high))
        trial = _Jumper(
            person=person,
            chain=chain,
            plan=[push_off, Jump(flight_s=0.0, floor_m=-9.0)],  # nothing to land on
            rng=np.random.default_rng(0),
            after_s=0.0,
            boost=boost,
        )
        run = run_chain(chain, trial.muscles, seconds=seconds)
        # free flight from the highest speed reached off the ground
        speed = float(np.max(np.diff(run.body_m)[run.force_n[1:] < 1.0], initial=0.0)) * CHAIN_HZ
        if speed < G_MPS2 * first.flight_s / 2:
            low = boost
        else:
            high = boost
    return boost


@dataclass(slots=True, kw_only=True)
class _Jumper:
    """Sets the rest lengths step by step."""

    person: Person
    chain: Chain
    plan: list[Jump]
    rng: np.random.Generator
    after_s: float
    k: int = 0
    in_air: bool = False
    since_s: float = 0.0
    push_s: float | None = None
    boost: float = 1.0
    push_m: float = 0.0
    lost_j: float | None = None
    land_mps: float = 0.0
    low_since: int = 0
    done_s: float | None = None
    wave: tuple[float, float, float] = (0.0, 3.0, 0.0)
    floor_m: float = 0.0
    tries: int = 0
    ankle_m: float = 0.0
    leg_m: float = 0.0
    from_ankle_m: float = 0.0
    from_leg_m: float = 0.0

    def muscles(self, now: Moment) -> MuscleAction:
        """Rest lengths of ankle and leg, the floor below, and the braking of the muscles."""
        self._notice(now)
        here = self.plan[self.k]
        t = now.t_s - self.since_s
        brake = 1.0
        if self.in_air:
            ankle, leg = self._fly(here, t)
            ahead = self.plan[self.k + 1].floor_m
            if now.foot_m > ahead:  # the edge of a box is passed only above it
                self.floor_m = ahead
        elif here.dwell_s is not None:
            ankle, leg = self._stand_and_push(here, t)
            if self.k > 0 and t < here.dwell_s:
                brake = self._brake(t)
        elif here.flight_s == 0:
            ankle, leg = self._absorb(t)
            brake = self._brake(t)
        else:
            ankle, leg = self._bounce(now)
        self.ankle_m, self.leg_m = ankle, leg
        return MuscleAction(ankle, leg, self.floor_m, brake)

    @staticmethod
    def _brake(t: float) -> float:
        return 1 + 8 * _ease((t - 0.03) / 0.08)

    def _notice(self, now: Moment) -> None:
        """Notice toe-off and landing, three milliseconds after they happen."""
        airborne = now.force_n < 15.0
        self.low_since = self.low_since + 1 if airborne != self.in_air else 0
        if self.low_since < 12 or (airborne and self.k == len(self.plan) - 1):
            return
        self.low_since = 0
        if airborne:
            if self.plan[self.k].dwell_s is None:
                self._learn(now.body_mps)
            hz = float(self.rng.uniform(1.5, 7))
            size_m = self.person.flight_leg_g * G_MPS2 / (2 * np.pi * hz) ** 2
            self.wave = (
                min(0.02, size_m) * float(self.rng.uniform(0.3, 1.5)),
                hz,
                float(self.rng.uniform(0, 2 * np.pi)),
            )
        else:
            self.k += 1
            self.land_mps = now.body_mps
            if self.k == len(self.plan) - 1:
                self.done_s = now.t_s + self.after_s
        self.in_air = airborne
        self.since_s = now.t_s
        self.push_s = None
        self.tries = 0
        self.from_ankle_m, self.from_leg_m = self.ankle_m, self.leg_m

    def _learn(self, leave_mps: float) -> None:
        """Energy lost in the last contact, which the next push must replace."""
        kg = self.chain.body_kg
        lost = 0.5 * kg * (self.land_mps**2 - leave_mps**2) + self.push_m * self._push_n()
        self.lost_j = lost if self.lost_j is None else 0.5 * (lost + self.lost_j)

    def _next_push(self, here: Jump, land_mps: float) -> float:
        """Lengthening of ankle and leg needed to leave with the planned speed, m."""
        kg = self.chain.body_kg
        meant = 0.5 * kg * ((G_MPS2 * here.flight_s / 2) ** 2 - land_mps**2)
        lost = 0.25 * kg * land_mps**2 if self.lost_j is None else self.lost_j
        return float(np.clip((meant + lost) / self._push_n(), -0.03, 0.10))

    def _push_n(self) -> float:
        """Rough force of a push; its error is learnt as loss."""
        return 2.0 * self.chain.body_kg * G_MPS2

    def _fly(self, here: Jump, t: float) -> tuple[float, float]:
        """In flight the foot returns to its landing posture; the leg snaps, tucks and wanders."""
        tf = max(0.08, here.flight_s)
        person = self.person
        back = _ease((t - 0.02) / (0.65 * tf))
        ankle = self.from_ankle_m + (person.toe_landing_m - self.from_ankle_m) * back
        hill = _hill(t / tf)
        # A minimum-jerk pull of d metres in 0.08 s and back peaks near 5.8·d/T².
        snap = person.snap_g * G_MPS2 * 0.08**2 / 5.8 * (_ease(t / 0.08) - _ease((t - 0.08) / 0.12))
        size, hz, phase = self.wave
        leg = self.from_leg_m * (1 - back) - snap - here.tuck_m * hill
        leg += size * hill * float(np.sin(2 * np.pi * hz * t + phase))
        return ankle, leg

    def _bounce(self, now: Moment) -> tuple[float, float]:
        """Springs stay as at landing until the lowest point; then they lengthen."""
        ankle, leg = self.from_ankle_m, self.from_leg_m
        if self.push_s is not None and now.body_mps < 0 and now.t_s - self.push_s > 0.15:
            # Did not get off the ground: push again, harder.
            self.push_s = None
            self.tries += 1
            self.from_ankle_m, self.from_leg_m = self.ankle_m, self.leg_m
            return self.ankle_m, self.leg_m
        if self.push_s is None and now.body_mps > 0 and now.t_s - self.since_s > 0.02:
            self.push_s = now.t_s
            varied = float(np.exp(0.08 * self.rng.normal()))
            self.push_m = self._next_push(self.plan[self.k], self.land_mps) * varied
            self.push_m += 0.015 * self.tries
        if self.push_s is not None:
            s = _ease((now.t_s - self.push_s) / 0.11)
            ankle += 0.6 * self.push_m * s
            leg += 0.4 * self.push_m * s
        return ankle, leg

    def _stand_and_push(self, here: Jump, t: float) -> tuple[float, float]:
        """Come to rest with the feet flat, dip, push off with the knee and then the ankle."""
        dwell = here.dwell_s or 0.0
        sink_s = 0.18 + 1.2 * here.dip_m
        settle = _ease(t / 0.45)
        ankle = self.from_ankle_m * (1 - settle)
        leg = self.from_leg_m * (1 - settle)
        if self.k > 0:
            leg -= self._give() * (_ease(t / 0.12) - _ease((t - 0.15) / 0.5))
        down = _ease((t - dwell) / sink_s)
        if here.edge:
            if t > dwell + _OVER_EDGE * sink_s:
                self.floor_m = self.plan[self.k + 1].floor_m
            return ankle, leg - here.dip_m * down
        # The top speed of a minimum-jerk path is 1.875·d/T: chosen to leave as planned.
        speed = G_MPS2 * here.flight_s / 2
        push_s = 1.875 * (here.dip_m + _PUSH_ANKLE_M) / (self.boost * (speed + 0.35))
        t_push = t - dwell - sink_s
        leg += -here.dip_m * down + here.dip_m * _ease(t_push / push_s)
        ankle += _PUSH_ANKLE_M * _ease((t_push - 0.35 * push_s) / (0.75 * push_s))
        return ankle, leg

    def _absorb(self, t: float) -> tuple[float, float]:
        """Last landing: the knee gives, the heel comes down, the leg straightens."""
        ankle = self.from_ankle_m * (1 - _ease(t / 0.30))
        leg = self.from_leg_m * (1 - _ease(t / 0.30))
        leg -= self._give() * (_ease(t / 0.13) - _ease((t - 0.15) / 0.7))
        return ankle, leg

    def _give(self) -> float:
        """How far the knee gives in a landing, m: more, the faster."""
        return 0.02 + 0.05 * abs(self.land_mps)

    def cut(self, run: Run) -> Run:
        """The run up to when the jumper stands."""
        if self.done_s is None:
            return run
        n = round(self.done_s * CHAIN_HZ)
        return Run(
            foot_m=run.foot_m[:n],
            ankle_m=run.ankle_m[:n],
            body_m=run.body_m[:n],
            force_n=run.force_n[:n],
        )


def _ease(u: float) -> float:
    """Minimum-jerk path from 0 to 1 at one point."""
    if u <= 0:
        return 0.0
    if u >= 1:
        return 1.0
    return u * u * u * (10 - 15 * u + 6 * u * u)


def _hill(u: float) -> float:
    return float(np.sin(np.pi * u) ** 2) if 0 < u < 1 else 0.0
