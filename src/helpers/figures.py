"""Find the figures of an article: number, scale and what is counted, from the first digit to the head noun.

`find_figures` reads a stretch of text: `helpers.numbers` gives the numbers; behind each stands its measure (percent,
currency, unit with compounds) or its noun, read by anchored patterns from ``data/numbers``; neighbours make ranges and
lists that share a scale or a unit. What is no figure stays out because nothing is counted: years, names, articles of law.
`extract_figures` adds who, with whom, which way and when (`helpers.meaning`).
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cache

import pandas as pd
import simplemma

from helpers.dates import find_periods
from helpers.gazetteer import names
from helpers.meaning import Named, Sentence, annotate, subject_of
from helpers.numbers import BLANK, ORDINAL, Number, alternatives, find_numbers, fold, ordinal_value, table
from helpers.offsets import Alignment, ArticleText, article_texts
from helpers.partners import find_partners
from helpers.sentences import sentence_spans
from helpers.tables import frame


@dataclass(slots=True)
class Figure:
    """A figure in ``text[start:end]``; the fields are those of **figures**, and ``tail`` is where its number ends.

    ``low`` and ``high`` are magnitudes in base units: the sign of a fall that only a verb tells comes with the meaning.
    """

    start: int
    end: int
    kind: str
    low: float
    high: float
    unit: str
    approximate: bool = False
    elided: bool = False
    implied: bool = False
    partner: str | None = None


@dataclass(slots=True)
class Counted:
    """What stands behind a number: ``end``, kind, unit, the factor to the base unit, and whether bare `dollars`."""

    end: int
    kind: str
    unit: str
    factor: float = 1.0
    implied: bool = False
    partner: str | None = None


# --- measures: percent, currencies, units ----------------------------------------------------------------------------
_MEASURES: dict[str, Counted] = {
    fold(row["form"]): Counted(0, row["kind"], row["symbol"], float(row["factor"])) for row in table("units")
} | {fold(row["form"]): Counted(0, "money", row["code"], 1.0, bool(row["implied"])) for row in table("currencies")}
_FORMS = [row["form"] for row in (*table("units"), *table("currencies"))]
_PER = alternatives(row["form"] for row in table("units") if row["kind"] == "quantity" and row["form"] != "fois")
_MEASURE = re.compile(rf"[^\S\n]?(?:d(?:e{BLANK}|['’]))?(?P<measure>{alternatives(_FORMS)})")
_UNIT_PRICE = re.compile(rf"(?:{BLANK}?/{BLANK}?|{BLANK}(?:par|la|le|les|l['’]|à{BLANK}la){BLANK}?)(?P<measure>{_PER})")
_PREFIX = re.compile(rf"(?<!\w)(?P<measure>US\$|HK\$|A\$|C\$|S\$|NT\$|[$€£¥₫₩]|USD|EUR|VND|JPY|CNY){BLANK}?$")
_MULTIPLIER = re.compile(
    rf"{BLANK}(?:plus|moins|supérieure?s?|inférieure?s?|l[ae]s?|l['’]|celles?|ceux|celui|de{BLANK}plus|s[ao]n?|ce{BLANK}qu)(?!\w)"
)


# --- counted nouns ---------------------------------------------------------------------------------------------------
def _role(role: str) -> frozenset[str]:
    return frozenset(row["form"] for row in table("nouns") if row["role"] == role)


_STOP, _FIXED, _AFTER, _AMOUNT = _role("stop"), _role("fixed"), _role("after"), _role("amount")
_BEFORE = _role("before")
_WORD = r"[^\W\d_]+(?:-[^\W\d_]+){0,3}"
_NEXT_WORD = re.compile(rf"{BLANK}({_WORD})(?!['’])")
_OF = re.compile(rf"{BLANK}d(?:e(?={BLANK})|['’](?=\w))")
_AFTER_OF = re.compile(rf"{BLANK}?({_WORD})(?!['’])")
_AND = re.compile(rf"{BLANK}et(?={BLANK})")
_COMPOUND = re.compile(alternatives(_role("compound")))
_ADJECTIVE = re.compile(r"\w{2,}(?:aux|ales?|al|iques?|elles?|els?|aires?|ifs?|ives?)$")


@cache
def demonyms() -> dict[str, str]:
    """Return the country of each demonym of the gazetteer (`chinoises`: CHN), Vietnam's own too."""
    return {name.surface.lower(): name.entity_id for name in names() if name.form == "demonym"}


