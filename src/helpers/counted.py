"""Read what stands behind a number: percent, currency, unit with its compounds, or the noun that is counted.

All patterns are anchored where the number ends; the words are data (``data/numbers``): units to SI symbols, currencies
to ISO 4217, the closed classes of words that are no noun. Nouns are told by their plural and reduced to their lemma.
"""

import re
from dataclasses import dataclass, replace
from functools import cache

import simplemma

from helpers.entities import names
from helpers.numbers import BLANK, Number, alternatives, fold, known, table


@dataclass(slots=True)
class Counted:
    """What stands behind a number: ``end``, kind, unit, the factor to the base unit, and whether bare `dollars`."""

    end: int
    kind: str
    unit: str
    factor: float = 1.0
    implied: bool = False
    partner: str | None = None


# --- measures: percent, currencies, units ----------------------------------------------------------------------------
_MEASURES: dict[str, Counted] = {
    fold(row["form"]): Counted(0, row["kind"], row["symbol"], float(row["factor"])) for row in table("units")
} | {fold(row["form"]): Counted(0, "money", row["code"], 1.0, bool(row["implied"])) for row in table("currencies")}
_FORMS = [row["form"] for row in (*table("units"), *table("currencies"))]
_PER = alternatives(row["form"] for row in table("units") if row["kind"] == "quantity" and row["form"] != "fois")
_MEASURE = re.compile(rf"[^\S\n]?(?:d(?:e{BLANK}?|['’]))?(?P<measure>{alternatives(_FORMS)})")
_UNIT_PRICE = re.compile(rf"(?:{BLANK}?/{BLANK}?|{BLANK}(?:par|la|le|les|l['’]|à{BLANK}la){BLANK}?)(?P<measure>{_PER})")
_PREFIX = re.compile(rf"(?<!\w)(?P<measure>US\$|HK\$|A\$|C\$|S\$|NT\$|[$€£¥₫₩]|USD|EUR|VND|JPY|CNY){BLANK}?$")
_MULTIPLIER = re.compile(
    rf"{BLANK}(?:plus|moins|supérieure?s?|inférieure?s?|l[ae]s?|l['’]|celles?|ceux|celui|de{BLANK}plus|s[ao]n?|ce{BLANK}qu)(?!\w)"
)


# --- counted nouns ---------------------------------------------------------------------------------------------------
def role(role: str) -> frozenset[str]:
    """Return the forms of ``data/numbers/nouns.csv`` that have a role."""
    return frozenset(row["form"] for row in table("nouns") if row["role"] == role)


_STOP, _FIXED, _AFTER, _AMOUNT = role("stop"), role("fixed"), role("after"), role("amount")
_BEFORE = role("before")
_NUMBERS = frozenset(row["form"] for row in table("number_words"))
WORD = r"[^\W\d_]+(?:-[^\W\d_]+){0,3}"
_NEXT_WORD = re.compile(rf"{BLANK}({WORD})(?!['’])")
_OF = re.compile(rf"{BLANK}d(?:e(?={BLANK})|['’](?=\w))")
_AFTER_OF = re.compile(rf"{BLANK}?({WORD})(?!['’])")
_AND = re.compile(rf"{BLANK}et(?={BLANK})")
_COMPOUND = re.compile(alternatives(role("compound")))
_ADJECTIVE = re.compile(r"\w{2,}(?:aux|ales?|al|iques?|elles?|els?|aires?|ifs?|ives?)$")


@cache
def demonyms() -> dict[str, str]:
    """Return the country of each demonym of the gazetteer (`chinoises`: CHN), Vietnam's own too."""
    return {name.surface.lower(): name.entity_id for name in names() if name.form == "demonym"}


def singular(word: str) -> str:
    """Return the singular of a plural by its ending, for what no dictionary of lemmas settles.

    Examples
    --------
    >>> singular("médicaux"), singular("industrielles"), singular("nouveaux")
    ('médical', 'industrielle', 'nouveau')
    """
    if word.endswith("eaux"):
        return word[:-1]
    if word.endswith("aux"):
        return word[:-3] + "al"
    return word[:-1] if word.endswith("s") and word not in _FIXED else word


@cache
def lemma(noun: str) -> str:
    """Return the singular of a counted noun: its lemma, unless that is the verb it looks like (`téléphones`).

    Examples
    --------
    >>> lemma("travaux"), lemma("téléphones"), lemma("pays")
    ('travail', 'téléphone', 'pays')
    """
    if noun in _FIXED:
        return singular(noun) if noun.startswith(("É", "E")) else noun
    found = simplemma.lemmatize(noun.lower(), "fr")
    if found.endswith(("er", "ir", "re")) and not noun.lower().startswith(found):
        found = singular(noun.lower())
    return found


