"""Yard files. One module of this folder is one format, its name is the format's: there is no other registry.

A module has `claims(source) -> bool`, whether the content is of its format, and `read(source, feature)`, the
yard. Modules that begin with _ hold what formats share. `read_yard` judges by content and passes every yard
through `validated`.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path as FilePath
from types import ModuleType
from typing import Any

from conedrills.errors import YardError
from conedrills.importers import _json_text
from conedrills.wording import plain_text
from conedrills.yard import Yard, validated

Steps = Sequence[str | int]
"""A place in JSON: keys and indices from the outside in."""

MAX_BYTES = 2_000_000
"""The longest file that is read."""
_MAX_PROBLEMS = 20


@dataclass(frozen=True)
class Source:
    """What was read, from where: `label` names it in messages, `stem` names a yard that has no other name."""

    label: str
    stem: str
    content: bytes

    @cached_property
    def text(self) -> str:
        """The content as text.

        Raises:
            YardError: it is not text.
        """
        try:
            return _json_text.decode(self.content)
        except _json_text.JsonSlip as slip:
            raise YardError(f"{self.label}: {slip}") from None

    @cached_property
    def json(self) -> Any:
        """The content as JSON.

        Raises:
            YardError: it is not JSON; the message names line and column and says what would be right.
        """
        try:
            return _json_text.parse(self.text)
        except _json_text.JsonSlip as slip:
            line, column = _json_text.line_and_column(self.text, slip.position)
            raise YardError(f"{self.label}:{line}:{column}: {slip}") from None

    @property
    def looks_like_json(self) -> bool:
        """Whether it begins as JSON does, or is named so."""
        first = self.content.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1]
        return first in (b"{", b"[") or self.label.casefold().endswith((".json", ".geojson"))

    def problem(self, path: Steps, message: str) -> str:
        """A line that says where in the JSON a problem is (file, line, column, key path) and what it is."""
        line, column = _json_text.line_and_column(self.text, _json_text.locate(self.text, path))
        where = f" {key_path(path)}" if path else ""
        return f"{self.label}:{line}:{column}{where}: {message}"

    def fail(self, problems: Sequence[tuple[Steps, str]]) -> YardError:
        """The error with all problems (where, what), each with its line; of many, the first 20."""
        # finding a line reads the file again, so only for what is shown
        lines = [self.problem(path, message) for path, message in problems[:_MAX_PROBLEMS]]
        more = [f"and {len(problems) - _MAX_PROBLEMS} more."] if len(problems) > _MAX_PROBLEMS else []
        return YardError("\n".join([*lines, *more]))


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


def formats() -> tuple[str, ...]:
    """The names of the formats that are read, in alphabetical order."""
    return tuple(
        sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    )


def read_yard(file: FilePath | None, feature: str | None = None) -> Yard:
    """The yard in a file of any format that we read.

    Args:
        file: where it is; None or "-" for standard input.
        feature: which of several polygons, by name or by number from 1.

    Raises:
        YardError: the file cannot be read, is of no format that we know, is wrong, or holds a yard that
            cannot exist.
    """
    if file is None or str(file) == "-":
        return parse_yard(sys.stdin.buffer.read(MAX_BYTES + 1), "stdin", feature)
    label = plain_text(file.name) or "the file"
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except IsADirectoryError:
        raise YardError(f"{label}: this is a folder; name a file in it.") from None
    except FileNotFoundError:
        raise YardError(f"{label}: there is no such file.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise YardError(f"{label}: it cannot be read: {plain_text(reason)}.") from None
    return parse_yard(content, label, feature, stem=file.stem)


def parse_yard(content: bytes, label: str, feature: str | None = None, *, stem: str = "yard") -> Yard:
    """The yard in the content of a file.

    Args:
        content: at most `MAX_BYTES` bytes.
        label: what to call the file in messages.
        feature: which of several polygons, by name or by number from 1.
        stem: the name of a yard that has no other.

    Raises:
        YardError: as `read_yard`.
    """
    source = Source(plain_text(label), plain_text(stem) or "yard", content)
    if len(content) > MAX_BYTES:
        raise YardError(
            f"{source.label}: it is longer than {MAX_BYTES // 1_000_000} MB, the most that is read."
        )
    if not content.strip():
        raise YardError(f"{source.label}: the file is empty.")
    for name in formats():
        module: ModuleType = importlib.import_module(f"{__name__}.{name}")
        if module.claims(source):
            yard: Yard = module.read(source, feature)
            break
    else:
        known = ", ".join(f".{name}" for name in formats())
        raise YardError(f"{source.label}: it is not a yard file of a format that is read here ({known}).")
    try:
        return validated(yard)
    except YardError as error:
        raise YardError(f"{source.label}: {error}") from None
