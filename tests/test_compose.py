"""Pages: true to scale, nothing on or off anything it should not be, every way of moving told apart."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import replace
from functools import cache

import pytest

from conedrills import fonts
from conedrills.compose import compose, words
from conedrills.compose.run_table import MOST_CLOSE
from conedrills.compose.track import number_of
from conedrills.drill import drill_names, load_drill, parse_drill
from conedrills.labels import Box, contains, overlaps, upright
from conedrills.language import Voice
from conedrills.layout import Layout, Unplaced, layout_id
from conedrills.sheet import Disc, Mark, Page, Region, Sheet, Stroke, Text
from conedrills.yard import Units
from tests.readback import layouts

NAMES = list(layouts.all_layouts())
VOICE = Voice("en", "m")
BLUE, VERMILLION, GREEN = "#0072b2", "#d55e00", "#009e73"


@cache
def sheet_of(name: str, units: Units = "m", language: str = "en") -> Sheet:
    return compose(layouts.all_layouts()[name], paper="letter", units=units, language=language)


@pytest.fixture(
    scope="module",
    params=itertools.product(NAMES, (("m", "en"), ("ft", "en"), ("m", "de"))),
    ids=lambda case: f"{case[0]} in {' '.join(case[1])}",
)
def sheet(request: pytest.FixtureRequest) -> Sheet:
    name, (units, language) = request.param
    return sheet_of(name, units, language)


def ink(mark: Text) -> Box:
    """The box of a line of text, from its baseline to its capitals."""
    high = mark.size_mm * fonts.CAP_HEIGHT
    turn = math.radians(mark.angle_deg)
    middle = {"start": 0.5, "middle": 0.0, "end": -0.5}[mark.anchor] * mark.width_mm
    x = mark.at[0] + middle * math.cos(turn) - high / 2 * math.sin(turn)
    y = mark.at[1] - middle * math.sin(turn) - high / 2 * math.cos(turn)
    return Box((x, y), mark.width_mm, high, mark.angle_deg)


def texts(page: Page) -> list[Text]:
    return [mark for mark in page.marks if isinstance(mark, Text) and mark.text]


def points(mark: Mark) -> list[tuple[float, float]]:
    match mark:
        case Stroke():
            return list(mark.points)
        case Region():
            return [point for ring in mark.rings for point in ring]
        case Disc():
            (x, y), r = mark.centre, mark.radius_mm
            return [(x - r, y - r), (x + r, y + r)]
        case Text():
            return list(ink(mark).corners())


# --- nothing on top of each other, nothing off the paper ---------------------------------------------


def meeting(words: list[Text]) -> list[tuple[str, str]]:
    boxes = [ink(word) for word in words]
    pairs = itertools.combinations(range(len(words)), 2)
    return [(words[i].text, words[j].text) for i, j in pairs if overlaps(boxes[i], boxes[j])]


def test_no_words_overlap(sheet: Sheet) -> None:
    for page in sheet.pages:
        assert meeting(texts(page)) == [], page.name


def test_the_test_can_fail() -> None:
    words = texts(sheet_of("three").pages[2])
    moved = replace(
        words[-1], at=(words[3].at[0] + 1.0, words[3].at[1] - 1.0), angle_deg=30.0, anchor="start"
    )
    assert meeting([*words[:-1], moved])


def test_nothing_leaves_the_box_in_which_both_papers_agree(sheet: Sheet) -> None:
    box = upright(12.95 - 0.8, 12.7 - 0.8, 12.95 + 190.8, 12.7 + 254.8)
    for page in sheet.pages:
        for mark in page.marks:
            assert all(contains(box, Box(point, 0.0, 0.0)) for point in points(mark)), (page.name, mark)


def test_every_number_is_finite(sheet: Sheet) -> None:
    for page in sheet.pages:
        assert all(math.isfinite(x) and math.isfinite(y) for mark in page.marks for x, y in points(mark))


def test_words_are_as_wide_as_stated_and_can_be_shown(sheet: Sheet) -> None:
    for page in sheet.pages:
        for word in texts(page):
            assert word.width_mm == pytest.approx(fonts.width(word.text, word.size_mm, word.style))
            assert fonts.missing_glyphs([word.text]) == ()
            assert word.size_mm * fonts.CAP_HEIGHT >= 2.2  # small plans and boxes apart, never under 2.5


def test_page_names_make_file_names_and_are_unique(sheet: Sheet) -> None:
    names = [page.name for page in sheet.pages]
    assert names[0] == "overview"
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"overview|session(-[0-9]+)?|[0-9]{2}-[a-z0-9-]+", name) for name in names)


# --- true to scale -----------------------------------------------------------------------------------


def cones(page: Page) -> dict[int, tuple[float, float]]:
    found = {}
    for mark in page.marks:
        if isinstance(mark, Region) and mark.id.startswith("cone-"):
            (ring,) = mark.rings
            found[int(mark.id[5:])] = (sum(x for x, _ in ring) / 3, sum(y for _, y in ring) / 3)
    return found


def ratio(page: Page) -> int:
    """The n of 1 : n that a page states, through the bar: 100 mm = so many metres."""
    said = next(word.text for word in texts(page) if word.text.startswith("100 mm = "))
    return round(float(said.removeprefix("100 mm = ").split(" m.")[0]) * 10)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "none"])
def test_cones_are_where_the_layout_says_at_the_stated_scale(name: str) -> None:
    layout = layouts.all_layouts()[name]
    pages = {page.name: page for page in sheet_of(name).pages}
    for index, placement in enumerate(layout.placements, 1):
        page = pages[f"{index:02}-{placement.drill.name}"]
        drawn = cones(page)
        assert sorted(drawn) == list(range(1, len(placement.cones) + 1))
        for i, j in itertools.combinations(drawn, 2):
            true = (placement.cones[i - 1] - placement.cones[j - 1]).length * 1000.0 / ratio(page)
            assert math.dist(drawn[i], drawn[j]) == pytest.approx(true, abs=1e-6)


def test_a_drill_is_drawn_facing_up_and_not_as_its_mirror_image() -> None:
    for mirrored in (False, True):
        laid = layouts.placement("w-drill", (16.0, 20.0), 77.0, mirrored=mirrored)
        page = compose(layouts.layout(layouts.yard(40, 40), laid), paper="a4", units="m").pages[2]
        drawn = cones(page)
        assert drawn[2][1] > drawn[1][1]  # the backpedal goes down the page
        assert (drawn[5][0] > drawn[1][0]) is not mirrored
        assert drawn[5][1] == pytest.approx(drawn[1][1])


def named(page: Page, name: str) -> Mark:
    return next(mark for mark in page.marks if not isinstance(mark, Text) and mark.id == name)


@pytest.mark.parametrize(("units", "per_unit"), [("m", 1.0), ("ft", 0.3048), ("yd", 0.9144)])
@pytest.mark.parametrize("name", NAMES)
def test_bars_measure_what_they_say(name: str, units: Units, per_unit: float) -> None:
    sheet = sheet_of(name, units)
    for page in sheet.pages:
        bar = points(named(page, "bar-100-mm"))
        assert math.dist(bar[0], bar[-1]) == pytest.approx(100.0)
    inches = points(named(sheet.pages[0], "bar-4-in"))
    assert math.dist(inches[0], inches[-1]) == pytest.approx(101.6)
    page = sheet.pages[0]
    whole = max(
        float(found[1]) for word in texts(page) if (found := re.fullmatch(rf"(\d+) {units}", word.text))
    )
    bar = points(named(page, "scale-bar"))
    yard = layouts.all_layouts()[name].yard
    side = max((yard.boundary[i] - yard.boundary[i - 1]).length for i in range(4))
    outline = [
        mark for mark in page.marks if isinstance(mark, Stroke) and mark.round_ends and not mark.dash_mm
    ]
    longest = max(
        math.dist(a, b)
        for mark in outline
        if mark.width_mm == pytest.approx(0.7) or mark.width_mm == pytest.approx(0.42)
        for a, b in itertools.pairwise(mark.points)
    )
    assert longest / side == pytest.approx((bar[1][0] - bar[0][0]) / (whole * per_unit), rel=0.002)


def test_both_papers_hold_the_same_drawing() -> None:
    layout = layouts.all_layouts()["three"]
    letter, a4 = (compose(layout, paper=paper, units="m") for paper in ("letter", "a4"))
    for one, other in zip(letter.pages, a4.pages, strict=True):
        assert (one.width_mm, one.height_mm) == (215.9, 279.4)
        assert (other.width_mm, other.height_mm) == (210.0, 297.0)
        shifts = {
            (round(a[0] - b[0], 6), round(a[1] - b[1], 6))
            for mark, twin in zip(one.marks, other.marks, strict=True)
            for a, b in zip(points(mark), points(twin), strict=True)
        }
        assert shifts == {(2.95, -8.8)}


# --- legible in one ink ------------------------------------------------------------------------------


def ring_numbers(page: Page) -> list[str]:
    """What is written without a halo, bold and black: the rings, and the figures of the table."""
    bold = [word for word in texts(page) if word.style == "bold" and word.halo_mm == 0.0]
    return [word.text for word in bold if word.colour == "#000000"]


def strokes(page: Page, colour: str) -> list[Stroke]:
    return [mark for mark in page.marks if isinstance(mark, Stroke) and mark.colour == colour]


def test_ways_of_moving_differ_without_colour() -> None:
    """On the box's page: a sprint, two shuffles and a backpedal."""
    page = compose(
        layouts.layout(layouts.yard(30, 30), layouts.placement("box", (18.0, 12.0))),
        paper="letter",
        units="m",
    ).pages[2]
    legs = {
        colour: [s for s in strokes(page, colour) if s.width_mm == 1.2]
        for colour in (BLUE, VERMILLION, GREEN)
    }
    assert [bool(stroke.dash_mm) for stroke in legs[BLUE]] == [False]
    assert [bool(stroke.dash_mm) for stroke in legs[VERMILLION]] == [True]
    assert [bool(stroke.dash_mm) for stroke in legs[GREEN]] == [False, False]
    ticks = [stroke for stroke in strokes(page, GREEN) if stroke.width_mm < 1.0]
    assert len(ticks) > 20
    heads = [
        mark for mark in page.marks if isinstance(mark, Region) and len(mark.rings[0]) == 3 and not mark.id
    ]
    filled = {mark.colour: mark.fill for mark in heads if mark.colour in (BLUE, VERMILLION, GREEN)}
    assert filled == {BLUE: BLUE, VERMILLION: "#ffffff", GREEN: GREEN}


