"""Find who is named: countries, localities, organisations and agreements, and what makes a name no partner.

The text is folded to one byte a character (accents, case and punctuation gone, positions kept) and searched by one
Aho-Corasick automaton that holds the gazetteer's names and the guards of ``data/partners/guards.csv``: words that
change what a name beside them means. It takes the longest name; where that does not fit, the next shorter one.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import ahocorasick_rs
import numpy as np
import pandas as pd
from wordfreq import zipf_frequency

from helpers.entities import gazetteer, names
from helpers.offsets import ArticleText, Part, article_texts
from helpers.paths import DATA
from helpers.tables import frame

GUARDS = DATA / "partners" / "guards.csv"
NAMES = ("name", "demonym", "acronym")
PLACES = ("country", "subdivision", "city")
_WITHIN = ("(", "(au", "(aux", "(en")
_SHARED = ("owner", "context")  # the rules of a key with several entities, of which the article decides
_SPACE, _OTHER_LETTER = 32, 127
_LETTERS = {"đ": "d", "ð": "d", "œ": "o", "æ": "a", "ø": "o", "ł": "l", "ı": "i", "ß": "s", "ə": "e"}
_DASHES = str.maketrans("‐‑‒–—−", "------")
# Written with a capital in the gazetteer, with a small letter by the agency too: `Corée du sud`, `Nations unies`.
_FREE = frozenset(["sud", "nord", "est", "ouest", "uni", "unis", "unies", "ville"])
_SMALL = frozenset(b"a au aux d de des du en et l la le les pour sur".split())
_BROKEN = re.compile(r'[,;:()/!?«»"]|\w\w\. |\n\n')  # stands in no name
_MILLIONS = re.compile(r"\b(?:million|milliard)s? d(?:e |[’'])$")
_DATELINE = re.compile(r"\s*[^()\n]{2,60}\((?:[A-Z]{2,6}/)?(?:VNA|AVI|CPV|VOV|NDEL|CVN|VNS)\)")
_BRACKET = re.compile(r"[ \u00a0]?\(([A-Z][\w–&/+-]{1,11})\)")
_ACRONYM = re.compile(r"(?<![\w(])[A-Z]\w{1,11}(?!\w)")
_WORD = re.compile(r"\w+")
_LONG_WORD = re.compile(r"[A-ZÀ-Ý][a-zà-ÿ]{6,30}")
_RARE = 2.0  # decadic logarithm of the uses in a milliard words: below it, no word of the language
# Between an institution's first words and the name in them: `Bourse de New York`, `Agence spatiale japonaise`.
_LINKING = re.compile(
    r"(?: (?!(?:a|ont|est|et|à|au|aux|en|pour|avec|par|sur|dans|que|qui|se|le|la|les|un|une) )[a-zà-ÿœ]{1,20}){0,3}"
    r"(?: (?:d[eu]s?|de la|de l[’']|d[’'])| [A-ZÀ-Ý]\w{1,20}(?:-\w{1,20})? ?[–-])? ?"
)


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


class Hit(NamedTuple):
    """An entry in a text, between two positions."""

    start: int
    end: int
    entry: Entry
    role: str | None = None


class Matcher(NamedTuple):
    """The automaton's search, its keys in the order of their numbers, and what each stands for."""

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


def guards() -> list[dict[str, str]]:
    """Return the rows of the guards' file, which ``data/partners/README.md`` explains."""
    with GUARDS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _values(guard: str) -> dict[bytes, str]:
    """Return the words of a guard, folded, each with its entity (empty where the guard has none)."""
    rows = [row for row in guards() if row["guard"] == guard]
    return {fold(value): row["entity_id"] for row in rows for value in row["value"].split("|")}


@cache
def _preceding(rule: str) -> tuple[bytes, ...]:
    return tuple(b" " + fold(word).strip() for word in rule.partition(":")[2].split("|"))


def _capitals(surface: str) -> tuple[int, ...]:
    words = _WORD.finditer(surface)
    return tuple(w.start() for w in words if w[0][0].isupper() and not (w.start() and w[0].lower() in _FREE))


