"""Find the names of the gazetteer in a text, and the guards: words that change what a name beside them means.

The text is folded to one byte a character (accents, case and punctuation gone, positions kept) and searched by one
Aho-Corasick automaton that holds names and guards (``data/partners/guards.csv``). Of all at a place the longest that
fits is taken: a name that is a person's, a word's or another's part does not fit.
"""

import csv
import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple

import ahocorasick_rs
import numpy as np

from helpers.entities import about, names
from helpers.paths import DATA

NAMES = ("name", "demonym", "acronym")
PLACES = ("country", "subdivision", "city")
_LOCAL = ("subdivision", "city")
SHARED = ("owner", "context", "country")  # of these rules' entities what else the article names decides
_SPACE, _OTHER_LETTER = 32, 127
_LETTERS = {"đ": "d", "ð": "d", "œ": "o", "æ": "a", "ø": "o", "ł": "l", "ı": "i", "ß": "s", "ə": "e"}
_DASHES = str.maketrans("‐‑‒–—−", "------")
# Written with a capital in the gazetteer, with a small letter by the agency too: `Corée du sud`, `Nations unies`.
_FREE = frozenset(["sud", "nord", "est", "ouest", "uni", "unis", "unies", "ville"])
BROKEN = re.compile(r'[,;:()/!?«»"]|\w\w\. |\n\n')  # stands in no name
_MILLIONS = re.compile(r"\b(?:million|milliard)s? d(?:e |[’'])$")
WORD = re.compile(r"\w+")


class Entry(NamedTuple):
    """What a key stands for: a name of the gazetteer, or a guard (``form`` is its kind)."""

    form: str
    surface: str
    rule: str = ""
    entity_id: str = ""
    name: str = ""
    type: str = ""
    country: str | None = None
    side: str = ""
    capitals: tuple[int, ...] = ()
    preceded: tuple[bytes, ...] = ()
    evidence: str | None = ""  # who the article must name for it, if the rule is one of `SHARED`


class Hit(NamedTuple):
    """An entry in a text, between two positions."""

    start: int
    end: int
    entry: Entry
    role: str | None = None


@cache
def _fold_table() -> np.ndarray:
    table = np.full(65536, _OTHER_LETTER, dtype=np.uint8)
    for code in range(0x3040):
        char = chr(code)
        base = unicodedata.normalize("NFKD", char)[0].lower()
        base = _LETTERS.get(base, base)
        if base.isascii() and base.isalnum():
            table[code] = ord(base)
        elif not char.isalnum() and not unicodedata.combining(char):
            table[code] = _SPACE
    return table