def test_legs_on_the_same_ground_run_side_by_side() -> None:
    laid = layouts.placement("l-drill", (15.0, 10.0))
    page = compose(layouts.layout(layouts.yard(30, 30), laid), paper="letter", units="m").pages[2]
    legs = [stroke for stroke in strokes(page, BLUE) if stroke.width_mm == 1.2 and not stroke.dash_mm]
    assert len(legs) == 6
    upright_legs = sorted(leg.points[0][0] for leg in legs if abs(leg.points[0][0] - leg.points[1][0]) < 0.1)
    assert len(upright_legs) == 4
    assert all(b - a > 4.0 for a, b in itertools.pairwise(upright_legs))
    rings = [number for number in ring_numbers(page) if number in set("123456")]
    assert sorted(rings) == sorted("123456" * 2)  # on the legs and in the table


def test_every_leg_of_every_drill_has_its_ring_and_every_cone_its_number() -> None:
    for name in drill_names():
        laid = layouts.placement(name, (30.0, 30.0), 15.0)
        page = compose(layouts.layout(layouts.yard(60, 60), laid), paper="letter", units="m").pages[2]
        said = [word.text for word in texts(page)]
        rings = ring_numbers(page)
        every = [number_of(leg, VOICE) for leg in laid.legs]
        for number in every:  # on the leg and in the table; of two athletes both have a leg 1
            assert rings.count(number) == 2 * every.count(number), (name, number)
        numbers = [word for word in texts(page) if word.style == "bold" and word.halo_mm > 0.0]
        wanted = {str(number) for number in range(1, len(laid.cones) + 1)}
        assert wanted <= {word.text for word in numbers}, name
        facing = ("Start facing", "starts facing")
        assert any(one in text for text in said for one in facing) or name == "four-way-circle"


