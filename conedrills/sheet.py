"""A sheet: pages of marks on paper. Millimetres, y down from the top-left corner of the paper.

Why a middle at all: SVG, PDF and whatever comes next each have their own way of saying "line". If each of
them also decided where lines go, two formats would show two pictures. So `compose` decides everything, in
values, and an exporter only translates: one `match` over four kinds of mark, nothing measured, nothing
chosen. Marks are painted in order. There is no yard here, no cone and no drill; a mark's `id` and `title` are
for formats that can carry them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

XY = tuple[float, float]
Colour = str
"""`#rrggbb`, from a fixed table in `compose`; never from a file."""
Style = Literal["regular", "bold", "oblique"]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points, or round a ring where `closed`. Dashes are on-off lengths, () for solid."""

    points: tuple[XY, ...]
    width_mm: float
    colour: Colour = "#000000"
    dash_mm: tuple[float, ...] = ()
    closed: bool = False
    round_ends: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True)
class Region:
    """A filled area of one or more rings (even-odd), with an outline where `width_mm` is over 0."""

    rings: tuple[tuple[XY, ...], ...]
    fill: Colour | None
    width_mm: float = 0.0
    colour: Colour = "#000000"
    id: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Disc:
    """A circle, filled and outlined."""

    centre: XY
    radius_mm: float
    fill: Colour | None = None
    width_mm: float = 0.0
    colour: Colour = "#000000"
    id: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text on its baseline, turned counter-clockwise about `at` (as seen), with a white halo."""

    at: XY
    text: str
    size_mm: float
    """Font size (not capital height), millimetres."""
    style: Style = "regular"
    anchor: Anchor = "start"
    angle_deg: float = 0.0
    halo_mm: float = 0.0
    colour: Colour = "#000000"
    width_mm: float = 0.0
    """How long the text is, as composed: an exporter keeps to it where its font differs."""


Mark = Stroke | Region | Disc | Text


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its name in files, its title in bookmarks, what it shows in words, its paper and marks."""

    name: str
    title: str
    description: str
    width_mm: float
    height_mm: float
    marks: tuple[Mark, ...]
    label: str = ""
    """What a reader shows in place of the page number, as in "2 set-out"; "" for the number."""
    part_of: str = ""
    """The name of an earlier page that this one goes on with; its bookmark lies below that page's."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """All pages of a layout. `language` is a BCP 47 tag, `made_by` the program and its version."""

    title: str
    pages: tuple[Page, ...]
    language: str = "en"
    made_by: str = "conedrills"
