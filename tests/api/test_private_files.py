"""Private files as they are sent."""

from app.api.private_files import private_file


def test_nobody_keeps_it_and_nothing_in_it_runs() -> None:
    response = private_file(b"\xff\xd8\xff", "image/jpeg")
    assert response.get_data() == b"\xff\xd8\xff"
    assert response.mimetype == "image/jpeg"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox"
