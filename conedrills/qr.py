"""A text as a QR code: which squares are dark, and the outline of all of them. The only importer of segno.

Sources: at 5 pixels a module 71 of 72 degraded pictures were read, whatever the version; Denso Wave asks for
a quiet zone of 4 modules, and for modules of 4 printer dots, which is 0.17 mm at 600 dpi; a guide to printing
for phones held by hand asks for 0.4 mm.
"""

from __future__ import annotations

from dataclasses import dataclass

import segno
from segno.encoder import DataOverflowError

from conedrills.sheet import XY

LARGEST = 20
"""The version beyond which a phone has to be held too far away: 97 modules, 49 mm at half a millimetre."""
SMALLEST_MODULE_MM = 0.5
QUIET = 4
"""Modules about it that must stay white."""
_LEVEL = "m"


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code: its version, how many modules it is wide, and rings of corners in modules, y down."""

    version: int
    wide: int
    rings: tuple[tuple[XY, ...], ...]


def qr_code(text: str) -> Code | None:
    """The code of a text in capitals, digits and signs, at level M; None where it is too long.

    Raises:
        ValueError: the text has other letters: an error of ours.
    """
    try:
        made = segno.make_qr(text, error=_LEVEL, mode="alphanumeric", boost_error=False)
    except DataOverflowError:
        return None
    version = int(made.version)
    if version > LARGEST:
        return None
    dark = {(x, y) for y, row in enumerate(made.matrix) for x, module in enumerate(row) if module}
    return Code(version, len(made.matrix), _outlines(dark))


def _outlines(dark: set[tuple[int, int]]) -> tuple[tuple[XY, ...], ...]:
    """Rings round the dark squares and their holes: squares drawn one by one would show seams."""
    onward: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for x, y in sorted(dark):
        for beside, start, end in (
            ((x, y - 1), (x, y), (x + 1, y)),
            ((x + 1, y), (x + 1, y), (x + 1, y + 1)),
            ((x, y + 1), (x + 1, y + 1), (x, y + 1)),
            ((x - 1, y), (x, y + 1), (x, y)),
        ):
            if beside not in dark:
                onward.setdefault(start, []).append(end)
    rings: list[tuple[XY, ...]] = []
    while onward:
        first = min(onward)
        ring, at = [], first
        while True:
            ends = onward[at]
            ring.append(at)
            at = ends.pop()
            if not ends:
                del onward[ring[-1]]
            if at == first:
                break
        rings.append(_corners(ring))
    return tuple(rings)


def _corners(ring: list[tuple[int, int]]) -> tuple[XY, ...]:
    """Only where a ring turns."""
    return tuple(
        (float(x), float(y))
        for (before_x, before_y), (x, y), (after_x, after_y) in zip(
            [ring[-1], *ring[:-1]], ring, [*ring[1:], ring[0]], strict=True
        )
        if (x - before_x, y - before_y) != (after_x - x, after_y - y)
    )
