"""Fit an accelerometer's errors to rest positions: mainly to the norm, with help from the sides.

At rest the true specific force is 1 g however the sensor lies: |M·(f − b)| = g, with a bias b
(3 values) and a symmetric matrix M (3 scales, 3 cross-axis terms). The norm is blind to a rotation
of all axes together: |R·M·(f − b)| is the same for every rotation R. Of all matrices that fit, the
symmetric one is used, which leaves the axes in place on average (polar decomposition).

That gives nine unknowns, and six sides give six norms. But each side also points along an axis of
the case. If the sides were laid exactly, they would determine the cross-axis terms too (Ferraris
1995, Sensors and Actuators 42, uses exact positions alone), but nobody lays a strapped pod exactly.
So the six directions enter as observations with their own error, whose size follows from the sides
themselves: the readings of two opposite sides add up to twice the bias in any sensor, and what is
left is tilt. The sizes of tilt and norm error are estimated by evidence maximisation (MacKay 1992,
Neural Computation 4:415). The usual errors of sensors (datasheets: tens of mg, percents, degrees)
are the prior, which keeps undetermined terms near zero. Cross-axis terms that do not exceed the
tilt are left alone altogether, so that careless laying does not spoil a good sensor. The posterior
gives the error of the norm over *all* orientations (``expected_mg``). Six sides laid squarely reach
2 mg; sides laid carelessly need a few positions halfway between two sides, where the norm itself
shows the cross-axis terms (as in Tedaldi 2014, ICRA, which needs some forty positions and no
sides).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize
from scipy.spatial.transform import Rotation

from calibration.common.rest import Rest
from sensing.core.units import G_MPS2, Floats

FACE_DEG = 25.0
"""A direction closer than this to an axis is a side; beyond it is a position between sides. Pods
are laid within some degrees, and a board may sit askew in its case by ten."""

SAME_DEG = 2.0
"""Consecutive rests that point the same way are one position, held for longer."""

_BIAS_SD_G = 0.05
_SCALE_SD = 0.03
_CROSS_SD = 0.02
"""From datasheets of wearable sensors: ±20…80 mg, ±1…3 %, ±1…2 % across (1 % is 0.6°)."""

_LEAST_CROSS_SD = 0.0003
"""A good sensor has hardly any: what careless sides seem to show is their tilt …"""

_CLEARLY = 7.8
"""… unless all three together exceed their error: 95 % point of chi-square, 3 degrees."""

_SKEW_SD = 0.2
"""How far the axes of the case may be turned against those of the chip, rad."""

_NORM_SD_G = 0.0004
"""Least error of a norm at rest besides noise: bias wanders by some tenths of a mg in minutes."""

_TILT_SD = (np.radians(0.15), np.radians(20.0))
"""Least and largest error of laying a side. Cases and tables are square to a few tenths of a
degree, and six sides can't show less than that."""

_UNSEEN_STEP_MPS2 = 1.0
"""Assumed resolution of a sensor that never shows one: some tenths of a g."""

_ROUNDS = 30


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Position:
    """An orientation in which the sensor lay still.

    Attributes:
        rests: the rests it consists of, in order.
        mean_g: mean reading, shape (3,), g.
        norm_sd_g: error of its norm from noise and from the sensor's resolution, g.
        face: (axis, sign) of the side that was up, or None between two sides.
    """

    rests: tuple[Rest, ...]
    mean_g: Floats
    norm_sd_g: float
    face: tuple[int, int] | None

    @property
    def start_s(self) -> float:
        """When it started, s."""
        return self.rests[0].start_s


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """The fitted errors.

    Attributes:
        bias_g: shape (3,), g.
        matrix: symmetric, shape (3, 3).
        covariance: of the error of bias (3), diagonal (3) and off-diagonal xy, xz, yz (3), (9, 9).
        norm_sd_g: RMS error of the norms, estimated, g.
        left_g: |corrected| − 1 of every position, shape (n,), g.
    """

    bias_g: Floats
    matrix: Floats
    covariance: Floats
    norm_sd_g: float
    left_g: Floats

    @property
    def expected_g(self) -> float:
        """Expected error of the norm over all orientations, 1 SD, g."""
        return float(np.sqrt(np.trace(self.covariance @ _OVER_SPHERE)))


def positions_of(rests: list[Rest]) -> list[Position]:
    """Rests as positions; consecutive ones that point the same way are combined."""
    groups: list[list[Rest]] = []
    for rest in rests:
        if groups and _angle_deg(groups[-1][0].up, rest.up) < SAME_DEG:
            groups[-1].append(rest)
        else:
            groups.append([rest])
    step_mps2 = min((rest.step_mps2 for rest in rests), default=np.inf)
    return [_position(group, min(step_mps2, _UNSEEN_STEP_MPS2)) for group in groups]


