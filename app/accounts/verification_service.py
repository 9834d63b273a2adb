"""What a code proves: an address, a phone number, or who may choose a new password."""

from app.accounts import code_service as codes
from app.accounts import service as accounts
from app.accounts.enums import CodePurpose
from app.accounts.errors import WrongCode
from app.accounts.models import Account
from app.accounts.passwords import hash_password, known_of
from app.core import clock
from app.core.db import transaction

_CODE_FIELD = "otp_code"


def request_email_code(email: str, purpose: CodePurpose) -> None:
    """Ask for a code of this purpose for the account with this address, if there is one.

    For a phone number's code it goes to the number that the account claims.

    :raises Invalid: when this is no address.
    """
    codes.request_code(purpose, accounts.checked_email(email))


def request_phone_code(phone_number: str, account_id: int | None = None) -> None:
    """Ask for a code for whoever was the last to claim this number, if anybody has.

    With an `account_id` it is for that account, if it claims the number.

    :raises Invalid: when this is no phone number.
    """
    number = accounts.checked_phone(phone_number)
    codes.request_code(CodePurpose.PHONE, number, account_id=account_id)


def verify_email(email: str, code: str) -> Account:
    """Verify the address that the code was mailed to.

    :raises Invalid: when this is no address.
    :raises WrongCode: on `otp_code`, when the code is not right, whoever has the address.
    """
    address = accounts.checked_email(email)
    right = codes.try_code(CodePurpose.EMAIL, address, code, field=_CODE_FIELD)
    with transaction():
        account = codes.consume_code(right)
        account.email_verified_at = account.email_verified_at or clock.now()
    return account


def verify_phone(phone_number: str, code: str, account_id: int | None = None) -> Account:
    """Verify the number that the code was sent to, for the account that it was sent for.

    With an `account_id` no other account's code is right.

    :raises Invalid: when this is no phone number.
    :raises WrongCode: on `otp_code`, when the code is not right, or the account has another
        number by now.
    :raises AccountTaken: when somebody else has verified the number.
    """
    number = accounts.checked_phone(phone_number)
    right = codes.try_code(
        CodePurpose.PHONE, number, code, account_id=account_id, field=_CODE_FIELD
    )
    with transaction():
        account = codes.consume_code(right)
        if account.phone_number != number:
            raise WrongCode(codes.WRONG_CODE, _CODE_FIELD)
        accounts.set_verified_phone(account)
    return account


def reset_password(email: str, code: str, new_password: str) -> None:
    """Set a new password for whoever holds the code, end every session, verify the address.

    :raises Invalid: when this is no address, or the password cannot be accepted.
    :raises WrongCode: on `otp_code`, when the code is not right, whoever has the address.
    """
    address = accounts.checked_email(email)
    accounts.checked_password(new_password, known_of(address), "new_password")
    right = codes.try_code(CodePurpose.PASSWORD_RESET, address, code, field=_CODE_FIELD)
    password_hash = hash_password(new_password)
    with transaction():
        account = codes.consume_code(right)
        accounts.checked_password(new_password, accounts.known_about(account), "new_password")
        account.password_hash = password_hash
        account.token_version += 1
        account.email_verified_at = account.email_verified_at or clock.now()
        codes.retire_codes(CodePurpose.EMAIL, address)
