"""List what the text offers as reporter, partner and period of a figure, each with what speaks for it.

The evidence for an answer is a list of rows of ``data/numbers/weights.csv``: where it stands (by the rules, beside it,
in the sentences before, in the title), the words beside it, its kind. `helpers.weighing` weighs them.
"""

import re
import unicodedata
from bisect import bisect_left
from functools import lru_cache

from helpers.cues import PAST, VIETNAM, Sentence, first_of, last_of
from helpers.dates import years_on
from helpers.discourse import spaced
from helpers.views import View, compared

_WORD = re.compile(r"[^\W\d_]{2,}")
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[.,;:()]")
_BESIDE = 25  # characters before and behind a name or period whose words are read
_BEFORE = 220  # characters before a sentence in which a stock may be spoken of
_FURTHER = 250  # characters behind a figure in which they are looked for
_MOST_JOINED = 8  # figures of a list that one is joined to
_RANKS = 3  # so many are offered, the nearest, of those that stand in one place
_DIGIT = re.compile(r"\d")
_MONTHS = re.compile(r"P(\d\d?)M")
_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
_MONTH = re.compile(r"\d{4}-(?!01)\d\d")
_TO_MONTH = re.compile(r"(\d{4}-\d\d)(?:/\d{4}-\d\d)?")
_MONTH_AGO = spaced(r"(?i)\b(?:un mois (?:plus tôt|auparavant|avant)|mois (?:précéd|d['’]avant))")
GATE = spaced(r"(?i)portes? ?front|postes?[ -]?front|points? de passage front")  # where goods cross a border
_STOCK = spaced(
    r"(?i)à ce jour|actuellement|à l['’]heure actuelle|désormais|à présent|jusqu['’](?:à présent|ici)|aujourd['’]hui"
    r"|en vigueur|\b(?:compt|recens)(?:e|ent|ait|aient)\b|maintenant"
)
_TO_DATE = spaced(r"(?i)cumul|depuis (?:janvier|le début)|au total|\bmois\b|\bport")
_WITH_NEXT = spaced(r"(?: en (?:valeur|volume|quantité)| respectivement)?(?:,? et|,)(?: de| à)? ?(?:\w{2,9} )?")
_UP_TO = spaced(r"(?: en (?:valeur|volume|quantité))?(?: respectivement)? [^,.;:()\d]{0,40}")
_ON = (  # how many years later, or earlier, a period lies that such words are beside
    (-1, spaced(r"(?i)\b(?:une? an(?:née)?|douze mois) (?:plus tôt|auparavant|avant)|année passée"
                r"|\ban(?:née)? (?:précéd|d['’]avan)|même (?:période|mois|trimestre|semestre) de l['’]an")),
    (1, spaced(r"(?i)\bune? an(?:née)? (?:plus tard|après)|\ban(?:née)? (?:suivant|d['’]après)")),
    (-2, spaced(r"(?i)\bdeux ans (?:plus tôt|auparavant|avant)")),
    (2, spaced(r"(?i)\bdeux ans (?:plus tard|après)")),
    (-3, spaced(r"(?i)\btrois ans (?:plus tôt|auparavant|avant)")),
    (3, spaced(r"(?i)\btrois ans (?:plus tard|après)")),
)  # fmt: skip


@lru_cache(1 << 15)
def stem(word: str) -> str:
    """Return the first letters of a word, plain."""
    plain = unicodedata.normalize("NFD", word.lower())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))[:6]


def words(text: str) -> list[str]:
    """Return the stems of the words of two letters and more."""
    return [stem(word) for word in _WORD.findall(text)]


@lru_cache(16)
def _distinct(text: str) -> frozenset[str]:
    return frozenset(words(text))


class Evidence(dict):
    """Answers and what speaks for each, in order."""

    def add(self, answer: str | None, *rows: str) -> None:
        if answer:
            self.setdefault(answer, []).extend(rows)


def _beside(text: str, item, kind: str) -> tuple[str, ...]:
    """Return what is told of a name or period by its kind and the words beside it."""
    before = [stem(word) for word in _TOKEN.findall(text[max(0, item.start - _BESIDE) : item.start])[-2:]]
    behind = [stem(word) for word in _TOKEN.findall(text[item.end : item.end + _BESIDE])[:1]]
    return kind, f"pre {' '.join(before)}", f"pre {before[-1] if before else ''}", f"post {' '.join(behind)}"


@lru_cache(1)
def _read(sentence: Sentence) -> tuple[list, list, list]:
    """Return names, periods and durations in and before a sentence, each with its value and what is told of it."""
    text = sentence.text
    names = [name for name in (*sentence.names_before, *sentence.names) if name.type != "agreement"]
    sides = [(name, name.party or name.entity_id) for name in names if name.party or name.side == "vietnam"]
    names = [(name, value, _beside(text, name, f"{name.form} {name.type} {name.role}")) for name, value in sides]
    periods = [period for period in (*sentence.periods_before, *sentence.periods) if period.value]
    periods = [(p, p.value, _beside(text, p, f"{p.kind} {p.link} {p.part} {compared(p, text)}")) for p in periods]
    return names, periods, [(length, length.value, ()) for length in sentence.durations]


