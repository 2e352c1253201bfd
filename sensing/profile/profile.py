"""A calibration profile as the analysis uses it."""

from __future__ import annotations

from dataclasses import dataclass

from sensing.core.samples import Worn
from sensing.profile.contact_timing import ContactFit
from sensing.profile.hold_reference import HoldShape
from sensing.profile.mounting import Mounting
from sensing.profile.rep_template import RepShape
from sensing.profile.sensor_correction import SensorFit


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Calibrated values for one athlete × exercise × side × placement × sensor.

    A field that is None is not calibrated: the default is used.

    Attributes:
        name: as given in results.
        contact: timing of ground contacts.
        rise_scale: factor from measured to true heel-rise height (no unit).
        rise_sd_share: relative standard uncertainty of a height after that (no unit).
        sensor: the sensor's errors, removed from every sample.
        mounting: where up and forward are in the sensor's axes.
        rep: the athlete's own raise, of one exercise.
        hold: the athlete's quiet standing, for the holds of one exercise.
    """

    name: str
    contact: ContactFit | None = None
    rise_scale: float | None = None
    rise_sd_share: float | None = None
    sensor: SensorFit | None = None
    mounting: Mounting | None = None
    rep: RepShape | None = None
    hold: HoldShape | None = None

    def rep_of(self, exercise: str | None, placement: Worn) -> RepShape | None:
        """The athlete's own raise where it is of this exercise, if one is given, and placement."""
        own = self.rep
        if own is None or own.placement != placement or exercise not in (None, own.exercise):
            return None
        return own


UNCALIBRATED = Profile(name="")
"""The profile without any calibration."""