def singular(word: str) -> str:
    """Return the singular of a plural by its ending, for what no dictionary of lemmas settles.

    Examples
    --------
    >>> singular("médicaux"), singular("industrielles"), singular("nouveaux")
    ('médical', 'industrielle', 'nouveau')
    """
    if word.endswith("eaux"):
        return word[:-1]
    if word.endswith("aux"):
        return word[:-3] + "al"
    return word[:-1] if word.endswith("s") and word not in _FIXED else word


@cache
def lemma(noun: str) -> str:
    """Return the singular of a counted noun: its lemma, unless that is the verb it looks like (`téléphones`).

    Examples
    --------
    >>> lemma("travaux"), lemma("téléphones"), lemma("pays"), lemma("Chinois")
    ('travail', 'téléphone', 'pays', 'Chinois')
    """
    if noun in _FIXED:
        return singular(noun) if noun.startswith(("É", "E")) else noun
    found = simplemma.lemmatize(noun.lower(), "fr")
    if found.endswith(("er", "ir", "re")) and not noun.lower().startswith(found):
        found = singular(noun.lower())
    return found.capitalize() if noun[0].isupper() else found

def _plural(word: str) -> bool:
    return word.endswith(("s", "x", "z")) or word in _FIXED


def _is_noun(word: str, one: bool) -> bool:
    """Whether a word can be what a number counts: a plural (after 1 a singular) that is no function word or participle."""
    small = word.lower()
    if small in _STOP or small in _BEFORE or len(word) < 2:
        return False
    if word[0].isupper() and word not in _FIXED:
        return small in demonyms()
    if one:
        return len(word) > 3 and simplemma.is_known(small, "fr") and lemma(word) == small
    return _plural(word)


def _adjectives(text: str, end: int) -> tuple[int, list[str], str | None]:
    """Return where the adjectives behind a noun end, the classifying ones, and the country that one of them names."""
    classes, country = [], None
    for _ in range(3):
        match = _NEXT_WORD.match(text, end)
        word = match[1] if match else ""
        if word in demonyms():
            country = country or demonyms()[word]
        elif word in _AFTER or (word not in _STOP and _ADJECTIVE.match(word)):
            classes.append(singular(word))
        else:
            break
        end = match.end()
    return end, classes, country


def _noun_phrase(text: str, number: Number) -> Counted | None:
    """Return the noun behind a number with its adjectives and terms (`protocoles d'entente et accords de coopération`)."""
    of = _OF.match(text, number.end) if number.scale != 1 else None
    match = (_AFTER_OF if of else _NEXT_WORD).match(text, of.end() if of else number.end)
    for _ in range(3):
        if match and match[1].lower() in _BEFORE:
            match = _NEXT_WORD.match(text, match.end())
    one = abs(number.value) < 2 and number.form != "words"
    if not match or not _is_noun(match[1], one) or (of and match[1].lower() in _AMOUNT):
        return None
    if (measure := _MEASURES.get(fold(match[1]))) and measure.kind == "time":
        return Counted(match.end(), "time", "")
    end, noun, country = match.end(), match[1], None
    if noun[0].isupper() and noun.lower() in demonyms():
        return Counted(end, "count", lemma(noun), 1.0, False, demonyms()[noun.lower()])
    start = match.start(1)
    unit = ""
    for _ in range(2):  # the noun, and one that `et` puts beside it under the same number: the last names them all
        compound = _COMPOUND.match(text, start)
        end = max(end, compound.end()) if compound else end
        end, classes, named = _adjectives(text, end)
        unit, country = " ".join([lemma(noun), *classes]), country or named
        et = _AND.match(text, end)
        other = _NEXT_WORD.match(text, et.end()) if et else None
        if not other or not _is_noun(other[1], False) or other[1] in demonyms() or _ADJECTIVE.match(other[1]):
            break
        if other[1] in _AFTER or _MEASURES.get(fold(other[1])):
            break
        end, noun, start = other.end(), other[1], other.start(1)
    return Counted(end, "count", unit, 1.0, False, country)

_DIVIDED = re.compile(rf"(?P<verb>multipli|divis)\w{{1,6}}(?:{BLANK}(?:en{BLANK}moyenne|presque|environ))?{BLANK}par{BLANK}$")