def _all_entries() -> Iterator[Entry]:
    about = {row.entity_id: row for row in gazetteer().itertuples() if row.entity_id != "VNM"}
    rows = [(row["guard"], value, row["entity_id"], "") for row in guards() for value in row["value"].split("|")]
    ignored = tuple(value.lower() for guard, value, *_ in rows if guard == "ignored")
    rows += [(n.form, n.surface, n.entity_id, n.rule) for n in names() if not n.surface.lower().startswith(ignored)]
    # A key's owner comes before the entries that a rule must call, a name before a guard.
    for form, surface, entity_id, rule in sorted(rows, key=lambda row: (row[0] not in NAMES, row[3] == "context")):
        if entity_id in about:
            entity = about[entity_id]
            country = None if pd.isna(entity.country) else entity.country
            side = "vietnam" if country == "VNM" and entity.type in PLACES else "partner"
            capitals = _capitals(surface) if form == "name" else ()
            yield Entry(form, surface, rule, entity_id, entity.name_fr, entity.type, country, side, capitals)
        elif form in ("stop", "institution"):
            yield Entry(form, surface, capitals=_capitals(surface))


@cache
def _matcher() -> Matcher:
    entries: dict[bytes, list[Entry]] = {}
    for entry in _all_entries():
        entries.setdefault(b" " + fold(entry.surface), []).append(entry)
    for candidates in entries.values():
        if any(entry.rule == "context" for entry in candidates):
            candidates[:] = [entry._replace(rule=entry.rule or "owner") for entry in candidates]
    keys = list(entries)
    automaton = ahocorasick_rs.BytesAhoCorasick(
        keys, ahocorasick_rs.MatchKind.LeftmostLongest, ahocorasick_rs.Implementation.DFA
    )
    return Matcher(automaton.find_matches_as_indexes, keys, entries, max(map(len, keys)))


def _padded(text: str) -> bytes:
    return b" " + fold(text) + b" "


def _hits(text: str, folded: bytes) -> list[Hit]:
    """Return the names and guards in a text: the longest that fit, none overlapping."""
    find, keys, entries, longest = _matcher()
    hits: list[Hit] = []

    def take(begin: int, stop: int, until: int) -> None:
        """Take what begins in ``folded[begin:until]``, looking no further than ``stop``."""
        reached = begin
        for number, start, end in find(folded[begin:stop]):
            start, end = start + begin, end + begin
            if start >= until:
                break
            if start < reached:
                continue
            key = keys[number]
            # The longest key may end within a word, or a guard refuse it: then the next shorter one.
            hit = _fit(text, folded, start, end - 1, entries[key]) if folded[end] == _SPACE else None
            while hit is None and (cut := key.rfind(b" ")) > 0:
                key = key[:cut]
                if shorter := entries.get(key):
                    hit = _fit(text, folded, start, start + cut - 1, shorter)
            if hit:
                hits.append(hit)
            reached = hit.end if hit else folded.index(b" ", start + 1)
            if reached < end - 1:
                take(reached, min(end + longest, len(folded)), end - 1)
                reached = max(reached, hits[-1].end if hits else 0)

    take(0, len(folded), len(folded))
    return hits


def _fit(text: str, folded: bytes, start: int, end: int, candidates: list[Entry]) -> Hit | None:
    """Return the first candidate that ``text[start:end]`` may stand for. (In ``folded`` all stands one further on.)"""
    for entry in candidates:
        if entry.form == "acronym":
            surface = text[start:end]
            if surface != entry.surface and surface.translate(_DASHES) != entry.surface.translate(_DASHES):
                continue
        elif entry.capitals and not all([text[start + at].isupper() for at in entry.capitals]):
            continue
        if " " in entry.surface and _BROKEN.search(text, start, end):
            continue
        if entry.form not in NAMES or not _refused(text, folded, start, end, entry):
            return Hit(start, end, entry)
    return None


def _refused(text: str, folded: bytes, start: int, end: int, entry: Entry) -> bool:
    """Whether what stands beside the name makes it something else: a person, a language, a count of people."""
    if entry.rule.startswith("preceded:") and not folded[:start].endswith(_preceding(entry.rule)):
        return True
    if entry.form == "acronym":
        return False
    at = folded.rfind(b" ", 0, start)
    word, gap = folded[at + 1 : start], text[start - 1 : start]
    if entry.form == "demonym":
        return _no_descent(text, folded, start, end, word, gap)
    capital = bool(word) and gap in " \u00a0" and text[at].isupper()
    titled = folded[folded.rfind(b" ", 0, start - 1) + 1 : start - 1] if text[start - 2 : start] == ". " else word
    people = _values("syllable" if entry.side == "vietnam" else "given")
    if titled in _values("honorific") or (capital and word in people):
        return True
    if entry.rule != "no_person":
        return False
    return (capital and word not in _values("opening")) or (
        text[end : end + 1] == " " and text[end + 1 : end + 2].isupper()
    )


