"""How long what people write into reviews may be."""

COMMENT_CHARS = 5_000
REPLY_CHARS = 5_000
REASON_CHARS = 5_000
