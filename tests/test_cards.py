"""Pocket cards and the session's page: legible, true to scale, nothing lost, and clear about times."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from pypdf import PdfReader

from conedrills import fonts
from conedrills.cli import run
from conedrills.compose import cards, compose, times
from conedrills.compose.cards import A_PAGE
from conedrills.compose.frame import HIGH, WIDE, Paper
from conedrills.compose.track import number_of
from conedrills.drill import Drill, drill_names, load_drill, parse_drill
from conedrills.labels import Box, contains, overlaps, upright
from conedrills.language import Voice
from conedrills.layout import Layout, Placement
from conedrills.layoutwriter import dumps
from conedrills.sheet import Disc, Mark, Page, Region, Sheet, Stroke, Text
from conedrills.yard import Units
from tests.readback import layouts

XY = tuple[float, float]
LEFT, TOP = (215.9 - WIDE) / 2, (279.4 - HIGH) / 2
"""Where the box of a page begins on Letter."""
NASTY = [name for name, layout in layouts.all_layouts().items() if layout.placements]
SPOKEN: tuple[tuple[Units, str], ...] = (("m", "en"), ("ft", "en"), ("m", "de"), ("yd", "de"))


def every_drill() -> Layout:
    """All drills of the program, each whole, the odd ones mirrored."""
    laid = [
        layouts.placement(name, (30.0, 30.0), 15.0, mirrored=index % 2 == 1)
        for index, name in enumerate(drill_names())
    ]
    return layouts.layout(layouts.yard(60, 60, "Test yard"), *laid)


@cache
def known() -> dict[str, Layout]:
    return {"all": every_drill(), **{name: layouts.all_layouts()[name] for name in NASTY}}


@cache
def cards_of(name: str, units: Units = "m", language: str = "en", paper: Paper = "letter") -> Sheet:
    return cards(known()[name], paper=paper, units=units, language=language)


@cache
def session_of(name: str, units: Units = "m", language: str = "en") -> tuple[Page, ...]:
    pages = compose(known()[name], paper="letter", units=units, language=language).pages
    return tuple(page for page in pages if page.name.startswith("session"))


def texts(page: Page) -> list[Text]:
    return [mark for mark in page.marks if isinstance(mark, Text) and mark.text]


def said(page: Page) -> str:
    return " ".join(mark.text for mark in texts(page))


def ink(mark: Text) -> Box:
    """The box of a line of text, from its baseline to its capitals."""
    high = mark.size_mm * fonts.CAP_HEIGHT
    turn = math.radians(mark.angle_deg)
    middle = {"start": 0.5, "middle": 0.0, "end": -0.5}[mark.anchor] * mark.width_mm
    x = mark.at[0] + middle * math.cos(turn) - high / 2 * math.sin(turn)
    y = mark.at[1] - middle * math.sin(turn) - high / 2 * math.cos(turn)
    return Box((x, y), mark.width_mm, high, mark.angle_deg)


def points(mark: Mark) -> list[XY]:
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


def meeting(words: list[Text]) -> list[tuple[str, str]]:
    boxes = [ink(word) for word in words]
    pairs = itertools.combinations(range(len(words)), 2)
    return [(words[i].text, words[j].text) for i, j in pairs if overlaps(boxes[i], boxes[j])]


def middle_of(mark: Mark) -> XY:
    spots = points(mark)
    xs, ys = [x for x, _ in spots], [y for _, y in spots]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def each_card(name: str, *spoken: str) -> Iterator[tuple[Placement, list[Mark]]]:
    """Every card of a layout on Letter: its drill, and the marks within its quarter of the page."""
    sheet = cards_of(name, *spoken)
    for index, placement in enumerate(known()[name].placements):
        page, place = sheet.pages[index // A_PAGE], index % A_PAGE
        corner = (LEFT + WIDE / 2 * (place % 2), TOP + HIGH / 2 * (place // 2))
        quarter = upright(*corner, corner[0] + WIDE / 2, corner[1] + HIGH / 2)
        inside = [mark for mark in page.marks if contains(quarter, Box(middle_of(mark), 0.0, 0.0))]
        yield placement, [mark for mark in inside if all(_within(quarter, spot) for spot in points(mark))]


def _within(quarter: Box, spot: XY) -> bool:
    return contains(quarter.grown(0.2), Box(spot, 0.0, 0.0))


def cones(marks: list[Mark]) -> dict[int, XY]:
    found = {}
    for mark in marks:
        if isinstance(mark, Region) and mark.id.startswith("cone-"):
            (ring,) = mark.rings
            found[int(mark.id[5:])] = (sum(x for x, _ in ring) / 3, sum(y for _, y in ring) / 3)
    return found


# --- cards: what can be read ---------------------------------------------------------------------------


@pytest.mark.parametrize("spoken", SPOKEN, ids="-".join)
@pytest.mark.parametrize("name", ["all", *NASTY])
class TestEveryCard:
    def test_no_words_overlap(self, name: str, spoken: tuple[Units, str]) -> None:
        for page in cards_of(name, *spoken).pages:
            assert meeting(texts(page)) == [], page.name

    def test_nothing_leaves_the_box(self, name: str, spoken: tuple[Units, str]) -> None:
        box = upright(LEFT, TOP, LEFT + WIDE, TOP + HIGH).grown(0.2)
        for page in cards_of(name, *spoken).pages:
            for mark in page.marks:
                assert all(contains(box, Box(point, 0.0, 0.0)) for point in points(mark)), mark

    def test_letters_are_large_enough_and_as_wide_as_stated(
        self, name: str, spoken: tuple[Units, str]
    ) -> None:
        for page in cards_of(name, *spoken).pages:
            for word in texts(page):
                assert word.size_mm * fonts.CAP_HEIGHT >= 2.499, word
                assert word.width_mm == pytest.approx(fonts.width(word.text, word.size_mm, word.style))
                assert fonts.missing_glyphs([word.text]) == ()

    def test_no_card_writes_on_another(self, name: str, spoken: tuple[Units, str]) -> None:
        for placement, marks in each_card(name, *spoken):
            left = [x for mark in marks if isinstance(mark, Text) for x, _ in points(mark)]
            assert max(left) - min(left) <= WIDE / 2 - 10.0 + 0.2, placement.drill.name

    def test_every_cone_has_its_number_and_every_leg_its_ring(
        self, name: str, spoken: tuple[Units, str]
    ) -> None:
        for placement, marks in each_card(name, *spoken):
            bold = [mark for mark in marks if isinstance(mark, Text) and mark.style == "bold"]
            numbers = {mark.text for mark in bold if mark.halo_mm > 0.0}
            wanted = {str(number) for number in range(1, len(placement.cones) + 1)}
            assert wanted <= numbers, placement.drill.name
            rings = Counter(mark.text for mark in bold if mark.halo_mm == 0.0)
            voice = Voice(spoken[1], spoken[0])
            for leg in placement.legs:
                assert rings[number_of(leg, voice)] >= 2, (placement.drill.name, leg.order)


@pytest.mark.parametrize("units", ["m", "ft"])
def test_no_name_length_or_norm_of_ours_is_cut_short(units: Units) -> None:
    for language in ("en", "de"):
        for page in cards_of("all", units, language).pages:
            assert [word.text for word in texts(page) if word.text.endswith("…")] == [], (language, page.name)


def test_both_papers_hold_the_same_cards() -> None:
    for one, other in zip(cards_of("all").pages, cards_of("all", paper="a4").pages, strict=True):
        assert (one.width_mm, one.height_mm) == (215.9, 279.4)
        assert (other.width_mm, other.height_mm) == (210.0, 297.0)
        shifts = {
            (round(a[0] - b[0], 6), round(a[1] - b[1], 6))
            for mark, twin in zip(one.marks, other.marks, strict=True)
            for a, b in zip(points(mark), points(twin), strict=True)
        }
        assert shifts == {(2.95, -8.8)}


def test_four_to_a_page_in_the_order_of_the_layout() -> None:
    sheet = cards_of("all")
    count = -(-len(drill_names()) // 4)
    assert [page.name for page in sheet.pages] == [f"cards-{page}" for page in range(1, count + 1)]
    titles = [load_drill(name).title for name in drill_names()]
    for title, (placement, marks) in zip(titles, each_card("all"), strict=True):
        assert placement.drill.title == title
        assert title in {mark.text for mark in marks if isinstance(mark, Text)}
    number = drill_names().index("5-10-5") + 1
    said = sheet.pages[(number - 1) // 4].description
    assert f"Card {number}: 5-10-5 pro agility, 3 cones · " in said


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_page_that_is_not_full_is_cut_only_where_cards_are(count: int) -> None:
    laid = [layouts.placement("box", (20.0, 20.0)) for _ in range(count)]
    (page,) = cards(layouts.layout(layouts.yard(40, 40), *laid), paper="letter", units="m").pages
    lines = [mark for mark in page.marks if isinstance(mark, Stroke) and mark.width_mm == 0.15]
    assert len(lines) == {1: 4, 2: 5, 3: 6}[count]
    right = max(x for line in lines for x, _ in line.points)
    low = max(y for line in lines for _, y in line.points)
    assert right == pytest.approx(LEFT + (WIDE / 2 if count == 1 else WIDE))
    assert low == pytest.approx(TOP + (HIGH if count == 3 else HIGH / 2))


# --- cards: true to scale ------------------------------------------------------------------------------

SCALES = {"⅛″ = 1′": 96, "¼″ = 1′": 48, "⅜″ = 1′": 32, "½″ = 1′": 24, "¾″ = 1′": 16, "1½″ = 1′": 8}


def stated(marks: list[Mark]) -> float:
    """The n of 1 : n that a card states."""
    lines = [mark.text for mark in marks if isinstance(mark, Text)]
    form = re.compile(r"(.*) · (?:layout )?[a-z2-7]{6}")
    scale = next(found[1] for line in lines if (found := form.fullmatch(line)))
    if scale.startswith("1 : "):
        return float(scale[4:])
    inches, feet = re.findall(r"[\d⅛¼⅜½¾/]+", scale)
    if scale in SCALES:
        return SCALES[scale]
    over, _, under = inches.partition("/")
    return 12.0 * float(feet) / (float(over) / float(under or 1))


@pytest.mark.parametrize("units", ["m", "ft"])
@pytest.mark.parametrize("name", ["all", *NASTY])
def test_cones_stand_true_to_the_stated_scale(name: str, units: Units) -> None:
    for placement, marks in each_card(name, units):
        drawn, scale = cones(marks), stated(marks)
        assert sorted(drawn) == list(range(1, len(placement.cones) + 1))
        for i, j in itertools.combinations(drawn, 2):
            true = (placement.cones[i - 1] - placement.cones[j - 1]).length * 1000.0 / scale
            assert math.dist(drawn[i], drawn[j]) == pytest.approx(true, abs=1e-6), placement.drill.name


@pytest.mark.parametrize(("units", "metre"), [("m", 1.0), ("ft", 0.3048)])
def test_the_bar_measures_what_it_says(units: Units, metre: float) -> None:
    for _, marks in each_card("all", units):
        bar = next(mark for mark in marks if isinstance(mark, Region) and mark.id == "scale-bar")
        words = [mark.text for mark in marks if isinstance(mark, Text)]
        whole = next(int(word.split()[0]) for word in words if re.fullmatch(rf"\d+ {units}", word))
        xs = [x for x, _ in points(bar)]
        assert (max(xs) - min(xs)) * stated(marks) == pytest.approx(1000.0 * whole * metre)


def test_a_card_is_heads_up_and_not_the_mirror_image() -> None:
    for mirrored in (False, True):
        laid = layouts.placement("w-drill", (16.0, 20.0), 77.0, mirrored=mirrored)
        (page,) = cards(layouts.layout(layouts.yard(40, 40), laid), paper="a4", units="m").pages
        drawn = cones(list(page.marks))
        assert drawn[2][1] > drawn[1][1]
        assert (drawn[5][0] > drawn[1][0]) is not mirrored
        assert ("mirrored" in said(page)) is mirrored


def test_ways_of_moving_differ_without_colour() -> None:
    laid = layouts.placement("box", (18.0, 12.0))
    (page,) = cards(layouts.layout(layouts.yard(30, 30), laid), paper="letter", units="m").pages
    legs = [mark for mark in page.marks if isinstance(mark, Stroke) and 0.8 < mark.width_mm < 1.0]
    assert sorted(bool(leg.dash_mm) for leg in legs) == [False, False, False, True]
    heads = [
        mark for mark in page.marks if isinstance(mark, Region) and len(mark.rings[0]) == 3 and not mark.id
    ]
    assert sorted(head.fill == "#ffffff" for head in heads) == [False, False, False, True]


# --- cards: what they say ------------------------------------------------------------------------------


def one_card(placement: Placement, language: str = "en") -> Page:
    (page,) = cards(
        layouts.layout(layouts.yard(40, 40), placement), paper="letter", units="m", language=language
    ).pages
    return page


def test_a_card_says_what_to_set_out_and_what_to_keep_empty() -> None:
    page = one_card(layouts.placement("w-drill", (16.0, 20.0), size=0.93))
    for part in ("5 cones · full pace · 93 %", "behind 2, 4 3.0 m empty", "past 5 4.0 m clear", "4.25 m"):
        assert part in said(page)
    assert "1 → 2, backpedal; plant, then drive" in said(page)


def test_norms_stand_only_on_a_card_that_compares() -> None:
    whole = said(one_card(layouts.placement("t-test", (20.0, 20.0))))
    assert "men: excellent < 9.5, good 9.5–10.5" in whole
    assert "women:" in whole
    for other in (
        layouts.placement("t-test", (20.0, 20.0), size=0.9),
        layouts.placement("t-test", (20.0, 20.0), mirrored=True),
        layouts.placement("t-test", (20.0, 20.0), pace="easy"),
        layouts.placement("w-drill", (20.0, 20.0)),
    ):
        words = said(one_card(other))
        assert "Times: this layout only." in words
        assert "excellent" not in words
    german = said(one_card(layouts.placement("t-test", (20.0, 20.0)), "de"))
    assert "Männer: sehr gut < 9,5; gut 9,5–10,5" in german


@pytest.mark.parametrize(("drill", "boxes"), [("l-drill", 2), ("retro-lane", 1)])
def test_a_box_for_each_side_high_enough_for_a_pencil(drill: str, boxes: int) -> None:
    page = one_card(layouts.placement(drill, (20.0, 20.0)))
    drawn = [
        points(mark) for mark in page.marks if isinstance(mark, Region) and mark.fill is None and not mark.id
    ]
    assert len(drawn) == boxes
    assert all(max(y for _, y in spots) - min(y for _, y in spots) >= 7.2 for spots in drawn)
    assert ("best, left" in said(page)) is (boxes == 2)


def long_drill(count: int, different: bool) -> Drill:
    definition = load_drill("w-drill" if different else "backpedal-and-go").definition.model_dump(
        by_alias=True, exclude_none=True
    )
    run_order = definition["legs"]
    if different:
        run_order = [
            {**leg, "movement": movement}
            for movement in ("walk", "jog", "run", "sprint", "open-hip run", "hop")
            for leg in definition["legs"]
        ]
    definition["legs"] = [run_order[i % len(run_order)] for i in range(count)]
    for leg in definition["legs"]:
        leg.pop("facing", None)
        leg.pop("do", None)
    definition.pop("de", None)
    return parse_drill(definition, f"long-{count}", "long.toml")


@pytest.mark.parametrize("different", [False, True])
@pytest.mark.parametrize("count", [14, 18, 36, 100])
def test_long_run_orders_fit(count: int, different: bool) -> None:
    page = one_card(layouts.placement(long_drill(count, different), (20.0, 20.0)))
    assert (f"{count} legs: see the sheet" in said(page)) is (count > 14)
    box = upright(LEFT, TOP, LEFT + WIDE / 2, TOP + HIGH / 2).grown(0.2)
    assert all(contains(box, Box(point, 0.0, 0.0)) for mark in page.marks for point in points(mark))
    if count <= 18 or not different:
        assert meeting(texts(page)) == []


def test_no_drill_no_card() -> None:
    assert cards(layouts.all_layouts()["none"], paper="a4", units="m").pages == ()


# --- the command ---------------------------------------------------------------------------------------


@pytest.fixture
def layout_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    laid = layouts.placement("box", (20.0, 20.0)), layouts.placement("w-drill", (20.0, 20.0))
    file = tmp_path / "layout.json"
    file.write_bytes(dumps(layouts.layout(layouts.yard(40, 40), *laid)))
    return file


def test_the_command_writes_cards(layout_file: Path) -> None:
    command = ["sheet", str(layout_file), "--format", "card", "--lang", "de", "-o"]
    assert run([*command, "cards.pdf"]) == 0
    (page,) = PdfReader("cards.pdf").pages
    assert "4 Hütchen" in page.extract_text()
    assert run([*command, "cards.svg"]) == 0
    drawn = Path("cards.svg").read_text("utf-8")
    assert "5 Hütchen" in drawn
    assert "urn:conedrills:layout:1" in drawn


def test_the_command_takes_a_page_of_cards(layout_file: Path) -> None:
    command = ["sheet", str(layout_file), "-o", "c.svg", "--format", "card", "--page"]
    assert run([*command, "cards-1"]) == 0
    assert run([*command, "cards-2", "--force"]) == 2


@pytest.mark.parametrize("name", ["cards.txt", "cards.csv"])
def test_what_has_no_pages_has_no_cards(layout_file: Path, name: str) -> None:
    assert run(["sheet", str(layout_file), "-o", name, "--format", "card"]) == 2
    assert not Path(name).exists()


def test_a_layout_without_drills_has_no_cards(layout_file: Path) -> None:
    layout_file.write_bytes(dumps(layouts.layout(layouts.yard(40, 40))))
    assert run(["sheet", str(layout_file), "-o", "c.pdf", "--format", "card"]) == 2


# --- the session ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("spoken", SPOKEN, ids="-".join)
@pytest.mark.parametrize("name", ["all", *NASTY])
def test_the_session_is_legible(name: str, spoken: tuple[Units, str]) -> None:
    box = upright(LEFT, TOP, LEFT + WIDE, TOP + HIGH).grown(0.8)
    for page in session_of(name, *spoken):
        assert meeting(texts(page)) == [], page.name
        for mark in page.marks:
            assert all(contains(box, Box(point, 0.0, 0.0)) for point in points(mark)), mark
        assert all(word.size_mm * fonts.CAP_HEIGHT >= 2.499 for word in texts(page))


def test_the_session_comes_after_the_overview_and_before_the_drills() -> None:
    for name in ("three", "sixteen"):
        pages = [page.name for page in compose(known()[name], paper="a4", units="m").pages]
        first = pages.index("session")
        assert all(name == "overview" or name.startswith("00-") for name in pages[:first])
        assert next(name for name in pages[first:] if not name.startswith("session")).startswith("01-")
    nothing = compose(layouts.all_layouts()["none"], paper="a4", units="m").pages
    assert [page.name for page in nothing] == ["overview"]


def test_the_session_says_what_to_take_and_names_every_drill_with_its_dose() -> None:
    words = " ".join(said(page) for page in session_of("all"))
    for placement in known()["all"].placements:
        assert placement.drill.title in words
    for part in ("8 cones", "a watch and a pencil", "chalk or spray", "Log for layout"):
        assert part in words
    assert "2 sets of 4, walk back. Rest 1 min" in session_of("all")[0].description
    assert "2 tapes of 30 m" in said(session_of("set out")[0])


@pytest.mark.parametrize(
    ("placement", "sentence"),
    [
        (layouts.placement("t-test", (20, 20)),
         "Times compare with published ones: men: excellent < 9.5, good 9.5–10.5, average 10.5–11.5, poor > "
         "11.5 s · women: excellent < 10.5, good 10.5–11.5, average 11.5–12.5, poor > 12.5 s."),
        (layouts.placement("t-test", (20, 20), size=0.8399),
         "Compare times only with a layout of the same size (83 %), pace (full) and side (as published)."),
        (layouts.placement("t-test", (20, 20), mirrored=True),
         "Compare times only with a layout of the same size (100 %), pace (full) and side (mirrored)."),
        (layouts.placement("retro-lane", (20, 20), pace="easy"),
         "Compare times only with a layout of the same size (100 %) and pace (easy)."),
    ],
)  # fmt: skip
def test_each_drill_says_with_what_its_times_compare(placement: Placement, sentence: str) -> None:
    layout = layouts.layout(layouts.yard(40, 40), placement)
    page = compose(layout, paper="letter", units="m").pages[1]
    assert sentence in said(page)
    assert sentence in page.description


def test_a_regulation_drill_without_norms_still_says_that_it_compares() -> None:
    bare = load_drill("t-test").definition.model_dump(by_alias=True, exclude_none=True)
    del bare["norms"]
    laid = layouts.placement(parse_drill(bare, "bare", "bare.toml"), (20, 20))
    assert times.comparison(laid, Voice("en", "m")) == "Times compare with published ones."


@pytest.mark.parametrize("language", ["en", "de"])
def test_norms_are_said_in_both_languages(language: str) -> None:
    for name in ("5-10-5", "l-drill", "semo", "t-test"):
        norms = times.norms(layouts.placement(name, (20, 20)), Voice(language, "m"))
        decimals = re.findall(r"\d([.,])\d", norms)
        assert set(decimals) == {"," if language == "de" else "."}, name


def test_the_log_has_lines_for_a_pencil_and_one_side_where_there_is_one() -> None:
    (page,) = session_of("three")
    frames = [
        mark for mark in page.marks if isinstance(mark, Region) and mark.width_mm == 0.5 and not mark.fill
    ]
    assert len(frames) >= 3
    for frame in frames:
        ys = [y for _, y in points(frame)]
        assert (max(ys) - min(ys)) / 4 >= 7.2 - 1e-9
    dashes = [
        mark
        for mark in page.marks
        if isinstance(mark, Stroke) and abs(math.dist(mark.points[0], mark.points[-1]) - 8.0) < 0.01
    ]
    one_sided = [laid for laid in known()["three"].placements if not laid.drill.mirror]
    assert len(dashes) == len(one_sided) * len(frames)


def test_very_many_drills_go_on_over_more_pages() -> None:
    garden = known()["sixteen"]
    crowd = replace(garden, placements=garden.placements * 4)
    pages = [page for page in compose(crowd, paper="a4", units="m").pages if page.name.startswith("session")]
    assert [page.name for page in pages] == ["session", *(f"session-{i}" for i in range(2, len(pages) + 1))]
    assert {page.part_of for page in pages[1:]} == {"session"}
    squares = Counter(word.text for page in pages for word in texts(page) if word.colour == "#ffffff")
    assert set(squares) == {str(number) for number in range(1, 65)}
    assert min(squares.values()) >= 2  # with its dose, and in the log


def test_the_log_of_a_drill_has_both_sides_where_it_is_run_to_both() -> None:
    for name, both in (("box", True), ("straight-backpedal", False)):
        layout = layouts.layout(layouts.yard(40, 40), layouts.placement(name, (20, 20)))
        words = said(compose(layout, paper="letter", units="m").pages[2])
        assert ("right 1 right 2 right 3 right 4 left 1" in words) is both
        assert ("run 1 run 2" in words) is not both
