"""A sheet as PDF: true to scale, fonts embedded, the same bytes every time. Nothing is decided here.

Text goes through `drawString` alone: reportlab's paragraphs are a small HTML parser that opens files and
addresses.
"""

from __future__ import annotations

import hashlib
import io
from functools import cache
from typing import Final, assert_never
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import (
    XMP,
    PDFArray,
    PDFDictionary,
    PDFDocument,
    PDFInfo,
    PDFName,
    PDFStream,
    PDFString,
)
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from conedrills import fonts
from conedrills.sheet import XY, Disc, Page, Region, Sheet, Stroke, Text
from conedrills.wording import plain_text

_POINTS = 72 / 25.4
"""Points in a millimetre."""
_LONGEST = 10_000
"""Characters of a description."""
_ROUND = 1
_FILL: Final = 0
_STROKE: Final = 1
_STYLES: tuple[fonts.Style, ...] = ("regular", "bold", "oblique")


def write(sheet: Sheet, *, source: bytes = b"") -> bytes:
    """The file of all pages.

    Args:
        sheet: what to draw.
        source: the layout's JSON, attached so that the file can be opened again; b"" for none.
    """
    _register_fonts()
    buffer = io.BytesIO()
    canvas = Canvas(
        buffer,
        invariant=1,
        pageCompression=1,
        pdfVersion=(1, 7),
        lang=sheet.language,
        initialFontName=_font_name("regular"),  # type: ignore[arg-type]
    )
    document = canvas._doc  # type: ignore[attr-defined]
    document.info = _Info()
    # reportlab's own has SOURCE_DATE_EPOCH in it
    document.signature = hashlib.md5(source, usedforsecurity=False)
    canvas.setTitle(_plain(sheet.title))
    canvas.setSubject(_plain(_subject(sheet)))
    canvas.setCreator(sheet.made_by)
    canvas.setProducer(sheet.made_by)
    document.Catalog.Metadata = XMP(creator=lambda _: _metadata(sheet).encode())
    canvas.setViewerPreference("PrintScaling", "None")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    above: list[str] = []
    for number, page in enumerate(sheet.pages):
        del above[above.index(page.part_of) + 1 if page.part_of in above else 0 :]
        _draw_page(canvas, page, number, level=len(above))
        above.append(page.name)
    if source:
        _attach(canvas, source)
    canvas.save()
    return buffer.getvalue()


class _Info(PDFInfo):
    """What the file is called and what made it: no author, for that is free, and no day."""

    def format(self, document: PDFDocument) -> bytes:
        said = {
            "Title": self.title,
            "Subject": self.subject,
            "Creator": self.creator,
            "Producer": self.producer,
        }
        return PDFDictionary({key: PDFString(text) for key, text in said.items() if text}).format(document)


_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>{made_by}</xmp:CreatorTool>
<pdf:Producer>{made_by}</pdf:Producer>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""
"""The same once more for programs that read metadata and no PDF; the id is the one that XMP prescribes."""


def _metadata(sheet: Sheet) -> str:
    said = {
        "title": sheet.title,
        "subject": _subject(sheet),
        "language": sheet.language,
        "made_by": sheet.made_by,
    }
    return _XMP.format(**{key: escape(_plain(text)) for key, text in said.items()})


def _subject(sheet: Sheet) -> str:
    return sheet.pages[0].description if sheet.pages else ""


def _plain(text: str) -> str:
    return plain_text(text, _LONGEST)


@cache
def _register_fonts() -> None:
    for style in _STYLES:
        pdfmetrics.registerFont(TTFont(_font_name(style), io.BytesIO(fonts.font_file(style))))


def _font_name(style: fonts.Style) -> str:
    return f"conedrills-{style}"


