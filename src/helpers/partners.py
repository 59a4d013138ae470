"""Find who is named: countries, localities, organisations and agreements, and what makes a name no partner.

The text is folded to one byte a character (accents, case and punctuation gone, positions kept) and searched by one
Aho-Corasick automaton that holds the gazetteer's names and the guards of ``data/partners/guards.csv``: words that change
what the name beside them means. The automaton takes the longest name; where that does not fit, the next shorter one.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

import ahocorasick_rs
import numpy as np
import pandas as pd
from wordfreq import zipf_frequency

from helpers.gazetteer import gazetteer, names
from helpers.offsets import ArticleText, Part, article_texts
from helpers.paths import DATA
from helpers.tables import frame

GUARDS = DATA / "partners" / "guards.csv"
NAMES = ("name", "demonym", "acronym")
PLACES = ("country", "subdivision", "city")
_SPACE, _OTHER_LETTER = 32, 127
_LETTERS = {"đ": "d", "ð": "d", "œ": "o", "æ": "a", "ø": "o", "ł": "l", "ı": "i", "ß": "s", "ə": "e"}
_DASHES = str.maketrans("‐‑‒–—−", "------")
# Written with a capital in the gazetteer, with a small letter by the agency too: `Corée du sud`, `Nations unies`.
_FREE = {"sud", "nord", "est", "ouest", "uni", "unis", "unies", "ville"}
# Between an institution's first words and the name in them: `Bourse de New York`, `Agence spatiale japonaise`.
_LINKING = re.compile(
    r"(?: (?!(?:a|ont|est|et|à|au|aux|en|pour|avec|par|sur|dans|que|qui|se|le|la|les|un|une) )[a-zà-ÿœ]{1,20}){0,3}"
    r"(?: (?:d[eu]s?|de la|de l[’']|d[’'])| [A-ZÀ-Ý]\w{1,20}(?:-\w{1,20})? ?[–-])? ?"
)
_MILLIONS = re.compile(r"\b(?:million|milliard)s? d(?:e |[’'])$")
_DATELINE = re.compile(r"\s*[^()\n]{2,60}\((?:[A-Z]{2,6}/)?(?:VNA|AVI|CPV|VOV|NDEL|CVN|VNS)\)")
_BRACKET = re.compile(r"[ \u00a0]?\(([A-Z][\w–&/+-]{1,11})\)")
_BROKEN = re.compile(r'[,;:()/!?«»"]|\w\w\. |\n\n')
_SMALL = frozenset(b"a au aux d de des du en et l la le les pour sur".split())
_RARE = 2.0  # words per million, decadic logarithm plus 3: rarer than any word of the language
_WORD = re.compile(r"\w+")
_LONG_WORD = re.compile(r"(?<=[ '’-])[A-ZÀ-Ý][a-zà-ÿ]{6,30}(?!\w)")


class Entry(NamedTuple):
    """What a key stands for: a name of the gazetteer, or a guard (``form`` is its kind, ``entity_id`` mostly empty)."""

    form: str
    surface: str
    entity_id: str = ""
    rule: str = ""
    type: str = ""
    country: str | None = None
    name: str = ""
    side: str = ""
    capitals: tuple[int, ...] = ()


class Hit(NamedTuple):
    """An entry in a text, between two positions."""

    start: int
    end: int
    entry: Entry
    role: str | None = None


class Matcher(NamedTuple):
    """The automaton, its keys in the order of their numbers, what each stands for, and the length of the longest."""

    find: object
    keys: list[bytes]
    entries: dict[bytes, list[Entry]]
    longest: int


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
    return _fold_table()[np.minimum(codes, 65535)].tobytes()


def _capitals(surface: str) -> tuple[int, ...]:
    words = re.finditer(r"\w+", surface)
    return tuple(w.start() for w in words if w[0][0].isupper() and not (w.start() and w[0].lower() in _FREE))


def guards() -> list[dict[str, str]]:
    """Return the rows of the guards' file: ``guard``, ``value`` (alternatives apart by ``|``), ``entity_id``, an
    ``example`` and what it ``expects``: the mentions in it, as ``surface=entity`` or ``surface=entity/role``."""
    with GUARDS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _all_entries() -> Iterator[Entry]:
    entities = gazetteer().set_index("entity_id")
    about = {row.Index: row for row in entities.itertuples()}
    ignored = tuple(_values("ignored"))
    rows = [(n.form, n.surface, n.entity_id, n.rule) for n in names() if not fold(n.surface).startswith(ignored)]
    rows += [(row["guard"], value, row["entity_id"], "") for row in guards() for value in row["value"].split("|")]
    # A key's owner comes before the entries that a rule must call, a name before a guard.
    for form, surface, entity_id, rule in sorted(rows, key=lambda row: (row[0] not in NAMES, row[3] == "context")):
        if form in NAMES and entity_id in about and entity_id != "VNM":
            entity = about[entity_id]
            country = None if pd.isna(entity.country) else entity.country
            side = "vietnam" if country == "VNM" and entity.type in PLACES else "partner"
            capitals = _capitals(surface) if form == "name" else ()
            yield Entry(form, surface, entity_id, rule, entity.type, country, entity.name_fr, side, capitals)
        elif form in ("stop", "institution"):
            yield Entry(form, surface, capitals=_capitals(surface))
        elif form == "prefix" and entity_id in about:
            entity = about[entity_id]
            yield Entry(form, surface, entity_id, "", entity.type, entity.country, entity.name_fr, "partner")


@cache
def _values(guard: str) -> dict[bytes, str]:
    """Return the words of a guard, folded, each with its entity (empty where the guard has none)."""
    rows = [row for row in guards() if row["guard"] == guard]
    return {fold(value): row["entity_id"] for row in rows for value in row["value"].split("|")}


@cache
def _preceding(rule: str) -> tuple[bytes, ...]:
    return tuple(b" " + fold(word).strip() for word in rule.partition(":")[2].split("|"))


@cache
def _matcher() -> Matcher:
    entries: dict[bytes, list[Entry]] = {}
    for entry in _all_entries():
        entries.setdefault(b" " + fold(entry.surface), []).append(entry)
    keys = list(entries)
    automaton = ahocorasick_rs.BytesAhoCorasick(
        keys, ahocorasick_rs.MatchKind.LeftmostLongest, ahocorasick_rs.Implementation.DFA
    )
    return Matcher(automaton.find_matches_as_indexes, keys, entries, max(map(len, keys)))


def _hits(text: str) -> list[Hit]:
    """Return the names and guards in a text: the longest that fit, none overlapping."""
    matcher, hits = _matcher(), []
    folded = b" " + fold(text) + b" "

    def take(begin: int, stop: int, until: int) -> None:
        """Take what begins in ``folded[begin:until]``, looking no further than ``stop``."""
        reached = begin
        for number, start, end in matcher.find(folded[begin:stop]):
            start, end = start + begin, end + begin
            if start >= until:
                break
            if start < reached:
                continue
            key = matcher.keys[number]
            # The longest key may end within a word, or a guard refuse it: then the next shorter one that ends on a word.
            hit = _fit(text, folded, start, end - 1, matcher.entries[key]) if folded[end] == _SPACE else None
            while hit is None and (cut := key.rfind(b" ")) > 0:
                key = key[:cut]
                hit = _fit(text, folded, start, start + cut - 1, matcher.entries.get(key, ()))
            if hit:
                hits.append(hit)
            reached = hit.end if hit else folded.index(b" ", start + 1)
            if reached < end - 1:
                take(reached, min(end + matcher.longest, len(folded)), end - 1)
                reached = max(reached, hits[-1].end if hits else 0)

    take(0, len(folded), len(folded))
    return hits


def _fit(text: str, folded: bytes, start: int, end: int, candidates: Iterable[Entry]) -> Hit | None:
    """Return the first candidate that ``text[start:end]`` may stand for. (In ``folded`` all stands one further on.)"""
    for entry in candidates:
        if entry.form == "acronym":
            if text[start:end].translate(_DASHES) != entry.surface.translate(_DASHES):
                continue
        elif any(not text[start + at].isupper() for at in entry.capitals) or _BROKEN.search(text, start, end):
            continue
        if entry.form not in NAMES or not _refused(text, folded, start, end, entry):
            return Hit(start, end, entry)
    return None


def _refused(text: str, folded: bytes, start: int, end: int, entry: Entry) -> bool:
    """Whether what stands beside the name makes it something else: a person, a language, a count of people."""
    if entry.rule.startswith("preceded:") and not folded[:start].endswith(_preceding(entry.rule)):
        return True
    dot = text[start - 2 : start] == ". "
    at = folded.rfind(b" ", 0, start - dot)
    word, gap = folded[at + 1 : start - dot], text[start - 1 : start]
    if entry.form == "demonym":
        return _no_descent(text, folded, start, end, word, gap)
    if entry.form == "acronym":
        return False
    capital = gap in (" ", "\u00a0") and word and text[at].isupper()
    if entry.side == "vietnam":
        return capital and word in _values("syllable")
    if capital and word in _values("given") or word in _values("honorific"):
        return True
    if entry.rule != "no_person":
        return False
    return capital and word not in _values("opening") or text[end : end + 1] == " " and text[end + 1 : end + 2].isupper()


def _no_descent(text: str, folded: bytes, start: int, end: int, word: bytes, gap: str) -> bool:
    """Whether a demonym is part of a longer word or a person's name, counts people, or names a language."""
    if gap == "-":
        return _values("prefix").get(word) == ""
    following, named = folded[end + 2 : folded.find(b" ", end + 2)], text[end + 1 : end + 2].isupper()
    if not text[start].isupper():
        spoken = word in _values("speaking") or word in (b"le", b"du", b"l", b"au") and not named
        return spoken and folded[start + 1 : end + 1] in _values("language")
    people = _values("syllable")
    if word in people and word != b"le" or named and following in people:
        return True
    return word.isdigit() or word in _values("number") or word in (b"de", b"d") and bool(_MILLIONS.search(text[max(0, start - 14) : start]))


