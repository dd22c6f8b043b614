"""XML from strangers: no document type with rules of its own, no entities, nothing fetched, no endless depth.

What the elements mean is for the room that asks.
"""

from __future__ import annotations

import re
from typing import NoReturn
from xml.etree.ElementTree import Element
from xml.parsers import expat

from conedrills.errors import YardError
from conedrills.wording import plain_text

_DEEPEST = 100  # elements in elements; what walks through a thousand runs out of stack
_SPACE = b" \t\r\n"
_START = re.compile(
    rb"(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)*<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)",
    re.DOTALL,
)
_LOOKED_AT = 4096  # bytes in which the first element begins


class Located(Element):
    """An element, and the line on which it begins."""

    line = 1


def root_name(content: bytes) -> str | None:
    """The name of the first element without its prefix, None where the content does not begin as XML does.

    >>> root_name(b'<?xml version="1.0"?><k:kml xmlns:k="http://www.opengis.net/kml/2.2"/>')
    'kml'
    """
    start = content[:_LOOKED_AT]
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = start[: len(start) // 2 * 2].decode("utf-16", "replace").encode("utf-8", "replace")
    found = _START.match(start.removeprefix(b"\xef\xbb\xbf"))
    return found[1].decode("ascii", "replace") if found else None


def parse(content: bytes, label: str, *, doctype: bool = False) -> Element:
    """The root element; every element of the tree is a `Located`.

    Names of elements are without namespace and prefix ("Polygon", "Track"), since files of the same format
    come with several namespaces, with none, and with prefixes that they never declare; names of attributes
    are as written ("inkscape:label").

    Args:
        content: the file, in UTF-8, UTF-16 or what its declaration says.
        label: what to call the file in messages.
        doctype: whether a document type is let pass that only names itself, as drawings do.

    Raises:
        YardError: it is not XML, or has a document type or entities; with line and column.
    """
    return _Reading(label, doctype).tree(content)


def line_of(element: Element) -> int:
    """The line on which an element begins, from 1."""
    return element.line if isinstance(element, Located) else 1


class _Reading:
    """The handlers of one parser, the elements that are open, and the text since the last tag."""

    def __init__(self, label: str, doctype: bool) -> None:
        self.label = label
        self.doctype = doctype
        self.above = 0
        self.open: list[Element] = []
        self.words: list[str] = []
        self.root: Element | None = None
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self.words.append
        self.parser.StartDoctypeDeclHandler = self._document_type
        self.parser.EntityDeclHandler = self._entity
        self.parser.SkippedEntityHandler = self._entity

    def tree(self, content: bytes) -> Element:
        # blank lines before the declaration are against the rules, and harmless
        stripped = content.lstrip(_SPACE)
        self.above = content[: len(content) - len(stripped)].count(b"\n")
        try:
            self.parser.Parse(stripped, True)
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            self._fail(
                f"it is not whole XML ({reason}). Export it again from the program that made it.", error
            )
        except (LookupError, ValueError):
            self._fail("it is in an encoding that is not read. Save it as UTF-8.")
        assert self.root is not None, "expat has refused a file without an element"  # noqa: S101
        return self.root

    def _fail(self, message: str, at: expat.ExpatError | None = None) -> NoReturn:
        line = (at.lineno if at else self.parser.CurrentLineNumber) + self.above
        column = (at.offset if at else self.parser.CurrentColumnNumber) + 1
        raise YardError(f"{self.label}:{line}:{column}: {message}") from None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._text()
        element = Located(name.rpartition(":")[2], attributes)
        element.line = self.parser.CurrentLineNumber + self.above
        if self.root is None:
            self.root = element
        else:
            self.open[-1].append(element)
        self.open.append(element)
        if len(self.open) > _DEEPEST:
            self._fail(f"its elements are nested more than {_DEEPEST} deep; no yard is.")

    def _end(self, _name: str) -> None:
        self._text()
        self.open.pop()

    def _text(self) -> None:
        if not self.words:
            return
        text, element = "".join(self.words), self.open[-1]
        self.words.clear()
        if len(element):
            element[-1].tail = text
        else:
            element.text = text

    def _document_type(self, name: str, _system: str | None, _public: str | None, subset: bool) -> None:
        if subset or not self.doctype:
            self._fail(
                f"it has a document type (<!DOCTYPE {plain_text(name)}>), which is not read for safety. Take"
                " that line out, or export the file again."
            )

    def _entity(self, name: str, *_rest: object) -> None:
        self._fail(f'it uses an entity "{plain_text(name)}", which is not read for safety. Export it again.')
