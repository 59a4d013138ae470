"""Say when each article and teaser was published, as exactly as the evidence settles it, and why."""

import re
from bisect import bisect_left, bisect_right
from calendar import isleap
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from helpers.dates import Period, bounds, find_periods
from helpers.offsets import ArticleText, article_texts
from helpers.paths import DATA
from helpers.sentences import sentence_at, sentence_spans

_PREFIX = re.compile(r"\s*date ((?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-[0-3]\d)?)\b")
_AGENCY = re.compile(r",?\s?\((?:[A-Z]{2,5}/){0,2}[A-Z][A-Za-z]{1,4}\)")
_NUMBER = re.compile(r"(?:/|post)(\d{3,8})\.vnp")
_PAST = re.compile(
    r"\b(?:a|ont|avai(?:t|ent)|étai(?:t|ent)|s['’]est|se sont|fu(?:t|rent))\s(?:\w{1,20}\s){0,2}"
    r"\w{1,20}(?:[éiu](?:e|s|es|t)?|ert|int)\b|\b[Ll]ors d[eu'’]"
)
_DONE = re.compile(
    r"\w(?:(?<!ann)é|[iu])e?s?\s(?:(?:le|en|du|dès|avec|à) )?(?:\w{1,9}['’]?\s?)?$"
)  # `signé en` before the date
# `a reçu le 4 décembre 2019` is news of that day; `signé le 8 mai 2018`, `Le 3 mai 1992, ils ont établi` are not.
_NEWS = re.compile(r"\b(?:a|ont|est|sont|s['’]est|se sont)\s\w{2,14}(?:[éiu]|is|it|ert)e?s?\s(?:\w{2,12}\s)?(?:le\s)?$")
_PLANNED = re.compile(
    r"(?<=\w)r(?:a|ont)\b|\b(?:devrai\w{1,3}|prochaine?s?|prév\w{2,6}|objectifs?|vis(?:e|ent|ant)|plans?|stratégie"
    r"|horizon|d['’]ici|projets?|convenue?s? d[e'’]|prépar(?:er|ent|ation)|en vue d[e'’]"
    r"|envisag\w{1,5}|à venir|planifi\w{1,4})\b"
)
_ANNOUNCED = timedelta(31)  # a visit `du 2 au 5 mai 2019` may be told of before it begins
_SAME_PAGE = timedelta(62)  # the teasers of one page are of the same weeks
_LEAD = 3  # paragraphs
_NEAR = 1000  # characters
_NOTHING = "no date prefix, no day in a dateline or the lead, no event with its year"
_FLOOR, _CEILING = date(1945, 9, 15), date(2100, 1, 1)  # from the day the agency was founded

Known = list[tuple[int, date, date]]  # number of an article, first and last day of the month that it appeared in


class _Evidence(NamedTuple):
    """What a text says of its own day: in EDTF, and bounds as (day, why); the windows of news are weaker."""

    said: str | None
    why: list[str]
    weekday: int | None
    low: list[tuple[date, str]]
    high: list[tuple[date, str]]
    windows: list[tuple[date, date, str]]
    month: int = 1  # the last that it tells of the year (`neuf premiers mois`)


def _floor(period: Period, before: str, behind: str) -> date | None:
    """Return a day before which no text says this: from an event with its year, told as past, or a compared year."""
    low, told = bounds(period.value)[0], _PAST.search(before)
    if low is None or period.link in ("by", "horizon", "until") or before.lower().endswith("pour "):
        return None
    past = period.kind == "comparison" or period.link == "since" or told or _PAST.search(behind)
    planned = _PLANNED.search(before) or (not told and _PLANNED.search(behind))  # `a crû en 2018, mieux que l'objectif`
    if not (past or _DONE.search(before[-24:])) or (period.link != "since" and planned):
        return None
    if period.kind != "range" or period.link == "since":
        return bounds(period.value.split("/")[-1])[0] or low
    if len(period.value) == len("2019-01-01/2019-01-05"):
        return low - _ANNOUNCED
    return bounds(period.value.split("/")[-1])[0] if period.link == "between" else None  # `2021-2025` names a plan


