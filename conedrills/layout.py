"""A layout: a yard with the drills placed in it; the file that people keep and share, as JSON.

Yard metres and degrees counter-clockwise from +x throughout. No millimetres, no pages: `compose` draws it.
Every name that is shown to a person has been through `plain_text` when it was read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from conedrills.drill import Call, Cut, Drill, Movement, Pace, Shape
from conedrills.geometry import Path, Point, Pose
from conedrills.space import SpaceModel, rooms
from conedrills.yard import Units, Yard


@dataclass(frozen=True, slots=True)
class PlacedLeg:
    """A leg where it lies. `path` is yard metres without its run-out; `facing` and the headings are yard degrees."""

    order: int
    start: int
    end: int
    movement: Movement
    shape: Shape
    facing: float
    facing_follows: bool
    cut: Cut
    call: Call | None
    do: str
    length: float
    path: Path
    heading_out: float
    side_clearance: float
    run_out: float
    round_clearance: float | None


@dataclass(frozen=True, slots=True)
class Tightest:
    """Where a placement comes closest to something hard: the distance from the swept path, metres, and to what."""

    distance: float
    at: Point
    to: str


@dataclass(frozen=True, slots=True)
class Placement:
    """A drill, a size, a pose and a pace in a yard, with its certificate.

    `size_bound` is proven not to be exceedable by any pose, None where nothing was proven. `cones[i]` is cone
    number i + 1. `caller` is where the caller stands, None where the drill has none or there is no room for one.
    `remarks` are for the person with the sheet, one sentence each.
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

    @property
    def comparable(self) -> bool:
        """Whether times compare with published ones: a regulation drill, its size, its side, flat out."""
        return self.drill.regulation and self.size == 1.0 and self.pace == "full" and not self.pose.mirrored


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A drill that was asked for and does not lie in the yard, and why.

    `pace` is the slowest tried; at it nothing from `size_bound` up fits, None where nothing was proven or the yard
    is not the reason.
    """

    drill: Drill
    pace: Pace
    reason: str
    size_bound: float | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """A yard with its placements, in the order in which they are to be trained."""

    title: str
    units: Units
    yard: Yard
    space: SpaceModel
    placements: tuple[Placement, ...]
    unplaced: tuple[Unplaced, ...] = ()
    made_by: str = ""
    notes: tuple[str, ...] = ()
    drills: Mapping[str, Drill] = field(default_factory=dict)


def placed_legs(drill: Drill, size: float, pose: Pose, pace: Pace, model: SpaceModel) -> tuple[PlacedLeg, ...]:
    """Every leg of a drill where it lies in the yard, with the room it needs there."""
    legs = drill.figure(size).legs
    return tuple(
        PlacedLeg(
            order=figure.leg.order,
            start=figure.leg.start,
            end=figure.leg.end,
            movement=figure.leg.movement,
            shape=figure.leg.shape,
            facing=pose.turn(figure.leg.facing),
            facing_follows=figure.leg.shape != "line",
            cut=figure.leg.cut,
            call=mirrored_call(figure.leg.call) if pose.mirrored else figure.leg.call,
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


def mirrored_call(call: Call | None) -> Call | None:
    """The call in a drill's mirror image: left and right change places, numbers stay with their cones."""
    swapped: Mapping[Call, Call] = {"left": "right", "right": "left"}
    return swapped.get(call, call) if call else None
