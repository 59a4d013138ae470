"""Find who is named: countries, localities, organisations and agreements, and what makes a name no partner.

What `helpers.matching` finds is read in its place: an institution's name, a currency, an apposition or a dateline is no
partner; an article's own acronyms mean what it says; a country's name with one letter wrong is still that country's.
"""

import csv
import re
from collections.abc import Iterator
from functools import cache, lru_cache

import pandas as pd

from helpers.matching import (
    BROKEN,
    PLACES,
    SHARED,
    WORD,
    Entry,
    Hit,
    any_of,
    called,
    candidates,
    find_hits,
    fold,
    key_of,
    rows_by_key,
    words_of,
)
from helpers.offsets import ArticleText, article_texts
from helpers.paths import DATA
from helpers.spacing import log_share
from helpers.tables import TABLES, frame

_FOREIGN = [(kind, "partner") for kind in PLACES]
_SMALL = frozenset(b"a au aux d de des du en et l la le les pour sur".split())
_SAYING = frozenset(["a", "ont", "est", "sont", "que", "qui", "lors"])
_DATELINE = re.compile(r"\s*[^()\n]{2,60}\((?:[A-Z]{2,6}/)?(?:VNA|AVI|CPV|VOV|NDEL|CVN|VNS)\)")
_BRACKET = re.compile(r"[ \u00a0]?\((?!VNA\))([A-Z][\w–&/+-]{1,11})\)")
_WITHIN = re.compile(r"[ \u00a0]?\((?:aux? |en )?|, ")
_ACRONYM = re.compile(r"(?<![\w(])[A-Z]\w{1,11}(?!\w)")
_LONG_WORD = re.compile(r"[A-ZÀ-Ý](?<=[ '’–-].)[a-zà-ÿ]{6,30}(?!\w)")
_RARE = -7.0  # decadic logarithm of the share of all words: below it, no word of the language
# Between an institution's first words and the name in them: `Bourse de New York`, `Agence spatiale japonaise`.
_LINKING = re.compile(
    r"(?: (?!(?:a|ont|est|et|à|au|aux|en|pour|avec|par|sur|dans|que|qui|se|le|la|les|un|une) )[a-zà-ÿœ]{1,20}){0,3}"
    r"(?: (?:d[eu]s?|de la|de l[’']|d[’'])| [A-ZÀ-Ý]\w{1,20}(?:-\w{1,20})? ?[–-])? ?"
)


@cache
def _currencies() -> set[bytes]:
    with (DATA / "numbers" / "currencies.csv").open(encoding="utf-8", newline="") as file:
        return {fold(row["form"]) for row in csv.DictReader(file)}


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
                end = WORD.match(text, end + 1).end()
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
    if noun not in words_of("currency") or not text[at].islower():
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
    return re.compile(rf"(?<![\w-])(?:{any_of('title')})(?!\w)")


def _title(text: str, end: int, name: str) -> int | None:
    """Return where the title before an acronym in brackets begins, if its words are of the name that is known."""
    for head in _titles().finditer(text, max(0, end - 150), end):
        words = text[head.start() : end]
        if not (BROKEN.search(words) or _SAYING & set(words.split())) and _shared(words, name) > 1:
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
    if key_of(surface) in rows_by_key() or word.startswith(b"vietnam"):
        return None
    near = {name for part in _parts(word) for name in _long_names().get(part, ()) if name[0] == word[0]}
    if len(near) != 1 or log_share(surface.lower()) >= _RARE:
        return None
    return candidates(b" " + near.pop() + b" ")[0]


def _parts(word: bytes) -> set[bytes]:
    """Return the word and what is left of it without one letter: a word that shares one is a slip of it."""
    return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}


@cache
def _long_names() -> dict[bytes, list[bytes]]:
    """Return the countries' names of one long word by their `_parts`."""
    parts: dict[bytes, list[bytes]] = {}
    for key, rows in rows_by_key().items():
        if len(key) > 8 and key.count(b" ") == 2 and rows[0][0] == "name" and len(rows[0][2]) == 3:
            for part in _parts(key.strip()):
                parts.setdefault(part, []).append(key.strip())
    return parts


def _settled(folded: bytes, hits: list[Hit]) -> Iterator[Hit]:
    """Yield the hits, those that several entities share (`congolais`) as the one that the article names nearest, the
    one before rather than the next; a lesser city only where its country is named, or `ville de` stands before it."""
    seen: dict[str, list[int]] = {}
    for hit in hits:
        if hit.entry.rule not in SHARED:
            for who in {hit.entry.entity_id, hit.entry.country}:
                seen.setdefault(who, []).append(hit.start)
    for hit in hits:
        start, _, entry, _ = hit
        if entry.rule in SHARED:
            rivals = [rival for rival in candidates(key_of(entry.surface)) if rival.rule in SHARED]
            said = [(at > start, abs(at - start), rival) for rival in rivals for at in seen.get(rival.evidence, ())]
            kind = "unit" if entry.type == "subdivision" else "locality"
            if said:
                hit = hit._replace(entry=min(said, key=lambda place: place[:2])[2])
            elif entry.rule != "owner" and not (
                entry.rule == "country" and called(kind).search(folded, max(0, start - 60), start + 1)
            ):
                continue
        yield hit


def _mentions(article: ArticleText) -> Iterator[tuple]:
    """Yield the rows of an article, without its identifiers."""
    pieces = [article.text[start:end] for _, start, end in article.parts]
    text = "\n\n".join(pieces)
    folded = key_of(text)
    everything = find_hits(text, folded)
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
