"""Read what stands behind a number: percent, currency, unit with its compounds, or the noun that is counted.

All patterns are anchored where the number ends; the words are data (``data/numbers``): units to SI symbols, currencies
to ISO 4217, the closed classes of words that are no noun. Nouns are told by their plural and reduced to their lemma.
"""

import re
from functools import cache, lru_cache
from typing import NamedTuple

import simplemma

from helpers.entities import names
from helpers.numbers import AND_HALF, BLANK, SMALL, SPELLED, Number, alternatives, fold, is_word, spelled, table


class Counted(NamedTuple):
    """What stands behind a number: ``end``, kind, unit, factor to the base unit, whether bare `dollars`, what is added
    in base units (`5 dollars et 20 cents`), where a currency in front of the number starts, whom an adjective names."""

    end: int
    kind: str
    unit: str
    factor: float = 1.0
    implied: bool = False
    more: float = 0.0
    start: int | None = None
    partner: str | None = None


# --- measures: percent, currencies, units ----------------------------------------------------------------------------
_MONEY, _UNITS = table("currencies"), table("units")
_SIGN = "$€£¥¢₫₩₹₱฿₽₺₴₪₸₦₡₲₮₭៛₵₣₤%‰％﹪°℃℉"
_TOKEN = rf"(?:[^\W\d_]+(?:[23](?![\d.,]\d)|[{_SIGN}])?|[{_SIGN}][^\W\d_]*)"
_RUN = re.compile(
    rf"{BLANK}?(?:de{BLANK}|d['’]{BLANK}?)?({_TOKEN})(?:(?:{BLANK}?/{BLANK}?|['’-]|{BLANK}){_TOKEN}){{0,7}}"
)
_TOKENS = re.compile(_TOKEN)
_TIED = re.compile(r"['’]|-[^\W\d_]")  # `5 t-shirts` are no tonnes
# `roupie` is of several countries: `helpers.figures` asks the article which.
SHARED: dict[str, dict[str, str]] = {}
for _row in _MONEY:
    if _row["country"]:
        SHARED.setdefault(_row["form"], {})[_row["country"]] = _row["code"]


def _measures() -> tuple[dict[str, Counted], dict[str, int]]:
    """Return what each form means and, by the first token of the forms, how many tokens the longest has."""
    forms, longest = {}, {}
    for row in (*_UNITS, *_MONEY):
        form, money = row["form"], "code" in row
        unit = row["symbol"] if not money else form if row["country"] else row["code"]
        kind = "money" if money else row["kind"]
        key = fold(form) if is_word(form) and _RUN.fullmatch(form) else form
        forms.setdefault(key, Counted(0, kind, unit, float(row["factor"]), money and bool(row["implied"])))
        if first := _TOKENS.match(form):
            first = fold(first[0]) if is_word(first[0]) else first[0]
            longest[first] = max(longest.get(first, 0), len(_TOKENS.findall(form)))
    return forms, longest


_FORMS, _LONGEST = _measures()
# Forms with points or digits inside: `p. 100`, `F.CFA`, `l/100 km`.
_ODD = [form for row in (*_UNITS, *_MONEY) if not _RUN.fullmatch(form := row["form"])]
_ODD = re.compile(rf"{BLANK}?({'|'.join(re.escape(form) for form in sorted(_ODD, key=len, reverse=True))})(?!\w)")


@lru_cache(maxsize=1 << 14)
def known(form: str) -> Counted | None:
    """Return the measure that a form says, in whatever case it is printed; None where it says none."""
    form = form.replace("\xa0", " ")
    found = _FORMS.get(form) or (_FORMS.get(fold(form)) if is_word(form.lower()) else None)
    return found or (_FORMS.get(form.lower()) if len(form) > 1 else None)


def _measure_at(text: str, position: int) -> Counted | None:
    """Return the measure at a position, by the longest of its forms."""
    if odd := _ODD.match(text, position):
        return _FORMS[odd[1]]._replace(end=odd.end())
    run = _RUN.match(text, position)
    if not run:
        return None
    start, first = run.start(1), run[1]
    length = _LONGEST.get(first) or _LONGEST.get(fold(first)) or _LONGEST.get(first.lower(), 0)
    for token in list(_TOKENS.finditer(text, start, run.end()))[:length][::-1]:
        end = token.end()
        small = (token[0] in SMALL or token[0] == "dès") and text[token.start() - 1] != "/"  # but `L` is a litre
        if not small and not _TIED.match(text, end) and (found := known(text[start:end])):
            return found._replace(end=end)
    if not length and first.startswith("de") and len(first) > 4:  # `dedollars`
        return _measure_at(text, start + 2)
    sign = _FORMS.get(first[0]) if first[0] in _SIGN else None  # `13%du`
    return sign._replace(end=start + 1) if sign else None


