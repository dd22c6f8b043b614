"""Files written whole or not at all, and never over something that is not ours.

A file is ours when its content says so: a layout or a certificate by its `format`, a PDF by its producer, an
SVG by the layout that it carries, a page for a phone by its generator, a text by its last line, a table by
its first, a DXF by its comment, a GeoJSON by what it says of its maker. What is in them is decided by
`layout`, `compose` and the exporters.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from conedrills.compose import Paper, compose
from conedrills.errors import ExportError
from conedrills.exporters import csv, dxf, geojson, html, pdf, svg, txt
from conedrills.language import ENGLISH
from conedrills.layout import Layout
from conedrills.layoutreader import loads
from conedrills.layoutwriter import dumps
from conedrills.partner import Partner
from conedrills.wording import plain_text

ALWAYS = ("layout.json", "sheet.pdf", "overview.svg")
"""What is written for every layout; a page a drill comes besides."""
_PAGE = re.compile(r"(?:[0-9]{2,3}-[a-z0-9-]+|(?:session|partners)(?:-[0-9]+)?)\.svg")
"""What `layout` calls pages that not every layout has: stale where the new layout has no such page."""
_ALL = 32_000_000  # bytes; a longer file is none of ours
_HEAD = 4_096  # bytes at the beginning of a file in which an SVG shows that it is one
_CERTIFICATE = re.compile(rb'\s*\{\s*"format"\s*:\s*"conedrills-certificate"')
"""How a certificate begins: it may be long."""
_LONGEST_SLUG = 40
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
)


def slug(name: str) -> str:
    """A name as a folder's name, on every system; names that keep no letter stay apart by a short hash.

    >>> slug("Grandma's yard (north)"), slug("Grünau 4"), slug("CON")
    ('grandma-s-yard-north', 'grunau-4', 'yard-con')
    >>> slug("裏庭") == slug("前庭"), slug("")
    (False, 'yard')
    """
    letters = unicodedata.normalize("NFKD", name.casefold())
    kept = re.sub(
        r"[^a-z0-9]+", "-", "".join(letter for letter in letters if not unicodedata.combining(letter))
    )
    words = kept.strip("-")[:_LONGEST_SLUG].strip("-")
    foreign = any(
        letter.isalpha() and not letter.isascii() and not unicodedata.combining(letter) for letter in letters
    )
    if foreign:
        words = f"{words or 'yard'}-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:6]}"
    return f"yard-{words}" if words in _DEVICES else words or "yard"


def layout_files(
    layout: Layout, paper: Paper, language: str = ENGLISH, partner: Partner | None = None
) -> dict[str, bytes]:
    """Everything that is written for a layout: names and contents, the layout first.

    What is drawn is what the file says, to the last digit, so that `sheet` draws the same again; all but the
    pages of a partner's layout, which is in no file of this one. In every language the layout is the same.
    """
    source = dumps(layout)
    kept = loads(source, "layout.json")
    sheet = compose(kept, paper=paper, units=layout.units, language=language, partner=partner)
    pages = {
        f"{page.name}.svg": svg.write(page, language=sheet.language, source=source) for page in sheet.pages
    }
    return {"layout.json": source, "sheet.pdf": pdf.write(sheet, source=source), **pages}


def is_ours(path: Path) -> bool:
    """Whether we wrote this file, by its content; False for anything that cannot be read."""
    try:
        if not path.is_file() or path.stat().st_size > _ALL:
            return False
        content = path.read_bytes()
    except OSError:
        return False
    if content.startswith(b"%PDF-"):
        return b"/Producer (conedrills " in content
    if b"<svg" in content[:_HEAD]:
        return svg.NAMESPACE.encode() in content
    return any(kind.is_ours(content) for kind in (csv, txt, html, dxf, geojson)) or _is_layout(content)


def is_certificate(path: Path) -> bool:
    """Whether this is a certificate, by how it begins; False for anything that cannot be read."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as stream:
            return _CERTIFICATE.match(stream.read(_HEAD)) is not None
    except OSError:
        return False


def check_target(path: Path, *, force: bool, ours: Callable[[Path], bool] = is_ours) -> None:
    """That a file may be written here, also over one that is `ours`.

    Raises:
        ExportError: it would replace something that we did not write, or that is no file.
    """
    shown = plain_text(str(path), 200)
    try:
        if path.is_dir():
            raise ExportError(f"{shown}: is a folder. Name a file in it.")
        if not os.path.lexists(path):
            return
        if path.exists() and not path.is_file():
            raise ExportError(f"{shown}: is not a file that can be replaced. Name another.")
    except (OSError, ValueError) as error:
        raise ExportError(f"{shown}: cannot be written: {_cause(error)}.") from error
    if not force and not ours(path):
        raise ExportError(
            f"{shown}: exists, and conedrills did not write it. Name another place, or add --force."
        )


