"""Proofs: bounds against closed forms, planted poses that no row may exclude, and laws that bounds obey."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from conedrills import proving, search
from conedrills.cover import Ring, Solid
from conedrills.drill import Drill, drill_names, load_drill, parse_drill
from conedrills.fit import fit_proven
from conedrills.geometry import Path, Point, Pose
from conedrills.ground import ready
from conedrills.layout import Placement
from conedrills.moving import moved
from conedrills.relaxing import Relaxation, Rows
from conedrills.space import SpaceModel
from conedrills.subject import Boxes, Proof, Range, Subject
from conedrills.yard import Kind, Obstacle, Yard
from tests.benchmarks.adversary import duel
from tests.benchmarks.pairs import draw_pair
from tests.benchmarks.peers import Judge
from tests.benchmarks.yards import draw_yard
from tests.test_cover import yard_of_seed

Floats = NDArray[np.float64]
XY = tuple[float, float]
Corners = Sequence[XY]
DRY = SpaceModel()
KEPT = 2e-4
"""Metres that figures here keep from walls: as little as proofs can still tell from nothing."""
GAP = 0.001


# ---------------------------------------------------------------- figures and yards made by hand


def figure(
    points: Corners, pairs: Sequence[tuple[int, int]] | None = None, off: XY = (0.0, 0.0)
) -> search.Body:
    """A figure that scales about its middle, which lies off the body's own place."""
    at = np.array(points, dtype=float)
    at = at - (at.min(axis=0) + at.max(axis=0)) / 2 + off
    count = len(at)
    none, zero = np.zeros((count, 1)), np.zeros(count)
    segments = np.array(pairs or [(nth, nth + 1) for nth in range(count - 1)], dtype=np.intp)
    keep = np.full(len(segments), KEPT)
    still = np.zeros((count, 2))
    return search.Body(still, at[None], still, zero, zero, zero, none, none, none, segments, keep, keep)


def ring(corners: Corners, obstacle: int | None = None, kept: float = KEPT) -> Ring:
    """A ring from which a body that asks for nothing keeps a little."""
    count = len(corners)
    at = np.round(np.array(corners, dtype=float) * 2.0**24) / 2.0**24
    return Ring(at, tuple(range(count)), (True,) * count, (kept,) * count, 0.0, obstacle)


def grown(corners: Corners, by: float = KEPT) -> Corners:
    """A ring pushed outward, so that after what is kept the corners are where they were."""
    area = shapely.Polygon(corners).buffer(by, join_style="mitre", mitre_limit=1e3)
    return [(float(x), float(y)) for x, y in area.exterior.coords[:-1]]


