"""Bearings as deeds and compasses write them, and the calls of a deed: a bearing and a length.

Degrees clockwise from north; metres. The units of old deeds live here and not in `units`: nobody tapes a yard
in chains, and `rd` or `ch` in a yard file would be a slip.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from conedrills.units import METRES, parse_length
from conedrills.wording import plain_text

OLD_UNITS: Mapping[str, float] = {
    name: feet * METRES["ft"]
    for names, feet in (
        (("chain", "chains", "ch", "chs"), 66.0),
        (("link", "links", "lk", "lks"), 0.66),
        (("rod", "rods", "rd", "rds", "pole", "poles", "perch", "perches"), 16.5),
        (("furlong", "furlongs"), 660.0),
    )
    for name in names
}
"""Metres in the units of Gunter's chain, by the foot of 0.3048 m: the older survey foot is 2 in a million
longer, 0.2 mm in 100 m."""

_LONGEST = 300  # characters of one call with all its words
_DEGREE_SIGNS = str.maketrans(dict.fromkeys("º˚∘⁰ᵒ", "°"))
_SIGNS = str.maketrans(
    {**dict.fromkeys("′’‘ʹ´`", "'"), **dict.fromkeys("″”“„ʺ˝", '"'), **dict.fromkeys("−–—‐‑", "-")}
)
_D, _M, _S = r"(?:°|deg(?:ree)?s?\b\.?)", r"(?:'|min(?:ute)?s?\b\.?)", r"(?:\"|sec(?:ond)?s?\b\.?)"
_NUMBER = r"\d+(?:[.,]\d+)?"
_LOOSE = re.compile(
    rf"(?P<d>{_NUMBER})(?:(?: ?{_D}[ ,-]*| ?- ?| )(?P<m>{_NUMBER})"
    rf"(?:(?: ?{_M}[ ,-]*| ?- ?| )(?P<s>{_NUMBER}) ?{_S}?| ?{_M})?| ?{_D})?",
    re.ASCII,
)
"""The angle of a quadrant: its letters end it, so that marks may be left out."""
_STRICT = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"(?P<d>{_NUMBER})(?: ?{_D})?",
        rf"(?P<d>{_NUMBER}) ?{_D} ?(?P<m>{_NUMBER}) ?{_M}(?: ?(?P<s>{_NUMBER}) ?{_S})?",
        rf"(?P<d>\d+)°(?P<m>{_NUMBER})(?:'(?P<s>{_NUMBER}))?",
        rf"(?P<d>\d+)-(?P<m>{_NUMBER})(?:-(?P<s>{_NUMBER}))?",
    )
)
"""An azimuth: what stands loose behind it is a length, and no minutes."""
_NORTH, _EAST = r"(?:north|south|[ns])\b\.?", r"(?:east|west|[ew])\b\.?"
_QUADRANT = re.compile(
    r"(?P<first>north|south|[ns])\.?[ ,-]*(?P<angle>\d.*?)[ ,-]*(?P<last>east|west|[ew])\.?"
)
_CARDINAL = re.compile(r"(?:due )?(?P<way>north|south|east|west|[nsew])\.?")
_CARDINALS = {"n": 0.0, "e": 90.0, "s": 180.0, "w": 270.0}
_CALLED = re.compile(r"(?:azimuth|az|bearing|brg|course)\b[.: ]*")
_GON = re.compile(rf"({_NUMBER}) ?(?:gon|grads?|gr|g)\b")
_FRACTION = re.compile(r"(\d+) (\d{1,2})/(\d{1,2})(?!\d)")
_LOOKS = "Bearings look like N 10°34'19\" E, S 78-25 W, N 45.5 E, S, or 257°53'45\" clockwise from north."

_OPENING = re.compile(r"(?:(?:thence|then|and|running|run|go|going|continuing|continue)\b[ ,:]*)+")
_COUNTED = re.compile(r"(?:\(\d+\)|\d+[.)](?= ))[ ]*(?=[a-z])")
_JOINT = re.compile(r"[ ,:;=]*\b(?:for|a|an|the|dist|distance|of|length|long|on|bearing|at|is)\b\.?[ ,:;=]*$")
_BRIDGE = re.compile(r"[ ,:;=]*(?:\b(?:for|a|an|the|dist|distance|of|length)\b\.?[ ,:;=]*)*")
_NAMED = re.compile(r"[ ,]*\b(?:along|with|by|on|parallel)\b\D*(?=\d)")
_TAIL = re.compile(
    r"[ ,;]*(?:\(.*|\b(?:more or less|to|along|with|passing|crossing|thence|being|at|by|on|from|parallel"
    r"|in length|long|and(?! ?\d))\b.*)$"
)
_OLD = re.compile(rf"({_NUMBER}) ?({'|'.join(sorted(OLD_UNITS, key=len, reverse=True))})\b\.?(?:,|and)? ?")
_TO = re.compile(r"\bto (?:an?|the)\b.*$")
"""Where a call leads to: its words are not those of the call."""
_CURVES = (
    (
        re.compile(r"\b(?:curved?|curving|arc|chord|radius)\b"),
        "is no straight line, and only those are read: put two or three straight legs in its place, each with"
        " a bearing and a length.",
    ),
)
_MEASURE = "write its bearing, such as N 10°34' E, or measure the yard with tapes or as a walk with turns."
_WORDY = (
    (re.compile(r"\bparallel\b(?: (?:to|with) \w+)?"), f"says no angle: {_MEASURE}"),
    (re.compile(r"\b(?:north|south|east|west)+(?:erly|wardly|wards?)\b"), f"says no angle: {_MEASURE}"),
    (
        re.compile(r"\b(?:varas?|arpents?)\b"),
        "are of a different length in every place (a vara is 33 1/3 in in Texas): give feet or metres.",
    ),
)


@dataclass(frozen=True, slots=True)
class Call:
    """One call: degrees clockwise from north, metres, and as it was written.

    `bearing` and `distance` are the two parts of what was written, with one sort of quotes.
    """

    azimuth: float
    length: float
    written: str
    bearing: str = ""
    distance: str = ""


def parse_bearing(text: str) -> float:
    r"""Degrees clockwise from north, from 0 to less than 360, of a bearing or an azimuth.

    Raises:
        ValueError: it is no bearing; the message goes on after the value.

    >>> [parse_bearing(text) for text in ("N 45.5 E", "S 78-30 W", "S09°30'00\"W", "due south", "56.6°")]
    [45.5, 258.5, 189.5, 180.0, 56.6]
    """
    if len(text) > _LONGEST:
        raise ValueError(f"is not a bearing: it is too long. {_LOOKS}")
    return _bearing(_plain(text))


def parse_call(text: str, units: str) -> Call:
    r"""The bearing and the length of one leg, with or without the words of a deed round them.

    Where the text can be read in two ways, as 56° 13' 5" can, it is refused.

    Args:
        text: such as those below.
        units: what a plain number counts as a length: a key of `METRES`.

    Raises:
        ValueError: it is no call; the message is a sentence that quotes it.

    >>> call = parse_call("thence S 78°25' W for 19' 6.2\" to an iron pin;", "ft")
    >>> round(call.azimuth, 4), round(call.length, 4), call.bearing, call.distance
    (258.4167, 5.9487, "s 78°25' w", '19\' 6.2"')
    >>> call = parse_call("S 28' 11\"", "ft")
    >>> call.azimuth, round(call.length, 4)
    (180.0, 8.8138)
    """
    shown = f'"{plain_text(text)}"'
    if len(text) > _LONGEST:
        raise ValueError(f"{shown} is not a call: it is too long. {_wanted()}")
    if problem := curved(text):
        raise ValueError(f"{shown}: {problem}")
    plain = _COUNTED.sub("", _plain(text), count=1)
    bare = _OPENING.sub("", plain, count=1) if _OPENING.match(plain) else plain
    body = _TAIL.sub("", bare).rstrip(" .,;:")
    found = list(_readings(body, text, units)) or list(_across(bare, text, units))
    readings = list({(call.azimuth, round(call.length, 9)): call for call in found}.values())
    # the marks of minutes and seconds are those of feet and inches
    lacking = readings and body[-1:] in "'\"" and _is_bearing(body)
    if len(readings) == 1 and not lacking:
        return readings[0]
    if readings:
        ways = [f"{call.bearing} and a length of {call.distance}" for call in readings]
        ways += [f"{body} without a length"] if lacking else []
        raise ValueError(
            f"{shown} can be read as {', or as '.join(ways)}. Write lengths with ft and in, or m."
        )
    if problem := wordy(text):
        raise ValueError(f"{shown}: {problem}")
    raise ValueError(f"{shown} {_reason(body, units)}")


def curved(text: str) -> str:
    """Why a call is a curve, which is not read; "" where it is none."""
    return _why(_CURVES, text)


def wordy(text: str) -> str:
    """Why a call without a bearing cannot be read, by its words; "" where they say nothing of that."""
    return _why(_WORDY, text)


def _why(refused: Sequence[tuple[re.Pattern[str], str]], text: str) -> str:
    plain = _TO.sub("", _plain(text[:_LONGEST]))
    for pattern, reason in refused:
        if found := pattern.search(plain):
            return f'"{plain_text(found[0])}" {reason}'
    return ""


def _wanted() -> str:
    return "A leg is a bearing and a length, such as N 10°34'19\" E 168.03 ft, or 257°53' 19 ft 1 in."


def _plain(text: str) -> str:
    """With one sort of quotes, dashes, degree signs, spaces and fractions."""
    spelled = "".join(
        " " + unicodedata.normalize("NFKC", letter) + " "
        if unicodedata.decomposition(letter).startswith("<fraction>")
        else letter
        for letter in text.translate(_DEGREE_SIGNS).translate(_SIGNS)
    )
    spelled = unicodedata.normalize("NFKC", spelled).replace("\u2044", "/").translate(_SIGNS)
    return " ".join(spelled.replace("''", '"').casefold().split())


def _bearing(plain: str) -> float:
    body = _CALLED.sub("", plain, count=1) if _CALLED.match(plain) else plain
    body = body.strip(" ,;:")
    if found := _CARDINAL.fullmatch(body):
        return _CARDINALS[found["way"][0]]
    if found := _QUADRANT.fullmatch(body):
        return _quadrant(found)
    if found := _GON.search(body):
        raise ValueError(
            f"is in gon, which are not read: {found[1]} gon are {_float(found[1]) * 0.9:g}°; give degrees."
        )
    for pattern in _STRICT:
        if found := pattern.fullmatch(body):
            degrees = _degrees(found)
            if degrees > 360.0:
                raise ValueError(f"is not a bearing: an azimuth is from 0 to 360 degrees, not {degrees:g}.")
            return degrees % 360.0
    if re.match(r"-\s*\d", body):
        raise ValueError(
            "is not a bearing: an azimuth is from 0 to 360 degrees, clockwise, and not negative."
        )
    if re.match(rf"{_EAST} ?\d.*\b{_NORTH}$", body):
        raise ValueError("is not a bearing: it begins with N or S, the angle follows, and E or W ends it.")
    if re.match(r"[ns]\w*\.? ?\d", body):
        raise ValueError(f"is not a bearing: E or W is missing after the angle. {_LOOKS}")
    raise ValueError(f"is not a bearing. {_LOOKS}")


def _quadrant(found: re.Match[str]) -> float:
    angle = _FRACTION.sub(_decimal, found["angle"])
    if gon := _GON.search(angle):
        raise ValueError(
            f"is in gon, which are not read: {gon[1]} gon are {_float(gon[1]) * 0.9:g}°; give degrees."
        )
    parts = _LOOSE.fullmatch(angle)
    if parts is None:
        raise ValueError(f"is not a bearing: {plain_text(found['angle'], 30)} is not an angle. {_LOOKS}")
    degrees = _degrees(parts)
    if degrees > 90.0:
        raise ValueError(
            f"is not a bearing: from N or S it is 90 degrees at the most to E or W, not {degrees:g}."
        )
    north, east = found["first"][0] == "n", found["last"][0] == "e"
    if north:
        return degrees if east else (360.0 - degrees) % 360.0
    return 180.0 - degrees if east else 180.0 + degrees


def _decimal(found: re.Match[str]) -> str:
    whole, over, under = (int(found[group]) for group in (1, 2, 3))
    return found[0] if under == 0 else repr(whole + over / under)


def _degrees(found: re.Match[str]) -> float:
    groups = found.groupdict()
    written = [groups[key] for key in ("d", "m", "s") if groups.get(key)]
    numbers = [_float(text) for text in written]
    for text, number in zip(written[:-1], numbers[:-1], strict=True):
        if number != int(number) or "." in text or "," in text:
            raise ValueError(f"is not a bearing: only its last number can have a fraction, not {text}.")
    for name, text, number in zip(("minutes", "seconds"), written[1:], numbers[1:], strict=False):
        if number >= 60.0:
            raise ValueError(f"is not a bearing: {name} go up to 59, not {text}.")
    return math.fsum(number / size for number, size in zip(numbers, (1.0, 60.0, 3600.0), strict=False))


def _float(text: str) -> float:
    return float(text.replace(",", "."))


def _readings(body: str, written: str, units: str) -> Iterator[Call]:
    """Every way in which a text can be taken apart into a bearing and a length."""
    alone = _is_bearing(body)
    for place in re.finditer(r"(?<![\d.,/])[\d.]", body):
        first, second = body[: place.start()], body[place.start() :]
        if not first or (alone and first[-1] not in " ,"):
            continue
        yield from _call(_unjoined(first), second, written, units)
    for place in re.finditer(r"(?<![a-z])(?:due )?(?:north|south|east|west|[nsew])(?![a-z])\.?", body):
        first, second = body[: place.start()], body[place.start() :]
        if first:
            yield from _call(second, _unjoined(first), written, units)


def _across(bare: str, written: str, units: str) -> Iterator[Call]:
    """The call in which the line is named between the bearing and the length: N 10 E along Smith 100 feet."""
    if found := _NAMED.search(bare):
        distance = _TAIL.sub("", bare[found.end() :]).rstrip(" .,;:")
        # a number without a unit would be that of a lot
        if distance[-1:] in "'\"" or distance[-1:].isalpha():
            yield from _call(_unjoined(bare[: found.start()]), distance, written, units)


def _call(bearing: str, distance: str, written: str, units: str) -> Iterator[Call]:
    try:
        length = parse_distance(distance, units)
        azimuth = _bearing(bearing)
    except ValueError:
        return
    if length > 0.0:
        yield Call(azimuth, length, written, bearing, distance)


def _unjoined(text: str) -> str:
    """Without the words that join a bearing to its length."""
    before = None
    while before != text:
        before, text = text, _JOINT.sub("", text.removesuffix(" - ")).rstrip(" ,:;=")
    return text


def parse_distance(text: str, units: str) -> float:
    """Metres of a length, in the units of old deeds too: 12 chains 34 links, 4 rods 7 feet.

    Raises:
        ValueError: as `parse_length`.
    """
    metres, at = 0.0, 0
    while found := _OLD.match(text, at):
        metres += _float(found[1]) * OLD_UNITS[found[2]]
        at = found.end()
    if at == 0:
        return parse_length(text, units)
    rest = parse_length(text[at:], units) if text[at:].strip() else 0.0
    return parse_length(metres + rest, "m")


def _is_bearing(text: str) -> bool:
    try:
        _bearing(text)
    except ValueError:
        return False
    return True


def _reason(body: str, units: str) -> str:
    """Why a text is no call: which of its two parts is wrong or missing."""
    if _is_bearing(body):
        return f"has no length after the bearing. {_wanted()}"
    try:
        parse_distance(body, units)
    except ValueError:
        pass
    else:
        return f"has no bearing before the length. {_wanted()}"
    found = re.match(rf"{_NORTH} ?\d.*?\d[^a-z]*{_EAST}|[ns] ?\d[^a-z]*[ew](?![a-z])|{_NUMBER} ?°[^ ]*", body)
    if found is None:
        try:
            _bearing(body)
        except ValueError as problem:
            if "gon, which" in str(problem):
                return str(problem)
        return f"is not a bearing and a length. {_wanted()}"
    first, second = found[0], _BRIDGE.sub("", body[found.end() :], count=1)
    for part, read in ((first, parse_bearing), (second, lambda text: parse_distance(text, units))):
        if not part:
            return f"has no length after the bearing. {_wanted()}"
        try:
            read(part)
        except ValueError as problem:
            return f"cannot be read: {plain_text(part, 40)} {problem}"
    return f"is not a bearing and a length. {_wanted()}"
