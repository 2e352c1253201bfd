"""The first sheet of an Excel workbook, read with the standard library."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path
from typing import IO

from tests.public_data.labelled import NotThisDataSetError


def rows_of(path: Path) -> list[dict[int, str]]:
    """Cells of the first sheet: one dictionary a row, column number (A is 0) → text."""
    try:
        with zipfile.ZipFile(path) as book:
            shared: list[str] = []
            if "xl/sharedStrings.xml" in book.namelist():
                with book.open("xl/sharedStrings.xml") as file:
                    shared = _shared_strings(file)
            with book.open("xl/worksheets/sheet1.xml") as file:
                return _rows(file, shared)
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, ET.ParseError):
        raise NotThisDataSetError(f"'{path.name}' is not an Excel workbook") from None


def _shared_strings(file: IO[bytes]) -> list[str]:
    tree = ET.parse(file)  # noqa: S314 - a file of a data set that the reader chose to download
    return ["".join(item.itertext()) for item in tree.getroot()]


def _rows(file: IO[bytes], shared: list[str]) -> list[dict[int, str]]:
    rows = []
    for _, element in ET.iterparse(file):  # noqa: S314 - same
        if _tag(element) != "row":
            continue
        row: dict[int, str] = {}
        for cell in element:
            text = "".join(
                "".join(part.itertext()) for part in cell if _tag(part) in ("v", "is")
            ).strip()
            if cell.get("t") == "s" and text:
                text = shared[int(text)]
            if text:
                row[_column(cell.get("r") or "", len(row))] = text
        rows.append(row)
        element.clear()
    return rows


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _column(reference: str, following: int) -> int:
    """Column number of a reference such as ``AB12``; cells without one follow each other."""
    letters = re.match(r"[A-Z]+", reference)
    if letters is None:
        return following
    number = 0
    for letter in letters[0]:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1
