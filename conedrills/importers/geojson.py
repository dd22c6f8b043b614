"""GeoJSON (RFC 7946): a polygon is the yard, its holes and what lies in it are hard obstacles.

Longitude and latitude become local metres, x east and y north from the first corner; a feature whose
`properties.crs` begins with "local metric" is in such metres already. In a file that our own exporter wrote,
told by the property `conedrills` of its features, obstacles, hooks and kinds of sides are read too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from conedrills import importers
from conedrills.errors import YardError
from conedrills.geodesy import arctic_note, degrees_problem, local_metres
from conedrills.geometry import Path, Point
from conedrills.importers._choice import choose
from conedrills.importers._grids import GRID, shown_units
from conedrills.importers._layers import numbered, standing
from conedrills.units import METRES
from conedrills.wording import plain_text, unknown_name
from conedrills.yard import Kind, Obstacle, Reference, Units, Yard

_GEOMETRIES = {
    "Point": "point", "MultiPoint": "point", "LineString": "line", "MultiLineString": "line",
    "Polygon": "polygon", "MultiPolygon": "polygon", "GeometryCollection": "collection",
}  # fmt: skip
_TYPES = {*_GEOMETRIES, "Feature", "FeatureCollection"}
_NORTH = 90.0  # +y, degrees counter-clockwest from +x
_METRES = (
    'Where the numbers are metres with x east and y north, write "crs": "local metric" in properties, or say'
    " --units m."
)
_SAVE = f"Save it as WGS 84 (EPSG:4326). {_METRES}"
_LOTS = ("parcel_id", "parcel", "lot_id", "lot")
"""Properties that name a lot, in files that give each of its sides as a line."""
_LARGE = 0.05  # degrees, five kilometres; less than a yard is in any unit of length
_DEEPEST = 40  # steps into collections of collections

_HARD: tuple[Kind, ...] = ("hard",)

Ring = list[tuple[float, float]]
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class _Candidate:
    """A polygon that may be the yard: its coordinates and where they stand, and what its feature says.

    `sides` are what the lines are called that it was joined of, empty where it was given as a polygon.
    """

    path: Place
    coordinates: Any
    feature: Mapping[str, Any]
    sides: tuple[str, ...] = ()

    @property
    def properties(self) -> Mapping[str, Any]:
        properties = self.feature.get("properties")
        return properties if isinstance(properties, dict) else {}

    @property
    def names(self) -> list[str]:
        """What it may be called by, the best first."""
        values = [self.properties.get(key) for key in ("name", "Name", "title", *_LOTS, "id")] + [
            self.feature.get("id")
        ]
        told = [
            str(value) for value in values if isinstance(value, str | int) and not isinstance(value, bool)
        ]
        return list(dict.fromkeys(name for name in map(plain_text, told) if name))

    @property
    def called(self) -> str:
        """Its first name that is no number, "" where it has none."""
        return next((name for name in self.names if not name.isdigit()), "")

    @property
    def role(self) -> str:
        """What it is in a file of ours, "" in another."""
        role = self.properties.get("conedrills")
        return role if isinstance(role, str) else ""


def claims(source: importers.Source) -> bool:
    """Whether it is JSON with a `type` that GeoJSON knows."""
    if not source.looks_like_json:
        return False
    content = source.json
    if not isinstance(content, dict):
        return False
    return content.get("type") in _TYPES if isinstance(content.get("type"), str) else "features" in content


def read(source: importers.Source, feature: str | None) -> Yard:
    """The yard that a GeoJSON file says.

    Args:
        source: what was read.
        feature: which of several polygons, by name or by number from 1; None where there is only one.

    Raises:
        YardError: the file is wrong, has no polygon or several, or is in coordinates that are not read.
    """
    search = _Search(source)
    every = list(search.polygons(source.json, (), {}))
    candidates = [one for one in every if one.role != "obstacle"]
    if not candidates:
        candidates = search.joined()
    chosen = _chosen(source, candidates, feature, search.left_out)
    rings = [_ring(source, (*chosen.path, index), ring) for index, ring in enumerate(_rings(source, chosen))]
    notes = [*search.notes(len(candidates))]
    system = _system(source, chosen, rings)
    about = [] if chosen.role == "yard" else list(_within(source, chosen, rings[0], candidates))
    rings += [ring for _, ring in about]
    if system == "degrees":
        _check_degrees(source, chosen, rings)
        notes += filter(None, [arctic_note(tuple(rings[0]))])
        rings = _projected(source, chosen, rings)
    elif system != "local":
        rings = _from_first(rings, METRES[system])
        notes.append(f"its numbers were taken as {system}, as --units says; {GRID}")
    boundary, *others = (tuple(Point(x, y) for x, y in _open(ring)) for ring in rings)
    if chosen.role == "yard":
        return _ours(source, chosen, boundary, [one for one in every if one.role == "obstacle"], search.hooks)
    holes = others[: len(others) - len(about)]
    obstacles = list(_obstacles(source, chosen, holes))
    outline = tuple(point.xy for point in boundary)
    for (one, _), ring in zip(about, others[len(holes) :], strict=True):
        obstacles += standing(one.called or "obstacle", [(tuple(point.xy for point in ring),)], outline)
    return Yard(
        name=chosen.called or source.stem,
        boundary=boundary,
        side_kinds=_HARD * len(boundary),
        obstacles=tuple(numbered(obstacles)),
        north=_NORTH,
        units=shown_units(METRES.get(system, 1.0)),
        notes=tuple(notes),
        side_names=chosen.sides if len(chosen.sides) == len(boundary) and any(chosen.sides) else (),
    )


def _within(
    source: importers.Source, chosen: _Candidate, outline: Ring, candidates: Sequence[_Candidate]
) -> Iterator[tuple[_Candidate, Ring]]:
    """The other polygons that may stand in the chosen one, and their outer rings."""
    xs, ys = zip(*outline, strict=True)
    for one in candidates:
        if one is chosen:
            continue
        ring = _ring(source, (*one.path, 0), _rings(source, one)[0])
        # a house on the edge of a lot reaches out of it, but has a corner in its frame
        if any(min(xs) <= x <= max(xs) and min(ys) <= y <= max(ys) for x, y in ring):
            yield one, ring


@dataclass
class _Search:
    """Goes through a file for polygons and counts what it leaves out."""

    source: importers.Source
    left_out: Counter[str] = field(default_factory=Counter)
    hooks: list[_Candidate] = field(default_factory=list)
    lines: list[_Candidate] = field(default_factory=list)

    def joined(self) -> list[_Candidate]:
        """The outlines that the lines make, where all of them do."""
        for key in (*_LOTS, "name", "Name", "id", None):
            groups: dict[object, list[_Candidate]] = {}
            for line in self.lines:
                value = line.properties.get(key) if key else ""
                groups.setdefault(value if isinstance(value, str | int) else None, []).append(line)
            if None in groups:
                continue
            outlines = [_joined(lines, {key: value} if key else {}) for value, lines in groups.items()]
            found = [outline for outline in outlines if outline is not None]
            if found and len(found) == len(outlines):
                del self.left_out["line"]
                return found
        return []

    def polygons(self, value: Any, path: Place, feature: Mapping[str, Any]) -> Iterator[_Candidate]:
        if value is None:
            self.left_out["feature without a shape"] += 1
            return
        if len(path) > _DEEPEST:
            raise YardError(
                f"{self.source.label}: collections are nested too deeply; make it one collection."
            )
        if not isinstance(value, dict):
            raise YardError(self.source.problem(path, "an object in { } with a type is wanted here."))
        kind = value.get("type")
        if not isinstance(kind, str) or kind not in _TYPES:
            known = unknown_name("type", kind if isinstance(kind, str) else "", sorted(_TYPES), "")
            raise YardError(self.source.problem((*path, "type"), known))
        if kind == "FeatureCollection":
            yield from self._all(value, path, "features", None)
        elif kind == "Feature":
            if "geometry" not in value:
                raise YardError(self.source.problem(path, 'this feature has no "geometry".'))
            yield from self.polygons(value["geometry"], (*path, "geometry"), value)
        elif kind == "GeometryCollection":
            yield from self._all(value, path, "geometries", feature)
        elif kind == "Polygon":
            yield _Candidate((*path, "coordinates"), value.get("coordinates"), feature or value)
        elif kind == "MultiPolygon":
            for index, part in enumerate(self._list(value, path, "coordinates")):
                yield _Candidate((*path, "coordinates", index), part, feature or value)
        else:
            self._other(kind, _Candidate((*path, "coordinates"), value.get("coordinates"), feature))

    def _other(self, kind: str, one: _Candidate) -> None:
        """What is no polygon is left out, but for the hooks of a file of ours."""
        if one.role == "reference":
            self.hooks.append(one)
        elif not one.role:
            self.left_out[_GEOMETRIES[kind]] += 1
            if kind == "LineString":
                self.lines.append(one)

    def _all(
        self, value: Mapping[str, Any], path: Place, key: str, feature: Mapping[str, Any] | None
    ) -> Iterator[_Candidate]:
        for index, part in enumerate(self._list(value, path, key)):
            yield from self.polygons(part, (*path, key, index), feature or {})

    def _list(self, value: Mapping[str, Any], path: Place, key: str) -> list[Any]:
        members = value.get(key)
        if not isinstance(members, list):
            raise YardError(self.source.problem((*path, key), f'"{key}" is missing or not a list in [ ].'))
        return members

    def notes(self, polygons: int) -> Iterator[str]:
        if self.left_out:
            yield f"left out: {_counted(self.left_out)}."
        if polygons > 1:
            yield f"one of {polygons} polygons in the file was read."


def _counted(things: Counter[str]) -> str:
    return ", ".join(
        f"{count} {thing}" if count == 1 else f"{count} {thing.replace('feature', 'features')}"
        + ("" if "feature" in thing else "s")
        for thing, count in sorted(things.items())
    )  # fmt: skip


def _chosen(
    source: importers.Source, candidates: Sequence[_Candidate], feature: str | None, left_out: Counter[str]
) -> _Candidate:
    if not candidates:
        instead = f" but {_counted(left_out)}" if left_out else ""
        raise YardError(
            f"{source.label}: there is no polygon in it{instead}. Draw the yard as one closed polygon."
        )
    return candidates[choose(source.label, [one.names for one in candidates], feature)]


def _rings(source: importers.Source, chosen: _Candidate) -> list[Any]:
    if not isinstance(chosen.coordinates, list) or not chosen.coordinates:
        raise YardError(source.problem(chosen.path, "a polygon is a list of rings, and here is none."))
    return chosen.coordinates


def _ring(source: importers.Source, path: Place, ring: Any) -> Ring:
    if not isinstance(ring, list) or not ring:
        raise YardError(source.problem(path, "a ring is a list of positions, and here is none."))
    positions: Ring = []
    for index, position in enumerate(ring):
        if not isinstance(position, list) or len(position) < 2 or not all(map(_is_number, position[:2])):
            raise YardError(source.problem((*path, index), "a position is two numbers, [x, y]."))
        positions.append((float(position[0]), float(position[1])))
    return positions


def _joined(lines: Sequence[_Candidate], properties: Mapping[str, Any]) -> _Candidate | None:
    """The one outline that some lines make, end to end in any order and direction; None where they do not."""
    left = [(line, ring) for line in lines if (ring := _plain_line(line)) is not None]
    if len(left) < len(lines):
        return None
    whole: list[Any] = []
    sides: list[str] = []
    while left:
        end = _place(whole[-1]) if whole else None
        at = next((at for at, (_, run) in enumerate(left) if end is None or _place(run[0]) == end), None)
        if at is None:
            # none begins here, so one must end here
            at = next((at for at, (_, run) in enumerate(left) if _place(run[-1]) == end), None)
            if at is None:
                return None
            left[at][1].reverse()
        line, run = left.pop(at)
        side = line.properties.get("side")
        sides += [plain_text(side) if isinstance(side, str) else ""] * (len(run) - 1)
        whole += run[1:] if whole else run
        if left and _place(whole[-1]) == _place(whole[0]):
            return None
    if _place(whole[-1]) != _place(whole[0]) or len({_place(position) for position in whole}) < 3:
        return None
    return _Candidate(lines[0].path, [[*whole[:-1], whole[0]]], {"properties": properties}, tuple(sides))


def _plain_line(line: _Candidate) -> list[Any] | None:
    """The positions of a line, None where it is none."""
    positions = line.coordinates
    if not isinstance(positions, list) or len(positions) < 2:
        return None
    right = all(isinstance(one, list) and len(one) > 1 and all(map(_is_number, one[:2])) for one in positions)
    return list(positions) if right else None


def _place(position: Sequence[float]) -> tuple[float, float]:
    """A position as it is the same for two lines that meet: to a tenth of a millimetre, also in degrees."""
    return round(position[0], 9), round(position[1], 9)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _open(ring: Ring) -> Ring:
    """Without the repeated first position that closes a ring of GeoJSON."""
    return ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring


def _system(source: importers.Source, chosen: _Candidate, rings: Sequence[Ring]) -> str:
    """What the coordinates are: "degrees", "local" metres, or the units of a map grid."""
    for path, holder in ((("properties", "crs"), chosen.properties), (("crs",), source.json)):
        system = holder.get("crs")
        if isinstance(system, dict):
            inner = system.get("properties")
            system = inner.get("name") if isinstance(inner, dict) else None
        if not isinstance(system, str):
            continue
        if system.casefold().startswith("local metric"):
            return "local"
        name = system.upper().replace(" ", "")
        if "CRS84" in name or "WGS84" in name or name.endswith("4326"):
            return "degrees"
        if "MERCATOR" in name or name.endswith(("3857", "900913", "102100")):
            grows = "in which lengths grow with the latitude. Save it as WGS 84 (EPSG:4326)."
            problem = f'its coordinates are in "{plain_text(system)}", {grows}'
            raise YardError(source.problem(path, problem))
        if source.units is None:
            raise YardError(
                source.problem(
                    path,
                    f'its coordinates are in "{plain_text(system)}". {_SAVE}',
                )
            )
        return source.units
    return "degrees" if source.units is None or _may_be_degrees(rings[0]) else source.units


def _may_be_degrees(ring: Ring) -> bool:
    """Whether an outline is no larger than a place if it is in longitude and latitude."""
    if not all(abs(x) <= 180.0 and abs(y) <= 90.0 for x, y in ring):
        return False
    return all(max(axis) - min(axis) < _LARGE for axis in zip(*ring, strict=True))


def _from_first(rings: Sequence[Ring], unit: float) -> list[Ring]:
    """Coordinates of a map grid as metres from the first corner of the boundary."""
    x, y = rings[0][0]
    return [[((a - x) * unit, (b - y) * unit) for a, b in ring] for ring in rings]


def _check_degrees(source: importers.Source, chosen: _Candidate, rings: Sequence[Ring]) -> None:
    for index, ring in enumerate(rings):
        for at, (x, y) in enumerate(ring):
            problem = degrees_problem(x, y, "GeoJSON writes [longitude, latitude]")
            if problem is not None:
                remedy = "" if problem.endswith("Swap them.") else f" {_SAVE}"
                raise YardError(source.problem((*chosen.path, index, at), f"{problem}{remedy}"))


def _projected(source: importers.Source, chosen: _Candidate, rings: Sequence[Ring]) -> list[Ring]:
    try:
        return [list(ring) for ring in local_metres([tuple(ring) for ring in rings])]
    except ValueError as error:
        raise YardError(source.problem(chosen.path, f"{error} {_METRES}")) from None


def _obstacles(source: importers.Source, chosen: _Candidate, holes: Sequence[Path]) -> Iterator[Obstacle]:
    kinds = _kinds(chosen.properties.get("obstacle_geometries"))
    for index, hole in enumerate(holes, 1):
        key = _corners(chosen.coordinates[index])
        yield Obstacle(kinds.get(key, "obstacle") if key else "obstacle", "hard", hole)


def _kinds(geometries: object) -> dict[frozenset[tuple[float, float]], str]:
    """What the holes are, by their corners, where the feature says so; any other form tells nothing."""
    kinds = {}
    for entry in geometries if isinstance(geometries, list) else []:
        match entry:
            case {"kind": str(kind), "geometry": {"coordinates": [list(ring), *_]}} if corners := _corners(
                ring
            ):
                kinds[corners] = plain_text(kind) or "obstacle"
    return kinds


def _corners(ring: Sequence[Any]) -> frozenset[tuple[float, float]]:
    """The places of a ring to the millimetre, in no order; none where one of them is no place."""
    corners = set()
    for position in ring:
        match position:
            case [int() | float() as x, int() | float() as y, *_]:
                corners.add((round(x, 3), round(y, 3)))
            case _:
                return frozenset()
    return frozenset(corners)


# ---------------------------------------------------------------- files of our own


def _ours(
    source: importers.Source,
    chosen: _Candidate,
    boundary: Path,
    obstacles: Sequence[_Candidate],
    hooks: Sequence[_Candidate],
) -> Yard:
    """The yard of a layout, as our own exporter writes it: nothing of it is lost but what is private."""
    told, count = chosen.properties, len(boundary)
    kinds: list[Kind] = ["hard"] * count
    names = [""] * count
    edges = told.get("edges")
    for edge in edges if isinstance(edges, list) else []:
        match edge:
            case {"side": int(side), "kind": "hard" | "soft" as kind} if 0 <= side < count:
                kinds[side], names[side] = kind, _name(edge)
            case _:
                problem = f'a side is an object with "side" from 0 to {count - 1} and "kind".'
                raise YardError(source.problem((*chosen.path[:-2], "properties", "edges"), problem))
    sure = told.get("uncertainty")
    return Yard(
        name=_name(told),
        boundary=_as_told(boundary, told),
        side_kinds=tuple(kinds),
        obstacles=tuple(_standing(source, one) for one in obstacles),
        references=tuple(_hook(source, one) for one in hooks),
        uncertainty=tuple(map(float, sure)) if isinstance(sure, list) and all(map(_is_number, sure)) else (),
        north=float(told["north"]) if _is_number(told.get("north")) else None,
        surface="wet" if told.get("surface") == "wet" else "dry",
        units=next((units for units in _UNITS if units == told.get("units")), "m"),
        side_names=tuple(names) if any(names) else (),
    )


_UNITS: tuple[Units, ...] = ("ft", "yd", "m")


def _as_told(ring: Path, told: Mapping[str, Any]) -> Path:
    """A ring in the direction that it had before it was made to run counter-clockwise."""
    return (ring[0], *ring[:0:-1]) if told.get("clockwise") is True else ring


def _standing(source: importers.Source, one: _Candidate) -> Obstacle:
    told = one.properties
    ring = _open(_ring(source, (*one.path, 0), _rings(source, one)[0]))
    off = told.get("uncertainty")
    return Obstacle(
        _name(told),
        "soft" if told.get("kind") == "soft" else "hard",
        _as_told(tuple(Point(x, y) for x, y in ring), told),
        float(off) if isinstance(off, int | float) and not isinstance(off, bool) else 0.0,
    )


def _hook(source: importers.Source, one: _Candidate) -> Reference:
    if not isinstance(one.coordinates, list) or not all(map(_is_number, one.coordinates[:2] or [None])):
        raise YardError(source.problem(one.path, "a position is two numbers, [x, y]."))
    x, y = (float(number) for number in one.coordinates[:2])
    what = one.properties.get("what")
    return Reference(_name(one.properties), plain_text(what) if isinstance(what, str) else "", Point(x, y))


def _name(told: Mapping[str, Any]) -> str:
    name = told.get("name")
    return plain_text(name) if isinstance(name, str) else ""
