"""A layout: a yard with the drills placed in it, as values, and the names of things in it.

Yard metres and degrees counter-clockwise from +x throughout. No millimetres, no pages: `compose` draws it.
`layoutfile` describes the file, `layoutwriter` writes it, `layoutreader` reads it. Every name that is shown
to a person has been through `plain_text` when it was read.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from conedrills.apart import courses_apart
from conedrills.drill import Affine, Call, Cut, Drill, Leg, Movement, Pace, Piece, Shape, Stretch
from conedrills.geometry import Path, Point, Pose
from conedrills.language import Voice
from conedrills.space import SpaceModel, rooms
from conedrills.yard import Obstacle, Surface, Units, Yard

RemedyKind = Literal["mirror", "pace", "surface", "obstacle", "side", "drill"]
REMEDY_KINDS: tuple[RemedyKind, ...] = get_args(RemedyKind)
"""The least change first."""
SHOWN_REMEDIES = 3
"""So many are told."""
CAPPED = "Capped for a child: no larger, whatever the room."
"""The remark on a placement that is as large as its athlete may have it."""


@dataclass(frozen=True, slots=True)
class PlacedLeg:
    """A leg where it lies in the yard: metres and degrees. `path` is without its run-out."""

    order: int
    start: int
    end: int
    movement: Movement
    shape: Shape
    facing: float
    facing_follows: bool
    cut: Cut
    call: Call | None
    athlete: str | None
    do: str
    length: float
    path: Path
    heading_out: float
    side_clearance: float
    run_out: float
    round_clearance: float | None


@dataclass(frozen=True, slots=True)
class Tightest:
    """Where a placement comes closest to something hard.

    `distance` is the smallest, metres, from any leg's path with its run-out to anything hard; `at` is the
    place on that hard thing and `to` its name: an obstacle's, or `name_of_side` of a side of the boundary.
    """

    distance: float
    at: Point
    to: str


Hook = str | int
"""What a tape begins at: a reference point by its letter, or a cone that already stands by its number."""


@dataclass(frozen=True, slots=True)
class Tape:
    """A tape stretched from `at` to a cone, and what it reads there: metres, a mark of the tape."""

    at: Hook
    distance: float


@dataclass(frozen=True, slots=True)
class Tie:
    """A cone where two tapes cross, to the left or right of the line from the first hook to the second.

    `cut_angle` is the angle between the tapes at the cone, degrees. `check` is a third tape.
    """

    cone: int
    tapes: tuple[Tape, Tape]
    side: Literal["left", "right"]
    cut_angle: float
    check: Tape | None = None


@dataclass(frozen=True, slots=True)
class Offset:
    """A cone by chainage and offset from a tape laid from `start` to `end`.

    `along` is read on that tape, `offset` is square to it, positive to the left of the way it is laid; both
    metres, marks of the tape. `check` is another tape to the cone.
    """

    cone: int
    start: Hook
    end: Hook
    along: float
    offset: float
    check: Tape | None = None


SetoutRow = Tie | Offset


@dataclass(frozen=True, slots=True)
class Check:
    """A length between two cones that stand, metres as a tape shows it: to measure, not to place by."""

    start: int
    end: int
    distance: float


@dataclass(frozen=True, slots=True)
class Common:
    """What is certain of a drill that has the same size in two yards: of pace and side alike.

    No size from `size_bound` up fits both; None where nothing was proven. `gap_reached` says whether the size
    is as near to that as was asked for.
    """

    size_bound: float | None
    gap_reached: bool


@dataclass(frozen=True, slots=True)
class Placement:
    """A drill, a size, a pose and a pace in a yard, with its certificate.

    `size_bound` is proven not to be exceedable by any pose, None where nothing was proven. `cones[i]` is
    cone number i + 1. `caller` is where the caller stands, None where the drill has none or there is no room
    for one. `remarks` are for the person with the sheet, one sentence each. A drill with two lengths has its
    `stretch`, and `size` is the smaller factor; not given, both are the size. Other drills have none.

    `setout` is how the cones are put on the grass, in walking order, the first two are the drill's anchors;
    `checks` are lengths across the drill. Both are empty where nobody has worked them out.

    `common` is there where the size is that of another yard as well, so that times compare. `size_bound` is
    of this yard alone all the same.

    `apart` is how near the courses of two athletes come to each other, metres; None where one runs alone.
    """

    drill: Drill
    pace: Pace
    size: float
    size_bound: float | None
    gap_reached: bool
    pose: Pose
    cones: Path
    legs: tuple[PlacedLeg, ...]
    tightest: Tightest | None
    caller: Point | None = None
    remarks: tuple[str, ...] = ()
    stretch: Stretch | None = None
    setout: tuple[SetoutRow, ...] = ()
    checks: tuple[Check, ...] = ()
    common: Common | None = None
    apart: float | None = None

    def __post_init__(self) -> None:
        if self.apart is None and self.drill.athletes:
            object.__setattr__(self, "apart", _apart(self.drill, self.legs))
        if self.stretch is None and self.drill.stretch is not None:
            object.__setattr__(self, "stretch", Stretch(self.size, self.size))

    @property
    def factors(self) -> Stretch:
        """On what is deep and on what is wide: in a drill of one length, its size twice."""
        return self.stretch or Stretch(self.size, self.size)

    @property
    def comparable(self) -> bool:
        """Whether times compare with published ones: a regulation drill, its size, its side, flat out."""
        published = self.size == 1.0 and self.factors == Stretch(1.0, 1.0)
        return self.drill.regulation and published and self.pace == "full" and not self.pose.mirrored

    @property
    def capped(self) -> bool:
        """Whether it is as large as its athlete may have it, whatever the yard has room for."""
        return CAPPED in self.remarks


@dataclass(frozen=True, slots=True)
class Remedy:
    """One change with which a drill that does not fit does fit, at its smallest size at least.

    By kind: `mirror` with the side to allow; `pace`; `surface`; `obstacle`, its place in the yard's list from
    0, away, with its `name`; `side`, counted from 0, and its `name`, moved `distance` metres out, which is
    needed behind a `cone` or beside a `leg`, where that can be told; `drill`, another one and its title as
    `name`, as it is.
    """

    kind: RemedyKind
    mirror: Literal["left", "right"] | None = None
    pace: Pace | None = None
    surface: Surface | None = None
    obstacle: int | None = None
    side: int | None = None
    name: str = ""
    distance: float | None = None
    cone: int | None = None
    leg: int | None = None
    drill: str | None = None


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A drill that was asked for and does not lie in the yard, and why.

    `pace` is the slowest tried; at it nothing from `size_bound` up fits, None where nothing was proven or the
    yard is not the reason. `binding` names what stops it at the largest size that it could reach, `remedies`
    are changes with which it fits, the least first; both are empty where nobody looked for them.
    """

    drill: Drill
    pace: Pace
    reason: str
    size_bound: float | None = None
    binding: tuple[str, ...] = ()
    remedies: tuple[Remedy, ...] = ()


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Something that a layout file stated beside what follows from its own drills and space model.

    `placement` counts from 0, None for the layout as a whole; `key` is the key in the file.
    """

    placement: int | None
    key: str
    stated: str
    true: str


@dataclass(frozen=True, slots=True)
class Layout:
    """A yard with its placements, in the order in which they are to be trained.

    `drills` are definitions that the file carries, by name; those of the placements need not be repeated.
    `contradictions` are what was read and could not be kept, because here it is worked out: for `check`.
    `unread` are keys of its file that this version knows nothing of, and leaves out when it writes it again.
    None of these, nor who made it, makes two layouts different. `tape` is how long a tape its set-out asks
    for at the most, metres; None where there is no set-out.
    """

    title: str
    units: Units
    yard: Yard
    space: SpaceModel
    placements: tuple[Placement, ...]
    unplaced: tuple[Unplaced, ...] = ()
    made_by: str = field(default="", compare=False)
    notes: tuple[str, ...] = ()
    tape: float | None = None
    drills: Mapping[str, Drill] = field(default_factory=dict, compare=False)
    contradictions: tuple[Contradiction, ...] = field(default=(), compare=False)
    unread: tuple[str, ...] = field(default=(), compare=False)

    @property
    def all_drills(self) -> Mapping[str, Drill]:
        """Every definition that the layout needs or carries, by name, in the order of name."""
        used = [entry.drill for entry in self.unplaced] + [entry.drill for entry in self.placements]
        return dict(sorted({**self.drills, **{drill.name: drill for drill in used}}.items()))


def placed_legs(
    drill: Drill, size: float, pose: Pose, pace: Pace, model: SpaceModel, *, stretch: Stretch | None = None
) -> tuple[PlacedLeg, ...]:
    """Every leg of a drill where it lies in the yard, with the room it needs there.

    `stretch` is for a drill with two lengths; without it depth and width are of that size both.
    """
    legs = drill.figure(size, stretch).legs
    return tuple(
        PlacedLeg(
            order=figure.leg.order,
            start=figure.leg.start,
            end=figure.leg.end,
            movement=figure.leg.movement,
            shape=figure.leg.shape,
            facing=pose.turn(figure.facing),
            facing_follows=figure.leg.shape != "line",
            cut=figure.leg.cut,
            call=mirrored_call(figure.leg.call) if pose.mirrored else figure.leg.call,
            athlete=figure.leg.athlete,
            do=figure.leg.do,
            length=figure.length,
            path=tuple(pose.place(point) for point in figure.path),
            heading_out=pose.turn(figure.heading_out),
            side_clearance=room.side_clearance,
            run_out=room.run_out_at(figure.length),
            round_clearance=room.round_clearance,
        )
        for figure, room in zip(legs, rooms(drill, pace, model), strict=True)
    )


def _apart(drill: Drill, legs: Sequence[PlacedLeg]) -> float | None:
    first, second = ([leg.path for leg in legs if leg.athlete == name] for name in drill.athletes)
    return courses_apart(first, second) if first and second else None


def size_words(placement: Placement, voice: Voice) -> str:
    """A size as people say it, never rounded up to one that does not fit; of two lengths both.

    With depth and width at 0.9 and 0.7 it is "90 % deep, 70 % wide", with both at 0.9 "90 %".
    """
    deep, wide = (voice.per_cent(factor) for factor in (placement.factors.depth, placement.factors.width))
    return deep if deep == wide else voice.say("page.both_sizes", deep=deep, wide=wide)


def mirrored_call(call: Call | None) -> Call | None:
    """The call in a drill's mirror image: left and right change places, numbers stay with their cones."""
    swapped: Mapping[Call, Call] = {"left": "right", "right": "left"}
    return swapped.get(call, call) if call else None