@pytest.mark.parametrize("name", ["tiny", "sixteen", "huge", "thin"])
def test_no_ring_is_lost_where_legs_are_short_or_cross(name: str) -> None:
    layout = layouts.all_layouts()[name]
    pages = {page.name: page for page in sheet_of(name).pages}
    for index, laid in enumerate(layout.placements, 1):
        rings = ring_numbers(pages[f"{index:02}-{laid.drill.name}"])
        every = [number_of(leg, VOICE) for leg in laid.legs]
        assert all(rings.count(number) == 2 * every.count(number) for number in every), (
            laid.drill.name,
            rings,
        )


def test_rings_leave_the_heads_of_short_legs_free() -> None:
    laid = layouts.placement("break-90", (30.0, 30.0), 20.0)
    page = compose(layouts.layout(layouts.yard(60, 60), laid), paper="letter", units="m").pages[2]
    heads = [
        mark
        for mark in page.marks
        if isinstance(mark, Region) and mark.fill == BLUE and len(mark.rings[0]) == 3
    ]
    rings = [ink(word) for word in texts(page) if word.text in {"2L", "2R"}]
    tips = [Box(head.rings[0][0], 1.0, 1.0) for head in heads]
    assert len(tips) == 4  # on the legs and in the table
    assert not any(overlaps(ring.grown(1.2), tip) for ring in rings for tip in tips)


