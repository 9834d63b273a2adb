"""How phone numbers are written: whatever people type comes out as one E.164 form, or is refused.

People in East Africa write their own country's numbers as they dial them (`0712 345 678`), and
others with a plus, with 00 or 000, or with neither.
"""

import re
import unicodedata

import phonenumbers
from phonenumbers import PhoneNumberType

DEFAULT_REGION = "TZ"
# A plus and the fifteen digits that ITU-T E.164 allows.
MAX_CHARS = 16
_MAX_TYPED_CHARS = 50
# A plus may stand in the bracket around the country code.
_SHAPE = re.compile(r"[ (]*\+?[0-9 ().-]+")
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
_ABROAD = re.compile(r"000?(?=[1-9])")
# National numbers here have nine digits without their 0. What is two longer may begin with a
# country code; one digit too many is a slip, and would often be somebody's number in Singapore.
_MIN_DIGITS_WITH_COUNTRY = 11
# What somebody has as a number of their own. Others cost callers or the callee more than a call.
_OWN = {
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.VOIP,
}
# Satellite phones, and services of the whole world, belong to no country.
_NO_COUNTRY = "001"


class BadPhoneNumber(ValueError):
    """This is no phone number of a person; the message is a sentence for them."""


def normalise_phone(text: str, default_region: str = DEFAULT_REGION) -> str:
    """Return the number in E.164, such as `+255712345678`: at most `MAX_CHARS` characters.

    `default_region` is the ISO 3166 code of the country that a number without a country code
    belongs to. Numbers are judged by their country's numbering plan; whether anybody has this
    one, only a code sent to it can tell.

    :raises BadPhoneNumber: when it is not one whole number that may be a person's own.
    """
    plain = _plain(text)
    if not _SHAPE.fullmatch(plain):
        raise BadPhoneNumber(
            "Write one phone number, in digits only and without extension, like +255 712 345 678."
        )
    number = _parse(plain, default_region)
    if number is None:
        raise BadPhoneNumber(
            "There can be no such phone number; write it with its country code, "
            "like +255 712 345 678."
        )
    kind = phonenumbers.number_type(number)
    is_of_a_country = phonenumbers.region_code_for_number(number) != _NO_COUNTRY
    if kind not in _OWN or not is_of_a_country:
        raise BadPhoneNumber("Calls to this number are special; give an ordinary one of your own.")
    return _e164(number)


def phone_key(text: str) -> str:
    """Return one form for the spellings of whatever somebody gives as a phone number."""
    try:
        return normalise_phone(text)
    except BadPhoneNumber:
        return _plain(text)


def _plain(text: str) -> str:
    """Return `text` with the blanks, digits and dashes of every script as those of ASCII."""
    if len(text) > _MAX_TYPED_CHARS:
        return ""
    compatible = unicodedata.normalize("NFKC", text)
    chars = []
    for char in compatible:
        category = unicodedata.category(char)
        if category == "Nd":
            chars.append(str(unicodedata.decimal(char)))
        elif category != "Cf":
            # Marks of writing direction come along when a contact is copied, and show nothing.
            chars.append(" " if char.isspace() else char)
    return _DASHES.sub("-", "".join(chars)).strip()


def _parse(plain: str, region: str) -> phonenumbers.PhoneNumber | None:
    """Return the valid number that this is read as first; None where there is none."""
    digits = re.sub(r"\D", "", plain)
    if "+" in plain:
        readings = [f"+{digits}"]
    elif _ABROAD.match(digits):
        readings = [_ABROAD.sub("+", digits, count=1)]
    elif len(digits) >= _MIN_DIGITS_WITH_COUNTRY:
        readings = [digits, f"+{digits}"]
    else:
        readings = [digits]
    for reading in readings:
        try:
            number = phonenumbers.parse(reading, region)
        except phonenumbers.NumberParseException:
            continue
        # Some plans go beyond what E.164 can carry.
        if phonenumbers.is_valid_number(number) and len(_e164(number)) <= MAX_CHARS:
            return number
    return None


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
