"""A layout out of its file, which may come from a stranger: every problem is found, and told in words.

Cones and legs are kept as stated, for `check` to judge; what follows from the drills is worked out anew.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, ValidationError

from conedrills.drill import Drill, Stretch, parse_drill
from conedrills.errors import DrillError, LayoutError
from conedrills.geometry import Path, Point, Pose
from conedrills.layout import (
    REMEDY_KINDS,
    Check,
    Common,
    Contradiction,
    Hook,
    Layout,
    Offset,
    PlacedLeg,
    Placement,
    Remedy,
    RemedyKind,
    SetoutRow,
    Tape,
    Tie,
    Tightest,
    Unplaced,
)
from conedrills.layoutfile import (
    FORMAT,
    FORMS,
    LONGEST_FILE,
    VERSION,
    LayoutFile,
    LegFile,
    OffsetFile,
    PlacementFile,
    ReferenceTapeFile,
    RemedyFile,
    SpotFile,
    TapeFile,
    TieFile,
    TightestFile,
    UnplacedFile,
)
from conedrills.migrations import migrated
from conedrills.space import FLOOR, SpaceModel, space_from_json
from conedrills.strictjson import JsonText
from conedrills.wording import plain_text, unknown_name
from conedrills.yard import MAX_VERTICES, Away, Kind, Obstacle, Reference, Yard


def loads(content: bytes, label: str) -> Layout:
    """A layout from the bytes of its JSON file, called `label` in messages.

    Raises:
        LayoutError: they are not a layout that can be read; the message names every problem.
    """
    return from_json(parsed(content, label), label)


def parsed(content: bytes, label: str) -> Any:
    """What a JSON file from a stranger holds.

    Raises:
        LayoutError: too long, or no JSON as `strictjson` reads it.
    """
    label = plain_text(label)
    if len(content) > LONGEST_FILE:
        raise LayoutError(
            f"{label}: {len(content):,} bytes are too many for a layout; {LONGEST_FILE:,} are allowed."
        )
    return JsonText(label, content, LayoutError).json


def from_json(data: Any, label: str) -> Layout:
    """A layout from what its file holds; cones and legs are kept as stated, for `check` to judge.

    Args:
        data: parsed JSON.
        label: what to call the file in messages.

    Raises:
        LayoutError: it cannot be read; up to 20 problems, one a line.
    """
    label = plain_text(label)
    _refuse_other_formats(data, label)
    data = migrated(data, VERSION)
    try:
        file = LayoutFile.model_validate(data)
    except ValidationError as error:
        raise LayoutError(_listed(label, _schema_problems(error))) from error
    reader = _Reader(file)
    layout = reader.layout()
    if layout is None:
        raise LayoutError(_listed(label, reader.problems))
    return replace(layout, unread=tuple(_unread(data, file)))


_NOT_NEEDED = {"id", "files", "title"}
"""Keys that say what is worked out anew, or that are in the answer of `--json` alone."""


def _unread(data: Any, read: Any, where: tuple[str, ...] = ()) -> Iterator[str]:
    """The keys of a file that nobody here reads: a later conedrills may say more. Each once."""
    found: dict[str, None] = {}
    if isinstance(read, BaseModel):
        fields = {field.alias or name: name for name, field in type(read).model_fields.items()}
        for key, part in data.items():
            if key in fields:
                found |= dict.fromkeys(_unread(part, getattr(read, fields[key]), (*where, key)))
            elif key not in _NOT_NEEDED and not key.startswith(("_", "x-")):
                found[", ".join(map(plain_text, (*where, key)))] = None
    elif isinstance(read, list):
        for part, model in zip(data, read, strict=True):
            found |= dict.fromkeys(_unread(part, model, where))
    yield from list(found)[:_MOST_UNREAD]


_MOST_UNREAD = 20


def _refuse_other_formats(data: Any, label: str) -> None:
    """Format and version first: forty complaints about keys would not tell that the file is simply newer."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise LayoutError(f'{label}: not a layout; a layout begins with "format": "{FORMAT}".')
    version = data.get("version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise LayoutError(f"{label}: version: must be a whole number from 1 up.")
    if version > VERSION:
        newer = str(version) if version < 10**6 else "very new"
        raise LayoutError(f"{label}: made by a newer conedrills (version {newer}); update, or ask for a PDF.")


def _listed(label: str, problems: Sequence[str] | Iterator[str]) -> str:
    lines = [f"{label}: {line}" for problem in problems for line in problem.splitlines()]
    more = [f"and {len(lines) - 20} more"] if len(lines) > 20 else []
    return "\n".join([*lines[:20], *more])


_ONE_OF = {
    "placements": "placement", "unplaced": "unplaced drill", "legs": "leg", "cones": "cone",
    "remedies": "remedy", "binding": "name",
    "setout": "row", "from": "tape", "checks": "check",
    "obstacles": "obstacle", "references": "reference", "edges": "edge",
    "boundary": "point", "polygon": "point", "path": "point",
}  # fmt: skip


def _where(place: tuple[int | str, ...]) -> str:
    """A key path in words.

    >>> _where(("placements", 1, "legs", 0, "path", 3, 1))
    'placement 2, leg 1, point 4, number 2'
    """
    words: list[str] = []
    before = ""
    for part in place:
        if part in FORMS:
            continue
        if isinstance(part, int):
            if words and words[-1] == before and before in _ONE_OF:
                words.pop()
            words.append(f"{_ONE_OF.get(before, 'number')} {part + 1}")
        else:
            words.append(plain_text(part))
        before = str(part)
    return ", ".join(words) or "the file"


def _schema_problems(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_url=False):
        wrong = _in_words(problem["type"], problem.get("ctx", {}), problem["msg"])
        yield f"{_where(problem['loc'])}: {wrong}."


def _in_words(kind: str, context: Mapping[str, Any], message: str) -> str:
    """What pydantic found wrong, for somebody who has never heard of it."""
    words = _WORDS.get(kind)
    return words.format(**context) if words else plain_text(message[:1].lower() + message[1:])


_WORDS = {
    "missing": "is missing",
    **dict.fromkeys(("float_type", "float_parsing"), "must be a number"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "must be a whole number"),
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    **dict.fromkeys(("string_type", "string_unicode"), "must be text"),
    "list_type": "must be a list",
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), "must be an object with keys"),
    "literal_error": "must be {expected}",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    **dict.fromkeys(("too_long", "string_too_long"), "is too long; at most {max_length} are allowed"),
    "too_short": "needs at least {min_length}",
    "value_error": "{error}",
}


