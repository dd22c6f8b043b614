"""Fitting: closed forms, second opinions that share no code with the search, and laws of symmetry."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path as FilePath

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conedrills.check import problems
from conedrills.cli import story
from conedrills.compose import words
from conedrills.drill import (
    Drill,
    Stretch,
    definition_json,
    drill_names,
    find_drill,
    load_drill,
    parse_drill,
)
from conedrills.fit import fit, fit_proven
from conedrills.geometry import Path, Point, Pose, Vector, angle_between
from conedrills.ground import Ground, ready
from conedrills.importers import read_yard
from conedrills.language import Voice
from conedrills.layout import Layout, PlacedLeg, Placement, Unplaced, placed_legs
from conedrills.plan import plan
from conedrills.space import SpaceModel
from conedrills.yard import Kind, Obstacle, Yard
from tests import two_lengths
from tests.readback import layouts

DRY = SpaceModel()
FOOT = 0.3048
VOICE = Voice("en", "m")


def ring(*corners: tuple[float, float]) -> Path:
    return tuple(Point(x, y) for x, y in corners)


def yard_of(boundary: Path, *obstacles: Obstacle, kinds: tuple[Kind, ...] = ()) -> Yard:
    hard: list[Kind] = ["hard" for _ in boundary]
    return Yard("test", boundary, kinds or tuple(hard), tuple(obstacles))


def box(width: float, depth: float) -> Path:
    return ring((0, 0), (width, 0), (width, depth), (0, depth))


def placed(result: Placement | Unplaced) -> Placement:
    assert isinstance(result, Placement), result
    return result


def layout_of(yard: Yard, *placements: Placement) -> Layout:
    return Layout("test", "m", yard, DRY, placements)


SHED = Obstacle("shed", "hard", ring((9, 3), (11, 3), (11, 5), (9, 5)))
BED = Obstacle("bed", "soft", ring((2, 9), (5, 9), (5, 11), (2, 11)))


# ---------------------------------------------------------------- closed forms


def test_a_straight_drill_takes_the_diagonal_of_what_its_clearance_leaves() -> None:
    # a backpedal at full pace keeps 2 m beside: 8 x 6 m are left, with a diagonal of 10 m
    drill = find_drill("straight-backpedal")
    got = placed(fit(ready(yard_of(box(12, 10))), drill, DRY, pace="full"))
    # L + run_out(L) = 10 with run_out = 3 + (L - 5) / 5 between 5 and 10 m: L = 20 / 3
    assert got.size == pytest.approx((20.0 / 3.0) / 9.144, abs=2e-4)


def test_the_run_out_of_short_legs_does_not_shrink() -> None:
    drill = find_drill("straight-backpedal")
    got = placed(fit(ready(yard_of(box(4.0 + 4.8, 4.0 + 6.4))), drill, DRY, pace="full"))
    assert got.size == pytest.approx((8.0 - 3.0) / 9.144, abs=2e-4)


@pytest.mark.parametrize("room", [0.02, -0.02])
def test_the_circle_fits_just_where_a_disc_of_its_reach_does(room: float) -> None:
    # backwards 1 m, and the last lap ends 0.5 m beyond the start with 0.9 m beside: hypot(3, 0.5) + 0.9 < 4
    side = 2.0 * (3.0 + 1.0 + room)
    result = fit(ready(yard_of(box(side, side))), find_drill("four-way-circle"), DRY)
    assert isinstance(result, Placement if room > 0 else Unplaced)


def test_half_the_clearance_is_kept_from_soft_things() -> None:
    drill = find_drill("straight-backpedal")
    soft = placed(
        fit(ready(yard_of(box(12, 2.2), kinds=("soft", "hard", "soft", "hard"))), drill, DRY, pace="full")
    )
    # 2 m beside a backpedal: 1 m from the soft sides; 2 m from the hard ends; 12 - 4 = 8 = L + run-out
    assert soft.size == pytest.approx(5.0 / 9.144, abs=2e-3)
    assert isinstance(fit(ready(yard_of(box(12, 2.2))), drill, DRY, pace="full"), Unplaced)


def test_a_measured_uncertainty_widens_what_is_kept() -> None:
    drill = find_drill("straight-backpedal")
    sure = yard_of(box(12, 10))
    unsure = replace(sure, uncertainty=(0.1, 0.1, 0.1, 0.1))
    same = yard_of(box(11.8, 9.8))
    sizes = [placed(fit(ready(yard), drill, DRY, pace="full")).size for yard in (unsure, same)]
    assert sizes[0] == pytest.approx(sizes[1], abs=2e-4)


def test_the_most_central_place_is_taken() -> None:
    got = placed(fit(ready(yard_of(box(60, 40))), find_drill("box"), DRY))
    # nothing is tighter than the long sides of the yard, from which it keeps equally far
    assert got.size == got.drill.size_max
    swept = [shapely.LineString([p.xy for p in prolonged(leg)]) for leg in got.legs]
    need = [leg.side_clearance for leg in got.legs]
    sides = [shapely.LineString(line) for line in ([(0, 0), (60, 0)], [(0, 40), (60, 40)])]
    spare = [min(path.distance(side) - c for path, c in zip(swept, need, strict=True)) for side in sides]
    assert spare[0] == pytest.approx(spare[1], abs=2e-3)


def prolonged(leg: PlacedLeg) -> Path:
    return (*leg.path, leg.path[-1] + Vector.polar(leg.run_out, leg.heading_out))


# ---------------------------------------------------------------- pace, mirror, size


def test_the_fastest_pace_that_reaches_most_of_the_size_is_taken() -> None:
    drill = find_drill("w-drill")
    for width, depth in ((30, 25), (15, 12.5), (13, 10.5), (12, 9)):
        ground = ready(yard_of(box(width, depth)))
        chosen = fit(ground, drill, DRY)
        sizes = {
            pace: result.size
            for pace in drill.paces
            if isinstance(result := fit(ground, drill, DRY, pace=pace), Placement)
        }
        if not sizes:
            assert isinstance(chosen, Unplaced)
            assert chosen.pace == drill.paces[0]
            continue
        good = [pace for pace in reversed(drill.paces) if sizes.get(pace, 0.0) >= 0.8 * drill.size_max]
        expected = good[0] if good else max(reversed(drill.paces), key=lambda pace: sizes.get(pace, 0.0))
        assert (placed(chosen).pace, placed(chosen).size) == (expected, sizes[expected])


def test_slower_paces_never_make_a_drill_smaller() -> None:
    drill = find_drill("semo")
    ground = ready(yard_of(box(12.2, 11)))
    sizes = [
        getattr(fit(ground, drill, DRY, pace=pace), "size", 0.0) or 0.0 for pace in ("full", "brisk", "easy")
    ]
    assert sizes == sorted(sizes)
    assert sizes[-1] > 0.0


def test_a_pinned_side_is_kept_and_mirrors_the_answer_of_the_mirrored_yard() -> None:
    boundary = ring((0, 0), (13, 1), (12, 12), (1, 9))
    drill = find_drill("t-test")
    right = placed(fit(ready(yard_of(boundary)), drill, DRY, mirror="right", pace="easy"))
    flipped = tuple(Point(-point.x, point.y) for point in boundary)
    left = placed(fit(ready(yard_of(flipped)), drill, DRY, mirror="left", pace="easy"))
    assert not right.pose.mirrored
    assert left.pose.mirrored
    assert left.size == pytest.approx(right.size, abs=2e-4)


def test_a_largest_size_with_many_decimals_is_rounded_down_and_its_bound_up() -> None:
    drill = find_drill("speed-turn")  # its largest size is 10 / 9
    got = placed(fit(ready(yard_of(box(60, 60))), drill, DRY))
    assert (got.size, got.size_bound, got.gap_reached) == (1.1111, 1.111112, True)


def test_a_size_is_stated_with_four_decimals_rounded_down() -> None:
    got = placed(fit(ready(yard_of(box(12, 10))), find_drill("straight-backpedal"), DRY, pace="full"))
    assert got.size == round(got.size, 4)


# ---------------------------------------------------------------- second opinions


@pytest.mark.parametrize("name", drill_names())
def test_check_finds_nothing_in_a_cluttered_yard(name: str) -> None:
    boundary = ring((0, 0), (19, 1.5), (21, 13), (12, 15.5), (1, 12.5))
    yard = yard_of(boundary, SHED, BED, kinds=("hard", "soft", "hard", "hard", "soft"))
    result = fit(ready(yard), load_drill(name), DRY)
    if isinstance(result, Placement):
        assert problems(layout_of(yard, result)) == ()


corner = st.tuples(st.floats(6.0, 14.0), st.floats(-0.2, 0.2))


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(corner, min_size=5, max_size=9), st.sampled_from(drill_names()), st.booleans())
def test_whatever_the_yard_the_second_opinion_agrees(
    corners: list[tuple[float, float]], name: str, with_tree: bool
) -> None:
    count = len(corners)
    boundary = tuple(
        Point(
            r * math.cos(2 * math.pi * (i + jitter) / count), r * math.sin(2 * math.pi * (i + jitter) / count)
        )
        for i, (r, jitter) in enumerate(corners)
    )
    tree = Obstacle("oak", "hard", ring((1, 1), (1.4, 1.1), (1.3, 1.5), (0.9, 1.4)))
    yard = yard_of(boundary, *([tree] if with_tree else []))
    result = fit(ready(yard), load_drill(name), DRY)
    if isinstance(result, Placement):
        assert problems(layout_of(yard, result)) == ()
        assert result.drill.size_min <= result.size <= result.drill.size_max


# ---------------------------------------------------------------- laws of symmetry


def moved_yard(yard: Yard, pose: Pose) -> Yard:
    return replace(
        yard,
        boundary=tuple(pose.place(point) for point in yard.boundary),
        obstacles=tuple(replace(o, polygon=tuple(pose.place(p) for p in o.polygon)) for o in yard.obstacles),
    )


@pytest.mark.parametrize("angle", [17.0, 90.0, 211.3])
@pytest.mark.parametrize("name", ["w-drill", "semo", "break-45", "5-10-5"])
def test_turning_and_shifting_the_yard_turns_and_shifts_the_answer(name: str, angle: float) -> None:
    yard = yard_of(ring((0, 0), (14, 1.5), (15, 10), (1, 11.5)), SHED)
    pose = Pose(Point(31.7, -12.9), angle)
    here = placed(fit(ready(yard), load_drill(name), DRY))
    there = placed(fit(ready(moved_yard(yard, pose)), load_drill(name), DRY))
    assert (there.size, there.pace) == (here.size, here.pace)
    assert angle_between(there.pose.rotation, here.pose.rotation + angle) < 0.01
    for before, after in zip(here.cones, there.cones, strict=True):
        assert (pose.place(before) - after).length < 0.001


def test_more_room_is_never_worse_and_a_tree_never_better() -> None:
    drill = find_drill("w-drill")
    small, large = yard_of(box(12, 9.5)), yard_of(box(12.5, 10))
    treed = yard_of(box(12.5, 10), Obstacle("oak", "hard", ring((6, 5), (6.4, 5), (6.4, 5.4), (6, 5.4))))
    sizes = [
        getattr(fit(ready(yard), drill, DRY, pace="easy"), "size", None) or 0.0
        for yard in (small, large, treed)
    ]
    assert sizes[1] >= sizes[0] - 1e-4
    assert sizes[2] <= sizes[1] + 1e-4


def test_a_thousand_corners_are_no_hindrance() -> None:
    count = 4000
    boundary = tuple(
        Point(12.0 * math.cos(2 * math.pi * i / count), 9.0 * math.sin(2 * math.pi * i / count))
        for i in range(count)
    )
    yard = yard_of(boundary)
    coarse = yard_of(boundary[::20])
    fine, rough = (placed(fit(ready(y), find_drill("t-test"), DRY, pace="easy")) for y in (yard, coarse))
    assert problems(layout_of(yard, fine)) == ()
    assert fine.size == pytest.approx(rough.size, rel=5e-3)


# ---------------------------------------------------------------- brute force


def brute(ground: Ground, drill: Drill, size: float) -> bool:
    """Whether any pose of a fine grid has room for the drill at full pace, judged with shapely alone."""
    lines = [
        shapely.LineString([a.xy, b.xy])
        for a, b in zip(
            ground.yard.boundary, (*ground.yard.boundary[1:], ground.yard.boundary[0]), strict=True
        )
    ]
    walls = shapely.union_all(lines)
    lawn = shapely.Polygon([p.xy for p in ground.yard.boundary])
    for turn in range(0, 360, 6):
        for x in range(33):
            for y in range(33):
                pose = Pose(Point(x * 0.25, y * 0.25), float(turn))
                legs = placed_legs(drill, size, pose, "full", DRY)
                if all(
                    (line := shapely.LineString([p.xy for p in prolonged(leg)])).distance(walls)
                    >= leg.side_clearance
                    and lawn.covers(line)
                    for leg in legs
                ):
                    return True
    return False


def test_a_brute_search_of_a_tiny_yard_finds_nothing_larger() -> None:
    drill = parse_drill(
        {
            "title": "Hook", "family": "backward", "paces": ["full"], "units": "m", "mirror": False,
            "distances": {"leg": {"nominal": 2.0, "min": 0.2, "max": 4.0}},
            "cones": {"a": {}, "b": {"from": "a", "back": "leg"}, "c": {"from": "b", "right": "leg / 2"}},
            "legs": [
                {"from": "a", "to": "b", "movement": "backpedal", "cut": "plant", "run_out": 0.5},
                {"from": "b", "to": "c", "movement": "shuffle", "cut": "stop", "run_out": 0.2},
            ],
        },
        "hook", "hook.toml",
    )  # fmt: skip
    ground = ready(yard_of(ring((0, 0), (6.5, 0.4), (7.5, 6.2), (0.5, 5.6))))
    got = placed(fit(ground, drill, DRY))
    assert not brute(ground, drill, got.size * 1.02)
    assert brute(ground, drill, got.size * 0.9)


# ---------------------------------------------------------------- real yards

YARDS = FilePath(__file__).parents[2] / "shared" / "data" / "yards"


@pytest.mark.parametrize("yard", ["cornillon_22", "prague_11", "bern_07"])
def test_real_yards_have_layouts_that_check_accepts(yard: str) -> None:
    file = YARDS / f"{yard}.geojson"
    if not file.is_file():
        pytest.skip(f"the shared yard {yard} is not here")
    real = read_yard(file)
    ground = ready(real)
    results = [fit(ground, load_drill(name), DRY) for name in layouts.SIXTEEN]
    got = [result for result in results if isinstance(result, Placement)]
    assert got
    assert problems(replace(layout_of(real), placements=tuple(got))) == ()


# ---------------------------------------------------------------- what is said of the result


def test_a_drill_without_room_says_which_size_would_fit() -> None:
    drill = find_drill("straight-backpedal")
    # 2 m beside and 3 m beyond a backpedal at full pace: 2 m of leg are left, of 9.14 m
    result = fit(ready(yard_of(box(4.1, 4.0 + 5.0))), drill, DRY, pace="full")
    assert isinstance(result, Unplaced)
    assert "room for 21 % of its full size at full pace; it needs at least 50 %" in result.reason
    nowhere = fit(ready(yard_of(box(3.0, 3.0))), drill, DRY, pace="full")
    assert isinstance(nowhere, Unplaced)
    assert "no room for it at all" in nowhere.reason


def test_a_size_is_proven_within_a_tenth_of_a_percent() -> None:
    drill = find_drill("box")
    whole = placed(fit(ready(yard_of(box(30, 30))), drill, DRY))
    part = placed(fit(ready(yard_of(box(7.0, 7.0))), drill, DRY))
    assert (whole.size_bound, whole.gap_reached) == (drill.size_max, True)
    assert part.size < drill.size_max
    assert part.gap_reached
    assert part.size_bound is not None
    assert part.size < part.size_bound <= part.size * 1.00101


@pytest.mark.parametrize("name", two_lengths.DRILLS)
@pytest.mark.parametrize("sides", [(30, 30), (21.0, 17.6), (40, 12), (18, 13), (15, 9), (3, 3)])
def test_the_smaller_of_two_lengths_is_proven(name: str, sides: tuple[float, float]) -> None:
    drill = two_lengths.DRILLS[name]
    yard = yard_of(box(*sides))
    got = fit_proven(ready(yard), drill, DRY, pace="full").result
    assert got.size_bound is not None
    if isinstance(got, Placement):
        assert got.gap_reached
        assert got.size == got.factors.size
        assert problems(layout_of(yard, got)) == ()
    else:
        assert got.size_bound == drill.size_min
        assert "Not proven" not in got.reason


def test_in_a_narrow_yard_one_length_goes_on_alone() -> None:
    got = placed(fit(ready(yard_of(box(40, 12))), two_lengths.ZIG_ZAG, DRY, pace="full"))
    assert got.stretch is not None
    assert got.stretch.depth == pytest.approx(0.9043, abs=2e-4)
    assert got.stretch.width == 1.0


def wide_break() -> Drill:
    data = definition_json(two_lengths.BREAK)
    data["distances"]["drive"] |= {"min": 4.5, "max": 7.5}
    return parse_drill(data, "wide-break", "wide-break.toml")


def test_two_lengths_are_no_smaller_than_each_may_be() -> None:
    drill = wide_break()
    assert drill.stretch is not None
    assert (drill.size_min, drill.stretch.low.width, drill.stretch.high.width) == (0.5, 0.9, 1.5)
    large, small = ready(yard_of(box(21.0, 17.6))), ready(yard_of(box(20.5, 17.0)))
    assert 0.9 < placed(fit(large, drill, DRY, pace="full")).size < 1.0
    capped = placed(fit(large, drill, DRY, pace="full", size_max=0.6))
    assert capped.stretch == Stretch(0.6, 0.9)
    assert 0.888 < placed(fit(small, two_lengths.BREAK, DRY, pace="full")).size < 0.9
    tight = placed(fit(small, drill, DRY, pace="full"))
    assert tight.stretch is not None
    assert tight.stretch.depth < tight.stretch.width == 0.9
    result = fit(ready(yard_of(box(18.0, 16.0))), drill, DRY, pace="full")
    assert isinstance(result, Unplaced)
    assert "it needs at least 50 % of its depth and 90 % of its width" in result.reason


@pytest.mark.parametrize(
    ("drill", "sides", "why", "said"),
    [
        (two_lengths.BREAK, (30, 30), "Full size reached.", "its largest size"),
        (two_lengths.BREAK, (21.0, 17.6), "Side 1 is in the way. Not both can be above 94.7 %.", "94.62 %"),
        (wide_break(), (40, 40), "Full size reached.", "its largest size"),
    ],
    ids=["whole", "part", "whole, and half as wide again"],
)
def test_what_is_proven_of_two_lengths_is_said(
    drill: Drill, sides: tuple[float, float], why: str, said: str
) -> None:
    layout = plan(yard_of(box(*sides)), drills=[drill], pace="full")
    (got,) = layout.placements
    assert words.why_not_larger(got, VOICE) == why
    assert [*words.ended_early(got, VOICE)] == []
    row, *remarks = story.of_layout(layout).splitlines()[1:]
    assert row.endswith(said)
    assert all(remark.startswith("Note: ") for remark in remarks)


def test_a_time_limit_ends_a_first_layout_too() -> None:
    layout = plan(yard_of(box(20, 20)), seconds=0.0)
    assert layout.placements == ()
    assert {entry.reason for entry in layout.unplaced} == {"the time ran out."}
