"""Read which words of an article's sentences tie two parties: `jumelage`, `a signé`, `exportations`.

The words are data (``data/links/triggers.csv``), so are those that change what they say (``cues.csv``) and the patterns
that these stand in (``patterns.csv``). One automaton finds how they begin; no pattern is tried elsewhere.
"""

import csv
import re
from bisect import bisect_left
from collections import defaultdict, namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import ahocorasick_rs

from helpers.matching import fold
from helpers.offsets import ArticleText
from helpers.paths import DATA
from helpers.sentences import sentence_spans

FOLDER = DATA / "links"
RELATIONS = ("twinning", "agreement", "visit", "meeting", "trade", "investment", "aid", "other")
FLOWS = frozenset(["trade", "investment", "aid"])  # may be told of a partner alone: `le Japon arrive en tête`
THEMES = FLOWS | {"tourism"}
# A row of **mentions** that can be a party, its place counted in the article's text.
Mention = namedtuple("Mention", ["start", "end", "entity_id", "section", "side", "form", "country", "role"])
# A word that makes a tie; `place` tells whether a place may be its actor.
Word = namedtuple("Word", ["start", "end", "relation", "place"])


@dataclass(slots=True, eq=False)
class Sentence:
    """A sentence: where it stands in the text, whom it mentions, its words of relation, the cues that it may hold, and
    the trade, investment, aid or tourism last spoken of before it."""

    lower: str
    section: str
    first: int
    last: int
    mentions: list[Mention]
    partners: list[Mention]
    words: list[Word]
    cues: set[str]
    flow: str | None

    def search(self, cue: str, begin: int = 0, end: int | None = None) -> re.Match | None:
        """Search a cue's pattern in the sentence or in a part of it, if one of its words begins in the sentence."""
        if cue not in self.cues:
            return None
        return patterns()[cue].search(self.lower, max(begin, self.first), self.last if end is None else end)

    def between(self, cue: str, start: int, end: int) -> bool:
        """Whether nothing but the cue's pattern stands between two places that are near."""
        return end - start < 300 and patterns()[cue].fullmatch(self.lower, start, end) is not None


