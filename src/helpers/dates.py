"""Find dates, periods and durations in French text and say them in ISO 8601 / EDTF.

`helpers.timewords` reads the single expressions; here neighbours are joined into intervals (``du … au``,
``entre … et``) and missing years settled. What is open stays open: a yearless or relative expression is settled only
where both bounds of the publication give the same answer.
"""

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from helpers.timewords import GRAMMAR, Atom, before, plain, read_atoms


class Bounds(NamedTuple):
    earliest: date | None
    latest: date | None

    def agree(self, answer):
        """Return what the answer, a function of the day of publication, is for both bounds if it is the same."""
        if self.earliest is None or self.latest is None:
            return None
        first = answer(self.earliest)
        return first if first == answer(self.latest) else None


class Period(NamedTuple):
    """An expression of time, ``text[start:end]``.

    Attributes
    ----------
    value : str or None
        ``2020-11-11``, ``XXXX-04-22``, ``2020-01/2020-09``, ``2007/..``, ``P3Y``, ``T14:30``; None when open.
    kind : str
        ``date`` a day (or days: ``{2020-05-05,2020-05-07}``); ``period`` a month, quarter, year …; ``range`` two ends
        or an open one; ``duration`` (``P3Y/P5Y`` from three to five years); ``time`` of day; ``set`` (``par an``);
        ``comparison`` (``en glissement annuel``, ``par rapport à 2019``; the value is that of the compared period).
    part : str or None
        ``start``, ``mid`` or ``end`` where only that part of the value is meant (``fin 2019``).
    link : str or None
        ``since``, ``until``, ``by`` (d'ici 2035), ``horizon``, ``between``, ``to-date`` (neuf premiers mois).
    weekday : int or None
        The day of the week printed beside a date, Monday 1.
    ahead : bool
        Whether a yearless expression stands behind a verb of the future.
    """

    start: int
    end: int
    value: str | None
    kind: str
    part: str | None = None
    link: str | None = None
    weekday: int | None = None
    ahead: bool = False


def _date(year: int, month: int | None, day: int | None, last: bool = False) -> date | None:
    """Return the first (or last) day of a year or month, or the day itself; None for a day that the year lacks."""
    if month is None:
        return date(year, 12, 31) if last else date(year, 1, 1)
    length = monthrange(year, month)[1]
    if day is None:
        return date(year, month, length if last else 1)
    return date(year, month, min(day, length)) if last or day <= length else None


def _over(low: tuple, high: tuple) -> bool:
    """Say whether an interval runs over the turn of the year (from November to February)."""
    return (high[1] or 0, high[2] or 0) < (low[1] or 0, low[2] or 0)


def _year_near(atom: Atom, ahead: bool, day: date) -> int:
    """Return the year that a text of this day means by a yearless expression.

    The nearest past, with two exceptions that news prose makes: a day or month that begins within 45 days (`du 17 au 19
    novembre` in a text of 14 November), or any behind a verb of the future, is to come. A quarter or semester may
    have just begun; the first months of a year must be over, or nearly so.
    """

    def first(year):
        return _date(year, *atom.low[1:])

    def last(year):
        return _date(year + _over(atom.low, atom.high), *atom.high[1:], last=True)

    years = [year for year in range(day.year + 5, day.year - 9, -1) if first(year)]  # there may be no 29 February
    if atom.settle == "last":
        return next(year for year in years if last(year) < day)
    if atom.settle == "next" or ahead:
        return next(year for year in years[::-1] if (last(year) >= day if ahead else first(year) > day))
    measure = last if atom.settle == "to-date" else first
    margin = timedelta({"near": 45, "begun": 0}.get(atom.settle, 31))
    return next(year for year in years if measure(year) <= day + margin)


def _relative(unit: str, offset: int, day: date) -> tuple | str:
    """Return the ends of the unit that lies so many from a day: as (year, month, day), or said where they are two."""
    if unit.isdigit():  # a weekday, the last one or so many days on
        day += timedelta(offset - (day.isoweekday() - int(unit)) % 7)
        return day.year, day.month, day.day
    period = pd.Period(day, freq=unit) + offset
    if unit == "W":
        return "{}-W{:02d}".format(*period.start_time.isocalendar()[:2])
    if unit == "Q":
        return f"{period.start_time:%Y-%m}/{period.end_time:%Y-%m}"
    return period.year, period.month if unit in "MD" else None, period.day if unit == "D" else None