class _Reader:
    """Turns a layout file into a layout, collecting every problem on the way."""

    def __init__(self, file: LayoutFile) -> None:
        self.file = file
        self.problems: list[str] = []
        self.contradictions: list[Contradiction] = []

    def layout(self) -> Layout | None:
        file = self.file
        drills = self._drills()
        yard = self._yard()
        space = self._space()
        placements = [self._placement(index, part, drills) for index, part in enumerate(file.placements)]
        unplaced = [self._unplaced(index, part, drills) for index, part in enumerate(file.unplaced)]
        if self.problems:
            return None
        return Layout(
            title=file.title,
            units=file.units,
            yard=yard,
            space=space,
            placements=tuple(placement for placement in placements if placement),
            unplaced=tuple(entry for entry in unplaced if entry),
            made_by=file.made_by,
            notes=tuple(file.notes),
            tape=file.tape,
            drills=drills,
            contradictions=tuple(self.contradictions),
        )

    def _drills(self) -> dict[str, Drill]:
        drills: dict[str, Drill] = {}
        for name, definition in self.file.drills.items():
            try:
                drill = parse_drill(definition, name, f"drills, {plain_text(name)}")
            except DrillError as error:
                self.problems.append(str(error))
                continue
            if drill.name != name:
                self.problems.append(f'drills, {plain_text(name)}: calls itself "{drill.name}".')
            elif not _is_of_this_world(drill):
                self.problems.append(f"drills, {name}: no cone may stand more than 10 km from the start.")
            drills[name] = drill
        return drills

    def _yard(self) -> Yard:
        file = self.file.yard
        count = len(file.boundary)
        kinds: list[Kind] = ["hard"] * count
        names = [""] * count
        for index, edge in enumerate(file.edges):
            if edge.side < count:
                kinds[edge.side], names[edge.side] = edge.kind, edge.name
            else:
                self.problems.append(f"yard, edge {index + 1}, side: the sides are 0 to {count - 1}.")
        if file.uncertainty and len(file.uncertainty) != count:
            self.problems.append(f"yard, uncertainty: {count} boundary points need {count} numbers, or none.")
        if count + sum(len(obstacle.polygon) for obstacle in file.obstacles) > MAX_VERTICES:
            self.problems.append(f"yard: more than {MAX_VERTICES:,} points in boundary and obstacles.")
        return Yard(
            name=file.name,
            boundary=_path(file.boundary),
            side_kinds=tuple(kinds),
            obstacles=tuple(
                Obstacle(part.name, part.kind, _path(part.polygon), part.uncertainty)
                for part in file.obstacles
            ),
            references=tuple(self._references()),
            uncertainty=tuple(file.uncertainty) if any(file.uncertainty) else (),
            north=file.north,
            sun=file.sun,
            slope=file.slope,
            surface=file.surface,
            space=_tidy(file.space),
            units=file.measured_in or self.file.units,
            notes=tuple(file.notes),
            side_names=tuple(names) if any(names) else (),
        )

    def _references(self) -> Iterator[Reference]:
        known = {part.name for part in self.file.yard.references}
        for number, part in enumerate(self.file.yard.references, 1):
            where = f"yard, reference {number}"
            if (part.from_ is None) != (part.distance is None) or (part.kind == "mark" and not part.from_):
                self.problems.append(f'{where}: "from" and "distance" go together, and a mark has both.')
            elif part.from_ is not None and part.from_ not in known - {part.name}:
                self.problems.append(f"{where}, from: there is no other reference point {part.from_}.")
            away = Away(part.from_, part.distance) if part.from_ and part.distance is not None else None
            yield Reference(part.name, part.what, _spot(part), part.kind, away)

    def _space(self) -> SpaceModel:
        for kind, table in self.file.space.run_out:
            lengths = [node[0] for node in table]
            if any(low >= high for low, high in pairwise(lengths)):
                self.problems.append(f"space, run_out, {kind}: the leg lengths must ascend.")
        self._contradict(None, "space, floor", self.file.space.floor, FLOOR)
        return space_from_json(self.file.space.model_dump())

    def _known(self, name: str, drills: Mapping[str, Drill], where: str) -> Drill | None:
        if name not in drills and name not in self.file.drills:
            remedy = "Its definition belongs into drills."
            self.problems.append(f"{where}, drill: " + unknown_name("drill", name, drills, remedy))
        return drills.get(name)

    def _placement(self, index: int, file: PlacementFile, drills: Mapping[str, Drill]) -> Placement | None:
        where = f"placement {index + 1}"
        drill = self._known(file.drill, drills, where)
        count = len(file.cones)
        if [cone.number for cone in file.cones] != list(range(1, count + 1)):
            self.problems.append(f"{where}, cones: must be numbered 1, 2, 3 and so on, in this order.")
        for number, leg in enumerate(file.legs, 1):
            if (highest := max(leg.from_, leg.to)) > count:
                self.problems.append(f"{where}, leg {number}: cone {highest} is not among its {count} cones.")
        setout = tuple(_row(row) for row in file.setout)
        checks = tuple(Check(check.from_, check.to, check.distance) for check in file.checks)
        for what, tapes in (
            ("row", map(_named_by, setout)),
            ("check", ((one.start, one.end) for one in checks)),
        ):
            for number, named in enumerate(tapes, 1):
                if (highest := max(hook for hook in named if isinstance(hook, int))) > count:
                    self.problems.append(
                        f"{where}, {what} {number}: cone {highest} is not among its {count} cones."
                    )
        if drill is None:
            return None
        placement = Placement(
            drill=drill,
            pace=file.pace,
            size=file.size,
            size_bound=file.size_bound,
            gap_reached=file.gap_reached,
            pose=Pose(_point(file.origin), file.rotation, file.mirrored),
            cones=tuple(_spot(cone) for cone in file.cones),
            legs=tuple(_placed_leg(leg) for leg in file.legs),
            tightest=_tightest(file.tightest) if file.tightest else None,
            caller=_spot(file.caller) if file.caller else None,
            remarks=tuple(file.remarks),
            stretch=Stretch(file.stretch.depth, file.stretch.width) if file.stretch else None,
            setout=setout,
            checks=checks,
            apart=file.apart,
            common=Common(file.common.size_bound, file.common.gap_reached) if file.common else None,
        )
        self._contradict(index, "size_min", file.size_min, drill.size_min)
        self._contradict(index, "size_max", file.size_max, drill.size_max)
        self._contradict(index, "comparable", file.comparable, placement.comparable)
        self._contradict(index, "family", file.family or drill.family, drill.family)
        return placement

    def _contradict(self, index: int | None, key: str, stated: float | str, true: float | str) -> None:
        """Remember what is stated and is not so; sizes may differ in the 7th decimal."""
        if stated != true and not (
            isinstance(stated, float) and isinstance(true, float) and math.isclose(stated, true, abs_tol=1e-6)
        ):
            self.contradictions.append(Contradiction(index, key, _said(stated), _said(true)))

    def _unplaced(self, index: int, file: UnplacedFile, drills: Mapping[str, Drill]) -> Unplaced | None:
        where = f"unplaced drill {index + 1}"
        drill = self._known(file.drill, drills, where)
        if drill and file.size_min is not None:
            self._contradict(None, f"{where}, size_min", file.size_min, drill.size_min)
        if drill is None:
            return None
        remedies = tuple(remedy for remedy in map(_remedy, file.remedies) if remedy)
        return Unplaced(drill, file.pace, file.reason, file.size_bound, tuple(file.binding), remedies)