def _no_descent(text: str, folded: bytes, start: int, end: int, word: bytes, gap: str) -> bool:
    """Whether a demonym is part of a longer word or a person's name, counts people, or names a language."""
    if gap == "-":
        return _values("prefix").get(word) == ""
    named = text[end + 1 : end + 2].isupper()
    if not text[start].isupper():
        spoken = word in _values("speaking") or (word in (b"le", b"du", b"l", b"au") and not named)
        return spoken and folded[start + 1 : end + 1] in _values("language")
    people, following = _values("syllable"), folded[end + 2 : folded.find(b" ", end + 2)]
    if (word in people and word != b"le") or (named and following in people):
        return True
    if word in (b"de", b"d"):
        return bool(_MILLIONS.search(text[max(0, start - 14) : start]))
    return word.isdigit() or word in _values("number")


def _mentioned(text: str, folded: bytes, hits: list[Hit]) -> Iterator[Hit]:
    """Yield the mentions among the hits, each with its role, compounds joined (`lao-vietnamien`)."""
    before, head = None, -1
    demonyms = {hit.start for hit in hits if hit.entry.form == "demonym"}
    for start, end, entry, role in hits:
        form, after = entry.form, text[end : end + 8].lower()
        if form == "institution":
            head = end
        elif form == "prefix" and (after == "-vietnam" or (after[:1] == "-" and end + 1 in demonyms)):
            form = "demonym"
        if form not in NAMES:
            continue
        closed = after[:1] == ")" and before is not None
        opening = text[before.end : start].strip() if closed and start - before.end < 4 else ""
        if opening == "(" and before.entry.entity_id == entry.entity_id:
            continue  # a name again, in brackets: `ASEAN (Association des nations d'Asie du Sud-Est)`
        if entry.side == "partner" and head > 0 and start - head < 80 and _LINKING.fullmatch(text, head, start):
            role = "institution"
        elif form != "acronym" and entry.side == "partner" and _money(text, folded, start):
            role = "currency"
        elif opening and entry.type == "country" and before.entry.type in PLACES and before.entry.side == "partner":
            inside = opening in _WITHIN or (opening == "," and "(" in text[max(0, before.start - 40) : before.start])
            role = "apposition" if inside else None
        if form == "demonym":
            if after == "-vietnam":
                end = _WORD.match(text, end + 1).end()
            elif text[max(0, start - 9) : start].lower() == "vietnamo-":
                start -= 9
        before = Hit(start, end, entry if form == entry.form else entry._replace(form=form), role)
        yield before


def _money(text: str, folded: bytes, start: int) -> bool:
    """Whether a currency's noun stands before: `dollars canadiens`, `dollars de Singapour`."""
    at = folded.rfind(b" ", 0, start)
    if folded[at + 1 : start] in (b"de", b"du"):
        start, at = at, folded.rfind(b" ", 0, at)
    return folded[at + 1 : start] in _values("currency") and text[at].islower()


def _spells(words: str, acronym: str) -> bool:
    """Whether an acronym is the first letters of the last words: `Banque asiatique de développement`, `BAD`."""
    letters = "".join(chr(word[0]) for word in fold(words).split() if word not in _SMALL)
    return letters.endswith(acronym.lower())


def _definitions(text: str, hits: list[Hit]) -> tuple[dict[str, Entry | None], set[int]]:
    """Return what `Long Name (ABC)` makes of ``ABC`` in this text (None: something unknown), and where the acronyms
    in brackets stand that only repeat the name before them."""
    ending, beginning = {hit.end: hit for hit in hits}, {hit.start: hit for hit in hits}
    meanings, repeated = {}, set()
    for bracket in _BRACKET.finditer(text):
        acronym, at = bracket[1], bracket.start(1)
        long, known = ending.get(bracket.start()), beginning.get(at)
        is_known = known is not None and known.entry.form == "acronym"
        if long is None and is_known:
            words = text[max(0, bracket.start() - 120) : bracket.start()]
            shared = {word[:5] for word in fold(known.entry.name).split()} & {word[:5] for word in fold(words).split()}
            if _spells(words, acronym) and len(shared - _SMALL) < 2:
                meanings[acronym] = None
        elif is_known and long.role == "institution":
            repeated.add(at)
        elif long and long.entry.form == "name" and _spells(long.entry.surface, acronym):
            meanings[acronym] = long.entry._replace(form="acronym", surface=acronym, rule="")
    return meanings, repeated


