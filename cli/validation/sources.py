"""Which recordings are validated: found among files, folders and bundles, each with its labels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from cli.common.output import remark
from sensing.core.errors import UsageError
from sensing.core.samples import Placement
from sensing.files.bundle import is_bundle, unpack
from sensing.files.labels import ENDINGS, LABELS_ENDING, bare_name, labels_path, read_labels
from sensing.validation.labels import RecordingLabels

_NAMED = 3
"""Names given in a message before "and so many more"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One recording to validate.

    Attributes:
        name: its path as given, without the ending; what names are looked for in.
        person, exercise, placement: as a bundle says; None if none does.
        labels: None until they are found.
    """

    path: Path
    name: str
    person: str | None = None
    exercise: str | None = None
    placement: Placement | None = None
    labels: RecordingLabels | None = None


@contextmanager
def sources(paths: Sequence[Path], label_files: Sequence[Path]) -> Iterator[list[Source]]:
    """The recordings among these paths that have labels; a bundle is unpacked meanwhile.

    Args:
        paths: recordings, folders of recordings, bundles.
        label_files: tables of labels; if there are none, those of the bundles, and those that lie
            beside the recordings.

    Raises:
        UsageError: a path is not there, or no recording has labels.
        RecordingError: a bundle is damaged, or labels can't be read.
    """
    found: list[Source] = []
    tables = list(label_files)
    with ExitStack() as stack:
        for number, path in enumerate(paths):
            if is_bundle(path):
                folder = stack.enter_context(TemporaryDirectory(prefix="anklet-"))
                bundle = unpack(path, Path(folder))
                # Several bundles each have a recording 001.
                inside = f"bundle{number + 1}/" if len(paths) > 1 else ""
                own = [
                    Source(
                        path=each.path,
                        name=inside + bare_name(each.path.name),
                        person=inside + each.person if each.person else None,
                        exercise=each.exercise,
                        placement=each.placement,
                    )
                    for each in bundle.recordings
                ]
                if not label_files and bundle.labels:
                    own = _with_labels(own, read_labels(bundle.labels), whole=False)
                found += own
            else:
                found += _files(path, label_files)
        if tables:
            labelled = _with_labels(found, read_labels(tables), whole=True)
        else:
            labelled = [_with_own(each) for each in found]
        labelled = [each for each in labelled if each.labels is not None]
        if not labelled:
            raise UsageError(
                "none of the recordings has labels",
                remedy="give --labels FILE, or tap them with --observe",
            )
        named = {each.path for each in labelled}
        left = [
            each.path.name
            for each in found
            if each.path not in named and each.path.name.endswith(ENDINGS)
        ]
        if left:
            remark(f"left out, without labels: {_some(left)}")
        yield labelled


def person_of(source: Source, pattern: re.Pattern[str] | None, known: str | None) -> str | None:
    """Who did it: as labelled, by the pattern, as bundled, or as the recording itself says.

    Raises:
        UsageError: the pattern does not match the recording's name.
    """
    if source.labels is not None and source.labels.person is not None:
        return source.labels.person
    if pattern is not None:
        matched = pattern.search(source.name)
        if matched is None:
            raise UsageError(
                f"--athlete-from {pattern.pattern!r} does not match {source.name}",
                remedy="give a pattern for all names, or a column `person`",
            )
        return matched.group(1) if pattern.groups else matched.group()
    return source.person or known


def _files(path: Path, label_files: Sequence[Path]) -> list[Source]:
    if path.is_file():
        return [Source(path=path, name=bare_name(path.as_posix()))]
    if not path.is_dir():
        raise UsageError("no such file or folder", where=str(path), remedy="check the name")
    tables = {each.resolve() for each in label_files}
    files = [
        each
        for each in sorted(path.rglob("*"))
        if each.is_file()
        and not any(part.startswith(".") for part in each.relative_to(path).parts)
        and not each.name.endswith(LABELS_ENDING)
        and each.resolve() not in tables
    ]
    if not files:
        raise UsageError(
            "there are no recordings in this folder", where=str(path), remedy="give another"
        )
    return [Source(path=each, name=bare_name(each.as_posix())) for each in files]


def _with_own(source: Source) -> Source:
    """The recording with the labels that lie beside it."""
    beside = labels_path(source.path)
    if source.labels is not None or not beside.is_file() or source.path.suffix == ".json":
        return source
    own = bare_name(source.path.name)
    for each in read_labels([beside]):
        if each.recording != own:
            raise UsageError(
                f"labels {each.recording!r}, not {own!r}",
                where=f"{beside.name}",
                remedy="labels beside a recording are only for that one",
            )
        return replace(source, labels=each)
    return source


def _with_labels(
    found: Sequence[Source], labels: Sequence[RecordingLabels], *, whole: bool
) -> list[Source]:
    """The recordings, each with the labels that name it.

    Raises:
        UsageError: a name fits several recordings, or none fits any.
    """
    out = list(found)
    missing = []
    for each in labels:
        fitting = [n for n, source in enumerate(out) if _fits(each.recording, source)]
        if len(fitting) > 1:
            names = " and ".join(str(out[n].path) for n in fitting[:2])
            raise UsageError(
                f"{each.recording!r} may be {names}",
                where=each.place,
                remedy="label it with its folder: FOLDER/NAME",
            )
        if not fitting:
            missing.append(each)
        for n in fitting:
            if out[n].labels is not None and whole:
                raise UsageError(f"{out[n].name} is labelled under two names", where=each.place)
            out[n] = replace(out[n], labels=each)
    if missing:
        names = _some([each.recording for each in missing])
        if len(missing) == len(labels):
            raise UsageError(
                f"no recording given is called {names}",
                where=missing[0].place,
                remedy="the column `recording` holds the file's name, with or without its ending",
            )
        remark(f"labelled, but not among the recordings given: {names}")
    return out


def _some(names: Sequence[str]) -> str:
    """The first of these names, and how many more there are."""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(repr(name) for name in names[:_NAMED]) + more


def _fits(name: str, source: Source) -> bool:
    wanted = PurePosixPath(name.replace("\\", "/")).parts
    return PurePosixPath(source.name).parts[-len(wanted) :] == wanted
