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
]
ALL = [*PUBLIC, *WITH_TOKEN]
WRITES = [each for each in ALL if each[2] is not None]
# The document says which method these take: no other one answers.
NAMED_BY_THE_DOCUMENT = {"/api/auth/login/"}
ALIASED = [each for each in WRITES if each[1] not in NAMED_BY_THE_DOCUMENT]
# They count requests by client address, and by whom the credentials are about.
OF_CREDENTIALS = [
    each for each in PUBLIC if each[1].split("/")[3] not in ("register", "logout", "refresh")
]