def _contextual(text: str, hits: list[Hit]) -> Iterator[Hit]:
    """Yield the mentions among the hits, each with its role, compounds joined (`lao-vietnamien`)."""
    before, head = None, None
    demonyms = {hit.start for hit in hits if hit.entry.form == "demonym"}
    for start, end, entry, role in hits:
        if entry.form == "institution":
            head = end
        if entry.form == "prefix" and text[end : end + 1] == "-":
            if end + 1 in demonyms or text[end + 1 : end + 8].lower() == "vietnam":
                entry = entry._replace(form="demonym")
        if entry.form not in NAMES:
            continue
        if head is not None and entry.side == "partner" and _LINKING.fullmatch(text, head, start):
            role = "institution"
        elif entry.form == "demonym" and _currency(text, start):
            role = "currency"
        elif entry.type == "country" and before and before.entry.type in PLACES and text[end : end + 1] == ")":
            gap = text[before.end : start].strip()
            if gap == "(" or (gap == "," and "(" in text[max(0, before.start - 40) : before.start]):
                role = "apposition" if before.entry.side == "partner" else None
        if entry.form == "demonym":  # with `vietnamien` it makes one word
            if text[end : end + 8].lower() == "-vietnam":
                end = _WORD.match(text, end + 1).end()
            elif text[max(0, start - 9) : start].lower() == "vietnamo-":
                start -= 9
        before = Hit(start, end, entry, role)
        yield before


