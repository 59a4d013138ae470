"""A sentence as one of its figures sees it: its neighbours, and the words, names and periods within reach."""

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import NamedTuple

from helpers.discourse import Account, Named, Subject, spaced
from helpers.numbers import table

VIETNAM = "VNM"
# How far around a figure its sentence is read, in characters: a bound, so that the cost is linear in any text.
REACH = 400
HOME = re.compile(r"[Vv]i[êe]t ?[Nn]am")
_COMPARED = spaced(
    r"(?:par rapport|(?<!portant le )(?:niveau|montant|chiffre) (?:enregistré )?(?:de|en)|"
    r"comparé\w{0,3}|(?<!ien )qu(?:e|['’])|celle|celui)"
    r"(?:[^\W\d]|['’ \xa0]){0,30}$"
)
# Between two figures of a list; before one that another is compared with.
AND_ALSO = spaced(r"[^.;,\d]{0,40}(?:,| et|, et) (?:\w{2,12} d(?:e |['’])|de |quelque )?")
VERSUS = spaced(
    r"\b(?:contre|au lieu de)(?: (?:plus|près|moins|environ|seulement|quelque|à peine))?(?: d(?:e|['’]))? ?$"
)
_PARTED = re.compile(r"[,;:]|\((?!\w{2,8}\))|(?<!\w\w)\)|\d\)")
_TURN = re.compile(r"[,;]|\bet\b|tandis|alors que")
_OPENS = spaced(r" ?\(")
_BRACKETED = spaced(r"\( ?$")
_CLOSED = spaced(r" ?[),;]")
_AT_HEAD = spaced(
    r"(?:[^,.;]{0,60}, )?(?:(?i:la|le|les|l['’]|quant à|s['’]agissant de|dans la) ?)?"
    r"(?:(?i:province|ville|municipalité|métropole|capitale|cité)(?: [a-zà-ÿ]+)? (?:de |d['’]|du ))?"
)


class Sides(NamedTuple):
    """Who reports a deal and with whom; ``actor`` is the column that its subject fills (`la Chine en achète`)."""

    reporter: str
    partner: str | None
    actor: str = "partner"


class Cue(NamedTuple):
    """A word that carries meaning: ``kind`` and ``value`` are the columns ``cue`` and ``value`` of ``cues.csv``."""

    start: int
    end: int
    kind: str
    value: str
    sides: Sides | None = None
    verb: bool = False


@dataclass(slots=True)
class Meaning:
    """What a figure means: columns of **figures**; ``refers_to`` is another figure's number."""

    measure: str | None = None
    status: str | None = None
    flow: str | None = None
    reporter: str | None = None
    partner: str | None = None
    period: str | None = None
    product: str | None = None
    refers_to: int | None = None
    falls: bool = False
    topic: str | None = None
    compared: bool = False


@dataclass(slots=True)
class Sentence:
    """A sentence of ``text`` that holds figures (their numbers); it opens behind its dateline."""

    start: int
    end: int
    text: str
    opening: int
    figures: list[int] = field(default_factory=list)
    names: list[Named] = field(default_factory=list)
    periods: list = field(default_factory=list)

    def begins_with(self, name: Named) -> bool:
        """Whether the sentence begins with this place, as its subject."""
        return _AT_HEAD.fullmatch(self.text, self.opening, name.start) is not None


