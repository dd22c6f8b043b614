"""The share code on a page: the layout in a picture that any phone reads, and what it is for. Millimetres."""

from __future__ import annotations

from dataclasses import dataclass

from conedrills.compose.ink import FEED, FIELD, SMALL, paragraph, text
from conedrills.language import Voice
from conedrills.layout import Layout, layout_id
from conedrills.public import public
from conedrills.qr import QUIET, SMALLEST_MODULE_MM, Code, qr_code
from conedrills.sharecode import share_code
from conedrills.sheet import XY, Mark, Region

MODULES_MM = (0.6, 0.55, SMALLEST_MODULE_MM)
"""How large a module may be, the best first."""
_LINE = 0.4
"""What a line that borders on the quiet zone may reach into it."""


@dataclass(frozen=True, slots=True)
class Block:
    """Marks, how much of the page's width they take with what must stay white, and where that ends below."""

    marks: tuple[Mark, ...]
    wide_mm: float
    bottom: float


def sheet_code(layout: Layout) -> Code | None:
    """The code of a layout with a drill, None where it is too large for one on paper."""
    found = share_code(layout) if layout.placements else None
    return qr_code(found) if found else None


def drawn(code: Code, corner: XY, module: float, voice: Voice, name: str) -> Block:
    """The code with its upper right corner at a place; a page's margin is its quiet zone on the right.

    Args:
        code: what to draw.
        corner: of the outermost modules.
        module: millimetres.
        voice: who says what it is.
        name: the layout's id.
    """
    right, top = corner
    side, quiet = code.wide * module, QUIET * module + _LINE
    left = right - side
    rings = tuple(tuple((left + x * module, top + y * module) for x, y in ring) for ring in code.rings)
    title = voice.say("session.code_title", id=name)
    return Block((Region(rings, "#000000", id="code", title=title),), side + quiet, top + side + quiet)


def said(layout: Layout, voice: Voice, corner: XY, room: float, *, full: bool) -> Block:
    """The id that tells whether two people hold the same layout, and in `full` how the code is used."""
    left, y = corner
    name = layout_id(public(layout))  # what the code says; another one only where the yard lies on a map
    lines = paragraph((left, y + 8.2), voice.say("session.code"), room - left, SMALL) if full else []
    heading = text((left, y + 3.6), voice.say("session.pass_on", id=name), FIELD, "bold")
    return Block((heading, *lines), room, y + 8.2 + FEED[SMALL] * (len(lines) - 1) + 3.0)


def excuse(voice: Voice, at: XY, room: float) -> list[Mark]:
    """Why there is no code, on a line."""
    return [text(at, voice.say("session.no_code"), SMALL, room=room)]
