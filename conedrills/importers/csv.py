"""Tables of surveyed points: a line a point, in the order of a walk round the yard (CSV, PNEZD, .asc, .tsv).

A heading names the columns (name, x, y, code; easting, northing; lat, lon); without one a line is name, x, y,
code, or, where it has five columns, PNEZD: number, northing, easting, elevation, code. The code says what a
point is: of the boundary, a tree, the corner of a thing, a reference point.
"""

from __future__ import annotations

import contextlib
import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from conedrills import importers
from conedrills.errors import YardError
from conedrills.geodesy import local_metres
from conedrills.geometry import Line, Path, Point, area_of, circle_polygon, extent, overlap
from conedrills.importers._choice import choose
from conedrills.importers._grids import FAR, GRID, shown_units
from conedrills.units import METRES, parse_length
from conedrills.wording import plain_text
from conedrills.yard import MAX_VERTICES, WIDEST, Kind, Obstacle, Reference, Yard

_NORTH = 90.0  # +y, degrees counter-clockwise from +x
_HARD: tuple[Kind, ...] = ("hard",)
_RADIUS = 0.3
"""Metres about the middle of a tree or post whose girth nobody wrote down: a trunk of 1.9 m round."""
_TOLD = 8  # codes that a message names
_SUFFIXES = (".csv", ".tsv", ".asc", ".pnt", ".pnezd", ".xyz")

Column = Literal["name", "x", "y", "lon", "lat", "height", "code", "group", "radius", "diameter", "girth"]
_COLUMNS: Mapping[str, Column] = {
    **dict.fromkeys(
        ("name", "point", "pointname", "pointid", "pointno", "pointnumber", "pt", "pnt", "p", "number", "no",
         "nr", "id", "corner", "label", "station", "punkt", "punktnummer", "punktnr", "ecke"),
        "name",
    ),
    **dict.fromkeys(
        ("x", "e", "east", "easting", "eastings", "xcoord", "coordx", "xcoordinate", "ost", "rechtswert",
         "rechts", "xkoordinate"),
        "x",
    ),
    **dict.fromkeys(
        ("y", "n", "north", "northing", "northings", "ycoord", "coordy", "ycoordinate", "nord", "hochwert",
         "hoch", "ykoordinate"),
        "y",
    ),
    **dict.fromkeys(("lon", "long", "lng", "longitude", "länge", "laenge"), "lon"),
    **dict.fromkeys(("lat", "latitude", "breite"), "lat"),
    **dict.fromkeys(
        ("z", "elev", "elevation", "height", "h", "alt", "altitude", "ele", "höhe", "hoehe"), "height"
    ),
    **dict.fromkeys(
        ("code", "codes", "what", "desc", "description", "kind", "type", "feature", "note", "remark", "art",
         "beschreibung", "bemerkung"),
        "code",
    ),
    **dict.fromkeys(
        ("parcel", "parcelid", "lot", "lotid", "outline", "group", "polygon", "polygonid", "ring", "area",
         "parzelle", "flurstück", "fläche"),
        "group",
    ),
    **dict.fromkeys(("radius", "r", "halbmesser"), "radius"),
    **dict.fromkeys(("diameter", "dbh", "durchmesser"), "diameter"),
    **dict.fromkeys(("girth", "trunkaround", "around", "circumference", "umfang", "stammumfang"), "girth"),
}  # fmt: skip
"""What a heading may be called, in small letters without spaces and signs."""
_OURS = {"placement", "cut_angle_deg"}
"""Columns of the tables that we write."""
_UNITS: Mapping[str, float] = {
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters"), 1.0),
    **dict.fromkeys(("ft", "foot", "feet", "usft", "ussft", "sft", "ftus", "ftint"), METRES["ft"]),
    **dict.fromkeys(("yd", "yard", "yards"), METRES["yd"]),
    **dict.fromkeys(("in", "inch", "inches"), METRES["in"]),
    "cm": 0.01, "mm": 0.001,
}  # fmt: skip
"""Metres in what a heading says; the survey foot of the United States is longer by two millionths."""
_HEADING = re.compile(r"(?P<what>.*?)\s*(?:[\[(](?P<bracket>[^\])]*)[\])]|[_ ](?P<word>[A-Za-z-]+))?\s*")
_NUMBER = re.compile(r"[+-]?(?:\d{1,40}(?:[.,]\d{0,40})?|[.,]\d{1,40})(?:[eE][+-]?\d{1,3})?", re.ASCII)

