"""Calibrating contact times: hops done once beside a reference.

The reference (``reference``) is a contact mat, a force plate or a video marked frame by frame. The
sensor's hops are laid beside it (``contact_pairs``; ``alignment`` finds where its clock lies), and
what they teach is judged on hops that were left out (``contact_fit``). The routine only collects:
all is decided at the end, from the whole trial.
"""

from __future__ import annotations

from calibration.common.routine import Prompt
from calibration.common.whole_trial import Taken
from calibration.contact_time.contact_fit import ContactReport, fit_contact
from calibration.contact_time.contact_pairs import matched, seen_hops
from calibration.contact_time.reference import Reference
from sensing.core.errors import RecordingError, UsageError
from sensing.core.exercises import Exercise
from sensing.core.samples import Placement, Samples
from sensing.profile.sensor_correction import SensorFit

GOOD_HOPS = 12
"""A stable mean needs about ten (Racic 2009, J Sound Vib 326), and some are lost at the ends."""


class ContactRoutine:
    """Takes hops beside a reference; see the module. Gives a :class:`ContactReport`.

    Args:
        reference: what the reference saw.
        exercise: which hops are done.
        placement: how the sensor is worn.
        sensor: the sensor's own errors, if they are known.

    Raises:
        UsageError: the exercise has no hops.
    """

    def __init__(
        self,
        reference: Reference,
        exercise: Exercise,
        placement: Placement,
        sensor: SensorFit | None = None,
    ) -> None:
        if not exercise.has_hops:
            raise UsageError(
                f"{exercise.name} has no ground contacts to time",
                remedy="calibrate contact with single-leg-hop, double-leg-hop or another jump",
            )
        self._reference = reference
        self._exercise = exercise
        self._placement: Placement = placement
        self._taken = Taken(exercise, placement, sensor)

    @property
    def prompt(self) -> Prompt:
        """What to show as things stand."""
        if self._taken.certain >= GOOD_HOPS:
            return Prompt(text=f"Done: {self._taken.certain} hops seen.", progress=1.0, done=True)
        hops = max(self._taken.guessed, self._taken.certain)
        text = (
            f"Hop {GOOD_HOPS} to 15 times beside the reference, some longer and some shorter, then "
            "stand still."
        )
        if hops >= GOOD_HOPS:
            text = f"{hops} hops. Stand still now."
        elif hops:
            text = f"{hops} hops. Go on up to {GOOD_HOPS} or more, then stand still."
        return Prompt(text=text, progress=min(0.95, hops / GOOD_HOPS))

    def push(self, samples: Samples) -> Prompt:
        """Take the next samples."""
        self._taken.push(samples)
        return self.prompt

    def finish(self) -> ContactReport:
        """What the hops taken so far teach.

        Raises:
            RecordingError: too few hops, a reference that is not theirs, or a correction that does
                not hold; the message says which.
        """
        hops = seen_hops(self._taken.blocks(), self._exercise.look, self._placement)
        if len(hops.contact_s) == 0:
            raise RecordingError(
                "no hops in it", remedy="hop beside the reference while the sensor records"
            )
        return fit_contact([matched(hops, self._reference)])
