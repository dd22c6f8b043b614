"""Boxes of poses, closed again: what an allowed pose of a box must satisfy, in whole numbers.

The names are those of search.md, section 4. Lengths, sizes and tangents are whole multiples of 2^-30, sines
and cosines of 2^-40; rows are kept in units of 2^-130 m² over the denominator of the box's rotation, so that
nothing is ever rounded but the limits of a sine, outward. `verify` knows what the boxes must be.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from conedrills.certificatefile import Apart, Closed, Cut, Proof, Range, Segment, Tree
from conedrills.exact import UNIT, XY, ExactYard, turn_of

EXTREME = 444758428
"""Of tau: a little more than the tangent of 22.5 degrees, so that four quarters are all angles."""
_FINE = 40  # sines and cosines are multiples of 2^-40


def at(part: Range, point: int, size: int) -> XY:
    """Where a point is at a size, about the middle, in 2^-60 m."""
    bx, by, gx, gy = part.points[point]
    return (bx << 30) + size * gx, (by << 30) + size * gy


def along(part: Range, segment: Segment) -> XY:
    """The vector along a segment that stands for its direction: the segment at the range's largest size."""
    (ax, ay), (bx, by) = (at(part, point, part.end) for point in segment.points)
    return (bx - ax) >> 30, (by - ay) >> 30


# ---------------------------------------------------------------- rows, as in search.md, section 4


class Sector(NamedTuple):
    """Angles between two tangents of one quarter: R0 times `den`, and the limits of S and kappa (2^-40).

    `ends` are the directions of the first and the last angle, of any length.
    """

    cos: int
    sin: int
    den: int
    least: int
    most: int
    kappa: int
    ends: tuple[XY, XY]


class Row(NamedTuple):
    """x · (x, 2^-30 m) + y · … + sine · (S, 2^-40) + size · (sigma, 2^-30) + constant, in 2^-130 m² / den."""

    x: int
    y: int
    sine: int
    size: int
    constant: int


class Box(NamedTuple):
    """Poses with x, y, tau and s between two limits each."""

    x0: int
    x1: int
    y0: int
    y1: int
    t0: int
    t1: int
    s0: int
    s1: int


Moving = tuple[int, int, int, int]
"""A point of the drill at b + s g: (bx, by, gx, gy)."""


