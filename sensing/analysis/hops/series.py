"""A series of hops: initial contacts joined by flights, and what kind of contact each begins.

The decoder (``hop_decoder.py``) decides the series; ``contact_times.py`` times them. Between two
contacts of a series the body was in the air once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sensing.analysis.signals.vertical import Fine
from sensing.core.samples import Samples

ContactKind = Literal["rebound", "landing", "stand", "step-in", "last"]
"""What a contact is.

* ``rebound``: a landing that goes straight into the next hop; contact time and RSI;
* ``landing``: a landing with a pause before the next jump; no RSI;
* ``stand``: a landing, a stand, and a jump; neither contact time nor RSI;
* ``step-in``: the foot put down for the first jump; not timed;
* ``last``: ends in standing, or nobody knows in what; counted, no contact time.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Contacts of one window joined by flights.

    Attributes:
        part: the samples they were found in.
        fine: the same on the fine grid.
        contacts_s: initial contacts, s, in order; at least one.
        kinds: of each contact; only the final one is ``last``, only the first may be ``step-in``.
    """

    part: Samples
    fine: Fine
    contacts_s: tuple[float, ...]
    kinds: tuple[ContactKind, ...]

    @property
    def flights(self) -> int:
        """Number of flights, one fewer than contacts."""
        return len(self.contacts_s) - 1
