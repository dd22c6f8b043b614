"""What a caller calls: where to run, where that leads on, and how to move. Numbers are by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from conedrills.check import problems
from conedrills.compose import compose, words
from conedrills.compose.phone import phone
from conedrills.compose.scene import call_bars, scene_of
from conedrills.drill import Drill, following, goes_on, load_drill, parse_drill
from conedrills.errors import DrillError
from conedrills.exporters import html, txt
from conedrills.geometry import Point
from conedrills.labels import upright
from conedrills.language import Voice
from conedrills.layout import Layout
from conedrills.layoutreader import loads
from conedrills.layoutwriter import dumps
from conedrills.remeasure import measure_tightest
from conedrills.sharecode import read_code, share_code
from conedrills.sheet import Text
from conedrills.space import SpaceModel, rooms, space_model
from conedrills.yard import Reference
from tests.readback import html as content
from tests.readback import layouts
from tests.readback import phone as phones

CORNERS = {"1": ("ahead", "left"), "2": ("ahead", "right"), "3": ("back", "right"), "4": ("back", "left")}
HOME = (("1", "1"), ("2", "2"), ("3", "3"), ("4", "4"))
MODEL = SpaceModel()


def leg(start: str, end: str, movement: str = "sprint", cut: str = "touch", **more: Any) -> dict[str, Any]:
    """A leg of a drill file."""
    return {"from": start, "to": end, "movement": movement, "cut": cut, **more}


def made(cones: dict[str, Any], legs: Sequence[dict[str, Any]], **more: Any) -> Drill:
    """A drill of one free distance, 5 m as published."""
    data = {
        "title": "Trial", "family": "multi-direction", "units": "m",
        "paces": ["walk", "easy", "brisk", "full"],
        "distances": {"half": {"nominal": 5.0, "min": 2.0, "max": 6.0}},
        "cones": cones, "legs": list(legs), "cues": ["Look up."], "dose": "4 runs, 60 s rest.", **more,
    }  # fmt: skip
    return parse_drill(data, "trial", "trial")


def box(*, back: Sequence[tuple[str, str]] = HOME) -> Drill:
    """From the middle to the corner that is called, and back from it on the same call."""
    corners = {name: {"from": "O", **dict.fromkeys(sides, "half")} for name, sides in CORNERS.items()}
    out = [leg("O", name, call=name) for name in CORNERS]
    return made({"O": {}, **corners}, [*out, *(leg(start, "O", call=call) for start, call in back)])


def placed(drill: Drill, **more: Any) -> Layout:
    """In the middle of a lawn on which it has room."""
    layout = layouts.layout(layouts.yard(40.0, 40.0), layouts.placement(drill, (20.0, 20.0), **more))
    (one,) = layout.placements
    return replace(layout, placements=(replace(one, tightest=measure_tightest(layout, one)),))


# --- calls that go on -------------------------------------------------------------------------------------


def test_legs_that_go_on_share_an_order() -> None:
    legs = box().legs
    assert [part.order for part in legs] == [1] * 4 + [2] * 4
    assert [part.call for part in legs] == ["1", "2", "3", "4"] * 2
    for out, home in zip(legs[:4], legs[4:], strict=True):
        assert following(out, legs) == [home]
        assert not goes_on(out, legs)
        assert goes_on(home, legs)
        assert following(home, legs) == []


def test_a_leg_goes_on_only_from_where_its_own_call_led() -> None:
    orders = [part.order for part in box(back=[("1", "1"), ("3", "2"), ("2", "3"), ("4", "4")]).legs]
    assert orders == [1, 1, 1, 1, 2, 3, 4, 5]  # nobody on call 2 stands at 3


def test_some_calls_may_end_where_they_led() -> None:
    legs = box(back=[("1", "1"), ("2", "2")]).legs
    assert [part.order for part in legs] == [1] * 4 + [2] * 2
    assert following(legs[0], legs) == [legs[4]]


def test_what_is_called_anew_may_follow_any_call() -> None:
    again = [leg("O", name, call=name) for name in CORNERS]
    once = box()
    file = once.definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    twice = parse_drill({**file, "legs": [*file["legs"], *again]}, "trial", "trial").legs
    assert [part.order for part in twice] == [1] * 4 + [2] * 4 + [3] * 4
    for home in twice[4:8]:
        assert following(home, twice) == list(twice[8:])
    assert not any(goes_on(out, twice) for out in twice[8:])


def straight_on() -> Drill:
    """Out to the left or right as called and straight on, to the right with a turn."""
    cones = {
        "O": {},
        "L": {"from": "O", "ahead": "half", "left": "half"},
        "R": {"from": "O", "ahead": "half", "right": "half"},
        "LL": {"from": "L", "ahead": "half", "left": "half"},
        "RR": {"from": "R", "back": "half"},
    }
    calls = [("left", "L"), ("right", "R")]
    out = [leg("O", end, cut="plant", call=call) for call, end in calls]
    on = [leg(end, 2 * end, cut="stop", call=call) for call, end in calls]
    return made(cones, [*out, *on])


def test_the_run_out_is_used_up_by_the_leg_of_the_same_call() -> None:
    long = 5.0 * 2**0.5
    needs = rooms(straight_on(), "full", MODEL)
    # on the left it goes straight on; on the right it turns by 135 degrees: 2 m, and 2 m more for the call
    assert [need.run_out_at(long) for need in needs] == [0.0, 4.0, 4.0, 4.0]
    assert [need.run_out_at(long) for need in rooms(box(), "full", MODEL)] == [4.0] * 8


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_drill_that_goes_on_is_checked_read_and_shared(mirrored: bool) -> None:
    for drill in (box(), straight_on()):
        layout = placed(drill, mirrored=mirrored)
        assert problems(layout) == ()
        assert loads(dumps(layout), "layout.json") == layout
        stated = json.loads(dumps(layout))
        legs = stated["placements"][0]["legs"]
        legs[-1], legs[-2] = legs[-2], {**legs[-2]}
        found = problems(loads(json.dumps(stated).encode(), "layout.json"))
        assert any("stands twice" in one.message for one in found)
        assert any("is missing" in one.message for one in found)


def test_a_library_drill_keeps_its_calls_in_a_code() -> None:
    layout = layouts.layout(layouts.yard(60.0, 60.0), layouts.placement("break-45", (20.0, 20.0)))
    read = read_code(share_code(layout) or "").layout
    assert [(part.order, part.call) for part in read.placements[0].legs] == [
        (part.order, part.call) for part in layout.placements[0].legs
    ]


def test_nobody_calls_where_a_call_goes_on() -> None:
    frame = upright(0.0, 0.0, 180.0, 120.0)
    voice = Voice("en", "m")
    for drill, bars in ((box(), 0), (load_drill("break-45"), 1)):
        layout = placed(drill)
        scene = scene_of(layout, layout.placements[0], voice, frame)
        assert len(list(call_bars(scene))) == bars


def test_the_sheet_says_which_corner_is_called_and_after_what_one_goes_home() -> None:
    layout = placed(box())
    sheet = compose(layout, paper="a4", units="m")
    page = next(page for page in sheet.pages if page.name == "01-trial")
    said = [mark.text for mark in page.marks if isinstance(mark, Text)]
    for call in CORNERS:
        assert f"call {call}" in said  # at its cone, which has another number
        assert sum(text.startswith(f"called {call}:") for text in said) == 1
        assert sum(text.startswith(f"after {call}:") for text in said) == 1
        assert {f"1·{call}", f"2·{call}"} <= set(said)
    assert "start, finish" in said
    whole = txt.write(layout, Voice("de", "m")).decode()
    assert "Nach 4: Sprint" in " ".join(whole.split())
    (one,) = layout.placements
    assert words.at_the_cone(one, 0, Voice("en", "m")) == "touch the cone"


@pytest.fixture(scope="module")
def browser(program: Callable[[str], str]) -> Iterator[Browser]:
    with phones.chromium(program("chromium")) as started:
        yield started


def page_of(layout: Layout, folder: Path) -> Path:
    """The page of a layout for a phone."""
    file = folder / "page.html"
    file.write_bytes(html.write(phone(layout, units="m"), source=dumps(layout)))
    return file


def test_a_phone_runs_on_with_what_was_called(browser: Browser, tmp_path: Path) -> None:
    hooks = (Reference("A", "tap", Point(0.0, 0.0)), Reference("B", "post", Point(40.0, 0.0)))
    layout = placed(box())
    (one,) = layout.placements
    layout = replace(
        layout, yard=replace(layout.yard, references=hooks), placements=(layouts.set_out(one, hooks),)
    )
    file = page_of(layout, tmp_path)
    (drill,) = content.read(file.read_bytes()).blocks["page"]["drills"]
    assert drill["lead"] == 0.0
    with phones.phone(browser, file) as shown:
        shown.opened(0, 1)
        shout, to = shown.page.locator(".shout"), shown.page.locator(".to")
        assert shout.text_content() == "Wait for the call"
        seen = set()
        for _ in range(12):
            shown.press("Step")
            call = (shout.text_content() or "").rstrip("!")
            assert call in CORNERS
            cone = int(call) + 1
            assert f"sprint to {cone}" in (to.text_content() or "")
            shown.main()
            assert shout.text_content() == "sprint"  # nobody calls again
            assert (to.text_content() or "").startswith("to 1")
            now = shown.page.locator(".leg.now path").first.get_attribute("d") or ""
            seen.add((call, now))
            shown.main()
        assert len({now for _, now in seen}) == len({call for call, _ in seen}) > 1
        # the clock begins with the call, at a moment that the countdown does not tell
        shown.main()
        shown.page.clock.run_for(3_100)
        assert shown.page.evaluate("spied.spoken").count("Go") == 0
        before = len(shown.page.evaluate("spied.spoken"))
        shown.page.clock.run_for(3_000)
        assert shown.page.evaluate("spied.spoken")[before:] in [[call] for call in CORNERS]
        shown.press("Close")
        shown.opened(0, 2)
        shown.main()
        shown.page.clock.run_for(9_000)
        phases = [phase for phase, *_ in shown.page.evaluate("spied.phases.map((one) => one.slice(0, 2))")]
        assert "go" not in phases
        assert "call" in phases
        assert shown.errors == []


# --- movements that are called ----------------------------------------------------------------------------

FREELY = ["zig-zag-overlay", "1-2-3-reaction", "left-test", "hamstring-return"]


def lane(length: float, cut: str = "stop", pace_space: SpaceModel = MODEL, **more: Any) -> dict[str, Any]:
    """What a leg of a length needs that is moved as called: by pace beside it, and beyond it."""
    drill = made(
        {"a": {}, "b": {"from": "a", "ahead": length}, "c": {"from": "a", "back": "half"}},
        [leg("a", "b", "called", cut, **more), leg("c", "a", "called", "stop")],
    )
    needs = {pace: rooms(drill, pace, pace_space)[0] for pace in ("walk", "easy", "brisk", "full")}
    return {pace: (need.side_clearance, need.run_out_at(length)) for pace, need in needs.items()}


@pytest.mark.parametrize(
    ("length", "cut", "full", "brisk", "easy"),
    [
        (4.0, "stop", 5.0, 3.75, 2.5),  # backward 3 m, and 2 m more
        (7.5, "stop", 5.5, 4.125, 2.75),  # 3.5 and 2
        (20.0, "stop", 6.0, 4.5, 3.0),  # 4 and 2
        (4.0, "through", 6.0, 4.5, 3.0),  # a sprint through: 4 and 2
        (7.5, "through", 7.0, 5.25, 3.5),  # 5 and 2
        (20.0, "through", 11.0, 8.25, 5.5),  # 9 and 2
    ],
)
def test_there_is_room_for_whatever_is_called(
    length: float, cut: str, full: float, brisk: float, easy: float
) -> None:
    assert lane(length, cut) == {
        "walk": (1.0, 1.0),
        "easy": (1.5, pytest.approx(easy)),
        "brisk": (1.8, pytest.approx(brisk)),
        "full": (2.0, pytest.approx(full)),
    }
    assert lane(length, cut, call="left") == lane(length, cut)  # 2 m more once, not twice


def test_where_one_way_outgrows_another_the_larger_counts() -> None:
    own = {"forward": [[0.0, 6.0], [20.0, 2.0]], "backward": [[0.0, 1.0], [20.0, 9.0]], "sideways": 3.5}
    for length in (1.0, 5.0, 8.0, 25.0 / 3.0, 9.0, 15.0, 20.0):
        ahead, behind = 6.0 - length / 5.0, 1.0 + 0.4 * length
        wanted = max(ahead, behind, 3.5) + 2.0
        assert lane(length, pace_space=space_model({"run_out": own}, wet=False))["full"][1] == pytest.approx(
            wanted
        )


@pytest.mark.parametrize("facing", ["ahead", "right", "back", "left", 33.0, None])
def test_any_facing_goes_with_a_called_movement(facing: str | float | None) -> None:
    more = {} if facing is None else {"facing": facing}
    drill = made({"a": {}, "b": {"from": "a", "right": "half"}}, [leg("a", "b", "called", "stop", **more)])
    wanted = {"ahead": 90.0, "right": 0.0, "back": 270.0, "left": 180.0, 33.0: 57.0, None: 0.0}
    assert drill.legs[0].facing == pytest.approx(wanted[facing])
    layout = placed(drill, rotation=30.0)
    assert problems(layout) == ()
    (one,) = layout.placements
    assert words.chest(layout, one, one.legs[0], Voice("de", "m")) == "wie gerufen"
    assert words.movement(one.legs[0], Voice("en", "m")) == "as called"


def test_check_asks_for_the_room_of_a_called_movement() -> None:
    drill = made({"a": {}, "b": {"from": "a", "right": "half"}}, [leg("a", "b", "called", "stop")])
    stated = json.loads(dumps(placed(drill)))
    part = stated["placements"][0]["legs"][0]
    assert (part["side_clearance"], part["run_out"]) == (2.0, 5.0)
    part.update(side_clearance=1.5, run_out=2.0)
    found = problems(loads(json.dumps(stated).encode(), "layout.json"))
    assert [one.key for one in found] == ["leg 1, side_clearance", "leg 1, run_out"]
    assert [one.amount for one in found] == pytest.approx([0.5, 3.0])
    part.update(side_clearance=2.0, run_out=5.0, movement="sprint")
    found = problems(loads(json.dumps(stated).encode(), "layout.json"))
    assert [one.key for one in found] == ["leg 1, movement"]


def test_patterns_belong_to_a_called_movement_and_to_every_language() -> None:
    cones = {"a": {}, "b": {"from": "a", "right": "half"}}
    with pytest.raises(DrillError, match="patterns: nobody chooses from them"):
        made(cones, [leg("a", "b", cut="stop")], patterns=["all sprint"])
    with pytest.raises(DrillError, match=r"de\.patterns: has 1 of them; the file has 2"):
        made(cones, [leg("a", "b", "called", "stop")], patterns=["one", "two"], de={"patterns": ["eins"]})


@pytest.mark.parametrize("name", FREELY)
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_patterns_are_said_wherever_the_drill_is(name: str, language: str, tmp_path: Path) -> None:
    layout = layouts.layout(layouts.yard(60.0, 60.0), layouts.placement(name, (30.0, 20.0)))
    patterns = load_drill(name).definition.words(language).patterns
    assert len(patterns) == len(load_drill(name).definition.patterns) > 1
    whole = " ".join(txt.write(layout, Voice(language, "m")).decode().split())
    sheet = compose(layout, paper="letter", units="ft", language=language)
    page = next(page for page in sheet.pages if page.name == f"01-{name}")
    said = " ".join(mark.text for mark in page.marks if isinstance(mark, Text))
    for number, pattern in enumerate(patterns, 1):
        assert f"{number}. {pattern}." in whole
        assert f"{number} {pattern}" in said, "not cut short"
    assert f"{len(patterns)} {patterns[-1]}." in said


def test_a_phone_calls_the_patterns_one_after_the_other(browser: Browser, tmp_path: Path) -> None:
    layout = layouts.layout(layouts.yard(60.0, 60.0), layouts.placement("zig-zag-overlay", (30.0, 20.0)))
    with phones.phone(browser, page_of(layout, tmp_path)) as shown:
        shown.opened(0, 0)
        shout = shown.page.locator(".shout")
        assert shout.text_content() == "all sprint"
        shown.page.get_by_label("Pattern").select_option("all carioca")
        assert shout.text_content() == "all carioca"
        shown.main()
        shown.page.clock.run_for(6_000)
        assert shout.text_content() == "all carioca"
        assert not shown.page.get_by_label("Pattern").is_visible()
        shown.main()
        shown.press("Go on")
        assert shout.text_content() == "shuffle, then carioca"
        shown.press("Close")
        shown.press("Times")
        assert "all carioca" in (shown.page.locator("tbody").text_content() or "")
        assert shown.errors == []
