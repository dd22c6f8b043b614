"""Yard files. One module of this folder is one format, its name is the format's: there is no other registry.

A module has `claims(source) -> bool`, whether the content is of its format, and `read(source, feature)`, the
yard. `read_yard` judges by content and passes every yard through `validated`. What begins with _ is shared.
"""

from __future__ import annotations

import bz2
import importlib
import io
import pkgutil
import re
import sys
import zipfile
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


def read_yard(file: FilePath | None, feature: str | None = None, units: str | None = None) -> Yard:
    """The yard in a file of any format that we read.

    Args:
        file: where it is; None or "-" for standard input.
        feature: which of several polygons, by name or by number from 1.
        units: what the numbers of a file count that does not say so itself, a key of `units.METRES`.

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
        return parse_yard(content, label, feature, units=units)
    return parse_yard(content, label, feature, stem=file.stem, units=units, folder=file.parent)


def parse_yard(
    content: bytes,
    label: str,
    feature: str | None = None,
    *,
    stem: str = "yard",
    units: str | None = None,
    folder: FilePath | None = None,
) -> Yard:
    """The yard in the content of a file.

    Args:
        content: at most `MAX_BYTES` bytes.
        label: what to call the file in messages.
        feature: which of several polygons, by name or by number from 1.
        stem: the name of a yard that has no other.
        units: as for `read_yard`.
        folder: where the file lies, None where it may name no other beside it.

    Raises:
        YardError: as `read_yard`.
    """
    source = Source(plain_text(label), content, stem=plain_text(stem) or "yard", units=units, folder=folder)
    if len(content) > MAX_BYTES and (told := _no_yard(content)):
        raise YardError(f"{source.label}: {told}")
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
        if told := _no_yard(content):
            raise YardError(f"{source.label}: {told}")
        known = ", ".join(formats())
        raise YardError(f"{source.label}: it is not a yard file of a format that is read here ({known}).")
    try:
        return validated(yard)
    except YardError as error:
        raise YardError(f"{source.label}: {error}") from None


@dataclass(frozen=True)
class Source(JsonText):
    """What was read.

    `stem` names a yard that has no other name, `units` are what `--units` says, `folder` is where the file
    lies.
    """

    error: type[ConeDrillsError] = YardError
    stem: str = "yard"
    units: str | None = None
    folder: FilePath | None = None

    @property
    def looks_like_json(self) -> bool:
        """Whether it begins as JSON does, or is named so."""
        first = self.content.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1]
        return first in (b"{", b"[") or self.label.casefold().endswith((".json", ".geojson"))


# ---------------------------------------------------------------- what people bring that is no yard

_PICTURE = (
    "it is a picture ({}), and a picture says no lengths. Measure the corners with a tape"
    " (`conedrills yard new`), or trace the lawn on a map and save it as GeoJSON or KML."
)
_PACKED = "it is a packed archive ({}). Unpack it, and give the one file in it that holds the yard."
_EDIGEO = (
    "it is a cadastral exchange archive (EDIGEO), which is not read here. Open it in a program for maps, such"
    " as QGIS, and save the parcel as GeoJSON, DXF or a GeoPackage."
)
_OFFICE = "it is {}. Save the table of corners in it as CSV, with a heading such as name, x [m], y [m]."
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (rb"\x89PNG", _PICTURE.format("PNG")),
    (rb"\xff\xd8\xff", _PICTURE.format("JPEG")),
    (rb"GIF8", _PICTURE.format("GIF")),
    (rb"II\*\0|MM\0\*", _PICTURE.format("TIFF")),
    (rb"RIFF....WEBP", _PICTURE.format("WebP")),
    (rb"BM....\0\0\0\0", _PICTURE.format("BMP")),
    (rb"....ftyp(?:hei|mif|avif)", _PICTURE.format("HEIC")),
    (
        rb"%PDF",
        "it is a PDF. If it is a sheet of ours, `conedrills open` reads it; the plan of a surveyor in it is"
        " only a picture: ask for it as DXF, or copy its lengths with `conedrills yard new`.",
    ),
    (rb"\xd0\xcf\x11\xe0", _OFFICE.format("an old Word or Excel file")),
    (rb"AC10\d\d", "it is a DWG drawing. Save it as DXF, which every drawing program can."),
    (
        rb"\0\0\x27\x0a",
        "it is one file of a shapefile. Put its .shp, .dbf and .prj into one zip file, and give that.",
    ),
    (rb"\x1f\x8b", _PACKED.format("gzip")),
    (rb"\xfd7zXZ", _PACKED.format("xz")),
    (rb"7z\xbc\xaf", _PACKED.format("7-Zip")),
    (rb"Rar!", _PACKED.format("RAR")),
    (rb"SQLite format 3", "it is a database (SQLite), but not a GeoPackage."),
    (
        rb"(?i)\s*<(?:!doctype )?html",
        "it is a web page, not a file of data. Look on that page for a download as GeoJSON or KML.",
    ),
    (
        rb"\s*\d+(?:-\d+)+\s*(?:\n\s*\d+(?:-\d+)+\s*)*\Z",
        "it says which points of a survey are joined by lines, but not where they are. Give the file of"
        " points (number, northing, easting, elevation, code).",
    ),
)
"""How files begin that people bring though they are no yard, and what to do instead."""
_IN_ZIP: tuple[tuple[str, str], ...] = (
    ("word/", _OFFICE.format("a Word document")),
    ("xl/", _OFFICE.format("an Excel workbook")),
    ("ppt/", _OFFICE.format("a presentation")),
    ("META-INF/manifest.xml", _OFFICE.format("an OpenDocument file")),
)
_UNPACKED = 1024  # bytes of an archive that are unpacked to see what it holds


def _no_yard(content: bytes) -> str | None:
    """What a file is that is no yard, and what to do instead; None where it is not known."""
    if content.startswith(b"PK"):
        return _no_yard_in_zip(content)
    if content.startswith(b"BZh"):
        try:
            start = bz2.BZ2Decompressor().decompress(content, _UNPACKED)
        except (OSError, ValueError):
            start = b""
        # the description of what an EDIGEO exchange holds is its .THF file, and its vectors are .VEC files
        return (
            _EDIGEO
            if re.match(rb"[^\0]*\.(?:THF|VEC|GEO|GEN|DIC|QAL|SCD)\0", start)
            else _PACKED.format("bzip2")
        )
    return next((told for sign, told in _SIGNATURES if re.match(sign, content[:4096], re.DOTALL)), None)


def _no_yard_in_zip(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return "it is a zip file that is damaged. Copy it again."
    if any(name.upper().endswith(".THF") for name in names):
        return _EDIGEO
    for folder, told in _IN_ZIP:
        if any(name.startswith(folder) for name in names):
            return told
    return _PACKED.format("zip")
