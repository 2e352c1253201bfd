"""Calibrate ground-contact times: hops recorded once beside a reference.

The reference (``reference``) is a contact mat, a force plate or a video marked frame by frame. The
sensor's hops are paired with it (``contact_pairs``; ``alignment`` aligns the clocks), and the fit
is judged on hops that were left out (``contact_fit``). The routine only collects samples; the
result comes from the whole trial.
"""

from __future__ import annotations

from calibration.common.routine import Prompt
from calibration.common.trial_samples import TrialSamples
from calibration.contact_time.contact_fit import ContactReport, fit_contact
from calibration.contact_time.contact_pairs import matched, seen_hops
from calibration.contact_time.reference import Reference
from sensing.core.errors import RecordingError, UsageError
from sensing.core.exercises import Exercise
from sensing.core.samples import Samples, Worn
from sensing.profile.sensor_correction import SensorFit

GOOD_HOPS = 12
"""A stable mean needs about ten (Racic 2009, J Sound Vib 326), and some are lost at the ends."""


class ContactRoutine:
    """Collects hops beside a reference; see the module. Gives a :class:`ContactReport`.

    Args:
        reference: contacts measured by the reference.
        exercise: which hops are done.
        placement: how the sensor is worn.
        sensor: the sensor's calibration, if there is one.

    Raises:
        UsageError: the exercise has no hops.
    """

    def __init__(
        self,
        reference: Reference,
        exercise: Exercise,
        placement: Worn,
        sensor: SensorFit | None = None,
    ) -> None:
        if not exercise.has_hops:
            raise UsageError(
                f"{exercise.name} has no ground contacts to time",
                remedy="calibrate contact with single-leg-hop, double-leg-hop or another jump",
            )
        self._reference = reference
        self._exercise = exercise
        self._placement: Worn = placement
        self._trial = TrialSamples(exercise, placement, sensor)

    @property
    def prompt(self) -> Prompt:
        """What to show now."""
        if self._trial.final >= GOOD_HOPS:
            return Prompt(text=f"Done: {self._trial.final} hops.", progress=1.0, done=True)
        hops = max(self._trial.provisional, self._trial.final)
        text = (
            f"Hop {GOOD_HOPS} to 15 times beside the reference, some longer and some shorter, then "
            "stand still."
        )
        if hops >= GOOD_HOPS:
            text = f"{hops} hops. Stand still now."
        elif hops:
            text = f"{hops} hops. Continue to {GOOD_HOPS} or more, then stand still."
        return Prompt(text=text, progress=min(0.95, hops / GOOD_HOPS))

    def push(self, samples: Samples) -> Prompt:
        """Add the next samples."""
        self._trial.push(samples)
        return self.prompt

    def finish(self) -> ContactReport:
        """The calibration from the hops so far.

        Raises:
            RecordingError: too few hops, a reference that does not match them, or a correction that
                does not hold; the message says which.
        """
        hops = seen_hops(self._trial.blocks(), self._exercise.look, self._placement)
        if len(hops.contact_s) == 0:
            raise RecordingError(
                "the trial has no hops", remedy="hop beside the reference while the sensor records"
            )
        return fit_contact([matched(hops, self._reference)])
