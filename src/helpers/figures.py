"""Find the figures of an article: number, scale and what is counted, from the first digit to the head noun.

`find_figures` reads a stretch of text: `helpers.numbers` gives the numbers, `helpers.counted` what stands behind each,
`helpers.ellipses` the ranges and lists that share a scale or a unit. What is no figure stays out because nothing is
counted: years, names, articles of law. `extract_figures` adds who, with whom, which way and when (`helpers.meaning`).
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace

import pandas as pd

from helpers.counted import SHARED, WORD, behind, role
from helpers.cues import PAST, Sentence
from helpers.dates import find_periods
from helpers.discourse import Named, point_back, subject_of
from helpers.ellipses import FORMS, Entry, before_number, range_of, share_units
from helpers.meaning import annotate
from helpers.numbers import BLANK, Number, alternatives, find_numbers
from helpers.offsets import Alignment, ArticleText, article_texts
from helpers.partners import find_partners
from helpers.sentences import sentence_spans
from helpers.tables import frame


@dataclass(slots=True)
class Figure:
    """A figure in ``text[start:end]``, in base units; a fall that only a verb tells is signed by `helpers.meaning`."""

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
    carried: bool = False


_LINKS = ("", " de", " des", " d", " les", " à", " aux")
_ABOUT = tuple(f" {form.removesuffix(' à')}{link} " for form in FORMS["before"] for link in _LINKS)
_ABOUT_VERB = re.compile(rf" (?:{'|'.join(FORMS['verb'])})[a-zé]{{0,6}}(?: (?!objectif|plan|de )\w{{1,12}}){{0,4}} $")
_ABOUT_AFTER = re.compile(rf"{BLANK}(?:{'|'.join(FORMS['after'])})(?!\w)")
_PART = re.compile(rf"{BLANK}(?:quarts?|tiers|cinquièmes|dixièmes|moitiés)(?!\w)")
_CODE = re.compile(r"[^\W\d_]\.")  # `EUR.1`
_DONT = re.compile(
    rf"(?:[^.;\d]{{0,30}}\([+-]?{BLANK}?[\d,]{{1,5}}{BLANK}?%[^()]{{0,20}}\))?[^.;\d]{{0,50}},{BLANK}dont{BLANK}(?:\w{{2,10}}{BLANK}){{0,2}}"
)


def _approximate(text: str, entry: Entry) -> bool:
    before = before_number(text, entry.start)
    if entry.number.approximate or before.endswith(_ABOUT) or _ABOUT_AFTER.match(text, entry.end):
        return True
    return any(stem in before for stem in FORMS["verb"]) and bool(_ABOUT_VERB.search(before))


# --- ranks -----------------------------------------------------------------------------------------------------------
_RANK = re.compile(
    rf"{BLANK}(?:(?i:rang|place|position)(?!\w)(?!{BLANK}(?:desquel|de{BLANK}l['’]ordre))"
    rf"|plus{BLANK}(?:grande?|gros|importante?){BLANK}{WORD}|(?:principale?{BLANK})?(?:{alternatives(role('ranked'))}))"
    rf"|(?={BLANK}(?:au{BLANK}monde|mondiale?)(?!\w))"  # `le huitième au monde`
    rf"|(?={BLANK}(?:des|parmi{BLANK}les){BLANK}(?:\d|{WORD}{BLANK}(?:étrang|investi)))"  # `le 8e des 101 pays`
)
_CLASSED = re.compile(r" (?:class\w{1,5}|rang|place|pass\w{1,4})(?: au| à la| le| la| en)? $")
_AND_RANK = re.compile(rf"{BLANK}(?:à|et|ou|puis){BLANK}(?:l[ae]|au){BLANK}")


def _rank(text: str, number: Number) -> Figure | None:
    """Return the rank that an ordinal begins: `4e rang`, `première place`, `troisième exportateur`, `classé 124ème`."""
    match = _RANK.match(text, number.end)
    placed = match or _CLASSED.search(before_number(text, number.start))
    if text[number.end - 1] == "s" or not placed:  # several are first: `les premiers importateurs`
        return None
    if match or text[number.start].isdigit() or "class" in placed[0]:
        end = match.end() if match else number.end
        return Figure(number.start, end, "rank", number.value, number.value, "rang")
    return None


# --- the figures of a text -------------------------------------------------------------------------------------------
_INDEX = re.compile(r"[Ii]ndex|[Ii]ndice|[Bb]ourse")


def _figure(text: str, entry: Entry) -> Figure:
    """Return the figure of an entry, its values in base units."""
    counted, start, end = entry.counted, entry.start, entry.end
    kind, unit, more = counted.kind, counted.unit, -counted.more if entry.number.numeral < 0 else counted.more
    high = entry.number.value * counted.factor + more
    low = entry.first.value * counted.factor if entry.first else high
    low, high = (float(f"{value:.15g}") for value in (low, high))
    if unit == "1/fois":
        low, high, unit = round(1 / high, 4), round(1 / low, 4), "fois"
    elif unit == "point" and "pourcentage" not in text[start:end]:
        # Points of an index are counted, points of a rate are percents.
        kind = "count" if high >= 20 or _INDEX.search(text, max(0, start - 120), start) else kind
    implied, about = kind == "money" and (counted.implied or entry.elided), _approximate(text, entry)
    return Figure(start, end, kind, low, high, unit, about, entry.elided, implied, counted.partner, entry.carried)


def _part_of_money(text: str, last: Entry, number: Number) -> bool:
    """Whether millions of something are a part of the money before them: `33 millions d'euros, dont 12 millions de
    dons`."""
    money = last.counted and last.counted.kind == "money" and last.number.value >= number.value >= 1e6
    return bool(money and _DONT.fullmatch(text, last.end, number.start))


def find_figures(text: str, start: int = 0, end: int | None = None, times=()) -> list[Figure]:
    """Return the figures of ``text[start:end]`` in order; their positions count in ``text``.

    ``times`` are spans of dates, periods and durations, in order: a bare number in one is no figure.

    Examples
    --------
    >>> figures = find_figures("Entre 4 et 4,2 milliards de dollars, soit 80 à 85% de six provinces.")
    >>> [(figure.low, figure.high, figure.unit) for figure in figures]
    [(4000000000.0, 4200000000.0, 'USD'), (80.0, 85.0, 'percent'), (6.0, 6.0, 'province')]
    """
    return _read(text, find_numbers(text, start, end), times)


def _read(text: str, numbers: list[Number], times) -> list[Figure]:
    """Return the figures that the numbers of one stretch of text make."""
    entries: list[Entry] = []
    ranks, ordinal, times, at = [], None, list(times), 0
    for number in numbers:
        while at < len(times) and times[at][1] <= number.start:
            at += 1
        until = times[at][1] if at < len(times) and times[at][0] <= number.start else 0
        if until == number.end or (entries and number.start < entries[-1].end):  # the second of `3 euros 50`
            continue
        if number.form == "ordinal":
            rank = None if until else _rank(text, number)
            if rank and ordinal and _AND_RANK.fullmatch(text, ordinal.end, number.start):  # `de la 77e à la 67e place`
                ranks.append(replace(rank, start=ordinal.start, end=ordinal.end, elided=True))
                ranks[-1].low = ranks[-1].high = ordinal.value
            ranks += [rank] if rank else []
            ordinal = None if rank else number
            continue
        if number.form == "words" and _PART.match(text, number.end):
            continue
        counted = behind(text, number)
        if counted and counted.kind == "count" and any(_part_of_money(text, last, number) for last in entries[-2:]):
            counted = None
        if counted and counted.start is not None and entries and counted.start < entries[-1].end:
            counted = None  # the sign belongs to the number before it
        if (until and (not counted or counted.end <= until)) or (counted and counted.kind == "time"):
            continue
        glued = text[number.end : number.end + 1].isalpha() and not text.startswith("à ", number.end)
        glued = glued or text[number.start - 1 : number.start].isalpha()
        glued = glued or _CODE.match(text, max(0, number.start - 2), number.start)
        glued = glued and number.form != "digits"  # `vers la Chine80.000 à 100.000 tonnes`: no code has separators
        if glued and (not counted or (counted.kind == "count" and number.scale == 1)):
            continue
        entry = Entry(number, counted)
        both = range_of(text, entries[-1], entry) if entries else None
        entries[-1:] = [both] if both else [*entries[-1:], entry]
    share_units(text, entries)
    found = [_figure(text, entry) for entry in entries if entry.counted]
    return sorted([*found, *ranks], key=lambda figure: figure.start)


# --- the table -------------------------------------------------------------------------------------------------------
def _into_text(alignment: Alignment):
    """Return the function from a place in the source to its place in the repaired text."""
    ends = [end for _, end, _ in alignment.edits]

    def place(at: int) -> int:
        k = bisect_right(ends, at) - 1
        return at - alignment.origin if k < 0 else alignment.positions[k] + alignment.edits[k][2] + at - ends[k]

    return place


_LEADS = 160  # characters before a sentence in which a period may be told that it goes on with
_DATELINE = re.compile(r"[^.()\n]{2,60}\([A-Z][A-Z/ ,]{1,20}\)\s*[-–—:]*\s*")


def _sentences(article: ArticleText, figures: list[Figure], periods: list, mentions: list[Named]) -> list[Sentence]:
    """Return the sentences that hold figures, each with the figures, periods and names in it."""
    text, starts = article.text, [figure.start for figure in figures]
    told = (part for part in article.parts if bisect_left(starts, part.start) < bisect_left(starts, part.end))
    spans = [span for part in told for span in sentence_spans(text, part.start, part.end)]
    sentences, begins = [], [start for start, _ in spans]
    durations = [period for period in periods if period.kind == "duration"]
    periods = [period for period in periods if period.kind != "duration"]
    named, dated, lasting = ([item.start for item in items] for items in (mentions, periods, durations))
    for k, figure in enumerate(figures):
        start, end = spans[max(bisect_right(begins, figure.start) - 1, 0)]
        if not sentences or sentences[-1].start != start:
            dateline = _DATELINE.match(text, start, end)
            names = mentions[bisect_left(named, start) : bisect_right(named, end)]
            inside = periods[bisect_left(dated, start) : bisect_right(dated, end)]
            after = max(start - _LEADS, sentences[-1].end if sentences else 0)
            led = periods[bisect_left(dated, after) : bisect_left(dated, start)]
            past = max(start - PAST, 0)
            before = mentions[bisect_left(named, past) : bisect_left(named, start)]
            earlier = periods[bisect_left(dated, past) : bisect_left(dated, start)]
            long = durations[bisect_left(lasting, start) : bisect_right(lasting, end)]
            opening = dateline.end() if dateline else start
            sentences.append(Sentence(start, end, text, opening, [], names, inside, led, long, before, earlier))
        sentences[-1].figures.append(k)
    return sentences


_AS_OF = re.compile(
    rf"(?:\bau|[àÀ]{BLANK}la{BLANK}date{BLANK}du|jusqu['’]au|arrêtée?s?{BLANK}au){BLANK}$", re.IGNORECASE
)


def _spans_of_time(text: str, spans: list) -> list:
    """Return the periods, with the days as of which a stock is given (`au 20 août`) as such."""
    return [
        span._replace(kind="period") if span.kind == "date" else span
        for span in spans
        if span.kind in ("period", "range", "duration", "comparison")
        or (span.kind == "date" and span.value and _AS_OF.search(text, max(0, span.start - 14), span.start))
    ]


_SAID = ("measure", "status", "flow", "reporter", "partner", "product")


def _rows(article: ArticleText, earliest, latest, mentions: list[tuple]) -> list[dict]:
    """Return the rows of one article."""
    numbers = find_numbers(article.text)
    spans = find_periods(article.text, earliest, latest) if numbers else []
    figures = _read(article.text, numbers, [(period.start, period.end) for period in spans]) if numbers else []
    figures = [figure for figure in figures if article.section_at(figure.start)]  # none in a credit, an end marker
    if not figures:
        return []
    place = _into_text(article.alignment)
    names = [Named(place(start), place(end), *rest) for start, end, *rest in mentions]
    sections = {part.section: (part.start, part.end) for part in reversed(article.parts)}
    title, body = sections.get("title", (0, 0)), sections.get("body", (0, 0))
    subject = subject_of(article.text, names, title, body[0])
    if pd.notna(earliest) and pd.notna(latest) and earliest.year == latest.year:
        subject = subject._replace(year=str(latest.year))
    start = min(part.start for part in article.parts)  # behind the date prefix, which is no period of a figure
    spans = [span for span in spans if span.start >= start]
    names, periods = point_back(article.text, names, _spans_of_time(article.text, spans), subject)
    sentences = _sentences(article, figures, periods, names)
    meanings = annotate(sentences, figures, subject)
    told = [sentence for sentence in sentences for _ in sentence.figures]
    ids = [f"{article.article_id}/f{number}" for number in range(1, len(figures) + 1)]
    return [
        {
            "figure_id": identifier,
            "article_id": article.article_id,
            "section": article.section_at(figure.start),
            **article.place(figure.start, figure.end),
            "sentence": article.text[sentence.start : sentence.end],
            "kind": figure.kind,
            **_values(figure, meaning.falls),
            "unit": _settled(figure.unit, sentence.names, names),
            "approximate": figure.approximate,
            "elided": figure.elided,
            "currency_implied": figure.implied,
            **{name: getattr(meaning, name) for name in _SAID},
            "period": meaning.period if meaning.period and "X" not in meaning.period else None,
            "refers_to": None if meaning.refers_to is None else ids[meaning.refers_to],
        }
        for identifier, figure, meaning, sentence in zip(ids, figures, meanings, told, strict=True)
    ]


def _values(figure: Figure, falls: bool) -> dict:
    low, high = figure.low, figure.high
    if falls and low > 0 and figure.unit != "fois":
        low, high = -high, -low
    return {"value": low if low == high else None, "low": low, "high": high}


def _settled(unit: str, *named: list[Named]) -> str | None:
    """Return a unit; a currency that several countries share is that of the only one of them that the sentence names,
    else the article; None where neither settles it."""
    name, *per = unit.split("/", 1)
    if name not in SHARED:
        return unit
    for names in named:
        if countries := {place.country for place in names} & SHARED[name].keys():
            return "/".join([SHARED[name][countries.pop()], *per]) if len(countries) == 1 else None
    return None


_MENTION = ["start", "end", "entity_id", "type", "country", "side", "form", "role"]


def extract_figures(articles: pd.DataFrame, *, mentions: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return every figure that is said: money, percentages, counts, quantities and ranks, with what they mean.

    Parameters
    ----------
    articles : DataFrame
        **articles**, as `helpers.parse_articles` gives it.
    mentions : DataFrame, optional
        **mentions** of these articles, where `helpers.find_partners` has found them already.

    Returns
    -------
    DataFrame
        **figures** of the data contract, in reading order. ``value``, ``low`` and ``high`` are in the base unit of
        ``unit`` (a fall is negative; ``value`` is missing where a range is said).

    Notes
    -----
    A hand-made grammar over tables (``data/numbers``): no existing extractor, of those measured for the issue, reads
    ranges, elided units or the meaning of French trade figures.

    Examples
    --------
    >>> from helpers.articles import parse_articles
    >>> page = "Titre\\n\\nHué (VNA) - Les exportations vers le Laos ont atteint 25 à 26 millions de dollars en 2023."
    >>> row = extract_figures(parse_articles(frame("documents", [{"doc_id": "a", "text": page}]))).iloc[0]
    >>> print(row.surface, row.low, row.unit, row.measure, row.flow, row.partner, row.period, sep="; ")
    25 à 26 millions de dollars; 25000000.0; USD; level; export; LAO; 2023
    """
    mentions = find_partners(articles) if mentions is None else mentions
    named: dict[str, list[tuple]] = {}
    values = mentions[_MENTION].astype(object).where(mentions[_MENTION].notna(), None)
    for article_id, *mention in zip(mentions["article_id"], *(values[column] for column in _MENTION), strict=True):
        named.setdefault(article_id, []).append(tuple(mention))
    rows = []
    bounds = zip(articles["published_from"], articles["published_to"], strict=True)
    for article, (earliest, latest) in zip(article_texts(articles), bounds, strict=True):
        rows += _rows(article, earliest, latest, named.get(article.article_id, []))
    return frame("figures", rows)
