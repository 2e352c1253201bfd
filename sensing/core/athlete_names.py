"""Names of athletes: when two spellings mean one person, and when they nearly do.

Two names match if their keys do: case, accents, invisible characters and runs of spaces do not
matter. Names that do not match may still be close, by a slip of the keyboard; then a person is
asked. Numbers and initials are never taken for a slip: in a roster of numbered patients,
"patient 1" and "patient 2" are two people.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_STROKES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe"}
)
"""Letters with a stroke and ligatures, which Unicode does not decompose."""

_WORD = re.compile(r"\d+|[^\W\d_]+")

_LONG_WORD = 8
"""Letters from which a word may differ by two slips instead of one; larger asks less often."""
_SHORT_WORD = 4
"""Words with fewer letters must agree: initials and short codes differ on purpose."""


def name_key(name: str) -> str:
    """What matching names share: without case, accents and superfluous spaces.

    Accents are the marks above, below and through letters (Unicode combining classes 200 and up, 1
    and the vowel points 10 to 36). Vowel signs and voicing marks of other scripts tell words apart
    and are kept. The key of a key is the key itself.
    """
    key = name
    while (folded := _fold(key)) != key:
        key = folded
    return key


def _fold(text: str) -> str:
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    words = text.translate(_STROKES).split()  # before tabs are dropped as control characters
    kept = ("".join(each for each in word if not _is_dropped(each)) for word in words)
    return " ".join(filter(None, kept))


def _is_dropped(letter: str) -> bool:
    accent = unicodedata.combining(letter)
    is_mark = accent == 1 or 10 <= accent <= 36 or accent >= 200
    # Control characters, zero-width ones and marks of direction: nobody sees them.
    return is_mark or unicodedata.category(letter) in ("Cc", "Cf")


def tidy_name(name: str) -> str:
    """A name as it is stored: composed letters, single spaces, no control characters."""
    seen = (each for each in name if each.isspace() or unicodedata.category(each) != "Cc")
    return " ".join(unicodedata.normalize("NFC", "".join(seen)).split())


def natural_key(name: str) -> tuple[list[tuple[bool, int, str]], str]:
    """Sort key of a name by which "patient 2" comes before "patient 10"."""
    parts = re.findall(r"\d+|\D+", name_key(name))
    numbers = [_number(each) if each.isdecimal() else "" for each in parts]
    # Of two numbers the longer is the larger.
    keyed = zip(numbers, parts, strict=True)
    return [(not number, len(number), number or part) for number, part in keyed], name


def close_names(name: str, known: Iterable[str]) -> list[str]:
    """Known names that may have been meant, the closest first; those that match are left out."""
    key = name_key(name)
    found = []
    for other in known:
        other_key = name_key(other)
        if other_key != key and (slips := _slips(key, other_key)) is not None:
            found.append((slips, natural_key(other), other))
    return [other for _, _, other in sorted(found)]


def _slips(one: str, two: str) -> int | None:
    """How many slips lie between two keys; None: they are different names."""
    words, others = _WORD.findall(one), _WORD.findall(two)
    numbers = [_number(each) for each in words if each.isdecimal()]
    if numbers != [_number(each) for each in others if each.isdecimal()]:
        return None
    words = [each for each in words if not each.isdecimal()]
    others = [each for each in others if not each.isdecimal()]
    if "".join(words) == "".join(others) or sorted(words) == sorted(others):
        return 0  # only spaces, punctuation or the order of the words
    if not words or not others:
        return None
    if len(words) != len(others):
        fewer, more = sorted((set(words), set(others)), key=len)
        if not numbers and fewer < more and max(map(len, fewer)) >= _SHORT_WORD:
            return 1  # "Anna" and "Anna Smith"
        return _word_slips("".join(words), "".join(others))
    slips = [_word_slips(a, b) for a, b in zip(words, others, strict=True)]
    if None in slips or sum(each for each in slips if each) > _allowed(one, two):
        return None
    return sum(each for each in slips if each)


def _number(digits: str) -> str:
    """Digits of any script without leading zeros; as text, for they may be too many for an int."""
    return "".join(str(unicodedata.decimal(each)) for each in digits).lstrip("0") or "0"


def _allowed(one: str, two: str) -> int:
    shorter = min(len(one), len(two))
    return 0 if shorter < _SHORT_WORD else 1 if shorter < _LONG_WORD else 2


def _word_slips(one: str, two: str) -> int | None:
    """Slips between two words; None if more than words of their length may have."""
    if one == two:
        return 0
    most = _allowed(one, two)
    if abs(len(one) - len(two)) > most:
        return None
    slips = _distance(one, two)
    return slips if slips <= most else None


def _distance(one: str, two: str) -> int:
    """Letters changed, added, left out or swapped with the next (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, a in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(two, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == two[j - 2] and one[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]
