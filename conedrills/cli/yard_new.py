"""`conedrills yard new`: asks for a yard, line by line, on a terminal or from a pipe.

What to ask is in `questions`, what was answered in `interview`; here is what is typed, kept and written.
Prompts are talk and go to stderr, the report on the yard to stdout.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from conedrills.cli import options, talk
from conedrills.cli.command import SETTINGS, Command
from conedrills.cli.interrupt import Interrupt
from conedrills.cli.yard_check import is_wrong, story
from conedrills.errors import ConeDrillsError, ExportError, UsageError
from conedrills.importers import parse_yard, read_yard
from conedrills.interview import Finished, Interview, resumed
from conedrills.questions import Question, written
from conedrills.textplan import Sketch, draw, sketch_of
from conedrills.wording import plain_text
from conedrills.writing import check_target, write_file

_INTERRUPTED, _INCOMPLETE, _WRONG = 130, 2, 1
_LONGEST_FILE = 1_000_000  # bytes of kept answers
_LONGEST_LINE = 10_000  # characters of one
_WORDS = "Type `?` to have a question explained, `back` for the one before, `quit` to go on another day."


@click.command(cls=Command, context_settings=SETTINGS)
@click.option(
    "-o", "--output", metavar="FILE", default="yard.json", show_default=True, help="The yard file, a .json."
)
@options.force
def command(*, output: str, force: bool) -> int:
    """Ask for what was measured, and write a yard file.

    Every answer is kept at once, in FILE.answers: after `quit`, Ctrl-C or a power cut the same command goes
    on. From a pipe answers are read one a line. Exit status 0: the file is written; 1: it is, and a
    measurement in it is wrong; 2: answers are missing.
    """
    path = Path(output)
    if path.suffix.lower() != ".json":
        raise UsageError("-o: a yard file is a .json.")
    check_target(path, force=force)
    if not path.parent.is_dir():
        raise ExportError(f"{plain_text(output, 200)}: cannot be written: there is no such folder.")
    talking = _Talking(path, force)
    try:
        return talking.go()
    except KeyboardInterrupt:
        talk.say("")
        talking.say_how_to_go_on("Interrupted.")
        return _INTERRUPTED


command.examples = """
conedrills yard new
conedrills yard new -o grandma.json
conedrills yard new -o yard.json < answers.txt
"""


class _Talking:
    """One conversation: what was answered, and where it is kept."""

    def __init__(self, path: Path, force: bool) -> None:
        self.path, self.force = path, force
        self.beside = path.with_name(f"{path.name}.answers")
        self.interview = Interview()
        self.drawn: tuple[object, ...] = ("", ())
        self.picture = ""
        self.asked = ""

    def go(self) -> int:
        """Ask until the yard is whole, or nobody answers any more."""
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")
        self._take_up()
        talk.say(_WORDS)
        while True:
            question = self.interview.now
            if isinstance(question, Finished):
                return self._finish(question)
            self._draw(question)
            typed = self._answer(f"\n{question.text}", question.form)
            if typed is None:
                return self._ended()
            if typed.strip().casefold() == "quit":
                self.say_how_to_go_on("")
                return _INCOMPLETE
            self._hear(typed)

    def say_how_to_go_on(self, why: str) -> None:
        """Where the answers are, and which command goes on."""
        count = len(self.interview.answers)
        if not count:
            talk.say(f"{why} Nothing was answered; nothing is written.".strip())
            return
        forced = " --force" if self.force else ""
        talk.say(
            f"{why} Your {count} answers are kept in {self.beside}. To go on: conedrills yard new -o"
            f" {shlex.quote(str(self.path))}{forced}".strip()
        )

    def _take_up(self) -> None:
        """Go on with the answers that were kept, if there are any and they are wanted."""
        if not self.beside.exists() and not self.beside.is_symlink():
            return
        kept = _load(self.beside)
        count = len(kept.answers)
        while True:
            typed = self._answer(
                f"{count} answers are kept in {self.beside}. Go on where you stopped?",
                "yes or no; Enter: yes",
            )
            said = "quit" if typed is None else typed.strip().casefold()
            if said in {"", "y", "yes"}:
                self.interview = kept
                return
            if said in {"n", "no"}:
                old = self.beside.with_name(f"{self.beside.name}.old")
                with _said_of(self.beside):
                    self.beside.replace(old)
                talk.say(f"The old answers are now in {old}.")
                return
            if said == "quit":
                raise UsageError(f"{self.beside}: whether to go on with these answers was not said.")
            talk.say("Type yes to go on, or no to begin anew.")

    def _answer(self, text: str, form: str) -> str | None:
        """One line that is typed; None at the end of all."""
        # the same question again needs no more than its form
        if text != self.asked:
            talk.say(text)
        self.asked = text
        terminal = talk.is_terminal(sys.stdin) and talk.is_terminal(sys.stdout)
        if not terminal:
            talk.say(f"({form})")
            line = sys.stdin.readline(_LONGEST_LINE) if sys.stdin else ""
            if line and not line.endswith("\n"):
                while (rest := sys.stdin.readline(_LONGEST_LINE)) and not rest.endswith("\n"):
                    pass
            return line.rstrip("\r\n") if line else None
        with contextlib.suppress(ImportError):
            importlib.import_module("readline")  # where it is there, `input` lets a line be edited
        talk.say(f"({form})")
        try:
            return input("> ")
        except EOFError:
            return None

    def _hear(self, typed: str) -> None:
        before = self.interview
        self.interview, said = before.hear(typed)
        if said:
            talk.say(said)
        if self.interview.answers != before.answers:
            self._keep()

    def _keep(self) -> None:
        content = (json.dumps(self.interview.kept, ensure_ascii=False, indent=1) + "\n").encode()
        write_file(self.beside, content, force=True)

    def _draw(self, question: Question) -> None:
        """The yard so far, where it has grown."""
        grown = (question.far, question.chain)
        if grown == self.drawn:
            return
        self.drawn = grown
        if question.chain:
            names = [chr(ord("A") + number) if number < 26 else "*" for number in range(len(question.chain))]
            sketch = Sketch(tuple(zip(names, question.chain, strict=True)), closed=False)
        elif question.far:
            try:
                sketch = sketch_of(parse_yard(question.far.encode(), "yard"))
            except ConeDrillsError:
                return  # what is missing still is asked for
        else:
            return
        picture = "\n".join(draw(sketch))
        if picture != self.picture:
            talk.say(f"\n{picture}")
        self.picture = picture

    def _ended(self) -> int:
        """The end of the input: a yard that is whole is written."""
        question = self.interview.now
        asked, whole = question, self.interview
        while isinstance(question, Question) and question.whole:
            whole, _ = whole.hear("")
            question = whole.now
        if isinstance(question, Finished):
            return self._finish(question)
        assert isinstance(asked, Question)  # noqa: S101 # for mypy
        wanted = next((line for line in asked.text.splitlines() if line.endswith("?")), asked.text)
        talk.complain(f"the answers end before the yard is whole. Asked next: {wanted}")
        self.say_how_to_go_on("")
        return _INCOMPLETE

    def _finish(self, finished: Finished) -> int:
        document = dict(finished.document)
        document["name"] = document["name"] or self.path.stem
        with Interrupt().writing():
            write_file(self.path, written(document).encode(), force=self.force)
            with contextlib.suppress(OSError):
                self.beside.unlink(missing_ok=True)
        name = shlex.quote(str(self.path))
        yard = read_yard(self.path)
        talk.say(f"\nWrote {self.path}. conedrills yard check {name} says of it:\n")
        talk.emit("\n".join(story(yard)))
        if is_wrong(yard):
            talk.say(
                f"\nMeasure again what is named above, mend it in {self.path}, and: conedrills yard"
                f" check {name}"
            )
            return _WRONG
        talk.say(f"\nNext: conedrills layout --yard {name}")
        return 0


def _load(beside: Path) -> Interview:
    """The answers that were kept.

    Raises:
        UsageError: they cannot be gone on with.
    """
    try:
        if not beside.is_file():
            raise ValueError("it is no file")
        with beside.open("rb") as stream:
            content = stream.read(_LONGEST_FILE + 1)
        if len(content) > _LONGEST_FILE:
            raise ValueError("it is too long")
        return resumed(json.loads(content))
    except (OSError, ValueError, RecursionError) as error:
        why = getattr(error, "strerror", None) or str(error)
        if isinstance(error, json.JSONDecodeError | UnicodeDecodeError | RecursionError):
            why = "it is no JSON"
        raise UsageError(
            f"{plain_text(str(beside), 200)}: these answers cannot be gone on with: {plain_text(why, 200)}."
            " Move the file away to begin anew."
        ) from None


@contextlib.contextmanager
def _said_of(path: Path) -> Iterator[None]:
    """What the system refuses becomes one message."""
    try:
        yield
    except OSError as error:
        raise ExportError(
            f"{plain_text(str(path), 200)}: cannot be moved: {plain_text(error.strerror or '')}."
        ) from error