@dataclass(slots=True)
class View:
    """A sentence as one of its figures sees it: the figures beside it, and what stands within reach.

    ``k`` is the figure's number, ``earlier`` and ``later`` those of its neighbours, which end at ``floor`` and begin at
    ``ceiling``; ``flow`` is the last word of flow before it; ``both``: two sides are spoken of (`bilatéral`);
    ``past`` is what the last figure of the sentence before means, ``account`` what this part of the article gives
    figures of, ``again`` the latter (else the former) where this sentence goes on.
    """

    sentence: Sentence
    text: str
    figures: list
    meanings: list[Meaning]
    subject: Subject
    past: Meaning | None
    account: Account | None
    k: int
    earlier: int | None
    later: int | None
    floor: int
    ceiling: int
    cues: list[Cue]
    names: list[Named]
    periods: list
    figure: object = field(init=False)
    meaning: Meaning = field(init=False)
    flows: list[Cue] = field(init=False)
    flow: Cue | None = field(init=False)
    both: bool = field(init=False)
    again: Meaning | Account | None = field(init=False)

    def __post_init__(self) -> None:
        self.figure, self.meaning = self.figures[self.k], self.meanings[self.k]
        self.flows = [cue for cue in self.cues if cue.kind == "flow"]
        self.flow = last_of(self.flows, self.figure.start)
        self.both = any(cue.kind == "both" and cue.start < self.figure.start for cue in self.cues)
        near = self.account or self.past
        self.again = near if near and self._goes_on() else None

    def _goes_on(self) -> bool:
        """Whether the sentence goes on with what was said before: it says so (`du total`, `viennent ensuite`), or has
        no topic of its own and gives foreign money (of the same currency, if something else came in between), or what
        stands in brackets behind a market or product (`l'Inde (8,7%)`, `les chaussures (17%)`)."""
        figure, stop = self.figure, self.text.find(";", self.figure.end, self.figure.end + 60)
        end = stop if stop > 0 else figure.end + 60
        kinds = {cue.kind for cue in self.cues if cue.start < end}
        dongs = figure.kind == "money" and "VND" == figure.unit != (self.account and self.account.unit)
        if ("again" in kinds and not dongs) or figure.carried:
            return True
        if figure.elided and figure.kind == "count" and self.earlier is None:  # `D'Inde en sont venus 6.700`
            return True
        if "flow" in kinds:
            return False
        if figure.kind == "money":
            aside = self.account and self.account.aside and self.account.unit != figure.unit
            return not (dongs or aside or "/" in figure.unit)
        if figure.kind == "rank" and self.account and not self.text.startswith(" mondial", figure.end):
            return any(self.sentence.begins_with(n) and n.side == "partner" for n in self.names)
        if figure.kind == "percent" and _BRACKETED.search(self.text, max(0, figure.start - 3), figure.start):
            return self.account is not None and bool(_CLOSED.match(self.text, figure.end))
        return any(_OPENS.fullmatch(self.text, name.end, figure.start) for name in self.names)

    def of(self, *kinds: str) -> list[Cue]:
        """Return the cues of some kinds."""
        return [cue for cue in self.cues if cue.kind in kinds]

    def parted(self, start: int, end: int) -> bool:
        """Whether a comma, semicolon or bracket parts two places."""
        return _PARTED.search(self.text, start, end) is not None

    def turns(self, start: int) -> bool:
        """Whether a new subject comes in before the figure: a word of flow behind a comma, `et` or `tandis que`."""
        between = [cue for cue in self.flows if start < cue.start < self.figure.start]
        return any(_TURN.search(self.text, start, cue.start) for cue in between)


def last_of(items, before: int, after: int = -1):
    """Return the last item that ends at or before a place and begins at or after another."""
    return next((item for item in reversed(items) if item.end <= before and item.start >= after), None)


def first_of(items, after: int, before: int):
    """Return the first item that begins in a stretch."""
    return next((item for item in items if after <= item.start < before), None)


# --- words that carry meaning ----------------------------------------------------------------------------------------
_CHOICE = re.compile(r"\(\?:([^()]+)\)(?!\?)")
_FIRST = re.compile(r"(?:\(\?<?[=!][^()]*\)|\\b)*(?:\[\w?(\w)\]|(\w))")
_WORD = re.compile(r"(?<!\w)\w")


def _cue_patterns() -> tuple[dict[str, re.Pattern], re.Pattern, list[tuple[str, str]]]:
    """Return the patterns of cues by the letter that they begin with, those of no one letter, and what each means."""
    keys, letters = [], {"": []}
    for row in table("cues"):
        choice = _CHOICE.match(row["pattern"])
        for word in choice[1].split("|") if choice else [""]:
            pattern = word + row["pattern"][choice.end() if choice else 0 :]
            first = _FIRST.match(pattern)
            letter = (first[1] or first[2]).lower() if first else ""
            letters.setdefault(letter, []).append(f"(?P<c{len(keys)}>{pattern})")
            keys.append((row["cue"], row["value"]))
    rest = letters.pop("")
    patterns = {letter: re.compile("|".join([*found, *rest])) for letter, found in letters.items()}
    return patterns, re.compile("|".join(rest)), keys


