"""Tables of labels: what is read, and one clear line for what makes no sense."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensing.capture.label_writer import LabelWriter
from sensing.core.errors import RecordingError, UsageError
from sensing.files.labels import bare_name, labels_path, read_labels
from sensing.validation.labels import EventKind


def written(folder: Path, text: str) -> Path:
    """A table in a file."""
    path = folder / "labels.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_counts_and_events_of_a_recording_come_together(tmp_path: Path) -> None:
    """Two tables, names with and without ending, events out of order."""
    counts = tmp_path / "counts.csv"
    counts.write_text("recording,reps,holds,person\na.csv.gz,12,,P1\nb,,2,P2\n", encoding="utf-8")
    events = written(tmp_path, "event,recording,time_s,end_s\nrep,a,3.5,\nrep,a.csv.gz,1.5,2\n")
    a, b = read_labels([counts, events])
    assert (a.recording, a.counts, a.person) == ("a", {"rep": 12}, "P1")
    assert [(each.time_s, each.end_s) for each in a.events] == [(1.5, 2.0), (3.5, None)]
    assert (b.recording, b.counts, b.events) == ("b", {"hold": 2}, ())


def test_a_spreadsheet_with_decimal_commas(tmp_path: Path) -> None:
    """Semicolons, a byte order mark, an empty line."""
    path = tmp_path / "excel.csv"
    path.write_bytes("\ufeffrecording;event;time_s\r\na;contact;1,25\r\n\r\n".encode())
    (only,) = read_labels([path])
    assert only.events[0].time_s == 1.25


BAD = {
    "recording,event,time_s\na,jump,1\n": "line 2: event 'jump' is not known; use rep, contact",
    "recording,event,time_s\na,rep,1\na,rep,1\n": "line 3: the same rep stands in",
    "recording,reps\na,5\na,5\n": "line 3: counts a recording again",
    "recording,reps\na,five\n": "line 2: reps 'five' is not a count",
    "recording,reps\na,-1\n": "is not a count",
    "recording,reps\na,\n": "line 2: has no count",
    "recording,reps\n,4\n": "line 2: names no recording",
    "recording,event,time_s\na,observed,1\n": "a span that was observed needs end_s",
    "recording,event,time_s\na,rep,soon\n": "line 2: time_s 'soon' is not a time",
    "recording,event,time_s\na,rep,nan\n": "is not a time",
    "recording,event,time_s,end_s\na,hold,5,4\n": "line 2: end_s 4 is not after time_s 5",
    "recording,event\na,rep\n": "no column time_s",
    "name,count\na,4\n": "no labels: the columns are 'name', 'count'",
    "recording,reps,reps\na,4,5\n": "two columns are named reps",
    "recording,reps\n": "there are no rows below the header",
    "\n\n": "there are no labels in it",
    "recording,reps,person\na,4,P\na,,Q\n": "person 'Q', but 'P' further up",
    "recording,reps,exercise\na,4,skipping\n": "line 2: ",
}


@pytest.mark.parametrize("text", list(BAD))
def test_bad_labels_are_refused_in_one_line(tmp_path: Path, text: str) -> None:
    """What is wrong, and where."""
    with pytest.raises(UsageError) as caught:
        read_labels([written(tmp_path, text)])
    assert BAD[text] in str(caught.value)
    assert str(caught.value).startswith("labels.csv")
    assert "\n" not in str(caught.value)


def test_a_missing_or_empty_file(tmp_path: Path) -> None:
    """Also one line each."""
    with pytest.raises(RecordingError, match="no such file"):
        read_labels([tmp_path / "none.csv"])
    with pytest.raises(RecordingError, match="empty"):
        read_labels([written(tmp_path, "")])


@given(
    st.sampled_from(["rep", "contact", "hold"]),
    st.lists(st.integers(1, 10**6), min_size=1, max_size=30, unique=True),
    st.sampled_from(["a", "day 2, set 1", 'so-called "best"', "übung"]),
)
def test_taps_are_read_as_they_were_tapped(
    tmp_path_factory: pytest.TempPathFactory, event: EventKind, ticks: list[int], name: str
) -> None:
    """Whatever the name: every tap, in order; a hold's taps in pairs, the last perhaps open."""
    recording = tmp_path_factory.mktemp("taps") / f"{name}.anklet"
    writer = LabelWriter(recording, event)
    times = [tick / 1000 for tick in sorted(ticks)]
    for at_s in times:
        writer.tap(at_s)
    writer.close()
    (only,) = read_labels([labels_path(recording)])
    assert only.recording == bare_name(recording.name)
    if event == "hold":
        begun, ended = times[::2], [*times[1::2], None][: len(times[::2])]
        assert [(e.time_s, e.end_s) for e in only.events] == list(zip(begun, ended, strict=True))
    else:
        assert [each.time_s for each in only.events] == times
    assert writer.count == len(only.events)


def test_a_kill_loses_at_most_the_last_tap(tmp_path: Path) -> None:
    """Without close: whatever was tapped is in the file already."""
    writer = LabelWriter(tmp_path / "a.anklet", "rep")
    assert not writer.path.exists()
    for n in range(1, 5):
        writer.tap(float(n))
        (only,) = read_labels([writer.path])
        assert len(only.events) == n
    writer.tap(4.0)  # twice at once
    assert writer.count == 4
    with pytest.raises(RecordingError, match="exists already"):
        LabelWriter(tmp_path / "a.csv.gz", "rep")
    writer.discard()
    assert not writer.path.exists()
