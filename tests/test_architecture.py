"""Does docs/architecture.md show the code as it is?"""

from __future__ import annotations

import sys

import pytest

from calibration.sensor.routine import SensorRoutine
from cli.calibrate.calibrate_live import _Trial
from cli.record.demo_source import DemoSource
from sensing.ble.inbox import Inbox
from sensing.capture.capture import Capture
from sensing.devices.open_frame import FAMILY
from sensing.simulation.demo_sensor import DemoSensor
from tests.draw_architecture import (
    DOCUMENT,
    Trace,
    _without_shortcuts,
    drawn,
    graph,
    packet,
    trace_packet,
    tree,
)

HINT = "run `python -m tests.draw_architecture`"


@pytest.fixture(scope="module")
def text() -> str:
    """The document."""
    return DOCUMENT.read_text(encoding="utf-8")


def test_the_tree_is_drawn_from_the_code(text: str) -> None:
    """Every room and file with its docstring's first sentence."""
    assert drawn(text, {"tree": tree()}) == text, HINT


def test_the_graph_is_drawn_from_the_code(text: str) -> None:
    """Every import between rooms."""
    assert drawn(text, {"graph": graph()}) == text, HINT


def test_the_walk_of_a_packet_is_what_happens(text: str) -> None:
    """The files that a packet's content passes through, from the radio to the database."""
    trace = trace_packet()
    rooms = [module.rpartition(".")[0] for module in trace.stops]
    assert rooms[0] == "sensing.ble"
    assert any(room.startswith("sensing.store") for room in rooms)
    assert drawn(text, {"packet": packet(trace)}) == text, HINT


def test_a_changed_section_would_be_noticed(text: str) -> None:
    """Each section is in the document, so the tests above compare something."""
    for name in ("tree", "graph", "packet"):
        assert drawn(text, {name: "nothing"}) != text


def test_an_arrow_that_follows_from_others_is_left_out() -> None:
    """Of a → b → c and a → c, only the first two are drawn."""
    rooms = {"a": {"b", "c"}, "b": {"c"}, "c": set[str]()}
    assert _without_shortcuts(rooms) == {"a": {"b"}, "b": {"c"}, "c": set()}


def test_a_call_from_a_lower_room_to_a_higher_one_is_counted() -> None:
    """A trial of a calibration is told of each batch by the capture, which lies far below."""
    sensor = DemoSensor("single-leg-calf-raise")
    trial = _Trial(source=DemoSource(sensor, Inbox()), inbox=Inbox(), routine=SensorRoutine())
    capture = Capture(FAMILY, sensor.setup, None, on_batch=trial._on_batch)
    trace = Trace()
    packets = sensor.packets(1.0)
    sys.setprofile(trace)
    try:
        for each in packets:
            capture.receive(each)
    finally:
        sys.setprofile(None)
    assert trace.upward == {("cli.calibrate.calibrate_live", "_Trial._on_batch")}
    assert {"packet", "frame", "batch"} <= trace.names
    assert "1 of the calls leads" in packet(trace)
