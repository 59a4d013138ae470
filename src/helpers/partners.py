"""Find who is named: countries, localities, organisations and agreements, and what makes a name no partner.

The text is folded to one byte a character (accents, case and punctuation gone, positions kept) and searched by one
Aho-Corasick automaton that holds the gazetteer's names and the guards of ``data/partners/guards.csv``: words that
change what a name beside them means. Of all names at a place the longest that fits is taken.
"""

import csv
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import ahocorasick_rs
import numpy as np
import pandas as pd

from helpers.entities import about, names
from helpers.offsets import ArticleText, article_texts
from helpers.paths import DATA
from helpers.spacing import log_share
from helpers.tables import TABLES, frame

NAMES = ("name", "demonym", "acronym")
PLACES = ("country", "subdivision", "city")
_LOCAL = ("subdivision", "city")
_FOREIGN = [(kind, "partner") for kind in PLACES]
_SHARED = ("owner", "context", "country")  # of these rules' entities what else the article names decides
_SPACE, _OTHER_LETTER = 32, 127
_LETTERS = {"đ": "d", "ð": "d", "œ": "o", "æ": "a", "ø": "o", "ł": "l", "ı": "i", "ß": "s", "ə": "e"}
_DASHES = str.maketrans("‐‑‒–—−", "------")
# Written with a capital in the gazetteer, with a small letter by the agency too: `Corée du sud`, `Nations unies`.
_FREE = frozenset(["sud", "nord", "est", "ouest", "uni", "unis", "unies", "ville"])
_SMALL = frozenset(b"a au aux d de des du en et l la le les pour sur".split())
_SAYING = frozenset(["a", "ont", "est", "sont", "que", "qui", "lors"])
_BROKEN = re.compile(r'[,;:()/!?«»"]|\w\w\. |\n\n')  # stands in no name
_MILLIONS = re.compile(r"\b(?:million|milliard)s? d(?:e |[’'])$")
_DATELINE = re.compile(r"\s*[^()\n]{2,60}\((?:[A-Z]{2,6}/)?(?:VNA|AVI|CPV|VOV|NDEL|CVN|VNS)\)")
_BRACKET = re.compile(r"[ \u00a0]?\((?!VNA\))([A-Z][\w–&/+-]{1,11})\)")
_WITHIN = re.compile(r"[ \u00a0]?\((?:aux? |en )?|, ")
_ACRONYM = re.compile(r"(?<![\w(])[A-Z]\w{1,11}(?!\w)")
_WORD = re.compile(r"\w+")
_LONG_WORD = re.compile(r"[A-ZÀ-Ý](?<=[ '’–-].)[a-zà-ÿ]{6,30}(?!\w)")
_RARE = -7.0  # decadic logarithm of the share of all words: below it, no word of the language
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
    preceded: tuple[bytes, ...] = ()
    evidence: str | None = ""  # who the article must name for it, if the rule is one of `_SHARED`


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


def _key(text: str) -> bytes:
    return b" " + fold(text) + b" "


