"""A layout as a short text, for a QR code, a chat or a piece of paper: yard, drills, sizes and poses.

    CD1:  and Base45 (RFC 9285): capitals, digits and nine signs, which a QR code packs as tightly as bytes
    CD1-  and Base64url: survives links and chats

of 4 bytes of CRC-32, big-endian, and the raw deflate (RFC 1951) of compact JSON: a list of

    0  the layout's id
    1  units
    2  longest tape of the set-out, 0 for none
    3  the boundary: x, y of the first corner, then the step to each of the others
    4  the numbers of its soft sides, from 0
    5  obstacles: 0 hard or 1 soft, then their corners like the boundary; or 2 hard or 3 soft, the number of
       corners of a regular polygon, its middle's x and y, the reach of its corners in ten-millionths, and the
       direction of the first
    6  reference points that are no marks: letter, x, y
    7  placements: name:check, size, how far the bound is above it in millionths (null for none), x, y,
       rotation, pace from 0, flags, and where a drill has two lengths depth and width
    8  what not every layout has, by key: n north, w 1 for a wet yard, u uncertainty of the corners, v of the
       obstacles, s the clearances and run-outs that are not the default ones

Lengths, angles and sizes are whole ten-thousandths: a tenth of a millimetre, which is what the id counts. So
who reads the code gets the same id, or knows that something is amiss; cones come back to 0.2 mm. The reader's
own library has the drills; `check` is 15 bits of their geometry. Names, notes, the set-out and what does not
fit are not in it.

Base45 is written out here: the library for it had its last release in 2022, and it is ten lines.
"""

from __future__ import annotations

import base64
import binascii
import itertools
import json
import math
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from conedrills.drill import PACES, Drill, Stretch, drill_names, load_drill
from conedrills.errors import LayoutError
from conedrills.geometry import Path, Point, Pose, Vector
from conedrills.layout import CAPPED, Layout, Placement, drill_id, layout_id, placed_legs
from conedrills.public import public
from conedrills.space import SpaceModel, space_from_json
from conedrills.yard import MAX_OBSTACLES, MAX_REFERENCES, Kind, Obstacle, Reference, Units, Yard

PREFIX, LINK = "CD1:", "CD1-"
"""How a code begins that is Base45, and one that is Base64url."""
LONGEST = 20_000
"""Characters of a code: a hundred drills in a yard of a thousand corners take half of it."""
_LONGEST_JSON = 200_000  # characters
_MOST_CORNERS = 4_000
_MOST_PLACEMENTS = 200
_CODE = re.compile(r"CD(\d{1,9})([:-])", re.IGNORECASE)
_WITHIN = re.compile(r"(?<![A-Za-z0-9])CD\d{1,9}[:-]", re.IGNORECASE)
_EMPTY_LINE = re.compile(r"\r?\n[ \t]*\r?\n")
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff]|^[> \t]*>[ \t]?", re.MULTILINE)
"""What chats and mails put about a text: characters that nobody sees, and marks of a quotation."""
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_FINE = 10_000  # to a metre, a degree or a size of 1: what the id counts
_FINER = 1_000  # times as fine: a regular polygon comes back corner by corner
_MIRRORED, _GAP_REACHED, _CAPPED, _CALLER = 1, 2, 4, 8


@dataclass(frozen=True, slots=True)
class Read:
    """What a code says: the layout without set-out and tightest places, and the drills that were left out.

    `stated` is the id of the whole layout; with drills left out, what is here has another.
    """

    layout: Layout
    stated: str
    left_out: tuple[str, ...]


def is_code(text: str) -> bool:
    """Whether a text is meant as a code, or a link that ends in one."""
    return _CODE.match(_bare(text)) is not None


def code_in(text: str) -> str | None:
    r"""The code in a message, without what is before it or what chats put about it; None where there is none.

    >>> code_in("Hi, here it is:\n> CD1-abc\n> def")
    'CD1-abc\ndef'
    """
    plain = _UNSEEN.sub("", text)
    found = _WITHIN.search(plain)
    return plain[found.start() :] if found else None