_BOUNDARY = {
    "bdy", "bnd", "bndry", "border", "bound", "boundary", "cor", "corner", "ecke", "edge", "fence",
    "grenze", "grenzpunkt", "lawn", "lot", "outline", "parcel", "pl", "property", "rand", "rasen",
    "yard", "zaun",
}  # fmt: skip
_ROUND = {
    "apfelbaum", "apple", "ash", "baum", "beech", "birch", "birke", "birnbaum", "boulder", "buche",
    "busch", "bush", "cedar", "cherry", "eiche", "elm", "fichte", "fir", "hydrant", "kiefer",
    "kirschbaum", "lamp", "manhole", "maple", "mast", "oak", "palm", "pear", "pfosten", "pillar",
    "pine", "pole", "post", "rock", "shrub", "sprinkler", "spruce", "stein", "stump", "tanne", "tree",
    "trees", "trunk", "willow",
}  # fmt: skip
_WHOLE = {
    "bed", "beet", "bldg", "building", "deck", "flowerbed", "garage", "gazebo", "gebäude", "haus",
    "hecke", "hedge", "hindernis", "house", "mauer", "obs", "obstacle", "patio", "playset", "pond",
    "pool", "sandkasten", "sandpit", "schaukel", "schuppen", "shed", "swing", "teich", "terrace",
    "terrasse", "trampolin", "trampoline", "wall",
}  # fmt: skip
_REFERENCES = {
    "benchmark", "bezugspunkt", "bm", "control", "cp", "datum", "festpunkt", "hook", "ref",
    "reference", "refpoint",
}  # fmt: skip
_WORDS = {"tree", "trees", "obstacle", "obs", "ref", "reference", "hook", "baum", "hindernis"}
"""Codes that only say the kind: what follows them is the name."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the table: where it stands, its point in the numbers of the file, and what it says."""

    line: int
    x: float
    y: float
    told: Mapping[Column, str]

    def says(self, column: Column) -> str:
        return self.told.get(column, "")

    @property
    def kind(self) -> Literal["", "boundary", "round", "whole", "reference", "unknown"]:
        """What its code makes it, "" where it has none."""
        first, *rest = re.split(r"[\s_:;/-]+", self.says("code").casefold())
        if not first:
            return ""
        # "fence 3" is a corner, "edge of drive" is the drive's
        if first in _BOUNDARY and all(word in _BOUNDARY or len(word) < 2 or word.isdigit() for word in rest):
            return "boundary"
        if first in _ROUND:
            return "round"
        if first in _WHOLE:
            return "whole"
        return "reference" if first in _REFERENCES else "unknown"

    @property
    def thing(self) -> str:
        """What its code calls it: "oak" of "tree oak"."""
        first, _, rest = plain_text(self.says("code")).partition(" ")
        return rest.strip(" -:") or first if first.casefold() in _WORDS else f"{first} {rest}".strip()