@dataclass(frozen=True)
class Case:
    """A figure in a yard: the boundary, then obstacles, as they are after what is kept."""

    body: search.Body
    rings: tuple[Ring, ...]

    @staticmethod
    def of(body: search.Body, boundary: Corners, *obstacles: Corners) -> Case:
        inner = [ring(grown(one, -KEPT), nth) for nth, one in enumerate(obstacles)]
        return Case(body, (ring(grown(boundary)), *inner))

    def subject(self, low: float, high: float, images: tuple[bool, ...] = (False,)) -> Subject:
        solid = Solid(self.rings)
        segments = self.body.segments
        corners = self.rings[0].corners
        extent = (corners.min(axis=0), corners.max(axis=0))
        kind = np.zeros(len(segments), dtype=np.intp)
        return Subject.of(
            self.body,
            segments,
            kind,
            solid,
            clearances=[0.0],
            sizes=(low, high),
            images=images,
            extent=extent,
        )

    def fits(self, poses: search.Poses) -> NDArray[np.bool_]:
        """Whether poses keep what is asked, judged with shapely alone."""
        free: shapely.Geometry = shapely.Polygon(self.rings[0].corners)
        for one in self.rings[1:]:
            free = shapely.difference(free, shapely.Polygon(one.corners))
        walls = shapely.union_all([shapely.LinearRing(one.corners) for one in self.rings])
        out = []
        for ends in search.points_of(self.body, poses)[:, self.body.segments]:
            lines = shapely.multilinestrings([*ends])
            kept = float(shapely.distance(lines, walls)) >= KEPT - 1e-9
            out.append(kept and bool(shapely.covers(free, lines)))
        return np.array(out, dtype=bool)

    def bracket(self, low: float, high: float, images: tuple[bool, ...] = (False,)) -> tuple[float, Proof]:
        """The largest size that is found from the proof's own poses, and the proof."""
        walls = [one.corners for one in self.rings]
        count = sum(map(len, walls))
        off, none = np.zeros(count, dtype=bool), np.zeros(count)
        ends = np.concatenate([np.roll(one, -1, axis=0) for one in walls])
        measure = search.Measure(self.body, search.Walls(np.concatenate(walls), ends, off, none, off, none))
        found = 0.0

        def better(poses: search.Poses) -> float:
            nonlocal found
            climbed, _ = search.climb(measure, poses, search.Aim(True, low, high), ((7, 12), (20, 6)))
            for some in (poses, climbed):
                fits = self.fits(some) & (some.size >= low)
                found = max(found, float(some.size[fits].max(initial=0.0)))
            return found * (1.0 + GAP / 2) if found else 0.0

        proof = proving.prove(self.subject(low, high, images), better, most=20_000)
        return found, proof


def bound_of(
    case: Case, low: float, high: float, most: int = 20_000, images: tuple[bool, ...] = (False,)
) -> float:
    """What a proof reaches to which nobody tells a size that fits."""
    return proving.prove(case.subject(low, high, images), lambda _: 0.0, most=most).bound


def rectangle(width: float, depth: float, x: float = 0.0, y: float = 0.0) -> Corners:
    return [(x, y), (x + width, y), (x + width, y + depth), (x, y + depth)]


def regular(count: int, closed: bool = True) -> Corners:
    turns = [math.tau * nth / count for nth in range(count)]
    spots = [(math.cos(turn), math.sin(turn)) for turn in turns]
    return [*spots, spots[0]] if closed else spots


SEGMENT: Corners = [(0.0, 0.0), (1.0, 0.0)]
TRIANGLE: Corners = [(0.0, 0.0), (1.0, 0.0), (0.5, math.sqrt(0.75)), (0.0, 0.0)]
SQUARE: Corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]
BEND: Corners = [(0.0, 1.0), (0.0, 0.0), (1.0, 0.0)]
TROMINO: Corners = [(0, 0), (2, 0), (2, 1), (1, 1), (1, 2), (0, 2)]
ARMS: Corners = [(0, 0), (6, 0), (6, 10), (5, 10), (5, 1), (1, 1), (1, 10), (0, 10)]
"""Two narrow arms: a segment along a diagonal of what is between them would be longer than any that fits."""
BOOMERANG: Corners = [(-5, 0), (0, 3), (5, 0), (0, 4)]
"""The side of the hull over its pocket is longer than any segment that fits."""
NEEDLE: Corners = [(0, 0), (4.99, 0), (4.99, 5.9), (5.01, 5.9), (5.01, 0), (10, 0), (10, 6), (0, 6)]
DENTED: Corners = [
    (0, 0),
    (4, 0),
    (5, 0.0004),
    (6, 0),
    (8, 0),
    (8, 3),
    (7.9996, 3.1),
    (8, 3.2),
    (8, 6),
    (0, 6),
]


def pentagon_in_square() -> float:
    """Of radius 1, in a unit square: its widths along and across, by turn."""
    return sweep(regular(5), 1.0, 1.0)


