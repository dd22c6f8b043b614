"""Which of several polygons of a file is the yard: `--feature`, by name or by number from 1."""

from __future__ import annotations

from collections.abc import Sequence

from conedrills.errors import YardError
from conedrills.wording import plain_text, unknown_name

_LISTED = 20


def choose(label: str, names: Sequence[Sequence[str]], feature: str | None, what: str = "polygon") -> int:
    """The index of the polygon that is meant.

    Args:
        label: what to call the file in messages.
        names: what each polygon may be called by, the best first; at least one polygon.
        feature: a name, or a number from 1; None where there is only one.
        what: what they are, in the singular.

    Raises:
        YardError: there are several and none is chosen, or none is called so.
    """
    if feature is None:
        if len(names) == 1:
            return 0
        raise YardError(
            f"{label}: it holds {len(names)} {what}s; choose one with --feature: {_listing(names)}."
        )
    # the number first: names may be numbers too, and a listing begins with ours
    if feature.isascii() and feature.isdigit() and 1 <= int(feature[:9]) <= len(names):
        return int(feature[:9]) - 1
    named = [index for index, own in enumerate(names) if feature.casefold() in map(str.casefold, own)]
    if len(named) == 1:
        return named[0]
    if named:
        raise YardError(
            f'{label}: {len(named)} {what}s are called "{plain_text(feature)}"; choose by number:'
            f" {_listing(names)}."
        )
    known = [own[0] for own in names if own]
    unknown = unknown_name(what, feature, known, f"There are: {_listing(names)}.")
    raise YardError(f"{label}: {unknown}")


def _listing(names: Sequence[Sequence[str]]) -> str:
    listed = [
        f'{number} ("{own[0]}")' if own else str(number) for number, own in enumerate(names[:_LISTED], 1)
    ]
    return ", ".join([*listed, "…"] if len(names) > _LISTED else listed)