def _draw_page(canvas: Canvas, page: Page, number: int, *, level: int) -> None:
    canvas.setPageSize((page.width_mm * _POINTS, page.height_mm * _POINTS))
    canvas.bookmarkPage(page.name)
    canvas.addOutlineEntry(_plain(page.title), page.name, level)
    canvas.addPageLabel(number, prefix=_plain(page.label) or str(number + 1))
    # the sheet's own frame: millimetres, y down from the top-left corner
    canvas.transform(_POINTS, 0, 0, -_POINTS, 0, page.height_mm * _POINTS)
    canvas.setLineJoin(_ROUND)
    for mark in page.marks:
        _draw(canvas, mark)
    canvas.showPage()


def _draw(canvas: Canvas, mark: Stroke | Region | Disc | Text) -> None:
    match mark:
        case Stroke():
            path = canvas.beginPath()
            _trace(path, mark.points, closed=mark.closed)
            canvas.setStrokeColor(HexColor(mark.colour))
            canvas.setLineWidth(mark.width_mm)
            canvas.setLineCap(_ROUND if mark.round_ends else 0)
            canvas.setDash(list(mark.dash_mm))
            canvas.drawPath(path, stroke=1, fill=0)
        case Region():
            path = canvas.beginPath()
            for ring in mark.rings:
                _trace(path, ring, closed=True)
            _paint(canvas, mark)
            canvas.drawPath(path, stroke=int(mark.width_mm > 0), fill=int(mark.fill is not None), fillMode=0)
        case Disc():
            _paint(canvas, mark)
            x, y = mark.centre
            canvas.circle(
                x, y, mark.radius_mm, stroke=int(mark.width_mm > 0), fill=int(mark.fill is not None)
            )
        case Text():
            _draw_text(canvas, mark)
        case _:
            assert_never(mark)


def _trace(path: PDFPathObject, points: tuple[XY, ...], *, closed: bool) -> None:
    for place, (x, y) in enumerate(points):
        (path.lineTo if place else path.moveTo)(x, y)
    if closed:
        path.close()


def _paint(canvas: Canvas, mark: Region | Disc) -> None:
    canvas.setDash([])
    canvas.setLineWidth(mark.width_mm)
    canvas.setStrokeColor(HexColor(mark.colour))
    if mark.fill is not None:
        canvas.setFillColor(HexColor(mark.fill))


def _draw_text(canvas: Canvas, mark: Text) -> None:
    canvas.saveState()
    canvas.translate(*mark.at)
    canvas.scale(1, -1)  # letters stand upright in a frame whose y runs down
    canvas.rotate(mark.angle_deg)
    canvas.setFont(_font_name(mark.style), mark.size_mm)
    canvas.setFillColor(HexColor(mark.colour))
    canvas.setStrokeColor(HexColor("#ffffff"))
    canvas.setLineWidth(2 * mark.halo_mm)
    canvas.setDash([])
    draw = {"start": canvas.drawString, "middle": canvas.drawCentredString, "end": canvas.drawRightString}[
        mark.anchor
    ]
    for mode in (_STROKE, _FILL) if mark.halo_mm else (_FILL,):
        draw(0, 0, mark.text, mode=mode)
    canvas.restoreState()


def _attach(canvas: Canvas, source: bytes) -> None:
    """The layout as an embedded file: reportlab has no call for it, its PDF objects are enough."""
    document = canvas._doc  # type: ignore[attr-defined]
    stream = PDFStream(
        dictionary=PDFDictionary({"Type": PDFName("EmbeddedFile"), "Subtype": "/application#2Fjson"}),
        content=source,
    )
    file = PDFDictionary(
        {
            "Type": PDFName("Filespec"),
            "F": PDFString("layout.json"),
            "UF": PDFString("layout.json"),
            "AFRelationship": PDFName("Source"),
            "EF": PDFDictionary({"F": document.Reference(stream)}),
        }
    )
    names = PDFDictionary({"Names": PDFArray([PDFString("layout.json"), document.Reference(file)])})
    document.Catalog.Names = PDFDictionary({"EmbeddedFiles": names})
