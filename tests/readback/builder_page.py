"""The builder's pages as a person reads them: printed words where they stand, by pdftotext. English.

Only what is printed is known here: which column a word is in, and what the words of the language file mean.
Nothing is asked of the layout.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree

from conedrills.language import Voice
from conedrills.layout import Check, Hook, Offset, SetoutRow, Tape, Tie
from conedrills.yard import Units

_MM = 25.4 / 72
_HIGH = 254.0  # millimetres that the drawing is high, in the middle of its paper
_CONE, _FIRST, _SECOND, _WHERE, _CHECK, _MEASURE = 15.0, 27.0, 63.0, 99.0, 132.0, 166.0
"""Where the columns of the table begin."""
_HOOK = 4.8  # from the beginning of a column to the name of a hook
_ROW = 4.1  # to either side of the middle of a row
_NUMBER = re.compile(r"\d+(\.\d+)?|(\d+′)|(\d*½?″)")
_SPEAK = Voice("en", "m")
_METRES = {"m": 1.0, "yd": 0.9144}


@dataclass(frozen=True)
class Printed:
    """What the pages of one drill say, metres. A tie's angle is the whole degree that is printed."""

    rows: tuple[SetoutRow, ...]
    checks: tuple[Check, ...]
    apart: float | None
    """What the tape between the anchors reads, as the sentence says."""


@dataclass(frozen=True)
class _Word:
    left: float
    right: float
    y: float
    text: str


def read(file: bytes, program: str = "pdftotext") -> Mapping[int, Printed]:
    """The set-out of every drill by its number, from all pages of a sheet that are builder's pages."""
    drills: dict[int, Printed] = {}
    units: Units = "m"
    for words in _pages(file, program):
        title = " ".join(word.text for word in words if word.y < 9.5 and 12.0 < word.left < 130.0)
        if not title.endswith(_SPEAK.say("builder.title", drill="")):
            continue
        number = int(next(word.text for word in words if word.y < 9.5 and word.left < 9.0))
        units = _units(words) or units
        page = _printed(words, units)
        before = drills.get(number, Printed((), (), None))
        drills[number] = Printed(
            before.rows + page.rows, before.checks + page.checks, page.apart or before.apart
        )
    return drills


def _pages(file: bytes, program: str) -> Iterator[list[_Word]]:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as printed:
        printed.write(file)
        printed.flush()
        ran = subprocess.run([program, "-bbox", printed.name, "-"], capture_output=True, check=True)
    for page in ElementTree.fromstring(ran.stdout).iter("{http://www.w3.org/1999/xhtml}page"):
        # headings begin where the drawing does, and nothing is to the left of them
        left = min((float(word.get("xMin", 0)) for word in page), default=0.0)
        middle = float(page.get("height", 0)) / 2
        yield [
            _Word(
                (float(word.get("xMin", 0)) - left) * _MM,
                (float(word.get("xMax", 0)) - left) * _MM,
                ((float(word.get("yMin", 0)) + float(word.get("yMax", 0))) / 2 - middle) * _MM + _HIGH / 2,
                word.text or "",
            )
            for word in page
        ]


def _units(words: Sequence[_Word]) -> Units | None:
    """By what lengths are rounded to, which stands in the foot."""
    foot = _said(word for word in words if word.y > 245.0)
    known: tuple[Units, ...] = ("m", "ft", "yd")
    steps = {one: _SPEAK.say("builder.rounded", step=_SPEAK.say(f"builder.step.{one}")) for one in known}
    return next((one for one, said in steps.items() if said in foot), None)


def _said(words: Iterator[_Word] | Sequence[_Word]) -> str:
    """Words in reading order: lines from above, each from the left."""
    lines: list[list[_Word]] = []
    for word in sorted(words, key=lambda word: word.y):
        if lines and word.y - lines[-1][0].y < 1.2:
            lines[-1].append(word)
        else:
            lines.append([word])
    return " ".join(word.text for line in lines for word in sorted(line, key=lambda word: word.left))


def _printed(words: Sequence[_Word], units: Units) -> Printed:
    heads = {key: _SPEAK.say(f"builder.{key}") for key in ("anchors", "rest", "across")}
    found: dict[str, float] = {}
    for word in words:
        if word.left < 1.0:
            line = _said([other for other in words if abs(other.y - word.y) < 0.6 and other.left < _WHERE])
            found |= {key: word.y for key, said in heads.items() if line.startswith(said)}
    tables = [found[key] for key in ("anchors", "rest") if key in found]
    end = found.get("across", 240.0)
    cones = [
        word for word in words
        if _CONE < word.left < _CONE + 9.0 and word.text.isdigit() and min(tables) + 3.0 < word.y < end - 2.0
    ]  # fmt: skip
    rows = [
        _row(int(cone.text), [word for word in words if abs(word.y - cone.y) < _ROW], units)
        for cone in sorted(cones, key=lambda word: word.y)
    ]
    checks = [word for word in words if "across" in found and 3.0 < word.y - found["across"] < 12.0]
    return Printed(tuple(rows), tuple(_checks(checks, units)), _apart(words, units))


