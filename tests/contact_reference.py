"""Hops beside a reference of ground contacts, and how well they are timed with what it teaches."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from calibration.contact_time.contact_fit import ContactReport, fit_contact
from calibration.contact_time.contact_pairs import Matched, matched, seen_hops
from calibration.contact_time.reference import Reference
from sensing.analysis.hops.contact_times import find_hops
from sensing.core.exercises import find_exercise
from sensing.core.samples import Samples, Worn
from sensing.profile.profile import UNCALIBRATED, Profile
from tests.same_person import Done

HOP = "single-leg-hop"
LOOK = find_exercise(HOP).look
PEOPLE = range(900, 908)
"""Seeds of simulated people."""
Contacts = list[tuple[float, float]]


def reference_of(contacts: Contacts, *, offset_s: float = 37.0, drift: float = 0.0) -> Reference:
    """What a reference with a clock of its own would have written."""
    on_s, off_s = ((np.array(x) - offset_s) / (1 + drift) for x in zip(*contacts, strict=True))
    return Reference(contact_s=on_s, takeoff_s=off_s, source="times")


def learnt(done: Done, contacts: Contacts | None = None) -> ContactReport:
    """What one set beside a reference teaches."""
    hops = seen_hops([done.samples], LOOK, "ankle")
    return fit_contact([matched(hops, reference_of(contacts or done.contacts))])


@dataclass
class Errors:
    """Errors of contact times, where each was, and what was said of them."""

    at: list[tuple[int, float]] = field(default_factory=list)
    error_s: list[float] = field(default_factory=list)
    sd_s: list[float] = field(default_factory=list)
    missed: int = 0
    calibrated: int = 0

    def add(
        self,
        samples: Samples,
        placement: Worn,
        contacts: Contacts,
        profile: Profile,
        number: int = 0,
    ) -> None:
        """Hops of a recording, which has a number: each true one takes the nearest found."""
        left = [h for s in find_hops(samples, LOOK, placement, profile) for h in s]
        for on_s, off_s in contacts:
            near = min(left, key=lambda hop: abs(hop.contact_s - on_s), default=None)
            if near is None or abs(near.contact_s - on_s) > 0.12:
                continue
            left.remove(near)
            if near.valid and near.contact_time_s is not None:
                self.at.append((number, on_s))
                self.error_s.append(near.contact_time_s - (off_s - on_s))
                self.sd_s.append(near.contact_time_sd_s or float("nan"))
                self.calibrated += near.calibrated
            else:
                self.missed += 1

    def join(self, other: Errors) -> None:
        """Those of another recording too."""
        self.at += other.at
        self.error_s += other.error_s
        self.sd_s += other.sd_s
        self.missed += other.missed
        self.calibrated += other.calibrated

    def of(self, other: Errors) -> Errors:
        """Those of contacts that the other has timed, too."""
        kept = [k for k, at in enumerate(self.at) if at in set(other.at)]
        return Errors(
            at=[self.at[k] for k in kept],
            error_s=[self.error_s[k] for k in kept],
            sd_s=[self.sd_s[k] for k in kept],
        )

    @property
    def bias_ms(self) -> float:
        """Mean error."""
        return 1e3 * float(np.mean(self.error_s))

    @property
    def rmse_ms(self) -> float:
        """Root mean square, all errors."""
        return 1e3 * float(np.sqrt(np.mean(np.square(self.error_s))))

    @property
    def rmse_without_gross_ms(self) -> float:
        """The same of errors up to 60 ms."""
        error = np.array(self.error_s)
        return 1e3 * float(np.sqrt(np.mean(np.square(error[np.abs(error) <= 0.06]))))

    @property
    def gross(self) -> float:
        """Share of errors beyond 60 ms."""
        return float(np.mean(np.abs(self.error_s) > 0.06))

    @property
    def covered(self) -> float:
        """Share within two stated standard deviations."""
        return float(np.mean(np.abs(self.error_s) <= 2 * np.array(self.sd_s)))

    def __str__(self) -> str:
        return (
            f"{len(self.error_s):4d} hops, bias {self.bias_ms:6.1f}, RMSE {self.rmse_ms:5.1f} ms, "
            f"without gross {self.rmse_without_gross_ms:5.1f}, gross {self.gross:.3f}, "
            f"within ±2 stated SD {self.covered:.2f}"
        )


def errors(samples: Samples, contacts: Contacts, profile: Profile = UNCALIBRATED) -> Errors:
    """Of one ankle recording."""
    out = Errors()
    out.add(samples, "ankle", contacts, profile)
    return out


def profile_of(report: ContactReport) -> Profile:
    """A profile with it."""
    return Profile(name="me", contact=report.fit)


def shoe_recording(samples: Samples, contacts: Contacts) -> Matched:
    """Hops of a recording from a shoe paired with force on the same clock.

    A handful of labelled hops is too few to find the clock by; it is known here.
    """
    hops = seen_hops([samples], LOOK, "shoe")
    seen = contacts if len(hops.contact_s) else []
    i = [int(np.argmin(np.abs(hops.contact_s - on_s))) for on_s, _ in seen]
    kept = [
        (view, off_s - on_s, int(hops.series[k]))
        for k, (on_s, off_s) in zip(i, seen, strict=True)
        if (view := hops.views[k]) is not None and abs(hops.contact_s[k] - on_s) < 0.12
    ]
    return Matched(
        views=tuple(view for view, _, _ in kept),
        true_s=np.array([length_s for _, length_s, _ in kept]),
        series=np.array([number for _, _, number in kept], dtype=np.int64),
        placement="shoe",
    )
