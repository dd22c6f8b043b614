"""Two lengths: that no allowed pose is ruled out, and that legs which turn are where the proof has them."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conedrills import proving
from conedrills.check import problems
from conedrills.drill import PACES, Drill, Stretch
from conedrills.fit import fit
from conedrills.geometry import Point, Pose
from conedrills.ground import ready
from conedrills.layout import Placement, placed_legs
from conedrills.moving import moved
from conedrills.search import Poses, points_of
from conedrills.space import SpaceModel, rooms
from conedrills.subject import Subject
from conedrills.turning import FINE, ROUGH, cells
from tests import two_lengths
from tests.test_cover import yard_of_seed
from tests.test_fit import layout_of
from tests.test_proving import Planted, no_row_excludes

DRY = SpaceModel()
some = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
SEEDS, NAMES = st.integers(0, 10**6), st.sampled_from(sorted(two_lengths.DRILLS))


def limits(drill: Drill) -> tuple[tuple[float, float], tuple[float, float]]:
    assert drill.stretch is not None
    low, high = drill.stretch.low, drill.stretch.high
    return (low.depth, high.depth), (low.width, high.width)


def placed(seed: int, drill: Drill) -> tuple[Planted, Stretch] | None:
    """An allowed pose of some depth and width, judged by `check`; None where there is no room."""
    draw = np.random.default_rng(seed)
    yard = yard_of_seed(seed)
    if yard is None:
        return None
    pace = drill.paces[int(draw.integers(0, len(drill.paces)))]
    ground = ready(yard)
    got = fit(ground, drill, DRY, pace=pace, gap=0.3)
    if not isinstance(got, Placement):
        return None
    # smaller in one or in both: often still allowed, and then a pose like any other
    (deep, _), (wide, _) = limits(drill)
    for _ in range(20):
        own = got.factors
        share = draw.uniform(0.0, 1.0, 2) ** 3
        other = Stretch(
            max(deep, own.depth - share[0] * (own.depth - deep)),
            max(wide, own.width - share[1] * (own.width - wide)),
        )
        legs = placed_legs(drill, other.size, got.pose, pace, DRY, stretch=other)
        figure = drill.figure(other.size, other)
        cones = tuple(got.pose.place(cone) for cone in figure.cones)
        smaller = Placement(
            drill=drill, pace=pace, size=other.size, size_bound=None, gap_reached=False, pose=got.pose,
            cones=cones, legs=legs, tightest=None, caller=None, remarks=(), stretch=other,
        )  # fmt: skip
        if not problems(layout_of(yard, smaller)):
            got = smaller
            break
    whole, at = moved(drill, pace, DRY), got.factors
    centre = whole.centre([at.depth, at.width])
    middle = got.pose.place(Point(centre.dx, centre.dy))
    frame = math.radians(ground.pose.rotation)
    cos, sin = math.cos(frame), math.sin(frame)
    x, y = np.array(middle.xy) - ground.pose.origin.xy
    corners = ground.rings[0].corners

    def subject(slack: float, _: float) -> Subject:
        clearances = sorted({part.clearance for part in whole.asked})
        return Subject.of(
            whole.body,
            np.array([part.points for part in whole.asked], dtype=np.intp),
            np.array([clearances.index(part.clearance) for part in whole.asked], dtype=np.intp),
            ground.solid,
            clearances=clearances,
            sizes=(drill.size_min, drill.size_max),
            images=(got.pose.mirrored,),
            extent=(corners.min(axis=0), corners.max(axis=0)),
            limits=limits(drill),
            slack=slack,
        )

    plant = Planted(
        subject,
        at.size,
        np.array([cos * x + sin * y, cos * y - sin * x]),
        math.radians(got.pose.rotation) - frame,
        got.pose.mirrored,
        abs(at.depth - at.width),
        0 if at.depth > at.width else 1,
    )
    return plant, at


@some
@given(SEEDS, NAMES, st.sampled_from([ROUGH, FINE]))
def test_no_row_excludes_an_allowed_pose_of_two_lengths(seed: int, name: str, slack: float) -> None:
    found = placed(seed, two_lengths.DRILLS[name])
    if found is not None:
        no_row_excludes(found[0], found[0].subject(slack, 0.0), seed)


@some
@given(SEEDS, NAMES, st.sampled_from([ROUGH, FINE]))
def test_a_pose_of_two_lengths_is_never_proven_impossible(seed: int, name: str, slack: float) -> None:
    found = placed(seed, two_lengths.DRILLS[name])
    if found is not None:
        proof = proving.prove(found[0].subject(slack, 0.0), lambda _: 0.0, most=1_500)
        assert proof.bound >= found[1].size - 1e-6


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
