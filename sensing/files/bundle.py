"""Recordings with their labels in one zip, to share: ``anklet bundle`` writes it.

``bundle.json`` says what each recording is, ``labels.csv`` and ``counts.csv`` what observers or
instruments say about them, in the formats of :mod:`sensing.files.labels`; the recordings lie in
``recordings/``. Who they are of is a number. Every file has the same date, the earliest that a zip
can state.
"""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sensing.core.errors import RecordingError
from sensing.core.samples import PLACEMENTS, Placement

FORMAT = 1
DESCRIPTION, README, LABELS, COUNTS = "bundle.json", "README.md", "labels.csv", "counts.csv"
_RECORDING = re.compile(r"recordings/[0-9]{1,6}(\.anklet|\.csv\.gz)")
_MOST_BYTES = 4 << 30
"""Unpacked; more is no bundle of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BundledRecording:
    """One recording of an unpacked bundle."""

    path: Path
    person: str | None
    exercise: str | None
    placement: Placement | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """An unpacked bundle; ``labels`` are tables for :func:`sensing.files.labels.read_labels`."""

    recordings: tuple[BundledRecording, ...]
    labels: tuple[Path, ...]


def write_bundle(
    target: Path,
    recordings: Sequence[tuple[Mapping[str, object], Path]],
    about: Mapping[str, object],
    texts: Mapping[str, str],
) -> None:
    """Write a bundle.

    Args:
        target: the zip.
        recordings: what ``bundle.json`` says of each (its ``file`` is the name in the zip), and the
            file to pack.
        about: what ``bundle.json`` says of the whole.
        texts: README, labels and counts, by name in the zip.
    """
    described = {"format": FORMAT, **about, "recordings": [dict(said) for said, _ in recordings]}
    whole = json.dumps(described, indent=1, ensure_ascii=False) + "\n"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in {**texts, DESCRIPTION: whole}.items():
            packed.writestr(_entry(name), text.encode())
        for said, path in recordings:
            with path.open("rb") as source, packed.open(_entry(str(said["file"])), "w") as sink:
                shutil.copyfileobj(source, sink)


def is_bundle(path: Path) -> bool:
    """Whether this is a bundle, and not another zip or another file."""
    if not path.is_file() or not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as packed:
        return DESCRIPTION in packed.namelist()


def unpack(path: Path, folder: Path) -> Bundle:
    """Unpack a bundle into an empty folder, and check it.

    Raises:
        RecordingError: it is damaged, or a newer version of Anklet made it.
    """
    from sensing.files.read_recording import sha256_of

    recordings: list[BundledRecording] = []
    (folder / "recordings").mkdir()
    try:
        with zipfile.ZipFile(path) as packed:
            described = _description(packed, path.name)
            listed = [dict(each) for each in described["recordings"]]
            names = [str(each["file"]) for each in listed]
            labels = [name for name in (LABELS, COUNTS) if name in packed.namelist()]
            _check(packed, names, path.name)
            for name in [*names, *labels]:
                with packed.open(name) as source, (folder / name).open("wb") as sink:
                    shutil.copyfileobj(source, sink)
        for each, name in zip(listed, names, strict=True):
            if sha256_of(folder / name) != each["sha256"]:
                raise _damaged(f"{path.name}/{name}", "its checksum is wrong")
            recordings.append(_bundled(each, folder / name))
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError, OSError) as error:
        raise _damaged(path.name, str(error) or type(error).__name__) from None
    return Bundle(recordings=tuple(recordings), labels=tuple(folder / name for name in labels))


def _description(packed: zipfile.ZipFile, where: str) -> dict[str, Any]:
    described: dict[str, Any] = json.loads(packed.read(DESCRIPTION))
    if described["format"] > FORMAT:
        raise RecordingError(
            f"is a bundle of format {described['format']}, but this version of Anklet reads up to"
            f" {FORMAT}",
            where=where,
            remedy="update Anklet",
        )
    return described


def _check(packed: zipfile.ZipFile, names: Sequence[str], where: str) -> None:
    strange = next((name for name in names if not _RECORDING.fullmatch(name)), None)
    if strange is not None:
        raise _damaged(where, f"{strange!r} is no name of a recording")
    if sum(each.file_size for each in packed.infolist()) > _MOST_BYTES:
        raise _damaged(where, "it is too large")


def _bundled(said: Mapping[str, Any], path: Path) -> BundledRecording:
    placement = next((each for each in PLACEMENTS if each == said.get("placement")), None)
    return BundledRecording(
        path=path,
        person=said.get("person"),
        exercise=said.get("exercise"),
        placement=placement,
    )


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)  # dated 1980-01-01, whenever it is packed
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _damaged(where: str, why: str) -> RecordingError:
    return RecordingError(
        f"the bundle is damaged ({why})", where=where, remedy="copy it again from its source"
    )
