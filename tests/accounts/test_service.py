"""Making and finding accounts."""

from functools import partial
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts import service as accounts
from app.accounts.enums import Role, Tier
from app.accounts.errors import AccountTaken, UnknownAccount
from app.accounts.models import Account
from app.core.db import session, transaction
from app.core.errors import Invalid
from tests.factories import make_account
from tests.threads import at_once


def _count() -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Account)) or 0


@pytest.mark.both
def test_an_account_is_made_with_a_verified_address(app: Flask) -> None:
    made = accounts.create_account(email="You@Example.com", username="You", tier=Tier.PRO)
    session.refresh(made)
    assert (made.username, made.email, made.tier) == ("You", "You@example.com", Tier.PRO)
    assert made.email_verified_at is not None
    assert (made.role, made.is_superuser, made.disabled_at) == (Role.USER, False, None)
    assert made.password_hash is None


def test_a_password_is_kept_as_a_hash(app: Flask) -> None:
    made = accounts.create_account(email="you@example.com", password="correct horse")
    assert made.password_hash is not None
    assert made.password_hash.startswith("$argon2id$")


@pytest.mark.both
@pytest.mark.parametrize("email", ["you@example.com", "YOU@EXAMPLE.COM", " you@example.com "])
def test_an_address_belongs_to_one_account(app: Flask, email: str) -> None:
    make_account("you")
    with pytest.raises(AccountTaken) as caught:
        accounts.create_account(email=email, username="other")
    assert caught.value.field == "email"
    assert _count() == 1


@pytest.mark.both
@pytest.mark.parametrize("username", ["you", "YOU", "ｙｏｕ"])
def test_a_username_belongs_to_one_account(app: Flask, username: str) -> None:
    make_account("you")
    with pytest.raises(AccountTaken) as caught:
        accounts.create_account(email="other@example.com", username=username)
    assert caught.value.field == "username"
    assert _count() == 1


@pytest.mark.both
@pytest.mark.parametrize("field", ["email", "username"])
def test_of_many_that_want_the_same_at_once_one_gets_it(app: Flask, field: str) -> None:
    def create(number: int) -> str | None:
        names = {"email": f"you{number}", "username": f"you{number}"} | {field: "you"}
        with app.app_context():
            try:
                accounts.create_account(
                    email=f"{names['email']}@example.com", username=names["username"]
                )
            except AccountTaken as taken:
                return taken.field
        return None

    answers = at_once([partial(create, number) for number in range(6)])
    assert (answers.count(None), answers.count(field)) == (1, 5)
    assert _count() == 1


@pytest.mark.both
def test_a_username_is_derived_and_made_unique(app: Flask) -> None:
    names = [accounts.create_account(email=f"you@{domain}.example").username for domain in "abc"]
    assert names == ["you", "you2", "you3"]


