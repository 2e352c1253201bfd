"""Single keys from the terminal without waiting, and the terminal restored afterwards.

``with keys() as pressed:`` gives a function that returns the key pressed since the last call. If
standard input is not a terminal, or belongs to another job, there are no keys. Ctrl-C still
interrupts: only line editing and echo are switched off.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

Pressed = Callable[[], str | None]

_ESCAPE = "\x1b"


@contextmanager
def keys() -> Iterator[Pressed]:
    """Read single keys until the context ends.

    Gives a function without arguments that returns the next key pressed, or None. Arrow and
    function keys are ignored.
    """
    if not _is_ours():
        yield lambda: None
    elif sys.platform == "win32":
        yield _windows_key
    else:
        yield from _posix_keys(sys.stdin.fileno())


def has_keys() -> bool:
    """Whether keys can be read: standard input is a terminal and belongs to this job."""
    return _is_ours()


def _is_ours() -> bool:
    """True if standard input is a terminal and belongs to this job.

    The system stops a background job that touches the terminal.
    """
    try:
        if not sys.stdin.isatty():
            return False
        fd = sys.stdin.fileno()
    except (AttributeError, OSError, ValueError):  # closed, or not a real file
        return False
    return sys.platform == "win32" or _in_front(fd)


if sys.platform == "win32":
    import msvcrt

    def _windows_key() -> str | None:
        while msvcrt.kbhit():
            key = msvcrt.getwch()
            if key not in ("\x00", "\xe0"):
                return key
            msvcrt.getwch()  # the second half of an arrow or function key
        return None

else:
    import select
    import termios
    import tty

    def _in_front(fd: int) -> bool:
        try:
            return os.tcgetpgrp(fd) == os.getpgrp()
        except OSError:  # not the terminal of this session, so reading it is allowed
            return True

    def _posix_keys(fd: int) -> Iterator[Pressed]:
        before = termios.tcgetattr(fd)

        def restore() -> None:
            with suppress(termios.error, OSError):  # the terminal may be gone
                termios.tcsetattr(fd, termios.TCSAFLUSH, before)

        with _restoring_when_killed(restore):
            try:
                tty.setcbreak(fd)
                yield _Reader(fd).pressed
            finally:
                restore()

    @contextmanager
    def _restoring_when_killed(restore: Callable[[], None]) -> Iterator[None]:
        """Restore the terminal on SIGTERM too, which otherwise skips ``finally``.

        Handlers that were set before stay, and others may be set inside.
        """

        def handle(number: int, _: FrameType | None) -> None:
            restore()
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

        fatal = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
        ours = []
        if threading.current_thread() is threading.main_thread():
            ours = [number for number in fatal if signal.getsignal(number) is signal.SIG_DFL]
        for number in ours:
            signal.signal(number, handle)
        try:
            yield
        finally:
            for number in ours:
                if signal.getsignal(number) is handle:
                    signal.signal(number, signal.SIG_DFL)

    class _Reader:
        """Splits the input into keys."""

        def __init__(self, fd: int) -> None:
            self._fd = fd
            self._waiting: deque[str] = deque()
            self._ended = False

        def pressed(self) -> str | None:
            """The next key, or None."""
            if not self._waiting and not self._ended and _in_front(self._fd):
                self._read()
            return self._waiting.popleft() if self._waiting else None

        def _read(self) -> None:
            try:
                if not select.select([self._fd], [], [], 0)[0]:
                    return
                typed = os.read(self._fd, 1024)
            except OSError:  # hung up
                typed = b""
            self._ended = not typed
            text = typed.decode("utf-8", errors="ignore")
            # An escape sequence arrives in one piece, and none is used here.
            self._waiting.extend(text.partition(_ESCAPE)[0])
