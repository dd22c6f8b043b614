"""A yard as a proof sees it: borders and convex pieces that no leg may touch, all provable from the corners.

Why each is valid is shown in search.md, section 2; `verify` checks the same statements in exact arithmetic.
Arrays here are floats whose values lie on a grid of 2^-24 m, so that a certificate can state them exactly.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import shapely

from conedrills.search import Floats, Ints
from conedrills.space import FLOOR, SOFT

GRID = 2.0**-24
"""Metres: corners of pieces and of rings lie on this grid."""
PAID = 1e-5
"""Metres by which cores are widened less, for the rounding of a drill's numbers (search.md, section 2)."""
_INSIDE = 1e-6  # metres by which corners of pieces stay inside, for the grid
_FINENESS = (45.0, 15.0, 5.0, 2.0)  # degrees between the directions of a widened corner, coarse to fine
LEVELS = len(_FINENESS)
"""How fine pieces come."""
_SAME = 1e-9  # radians: a direction along the normal of a side belongs to the side's first corner
_LONG = 0.4  # metres: sides of a core at least this long are sides of its coarsest piece too


@dataclass(frozen=True)
class Ring:
    """A ring of the yard in its own frame: corners (n, 2) in metres, each with the index of the true corner.

    For the side from each corner: whether it is soft (any part of it), and the uncertainty to add, metres.
    `slack` is how far it may leave the true ring; `obstacle` is None for the boundary.
    """

    corners: Floats
    which: tuple[int, ...]
    soft: tuple[bool, ...]
    extra: tuple[float, ...]
    slack: float
    obstacle: int | None

    def needs(self, clearance: float) -> Floats:
        """What is kept from each side (n,), metres, with the slack taken off."""
        hard = np.where(self.soft, clearance * SOFT, max(clearance, FLOOR))
        return np.asarray(hard + np.array(self.extra) - self.slack)


@dataclass(frozen=True)
class Piece:
    """A convex polygon (m, 2), counter-clockwise, inside a widened core; `near` is the core corner of each.

    `core` are corners of ring number `ring`: a polygon that is no lawn (`solid`), or the two ends of a side.
    """

    kind: Literal["solid", "side"]
    ring: int
    core: tuple[int, ...]
    corners: Floats
    near: tuple[int, ...]


@dataclass(frozen=True)
class Level:
    """Pieces of one fineness as arrays.

    `corners` and the outward normal of the edge from each, unit, (F, 2); `offset` (F,) = normal · corner;
    `first` (K,) the first of each piece, `piece` (F,) which of them, `number` (K,) which of the class's.
    """

    corners: Floats
    normals: Floats
    offset: Floats
    first: Ints
    piece: Ints
    number: Ints


@dataclass(frozen=True)
class Cover:
    """What points and segments of one clearance keep out of.

    `borders` (H, 3): n · P >= d, unit normals; `pieces` from coarse to fine.
    """

    clearance: float
    borders: Floats
    pieces: tuple[Piece, ...]
    fineness: tuple[int, ...]

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """The pieces, one entry a fineness."""
        return tuple(
            _level(self.pieces, [nth for nth, fine in enumerate(self.fineness) if fine == level])
            for level in range(LEVELS)
        )


def _level(pieces: Sequence[Piece], chosen: list[int]) -> Level:
    rings = [pieces[nth].corners for nth in chosen]
    counts = np.array([len(ring) for ring in rings], dtype=np.intp)
    corners = np.concatenate([np.zeros((0, 2)), *rings])
    ends = np.concatenate([np.zeros((0, 2)), *(np.roll(ring, -1, axis=0) for ring in rings)])
    along = ends - corners
    normals = np.stack([along[:, 1], -along[:, 0]], axis=1) / np.hypot(*along.T)[:, None]
    first = np.concatenate([[0], np.cumsum(counts)])[:-1].astype(np.intp)
    return Level(
        corners,
        normals,
        (normals * corners).sum(axis=1),
        first,
        np.repeat(np.arange(len(chosen)), counts),
        np.array(chosen, dtype=np.intp),
    )


