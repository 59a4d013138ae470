"""Find dates, periods and durations in French text and say them in ISO 8601 / EDTF.

Words, set phrases and the grammar are data (``data/dates``). One alternation finds the expressions, a reader a branch
says what was matched, then neighbours are joined into intervals (``du … au``, ``entre … et``). What is open stays open:
a yearless or relative expression is settled only where both bounds of the publication give the same answer.
"""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

import pandas as pd
from text_to_num import text2num

from helpers.paths import DATA


class Period(NamedTuple):
    """An expression of time, ``text[start:end]``.

    Attributes
    ----------
    start, end : int
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
    """

    start: int
    end: int
    value: str | None
    kind: str
    part: str | None = None
    link: str | None = None
    weekday: int | None = None


class _Atom(NamedTuple):
    """An expression whose year may be missing; ``low`` and ``high`` are (year, month, day), None where not said."""

    start: int
    end: int
    kind: str
    low: tuple | None = None
    high: tuple | None = None
    value: str | None = None
    settle: str = "near"  # how a missing year is found: near, part, to-date, next, last, open
    weekday: int | None = None
    days: tuple = ()
    part: str | None = None


class _Bounds(NamedTuple):
    earliest: date | None
    latest: date | None

    def agree(self, answer):
        """Return what the answer, a function of the day of publication, is for both bounds if it is the same."""
        if self.earliest is None or self.latest is None:
            return None
        first = answer(self.earliest)
        return first if first == answer(self.latest) else None


# --- words and grammar -------------------------------------------------------------------------------------------


def _table(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / "dates" / name, dtype=str, keep_default_na=False)


_WORDS = {kind: dict(zip(rows.form, rows.value, strict=True)) for kind, rows in _table("words.csv").groupby("kind")}
_PHRASES = {row.form: (row.kind, row.unit, row.offset) for row in _table("relative.csv").itertuples(index=False)}


def _either(forms, capital: bool = False) -> str:
    """Return a pattern for any of the forms, grouped by their first letter, which may be a capital."""
    groups: dict[str, list[str]] = {}
    for form in sorted(set(forms), key=lambda form: (-len(form), form)):
        groups.setdefault(form[0], []).append(re.escape(form[1:]).replace("\\ ", " "))
    heads = {first: f"[{first}{first.upper()}]" if capital else first for first in groups}
    return "(?:" + "|".join(f"{heads[first]}(?:{'|'.join(rest)})" for first, rest in groups.items()) + ")"


def _grammar() -> dict[str, re.Pattern]:
    """Compile the grammar: ``<NAME>`` is a piece, a blank one or two blanks of any sort, ``'`` any apostrophe."""
    words = _WORDS | {"phrase": _PHRASES, "rel": [form for form, (kind, *_) in _PHRASES.items() if kind in _YEARS]}
    pieces = {kind: _either(forms) for kind, forms in words.items()}
    pieces |= {kind.capitalize(): _either(forms, capital=True) for kind, forms in words.items()}
    branches, patterns = [], {}
    for role, name, pattern, _ in _table("grammar.csv").itertuples(index=False):
        pattern = re.sub(r"(?<!P)<(\w+)>", lambda piece: pieces.get(piece[1], piece[0]), pattern)
        if role == "piece":
            pieces[name] = f"(?:{pattern})"
        elif role == "branch":
            branches.append(f"(?P<{name}>{pattern})")
        else:
            patterns[name] = pattern
    # Most words begin no expression: their first letters say so before any branch is tried.
    begins = _either((form[:5] for kind in (*_BEGIN, "phrase") for form in words[kind]), capital=True)
    patterns["atom"] = f"{patterns['start']}(?=[\\dIVXTS]|{begins})(?:{'|'.join(branches)})"
    plain = {name: pattern.replace(" ", r"(?:[^\S\n]{1,2})") for name, pattern in patterns.items()}
    return {name: re.compile(pattern.replace("'", "['’ʼ]")) for name, pattern in plain.items()}


_YEARS = ("year", "whole")  # `l'an dernier`, `l'année`
_BEGIN = ("month", "short", "number", "ordinal", "weekday", "about", "begin")
_GRAMMAR = _grammar()


def _before(name: str, text: str, start: int) -> re.Match | None:
    return _GRAMMAR[name].search(text, max(start - 34, 0), start)


def _after(name: str, text: str, end: int) -> re.Match | None:
    return _GRAMMAR[name].match(text, end)


