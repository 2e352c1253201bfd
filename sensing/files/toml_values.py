"""Frozen dataclasses from TOML tables, checked against the types of their fields.

Users write these files, so every value is checked: an unknown or missing key, text in place of a
number and a number out of bounds are refused in one line that names the key. TOML has no null:
a key that is left out is None.
"""

from __future__ import annotations

import difflib
import math
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from sensing.core.errors import UsageError

_MOST = 1e6


class TomlReader:
    """Makes dataclasses of tables.

    Args:
        where: the file, for messages.
        bounds: smallest and largest value of some keys, named with their tables
            (``contact.offset_s``).
        missing: remedy for a missing key.
        also: keys that are allowed at the top level besides the fields.
    """

    def __init__(
        self,
        where: str,
        *,
        bounds: Mapping[str, tuple[float, float]],
        missing: str,
        also: tuple[str, ...] = (),
    ) -> None:
        self.where = where
        self._bounds = bounds
        self._missing = missing
        self._also = also

    def values(self, kind: type[Any], table: Any, path: str) -> Any:
        """One dataclass from its table."""
        if not isinstance(table, dict):
            raise self.wrong(path, table, "a table")
        hints = get_type_hints(kind)
        known = {each.name: each for each in fields(kind)}
        for key in table:
            if key not in known:
                names = [*known, *(self._also if not path else ())]
                near = difflib.get_close_matches(key, names, n=1)
                hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(names)}"
                raise UsageError(
                    f"unknown key {_joined(path, key)!r}", where=self.where, remedy=hint
                )
        given = {
            key: self.value(hints[key], each, _joined(path, key)) for key, each in table.items()
        }
        for name, each in known.items():
            if name in given or each.default is not MISSING or each.default_factory is not MISSING:
                continue
            if type(None) not in get_args(hints[name]):
                raise UsageError(
                    f"{_joined(path, name)} is missing",
                    where=self.where,
                    remedy=self._missing,
                )
            given[name] = None  # TOML has no null
        return kind(**given)

    def value(self, kind: Any, value: Any, path: str) -> Any:
        """One value of a field's type."""
        origin, args = get_origin(kind), get_args(kind)
        if origin in (Union, types.UnionType):
            return self.value(next(each for each in args if each is not type(None)), value, path)
        if origin is Literal:
            if value not in args:
                raise self.wrong(path, value, " or ".join(map(str, args)))
            return value
        if origin is tuple:
            return self._tuple(args, value, path)
        if is_dataclass(kind) and isinstance(kind, type):
            return self.values(kind, value, path)
        if kind is float:
            return self.number(path, value)
        if kind is int and isinstance(value, int) and not isinstance(value, bool):
            return value
        if kind in (bool, str) and isinstance(value, kind):
            return value
        raise self.wrong(path, value, {int: "a whole number", bool: "true or false"}.get(kind, ""))

    def number(self, path: str, value: Any) -> float:
        """A number, checked against its bounds."""
        low, high = self._bounds.get(path, (-_MOST, _MOST))
        good = isinstance(value, int | float) and not isinstance(value, bool)
        if not good or not math.isfinite(value) or not low <= value <= high:
            raise UsageError(
                f"{path} = {value!r} is not a number from {low:g} to {high:g}", where=self.where
            )
        return float(value)

    def _tuple(self, args: tuple[Any, ...], value: Any, path: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise self.wrong(path, value, "a list")
        if len(args) == 2 and args[1] is Ellipsis:
            return tuple(self.value(args[0], each, path) for each in value)
        if len(value) != len(args):
            raise self.wrong(path, value, f"{len(args)} values")
        return tuple(self.value(kind, each, path) for kind, each in zip(args, value, strict=True))

    def wrong(self, path: str, value: Any, wanted: str) -> UsageError:
        """The error for a value, to be raised."""
        what = f", not {wanted}" if wanted else ""
        return UsageError(f"{path} is {value!r}{what}"[:300], where=self.where)


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
