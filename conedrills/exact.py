"""The yard of a certificate in whole numbers: its frame, rings and convex pieces, judged without rounding.

Lengths in 2^-30 m, as the certificate has them; search.md, section 2, says why what is checked is enough. The
raw yard is that of the layout, taken to the last bit of its floats. Drills are not known here: see `verify`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from conedrills.certificatefile import Certificate, Class, Piece, Ring
from conedrills.geometry import Path
from conedrills.space import FLOOR, SOFT
from conedrills.yard import Yard

UNIT = 1 << 30
"""Lengths, sizes and tangents are whole multiples of 1 / UNIT."""
PAID = -(-UNIT // 100_000)
"""10⁻⁵ m: by so much less a core is widened, for the rounding of the drill's own numbers."""
MOST_SLACK = UNIT // 2
"""Half a metre: the box at the root of a tree counts on less than one."""
MOST_OFF = UNIT // 100
"""A centimetre: by so much more may points of drills with two lengths be off, and cores be widened less."""
_SOFT = Fraction(SOFT)

XY = tuple[int, int]


def whole(metres: float) -> int:
    """A length or a size in units, rounded down."""
    return math.floor(Fraction(metres) * UNIT)


class ExactYard:
    """The rings of a certificate, once `problems` has found them to be those of the yard."""

    def __init__(self, yard: Yard, certificate: Certificate) -> None:
        self.yard, self.certificate = yard, certificate
        self.rings = certificate.rings
        self.corners: list[list[XY]] = [[(x, y) for _, x, y in ring.corners] for ring in self.rings]
        self._cores: dict[tuple[int, tuple[int, ...]], str] = {}
        self._needs: dict[tuple[int, int, int | None], int] = {}

    # ------------------------------------------------ rings

    def problems(self) -> Iterator[str]:
        """What is wrong with the frame and its rings; of a ring only the first thing."""
        if not self.rings or self.rings[0].obstacle is not None:
            yield "the first ring must be the boundary's (obstacle null)"
        seen: set[int | None] = set()
        for nth, ring in enumerate(self.rings):
            wrong = "there is another ring of it" if ring.obstacle in seen else self._ring_problem(ring)
            seen.add(ring.obstacle)
            if wrong:
                name = "the boundary" if ring.obstacle is None else f"obstacle {ring.obstacle}"
                yield f"ring {nth}, of {name}: {wrong}"

    def _ring_problem(self, ring: Ring) -> str:
        if ring.obstacle is not None and not 0 <= ring.obstacle < len(self.yard.obstacles):
            return f"the yard has {len(self.yard.obstacles)} obstacles, counted from 0"
        if not 0 <= ring.slack <= MOST_SLACK:
            return "the slack must be between 0 and half a metre"
        indices = [index for index, _, _ in ring.corners]
        raw = self._raw(ring)
        if len(indices) < 3:
            return "it has less than three corners"
        if any(one >= other for one, other in pairwise(indices)) or indices[0] < 0 or indices[-1] >= len(raw):
            return f"the indices of its corners must rise, from 0 to at most {len(raw) - 1}"
        stray = next(self._strays(ring, raw), None)
        return "" if stray is None else f"true corner {stray} is further off it than the slack"

    def _raw(self, ring: Ring) -> Path:
        return self.yard.boundary if ring.obstacle is None else self.yard.obstacles[ring.obstacle].polygon

    def _strays(self, ring: Ring, raw: Path) -> Iterator[int]:
        """True corners further than the slack from the frame's side that stands for them, by index."""
        frame = self.certificate
        # R = (c, -s; s, c) / den; all places are multiplied by den · 2^shift / UNIT
        c, s, den = turn_of(frame.tau, UNIT, frame.quarter)
        true, shift = _exactly(raw)
        up = shift - 30
        scale = den << up
        x0, y0 = frame.origin[0] << up, frame.origin[1] << up
        turned = [(c * (x - x0) + s * (y - y0), c * (y - y0) - s * (x - x0)) for x, y in true]
        slack = ring.slack * scale
        count, total = len(ring.corners), len(raw)
        for nth, (first, x, y) in enumerate(ring.corners):
            last, x2, y2 = ring.corners[(nth + 1) % count]
            start, end = (x * scale, y * scale), (x2 * scale, y2 * scale)
            if not _is_near(turned[first], start, start, slack):
                yield first
            stretch = (last - first) % total or total
            for off in range(1, stretch):
                if not _is_near(turned[(first + off) % total], start, end, slack):
                    yield (first + off) % total

    # ------------------------------------------------ what is kept away

    def need(self, ring: int, clearance: int, side: int | None = None) -> int:
        """The least that is kept from a side of a ring, or from any, by what has a clearance; units."""
        key = (ring, clearance, side)
        if key not in self._needs:
            self._needs[key] = self._least_need(*key)
        return self._needs[key]

    def _least_need(self, ring: int, clearance: int, side: int | None) -> int:
        owner = self.rings[ring].obstacle
        if owner is not None:
            thing = self.yard.obstacles[owner]
            return _need(clearance, thing.kind == "hard", thing.uncertainty)
        total = len(self.yard.boundary)
        indices = [index for index, _, _ in self.rings[ring].corners]
        if side is None:
            sides: Iterable[int] = range(total)
        else:
            first, last = indices[side], indices[(side + 1) % len(indices)]
            sides = ((first + off) % total for off in range((last - first) % total or total))
        unsure = self.yard.uncertainty or (0.0,) * total
        return min(
            _need(clearance, self.yard.side_kinds[at] == "hard", max(unsure[at], unsure[(at + 1) % total]))
            for at in sides
        )

    def class_problems(self, kind: Class, slack: int = 0) -> Iterator[str]:
        """What is wrong with the borders and the pieces of a class, of points that may be off by a slack."""
        paid = PAID + slack
        if kind.borders:
            wide = self.need(0, kind.clearance) - self.rings[0].slack - paid
            for nth, (nx, ny, offset) in enumerate(kind.borders):
                least = min(nx * x + ny * y for x, y in self.corners[0])
                # offset - least <= wide |n|, with the sign of wide
                if not _at_most(offset - least, wide, nx * nx + ny * ny):
                    yield f"border {nth} is further in than the clearance"
        for nth, piece in enumerate(kind.pieces):
            wrong = self._piece_problem(piece, kind.clearance, paid)
            if wrong:
                yield f"piece {nth}: {wrong}"

    def _piece_problem(self, piece: Piece, clearance: int, paid: int) -> str:
        if not 0 <= piece.ring < len(self.rings):
            return f"there is no ring {piece.ring}"
        corners = self.corners[piece.ring]
        if not all(0 <= at < len(corners) for at in piece.core):
            return "its core has a corner that the ring has not"
        key = (piece.ring, piece.core)
        if piece.kind == "side":
            if len(piece.core) != 2 or piece.core[1] != (piece.core[0] + 1) % len(corners):
                return "its core is not two neighbouring corners of the ring"
            need = self.need(piece.ring, clearance, piece.core[0])
        else:
            if key not in self._cores:
                self._cores[key] = self._core_problem(piece)
            if self._cores[key]:
                return self._cores[key]
            need = self.need(piece.ring, clearance)
        wide = need - self.rings[piece.ring].slack - paid
        if wide < 0:
            return "the slack is more than the clearance"
        for near, x, y in piece.corners:
            if not 0 <= near < len(piece.core):
                return "a corner names a corner that its core has not"
            u, v = corners[piece.core[near]]
            if (x - u) ** 2 + (y - v) ** 2 > wide * wide:
                return "a corner is further from the core than the clearance"
        return (
            "" if is_convex([(x, y) for _, x, y in piece.corners]) else "it is not convex counter-clockwise"
        )

    def _core_problem(self, piece: Piece) -> str:
        ring = self.corners[piece.ring]
        if len(piece.core) < 3:
            return "its core is not convex"
        core = _without_straight([ring[at] for at in piece.core])
        if _twice_area(core) < 0:
            core.reverse()
        if not is_convex(core):
            return "its core is not convex"
        left, right = min(x for x, _ in core), max(x for x, _ in core)
        low, high = min(y for _, y in core), max(y for _, y in core)
        for (x, y), (x2, y2) in pairwise([*ring, ring[0]]):
            if max(x, x2) <= left or min(x, x2) >= right or max(y, y2) <= low or min(y, y2) >= high:
                continue
            if _enters((x, y), (x2, y2), core):
                return "a side of the ring runs through its core"
        within = _winding(core, ring) != 0
        if within == (self.rings[piece.ring].obstacle is None):
            return "its core is inside the boundary" if within else "its core is not inside the obstacle"
        return ""