def share_code(layout: Layout, *, link: bool = False) -> str | None:
    """The code of a layout, None where it is too long for one.

    Args:
        layout: of which only what is public goes into it.
        link: Base64url for links and chats, in place of Base45.
    """
    layout = public(_as_named(layout))
    corners = len(layout.yard.boundary) + sum(len(thing.polygon) for thing in layout.yard.obstacles)
    if corners > _MOST_CORNERS:
        return None
    text = json.dumps(_payload(layout), separators=(",", ":"), ensure_ascii=True).encode("ascii")
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = squeezer.compress(text) + squeezer.flush()
    content = zlib.crc32(packed).to_bytes(4, "big") + packed
    if link:
        code = LINK + base64.urlsafe_b64encode(content).decode("ascii").rstrip("=")
    else:
        code = PREFIX + base45(content)
    return code if len(code) <= LONGEST else None


def _as_named(layout: Layout) -> Layout:
    """The layout with the named reference points alone: the reader letters corners and makes marks anew."""
    kept = tuple(point for point in layout.yard.references if point.kind == "named")
    return replace(layout, yard=replace(layout.yard, references=kept))


def read_code(text: str) -> Read:
    """What a code says.

    Raises:
        LayoutError: it is no code, or a damaged one, or one of a newer conedrills.
    """
    try:
        return _read(_json(_packed(text)))
    except _Damaged as damage:
        raise LayoutError(f"share code: {damage}") from None


class _Damaged(Exception):
    """What is wrong with a code, as a sentence."""


# --- the text ---------------------------------------------------------------------------------------------


def base45(content: bytes) -> str:
    """Bytes as Base45, RFC 9285.

    >>> base45(b"Hello!!")
    '%69 VD92EX0'
    """
    letters: list[int] = []
    for start in range(0, len(content), 2):
        pair = content[start : start + 2]
        rest, first = divmod(int.from_bytes(pair, "big"), 45)
        letters += [first, rest % 45, rest // 45] if len(pair) == 2 else [first, rest]
    return "".join(_ALPHABET[letter] for letter in letters)


def from_base45(text: str) -> bytes:
    """The bytes of a text in Base45.

    Raises:
        ValueError: it is not Base45.

    >>> from_base45("QED8WEX0")
    b'ietf!'
    """
    values = [_ALPHABET.index(letter) for letter in text]
    content = bytearray()
    for start in range(0, len(values), 3):
        part = values[start : start + 3]
        number = sum(value * 45**place for place, value in enumerate(part))
        high = {3: 0xFFFF, 2: 0xFF}.get(len(part), -1)
        if number > high:
            raise ValueError
        content += number.to_bytes(len(part) - 1, "big")
    return bytes(content)


def _bare(text: str) -> str:
    """A code without what is about it: line breaks, a link that it ends, quotes."""
    text = text.lstrip("\ufeff \t\r\n\"'<`")
    if text[:8].casefold().startswith(("http://", "https://")) and "#" in text:
        text = text.rpartition("#")[2]
    return re.sub(r"[\r\n\t]+", "", text)


def _packed(text: str) -> bytes:
    """The packed bytes of a code that may stand in a message: up to its end, an empty line, or a line's end.

    Raises:
        _Damaged: there is none.
    """
    text = code_in(text) or _bare(text)
    wrong: _Damaged | None = None
    for part in dict.fromkeys((text, _EMPTY_LINE.split(text)[0], text.partition("\n")[0])):
        # the first spaces of a line are digits of Base45, or somebody indented it
        for breaks in (r"[\r\n\t]+", r"[\r\n\t]+ *"):
            try:
                return _content(re.sub(breaks, "", part))
            except _Damaged as damage:
                wrong = wrong or damage
    raise wrong or _Damaged(f"it begins with {PREFIX} or {LINK}.")


def _content(text: str) -> bytes:
    """The packed bytes of a code.

    Raises:
        _Damaged: it is not one.
    """
    found = _CODE.match(text)
    if found is None:
        raise _Damaged(f"it begins with {PREFIX} or {LINK}.")
    if int(found[1]) > 1:
        raise _Damaged(f"made by a newer conedrills (CD{int(found[1])}); update, or ask for a PDF.")
    if int(found[1]) < 1:
        raise _Damaged(f"it begins with {PREFIX} or {LINK}.")
    if len(text) > LONGEST + 100:
        raise _Damaged(f"{len(text):,} characters are too many; {LONGEST:,} are allowed.")
    body = text[found.end() :]
    for content in _decoded(body, found[2]):
        if zlib.crc32(content[4:]) == int.from_bytes(content[:4], "big") and len(content) > 4:
            return content[4:]
    raise _Damaged("a part of it is missing or was changed. Copy it again, whole.")


def _decoded(body: str, form: str) -> Iterator[bytes]:
    """What the characters after the prefix may stand for; a space at the end may have got lost."""
    try:
        if form == "-":
            body = re.sub(r"\s+", "", body).rstrip("\"'>`=")
            yield base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
            return
    except (binascii.Error, ValueError):
        return
    body = body.rstrip("\"'>`").upper()
    for text in (body, f"{body} ", f"{body}  ", body.rstrip(" ")):
        try:
            yield from_base45(text)
        except ValueError:
            continue


def _json(packed: bytes) -> Any:
    """What is packed in a code.

    Raises:
        _Damaged: it cannot be unpacked, or is too much.
    """
    opener = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        text = opener.decompress(packed, _LONGEST_JSON)
        if not opener.eof:
            raise _Damaged("it holds more than a layout can.")
        return json.loads(text.decode("ascii"), parse_constant=_no_number, parse_float=_no_number)
    except (zlib.error, ValueError, RecursionError):
        raise _Damaged(_NOT_OURS) from None


_NOT_OURS = "it holds no layout. Copy it again, whole."


def _no_number(text: str) -> Any:
    raise ValueError(text)


# --- writing ----------------------------------------------------------------------------------------------


def _payload(layout: Layout) -> list[Any]:
    yard = layout.yard
    more = {
        "n": None if yard.north is None else _count(yard.north),
        "w": 1 if yard.surface == "wet" else None,
        "u": [_count(metres) for metres in yard.uncertainty] if any(yard.uncertainty) else None,
        "v": [_count(thing.uncertainty) for thing in yard.obstacles]
        if any(thing.uncertainty for thing in yard.obstacles)
        else None,
        "s": _difference(_counted(layout.space.to_json()), _counted(SpaceModel().to_json())) or None,
    }
    return [
        layout_id(layout),
        layout.units,
        _count(layout.tape or 0.0),
        _steps(yard.boundary),
        [side for side, kind in enumerate(yard.side_kinds) if kind == "soft"],
        [_thing(thing) for thing in yard.obstacles],
        [[point.name, _count(point.at.x), _count(point.at.y)] for point in yard.references],
        [_placement(placement) for placement in layout.placements],
        {key: value for key, value in more.items() if value is not None},
    ]


def _count(value: float) -> int:
    """Ten-thousandths, rounded as for the id."""
    return round(float(value) * _FINE)


def _counted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _counted(part) for key, part in value.items()}
    return [_counted(part) for part in value] if isinstance(value, list | tuple) else _count(value)