_PER = re.compile(
    rf"(?P<slash>{BLANK}?/{BLANK}?)|{BLANK}(?:(?:par|le|la|les|du|au|(?:de|à){BLANK}la|pour{BLANK}une?)(?={BLANK})"
    rf"|(?:à{BLANK})?l['’])"
)
_PER_NOUN = re.compile(rf"{BLANK}?(?P<noun>[a-zà-ÿ]{{3,20}})(?![\w'’])")
_CENTS = re.compile(
    rf"{BLANK}(?:(?P<bare>\d\d|{SPELLED})(?!{BLANK}?[\w%(]|[.,]\d)"  # `3 euros 50`
    rf"|(?:et{BLANK})?(?P<number>\d\d?|{SPELLED}|un){BLANK}?(?=[cpkjfsg¢]))"
)
_HALF = re.compile(AND_HALF)
_PREFIXES = [row["form"] for row in _MONEY if row["before"]]
_PREFIX = re.compile(rf"(?<![\w$])(?P<measure>{alternatives(_PREFIXES)}){BLANK}?$".replace(r"(?!\w)", ""))
_PREFIX_ENDS = frozenset(form[-1] for form in _PREFIXES)
_MAGNITUDES = {row["form"]: float(row["value"]) for row in table("scales") if row["place"] == "sign"}
_MAGNITUDE = re.compile(rf"{BLANK}?({'|'.join(_MAGNITUDES)})(?!\w)")


def _with_rest(text: str, measure: Counted) -> Counted:
    """Return a measure with what completes it: `la tonne`, `la pièce`, `/kg`, `et 20 cents`, `et demie`."""
    end, unit, factor, money = measure.end, measure.unit, measure.factor, measure.kind == "money"
    if money and factor == 1 and (cents := _CENTS.match(text, end)):
        part = _measure_at(text, cents.end()) if cents["number"] else Counted(cents.end(), "money", unit, 0.01)
        if part and part.kind == "money" and part.factor < 1 and (part.implied or part.unit == unit):
            number = cents["bare"] or cents["number"]
            value = float(number) if number.isdigit() else spelled(number)[0] or 1.0  # `et un cent`
            return measure._replace(end=part.end, more=value * part.factor)
    if half := _HALF.match(text, end):
        return measure._replace(end=half.end(), more=factor / 2)
    if not (per := _PER.match(text, end)):
        return measure
    other = _measure_at(text, per.end())
    if other and (other.kind == "quantity" or (per["slash"] and other.kind == "time")) and other.unit != "fois":
        return measure._replace(end=other.end, unit=f"{unit}/{other.unit}", factor=factor / other.factor)
    noun = _PER_NOUN.match(text, per.end())
    if noun and (per["slash"] or (money and "par" not in per[0] and noun["noun"] in _PIECE)):
        return measure._replace(end=noun.end(), unit=f"{unit}/{lemma(noun['noun'])}")
    return measure


def _currency_before(text: str, number: Number) -> Counted | None:
    """Return the currency in front of a number (`US$5`, `€ 3`, `USD 5`), with the magnitude behind it (`$1.5M`)."""
    before = text[max(0, number.start - 2) : number.start].rstrip()
    if not before or before[-1] not in _PREFIX_ENDS:
        return None
    if not (prefix := _PREFIX.search(text, max(0, number.start - 6), number.start)):
        return None
    money, size = known(prefix["measure"]), _MAGNITUDE.match(text, number.end)
    end, factor = (size.end(), money.factor * _MAGNITUDES[size[1]]) if size else (number.end, money.factor)
    return money._replace(start=prefix.start(), end=end, factor=factor)


# --- counted nouns ---------------------------------------------------------------------------------------------------
def role(role: str) -> frozenset[str]:
    """Return the forms of ``data/numbers/nouns.csv`` that have a role."""
    return frozenset(row["form"] for row in table("nouns") if row["role"] == role)