@pytest.mark.both
def test_a_name_that_very_many_have_costs_few_looks(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[str] = []
    find = accounts.repository.find_by_username_key
    monkeypatch.setattr(
        accounts.repository, "find_by_username_key", lambda key: looks.append(key) or find(key)
    )
    with transaction():
        for number in range(15):
            accounts.create_account(email=f"you@{number}.example")
    looks.clear()
    assert accounts.create_account(email="you@last.example").username.startswith("you")
    assert len(looks) <= accounts.COUNTED_USERNAMES + 2


@pytest.mark.both
def test_usernames_derived_at_once_are_all_different(app: Flask) -> None:
    def create(number: int) -> str:
        with app.app_context():
            return accounts.create_account(email=f"you@{number}.example").username

    names = at_once([partial(create, number) for number in range(6)])
    assert len(set(names)) == 6


@pytest.mark.both
def test_a_username_that_grows_when_it_is_folded_is_kept_or_refused(app: Flask) -> None:
    for number, username in enumerate(("ﬃ" * 50, "ﬃ" * 150)):
        try:
            made = accounts.create_account(email=f"{number}@example.com", username=username)
        except Invalid as refused:
            assert refused.field == "username"  # noqa: PT017
        else:
            assert accounts.get_account_by_reference(username).id == made.id


@pytest.mark.both
def test_an_address_that_grows_when_it_is_folded_is_kept_or_refused(app: Flask) -> None:
    email = "ﬃ" * 20 + "@" + ".".join(["x" * 60] * 3) + ".example"
    try:
        made = accounts.create_account(email=email, username="you")
    except Invalid as refused:
        assert refused.field == "email"  # noqa: PT017
    else:
        assert accounts.get_account_by_reference(email).id == made.id


def test_a_derived_username_keeps_to_the_limit(app: Flask) -> None:
    for domain in "ab":
        made = accounts.create_account(email=f"{'x' * 64}@{domain}.example")
        assert len(made.username) <= 150


@pytest.mark.parametrize(
    "email",
    [
        "",
        "you",
        "you@",
        "@example.com",
        "you@@example.com",
        "a b@example.com",
        "you@exa mple.com",
        "you@-.com",
        "you@example.com\0",
        f"you@{'x' * 64}.example",
    ],
)
def test_what_is_no_address_is_refused(app: Flask, email: str) -> None:
    with pytest.raises(Invalid) as caught:
        accounts.create_account(email=email)
    assert caught.value.field == "email"
    assert _count() == 0


@pytest.mark.parametrize("username", ["", "a b", "x" * 151, "a/b", "a\0"])
def test_what_is_no_username_is_refused(app: Flask, username: str) -> None:
    with pytest.raises(Invalid) as caught:
        accounts.create_account(email="you@example.com", username=username)
    assert caught.value.field == "username"


@pytest.mark.parametrize("password", ["", "1234567", "x" * 129])
def test_a_password_has_8_to_128_characters(app: Flask, password: str) -> None:
    with pytest.raises(Invalid) as caught:
        accounts.create_account(email="you@example.com", password=password)
    assert caught.value.field == "password"


@pytest.mark.both
def test_an_admin_is_made_or_promoted(app: Flask) -> None:
    made, is_new = accounts.create_admin(email="boss@example.com", password="correct horse")
    assert (made.role, is_new) == (Role.ADMIN, True)
    before = made.password_hash
    again, is_new = accounts.create_admin(email="BOSS@example.com")
    assert (again.id, again.role, is_new) == (made.id, Role.ADMIN, False)
    assert again.password_hash == before
    make_account("you")
    promoted, is_new = accounts.create_admin(email="you@example.com")
    assert (promoted.username, promoted.role, is_new) == ("you", Role.ADMIN, False)


@pytest.mark.both
def test_an_account_is_found_by_its_id(app: Flask) -> None:
    account = make_account("you")
    assert accounts.get_account(account.id).username == "you"


@pytest.mark.both
@pytest.mark.parametrize("account_id", [0, -1, 999999, 2**31, 2**63, 10**30])
def test_an_account_that_is_not_there_is_not_found(app: Flask, account_id: int) -> None:
    make_account()
    with pytest.raises(UnknownAccount):
        accounts.get_account(account_id)


@pytest.mark.both
def test_an_account_is_held_until_the_transaction_ends(app: Flask) -> None:
    account = make_account("you")

    def count() -> None:
        with app.app_context(), transaction():
            held = accounts.lock_account(account.id)
            held.bio = f"{int(held.bio or 0) + 1}"

    at_once([count] * 5)
    session.expire_all()
    assert accounts.lock_account(account.id).bio == "5"
    with pytest.raises(UnknownAccount):
        accounts.lock_account(account.id + 1)


@pytest.mark.both
def test_an_account_is_found_by_what_a_person_calls_it(app: Flask) -> None:
    account = make_account("you")
    uuid = str(account.uuid)
    for reference in ("you", " YOU", "You@Example.com", str(account.id), uuid, uuid.upper()):
        assert accounts.get_account_by_reference(reference).id == account.id


@pytest.mark.both
def test_a_name_that_is_another_account_s_id_names_nobody(app: Flask) -> None:
    first = make_account("you")
    make_account(str(first.id))
    with pytest.raises(UnknownAccount, match="several accounts"):
        accounts.get_account_by_reference(str(first.id))


@pytest.mark.both
def test_a_uuid_names_its_account_whoever_calls_themselves_so(app: Flask) -> None:
    account = make_account("you")
    make_account(str(account.uuid))
    assert accounts.get_account_by_reference(str(account.uuid)).id == account.id


@pytest.mark.both
def test_accounts_are_found_by_their_ids(app: Flask) -> None:
    first, second = make_account(), make_account()
    make_account()
    assert accounts.find_accounts({first.id, second.id, 999_999}) == {
        first.id: first,
        second.id: second,
    }
    assert accounts.find_accounts([]) == {}


@pytest.mark.both
@pytest.mark.parametrize(
    "reference", ["", "nobody", "0", str(UUID(int=1)), "9" * 40, "²", "nobody@example.com"]
)
def test_nobody_is_found_by_another_name(app: Flask, reference: str) -> None:
    make_account("you")
    with pytest.raises(UnknownAccount):
        accounts.get_account_by_reference(reference)