def sweep(points: Corners, width: float, depth: float) -> float:
    """The largest size in a rectangle: over all turns, the less of what its two widths leave."""
    at = np.array(points)

    def size(turn: float) -> float:
        along = at @ np.array([math.cos(turn), math.sin(turn)])
        across = at @ np.array([-math.sin(turn), math.cos(turn)])
        return min(width / float(np.ptp(along)), depth / float(np.ptp(across)))

    turns = np.linspace(0.0, math.pi, 721)
    best = turns[np.argsort([-size(turn) for turn in turns])[:12]]
    return max(
        -float(minimize_scalar(lambda t: -size(t), bounds=(turn - 0.005, turn + 0.005), method="bounded",
                               options={"xatol": 1e-10}).fun) for turn in best
    )  # fmt: skip


SHAPES: dict[str, tuple[Corners, Sequence[tuple[int, int]] | None]] = {
    "W": ([(0, 1), (0.25, 0), (0.5, 0.8), (0.75, 0), (1, 1)], None),
    "T": ([(-0.7, 1), (0.7, 1), (0, 1), (0, 0)], [(0, 1), (2, 3)]),
    "L": ([(0, 1.3), (0, 0), (0.8, 0)], None),
    "STAR": ([(0.0, 0.0), *regular(5, closed=False)], [(0, nth) for nth in range(1, 6)]),
    "BOX": ([(0, 0), (1.2, 0), (1.2, 0.9), (0, 0.9), (0, 0)], None),
}


CLOSED: dict[str, tuple[Corners, Sequence[Corners], float]] = {
    "a segment on the diagonal": (SEGMENT, [rectangle(8, 6)], 10.0),
    "a triangle in a square": (TRIANGLE, [rectangle(10, 10)], 10.0 / math.cos(math.radians(15))),
    "a square in a triangle": (SQUARE, [[(0, 0), (1, 0), (0.5, math.sqrt(0.75))]], 2 * math.sqrt(3) - 3),
    "a square in a rectangle": (SQUARE, [rectangle(9, 7)], 7.0),
    "a right angle in 11 x 8": (BEND, [rectangle(11, 8)], math.sqrt(73)),
    "a segment in a tromino": (SEGMENT, [TROMINO], 2.0 * math.sqrt(2)),
    "a pentagon in a square": (regular(5), [rectangle(1, 1)], pentagon_in_square()),
    "along a diagonal of a pocket": (SEGMENT, [ARMS], math.hypot(10.0, 10.0 / 9.0)),
    "over a pocket in a side of the hull": (SEGMENT, [BOOMERANG], 40.0 / 7.0 * math.sqrt(1.36)),
    "past a needle": (SEGMENT, [NEEDLE], math.hypot(10.0, 1.0 / 5.01)),
    "slivers at the sides": (SEGMENT, [DENTED], 10.0),
    "a lawn in two pieces": (SEGMENT, [rectangle(10, 6), rectangle(0.5, 8, 6, -1)], math.hypot(6, 6)),
    "touching and crossing obstacles": (
        SEGMENT,
        [rectangle(10, 6), rectangle(1, 3, 6, -1), rectangle(1, 3, 6, 1.5), rectangle(0.5, 3, 6.2, 4)],
        math.hypot(6.2, 6),
    ),
    "tiny in a huge yard": ([(0, 0), (0.01, 0)], [rectangle(120, 90)], 15_000.0),
    "huge in a tiny yard": ([(0, 0), (300, 0)], [rectangle(0.8, 0.6)], 1.0 / 300.0),
}  # fmt: skip


