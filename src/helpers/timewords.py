"""Read single expressions of time in French text: words, set phrases and grammar are data (``data/dates``).

One alternation finds them; a reader a branch says what was matched, as an `Atom` whose year may still be missing.
"""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

import pandas as pd
from text_to_num import text2num

from helpers.paths import DATA


class Atom(NamedTuple):
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


class Bounds(NamedTuple):
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
    words = _WORDS | {"phrase": _PHRASES, "rel": [form for form, (kind, *_) in _PHRASES.items() if kind in _YEARLY]}
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


_YEARLY = ("year", "whole")  # `l'an dernier`, `l'année`
_BEGIN = ("month", "short", "number", "ordinal", "weekday", "about", "begin")
GRAMMAR = _grammar()


def before(name: str, text: str, start: int) -> re.Match | None:
    return GRAMMAR[name].search(text, max(start - 34, 0), start)


def _after(name: str, text: str, end: int) -> re.Match | None:
    return GRAMMAR[name].match(text, end)


def plain(surface: str) -> str:
    return re.sub(r"[’ʼ]", "'", re.sub(r"\s+", " ", surface)).lower()


def _month(form: str) -> int:
    return int(_WORDS["month"].get(form.lower()) or _WORDS["short"][form.lower()])


def _number(words: str) -> float:
    words = plain(words)
    if words[0].isdigit():
        return float(re.sub(r"[.\s](?=\d{3})", "", words).replace(",", "."))
    try:
        return float(_WORDS["number"].get(words) or text2num(words, "fr"))
    except ValueError:  # `deux trois ans`: no number of French, the last word counts
        return float(_WORDS["number"][re.split(r"[ -]", words)[-1]])


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


def _tail(text: str, end: int, bounds: Bounds) -> tuple[int, int | None, int | None, str | None]:
    """Read what stands behind a month (`2020`, `de l'an dernier`, `prochain`): end, year, second year, settling."""
    match = _after("tail", text, end)
    if match is None or (match["year"] and _after("counted", text, match.end("year"))):
        return end, None, None, None
    if match["year"]:
        to = match["to"] and match["to"] > match["year"]
        return match.end("to" if to else "year"), int(match["year"]), int(match["to"]) if to else None, None
    if match["next"]:
        return match.end(), None, None, "next" if match["next"].startswith("proch") else "last"
    kind, _, offset = _PHRASES[plain(match["rel"])]
    if kind == "whole":
        return match.end(), None, None, None
    return match.end(), bounds.agree(lambda day: day.year + int(offset)) if offset else None, None, "open"


def _atom(match, kind, low=None, high=None, **more) -> Atom:
    return Atom(match.start(), match.end(), kind, low, high or low, **more)


def _years(match, first: int, last: int, kind: str) -> Atom:
    return _atom(match, kind, (first, None, None), (last, None, None))


def _dated(match, text, bounds, kind, low, high=None, settle="near", need=False, **more) -> Atom | None:
    """Return an atom of (month, day) ends with the year that stands behind it, if any (or None if one is needed)."""
    end, year, to, says = _tail(text, match.end(), bounds)
    if need and end == match.end():
        return None
    low, high = (year, *low), (to or year, *(high or low))
    return Atom(match.start(), end, "range" if to else kind, low, high, settle=says or settle, **more)


def _read_day(match, text, bounds):
    days = [int(n) for n in re.findall(r"\d+", match[0])]
    words = re.findall(r"[^\W\d_]{3,}\.?", match[0])
    if days != sorted(days) or days[0] < 1 or days[-1] > monthrange(2000, _month(words[-1]))[1]:
        return None
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
    if not 1 <= month <= 12 or not 1 <= (day or 1) <= monthrange(year or 2000, month)[1]:
        return None
    if before("law", text, match.start()):
        return None
    if day is None and "-" in match[0] and month == (year + 1) % 100 and not before("prefix", text, match.start()):
        return _years(match, year, year + 1, "range")
    return _atom(match, "date" if day else "period", (year, month, day))


def _uncounted(match, text) -> bool:
    return not (_after("counted", text, match.end()) or _after("plural", text, match.end()))


def _read_span(match, text, bounds):
    first, last = re.findall(r"\d+", match[0])
    last = last if len(last) == 4 else first[:2] + last
    return _years(match, int(first), int(last), "range") if last > first and _uncounted(match, text) else None


def _read_year(match, text, bounds):
    """A number of four digits is a year where nothing counts with it; an old or a counted one where `en` … says so."""
    if _after("counted", text, match.end()) or before("about", text, match.start()):
        return None
    year, sure, alone = int(match[0]), before("sure", text, match.start()), _uncounted(match, text)
    strong = sure and sure["strong"]
    if (alone and (year >= (1000 if strong else 1800 if sure else 1900))) or (strong and year >= 1900):
        return _years(match, year, year, "period")
    return None


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
    vague = unit in ("année", "jour", "journée", "nuit", "seconde") and plain(match["numbers"]) in ("un", "une")
    if vague and not before("lasting", text, match.start()):
        return None  # `une année charnière`
    if unit.startswith("heure") and numbers[0] <= 24 and before("at", text, match.start()):
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
    kind, unit, offset = _PHRASES[plain(match[0])]
    if kind == "edge":  # `les premiers mois de 2020`
        return _dated(match, text, bounds, "period", (None, None), settle="open", part=unit)
    if kind == "whole" and not before("left", text, match.start())["part"]:
        return None
    value = bounds.agree(lambda day: _relative(unit, int(offset), day)) if offset else None
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


def read_atoms(text: str, bounds: Bounds) -> list[Atom]:
    """Return the single expressions of time in a text, in reading order.

    Examples
    --------
    >>> [atom.low for atom in read_atoms("le 3 mai, puis en 2020", Bounds(None, None))]
    [(None, 5, 3), (2020, None, None)]
    """
    atoms, position = [], 0
    while match := GRAMMAR["atom"].search(text, position):
        atom = _READERS[match.lastgroup](match, text, bounds)
        if atom:
            atoms.append(atom)
        position = atom.end if atom else match.start() + 1
    return atoms
