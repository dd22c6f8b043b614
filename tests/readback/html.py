"""A page for a phone as html5lib reads it: what it says, in order, and the blocks of data in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

import html5lib

_UNSEEN = {"script", "style", "template", "head"}


@dataclass(frozen=True)
class Content:
    """The tree, the texts that are seen, and the JSON of the blocks by their ids."""

    root: Element
    texts: tuple[str, ...]
    blocks: dict[str, Any]


def read(page: bytes) -> Content:
    """Read a page; anything that HTML does not allow raises."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    root = parser.parse(page, transport_encoding="utf-8")
    blocks = {
        script.get("id", ""): json.loads(script.text or "")
        for script in root.iter("script")
        if script.get("type") == "application/json"
    }
    return Content(root, tuple(_texts(root)), blocks)


def source(page: bytes) -> bytes:
    """The layout that it carries."""
    return json.dumps(read(page).blocks["layout"], ensure_ascii=False).encode()


def _texts(element: Element) -> list[str]:
    if element.tag in _UNSEEN:
        return []
    found = [element.text or ""]
    for part in element:
        found += [*_texts(part), part.tail or ""]
    return [text for text in found if text.strip()]
