"""The command line: parse, call, echo. Click, printing and exit statuses are here alone; no geometry is.

One module a command, loaded when it is asked for, so that `conedrills --help` is there at once. `talk` says
things, `options` are what commands share. Exit status: 0 all that was asked for is done, 1 something does not
fit or is found wrong, 2 bad input or usage, 70 an error of ours, 130 interrupted.
"""

from __future__ import annotations

import importlib
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
from conedrills.cli.command import SETTINGS, examples_first
from conedrills.errors import ConeDrillsError
from conedrills.wording import unknown_name

COMMANDS: Mapping[str, str] = {
    "layout": "Lay drills out in a yard, and write a sheet to print.",
    "drills": "List the drills, or show one.",
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


class _Lazy(click.Group):
    """A group that imports a command when it is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        found = importlib.import_module(f"conedrills.cli.{cmd_name}").command
        assert isinstance(found, click.Command)  # noqa: S101 # for mypy
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.UsageError(unknown_name("command", args[0], COMMANDS, ""), ctx)
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        examples_first(self, _EXAMPLES, ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Lazy, context_settings=SETTINGS)
@click.version_option(__version__, "--version", message="%(prog)s %(version)s")
def cli() -> None:
    """Cone drills that truly fit a yard: as large as it safely allows, on a sheet that can be printed.

    Measure the yard with a tape, write it down as in README.md, and run `conedrills layout`.
    `conedrills COMMAND --help` tells more about a command.
    """