def _window(period: Period, sentence: str, said: str) -> tuple[date, date] | None:
    """Return when this is news: the first months of a year, a comparison with the year before, a day to come."""
    low, high = bounds(period.value)
    if low is None or high is None:
        return None
    compared = period.kind == "comparison"
    months = compared or period.kind == "period" or len(period.value) == len("2019-01/2019-09")
    if months and (low.month, low.year) == (1, high.year) and 3 <= high.month < 12:
        year = high.year + compared
        return date(year, high.month, 28) - _ANNOUNCED, date(year, 12, 31)  # then the whole year takes their place
    if compared and low.year == high.year:
        if "même" in said:  # `par rapport à la même période de 2011`
            return date(low.year + 1, 1, 10), date(low.year + 1, 12, 31)
        if str(low.year + 1) in sentence:  # that year is over, too: its figures are news for some months
            return date(low.year + 1, 12, 10), date(low.year + 2, 9, 30)
        return date(low.year + 1, 1, 10), date(low.year + 2, 3, 31)
    if period.kind in ("date", "range") and len(period.value.split("/")[0]) == 10 and _PLANNED.search(sentence):
        return low - _ANNOUNCED, low
    return None


def _lead(article: ArticleText) -> int:
    """Return where the lead ends: a teaser is all lead, of an article the first paragraphs of the body are."""
    body = [part for part in article.parts if part.section == "body"]
    if article.role == "teaser" or not body:
        return len(article.text)
    return body[:_LEAD][-1].end


def _newest(days: list[Period]) -> Period:
    """Return the latest of some yearless days; January comes after December."""
    turn = {"XXXX-12", "XXXX-01"} <= {day.value[:7] for day in days}
    return max(days, key=lambda day: (turn and day.value < "XXXX-07", day.value))


_sentences = lru_cache(1 << 6)(sentence_spans)  # most periods share their paragraph with others


def _around(text: str, period: Period) -> tuple[int, int]:
    """Return the sentence of a period, as far as it is near: a page of dates may have no full stop."""
    first, last = max(period.start - _NEAR, 0), period.end + _NEAR
    paragraph = text.rfind("\n", first, period.start) + 1 or first, text.find("\n", period.end, last)
    return sentence_at(_sentences(text, paragraph[0], paragraph[1] if paragraph[1] > 0 else last), period.start)


def _read(article: ArticleText, document: dict) -> _Evidence:
    text, lead = article.text, _lead(article)
    opening = next((part.end for part in article.parts if part.section == "body"), lead)
    dateline, days, whole, low, high, windows, month = None, [], [], [], [], [], 1
    for period in find_periods(text):
        if period.link == "to-date" and (period.value or "").startswith("XXXX-01/XXXX-"):
            month = max(month, int(period.value[13:15]))
        if period.kind == "date" and (period.value or "{")[0] != "{" and _AGENCY.match(text, period.end):
            dateline = dateline or period
        elif period.kind == "date" and period.start < lead and (period.value or "").startswith("XXXX"):
            days += [] if period.ahead else [period]
        elif period.kind == "date" and period.start < opening and len(period.value or "") == 10:
            first, _ = _around(text, period)
            news = _NEWS.search(text[max(first, period.start - 40) : period.start])
            planned = _PLANNED.search(text[first : period.start])
            whole += [period] if news or (period.weekday and not planned) else []
        if not bounds(period.value)[0]:
            continue
        first, last = _around(text, period)
        quoted = f"'{text[period.start : period.end]}'"
        if floor := _floor(period, text[first : period.start], text[period.end : last]):
            low.append((floor, f"it tells of {quoted}"))
        if window := _window(period, text[first:last], quoted):
            windows.append((*window, f"{quoted} in the text"))
    told = max(low)[0] - _ANNOUNCED if low else _FLOOR  # a day before what else is told is history
    whole = [day for day in whole if bounds(day.value)[0] >= told]
    day = dateline or (_newest(days) if days else max(whole, key=lambda day: day.value, default=None))
    said, why = day.value if day else None, []
    if day:
        why.append(f"'{text[day.start : day.end]}' in the {'dateline' if dateline else 'lead'}")
    prefix = _PREFIX.match(document.get("text") or "") if article.role == "article" else None
    if prefix:
        same = said and said.startswith("XXXX") and said[5:7] == prefix[1][5:7] and len(prefix[1]) == 7
        said = prefix[1] + said[7:] if same else prefix[1]
        why = [*(why if same else []), f"the date prefix '{prefix[1]}'"]
    if pd.notna(fetched := document.get("fetched")):
        high.append((pd.Timestamp(fetched).date(), "the page was fetched then"))
    return _Evidence(said, why, day.weekday if day else None, low, high, windows, month)


