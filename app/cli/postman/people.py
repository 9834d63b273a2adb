"""The marketplace document on what people say and keep: reviews, saved searches, questions."""

from app.cli.postman.steps import Folder, Step, login_as_admin, login_as_guest, login_as_host

REVIEWS = Folder(
    "Reviews",
    "What guests say of their stays, and what hosts reply.",
    (
        login_as_guest(),
        Step(
            operation="POST /api/reviews/listings/{listing_id}/",
            name="Submit a review",
            body={
                "booking_id": "{{booking_id}}",
                "rating": 5,
                "cleanliness": 5,
                "communication": 5,
                "location": 4,
                "value": 4,
                "accuracy": 5,
                "comment": "Absolutely stunning villa. Would book again!",
            },
            keeps={"review_id": "answer.data.id"},
        ),
        Step(
            operation="POST /api/reviews/app/",
            name="Platform feedback",
            body={"rating": 5, "comment": "Seamless booking experience!", "platform": "web"},
        ),
        login_as_host(),
        Step(
            operation="POST /api/reviews/{review_id}/reply/",
            name="Host reply",
            body={"host_reply": "Thank you so much! Come back anytime!"},
        ),
        Step(
            operation="GET /api/reviews/listings/{listing_id}/",
            name="Reviews of a listing",
            expects={"answer.data.results[0].rating": 5},
        ),
    ),
)

_SAVED = "/api/filters/saved/"
SAVED_SEARCHES = Folder(
    "Saved searches",
    "Filters that somebody comes back to.",
    (
        Step(
            operation=f"POST {_SAVED}",
            name="Save a search",
            body={
                "name": "Dar Beach Getaway",
                "category": "beach-villa",
                "min_price": 100,
                "max_price": 400,
                "min_guests": 2,
                "stay_type": "short_stay",
            },
            keeps={"search_id": "answer.data.id"},
        ),
        Step(operation=f"GET {_SAVED}", name="List saved searches"),
        Step(operation=f"DELETE {_SAVED}{{search_id}}/", name="Remove saved search"),
    ),
)

_QUESTION = "/api/faq/{question_id}/"

QUESTIONS = Folder(
    "FAQ",
    "Help-center content grouped by category. Staff writes it.",
    (
        Step(operation="GET /api/faq/", name="Questions by category"),
        login_as_admin(),
        Step(
            operation="POST /api/faq/",
            name="Add a question",
            body={
                "category": "Payments",
                "question": "When am I charged?",
                "answer": "You pay after you confirm.",
            },
            keeps={"question_id": "answer.data.id"},
        ),
        Step(
            operation=f"PATCH {_QUESTION}",
            name="Change a question",
            body={"answer": "You pay within a day of confirming.", "position": 0},
        ),
        Step(operation=f"DELETE {_QUESTION}", name="Delete a question"),
    ),
)
