"""Does docs/architecture.md show the code as it is?"""

from __future__ import annotations

import pytest

from tests.draw_architecture import (
    DOCUMENT,
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
