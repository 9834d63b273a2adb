"""People who use the marketplace face, and what reaches them by mail and SMS."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from flask.testing import FlaskClient
from jwt.algorithms import RSAAlgorithm
from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.enums import VerificationStage
from app.accounts.models import Account
from app.adapters import identity
from app.core import clock
from app.core.db import session, transaction
from tests.adapters.loopback import serving
from tests.api.marketplace.endpoints import PASSWORD
from tests.factories import bearer, make_noise
from tests.letters import Mailbox, Phone

CLIENT_ID = "web.apps.googleusercontent.com"
GOOGLE_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)

Send = Callable[..., Any]


@dataclass(frozen=True)
class Person:
    """Somebody with a verified account, and the tokens of one login."""

    id: int
    email: str
    access: str
    refresh: str

    @property
    def headers(self) -> dict[str, str]:
        return bearer(self.access)


def set_stage(account_id: int, stage: VerificationStage) -> None:
    """Put somebody at another stage of becoming a host."""
    with transaction():
        accounts.get_account(account_id).verification_stage = stage


@pytest.fixture
def send(client: FlaskClient) -> Send:
    """Send a body to an endpoint below `/api/auth/`: `send("login", email=…, password=…)`."""

    def post(name: str, *, headers: Any = None, method: str = "POST", **body: Any) -> Any:
        return client.open(f"/api/auth/{name}/", method=method, json=body, headers=headers)

    return post


@pytest.fixture
def log_in(send: Send) -> Callable[..., Person]:
    """Log somebody in whose account there is."""

    def enter(email: str = "john@example.com", password: str = PASSWORD) -> Person:
        response = send("login", email=email, password=password)
        assert response.status_code == 200, response.json
        data = response.json["data"]
        found = session.scalar(select(Account.id).where(Account.email == email))
        session.rollback()
        return Person(found or 0, email, data["access"], data["refresh"])

    return enter


@pytest.fixture
def john(app: Flask, log_in: Callable[..., Person]) -> Person:
    """Somebody who has an account, and is not the only one."""
    accounts.create_account(email="somebody@example.com", password="Somebody's own")
    accounts.create_account(email="john@example.com", password=PASSWORD)
    return log_in()


@pytest.fixture
def boss(john: Person, log_in: Callable[..., Person]) -> Person:
    """Somebody who may do everything: of staff, and an approved host. John is there as well."""
    account, _is_new = accounts.create_admin(email="boss@example.com", password=PASSWORD)
    with transaction():
        account.verification_stage = VerificationStage.APPROVED
    return log_in(account.email)


@pytest.fixture
def host(john: Person, log_in: Callable[..., Person]) -> Person:
    """An approved host. John, who is none, is there as well, and so are others' listings."""
    make_noise()
    account = accounts.create_account(email="host@example.com", password=PASSWORD)
    set_stage(account.id, VerificationStage.APPROVED)
    return log_in(account.email)


@pytest.fixture
def staff(app: Flask, log_in: Callable[..., Person]) -> Person:
    """Somebody who works here."""
    accounts.create_account(email="staff@example.com", password=PASSWORD, is_admin=True)
    return log_in("staff@example.com")


@pytest.fixture
def inbox(mailbox: Mailbox, phone: Phone, run_jobs: Callable[[], None]) -> "Inbox":
    """What has reached people once all jobs are done."""
    return Inbox(mailbox, phone, run_jobs)


@dataclass(frozen=True)
class Inbox:
    """Mails and text messages; looking into it lets the workers finish first."""

    _mailbox: Mailbox
    _phone: Phone
    _run_jobs: Callable[[], None]

    def mail_codes(self) -> list[str]:
        self._run_jobs()
        return self._mailbox.codes()

    def mails_to(self) -> list[str]:
        self._run_jobs()
        return [str(mail["To"]) for mail in self._mailbox.mails()]

    def mails(self) -> list[EmailMessage]:
        self._run_jobs()
        return self._mailbox.mails()

    def sms_codes(self) -> list[str]:
        self._run_jobs()
        return self._phone.codes()

    def sms_to(self) -> list[str]:
        self._run_jobs()
        return [message["to"] for message in self._phone.messages()]


@pytest.fixture
def google_token(
    app: Flask, change_settings: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., str]]:
    """Make ID tokens that Google, on loopback, stands behind."""
    monkeypatch.setattr(identity, "_keyrings", {})
    public = RSAAlgorithm.to_jwk(GOOGLE_KEY.public_key(), as_dict=True)
    with serving() as loopback:
        loopback.answer({"keys": [public | {"kid": "first", "alg": "RS256", "use": "sig"}]})
        change_settings(google_client_id=CLIENT_ID, google_jwks_url=f"{loopback.address}/certs")

        def make(**changes: Any) -> str:
            now = int(clock.now().timestamp())
            claims = {
                "iss": "https://accounts.google.com",
                "aud": CLIENT_ID,
                "sub": "110169484474386276334",
                "email": "john@example.com",
                "email_verified": True,
                "given_name": "Johnny",
                "family_name": "Google",
                "iat": now - 10,
                "exp": now + 3590,
            } | changes
            return jwt.encode(claims, GOOGLE_KEY, algorithm="RS256", headers={"kid": "first"})

        yield make
