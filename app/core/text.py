"""Folding of text for search, done once in Python so that every database agrees."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_PAST_LATIN = re.compile(r"[\u0300-\U0010ffff]+")
# Letters that carry no combining mark and yet are typed without their stroke.
_STROKES = str.maketrans("øłđħŧıŋ", "oldhtin")


def fold(text: str) -> str:
    """Return `text` without case, accents and compatibility forms."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    # Most characters of most texts lie before the first combining mark.
    bare = _PAST_LATIN.sub(_without_marks, decomposed)
    return bare.casefold().translate(_STROKES)


def words(text: str) -> list[str]:
    """Return the folded words of `text`, in order, repeats included."""
    return _WORD.findall(fold(text))


def _without_marks(found: re.Match[str]) -> str:
    return "".join(char for char in found[0] if not unicodedata.combining(char))
