"""Lengths in a picture of a page, measured in its pixels: bars, and the orange triangles that are cones.

A pixel on an edge is as dark as it is covered, so a length is known to a tenth of a pixel. Millimetres, from
the top left of the picture.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

XY = tuple[float, float]
Grey = NDArray[np.float64]
_SMALLEST_MM2 = 2.0
"""Specks of orange: edges of other things."""
_ROOM_MM = 3.0
"""How far beyond its ends a bar is looked at."""
_OFF_MM = 2.0
"""How far beside its place a bar is looked for."""


@dataclass(frozen=True)
class Picture:
    """A page in pixels, 0 to 255, and how many of them are a millimetre."""

    pixels: NDArray[np.uint8]
    per_mm: float

    @property
    def size_mm(self) -> XY:
        """How wide and high it is."""
        high, wide = self.pixels.shape[:2]
        return wide / self.per_mm, high / self.per_mm

    def level(self, start: XY, end: XY) -> float:
        """How long the dark bar is that lies level from about `start` to about `end`, nothing near it."""
        return _bar(self.pixels, start, end, self.per_mm)

    def upright(self, start: XY, end: XY) -> float:
        """How long the dark bar is that stands from about `start` to about `end`, with nothing near it."""
        return _bar(self.pixels.swapaxes(0, 1), start[::-1], end[::-1], self.per_mm)

    def spots(self) -> list[XY]:
        """The middle of everything orange that is as large as a cone."""
        red, green, blue = (self.pixels[:, :, channel] for channel in range(3))
        marked: Any
        marked, count = ndimage.label((red > 170) & (green > 100) & (green < 220) & (blue < 60))
        sizes = ndimage.sum_labels(marked > 0, marked, range(1, count + 1)) / self.per_mm**2
        large = [index for index, size in enumerate(sizes, 1) if size > _SMALLEST_MM2]
        centres = ndimage.center_of_mass(marked > 0, marked, large)
        return [((x + 0.5) / self.per_mm, (y + 0.5) / self.per_mm) for y, x in centres]


def _bar(pixels: NDArray[np.uint8], start: XY, end: XY, per_mm: float) -> float:
    """Along the darkest row about a bar: from edge to edge, about its middle."""
    row, left, right = (round(place * per_mm) for place in (start[1], start[0] - _ROOM_MM, end[0] + _ROOM_MM))
    off = round(_OFF_MM * per_mm)
    around = 1.0 - pixels[row - off : row + off, max(left, 0) : right].mean(axis=2) / 255.0
    line = around[np.argmax(around.sum(axis=1))]
    middle = len(line) // 2
    return (_reach(line[middle:]) + _reach(line[middle - 1 :: -1])) / per_mm


def _reach(line: Grey) -> float:
    """How far the dark goes from the first pixel on; the last are as dark as they are covered."""
    white = int(np.argmax(line < 0.05))
    assert white > 3, "there is no bar"
    return white - 2 + float(line[white - 2] + line[white - 1]) / float(line[white - 3])


def read(file: Path, per_mm: float) -> Picture:
    """A picture in a file."""
    return Picture(np.asarray(Image.open(file).convert("RGB")), per_mm)


def widest(spots: Sequence[XY]) -> float:
    """The distance between the two spots that are farthest apart."""
    return max(math.dist(one, other) for one, other in itertools.combinations(spots, 2))