@pytest.mark.parametrize("name", CLOSED)
def test_bounds_bracket_closed_forms(name: str) -> None:
    points, rings, expected = CLOSED[name]
    case = Case.of(figure(points), *rings)
    found, proof = case.bracket(0.5 * expected, 2.0 * expected)
    assert expected - 4e-6 * max(1.0, expected) <= proof.bound <= expected * (1.0 + GAP)
    assert found <= proof.bound
    # nobody needs to tell a size: what fits is never proven not to, and what does not fit is
    assert bound_of(case, 0.6 * expected, 2.0 * expected, 3_000) >= expected - 4e-6 * max(1.0, expected)
    just_above = expected * (1.0 + 0.9 * GAP)
    assert bound_of(case, just_above, 2.0 * expected) == pytest.approx(
        just_above, abs=2e-6 * max(1.0, expected)
    )


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("room", [(7.0, 5.0), (9.0, 3.0)])
def test_bounds_in_rectangles_agree_with_a_sweep_over_turns(name: str, room: XY) -> None:
    points, pairs = SHAPES[name]
    expected = sweep(points, *room)
    case = Case.of(figure(points, pairs), rectangle(*room))
    _, proof = case.bracket(0.5 * expected, 2.0 * expected, images=(False, True))
    assert expected - 1e-5 <= proof.bound <= expected * (1.0 + GAP)


def test_what_is_proven_is_not_monotone_in_size() -> None:
    case = Case.of(figure(SQUARE), rectangle(3, 3), rectangle(2, 2, 0.5, 0.5))
    assert 0.5 - 1e-5 <= case.bracket(0.1, 1.9)[1].bound <= 0.5 * (1.0 + GAP)
    assert bound_of(case, 0.75, 1.9) == pytest.approx(0.75, abs=1e-6)
    assert 3.0 - 1e-5 <= case.bracket(0.75, 5.0)[1].bound <= 3.0 * (1.0 + GAP)
    assert bound_of(case, 2.5, 5.0, 3_000) >= 3.0 - 1e-5
    assert bound_of(case, 1.95, 2.05, 3_000) >= 2.05  # a square just round the block


@pytest.mark.parametrize("off", [(0.0, 0.0), (3.0, -2.0), (40.0, 15.0)])
def test_bounds_do_not_depend_on_where_a_figure_has_its_middle(off: XY) -> None:
    case = Case.of(figure(BEND, off=off), rectangle(11, 8))
    expected = math.sqrt(73)
    assert expected - 1e-5 <= case.bracket(4.0, 12.0)[1].bound <= expected * (1.0 + GAP)


def test_whole_numbers_are_sizes_too() -> None:
    case = Case.of(figure(SQUARE), rectangle(9, 7))
    assert bound_of(case, 7, 20, 2_000) >= 7.0
    assert bound_of(case, 8, 20) == 8.0
    assert bound_of(case, 8, 20) == bound_of(case, 8.0, 20.0)


# ---------------------------------------------------------------- planted poses


@dataclass(frozen=True)
class Planted:
    """A drill in a yard, and a pose of it that another judge allows: place, angle and size in the frame.

    Of two lengths one is `stretched`, and has `more` on top of the size.
    """

    subject: Callable[[float, float], Subject]
    size: float
    place: Floats
    angle: float
    mirrored: bool
    more: float = 0.0
    stretched: int = 0

    def is_in(self, part: Range) -> bool:
        """Whether a range of sizes holds it."""
        held = part.low <= self.size <= part.high and part.more[0] <= self.more <= part.more[1]
        return held and part.stretched == self.stretched


