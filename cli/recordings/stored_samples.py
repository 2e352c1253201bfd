"""The samples of a stored recording, if its file still exists unchanged."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cli.common.output import remark
from sensing.core.errors import AnkletError, RecordingError

if TYPE_CHECKING:
    from sensing.core.samples import Samples
    from sensing.store.values.sessions import RecordingDetail


RELINK = "`anklet relink FOLDER` finds recordings that were moved"


class FileGoneError(RecordingError):
    """The file of a stored recording is not there."""


def unchanged_file(part: RecordingDetail) -> Path:
    """The file of a stored recording.

    Raises:
        FileGoneError: it is gone.
        RecordingError: it is not what was recorded.
    """
    from sensing.files.read_recording import sha256_of

    path = Path(part.recording.path)
    if not path.is_file():
        raise FileGoneError("the file is gone", where=str(path), remedy=RELINK)
    if sha256_of(path) != part.recording.sha256:
        raise RecordingError(
            "the file has changed since it was recorded",
            where=str(path),
            remedy=f"restore the original; {RELINK}",
        )
    return path


def read_blocks(part: RecordingDetail) -> Sequence[Samples]:
    """Blocks of samples of a stored recording.

    Raises:
        RecordingError: its file is gone, has changed or can't be read.
    """
    from sensing.files.read_recording import read_recording

    asked = json.loads(part.analysis.parameters)
    rate_hz, format_name = asked.get("rate_hz"), asked.get("format")
    path = unchanged_file(part)
    return read_recording(path, rate_hz=rate_hz, format_name=format_name).blocks


def blocks_to_draw(part: RecordingDetail) -> Sequence[Samples]:
    """The same for a picture; none, with a remark, if they can't be read."""
    try:
        return read_blocks(part)
    except AnkletError as error:
        remark(f"the signal can't be drawn: {error}")
        return ()
