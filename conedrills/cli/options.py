"""The options that several commands share, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from conedrills.cli.command import Number

if TYPE_CHECKING:  # at run time these would load libraries that a list of drills does not need
    from conedrills.compose import Paper
    from conedrills.yard import Units

F = TypeVar("F", bound=Callable[..., Any])
Decorator = Callable[[F], F]

PACES = ("walk", "easy", "brisk", "full")
LONGEST_SEARCH = 86_400.0  # seconds: a day
FINEST_GAP, COARSEST_GAP = 0.0001, 0.5  # a size has four decimals; under half of a bound is no answer

units = click.option(
    "--units",
    type=click.Choice(["ft", "yd", "m"]),
    help="Units on the sheet. Default: those of the yard file.",
)
paper = click.option(
    "--paper",
    type=click.Choice(["letter", "a4"], case_sensitive=False),
    help="Paper of the sheet. Default: Letter for feet and yards, A4 for metres.",
)
yard = click.option(
    "--yard", "yard_file", metavar="FILE", required=True, help="The yard: our JSON or GeoJSON; - is stdin."
)
feature = click.option(
    "--feature",
    metavar="NAME|N",
    help="Which yard of a GeoJSON file with several: its name, or its number from 1.",
)
seconds = click.option(
    "--time",
    "seconds",
    type=Number(LONGEST_SEARCH),
    metavar="SECONDS",
    help="Stop searching after this long, with the best so far.",
)
gap = click.option(
    "--gap",
    type=Number(COARSEST_GAP, FINEST_GAP),
    default=0.001,
    show_default=True,
    metavar="SHARE",
    help="How far the proven bound may be above the size: 0.001 is 0.1 %.",
)
certificate = click.option(
    "--certificate",
    metavar="FILE",
    help="Write the proof of the bounds, for `conedrills check` or any other program; - is stdout.",
)
out = click.option("--out", metavar="DIR", help="Where to write. Default: layouts/<yard name>/.")
force = click.option("--force", is_flag=True, help="Replace files that conedrills did not write.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")


def default_paper(chosen: Paper | None, shown_units: Units) -> Paper:
    """Letter where people measure in feet and yards, A4 where in metres."""
    return chosen or ("a4" if shown_units == "m" else "letter")
