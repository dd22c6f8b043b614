"""The page of two yards: at one true scale, legible, in both languages, without a name of the other yard."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import pytest

from conedrills.compose import compose
from conedrills.drill import load_drill
from conedrills.figure import Stretch
from conedrills.geometry import Point
from conedrills.labels import Box, contains, upright
from conedrills.layout import Common, Layout
from conedrills.partner import CommonSize, Line, Partner, lines_of
from conedrills.sheet import Page, Region, Sheet, Text
from conedrills.yard import Units
from tests.readback import layouts
from tests.test_compose import meeting, points, texts

NAMES = list(layouts.all_layouts())
SECRET = "SECRETNAME"


def secret(layout: Layout) -> Layout:
    """With a name on everything that can have one."""
    yard = layout.yard
    named = replace(
        yard, name=SECRET, notes=(SECRET,), sun=SECRET, slope=SECRET,
        side_names=(SECRET,) * len(yard.boundary),
        obstacles=tuple(replace(thing, name=SECRET) for thing in yard.obstacles),
        references=tuple(replace(hook, name=SECRET, what=SECRET) for hook in yard.references),
    )  # fmt: skip
    placements = tuple(
        replace(one, tightest=one.tightest and replace(one.tightest, to=SECRET), remarks=(SECRET,))
        for one in layout.placements
    )
    return replace(layout, title=SECRET, notes=(SECRET,), yard=named, placements=placements)


def partner(here: Layout, there: Layout) -> Partner:
    """Both side by side, with something in every cell of the table."""
    sizes = itertools.cycle([
        CommonSize(0.5771, "easy", True, Common(0.5776, True)),
        CommonSize(0.6539, "walk", False, Common(0.9, False), Stretch(0.6539, 0.9871)),
        None,
    ])  # fmt: skip
    lines = [
        replace(line, common=next(sizes), certain=nth % 2 == 0)
        for nth, line in enumerate(lines_of(here, there))
    ]
    return Partner(there, tuple(lines))


def pages(name: str, other: str, units: Units = "m", language: str = "en") -> list[Page]:
    here, there = layouts.all_layouts()[name], secret(layouts.all_layouts()[other])
    sheet = compose(here, paper="a4", units=units, language=language, partner=partner(here, there))
    return [page for page in sheet.pages if page.name.startswith("partners")]


@pytest.fixture(
    scope="module",
    params=[
        (name, other, units, language)
        for name, other in zip(NAMES, [*NAMES[1:], NAMES[0]], strict=True)
        for units, language in (("m", "en"), ("ft", "de"))
    ],
    ids=" ".join,
)
def drawn(request: pytest.FixtureRequest) -> list[Page]:
    return pages(*request.param)


def test_no_words_overlap(drawn: list[Page]) -> None:
    for page in drawn:
        assert meeting(texts(page)) == [], page.name


def test_nothing_leaves_the_box_in_which_both_papers_agree(drawn: list[Page]) -> None:
    box = upright(10.5 - 0.8, 21.5 - 0.8, 10.5 + 189.8, 21.5 + 254.8)
    for page in drawn:
        for mark in page.marks:
            assert all(contains(box, Box(point, 0.0, 0.0)) for point in points(mark)), mark


def test_nothing_of_the_other_yard_is_named(drawn: list[Page]) -> None:
    for page in drawn:
        assert SECRET not in page.description
        assert SECRET not in page.title
        for mark in page.marks:
            assert SECRET not in (mark.text if isinstance(mark, Text) else getattr(mark, "title", ""))


def test_every_drill_has_its_row_and_its_pair() -> None:
    here = layouts.all_layouts()["sixteen"]
    found = pages("sixteen", "three")
    wanted = len({one.drill.name for one in (*here.placements, *layouts.all_layouts()["three"].placements)})
    assert [page.name for page in found] == ["partners", *(f"partners-{n}" for n in range(2, len(found) + 1))]
    assert len(found) == -(-wanted // 6)
    words = [word.text for page in found for word in texts(page)]
    assert words.count("here") + words.count("here: not placed") == wanted
    assert words.count("there") + words.count("there: not placed") == wanted


def cones(page: Page) -> list[tuple[float, float]]:
    triangles = (mark for mark in page.marks if isinstance(mark, Region) and mark.fill == "#e69f00")
    return [
        (sum(x for x, _ in mark.rings[0]) / 3, sum(y for _, y in mark.rings[0]) / 3) for mark in triangles
    ]


def test_both_plans_have_the_scale_that_is_stated() -> None:
    here = layouts.layout(layouts.yard(20.0, 30.0), layouts.placement("box", (8.0, 12.0)))
    there = layouts.layout(
        layouts.yard(40.0, 25.0), layouts.placement("box", (20.0, 12.0), 30.0, 0.8, mirrored=True)
    )
    sheet = compose(here, paper="letter", units="m", partner=Partner(there, lines_of(here, there)))
    (page,) = [one for one in sheet.pages if one.name == "partners"]
    said = next(word.text for word in texts(page) if word.text.startswith("100 mm = "))
    metre = 100.0 / float(said.removeprefix("100 mm = ").split(" m.")[0])
    found = cones(page)
    drawn = [*here.placements[0].cones, *there.placements[0].cones]
    assert len(found) == len(drawn)
    half = len(here.placements[0].cones)
    for start, end in ((0, half), (half, len(drawn))):
        for i, j in itertools.combinations(range(start, end), 2):
            true = (drawn[i] - drawn[j]).length * metre
            assert math.dist(found[i], found[j]) == pytest.approx(true, abs=1e-6)


def test_north_is_up_in_both_where_it_is_known() -> None:
    ground = layouts.yard(20.0, 30.0, north=90.0)
    turned = replace(ground, north=0.0)  # its +x is north, so on paper its long side lies level
    laid = layouts.placement("box", (8.0, 12.0))
    here, there = layouts.layout(ground, laid), layouts.layout(turned, laid)
    sheet = compose(here, paper="letter", units="m", partner=Partner(there, lines_of(here, there)))
    page = sheet.pages[1]
    assert page.name == "partners"
    assert "north is up" in page.description
    assert "N" in [word.text for word in texts(page)]
    found, half = cones(page), len(laid.cones)
    first = (found[1][0] - found[0][0], found[1][1] - found[0][1])
    second = (found[half + 1][0] - found[half][0], found[half + 1][1] - found[half][1])
    # what points north in the first yard points west in the second
    assert second[0] == pytest.approx(first[1], abs=1e-6)
    assert second[1] == pytest.approx(-first[0], abs=1e-6)
    none = compose(
        here,
        paper="letter",
        units="m",
        partner=Partner(replace(there, yard=replace(turned, north=None)), lines_of(here, there)),
    )
    assert "north is up" not in none.pages[1].description


def test_the_page_comes_after_the_overview_and_is_filed() -> None:
    here = layouts.all_layouts()["three"]

    def drawn(partner: Partner | None) -> Sheet:
        return compose(here, paper="letter", units="m", partner=partner)

    with_page = drawn(Partner(here, lines_of(here, here)))
    without = drawn(None)
    assert [page.name for page in with_page.pages if page.name != "partners"] == [
        p.name for p in without.pages
    ]
    assert [page.name for page in with_page.pages][:3] == ["overview", "partners", "session"]
    assert next(page.label for page in with_page.pages if page.name == "partners") == "two yards"
    assert "partners" not in [page.name for page in drawn(Partner(here, ())).pages]


# ---------------------------------------------------------------- what compares


def test_times_compare_only_at_the_same_size_pace_and_side() -> None:
    one = layouts.placement("w-drill", (8.0, 16.0), 0.0, 0.83)
    assert Line(one.drill, one, one).compares
    for name, other in {
        "size": layouts.placement("w-drill", (8.0, 16.0), 0.0, 0.8301),
        "pace": layouts.placement("w-drill", (8.0, 16.0), 0.0, 0.83, pace="easy"),
        "side": layouts.placement("w-drill", (8.0, 16.0), 0.0, 0.83, mirrored=True),
    }.items():
        line = Line(one.drill, one, other)
        assert (line.differs, line.compares) == ((name,), False)
    assert not Line(one.drill, one, None).compares
    turned = layouts.placement("w-drill", (3.0, 1.0), 77.0, 0.83)
    assert Line(one.drill, one, turned).compares  # where it lies makes no difference


def test_two_lengths_must_both_agree() -> None:
    drill = load_drill("zig-zag-backward-forward")
    one = layouts.placement("zig-zag-backward-forward", (8.0, 16.0), 0.0, 0.8)
    one = replace(one, stretch=Stretch(0.8, 0.9))
    other = replace(one, stretch=Stretch(0.9, 0.8))
    assert one.size == other.size
    assert Line(drill, one, other).differs == ("size",)


def test_a_drill_that_lies_in_one_layout_only_has_a_line() -> None:
    ground = layouts.yard(60.0, 60.0)
    box, w_drill = layouts.placement("box", (8.0, 12.0)), layouts.placement("w-drill", (8.0, 30.0))
    lines = lines_of(layouts.layout(ground, box, box), layouts.layout(ground, w_drill))
    assert [(line.drill.name, line.here is None, line.there is None) for line in lines] == [
        ("box", False, True),
        ("w-drill", True, False),
    ]
    turned = Partner(layouts.layout(ground, box), lines).turned(layouts.layout(ground, w_drill))
    assert [(line.here is None, line.there is None) for line in turned.lines] == [
        (True, False),
        (False, True),
    ]
    assert Point(0.0, 0.0) == ground.boundary[0]
