"""The requests of the rooms API."""

from app.cli.postman.steps import Folder, Step, login_as_host

FOLDER = Folder(
    "Rooms",
    "The rooms API, `/api/rooms`: a host's own stays, in a dialect of its own.",
    (
        login_as_host(),
        Step(
            operation="GET /api/rooms",
            name="Rooms",
            query={"limit": "15", "sort": "name", "ordering": "asc"},
            expects={"answer.meta.pagination.current_page": 1},
            keeps={"room_id": "answer.data[0].id"},
        ),
        Step(operation="GET /api/rooms/{room_id}", name="One room"),
    ),
)
