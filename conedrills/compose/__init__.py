"""A layout on paper: the one room where metres become millimetres and y turns over.

`compose` decides everything, down to where each letter stands; exporters only translate. One module a kind of
page, and below them the signs, the ground, the words.
"""

from __future__ import annotations

from conedrills import __version__
from conedrills.compose.builder import builder_pages
from conedrills.compose.cards import cards
from conedrills.compose.frame import Paper, with_number
from conedrills.compose.outline import drawable
from conedrills.compose.overview import overview_pages
from conedrills.compose.runner import runner_pages
from conedrills.compose.session import session_pages
from conedrills.language import ENGLISH, Voice
from conedrills.layout import Layout
from conedrills.sheet import Sheet
from conedrills.yard import Units

__all__ = ["Paper", "cards", "compose"]


def compose(layout: Layout, *, paper: Paper, units: Units, language: str = ENGLISH) -> Sheet:
    """All pages of a layout: the overview, the session, then the drills in their order.

    Args:
        layout: what to draw.
        paper: Letter or A4; both hold the same drawing.
        units: in which lengths are written.
        language: what the pages are written in, one of `languages`.
    """
    layout, voice = drawable(layout), Voice(language, units)
    pages = [*overview_pages(layout, paper, voice), *session_pages(layout, paper, voice)]
    for index in range(len(layout.placements)):
        pages += runner_pages(layout, index, paper, voice)
        pages += builder_pages(layout, index, paper, voice)
    numbered = tuple(
        with_number(page, (place, len(pages)), layout, paper, voice) for place, page in enumerate(pages, 1)
    )
    title = layout.title or layout.yard.name
    return Sheet(title, numbered, language=language, made_by=f"conedrills {__version__}")