def sector_of(t0: int, t1: int, quarter: int) -> Sector:
    """The sector of a box's tangents."""
    both = t0 + t1  # tau0 is both / 2^31
    cos, sin, den = turn_of(both, 2 * UNIT, quarter)
    sines, kappas = [], []
    for tau in (t0, t1):
        # tan(delta / 2) = (tau - tau0) / (1 + tau tau0) = a / b
        a, b = (2 * tau - both) << 30, (1 << 61) + tau * both
        square = a * a + b * b
        sines.append((2 * a * b << _FINE, square))
        kappas.append(-(-(2 * a * a << _FINE) // square))
    (low, low_over), (high, high_over) = sines
    first, last = (turn_of(tau, UNIT, quarter)[:2] for tau in (t0, t1))
    return Sector(cos, sin, den, low // low_over, -(-high // high_over), max(kappas), (first, last))


def point_row(sector: Sector, size: int, point: Moving, normal: XY, offset: int) -> Row:
    """That normal · P >= offset (2^-60 m²) for a point of the drill, at sizes from `size`."""
    cos, sin, den, least, most, kappa, _ = sector
    (bx, by, gx, gy), (nx, ny) = point, normal
    mx, my = nx * cos + ny * sin, ny * cos - nx * sin
    px, py = (bx << 30) + size * gx, (by << 30) + size * gy
    out, rate, sway = mx * px + my * py, mx * gx + my * gy, my * gx - mx * gy
    constant = (out << 40) - (offset * den << 70)
    grows = (rate << 40) + max(least * sway, most * sway)
    if out < 0:
        constant -= kappa * out
    if rate < 0:
        grows -= kappa * rate
    return Row(nx * den << 70, ny * den << 70, my * px - mx * py, grows, constant)


def corner_row(sector: Sector, box: Box, point: Moving, along: XY, corner: XY) -> Row:
    """A corner on the left of a line from a point of the drill along a vector.

    Right of it is left of the line the other way: all that has w in it is odd in q.
    """
    cos, sin, den, least, most, kappa, _ = sector
    (bx, by, gx, gy), (qx, qy), (vx, vy) = point, along, corner
    x0, x1, y0, y1, _, _, size, _ = box
    dx, dy = cos * qx - sin * qy, sin * qx + cos * qy
    ex, ey = 2 * vx - x0 - x1, 2 * vy - y0 - y1
    rx, ry = x1 - x0, y1 - y0
    side = dx * ey - dy * ex
    ax, ay = abs(dx), abs(dy)
    relaxed = kappa * (ax * ry + ay * rx) + max(-least, most) * (ax * rx + ay * ry)
    if side < 0:
        relaxed -= kappa * side
    px, py = (bx << 30) + size * gx, (by << 30) + size * gy
    constant = (
        (dx * vy - dy * vx << 70)  # X and the share of the box's middle in cross(D, dt)
        + (relaxed << 29)
        - ((qx * py - qy * px) * den << 40)
        + ((abs(qx) + abs(qy)) * den << 84)
    )
    return Row(dy << 70, -dx << 70, -(dx * ex + dy * ey) << 29, -(qx * gy - qy * gx) * den << 40, constant)


# ---------------------------------------------------------------- trees


class _Wrong(Exception):
    """Something in a tree that means nothing."""


Edge = tuple[XY, int]
"""An outward normal, and n · v on the edge."""


class _Piece(NamedTuple):
    edges: tuple[Edge, ...]
    corners: tuple[XY, ...]


Case = tuple[int, int, int]
"""A segment, a piece of its class, and the edge (then left, right) that lies between them."""
Here = tuple[Box, tuple[Case, ...]]
"""A box and the cases on the way to it."""


class Grove:
    """The trees of one image and one range of a proof."""

    def __init__(self, yard: ExactYard, proof: Proof, index: int, *, mirrored: bool) -> None:
        part = proof.ranges[index]
        sign = -1 if mirrored else 1
        self.points: list[Moving] = [(sign * bx, by, sign * gx, gy) for bx, by, gx, gy in part.points]
        self.ends = [segment.points for segment in proof.segments]
        self.groups = [segment.group for segment in proof.segments]
        self.along = [(sign * qx, qy) for qx, qy in (along(part, segment) for segment in proof.segments)]
        self.borders = [
            (group, (nx, ny), offset)
            for group, kind in enumerate(proof.classes)
            for nx, ny, offset in kind.borders
        ]
        self.keepers = {(segment.group, point) for segment in proof.segments for point in segment.points}
        self.pieces = [
            [_piece([(x, y) for _, x, y in piece.corners]) for piece in kind.pieces] for kind in proof.classes
        ]
        self.root = _root(yard, proof, part)

    def problem(self, tree: Tree) -> str:
        """Why a tree does not close its box; "" where it does."""
        sectors: dict[XY, Sector] = {}
        # a box that is empty is None; cases are those on the way to it
        waiting: list[Here | None] = [(self.root, ())]
        open_leaves, leaves, first = 0, 0, ""
        try:
            for node in tree.nodes:
                here = waiting.pop()
                if isinstance(node, Closed):
                    if here is None:
                        continue
                    leaves += 1
                    box, cases = here
                    sector = sectors.get((box.t0, box.t1))
                    if sector is None:
                        sector = sectors[box.t0, box.t1] = sector_of(box.t0, box.t1, tree.quarter)
                    left = self._left(box, sector, cases, node)
                    if left is not None:
                        open_leaves += 1
                        first = first or f"{_words(box)}, by {left:.3g} m²"
                elif isinstance(node, Cut):
                    waiting += (None, None) if here is None else _cut(here, node)
                else:
                    waiting += [None] * node.cases if here is None else self._branches(here, node)
        except _Wrong as error:
            return str(error)
        return f"{open_leaves} of {leaves} leaves are not closed, the first at {first}" if open_leaves else ""

    def _branches(self, here: Here, node: Apart) -> list[Here | None]:
        box, cases = here
        segment, number, count = node
        if not 0 <= segment < len(self.ends):
            raise _Wrong(f"there is no segment {segment}")
        pieces = self.pieces[self.groups[segment]]
        if not 0 <= number < len(pieces):
            raise _Wrong(f"there is no piece {number} in the class of segment {segment}")
        first, second = self.ends[segment]
        wanted = len(pieces[number].corners) + (0 if first == second else 2)
        if count != wanted:
            raise _Wrong(f"segment {segment} and piece {number} are apart in {wanted} ways, not {count}")
        return [(box, (*cases, (segment, number, way))) for way in range(count - 1, -1, -1)]

    def _left(self, box: Box, sector: Sector, cases: tuple[Case, ...], leaf: Closed) -> float | None:
        """How far the rows of a leaf are from a contradiction, m² times weights; None where they are one."""
        x = y = sine = size = constant = 0
        for line in leaf.rows:
            weight = line[0]
            if weight < 0:
                raise _Wrong("a weight is negative")
            row = self._row(box, sector, cases, line)
            x += weight * row[0]
            y += weight * row[1]
            sine += weight * row[2]
            size += weight * row[3]
            constant += weight * row[4]
        most = (
            constant
            + x * (box.x1 if x > 0 else box.x0)
            + y * (box.y1 if y > 0 else box.y0)
            + sine * (sector.most if sine > 0 else sector.least)
        )
        if size > 0:
            most += size * (box.s1 - box.s0)
        return None if most < 0 else most / (sector.den << 130)

    def _row(self, box: Box, sector: Sector, cases: tuple[Case, ...], line: tuple[int, int, int, int]) -> Row:
        _, kind, i, j = line
        if kind == 0:
            if not 0 <= i < len(self.borders):
                raise _Wrong(f"there is no border {i}")
            group, normal, offset = self.borders[i]
            if (group, j) not in self.keepers:
                raise _Wrong(f"border {i} is not one of a segment with point {j}")
            return point_row(sector, box.s0, self.points[j], normal, offset)
        if not 0 <= i < len(cases):
            raise _Wrong(f"a row is of the {i}th branching, but there are {len(cases)}")
        segment, number, way = cases[i]
        piece = self.pieces[self.groups[segment]][number]
        edges = len(piece.edges)
        if kind == 1 and way < edges and j in (0, 1):
            normal, offset = piece.edges[way]
            return point_row(sector, box.s0, self.points[self.ends[segment][j]], normal, offset)
        if kind == 2 and way >= edges and 0 <= j < edges:
            start = self.points[self.ends[segment][0]]
            qx, qy = self.along[segment]
            ahead = (qx, qy) if way == edges else (-qx, -qy)
            return corner_row(sector, box, start, ahead, piece.corners[j])
        if kind == 3 and j == 0:
            return self._before_row(box, sector, cases[i])
        raise _Wrong(f"there is no row {kind}, {i}, {j} in this case")

    def _before_row(self, box: Box, sector: Sector, case: Case) -> Row:
        """That the way before that of a case does not hold: search.md, section 3."""
        segment, number, way = case
        piece = self.pieces[self.groups[segment]][number]
        first, second = (self.points[end] for end in self.ends[segment])
        edges = len(piece.edges)
        if self.ends[segment][0] == self.ends[segment][1]:
            return _inside_row(sector, box, first, piece.edges[way - 1])
        vectors = _directions(sector, box, first, second)
        if way < edges:
            before, own = (_sign(piece.edges[edge][0], vectors) for edge in (way - 1, way))
            if before and before == own:
                return _inside_row(sector, box, first if before > 0 else second, piece.edges[way - 1])
            if before and own:  # left comes first, so the corner is on the right, or the other way about
                qx, qy = self.along[segment]
                return corner_row(sector, box, first, (before * qx, before * qy), piece.corners[way])
        else:
            wanted = -1 if way == edges else 1
            signs = [_sign(normal, vectors) for normal, _ in piece.edges]
            for edge in range(edges):
                if signs[edge - 1] == wanted == -signs[edge]:
                    return _inside_row(sector, box, first if wanted > 0 else second, piece.edges[edge - 1])
        raise _Wrong(
            f"of segment {segment} and piece {number}, what comes before way {way} is not certain"
            f" in {_words(box)}"
        )


def _inside_row(sector: Sector, box: Box, point: Moving, edge: Edge) -> Row:
    """That a point of the drill is not outside an edge."""
    (nx, ny), offset = edge
    return point_row(sector, box.s0, point, (-nx, -ny), -offset)


def _directions(sector: Sector, box: Box, first: Moving, second: Moving) -> list[XY]:
    """The vectors from a point to another at both ends of a box's angles and sizes, each of any length.

    Whoever asks has seen that the sizes turn it by next to nothing, so that it sweeps not much more than 90
    degrees: what has one side of a line at all four ends has it all over the box.
    """
    ax, ay, agx, agy = first
    bx, by, bgx, bgy = second
    vectors = []
    for size in (box.s0, box.s1):
        x, y = (bx - ax << 30) + size * (bgx - agx), (by - ay << 30) + size * (bgy - agy)
        vectors += [(cos * x - sin * y, sin * x + cos * y) for cos, sin in sector.ends]
    return vectors


def _sign(normal: XY, vectors: Sequence[XY]) -> int:
    """Whether all vectors go out along a normal (1), or in (-1); 0 if neither."""
    nx, ny = normal
    out = [nx * x + ny * y for x, y in vectors]
    return 1 if min(out) > 0 else -1 if max(out) < 0 else 0


def _piece(corners: Sequence[XY]) -> _Piece:
    edges = []
    for (x, y), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        nx, ny = y2 - y, x - x2
        edges.append(((nx, ny), nx * x + ny * y))
    return _Piece(tuple(edges), tuple(corners))


def _root(yard: ExactYard, proof: Proof, part: Range) -> Box:
    """All places, angles of a quarter and sizes of a range that an allowed pose can have."""
    far = max(
        sum(map(abs, at(every, point, size)))
        for every in proof.ranges
        for size in (every.start, every.end)
        for point in range(len(every.points))
    )
    # the middle is no further from a point inside the boundary than that
    wide = -(-far >> 30) + UNIT
    xs, ys = zip(*yard.corners[0], strict=True)
    start = max(part.start, proof.bound)
    return Box(
        min(xs) - wide, max(xs) + wide, min(ys) - wide, max(ys) + wide, -EXTREME, EXTREME, start, part.end
    )


_SIDES = {"x": (0, 1), "y": (2, 3), "t": (4, 5), "s": (6, 7)}


def _cut(here: Here, node: Cut) -> tuple[Here | None, Here | None]:
    """The boxes above and below a cut; None where nothing is there."""
    box, cases = here
    low, high = _SIDES[node.axis]
    at = node.at
    if at < box[low] or at == box[low] < box[high]:
        return here, None
    if at >= box[high]:
        return None, here
    above, below = list(box), list(box)
    above[low] = below[high] = at
    return (Box(*above), cases), (Box(*below), cases)


def _words(box: Box) -> str:
    x0, x1, y0, y1, t0, t1, s0, s1 = (number / UNIT for number in box)
    angles = f"{math.degrees(2.0 * math.atan(t0)):.5g}° to {math.degrees(2.0 * math.atan(t1)):.5g}°"
    return f"x {x0:.5g} to {x1:.5g}, y {y0:.5g} to {y1:.5g}, {angles}, size {s0:.6g} to {s1:.6g}"
