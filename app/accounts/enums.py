"""The words that describe an account."""

from enum import StrEnum


class Role(StrEnum):
    USER = "user"
    ADMIN = "admin"


class Tier(StrEnum):
    FREE = "free"
    PRO = "pro"
    BUSINESS = "business"


class CodePurpose(StrEnum):
    """What a code may be used for; a code of one purpose is worth nothing for another."""

    API_KEY = "api_key"
    EMAIL = "email_verification"
    PHONE = "phone_verification"
    PASSWORD_RESET = "password_reset"


class Mode(StrEnum):
    """What a person's screen is arranged for; never a permission."""

    BOOKING = "booking"
    HOSTING = "hosting"


class VerificationStage(StrEnum):
    """How far somebody is on the way to being a host."""

    NOT_STARTED = "not_started"
    PENDING_REVIEW = "pending_review"
    APPROVED = "approved"
    REJECTED = "rejected"


class Gender(StrEnum):
    """What somebody is by their own word."""

    MALE = "male"
    FEMALE = "female"
    OTHER = "other"
