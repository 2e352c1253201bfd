"""Does a path written down in a folder hold when the folder is moved, on any system?"""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sensing.files.portable_path import _below, is_absolute, parts_of, path_of, portable_path

NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters='/\\:*?"<>|'),
    min_size=1,
    max_size=12,
).filter(lambda name: name not in (".", "..") and len(name.encode()) < 100)
FOLDERS = st.lists(NAMES, min_size=1, max_size=4).map(lambda parts: Path("/", *parts))


@given(FOLDERS, FOLDERS, st.lists(NAMES, min_size=1, max_size=4))
def test_a_file_in_a_folder_is_found_in_the_folder_wherever_that_goes(
    folder: Path, moved: Path, parts: list[str]
) -> None:
    """Written relative, with the same parts at the new place."""
    written = portable_path(folder.joinpath(*parts), folder)
    assert written == "/".join(parts)
    assert path_of(written, moved) == moved.joinpath(*parts)
    assert parts_of(written) == tuple(parts)


@given(FOLDERS, FOLDERS, FOLDERS)
def test_a_file_elsewhere_stays_where_it_is(file: Path, folder: Path, moved: Path) -> None:
    """On another disk, say: its path is absolute."""
    assume(not file.is_relative_to(folder))
    written = portable_path(file, folder)
    assert is_absolute(written)
    assert path_of(written, moved) == file
    assert parts_of(written) == file.parts[1:]


@given(st.lists(NAMES, min_size=1, max_size=4), st.lists(NAMES, min_size=1, max_size=4))
def test_windows_writes_the_same_paths(folder: list[str], parts: list[str]) -> None:
    """With ``/`` between the parts, so that a folder can be carried to another system."""
    home = PureWindowsPath("C:\\", *folder)
    written = _below(home.joinpath(*parts), home)
    assert written == "/".join(parts)
    assert not is_absolute(written)
    assert PureWindowsPath("D:\\data", written) == PureWindowsPath("D:\\data", *parts)
    assert PurePosixPath("/data", written) == PurePosixPath("/data", *parts)
    away = str(home.joinpath(*parts))
    assert is_absolute(away)
    assert parts_of(away) == (*folder, *parts)


@pytest.mark.skipif(os.name != "posix", reason="making links needs rights on Windows")
@pytest.mark.parametrize("way", ["plain", "link", "dots", "dots through a link", "inner link"])
def test_links_and_dots_lead_to_the_same_file(way: str, tmp_path: Path) -> None:
    """However it is named, the file in the folder is written by its place in it."""
    folder = tmp_path / "real" / "data"
    (folder / "csv").mkdir(parents=True)
    (folder / "csv" / "hops.csv").touch()
    (tmp_path / "link").symlink_to(folder)
    (folder / "inner").symlink_to(folder / "csv")
    file, home, written = {
        "plain": (folder / "csv" / "hops.csv", folder, "csv/hops.csv"),
        "link": (tmp_path / "link" / "csv" / "hops.csv", folder, "csv/hops.csv"),
        "dots": (folder / "x" / ".." / "csv" / "hops.csv", folder, "csv/hops.csv"),
        # link/.. is the parent of what the link leads to
        "dots through a link": (
            tmp_path / "link" / ".." / "data" / "csv" / "hops.csv",
            folder,
            "csv/hops.csv",
        ),
        "inner link": (folder / "inner" / "hops.csv", folder, "inner/hops.csv"),
    }[way]
    assert portable_path(file, home) == written
    assert path_of(written, tmp_path / "link").samefile(folder / "csv" / "hops.csv")


@pytest.mark.skipif(os.name != "posix", reason="making links needs rights on Windows")
def test_a_link_that_leads_to_itself_is_no_trouble(tmp_path: Path) -> None:
    """Nothing is there, but the path can be written."""
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    written = portable_path(tmp_path / "loop" / ".." / "hops.csv", tmp_path / "data")
    assert is_absolute(written)
