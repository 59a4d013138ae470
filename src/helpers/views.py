"""A sentence as one of its figures sees it: its neighbours, and the words, names and periods within reach."""

import re
from bisect import bisect_left
from dataclasses import dataclass, field

from helpers.cues import REACH, Cue, Sentence, last_of, read_cues
from helpers.deals import read_deal
from helpers.discourse import Account, Named, Subject, spaced

_COMPARED = spaced(
    r"(?:[Pp]ar rapport|(?:(?<!portant le )(?:niveau|montant|chiffre)|au (?:volume|total)) (?:enregistré )?(?:de|en)|"
    r"[Cc]omparé\w{0,3}|(?<!ien )qu(?:e|['’])|celle|celui)"
    r"(?:[^\W\d]|['’ \xa0]){0,30}$"
)
# A record stands since, a rise is on a year: `au plus bas depuis 2008`, `17 % sur 2013`.
_RECORD = spaced(
    r"\b(?:record|(?:l[ea]s?|au|du|[ds]es|[sl]a|son|leurs?) (?:plus|moins|meilleure?s?|pires?))"
    r"(?: [\w'’-]{1,15}){0,5},? $"
)
_ON_YEAR = spaced(r"(?:%|points?|fois)(?: de (?:plus|moins|mieux))? sur $")
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
        """Whether a comma, semicolon or bracket, or the end of one, parts two places."""
        between = self.text[start:end]
        return between.count(")") > between.count("(") or _PARTED.search(between) is not None

    def turns(self, start: int) -> bool:
        """Whether a new subject comes in before the figure: a word of flow behind a comma, `et` or `tandis que`."""
        between = [cue for cue in self.flows if start < cue.start < self.figure.start]
        return any(_TURN.search(self.text, start, cue.start) for cue in between)


def compared(period, text: str, start: int = 0) -> bool:
    """Whether a period is what something is compared with, by its own words or those before it."""
    before = text[max(start, period.start - 60) : period.start]
    if period.kind == "comparison" or _COMPARED.search(before) or (period.link == "since" and _RECORD.search(before)):
        return True
    return bool(period.value and len(period.value) == 4 and _ON_YEAR.search(before))


def views_of(sentence: Sentence, figures: list, meanings: list[Meaning], subject: Subject, past, account):
    """Yield the views of a sentence's figures, in order; ``past`` and ``account`` as in `View`."""
    text, numbers = sentence.text, sentence.figures
    places = [name.start for name in sentence.names]

    def around(items: list, starts: list[int], start: int, end: int) -> list:
        return items[bisect_left(starts, start - REACH) : bisect_left(starts, end + REACH)]

    cues, said = [], account or past
    for cue in read_cues(text, sentence.start, sentence.end):
        if cue.kind == "deal":
            cue = read_deal(cue, sentence, subject, said, around(sentence.names, places, cue.start, cue.end))
        cues += [cue] if cue else []
    periods = [period for period in sentence.periods if not compared(period, text, sentence.start)]
    lists = [(items, [item.start for item in items]) for items in (cues, sentence.names, periods)]
    for earlier, k, later in zip([None, *numbers], numbers, [*numbers[1:], None], strict=False):
        near = (around(*pair, figures[k].start, figures[k].end) for pair in lists)
        floor = sentence.start if earlier is None else figures[earlier].end
        ceiling = sentence.end if later is None else figures[later].start
        yield View(sentence, text, figures, meanings, subject, past, account, k, earlier, later, floor, ceiling, *near)
