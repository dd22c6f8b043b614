"""What of a layout anybody may see: its geometry, its drills and its set-out, and no word of its owner's.

Names of the yard and of what stands in it, notes, what a reference point is and where on earth the yard lies
stay at home. Cones, legs, clearances and set-out stay as they are, so that `check` judges both alike.
"""

from __future__ import annotations

import itertools
import math
import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from conedrills.drill import Drill, Stretch, definition_json, drill_names, load_drill, parse_drill
from conedrills.geometry import Path, Point, Pose, Vector
from conedrills.hooks import reworded
from conedrills.language import is_retold
from conedrills.layout import (
    Hook,
    Layout,
    PlacedLeg,
    Placement,
    Remedy,
    SetoutRow,
    Tape,
    Tie,
    Tightest,
    Unplaced,
    name_of_obstacle,
    name_of_side,
)
from conedrills.layoutwriter import dumps
from conedrills.yard import MAX_REFERENCES, WIDEST, Yard

MADE_BY = "conedrills"
"""Who makes a public layout, whichever version did: two of them are the same or are not."""
_LETTER = re.compile(r"[A-Za-z]|[A-Z][0-9]{1,2}")
"""What a reference point is called that says nothing of anybody."""
_SENTENCES = frozenset(
    {"no_room", "room_for", "too_few_cones", "stopped", "time_up", "capped", "no_caller", "no_setout"}
)
"""Sentences of ours that quote nobody: keys of the table `retold`."""
_SPACE = ("side_clearance", "run_out")


def public(layout: Layout) -> Layout:
    """The layout without a word of its owner's; the same again when it is public already.

    Reference points keep their letters; those with longer names become letters, in the set-out too. A yard
    whose coordinates are those of a country moves to its own first corner.
    """
    away = _to_own_corner(layout.yard)
    letters = _letters(layout)
    generic = _Generic(layout.yard)
    return replace(
        layout,
        title="",
        yard=_yard(layout.yard, letters, away),
        placements=tuple(_placement(placement, generic, letters, away) for placement in layout.placements),
        unplaced=tuple(_unplaced(entry, generic) for entry in layout.unplaced),
        made_by=MADE_BY,
        notes=(),
        drills={},
        contradictions=(),
        unread=(),
    )


@dataclass(frozen=True, slots=True)
class Said:
    """What a layout says of its owner, by kind; no words where it says nothing of that kind."""

    kind: str
    words: tuple[str, ...]


def private(layout: Layout) -> tuple[Said, ...]:
    """Everything that `public` leaves out, kind by kind, also those of which there is nothing."""
    yard = layout.yard
    shown = public(layout)
    remarks = [
        remark
        for own, kept in zip(layout.placements, shown.placements, strict=True)
        for remark in own.remarks
        if remark not in kept.remarks
    ]
    reasons = [
        own.reason
        for own, kept in zip(layout.unplaced, shown.unplaced, strict=True)
        if own.reason != kept.reason
    ]
    own_drills = [
        drill.name for drill in layout.all_drills.values() if _drill(drill).definition != drill.definition
    ]
    corner = yard.boundary[0]
    told = {
        "title": [layout.title, yard.name],
        "sides": yard.side_names,
        "obstacles": [
            thing.name for place, thing in enumerate(yard.obstacles) if thing.name != _numbered(place)
        ],
        "references": [
            f"{own.name}: {own.what}" if own.what else ""
            for own, kept in zip(yard.references, shown.yard.references, strict=True)
            if own.what != kept.what
        ]
        + [name for name in _letters(layout) if not _LETTER.fullmatch(name)],
        "notes": [*layout.notes, *yard.notes],
        "remarks": [*remarks, *reasons],
        "weather": [yard.sun, yard.slope],
        "drills": own_drills,
        "earth": [f"{corner.x:g}, {corner.y:g}"] if shown.yard.boundary[0] != corner else [],
    }
    return tuple(Said(kind, tuple(dict.fromkeys(filter(None, words)))) for kind, words in told.items())