def _plain(surface: str) -> str:
    return re.sub(r"[’ʼ]", "'", re.sub(r"\s+", " ", surface)).lower()


def _month(form: str) -> int:
    return int(_WORDS["month"].get(form.lower()) or _WORDS["short"][form.lower()])


def _number(words: str) -> float:
    words = _plain(words)
    if words[0].isdigit():
        return float(re.sub(r"[.\s](?=\d{3})", "", words).replace(",", "."))
    return float(_WORDS["number"].get(words) or text2num(words, "fr"))


def _ordinal(form: str) -> int:
    digits = re.match(r"\d+", form)
    return int(digits[0]) if digits else int(_WORDS["ordinal"].get(form) or _WORDS["ordinal"][form.lower()])


def _scaled(unit: str, number: float) -> str:
    """Return a duration of so many units (`un an et demi` is 18 months)."""
    base = _WORDS["unit"].get(unit) or _WORDS["unit"][unit.removesuffix("s")]
    prefix, count, letter = re.fullmatch(r"(PT?)(\d+)(\w)", base).groups()
    total = number * int(count)
    if total % 1 and letter == "Y":
        total, letter = total * 12, "M"
    return f"{prefix}{total:g}{letter}"


def _relative(unit: str, offset: int, day: date) -> str:
    period = pd.Period(day, freq=unit) + offset
    if unit == "W":
        return "{}-W{:02d}".format(*period.start_time.isocalendar()[:2])
    return f"{period.start_time:%Y-%m}/{period.end_time:%Y-%m}" if unit == "Q" else str(period)


# --- one match: `_read_<branch>(match, text, bounds)` returns its atom, or None where it says no time -----------------


def _tail(text: str, end: int, bounds: _Bounds) -> tuple[int, int | None, int | None, str | None]:
    """Read what stands behind a month (`2020`, `de l'an dernier`, `prochain`): end, year, second year, settling."""
    match = _after("tail", text, end)
    if match is None or (match["year"] and _after("counted", text, match.end("year"))):
        return end, None, None, None
    if match["year"]:
        to = match["to"] and match["to"] > match["year"]
        return match.end("to" if to else "year"), int(match["year"]), int(match["to"]) if to else None, None
    if match["next"]:
        return match.end(), None, None, "next" if match["next"].startswith("proch") else "last"
    kind, unit, offset = _PHRASES[_plain(match["rel"])]
    if kind == "whole":
        return match.end(), None, None, None
    return match.end(), bounds.agree(lambda day: day.year + int(offset)) if unit else None, None, "open"


def _atom(match, kind, low=None, high=None, **more) -> _Atom:
    return _Atom(match.start(), match.end(), kind, low, high or low, **more)


def _years(match, first: int, last: int, kind: str) -> _Atom:
    return _atom(match, kind, (first, None, None), (last, None, None))


def _dated(match, text, bounds, kind, low, high=None, settle="near", need=False, **more) -> _Atom | None:
    """Return an atom of (month, day) ends with the year that stands behind it, if any (or None if one is needed)."""
    end, year, to, says = _tail(text, match.end(), bounds)
    if need and end == match.end():
        return None
    low, high = (year, *low), (to or year, *(high or low))
    return _Atom(match.start(), end, "range" if to else kind, low, high, settle=says or settle, **more)


def _read_day(match, text, bounds):
    days = [int(n) for n in re.findall(r"\d+", match[0])]
    if not all(1 <= day <= 31 for day in days) or days != sorted(days):
        return None
    words = re.findall(r"[^\W\d_]{3,}\.?", match[0])
    weekday = _WORDS["weekday"].get(words[0].lower()) if len(days) == 1 else None
    listed = re.search(r"\bet\b|,\s?\d", match[0]) and days[-1] - days[0] >= len(days)
    low, high = ((_month(words[-1]), day) for day in (days[0], days[-1]))
    more = {"weekday": weekday and int(weekday), "days": tuple(days) if listed else ()}
    return _dated(match, text, bounds, "range" if days[1:] and not listed else "date", low, high, **more)


def _read_numeric(match, text, bounds):
    """`2019-10`, `2019-10-27`, `27/10/2019`, `10/2019`, `27/10`."""
    numbers = [int(n) for n in re.findall(r"\d+", match[0])]
    if numbers[0] < 32:
        numbers.reverse()
    if numbers[0] < 32:
        numbers.insert(0, None)
    year, month, day = (*numbers, None)[:3]
    if not 1 <= month <= 12 or (day and not 1 <= day <= 31) or _before("law", text, match.start()):
        return None
    if day is None and "-" in match[0] and month == (year + 1) % 100 and not _before("prefix", text, match.start()):
        return _years(match, year, year + 1, "range")
    return _atom(match, "date" if day else "period", (year, month, day))


