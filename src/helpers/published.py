"""Say when each article and teaser was published, as exactly as the evidence settles it, and why."""

import re
from datetime import date, timedelta
from typing import NamedTuple

import pandas as pd

from helpers.dates import Period, bounds, find_periods
from helpers.offsets import ArticleText, article_texts
from helpers.paths import DATA
from helpers.sentences import sentence_at, sentence_spans

_PREFIX = re.compile(r"\s*date (\d{4}-\d\d(?:-\d\d)?)\b")
_AGENCY = re.compile(r",?\s?\((?:[A-Z]{2,5}/){0,2}[A-Z][A-Za-z]{1,4}\)")
_NUMBER = re.compile(r"(?:/|post)(\d{3,8})\.vnp")
_PAST = re.compile(
    r"\b(?:a|ont|avai(?:t|ent)|étai(?:t|ent)|s['’]est|se sont|fu(?:t|rent))\s(?:\w{1,20}\s){0,2}"
    r"\w{1,20}(?:[éiu](?:e|s|es|t)?|ert|int)\b"
)
_PLANNED = re.compile(
    r"\b(?:\w{2,20}(?:er|ir|dr|aur|ser)(?:a|ont)|sera|seront|aur(?:a|ont)|devrai\w{1,3}|prochaine?s?|prév\w{2,6}|objectifs?"
    r"|vis(?:e|ent|ant)|plans?|stratégie|horizon|d['’]ici|projets?|envisag\w{1,5}|à venir|planifi\w{1,4})\b"
)
_ANNOUNCED = timedelta(31)  # a visit `du 2 au 5 mai 2019` may be told of before it begins
_SUPERSEDED = timedelta(240)  # the first months of a year are news until later figures take their place
_NOTHING = "no date prefix, no day in a dateline or the lead, no event with its year"
_SAME_PAGE = timedelta(62)  # the teasers of one page are of the same weeks


class _Evidence(NamedTuple):
    """What is known of one text's day: what is said of it in EDTF, and bounds as (day, why); windows are weaker."""

    said: str | None
    why: str | None
    low: list[tuple[date, str]]
    high: list[tuple[date, str]]
    windows: list[tuple[date, date, str]]


def _floor(period: Period, sentence: str) -> date | None:
    """Return the day after which a text that says this was written, from an explicit year that it tells as past."""
    low, high = bounds(period.value)
    if low is None or period.link in ("by", "horizon", "until"):
        return None
    if period.kind != "comparison" and (not _PAST.search(sentence) or _PLANNED.search(sentence)):
        return None
    if period.kind == "range" and period.link == "since":
        return low
    if period.kind == "range" and len(period.value) > len("2019-01/2019-02"):
        return low - _ANNOUNCED
    if period.kind == "range" and period.link != "between":
        return None  # `2021-2025` names a plan
    return bounds(period.value.split("/")[-1])[0]


def _window(period: Period) -> tuple[date, date] | None:
    """Return when a text was written that gives the first months of a year, or compares with the year before, as news."""
    low, high = bounds(period.value)
    if low is None:
        return None
    if period.kind == "comparison" and len(period.value) == 4:
        return date(low.year + 1, 1, 10), date(low.year + 2, 3, 31)
    if period.kind == "period" and "/" in period.value and low.month == 1 and high.year == low.year and high.month < 12:
        return high - _ANNOUNCED, high + _SUPERSEDED
    return None


def _lead(article: ArticleText) -> list[tuple[int, int]]:
    """Return where a text tells its news: the whole teaser; an article's standfirst, captions and first paragraph."""
    if article.role == "teaser":
        return [(0, len(article.text))]
    spans = [(part.start, part.end) for part in article.parts if part.section in ("standfirst", "caption")]
    for part in article.parts:
        if part.section == "body":
            stop = article.text.find("\n", part.start, part.end)
            spans.append((part.start, stop if stop > 0 else part.end))
            break
    return spans


def _read(article: ArticleText, document: dict) -> _Evidence:
    text = article.text
    periods = find_periods(text)
    sentences = sentence_spans(text)
    said, why, low, high, windows, days = None, None, [], [], [], []
    lead = _lead(article)
    for period in periods:
        first, last = sentence_at(sentences, period.start)
        sentence, quoted = text[first:last], f"'{text[period.start : period.end]}'"
        if period.kind == "date" and period.value and _AGENCY.match(text, period.end):
            said, why = period.value, f"{quoted} in the dateline"
        elif period.kind == "date" and (period.value or "").startswith("XXXX"):
            if any(a <= period.start < b for a, b in lead) and not _PLANNED.search(sentence):
                days.append((period.value, f"{quoted} in the lead"))
        if floor := _floor(period, sentence):
            low.append((floor, f"it tells of {quoted} as past"))
        if window := _window(period):
            windows.append((*window, f"{quoted} in the text"))
    if said is None and days:
        said, why = _newest(days)
    prefix = _PREFIX.match(document.get("text") or "") if article.role == "article" else None
    if prefix and said and said.startswith("XXXX") and said[5:7] == prefix[1][5:7]:
        said, why = prefix[1][:4] + said[4:], f"{why}, the date prefix '{prefix[1]}'"
    elif prefix and not (said or "").startswith(prefix[1]):
        said, why = prefix[1], f"the date prefix '{prefix[1]}'"
    if pd.notna(fetched := document.get("fetched")):
        high.append((pd.Timestamp(fetched).date(), "the page was fetched then"))
    return _Evidence(said, why, low, high, windows)


