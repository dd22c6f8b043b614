"""The command line: parse, call, echo. Click, printing and exit statuses are here alone; no geometry is.

One module a command, loaded when it is asked for, so that `conedrills --help` is there at once. `talk` says
things, `options` are what commands share. Exit status: 0 all that was asked for is done, 1 something does not
fit or is found wrong, 2 bad input or usage, 70 an error of ours, 130 interrupted.
"""

from __future__ import annotations

import io
import os
import shlex
import sys
import traceback
from collections.abc import Mapping, Sequence
from typing import NoReturn

import click

from conedrills import __version__
from conedrills.cli import talk
from conedrills.cli.command import SETTINGS, Group
from conedrills.errors import ConeDrillsError

COMMANDS: Mapping[str, str] = {
    "layout": "Lay drills out in a yard, and write a sheet to print.",
    "drills": "List the drills, or show one.",
    "yard": "Check, write and convert yard files; print a form to measure with.",
    "check": "Judge a layout again, from its file alone.",
    "sheet": "Draw the sheet of a layout again.",
    "share": "Write one page for a partner's phone.",
    "refit": "Lay the drills of a layout out in another yard.",
    "open": "Read a layout out of anything of ours.",
    "schema": "Print the JSON Schema of our files.",
}
"""Every command and its help in one line; `conedrills/cli/<name>.py` holds it."""
_EXAMPLES = """
conedrills layout --yard yard.json
conedrills layout --yard yard.json --drill w-drill --drill t-test
conedrills drills
"""
_INTERRUPTED, _OURS, _USAGE = 130, 70, 2


def main() -> NoReturn:
    """Start, and end with an exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that cannot show × shows ?
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command; the exit status."""
    try:
        return int(cli.main(list(arguments), "conedrills", standalone_mode=False, color=talk.colour()) or 0)
    except click.Abort:
        talk.say("Interrupted; nothing was written.")
        return _INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        talk.say(error.format_message())
        return _USAGE
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "conedrills"
        talk.complain(f"{error.format_message()}\nTry `{where} --help`.")
        return _USAGE
    except click.ClickException as error:
        talk.complain(error.format_message())
        return _USAGE
    except ConeDrillsError as error:
        talk.complain(str(error))
        return error.exit_code
    except Exception as error:  # the one place where a bug of ours becomes a sentence
        if os.environ.get("CONEDRILLS_DEBUG"):
            talk.say(traceback.format_exc())
        talk.complain(
            f"this is a bug in conedrills {__version__} ({type(error).__name__}). Please report it, with its"
            f" files and the command: `{shlex.join(['conedrills', *arguments])}`."
            " With CONEDRILLS_DEBUG=1 it says more."
        )
        return _OURS


@click.group(cls=Group, context_settings=SETTINGS)
@click.version_option(__version__, "--version", message="%(prog)s %(version)s")
def cli() -> None:
    """Cone drills that truly fit a yard: as large as it safely allows, on a sheet that can be printed.

    Measure the yard with a tape, write it down as in README.md, and run `conedrills layout`.
    `conedrills COMMAND --help` tells more about a command.
    """


cli.parts = {name: f"conedrills.cli.{name}" for name in COMMANDS}
cli.help_lines = COMMANDS
cli.examples = _EXAMPLES
