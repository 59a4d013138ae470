"""Find who is tied to whom: a Vietnamese actor and a foreign partner, the relation, and the sentence that says so.

A word of ``data/links/triggers.csv`` (`jumelage`, `a signé`, `exportations`) makes the tie. It takes the nearest actor
of each side, Vietnamese and foreign, with those listed beside it. A place where something merely happens (`reçu à
Hanoï`) is no actor, unless the relation is with a place (`investir à Hanoï`, `visite au Laos`). Where a sentence names
one side only, the article's subject is the other: Vietnam or the locality that title and first sentence speak of.
"""

import csv
import re
from bisect import bisect_left
from collections import defaultdict, namedtuple
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise, product, zip_longest
from typing import NamedTuple

import ahocorasick_rs
import pandas as pd

from helpers.offsets import ArticleText, article_texts
from helpers.partners import fold
from helpers.paths import DATA
from helpers.sentences import sentence_spans
from helpers.tables import TABLES, frame

FOLDER = DATA / "links"
RELATIONS = ("twinning", "agreement", "visit", "meeting", "trade", "investment", "aid", "other")
# What a sentence says of the same two more exactly: a signed twinning is no second agreement.
_STRONGER = {"other": RELATIONS[:-1], "agreement": ("twinning",)}
_FLOWS = frozenset(["trade", "investment", "aid"])  # may be told of a partner alone: `le Japon arrive en tête`
# From a trigger to its partner and to its Vietnamese actor (often the subject, far before), at most: see `_distance`.
_NEAR, _SUBJECT_NEAR = 220, 450

# A row of **mentions** that can be a party, its place counted in the article's text.
Mention = namedtuple("Mention", ["start", "end", "entity_id", "section", "side", "form", "country", "role"])
# A Vietnamese actor or a foreign partner in a sentence; `at` tells whether it is but a place there, `further` how far
# off it counts beside its place, where it but ends the Party's name.
Actor = namedtuple("Actor", ["start", "end", "entity_id", "at", "further"], defaults=[0])
# A word that makes a tie; `place` tells whether a place may be its actor.
Trigger = namedtuple("Trigger", ["start", "end", "relation", "place"])


class Reading(NamedTuple):
    """An article's text, in lower case too, and where words of each rare pattern and of the triggers can begin."""

    text: str
    lower: str
    places: dict[str, list[int]]

    def can(self, name: str, begin: int, end: int) -> bool:
        """Whether a word of the pattern can begin between two places."""
        places = self.places[name]
        at = bisect_left(places, begin)
        return at < len(places) and places[at] < end

    def search(self, name: str, begin: int, end: int) -> re.Match | None:
        return self.can(name, begin, end) and _patterns()[name].search(self.text, begin, end)


@dataclass
class Told:
    """What an article has told so far: its Vietnamese subject, what may be told without naming it, and what `ce pays`,
    `les deux villes`, `ce dernier` and `il` (the partner that the last sentence opens with) mean after it."""

    subject: str | None
    relations: frozenset = frozenset()
    country: str | None = None
    party: str | None = None
    last: str | None = None
    opening: str | None = None
    speaks: bool = True


@cache
def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _words(*cells: str) -> str:
    """Return words as a pattern, a cell's longest first: `*` stands for the rest of a word, `#` a digit, `…` words."""
    signs = {r"\*": r"\w*", r"\#": r"\d", r"\ ": r"\s", "’": "[’']", "…": r"(?:\s[\w’'-]{1,20}){0,6}\s"}
    branches = defaultdict(list)  # by the first letter, which makes the search five times faster
    for word in [word for cell in cells for word in sorted(cell.lower().split("|"), key=len, reverse=True)]:
        pattern = re.sub(r"\\[*# ]|[’…]", lambda sign: signs[sign[0]], re.escape(word))
        first = 2 if pattern[0] == "\\" else 1
        branches[pattern[:first]].append(pattern[first:])
    return "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in branches.items())