def _counted(text: str, number: Number) -> Counted | None:
    """Return what stands behind (or, for a currency sign, before) a number; None where nothing is counted."""
    if match := _MEASURE.match(text, number.end):
        measure = _MEASURES[fold(match["measure"])]
        if measure.unit == "fois" and not _MULTIPLIER.match(text, match.end()) and number.form == "words":
            return None
        end, unit, factor = match.end(), measure.unit, measure.factor
        if measure.kind in ("money", "quantity") and (per := _UNIT_PRICE.match(text, end)):
            other = _MEASURES[fold(per["measure"])]
            end, unit, factor = per.end(), f"{unit}/{other.unit}", factor / other.factor
        return Counted(end, measure.kind, unit, factor, measure.implied)
    if number.start and (match := _PREFIX.search(text, max(0, number.start - 5), number.start)):
        return replace(_MEASURES[fold(match["measure"])], end=number.end)
    if by := _DIVIDED.search(text, max(0, number.start - 30), number.start):
        return Counted(number.end, "quantity", "fois" if by["verb"] == "multipli" else "1/fois")
    if number.form == "words" and number.value <= 2 and number.scale == 1:
        return None
    return _noun_phrase(text, number)


# --- ranks -----------------------------------------------------------------------------------------------------------
_RANKED = alternatives(_role("ranked"))
_RANK = re.compile(
    rf"(?P<ordinal>{ORDINAL})(?:{BLANK}(?:(?i:(?P<noun>rang|place|position)(?!\w){BLANK}?(?!desquel|de{BLANK}l['’]ordre))"
    rf"|(?:plus{BLANK}(?:grande?|gros|important){BLANK}|principale?{BLANK})?(?P<ranked>{_RANKED})))?"
)
_CLASSED = re.compile(rf"(?i:class\w{{1,5}}|rang|place|pass\w{{1,4}})(?:{BLANK}(?:au|à{BLANK}la|le|la|en))?{BLANK}$")


def _ranks(text: str, start: int, end: int) -> list[Figure]:
    """Return the ranks: `4e rang`, `première place`, `troisième exportateur`, `classé 124ème`."""
    ranks = []
    for match in _RANK.finditer(text, start, end):
        value = float(ordinal_value(match["ordinal"]))
        if match["noun"] or match["ranked"]:
            unit = match["noun"].lower() if match["noun"] else "rang"
            ranks.append(Figure(match.start(), match.end("noun" if match["noun"] else "ranked"), "rank", value, value, unit))
        elif match["ordinal"][0].isdigit() and _CLASSED.search(text, max(0, match.start() - 30), match.start()):
            ranks.append(Figure(*match.span("ordinal"), "rank", value, value, "rang"))
    return ranks


# --- neighbours: ranges, lists, ellipses -------------------------------------------------------------------------------
_TO = re.compile(rf"{BLANK}?[-–—]{BLANK}?|{BLANK}(?:à|ou){BLANK}|(?P<and>{BLANK}et{BLANK})")
_BETWEEN = re.compile(rf"(?i:\bentre){BLANK}$")
# `passer de 3 à 5 milliards` is two levels, `une hausse de 5 à 7%` is a range.
_FROM = re.compile(
    rf"(?i:\b(?:pass|ramen|port|grimp|bondi|tomb|évolu|chut|recul|relev|abaiss|augment|progress|rédui|mont|descen|rédui)"
    rf"\w{{0,8}})(?:{BLANK}[\w'’]{{1,15}}){{0,3}}{BLANK}d(?:e{BLANK}|['’])$"
)
_LIST = re.compile(rf"(?:,{BLANK}?(?:et{BLANK})?|{BLANK}(?:et|ou|à|contre|puis){BLANK}|;{BLANK}?)")
_ALONE = re.compile(rf"\({BLANK}?$")
_CLOSED = re.compile(rf"{BLANK}?[);,]")
_SAME = re.compile(rf"\b(?:dont|contre|au{BLANK}lieu{BLANK}d(?:e|['’])){BLANK}(?:\w{{2,14}}{BLANK}d(?:e{BLANK}|['’]))?$")
_APPROXIMATORS = {
    place: "|".join(
        row["form"].removesuffix(" de").removesuffix(" à").replace(" ", BLANK)
        for row in sorted(table("approximators"), key=lambda row: -len(row["form"]))
        if row["place"] == place
    )
    for place in ("before", "verb", "after")
}
_APPROXIMATE_BEFORE = re.compile(
    rf"(?i:\b(?:{_APPROXIMATORS['before']})(?:{BLANK}(?:des?|les|à|aux|d['’]environ|d['’]))?{BLANK}?$)"
)
_APPROXIMATE_VERB = re.compile(
    rf"(?i:\b(?:{_APPROXIMATORS['verb']}))[a-zé]{{0,6}}(?:{BLANK}(?!objectif|plan)[\w'’]{{1,12}}){{0,4}}{BLANK}$"
)
_APPROXIMATE_AFTER = re.compile(
    rf"{BLANK}(?:{_APPROXIMATORS['after']})(?!\w)"
)
_REACHED = re.compile(
    rf"\b(?:attei\w{{1,8}}|dépass\w{{1,5}}|totalis\w{{1,5}}|compt\w{{1,5}}|s['’]él[èe]\w{{1,6}}{BLANK}à|s['’]établi\w{{1,7}}{BLANK}à|"
    rf"avoisin\w{{1,5}}|franchi\w{{0,6}}|chiffr\w{{1,5}}{BLANK}à)(?:{BLANK}[\w'’]{{1,14}}){{0,4}}{BLANK}$"
)
_SUBJECT = re.compile(rf"(?i:\b(?P<of>nombre{BLANK}d(?:e(?:s{BLANK})?|['’]){BLANK}?)|\b(?:l|d|c)es{BLANK})(?P<noun>{_WORD})")


