"""Weigh the answers that a text offers for a figure: those of the rules, and the names and periods around it.

For flow and measure a multinomial logistic regression chooses by the words around the figure, by what the rules made of
it and of what stands before (stacked generalisation: Wolpert, Neural Networks 5, 1992); for reporter, partner and
period a conditional one (McFadden, in Frontiers in Econometrics, 1974) chooses among what `helpers.offers` lists. What
a row of evidence weighs is data: ``data/numbers/weights.csv``, learned from annotated pages by `benchmarks.learn`.
"""

import csv
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from helpers import offers
from helpers.offers import stem, words
from helpers.paths import DATA
from helpers.views import View

_BEFORE, _AFTER, _WHOLE = 90, 70, 600  # characters of its sentence that are read before and behind a figure, and in all
WEIGHTS = DATA / "numbers" / "weights.csv"
NONE = "none"  # the answer that nothing is said
OFFERED = "offered"  # the column of what speaks for an answer of an open attribute
CLOSED = {  # attributes whose answers are always the same
    name: {answer: answer for answer in answers.split()} | {NONE: None}
    for name, answers in (("flow", "export import trade fdi aid"), ("measure", "level growth share"))
}
OPEN = {"reporter": offers.reporters, "partner": offers.partners, "period": offers.periods}
UNSAID = ("partner", "period")  # those that may be left unsaid
MARGIN = 0.3  # by which an answer must outweigh that nothing is said: a wrong one is worse than none
ATTRIBUTES = (*CLOSED, *OPEN)


class Weights(NamedTuple):
    """``table`` has a row for each of ``rows`` and a column for each answer that is always the same (``answers`` are
    those of an attribute with their columns); ``offered`` weighs the evidence of the others."""

    rows: dict[str, int]
    table: np.ndarray
    answers: dict[str, dict[str, int]]
    offered: dict[str, float]


@lru_cache(1)
def weights() -> Weights:
    """Return the table of weights."""
    with WEIGHTS.open(encoding="utf-8", newline="") as file:
        (_, *header, _), *lines = csv.reader(file)
    answers: dict[str, dict[str, int]] = {}
    for column, name in enumerate(header):
        attribute, answer = name.split()
        answers.setdefault(attribute, {})[answer] = column
    around = [(name, cells) for name, *cells, offered in lines if not offered]
    table = np.array([[float(cell or 0) for cell in cells] for _, cells in around])
    own = {name: float(offered) for name, *_, offered in lines if offered}
    return Weights({name: row for row, (name, _) in enumerate(around)}, table, answers, own)


def around(v: View) -> list[str]:
    """Return what speaks for an answer near a figure: words before and behind it, its kind, what the rules read."""
    text, figure, meaning, account = v.text, v.figure, v.meaning, v.account
    before = words(text[max(v.sentence.start, figure.start - _BEFORE) : figure.start])
    behind = words(text[figure.end : min(v.sentence.end, figure.end + _AFTER)])
    names = {n.party for n in v.names if n.party and n.start >= v.sentence.start}
    kind = f"{figure.kind} {meaning.flow}"
    return [
        "bias",
        *(f"b {word}" for word in dict.fromkeys(before)),
        *(f"a {word}" for word in dict.fromkeys(behind)),
        *(f"p {word}" for word in before[-3:]),
        *(f"n {word}" for word in behind[:3]),
        f"kind {figure.kind}",
        f"unit {stem(figure.unit)}",
        f"flow {meaning.flow}",
        f"flow {kind}",
        f"measure {meaning.measure} {figure.kind}",
        f"status {meaning.status}",
        f"account {account and account.flow}",
        f"past {v.past and v.past.flow}",
        f"topic {meaning.topic} {account and account.topic}",
        f"names {min(2, len(names))}",
        f"home {v.subject.home is not None} {meaning.reporter[:2] == 'VN'}",
        f"first {v.earlier is None} {figure.start < v.subject.body}",
    ]


def unsaid(v: View) -> list[str]:
    """Return what else speaks for it that neither partner nor period is said."""
    kind = f"{v.figure.kind} {v.meaning.flow}"
    rows = [f"unsaid {name} {getattr(v.meaning, name) is None}" for name in UNSAID]
    return [*rows, *(f"{row} {kind}" for row in rows), *offers.setting(v)]


def beyond(v: View) -> list[tuple[str, str]]:
    """Return the texts whose words speak for an answer, too, with the letter of their rows: sentence and title."""
    whole = v.text[v.sentence.start : min(v.sentence.end, v.sentence.start + _WHOLE)]
    return [("s", whole), ("t", v.subject.title[:_WHOLE])]


def words_of(letter: str, text: str) -> list[str]:
    """Return the rows of a text's words."""
    return [f"{letter} {word}" for word in dict.fromkeys(words(text))]


def offered(v: View, attribute: str) -> dict[str, list[str]]:
    """Return the answers that the text offers for reporter, partner or period, each with the rows that speak for it."""
    said, kind, flow = getattr(v.meaning, attribute), v.figure.kind, v.meaning.flow
    found = {}
    for value, rows in OPEN[attribute](v).items():
        rule = "rule" if value == said else "other" if said else "unsaid"
        rows = list(dict.fromkeys(rows))
        crossed = [f"{row} {end}" for row in rows if row.count(" ") < 2 for end in (kind, f"{kind} {flow}", rule)]
        found[value] = [f"{attribute} {row}" for row in (rule, *rows, *crossed)]
    return found


def _sum(names: list[str]) -> np.ndarray:
    rows, table, *_ = weights()
    return table[[rows[name] for name in names if name in rows]].sum(axis=0)


@lru_cache(64)
def _sum_of_words(letter: str, text: str) -> np.ndarray:
    return _sum(words_of(letter, text))


def _weighed(v: View) -> dict[str, str | None]:
    """Return the answer to each attribute that weighs most; of reporter and partner, the two that do so together and
    are not the same."""
    answers, own = weights().answers, weights().offered
    near = sum((_sum_of_words(*text) for text in beyond(v)), _sum(around(v) + unsaid(v))).tolist()
    chosen = {}
    for name, values in CLOSED.items():
        chosen[name] = values[max(values, key=lambda answer, name=name: near[answers[name][answer]])]
    weighed = {
        name: {value: sum(own.get(row, 0) for row in rows) for value, rows in offered(v, name).items()} for name in OPEN
    }
    for name in UNSAID:
        weighed[name][None] = near[answers[name][NONE]] + MARGIN
    chosen["period"] = max(weighed["period"], key=weighed["period"].get)
    reporters, partners = weighed["reporter"].items(), weighed["partner"].items()
    pairs = [(one + other, r, p) for r, one in reporters for p, other in partners if r != p]
    _, chosen["reporter"], chosen["partner"] = max(pairs, key=lambda pair: pair[0])
    if v.figure.kind == "rank":
        del chosen["measure"]
    return chosen


def weigh(views: list[View]) -> None:
    """Set what the figures of a sentence mean to the answers that weigh most. Only a growth falls, only a growth or a
    share points at a level, and what it points at stays one."""
    for v, answers in [(v, _weighed(v)) for v in views]:
        for name, value in answers.items():
            setattr(v.meaning, name, value)
    for meaning in (v.meaning for v in views):
        meaning.falls = meaning.falls and meaning.measure == "growth"
        if meaning.measure not in ("growth", "share"):
            meaning.refers_to = None
    for v in views:
        if v.meaning.refers_to is not None:
            v.meanings[v.meaning.refers_to].measure = "level"
