"""Find the figures of an article: number, scale and what is counted, from the first digit to the head noun.

`find_figures` reads a stretch of text: `helpers.numbers` gives the numbers, `helpers.counted` what stands behind each;
neighbours make ranges and lists that share a scale or a unit. What is no figure stays out because nothing is counted:
years, names, articles of law. `extract_figures` adds who, with whom, which way and when (`helpers.meaning`).
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

import pandas as pd

from helpers.counted import WORD, Counted, behind, currency_before, demonyms, is_noun, lemma, role, singular
from helpers.dates import find_periods
from helpers.discourse import Named, point_back, subject_of
from helpers.meaning import annotate
from helpers.numbers import BLANK, Number, alternatives, find_numbers, table
from helpers.offsets import Alignment, ArticleText, article_texts
from helpers.partners import find_partners
from helpers.sentences import sentence_spans
from helpers.tables import frame
from helpers.views import Sentence


@dataclass(slots=True)
class Figure:
    """A figure in ``text[start:end]``; the fields are those of **figures**.

    ``low`` and ``high`` are in base units; the sign of a fall that only a verb tells comes with the meaning.
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
    carried: bool = False


@dataclass(slots=True)
class _Entry:
    """A number (or, from ``first``, a range of two) on its way to a figure."""

    number: Number
    counted: Counted | None
    first: Number | None = None
    elided: bool = False
    carried: bool = False

    @property
    def start(self) -> int:
        return (self.first or self.number).start

    @property
    def end(self) -> int:
        return max(self.counted.end, self.number.end) if self.counted else self.number.end


# What stands before a number is read without capitals and apostrophes, with single blanks: `près d'` as `près d `.
_PLAIN = str.maketrans(dict.fromkeys("’'(«\"\n\xa0\u202f\u2009", " "))
_LINKS = ("", " de", " des", " d", " les", " à", " aux")
_FORMS = {
    place: [
        row["form"].removesuffix(" de").removesuffix(" à") for row in table("approximators") if row["place"] == place
    ]
    for place in ("before", "verb", "after")
}
_ABOUT = tuple(f" {form}{link} " for form in _FORMS["before"] for link in _LINKS)
_ABOUT_VERB = re.compile(rf" (?:{'|'.join(_FORMS['verb'])})[a-zé]{{0,6}}(?: (?!objectif|plan|de )\w{{1,12}}){{0,4}} $")
_ABOUT_AFTER = re.compile(rf"{BLANK}(?:{'|'.join(_FORMS['after'])})(?!\w)")


def _before(text: str, start: int) -> str:
    return f" {text[max(0, start - 60) : start].lower().translate(_PLAIN).rstrip()} "


def _approximate(text: str, entry: _Entry) -> bool:
    before = _before(text, entry.start)
    if entry.number.approximate or before.endswith(_ABOUT) or _ABOUT_AFTER.match(text, entry.end):
        return True
    return any(stem in before for stem in _FORMS["verb"]) and bool(_ABOUT_VERB.search(before))


# --- ranks -----------------------------------------------------------------------------------------------------------
_RANK = re.compile(
    rf"{BLANK}(?:(?P<noun>(?i:rang|place|position)(?!\w))(?!{BLANK}(?:desquel|de{BLANK}l['’]ordre))"
    rf"|plus{BLANK}(?:grande?|gros|importante?){BLANK}{WORD}|(?:principale?{BLANK})?(?:{alternatives(role('ranked'))}))"
)
_CLASSED = re.compile(r" (?:class\w{1,5}|rang|place|pass\w{1,4})(?: au| à la| le| la| en)? $")


def _rank(text: str, number: Number) -> Figure | None:
    """Return the rank that an ordinal begins: `4e rang`, `première place`, `troisième exportateur`, `classé 124ème`."""
    if match := _RANK.match(text, number.end):
        unit = match["noun"].lower() if match["noun"] else "rang"
        return Figure(number.start, match.end(), "rank", number.value, number.value, unit)
    if text[number.start].isdigit() and _CLASSED.search(_before(text, number.start)):
        return Figure(number.start, number.end, "rank", number.value, number.value, "rang")
    return None


