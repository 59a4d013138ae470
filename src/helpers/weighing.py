"""Weigh the answers that a sentence offers for a figure: those of the rules, and of the names and periods beside it.

For flow, measure, partner and period a multinomial logistic regression chooses, by the words around the figure and by
what the rules made of it and of what stands before (stacked generalisation: Wolpert, Neural Networks 5, 1992). What a
word weighs is data, ``data/numbers/weights.csv``, counted on annotated pages by ``python -m benchmarks.learn``.
"""

import csv
import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from helpers.cues import VIETNAM, first_of, last_of
from helpers.paths import DATA
from helpers.views import View

_WORD = re.compile(r"[^\W\d_]{2,}")
_BEFORE, _AFTER, _WHOLE = 90, 70, 600  # characters of its sentence that are read before and behind a figure, and in all
WEIGHTS = DATA / "numbers" / "weights.csv"
NONE = "none"  # the answer that nothing is said


class Weights(NamedTuple):
    """``table`` has a row for each of ``rows`` and a column for each answer; ``answers`` are those of an attribute with
    their columns."""

    rows: dict[str, int]
    table: np.ndarray
    answers: dict[str, dict[str, int]]


@lru_cache(1)
def weights() -> Weights:
    """Return the table of weights."""
    with WEIGHTS.open(encoding="utf-8", newline="") as file:
        (_, *header), *lines = csv.reader(file)
    answers: dict[str, dict[str, int]] = {}
    for column, name in enumerate(header):
        attribute, answer = name.split()
        answers.setdefault(attribute, {})[answer] = column
    table = np.array([[float(cell or 0) for cell in cells] for _, *cells in lines])
    return Weights({name: row for row, (name, *_) in enumerate(lines)}, table, answers)


@lru_cache(1 << 15)
def _stem(word: str) -> str:
    plain = unicodedata.normalize("NFD", word.lower())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))[:6]


def _words(text: str) -> list[str]:
    return [_stem(word) for word in _WORD.findall(text)]


def _partners(v: View) -> dict[str, str | None]:
    """Return the other sides that the sentence, its figures and the title name."""
    sentence, figure = v.sentence, v.figure
    names = [n for n in v.names if n.party and n.role is None and n.party != v.meaning.reporter]
    inside = [n for n in names if sentence.start <= n.start < sentence.end]
    found = {
        "since": last_of(names, figure.start, v.floor),
        "before": last_of(names, figure.start, sentence.start),
        "behind": first_of(names, figure.end, min(v.ceiling, figure.end + 80)),
        "head": next((n for n in inside if sentence.begins_with(n)), None),
        "alone": inside[0] if len({n.party for n in inside}) == 1 else None,
    }
    return {tag: name and name.party for tag, name in found.items()} | {
        "earlier": v.earlier is not None and v.meanings[v.earlier].partner,
        "account": v.account and v.account.partner,
        "past": v.past and v.past.partner,
        "title": v.subject.partner,
        "main": v.subject.main,
        "home": None if v.meaning.reporter.startswith("VN") else VIETNAM,
    }


def _periods(v: View) -> dict[str, str | None]:
    """Return the periods that the sentence, its figures and what stands before are of."""
    found = {
        "since": last_of(v.periods, v.figure.start, v.floor),
        "before": last_of(v.periods, v.figure.start, v.sentence.start),
        "behind": first_of(v.periods, v.figure.end, v.ceiling),
    }
    return {tag: period and period.value for tag, period in found.items()} | {
        "earlier": v.earlier is not None and v.meanings[v.earlier].period,
        "account": v.account and v.account.period,
        "opening": v.account and v.account.opening,
        "past": v.past and v.past.period,
    }


_CLOSED = {  # attributes whose answers are always the same
    name: {answer: answer for answer in answers.split()} | {NONE: None}
    for name, answers in (("flow", "export import trade fdi aid"), ("measure", "level growth share"))
}
_OPEN = {"partner": _partners, "period": _periods}
ATTRIBUTES = (*_CLOSED, *_OPEN)


