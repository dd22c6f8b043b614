"""`conedrills refit`: the same drills in another yard, and what stays comparable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import click

from conedrills.cli import making, options
from conedrills.cli.command import SETTINGS, Command
from conedrills.cli.reading import measured_yard
from conedrills.compose import Paper
from conedrills.drill import Pace, Stretch
from conedrills.errors import UsageError
from conedrills.layout import Layout
from conedrills.matching import compared, matched
from conedrills.opening import open_layout
from conedrills.partner import Line, Partner
from conedrills.plan import Progress, planned
from conedrills.yard import Units, Yard, validated


@click.command(cls=Command, context_settings=SETTINGS)
@click.argument("layout_file", metavar="LAYOUT")
@options.yard
@click.option(
    "--match",
    is_flag=True,
    help="Lay both yards out, each drill at the largest size that fits both, proven.",
)
@options.units
@options.paper
@options.lang
@options.tape
@options.feature
@options.accept_misclosure
@options.gap
@options.seconds
@options.certificate
@options.out
@options.force
@options.as_json
def command(
    *,
    layout_file: str,
    yard_file: str,
    match: bool,
    units: Units | None,
    paper: Paper | None,
    language: str,
    tape: str | None,
    feature: str | None,
    accept_misclosure: bool,
    gap: float,
    seconds: float | None,
    certificate: str | None,
    out: str | None,
    force: bool,
    as_json: bool,
) -> int:
    """Lay the drills of a layout out in another yard, and say what stays comparable.

    LAYOUT is a layout.json, or what carries one; - is stdin. Each drill keeps its pace; where it does not
    fit at it, another is taken. Times compare only where size, pace and side are the same; where they are
    not, you are told to which size both yards could be set. With --match they are: DIR gets the layout of
    the new yard, DIR/partner that of the yard of LAYOUT, and no larger size fits both. The sheet shows the
    two yards side by side. Clearances are those of each yard. Ctrl-C ends the search and writes the best so
    far; twice, nothing.
    Exit status 0: every drill is placed; 1: one does not fit (what fits is written all the same).
    """
    if layout_file == yard_file == "-":
        raise UsageError("LAYOUT and --yard cannot both be stdin.")
    before = open_layout(layout_file)
    before = replace(before, yard=validated(before.yard))  # a stranger's yard may be none
    paces = wishes(before)
    yard = measured_yard(yard_file, feature, accepted=accept_misclosure)
    where = making.target(yard, out, certificate, force=force, as_json=as_json, two=match)
    longest = options.tape_metres(tape, units or yard.units)
    search = partial(
        _matched if match else _refitted,
        before, yard, paces, units=units, gap=gap, seconds=seconds, tape=longest,
    )  # fmt: skip
    remarks: list[str] = []
    made = making.make(where, paper, language, partial(search, remarks))
    told = [f"Note: {remark}" for remark in remarks]
    if match and not made.layout.placements:
        told.append("Note: no drill fits both yards at one size, so neither layout has one.")
    making.tell(made, where, "\n".join([*told, *(comparison(made.partner) if made.partner else ())]))
    if made.interrupted:
        return making.INTERRUPTED
    return 1 if made.layout.unplaced else 0


command.examples = """
conedrills refit layouts/rectangle-with-an-oak/layout.json --yard grandma.json
conedrills refit layout.json --yard grandma.json --out grandma
conedrills refit layout.json --yard partner.json --match --out both
"""


def wishes(layout: Layout) -> dict[str, Pace]:
    """The drills of a layout with the paces they have there; where none lies in it, those that were wanted.

    Raises:
        UsageError: it holds no drill.
    """
    found = {placement.drill.name: placement.pace for placement in reversed(layout.placements)}
    found = found or {missing.drill.name: missing.drill.paces[-1] for missing in reversed(layout.unplaced)}
    if not found:
        raise UsageError("there is no drill in this layout.")
    return dict(reversed(found.items()))


def _refitted(
    before: Layout,
    yard: Yard,
    paces: Mapping[str, Pace],
    remarks: list[str],
    *,
    stop: Callable[[], bool],
    progress: Progress,
    **limits: Any,
) -> making.Planned:
    drills = [before.all_drills[name] for name in paces]
    after = planned(yard, drills, paces=paces, stop=stop, progress=progress, **limits)
    return making.Planned(after, compared(before, after, gap=limits["gap"], stop=stop, progress=progress))


def _matched(
    before: Layout,
    yard: Yard,
    paces: Mapping[str, Pace],
    remarks: list[str],
    *,
    stop: Callable[[], bool],
    progress: Progress,
    **limits: Any,
) -> making.Planned:
    found = matched(before, yard, paces, stop=stop, progress=progress, **limits)
    remarks += found.remarks
    return making.Planned(found.here, found.partner, both=True)


def comparison(partner: Partner) -> Iterator[str]:
    """What became of each drill: its size in the other layout and in this one, and whether times compare."""
    if partner.lines:
        yield "Beside the layout it comes from:"
    for line in partner.lines:
        there, here = line.there, line.here
        if there is None or here is None:
            where = "does not fit any more" if here is None else "did not fit there"
            yield f"  {line.drill.title}: {where}"
        else:
            change = f"{_exact(there.factors)} {there.pace} -> {_exact(here.factors)} {here.pace}"
            yield f"  {line.drill.title}: {change}; {_comparable(line)}"


def _comparable(line: Line) -> str:
    if line.compares:
        return "times compare"
    changed = f"times do not compare ({' and '.join(line.differs)} changed)"
    if (common := line.common) is None:
        return f"{changed}; {'no size fits both yards' if line.certain else 'no size for both was found'}"
    side = ", mirrored" if common.mirrored else ""
    return f"{changed}; both can be set to {_exact(common.factors)} at {common.pace} pace{side} (--match)"


def _exact(factors: Stretch) -> str:
    """A size to the last digit that is stated, so that two of them can be told apart."""
    deep, wide = (f"{factor * 100:.2f}".rstrip("0").rstrip(".") + " %" for factor in
                  (factors.depth, factors.width))  # fmt: skip
    return deep if deep == wide else f"{deep} deep, {wide} wide"
