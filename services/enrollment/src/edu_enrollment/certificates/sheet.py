"""The certificate as PDF: a landscape A4 page that looks like the certificate's web page."""

# The library's type hints lack some arguments.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

import io
import unicodedata
from datetime import UTC
from importlib.resources import as_file, files
from typing import Literal
from xml.sax.saxutils import escape

from reportlab.graphics.barcode.qr import QrCode
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from edu_enrollment.certificates.errors import LettersMissing
from edu_enrollment.certificates.schemas import CertificateRead
from edu_enrollment.certificates.texts import TEXTS, Language, written

WIDTH, HEIGHT = landscape(A4)
FRAME = 30
MARGIN = 84
INNER = WIDTH - 2 * MARGIN
MIDDLE = (180, 408)
"""Points from the bottom of the page: the area between footer and heading, with the text of the certificate."""

QR_SIDE = 64
Alignment = Literal[0, 1, 2]
INK, SOFT, ACCENT, DANGER = (HexColor(colour) for colour in ("#1d2126", "#555a61", "#0e5a57", "#a12a1f"))
RULE, FRAME_RULE = HexColor("#ddd6c8"), HexColor("#8b8578")


def _typeface(name: str) -> TTFont:
    with as_file(files("edu_enrollment.certificates") / "fonts" / f"{name}.ttf") as path:
        font = TTFont(name, str(path))
    registerFont(font)
    return font


REGULAR, BOLD = _typeface("Literata-Regular"), _typeface("Literata-SemiBold")
LETTERS = frozenset(REGULAR.face.charToGlyph)


def draw(certificate: CertificateRead, language: Language, page: str) -> bytes:
    """Return the PDF; `page` is the URL where anyone can verify it. The same certificate produces the same bytes.

    Raise `LettersMissing`.
    """
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(WIDTH, HEIGHT), invariant=1, lang=language)
    day = certificate.completed_at.astimezone(UTC)
    canvas.setDateFormatter(lambda *_: f"D:{day:%Y%m%d%H%M%S}Z")  # pyright: ignore[reportUnknownLambdaType]
    canvas.setTitle(f"{TEXTS[language].title}: {certificate.course_title}")
    canvas.setSubject(certificate.student_name)
    canvas.setAuthor("EduPlatform")
    canvas.setCreator("EduPlatform")
    _heading(canvas, certificate, language)
    _statement(canvas, certificate, language)
    _footer(canvas, certificate, language, page)
    canvas.save()
    return file.getvalue()


def _heading(canvas: Canvas, certificate: CertificateRead, language: Language) -> None:
    texts = TEXTS[language]
    canvas.setStrokeColor(FRAME_RULE)
    canvas.setLineWidth(0.75)
    canvas.rect(FRAME, FRAME, WIDTH - 2 * FRAME, HEIGHT - 2 * FRAME)
    _line(canvas, "EduPlatform", 512, _style(BOLD, 12, ACCENT))
    _line(canvas, texts.title, 462, _style(BOLD, 32))
    if certificate.valid:
        canvas.setStrokeColor(ACCENT)
        canvas.line(WIDTH / 2 - 24, 440, WIDTH / 2 + 24, 440)
    else:
        _line(canvas, texts.withdrawn, 432, _style(BOLD, 13, DANGER))


def _statement(canvas: Canvas, certificate: CertificateRead, language: Language) -> None:
    """Draw who completed which course, centred vertically."""
    texts = TEXTS[language]
    parts = [
        _fitted(texts.awarded_to, _style(REGULAR, 13, SOFT), 20),
        _fitted(certificate.student_name or texts.nameless, _style(BOLD, 32), 84),
        _fitted(texts.completed, _style(REGULAR, 13, SOFT), 20),
        _fitted(certificate.course_title, _style(BOLD, 22), 80),
    ]
    gaps = (6, 16, 6, 0)
    bottom, top = MIDDLE
    y = (top + bottom + sum(part.height for part in parts) + sum(gaps)) / 2
    for part, gap in zip(parts, gaps, strict=True):
        y -= part.height
        part.drawOn(canvas, (WIDTH - part.width) / 2, y)
        y -= gap


def _footer(canvas: Canvas, certificate: CertificateRead, language: Language, page: str) -> None:
    texts = TEXTS[language]
    canvas.setStrokeColor(RULE)
    canvas.line(MARGIN, 156, WIDTH - MARGIN, 156)
    _pair(canvas, texts.teacher, certificate.teacher_name, MARGIN, 180)
    _pair(canvas, texts.day, written(certificate.completed_at.astimezone(UTC), language), MARGIN + 190, 120)
    canvas.setFillColor(INK)
    QrCode(page, width=QR_SIDE, height=QR_SIDE, qrBorder=0, qrLevel="M").drawOn(
        canvas, WIDTH - MARGIN - QR_SIDE, 140 - QR_SIDE
    )
    left, width = MARGIN + 316, INNER - 316 - QR_SIDE - 14
    _pair(canvas, texts.check, certificate.code, left, width, TA_RIGHT)
    address = _fitted(page, _style(REGULAR, 8, SOFT, TA_RIGHT), 26, width)
    address.drawOn(canvas, left, 100 - address.height)
    canvas.linkURL(page, (left, 70, WIDTH - MARGIN, 140))


def _pair(canvas: Canvas, label: str, value: str, left: float, width: float, alignment: Alignment = TA_LEFT) -> None:
    name = _fitted(label, _style(REGULAR, 9, SOFT, alignment), 14, width)
    name.drawOn(canvas, left, 140 - name.height)
    text = _fitted(value, _style(BOLD, 12, INK, alignment), 48, width)
    text.drawOn(canvas, left, 122 - text.height)


def _line(canvas: Canvas, text: str, base: float, style: ParagraphStyle) -> None:
    line = _fitted(text, style, style.leading)
    line.drawOn(canvas, (WIDTH - line.width) / 2, base)


def _style(font: TTFont, size: float, colour: Color = INK, alignment: Alignment = TA_CENTER) -> ParagraphStyle:
    leading = size * 1.28
    return ParagraphStyle(
        "", fontName=font.fontName, fontSize=size, leading=leading, textColor=colour, alignment=alignment
    )


def _fitted(text: str, style: ParagraphStyle, height: float, width: float = INNER) -> Paragraph:
    """Return the text, wrapped, in the largest font size up to the style's at which it fits into `height`."""
    size = style.fontSize
    while True:
        smaller = style.clone("", fontSize=size, leading=size * 1.28)
        paragraph = Paragraph(escape(_printable(text)), smaller)
        if paragraph.wrap(width, height)[1] <= height or size <= 1:
            return paragraph
        size *= 0.94


def _printable(text: str) -> str:
    """Remove invisible characters, and symbols that the font lacks, such as emoji; missing letters are an error."""
    composed = unicodedata.normalize("NFC", text)
    seen = [" " if letter.isspace() else letter for letter in composed]
    lacking = {letter for letter in seen if ord(letter) not in LETTERS}
    kept = "".join(letter for letter in seen if letter not in lacking and unicodedata.category(letter)[0] != "C")
    if any(map(_spells, lacking)) or (text.strip() and not kept.strip()):
        raise LettersMissing
    return kept


def _spells(letter: str) -> bool:
    """Return whether a character matters for spelling: letters, marks and digits, but not emoji variation selectors."""
    return unicodedata.category(letter)[0] in "LMN" and not "\ufe00" <= letter <= "\ufe0f"