@dataclass(slots=True)
class _Entry:
    """A number (or, from ``first``, a range of two) on its way to a figure."""

    number: Number
    counted: Counted | None
    first: Number | None = None
    elided: bool = False
    scale: float = 1.0

    @property
    def start(self) -> int:
        return (self.first or self.number).start

    @property
    def end(self) -> int:
        return max(self.counted.end, self.number.end) if self.counted else self.number.end


def _range(text: str, one: _Entry, two: _Entry) -> _Entry | None:
    """Return two neighbours as one range: `25 à 26 millions`, `entre 4 et 4,2 milliards`, `30% à 88%`."""
    joint = _TO.fullmatch(text, one.end, two.start)
    if not joint or one.first or not (two.counted or two.number.scale > 1) or two.number.signed:
        return None
    if one.counted and (not two.counted or one.counted.unit != two.counted.unit):
        return None
    before = text[max(0, one.start - 60) : one.start]
    if joint["and"] and not _BETWEEN.search(before) or "à" in joint[0] and _FROM.search(before):
        return None
    shared = two.number.scale if one.number.scale == 1 and not one.counted else one.number.scale
    low = one.number._replace(scale=shared)
    return _Entry(two.number, two.counted, low) if low.value < two.number.value else None


def _share(text: str, entries: list[_Entry]) -> None:
    """Give bare numbers the scale and unit of a neighbour, or the noun of the sentence's subject.

    `3,01, 1,42 et 1,03 milliard` (from the right), `302 millions de dollars (…), les claviers (187)` and `1,8 milliard`
    after a full amount (from the left), `les visiteurs ont dépassé 253.400` (from the subject).
    """
    for one, two in zip(entries[-2::-1], entries[:0:-1], strict=True):
        if not one.counted and two.counted and _LIST.fullmatch(text, one.end, two.start):
            one.counted, one.elided = replace(two.counted, end=one.number.end), True
            if one.number.scale == 1:
                one.number = one.number._replace(scale=(two.first or two.number).scale)
    for position, entry in enumerate(entries):
        before = text[max(0, entry.start - 60) : entry.start]
        if entry.counted:
            continue
        last = next((e for e in entries[max(0, position - 8) : position][::-1] if e.counted), None)
        near = last is not None and entry.start - last.end < 300 and not _STOPPED.search(text, last.end, entry.start)
        alone = _ALONE.search(before) and _CLOSED.match(text, entry.end)
        if near and (entry.number.scale >= 1e6 or _SAME.search(before) or (alone and last.number.scale > 1)):
            entry.counted, entry.elided = replace(last.counted, end=entry.number.end), True
            if alone and entry.number.scale == 1:
                entry.number = entry.number._replace(scale=last.number.scale)
        elif entry.number.form == "digits" and entry.number.value >= 1000 and (verb := _REACHED.search(before)):
            subject = _subject(text, entry.start - len(before) + verb.start())
            if subject:
                entry.counted, entry.elided = Counted(entry.number.end, "count", subject), True


_STOPPED = re.compile(r"[.!?]\s|\n")