@cache
def _patterns() -> dict[str, re.Pattern]:
    """Return the patterns, the words of the cues and the patterns above filled in."""
    cues, made = {row["cue"]: _words(row["words"]) for row in _rows("cues.csv")}, {}
    for row in _rows("patterns.csv"):
        made[row["name"]] = re.sub("%([a-z]+)%", lambda name: cues.get(name[1]) or made[name[1]], row["pattern"])
    found = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in made.items()}
    # On lower-case text: IGNORECASE would make it slower.
    triggers = _words(*(row["words"] for row in _rows("triggers.csv")))
    return found | {"trigger": re.compile(rf"(?<!\w)(?:{triggers})(?!\w)")}


@cache
def _kinds() -> list[tuple[re.Pattern, str, bool]]:
    return [(re.compile(_words(row["words"])), row["relation"], row["place"] == "yes") for row in _rows("triggers.csv")]


@lru_cache(maxsize=10_000)
def _kind(word: str) -> tuple[str, bool]:
    """Return the relation of a trigger, and whether it may be with a place."""
    return next(kind for pattern, *kind in _kinds() if pattern.fullmatch(word))


@cache
def _matcher() -> tuple[Callable, list[list[str]]]:
    """Return the search for how the words of triggers and rare patterns begin, and whose beginning each is."""
    cues = {row["cue"]: row["words"] for row in _rows("cues.csv")}
    rare = {row["name"]: [cues[cue] for cue in row["begins"].split()] for row in _rows("patterns.csv") if row["begins"]}
    owners = defaultdict(list)
    for name, cells in {**rare, "trigger": [row["words"] for row in _rows("triggers.csv")]}.items():
        beginnings = {fold(re.split("[*#…]", word)[0]) for word in "|".join(cells).split("|")}
        beginnings |= {b"%d" % digit for digit in range(10)} if b"" in beginnings else set()
        for beginning in beginnings - {b""}:
            if not any(beginning[:length] in beginnings for length in range(1, len(beginning))):
                owners[b" " + beginning].append(name)
    automaton = ahocorasick_rs.BytesAhoCorasick(list(owners))
    return automaton.find_matches_as_indexes, list(owners.values())


def _read(text: str) -> Reading:
    find, owners = _matcher()
    places = defaultdict(list)
    for start, number in sorted([(start, number) for number, start, _ in find(b" " + fold(text), overlapping=True)]):
        for name in owners[number]:
            places[name].append(start)
    return Reading(text, text.replace("İ", "I").lower(), places)


def _is_place(reading: Reading, start: int, first: int) -> bool:
    begin = max(first, start - 60)
    at = _patterns()["at"].search(reading.text[begin:start])
    return bool(at and not reading.search("dative", begin, begin + at.start()))


def _vietnamese(reading: Reading, first: int, last: int, mentions: list[Mention], told: Told) -> list[Actor]:
    """Return the Vietnamese actors of a sentence: provinces and cities, the state, else an official by his name."""
    text, actors = reading.text, []
    for start, end, who, *_ in [mention for mention in mentions if mention.side == "vietnam"]:
        if not reading.search("post", max(first, start - 70), start):
            state = who == "VN-HN" and told.subject == "VNM" and start == first  # `Hanoï plaide pour la paix`
            actors.append(Actor(start, end, "VNM" if state else who, _is_place(reading, start, first)))
    named = [place for place in actors if not place.at]
    local = reading.search("local", first, last)
    for match in _patterns()["state"].finditer(text, first, last):
        start, end = match.span()
        begin = max(first, start - 70)
        party = text.endswith("Parti communiste du ", begin, start)
        if (local and party) or reading.search("post", begin, start):
            continue
        if named and reading.search("generic", begin, start):
            actors += [place._replace(start=start, end=end) for place in named]
        else:
            actors.append(Actor(start, end, "VNM", _is_place(reading, start, first), 60 if party else 0))
    if not local and reading.can("official", first, last):
        spans = [match.span() for match in _patterns()["official"].finditer(text, first, last)]
        free = [span for span in spans if not any(span[0] < place.start <= span[1] for place in actors)]
        actors += [Actor(*span, "VNM", False) for span in free]
    return actors