def name_of_side(yard: Yard, side: int) -> str:
    """What a side of the boundary is called: its own name, or its number from 1; `side` counts from 0."""
    return (yard.side_names[side] if yard.side_names else "") or f"side {side + 1}"


def name_of_obstacle(obstacle: Obstacle) -> str:
    """What an obstacle is called."""
    return obstacle.name or "obstacle"


def remedy_words(remedy: Remedy, voice: Voice) -> str:
    """A remedy in words that go on from "it would fit"; of another drill, the drill's title.

    >>> remedy_words(Remedy("side", side=2, name="north fence", distance=0.4, cone=3), Voice("en", "m"))
    'with 0.4 m more room at the north fence (behind cone 3)'
    """
    match remedy.kind:
        case "mirror":
            return voice.say("missing.mirrored" if remedy.mirror == "left" else "missing.unmirrored")
        case "pace":
            return voice.say(f"missing.pace.{remedy.pace}")
        case "surface":
            return voice.say(f"missing.surface.{remedy.surface}")
        case "obstacle" if not remedy.name:
            return voice.say("missing.without_obstacle")
        case "obstacle":
            return voice.say("missing.without", thing=voice.the(remedy.name))
        case "side":
            far, side = voice.at_least(remedy.distance or 0.0), voice.the(remedy.name)
            if remedy.cone:
                return voice.say("missing.side_cone", far=far, side=side, cone=remedy.cone)
            if remedy.leg:
                return voice.say("missing.side_leg", far=far, side=side, leg=remedy.leg)
            return voice.say("missing.side", far=far, side=side)
        case "drill":
            return remedy.name


