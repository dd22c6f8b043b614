"""How a command behaves: examples first in its help, an option twice is refused, numbers are finite."""

from __future__ import annotations

import importlib
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import click

from conedrills.wording import unknown_name

SETTINGS: Mapping[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Command(click.Command):
    """A command with examples. Its callback returns the exit status."""

    examples: str = ""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Usage, examples, text, options."""
        examples_first(self, self.examples, ctx, formatter)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse an option that is given twice and means one thing: neither value may be dropped."""
        _, _, order = self.make_parser(ctx).parse_args(args=list(args))
        for at, parameter in enumerate(order):
            if isinstance(parameter, click.Option) and parameter in order[:at]:
                if parameter.multiple or parameter.is_flag:
                    continue
                raise click.UsageError(f"{parameter.opts[-1]} is given twice.", ctx)
        return super().parse_args(ctx, args)


class Group(click.Group):
    """Commands that are imported when they are run: `parts` says from where, `help_lines` what each does."""

    parts: Mapping[str, str] = MappingProxyType({})
    help_lines: Mapping[str, str] = MappingProxyType({})
    examples: str = ""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in the order of the help page."""
        return list(self.parts)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in self.parts:
            return None
        found = importlib.import_module(self.parts[cmd_name]).command
        assert isinstance(found, click.Command)  # noqa: S101 # for mypy
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command asked for, or a usage error that names the nearest."""
        if args and args[0] not in self.parts and not args[0].startswith("-"):
            raise click.UsageError(unknown_name("command", args[0], self.parts, ""), ctx)
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Usage, examples, text, commands."""
        examples_first(self, self.examples, ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What each command does, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.help_lines.items()))


class Number(click.ParamType[float]):
    """A finite number up to `most`: from `least`, or without it over 0."""

    name = "number"

    def __init__(self, most: float, least: float | None = None) -> None:
        """Know the largest and the smallest."""
        self.most, self.least = most, least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number, or a usage error that says the range."""
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not 0.0 < number <= self.most or number < (self.least or 0.0):
            limits = "over 0 and up to" if self.least is None else f"from {self.least:g} to"
            self.fail(f"{value!r} is not a number {limits} {self.most:g}.", param, ctx)
        return number


class Count(click.ParamType[int]):
    """A whole number from 1 to `most`."""

    name = "number"

    def __init__(self, most: int) -> None:
        """Know the largest."""
        self.most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number, or a usage error that says the range."""
        text = str(value).strip()
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= self.most):
            self.fail(f"{value!r} is not a whole number from 1 to {self.most}.", param, ctx)
        return int(text)


def examples_first(
    command: click.Command, examples: str, ctx: click.Context, formatter: click.HelpFormatter
) -> None:
    """Write a help page: usage, examples, text, options."""
    command.format_usage(ctx, formatter)
    with formatter.section("Examples"):
        for line in examples.strip().splitlines():
            formatter.write(" " * formatter.current_indent + line.strip() + "\n")
    command.format_help_text(ctx, formatter)
    command.format_options(ctx, formatter)
    command.format_epilog(ctx, formatter)
