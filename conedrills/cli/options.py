"""The options that several commands share, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from conedrills.cli.command import Number
from conedrills.errors import UsageError
from conedrills.language import ENGLISH, languages
from conedrills.wording import plain_text

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
lang = click.option(
    "--lang",
    "language",
    type=click.Choice(languages()),
    default=ENGLISH,
    show_default=True,
    help="Language of the sheet.",
)
yard = click.option(
    "--yard", "yard_file", metavar="FILE", required=True, help="The yard: any file that is read; - is stdin."
)
feature = click.option(
    "--feature",
    metavar="NAME|N",
    help="Which yard of a file with several: its name, or its number from 1.",
)
accept_misclosure = click.option(
    "--accept-misclosure",
    is_flag=True,
    help="Lay drills out although the measurements contradict each other.",
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
tape = click.option(
    "--tape",
    metavar="LENGTH",
    help="Your longest tape, as 15m or 50ft: set-out asks for no longer one. Default: 30 m, 100 ft.",
)
out = click.option("--out", metavar="DIR", help="Where to write. Default: layouts/<yard name>/.")
force = click.option("--force", is_flag=True, help="Replace files that conedrills did not write.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")


def default_paper(chosen: Paper | None, shown_units: Units) -> Paper:
    """Letter where people measure in feet and yards, A4 where in metres."""
    return chosen or ("a4" if shown_units == "m" else "letter")


def tape_metres(said: str | None, shown_units: Units) -> float | None:
    """How long a tape there is, metres; a plain number counts in the units of the sheet.

    Raises:
        UsageError: it is no length, or no tape that drills are set out with.
    """
    if said is None:
        return None
    from conedrills.setout import LONGEST, SHORTEST  # noqa: PLC0415  loads libraries that help texts need not
    from conedrills.units import format_length, parse_length  # noqa: PLC0415

    try:
        metres = parse_length(said, shown_units)
    except ValueError as problem:
        raise UsageError(f"--tape {plain_text(said)}: {problem}") from None
    if not SHORTEST <= metres <= LONGEST:
        low, high = (format_length(limit, shown_units) for limit in (SHORTEST, LONGEST))
        raise UsageError(f"--tape {plain_text(said)}: a tape is {low} to {high} long.")
    return metres
