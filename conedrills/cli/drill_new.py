"""`conedrills drills new`: a drill file to begin with."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import click

from conedrills.cli import options, talk
from conedrills.cli.command import SETTINGS, Command
from conedrills.errors import UsageError
from conedrills.writing import write_file


@click.command(cls=Command, context_settings=SETTINGS)
@click.option("-o", "--output", metavar="FILE", default="-", help="A .toml; without it, or with -, stdout.")
@options.force
def command(*, output: str, force: bool) -> int:
    """Write a drill file to begin with: a whole small drill, every key explained.

    Change it, judge it with `conedrills drills check`, and lay it out with `--drill FILE`. In a folder
    conedrills/drills beside your yard file it is found by its name, without its path.
    """
    content = resources.files("conedrills").joinpath("template.toml").read_bytes()
    if output == "-":
        talk.emit_bytes(content)
        return 0
    path = Path(output)
    if path.suffix.lower() != ".toml":
        raise UsageError("-o: a drill file is a .toml.")
    write_file(path, content, force=force)
    talk.say(f"Wrote {path}. Next: conedrills drills check {path}")
    return 0


command.examples = """
conedrills drills new -o mine.toml
conedrills drills new > conedrills/drills/mine.toml
"""
