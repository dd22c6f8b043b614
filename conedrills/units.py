"""Lengths as people write them, to metres and back. The only room where 0.3048 may appear; no geometry.

Units die here: below this room every number is metres.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from itertools import pairwise
from typing import Literal

METRES: Mapping[str, float] = {"m": 1.0, "yd": 0.9144, "ft": 0.3048, "in": 0.0254}
"""Metres in one of each unit that a file may name (exact by the 1959 yard and pound agreement)."""

LONGEST = 1000.0
"""Metres beyond which a length in a yard is a slip of the pen."""
FARTHEST = 1e7
"""Metres from the origin beyond which no coordinate lies: no map grid goes farther, and mm still count."""

TAPE_STEP: Mapping[str, float] = {"m": 0.01, "yd": 0.009144, "ft": 0.0127}
"""Metres between the marks that a sheet asks for: 1 cm, a hundredth of a yard, half an inch."""

_METRIC = {"m": 1.0, "dm": 0.1, "cm": 0.01, "mm": 0.001}
_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("yd", "yds", "yard", "yards"), "yd"),
    **dict.fromkeys(("'", "ft", "foot", "feet"), "ft"),
    **dict.fromkeys(('"', "in", "ins", "inch", "inches"), "in"),
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters"), "m"),
    "dm": "dm",
    **dict.fromkeys(("cm", "centimetre", "centimetres", "centimeter", "centimeters"), "cm"),
    **dict.fromkeys(("mm", "millimetre", "millimetres", "millimeter", "millimeters"), "mm"),
}
_SIZES: Mapping[str, float] = {**METRES, **_METRIC}
_SIGNS = str.maketrans(
    {**dict.fromkeys("′’‘ʹ´`", "'"), **dict.fromkeys("″”“„ʺ˝", '"'), **dict.fromkeys("−–—‐‑", "-")}
)
_PART = re.compile(
    r"""(?: (?:(?P<whole>\d+)[ ]?[ -][ ]?)? (?P<over>\d+)[ ]?/[ ]?(?P<under>\d+)  # 6 1/2, 6-1/2, 1/2
          | (?P<decimal>\d+(?:[.,]\d+)?|[.,]\d+) )
        [ ]? (?P<unit>'|"|[a-z]+)? \.?
        (?:[ ]?(?:,|-|and\b)(?=[ ]?\d))? [ ]?""",
    re.VERBOSE | re.ASCII,
)
_LONGEST_TEXT = 60  # characters; no length that a person writes is longer


def parse_length(value: str | float, units: str, *, negative: bool = False) -> float:
    r"""A length in any everyday form, in metres.

    Args:
        value: a number in `units`, or text such as those below.
        units: what a plain number counts: a key of `METRES`.
        negative: whether it may be negative and large, as a coordinate of a surveyor's grid may.

    Raises:
        ValueError: it is not a length; the message goes on after the value.

    >>> [round(parse_length(text, "ft"), 4) for text in ("12' 6 1/2\"", "12 ft 6½", "12’-6.5”", "12.5417")]
    [3.8227, 3.8227, 3.8227, 3.8227]
    >>> parse_length("3m 20cm", "ft"), parse_length("3,2 m", "ft"), parse_length(3.2, "m")
    (3.2, 3.2, 3.2)
    >>> parse_length("12'6'", "ft")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: is not a length: ft follows ft, but units go from large to small. Lengths...
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(_refusal("", units))
    if isinstance(value, str):
        metres = _parse_text(value, units)
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError(_refusal("it must be finite", units))
    else:
        # checked before it is multiplied: an integer of JSON may be too large for a float
        metres = value * METRES[units] if abs(value) < 1e9 else math.inf
    if metres < 0.0 and not negative:
        raise ValueError("is negative; a length is not.")
    if negative and abs(metres) > FARTHEST:
        raise ValueError(f"is beyond {FARTHEST / 1000.0:,.0f} km. Check the digits and the units.")
    if not negative and metres > LONGEST:
        raise ValueError(f"is longer than {LONGEST:g} m; no yard is. Check the digits and the units.")
    return metres


def _refusal(reason: str, units: str) -> str:
    because = f": {reason}" if reason else ""
    return (
        f"is not a length{because}. Lengths look like 12' 6\", 12ft 6in, 3.81m, or a plain number in {units}."
    )


def _parse_text(text: str, units: str) -> float:
    if not text.strip():
        raise ValueError("is empty; a length is wanted, such as 12' 6\" or 3.81m.")
    if len(text) > _LONGEST_TEXT:
        raise ValueError(_refusal("it is too long", units))
    plain = _plain(text)
    sign, body = (
        (-1.0, plain[1:].lstrip()) if plain.startswith("-") else (1.0, plain.removeprefix("+").lstrip())
    )
    try:
        return sign * _sum(_parts(body, units))
    except ValueError as problem:
        guess = _with_digits(plain)
        if guess != plain and _is_length(guess, units):
            raise ValueError(f"is not a length. Did you mean {guess}?") from None
        raise ValueError(_refusal(str(problem), units)) from None


def _plain(text: str) -> str:
    """The same length with one sort of quotes, dashes, spaces and fractions."""
    spelled = "".join(
        " " + unicodedata.normalize("NFKC", letter) + " "
        if unicodedata.decomposition(letter).startswith("<fraction>")
        else letter
        for letter in text.translate(_SIGNS)
    )
    spelled = unicodedata.normalize("NFKC", spelled).replace("\u2044", "/").translate(_SIGNS)
    return " ".join(spelled.replace("''", '"').casefold().split())


def _with_digits(plain: str) -> str:
    """With the letters O and l beside a digit read as the digits that they resemble."""
    zeros = re.sub(r"(?<=\d)o|o(?=\d)", "0", plain)
    return re.sub(r"(?<=\d)[li]|[li](?=\d)", "1", zeros)


def _is_length(plain: str, units: str) -> bool:
    try:
        return abs(_sum(_parts(plain.removeprefix("-"), units))) <= LONGEST
    except ValueError:
        return False


def _parts(body: str, units: str) -> list[tuple[float, str]]:
    """The numbers of a length with their units, in the order written."""
    parts: list[tuple[float, str]] = []
    at = 0
    while at < len(body):
        match = _PART.match(body, at)
        if match is None or (match["unit"] and match["unit"] not in _WORDS):
            raise ValueError("")
        at = match.end()
        if match["unit"]:
            unit = _WORDS[match["unit"]]
        elif not parts and at == len(body):
            unit = units
        elif parts and parts[-1][1] == "ft" and at == len(body):
            unit = "in"  # 12 ft 6
        else:
            raise ValueError("a number in it has no unit")
        parts.append((_number(match), unit))
    return parts


def _number(match: re.Match[str]) -> float:
    if match["decimal"] is None:
        if int(match["under"]) == 0:
            raise ValueError("nothing can be divided by 0")
        return int(match["whole"] or 0) + int(match["over"]) / int(match["under"])
    decimal = match["decimal"]
    if re.fullmatch(r"[1-9]\d{0,2},\d{3}", decimal):
        whole, point = decimal.replace(",", ""), decimal.replace(",", ".")
        raise ValueError(f"{decimal} can be read as {whole} or as {point}; write it without a comma")
    return float(decimal.replace(",", "."))


def _sum(parts: list[tuple[float, str]]) -> float:
    """Metres of all parts, which must go from a large unit to a small one."""
    if not parts:
        raise ValueError("")
    for (large, before), (small, unit) in pairwise(parts):
        if (before in _METRIC) != (unit in _METRIC):
            raise ValueError(f"it mixes {before} and {unit}")
        if _SIZES[unit] >= _SIZES[before]:
            raise ValueError(f"{unit} follows {before}, but units go from large to small")
        if large != int(large):
            raise ValueError(f"only its last number can have a fraction, not {large:g} {before}")
        if small * _SIZES[unit] >= _SIZES[before] * (1.0 - 1e-9):
            raise ValueError(f"{small:g} {unit} makes a whole {before} or more")
    return math.fsum(number * _SIZES[unit] for number, unit in parts)


def on_tape(metres: float, units: str) -> float:
    """The nearest length that has a mark on the tape, metres: what `format_length` writes.

    >>> on_tape(4.0142, "m"), on_tape(3.82, "ft")
    (4.01, 3.8227)
    """
    step = TAPE_STEP[units]
    return round(round(metres / step) * step, 9)


def tape_units(units: str) -> Literal["m", "ft"]:
    """In what tapes are marked where people count in some units: there are none in hundredths of a yard."""
    return "m" if units == "m" else "ft"


def at_least(metres: float, units: str) -> str:
    """A length that is needed, rounded up to a tenth or to a whole inch.

    >>> at_least(6.01, "m"), at_least(2.0, "ft")
    ('6.1 m', '6′ 7″')
    """
    if units == "ft":
        return format_length(math.ceil(metres / METRES["in"] - 1e-6) * METRES["in"], units)
    return f"{math.ceil(metres / METRES[units] * 10 - 1e-6) / 10:.1f} {units}"


def format_length(
    metres: float, units: str, *, decimal: Literal[".", ","] = ".", ascii_only: bool = False
) -> str:
    r"""A length as a sheet shows it: to the centimetre, the half inch or the hundredth of a yard.

    Args:
        metres: the length; it may be negative.
        units: `m`, `ft` or `yd`.
        decimal: the sign before the decimals.
        ascii_only: writes feet and inches as they can be typed.

    >>> format_length(4.0142, "m"), format_length(3.82, "ft"), format_length(4.0142, "yd")
    ('4.01 m', '12′ 6½″', '4.39 yd')
    >>> format_length(3.82, "ft", ascii_only=True), format_length(4.0142, "m", decimal=",")
    ('12\' 6 1/2"', '4,01 m')
    """
    marks = round(metres / TAPE_STEP[units])
    minus = ("-" if ascii_only else "−") if marks < 0 else ""
    marks = abs(marks)
    if units != "ft":
        return f"{minus}{marks // 100}{decimal}{marks % 100:02} {units}"
    feet, half_inches = divmod(marks, 24)
    inches, half = divmod(half_inches, 2)
    foot, inch, fraction = ("'", '"', " 1/2") if ascii_only else ("′", "″", "½")
    rest = f"{inches or ('' if half else 0)}{fraction * half}".strip() + inch
    if not feet:
        return minus + rest
    return f"{minus}{feet}{foot}" + (f" {rest}" if half_inches else "")