def planted(seed: int, strata: Sequence[str] = ("non-convex", "holes", "mixed")) -> Planted | None:
    """A pose as tight as a short climb by chance makes it; None where no place was found."""
    draw = np.random.default_rng(seed)
    yard = yard_of_seed(seed) if seed % 3 else draw_yard(strata[int(draw.integers(0, len(strata)))], seed)
    if yard is None:
        return None
    names = drill_names()
    drill = replace(load_drill(names[int(draw.integers(0, len(names)))]), size_min=0.02, size_max=3.0)
    if drill.stretch is not None or drill.figure(1.0).legs[0].length == drill.figure(2.0).legs[0].length:
        return None
    pace = drill.paces[int(draw.integers(0, len(drill.paces)))]
    judge = Judge(yard, drill, pace, DRY)
    west, south, east, north = judge.bounds
    mirrored = bool(drill.mirror and draw.random() < 0.5)
    pose, step = np.zeros(5), 1.0
    for _ in range(300):
        new = np.array(
            [draw.uniform(west, east), draw.uniform(south, north), draw.uniform(0, 7), 0.02, mirrored]
        )
        new[3] = 0.02 * 10 ** draw.uniform(0, 1.5)
        if new[3] > pose[3] and judge.missing(new) == 0.0:
            pose = new
    for _ in range(400 if pose[3] else 0):
        new = pose + step * draw.normal(size=5) * (0.5, 0.5, 0.2, 0.1, 0.0)
        new[3] = max(new[3], pose[3])
        if judge.missing(new) == 0.0 and new[3] <= 3.0:
            pose = new
        else:
            step = max(1e-4, 0.97 * step)
    if pose[3] == 0.0:
        return None
    ground, whole = ready(yard), moved(drill, pace, DRY)
    size, turn = float(pose[3]), float(pose[2])
    middle = judge.middle_at(np.array([size]))
    away = Pose(Point(0, 0), math.degrees(turn), mirrored).place(middle)
    start = Point(pose[0] - away.x, pose[1] - away.y)
    centre = whole.centre([size])
    at = Pose(start, math.degrees(turn), mirrored).place(Point(centre.dx, centre.dy))
    frame = math.radians(ground.pose.rotation)
    cos, sin = math.cos(frame), math.sin(frame)
    x, y = np.array(at.xy) - ground.pose.origin.xy

    def subject(low: float, high: float) -> Subject:
        clearances = sorted({part.clearance for part in whole.asked})
        corners = ground.rings[0].corners
        return Subject.of(
            whole.body,
            np.array([part.points for part in whole.asked], dtype=np.intp),
            np.array([clearances.index(part.clearance) for part in whole.asked], dtype=np.intp),
            ground.solid,
            clearances=clearances,
            sizes=(low, high),
            images=(mirrored,),
            extent=(corners.min(axis=0), corners.max(axis=0)),
        )

    place = np.array([cos * x + sin * y, cos * y - sin * x])
    return Planted(subject, size, place, turn - frame, mirrored)


def boxes_round(plant: Planted, subject: Subject, draw: np.random.Generator, count: int) -> Boxes:
    """Boxes that hold a pose, of all shapes, without cases."""
    quarter = np.full(count, round(plant.angle / (math.pi / 2)) % 4)
    tau = math.tan((plant.angle - round(plant.angle / (math.pi / 2)) * math.pi / 2) / 2.0)
    wide = 10.0 ** draw.uniform(-4, 0, (count, 5, 1)) * draw.uniform(0, 1, (count, 5, 2)) * [-1.0, 1.0]
    place = plant.place[None, :, None] + 20.0 * wide[:, :2]
    span = next(nth for nth, part in enumerate(subject.ranges) if plant.is_in(part))
    part = subject.ranges[span]
    taus = np.clip(tau + 0.5 * wide[:, 2], -proving.EXTREME, proving.EXTREME)
    sizes = np.clip(plant.size + 2.0 * wide[:, 3], part.low, part.high)
    more = np.clip(plant.more + 2.0 * wide[:, 4], *part.more)
    rows = subject.unknowns + 1
    zeros, none = np.zeros((count, 5)), np.full((count, rows, 3), -1)
    return Boxes(
        np.zeros(count, dtype=np.intp), np.full(count, span), quarter, taus, sizes, more,
        place.reshape(count, 4),
        np.zeros((count, 24, 3), dtype=np.intp), np.zeros(count, dtype=np.intp), np.arange(count),
        np.zeros(count), zeros, none, np.zeros((count, rows)), np.zeros(count), zeros,
    )  # fmt: skip


some = settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])