@cache
def guards() -> list[dict[str, str]]:
    """Return the rows of the guards' file, which ``data/partners/README.md`` explains."""
    with (DATA / "partners" / "guards.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _values(guard: str) -> dict[bytes, str]:
    """Return the words of a guard, folded, each with its entity (empty where the guard has none)."""
    rows = [row for row in guards() if row["guard"] == guard]
    return {fold(value): row["entity_id"] for row in rows for value in row["value"].split("|")}


@cache
def _currencies() -> set[bytes]:
    with (DATA / "numbers" / "currencies.csv").open(encoding="utf-8", newline="") as file:
        return {fold(row["form"]) for row in csv.DictReader(file)}


def _any(guard: str) -> str:
    return "|".join(row["value"] for row in guards() if row["guard"] == guard)


@cache
def _titled() -> re.Pattern:
    return re.compile(rf"(?<!\w)(?:{_any('honorific')})\.?[ \u00a0](?:[A-ZÀ-Ý][\w-]{{1,15}} )?$")


@cache
def _spoken() -> re.Pattern:
    verbs, languages = b"|".join(_values("speaking")), b"|".join(_values("language"))
    return re.compile(rb" (?:%b) (?:(?:%b)(?:  | et | ou )){0,3}$" % (verbs, languages))


def _capitals(surface: str) -> tuple[int, ...]:
    words = _WORD.finditer(surface)
    return tuple(w.start() for w in words if w[0][0].isupper() and not (w.start() and w[0].lower() in _FREE))


@cache
def _rows() -> dict[bytes, list[tuple[str, str, str, str]]]:
    """Return what each key may stand for: form or guard, surface, entity and rule of each."""
    rows = [(n.form, n.surface, n.entity_id, n.rule) for n in names() if n.entity_id != "VNM"]
    rows += [(row["guard"], value, row["entity_id"], "") for row in guards() for value in row["value"].split("|")]
    rows = [row for row in rows if row[2] or row[0] in ("stop", "institution")]
    keys: dict[bytes, list] = {}
    folded, end = _key(" ".join(row[1] for row in rows)), 0  # in one go: much the quickest
    for row in rows:
        start, end = end, end + len(row[1]) + 1
        keys.setdefault(folded[start : end + 1], []).append(row)
    return keys


@lru_cache(maxsize=50_000)
def _candidates(key: bytes) -> tuple[Entry, ...]:
    """Return what a key may stand for, the first to try first."""
    rows = _rows().get(key, [])
    shared = any(rule in _SHARED for *_, rule in rows)
    # What a word before must call comes first, then a key's owner, then what the article must name; a guard last.
    rows = sorted(rows, key=lambda r: (r[0] not in NAMES, r[3] in _SHARED, not r[3].startswith(("preceded", "unit"))))
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
def _matcher() -> tuple[Callable, list[bytes]]:
    """Return the automaton's search and the keys that the numbers it gives stand for."""
    engine, kinds = ahocorasick_rs.BytesAhoCorasick, ahocorasick_rs.MatchKind
    automaton = engine(list(_rows()), kinds.Standard, ahocorasick_rs.Implementation.ContiguousNFA)
    return automaton.find_matches_as_indexes, list(_rows())


def _hits(text: str, folded: bytes) -> list[Hit]:
    """Return the names and guards in a text: the longest that fit, none overlapping. (``folded``: `_key` of it.)"""
    find, keys = _matcher()
    places = sorted([(start, 2 - end, number) for number, start, end in find(folded, overlapping=True)])
    hits, reached = [], 0
    for index, (start, end, number) in enumerate(places):
        if start < reached:
            continue
        entry = _fit(text, folded, start, -end, _candidates(keys[number]))
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
            if " " in entry.surface and _BROKEN.search(surface):
                continue
        if entry.preceded and not folded.endswith(entry.preceded, 0, start):
            continue
        if entry.rule == "unit" and not _called("unit").search(folded, max(0, start - 60), start + 1):
            continue
        if not (form in _REFUSED and _REFUSED[form](text, folded, start, end, entry)):
            return entry
    return None


def _is_person(text: str, folded: bytes, start: int, end: int, entry: Entry) -> bool:
    """Whether a place's name is a person's, by what stands beside it."""
    at = folded.rfind(b" ", 0, start)
    word = folded[at + 1 : start]
    capital = bool(word) and text[at].isupper() and text[start - 1] in " \u00a0"
    if capital and word in _values("syllable" if entry.side == "vietnam" else "given"):
        return True
    if (capital or text[start - 2 : start] == ". " or word in _values("honorific")) and _titled().search(
        text, max(0, start - 30), start
    ):
        return True
    if entry.rule not in ("no_person", "country"):
        return entry.type in _LOCAL and entry.side == "partner" and _is_longer(text, folded, start, end)
    return (capital and word not in _values("opening")) or text[end : end + 2].lstrip(" ")[:1].isupper()


def _is_longer(text: str, folded: bytes, start: int, end: int) -> bool:
    """Whether a place's name goes on behind what is known of it: `Tokyo Electron`, `Washington Tan`, `Boulogne-sur`."""
    if text[end : end + 1] == "-":
        return text[end + 1 : end + 2].islower()
    if text[end : end + 1] not in (" ", "\u00a0") or not text[end + 1 : end + 2].isupper() or text[end - 1].isupper():
        return False
    following = folded[end + 2 : folded.find(b" ", end + 2)]
    return following not in _values("following") and not _candidates(b" " + following + b" ")


@cache
def _called(kind: str) -> re.Pattern:
    """Match the words that call a place by its kind, up to its name: `préfecture japonaise d'`, `ville de`."""
    words = b"|".join(_values(kind))
    return re.compile(rb" (?:%b) (?:[a-z]{3,20} )?(?:(?:d|de|des|du|de la|de l) )?$" % words)


def _no_descent(text: str, folded: bytes, start: int, end: int, entry: Entry) -> bool:
    """Whether a demonym is part of a longer word or a person's name, counts people, or names a language."""
    word = folded[folded.rfind(b" ", 0, start) + 1 : start]
    if text[start - 1 : start] == "-":
        return _values("prefix").get(word) == ""
    named = text[end + 1 : end + 2].isupper()
    if not text[start].isupper():
        if folded[start + 1 : end + 1] not in _values("language"):
            return False
        return (word in (b"le", b"du", b"l", b"au") and not named) or bool(
            _spoken().search(folded, max(0, start - 60), start + 1)
        )
    people, following = _values("syllable"), folded[end + 2 : folded.find(b" ", end + 2)]
    if (word in people and word != b"le") or (named and following in people):
        return True
    if entry.type in _LOCAL and text[start - len(word) - 1].isupper() and word not in _values("opening"):
        return True
    if word in (b"de", b"d"):
        return bool(_MILLIONS.search(text, max(0, start - 14), start))
    return word.isdigit() or word in _values("number")


def _no_prefix(text: str, folded: bytes, start: int, end: int, _: Entry) -> bool:
    """Whether no demonym follows (`indo-pacifique`), as it does in `sino-américain` and `sino-vietnamien`."""
    following = folded[end + 1 : folded.find(b" ", end + 2) + 1]
    known = any(entry.form == "demonym" for entry in _candidates(following))
    return text[end : end + 1] != "-" or not (known or following.startswith(b" vietnam"))


_REFUSED = {"name": _is_person, "demonym": _no_descent, "prefix": _no_prefix}


def _mentioned(text: str, folded: bytes, hits: list[Hit]) -> Iterator[Hit]:
    """Yield the mentions among the hits, each with its role, compounds joined (`lao-vietnamien`)."""
    before, head = None, -99
    for hit in hits:
        start, end, entry, _ = hit
        form = entry.form
        if form in ("institution", "stop"):
            head = end if form == "institution" else head
            continue
        role, opening = None, None
        if text[end : end + 1] == ")" and before and start - before.end < 7:
            opening = _WITHIN.fullmatch(text, before.end, start)
            if opening and opening[0] != ", " and before.entry.entity_id == entry.entity_id:
                continue  # a name again, in brackets: `ASEAN (Association des nations d'Asie du Sud-Est)`
        if entry.side == "partner":
            if start - head < 80 and _LINKING.fullmatch(text, head, start):
                role = "institution"
            elif form != "acronym" and _is_money(text, folded, start, end, entry):
                role = "currency"
            elif opening and entry.type == "country" and (before.entry.type, before.entry.side) in _FOREIGN:
                role = "apposition" if "(" in text[max(0, before.start - 40) : start] else None
        if form in ("demonym", "prefix"):
            entry = entry._replace(form="demonym") if form == "prefix" else entry
            if text[end : end + 8].lower() == "-vietnam":
                end = _WORD.match(text, end + 1).end()
            elif text[max(0, start - 9) : start].lower() == "vietnamo-":
                start -= 9
            hit = Hit(start, end, entry)
        before = hit._replace(role=role) if role else hit
        yield before


def _is_money(text: str, folded: bytes, start: int, end: int, entry: Entry) -> bool:
    """Whether it is a currency's: `dollars canadiens`, `dollars de Hong Kong`, but not `dollars du Luxembourg`."""
    of = entry.form == "name"
    if of and text[start - 4 : start] != " de ":
        return False
    stop = start - 3 * of
    at = folded.rfind(b" ", 0, stop)
    noun = folded[at + 1 : stop]
    if noun not in _values("currency") or not text[at].islower():
        return False
    return not of or noun.removesuffix(b"s") + folded[stop : end + 1] in _currencies()


def _spells(words: str, acronym: str) -> bool:
    """Whether an acronym is the first letters of the last words: `Banque asiatique de développement`, `BAD`."""
    letters = "".join(chr(word[0]) for word in fold(words).split() if word not in _SMALL)
    return letters.endswith(acronym.lower())


def _definitions(text: str, hits: list[Hit]) -> tuple[dict[str, Entry | None], set[int], list[Hit]]:
    """Return what `Long Name (ABC)` makes of ``ABC`` in this text (None: something unknown), where the acronyms in
    brackets stand that only repeat the name before them, and the long names that the acronym makes known."""
    ending, beginning = {hit.end: hit for hit in hits}, {hit.start: hit for hit in hits}
    meanings, repeated, titles = {}, set(), []
    for bracket in _BRACKET.finditer(text):
        acronym, at = bracket[1], bracket.start(1)
        long, known = ending.get(bracket.start()), beginning.get(at)
        words = text[max(0, bracket.start() - 120) : bracket.start()]
        same = known is None or known.entry.type in PLACES or (long and long.entry.entity_id == known.entry.entity_id)
        title = None if same else _title(text, bracket.start(), known.entry.name)
        if known and long and long.role == "institution":
            repeated.add(at)
        elif title is not None and (long is None or title < long.start):
            titles.append(Hit(title, bracket.start(), known.entry._replace(form="name")))
            repeated.add(at)
        elif long is None and not same and _spells(words, acronym):
            if _shared(words, known.entry.name) < 2:
                meanings[acronym] = None
        elif long and long.entry.form == "name" and _spells(long.entry.surface, acronym):
            meanings[acronym] = long.entry._replace(form="acronym", surface=acronym, rule="")
    return meanings, repeated, titles


def _shared(words: str, name: str) -> int:
    """Return how many words that matter two names share, by their first five letters."""
    one, other = ({word[:5] for word in fold(text).split()} for text in (words, name))
    return len((one & other) - _SMALL)


@cache
def _titles() -> re.Pattern:
    """Match the first word of an agreement's or a body's name."""
    return re.compile(rf"(?<![\w-])(?:{_any('title')})(?!\w)")


def _title(text: str, end: int, name: str) -> int | None:
    """Return where the title before an acronym in brackets begins, if its words are of the name that is known."""
    for head in _titles().finditer(text, max(0, end - 150), end):
        words = text[head.start() : end]
        if not (_BROKEN.search(words) or _SAYING & set(words.split())) and _shared(words, name) > 1:
            return head.start()
    return None


def _redefined(text: str, hits: list[Hit]) -> list[Hit]:
    """Give the article's own acronyms their meaning: those that mean something else go, those it defines come."""
    meanings, repeated, titles = _definitions(text, hits)
    within = {at for title in titles for at in range(title.start, title.end)}
    hits = [hit for hit in hits if hit.start not in repeated and hit.start not in within] + titles
    if meanings:
        hits = [hit for hit in hits if hit.entry.form != "acronym" or hit.entry.surface not in meanings]
        said = ((match, meanings.get(match[0])) for match in _ACRONYM.finditer(text))
        hits += [Hit(*match.span(), entry) for match, entry in said if entry]
    return hits


def _misspelt(text: str, hits: list[Hit]) -> Iterator[Hit]:
    """Yield the country names with one letter wrong (`Cambdoge`): words that nothing else explains."""
    for match in _LONG_WORD.finditer(text):
        start, end = match.span()
        if (entry := _nearly(match[0])) and not any(hit.start < end and hit.end > start for hit in hits):
            yield Hit(start, end, entry)


@lru_cache(maxsize=20_000)
def _nearly(surface: str) -> Entry | None:
    word = fold(surface)
    if _key(surface) in _rows() or word.startswith(b"vietnam"):
        return None
    near = {name for part in _parts(word) for name in _long_names().get(part, ()) if name[0] == word[0]}
    if len(near) != 1 or log_share(surface.lower()) >= _RARE:
        return None
    return _candidates(b" " + near.pop() + b" ")[0]


def _parts(word: bytes) -> set[bytes]:
    """Return the word and what is left of it without one letter: a word that shares one is a slip of it."""
    return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}


