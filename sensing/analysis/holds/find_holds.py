"""Holds: positions kept, from where they are reached to where they are left.

What marks a position depends on where the sensor sits. On the shoe it is the attitude of the foot
(``foot_holds``); on the ankle it is the movement up and down, or the sway of standing on one leg
(``shank_holds``). This file says which of them an exercise is looked for with, and turns stretches
into holds: what a gap or clipping touches, or the edge of the window cuts off, is kept, with
``valid=False`` and the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sensing.analysis.holds.foot_holds import Plateau, foot_plateaus
from sensing.analysis.holds.foot_stance import Stance, one_leg_stances
from sensing.analysis.holds.shank_holds import detected_holds, one_leg_holds, raised_holds
from sensing.analysis.holds.shank_sway import settled
from sensing.analysis.holds.steadiness import SHORTEST_S, steadiness
from sensing.analysis.reps.calm import calm_pieces
from sensing.analysis.signals.foot_frame import foot_frame
from sensing.analysis.signals.posture import Posture, Span, posture
from sensing.core.events import CUT_OFF, Hold
from sensing.core.exercises import Exercise
from sensing.core.samples import Placement, Samples
from sensing.profile.mounting import Mounting

SHORTEST_HOLD_S = 1.5
"""Shorter than this is a pause at the top of a raise or a step, not a hold."""

SHORTEST_DETECTED_S = 1.7
"""Without being told, a little longer: many movements pass through a position for 1.5 s."""

RAISE = "calf-raise-hold"
BALANCE = "single-leg-balance"

_ON_ONE_LEG = (BALANCE, "hop-to-balance")

_ANKLE_BENDS_DEG = 45.0
"""On the toes the heel is up by 40° at most (25–33° in ten adults with motion capture)."""

_FREE_SHAKE_MPS2 = 0.3
"""A foot pressed to the floor by its toes shakes by 0.05–0.25 m/s², one in the air by 0.35–1.5 …"""

_HOPPING_SHAKE_MPS2 = 1.6
"""… and the free foot of someone who hops on the other by more than this."""

_BRISK_DPS = 110.0
"""Fastest rate up plus fastest rate down. A raise of 25° taking 0.5 s passes 90 °/s on the way up
alone (minimum jerk); a heel that comes up and goes down because the knee bends reaches 40–100."""

_STANCE_SCORE = 1.1
"""Score of standing on one leg that other things done with the foot flat seldom reach."""

_STANCE_YAW_DPS = 0.9
"""A foot that turns on the spot faster than this, on the mean, is not standing alone."""

_STANCE_TIPS_DEG = 7.0
"""A foot tipped further from side to side stands on its edge: its owner leans over."""

SETTLED_S = 0.3
"""Left off at either end before steadiness is taken: the transition is not sway."""


def find_holds(
    window: Samples,
    exercise: Exercise,
    placement: Placement,
    landings_s: Sequence[float] = (),
    mounting: Mounting | None = None,
) -> list[Hold]:
    """Holds of a given exercise in a closed window, in order.

    A hold under way at the first or last sample is given from or to that edge, with
    ``valid=False`` and the reason "cut off": its duration is not known.

    Args:
        window: the window.
        exercise: what is held.
        placement: how the sensor is worn.
        landings_s: initial contacts of hops that end in a balance, s.
        mounting: how the sensor sits, if that was calibrated.
    """
    on_one_leg = exercise.name in _ON_ONE_LEG
    if placement == "shoe":
        p = posture(window)
        plateaus, stances = _on_shoe(p, SHORTEST_HOLD_S)
        spans = [plateau.span for plateau in plateaus]
        if on_one_leg:
            spans += [stance.span for stance in stances]
        return [_hold(window, p, span, mounting) for span in _in_order(spans)]
    if landings_s:
        p = posture(window)
        landings = [(t - p.t0_s) * p.rate_hz for t in landings_s]
        spans = one_leg_holds(p, shortest_s=SHORTEST_HOLD_S)
        return [_hold(window, p, _after_landing(p, span, landings), mounting) for span in spans]
    look_for = one_leg_holds if on_one_leg else raised_holds
    return [
        _hold(window, p, _of_window(window, piece, span), mounting)
        for piece in calm_pieces(window)
        for p in [posture(piece)]
        for span in _in_order(look_for(p, shortest_s=SHORTEST_HOLD_S))
    ]


def _of_window(window: Samples, piece: Samples, span: Span) -> Span:
    """Walking off ends a hold; only the end of the recording cuts one off."""
    return replace(
        span,
        cut_first=span.cut_first and piece.start == window.start,
        cut_last=span.cut_last and piece.stop == window.stop,
    )


def detect_holds(
    window: Samples, placement: Placement, mounting: Mounting | None = None
) -> list[tuple[Hold, str]]:
    """Holds found without being told the exercise, each with its name in the catalogue.

    Strict: a stretch that might as well be standing, sitting or leaning is left alone.
    """
    if placement == "shoe":
        p = posture(window)
        named = _named_on_shoe(p)
        return [(_hold(window, p, span, mounting), name) for span, name in named]
    return [
        (_hold(window, p, _of_window(window, piece, span), mounting), RAISE if raised else BALANCE)
        for piece in calm_pieces(window)
        for p in [posture(piece)]
        for span, raised in detected_holds(p)
    ]


def _named_on_shoe(p: Posture) -> list[tuple[Span, str]]:
    plateaus, stances = _on_shoe(p, SHORTEST_DETECTED_S)
    named = [(plateau.span, name) for plateau in plateaus if (name := _name(plateau)) is not None]
    named += [
        (stance.span, BALANCE)
        for stance in stances
        if stance.score > _STANCE_SCORE
        and stance.yaw_dps < _STANCE_YAW_DPS
        and stance.tips_deg < _STANCE_TIPS_DEG
    ]
    return sorted(named, key=lambda one: one[0].first)


def _after_landing(p: Posture, span: Span, landings: list[float]) -> Span:
    """A balance after a hop begins when the last landing in its first half has settled."""
    inside = [k for k in landings if span.first - p.rate_hz < k < (span.first + span.last) / 2]
    if not inside:
        return span
    return replace(span, first=settled(p, max(inside), span.last), cut_first=False)


def _on_shoe(p: Posture, shortest_s: float) -> tuple[list[Plateau], list[Stance]]:
    """What a sensor on the shoe sees: the foot held up, and standing on it alone."""
    foot = foot_frame(p)
    if foot is None:
        return [], []
    return (
        foot_plateaus(p, foot, shortest_s=shortest_s),
        one_leg_stances(p, foot, shortest_s=shortest_s),
    )


def _name(plateau: Plateau) -> str | None:
    """What a plateau was, or None if it may be anything.

    A foot tipped further than an ankle bends, or swinging freely, is in the air.
    """
    if plateau.brisk_dps < _BRISK_DPS or plateau.shake_mps2 > _HOPPING_SHAKE_MPS2:
        return None
    lifted = plateau.angle_deg > _ANKLE_BENDS_DEG or plateau.shake_mps2 > _FREE_SHAKE_MPS2
    return BALANCE if lifted else RAISE


def _in_order(spans: list[Span]) -> list[Span]:
    """By time, the later of two that overlap left out."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: s.first):
        if not kept or span.first >= kept[-1].last:
            kept.append(span)
    return kept


def _hold(window: Samples, p: Posture, span: Span, mounting: Mounting | None) -> Hold:
    """A stretch of the grid as a hold."""
    start_s = float(max(p.time_s(span.first), window.time_s(0)))
    end_s = float(min(p.time_s(span.last), window.time_s(len(window))))
    reason = window.fault(start_s, end_s)
    if reason is None and (span.cut_first or span.cut_last):
        reason = CUT_OFF
    part = window.part(
        int(window.position(start_s + SETTLED_S)), int(window.position(end_s - SETTLED_S))
    )
    known = reason in (None, CUT_OFF) and len(part) >= SHORTEST_S * window.rate_hz
    return Hold(
        start_s=start_s,
        end_s=end_s,
        steadiness=steadiness(part, mounting) if known else None,
        valid=reason is None,
        reason=reason,
    )
