"""What a sheet says, in its reader's language and units: every sentence comes out of one file a language.

`languages/en.toml` and its siblings hold the words by key; a language is added by adding a file. Nothing here
knows a drill, or where on the paper words go: `compose` asks a `Voice`.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from string import Formatter
from typing import TYPE_CHECKING, Any, Literal

from conedrills import units as lengths
from conedrills.units import METRES

if TYPE_CHECKING:  # at run time it would load libraries that words do not need
    from conedrills.yard import Units

ENGLISH = "en"
"""The language of layout files, of the terminal, and of a sheet for which nobody asked for another."""
_NUMBERS = frozenset({"number", "of"})
_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_AGAIN = "retold"
"""The table of English sentences that are said again; a field in them stands for anything, but

- a `number` and an `of` for a number,
- a field that has the name of a table in it for one of the sentences there.
"""


def languages() -> tuple[str, ...]:
    """The tags of all languages, in order."""
    names = (entry.name for entry in _folder().iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks: a language, by its tag, and the units of lengths."""

    tag: str
    units: Units

    def say(self, key: str, /, **fields: object) -> str:
        """A sentence of the language file, its fields filled in.

        Raises:
            KeyError: there is no such key, or a field is missing: an error of ours.

        >>> Voice("en", "m").say("page.number", id="k7q2mx", number=3, of=7)
        'layout k7q2mx · page 3 of 7'
        """
        return _sentences(self.tag)[key].format(**fields)

    def table(self, name: str) -> dict[str, str]:
        """All sentences of a table by key, their fields not filled in, for who does that elsewhere.

        >>> Voice("de", "m").table("ways")
        {'forward': 'vorwärts', 'backward': 'rückwärts', 'sideways': 'seitwärts', 'called': 'wie gerufen'}
        """
        known = ((key.rpartition("."), said) for key, said in _sentences(self.tag).items())
        return {key: said for (table, _, key), said in known if table == name}

    def count(self, number: int, noun: str) -> str:
        """A number with its noun.

        >>> Voice("en", "m").count(1, "cone"), Voice("de", "m").count(3, "drill")
        ('1 cone', '3 Übungen')
        """
        return self.say(f"counts.{noun}.{'one' if number == 1 else 'many'}", number=number)

    def listed(self, words: Sequence[str], last: Literal["and", "or"] = "and") -> str:
        """Words in a row, the last one after "and" or "or".

        >>> Voice("en", "m").listed(["2"]), Voice("de", "m").listed(["1", "2", "4"])
        ('2', '1, 2 und 4')
        """
        if len(words) < 2:
            return "".join(words)
        return self.say(f"lists.{last}", most=", ".join(words[:-1]), last=words[-1])

    def number(self, figures: str) -> str:
        """A number with the signs of the language.

        >>> Voice("de", "m").number("6,801.5")
        '6.801,5'
        """
        decimal, thousands = self.say("numbers.decimal"), self.say("numbers.thousands")
        return figures.translate({ord("."): decimal, ord(","): thousands})

    def length(self, metres: float) -> str:
        """A length with its unit, as a tape shows it."""
        return self.number(lengths.format_length(metres, self.units))

    def figure(self, metres: float) -> str:
        """A length under a heading that names the unit; feet and inches keep their marks.

        >>> Voice("de", "m").figure(4.0142), Voice("en", "ft").figure(4.0142)
        ('4,01', '13′ 2″')
        """
        return self.length(metres).removesuffix(f" {self.units}")

    def at_least(self, metres: float) -> str:
        """A length that is needed, rounded up."""
        return self.number(lengths.at_least(metres, self.units))

    def at_most(self, metres: float) -> str:
        """A distance that is there, never more than there is."""
        step = {"m": 0.01, "yd": METRES["yd"] / 100, "ft": METRES["in"]}[self.units]
        return self.length(math.floor(metres / step + 1e-6) * step)

    def roughly(self, metres: float) -> str:
        """How far off a landmark is.

        >>> Voice("de", "m").roughly(3.549), Voice("en", "m").roughly(29.8), Voice("en", "ft").roughly(2.0)
        ('3,5 m', '29 m', '6 ft')
        """
        amount = metres / METRES[self.units]
        if amount < 10.0 and self.units == "m":
            return self.number(f"{math.floor(amount * 10) / 10:.1f} m")
        return f"{math.floor(amount)} {self.units}"

    def area(self, square_metres: float) -> str:
        """An area.

        >>> Voice("en", "m").area(631.853), Voice("en", "ft").area(631.853), Voice("de", "ft").area(631.853)
        ('632 m²', '6,801 sq ft', '6.801 ft²')
        """
        amount = self.number(f"{square_metres / METRES[self.units] ** 2:,.0f}")
        return self.say(f"numbers.area.{self.units}", number=amount)

    def per_cent(self, size: float) -> str:
        """A size as people say it, never rounded up to one that does not fit.

        >>> Voice("en", "m").per_cent(0.8399)
        '83 %'
        """
        return self.say("numbers.per_cent", number=math.floor(size * 100 + 1e-6))

    def bound(self, size: float) -> str:
        """A size that cannot be exceeded, rounded up.

        >>> Voice("de", "m").bound(0.83027)
        '83,1 %'
        """
        most = math.ceil(size * 1000 - 1e-3) / 10
        return self.say("numbers.per_cent", number=self.number(f"{most:.1f}"))

    def the(self, name: str) -> str:
        """A thing's name as it stands in a sentence, with an article where one is likely to be right.

        >>> [Voice("en", "m").the(name) for name in ("north fence", "side 3", "Grandma's hedge")]
        ['the north fence', 'side 3', "Grandma's hedge"]
        >>> Voice("de", "m").the("Schuppen"), Voice("de", "m").the("side 3")
        ('Schuppen', 'Seite 3')
        """
        known = self.retell(name)
        bare = re.compile(_sentences(self.tag)["names.bare"], re.DOTALL)
        return known if bare.match(known) else self.say("names.the", name=known)

    def retell(self, text: str) -> str:
        """What an English text of ours says, such as a layout file holds; any other text as it is.

        >>> Voice("de", "m").retell("needs 5 cones; there are 4."), Voice("de", "m").retell("mind the dog")
        ('braucht 5 Hütchen; da sind 4.', 'mind the dog')
        """
        return text if self.tag == ENGLISH else self._again(text, _AGAIN)

    def _again(self, text: str, table: str) -> str:
        for key, pattern in _patterns(table):
            if found := pattern.fullmatch(text):
                parts = found.groupdict()
                return self.say(key, **{field: self._part(field, parts[field]) for field in parts})
        return text

    def _part(self, field: str, text: str) -> str:
        if field in _NUMBERS:
            return self.number(text)
        own = f"{_AGAIN}.{field}"
        return self._again(text, own if _patterns(own) else _AGAIN)


