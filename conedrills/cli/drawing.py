"""What `conedrills drills -o` writes: the drawing of a drill, or the contact sheet of them all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from conedrills.cli import options, talk
from conedrills.compose import Paper
from conedrills.compose.drawn import drawing
from conedrills.compose.library import contact_roll, contact_sheet
from conedrills.drill import Drill, definition_json
from conedrills.errors import UsageError
from conedrills.exporters import files
from conedrills.sheet import Sheet
from conedrills.wording import plain_text
from conedrills.writing import check_target, write_file
from conedrills.yard import Units

_FORMATS = (".svg", ".pdf")


def draw(
    output: str,
    drills: Sequence[Drill],
    size: float | None,
    how: tuple[Paper | None, Units | None, str],
    *,
    force: bool,
) -> None:
    """Write a drawing of one drill with a size, of several without one a contact sheet, and say so.

    Args:
        output: where; its suffix says the format.
        drills: what to draw.
        size: of the one drill; None for a contact sheet.
        how: paper, units and language.
        force: whether a file that is not ours may be replaced.

    Raises:
        UsageError: the format cannot be drawn.
        ExportError: the file cannot be written, or is not ours.
    """
    path = Path(output)
    if path.suffix.lower() not in _FORMATS:
        shown = plain_text(output, 200)
        raise UsageError(f"{shown}: a drill is drawn as .svg or .pdf. Give the file a name that ends so.")
    check_target(path, force=force)
    paper, units, language = how
    shape = options.default_paper(paper, units or (_units(drills[0]) if size is not None else "yd"))
    if size is not None:
        sheet = drawing(drills[0], size, paper=shape, units=units, language=language)
    else:
        make = contact_roll if path.suffix.lower() == ".svg" else contact_sheet
        sheet = make(drills, paper=shape, units=units, language=language)
    written = contents(sheet, path, drills)
    for name in written:
        check_target(name, force=force)
    for name, content in written.items():
        write_file(name, content, force=force)
    talk.say(f"Wrote {' and '.join(str(name) for name in written)}.")


def contents(sheet: Sheet, path: Path, drills: Sequence[Drill]) -> dict[Path, bytes]:
    """The files of a drawing; what they carry says whose they are, and what is drawn."""
    carried = {"format": "conedrills-drills", "version": 1, "drills": [drill.name for drill in drills]}
    if len(drills) == 1:
        carried |= {"definition": definition_json(drills[0])}
    return files(sheet, path, source=json.dumps(carried, ensure_ascii=False, sort_keys=True).encode())


def _units(drill: Drill) -> Units:
    given = drill.definition.units
    return "ft" if given == "in" else given
