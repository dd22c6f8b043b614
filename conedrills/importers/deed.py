"""The metes and bounds of a deed, as plain text: "thence N 10°34'19" E 168.03 feet; thence ...".

Or a list of such calls, one a line. They become the same document as bearings in a yard file of our own.
Legs before the point of beginning, which lead to it from some monument, are left out. A curve, or a line
that is parallel to another, is refused with its words: the text does not say where it runs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from conedrills import importers
from conedrills.bearings import OLD_UNITS, Call, curved, parse_call, wordy
from conedrills.errors import YardError
from conedrills.wording import plain_text
from conedrills.yard import Yard
from conedrills.yardmaker import yard_from

_MOST_LETTERS = 60_000
"""Of a description: the longest of a county's are a tenth of it."""
_MOST_LINES = 500
_MOST_STARTS = 60  # places in one call at which its bearing may begin
_LONGEST = 300  # letters of one call that are looked at
_NEXT = re.compile(r"\bthence\b[ ,:]*", re.IGNORECASE)
_BEGIN = re.compile(
    r"\b(?:point|place|p\.?o\.?b\b|point or place)\b[^;]{0,20}\bbeginning\b|\bP\.?O\.?B\b", re.IGNORECASE
)
_BEGINNING = re.compile(r"\b(?:beginning|commencing|starting)\b", re.IGNORECASE)
_START = re.compile(r"(?<![a-z'’])(?:due |north|south|east|west|[nsew])(?![a-z]{2})", re.IGNORECASE)
_FIRST = re.compile(r"(?:azimuth |az\.? )?\d", re.IGNORECASE)
_ANGLE = re.compile(r"(?:north|south|[ns])?\.? ?\d+ ?(?:°|º|deg|-\d|[\d.]* ?[ew]\b)", re.IGNORECASE)
"""A bearing that is meant: where it cannot be read, what follows is not looked at for another."""
_ENDS = re.compile(r"[\d°º'\"′″’”] ?$|\d ?(?:degrees?|deg|minutes?|min|seconds?|sec)\.? ?$", re.IGNORECASE)
_CLOSE = re.compile(
    r"(?:and )?(?:back )?(?:to )?(?:the )?(?:close|start|(?:point|place) of beginning)\.?", re.IGNORECASE
)
_UNIT = re.compile(r"[a-z'\"′″’”]")
_SIGN = re.compile(r"[nsew°'\"′″]", re.IGNORECASE)
_METRES = re.compile(r"\d ?(?:m|cm|met(?:er|re)s?)\b", re.IGNORECASE)
_FEET = re.compile(rf"\d ?(?:'|′|’|ft|feet|foot|{'|'.join(OLD_UNITS)})(?![a-z])", re.IGNORECASE)
_MEASURE = "Measure the yard with tapes or as a walk with turns instead: `conedrills yard new` asks for it."


def claims(source: importers.Source) -> bool:
    """Whether it is plain text that says thence, or whose lines are calls."""
    if source.looks_like_json or b"\0" in source.content[:200] or source.content.lstrip()[:1] in (b"<", b"%"):
        return False
    try:
        text = source.text
    except YardError:
        return False
    if _NEXT.search(text[:_MOST_LETTERS]):
        return True
    if len(text) > _MOST_LETTERS:
        return False
    lines = _lines(text)
    if _BEGINNING.search(text[:200]) and any(_is_call(line) for line in lines[:_MOST_LINES]):
        return True
    # lines of two bare numbers are a table, not bearings
    return 3 <= len(lines) <= _MOST_LINES and all(
        (_CLOSE.fullmatch(line) and index == len(lines) - 1) or (_SIGN.search(line) and _is_call(line))
        for index, line in enumerate(lines)
    )


def read(source: importers.Source, feature: str | None) -> Yard:
    """The yard that a deed describes.

    Raises:
        YardError: the text is wrong, a call has no bearing or is a curve, or they are no yard.
    """
    if feature is not None:
        raise YardError(f"{source.label}: --feature chooses among several polygons; a deed describes one.")
    if len(source.text) > _MOST_LETTERS:
        raise YardError(f"{source.label}: it is too long for a deed; keep the description of the lot alone.")
    units = "m" if _METRES.search(source.text) and not _FEET.search(source.text) else "ft"
    units = source.units or units
    found = _Deed(source, units).calls()
    legs: list[str] = [f"{call.bearing} {call.distance}" for call in found.calls]
    if not found.closed:
        legs.append("close")
    document = {"units": units, "measure": {"method": "bearings", "legs": legs}}
    yard = yard_from(importers.Source(source.label, _as_json(document)), document, source.stem)
    return replace(yard, notes=(*found.notes, *yard.notes))


