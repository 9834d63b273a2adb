"""Who is behind a valid access token, as far as every request needs to know."""

from dataclasses import dataclass

from app.accounts.enums import Role, VerificationStage


@dataclass(frozen=True, slots=True)
class Caller:
    """An account as it stood at the beginning of a request."""

    account_id: int
    role: Role
    is_superuser: bool
    verification_stage: VerificationStage

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN or self.is_superuser
