"""Phone numbers: every usual spelling is one number, and what is no person's number is refused."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType

from app.accounts.phones import MAX_CHARS, BadPhoneNumber, normalise_phone

DAR = "+255712345678"
OWN_KINDS = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.VOIP)
SPECIAL_KINDS = (
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.UAN,
    PhoneNumberType.PAGER,
    PhoneNumberType.VOICEMAIL,
    PhoneNumberType.PERSONAL_NUMBER,
)


def _examples(kind: int) -> list[str]:
    """Return one number of a kind of every country that has such numbers, in E.164."""
    found = [
        phonenumbers.example_number_for_type(region, kind)
        for region in sorted(phonenumbers.SUPPORTED_REGIONS)
    ]
    return [
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        for number in found
        if number is not None
    ]


@pytest.mark.parametrize(
    "text",
    [
        "+255712345678",
        "+255 712 345 678",
        "+255-712-345-678",
        "+255.712.345.678",
        "(+255) 712 345 678",
        "+(255) 712 345 678",
        "+255 (0) 712 345 678",
        "+255(0)712345678",
        "+255 0712 345 678",
        "0712345678",
        "0712 345 678",
        "0712-345-678",
        "(0712) 345678",
        "712345678",
        "712 345 678",
        "255712345678",
        "255 712 345 678",
        "255 (0)712 345 678",
        "00255712345678",
        "00 255 712 345 678",
        "000255712345678",
        "000 255 712 345 678",
        "  0712345678\t\n",
        "0712\t345\r\n678",
        "+255\u00a0712\u00a0345\u00a0678",
        "+255\u202f712\u2009345\u3000678",
        "+255\u2011712\u2013345\u2212678",
        "\u202a+255 712 345 678\u202c",
        "\u200e0712345678\ufeff",
        "＋２５５ ７１２ ３４５ ６７８",
        "０７１２－３４５－６７８",
        "٠٧١٢٣٤٥٦٧٨",
        "+٢٥٥ ٧١٢ ٣٤٥ ٦٧٨",
        "۰۷۱۲۳۴۵۶۷۸",
    ],
)
def test_every_usual_spelling_is_one_number(text: str) -> None:
    assert normalise_phone(text) == DAR


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+254 722 123 456", "+254722123456"),
        ("254722123456", "+254722123456"),
        ("00254 110 123456", "+254110123456"),
        ("+256 772 123456", "+256772123456"),
        ("256 (0)772 123456", "+256772123456"),
        ("+250 788 123 456", "+250788123456"),
        ("+257 79 56 12 34", "+25779561234"),
        ("+243 991 234 567", "+243991234567"),
        ("+211 977 123 456", "+211977123456"),
        ("+44 (0)7911 123456", "+447911123456"),
        ("00 44 7911 123456", "+447911123456"),
        ("+1 (202) 555-0123", "+12025550123"),
        ("12025550123", "+12025550123"),
        ("+971 50 123 4567", "+971501234567"),
        ("919876543210", "+919876543210"),
        ("+39 06 1234 5678", "+390612345678"),
        ("+86 131 2345 6789", "+8613123456789"),
    ],
)
def test_numbers_of_elsewhere_keep_their_country(text: str, number: str) -> None:
    assert normalise_phone(text) == number


@pytest.mark.parametrize(
    ("region", "text", "number"),
    [
        ("KE", "0722 123 456", "+254722123456"),
        ("KE", "254722123456", "+254722123456"),
        ("KE", "255712345678", DAR),
        ("UG", "0772 123456", "+256772123456"),
        ("UG", "000255712345678", DAR),
        ("RW", "0788 123 456", "+250788123456"),
    ],
)
def test_a_number_without_country_code_is_of_the_region(
    region: str, text: str, number: str
) -> None:
    assert normalise_phone(text, region) == number


def test_a_line_of_a_house_is_a_number_too() -> None:
    assert normalise_phone("022 211 1111") == "+255222111111"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "+",
        "amina@example.com",
        "0712 345 678 ext 5",
        "0712345678x5",
        "0712345678#5",
        "+255712345678;ext=5",
        "0800-VODACOM",
        "1-800-FLOWERS",
        "Simu: 0712345678",
        "*150*00#",
        "*0712345678",
        "0712345678/0713345678",
        "0712345678, 0713345678",
        "0712345678 au 0713345678",
        "++255712345678",
        "+255+712345678",
        "255712345678+",
        "0712_345_678",
        "0712345678\x00",
        "0712345678\ud800",
        "०७१२३४५६७८ simu",
        "0712345678" + " " * 50,
        "1" * 1_000_000,
    ],
)
def test_what_is_not_one_number_alone_is_refused(text: str) -> None:
    with pytest.raises(BadPhoneNumber, match="Write one phone number"):
        normalise_phone(text)


@pytest.mark.parametrize(
    "text",
    [
        # Too short, too long.
        "071234567",
        "07123456789",
        "7123456789",
        # With a plus it would be one of Singapore.
        "6591503109",
        # Germany's plan knows it, and E.164 has no room for it.
        "+49301111111111111",
        "+25571234567",
        "+2557123456789",
        "+255712345678901234",
        # As long as a number, in nobody's numbering plan.
        "0000000000",
        "0123456789",
        "+255112345678",
        "+254912345678",
        "+999712345678",
        "-",
        "()",
        "+0712345678",
        "+00255712345678",
        "011255712345678",
        "0712345678 0713345678",
        "712345678 713345678",
        # Short codes and emergency numbers, with and without a country.
        "112",
        "114",
        "999",
        "911",
        "15501",
        "+255112",
        "+254999",
    ],
)
def test_what_nobody_can_have_is_refused(text: str) -> None:
    with pytest.raises(BadPhoneNumber, match="There can be no such phone number"):
        normalise_phone(text)


@pytest.mark.parametrize(
    "text",
    [
        "0800 110 123",
        "+255 900 123456",
        "+254 900 223 123",
        "+1 900 234 5678",
        "+1 800 356 9377",
        "+44 909 012 3456",
        "+800 1234 5678",
        "+979 123 456 789",
        "+870 773 111 632",
        "+8816 1234 5678",
    ],
)
def test_special_numbers_are_refused(text: str) -> None:
    with pytest.raises(BadPhoneNumber, match="special"):
        normalise_phone(text)


@pytest.mark.parametrize("kind", OWN_KINDS)
def test_an_ordinary_number_of_any_country_is_itself(kind: int) -> None:
    numbers = _examples(kind)
    assert len(numbers) > 50
    assert [normalise_phone(number) for number in numbers] == numbers


@pytest.mark.parametrize("kind", SPECIAL_KINDS)
def test_a_special_number_of_any_country_is_refused(kind: int) -> None:
    numbers = _examples(kind)
    assert numbers
    for number in numbers:
        with pytest.raises(BadPhoneNumber):
            normalise_phone(number)


DIGIT_SETS = ["0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"]


@given(
    prefix=st.sampled_from(["0", "", "255", "+255", "00255", "000255", "+255(0)"]),
    subscriber=st.from_regex(r"7[1-8][0-9]{7}", fullmatch=True),
    gaps=st.lists(st.sampled_from(["", " ", "-", ".", "\u00a0", "\u2011"]), min_size=9, max_size=9),
    digits=st.sampled_from(DIGIT_SETS),
)
def test_however_a_mobile_number_is_written_it_is_the_same(
    prefix: str, subscriber: str, gaps: list[str], digits: str
) -> None:
    spaced = "".join(gap + digit for gap, digit in zip(gaps, subscriber, strict=True))
    written = (prefix + spaced).translate(str.maketrans(DIGIT_SETS[0], digits))
    assert normalise_phone(written) == f"+255{subscriber}"


@given(st.text(max_size=60) | st.text(alphabet="0123456789+-() .", max_size=25))
def test_any_text_is_one_settled_form_or_a_refusal(text: str) -> None:
    try:
        number = normalise_phone(text)
    except BadPhoneNumber:
        return
    assert number[0] == "+"
    assert number[1:].isascii()
    assert number[1:].isdecimal()
    assert len(number) <= MAX_CHARS
    assert normalise_phone(number) == number
    assert normalise_phone(number, "KE") == number