def _difference(own: Any, default: Any) -> Any:
    """What is said otherwise than by default: tables and numbers whole, objects key by key."""
    if not isinstance(own, Mapping):
        return own
    parts = {key: (part, default.get(key)) for key, part in own.items()}
    return {
        key: _difference(part, usual) if isinstance(usual, Mapping) else part
        for key, (part, usual) in parts.items()
        if part != usual
    }


def _steps(path: Path) -> list[int]:
    places = [(_count(point.x), _count(point.y)) for point in path]
    steps = [(x - before[0], y - before[1]) for before, (x, y) in itertools.pairwise([(0, 0), *places])]
    return [number for step in steps for number in step]


def _thing(thing: Obstacle) -> list[int]:
    soft = int(thing.kind == "soft")
    corners = [soft, *_steps(thing.polygon)]
    if (regular := _regular(thing.polygon)) is None:
        return corners
    return [2 + soft, *regular]


def _regular(path: Path) -> list[int] | None:
    """A polygon about a circle in five numbers, if all corners come back out of them."""
    count = len(path)
    if count < 8:
        return None
    middle = Point(math.fsum(point.x for point in path) / count, math.fsum(point.y for point in path) / count)
    spoke = path[0] - middle
    numbers = [_count(middle.x * _FINER), _count(middle.y * _FINER), _count(spoke.length * _FINER)]
    regular = [count, *numbers, _count(spoke.angle * _FINER)]
    return regular if _steps(_corners(regular)) == _steps(path) else None


def _corners(regular: Sequence[int]) -> Path:
    """The corners of a regular polygon, counter-clockwise, as places of whole tenths of a millimetre."""
    count, x, y, reach, first = regular
    middle, long = Point(x / _FINE / _FINER, y / _FINE / _FINER), reach / _FINE / _FINER
    found = (middle + Vector.polar(long, first / _FINE / _FINER + 360.0 * n / count) for n in range(count))
    return tuple(Point(_count(point.x) / _FINE, _count(point.y) / _FINE) for point in found)


