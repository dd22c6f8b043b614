"""The placemarks of KML: to a yard. KML and KMZ share it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from conedrills import importers
from conedrills.errors import YardError
from conedrills.geodesy import arctic_note, degrees_problem, local_metres
from conedrills.geometry import XY, Line, Point
from conedrills.importers._choice import choose
from conedrills.importers._layers import counted, numbered, open_ring, standing
from conedrills.importers._walked import yard_of_walk
from conedrills.safexml import line_of, parse
from conedrills.wording import plain_text
from conedrills.yard import Kind, Obstacle, Yard

_ORDER = "KML writes longitude,latitude"
_WANTED = "a place is longitude,latitude in degrees, as 5.0681,43.5740"
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_NAMES = ("name", "title", "label", "id", "parcel", "parcel_id", "lot", "lot_id", "gid")
"""Fields of ExtendedData that may name a placemark which has no name, lower case."""
_CLOSED = 1.0  # metres between the ends of a line that somebody drew as an outline
_OTHERS = {
    "GroundOverlay": "image overlay", "ScreenOverlay": "image overlay", "PhotoOverlay": "image overlay",
    "NetworkLink": "network link", "Tour": "tour",
}  # fmt: skip
_DRAW = "Draw the yard as one closed polygon."
_HARD: tuple[Kind, ...] = ("hard",)
_NORTH = 90.0  # +y, degrees counter-clockwest from +x


@dataclass(frozen=True, slots=True)
class _Outline:
    """What may be the yard: the elements that hold its rings, the outer first, or those of a walk."""

    rings: tuple[Element, ...]
    names: tuple[str, ...]
    walked: bool = False

    @property
    def called(self) -> str:
        """Its first name that is no number, "" where it has none."""
        return next((name for name in self.names if not name.isdigit()), "")


def yard_of(source: importers.Source, feature: str | None) -> Yard:
    """The yard in the content of a KML file.

    Raises:
        YardError: it is not XML, or has no outline, or several and none is chosen, or a place is none.
    """
    search = _Search(source.label)
    search.under(parse(source.content, source.label))
    every = search.outlines
    if not every:
        instead = f" but {counted(search.left_out)}" if search.left_out else ""
        apart = (
            f" A line is an outline where it ends within {_CLOSED:g} m of its beginning; here the nearest"
            f" ends are {search.apart:,.1f} m apart."
            if math.isfinite(search.apart)
            else ""
        )
        raise YardError(f"{source.label}: there is no polygon in it{instead}.{apart} {_DRAW}")
    what = "track" if all(one.walked for one in every) else "polygon"
    chosen = every[choose(source.label, [one.names for one in every], feature, what)]
    notes = []
    if search.left_out:
        notes.append(f"left out: {counted(search.left_out)}.")
    if len(every) > 1:
        notes.append(f"one of {len(every)} {what}s in the file was read.")
    if chosen.walked:
        return _walk(source, chosen, notes)
    rings = [_ring(source.label, element) for element in chosen.rings]
    others = [one for one in every if one is not chosen and not one.walked]
    about, unread = _readable(source.label, others)
    if unread:
        notes.append(f"of the other polygons {unread} could not be read.")
    try:
        local = local_metres([*rings, *(ring for _, ring in about)])
    except ValueError as error:
        raise YardError(
            f"{source.label}:{line_of(chosen.rings[0])}: {error} Check its coordinates, or draw it anew."
        ) from None
    boundary, holes, there = local[0], local[1 : len(rings)], local[len(rings) :]
    obstacles = [Obstacle("obstacle", "hard", tuple(Point(x, y) for x, y in hole)) for hole in holes]
    for (one, _), ring in zip(about, there, strict=True):
        obstacles += standing(one.called or "obstacle", [(ring,)], boundary)
    return Yard(
        name=chosen.called or source.stem,
        boundary=tuple(Point(x, y) for x, y in boundary),
        side_kinds=_HARD * len(boundary),
        obstacles=tuple(numbered(obstacles)),
        north=_NORTH,
        notes=(*notes, *filter(None, [arctic_note(rings[0])])),
    )


def _walk(source: importers.Source, chosen: _Outline, notes: Sequence[str]) -> Yard:
    track = [place for element in chosen.rings for place in _track(source.label, element)]
    yard = yard_of_walk(source.label, chosen.called or source.stem, track)
    return Yard(
        name=yard.name,
        boundary=yard.boundary,
        side_kinds=yard.side_kinds,
        north=yard.north,
        notes=(*notes, *yard.notes),
    )


def _readable(label: str, others: Sequence[_Outline]) -> tuple[list[tuple[_Outline, Line]], int]:
    """The other polygons and their outer rings, and how many of them are none."""
    about = []
    for one in others:
        try:
            about.append((one, _ring(label, one.rings[0])))
        except YardError:
            continue
    return about, len(others) - len(about)


@dataclass
class _Search:
    """Goes through a file for outlines and counts what it leaves out."""

    label: str
    outlines: list[_Outline] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    apart: float = math.inf  # metres between the ends of the line that is nearest to closed

    def under(self, element: Element) -> None:
        if element.tag == "Placemark":
            names, shapes = tuple(_names(element)), len(self.outlines) + self.left_out.total()
            for child in element:
                self._shape(child, names)
            if len(self.outlines) + self.left_out.total() == shapes:
                self.left_out["empty placemark"] += 1
        elif element.tag in _OTHERS:
            self.left_out[_OTHERS[element.tag]] += 1
        else:
            for child in element:
                self.under(child)

    def _shape(self, element: Element, names: tuple[str, ...]) -> None:
        match element.tag:
            case "MultiGeometry":
                for child in element:
                    self._shape(child, names)
            case "Polygon":
                rings = tuple(_rings(element))
                if rings:
                    self.outlines.append(_Outline(rings, names))
                else:
                    self.left_out["polygon without an outer boundary"] += 1
            case "LinearRing":
                self.outlines.append(_Outline((element,), names))
            case "LineString":
                self._line(element, names)
            case "Track" | "MultiTrack":
                tracks = (element,) if element.tag == "Track" else tuple(element.iterfind("Track"))
                if any(track.find("coord") is not None for track in tracks):
                    self.outlines.append(_Outline(tracks, names, walked=True))
                else:
                    self.left_out["empty track"] += 1
            case "Point" | "Model":
                self.left_out[element.tag.lower()] += 1

    def _line(self, element: Element, names: tuple[str, ...]) -> None:
        gap = _gap(self.label, element)
        if gap <= _CLOSED:
            self.outlines.append(_Outline((element,), names))
        else:
            self.left_out["line"] += 1
            self.apart = min(self.apart, gap)


def _gap(label: str, element: Element) -> float:
    """Metres between the ends of a line, infinite where it has no three different places."""
    try:
        line = tuple(_places(label, element))
        if len(set(line)) < 3:
            return math.inf
        start, end = line[0], line[-1]
        return math.dist(*local_metres([(start, end)])[0])
    except (YardError, ValueError):
        return math.inf


def _names(placemark: Element) -> Iterator[str]:
    """What a placemark may be called by, the best first."""
    told: dict[str, str] = {}
    for entry in placemark.iterfind("ExtendedData/Data"):
        told.setdefault(entry.get("name", "").casefold(), entry.findtext("value") or "")
    for entry in placemark.iterfind("ExtendedData/SchemaData/SimpleData"):
        told.setdefault(entry.get("name", "").casefold(), entry.text or "")
    values = [
        placemark.findtext("name") or "",
        *(told.get(name, "") for name in _NAMES),
        placemark.get("id", ""),
    ]
    yield from dict.fromkeys(filter(None, map(plain_text, values)))


def _rings(polygon: Element) -> Iterator[Element]:
    """The elements that hold the rings, the outer first; none where it has no outer one."""
    outer = polygon.find("outerBoundaryIs/LinearRing")
    if outer is not None:
        yield outer
        # the rules want one ring in each, and not every program keeps them
        yield from polygon.iterfind("innerBoundaryIs/LinearRing")


def _ring(label: str, element: Element) -> Line:
    """The places of a ring without the repeated first one; of a line also without an end close to it."""
    places = tuple(_places(label, element))
    if not places:
        raise YardError(f"{label}:{line_of(element)}: this outline has no coordinates. {_DRAW}")
    for longitude, latitude in places:
        problem = degrees_problem(longitude, latitude, _ORDER)
        if problem is not None:
            raise YardError(f"{label}:{line_of(element)}: {problem}")
    opened = open_ring(places)
    if element.tag == "LineString" and len(opened) == len(places) > 3 and _gap(label, element) <= _CLOSED:
        return places[:-1]
    return opened


def _places(label: str, element: Element) -> Iterator[XY]:
    """Longitude and latitude as they are written in `coordinates`."""
    told = element.find("coordinates")
    text = (told.text or "") if told is not None else ""
    for place in re.sub(r"\s*,\s*", ",", text).split():
        yield _numbers(label, told if told is not None else element, place.split(","), place)


def _track(label: str, track: Element) -> Iterator[XY]:
    for place in track.iterfind("coord"):
        text = place.text or ""
        longitude, latitude = _numbers(label, place, text.split(), text)
        problem = degrees_problem(longitude, latitude, "KML writes longitude, then latitude")
        if problem is not None:
            raise YardError(f"{label}:{line_of(place)}: {problem}")
        yield longitude, latitude


def _numbers(label: str, element: Element, parts: Sequence[str], shown: str) -> XY:
    if len(parts) < 2 or not all(_NUMBER.fullmatch(part) for part in parts[:2]):
        raise YardError(f'{label}:{line_of(element)}: "{plain_text(shown, 40)}" is no place; {_WANTED}.')
    return float(parts[0]), float(parts[1])
