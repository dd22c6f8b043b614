"""The pieces of a cover: nothing but forbidden places lies in them, and hardly any is left out."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from conedrills.cover import LEVELS, PAID, Cover, Ring, Solid
from conedrills.geometry import Path, Point
from conedrills.ground import Ground, ready
from conedrills.space import FLOOR, SOFT
from conedrills.yard import Kind, Obstacle, Yard

Floats = NDArray[np.float64]
KINDS: tuple[Kind, Kind] = ("hard", "soft")
_NEAR = 0.005  # metres: how deep inside the forbidden region a place must be to lie in a piece


def path(*corners: tuple[float, float]) -> Path:
    return tuple(Point(x, y) for x, y in corners)


def kinds(draw: np.random.Generator, count: int, soft: float) -> tuple[Kind, ...]:
    return tuple(KINDS[int(draw.random() < soft)] for _ in range(count))


def outline(draw: np.random.Generator) -> list[tuple[float, float]]:
    """A polygon round the origin, with spikes, needles, tiny sides and nearly straight corners."""
    count = int(draw.integers(4, 12))
    turns = np.sort(draw.uniform(0.0, math.tau, count))
    reach = draw.uniform(4.0, 14.0) * (1.0 - draw.uniform(0.0, draw.choice([0.1, 0.5, 0.9]), count))
    corners = [(float(r * math.cos(t)), float(r * math.sin(t))) for r, t in zip(reach, turns, strict=True)]
    for _ in range(int(draw.integers(0, 4))):
        at = int(draw.integers(0, len(corners)))
        (ax, ay), (bx, by) = corners[at], corners[(at + 1) % len(corners)]
        share, off = draw.uniform(0.05, 0.95), float(draw.choice([0.0, 1e-4, -1e-4, 2e-3, -2e-3]))
        x, y = ax + share * (bx - ax), ay + share * (by - ay)
        long = math.hypot(bx - ax, by - ay) or 1.0
        middle = (x - off * (by - ay) / long, y + off * (bx - ax) / long)
        corners.insert(at + 1, middle)
    if draw.random() < 0.4:  # a thin wall stands into the lawn
        at = int(draw.integers(0, len(corners)))
        (ax, ay), (bx, by) = corners[at], corners[(at + 1) % len(corners)]
        x, y, thin = (ax + bx) / 2, (ay + by) / 2, float(draw.choice([1e-3, 0.01, 0.2]))
        long = max(math.hypot(bx - ax, by - ay), 1e-3)
        side = (thin * (bx - ax) / long, thin * (by - ay) / long)
        corners[at + 1 : at + 1] = [(x - side[0], y - side[1]), (x / 2, y / 2), (x + side[0], y + side[1])]
    return corners


def thing(draw: np.random.Generator, nth: int) -> Obstacle:
    """Something of any size and shape, wherever it likes: on the boundary, outside, on another thing."""
    x, y = draw.uniform(-8.0, 8.0, 2)
    count = int(draw.choice([3, 4, 5, 16]))
    turns = (np.arange(count) + (draw.uniform(0.0, 0.8, count) if count < 16 else 0.0)) * math.tau / count
    size = float(draw.choice([0.05, 0.3, 1.0, 3.0]))
    flat = float(draw.choice([1.0, 1.0, 0.03])) if count < 16 else 1.0
    corners = path(*((x + size * math.cos(t), y + flat * size * math.sin(t)) for t in turns.tolist()))
    return Obstacle(f"thing {nth}", KINDS[nth % 2], corners, float(draw.choice([0.0, 0.05, 0.3])))


def is_clean(corners: Path) -> bool:
    """Whether a ring is one, and still is when its corners move by 0.1 mm."""
    area = shapely.Polygon([point.xy for point in corners])
    return bool(area.is_valid and shapely.minimum_clearance(area) > 4e-4)


def yard_of_seed(seed: int) -> Yard | None:
    """Any yard; None where its outline crosses itself."""
    draw = np.random.default_rng(seed)
    corners = outline(draw)
    if draw.random() < 0.3:
        corners = corners[::-1]
    boundary = path(*((round(x, 4), round(y, 4)) for x, y in corners))
    if not is_clean(boundary):
        return None
    unsure = tuple(float(draw.choice([0.0, 0.02, 0.25])) for _ in boundary) if draw.random() < 0.5 else ()
    things = [thing(draw, nth) for nth in range(int(draw.integers(0, 4)))]
    valid = tuple(one for one in things if is_clean(one.polygon))
    return Yard(
        "any", boundary, kinds(draw, len(boundary), draw.choice([0.0, 0.4])), valid, uncertainty=unsure
    )


def sides_of(ring: Floats) -> list[shapely.LineString]:
    return [shapely.LineString(ends) for ends in zip(ring, np.roll(ring, -1, axis=0), strict=True)]


def true_walls(
    ground: Ground, clearance: float
) -> tuple[list[tuple[shapely.Polygon, bool]], list[tuple[shapely.Geometry, float]]]:
    """The yard's own rings (and whether the lawn is inside), and every side with what is kept from it."""
    yard = ground.yard
    areas = [(shapely.Polygon([p.xy for p in yard.boundary]), True)]
    unsure = yard.uncertainty or (0.0,) * len(yard.boundary)
    sides: list[tuple[shapely.Geometry, float]] = []
    hardness = {"hard": max(clearance, FLOOR), "soft": SOFT * clearance}
    for nth, side in enumerate(sides_of(np.array([p.xy for p in yard.boundary]))):
        sides.append(
            (side, hardness[yard.side_kinds[nth]] + max(unsure[nth], unsure[(nth + 1) % len(unsure)]))
        )
    for one in yard.obstacles:
        ring = np.array([p.xy for p in one.polygon])
        areas.append((shapely.Polygon(ring), False))
        sides += [(side, hardness[one.kind] + one.uncertainty) for side in sides_of(ring)]
    return areas, sides


