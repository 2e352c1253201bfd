"""What a landing becomes: a rebound, a landing with a pause, or a stand.

A contact time and an RSI mean something only where a landing goes straight into the next jump. So
what counts is how long the contact lasts, and the longest stretch of it in which the leg stands:
specific force is g, and the leg hardly turns.

* *rebound*: short, and never still; contact time and RSI;
* *landing*: with a pause before the next jump; a contact time, but no RSI;
* *stand*: long, or still for a moment: neither. It is a :class:`~sensing.core.events.Stand`.

On people with force under the foot (n = 6) 289 of 299 contacts under 0.6 s are rebounds by this
rule, and 128 of 128 over 1.2 s are stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sensing.analysis.hops.box_heights import on_box
from sensing.analysis.hops.series import ContactKind
from sensing.analysis.signals.vertical import FINE_HZ, Fine
from sensing.core.events import ON_BOX, Hop, Stand
from sensing.core.exercises import Look
from sensing.core.filters import zero_phase
from sensing.core.units import G_MPS2, Bools, Floats

# Constants, chosen by hand on people's shoes (n = 6); not fitted.

_REBOUND_S, _REBOUND_STILL_S = 0.6, 0.25
"""s; longest contact of a rebound, and what may be still of it. Larger: pauses get an RSI; smaller:
slow rebounds get none."""
_STAND_S, _STAND_STILL_S = 1.2, 0.4
"""s; a longer contact is a stand, and so is one that is still for longer. Larger: stands get a
contact time; smaller: slow landings get none."""
_LEVEL_G = 0.08
"""g; largest difference of specific force from g on a leg that stands. Larger: push-offs seem
still; smaller: nobody stands."""
_TURNING_DPS = 25.0
"""°/s; fastest turning of a leg that stands. Larger and smaller likewise."""
_FORCE_HZ, _GYRO_HZ, _TILT_HZ = 10.0, 15.0, 5.0
"""Hz; low-pass of force, of the gyro, and of the direction of force where there is no gyro. Larger:
noise seems to be movement; smaller: a landing is smeared into the stand after it."""
_RINGS_S = 0.04
"""s after initial contact that are not looked at. Larger: short pauses shrink; smaller: the impact
is smeared into what follows."""
_LEAST_LOOKED_AT = 4
"""Fewest positions in which stillness can be seen. Larger and smaller: nothing within reason."""

_WITHOUT_CONTACT = ("contact_time_s", "rsi", "rsi_height_mps")


def kind_of_contact(contact_time_s: float, still_s: float) -> ContactKind:
    """Kind of a contact that a flight follows: ``rebound``, ``landing`` or ``stand``.

    Args:
        contact_time_s: from initial contact to toe-off, s.
        still_s: :func:`longest_still_s` between them.
    """
    if contact_time_s >= _STAND_S or still_s >= _STAND_STILL_S:
        return "stand"
    short = contact_time_s <= _REBOUND_S and still_s < _REBOUND_STILL_S
    return "rebound" if short else "landing"


def longest_still_s(fine: Fine, start_s: float, end_s: float) -> float:
    """Longest stretch between an initial contact and a toe-off in which the leg stands, s."""
    begin = max(round((start_s + _RINGS_S - fine.t0_s) * FINE_HZ), 0)
    end = min(round((end_s - fine.t0_s) * FINE_HZ), len(fine))
    if end - begin < _LEAST_LOOKED_AT:
        return 0.0
    acc = fine.acc_mps2[begin:end]
    level_g = np.linalg.norm(zero_phase(acc, FINE_HZ, _FORCE_HZ), axis=1) / G_MPS2
    gyro_dps = None if fine.gyro_dps is None else fine.gyro_dps[begin:end]
    still = (np.abs(level_g - 1) < _LEVEL_G) & (_turning_dps(acc, gyro_dps) < _TURNING_DPS)
    return _longest(still) / FINE_HZ


def kind_between(fine: Fine, start_s: float, end_s: float) -> ContactKind:
    """Kind of the contact from ``start_s`` to its toe-off at ``end_s``, as in kind_of_contact."""
    return kind_of_contact(end_s - start_s, longest_still_s(fine, start_s, end_s))


def with_boxes(
    fine: Fine, hops: Sequence[Hop], look: Look, kinds: Sequence[ContactKind]
) -> tuple[Hop, ...]:
    """The contacts of one series; those on a box have no contact time and no RSI ("on box").

    A rebound is never on a box. A stand there keeps its toe-off.

    Args:
        fine: the window.
        hops: in order of time; all but the last have a toe-off, or nothing is marked.
        look: whether some may be on a box.
        kinds: of each.
    """
    toe_offs_s = [hop.takeoff_s for hop in hops[:-1] if hop.takeoff_s is not None]
    if not look.on_box or len(toe_offs_s) != len(hops) - 1:
        return tuple(hops)
    boxes = on_box(fine, [hop.contact_s for hop in hops], toe_offs_s)
    return tuple(
        _on_box(hop) if box and kind != "rebound" else hop
        for hop, kind, box in zip(hops, kinds, boxes, strict=True)
    )


def _on_box(hop: Hop) -> Hop:
    reasons = {**hop.reasons, **dict.fromkeys(_WITHOUT_CONTACT, ON_BOX)}
    return replace(hop, contact_time_sd_s=None, rsi_sd=None, reasons=reasons)


def apart(hops: tuple[Hop, ...]) -> tuple[tuple[Hop, ...], tuple[Stand, ...]]:
    """The ground contacts of a series, and the stands between its jumps.

    A stand on a box is no ground contact. One on the floor is: the landing of the jump before.
    """
    contacts = tuple(hop for hop in hops if hop.reasons.get("contact_time_s") != ON_BOX)
    return contacts, stands_of(hops)


def stands_of(hops: tuple[Hop, ...]) -> tuple[Stand, ...]:
    """The stands between the jumps of a series, on a box or on the floor, in order of time."""
    return tuple(
        Stand(start_s=hop.contact_s, end_s=hop.takeoff_s)
        for hop in hops
        if hop.is_stand and hop.takeoff_s is not None
    )


def _turning_dps(acc: Floats, gyro_dps: Floats | None) -> Floats:
    """How fast the leg turns, shape (n,), °/s: by the gyro, else by the direction of force."""
    if gyro_dps is not None:
        smooth = zero_phase(gyro_dps, FINE_HZ, _GYRO_HZ)
        return np.asarray(np.linalg.norm(smooth, axis=1), dtype=np.float64)
    direction = zero_phase(acc, FINE_HZ, _TILT_HZ)
    direction = direction / np.maximum(np.linalg.norm(direction, axis=1, keepdims=True), 1e-9)
    turned = np.linalg.norm(np.gradient(direction, axis=0), axis=1)
    return np.asarray(np.degrees(turned) * FINE_HZ, dtype=np.float64)


def _longest(true: Bools) -> int:
    """Length of the longest run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], true, [False]]).astype(np.int8)))
    return int(np.max(edges[1::2] - edges[::2], initial=0))