def _foreign(reading: Reading, first: int, mentions: list[Mention]) -> list[Actor]:
    """Return the partners of a sentence that can be a party to something."""
    text, partners = reading.text, []
    mentions = [mention for mention in mentions if mention.side == "partner"]
    for mention, following in zip_longest(mentions, mentions[1:]):
        if following and following.country == mention.country:
            if mention.form == "demonym" and _patterns()["described"].fullmatch(text, mention.end, following.start):
                continue
            if mention.role and text[following.start - 1] == "(":
                continue  # `Agence japonaise de coopération internationale (JICA)`
        if not mention.role or reading.search("organ", max(first, mention.start - 80), mention.start):
            partners.append(Actor(*mention[:3], _is_place(reading, mention.start, first)))
    if partners and _patterns()["surpassed"].search(text, max(first, partners[0].start - 20), partners[0].start):
        return [one for one in partners[1:] if not _listed(text, partners[0], one, "and")]
    return partners


def _real(reading: Reading, first: int, actors: list[Actor], others: list[Actor] | None = None) -> list[Actor]:
    """Return the actors without those only compared with (`derrière le Japon`) or tied to one another (`entre le Japon
    et la Chine`, with none of ``others`` in the list)."""
    kept, group, text = [], [], reading.text
    actors = sorted(actors)
    for one, following in zip_longest(actors, actors[1:]):
        group.append(one)
        if following is None or not _listed(text, one, following, "and"):
            begin, start = max(first, group[0].start - 40), group[0].start
            third = others is not None and len(group) > 1 and _patterns()["between"].search(text, begin, start)
            joined = third and any(_listed(text, one, other, "and") for other in others if other > one)
            less = others is None and _patterns()["surpassed"].search(text, begin, start)
            if (joined or not third) and not less and not reading.search("unlike", begin, start):
                kept += group
            group = []
    return kept


def _distance(reading: Reading, actor: Actor, trigger: Trigger) -> int:
    """Return how far an actor is from a trigger, in characters; with commas, clauses, the wrong side of `avec`."""
    start, end = (trigger.end, actor.start) if actor.start >= trigger.end else (actor.end, trigger.start)
    commas = reading.text.count(",", start, end)
    turned = end == trigger.start and _patterns()["with"].match(reading.text, trigger.end)
    relative = commas and start == trigger.end
    aside = relative and _patterns()["relative"].search(reading.text, max(0, start - 160), start)
    apart = 500 if aside or reading.search("clause", start, end) else 0
    return apart + end - start + 20 * commas + (60 if turned else 0) + actor.further


def _parties(reading: Reading, actors: list[Actor], trigger: Trigger, near: int) -> list[Actor]:
    """Return the actor nearest to the trigger and those listed with it."""
    far = {}
    low, high = trigger.start - 2 * near, trigger.end + 2 * near
    for actor in actors[bisect_left(actors, (low,)) : bisect_left(actors, (high,))]:
        distance = _distance(reading, actor, trigger)
        there = trigger.end <= actor.start or (trigger.relation == "investment" and distance < 45)
        if distance <= near and (not actor.at or (trigger.place and there)):
            far[actor] = distance
    if not far:
        return []
    fit = list(far)
    left = right = fit.index(min(fit, key=far.get))
    while left and _listed(reading.text, fit[left - 1], fit[left], "and"):
        left -= 1
    while right + 1 < len(fit) and _listed(reading.text, fit[right], fit[right + 1], "such"):
        right += 1
    return fit[left : right + 1]


def _listed(text: str, one: Actor, other: Actor, way: str) -> bool:
    """Whether two actors stand in one list: apart by what `and` or `such` allows, never more than 300 characters."""
    near = other.start - one.end
    return near <= 0 or (near < 300 and bool(_patterns()[way].fullmatch(text, one.end, other.start)))