_CUES, _REST, _KEYS = _cue_patterns()


def read_cues(text: str, start: int, end: int):
    """Yield the cues of a stretch, from left to right, each word of one at most."""
    at = start
    for word in _WORD.finditer(text, start, end):
        if word.start() >= at and (cue := _CUES.get(word[0].lower(), _REST).match(text, word.start(), end)):
            at = cue.end()
            yield Cue(*cue.span(), *_KEYS[int(cue.lastgroup[1:])])


# --- deals: who sells, buys or gives ---------------------------------------------------------------------------------
_TO_IT = spaced(r"\b(?:lui|leur) (?:(?:a|ont|avai\w{1,3}|aura) (?:\w{2,9} )?)?$")
_OF_IT = spaced(r"\b(?:n['’]|d['’]|y )?en (?:(?:a|ont|avai\w{1,3}) )?$")
_UNPARTED = spaced(
    r"(?: \(\w{2,8}\))?(?:, (?:lui|elle|eux|elles|en revanche|de son côté|à son tour|quant à \w{3,4}),)?[^,;()]{0,60}"
)
_SOLD_TO = spaced(r"[^,.;()\d]{0,60} (?:à|aux?|en|vers)(?: (?:la|le|les|l['’]))? ?")
_TO_SOMEONE = spaced(r"(?:[^.;]|\.(?=\d)){0,90}? (?:à|aux?|en faveur) (?!partir|hauteur)")
_BY = spaced(r" (?:par|de la part) ")
_ITS = spaced(r"\b(?:ses|leurs) $")
_OUR = spaced(
    r" (?:vietnamiens|(?:du|de) (?:Vi[êe]t|pays|la province|à l['’]étranger)|à l['’]étranger|nationaux|d['’])"
)
_TURNED = spaced(r"(?:sens (?:inverse|contraire)|autre sens|[Ee]n retour)")
_AT_HOME = spaced(r"(?:au|auprès du) Vi[êe]t ?[Nn]am")
_ABROAD = spaced(r"à l['’]étranger|à l['’]export|aux Vingt-(?:Sept|Huit)")