@some
@given(st.integers(0, 10**6))
def test_no_row_excludes_an_allowed_pose(seed: int) -> None:
    plant = planted(seed)
    if plant is None:
        return
    no_row_excludes(plant, plant.subject(0.02, 3.0), seed)


def no_row_excludes(plant: Planted, subject: Subject, seed: int) -> None:
    """That an allowed pose satisfies every row of boxes that hold it, in one way of being apart at least."""
    draw = np.random.default_rng(seed + 1)
    relaxation = Relaxation(subject)
    pieces = [len(cover.pieces) for cover in subject.covers]
    for _ in range(12):
        segment = int(draw.integers(0, len(subject.segments)))
        kind = int(subject.kind[segment])
        if not pieces[kind]:
            continue
        piece = int(draw.integers(0, pieces[kind]))
        edges = len(subject.covers[kind].pieces[piece].corners)
        ways = edges + (0 if len(set(subject.segments[segment].tolist())) == 1 else 2)
        alike = boxes_round(plant, subject, draw, 6)
        boxes = alike.take(np.repeat(np.arange(6), ways))
        boxes.cases[:, 0] = np.stack(np.broadcast_arrays(segment, piece, np.tile(np.arange(ways), 6)), axis=1)
        boxes.count[:] = 1
        rows = Rows(subject, boxes)
        dense, _ = relaxation.dense(rows)
        sine = np.sin(plant.angle - rows.turn)
        at = np.stack(
            [np.full(len(boxes), plant.place[0]), np.full(len(boxes), plant.place[1]), sine,
             plant.size - boxes.size[:, 0], plant.more - boxes.more[:, 0]], axis=1,
        )[:, : rows.unknowns]  # fmt: skip
        value = dense[..., 0] + (dense[..., 1 : rows.off] * at[:, None]).sum(axis=2)
        assert value[:, :-4].min() > -1e-7  # borders, and limits of two lengths
        holds = (value[:, -4:] > -1e-7).all(axis=1).reshape(6, ways)
        # of the ways to be apart one, with the one before it that does not hold
        assert holds.any(axis=1).all()


@some
@given(st.integers(0, 10**6), st.sampled_from([1.0, 1.0001, 1.02]))
def test_a_planted_pose_is_never_proven_impossible(seed: int, above: float) -> None:
    plant = planted(seed)
    if plant is None:
        return
    subject = plant.subject(0.97 * plant.size, plant.size * above)
    proof = proving.prove(subject, lambda _: 0.0, most=1_000)
    assert proof.bound >= plant.size - 1e-6


# ---------------------------------------------------------------- laws that bounds of whole fits obey


def path(*corners: XY) -> Path:
    return tuple(Point(x, y) for x, y in corners)


def yard_of(boundary: Path, *things: Obstacle, kinds: tuple[Kind, ...] = ()) -> Yard:
    hard: list[Kind] = ["hard" for _ in boundary]
    return Yard("test", boundary, kinds or tuple(hard), things)


def bracket_of(
    yard: Yard, drill: Drill, gap: float = GAP, mirror: str | None = None, model: SpaceModel = DRY
) -> tuple[float, float]:
    """The size found, 0 for none, and the bound."""
    side: Any = mirror
    result = fit_proven(ready(yard), drill, model, pace="easy", mirror=side, gap=gap).result
    assert result.size_bound is not None
    return (result.size if isinstance(result, Placement) else 0.0), result.size_bound


