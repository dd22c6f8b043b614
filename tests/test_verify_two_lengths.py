"""Certificates of drills with two lengths: their rows hold, true ones stand, bent ones fall.

`slow_two_lengths` makes them; it was written from search.md alone and shares nothing with `verify`.
"""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from conedrills.boxes import EXTREME, Grove, _Wrong, corners_of
from conedrills.certificatefile import (
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
    Shape,
    loads,
)
from conedrills.course import StretchedCourse
from conedrills.drill import Drill, parse_drill
from conedrills.errors import CertificateError
from conedrills.exact import UNIT, ExactYard
from conedrills.layout import Layout
from conedrills.rows import (
    Box,
    Row,
    Sector,
    _rates,
    _tangents,
    limit_row,
    point_row,
    sector_of,
    turned_row,
    turning_of,
)
from conedrills.space import Room
from conedrills.verify import _goes_ahead, _missed, verify
from tests import test_verify, two_lengths
from tests.slow_prover import Solver
from tests.slow_two_lengths import stretched_certificate
from tests.test_verify import (
    CENTIMETRE,
    COURT,
    PASSAGE,
    RECTANGLE,
    SHAPES,
    SHARES,
    Corners,
    Document,
    is_outside,
    judged,
    less,
    on_node,
    setting,
    turned,
    unplaced,
    without,
)

Pose = tuple[float, float, float, float, float]
"""x, y, angle, size, and what is on top."""


def kink() -> Drill:
    """5 m aslant, which stretching turns, and 1 m of run-out at easy pace."""
    return parse_drill(
        {
            "title": "kink",
            "family": "braking",
            "paces": ["walk", "easy", "full"],
            "units": "m",
            "mirror": False,
            "stretch": {"depth": "d", "width": "w"},
            "distances": {"d": {"nominal": 4.0, "min": 2.0}, "w": {"nominal": 3.0, "min": 1.5}},
            "cones": {"1": {}, "2": {"from": "1", "ahead": "d", "right": "w"}},
            "legs": [{"from": "1", "to": "2", "movement": "sprint", "cut": "stop"}],
        },
        "kink",
        "kink",
    )


LIMIT = (math.hypot(4.0, 1.0) - 1.0) / 5.0
"""The largest kink in the rectangle: 4 m by 1 m are left within the clearances."""
CASES: dict[str, Callable[[], tuple[Layout, float, float]]] = {
    # a layout, by how many degrees its frame is turned, and up to how many radians are looked at together
    "kink": lambda: (unplaced(RECTANGLE, kink(), LIMIT + 0.01), 20.0, 2.0),
    "large": lambda: (unplaced(RECTANGLE, kink(), 0.8), 0.0, 2.0),
    "passage": lambda: (unplaced(PASSAGE, kink(), 0.8), 0.0, 0.8),
    "court": lambda: (unplaced(COURT, kink(), 0.95), 0.0, 0.4),
    "break": lambda: (unplaced(RECTANGLE, two_lengths.BREAK, 0.52), -33.0, 2.0),
    "zig-zag": lambda: (unplaced(PASSAGE, two_lengths.ZIG_ZAG, 0.7), 7.0, 2.0),
}


@cache
def made(name: str) -> tuple[Layout, str]:
    """A layout, and its certificate as JSON text."""
    layout, turn, sector = CASES[name]()
    return layout, json.dumps(stretched_certificate(layout, turn, sector))


def document(name: str) -> Document:
    return dict(json.loads(made(name)[1]))


def messages(layout: Layout, whole: Document) -> str:
    return "\n".join(problem.message for problem in judged(layout, whole).problems)


# ---------------------------------------------------------------- what is true stands


@pytest.mark.parametrize("name", CASES)
def test_a_proof_by_another_hand_stands(name: str) -> None:
    layout, text = made(name)
    verdict = verify(layout, loads(text.encode(), "proof.json"))
    assert verdict.problems == ()
    [entry], [proven] = layout.unplaced, verdict.proven
    assert entry.size_bound is not None
    assert entry.size_bound - 1e-8 < proven.bound <= entry.size_bound
    assert proven.images == ((False, True) if entry.drill.mirror else (False,))