def _subject(text: str, verb: int) -> str | None:
    """Return what the subject of the verb counts: the noun of `nombre de …`, else of the plural nearest to the verb."""
    window = text[max(0, verb - 150) : verb]
    window = window[max((match.end() for match in _STOPPED.finditer(window)), default=0) :]
    nouns = [match for match in _SUBJECT.finditer(window) if _is_noun(match["noun"], False) and match["noun"].islower()]
    best = next((match for match in nouns if match["of"]), nouns[-1] if nouns else None)
    return lemma(best["noun"]) if best else None


def _approximate(text: str, entry: _Entry) -> bool:
    before = text[max(0, entry.start - 60) : entry.start]
    return bool(
        entry.number.approximate
        or _APPROXIMATE_BEFORE.search(before)
        or _APPROXIMATE_VERB.search(before)
        or _APPROXIMATE_AFTER.match(text, entry.end)
    )


def _figure(text: str, entry: _Entry) -> Figure:
    counted = entry.counted
    values = [(number.value, number) for number in (entry.first or entry.number, entry.number)]
    factor, unit = counted.factor, counted.unit
    low, high = (float(f"{value * factor:.12g}") for value, _ in values)
    if unit == "1/fois":
        low, high, unit = round(1 / high, 4), round(1 / low, 4), "fois"
    if counted.kind == "count" and re.fullmatch(r"\d{1,3},000", text[entry.number.start : entry.number.end]):
        low, high = low * 1000, high * 1000
    approximate, start = _approximate(text, entry), entry.start
    if counted.kind == "money" and counted.end == entry.number.end and not entry.elided:
        prefix = _PREFIX.search(text, max(0, start - 5), start)
        start = prefix.start() if prefix else start
    return Figure(start, entry.end, counted.kind, low, high, unit, approximate, entry.elided,
                  counted.kind == "money" and (counted.implied or entry.elided), counted.partner)


def find_figures(text: str, start: int = 0, end: int | None = None, times=()) -> list[Figure]:
    """Return the figures of ``text[start:end]`` in order.

    Parameters
    ----------
    text : str
    start, end : int, optional
    times : iterable of (int, int)
        Spans of dates, periods and durations, in order: a bare number in one is no figure.

    Examples
    --------
    >>> figures = find_figures("Entre 4 et 4,2 milliards de dollars, soit 80 à 85% de six provinces.")
    >>> [(figure.low, figure.high, figure.unit) for figure in figures]
    [(4000000000.0, 4200000000.0, 'USD'), (80.0, 85.0, 'percent'), (6.0, 6.0, 'province')]
    """
    end = len(text) if end is None else end
    entries: list[_Entry] = []
    ranks = _ranks(text, start, end)
    taken = sorted([*((rank.start, rank.end) for rank in ranks), *times])
    at = 0
    for number in find_numbers(text, start, end):
        while at < len(taken) and taken[at][1] <= number.start:
            at += 1
        counted = _counted(text, number)
        if at < len(taken) and taken[at][0] <= number.start < taken[at][1] and (not counted or counted.end <= taken[at][1]):
            continue
        glued = text[number.start - 1 : number.start].isalpha() or text[number.end : number.end + 1].isalpha()
        if (counted and counted.kind == "time") or (glued and (not counted or counted.kind == "count")):
            continue
        entry = _Entry(number, counted)
        if entries and (both := _range(text, entries[-1], entry)):
            entries[-1] = both
        else:
            entries.append(entry)
    _share(text, entries)
    found = [_figure(text, entry) for entry in entries if entry.counted]
    return sorted([*found, *ranks], key=lambda figure: figure.start)


# --- the table -------------------------------------------------------------------------------------------------------
def _into_text(alignment: Alignment):
    """Return the function from a place in the source to its place in the repaired text."""
    edits = list(zip(*(iter(alignment.steps[1:]),) * 3, strict=True))
    ends, shifts, shift = [], [], -alignment.origin
    for first, last, length in edits:
        shift += length - (last - first)
        ends.append(last)
        shifts.append(shift)
    return lambda place: place + (shifts[k - 1] if (k := bisect_right(ends, place)) else -alignment.origin)


def _sentences(article: ArticleText, figures: list[Figure], periods: list, mentions: list[Named]) -> list[Sentence]:
    """Return the sentences that hold figures, each with the figures, periods and names in it."""
    spans = [span for part in article.parts for span in sentence_spans(article.text, part.start, part.end)]
    sentences, at = [], 0
    for k, figure in enumerate(figures):
        while at + 1 < len(spans) and spans[at + 1][0] <= figure.start:
            at += 1
        if not sentences or sentences[-1].start != spans[at][0]:
            sentences.append(Sentence(*spans[at], article.text))
        sentences[-1].figures.append(k)
    for items, name in ((periods, "periods"), (mentions, "names")):
        starts = [item.start for item in items]
        for sentence in sentences:
            inside = items[bisect_right(starts, sentence.start - 1) : bisect_right(starts, sentence.end)]
            setattr(sentence, name, inside)
    return sentences


