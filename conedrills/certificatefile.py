"""A certificate out of its file, which may come from a stranger: form only, nothing is believed or judged.

`search.md` says what the numbers mean and in sections 7 and 8 how they are written; `verify` says whether
they prove what they claim. A tree is kept as the list of its nodes, each before its children, because a
stranger's tree may be deep.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, NoReturn, TypeVar

from conedrills.errors import CertificateError
from conedrills.strictjson import key_path
from conedrills.wording import plain_text

FORMAT = "conedrills-certificate"
VERSION = 1
LONGEST_FILE = 200_000_000
"""Bytes that a certificate may have: a hard yard takes some tens of millions a drill."""
DEEPEST = 400
"""Nodes between the root of a tree and a leaf."""
_LONGEST_NUMBER = 40  # digits; a border in 2^-60 m² has twenty-five
_TOO_LONG = re.compile(rb"\d{%d}" % (_LONGEST_NUMBER + 1))
_MOST_CORNERS = 1_000  # of a piece or its core
_MOST = 20_000  # of rings' corners, points, segments, borders, pieces

T = TypeVar("T")
Place = tuple[str | int, ...]
Split = Literal["x", "y", "t", "s", "u"]
Shape = Literal["deeper", "wider"]
Moving = tuple[int, int, int, int, int, int]
"""A point at b + s g + u h: (bx, by, gx, gy, hx, hy); with one length h is zero."""


class Cut(NamedTuple):
    """A box is split in x, y, tau, s or u: the part below comes first."""

    axis: Split
    at: int


class Apart(NamedTuple):
    """A box is branched on how a segment and a piece of its class are apart, into so many cases."""

    segment: int
    piece: int
    cases: int


class Closed(NamedTuple):
    """A leaf: weights of rows, (weight, kind, i, j) each."""

    rows: tuple[tuple[int, int, int, int], ...]


Node = Cut | Apart | Closed


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring of the yard in the frame: (index of the true corner, x, y) each; `obstacle` None: boundary."""

    obstacle: int | None
    slack: int
    corners: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Range:
    """Sizes between which every point of a drill moves straight, `points` about the `centre`.

    With two lengths `shape` says which factor is stretched further than the size, by u from and to `more`.
    """

    start: int
    end: int
    centre: Moving
    points: tuple[Moving, ...]
    shape: Shape | None = None
    more: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Segment:
    """Two points (or one, twice), the leg that asks for it and as what, its clearance and its class."""

    points: tuple[int, int]
    leg: int
    part: Literal["run", "round"]
    clearance: int
    group: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A convex polygon inside a widened core; corners are (position in the core, x, y)."""

    kind: Literal["solid", "side"]
    ring: int
    core: tuple[int, ...]
    corners: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Class:
    """What segments of one clearance keep out of: half planes (nx, ny, d), and pieces."""

    clearance: int
    borders: tuple[tuple[int, int, int], ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """The proof for one image, range and quarter turn: nodes, each before its children."""

    mirrored: bool
    range: int
    quarter: int
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """No pose of a drill at a pace has a size from `bound` to `size_max`; points may be off by `slack`."""

    drill: str
    pace: str
    bound: int
    size_max: int
    mirrored: tuple[bool, ...]
    ranges: tuple[Range, ...]
    segments: tuple[Segment, ...]
    classes: tuple[Class, ...]
    trees: tuple[Tree, ...]
    slack: int = 0


@dataclass(frozen=True, slots=True)
class Certificate:
    """What somebody claims to have proven about a layout."""

    layout: str
    origin: tuple[int, int]
    quarter: int
    tau: int
    rings: tuple[Ring, ...]
    proofs: tuple[Proof, ...]


def read_certificate(path: str | Path) -> Certificate:
    """The certificate in a file; `-` is standard input.

    Raises:
        CertificateError: it cannot be read, or holds no certificate; the message says where and why.
    """
    if str(path) == "-":
        return loads(sys.stdin.buffer.read(LONGEST_FILE + 1), "standard input")
    file = Path(path)
    label = plain_text(file.name) or "certificate"
    try:
        with file.open("rb") as stream:
            content = stream.read(LONGEST_FILE + 1)
    except OSError as error:
        raise CertificateError(f"{label}: cannot be read: {error.strerror or 'no such file'}.") from error
    except ValueError as error:  # a null byte in the name
        raise CertificateError(f"{label}: cannot be read: this is no file name.") from error
    return loads(content, label)


def loads(content: bytes, label: str) -> Certificate:
    """The certificate in the bytes of a file, called `label` in messages.

    Raises:
        CertificateError: they hold no certificate of the form that we know.
    """
    label = plain_text(label)
    if len(content) > LONGEST_FILE:
        raise CertificateError(f"{label}: more than {LONGEST_FILE // 1_000_000} MB are too many to be read.")
    try:
        return _Form(_json(content))()
    except _Malformed as error:
        where = f"{key_path(error.place)}: " if error.place else ""
        raise CertificateError(f"{label}: {where}{error}") from None


class _Malformed(Exception):
    """What is wrong with the form, and at which key."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(message)
        self.place = place