def fold(text: str) -> bytes:
    """Return the text as one byte a character: base letters in lower case, digits, and a space for all else.

    Examples
    --------
    >>> fold("l’État de Đà Nẵng–Huê")
    b'l etat de da nang hue'
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return _fold_table().take(codes, mode="clip").tobytes()


def key_of(text: str) -> bytes:
    return b" " + fold(text) + b" "


@cache
def guards() -> list[dict[str, str]]:
    """Return the rows of the guards' file, which ``data/partners/README.md`` explains."""
    with (DATA / "partners" / "guards.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def words_of(guard: str) -> dict[bytes, str]:
    """Return the words of a guard, folded, each with its entity (empty where the guard has none)."""
    rows = [row for row in guards() if row["guard"] == guard]
    return {fold(value): row["entity_id"] for row in rows for value in row["value"].split("|")}


def any_of(guard: str) -> str:
    return "|".join(row["value"] for row in guards() if row["guard"] == guard)


@cache
def _titled() -> re.Pattern:
    return re.compile(rf"(?<!\w)(?:{any_of('honorific')})\.?[ \u00a0](?:[A-ZÀ-Ý][\w-]{{1,15}} )?$")


@cache
def _spoken() -> re.Pattern:
    verbs, languages = b"|".join(words_of("speaking")), b"|".join(words_of("language"))
    return re.compile(rb" (?:%b) (?:(?:%b)(?:  | et | ou )){0,3}$" % (verbs, languages))


def _capitals(surface: str) -> tuple[int, ...]:
    words = WORD.finditer(surface)
    return tuple(w.start() for w in words if w[0][0].isupper() and not (w.start() and w[0].lower() in _FREE))


@cache
def rows_by_key() -> dict[bytes, list[tuple[str, str, str, str]]]:
    """Return what each key may stand for: form or guard, surface, entity and rule of each."""
    rows = [(n.form, n.surface, n.entity_id, n.rule) for n in names() if n.entity_id != "VNM"]
    rows += [(row["guard"], value, row["entity_id"], "") for row in guards() for value in row["value"].split("|")]
    rows = [row for row in rows if row[2] or row[0] in ("stop", "institution")]
    keys: dict[bytes, list] = {}
    folded, end = key_of(" ".join(row[1] for row in rows)), 0  # in one go: much the quickest
    for row in rows:
        start, end = end, end + len(row[1]) + 1
        keys.setdefault(folded[start : end + 1], []).append(row)
    return keys


@lru_cache(maxsize=50_000)
def candidates(key: bytes) -> tuple[Entry, ...]:
    """Return what a key may stand for, the first to try first."""
    rows = rows_by_key().get(key, [])
    shared = any(rule in SHARED for *_, rule in rows)
    # What a word before must call comes first, then a key's owner, then what the article must name; a guard last.
    rows = sorted(rows, key=lambda r: (r[0] not in NAMES, r[3] in SHARED, not r[3].startswith(("preceded", "unit"))))
    return tuple(_entry(form, surface, entity, rule or "owner" * shared) for form, surface, entity, rule in rows)


def _entry(form: str, surface: str, entity_id: str, rule: str) -> Entry:
    capitals = _capitals(surface) if form in ("name", "stop", "institution") else ()
    if not entity_id:
        return Entry(form, surface, capitals=capitals)
    name, kind, country = about(entity_id)
    side = "vietnam" if country == "VNM" and kind in PLACES else "partner"
    words = rule.removeprefix("preceded:").split("|") if rule.startswith("preceded") else ()
    preceded = tuple(b" " + fold(word).strip() for word in words)
    evidence = country if rule == "country" else entity_id
    return Entry(form, surface, rule, entity_id, name, kind, country, side, capitals, preceded, evidence)


@cache
def matcher() -> tuple[Callable, list[bytes]]:
    """Return the automaton's search and the keys that the numbers it gives stand for."""
    engine, kinds = ahocorasick_rs.BytesAhoCorasick, ahocorasick_rs.MatchKind
    automaton = engine(list(rows_by_key()), kinds.Standard, ahocorasick_rs.Implementation.ContiguousNFA)
    return automaton.find_matches_as_indexes, list(rows_by_key())


def find_hits(text: str, folded: bytes) -> list[Hit]:
    """Return the names and guards in a text: the longest that fit, none overlapping. (``folded``: `key_of` of it.)"""
    find, keys = matcher()
    places = sorted([(start, 2 - end, number) for number, start, end in find(folded, overlapping=True)])
    hits, reached = [], 0
    for index, (start, end, number) in enumerate(places):
        if start < reached:
            continue
        entry = _fit(text, folded, start, -end, candidates(keys[number]))
        if entry and not (text[-end : 1 - end] == "-" and _goes_on(places, index)):
            hits.append(Hit(start, -end, entry))
            reached = -end
    return hits


def _goes_on(places: list[tuple[int, int, int]], index: int) -> bool:
    """Whether a name that begins within another ends behind it: `Cap-Vert` in `Le Cap-Vert`, where `Le Cap` fits."""
    end = places[index][1]
    while (index := index + 1) < len(places) and places[index][0] < -end:
        if places[index][1] < end:
            return True
    return False


def _fit(text: str, folded: bytes, start: int, end: int, candidates: tuple[Entry, ...]) -> Entry | None:
    """Return the first candidate that ``text[start:end]`` may stand for. (In ``folded`` all stands one further on.)"""
    surface = text[start:end]
    for entry in candidates:
        form = entry.form
        if surface != entry.surface:
            if form == "acronym":
                if surface.translate(_DASHES) != entry.surface.translate(_DASHES):
                    continue
            elif not all([surface[at].isupper() for at in entry.capitals]):
                continue
            if " " in entry.surface and BROKEN.search(surface):
                continue
        if entry.preceded and not folded.endswith(entry.preceded, 0, start):
            continue
        if entry.rule == "unit" and not called("unit").search(folded, max(0, start - 60), start + 1):
            continue
        if not (form in _REFUSED and _REFUSED[form](text, folded, start, end, entry)):
            return entry
    return None


def _is_person(text: str, folded: bytes, start: int, end: int, entry: Entry) -> bool:
    """Whether a place's name is a person's or another thing's, by what stands beside it."""
    at = folded.rfind(b" ", 0, start)
    word = folded[at + 1 : start]
    capital = bool(word) and text[at].isupper() and text[start - 1] in " \u00a0"
    if capital and word in words_of("syllable" if entry.side == "vietnam" else "given"):
        return True
    if (capital or text[start - 2 : start] == ". " or word in words_of("honorific")) and _titled().search(
        text, max(0, start - 30), start
    ):
        return True
    ours = entry.type == "city" and entry.side == "vietnam"
    if ours and called("landmark").search(folded, max(0, start - 60), start + 1):  # `la baie de Ha Long`
        return True
    if entry.rule not in ("no_person", "country"):
        return entry.type in _LOCAL and entry.side == "partner" and _is_longer(text, folded, start, end)
    return (capital and word not in words_of("opening")) or text[end : end + 2].lstrip(" ")[:1].isupper()


def _is_longer(text: str, folded: bytes, start: int, end: int) -> bool:
    """Whether a place's name goes on behind what is known of it: `Tokyo Electron`, `Washington Tan`, `Boulogne-sur`."""
    if text[end : end + 1] == "-":
        return text[end + 1 : end + 2].islower()
    if text[end : end + 1] not in (" ", "\u00a0") or not text[end + 1 : end + 2].isupper() or text[end - 1].isupper():
        return False
    following = folded[end + 2 : folded.find(b" ", end + 2)]
    return following not in words_of("following") and not candidates(b" " + following + b" ")


@cache
def called(kind: str) -> re.Pattern:
    """Match the words that call a place by its kind, up to its name: `préfecture japonaise d'`, `ville de`."""
    words = b"|".join(words_of(kind))
    return re.compile(rb" (?:%b) (?:[a-z]{3,20} )?(?:(?:d|de|des|du|de la|de l) )?$" % words)


def _no_descent(text: str, folded: bytes, start: int, end: int, entry: Entry) -> bool:
    """Whether a demonym is part of a longer word or a person's name, counts people, or names a language."""
    word = folded[folded.rfind(b" ", 0, start) + 1 : start]
    if text[start - 1 : start] == "-":
        return words_of("prefix").get(word) == ""
    named = text[end + 1 : end + 2].isupper()
    if not text[start].isupper():
        if folded[start + 1 : end + 1] not in words_of("language"):
            return False
        return (word in (b"le", b"du", b"l", b"au") and not named) or bool(
            _spoken().search(folded, max(0, start - 60), start + 1)
        )
    people, following = words_of("syllable"), folded[end + 2 : folded.find(b" ", end + 2)]
    if (word in people and word != b"le") or (named and following in people):
        return True
    if entry.type in _LOCAL and text[start - len(word) - 1].isupper() and word not in words_of("opening"):
        return True
    if word in (b"de", b"d"):
        return bool(_MILLIONS.search(text, max(0, start - 14), start))
    return word.isdigit() or word in words_of("number")


def _no_prefix(text: str, folded: bytes, start: int, end: int, _: Entry) -> bool:
    """Whether no demonym follows (`indo-pacifique`), as it does in `sino-américain` and `sino-vietnamien`."""
    following = folded[end + 1 : folded.find(b" ", end + 2) + 1]
    known = any(entry.form == "demonym" for entry in candidates(following))
    return text[end : end + 1] != "-" or not (known or following.startswith(b" vietnam"))


_REFUSED = {"name": _is_person, "demonym": _no_descent, "prefix": _no_prefix}
