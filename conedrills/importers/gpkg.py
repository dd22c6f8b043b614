"""GeoPackage (OGC 12-128r18): a database of layers, read from memory by the sqlite of Python, polygons only.

The database is a stranger's: no view, trigger or function of it is run, and what it may cost is limited.
"""

from __future__ import annotations

import contextlib
import sqlite3
import struct
from collections import Counter
from collections.abc import Iterator
from typing import Any

from conedrills import importers
from conedrills.errors import YardError
from conedrills.geometry import Line
from conedrills.importers._layers import Layer, Shape, open_ring, yard_of
from conedrills.wording import plain_text
from conedrills.yard import Yard

_MAGIC = b"SQLite format 3\0"
_MOST_LAYERS = 50
_MOST_SHAPES = 5_000
_STEPS = 20_000_000  # of the machine of sqlite, some seconds
_STEP = 10_000
_WAL = slice(18, 20)  # the two bytes that say whether the database keeps a journal beside it
_NAMES = ("name", "title", "label", "id", "code", "number", "parcel", "lot")
_POLYGON, _MANY_POLYGONS = 3, 6
_KINDS = {1: "point", 2: "line", 4: "point", 5: "line", 7: "collection"}
_ENVELOPES = (0, 32, 48, 48, 64)


class _NoGeometry(ValueError):
    """Bytes that are no geometry."""


def claims(source: importers.Source) -> bool:
    """Whether it is a database with the tables of a GeoPackage."""
    return source.content.startswith(_MAGIC) and b"gpkg_geometry_columns" in source.content


def read(source: importers.Source, feature: str | None) -> Yard:
    """The yard that a GeoPackage says.

    Raises:
        YardError: the file is damaged, has no polygon or several, or says no lengths.
    """
    try:
        with contextlib.closing(_opened(source.content)) as database:
            layers = list(_layers(source, database))
    except (sqlite3.Error, OverflowError, UnicodeDecodeError):
        raise YardError(
            f"{source.label}: this GeoPackage is damaged, or costs too much to read. Save the parcel again,"
            " as a GeoPackage or as GeoJSON."
        ) from None
    return yard_of(source, layers, feature)


def _opened(content: bytes) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    kept = bytearray(content)
    # a journal beside the file cannot be had from memory; without it the file says what was last saved in it
    kept[_WAL] = b"\1\1"
    database.deserialize(bytes(kept))
    database.text_factory = lambda text: text.decode("utf-8", "replace")
    for pragma in ("query_only = ON", "trusted_schema = OFF", "cell_size_check = ON"):
        database.execute(f"PRAGMA {pragma}")
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, importers.MAX_BYTES)
    database.setlimit(sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 20)
    left = [_STEPS]

    def step() -> int:
        left[0] -= _STEP
        return int(left[0] < 0)

    database.set_progress_handler(step, _STEP)
    reading = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
    database.set_authorizer(
        lambda action, *_: sqlite3.SQLITE_OK if action in reading else sqlite3.SQLITE_DENY
    )
    return database


def _layers(source: importers.Source, database: sqlite3.Connection) -> Iterator[Layer]:
    tables = {
        name.casefold(): name
        for name, sql in database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        # a virtual table runs code, a column that is computed runs what the file says
        if isinstance(name, str) and isinstance(sql, str) and sql[:12].upper() == "CREATE TABLE"
    }
    systems = dict(database.execute("SELECT srs_id, definition FROM gpkg_spatial_ref_sys"))
    listed = database.execute("SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns")
    found = sorted(
        (str(table), str(column), number) for table, column, number in listed.fetchmany(_MOST_LAYERS)
    )
    for table, column, number in found:
        if table.casefold() in tables:
            told = systems.get(number)
            wkt = told if isinstance(told, str) and told.casefold() != "undefined" else ""
            yield _layer(source, database, tables[table.casefold()], (column, wkt))


