"""Certificates: true ones stand, whoever made them, and no number of one can be bent into a lie.

`slow_prover` makes them; it was written from search.md alone and shares nothing with `verify`.
"""

from __future__ import annotations

import contextlib
import copy
import json
import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from conedrills import cli
from conedrills.boxes import EXTREME, Grove, _Wrong
from conedrills.certificatefile import (
    DEEPEST,
    Certificate,
    Class,
    Closed,
    Cut,
    Moving,
    Piece,
    Proof,
    Range,
    Ring,
    Segment,
    loads,
    read_certificate,
)
from conedrills.drill import Drill, Pace, parse_drill
from conedrills.errors import CertificateError
from conedrills.exact import UNIT, ExactYard, is_convex, turn_of
from conedrills.geometry import Point, Pose
from conedrills.layout import Layout, Placement, Unplaced, placed_legs
from conedrills.layoutwriter import to_json
from conedrills.remeasure import RawYard
from conedrills.rows import Box, Sector, corner_row, point_row, sector_of
from conedrills.space import space_model
from conedrills.verify import Verdict, verify
from conedrills.yard import Obstacle, Yard
from tests.slow_prover import Solver, certificate

MODEL = space_model({}, wet=False)
Document = dict[str, Any]


def drill(name: str, cones: dict[str, Any], legs: list[dict[str, Any]], mirror: bool = False) -> Drill:
    return parse_drill(
        {
            "title": name,
            "family": "braking",
            "paces": ["walk", "easy", "full"],
            "units": "m",
            "mirror": mirror,
            "distances": {"a": {"nominal": 6.0, "min": 1.0}},
            "cones": cones,
            "legs": legs,
        },
        name,
        name,
    )


def lane(**leg: Any) -> Drill:
    """6 m straight ahead, and 1 m of run-out at easy pace."""
    sprint = {"from": "1", "to": "2", "movement": "sprint", "cut": "stop", **leg}
    return drill("lane", {"1": {}, "2": {"from": "1", "ahead": "a"}}, [sprint])


def hook() -> Drill:
    """Ahead, to the right, round the cone there."""
    cones = {"1": {}, "2": {"from": "1", "ahead": "a"}, "3": {"from": "2", "right": "a / 2"}}
    first = {"from": "1", "to": "2", "movement": "sprint", "cut": "plant"}
    return drill("hook", cones, [first, {**first, "from": "2", "to": "3", "cut": "round"}], mirror=True)


def bow() -> Drill:
    """Half a circle, and from its end to its middle."""
    cones = {"1": {}, "2": {"from": "1", "right": "a"}, "3": {"from": "1", "right": "a / 2"}}
    arc = {"shape": "arc", "centre": "3", "turn": "clockwise", "movement": "run", "cut": "through"}
    back = {"from": "2", "to": "3", "movement": "run", "cut": "stop"}
    return drill("bow", cones, [{"from": "1", "to": "2", **arc}, back], mirror=True)


def ring(*corners: tuple[float, float]) -> tuple[Point, ...]:
    return tuple(Point(x, y) for x, y in corners)


RECTANGLE = Yard("r", ring((0, 0), (6, 0), (6, 3), (0, 3)), ("hard",) * 4)
OAK = Obstacle("oak", "hard", ring((4.8, 1.3), (5.2, 1.3), (5.2, 1.7), (4.8, 1.7)), 0.01)
PASSAGE = Yard("n", ring((0, 0), (10, 0), (10, 3), (0, 3)), ("hard",) * 4, (OAK,))
BEND = Yard(
    "l",
    ring((10, 20), (10, 13.4), (13.2, 13.4), (13.2, 16.8), (16.6, 16.8), (16.6, 20)),
    ("soft", "soft", "hard", "soft", "soft", "soft"),
    uncertainty=(0.02,) * 6,
)
PEG = Obstacle("peg", "hard", ring((3.2, 3.2), (3.8, 3.2), (3.8, 3.8), (3.2, 3.8)), 0.01)
COURT = Yard("c", ring((0, 0), (7, 0), (7, 7), (0, 7)), ("hard",) * 4, (PEG,))
GARDEN = Yard("g", ring((0, 0), (9, 0), (9, 5), (0, 5)), ("hard",) * 4)
LANE_LIMIT = (math.hypot(4.0, 1.0) - 1.0) / 6.0
"""The largest lane in the rectangle: 4 m by 1 m are left within the clearances."""


def unplaced(yard: Yard, one: Drill, bound: float, pace: Pace = "easy") -> Layout:
    return Layout("t", "m", yard, MODEL, (), (Unplaced(one, pace, "", bound),))


CASES: dict[str, Callable[[], tuple[Layout, float, float]]] = {
    # a layout, by how many degrees its frame is turned, and up to how many radians are looked at together
    "lane": lambda: (unplaced(RECTANGLE, lane(), 0.523), 20.0, 2.0),
    "passage": lambda: (unplaced(PASSAGE, lane(), 0.55), 0.0, 0.4),
    "bend": lambda: (unplaced(BEND, lane(side_clearance=2.0), 0.97), 7.0, 2.0),
    "hook": lambda: (unplaced(RECTANGLE, hook(), 0.4), -33.0, 2.0),
    "bow": lambda: (unplaced(PASSAGE, bow(), 0.45), 0.0, 2.0),
    "court": lambda: (unplaced(COURT, lane(), 0.75), 10.0, 0.4),
    "back": lambda: (
        unplaced(GARDEN, lane(movement="backpedal", facing="back"), 0.5, "full"),
        90.0,
        2.0,
    ),
}


@cache
def made(name: str) -> tuple[Layout, str]:
    """A layout, and its certificate as JSON text."""
    layout, turned, sector = CASES[name]()
    return layout, json.dumps(certificate(layout, turned, sector=sector))


def document(name: str) -> Document:
    return dict(json.loads(made(name)[1]))


def judged(layout: Layout, proof: Document) -> Verdict:
    return verify(layout, loads(json.dumps(proof).encode(), "proof.json"))


# ---------------------------------------------------------------- what is true stands


@pytest.mark.parametrize("name", CASES)
def test_a_proof_by_another_hand_stands(name: str) -> None:
    layout, text = made(name)
    verdict = verify(layout, loads(text.encode(), "proof.json"))
    assert verdict.problems == ()
    [entry], [proven] = layout.unplaced, verdict.proven
    assert entry.size_bound is not None
    assert (proven.drill, proven.pace) == (entry.drill.name, entry.pace)
    assert entry.size_bound - 1e-8 < proven.bound <= entry.size_bound
    assert proven.images == ((False, True) if entry.drill.mirror else (False,))