def canonical(layout: Layout) -> bytes:
    """The bytes of its public form: two layouts for which they are equal are the same layout."""
    return dumps(public(layout))


def _to_own_corner(yard: Yard) -> Vector:
    """Nothing, for a yard near its own zero; far from it the coordinates are those of a map."""
    corner = yard.boundary[0]
    far = max(abs(corner.x), abs(corner.y)) > WIDEST
    return Vector(-corner.x, -corner.y) if far else Vector(0.0, 0.0)


def _letters(layout: Layout) -> dict[str, str]:
    """What each reference point is called from now on, also one that only the set-out speaks of."""
    named = [reference.name for reference in layout.yard.references]
    named += [hook for placement in layout.placements for hook in _hooks(placement) if isinstance(hook, str)]
    kept = [name for name in dict.fromkeys(named) if _LETTER.fullmatch(name)]
    taken = {name.casefold() for name in kept}
    free = (letter for letter in _every_letter() if letter.casefold() not in taken)
    return {name: name if name in kept else next(free) for name in dict.fromkeys(named)}


def _every_letter() -> Iterator[str]:
    yield from string.ascii_uppercase
    for number in range(2, 2 * MAX_REFERENCES):
        yield from (f"{letter}{number}" for letter in string.ascii_uppercase)


def _hooks(placement: Placement) -> Iterator[Hook]:
    for row in placement.setout:
        yield from (tape.at for tape in row.tapes) if isinstance(row, Tie) else (row.start, row.end)
        if row.check:
            yield row.check.at


def _yard(yard: Yard, letters: Mapping[str, str], away: Vector) -> Yard:
    plain = replace(
        yard,
        name="",
        boundary=_moved(yard.boundary, away),
        obstacles=tuple(
            replace(obstacle, name=_numbered(place), polygon=_moved(obstacle.polygon, away))
            for place, obstacle in enumerate(yard.obstacles)
        ),
        references=tuple(
            replace(
                reference,
                name=letters[reference.name],
                what="",
                at=reference.at + away,
                away=reference.away
                and replace(reference.away, start=letters.get(reference.away.start, reference.away.start)),
            )
            for reference in yard.references
        ),
        sun="",
        slope="",
        space=_figures({key: yard.space[key] for key in _SPACE if key in yard.space}),
        notes=(),
        side_names=(),
    )
    return replace(plain, references=reworded(plain))


def _numbered(place: int) -> str:
    return f"obstacle {place + 1}"


def _moved(path: Path, away: Vector) -> Path:
    return tuple(point + away for point in path)


def _figures(value: Any) -> Any:
    """What a yard says of its own clearances, without its words; paces and ways are short and stay."""
    if isinstance(value, Mapping):
        kept = {key: _figures(part) for key, part in value.items() if re.fullmatch("[a-z_]{1,20}", str(key))}
        return {key: part for key, part in kept.items() if part is not None}
    if isinstance(value, list | tuple):
        return [part for part in map(_figures, value) if part is not None]
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


# --- what is said of sides and obstacles ------------------------------------------------------------------


class _Generic:
    """What the things of a yard are called where they have no names of their own."""

    def __init__(self, yard: Yard) -> None:
        self.yard = yard
        corners = yard.boundary
        self.things: list[tuple[str, str, Path]] = [
            (name_of_side(yard, side), f"side {side + 1}", (corner, corners[(side + 1) % len(corners)]))
            for side, corner in enumerate(corners)
        ]
        self.things += [
            (name_of_obstacle(thing), _numbered(place), (*thing.polygon, thing.polygon[0]))
            for place, thing in enumerate(yard.obstacles)
        ]
        self.names = {own: generic for own, generic, _ in reversed(self.things)}

    def nearest(self, own: str, at: Point) -> str:
        """What the thing of that name is called that is nearest to a place."""
        called = [thing for thing in self.things if thing[0] == own]
        return min(called or self.things, key=lambda thing: _away(at, thing[2]))[1]


