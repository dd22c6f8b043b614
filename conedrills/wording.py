"""Words from strangers made safe to print, and the sentence for a name that nobody knows.

Everything that comes out of a file goes through `plain_text` before it reaches a terminal, a sheet or a
message.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

_LONGEST = 80  # characters of a stranger's text that fit a message and a heading
_BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}


def plain_text(text: str, longest: int = _LONGEST) -> str:
    r"""Text on one line without control, direction or surrogate characters, NFC, `longest` at the most.

    >>> plain_text("oak\x1b[31m\n tree")
    'oak[31m tree'
    """
    normal = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
    spaced = (" " if letter.isspace() else letter for letter in normal)
    kept = "".join(
        letter for letter in spaced if unicodedata.category(letter) not in {"Cc", "Cs", "Co", "Cn"}
        and ord(letter) not in _BIDI
    )  # fmt: skip
    kept = unicodedata.normalize("NFC", " ".join(kept.split()))
    return kept if len(kept) <= longest else kept[: longest - 1] + "…"


def nearest_name(wanted: str, known: Iterable[str]) -> str | None:
    """The known name most like the wanted one, None where none is like it."""
    matches = difflib.get_close_matches(wanted.casefold(), list(known), 1, 0.6)
    return matches[0] if matches else None


def unknown_name(what: str, wanted: str, known: Iterable[str], remedy: str) -> str:
    """The sentence for a name that is not known.

    >>> unknown_name("drill", "w-dril", ["w-drill"], "See `conedrills drills`.")
    'there is no drill "w-dril". Did you mean "w-drill"? See `conedrills drills`.'
    """
    nearest = nearest_name(wanted, known)
    guess = f' Did you mean "{nearest}"?' if nearest else ""
    return f'there is no {what} "{plain_text(wanted)}".{guess} {remedy}'.rstrip()
