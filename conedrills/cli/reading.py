"""Reading a yard to lay drills out in: what was measured wrong is said, and refused where it is too much."""

from __future__ import annotations

import shlex
from pathlib import Path

from conedrills.cli import talk
from conedrills.errors import SurveyError
from conedrills.importers import read_yard
from conedrills.wording import plain_text
from conedrills.yard import Yard


def measured_yard(file: str, feature: str | None, *, accepted: bool) -> Yard:
    """The yard in a file, after it was said how well it was measured.

    Args:
        file: its name; `-` for standard input.
        feature: which of several polygons.
        accepted: whether measurements that contradict each other are used all the same.

    Raises:
        YardError: as `read_yard`.
        SurveyError: the measurements contradict each other by too much.
    """
    yard = read_yard(Path(file), feature)
    survey = yard.survey
    if survey is None:
        return yard
    text = " ".join(survey.problems)
    more = f" Then measure {'–'.join(survey.next_tape)} too." if survey.next_tape and survey.problems else ""
    check = f"`conedrills yard check {shlex.quote(plain_text(file))}` shows it all."
    if survey.level == "refuse" and not accepted:
        raise SurveyError(
            f"these measurements do not agree. {text}{more} {check}"
            " With --accept-misclosure drills are laid out all the same."
        )
    if text:
        talk.say(f"{'Note' if survey.level == 'note' else 'Warning'}: {text}{more} {check}")
    return yard