def test_no_athlete_stands_on_the_head_of_a_short_leg() -> None:
    laid = layouts.placement("break-90", (30.0, 30.0), 20.0)
    page = compose(layouts.layout(layouts.yard(60, 60), laid), paper="letter", units="m").pages[2]
    shapes = [mark for mark in page.marks if isinstance(mark, Region)]
    heads = [mark for mark in shapes if mark.fill == BLUE and len(mark.rings[0]) == 3]
    fans = [mark for mark in shapes if mark.fill == "#ffffff" and len(mark.rings[0]) == 10]
    assert fans
    for fan in fans:
        spots = [Box(point, 0.5, 0.5) for point in fan.rings[0]]
        assert not any(overlaps(spot, Box(head.rings[0][0], 4.0, 4.0)) for spot in spots for head in heads)


def test_a_ring_that_just_reaches_a_side_shows_the_side() -> None:
    laid = layouts.placement("four-way-circle", (20.0, 20.0))
    middle = math.fsum(cone.x for cone in laid.cones) / len(laid.cones)
    reach = 3.0 + max(leg.side_clearance for leg in laid.legs)
    close = layouts.placement("four-way-circle", (20.0 - middle + reach + 0.001, 20.0))
    page = compose(layouts.layout(layouts.yard(40, 40), close), paper="letter", units="m").pages[2]
    assert any(isinstance(mark, Stroke) and mark.round_ends and mark.width_mm == 0.7 for mark in page.marks)


def test_a_called_drill_has_both_answers_alike() -> None:
    laid = layouts.placement("break-45", (15.0, 18.0))
    page = compose(layouts.layout(layouts.yard(30, 30), laid), paper="letter", units="m").pages[2]
    said = [word.text for word in texts(page)]
    assert {"LEFT", "RIGHT", "2L", "2R", "caller", "start"} <= set(said)
    left, right = (next(word for word in texts(page) if word.text == call) for call in ("LEFT", "RIGHT"))
    assert (left.size_mm, left.style) == (right.size_mm, right.style)
    calls = [word.text for word in texts(page) if word.text in ("L", "R")]
    assert len(calls) == 16
    assert calls.count("L") == 8


def test_a_mirrored_drill_says_the_other_hand() -> None:
    plain, mirrored = (
        " ".join(
            word.text
            for word in texts(
                compose(
                    layouts.layout(
                        layouts.yard(40, 40), layouts.placement("t-test", (20, 16), mirrored=side)
                    ),
                    paper="letter",
                    units="m",
                ).pages[2]
            )
        )
        for side in (False, True)
    )
    assert plain.count("left hand") == mirrored.count("right hand") > 0
    assert "Mirrored" in mirrored
    assert "Mirrored" not in plain


# --- what the pages say ------------------------------------------------------------------------------


def test_both_lengths_of_a_drill_that_has_two_are_said() -> None:
    overview, _, zig_zag, broken, short = sheet_of("stretched").pages
    said = [mark.text for mark in texts(overview)]
    for words_of in (("93 % deep", "70 % wide"), ("60 % deep", "full width"), ("full depth", "55 % wide")):
        assert set(words_of) <= set(said)
    assert "Backward zig-zag, 93 % deep, 70 % wide, full pace." in overview.description
    assert "Backward zig-zag at 93 % deep, 70 % wide in Garden." in zig_zag.description
    for page, heading, lines in (
        (zig_zag, "93 % deep, 70 % wide", ["Depth 3.68, not 3.96 m.", "Width 1.60, not 2.29 m."]),
        (broken, "60 % deep, 100 % wide", ["Pedal 6.58, not 10.97 m."]),
        (short, "100 % deep, 55 % wide", ["Drive 2.51, not 4.57 m."]),
    ):
        block = [mark.text for mark in texts(page)]
        at = block.index(heading)
        assert block[at + 1 : at + 1 + len(lines)] == lines
        assert not any(word.startswith("Size") for word in block)
    alike = replace(layouts.all_layouts()["three"].placements[0], size=0.7)
    assert words.two_sizes(alike, VOICE) is None


def test_the_overview_tells_what_was_left_out() -> None:
    said = [word.text for word in texts(sheet_of("none").pages[0])]
    assert "Left out" in said
    assert sum("No pose" in text for text in said) == 7
    assert any("No drill fits" in text for text in said)


