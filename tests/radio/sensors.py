"""Emulated sensors by the name of their family."""

from __future__ import annotations

from typing import Any

from tests.radio.air import VirtualRadio
from tests.radio.person import Person, person_of
from tests.radio.sensor import EmulatedSensor, SensorClock, Sent
from tests.radio.sensor_metamotion import MetaMotionSensor
from tests.radio.sensor_movesense import MovesenseSensor
from tests.radio.sensor_open_frame import OpenFrameSensor
from tests.radio.sensor_polar import ChestSensor, VeritySensor
from tests.radio.sensor_witmotion import WitMotionSensor

__all__ = ["SENSORS", "EmulatedSensor", "SensorClock", "Sent", "emulate", "person_of"]

SENSORS: dict[str, type[EmulatedSensor]] = {
    each.family: each
    for each in (
        VeritySensor,
        ChestSensor,
        MovesenseSensor,
        WitMotionSensor,
        MetaMotionSensor,
        OpenFrameSensor,
    )
}


def emulate(
    family: str,
    radio: VirtualRadio,
    *,
    person: Person,
    name: str | None = None,
    address: str | None = None,
    battery: int = 80,
    **more: Any,
) -> EmulatedSensor:
    """A sensor of this family, switched off; see :class:`EmulatedSensor` for what else there is."""
    return SENSORS[family](radio, person, name=name, address=address, battery=battery, **more)
