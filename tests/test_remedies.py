"""What stops a drill and what would help: yards whose answer is known, and remedies carried out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from conedrills import remedies
from conedrills.cli import story
from conedrills.compose import compose
from conedrills.drill import Drill, Pace, find_drill, load_drill
from conedrills.fence import moved_out
from conedrills.fit import Mirror, fit
from conedrills.geometry import Path, Point, Pose, Vector
from conedrills.ground import ready
from conedrills.layout import Layout, Placement, Remedy, Unplaced
from conedrills.layoutwriter import dumps
from conedrills.plan import plan
from conedrills.remedies import Wish, explained
from conedrills.sheet import Text
from conedrills.space import SpaceModel, space_model
from conedrills.yard import Kind, Obstacle, Yard

DRY, WET = SpaceModel(), space_model({}, wet=True)
NAMES = ("south wall", "east hedge", "north fence", "west wall")


def ring(*corners: tuple[float, float]) -> Path:
    return tuple(Point(x, y) for x, y in corners)


def yard_of(wide: float, deep: float, *obstacles: Obstacle, kinds: tuple[Kind, ...] = ("hard",) * 4) -> Yard:
    corners = ring((0, 0), (wide, 0), (wide, deep), (0, deep))
    return Yard("test", corners, kinds, obstacles, side_names=NAMES)


def square_thing(name: str, x: float, y: float, size: float) -> Obstacle:
    return Obstacle(name, "hard", ring((x, y), (x + size, y), (x + size, y + size), (x, y + size)))


def told(yard: Yard, drill: Drill, wish: Wish) -> Unplaced:
    """What `explained` makes of a drill that does not fit."""
    ground = ready(yard)
    missing = fit(ground, drill, wish.model, pace=wish.pace, mirror=wish.mirror, stop=lambda: True)
    assert isinstance(missing, Unplaced)
    return explained(ground, missing, wish)


def of_kind(out: Unplaced, kind: str) -> Remedy:
    (remedy,) = (remedy for remedy in out.remedies if remedy.kind == kind)
    return remedy


# ---------------------------------------------------------------- carried out by hand


def lies(yard: Yard, drill: Drill, model: SpaceModel, pace: Pace) -> Placement | None:
    """The drill where `fit` lays it, if shapely alone agrees that it has its room there."""
    found = fit(ready(yard), drill, model, pace=pace, stop=lambda: True)
    if isinstance(found, Unplaced):
        return None
    lawn: BaseGeometry = shapely.Polygon([point.xy for point in yard.boundary])
    for thing in yard.obstacles:
        lawn = lawn.difference(shapely.Polygon([point.xy for point in thing.polygon]))
    for leg in found.legs:
        end = leg.path[-1] + Vector.polar(leg.run_out, leg.heading_out)
        path = shapely.LineString([point.xy for point in (*leg.path, end)])
        swept = path.buffer(leg.side_clearance - 1e-6, quad_segs=64)
        assert lawn.covers(swept), f"leg {leg.order} needs more room"
    assert found.size >= drill.size_min - 1e-4
    return found


def wider(yard: Yard, remedy: Remedy, less: float = 0.0) -> Yard:
    """A rectangle with a side as far out as a remedy says, corner by corner."""
    assert remedy.side is not None
    assert remedy.distance is not None
    by = remedy.distance - less
    out = (Vector(0, -by), Vector(by, 0), Vector(0, by), Vector(-by, 0))[remedy.side]
    moves = {remedy.side, (remedy.side + 1) % 4}
    corners = tuple(point + out if i in moves else point for i, point in enumerate(yard.boundary))
    return replace(yard, boundary=corners)


# ---------------------------------------------------------------- one yard a kind


def test_a_lane_that_is_too_short_lacks_what_arithmetic_says() -> None:
    # a backpedal at full pace: 2 m behind the start, 4.572 m of leg at least, 3 m of run-out, 2 m beyond it;
    # the hedges leave no room to lie across, so that 11.572 m are needed and 0.372 m are lacking
    yard, drill = yard_of(4.1, 11.2), find_drill("straight-backpedal")
    out = told(yard, drill, Wish(DRY, pace="full"))
    assert set(out.binding) == {"south wall", "east hedge", "north fence", "west wall"}
    assert [remedy.kind for remedy in out.remedies] == ["pace", "side"]
    assert of_kind(out, "pace").pace == "brisk"
    assert lies(yard, drill, DRY, "brisk")
    side = of_kind(out, "side")
    assert side.name in {"south wall", "north fence"}
    assert side.distance == pytest.approx(0.4)
    assert (side.cone, side.leg) in {(2, None), (None, 1)}
    assert lies(wider(yard, side), drill, DRY, "full")
    assert not lies(wider(yard, side, less=0.1), drill, DRY, "full")


def test_room_is_lacking_behind_the_cone_whose_run_out_meets_the_side() -> None:
    # the start stands at the south wall, for the north fence is soft and takes half the clearance
    yard = yard_of(4.1, 10.2, kinds=("hard", "hard", "soft", "hard"))
    side = of_kind(told(yard, find_drill("straight-backpedal"), Wish(DRY, pace="full")), "side")
    assert side.name == "north fence"  # a soft side is moved rather than a hard one
    assert side.distance == pytest.approx(0.4)
    assert (side.cone, side.leg) in {(2, None), (None, 1)}


@pytest.mark.parametrize(("fits", "wide", "x"), [("right", 9.0, 4.5)])
def test_the_other_mirror_image(fits: Mirror, wide: float, x: float) -> None:
    yard, drill = yard_of(wide, 8.0, square_thing("shed", x, 4.0, 3.0)), load_drill("l-drill")
    out = told(yard, drill, Wish(DRY, pace="easy", mirror="left" if fits == "right" else "right"))
    assert out.remedies[0] == Remedy("mirror", mirror=fits)
    found = lies(yard, drill, DRY, "easy")
    assert found is not None
    assert found.pose.mirrored is (fits == "left")


def test_without_the_thing_in_the_way() -> None:
    drill = find_drill("short-box")
    yard = yard_of(9.5, 9.5, square_thing("swing set", 4.5, 4.5, 0.5), square_thing("bin", 9.1, 9.1, 0.3))
    out = told(yard, drill, Wish(DRY, pace="brisk"))
    assert "swing set" in out.binding
    assert "bin" not in out.binding
    assert of_kind(out, "obstacle") == Remedy("obstacle", obstacle=0, name="swing set")
    assert lies(replace(yard, obstacles=yard.obstacles[1:]), drill, DRY, "brisk")


def test_nobody_pulls_a_house_down_for_a_drill() -> None:
    for name, allowed in {"house": False, "garage": False, "Gartenhaus": False, "playhouse": True}.items():
        yard = yard_of(9.5, 9.5, square_thing(name, 4.5, 4.5, 0.5))
        out = told(yard, find_drill("short-box"), Wish(DRY, pace="brisk"))
        assert name in out.binding
        assert any(remedy.kind == "obstacle" for remedy in out.remedies) is allowed


def test_dry_grass_instead_of_wet() -> None:
    # on wet grass the run-out is 4.5 m instead of 3
    yard, drill = yard_of(4.1, 12.0), find_drill("straight-backpedal")
    out = told(yard, drill, Wish(WET, pace="full"))
    assert of_kind(out, "surface") == Remedy("surface", surface="dry")
    assert lies(yard, drill, DRY, "full")
    assert not lies(yard, drill, WET, "full")


def test_another_drill_for_the_same_purpose() -> None:
    yard = yard_of(7.2, 7.6)
    out = told(yard, load_drill("w-drill"), Wish(DRY, cones=4))
    other = load_drill(str(of_kind(out, "drill").drill))
    assert other.family == "cornerback"
    assert len(other.cones) <= 4
    assert of_kind(out, "drill").name == other.title
    assert lies(yard, other, DRY, min(other.paces, key=("walk", "easy", "brisk", "full").index))


def test_a_yard_in_which_nothing_helps_says_so_and_names_what_binds() -> None:
    out = told(yard_of(2.0, 3.0), find_drill("t-test"), Wish(DRY, pace="easy"))
    assert out.remedies == ()
    assert set(out.binding) <= set(NAMES)


@pytest.mark.parametrize("name", ["t-test", "semo", "short-box", "l-drill"])
@pytest.mark.parametrize(("wide", "deep"), [(8.0, 7.0), (6.5, 11.0)])
def test_every_side_moved_by_hand_makes_room(name: str, wide: float, deep: float) -> None:
    drill, ground = load_drill(name), ready(yard_of(wide, deep))
    missing = fit(ground, drill, DRY, pace="brisk", stop=lambda: True)
    if isinstance(missing, Placement):
        pytest.skip("it fits")
    for remedy in explained(ground, missing, Wish(DRY, pace="brisk")).remedies:
        if remedy.kind == "side":
            assert lies(wider(ground.yard, remedy), drill, DRY, "brisk")


def test_what_touches_is_what_is_named() -> None:
    drill = find_drill("short-box")
    yard = yard_of(9.5, 9.5)
    out = told(yard, drill, Wish(DRY, pace="full"))
    smaller = replace(drill, size_min=0.2 * drill.size_min)
    got = fit(ready(yard), smaller, DRY, pace="full", size_max=drill.size_min, stop=lambda: True)
    assert isinstance(got, Placement)
    corners = [point.xy for point in yard.boundary]
    spare = {
        name: min(
            shapely.LineString([corners[side], corners[(side + 1) % 4]]).distance(
                shapely.LineString(
                    [p.xy for p in (*leg.path, leg.path[-1] + Vector.polar(leg.run_out, leg.heading_out))]
                )
            )
            - leg.side_clearance
            for leg in got.legs
        )
        for side, name in enumerate(NAMES)
    }
    assert set(out.binding) == {name for name, left in spare.items() if left <= 0.02}


# ---------------------------------------------------------------- a side further out


def areas(yard: Yard | None) -> float:
    assert yard is not None
    return shapely.Polygon([point.xy for point in yard.boundary]).area


def test_the_sides_beside_a_moved_one_are_prolonged() -> None:
    # a trapezium: 10 m below, 6 m above, 4 m deep
    yard = Yard("test", ring((0, 0), (10, 0), (8, 4), (2, 4)), ("hard", "soft", "hard", "hard"))
    lower = moved_out(yard, (0,), Vector(0, -1))
    assert lower is not None
    assert [point.xy for point in lower.boundary] == [(-0.5, -1), (10.5, -1), (8, 4), (2, 4)]
    assert lower.side_kinds == yard.side_kinds
    upper = moved_out(yard, (2,), Vector(0, 1))
    assert areas(upper) == pytest.approx(areas(yard) + 5.5)


def test_a_side_beside_one_that_goes_on_leads_out_by_itself() -> None:
    yard = Yard(
        "test", ring((0, 0), (5, 0), (10, 1), (10, 8), (0, 8)), ("hard", "soft", "hard", "hard", "hard"),
        side_names=("one", "two", "three", "four", "five"), uncertainty=(0.0, 0.1, 0.2, 0.3, 0.4),
    )  # fmt: skip
    moved = moved_out(yard, (0,), Vector(0, -1))
    assert moved is not None
    assert [point.xy for point in moved.boundary] == [(0, -1), (5, -1), (5, 0), (10, 1), (10, 8), (0, 8)]
    assert moved.side_names == ("one", "two", "two", "three", "four", "five")
    assert moved.side_kinds == ("hard", "soft", "soft", "hard", "hard", "hard")
    assert moved.uncertainty == (0.0, 0.1, 0.1, 0.2, 0.3, 0.4)


def test_a_side_at_an_inner_corner_goes_out_past_the_next_one() -> None:
    # an L: the inner corner at (4, 4), its two sides 3 m long
    yard = Yard("test", ring((0, 0), (7, 0), (7, 4), (4, 4), (4, 7), (0, 7)), ("hard",) * 6)
    assert areas(moved_out(yard, (2,), Vector(0, 1))) == pytest.approx(areas(yard) + 3)
    assert areas(moved_out(yard, (2,), Vector(0, 3.5))) == pytest.approx(areas(yard) + 3 * 3.5)


@pytest.mark.parametrize("clockwise", [False, True])
def test_a_fence_in_several_pieces_goes_out_whole(clockwise: bool) -> None:
    corners = ring((0, 0), (4.1, 0), (4.1, 11.2), (2.5, 11.205), (1.5, 11.2), (0, 11.2))
    yard = Yard("test", corners[::-1] if clockwise else corners, ("hard",) * 6)
    side = of_kind(told(yard, find_drill("straight-backpedal"), Wish(DRY, pace="full")), "side")
    assert side.distance == pytest.approx(0.4)


# ---------------------------------------------------------------- the whole way


YARD = yard_of(4.1, 13.0, square_thing("swing set", 1.8, 12.6, 0.4))


def whole(yard: Yard = YARD, *names: str) -> Layout:
    drills = [load_drill(name) for name in names or ("straight-backpedal", "backpedal-and-go")]
    return plan(yard, drills, pace="full", mirror="right", wet=True)


def test_the_same_yard_gets_the_same_advice_to_the_byte() -> None:
    assert dumps(whole()) == dumps(whole())


def test_turning_and_shifting_the_yard_changes_no_advice() -> None:
    pose = Pose(Point(31.7, -12.9), 33.0)
    moved = replace(
        YARD,
        boundary=tuple(map(pose.place, YARD.boundary)),
        obstacles=tuple(replace(one, polygon=tuple(map(pose.place, one.polygon))) for one in YARD.obstacles),
    )
    here, there = whole(YARD, "straight-backpedal").unplaced, whole(moved, "straight-backpedal").unplaced
    assert [(one.binding, one.remedies) for one in there] == [(one.binding, one.remedies) for one in here]


def test_the_story_tells_it() -> None:
    layout = whole()
    said = story.of_layout(layout)
    for out in layout.unplaced:
        assert out.binding
        assert out.remedies
    assert "    In the way: " in said
    assert "    It would fit " in said


def test_only_what_was_asked_for_is_explained() -> None:
    layout = plan(yard_of(14.0, 11.0))
    assert layout.placements
    assert all(out.remedies == () for out in layout.unplaced)


def test_where_nothing_fits_the_two_nearest_are_explained() -> None:
    layout = plan(yard_of(4.2, 4.4))
    assert layout.placements == ()
    assert sum(bool(out.binding) for out in layout.unplaced) == 2


def test_too_few_cones_are_no_matter_of_the_yard() -> None:
    (out,) = plan(yard_of(30.0, 30.0), [load_drill("w-drill")], cones=3).unplaced
    assert (out.binding, out.remedies) == ((), ())


def test_runs_are_counted_and_a_time_limit_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []

    def counted(*arguments: object, **keys: object) -> Placement | Unplaced:
        runs.append(arguments)
        return fit(*arguments, **keys)  # type: ignore[arg-type]

    ground = ready(YARD)
    missing = fit(ground, load_drill("t-test"), DRY, pace="full", stop=lambda: True)
    assert isinstance(missing, Unplaced)
    monkeypatch.setattr(remedies, "fit", counted)
    explained(ground, missing, Wish(DRY, pace="full"))
    assert 0 < len(runs) <= 14
    runs.clear()
    late = explained(ground, missing, Wish(DRY, pace="full", stop=lambda: True))
    assert (late, runs) == (missing, [])


def test_names_that_would_harm_a_terminal_or_a_page_are_only_names() -> None:
    nasty = 'oak</text><script>&"' + "very long " * 7
    yard = replace(
        yard_of(9.5, 9.5, square_thing(nasty, 4.5, 4.5, 0.5)), side_names=(nasty, 'a"b', "a%sb", "{x}")
    )
    layout = plan(yard, [load_drill("short-box")], pace="full")
    (out,) = layout.unplaced
    assert nasty in out.binding
    assert nasty in story.of_layout(layout)
    page = compose(layout, paper="a4", units="m").pages[0]
    words = [mark.text for mark in page.marks if isinstance(mark, Text)]
    assert any(word.startswith("In the way:") for word in words)