# --- neighbours: ranges, lists, ellipses -----------------------------------------------------------------------------
_TO = re.compile(rf"{BLANK}?[-–—]{BLANK}?|{BLANK}(?:à|ou|et){BLANK}")
_FROM = re.compile(
    r" (?:(?:pass|ramen|port|évolu|relev|abaiss)\w{0,8}|(?P<change>(?:grimp|bondi|tomb|chut|recul|augment|progress"
    r"|rédui|mont|descen|baiss|hauss)\w{0,8}))(?: \w{1,15}){0,3} de? $"
)
_LIST = re.compile(rf"(?:,{BLANK}?(?:et{BLANK})?|{BLANK}(?:et|ou|à|contre|puis){BLANK}|;{BLANK}?)")
_CLOSED = re.compile(rf"{BLANK}?[);,]")
_BRACKET = re.compile(rf"{BLANK}?\({BLANK}?")
_AND_RANK = re.compile(rf"{BLANK}(?:à|et|ou|puis){BLANK}(?:l[ae]|au){BLANK}")
_SAME = re.compile(r" (?:dont|contre|au lieu de?)(?: \w{2,14} de?)? $")
_STOPPED = re.compile(r"[.!?]\s|\n")
_REACHED = re.compile(
    r" (?:(?:attei|dépass|totalis|compt|avoisin|franchi)\w{0,8}|(?:s él[èe]|s établi|chiffr|port|pass)\w{1,7} à)"
    r"(?: \w{1,14}){0,4} $"
)
_PLACED = re.compile(r"(?:,|\bet|;) (?:[Ll]e |[Ll]a |[Ll]es |[Ll]['’])?[A-ZÉ]\w{2,15} $")
_ENDED = re.compile(r"[.;,)]|$| et ")
_MORE = re.compile(rf"{BLANK}de{BLANK}(?:plus|moins|mieux)(?!\w)")
_DEMONYM = re.compile(r"\b[Ll]es ([A-Z]\w{2,20}(?:-[A-Z]?\w{2,12})?)[^\S\n]?\([^()\d]{0,16}$")
_SUBJECT = re.compile(rf"(?i:\b(?P<of>nombre{BLANK}d(?:e(?:s{BLANK})?|['’]){BLANK}?)|\b[ldc]es{BLANK})(?P<noun>{WORD})")


def _range(text: str, one: _Entry, two: _Entry) -> _Entry | None:
    """Return two neighbours as one range: `25 à 26 millions`, `entre 4 et 4,2 milliards`, `30% à 88%`."""
    joint = _TO.fullmatch(text, one.end, two.start)
    if not joint or one.first or not (two.counted or two.number.scale > 1) or two.number.signed:
        return None
    if one.counted and (not two.counted or one.counted.unit != two.counted.unit):
        return None
    before = _before(text, one.start)
    if "et" in joint[0] and not before.endswith(" entre "):
        return None
    # `passer de 3 à 5 milliards`, `tomber de 30% à 20%` are two levels, `progresser de 6,5 à 7%` is a range.
    pair = _FROM.search(before) if "à" in joint[0] else None
    rate = not one.counted and two.counted and two.counted.unit == "percent"
    if pair and not (pair["change"] and rate):
        return None
    shared = two.number.scale if one.number.scale == 1 and not one.counted else one.number.scale
    low = one.number._replace(scale=shared)
    return _Entry(two.number, two.counted, low) if low.value < two.number.value else None