def _uncounted(match, text) -> bool:
    return not (_after("counted", text, match.end()) or _after("plural", text, match.end()))


def _read_span(match, text, bounds):
    first, last = re.findall(r"\d+", match[0])
    last = last if len(last) == 4 else first[:2] + last
    return _years(match, int(first), int(last), "range") if last > first and _uncounted(match, text) else None


def _read_year(match, text, bounds):
    """A number of four digits is a year where `en`, `depuis` … say so, or where nothing counts with it."""
    if _after("counted", text, match.end()) or _before("about", text, match.start()):
        return None
    sure = _before("sure", text, match.start()) or (int(match[0]) >= 1900 and _uncounted(match, text))
    return _years(match, int(match[0]), int(match[0]), "period") if sure else None


def _read_first(match, text, bounds):
    """`neuf premiers mois [de 2020]` are January to September; `trois dernières années` a duration."""
    *words, unit = match[0].split()
    number = _number(" ".join(word for word in words if not re.match("(?i)derni|premi|proch|pass", word)))
    length = _scaled(unit, number)
    months = re.fullmatch(r"P([1-9]|1[0-2])M", length)
    if months and "remi" in match[0]:
        atom = _dated(match, text, bounds, "period", (1, None), (int(months[1]), None), "to-date")
        if atom.end > match.end() or not _after("of", text, match.end()):
            return atom
    return _atom(match, "duration", value=length)


def _read_half(match, text, bounds):
    month, days = _month(match["halved"]), (1, 15) if _ordinal(match["halves"]) == 1 else (16, 31)
    return _dated(match, text, bounds, "range", (month, days[0]), (month, days[1]))


