"""Trees of boxes of poses, closed again: no leaf may hold an allowed pose.

search.md, sections 5 and 7, says what a tree is; `rows` makes the rows of its leaves, and `verify` knows what
the boxes must be.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from conedrills.certificatefile import Apart, Closed, Cut, Moving, Proof, Range, Segment, Tree
from conedrills.exact import UNIT, XY, ExactYard
from conedrills.rows import (
    Box,
    Row,
    Sector,
    Turning,
    corner_row,
    limit_row,
    place_of,
    point_row,
    sector_of,
    turned_row,
    turning_of,
)

EXTREME = 444758428
"""Of tau: a little more than the tangent of 22.5 degrees, so that four quarters are all angles."""


def corners_of(part: Range) -> list[XY]:
    """The extremes of a range: sizes, each with what is on top; with one length, two."""
    return [(size, more) for more in sorted(set(part.more)) for size in (part.start, part.end)]


def along(part: Range, segment: Segment) -> XY:
    """The vector along a segment that stands for its direction: at the range's largest size, least on top."""
    (ax, ay), (bx, by) = (place_of(part.points[end], part.end, part.more[0]) for end in segment.points)
    return (bx - ax) >> 30, (by - ay) >> 30


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
    """The trees of one image and one range of a proof.

    With two lengths `limits` are the least and the most that the stretched factor may be.
    """

    def __init__(
        self, yard: ExactYard, proof: Proof, index: int, *, mirrored: bool, limits: XY | None = None
    ) -> None:
        part, self.limits = proof.ranges[index], limits
        sign = -1 if mirrored else 1
        self.points: list[Moving] = [
            (sign * bx, by, sign * gx, gy, sign * hx, hy) for bx, by, gx, gy, hx, hy in part.points
        ]
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
        self.turnings: list[Turning] = []
        if limits is not None:
            self.turnings = [
                turning_of(self.points[first], self.points[second], straight)
                for (first, second), straight in zip(self.ends, self.along, strict=True)
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
                    if node.axis == "u" and self.limits is None:
                        raise _Wrong("a box is split in u, but the drill has one length")
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
        x = y = sine = size = more = constant = 0
        for line in leaf.rows:
            weight = line[0]
            if weight < 0:
                raise _Wrong("a weight is negative")
            row = self._row(box, sector, cases, line)
            x += weight * row[0]
            y += weight * row[1]
            sine += weight * row[2]
            size += weight * row[3]
            if row[4]:
                more += weight * row[4]
            constant += weight * row[5]
        most = (
            constant
            + x * (box.x1 if x > 0 else box.x0)
            + y * (box.y1 if y > 0 else box.y0)
            + sine * (sector.most if sine > 0 else sector.least)
        )
        if size > 0:
            most += size * (box.s1 - box.s0)
        if more > 0:
            most += more * (box.u1 - box.u0)
        return None if most < 0 else most / (sector.den << 130)

    def _row(self, box: Box, sector: Sector, cases: tuple[Case, ...], line: tuple[int, int, int, int]) -> Row:
        _, kind, i, j = line
        if kind == 0:
            if not 0 <= i < len(self.borders):
                raise _Wrong(f"there is no border {i}")
            group, normal, offset = self.borders[i]
            if (group, j) not in self.keepers:
                raise _Wrong(f"border {i} is not one of a segment with point {j}")
            return point_row(sector, box, self.points[j], normal, offset)
        if kind == 4 and self.limits is not None and i in (0, 1) and j == 0:
            return limit_row(sector, box, self.limits, i)
        if not 0 <= i < len(cases):
            raise _Wrong(f"a row is of the {i}th branching, but there are {len(cases)}")
        segment, number, way = cases[i]
        piece = self.pieces[self.groups[segment]][number]
        edges = len(piece.edges)
        if kind == 1 and way < edges and j in (0, 1):
            normal, offset = piece.edges[way]
            return point_row(sector, box, self.points[self.ends[segment][j]], normal, offset)
        if kind == 2 and way >= edges and 0 <= j < edges:
            return self._corner_row(sector, box, segment, piece.corners[j], 1 if way == edges else -1)
        if kind == 3 and j == 0:
            return self._before_row(box, sector, cases[i])
        raise _Wrong(f"there is no row {kind}, {i}, {j} in this case")

    def _corner_row(self, sector: Sector, box: Box, segment: int, corner: XY, way: int) -> Row:
        """A corner on the left (`way` 1) or right (-1) of a segment."""
        if self.turnings:
            return turned_row(sector, box, self.turnings[segment], corner, way)
        qx, qy = self.along[segment]
        return corner_row(sector, box, self.points[self.ends[segment][0]], (way * qx, way * qy), corner)

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
                return self._corner_row(sector, box, segment, piece.corners[way], before)
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
    return point_row(sector, box, point, (-nx, -ny), -offset)


def _directions(sector: Sector, box: Box, first: Moving, second: Moving) -> list[XY]:
    """The vectors from a point to another at both ends of a box's angles and sizes, each of any length.

    With two lengths also at both ends of what is on top. What all of them have on one side of a line, has it
    all over the box: at one end of the angles the vectors are the polygon about those at the corners, and
    from one end to the other each turns by hardly more than 90 degrees.
    """
    (ax, ay, agx, agy, ahx, ahy), (bx, by, bgx, bgy, bhx, bhy) = first, second
    between = (bx - ax, by - ay, bgx - agx, bgy - agy, bhx - ahx, bhy - ahy)
    vectors = []
    for more in (box.u0, box.u1) if box.u0 < box.u1 else (box.u0,):
        for size in (box.s0, box.s1):
            x, y = place_of(between, size, more)
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
        sum(map(abs, place_of(point, size, more)))
        for every in proof.ranges
        for size, more in corners_of(every)
        for point in every.points
    )
    # the middle is no further from a point inside the boundary than that
    wide = -(-far >> 30) + UNIT
    xs, ys = zip(*yard.corners[0], strict=True)
    start = max(part.start, proof.bound)
    sides = (min(xs) - wide, max(xs) + wide, min(ys) - wide, max(ys) + wide)
    return Box(*sides, -EXTREME, EXTREME, start, part.end, *part.more)


_SIDES = {"x": (0, 1), "y": (2, 3), "t": (4, 5), "s": (6, 7), "u": (8, 9)}


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
    x0, x1, y0, y1, t0, t1, s0, s1, u0, u1 = (number / UNIT for number in box)
    angles = f"{math.degrees(2.0 * math.atan(t0)):.5g}° to {math.degrees(2.0 * math.atan(t1)):.5g}°"
    more = f" and {u0:.6g} to {u1:.6g} more" if box.u1 else ""
    return f"x {x0:.5g} to {x1:.5g}, y {y0:.5g} to {y1:.5g}, {angles}, size {s0:.6g} to {s1:.6g}{more}"
