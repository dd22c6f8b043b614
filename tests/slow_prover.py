"""A second prover, small and slow, written from search.md alone: it makes the certificates of test_verify.

Floats, scipy's linear programs, one box at a time. It can do what the tests need and no more: boundaries of
any shape, convex obstacles, one kind of thing each, straight legs and points of arcs. What two lengths need
on top is in `slow_two_lengths`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from scipy.optimize import linprog

from conedrills.layout import Layout, Placement, Unplaced, layout_id
from conedrills.space import rooms

ONE = 2**30
T = 444758428 / ONE
DIRECTIONS = 12  # in which a corner is widened
XY = tuple[float, float]
Row = tuple[float, float, float, float, float, float]
"""Of x, y, S, sigma, upsilon, and the constant."""


def units(value: float) -> int:
    return round(value * ONE)


@dataclass
class Body:
    """Points b + s g (+ u h) about the middle for each range, segments (a, b, leg, part, clearance).

    With two lengths every range has a shape, and points may be `off` by so many metres.
    """

    ranges: list[tuple[float, float]]
    at: list[list[list[float]]]
    centre: list[float]
    segments: list[tuple[int, int, int, str, float]]
    shapes: list[dict[str, Any]] = field(default_factory=list)
    off: float = 0.0


@dataclass(frozen=True)
class Way:
    """How a drill is proven: what makes its body, and its trees.

    Nothing is branched on in boxes that turn by more than about `sector` radians.
    """

    body: Callable[[Layout, Placement | Unplaced, float, float], Body]
    solver: Callable[[dict[str, Any], Sequence[Sequence[int]], float], Solver]
    sector: float


def certificate(
    layout: Layout, turned: float = 0.0, slack: float = 2e-6, sector: float = 2.0
) -> dict[str, Any]:
    """The certificate of every bound that a layout states, in a frame turned by some degrees."""
    return proven(layout, turned, slack, Way(_body, Solver, sector))


def proven(layout: Layout, turned: float, slack: float, way: Way) -> dict[str, Any]:
    """The certificate of every bound that a layout states, in whatever way drills are proven."""
    tau = units(math.tan(math.radians(turned) / 2.0))
    angle = 2.0 * math.atan(tau / ONE)
    first = layout.yard.boundary[0]
    origin = [units(first.x), units(first.y)]
    cos, sin = math.cos(angle), math.sin(angle)

    def framed(x: float, y: float) -> list[int]:
        dx, dy = x - origin[0] / ONE, y - origin[1] / ONE
        return [units(cos * dx + sin * dy), units(cos * dy - sin * dx)]

    paths = [(None, layout.yard.boundary)]
    paths += [(nth, thing.polygon) for nth, thing in enumerate(layout.yard.obstacles)]  # type: ignore[misc]
    rings = [
        {
            "obstacle": owner,
            "slack": units(slack),
            "corners": [[nth, *framed(*point.xy)] for nth, point in enumerate(path)],
        }
        for owner, path in paths
    ]
    stated: list[Placement | Unplaced] = [*layout.placements, *layout.unplaced]
    wanted = [entry for entry in stated if entry.size_bound is not None]
    return {
        "format": "conedrills-certificate",
        "version": 1,
        "made_by": "a test",
        "layout": layout_id(layout),
        "frame": {"origin": origin, "quarter": 0, "tau": tau},
        "rings": rings,
        "proofs": [
            _proof(layout, entry, rings, slack, way)
            for entry in wanted
            if (entry.size_bound or 0.0) < entry.drill.size_max
        ],
    }


# ---------------------------------------------------------------- what is proven of what


def _proof(
    layout: Layout, entry: Placement | Unplaced, rings: list[dict[str, Any]], slack: float, way: Way
) -> dict[str, Any]:
    assert entry.size_bound is not None
    bound, most = math.floor(entry.size_bound * ONE), math.ceil(entry.drill.size_max * ONE)
    body = way.body(layout, entry, bound / ONE, most / ONE)
    clearances = sorted({segment[4] for segment in body.segments})
    classes = [_class(layout, rings, clearance, slack + body.off) for clearance in clearances]
    ends = [(units(low), units(high)) for low, high in body.ranges]
    shapes = body.shapes or [{} for _ in ends]
    mirrored = [False, True] if entry.drill.mirror else [False]
    proof: dict[str, Any] = {
        "drill": entry.drill.name,
        "pace": entry.pace,
        "bound": bound,
        "size_max": most,
        "mirrored": mirrored,
        **({"slack": units(body.off)} if body.shapes else {}),
        "points": [
            {
                **shape,
                "from": low,
                "to": high,
                "centre": [units(number) for number in body.centre],
                "at": [[units(number) for number in point] for point in at],
            }
            for (low, high), at, shape in zip(ends, body.at, shapes, strict=True)
        ],
        "segments": [
            {
                "points": [a, b],
                "leg": leg,
                "part": part,
                "clearance": units(clearance),
                "class": clearances.index(clearance),
            }
            for a, b, leg, part, clearance in body.segments
        ],
        "classes": classes,
    }
    solver = way.solver(proof, rings[0]["corners"], way.sector)
    return {**proof, "trees": list(solver.trees())}


def _body(layout: Layout, entry: Placement | Unplaced, low: float, high: float) -> Body:
    drill = entry.drill
    needs = rooms(drill, entry.pace, layout.space)

    def chains(size: float) -> list[list[XY]]:
        """For each leg the points that are looked at: of a line both ends, of an arc every other corner."""
        found = []
        for leg, need in zip(drill.figure(size).legs, needs, strict=True):
            way, run = math.radians(leg.heading_out), need.run_out_at(leg.length)
            end = leg.path[-1].xy
            last = (end[0] + run * math.cos(way), end[1] + run * math.sin(way))
            arc = bool(leg.leg.pieces)
            found.append([*(point.xy for point in (leg.path[::2] if arc else leg.path[:1])), end, last])
        return found

    knots = []
    for leg, grown, need in zip(drill.figure(1.0).legs, drill.figure(2.0).legs, needs, strict=True):
        rate = grown.length - leg.length
        knots += [(length - leg.length + rate) / rate for length, _ in need.run_out if rate > 1e-9]
    ends = [low, *sorted({knot for knot in knots if low + 1e-6 < knot < high - 1e-6}), high]
    segments: list[tuple[int, int, int, str, float]] = []
    first = 0
    for nth, (leg, need) in enumerate(zip(drill.figure(high).legs, needs, strict=True)):
        count = len(chains(high)[nth])
        if not leg.leg.pieces:
            segments.append((first, first + 2, nth, "run", need.side_clearance))
        else:
            segments += [(first + at, first + at, nth, "run", need.side_clearance) for at in range(count - 2)]
            segments.append((first + count - 2, first + count - 1, nth, "run", need.side_clearance))
        if need.round_clearance is not None:
            segments.append((first + count - 2, first + count - 2, nth, "round", need.round_clearance))
        first += count
    ranges = list(pairwise(ends))
    moving = []
    for small, large in ranges:
        one, two = (np.concatenate(chains(size)) for size in (small, large))
        slope = (two - one) / (large - small) if large > small else np.zeros_like(one)
        moving.append(np.hstack([one - small * slope, slope]))
    middle = moving[0].mean(axis=0).round(3)
    return Body(ranges, [(every - middle).tolist() for every in moving], middle.tolist(), segments)


def _class(layout: Layout, rings: list[dict[str, Any]], clearance: float, slack: float) -> dict[str, Any]:
    yard = layout.yard

    def needed(hard: bool, uncertainty: float) -> float:
        return (max(clearance, 0.9) if hard else clearance / 2.0) + uncertainty

    unsure = yard.uncertainty or (0.0,) * len(yard.boundary)
    sides = [
        needed(kind == "hard", max(unsure[nth], unsure[(nth + 1) % len(unsure)]))
        for nth, kind in enumerate(yard.side_kinds)
    ]
    outline = np.array([corner[1:] for corner in rings[0]["corners"]]) / ONE
    hull = _ring_of(shapely.Polygon(outline).convex_hull)
    borders = []
    for start, end in zip(hull, [*hull[1:], hull[0]], strict=True):
        along = (end - start) / np.hypot(*(end - start))
        nx, ny = units(-along[1]), units(along[0])
        wide = math.floor((min(sides) - slack - 1.1e-5) * math.hypot(nx, ny) * ONE)
        borders.append([nx, ny, min(nx * x + ny * y for _, x, y in rings[0]["corners"]) + wide])
    pieces = []
    ccw = shapely.Polygon(outline).exterior.is_ccw
    for nth, width in enumerate(sides):  # sides at corners that point inward, and the pockets there
        following = (nth + 1) % len(outline)
        a, b, c = (outline[(nth + off) % len(outline)] for off in (0, 1, 2))
        turn = (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])
        if (turn < 0.0) == ccw:
            third = (nth + 2) % len(outline)
            pieces.append(_piece("side", 0, [nth, following], outline, width - slack))
            pieces.append(_piece("side", 0, [following, third], outline, sides[following] - slack))
            pieces.append(_piece("solid", 0, [nth, following, third], outline, min(sides) - slack))
    for nth, thing in enumerate(yard.obstacles, 1):
        corners = np.array([corner[1:] for corner in rings[nth]["corners"]]) / ONE
        reach = needed(thing.kind == "hard", thing.uncertainty) - slack
        pieces.append(_piece("solid", nth, list(range(len(corners))), corners, reach))
    return {"clearance": units(clearance), "borders": borders, "pieces": pieces}


def _piece(
    kind: str, ring: int, core: list[int], corners: np.ndarray[Any, Any], width: float
) -> dict[str, Any]:
    spots: dict[tuple[int, int], int] = {}
    for near, at in enumerate(core):
        for step in range(DIRECTIONS):
            angle = 2.0 * math.pi * step / DIRECTIONS
            reach = width - 1.2e-5
            x, y = corners[at] + reach * np.array([math.cos(angle), math.sin(angle)])
            spots[units(x), units(y)] = near
    hull = _ring_of(shapely.MultiPoint([*spots]).convex_hull.simplify(0.001 * ONE))
    return {
        "kind": kind,
        "ring": ring,
        "core": core,
        "corners": [[spots[int(x), int(y)], int(x), int(y)] for x, y in hull],
    }


def _ring_of(polygon: Any) -> list[Any]:
    """Corners counter-clockwise."""
    corners = shapely.get_coordinates(polygon)[:-1]
    return [*(corners if polygon.exterior.is_ccw else corners[::-1])]


# ---------------------------------------------------------------- rows


@dataclass(frozen=True)
class Box:
    x: XY
    y: XY
    t: XY
    s: XY
    u: XY = (0.0, 0.0)

    @property
    def least(self) -> Vec:
        """By what the moves of a point are to be multiplied, that it is where the least size has it."""
        return np.array([1.0, self.s[0], self.u[0]])

    @property
    def corners(self) -> list[Vec]:
        """The same at all extremes of s and u."""
        return [np.array([1.0, s, u]) for s in self.s for u in self.u]


@dataclass
class Turn:
    """R0, S and K of a box."""

    box: Box
    quarter: int
    matrix: np.ndarray[Any, Any] = field(init=False)
    sine: XY = field(init=False)
    kappa: float = field(init=False)

    def __post_init__(self) -> None:
        low, high = self.box.t
        self.middle = self.quarter * math.pi / 2.0 + 2.0 * math.atan((low + high) / 2.0)
        off = [self.quarter * math.pi / 2.0 + 2.0 * math.atan(t) - self.middle for t in (low, high)]
        self.sine = (math.sin(off[0]), math.sin(off[1]))
        self.kappa = 1.0 - min(math.cos(off[0]), math.cos(off[1]))
        cos, sin = math.cos(self.middle), math.sin(self.middle)
        self.matrix = np.array([[cos, -sin], [sin, cos]])


J = np.array([[0.0, -1.0], [1.0, 0.0]])
Vec = Any
"""An array. The moves of a point are three: where it is at no size, and by how much it moves with s and u."""


def cross(one: Vec, other: Vec) -> float:
    return float(one[0] * other[1] - one[1] * other[0])


def point_row(turn: Turn, moves: Vec, normal: Vec, offset: float) -> Row:
    p = turn.box.least @ moves
    out, across = float(normal @ turn.matrix @ p), float(normal @ turn.matrix @ J @ p)
    rates = []
    for grows in moves[1:]:
        rate, sway = float(normal @ turn.matrix @ grows), float(normal @ turn.matrix @ J @ grows)
        rates.append(rate + turn.kappa * max(0.0, -rate) + max(turn.sine[0] * sway, turn.sine[1] * sway))
    return (normal[0], normal[1], across, rates[0], rates[1], out + turn.kappa * max(0.0, -out) - offset)


def corner_row(turn: Turn, moves: Vec, q: Vec, corner: Vec) -> Row:
    """A corner on the left of the line along q; right of it is left of the line along -q."""
    box, k = turn.box, turn.kappa
    middle = np.array([sum(box.x) / 2.0, sum(box.y) / 2.0])
    rx, ry = (box.x[1] - box.x[0]) / 2.0, (box.y[1] - box.y[0]) / 2.0
    d, e = turn.matrix @ q, corner - middle
    dx, dy = abs(d[0]), abs(d[1])
    most = max(-turn.sine[0], turn.sine[1])
    value = cross(d, e)
    constant = value + k * max(0.0, -value) + cross(d, middle)
    constant += k * (dx * ry + dy * rx) + most * (dx * rx + dy * ry)
    constant += -cross(q, box.least @ moves) + 2.0**-16 * (abs(q[0]) + abs(q[1]))
    return (d[1], -d[0], -float(d @ e), -cross(q, moves[1]), -cross(q, moves[2]), constant)


# ---------------------------------------------------------------- branch and bound


Case = tuple[int, int, int]
Named = tuple[Row, float, list[int]]
"""A row, the factor from its weight to that in the file, and its name there."""


class Solver:
    """Trees for a proof without them."""

    honest = True
    """Whether an order is stated only where it is certain."""
    closes = -5e-6
    """A box is closed if in it some row is always below that, metres: above 0 that is a lie."""

    def __init__(self, proof: dict[str, Any], outline: Sequence[Sequence[int]], sector: float) -> None:
        self.proof, self.boxes, self.sector = proof, 0, sector
        far = max(
            float(np.abs(corner @ moves).sum())
            for part in proof["points"]
            for corner in _extent(part).corners
            for moves in _moves(part)
        )
        wide = far + 1.0
        (xl, yl), (xh, yh) = np.min(outline, axis=0)[1:] / ONE, np.max(outline, axis=0)[1:] / ONE
        self.x, self.y = (xl - wide, xh + wide), (yl - wide, yh + wide)
        self.classes = [
            (
                np.array(kind["borders"], dtype=float),
                [np.array(piece["corners"])[:, 1:] / ONE for piece in kind["pieces"]],
            )
            for kind in proof["classes"]
        ]

    def trees(self) -> Iterator[dict[str, Any]]:
        for mirrored in self.proof["mirrored"]:
            for index, part in enumerate(self.proof["points"]):
                self.part, self.moves, extent = part, _moves(part), _extent(part)
                self.moves[:, :, 0] *= -1.0 if mirrored else 1.0
                last = np.array([1.0, extent.s[1], extent.u[0]]) @ self.moves
                self.along = [
                    last[segment["points"][1]] - last[segment["points"][0]]
                    for segment in self.proof["segments"]
                ]
                for quarter in range(4):
                    box = Box(self.x, self.y, (-T, T), extent.s, extent.u)
                    tree = self.tree(box, quarter, ())
                    yield {"mirrored": mirrored, "range": index, "quarter": quarter, "tree": tree}

    def tree(self, box: Box, quarter: int, cases: tuple[Case, ...]) -> list[Any]:
        self.boxes += 1
        assert self.boxes < 20_000, "this yard is too hard for the slow prover"
        turn = Turn(box, quarter)
        rows = [*self.borders(turn), *self.limits(turn), *self.cases(turn, cases)]
        left, where, weights = _closest([row for row, _, _ in rows], turn)
        if left < self.closes:
            return ["closed", _weighted(rows, _cheapest(rows, turn) if cases else weights)]
        case = self.overlap(turn, where, {case[:2] for case in cases}) if self.fine(turn) else None
        if case is not None:
            segment, piece = case
            count = len(self.pieces(segment)[piece]) + (0 if self.single(segment) else 2)
            children = [self.tree(box, quarter, (*cases, (*case, way))) for way in range(count)]
            return ["apart", segment, piece, children]
        axis = self.widest(turn, bool(cases)) if self.fine(turn) else "t"
        low, high = getattr(box, axis)
        at_size = f"size {box.s[0] + where[3]} with {box.u[0] + where[4]} more"
        assert high - low > 1e-4, f"it fits at x, y {where[:2]} and {at_size}"
        at = units((low + high) / 2.0)
        halves = [(low, at / ONE), (at / ONE, high)]
        below, above = (self.tree(Box(**{**vars(box), axis: half}), quarter, cases) for half in halves)
        return [axis, at, below, above]

    def fine(self, turn: Turn) -> bool:
        return turn.sine[1] - turn.sine[0] <= self.sector

    def pieces(self, segment: int) -> list[Any]:
        group: int = self.proof["segments"][segment]["class"]
        return self.classes[group][1]

    def single(self, segment: int) -> bool:
        first, second = self.proof["segments"][segment]["points"]
        return bool(first == second)

    def borders(self, turn: Turn) -> Iterator[Named]:
        start = 0
        for group, (borders, _) in enumerate(self.classes):
            own = {p for seg in self.proof["segments"] if seg["class"] == group for p in seg["points"]}
            for nth, (nx, ny, offset) in enumerate(borders):
                long = math.hypot(nx, ny)
                for point in sorted(own):
                    normal = np.array([nx, ny]) / long
                    row = point_row(turn, self.moves[point], normal, offset / long / ONE)
                    yield row, ONE / long, [0, start + nth, point]
            start += len(borders)

    def limits(self, turn: Turn) -> Iterator[Named]:
        """Of what two lengths are together."""
        yield from ()

    def cases(self, turn: Turn, cases: tuple[Case, ...]) -> Iterator[Named]:
        for nth, (segment, piece, way) in enumerate(cases):
            corners, ends = self.pieces(segment)[piece], self.proof["segments"][segment]["points"]
            if way < len(corners):
                for end in (0, 1):
                    row, factor = self.beyond(turn, ends[end], corners, way)
                    yield row, factor, [1, nth, end]
            else:
                for at, corner in enumerate(corners):
                    row, factor = self.beside(turn, segment, corner, left=way == len(corners))
                    yield row, factor, [2, nth, at]
            before = self.before(turn, segment, corners, way)
            if before is None:
                continue
            if before < len(corners):  # the lower end is not beyond that edge
                outward = _normals(corners)[before]
                lower = 0 if self.single(segment) or outward @ turn.matrix @ self.along[segment] > 0.0 else 1
                row, factor = self.beyond(turn, ends[lower], corners, before, really=False)
            else:
                row, factor = self.beside(turn, segment, corners[way], left=before > len(corners))
            yield row, factor, [3, nth, 0]

    def beyond(
        self, turn: Turn, point: int, corners: Vec, edge: int, *, really: bool = True
    ) -> tuple[Row, float]:
        """That a point is outside an edge, or that it is not."""
        along = corners[(edge + 1) % len(corners)] - corners[edge]
        normal = (1.0 if really else -1.0) * _normals(corners)[edge]
        row = point_row(turn, self.moves[point], normal, float(normal @ corners[edge]))
        return row, 1.0 / math.hypot(*along)

    def beside(self, turn: Turn, segment: int, corner: Vec, *, left: bool) -> tuple[Row, float]:
        q, point = self.along[segment], self.proof["segments"][segment]["points"][0]
        ahead = (1.0 if left else -1.0) * q / math.hypot(*q)
        return corner_row(turn, self.moves[point], ahead, corner), 1.0 / math.hypot(*q)

    def vectors(self, turn: Turn, segment: int) -> list[Vec]:
        """A segment's vector at the extremes of s and u."""
        first, second = self.proof["segments"][segment]["points"]
        return [corner @ (self.moves[second] - self.moves[first]) for corner in turn.box.corners]

    def bends(self, turn: Turn, segment: int) -> float:
        """By how many radians a segment is turned at most in a box, other than by the box's angle."""
        q = self.along[segment]
        return max(abs(math.atan2(cross(q, v), float(q @ v))) for v in self.vectors(turn, segment))

    def before(self, turn: Turn, segment: int, corners: Vec, way: int) -> int | None:
        """The way that comes before one on the circle of outward normals, where that is certain."""
        count = len(corners)
        if self.single(segment):
            return (way - 1) % count
        normals = [math.atan2(y, x) for x, y in _normals(corners)]
        across = -J @ turn.matrix @ self.along[segment]
        left = math.atan2(across[1], across[0])
        circle = [*normals, left, left + math.pi]
        order = sorted(range(count + 2), key=lambda one: circle[one] % (2.0 * math.pi))
        place = order.index(way)
        before, after = order[place - 1], order[(place + 1) % len(order)]
        bounds = (before, after) if way >= count else ((way - 1) % count, way)
        # no normal of the segment may pass the normals of these edges
        most = max(abs(math.asin(sine)) for sine in turn.sine) + self.bends(turn, segment) + 1e-6
        passed = any(
            abs((normals[edge] - side + math.pi) % (2.0 * math.pi) - math.pi) <= most
            for edge in bounds
            for side in circle[count:]
        )
        return None if passed and self.honest else before

    def overlap(self, turn: Turn, where: Vec, known: set[tuple[int, int]]) -> tuple[int, int] | None:
        """The segment and the piece that overlap most at a pose and are not known to be apart."""
        angle = turn.middle + math.asin(max(-1.0, min(1.0, where[2])))
        matrix = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        local = (turn.box.least + np.array([0.0, *where[3:5]])) @ self.moves
        points = where[:2] + local @ matrix.T
        worst, found = 1e-3, None
        for segment, stated in enumerate(self.proof["segments"]):
            a, b = (points[end] for end in stated["points"])
            for piece, corners in enumerate(self.pieces(segment)):
                depth = -_apart(a, b, corners)
                if depth > worst and (segment, piece) not in known:
                    worst, found = depth, (segment, piece)
        return found

    def widest(self, turn: Turn, cornered: bool) -> str:
        box = turn.box
        wide = turn.sine[1] - turn.sine[0]
        reach = float(np.hypot(*(np.array([1.0, box.s[1], box.u[0]]) @ self.moves).T).max())
        grows, further = (
            float(np.hypot(*self.moves[:, nth].T).max()) * (high - low)
            for nth, (low, high) in ((1, box.s), (2, box.u))
        )
        errors = {
            "t": reach * wide**2 / 8.0 + wide * (grows + further) / 4.0,
            "s": wide * grows / 2.0,
            "u": wide * further / 2.0,
            "x": wide * (box.x[1] - box.x[0]) / 4.0 if cornered else 0.0,
            "y": wide * (box.y[1] - box.y[0]) / 4.0 if cornered else 0.0,
        }
        return max(errors, key=lambda axis: errors[axis])


