"""The papers of the demo's people: services take them, and they say that they are specimens."""

from datetime import UTC, date, datetime
from decimal import Decimal

from app.demo.papers import Payment, draw_identity_card, draw_receipt, write_receipt
from app.media.documents import make_document
from app.media.proofs import make_proof

PAYMENT = Payment(
    "M-Pesa (Lipa)",
    "QK7A",
    "Asha Mushi",
    Decimal("1250.50"),
    "KES",
    datetime(2026, 3, 1, tzinfo=UTC),
)


def test_receipts_are_proofs() -> None:
    assert make_proof(draw_receipt(PAYMENT)).media_type == "image/jpeg"

    pdf = write_receipt(PAYMENT)
    assert make_proof(pdf).media_type == "application/pdf"
    assert b"(M-Pesa \\(Lipa\\)) Tj" in pdf
    assert b"(Amount: KES 1,250.50) Tj" in pdf
    assert b"(SPECIMEN) Tj" in pdf


def test_the_parts_of_a_pdf_are_where_it_says() -> None:
    pdf = write_receipt(PAYMENT)
    start = int(pdf.rpartition(b"startxref\n")[2].split()[0])
    places = [int(line[:10]) for line in pdf[start:].splitlines()[3:8]]

    assert pdf[start:].startswith(b"xref\n0 6\n")
    for number, place in enumerate(places, 1):
        assert pdf[place:].startswith(b"%d 0 obj" % number)


def test_an_identity_card_is_a_document() -> None:
    card = draw_identity_card("Asha Mushi", date(1990, 1, 31), "19900131-00000-00001-01")

    assert make_document(card).startswith(b"\xff\xd8\xff")
