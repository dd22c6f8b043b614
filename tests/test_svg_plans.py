"""SVG plans as yards: what is at hand, a plan that the test draws, transforms by chance, and bombs."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conedrills.errors import YardError
from conedrills.importers import parse_yard, read_yard
from conedrills.yard import Yard

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300">'
SCALE = '<line id="scale 10 m" x1="0" y1="290" x2="100" y2="290"/>'


def plan(inside: str, head: str = HEAD, feature: str | None = None) -> Yard:
    return parse_yard(f"{head}{inside}</svg>".encode(), "plan.svg", feature)


def area(yard: Yard) -> float:
    ring = [point.xy for point in yard.boundary]
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))) / 2


@pytest.mark.parametrize("name", ["home.svg", "test_plate.svg"])
def test_drawings_without_a_length_are_refused(name: str, shared: Path) -> None:
    file = shared / "data" / "formats" / "svg" / name
    if not file.exists():
        pytest.skip(f"the drawing {name} is not here")
    with pytest.raises(YardError, match=re.escape(f"{name}: nothing in it says how long anything is.")):
        read_yard(file)


def test_a_plan_with_a_tree_a_bed_and_a_known_length() -> None:
    yard = plan(
        f'{SCALE}<g id="yard"><rect x="20" y="20" width="300" height="200"/></g>'
        '<circle id="oak" cx="100" cy="100" r="5"/><path id="flower bed" d="M200 50h40v30z"/>'
        '<text id="words">no shape</text><path id="hidden" style="display: none" d="M0 0h9v9z"/>'
    )
    assert area(yard) == pytest.approx(600.0)
    assert [(thing.name, thing.kind) for thing in yard.obstacles] == [("oak", "hard"), ("flower bed", "soft")]
    assert yard.notes == ("left out: 1 text.",)
    assert yard.north is None


def test_up_on_the_paper_is_up_in_the_yard() -> None:
    yard = plan(f'{SCALE}<polygon id="lawn" points="0,100 100,100 100,0"/>')
    (ax, ay), (bx, by), (cx, cy) = (point.xy for point in yard.boundary)
    assert (bx - ax, by - ay) == pytest.approx((10.0, 0.0))
    assert (cx - bx, cy - by) == pytest.approx((0.0, 10.0))


def test_curves_are_the_shape_that_they_bound() -> None:
    arcs = plan(f'{SCALE}<path id="lawn" d="M50 150a100 100 0 0 1 200 0a100 100 0 0 1 -200 0z"/>')
    assert area(arcs) == pytest.approx(math.pi * 100.0, rel=1e-3)
    round_one = plan(f'{SCALE}<circle id="lawn" cx="150" cy="150" r="100"/>')
    assert area(round_one) == pytest.approx(math.pi * 100.0, rel=3e-3)
    ring = plan(f'{SCALE}<path id="lawn" d="M0 0h200v200h-200z M80 80h40v40h-40z"/>')
    assert area(ring) == pytest.approx(400.0)
    assert [thing.name for thing in ring.obstacles] == ["hole"]


def test_a_scale_in_words_of_the_paper() -> None:
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100" width="200mm" data-scale="1:100">'
    assert area(plan('<rect id="yard" width="100" height="50"/>', head)) == pytest.approx(50.0)
    feet = plan('<line id="known 32 ft 6" x2="65"/><rect id="yard" y="9" width="100" height="50"/>')
    assert area(feet) == pytest.approx(5000 * (32.5 / 65 * 0.3048) ** 2)
    assert feet.units == "ft"


@settings(max_examples=60)
@given(
    st.lists(st.floats(20.0, 90.0), min_size=3, max_size=9),
    st.floats(-180.0, 180.0),
    st.floats(0.2, 5.0),
    st.floats(-200.0, 200.0),
)
def test_any_turn_and_scale_leave_the_lengths(
    reach: list[float], turn: float, size: float, move: float
) -> None:
    count = len(reach)
    ring = [
        (far * math.cos(math.tau * at / count), far * math.sin(math.tau * at / count))
        for at, far in enumerate(reach)
    ]
    points = " ".join(f"{x:.6f},{y:.6f}" for x, y in ring)
    where = f"translate({move:.3f} {-move:.3f}) rotate({turn:.6f}) scale({size:.6f})"
    yard = plan(
        f'<g transform="{where}"><line id="scale 5 m" x1="0" y1="0" x2="30" y2="40"/>'
        f'<polygon id="yard" points="{points}"/></g>'
    )
    for index in range(count):
        long = (yard.boundary[index] - yard.boundary[index - 1]).length
        assert long == pytest.approx(math.dist(ring[index], ring[index - 1]) / 10.0, abs=0.005)


def test_one_lot_as_a_plan(shared: Path) -> None:
    file = shared / "data" / "formats" / "geojson" / "derived_cornillon_lot_wgs84.geojson"
    if not file.exists():
        pytest.skip("the lot is not here")
    lot = read_yard(file, "lot")
    points = " ".join(f"{7 * point.x + 300:.4f},{300 - 7 * point.y:.4f}" for point in lot.boundary)
    yard = plan(f'<line id="scale 20 m" x2="140"/><polygon id="parcel" points="{points}"/>')
    for one, other in zip(yard.boundary, lot.boundary, strict=True):
        ours, theirs = one - yard.boundary[0], other - lot.boundary[0]
        assert (ours.dx, ours.dy) == pytest.approx((theirs.dx, theirs.dy), abs=0.02)


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        ('<rect id="yard" width="9" height="9"/>', "nothing in it says how long anything is"),
        (SCALE, "there is no closed shape in it"),
        (
            f'{SCALE}<rect width="50" height="50"/><rect x="90" width="50" height="50"/>',
            "it holds 2 polygons",
        ),
        (
            f'{SCALE}<line id="scale 10 m" x2="90"/><rect id="yard" width="90" height="90"/>',
            "known lengths disagree",
        ),
        (f'{SCALE}<path id="yard" d="M 0 0 L nonsense"/>', "its path cannot be read"),
        (f'{SCALE}<rect id="yard" width="10%" height="9"/>', "is not a plain number"),
        (f'{SCALE}<rect id="yard" width="1e308" height="9"/>', "not finite, or far beyond"),
        (f'{SCALE}<g transform="rotate()"><rect id="yard" width="9" height="9"/></g>', "too few numbers"),
        (SCALE + "<g/>" * 20_001, "more than 20,000 elements"),
        ("<g>" * 200 + "</g>" * 200, "deep"),
        ('<metadata><l xmlns="urn:conedrills:layout:1"/></metadata>', "this is a sheet of ours"),
    ],
)
def test_what_is_no_plan_is_one_message(inside: str, words: str) -> None:
    with pytest.raises(YardError) as caught:
        plan(inside)
    assert words in str(caught.value)


def test_entities_are_refused() -> None:
    with pytest.raises(YardError):
        parse_yard(b'<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>', "plan.svg")
