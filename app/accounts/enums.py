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