def is_noun(word: str, one: bool) -> bool:
    """Whether a word can be what a number counts: a plural (after 1 a singular), no function word or participle."""
    small = word.lower()
    if small in _STOP or small in _BEFORE or small.partition("-")[0] in _NUMBERS or len(word) < 2:
        return False
    if word[0].isupper() and word not in _FIXED:
        return small in demonyms()
    if one:
        return len(word) > 3 and simplemma.is_known(small, "fr") and lemma(word) == small
    return word.endswith(("s", "x", "z")) or word in _FIXED


def _adjectives(text: str, end: int, plural: bool = False) -> tuple[int, list[str], str | None]:
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
        else:
            break
        end = match.end()
    return end, classes, country


def _noun_phrase(text: str, number: Number) -> Counted | None:
    """Return the noun behind a number with adjectives and terms (`protocoles d'entente et accords de coopération`)."""
    of = _OF.match(text, number.end) if number.scale != 1 else None
    match = (_AFTER_OF if of else _NEXT_WORD).match(text, of.end() if of else number.end)
    for _ in range(3):
        if match and match[1].lower() in _BEFORE:
            match = _NEXT_WORD.match(text, match.end())
    one = abs(number.value) < 2 and number.form != "words"
    if not match or not is_noun(match[1], one) or (of and match[1].lower() in _AMOUNT):
        return None
    if (measure := known(_MEASURES, match[1])) and measure.kind == "time":
        return Counted(match.end(), "time", "")
    start, end, noun, country = match.start(1), match.end(), match[1], None
    if noun[0].isupper() and noun.lower() in demonyms():
        unit = noun if lemma(noun.lower()).endswith("s") else singular(noun)
        return Counted(end, "count", unit, partner=demonyms()[noun.lower()])
    # The noun, and one that `et` puts beside it under the same number: a plain noun behind a term names them both.
    unit = None
    for _ in range(2):
        compound = _COMPOUND.match(text, start)
        end = max(end, compound.end()) if compound else end
        end, classes, named = _adjectives(text, end, plural=compound is not None)
        unit, country = unit or " ".join([lemma(noun), *classes]), country or named
        et = _AND.match(text, end)
        other = _NEXT_WORD.match(text, et.end()) if et else None
        if not other or not is_noun(other[1], False) or known(_MEASURES, other[1]):
            break
        if other[1] in demonyms() or other[1] in _AFTER or _ADJECTIVE.match(other[1]):
            break
        end, noun, start = other.end(), other[1], other.start(1)
        unit = None if compound else unit
    return Counted(end, "count", unit, partner=country)


_DIVIDED = re.compile(
    rf"(?P<verb>multipli|divis)\w{{1,6}}(?:{BLANK}(?:en{BLANK}moyenne|presque|environ))?{BLANK}par{BLANK}$"
)


def currency_before(text: str, start: int) -> re.Match | None:
    """Return the currency sign in front of a number (`US$5`, `€ 3`), if any."""
    before = text[max(0, start - 2) : start].rstrip()
    return _PREFIX.search(text, max(0, start - 5), start) if before and before[-1] in "$€£¥₫₩DRYN" else None


def behind(text: str, number: Number) -> Counted | None:
    """Return what stands behind (or, for a currency sign, before) a number; None where nothing is counted."""
    if match := _MEASURE.match(text, number.end):
        measure = known(_MEASURES, match["measure"])
        if measure.unit == "fois" and not _MULTIPLIER.match(text, match.end()) and number.form == "words":
            return None
        end, unit, factor = match.end(), measure.unit, measure.factor
        if measure.kind in ("money", "quantity") and (per := _UNIT_PRICE.match(text, end)):
            other = known(_MEASURES, per["measure"])
            end, unit, factor = per.end(), f"{unit}/{other.unit}", factor / other.factor
        return Counted(end, measure.kind, unit, factor, measure.implied)
    if prefix := currency_before(text, number.start):
        return replace(known(_MEASURES, prefix["measure"]), end=number.end)
    by = " par " in text[max(0, number.start - 14) : number.start]
    if by and (by := _DIVIDED.search(text, max(0, number.start - 30), number.start)):
        return Counted(number.end, "quantity", "fois" if by["verb"] == "multipli" else "1/fois")
    if number.form == "words" and number.value <= 2 and number.scale == 1:
        return None
    return _noun_phrase(text, number)