def test_the_cases_use_every_part_of_the_format() -> None:
    every = [loads(made(name)[1].encode(), "proof") for name in CASES]
    proofs = [proof for one in every for proof in one.proofs]
    kinds = {piece.kind for proof in proofs for group in proof.classes for piece in group.pieces}
    nodes = [node for proof in proofs for tree in proof.trees for node in tree.nodes]
    rows = {row[1] for node in nodes if isinstance(node, Closed) for row in node.rows}
    assert kinds == {"solid", "side"}
    assert {segment.part for proof in proofs for segment in proof.segments} == {"run", "round"}
    assert {node.axis for node in nodes if isinstance(node, Cut)} >= {"x", "t", "s"}
    assert rows == {0, 1, 2, 3}
    assert max(len(proof.ranges) for proof in proofs) > 1


# ---------------------------------------------------------------- the rows hold

SHARES = st.floats(0.0, 1.0)


@st.composite
def boxes(draw: st.DrawFn) -> tuple[Box, Sector, tuple[float, float, float, float]]:
    """A box, its sector, and a pose in it: x, y, angle, size."""
    sides = []
    for least, most in ((-100.0, 100.0), (-100.0, 100.0), (-0.41421356, 0.41421356), (0.1, 2.0)):
        low, high = sorted((draw(st.floats(least, most)), draw(st.floats(least, most))))
        high = min(high, low + draw(st.sampled_from([1e-3, 0.1, 1e3])))
        sides += [math.floor(low * UNIT), math.ceil(high * UNIT)]
    quarter = draw(st.integers(0, 3))
    x, y, tau, size = (
        (low + draw(SHARES) * (high - low)) / UNIT for low, high in zip(sides[::2], sides[1::2], strict=True)
    )
    box = Box(*sides)
    angle = quarter * math.pi / 2.0 + 2.0 * math.atan(tau)
    return box, sector_of(box.t0, box.t1, quarter), (x, y, angle, size)


PLACES = st.integers(-20 * UNIT, 20 * UNIT)
MOVING = st.tuples(PLACES, PLACES, PLACES, PLACES, st.just(0), st.just(0))


def value(row: tuple[int, ...], sector: Sector, box: Box, pose: tuple[float, ...]) -> float:
    """A row at a pose, m²."""
    x, y, angle, size = pose
    middle = math.atan2(sector.sin, sector.cos)
    terms = (x * UNIT, y * UNIT, math.sin(angle - middle) * 2.0**40, (size * UNIT - box.s0))
    scale = sector.den * 2.0**130
    return sum(part / scale * term for part, term in zip(row, terms, strict=False)) + row[5] / scale


def turned(angle: float, x: float, y: float) -> complex:
    return complex(x, y) * complex(math.cos(angle), math.sin(angle))


def at(point: tuple[int, ...], size: float) -> tuple[float, float]:
    bx, by, gx, gy, _, _ = point
    return (bx + size * gx) / UNIT, (by + size * gy) / UNIT


@given(boxes(), MOVING, st.tuples(PLACES, PLACES))
def test_the_point_row_is_never_below_the_truth(
    drawn: tuple[Box, Sector, tuple[float, ...]], point: Moving, normal: tuple[int, int]
) -> None:
    box, sector, pose = drawn
    x, y, angle, size = pose
    place = complex(x, y) + turned(angle, *at(point, size))
    n = complex(*normal) / UNIT
    true = (n.conjugate() * place).real - 3.5
    row = point_row(sector, box, point, normal, 7 << 59)
    assert value(row, sector, box, pose) >= true - 1e-6
    # and in a small box it says no more than it must
    if max(box.t1 - box.t0, box.s1 - box.s0) < UNIT / 500:
        assert value(row, sector, box, pose) <= true + abs(n) * 30.0 * 0.01


@given(boxes(), MOVING, st.tuples(PLACES, PLACES), st.tuples(PLACES, PLACES), st.sampled_from([1, -1]))
def test_the_corner_row_is_never_below_the_truth(
    drawn: tuple[Box, Sector, tuple[float, ...]],
    point: Moving,
    along: tuple[int, int],
    corner: tuple[int, int],
    way: int,
) -> None:
    box, sector, pose = drawn
    x, y, angle, size = pose
    place = complex(x, y) + turned(angle, *at(point, size))
    ahead = turned(angle, along[0] / UNIT, along[1] / UNIT) * way
    off = complex(*corner) / UNIT - place
    true = (ahead.conjugate() * off).imag
    row = corner_row(sector, box, point, (way * along[0], way * along[1]), corner)
    assert value(row, sector, box, pose) >= true - 1e-6
    sliver = 2.0**-16 * (abs(along[0]) + abs(along[1])) / UNIT
    if max(box.t1 - box.t0, box.s1 - box.s0, box.x1 - box.x0, box.y1 - box.y0) < UNIT / 500:
        assert value(row, sector, box, pose) <= true + sliver + abs(ahead) * 0.01 * (10.0 + abs(off))


