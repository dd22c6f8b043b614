"""The sheet in words, read as a stranger would: headings, paragraphs, and the numbers in the sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Sections = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Words:
    """The paragraphs of the yard and those of each drill, by heading; under "" what stands before one."""

    yard: Sections
    drills: Sequence[Sections]


def read(file: bytes) -> Words:
    """A text, told apart by its empty lines: one before a section, two before a drill."""
    yard, *drills = file.decode("utf-8").split("\n\n\n")
    return Words(_sections(yard), [_sections(drill) for drill in drills])


def _sections(part: str) -> Sections:
    found: dict[str, Sequence[str]] = {}
    for place, block in enumerate(part.strip("\n").split("\n\n")):
        lines = block.split("\n")
        heading = "" if place == 0 or not lines[0].endswith(":") else lines.pop(0).removesuffix(":")
        found[heading if heading or place == 0 else lines[0]] = _paragraphs(lines)
    return found


def _paragraphs(lines: Sequence[str]) -> list[str]:
    """Lines, and with each the lines that go on with it, which are in by some spaces."""
    said: list[str] = []
    for line in lines:
        if said and line.startswith("  "):
            said[-1] += " " + line.strip()
        else:
            said.append(line)
    return said


def numbers(sentence: str) -> list[str]:
    """The numbers of a sentence, as they stand there."""
    return re.findall(r"\d+(?:[.,]\d+)?", sentence)
