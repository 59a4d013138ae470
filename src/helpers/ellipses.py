"""Read numbers by their neighbours: two that make a range, and what a bare one counts.

A list shares the scale and unit of its last (`3,01, 1,42 et 1,03 milliard`); a number with neither takes those of the
figure that it is compared with, a part of, or told of in the same way (`contre 4,3`, `dont 16`, `le Japon (101)`), or
what its subject names (`le nombre de touristes a été estimé à 589.000`).
"""

import re
from dataclasses import dataclass, replace

from helpers.counted import AMOUNT, WORD, WORTH, Counted, demonyms, is_noun, known, lemma, people
from helpers.numbers import BLANK, Number, table


@dataclass(slots=True)
class Entry:
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
FORMS = {
    place: [row["form"].removesuffix(" de") for row in table("approximators") if row["place"] == place]
    for place in ("before", "verb", "after", "holds")
}


def before_number(text: str, start: int) -> str:
    """Return what stands before a place, so read, between blanks."""
    return f" {text[max(0, start - 60) : start].lower().translate(_PLAIN).rstrip()} "


# --- ranges ----------------------------------------------------------------------------------------------------------
_TO = re.compile(rf"{BLANK}?[-–—]{BLANK}?|(?:{BLANK}|(?<=\d))(?:à|ou|et|a){BLANK}")
_FROM = re.compile(
    r" (?:(?:pass|ramen|port|évolu|relev|abaiss|révis|réévalu|réajust|corrig|élargi)\w{0,8}"
    r"|(?P<change>(?:grimp|bondi|tomb|chut|recul|augment|progress|rédui|mont(?!ants?\b)|descen|baiss|hauss)\w{0,8}))"
    r"(?: \w{1,15}){0,3} de? $"
)


def range_of(text: str, one: Entry, two: Entry) -> Entry | None:
    """Return two neighbours as one range: `25 à 26 millions`, `entre 4 et 4,2 milliards`, `30% à 88%`."""
    joint = _TO.fullmatch(text, one.end, two.start)
    sign = one.counted and one.counted.start is not None
    counted = two.counted or (one.counted._replace(end=two.number.end) if sign else None)  # `US$5-6 millions`
    if not joint or one.first or not (counted or two.number.scale > 1) or two.number.signed:
        return None
    if one.counted and (not counted or (one.counted.unit, one.counted.factor) != (counted.unit, counted.factor)):
        return None
    before = before_number(text, one.start)
    if "et" in joint[0] and not before.endswith(" entre "):
        return None
    # `passer de 3 à 5 milliards`, `tomber de 30% à 20%` are two levels, `progresser de 6,5 à 7%` is a range.
    pair = _FROM.search(before) if "à" in joint[0] else None
    rate = pair and any(word in before for word in (" part ", " taux ", " proportion "))  # `sa part est montée de 10 à`
    if pair and (rate or not (pair["change"] and two.counted and two.counted.unit in ("percent", "fois"))):
        return None
    shared = two.number.scale if one.number.scale == 1 and (sign or not one.counted) else one.number.scale
    low = one.number if _full(one, two) else one.number._replace(scale=shared)
    if one.counted and one.counted.more:  # `entre un kilo et demi et deux kilos`
        low = low._replace(numeral=low.numeral + one.counted.more / one.counted.factor / low.scale)
    if counted and counted.start is not None:
        counted = counted._replace(start=one.start)
    return Entry(two.number, counted, low) if low.value < two.number.value else None


