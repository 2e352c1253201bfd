"""The protocol of every guided calibration: it prompts, is fed samples, and returns a result.

A routine has no clock and does no I/O: time comes with the samples, and a :class:`Prompt` is shown
by the caller. Prompts and result depend only on the samples so far, so the same object can be fed
live, packet by packet, or from a file, in chunks of any size, and gives the same result. Tests of
the dialogue need not wait.

::

    routine = SensorRoutine()
    show(routine.prompt)
    for samples in stream:
        show(prompt := routine.push(samples))
        if prompt.done:
            break
    fit = routine.finish()
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sensing.core.samples import Samples, join

Result_co = TypeVar("Result_co", covariant=True)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What to show now.

    Attributes:
        text: what the athlete should do next, one or two short sentences.
        progress: how much of the routine is done, 0 to 1.
        done: there is enough data for ``finish``, and more would not improve the result.
        warning: what the athlete is doing wrong at the moment, or None.
    """

    text: str
    progress: float
    done: bool = False
    warning: str | None = None


class Routine(Protocol[Result_co]):
    """A guided calibration."""

    @property
    def prompt(self) -> Prompt:
        """What to show now, also before the first sample."""

    def push(self, samples: Samples) -> Prompt:
        """Add the next samples. A new block (its index does not follow) is a data gap."""

    def finish(self) -> Result_co:
        """The result of all samples so far; may be called again after more samples.

        Raises:
            RecordingError: the trial is not good enough; the message says which part of it is wrong
                and what to do.
            UsageError: this calibration is not possible with these options.
        """


def run(routine: Routine[Result], blocks: Iterable[Samples]) -> Result:
    """Feed a recording and return the result.

    Raises:
        RecordingError, UsageError: as in ``finish``.
    """
    for block in blocks:
        routine.push(block)
    return routine.finish()


class Frames:
    """Cuts a stream into frames of equal length, however it was split into chunks.

    Frames are counted from the first sample of a block. Samples left over before a data gap or at
    the end of the stream are dropped.

    Args:
        seconds: length of a frame, s; at least one sample.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._left: list[Samples] = []
        self._stop: int | None = None

    def push(self, samples: Samples) -> Iterator[Samples]:
        """The frames completed by these samples, in order."""
        if len(samples) == 0:
            return
        if samples.start != self._stop:
            self._left.clear()
        self._stop = samples.stop
        self._left.append(samples)
        size = max(1, round(self._seconds * samples.rate_hz))
        if sum(map(len, self._left)) < size:
            return
        whole = join(self._left)
        count = len(whole) // size
        for k in range(count):
            yield whole.part(k * size, (k + 1) * size)
        rest = whole.part(count * size, len(whole))
        self._left = [rest] if len(rest) else []