def explanation(unplaced: Unplaced, voice: Voice) -> tuple[str, ...]:
    """Why a drill does not lie in the yard, what is in its way, and what would help: a sentence each."""
    things = [voice.retell(name) for name in unplaced.binding]
    shown = unplaced.remedies[:SHOWN_REMEDIES]
    changes = [remedy_words(remedy, voice) for remedy in shown if remedy.kind != "drill"]
    others = [remedy_words(remedy, voice) for remedy in shown if remedy.kind == "drill"]
    return (
        voice.retell(unplaced.reason),
        *([voice.say("missing.in_the_way", things=voice.listed(things))] if things else []),
        *([voice.say("missing.would_fit", changes=voice.listed(changes, "or"))] if changes else []),
        *([voice.say("missing.instead", drills=voice.listed(others))] if others else []),
    )


def layout_id(layout: Layout) -> str:
    """Six letters and digits for the geometry and the drills, the same whatever the names and notes.

    Numbers count to 0.1 mm (sizes and degrees to 0.0001), so that another processor's last digit does not.
    """
    drills = {placement.drill.name: placement.drill for placement in layout.placements}
    numbers = {name: index for index, name in enumerate(drills)}
    content = [
        _places(layout.yard.boundary),
        list(layout.yard.side_kinds),
        [[obstacle.kind, _places(obstacle.polygon)] for obstacle in layout.yard.obstacles],
        layout.space.to_json(),
        [_drill_geometry(drill) for drill in drills.values()],
        [_place_geometry(placement, numbers[placement.drill.name]) for placement in layout.placements],
    ]
    return _short(content)


