"""Queries that Datasette's pages offer, as SQL over the views.

A parameter left empty asks about everyone, or about the figure most asked for. Weeks begin on
Monday. Everything is after corrections, because the views and ``set_figure`` are.
"""

from __future__ import annotations

from dataclasses import dataclass

_WHO = "(:athlete = '' OR athlete = :athlete)"
_WEEK = "date(day, '-6 days', 'weekday 1')"


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedQuery:
    """A query that is offered.

    Attributes:
        name: in the page's address.
        title: the question.
        text: how to read the answer, and what its parameters are.
        sql: its parameters begin with a colon.
    """

    name: str
    title: str
    text: str
    sql: str


CANNED_QUERIES: tuple[CannedQuery, ...] = (
    CannedQuery(
        name="week_by_week",
        title="How much was done, week by week?",
        text="Measured and logged work of each week and exercise. Volume is reps × load, where a"
        " load was given. Leave athlete empty for everybody.",
        sql=f"""
SELECT {_WEEK} AS week, athlete, exercise, count(DISTINCT day) AS days, sum(sets) AS sets,
       nullif(sum(reps), 0) AS reps, nullif(sum(hops), 0) AS hops,
       nullif(round(sum(hold_s), 1), 0) AS hold_s, nullif(round(sum(volume_kg), 1), 0) AS volume_kg,
       max(pain) AS worst_pain
FROM daily_work
WHERE {_WHO}
GROUP BY week, athlete, exercise
ORDER BY week DESC, athlete, exercise""",  # noqa: S608 - our own
    ),
    CannedQuery(
        name="best_rsi_per_month",
        title="How reactive were the best sets of each month?",
        text="RSI is flight time / contact time. The best set is the one with the highest median;"
        " a single best hop is more luck than the set. Leave athlete empty for everybody.",
        sql=f"""
SELECT strftime('%Y-%m', day) AS month, athlete, exercise, side, count(*) AS sets,
       round(max(median), 3) AS best_set_rsi, round(avg(median), 3) AS mean_set_rsi,
       round(max(most), 3) AS best_hop_rsi
FROM current_set JOIN set_figure USING (set_id)
WHERE name = 'rsi' AND counted AND {_WHO}
GROUP BY month, athlete, exercise, side
ORDER BY month DESC, athlete, exercise, side""",  # noqa: S608 - our own
    ),
    CannedQuery(
        name="left_against_right",
        title="Is one leg behind?",
        text="Medians of both legs on each day that has both, in one session or in several, and"
        " left as a percentage of right. figure is a column of rep, hop or hold: rise_m (if left"
        " empty), contact_time_s, rsi, duration_s, rms_mps2, … `anklet compare left right` shows"
        " how certain the difference is.",
        sql=f"""
SELECT day, athlete, exercise, coalesce(nullif(:figure, ''), 'rise_m') AS figure,
       round(avg(iif(side = 'left', median, NULL)), 4) AS left_leg,
       round(avg(iif(side = 'right', median, NULL)), 4) AS right_leg,
       round(100 * avg(iif(side = 'left', median, NULL))
             / avg(iif(side = 'right', median, NULL)), 1) AS left_percent_of_right,
       group_concat(DISTINCT session_id) AS session_ids
FROM current_set JOIN set_figure USING (set_id)
WHERE name = coalesce(nullif(:figure, ''), 'rise_m') AND counted AND {_WHO}
GROUP BY day, athlete, exercise
HAVING count(DISTINCT side) = 2
ORDER BY day DESC, athlete, exercise""",  # noqa: S608 - our own
    ),
    CannedQuery(
        name="contact_time_by_day",
        title="How did ground-contact times develop?",
        text="Median and quartiles of ground-contact time of each set of hops, and how uncertain"
        " the median is (1 SD). Compare with other people only if calibrated. Leave athlete empty"
        " for everybody.",
        sql=f"""
SELECT day, athlete, exercise, side, f.many AS hops, f.median AS contact_time_s,
       u.sd AS uncertainty_s, f.low AS first_quartile_s, f.high AS third_quartile_s,
       iif((SELECT min(calibrated) FROM hop WHERE hop.set_id = s.set_id), 'yes', 'no')
           AS calibrated,
       session_id, n AS set_n
FROM current_set s JOIN set_figure f ON f.set_id = s.set_id AND f.name = 'contact_time_s'
LEFT JOIN set_sd u ON u.set_id = s.set_id AND u.name = f.name
WHERE counted AND {_WHO}
ORDER BY day DESC, session_id DESC, n""",  # noqa: S608 - our own
    ),
    CannedQuery(
        name="not_to_be_trusted",
        title="Which results have limitations?",
        text="Doubtful reps, hops and holds, figures of them that are unknown, recordings that lost"
        " samples or were clipped, exercises detected from the signal, hops timed without"
        " calibration. Leave athlete empty for everybody.",
        sql=f"""
WITH doubt AS (
    SELECT s.session_id, s.day, s.athlete, s.n AS set_n, s.exercise, 'reps' AS what,
           coalesce(e.reason, 'doubtful') AS why, count(*) AS how_many
    FROM current_set s JOIN rep e USING (set_id) WHERE NOT e.valid GROUP BY s.set_id, e.reason
    UNION ALL
    SELECT s.session_id, s.day, s.athlete, s.n, s.exercise, 'hops',
           coalesce(e.reason, 'doubtful'), count(*)
    FROM current_set s JOIN hop e USING (set_id) WHERE NOT e.valid GROUP BY s.set_id, e.reason
    UNION ALL
    SELECT s.session_id, s.day, s.athlete, s.n, s.exercise, 'holds',
           coalesce(e.reason, 'doubtful'), count(*)
    FROM current_set s JOIN hold e USING (set_id) WHERE NOT e.valid GROUP BY s.set_id, e.reason
    UNION ALL
    SELECT s.session_id, s.day, s.athlete, s.n, s.exercise, f.key, f.value, count(*)
    FROM current_set s JOIN (
        SELECT set_id, reasons FROM rep UNION ALL SELECT set_id, reasons FROM hop
        UNION ALL SELECT set_id, reasons FROM hold) e USING (set_id), json_each(e.reasons) f
    GROUP BY s.set_id, f.key, f.value
    UNION ALL
    SELECT s.session_id, s.day, s.athlete, s.n, s.exercise, 'ground-contact times',
           'not calibrated to this athlete', count(*)
    FROM current_set s JOIN hop e USING (set_id) WHERE e.valid AND NOT e.calibrated
    GROUP BY s.set_id
    UNION ALL
    SELECT s.session_id, s.day, s.athlete, s.n, s.exercise, 'exercise',
           'detected from the signal', 1
    FROM current_set s JOIN exercise_set e ON e.id = s.set_id WHERE e.guessed
    UNION ALL
    SELECT session.id, day, athlete.name, NULL, NULL, 'samples', 'lost', lost_samples
    FROM recording JOIN session ON session.id = session_id
    JOIN athlete ON athlete.id = athlete_id WHERE lost_samples > 0
    UNION ALL
    SELECT session.id, day, athlete.name, NULL, NULL, 'samples', 'clipped', clipped_samples
    FROM recording JOIN session ON session.id = session_id
    JOIN athlete ON athlete.id = athlete_id WHERE clipped_samples > 0
)
SELECT day, athlete, session_id, set_n, exercise, what, why, how_many
FROM doubt
WHERE {_WHO} AND (:why = '' OR why LIKE '%' || :why || '%')
ORDER BY day DESC, session_id DESC, set_n, what""",  # noqa: S608 - our own
    ),
    CannedQuery(
        name="machine_and_person",
        title="What was corrected?",
        text="Sets that were corrected or added: what was detected and what counts now."
        " Leave athlete empty for everybody.",
        sql=f"""
SELECT day, athlete, session_id, n AS set_n, machine_exercise, exercise, machine_reps, reps,
       machine_hops, hops, iif(added, 'added', iif(counted, 'corrected', 'marked false')) AS word
FROM set_count
WHERE corrected AND {_WHO}
ORDER BY day DESC, session_id DESC, n""",  # noqa: S608 - our own
    ),
    CannedQuery(
        name="pain_and_load",
        title="Does pain follow load?",
        text="Each week's highest pain beside what was done in it and in the week before. Leave"
        " athlete empty for everybody.",
        sql=f"""
WITH week AS (
    SELECT {_WEEK} AS week, athlete, count(DISTINCT day) AS days, max(pain) AS worst_pain,
           sum(reps) AS reps, sum(hops) AS hops, round(sum(hold_s), 1) AS hold_s,
           nullif(round(sum(volume_kg), 1), 0) AS volume_kg
    FROM daily_work WHERE {_WHO} GROUP BY week, athlete
)
SELECT this.week, this.athlete, this.worst_pain, this.days, this.reps, this.hops, this.hold_s,
       this.volume_kg, before.reps AS reps_week_before, before.hops AS hops_week_before,
       before.volume_kg AS volume_kg_week_before
FROM week this
LEFT JOIN week before
  ON before.week = date(this.week, '-7 days') AND before.athlete = this.athlete
ORDER BY this.week DESC, this.athlete""",  # noqa: S608 - our own
    ),
)
"""All of them, in the order they are shown."""
