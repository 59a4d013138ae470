"""A sentence as one of its figures sees it: its neighbours, and the words, names and periods within reach."""

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import NamedTuple

from helpers.discourse import Named, Subject
from helpers.numbers import BLANK, table

VIETNAM = "VNM"
# How far around a figure its sentence is read, in characters: a bound, so that the cost is linear in any text.
REACH = 400
HOME = re.compile(r"[Vv]i[êe]t ?[Nn]am")
_COMPARED = re.compile(rf"(?:par{BLANK}rapport|comparé\w{{0,3}}|que|qu['’]|celle|celui)[\w'’ \xa0]{{0,30}}$")


class Cue(NamedTuple):
    """A word that carries meaning: ``kind`` and ``value`` are the columns ``cue`` and ``value`` of ``cues.csv``."""

    start: int
    end: int
    kind: str
    value: str


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


@dataclass(slots=True)
class View:
    """A sentence as one of its figures sees it: the figures beside it, and what stands within reach.

    ``k`` is the figure's number, ``earlier`` and ``later`` those of its neighbours; ``floor`` and ``ceiling`` are where
    the neighbours end and begin; ``flow`` is the last word of flow before the figure; ``past`` is what the
    last figure of the sentence before means.
    """

    sentence: Sentence
    text: str
    figures: list
    meanings: list[Meaning]
    subject: Subject
    past: Meaning | None
    k: int
    earlier: int | None
    later: int | None
    floor: int
    ceiling: int
    cues: list[Cue]
    names: list[Named]
    periods: list
    flow: Cue | None

    @property
    def figure(self):
        return self.figures[self.k]

    @property
    def meaning(self) -> Meaning:
        return self.meanings[self.k]

    @property
    def both(self) -> bool:
        """Whether the sentence speaks of two sides before the figure (`bilatéral`, `les deux parties`)."""
        return any(cue.kind == "both" and cue.start < self.figure.start for cue in self.cues)

    @property
    def again(self) -> Meaning | None:
        """What the sentence goes on with (`du total`, `viennent ensuite`): the last figure of the sentence before."""
        told = any(cue.kind == "again" and cue.start < self.figure.end + 60 for cue in self.cues)
        return self.past if told or self.figure.carried else None

    @property
    def buyer(self) -> bool:
        """Whether another country buys what the sentence before says Vietnam sells."""
        sold = self.past and self.past.flow == "export" and self.past.reporter == VIETNAM
        bought = (
            self.flow
            and self.flow.value == "import"
            and self.text.startswith(("achet", "importateur"), self.flow.start)
        )
        named = bool(bought and sold) and any(n.party and n.end <= self.flow.start for n in self.names)
        return named and not HOME.search(self.text, self.sentence.opening, self.figure.start)

    def parted(self, start: int, end: int) -> bool:
        """Whether a comma, semicolon or bracket parts two places."""
        return _PARTED.search(self.text, start, end) is not None

    def turns(self, start: int) -> bool:
        """Whether a new subject comes in before the figure: a word of flow behind a comma, `et` or `tandis que`."""
        between = [cue for cue in self.cues if cue.kind == "flow" and start < cue.start < self.figure.start]
        return any(_TURN.search(self.text, start, cue.start) for cue in between)

    def at_head(self, name: Named) -> bool:
        """Whether the sentence begins with this place, as its subject."""
        return _AT_HEAD.fullmatch(self.text, self.sentence.opening, name.start) is not None


_PARTED = re.compile(r"[,;()]")
_TURN = re.compile(r"[,;]|\bet\b|tandis|alors que")
_AT_HEAD = re.compile(
    rf"(?:[^,.;]{{0,60}},{BLANK})?(?:(?i:la|le|les|l['’]|quant{BLANK}à|s['’]agissant{BLANK}de){BLANK}?)?"
    rf"(?:(?i:province|ville|municipalité|métropole|capitale|cité)(?:{BLANK}[a-zà-ÿ]+)?{BLANK}(?:de{BLANK}|d['’]|du{BLANK}))?"
)


def _cue_pattern() -> tuple[re.Pattern, dict[str, tuple[str, str]]]:
    groups: dict[tuple[str, str], list[str]] = {}
    for row in table("cues"):
        groups.setdefault((row["cue"], row["value"]), []).append(row["pattern"])
    named = {f"g{number}": key for number, key in enumerate(groups)}
    parts = (f"(?P<{group}>{'|'.join(groups[key])})" for group, key in named.items())
    return re.compile(r"(?<!\w)(?:" + "|".join(parts) + ")"), named


CUES, CUE_KEYS = _cue_pattern()


def last_of(items, before: int, after: int = -1):
    """Return the last item that ends at or before a place and begins at or after another."""
    return next((item for item in reversed(items) if item.end <= before and item.start >= after), None)


def first_of(items, after: int, before: int):
    """Return the first item that begins in a stretch."""
    return next((item for item in items if after <= item.start < before), None)


def views_of(sentence: Sentence, figures: list, meanings: list[Meaning], subject: Subject, past: Meaning | None):
    """Yield the views of a sentence's figures, in order."""
    text = sentence.text
    cues = [Cue(m.start(), m.end(), *CUE_KEYS[m.lastgroup]) for m in CUES.finditer(text, sentence.start, sentence.end)]
    periods = [p for p in sentence.periods if not _COMPARED.search(text, max(sentence.start, p.start - 50), p.start)]
    starts = [[item.start for item in items] for items in (cues, sentence.names, periods)]
    numbers = sentence.figures
    for i, k in enumerate(numbers):
        low, high = figures[k].start - REACH, figures[k].end + REACH
        near = [
            items[bisect_left(at, low) : bisect_left(at, high)]
            for items, at in zip((cues, sentence.names, periods), starts, strict=True)
        ]
        flow = last_of([cue for cue in near[0] if cue.kind == "flow"], figures[k].start)
        earlier, later = numbers[i - 1] if i else None, numbers[i + 1] if i + 1 < len(numbers) else None
        floor = figures[earlier].end if i else sentence.start
        ceiling = sentence.end if later is None else figures[later].start
        yield View(sentence, text, figures, meanings, subject, past, k, earlier, later, floor, ceiling, *near, flow)
