"""Ctrl-C while something is being made: the first stops the search and keeps the best, the second ends.

A handler only takes note; who searches asks. What the exit status is and what is said is up to the commands.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType


class Interrupt:
    """Whether Ctrl-C was pressed, in the blocks that ask for it; elsewhere it ends the program as ever."""

    def __init__(self) -> None:
        """Nobody has pressed it."""
        self.asked = False

    def __call__(self) -> bool:
        """Whether it was pressed."""
        return self.asked

    @contextlib.contextmanager
    def searching(self, told: Callable[[], None] = lambda: None) -> Iterator[Interrupt]:
        """Here the first Ctrl-C is noted, and told; the next is a KeyboardInterrupt."""

        def note(_signal: int, _frame: FrameType | None) -> None:
            if self.asked:
                raise KeyboardInterrupt
            self.asked = True
            told()

        with _handled_by(note):
            yield self

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Here Ctrl-C is noted and waits: files are written whole."""

        def note(_signal: int, _frame: FrameType | None) -> None:
            self.asked = True

        with _handled_by(note):
            yield


@contextlib.contextmanager
def _handled_by(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """SIGINT goes to a handler, where it may: in the main thread, and not where the shell has it ignored."""
    before = signal.getsignal(signal.SIGINT)
    if before in (signal.SIG_IGN, None) or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