def alike(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether two brackets may hold the same largest size, and are as narrow as they should be."""
    (size, bound), (size2, bound2) = one, other
    return size <= bound2 and size2 <= bound and abs(bound - bound2) <= GAP * max(bound, bound2) + 3e-6


def hook(legs: Sequence[tuple[str, str]] = (("1", "2"), ("2", "3")), split: bool = False) -> Drill:
    """Ahead and to the right, run to a stop: no leg goes on into the next, whichever way it is run."""
    cones: dict[str, Any] = {
        "1": {},
        "2": {"from": "1", "ahead": "a"},
        "3": {"from": "2", "right": "a * 0.75"},
    }
    if split:
        cones["4"] = {"from": "1", "ahead": "a / 2"}
    return parse_drill(
        {
            "title": "Hook", "family": "braking", "paces": ["easy"], "units": "m", "mirror": True,
            "distances": {"a": {"nominal": 4.0, "min": 0.4, "max": 40.0}},
            "cones": cones,
            "legs": [
                {"from": a, "to": b, "movement": "run", "cut": "plant", "run_out": 0} for a, b in legs
            ],
        },
        "hook", "hook.toml",
    )  # fmt: skip


CROOKED = path((0, 0), (11, 1), (13, 8), (6, 6.5), (2, 9))
ROUGH = (Obstacle("oak", "hard", path((7, 3.2), (7.5, 3.2), (7.5, 3.7), (7, 3.7)), 0.05),
         Obstacle("bed", "soft", path((1.5, 2), (3, 2.2), (2.8, 3)), 0.0))  # fmt: skip


def test_a_mirrored_yard_has_the_bound_of_the_mirrored_drill() -> None:
    flipped = tuple(Point(-p.x, p.y) for p in CROOKED)
    things = tuple(replace(o, polygon=tuple(Point(-p.x, p.y) for p in o.polygon)) for o in ROUGH)
    for published in (hook(), load_drill("l-drill")):
        drill = replace(published, size_min=0.1, size_max=5.0)
        here = bracket_of(yard_of(CROOKED, *ROUGH), drill, mirror="right")
        there = bracket_of(yard_of(flipped, *things), drill, mirror="left")
        assert alike(here, there)
        either = bracket_of(yard_of(CROOKED, *ROUGH), drill)
        assert either[1] >= here[0]
        assert either[0] >= here[0] * (1.0 - GAP) - 1e-4


@pytest.mark.parametrize(
    "legs", [(("2", "3"), ("1", "2")), (("2", "1"), ("3", "2")), (("3", "2"), ("2", "1"))]
)
def test_the_order_and_the_way_of_legs_change_no_bound(legs: Sequence[tuple[str, str]]) -> None:
    yard = yard_of(CROOKED, *ROUGH)
    assert alike(bracket_of(yard, hook()), bracket_of(yard, hook(legs)))


def test_a_leg_in_two_and_corners_on_a_side_change_no_bound() -> None:
    yard = yard_of(CROOKED, *ROUGH)
    whole = bracket_of(yard, hook())
    assert alike(whole, bracket_of(yard, hook((("1", "4"), ("4", "2"), ("2", "3")), split=True)))
    more: list[Point] = []
    for here, after in zip(CROOKED, (*CROOKED[1:], CROOKED[0]), strict=True):
        more += [here, *(here + (after - here) * share for share in (0.1, 0.5, 0.501))]
    assert alike(whole, bracket_of(yard_of(tuple(more), *ROUGH), hook()))


def test_what_fits_in_a_harder_yard_is_below_the_bound_of_an_easier_one() -> None:
    drill = hook()
    wide = SpaceModel({pace: dict.fromkeys(ways, 1.4) for pace, ways in DRY.side_clearance.items()})
    harder = [
        (yard_of(CROOKED), DRY),
        (yard_of(CROOKED, ROUGH[1]), DRY),
        (yard_of(CROOKED, *ROUGH), DRY),
        (replace(yard_of(CROOKED, *ROUGH), uncertainty=(0.05, 0.0, 0.2, 0.0, 0.1)), DRY),
        (replace(yard_of(CROOKED, *ROUGH), uncertainty=(0.05, 0.0, 0.2, 0.0, 0.1)), wide),
    ]
    brackets = [bracket_of(yard, drill, model=model) for yard, model in harder]
    for nth, (_, bound) in enumerate(brackets):
        assert all(size <= bound for size, _ in brackets[nth:])
    soft: tuple[Kind, ...] = ("soft", "hard", "soft", "hard", "soft")
    assert bracket_of(yard_of(CROOKED, kinds=soft), drill)[1] >= brackets[0][0]


def test_a_bound_with_any_gap_is_above_a_size_with_any_other() -> None:
    yard = yard_of(CROOKED, *ROUGH)
    brackets = [bracket_of(yard, hook(), gap) for gap in (0.1, 0.01, 0.001, 0.0004)]
    assert max(size for size, _ in brackets) <= min(bound for _, bound in brackets)


@pytest.mark.parametrize("scale", [0.01, 0.37, 20.0])
def test_a_bound_grows_with_figure_and_yard(scale: float) -> None:
    def at(factor: float) -> float:
        yard = [(factor * x, factor * y) for x, y in [(0, 0), (7, 1), (8, 6), (4, 4.5), (1, 7)]]
        shed = [(factor * x, factor * y) for x, y in [(3, 2), (3.6, 2), (3.6, 2.8), (3, 2.8)]]
        points = [(factor * x, factor * y) for x, y in SHAPES["T"][0]]
        case = Case.of(figure(points, SHAPES["T"][1]), yard, shed)
        return case.bracket(0.3, 20.0)[1].bound

    # what is kept does not grow along, and is next to nothing
    assert at(scale) == pytest.approx(at(1.0), rel=GAP + 3e-4 / min(scale, 1.0) * 0.5)


# ---------------------------------------------------------------- stop and limits


def hard_case() -> Case:
    return Case.of(figure(*SHAPES["T"]), rectangle(7, 6), rectangle(0.5, 0.5, 3, 2), rectangle(0.3, 2, 5, 3))


def test_a_search_stopped_at_once_still_proves_something_true() -> None:
    case = hard_case()
    found, full = case.bracket(0.3, 9.0)
    stopped = proving.prove(case.subject(0.3, 9.0), lambda _: 0.0, stop=lambda: True)
    assert stopped.boxes <= full.boxes
    assert found <= full.bound <= found * (1.0 + GAP)
    assert full.bound <= stopped.bound <= 9.0


@pytest.mark.parametrize("most", [0, 300, 1_000, 4_000])
def test_the_same_input_and_limit_give_the_same_proof(most: int) -> None:
    one, two = (proving.prove(hard_case().subject(0.3, 9.0), lambda _: 0.0, most=most) for _ in range(2))
    assert (one.bound, one.boxes) == (two.bound, two.boxes)
    for part in ("node", "kind", "at", "piece", "first", "count"):
        for before, after in zip(getattr(one.steps, part), getattr(two.steps, part), strict=True):
            assert np.array_equal(before, after)
    for part in ("node", "which", "weight"):
        for before, after in zip(getattr(one.closings, part), getattr(two.closings, part), strict=True):
            assert np.array_equal(before, after)
    assert one.boxes <= most + 6_000  # one more batch of boxes, with all their children


def test_more_boxes_never_prove_less() -> None:
    bounds = [
        proving.prove(hard_case().subject(0.3, 9.0), lambda _: 0.0, most=most).bound
        for most in (0, 300, 1_000, 4_000)
    ]
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[-1] >= hard_case().bracket(0.3, 9.0)[0]


# ---------------------------------------------------------------- the adversary


@pytest.mark.parametrize(
    ("stratum", "seed"), [("convex", 11), ("non-convex", 12), ("holes", 13), ("mixed", 14), ("mixed", 15)]
)
def test_a_long_search_beats_no_bound_and_certificates_stand_until_bent(stratum: str, seed: int) -> None:
    one = duel(draw_pair([stratum], seed, uncapped=True), longer=0.3)
    assert not one.beaten
    assert one.wrong == ()
    assert one.changed is not None
    assert one.fell