def _near(v: View, items: list) -> list:
    """Return the items within reach of a figure, so that the cost is linear in any text."""
    start, end = v.figure.start - PAST, v.figure.end + _FURTHER
    return items[bisect_left(items, start, key=_start) : bisect_left(items, end, key=_start)]


def _start(item: tuple) -> int:
    return item[0].start


def _standing(v: View, items: list, found: Evidence) -> None:
    """Add what stands before the figure in its sentence, behind it, and in sentences before, by how near it is."""
    places: dict[str, list] = {"before": [], "behind": [], "past": [], "top": []}
    for item in items:
        start, end = item[0].start, item[0].end
        if start >= v.sentence.start:
            place = "behind" if start >= v.figure.end else "before" if end <= v.figure.start else None
        else:
            place = "top" if start < v.subject.body <= v.sentence.start else "past"
        if place:
            places[place].append(item)
    for place, there in places.items():
        there = there if place == "behind" else there[::-1]
        ranks = {value: rank for rank, value in enumerate(dict.fromkeys(value for _, value, _ in there))}
        for _, value, told in there:
            if ranks[value] < _RANKS:
                rows = [f"{place} {row}" for row in told]
                found.add(value, f"{place} {ranks[value]}", f"{place} of {min(_RANKS, len(ranks))}", *rows)


def _joined(v: View, items: list, found: Evidence) -> None:
    """Add what stands behind the last of the figures that this one is joined to (`de 8% en volume et 6% en valeur sur
    le marché japonais`)."""
    k, last = v.k, min(v.k + _MOST_JOINED, v.sentence.figures[-1])
    while k < last and _WITH_NEXT.fullmatch(v.text, v.figures[k].end, v.figures[k + 1].start):
        k += 1
    end = v.figures[k].end
    for item, value, _ in items if k > v.k else ():
        if end <= item.start and _UP_TO.fullmatch(v.text, end, item.start):
            found.add(value, "joined", f"joined {k - v.k}")


def partners(v: View) -> Evidence:
    """Return the other sides that sentences, figures and title name."""
    sentence, figure, found = v.sentence, v.figure, Evidence()
    names = [n for n in v.names if n.party and n.role is None and n.party != v.meaning.reporter]
    inside = [n for n in names if sentence.start <= n.start < sentence.end]
    said = {
        "since": last_of(names, figure.start, v.floor),
        "head": next((n for n in inside if sentence.begins_with(n)), None),
        "alone": inside[0] if len({n.party for n in inside}) == 1 else None,
    }
    said = {tag: name and name.party for tag, name in said.items()} | {
        "rule": v.meaning.partner,
        "earlier": v.earlier is not None and v.meanings[v.earlier].partner,
        "account": v.account and v.account.partner,
        "last": v.past and v.past.partner,
        "title": v.subject.partner,
        "main": v.subject.main,
        "reporter": v.meaning.reporter,
    }
    for tag, value in said.items():
        found.add(value, tag)
    crossed = GATE.search(v.text, max(v.subject.body, sentence.start - PAST), sentence.end) is not None
    found.add(v.subject.neighbour, f"neighbour {crossed}")
    read = [item for item in _near(v, _read(sentence)[0]) if item[0].party]
    _standing(v, read, found)
    _joined(v, read, found)
    for name, _, _ in read:
        if name.type == "subdivision" and name.country != name.party:
            found.add(name.country, "country", f"country {name.start >= sentence.start}")
    return found


def reporters(v: View) -> Evidence:
    """Return whose figure it may be: Vietnam's, of a place or country of sentence, title or figures before."""
    found, subject = Evidence(), v.subject
    said = {
        "rule": v.meaning.reporter,
        "vietnam": VIETNAM,
        "earlier": v.earlier is not None and v.meanings[v.earlier].reporter,
        "account": v.account and v.account.reporter,
        "dealt": v.account and v.account.partner,
        "last": v.past and v.past.reporter,
        "place": subject.place,
        "seat": subject.seat,
        "home": subject.home,
        "title": subject.partner,
        "partner": v.meaning.partner,
    }
    for tag, value in said.items():
        found.add(value, tag)
    read = _near(v, _read(v.sentence)[0])
    _standing(v, read, found)
    for name, value, _ in read:
        if v.sentence.begins_with(name):
            found.add(value, "head")
    for value, rows in found.items():
        rows.append("ours" if value.startswith("VN-") else "theirs" if value != VIETNAM else "all")
    return found


