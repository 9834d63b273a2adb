"""How long the texts of reference data may be, and how deep categories go."""

SLUG_CHARS = 60
NAME_CHARS = 100
ICON_CHARS = 60
MAX_CATEGORY_DEPTH = 5
