"""README and `.ci/run` say what is so: commands, the two lines for a fresh machine, example yards."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import click
import pytest

from conedrills.cli import COMMANDS, cli
from conedrills.importers import read_yard
from tests import drill_table


@pytest.fixture(scope="module")
def readme(repo: Path) -> str:
    return (repo / "README.md").read_text("utf-8")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def called(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that a line calls, and the words after its name: `yard check` is one in a group."""
    name, *rest = words
    command = cli.get_command(cli.make_context("conedrills", [name]), name)
    assert command is not None, words
    if isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        command = command.get_command(click.Context(command), rest[0])
        assert command is not None, words
        return command, rest[1:]
    return command, rest


def test_the_table_holds_every_command_and_its_help(readme: str) -> None:
    table = dict(re.findall(r"^\| `conedrills (\w+)` \| (.*) \|$", readme, re.MULTILINE))
    assert table == dict(COMMANDS)


def test_the_table_of_drills_is_what_the_files_say(readme: str) -> None:
    assert drill_table.BEGIN in readme
    assert readme == drill_table.with_table(readme), "run python -m tests.drill_table"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_begins_its_help_with_its_line(name: str) -> None:
    command = cli.get_command(cli.make_context("conedrills", [name]), name)
    assert command is not None
    assert command.help is not None
    first = re.split(r"(?<=\.)\s|\n\n", command.help.strip())[0]
    assert first.split(",")[0].rstrip(".") == COMMANDS[name].split(",")[0].rstrip(".")


def test_every_command_line_in_the_readme_parses(readme: str) -> None:
    lines = [line for block in blocks(readme, "sh") for line in block.splitlines() if line.strip()]
    parts = [shlex.split(part, comments=True) for line in lines for part in line.split(" && ")]
    ours = [words[1:] for words in parts if Path(words[0]).name == "conedrills"]
    assert {words[0] for words in ours} == set(COMMANDS) - {"check", "schema"}
    for words in ours:
        command, rest = called(words)
        command.make_context(words[0], rest)


def test_messages_and_examples_name_commands_that_exist(repo: Path) -> None:
    sources = [file.read_text("utf-8") for file in (repo / "conedrills").rglob("*.py")]
    named = [
        words
        for text in sources
        for words in re.findall(r"(?:`|^)conedrills ([a-z].*?)[`\n]", text, re.MULTILINE)
    ]
    assert len(named) > 20
    for words in named:
        command, rest = called(words.split())
        known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        assert {word for word in rest if word.startswith("--")} <= known, words


def test_ci_runs_the_test_command_of_the_readme(readme: str, repo: Path) -> None:
    lines = "".join(blocks(readme, "sh")).splitlines()
    commands = [line for line in lines if line.startswith("python3")]
    assert len(commands) == 2
    assert "conedrills layout" in commands[0]
    assert (repo / ".ci" / "run").read_text("utf-8").splitlines()[-1] == commands[1]


def test_the_example_yard_of_the_first_command_is_there(readme: str, repo: Path) -> None:
    yards = re.findall(r"--yard (layouts/\S+)", readme)
    assert yards
    for yard in yards:
        assert (repo / yard).is_file()


def test_yard_files_in_the_readme_can_be_read(readme: str, tmp_path: Path) -> None:
    examples = blocks(readme, "json")
    assert len(examples) == 3
    for number, example in enumerate(examples):
        json.loads(example)
        file = tmp_path / f"{number}.json"
        file.write_text(example, "utf-8")
        assert len(read_yard(file).boundary) == 4


def test_the_changelog_has_something_unreleased(repo: Path) -> None:
    assert "## [Unreleased]\n" in (repo / "CHANGELOG.md").read_text("utf-8")


def test_nothing_committed_names_a_place_on_this_machine(repo: Path) -> None:
    sources = (repo / "conedrills").rglob("*.py")
    for file in (repo / "README.md", repo / "CHANGELOG.md", repo / ".ci" / "run", *sources):
        assert not re.search(r"/(home|root|work|tmp|opt)/", file.read_text("utf-8")), file
