"""``anklet plot``: the sets of a session as pictures for a page or a talk."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from cli.common.database import Db, SessionId, stored
from cli.common.output import many, remark
from cli.recordings.stored_samples import blocks_to_draw
from cli.sets.analysis_report import analysis_words
from cli.sets.set_figures import amount_words, of_stored
from sensing.core.errors import UsageError
from sensing.files.atomic_write import new_file

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sensing.core.events import Set
    from sensing.core.samples import Samples
    from sensing.store.values.sessions import SessionDetail, StoredSet

Kind = Literal["all", "signal", "reps", "contacts", "sway"]

_ENDINGS = (".png", ".svg", ".pdf")
_WIDE_IN, _ROW_IN = 12.0, 3.0
_DPI = 130
_MOST_SETS = 12
"""Most sets in one picture; ``--set`` draws any of the others."""


def plot(
    session_id: SessionId,
    set_n: Annotated[
        int | None, typer.Option("--set", min=1, metavar="N", help="Only this set.")
    ] = None,
    kind: Annotated[
        Kind,
        typer.Option(
            help="The signal with its events, the reps overlaid, ground-contact times or the "
            "path of postural sway; by default all that the set has.",
        ),
    ] = "all",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="File to write; by default session-ID.png."
        ),
    ] = None,
    form: Annotated[
        Literal["png", "svg", "pdf"] | None,
        typer.Option("--format", help="Format of the picture; by default as the file's name ends."),
    ] = None,
    db: Db = None,
) -> None:
    """Draw the sets of a session as PNG, SVG or PDF.

    The signal with its events and, beside it, all reps overlaid, the contact and flight times hop
    by hop with their uncertainty, or the path of postural sway. Without the recording it draws what
    the database has. Needs the extra `plots`.

    [bold]Examples[/bold]

      anklet plot 3
      anklet plot 3 --set 2 --kind contacts -o contacts.svg
    """
    place = output or Path(f"session-{session_id}.{form or 'png'}")
    _check(place, form)
    with stored(db) as store:
        detail = store.session(session_id)
    chosen = _chosen(detail, set_n)
    rows = [(each, blocks, panels) for each, blocks in chosen if (panels := _panels(each, kind))]
    if not rows:
        raise UsageError(
            f"nothing in session {session_id} can be drawn as {kind}",
            remedy=f"`anklet show {session_id}` lists what is in it",
        )
    figure = _draw(detail, rows)
    with new_file(place, force=True) as beside:
        figure.savefig(beside, dpi=_DPI, format=form or place.suffix[1:].lower())
    remark(f"{place}: {many(len(rows), 'set')}")


def _check(place: Path, form: str | None) -> None:
    """Refuse what can't be drawn before any work is done.

    Raises:
        UsageError: matplotlib is missing, or the file name has no known ending.
    """
    if find_spec("matplotlib") is None:
        raise UsageError("pictures need matplotlib", remedy="pip install matplotlib beside Anklet")
    if form is None and place.suffix.lower() not in _ENDINGS:
        raise UsageError(
            f"{place} does not say which format to write",
            remedy=f"end it in {' or '.join(_ENDINGS)}, or give --format",
        )
    if place.is_dir() or not place.parent.is_dir():
        raise UsageError(f"{place} can't be written", remedy="name a file in an existing directory")


def _chosen(detail: SessionDetail, set_n: int | None) -> list[tuple[StoredSet, Sequence[Samples]]]:
    """The sets to be drawn, each with its recording's samples.

    Raises:
        UsageError: there is no such set.
    """
    sets = [each for each in detail.sets if set_n in (None, each.n)]
    if not sets:
        numbers = len(detail.sets)
        there = f"it has sets 1 to {numbers}" if numbers else "it has none"
        raise UsageError(f"session {detail.id} has no set {set_n}", remedy=there)
    drawn = [each for each in sets if not each.said.false_set or set_n is not None]
    if len(drawn) > _MOST_SETS:
        remark(f"showing the first {_MOST_SETS} of {len(drawn)} sets; --set draws any one of them")
    drawn = drawn[:_MOST_SETS]
    wanted = {each.id for each in drawn}
    blocks: dict[int, Sequence[Samples]] = {}
    for part in detail.recordings:
        own = [each.id for each in part.sets if each.id in wanted and not each.added]
        if own:
            read = blocks_to_draw(part)
            blocks |= dict.fromkeys(own, read)
    return [(each, blocks.get(each.id, ())) for each in drawn]


def _panels(each: StoredSet, kind: Kind) -> list[str]:
    """What a set is drawn as."""
    found = each.found
    panels = (
        ("signal", True),
        ("reps", bool(found.reps)),
        ("contacts", any(hop.contact_time_s is not None for hop in found.hops)),
        ("sway", bool(found.holds)),
    )
    own = [name for name, there in panels if there and not each.added]
    return own[:2] if kind == "all" else [name for name in own if name == kind]


def _draw(
    detail: SessionDetail, rows: Sequence[tuple[StoredSet, Sequence[Samples], list[str]]]
) -> Figure:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    from cli.review.plot_panels import INK, QUIET

    wide = max(len(panels) for _, _, panels in rows)
    style: Any = {  # matplotlib's names, a type of their own from one version on
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": QUIET,
        "text.color": INK,
        "svg.fonttype": "none",
    }
    with rc_context(style):
        height = _ROW_IN * len(rows) + 0.9
        figure = Figure(
            figsize=(_WIDE_IN if wide > 1 else 0.62 * _WIDE_IN, height), layout="constrained"
        )
        grid = figure.add_gridspec(len(rows), wide, width_ratios=[1.9, 1][:wide])
        for n, (each, blocks, panels) in enumerate(rows):
            for k, panel in enumerate(panels):
                axes = figure.add_subplot(grid[n, k])
                _panel(panel, axes, of_stored(each).events, blocks)
                if k == 0:
                    axes.set_title(_title(each), loc="left", fontsize=10, fontweight="bold")
        figure.suptitle(f"Session {detail.id}, {detail.day}", x=0.01, ha="left", fontsize=12)
        figure.text(0.01, 0.002, _footer(detail), fontsize=7.5, color=QUIET, va="bottom")
        figure.get_layout_engine().set(rect=(0, 0.35 / height, 1, 1 - 0.35 / height))  # type: ignore[union-attr,call-arg]
    return figure


def _panel(name: str, axes, each: Set, blocks: Sequence[Samples]) -> None:  # type: ignore[no-untyped-def]
    from cli.review.plot_panels import contacts_panel, reps_panel, signal_panel, sway_panel
    from cli.sets.set_picture import picture_of

    match name:
        case "signal":
            signal_panel(axes, picture_of(each, blocks))
        case "reps":
            reps_panel(axes, each.reps, blocks)
        case "contacts":
            contacts_panel(axes, each.hops)
        case "sway":
            sway_panel(axes, each.holds, blocks)


def _title(each: StoredSet) -> str:
    side = f", {each.side}" if each.side else ""
    load = f", {each.load_kg:g} kg" if each.load_kg else ""
    amounts = amount_words(of_stored(each)) or "nothing counted"
    return f"Set {each.n}: {each.exercise}{side}{load} – {amounts}"


def _footer(detail: SessionDetail) -> str:
    """How the figures were measured."""
    parts = [analysis_words(part.analysis) for part in detail.recordings]
    names = ", ".join(Path(part.recording.path).name for part in detail.recordings[:3])
    more = f" and {len(detail.recordings) - 3} more" if len(detail.recordings) > 3 else ""
    return f"{names}{more}: {' · '.join(dict.fromkeys(parts))}"