@lru_cache(1 << 12)
def _days(said: str, weekday: int | None, low: date, high: date) -> list[date]:
    """Return the days between the bounds that `XXXX-04-22` may be, by calendar and the weekday printed beside it."""
    month, day = int(said[5:7]), int(said[8:])
    years = [year for year in range(low.year, high.year + 1) if (month, day) != (2, 29) or isleap(year)]
    days = [right for year in years if low <= (right := date(year, month, day)) <= high]
    return [right for right in days if weekday in (None, right.isoweekday())]


def _settled(found: _Evidence, more_low=(), more_high=()) -> dict:
    """Return the columns that the evidence settles; a year is said only where one alone is possible."""
    low, high = max([*found.low, *more_low], default=None), min([*found.high, *more_high], default=None)
    if low and high and low[0] > high[0]:
        low = None  # what seemed past was planned
    said, limits = found.said, [f"not before {low[0]}: {low[1]}"] if low else []
    limits += [f"not after {high[0]}: {high[1]}"] if high else []
    first, last = bounds(said) if said else (low and low[0], high and high[0])
    news = [window for window in found.windows if window[1] == date(window[1].year, 12, 31) >= (first or _FLOOR)]
    if said and said.startswith("XXXX"):
        earliest, latest = low[0] if low else _FLOOR, high[0] if high else _CEILING
        days = _days(said, found.weekday, earliest, latest)
        for begin, end, name in sorted(found.windows, reverse=True):
            close = _days(said, found.weekday, max(begin, earliest), min(end, latest))
            if len(days) > 1 and len(close) == 1:
                days, limits = close, [f"the year {close[0].year} from {name}"]
        said = days[0].isoformat() if len(days) == 1 else said
        first = days[0] if days and (low or len(days) == 1) else None
        last = days[-1] if days and (high or len(days) == 1) else None
    elif said:
        limits = []
    elif not high and news:  # it names no day, but gives the first months of a year
        begin, last, name = max(news)
        begin = max(begin, date(last.year, found.month, 28) - _ANNOUNCED)
        first, said, limits = max(begin, first or begin), f"{last.year}", [f"the year {last.year} from {name}"]
    elif first and last and first.year == last.year:
        said = f"{first:%Y-%m}" if first.month == last.month else f"{first:%Y}"
    why = "; ".join([*found.why, *limits]) or _NOTHING
    return {"published": said, "published_from": first, "published_to": last, "published_why": why}


@lru_cache(maxsize=1)
def public_dates() -> Known:
    """Return what is known of some public articles."""
    rows = pd.read_csv(DATA / "dates" / "article_ids.csv", dtype={"published": str})
    return [(number, *bounds(said)) for number, said in zip(rows.id, rows.published, strict=True)]


def _by_name(documents: pd.DataFrame) -> dict[str, dict]:
    names = ["doc_id", "text", "source", "url", "fetched"]
    columns = (documents[name].astype(object).where(documents[name].notna(), None) for name in names)
    return {row[0]: dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)}


def _numbers(articles: pd.DataFrame, sources: dict[str, dict]) -> list[int | None]:
    """Return the number in the address of each article; teasers have none."""
    numbers = []
    for doc_id, role in zip(articles["doc_id"].tolist(), articles["role"].tolist(), strict=True):
        document = {} if role == "teaser" else sources.get(doc_id, {})
        address = _NUMBER.search(f"{document.get('url')} {document.get('source')}")
        numbers.append(int(address[1]) if address else None)
    return numbers


