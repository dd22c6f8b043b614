"""Drills of the user's own: the folders in which they are looked for, and what lies there.

One folder goes with a yard, `conedrills/drills` beside its file; one with a person, in the folder where the
platform keeps settings. What lies there is a stranger's: a file that cannot be read is named and left out,
and spoils none of the others.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import platformdirs

from conedrills.drill import Drill, alike, drill_names, find_drill, read_drill
from conedrills.errors import DrillError, UsageError
from conedrills.wording import plain_text

BESIDE = Path("conedrills", "drills")
"""Where drills lie beside a yard file."""
_MOST_FILES = 500  # in a folder; nobody has written more drills than that
_MOST_ENTRIES = 20_000


@dataclass(frozen=True)
class Shelf:
    """Drills of the user's own by name, where each lies, and the files that are no drills with the reason."""

    drills: Mapping[str, Drill] = field(default_factory=dict)
    places: Mapping[str, Path] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def find(self, wanted: str) -> Drill:
        """A drill by name or alias, the user's own first; or from a file named by path.

        Raises:
            DrillError: the file cannot be read or is wrong.
            UsageError: nothing of that name is known; the message names the nearest.
        """
        if is_path(wanted):
            return read_drill(Path(wanted))
        for told in (_by_name, _by_alias):
            for drill in self.drills.values():
                if any(alike(wanted, word) for word in told(drill)):
                    return drill
            if told is _by_name and any(alike(wanted, name) for name in drill_names()):
                break  # a name of the library is no alias of anything
        for stem, message in self.broken.items():
            if alike(wanted, stem):
                raise DrillError(message)
        return find_drill(wanted, [word for drill in self.drills.values() for word in _all_words(drill)])


def is_path(wanted: str) -> bool:
    """Whether a drill is meant by its file."""
    return wanted.lower().endswith(".toml") or "/" in wanted or "\\" in wanted


def config_folder() -> Path:
    """Where a person's own drills lie, on this platform."""
    return platformdirs.user_config_path("conedrills", appauthor=False) / "drills"


def folders(yard_file: Path | None) -> tuple[Path, ...]:
    """Where drills are looked for, the ones that count most first.

    Args:
        yard_file: the yard that they are for; None where there is none.
    """
    beside = [] if yard_file is None or str(yard_file) == "-" else [yard_file.parent / BESIDE]
    return (*beside, config_folder())


def own_drills(yard_file: Path | None = None) -> Shelf:
    """What lies in the folders; of two drills of one name the one beside the yard."""
    drills: dict[str, Drill] = {}
    places: dict[str, Path] = {}
    broken: dict[str, str] = {}
    notes: list[str] = []
    for folder in folders(yard_file):
        try:
            if _is_library(folder):
                continue
            files = _files(folder)
        except OSError as error:
            notes.append(f"{_shown(folder)}: cannot be read: {error.strerror or 'no reason given'}.")
            continue
        if len(files) > _MOST_FILES:
            notes.append(f"{_shown(folder)}: the first {_MOST_FILES} of its drill files are read.")
        for file in files[:_MOST_FILES]:
            try:
                drill = read_drill(file)
            except (DrillError, UsageError) as error:
                broken.setdefault(file.stem, str(error))
                notes.append(f"{_shown(file)}: left out, it is no drill. `conedrills drills check` says why.")
                continue
            if drill.name in drills:
                notes.append(f'{_shown(file)}: left out, "{drill.name}" is there already.')
                continue
            if drill.name in drill_names():
                notes.append(f'{_shown(file)}: takes the place of "{drill.name}" of the library.')
            drills[drill.name], places[drill.name] = drill, file
    return Shelf(drills, places, broken, tuple(notes))


def _files(folder: Path) -> list[Path]:
    """The drill files of a folder, in the order of name; none where there is no folder."""
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        names = [entry.name for entry in islice(entries, _MOST_ENTRIES) if entry.name.endswith(".toml")]
    files = (folder / name for name in sorted(names) if not name.startswith("."))
    return [file for file in files if file.is_file()]  # nothing that never ends, or waits for a writer


def _is_library(folder: Path) -> bool:
    """Whether it is the library itself, as beside a yard file in a checkout of ours."""
    return (folder / "__init__.py").exists() or (folder.parent / "__init__.py").exists()


def _by_name(drill: Drill) -> Iterable[str]:
    return (drill.name,)


def _by_alias(drill: Drill) -> Iterable[str]:
    return _all_words(drill)


def _all_words(drill: Drill) -> tuple[str, ...]:
    file = drill.definition
    return (drill.name, file.title, *file.aliases)


def _shown(path: Path) -> str:
    return plain_text(str(path), 200)
