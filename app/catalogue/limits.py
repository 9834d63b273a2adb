"""How long the texts of a listing may be, and how large its counts and its ids."""

TITLE_CHARS = 200
# What sorts a title: more than two titles will ever have in common.
TITLE_KEY_BYTES = 400
DESCRIPTION_CHARS = 20_000
PLACE_CHARS = 200
EXTERNAL_ID_CHARS = 100
ALT_CHARS = 300
YOUTUBE_ID_CHARS = 20
MAX_COUNT = 1000
MAX_AMENITIES = 200
# The largest number that its column holds.
MAX_NIGHTS = 32_767
MAX_IMAGES = 50
# The largest id that a column holds: nothing beyond it exists, and asking would be an error.
MAX_ID = 2**31 - 1
REASON_CHARS = 5_000
# The longest of IANA's names has 32.
TIME_ZONE_CHARS = 40
