"""The shape of every guided calibration: says what to do, is fed samples, is asked for its result.

A routine has no clock and does no I/O: time comes with the samples, and what it has to say is a
:class:`Prompt` that somebody else shows. What it says and what it finds depends on the samples
taken so far and on nothing else, so the same object is fed live, packet by packet, or from a file,
in chunks of any size, and comes to the same result. Its dialogue is tested without waiting.

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
        text: what the person should do next, one short sentence or two.
        progress: how much of the routine is done, 0…1; never more than 1.
        done: there is enough: ``finish`` would give a result, and going on gains nothing.
        warning: what is wrong with what is being done right now, or None.
    """

    text: str
    progress: float
    done: bool = False
    warning: str | None = None


class Routine(Protocol[Result_co]):
    """A guided calibration."""

    @property
    def prompt(self) -> Prompt:
        """What to show as things stand; before the first sample too."""

    def push(self, samples: Samples) -> Prompt:
        """Take the next samples. A new block (its index does not follow) is a hole in time."""

    def finish(self) -> Result_co:
        """What was learnt from everything taken so far; it may be asked again after more.

        Raises:
            RecordingError: the trial is not good enough; the message says what is wrong with which
                part of it and what to do.
            UsageError: this calibration makes no sense with what was asked for.
        """


def run(routine: Routine[Result], blocks: Iterable[Samples]) -> Result:
    """Feed a recording and return the result.

    Raises:
        RecordingError, UsageError: as ``finish`` does.
    """
    for block in blocks:
        routine.push(block)
    return routine.finish()


class Frames:
    """Cuts a stream into frames of equal length, wherever its chunks were cut.

    Frames are counted from the first sample of a block; what is left over at a hole in time or at
    the end of the stream is not a whole frame and is not handed out.

    Args:
        seconds: length of a frame, s; at least one sample.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._left: list[Samples] = []
        self._stop: int | None = None

    def push(self, samples: Samples) -> Iterator[Samples]:
        """The frames that these samples complete, in order."""
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