def _row(cone: int, words: Sequence[_Word], units: Units) -> SetoutRow:
    first, second, where, checked = (
        [word for word in words if low < word.left < high]
        for low, high in (
            (_FIRST - 0.5, _SECOND - 0.5), (_SECOND - 0.5, _WHERE - 0.5), (_WHERE - 0.5, _CHECK - 0.5),
            (_CHECK - 0.5, _MEASURE - 0.5),
        )
    )  # fmt: skip
    check = _tape(checked, _CHECK, units) if checked else None
    if any("→" in word.text for word in first):
        along, text = _figure(first, units)
        laid = re.fullmatch(_SPEAK.say("builder.laid", start=r"(\S+)", end=r"(\S+)"), text)
        assert laid, text
        start, end = _hook(laid[1]), _hook(laid[2])
        if not second:
            return Offset(cone, start, end, along, 0.0, check)
        off, _ = _figure(second, units)
        return Offset(cone, start, end, along, off if _side(where, start, end) == "left" else -off, check)
    one, other = _tape(first, _FIRST, units), _tape(second, _SECOND, units)
    angle = re.search(r"at (\d+)°", _said(where))
    assert angle, _said(where)
    return Tie(cone, (one, other), _side(where, one.at, other.at), float(angle[1]), check)


def _side(words: Sequence[_Word], first: Hook, second: Hook) -> Literal["left", "right"]:
    said = _said(words)
    left, right = (_SPEAK.say(f"builder.{side}_of", first=first, second=second) for side in ("left", "right"))
    assert said.startswith((left, right)), said
    return "left" if said.startswith(left) else "right"


def _tape(words: Sequence[_Word], column: float, units: Units) -> Tape:
    names = [word for word in words if abs(word.left - column - _HOOK) < 0.4]
    length, text = _figure([word for word in words if word not in names], units)
    assert len(names) == 1, _said(words)
    assert not text, text
    return Tape(_hook(names[0].text), length)


def _hook(name: str) -> Hook:
    return int(name) if name.isdigit() else name


def _figure(words: Sequence[_Word], units: Units) -> tuple[float, str]:
    """The length at the right end of a column, metres, and what else stands there."""
    rest = sorted(words, key=lambda word: word.right)
    last = rest.pop()
    parts = [last.text]
    if last.text.endswith("″"):
        feet = [word for word in rest if word.text.endswith("′") and abs(word.y - last.y) < 0.6]
        if feet:
            rest.remove(feet[-1])
            parts.insert(0, feet[-1].text)
    return _metres(parts, units), _said(rest)


def _metres(parts: Sequence[str], units: Units) -> float:
    assert all(_NUMBER.fullmatch(part) for part in parts), parts
    if units != "ft":
        (number,) = parts
        return round(float(number) * _METRES[units], 9)
    inches = 0.0
    for part in parts:
        number = part[:-1]
        half = 0.5 if number.endswith("½") else 0.0
        inches += (12.0 if part.endswith("′") else 1.0) * (float(number.removesuffix("½") or 0) + half)
    return round(inches * 0.0254, 9)


def _checks(words: Sequence[_Word], units: Units) -> Iterator[Check]:
    """Pairs of cones, each with the length that follows it."""
    pairs = [word for word in words if re.fullmatch(r"\d+–\d+", word.text)]
    pairs.sort(key=lambda word: word.left)
    ends = [*(word.left for word in pairs[1:]), 200.0][: len(pairs)]
    for pair, end in zip(pairs, ends, strict=True):
        parts = [word.text for word in words if pair.left < word.left < end and abs(word.y - pair.y) < 1.0]
        start, stop = pair.text.split("–")
        yield Check(int(start), int(stop), _metres(parts, units))


def _apart(words: Sequence[_Word], units: Units) -> float | None:
    """What the sentence in the list of steps says that the tape between the anchors reads."""
    steps = _said([word for word in words if word.left > 140.0])
    number = r"((?:\d+′ ?)?(?:\d*½?″)?)" if units == "ft" else rf"([\d.]+) {units}"
    pattern = _SPEAK.say("builder.anchors_apart", first=r"\d+", second=r"\d+", length="@")
    found = re.search(pattern.split("@")[0] + number, steps)
    return _metres(found[1].split(), units) if found else None