@pytest.mark.parametrize(("units", "more"), [("m", "0.4 m"), ("ft", "1′ 4″")])
def test_the_overview_tells_what_would_help(units: Units, more: str) -> None:
    said = " ".join(word.text for word in texts(sheet_of("helped", units).pages[0]))
    assert "In the way: north fence and oak. It would fit at easy pace, without the oak or" in said
    assert f"with {more} more room at the north fence (behind cone 3)." in said


def test_wet_grass_is_said_whole_on_every_page_it_matters() -> None:
    known = layouts.all_layouts()["sixteen"]
    out = tuple(Unplaced(drill, "walk", "No pose " * 12, 0.4) for drill in map(load_drill, drill_names()))
    wet = replace(known, space=replace(known.space, factor=1.5), unplaced=out)
    pages = compose(wet, paper="letter", units="m").pages
    drills = [page for page in pages if not page.name.startswith(("00-", "session"))]
    assert len(drills) == 1 + len(known.placements)
    for page in drills:
        said = " ".join(word.text for word in texts(page))
        assert ("wet grass" if page.name == "overview" else VOICE.say("legend.wet")) in said, page.name


def test_a_hard_thing_close_by_has_its_arrow_with_its_distance() -> None:
    laid = layouts.placement("box", (8.2, 12.0))
    page = compose(layouts.layout(layouts.yard(40, 40), laid), paper="letter", units="m").pages[2]
    assert any(word.text.endswith(" m to side 4") for word in texts(page))


@pytest.mark.parametrize("units", ["m", "yd", "ft"])
def test_no_length_title_or_source_is_cut_short(units: Units) -> None:
    for page in sheet_of("sixteen", units).pages:
        cut = [word.text for word in texts(page) if word.text.endswith("…")]
        assert not cut, page.name


def test_a_long_title_is_set_smaller_before_it_is_cut() -> None:
    laid = layouts.placement("box", (20.0, 20.0))
    ground = layouts.yard(40, 40, "The long garden behind the railway cottage")
    for page in compose(layouts.layout(ground, laid), paper="letter", units="m").pages[:1]:
        assert ground.name in {word.text for word in texts(page)}


def test_the_inch_bar_ends_above_the_table() -> None:
    page = sheet_of("sixteen").pages[0]
    bar = next(mark for mark in page.marks if isinstance(mark, Stroke) and mark.id == "bar-4-in")
    head = next(word for word in texts(page) if word.text == "why not larger")
    assert bar.points[1][1] < head.at[1] - 4.2


def test_what_finds_no_room_in_the_column_is_counted() -> None:
    said = [word.text for word in texts(sheet_of("long names").pages[0])]
    assert any(re.fullmatch(r"and \d more", text) for text in said)


def test_every_page_is_numbered_and_carries_the_id(sheet: Sheet) -> None:
    of = {"en": "of", "de": "von"}[sheet.language]
    for number, page in enumerate(sheet.pages, 1):
        said = [word.text for word in texts(page)]
        assert any(
            text.endswith(f" {number} {of} {len(sheet.pages)}") and text.startswith(("layout ", "Plan "))
            for text in said
        )


def test_the_id_is_the_layouts() -> None:
    layout = layouts.all_layouts()["three"]
    assert any(layout_id(layout) in word.text for word in texts(sheet_of("three").pages[0]))


def test_missing_letters_are_shown_by_a_stand_in() -> None:
    sheet = compose(layouts.layout(layouts.yard(20, 20, "庭")), paper="letter", units="m")
    assert texts(sheet.pages[0])[0].text == "?"


def test_the_same_layout_gives_the_same_marks() -> None:
    layout = layouts.all_layouts()["three"]
    assert compose(layout, paper="letter", units="m") == compose(layout, paper="letter", units="m")


@pytest.mark.parametrize("count", [MOST_CLOSE, 2 * MOST_CLOSE, 100])
def test_long_run_orders_stay_legible(count: int) -> None:
    definition = load_drill("backpedal-and-go").definition.model_dump(by_alias=True, exclude_none=True)
    there, back = definition["legs"][:2]
    definition["legs"] = [there, back] * (count // 2)
    drill = parse_drill(definition, "long", "long.toml")
    sheet = compose(long_layout(drill), paper="letter", units="m")
    names = [page.name for page in sheet.pages]
    assert (f"01-{drill.name}-order" in names) is (count > 2 * MOST_CLOSE)
    rows = [word for page in sheet.pages for word in texts(page) if re.fullmatch(r"\d → \d", word.text)]
    assert len(rows) == count


def long_layout(drill: object) -> Layout:
    laid = layouts.placement(drill, (15.0, 16.0))  # type: ignore[arg-type]
    return layouts.layout(layouts.yard(30, 30), laid)