def _currency(text: str, start: int) -> bool:
    words = fold(text[max(0, start - 24) : start]).split()
    return bool(words) and words[-1] in _values("currency")


def _spells(words: str, acronym: str) -> bool:
    """Whether an acronym is the first letters of the last words: `Banque asiatique de développement`, `BAD`."""
    letters = "".join(chr(word[0]) for word in fold(words).split() if word not in _SMALL)
    return letters.endswith(acronym.lower())


def _definitions(text: str, hits: list[Hit]) -> tuple[dict[str, Entry | None], set[int]]:
    """Return what the text's own `Long Name (ABC)` make of ``ABC`` (None: nothing known), and the starts of those
    bracketed acronyms that only repeat the name before them."""
    ends = {hit.end: hit for hit in hits}
    at = {hit.start: hit for hit in hits}
    meanings, repeated = {}, set()
    for bracket in _BRACKET.finditer(text):
        acronym, place = bracket[1], bracket.start(1)
        long, known = ends.get(bracket.start()), at.get(place)
        if long is None:
            before = text[max(0, bracket.start() - 120) : bracket.start()]
            if known and known.entry.form == "acronym" and _spells(before, acronym):
                shared = {word[:5] for word in fold(known.entry.name).split()} & {word[:5] for word in fold(before).split()}
                if len(shared - _SMALL) < 2:
                    meanings[acronym] = None
        elif known and known.entry.form == "acronym" and (
            known.entry.entity_id == long.entry.entity_id or long.role == "institution"
        ):
            repeated.add(place)
        elif long.entry.form == "name" and _spells(long.entry.surface, acronym):
            meanings[acronym] = long.entry._replace(form="acronym", surface=acronym, rule="")
            repeated.add(place)
    return meanings, repeated


def _misspelt(text: str, hits: list[Hit]) -> Iterator[Hit]:
    """Yield the country names with one letter wrong (`Cambdoge`): words that nothing else explains."""
    covered = {hit.start for hit in hits}
    for match in _LONG_WORD.finditer(text):
        word = fold(match[0])
        if match.start() in covered or b" " + word in _matcher().entries:
            continue
        near = {name for cut in _cuts(word) for name in _long_names().get(cut, ()) if _one_edit(word, name)}
        if len(near) == 1 and zipf_frequency(match[0], "fr") < _RARE:
            yield Hit(match.start(), match.end(), _matcher().entries[b" " + near.pop()][0])


