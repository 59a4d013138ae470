"""Read the numbers of French text: digits and words with their scale, and ordinals; `helpers.counted` says of what.

A number is a numeral (`253.400`, `4,1`, `quatre-vingt-dix`), an optional sign and optional scales (`milliards`,
`un million et demi`, `2 millions 500 mille`). Numerals in digits follow the agency's typography: comma for decimals,
dot or space for thousands. Numerals in words are delimited by a pattern here and read by text2num. Every pattern starts
at a digit or a number word and every repeat is bounded, so the cost is linear in the text.
"""

import csv
import re
from functools import cache
from typing import NamedTuple

from text_to_num import text2num

from helpers.paths import DATA

# A blank inside a line, of any width: texts have no-break and thin ones in front of `%` and in thousands.
BLANK = r"[^\S\n]"
SIGNS = frozenset("+-−–")


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of ``data/numbers/<name>.csv``."""
    with (DATA / "numbers" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def fold(form: str) -> str:
    """Return the key under which a form is looked up: words without capitals and plural marks, symbols as they are.

    Examples
    --------
    >>> fold("Dollars\\xa0américains"), fold("mètres-cubes"), fold("kWh")
    ('dollar américain', 'mètre cube', 'kWh')
    """
    words = form.replace("’", "'").replace("-", " ").split()
    return " ".join(word.lower().rstrip("sx") if len(word) > 4 or _is_word(word) else word for word in words)


def known(forms: dict, form: str):
    """Return what a table of folded forms has for a form, in whatever case it is printed; None where it has nothing."""
    return forms.get(fold(form)) or forms.get(fold(form.lower()))


def alternatives(forms) -> str:
    """Return a pattern for any of the forms, longest first: words may have a plural mark, symbols stand as they are.

    Examples
    --------
    >>> bool(re.fullmatch(alternatives(["mètre carré", "km"]), "Mètres carrés"))
    True
    """
    patterns = []
    for form in sorted(forms, key=lambda form: (-len(form), form)):
        pieces = [re.escape(piece) + ("[sx]?" if _is_word(piece) else "") for piece in re.split(r"[ -]", form)]
        pattern = r"[\s-]".join(pieces).replace("'", "['’]") + (r"(?!\w)" if form[-1].isalnum() else "")
        patterns.append(f"(?i:{pattern})" if _is_word(form) else pattern)
    return "|".join(patterns)


def _is_word(form: str) -> bool:
    # A symbol is short, has capitals or has no vowel: `km`, `kWh`, `USD`, `%`.
    return len(form) > 2 and form[1:] == form[1:].lower() and not set("aeiouyéèêôœ").isdisjoint(form.lower())


class Number(NamedTuple):
    """A number in ``text[start:end]``.

    Attributes
    ----------
    numeral : float
        The numeral alone, with its sign: 4.1 in `4,1 milliards`.
    scale : float
        What it is multiplied by, 1 where no scale is printed.
    form : str
        ``plain`` (digits without separator: may be a year), ``digits``, ``words`` or ``ordinal`` (`4e`, `troisième`).
    approximate : bool
        Whether its scale is a rough one (`une dizaine`).
    signed : bool
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
        # 278.43 * 1e6 is 278430000.00000003 in binary: twelve significant digits are more than any text prints.
        return float(f"{self.numeral * self.scale:.12g}")


_SCALES = {fold(row["form"]): row for row in table("scales")}
_SCALE = alternatives(row["form"] for row in table("scales"))
_WORDS = [row["form"] for row in table("number_words") if row["role"] == "number"]
_WORD = "(?:" + "|".join(sorted(_WORDS, key=lambda word: (-len(word), word))) + r")(?!\w)"
_SPELLED = rf"{_WORD}(?:[ \xa0-](?:et[ \xa0-](?=une?\b|onze))?(?:{_WORD}|une?(?!\w))){{0,14}}"
_DIGITS = (
    r"\d{1,3}(?P<gap>[. \xa0\u2009\u202f])\d{3}(?:(?P=gap)\d{3}){0,4}(?!\d)(?:,\d{1,9}(?!\d))?"  # 253.400  1.234,56
    r"|\d{1,3}(?:,\d{3}){2,4}(?!\d)"  # 1,234,567
    r"|\d{1,15}(?:[.,]\d{1,9})?(?!\d)"
)
_ORDINALS = {row["form"]: float(row["value"]) for row in table("number_words") if row["role"] == "ordinal"}
_ORDINAL = "|".join(f"{form}s?" for form in sorted(_ORDINALS, key=lambda form: (-len(form), form)))
# Most words begin no number: their first letter says so before anything else is tried.
_FIRST = "".join(sorted({c for form in (*_WORDS, *_ORDINALS, "un") for c in form[0] + form[0].upper()}))
_ATOM = re.compile(
    rf"(?=[\d{_FIRST}])(?:(?P<digits>{_DIGITS})|(?P<chain>\d[\d.,/:]*)"
    rf"|(?i:\b(?!(?<=pour[ \xa0])cents?\b)(?:(?P<ordinal>{_ORDINAL})(?!\w)"
    rf"|(?P<words>{_SPELLED}|une?(?={BLANK}(?:(?:demi[ \xa0-])?(?:{_SCALE})|pour{BLANK}cent(?!\w)))))))"
)
_TAIL = re.compile(rf"{BLANK}?(?P<demi>demie?[ \xa0-])?(?P<scale>{_SCALE})(?P<half>{BLANK}et{BLANK}demie?(?!\w))?")
_NEXT = re.compile(rf"{BLANK}(?:(?P<digits>\d{{1,3}})|(?i:(?P<words>{_SPELLED})))")
_SUFFIX = re.compile(r"(?:ers?|ères?|res?|[eè]mes?|es?|ᵉʳ?|nde?s?|è| e)(?!\w)")  # 1er, 4e, 30ᵉ, 40 e
# Dates, scores, versions: 11/11, 12.10.2020, 14:30.
_CHAIN = re.compile(r"[./:]\d[\d.,/:]*|/(?=\w)")
_SIGN = re.compile(rf"(?:(?<![\w)%])[+−-]|(?:(?<=\()|(?<=\([ \xa0]))[+−–-]{BLANK}?|(?<!\w)\+{BLANK})$")
# A letter or a hyphen ties the digits to a word: `COVID-19`, `G20`; not in `de13%`, where a blank is lost.
_NAME = re.compile(r"(?:[^\W\d_]|&)[-–+]$|(?<![a-zà-ÿ])[^\W\d_]$|[A-ZÀ-ÝĐ]\w{0,20}$|/$")