def _rows(article: ArticleText, earliest, latest, mentions: list[tuple]) -> list[dict]:
    """Return the rows of one article."""
    spans = find_periods(article.text, earliest, latest)
    times = [(period.start, period.end) for period in spans]
    figures = [f for part in article.parts for f in find_figures(article.text, part.start, part.end, times)]
    if not figures:
        return []
    place = _into_text(article.alignment)
    names = [Named(place(start), place(end), *rest) for start, end, *rest in mentions]
    titles = [part.start for part in article.parts if part.section == "title"]
    subject = subject_of(names, [article.section_at(name.start) for name in names], titles[0] if titles else 0)
    periods = [period for period in spans if period.kind in ("period", "range")]
    sentences = _sentences(article, figures, periods, names)
    meanings = annotate(sentences, figures, subject)
    texts = [article.text[sentence.start : sentence.end] for sentence in sentences for _ in sentence.figures]
    ids = [f"{article.article_id}/f{number}" for number in range(1, len(figures) + 1)]
    return [
        {
            "figure_id": identifier,
            "article_id": article.article_id,
            "section": article.section_at(figure.start),
            **article.place(figure.start, figure.end),
            "sentence": text,
            "kind": figure.kind,
            **_values(figure, meaning.falls),
            "unit": figure.unit,
            "approximate": figure.approximate,
            "elided": figure.elided,
            "currency_implied": figure.implied,
            "measure": meaning.measure,
            "status": meaning.status,
            "flow": meaning.flow,
            "reporter": meaning.reporter,
            "partner": meaning.partner,
            "period": meaning.period if meaning.period and "X" not in meaning.period else None,
            "product": meaning.product,
            "refers_to": None if meaning.refers_to is None else ids[meaning.refers_to],
        }
        for identifier, figure, meaning, text in zip(ids, figures, meanings, texts, strict=True)
    ]


def _values(figure: Figure, falls: bool) -> dict:
    low, high = figure.low, figure.high
    if falls and low > 0 and figure.unit != "fois":
        low, high = -high, -low
    return {"value": low if low == high else None, "low": low, "high": high}


_MENTION = ["start", "end", "entity_id", "type", "country", "side", "form", "role"]


def extract_figures(articles: pd.DataFrame) -> pd.DataFrame:
    """Return every figure that is said: money, percentages, counts, quantities and ranks, with what they mean.

    Parameters
    ----------
    articles : DataFrame
        **articles**, as `helpers.parse_articles` gives it.

    Returns
    -------
    DataFrame
        **figures** of the data contract, in reading order. ``value``, ``low`` and ``high`` are in the base unit of ``unit``
        (a fall is negative; ``value`` is missing where a range is said); ``start`` and ``end`` count in the document's text.

    Notes
    -----
    The method is a hand-made grammar over tables (``data/numbers``), after the measurements in the issue: no existing
    extractor reads ranges, elided units or the meaning of French trade figures.

    Examples
    --------
    >>> from helpers.articles import parse_articles
    >>> page = "Titre\\n\\nHanoï (VNA) - Les exportations vers le Laos ont atteint 25 à 26 millions de dollars en 2023. -VNA"
    >>> row = extract_figures(parse_articles(frame("documents", [{"doc_id": "a", "text": page}]))).iloc[0]
    >>> row.surface, row.low, row.unit, row.measure, row.flow, row.partner, row.period
    ('25 à 26 millions de dollars', 25000000.0, 'USD', 'level', 'export', 'LAO', '2023')
    """
    mentions = find_partners(articles)
    named: dict[str, list[tuple]] = {}
    values = mentions[_MENTION].astype(object).where(mentions[_MENTION].notna(), None)
    for article_id, *mention in zip(mentions["article_id"], *(values[column] for column in _MENTION), strict=True):
        named.setdefault(article_id, []).append(tuple(mention))
    rows = []
    bounds = zip(articles["published_from"], articles["published_to"], strict=True)
    for article, (earliest, latest) in zip(article_texts(articles), bounds, strict=True):
        rows += _rows(article, earliest, latest, named.get(article.article_id, []))
    return frame("figures", rows)