_STOP, _FIXED, _BEFORE, AMOUNT, _PIECE = role("stop"), role("fixed"), role("before"), role("amount"), role("piece")
_AFTER, _ORIGIN = role("after"), role("origin")
_NUMBERS = frozenset(row["form"] for row in table("number_words"))
WORD = r"[^\W\d_]+(?:-[^\W\d_]+){0,3}"
_NEXT_WORD = re.compile(rf"{BLANK}({WORD})(?!['’])")
_OF = re.compile(rf"{BLANK}d(?:e(?={BLANK})|['’](?=\w))")
_AFTER_OF = re.compile(rf"{BLANK}?({WORD})(?!['’])")
_AND = re.compile(rf"{BLANK}et(?={BLANK})")
_COMPOUND = re.compile(alternatives(role("compound")))
_ADJECTIVE = re.compile(r"\w{2,}(?:aux|ales?|al|iques?|elles?|els?|aires?|ifs?|ives?)$")
# `importer pour 21 milliards de matières` is money; `dont 16 rénovés` counts what was said before.
WORTH = re.compile(
    rf"(?i:import|export|vend|achet|livr)\w{{1,5}}(?:{BLANK}\w{{2,12}}){{0,2}}{BLANK}pour(?:{BLANK}\w{{2,9}}){{0,2}}{BLANK}$"
)
_AMONG = re.compile(rf"\bdont(?:{BLANK}\w{{2,14}}){{0,2}}{BLANK}$")
_PARTICIPLE = re.compile("(?:é|i|u)e?s$")


@cache
def demonyms() -> dict[str, str]:
    """Return the country of each demonym of the gazetteer (`chinoises`: CHN), Vietnam's own too."""
    return {name.surface.lower(): name.entity_id for name in names() if name.form == "demonym"}


def singular(word: str) -> str:
    """Return the singular of a plural by its ending, for what no dictionary of lemmas settles.

    Examples
    --------
    >>> singular("médicaux"), singular("industrielles"), singular("nouveaux"), singular("États")
    ('médical', 'industrielle', 'nouveau', 'État')
    """
    if word in _FIXED or not word.endswith(("s", "x")) or word.endswith("ss"):
        return word
    return word[:-3] + "al" if word.endswith("aux") and not word.endswith("eaux") else word[:-1]


@cache
def lemma(noun: str) -> str:
    """Return the singular of a counted noun: its lemma in the dictionary, unless that is the verb it looks like
    (`téléphones`), else by its ending.

    Examples
    --------
    >>> lemma("travaux"), lemma("téléphones"), lemma("pays"), lemma("hydrologues")
    ('travail', 'téléphone', 'pays', 'hydrologue')
    """
    small = noun.lower()
    if noun in _FIXED or singular(noun) in _FIXED:
        return singular(noun)
    found = simplemma.lemmatize(small, "fr") if simplemma.is_known(small, "fr") else singular(small)
    verb = found.endswith(("er", "ir", "re")) and not small.startswith(found)
    return singular(small) if verb else found


@lru_cache(maxsize=1 << 14)
def is_noun(word: str, one: bool) -> bool:
    """Whether a word can be what a number counts: a plural (after 1 a singular), no function word or participle."""
    small = word.lower()
    if small in _STOP or small in _BEFORE or small.partition("-")[0] in _NUMBERS or len(word) < 2:
        return False
    if small in demonyms():  # `17.800 voyageurs laotiens et 5.100 thaïlandais`
        return word[0].isupper()
    if word[0].isupper() and singular(word) not in _FIXED:
        return False
    if one:
        return len(word) > 3 and simplemma.is_known(small, "fr") and lemma(word) == small
    return word.endswith(("s", "x", "z")) or word in _FIXED


def people(demonym: str, end: int) -> Counted:
    """Return people counted by their demonym (`Russes`, `Thaïlandais`): it is the unit and says who the partner is."""
    same = lemma(demonym.lower()).endswith("s") or demonym.endswith(("ais", "ois"))
    return Counted(end, "count", demonym if same else singular(demonym), partner=demonyms()[demonym.lower()])