def _as_json(document: object) -> bytes:
    """The document as text, in which the lines of problems are looked up."""
    return json.dumps(document, ensure_ascii=False).encode()


def _lines(text: str) -> list[str]:
    lines = (line.strip().rstrip(";,") for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _is_call(text: str) -> bool:
    try:
        parse_call(text[:_LONGEST], "ft")
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Found:
    """The calls round the lot; `closed` where the last of them was measured back to the beginning."""

    calls: tuple[Call, ...]
    closed: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Deed:
    """Finds the calls of a text."""

    source: importers.Source
    units: str

    def calls(self) -> _Found:
        """The calls, in order.

        Raises:
            YardError: one cannot be read; with its number and its words.
        """
        calls: list[Call] = []
        notes: list[str] = []
        closed = True
        clauses = list(self._clauses())
        for number, (line, clause) in enumerate(clauses, 1):
            last = number == len(clauses)
            begins = _BEGIN.search(clause)
            call = self._call(clause)
            if call is None:
                if not last or (not begins and not _CLOSE.fullmatch(clause.strip(" ;,."))):
                    raise YardError(self._refusal(number, line, clause))
                if problem := curved(clause):
                    raise YardError(self._told(number, line, problem))
                closed = False
                notes.append("the last side is not in the deed with a length; it goes straight back.")
                break
            calls.append(call)
            if begins and not last:
                # a deed comes from a monument to the lot first, and says so
                rest = [self._call(text) for _, text in clauses[number:]]
                if any(rest):
                    before = "first leg leads" if len(calls) == 1 else f"first {len(calls)} legs lead"
                    notes.append(f"the {before} to the point of beginning: left out.")
                    calls.clear()
                    continue
                break
        if not calls:
            raise YardError(f"{self.source.label}: there is no bearing with a length in it.")
        if all(not _UNIT.search(call.distance) for call in calls) and self.source.units is None:
            words = {"ft": "feet", "yd": "yards", "m": "metres"}[self.units]
            notes.append(f"its lengths name no unit and are taken to be in {words}.")
        return _Found(tuple(calls), closed, tuple(notes))

    def _clauses(self) -> Iterator[tuple[int, str]]:
        """The text of each leg, and on which line it begins."""
        text = self.source.text
        places = [found.end() for found in _NEXT.finditer(text)]
        if not places:
            for number, line in enumerate(text.splitlines(), 1):
                stripped = line.strip().rstrip(";,")
                if stripped and not stripped.startswith("#"):
                    if _BEGINNING.match(stripped) and not _is_call(stripped):
                        continue
                    yield number, stripped
            return
        ends = [*(found.start() for found in _NEXT.finditer(text)), len(text)][1:]
        for start, end in zip(places, ends, strict=True):
            yield text.count("\n", 0, start) + 1, " ".join(text[start:end].split())

    def _call(self, clause: str) -> Call | None:
        """The call in a clause, wherever in it the bearing begins."""
        text = clause[:_LONGEST]
        if curved(text):
            return None
        starts = [0] if _FIRST.match(text) else []
        starts += [found.start() for found in _START.finditer(text)]
        for start in starts[:_MOST_STARTS]:
            rest = text[start:].rstrip(" ;,.")
            if start and _ENDS.search(text[:start]):
                continue  # the E of a bearing that begins before it is no bearing of its own
            try:
                return parse_call(rest, self.units)
            except ValueError:
                if _ANGLE.match(rest):
                    return None
        return None

    def _refusal(self, number: int, line: int, clause: str) -> str:
        if problem := curved(clause) or wordy(clause):
            return self._told(
                number, line, f"{problem} {_MEASURE}" if "measure the yard" not in problem else problem
            )
        starts = [found.start() for found in _START.finditer(clause[:_LONGEST])][:_MOST_STARTS]
        for start in starts:
            try:
                parse_call(clause[start:_LONGEST], self.units)
            except ValueError as error:
                if "is not a bearing and a length" not in str(error):
                    return self._told(number, line, str(error))
        words = plain_text(clause, 60)
        return self._told(
            number,
            line,
            f'"{words}" has no bearing and length, such as N 10°34\'19" E 168.03 feet. {_MEASURE}',
        )

    def _told(self, number: int, line: int, problem: str) -> str:
        return f"{self.source.label}:{line}: call {number}: {problem}"