def offered(v: View, attribute: str) -> dict[str, str | None]:
    """Return the answers that the text offers, by where they stand: ``rule``, those of the attribute, ``none``."""
    if attribute in _CLOSED:
        return _CLOSED[attribute]
    said = getattr(v.meaning, attribute)
    found = {"rule": said} if said else {}
    for tag, value in _OPEN[attribute](v).items():
        if value and "X" not in value and value != v.meaning.reporter:
            found[tag] = value
    return found | {NONE: None}


def around(v: View) -> list[str]:
    """Return what speaks for an answer near a figure: words before and behind it, its kind, what the rules read."""
    text, figure, meaning, account = v.text, v.figure, v.meaning, v.account
    before = _words(text[max(v.sentence.start, figure.start - _BEFORE) : figure.start])
    behind = _words(text[figure.end : min(v.sentence.end, figure.end + _AFTER)])
    names = {n.party for n in v.names if n.party and n.start >= v.sentence.start}
    return [
        "bias",
        *(f"b {word}" for word in dict.fromkeys(before)),
        *(f"a {word}" for word in dict.fromkeys(behind)),
        *(f"p {word}" for word in before[-3:]),
        *(f"n {word}" for word in behind[:3]),
        f"kind {figure.kind}",
        f"unit {_stem(figure.unit)}",
        f"flow {meaning.flow}",
        f"measure {meaning.measure} {figure.kind}",
        f"status {meaning.status}",
        f"account {account and account.flow}",
        f"past {v.past and v.past.flow}",
        f"topic {meaning.topic} {account and account.topic}",
        f"names {min(2, len(names))}",
        f"home {v.subject.home is not None} {meaning.reporter[:2] == 'VN'}",
        f"first {v.earlier is None} {figure.start < v.subject.body}",
    ]


def beyond(v: View) -> list[tuple[str, str]]:
    """Return the texts whose words speak for an answer, too, with the letter of their rows: sentence and title."""
    whole = v.text[v.sentence.start : min(v.sentence.end, v.sentence.start + _WHOLE)]
    return [("s", whole), ("t", v.subject.title[:_WHOLE])]


def words_of(letter: str, text: str) -> list[str]:
    """Return the rows of a text's words."""
    return [f"{letter} {word}" for word in dict.fromkeys(_words(text))]


def standing(v: View, attribute: str, found: dict[str, str | None]) -> list[str]:
    """Return which of the answers are the same as the rules' and which are others."""
    said, kind = getattr(v.meaning, attribute), f"{v.figure.kind} {v.meaning.flow}"
    if attribute in _CLOSED:
        return [f"{attribute} {said} {kind}"]
    tags = [f"{attribute} {'=' if found[tag] == said else '+'}{tag}" for tag in found if tag not in ("rule", NONE)]
    rule = f"{attribute} rule {said is not None}"
    return [rule, f"{rule} {kind}", *tags, *(f"{tag} {kind}" for tag in tags)]


def _sum(names: list[str]) -> np.ndarray:
    rows, table, _ = weights()
    return table[[rows[name] for name in names if name in rows]].sum(axis=0)


@lru_cache(64)
def _sum_of_words(letter: str, text: str) -> np.ndarray:
    return _sum(words_of(letter, text))


def _weighed(v: View) -> dict[str, str | None]:
    """Return the answer to each attribute that weighs most; answers of one value add up."""
    answers = weights().answers
    found = {name: offered(v, name) for name in answers}
    names = around(v) + [row for name, values in found.items() for row in standing(v, name, values)]
    likely = np.exp(sum((_sum_of_words(*text) for text in beyond(v)), _sum(names))).tolist()
    chosen = {}
    for name, values in found.items():
        total: dict[str | None, float] = {}
        for tag, value in values.items():
            if tag in answers[name]:
                total[value] = total.get(value, 0.0) + likely[answers[name][tag]]
        chosen[name] = max(total, key=total.get)
    if v.figure.kind == "rank":
        del chosen["measure"]
    return chosen


def weigh(views: list[View]) -> None:
    """Set flow, measure, partner and period of the figures of a sentence to the answers that weigh most. Only a growth
    falls, only a growth or a share points at a level, and what it points at stays one."""
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