def _resolved(atom: Atom, limits: Bounds) -> Atom:
    """Settle what is counted from the day of publication (`hier`, `mars de l'an dernier`)."""
    if not atom.relative or not (said := limits.agree(lambda day: _relative(*atom.relative, day))):
        return atom
    if atom.low:
        return atom._replace(low=(said[0], *atom.low[1:]), high=(said[0], *atom.high[1:]))
    return atom._replace(value=said) if isinstance(said, str) else atom._replace(low=said, high=said)


def _settle(atom: Atom, ahead: bool, bounds: Bounds) -> Atom:
    if atom.settle == "open" or atom.low is None or atom.low[0] or atom.low[1] is None:
        return atom
    year = bounds.agree(lambda day: _year_near(atom, ahead, day))
    if atom.weekday and bounds.earliest and bounds.latest:  # the weekday beside it must be right, and may decide
        years = [year] if year else range(bounds.earliest.year - 1, bounds.latest.year + 2)
        days = [day for year in years if (day := _date(year, *atom.low[1:])) and day.isoweekday() == atom.weekday]
        days = [day for day in days if bounds.earliest - timedelta(320) <= day <= bounds.latest + timedelta(45)]
        year = days[0].year if len(days) == 1 else None
    if year is None:
        return atom
    return atom._replace(low=(year, *atom.low[1:]), high=(year + _over(atom.low, atom.high), *atom.high[1:]))


@lru_cache(1 << 12)
def _said(ends: tuple) -> str:
    year, month, day = ends
    if day == 31 and month:  # half months end with their month
        day = monthrange(year or 2001, month)[1]
    return "-".join([f"{year:04d}" if year else "XXXX", *(f"{part:02d}" for part in (month, day) if part)])


def _value(atom: Atom, link: str | None) -> str | None:
    if atom.low is None or atom.low == (None, None, None):
        return atom.value
    if atom.days:
        return "{" + ",".join(_said((*atom.low[:2], day)) for day in atom.days) + "}"
    low, high = _said(atom.low), _said(atom.high)
    if low != high:
        return f"{low}/{high}"
    return {"since": f"{low}/..", "until": f"../{high}"}.get(link, low)


_LINKS = {"depuis": "since", "jusqu": "until", "d'ici": "by", "à l'h": "horizon", "à par": "since", "à com": "since"}
_PARTS = {"début": "start", "mi": "mid", "fin": "end"}


def _named(names: dict[str, str], word: str | None) -> str | None:
    said = plain(word or "")
    return next((name for start, name in names.items() if said.startswith(start)), None)


def _with_shared_years(text: str, atoms: list[Atom]) -> list[Atom]:
    """Give the members of a list the year that it says once, at its end (`5 mai et 7 juin 2020`)."""
    for i in range(len(atoms) - 2, -1, -1):
        one, two = atoms[i : i + 2]
        yearless = one.low and one.low[0] is None and one.low[1] and one.settle != "open"
        if yearless and two.low and two.low[0] and two.low[1] and GRAMMAR["join"].fullmatch(text, one.end, two.start):
            year = two.low[0] - (one.low[1] > two.low[1])
            atoms[i] = one._replace(low=(year, *one.low[1:]), high=(year, *one.high[1:]))
    return atoms


def _joined(text: str, one: Atom, two: Atom, opener: str) -> Atom | None:
    """Return the interval that two neighbours make (`de … à`, `entre … et`, `2019 – 2020`), if they do."""
    join = GRAMMAR["join"].fullmatch(text, one.end, two.start)
    if not join or not one.low or not two.low or {one.kind, two.kind} - {"date", "period"}:
        return None
    to = join["to"] and (opener or (one.low[1] is None) == (two.low[1] is None))
    if not to and not (opener == "entre" and "et" in join[0]):
        return None
    low, high = one.low, two.high
    if low[0] and high[0] is None:
        high = (low[0] + _over(low, high), *high[1:])
    first_months = low[1:] == (1, None) and high[1] and not high[2]
    return one._replace(end=two.end, kind="range", low=low, high=high, settle="to-date" if first_months else one.settle)


def _since_until(text: str, one: Period, two: Period) -> Period | None:
    """Return the interval that two neighbours make: `depuis le début de l'année jusqu'à fin novembre`."""
    if (one.link, two.link) != ("since", "until") or text[one.end : two.start].strip(" ,"):
        return None
    low, high = (one.value or two.value[3:7]).removesuffix("/.."), two.value[3:]
    low = f"{low}-01" if len(low) == 4 else low
    return one._replace(end=two.end, value=f"{low}/{high}", link="between") if low <= high else None


def _ahead(text: str, start: int) -> bool:
    """Say whether the last verb before the expression, in its sentence, is one of the future."""
    begin = max(text.rfind(". ", max(start - 90, 0), start), text.rfind("\n", max(start - 90, 0), start), start - 90, 0)
    *_, cue = [None, *GRAMMAR["verb"].finditer(text, begin, start)]
    return bool(cue and cue["future"])


