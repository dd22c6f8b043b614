"""Yard files. One module of this folder is one format, its name is the format's: there is no other registry.

A module has `claims(source) -> bool`, whether the content is of its format, and `read(source, feature)`, the
yard. `read_yard` judges by content and passes every yard through `validated`.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from dataclasses import dataclass
from pathlib import Path as FilePath
from types import ModuleType

from conedrills.errors import ConeDrillsError, YardError
from conedrills.strictjson import JsonText
from conedrills.wording import plain_text
from conedrills.yard import Yard, validated

MAX_BYTES = 2_000_000
"""The longest file that is read."""


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
    piped = file is None or str(file) == "-"
    label = "stdin" if file is None or piped else plain_text(file.name) or "the file"
    try:
        if file is None or piped:
            content = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with file.open("rb") as stream:
                content = stream.read(MAX_BYTES + 1)
    except IsADirectoryError:
        raise YardError(f"{label}: this is a folder; name a file in it.") from None
    except FileNotFoundError:
        raise YardError(f"{label}: there is no such file.") from None
    except (OSError, ValueError, AttributeError) as error:
        # Python has no stdin at all where it was closed, and refuses names with a zero byte
        reason = getattr(error, "strerror", None) or str(error)
        raise YardError(f"{label}: it cannot be read: {plain_text(reason)}.") from None
    if file is None or piped:
        return parse_yard(content, label, feature)
    return parse_yard(content, label, feature, stem=file.stem, folder=file.parent)


def parse_yard(
    content: bytes,
    label: str,
    feature: str | None = None,
    *,
    stem: str = "yard",
    folder: FilePath | None = None,
) -> Yard:
    """The yard in the content of a file.

    Args:
        content: at most `MAX_BYTES` bytes.
        label: what to call the file in messages.
        feature: which of several polygons, by name or by number from 1.
        stem: the name of a yard that has no other.
        folder: where the file lies, None where it may name no other beside it.

    Raises:
        YardError: as `read_yard`.
    """
    source = Source(plain_text(label), content, stem=plain_text(stem) or "yard", folder=folder)
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


@dataclass(frozen=True)
class Source(JsonText):
    """What was read: `stem` names a yard that has no other name, `folder` is where the file lies."""

    error: type[ConeDrillsError] = YardError
    stem: str = "yard"
    folder: FilePath | None = None

    @property
    def looks_like_json(self) -> bool:
        """Whether it begins as JSON does, or is named so."""
        first = self.content.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1]
        return first in (b"{", b"[") or self.label.casefold().endswith((".json", ".geojson"))
