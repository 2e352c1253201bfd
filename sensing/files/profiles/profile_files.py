"""Read a profile from a file."""

from __future__ import annotations

from pathlib import Path

from sensing.core.errors import UsageError
from sensing.files.profiles.profile_text import Written, from_toml
from sensing.profile.profile import Profile


def read_written(path: Path) -> Written:
    """Everything in a profile's TOML file.

    Raises:
        UsageError: the file can't be read, is not TOML, or a key or value in it is not allowed;
            the message names the key and the limits.
    """
    where = str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(
            error.strerror or str(error), where=where, remedy="give a profile's TOML file"
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError("is not text", where=where, remedy="save it as UTF-8 TOML") from error
    return from_toml(text, where)


def read_profile(path: Path) -> Profile:
    """The profile in a TOML file.

    Raises:
        UsageError: as in :func:`read_written`.
    """
    return read_written(path).profile
