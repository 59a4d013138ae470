"""Read the words that carry meaning in a sentence: of flow, change, share, plans and what goes on with the one before.

They are data: ``data/numbers/cues.csv``.
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from helpers.discourse import Named, spaced
from helpers.numbers import table

VIETNAM = "VNM"
# How far around a figure its sentence is read, in characters: a bound, so that the cost is linear in any text.
REACH = 400
PAST = 600  # how far back names and periods of the sentences before are read
HOME = re.compile(r"[Vv]i[êe]t ?[Nn]am")
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


@dataclass(slots=True, eq=False)
class Sentence:
    """A sentence of ``text`` that holds figures (their numbers); it opens behind its dateline. ``led`` are the periods
    told of just before it, in sentences without figures; `names_before` and `periods_before` stand before it within
    `PAST` characters, ``durations`` in it."""

    start: int
    end: int
    text: str
    opening: int
    figures: list[int] = field(default_factory=list)
    names: list[Named] = field(default_factory=list)
    periods: list = field(default_factory=list)
    led: list = field(default_factory=list)
    durations: list = field(default_factory=list)
    names_before: list[Named] = field(default_factory=list)
    periods_before: list = field(default_factory=list)

    def begins_with(self, name: Named) -> bool:
        """Whether the sentence begins with this place, as its subject."""
        return _AT_HEAD.fullmatch(self.text, self.opening, name.start) is not None


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


def last_of(items, before: int, after: int = -1):
    """Return the last item that ends at or before a place and begins at or after another."""
    return next((item for item in reversed(items) if item.end <= before and item.start >= after), None)


def first_of(items, after: int, before: int):
    """Return the first item that begins in a stretch."""
    return next((item for item in items if after <= item.start < before), None)
