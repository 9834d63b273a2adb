"""How long what the audit log keeps may be."""

ACTION_CHARS = 60
OBJECT_TYPE_CHARS = 30
OBJECT_ID_CHARS = 36