def _full(one: Entry, two: Entry) -> bool:
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
_OF_ALL = re.compile(
    rf"{BLANK}(?:des|sur|de{BLANK}(?:ces|ses|leurs))(?:{BLANK}(?:les|quelque))?{BLANK}"
)  # `14 des 22 lots`
_YEAR_AGO = re.compile(
    rf"{BLANK}(?:un{BLANK}an{BLANK}(?:plus{BLANK}tôt|auparavant|avant)|il{BLANK}y{BLANK}a{BLANK}un{BLANK}an)(?!\w)"
)
_MORE = re.compile(rf"{BLANK}(?:de{BLANK}(?:plus|moins|mieux)|autres)(?!\w)")
_BROUGHT = re.compile(
    r" (?:(?:le|la|les|l|en) (?:port|ramen|relev|rédui|limit|fix|pass)\w{1,6}(?: \w{1,12}){0,3}"
    r"|(?:port|ramen|relev|rédui)\w{1,6} (?:ce|cette|ces|son|sa|leur) \w{1,12}) à $"
)
_OF_THEM = re.compile(
    rf" en (?:(?:sont|a|ont|avait|avaient|aura|auront) \w{{2,12}}|(?:{'|'.join(FORMS['holds'])})\w{{1,5}})"
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
_OF_THESE = re.compile(rf"{BLANK}d['’]entre{BLANK}(?:eux|elles)(?!\w)")
_OF_WHAT = re.compile(rf"{BLANK}d(?:e{BLANK}|['’])[a-zà-ÿœ]")
_OF_WHAT_AND = re.compile(
    rf"{BLANK}d(?:e{BLANK}|['’])[a-zà-ÿœ][^.;\d]{{1,40}}(?:,|{BLANK}et|{BLANK}ou|{BLANK}puis){BLANK}"
)


def share_units(text: str, entries: list[Entry]) -> None:
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


def _price(text: str, entry: Entry, earlier: list[Entry]) -> None:
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


def _share_right(text: str, entries: list[Entry]) -> None:
    for one, two in zip(entries[-2::-1], entries[:0:-1], strict=True):
        listed = _LIST.fullmatch(text, one.end, two.start) or _BRACKETS.fullmatch(text, one.end, two.start)
        if one.counted or not two.counted or not listed or two.number.signed:
            continue
        if two.counted.kind != "percent" or abs(one.number.value) < 1000:
            shared = replace(two, number=two.first) if two.first else two
            _lend(one, two, 1 if _full(one, two) else _scale(one.number, shared, entries))


def _lend(entry: Entry, lender: Entry, scale: float) -> None:
    entry.counted, entry.elided = lender.counted._replace(end=entry.number.end, start=None, more=0.0), True
    if entry.number.scale == 1:
        entry.number = entry.number._replace(scale=scale)


def _scale(number: Number, lender: Entry, others: list[Entry]) -> float:
    """Return the scale that makes a bare number comparable with its lender (`6,7 milliards, contre 7,1`): the lender's,
    none, or one that stands near; what is printed in thousands (`11.000`) has no other."""
    if number.numeral >= 1000:
        return 1.0
    for scale in (lender.number.scale, 1.0, *(other.number.scale for other in others)):
        if 0.01 <= number.value * scale / (abs(lender.number.value) or 1) <= 100:
            return scale
    return 1.0


def _lender(text: str, entries: list[Entry], k: int, floor: int) -> Entry | None:
    """Return the figure whose unit a bare number takes, from its sentence (which begins at the floor) or before."""
    entry, number = entries[k], entries[k].number
    if number.form == "words" and number.value <= 2:  # `dont les deux parties`
        return None
    if k + 1 < len(entries) and _OF_ALL.fullmatch(text, entry.end, entries[k + 1].start):
        every = entries[k + 1]
        if every.counted and every.counted.kind == "count" and number.value < every.number.value:
            return every
    if said := _NUMBER_OF.match(text, entry.end):  # `porter à 6 millions le nombre d'arrivées`
        return Entry(number, Counted(entry.end, "count", lemma(said["noun"])))
    earlier = [other for other in entries[max(0, k - 8) : k] if other.counted and not _converts(text, other)]
    return _of_amounts(text, entries, k, earlier, floor) or _of_words(text, entries, k, earlier, floor)


def _large(number: Number) -> bool:
    return number.scale >= 1e6 or (number.form == "digits" and number.value >= 10_000)


def _of_amounts(text: str, entries: list[Entry], k: int, earlier: list[Entry], floor: int) -> Entry | None:
    """Return the lender of an amount: of millions, or alone in brackets or behind a place, it is of the money or the
    things spoken of."""
    entry, number, start = entries[k], entries[k].number, entries[k].start
    large, before = _large(number), before_number(text, start)
    here = [other for other in earlier if other.start >= floor]
    scaled = [
        o for o in earlier if o.counted.unit not in ("percent", "W") and max(o.number.scale, o.number.value) >= 1000
    ]
    near = [other for other in scaled if start - other.end < 300]
    money = [other for other in scaled if other.counted.kind == "money"]
    if large and money and WORTH.search(text, max(floor, start - 40), start):  # `le bloc a acheté pour 262 millions`
        return _alike("", number, money)
    if not (large or _alone(text, entry)):
        rated = number.form == "digits" and k + 1 < len(entries)
        rated = rated and _BRACKET.fullmatch(text, entry.end, entries[k + 1].start)
        amounts = [other for other in money if other.number.scale > 1 and other.start >= floor]
        return amounts[-1] if rated and amounts else None  # `… de dollars (+44,8%), les chaussures 16,5 (-8,7%)`
    if people := _people(text, entry):
        return people
    if scaled and scaled[-1].start >= floor and (scaled[-1].number.scale > 1 or number.value >= 1000):
        return _alike("", number, near) if large else scaled[-1]
    if large and (subject := _subject(text, entry, before)):
        return subject
    if large and near:
        return _alike(text[floor:start], number, near)
    if money and near and scaled[-1].carried:
        return money[-1]
    bracketed = text[start - 1] == "(" and number.scale == 1
    return here[-1] if here and here[-1].counted.kind == "count" and bracketed else None  # `1.116 projets ; … (101)`


def _of_words(text: str, entries: list[Entry], k: int, earlier: list[Entry], floor: int) -> Entry | None:
    """Return the lender that the words around a number tell: what it is compared with, listed beside, a part of; what
    a pronoun stands for; the subject of a verb of reaching."""
    entry, number, start = entries[k], entries[k].number, entries[k].start
    large, before = _large(number), before_number(text, start)
    here = [other for other in earlier if other.start >= floor]
    levels = [other for other in here if other.counted.kind != "percent"]
    counts = [other for other in here if other.counted.kind == "count"]
    same, here = _SAME.search(before), levels if large else here
    if here and (same or _MORE.match(text, entry.end) or _YEAR_AGO.match(text, entry.end)):
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
    like = levels and number.form == "digits" and 0.1 <= number.value / (abs(levels[-1].number.value) or 1) <= 10
    if like and _REACHED.search(before):
        return levels[-1]
    return _subject(text, entry, before) if number.form != "plain" and number.value >= 1000 else None


def _alike(clause: str, number: Number, near: list[Entry]) -> Entry:
    """Return the last figure of a like size, of money where its clause speaks of money, else the last one near."""
    alike = [other for other in near if 0.01 <= abs(number.value / (other.number.value or 1)) <= 100]
    money = [other for other in alike or near if other.counted.kind == "money"]
    spoken = any(word.lower() in AMOUNT for word in re.findall(r"[^\W\d_]{5,}", clause))
    return (money if money and (spoken or not alike) else alike or near)[-1]


def _converts(text: str, entry: Entry) -> bool:
    """Whether an amount in brackets says the one before it in another currency: `… dongs (920 millions de dollars)`."""
    bracket = text[max(0, entry.start - 20) : entry.start].rpartition("(")
    if entry.counted.kind != "money" or not bracket[1] or ")" in bracket[2]:
        return False
    word = re.search(r"([^\W\d_]+)[ \xa0]?$", bracket[0])
    measure = word and known(word[1])
    return bool(measure and measure.kind == "money" and measure.unit != entry.counted.unit)


def _alone(text: str, entry: Entry) -> bool:
    """Whether a number is an amount by its place: alone in brackets, or between a place and the end of its phrase."""
    if text[max(0, entry.start - 2) : entry.start].rstrip().endswith("("):
        return _CLOSED.match(text, entry.end) is not None
    placed = entry.number.form == "digits" and _PLACED.search(text, max(0, entry.start - 20), entry.start)
    return bool(placed and _ENDED.match(text, entry.end))


def _people(text: str, entry: Entry) -> Entry | None:
    """Return a number of the people in front of its bracket: `devant les Thaïlandais (1,8 million)`."""
    named = _DEMONYM.search(text, max(0, entry.start - 90), entry.start)
    known = named and named[1].lower() in demonyms()
    return replace(entry, counted=people(named[1], entry.number.end)) if known else None


def _listed(text: str, entry: Entry, last: Entry) -> bool:
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


def _subject(text: str, entry: Entry, before: str) -> Entry | None:
    """Return a number behind a verb of reaching with what its subject names; exports, sales, investments are money."""
    if not (reached := _REACHED.search(before)):
        return None
    verb = entry.start - len(before) + reached.start() + 2
    clause = text[max(0, verb - 150) : verb]
    return _plural(clause[max((stop.end() for stop in _STOPPED.finditer(clause)), default=0) :], entry.number)


def _plural(clause: str, number: Number) -> Entry | None:
    """Return a number of what `nombre de …` names in a clause, else its last plural that no other subject follows."""
    nouns = [match for match in _SUBJECT.finditer(clause) if is_noun(match["noun"], False) and match["noun"].islower()]
    best = next((match for match in nouns if match["of"]), nouns[-1] if nouns else None)
    if not best or best["noun"] in AMOUNT or (not best["of"] and _OTHER.search(clause, best.end())):
        return None
    return Entry(number, Counted(number.end, "count", lemma(best["noun"])))
