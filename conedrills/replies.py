"""What an answer to a question of `yard new` may be, and what is said of one that is none.

A check returns what the answer means, and raises ValueError with what would be right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from conedrills.bearings import parse_call
from conedrills.draft import Check, Draft
from conedrills.units import parse_length
from conedrills.wording import plain_text

_MOST_READINGS = 5  # of one tape
_CONTRADICTS = 0.3  # metres by which three tapes miss a triangle and one of them is surely wrong


def words(text: str) -> str:
    """Any words."""
    return plain_text(text)


def choice(options: Mapping[str, tuple[str, ...]], usual: str = "") -> Check:
    """One of a few words, its number, or how it begins."""

    def check(text: str) -> str:
        said, names = text.casefold(), list(options)
        if not said and usual:
            return usual
        if said.isascii() and said.isdigit() and 1 <= int(said[:3]) <= len(names) and len(said) < 4:
            return names[int(said) - 1]
        found = [name for name in names if said in (name, *options[name])] if said else []
        found = found or [name for name in names if said and name.startswith(said)]
        if len(found) != 1:
            raise ValueError(f"{_shown(text)} is not one of {', '.join(names)}.")
        return found[0]

    return check


def optional(check: Check) -> Check:
    """An answer, or an empty line."""
    return lambda text: check(text) if text else ""


def _shown(text: str) -> str:
    return f'"{plain_text(text, 40)}"' if text else "An empty line"


def _metres(text: str, units: str) -> float:
    try:
        return parse_length(text, units)
    except ValueError as error:
        raise ValueError(f"{_shown(text)} {error}" if text else "A length is wanted here.") from None


def length(units: str, least: float = 0.001) -> Check:
    """A length of `least` metres or more, as it was typed."""

    def check(text: str) -> str:
        if _metres(text, units) < least:
            raise ValueError(f"{_shown(text)} is no distance; measure it again.")
        return text

    return check


def count(least: int, most: int) -> Check:
    """A whole number."""

    def check(text: str) -> str:
        if not (text.isascii() and text.isdigit() and len(text) < 5 and least <= int(text) <= most):
            raise ValueError(f"{_shown(text)} is not a whole number from {least} to {most}.")
        return str(int(text))

    return check


def several(units: str) -> Check:
    """One reading of a tape, or some with semicolons between them."""
    one = length(units)

    def check(text: str) -> str:
        parts = [part.strip() for part in text.split(";") if part.strip()]
        if not 0 < len(parts) <= _MOST_READINGS:
            raise ValueError("A length is wanted here." if not parts else "These are too many readings.")
        return "; ".join(one(part) for part in parts)

    return check


def readings(typed: str) -> str | list[str]:
    """One reading or several, as the file has them."""
    parts = typed.split("; ")
    return parts if len(parts) > 1 else parts[0]


def reaching(draft: Draft, pair: tuple[str, str], *, needed: bool) -> Check:
    """A tape that can be true beside those that are known."""
    reading, units = several(draft.units), draft.units
    tapes = {frozenset(key.split("-")): value for key, value in draft.measure["tapes"].items()}

    def check(text: str) -> str:
        if not text and not needed:
            return ""
        typed = reading(text)
        length = _metres(typed.split("; ")[0], units)
        for third in sorted({name for key in tapes for name in key} - {*pair}):
            one, other = (tapes.get(frozenset((third, name))) for name in pair)
            if one is None or other is None:
                continue
            first, second = (
                _metres(value if isinstance(value, str) else value[0], units) for value in (one, other)
            )
            if not abs(first - second) - _CONTRADICTS <= length <= first + second + _CONTRADICTS:
                raise ValueError(
                    f"{pair[0]}-{pair[1]} {typed}, {third}-{pair[0]} {_said(one)} and {third}-{pair[1]}"
                    f" {_said(other)} make no triangle: each is at most as long as the two others together."
                    " Look at all three; `back` goes to the question before, Enter leaves this one out."
                )
        return typed

    return check


def _said(value: str | list[str]) -> str:
    return value if isinstance(value, str) else value[0]


def _taken(text: str, names: Sequence[str]) -> tuple[str, str] | None:
    """A name at the beginning of a text, and the rest; upper and lower case are one."""
    for name in sorted(names, key=len, reverse=True):
        rest = text[len(name) :]
        if text[: len(name)].casefold() == name.casefold() and not rest[:1].isalnum():
            return name, rest.strip(" :=,")
    return None


def from_hook(draft: Draft, tapes: Mapping[str, Any], *, needed: bool) -> Check:
    """A point that a tape was hooked on, and the length, as `A 18' 2"`."""
    one, hooks = length(draft.units), list(draft.hooks)

    def check(text: str) -> str:
        if not text and not needed:
            return ""
        found = _taken(text, hooks)
        if found is None:
            raise ValueError(
                f"{_shown(text)} does not begin with a point to measure from ({_listed(hooks)});"
                f" type the point and the length: {hooks[0]} {example(draft)}."
            )
        if found[0] in tapes:
            raise ValueError(f"There is a tape from {found[0]} already; measure from another point.")
        return f"{found[0]} {one(found[1].lstrip('-– '))}"

    return check


def named_tape(draft: Draft, problem: str) -> Check:
    """A tape between two named points or to a tree, as `C-D 31' 10"`; nothing, where nothing is missing."""
    reading = several(draft.units)
    trees = [thing["name"] for thing in draft.obstacles if "tapes" in thing]
    corners = [name for thing in draft.obstacles for name in thing.get("polygon", ())]
    names = [*draft.hooks, *corners, *trees]

    def check(text: str) -> str:
        if not text:
            if problem:
                raise ValueError("No yard comes of these yet. Add a tape, or go `back`.")
            return ""
        first = _taken(text, names)
        second = _taken(re.sub(r"^(?:[-–—]|to\b)\s*", "", first[1]), names) if first else None
        if first is None or second is None or first[0] == second[0]:
            raise ValueError(
                f"{_shown(text)} does not say between which two points ({_listed(names)}); type"
                f" {names[0]}-{names[-1]} {example(draft)}."
            )
        if first[0] in trees and second[0] in trees:
            raise ValueError("Measure to a tree from a corner, not from another tree.")
        typed = second[1].split(";")[0].strip() if {first[0], second[0]} & {*trees} else second[1]
        return "\t".join((first[0], second[0], reading(typed)))

    return check


def keep_tape(draft: Draft, typed: str) -> None:
    """A tape that `named_tape` read goes into the draft, in place of one between the same two points."""
    start, end, length = typed.split("\t")
    for thing in draft.obstacles:
        if "tapes" in thing and thing["name"] in (start, end):
            thing["tapes"][end if thing["name"] == start else start] = length
            return
    tapes = draft.measure["tapes"]
    key = f"{end}-{start}" if f"{end}-{start}" in tapes else f"{start}-{end}"
    tapes[key] = readings(length)


def turn(usual: str, corners: int) -> Check:
    """A turn of a walk: "right", "left 45", or "end"."""

    def check(text: str) -> str:
        said = text.casefold().strip(" .°") or usual
        if said in {"end", "e", "close", "back at a", "a"}:
            if corners < 3:
                raise ValueError(f"{corners} sides are too few for a yard; three are the least.")
            return "end"
        found = re.fullmatch(r"(?:turn\s+)?(r|l|right|left)\s*(\d{1,3}(?:[.,]\d{1,4})?)?\s*(?:deg\w*)?", said)
        degrees = float(found[2].replace(",", ".")) if found and found[2] else 90.0
        if found is None or not found[0].isascii() or not 0.0 < degrees < 180.0:
            raise ValueError(
                f"{_shown(text)} is no turn; type right, left, right 45 (degrees, under 180), or end at A."
            )
        way = "left" if found[1].startswith("l") else "right"
        return way if degrees == 90.0 else f"{way} {degrees:g}"

    return check


def sidelong(units: str) -> Check:
    """A side of a line and a length, as "left 12ft"."""
    one = length(units, least=0.0)

    def check(text: str) -> str:
        found = re.search(r"\b(left|right)\b", text, re.IGNORECASE)
        if found is None:
            raise ValueError(f"{_shown(text)} does not say to which side; type left 12ft, or right 12ft.")
        rest = f"{text[: found.start()]} {text[found.end() :]}".strip(" ,:=")
        return f"{found[1].casefold()} {one(rest)}"

    return check


def order(names: Sequence[str], usual: Sequence[str]) -> Check:
    """Some of the names in an order, with spaces between them."""

    def check(text: str) -> str:
        if not text:
            return " ".join(usual)
        known = {name.casefold(): name for name in names}
        said = [part for part in re.split(r"[\s,;–-]+", text.casefold()) if part]
        strange = [part for part in said if part not in known]
        if strange or len(set(said)) != len(said) or len(said) < 3:
            raise ValueError(
                f"{_shown(text)} is no order: name three or more of {_listed(names)}, each once, with spaces."
            )
        return " ".join(known[part] for part in said)

    return check


def call(units: str, before: int) -> Check:
    """A call of a deed; "close" or an empty line after the last one."""

    def check(text: str) -> str:
        if text.casefold() == "close" and before > 1:
            return "close"
        if not text and before > 2:
            return ""
        try:
            parse_call(text, units)
        except ValueError as error:
            said = str(error)
            raise ValueError(said if text and text in said else f"{_shown(text)}: {said}") from None
        return text

    return check


def described(names: Sequence[str]) -> Check:
    """A corner and words for it."""

    def check(text: str) -> str:
        if not text:
            return ""
        found = _taken(text, names)
        if found is None or not found[1]:
            raise ValueError(
                f"{_shown(text)} does not begin with a corner ({_listed(names)}); type the corner and"
                f" its words:"
                f" {names[0]} house corner by the tap."
            )
        return f"{found[0]} {plain_text(found[1])}"

    return check


def thing_name(draft: Draft) -> Check:
    """A name that no other thing has; empty where there is no thing."""
    taken = {str(thing["name"]).casefold() for thing in draft.obstacles} | {
        name.casefold() for name in draft.hooks
    }

    def check(text: str) -> str:
        name = plain_text(text, 30)
        if name.casefold() in {"no", "none", "n"}:
            return ""
        if name.casefold() in taken:
            raise ValueError(f"{_shown(name)} is taken; call this one {plain_text(name, 20)} 2.")
        if name and re.fullmatch(r"[A-Za-z]\d*|H[12]", name):
            raise ValueError(f"{_shown(name)} could be a corner; take a word.")
        return name

    return check


def sides(sides: Sequence[str]) -> Check:
    """Sides, with spaces between them."""

    def check(text: str) -> str:
        known = {side.casefold(): side for side in sides}
        known |= {"-".join(reversed(key.split("-"))): side for key, side in known.items()}
        said = text.casefold()
        if said in {"all", "none", "no"}:
            return " ".join(sides) if said == "all" else ""
        parts = [part for part in re.split(r"[\s,;]+", re.sub(r"\s*[-–—]\s*", "-", said)) if part]
        strange = next((part for part in parts if part not in known), None)
        if strange is not None:
            raise ValueError(f"{_shown(strange)} is no side of this yard; these are: {_listed(sides)}.")
        return " ".join(dict.fromkeys(known[part] for part in parts))

    return check


_ROSE = {name: number * 45 for number, name in enumerate(("n", "ne", "e", "se", "s", "sw", "w", "nw"))}


def compass(text: str) -> str:
    """Degrees clockwise from north, or an empty line."""
    said = text.casefold().strip(" °.")
    if not said:
        return ""
    if said in _ROSE:
        return str(_ROSE[said])
    if (
        not re.fullmatch(r"\d{1,3}(?:[.,]\d{1,3})?", said, re.ASCII)
        or not float(said.replace(",", ".")) <= 360.0
    ):
        raise ValueError(f"{_shown(text)} is no bearing; type degrees from 0 to 360, or N, NE, E ...")
    return f"{float(said.replace(',', '.')):g}"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:12])
    return shown if len(names) <= 12 else f"{shown} ... {names[-1]}"


def example(draft: Draft) -> str:
    """A length to show, in the units of the yard."""
    return "18' 2\"" if draft.units == "ft" else "5.54"


def form(draft: Draft) -> str:
    """What a length looks like, in the units of the yard."""
    return "such as 31' 10 1/2\", 31ft 10in" if draft.units == "ft" else "such as 9.72, 9m 72cm"
