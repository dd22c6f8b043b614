"""The examples in `layouts/` are what the program makes of their yards today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conedrills import cli

FOLDER = Path(__file__).resolve().parents[1] / "layouts"
YARDS = sorted(FOLDER.glob("*/yard.json"))
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
CARRIED = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
SLACK = 0.002
"""How far a number may be off: the last bits of a sine differ between processors, and roundings with them."""


def command(yard: Path, out: Path) -> list[str]:
    """What made an example: as long as the search likes, so that a slow machine chooses the same."""
    return ["layout", "--yard", str(yard), "--out", str(out), "--time", "3600"]


def same(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but the last digits of numbers."""
    one, other = CARRIED.sub("", one), CARRIED.sub("", other)
    if NUMBER.split(one) != NUMBER.split(other):
        return False
    pairs = zip(NUMBER.findall(one), NUMBER.findall(other), strict=True)
    return all(abs(float(first) - float(second)) <= SLACK for first, second in pairs)


def test_there_are_five_examples() -> None:
    assert len(YARDS) == 5


@pytest.mark.parametrize("yard", YARDS, ids=lambda path: path.parent.name)
def test_an_example_is_what_the_program_makes(yard: Path, tmp_path: Path) -> None:
    kept = {path.name: path.read_bytes() for path in yard.parent.iterdir() if path.name != "yard.json"}
    update = "conedrills " + " ".join(
        command(yard.relative_to(FOLDER.parent), yard.parent.relative_to(FOLDER.parent))
    )
    assert kept, f"not made yet: {update}"
    assert cli.run(command(yard, tmp_path)) == 0
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert sorted(kept) == sorted(made), update
    if kept["layout.json"] == made["layout.json"]:  # then everything else is drawn from the same bytes
        assert kept == made, update
    for name, content in kept.items():
        if not name.endswith(".pdf"):
            assert same(content.decode(), made[name].decode()), (
                f"{name} is another now. If it is better: {update}"
            )


def test_every_example_is_named_by_its_yard() -> None:
    for yard in YARDS:
        name = re.search(r'"name": "([^"]*)"', yard.read_text("utf-8"))
        assert name is not None
        assert "-".join(re.findall("[a-z]+", name[1].lower())) == yard.parent.name


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ('"x": 1.0000001', '"x": 1.0', True),
        ('"x": 1.01', '"x": 1.0', False),
        ('"pace": "easy", 1', '"pace": "full", 1', False),
        ("1 2", "1 2 3", False),
        ("<metadata>abc</metadata>1", "<metadata>xyz</metadata>1", True),
    ],
)
def test_the_comparison_can_fail(one: str, other: str, *, alike: bool) -> None:
    assert same(one, other) is alike
