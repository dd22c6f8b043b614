"""JSON from strangers: strict where Python is lax, and every slip explained at its line and column.

A key twice, NaN, infinity, a number of a thousand digits or brackets without end are refused; a byte order
mark and UTF-16, which editors of Windows write, are not. What the values mean is for the room that asks.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn

from conedrills.errors import ConeDrillsError
from conedrills.wording import plain_text

Steps = Sequence[str | int]
"""A place in JSON: keys and indices from the outside in."""

_MAX_PROBLEMS = 20
_LONGEST_NUMBER = 60  # digits and signs; a length has six
_DEEPEST = 50  # brackets in brackets; a layout has eight, and what walks through a thousand runs out of stack


@dataclass(frozen=True)
class JsonText:
    """The content of a file: `label` names it in messages, `error` is raised of what is wrong in it."""

    label: str
    content: bytes
    error: type[ConeDrillsError]

    @cached_property
    def text(self) -> str:
        """The content as text.

        Raises:
            ConeDrillsError: it is not text.
        """
        try:
            return _decode(self.content)
        except _Slip as slip:
            raise self.error(f"{self.label}: {slip}") from None

    @cached_property
    def json(self) -> Any:
        """The content as JSON.

        Raises:
            ConeDrillsError: it is not JSON; the message names line and column and says what would be right.
        """
        try:
            return _parse(self.text)
        except _Slip as slip:
            line, column = _line_and_column(self.text, slip.position)
            raise self.error(f"{self.label}:{line}:{column}: {slip}") from None

    def problem(self, path: Steps, message: str) -> str:
        """A line that says where in the JSON a problem is (file, line, column, key path) and what it is."""
        line, column = _line_and_column(self.text, _locate(self.text, path))
        where = f" {key_path(path)}" if path else ""
        return f"{self.label}:{line}:{column}{where}: {message}"

    def fail(self, problems: Sequence[tuple[Steps, str]]) -> ConeDrillsError:
        """The error with all problems (where, what), each with its line; of many, the first 20."""
        # finding a line reads the file again, so only for what is shown
        lines = [self.problem(path, message) for path, message in problems[:_MAX_PROBLEMS]]
        more = [f"and {len(problems) - _MAX_PROBLEMS} more."] if len(problems) > _MAX_PROBLEMS else []
        return self.error("\n".join([*lines, *more]))


def key_path(path: Steps) -> str:
    """A place in JSON as people write it.

    >>> key_path(["boundary", 2, 1]), key_path(["tapes", "C-D"])
    ('boundary[2][1]', 'tapes["C-D"]')
    """
    steps = ""
    for step in path:
        if isinstance(step, int):
            steps += f"[{step}]"
        elif step.isidentifier():
            steps += f".{plain_text(step)}" if steps else plain_text(step)
        else:
            steps += f'["{plain_text(step)}"]'
    return steps


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


class _Slip(ValueError):
    """Text that is not JSON as we read it: where (a position in the text) and what would be right."""

    def __init__(self, position: int, message: str) -> None:
        super().__init__(message)
        self.position = position


class _LaxJson(Exception):
    """JSON that Python would take and we do not: a key or number to look for, and why."""


def _decode(content: bytes) -> str:
    """The text of a file, by its byte order mark or else as UTF-8; the mark is dropped.

    Raises:
        _Slip: it is not text.
    """
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _Slip(0, f"this is not a text file in UTF-8 (byte {error.start}). Save it as UTF-8.") from None


def _parse(text: str) -> Any:
    """The value of a JSON text.

    Raises:
        _Slip: it is not JSON, repeats a key, or holds a number that is none; the position says where.
    """
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, parse_int=_int
        )
    except json.JSONDecodeError as error:
        raise _explained(text, error) from None
    except _LaxJson as error:
        wanted, message = error.args
        raise _Slip(_find(text, wanted), message) from None
    except RecursionError:
        raise _Slip(0, _TOO_DEEP) from None
    if _is_too_deep(value):
        raise _Slip(0, _TOO_DEEP)
    return value


_TOO_DEEP = "brackets are nested too deeply; ten levels are enough for any file."


def _is_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(_DEEPEST):
        holders = [part for part in level if isinstance(part, dict | list)]
        level = [child for part in holders for child in (part.values() if isinstance(part, dict) else part)]
    return any(isinstance(part, dict | list) for part in level)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise _LaxJson((name,), "this key stands here twice; keep one of them.")
            seen.add(name)
    return members


def _constant(token: str) -> NoReturn:
    raise _LaxJson(token, f"{token} is not a number.")


def _float(token: str) -> float:
    number = float(token)
    if not math.isfinite(number):
        raise _LaxJson(token, "this number is too large.")
    return number


def _int(token: str) -> int:
    if len(token) > _LONGEST_NUMBER:
        raise _LaxJson(token, "this number is too long.")
    return int(token)


def _find(text: str, wanted: str | tuple[str]) -> int:
    """Where a number stands, or (in a tuple) where a key stands for the second time in its object."""
    if isinstance(wanted, str):
        return next((match.start() for match in _TOKEN.finditer(text) if match[0] == wanted), 0)
    seen: list[set[str | int]] = []
    for path, key_at, _ in _members(text):
        del seen[len(path) :]
        while len(seen) < len(path):
            seen.append(set())
        if path and isinstance(path[-1], str):
            if path[-1] == wanted[0] and path[-1] in seen[-1]:
                return key_at
            seen[-1].add(path[-1])
    return 0


def _locate(text: str, path: Steps) -> int:
    """Where the value of a path stands in a text that `_parse` took; if there is none, what should hold it.

    >>> _locate('{"a": [1, 2]}', ["a", 1])
    10
    """
    best, position = -1, 0
    wanted = list(path)
    for here, _, value_at in _members(text):
        if len(here) > best and here == wanted[: len(here)]:
            best, position = len(here), value_at
            if best == len(wanted):
                break
    return position


def _line_and_column(text: str, position: int) -> tuple[int, int]:
    """Both from 1, as editors count them."""
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def _members(text: str) -> Iterator[tuple[list[str | int], int, int]]:
    """Every value with its path (one list, changed on the way), the position of its key and its own."""
    path: list[str | int] = []
    brackets: list[str] = []
    key_next, key_at = False, 0
    for match in _TOKEN.finditer(text):
        piece, at = match[0], match.start()
        if piece == ",":
            key_next = brackets[-1] == "{"
            if not key_next:
                path[-1] = int(path[-1]) + 1
        elif piece in "]}":
            path.pop()
            brackets.pop()
        elif piece == ":":
            continue
        elif key_next:
            path[-1], key_at, key_next = json.loads(piece, strict=False), at, False
        else:
            yield path, key_at if brackets and brackets[-1] == "{" else at, at
            if piece in "[{":
                brackets.append(piece)
                path.append(0 if piece == "[" else "")
                key_next = piece == "{"


_SLIPS: tuple[tuple[str, str, str], ...] = (
    # what stands before the place, what stands at it, and what to say
    (r"^", r"<", "this is XML or HTML, not JSON."),
    (r"^", r"%PDF|PK|\0", "this is not a text file."),
    (r"", r"//|/\*|#", 'JSON has no comments; write "note": "..." instead.'),
    (r"", r"[“”„‟«»]", 'these are curly quotes; write straight ones: ".'),
    (r"\d", r"['′’\"″”½¼¾]|f|in|yd|yard|m|cm", 'a length with a unit stands in double quotes: "12ft 6in".'),
    (r"", r"['‘’`]", 'text stands in double quotes: "ft".'),
    (r",", r"[}\]]", "the comma before this is one too many; nothing follows it."),
    (r"", r",\s*[}\]]", "this comma is one too many; nothing follows it."),
    (r"", r",", "there is a comma with nothing before it."),
    (r"\d\"", r"\"", 'an inch sign ends the text; write \\" or in, as in "12ft 6in".'),
    (r"", r"True\b|False\b|None\b|TRUE\b|FALSE\b|NULL\b", "JSON writes true, false and null."),
    (r"(?:^|[\[,:])", r"\+|\.\d|-\.?\d|-|0\d", "numbers look like 5, 0.5 or -5."),
    (r"\d", r"[.\deE]", "numbers look like 5, 0.5 or -5."),
    (r"[{,]", r"[\w$]", 'keys and text stand in double quotes: "name".'),
    (r"[:\[]", r"[^\W\d]", 'text stands in double quotes: "ft".'),
    (r"^", r"", "this is not JSON, which begins with { or [."),
)
_KINDS = (
    ("Extra data", "there is something after the end of the file's value; remove it."),
    ("Unterminated string", "the text that begins here has no closing quote."),
    ("Invalid control character", "a text must end on the line on which it begins."),
    ("Invalid \\", "in a text \\ is written \\\\."),
    ("Expecting ',' delimiter", "a comma is missing before this, or a bracket is not closed."),
    ("Expecting ':' delimiter", "a colon is missing between the key and its value."),
    ("Expecting property name", 'a key in double quotes is wanted here: "name".'),
)


def _explained(text: str, error: json.JSONDecodeError) -> _Slip:
    at = error.pos
    while at < len(text) and text[at] in " \t\r\n" and not error.msg.startswith("Invalid control"):
        at += 1
    before, here = text[:at].rstrip()[-20:], text[at : at + 20]
    if not text.strip():
        return _Slip(0, "the file is empty.")
    if not here:
        return _Slip(at, "the file ends before it is complete; a } or ] is missing.")
    if not error.msg.startswith(("Extra data", "Unterminated", "Invalid")):
        for left, right, message in _SLIPS:
            if re.search(f"(?:{left})$", before) and re.match(right, here):
                return _Slip(at, message)
    message = next(
        (words for start, words in _KINDS if error.msg.startswith(start)), "a value is wanted here."
    )
    return _Slip(at, message)
