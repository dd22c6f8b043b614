"""What can go wrong through no fault of ours, one exception a cause.

Each message says what is wrong, where (file and key), and what would be right. A bug never raises one of
these: only `cli` catches them, and everything else that escapes is ours.
"""

from typing import ClassVar


class ConeDrillsError(Exception):
    """Something the user can mend. `str()` of it is the whole message, without a trailing newline."""

    exit_code: ClassVar[int] = 2


class YardError(ConeDrillsError):
    """A yard file that cannot be read, or a yard that cannot exist."""


class SurveyError(ConeDrillsError):
    """Measurements that contradict each other by more than a yard may be laid out from."""

    exit_code = 1


class DrillError(ConeDrillsError):
    """A drill file that cannot be read, or a drill that contradicts itself."""


class LayoutError(ConeDrillsError):
    """A layout that cannot be read."""


class ExportError(ConeDrillsError):
    """A file that cannot be written."""


class UsageError(ConeDrillsError):
    """Options that do not go together, or name something that does not exist."""


class CertificateError(ConeDrillsError):
    """A certificate that cannot be read."""
