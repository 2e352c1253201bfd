"""How much work something is, counted rather than timed: alike on a fast and a busy machine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def calls(do: Callable[[], object]) -> int:
    """Calls of functions, Python's and C's, made while doing something.

    Work on whole arrays is a few calls however long they are; a loop over samples is at least one a
    sample.
    """
    count = 0

    def seen(_frame: FrameType, event: str, _arg: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        do()
    finally:
        sys.setprofile(before)
    return count
