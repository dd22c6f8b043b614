"""Two lengths: that no allowed pose is ruled out, and that legs which turn are where the proof has them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conedrills import proving
from conedrills.drill import PACES, Drill, Pace, Stretch, StretchRange
from conedrills.geometry import Point, Pose, Vector
from conedrills.ground import ready
from conedrills.layout import placed_legs
from conedrills.moving import moved
from conedrills.relaxing import Rows, cross, dot, quarter
from conedrills.search import Floats, Poses, points_of
from conedrills.space import SpaceModel, rooms
from conedrills.subject import Subject
from conedrills.turning import FINE, ROUGH, cells
from conedrills.yard import Kind, Obstacle, Yard
from tests import two_lengths
from tests.test_proving import Planted, boxes_round, no_row_excludes

DRY = SpaceModel()
some = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
SEEDS, NAMES = st.integers(0, 10**6), st.sampled_from(sorted(two_lengths.DRILLS))


def limits(drill: Drill) -> tuple[tuple[float, float], tuple[float, float]]:
    assert drill.stretch is not None
    low, high = drill.stretch.low, drill.stretch.high
    return (low.depth, high.depth), (low.width, high.width)


def loose(drill: Drill) -> Drill:
    """A drill that may be stretched further than it is, for legs to turn more."""
    wide = StretchRange(Stretch(0.4, 0.4), Stretch(1.3, 1.3))
    return replace(drill, stretch=wide, size_min=0.4, size_max=1.3)


@dataclass(frozen=True)
class Kept:
    """What legs with their run-outs keep clear, by shapely alone."""

    paths: tuple[tuple[shapely.Geometry, float], ...]

    @staticmethod
    def of(drill: Drill, to: Stretch, pose: Pose, pace: Pace) -> Kept:
        paths: list[tuple[shapely.Geometry, float]] = []
        legs = placed_legs(drill, to.size, pose, pace, DRY, stretch=to)
        for leg, room in zip(legs, rooms(drill, pace, DRY), strict=True):
            (start, end) = leg.path
            beyond = end + Vector.polar(leg.run_out, leg.heading_out)
            paths.append((shapely.LineString([start.xy, beyond.xy]), room.side_clearance))
            if room.round_clearance is not None:
                paths.append((shapely.Point(end.xy), room.round_clearance))
        return Kept(tuple(paths))

    def spare(self, thing: shapely.Geometry) -> float:
        return min(float(shapely.distance(path, thing)) - clearance for path, clearance in self.paths)


def placed(drill: Drill, draw: np.random.Generator) -> Planted:
    """A pose of some depth and width in a yard made round it, with things that touch what it keeps clear."""
    drill = loose(drill)
    pace = drill.paces[int(draw.integers(0, len(drill.paces)))]
    at = Stretch(*(float(draw.uniform(*ends)) for ends in limits(drill)))
    pose = Pose(Point(*draw.uniform(-5, 5, 2)), float(draw.uniform(0, 360)), bool(draw.random() < 0.5))
    kept = Kept.of(drill, at, pose, pace)
    west, south, east, north = shapely.union_all([path for path, _ in kept.paths]).bounds
    obstacles = []
    for nth in range(5):
        turns = np.sort(draw.uniform(0.0, math.tau, 4))
        shape = np.stack([np.cos(turns), np.sin(turns)], axis=1) * draw.uniform(0.1, 1.5)
        way = draw.normal(size=2)
        way /= np.hypot(*way)
        for _ in range(40):
            place = draw.uniform((west - 3.0, south - 3.0), (east + 3.0, north + 3.0))
            thing = shapely.Polygon(shape + place)
            if thing.is_valid and thing.area > 0.05 and kept.spare(thing) > 0.0:
                break
        else:
            continue
        for step in (0.5, 0.05, 0.005, 0.0005):  # nearer, until it touches
            for _ in range(20):
                nearer = shapely.Polygon(shape + place + step * way)
                if kept.spare(nearer) < 2e-4:
                    break
                place = place + step * way
        ring = tuple(Point(*map(float, corner)) for corner in shape + place)
        obstacles.append(Obstacle(f"thing {nth}", "hard", ring))
    room = draw.uniform(3.0, 6.0, 4)
    around: list[shapely.Geometry] = [
        shapely.box(west - room[0], south - room[1], east + room[2], north + room[3])
    ]
    around += [shapely.Polygon([p.xy for p in one.polygon]).buffer(1.0) for one in obstacles]
    shell = shapely.get_coordinates(shapely.normalize(shapely.convex_hull(shapely.union_all(around))))
    outline = tuple(Point(*corner) for corner in shell[:-1].tolist())
    sides: list[Kind] = ["hard"] * len(outline)
    yard = Yard("", outline, tuple(sides), tuple(obstacles))
    ground = ready(yard)
    whole = moved(drill, pace, DRY)
    centre = whole.centre([at.depth, at.width])
    middle = pose.place(Point(centre.dx, centre.dy))
    frame = math.radians(ground.pose.rotation)
    cos, sin = math.cos(frame), math.sin(frame)
    x, y = np.array(middle.xy) - ground.pose.origin.xy
    corners = ground.rings[0].corners

    def subject(low: float, slack: float) -> Subject:
        clearances = sorted({part.clearance for part in whole.asked})
        return Subject.of(
            whole.body,
            np.array([part.points for part in whole.asked], dtype=np.intp),
            np.array([clearances.index(part.clearance) for part in whole.asked], dtype=np.intp),
            ground.solid,
            clearances=clearances,
            sizes=(low, drill.size_max),
            images=(pose.mirrored,),
            extent=(corners.min(axis=0), corners.max(axis=0)),
            limits=limits(drill),
            slack=slack,
        )

    return Planted(
        subject,
        at.size,
        np.array([cos * x + sin * y, cos * y - sin * x]),
        math.radians(pose.rotation) - frame,
        pose.mirrored,
        abs(at.depth - at.width),
        0 if at.depth > at.width else 1,
    )


@some
@given(SEEDS, NAMES, st.sampled_from([ROUGH, FINE]))
def test_no_row_excludes_an_allowed_pose_of_two_lengths(seed: int, name: str, slack: float) -> None:
    plant = placed(two_lengths.DRILLS[name], np.random.default_rng(seed))
    no_row_excludes(plant, plant.subject(0.4, slack), seed)


@some
@given(SEEDS, NAMES, st.sampled_from([ROUGH, FINE]))
def test_a_pose_of_two_lengths_is_never_proven_impossible(seed: int, name: str, slack: float) -> None:
    plant = placed(two_lengths.DRILLS[name], np.random.default_rng(seed))
    proof = proving.prove(plant.subject(0.99 * plant.size, slack), lambda _: 0.0, most=1_500)
    assert proof.bound >= plant.size - 1e-6


@some
@given(SEEDS, NAMES, st.sampled_from([0, 0, 0, -1, -3]))
def test_rows_are_never_below_the_truth_and_come_near_it(seed: int, name: str, narrow: int) -> None:
    draw = np.random.default_rng(seed)
    plant = placed(two_lengths.DRILLS[name], draw)
    subject, share = plant.subject(0.4, ROUGH), 10.0**narrow
    boxes = boxes_round(plant, subject, draw, 200)
    turn = boxes.quarter * (math.pi / 2.0)
    tau = float(np.tan((plant.angle - turn[0]) / 2.0))
    sides = [boxes.place[:, :2], boxes.place[:, 2:], boxes.tau, boxes.size, boxes.more]
    poses = []
    for ends, at in zip(sides, (*plant.place, tau, plant.size, plant.more), strict=True):
        ends[:] = at + share * (ends - at)
        poses.append(ends[:, 0] + draw.uniform(0.0, 1.0, len(boxes)) * (ends[:, 1] - ends[:, 0]))
    x, y, tau_of, size, more = poses
    angle = turn + 2.0 * np.arctan(tau_of)
    cos, sin = np.cos(angle), np.sin(angle)

    def turned(vectors: Floats) -> Floats:
        across, ahead = vectors[:, 0] * (-1.0 if plant.mirrored else 1.0), vectors[:, 1]
        return np.stack([cos * across - sin * ahead, sin * across + cos * ahead], axis=1)

    rows, every = Rows(subject, boxes), np.arange(len(boxes))
    sine = np.sin(angle - rows.turn)
    unknowns = np.stack([x, y, sine, size - boxes.size[:, 0], more - boxes.more[:, 0]], axis=1)
    part = next(part for part in subject.ranges if plant.is_in(part))
    local = part.base + size[:, None, None] * part.slope + more[:, None, None] * part.across
    ends = part.base + part.high * part.slope + part.more[0] * part.across
    segment = draw.choice(np.flatnonzero(subject.segments[:, 0] != subject.segments[:, 1]), len(boxes))
    first, second = subject.segments[segment].T
    start = np.stack([x, y], axis=1) + turned(local[every, first])

    def judged(values: Floats, truth: Floats) -> None:
        value = values[:, 0] + (values[:, 1 : rows.off] * unknowns).sum(axis=1)
        assert (value >= truth - 1e-9).all()
        assert (value <= truth + 400.0 * share + 1e-3).all()

    straight = turned(ends[second] - ends[first])
    straight /= np.hypot(*straight.T)[:, None]
    along = turned(local[every, second] - local[every, first])
    way, corner = draw.choice([-1.0, 1.0], len(boxes)), plant.place + draw.uniform(-9.0, 9.0, (len(boxes), 2))
    q = straight + (cross(straight, along) / dot(straight, along))[:, None] * quarter(straight)
    judged(rows.corner(every, segment, corner, way), way * cross(q, corner - start))
    normal = turned(draw.normal(size=(len(boxes), 2)))
    normal /= np.hypot(*normal.T)[:, None]
    judged(rows.point(every, normal, np.zeros(len(boxes)), first), dot(normal, start))


@pytest.mark.parametrize("name", two_lengths.DRILLS)
@pytest.mark.parametrize("slack", [ROUGH, FINE])
def test_cells_cover_all_factors_and_hold_the_path(name: str, slack: float) -> None:
    drill = two_lengths.DRILLS[name]
    pace = drill.paces[-1]
    body = moved(drill, pace, DRY).body
    sizes = (drill.size_min, drill.size_max)
    parts = [*cells(body, sizes, limits(drill), slack)]
    draw = np.random.default_rng(1)
    for _ in range(300):
        depth, width = (float(draw.uniform(*ends)) for ends in limits(drill))
        size, more, stretched = min(depth, width), abs(depth - width), 0 if depth > width else 1
        holding = [
            part
            for part in parts
            if part.stretched == stretched
            and part.size[0] <= size <= part.size[1]
            and part.more[0] <= more <= part.more[1]
        ]
        assert holding
        at, _ = body.points(np.array([[depth, width]]))
        for part in holding:
            off = part.base + size * part.slope + more * part.across - at[0]
            assert float(np.hypot(*off.T).max()) <= part.off <= slack


@some
@given(SEEDS, NAMES)
def test_a_body_of_two_lengths_is_its_legs_and_run_outs(seed: int, name: str) -> None:
    draw = np.random.default_rng(seed)
    drill = two_lengths.DRILLS[name]
    pace = drill.paces[int(draw.integers(0, len(drill.paces)))]
    assert pace in PACES
    whole = moved(drill, pace, DRY)
    to = Stretch(*(float(draw.uniform(*ends)) for ends in limits(drill)))
    factors = np.array([[to.depth, to.width]])
    centre = whole.centre([to.depth, to.width])
    at = points_of(
        whole.body, Poses(np.array([[centre.dx, centre.dy]]), np.zeros(1), factors, np.zeros(1, dtype=bool))
    )
    corners = at[0][whole.body.segments].reshape(-1, 2)
    pose = Pose(Point(0.0, 0.0), 0.0)
    legs = placed_legs(drill, to.size, pose, pace, DRY, stretch=to)
    for leg, room in zip(legs, rooms(drill, pace, DRY), strict=True):
        assert leg.run_out == pytest.approx(room.run_out[0][1])
        (start, end) = leg.path
        length = math.dist(start.xy, end.xy)
        beyond = np.array(end.xy) + (np.array(end.xy) - start.xy) / length * leg.run_out
        for place in (start.xy, beyond):
            assert float(np.hypot(*(corners - place).T).min()) < 1e-9


@some
@given(SEEDS, NAMES)
def test_what_points_move_by_agrees_with_differences(seed: int, name: str) -> None:
    drill = two_lengths.DRILLS[name]
    body = moved(drill, drill.paces[-1], DRY).body
    draw = np.random.default_rng(seed)
    factors = np.array([[draw.uniform(*ends) for ends in limits(drill)]])
    _, grows = body.points(factors)
    for factor in (0, 1):
        ends = []
        for step in (-1e-6, 1e-6):
            there = factors.copy()
            there[0, factor] += step
            ends.append(body.points(there)[0][0])
        difference = next((b - a) / 2e-6 for a, b in pairwise(ends))
        assert np.abs(grows[0, factor] - difference).max() < 1e-6
