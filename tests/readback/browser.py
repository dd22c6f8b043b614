"""Pages as Chromium shows and prints them, and what it says of them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.readback import pixels
from tests.readback.pixels import Picture

FRAME = (820, 1130)
"""CSS pixels for a page, of which 96 are an inch: enough for Letter and for A4."""
ZOOM = 2
"""Pixels of the picture for a CSS pixel."""
_COLUMNS = 4


def shown(
    program: str, pages: Mapping[str, bytes], folder: Path
) -> tuple[dict[str, Picture], dict[str, str]]:
    """The pictures of some SVG files by name, and what the console says of them; the program starts once.

    Args:
        program: Chromium's path.
        pages: the files, by names that can be file names.
        folder: an empty one to work in.
    """
    corners = {
        name: (FRAME[0] * (place % _COLUMNS), FRAME[1] * (place // _COLUMNS))
        for place, name in enumerate(pages)
    }
    frames = []
    for name, content in pages.items():
        (folder / f"{name}.svg").write_bytes(content)
        left, top = corners[name]
        style = f"position:absolute;left:{left}px;top:{top}px;width:{FRAME[0]}px;height:{FRAME[1]}px;border:0"
        frames.append(f'<iframe src="{name}.svg" style="{style}"></iframe>')
    (folder / "all.html").write_text(f"<!doctype html>{''.join(frames)}")
    size = (FRAME[0] * _COLUMNS, FRAME[1] * -(-len(pages) // _COLUMNS))
    said = _ran(
        program, folder, "--hide-scrollbars", "--enable-logging=stderr",
        f"--force-device-scale-factor={ZOOM}", f"--window-size={size[0]},{size[1]}",
        f"--screenshot={folder / 'all.png'}", "all.html",
    )  # fmt: skip
    screen = pixels.read(folder / "all.png", 96 * ZOOM / 25.4)
    pictures = {}
    for name, corner in corners.items():
        left, top = (ZOOM * step for step in corner)
        part = screen.pixels[top : top + ZOOM * FRAME[1], left : left + ZOOM * FRAME[0]]
        pictures[name] = Picture(part, screen.per_mm)
    words = re.findall(r"CONSOLE.*?\] (.*), source: file://.*/([\w-]+)\.svg", said)
    return pictures, {name: word for word, name in words}


def printed(program: str, page: bytes, folder: Path) -> Path:
    """The PDF that one SVG file becomes when it is printed as it is, with no setting touched.

    Args:
        program: Chromium's path.
        page: the file.
        folder: an empty one to work in.
    """
    (folder / "page.svg").write_bytes(page)
    _ran(program, folder, "--no-pdf-header-footer", f"--print-to-pdf={folder / 'page.pdf'}", "page.svg")
    return folder / "page.pdf"


def _ran(program: str, folder: Path, *arguments: str) -> str:
    """What it says on stderr."""
    profile = f"--user-data-dir={folder / 'profile'}"
    return subprocess.run(
        [program, "--headless", "--no-sandbox", "--disable-gpu", profile, *arguments],
        cwd=folder, check=True, capture_output=True, text=True, timeout=120,
    ).stderr  # fmt: skip
