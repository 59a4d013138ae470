"""Read single expressions of time in French text: words, set phrases and grammar are data (``data/dates``).

An automaton finds where one may begin, one alternation matches it, and a reader a branch says what was matched, as an
`Atom` whose year may still be missing: what depends on the day of publication is settled in `helpers.dates`.
"""

import csv
import re
from calendar import monthrange
from functools import cache, lru_cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick
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
    relative: tuple[str, int] | None = None  # so many units from the day of publication, or a weekday near it
    weekday: int | None = None
    days: tuple = ()
    part: str | None = None


# --- words and grammar -------------------------------------------------------------------------------------------


def _rows(name: str) -> list[list[str]]:
    with (DATA / "dates" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


_WORDS: dict[str, dict[str, str]] = {}
for _kind, _form, _said in _rows("words.csv"):
    _WORDS.setdefault(_kind, {})[_form] = _said
_PHRASES = {form: (kind, unit, offset) for kind, form, unit, offset in _rows("relative.csv")}


def _either(forms, capital: bool = False) -> str:
    """Return a pattern for any of the forms, grouped by their first letter, which may be a capital."""
    groups: dict[str, list[str]] = {}
    for form in sorted(set(forms), key=lambda form: (-len(form), form)):
        groups.setdefault(form[0], []).append(re.escape(form[1:]).replace("\\ ", " "))
    heads = {first: f"[{first}{first.upper()}]" if capital else first for first in groups}
    return "(?:" + "|".join(f"{heads[first]}(?:{'|'.join(rest)})" for first, rest in groups.items()) + ")"


def _grammar() -> tuple[dict[str, re.Pattern], dict[str, tuple[str, list[str]]]]:
    """Return the contexts and the branches of the grammar, these in order of preference, with what they may begin with.

    ``<NAME>`` is a piece, a blank one or two blanks of any sort, ``'`` any apostrophe; a branch is a group of its name.
    """
    words = _WORDS | {"phrase": _PHRASES, "rel": [form for form, (kind, *_) in _PHRASES.items() if kind in _YEARLY]}
    pieces = {kind: _either(forms) for kind, forms in words.items()}
    pieces |= {kind.capitalize(): _either(forms, capital=True) for kind, forms in words.items()}
    near = [form[:3] for kind in ("month", "short", "unit", "weekday") for form in _WORDS[kind]]
    pieces["near"] = _either([*near, "der", "pre", "pro", "pas"], capital=True)
    branches, contexts = {}, {}
    for role, name, begins, pattern, _ in _rows("grammar.csv"):
        pattern = re.sub(r"(?<!P)<(\w+)>", lambda piece: pieces.get(piece[1], piece[0]), pattern)
        spelled = pattern.replace(" ", r"(?:[^\S\n]{1,2})").replace("'", "['’ʼ]")
        if role == "piece":
            pieces[name] = f"(?:{pattern})"
        elif role == "branch":
            branches[name] = f"(?P<{name}>{spelled})", begins.split()
        else:
            contexts[name] = re.compile(spelled)
    return contexts, branches


def _beginnings() -> tuple[AhoCorasick, list[frozenset[str]]]:
    """Return the automaton of the words that an expression may begin with, and the kind of each."""
    begins = {kind for _, kinds in _BRANCHES.values() for kind in kinds}
    kinds = {kind: set(forms) for kind, forms in _WORDS.items() if kind in begins}
    kinds |= {"phrase": set(_PHRASES)}
    kinds["roman"] = {form + mark for form in _WORDS["roman"] for mark in "eèᵉ "}
    stems = set()
    for kind, forms in kinds.items():
        for stem in {re.match(r"(.{1,5})\w*", form)[0] for form in forms}:
            for blank in (" ", "  ", "\xa0", "\u202f"):
                stems |= {(kind, stem.replace(" ", blank).replace("'", mark)) for mark in "'’ʼ"}
    stems |= {(kind, stem[0].upper() + stem[1:]) for kind, stem in stems}
    ordered = sorted(stems)
    return AhoCorasick([stem for _, stem in ordered]), [frozenset((kind,)) for kind, _ in ordered]


_LONG = 50_000  # characters of a text whose expressions are not kept
_YEARLY = ("year", "whole")  # `l'an dernier`, `l'année`
GRAMMAR, _BRANCHES = _grammar()
_BEGINNINGS, _KINDS = _beginnings()
# Most numbers say no time: a look at what follows spares all branches.
_DIGIT, _NUMBER = frozenset(("digit",)), frozenset(("number",))
_DIGITS = re.compile(rf"[0-9](?<!\d\d)(?<=(?={GRAMMAR['digit'].pattern}).)")


@cache
def alternation(kinds: frozenset[str]) -> re.Pattern:
    """Return the pattern of all expressions that begin with a word of one of these kinds."""
    branches = (pattern for pattern, begins in _BRANCHES.values() if kinds.intersection(begins))
    return re.compile(f"{GRAMMAR['start'].pattern}(?:{'|'.join(branches)})")


def before(name: str, text: str, start: int, width: int = 34) -> re.Match | None:
    return GRAMMAR[name].search(text, max(start - width, 0), start)


def _after(name: str, text: str, end: int) -> re.Match | None:
    return GRAMMAR[name].match(text, end)


@lru_cache(1 << 12)
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
    except ValueError:  # `deux trois ans`, `cinq quatre-vingts`: no number of French, the last word counts
        *before, last = words.split(" " if " " in words else "-")
        return _number(last) if before else float(_WORDS["number"][last.removesuffix("s")])


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


# --- one match: `_read_<branch>(match, text)` returns its atom, or None where it says no time ------------------------


def _tail(text: str, end: int) -> tuple[int, dict]:
    """Read what stands behind a month (`2020`, `de l'an dernier`, `prochain`): where it ends, and what it says."""
    match = _after("tail", text, end)
    if match is None or (match["year"] and _after("counted", text, match.end("year"))):
        return end, {}
    if match["year"]:
        to = match["to"] and match["to"] > match["year"]
        return match.end("to" if to else "year"), {"year": int(match["year"]), "to": int(match["to"]) if to else None}
    if match["next"]:
        return match.end(), {"settle": "next" if match["next"].startswith("proch") else "last"}
    kind, _, offset = _PHRASES[plain(match["rel"])]
    if kind == "whole":
        return match.end(), {}
    return match.end(), {"settle": "open", "relative": ("Y", int(offset)) if offset else None}


def _atom(match, kind, low=None, high=None, **more) -> Atom:
    return Atom(match.start(), match.end(), kind, low, high or low, **more)


def _years(match, first: int, last: int, kind: str) -> Atom:
    return _atom(match, kind, (first, None, None), (last, None, None))


def _dated(match, text, kind, low, high=None, need=False, **more) -> Atom | None:
    """Return an atom of (month, day) ends with the year that stands behind it, if any (or None if one is needed)."""
    end, said = _tail(text, match.end())
    if need and end == match.end():
        return None
    year, to = said.pop("year", None), said.pop("to", None)
    low, high = (year, *low), (to or year, *(high or low))
    return Atom(match.start(), end, "range" if to else kind, low, high, **more | said)


def _read_day(match, text):
    days = [int(n) for n in re.findall(r"\d+", match[0])]
    words = re.findall(r"(?:er|ᵉʳ)?([^\W\d_]{3,}\.?)", match[0])  # `1erjanvier`
    if days != sorted(days) or days[0] < 1 or days[-1] > monthrange(2000, _month(words[-1]))[1]:
        return None
    weekday = _WORDS["weekday"].get(words[0].lower()) if len(days) == 1 else None
    listed = re.search(r"\bet\b|,\s?\d", match[0]) and days[-1] - days[0] >= len(days)
    low, high = ((_month(words[-1]), day) for day in (days[0], days[-1]))
    more = {"weekday": weekday and int(weekday), "days": tuple(days) if listed else ()}
    return _dated(match, text, "range" if days[1:] and not listed else "date", low, high, **more)


def _read_numeric(match, text):
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


def _read_span(match, text):
    first, last = re.findall(r"\d+", match[0])
    last = last if len(last) == 4 else first[:2] + last
    if last <= first or _after("counted", text, match.end()) or _after("plural", text, match.end()):
        return None
    return _years(match, int(first), int(last), "range")


def _read_year(match, text):
    """A number of four digits is a year where nothing counts with it; an old or a counted one where `en` … says so."""
    if _after("counted", text, match.end()) or before("about", text, match.start(), 16):
        return None
    year, sure = int(match[0]), before("sure", text, match.start(), 16)
    alone = not _after("plural", text, match.end())
    strong = sure and sure["strong"]
    if (alone and (year >= (1000 if strong else 1800 if sure else 1900))) or (strong and year >= 1900):
        return _years(match, year, year, "period")
    return None


def _read_first(match, text):
    """`neuf premiers mois [de 2020]` are January to September; `trois dernières années` a duration."""
    *words, unit = match[0].split()
    number = _number(" ".join(word for word in words if not re.match("(?i)derni|premi|proch|pass", word)))
    length = _scaled(unit, number)
    months = re.fullmatch(r"P([1-9]|1[0-2])M", length)
    if months and "remi" in match[0]:
        atom = _dated(match, text, "period", (1, None), (int(months[1]), None), settle="to-date")
        if atom.end > match.end() or not _after("of", text, match.end()):
            return atom
    return _atom(match, "duration", value=length)


def _read_half(match, text):
    month, days = _month(match["halved"]), (1, 15) if _ordinal(match["halves"]) == 1 else (16, 31)
    return _dated(match, text, "range", (month, days[0]), (month, days[1]))


def _read_part(match, text):
    """`premier semestre`, `deuxième et troisième trimestres`, `premier mois de 2020`, `T3 2020`."""
    name = (match["short"] or match["size"]).lower()
    size = {"mois": 1, "moitié": 6, "bimestre": 2}.get(name) or {"t": 3, "s": 6}[name[0]]
    orders = [_ordinal(n) for n in ((match["short"] or "")[1:], match["order"], match["second"]) if n]
    orders = [12 // size if order == -1 else order for order in orders]
    if not 1 <= min(orders) <= max(orders) <= 12 // size or _after("row", text, match.end()):
        return None
    ends = (size * (orders[0] - 1) + 1, None), (size * orders[-1], None)
    return _dated(match, text, "period", *ends, settle="part", need=name in ("mois", "moitié"))


def _read_century(match, text):
    century = int(_WORDS["roman"].get(match["roman"]) or re.match(r"\d+", match[0])[0])
    return _years(match, 100 * century - 99, 100 * century, "period")


def _read_decade(match, text):
    year = int(_number(match["ten"]))
    year += 1900 if year < 100 else 0
    return _years(match, year, year + 9, "period") if year % 10 == 0 and 1900 <= year <= 2090 else None


def _read_duration(match, text):
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
        atom = _dated(match, text, "period", (1, None), (int(numbers[0]), None), settle="to-date")
        if atom.low[0] or atom.relative:
            return atom  # `en neuf mois 2020`
    half = 0.5 if match["plus"] else 0
    return _atom(match, "duration", value="/".join(_scaled(unit, number + half) for number in numbers))


def _read_clock(match, text):
    hour, minute = [*re.findall(r"\d+", match[0]), "00"][:2]
    return _atom(match, "time", value=f"T{int(hour):02d}:{minute}")


def _read_phrase(match, text):
    kind, unit, offset = _PHRASES[plain(match[0])]
    if kind == "edge":  # `les premiers mois de 2020`
        return _dated(match, text, "period", (None, None), settle="open", part=unit)
    if kind == "whole" and not before("left", text, match.start())["part"]:
        return None
    kind = kind if kind == "comparison" else "date" if unit == "D" else "period"
    return _atom(match, kind, settle="open", relative=(unit, int(offset)) if offset else None)


def _read_weekday(match, text):
    end, said = _tail(text, match.end())
    named = said.get("settle") in ("next", "last")
    relative = (_WORDS["weekday"][match[0].lower()], 7 if said.get("settle") == "next" else 0)
    return Atom(match.start(), end if named else match.end(), "date", settle="open", relative=relative)


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


@lru_cache(maxsize=1 << 12)
def _kept(text: str) -> tuple[Atom, ...]:
    kinds = {match.start(): _DIGIT for match in _DIGITS.finditer(text)}
    for number, start, _ in _BEGINNINGS.find_matches_as_indexes(text, overlapping=True):
        if not (start and text[start - 1].isalpha()) or text[start - 2 : start] == "es":
            kinds[start] = kinds[start] | _KINDS[number] if start in kinds else _KINDS[number]
    atoms, position = [], 0
    for start in sorted(kinds):
        found = kinds[start]
        if start < position or (found == _NUMBER and not _after("number", text, start)):
            continue
        match = alternation(found).match(text, start)
        if match and (atom := _READERS[match.lastgroup](match, text)):
            atoms.append(atom)
            position = atom.end
    return tuple(atoms)


def read_atoms(text: str) -> tuple[Atom, ...]:
    """Return the single expressions of time in a text, in reading order; those of the last texts are kept.

    Examples
    --------
    >>> [atom.low for atom in read_atoms("le 3 mai, puis en 2020")]
    [(None, 5, 3), (2020, None, None)]
    """
    return _kept(text) if len(text) < _LONG else _kept.__wrapped__(text)
