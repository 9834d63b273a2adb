"""The papers that the demo's people show: identity cards and receipts of nobody and nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

_CARD = (760, 480)
_RECEIPT = (480, 760)
_INK, _GREY = "#22303c", "#7a8791"
_SPECIMEN = "SPECIMEN"
_PDF_LINE = 28


@dataclass(frozen=True, slots=True)
class Payment:
    """What a receipt says; `at` is shown as it is given."""

    method: str
    reference: str
    payer: str
    amount: Decimal
    currency: str
    at: datetime


def draw_identity_card(name: str, born: date, number: str) -> bytes:
    """Return the photo of an identity card, a JPEG that says that it is a specimen."""
    card = Image.new("RGB", _CARD, "#dfe9e2")
    pen = ImageDraw.Draw(card)
    for line in range(0, _CARD[0] + _CARD[1], 14):
        pen.line((line, 0, line - _CARD[1], _CARD[1]), fill="#d3e0d8", width=3)
    pen.rectangle((0, 0, _CARD[0], 84), fill="#1f7a5a")
    pen.text((28, 22), "IDENTITY CARD", fill="white", font=_font(36))
    pen.rounded_rectangle((36, 124, 236, 384), 12, fill="#b9c9c0")
    pen.ellipse((92, 160, 180, 256), fill="#7d5a44")
    pen.pieslice((60, 270, 212, 500), 180, 360, fill="#2f4858")
    for line, (label, text) in enumerate(
        (("Name", name), ("Date of birth", f"{born:%d %B %Y}"), ("Number", number))
    ):
        pen.text((270, 126 + line * 88), label, fill=_GREY, font=_font(20))
        pen.text((270, 152 + line * 88), text, fill=_INK, font=_font(32))
    pen.text((270, 410), _SPECIMEN, fill="#c0392b", font=_font(40))
    return _jpeg(card)


def draw_receipt(payment: Payment) -> bytes:
    """Return the screenshot of a receipt, a JPEG."""
    receipt = Image.new("RGB", _RECEIPT, "#f4f6f7")
    pen = ImageDraw.Draw(receipt)
    pen.rectangle((0, 0, _RECEIPT[0], 150), fill="#14506e")
    pen.text((32, 34), payment.method, fill="white", font=_font(40))
    pen.text((32, 92), "Payment sent", fill="#cfe3ee", font=_font(26))
    pen.ellipse((190, 190, 290, 290), fill="#2e9e6b")
    pen.line((214, 242, 234, 262, 268, 220), fill="white", width=12, joint="curve")
    for line, (label, text) in enumerate(_lines(payment)):
        pen.text((32, 330 + line * 74), label, fill=_GREY, font=_font(20))
        pen.text((32, 354 + line * 74), text, fill=_INK, font=_font(28))
    pen.text((300, 716), _SPECIMEN, fill="#c0392b", font=_font(28))
    return _jpeg(receipt)


def write_receipt(payment: Payment) -> bytes:
    """Return a receipt as a bank writes it: a PDF of one page."""
    lines = [payment.method, "Payment sent", *(": ".join(each) for each in _lines(payment))]
    shown = " T* ".join(f"({_escaped(line)}) Tj" for line in [*lines, _SPECIMEN])
    drawing = f"BT /F1 18 Tf {_PDF_LINE} TL 72 740 Td {shown} ET".encode("latin-1", "replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    file, places = BytesIO(), []
    file.write(b"%PDF-1.4\n")
    for number, content in enumerate(objects, 1):
        places.append(file.tell())
        file.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = file.tell()
    file.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    file.writelines(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    file.write(trailer % (len(objects) + 1, start))
    return file.getvalue()


def _lines(payment: Payment) -> Iterator[tuple[str, str]]:
    yield "Amount", f"{payment.currency} {payment.amount:,.2f}"
    yield "To", "Nafasi Demo Ltd"
    yield "From", payment.payer
    yield "When", f"{payment.at:%d %B %Y, %H:%M}"
    yield "Reference", payment.reference


def _escaped(text: str) -> str:
    for mark in "\\()":
        text = text.replace(mark, f"\\{mark}")
    return text


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _jpeg(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG", quality=80)
    return file.getvalue()