def test_the_cases_use_every_part_of_the_format() -> None:
    proofs = [proof for name in CASES for proof in loads(made(name)[1].encode(), "proof").proofs]
    nodes = [node for proof in proofs for tree in proof.trees for node in tree.nodes]
    assert {part.shape for proof in proofs for part in proof.ranges} == {"deeper", "wider"}
    assert {row[1] for node in nodes if isinstance(node, Closed) for row in node.rows} == {0, 1, 2, 3, 4}
    assert {node.axis for node in nodes if isinstance(node, Cut)} >= {"x", "t", "u"}
    assert max(len(proof.ranges) for proof in proofs) > 2
    assert {segment.part for proof in proofs for segment in proof.segments} == {"run", "round"}


# ---------------------------------------------------------------- the rows hold


@st.composite
def boxes(draw: st.DrawFn) -> tuple[Box, Sector, Pose]:
    """A box, its sector, and a pose in it."""
    sides: list[int] = []
    spans = ((-50.0, 50.0), (-50.0, 50.0), (-0.41421356, 0.41421356), (0.3, 1.5), (0.0, 1.0))
    # of a box that is wide in nothing else, what little a factor does is seen
    place, factors = (draw(st.sampled_from([0.0, 1e-3, 0.05, 1e3])) for _ in range(2))
    for (least, most), widest in zip(spans, [place] * 3 + [factors] * 2, strict=True):
        low, high = sorted((draw(st.floats(least, most)), draw(st.floats(least, most))))
        sides += [math.floor(low * UNIT), math.ceil(min(high, low + widest) * UNIT)]
    quarter = draw(st.integers(0, 3))
    share = st.sampled_from([0.0, 1.0]) | SHARES
    x, y, tau, size, more = (
        (low + draw(share) * (high - low)) / UNIT for low, high in zip(sides[::2], sides[1::2], strict=True)
    )
    box = Box(*sides)
    angle = quarter * math.pi / 2.0 + 2.0 * math.atan(tau)
    return box, sector_of(box.t0, box.t1, quarter), (x, y, angle, size, more)


