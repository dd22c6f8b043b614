"""A yard file whose parts are right becomes a yard: measured or given, with all that does not go together."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from conedrills.adjust import adjust
from conedrills.fieldtypes import FilePart
from conedrills.geometry import Path, Point, circle_polygon, strip
from conedrills.measured import Measured, things
from conedrills.strictjson import JsonText, Steps
from conedrills.survey import Survey
from conedrills.wording import plain_text
from conedrills.yard import SAME_PLACE, Kind, Obstacle, Reference, Yard
from conedrills.yardfile import ObstacleFile, PacesFile, SpaceFile, YardFile, problems

_SHAPES = ("circle", "polygon", "line", "tapes", "along")
_NORTH = 90.0  # +y, degrees counter-clockwise from +x
_LETTERS = 4  # of the name of a reference point


def yard_from(
    source: JsonText, content: Mapping[str, Any], stem: str, *, walked: Sequence[tuple[float, float]] = ()
) -> Yard:
    """The yard that a document says.

    Args:
        source: where it stands, for messages with their lines.
        content: the document: keys and values.
        stem: the name of a yard that has no other.
        walked: the corners of a walk with a receiver that `measure` names a file of, metres.

    Raises:
        ConeDrillsError: of the sort that `source` has, with every mistake found, each with its line, its key
            path and what would be right.
    """
    units = content.get("units")
    context = {"units": units if isinstance(units, str) and units in {"ft", "yd", "m"} else "m"}
    try:
        file = YardFile.model_validate(content, context=context)
    except ValidationError as error:
        raise source.fail(list(problems(error))) from None
    building = _Building(file, walked)
    yard = building.yard(stem)
    if building.problems or yard is None:
        raise source.fail(building.problems)
    return yard


@dataclass
class _Building:
    """Turns a file whose parts are right into a yard, collecting what does not go together."""

    file: YardFile
    walked: Sequence[tuple[float, float]] = ()
    problems: list[tuple[Steps, str]] = field(default_factory=list)
    survey: Survey | None = None

    def yard(self, stem: str) -> Yard | None:
        boundary = self._boundary()
        if boundary is None:
            return None
        kinds, names = self._sides(len(boundary))
        survey = self.survey
        unsure = self._unsure(boundary)
        return Yard(
            name=plain_text(self.file.name) or stem,
            boundary=boundary,
            side_kinds=tuple(kinds),
            side_names=tuple(names) if any(names) else (),
            obstacles=tuple(self._obstacles(_first_direction(boundary))),
            references=tuple(self._references()),
            uncertainty=unsure if any(unsure) else (),
            north=self._north(),
            sun=plain_text(self.file.sun),
            slope=plain_text(self.file.slope),
            surface=self.file.surface,
            space=_space(self.file.space),
            units=self.file.units,
            notes=tuple(self._notes()),
            survey=survey,
        )

    def _boundary(self) -> Path | None:
        given, measure = self.file.boundary, self.file.measure
        if (given is None) == (measure is None):
            self.problems.append(
                ((), '"boundary" is missing; add "boundary": [[0, 0], [60, 0], [60, 35], [0, 35]], the'
                     ' corners in order, or "measure".')
                if given is None
                else (("measure",), 'a yard has "boundary" or "measure", and not both; leave one out.')
            )  # fmt: skip
            return None
        if given is not None:
            return _path(given)
        assert measure is not None  # noqa: S101 # for mypy
        places = [spot for spot in measure.boundary or [] if not isinstance(spot, str)]
        if places and len(places) == len(measure.boundary or []):
            return _path(places)
        measured = Measured(self.file, measure, self.walked)
        network = measured.network()
        self.problems += measured.problems
        if network is None:
            return None
        try:
            self.survey = adjust(network)
        except ValueError as error:
            self.problems.append((("measure",), str(error)))
            return None
        return tuple(self._at(name) for name in self.survey.boundary)

    def _unsure(self, boundary: Path) -> tuple[float, ...]:
        given, survey = self.file.uncertainty, self.survey
        if self._is_shape_only():
            return ()  # metres of it would leave no drill; the notes say what such a shape is worth
        if survey is not None:
            if given:
                self.problems.append(
                    (("uncertainty",), "what was measured says itself how sure it is; leave it out.")
                )
            return tuple(survey.points[name].uncertainty for name in survey.boundary)
        if given and len(given) != len(boundary):
            counts = f"{len(given)} numbers for {len(boundary)} corners"
            self.problems.append((("uncertainty",), f"{counts}; there is one for each, in their order."))
            return ()
        return tuple(given)

    def _at(self, name: str) -> Point:
        assert self.survey is not None  # noqa: S101 # for mypy
        position = self.survey.points[name]
        return Point(position.x, position.y)

    def _north(self) -> float | None:
        measure = self.file.measure
        if self.file.north is not None or measure is None:
            return self.file.north
        return _NORTH if self.walked or (measure.legs and not _turns(measure.legs)) else None

    def _is_shape_only(self) -> bool:
        return bool(self.walked) and self.file.measure is not None and self.file.measure.shape_only

    def _notes(self) -> Iterator[str]:
        measure = self.file.measure
        if self._is_shape_only():
            yield (
                "measure: walked with GPS, which is good to 3 to 15 m: for its shape only, at the size of"
                " your tapes. Measure two lengths on the lawn before you run."
            )
        if measure is None or self.survey is None:
            return
        if Measured(self.file, measure, self.walked).is_guessed:
            yield (
                "measure: the corners are taken to be listed anticlockwise, with the lawn on your left hand;"
                ' if you walked the other way round, add "going": "clockwise".'
            )
        if measure.legs and not _turns(measure.legs) and measure.north == "magnetic":
            yield "measure: north is the needle's; true north may be some degrees off."

    def _sides(self, count: int) -> tuple[list[Kind], list[str]]:
        kinds: list[Kind] = ["hard"] * count
        names = [""] * count
        seen: set[int] = set()
        for index, edge in enumerate(self.file.edges):
            where = ("edges", index, "side")
            if edge.side >= count:
                self.problems.append(
                    (where, f"there is no side {edge.side}; sides are numbered from 0 to {count - 1}.")
                )
            elif edge.side in seen:
                self.problems.append((where, f"side {edge.side} stands here twice; keep one of them."))
            else:
                seen.add(edge.side)
                kinds[edge.side], names[edge.side] = edge.kind, plain_text(edge.name)
        return kinds, names

    def _obstacles(self, direction: float) -> Iterator[Obstacle]:
        for path, name, key, thing in things(self.file):
            found = self._polygon(thing, direction, path, key)
            if found is not None:
                polygon, unsure = found
                yield Obstacle(name, thing.kind, polygon, max(unsure, thing.uncertainty))

    def _polygon(
        self, thing: ObstacleFile, direction: float, where: Steps, key: str
    ) -> tuple[Path, float] | None:
        given = [shape for shape in _SHAPES if getattr(thing, shape) is not None]
        if len(given) != 1:
            number = "none of" if not given else f"{' and '.join(given)} of"
            self.problems.append(
                (
                    where,
                    f"an obstacle has one of {', '.join(_SHAPES[:-1])} and along; this has {number} them.",
                )
            )
            return None
        if thing.circle is not None:
            middle, unsure = self._spot(thing.circle.center, (*where, "circle", "center"))
            return circle_polygon(middle, thing.circle.radius, direction), unsure
        if thing.polygon is not None:
            return self._spots(thing.polygon, (*where, "polygon"))
        if thing.line is not None:
            line, unsure = self._spots(thing.line, (*where, "line"))
            try:
                return strip(line), unsure
            except ValueError as error:
                self.problems.append(((*where, "line"), f"this line {error}"))
                return None
        return self._round(thing, direction, where, key)

    def _round(
        self, thing: ObstacleFile, direction: float, where: Steps, key: str
    ) -> tuple[Path, float] | None:
        """A round thing by its tapes or its offset, and its girth."""
        if self.survey is None:
            self.problems.append(
                (where, 'tapes to a thing need the tapes of a yard; give "circle", or "measure".')
            )
            return None
        if (thing.girth is None) == (thing.radius is None):
            self.problems.append(
                (
                    where,
                    'how thick is it? Add "trunk around": "5 ft 3", how far round it is, or "radius".',
                )
            )
            return None
        radius = thing.radius if thing.radius is not None else (thing.girth or 0.0) / math.tau
        if radius < SAME_PLACE:
            self.problems.append((where, "it is too thin; a round thing is 1 mm thick or more."))
            return None
        return circle_polygon(self._at(key), radius, direction), self.survey.points[key].uncertainty

    def _spots(self, spots: Sequence[str | tuple[float, float]], where: Steps) -> tuple[Path, float]:
        found = [self._spot(spot, (*where, index)) for index, spot in enumerate(spots)]
        return tuple(point for point, _ in found), max(unsure for _, unsure in found)

    def _spot(self, spot: str | tuple[float, float], where: Steps) -> tuple[Point, float]:
        if not isinstance(spot, str):
            return _point(spot), 0.0
        if self.survey is None:
            self.problems.append(
                (where, f'"{spot}" is no place; a yard with a boundary of places has [x, y] here too.')
            )
            return Point(0.0, 0.0), 0.0
        if spot not in self.survey.points:
            self.problems.append((where, f'nothing is measured to "{spot}".'))
            return Point(0.0, 0.0), 0.0
        return self._at(spot), self.survey.points[spot].uncertainty

    def _references(self) -> Iterator[Reference]:
        given = set()
        for index, reference in enumerate(self.file.references):
            pair = [number for number in (reference.x, reference.y) if number is not None]
            if (len(pair), reference.at is None) in {(2, True), (0, False)}:
                spot = reference.at if reference.at is not None else (pair[0], pair[1])
                at, _ = self._spot(spot, ("references", index, "at"))
                given.add(reference.name.casefold())
                yield Reference(reference.name, plain_text(reference.what), at)
            else:
                self.problems.append(
                    (("references", index), 'a reference point has "x" and "y", or "at": [x, y].')
                )
        if self.survey is not None:
            yield from self._hooks(given)

    def _hooks(self, given: set[str]) -> Iterator[Reference]:
        """Corners and points that tapes were hooked on keep their letters on the sheet."""
        assert self.survey is not None  # noqa: S101 # for mypy
        for name in dict.fromkeys([*self.survey.boundary, *self.survey.what]):
            letter = name[:1].isalpha() and name.isalnum() and len(name) <= _LETTERS
            if letter and name in self.survey.points and name.casefold() not in given:
                given.add(name.casefold())
                yield Reference(name, self.survey.what.get(name, "corner"), self._at(name))


def _turns(legs: Sequence[Any]) -> bool:
    return any(not isinstance(leg, str) for leg in legs)


def _point(place: Sequence[float]) -> Point:
    return Point(place[0], place[1])


def _path(places: Sequence[Sequence[float]]) -> Path:
    return tuple(_point(place) for place in places)


def _first_direction(boundary: Path) -> float:
    """The direction of the first side that has a length: what turns with the yard must start from it."""
    for point in boundary[1:]:
        step = point - boundary[0]
        if step.length >= SAME_PLACE:
            # not `Vector.angle`: its rounding would show in a polygon that turns with the yard
            return math.degrees(math.atan2(step.dy, step.dx))
    return 0.0


def _space(file: SpaceFile) -> dict[str, Any]:
    """The yard's own figures, metres, without what it leaves to the defaults."""
    sides = {
        pace: _given(getattr(file.side_clearance, pace)) for pace in PacesFile.model_fields if pace != "note"
    }
    space = {
        "side_clearance": {pace: ways for pace, ways in sides.items() if ways},
        "run_out": _given(file.run_out),
    }
    return {key: value for key, value in space.items() if value}


def _given(file: FilePart) -> dict[str, float]:
    return file.model_dump(exclude_none=True, exclude={"note"})
