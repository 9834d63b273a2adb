"""How much may be asked for, how much is held at once, and how long texts may be."""

from datetime import timedelta
from decimal import Decimal

MAX_OPEN_INTENTS = 5
MAX_EXTRA_KINDS = 100
MAX_EXTRA_QUANTITY = 100
# What its column holds; the same as the largest price.
MAX_TOTAL = Decimal("99999999999999.99")
REQUESTS_CHARS = 5_000
REASON_CHARS = 5_000
PAYMENT_TEXT_CHARS = 100
PROOF_PATH_CHARS = 100
CURRENCY_CHARS = 3
NOTE_CHARS = 5_000
# A guest who was checked in and never out has left by then, from the check-out date's beginning.
COMPLETED_AFTER = timedelta(hours=24)
# What became of an intent can be asked for so long.
KEEP_INTENTS = timedelta(days=7)
