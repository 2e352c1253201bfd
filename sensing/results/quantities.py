"""Every quantity that is shown of a set: its name, headings, unit and how it is rounded.

The one place where these stand. Names are those of the database and of the JSON, values are in SI
units; ``scale`` and ``unit`` are those of the text that people read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One quantity.

    Attributes:
        name: in the database and the JSON.
        title: in prose and lists.
        short: above a column, without the unit.
        unit: as printed; empty for what has none.
        scale: from the SI value to that unit.
        places: digits after the point that are worth reading.
    """

    name: str
    title: str
    short: str
    unit: str
    scale: float = 1.0
    places: int = 0

    @property
    def heading(self) -> str:
        """What stands above a column of it, unit included."""
        return f"{self.short} ({self.unit})" if self.unit else self.short

    @property
    def titled(self) -> str:
        """Its title with its unit."""
        return f"{self.title} ({self.unit})" if self.unit else self.title

    @property
    def label(self) -> str:
        """What stands before a value in a line of text."""
        return self.short.replace("/\n", "/").replace("\n", " ").strip()

    def number(self, value: float, *, sign: bool = False) -> str:
        """A value as people read it, without its unit."""
        shown = f"{value * self.scale:{'+' if sign else ''}.{self.places}f}"
        return shown.lstrip("+-") if float(shown) == 0 else shown

    def plus_minus(self, sd: float | None) -> str:
        """Its standard deviation, `` ± 0.4``; nothing where it is unknown or rounds to zero."""
        shown = "" if sd is None or sd <= 0 else self.number(sd)
        return f" ± {shown}" if shown and float(shown) else ""

    def text(
        self,
        value: float | None,
        sd: float | None = None,
        *,
        unit: bool = True,
        sign: bool = False,
    ) -> str:
        """A value as people read it, ``4.6 ± 0.4 cm``; a dash where it is unknown."""
        if value is None:
            return "–"
        shown = f"{self.number(value, sign=sign)}{self.plus_minus(sd)}"
        return f"{shown} {self.unit}" if unit and self.unit else shown


# name, title, short heading, unit, scale, places
_ROWS: tuple[tuple[str, str, str, str, float, int], ...] = (
    ("reps", "reps", "reps", "", 1, 0),
    ("hops", "ground contacts", "contacts", "", 1, 0),
    ("steps", "steps", "steps", "", 1, 0),
    ("raise_time_s", "concentric phase", "up", "s", 1, 2),
    ("hold_time_s", "hold at the top", "top", "s", 1, 2),
    ("lower_time_s", "eccentric phase", "down", "s", 1, 2),
    ("rise_m", "heel-rise height", "height", "cm", 100, 1),
    ("time_under_tension_s", "time under tension", "under tension", "s", 1, 0),
    ("contact_time_s", "ground-contact time", "contact", "ms", 1000, 0),
    ("flight_time_s", "flight time", "flight", "ms", 1000, 0),
    ("cadence_hz", "cadence", "cadence", "/s", 1, 2),
    ("height_m", "jump height", "jump height", "cm", 100, 1),
    ("rsi", "RSI (flight/contact)", "RSI\nflight/\ncontact", "", 1, 2),
    ("rsi_height_mps", "RSI (height/contact)", "RSI\nheight/\ncontact\n", "m/s", 1, 2),
    ("duration_s", "time held", "held", "s", 1, 1),
    ("shank_lean_deg", "lean angle of the shank", "lean", "°", 1, 1),
    ("hold_s", "total time held", "held", "s", 1, 1),
    ("rms_mps2", "postural sway", "sway", "m/s²", 1, 3),
    ("path_mps2_per_s", "sway path", "sway path", "m/s² per s", 1, 2),
    ("jerk_rms_mps3", "jerk", "jerk", "m/s³", 1, 2),
    ("ellipse95_m2ps4", "sway area", "sway area", "m²/s⁴", 1, 3),
    ("tremor_rms_mps2", "tremor", "tremor", "m/s²", 1, 3),
    ("tremor_peak_hz", "tremor frequency", "tremor\nfrequency", "Hz", 1, 1),
    ("quiet_ratio", "sway against quiet standing", "sway/quiet standing", "", 1, 1),
    ("ap_rms_mps2", "sway, front to back", "front-back", "m/s²", 1, 3),
    ("ml_rms_mps2", "sway, side to side", "side-side", "m/s²", 1, 3),
    ("lean_deg", "lean forward", "lean forward", "°", 1, 1),
    ("side_lean_deg", "lean to the left", "lean left", "°", 1, 1),
    ("load_kg", "load", "load", "kg", 1, 1),
    ("volume_kg", "load × reps", "load × reps", "kg", 1, 0),
    ("hold_load_kg_s", "load × hold", "load × hold", "kg·s", 1, 0),
    ("start_s", "start", "from", "s", 1, 1),
    ("end_s", "end", "to", "s", 1, 1),
    ("contact_s", "initial contact", "initial\ncontact", "s", 1, 3),
)

QUANTITIES: Mapping[str, Quantity] = {
    name: Quantity(name=name, title=title, short=short, unit=unit, scale=scale, places=places)
    for name, title, short, unit, scale, places in _ROWS
}
"""All of them by name, in the order in which the figures of a set are told."""

_UNITS = ("_mps2_per_s", "_mps2", "_mps3", "_m2ps4", "_mps", "_deg", "_hz", "_kg", "_m", "_s")
"""Ends of names that say a unit, the longer first: ``path_mps2_per_s`` is no time."""


def sd_name(figure: str) -> str:
    """Name of a figure's standard uncertainty: ``rise_sd_m`` of ``rise_m``."""
    unit = next((unit for unit in _UNITS if figure.endswith(unit)), "")
    return f"{figure.removesuffix(unit)}_sd{unit}"
