"""KMZ: a zip file with a KML file in it, the first or the one called doc.kml. Nothing is unpacked to disk."""

from __future__ import annotations

import dataclasses
import io
import zipfile
import zlib

from conedrills import importers
from conedrills.errors import YardError
from conedrills.importers._placemarks import yard_of
from conedrills.wording import plain_text
from conedrills.yard import Yard

_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Of the others, zipfile cannot unpack a part: a small file could fill the memory."""
_ENCRYPTED = 0x1  # in the flags of a file in a zip file
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError)


def claims(source: importers.Source) -> bool:
    """Whether it is a zip file with a .kml in it."""
    return bool(source.content.startswith(b"PK") and _documents(source.content))


def read(source: importers.Source, feature: str | None) -> Yard:
    """The yard that the KML file in it says.

    Raises:
        YardError: the zip file is damaged, locked or holds too much, or as for KML.
    """
    documents = _documents(source.content)
    root = [one for one in documents if one.filename.casefold() == "doc.kml"]
    document = (root or documents)[0]
    label = f"{source.label} ({plain_text(document.filename)})"
    if document.flag_bits & _ENCRYPTED:
        raise YardError(f"{label}: it is locked with a password. Save it without one.")
    if document.compress_type not in _PACKINGS:
        raise YardError(f"{label}: it is packed in a way that is not read. Save it again, or as KML.")
    try:
        with zipfile.ZipFile(io.BytesIO(source.content)) as archive, archive.open(document) as stream:
            content = stream.read(importers.MAX_BYTES + 1)
    except _DAMAGED:
        raise YardError(f"{label}: the zip file is damaged. Copy it again, or save it as KML.") from None
    if len(content) > importers.MAX_BYTES:
        most = importers.MAX_BYTES // 1_000_000
        raise YardError(f"{label}: unpacked it is longer than {most} MB, the most that is read.")
    if not content.strip():
        raise YardError(f"{label}: the file is empty.")
    yard = yard_of(dataclasses.replace(source, label=label, content=content), feature)
    if len(documents) == 1:
        return yard
    note = f"of {len(documents)} KML files in it, {plain_text(document.filename)} was read."
    return dataclasses.replace(yard, notes=(*yard.notes, note))


def _documents(content: bytes) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [one for one in archive.infolist() if one.filename.casefold().endswith(".kml")]
    except _DAMAGED:
        return []
