"""Floors: a room imports rooms to its left, siblings in a socket none, third parties stay in their rooms."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

FLOORS = (
    "errors", "wording", "strictjson", "units", "geometry", "survey", "yard", "language", "fence",
    "network", "placing", "blunders", "bearings", "traverse", "adjust", "fieldtypes", "legs", "measurefile",
    "yardfile", "measured", "yardmaker", "yardwriter", "geodesy", "safexml",
    "importers", "drillfile", "figure", "apart", "drillreader", "drill", "shelf", "space", "finding", "card",
    "layout", "partner",
    "layoutfile", "migrations", "layoutreader", "layoutwriter", "hooks", "public", "programs", "search",
    "screening", "cover", "turning", "subject", "relaxing", "proving", "ground", "moving", "fit", "common",
    "certificate", "remedies", "steps", "hanging", "walking", "setout", "sharecode", "session",
    "remeasure", "standing", "check", "certificatefile", "exact", "rows", "boxes", "course", "verify",
    "fonts", "sheet", "labels", "qr", "compose", "exporters", "opening", "writing", "plan", "matching",
    "draft", "replies", "questions", "interview", "textplan",
    "cli",
)  # fmt: skip
"""Every room, and what it may know: those before it."""
SOCKETS = {"importers", "drills", "exporters"}
PACKAGES = {"cli", "compose", "opening"}
"""Rooms that outgrew a file: one module a part, which may know each other."""
THIRD_PARTIES: Mapping[str, set[str]] = {
    "click": {"cli"},
    "svgwrite": {"exporters/svg"},
    "reportlab": {"exporters/pdf"},
    "pypdf": {"opening"},
    "ezdxf": {"exporters/dxf", "importers/dxf"},
    "segno": {"qr"},
    "fontTools": {"importers/svg"},
    "shapefile": {"importers/shapefile"},
    "platformdirs": {"shelf"},
    "shapely": {
        "geometry",
        "yard",
        "fence",
        "cover",
        "ground",
        "fit",
        "remedies",
        "hooks",
        "setout",
        "remeasure",
        "standing",
        "check",
    },
    "numpy": {
        "geometry",
        "network",
        "placing",
        "blunders",
        "programs",
        "search",
        "screening",
        "cover",
        "turning",
        "subject",
        "relaxing",
        "proving",
        "ground",
        "moving",
        "fit",
        "certificate",
    },
    "pydantic": {
        "fieldtypes",
        "legs",
        "measurefile",
        "yardfile",
        "yardmaker",
        "drillfile",
        "drill",
        "layoutfile",
        "layoutreader",
    },
}
FIRST_OPINION = {
    "programs", "search", "screening", "cover", "turning", "subject", "relaxing", "proving", "ground",
    "moving", "fit", "common", "certificate", "remedies", "hooks", "steps", "hanging", "walking", "setout",
}  # fmt: skip
SECOND_OPINION = {
    "remeasure",
    "standing",
    "check",
    "certificatefile",
    "exact",
    "rows",
    "boxes",
    "course",
    "verify",
}
"""Who places drills and who judges it: they must not make the same mistake, so they share nothing."""
PACKAGE = Path(__file__).resolve().parents[1] / "conedrills"


def test_the_house_stands() -> None:
    assert list(violations(PACKAGE)) == []


def test_only_rooms_of_the_plan_exist() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert folders <= SOCKETS | PACKAGES


EXPORTER = "exporters/pdf.py"
PLANTED = {
    "fit imports sheet, which is above it": ("fit.py", "from conedrills.sheet import Sheet"),
    "yard imports click, which belongs in cli": ("yard.py", "import click"),
    "exporters/pdf imports its sibling exporters/svg": (
        EXPORTER,
        "from conedrills.exporters.svg import write",
    ),
    "exporters/pdf imports its sibling exporters/txt": (EXPORTER, "from conedrills.exporters import txt"),
    "sheet imports numpy, which belongs in blunders, certificate, cover, fit, geometry, ground, moving, "
    "network, placing, programs, proving, relaxing, screening, search, subject, turning": (
        "sheet.py",
        "import numpy as np",
    ),
    "compose imports requests, which belongs nowhere": ("compose.py", "def f():\n    import requests"),
    "drill imports plan, which is above it": ("drill.py", "from conedrills import plan"),
    "check imports fit, of which it must know nothing": ("check.py", "import conedrills.fit"),
    "check imports screening, of which it must know nothing": ("check.py", "import conedrills.screening"),
    "remeasure imports ground, of which it must know nothing": (
        "remeasure.py",
        "from conedrills.ground import ready",
    ),
    "verify imports search, of which it must know nothing": (
        "verify.py",
        "from conedrills.search import climb",
    ),
    "geometry has a relative import": ("geometry.py", "from . import errors"),
    "card imports helpers, which is no room": ("card.py", "from conedrills.helpers import tidy"),
    "units loads conedrills.cli, which is above it": (
        "units.py",
        "from importlib import import_module\nimport_module('conedrills.cli')",
    ),
    "helpers is no room of the plan": ("helpers.py", "tidy = 1"),
}


@pytest.mark.parametrize("violation", PLANTED)
def test_the_test_can_fail(violation: str, tmp_path: Path) -> None:
    for room in ("errors", "geometry", "yard", "drill", "fit", "layout", "check", "sheet", "compose"):
        (tmp_path / f"{room}.py").write_text("import math\nfrom conedrills.errors import YardError\n")
    for place in ("exporters/svg.py", "exporters/txt.py", "exporters/pdf.py"):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_text("from conedrills.sheet import Sheet\n")
    (tmp_path / "errors.py").write_text("import math\n")
    assert list(violations(tmp_path)) == []
    name, code = PLANTED[violation]
    (tmp_path / name).write_text(code + "\n")
    assert list(violations(tmp_path)) == [violation]


def violations(package: Path) -> Iterator[str]:
    """Every broken rule, in words."""

    def siblings(socket: str, name: str) -> bool:
        return (package / socket / f"{name}.py").exists()

    for file in sorted(package.rglob("*.py")):
        place = file.relative_to(package).with_suffix("").as_posix().removesuffix("/__init__")
        if place in {"__init__", "__main__"}:
            continue
        room = place.split("/")[0]
        if room not in FLOORS and room not in SOCKETS:
            yield f"{room} is no room of the plan"
            continue
        for module, how in _imports(ast.parse(file.read_text("utf-8"))):
            yield from _judge(place, room, module.split("."), how, siblings)


def _judge(
    place: str, room: str, module: list[str], how: str, siblings: Callable[[str, str], bool]
) -> Iterator[str]:
    if module == [""]:
        yield f"{place} has a relative import"
    elif module[0] == "conedrills":
        other = ".".join(module[1:2])
        if other in {"", "__version__"} or (room == other and room in PACKAGES):
            return
        if room == other:
            # the socket itself knows what is plugged in; what begins with _ is shared
            if "/" in place and module[2:] and siblings(*module[1:3]) and not module[2].startswith("_"):
                yield f"{place} imports its sibling {'/'.join(module[1:3])}"
        elif other not in FLOORS:
            if other not in SOCKETS:
                yield f"{place} imports {other}, which is no room"
        elif FLOORS.index(other) > FLOORS.index(room):
            yield f"{place} {how} {other if how == 'imports' else '.'.join(module)}, which is above it"
        elif room in SECOND_OPINION and other in FIRST_OPINION:
            yield f"{place} imports {other}, of which it must know nothing"
    elif module[0] not in sys.stdlib_module_names:
        rooms = THIRD_PARTIES.get(module[0], set())
        if place not in rooms and room not in rooms:
            home = f"in {', '.join(sorted(rooms))}" if rooms else "nowhere"
            yield f"{place} imports {module[0]}, which belongs {home}"


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """What a module imports, wherever in it, also by name through importlib."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((alias.name, "imports") for alias in names)
            case ast.ImportFrom(level=0, module="conedrills", names=names):
                yield from ((f"conedrills.{alias.name}", "imports") for alias in names)
            case ast.ImportFrom(level=0, module=str(module), names=names):
                if module in {f"conedrills.{socket}" for socket in SOCKETS}:
                    yield from ((f"{module}.{alias.name}", "imports") for alias in names)
                else:
                    yield module, "imports"
            case ast.ImportFrom():
                yield "", "imports"
            case ast.Call(func=func, args=[ast.Constant(value=str(module)), *_]) if _is_import_module(func):
                yield module, "loads"


def _is_import_module(func: ast.expr) -> bool:
    return getattr(func, "attr", getattr(func, "id", "")) == "import_module"
