"""When do two names mean one person, and when are they so close that one has to ask?"""

from __future__ import annotations

import unicodedata
from typing import Literal, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensing.core.athlete_names import close_names, name_key, natural_key, tidy_name

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
FORMS: tuple[Form, ...] = get_args(Form)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
WORDS = st.text(st.characters(categories=["Lu", "Ll"]), min_size=1, max_size=12)
ACCENTS = "\u0300\u0301\u0308\u030c\u0327"


@given(NAMES)
def test_a_key_is_its_own_key(name: str) -> None:
    """So that matching by keys is an equivalence, whatever is stored."""
    assert name_key(name_key(name)) == name_key(name)


@given(NAMES)
def test_tidying_changes_nobody(name: str) -> None:
    """A stored name matches what was typed, and is tidy already."""
    assert name_key(tidy_name(name)) == name_key(name)
    assert tidy_name(tidy_name(name)) == tidy_name(name)


@given(NAMES, st.sampled_from(FORMS), st.sampled_from(["upper", "lower"]))
def test_case_and_forms_of_unicode_do_not_matter(name: str, form: Form, case: str) -> None:
    """Keyboards and file systems compose letters differently."""
    other = getattr(unicodedata.normalize(form, name), case)()
    assert name_key(other) == name_key(name)


@given(
    st.lists(WORDS, min_size=1, max_size=3),
    st.sampled_from(ACCENTS),
    st.sampled_from(["  ", "\t", "\u00a0 ", "\u200b "]),
)
def test_accents_and_spaces_do_not_matter(words: list[str], accent: str, gap: str) -> None:
    """An accent on every letter, and any run of spaces."""
    accented = gap.join("".join(letter + accent for letter in word) for word in words)
    assert name_key(f" {accented} ") == name_key(" ".join(words))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jürgen Groß", "JURGEN GROSS"),
        ("Søren", "soren"),
        ("Łukasz", "lukasz"),
        ("İnci", "inci"),
        ("O\u2060Hara", "ohara"),
    ],
)
def test_names_that_match(one: str, other: str) -> None:
    """Letters that have no accent in Unicode, but people type without one."""
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("कि", "कु"), ("たなか", "だなか"), ("Anna", "Hanna"), ("1", "2")]
)
def test_names_that_do_not_match(one: str, other: str) -> None:
    """Vowel signs and voicing marks of other scripts tell names apart."""
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("patient1", "patient 1"),
        ("Patient 01", "patient 1"),
        ("patinet 1", "patient 1"),
        ("Mueller", "Müller"),
        ("Smith Anna", "Anna Smith"),
        ("Anna", "Anna Smith"),
        ("O\u2019Brien", "O'Brien"),
    ],
)
def test_a_slip_is_noticed(typed: str, known: str) -> None:
    """Whichever of the two was there first."""
    assert close_names(typed, ["somebody else", known]) == [known]
    assert close_names(known, [typed]) == [typed]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("patient A", "patient B"),
        ("patient I", "patient II"),
        ("Tim", "Tom"),
        ("Anna M.", "Anna K."),
        ("AB12", "AC12"),
    ],
)
def test_initials_and_codes_are_no_slips(one: str, other: str) -> None:
    """They differ on purpose."""
    assert close_names(one, [other]) == []


@given(st.text(max_size=15), st.integers(0, 10**40), st.integers(-3, 3))
def test_a_numbered_roster_is_never_asked_about(stem: str, one: int, step: int) -> None:
    """Thirty patients with numbers are thirty patients."""
    assert close_names(f"{stem} {one}", [f"{stem} {abs(one + step)}"]) == []


@given(NAMES, NAMES)
def test_closeness_is_mutual(one: str, other: str) -> None:
    """And who matches is not merely close."""
    assert bool(close_names(one, [other])) == bool(close_names(other, [one]))
    if name_key(one) == name_key(other):
        assert close_names(one, [other]) == []


def test_the_closest_comes_first() -> None:
    """A space left out is less than two letters changed."""
    assert close_names("annasmith", ["Anna Smyth", "Anna Smith"])[0] == "Anna Smith"


def test_numbers_are_sorted_as_numbers() -> None:
    """As in a list of patients."""
    names = [f"patient {n}" for n in range(1, 31)]
    alphabetical = sorted(names)
    assert alphabetical != names
    assert sorted(alphabetical, key=natural_key) == names


@given(st.lists(NAMES, max_size=6))
def test_any_names_have_an_order(names: list[str]) -> None:
    """Names that begin with a digit, an accent or nothing too."""
    backwards = sorted(names, reverse=True)
    assert sorted(names, key=natural_key) == sorted(backwards, key=natural_key)