def periods(v: View) -> Evidence:
    """Return the periods that sentences and figures are of, and those that relative words make of them."""
    figure, sentence, found = v.figure, v.sentence, Evidence()
    since = last_of(v.periods, figure.start, v.floor)
    behind = first_of(v.periods, figure.end, v.ceiling)
    said = {
        "rule": v.meaning.period,
        "since": since and since.value,
        "behind": behind and behind.value,
        "earlier": v.earlier is not None and v.meanings[v.earlier].period,
        "account": v.account and v.account.period,
        "opening": v.account and v.account.opening,
        "last": v.past and v.past.period,
    }
    for tag, value in said.items():
        found.add(value, tag)
    _, read, durations = (_near(v, items) for items in _read(sentence))
    _standing(v, read, found)
    _joined(v, read, found)
    beside = v.text[max(v.floor, figure.start - 70) : min(v.ceiling, figure.end + 60)]
    _made(v, read, durations, beside, found)
    for value in [value for value in found if "X" in value or value[0] in "PT{"]:
        del found[value]
    for value, rows in found.items():
        shape = _DIGIT.sub("9", value)
        rows += [f"shape {shape}", f"shape {shape} {stem(v.figure.unit)}"]
    return found


def _made(v: View, read: list, durations: list, beside: str, found: Evidence) -> None:
    """Add the periods that the text does not print: years on (`un an plus tôt`), the months to date, yearless ones."""
    stated = {value: [row for row in rows if " " not in row] for value, rows in found.items() if "X" not in value}
    for years, words_of_years in _ON:
        if words_of_years.search(beside):
            for value, rows in stated.items():
                found.add(years_on(value, years), f"years {years}", *(f"years {row}" for row in rows))
    if _TO_DATE.search(beside):
        for value, rows in stated.items():
            if _MONTH.fullmatch(value):
                found.add(f"{value[:4]}-01/{value}", "to date", *(f"to date {row}" for row in rows))
    near = sorted(read, key=lambda item: abs(item[0].start - v.figure.start))
    told = [(year, compared(p, v.text)) for p, value, _ in near for year in _YEAR.findall(value)]
    years = list(dict.fromkeys(years_on(year, 1) if against else year for year, against in told))[:2]
    years = [*dict.fromkeys([*years, *([v.subject.year] if v.subject.year else [])])]
    for period, value, _ in near:
        if _TO_MONTH.fullmatch(value) and compared(period, v.text):
            found.add(years_on(value, 1), "a year on")  # `par rapport aux sept premiers mois de 2018`
        elif period.kind == "comparison" and len(value) == 4:
            for told, rows in stated.items():
                if len(told) > 4 and years_on(told, -1).startswith(value):
                    found.add(years_on(told, -1), "of that year", *(f"of that year {row}" for row in rows))
    if _MONTH_AGO.search(beside):
        for value, rows in stated.items():
            if re.fullmatch(r"\d{4}-\d\d", value):
                year, month = divmod(12 * int(value[:4]) + int(value[5:]) - 2, 12)
                found.add(f"{year}-{month + 1:02}", "a month ago", *(f"a month ago {row}" for row in rows))
    for period, *_ in (*durations, *(item for item in read if item[0].start >= v.sentence.start)):
        months = _MONTHS.fullmatch(period.value or "")
        for rank, year in enumerate(years):
            value = f"{year}-01/{year}-{int(months[1]):02}" if months else (period.value or "").replace("XXXX", year)
            if value != period.value and (not months or 1 < int(months[1]) < 12):
                place = "before" if period.end <= v.figure.start else "behind"
                found.add(value, f"fill {period.kind}", f"fill {place} {rank}")


def setting(v: View) -> list[str]:
    """Return how the sentence stands in its article: in its paragraph, beside what title and paragraph name."""
    text, sentence, body = v.text, v.sentence, v.subject.body
    opens = text.rfind("\n", max(body, sentence.start - PAST), sentence.start) + 1
    closes = text.find("\n", v.figure.end, v.figure.end + PAST)
    last, first = closes < 0, opens == 0
    names = [name for name in (*sentence.names_before, *sentence.names[:20]) if name.start >= opens]
    inside = any(name.party and name.role is None for name in names if name.start >= sentence.start)
    before = any(name.party and name.role is None for name in names if name.start < sentence.start)
    ours = {v.meaning.reporter, v.subject.place, v.subject.seat, v.subject.home}
    elsewhere = any(n.side == "vietnam" and n.entity_id not in ours for n in names if n.start >= sentence.start)
    before_it = _STOCK.search(text, max(opens, sentence.start - _BEFORE), sentence.start) is not None
    shared = _distinct(v.subject.title) & _distinct(text[sentence.start : min(sentence.end, sentence.start + PAST)])
    depth = min(4, (sentence.start - body) // 400)
    opening = words(text[sentence.opening : sentence.opening + 40])[:2]
    return [
        f"paragraph {last} {first}",
        f"depth {depth}",
        f"depth {depth} {v.figure.kind} {v.meaning.flow}",
        f"named {before} {inside} {last and not first}",
        f"elsewhere {elsewhere} {inside}",
        f"shared {min(3, len(shared))}",
        f"figures {min(4, len(sentence.figures))}",
        f"stock {_STOCK.search(text, sentence.start, v.figure.start) is not None} {before_it}",
        f"goes on {v.again is not None} {v.account is not None and v.account.aside}",
        *(f"o {word}" for word in opening[:1]),
        f"oo {' '.join(opening)}",
    ]