def _away(at: Point, line: Path) -> float:
    """Metres from a place to a line."""
    return min((_distance(at, start, end) for start, end in itertools.pairwise(line)), default=math.inf)


def _distance(at: Point, start: Point, end: Point) -> float:
    along, to = end - start, at - start
    square = along.dx**2 + along.dy**2
    share = min(1.0, max(0.0, (to.dx * along.dx + to.dy * along.dy) / square)) if square else 0.0
    return math.hypot(to.dx - share * along.dx, to.dy - share * along.dy)


# --- placements and drills --------------------------------------------------------------------------------


def _placement(
    placement: Placement, generic: _Generic, letters: Mapping[str, str], away: Vector
) -> Placement:
    tight, pose = placement.tightest, placement.pose
    return replace(
        placement,
        drill=_drill(placement.drill),
        pose=Pose(pose.origin + away, pose.rotation, pose.mirrored),
        cones=_moved(placement.cones, away),
        legs=tuple(_leg(leg, number, placement, away) for number, leg in enumerate(placement.legs)),
        tightest=tight and Tightest(tight.distance, tight.at + away, generic.nearest(tight.to, tight.at)),
        caller=placement.caller and placement.caller + away,
        remarks=tuple(remark for remark in placement.remarks if is_retold(remark, _SENTENCES)),
        stretch=placement.stretch and Stretch(placement.stretch.depth, placement.stretch.width),
        setout=tuple(_row(row, letters) for row in placement.setout),
    )


def _leg(leg: PlacedLeg, number: int, placement: Placement, away: Vector) -> PlacedLeg:
    """A leg with the words of its drill: what a file states beside them is the file's own."""
    known = placement.drill.legs
    do = known[number].do if number < len(known) else ""
    return replace(leg, do=do, path=_moved(leg.path, away))


def _row(row: SetoutRow, letters: Mapping[str, str]) -> SetoutRow:
    check = row.check and _tape(row.check, letters)
    if isinstance(row, Tie):
        first, second = row.tapes
        return replace(row, tapes=(_tape(first, letters), _tape(second, letters)), check=check)
    return replace(row, start=_hook(row.start, letters), end=_hook(row.end, letters), check=check)


def _tape(tape: Tape, letters: Mapping[str, str]) -> Tape:
    return Tape(_hook(tape.at, letters), tape.distance)


def _hook(hook: Hook, letters: Mapping[str, str]) -> Hook:
    return letters[hook] if isinstance(hook, str) else hook


def _drill(drill: Drill) -> Drill:
    """One of ours as it is, somebody's own without its notes."""
    if drill.name in drill_names() and drill == load_drill(drill.name):
        return drill
    return parse_drill(_without_notes(definition_json(drill)), drill.name, drill.name)


def _without_notes(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_notes(part) for key, part in value.items() if key != "note"}
    return [_without_notes(part) for part in value] if isinstance(value, list) else value


def _unplaced(entry: Unplaced, generic: _Generic) -> Unplaced:
    known = [generic.names[name] for name in entry.binding if name in generic.names]
    return replace(
        entry,
        drill=_drill(entry.drill),
        reason=_reason(entry.reason),
        binding=tuple(dict.fromkeys(known)),
        remedies=tuple(kept for kept in map(_remedy, entry.remedies) if kept),
    )


def _reason(reason: str) -> str:
    """A reason as far as it is one of ours, with what was not certain of it."""
    first, uncertain, rest = reason.partition(" The search stopped before it was certain.")
    return first + uncertain if is_retold(first, _SENTENCES) and not rest else ""


def _remedy(remedy: Remedy) -> Remedy | None:
    match remedy.kind:
        case "obstacle":
            place = remedy.obstacle
            return None if place is None else replace(remedy, name=_numbered(place))
        case "side":
            return None if remedy.side is None else replace(remedy, name=f"side {remedy.side + 1}")
        case "drill":
            known = remedy.drill if remedy.drill in drill_names() else None
            return replace(remedy, name=load_drill(known).title) if known else None
        case _:
            return replace(remedy, name="")
