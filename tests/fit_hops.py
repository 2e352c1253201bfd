"""The weights of the hop decoder, learnt from labelled recordings, each person left out in turn.

``python -m tests.fit_hops FOLDER`` prints, person by person, the hops found and the false contacts
with weights from the *other* people, then the weights from all as they stand in
``sensing/analysis/hops/hop_weights.py``. ``--ablate`` prints the same figures without each piece of
evidence, ``--sensitivity`` with each price and each weight changed by a fifth.

FOLDER holds ``real-shoe`` and ``real-shoe-more`` (people with force under the foot: hops and
everything else), ``real-ankle`` and ``real`` (people at the ankle: no hops), and ``simulated``
(hops at the ankle, for want of people: the weights of the shank are from there, and from people
who are simulated hopping three times a second).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sensing.analysis.hops.find_series import TOLD
from sensing.analysis.hops.hop_decoder import Evidence, Prices, decode
from sensing.analysis.hops.hop_odds import log_odds
from sensing.analysis.hops.hop_weights import WEIGHTS, Row, View, Weights
from sensing.core.units import Floats, Ints
from tests import scoring
from tests.hop_cases import (
    FOOT,
    JUMPING,
    VARIANTS,
    Case,
    ankle_cases,
    hopping_spans,
    matched,
    scored_hops,
    shoe_cases,
)

FULL_HOPS = 40
"""Hops of a person that count fully; more count by their square root."""
OTHERS_COUNT = 50.0
"""Weight of pairs in recordings at the ankle without hops: a foot tapped on the floor at a beat
most resembles hops, and there is little of it."""


def fit(
    cases: Sequence[Case], table: tuple[Row, ...], kind: str, like: View | None
) -> dict[str, float]:
    """Weights of one table by ridge logistic regression, one vote a person."""
    rows, ys, who = [], [], []
    names = [row.name for row in table if row.name != "1"]
    for case in cases:
        evidence = case.landing if kind == "landing" else case.hop
        y = case.is_landing if kind == "landing" else case.is_hop
        known = y >= 0
        rows.append(np.column_stack([evidence[name] for name in names])[known])
        ys.append(y[known])
        who += [case.person] * int(known.sum())
    x, y = np.vstack(rows), np.concatenate(ys)
    weight = np.ones(len(y))
    person = np.array(who)
    calm = [case.person for case in cases if case.worn == "ankle" and not case.is_hop.any()]
    weight[(y == 0) & np.isin(person, calm)] = OTHERS_COUNT
    if kind != "landing":
        for each in set(who):
            own = (person == each) & (y == 1)
            weight[own] = np.sqrt(FULL_HOPS / max(own.sum(), 1))
    towards = None if like is None else np.array([r.weight[like] for r in table if r.name != "1"])
    slopes, constant = logistic(x, y, weight, towards)
    return {"1": constant} | dict(zip(names, slopes.tolist(), strict=True))


def logistic(
    x: Floats, y: Ints, weight: Floats, towards: Floats | None = None
) -> tuple[Floats, float]:
    """Slopes, shape (p,), and constant of a ridge logistic regression by Newton's method.

    The ridge pulls to 0, or much more to slopes known from elsewhere, ``towards``, shape (p,).
    """
    ridge = 2.0 if towards is None else 40.0
    middle, scale = np.average(x, axis=0, weights=weight), x.std(axis=0) + 1e-9
    z = np.column_stack([(x - middle) / scale, np.ones(len(x))])
    beta = np.zeros(z.shape[1])
    pull = np.diag([ridge] * x.shape[1] + [1e-6])
    known = np.zeros(z.shape[1])
    if towards is not None:
        known[:-1] = towards * scale
    for _ in range(60):
        p = 1 / (1 + np.exp(-np.clip(z @ beta, -30, 30)))
        slope = z.T @ (weight * (y - p)) - pull @ (beta - known)
        step = np.linalg.solve((z * (weight * p * (1 - p))[:, None]).T @ z + pull, slope)
        beta += step
        if np.abs(step).max() < 1e-6:
            break
    slopes = beta[:-1] / scale
    return slopes, float(beta[-1] - slopes @ middle)


def learnt(
    cases: Iterable[Case], view: View, of: Weights = WEIGHTS, like: View | None = None
) -> Weights:
    """The weights of one view from some cases, near those of another view if one is given."""
    cases = list(cases)
    return Weights(
        **{
            kind: tuple(replace(row, weight={**row.weight, view: found[row.name]}) for row in table)
            for kind, table in (("hop", of.hop), ("take_off", of.take_off), ("landing", of.landing))
            for found in [fit(cases, table, kind, like)]
        }
    )


def decoded(case: Case, weights: Weights, prices: Prices = TOLD) -> list[list[float]]:
    """Contacts of each series, s."""
    of = Evidence(
        time_s=case.time_s,
        landing=log_odds(weights.landing, case.landing, case.view),
        first=case.pairs[:, 0],
        second=case.pairs[:, 1],
        hop=log_odds(weights.hop, case.hop, case.view),
        take_off=log_odds(weights.take_off, case.hop, case.view),
        stand_s=(0.0, 0.0),
    )
    return [case.time_s[list(each.candidates)].tolist() for each in decode(of, prices)]


@dataclass
class Tally:
    """Hops found by force, and contacts where nobody hopped, jumped or ran."""

    true: int = 0
    found: int = 0
    outside: int = 0
    between: int = 0

    def add(self, truth: scoring.Truth, contacts_s: list[float]) -> None:
        """One recording of a shoe."""
        hops_s = [a for a, _, _ in scored_hops(truth)]
        self.true += len(hops_s)
        self.found += len(matched(hops_s, contacts_s))
        spans = [
            (span["start_s"] - 1.5, span["end_s"] + 1.5)
            for span in truth["activities"]
            if any(word in span["what"] for word in JUMPING)
        ]
        self.outside += sum(not any(a <= t <= b for a, b in spans) for t in contacts_s)
        inside = [t for t in contacts_s if any(a <= t <= b for a, b in hopping_spans(truth))]
        self.between += len(inside) - len(
            matched([c["contact_s"] for c in truth["contacts"]], inside)
        )


Others = Mapping[tuple[str, str], Weights]
"""By view and person: weights from everybody else."""


def others(folder: Path, of: Weights = WEIGHTS) -> Others:
    """Weights from everybody but each person."""
    cases = shoe_cases(folder)
    people = sorted({case.person for case in cases})
    return {
        (view, person): learnt(
            [c for c in cases if c.view == view and c.person != person], view, of
        )
        for view in FOOT
        for person in people
    }


def tallies(folder: Path, by: Others, prices: Prices = TOLD) -> dict[str, dict[str, Tally]]:
    """By variant and person: what is found with the weights given."""
    cases = shoe_cases(folder)
    out = {
        name: {person: Tally() for person in sorted({case.person for case in cases})}
        for name, _, _ in VARIANTS
    }
    for case in cases:
        found = decoded(case, by[case.view, case.person], prices)
        out[case.variant][case.person].add(case.truth, [t for series in found for t in series])
    return out


def line(tallies: Mapping[str, Tally]) -> str:
    """One variant in a line."""
    each = tallies.values()
    true, found, outside, between = (
        sum(getattr(t, k) for t in each) for k in ("true", "found", "outside", "between")
    )
    people = " ".join(f"{p} {t.found}/{t.true}({t.outside})" for p, t in tallies.items())
    share = f"found {found}/{true} = {found / true:.3f}"
    return f"{share}, false outside {outside}, between hops {between} | {people}"


def table(folder: Path) -> Weights:
    """The weights from everybody."""
    weights = WEIGHTS
    for view in FOOT:
        weights = learnt([c for c in shoe_cases(folder) if c.view == view], view, weights)
    return learnt(ankle_cases(folder), "shank", weights, like="foot")


def printed(weights: Weights) -> str:
    """As they stand in hop_weights.py."""
    lines = []
    for name, rows in (
        ("HOP", weights.hop),
        ("TAKE_OFF", weights.take_off),
        ("LANDING", weights.landing),
    ):
        lines.append(name)
        for row in rows:
            values = ", ".join(f"{row.weight[v]:.2f}" for v in ("foot by gyro", "foot", "shank"))
            lines.append(f'    _row("{row.name}", {values}, "{row.effect}"),')
    return "\n".join(lines)


def short(found: Mapping[str, Mapping[str, Tally]]) -> str:
    """Hops found and false contacts outside, variant by variant."""
    sums = [
        (sum(t.found for t in each.values()), sum(t.outside for t in each.values()))
        for each in found.values()
    ]
    return "  ".join(f"{a:3d} ({b:3d})" for a, b in sums)


def without(of: Weights, kind: str, name: str) -> Weights:
    """The tables without one piece of evidence."""
    rows = tuple(row for row in getattr(of, kind) if row.name.rstrip("²") != name)
    return replace(of, **{kind: rows})


def ablations(folder: Path) -> Iterator[str]:
    """Figures without each piece of evidence, weights learnt anew."""
    yield f"{'all':24s} {short(tallies(folder, others(folder)))}"
    for kind in ("hop", "take_off", "landing"):
        names = {row.name.rstrip("²") for row in getattr(WEIGHTS, kind)} - {"1"}
        for name in sorted(names):
            by = others(folder, without(WEIGHTS, kind, name))
            yield f"{kind + ' without ' + name:24s} {short(tallies(folder, by))}"


def sensitivities(folder: Path) -> Iterator[str]:
    """Figures with each price and each weight a fifth smaller and larger."""
    by = others(folder)
    for name in ("start", "hop", "lone", "step", "rhythm"):
        for factor in (0.8, 1.2):
            changed = replace(TOLD, **{name: factor * getattr(TOLD, name)})
            yield f"{name} × {factor:.1f}{'':12s} {short(tallies(folder, by, changed))}"
    for kind in ("hop", "take_off", "landing"):
        for number, row in enumerate(getattr(WEIGHTS, kind)):
            for factor in (0.8, 1.2):
                changed_by = {key: _scaled(each, kind, number, factor) for key, each in by.items()}
                name = f"{kind} {row.name} × {factor:.1f}"
                yield f"{name:24s} {short(tallies(folder, changed_by))}"


def _scaled(of: Weights, kind: str, number: int, factor: float) -> Weights:
    rows = list(getattr(of, kind))
    row = rows[number]
    rows[number] = replace(row, weight={v: factor * x for v, x in row.weight.items()})
    return replace(of, **{kind: tuple(rows)})


def main() -> None:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--ablate", action="store_true")
    parser.add_argument("--sensitivity", action="store_true")
    asked = parser.parse_args()
    if asked.ablate or asked.sensitivity:
        print("hops found (false contacts outside):", ", ".join(name for name, _, _ in VARIANTS))
    for wanted, lines in ((asked.ablate, ablations), (asked.sensitivity, sensitivities)):
        for each in lines(asked.folder) if wanted else ():
            print(each, flush=True)
    if not (asked.ablate or asked.sensitivity):
        for variant, found in tallies(asked.folder, others(asked.folder)).items():
            print(f"{variant:16s}", line(found), flush=True)
        print(printed(table(asked.folder)))


if __name__ == "__main__":
    main()
