"""The builder's page: every length of the set-out stands on it, and is drawn as long as it says."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from conedrills.compose import compose
from conedrills.compose.view import scale_words
from conedrills.language import Voice, languages
from conedrills.layout import Layout, Placement, Tie
from conedrills.setout import set_out
from conedrills.sheet import XY, Disc, Page, Region, Stroke, Text
from conedrills.units import format_length, tape_units
from conedrills.yard import Units
from tests.readback import layouts
from tests.test_compose import meeting, texts

_HOOK = 2.1
"""The radius of a hook's ring on the picture; those in the table are smaller."""
LAYOUTS = ("set out", "eight set out", "thin set out", "small in a park", "in a passage")


@cache
def layout_of(name: str) -> Layout:
    if name == "small in a park":
        park = layouts.yard(70.0, 50.0, north=90.0)
        return set_out(
            layouts.layout(park, layouts.placement("four-way-circle", (22.0, 20.0), 10.0, 0.6)), 60.0
        )
    if name == "in a passage":
        passage = layouts.yard(3.4, 24.0, side_names=("gate", "wall of the house", "", "hedge"))
        return set_out(layouts.layout(passage, layouts.placement("5-10-5", (1.7, 12.0), 90.0, 0.9)))
    return layouts.all_layouts()[name]


@cache
def pages_of(name: str, units: Units, language: str = "en") -> tuple[Page, ...]:
    sheet = compose(layout_of(name), paper="a4", units=units, language=language)
    return tuple(page for page in sheet.pages if "-setout" in page.name)


def first_pages(name: str, units: Units = "m", language: str = "en") -> Iterator[tuple[Placement, Page]]:
    layout = layout_of(name)
    by_name = {page.name: page for page in pages_of(name, units, language)}
    for index, placement in enumerate(layout.placements, 1):
        yield placement, by_name[f"{index:02}-{placement.drill.name}-setout"]


def cones(page: Page) -> dict[int, XY]:
    """Where the numbered triangles are."""
    found = {}
    for mark in page.marks:
        if isinstance(mark, Region) and mark.id.startswith("cone-"):
            x, y = (math.fsum(axis) / 3 for axis in zip(*mark.rings[0], strict=True))
            found[int(mark.id.removeprefix("cone-"))] = (x, y)
    return found


def hooks(page: Page) -> list[XY]:
    return [mark.centre for mark in page.marks if isinstance(mark, Disc) and mark.radius_mm == _HOOK]


def scale_of(page: Page) -> int:
    said = next(text.text for text in texts(page) if text.text.startswith("scale "))
    return next(n for n in range(1, 6000) if scale_words(n, "m") == said.removeprefix("scale "))


@pytest.mark.parametrize("units", ["m", "ft", "yd"])
@pytest.mark.parametrize("name", LAYOUTS)
def test_every_length_stands_on_the_page(name: str, units: Units) -> None:
    layout = layout_of(name)
    for index, placement in enumerate(layout.placements, 1):
        prefix = f"{index:02}-{placement.drill.name}-setout"
        pages = [page for page in pages_of(name, units) if page.name.startswith(prefix)]
        said = [text.text for page in pages for text in texts(page)]
        for row in placement.setout:
            lengths = [tape.distance for tape in row.tapes] if isinstance(row, Tie) else [row.along]
            lengths += [row.check.distance] if row.check else []
            for length in lengths:
                shown = tape_units(units)  # nobody has a tape in hundredths of a yard
                assert format_length(length, shown).removesuffix(f" {shown}") in said, (prefix, row)
            assert str(row.cone) in said
        assert len([mark for page in pages for mark in texts(page) if mark.text == "you measure"]) >= 1


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", [*LAYOUTS, "set out from long names"])
def test_no_step_is_dropped(name: str, language: str) -> None:
    """What comes last stands on the page, however long what comes before it is."""
    last = Voice(language, "ft").say("builder.check_and_ring")
    for _, page in first_pages(name, "ft", language):
        said = " ".join(text.text for text in texts(page))
        assert last in said, page.name