def drill_id(drill: Drill) -> str:
    """Six letters and digits for the geometry of a drill at any size, the same whatever its words."""
    return _short(_drill_geometry(drill))


def _short(content: list[Any]) -> str:
    digest = hashlib.sha256(json.dumps(_counted(content), sort_keys=True).encode("ascii")).digest()
    return base64.b32encode(digest)[:6].decode("ascii").lower()


def _drill_geometry(drill: Drill) -> list[Any]:
    legs: list[list[Any]] = []
    for leg in drill.legs:
        run = [leg.order, leg.start, leg.end, leg.via, leg.movement, leg.facing, leg.cut, leg.call]
        run += [leg.athlete] if leg.athlete else []
        bent = [part for piece in leg.pieces for part in _piece_geometry(leg, piece)] or [0.0, None]
        own = [leg.side_clearance, leg.run_out, *(["end"] if leg.faces_end else [])]
        legs.append([*run, leg.shape, *bent, *own])
    return [[_affine(cone) for cone in drill.cones], legs]


def _piece_geometry(leg: Leg, piece: Piece) -> list[Any]:
    """An arc ends at its cone; the ends of the parts of a weave are places of their own."""
    turn = [piece.sweep, piece.centre and _affine(piece.centre)]
    return turn if leg.shape == "arc" else [*turn, _affine(piece.end)]


def _affine(place: Affine) -> list[float]:
    across = [place.across.dx, place.across.dy] if place.across.length else []
    return [place.base.dx, place.base.dy, place.slope.dx, place.slope.dy, *across]


def _place_geometry(placement: Placement, drill: int) -> list[Any]:
    pose, two = placement.pose, placement.stretch
    place = [drill, placement.pace, placement.size, _place(pose.origin), pose.rotation, pose.mirrored]
    return [*place, *([two.depth, two.width] if two else [])]


def _counted(value: Any) -> Any:
    """Every number as a whole count of ten-thousandths."""
    if isinstance(value, Mapping):
        return {key: _counted(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_counted(part) for part in value]
    return round(value * 10_000) if isinstance(value, float) else value


def _place(point: Point) -> list[float]:
    return [float(point.x), float(point.y)]


def _places(path: Path) -> list[list[float]]:
    return [_place(point) for point in path]
