"""Which poses of a body are worth climbing from: a whole lattice of them, judged on a grid of distances.

Arrays and floats only, like `search`, which goes on from here. The grid is coarse and the judgement a
promise; it may be wrong on either side, so many starts are returned, from all over the lattice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from conedrills.search import FAR, Body, Floats, Ints, Measure, Poses, points_of, scales

_PLACES = 1200  # of the lattice, about
_ANGLES = 36
_SAMPLES = 120  # of the body, at the most
_APART = 1.6  # distances kept between two samples: a wall between them is then felt by one


@dataclass(frozen=True)
class Field:
    """Distances on a grid: `hard` and `soft` (R, C) metres from the nearest such wall, `inside` where free.

    Node (r, c) lies at corner + step · (c, r).
    """

    corner: Floats
    step: float
    hard: Floats
    soft: Floats
    inside: NDArray[np.bool_]

    def spare(self, hard: float, soft: float, border: int) -> Floats:
        """What is left of the asked-for distances at each node, with a border of nodes far outside."""
        free = np.minimum(self.hard - hard, self.soft - soft)
        blocked = np.maximum(-self.hard - hard, -self.soft - soft)
        return np.pad(np.where(self.inside, free, blocked), border, constant_values=-FAR)

    def holds(self, points: Floats) -> NDArray[np.bool_]:
        """Whether the node nearest to each of some points (..., 2) is free; False off the grid."""
        column, row = (np.rint((points[..., i] - self.corner[i]) / self.step).astype(int) for i in (0, 1))
        rows, columns = self.inside.shape
        on = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
        return np.asarray(on & self.inside[np.where(on, row, 0), np.where(on, column, 0)])

    def nodes(self, every: int) -> Ints:
        """The (row, column) of every so many nodes (P, 2), centred in the grid."""
        rows, columns = (np.arange((size - 1) % every // 2, size, every) for size in self.hard.shape)
        return np.stack(np.meshgrid(rows, columns, indexing="ij"), axis=-1).reshape(-1, 2)


def screen(measure: Measure, field: Field, sizes: Floats, mirrored: tuple[bool, ...], count: int) -> Poses:
    """The most promising poses of a lattice at the given sizes, at most `count`, spread out, best first.

    A pose that misses some distance at a size promises a smaller size, at the rate at which the body shrinks.
    A promise is a guess: half of the poses are the largest that fit already. With a single size the poses
    with the most to spare come first.
    """
    lattice = _Lattice.of(measure.body, field, sizes)
    rate = float(scales(measure.body)[3:].max())
    shape = (len(mirrored), _ANGLES, len(lattice.nodes))
    promised, certain = _Ranking(shape), _Ranking(shape)
    for flip, mirror in enumerate(mirrored):
        for size in sizes:
            left = lattice.spare(float(size), mirror)
            worth = left if len(sizes) == 1 else size + np.minimum(left, 0.0) / rate
            # a climb from far outside would start across a wall
            promised.see(flip, float(size), np.where(left > -0.75 * lattice.kept, worth, worth - FAR))
            fits = np.where(left > -field.step, float(size), -np.inf)
            certain.see(flip, float(size), fits + 1e-3 * np.minimum(left, field.step))
    half = count if len(sizes) == 1 else count // 2
    best, surest = (
        _fair(measure, field, lattice.poses(ranking, mirrored, 2 * half), half)
        for ranking in (promised, certain)
    )
    return best if len(sizes) == 1 else best.joined(surest)


def _fair(measure: Measure, field: Field, poses: Poses, count: int) -> Poses:
    """The first of some poses, without those across a wall: a climb cannot come back from there."""
    inside = field.holds(points_of(measure.body, poses)).all(axis=1)
    return poses.take(np.flatnonzero(inside & (measure.least(poses) > -FAR))[:count])


class _Ranking:
    """The best worth seen of every pose of the lattice, and the size at which it was seen."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.worth, self.size = np.full(shape, -np.inf), np.zeros(shape)

    def see(self, flip: int, size: float, worth: Floats) -> None:
        better = worth > self.worth[flip]
        self.worth[flip] = np.where(better, worth, self.worth[flip])
        self.size[flip] = np.where(better, size, self.size[flip])


