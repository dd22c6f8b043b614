"""A layout as GeoJSON (RFC 7946) in local metres: the yard, what stands in it, hooks, cones and legs.

Coordinates are those of the layout, metres, rounded to a micrometre, and say so in `properties.crs` as
`importers` accept it: they are no longitude and latitude, and nobody can tell from them where the yard is.
What a feature is, its property `conedrills` says: `yard`, `obstacle`, `reference`, `cone`, `leg` or `caller`.
A ring runs counter-clockwise as the standard wants; where that of the layout does not, `clockwise` is true
and the rest of the ring, after its first point, is to be read backwards.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from conedrills import __version__
from conedrills.geometry import Path, Point
from conedrills.layout import Layout, Placement, layout_id
from conedrills.wording import plain_text
from conedrills.yard import Obstacle, Yard

CRS = "local metric: metres in the frame of the yard"
_LONGEST = 200  # characters of a name


def is_ours(content: bytes) -> bool:
    """Whether a file is such a collection, by what it says of its maker."""
    if b'"FeatureCollection"' not in content:
        return False
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return False
    maker = document.get("made_by") if isinstance(document, dict) else None
    return isinstance(maker, str) and maker.startswith("conedrills ")


def write(layout: Layout) -> bytes:
    """The features of a layout, one a line, with all the names that it holds; `public` takes them out."""
    head = {"type": "FeatureCollection", "made_by": f"conedrills {__version__}", "layout": layout_id(layout)}
    lines = ",\n".join(_json(feature) for feature in _features(layout))
    return f'{_json(head)[:-1]}, "features": [\n{lines}\n]}}\n'.encode()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _features(layout: Layout) -> Iterator[dict[str, Any]]:
    yield _yard(layout.yard)
    for obstacle in layout.yard.obstacles:
        yield _obstacle(obstacle)
    for reference in layout.yard.references:
        told = {"name": _text(reference.name), **({"what": _text(reference.what)} if reference.what else {})}
        yield _feature("reference", "Point", _place(reference.at), told)
    for number, placement in enumerate(layout.placements, 1):
        yield from _placement(placement, {"drill": placement.drill.name, "placement": number})


def _yard(yard: Yard) -> dict[str, Any]:
    names = yard.side_names or ("",) * len(yard.boundary)
    edges = [
        {"side": side, "kind": kind, **({"name": _text(name)} if name else {})}
        for side, (kind, name) in enumerate(zip(yard.side_kinds, names, strict=True))
        if name or kind != "hard"
    ]
    known: dict[str, Any] = {
        "name": _text(yard.name) or None,
        "edges": edges or None,
        "uncertainty": [_metres(metres) for metres in yard.uncertainty] or None,
        "surface": yard.surface if yard.surface != "dry" else None,
    }
    ring, clockwise = _ring(yard.boundary)
    return _feature(
        "yard",
        "Polygon",
        [ring],
        {
            **clockwise,
            "units": yard.units,
            "north": None if yard.north is None else _metres(yard.north),
            **{key: value for key, value in known.items() if value is not None},
        },
    )


def _obstacle(obstacle: Obstacle) -> dict[str, Any]:
    ring, clockwise = _ring(obstacle.polygon)
    told = {
        "kind": obstacle.kind,
        **({"name": _text(obstacle.name)} if obstacle.name else {}),
        **({"uncertainty": _metres(obstacle.uncertainty)} if obstacle.uncertainty else {}),
    }
    return _feature("obstacle", "Polygon", [ring], {**clockwise, **told})


def _placement(placement: Placement, of: dict[str, Any]) -> Iterator[dict[str, Any]]:
    size = {"pace": placement.pace, "size": placement.size, "mirrored": placement.pose.mirrored}
    for number, cone in enumerate(placement.cones, 1):
        yield _feature("cone", "Point", _place(cone), {**of, "number": number, **size})
    for leg in placement.legs:
        told = {
            "order": leg.order, "from": leg.start, "to": leg.end, "movement": leg.movement,
            "shape": leg.shape, "facing": _metres(leg.facing), "cut": leg.cut,
            **({"call": leg.call} if leg.call else {}),
            **({"athlete": _text(leg.athlete)} if leg.athlete else {}),
            "length": _metres(leg.length), "side_clearance": _metres(leg.side_clearance),
            "run_out": _metres(leg.run_out),
        }  # fmt: skip
        yield _feature("leg", "LineString", [_place(point) for point in leg.path], {**of, **told})
    if placement.caller:
        yield _feature("caller", "Point", _place(placement.caller), of)


def _feature(what: str, shape: str, coordinates: Any, told: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"conedrills": what, "crs": CRS, **told},
        "geometry": {"type": shape, "coordinates": coordinates},
    }


def _ring(path: Path) -> tuple[list[list[float]], dict[str, bool]]:
    """A closed ring that runs counter-clockwise from its first point, and whether it was turned for that."""
    doubled = sum(one.x * other.y - other.x * one.y for one, other in zip(path, _after(path), strict=True))
    turned = doubled < 0.0
    places = [_place(point) for point in ((path[0], *path[:0:-1]) if turned else path)]
    return [*places, places[0]], {"clockwise": True} if turned else {}


def _after(path: Path) -> Path:
    return (*path[1:], path[0])


def _place(point: Point) -> list[float]:
    return [_metres(point.x), _metres(point.y)]


def _metres(value: float) -> float:
    return round(float(value), 6) + 0.0  # + 0.0: never -0


def _text(text: str) -> str:
    return plain_text(text, _LONGEST)