def _deal(cue: Cue, sentence: Sentence, subject: Subject, past, names: list[Named]) -> Cue | None:
    """Return a word of selling, buying or giving as a word of flow, with the sides that its subject settles.

    The subject is the name just before the verb, else the name at the head of the sentence. Another country that buys
    reports itself (`le Japon a importé … du Vietnam`), unless it is a customer (`premier client`, `en achète 5%`) or
    buys what the sentence before says is sold; one that sells to Vietnam, or is its supplier, is Vietnam's partner.
    """
    text, act = sentence.text, cue.value
    start, end = max(sentence.start, cue.start - 40), min(sentence.end, cue.end + REACH)

    def flow(value: str, sides: Sides | None = None) -> Cue:
        return Cue(cue.start, cue.end, "flow", value, sides, not act.endswith(("er", "s")))

    to_it = _TO_IT.search(text, start, cue.start)
    sold, bought = (past.reporter if past and past.flow == way else None for way in ("export", "import"))
    if act in ("purchases", "orders"):
        owner = next((n for n in names if n.form == "demonym" and 0 < n.start - cue.end < 2), None)
        if not owner and _ITS.search(text, start, cue.start):  # `la Chine a doublé ses achats`
            owner = next((n for n in reversed(names) if n.end <= cue.start and n.role is None and n.party), None)
        owner = owner and owner.party
        if owner and sold:
            return flow("export", Sides(sold, owner))
        if sold and not (_OUR.match(text, cue.end) or _TURNED.search(text, sentence.start, cue.start)):
            return flow("export")  # what is sold is what others buy
        if act == "purchases":
            return flow("import", Sides(bought, owner) if owner and bought and owner != bought else None)
        act = "sales"
    if act == "give" and past and past.topic == "travel" and text.startswith("envoy", cue.start):
        return None  # `la Chine en a envoyé 2,56 millions`
    if act == "give":
        aid = to_it or _TO_SOMEONE.match(text, cue.end) or _BY.match(text, cue.end) or (past and past.flow == "aid")
        donors = (n for n in names if n.side == "partner" and n.end <= cue.start and n.role is None)
        aid = aid or any(sentence.begins_with(n) for n in donors)
        return flow("aid") if aid else None
    names = [n for n in names if n.type != "agreement" and n.role is None and (n.side == "vietnam" or n.party)]
    before = [n for n in names if n.end <= cue.start]
    after = [n for n in names if cue.end <= n.start < end and n.party]
    abroad = _ABROAD.search(text, cue.end, end)
    if act == "sales":
        ours = past and past.flow in ("export", "import", "trade")
        if past and past.flow == "import" and any(n.side == "partner" and 0 < cue.start - n.end < 25 for n in names):
            return flow("import")  # `la Corée, dont les livraisons`
        return (
            flow("export") if abroad or ours or (after and _SOLD_TO.fullmatch(text, cue.end, after[0].start)) else None
        )
    head = next((n for n in before if sentence.begins_with(n)), None)
    actor = next((n for n in reversed(before) if _UNPARTED.fullmatch(text, n.end, cue.start)), head)
    own = list(HOME.finditer(text, actor.end if actor else max(sentence.opening, cue.start - REACH), cue.start))
    if own and _UNPARTED.fullmatch(text, own[-1].end(), cue.start):
        actor = None
    whole = text.find(" dont ", cue.end, end)
    end = whole if whole > 0 else end
    other = next((n.party for n in after if n.start < end and not (actor and n.party == actor.party)), None)
    buys = act.startswith(("buy", "import"))
    sold_by_us = own and text[cue.start : cue.start + 4].lower() == "vend"
    if actor is None or actor.side == "vietnam":
        if act == "buyer" and actor and sold and sold != VIETNAM:
            return flow("export", Sides(sold, VIETNAM))
        if act == "buy" and sold and not own and not actor:
            return flow("export")
        if act in ("buyer", "export", "seller") or (act == "sell" and (other or abroad or sold_by_us)):
            return flow("export")
        return flow("import") if buys else None
    ours = HOME.search(text, cue.end, end) is not None
    of_it = not bought and _OF_IT.search(text, start, cue.start)
    if act == "buyer" or (buys and (of_it or (sold and not ours)) and actor.party != sold):
        return flow("export", Sides(sold or VIETNAM, actor.party))
    if act == "buy" and _AT_HOME.search(text, cue.end, end) and actor.party != subject.home:
        return flow("export", Sides(VIETNAM, actor.party))
    if to_it and act in ("buy", "sell"):
        return flow("export" if buys else "import", Sides(VIETNAM, actor.party))
    other = VIETNAM if ours else other
    if buys:
        return flow("import", Sides(actor.party, other or (past.partner if bought else None), "reporter"))
    if act == "export" or actor.party == subject.home:
        return flow("export", Sides(actor.party, other, "reporter"))
    seller = actor.party if actor.party != bought else VIETNAM
    return flow("import", Sides(bought or VIETNAM, seller)) if ours or bought else None


def views_of(sentence: Sentence, figures: list, meanings: list[Meaning], subject: Subject, past, account):
    """Yield the views of a sentence's figures, in order; ``past`` and ``account`` as in `View`."""
    text, numbers = sentence.text, sentence.figures
    places = [name.start for name in sentence.names]

    def around(items: list, starts: list[int], start: int, end: int) -> list:
        return items[bisect_left(starts, start - REACH) : bisect_left(starts, end + REACH)]

    cues, said = [], account or past
    for cue in read_cues(text, sentence.start, sentence.end):
        if cue.kind == "deal":
            cue = _deal(cue, sentence, subject, said, around(sentence.names, places, cue.start, cue.end))
        cues += [cue] if cue else []
    periods = [p for p in sentence.periods if p.kind != "comparison"]
    periods = [p for p in periods if not _COMPARED.search(text, max(sentence.start, p.start - 50), p.start)]
    lists = [(items, [item.start for item in items]) for items in (cues, sentence.names, periods)]
    for earlier, k, later in zip([None, *numbers], numbers, [*numbers[1:], None], strict=False):
        near = (around(*pair, figures[k].start, figures[k].end) for pair in lists)
        floor = sentence.start if earlier is None else figures[earlier].end
        ceiling = sentence.end if later is None else figures[later].start
        yield View(sentence, text, figures, meanings, subject, past, account, k, earlier, later, floor, ceiling, *near)
