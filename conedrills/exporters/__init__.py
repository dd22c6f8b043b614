"""Socket: one module is one output format, and its file name is the suffix it writes. None knows another.

A format of pages takes one (`svg`) or a whole sheet (`pdf`) and gives bytes, and is loaded when it is asked
for, because each brings a library along. One without pages (`txt`, `csv`) takes the layout itself.
"""

from __future__ import annotations

from pathlib import Path

from conedrills.errors import ExportError
from conedrills.sheet import Sheet

SUFFIXES = (".pdf", ".svg")


def files(sheet: Sheet, path: Path, *, source: bytes = b"") -> dict[Path, bytes]:
    """What `export` would write: PDF holds every page; SVG is a file a page, the first under the given name.

    Args:
        sheet: the pages.
        path: where; its suffix says the format.
        source: the layout's JSON, which every file carries so that it can be opened again.

    Raises:
        ExportError: no format has that suffix.
    """
    suffix = path.suffix.lower()
    if suffix == ".pdf":
        from conedrills.exporters import pdf  # noqa: PLC0415  85 ms that an SVG need not wait for

        return {path: pdf.write(sheet, source=source)}
    if suffix == ".svg":
        from conedrills.exporters import svg  # noqa: PLC0415  74 ms that a PDF need not wait for

        names = [path, *(path.with_name(f"{path.stem}-{page.name}.svg") for page in sheet.pages[1:])]
        pages = zip(names, sheet.pages, strict=True)
        return {name: svg.write(page, language=sheet.language, source=source) for name, page in pages}
    raise ExportError(
        f'{path.name}: there is no format "{suffix}". A sheet is written as {" or ".join(SUFFIXES)}.'
    )


def export(sheet: Sheet, path: Path, *, source: bytes = b"") -> tuple[Path, ...]:
    """Write a sheet; the suffix of the path says the format.

    Returns:
        The files written.

    Raises:
        ExportError: no format has that suffix.
    """
    written = files(sheet, path, source=source)
    for name, content in written.items():
        name.write_bytes(content)
    return tuple(written)
