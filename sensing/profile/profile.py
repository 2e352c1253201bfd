"""What a session may be told about the person: the shape of a profile, not how it is learnt."""

from __future__ import annotations

from dataclasses import dataclass

from sensing.profile.contact_timing import ContactFit
from sensing.profile.hold_reference import HoldShape
from sensing.profile.mounting import Mounting
from sensing.profile.rep_template import RepShape
from sensing.profile.sensor_correction import SensorFit


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Calibrated values for one athlete × exercise × side × placement × sensor.

    Every field left None means "not calibrated": the engine's own default is used.

    Attributes:
        name: what results say they were made with.
        contact: how this person's ground contacts are timed.
        rise_scale: factor from measured rise to true rise (no unit).
        rise_sd_share: standard uncertainty of a rise after that, as a part of it (no unit).
        sensor: the sensor's own errors, taken out of every sample.
        mounting: where up and forward are in the sensor's axes.
        rep: how this person does the raises of one exercise.
        hold: how quietly this person stands, for the holds of one exercise.
    """

    name: str
    contact: ContactFit | None = None
    rise_scale: float | None = None
    rise_sd_share: float | None = None
    sensor: SensorFit | None = None
    mounting: Mounting | None = None
    rep: RepShape | None = None
    hold: HoldShape | None = None


UNCALIBRATED = Profile(name="")
"""The profile of a person nothing is known of."""