class Solid:
    """What of a yard is no lawn, cut into convex cores once; `cover` widens them for a clearance."""

    def __init__(self, rings: Sequence[Ring]) -> None:
        self.rings = tuple(rings)
        self.hull = shapely.Polygon(rings[0].corners).convex_hull
        self.valid = {nth for nth, ring in enumerate(rings) if shapely.Polygon(ring.corners).is_valid}
        self.cores = [(nth, core) for nth in sorted(self.valid) for core in self._cores(rings[nth])]
        self._covers: dict[tuple[float, float], Cover] = {}

    def _cores(self, ring: Ring) -> list[tuple[int, ...]]:
        shape = shapely.Polygon(ring.corners)
        return _convex_parts(self.hull.difference(shape) if ring.obstacle is None else shape, ring.corners)

    def cover(self, clearance: float, slack: float = 0.0) -> Cover:
        """Borders and pieces for one clearance, and points that may be off by some slack, metres."""
        key = (clearance, slack)
        if key not in self._covers:
            self._covers[key] = self._cover(clearance, PAID + slack)
        return self._covers[key]

    def _cover(self, clearance: float, paid: float) -> Cover:
        needs = [ring.needs(clearance) for ring in self.rings]
        pieces: list[tuple[int, Piece]] = []
        for nth, core in self.cores:
            pieces += _pieces("solid", nth, core, self.rings[nth].corners, float(needs[nth].min()) - paid)
        for nth, ring in enumerate(self.rings):
            covered = float(needs[nth].min()) + 1e-6 if nth in self.valid else -1.0
            along = np.roll(ring.corners, -1, axis=0) - ring.corners
            long = np.hypot(*along.T) > 4.0 * GRID  # else the sides next to it do for it
            for side in np.flatnonzero((needs[nth] > covered) & long).tolist():
                ends = (side, (side + 1) % len(ring.corners))
                pieces += _pieces("side", nth, ends, ring.corners, float(needs[nth][side]) - paid)
        pieces.sort(key=lambda part: part[0])
        return Cover(
            clearance,
            self._borders(float(needs[0].min()) - paid),
            tuple(piece for _, piece in pieces),
            tuple(fine for fine, _ in pieces),
        )

    def _borders(self, need: float) -> Floats:
        corners = np.asarray(shapely.get_coordinates(shapely.normalize(self.hull)))[::-1][:-1]
        along = np.roll(corners, -1, axis=0) - corners
        along = along[np.hypot(*along.T) > 0.01]
        normals = np.stack([-along[:, 1], along[:, 0]], axis=1) / np.hypot(*along.T)[:, None]
        reach = (self.rings[0].corners @ normals.T).min(axis=0)
        return np.concatenate([normals, (reach + need)[:, None]], axis=1)


def _pieces(
    kind: Literal["solid", "side"], ring: int, core: tuple[int, ...], corners: Floats, width: float
) -> Iterator[tuple[int, Piece]]:
    """A core widened, from coarse to fine."""
    before = 2
    for fine, gap in enumerate(_FINENESS):
        widened, near = _widened(corners[list(core)], width - _INSIDE, gap, _LONG / 4**fine)
        if len(widened) > before:  # else it says nothing new
            before = len(widened)
            yield fine, Piece(kind, ring, core, widened, near)


def _widened(core: Floats, width: float, gap: float, long: float) -> tuple[Floats, tuple[int, ...]]:
    """A convex polygon inside the convex core (counter-clockwise; two corners: a segment) widened.

    Its corners lie at the full width from core corners, at most `gap` degrees apart, and where a side of at
    least `long` metres turns.
    """
    along = np.roll(core, -1, axis=0) - core
    lengths = np.hypot(*along.T).tolist()
    headings = np.arctan2(-along[:, 0], along[:, 1]).tolist()  # of the outward normals
    spots: list[tuple[float, int]] = []
    count = max(3, math.ceil(360.0 / gap))
    for nth in range(len(core)):
        start = headings[nth - 1]
        turn = (headings[nth] - start) % (2.0 * math.pi)
        if len(core) == 2:
            turn = math.pi
        if lengths[nth - 1] >= long:
            spots.append((start, nth))
        if lengths[nth - 1] >= long and lengths[nth] >= long:
            steps = max(1, math.ceil(turn / math.radians(gap)))
            spots += [(start + turn * step / steps, nth) for step in range(1, steps)]
        else:
            step = 2.0 * math.pi / count
            spots += [
                (step * way, nth)
                for way in range(math.floor(start / step), math.ceil(start / step) + count)
                if -_SAME <= step * way - start < turn - _SAME
            ]
        if lengths[nth] >= long:
            spots.append((start + turn, nth))
    corners = core.tolist()
    points = [
        (
            round((corners[nth][0] + width * math.cos(angle)) / GRID) * GRID,
            round((corners[nth][1] + width * math.sin(angle)) / GRID) * GRID,
        )
        for angle, nth in spots
    ]
    return _strictly_convex(points, [nth for _, nth in spots])