def _status(text: str, first: int, last: int, trigger: Trigger) -> str:
    """Tell a tie that is from one that is wished for, by the last verb before it that says which."""
    verb = _patterns()["status"]
    if found := [*verb.finditer(text, max(first, trigger.start - 250), trigger.end + 3)]:
        return "planned" if found[-1]["planned"] else "actual"
    after = verb.search(text, trigger.end, min(last, trigger.end + 90))
    if after and trigger.relation == "agreement" and after[0].startswith("prévoi"):
        return "actual"  # what provides for something exists
    return "planned" if (after["planned"] if after else _patterns()["wish"].match(text, first)) else "actual"


def _triggers(reading: Reading, first: int, last: int, mentions: list[Mention]) -> list[Trigger]:
    """Return the words of a sentence that make a tie, none that is denied or part of a name."""
    found, reached, places = [], first, reading.places["trigger"]
    for at in places[bisect_left(places, first) : bisect_left(places, last)]:
        if at >= reached and (word := _patterns()["trigger"].match(reading.lower, at, last)):
            reached = word.end()
            found.append(Trigger(at, reached, *_kind(word[0])))
    if reading.can("negated", first, last):
        for denial in _patterns()["negated"].finditer(reading.text, first, last):
            between = [sorted([*trigger[:2], *denial.span()])[1:3] for trigger in found]
            apart = [_patterns()["apart"].search(reading.text, *places) for places in between]
            found = [trigger for trigger, cut in zip(found, apart, strict=True) if cut]
    named = [trigger for trigger in found for one in mentions if one.start < trigger.end and trigger.start < one.end]
    return [trigger for trigger in found if trigger.relation != "none" and trigger not in named]


def _flow(reading: Reading, before: int) -> str | None:
    """Return the flow last spoken of before a place in the text."""
    places = reading.places["trigger"]
    for at in reversed(places[: bisect_left(places, before)]):
        word = _patterns()["trigger"].match(reading.lower, at, before)
        if word and (relation := _kind(word[0])[0]) in _FLOWS:
            return relation
    return None


def _pointed(reading: Reading, first: int, last: int, mentions: list[Mention], told: Told) -> list[list[Actor]]:
    """Return Vietnamese actors and partners that a sentence only points back to: `la province`, `ce pays`, `il a`."""
    ours, theirs = [], []
    he = (told.opening or told.subject) and _patterns()["he"].match(reading.text, first, last)
    if both := reading.search("both", first, last):
        ours.append(Actor(*both.span(), "VNM" if both.lastgroup == "country" else told.subject, False))
        theirs.append(Actor(*both.span(), getattr(told, both.lastgroup), False))
    elif back := reading.search("back", first, last):
        theirs.append(Actor(*back.span(), getattr(told, back.lastgroup), False))
    if he and (not told.opening or not theirs):
        (theirs if told.opening else ours).append(Actor(*he.span(), told.opening or told.subject, False))
    for cue in ("subject", "locality", "nation") if told.subject else ():
        match = (cue != "locality" or told.subject != "VNM") and reading.search(cue, first, last)
        if match and not (he and match.start() == first):
            partner = next((one.start for one in mentions if one.side == "partner" and one.start > match.start()), None)
            if not partner or not _patterns()["others"].fullmatch(reading.text, match.end(), partner):
                ours.append(Actor(*match.span(), "VNM" if cue == "nation" else told.subject, False))
    return [[actor for actor in actors if actor.entity_id] for actors in (ours, theirs)]