def _share(text: str, entries: list[_Entry]) -> None:
    """Give bare numbers the scale and unit of a neighbour, or the noun of the sentence's subject.

    `3,01, 1,42 et 1,03 milliard` (from the right), `302 millions de dollars (…), les claviers (187)` and `1,8 milliard`
    after a full amount (from the left), `les visiteurs ont dépassé 253.400` (from the subject).
    """
    _share_right(text, entries)
    for position, entry in enumerate(entries):
        if entry.counted:
            continue
        before = _before(text, entry.start)
        alone = text[max(0, entry.start - 2) : entry.start].rstrip().endswith("(") and _CLOSED.match(text, entry.end)
        alone = alone or (
            entry.number.form == "digits"
            and _PLACED.search(text, max(0, entry.start - 20), entry.start)
            and _ENDED.match(text, entry.end)
        )
        amount = alone or entry.number.scale >= 1e6
        full = [other for other in entries[max(0, position - 8) : position] if other.counted]
        if amount:
            full = [
                o
                for o in full
                if o.counted.kind != "percent" and (o.number.scale > 1 or o.number.value >= 1000 <= entry.number.value)
            ]
        elif before.endswith(" dont "):  # `28 zones d'une superficie de 10.000 hectares, dont 16 à Hué`
            full = [other for other in full if other.counted.kind == "count"] or full
        if (
            alone
            and (named := _DEMONYM.search(text, max(0, entry.start - 50), entry.start))
            and named[1].lower() in demonyms()
        ):
            # `devant les Thaïlandais (1,8 million)`
            people = named[1] if named[1].endswith("ais") or named[1].endswith("ois") else singular(named[1])
            entry.counted = Counted(entry.number.end, "count", people, partner=demonyms()[named[1].lower()])
            entry.elided = True
            continue
        last = full[-1] if full and entry.start - full[-1].end < 300 else None
        # `… de dollars (+44,8%), les chaussures 16,5 (-8,7%)`
        rated = position + 1 < len(entries) and _BRACKET.fullmatch(text, entry.end, entries[position + 1].start)
        if rated and not amount and entry.number.form == "digits":
            amount, last = (
                True,
                next((o for o in reversed(full) if o.counted.kind == "money" and o.number.scale > 1), None),
            )
        stopped = last is not None and _STOPPED.search(text, last.end, entry.start)
        if amount and stopped and (entry.number.scale >= 1e6 or last.carried):
            # In a new sentence only money goes without its name.
            if last := next((other for other in reversed(full) if other.counted.kind == "money"), None):
                _lend(entry, last, last.number.scale)
                entry.carried = True
        elif last and (amount or _SAME.search(before)) and not stopped:
            _lend(entry, last, last.number.scale if amount else 1)
            entry.carried = last.carried
        elif full and _MORE.match(text, entry.end) and not stopped:  # `131.000 hectares, soit 56.000 de plus`
            _lend(entry, full[-1], 1)
        elif entry.number.scale >= 1e6 and (lender := _next_amount(text, entries, position)):
            _lend(entry, lender, 1)
        elif entry.number.form != "plain" and entry.number.value >= 1000 and (verb := _REACHED.search(before)):
            subject = _subject(text, entry.start - len(before) + verb.start() + 2)
            entry.counted = Counted(entry.number.end, "count", subject) if subject else None
            entry.elided = True
    _share_right(text, entries)


def _share_right(text: str, entries: list[_Entry]) -> None:
    """Give bare numbers the scale and unit of the next in a list."""
    for one, two in zip(entries[-2::-1], entries[:0:-1], strict=True):
        if one.counted or not two.counted or not _LIST.fullmatch(text, one.end, two.start) or two.number.signed:
            continue
        if two.counted.kind != "percent" or one.number.scale == 1:
            _lend(one, two, (two.first or two.number).scale)


def _next_amount(text: str, entries: list[_Entry], position: int) -> _Entry | None:
    """Return the amount that a bare one leads to: `de 500 millions en 2012 à 1,2 milliard de dollars`."""
    entry, later = entries[position], entries[position + 1 : position + 2]
    if not later or not later[0].counted or later[0].number.scale < 1e6 or later[0].start - entry.end > 60:
        return None
    return None if _STOPPED.search(text, entry.end, later[0].start) else later[0]


def _lend(entry: _Entry, lender: _Entry, scale: float) -> None:
    entry.counted, entry.elided = replace(lender.counted, end=entry.number.end), True
    if entry.number.scale == 1:
        entry.number = entry.number._replace(scale=scale)


def _subject(text: str, verb: int) -> str | None:
    """Return what the subject of the verb counts: the noun of `nombre de …`, else of the plural nearest to the verb."""
    window = text[max(0, verb - 150) : verb]
    window = window[max((match.end() for match in _STOPPED.finditer(window)), default=0) :]
    nouns = [match for match in _SUBJECT.finditer(window) if is_noun(match["noun"], False) and match["noun"].islower()]
    best = next((match for match in nouns if match["of"]), nouns[-1] if nouns else None)
    return lemma(best["noun"]) if best else None


def _figure(text: str, entry: _Entry) -> Figure:
    """Return the figure of an entry, its values in base units."""
    counted, start = entry.counted, entry.start
    kind, unit, surface = counted.kind, counted.unit, text[start : entry.end]
    low, high = (float(f"{n.value * counted.factor:.12g}") for n in (entry.first or entry.number, entry.number))
    if unit == "1/fois":
        low, high, unit = round(1 / high, 4), round(1 / low, 4), "fois"
    elif unit == "point" and "pourcentage" not in surface:
        # Points of an index are counted, points of a rate are percents.
        kind = "count" if high >= 20 or _INDEX.search(text, max(0, start - 120), start) else kind
    elif kind == "count" and _ENGLISH.match(surface):
        low, high = low * 1000, high * 1000
    elif kind == "money" and counted.end == entry.number.end and not entry.elided:
        prefix = currency_before(text, start)
        start = prefix.start() if prefix else start
    implied = kind == "money" and (counted.implied or entry.elided)
    about = _approximate(text, entry)
    return Figure(start, entry.end, kind, low, high, unit, about, entry.elided, implied, counted.partner, entry.carried)


