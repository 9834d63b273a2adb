"""Every endpoint of the marketplace face, for tests about all of them."""

from typing import Any

PASSWORD = "SecurePass@123"

# (canonical method, path, a body of the right shape)
PUBLIC: list[tuple[str, str, dict[str, Any]]] = [
    (
        "POST",
        "/api/auth/register/",
        {
            "email": "john@example.com",
            "password": PASSWORD,
            "first_name": "John",
            "last_name": "Doe",
            "phone_number": "+255712345678",
        },
    ),
    ("POST", "/api/auth/login/", {"email": "john@example.com", "password": PASSWORD}),
    ("POST", "/api/auth/logout/", {"refresh": "x"}),
    ("POST", "/api/auth/refresh/", {"refresh": "x"}),
    ("POST", "/api/auth/verify-email/", {"email": "john@example.com", "otp_code": "123456"}),
    ("POST", "/api/auth/verify-phone/", {"phone_number": "+255712345678", "otp_code": "123456"}),
    (
        "POST",
        "/api/auth/resend-otp/",
        {"email": "john@example.com", "purpose": "email_verification"},
    ),
    ("POST", "/api/auth/forgot-password/", {"email": "john@example.com"}),
    (
        "POST",
        "/api/auth/reset-password/",
        {"email": "john@example.com", "otp_code": "123456", "new_password": "NewSecurePass@123"},
    ),
    ("POST", "/api/auth/providers/google/", {"id_token": "x"}),
]
NO_KEY = "11111111-2222-4333-8444-555555555555"
WITH_TOKEN: list[tuple[str, str, dict[str, Any] | None]] = [
    ("GET", "/api/auth/me/", None),
    (
        "PATCH",
        "/api/auth/update-profile/",
        {
            "first_name": "John",
            "last_name": "Doe",
            "phone_number": "+255712345678",
            "bio": "Hospitality enthusiast.",
        },
    ),
    ("PATCH", "/api/auth/mode/", {"mode": "hosting"}),
    (
        "POST",
        "/api/auth/change-password/",
        {"old_password": PASSWORD, "new_password": "NewPass@123"},
    ),
    ("GET", "/api/auth/api-keys/", None),
    ("POST", "/api/auth/api-keys/", {"name": "My site"}),
    ("PATCH", f"/api/auth/api-keys/{NO_KEY}/", {"name": "My site"}),
    ("DELETE", f"/api/auth/api-keys/{NO_KEY}/", None),
]
ALL = [*PUBLIC, *WITH_TOKEN]
WRITES = [each for each in ALL if each[2] is not None]
# The document says which method these take: no other one answers.
NAMED_METHODS = ("/api/auth/login/", "/api/auth/api-keys/")
ALIASED = [each for each in WRITES if not each[1].startswith(NAMED_METHODS)]
# They count requests by client address, and by whom the credentials are about.
OF_CREDENTIALS = [
    each for each in PUBLIC if each[1].split("/")[3] not in ("register", "logout", "refresh")
]


def documented(path: str) -> str:
    """Return an address as OpenAPI writes it."""
    return path.replace(NO_KEY, "{key_id}")


def methods_of(path: str) -> set[str]:
    """Return the canonical methods of a path."""
    return {method for method, each, _ in ALL if each == path}