def allowed(ground: Ground, clearance: float, places: Floats, spare: float) -> NDArray[np.bool_]:
    """Which places (n, 2), in the yard, are on the lawn and have all of the clearance and `spare` on top."""
    areas, sides = true_walls(ground, clearance)
    points = shapely.points(places)
    fine = np.ones(len(places), dtype=bool)
    for area, inside in areas:
        fine &= shapely.intersects(area, points) == inside
    for side, need in sides:
        fine &= shapely.distance(side, points) >= need + spare
    return fine


def in_yard(ground: Ground, places: Floats) -> Floats:
    turn = math.radians(ground.pose.rotation)
    cos, sin = math.cos(turn), math.sin(turn)
    return np.asarray(places @ np.array([[cos, sin], [-sin, cos]]) + ground.pose.origin.xy)


def turns_left_all_round(ring: Floats) -> bool:
    exact = [(Fraction(x), Fraction(y)) for x, y in ring.tolist()]
    count = len(exact)
    for nth, (x, y) in enumerate(exact):
        (x2, y2), (x3, y3) = exact[(nth + 1) % count], exact[(nth + 2) % count]
        if (x2 - x) * (y3 - y2) - (y2 - y) * (x3 - x2) <= 0:
            return False
    along = np.roll(ring, -1, axis=0) - ring
    headings = np.arctan2(along[:, 1], along[:, 0])
    return float(((np.roll(headings, -1) - headings) % math.tau).sum()) == pytest.approx(math.tau)


def beyond_a_border(cover: Cover, places: Floats) -> NDArray[np.bool_]:
    return np.asarray((places @ cover.borders[:, :2].T < cover.borders[:, 2]).any(axis=1))


