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
from conedrills.plan import Plan, Progress
from conedrills.writing import ALWAYS, check_certificate, check_folder, layout_files, write_folder
from conedrills.yard import Yard

INTERRUPTED = 130


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


def target(yard: Yard, out: str | None, proof: str | None, *, force: bool, as_json: bool) -> Target:
    """Where a layout goes, which is looked at before the work begins.

    Raises:
        UsageError: the layout and its certificate would share stdout.
        ExportError: something cannot be written there.
    """
    if as_json and proof == "-":
        raise UsageError("--json and --certificate - both need stdout. Name a file for the certificate.")
    found = Target(story.folder_for(yard, out), proof, force, as_json)
    check_folder(found.folder, ALWAYS, force=force)
    if found.certificate_file:
        check_certificate(found.certificate_file, found.folder, force=force)
    return found


class Planning(Protocol):
    """A search that can be stopped and says how far it is."""

    def __call__(self, *, stop: Interrupt, progress: Progress) -> Plan:
        """Search."""


@dataclass(frozen=True)
class Made:
    """A layout and what was written of it."""

    layout: Layout
    files: tuple[str, ...]
    removed: tuple[str, ...]
    proof: bytes | None
    interrupted: bool


def make(where: Target, paper: Paper | None, language: str, planning: Planning) -> Made:
    """Search, draw and write.

    Raises:
        Abort: interrupted before anything was placed, or twice.
    """
    interrupt = Interrupt()
    with talk.Progress() as shown:
        with interrupt.searching(lambda: shown("stopping; Ctrl-C again ends at once")):
            plan = planning(stop=interrupt, progress=lambda *seen: shown(story.doing(*seen)))
        if interrupt.asked and not plan.layout.placements:
            raise click.Abort
        shown("drawing the sheet")
        files = layout_files(plan.layout, options.default_paper(paper, plan.layout.units), language)
        proof = None
        if where.certificate:
            shown("writing the proof")
            proof = _compact(plan)
    file = where.certificate_file
    with interrupt.writing():
        removed = write_folder(
            where.folder, files, force=where.force, certificate=(file, proof) if file and proof else None
        )
    return Made(plan.layout, tuple(files), removed, proof, interrupt.asked)


def tell(made: Made, where: Target, *more: str) -> None:
    """Say what was made, and more of it; with --json or a certificate for stdout, print that."""
    if made.interrupted:
        talk.say("Interrupted: this is the best that was found until then.")
    talk.say(story.of_layout(made.layout))
    for text in (*more, story.of_letters(made.layout), story.of_code(made.layout)):
        if text:
            talk.say(text)
    talk.say(story.of_files(where.folder, made.files, made.removed, where.certificate_file))
    if where.as_json:
        talk.emit_json({**to_json(made.layout), "files": list(made.files)})
    if where.certificate == "-" and made.proof:
        talk.emit_bytes(made.proof)


def _compact(plan: Plan) -> bytes:
    proof = certificate(plan.layout, plan.ground, plan.fitted)
    text = json.dumps(proof, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return f"{text}\n".encode()