@dataclass
class _Table:
    """The lines of a file in columns; `unit` is metres in a plain number, None where nothing says it."""

    source: importers.Source
    columns: dict[Column, int] = field(default_factory=dict)
    units: dict[Column, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    headed: bool = False

    @property
    def degrees(self) -> bool:
        return "lat" in self.columns

    def error(self, line: int, message: str) -> YardError:
        return YardError(f"{self.source.label}:{line}: {message}")

    @property
    def unit(self) -> float | None:
        told = {self.units[column] for column in ("x", "y") if column in self.units}
        if len(told) > 1:
            raise self.error(1, "the headings of both coordinates name different units; write one.")
        if told:
            return told.pop()
        return None if self.source.units is None else METRES[self.source.units]


def claims(source: importers.Source) -> bool:
    """Whether it is lines of fields: coordinates are named in a heading, or numbers stand where they do."""
    named = source.label.casefold().endswith(_SUFFIXES)
    if source.looks_like_json or source.content.startswith((b"PK", b"BZh")):
        return False
    try:
        text = source.text
    except YardError:
        return named
    if text.lstrip()[:1] == "<":
        return False
    if named:
        return True
    lines = [line for line in text.splitlines()[:20] if line.strip() and not line.startswith("#")]
    if not lines:
        return False
    try:
        first = next(csv.reader([lines[0]], delimiter=_delimiter(lines)), [])
    except csv.Error:
        return False
    found, _ = _headings(first)
    # N 10 E 40 ft is a call of a deed, and no heading with northings and eastings
    heading = _has_places(found) and not any(one.strip()[:1].isdigit() for one in first)
    return heading or (len(first) > 2 and _is_number(first[1]) and _is_number(first[2]))


def read(source: importers.Source, feature: str | None) -> Yard:
    """The yard that a table of points says.

    Args:
        source: what was read.
        feature: which of several outlines, by the name in their column or by number from 1.

    Raises:
        YardError: a line is wrong, nothing says the unit of the numbers, or which points are the outline.
    """
    table = _Table(source)
    rows = list(_rows(table))
    if not rows:
        raise YardError(f"{source.label}: there is no point in it. {_WANTED}")
    group, rows = _chosen(table, rows, feature)
    corners = _outline(table, rows)
    place = _places(table, corners, rows)
    boundary = tuple(place[row.line] for row in corners)
    if len(boundary) > 1 and boundary[0] == boundary[-1]:
        boundary = boundary[:-1]
    grid = not table.degrees and max(abs(corners[0].x), abs(corners[0].y)) * (table.unit or 1.0) > WIDEST
    if grid:
        table.notes.append(f"the coordinates became metres from the first corner; {GRID}")
    obstacles = list(_obstacles(table, rows, place))
    if group is not None:
        obstacles = _near(boundary, obstacles)
    northed = table.degrees or grid
    return Yard(
        name=plain_text(group) if group and not group.isdigit() else source.stem,
        boundary=boundary,
        side_kinds=_HARD * len(boundary),
        obstacles=tuple(obstacles),
        references=tuple(_references(rows, place)),
        north=_NORTH if northed else None,
        units="m" if table.degrees else shown_units(table.unit or 1.0),
        notes=tuple(table.notes),
    )


_WANTED = "Give a line a corner, in the order of a walk, below a heading such as: name, x [m], y [m], code."


# ---------------------------------------------------------------- lines and columns


def _rows(table: _Table) -> Iterator[_Row]:
    text = table.source.text
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise table.error(line, "there is a zero byte in it; save it as CSV in UTF-8.")
    # not splitlines, which sees ends of lines where no editor does
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    start = 0
    delimiter = None
    if lines and (told := re.fullmatch(r"sep=(.)", lines[0].strip("\ufeff"))):
        start, delimiter = 1, told[1]  # what Excel writes
    delimiter = delimiter or _delimiter(
        [one for one in lines if one.strip() and not one.startswith("#")][:20]
    )
    reader = csv.reader(
        io.StringIO("\n".join(lines[start:])), delimiter=delimiter, skipinitialspace=True, strict=True
    )
    signs: set[str] = set()  # of decimals, where a comma can be one
    count, before = 0, 0
    while True:
        before = reader.line_num + start
        try:
            fields = next(reader, None)
        except csv.Error as error:
            what = "a field is too long" if "larger" in str(error) else "a double quote is open or too many"
            raise table.error(before + 1, f"{what}.") from None
        if fields is None:
            return
        fields = [one.strip() for one in fields]
        if not any(fields) or fields[0].startswith("#"):
            continue
        if not table.columns:
            _find_columns(table, fields, before + 1)
            if table.headed:
                continue
        count += 1
        if count > MAX_VERTICES:
            raise table.error(
                before + 1, f"these are more than {MAX_VERTICES:,} points; leave out what is far away."
            )
        yield _row(table, fields, before + 1, signs if delimiter != "," else None)


def _delimiter(lines: Sequence[str]) -> str:
    """What stands between fields: semicolon or tab before comma, which may be a decimal sign there."""
    first = lines[0] if lines else ""
    return next((sign for sign in ";\t,|" if sign in first), " ")


def _find_columns(table: _Table, fields: Sequence[str], line: int) -> None:
    table.columns, table.units = _headings(fields)
    if _OURS.issubset(fields):
        raise table.error(
            line, "it is a sheet of ours with the places of cones; the yard is in its layout.json."
        )
    if _has_places(table.columns):
        table.headed = True
        used = set(table.columns.values())
        spare = [plain_text(one) for at, one in enumerate(fields) if at not in used and one]
        if spare:
            table.notes.append(f"columns left out: {', '.join(spare)}.")
        return
    table.units = {}
    numbers = [_is_number(one) for one in fields]
    if len(fields) > 3 and all(numbers[1:4]):
        table.columns = {"name": 0, "y": 1, "x": 2, "height": 3, "code": 4}
        table.notes.append(
            "there is no heading; columns were taken as number, northing, easting, elevation, code"
            " (PNEZD). If the yard comes out mirrored, write a heading above them."
        )
    elif len(fields) > 2 and all(numbers[1:3]):
        table.columns = {"name": 0, "x": 1, "y": 2, "code": 3}
        table.notes.append("there is no heading; columns were taken as name, x, y, code.")
    elif len(fields) == 2 and all(numbers):
        table.columns = {"x": 0, "y": 1}
        table.notes.append("there is no heading; columns were taken as x, y.")
    else:
        raise table.error(line, f"no columns x and y (or easting and northing, or lat and lon). {_WANTED}")


def _headings(fields: Sequence[str]) -> tuple[dict[Column, int], dict[Column, float]]:
    """The columns that a heading names, the first of each, and metres in the units that it names."""
    columns: dict[Column, int] = {}
    units: dict[Column, float] = {}
    for at, text in enumerate(fields):
        match = _HEADING.fullmatch(text.strip("\ufeff "))
        if match is None:
            continue
        unit = _UNITS.get(re.sub(r"[^a-z]", "", (match["bracket"] or match["word"] or "").casefold()))
        # "point name" ends with no unit
        what = text if unit is None and match["bracket"] is None else match["what"]
        column = _COLUMNS.get(re.sub(r"[\W\d_]", "", what.casefold()))
        if column is not None and column not in columns:
            columns[column] = at
            if unit is not None:
                units[column] = unit
    return columns, units


def _has_places(columns: Mapping[Column, int]) -> bool:
    return ("x" in columns and "y" in columns) or ("lon" in columns and "lat" in columns)


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text.strip()) is not None


