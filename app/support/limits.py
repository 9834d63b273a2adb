"""How long the texts of the support domain may be, and how many searches somebody may keep."""

CATEGORY_CHARS = 100
QUESTION_CHARS = 300
ANSWER_CHARS = 5_000
MAX_POSITION = 1_000_000

SEARCH_NAME_CHARS = 100
SEARCH_TEXT_CHARS = 200
MAX_SAVED_SEARCHES = 50
# The web server reads lines of 8,190 bytes; the rest is for the path, and for the addresses of
# further pages, which have a number more and write each comma in three bytes.
MAX_QUERY_BYTES = 7_500

COMMENT_CHARS = 5_000
