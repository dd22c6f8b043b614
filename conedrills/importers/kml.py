"""KML (OGC 12-007, and Google's 2.0 to 2.2): a polygon, a ring or a closed line is the yard.

Its holes and the placemarks that lie in it are hard obstacles. A track is read as a walk with GPS is.
"""

from __future__ import annotations

from conedrills import importers
from conedrills.importers._placemarks import yard_of
from conedrills.safexml import root_name
from conedrills.yard import Yard


def claims(source: importers.Source) -> bool:
    """Whether its first element is that of KML, or it is XML that breaks off and is named so."""
    name = root_name(source.content)
    if name is None:
        named = source.label.casefold().endswith(".kml")
        return named and source.content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    return name in ("kml", "Document", "Folder", "Placemark")


def read(source: importers.Source, feature: str | None) -> Yard:
    """The yard that a KML file says.

    Raises:
        YardError: the file is wrong, or has no outline, or several and none is chosen.
    """
    return yard_of(source, feature)