def _adjectives(text: str, end: int, plural: bool) -> tuple[int, list[str], str | None]:
    """Return where the adjectives behind a noun end, the classifying ones, and the country that one of them names."""
    classes, country = [], None
    for _ in range(3):
        match = _NEXT_WORD.match(text, end)
        word = match[1] if match else ""
        if plural and not word.endswith(("s", "x")):
            break  # it agrees with the complement: `projets d'investissement étranger`
        if word in demonyms():
            country = country or demonyms()[word]
        elif word in _AFTER or (word not in _STOP and _ADJECTIVE.match(word)):
            classes.append(singular(word))
        elif word not in _ORIGIN:
            break
        end = match.end()
    return end, classes, country


def _noun_phrase(text: str, number: Number) -> Counted | None:
    """Return the noun behind a number with adjectives and terms (`protocoles d'entente et accords de coopération`)."""
    of = _OF.match(text, number.end) if number.scale != 1 else None
    if number.scale >= 1e6 and not of and _BIG.search(text, max(number.start, number.end - 12), number.end):
        return None  # `11,4 millions accueillis`
    match = (_AFTER_OF if of else _NEXT_WORD).match(text, of.end() if of else number.end)
    for _ in range(3):
        if match and match[1].lower() in _BEFORE:
            further = _NEXT_WORD.match(text, match.end())
            if match[1] == "jeunes" and not (further and is_noun(further[1], False)):
                break
            match = further
    one = abs(number.value) < 2 and number.form != "words"
    if not match or not (match[1] == "jeunes" or is_noun(match[1], one)):
        return None
    start, end, noun, country, unit = match.start(1), match.end(), match[1], None, None
    # `1,8 milliard d'importations` is money.
    if of and (noun.lower() in AMOUNT or WORTH.search(text, max(0, number.start - 40), number.start)):
        return None
    if (measure := known(noun)) and measure.kind == "time":
        return Counted(end, "time", "")
    verb = _PARTICIPLE.search(noun) and simplemma.lemmatize(noun, "fr").endswith(("er", "ir", "re"))
    if verb and _AMONG.search(text, max(0, number.start - 34), number.start):
        return None
    if noun[0].isupper() and noun.lower() in demonyms():
        return people(noun, end)
    # The noun, and one that `et` puts beside it under the same number: a plain noun behind a term names them both.
    for _ in range(2):
        compound = _COMPOUND.match(text, start)
        end = max(end, compound.end()) if compound else end
        end, classes, named = _adjectives(text, end, plural=compound is not None)
        unit, country = unit or " ".join([lemma(noun), *classes]), country or named
        et = _AND.match(text, end)
        other = _NEXT_WORD.match(text, et.end()) if et else None
        if not other or not is_noun(other[1], False) or known(other[1]):
            break
        if other[1] in demonyms() or other[1] in _AFTER or other[1] in _ORIGIN or _ADJECTIVE.match(other[1]):
            break
        end, noun, start = other.end(), other[1], other.start(1)
        unit = None if compound else unit
    return Counted(end, "count", unit, partner=country)


_BIG = re.compile(r"(?i)ll?i\w{1,8}$|\b[a-z]{2,4}$")  # a scale that wants `de` before a noun
_MULTIPLIER = re.compile(
    rf"{BLANK}(?:plus|moins|supérieure?s?|inférieure?s?|l[ae]s?|l['’]|celles?|ceux|celui|de{BLANK}plus|s[ao]n?|ce{BLANK}qu)(?!\w)"
)
_DIVIDED = re.compile(
    rf"(?P<verb>multipli|divis)\w{{1,6}}(?:{BLANK}(?:en{BLANK}moyenne|presque|environ))?{BLANK}par{BLANK}$"
)


def behind(text: str, number: Number) -> Counted | None:
    """Return what stands behind (or, for a currency sign, before) a number; None where nothing is counted."""
    money = _currency_before(text, number)
    measure = money if money and money.end > number.end else _measure_at(text, number.end) or money
    if measure:
        if measure.unit == "fois" and not _MULTIPLIER.match(text, measure.end) and number.form == "words":
            return None
        if measure.kind == "percent" and (half := _HALF.match(text, measure.end)):
            return measure._replace(end=half.end(), more=measure.factor / 2)
        return _with_rest(text, measure) if measure.kind in ("money", "quantity") else measure
    by = " par " in text[max(0, number.start - 14) : number.start]
    if by and (by := _DIVIDED.search(text, max(0, number.start - 30), number.start)):
        return Counted(number.end, "quantity", "fois" if by["verb"] == "multipli" else "1/fois")
    if number.form == "words" and number.value <= 2 and number.scale == 1:
        return None
    return _noun_phrase(text, number)
