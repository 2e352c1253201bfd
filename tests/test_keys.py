"""Single keys: read at once from a real terminal, which is left as it was, whatever happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.screen.keys import keys

if sys.platform == "win32":
    pytest.skip("there is no pty on Windows", allow_module_level=True)

import pty
import select
import termios

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = """
import fcntl, sys, termios, time
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from cli.screen.keys import keys
with keys() as pressed:
    print("ready", flush=True)
    while True:
        key = pressed()
        if key == "x":
            raise RuntimeError("on purpose")
        if key == "q":
            break
        if key is not None:
            print(repr(key), flush=True)
        time.sleep(0.01)
print("done", flush=True)
"""


@dataclass
class Terminal:
    """A program that reads keys, and the other end of its terminal."""

    fd: int
    child_fd: int
    program: subprocess.Popen[bytes]

    def modes(self) -> list[object]:
        """Echo, line editing and all that."""
        return list(termios.tcgetattr(self.child_fd))

    def say(self, keys: str) -> None:
        """Press keys."""
        os.write(self.fd, keys.encode())

    def line(self, timeout_s: float = 120.0) -> str:
        """The next line the program printed."""
        assert self.program.stdout is not None
        ready, _, _ = select.select([self.program.stdout], [], [], timeout_s)
        return self.program.stdout.readline().decode().strip() if ready else "nothing"


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    """The program, ready, on a terminal of its own."""
    fd, child_fd = pty.openpty()
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdin=child_fd,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,  # a line that waits in a buffer of ours is one that select does not see
        start_new_session=True,
        cwd=ROOT,
    )
    opened = Terminal(fd, child_fd, program)
    try:
        yield opened
    finally:
        program.kill()
        program.wait()
        assert program.stdout is not None
        program.stdout.close()
        os.close(fd)
        os.close(child_fd)


def test_keys_come_at_once_and_one_by_one(terminal: Terminal) -> None:
    """No Enter needed; arrows are none of ours; the terminal is as before in the end."""
    before = terminal.modes()
    assert terminal.line() == "ready"
    assert terminal.modes() != before
    terminal.say("a ")
    assert [terminal.line(), terminal.line()] == ["'a'", "' '"]
    terminal.say("\x1b[A")
    while (heard := terminal.line(0.1)) == "nothing":  # what is read with an arrow goes with it
        terminal.say("\n")
    assert heard == "'\\n'"
    terminal.say("q")
    rest = [terminal.line()]
    while rest[-1] == "'\\n'":
        rest.append(terminal.line())
    assert rest[-1] == "done"
    assert terminal.program.wait(120) == 0
    assert terminal.modes() == before


@pytest.mark.parametrize(
    ("end", "status"),
    [("x", 1), (signal.SIGTERM, -signal.SIGTERM), (signal.SIGHUP, -signal.SIGHUP)],
)
def test_the_terminal_is_restored_whatever_happens(
    terminal: Terminal, end: str | signal.Signals, status: int
) -> None:
    """An exception and a kill; who waits for it sees what it died of."""
    before = terminal.modes()
    assert terminal.line() == "ready"
    if isinstance(end, str):
        terminal.say(end)
    else:
        terminal.program.send_signal(end)
    assert terminal.program.wait(120) == status
    assert terminal.modes() == before


def test_ctrl_c_still_interrupts_and_restores(terminal: Terminal) -> None:
    """Only echo and line editing are off."""
    before = terminal.modes()
    assert terminal.line() == "ready"
    terminal.say("\x03")
    assert terminal.program.wait(120) == -signal.SIGINT
    assert terminal.modes() == before


def test_where_there_is_no_terminal_there_are_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe, or nothing at all; what is typed ahead in a pipe is left alone."""
    with Path(os.devnull).open() as nothing:
        for stdin in (nothing, None):
            monkeypatch.setattr(sys, "stdin", stdin)
            with keys() as pressed:
                assert pressed() is None


def test_a_job_in_the_background_leaves_the_terminal_alone() -> None:
    """It would be stopped for touching it."""
    fd, child_fd = pty.openpty()
    program = """
import fcntl, os, signal, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
if os.fork() == 0:
    os.setpgid(0, 0)
    from cli.screen.keys import keys
    with keys() as pressed:
        print(pressed(), flush=True)
    os._exit(0)
_, status = os.waitpid(-1, os.WUNTRACED)
print("stopped" if os.WIFSTOPPED(status) else "left alone")
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        stdin=child_fd,
        capture_output=True,
        start_new_session=True,
        cwd=ROOT,
        timeout=120,
        check=False,
    )
    os.close(fd)
    os.close(child_fd)
    assert done.stdout.decode().split("\n")[:2] == ["None", "left alone"], done.stderr.decode()


def test_signal_handlers_are_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever set one keeps it."""
    fd, child_fd = pty.openpty()
    try:
        with os.fdopen(child_fd, "r", closefd=False) as stdin:
            monkeypatch.setattr(sys, "stdin", stdin)
            before = signal.getsignal(signal.SIGTERM)
            with keys() as pressed:
                os.write(fd, b"k")
                while (key := pressed()) is None:
                    pass
                assert key == "k"
            assert signal.getsignal(signal.SIGTERM) is before
    finally:
        os.close(fd)
        os.close(child_fd)
