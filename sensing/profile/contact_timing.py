"""How one person's ground contacts are timed: what a reference beside the sensor taught.

Plain numbers, so that they can be written down, read and mended. How they are learnt is told in
``calibration/contact_time/routine.py``, how they are used in
``sensing/analysis/hops/calibrated_toe_off.py``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnView:
    """One way to see a take-off, and how it sees this person's.

    Attributes:
        name: of the view, as in ``sensing/analysis/hops/hop_views.py``.
        late_s: contact time by this view less the true one, s.
        sd_s: how much that differs from hop to hop, s.
    """

    name: str
    late_s: float
    sd_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactFit:
    """A person's own timing of ground contacts.

    Attributes:
        offset_s: added to the contact time that the population's weights give, s.
        sd_s: standard uncertainty of a contact time after calibration, s; None: not known, and the
            engine says its own.
        views: how each view sees this person; empty where only an offset is known. Hops whose views
            do not look like these are somebody else's.
        weighted: contact times come from ``views``, each weighed by its own repeatability; else
            from the usual weights and ``offset_s``.
        kept: part of a hop's deviation from the trend of its own series that is the person's and
            not the sensor's (no unit, 0…1); the rest is taken off.
        contact_s: shortest and longest contact it was learnt from, s; None: not known.
        hops: how many it was learnt from.
    """

    offset_s: float
    sd_s: float | None = None
    views: tuple[OwnView, ...] = ()
    weighted: bool = False
    kept: float = 1.0
    contact_s: tuple[float, float] | None = None
    hops: int = 0