@cache
def _long_names() -> dict[bytes, list[bytes]]:
    """Return the countries' names of one long word by their `_parts`."""
    parts: dict[bytes, list[bytes]] = {}
    for key, rows in _rows().items():
        if len(key) > 8 and key.count(b" ") == 2 and rows[0][0] == "name" and len(rows[0][2]) == 3:
            for part in _parts(key.strip()):
                parts.setdefault(part, []).append(key.strip())
    return parts


def _settled(folded: bytes, hits: list[Hit]) -> Iterator[Hit]:
    """Yield the hits, those that several entities share (`congolais`) as the one that the article names nearest, the
    one before rather than the next; a lesser city only where its country is named, or `ville de` stands before it."""
    seen: dict[str, list[int]] = {}
    for hit in hits:
        if hit.entry.rule not in _SHARED:
            for who in {hit.entry.entity_id, hit.entry.country}:
                seen.setdefault(who, []).append(hit.start)
    for hit in hits:
        start, _, entry, _ = hit
        if entry.rule in _SHARED:
            rivals = [rival for rival in _candidates(_key(entry.surface)) if rival.rule in _SHARED]
            said = [(at > start, abs(at - start), rival) for rival in rivals for at in seen.get(rival.evidence, ())]
            kind = "unit" if entry.type == "subdivision" else "locality"
            if said:
                hit = hit._replace(entry=min(said, key=lambda place: place[:2])[2])
            elif entry.rule != "owner" and not (
                entry.rule == "country" and _called(kind).search(folded, max(0, start - 60), start + 1)
            ):
                continue
        yield hit