def turn_of(tau: int, one: int, quarter: int) -> tuple[int, int, int]:
    """Cosine and sine, both times the third number, of quarter turns and twice the arc tangent of tau / one.

    >>> turn_of(0, 4, 1), turn_of(1, 2, 0)
    ((0, 16, 16), (3, 4, 5))
    """
    c, s, den = one * one - tau * tau, 2 * tau * one, one * one + tau * tau
    for _ in range(quarter):
        c, s = -s, c
    return c, s, den


def is_convex(corners: Sequence[XY]) -> bool:
    """Whether a ring goes once round a convex polygon, counter-clockwise, turning left at every corner.

    >>> is_convex([(0, 0), (1, 0), (0, 1)]), is_convex([(0, 0), (0, 1), (1, 0)])
    (True, False)
    """
    if len(corners) < 3:
        return False
    along = [(x2 - x, y2 - y) for (x, y), (x2, y2) in pairwise([*corners, corners[0]])]
    rounds = 0
    for (x, y), (x2, y2) in pairwise([*along, along[0]]):
        if x * y2 - y * x2 <= 0:
            return False
        # every turn is to the left by less than half a turn: count how often the heading passes +x
        rounds += (y < 0 or (y == 0 and x < 0)) and (y2 > 0 or (y2 == 0 and x2 > 0))
    return rounds == 1