def _placement(placement: Placement) -> list[Any]:
    pose, two, bound = placement.pose, placement.stretch, placement.size_bound
    size = _count(placement.size)
    flags = (
        _MIRRORED * pose.mirrored
        + _GAP_REACHED * placement.gap_reached
        + _CAPPED * placement.capped
        + _CALLER * (placement.caller is not None)
    )
    return [
        f"{placement.drill.name}:{_check(placement.drill)}",
        size,
        None if bound is None else max(0, math.ceil(bound * 1e6 - 1e-6) - size * 100),
        _count(pose.origin.x),
        _count(pose.origin.y),
        _count(pose.rotation),
        PACES.index(placement.pace),
        flags,
        *([_count(two.depth), _count(two.width)] if two else []),
    ]


def _check(drill: Drill) -> str:
    """Three letters by which a drill's geometry is known again."""
    return drill_id(drill)[:3]


# --- reading ----------------------------------------------------------------------------------------------


def _read(data: Any) -> Read:
    if not isinstance(data, list) or len(data) < 9:
        raise _Damaged(_NOT_OURS)
    stated, units, tape, boundary, soft, things, references, placements, more = data[:9]
    if not isinstance(more, dict) or not isinstance(stated, str) or not re.fullmatch("[a-z2-7]{6}", stated):
        raise _Damaged(_NOT_OURS)
    if units not in get_args(Units):
        raise _Damaged(_NOT_OURS)
    yard = _yard(boundary, soft, things, more)
    yard = replace(yard, references=_references(references), units=units)
    space = _space(more.get("s", {}))
    known: list[Placement] = []
    left_out: dict[str, None] = {}
    for entry in _list(placements, _MOST_PLACEMENTS):
        found = _known_drill(_list(entry, 20))
        if isinstance(found, str):
            left_out[found] = None
        else:
            known.append(_placed(found, entry, space))
    layout = Layout(
        title="",
        units=units,
        yard=yard,
        space=space,
        placements=tuple(known),
        tape=_length(tape) or None,
    )
    if not left_out and layout_id(layout) != stated:
        raise _Damaged(
            f"it says that it is layout {stated}, but what it holds is layout {layout_id(layout)}."
            " Ask for it again, or for a PDF."
        )
    return Read(layout, stated, tuple(left_out))