def _read_part(match, text, bounds):
    """`premier semestre`, `deuxième et troisième trimestres`, `premier mois de 2020`, `T3 2020`."""
    name = (match["short"] or match["size"]).lower()
    size = {"mois": 1, "moitié": 6}.get(name) or {"t": 3, "s": 6}[name[0]]
    orders = [_ordinal(n) for n in ((match["short"] or "")[1:], match["order"], match["second"]) if n]
    orders = [12 // size if order == -1 else order for order in orders]
    if not 1 <= min(orders) <= max(orders) <= 12 // size or _after("row", text, match.end()):
        return None
    ends = (size * (orders[0] - 1) + 1, None), (size * orders[-1], None)
    return _dated(match, text, bounds, "period", *ends, "part", need=name in ("mois", "moitié"))


def _read_century(match, text, bounds):
    century = int(_WORDS["roman"].get(match["roman"]) or re.match(r"\d+", match[0])[0])
    return _years(match, 100 * century - 99, 100 * century, "period")


def _read_decade(match, text, bounds):
    year = int(_number(match["ten"]))
    year += 1900 if year < 100 else 0
    return _years(match, year, year + 9, "period") if year % 10 == 0 and 1900 <= year <= 2090 else None


def _read_duration(match, text, bounds):
    unit = match["of"]
    if match["many"] or match["about"]:
        return _atom(
            match, "duration", value=None if match["many"] else _scaled(unit, float(_WORDS["about"][match["about"]]))
        )
    numbers = [_number(n) for n in re.split(r"\s(?:à|ou|et)\s(?!un\b)|–|(?<=\d)-(?=\d)", match["numbers"])]
    vague = unit in ("année", "jour", "journée", "nuit", "seconde") and _plain(match["numbers"]) in ("un", "une")
    if vague and not _before("lasting", text, match.start()):
        return None  # `une année charnière`
    if unit.startswith("heure") and numbers[0] <= 24 and _before("at", text, match.start()):
        return _atom(match, "time", value=f"T{numbers[0]:02.0f}:00")
    if unit == "mois" and len(numbers) == 1 and numbers[0] in range(1, 13):
        atom = _dated(match, text, bounds, "period", (1, None), (int(numbers[0]), None), "to-date")
        if atom.low[0]:
            return atom  # `en neuf mois 2020`
    half = 0.5 if match["plus"] else 0
    return _atom(match, "duration", value="/".join(_scaled(unit, number + half) for number in numbers))


def _read_clock(match, text, bounds):
    hour, minute = [*re.findall(r"\d+", match[0]), "00"][:2]
    return _atom(match, "time", value=f"T{int(hour):02d}:{minute}")


def _read_phrase(match, text, bounds):
    kind, unit, offset = _PHRASES[_plain(match[0])]
    if kind == "edge":  # `les premiers mois de 2020`
        return _dated(match, text, bounds, "period", (None, None), settle="open", part=unit)
    if kind == "whole" and not _before("left", text, match.start())["part"]:
        return None
    value = bounds.agree(lambda day: _relative(unit, int(offset), day)) if unit else None
    kind = kind if kind == "comparison" else "date" if unit == "D" else "period"
    if value and unit in "YMD":
        return _atom(match, kind, (*(int(n) for n in value.split("-")), None, None)[:3])
    return _atom(match, kind, value=value)


def _read_weekday(match, text, bounds):
    weekday = int(_WORDS["weekday"][match[0].lower()])
    end, *_, settle = _tail(text, match.end(), bounds)
    ahead = 7 if settle == "next" else 0
    day = bounds.agree(lambda day: day + timedelta(ahead - (day.isoweekday() - weekday) % 7))
    atom = _atom(match, "date", (day.year, day.month, day.day) if day else None)
    return atom._replace(end=end) if settle in ("next", "last") else atom


_READERS = {name.removeprefix("_read_"): reader for name, reader in globals().items() if name.startswith("_read_")} | {
    "iso": _read_numeric,
    "slash": _read_numeric,
    "month": lambda match, *where: _dated(match, *where, "period", (_month(match[0]), None)),
    "same": lambda match, *where: _dated(match, *where, "comparison", (None, None), settle="open"),
    "lunar": lambda match, *where: _atom(match, "date" if " du " in match[0] else "period"),
    "set": lambda match, *where: _atom(
        match, "set", value=_scaled(match["each"], _number(match["every"] or "1")) if match["each"] else None
    ),
}


# --- settling the year -------------------------------------------------------------------------------------------


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


def _year_near(atom: _Atom, ahead: bool, day: date) -> int:
    """Return the year that a text of this day means by a yearless expression.

    The nearest past, with two exceptions that news prose makes: a day or month that begins within 45 days (`du 17 au 19
    novembre` in a text of 14 November), or any behind a verb of the future, is to come. A quarter or semester may
    have just begun; the first months of a year must be over, or nearly so.
    """

    def first(year):
        return _date(year, *atom.low[1:]) or date(year, 3, 1)

    def last(year):
        return _date(year + _over(atom.low, atom.high), *atom.high[1:], last=True)

    years = [day.year + 1, day.year, day.year - 1]
    if atom.settle == "last":
        return next((year for year in years if last(year) < day), day.year - 2)
    if atom.settle == "next" or ahead:
        return next(year for year in years[::-1] if (last(year) >= day if ahead else first(year) > day))
    measure = last if atom.settle == "to-date" else first
    margin = timedelta(45 if atom.settle == "near" else 31)
    return next(year for year in years if measure(year) <= day + margin)


def _settle(atom: _Atom, ahead: bool, bounds: _Bounds) -> _Atom:
    if atom.settle == "open" or atom.low[1] is None:
        return atom
    year = bounds.agree(lambda day: _year_near(atom, ahead, day))
    if year is None and atom.weekday and bounds.earliest and bounds.latest:
        first, last = bounds.earliest - timedelta(300), bounds.latest + timedelta(45)
        days = [_date(year, *atom.low[1:]) for year in range(first.year, last.year + 1)]
        days = [day for day in days if day and first <= day <= last and day.isoweekday() == atom.weekday]
        year = days[0].year if len(days) == 1 else None
    if year is None:
        return atom
    return atom._replace(low=(year, *atom.low[1:]), high=(year + _over(atom.low, atom.high), *atom.high[1:]))


def _said(ends: tuple) -> str:
    year, month, day = ends
    if day == 31 and month:  # half months end with their month
        day = monthrange(year or 2001, month)[1]
    return "-".join([f"{year:04d}" if year else "XXXX", *(f"{part:02d}" for part in (month, day) if part)])


def _value(atom: _Atom, link: str | None) -> str | None:
    if atom.low is None or atom.low == (None, None, None):
        return atom.value
    if atom.days:
        return "{" + ",".join(_said((*atom.low[:2], day)) for day in atom.days) + "}"
    low, high = _said(atom.low), _said(atom.high)
    if low != high:
        return f"{low}/{high}"
    return {"since": f"{low}/..", "until": f"../{high}"}.get(link, low)


# --- the whole text ----------------------------------------------------------------------------------------------

_LINKS = {"depuis": "since", "jusqu": "until", "d'ici": "by", "à l'h": "horizon", "à par": "since", "à com": "since"}
_PARTS = {"début": "start", "mi": "mid", "fin": "end"}


def _named(names: dict[str, str], word: str | None) -> str | None:
    return next((name for start, name in names.items() if word and _plain(word).startswith(start)), None)


def _atoms(text: str, bounds: _Bounds) -> list[_Atom]:
    atoms, position = [], 0
    while match := _GRAMMAR["atom"].search(text, position):
        atom = _READERS[match.lastgroup](match, text, bounds)
        if atom:
            atoms.append(atom)
        position = atom.end if atom else match.start() + 1
    for i in range(len(atoms) - 2, -1, -1):  # `5 mai et 7 juin 2020`: a list says its year once
        one, two = atoms[i : i + 2]
        yearless = one.low and one.low[0] is None and one.low[1] and one.settle != "open"
        if yearless and two.low and two.low[0] and two.low[1] and _GRAMMAR["join"].fullmatch(text, one.end, two.start):
            year = two.low[0] - (one.low[1] > two.low[1])
            atoms[i] = one._replace(low=(year, *one.low[1:]), high=(year, *one.high[1:]))
    return atoms


def _joined(text: str, one: _Atom, two: _Atom, opener: str) -> _Atom | None:
    """Return the interval that two neighbours make (`de … à`, `entre … et`, `2019 – 2020`), if they do."""
    join = _GRAMMAR["join"].fullmatch(text, one.end, two.start)
    if not join or not one.low or not two.low or {one.kind, two.kind} - {"date", "period"}:
        return None
    to = join["to"] and (opener or (one.low[1] is None) == (two.low[1] is None))
    if not to and not (opener == "entre" and "et" in join[0]):
        return None
    low, high = one.low, two.high
    if low[0] and high[0] is None:
        high = (low[0] + _over(low, high), *high[1:])
    return one._replace(end=two.end, kind="range", low=low, high=high)


def _ahead(text: str, start: int) -> bool:
    """Say whether the last verb before the expression, in its sentence, is one of the future."""
    begin = max(text.rfind(". ", max(start - 90, 0), start), text.rfind("\n", max(start - 90, 0), start), start - 90, 0)
    *_, cue = [None, *_GRAMMAR["verb"].finditer(text, begin, start)]
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

    Examples
    --------
    >>> [period.value for period in find_periods("au cours des neuf premiers mois 2020, après le 1er mai")]
    ['2020-01/2020-09', 'XXXX-05-01']
    >>> find_periods("en baisse depuis l'an dernier", date(2020, 7, 1), date(2020, 12, 31))[0].value
    '2019/..'
    """
    limits = _Bounds(_day(earliest), _day(latest))
    atoms, found, floor = _atoms(text, limits)[::-1], [], 0
    while atoms:
        atom = atoms.pop()
        left = _GRAMMAR["left"].search(text, max(floor, atom.start - 34), atom.start)
        opener = _plain(left["link"] or "")
        pair = _joined(text, atom, atoms[-1], opener) if atoms else None
        if pair:
            atom = pair
            atoms.pop()
        floor = atom.end
        if atom.low and atom.low[0] is None:
            atom = _settle(atom, _ahead(text, atom.start), limits)
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
            if _before("versus", text, start):
                kind = "comparison"
        found.append(Period(start, atom.end, _value(atom, link), kind, part, link, atom.weekday))
    return found


def bounds(value: str | None) -> tuple[date | None, date | None]:
    """Return the first and last day of an EDTF / ISO 8601 value; None where it is open or not settled.

    Examples
    --------
    >>> bounds("2020-01/2020-09")
    (datetime.date(2020, 1, 1), datetime.date(2020, 9, 30))
    >>> bounds("2007/.."), bounds("XXXX-04-22"), bounds("P3Y")
    ((datetime.date(2007, 1, 1), None), (None, None), (None, None))
    """
    if value is None or pd.isna(value):
        return None, None
    ends = re.split("[/,]", value.strip("{}"))
    return _end(ends[0], last=False), _end(ends[-1], last=True)


def _end(value: str, last: bool) -> date | None:
    if week := re.fullmatch(r"(\d{4})-W(\d\d)", value):
        return date.fromisocalendar(int(week[1]), int(week[2]), 7 if last else 1)
    if not (found := re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", value)):
        return None
    return _date(*(number and int(number) for number in found.groups()), last)