def _ties(reading: Reading, first: int, last: int, mentions: list[Mention], told: Told) -> Iterator[tuple]:
    """Yield Vietnamese actor, partner, relation and status of the ties that a sentence states."""
    text, triggers = reading.text, _triggers(reading, first, last, mentions)
    if told.relations and told.speaks:
        ends = [one.end for one in mentions if one.side == "partner" and _patterns()["share"].match(text, one.end)]
        triggers += [Trigger(end, end, "theme", True) for end in ends]
    if not triggers or reading.search("sport", first, last):
        return
    routes = [pair for pair in pairwise(mentions) if text[pair[0].end : pair[1].start] == "-"]
    mentions = [mention for mention in mentions if not any(mention in pair for pair in routes)]  # `la ligne Huê-Hanoï`
    named = _vietnamese(reading, first, last, mentions, told)
    actors = _real(reading, first, named)
    ours, theirs = _pointed(reading, first, last, mentions, told)
    partners = _real(reading, first, _foreign(reading, first, mentions), actors) or theirs
    acting = [actor.start for actor in actors if not actor.at and actor.entity_id != "VNM"]
    actors = sorted([*actors, *(actor for actor in ours if not acting or actor.start < acting[0])])
    silent = told.relations and told.speaks and all(actor.at for actor in named)
    found = {}
    for trigger in triggers:
        if trigger.relation == "theme":
            trigger = trigger._replace(relation=silent and _flow(reading, trigger.start))
        theirs = _parties(reading, partners, trigger, _NEAR) if trigger.relation else []
        ours = _parties(reading, actors, trigger, _SUBJECT_NEAR) if theirs else []
        if theirs and not ours and silent and trigger.relation in told.relations:
            across = [one for one in partners if (one < trigger) != (theirs[0] < trigger)]  # `la Chine livre au Laos`
            between = [sorted([*trigger[:2], *one[:2]])[1:3] for one in across if one not in theirs]
            if all(_patterns()["apart"].search(text, *places) for places in between):
                ours = [Actor(first, first, told.subject, False)]
        status = _status(reading.text, first, last, trigger) if ours else ""
        for actor, partner in product(ours, theirs):
            relation = "other" if trigger.relation == "tourism" else trigger.relation
            found.setdefault((actor.entity_id, partner.entity_id, relation), status)
    for (actor, partner, relation), status in found.items():
        if not any((actor, partner, stronger) in found for stronger in _STRONGER.get(relation, ())):
            yield actor, partner, relation, status


def _subject(reading: Reading, first: int, last: int, mentions: list[Mention], datelines: list[Mention]) -> str | None:
    """Return the Vietnamese subject of an article: a locality, else the state unless it is another country's news.

    The only locality of the title; else the only one that the first sentence speaks of otherwise than as of a place.
    The state is what the news of its agency are about, unless they come from abroad or of others and do not name it.
    """
    titled = {mention.entity_id for mention in mentions if mention.section == "title" and mention.side == "vietnam"}
    if len(titled) == 1:
        return titled.pop()
    lead = [mention for mention in mentions if first <= mention.start < last]
    ours = _real(reading, first, _vietnamese(reading, first, last, lead, Told(None)))
    places = [one for one in ours if one.entity_id != "VNM"]
    state, places = len(ours) > len(places), [one for one in places if not one.at] or places
    if len({one.entity_id for one in places}) == 1:
        there = not state or places[0].entity_id in {mention.entity_id for mention in datelines}
        called = not places[0].at or _patterns()["called"].search(reading.text, first, places[0].start)
        if (called and there) or reading.search("locality", first, last):
            return places[0].entity_id
    abroad = any(mention.side == "partner" for mention in [*lead, *datelines])
    return "VNM" if ours or reading.search("nation", first, last) or not abroad else None


def _tell(reading: Reading, first: int, mentions: list[Mention], told: Told) -> None:
    """Note whom a sentence names, for what points back to it."""
    if named := [one for one in mentions if one.side == "partner" and one.country and not one.role]:
        countries = {one.country for one in named}
        told.country = countries.pop() if len(countries) == 1 else None
        parties = {one.entity_id for one in named if one.entity_id != one.country} or {one.country for one in named}
        told.party = parties.pop() if len(parties) == 1 else None
        told.last = named[-1].entity_id
    begins = mentions and mentions[0].side == "partner" and mentions[0].start < first + 5
    if begins or not _patterns()["he"].match(reading.text, first):
        told.opening = mentions[0].entity_id if begins else None


