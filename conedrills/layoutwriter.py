"""A layout as its file holds it: the keys in their order, and JSON that people can read and compare.

Coordinates unrounded, equal bytes for equal layouts. What may stand in a file is `layoutfile`'s to say.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from conedrills import __version__
from conedrills.drill import Stretch, definition_json
from conedrills.geometry import Path, Point
from conedrills.language import ENGLISH, Voice
from conedrills.layout import (
    Common,
    Hook,
    Layout,
    PlacedLeg,
    Placement,
    Remedy,
    SetoutRow,
    Tape,
    Tie,
    Unplaced,
    layout_id,
    remedy_words,
)
from conedrills.layoutfile import FORMAT, VERSION
from conedrills.yard import Reference, Units, Yard


def dumps(layout: Layout) -> bytes:
    """The layout file: UTF-8 JSON for people too, coordinates unrounded, equal bytes for equal layouts."""
    return (_written(to_json(layout), "") + "\n").encode("utf-8")


def _written(value: Any, indent: str) -> str:
    """JSON text in which whatever fits on one line is on one line."""
    line = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if not isinstance(value, dict | list) or len(line) + len(indent) <= _LINE:
        return line
    deeper = indent + "  "
    if isinstance(value, dict):
        parts = [
            f"{json.dumps(key, ensure_ascii=False)}: {_written(part, deeper)}" for key, part in value.items()
        ]
    else:
        parts = [_written(part, deeper) for part in value]
    first, last = "{}" if isinstance(value, dict) else "[]"
    return f"{first}\n{deeper}" + f",\n{deeper}".join(parts) + f"\n{indent}{last}"


_LINE = 100  # characters


def to_json(layout: Layout) -> dict[str, Any]:
    """The layout as its file holds it: all coordinates yard metres, all angles degrees."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_by": layout.made_by or f"conedrills {__version__}",
        "id": layout_id(layout),
        "title": layout.title,
        "units": layout.units,
        **({} if layout.tape is None else {"tape": _number(layout.tape)}),
        **({"notes": list(layout.notes)} if layout.notes else {}),
        "yard": _yard_json(layout.yard, layout.units),
        "space": layout.space.to_json(),
        "drills": {name: definition_json(drill) for name, drill in layout.all_drills.items()},
        "placements": [_placement_json(placement) for placement in layout.placements],
        "unplaced": [_unplaced_json(unplaced, layout.units) for unplaced in layout.unplaced],
    }


def _yard_json(yard: Yard, units: Units) -> dict[str, Any]:
    known = {
        "north": yard.north,
        "surface": yard.surface if yard.surface != "dry" else None,
        "sun": yard.sun or None,
        "slope": yard.slope or None,
        "notes": list(yard.notes) or None,
        # only where the layout is shown in other units; not "units", for the numbers here are metres
        "measured_in": yard.units if yard.units != units else None,
        "space": _plain(yard.space) or None,
    }
    return {
        "name": yard.name,
        "boundary": _pairs(yard.boundary),
        "edges": _edges_json(yard),
        "obstacles": [
            {
                "name": obstacle.name,
                "kind": obstacle.kind,
                "polygon": _pairs(obstacle.polygon),
                **({"uncertainty": _number(obstacle.uncertainty)} if obstacle.uncertainty else {}),
            }
            for obstacle in yard.obstacles
        ],
        "references": [_reference_json(reference) for reference in yard.references],
        "uncertainty": [_number(metres) for metres in yard.uncertainty or (0.0,) * len(yard.boundary)],
        **{key: value for key, value in known.items() if value is not None},
    }


def _reference_json(reference: Reference) -> dict[str, Any]:
    away = reference.away
    return {
        "name": reference.name,
        "what": reference.what,
        **_xy(reference.at),
        **({"kind": reference.kind} if reference.kind != "named" else {}),
        **({"from": away.start, "distance": _number(away.distance)} if away else {}),
    }


def _edges_json(yard: Yard) -> list[dict[str, Any]]:
    """The sides that are not hard, or have a name."""
    names = yard.side_names or ("",) * len(yard.boundary)
    return [
        {"side": side, "kind": kind, **({"name": name} if name else {})}
        for side, (kind, name) in enumerate(zip(yard.side_kinds, names, strict=True))
        if name or kind != "hard"
    ]


