"""Ground truth, and its JSON.

Times are seconds on the recording's clock once the pieces are joined. Keys are those of the
analysis where it has them; ``sets`` lists every set with its reps, hops and holds, and a recording
of one exercise repeats them at the top.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Self

Json = dict[str, Any]

_REBOUND_S, _REBOUND_STILL_S = 0.6, 0.25
"""s; longest contact of a rebound, and how much of it may be standing."""
_STAND_S, _STAND_STILL_S = 1.2, 0.4
"""s; longer contacts are stands, and so are those with more standing in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Something that was done from ``start_s`` to ``end_s``."""

    start_s: float
    end_s: float

    def later(self, by_s: float) -> Self:
        """The same, this much later."""
        instants = [field.name for field in fields(self) if field.name.endswith("_s")]
        return replace(self, **{name: getattr(self, name) + by_s for name in instants})


@dataclass(frozen=True, slots=True, kw_only=True)
class RepTruth(Truth):
    """A raise: heel (or toes) leave the floor, reach the top, leave it, are down again.

    ``cut``: the recording begins or ends in the middle of it.
    """

    top_s: float
    lower_s: float
    foot_angle_deg: float
    rise_m: float
    partial: bool
    cut: bool = False

    def json(self) -> Json:
        """As in the file of ground truth."""
        return {
            "start_s": round(self.start_s, 3),
            "top_s": round(self.top_s, 3),
            "lower_s": round(self.lower_s, 3),
            "end_s": round(self.end_s, 3),
            "partial": self.partial,
            "foot_angle_deg": round(self.foot_angle_deg, 1),
            "rise_m": round(self.rise_m, 4),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactTruth(Truth):
    """One ground contact of a foot by the 20 N rule.

    Attributes:
        lands: False for the push-off from standing that starts a series.
        leaves: False for the landing that ends a series.
        still_s: longest time in it for which the ground carried the weight and no more, s.
        on_box: it is on a box, a stand between jumps and no ground contact.
    """

    lands: bool = True
    leaves: bool = True
    still_s: float = 0.0
    on_box: bool = False

    @property
    def kind(self) -> str:
        """``rebound``, ``landing`` (with a pause before the next jump) or ``stand``."""
        contact_s = self.end_s - self.start_s
        if contact_s >= _STAND_S or self.still_s >= _STAND_STILL_S:
            return "stand"
        short = contact_s <= _REBOUND_S and self.still_s < _REBOUND_STILL_S
        return "rebound" if short else "landing"

    def later(self, by_s: float) -> Self:
        """The same, this much later."""
        return replace(self, start_s=self.start_s + by_s, end_s=self.end_s + by_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldTruth(Truth):
    """A position held: from reached to left."""

    def json(self) -> Json:
        """As in the file of ground truth."""
        return {"start_s": round(self.start_s, 3), "end_s": round(self.end_s, 3)}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeanTruth(HoldTruth):
    """A lean held, and its mean angle against standing just before, sway left out."""

    lean_deg: float

    def json(self) -> Json:
        """As in the file of ground truth."""
        return HoldTruth.json(self) | {"lean_deg": round(self.lean_deg, 3)}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTruth(Truth):
    """One step of the sensor's foot: from its contact to its toe-off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherTruth(Truth):
    """A movement that is not an exercise."""

    what: str

    def json(self) -> Json:
        """As in the file of ground truth."""
        return {
            "start_s": round(self.start_s, 3),
            "end_s": round(self.end_s, 3),
            "what": self.what,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTruth(Truth):
    """One set of one exercise."""

    exercise: str


def set_json(done: SetTruth, truths: tuple[Truth, ...], side: str) -> Json:
    """JSON of a set with its reps, hops, holds and steps."""
    hair = 1e-6  # a push-off ends, a last landing starts, where the set does
    inside = [t for t in truths if t.end_s > done.start_s - hair and t.start_s < done.end_s + hair]
    found: Json = {
        "exercise": done.exercise,
        "side": side,
        "start_s": round(done.start_s, 3),
        "end_s": round(done.end_s, 3),
    }
    if reps := [t for t in inside if isinstance(t, RepTruth)]:
        found["reps"] = [t.json() for t in reps if not t.cut]
        if any(t.cut for t in reps):  # an analysis may count them or not
            found["cut_reps"] = [t.json() for t in reps if t.cut]
    if contacts := [t for t in inside if isinstance(t, ContactTruth)]:
        found |= _hops_json(contacts)
    if holds := [t.json() for t in inside if isinstance(t, HoldTruth)]:
        found["holds"] = holds
    if strides := [t for t in inside if isinstance(t, StepTruth)]:
        found["steps"] = 2 * len(strides)
        found["contacts_s"] = [round(t.start_s, 4) for t in strides]
    return found


def _hops_json(contacts: list[ContactTruth]) -> Json:
    """JSON of hops, as in the analysis.

    A hop is a contact with both ends. A landing after which the person stays on the ground is in
    ``final_landings_s``, a push-off from standing in ``first_takeoffs_s``; scoring must neither
    miss nor count those. (In hop-to-balance the landing *is* the hop: it has no toe-off.)
    Stands between jumps are in ``stands``; one on the floor is a hop, too, one on a box is not.
    """
    contacts = sorted(contacts, key=lambda c: c.start_s)
    hops: list[Json] = []
    for i, contact in enumerate(contacts):
        if not (contact.lands and contact.leaves) or contact.on_box:
            continue
        after = contacts[i + 1].start_s if i + 1 < len(contacts) else None
        hops.append(
            {
                "contact_s": round(contact.start_s, 4),
                "takeoff_s": round(contact.end_s, 4),
                "contact_time_s": round(contact.end_s - contact.start_s, 4),
                "flight_time_s": None if after is None else round(after - contact.end_s, 4),
                "kind": contact.kind,
            }
        )
    return {
        "hops": hops,
        "first_takeoffs_s": [round(c.end_s, 4) for c in contacts if c.leaves and not c.lands],
        "final_landings_s": [round(c.start_s, 4) for c in contacts if c.lands and not c.leaves],
        "stands": [
            {"start_s": round(c.start_s, 4), "end_s": round(c.end_s, 4)}
            for c in contacts
            if c.lands and c.leaves and (c.on_box or c.kind == "stand")
        ],
    }