def _links(article: ArticleText, rows: list[tuple]) -> Iterator[tuple]:
    """Yield the rows of an article, without its identifiers: of each tie the best sentence that states it."""
    reading, back, best = _read(article.text), article.alignment.back, {}
    placed = [Mention(back(start), back(end - 1) + 1, *row) for start, end, *row in sorted(rows)]
    mentions = [mention for mention in placed if mention.role != "dateline"]
    if not any(mention.side == "partner" for mention in mentions):
        return
    starts = [mention.start for mention in mentions]
    spans = [(part.section, *span) for part in article.parts for span in sentence_spans(article.text, *part[1:])]
    lead = next((n for n, (section, *_) in enumerate(spans) if section == "body"), 0)
    datelines = [mention for mention in placed if mention.role == "dateline"]
    subject = _subject(reading, *spans[lead][1:], mentions, datelines)
    told = Told(subject, frozenset(["tourism"] if subject and subject != "VNM" else []))
    for number, (section, first, last) in enumerate(spans):
        inside = mentions[bisect_left(starts, first) : bisect_left(starts, last)]
        told.speaks = section in ("standfirst", "body")  # a headline names governments by their capitals
        if subject and number <= lead + 1 and section != "caption":
            themes = {trigger.relation for trigger in _triggers(reading, first, last, inside)}
            told.relations |= _FLOWS if themes & _FLOWS else set()
        points = told.last and any(reading.can(cue, first, last) for cue in ("both", "back", "he"))
        if points or any(mention.side == "partner" for mention in inside):
            for *key, status in _ties(reading, first, last, inside, told):
                evidence = (status != "actual", section != "body", first, last, status)
                best[tuple(key)] = min(best.get(tuple(key), evidence), evidence)
                told.relations |= _FLOWS if key[2] in _FLOWS else {key[2]} & {"meeting"}
        if inside or told.opening:
            _tell(reading, first, inside, told)
    for key, (_, _, first, last, status) in sorted(best.items(), key=lambda item: item[1][2]):
        start, end, _ = article.place(first, last).values()
        yield *key, status, start, end, " ".join(article.text[first:last].split())


def find_links(articles: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """Find the evidenced ties between Vietnamese actors and foreign partners.

    Parameters
    ----------
    articles, mentions : DataFrame
        **articles** of the data contract, and the **mentions** that `find_partners` found in them.

    Returns
    -------
    DataFrame
        **links** of the data contract, one row for each actor, partner and relation of an article. ``vietnam`` is
        `VNM`, a province or a city: named in the sentence or, where that only says `les deux villes`, `elle`, `les
        achats japonais`, the article's subject. ``start`` and ``end`` are the sentence that says so best: what is
        before what is wished for, the body before title, standfirst and caption, the first of several. `other` is
        kept for ties that the same sentence does not name more exactly.

    Examples
    --------
    >>> from helpers import SEEDS, find_partners, parse_articles, read_documents
    >>> articles = parse_articles(read_documents(SEEDS, pattern="003*")).head(1)
    >>> links = find_links(articles, find_partners(articles))
    >>> links.query("vietnam == 'VN-DN'")[["relation", "status"]].values.tolist()
    [['twinning', 'planned']]
    """
    usable = mentions.assign(role=mentions["role"].fillna(""), country=mentions["country"].fillna(""))
    usable = usable[(usable["type"] != "agreement") & usable["role"].isin(["", "institution", "dateline"])]
    by_article = defaultdict(list)
    columns = ["article_id", "start", "end", "entity_id", "section", "side", "form", "country", "role"]
    for article_id, *row in zip(*(usable[column].tolist() for column in columns), strict=True):
        by_article[article_id].append(row)
    rows = [
        (f"{article.article_id}/l{number}", article.article_id, *row)
        for article in article_texts(articles)
        if article.article_id in by_article
        for number, row in enumerate(_links(article, by_article[article.article_id]), 1)
    ]
    return frame("links", pd.DataFrame(rows, columns=list(TABLES["links"])))
