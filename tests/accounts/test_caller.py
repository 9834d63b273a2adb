"""Who is behind a token."""

import pytest

from app.accounts.caller import Caller
from app.accounts.enums import Role, VerificationStage


@pytest.mark.parametrize(
    ("role", "is_superuser", "is_admin"),
    [
        (Role.USER, False, False),
        (Role.ADMIN, False, True),
        (Role.USER, True, True),
    ],
)
def test_admins_are_admins_by_role_or_as_superusers(
    role: Role, is_superuser: bool, is_admin: bool
) -> None:
    caller = Caller(1, role, is_superuser, VerificationStage.NOT_STARTED)
    assert caller.is_admin is is_admin
