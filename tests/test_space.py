"""The space model against DESIGN's own words: every pace, way, cut and length."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from conedrills.drill import PACES, Drill, Pace, drill_names, load_drill, parse_drill
from conedrills.space import FLOOR, ROUND, Room, SpaceModel, rooms, space_from_json, space_model
from tests import two_lengths

DRY = space_model({}, wet=False)
WET = space_model({}, wet=True)
FORWARD = ("walk", "jog", "run", "sprint", "open-hip run", "hop")
SIDEWAYS = ("shuffle", "carioca", "crossover run")
BACKWARD = ("backpedal", "backward run", "backward walk")
FACING = {
    **dict.fromkeys(FORWARD, "ahead"),
    **dict.fromkeys(SIDEWAYS, "right"),
    **dict.fromkeys(BACKWARD, "back"),
}


def drill(*legs: Mapping[str, Any], cones: Mapping[str, Any] | None = None, length: float = 5.0) -> Drill:
    """Cones a, b, c … straight ahead of each other, `length` metres apart, unless told otherwise."""
    row = {"a": {}, "b": {"from": "a", "ahead": "leg"}, "c": {"from": "b", "ahead": "leg"}}
    used = {label for leg in legs for label in (leg["from"], leg["to"])}
    return parse_drill(
        {
            "title": "Test",
            "family": "backward",
            "paces": list(PACES),
            "units": "m",
            "distances": {"leg": {"nominal": length, "min": length / 2, "max": length}},
            "cones": {label: place for label, place in (cones or row).items() if label in used},
            "legs": list(legs),
        },
        "test",
        "test",
    )


def leg(
    movement: str = "sprint", cut: str = "stop", start: str = "a", end: str = "b", **more: Any
) -> dict[str, Any]:
    return {"from": start, "to": end, "movement": movement, "cut": cut, "facing": FACING[movement], **more}


def room(
    movement: str, cut: str, pace: Pace, model: SpaceModel = DRY, length: float = 5.0, **more: Any
) -> tuple[Room, float]:
    """What one leg needs, and its run-out."""
    [found] = rooms(drill(leg(movement, cut, **more), length=length), pace, model)
    return found, found.run_out_at(length)


@pytest.mark.parametrize(
    ("length", "metres"), [(2, 4), (5, 4), (6, 4.4), (7.5, 5), (10, 6), (15, 7.5), (20, 9), (40, 9)]
)
def test_forward_through_at_full_pace(length: float, metres: float) -> None:
    for movement in FORWARD:
        assert room(movement, "through", "full", length=length)[1] == pytest.approx(metres)


@pytest.mark.parametrize(("length", "metres"), [(2, 3), (5, 3), (7, 3.4), (10, 4), (30, 4)])
@pytest.mark.parametrize("cut", ["stop", "through", "plant"])
def test_backward_at_full_pace(length: float, metres: float, cut: str) -> None:
    for movement in BACKWARD:
        assert room(movement, cut, "full", length=length)[1] == pytest.approx(metres)


@pytest.mark.parametrize("length", [2.0, 5.0, 10.0, 20.0])
@pytest.mark.parametrize("cut", ["stop", "plant", "T-step", "touch", "speed turn", "hip flip", "break 45"])
def test_other_legs_take_two_metres_at_full_pace(length: float, cut: str) -> None:
    for movement in (*FORWARD, *SIDEWAYS):
        assert room(movement, cut, "full", length=length)[1] == 2.0
    for movement in SIDEWAYS:
        assert room(movement, "through", "full", length=length)[1] == 2.0


@pytest.mark.parametrize(("pace", "factor"), [("easy", 0.5), ("brisk", 0.75), ("full", 1.0)])
@pytest.mark.parametrize(
    ("kind", "length", "metres"),
    [
        (("sprint", "through"), 7.5, 5),
        (("sprint", "plant"), 7.5, 2),
        (("shuffle", "stop"), 5, 2),
        (("backpedal", "stop"), 8, 3.6),
    ],
)
def test_paces_and_calls(
    pace: Pace, factor: float, kind: tuple[str, str], length: float, metres: float
) -> None:
    assert room(*kind, pace, length=length)[1] == pytest.approx(metres * factor)
    assert room(*kind, pace, length=length, call="left")[1] == pytest.approx((metres + 2) * factor)
    assert room(*kind, pace, WET, length)[1] == pytest.approx(metres * factor * 1.5)


@pytest.mark.parametrize(("movement", "metres"), [("run", 0.5), ("shuffle", 0.5), ("backpedal", 1.0)])
def test_walking(movement: str, metres: float) -> None:
    for length in (2.0, 12.0):
        assert room(movement, "through", "walk", length=length)[1] == metres
        assert room(movement, "through", "walk", length=length, call="left")[1] == metres
    assert room(movement, "stop", "walk", WET)[1] == pytest.approx(1.5 * metres)


def test_a_run_out_is_never_under_a_metre_unless_walking() -> None:
    short = space_model({"run_out": {"forward": 1.2}}, wet=False)
    assert [room("sprint", "stop", pace, short)[1] for pace in PACES] == [0.5, 1.0, 1.0, 1.2]


SIDE = {
    "walk": (0.9, 0.9, 1.0),
    "easy": (1.0, 1.0, 1.5),
    "brisk": (1.2, 1.2, 1.8),
    "full": (1.5, 1.5, 2.0),
}


@pytest.mark.parametrize("pace", PACES)
def test_side_clearances(pace: Pace) -> None:
    for movements, metres in zip((FORWARD, SIDEWAYS, BACKWARD), SIDE[pace], strict=True):
        for movement in movements:
            for model in (DRY, WET):
                assert room(movement, "stop", pace, model)[0].side_clearance == metres


def turned(degrees: float, *, second: str = "sprint", start: str = "b") -> Drill:
    """A leg straight ahead and one that turns off by so many degrees."""
    cones = {
        "a": {},
        "b": {"from": "a", "ahead": "leg"},
        "c": {"from": "b", "bearing": degrees, "distance": "leg"},
    }
    more = {"from": start, "to": "c", "movement": second, "cut": "stop", "facing": degrees}
    return drill(leg("sprint", "plant"), more, cones=cones)


@pytest.mark.parametrize(
    ("degrees", "metres"), [(0, 0), (15, 0), (-29.99, 0), (30, 0), (30.01, 2), (90, 2), (170, 2)]
)
def test_a_leg_that_goes_on_needs_no_run_out(degrees: float, metres: float) -> None:
    first, last = rooms(turned(degrees), "full", DRY)
    assert first.run_out_at(5.0) == metres
    assert last.run_out_at(5.0) == 2.0
    assert first.side_clearance == 1.5
    walking, _ = rooms(turned(degrees), "walk", DRY)
    assert walking.run_out_at(5.0) == (0.5 if metres else 0.0)


def test_a_leg_that_starts_elsewhere_does_not_go_on() -> None:
    cones = {"a": {}, "b": {"from": "a", "ahead": "leg"}, "c": {"from": "a", "ahead": "2 * leg"}}
    first, _ = rooms(drill(leg(), leg(start="a", end="c"), cones=cones), "full", DRY)
    assert first.run_out_at(5.0) == 2.0


@pytest.mark.parametrize(("bearings", "metres"), [((20, -20), 0), ((20, -45), 2), ((45, -45), 2)])
def test_a_leg_goes_on_only_if_it_does_so_on_every_call(bearings: tuple[float, float], metres: float) -> None:
    cones: dict[str, Any] = {"a": {}, "b": {"from": "a", "ahead": "leg"}}
    legs = [leg("sprint", "plant")]
    for call, bearing in zip(("right", "left"), bearings, strict=True):
        cones[call] = {"from": "b", "bearing": bearing, "distance": "leg"}
        legs.append({**leg(start="b", end=call, call=call), "facing": bearing})
    first, *called = rooms(drill(*legs, cones=cones), "full", DRY)
    assert first.run_out_at(5.0) == metres
    assert [other.run_out_at(5.0) for other in called] == [4.0, 4.0]


def test_a_cut_round_a_cone_keeps_a_metre_more() -> None:
    found, _ = room("sprint", "round", "full")
    assert found.round_clearance == 1.5 + ROUND == 2.5
    assert room("sprint", "stop", "full")[0].round_clearance is None


def test_a_drill_has_wishes_of_its_own_but_not_below_the_floor() -> None:
    found, run_out = room("sprint", "through", "full", side_clearance=3.0, run_out=1.25)
    assert (found.side_clearance, run_out) == (3.0, 1.25)
    assert room("sprint", "round", "full", side_clearance=0.1)[0] == Room(FLOOR, ((0.0, 2.0),), FLOOR + 1.0)


def test_a_yard_has_wishes_of_its_own_but_not_below_the_floor() -> None:
    model = space_model(
        {"side_clearance": {"full": {"forward": 0.2}}, "run_out": {"through": [[0, 1], [10, 3]]}}, wet=False
    )
    found, run_out = room("sprint", "through", "full", model)
    assert (found.side_clearance, run_out) == (FLOOR, 2.0)
    assert room("backpedal", "stop", "full", model)[0].side_clearance == 2.0
    assert room("sprint", "through", "easy", model)[0].side_clearance == 1.0


@pytest.mark.parametrize("model", [DRY, WET, space_model({"run_out": {"through": 3}}, wet=True)])
def test_the_model_survives_its_file(model: SpaceModel) -> None:
    assert space_from_json(json.loads(json.dumps(model.to_json()))) == model


@pytest.mark.parametrize("name", drill_names())
def test_every_leg_of_the_library_has_room(name: str) -> None:
    known = load_drill(name)
    for pace in PACES:
        for needed, figure in zip(rooms(known, pace, DRY), known.figure(1.0).legs, strict=True):
            assert needed.side_clearance >= FLOOR
            assert 0.0 <= needed.run_out_at(figure.length) <= 11.0


def test_a_run_out_counts_by_the_published_length_where_depth_and_width_stretch_separately() -> None:
    known = two_lengths.BREAK
    pedal, left, _ = rooms(known, "full", DRY)
    assert pedal.run_out_at(5.0) == pedal.run_out_at(12 * 0.9144) == 4.0
    assert left.run_out_at(1.0) == left.run_out_at(5 * 0.9144) == 6.0
    lone = rooms(replace(known, stretch=None), "full", DRY)[0]
    assert (lone.run_out_at(5.0), lone.run_out_at(12 * 0.9144)) == (3.0, 4.0)


def test_a_run_goes_straight_on_only_where_it_does_however_it_is_stretched() -> None:
    straight_on = {
        "title": "Slip",
        "family": "curved",
        "paces": ["full"],
        "units": "m",
        "distances": {"deep": {"nominal": 4}, "wide": {"nominal": 1.5}},
        "cones": {
            "a": {},
            "b": {"from": "a", "ahead": "deep"},
            "c": {"from": "b", "ahead": "deep", "left": "wide"},
        },
        "legs": [
            {"from": "a", "to": "b", "movement": "sprint", "cut": "through"},
            {"from": "b", "to": "c", "movement": "sprint", "cut": "through"},
        ],
    }
    assert rooms(parse_drill(straight_on, "slip", "slip"), "full", DRY)[0].run_out == ((0.0, 0.0),)
    # 21° as published, 56° where it is half as deep and twice as wide
    turning = {
        **straight_on,
        "stretch": {"depth": "deep", "width": "wide"},
        "distances": {"deep": {"nominal": 4, "min": 2}, "wide": {"nominal": 1.5, "max": 3}},
    }
    assert rooms(parse_drill(turning, "slip", "slip"), "full", DRY)[0].run_out == ((0.0, 4.0),)
