"""Our own yard file. `yardfile` is what it may say; `yardmaker` makes a yard of it.

A file may name another, beside it, that holds a walk with a receiver, and correct that with tapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conedrills import importers
from conedrills.errors import YardError
from conedrills.fieldtypes import shown
from conedrills.wording import plain_text
from conedrills.yard import Yard
from conedrills.yardfile import YardFile
from conedrills.yardmaker import yard_from


def claims(source: importers.Source) -> bool:
    """Whether it is JSON; a GeoJSON file is claimed before by its own format."""
    return source.looks_like_json


def read(source: importers.Source, feature: str | None) -> Yard:
    """The yard that a file of our own says.

    Args:
        source: what was read.
        feature: for the file that this one names; otherwise it must be None: a file of ours has one boundary.

    Raises:
        YardError: with every mistake found, each with its line, its key path and what would be right.
    """
    content = source.json
    if not isinstance(content, dict):
        raise YardError(source.problem([], f"a yard file is keys and values in {{ }}, not {shown(content)}."))
    if content.get("format") == "conedrills-layout":
        raise YardError(
            f"{source.label}: this is a layout, not a yard; `conedrills refit` lays its drills out in a yard."
        )
    strange = [key for key in content if key not in YardFile.model_fields]
    if not content.keys() & {"boundary", "measure"} and len(strange) > len(content) - len(strange):
        keys = ", ".join(plain_text(key, 40) for key in strange[:8])
        raise YardError(
            f'{source.label}: it is JSON, but no yard file: it has neither "boundary" nor "measure", and'
            f" these keys are unknown: {keys}. Write one with `conedrills yard new`, or copy its numbers into"
            " the form that README.md shows."
        )
    walk = _walk(source, content, feature)
    if feature is not None and walk is None:
        raise YardError(
            f"{source.label}: --feature chooses among the polygons of a GeoJSON file; this is not one."
        )
    corners = tuple(point.xy for point in walk.boundary) if walk else ()
    return yard_from(source, content, source.stem, walked=corners)


def _walk(source: importers.Source, content: Mapping[str, Any], feature: str | None) -> Yard | None:
    """The yard in the file that `measure` names, which lies beside this one."""
    measure = content.get("measure")
    name = measure.get("file") if isinstance(measure, dict) else None
    if not isinstance(name, str):
        return None
    where = ("measure", "file")
    if source.folder is None:
        raise YardError(source.problem(where, "a file that is piped in cannot name another one beside it."))
    if name.strip(". ") == "" or any(sign in name for sign in "/\\:\0") or name.endswith(".json"):
        raise YardError(
            source.problem(where, "give the name alone of a KML, GPX or GeoJSON file in the same folder.")
        )
    return importers.read_yard(source.folder / name, feature)
