"""A layout on paper: the one room where metres become millimetres and y turns over.

`compose` decides everything, down to where each letter stands; exporters only translate. One module a kind of
page, and below them the signs, the ground, the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from conedrills import __version__
from conedrills.compose.builder import builder_pages
from conedrills.compose.cards import cards
from conedrills.compose.frame import Paper, with_number
from conedrills.compose.outline import drawable
from conedrills.compose.overview import overview_pages
from conedrills.compose.partners import partner_pages
from conedrills.compose.runner import runner_pages
from conedrills.compose.session import session_pages
from conedrills.language import ENGLISH, Voice
from conedrills.layout import Layout
from conedrills.partner import Partner
from conedrills.sheet import Page, Sheet
from conedrills.yard import Units

__all__ = ["Paper", "cards", "compose"]


def compose(
    layout: Layout, *, paper: Paper, units: Units, language: str = ENGLISH, partner: Partner | None = None
) -> Sheet:
    """All pages of a layout: the overview, the session, then the drills in their order.

    Args:
        layout: what to draw.
        paper: Letter or A4; both hold the same drawing.
        units: in which lengths are written.
        language: what the pages are written in, one of `languages`.
        partner: another layout of the same drills, to be shown beside it after the overview.
    """
    layout, voice = drawable(layout), Voice(language, units)
    said = voice.say
    pages = _filed(overview_pages(layout, paper, voice), said("page.label.overview"))
    if partner and partner.lines:
        pages += _filed(partner_pages(layout, partner, paper, voice), said("page.label.partners"))
    pages += _filed(session_pages(layout, paper, voice), said("page.label.session"))
    for index in range(len(layout.placements)):
        number = str(index + 1)
        first, *more = runner_pages(layout, index, paper, voice)
        order, setout = said("page.label.order", number=number), said("page.label.setout", number=number)
        pages += [replace(first, label=number), *_filed(more, order, first.name)]
        pages += _filed(builder_pages(layout, index, paper, voice), setout, first.name)
    numbered = tuple(
        with_number(page, (place, len(pages)), layout, paper, voice) for place, page in enumerate(pages, 1)
    )
    title = layout.title or layout.yard.name
    return Sheet(title, numbered, language=language, made_by=f"conedrills {__version__}")


def _filed(pages: Sequence[Page], label: str, part_of: str = "") -> list[Page]:
    """Pages under one label, a number from the second on; each is part of another page, or of the first."""
    return [
        replace(
            page, label=label if place == 1 else f"{label} {place}", part_of=part_of if place == 1 else above
        )
        for place, page in enumerate(pages, 1)
        for above in (part_of or pages[0].name,)
    ]