anything = settings(
    max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@anything
@given(st.integers(0, 10**6), st.sampled_from([0.9, 1.0, 2.0, 3.0]))
@example(180373, 0.9)  # a thin tree whose sides lie along the directions of the coarsest piece
def test_no_place_of_a_piece_is_allowed_and_each_is_convex(seed: int, clearance: float) -> None:
    yard = yard_of_seed(seed)
    if yard is None:
        return
    ground = ready(yard)
    cover = ground.solid.cover(clearance)
    draw = np.random.default_rng(seed)
    places = []
    for piece in cover.pieces:
        assert turns_left_all_round(piece.corners)
        share = draw.exponential(size=(6, len(piece.corners)))
        share[:3] **= 4  # near a corner or a side
        places.append((share / share.sum(axis=1, keepdims=True)) @ piece.corners)
        places.append(piece.corners)
        places.append((piece.corners + np.roll(piece.corners, -1, axis=0)) / 2.0)
    if places:
        assert not allowed(ground, clearance, in_yard(ground, np.concatenate(places)), -PAID / 2).any()


@anything
@given(st.integers(0, 10**6), st.sampled_from([0.9, 2.0]))
def test_every_corner_of_a_piece_is_near_the_core_corner_that_it_names(seed: int, clearance: float) -> None:
    yard = yard_of_seed(seed)
    if yard is None:
        return
    ground = ready(yard)
    for piece in ground.solid.cover(clearance).pieces:
        ring = ground.rings[piece.ring]
        needs = ring.needs(clearance)
        least = needs.min() if piece.kind == "solid" else needs[piece.core[0]]
        off = piece.corners - ring.corners[[piece.core[nth] for nth in piece.near]]
        assert float(np.hypot(*off.T).max()) <= least - PAID
        core = ring.corners[list(piece.core)]
        if piece.kind == "side":
            assert piece.core[1] == (piece.core[0] + 1) % len(ring.corners)
        else:
            assert turns_left_all_round(core)
            area = shapely.Polygon(ring.corners)
            shared = area.intersection(shapely.Polygon(core)).area
            assert shared == pytest.approx(
                0.0 if ring.obstacle is None else shapely.Polygon(core).area, abs=1e-6
            )


@anything
@given(st.integers(0, 10**6), st.sampled_from([0.9, 2.0]))
def test_no_border_cuts_off_an_allowed_place_and_hardly_a_forbidden_one_is_left_out(
    seed: int, clearance: float
) -> None:
    yard = yard_of_seed(seed)
    if yard is None:
        return
    ground = ready(yard)
    cover = ground.solid.cover(clearance)
    draw = np.random.default_rng(seed)
    corners = ground.rings[0].corners
    places = draw.uniform(corners.min(axis=0) - 0.5, corners.max(axis=0) + 0.5, (600, 2))
    near = [ring.corners[draw.integers(0, len(ring.corners), 150)] for ring in ground.rings]
    places = np.concatenate([places, *(part + draw.normal(0.0, 0.8, part.shape) for part in near)])
    covered = beyond_a_border(cover, places)
    fine = allowed(ground, clearance, in_yard(ground, places), -PAID / 2)
    assert not (covered & fine).any()
    points = shapely.points(places)
    for piece in cover.pieces:
        covered |= shapely.intersects(shapely.Polygon(piece.corners), points)
    left_out = places[~covered & ~fine]
    # what is left out is next to an allowed place, as far as the rings' own slack and 5 mm
    for place in left_out:
        slack = max(ring.slack for ring in ground.rings)
        assert _lies_near_allowed(ground, clearance, place, _NEAR + 2.0 * slack), place


def _lies_near_allowed(ground: Ground, clearance: float, place: Floats, reach: float) -> bool:
    """Whether anything allowed is within reach: judged by the forbidden region put together by shapely."""
    areas, sides = true_walls(ground, clearance)
    around: shapely.Geometry = shapely.Point(in_yard(ground, place[None])[0]).buffer(reach, quad_segs=64)
    for area, inside in areas:
        around = shapely.intersection(around, area) if inside else shapely.difference(around, area)
    for side, need in sides:
        around = shapely.difference(around, shapely.buffer(side, need, quad_segs=256))
    return not shapely.is_empty(around)


@pytest.mark.parametrize("fineness", range(LEVELS))
def test_pieces_come_from_coarse_to_fine(fineness: int) -> None:
    shed = Obstacle("shed", "hard", path((4, 4), (6, 4), (6, 6), (4, 6)))
    yard = Yard("box", path((0, 0), (12, 0), (12, 10), (0, 10)), ("hard",) * 4, (shed,))
    cover = ready(yard).solid.cover(1.0)
    own = [
        len(piece.corners)
        for piece, fine in zip(cover.pieces, cover.fineness, strict=True)
        if fine <= fineness
    ]
    assert own == sorted(own)
    assert [len(part.first) for part in cover.levels] == [
        cover.fineness.count(level) for level in range(LEVELS)
    ]


def a_ring(*corners: tuple[float, float], obstacle: int | None = None) -> Ring:
    count = len(corners)
    return Ring(np.array(corners), tuple(range(count)), (False,) * count, (0.0,) * count, 0.0, obstacle)


def test_a_pocket_is_covered_across_its_inner_diagonals() -> None:
    # a leg along a diagonal that only the cutting has drawn would be inside no piece
    notched = Solid([a_ring((0, 0), (12, 0), (12, 8), (8, 8), (8, 3), (4, 3), (4, 8), (0, 8))])
    cover = notched.cover(0.9)
    solid = [shapely.Polygon(piece.corners) for piece in cover.pieces if piece.kind == "solid"]
    for diagonal in ([(4.2, 7.9), (7.8, 3.1)], [(4.2, 3.1), (7.8, 7.9)]):
        points = [shapely.LineString(diagonal).interpolate(s, normalized=True) for s in np.linspace(0, 1, 50)]
        assert all(any(part.contains(point) for part in solid) for point in points)