def _placement_json(placement: Placement) -> dict[str, Any]:
    drill, tightest = placement.drill, placement.tightest
    checks = [
        {"from": check.start, "to": check.end, "distance": _number(check.distance)}
        for check in placement.checks
    ]
    return {
        "drill": drill.name,
        "title": drill.title,
        "family": drill.family,
        "pace": placement.pace,
        "size": _number(placement.size),
        **({"stretch": _factors_json(placement.stretch)} if placement.stretch else {}),
        "size_bound": None if placement.size_bound is None else _number(placement.size_bound),
        "size_min": _number(drill.size_min),
        "size_max": _number(drill.size_max),
        "gap_reached": placement.gap_reached,
        **({"common": _common_json(placement.common)} if placement.common else {}),
        "comparable": placement.comparable,
        "mirrored": placement.pose.mirrored,
        "origin": _pair(placement.pose.origin),
        "rotation": _number(placement.pose.rotation),
        "cones": [{"number": number, **_xy(cone)} for number, cone in enumerate(placement.cones, 1)],
        "legs": [_leg_json(leg) for leg in placement.legs],
        "tightest": tightest
        and {"distance": _number(tightest.distance), **_xy(tightest.at), "to": tightest.to},
        "setout": [_row_json(row) for row in placement.setout],
        **({"checks": checks} if checks else {}),
        **({"caller": _xy(placement.caller)} if placement.caller else {}),
        **({} if placement.apart is None else {"apart": _number(placement.apart)}),
        "remarks": list(placement.remarks),
    }


def _row_json(row: SetoutRow) -> dict[str, Any]:
    check = {} if row.check is None else {"check": _tape_json(row.check)}
    if isinstance(row, Tie):
        tapes = [_tape_json(tape) for tape in row.tapes]
        return {
            "cone": row.cone,
            "from": tapes,
            "side": row.side,
            **check,
            "cut_angle": _number(row.cut_angle),
        }
    laid = {"from": row.start, "to": row.end, "distance": _number(row.along)}
    return {"cone": row.cone, "along": laid, "offset": _number(row.offset), **check}


def _tape_json(tape: Tape) -> dict[str, Hook | float]:
    kind = "reference" if isinstance(tape.at, str) else "cone"
    return {kind: tape.at, "distance": _number(tape.distance)}


def _common_json(common: Common) -> dict[str, Any]:
    bound = None if common.size_bound is None else _number(common.size_bound)
    return {"size_bound": bound, "gap_reached": common.gap_reached}


def _factors_json(stretch: Stretch) -> dict[str, float]:
    return {"depth": _number(stretch.depth), "width": _number(stretch.width)}


def _leg_json(leg: PlacedLeg) -> dict[str, Any]:
    around = leg.round_clearance
    return {
        "order": leg.order,
        "from": leg.start,
        "to": leg.end,
        "movement": leg.movement,
        "shape": leg.shape,
        "facing": _number(leg.facing),
        **({"facing_follows": "path"} if leg.facing_follows else {}),
        "cut": leg.cut,
        **({"call": leg.call} if leg.call else {}),
        **({"athlete": leg.athlete} if leg.athlete else {}),
        "do": leg.do,
        "length": _number(leg.length),
        "path": _pairs(leg.path),
        "heading_out": _number(leg.heading_out),
        "side_clearance": _number(leg.side_clearance),
        "run_out": _number(leg.run_out),
        **({} if around is None else {"round_clearance": _number(around)}),
    }


def _unplaced_json(unplaced: Unplaced, units: Units) -> dict[str, Any]:
    return {
        "drill": unplaced.drill.name,
        "title": unplaced.drill.title,
        "pace": unplaced.pace,
        "reason": unplaced.reason,
        "size_bound": None if unplaced.size_bound is None else _number(unplaced.size_bound),
        "size_min": _number(unplaced.drill.size_min),
        "binding": list(unplaced.binding),
        "remedies": [_remedy_json(remedy, units) for remedy in unplaced.remedies],
    }


def _remedy_json(remedy: Remedy, units: Units) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "mirror": remedy.mirror,
        "pace": remedy.pace,
        "surface": remedy.surface,
        "obstacle": remedy.obstacle,
        "side": remedy.side,
        "name": remedy.name or None,
        "distance": None if remedy.distance is None else _number(remedy.distance),
        "cone": remedy.cone,
        "leg": remedy.leg,
        "drill": remedy.drill,
    }
    stated = {key: value for key, value in figures.items() if value is not None}
    return {"kind": remedy.kind, "text": remedy_words(remedy, Voice(ENGLISH, units)), **stated}


def _number(value: float) -> float:
    """The float itself: 2 becomes 2.0 and -0.0 becomes 0.0, so that equal layouts are equal bytes."""
    return float(value) + 0.0


def _pair(point: Point) -> list[float]:
    return [_number(point.x), _number(point.y)]


def _pairs(path: Path) -> list[list[float]]:
    return [_pair(point) for point in path]


def _xy(point: Point) -> dict[str, float]:
    return {"x": _number(point.x), "y": _number(point.y)}


def _plain(value: Any) -> Any:
    """Mappings and sequences of a yard's own clearances as JSON has them."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value
