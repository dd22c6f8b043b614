"""Drills of two lengths: those of `drills` beside this, whatever the library has."""

from __future__ import annotations

from pathlib import Path

from conedrills.drill import Drill, drill_names, load_drill, read_drill

DRILLS = {file.stem: read_drill(file) for file in sorted((Path(__file__).parent / "drills").glob("*.toml"))}
"""By name."""
BREAK, ZIG_ZAG = DRILLS["break-of-two-lengths"], DRILLS["zig-zag-of-two-lengths"]


def in_library() -> list[Drill]:
    """Those of the library: there may be none."""
    return [drill for drill in map(load_drill, drill_names()) if drill.stretch is not None]