@cache
def rows_of(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _alternatives(*cells: str) -> str:
    """Return words as a pattern, a cell's longest first: `*` stands for the rest of a word, `#` a digit, `…` words."""
    signs = {r"\*": r"\w*", r"\#": r"\d", r"\ ": r"\s", "’": "[’']", "…": r"(?:\s[\w’'-]{1,20}){0,6}\s"}
    branches = defaultdict(list)  # by the first letter, which makes the search five times faster
    for word in [word for cell in cells for word in sorted(cell.lower().split("|"), key=len, reverse=True)]:
        pattern = re.sub(r"\\[*# ]|[’…]", lambda sign: signs[sign[0]], re.escape(word))
        first = 2 if pattern[0] == "\\" else 1
        branches[pattern[:first]].append(pattern[first:])
    return "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in branches.items())


@cache
def patterns() -> dict[str, re.Pattern]:
    """Return the patterns, the words of the cues and the patterns above filled in; for text in lower case, which is
    faster than to ignore case, unless they tell names by their capitals."""
    cues, made = {row["cue"]: _alternatives(row["words"]) for row in rows_of("cues.csv")}, {}
    for row in rows_of("patterns.csv"):
        made[row["name"]] = re.sub("%([a-z]+)%", lambda name: cues.get(name[1]) or made[name[1]], row["pattern"])
    return {name: re.compile(pattern, re.IGNORECASE if "(?-i:" in pattern else 0) for name, pattern in made.items()}


def _beginnings(cells: list[str]) -> dict[bytes, list[str]]:
    """Return how words begin, folded, none of them the beginning of another, each with its words."""
    found = defaultdict(list)
    for word in sorted("|".join(cells).split("|"), key=lambda word: fold(re.split("[*#…]", word)[0])):
        begins = fold(re.split("[*#…]", word)[0])
        for begin in [begins] if begins else [b"%d" % digit for digit in range(10)]:
            found[next((begin[:n] for n in range(1, len(begin)) if begin[:n] in found), begin)].append(word)
    return found


@cache
def _matcher() -> tuple[Callable, list[tuple[list[str], list[str]]]]:
    """Return the search for how the words of relations and of rare patterns begin, and for each beginning the words
    of relations and the patterns that begin so."""
    cues, owners = {row["cue"]: row["words"] for row in rows_of("cues.csv")}, defaultdict(lambda: ([], []))
    for begin, words in _beginnings([row["words"] for row in rows_of("triggers.csv")]).items():
        owners[b" " + begin][0].extend(words)
    for row in [row for row in rows_of("patterns.csv") if row["begins"]]:
        for begin in _beginnings([cues[cue] for cue in row["begins"].split()]):
            owners[b" " + begin][1].append(row["name"])
    return ahocorasick_rs.BytesAhoCorasick(list(owners)).find_matches_as_indexes, list(owners.values())


@cache
def _trigger(number: int) -> tuple[Callable, list[tuple[str, bool]]] | None:
    """Return the match of the words of relations with one beginning, and the relation of each of its groups."""
    words = set(_matcher()[1][number][0])
    rows = [(row, [word for word in row["words"].split("|") if word in words]) for row in rows_of("triggers.csv")]
    rows = [(row, meant) for row, meant in rows if meant]
    pattern = "|".join(f"({_alternatives('|'.join(meant))})" for _, meant in rows)
    return rows and (
        re.compile(rf"(?<!\w)(?:{pattern})(?!\w)").match,
        [(row["relation"], row["place"] == "yes") for row, _ in rows],
    )


def sentences_of(article: ArticleText, mentions: list[Mention]) -> list[Sentence]:
    """Return the sentences of an article with what is in them."""
    text, (find, owners) = article.text, _matcher()
    lower = text.replace("İ", "I").lower()
    hits = sorted([(start, number) for number, start, _ in find(b" " + fold(text), overlapping=True)])
    starts, found, flow = [mention.start for mention in mentions], [], None
    spans = ((part.section, *span) for part in article.parts for span in sentence_spans(text, *part[1:]))
    for section, first, last in spans:
        inside = mentions[bisect_left(starts, first) : bisect_left(starts, last)]
        reached, words, cues = first, [], set()
        for at, number in hits[bisect_left(hits, (first,)) : bisect_left(hits, (last,))]:
            if others := owners[number][1]:
                cues.update(others)
            trigger = at >= reached and _trigger(number)
            if trigger and (word := trigger[0](lower, at, last)):
                reached = word.end()
                relation, place = trigger[1][word.lastindex - 1]
                named = any(one.start < reached and at < one.end for one in inside)
                if relation != "none" and not named:
                    words.append(Word(at, reached, relation, place))
        partners = [mention for mention in inside if mention.side == "partner"]
        sentence = Sentence(lower, section, first, last, inside, partners, words, cues, flow)
        if words:
            sentence.words = _stated(sentence)
        themes = [word.relation for word in sentence.words if word.relation in THEMES]
        if themes and (themes[-1] != "aid" or partners or not flow):  # `le textile en a apporté un tiers` is no aid
            flow = themes[-1]
        found.append(sentence)
    return found


def _stated(sentence: Sentence) -> list[Word]:
    """Return the words of a sentence as they are meant; none where it denies something or is about sport."""
    if sentence.search("negated") or sentence.search("sport"):
        return []
    words = sentence.words
    if sentence.search("amount"):  # `les échanges ont atteint 2 milliards`
        trade = "échanges"
        words = [w._replace(relation="trade") if sentence.lower.startswith(trade, w.start) else w for w in words]
    said = {word.relation for word in words}
    if "delivery" in said:  # `le Japon a livré des vaccins`
        meant = sentence.flow if sentence.flow in ("aid", "tourism") and "trade" not in said else "trade"
        words = [word._replace(relation=meant) if word.relation == "delivery" else word for word in words]
    if "tourism" in said:
        words = [word for word in words if word.relation not in ("meeting", "visit", "trade")]
    return words