def _layer(source: importers.Source, database: sqlite3.Connection, table: str, how: tuple[str, str]) -> Layer:
    column, wkt = how
    title = plain_text(table) or "layer"
    quoted = table.replace('"', '""')
    # the name of a table cannot be a parameter, and a quoted one is no more than a name
    rows = database.execute(f'SELECT * FROM "{quoted}" LIMIT {_MOST_SHAPES + 1}')  # noqa: S608
    columns = [entry[0].casefold() for entry in rows.description]
    if column.casefold() not in columns:
        raise YardError(f'{source.label}: the layer "{title}" has no column "{plain_text(column)}".')
    shapes: list[Shape] = []
    left_out: Counter[str] = Counter()
    for number, row in enumerate(rows):
        told = dict(zip(columns, row, strict=True))
        content = told.pop(column.casefold())
        try:
            kind, polygons = _geometry(content)
        except (struct.error, ValueError):
            raise YardError(
                f'{source.label}: a shape of the layer "{title}" is damaged. Save the parcel again.'
            ) from None
        if kind:
            left_out[kind] += 1
        shapes += [Shape(rings, _names(told), number) for rings in polygons]
        if len(shapes) > _MOST_SHAPES:
            raise YardError(f'{source.label}: the layer "{title}" holds more than {_MOST_SHAPES:,} polygons.')
    return Layer(title, wkt, tuple(shapes), left_out)


def _names(told: dict[str, Any]) -> tuple[str, ...]:
    found = [told[key] for key in _NAMES if isinstance(told.get(key), str | int)]
    return tuple(dict.fromkeys(name for name in map(plain_text, map(str, found)) if name))


def _geometry(content: object) -> tuple[str, list[tuple[Line, ...]]]:
    """What a geometry is if it is no polygon, and its polygons.

    Raises:
        ValueError: it is no geometry of a GeoPackage.
        struct.error: it ends too early.
    """
    if content is None:
        return "feature without a shape", []
    if not isinstance(content, bytes) or content[:2] != b"GP":
        raise _NoGeometry
    flags = content[3]
    envelope = flags >> 1 & 7
    if envelope >= len(_ENVELOPES):
        raise _NoGeometry
    if flags & 16:
        return "feature without a shape", []
    reader = _Wkb(content, 8 + _ENVELOPES[envelope])
    kind = reader.begin()
    if kind == _POLYGON:
        polygon = reader.polygon()
        return "", [polygon] if polygon else []
    if kind == _MANY_POLYGONS:
        return "", list(filter(None, reader.polygons()))
    return _KINDS.get(kind, "feature"), []


class _Wkb:
    """Reads well-known bytes (OGC 06-103r4): polygons, not nested, so that no depth of it costs a stack."""

    def __init__(self, content: bytes, at: int) -> None:
        self._content, self._at = content, at
        self._order, self._dimensions = "<", 2

    def begin(self) -> int:
        """The kind of what begins here, and how its numbers are written."""
        (order,) = struct.unpack_from("B", self._content, self._at)
        if order > 1:
            raise _NoGeometry
        self._order = "<" if order else ">"
        self._at += 1
        code = self._count()
        # heights and measures are thousands in ISO, and the upper bits in the form that PostGIS made common
        high, code = code >> 28, code & 0x0FFFFFFF
        extra = {0: 0, 1: 1, 2: 1, 3: 2}.get(code // 1000)
        if extra is None or (high and extra):
            raise _NoGeometry
        self._dimensions = 2 + extra + (high >> 3 & 1) + (high >> 2 & 1)
        if high & 2:
            self._at += 4
        return code % 1000

    def polygon(self) -> tuple[Line, ...]:
        rings = []
        for _ in range(self._count()):
            count = self._count()
            form = f"{self._order}{count * self._dimensions}d"
            numbers = struct.unpack_from(form, self._content, self._at)
            self._at += struct.calcsize(form)
            ring = tuple(zip(numbers[:: self._dimensions], numbers[1 :: self._dimensions], strict=True))
            if ring:
                rings.append(open_ring(ring))
        return tuple(rings)

    def polygons(self) -> Iterator[tuple[Line, ...]]:
        for _ in range(self._count()):
            if self.begin() != _POLYGON:
                raise _NoGeometry
            yield self.polygon()

    def _count(self) -> int:
        (count,) = struct.unpack_from(f"{self._order}I", self._content, self._at)
        self._at += 4
        return int(count)