def check_folder(folder: Path, names: Iterable[str], *, force: bool) -> None:
    """That files of these names may be written into a folder, which may be missing still.

    Raises:
        ExportError: the folder is none, cannot be written to, or holds a file of that name that is not ours.
    """
    shown = plain_text(str(folder), 200)
    try:
        there = next(place for place in (folder, *folder.parents) if os.path.lexists(place))
        if not there.is_dir():
            raise ExportError(f"{plain_text(str(there), 200)}: is a file, not a folder. Name another --out.")
        if not os.access(there, os.W_OK | os.X_OK):
            raise ExportError(f"{shown}: cannot be written: Permission denied. Name another --out.")
    except (OSError, ValueError) as error:
        raise ExportError(f"{shown}: cannot be written: {_cause(error)}.") from error
    for name in names:
        check_target(folder / name, force=force)


def check_certificate(path: Path, folder: Path, *, force: bool) -> None:
    """That the certificate of a layout in a folder, which may be missing still, may be written here.

    Raises:
        ExportError: its own folder is none or cannot be written to, it would replace something that is no
            certificate, or it has the name of a file of the layout.
    """
    shown = plain_text(str(path), 200)
    check_target(path, force=force, ours=is_certificate)
    try:
        among = path.parent.resolve() == folder.resolve()
        if among and (path.name in ALWAYS or path.suffix == ".svg"):
            raise ExportError(f"{shown}: is a name of the layout's own files. Name another.")
        if among and not folder.exists():
            return
        if not path.parent.is_dir():
            raise ExportError(f"{shown}: cannot be written: there is no such folder.")
        if not os.access(path.parent, os.W_OK | os.X_OK):
            raise ExportError(f"{shown}: cannot be written: Permission denied.")
    except (OSError, ValueError) as error:
        raise ExportError(f"{shown}: cannot be written: {_cause(error)}.") from error


def write_file(path: Path, content: bytes, *, force: bool) -> None:
    """One file, whole or not at all, into a folder that is there.

    Raises:
        ExportError: it cannot be written, or would replace something that is not ours.
    """
    check_target(path, force=force)
    with _cleanly(path):
        _replace({path: content})


def write_folder(
    folder: Path, files: Mapping[str, bytes], *, force: bool, certificate: tuple[Path, bytes] | None = None
) -> tuple[str, ...]:
    """All files of a layout, or none of them; pages of ours that the layout no longer has are removed.

    Its certificate goes where its path says.

    Returns:
        The names of the removed pages.

    Raises:
        ExportError: they cannot be written, or would replace something that is not ours.
    """
    check_folder(folder, files, force=force)
    if certificate:
        check_certificate(certificate[0], folder, force=force)
    with _cleanly(folder, *([certificate[0]] if certificate else [])), _made(folder):
        stale = [
            path for path in sorted(folder.iterdir()) if _PAGE.fullmatch(path.name) and path.name not in files
        ]
        stale = [path for path in stale if is_ours(path)]
        contents = {folder / name: content for name, content in files.items()}
        _replace({**contents, **dict([certificate] if certificate else [])})
        for path in stale:
            path.unlink()
    return tuple(path.name for path in stale)


def _is_layout(content: bytes) -> bool:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and document.get("format") == "conedrills-layout"


@contextlib.contextmanager
def _cleanly(place: Path, *others: Path) -> Iterator[None]:
    """What the system refuses becomes one message: about the place, or another of whose folder it speaks."""
    try:
        yield
    except (OSError, ValueError) as error:
        where = Path(str(getattr(error, "filename", None) or place)).parent
        named = next((other for other in others if other.parent == where != place), place)
        raise ExportError(f"{plain_text(str(named), 200)}: cannot be written: {_cause(error)}.") from error


@contextlib.contextmanager
def _made(folder: Path) -> Iterator[None]:
    """The folder and its parents, which go away again where nothing could be written into them."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for place in missing:
            with contextlib.suppress(OSError):
                place.rmdir()
        raise


def _replace(files: Mapping[Path, bytes]) -> None:
    """All contents beside their places, then all renamed: what can fail, fails before anything is changed."""
    beside = {path: path.with_name(f".{path.name[:80]}.{os.getpid()}.tmp") for path in files}
    try:
        for path, content in files.items():
            with beside[path].open("wb") as stream:
                stream.write(content)
        for path, temporary in beside.items():
            temporary.replace(path)
    finally:
        for temporary in beside.values():
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def _cause(error: Exception) -> str:
    return plain_text(getattr(error, "strerror", None) or str(error))
