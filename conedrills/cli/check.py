"""`conedrills check`: the second opinion on any layout, also one that somebody else made."""

from __future__ import annotations

import math

import click

from conedrills.certificatefile import read_certificate
from conedrills.check import problems
from conedrills.cli import options, talk
from conedrills.cli.command import SETTINGS, Command
from conedrills.errors import UsageError
from conedrills.layout import Layout, layout_id
from conedrills.opening import open_layout
from conedrills.verify import Proven, Verdict, verify


@click.command(cls=Command, context_settings=SETTINGS)
@click.argument("layout_file", metavar="LAYOUT")
@click.option(
    "--certificate",
    "certificate_file",
    metavar="FILE",
    help="Verify in exact arithmetic what this certificate proves of every size_bound.",
)
@options.as_json
def command(*, layout_file: str, certificate_file: str | None, as_json: bool) -> int:
    """Judge a layout again, from its file alone and in another way than it was made.

    LAYOUT is a layout.json, or what carries one; - is stdin. Every leg, clearance and run-out is rebuilt
    from the drills, the yard and the poses. With --certificate the proof that no pose is
    larger than size_bound is gone through step by step, and a bound without one is a problem.
    Exit status 0: no problem; 1: problems, one a line; 2: a file that cannot be read.
    """
    if layout_file == certificate_file == "-":
        raise UsageError("the layout and its certificate cannot both come from standard input.")
    layout = open_layout(layout_file)
    verdict = None if certificate_file is None else _verdict(layout, certificate_file)
    found = (*problems(layout), *(verdict.problems if verdict else ()))
    if as_json:
        about = {"id": layout_id(layout), "placements": len(layout.placements)}
        proof = {"certificate": verdict.to_json()} if verdict else {}
        talk.emit_json({**about, "problems": [problem.to_json() for problem in found], **proof})
    else:
        for line in (*(problem.message for problem in found), *(_said(verdict) if verdict else ())):
            talk.emit(line)
    count = len(layout.placements)
    talk.say(f"{len(found) or 'No'} problem{'s'[: len(found) != 1]} in {count} placement{'s'[: count != 1]}.")
    return 1 if found else 0


command.examples = """
conedrills check layouts/rectangle-with-an-oak/layout.json
conedrills check layout.json --json
conedrills check layout.json --certificate proof.json
"""


def _verdict(layout: Layout, file: str) -> Verdict:
    certificate = read_certificate(file)
    with talk.Progress() as progress:
        progress("verifying the certificate")
        return verify(layout, certificate)


def _said(verdict: Verdict) -> list[str]:
    """What a certificate proves, a sentence each."""
    return [*map(_sentence, verdict.proven), *verdict.remarks]


def _sentence(proven: Proven) -> str:
    # rounded up: what is proven of a size holds from there up
    size = f"{math.ceil(proven.bound * 1e6) / 1e6:.6f}".rstrip("0").rstrip(".")
    return f"No pose of {proven.drill} at {proven.pace} pace is larger than {size}."
