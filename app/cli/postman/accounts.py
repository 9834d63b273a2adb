"""The marketplace document on accounts: authentication, profile, keys, host onboarding, Google."""

from app.cli.postman.steps import Folder, Step, login, login_as_admin

# Later logins are by what the body said.
_NEW_PASSWORD = "JSON.parse(pm.request.body.raw).new_password"
_TOKENS = {"access_token": "answer.data.access", "refresh_token": "answer.data.refresh"}

AUTHENTICATION = Folder(
    "Authentication",
    "Registering, one-time codes, and the tokens that other requests carry.",
    (
        Step(
            operation="POST /api/auth/register/",
            name="Register",
            body={
                "email": "{{email}}",
                "password": "{{password}}",
                "first_name": "John",
                "last_name": "Doe",
                "phone_number": "{{phone_number}}",
            },
            keeps={"account_id": "answer.data.user_id"},
        ),
        Step(
            operation="POST /api/auth/resend-otp/",
            name="Resend OTP",
            body={"email": "{{email}}", "purpose": "email_verification"},
            code_for="{{email}}",
            is_anonymous=True,
            note="The code that came before works no longer.",
        ),
        Step(
            operation="POST /api/auth/verify-email/",
            name="Verify email",
            body={"email": "{{email}}", "otp_code": "{{otp_code}}"},
            code_for="{{email}}",
        ),
        Step(
            operation="POST /api/auth/verify-phone/",
            name="Verify phone",
            body={"phone_number": "{{phone_number}}", "otp_code": "{{otp_code}}"},
            code_for="{{phone_number}}",
            is_anonymous=True,
        ),
        Step(
            operation="POST /api/auth/forgot-password/",
            name="Forgot password",
            body={"email": "{{email}}"},
        ),
        Step(
            operation="POST /api/auth/reset-password/",
            name="Reset password",
            body={
                "email": "{{email}}",
                "otp_code": "{{otp_code}}",
                "new_password": "NewSecurePass@123",
            },
            code_for="{{email}}",
            keeps={"password": _NEW_PASSWORD},
        ),
        login(
            note="`access_token` and `refresh_token` are kept in the environment: every later "
            "request carries the token."
        ),
        Step(
            operation="POST /api/auth/refresh/",
            name="Refresh token",
            body={"refresh": "{{refresh_token}}"},
            keeps={"access_token": "answer.data.access"},
        ),
    ),
)

PROFILE = Folder(
    "Profile",
    "One's own account.",
    (
        Step(
            operation="GET /api/auth/me/",
            name="My account",
            keeps={
                "account_id": "answer.data.id",
                "username": "answer.data.username",
                "user_id": "answer.data.user_id",
            },
        ),
        Step(
            operation="PATCH /api/auth/update-profile/",
            name="Update profile",
            body={
                "first_name": "John",
                "last_name": "Doe",
                "phone_number": "{{phone_number}}",
                "bio": "Hospitality enthusiast.",
            },
        ),
        Step(
            operation="PATCH /api/auth/mode/",
            name="Toggle UI mode",
            body={"mode": "hosting"},
            expects={"answer.data.mode": "hosting"},
        ),
        Step(
            operation="POST /api/auth/change-password/",
            name="Change password",
            body={"old_password": "{{password}}", "new_password": "NewPass@123"},
            keeps={"password": _NEW_PASSWORD, **_TOKENS},
        ),
    ),
)

OWN_KEYS = Folder(
    "API keys",
    "One's own keys for the tenant API. They read only.",
    (
        Step(
            operation="POST /api/auth/api-keys/",
            name="Make a key",
            body={"name": "My site", "allowed_origins": ["example.com"]},
            expects={"answer.data.scope": "R"},
            keeps={"key_id": "answer.data.id"},
        ),
        Step(operation="GET /api/auth/api-keys/", name="My keys"),
        Step(
            operation="PATCH /api/auth/api-keys/{key_id}/",
            name="Rename or restrict a key",
            body={"name": "My new site", "allowed_origins": ["example.com", "www.example.com"]},
            expects={"answer.data.name": "My new site"},
        ),
        Step(operation="DELETE /api/auth/api-keys/{key_id}/", name="Revoke a key"),
    ),
)


SUBMIT_PROFILE = Step(operation="POST /api/auth/host/submit/", name="Submit profile for review")


def host_profile_steps(phone_number: str) -> tuple[Step, ...]:
    """What somebody does who wants to be a host."""
    return (
        Step(
            operation="PATCH /api/auth/host/personal/",
            name="Save personal info",
            body={
                "first_name": "John",
                "last_name": "Doe",
                "date_of_birth": "1992-03-14",
                "gender": "male",
                "phone_number": phone_number,
            },
        ),
        Step(
            operation="POST /api/auth/host/identity/",
            name="Upload identity",
            form={"nida_number": "19920314-12345-67890-12", "id_photo": "@id.jpg"},
        ),
        SUBMIT_PROFILE,
    )


ONBOARDING = Folder(
    "Host onboarding",
    "Who wants to create listings is looked at by staff first.",
    (
        Step(operation="GET /api/auth/host/status/", name="Host status"),
        *host_profile_steps("{{phone_number}}"),
        Folder(
            "Staff's turn",
            "Only an approved host creates listings.",
            (
                login_as_admin(),
                Step(
                    operation="POST /api/admin/users/{user_id}/approve-host/",
                    name="Approve host",
                    path={"user_id": "account_id"},
                ),
            ),
        ),
    ),
)

PROVIDERS = Folder(
    "OAuth / Providers",
    "Social login.",
    (
        Step(
            operation="POST /api/auth/providers/google/",
            name="Google",
            body={"id_token": "{{google_id_token}}"},
            needs="google_id_token",
            keeps=_TOKENS,
            note="Put an ID token from Google's frontend SDK into `google_id_token`.",
        ),
    ),
)

# Last of all: the refresh token is of no use afterwards.
LOGGING_OUT = Folder(
    "Logging out",
    "The end of a session.",
    (
        Step(
            operation="POST /api/auth/logout/",
            name="Logout",
            body={"refresh": "{{refresh_token}}"},
        ),
    ),
)