def _misspelt(text: str, hits: list[Hit]) -> Iterator[Hit]:
    """Yield the country names with one letter wrong (`Cambdoge`): words that nothing else explains."""
    covered = {hit.start for hit in hits}
    for match in _LONG_WORD.finditer(text):
        start, end = match.span()
        if start in covered or text[start - 1 : start] not in " '’-–" or text[end : end + 1].isalnum() or not start:
            continue
        if entry := _nearly(match[0]):
            yield Hit(start, end, entry)


@lru_cache(maxsize=20_000)
def _nearly(surface: str) -> Entry | None:
    word = fold(surface)
    if b" " + word in _matcher().entries or word.startswith(b"vietnam"):
        return None
    alike = [name for name in _long_names() if name[0] == word[0] and abs(len(name) - len(word)) < 2]
    near = {name for name in alike if _one_edit(word, name)}
    if len(near) != 1 or zipf_frequency(surface, "fr") >= _RARE:
        return None
    return _matcher().entries[b" " + near.pop()][0]


@cache
def _long_names() -> list[bytes]:
    rows = [(key[1:], candidates[0]) for key, candidates in _matcher().entries.items() if len(key) > 7]
    return [name for name, first in rows if b" " not in name and (first.type, first.form) == ("country", "name")]


def _one_edit(one: bytes, other: bytes) -> bool:
    """Whether a letter changed, came in, fell out, or two neighbours changed places."""
    while one[:1] == other[:1] and one:
        one, other = one[1:], other[1:]
    while one[-1:] == other[-1:] and one:
        one, other = one[:-1], other[:-1]
    return max(len(one), len(other)) < 2 or (len(one) == 2 and one == other[::-1])


def _redefined(article: ArticleText, found: list, meanings: dict[str, Entry | None]) -> list:
    """Give the article's own acronyms their meaning: those that mean something else go, those it defines come."""
    found = [(part, hit) for part, hit in found if hit.entry.form != "acronym" or hit.entry.surface not in meanings]
    for part in article.parts:
        text = article.text[part.start : part.end]
        for match in _ACRONYM.finditer(text):
            if entry := meanings.get(match[0]):
                found.append((part, Hit(*match.span(), entry)))
    return found


def _settled(entry: Entry, named: set[str]) -> Entry | None:
    """Return the entry, or the one the rest of the article speaks of (`congolais`); None if it must but does not."""
    if entry.rule not in _SHARED or entry.entity_id in named:
        return entry
    for other in _matcher().entries[b" " + fold(entry.surface)]:
        if other.rule == "context" and other.entity_id in named:
            return other
    return entry if entry.rule == "owner" else None


def _mentions(article: ArticleText) -> Iterator[dict]:
    found: list[tuple[Part, Hit]] = []
    meanings: dict[str, Entry | None] = {}
    for part in article.parts:
        text = article.text[part.start : part.end]
        folded = _padded(text)
        everything = _hits(text, folded)
        hits = list(_mentioned(text, folded, everything))
        if part.section == "body" and (dateline := _DATELINE.match(text)):
            hits = [hit._replace(role="dateline") if hit.end <= dateline.end() else hit for hit in hits]
        if "(" in text:
            defined, repeated = _definitions(text, hits)
            meanings |= defined
            hits = [hit for hit in hits if hit.start not in repeated]
        found += ((part, hit) for hit in [*hits, *_misspelt(text, everything)])
    if meanings:
        found = _redefined(article, found, meanings)
    named = {hit.entry.entity_id for _, hit in found if hit.entry.rule not in _SHARED}
    for part, hit in sorted(found, key=lambda item: (item[0].start, item[1].start)):
        if entry := _settled(hit.entry, named):
            place = article.place(part.start + hit.start, part.start + hit.end)
            what = {"entity_id": entry.entity_id, "name": entry.name, "type": entry.type, "country": entry.country}
            yield {"section": part.section, **place, **what, "side": entry.side, "form": entry.form, "role": hit.role}


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
        (`chinoises`) and acronyms apart. ``role`` says why a mention should not count as a partner: ``apposition``
        (`Hong Kong (Chine)`), ``institution`` (`Bourse de New York`), ``currency`` (`dollars américains`) or
        ``dateline``. Vietnam itself, regions (`Asie du Sud-Est`), companies and newspapers are no mentions; a name and
        its acronym in brackets are one.

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
