"""How long what is kept of an account may be."""

USERNAME_CHARS = 150
NAME_CHARS = 100
BIO_CHARS = 2000
GOOGLE_SUB_CHARS = 255
