"""What `layout` and `refit` do alike: search until it is proven or stopped, draw, write all or nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import click

from conedrills.certificate import certificate
from conedrills.cli import options, story, talk
from conedrills.cli.interrupt import Interrupt
from conedrills.compose import Paper
from conedrills.errors import UsageError
from conedrills.layout import Layout
from conedrills.layoutwriter import to_json
from conedrills.partner import Partner
from conedrills.plan import Plan, Progress
from conedrills.writing import ALWAYS, check_certificate, check_folder, layout_files, write_folder
from conedrills.yard import Yard

INTERRUPTED = 130
BESIDE = "partner"
"""The folder in that of a layout in which the layout beside it is written, where there are two."""


@dataclass(frozen=True)
class Target:
    """Where a layout goes: its folder, and its certificate, `-` for stdout, None for none."""

    folder: Path
    certificate: str | None
    force: bool
    as_json: bool

    @property
    def certificate_file(self) -> Path | None:
        """Where the certificate goes, where that is a file."""
        return None if self.certificate in {None, "-"} else Path(str(self.certificate))


def target(
    yard: Yard, out: str | None, proof: str | None, *, force: bool, as_json: bool, two: bool = False
) -> Target:
    """Where a layout goes, or two of them, which is looked at before the work begins.

    Raises:
        UsageError: the layout and its certificate would share stdout.
        ExportError: something cannot be written there.
    """
    if as_json and proof == "-":
        raise UsageError("--json and --certificate - both need stdout. Name a file for the certificate.")
    found = Target(story.folder_for(yard, out), proof, force, as_json)
    for folder in (found.folder, *([found.folder / BESIDE] if two else [])):
        check_folder(folder, ALWAYS, force=force)
    if found.certificate_file:
        check_certificate(found.certificate_file, found.folder, force=force)
    return found


@dataclass(frozen=True, eq=False)
class Planned:
    """A plan, the layout that its sheet shows beside it, and whether that is a new one, to be written too."""

    plan: Plan
    partner: Partner | None = None
    both: bool = False


class Planning(Protocol):
    """A search that can be stopped and says how far it is."""

    def __call__(self, *, stop: Interrupt, progress: Progress) -> Plan | Planned:
        """Search."""


@dataclass(frozen=True)
class Made:
    """A layout and what was written of it."""

    layout: Layout
    files: tuple[str, ...]
    removed: tuple[str, ...]
    proof: bytes | None
    interrupted: bool
    partner: Partner | None = None
    beside: tuple[str, ...] = ()


def make(where: Target, paper: Paper | None, language: str, planning: Planning) -> Made:
    """Search, draw and write.

    Raises:
        Abort: interrupted before anything was placed, or twice.
    """
    interrupt = Interrupt()
    with talk.Progress() as shown:
        with interrupt.searching(lambda: shown("stopping; Ctrl-C again ends at once")):
            found = planning(stop=interrupt, progress=lambda *seen: shown(story.doing(*seen)))
        found = Planned(found) if isinstance(found, Plan) else found
        plan, partner = found.plan, found.partner
        if interrupt.asked and not plan.layout.placements:
            raise click.Abort
        shown("drawing the sheet")
        files = layout_files(plan.layout, options.default_paper(paper, plan.layout.units), language, partner)
        beside: dict[str, bytes] = {}
        if partner and found.both:
            other = partner.layout
            back = partner.turned(plan.layout)
            beside = layout_files(other, options.default_paper(paper, other.units), language, back)
        proof = None
        if where.certificate:
            shown("writing the proof")
            proof = _compact(plan)
    file = where.certificate_file
    with interrupt.writing():
        removed = write_folder(
            where.folder, files, force=where.force, certificate=(file, proof) if file and proof else None
        )
        if beside:
            write_folder(where.folder / BESIDE, beside, force=where.force)
    return Made(plan.layout, tuple(files), removed, proof, interrupt.asked, partner, tuple(beside))


def tell(made: Made, where: Target, *more: str) -> None:
    """Say what was made, and more of it; with --json or a certificate for stdout, print that."""
    if made.interrupted:
        talk.say("Interrupted: this is the best that was found until then.")
    talk.say(story.of_layout(made.layout))
    for text in (*more, story.of_letters(made.layout), story.of_code(made.layout)):
        if text:
            talk.say(text)
    if made.beside:
        talk.say(f"Wrote {where.folder / BESIDE}/: {', '.join(made.beside)}")
    talk.say(story.of_files(where.folder, made.files, made.removed, where.certificate_file))
    if where.as_json:
        files = [*made.files, *(f"{BESIDE}/{name}" for name in made.beside)]
        talk.emit_json({**to_json(made.layout), "files": files})
    if where.certificate == "-" and made.proof:
        talk.emit_bytes(made.proof)


def _compact(plan: Plan) -> bytes:
    proof = certificate(plan.layout, plan.ground, plan.fitted)
    text = json.dumps(proof, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return f"{text}\n".encode()
