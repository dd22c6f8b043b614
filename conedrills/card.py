"""What `conedrills drills --json` says: the drills, or one of them with its geometry at a size and a pace.

The geometry is complete: whoever has it can rebuild and judge a placement without us. Metres in the drill's
frame; no yard is known here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from conedrills.drill import Drill, LegFigure, Pace, StretchRange, definition_json, drill_names, load_drill
from conedrills.finding import traits
from conedrills.geometry import Point
from conedrills.space import Room, SpaceModel, rooms, space_model


def drill_list(drills: Iterable[Drill] | None = None, model: SpaceModel | None = None) -> dict[str, Any]:
    """Drills in order of name: these, or all that come with the program."""
    shown = map(load_drill, drill_names()) if drills is None else drills
    space = model or space_model({}, wet=False)
    return {
        "drills": [{**_entry(drill), **traits(drill, space)} for drill in sorted(shown, key=lambda d: d.name)]
    }


def drill_card(drill: Drill, size: float | None, pace: Pace | None, model: SpaceModel) -> dict[str, Any]:
    """A drill, its definition and its geometry.

    Args:
        drill: the drill.
        size: any size over 0; None for its largest.
        pace: any pace, also one that the drill does not name; None for full.
        model: the clearances and run-outs in force.
    """
    asked = drill.size_max if size is None else size
    return {
        **_entry(drill),
        **traits(drill, model),
        "mirror": drill.mirror,
        "size_min": drill.size_min,
        "size_max": drill.size_max,
        **({"stretch": _ranges(drill.stretch)} if drill.stretch else {}),
        "paces": list(drill.paces),
        "definition": definition_json(drill),
        "geometry": _geometry(drill, asked, pace or "full", model),
    }


def _ranges(stretch: StretchRange) -> dict[str, list[float]]:
    """The factors that depth and width may have, smallest and largest."""
    low, high = stretch.low, stretch.high
    return {"depth": [low.depth, high.depth], "width": [low.width, high.width]}


def _entry(drill: Drill) -> dict[str, Any]:
    definition = drill.definition
    return {
        "name": drill.name,
        "title": drill.title,
        "aliases": definition.aliases,
        "family": drill.family,
        "cones": len(drill.cones),
        "source": [source.url for source in definition.source],
        "grade": definition.grade,
    }


def _geometry(drill: Drill, size: float, pace: Pace, model: SpaceModel) -> dict[str, Any]:
    figure = drill.figure(size)
    caller = {"caller": _place(figure.caller)} if figure.caller else {}
    return {
        "size": size,
        "pace": pace,
        "cones": [{"number": number, **_place(cone)} for number, cone in enumerate(figure.cones, 1)],
        "legs": [_leg(leg, room) for leg, room in zip(figure.legs, rooms(drill, pace, model), strict=True)],
        **caller,
    }


def _leg(figure: LegFigure, room: Room) -> dict[str, Any]:
    leg = figure.leg
    sometimes = {
        "facing_follows": "path" if leg.shape != "line" else None,
        "call": leg.call,
        "round_clearance": room.round_clearance,
    }
    return {
        "order": leg.order,
        "from": leg.start,
        "to": leg.end,
        "movement": leg.movement,
        "shape": leg.shape,
        "facing": figure.facing,
        "cut": leg.cut,
        **{key: value for key, value in sometimes.items() if value is not None},
        "path": [list(point.xy) for point in figure.path],
        "length": figure.length,
        "heading_out": figure.heading_out,
        "side_clearance": room.side_clearance,
        "run_out": room.run_out_at(figure.length),
    }


def _place(point: Point) -> dict[str, float]:
    return {"x": point.x, "y": point.y}
