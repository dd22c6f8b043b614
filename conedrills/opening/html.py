r"""The layout that an HTML page carries: JSON in a `<script type="application/json" id="layout">`.

In it `<` is written as \u003c, so that nothing in a layout ends the block. Only the start tags of scripts
are parsed: a whole page of a stranger's could keep a parser busy for hours.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

_ID, _TYPE = "layout", "application/json"
_SCRIPT = re.compile(r"<script\b[^<>]{0,1000}>", re.IGNORECASE)
_END = re.compile(r"</script\b", re.IGNORECASE)


def carried_by_html(content: bytes) -> bytes | None:
    """The JSON in a page, None where there is none."""
    wide = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    page = content.decode(wide, "replace")
    for start in _SCRIPT.finditer(page):
        if _is_ours(start[0]):
            end = _END.search(page, start.end())
            return page[start.end() : end.start() if end else len(page)].encode()
    return None


def _is_ours(tag: str) -> bool:
    seen = _Tag()
    seen.feed(tag)
    attributes = dict(seen.attributes)
    return attributes.get("id") == _ID and (attributes.get("type") or "").strip().lower() == _TYPE


class _Tag(HTMLParser):
    """The attributes of one start tag."""

    def __init__(self) -> None:
        super().__init__()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, _tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Keep them."""
        self.attributes = attributes
