"""The page round the drawing: head, foot with its bar, and the paper. Millimetres from the top left.

Everything is drawn in one box of 189 x 254 mm, which lies in the middle of Letter and of A4 alike: half a
millimetre more than 10 mm from the edges of A4, for what lines on its edge reach beyond it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from conedrills import __version__
from conedrills.compose import signs
from conedrills.compose.ink import (
    BOLD_RULE,
    FIELD,
    LARGE,
    SMALL,
    TITLE,
    best_fit,
    moved,
    rule,
    text,
    width_of,
)
from conedrills.language import Voice
from conedrills.layout import Layout, layout_id
from conedrills.sheet import Mark, Page

Paper = Literal["letter", "a4"]
PAPERS: Mapping[Paper, tuple[float, float]] = {"letter": (215.9, 279.4), "a4": (210.0, 297.0)}
WIDE, HIGH = 189.0, 254.0
TOP = 21.0
"""Where the drawing begins below the head."""
FOOT = 245.4
"""Where the foot begins."""
FOOT_LINE = WIDE - 106.0
"""How long the line at the right of the foot can be."""
COLUMNS = (0.0, 64.5, 129.0)
COLUMN = 60.0


def head(title: str, below: str, right: Sequence[str], number: str = "") -> list[Mark]:
    """The title with the drill's number, a line below it, and short lines at the right, the first bold."""
    left = 12.5 if number else 0.0
    noted = max((width_of(line, SMALL, "bold") for line in right), default=0.0)
    noted = min(noted, 60.0)
    marks: list[Mark] = list(signs.drill_square(0.0, 0.0, number, 9.0)) if number else []
    across = WIDE - left - noted - 6.0
    marks.append(best_fit((left, 8.4), title, across, style="bold", caps=(TITLE, LARGE, 4.2)))
    room = WIDE - left - (noted + 6.0 if len(right) > 2 else 0.0)
    marks.append(best_fit((left, 15.0), below, room, caps=(FIELD, 3.0, SMALL)))
    for row, line in enumerate(right):
        marks.append(
            text((WIDE, 3.6 + 4.5 * row), line, SMALL, "regular" if row else "bold", "end", room=noted)
        )
    marks.append(rule(0.0, WIDE, 18.4, BOLD_RULE))
    return marks


def foot(voice: Voice, plain: str, reach: str = "") -> list[Mark]:
    """The bar of 100 mm with what that is in the yard, and a line; the page number comes later."""
    said = voice.say("page.bar_means", reach=reach) if reach else voice.say("page.bar")
    return [
        rule(0.0, WIDE, FOOT),
        text((1.6, 249.0), said, SMALL, room=98.0),
        *signs.check_bar(0.0, 252.3),
        text((WIDE, 253.3), plain, SMALL, anchor="end", room=FOOT_LINE),
    ]


def with_number(finished: Page, place: tuple[int, int], layout: Layout, paper: Paper, voice: Voice) -> Page:
    """The page with its number and the layout's id in the foot, once it is known how many pages there are."""
    number, of = place
    said = voice.say("page.number", id=layout_id(layout), number=number, of=of)
    dx, dy = _margins(paper)
    mark = moved(text((WIDE, 249.0), said, SMALL, "bold", "end"), dx, dy)
    program = f"conedrills {__version__}"
    made = voice.say("page.made_by", description=finished.description, program=program)
    return replace(finished, description=made, marks=(*finished.marks, mark))


def page(name: str, title: str, description: str, marks: Iterable[Mark], paper: Paper) -> Page:
    """The box laid on its paper."""
    wide, high = PAPERS[paper]
    dx, dy = _margins(paper)
    return Page(name, title, description, wide, high, tuple(moved(mark, dx, dy) for mark in marks))


def _margins(paper: Paper) -> tuple[float, float]:
    wide, high = PAPERS[paper]
    return (wide - WIDE) / 2, (high - HIGH) / 2