_TOO_DEEP = f"brackets are nested too deeply; a tree may be {DEEPEST} nodes deep."


def _json(content: bytes) -> Any:
    if _TOO_LONG.search(content):  # at once: a hook for every number takes longer than all the rest
        raise _Malformed((), f"there is a number of more than {_LONGEST_NUMBER} digits.")
    try:
        return json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=_object, parse_float=_no_int, parse_constant=_no_int,
        )  # fmt: skip
    except UnicodeDecodeError as error:
        raise _Malformed((), f"this is not a text file in UTF-8 (byte {error.start}).") from None
    except json.JSONDecodeError as error:
        message = f"line {error.lineno}, column {error.colno}: this is not JSON: {error.msg.lower()}."
        raise _Malformed((), message) from None
    except RecursionError:
        raise _Malformed((), _TOO_DEEP) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise _Malformed((), f'a key stands twice in one object of "{plain_text(pairs[0][0])}".')
    return members


def _no_int(token: str) -> NoReturn:
    raise _Malformed((), f"{plain_text(token, 20)} is no whole number; all numbers here are.")


class _Form:
    """Makes a certificate of JSON, or stops at the first thing that has not its form."""

    def __init__(self, document: Any) -> None:
        self.document = document

    def __call__(self) -> Certificate:
        document = self.document
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise _Malformed((), f'not a certificate; it begins with "format": "{FORMAT}".')
        version = _number(document, ("version",))
        if version > VERSION:
            raise _Malformed((), f"made by a newer conedrills (version {min(version, 999_999)}); update.")
        if version < 1:
            raise _Malformed(("version",), "must be a whole number from 1 up.")
        frame = _member(document, ("frame",), dict)
        return Certificate(
            layout=plain_text(_member(document, ("layout",), str)),
            origin=_pair(frame, ("frame", "origin")),
            quarter=_one_of(_number(frame, ("frame", "quarter")), (0, 1, 2, 3), ("frame", "quarter")),
            tau=_number(frame, ("frame", "tau")),
            rings=_all(document, ("rings",), 1_000, _ring),
            proofs=_all(document, ("proofs",), 1_000, _proof),
        )


_WORDS = {
    dict: "an object with keys",
    list: "a list",
    str: "text",
    int: "a whole number",
    bool: "true or false",
}


def _is(value: Any, kind: type[T], place: Place) -> T:
    """The value, if it is of that kind; true is no number."""
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise _Malformed(place, f"must be {_WORDS[kind]}.")
    return value


def _member(holder: dict[str, Any], place: Place, kind: type[T]) -> T:
    """What stands at the last key of a place in its object."""
    key = place[-1]
    if key not in holder:
        raise _Malformed(place, "is missing.")
    return _is(holder[str(key)], kind, place)


def _number(holder: dict[str, Any], place: Place) -> int:
    return _member(holder, place, int)


def _one_of(value: T, allowed: tuple[T, ...], place: Place) -> T:
    if value not in allowed:
        words = ", ".join(json.dumps(choice) for choice in allowed)
        raise _Malformed(place, f"must be one of {words}.")
    return value


