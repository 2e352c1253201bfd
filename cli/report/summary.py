"""The sections of a report except its sessions: totals, trends, left and right, definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from cli.report.charts import legend, trend_chart
from cli.report.figures import count, figure
from cli.report.html import Html, join, table, tag
from cli.sets.limitations import limitations, of_recording
from cli.sets.set_figures import PLUS_MINUS
from sensing.core.exercise_guides import SIMULATED
from sensing.core.exercises import CATALOGUE, find_exercise
from sensing.review.metrics import METRICS, Metric, find_metric
from sensing.review.symmetry import Symmetry
from sensing.review.symmetry import words as symmetry_words
from sensing.review.trend import words as trend_words

if TYPE_CHECKING:
    from cli.report.chosen_sessions import ReportSession
    from cli.sets.set_figures import ShownSet
    from sensing.review.trend import Trend

FOLLOWED: Mapping[str, tuple[str, ...]] = {
    "reps": ("rise_m", "lower_time_s", "volume_kg"),
    "hops": ("contact_time_s", "rsi"),
    "hops-and-hold": ("contact_time_s", "duration_s"),
    "hold": ("duration_s", "rms_mps2"),
    "walk": (),
}
"""The trends drawn for each kind of exercise; `anklet trend` has the rest."""

_PLUS_MINUS = (
    f"{PLUS_MINUS}: of the rep, hop or hold itself, or of the set's median or total. Two thirds of "
    "errors are smaller, 95 % are smaller than twice as much. How each is obtained stands in "
    "docs/accuracy.md."
)
_CALIBRATED = (
    "A calibration fits the figures to the athlete: contact times against a mat, a force plate or "
    "a video, heel-rise height against one known height. Until then, compare an athlete only with "
    "themselves."
)
_BEYOND = (
    "A change is reported if its 95 % interval excludes zero (Theil–Sen, Sen 1968) and it exceeds "
    "1.96·√2 times the measurement's own standard deviation between two sessions, since the strap "
    "never sits twice in the same place. It was found with simulated people; on people it is at "
    "least that large."
)
_EXCLUDED = (
    "Touched by a gap in the data or by an acceleration beyond the sensor's range, or marked as a "
    "false detection. Excluded events are drawn with a broken outline."
)
_DAYS = "Days with raises, hops, jumps or holds; two to three per week is the usual advice."

_ORDER = {row.name: n for n, row in enumerate(CATALOGUE)}
_LISTED = 24
_NOTES = 4

Trends = Mapping[tuple[str, str], Sequence[tuple[str, "Trend"]]]
"""Exercise and metric: name of each leg and its trend."""


def summary_section(sessions: Sequence[ReportSession], lower_leg_days: int, weeks: float) -> Html:
    """Totals, and a row for each exercise and leg."""
    sets = [each for session in sessions for each in session.sets]
    volume = sum(each.amounts["reps"] * (each.stored.load_kg or 0) for each in sets if each.stored)
    tiles = [
        ("sessions", count("sessions", len(sessions), of="total")),
        ("sets", count("sets", len(sets), of="total")),
        ("lower-leg days per week", Html(f"{lower_leg_days / weeks:.1f}")),
    ]
    tiles += [
        (words, figure(name, value, of="total"))
        for name, words in (("reps", "reps"), ("hops", "contacts"), ("hold_s", "time held"))
        if (value := sum(session.total(name) for session in sessions))
    ]
    if volume:
        tiles.append(("load × reps", figure("volume_kg", volume, of="total")))
    body = tag(
        "dl",
        *(tag("div", tag("dt", name), tag("dd", value)) for name, value in tiles),
        class_="tiles",
    )
    return join([body, _exercises(sessions)])


def _exercises(sessions: Sequence[ReportSession]) -> Html:
    groups: dict[tuple[str, str], list[tuple[int, ShownSet]]] = {}
    for session in sessions:
        for each in session.sets:
            key = (each.events.exercise, each.side or "")
            groups.setdefault(key, []).append((session.detail.id, each))

    def cells(key: tuple[str, str]) -> Iterator[object]:
        own, name = groups[key], " ".join(key).strip()
        yield key[0]
        yield key[1]
        yield str(len({session_id for session_id, _ in own}))
        yield count("sets", len(own), of="group", key=name)
        for amount in ("reps", "hops", "hold_s"):
            value = sum(each.amounts[amount] for _, each in own)
            yield figure(amount, value, of="group", key=name) if value else ""

    order = sorted(groups, key=lambda key: (_ORDER.get(key[0], 99), key))
    heads = ("exercise", "side", "sessions", "sets", "reps", "contacts", "time held")
    return table("What was done", heads, (cells(key) for key in order), numbers=range(2, 100))


def trends_section(trends: Trends) -> Html:
    """A picture for each exercise and figure that has at least two sessions."""
    parts: list[Html] = []
    for exercise in sorted({name for name, _ in trends}, key=lambda name: _ORDER.get(name, 99)):
        charts = [
            _trend(find_metric(name), exercise, legs)
            for (own, name), legs in trends.items()
            if own == exercise
        ]
        parts += [tag("h3", exercise), tag("div", *charts, class_="charts")]
    return join(parts) if parts else tag("p", "No exercise has been done in two sessions yet.")


def _trend(metric: Metric, exercise: str, legs: Sequence[tuple[str, Trend]]) -> Html:
    verdicts = [(leg, trend_words(found, metric)) for leg, found in legs]
    words = ". ".join(f"{leg}: {said}" for leg, said in verdicts)
    title = f"{metric.titled}, {exercise}"
    notes = [
        f"{point.day}: {point.note}" for _, found in legs for point in found.points if point.note
    ]
    notes = list(dict.fromkeys(notes))[-_NOTES:]
    return tag(
        "figure",
        tag("figcaption", metric.titled),
        trend_chart(legs, metric, title, words),
        legend([leg for leg, _ in legs], hollow=any(found.left_out for _, found in legs)),
        *(
            tag("p", tag("strong", f"{leg}: ") if len(legs) > 1 else "", said)
            for leg, said in verdicts
        ),
        tag("p", "Notes: " + "; ".join(notes), class_="quiet") if notes else "",
        _values(metric, exercise, legs),
    )


def _values(metric: Metric, exercise: str, legs: Sequence[tuple[str, Trend]]) -> Html:
    """The newest points as a table, for those who want the numbers or cannot see the picture."""
    rows = [
        (
            point.day,
            leg,
            figure(
                metric.name,
                point.value,
                of="point",
                key=f"{point.session_id} {exercise} {leg}",
                sd=point.sd,
            ),
            str(point.sets),
            "" if point.pain is None else str(point.pain),
        )
        for leg, found in legs
        for point in found.points[-_LISTED:]
    ]
    rows.sort(key=lambda row: (row[0], row[1]), reverse=True)
    caption = f"{metric.title}, {exercise}: the newest sessions"
    return tag(
        "details",
        tag("summary", "Values"),
        table(caption, ("day", "side", metric.title, "sets", "pain"), rows, numbers=range(2, 100)),
    )


def symmetry_section(found: Sequence[tuple[str, Metric, Symmetry]]) -> Html:
    """Left against right, each figure with its interval."""
    if not found:
        return tag("p", "No exercise has separate left and right data.")
    rows = (
        (
            exercise,
            metric.titled,
            metric.text(each.value, unit=False),
            metric.text(each.other, unit=False),
            f"{each.index_percent:.0f} %"
            + (
                ""
                if each.low_percent is None or each.high_percent is None
                else f" ({each.low_percent:.0f}–{each.high_percent:.0f})"
            ),
            str(each.sessions),
            symmetry_words(each, metric),
        )
        for exercise, metric, each in sorted(found, key=lambda each: _ORDER.get(each[0], 99))
    )
    heads = ("exercise", "figure", "left", "right", "LSI (95 %)", "sessions", "verdict")
    return join(
        [
            tag(
                "p",
                "The limb symmetry index (LSI) is left as a percentage of right. “No difference” "
                "means none beyond measurement error and scatter.",
            ),
            table("Left against right", heads, rows, numbers=range(2, 6)),
        ]
    )


def limitations_section(sessions: Sequence[ReportSession]) -> Html:
    """What to know before relying on the figures."""
    measured = [
        of_recording(part, [each for each in session.sets if each.stored in part.sets])
        for session in sessions
        for part in session.detail.recordings
    ]
    lines = [*limitations(measured, by_set=False), *_measured_on(sessions)]
    return tag("ul", *(tag("li", line) for line in lines)) if lines else tag("p", "None known.")


def _measured_on(sessions: Sequence[ReportSession]) -> list[str]:
    """Which exercises on the page Anklet has never measured on people."""
    names = {one.events.exercise for session in sessions for one in session.sets}
    unmeasured = [row.name for row in CATALOGUE if row.name in names and row.measured == SIMULATED]
    if not unmeasured:
        return []
    return [f"tested on {SIMULATED}, never measured on people: {', '.join(unmeasured)}"]


def definitions_section(exercises: Sequence[str]) -> Html:
    """What each figure on the page is."""
    kinds = {find_exercise(name).kind for name in exercises if name in _ORDER}
    shown = [each for each in METRICS if kinds & set(each.kinds)]
    terms = [(each.title, each.definition) for each in shown]
    terms += _TERMS
    return tag(
        "dl", *(join([tag("dt", name), tag("dd", what)]) for name, what in terms), class_="terms"
    )


_TERMS = [
    ("±", _PLUS_MINUS),
    ("Not calibrated, calibrated", _CALIBRATED),
    ("Beyond measurement error", _BEYOND),
    ("Excluded", _EXCLUDED),
    ("Lower-leg days", _DAYS),
]
