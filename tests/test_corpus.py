"""What released versions wrote is opened, and is the layout that it was.

What a later one writes is read as far as it can be, or says that it is newer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from conedrills import layoutreader
from conedrills.check import problems
from conedrills.errors import LayoutError
from conedrills.layout import layout_id
from conedrills.layoutfile import VERSION
from conedrills.migrations import MIGRATIONS, migrated
from conedrills.opening import layout_in, open_layout
from conedrills.public import canonical

CORPUS = Path(__file__).resolve().parent / "corpus"
FILES = sorted(path for path in CORPUS.glob("*/*") if path.is_file())
IDS = {"0.1.0": "abrvze"}
"""The id that each version printed on its sheets: a hash that may never change."""
KINDS = {".json", ".svg", ".pdf", ".html", ".txt"}


def label(path: Path) -> str:
    return path.relative_to(CORPUS).as_posix()


@pytest.mark.parametrize("path", FILES, ids=label)
def test_a_file_of_a_released_version_is_opened(path: Path) -> None:
    layout = open_layout(path)
    assert layout_id(layout) == IDS[path.parent.name]
    assert problems(layout) == ()
    assert [placement.drill.name for placement in layout.placements] == ["short-box"]
    if path.suffix != ".txt":  # a code is set out anew
        assert canonical(layout) == canonical(open_layout(path.parent / "layout.json"))


def test_every_kind_of_file_of_every_version_is_there() -> None:
    for version in IDS:
        assert {path.suffix for path in FILES if path.parent.name == version} >= KINDS


def newest() -> dict[str, Any]:
    data = json.loads((CORPUS / "0.1.0" / "layout.json").read_text("utf-8"))
    assert isinstance(data, dict)
    return data


def test_keys_of_a_later_version_are_told_and_the_rest_is_read() -> None:
    data = newest()
    data["weather"] = {"rain": True}
    data["_private"] = data["x-tool"] = 1
    data["yard"]["obstacles"][0]["height"] = 2.0
    data["placements"][0]["setout"][0]["who"] = "you"
    layout = layout_in(json.dumps(data).encode(), "later.json")
    assert set(layout.unread) == {"weather", "yard, obstacles, height", "placements, setout, who"}
    assert layout == open_layout(CORPUS / "0.1.0" / "layout.json")
    assert open_layout(CORPUS / "0.1.0" / "layout.json").unread == ()


def test_a_newer_file_says_so_before_anything_else_is_looked_at() -> None:
    with pytest.raises(LayoutError) as error:
        layout_in(b'{"format": "conedrills-layout", "version": 2, "yard": 3}', "later.json")
    assert str(error.value) == (
        "later.json: made by a newer conedrills (version 2); update, or ask for a PDF."
    )


def test_migrations_lead_from_every_version_to_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: a version 2 that calls a title a heading, and a version 3 that has it in a list."""

    def to_2(data: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**{key: part for key, part in data.items() if key != "title"}, "heading": data["title"]}

    def to_3(data: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**data, "heading": [data["heading"]]}

    old = newest()
    kept = json.dumps(old)
    new = migrated(old, 3, steps={1: to_2, 2: to_3})
    assert (new["version"], new["heading"]) == (3, ["Corpus"])
    assert "title" not in new
    assert json.dumps(old) == kept
    assert migrated(new, 3, steps={}) is new
    with pytest.raises(KeyError):
        migrated(old, 3, steps={1: to_2})
    assert set(MIGRATIONS) == set(range(1, VERSION))

    def read(data: Mapping[str, Any], version: int) -> Mapping[str, Any]:
        return migrated(data, version, steps={1: lambda before: {**before, "title": "moved"}})

    monkeypatch.setattr(layoutreader, "migrated", read)
    monkeypatch.setattr(layoutreader, "VERSION", 2)
    with pytest.raises(LayoutError, match="version: must be 1"):  # the models are those of version 1
        layout_in(kept.encode(), "old.json")