@given(st.integers(-444758428, 444758428), st.integers(-444758428, 444758428), st.integers(0, 3))
def test_a_sector_holds_all_its_angles(one: int, other: int, quarter: int) -> None:
    low, high = sorted((one, other))
    sector = sector_of(low, high, quarter)
    assert sector.cos**2 + sector.sin**2 == sector.den**2
    middle = math.atan2(sector.sin, sector.cos)
    for tau in (low, (low + high) // 2, high):
        delta = quarter * math.pi / 2.0 + 2.0 * math.atan(tau / UNIT) - middle
        assert sector.least / 2**40 - 1e-11 <= math.sin(delta) <= sector.most / 2**40 + 1e-11
        assert 1.0 - math.cos(delta) <= sector.kappa / 2**40 + 1e-11


# ---------------------------------------------------------------- the ways of being apart, and their order

Corners = list[tuple[int, int]]
TRIANGLE: Corners = [(0, 0), (2, 0), (0, 1)]
SHAPES: list[Corners] = [
    TRIANGLE,
    [(0, 0), (3, -1), (0, 1)],
    [(0, 0), (2, 0), (2, 2), (0, 2)],
    [(0, 0), (4, -1), (8, 0), (4, 1)],  # nearly flat at two corners, nearly closed at the others
    [(0, -1), (2, -1), (3, 0), (2, 1), (0, 1), (-1, 0)],
]


def grove(corners: Corners, moving: list[tuple[int, int, int, int]], *, mirrored: bool = False) -> Grove:
    """A segment between two moving points (or one point), and a piece with corners in units."""
    part = Range(0, 2 * UNIT, (0, 0, 0, 0, 0, 0), tuple((*point, 0, 0) for point in moving))
    piece = Piece("solid", 0, (0, 1, 2), tuple((0, x, y) for x, y in corners))
    segment = Segment((0, len(moving) - 1), 0, "run", 0, 0)
    ranges, kinds = (part,), (Class(0, (), (piece,)),)
    proof = Proof("", "easy", 0, 0, (mirrored,), ranges, (segment,), kinds, ())
    rings = (Ring(None, 0, ((0, 0, 0), (1, UNIT, 0), (2, 0, UNIT))),)
    return Grove(ExactYard(RECTANGLE, Certificate("", (0, 0), 0, 0, rings, ())), proof, 0, mirrored=mirrored)


def ways(of: Grove, box: Box, quarter: int) -> list[list[tuple[int, ...]]]:
    """All rows of each way of being apart in a box; of the order only where it is certain."""
    sector = sector_of(box.t0, box.t1, quarter)
    count = len(of.pieces[0][0].corners)
    found = []
    for way in range(count + (2 if of.ends[0] != (0, 0) else 0)):
        kind, lines = (1, 2) if way < count else (2, count)
        names = [(kind, line) for line in range(lines)] + [(3, 0)]
        rows: list[tuple[int, ...]] = []
        for kind, line in names:
            with contextlib.suppress(_Wrong) if kind == 3 else contextlib.nullcontext():
                rows.append(of._row(box, sector, ((0, 0, way),), (1, kind, 0, line)))
        found.append(rows)
    return found


def is_outside(corners: Corners, first: complex, second: complex) -> bool:
    """Whether a segment does not touch the inside of a polygon, or the two are a matter of rounding apart."""
    shape, line = shapely.Polygon(corners), shapely.LineString([(p.real, p.imag) for p in (first, second)])
    return bool(shape.buffer(-1e-6 * UNIT).disjoint(line))


@settings(max_examples=300)
@given(st.data())
def test_some_way_of_being_apart_holds_with_its_order_in_every_box(data: st.DataObject) -> None:
    """Whatever boxes a pose lies in: where nothing overlaps, all rows of one and the same way hold in all."""
    corners = [(x * UNIT, y * UNIT) for x, y in data.draw(st.sampled_from(SHAPES))]
    small = st.integers(-6 * UNIT, 6 * UNIT)
    still = data.draw(st.booleans())
    moving = [(data.draw(small), data.draw(small), 0, 0) for _ in range(data.draw(st.integers(1, 2)))]
    if not still:  # a segment that grows, as those of drills do: its vector is the size times one vector
        moving = [(0, 0, x, y) for x, y, _, _ in moving]
    mirrored, quarter = data.draw(st.booleans()), data.draw(st.integers(0, 3))
    one = grove(corners, moving, mirrored=mirrored)
    x, y, size = data.draw(st.floats(-9, 9)), data.draw(st.floats(-9, 9)), data.draw(st.floats(0.1, 1.9))
    special = st.sampled_from([0.0, 0.25, -0.25, 1 / 3, 0.41421356, -0.41421356])
    tau = data.draw(special | st.floats(-0.41421356, 0.41421356))
    if len(moving) == 2 and not any(one.along[0]):
        return
    angle = quarter * math.pi / 2.0 + 2.0 * math.atan(tau)
    ends = [complex(x, y) + turned(angle, *at(point, size)) for point in one.points]
    if not is_outside(corners, ends[0] * UNIT, ends[-1] * UNIT):
        return
    left = None
    for _ in range(4):
        wide = data.draw(st.sampled_from([0.0, 1e-6, 0.01, 0.1, 1.0]))
        spread = [wide * data.draw(SHARES) for _ in range(8)]
        sides = []
        for nth, value_at in enumerate((x, y, tau, size)):
            low, high = value_at - spread[2 * nth], value_at + spread[2 * nth + 1]
            sides += [math.floor(low * UNIT), math.ceil(high * UNIT)]
        sides[4], sides[5] = max(sides[4], -EXTREME), min(sides[5], EXTREME)
        sides[6], sides[7] = max(sides[6], 0), min(sides[7], 2 * UNIT)
        box = Box(*sides)
        sector = sector_of(box.t0, box.t1, quarter)
        holds = {
            way
            for way, rows in enumerate(ways(one, box, quarter))
            if all(value(row, sector, box, (x, y, angle, size)) >= -1e-4 for row in rows)
        }
        left = holds if left is None else left & holds
    assert left


DIRECTIONS = [(x, y) for x in range(-3, 4) for y in range(-3, 4) if math.gcd(x, y) == 1]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("mirrored", [False, True])
def test_of_all_ways_one_comes_first(shape: Corners, mirrored: bool) -> None:
    """Segments and places on a grid, exactly: at least one way holds outside, and none inside.

    No more than one where the order is certain and nothing touches.
    """
    corners = [(x * UNIT, y * UNIT) for x, y in shape]
    certain = 0
    for qx, qy in [*DIRECTIONS, (0, 0)]:
        single = qx == qy == 0
        moving = (
            [(0, 0, 0, 0)] if single else [(0, 0, 0, 0), ((-qx if mirrored else qx) * UNIT, qy * UNIT, 0, 0)]
        )
        one = grove(corners, moving, mirrored=mirrored)
        for quarter in range(4):
            every = ways(one, Box(0, 0, 0, 0, 0, 0, UNIT, UNIT), quarter)
            vx, vy = [(qx, qy), (-qy, qx), (-qx, -qy), (qy, -qx)][quarter]
            edges = list(zip(shape, [*shape[1:], shape[0]], strict=True))
            normals = [((y2 - y1), (x1 - x2), (x1, y1)) for (x1, y1), (x2, y2) in edges]
            for px in range(-4, 10):
                for py in range(-4, 5):
                    out = [
                        min(nx * (px - u) + ny * (py - v), nx * (px + vx - u) + ny * (py + vy - v))
                        for nx, ny, (u, v) in normals
                    ]
                    if not single:
                        sides = [vx * (v - py) - vy * (u - px) for u, v in shape]
                        out += [min(sides), -max(sides)]
                    holds = [
                        way
                        for way, rows in enumerate(every)
                        if all((row[0] * px + row[1] * py) * UNIT + row[5] >= 0 for row in rows)
                    ]
                    if max(out) < 0:
                        assert not holds
                        continue
                    assert holds
                    sure = all(
                        len(rows) > (len(shape) if way >= len(shape) else 2) for way, rows in enumerate(every)
                    )
                    if sure and 0 not in out:
                        certain += 1
                        assert len(holds) == 1
                        way = holds[0]
                        assert out[way] > 0
    assert certain > 1_000


UNSURE: dict[str, tuple[tuple[int, int], tuple[int, int], int, set[int]]] = {
    # a vector, the tangents of a box, the quarter; and the ways of which it is not certain what comes before
    "along edge 0, which is on the left": ((1, 0), (0, 0), 0, {0, 1, 3}),
    "along it at one end": ((1, 0), (0, UNIT // 10), 0, {0, 1, 3}),
    "along it at the other": ((1, 0), (-UNIT // 10, 0), 0, {0, 1, 3}),
    "past it": ((1, 0), (-UNIT // 10, UNIT // 10), 0, {0, 1, 3}),
    "past it backwards, on the right": ((1, 0), (-UNIT // 10, UNIT // 10), 2, {0, 1, 4}),
    "past edge 1 and edge 2": ((-1, 1), (-UNIT // 4, UNIT // 2), 0, {0, 1, 2, 3, 4}),
    "past none": ((1, 1), (-UNIT // 10, UNIT // 10), 0, set()),
    "almost from edge 0 to edge 2": ((1, 1), (9 - EXTREME, EXTREME - 9), 0, set()),
    "from edge 0 to edge 2": ((1, 1), (-EXTREME, EXTREME), 0, {0, 1, 2, 3, 4}),
}


@pytest.mark.parametrize("name", UNSURE)
def test_an_order_is_taken_only_where_it_is_certain(name: str) -> None:
    (qx, qy), taus, quarter, unsure = UNSURE[name]
    corners = [(x * UNIT, y * UNIT) for x, y in TRIANGLE]
    one = grove(corners, [(0, 0, 0, 0), (qx * UNIT, qy * UNIT, 0, 0)])
    every = ways(one, Box(-UNIT, UNIT, -UNIT, UNIT, *taus, UNIT, UNIT), quarter)
    assert {way for way, rows in enumerate(every) if len(rows) == (3 if way >= 3 else 2)} == unsure


def test_a_segment_that_turns_with_the_size_past_an_edge_has_no_certain_order() -> None:
    # by no more than the last bit: at size 1 it is along the edge, at 2 it is not
    corners = [(x * UNIT, y * UNIT) for x, y in TRIANGLE]
    for rate in (-1, 1):
        one = grove(corners, [(0, 0, 0, 0), (UNIT, -rate, 0, rate)])
        box = Box(-UNIT, UNIT, -UNIT, UNIT, 0, 0, UNIT // 2, 2 * UNIT)
        assert len(ways(one, box, 0)[0]) == 2
        assert len(ways(one, box._replace(s0=UNIT + 1), 0)[0]) == 3


@pytest.mark.parametrize("lie", ["itself", "the next", "the one before that"])
def test_a_false_order_proves_nothing(lie: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lane fits into the court at a size; whoever says of each way that another holds excludes all."""
    true = Solver.before

    def before(self: Solver, turn: Any, segment: int, corners: Any, way: int) -> int | None:
        one = true(self, turn, segment, corners, way)
        count = len(corners) + (0 if self.single(segment) else 2)
        if lie == "itself":
            return way if way < len(corners) else one
        if lie == "the next":
            return one if one is None else (way + 1) % len(corners)
        return one if one is None else true(self, turn, segment, corners, one % count)

    monkeypatch.setattr(Solver, "before", before)
    layout = unplaced(COURT, lane(), 0.6)
    try:
        whole = certificate(layout, 10.0, sector=0.4)
    except AssertionError:  # not even with that lie
        return
    text = " ".join(problem.message for problem in judged(layout, whole).problems)
    assert "not closed" in text or "is not certain" in text


def test_an_order_that_is_not_certain_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Solver, "honest", False)
    layout = CASES["court"]()[0]
    whole = certificate(layout, 10.0, sector=0.4)
    assert "is not certain" in " ".join(problem.message for problem in judged(layout, whole).problems)


# ---------------------------------------------------------------- borders and pieces hold


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=40)
@given(data=st.data())
def test_no_allowed_place_is_beyond_a_border_or_in_a_piece(name: str, data: st.DataObject) -> None:
    layout, text = made(name)
    proof = loads(text.encode(), "proof")
    ground = RawYard(layout.yard)
    assert ground.outline is not None
    left, low, right, high = ground.outline.bounds
    cos, sin, den = turn_of(proof.tau, UNIT, proof.quarter)
    for group in proof.proofs[0].classes:
        place = shapely.Point(
            left + data.draw(SHARES) * (right - left), low + data.draw(SHARES) * (high - low)
        )
        free = ground.outline.covers(place) and all(
            place.distance(thing.shape) >= thing.must_keep(group.clearance / UNIT) for thing in ground.things
        )
        if not free:
            continue
        dx, dy = place.x - proof.origin[0] / UNIT, place.y - proof.origin[1] / UNIT
        x, y = (cos * dx + sin * dy) / den, (cos * dy - sin * dx) / den
        for nx, ny, offset in group.borders:
            assert nx * x + ny * y > offset / UNIT
        for piece in group.pieces:
            shape = shapely.Polygon([(u / UNIT, v / UNIT) for _, u, v in piece.corners])
            assert not shape.contains(shapely.Point(x, y))


def test_only_convex_rings_are_convex() -> None:
    star = [(0, -10), (6, 8), (-10, -3), (10, -3), (-6, 8)]
    assert is_convex([(0, 0), (4, 0), (4, 4), (0, 4)])
    assert not is_convex(star)
    assert not is_convex([(0, 0), (4, 0), (4, 4), (0, 4)] * 2)
    assert not is_convex([(0, 0), (2, 0), (4, 0), (4, 4)])
    assert not is_convex([(0, 0), (4, 0), (1, 1), (0, 4)])


# ---------------------------------------------------------------- what is bent falls

CENTIMETRE = UNIT // 100
Change = Callable[[Document], None]


def proof_of(whole: Document) -> Document:
    return dict(whole["proofs"][0])


def setting(*path: str | int, to: Any) -> Change:
    """A change that puts a value, or what a function makes of the old one, at a path from the first proof."""

    def change(whole: Document) -> None:
        holder: Any = whole if path[0] in whole else whole["proofs"][0]
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = to(holder[path[-1]]) if callable(to) else to

    return change


def piece(*path: str, to: Any) -> Change:
    """A change of the first piece."""
    return setting("classes", 0, "pieces", 0, *path, to=to)


def less(amount: int) -> Callable[[int], int]:
    return lambda number: number - amount


def without(*path: str | int) -> Change:
    def change(whole: Document) -> None:
        holder: Any = whole if path[0] in whole else whole["proofs"][0]
        for step in path[:-1]:
            holder = holder[step]
        del holder[path[-1]]

    return change


def on_node(kind: str, bend: Callable[[list[Any]], None]) -> Change:
    """A change of the first node of a kind in the trees."""

    def change(whole: Document) -> None:
        bend(next(node for node in nodes(whole) if node[0] == kind))

    return change


def on_order(bend: Callable[[list[int]], None]) -> Change:
    """A change of all rows which say that the way before does not hold."""

    def change(whole: Document) -> None:
        for _, rows in (node for node in nodes(whole) if node[0] == "closed"):
            for first in range(0, len(rows), 4):
                if rows[first + 1] == 3:
                    row = rows[first : first + 4]
                    bend(row)
                    rows[first : first + 4] = row

    return change


def nodes(whole: Document) -> list[list[Any]]:
    found, waiting = [], [tree["tree"] for tree in reversed(whole["proofs"][0]["trees"])]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting += reversed(node[3] if node[0] == "apart" else node[2:] if node[0] != "closed" else [])
    return found


def weigh(leaf: list[Any]) -> None:
    leaf[1][0] = -leaf[1][0]


def pushed(border: list[int]) -> list[int]:
    """A border a centimetre further in."""
    nx, ny, offset = border
    return [nx, ny, offset + math.ceil(math.hypot(nx, ny)) * CENTIMETRE]


def moved(corners: list[list[int]]) -> list[list[int]]:
    """A piece's leftmost corner a centimetre further left."""
    leftmost = min(corners, key=lambda corner: corner[1])
    return [[near, x - CENTIMETRE * (corner is leftmost), y] for corner in corners for near, x, y in [corner]]


def renamed(corners: list[list[int]]) -> list[list[int]]:
    """Every corner of a piece said to be near the core's first."""
    return [[0, x, y] for _, x, y in corners]


def swap_core(piece: Document) -> Document:
    return {**piece, "core": [0, 1, 3, 2]}


LIES: dict[str, tuple[str, Change, str]] = {
    # which case, what is changed, and what the message must say
    "the bound 1 % lower": ("lane", setting("bound", to=lambda b: b * 99 // 100), "sizes from"),
    "the bound and its range 1 % lower": (
        "lane",
        lambda whole: [
            setting("bound", to=lambda b: b * 99 // 100)(whole),
            setting("points", 0, "from", to=lambda b: b * 99 // 100)(whole),
        ][0],
        "not closed",
    ),
    "a bound above the stated": ("lane", setting("bound", to=less(-CENTIMETRE)), "but the layout states"),
    "a smaller size_max": ("lane", setting("size_max", to=less(1)), "less than the drill"),
    "a range that ends early": ("lane", setting("points", 0, "to", to=less(1)), "left out"),
    "a range left out": ("back", without("points", 0), "left out"),
    "another drill": ("lane", setting("drill", to="hook"), "the layout has no hook"),
    "another pace": ("lane", setting("pace", to="walk"), "the layout has no lane at walk"),
    "no proof": ("lane", without("proofs", 0), "is not proven"),
    "two proofs": ("lane", lambda whole: whole["proofs"].append(whole["proofs"][0]), "one is wanted"),
    "another layout": ("lane", setting("layout", to="abcdef"), "made for layout"),
    "the frame shifted": ("lane", setting("frame", "origin", 0, to=less(CENTIMETRE)), "further off"),
    "the frame turned": ("lane", setting("frame", "tau", to=less(CENTIMETRE)), "further off"),
    "the frame a quarter on": ("lane", setting("frame", "quarter", to=1), "further off"),
    "a ring with less slack": ("lane", setting("rings", 0, "slack", to=0), "further off"),
    "a ring with more slack": ("lane", setting("rings", 0, "slack", to=CENTIMETRE), "border 0"),
    "a ring with half a metre": ("lane", setting("rings", 0, "slack", to=UNIT // 2 + 1), "half a metre"),
    "a ring with a false corner": (
        "lane",
        setting("rings", 0, "corners", 1, 1, to=less(9999)),
        "true corner 1",
    ),
    "a ring without a corner": ("lane", without("rings", 0, "corners", 1), "true corner 1"),
    "a ring the wrong way": ("lane", setting("rings", 0, "corners", to=lambda r: r[::-1]), "must rise"),
    "a ring round twice": ("lane", setting("rings", 0, "corners", to=lambda r: r + r), "must rise"),
    "an index too high": ("lane", setting("rings", 0, "corners", 3, 0, to=4), "must rise"),
    "no boundary": ("passage", without("rings", 0), "first ring"),
    "an obstacle that is none": ("passage", setting("rings", 1, "obstacle", to=1), "counted from 0"),
    "an obstacle twice": ("passage", lambda whole: whole["rings"].append(whole["rings"][1]), "another ring"),
    "an obstacle left out": ("passage", without("rings", 1), "no ring 1"),
    "a border further in": ("lane", setting("classes", 0, "borders", 1, to=pushed), "border 1"),
    "a border turned": ("lane", setting("classes", 0, "borders", 1, 0, to=less(UNIT // 9)), "border 1"),
    "a class that keeps more": ("lane", setting("classes", 0, "clearance", to=less(-99)), "keeps more"),
    "a segment that keeps more": ("lane", setting("segments", 0, "clearance", to=less(-99)), "asks for 1 m"),
    "a segment of no leg": ("lane", setting("segments", 0, "leg", to=1), "the drill has 1 legs"),
    "a segment of no class": ("lane", setting("segments", 0, "class", to=1), "class that is not there"),
    "a segment of no point": ("lane", setting("segments", 0, "points", 1, to=3), "point that is not there"),
    "a segment of another leg": ("hook", setting("segments", 0, "leg", to=1), "off leg 1"),
    "a turn where none is": ("hook", setting("segments", 0, "part", to="round"), "goes round no cone"),
    "a turn round the wrong cone": ("hook", setting("segments", 2, "points", to=[0, 0]), "off leg 1"),
    "a turn as a stretch": ("hook", setting("segments", 2, "points", to=[0, 1]), "is one point"),
    "a chord of an arc": ("bow", setting("segments", 0, "points", to=[0, 1]), "off leg 0"),
    "a point off the path": ("lane", setting("points", 0, "at", 2, 1, to=less(-CENTIMETRE)), "off leg 0"),
    "a point that grows faster": (
        "lane",
        setting("points", 0, "at", 2, 3, to=less(-CENTIMETRE)),
        "off leg 0",
    ),
    "another middle": ("lane", setting("points", 0, "centre", 0, to=less(CENTIMETRE)), "off leg 0"),
    "a point less": ("back", without("points", 1, "at", 2), "the same points"),
    "a piece a centimetre out": (
        "passage",
        piece("corners", to=moved),
        "further from the core",
    ),
    "a piece near the wrong corner": (
        "passage",
        piece("corners", to=renamed),
        "further from the core",
    ),
    "a piece clockwise": ("passage", piece("corners", to=lambda r: r[::-1]), "convex"),
    "a piece with two corners": ("passage", piece("corners", to=lambda r: r[:2]), "convex"),
    "a piece of no ring": ("passage", piece("ring", to=2), "no ring 2"),
    "a core outside the obstacle": (
        "passage",
        piece("ring", to=0),
        "inside the boundary",
    ),
    "a core that crosses itself": ("passage", piece(to=swap_core), "not convex"),
    "a core without its corners": ("passage", piece("core", to=[0, 1]), "not convex"),
    "a core with no corner": ("passage", piece("core", to=[]), "not convex"),
    "a side that is none": ("bend", piece("core", to=[1, 3]), "neighbouring"),
    "a side called solid": ("bend", piece("kind", to="solid"), "not convex"),
    "a pocket that is lawn": ("bend", setting("classes", 0, "pieces", 2, "core", to=[0, 1, 2]), "core"),
    "a pocket too large": ("bend", setting("classes", 0, "pieces", 2, "core", to=[1, 3, 4]), "core"),
    "no images": ("hook", setting("mirrored", to=[]), "at least one"),
    "one image twice": ("hook", setting("mirrored", to=[False, False]), "named once"),
    "the wrong image only": ("lane", setting("mirrored", to=[True]), "as published"),
    "no segments": ("lane", setting("segments", to=[]), "nothing of the drill"),
    "a tree left out": ("hook", without("trees", 5), "no tree for mirrored, range 0, quarter 1"),
    "a tree twice": ("hook", setting("trees", 5, "quarter", to=0), "same image"),
    "a negative weight": ("lane", on_node("closed", weigh), "negative"),
    "no weights": ("lane", on_node("closed", lambda leaf: leaf[1].clear()), "not closed"),
    "a row of no border": ("lane", on_node("closed", lambda leaf: leaf[1].__setitem__(2, 4)), "no border 4"),
    "a row of no point": ("lane", on_node("closed", lambda leaf: leaf[1].__setitem__(3, 9)), "with point 9"),
    "a row of no branching": ("lane", on_node("closed", lambda leaf: leaf[1].__setitem__(1, 1)), "branching"),
    "an order of no branching": (
        "lane",
        on_node("closed", lambda leaf: leaf[1].__setitem__(1, 3)),
        "branching",
    ),
    "a row of no kind": ("court", on_node("closed", lambda leaf: leaf[1].__setitem__(1, 4)), ""),
    "an order of another row": ("court", on_order(lambda row: row.__setitem__(3, 1)), "no row 3"),
    "the order of another branching": ("court", on_order(lambda row: row.__setitem__(2, 99)), "branching"),
    "an order with its sign turned": ("court", on_order(lambda row: row.__setitem__(0, -row[0])), "negative"),
    "an order that weighs nothing": ("court", on_order(lambda row: row.__setitem__(0, 0)), "not closed"),
    "a case dropped": ("passage", on_node("apart", lambda node: node[3].pop()), "ways, not"),
    "cases of no segment": ("passage", on_node("apart", lambda node: node.__setitem__(1, 7)), "no segment 7"),
    "cases of no piece": ("passage", on_node("apart", lambda node: node.__setitem__(2, 7)), "no piece 7"),
    "two cases swapped": ("passage", on_node("apart", lambda node: node[3].insert(0, node[3].pop())), ""),
}


@pytest.mark.parametrize("lie", LIES)
def test_every_lie_is_found(lie: str) -> None:
    name, change, words = LIES[lie]
    whole = document(name)
    change(whole)
    assert whole != document(name)
    verdict = judged(made(name)[0], whole)
    assert verdict.problems
    assert words in " ".join(problem.message for problem in verdict.problems)
    assert {problem.kind for problem in verdict.problems} == {"certificate"}


def numbers(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all whole numbers in JSON."""
    if isinstance(value, dict):
        return [found for key, part in value.items() for found in numbers(part, (*path, key))]
    if isinstance(value, list):
        return [found for nth, part in enumerate(value) for found in numbers(part, (*path, nth))]
    return [path] if isinstance(value, int) and not isinstance(value, bool) else []


# Numbers that may change and leave a proof: what is claimed is less than could be (a border or a piece
# further out, a smaller clearance, more slack than a ring needs), a point slides along its leg, a range is
# longer than it must be, weights and places of cuts are right within limits.
MAY = {"borders", "corners", "clearance", "slack", "at", "from", "to", "tree"}


@pytest.mark.parametrize("name", ["lane", "hook"])
@pytest.mark.parametrize("off", [1 << 24, -(1 << 24)])
def test_every_number_matters_or_may_differ(name: str, off: int) -> None:
    """Every number of a certificate is changed by 16 mm (or its like): it falls, or it is one that may."""
    layout, text = made(name)
    survived = set()
    for path in numbers(json.loads(text)):
        whole = json.loads(text)
        holder = whole
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] += off
        try:
            verdict = judged(layout, whole)
        except CertificateError:
            continue
        if not verdict.problems:
            survived.add(next(step for step in reversed(path) if isinstance(step, str)))
    assert survived <= MAY


@cache
def falsehood() -> tuple[Layout, str]:
    """A layout that states a bound at which the lane does fit, and a proof of it: good but for the bound."""
    whole = certificate(unplaced(RECTANGLE, lane(), LANE_LIMIT + 1e-4))
    layout = unplaced(RECTANGLE, lane(), LANE_LIMIT - 1e-4)
    proof = whole["proofs"][0]
    proof["bound"] = proof["points"][0]["from"] = math.floor((LANE_LIMIT - 1e-4) * UNIT)
    return layout, json.dumps({**whole, "layout": certificate(unplaced(RECTANGLE, lane(), 0.9))["layout"]})


@settings(max_examples=200)
@given(st.data())
def test_no_change_of_a_few_numbers_makes_a_falsehood_stand(data: st.DataObject) -> None:
    layout, text = falsehood()
    whole = json.loads(text)
    every = numbers(whole)
    for path in data.draw(st.lists(st.sampled_from(every), max_size=3)):
        holder = whole
        for step in path[:-1]:
            holder = holder[step]
        size = data.draw(st.sampled_from([1, 1 << 10, 1 << 17, 1 << 24, 1 << 30]))
        holder[path[-1]] += data.draw(st.integers(-2, 2)) * size
    with contextlib.suppress(CertificateError):
        assert judged(layout, whole).problems


def test_what_fits_is_never_proven_impossible() -> None:
    # the same proof for a yard two centimetres longer, in which the lane can be as large as the bound
    bound = LANE_LIMIT + 1e-4
    layout = unplaced(RECTANGLE, lane(), bound)
    true = certificate(layout)
    assert judged(layout, true).problems == ()
    longer = replace(RECTANGLE, boundary=ring((0, 0), (6.02, 0), (6.02, 3), (0, 3)))
    wrong = unplaced(longer, lane(), bound)
    other = judged(wrong, true)
    assert "true corner 1 is further off" in other.problems[1].message
    bent = copy.deepcopy(true)
    bent["layout"] = certificate(unplaced(longer, lane(), 0.9))["layout"]
    bent["rings"] = certificate(unplaced(longer, lane(), 0.9))["rings"]
    assert "border" in judged(wrong, bent).problems[0].message
    bent["proofs"][0]["classes"] = certificate(unplaced(longer, lane(), 0.9))["proofs"][0]["classes"]
    assert "not closed" in judged(wrong, bent).problems[0].message


# ---------------------------------------------------------------- against the layout


def placed(size: float, bound: float | None, *, mirrored: bool = False, one: Drill | None = None) -> Layout:
    one = one or lane()
    pose = Pose(Point(1.0, 1.5), -90.0, mirrored)
    cones = tuple(pose.place(cone) for cone in one.figure(size).cones)
    legs = placed_legs(one, size, pose, "easy", MODEL)
    placement = Placement(one, "easy", size, bound, True, pose, cones, legs, None)
    return Layout("t", "m", RECTANGLE, MODEL, (placement,))


def messages(layout: Layout, proof: Document | None = None) -> str:
    verdict = judged(layout, proof or certificate(layout))
    return "\n".join(problem.message for problem in verdict.problems)


def test_a_placement_below_its_bound_is_proven() -> None:
    assert messages(placed(0.5, 0.55)) == ""


def test_a_placement_at_its_bound_or_above_is_not() -> None:
    assert "proven impossible" in messages(placed(0.55, 0.55))


def test_a_placement_states_no_less_than_is_proven() -> None:
    stated = placed(0.5, 0.55)
    proof = certificate(stated)
    assert "but the layout states 0.54" in messages(placed(0.5, 0.54), proof)
    assert messages(placed(0.5, 0.56), proof) == ""


def test_nothing_is_to_be_proven_of_the_largest_size_or_of_no_bound() -> None:
    assert messages(placed(1.0, 1.0)) == ""
    assert messages(placed(0.5, None)) == ""
    [remark] = judged(placed(1.0, 1.0), certificate(placed(1.0, 1.0))).remarks
    assert "its largest size" in remark
    assert "0.99 at easy pace is not proven" in messages(placed(0.5, 0.99), certificate(placed(1.0, 1.0)))


def test_that_a_drill_fits_not_even_at_its_largest_size_is_to_be_proven() -> None:
    layout = unplaced(RECTANGLE, lane(), 1.0)
    assert "1 at easy pace is not proven" in messages(layout, certificate(layout))


def test_a_proof_of_no_size_takes_nothing_from_a_placement_at_the_largest() -> None:
    whole = certificate(placed(0.5, 0.55))
    proof = whole["proofs"][0]
    proof["bound"] = proof["points"][0]["to"] = UNIT + 1
    layout = placed(1.0, 1.0)
    verdict = judged(layout, {**whole, "layout": certificate(layout)["layout"]})
    assert verdict.problems == ()
    assert "its largest size" in verdict.remarks[0]


def test_one_image_is_proven_of_that_image_only() -> None:
    layout = placed(0.1, 0.4, one=hook())
    proof = certificate(layout)
    proof["proofs"][0]["mirrored"] = [False]
    verdict = judged(layout, proof)
    assert verdict.problems == ()
    assert verdict.proven[0].images == (False,)
    assert verdict.remarks == ("Of hook at easy pace only the published side was looked at.",)
    mirrored = placed(0.1, 0.4, one=hook(), mirrored=True)
    assert "nothing is proven of its mirror image" in messages(
        mirrored, {**proof, "layout": certificate(mirrored)["layout"]}
    )


def test_a_range_with_a_bend_in_its_run_out_is_refused() -> None:
    whole = document("back")
    proof = whole["proofs"][0]
    assert len(proof["points"]) == 2
    first, last = proof["points"]
    # one straight way from the smallest size to the largest, past the bend
    for one, other in zip(first["at"], last["at"], strict=True):
        for axis in (0, 1):
            start = one[axis] + one[axis + 2] * first["from"] / UNIT
            end = other[axis] + other[axis + 2] * last["to"] / UNIT
            one[axis + 2] = round((end - start) / (last["to"] - first["from"]) * UNIT)
            one[axis] = round(start - one[axis + 2] * first["from"] / UNIT)
    first["to"] = last["to"]
    proof["points"] = [first]
    assert "off leg 0" in messages(made("back")[0], whole)


# ---------------------------------------------------------------- form

SHORT = '{"format": "conedrills-certificate", "version": 1'
SHAPELESS: dict[str, tuple[str | bytes, str]] = {
    "nothing": ("", "not JSON"),
    "no JSON": ("{", "line 1"),
    "no text": (b"\xff\xfe\x00", "not a text file"),
    "a layout": ('{"format": "conedrills-layout"}', "not a certificate"),
    "a newer one": (SHORT.replace("1", "2") + "}", "newer"),
    "a version that is true": (SHORT.replace("1", "true") + "}", "version: must be a whole number"),
    "no frame": (SHORT + "}", "frame: is missing"),
    "a key twice": (SHORT + ', "version": 1}', "twice"),
    "a fraction": (SHORT + ', "a": 1.5}', "1.5 is no whole number"),
    "NaN": (SHORT + ', "a": NaN}', "NaN is no whole number"),
    "a very long number": (SHORT + f', "a": {"9" * 41}}}', "more than 40 digits"),
    "100,000 open brackets": ("[" * 100_000, "nested too deeply"),
}


@pytest.mark.parametrize("wrong", SHAPELESS)
def test_what_is_no_certificate_is_refused(wrong: str) -> None:
    content, words = SHAPELESS[wrong]
    with pytest.raises(CertificateError) as error:
        loads(content if isinstance(content, bytes) else content.encode(), "proof.json")
    assert words in str(error.value)
    assert str(error.value).startswith("proof.json: ")


MISSHAPEN: dict[str, tuple[Change, str]] = {
    "true for a number": (setting("bound", to=True), "proofs[0].bound: must be a whole number"),
    "text for a number": (setting("bound", to="1"), "proofs[0].bound: must be a whole number"),
    "a number for true": (setting("mirrored", 0, to=0), "proofs[0].mirrored[0]: must be true or false"),
    "a key left out": (without("segments", 0, "leg"), "proofs[0].segments[0].leg: is missing"),
    "an unknown part": (setting("segments", 0, "part", to="walk"), "segments[0].part: must be one of"),
    "an unknown kind": (
        setting("classes", 0, "pieces", to=[{"kind": "x"}]),
        "pieces[0].kind: must be one of",
    ),
    "three numbers for four": (setting("points", 0, "at", 1, to=[1, 2, 3]), "at[1]: must be a list of 4"),
    "true among numbers": (setting("points", 0, "at", 1, to=[1, 2, 3, True]), "at[1]: must be a list of 4"),
    "a fifth quarter": (setting("trees", 0, "quarter", to=4), "trees[0].quarter: must be one of"),
    "no node": (setting("trees", 0, "tree", to=[]), "trees[0].tree: must be a node"),
    "an unknown node": (setting("trees", 0, "tree", to=["z", 1, [], []]), "tree[0]: "),
    "half a node": (setting("trees", 0, "tree", to=["x", 1, []]), "two nodes"),
    "half a leaf": (setting("trees", 0, "tree", to=["closed", [1, 2, 3]]), "four whole numbers"),
    "a leaf of text": (setting("trees", 0, "tree", to=["closed", [1, 2, 3, "4"]]), "tree[1]: holds"),
    "a wrong child": (
        setting("trees", 0, "tree", to=["x", 1, ["closed", []], ["apart", 0, 0, [["closed", []], 3]]]),
        "trees[0].tree[3][3][1]: must be a node",
    ),
}


@pytest.mark.parametrize("wrong", MISSHAPEN)
def test_what_has_not_its_form_is_named(wrong: str) -> None:
    change, words = MISSHAPEN[wrong]
    whole = document("lane")
    change(whole)
    with pytest.raises(CertificateError) as error:
        judged(made("lane")[0], whole)
    assert words in str(error.value)


STRANGE: list[Any] = [None, True, 0, 1, -1, 7, 10**39, -(10**39), "x", "", [], [0], {}]


@settings(max_examples=150)
@given(st.data())
def test_whatever_stands_there_is_refused_or_judged(data: st.DataObject) -> None:
    layout, text = made(data.draw(st.sampled_from(["lane", "hook", "bow", "back"])))
    whole = json.loads(text)
    holder = whole
    while True:
        step = data.draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
        child = holder[step]
        if not child or not isinstance(child, dict | list) or data.draw(st.integers(0, 9)) == 0:
            break
        holder = child
    holder[step] = data.draw(st.sampled_from(STRANGE))
    with contextlib.suppress(CertificateError):
        judged(layout, whole)


@pytest.mark.parametrize("depth", [DEEPEST - 1, DEEPEST + 1, 5_000])
def test_a_tree_may_be_deep_but_not_endless(depth: int) -> None:
    whole = document("lane")
    leaf = '["closed", []]'
    whole["proofs"][0]["trees"][0]["tree"] = "here"
    deep = '["x", 0, ' * depth + leaf + f", {leaf}]" * depth
    content = json.dumps(whole).replace('"here"', deep).encode()
    if depth < DEEPEST:
        assert verify(made("lane")[0], loads(content, "proof")).problems
    else:
        with pytest.raises(CertificateError, match="nested too deeply"):
            loads(content, "proof")


# ---------------------------------------------------------------- the command


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    layout = placed(0.5, 0.55)
    (tmp_path / "layout.json").write_text(json.dumps(to_json(layout)), "utf-8")
    (tmp_path / "proof.json").write_text(json.dumps(certificate(layout)), "utf-8")
    return tmp_path / "layout.json", tmp_path / "proof.json"


def run(*arguments: str | Path) -> int:
    return cli.run([str(argument) for argument in arguments])


def test_the_command_says_what_is_proven(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    layout, proof = files
    status = run("check", layout, "--certificate", proof, "--json")
    said = json.loads(capsys.readouterr().out)
    assert said["certificate"] == {
        "stands": True,
        "proven": [
            {
                "drill": "lane",
                "pace": "easy",
                "size_bound": pytest.approx(0.55, abs=1e-8),
                "size_max": 1.0,
                "mirrored": [False],
            }
        ],
        "remarks": [],
    }
    assert [problem for problem in said["problems"] if problem["kind"] == "certificate"] == []
    assert status == (1 if said["problems"] else 0)
    run("check", layout, "--certificate", proof)
    assert "No pose of lane at easy pace is larger than 0.55." in capsys.readouterr().out
    run("check", layout, "--json")
    assert "certificate" not in json.loads(capsys.readouterr().out)


def test_the_command_tells_a_wrong_proof_from_none(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    layout, proof = files
    whole = json.loads(proof.read_text("utf-8"))
    whole["proofs"][0]["size_max"] -= 1
    proof.write_text(json.dumps(whole), "utf-8")
    assert run("check", layout, "--certificate", proof) == 1
    assert "is less than the drill may have" in capsys.readouterr().out
    proof.write_text("[]", "utf-8")
    assert run("check", layout, "--certificate", proof) == 2
    assert run("check", layout, "--certificate", proof.with_name("none.json")) == 2
    assert run("check", "-", "--certificate", "-") == 2


def test_a_certificate_is_read_from_its_file(files: tuple[Path, Path]) -> None:
    assert read_certificate(files[1]).proofs[0].drill == "lane"
