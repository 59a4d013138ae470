"""Find the figures of an article: number, scale and what is counted, from the first digit to the head noun.

`find_figures` reads a stretch of text: `helpers.numbers` gives the numbers; behind each stands its measure (percent,
currency, unit with compounds) or its noun, read by anchored patterns from ``data/numbers``; neighbours make ranges and
lists that share a scale or a unit. What is no figure stays out because nothing is counted: years, names, articles of law.
`extract_figures` adds who, with whom, which way and when (`helpers.meaning`).
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

import pandas as pd
from helpers.counted import PREFIX, WORD, Counted, behind, is_noun, lemma, role
from helpers.dates import find_periods
from helpers.meaning import Named, Sentence, annotate, subject_of
from helpers.numbers import BLANK, ORDINAL, Number, alternatives, find_numbers, ordinal_value, table
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


# --- ranks -----------------------------------------------------------------------------------------------------------
_RANKED = alternatives(role("ranked"))
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
    rf"(?i:\b(?:pass|ramen|port|évolu|relev|abaiss)\w{{0,8}}|(?P<change>\b(?:grimp|bondi|tomb|chut|recul|augment|progress"
    rf"|rédui|mont|descen|baiss|hauss)\w{{0,8}}))(?:{BLANK}[\w'’]{{1,15}}){{0,3}}{BLANK}d(?:e{BLANK}|['’])$"
)
_LIST = re.compile(rf"(?:,{BLANK}?(?:et{BLANK})?|{BLANK}(?:et|ou|à|contre|puis){BLANK}|;{BLANK}?)")
_ALONE = re.compile(rf"\({BLANK}?$")
_CLOSED = re.compile(rf"{BLANK}?[);,]")
# `les téléphones 28,3 milliards de dollars, les chaussures 16,5 (-8,7%)`
_NEXT_AMOUNT = re.compile(rf"[,;]{BLANK}(?:et{BLANK})?(?:l(?:e|a|es){BLANK}|l['’])[\w -]{{3,30}}{BLANK}$")
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
_SUBJECT = re.compile(rf"(?i:\b(?P<of>nombre{BLANK}d(?:e(?:s{BLANK})?|['’]){BLANK}?)|\b(?:l|d|c)es{BLANK})(?P<noun>{WORD})")


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
    if joint["and"] and not _BETWEEN.search(before):
        return None
    # `tomber de 30% à 20%` are two levels, `progresser de 6,5 à 7%` is a range.
    if "à" in joint[0] and (pair := _FROM.search(before)):
        if not pair["change"] or one.counted or not two.counted or two.counted.unit != "percent":
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
        scaled = entry.number.scale >= 1e6
        alone = _ALONE.search(before) and _CLOSED.match(text, entry.end)
        amount = scaled or bool(alone)
        last = next(
            (e for e in entries[max(0, position - 8) : position][::-1]
             if e.counted and (not amount or (e.counted.kind != "percent" and e.number.scale > 1))), None)
        near = last is not None and entry.start - last.end < 300 and not _STOPPED.search(text, last.end, entry.start)
        if near and (amount or _SAME.search(before) or _NEXT_AMOUNT.search(before)):
            entry.counted, entry.elided = replace(last.counted, end=entry.number.end), True
            if entry.number.scale == 1 and (amount or not _SAME.search(before)):
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
    nouns = [match for match in _SUBJECT.finditer(window) if is_noun(match["noun"], False) and match["noun"].islower()]
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
    factor, unit, kind = counted.factor, counted.unit, counted.kind
    if unit == "point" and "pourcentage" not in text[entry.start : entry.end]:
        indexed = entry.number.value >= 20 or re.search(r"[Ii]ndex|[Ii]ndice|[Bb]ourse", text[max(0, entry.start - 120) : entry.start])
        kind = "count" if indexed else kind
    low, high = (float(f"{value * factor:.12g}") for value, _ in values)
    if unit == "1/fois":
        low, high, unit = round(1 / high, 4), round(1 / low, 4), "fois"
    if counted.kind == "count" and re.fullmatch(r"\d{1,3},000", text[entry.number.start : entry.number.end]):
        low, high = low * 1000, high * 1000
    approximate, start = _approximate(text, entry), entry.start
    if counted.kind == "money" and counted.end == entry.number.end and not entry.elided:
        prefix = PREFIX.search(text, max(0, start - 5), start)
        start = prefix.start() if prefix else start
    return Figure(start, entry.end, kind, low, high, unit, approximate, entry.elided,
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
        counted = behind(text, number)
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


_DATELINE = re.compile(r"[^.()\n]{2,60}\([A-Z][A-Z/ ,]{1,20}\)\s*[-–—:]*\s*")


def _sentences(article: ArticleText, figures: list[Figure], periods: list, mentions: list[Named]) -> list[Sentence]:
    """Return the sentences that hold figures, each with the figures, periods and names in it."""
    spans = [span for part in article.parts for span in sentence_spans(article.text, part.start, part.end)]
    sentences, at = [], 0
    for k, figure in enumerate(figures):
        while at + 1 < len(spans) and spans[at + 1][0] <= figure.start:
            at += 1
        if not sentences or sentences[-1].start != spans[at][0]:
            dateline = _DATELINE.match(article.text, *spans[at])
            sentences.append(Sentence(*spans[at], article.text, dateline.end() if dateline else spans[at][0]))
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
