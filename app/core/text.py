"""Folding of text for search and for slugs, done once in Python so that every database agrees."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_PAST_LATIN = re.compile(r"[\u0300-\U0010ffff]+")
# Letters that carry no combining mark and yet are typed without their stroke.
_STROKES = str.maketrans("øłđħŧıŋ", "oldhtin")
_PAST_ASCII = re.compile(r"[^\x00-\x7f]+")
# Blanks, what controls and formats, and marks with no letter to stand on.
_UNSEEN_CATEGORIES = {"Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Mn"}
# Letters and signs that are drawn as a blank: of Hangul, and the empty cell of Braille.
_FILLERS = set("\u115f\u1160\u3164\uffa0\u2800")
_APOSTROPHES = str.maketrans("", "", "'\u2019\u02bb")


def fold(text: str) -> str:
    """Return `text` without case, accents and compatibility forms."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    # Most characters of most texts lie before the first combining mark.
    bare = _PAST_LATIN.sub(_without_marks, decomposed)
    return bare.casefold().translate(_STROKES)


def sort_key(text: str, max_bytes: int) -> bytes:
    """Return what sorts `text` without case and accents, in the same order on every database.

    Databases agree on the order of bytes, and of nothing else.
    """
    return fold(text).encode()[:max_bytes]


def words(text: str) -> list[str]:
    """Return the folded words of `text`, in order, repeats included."""
    return _WORD.findall(fold(text))


def make_slug(name: str, max_chars: int) -> str:
    """Return a name's words in lower-case ASCII letters and digits, joined by hyphens.

    Whole words are left out where it would be too long. Of a name in another script little or
    nothing remains.
    """
    found = (_PAST_ASCII.sub("", word) for word in words(name.translate(_APOSTROPHES)))
    slug = "-".join(filter(None, found))
    if len(slug) <= max_chars:
        return slug
    return slug[: max_chars + 1].rpartition("-")[0] or slug[:max_chars]


def shows_nothing(text: str) -> bool:
    """Tell whether a person who looks at `text` sees nothing: blanks and characters of no width."""
    return all(
        char in _FILLERS or unicodedata.category(char) in _UNSEEN_CATEGORIES for char in text
    )


def without_controls(text: str) -> str:
    """Return `text` without NUL and other control characters, and without unpaired surrogates."""
    return "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cs"))


def _without_marks(found: re.Match[str]) -> str:
    return "".join(char for char in found[0] if not unicodedata.combining(char))