def _mentions(article: ArticleText) -> Iterator[tuple]:
    """Yield the rows of an article, without its identifiers."""
    pieces = [article.text[start:end] for _, start, end in article.parts]
    text = "\n\n".join(pieces)
    folded = _key(text)
    everything = _hits(text, folded)
    hits = list(_mentioned(text, folded, everything))
    if "(" in text:
        hits = _redefined(text, hits)
    hits = _settled(folded, sorted([*hits, *_misspelt(text, everything)]))
    first, hit = 0, next(hits, None)
    for (section, start, _), piece in zip(article.parts, pieces, strict=True):
        dateline = _DATELINE.match(piece) if section == "body" else None
        dated, last = first + dateline.end() if dateline else -1, first + len(piece)
        while hit and hit.start < last:
            entry, shift = hit.entry, start - first
            where = article.place(hit.start + shift, hit.end + shift).values()
            role = "dateline" if hit.end <= dated else hit.role
            yield section, *where, *entry[3:8], entry.form, role
            hit = next(hits, None)
        first = last + 2


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
    rows = [
        (f"{article.article_id}/m{number}", article.article_id, *row)
        for article in article_texts(articles)
        for number, row in enumerate(_mentions(article), 1)
    ]
    return frame("mentions", pd.DataFrame(rows, columns=list(TABLES["mentions"])))