def _cuts(word: bytes) -> set[bytes]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(1, len(word)))}


@cache
def _long_names() -> dict[bytes, set[bytes]]:
    found: dict[bytes, set[bytes]] = {}
    for key, (first, *_) in _matcher().entries.items():
        word = key[1:]
        if len(word) >= 7 and b" " not in word and first.type == "country" and first.form == "name":
            for cut in _cuts(word):
                found.setdefault(cut, set()).add(word)
    return found


def _one_edit(one: bytes, other: bytes) -> bool:
    """Whether a letter changed, came in, fell out, or two neighbours changed places."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return max(len(one), len(other)) <= 1 or (len(one) == 2 and one == other[::-1])


def _mentions(article: ArticleText) -> Iterator[dict]:
    found: list[tuple[Part, Hit]] = []
    meanings: dict[str, Entry | None] = {}
    for part in article.parts:
        text = article.text[part.start : part.end]
        dateline = _DATELINE.match(text) if part.section == "body" else None
        everything = _hits(text)
        hits = list(_contextual(text, everything))
        if dateline:
            hits = [hit._replace(role="dateline") if hit.end <= dateline.end() else hit for hit in hits]
        defined, repeated = _definitions(text, hits) if "(" in text else ({}, set())
        meanings.update(defined)
        hits = [hit for hit in hits if hit.start not in repeated]
        found += ((part, hit) for hit in [*hits, *_misspelt(text, everything)])
    found = _aliased(article, found, meanings)
    named = {hit.entry.entity_id for _, hit in found if hit.entry.rule != "context"}
    for part, hit in sorted(found, key=lambda item: (item[0].start, item[1].start)):
        entry = _named(hit.entry, named)
        if entry:
            yield {
                "section": part.section,
                **article.place(part.start + hit.start, part.start + hit.end),
                "entity_id": entry.entity_id,
                "name": entry.name,
                "type": entry.type,
                "country": entry.country,
                "side": entry.side,
                "form": entry.form,
                "role": hit.role,
            }


def _aliased(article: ArticleText, found: list, meanings: dict[str, Entry | None]) -> list:
    """Give the article's own acronyms their meaning: those that mean something else here go, those it defines come."""
    if not meanings:
        return found
    kept = [(part, hit) for part, hit in found if not (hit.entry.form == "acronym" and hit.entry.surface in meanings)]
    for acronym, entry in meanings.items():
        if entry:
            word = re.compile(rf"(?<!\w){re.escape(acronym)}(?!\w)")
            for part in article.parts:
                for match in word.finditer(article.text[part.start : part.end]):
                    if article.text[part.start + match.start() - 1] != "(":
                        kept.append((part, Hit(match.start(), match.end(), entry)))
    return kept


def _named(entry: Entry, named: set[str]) -> Entry | None:
    """Return the entry, or the one that the rest of the article speaks of (`congolais`); None if it names none."""
    if entry.entity_id in named:
        return entry
    others = [e for e in _matcher().entries[b" " + fold(entry.surface)] if e.rule == "context" and e.entity_id in named]
    return others[0] if others else None if entry.rule == "context" else entry


def find_partners(articles: pd.DataFrame) -> pd.DataFrame:
    """Find the countries, localities, organisations and agreements that articles name.

    Parameters
    ----------
    articles : DataFrame
        **articles** of the data contract.

    Returns
    -------
    DataFrame
        **mentions** of the data contract, in reading order, teasers' included. ``form`` tells names, demonyms
        (`chinoises`) and acronyms apart. ``role`` says why a mention should not count as a partner: ``apposition`` (`Hong
        Kong (Chine)`), ``institution`` (`Bourse de New York`), ``currency`` (`dollars américains`) or ``dateline``.
        Vietnam itself, regions (`Asie du Sud-Est`), companies and newspapers are no mentions; a name and its acronym in
        brackets are one.

    Examples
    --------
    >>> from helpers import SEEDS, parse_articles, read_documents
    >>> mentions = find_partners(parse_articles(read_documents(SEEDS, pattern="003*")))
    >>> own = mentions.query("article_id.str.endswith('#0') and section == 'body' and side == 'partner'")
    >>> own["name"].value_counts().head(2).to_dict()
    {'Toluca': 4, 'Mexique': 4}
    """
    rows = []
    for article in article_texts(articles):
        for number, row in enumerate(_mentions(article), 1):
            rows.append({"mention_id": f"{article.article_id}/m{number}", "article_id": article.article_id, **row})
    return frame("mentions", rows)