def _said(value: float | str) -> str:
    return json.dumps(value) if isinstance(value, bool) else plain_text(f"{value}")


def _is_of_this_world(drill: Drill) -> bool:
    """Whether every number of its geometry is finite, and no place further than 10 km from the start."""
    places = [
        *drill.cones,
        *((drill.caller,) if drill.caller else ()),
        *(piece.end for leg in drill.legs for piece in leg.pieces),
        *(piece.centre for leg in drill.legs for piece in leg.pieces if piece.centre),
    ]
    at = [place.stretched(to) for place in places for to in drill.extremes]
    return all(abs(point.x) <= 10_000 and abs(point.y) <= 10_000 for point in at)  # not so for NaN


def _tidy(value: Any) -> Any:
    """A stranger's JSON with all its text made safe to print."""
    if isinstance(value, dict):
        return {plain_text(str(key), 200): _tidy(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_tidy(part) for part in value]
    return plain_text(value, 10_000) if isinstance(value, str) else value


def _placed_leg(file: LegFile) -> PlacedLeg:
    return PlacedLeg(
        order=file.order,
        start=file.from_,
        end=file.to,
        movement=file.movement,
        shape=file.shape,
        facing=file.facing,
        facing_follows=file.facing_follows is not None,
        cut=file.cut,
        call=file.call,
        athlete=file.athlete,
        do=file.do,
        length=file.length,
        path=_path(file.path),
        heading_out=file.heading_out,
        side_clearance=file.side_clearance,
        run_out=file.run_out,
        round_clearance=file.round_clearance,
    )


def _row(file: TieFile | OffsetFile) -> SetoutRow:
    check = _tape(file.check) if file.check else None
    if isinstance(file, TieFile):
        first, second = file.from_
        return Tie(file.cone, (_tape(first), _tape(second)), file.side, file.cut_angle, check)
    laid = file.along
    return Offset(file.cone, laid.from_, laid.to, laid.distance, file.offset, check)


def _tape(file: TapeFile) -> Tape:
    return Tape(file.reference if isinstance(file, ReferenceTapeFile) else file.cone, file.distance)


def _named_by(row: SetoutRow) -> Iterator[Hook]:
    """Every cone and reference point that a row speaks of."""
    yield row.cone
    yield from (tape.at for tape in row.tapes) if isinstance(row, Tie) else (row.start, row.end)
    if row.check:
        yield row.check.at


def _point(pair: Sequence[float]) -> Point:
    return Point(pair[0], pair[1])


def _spot(file: SpotFile) -> Point:
    return Point(file.x, file.y)


def _remedy(file: RemedyFile) -> Remedy | None:
    """A remedy whose figures are there; None for one of a kind that a later conedrills knows."""
    needed: Mapping[RemedyKind, Sequence[object]] = {
        "mirror": [file.mirror],
        "pace": [file.pace],
        "surface": [file.surface],
        "obstacle": [file.name],
        "side": [file.name, file.distance],
        "drill": [file.drill, file.name],
    }
    kind = next((known for known in REMEDY_KINDS if known == file.kind), None)
    if kind is None or any(figure is None or figure == "" for figure in needed[kind]):
        return None
    return Remedy(
        kind,
        mirror=file.mirror,
        pace=file.pace,
        surface=file.surface,
        obstacle=file.obstacle,
        side=file.side,
        name=file.name,
        distance=file.distance,
        cone=file.cone,
        leg=file.leg,
        drill=file.drill,
    )


def _tightest(file: TightestFile) -> Tightest:
    return Tightest(file.distance, _spot(file), file.to)


def _path(pairs: Sequence[Sequence[float]]) -> Path:
    return tuple(_point(pair) for pair in pairs)
