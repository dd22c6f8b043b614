"""A yard file while `yard new` asks for it: what is known so far, and what a question is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias

from conedrills.errors import ConeDrillsError
from conedrills.importers import parse_yard

_WIDE = 100  # letters in a line of the file

XY: TypeAlias = tuple[float, float]
Document: TypeAlias = dict[str, Any]
Check: TypeAlias = Callable[[str], str]
"""What an answer means; ValueError with what would be right, where it is none."""
_KEYS = (
    "method", "north", "start", "baseline", "boundary", "going", "width", "depth", "diagonals", "legs",
    "points", "tapes", "offsets",
)  # fmt: skip
"""The order in which `measure` is written."""
HOOKS = ("H1", "H2")
"""What two hooks are called that are no corners of the lawn."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    `form` is what an answer looks like; `help` explains the question and how to measure. `check` returns what
    an answer means, and raises ValueError with what would be right. `whole` says that the yard is one without
    any further answer. `far` is the yard file so far where it can be drawn, `chain` a walk that is not back.
    """

    key: str
    text: str
    form: str
    help: str
    check: Check = field(compare=False, repr=False)
    whole: bool = False
    far: str = ""
    chain: tuple[XY, ...] = ()


Asking: TypeAlias = Generator[Question, str, None]
Answer: TypeAlias = Generator[Question, str, str]


@dataclass
class Draft:
    """The yard file while it grows."""

    units: str = "ft"
    name: str = ""
    measure: Document = field(default_factory=dict)
    corners: list[str] = field(default_factory=list)
    obstacles: list[Document] = field(default_factory=list)
    edges: list[Document] = field(default_factory=list)
    north: int | float | None = None
    taken: int = 0
    far: str = ""
    chain: tuple[XY, ...] = ()

    @property
    def document(self) -> Document:
        """The file, with the keys that have something to say."""
        head: Document = {"format": "conedrills-yard", "version": 1, "name": self.name, "units": self.units}
        measure = {key: self.measure[key] for key in sorted(self.measure, key=_KEYS.index)}
        rest = {"measure": measure, "obstacles": self.obstacles, "edges": self.edges}
        document = {**head, **{key: value for key, value in rest.items() if value}}
        return document if self.north is None else {**document, "north": self.north}

    @property
    def hooks(self) -> list[str]:
        """Every point that a tape may be hooked on."""
        points = self.measure.get("points", {})
        apart = [name for name in HOOKS if name in points]
        baseline = self.measure.get("baseline", [])[:2]
        return list(dict.fromkeys([*apart, *baseline, *self.corners, *points]))

    def grown(self) -> None:
        """There is more to draw now."""
        self.far, self.chain = written(self.document), ()

    def letter(self) -> str:
        """The next free name of a point: A ... Z, A1 ..."""
        number, self.taken = self.taken, self.taken + 1
        return chr(ord("A") + number % 26) + (str(number // 26) if number >= 26 else "")

    def ask(self, key: str, texts: tuple[str, str, str], check: Check, *, whole: bool = False) -> Answer:
        """Ask one question: its text, the form of an answer, its help."""
        text, form, more = texts
        return (
            yield Question(key, text, form, more.format(units=self.units), check, whole, self.far, self.chain)
        )


@lru_cache(maxsize=128)
def trouble(document: str) -> str:
    """Why no yard comes of a file so far, in words; "" where one does."""
    try:
        parse_yard(document.encode(), "yard")
    except ConeDrillsError as error:
        return re.sub(r"^yard(?::\d+:\d+(?: [^:]*)?)?: ", "", str(error), flags=re.MULTILINE)
    return ""


def written(document: Mapping[str, Any]) -> str:
    """The text of a yard file: what fits one line stands on one."""
    return _laid(document, 0) + "\n"


def _laid(value: Any, indent: int) -> str:
    short = json.dumps(value, ensure_ascii=False)
    is_tape_book = isinstance(value, dict) and indent <= 2
    if (
        not isinstance(value, dict | list)
        or not value
        or (len(short) + indent <= _WIDE - 20 and not is_tape_book)
    ):
        return short
    pad = " " * (indent + 2)
    if isinstance(value, dict):
        parts = [
            f"{json.dumps(key, ensure_ascii=False)}: {_laid(one, indent + 2)}" for key, one in value.items()
        ]
        ends = "{}"
    else:
        parts, ends = [_laid(one, indent + 2) for one in value], "[]"
    inner = f",\n{pad}".join(parts)
    return f"{ends[0]}\n{pad}{inner}\n{' ' * indent}{ends[1]}"