PLACES = st.integers(-9 * UNIT, 9 * UNIT)
MOVING = st.tuples(PLACES, PLACES, PLACES, PLACES, PLACES, PLACES)
AHEAD = st.tuples(*[st.integers(UNIT // 9, 9 * UNIT), PLACES] * 3)
"""Of a vector that always goes to the right."""


def value(row: Row, sector: Sector, box: Box, pose: Pose) -> float:
    """A row at a pose, m²."""
    x, y, angle, size, more = pose
    off = math.sin(angle - math.atan2(sector.sin, sector.cos)) * 2.0**40
    terms = (x * UNIT, y * UNIT, off, size * UNIT - box.s0, more * UNIT - box.u0)
    scale = sector.den * 2.0**130
    return sum(part / scale * term for part, term in zip(row, terms, strict=False)) + row[5] / scale


def stretched(point: Moving, pose: Pose) -> complex:
    """Where a point is in the drill, metres."""
    bx, by, gx, gy, hx, hy = (number / UNIT for number in point)
    size, more = pose[3:]
    return complex(bx + size * gx + more * hx, by + size * gy + more * hy)


def placed(point: Moving, pose: Pose) -> complex:
    """Where a point is in the yard, metres."""
    local = stretched(point, pose)
    return complex(*pose[:2]) + turned(pose[2], local.real, local.imag)


def is_small(box: Box) -> bool:
    return max(high - low for low, high in zip(box[::2], box[1::2], strict=True)) < UNIT / 500


@settings(max_examples=600)
@given(boxes(), MOVING, st.tuples(PLACES, PLACES))
def test_the_point_row_is_never_below_the_truth(
    drawn: tuple[Box, Sector, Pose], point: Moving, normal: tuple[int, int]
) -> None:
    box, sector, pose = drawn
    n = complex(*normal) / UNIT
    true = (n.conjugate() * placed(point, pose)).real - 3.5
    row = point_row(sector, box, point, normal, 7 << 59)
    assert value(row, sector, box, pose) >= true - 1e-6
    if is_small(box):
        assert value(row, sector, box, pose) <= true + abs(n) * 40.0 * 0.01


@settings(max_examples=600)
@given(boxes(), MOVING, AHEAD, st.tuples(PLACES, PLACES), st.data())
def test_the_corner_row_of_a_segment_that_turns_is_never_below_the_truth(
    drawn: tuple[Box, Sector, Pose], start: Moving, by: Moving, corner: tuple[int, int], data: st.DataObject
) -> None:
    box, sector, pose = drawn
    end: Moving = tuple(one + other for one, other in zip(start, by, strict=True))  # type: ignore[assignment]
    along = data.draw(st.sampled_from([(UNIT, 0), (5 * UNIT, 0), (4 * UNIT, UNIT // 16)]))
    turning = turning_of(start, end, along)
    a0, a_s, a_u = turning.ahead
    assume(all(a0 + s * a_s + u * a_u > 0 for s in (box.s0, box.s1) for u in (box.u0, box.u1)))
    q0, vector = complex(*along) / UNIT, stretched(end, pose) - stretched(start, pose)
    turn = vector * q0.conjugate()
    q = q0 * complex(1.0, turn.imag / turn.real)
    assert abs((q.conjugate() * vector).imag) < 1e-6 * abs(q) * abs(vector)
    off = complex(*corner) / UNIT - placed(start, pose)
    for way in (1, -1):
        true = way * (turned(pose[2], q.real, q.imag).conjugate() * off).imag
        row = turned_row(sector, box, turning, corner, way)
        size = abs(q) * (1.0 + abs(off)) + sum(map(abs, pose))
        assert value(row, sector, box, pose) >= true - 1e-9 * size - 1e-7
        if is_small(box):
            assert value(row, sector, box, pose) <= true + abs(q) ** 2 * (30.0 + abs(off)) * 0.2


@settings(max_examples=300)
@given(boxes(), AHEAD)
def test_how_a_segment_turns_is_within_what_is_said(drawn: tuple[Box, Sector, Pose], by: Moving) -> None:
    box, _, pose = drawn
    turning = turning_of((0,) * 6, by, (5 * UNIT, UNIT // 3))
    a0, a_s, a_u = turning.ahead
    assume(all(a0 + s * a_s + u * a_u > 0 for s in (box.s0, box.s1) for u in (box.u0, box.u1)))

    def tangent(size: int, more: int) -> Fraction:
        (alpha, alpha_s, alpha_u), (m, m_s, m_u) = turning.ahead, turning.aside
        return Fraction(m + size * m_s + more * m_u, alpha + size * alpha_s + more * alpha_u)

    size = min(max(round(pose[3] * UNIT), box.s0), box.s1)
    more = min(max(round(pose[4] * UNIT), box.u0), box.u1)
    low, high = _tangents(turning, box)
    assert low <= tangent(size, more) * 2**40 <= high
    # the mean rate over any stretch of the box is one of those that it has somewhere
    by_size, by_more = _rates(turning, box)
    if box.s0 < size:
        assert by_size[0] <= (tangent(size, more) - tangent(box.s0, more)) / (size - box.s0) * 2**70
        assert (tangent(size, more) - tangent(box.s0, more)) / (size - box.s0) * 2**70 <= by_size[1]
    if box.u0 < more:
        assert by_more[0] <= (tangent(size, more) - tangent(size, box.u0)) / (more - box.u0) * 2**70
        assert (tangent(size, more) - tangent(size, box.u0)) / (more - box.u0) * 2**70 <= by_more[1]


@given(boxes(), st.integers(0, 2 * UNIT), st.integers(0, 3 * UNIT))
def test_limits_are_what_they_say(drawn: tuple[Box, Sector, Pose], least: int, most: int) -> None:
    box, sector, pose = drawn
    here = pose[3] + pose[4]
    upper, lower = (limit_row(sector, box, (least, most), which) for which in (0, 1))
    assert value(upper, sector, box, pose) == pytest.approx(most / UNIT - here, abs=1e-9)
    assert value(lower, sector, box, pose) == pytest.approx(here - least / UNIT, abs=1e-9)


def grove(corners: Corners, moving: list[Moving], *, mirrored: bool = False) -> Grove:
    """A segment between two moving points, and a piece with corners in units."""
    part = Range(0, 2 * UNIT, (0, 0, 0, 0, 0, 0), tuple(moving), "wider", (0, UNIT))
    piece = Piece("solid", 0, (0, 1, 2), tuple((0, x, y) for x, y in corners))
    segment = Segment((0, len(moving) - 1), 0, "run", 0, 0)
    kinds = (Class(0, (), (piece,)),)
    proof = Proof("", "easy", 0, 0, (mirrored,), (part,), (segment,), kinds, ())
    rings = (Ring(None, 0, ((0, 0, 0), (1, UNIT, 0), (2, 0, UNIT))),)
    yard = ExactYard(RECTANGLE, Certificate("", (0, 0), 0, 0, rings, ()))
    return Grove(yard, proof, 0, mirrored=mirrored, limits=(0, 3 * UNIT))


@settings(max_examples=300)
@given(st.data())
def test_some_way_of_being_apart_holds_with_its_order_in_every_box(data: st.DataObject) -> None:
    """Whatever boxes a pose lies in: where nothing overlaps, all rows of one and the same way hold in all."""
    corners = [(x * UNIT, y * UNIT) for x, y in data.draw(st.sampled_from(SHAPES))]
    small = st.integers(-4 * UNIT, 4 * UNIT)
    start = data.draw(st.tuples(*[small] * 6))
    by = data.draw(st.tuples(*[st.integers(UNIT // 9, 4 * UNIT), small] * 3))
    end: Moving = tuple(one + other for one, other in zip(start, by, strict=True))
    mirrored, quarter = data.draw(st.booleans()), data.draw(st.integers(0, 3))
    one = grove(corners, [start, end], mirrored=mirrored)
    a0, a_s, a_u = one.turnings[0].ahead
    assume(all(a0 + s * a_s + u * a_u > 0 for s in (0, 2 * UNIT) for u in (0, UNIT)))
    x, y = data.draw(st.floats(-9, 9)), data.draw(st.floats(-9, 9))
    size, more = data.draw(st.floats(0.1, 1.9)), data.draw(st.floats(0.0, 1.0))
    tau = data.draw(st.floats(-0.41421356, 0.41421356))
    pose = (x, y, quarter * math.pi / 2.0 + 2.0 * math.atan(tau), size, more)
    ends = [placed(point, pose) for point in one.points]
    assume(is_outside(corners, ends[0] * UNIT, ends[1] * UNIT))
    left, certain = None, 0
    for _ in range(4):
        wide = data.draw(st.sampled_from([0.0, 1e-6, 0.01, 0.1, 1.0]))
        sides = []
        for at, least, most in (
            (x, -99.0, 99.0),
            (y, -99.0, 99.0),
            (tau, -EXTREME / UNIT, EXTREME / UNIT),
            (size, 0.0, 2.0),
            (more, 0.0, 1.0),
        ):
            low, high = at - wide * data.draw(SHARES), at + wide * data.draw(SHARES)
            sides += [math.floor(max(low, least) * UNIT), math.ceil(min(high, most) * UNIT)]
        box = Box(*sides)
        sector = sector_of(box.t0, box.t1, quarter)
        holds = set()
        for way in range(len(corners) + 2):
            kind, lines = (1, 2) if way < len(corners) else (2, len(corners))
            rows = [one._row(box, sector, ((0, 0, way),), (1, kind, 0, line)) for line in range(lines)]
            with contextlib.suppress(_Wrong):
                rows.append(one._row(box, sector, ((0, 0, way),), (1, 3, 0, 0)))
                certain += 1
            if all(value(row, sector, box, pose) >= -1e-4 for row in rows):
                holds.add(way)
        left = holds if left is None else left & holds
    assert left


def test_an_order_is_certain_only_at_all_corners_of_both_factors() -> None:
    triangle = [(0, 0), (2 * UNIT, 0), (0, UNIT)]
    # without u always along (1, 1); with u it passes edge 0, which goes to the right
    one = grove(triangle, [(0, 0, 0, 0, 0, 0), (0, 0, UNIT, UNIT, UNIT, -2 * UNIT)])
    box = Box(-UNIT, UNIT, -UNIT, UNIT, 0, 0, UNIT, 2 * UNIT, 0, UNIT // 4)
    sector = sector_of(0, 0, 0)
    for most, certain in ((UNIT // 4, True), (UNIT // 2 - 1, True), (UNIT // 2, False), (UNIT, False)):
        with contextlib.nullcontext() if certain else pytest.raises(_Wrong):
            one._row(box._replace(u1=most), sector, ((0, 0, 0),), (1, 3, 0, 0))


# ---------------------------------------------------------------- run-outs that turn


@st.composite
def cells(draw: st.DrawFn) -> tuple[Range, Drill]:
    """A range of the kink whose third point is a plane through three ends of its run-out, or some other."""
    low, wide = draw(st.floats(0.2, 1.5)), draw(st.sampled_from([0.0, 0.01, 0.1, 0.5]))
    up, high = draw(st.floats(0.0, 1.5)), draw(st.sampled_from([0.0, 0.01, 0.1, 0.5]))
    shape: Shape = draw(st.sampled_from(["deeper", "wider"]))
    one = kink()
    s0, s1, u0, u1 = low, low + wide + 1e-6, up, up + high + 1e-6
    at, by_size, by_more = (run_out_end(one, shape, s, u) for s, u in ((s0, u0), (s1, u0), (s0, u1)))
    g, h = (by_size - at) / (s1 - s0), (by_more - at) / (u1 - u0)
    b = at - s0 * g - u0 * h + complex(draw(st.sampled_from([0.0, 0.004])), 0.0)
    whole = [round(part * UNIT) for number in (b, g, h) for part in (number.real, number.imag)]
    point: Moving = tuple(whole)  # type: ignore[assignment]
    ends = (math.floor(s0 * UNIT), math.ceil(s1 * UNIT), math.floor(u0 * UNIT), math.ceil(u1 * UNIT))
    return Range(ends[0], ends[1], (0,) * 6, (point,), shape, (ends[2], ends[3])), one


def run_out_end(one: Drill, shape: Shape, size: float, more: float) -> complex:
    """The kink is 4 m deep and 3 m wide, and runs out 1 m."""
    deep, wide = (size + more, size) if shape == "deeper" else (size, size + more)
    way = complex(3.0 * wide, 4.0 * deep)
    return way + way / abs(way)


@settings(max_examples=150)
@given(cells())
def test_no_run_out_is_further_off_than_is_said(drawn: tuple[Range, Drill]) -> None:
    part, one = drawn
    course = StretchedCourse(one, one.legs[0], Room(1.0, ((0.0, 1.0),), None), 0)
    said = course.off_run_out(part, 0)
    assert part.shape is not None
    steps, off = 40, 0.0
    for i in range(steps + 1):
        for j in range(steps + 1):
            size = (part.start + (part.end - part.start) * i / steps) / UNIT
            more = (part.more[0] + (part.more[1] - part.more[0]) * j / steps) / UNIT
            stated = stretched(part.points[0], (0.0, 0.0, 0.0, size, more))
            off = max(off, abs(stated - run_out_end(one, part.shape, size, more)))
    assert off <= said + 1e-9
    if part.end - part.start + part.more[1] - part.more[0] < UNIT / 4 and part.start > UNIT / 2:
        assert said <= off + 1e-3


@pytest.mark.parametrize(("shape", "crossed"), [("deeper", 4.0 * 12.0 * 0.5), ("wider", 3.0 * 12.0 * 0.5)])
def test_what_a_run_out_bends_by_is_that_of_search_md(shape: Shape, crossed: float) -> None:
    # |w_u| |cross(w_u, w)|, and w goes from 2.5 m along (3, 4) on by 0.8 of its stretched part
    one, part = kink(), Range(UNIT // 2, UNIT // 2, (0,) * 6, (), shape, (0, 4 * UNIT // 5))
    first = complex(1.5, 2.0)
    last = first + (complex(0.0, 3.2) if shape == "deeper" else complex(2.4, 0.0))
    middle = first + last
    near = min((way * middle.conjugate()).real for way in (first, last)) / abs(middle)
    course = StretchedCourse(one, one.legs[0], Room(1.0, ((0.0, 1.0),), None), 0)
    assert course._bent(part) == pytest.approx(2.0 * crossed / near**3 * 0.1**2 / 8.0)


def test_a_segment_may_not_turn_back_at_any_corner() -> None:
    segment = Segment((0, 1), 0, "run", 0, 0)
    for rate, high, goes in ((-2, UNIT // 2 - 9, True), (-2, UNIT // 2, False), (0, 0, False)):
        end: Moving = (UNIT, 0, -UNIT, 0, rate * UNIT, 0) if rate else (0, 0, 0, 0, 0, 0)
        for sizes in ((0, 0), (0, UNIT // 9)):
            part = Range(*sizes, (0,) * 6, ((0,) * 6, end), "wider", (0, high))
            assert _goes_ahead(part, segment) == (goes and sizes[1] == 0)
    assert _goes_ahead(part, replace(segment, points=(0, 0)))


def test_a_range_has_four_corners() -> None:
    part = Range(1, 2, (0,) * 6, (), "deeper", (3, 4))
    assert sorted(corners_of(part)) == [(1, 3), (1, 4), (2, 3), (2, 4)]
    assert corners_of(replace(part, shape=None, more=(0, 0))) == [(1, 0), (2, 0)]


# ---------------------------------------------------------------- nothing is left out


def test_that_a_drill_fits_not_even_at_its_largest_size_is_to_be_proven_of_every_range() -> None:
    layout = unplaced(RECTANGLE, kink(), 1.0)
    whole = {**document("large"), "layout": stretched_certificate(layout)["layout"]}
    proof = whole["proofs"][0]
    proof["bound"] = proof["size_max"]
    assert {part["to"] for part in proof["points"]} == {UNIT}
    assert messages(layout, whole) == ""
    proof["trees"].pop()
    assert "no tree for published, range 1, quarter 3" in messages(layout, whole)


@settings(max_examples=300)
@given(st.data())
def test_what_is_left_out_is_found_and_nothing_else(data: st.DataObject) -> None:
    """Of rectangles with whole corners it is enough to look at every quarter."""
    ends = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda pair: (min(pair), max(pair)))
    drawn = data.draw(st.lists(st.tuples(ends, ends), max_size=6))
    low, high = data.draw(ends)
    most = data.draw(st.integers(high, 6))
    if data.draw(st.booleans()):  # else there is nearly always something
        drawn += [((low, 2), (0, most)), ((2, high), (0, 3)), ((2, high), (2, 6))]
    parts = [Range(*s, (0,) * 6, (), "deeper", u) for s, u in drawn if s[0] <= s[1]]

    def is_held(s: int, u: int) -> bool:
        return any(
            4 * part.start <= s <= 4 * part.end and 4 * part.more[0] <= u <= 4 * part.more[1]
            for part in parts
        )

    sizes = range(4 * low, 4 * high + 1)
    missed = [(s, u) for s in sizes for u in range(4 * most - s + 1) if not is_held(s, u)]
    assert (_missed(parts, (low, high), most) is not None) == bool(missed)


# ---------------------------------------------------------------- what is bent falls


def all_ranges(change: Callable[[Document], None]) -> Callable[[Document], None]:
    """A change of every range."""

    def change_all(whole: Document) -> None:
        for part in whole["proofs"][0]["points"]:
            change(part)

    return change_all


def collapse(part: Document) -> None:
    """The run-out ends where the leg begins."""
    part["at"][2] = part["at"][0]


LIES: dict[str, tuple[str, Callable[[Document], None], str]] = {
    # which case, what is changed, and what the message must say
    "the bound lower": ("kink", setting("bound", to=lambda b: b * 99 // 100), "is left out"),
    "a bound above the stated": ("kink", setting("bound", to=less(-CENTIMETRE)), "but the layout states"),
    "a smaller size_max": ("kink", setting("size_max", to=less(1)), "less than the drill"),
    "a range left out": ("kink", without("points", 0), "is left out"),
    "a shape left out": (
        "break",
        lambda whole: whole["proofs"][0]["points"].__delitem__(1),
        "wider: size 0.52 with 0 more is left out",
    ),
    "a range called by the other shape": ("break", setting("points", 0, "shape", to="wider"), "deeper: size"),
    "less on top": ("break", setting("points", 0, "more", 1, to=less(CENTIMETRE)), "is left out"),
    "something on top missed": ("break", setting("points", 0, "more", 0, to=1), "with 0 more is left out"),
    "limits the wrong way round": (
        "break",
        setting("points", 0, "more", to=lambda more: more[::-1]),
        "must rise",
    ),
    "sizes the wrong way round": ("break", setting("points", 0, "to", to=0), "sizes must rise"),
    "less slack": ("kink", setting("slack", to=0), "off leg 0"),
    "more slack": ("kink", setting("slack", to=UNIT // 100), "border"),
    "more slack than pieces have": ("passage", setting("slack", to=UNIT // 100), "further from the core"),
    "much more slack": ("kink", setting("slack", to=UNIT // 100 + 1), "a centimetre"),
    "slack below nothing": ("kink", setting("slack", to=-1), "a centimetre"),
    "a cone off the path": ("kink", setting("points", 0, "at", 0, 0, to=less(-CENTIMETRE)), "off leg 0"),
    "a cone off by the slack": ("kink", setting("points", 0, "at", 0, 0, to=less(-9999)), "off leg 0"),
    "a run-out off the path": ("kink", setting("points", 0, "at", 2, 0, to=less(-CENTIMETRE)), "off leg 0"),
    "a run-out that grows faster": (
        "kink",
        setting("points", 0, "at", 2, 4, to=less(-30 * CENTIMETRE)),
        "off leg 0",
    ),
    "another middle": ("kink", setting("points", 0, "centre", 4, to=less(CENTIMETRE)), "off leg 0"),
    "a segment to nowhere": ("kink", setting("segments", 0, "points", to=[0, 3]), "point that is not there"),
    "a segment backwards only": ("zig-zag", setting("segments", 0, "leg", to=2), "off leg 2"),
    "a turn that is the start": ("zig-zag", setting("segments", 1, "points", to=[0, 0]), "off leg 0"),
    "a segment of no length": ("kink", all_ranges(collapse), "turns too far, or is too short"),
    "a limit of the other kind": (
        "passage",
        lambda whole: on_limits(whole, lambda row: row.__setitem__(2, 1)),
        "not closed",
    ),
    "a limit that is none": (
        "passage",
        lambda whole: on_limits(whole, lambda row: row.__setitem__(2, 2)),
        "branching",
    ),
    "a limit that weighs nothing": (
        "passage",
        lambda whole: on_limits(whole, lambda row: row.__setitem__(0, 0)),
        "not closed",
    ),
    "cuts in u elsewhere": ("passage", on_node("u", lambda node: node.__setitem__(1, 0)), "not closed"),
    "no weights": ("kink", on_node("closed", lambda leaf: leaf[1].clear()), "not closed"),
    "a tree left out": ("kink", without("trees", 5), "no tree for published, range 1, quarter 1"),
}


def on_limits(whole: Document, bend: Callable[[list[int]], None]) -> None:
    """A change of all limits in leaves."""
    for tree in whole["proofs"][0]["trees"]:
        waiting = [tree["tree"]]
        while waiting:
            node = waiting.pop()
            if node[0] != "closed":
                waiting += node[3] if node[0] == "apart" else node[2:]
                continue
            rows = node[1]
            for first in range(0, len(rows), 4):
                if rows[first + 1] == 4:
                    row = rows[first : first + 4]
                    bend(row)
                    rows[first : first + 4] = row


@pytest.mark.parametrize("lie", LIES)
def test_every_lie_is_found(lie: str) -> None:
    name, change, words = LIES[lie]
    whole = document(name)
    change(whole)
    assert whole != document(name)
    try:
        said = messages(made(name)[0], whole)
    except CertificateError as error:
        said = str(error)
    assert said
    assert words in said


# Numbers that may change and leave a proof: as of one length, and limits of what is on top may be wider
MAY = {"borders", "corners", "clearance", "slack", "at", "from", "to", "more", "tree"}


@pytest.mark.parametrize("off", [1 << 24, -(1 << 24)])
def test_every_number_matters_or_may_differ(off: int) -> None:
    layout, text = made("large")
    survived = set()
    for path in test_verify.numbers(json.loads(text)):
        whole = json.loads(text)
        holder = whole
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] += off
        with contextlib.suppress(CertificateError):
            if not judged(layout, whole).problems:
                survived.add(next(step for step in reversed(path) if isinstance(step, str)))
    assert survived <= MAY


@cache
def falsehood() -> tuple[Layout, str]:
    """A layout that states a bound at which the kink does fit, and a proof of it, a little too bold."""
    layout = unplaced(RECTANGLE, kink(), LIMIT - 1e-3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Solver, "closes", 0.02)
        return layout, json.dumps(stretched_certificate(layout))


def test_the_falsehood_is_false_in_its_trees_only() -> None:
    layout, text = falsehood()
    problems = judged(layout, json.loads(text)).problems
    assert problems
    assert all("not closed" in problem.message for problem in problems)


@settings(max_examples=150)
@given(st.data())
def test_no_change_of_a_few_numbers_makes_a_falsehood_stand(data: st.DataObject) -> None:
    layout, text = falsehood()
    whole = json.loads(text)
    every = test_verify.numbers(whole)
    for path in data.draw(st.lists(st.sampled_from(every), max_size=3)):
        holder = whole
        for step in path[:-1]:
            holder = holder[step]
        size = data.draw(st.sampled_from([1, 1 << 10, 1 << 17, 1 << 24, 1 << 30]))
        holder[path[-1]] += data.draw(st.integers(-2, 2)) * size
    with contextlib.suppress(CertificateError):
        assert judged(layout, whole).problems


# ---------------------------------------------------------------- form


def as_one_length(part: Document) -> None:
    del part["shape"], part["more"]
    part["centre"], part["at"] = part["centre"][:4], [point[:4] for point in part["at"]]


MISSHAPEN: dict[str, tuple[Callable[[Document], None], str]] = {
    "an unknown shape": (setting("points", 0, "shape", to="longer"), "points[0].shape: must be one of"),
    "a shape that is none": (setting("points", 0, "shape", to=None), "points[0].shape: must be text"),
    "a shape without more": (without("points", 0, "more"), "points[0].more: is missing"),
    "more without a shape": (without("points", 0, "shape"), "points[0].more: goes with a shape"),
    "more of three": (setting("points", 0, "more", to=[0, 1, 2]), "more: must be a list of 2"),
    "four numbers for six": (setting("points", 0, "at", 1, to=[1, 2, 3, 4]), "at[1]: must be a list of 6"),
    "a centre of four": (setting("points", 0, "centre", to=[1, 2, 3, 4]), "centre: must be a list of 6"),
    "slack that is true": (setting("slack", to=True), "proofs[0].slack: must be a whole number"),
    "ranges of one length": (all_ranges(as_one_length), "two lengths, so a range needs a shape"),
    "half a cut": (setting("trees", 0, "tree", to=["u", 1, []]), '"u" goes with a whole number and two'),
}


@pytest.mark.parametrize("wrong", MISSHAPEN)
def test_what_has_not_its_form_is_named(wrong: str) -> None:
    change, words = MISSHAPEN[wrong]
    whole = document("kink")
    change(whole)
    try:
        said = messages(made("kink")[0], whole)
    except CertificateError as error:
        said = str(error)
    assert words in said


def of_one_length(change: Callable[[Document], None]) -> str:
    """What is said of a proof of one length that is changed."""
    layout, text = test_verify.made("lane")
    whole: Any = json.loads(text)
    change(whole)
    return messages(layout, whole)


def with_shape(part: Document) -> None:
    part.update(shape="deeper", more=[0, UNIT])
    part["centre"] += [0, 0]
    part["at"] = [[*point, 0, 0] for point in part["at"]]


def test_a_proof_of_one_length_has_nothing_of_two() -> None:
    assert "has one length, and no shapes" in of_one_length(all_ranges(with_shape))
    assert "one length are off by nothing" in of_one_length(setting("slack", to=1))
    cut = ["u", 0, ["closed", []], ["closed", []]]
    assert "split in u, but the drill has one length" in of_one_length(setting("trees", 0, "tree", to=cut))
    limit = ["closed", [1, 4, 0, 0]]
    assert "row" in of_one_length(setting("trees", 0, "tree", to=limit))


def test_no_slack_is_none_at_all() -> None:
    # nothing turns in it, so it needs none
    whole = document("break")
    del whole["proofs"][0]["slack"]
    assert messages(made("break")[0], whole) == ""
