"""Calibrated timing of an athlete's ground contacts, learnt from a reference beside the sensor.

Learnt in ``calibration/contact_time/routine.py``, used in
``sensing/analysis/hops/calibrated_toe_off.py``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnView:
    """One estimate of toe-off, and its error for this athlete.

    Attributes:
        name: of the estimate, as in ``sensing/analysis/hops/hop_views.py``.
        late_s: contact time by this estimate less the true one, s.
        sd_s: SD of that from hop to hop, s.
    """

    name: str
    late_s: float
    sd_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactFit:
    """An athlete's own timing of ground contacts.

    Attributes:
        offset_s: added to the contact time by the population's weights, s.
        sd_s: standard uncertainty of a contact time after calibration, s; None: unknown, the
            uncalibrated one is used.
        views: errors of each estimate for this athlete; empty if only an offset is known. Hops
            whose estimates differ otherwise are somebody else's.
        weighted: contact times come from ``views``, weighted by repeatability; else from the usual
            weights and ``offset_s``.
        kept: share of a hop's deviation from the median of its series that is real and not the
            sensor's (0…1); the rest is removed. Everybody's where it was learnt from no hops.
        contact_s: shortest and longest contact it was learnt from, s; None: unknown.
        hops: number of hops it was learnt from.
    """

    offset_s: float
    sd_s: float | None = None
    views: tuple[OwnView, ...] = ()
    weighted: bool = False
    kept: float = 1.0
    contact_s: tuple[float, float] | None = None
    hops: int = 0