def _day(value) -> date | None:
    return None if value is None or pd.isna(value) else value.date() if hasattr(value, "date") else value


def find_periods(text: str, earliest: date | None = None, latest: date | None = None) -> list[Period]:
    """Find what a French text says of time.

    Parameters
    ----------
    text : str
    earliest, latest : datetime.date or Timestamp, optional
        Bounds of the text's day of publication. A yearless or relative expression is settled against them only where
        both give the same answer, else it stays open (``XXXX-04-22``, or None).

    Returns
    -------
    list of Period
        In reading order, not overlapping. The span holds the words that make the value (``depuis``, ``d'ici``,
        ``entre … et``, ``fin``), no other preposition or article.

    Notes
    -----
    Values follow the Extended Date/Time Format (ISO 8601-2); what counts as an expression follows TimeML's TIMEX3, less
    vague adverbs (``actuellement``, ``récemment``) and adjectives (``annuel``).

    Examples
    --------
    >>> [period.value for period in find_periods("au cours des neuf premiers mois 2020, après le 1er mai")]
    ['2020-01/2020-09', 'XXXX-05-01']
    >>> find_periods("en baisse depuis l'an dernier", date(2020, 7, 1), date(2020, 12, 31))[0].value
    '2019/..'
    """
    limits = Bounds(_day(earliest), _day(latest))
    atoms = [_resolved(atom, limits) if atom.low else atom for atom in read_atoms(text)]
    atoms = _with_shared_years(text, atoms)[::-1]
    found, floor = [], 0
    while atoms:
        atom = atoms.pop()
        left = GRAMMAR["left"].search(text, max(floor, atom.start - 34), atom.start)
        opener = plain(left["link"]) if left["link"] else ""
        pair = _joined(text, atom, atoms[-1], opener) if atoms else None
        if pair:
            atoms.pop()
        # What is joined does not hang on the day of publication.
        atom = pair or (atom if atom.low else _resolved(atom, limits))
        floor = atom.end
        ahead = bool(atom.low and atom.low[0] is None and _ahead(text, atom.start))
        if opener.startswith("depuis") and atom.settle == "near" and not ahead:
            atom = atom._replace(settle="begun")
        atom = _settle(atom, ahead, limits)
        start, kind, part = atom.start, atom.kind, atom.part
        link = "to-date" if atom.settle == "to-date" else None
        if kind in ("date", "period", "range"):
            if left["part"] and (named := _named(_PARTS, left["part"])):
                start, part = left.start("part"), part if pair else named
            if named := _named(_LINKS, opener):
                start, link = left.start("link"), named
                kind = "range" if named in ("since", "until") else kind
            elif opener and (pair or (kind == "range" and opener == "du")):
                start, link = left.start("link"), "between"
            if before("versus", text, start):
                kind = "comparison"
        found.append(Period(start, atom.end, _value(atom, link), kind, part, link, atom.weekday, ahead))
        if len(found) > 1 and (whole := _since_until(text, *found[-2:])):
            found[-2:] = [whole]
    return found


@lru_cache(1 << 12)
def bounds(value: str | None) -> tuple[date | None, date | None]:
    """Return the first and last day of an EDTF / ISO 8601 value.

    None stands at an end that is open or not settled. Values are those of `Period` and of the columns `published` and
    `period`.

    Examples
    --------
    >>> bounds("2020-01/2020-09"), bounds("2007/..")
    ((datetime.date(2020, 1, 1), datetime.date(2020, 9, 30)), (datetime.date(2007, 1, 1), None))
    """
    if value is None or pd.isna(value):
        return None, None
    ends = re.split("[/,]", value.strip("{}"))
    return _end(ends[0], last=False), _end(ends[-1], last=True)


def years_on(value: str, years: int) -> str:
    """Return a period that lies some years later, or earlier.

    Examples
    --------
    >>> years_on("2020-01/2020-09", -1), years_on("2019", 1)
    ('2019-01/2019-09', '2020')
    """
    return re.sub(r"\d{4}", lambda year: str(int(year[0]) + years), value)


def _end(value: str, last: bool) -> date | None:
    if week := re.fullmatch(r"(\d{4})-W(\d\d)", value):
        return date.fromisocalendar(int(week[1]), int(week[2]), 7 if last else 1)
    if not (found := re.fullmatch(r"([1-9]\d{3})(?:-(0[1-9]|1[0-2]))?(?:-([0-3]\d))?", value)):
        return None
    return _date(*(number and int(number) for number in found.groups()), last)