def _month(published: str | None) -> tuple[date | None, date | None]:
    return bounds(published[:7]) if bounds(published)[0] else (None, None)


def numbered_articles(articles: pd.DataFrame, documents: pd.DataFrame) -> list[tuple[str, int, date, date]]:
    """Return name and number of the articles that have a number, with first and last day of their month or None.

    Parameters
    ----------
    articles, documents : DataFrame
        Articles dated by what they say themselves (`date_articles` with ``known=[]``), and their documents.
    """
    numbers = _numbers(articles, _by_name(documents))
    rows = zip(articles["article_id"], numbers, articles["published"], strict=True)
    return [(article_id, number, *_month(published)) for article_id, number, published in rows if number]


def date_articles(articles: pd.DataFrame, documents: pd.DataFrame, known: Known | None = None) -> pd.DataFrame:
    """Fill in when each article and teaser was published, and why we say so.

    Parameters
    ----------
    articles, documents : DataFrame
        As in the contract; of documents, `doc_id`, `text`, `source`, `url` and `fetched` are read.
    known : list, optional
        The numbers whose month is known (see `numbered_articles`, `public_dates`); without it, those of the public
        articles and of these. When these are a part of a corpus, its whole has to be given.

    Returns
    -------
    DataFrame
        The articles with `published` (EDTF: `XXXX-04-22` where only the day is known, missing where nothing is),
        `published_from`, `published_to` (the bounds that follow) and `published_why` (the evidence, in words).

    Notes
    -----
    Evidence, strongest first: a date prefix, a date in the dateline, a day in the lead, a whole date in its first
    paragraph that is told as news (`a reçu le 4 décembre 2019`). Its year is settled by the first months of a year
    given as news (`neuf premiers mois 2020`) or a comparison with the year before; else by bounds, where they leave
    one year only (such months date an article that names no day, too): events told as past with their year, the day of
    fetching, and the address's number, which grows with time (those of articles with a known date are compared).
    Teasers stand on one page, so what one tells bounds the others, two months aside.

    Examples
    --------
    >>> from helpers.tables import frame
    >>> date_articles(frame("articles"), frame("documents")).empty
    True
    """
    sources = _by_name(documents)
    texts = list(article_texts(articles))
    found = [_read(article, sources.get(article.doc_id, {})) for article in texts]
    pages: dict[str, tuple[date, str]] = {}
    for article, evidence in zip(texts, found, strict=True):
        if article.role == "teaser" and evidence.low:
            newest = max(evidence.low)
            pages[article.doc_id] = max(newest, pages.get(article.doc_id, newest))
    rows = []
    for article, evidence in zip(texts, found, strict=True):
        page = pages.get(article.doc_id) if article.role == "teaser" else None
        beside = [(page[0] - _SAME_PAGE, f"another teaser of the page: {page[1]}")] if page else []
        rows.append(_settled(evidence, beside))
    numbers = _numbers(articles, sources)
    if known is None:
        months = (_month(row["published"]) for row in rows)
        own = ((number, *month) for number, month in zip(numbers, months, strict=True) if number and month[0])
        known = [*public_dates(), *own] if any(numbers) else []
    known = sorted(known)
    for i, number in enumerate(numbers):
        if number and not bounds(rows[i]["published"])[0]:
            below, above = (side(known, number, key=lambda other: other[0]) for side in (bisect_right, bisect_left))
            why = f"its address has number {number}, an article of {{:%Y-%m}} has {{}}"
            low = [(first, why.format(first, other)) for other, first, _ in known[max(below - 1, 0) : below]]
            high = [(last, why.format(last, other)) for other, _, last in known[above : above + 1]]
            rows[i] = _settled(found[i], low, high)
    types = {name: articles.dtypes[name] for name in ("published", "published_from", "published_to", "published_why")}
    return articles.assign(**pd.DataFrame(rows, columns=list(types), index=articles.index).astype(types))
