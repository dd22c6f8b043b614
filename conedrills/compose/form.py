"""The form to take outside: room for a sketch and for every length, and how to measure, in six pictures.

The front is written on, the back says how and has the trees; printed on both sides it is one sheet. Rows
stand in the order in which `conedrills yard new` asks. Figures: a tape bent 0.3 m round a bush reads 1.8 cm
too long in 10 m, a slope of 10 % makes 5 cm (geometry); what two and three ties can tell is measured by
`tests/benchmarks/networks.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from conedrills import __version__
from conedrills.compose import form_pictures
from conedrills.compose.frame import FOOT, TOP, WIDE, Paper, head, page
from conedrills.compose.ink import BOLD_RULE, FIELD, RULE, SMALL, paragraph, rule, text, width_of
from conedrills.language import ENGLISH, Voice
from conedrills.sheet import Disc, Mark, Page, Sheet, Stroke
from conedrills.yard import Units

LETTERS = "ABCDEFGHIJKL"
"""Corners that have a row."""
ROW = 7.6
"""Millimetres of height of a row that is written in by hand."""
_HEAD = 6.4
_GRID = 5.0
_GREY = "#8c8c8c"
_TREES, _THINGS = 6, 4
_SKETCH = 92.0
_FIELDS = 9.0
_CORNERS = (14.0, 47.0, 32.0, 32.0, 32.0, 32.0)
_TREE_COLUMNS = (53.0, 34.0, 34.0, 34.0, 34.0)
_THING_COLUMNS = (53.0, 51.0, 51.0, 34.0)
_PICTURE = (59.0, 32.0)
_STEP = 62.0


def form(*, paper: Paper, units: Units, language: str = ENGLISH) -> Sheet:
    """The form, two pages.

    Args:
        paper: Letter or A4; both hold the same drawing.
        units: in which it is filled in: feet and inches, or metres.
        language: one of `languages`.
    """
    voice = Voice(language, units)
    title = voice.say("form.title")
    pages = [
        _page(voice, "form", voice.say("form.front"), [*_front(voice)], paper),
        replace(_page(voice, "form-2", voice.say("form.back"), [*_back(voice)], paper), part_of="form"),
    ]
    return Sheet(title, tuple(pages), language=language, made_by=f"conedrills {__version__}")


def _page(voice: Voice, name: str, below: str, marks: Sequence[Mark], paper: Paper) -> Page:
    unit = voice.say(f"form.unit.{'m' if voice.units == 'm' else 'ft'}")
    title = voice.say("form.title")
    foot: list[Mark] = [
        rule(0.0, WIDE, FOOT),
        text((0.0, FOOT + 4.6), voice.say("form.then"), SMALL, room=WIDE - 45.0),
        text((WIDE, FOOT + 4.6), f"conedrills {__version__}", SMALL, anchor="end", room=40.0),
    ]
    return page(name, title, f"{title}. {below}", [*head(title, below, [unit]), *marks, *foot], paper)


# --- the front --------------------------------------------------------------------------------------------


def _front(voice: Voice) -> Iterator[Mark]:
    yield from _fields(voice, TOP + _FIELDS - 2.0)
    top = TOP + _FIELDS + 2.0
    yield from _sketch(voice, top)
    heads = ["corner", "what", "side", "a", "b", "c"]
    first = top + _SKETCH + 3.0
    yield from _table(voice, heads, _CORNERS, first, len(LETTERS))
    for row, letter in enumerate(LETTERS):
        base = first + _HEAD + ROW * row + ROW / 2.0 + FIELD / 2.0
        yield text((_CORNERS[0] / 2.0, base), letter, FIELD, "bold", "middle")
        for column, hook in enumerate("ABC"):
            if letter == hook or (letter, hook) in {("A", "B"), ("A", "C"), ("B", "C")}:
                left = sum(_CORNERS[: 3 + column]) + 3.0
                middle = first + _HEAD + ROW * (row + 0.5)
                yield Stroke(((left, middle), (left + _CORNERS[3] - 6.0, middle)), RULE, _GREY)
    low = first + _HEAD + ROW * len(LETTERS) + 6.4
    said = voice.say("form.twice")
    yield text((0.0, low), said, SMALL)
    yield rule(width_of(said, SMALL) + 3.0, WIDE, low + 0.6)


def _fields(voice: Voice, base: float) -> Iterator[Mark]:
    """Lines to write on: the yard, the day, and where the zero of the tape is."""
    for left, right, key in ((0.0, 84.0, "yard"), (88.0, 124.0, "day"), (128.0, WIDE, "zero")):
        said = voice.say(f"form.field.{key}")
        yield text((left, base), said, SMALL)
        yield rule(left + width_of(said, SMALL) + 1.5, right, base + 0.6)


def _sketch(voice: Voice, top: float) -> Iterator[Mark]:
    """A frame with dots, which way to walk, and a circle to mark north in."""
    low = top + _SKETCH
    yield Stroke(((0.0, top), (WIDE, top), (WIDE, low), (0.0, low)), RULE, closed=True)
    across, down = int(WIDE / _GRID), int(_SKETCH / _GRID)
    offset = (WIDE - across * _GRID) / 2.0, (_SKETCH - down * _GRID) / 2.0
    note = voice.say("form.sketch")
    for column in range(across + 1):
        for row in range(down + 1):
            x, y = offset[0] + _GRID * column, top + offset[1] + _GRID * row
            written = y < top + 7.0 and x < width_of(note, SMALL) + 6.0
            corner = y < top + 22.0 and x > WIDE - 36.0
            edge = min(x, WIDE - x, y - top, low - y) < 1.0
            if not (written or corner or edge):
                yield Disc((x, y), 0.22, _GREY)
    yield text((2.5, top + 5.0), note, SMALL)
    yield from form_pictures.round_the_lawn((WIDE - 22.0, top + 12.0), voice)


# --- the back ---------------------------------------------------------------------------------------------


def _back(voice: Voice) -> Iterator[Mark]:
    wide, high = _PICTURE
    for step in range(6):
        left, top = 65.0 * (step % 3), TOP + 2.0 + _STEP * (step // 3)
        yield text((left, top + 4.4), f"{step + 1}", FIELD, "bold")
        yield text(
            (left + 5.0, top + 4.4), voice.say(f"form.step.{step + 1}"), FIELD, "bold", room=wide - 5.0
        )
        yield from form_pictures.PICTURES[step]((left, top + 7.0, left + wide, top + 7.0 + high))
        yield from paragraph((left, top + high + 11.5), voice.say(f"form.how.{step + 1}"), wide, SMALL, 5)
    top = TOP + 2.0 + 2 * _STEP + 2.0
    yield from _table(voice, ["tree", "a", "b", "c", "girth"], _TREE_COLUMNS, top, _TREES)
    top += _HEAD + ROW * _TREES + 4.0
    yield from _table(voice, ["thing", "front", "back", "soft"], _THING_COLUMNS, top, _THINGS)


def _table(
    voice: Voice, heads: Sequence[str], widths: Sequence[float], top: float, rows: int
) -> Iterator[Mark]:
    """An empty table: a head, and rows high enough to write in."""
    yield rule(0.0, WIDE, top, BOLD_RULE)
    low = top + _HEAD + ROW * rows
    left = 0.0
    for place, (key, wide) in enumerate(zip(heads, widths, strict=True)):
        yield text((left + 1.2, top + 4.6), voice.say(f"form.head.{key}"), SMALL, room=wide - 1.6)
        if place:
            yield Stroke(((left, top), (left, low)), RULE)
        left += wide
    for row in range(rows):
        yield rule(0.0, WIDE, top + _HEAD + ROW * row)
    yield rule(0.0, WIDE, low, BOLD_RULE)
