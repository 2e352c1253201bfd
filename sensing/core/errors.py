"""Errors that fit on one line: what is wrong, where, and what to do."""

from __future__ import annotations


class AnkletError(Exception):
    """Base of every error a user can cause or meet; anything else is a bug in Anklet.

    Args:
        what: what is wrong, with the offending value.
        where: file, line, column or device; empty if there is none.
        remedy: what to do about it.
    """

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        line = f"{where}: {what}" if where else what
        super().__init__(f"{line}; {remedy}" if remedy else line)


class RecordingError(AnkletError):
    """A recording that can't be read or can't be analysed."""


class DeviceError(AnkletError):
    """Bytes a sensor should not have sent, or a command it refused."""


class StoreError(AnkletError):
    """The database can't be opened, read or written."""


class UsageError(AnkletError):
    """A name, number or combination of options that makes no sense."""
