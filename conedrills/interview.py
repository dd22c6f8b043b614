"""Answers so far in, the next question or the finished yard file out. Pure: no terminal, no file.

The answers are the whole state, as they were typed: what they mean is found by replaying them. So `back` is
one answer less, and to go on after a break is to replay what was kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from conedrills.questions import Document, Question, script
from conedrills.wording import plain_text

FORMAT = "conedrills-answers"
"""What the file of kept answers calls itself."""
MOST_ANSWERS = 2_000
LONGEST = 200
"""Characters of one answer."""


@dataclass(frozen=True, slots=True)
class Finished:
    """Everything was answered."""

    document: Document


@dataclass(frozen=True, slots=True)
class Interview:
    """The answers that were accepted so far, as they were typed."""

    answers: tuple[str, ...] = ()

    @property
    def now(self) -> Question | Finished:
        """The next question, or the document."""
        return _replayed(self.answers)[0]

    def hear(self, typed: str) -> tuple[Interview, str]:
        """The interview after one line was typed, and what is to be said of it, "" for nothing.

        `back` is one question back, `?` explains the question.
        """
        question, text = self.now, plain_text(typed, LONGEST)
        if isinstance(question, Finished):
            return self, ""
        if text.casefold() == "back":
            said = "" if self.answers else "This is the first question."
            return Interview(self.answers[:-1]), said
        if text == "?":
            return self, question.help
        try:
            question.check(text)
        except ValueError as error:
            return self, str(error)
        if len(self.answers) >= MOST_ANSWERS:
            return self, f"{MOST_ANSWERS} answers are too many; write the rest into the file."
        return Interview((*self.answers, text)), ""

    @property
    def kept(self) -> Document:
        """The document that `resumed` reads again: every answer with the question that it belongs to."""
        keys = _replayed(self.answers)[1]
        pairs = [list(pair) for pair in zip(keys, self.answers, strict=True)]
        return {"format": FORMAT, "version": 1, "answers": pairs}


def resumed(document: object) -> Interview:
    """The interview that was kept.

    Raises:
        ValueError: it is no such document, or its answers do not go with the questions.
    """
    if not isinstance(document, Mapping) or document.get("format") != FORMAT:
        raise ValueError("it holds no answers of ours")
    pairs = document.get("answers")
    if document.get("version") != 1 or not isinstance(pairs, list) or len(pairs) > MOST_ANSWERS:
        raise ValueError("its answers are not in the form of this version")
    interview = Interview()
    for number, pair in enumerate(pairs, 1):
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(one, str) for one in pair)):
            raise ValueError(f"answer {number} is not a question and an answer")
        question = interview.now
        key, text = pair
        if isinstance(question, Finished) or question.key != key:
            raise ValueError(f"answer {number} is to no question that is asked there")
        after, _ = interview.hear(text)
        if len(after.answers) != number:
            raise ValueError(f"answer {number} is none that its question takes")
        interview = after
    return interview


@lru_cache(maxsize=32)
def _replayed(answers: tuple[str, ...]) -> tuple[Question | Finished, tuple[str, ...]]:
    """What comes after the answers, and the keys of the questions that they are to."""
    asking, keys = script(), []
    question = next(asking)
    for text in answers:
        keys.append(question.key)
        try:
            question = asking.send(question.check(text))
        except StopIteration as end:
            document: dict[str, Any] = end.value
            return Finished(document), tuple(keys)
    return question, tuple(keys)
