"""A layout out of anything of ours, told by its content and not by its name: a file, or a share code.

Each export carries its layout: one module a kind of file says how it is found in it. All of them are a
stranger's; how long they may be and how deep is limited before anything is made of them. What a layout states
is not judged here: that is for `check`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from conedrills.errors import LayoutError
from conedrills.exporters import csv, dxf, txt
from conedrills.exporters import html as phone_page
from conedrills.layout import Layout
from conedrills.layoutfile import FORMAT
from conedrills.layoutreader import from_json, parsed
from conedrills.opening.code import from_code
from conedrills.opening.html import carried_by_html
from conedrills.opening.svg import carried_by_svg
from conedrills.sharecode import code_in, is_code
from conedrills.wording import plain_text

LONGEST = 32_000_000
"""Bytes that a file may have which carries a layout; the layout itself may have fewer."""
_HEAD = 4_096
"""Bytes at the beginning in which a file shows what it is."""
_LONGEST_MESSAGE = 100_000
"""Bytes of a message that may have a code in it."""
_BEFORE_PDF = 1_024
"""Bytes that may come before a PDF begins: readers allow so many."""


def open_layout(path: str | Path) -> Layout:
    """The layout in a file, or of a share code; `-` is standard input.

    Raises:
        LayoutError: it cannot be read, or holds no layout; the message says what it holds instead.
    """
    if str(path) == "-":
        return layout_in(sys.stdin.buffer.read(LONGEST + 1), "standard input")
    if not str(path) or path == Path():
        raise LayoutError("there is no file and no code; name one.")
    if is_code(str(path)) and not _exists(path):
        return from_code(str(path))
    file = Path(path)
    label = plain_text(file.name) or "layout"
    try:
        with file.open("rb") as stream:
            content = stream.read(LONGEST + 1)
    except OSError as error:
        raise LayoutError(f"{label}: cannot be read: {error.strerror or 'no such file'}.") from error
    except ValueError as error:  # a null byte in the name
        raise LayoutError(f"{label}: cannot be read: this is no file name.") from error
    return layout_in(content, label)


def _exists(path: str | Path) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):  # too long for a name
        return False


def layout_in(content: bytes, label: str) -> Layout:
    """The layout in the bytes of a file, called `label` in messages.

    Raises:
        LayoutError: they hold no layout that can be read.
    """
    label = plain_text(label)
    if len(content) > LONGEST:
        raise LayoutError(f"{label}: is too long; {LONGEST:,} bytes are allowed.")
    head = content[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head:
        raise LayoutError(f"{label}: this file is empty and does not carry a layout; {_GIVE}")
    if (text := _as_code(content, head)) is not None:
        return from_code(text)
    source = _carried(content, head, label)
    if source is not content:
        label = f"{label} (the layout in it)"  # whose lines are not those of the file
    data = parsed(source, label)
    if isinstance(data, dict) and data.get("format") != FORMAT:
        raise LayoutError(f"{label}: {_other_json(data)}")
    return from_json(data, label)


_GIVE = "give the layout.json, or another file as conedrills wrote it."
_LEFT_OUT = (
    "Programs that print, shrink or convert a file leave the layout out."
    " Ask for the file as conedrills wrote it, for the layout.json, or for the code on its page."
)
"""What to do about an export that lost its layout, and about one that never had any."""
_PAGE = "an HTML page"
_TAGS = {"<!doctype html": _PAGE, "<html": _PAGE, "<svg": "an SVG drawing", ":svg": "an SVG drawing"}
"""What comes first says what it is: a page may have drawings in it, a drawing a page."""
_OTHERS = {
    b"PK\x03\x04": "this is a ZIP archive; take the file out of it, for the archive itself",
    b"\x1f\x8b": "this is a compressed file; unpack it, for as it is it",
    b"\x89PNG": "this is a picture, which cannot carry a layout and",
    b"\xff\xd8\xff": "this is a picture, which cannot carry a layout and",
}


def _carried(content: bytes, head: bytes, label: str) -> bytes:
    """The JSON of the layout that a file carries, or the file itself where it may be that JSON.

    Raises:
        LayoutError: it is of a kind that carries a layout, and carries none, or of one that cannot.
    """
    if b"%PDF-" in content[:_BEFORE_PDF] and not head.startswith((b"{", b"[")):
        from conedrills.opening.pdf import carried_by_pdf  # noqa: PLC0415  a library that no other kind needs

        return _found(carried_by_pdf(content, label), "a PDF", label)
    kind = next((said for start, said in _OTHERS.items() if head.startswith(start)), None)
    if kind:
        raise LayoutError(f"{label}: {kind} does not carry a layout; {_GIVE}")
    lower = _text_of(content[:_HEAD]).lower()
    if not lower.startswith("<"):
        return content if lower.startswith(("{", "[")) else _no_json(content, label)
    begins = {lower.find(tag): what for tag, what in _TAGS.items() if tag in lower}
    what = begins[min(begins)] if begins else "an XML file"
    if what == _PAGE:
        return _found(carried_by_html(content), what, label, cut_short=phone_page.is_ours(content))
    return _found(carried_by_svg(content, label), what, label)


def _no_json(content: bytes, label: str) -> bytes:
    """The file, which is none that carries a layout, unless it is nothing that we know.

    Raises:
        LayoutError: it is a file of ours that holds no layout.
    """
    for kind, what in ((csv, "a table of cones"), (txt, "a sheet in words"), (dxf, "a DXF drawing")):
        if kind.is_ours(content):
            raise LayoutError(f"{label}: this is {what} and does not carry its layout; {_GIVE}")
    return content


def _text_of(head: bytes) -> str:
    """The beginning of a text, in whatever it is written."""
    wide = "utf-16" if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    return head.decode(wide, "ignore").lstrip("\ufeff \t\r\n")


def _found(source: bytes | None, what: str, label: str, *, cut_short: bool = False) -> bytes:
    if source is None and what == _PAGE and cut_short:
        raise LayoutError(f"{label}: this page of conedrills is cut short or damaged; ask for it again.")
    if source is None:
        raise LayoutError(f"{label}: this is {what} and does not carry a layout. {_LEFT_OUT}")
    return source


def _as_code(content: bytes, head: bytes) -> str | None:
    """A file's text where it is a share code, or a message with one in it."""
    text = _text_of(content[:_HEAD])
    message = not head.startswith((b"{", b"[", b"<", b"%PDF-")) and len(content) <= _LONGEST_MESSAGE
    if not is_code(text) and not (message and code_in(text)):
        return None
    wide = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    return content.decode(wide, "replace")


def _other_json(data: dict[str, Any]) -> str:
    """What a JSON file holds that is not a layout, and what can be done with it."""
    if data.get("made_by") and data.get("type") == "FeatureCollection":
        return "this is yard and cones as GeoJSON, not a layout; `conedrills layout --yard` takes the yard."
    if data.get("type") in ("FeatureCollection", "Feature", "Polygon", "MultiPolygon"):
        return "this is a GeoJSON yard file; use `conedrills layout --yard` with it."
    if "boundary" in data or "measure" in data:
        return "this is a yard file; use `conedrills layout --yard` with it."
    if "legs" in data and "cones" in data:
        return "this is a drill, not a layout; `conedrills layout --drill` lays drill files (.toml) out."
    if data.get("format") == "conedrills-certificate":
        return "this is a certificate, not a layout; `conedrills check LAYOUT --certificate` goes through it."
    return f'not a layout; a layout begins with "format": "{FORMAT}".'
