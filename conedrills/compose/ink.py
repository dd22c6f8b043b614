"""Line weights, colours and letter sizes of the house, and text measured as it is made. Millimetres, y down.

Nothing here knows a yard; `signs` draws with it, the pages write with it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

from conedrills import fonts
from conedrills.drill import Way
from conedrills.sheet import XY, Anchor, Disc, Mark, Region, Stroke, Style, Text

BLACK, WHITE = "#000000", "#ffffff"
ORANGE = "#e69f00"
WAY_COLOUR: Mapping[Way, str] = {
    "forward": "#0072b2",
    "backward": "#d55e00",
    "sideways": "#009e73",
    "called": BLACK,
}
"""Okabe and Ito's blue, vermillion and green; ways differ by dash and head first, colour only repeats it."""
BLIND = WAY_COLOUR["backward"]

# heights of capitals, ISO √2 steps
TITLE, LARGE, FIELD, SMALL = 7.0, 5.0, 3.5, 2.5
FEED = {TITLE: 11.0, LARGE: 8.4, FIELD: 5.9, 3.0: 5.1, SMALL: 4.3}
"""From baseline to baseline."""
BOLD_RULE, RULE = 0.7, 0.25
HAIR = 0.25
OBSTACLE = 0.5
HALO = {SMALL: 0.7, FIELD: 0.9, LARGE: 1.0, TITLE: 1.0}
HALO_ON_HATCH = 1.3


def size_mm(cap_mm: float) -> float:
    """The font size whose capitals are so high."""
    return cap_mm / fonts.CAP_HEIGHT


def width_of(words: str, cap_mm: float, style: Style = "regular") -> float:
    """How long words are at a capital height."""
    return fonts.width(fonts.shown(words), size_mm(cap_mm), style)


def text(
    at: XY,
    words: str,
    cap_mm: float = FIELD,
    style: Style = "regular",
    anchor: Anchor = "start",
    *,
    angle: float = 0.0,
    halo: float = 0.0,
    colour: str = BLACK,
    room: float = math.inf,
) -> Text:
    """One line on its baseline, cut short where it is longer than its room (mm)."""
    size = size_mm(cap_mm)
    kept = fonts.fitted(fonts.shown(words), size, style, room)
    return Text(at, kept, size, style, anchor, angle, halo, colour, fonts.width(kept, size, style))


def best_fit(
    at: XY, words: str, room: float, *, style: Style = "regular", caps: Iterable[float] = (FIELD, 3.0)
) -> Text:
    """One line in the largest of some letter heights that fits its room, cut short in the smallest."""
    cap = 0.0
    for cap in caps:
        if width_of(words, cap, style) <= room:
            break
    return text(at, words, cap, style, room=room)


def paragraph(at: XY, words: str, room: float, cap_mm: float, most: int = 99) -> list[Text]:
    """Wrapped lines from the first baseline down; the last of `most` ends in an ellipsis if need be."""
    lines = fonts.wrapped(fonts.shown(words), size_mm(cap_mm), "regular", room)
    shown = list(lines[:most])
    if len(lines) > most and shown:
        shown[-1] = fonts.fitted(f"{shown[-1]} {lines[most]}…", size_mm(cap_mm), "regular", room)
    return [text((at[0], at[1] + FEED[cap_mm] * row), line, cap_mm) for row, line in enumerate(shown)]


def rule(left: float, right: float, y: float, width_mm: float = RULE) -> Stroke:
    """A level line."""
    return Stroke(((left, y), (right, y)), width_mm)


def dotted(line: tuple[XY, ...], width_mm: float = 0.25, gap_mm: float = 1.2, colour: str = BLACK) -> Stroke:
    """A line of round dots."""
    # a dash of no length is a dot for SVG and PDF, but one viewer in ten leaves it out
    return Stroke(line, width_mm, colour, (0.01, gap_mm), round_ends=True)


def box(corner: XY, opposite: XY, width_mm: float = RULE, fill: str | None = None) -> Region:
    """An upright rectangle."""
    (left, top), (right, bottom) = corner, opposite
    return Region((((left, top), (right, top), (right, bottom), (left, bottom)),), fill, width_mm)


def moved(mark: Mark, dx: float, dy: float) -> Mark:
    """The mark elsewhere on the page."""
    match mark:
        case Stroke():
            return replace(mark, points=_moved(mark.points, dx, dy))
        case Region():
            return replace(mark, rings=tuple(_moved(ring, dx, dy) for ring in mark.rings))
        case Disc():
            return replace(mark, centre=(mark.centre[0] + dx, mark.centre[1] + dy))
        case Text():
            return replace(mark, at=(mark.at[0] + dx, mark.at[1] + dy))


def _moved(points: tuple[XY, ...], dx: float, dy: float) -> tuple[XY, ...]:
    return tuple((x + dx, y + dy) for x, y in points)
