"""Print results of tests: a summary, a table, the limitations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cli.common.output import out, print_lines
from cli.common.tables import Column, Form, columns, plain, print_rows, print_table, printable
from cli.sets.limitations import TITLE
from sensing.guided.protocols import Protocol

if TYPE_CHECKING:
    from cli.protocols.protocol_results import Result
    from sensing.core.samples import Side
    from sensing.protocol_scoring.outcome import Beside, Measure, Outcome


def print_results(results: Sequence[Result], protocol: Protocol) -> None:
    """Print the results of one leg or both."""
    console = out()
    ids = ", ".join(str(each) for each in dict.fromkeys(each.session_id for each in results))
    console.print(f"{protocol.title}  (session {ids}, {results[-1].day})", style="bold")
    by_side = {each.outcome.side: each.outcome for each in results}
    for each in results:
        print_lines(console, _headline(each.outcome))
    if pairs := _pairs(by_side):
        _print_beside(pairs)
    else:
        for each in results:
            _print_figures(each.outcome)
    console.print(f"\n{TITLE}", style="bold")
    print_lines(console, _limits(results))
    console.print()
    lines = [f"Source: {protocol.sources[0]}. All: anklet protocols {protocol.name}"]
    if protocol.one_leg and len(by_side) == 1:
        other = {"left": "right", "right": "left"}.get(next(iter(by_side)) or "")
        lines.append(
            f"The other leg: anklet record {protocol.name} --side {other}"
            if other
            else "The side is not known; record with --side to compare both legs."
        )
    print_lines(console, lines)


def _limits(results: Sequence[Result]) -> Iterator[str]:
    """What to know of the results, each once; with its side where it is not about all."""
    limits = [(each.calibrated, *each.outcome.doubts) for each in results]
    for line in dict.fromkeys(doubt for each in limits for doubt in each):
        of = [str(r.outcome.side) for r, each in zip(results, limits, strict=True) if line in each]
        yield printable(line if len(of) == len(results) else f"{', '.join(of)}: {line}")


def as_json(results: Sequence[Result], protocol: Protocol) -> dict[str, object]:
    """The same for programs: SI units, None for unknown values."""
    pairs = _pairs({each.outcome.side: each.outcome for each in results})
    return {
        "protocol": protocol.name,
        "results": [
            {
                "session": each.session_id,
                "day": each.day,
                "side": each.outcome.side,
                "figures": {
                    figure.name: plain({"value": figure.value, "sd": figure.sd})
                    for figure in each.outcome.figures
                },
                "ended": each.outcome.ended,
                "norm": each.outcome.norm or None,
                "calibration": each.calibrated,
                "doubts": list(each.outcome.doubts),
                "rows": [plain(row) for row in each.outcome.rows],
            }
            for each in results
        ],
        "left_over_right": {
            pair.left.name: plain({"value": pair.ratio, "sd": pair.ratio_sd}) for pair in pairs
        },
        "sources": list(protocol.sources),
    }


def _pairs(by_side: Mapping[Side | None, Outcome]) -> tuple[Beside, ...]:
    """Each figure of the left leg with that of the right; none if there is only one."""
    from sensing.protocol_scoring.outcome import beside

    left, right = by_side.get("left"), by_side.get("right")
    return beside(left, right) if left and right else ()


def print_history(results: Sequence[Result], protocol: Protocol, form: Form) -> None:
    """One row for each result: day, session, side, the main figures."""
    rows = [
        {
            "day": each.day,
            "session": each.session_id,
            "side": each.outcome.side,
            **{name: value for figure in each.outcome.figures for name, value in _both(figure)},
        }
        for each in results
    ]
    names = list(dict.fromkeys(name for row in rows for name in row)) or ["day", "session", "side"]
    if form != "text":
        print_rows(form, names, rows, ())
        return
    if not rows:
        out().print(
            f"There is no {protocol.name} yet; start with "
            f"`anklet record {protocol.name} --side left`."
        )
        return
    main = [figure for figure in results[-1].outcome.figures if figure.main]
    shown = [
        {
            "day": each.day,
            "session": each.session_id,
            "side": each.outcome.side,
            **{figure.name: _figure_text(each.outcome, figure.name) for figure in main},
        }
        for each in results
    ]
    figures = [Column(each.name, f"{each.title}{_unit(each)}") for each in main]
    out().print(protocol.title, style="bold")
    print_table(columns("day", "session", "side", *figures), shown)
    out().print("± is the standard uncertainty of the measurement, not day-to-day variation.")


def _both(figure: Measure) -> Iterator[tuple[str, float | None]]:
    yield figure.name, figure.value
    yield f"{figure.name}_sd", figure.sd


def _unit(figure: Measure) -> str:
    return f", {figure.unit}" if figure.unit else ""


def _figure_text(outcome: Outcome, name: str) -> str:
    figure = outcome.figure(name)
    if figure is None or figure.value is None:
        return "–"
    return replace(figure, unit="").text


def _headline(outcome: Outcome) -> Iterator[str]:
    """The result in one sentence."""
    texts = [f"{figure.title} {figure.text}" for figure in outcome.figures if figure.main]
    first = outcome.figures[0]
    if first.name == "reps":
        texts[0] = f"{first.text} raise{'' if first.value == 1 else 's'}"
    known = [words for words in texts if not words.endswith("–")]
    yield f"{outcome.side or 'side unknown'}: {', '.join(known) or 'no figure'}"
    if outcome.norm:
        yield f"  norm: {outcome.norm}"
    if outcome.ended:
        yield f"  ended: {outcome.ended}"


def _print_figures(outcome: Outcome) -> None:
    rows = [{"figure": each.title, "value": each.text} for each in outcome.figures]
    out().print()
    print_table([Column("figure", outcome.side or ""), Column("value", "")], rows)


def _print_beside(pairs: Sequence[Beside]) -> None:
    rows = []
    for pair in pairs:
        ratio = "–"
        if pair.ratio is not None:
            ratio = f"{100 * pair.ratio:.0f}"
            ratio += f" ± {100 * pair.ratio_sd:.0f} %" if pair.ratio_sd is not None else " %"
        rows.append(
            {
                "figure": pair.left.title,
                "left": pair.left.text,
                "right": pair.right.text,
                "ratio": ratio,
            }
        )
    out().print()
    shown = columns(Column("figure", ""), "left", "right", Column("ratio", "left/right"))
    print_table(shown, rows)
