"""CSV rows that end in a line feed, and whose carriage returns are quoted.

Python's writer quotes a carriage return only where it is part of its own line ending (before
Python 3.13), so rows are written with both and end in one.
"""

from __future__ import annotations

from typing import Protocol


class _Text(Protocol):
    def write(self, text: str, /) -> int: ...


class UnixLines:
    """A text stream to give to ``csv.writer``, whose ``lineterminator`` stays its default."""

    def __init__(self, text: _Text) -> None:
        self._text = text

    def write(self, row: str, /) -> int:
        """Write one row."""
        return self._text.write(row.removesuffix("\r\n") + "\n")