@pytest.mark.parametrize("name", LAYOUTS)
def test_what_is_drawn_is_as_long_as_it_says(name: str) -> None:
    """Cone to cone and hook to cone, in the marks themselves; `test_true_scale` measures marks in pixels."""
    for placement, page in first_pages(name):
        spots, metre = cones(page), 1000.0 / scale_of(page)
        assert sorted(spots) == [*range(1, len(placement.cones) + 1)]
        for check in placement.checks:
            far = math.dist(spots[check.start], spots[check.end]) / metre
            assert far == pytest.approx(check.distance, abs=0.01)
        drawn = hooks(page)
        for row in placement.setout[:2]:
            assert isinstance(row, Tie)
            if len(drawn) == len({tape.at for tie in placement.setout[:2] for tape in tie.tapes}):  # type: ignore[union-attr]
                reached = [math.dist(hook, spots[row.cone]) / metre for hook in drawn]
                for tape in row.tapes:
                    assert min(abs(tape.distance - far) for far in reached) < 0.02


@pytest.mark.parametrize("name", LAYOUTS)
def test_cone_numbers_stand_at_their_cones(name: str) -> None:
    for _, page in first_pages(name):
        numbers = [mark for mark in page.marks if isinstance(mark, Text) and mark.style == "bold"]
        for number, spot in cones(page).items():
            near = [mark for mark in numbers if mark.text == str(number) and math.dist(mark.at, spot) < 12.0]
            assert near, (page.name, number)


def test_a_small_drill_in_a_park_is_shown_large_with_an_inset() -> None:
    [(_, page)] = first_pages("small in a park")
    spots = cones(page)
    closest = min(math.dist(one, other) for one, other in itertools.combinations(spots.values(), 2))
    assert closest > 6.0
    small = [
        mark
        for mark in page.marks
        if isinstance(mark, Region) and not mark.id and len(mark.rings[0]) == 3 and mark.fill == "#e69f00"
    ]
    assert len(small) >= len(spots)  # those of the inset, and those of the table


def test_marks_are_to_be_made_first() -> None:
    [(_, page)] = first_pages("in a passage")
    said = " ".join(text.text for text in texts(page))
    assert "First make the marks: " in said
    assert "mark on" in said


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", [*LAYOUTS, "set out from long names"])
def test_no_words_overlap_in_any_language(name: str, language: str) -> None:
    for page in pages_of(name, "ft", language):
        assert meeting(texts(page)) == [], page.name


def test_a_run_arrow_has_no_place_here() -> None:
    """Numbers of legs and arrows of the run are on the runner's page alone."""
    for name in LAYOUTS:
        for _, page in first_pages(name):
            colours = {mark.colour for mark in page.marks if isinstance(mark, Stroke)}
            assert colours <= {"#000000", "#ffffff"}


def test_what_is_heard_is_what_is_seen() -> None:
    [(placement, page)] = first_pages("in a passage")
    for row in placement.setout:
        assert f"Cone {row.cone}: " in page.description


@pytest.mark.parametrize(("units", "far"), [("m", r"\d+\.00 m"), ("ft", r"\d+′"), ("yd", r"\d+′")])
def test_how_far_a_mark_is_comes_in_the_units_of_the_page(units: Units, far: str) -> None:
    """A mark is whole metres from a corner; a tape in feet shows half inches; none is in yards."""
    [(_, page)] = first_pages("in a passage", units)
    said = " ".join(text.text for text in texts(page))
    [first, *_] = re.findall(r"First make the marks: (\w), mark on ([^,]*), ([^;]*?) from (\w)", said)
    assert re.match(far, first[2]), first


def test_only_set_out_has_marks_made() -> None:
    """Who calls a nail in the wall a mark has made it already."""
    layout = layout_of("set out")
    hooks = tuple(replace(point, what="mark on the shed wall") for point in layout.yard.references)
    sheet = compose(replace(layout, yard=replace(layout.yard, references=hooks)), paper="a4", units="m")
    said = " ".join(text.text for page in sheet.pages for text in texts(page))
    assert "mark on the shed wall" in said
    assert "First make the marks" not in said
