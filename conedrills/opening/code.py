"""The layout of a share code, whole again: with its tightest places, and set out anew.

What `sharecode` reads has passed no law yet: it is written as a layout file and read back like any other.
"""

from __future__ import annotations

from dataclasses import replace

from conedrills.errors import LayoutError, YardError
from conedrills.hooks import reworded
from conedrills.layout import Layout
from conedrills.layoutreader import loads
from conedrills.layoutwriter import dumps
from conedrills.remeasure import RawYard, rebuilt
from conedrills.setout import LONGEST, SHORTEST, set_out
from conedrills.sharecode import read_code
from conedrills.yard import validated

LABEL = "share code"


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
        made_by="",
    )
    tape = min(max(layout.tape, SHORTEST), LONGEST) if layout.tape else None
    layout = set_out(layout, tape)
    return replace(layout, yard=replace(layout.yard, references=reworded(layout.yard)))
