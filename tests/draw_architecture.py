"""Draw the tree, the import graph and the walk of a packet into ``docs/architecture.md``.

``python -m tests.draw_architecture`` renews the three sections from the code as it is. The tree and
the graph are read from the source; the walk is traced while an emulated sensor's raises go through
``anklet record`` and into a database, so a file stands in it only if data really passed through.
"""

from __future__ import annotations

import ast
import re
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from tests.import_graph import ROOT, Graph, module_graph, room_of, source_files
from tests.test_layers import ROOMS

DOCUMENT = ROOT / "docs" / "architecture.md"
_SECTION = re.compile(r"(<!-- drawn: (?P<name>\w+) -->\n).*?(<!-- end -->)", re.DOTALL)

CARRIERS = {
    *("Packet", "StampedFrame", "Batch", "Columns", "Grid", "Samples", "Recording"),
    *("PacketRecording", "Analysis", "Set", "Rep", "Bout"),
}
"""Types that carry a packet's content on its way; bytes are followed while they are a payload."""


def tree() -> str:
    """Each room with its files, and the first sentence of each docstring."""
    files = source_files()
    lines = []
    for room in sorted({room_of(module, files) for module in files}):
        lines.append(f"\n**`{room.replace('.', '/')}/`** {_summary(files[room])}\n")
        for module, path in files.items():
            if room_of(module, files) == room and module != room:
                lines.append(f"- `{path.name}` {_summary(path)}")
    return "\n".join(lines).lstrip("\n")


def graph() -> str:
    """The rooms as a Mermaid flowchart; an arrow that follows from others is left out."""
    rooms = _coarse(module_graph())
    needed = _without_shortcuts(rooms)
    arrows = sorted(f"  {_id(a)} --> {_id(b)}" for a, others in needed.items() for b in others)
    names = [f'  {_id(room)}["{room.replace(".", "/")}"]' for room in sorted(rooms)]
    return "\n".join(["```mermaid", "flowchart TD", *names, *arrows, "```"])


def _coarse(modules: Graph) -> dict[str, set[str]]:
    """Rooms two folders deep at most, and what each imports from."""
    files = source_files()

    def coarse(module: str) -> str:
        return ".".join(room_of(module, files).split(".")[:2])

    rooms: dict[str, set[str]] = {coarse(module): set() for module in modules}
    for module, imported in modules.items():
        rooms[coarse(module)] |= {coarse(each) for each in imported} - {coarse(module)}
    return {room: others for room, others in rooms.items() if others or "." in room}


def _without_shortcuts(rooms: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The transitive reduction of a graph without circles."""

    def reach(room: str) -> set[str]:
        return rooms[room].union(*(reach(other) for other in rooms[room]))

    return {
        room: {
            other
            for other in others
            if not any(other in reach(between) for between in others - {other})
        }
        for room, others in rooms.items()
    }


def _id(room: str) -> str:
    return room.replace(".", "_")


def _summary(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return text.partition("\n\n")[0].replace("\n", " ")


@dataclass(frozen=True, slots=True)
class Stop:
    """A file that the packet's content reached, with the function it came in by.

    Attributes:
        name: of the argument it came as.
        carrier: its type.
    """

    module: str
    function: str
    name: str
    carrier: str


@dataclass(slots=True)
class Trace:
    """Watches the calls that hand over a packet's content.

    Attributes:
        payloads: what the radio has delivered.
        stops: the files in the order in which they were reached, each with the first call.
        names: of all arguments in all such calls.
        upward: calls from a lower room to a higher one, by module and function.
    """

    payloads: set[bytes] = field(default_factory=set)
    stops: dict[str, Stop] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    upward: set[tuple[str, str]] = field(default_factory=set)
    _files: dict[str, Path] = field(default_factory=source_files)
    _modules: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._modules = {str(path): module for module, path in self._files.items()}

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        """As ``sys.setprofile`` calls it."""
        module = self._modules.get(frame.f_code.co_filename) if event == "call" else None
        if module is None:
            return
        code = frame.f_code
        for name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]:
            carrier = self._carrier(frame.f_locals.get(name)) if name != "self" else None
            if carrier is not None:
                self.names.add(name)
                self.stops.setdefault(module, Stop(module, code.co_qualname, name, carrier))
                caller = self._caller(frame.f_back)
                if caller is not None and self._height(caller) < self._height(module):
                    self.upward.add((module, code.co_qualname))

    def _caller(self, frame: FrameType | None) -> str | None:
        while frame is not None:
            if frame.f_code.co_filename in self._modules:
                return self._modules[frame.f_code.co_filename]
            frame = frame.f_back
        return None

    def _height(self, module: str) -> int:
        return ROOMS.index(room_of(module, self._files))

    def _carrier(self, value: object) -> str | None:
        if isinstance(value, bytes | bytearray):
            return "payload" if bytes(value) in self.payloads else None
        if isinstance(value, list | tuple) and value and type(value).__name__ not in CARRIERS:
            inner = self._carrier(value[0])
            return None if inner is None else f"several {inner}"
        name = type(value).__name__
        return name if name in CARRIERS else None


def trace_packet() -> Trace:
    """Record a set of raises from an emulated sensor, and follow what it sends."""
    import cli
    from tests.radio import clock
    from tests.radio.air import VirtualRadio
    from tests.radio.program import Scripted
    from tests.radio.sensors import emulate, person_of

    trace = Trace()
    radio = VirtualRadio()
    radio.on_received = lambda received: trace.payloads.add(received.payload)
    person = person_of("single-leg-calf-raise", 1)
    radio.place(Scripted(emulate("open-frame", radio, person=person), []))
    with tempfile.TemporaryDirectory() as folder, radio.installed(), clock.installed():
        threading.setprofile(trace)  # what is recorded is imported in a thread of its own
        sys.setprofile(trace)
        try:
            cli.run(
                [
                    *("record", "single-leg-calf-raise", "--side", "left", "--time", "40"),
                    *("--countdown", "2", "--db", str(Path(folder) / "anklet.db")),
                ]
            )
        finally:
            sys.setprofile(None)
            threading.setprofile(None)
    return trace


def packet(trace: Trace) -> str:
    """The walk as a table, and how long and winding it is."""
    lines = ["| | file | function | argument | carries |", "|---|---|---|---|---|"]
    lines += [
        f"| {number} | `{stop.module.replace('.', '/')}.py` | `{stop.function}` | `{stop.name}` "
        f"| {stop.carrier} |"
        for number, stop in enumerate(trace.stops.values(), 1)
    ]
    return "\n".join([*lines, "", _counts(trace)])


def _counts(trace: Trace) -> str:
    many = len(trace.upward)
    return (
        f"In these {len(trace.stops)} files the arguments that carry a packet's content have "
        f"{len(trace.names)} names; {many or 'none'} of the calls lead{'s' * (many == 1)} from a "
        "lower room to a higher one."
    )


def drawn(text: str, sections: Mapping[str, str]) -> str:
    """A document with these sections renewed; others stay."""

    def renew(found: re.Match[str]) -> str:
        inside = sections.get(found["name"])
        return found[0] if inside is None else f"{found[1]}{inside}\n{found[3]}"

    return _SECTION.sub(renew, text)


def sections(text: str) -> Iterator[tuple[str, str]]:
    """Names and contents of the drawn sections of a document."""
    for found in _SECTION.finditer(text):
        yield found["name"], found[0]


def main() -> None:
    """Renew the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    new = {"tree": tree(), "graph": graph(), "packet": packet(trace_packet())}
    DOCUMENT.write_text(drawn(text, new), encoding="utf-8")


if __name__ == "__main__":
    main()
