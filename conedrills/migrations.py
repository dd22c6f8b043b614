"""Layout files of earlier versions made into files of this one, a version at a time.

What only adds a key does not count a version up; what an old reader would misread does, and brings a function
here that makes the next version's JSON of the one before. Values in, values out: nothing is changed in place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Migration = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""From the JSON of a version to that of the next; the version itself is counted up for it."""
MIGRATIONS: Mapping[int, Migration] = {}
"""By the version that they start from. Empty as long as there is one version."""


def migrated(
    data: Mapping[str, Any], version: int, *, steps: Mapping[int, Migration] = MIGRATIONS
) -> Mapping[str, Any]:
    """A file's JSON as the given version has it.

    Args:
        data: whose `version` is that one or an earlier one.
        version: to arrive at.
        steps: the functions by the version that they start from.

    Raises:
        KeyError: a step is missing: an error of ours.

    >>> migrated({"version": 1, "yard": 3}, 2, steps={1: lambda old: {**old, "yard": [old["yard"]]}})
    {'version': 2, 'yard': [3]}
    """
    while data["version"] < version:
        data = {**steps[data["version"]](data), "version": data["version"] + 1}
    return data
