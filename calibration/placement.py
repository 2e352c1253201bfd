"""How a sensor sits: up from standing still, forward from three raises or a few steps.

The first stretch in which a person stands still gives up: a body sways by a degree, and its mean
over seconds is upright to a fraction of one. The movement right after it gives forward (see
``forward``), shows whether the sensor turns with the foot or stays with the shank, and rings the
strap (see ``looseness``). What is not clear is refused with the reason: a wrong sign of forward
would turn every later front-back figure round, and nobody would see it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from calibration.forward import (
    RISING_MPS,
    Forward,
    ankle_raises,
    ankle_steps,
    ankle_velocity,
    raise_spans,
    shoe_raises,
    shoe_steps,
)
from calibration.looseness import is_loose
from calibration.rest import Calm, Rest, RestFinder
from calibration.routine import Prompt
from sensing.analysis.gait import stretches_of_steps
from sensing.analysis.placement import find_placement
from sensing.analysis.posture import Posture, posture
from sensing.corrected import Vector
from sensing.errors import RecordingError
from sensing.filters import zero_phase
from sensing.mounting import Mounting
from sensing.samples import Placement, Samples, Side, join
from sensing.units import Floats

STAND_S = 5.0
"""How long people are asked to stand; four seconds of it are enough."""

STANDING = Calm(quiet_mps2=0.2, loud_mps2=0.8, over_noise=3.0, wander_mps2=0.35, shortest_s=4.0)
"""A body standing: it trembles by 0.05–0.2 m/s² and leans by a degree or two."""

_REPS = 3
_STEPS_S = 5.0
"""What is asked for after standing: so many raises, or steps for so long."""

_MOVEMENT_S = 40.0
"""The movement follows within this; what comes later is something else."""

_SHORTEST_MOVEMENT_S = 3.0

_ALONG_HZ = 3.0
_STEP_MPS2 = 4.5
"""Force along the floor and up, gravity taken out, that only steps have (95 % of the movement)."""

_MOVING_MPS2 = 0.2
_NORM_HZ = 8.0
_WALKING_MPS2 = 2.5
"""Norm of force is off gravity by more for a quarter of a walk; raises rarely reach it."""

_FOOT_TURNS_DEG = 13.0
"""In a raise the foot turns by 20–36°, the shank by 1–8°."""

_LEAST_STRENGTH = 0.35
_MOST_SD_DEG = 15.0
"""Front-back and side-side are mixed by the sine of this, a quarter, at one sd."""

_MOST_LEAN_DEG = 9.0
"""A shank that leans further in a raise has its knee bent; its forward may then be its back."""

_ASK = "stand still for 5 s, then do three raises with straight knees, a second up, a second down"

Kind = Literal["raises", "steps"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """What a take showed.

    Attributes:
        mounting: how the sensor sits.
        kind: what forward was found from.
        parts: raises, or stretches of steps.
        stood_s: how long the person stood still before.
    """

    mounting: Mounting
    kind: Kind
    parts: int
    stood_s: float


class PlacementRoutine:
    """Guides through standing and raises or steps; gives a :class:`Found`.

    Args:
        side: the leg, if it is known.
        placement: how the sensor is worn, if that was said; a take that shows otherwise is refused.
    """

    def __init__(self, side: Side | None = None, placement: Placement | None = None) -> None:
        self._side: Side | None = side
        self._placement: Placement | None = placement
        self._finder = RestFinder(STANDING)
        self._blocks: list[list[Samples]] = []
        self._stop: int | None = None
        self._asked_s = -np.inf
        self._ready = False

    @property
    def prompt(self) -> Prompt:
        """What to show as things stand."""
        rests = self._finder.rests()
        now = self._finder.now()
        if not rests:
            stood_s = now[-1].end_s - now[0].start_s if now else 0.0
            text = f"Stand still on both feet, looking ahead ({STAND_S:.0f} s)."
            return Prompt(text=text, progress=0.4 * min(1.0, stood_s / STAND_S))
        if self._is_ready():
            return Prompt(text="Done.", progress=1.0, done=True)
        moved_s = self._finder.frames[-1].end_s - rests[0].end_s
        text = (
            f"Now do {_REPS} raises with straight knees, a second up and a second down, letting "
            "the heels drop; or walk straight on for six steps. Then stand."
        )
        return Prompt(text=text, progress=0.4 + 0.5 * min(1.0, moved_s / 10.0))

    def push(self, samples: Samples) -> Prompt:
        """Take the next samples."""
        if len(samples):
            if samples.start != self._stop:
                self._blocks.append([])
            self._stop = samples.stop
            self._blocks[-1].append(samples)
            self._finder.push(samples)
        return self.prompt

    def finish(self) -> Found:
        """How the sensor sits.

        Raises:
            RecordingError: nobody stood still, nothing clear came after it, or it contradicts the
                placement given.
        """
        stood = self._finder.rests()
        if not stood:
            raise RecordingError(f"nobody stood still for {STANDING.shortest_s:g} s", remedy=_ASK)
        blocks = [join(parts) for parts in self._blocks]
        reason: RecordingError | None = None
        for i, rest in enumerate(stood):
            block = next(b for b in blocks if b.time_s(0) <= rest.start_s < b.time_s(len(b)))
            until_s = _until_s(stood[i:])
            window = block.part(round(block.position(rest.start_s)), round(block.position(until_s)))
            try:
                return find_mounting(window, rest, self._side, self._placement)
            except RecordingError as error:
                reason = reason or error
        raise reason or RecordingError("nothing was found", remedy=_ASK)

    def _is_ready(self) -> bool:
        """Enough was done and the person stands again; looked at once a second of samples."""
        now = self._finder.now()
        if not now or now[-1].end_s - now[0].start_s < 1.0:
            return False
        at_s = float(np.floor(now[-1].end_s))
        if at_s > self._asked_s:
            self._asked_s = at_s
            try:
                self._ready = self.finish().parts >= _REPS
            except RecordingError:
                self._ready = False
        return self._ready


def find_mounting(
    window: Samples, stood: Rest, side: Side | None, placement: Placement | None
) -> Found:
    """How the sensor sits, from standing and the movement after it.

    Args:
        window: both, from the beginning of standing on.
        stood: the rest in which the person stood.
        side: the leg, if known.
        placement: as given, or None to find out.

    Raises:
        RecordingError: it is not clear; the message says why and what to do.
    """
    moved = window.part(round(window.position(stood.end_s)), len(window))
    if moved.clipped.any():
        raise RecordingError(
            "a reading is at the end of the sensor's range", remedy="set a larger range and repeat"
        )
    p = posture(window)
    up = stood.up
    g_mps2 = float(np.linalg.norm(stood.mean_mps2))
    kind = _kind(window, p, up, g_mps2)
    seen = _placement_seen(p, up, window, kind, placement)
    if placement is not None and placement != seen:
        raise _contradicted(placement)
    found = _forward(window, p, up, g_mps2, kind, seen)
    _check(found, kind, seen)
    return Found(
        mounting=Mounting(
            up=_vector(up),
            forward=_vector(found.forward),
            forward_sd_deg=found.sd_deg,
            placement=seen,
            side=side,
            loose=is_loose(moved),
        ),
        kind=kind,
        parts=found.parts,
        stood_s=stood.duration_s,
    )


def _until_s(rests: list[Rest]) -> float:
    """When the movement after the first of these rests, and standing after it, is over, s."""
    for before, after in pairwise(rests):
        if after.start_s - before.end_s > _SHORTEST_MOVEMENT_S:
            return min(after.end_s, after.start_s + STAND_S)
    return rests[-1].end_s + _MOVEMENT_S


def _contradicted(given: Placement) -> RecordingError:
    """A raise does not look like what was said of the placement."""
    if given == "ankle":
        return RecordingError(
            "the sensor turned as a foot does in a raise, or a knee that bends",
            remedy="keep the knees straight, or give --placement shoe",
        )
    return RecordingError(
        "the sensor did not turn as a foot does in a raise",
        remedy="lift the heels high, or give --placement ankle",
    )


def _kind(window: Samples, p: Posture, up: Floats, g_mps2: float) -> Kind:
    """What was done after standing.

    With a gyro the way over the floor shows: 4 Hz and less, with gravity taken out, a stride needs
    6–30 m/s² and a raise 3. Without one there is the norm of force.
    """
    slow = zero_phase(p.acc_mps2, p.rate_hz, _NORM_HZ)
    off = np.abs(np.linalg.norm(slow, axis=1) - g_mps2)
    turned = np.degrees(np.arccos(np.clip(p.up @ up, -1, 1)))
    moving = (off > _MOVING_MPS2) | (turned > _FOOT_TURNS_DEG)
    rose = np.abs(ankle_velocity(p, g_mps2)) > RISING_MPS
    if np.count_nonzero(moving | rose) < p.rate_hz:
        raise RecordingError("nothing was done after standing still", remedy=_ASK)
    if p.has_gyro:
        along = zero_phase(p.acc_mps2 - g_mps2 * p.up, p.rate_hz, _ALONG_HZ)
        brisk = float(np.quantile(np.linalg.norm(along, axis=1)[moving | rose], 0.95))
        return "steps" if brisk > _STEP_MPS2 else "raises"
    middle = float(np.quantile(off[moving | rose], 0.75))
    return "steps" if middle > _WALKING_MPS2 or _walks(window) else "raises"


def _walks(window: Samples) -> bool:
    """A stretch of walking that gait analysis recognises: several strides."""
    return any(each.kind == "walking" for each in stretches_of_steps(window, "ankle"))


def _placement_seen(
    p: Posture, up: Floats, window: Samples, kind: Kind, given: Placement | None
) -> Placement:
    """Where the sensor is: raises show it plainly, a few steps less so."""
    if kind == "steps":
        return given or find_placement(window)
    turned = np.degrees(np.arccos(np.clip(p.up @ up, -1, 1)))
    return "shoe" if float(np.quantile(turned, 0.97)) > _FOOT_TURNS_DEG else "ankle"


def _forward(
    window: Samples, p: Posture, up: Floats, g_mps2: float, kind: Kind, placement: Placement
) -> Forward:
    if kind == "raises":
        found = ankle_raises(p, up, g_mps2) if placement == "ankle" else shoe_raises(p, up)
        if found is None:
            count = len(raise_spans(p, g_mps2))
            raise RecordingError(
                f"{'one raise' if count == 1 else 'no raise'} was seen after standing still",
                remedy=_ASK,
            )
        return found
    if not p.has_gyro and not _walks(window):
        raise RecordingError(
            "these are not the raises asked for, and a sensor without a gyro knows front from back "
            "only in raises or ten steps and more",
            remedy=_ASK,
        )
    found = ankle_steps(p, up) if placement == "ankle" else shoe_steps(p, up)
    if found is None:
        raise RecordingError(
            "the steps do not tell front from back",
            remedy="walk straight on for at least six steps, or " + _ASK,
        )
    return found


def _check(found: Forward, kind: Kind, placement: Placement) -> None:
    if kind == "raises" and placement == "ankle":
        if found.leans_deg > _MOST_LEAN_DEG:
            raise RecordingError(
                f"the shank leant by {found.leans_deg:.0f}° in the raises",
                remedy="keep the knees straight, hold on to something, and repeat",
            )
        if not _LEAST_STRENGTH < found.strength < 3.0:
            raise RecordingError(
                "the raises did not carry the ankle forward as a straight leg does",
                remedy="keep the knees straight, go up in one second, and repeat",
            )
    if found.sd_deg > _MOST_SD_DEG:
        raise RecordingError(
            f"the {kind} disagree about which way is forward (±{found.sd_deg:.0f}°)",
            remedy="do them alike and straight ahead, and hold on to something",
        )


def _vector(v: Floats) -> Vector:
    x, y, z = (float(each) for each in v)
    return x, y, z
