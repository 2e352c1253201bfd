"""Paths that still hold when the folder they are kept in is moved, renamed or copied.

A file below the folder is written as a path relative to it, with ``/`` between its parts on every
system; any other file as an absolute path.
"""

from __future__ import annotations

import os
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath


def portable_path(file: Path, folder: Path) -> str:
    """The path of a file as it is written down in a folder.

    A link is kept as it is named, also one that leads out of the folder. Where the names do not
    tell that the file is below the folder, its real place decides.
    """
    file = file.absolute()
    plain = ".." not in file.parts  # else the parts before it may be links, which names can't tell
    if plain and (below := _below(file, folder)):
        return below
    real = _real(file.parent) / file.name
    return _below(real, _real(folder)) or (file if plain else real).as_posix()


def path_of(written: str, folder: Path) -> Path:
    """The file that is meant by a path written down in this folder, on this system or another."""
    return Path(written) if is_absolute(written) else folder / written


def is_absolute(written: str) -> bool:
    """Whether a path is absolute on any system."""
    return PurePosixPath(written).is_absolute() or PureWindowsPath(written).is_absolute()


def parts_of(written: str) -> tuple[str, ...]:
    """The parts of a path that was written on any system, without its root."""
    windows = PureWindowsPath(written)
    path = windows if windows.is_absolute() else PurePosixPath(written)
    return path.parts[1:] if path.is_absolute() else path.parts


def _real(folder: Path) -> Path:
    return Path(os.path.realpath(folder))  # unlike resolve(), no error where links go in a circle


def _below(file: PurePath, folder: PurePath) -> str | None:
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else None