def is_retold(text: str, keys: Collection[str]) -> bool:
    """Whether an English text is one of our sentences that layout files hold, by its key in `retold`.

    >>> is_retold("needs 5 cones; there are 4.", {"too_few_cones"}), is_retold("mind the dog", {"time_up"})
    (True, False)
    """
    return any(
        pattern.fullmatch(text) for key, pattern in _patterns(_AGAIN) if key.rpartition(".")[2] in keys
    )


def other_hand(sentence: str) -> str:
    """A sentence in any language with left and right in each other's place.

    >>> other_hand("Left foot, right hand"), other_hand("mit der linken Hand nach rechts")
    ('Right foot, left hand', 'mit der rechten Hand nach links')
    """
    pattern, others = _hands()
    return pattern.sub(lambda found: others[found[0]], sentence)


@cache
def _hands() -> tuple[re.Pattern[str], Mapping[str, str]]:
    others: dict[str, str] = {}
    for tag in languages():
        for pair in _sentences(tag)["names.hands"].split():
            left, right = pair.split("/")
            others |= {left: right, right: left, left.capitalize(): right.capitalize(),
                       right.capitalize(): left.capitalize()}  # fmt: skip
    return re.compile(rf"\b({'|'.join(others)})\b"), others


@cache
def _patterns(table: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The keys of a table of English sentences, and what each of them matches."""
    return tuple((key, re.compile(_pattern(sentence), re.DOTALL)) for key, sentence in _entries(table))


def _entries(table: str) -> list[tuple[str, str]]:
    sentences = _sentences(ENGLISH).items()
    return [(key, sentence) for key, sentence in sentences if key.rpartition(".")[0] == table]


def _pattern(sentence: str, *, within: bool = False) -> str:
    """What matches a sentence; `within` another one its fields have no names and may be anything."""
    parts = []
    for literal, field, _, _ in Formatter().parse(sentence):
        parts.append(re.escape(literal))
        if field and within:
            parts.append(_NUMBER if field in _NUMBERS else ".+?")
        elif field:
            parts.append(f"(?P<{field}>{_matching(field)})")
    return "".join(parts)


def _matching(field: str) -> str:
    if field in _NUMBERS:
        return _NUMBER
    own = [_pattern(sentence, within=True) for _, sentence in _entries(f"{_AGAIN}.{field}")]
    return "|".join(own) or ".+?"


@cache
def _sentences(tag: str) -> Mapping[str, str]:
    """All sentences of a language, by key: the names of its tables and its own with points between."""
    text = _folder().joinpath(f"{tag}.toml").read_text("utf-8")
    return dict(_flat(tomllib.loads(text), ""))


def _flat(table: Mapping[str, Any], before: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def _folder() -> Traversable:
    return resources.files("conedrills").joinpath("languages")
