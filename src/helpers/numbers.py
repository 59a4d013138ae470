"""Read the numbers of French text: digits and words with their scale, and ordinals; `helpers.counted` says of what.

A number is a numeral (`253.400`, `4,1`, `quatre-vingt-dix`, `deux virgule cinq`) with an optional sign and scales
(`milliards`, `un million et demi`, `2 millions 500 mille`). Digits follow the agency's typography: comma for decimals,
dot or space for thousands. Words are delimited by a pattern here and read by text2num. An automaton finds where a
number may begin; patterns are anchored there and every repeat is bounded: the cost is linear in the text.
"""

import csv
import re
from functools import cache, lru_cache
from typing import NamedTuple
from unicodedata import normalize, numeric

from ahocorasick_rs import AhoCorasick
from text_to_num import alpha2digit

from helpers.paths import DATA

# A blank inside a line, of any width: texts have no-break and thin ones in front of `%` and in thousands.
BLANK = r"[^\S\n]"
SIGNS = frozenset("+-−–‐‑﹣－")
SMALL = frozenset(("de", "du", "d", "des", "la", "le", "l", "les"))


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of ``data/numbers/<name>.csv``."""
    with (DATA / "numbers" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@lru_cache(maxsize=1 << 14)
def fold(form: str) -> str:
    """Return the key of a term of words: no capitals, accents, plural marks, nor the articles and `de` inside it.

    Examples
    --------
    >>> fold("Dollars des États-Unis"), fold("mètres-cubes")
    ('dollar etat uni', 'metre cube')
    """
    plain = "".join(c for c in normalize("NFKD", form.lower()) if c < "\u0300" or c > "\u036f")
    first, *rest = re.split(r"[\s'’-]+", plain)
    words = (first, *(word for word in rest if word not in SMALL))
    return " ".join(word.rstrip("sx") if len(word) > 3 else word for word in words)


def is_word(form: str) -> bool:
    """Say whether a form is of words, which take capitals and plural marks; symbols (`km`, `kWh`, `USD`) do not."""
    return "/" not in form and bool(re.search("[a-zà-ÿœ]{3}", form)) and bool(re.search("[aeiouyéèêôœ]", form))


def alternatives(forms) -> str:
    """Return a pattern for any of the forms, longest first: words may have a plural mark, symbols stand as they are."""
    patterns = []
    for form in sorted(forms, key=lambda form: (-len(form), form)):
        pieces = [re.escape(piece) + ("[sx]?" if is_word(piece) else "") for piece in re.split(r"[ -]", form)]
        pattern = r"[\s-]".join(pieces).replace("'", "['’]") + (r"(?!\w)" if form[-1].isalnum() else "")
        patterns.append(f"(?i:{pattern})" if is_word(form) else pattern)
    return "|".join(patterns)


class Number(NamedTuple):
    """A number in ``text[start:end]``: its numeral with its sign, and the scale (1 where none is printed).

    ``form`` is ``plain`` (digits without separator: may be a year), ``digits``, ``words`` or ``ordinal`` (`4e`,
    `troisième`); ``approximate`` says that the scale is a rough one (`une dizaine`).
    """

    start: int
    end: int
    numeral: float
    scale: float
    form: str
    approximate: bool = False
    signed: bool = False

    @property
    def value(self) -> float:
        # 278.43 * 1e6 is 278430000.00000003 in binary: fifteen significant digits are more than any text prints.
        return float(f"{self.numeral * self.scale:.15g}")


# --- words -----------------------------------------------------------------------------------------------------------
def _either(forms) -> str:
    return "(?:" + "|".join(sorted(forms, key=lambda form: (-len(form), form))) + ")"


def _words(role: str) -> dict[str, float]:
    return {row["form"]: float(row["value"]) for row in table("number_words") if row["role"] == role}


_CARDINALS, _ORDINALS, _ROMANS = _words("number"), _words("ordinal"), _words("roman")
_SCALES = {form: row for row in table("scales") for form in (fold(row["form"]), row["form"])}
_SCALE = alternatives(row["form"] for row in table("scales") if not row["place"])
_PREFIXES = _either(row["form"] for row in table("scales") if row["place"] == "sign")
_SCALE += rf"|{_PREFIXES}(?={BLANK}?(?:[$€£¥₫₩]|US\$|(?:USD|EUR|VND|CNY|CHF)(?!\w)|(?:de{BLANK}|d['’])(?:dollar|euro)))"
_JOINT = "[ \xa0-]"
_WORD = rf"{_either(_CARDINALS)}(?!\w)"
SPELLED = rf"{_WORD}(?:{_JOINT}(?:et{_JOINT}(?=une?\b|onze))?(?:{_WORD}|une?(?!\w))){{0,14}}"
_POINT = rf"{BLANK}virgule(?:{_JOINT}(?:{_WORD}|un(?!\w))){{1,9}}"
_LAST = rf"{_JOINT}(?:et{_JOINT})?{_either(form for form in _ORDINALS if form.endswith('ième'))}(?!\w)"
AND_HALF = rf"{BLANK}et{BLANK}demie?(?!\w)"
# `un` and `une` are articles, but before a scale, a half, decimals, a percent, `à deux` or what a half completes.
_ONE = (
    rf"une?(?={_JOINT}(?:(?:demie?{_JOINT})?(?:{_SCALE}|(?:pour{BLANK}cent|virgule)(?!\w))"
    rf"|et{BLANK}demie?{BLANK}pour|(?:à|ou){BLANK}deux(?!\w)|demie?-[^\W\d_]|[^\W\d_]{{2,20}}{AND_HALF}))"
)

# --- patterns --------------------------------------------------------------------------------------------------------
_VULGAR = "½⅓⅔¼¾⅛⅜⅝⅞"
_DIGITS = (
    r"\d{1,3}(?P<gap>[. \xa0\u2009\u202f'’])\d{3}(?:(?P=gap)\d{3}){0,4}(?!\d)"  # 253.400
    r"(?:(?:,|(?<=['’]\d{3})\.)\d{1,9}(?!\d))?"  # 1.234,56  1'234.56
    r"|\d{1,3}(?:,\d{3}){1,4}\.\d{1,9}(?!\d)|\d{1,3}(?:,\d{3}){2,4}(?!\d)"  # 1,234.56  1,234,567
    rf"|\d{{1,15}}(?:[.,]\d{{1,9}})?(?!\d)|[{_VULGAR}]"
)
_NTH = r"(?:ers?|ères?|res?|[eè]mes?|es?|ᵉʳ?|nde?s?|è| e)(?!\w)"  # 1er, 4e, 30ᵉ, 40 e
_ATOM = re.compile(
    rf"(?P<digits>{_DIGITS})|(?P<chain>\d[\d.,/:]*)|(?<!\w)(?P<roman>{_either(_ROMANS)}){_NTH}"
    rf"|(?<!\w)(?i:(?!cents\b|(?<=pour[ \xa0])cent\b)(?:(?P<ordinal>{_either(_ORDINALS)})s?(?!\w)"
    rf"|(?P<words>{SPELLED}(?:{_POINT}|{_LAST})?|{_ONE}(?:{_POINT})?)))"
)
# A mile is no thousand: `12 milles marins`.
_MILE = rf"(?i:milles?){BLANK}(?:marin|nautique|carré|anglais|terrestre|(?:à{BLANK}l['’]|par{BLANK})heure)"
_TAIL = re.compile(rf"(?:{BLANK}|-)?(?!{_MILE})(?P<demi>(?i:demie?){_JOINT})?(?P<scale>{_SCALE})(?P<half>{AND_HALF})?")
_TIMES = re.compile(rf"{BLANK}(?:de{BLANK}|d['’])?(?P<scale>{_SCALE})")
_HALVES = re.compile(
    rf"(?P<only>{_JOINT}demie?(?={BLANK}pour{BLANK}cent))|{AND_HALF}|{BLANK}?(?P<vulgar>[{_VULGAR}])"
    rf"|(?<!\d\d\d){BLANK}(?P<over>[1-7])/(?P<under>[2-8])(?![\w/.])"  # `3 1/2`
)
_HALF_A = re.compile(rf"{_JOINT}demie?-(?!{_SCALE})(?=[^\W\d_])")  # `une demi-tonne`
_ONE_AND_HALF = re.compile(rf"(?i:une?)(?={_JOINT}(?:demie?-|[^\W\d_]{{2,20}}{AND_HALF}))")
_NEXT = re.compile(rf"{_JOINT}(?:(?P<digits>\d{{1,3}}(?:[. \xa0]\d{{3}}(?!\d))?)|(?i:(?P<words>{SPELLED})))")
_SUFFIX = re.compile(_NTH)
# Dates, scores, versions: 11/11, 12.10.2020, 14:30.
_CHAIN = re.compile(r"[./:]\d[\d.,/:]*|/(?=\w)")
# Behind a word, a percent or an amount of money it is a hyphen: `G-20`, `5%-6%`, `5 $-10 $`.
_FREE = r"(?<![\w)%])(?<!\d[$€£¥])(?<!\d\s[$€£¥])"
_SIGN = re.compile(
    rf"(?:{_FREE}[+−‐‑﹣－-]|{_FREE}(?<![\d%]\s)(?<!\d[$€£¥]\s)(?<!\d\s[$€£¥]\s)–"
    rf"|(?:(?<=\()|(?<=\([ \xa0]))[+−–-]{BLANK}?|(?<!\w)\+{BLANK}"
    rf"|(?<![\w-])(?<!au )(?<!ou )(?<!du )(?<!ns )[Mm]oins{BLANK})$"
)
# A letter or a hyphen ties the digits to a word: `COVID-19`, `G20`; not in `de13%`, where a blank is lost.
_CODES = "|".join(row["form"] for row in table("currencies") if row["before"] and re.fullmatch("[A-Z]{3}", row["form"]))
_NAME = re.compile(
    rf"(?:(?:(?<!\d)(?<!\d\w)[^\W\d_]|&)[-–+]|(?:(?<![a-zà-ÿ])[^\W\d_]|[A-ZÀ-ÝĐ]\w{{0,20}})(?<!{_CODES})|/)$"
)


def _starts() -> AhoCorasick:
    """Return the automaton of what a number can begin with."""
    scales = {form[:3] for form in _SCALES} | {"demi", "pour", "virgule", "et demi", "à deux", "ou deux"}
    ones = {one + joint + scale for one in ("un", "une") for joint in " \xa0-" for scale in scales}
    words = {case(form) for form in (*_CARDINALS, *_ORDINALS, *ones) for case in (str.lower, str.capitalize, str.upper)}
    return AhoCorasick([*"0123456789", *_VULGAR, *sorted(words), *(roman + nth for roman in _ROMANS for nth in "erèᵉ")])


_STARTS = _starts()


def _digits_value(form: str) -> float:
    if form in _VULGAR:
        return numeric(form)
    grouped = re.fullmatch(r"\d{1,3}(?:(?:[.\s'’]\d{3})+|(?:,\d{3}){2,}|,000)(?:,\d+)?", form)
    if grouped and (form[0] != "0" or re.search(r"['’]|([.,]).*\1", form)):  # `0.950` is a decimal
        english = re.search(r",\d{3},|,000$", form)  # `12,000` is no decimal
        form = re.sub("," if english else r"[.\s'’]", "", form)
    elif "," in form and "." in form:
        form = form.replace(",", "")
    return float(re.sub(r"[\s'’]", "", form).replace(",", "."))


def _part(halves: re.Match) -> float:
    """Return what completes a numeral: `et demi`, `½`, `1/2`."""
    if halves["vulgar"]:
        return numeric(halves["vulgar"])
    return int(halves["over"]) / int(halves["under"]) if halves["over"] else 0.5


def spelled(form: str) -> tuple[float, int]:
    """Return the value of a spelled number and how much of the form it takes; words that do not fit are left.

    Examples
    --------
    >>> spelled("vingt et unième"), spelled("deux virgule zéro six"), spelled("trois cinq")
    ((21.0, 15), (2.06, 21), (3.0, 5))
    """
    # text2num has no hyphen beside `mille` and wants one in `quatre-vingts`; all edits keep the length.
    form = re.sub("-?mille(?!i)-?", lambda match: match[0].replace("-", " "), form.lower().replace("\xa0", " "))
    form = form.replace("quatre vingt", "quatre-vingt")
    for end in (len(form), *[match.start() for match in re.finditer(r"[ -]", form)][::-1]):
        if read := re.fullmatch(r"(\d+)(,[\d ]+)?(?:ème)?", alpha2digit(form[:end], "fr", threshold=0)):
            return float(read[1] + (read[2] or "").replace(",", ".").replace(" ", "")), end
    return 0.0, 0


def _scale_at(pattern: re.Pattern, text: str, position: int) -> tuple[re.Match | None, float, bool]:
    """Return the scale at a position: its match, value and whether it is a rough one."""
    if not (match := pattern.match(text, position)):
        return None, 1.0, False
    row = _SCALES.get(match["scale"]) or _SCALES[fold(match["scale"])]
    return match, float(row["value"]), bool(row["approximate"])


def _scaled(text: str, end: int, numeral: float, words: bool) -> tuple[float, int, bool]:
    """Return the scale after a numeral, the end of the number and whether the scale is a rough one."""
    tail, scale, rough = _scale_at(_TAIL, text, end)
    if not tail:
        return 1.0, end, False
    scale, end = scale / 2 if tail["demi"] else scale, tail.end()
    times, factor, _ = _scale_at(_TIMES, text, end)
    if times and factor > scale:  # `une dizaine de millions`, `2 mille milliards`
        scale, end = scale * factor, times.end()
    total, last = numeral * scale + (scale / 2 if tail["half"] else 0), scale
    # `2 millions 500 mille`, `un million deux cent mille`: smaller scales follow, then words that need none.
    while last >= 1e3 and (more := _NEXT.match(text, end)):
        said = more["words"] or more["digits"]
        value, taken = spelled(said) if more["words"] else (_digits_value(said), len(said))
        stop = more.start("words" if more["words"] else "digits") + taken
        again, smaller, _ = _scale_at(_TAIL, text, stop)
        alone = words if more["words"] else len(said) > 3  # `2 millions 300.000`
        if value * smaller >= last or not value or not (again or alone):
            break
        total, end, last = total + value * smaller, again.end() if again else stop, smaller
    whole = total == numeral * scale or not numeral
    return (scale if whole else total / numeral), end, rough


def find_numbers(text: str, start: int = 0, end: int | None = None) -> list[Number]:
    """Return the numbers of ``text[start:end]`` in order; their positions count in ``text``.

    Articles (`un`, `une`) are numbers only before a scale. Numbers in a name (`COVID-19`, `G20`), dates and scores in
    digits (`11/11`, `12.10.2020`) are left out; everything else that looks like a number is in, years too.

    Examples
    --------
    >>> [number.value for number in find_numbers("trois milliards, 253.400, (-4,1 millions), un million et demi, G20")]
    [3000000000.0, 253400.0, -4100000.0, 1500000.0]
    """
    numbers, position, end = [], start, len(text) if end is None else end
    stretch = text[start:end] if start or end < len(text) else text
    begins = {first for _, first, _ in _STARTS.find_matches_as_indexes(stretch, overlapping=True)}
    if "demi" in stretch:
        begins.update(match.start() for match in _ONE_AND_HALF.finditer(stretch))
    for first in sorted(begins):
        match = _ATOM.match(text, start + first, end) if start + first >= position else None
        if match:
            number = _read(text, start, end, match)
            position = number.end if number else match.end()
            if number and number.form != "chain":
                numbers.append(number)
    return numbers


def _read(text: str, start: int, end: int, match: re.Match) -> Number | None:
    """Return the number that begins with a numeral; a chain of digits (a date, a score) has that for its form."""
    first, position, kind = match.start(), match.end(), match.lastgroup
    if kind in ("ordinal", "roman"):
        value = _ROMANS[match["roman"]] if kind == "roman" else _ORDINALS[match["ordinal"].lower()]
        return Number(first, position, value, 1.0, "ordinal")
    if kind == "words":
        form = match["words"]
        one = form.lower() in ("un", "une")
        numeral, taken = (1.0, len(form)) if one else spelled(form)
        if one and (half := _HALF_A.match(text, position)):
            return Number(first, half.end(), 0.5, 1.0, "words")
        if form[:taken].endswith("ième"):
            return Number(first, first + taken, numeral, 1.0, "ordinal")
        return _whole(text, start, first, first + taken, numeral, "words") if taken else None
    before = text[first - 1 : first]
    named = before and before not in " (\n\xa0" and not match["gap"] and _NAME.search(text, max(0, first - 22), first)
    if named or kind == "chain":
        return None
    if chain := _CHAIN.match(text, position, end):
        return Number(first, chain.end(), 0.0, 1.0, "chain")
    plain = match["digits"].isdigit()
    if plain and before == "." and text[max(0, first - 2) : first - 1] in ("", *" (\xa0"):  # `.5`
        return _whole(text, start, first - 1, position, float(f".{match['digits']}"), "digits")
    if plain and (suffix := _SUFFIX.match(text, position)):
        return Number(first, suffix.end(), float(match["digits"]), 1.0, "ordinal")
    return _whole(text, start, first, position, _digits_value(match["digits"]), "plain" if plain else "digits")


def _whole(text: str, start: int, first: int, end: int, numeral: float, form: str) -> Number:
    """Return a number with the sign before its numeral, its half and its scales."""
    sign, before = None, text[max(start, first - 3) : first]
    if before and (not SIGNS.isdisjoint(before) or before[:2] == "ns"):
        sign = _SIGN.search(text, max(start, first - 10), first)
    if half := _HALVES.match(text, end):
        numeral, end = (numeral / 2 if half["only"] else numeral + _part(half)), half.end()
    if sign and sign[0][0] != "+":
        numeral = -numeral
    scale, end, rough = _scaled(text, end, numeral, form == "words")
    return Number(sign.start() if sign else first, end, numeral, scale, form, rough, bool(sign))
