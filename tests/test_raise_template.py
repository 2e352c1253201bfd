"""What the raise detector computes at once is what it would compute one by one."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensing.analysis.reps.raise_chains import cut
from sensing.analysis.reps.raise_members import _likeliest, _links
from sensing.analysis.reps.raise_params import RaiseParams
from sensing.analysis.reps.raise_template import likeness, sizes
from sensing.analysis.reps.rep_model import Belief, Windows, descent_of, model_of, off_line
from sensing.core.units import Floats

SEEDS = st.integers(0, 2**32 - 1)


def smooth(rng: np.random.Generator, n: int) -> Floats:
    """Velocity and lean as they may be, lean far from zero, shape (n, 4)."""
    stands = np.array([0.0, 30.0, -50.0, 10.0])
    return np.asarray(np.cumsum(rng.normal(size=(n, 4)), axis=0) + stands)


def alike(window: Floats, shape: Floats) -> float:
    """Normalised correlation, lean levelled, shapes (w, 4)."""
    window, shape = window.copy(), shape.copy()
    for each in (window, shape):
        each[:, 1:] -= each[:, 1:].mean(axis=0)
    return float((window * shape).sum() / np.sqrt((window**2).sum() * (shape**2).sum()))


@given(SEEDS, st.integers(5, 20), st.integers(5, 30))
@settings(max_examples=30, deadline=None)
def test_likeness_is_the_best_correlation_of_all_tempos_and_shifts(
    seed: int, before: int, after: int
) -> None:
    """Compared with windows cut out one by one."""
    rng = np.random.default_rng(seed)
    rows, template = smooth(rng, 300), smooth(rng, before + after)
    at = np.sort(rng.choice(300, 11, replace=False))
    padded = np.pad(rows, ((100, 100), (0, 0)), mode="edge")
    best = np.full(len(at), -1.0)
    for tempo in (0.72, 0.85, 1.0, 1.18, 1.4):
        ahead, behind = int(before * tempo), int(after * tempo)
        where = before + np.arange(-ahead, behind) / tempo
        shape = np.column_stack(
            [np.interp(where, np.arange(before + after), axis) for axis in template.T]
        )
        for k, shift in itertools.product(range(len(at)), (-3, -1, 1, 3)):
            first = 100 + at[k] + shift - ahead
            best[k] = max(best[k], alike(padded[first : first + len(shape)], shape))
    assert likeness(rows, at, template_levelled(template), before) == pytest.approx(best, abs=1e-7)


def template_levelled(template: Floats) -> Floats:
    """Lean less its mean, as a set's template has it, shape (w, 4)."""
    out = template.copy()
    out[:, 1:] -= out[:, 1:].mean(axis=0)
    return out


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_the_size_of_a_template_is_its_least_squares_fit(seed: int) -> None:
    """At every position, also at the ends."""
    rng = np.random.default_rng(seed)
    rows, template = smooth(rng, 120), smooth(rng, 31)
    padded = np.pad(rows, ((12, 18), (0, 0)), mode="edge")
    direct = [(padded[k : k + 31] * template).sum() / (template**2).sum() for k in range(120)]
    assert sizes(rows, template, 12) == pytest.approx(direct, rel=1e-9, abs=1e-9)


@given(SEEDS, st.integers(1, 40), st.integers(1, 40))
@settings(max_examples=30, deadline=None)
def test_windows_are_cut_with_their_ends_repeated(seed: int, before: int, after: int) -> None:
    """Also where they reach beyond the recording, and lean is levelled."""
    rng = np.random.default_rng(seed)
    rows = smooth(rng, 50)
    at = rng.integers(0, 50, 7)
    there = np.clip(at[:, None] + np.arange(-before, after), 0, 49)
    direct = rows[there]
    direct[:, :, 1:] -= direct[:, :, 1:].mean(axis=1, keepdims=True)
    assert cut(rows, at, before, after) == pytest.approx(direct)


@given(SEEDS, st.integers(3, 8))
@settings(max_examples=60, deadline=None)
def test_no_other_sequence_of_reps_is_likelier(seed: int, count: int) -> None:
    """Compared with every subset of the possible reps, in both rhythms."""
    rng = np.random.default_rng(seed)
    p = RaiseParams()
    # Sometimes so far apart that none follows on another.
    peaks = np.cumsum(rng.integers(20, 260, count) * (1 if rng.random() < 0.8 else 10) + 1)
    worth = np.where(rng.random(count) < 0.2, -np.inf, rng.normal(1.0, 1.5, count))
    may_end = rng.random(count) < 0.7
    may_end[0] = np.isfinite(worth[0])
    beats, uneven = np.array([120.0, 60.0]), float(rng.uniform(*p.tempo_sd))
    links = _links(peaks, beats, uneven, 50.0, p)

    def total(chain: tuple[int, ...], rhythm: int) -> float:
        if not (may_end[chain[0]] and may_end[chain[-1]]):
            return -np.inf
        steps = [
            links[rhythm, b, links.shape[2] - (b - a)] if b - a <= links.shape[2] else -np.inf
            for a, b in itertools.pairwise(chain)
        ]
        return float(worth[list(chain)].sum() + sum(steps))

    every = [
        total(chain, rhythm)
        for size in range(1, count + 1)
        for chain in itertools.combinations(range(count), size)
        for rhythm in (0, 1)
    ]
    found = tuple(_likeliest(peaks, worth, may_end, beats, uneven, 50.0, p).tolist())
    best = max(total(found, rhythm) for rhythm in (0, 1))
    assert best == max(every) or best == pytest.approx(max(every))


@given(SEEDS, st.integers(1, 2))
@settings(max_examples=20, deadline=None)
def test_the_gradient_of_a_fit_is_its_slope(seed: int, leans: int) -> None:
    """Half the change of the squares left over a small step of each time and of the height."""
    rng = np.random.default_rng(seed)
    time_s = np.linspace(0.0, 3.0, 40)[None]
    line, _ = np.linalg.qr(np.stack([np.ones((1, 40)), time_s - 1.5], axis=-1))
    data = Windows(
        time_s,
        off_line(rng.normal(0.0, 0.05, (1, 40)), line),
        off_line(rng.normal(0.0, 0.1, (1, leans, 40)), line),
        line,
    )
    belief = Belief(
        noise=np.array([0.01, 0.02, 0.02])[: 1 + leans],
        lean_per_m=rng.normal(2.0, 1.0, (2, leans)) * [[1.0], [0.02]],
        usual_s=np.array([0.7, 0.3, 0.9]),
        spread=(0.15, 0.15),
        landing_s=np.array([2.4]),
        landing_sd_s=np.array([0.05]),
    )
    theta_s, rise_m = np.array([[0.4, 0.7, 0.35, 0.8]]), np.array([0.06])
    gradient, _ = descent_of(theta_s, model_of(theta_s, rise_m, data, belief), data)

    def squares(five: Floats) -> float:
        return float(model_of(five[None, :4], five[4:], data, belief).cost()[0])

    five, step = np.append(theta_s[0], rise_m), 1e-6
    slope = [
        (squares(five - move) - squares(five + move)) / (4 * step) for move in step * np.eye(5)
    ]
    assert gradient[0] == pytest.approx(slope, rel=1e-3, abs=1e-3 * np.abs(slope).max())
