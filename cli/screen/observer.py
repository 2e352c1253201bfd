"""An observer's taps: someone who watches, not the sensor, says when a rep, hop or hold happened.

The screen shows the observer's own count and hides Anklet's, and reps make no sound, so that the
observer is not led by what the taps are to judge. Each tap is on the disk before the next.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from cli.common.output import err, many, remark
from cli.screen.keys import has_keys
from sensing.capture.label_writer import LabelWriter
from sensing.core.errors import RecordingError, UsageError
from sensing.core.exercises import AUTO, find_exercise
from sensing.validation.labels import EventKind

WORDS: dict[EventKind, tuple[str, str]] = {
    "rep": ("rep", "space marks a rep"),
    "contact": ("ground contact", "space marks a ground contact"),
    "hold": ("hold", "space begins a hold, and ends it"),
}
"""What is counted, and what the key does."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What the observer has said of this set so far; ``trouble`` if it can't be stored."""

    event: EventKind
    count: int
    holding: bool = False
    trouble: str = ""

    def __str__(self) -> str:
        words = [f"observer: {self.count}", "holding now" if self.holding else "", self.trouble]
        return " · ".join(word for word in words if word)


@dataclass(slots=True)
class Observer:
    """Stores the taps of one observer, recording by recording."""

    event: EventKind
    written: list[tuple[Path, int]] = field(default_factory=list)
    _writer: LabelWriter | None = None
    _trouble: str = ""

    def begin(self, recording: Path) -> None:
        """Begin the labels of a recording.

        Raises:
            RecordingError: there are labels already.
        """
        self._writer, self._trouble = LabelWriter(recording, self.event), ""

    def tap(self, at_s: float) -> None:
        """Take a tap at this time on the recording's clock; trouble is shown, not raised."""
        if self._writer is not None:
            try:
                self._writer.tap(at_s)
            except RecordingError as error:
                self._trouble = str(error)

    def end(self, *, keep: bool = True) -> None:
        """End the labels of a recording; without ``keep`` they are deleted, as it was."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        if not keep:
            writer.discard()
            return
        writer.close()
        if writer.count:
            self.written.append((writer.path, writer.count))

    @property
    def observed(self) -> Observed:
        """What to show."""
        writer = self._writer
        count, holding = (0, False) if writer is None else (writer.count, writer.holding)
        return Observed(self.event, count, holding, self._trouble)

    def report(self) -> None:
        """Say what was stored, and what to do with it."""
        for path, count in self.written:
            remark(f"observer: {many(count, WORDS[self.event][0])}, stored in {path}")
        if self.written:
            remark("`anklet validate RECORDING` compares them with the results")


def observer_of(exercise: str) -> Observer:
    """The observer of this exercise.

    Raises:
        UsageError: there is no terminal, or nothing that could be tapped.
    """
    need_terminal()
    return Observer(event_of(exercise))


def need_terminal() -> None:
    """Check that an observer can press keys and see what happens.

    Raises:
        UsageError: there is no terminal.
    """
    if not (has_keys() and err().is_terminal):
        raise UsageError(
            "--observe needs a terminal, where keys can be pressed",
            remedy="run it in a terminal, without a pipe",
        )


def event_of(exercise: str) -> EventKind:
    """What an observer of this exercise taps.

    Raises:
        UsageError: it has no reps, ground contacts or holds, or is not known yet.
    """
    if exercise == AUTO:
        raise UsageError(
            "--observe needs to know what is tapped", remedy="name the exercise that was done"
        )
    row = find_exercise(exercise)
    if row.kind == "reps":
        return "rep"
    if row.has_hops:
        return "contact"
    if row.has_holds:
        return "hold"
    raise UsageError(f"{exercise} has no reps, ground contacts or holds to tap")
