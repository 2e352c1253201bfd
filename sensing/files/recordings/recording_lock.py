"""Tells a recording that is still being written from one whose writer is gone.

The recorder holds an advisory lock on its file, and the operating system lets go of it however the
recorder ends, also by a kill or a power cut. Whoever can have the lock for a moment knows that
nobody is writing. On Windows, where locks are of bytes and bar others from reading them, the byte
locked lies far behind any recording's end. Some network file systems know no locks: there a file
that was written to a moment ago counts as being written unless it has its end.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from contextlib import suppress
from pathlib import Path

FRESH_S = 10.0
"""Where there are no locks: how long ago the last packet may have come. A sensor sends several a
second, and a link that is lost is an event in the file at once."""

_FAR = 1 << 40
_TAKEN = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        _at_far_end(descriptor, msvcrt.LK_NBLCK)

    _ask = _take

    def _let_go(descriptor: int) -> None:
        _at_far_end(descriptor, msvcrt.LK_UNLCK)

    def _at_far_end(descriptor: int, mode: int) -> None:
        before = os.lseek(descriptor, 0, os.SEEK_CUR)
        try:
            os.lseek(descriptor, _FAR, os.SEEK_SET)
            msvcrt.locking(descriptor, mode, 1)
        finally:
            os.lseek(descriptor, before, os.SEEK_SET)

else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _ask(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # two may ask at once

    def _let_go(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def lock(descriptor: int) -> None:
    """Say that this open file is being recorded, as far as its file system knows locks."""
    with suppress(OSError):
        _take(descriptor)


def unlock(descriptor: int) -> None:
    """Say that it is no longer, also where a copy of the descriptor is still open."""
    with suppress(OSError):
        _let_go(descriptor)


def is_being_recorded(path: Path) -> bool:
    """True if somebody is writing this recording now; False if it can't be opened at all."""
    try:
        with path.open("rb") as file:
            try:
                _ask(file.fileno())
            except OSError as error:
                return error.errno in _TAKEN or _is_fresh(path)
            _let_go(file.fileno())
            return False
    except OSError:
        return False


def _is_fresh(path: Path) -> bool:
    return time.time() - path.stat().st_mtime < FRESH_S
