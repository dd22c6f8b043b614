"""The bundled typeface: how wide a line of text is, and which letters it can show.

DejaVu Sans Condensed in three cuts, subset to Latin, Greek, Cyrillic and the signs of a sheet, without
kerning, so that a table of advance widths measures exactly what a PDF will set. No page and no PDF library is
known here.
"""

from __future__ import annotations

import json
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Literal

Style = Literal["regular", "bold", "oblique"]

CAP_HEIGHT = 1493 / 2048
"""Height of a capital or a figure over the font size."""
DESCENT = 426 / 2048
"""Depth of a p over the font size."""
_FILES: Mapping[Style, str] = {
    "regular": "DejaVuSansCondensed.ttf",
    "bold": "DejaVuSansCondensed-Bold.ttf",
    "oblique": "DejaVuSansCondensed-Oblique.ttf",
}
NO_BREAK = "\u00a0"
_STAND_IN = "?"
_ELLIPSIS = "…"
_SOFT_HYPHEN = "\u00ad"
"""Seen at the end of a line alone, where we never break a word."""
_VARIATIONS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
"""Signs that choose between shapes of the letter before them."""


@cache
def _widths() -> Mapping[Style, Mapping[str, float]]:
    table = json.loads(_folder().joinpath("widths.json").read_text("utf-8"))
    em = table["unitsPerEm"]
    return {
        style: {chr(int(code, 16)): units / em for code, units in table[style].items()} for style in _FILES
    }


def font_file(style: Style) -> bytes:
    """The TrueType file of a cut."""
    return _folder().joinpath(_FILES[style]).read_bytes()


def _folder() -> Traversable:
    return resources.files("conedrills").joinpath("typeface")


def width(text: str, size_mm: float, style: Style = "regular") -> float:
    """How long a line of text is, millimetres; letters that the font lacks count as their stand-in.

    >>> round(width("4.01 m", 4.8), 2)
    15.19
    """
    advances = _widths()[style]
    stand_in = advances[_STAND_IN]
    return sum([advances.get(letter, stand_in) for letter in text]) * size_mm


def missing_glyphs(texts: Iterable[str]) -> tuple[str, ...]:
    """The letters of some texts that no page can show, each once, in order of code.

    Spaces of any width and signs that are not seen anywhere, as those that join an emoji, are not missing.

    >>> missing_glyphs(["Čapek", "庭 2"])
    ('庭',)
    """
    known = _widths()["regular"]
    letters = set(unicodedata.normalize("NFC", " ".join(texts)))
    return tuple(sorted(letter for letter in letters if letter not in known and not _is_unseen(letter)))


def shown(text: str) -> str:
    """The text as a page can show it: a stand-in for every letter that the font lacks, no signs unseen.

    An accent that the font cannot set on its letter is left out, for the letter alone can still be read.

    >>> shown("庭 garden")
    '? garden'
    """
    known = _widths()["regular"]
    return "".join(
        letter if letter in known and letter != _SOFT_HYPHEN else _in_place_of(letter)
        for letter in unicodedata.normalize("NFC", text)
    )


def _is_unseen(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter) in {"Cc", "Cf"} or letter in _VARIATIONS


def _in_place_of(letter: str) -> str:
    if _is_unseen(letter):
        return " " if letter.isspace() else ""
    plain = unicodedata.normalize("NFD", letter)[0]
    if plain in _widths()["regular"]:
        return plain
    return "" if unicodedata.category(letter).startswith("M") else _STAND_IN


def fitted(text: str, size_mm: float, style: Style, room_mm: float) -> str:
    """The text, cut short with an ellipsis where it is longer than its room; "" where not even that fits.

    >>> fitted("The garden behind the long house", 4.8, "regular", 40.0)
    'The garden behi…'
    """
    if width(text, size_mm, style) <= room_mm:
        return text

    def long(kept: int) -> float:
        return width(text[:kept].rstrip() + _ELLIPSIS, size_mm, style)

    kept = bisect_right(range(1, len(text) + 1), room_mm, key=long)
    return text[:kept].rstrip() + _ELLIPSIS if kept else ""


def wrapped(text: str, size_mm: float, style: Style, room_mm: float) -> tuple[str, ...]:
    r"""The text in lines no longer than its room, broken at spaces; a word too long for a line is cut short.

    A no-break space does not break, and is a space in what comes out.

    >>> wrapped("Rest 1 min, 2 between sets.", 4.8, "regular", 40.0)
    ('Rest 1 min, 2', 'between sets.')
    >>> wrapped("It reads 28′\u00a02″.", 4.8, "regular", 30.0)
    ('It reads', '28′ 2″.')
    """
    lines: list[str] = []
    for word in filter(None, text.split(" ")):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size_mm, style) <= room_mm:
            lines[-1] = longer
        else:
            lines.append(fitted(word, size_mm, style, room_mm))
    return tuple(line.replace(NO_BREAK, " ") for line in lines)
