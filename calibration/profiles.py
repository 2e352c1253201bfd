"""A profile from a small TOML file that a person can read and mend.

::

    name = "left, single-leg hops"   # what results say they were made with
    contact_offset_s = -0.012        # added to every contact time
    contact_sd_s = 0.009             # standard uncertainty of a contact time after that
    rise_scale = 1.08                # true rise / measured rise
    rise_sd_share = 0.04             # standard uncertainty of a rise after that, as a part of it

Every key but ``name`` may be left out: what is left out is not calibrated. A value outside its
bounds is refused, since a profile is applied to every figure and a slip of the decimal point in it
would go unseen. The bounds are wide: several times the largest bias between people in print
(contact time ±36 ms between people; rise 7–24 %).
"""

from __future__ import annotations

import difflib
import math
import tomllib
from pathlib import Path

from sensing.contact_fit import ContactFit
from sensing.errors import UsageError
from sensing.profile import Profile

BOUNDS: dict[str, tuple[float, float]] = {
    "contact_offset_s": (-0.2, 0.2),
    "contact_sd_s": (0.001, 0.2),
    "rise_scale": (0.4, 2.5),
    "rise_sd_share": (0.001, 0.5),
}
"""Smallest and largest value of every number in a profile."""

_LONGEST_NAME = 200


def read_profile(path: Path) -> Profile:
    """The profile in a TOML file.

    Raises:
        UsageError: the file can't be read, is not TOML, or a key or value in it is not allowed;
            the message names the key and the bound.
    """
    where = str(path)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(
            error.strerror or str(error), where=where, remedy="--profile wants a TOML file"
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError("is not text", where=where, remedy="save it as UTF-8 TOML") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(
            f"is not TOML: {error}", where=where, remedy="write lines such as rise_scale = 1.08"
        ) from error
    for key in table:
        if key != "name" and key not in BOUNDS:
            near = difflib.get_close_matches(key, ["name", *BOUNDS], n=1)
            known = f"did you mean {near[0]}?" if near else f"known: name, {', '.join(BOUNDS)}"
            raise UsageError(f"unknown key {key!r}", where=where, remedy=known)
    numbers = {key: _number(key, table[key], where) for key in BOUNDS if key in table}
    return Profile(
        name=_name(table.get("name"), where),
        contact=_contact(numbers),
        rise_scale=numbers.get("rise_scale"),
        rise_sd_share=numbers.get("rise_sd_share"),
    )


def _contact(numbers: dict[str, float]) -> ContactFit | None:
    """Timing of contacts as written by hand: a constant and how sure it is."""
    offset_s, sd_s = numbers.get("contact_offset_s"), numbers.get("contact_sd_s")
    if offset_s is None and sd_s is None:
        return None
    return ContactFit(offset_s=offset_s or 0.0, sd_s=sd_s)


def _name(value: object, where: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST_NAME:
        raise UsageError(
            "name is missing or is not a short text",
            where=where,
            remedy='begin the file with a line such as name = "left ankle, October"',
        )
    return value.strip()


def _number(key: str, value: object, where: str) -> float:
    low, high = BOUNDS[key]
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not math.isfinite(value)
        or not low <= value <= high
    ):
        raise UsageError(f"{key} = {value!r} is not a number from {low} to {high}", where=where)
    return float(value)
