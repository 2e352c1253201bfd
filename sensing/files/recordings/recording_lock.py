"""Is a recording still being written?

The recorder holds an advisory lock on its file, which the operating system releases however the
recorder ends, even by a kill or a power cut. If the lock is free, nobody is writing. On Windows a
lock keeps others from reading the locked bytes, so the byte locked lies far behind the end of any
recording. Some network file systems have no locks: there a file that was written to within the last
seconds counts as being recorded.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from contextlib import suppress
from pathlib import Path

FRESH_S = 10.0
"""Without locks: how long ago the file may have changed. A sensor sends several packets a second,
and a lost link is written to the file at once."""

_FAR = 1 << 40
_LOCKED = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        _at_far_end(descriptor, msvcrt.LK_NBLCK)

    _probe = _lock

    def _unlock(descriptor: int) -> None:
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

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _probe(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # two processes may probe at once

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def lock(descriptor: int) -> None:
    """Mark this open file as being recorded, if its file system has locks."""
    with suppress(OSError):
        _lock(descriptor)


def unlock(descriptor: int) -> None:
    """Remove the mark, even while a copy of the descriptor is still open."""
    with suppress(OSError):
        _unlock(descriptor)


def is_being_recorded(path: Path) -> bool:
    """Whether this recording is being written now; False if it can't be opened."""
    try:
        with path.open("rb") as file:
            try:
                _probe(file.fileno())
            except OSError as error:
                return error.errno in _LOCKED or _is_fresh(path)
            _unlock(file.fileno())
            return False
    except OSError:
        return False


def _is_fresh(path: Path) -> bool:
    return time.time() - path.stat().st_mtime < FRESH_S