def _digits_value(form: str) -> float:
    if re.fullmatch(r"\d{1,3}(?:(?:[.\s]\d{3})+|(?:,\d{3}){2,})(?:,\d+)?", form) and form[0] != "0":
        thousands = r"[.\s]" if not re.search(r",\d{3},", form) else ","
        form = re.sub(thousands, "", form)
    return float(re.sub(r"\s", "", form).replace(",", "."))


def _spelled(form: str) -> tuple[float, int] | None:
    """Return the value of a spelled number and how much of the form it takes; words that do not fit are left."""
    form = (
        form.lower().replace("\xa0", " ").replace("-mille", " mille").replace("mille-", "mille ")
    )  # text2num has no hyphen there
    for end in (len(form), *[match.start() for match in re.finditer(r"[ -]", form)][::-1]):
        try:
            return float(text2num(form[:end], "fr")), end
        except ValueError:
            continue
    return None


def _scaled(text: str, end: int, numeral: float) -> tuple[float, int, bool]:
    """Return the scale after a numeral, the end of the number and whether the scale is a rough one."""
    tail = _TAIL.match(text, end)
    if not tail:
        return 1.0, end, False
    row = known(_SCALES, tail["scale"])
    scale = float(row["value"]) * (0.5 if tail["demi"] else 1)
    end, total = tail.end(), numeral * scale + (scale / 2 if tail["half"] else 0)
    # `2 millions 500 mille`, `un million deux cent mille`: a smaller scale follows, or words that need none.
    if scale >= 1e6 and (more := _NEXT.match(text, end)):
        value, stop = float(more["digits"] or 0), more.end()
        if more["words"]:
            value, taken = _spelled(more["words"]) or (scale, 0)
            stop = more.start("words") + taken
        again = _TAIL.match(text, stop)
        smaller = float(known(_SCALES, again["scale"])["value"]) if again else 1
        if value * smaller < scale and (again or more["words"]):
            total, end = total + value * smaller, again.end() if again else stop
    return (total / numeral if numeral else scale), end, bool(row["approximate"])


def find_numbers(text: str, start: int = 0, end: int | None = None) -> list[Number]:
    """Return the numbers of ``text[start:end]`` in order.

    Articles (`un`, `une`) are numbers only before a scale. Numbers in a name (`COVID-19`, `G20`), dates and scores in
    digits (`11/11`, `12.10.2020`) are left out; everything else that looks like a number is in, years too.

    Parameters
    ----------
    text : str
        Repaired text.
    start, end : int, optional
        The stretch to read; positions in the result count in ``text``.

    Returns
    -------
    list of Number

    Examples
    --------
    >>> [number.value for number in find_numbers("trois milliards, 253.400, (-4,1 millions), un million et demi, G20")]
    [3000000000.0, 253400.0, -4100000.0, 1500000.0]
    """
    numbers, position, end = [], start, len(text) if end is None else end
    while match := _ATOM.search(text, position, end):
        first, position, kind = match.start(), match.end(), match.lastgroup
        if kind == "ordinal":
            value = _ORDINALS[match[0].lower().removesuffix("s")]
            numbers.append(Number(first, position, value, 1.0, "ordinal"))
        elif kind == "words":
            numeral, taken = (
                (1.0, len(match[0])) if match[0].lower() in ("un", "une") else _spelled(match[0]) or (0.0, 0)
            )
            scale, position, rough = _scaled(text, first + taken, numeral)
            numbers.append(Number(first, position, numeral, scale, "words", rough))
        elif kind != "chain" and not _in_a_name(text, first):
            if chain := _CHAIN.match(text, position, end):
                position = chain.end()
            elif number := _in_digits(text, start, match):
                numbers.append(number)
                position = number.end
    return numbers


def _in_digits(text: str, start: int, match: re.Match) -> Number:
    """Return the number that begins with a numeral in digits."""
    first, end, numeral = match.start(), match.end(), _digits_value(match["digits"])
    plain = match["digits"].isdigit()
    if plain and (suffix := _SUFFIX.match(text, end)):
        return Number(first, suffix.end(), numeral, 1.0, "ordinal")
    sign = None
    if not SIGNS.isdisjoint(text[max(start, first - 3) : first]):
        sign = _SIGN.search(text, max(start, first - 4), first)
    if sign and sign[0][0] != "+":
        numeral = -numeral
    scale, end, rough = _scaled(text, end, numeral)
    return Number(
        sign.start() if sign else first, end, numeral, scale, "plain" if plain else "digits", rough, bool(sign)
    )


def _in_a_name(text: str, first: int) -> bool:
    before = text[first - 1 : first]
    return bool(before) and before not in " (\n\xa0" and bool(_NAME.search(text, max(0, first - 22), first))
