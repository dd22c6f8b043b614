"""The public form: not a word of the owner's in it, and everything that a partner needs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conedrills.check import problems
from conedrills.drill import definition_json, load_drill, parse_drill
from conedrills.errors import LayoutError
from conedrills.geometry import Vector
from conedrills.layout import Layout, Remedy, Tape, Tie, Unplaced, layout_id
from conedrills.layoutreader import loads
from conedrills.layoutwriter import dumps
from conedrills.public import canonical, private, public

LAYOUTS = Path(__file__).resolve().parents[1] / "layouts"
NAMES = sorted(folder.name for folder in LAYOUTS.iterdir() if folder.is_dir())
SECRET = "Mia Zebedee"


@cache
def layout_of(name: str) -> Layout:
    return loads((LAYOUTS / name / "layout.json").read_bytes(), name)


def renamed(tape: Tape, named: Mapping[str, str]) -> Tape:
    return replace(tape, at=named.get(str(tape.at), tape.at))


def secretive(layout: Layout) -> Layout:
    """The layout with a name in every place where one can be."""
    yard = layout.yard
    first, *others = yard.references
    named = {first.name: SECRET}
    placements = []
    for placement in layout.placements:
        rows = [
            replace(row, tapes=(renamed(row.tapes[0], named), renamed(row.tapes[1], named)))
            if isinstance(row, Tie)
            else replace(
                row, start=named.get(str(row.start), row.start), end=named.get(str(row.end), row.end)
            )
            for row in placement.setout
        ]
        rows = [
            replace(row, check=replace(row.check, at=named.get(str(row.check.at), row.check.at)))
            if row.check
            else row
            for row in rows
        ]
        tight = placement.tightest
        drill = placement.drill
        noted = parse_drill({**definition_json(drill), "note": f"for {SECRET}"}, drill.name, "x")
        placements.append(
            replace(
                placement,
                drill=noted,
                setout=tuple(rows),
                remarks=(f"Ask {SECRET}.", *placement.remarks),
                legs=tuple(replace(leg, do=SECRET) for leg in placement.legs),
                tightest=tight and replace(tight, to=f"{SECRET}'s {tight.to}"),
            )
        )
    unplaced = Unplaced(
        load_drill("l-drill"), "walk", f"no room because of {SECRET}.", 0.1, (f"{SECRET}'s oak", "side 2"),
        (Remedy("obstacle", obstacle=0, name=SECRET), Remedy("side", side=1, name=SECRET, distance=0.3),
         Remedy("drill", drill="box", name=SECRET), Remedy("drill", drill="secret", name=SECRET),
         Remedy("pace", pace="walk")),
    )  # fmt: skip
    return replace(
        layout,
        title=SECRET,
        made_by=SECRET,
        notes=(SECRET,),
        yard=replace(
            yard,
            name=SECRET,
            obstacles=tuple(replace(thing, name=f"{SECRET}'s {thing.name}") for thing in yard.obstacles),
            side_names=tuple(
                f"{SECRET}'s {name or f'side {side + 1}'}"
                for side, name in enumerate(yard.side_names or [""] * len(yard.boundary))
            ),
            references=(replace(first, name=SECRET, what=SECRET), *(replace(r, what=SECRET) for r in others)),
            sun=SECRET,
            slope=SECRET,
            notes=(SECRET,),
            space={"note": SECRET, "side_clearance": {"walk": {"forward": 1.0, "note": SECRET}}},
        ),
        placements=tuple(placements),
        unplaced=(unplaced,),
        contradictions=(),
        unread=(SECRET,),
    )


@pytest.mark.parametrize("name", NAMES)
class TestExamples:
    def test_it_is_its_own_public_form_and_reads_back(self, name: str) -> None:
        once = public(layout_of(name))
        assert public(once) == once
        assert canonical(loads(canonical(once), "x")) == canonical(once)
        assert dumps(loads(canonical(layout_of(name)), "x")) == canonical(layout_of(name))

    def test_what_it_is_stays(self, name: str) -> None:
        layout, shown = layout_of(name), public(layout_of(name))
        assert layout_id(shown) == layout_id(layout)
        assert problems(shown) == ()
        for own, kept in zip(layout.placements, shown.placements, strict=True):
            assert own.setout == kept.setout
            assert own.checks == kept.checks
            assert own.cones == kept.cones
            assert own.drill == kept.drill
        assert [r.name for r in shown.yard.references] == [r.name for r in layout.yard.references]

    def test_no_word_of_the_owner_is_in_it(self, name: str) -> None:
        hidden = secretive(layout_of(name))
        content = canonical(hidden)
        for word in SECRET.split():
            assert word.encode() not in content
        assert problems(public(hidden)) == ()
        renamed = public(hidden)
        assert len({r.name for r in renamed.yard.references}) == len(renamed.yard.references)
        assert all(len(r.name) <= 3 for r in renamed.yard.references)

    def test_what_is_private_is_told(self, name: str) -> None:
        said = {one.kind: one.words for one in private(secretive(layout_of(name)))}
        assert all(said[kind] for kind in said if kind not in {"earth", "obstacles"})
        assert all(not one.words for one in private(public(layout_of(name))))

    def test_a_yard_on_a_map_comes_home(self, name: str) -> None:
        layout = layout_of(name)
        assert canonical(shifted(layout, Vector(400.0, -300.0))) != canonical(layout)  # only a frame
        far = public(shifted(layout, Vector(600_000.0, 200_000.0)))
        assert all(abs(number) < 1000.0 for point in far.yard.boundary for number in point.xy)
        assert far.yard.boundary[0].xy == (0.0, 0.0)
        assert problems(far) == ()


def shifted(layout: Layout, by: Vector) -> Layout:
    """The layout in another frame."""
    return replace(
        layout,
        yard=replace(
            layout.yard,
            boundary=tuple(p + by for p in layout.yard.boundary),
            obstacles=tuple(
                replace(o, polygon=tuple(p + by for p in o.polygon)) for o in layout.yard.obstacles
            ),
            references=tuple(replace(r, at=r.at + by) for r in layout.yard.references),
        ),
        placements=tuple(
            replace(
                p,
                pose=replace(p.pose, origin=p.pose.origin + by),
                cones=tuple(c + by for c in p.cones),
                legs=tuple(replace(leg, path=tuple(q + by for q in leg.path)) for leg in p.legs),
                tightest=p.tightest and replace(p.tightest, at=p.tightest.at + by),
                caller=p.caller and p.caller + by,
            )
            for p in layout.placements
        ),
    )


def test_remedies_keep_their_figures_and_lose_their_names() -> None:
    (entry,) = public(secretive(layout_of("rectangle-with-an-oak"))).unplaced
    assert entry.reason == ""
    assert entry.binding == ("obstacle 1",)
    assert [remedy.name for remedy in entry.remedies] == ["obstacle 1", "side 2", "Box", ""]
    kept = Unplaced(
        load_drill("l-drill"), "walk", "room for 40 % of its full size at walk pace; it needs all of it."
    )
    layout = replace(layout_of("rectangle-with-an-oak"), unplaced=(kept,))
    assert public(layout).unplaced[0].reason == kept.reason
    uncertain = replace(kept, reason=f"{kept.reason} The search stopped before it was certain.")
    assert public(replace(layout, unplaced=(uncertain,))).unplaced[0].reason == uncertain.reason


@given(st.lists(st.text(min_size=1, max_size=20), min_size=3, max_size=3, unique_by=str.casefold))
def test_names_become_letters_alike_in_yard_and_rows(names: list[str]) -> None:
    layout = layout_of("rectangle-with-an-oak")
    own = dict(zip("ABC", names, strict=True))
    data = json.loads(dumps(layout))
    for reference in data["yard"]["references"]:
        reference["name"] = own[reference["name"]]
    for placement in data["placements"]:
        for row in placement["setout"]:
            for tape in (*row.get("from", ()), *([row["check"]] if "check" in row else ())):
                if "reference" in tape:
                    tape["reference"] = own[tape["reference"]]
            for end in ("from", "to") if "along" in row else ():
                row["along"][end] = own.get(row["along"][end], row["along"][end])
    layout = loads_or_none(data, layout)
    shown = public(layout)
    letters = [reference.name for reference in shown.yard.references]
    assert len(set(letters)) == len(letters)
    assert all(len(letter) <= 3 for letter in letters)
    told = dict(zip([r.name for r in layout.yard.references], letters, strict=True))
    for before, after in zip(layout.placements, shown.placements, strict=True):
        for row, kept in zip(before.setout, after.setout, strict=True):
            if isinstance(row, Tie) and isinstance(kept, Tie):
                for tape, now in zip(row.tapes, kept.tapes, strict=True):
                    assert now.at == (told[tape.at] if isinstance(tape.at, str) else tape.at)


def loads_or_none(data: dict[str, object], otherwise: Layout) -> Layout:
    """Names of control characters alone are refused when they are read."""
    try:
        layout = loads(json.dumps(data).encode(), "x")
    except LayoutError:
        return otherwise
    names = [reference.name for reference in layout.yard.references]
    return layout if len(set(names)) == len(names) else otherwise