def _all(holder: dict[str, Any], place: Place, most: int, form: Callable[[Any, Place], T]) -> tuple[T, ...]:
    """The members of a list, each made by `form`."""
    members = _member(holder, place, list)
    if len(members) > most:
        raise _Malformed(place, f"{len(members):,} are too many; {most:,} are allowed.")
    return tuple(form(member, (*place, nth)) for nth, member in enumerate(members))


def _numbers(value: Any, place: Place, count: int) -> tuple[int, ...]:
    """So many whole numbers."""
    if not isinstance(value, list) or len(value) != count:
        raise _Malformed(place, f"must be a list of {count} whole numbers.")
    for number in value:
        if type(number) is not int:
            raise _Malformed(place, f"must be a list of {count} whole numbers.")
    return tuple(value)


def _pair(holder: dict[str, Any], place: Place) -> tuple[int, int]:
    first, second = _numbers(_member(holder, place, list), place, 2)
    return first, second


def _three(value: Any, place: Place) -> tuple[int, int, int]:
    first, second, third = _numbers(value, place, 3)
    return first, second, third


def _moving(value: Any, place: Place) -> Moving:
    """A point with one length, of four numbers."""
    bx, by, gx, gy = _numbers(value, place, 4)
    return bx, by, gx, gy, 0, 0


def _stretching(value: Any, place: Place) -> Moving:
    """A point with two lengths, of six numbers."""
    bx, by, gx, gy, hx, hy = _numbers(value, place, 6)
    return bx, by, gx, gy, hx, hy


def _int_at(value: Any, place: Place) -> int:
    return _is(value, int, place)


def _bool_at(value: Any, place: Place) -> bool:
    return _is(value, bool, place)


def _ring(value: Any, place: Place) -> Ring:
    ring = _is(value, dict, place)
    if "obstacle" not in ring:
        raise _Malformed((*place, "obstacle"), "is missing; null is the boundary.")
    obstacle = ring["obstacle"]
    return Ring(
        obstacle=None if obstacle is None else _int_at(obstacle, (*place, "obstacle")),
        slack=_number(ring, (*place, "slack")),
        corners=_all(ring, (*place, "corners"), _MOST, _three),
    )


def _proof(value: Any, place: Place) -> Proof:
    proof = _is(value, dict, place)
    return Proof(
        drill=plain_text(_member(proof, (*place, "drill"), str)),
        pace=plain_text(_member(proof, (*place, "pace"), str)),
        bound=_number(proof, (*place, "bound")),
        size_max=_number(proof, (*place, "size_max")),
        mirrored=_all(proof, (*place, "mirrored"), 2, _bool_at),
        ranges=_all(proof, (*place, "points"), 1_000, _range),
        segments=_all(proof, (*place, "segments"), _MOST, _segment),
        classes=_all(proof, (*place, "classes"), 1_000, _class),
        trees=_all(proof, (*place, "trees"), 8_000, _tree),
        slack=_number(proof, (*place, "slack")) if "slack" in proof else 0,
    )


def _range(value: Any, place: Place) -> Range:
    part = _is(value, dict, place)
    shape: Shape | None = None
    more, form = (0, 0), _moving
    if "shape" in part:
        shape = "deeper" if _member(part, (*place, "shape"), str) == "deeper" else "wider"
        _one_of(part["shape"], ("deeper", "wider"), (*place, "shape"))
        more, form = _pair(part, (*place, "more")), _stretching
    elif "more" in part:
        raise _Malformed((*place, "more"), "goes with a shape, deeper or wider.")
    return Range(
        start=_number(part, (*place, "from")),
        end=_number(part, (*place, "to")),
        centre=form(_member(part, (*place, "centre"), list), (*place, "centre")),
        points=_all(part, (*place, "at"), _MOST, form),
        shape=shape,
        more=more,
    )


def _segment(value: Any, place: Place) -> Segment:
    part = _is(value, dict, place)
    role: Literal["run", "round"] = "run" if _member(part, (*place, "part"), str) == "run" else "round"
    _one_of(part["part"], ("run", "round"), (*place, "part"))
    return Segment(
        points=_pair(part, (*place, "points")),
        leg=_number(part, (*place, "leg")),
        part=role,
        clearance=_number(part, (*place, "clearance")),
        group=_number(part, (*place, "class")),
    )