def _newest(days: list[tuple[str, str]]) -> tuple[str, str]:
    """Return the latest of some yearless days; January comes after December."""
    turn = {"XXXX-12", "XXXX-01"} <= {value[:7] for value, _ in days}
    return max(days, key=lambda day: (turn and day[0] < "XXXX-07", day[0]))


def _days(said: str, low: date, high: date) -> list[date]:
    """Return the days between the bounds that `XXXX-04-22` may be."""
    month, day = int(said[5:7]), int(said[8:])
    years = [year for year in range(low.year, high.year + 1) if month != 2 or day != 29 or year % 4 == 0]
    return [found for year in years if low <= (found := date(year, month, day)) <= high]


def _settled(found: _Evidence, more_low=(), more_high=()) -> dict:
    """Return the columns that the evidence settles; a year is said only where one alone is possible."""
    low = max([*found.low, *more_low], default=None)
    high = min([*found.high, *more_high], default=None)
    if low and high and low[0] > high[0]:
        low = None  # what seemed past was planned
    earliest, latest = low[0] if low else date(1990, 1, 1), high[0] if high else date(2100, 1, 1)
    limits = [f"not before {low[0]}: {low[1]}"] if low else []
    limits += [f"not after {high[0]}: {high[1]}"] if high else []
    said, why = found.said, [found.why] if found.why else []
    first, last = bounds(said)
    if said is None:
        first, last, why = low and low[0], high and high[0], limits or [_NOTHING]
    elif first is None:
        days = _days(said, earliest, latest)
        for begin, end, name in sorted(found.windows, reverse=True):
            close = _days(said, max(begin, earliest), min(end, latest)) if begin <= latest and end >= earliest else []
            if len(days) > 1 and len(close) == 1:
                days, limits = close, [f"the year {close[0].year} from {name}"]
        if len(days) == 1:
            said = days[0].isoformat()
        if days:
            first = days[0] if low or len(days) == 1 else None
            last = days[-1] if high or len(days) == 1 else None
        why += limits
    return {"published": said, "published_from": first, "published_to": last, "published_why": "; ".join(why)}


def _numbered(rows: list[dict], numbers: list[int | None]) -> list[tuple[int, date, date]]:
    """Return (number, first day, last day) of the articles whose date and address are known, the public ones too."""
    public = pd.read_csv(DATA / "dates" / "article_ids.csv", dtype={"published": str})
    known = [(int(number), *bounds(said)) for number, said in zip(public.id, public.published, strict=True)]
    for row, number in zip(rows, numbers, strict=True):
        if number and row["published_from"] and row["published_to"] and "X" not in (row["published"] or "X"):
            known.append((number, row["published_from"], row["published_to"]))
    return sorted(known)


def date_articles(articles: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """Fill in when each article and teaser was published, and why we say so.

    Parameters
    ----------
    articles, documents : DataFrame
        As in the contract; of documents, `doc_id`, `text`, `source`, `url` and `fetched` are read.

    Returns
    -------
    DataFrame
        The articles with `published` (EDTF: `XXXX-04-22` where only the day is known, missing where nothing is),
        `published_from` and `published_to` (the bounds that follow) and `published_why` (the evidence, in words).

    Notes
    -----
    Evidence, strongest first: a date prefix, a date in the dateline, a day in the lead. Its year is settled by the
    first months of a year given as news (`neuf premiers mois 2020`), or where events told as past, the day of fetching and the address's
    number (they grow with time: those of articles with a known date are compared) leave one year only.

    Examples
    --------
    >>> from helpers.tables import frame
    >>> date_articles(frame("articles"), frame("documents")).empty
    True
    """
    sources = {row["doc_id"]: row for row in documents.to_dict("records")}
    texts = list(article_texts(articles))
    found = [_read(article, sources.get(article.doc_id, {})) for article in texts]
    pages: dict[str, tuple[date, str]] = {}
    for article, evidence in zip(texts, found, strict=True):
        if article.role == "teaser" and evidence.low:
            newest = max(evidence.low)
            pages[article.doc_id] = max(newest, pages.get(article.doc_id, newest))
    rows, numbers = [], []
    for article, evidence in zip(texts, found, strict=True):
        document, teaser = sources.get(article.doc_id, {}), article.role == "teaser"
        page = pages.get(article.doc_id) if teaser else None
        rows.append(_settled(evidence, [(page[0] - _SAME_PAGE, f"of another teaser of the page, {page[1]}")] if page else ()))
        address = " ".join(str(document.get(name) or "") for name in ("url", "source"))
        match = None if teaser else _NUMBER.search(address)
        numbers.append(int(match[1]) if match else None)
    known = _numbered(rows, numbers)
    for i, number in enumerate(numbers):
        if number and not (rows[i]["published_from"] and rows[i]["published_to"]):
            why = f"the number {number} in its address lies {{}} {{}} ({{}})"
            low = [(first, why.format("after", n, first)) for n, first, _ in known if n < number]
            high = [(last, why.format("before", n, last)) for n, _, last in known if n > number]
            rows[i] = _settled(found[i], low, high)
    types = {"published": "string", "published_why": "string", "published_from": "datetime64[s]", "published_to": "datetime64[s]"}
    columns = pd.DataFrame(rows, columns=list(types), index=articles.index).astype(types)
    return articles.assign(**{name: columns[name] for name in types})