def _extent(part: dict[str, Any]) -> Box:
    """The sizes of a range, and what is on top, as a box of no place."""
    low, high = part.get("more", (0, 0))
    nowhere = (0.0, 0.0)
    return Box(nowhere, nowhere, nowhere, (part["from"] / ONE, part["to"] / ONE), (low / ONE, high / ONE))


def _moves(part: dict[str, Any]) -> Vec:
    """How the points of a range move (J, 3, 2)."""
    moves = np.zeros((len(part["at"]), 6))
    at = np.array(part["at"], dtype=float) / ONE
    moves[:, : at.shape[1]] = at
    return moves.reshape(-1, 3, 2)


def _normals(corners: Vec) -> Vec:
    """Outward, one for the edge from each corner."""
    edges = np.roll(corners, -1, axis=0) - corners
    return np.stack([edges[:, 1], -edges[:, 0]], axis=1) / np.hypot(*edges.T)[:, None]


def _apart(a: Vec, b: Vec, corners: Vec) -> float:
    """How far a segment and a piece are apart along the best of their normals."""
    normals = _normals(corners)
    best = float(max(min(n @ (a - v), n @ (b - v)) for n, v in zip(normals, corners, strict=True)))
    along = b - a
    if math.hypot(*along) > 1e-9:
        sides = [cross(along / math.hypot(*along), v - a) for v in corners]
        best = max(best, min(sides), -max(sides))
    return best


