"""The samples of a stored recording, if its file still exists unchanged."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cli.common.output import remark
from sensing.core.errors import AnkletError

if TYPE_CHECKING:
    from sensing.core.samples import Samples
    from sensing.store.values.rows import RecordingDetail


def blocks_of(part: RecordingDetail) -> Sequence[Samples]:
    """Blocks of samples of a recording; none, with a remark, if its file is gone or changed."""
    from sensing.files.read_recording import read_recording, sha256_of

    path = Path(part.recording.path)
    try:
        if sha256_of(path) != part.recording.sha256:
            remark(f"{path} has changed since it was analysed, so nothing can be drawn from it")
            return ()
        asked = json.loads(part.analysis.parameters)
        recording = read_recording(
            path, rate_hz=asked.get("rate_hz"), format_name=asked.get("format")
        )
    except AnkletError as error:
        remark(f"the signal can't be drawn: {error}")
        return ()
    return recording.blocks