def face_of(up: Floats) -> tuple[int, int] | None:
    """(axis, sign) of the sensor's axis close to a direction, or None."""
    axis = int(np.argmax(np.abs(up)))
    near = abs(float(up[axis])) > np.cos(np.radians(FACE_DEG)) * float(np.linalg.norm(up))
    return (axis, 1 if up[axis] > 0 else -1) if near else None


def fit(positions: list[Position]) -> Fitted:
    """Bias and matrix from at least six positions that include all sides."""
    problem = _Problem(positions)
    x = np.zeros(12)
    norm_sd, tilt_sd = _NORM_SD_G, float(_TILT_SD[1])
    for _ in range(_ROUNDS):
        x, covariance, norms, tilts = problem.solved(x, norm_sd, tilt_sd, _CROSS_SD)
        before = norm_sd, tilt_sd
        norm_sd = max(_NORM_SD_G, norms.factor() * norm_sd)
        tilt_sd = float(np.clip(tilts.factor(spare=2.0) * tilt_sd, *_TILT_SD))
        if np.allclose(before, (norm_sd, tilt_sd), rtol=0.01):
            break
    likeliest = x
    cross_sd = _LEAST_CROSS_SD
    if x[6:9] @ np.linalg.solve(covariance[6:9, 6:9], x[6:9]) > _CLEARLY:
        found = 3 - float(np.trace(covariance[6:9, 6:9])) / _CROSS_SD**2
        size = float(np.sqrt(np.sum(x[6:9] ** 2) / max(found, 1e-3)))
        cross_sd = float(np.clip(size, _LEAST_CROSS_SD, _CROSS_SD))
    x = problem.solved(x, norm_sd, tilt_sd, cross_sd)[0]
    # Terms that were left alone are an error too, as large as they are likely to be.
    covariance = covariance + np.outer(likeliest - x, likeliest - x)
    matrix = _matrix(x[3:9])
    left = np.linalg.norm(_undone(problem.read_g, x[:3], matrix), axis=1) - 1
    return Fitted(
        bias_g=x[:3],
        matrix=matrix,
        covariance=covariance[:9, :9],
        norm_sd_g=norm_sd,
        left_g=np.asarray(left, dtype=np.float64),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """Residuals of one kind, and how much of each the parameters were fitted to (0…1)."""

    residual: Floats
    fitted: Floats

    def factor(self, spare: float = 0.0) -> float:
        """Factor by which their assumed error is too small: residuals over degrees of freedom.

        An error estimated from few differences may be larger than it looks; ``spare`` = 2 makes the
        variance that of Student's t with the same degrees of freedom.
        """
        free = len(self.residual) - float(self.fitted.sum()) - spare
        return float(np.sqrt(np.sum(self.residual**2) / max(free, 0.5)))


class _Problem:
    """Positions as least squares in 12 unknowns: bias, diagonal, off-diagonal, skew of the case."""

    def __init__(self, positions: list[Position]) -> None:
        self.read_g = np.array([p.mean_g for p in positions])
        self._own_sd = np.array([p.norm_sd_g for p in positions])
        sides = [(i, p.face) for i, p in enumerate(positions) if p.face is not None]
        self._rows = np.array([i for i, _ in sides])
        self._across = np.array([[j for j in range(3) if j != axis] for _, (axis, _) in sides])
        self._signs = np.array([sign for _, (_, sign) in sides])

    def solved(
        self, start: Floats, norm_sd: float, tilt_sd: float, cross_sd: float
    ) -> tuple[Floats, Floats, _Group, _Group]:
        """Unknowns, their covariance, and the residuals of norms and of tilts."""
        prior = np.repeat([_BIAS_SD_G, _SCALE_SD, cross_sd, _SKEW_SD], 3)
        sd = np.hypot(self._own_sd, norm_sd)

        def residuals(x: Floats) -> Floats:
            norms, tilts = self._errors(x)
            return np.concatenate([norms / sd, tilts / tilt_sd, x / prior])

        found = optimize.least_squares(residuals, start, method="lm")
        jacobian = np.asarray(found.jac)
        covariance = np.linalg.inv(jacobian.T @ jacobian)
        fitted = np.einsum("ij,jk,ik->i", jacobian, covariance, jacobian)
        a, b = len(self.read_g), len(found.fun) - len(prior)
        return (
            np.asarray(found.x),
            covariance,
            _Group(found.fun[:a], fitted[:a]),
            _Group(found.fun[a:b], fitted[a:b]),
        )

    def _errors(self, x: Floats) -> tuple[Floats, Floats]:
        """Norm minus 1 of every position, g, and tilt of every side in its two directions, rad."""
        true = _undone(self.read_g, x[:3], _matrix(x[3:9]))
        norm = np.linalg.norm(true, axis=1)
        case = Rotation.from_rotvec(x[9:]).as_matrix()
        along = true[self._rows] @ case / norm[self._rows, None] * self._signs[:, None]
        return norm - 1, np.take_along_axis(along, self._across, axis=1).ravel()


def checked(positions: list[Position], known_g: float) -> Floats:
    """Errors of the norms that the other positions predict to within ``known_g``, g.

    A position that alone shows something (the only one on its side, or halfway between two) can't
    be predicted and is left out.
    """
    errors = []
    for i, one in enumerate(positions):
        others = positions[:i] + positions[i + 1 :]
        if one.face is not None and all(p.face != one.face for p in others):
            continue
        fitted = fit(others)
        force = _undone(one.mean_g[None], fitted.bias_g, fitted.matrix)[0]
        slope = _slope(force)
        if slope @ fitted.covariance @ slope < known_g**2:
            errors.append(float(np.linalg.norm(force)) - 1)
    return np.array(errors)


def drift_of(positions: list[Position], fitted: Fitted) -> float | None:
    """Rate of a steady change of bias, g/s, if that explains the residuals of the fit.

    None if it does not explain half of them, or if there are too few positions.
    """
    read = np.array([p.mean_g for p in positions])
    force = _undone(read, fitted.bias_g, fitted.matrix)
    time_s = np.array([p.start_s for p in positions])
    steady = np.array([_slope(each) for each in force])
    drifting = np.column_stack([steady, steady[:, :3] * (time_s - time_s.mean())[:, None]])
    if len(positions) < drifting.shape[1] + 3:
        return None
    change = np.linalg.lstsq(drifting, -fitted.left_g, rcond=None)[0]
    left = fitted.left_g + drifting @ change
    if np.sum(left**2) > 0.25 * np.sum(fitted.left_g**2):
        return None
    return float(np.linalg.norm(change[9:]))


def _position(rests: list[Rest], step_mps2: float) -> Position:
    count = np.array([rest.count for rest in rests], dtype=np.float64)
    mean = np.average([rest.mean_mps2 for rest in rests], axis=0, weights=count) / G_MPS2
    noise = float(np.sqrt(np.mean([rest.noise_mps2**2 for rest in rests])))
    # Noise larger than half a step averages over the steps; with less, the mean sticks to one.
    stuck = step_mps2 / np.sqrt(12) if noise < 0.5 * step_mps2 else 0.0
    sd = float(np.hypot(noise / np.sqrt(count.sum()), stuck) / G_MPS2)
    return Position(
        rests=tuple(rests),
        mean_g=np.asarray(mean, dtype=np.float64),
        norm_sd_g=sd,
        face=face_of(mean),
    )


def _angle_deg(a: Floats, b: Floats) -> float:
    return float(np.degrees(np.arctan2(np.linalg.norm(np.cross(a, b)), float(a @ b))))


def _matrix(x: Floats) -> Floats:
    xx, yy, zz, xy, xz, yz = x
    return np.array([[1 + xx, xy, xz], [xy, 1 + yy, yz], [xz, yz, 1 + zz]])


def _undone(read_g: Floats, bias_g: Floats, matrix: Floats) -> Floats:
    return np.asarray((read_g - bias_g) @ matrix.T, dtype=np.float64)


def _slope(force_g: Floats) -> Floats:
    """Derivative of the norm with respect to each of the nine parameters, shape (9,)."""
    x, y, z = force_g / max(float(np.linalg.norm(force_g)), 1e-9)
    return np.array([-x, -y, -z, x * x, y * y, z * z, 2 * x * y, 2 * x * z, 2 * y * z])


def _over_sphere() -> Floats:
    """Mean of slope · slopeᵀ over all directions, shape (9, 9), from the moments of a sphere."""
    out = np.zeros((9, 9))
    out[:3, :3] = np.eye(3) / 3
    out[3:6, 3:6] = (np.ones((3, 3)) + 2 * np.eye(3)) / 15
    out[6:, 6:] = 4 * np.eye(3) / 15
    return out


_OVER_SPHERE = _over_sphere()
