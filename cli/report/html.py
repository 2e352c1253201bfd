"""HTML put together so that nothing gets into it unescaped.

:func:`tag` makes an element; what is text is escaped, what is :class:`Html` was made here already.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape


class Html(str):
    """Markup that is safe to stand in a page."""

    __slots__ = ()


def text(value: object) -> Html:
    """Text, escaped; control characters, which HTML has no place for, are left out."""
    if isinstance(value, Html):
        return value
    plain = "".join(each for each in str(value) if each.isprintable() or each in "\n\t")
    return Html(escape(plain))


def join(parts: Iterable[object], between: str = "") -> Html:
    """Parts one after another."""
    return Html(between.join(text(part) for part in parts))


def tag(name: str, *inside: object, **attributes: object) -> Html:
    """An element; ``_`` in an attribute's name is ``-``, a trailing one is dropped (``class_``).

    An attribute that is None is left out.
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{given}>{''.join(text(part) for part in inside)}</{name}>")


def table(
    caption: str,
    heads: Iterable[object],
    rows: Iterable[Iterable[object]],
    *,
    numbers: range = range(1, 100),
) -> Html:
    """A table in a region of its own that scrolls where the window is narrow.

    The first cell of each row is its head; columns of ``numbers`` are aligned to the right.
    """
    head = tag(
        "tr",
        *(
            tag("th", each, scope="col", class_="n" if n in numbers else None)
            for n, each in enumerate(heads)
        ),
    )
    body = join(
        tag(
            "tr",
            *(
                tag("th", cell, scope="row")
                if n == 0
                else tag("td", cell, class_="n" if n in numbers else None)
                for n, cell in enumerate(row)
            ),
        )
        for row in rows
    )
    whole = tag("table", tag("caption", caption), tag("thead", head), tag("tbody", body))
    return tag("div", whole, class_="scroll", role="region", aria_label=caption, tabindex="0")