def _row(table: _Table, fields: Sequence[str], line: int, signs: set[str] | None) -> _Row:
    told = {column: fields[at] for column, at in table.columns.items() if at < len(fields) and fields[at]}
    axes: tuple[Column, Column] = ("lon", "lat") if table.degrees else ("x", "y")
    x, y = (_coordinate(table, told, column, (line, signs)) for column in axes)
    if table.degrees and abs(y) > 90.0:
        swapped = " Longitude and latitude are swapped." if abs(x) <= 90.0 else ""
        raise table.error(line, f"there is no latitude {y:g}.{swapped}")
    if table.degrees and abs(x) > 180.0:
        raise table.error(line, f"there is no longitude {x:g}.")
    return _Row(line, x, y, told)


def _coordinate(
    table: _Table, told: Mapping[Column, str], column: Column, where: tuple[int, set[str] | None]
) -> float:
    """A coordinate in the unit of its column; feet and inches are counted in it too."""
    line, signs = where
    text = told.get(column, "")
    if not text:
        raise table.error(line, f"{column} is missing here.")
    if _NUMBER.fullmatch(text) is not None:
        if "," in text and "." in text:
            raise table.error(
                line, f"{column}: {plain_text(text)} has a comma and a point; write one of them."
            )
        if signs is not None:
            signs.update(sign for sign in ",." if sign in text)
        if signs is not None and len(signs) > 1:
            raise table.error(
                line,
                "decimals stand behind a comma in some lines and behind a point in others; write one sign.",
            )
        if "," in text and signs is None:
            raise table.error(line, f"{column}: {plain_text(text)} has a comma; write it with a point.")
        number = float(text.replace(",", "."))
        if abs(number) > FAR:
            raise table.error(
                line, f"{column}: {plain_text(text)} is too large for a coordinate. Check the digits."
            )
        return number
    if not table.degrees and (unit := table.unit) is not None:
        with contextlib.suppress(ValueError):
            return parse_length(text, "m", negative=True) / unit
    raise table.error(line, f"{column}: {plain_text(text) or 'this'} is not a number.")


# ---------------------------------------------------------------- what the points are


def _chosen(table: _Table, rows: Sequence[_Row], feature: str | None) -> tuple[str | None, list[_Row]]:
    """The group that is the yard, and its points; those of no group belong to each."""
    groups = list(dict.fromkeys(row.says("group") for row in rows if row.says("group")))
    if not groups:
        choose(table.source.label, [()], feature)
        return None, list(rows)
    group = groups[choose(table.source.label, [(name,) for name in groups], feature)]
    if len(groups) > 1:
        table.notes.append(f"one of {len(groups)} outlines in the file was read.")
    return group, [row for row in rows if row.says("group") in ("", group)]


def _outline(table: _Table, rows: Sequence[_Row]) -> list[_Row]:
    kinds = Counter(row.kind for row in rows)
    wanted: Literal["", "boundary"] = "boundary" if kinds["boundary"] else ""
    corners = [row for row in rows if row.kind == wanted]
    if not corners or (kinds["unknown"] > len(corners) and not kinds["boundary"]):
        codes = Counter(plain_text(row.says("code")) for row in rows if row.says("code"))
        listed = ", ".join(code for code, _ in codes.most_common(_TOLD))
        raise YardError(
            f"{table.source.label}: nothing says which of its {len(rows):,} points are the outline of the"
            f" yard; the codes are {listed}{', …' if len(codes) > _TOLD else ''}. Give the corners the code"
            " boundary, in the order of a walk, or keep only them."
        )
    spare = Counter(
        plain_text(row.says("code")) or "no code" for row in rows
        if row.kind == "unknown" or (row.kind == "" and wanted)
    )  # fmt: skip
    if spare:
        listed = ", ".join(f"{count} × {code}" for code, count in sorted(spare.items())[:_TOLD])
        table.notes.append(f"points left out: {listed}{', …' if len(spare) > _TOLD else ''}.")
    return corners


