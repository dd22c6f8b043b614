"""The search alone, on figures whose largest size is known in closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from conedrills import screening, search
from conedrills.programs import MISSED, best_steps, bounds

KEPT = (
    0.25  # metres that every figure here keeps from walls: the free space is then the yard shrunk by as much
)


def rings_to_walls(*rings: list[tuple[float, float]]) -> search.Walls:
    starts = np.concatenate([np.array(ring, dtype=float) for ring in rings])
    ends = np.concatenate([np.roll(np.array(ring, dtype=float), -1, axis=0) for ring in rings])
    hard = np.zeros(len(starts), dtype=bool)
    return search.Walls(starts, ends, hard, np.zeros(len(starts)), hard, np.zeros(len(starts)))


def field_of(walls: search.Walls, free: shapely.Geometry) -> screening.Field:
    low, high = walls.start.min(axis=0), walls.start.max(axis=0)
    x, y = np.meshgrid(np.arange(low[0], high[0] + 0.1, 0.1), np.arange(low[1], high[1] + 0.1, 0.1))
    lines = shapely.multilinestrings(np.stack([walls.start, walls.end], axis=1))
    near = np.asarray(shapely.distance(lines, shapely.points(x, y)))
    inside = np.asarray(shapely.contains_xy(free, x, y))
    return screening.Field(low, 0.1, near, np.full(x.shape, 1e3), inside)


def polyline(points: list[tuple[float, float]]) -> search.Body:
    at = np.array(points, dtype=float)
    at = at - (at.min(axis=0) + at.max(axis=0)) / 2
    count = len(at)
    none, zero = np.zeros((count, 1)), np.zeros(count)
    segments = np.array([(i, i + 1) for i in range(count - 1)])
    keep = np.full(count - 1, KEPT)
    return search.Body(
        np.zeros((count, 2)),
        at[None],
        np.zeros((count, 2)),
        zero,
        zero,
        zero,
        none,
        none,
        none,
        segments,
        keep,
        keep / 2,
    )


def largest(body: search.Body, rings: list[list[tuple[float, float]]], low: float, cap: float) -> float:
    walls = rings_to_walls(*rings)
    free = shapely.Polygon(rings[0], rings[1:])
    measure = search.Measure(body, walls)
    starts = screening.screen(measure, field_of(walls, free), np.linspace(low, cap, 7), (False, True), 96)
    poses, left = search.climb(measure, starts, search.Aim(True, low, cap), ((7, 28), (10, 10), (28, 8)))
    ends = search.points_of(body, poses)[:, body.segments]
    inside = [bool(free.covers(shapely.multilinestrings(list(lines)))) for lines in ends]
    fits = (left > -1e-6) & np.array(inside)
    return float(poses.size[fits].max(initial=0.0))


def rectangle(width: float, depth: float, around: float = KEPT) -> list[tuple[float, float]]:
    return [
        (-around, -around),
        (width + around, -around),
        (width + around, depth + around),
        (-around, depth + around),
    ]


TRIANGLE = [(0.0, 0.0), (1.0, 0.0), (0.5, math.sqrt(0.75)), (0.0, 0.0)]
SQUARE = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]


@pytest.mark.parametrize(
    ("figure", "yard", "expected"),
    [
        ([(0.0, 0.0), (1.0, 0.0)], rectangle(8, 6), 10.0),
        (TRIANGLE, rectangle(10, 10), 10.0 / math.cos(math.radians(15))),
        (SQUARE, rectangle(9, 7), 7.0),
        ([(0.0, 1.0), (0.0, 0.0), (1.0, 0.0)], rectangle(11, 8), math.sqrt(73)),
    ],
    ids=["a segment on the diagonal", "triangle in square", "square in rectangle", "right angle in 11 x 8"],
)
def test_finds_the_largest_size_known_in_closed_form(
    figure: list[tuple[float, float]], yard: list[tuple[float, float]], expected: float
) -> None:
    assert largest(polyline(figure), [yard], 0.5, 20.0) == pytest.approx(expected, rel=1e-6)


def ring_yard() -> list[list[tuple[float, float]]]:
    """A 3 x 3 m free square with a 2 x 2 m block in its middle, after what is kept.

    The free space of the figure round the block has round corners, which a square outline does not touch.
    """
    return [rectangle(3, 3), [(0.5 + KEPT, 0.5 + KEPT), (2.5 - KEPT, 0.5 + KEPT), (2.5 - KEPT, 2.5 - KEPT),
                              (0.5 + KEPT, 2.5 - KEPT)]]  # fmt: skip


@pytest.mark.parametrize(("cap", "expected"), [(1.9, 0.5), (5.0, 3.0)])
def test_fitting_is_not_monotone_in_size(cap: float, expected: float) -> None:
    assert largest(polyline(SQUARE), ring_yard(), 0.1, cap) == pytest.approx(
        expected, abs=0.08 if cap < 2 else 1e-6
    )


def test_between_the_sizes_that_fit_nothing_is_found() -> None:
    assert largest(polyline(SQUARE), ring_yard(), 0.75, 1.9) == 0.0


def test_a_leg_never_jumps_a_thin_wall() -> None:
    wall = [(4.99, 0.1), (5.01, 0.1), (5.01, 5.9), (4.99, 5.9)]
    yard = [rectangle(10, 6), wall]
    longest = largest(polyline([(0.0, 0.0), (1.0, 0.0)]), yard, 0.5, 20.0)
    assert longest == pytest.approx(math.hypot(4.99 - KEPT, 6.0), rel=3e-3)


@settings(max_examples=60)
@given(st.integers(0, 10_000))
def test_small_linear_programs_agree_with_a_reference_solver(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count, rows, variables = 8, 12, 5
    aim = rng.normal(size=(count, variables))
    matrix = rng.normal(size=(count, rows, variables))
    least = rng.normal(size=(count, rows)) - 1.0
    low, high = -rng.uniform(0.5, 2.0, (count, variables)), rng.uniform(0.5, 2.0, (count, variables))
    steps, found = best_steps(aim, matrix, least, low, high)
    for nth in range(count):
        reference = linprog(
            -aim[nth], A_ub=-matrix[nth], b_ub=-least[nth], bounds=list(zip(low[nth], high[nth], strict=True))
        )
        assert found[nth] == (reference.status == 0)
        if found[nth]:
            assert float(aim[nth] @ steps[nth]) == pytest.approx(-reference.fun, abs=1e-7)
            assert (matrix[nth] @ steps[nth] >= least[nth] - 1e-7).all()


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(1, 14), st.sampled_from([-2.0, -0.3, 0.5]))
def test_bounds_of_linear_programs_agree_with_a_reference_solver_and_prove_themselves(
    seed: int, variables: int, lines: int, tight: float
) -> None:
    rng = np.random.default_rng(seed)
    count = 8
    aim = rng.normal(size=(count, variables)) * rng.integers(0, 2, (count, variables))
    matrix = rng.normal(size=(count, lines, variables)) * 10.0 ** rng.integers(-3, 2, (count, lines, 1))
    least = rng.normal(size=(count, lines)) + tight
    low, high = -rng.uniform(0.0, 20.0, (count, variables)), rng.uniform(0.0, 20.0, (count, variables))
    got = bounds(aim, matrix, least, low, high)
    for nth in range(count):
        box = list(zip(low[nth], high[nth], strict=True))
        reference = linprog(-aim[nth], A_ub=-matrix[nth], b_ub=-least[nth], bounds=box)
        used = got.which[nth] >= 0
        weight, rows = got.weight[nth][used], matrix[nth][got.which[nth][used]]
        assert (weight >= 0.0).all()
        assert (got.weight[nth][~used] == 0.0).all()
        # weak duality, worked out anew: aim . x <= aim . x + weight . (rows . x - least) for every x allowed
        total = weight @ rows + (0.0 if np.isneginf(got.best[nth]) else aim[nth])
        most = float(np.where(total > 0.0, total * high[nth], total * low[nth]).sum())
        proven = most - float(weight @ least[nth][got.which[nth][used]])
        if np.isneginf(got.best[nth]):
            assert reference.status == 2
            assert proven == pytest.approx(-got.missed[nth], abs=1e-7)
            assert proven < -MISSED / 2
        else:
            assert proven == pytest.approx(got.best[nth], abs=1e-6)
            if reference.status != 0:  # rows missed by next to nothing count as satisfied
                eased = 2.0 * MISSED - least[nth]
                assert linprog(-aim[nth], A_ub=-matrix[nth], b_ub=eased, bounds=box).status == 0
            if reference.status == 0:
                assert got.best[nth] >= -reference.fun - 1e-6
                assert got.best[nth] <= -reference.fun + 1e-6 + 2 * MISSED * weight.sum()


@settings(max_examples=40)
@given(st.integers(0, 10_000))
def test_gradients_agree_with_differences(seed: int) -> None:
    rng = np.random.default_rng(seed)
    body = polyline([(0.0, 0.0), (1.0, 0.3), (0.4, 1.1)])
    walls = rings_to_walls(rectangle(9, 7), [(4.0, 3.0), (5.0, 3.2), (4.5, 4.0)])
    measure = search.Measure(body, walls)
    pose = search.Poses(
        rng.uniform(2, 6, (1, 2)),
        rng.uniform(0, 6, 1),
        rng.uniform(0.5, 2, (1, 1)),
        np.array([seed % 2 == 0]),
    )
    every = measure(pose, 10_000)
    nearest = int(every.left[0].argmin())
    moved = [pose.place, pose.angle, pose.factors]
    for column, (values, where) in enumerate([(0, (0, 0)), (0, (0, 1)), (1, (0,)), (2, (0, 0))]):
        difference = []
        for sign in (1e-6, -1e-6):
            parts = [part.copy() for part in moved]
            parts[values][where] += sign
            difference.append(
                float(measure(search.Poses(parts[0], parts[1], parts[2], pose.mirrored), 10_000).left.min())
            )
        slope = (difference[0] - difference[1]) / 2e-6
        second = np.partition(every.left[0], 1)[1]
        if second - every.left[0, nearest] > 1e-4:  # elsewhere the smallest distance has a kink
            assert every.gradient[0, nearest, column] == pytest.approx(slope, abs=1e-4)
