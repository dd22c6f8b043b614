"""The layout that a PDF carries: an attached file, whatever it is called. The only importer of pypdf.

The pages are not looked at. Attachments are read in memory, one after the other, and what they unpack to is
limited; their names are nobody's business.
"""

from __future__ import annotations

import io
import itertools
import logging
import re
import struct
import zlib

from pypdf import Configuration, PdfReader, apply_configuration
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

from conedrills.errors import LayoutError
from conedrills.layoutfile import FORMAT, LONGEST_FILE

_MOST_UNPACKED = 2 * LONGEST_FILE
"""Bytes that one stream may unpack to: a layout, or the objects of a file that has been saved again."""
_LIMITS = Configuration(
    maximum_declared_stream_length=_MOST_UNPACKED,
    array_based_stream_maximum_output_length=_MOST_UNPACKED,
    lzw_maximum_output_length=_MOST_UNPACKED,
    run_length_maximum_output_length=_MOST_UNPACKED,
    zlib_maximum_output_length=_MOST_UNPACKED,
    zlib_maximum_recovery_input_length=100_000,
    brotli_maximum_output_length=_MOST_UNPACKED,
    stream_decoding_work_maximum_length=4 * _MOST_UNPACKED,
)
_MOST_ATTACHED = 100
_LAYOUT = re.compile(rb'\s*\{\s*"format"\s*:\s*"' + FORMAT.encode() + rb'"')
_BROKEN = (
    PyPdfError, ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError, OSError,
    RecursionError, TypeError, ValueError, struct.error, zlib.error,
)  # fmt: skip
"""What the library raises on a file that is none, beside its own."""

logging.getLogger("pypdf").addHandler(logging.NullHandler())  # what it thinks of a file is not for stderr


def carried_by_pdf(content: bytes, label: str) -> bytes | None:
    """The JSON attached to a PDF, None where there is none.

    Raises:
        LayoutError: it cannot be read, or is locked.
    """
    try:
        with apply_configuration(_LIMITS):
            reader = PdfReader(io.BytesIO(content))
            if reader.is_encrypted and not reader.decrypt(""):
                raise LayoutError(f"{label}: is locked with a password. Save a copy of it without one.")
            attached = itertools.islice(reader.attachment_list, _MOST_ATTACHED)
            return next((found for part in attached if _LAYOUT.match(found := part.content)), None)
    except (DependencyError, FileNotDecryptedError) as error:
        raise LayoutError(f"{label}: is locked. Save a copy of it without a password.") from error
    except _BROKEN as error:
        raise LayoutError(
            f"{label}: this is a PDF that cannot be read: it is damaged, cut short or out of all proportion."
            " Ask for it again, or for the layout.json."
        ) from error