def _closest(rows: Sequence[Row], turn: Turn) -> tuple[float, Vec, list[float]]:
    """The best that the worst row can be, where, and the weights that prove it."""
    table = np.array(rows)
    limits = [*_unknowns(turn), (None, 1.0)]
    result = linprog(
        [*[0.0] * 5, -1.0],
        A_ub=np.hstack([-table[:, :5], np.ones((len(table), 1))]),
        b_ub=table[:, 5],
        bounds=limits,
        method="highs",
    )
    assert result.status == 0, result.message
    return -float(result.fun), result.x, (-result.ineqlin.marginals).tolist()


def _unknowns(turn: Turn) -> list[XY]:
    """Between what x, y, S, sigma and upsilon lie."""
    box = turn.box
    return [box.x, box.y, turn.sine, (0.0, box.s[1] - box.s[0]), (0.0, box.u[1] - box.u[0])]


def _cheapest(rows: Sequence[Named], turn: Turn) -> list[float]:
    """Weights whose sum is below -1 everywhere, of as much order and as little else as can be."""
    table = np.array([row for row, _, _ in rows])
    low, high = np.transpose(_unknowns(turn))
    # the sum's coefficients are what rises with an unknown less what falls
    cost = [0.02 if name[0] == 3 else 1.0 for _, _, name in rows]
    result = linprog(
        [*cost, *[1e-6] * 10],
        A_ub=[[*table[:, 5], *high, *-low]],
        b_ub=[-1.0],
        A_eq=np.hstack([table[:, :5].T, -np.eye(5), np.eye(5)]),
        b_eq=[0.0] * 5,
        method="highs",
    )
    assert result.status == 0, result.message
    weights = result.x[: len(rows)]
    return [float(weight) for weight in weights / weights.max()]


def _weighted(rows: Sequence[Named], weights: Sequence[float]) -> list[int]:
    out: list[int] = []
    for (_, factor, name), weight in zip(rows, weights, strict=True):
        if weight > 1e-9:
            out += [max(1, round(weight * factor * 2**40)), *name]
    return out
