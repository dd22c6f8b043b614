"""What reaches the terminal: data on stdout, talk and progress on stderr, nothing that a file can abuse.

Every text passes `plain_text`; only the colours put on afterwards are control sequences. A pipe closed at the
other end is no mistake and no news. Which words to say is up to the commands.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import threading
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import IO, Any

import click

from conedrills.errors import ExportError
from conedrills.wording import plain_text

_LONGEST_WORD = 300  # characters; a path may be long
_PATIENCE = 1.0  # seconds before progress is worth a line
_EVERY = 0.1  # seconds between two looks at it
_WIDEST = 78  # letters of a line of progress


def colour() -> bool | None:
    """Whether colour is wanted: False where the environment says no, None to ask the terminal."""
    return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None


def say(text: str) -> None:
    """Talk, on stderr."""
    _write(_safe(text), sys.stderr)


def complain(text: str) -> None:
    """An error, on stderr."""
    _write(click.style("Error:", fg="red", bold=True) + " " + _safe(text), sys.stderr)


def emit(text: str) -> None:
    """Data for a person, on stdout."""
    _write(_safe(text), sys.stdout)


def emit_json(document: Mapping[str, Any]) -> None:
    """The one JSON document of a command, on stdout, UTF-8 whatever the terminal speaks."""
    _write((json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode(), sys.stdout)


def emit_bytes(content: bytes) -> None:
    """A file, on stdout."""
    _write(content, sys.stdout)


def is_terminal(stream: IO[str] | None) -> bool:
    """Whether a person is looking at it."""
    return stream is not None and not stream.closed and stream.isatty()


class Progress:
    """What is being done, on one line of stderr: on a terminal, once it has taken more than a second.

    A thread draws, only what has changed and a few times a second; to say something costs nothing.
    """

    def __init__(self) -> None:
        """Nothing is shown before the first call."""
        self._text = ""
        self._over = threading.Event()
        shows = is_terminal(sys.stderr) and os.environ.get("TERM") != "dumb"
        self._thread = threading.Thread(target=self._draw, args=(sys.stderr,), daemon=True) if shows else None

    def __enter__(self) -> Progress:
        if self._thread:
            self._thread.start()
        return self

    def __call__(self, text: str) -> None:
        """Say what is being done now."""
        self._text = text

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if self._thread:
            self._thread.join(1.0)  # no longer: a terminal may be held with Ctrl-S

    def _draw(self, stream: IO[str]) -> None:
        """Until it is over; then nothing is left of it."""
        shown, wait = "", _PATIENCE
        with contextlib.suppress(OSError, ValueError):
            while not self._over.wait(wait):
                text, wait = plain_text(self._text, _columns(stream)), _EVERY
                if text != shown:
                    # the rest of the line is erased after the new words, so that nothing blinks
                    stream.write(f"\r{text}\x1b[K")
                    stream.flush()
                    shown = text
            if shown:
                stream.write("\r\x1b[K")
                stream.flush()


def _columns(stream: IO[str]) -> int:
    """How many letters fit one line: a longer text would not be erased whole."""
    try:
        wide = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        wide = 0
    return min(_WIDEST, wide - 1 if wide > 1 else _WIDEST)


def _safe(text: str) -> str:
    """Text with nothing in it that a terminal obeys; lines and runs of spaces stay, for columns."""
    return "\n".join("".join(_safe_words(line)) for line in text.split("\n"))


def _safe_words(line: str) -> Iterator[str]:
    for word in re.split("( +)", line):
        yield word if word.isspace() else plain_text(word, _LONGEST_WORD)


def _write(content: str | bytes, stream: IO[str] | None) -> None:
    if stream is None:  # closed before we started
        return
    try:
        click.echo(content, file=stream, nl=isinstance(content, str), color=colour())
        stream.flush()
    except BrokenPipeError:
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except OSError as error:
        if stream is not sys.stderr:
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            raise ExportError(f"the output cannot be written: {error.strerror or error}.") from error