@dataclass(frozen=True)
class _Lattice:
    """Nodes (P, 2) and angles (A,), and the body as samples (Q, 3): two of its points and the share between.

    `spares` (classes, cells) holds what each class of sample has left at each cell of the bordered grid.
    """

    body: Body
    field: Field
    samples: Floats
    classes: Ints
    kept: float
    border: int
    width: int
    spares: Floats
    nodes: Ints
    angles: Floats

    @staticmethod
    def of(body: Body, field: Field, sizes: Floats) -> _Lattice:
        samples, needs = _samples(body, float(sizes.max()))
        kinds, classes = np.unique(needs, axis=0, return_inverse=True)
        arm = max(float(np.hypot(*points.T).max()) for points in body.points(body.alike(sizes))[0])
        border = int(np.ceil(arm / field.step)) + 2
        spares = np.stack([field.spare(hard, soft, border) for hard, soft in kinds])
        return _Lattice(
            body=body,
            field=field,
            samples=samples,
            classes=classes.ravel(),
            kept=float(kinds[:, 0].min()),
            border=border,
            width=spares.shape[2],
            spares=spares.reshape(len(kinds), -1),
            nodes=field.nodes(max(1, round(float(np.sqrt(field.hard.size / _PLACES))))),
            angles=np.linspace(0.0, 2.0 * np.pi, _ANGLES, endpoint=False),
        )

    def spare(self, size: float, mirror: bool) -> Floats:
        """What is left of the tightest distance at each angle and node (A, P), read off the grid."""
        points = self.body.points(self.body.alike(np.array([size])))[0][0]
        first, second = (points[self.samples[:, i].astype(int)] for i in (0, 1))
        local = first + self.samples[:, 2:3] * (second - first)
        x, y = (-local[:, 0] if mirror else local[:, 0]), local[:, 1]
        cos, sin = np.cos(self.angles)[:, None], np.sin(self.angles)[:, None]
        offset = np.rint((sin * x + cos * y) / self.field.step).astype(np.int32) * self.width
        offset += np.rint((cos * x - sin * y) / self.field.step).astype(np.int32)
        rows, columns = self.nodes[:, 0] + self.border, self.nodes[:, 1] + self.border
        base = (rows * self.width + columns).astype(np.int32)
        left = np.full((len(self.angles), len(self.nodes)), np.inf)
        for nth in range(len(local)):
            np.minimum(left, self.spares[self.classes[nth]].take(base + offset[:, nth, None]), out=left)
        return left

    def poses(self, ranking: _Ranking, mirrored: tuple[bool, ...], count: int) -> Poses:
        """The best pose of each neighbourhood, best first."""
        flat = ranking.worth.ravel()
        some = np.argpartition(-flat, min(50 * count, flat.size - 1))[: 50 * count]
        order = some[np.lexsort((some, -flat[some]))]
        flip, angle, node = np.unravel_index(order, ranking.worth.shape)
        size = max(0.8, max(self.field.hard.shape) * self.field.step / 16.0)
        cell = np.floor(self.nodes[node] * self.field.step / size).astype(int)
        keys = np.ravel_multi_index(
            (flip, angle // 2, cell[:, 0], cell[:, 1]), (2, _ANGLES, *(cell.max(axis=0) + 1))
        )
        _, firsts = np.unique(keys, return_index=True)
        best = order[np.sort(firsts)[:count]]
        best = best[np.isfinite(flat[best])]
        flip, angle, node = np.unravel_index(best, ranking.worth.shape)
        return Poses(
            self.field.corner + self.field.step * self.nodes[node][:, ::-1],
            self.angles[angle],
            self.body.alike(ranking.size.ravel()[best]),
            np.array(mirrored, dtype=bool)[flip],
        )


def _samples(body: Body, size: float) -> tuple[Floats, Floats]:
    """Places on the body (Q, 3) and the distances (Q, 2) kept there, no wall between two unfelt."""
    at, _ = body.points(body.alike(np.array([size])))
    apart = _APART * float(body.soft.min())
    rows, needs = [], []
    for (first, second), hard, soft in zip(body.segments, body.hard, body.soft, strict=True):
        pieces = max(1, int(np.ceil(float(np.hypot(*(at[0, second] - at[0, first]))) / apart)))
        rows += [(first, second, piece / pieces) for piece in range(pieces + 1)]
        needs += [(hard, soft)] * (pieces + 1)
    some = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), _SAMPLES)).astype(int))
    return np.array(rows, dtype=np.float64)[some], np.array(needs)[some]
