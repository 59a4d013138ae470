"""Take out of a page's characters what only its markup put there, before its text is read.

Letters are composed (Unicode NFC), characters without width taken out, references of HTML (`&nbsp;`, `&#39;`) and
full-width digits become the character that they stand for, several blanks in a row one. All are edits, so that the
source stays as it was printed.
"""

import html
import re
import unicodedata
from itertools import pairwise

from helpers.offsets import Edit, apply_edits, compose

# Soft hyphens, zero-width blanks and joiners, marks of byte order; references; full-width forms of ASCII.
_ODD = re.compile(
    r"[\u00ad\u200b-\u200d\u2060\ufeff\uff01-\uff5e]|&(?:#\d{1,6}|#[xX][\dA-Fa-f]{1,5}|[A-Za-z]{2,8}\d{0,2});"
)
_BLANKS = re.compile(r"(?<=\S)[^\S\r\n]{2,}(?=\S)")


def _meant(odd: re.Match) -> str:
    """Return what stands for an odd character; a reference that is none, or not to one printed character, stays."""
    form = odd[0]
    if len(form) == 1:
        return chr(ord(form) - 0xFEE0) if form >= "\uff01" else ""
    char = html.unescape(form)
    return char if len(char) == 1 and (char.isprintable() or char == "\xa0") else form


def _odd_edits(text: str) -> list[Edit]:
    return [Edit(odd.start(), odd.end(), new) for odd in _ODD.finditer(text) if (new := _meant(odd)) != odd[0]]


def _nfc_edits(text: str) -> list[Edit]:
    if unicodedata.is_normalized("NFC", text):
        return []
    starts = [i for i, char in enumerate(text) if not unicodedata.combining(char)]
    clusters = [(i, j, text[i:j]) for i, j in pairwise([*starts, len(text)]) if j - i > 1 or text[i] > "\u036f"]
    return [Edit(i, j, new) for i, j, old in clusters if (new := unicodedata.normalize("NFC", old)) != old]


def _blank_edits(text: str) -> list[Edit]:
    return [Edit(run.start() + 1, run.end(), "") for run in _BLANKS.finditer(text)]


def character_edits(text: str) -> list[Edit]:
    """Return the edits that make of a text's characters those that are meant.

    Examples
    --------
    >>> text = "Hanoi\\u0308 vend 13&nbsp;%  du caf\\u00adé"
    >>> apply_edits(text, character_edits(text))
    'Hanoï vend 13\\xa0% du café'
    """
    edits: list[Edit] = []
    for step in (_odd_edits, _nfc_edits, _blank_edits):
        if found := step(text):
            edits, text = compose(edits, found), apply_edits(text, found)
    return edits