_INDEX = re.compile(r"[Ii]ndex|[Ii]ndice|[Bb]ourse")
_ENGLISH = re.compile(r"\d{1,3},000(?!\d)")


def find_figures(text: str, start: int = 0, end: int | None = None, times=()) -> list[Figure]:
    """Return the figures of ``text[start:end]`` in order.

    Parameters
    ----------
    text : str
        Repaired text.
    start, end : int, optional
        The stretch to read; positions in the result count in ``text``.
    times : iterable of (int, int)
        Spans of dates, periods and durations, in order: a bare number in one is no figure.

    Returns
    -------
    list of Figure

    Examples
    --------
    >>> figures = find_figures("Entre 4 et 4,2 milliards de dollars, soit 80 à 85% de six provinces.")
    >>> [(figure.low, figure.high, figure.unit) for figure in figures]
    [(4000000000.0, 4200000000.0, 'USD'), (80.0, 85.0, 'percent'), (6.0, 6.0, 'province')]
    """
    end = len(text) if end is None else end
    entries: list[_Entry] = []
    ranks, ordinal, times, at = [], None, list(times), 0
    for number in find_numbers(text, start, end):
        while at < len(times) and times[at][1] <= number.start:
            at += 1
        until = times[at][1] if at < len(times) and times[at][0] <= number.start else 0
        if number.form == "ordinal":
            rank = _rank(text, number) if not until else None
            if rank and ordinal and _AND_RANK.fullmatch(text, ordinal.end, number.start):
                # `de la 77e à la 67e place`
                ranks.append(
                    Figure(ordinal.start, ordinal.end, "rank", ordinal.value, ordinal.value, rank.unit, elided=True)
                )
            ranks += [rank] if rank else []
            ordinal = None if rank else number
            continue
        counted = behind(text, number)
        if (until and (not counted or counted.end <= until)) or (counted and counted.kind == "time"):
            continue
        glued = text[number.start - 1 : number.start].isalpha() or text[number.end : number.end + 1].isalpha()
        if glued and (not counted or (counted.kind == "count" and number.scale == 1)):
            continue
        entry = _Entry(number, counted)
        both = _range(text, entries[-1], entry) if entries else None
        entries[-1:] = [both] if both else [*entries[-1:], entry]
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


def _stretches(article: ArticleText) -> list[tuple[int, int]]:
    """Return the stretches to read: the parts of the article, the paragraphs of one section together."""
    stretches: list[tuple[int, int]] = []
    for before, part in zip([None, *article.parts], article.parts, strict=False):
        if before and before.section == part.section and article.text[before.end : part.start].isspace():
            stretches[-1] = stretches[-1][0], part.end
        else:
            stretches.append((part.start, part.end))
    return stretches


def _rows(article: ArticleText, earliest, latest, mentions: list[tuple]) -> list[dict]:
    """Return the rows of one article."""
    spans = find_periods(article.text, earliest, latest)
    times = [(period.start, period.end) for period in spans]
    figures = [f for start, end in _stretches(article) for f in find_figures(article.text, start, end, times)]
    if not figures:
        return []
    place = _into_text(article.alignment)
    names = [Named(place(start), place(end), *rest) for start, end, *rest in mentions]
    sections = {part.section: (part.start, part.end) for part in reversed(article.parts)}
    title, body = sections.get("title", (0, 0)), sections.get("body", (0, 0))
    subject = subject_of(article.text, names, title, body[0])
    periods = [period for period in spans if period.kind in ("period", "range")]
    names, periods = point_back(article.text, names, periods, subject)
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
        **figures** of the data contract, in reading order. ``value``, ``low`` and ``high`` are in the base unit of
        ``unit`` (a fall is negative; ``value`` is missing where a range is said); ``start`` and ``end`` count in the
        document's text.

    Notes
    -----
    The method is a hand-made grammar over tables (``data/numbers``), after the measurements in the issue: no existing
    extractor reads ranges, elided units or the meaning of French trade figures.

    Examples
    --------
    >>> from helpers.articles import parse_articles
    >>> page = "Titre\\n\\nHué (VNA) - Les exportations vers le Laos ont atteint 25 à 26 millions de dollars en 2023."
    >>> row = extract_figures(parse_articles(frame("documents", [{"doc_id": "a", "text": page}]))).iloc[0]
    >>> print(row.surface, row.low, row.unit, row.measure, row.flow, row.partner, row.period, sep="; ")
    25 à 26 millions de dollars; 25000000.0; USD; level; export; LAO; 2023
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