def _need(clearance: int, hard: bool, uncertainty: float) -> int:
    """What is kept from a thing, units, rounded down (`remeasure.Thing.must_keep`)."""
    kept = max(clearance, whole(FLOOR)) if hard else math.floor(_SOFT * clearance)
    return kept + whole(uncertainty)


def _exactly(path: Path) -> tuple[list[XY], int]:
    """Every point times 2^shift, whole, and the shift, at least 30."""
    ratios = [[number.as_integer_ratio() for number in (float(point.x), float(point.y))] for point in path]
    shift = max(30, *(den.bit_length() - 1 for pair in ratios for _, den in pair))
    x_y = [tuple((num << shift) // den for num, den in pair) for pair in ratios]
    return [(pair[0], pair[1]) for pair in x_y], shift


def _is_near(place: XY, start: XY, end: XY, reach: int) -> bool:
    """Whether a place is within reach of a segment."""
    ax, ay, bx, by = place[0] - start[0], place[1] - start[1], end[0] - start[0], end[1] - start[1]
    along, length2 = ax * bx + ay * by, bx * bx + by * by
    if along <= 0 or length2 == 0:
        return ax * ax + ay * ay <= reach * reach
    if along >= length2:
        return (ax - bx) ** 2 + (ay - by) ** 2 <= reach * reach
    return (ax * by - ay * bx) ** 2 <= reach * reach * length2


def _at_most(value: int, factor: int, square: int) -> bool:
    """Whether value <= factor · √square."""
    if factor >= 0:
        return value <= 0 or value * value <= factor * factor * square
    return value <= 0 and value * value >= factor * factor * square


def _without_straight(corners: list[XY]) -> list[XY]:
    """A ring without the corners at which it goes straight on."""
    around = zip([corners[-1], *corners[:-1]], corners, [*corners[1:], corners[0]], strict=True)
    kept = []
    for (x0, y0), (x, y), (x2, y2) in around:
        turn = (x - x0) * (y2 - y) - (y - y0) * (x2 - x)
        if turn or (x - x0) * (x2 - x) + (y - y0) * (y2 - y) <= 0:
            kept.append((x, y))
    return kept


def _twice_area(corners: Sequence[XY]) -> int:
    return sum(x * y2 - y * x2 for (x, y), (x2, y2) in pairwise([*corners, *corners[:1]]))


def _enters(start: XY, end: XY, core: Sequence[XY]) -> bool:
    """Whether a segment meets the inside of a convex polygon: search.md, section 3."""
    (ax, ay), (bx, by) = start, end
    for (x, y), (x2, y2) in pairwise([*core, core[0]]):
        ex, ey = x2 - x, y2 - y
        if ex * (ay - y) - ey * (ax - x) <= 0 and ex * (by - y) - ey * (bx - x) <= 0:
            return False  # both ends outside this edge, or on it
    dx, dy = bx - ax, by - ay
    if dx == dy == 0:
        return True
    sides = [dx * (y - ay) - dy * (x - ax) for x, y in core]
    return min(sides) < 0 < max(sides)


def _winding(core: Sequence[XY], ring: Sequence[XY]) -> int:
    """How often a ring goes round the inside of a convex polygon that none of its sides enters."""
    # the middle of three corners, all lengths times three
    px, py = (sum(corner[axis] for corner in core[:3]) for axis in (0, 1))
    turns = 0
    for (x, y), (x2, y2) in pairwise([(3 * x - px, 3 * y - py) for x, y in [*ring, ring[0]]]):
        if (y <= 0) != (y2 <= 0):
            left = x * y2 - y * x2
            turns += (left > 0) if y <= 0 else -(left < 0)
    return turns
