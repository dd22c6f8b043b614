"""A layout out of a file of ours, told by its content and not by its name.

Reads layout JSON so far; anything else is named for what it is. What a layout states is not judged here: that
is for `check`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from conedrills.errors import LayoutError
from conedrills.layout import Layout
from conedrills.layoutfile import FORMAT, LONGEST_FILE
from conedrills.layoutreader import from_json, parsed
from conedrills.wording import plain_text


def open_layout(path: str | Path) -> Layout:
    """The layout in a file; `-` is standard input.

    Raises:
        LayoutError: it cannot be read, or holds no layout; the message says what it holds instead.
    """
    if str(path) == "-":
        return layout_in(sys.stdin.buffer.read(LONGEST_FILE + 1), "standard input")
    file = Path(path)
    label = plain_text(file.name) or "layout"
    try:
        with file.open("rb") as stream:
            content = stream.read(LONGEST_FILE + 1)
    except OSError as error:
        raise LayoutError(f"{label}: cannot be read: {error.strerror or 'no such file'}.") from error
    except ValueError as error:  # a null byte in the name
        raise LayoutError(f"{label}: cannot be read: this is no file name.") from error
    return layout_in(content, label)


def layout_in(content: bytes, label: str) -> Layout:
    """The layout in the bytes of a file, called `label` in messages.

    Raises:
        LayoutError: they hold no layout that can be read.
    """
    label = plain_text(label)
    found = _other_format(content)
    if found:
        raise LayoutError(
            f"{label}: {found} and does not carry a layout; give the layout.json written beside it."
        )
    data = parsed(content, label)
    if isinstance(data, dict) and data.get("format") != FORMAT:
        raise LayoutError(f"{label}: {_other_json(data)}")
    return from_json(data, label)


_STARTS = {
    b"%PDF-": "this is a PDF",
    b"<!doctype html": "this is an HTML page",
    b"<html": "this is an HTML page",
    b"<svg": "this is an SVG drawing",
    b"<?xml": "this is an XML file",
    b"<": "this is an XML file",
    b"PK\x03\x04": "this is a ZIP archive",
    b"\x89PNG": "this is a picture",
    b"\xff\xd8\xff": "this is a picture",
}


def _other_format(content: bytes) -> str | None:
    """What a file is that is not JSON, None where it may be JSON."""
    head = content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head:
        return "this file is empty"
    lower = head.lower()
    if lower.startswith(b"<?xml") and b"<svg" in lower:
        return "this is an SVG drawing"
    return next((name for start, name in _STARTS.items() if lower.startswith(start.lower())), None)


def _other_json(data: dict[str, Any]) -> str:
    """What a JSON file holds that is not a layout, and what can be done with it."""
    if data.get("type") in ("FeatureCollection", "Feature", "Polygon", "MultiPolygon"):
        return "this is a GeoJSON yard file; use `conedrills layout --yard` with it."
    if "boundary" in data or "measure" in data:
        return "this is a yard file; use `conedrills layout --yard` with it."
    if "legs" in data and "cones" in data:
        return "this is a drill, not a layout; `conedrills layout --drill` lays drill files (.toml) out."
    return f'not a layout; a layout begins with "format": "{FORMAT}".'