def _places(table: _Table, corners: Sequence[_Row], rows: Sequence[_Row]) -> dict[int, Point]:
    """Where each point lies in the yard, by its line, metres."""
    if table.degrees:
        try:
            rings: list[Line] = [tuple((row.x, row.y) for row in part) for part in (corners, rows)]
            _, everything = local_metres(rings)
        except ValueError as error:
            raise YardError(f"{table.source.label}: {error}") from None
        return {row.line: Point(x, y) for row, (x, y) in zip(rows, everything, strict=True)}
    unit = table.unit
    if unit is None:
        raise YardError(
            f"{table.source.label}: it does not say what its numbers count. Say --units ft (or m, yd), or"
            " write it into the heading: x [ft]."
        )
    first = corners[0]
    far = max(abs(first.x), abs(first.y)) * unit > WIDEST
    x, y = (first.x, first.y) if far else (0.0, 0.0)
    return {row.line: Point((row.x - x) * unit, (row.y - y) * unit) for row in rows}


def _obstacles(table: _Table, rows: Sequence[_Row], place: Mapping[int, Point]) -> Iterator[Obstacle]:
    seen: Counter[str] = Counter()

    def named(row: _Row) -> str:
        name = row.thing or "obstacle"
        seen[name] += 1
        return name if seen[name] == 1 else f"{name} {seen[name]}"

    guessed = 0
    whole: dict[str, list[_Row]] = {}
    for row in rows:
        if row.kind == "whole":
            whole.setdefault(row.says("code").casefold(), []).append(row)
        if row.kind == "round":
            radius = _radius(table, row)
            guessed += radius is None
            yield Obstacle(named(row), "hard", circle_polygon(place[row.line], radius or _RADIUS))
    for corners in whole.values():
        radius = _radius(table, corners[0])
        if len(corners) > 2:
            ring = tuple(place[row.line] for row in corners)
            yield Obstacle(named(corners[0]), "hard", ring[:-1] if ring[0] == ring[-1] else ring)
            continue
        if radius is None:
            raise table.error(
                corners[0].line,
                f"{corners[0].thing} has {len(corners)} corner{'s' * (len(corners) > 1)}; give three or more"
                " with the same code, in the order of a walk, or one with a radius.",
            )
        for row in corners:
            yield Obstacle(named(row), "hard", circle_polygon(place[row.line], _radius(table, row) or radius))
    if guessed:
        table.notes.append(
            f"{guessed} without radius or girth taken as {_RADIUS * 2.0:g} m thick; measure round the trunk."
        )


def _radius(table: _Table, row: _Row) -> float | None:
    """Metres, None where the line says no size."""
    halves: tuple[tuple[Column, float], ...] = (("radius", 1.0), ("diameter", 2.0), ("girth", 2.0 * math.pi))
    for column, over in halves:
        text = row.says(column)
        if not text:
            continue
        unit = table.units.get(column, table.unit)
        try:
            if _is_number(text):
                if unit is None:
                    raise table.error(
                        row.line, f"{column}: {plain_text(text)} has no unit; write {column} [m]."
                    )
                length = float(text.replace(",", ".")) * unit
            else:
                length = parse_length(text, "m")
        except ValueError:
            length = math.nan
        if not 0.001 <= length / over <= 50.0:
            raise table.error(row.line, f"{column}: {plain_text(text)} is no size of a thing in a yard.")
        return length / over
    return None


def _near(boundary: Path, obstacles: list[Obstacle]) -> list[Obstacle]:
    """The obstacles that concern one of several outlines."""
    if len(boundary) < 3:
        return obstacles
    lawn = area_of(tuple(point.xy for point in boundary))
    return [
        one
        for one in obstacles
        if extent(overlap(lawn, area_of(tuple(point.xy for point in one.polygon)))) > 0.0
    ]


def _references(rows: Sequence[_Row], place: Mapping[int, Point]) -> Iterator[Reference]:
    for number, row in enumerate((row for row in rows if row.kind == "reference"), 1):
        name = plain_text(row.says("name")) or f"R{number}"
        what = row.thing
        yield Reference(name, "" if what.casefold() in _REFERENCES else what, place[row.line])