def _class(value: Any, place: Place) -> Class:
    part = _is(value, dict, place)
    return Class(
        clearance=_number(part, (*place, "clearance")),
        borders=_all(part, (*place, "borders"), _MOST, _three),
        pieces=_all(part, (*place, "pieces"), _MOST, _piece),
    )


def _piece(value: Any, place: Place) -> Piece:
    part = _is(value, dict, place)
    kind: Literal["solid", "side"] = "solid" if _member(part, (*place, "kind"), str) == "solid" else "side"
    _one_of(part["kind"], ("solid", "side"), (*place, "kind"))
    return Piece(
        kind=kind,
        ring=_number(part, (*place, "ring")),
        core=_all(part, (*place, "core"), _MOST_CORNERS, _int_at),
        corners=_all(part, (*place, "corners"), _MOST_CORNERS, _three),
    )


def _tree(value: Any, place: Place) -> Tree:
    part = _is(value, dict, place)
    quarter = (*place, "quarter")
    return Tree(
        mirrored=_member(part, (*place, "mirrored"), bool),
        range=_number(part, (*place, "range")),
        quarter=_one_of(_number(part, quarter), (0, 1, 2, 3), quarter),
        nodes=_nodes(_member(part, (*place, "tree"), list), (*place, "tree")),
    )


_AXES: Mapping[str, Split] = {"x": "x", "y": "y", "t": "t", "s": "s", "u": "u"}
_Way = tuple[Any, ...]
"""A place as (place before, step), cheap to grow; () at the root."""


def _nodes(root: Any, place: Place) -> tuple[Node, ...]:
    """The nodes of a tree, each before its children."""
    nodes: list[Node] = []
    waiting: list[tuple[Any, _Way, int]] = [(root, (), 0)]
    while waiting:
        value, way, depth = waiting.pop()
        if depth > DEEPEST:
            raise _Malformed(place, _TOO_DEEP)
        try:
            node, children = _node(value)
        except _Malformed as error:
            raise _Malformed((*place, *_steps(way), *error.place), str(error)) from None
        nodes.append(node)
        inside = (way, 3) if isinstance(node, Apart) else way
        first = 0 if isinstance(node, Apart) else 2
        for nth in range(len(children) - 1, -1, -1):  # the first is to be taken first
            waiting.append((children[nth], (inside, first + nth), depth + 1))
    return tuple(nodes)


def _steps(way: _Way) -> Place:
    steps: list[int] = []
    while way:
        way, step = way
        steps.append(step)
    return tuple(reversed(steps))


def _node(value: Any) -> tuple[Node, list[Any]]:
    """A node, and what its children are made of."""
    if not isinstance(value, list) or not value or not isinstance(value[0], str):
        letters = ", ".join(f'"{axis}"' for axis in _AXES)
        raise _Malformed((), f'must be a node: a list that begins with {letters}, "apart" or "closed".')
    kind = value[0]
    if kind == "closed":
        if len(value) != 2 or not isinstance(value[1], list) or len(value[1]) % 4:
            raise _Malformed((), '"closed" goes with one list, of four whole numbers a row.')
        rows = value[1]
        for number in rows:
            if type(number) is not int:
                raise _Malformed((1,), "holds something that is no whole number.")
        numbers = iter(rows)
        return Closed(tuple(zip(numbers, numbers, numbers, numbers, strict=True))), []
    if kind == "apart":
        if len(value) != 4 or type(value[1]) is not int or type(value[2]) is not int:
            raise _Malformed((), '"apart" goes with a segment, a piece and a list of cases.')
        cases = _is(value[3], list, (3,))
        return Apart(value[1], value[2], len(cases)), cases
    axis = _AXES.get(kind)
    if axis is None:
        raise _Malformed((0,), f'"{plain_text(kind, 20)}" is no kind of node.')
    if len(value) != 4 or type(value[1]) is not int:
        raise _Malformed((), f'"{kind}" goes with a whole number and two nodes.')
    return Cut(axis, value[1]), value[2:]
