"""The layout that an SVG carries: an element of our namespace with base64 in it, wherever it stands.

Read with expat and without a tree: a drawing may be large. A document type is refused, because entities are
declared there and can be made to grow without end; nothing of ours has one.
"""

from __future__ import annotations

import base64
import binascii
from typing import NoReturn
from xml.parsers import expat

from conedrills.errors import LayoutError
from conedrills.layoutfile import LONGEST_FILE

_ELEMENT = "urn:conedrills:layout:1 source"
_NEWER = "urn:conedrills:layout:"
_DEEPEST = 200
"""Elements in elements; a page of ours has four."""
_MOST_LETTERS = 2 * LONGEST_FILE
"""Letters of base64: four for three bytes, and line breaks that other programs put in."""


def carried_by_svg(content: bytes, label: str) -> bytes | None:
    """The JSON in an SVG, or in XML with our element; None where there is none.

    Raises:
        LayoutError: it is no XML, has a document type, is too deep, or carries something else than base64.
    """
    look = _Look(label)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = look.start
    parser.EndElementHandler = look.end
    parser.CharacterDataHandler = look.text
    parser.StartDoctypeDeclHandler = look.doctype
    parser.EntityDeclHandler = look.doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        if look.finished:  # what comes after the layout is nobody's business
            return look.layout()
        where = f"{label}:{error.lineno}:{error.offset + 1}"
        raise LayoutError(f"{where}: this is no XML ({expat.ErrorString(error.code)}).") from error
    except (ValueError, LookupError) as error:  # an encoding that Python does not know
        raise LayoutError(f"{label}: this is no XML that can be read; save it as UTF-8.") from error
    return look.layout() if look.finished else None


class _Look:
    """What has been seen of the file so far."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.deep = 0
        self.inside = False
        self.finished = False
        self.parts: list[str] = []
        self.letters = 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self.deep += 1
        if self.deep > _DEEPEST:
            raise LayoutError(f"{self.label}: more than {_DEEPEST} elements in each other: no file of ours.")
        if name.startswith(_NEWER) and name != _ELEMENT:
            raise LayoutError(f"{self.label}: made by a newer conedrills; update, or ask for a PDF.")
        self.inside = name == _ELEMENT and not self.finished

    def end(self, name: str) -> None:
        self.deep -= 1
        self.finished = self.finished or (self.inside and name == _ELEMENT)
        self.inside = False

    def text(self, letters: str) -> None:
        if self.inside:
            self.letters += len(letters)
            if self.letters > _MOST_LETTERS:
                raise LayoutError(f"{self.label}: what it carries is too long for a layout.")
            self.parts.append(letters)

    def doctype(self, *_declared: object) -> NoReturn:
        raise LayoutError(
            f"{self.label}: has a document type (<!DOCTYPE), which no file of ours has. Give the file as"
            " conedrills wrote it."
        )

    def layout(self) -> bytes:
        """The bytes that the base64 stands for."""
        try:
            return base64.b64decode("".join("".join(self.parts).split()), validate=True)
        except (binascii.Error, ValueError) as error:
            raise LayoutError(
                f"{self.label}: the layout in it is damaged. Ask for the file again, or for the layout.json."
            ) from error
