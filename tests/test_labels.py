"""Labels keep off each other and on the paper; the more important choose first."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conedrills.labels import Box, Label, Spot, Thing, along, contains, overlaps, placed, upright

PAPER = upright(0.0, 0.0, 100.0, 80.0)


def label(key: str, rank: float, *centres: tuple[float, float]) -> Label:
    return Label(key, rank, tuple(Spot(Box(at, 20.0, 5.0), float(i)) for i, at in enumerate(centres)))


def test_the_best_place_is_taken() -> None:
    spots = placed([label("one", 1, (50, 40), (20, 40))], [], PAPER)
    assert spots["one"].box.centre == (50, 40)


def test_the_more_important_chooses_first() -> None:
    minor, major = label("minor", 2, (50, 40), (50, 60)), label("major", 1, (50, 40), (50, 20))
    spots = placed([minor, major], [], PAPER)
    assert spots["major"].box.centre == (50, 40)
    assert spots["minor"].box.centre == (50, 60)


def test_a_label_without_a_place_is_left_out() -> None:
    spots = placed(
        [label("one", 1, (50, 40)), label("two", 2, (55, 41)), label("off", 3, (95, 40))], [], PAPER
    )
    assert set(spots) == {"one"}


def test_things_are_kept_off_or_disliked() -> None:
    wall = Thing(along((0, 40), (100, 40), 1.0), "wall")
    assert placed([label("one", 1, (50, 40), (50, 60))], [wall], PAPER)["one"].box.centre == (50, 60)
    dotted = Thing(along((0, 40), (100, 40), 1.0), cost=0.5)
    assert placed([label("one", 1, (50, 40), (50, 60))], [dotted], PAPER)["one"].box.centre == (50, 40)
    dearer = Thing(along((0, 40), (100, 40), 1.0), cost=1.5)
    assert placed([label("one", 1, (50, 40), (50, 60))], [dearer], PAPER)["one"].box.centre == (50, 60)


def test_a_label_may_lie_on_its_own_thing() -> None:
    own = Label("ring", 1, (Spot(Box((50, 40), 7, 7)),), frozenset({"leg 1"}))
    assert placed([own], [Thing(along((0, 40), (100, 40), 1.0), "leg 1")], PAPER)
    assert not placed([own], [Thing(along((0, 40), (100, 40), 1.0), "leg 2")], PAPER)


@pytest.mark.parametrize(
    ("first", "second", "meet"),
    [
        (Box((0, 0), 10, 2), Box((0, 3), 10, 2), False),
        (Box((0, 0), 10, 2), Box((0, 3), 10, 2, 60.0), True),
        (Box((0, 0), 10, 2, 45.0), Box((4, 4), 1, 1), False),  # y runs down: the box rises to the right
        (Box((0, 0), 10, 2, 45.0), Box((3, -3), 1, 1), True),
        (Box((0, 0), 10, 2), Box((10, 0), 10, 2), False),
    ],
)
def test_turned_boxes_meet_where_they_should(first: Box, second: Box, meet: bool) -> None:
    assert overlaps(first, second) is meet
    assert overlaps(second, first) is meet


boxes = st.builds(
    Box,
    st.tuples(st.floats(0, 100), st.floats(0, 80)),
    st.floats(1, 30),
    st.floats(1, 8),
    st.floats(-90, 90),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(boxes, min_size=1, max_size=5), max_size=12))
def test_no_two_labels_meet_and_none_leaves_the_paper(all_boxes: list[list[Box]]) -> None:
    labels = [Label(str(i), i % 3, tuple(Spot(box) for box in own)) for i, own in enumerate(all_boxes)]
    taken = [spot.box for spot in placed(labels, [], PAPER).values()]
    assert all(contains(PAPER, box) for box in taken)
    assert not any(overlaps(one, other) for i, one in enumerate(taken) for other in taken[:i])


def test_corners_turn_counter_clockwise_as_seen() -> None:
    corner = max(Box((0, 0), 2.0, 0.0, 30.0).corners())
    assert corner == pytest.approx((math.cos(math.radians(30)), -0.5))
