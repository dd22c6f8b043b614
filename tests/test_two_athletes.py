"""Two athletes at once: whose leg is whose, how near they come, and that all are told. Oracle: shapely."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from conedrills.apart import USUAL, courses_apart, least_apart
from conedrills.check import problems
from conedrills.compose import compose
from conedrills.compose.cards import cards
from conedrills.compose.phone import phone
from conedrills.drill import Drill, load_drill, parse_drill
from conedrills.errors import DrillError
from conedrills.exporters import geojson, html, txt
from conedrills.geometry import Path as Line
from conedrills.geometry import Point
from conedrills.language import Voice
from conedrills.layout import Layout, drill_id, layout_id
from conedrills.layoutreader import loads
from conedrills.layoutwriter import dumps
from conedrills.public import public
from conedrills.remeasure import measure_tightest
from conedrills.sharecode import read_code, share_code
from conedrills.sheet import Text
from tests.readback import html as content
from tests.readback import layouts
from tests.readback import phone as phones

LIBRARY = ["mirror-drill", "retro-partner", "shadow-break"]
LENGTHS: dict[str, Any] = {
    "long": {"nominal": 10.0, "min": 4.0, "max": 15.0},
    "gap": {"nominal": 6.0, "locked": True},
}
CONES: dict[str, Any] = {
    "a": {},
    "b": {"from": "a", "ahead": "long"},
    "c": {"from": "a", "right": "gap"},
    "d": {"from": "b", "right": "gap"},
}


def leg(athlete: str | None, start: str, end: str, **more: Any) -> dict[str, Any]:
    """A leg of a drill file."""
    whose = {} if athlete is None else {"athlete": athlete}
    return {**whose, "from": start, "to": end, "movement": "run", "cut": "stop", **more}


LANES = [leg("one", "a", "b"), leg("one", "b", "a"), leg("two", "c", "d"), leg("two", "d", "c")]


def made(**more: Any) -> Drill:
    """Two lanes 6 m from each other, unless it says otherwise."""
    data = {
        "title": "Trial", "family": "lateral", "paces": ["easy", "full"], "units": "m", "distances": LENGTHS,
        "athletes": ["one", "two"], "cones": CONES, "legs": LANES, **more,
    }  # fmt: skip
    return parse_drill({key: value for key, value in data.items() if value is not None}, "trial", "trial")


def placed(drill: Drill | str, size: float = 1.0, **more: Any) -> Layout:
    """On a lawn on which it has room."""
    at = layouts.placement(drill, (30.0, 30.0), size=size, **more)
    layout = layouts.layout(layouts.yard(60.0, 60.0), at)
    return replace(layout, placements=(replace(at, tightest=measure_tightest(layout, at)),))


def seen_apart(drill: Drill, size: float) -> float:
    """How far shapely sees the two courses apart."""
    first, second = (
        shapely.union_all(
            [
                shapely.LineString([point.xy for point in figure.path])
                for figure in drill.figure(size).legs
                if figure.leg.athlete == name
            ]
        )
        for name in drill.athletes
    )
    return float(first.distance(second))


# --- whose leg is whose -----------------------------------------------------------------------------------


def test_each_counts_their_own_legs_and_the_first_reaches_cones_first() -> None:
    drill = made()
    assert [(part.athlete, part.order) for part in drill.legs] == [
        ("one", 1), ("one", 2), ("two", 1), ("two", 2),
    ]  # fmt: skip
    assert [(part.start, part.end) for part in drill.legs] == [(1, 2), (2, 1), (3, 4), (4, 3)]


def test_calls_of_the_second_are_alternatives_among_themselves() -> None:
    calls = [leg("two", "d", "c", call="left"), leg("two", "d", "e", call="right")]
    cones = {**CONES, "e": {"from": "d", "right": "gap"}}
    drill = made(cones=cones, legs=[*LANES[:3], *calls])
    assert [(part.athlete, part.order, part.call) for part in drill.legs] == [
        ("one", 1, None), ("one", 2, None), ("two", 1, None), ("two", 2, "left"), ("two", 2, "right"),
    ]  # fmt: skip
    assert problems(placed(drill)) == ()


def test_the_room_of_a_leg_is_used_up_by_its_own_athlete_alone() -> None:
    # the second goes straight on where the first ends: that is no reason for the first to need no room
    cones = {**CONES, "e": {"from": "d", "ahead": "long"}}
    drill = made(cones=cones, legs=[LANES[0], LANES[2], leg("two", "d", "e")])
    (one,) = placed(drill).placements
    assert [part.run_out for part in one.legs] == [2.0, 0.0, 2.0]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"athletes": ["one"]}, "athletes: there are two of them, by different names"),
        ({"athletes": ["one", "one"]}, "athletes: there are two of them, by different names"),
        ({"legs": [*LANES[:3], leg(None, "d", "c")]}, r"legs\.4: whose leg is it\? athlete = \"one\" or"),
        ({"legs": [*LANES[:3], leg("too", "d", "c")]}, r"legs\.4\.athlete: .*Did you mean \"two\""),
        ({"athletes": None}, r"legs\.1\.athlete: .*Name two in athletes, or remove this"),
        ({"legs": [LANES[0], LANES[2], LANES[1], LANES[3]]}, "legs: all legs of one come first"),
        ({"legs": LANES[2:] + LANES[:2]}, "legs: all legs of one come first"),
        ({"athletes": None, "legs": [leg(None, "a", "b"), leg(None, "c", "d")], "apart": 2.0},
         "apart: belongs to two athletes"),
        ({"de": {"athletes": {"one": "eins"}}}, r"de\.athletes: \"two\" is missing"),
        ({"distances": {**LENGTHS, "gap": {"nominal": 5.0, "locked": True}}},
         r"athletes: at some size the two come within 5\.00 m of each other, not 5\.50"),
        ({"apart": 6.5}, r"apart: at some size the two come within 6\.00 m of each other, not 6\.50"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(more: dict[str, Any], says: str) -> None:
    with pytest.raises(DrillError, match=says):
        made(**more)


# --- how near they come -----------------------------------------------------------------------------------

PLACE = st.tuples(st.integers(-12, 12), st.integers(-12, 12))
FREE = {"one": {"nominal": 1.0, "min": 0.4, "max": 1.6}, "lock": {"nominal": 1.0, "locked": True}}


@given(places=st.lists(PLACE, min_size=6, max_size=6), offset=PLACE)
@settings(max_examples=150, deadline=None)
def test_the_least_distance_is_what_shapely_sees_at_the_worst_size(
    places: list[tuple[int, int]], offset: tuple[int, int]
) -> None:
    def at(place: tuple[int, int], by: str) -> dict[str, str]:
        return {"ahead": f"{place[1]} * {by}", "right": f"{place[0]} * {by}"}

    cones = {str(number): at(place, "one") for number, place in enumerate(places[:3])}
    cones["base"] = at(offset, "lock")
    cones |= {f"{number}": {"from": "base", **at(place, "one")} for number, place in enumerate(places[3:], 3)}
    data = {
        "distances": FREE, "cones": {key: value for key, value in cones.items() if key != "base"},
        "points": {"base": cones["base"]}, "apart": 0.001,
        "legs": [leg("one", "0", "1"), leg("one", "1", "2"), leg("two", "3", "4"), leg("two", "4", "5")],
    }  # fmt: skip
    try:
        drill = made(**data)
    except DrillError as error:
        if "come within" not in str(error):
            return  # cones on each other, legs without a length
        drill = made(**{**data, "athletes": None, "apart": None,
                        "legs": [{**part, "athlete": None} for part in data["legs"]]})  # type: ignore[attr-defined]  # fmt: skip
        legs = tuple(
            replace(part, athlete="one" if place < 2 else "two") for place, part in enumerate(drill.legs)
        )
        drill = replace(drill, legs=legs, athletes=("one", "two"))
    sizes = [drill.size_min + (drill.size_max - drill.size_min) * step / 400 for step in range(401)]
    sampled = min(seen_apart(drill, size) for size in sizes)
    least = least_apart(drill)
    assert least <= sampled + 1e-9
    # between two of the sizes nothing moves further than this
    reach = (drill.size_max - drill.size_min) / 400 * 4 * 12 * math.sqrt(2)
    assert least >= sampled - reach


@given(first=st.lists(PLACE, min_size=2, max_size=4), second=st.lists(PLACE, min_size=2, max_size=4))
@settings(max_examples=200, deadline=None)
def test_two_courses_are_as_far_apart_as_shapely_says(
    first: list[tuple[int, int]], second: list[tuple[int, int]]
) -> None:
    one, other = (tuple(Point(float(x), float(y)) for x, y in places) for places in (first, second))
    lines = [shapely.LineString(places) for places in (first, second)]
    assert courses_apart([one], [other]) == pytest.approx(lines[0].distance(lines[1]), abs=1e-9)


@pytest.mark.parametrize("name", LIBRARY)
def test_the_library_keeps_what_it_says(name: str) -> None:
    drill = load_drill(name)
    sizes = [drill.size_min + (drill.size_max - drill.size_min) * step / 200 for step in range(201)]
    worst = min(seen_apart(drill, size) for size in sizes)
    assert least_apart(drill) == pytest.approx(worst, abs=1e-6)
    assert drill.apart is not None
    assert worst >= drill.apart - 1e-6


def test_lanes_that_stretch_are_tried_at_every_stretch() -> None:
    lengths = {**LENGTHS, "gap": {"nominal": 6.0, "min": 4.0, "max": 8.0}}
    stretched = {"distances": lengths, "stretch": {"depth": "long", "width": "gap"}}
    assert least_apart(made(**stretched, apart=4.0)) == pytest.approx(4.0)
    with pytest.raises(DrillError, match=r"come within 4\.00 m"):
        made(**stretched)


def test_an_arc_is_counted_with_what_its_chords_leave_out() -> None:
    cones = {
        "a": {}, "b": {"ahead": "2 * gap"}, "c": {"from": "a", "right": "gap + 3", "ahead": "gap"},
        "d": {"from": "c", "right": "long"},
    }  # fmt: skip
    arc = leg("one", "a", "b", shape="arc", centre="m", turn="counter-clockwise")
    drill = made(cones=cones, points={"m": {"ahead": "gap"}}, legs=[arc, leg("two", "c", "d")], apart=2.9)
    assert 2.994 < least_apart(drill) <= 3.0 + 1e-9


# --- what is stated ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LIBRARY)
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("smallest", [False, True])
def test_a_layout_states_how_near_they_come_and_check_agrees(
    name: str, mirrored: bool, smallest: bool
) -> None:
    drill = load_drill(name)
    size = drill.size_min if smallest else 1.0
    layout = placed(name, size, rotation=33.0, mirrored=mirrored)
    assert problems(layout) == ()
    stated = json.loads(dumps(layout))["placements"][0]
    assert stated["apart"] == pytest.approx(seen_apart(drill, size), abs=1e-9)
    assert {part["athlete"] for part in stated["legs"]} == set(drill.athletes)
    assert loads(dumps(layout), "layout.json") == layout
    assert public(layout).placements[0].apart == layout.placements[0].apart
    code = read_code(share_code(layout) or "").layout
    assert code.placements[0].apart == pytest.approx(stated["apart"], abs=0.001)
    assert layout_id(code) == layout_id(layout)
    assert problems(code) == () or {one.kind for one in problems(code)} == {"tightest"}


def lied(layout: Layout, change: Callable[[dict[str, Any]], None]) -> list[tuple[str, str]]:
    """What check says of a layout in whose file somebody changed something."""
    stated = json.loads(dumps(layout))
    change(stated)
    return [(one.kind, one.message) for one in problems(loads(json.dumps(stated).encode(), "layout.json"))]


def test_check_finds_a_distance_that_is_misstated() -> None:
    layout = placed("shadow-break")
    ((kind, message),) = lied(layout, lambda stated: stated["placements"][0].update(apart=5.5))
    assert kind == "apart"
    assert "stated to come within 5.50 m of each other, but they come within 2.74 m" in message
    assert lied(layout, lambda stated: stated["placements"][0].pop("apart")) == []  # it is an addition
    found = lied(placed("t-test"), lambda stated: stated["placements"][0].update(apart=3.0))
    assert [kind for kind, _ in found] == ["apart"]


def test_check_judges_from_the_rebuilt_courses_whatever_the_drill_promises() -> None:
    layout = placed("shadow-break")
    (one,) = layout.placements
    near = replace(layout, placements=(replace(one, drill=replace(one.drill, apart=4.0)),))
    (found,) = problems(near)
    assert found.kind == "apart"
    assert found.amount == pytest.approx(4.0 - 3 * 0.9144)
    assert "receiver and cornerback come within 2.74 m" in found.message
    assert found.at is not None
    assert min((found.at - cone).length for cone in one.cones) == pytest.approx(0.0, abs=1e-9)


def test_check_tells_the_legs_of_two_apart() -> None:
    layout = placed("shadow-break")

    def swap(stated: dict[str, Any]) -> None:
        stated["placements"][0]["legs"][2]["athlete"] = "receiver"

    messages = [message for _, message in lied(layout, swap)]
    assert "leg 1 of receiver stands twice." in messages
    assert "leg 1 of cornerback of the drill is missing." in messages

    def turn_round(stated: dict[str, Any]) -> None:
        stated["placements"][0]["legs"].reverse()

    assert ("leg", "the legs are not in the order of running.") in lied(layout, turn_round)


def test_whose_a_leg_is_makes_another_drill() -> None:
    drill = made()
    other = replace(drill, legs=tuple(replace(part, athlete=None) for part in drill.legs))
    assert drill_id(drill) != drill_id(other)
    assert drill_id(load_drill("t-test")) == drill_id(load_drill("t-test"))


# --- what is said and drawn -------------------------------------------------------------------------------

NEAR = {"en": "The two come within {} of each other.", "de": "Die zwei kommen sich bis auf {} nahe."}


@pytest.mark.parametrize("name", LIBRARY)
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_page_says_who_and_how_near(name: str, language: str) -> None:
    layout = placed(name)
    (one,) = layout.placements
    file = load_drill(name).definition
    who = [file.words(language).athletes.get(athlete, athlete) for athlete in file.athletes]
    near = Voice(language, "m").at_most(one.apart or 0.0)
    sheet = compose(layout, paper="a4", units="m", language=language)
    page = next(page for page in sheet.pages if page.name == f"01-{name}")
    said = [mark.text for mark in page.marks if isinstance(mark, Text)]
    for athlete in who:
        assert athlete[:1].upper() + athlete[1:] in said, "a group of the table"
        assert athlete in page.description
        assert any(athlete in text and text != athlete for text in said), "at its start"
    assert NEAR[language].format(near) in " ".join(said)
    whole = " ".join(txt.write(layout, Voice(language, "m")).decode().split())
    assert NEAR[language].format(near) in whole
    for athlete in who:
        assert whole.count(f"{athlete[:1].upper()}{athlete[1:]}:") >= 3  # the start, the run, the room
    card = cards(layout, paper="a4", units="m", language=language).pages[0]
    texts = [mark.text for mark in card.marks if isinstance(mark, Text)]
    assert [f"{athlete[:1].upper()}{athlete[1:]}:" in texts for athlete in who] == [True, True]
    assert near in texts
    for feature in json.loads(geojson.write(layout))["features"]:
        told = feature["properties"]
        assert told["conedrills"] != "leg" or told["athlete"] in file.athletes


def test_those_who_keep_the_usual_distance_are_not_warned() -> None:
    layout = placed(made())
    assert layout.placements[0].apart == pytest.approx(6.0)
    assert USUAL < 6.0
    assert "The two come" not in txt.write(layout, Voice("en", "m")).decode()


def test_the_rings_of_the_second_are_square() -> None:
    layout = placed("shadow-break")
    page = next(
        page for page in compose(layout, paper="a4", units="m").pages if page.name == "01-shadow-break"
    )
    discs = sum(type(mark).__name__ == "Disc" and mark.width_mm > 0.0 for mark in page.marks)
    assert discs == 4  # both legs of the receiver, in the picture and in the table
    numbers = [mark.text for mark in page.marks if isinstance(mark, Text) and mark.text in {"1", "2"}]
    assert len(numbers) >= 8


@pytest.fixture(scope="module")
def browser(program: Callable[[str], str]) -> Iterator[Browser]:
    with phones.chromium(program("chromium")) as started:
        yield started


def test_a_phone_moves_both_and_follows_whom_one_likes(browser: Browser, tmp_path: Path) -> None:
    layout = placed("shadow-break")
    file = tmp_path / "page.html"
    file.write_bytes(html.write(phone(layout, units="m"), source=dumps(layout)))
    (data,) = content.read(file.read_bytes()).blocks["page"]["drills"]
    assert data["athletes"] == ["receiver", "cornerback"]
    assert [part["athlete"] for part in data["legs"]] == [0, 0, 1, 1]

    def spots(shown: phones.Phone) -> list[Line]:
        script = "[...document.querySelectorAll('.runner')].map((one) => one.getAttribute('transform'))"
        return list(shown.page.evaluate(script))

    with phones.phone(browser, file) as shown:
        shown.opened(0, 0)
        at_start = spots(shown)
        assert len(at_start) == 2
        assert at_start[0] != at_start[1]
        assert "receiver" in (shown.page.locator(".parts").text_content() or "")
        shown.press("cornerback")
        assert spots(shown) == at_start[::-1]
        assert shown.page.locator(".shout").text_content() == "backpedal"
        shown.main()
        shown.page.clock.run_for(3_000 + 700)
        running = spots(shown)
        assert all(spot not in at_start for spot in running), "both run at once"
        shown.main()
        shown.press("Close")
        shown.opened(0, 0)
        assert shown.page.locator(".shout").text_content() == "backpedal", "it is remembered"
        shown.press("Step")
        shown.main()
        assert shown.page.locator(".to").text_content() == "to 6"
        assert shown.errors == []
