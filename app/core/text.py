"""Folding of text for search, done once in Python so that every database agrees."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
# Letters that carry no combining mark and yet are typed without their stroke.
_STROKES = str.maketrans("øłđħŧıŋ", "oldhtin")


def fold(text: str) -> str:
    """Return `text` without case, accents and compatibility forms."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return bare.casefold().translate(_STROKES)


def words(text: str) -> list[str]:
    """Return the folded words of `text`, in order, repeats included."""
    return _WORD.findall(fold(text))