def _strictly_convex(points: list[tuple[float, float]], near: list[int]) -> tuple[Floats, tuple[int, ...]]:
    """Counter-clockwise points without those at which the polygon does not turn left."""
    keep = list(range(len(points)))
    nth = 0
    while nth < len(keep) and len(keep) > 3:
        (x0, y0), (x, y), (x1, y1) = (points[keep[(nth + off) % len(keep)]] for off in (-1, 0, 1))
        turn = (x - x0) * (y1 - y) - (y - y0) * (x1 - x)
        if turn <= 1e-7 * (math.hypot(x - x0, y - y0) + math.hypot(x1 - x, y1 - y)):
            del keep[nth]
            nth = max(0, nth - 1)
        else:
            nth += 1
    return np.array([points[nth] for nth in keep]), tuple(near[nth] for nth in keep)


def _convex_parts(shape: shapely.Geometry, corners: Floats) -> list[tuple[int, ...]]:
    """A region with corners among the given ones as convex polygons of their indices, counter-clockwise."""
    index = {(x, y): nth for nth, (x, y) in enumerate(corners.tolist())}
    parts: list[tuple[int, ...]] = []
    for polygon in shapely.get_parts(shape):
        if not isinstance(polygon, shapely.Polygon) or polygon.area < 1e-6:
            continue
        triangles = shapely.get_parts(shapely.constrained_delaunay_triangles(polygon))
        for triangle in triangles:
            ring = [index.get((x, y)) for x, y in triangle.exterior.coords[:-1]]
            known = [nth for nth in ring if nth is not None]
            if len(known) == 3:
                parts.append(tuple(known if _turn(corners, known) > 0.0 else known[::-1]))
    return _merged(parts, corners)


def _turn(corners: Floats, part: Sequence[int]) -> float:
    a, b, c = (corners[nth] for nth in part[:3])
    return float((b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0]))


def _merged(parts: list[tuple[int, ...]], corners: Floats) -> list[tuple[int, ...]]:
    """Convex parts joined over their longest common sides while what comes out is convex."""
    while True:
        sides = {(part[i - 1], part[i]): nth for nth, part in enumerate(parts) for i in range(len(part))}
        shared = sorted(
            ((a, b) for a, b in sides if a < b and (b, a) in sides),
            key=lambda side: (-float(np.hypot(*(corners[side[0]] - corners[side[1]]))), side),
        )
        for a, b in shared:
            one, other = parts[sides[a, b]], parts[sides[b, a]]
            joined = _joined(one, other, a, b)
            if _is_convex(corners[list(joined)]):
                parts = [part for part in parts if part not in (one, other)] + [joined]
                break
        else:
            return sorted(parts)


def _joined(one: tuple[int, ...], other: tuple[int, ...], a: int, b: int) -> tuple[int, ...]:
    """Two parts that share a side, from a to b in the first and back in the other, as one."""
    i, j = one.index(b), other.index(a)
    return (*one[i:], *one[:i], *(other[j + 1 :] + other[:j])[: len(other) - 2])


def _is_convex(ring: Floats) -> bool:
    along = np.roll(ring, -1, axis=0) - ring
    after = np.roll(along, -1, axis=0)
    turns = along[:, 0] * after[:, 1] - along[:, 1] * after[:, 0]
    return bool((turns > 0.0).all())
