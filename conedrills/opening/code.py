"""The layout of a share code, whole again: with its tightest places, and set out anew.

What `sharecode` reads has passed no law yet: it is written as a layout file and read back like any other.
"""

from __future__ import annotations

from dataclasses import replace

from conedrills.errors import LayoutError, YardError
from conedrills.hooks import Sight, spots
from conedrills.layout import Layout
from conedrills.layoutreader import loads
from conedrills.layoutwriter import dumps
from conedrills.remeasure import RawYard, rebuilt
from conedrills.setout import LONGEST, SHORTEST, TAPE, set_out
from conedrills.sharecode import read_code
from conedrills.units import format_length, tape_units
from conedrills.yard import Reference, validated

LABEL = "share code"
_SAME_PLACE = 0.001  # metres; a code counts tenths of a millimetre


def from_code(text: str) -> Layout:
    """The layout of a code; drills that are not known here are left out, and a note says so.

    Raises:
        LayoutError: it is no code, is damaged, or says what cannot be.
    """
    read = read_code(text)
    layout = loads(dumps(read.layout), LABEL)
    try:
        validated(layout.yard)
    except YardError as error:
        raise LayoutError(f"{LABEL}: {error}") from error
    ground = RawYard(layout.yard)
    layout = replace(
        layout,
        placements=tuple(
            replace(placement, tightest=ground.tightest(rebuilt(layout, placement)))
            for placement in layout.placements
        ),
        notes=read.left_out,
    )
    tape = min(max(layout.tape, SHORTEST), LONGEST) if layout.tape else None
    layout = set_out(layout, tape)
    return replace(layout, yard=replace(layout.yard, references=_told(layout)))


def _told(layout: Layout) -> tuple[Reference, ...]:
    """The reference points, those of a corner with the words by which anybody finds it."""
    yard, units = replace(layout.yard, references=()), tape_units(layout.units)
    found = spots(yard, units, TAPE[layout.units], Sight(yard))
    plain = [spot for spot in found if spot.kind in {"corner", "thing"}]
    told: list[Reference] = []
    for reference in layout.yard.references:
        near = (spot.what for spot in plain if (spot.at - reference.at).length < _SAME_PLACE)
        what = reference.what or next(near, "")
        alike = [other for other in told if what and other.what == what]
        if alike and not reference.what:
            far = format_length((alike[0].at - reference.at).length, units)
            what = f"{what}, {far} from {alike[0].name}"
        told.append(replace(reference, what=what))
    return tuple(told)
