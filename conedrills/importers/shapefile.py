"""Zipped shapefiles: one zip file with .shp, .dbf and .prj of one or more layers.

Polygons only; their heights are left out. Read by pyshp, from memory and only as far as some limits; nothing
is unpacked to disk.
"""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from conedrills import importers
from conedrills.errors import YardError
from conedrills.geometry import Line
from conedrills.importers._layers import Layer, Shape, open_ring, polygons_of, signed_area, yard_of
from conedrills.wording import plain_text
from conedrills.yard import MAX_VERTICES, Yard

_MOST_LAYERS = 20
_MOST_SHAPES = 5_000
_MOST_PARTS = 500  # rings of one shape
_UNPACKED = 20_000_000  # bytes of all files in the archive
_NAMES = ("name", "title", "label", "id", "code", "number", "parcel", "lot")
_KINDS = {1: "point", 8: "point", 3: "line"}  # of shapes, in two dimensions


def claims(source: importers.Source) -> bool:
    """Whether it is a zip file with a .shp in it."""
    if not source.content.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(source.content)) as archive:
            return any(_is_layer(name) for name in archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False


def read(source: importers.Source, feature: str | None) -> Yard:
    """The yard that a zipped shapefile says.

    Raises:
        YardError: the file is damaged or too large, has no polygon or several, or says no lengths.
    """
    with zipfile.ZipFile(io.BytesIO(source.content)) as archive:
        members = _Members(source, archive, {name.casefold(): name for name in archive.namelist()})
        layers = sorted(name for name in members.names.values() if _is_layer(name))
        if len(layers) > _MOST_LAYERS:
            raise YardError(f"{source.label}: it holds {len(layers)} layers; {_MOST_LAYERS} are read.")
        return yard_of(source, [_layer(source, members, name) for name in layers], feature)


@dataclass
class _Members:
    """The files of an archive by their names in small letters, and the bytes that may still be unpacked."""

    source: importers.Source
    archive: zipfile.ZipFile
    names: dict[str, str]
    left: int = _UNPACKED

    def content(self, name: str) -> bytes:
        """What is in a file, nothing where it is missing.

        Raises:
            YardError: it is damaged, or too much.
        """
        member = self.names.get(name.casefold())
        if member is None:
            return b""
        where = f"{self.source.label}: {plain_text(member)} in it"
        try:
            with self.archive.open(member) as stream:
                # what a zip file says of its sizes may be a lie; how much is read is not
                content = stream.read(self.left + 1)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
            raise YardError(f"{where} is damaged or locked.") from None
        except (zlib.error, lzma.LZMAError):
            raise YardError(f"{where} is damaged.") from None
        self.left -= len(content)
        if self.left < 0:
            raise YardError(
                f"{where} makes more than {_UNPACKED // 1_000_000} MB. Save only the parcel of the yard."
            )
        return content


def _is_layer(name: str) -> bool:
    # macOS adds a folder of shadows
    return name.casefold().endswith(".shp") and not name.startswith("__MACOSX/")


def _layer(source: importers.Source, members: _Members, name: str) -> Layer:
    stem = name[:-4]
    title = plain_text(stem.rpartition("/")[2]) or "layer"
    projection = members.content(f"{stem}.prj").decode("utf-8", "replace")
    left_out: Counter[str] = Counter()
    shapes = []
    try:
        for number, (shape, record) in enumerate(
            _shapes(members.content(name), members.content(f"{stem}.dbf"))
        ):
            if shape.shapeType % 10 != 5:
                left_out[_KINDS.get(shape.shapeType % 10, "feature")] += 1
                continue
            if len(shape.points) > MAX_VERTICES or len(shape.parts) > _MOST_PARTS:
                raise YardError(
                    f"{source.label}: a shape of {title} has more than {MAX_VERTICES:,} corners or"
                    f" {_MOST_PARTS} rings. Simplify it, or save only the parcel of the yard."
                )
            names = _names(record)
            shapes += [Shape(rings, names, number) for rings in _polygons(shape)]
            if len(shapes) > _MOST_SHAPES:
                raise YardError(f"{source.label}: {title} holds more than {_MOST_SHAPES:,} polygons.")
    except YardError:
        raise
    except Exception:  # pyshp says what is wrong with a damaged file in a dozen ways, struct.error among them
        raise YardError(
            f"{source.label}: {title} is damaged, or no shapefile as it is read here. Save it again, as a"
            " shapefile of polygons or as GeoJSON."
        ) from None
    return Layer(title, projection, tuple(shapes), left_out)


def _shapes(shp: bytes, dbf: bytes) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The shapes of a layer, each with what its record says."""
    # pyshp loads a client of the web; only whoever brings a shapefile waits for it
    import shapefile  # noqa: PLC0415

    # without .shx, in which a small file may name one large shape a million times
    with shapefile.Reader(shp=io.BytesIO(shp)) as reader:
        shapes = []
        for shape in reader.iterShapes():
            shapes.append(shape)
            if len(shapes) > _MOST_SHAPES:
                break
    records: list[dict[str, Any]] = []
    if dbf:
        with shapefile.Reader(dbf=io.BytesIO(dbf), encodingErrors="replace") as reader:
            for record in reader.iterRecords():
                records.append(record.as_dict())
                if len(records) >= len(shapes):
                    break
    records += [{}] * (len(shapes) - len(records))
    return zip(shapes, records, strict=True)


def _names(record: dict[str, Any]) -> tuple[str, ...]:
    told = {key.casefold(): value for key, value in record.items()}
    found = [told[key] for key in _NAMES if isinstance(told.get(key), str | int)]
    return tuple(dict.fromkeys(name for name in map(plain_text, map(str, found)) if name))


def _polygons(shape: Any) -> Iterator[tuple[Line, ...]]:
    starts = list(shape.parts)
    points = [(float(point[0]), float(point[1])) for point in shape.points]
    rings = [
        open_ring(tuple(points[start:end])) for start, end in zip(starts, [*starts[1:], None], strict=True)
    ]
    kept = [ring for ring in rings if ring]
    # outer rings run clockwise in a shapefile; what has no area is the side of a wall
    return polygons_of(kept, lambda ring: signed_area(ring) <= 0.0)
