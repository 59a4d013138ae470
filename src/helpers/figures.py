"""Find the figures of an article: number, scale and what is counted, from the first digit to the head noun.

`find_figures` reads a stretch of text: `helpers.numbers` gives the numbers, `helpers.counted` what stands behind each;
neighbours make ranges and lists that share a scale or a unit. What is no figure stays out because nothing is counted:
years, names, articles of law. `extract_figures` adds who, with whom, which way and when (`helpers.meaning`).
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace

import pandas as pd

from helpers.counted import (
    AMOUNT,
    SHARED,
    WORD,
    WORTH,
    Counted,
    behind,
    demonyms,
    is_noun,
    known,
    lemma,
    people,
    role,
)
from helpers.dates import find_periods
from helpers.discourse import Named, point_back, subject_of
from helpers.meaning import annotate
from helpers.numbers import BLANK, Number, alternatives, find_numbers, table
from helpers.offsets import Alignment, ArticleText, article_texts
from helpers.partners import find_partners
from helpers.sentences import sentence_spans
from helpers.tables import frame
from helpers.views import Sentence


@dataclass(slots=True)
class Figure:
    """A figure in ``text[start:end]``, in base units; a fall that only a verb tells is signed by `helpers.meaning`."""

    start: int
    end: int
    kind: str
    low: float
    high: float
    unit: str
    approximate: bool = False
    elided: bool = False
    implied: bool = False
    partner: str | None = None
    carried: bool = False


@dataclass(slots=True)
class _Entry:
    """A number (or, from ``first``, a range of two) on its way to a figure; ``elided``: its unit is a neighbour's,
    ``carried``: one of an earlier sentence."""

    number: Number
    counted: Counted | None
    first: Number | None = None
    elided: bool = False
    carried: bool = False

    @property
    def start(self) -> int:
        prefix = self.counted.start if self.counted else None
        return (self.first or self.number).start if prefix is None else prefix

    @property
    def end(self) -> int:
        return max(self.counted.end, self.number.end) if self.counted else self.number.end


# What stands before a number is read without capitals and apostrophes, with single blanks: `près d'` as `près d `.
_PLAIN = str.maketrans(dict.fromkeys("’'(«\"\n\xa0\u202f\u2009", " "))
_LINKS = ("", " de", " des", " d", " les", " à", " aux")
_FORMS = {
    place: [row["form"].removesuffix(" de") for row in table("approximators") if row["place"] == place]
    for place in ("before", "verb", "after", "holds")
}
_ABOUT = tuple(f" {form.removesuffix(' à')}{link} " for form in _FORMS["before"] for link in _LINKS)
_ABOUT_VERB = re.compile(rf" (?:{'|'.join(_FORMS['verb'])})[a-zé]{{0,6}}(?: (?!objectif|plan|de )\w{{1,12}}){{0,4}} $")
_ABOUT_AFTER = re.compile(rf"{BLANK}(?:{'|'.join(_FORMS['after'])})(?!\w)")


def _before(text: str, start: int) -> str:
    return f" {text[max(0, start - 60) : start].lower().translate(_PLAIN).rstrip()} "


def _approximate(text: str, entry: _Entry) -> bool:
    before = _before(text, entry.start)
    if entry.number.approximate or before.endswith(_ABOUT) or _ABOUT_AFTER.match(text, entry.end):
        return True
    return any(stem in before for stem in _FORMS["verb"]) and bool(_ABOUT_VERB.search(before))


# --- ranks -----------------------------------------------------------------------------------------------------------
_RANK = re.compile(
    rf"{BLANK}(?:(?i:rang|place|position)(?!\w)(?!{BLANK}(?:desquel|de{BLANK}l['’]ordre))"
    rf"|plus{BLANK}(?:grande?|gros|importante?){BLANK}{WORD}|(?:principale?{BLANK})?(?:{alternatives(role('ranked'))}))"
    rf"|(?={BLANK}(?:au{BLANK}monde|mondiale?)(?!\w))"  # `le huitième au monde`
)
_CLASSED = re.compile(r" (?:class\w{1,5}|rang|place|pass\w{1,4})(?: au| à la| le| la| en)? $")
_AND_RANK = re.compile(rf"{BLANK}(?:à|et|ou|puis){BLANK}(?:l[ae]|au){BLANK}")


def _rank(text: str, number: Number) -> Figure | None:
    """Return the rank that an ordinal begins: `4e rang`, `première place`, `troisième exportateur`, `classé 124ème`."""
    match = _RANK.match(text, number.end)
    placed = match or _CLASSED.search(_before(text, number.start))
    if text[number.end - 1] == "s" or not placed:  # several are first: `les premiers importateurs`
        return None
    if match or text[number.start].isdigit() or "class" in placed[0]:
        end = match.end() if match else number.end
        return Figure(number.start, end, "rank", number.value, number.value, "rang")
    return None


# --- ranges ----------------------------------------------------------------------------------------------------------
_TO = re.compile(rf"{BLANK}?[-–—]{BLANK}?|(?:{BLANK}|(?<=\d))(?:à|ou|et|a){BLANK}")
_FROM = re.compile(
    r" (?:(?:pass|ramen|port|évolu|relev|abaiss|révis|réévalu|réajust|corrig|élargi)\w{0,8}"
    r"|(?P<change>(?:grimp|bondi|tomb|chut|recul|augment|progress|rédui|mont|descen|baiss|hauss)\w{0,8}))"
    r"(?: \w{1,15}){0,3} de? $"
)


def _range(text: str, one: _Entry, two: _Entry) -> _Entry | None:
    """Return two neighbours as one range: `25 à 26 millions`, `entre 4 et 4,2 milliards`, `30% à 88%`."""
    joint = _TO.fullmatch(text, one.end, two.start)
    sign = one.counted and one.counted.start is not None
    counted = two.counted or (one.counted._replace(end=two.number.end) if sign else None)  # `US$5-6 millions`
    if not joint or one.first or not (counted or two.number.scale > 1) or two.number.signed:
        return None
    if one.counted and (not counted or (one.counted.unit, one.counted.factor) != (counted.unit, counted.factor)):
        return None
    before = _before(text, one.start)
    if "et" in joint[0] and not before.endswith(" entre "):
        return None
    # `passer de 3 à 5 milliards`, `tomber de 30% à 20%` are two levels, `progresser de 6,5 à 7%` is a range.
    pair = _FROM.search(before) if "à" in joint[0] else None
    rate = pair and any(word in before for word in (" part ", " taux ", " proportion "))  # `sa part est montée de 10 à`
    if pair and (rate or not (pair["change"] and two.counted and two.counted.unit in ("percent", "fois"))):
        return None
    shared = two.number.scale if one.number.scale == 1 and (sign or not one.counted) else one.number.scale
    low = one.number if _full(one, two) else one.number._replace(scale=shared)
    if counted and counted.start is not None:
        counted = counted._replace(start=one.start)
    return _Entry(two.number, counted, low) if low.value < two.number.value else None


def _full(one: _Entry, two: _Entry) -> bool:
    """Whether a number printed without a scale is none the less complete: `900.000 à 1,2 million`."""
    return one.number.scale == 1 and one.number.value >= 1000 * max(abs(two.number.numeral), 1)


# --- ellipses: where a bare number has its unit from -----------------------------------------------------------------
_LIST = re.compile(rf"(?:,{BLANK}?(?:et{BLANK})?|{BLANK}(?:et|ou|à|contre|puis){BLANK}|;{BLANK}?)")
_BRACKETS = re.compile(rf"\)(?:,| et|, et){BLANK}[^().;\d]{{2,45}}\({BLANK}?")
_STOPPED = re.compile(r"[.!?]\s|\n")
# Whom or where the number is of: `les Thaïlandais (1,8 million)`, `, Samoa 578`, `80.000 au Japon`, `d'Asie 6.100`.
_CLOSED = re.compile(rf"{BLANK}?[);,]")
_BRACKET = re.compile(rf"{BLANK}?\({BLANK}?")
_ENDED = re.compile(r"[.;,)]|$| et ")
_DEMONYM = re.compile(r"\b[LlDd]es ([A-Z]\w{2,20}(?:-[A-Z]?\w{2,12})?)[^\S\n]?(?:[^().,;\d]{0,40} )?\([^()\d]{0,16}$")
_PLACED = re.compile(r"(?:,|\bet|;) (?:(?:[Ll]e |[Ll]a |[Ll]es |[Ll]['’])?[A-ZÉ]|les [a-zé])\w{2,15} $")
_WORTH_SO = re.compile(r" (?:pour|avec) $")
_FROM_PLACE = re.compile(r",? (?:et )?(?:du |de |des |d['’])(?:la |l['’])?[A-ZÉ][\w-]{2,20} $")
_AT_PLACE = re.compile(
    rf"{BLANK}(auprès{BLANK}des?|au|aux|en|à|vers|dans|pour|d[e'’]){BLANK}?(?:l['’]|la{BLANK}|les?{BLANK})?([A-ZÉ])?"
)
# With what it is compared, of what it is a part, what it adds to, what a pronoun stands for.
_SAME = re.compile(r" (?:dont|contre|au lieu de?)(?: (?:à|de|au|d|\w{2,14})){0,2} $| soit une moyenne de $")
_OUT_OF = re.compile(rf"(?:^|[-–—] )(?:Sur|Parmi|De){BLANK}(?:les|ces|ses|leurs)?{BLANK}?\d")
_PART = re.compile(rf"{BLANK}(?:quarts?|tiers|cinquièmes|dixièmes|moitiés)(?!\w)")
_MORE = re.compile(rf"{BLANK}(?:de{BLANK}(?:plus|moins|mieux)|autres)(?!\w)")
_BROUGHT = re.compile(
    r" (?:(?:le|la|les|l|en) (?:port|ramen|relev|rédui|limit|fix|pass)\w{1,6}(?: \w{1,12}){0,3}"
    r"|(?:port|ramen|relev|rédui)\w{1,6} (?:ce|cette|ces|son|sa|leur) \w{1,12}) à $"
)
_OF_THEM = re.compile(
    rf" en (?:(?:sont|a|ont|avait|avaient|aura|auront) \w{{2,12}}|(?:{'|'.join(_FORMS['holds'])})\w{{1,5}})"
    r"(?: (?:que|déjà|pour|plus de|près de|environ)){0,2} $"
)
# The subject of a verb of reaching: `le nombre de visiteurs a été estimé à`.
_REACHED = re.compile(
    r" (?:(?:attei|dépass|totalis|compt|avoisin|franchi)\w{0,8}|étai(?:t|ent)|sont|seront"
    r"|(?:él[èe]v|établi|chiffr|port|pass|estim|évalu|mont)\w{0,5}(?: respectivement)? à|au nombre de)"
    r"(?: \w{1,14}){0,4} $"
)
_SUBJECT = re.compile(rf"(?i:\b(?P<of>nombre{BLANK}d(?:e(?:s{BLANK})?|['’]){BLANK}?)|\b[ldc]es{BLANK})(?P<noun>{WORD})")
_OTHER = re.compile(r" (?:le|la|son|sa|dont) ")
# `la tonne exportée vaut en moyenne 817 dollars`, `au lieu de 554`.
_PRICED = re.compile(
    rf"\b(?:[Ll](?:e|a|['’])|au|par){BLANK}?(?P<unit>kilo(?:gramme)?|tonne)(?!\w)"
    rf"[^.;:()\d]{{0,60}}{BLANK}(?:va(?:ut|lait|loir)|coût|négoci|vend|revend|pay|achet|cot|échang|écoul)"
    rf"[^.;:()\d]{{0,40}}$"
)
_THAN = re.compile(
    rf"(?:\b(?:contre|au{BLANK}lieu{BLANK}de|et{BLANK}à|puis|à|que|qu['’])(?:{BLANK}?\w{{2,8}}){{0,2}}{BLANK}?)$"
)
_NUMBER_OF = re.compile(rf"{BLANK}(?:le|son|leur){BLANK}nombre{BLANK}d(?:e(?:s{BLANK})?|['’]){BLANK}?(?P<noun>{WORD})")
_CODE = re.compile(r"[^\W\d_]\.")  # `EUR.1`
_DONT = re.compile(rf"[^.;\d]{{0,50}},{BLANK}dont{BLANK}(?:\w{{2,10}}{BLANK}){{0,2}}")
_OF_THESE = re.compile(rf"{BLANK}d['’]entre{BLANK}(?:eux|elles)(?!\w)")
_OF_WHAT = re.compile(rf"{BLANK}d(?:e{BLANK}|['’])[a-zà-ÿœ]")
_OF_WHAT_AND = re.compile(
    rf"{BLANK}d(?:e{BLANK}|['’])[a-zà-ÿœ][^.;\d]{{1,40}}(?:,|{BLANK}et|{BLANK}ou|{BLANK}puis){BLANK}"
)


def _share(text: str, entries: list[_Entry]) -> None:
    """Give bare numbers the scale and unit of the next in a list (`3,01, 1,42 et 1,03 milliard`), else those that the
    words before them tell; what is compared with a price is a price (`510 dollars la tonne, contre 395 dollars`)."""
    _share_right(text, entries)
    for k, entry in enumerate(entries):
        if not entry.counted:
            floor = max(
                (stop.end() for stop in _STOPPED.finditer(text, max(0, entry.start - 300), entry.start)), default=0
            )
            if lender := _lender(text, entries, k, max(floor, entry.start - 300)):
                _lend(entry, lender, _scale(entry.number, lender, entries[max(0, k - 8) : k]))
                entry.carried = lender.carried or lender.start < floor
        elif entry.counted.kind == "money" and "/" not in entry.counted.unit:
            _price(text, entry, [other for other in entries[max(0, k - 3) : k] if other.counted])
    _share_right(text, entries)


def _price(text: str, entry: _Entry, earlier: list[_Entry]) -> None:
    """Give an amount the unit whose price it is: one that stands before it (`le kilo se négocie à 66.000 dongs`), or
    that of a price of the same sentence that it is compared with (`…, contre 395 dollars`, `, 5 dollars de moins`)."""
    unit = _PRICED.search(text, max(0, entry.start - 120), entry.start)
    if unit and (measure := known(unit["unit"])):
        unit, factor = f"{entry.counted.unit}/{measure.unit}", entry.counted.factor / measure.factor
        entry.counted = entry.counted._replace(unit=unit, factor=factor)
        return
    for price in (other for other in earlier[::-1] if other.counted.unit.startswith(f"{entry.counted.unit}/")):
        between = text[price.end : entry.start]
        like = _THAN.search(between) and 0.2 < entry.number.value / (abs(price.number.value) or 1) < 5
        if (like or _MORE.match(text, entry.end)) and not _STOPPED.search(between):
            entry.counted = entry.counted._replace(unit=price.counted.unit, factor=price.counted.factor)
            return


def _share_right(text: str, entries: list[_Entry]) -> None:
    for one, two in zip(entries[-2::-1], entries[:0:-1], strict=True):
        listed = _LIST.fullmatch(text, one.end, two.start) or _BRACKETS.fullmatch(text, one.end, two.start)
        if one.counted or not two.counted or not listed or two.number.signed:
            continue
        if two.counted.kind != "percent" or abs(one.number.value) < 1000:
            shared = replace(two, number=two.first) if two.first else two
            _lend(one, two, 1 if _full(one, two) else _scale(one.number, shared, entries))


def _lend(entry: _Entry, lender: _Entry, scale: float) -> None:
    entry.counted, entry.elided = lender.counted._replace(end=entry.number.end, start=None, more=0.0), True
    if entry.number.scale == 1:
        entry.number = entry.number._replace(scale=scale)


def _scale(number: Number, lender: _Entry, others: list[_Entry]) -> float:
    """Return the scale that makes a bare number comparable with its lender (`6,7 milliards, contre 7,1`): the lender's,
    none, or one that stands near; what is printed in thousands (`11.000`) has no other."""
    if number.numeral >= 1000:
        return 1.0
    for scale in (lender.number.scale, 1.0, *(other.number.scale for other in others)):
        if 0.01 <= number.value * scale / (abs(lender.number.value) or 1) <= 100:
            return scale
    return 1.0


def _lender(text: str, entries: list[_Entry], k: int, floor: int) -> _Entry | None:
    """Return the figure whose unit a bare number takes, from its sentence (which begins at the floor) or before."""
    entry, number, start = entries[k], entries[k].number, entries[k].start
    if number.form == "words" and number.value <= 2:  # `dont les deux parties`
        return None
    before, printed = _before(text, start), number.form == "digits"
    large = number.scale >= 1e6 or (printed and number.value >= 10_000)
    if said := _NUMBER_OF.match(text, entry.end):  # `porter à 6 millions le nombre d'arrivées`
        return _Entry(number, Counted(entry.end, "count", lemma(said["noun"])))
    earlier = [other for other in entries[max(0, k - 8) : k] if other.counted and not _converts(text, other)]
    here = [other for other in earlier if other.start >= floor]
    # Amounts, of millions or alone in brackets or behind a place, are of the money or things spoken of.
    scaled = [
        o for o in earlier if o.counted.unit not in ("percent", "W") and max(o.number.scale, o.number.value) >= 1000
    ]
    money = [other for other in scaled if other.counted.kind == "money"]
    rated = printed and k + 1 < len(entries) and _BRACKET.fullmatch(text, entry.end, entries[k + 1].start)
    if large and money and WORTH.search(text, max(floor, start - 40), start):  # `le bloc a acheté pour 262 millions`
        return _alike("", number, money)
    if large or _alone(text, entry):
        if people := _people(text, entry):
            return people
        if scaled and scaled[-1].start >= floor and (scaled[-1].number.scale > 1 or number.value >= 1000):
            return _alike("", number, [other for other in scaled if start - other.end < 300]) if large else scaled[-1]
        if large and (subject := _subject(text, entry, before)):
            return subject
        near = [other for other in scaled if start - other.end < 300]
        if large and near:
            return _alike(text[floor:start], number, near)
        if money and near and scaled[-1].carried:
            return money[-1]
        bracketed = text[start - 1] == "(" and number.scale == 1
        if here and here[-1].counted.kind == "count" and bracketed:  # `1.116 projets ; le Japon (101)`
            return here[-1]
    elif rated and (amounts := [other for other in money if other.number.scale > 1 and other.start >= floor]):
        return amounts[-1]  # `… de dollars (+44,8%), les chaussures 16,5 (-8,7%)`
    levels = [other for other in here if other.counted.kind != "percent"]
    counts = [other for other in here if other.counted.kind == "count"]
    same, here = _SAME.search(before), levels if large else here
    if here and (same or _MORE.match(text, entry.end)):
        return (counts or here)[-1] if not same or before.endswith(" dont ") else here[-1]
    if here and _listed(text, entry, here[-1]):
        return here[-1]
    if here and _OF_WHAT_AND.fullmatch(text, here[-1].end, start) and _OF_WHAT.match(text, entry.end):
        return here[-1]  # `480.000 tonnes de poissons et 130.000 de mangues`
    if levels and (_BROUGHT.search(before) or ("," in before and WORTH.search(text, max(0, start - 40), start))):
        return levels[-1]
    if _OF_THEM.search(before) and not 1900 <= number.value < 2100:
        clause = text[floor : max(text.rfind(mark, floor, start) for mark in ",;:") + 1]
        told = [other for other in earlier if other.counted.kind in ("count", "quantity")]
        last = told[-1].start if told else 0
        first = max((stop.end() for stop in _STOPPED.finditer(text, max(0, last - 600), last)), default=0)
        here = levels if number.numeral % 1 else counts or levels  # no count is a decimal
        told = here[-1:] or [other for other in told if other.start >= first]
        return _plural(clause, number) or (told[0] if told else None)
    if large and k + 1 < len(entries):  # `de 500 millions en 2012 à 1,2 milliard de dollars`
        later = entries[k + 1]
        near = later.counted and later.number.scale >= 1e6 and later.start - entry.end <= 60
        return later if near and not _STOPPED.search(text, entry.end, later.start) else None
    if counts and before.endswith(", ") and _OUT_OF.search(text[floor:start].lstrip()):
        return counts[-1]  # `Sur les 4.200 sociétés, 1.100 y ont leur siège`
    if _OF_THESE.match(text, entry.end) and (told := counts or [o for o in earlier if o.counted.kind == "count"]):
        return told[-1]  # `six d'entre elles`
    if (
        levels
        and printed
        and _REACHED.search(before)
        and 0.1 <= number.value / (abs(levels[-1].number.value) or 1) <= 10
    ):
        return levels[-1]
    return _subject(text, entry, before) if number.form != "plain" and number.value >= 1000 else None


def _alike(clause: str, number: Number, near: list[_Entry]) -> _Entry:
    """Return the last figure of a like size, of money where its clause speaks of money, else the last one near."""
    alike = [other for other in near if 0.01 <= abs(number.value / (other.number.value or 1)) <= 100]
    money = [other for other in alike or near if other.counted.kind == "money"]
    spoken = any(word.lower() in AMOUNT for word in re.findall(r"[^\W\d_]{5,}", clause))
    return (money if money and (spoken or not alike) else alike or near)[-1]


def _converts(text: str, entry: _Entry) -> bool:
    """Whether an amount in brackets says the one before it in another currency: `… dongs (920 millions de dollars)`."""
    bracket = text[max(0, entry.start - 20) : entry.start].rpartition("(")
    if entry.counted.kind != "money" or not bracket[1] or ")" in bracket[2]:
        return False
    word = re.search(r"([^\W\d_]+)[ \xa0]?$", bracket[0])
    measure = word and known(word[1])
    return bool(measure and measure.kind == "money" and measure.unit != entry.counted.unit)


def _alone(text: str, entry: _Entry) -> bool:
    """Whether a number is an amount by its place: alone in brackets, or between a place and the end of its phrase."""
    if text[max(0, entry.start - 2) : entry.start].rstrip().endswith("("):
        return _CLOSED.match(text, entry.end) is not None
    placed = entry.number.form == "digits" and _PLACED.search(text, max(0, entry.start - 20), entry.start)
    return bool(placed and _ENDED.match(text, entry.end))


def _people(text: str, entry: _Entry) -> _Entry | None:
    """Return a number of the people in front of its bracket: `devant les Thaïlandais (1,8 million)`."""
    named = _DEMONYM.search(text, max(0, entry.start - 90), entry.start)
    known = named and named[1].lower() in demonyms()
    return replace(entry, counted=people(named[1], entry.number.end)) if known else None


def _listed(text: str, entry: _Entry, last: _Entry) -> bool:
    """Whether a number goes on with a list: `1,18 million et 458.700`, `80.000 au Japon, 58.600 à Taïwan`, `d'Indonésie
    6.100`, `395 dollars pour l'un et 380 pour l'autre`."""
    one, two = _AT_PLACE.match(text, last.end), _AT_PLACE.match(text, entry.end)
    if entry.number.scale != 1 or entry.number.form not in ("digits", "plain"):
        return False
    direct = text.endswith((" et ", ", "), last.end, entry.start)
    if one and two and one[1] == two[1] == "pour":
        return direct
    decimal = bool(entry.number.numeral % 1)
    worth = _WORTH_SO.search(text, max(0, last.start - 12), last.start) if decimal else None
    if worth and last.counted.kind == "money" and text.endswith(worth[0], last.end, entry.start):
        return True  # `les fils pour 2,7 milliards, les tissus pour 1,4`
    if entry.number.form == "plain" or (last.counted.kind != "count" and not decimal):
        return False
    if _FROM_PLACE.search(text, max(0, entry.start - 32), entry.start):
        return bool(_ENDED.match(text, entry.end))
    if one and two and one[2] and two[2]:
        return last.elided or direct
    return last.elided and _LIST.fullmatch(text, last.end, entry.start) is not None


def _subject(text: str, entry: _Entry, before: str) -> _Entry | None:
    """Return a number behind a verb of reaching with what its subject names; exports, sales, investments are money."""
    if not (reached := _REACHED.search(before)):
        return None
    verb = entry.start - len(before) + reached.start() + 2
    clause = text[max(0, verb - 150) : verb]
    return _plural(clause[max((stop.end() for stop in _STOPPED.finditer(clause)), default=0) :], entry.number)


def _plural(clause: str, number: Number) -> _Entry | None:
    """Return a number of what `nombre de …` names in a clause, else its last plural that no other subject follows."""
    nouns = [match for match in _SUBJECT.finditer(clause) if is_noun(match["noun"], False) and match["noun"].islower()]
    best = next((match for match in nouns if match["of"]), nouns[-1] if nouns else None)
    if not best or best["noun"] in AMOUNT or (not best["of"] and _OTHER.search(clause, best.end())):
        return None
    return _Entry(number, Counted(number.end, "count", lemma(best["noun"])))


# --- the figures of a text -------------------------------------------------------------------------------------------
_INDEX = re.compile(r"[Ii]ndex|[Ii]ndice|[Bb]ourse")


def _figure(text: str, entry: _Entry) -> Figure:
    """Return the figure of an entry, its values in base units."""
    counted, start, end = entry.counted, entry.start, entry.end
    kind, unit, more = counted.kind, counted.unit, -counted.more if entry.number.numeral < 0 else counted.more
    high = entry.number.value * counted.factor + more
    low = entry.first.value * counted.factor if entry.first else high
    low, high = (float(f"{value:.15g}") for value in (low, high))
    if unit == "1/fois":
        low, high, unit = round(1 / high, 4), round(1 / low, 4), "fois"
    elif unit == "point" and "pourcentage" not in text[start:end]:
        # Points of an index are counted, points of a rate are percents.
        kind = "count" if high >= 20 or _INDEX.search(text, max(0, start - 120), start) else kind
    implied, about = kind == "money" and (counted.implied or entry.elided), _approximate(text, entry)
    return Figure(start, end, kind, low, high, unit, about, entry.elided, implied, counted.partner, entry.carried)


def _part_of_money(text: str, last: _Entry, number: Number) -> bool:
    """Whether millions of something are a part of the money before them: `33 millions d'euros, dont 12 millions de
    dons`."""
    money = last.counted and last.counted.kind == "money" and last.number.value >= number.value >= 1e6
    return bool(money and _DONT.fullmatch(text, last.end, number.start))


def find_figures(text: str, start: int = 0, end: int | None = None, times=()) -> list[Figure]:
    """Return the figures of ``text[start:end]`` in order; their positions count in ``text``.

    ``times`` are spans of dates, periods and durations, in order: a bare number in one is no figure.

    Examples
    --------
    >>> figures = find_figures("Entre 4 et 4,2 milliards de dollars, soit 80 à 85% de six provinces.")
    >>> [(figure.low, figure.high, figure.unit) for figure in figures]
    [(4000000000.0, 4200000000.0, 'USD'), (80.0, 85.0, 'percent'), (6.0, 6.0, 'province')]
    """
    return _read(text, find_numbers(text, start, end), times)


def _read(text: str, numbers: list[Number], times) -> list[Figure]:
    """Return the figures that the numbers of one stretch of text make."""
    entries: list[_Entry] = []
    ranks, ordinal, times, at = [], None, list(times), 0
    for number in numbers:
        while at < len(times) and times[at][1] <= number.start:
            at += 1
        until = times[at][1] if at < len(times) and times[at][0] <= number.start else 0
        if until == number.end or (entries and number.start < entries[-1].end):  # the second of `3 euros 50`
            continue
        if number.form == "ordinal":
            rank = None if until else _rank(text, number)
            if rank and ordinal and _AND_RANK.fullmatch(text, ordinal.end, number.start):  # `de la 77e à la 67e place`
                ranks.append(replace(rank, start=ordinal.start, end=ordinal.end, elided=True))
                ranks[-1].low = ranks[-1].high = ordinal.value
            ranks += [rank] if rank else []
            ordinal = None if rank else number
            continue
        if number.form == "words" and _PART.match(text, number.end):
            continue
        counted = behind(text, number)
        if counted and counted.kind == "count" and entries and _part_of_money(text, entries[-1], number):
            counted = None
        if counted and counted.start is not None and entries and counted.start < entries[-1].end:
            counted = None  # the sign belongs to the number before it
        if (until and (not counted or counted.end <= until)) or (counted and counted.kind == "time"):
            continue
        glued = text[number.start - 1 : number.start].isalpha() or text[number.end : number.end + 1].isalpha()
        glued = glued or _CODE.match(text, max(0, number.start - 2), number.start)
        glued = glued and number.form != "digits"  # `vers la Chine80.000 à 100.000 tonnes`: no code has separators
        if glued and (not counted or (counted.kind == "count" and number.scale == 1)):
            continue
        entry = _Entry(number, counted)
        both = _range(text, entries[-1], entry) if entries else None
        entries[-1:] = [both] if both else [*entries[-1:], entry]
    _share(text, entries)
    found = [_figure(text, entry) for entry in entries if entry.counted]
    return sorted([*found, *ranks], key=lambda figure: figure.start)


# --- the table -------------------------------------------------------------------------------------------------------
def _into_text(alignment: Alignment):
    """Return the function from a place in the source to its place in the repaired text."""
    ends = [end for _, end, _ in alignment.edits]

    def place(at: int) -> int:
        k = bisect_right(ends, at) - 1
        return at - alignment.origin if k < 0 else alignment.positions[k] + alignment.edits[k][2] + at - ends[k]

    return place


_DATELINE = re.compile(r"[^.()\n]{2,60}\([A-Z][A-Z/ ,]{1,20}\)\s*[-–—:]*\s*")


def _sentences(article: ArticleText, figures: list[Figure], periods: list, mentions: list[Named]) -> list[Sentence]:
    """Return the sentences that hold figures, each with the figures, periods and names in it."""
    text, starts = article.text, [figure.start for figure in figures]
    told = (part for part in article.parts if bisect_left(starts, part.start) < bisect_left(starts, part.end))
    spans = [span for part in told for span in sentence_spans(text, part.start, part.end)]
    sentences, begins = [], [start for start, _ in spans]
    named, dated = [name.start for name in mentions], [period.start for period in periods]
    for k, figure in enumerate(figures):
        start, end = spans[max(bisect_right(begins, figure.start) - 1, 0)]
        if not sentences or sentences[-1].start != start:
            dateline = _DATELINE.match(text, start, end)
            names = mentions[bisect_left(named, start) : bisect_right(named, end)]
            inside = periods[bisect_left(dated, start) : bisect_right(dated, end)]
            sentences.append(Sentence(start, end, text, dateline.end() if dateline else start, [], names, inside))
        sentences[-1].figures.append(k)
    return sentences


_AS_OF = re.compile(
    rf"(?:\bau|[àÀ]{BLANK}la{BLANK}date{BLANK}du|jusqu['’]au|arrêtée?s?{BLANK}au){BLANK}$", re.IGNORECASE
)


def _spans_of_time(text: str, spans: list) -> list:
    """Return the periods, with the days as of which a stock is given (`au 20 août`) as such."""
    return [
        span._replace(kind="period") if span.kind == "date" else span
        for span in spans
        if span.kind in ("period", "range", "duration", "comparison")
        or (span.kind == "date" and span.value and _AS_OF.search(text, max(0, span.start - 14), span.start))
    ]


_SAID = ("measure", "status", "flow", "reporter", "partner", "product")


def _rows(article: ArticleText, earliest, latest, mentions: list[tuple]) -> list[dict]:
    """Return the rows of one article."""
    numbers = find_numbers(article.text)
    spans = find_periods(article.text, earliest, latest) if numbers else []
    figures = _read(article.text, numbers, [(period.start, period.end) for period in spans]) if numbers else []
    figures = [figure for figure in figures if article.section_at(figure.start)]  # none in a credit, an end marker
    if not figures:
        return []
    place = _into_text(article.alignment)
    names = [Named(place(start), place(end), *rest) for start, end, *rest in mentions]
    sections = {part.section: (part.start, part.end) for part in reversed(article.parts)}
    title, body = sections.get("title", (0, 0)), sections.get("body", (0, 0))
    subject = subject_of(article.text, names, title, body[0])
    names, periods = point_back(article.text, names, _spans_of_time(article.text, spans), subject)
    periods = [period for period in periods if period.kind != "duration"]
    sentences = _sentences(article, figures, periods, names)
    meanings = annotate(sentences, figures, subject)
    told = [sentence for sentence in sentences for _ in sentence.figures]
    ids = [f"{article.article_id}/f{number}" for number in range(1, len(figures) + 1)]
    return [
        {
            "figure_id": identifier,
            "article_id": article.article_id,
            "section": article.section_at(figure.start),
            **article.place(figure.start, figure.end),
            "sentence": article.text[sentence.start : sentence.end],
            "kind": figure.kind,
            **_values(figure, meaning.falls),
            "unit": _settled(figure.unit, sentence.names, names),
            "approximate": figure.approximate,
            "elided": figure.elided,
            "currency_implied": figure.implied,
            **{name: getattr(meaning, name) for name in _SAID},
            "period": meaning.period if meaning.period and "X" not in meaning.period else None,
            "refers_to": None if meaning.refers_to is None else ids[meaning.refers_to],
        }
        for identifier, figure, meaning, sentence in zip(ids, figures, meanings, told, strict=True)
    ]


def _values(figure: Figure, falls: bool) -> dict:
    low, high = figure.low, figure.high
    if falls and low > 0 and figure.unit != "fois":
        low, high = -high, -low
    return {"value": low if low == high else None, "low": low, "high": high}


def _settled(unit: str, *named: list[Named]) -> str | None:
    """Return a unit; a currency that several countries share is that of the only one of them that the sentence names,
    else the article; None where neither settles it."""
    name, *per = unit.split("/", 1)
    if name not in SHARED:
        return unit
    for names in named:
        if countries := {place.country for place in names} & SHARED[name].keys():
            return "/".join([SHARED[name][countries.pop()], *per]) if len(countries) == 1 else None
    return None


_MENTION = ["start", "end", "entity_id", "type", "country", "side", "form", "role"]


def extract_figures(articles: pd.DataFrame, *, mentions: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return every figure that is said: money, percentages, counts, quantities and ranks, with what they mean.

    Parameters
    ----------
    articles : DataFrame
        **articles**, as `helpers.parse_articles` gives it.
    mentions : DataFrame, optional
        **mentions** of these articles, where `helpers.find_partners` has found them already.

    Returns
    -------
    DataFrame
        **figures** of the data contract, in reading order. ``value``, ``low`` and ``high`` are in the base unit of
        ``unit`` (a fall is negative; ``value`` is missing where a range is said).

    Notes
    -----
    A hand-made grammar over tables (``data/numbers``): no existing extractor, of those measured for the issue, reads
    ranges, elided units or the meaning of French trade figures.

    Examples
    --------
    >>> from helpers.articles import parse_articles
    >>> page = "Titre\\n\\nHué (VNA) - Les exportations vers le Laos ont atteint 25 à 26 millions de dollars en 2023."
    >>> row = extract_figures(parse_articles(frame("documents", [{"doc_id": "a", "text": page}]))).iloc[0]
    >>> print(row.surface, row.low, row.unit, row.measure, row.flow, row.partner, row.period, sep="; ")
    25 à 26 millions de dollars; 25000000.0; USD; level; export; LAO; 2023
    """
    mentions = find_partners(articles) if mentions is None else mentions
    named: dict[str, list[tuple]] = {}
    values = mentions[_MENTION].astype(object).where(mentions[_MENTION].notna(), None)
    for article_id, *mention in zip(mentions["article_id"], *(values[column] for column in _MENTION), strict=True):
        named.setdefault(article_id, []).append(tuple(mention))
    rows = []
    bounds = zip(articles["published_from"], articles["published_to"], strict=True)
    for article, (earliest, latest) in zip(article_texts(articles), bounds, strict=True):
        rows += _rows(article, earliest, latest, named.get(article.article_id, []))
    return frame("figures", rows)
