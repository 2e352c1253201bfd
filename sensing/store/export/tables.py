"""Which tables an export has: the columns of each, and the query that gives them.

A column is written as in SQL, ``alias.column`` or ``alias.column AS name``; the alias says which
table or view of the dictionary it comes from, and so what it means; ``?`` that its row may be
missing. Every query begins with one of
three temporary tables that hold what was chosen, in the order it is written, so that rows stream
out without a sort: ``chosen_session``, ``chosen_recording`` and ``chosen_set`` (made by
:mod:`~sensing.store.export.choosing`). Only current analyses are exported, so nothing counts twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sensing.store.schema.dictionary import Column, described

_ORIGINS = {
    "person": "athlete",
    "done": "session",
    "file": "recording",
    "answer": "analysis",
    "cut": "bout",
    "s": "current_set",  # chosen_set has its columns
    "found": "exercise_set",
    "sums": "set_summary",
    "rep": "rep",
    "hop": "hop",
    "hold": "hold",
    "stand": "stand",
    "rep_said": "rep_corrected",
    "hop_said": "hop_corrected",
    "hold_said": "hold_corrected",
    "figure": "set_figure",
    "known": "set_sd",
    "said": "correction",
    "kept": "profile",
    "noted": "logged",
    "agreed": "plan",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportColumn:
    """A column of an exported table.

    Attributes:
        sql: expression that gives it.
        origin: where it stands in the database, ``table.column``.
        column: its name in the export, and what it means.
    """

    sql: str
    origin: str
    column: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportTable:
    """A table of an export.

    Attributes:
        name: of the table, and of its file.
        text: what it holds.
        columns: in order.
        source: SQL from FROM on.
        key: columns that name a row.
        refers: column to the exported table whose key it is.
    """

    name: str
    text: str
    columns: tuple[ExportColumn, ...]
    source: str
    key: tuple[str, ...]
    refers: Mapping[str, str]


def _columns(specs: str) -> tuple[ExportColumn, ...]:
    made = []
    for spec in specs.replace("\n", " ").split(","):
        sql, _, name = (part.strip() for part in spec.partition(" AS "))
        perhaps, sql = sql.endswith("?"), sql.removesuffix("?")
        alias, _, bare = sql.partition(".")
        table = _ORIGINS[alias]
        column = replace(described(table).columns[bare], name=name or bare)
        if perhaps:
            column = replace(column, nullable=True)
        made.append(ExportColumn(sql=sql, origin=f"{table}.{bare}", column=column))
    return tuple(made)


def _table(
    name: str, text: str, columns: str, source: str, *, key: str, **refers: str
) -> ExportTable:
    return ExportTable(
        name=name,
        text=text,
        columns=_columns(columns),
        source=source,
        key=tuple(key.split()),
        refers=refers,
    )


_OF_SET = (
    "s.session_id, s.day, s.athlete, s.n AS set_n, s.exercise, s.side, s.counted AS set_counted,"
)
_EVENTS = """FROM chosen_set s CROSS JOIN {0} ON {0}.set_id = s.set_id
JOIN {0}_corrected {0}_said ON {0}_said.set_id = {0}.set_id AND {0}_said.n = {0}.n
ORDER BY s.place, {0}.n"""

EXPORTED: Mapping[str, ExportTable] = {
    table.name: table
    for table in (
        _table(
            "sessions",
            "One training session: one recording, or several.",
            "done.id AS session_id, done.title, done.athlete_id, person.name AS athlete, done.day,"
            " done.started_utc, done.note, done.session_key",
            "FROM chosen_session chosen CROSS JOIN session done ON done.id = chosen.session_id"
            " CROSS JOIN athlete person ON person.id = done.athlete_id ORDER BY chosen.session_id",
            key="session_id",
            athlete_id="athletes",
        ),
        _table(
            "athletes",
            "The athletes that the sessions and logged work belong to.",
            "person.id AS athlete_id, person.name, person.body_mass_kg",
            "FROM athlete person WHERE person.id IN (SELECT athlete_id FROM session"
            " JOIN chosen_session ON session_id = session.id)"
            " OR person.id IN (SELECT athlete_id FROM chosen_logged)"
            " OR person.id IN (SELECT profile.athlete_id FROM profile JOIN analysis"
            " ON profile_id = profile.id AND current = 1 JOIN chosen_recording"
            " USING (recording_id)) ORDER BY person.id",
            key="athlete_id",
        ),
        _table(
            "recordings",
            "A file of samples and what you noted about it; the samples stay in the file.",
            "file.id AS recording_id, file.session_id, file.started_utc, file.side, file.load_kg,"
            " file.pain, file.note, file.target, file.name, file.sha256, file.size_bytes,"
            " file.format, file.sensor, file.sensor_name, file.sensor_address, file.range_g,"
            " file.rate_hz, file.duration_s, file.samples, file.lost_samples,"
            " file.clipped_samples",
            "FROM chosen_recording chosen CROSS JOIN recording file"
            " ON file.id = chosen.recording_id ORDER BY chosen.recording_id",
            key="recording_id",
            session_id="sessions",
        ),
        _table(
            "analyses",
            "The current analysis of each recording.",
            "answer.id AS analysis_id, answer.recording_id, answer.exercise, answer.placement,"
            " answer.placement_found, answer.engine, answer.profile, answer.profile_id,"
            " answer.parameters, answer.notes, answer.created_utc",
            "FROM chosen_recording chosen CROSS JOIN analysis answer"
            " ON answer.recording_id = chosen.recording_id AND answer.current = 1"
            " ORDER BY chosen.recording_id",
            key="analysis_id",
            recording_id="recordings",
            profile_id="profiles",
        ),
        _table(
            "bouts",
            "The stretches of one kind of movement, or of rest, that each recording consists of.",
            "answer.recording_id, cut.analysis_id, cut.n, cut.start_s, cut.end_s, cut.kind",
            "FROM chosen_recording chosen CROSS JOIN analysis answer"
            " ON answer.recording_id = chosen.recording_id AND answer.current = 1"
            " CROSS JOIN bout cut ON cut.analysis_id = answer.id"
            " ORDER BY chosen.recording_id, cut.n",
            key="analysis_id n",
            analysis_id="analyses",
            recording_id="recordings",
        ),
        _table(
            "sets",
            "One row per set: counts with corrections, and medians of what is valid and not marked"
            " false.",
            "s.set_id, s.session_id, s.recording_id, found.analysis_id, s.day, s.athlete, s.n,"
            " s.exercise, s.machine_exercise, found.guessed, s.side, found.start_s, found.end_s,"
            " found.at_s, s.load_kg, s.pain, s.note, s.counted, s.corrected, s.added,"
            " sums.machine_reps, sums.reps, sums.partial_reps, sums.raise_time_s,"
            " sums.raise_time_sd_s, sums.hold_time_s, sums.hold_time_sd_s, sums.lower_time_s,"
            " sums.lower_time_sd_s, sums.rise_m, sums.rise_sd_m, sums.time_under_tension_s,"
            " sums.time_under_tension_sd_s, sums.machine_hops, sums.hops, sums.contact_time_s,"
            " sums.contact_time_sd_s, sums.flight_time_s, sums.flight_time_sd_s, sums.rsi,"
            " sums.rsi_sd, sums.rsi_height_mps, sums.rsi_height_sd_mps, sums.holds, sums.hold_s,"
            " sums.hold_sd_s, sums.rms_mps2, sums.rms_sd_mps2, sums.path_mps2_per_s,"
            " sums.path_sd_mps2_per_s, sums.tremor_rms_mps2, sums.tremor_rms_sd_mps2, sums.steps,"
            " sums.steps_sd",
            # By session and recording too, for the view can only be entered from above.
            "FROM chosen_set s CROSS JOIN set_summary sums ON sums.session_id = s.session_id"
            " AND sums.recording_id = s.recording_id AND sums.set_id = s.set_id"
            " CROSS JOIN exercise_set found ON found.id = s.set_id ORDER BY s.place",
            key="set_id",
            session_id="sessions",
            recording_id="recordings",
            analysis_id="analyses",
        ),
        _table(
            "figures",
            "Median, quartiles and extremes of each figure of a set, one row for each figure.",
            "s.session_id, figure.set_id, figure.name, figure.many, figure.median, known.sd?,"
            " figure.low, figure.high, figure.least, figure.most",
            "FROM chosen_set s CROSS JOIN set_figure figure ON figure.set_id = s.set_id"
            " LEFT JOIN set_sd known ON known.set_id = s.set_id AND known.name = figure.name"
            " ORDER BY s.place, figure.name",
            key="set_id name",
            set_id="sets",
        ),
        _table(
            "reps",
            "One row per calf raise, with its set and your mark.",
            f"{_OF_SET} rep.set_id, rep.n, rep.start_s, rep.top_s, rep.lower_s, rep.end_s,"
            " rep.raise_time_s, rep.raise_time_sd_s, rep.hold_time_s, rep.hold_time_sd_s,"
            " rep.lower_time_s, rep.lower_time_sd_s, rep.rise_m, rep.rise_sd_m,"
            " rep.partial AS machine_partial, rep_said.partial, rep.valid, rep.reason, rep.reasons,"
            " rep.calibrated, rep_said.mark, rep_said.counted, rep_said.in_figures",
            _EVENTS.format("rep"),
            key="set_id n",
            set_id="sets",
        ),
        _table(
            "hops",
            "One row per ground contact and the flight after it, with its set and your mark.",
            f"{_OF_SET} hop.set_id, hop.n, hop.contact_s, hop.takeoff_s, hop.contact_time_s,"
            " hop.contact_time_sd_s, hop.flight_time_s, hop.flight_time_sd_s, hop.height_m,"
            " hop.height_sd_m, hop.rsi, hop.rsi_sd, hop.rsi_height_mps, hop.rsi_height_sd_mps,"
            " hop.valid, hop.reason, hop.reasons,"
            " hop.calibrated, hop_said.mark, hop_said.counted, hop_said.in_figures",
            _EVENTS.format("hop"),
            key="set_id n",
            set_id="sets",
        ),
        _table(
            "holds",
            "One row per hold, with its set and your mark.",
            f"{_OF_SET} hold.set_id, hold.n, hold.start_s, hold.end_s, hold.duration_s,"
            " hold.duration_sd_s, hold.rms_mps2, hold.rms_sd_mps2, hold.jerk_rms_mps3,"
            " hold.jerk_rms_sd_mps3, hold.path_mps2_per_s, hold.path_sd_mps2_per_s,"
            " hold.ellipse95_m2ps4, hold.ellipse95_sd_m2ps4, hold.tremor_rms_mps2,"
            " hold.tremor_rms_sd_mps2, hold.tremor_peak_hz, hold.tremor_peak_sd_hz,"
            " hold.ap_rms_mps2, hold.ap_rms_sd_mps2, hold.ml_rms_mps2, hold.ml_rms_sd_mps2,"
            " hold.lean_deg, hold.lean_sd_deg, hold.side_lean_deg, hold.side_lean_sd_deg,"
            " hold.quiet_ratio, hold.quiet_ratio_sd, hold.shank_lean_deg,"
            " hold.shank_lean_sd_deg, hold.valid, hold.reason, hold.reasons,"
            " hold_said.mark, hold_said.counted, hold_said.in_figures",
            _EVENTS.format("hold"),
            key="set_id n",
            set_id="sets",
        ),
        _table(
            "stands",
            "One row per stand between two jumps, on a box or on the floor, with its set.",
            f"{_OF_SET} stand.set_id, stand.n, stand.start_s, stand.end_s",
            "FROM chosen_set s CROSS JOIN stand ON stand.set_id = s.set_id"
            " ORDER BY s.place, stand.n",
            key="set_id n",
            set_id="sets",
        ),
        _table(
            "corrections",
            "Your corrections of a set, kept beside what was detected.",
            "said.id AS correction_id, s.session_id, said.set_id, said.what, said.item, said.n,"
            " said.mark, said.count, said.at_s, said.exercise, said.made_utc",
            "FROM chosen_set s CROSS JOIN correction said ON said.set_id = s.set_id"
            " ORDER BY s.place, said.id",
            key="correction_id",
            set_id="sets",
        ),
        _table(
            "profiles",
            "The calibrations that the exported analyses used.",
            "kept.id AS profile_id, kept.title, kept.name, kept.version, kept.athlete_id,"
            " kept.exercise, kept.side, kept.placement, kept.sensor, kept.is_default, kept.toml,"
            " kept.sha256, kept.created_utc, kept.retired_utc",
            "FROM profile kept WHERE kept.id IN (SELECT profile_id FROM analysis"
            " JOIN chosen_recording USING (recording_id) WHERE current = 1) ORDER BY kept.id",
            key="profile_id",
        ),
        _table(
            "logged",
            "Work the sensor did not record, logged by hand.",
            "noted.id AS logged_id, noted.athlete_id, person.name AS athlete, noted.day,"
            " noted.exercise, noted.side, noted.sets, noted.reps, noted.hold_s, noted.load_kg,"
            " noted.pain, noted.note, noted.made_utc",
            "FROM chosen_logged chosen CROSS JOIN logged noted ON noted.id = chosen.logged_id"
            " CROSS JOIN athlete person ON person.id = noted.athlete_id ORDER BY chosen.logged_id",
            key="logged_id",
            athlete_id="athletes",
        ),
        _table(
            "plans",
            "The training plans of the exported athletes, and the default ones.",
            "agreed.id AS plan_id, agreed.athlete_id, agreed.name, agreed.from_day, agreed.toml,"
            " agreed.taken_utc",
            "FROM plan agreed NOT INDEXED WHERE agreed.athlete_id IS NULL OR agreed.athlete_id IN"
            " (SELECT athlete_id FROM chosen_session CROSS JOIN session ON session.id = session_id)"
            " OR agreed.athlete_id IN (SELECT athlete_id FROM chosen_logged) ORDER BY agreed.id",
            key="plan_id",
            athlete_id="athletes",
        ),
    )
}
"""Every table of an export, by name."""
