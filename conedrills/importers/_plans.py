"""Drawn plans: which outline is the yard and what stands in it, by names and by what lies about what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from conedrills import importers
from conedrills.geometry import Line
from conedrills.importers._layers import Layer, Shape, counted, encloses_all, yard_of
from conedrills.yard import Units, Yard

_YARD = re.compile(
    r"^(?:.*[^a-z])?(?:bound(?:ary|aries)?|yard|parcel|parcelle|lot|plot|lawn|property|garden|garten|"
    r"grundst[uü]ck|flurst[uü]ck|grenze|rasen|terrain|jardin)(?:[^a-z].*)?$",
    re.IGNORECASE,
)
_NEIGHBOUR = re.compile(r"neighbo|nachbar|voisin|adjacent", re.IGNORECASE)
_SOFT = re.compile(r"soft|bed|border|flower|beet|blume|massif", re.IGNORECASE)


def planned_yard(
    source: importers.Source,
    shapes: Sequence[tuple[str, Line]],
    feature: str | None,
    *,
    units: Units,
    left_out: Mapping[str, int],
) -> Yard:
    """The yard among the closed outlines of a plan.

    Args:
        source: what was read.
        shapes: outlines with their names, metres; at least one.
        feature: which of several may be meant, by name or by number from 1.
        units: in what people count.
        left_out: what else is drawn, by its name in English.

    Raises:
        YardError: several may be the yard and none is chosen.
    """
    grounds, others = _grounds(shapes)
    yard = yard_of(replace(source, units="m"), [grounds, *others], feature, grounds=[grounds])
    notes = [note for note in yard.notes if "polygons in the file" not in note]
    if left_out:
        notes.append(f"left out: {counted(left_out)}.")
    kinds = [replace(one, kind="soft") if _SOFT.search(one.name) else one for one in yard.obstacles]
    name = yard.name if yard.name not in {shape.names[0] for shape in grounds.shapes} else source.stem
    return replace(yard, name=name, obstacles=tuple(kinds), north=None, units=units, notes=tuple(notes))


def _grounds(shapes: Sequence[tuple[str, Line]]) -> tuple[Layer, list[Layer]]:
    """What may be the yard, and all else by its name."""
    named = [one for one in shapes if _YARD.match(one[0]) and not _NEIGHBOUR.search(one[0])]
    if not named:
        rings = [ring for _, ring in shapes]
        about = [
            one for one in shapes if encloses_all(one[1], [ring for ring in rings if ring is not one[1]])
        ]
        own = [one for one in shapes if not _NEIGHBOUR.search(one[0])]
        named = about if len(about) == 1 else own or list(shapes)
    grounds = Layer("", "", tuple(Shape((ring,), (name,), at) for at, (name, ring) in enumerate(named)))
    chosen = {id(ring) for _, ring in named}
    others: dict[str, list[Shape]] = {}
    for at, (name, ring) in enumerate(shapes):
        if id(ring) not in chosen and not _NEIGHBOUR.search(name):
            others.setdefault(name, []).append(Shape((ring,), (name,), at))
    return grounds, [Layer(name, "", tuple(found)) for name, found in others.items()]