def _list(value: Any, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise _Damaged(_NOT_OURS)
    return value


def _whole(value: Any, most: int = 10**12) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > most:
        raise _Damaged(_NOT_OURS)
    return value


def _length(value: Any) -> float:
    return _whole(value) / _FINE


def _path(numbers: Any) -> Path:
    steps = [_whole(number) for number in _list(numbers, 2 * _MOST_CORNERS)]
    if len(steps) % 2 or len(steps) < 6:
        raise _Damaged(_NOT_OURS)
    across, up = itertools.accumulate(steps[::2]), itertools.accumulate(steps[1::2])
    return tuple(Point(x / _FINE, y / _FINE) for x, y in zip(across, up, strict=True))


def _yard(boundary: Any, soft: Any, things: Any, more: Mapping[str, Any]) -> Yard:
    ring = _path(boundary)
    kinds: list[Kind] = ["hard"] * len(ring)
    for side in _list(soft, _MOST_CORNERS):
        if not 0 <= _whole(side) < len(ring):
            raise _Damaged(_NOT_OURS)
        kinds[side] = "soft"
    obstacles = [_obstacle(_list(thing, 2 * _MOST_CORNERS + 1)) for thing in _list(things, MAX_OBSTACLES)]
    if "v" in more:
        doubts = [_doubt(value) for value in _exactly(more["v"], len(obstacles))]
        obstacles = [
            replace(thing, uncertainty=doubt) for thing, doubt in zip(obstacles, doubts, strict=True)
        ]
    return Yard(
        name="",
        boundary=ring,
        side_kinds=tuple(kinds),
        obstacles=tuple(
            replace(thing, name=f"obstacle {number}") for number, thing in enumerate(obstacles, 1)
        ),
        uncertainty=tuple(_doubt(value) for value in _exactly(more["u"], len(ring))) if "u" in more else (),
        north=_length(more["n"]) if "n" in more else None,
        surface="wet" if more.get("w") == 1 else "dry",
    )


def _exactly(value: Any, count: int) -> list[Any]:
    if len(_list(value, count)) != count:
        raise _Damaged(_NOT_OURS)
    return list(value)


def _doubt(value: Any) -> float:
    if _whole(value) < 0:
        raise _Damaged(_NOT_OURS)
    return _length(value)


def _obstacle(numbers: Sequence[Any]) -> Obstacle:
    if not numbers or _whole(numbers[0]) not in range(4):
        raise _Damaged(_NOT_OURS)
    kind: Kind = "soft" if numbers[0] % 2 else "hard"
    if numbers[0] < 2:
        return Obstacle("", kind, _path(list(numbers[1:])))
    regular = [_whole(number, 10**15) for number in numbers[1:]]
    if len(regular) != 5 or not 8 <= regular[0] <= _MOST_CORNERS:
        raise _Damaged(_NOT_OURS)
    return Obstacle("", kind, _corners(regular))


def _references(value: Any) -> tuple[Reference, ...]:
    found = []
    for entry in _list(value, MAX_REFERENCES):
        name, x, y = _exactly(entry, 3)
        if not isinstance(name, str) or not re.fullmatch("[A-Za-z][0-9]{0,4}", name):
            raise _Damaged(_NOT_OURS)
        found.append(Reference(name, "", Point(_length(x), _length(y))))
    return tuple(found)


def _space(own: Any) -> SpaceModel:
    """The default clearances with those of the code in their place."""
    merged = _merged(_counted(SpaceModel().to_json()), own, 0)
    try:
        return space_from_json(_uncounted(merged))
    except (TypeError, ValueError, KeyError, AttributeError):
        raise _Damaged(_NOT_OURS) from None


def _merged(usual: Any, own: Any, deep: int) -> Any:
    if not isinstance(usual, Mapping):
        return own
    if not isinstance(own, Mapping) or deep > 3:
        raise _Damaged(_NOT_OURS)
    return {**usual, **{key: _merged(usual.get(key), part, deep + 1) for key, part in own.items()}}


def _uncounted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _uncounted(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_uncounted(part) for part in value]
    return _length(value)


def _known_drill(entry: Sequence[Any]) -> Drill | str:
    """The drill of our library that a code means, or what to say of one that is left out."""
    if len(entry) not in {8, 10} or not isinstance(entry[0], str):
        raise _Damaged(_NOT_OURS)
    name, _, check = entry[0].partition(":")
    if not re.fullmatch(r"[a-z0-9-]{1,40}", name) or not re.fullmatch("[a-z2-7]{3}", check):
        raise _Damaged(_NOT_OURS)
    if name not in drill_names():
        return f'the drill "{name}" is left out: it is not among the drills here.'
    drill = load_drill(name)
    if _check(drill) != check:
        return f'the drill "{name}" is left out: it is another one here, or another version of it.'
    if (len(entry) == 10) != (drill.stretch is not None):
        raise _Damaged(_NOT_OURS)
    return drill


def _placed(drill: Drill, entry: Sequence[Any], space: SpaceModel) -> Placement:
    size, pace, flags = _length(entry[1]), _whole(entry[6]), _whole(entry[7])
    if not 0.001 <= size <= 1_000.0 or not 0 <= pace < len(PACES):
        raise _Damaged(_NOT_OURS)
    bound = None if entry[2] is None else (_whole(entry[1]) * 100 + abs(_whole(entry[2]))) / 1e6
    two = Stretch(_length(entry[8]), _length(entry[9])) if len(entry) == 10 else None
    pose = Pose(Point(_length(entry[3]), _length(entry[4])), _length(entry[5]), bool(flags & _MIRRORED))
    figure = drill.figure(size, two)
    return Placement(
        drill=drill,
        pace=PACES[pace],
        size=size,
        size_bound=bound,
        gap_reached=bool(flags & _GAP_REACHED),
        pose=pose,
        cones=tuple(pose.place(cone) for cone in figure.cones),
        legs=placed_legs(drill, size, pose, PACES[pace], space, stretch=two),
        tightest=None,
        caller=pose.place(figure.caller) if flags & _CALLER and figure.caller else None,
        remarks=(CAPPED,) if flags & _CAPPED else (),
        stretch=two,
    )


__all__ = ["LINK", "LONGEST", "PREFIX", "Read", "base45", "from_base45", "is_code", "read_code", "share_code"]
