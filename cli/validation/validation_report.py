"""A validation as text: a table each for counts, events and durations, and what limits them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cli.common.output import many, out, print_lines
from cli.common.tables import Column, print_table
from cli.validation.compare_recordings import Compared
from cli.validation.validation_rows import EVERYONE, Values, counts_row, events_row, figure_row
from sensing.validation.summary import Detection, Validation

FIGURE_TITLES = {
    "rep_time_s": ("Duration of a rep", "s", 1.0, 2),
    "contact_time_s": ("Ground-contact time", "ms", 1000.0, 0),
    "hold_time_s": ("Time held", "s", 1.0, 2),
}
"""Heading, unit, factor to it, and decimals of each duration."""

_EVENTS = {"rep": "reps", "contact": "ground contacts", "hold": "holds"}


def print_validation(compared: Compared, found: Validation, labels: str) -> None:
    """Print the results."""
    people = max([each.people for each in found.counts], default=0)
    whose = f" of {many(people, 'person', 'people')}" if people else ""
    calibrated = "not calibrated" if compared.profile is None else f"profile {compared.profile}"
    out().print(
        f"{many(compared.recordings, 'recording')}{whose} compared with {labels}; "
        f"{calibrated}; algorithm version {compared.engine}"
    )
    rows = [counts_row(each) for each in found.counts]
    for event, some in _split(rows, "event"):
        out().print(f"\nCounted: {_EVENTS[event]}")
        _print_counts(some)
    for event, some in _split([_event_row(each) for each in found.detections], "event"):
        out().print(f"\nFound: {_EVENTS[event]}")
        print_table(
            (
                Column("person", "person"),
                Column("matched", "matched"),
                Column("missed", "missed"),
                Column("extra", "extra"),
                Column("precision", "precision", places=3),
                Column("recall", "recall", places=3),
                Column("f1", "F1", places=3),
            ),
            some,
        )
        if some[-1]["delay"]:
            print_lines(out(), [f"labels {some[-1]['delay']} s late (median of the recordings)"])
    for name, some in _split([figure_row(each) for each in found.figures], "figure"):
        _print_figure(name, some)
    if found.notes:
        out().print("\nLimitations of these results")
        print_lines(out(), found.notes)


def _split(rows: Sequence[Values], by: str) -> Iterable[tuple[str, list[Values]]]:
    for key in dict.fromkeys(str(row[by]) for row in rows):
        yield key, [row for row in rows if row[by] == key]


def _event_row(each: Detection) -> Values:
    return {
        **events_row(each),
        "missed": each.labelled - each.matched,
        "extra": each.found - each.matched,
        "delay": _number(each.shift_s, 1.0, 2),
    }


def _print_counts(rows: Sequence[Values]) -> None:
    shown = [
        {
            **row,
            "exact": _percent(row["exact_share"]),
            "within": _percent(row["within_1_share"]),
            "mape": _percent(row["mape"]),
        }
        for row in rows
    ]
    print_table(
        (
            Column("person", "person"),
            Column("recordings", "recordings"),
            Column("labelled", "labelled"),
            Column("found", "found"),
            Column("exact", "exact"),
            Column("within", "within ±1"),
            Column("mape", "MAPE"),
        ),
        shown,
    )
    last = rows[-1]
    if isinstance(last["bias"], float):
        words = [
            f"bias {_signed(last['bias'], 2)}",
            f"95 % limits {_to(last, 'lower', 'upper', 1.0, 1)}",
        ]
        words += [f"ICC(2,1) {_icc(last)}"] if _icc(last) else []
        print_lines(out(), [f"Anklet minus reference: {' · '.join(words)}"])
    _print_intervals(last, "", 1.0, 1)


def _print_figure(name: str, rows: Sequence[Values]) -> None:
    title, unit, scale, places = FIGURE_TITLES[name]
    out().print(f"\n{title}: Anklet minus reference")
    shown = [
        {
            **row,
            "bias": _number(row["bias"], scale, places),
            "sd": _number(row["sd"], scale, places),
            "limits": _to(row, "lower", "upper", scale, places),
            "icc": _icc(row),
            "covered": f"{_percent(row['covered_share'])} of {row['stated']}"
            if row["stated"]
            else "",
        }
        for row in rows
    ]
    print_table(
        (
            Column("person", "person"),
            Column("n", "n"),
            Column("bias", f"bias ({unit})"),
            Column("sd", f"SD ({unit})"),
            Column("limits", f"95 % limits ({unit})"),
            Column("icc", "ICC(2,1)", optional=True),
            Column("covered", "within ±2 SD", optional=True),
        ),
        shown,
    )
    unsupported = rows[-1]["unsupported"]
    if isinstance(unsupported, int) and unsupported:
        print_lines(
            out(), [f"{many(unsupported, 'matched event')} without a figure: lost data, or doubt"]
        )
    _print_intervals(rows[-1], f" {unit}", scale, places)


def _print_intervals(row: Values, unit: str, scale: float, places: int) -> None:
    """The 95 % intervals of the row for all, which are between people."""
    if row["person"] != EVERYONE or row["bias"] is None:
        return
    words = [
        f"{what} {text}{unit}"
        for what, low, high in (
            ("bias", "bias_low", "bias_high"),
            ("lower limit", "lower_low", "lower_high"),
            ("upper limit", "upper_low", "upper_high"),
        )
        if (text := _to(row, low, high, scale, places))
    ]
    if row["icc_low"] is not None:
        words.append(f"ICC {_to(row, 'icc_low', 'icc_high', 1.0, 2)}")
    if words:
        over = f" over {row['people']} people" if row["interval_over"] else ""
        print_lines(out(), [f"95 % intervals{over}: {' · '.join(words)}"])


def _to(row: Values, low: str, high: str, scale: float, places: int) -> str:
    a, b = row[low], row[high]
    if not isinstance(a, float) or not isinstance(b, float):
        return ""
    return f"{_signed(a * scale, places)} to {_signed(b * scale, places)}"


def _signed(value: float, places: int) -> str:
    text = f"{value:.{places}f}"
    return f"{0:.{places}f}" if float(text) == 0 else text.replace("-", "−")


def _number(value: object, scale: float, places: int) -> str:
    return _signed(value * scale, places) if isinstance(value, float) else ""


def _icc(row: Values) -> str:
    icc = row["icc"]
    return f"{icc:.2f}".replace("-", "−") if isinstance(icc, float) else ""


def _percent(value: object) -> str:
    if not isinstance(value, int | float):
        return ""
    percent = 100 * value
    return f"{percent:.0f} %" if percent in (0, 100) or percent >= 10 else f"{percent:.1f} %"
