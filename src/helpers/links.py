"""Find who is tied to whom: a Vietnamese actor and a foreign partner, the relation, and the sentence that says so.

A word of ``data/links/triggers.csv`` (`jumelage`, `a signé`, `exportations`) ties the nearest party of each side, with
those listed beside it. A place where something merely happens (`reçu à Hanoï`) is no party, unless the relation is with
a place (`investir à Hanoï`, `visite au Laos`). Where a sentence names one side only, the article's subject is the
other: Vietnam, or the locality that title and first sentence speak of. A partner without a word of its own shares the
trade, investment or aid that was last spoken of (`Le Mexique progresse de 71 %`).
"""

import csv
import re
from bisect import bisect_left
from collections import defaultdict, namedtuple
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

import ahocorasick_rs
import pandas as pd

from helpers.entities import gazetteer
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
_JOINT = frozenset(["agreement", "twinning", "meeting"])  # need two: the partner of the article where none is named
_THEMES = _FLOWS | {"tourism"}
_POINTERS = frozenset(["he", "both", "back", "subject", "locality", "nation"])  # cues of what points back
_BLOCS = frozenset(["org:EU", "org:ASEAN", "org:EAEU", "org:EFTA", "org:MERCOSUR", "org:GCC"])  # trade as countries do
# From a word to its partner and to its Vietnamese actor (often the subject, far before), at most: see `_distance`.
_NEAR, _SUBJECT_NEAR = 220, 450

# A row of **mentions** that can be a party, its place counted in the article's text.
Mention = namedtuple("Mention", ["start", "end", "entity_id", "section", "side", "form", "country", "role"])
# A Vietnamese actor or a foreign partner in a sentence; `at` tells whether it is but a place there.
Actor = namedtuple("Actor", ["start", "end", "entity_id", "at"])
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
        return _patterns()[cue].search(self.lower, max(begin, self.first), self.last if end is None else end)

    def between(self, cue: str, start: int, end: int) -> bool:
        """Whether nothing but the cue's pattern stands between two places that are near."""
        return end - start < 300 and _patterns()[cue].fullmatch(self.lower, start, end) is not None


@dataclass
class Told:
    """What an article has told so far: its Vietnamese subject, the only foreign country of its title and first
    sentence, the place or body that acts there for each country, all partners named that early, and what `ce pays`,
    `les deux villes`, `ce dernier` and `il` (whom the last sentence opens with) mean after it."""

    subject: str | None
    main: str | None
    parties: dict[str, str]
    known: set[str]
    country: str | None = None
    party: str | None = None
    last: str | None = None
    opening: str | None = None
    local: str | None = None
    about: str | None = None


@cache
def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _agreements() -> dict[str, str]:
    return {row["agreement"]: row["partner"] for row in _rows("agreements.csv")}


@cache
def _capitals() -> dict[str, str]:
    """Return the country of each capital: a city that stands where the gazetteer places the country."""
    places = gazetteer().dropna(subset=["latitude", "country"])
    cities, countries = places[places["type"] == "city"], places[places["type"] == "country"]
    both = cities.merge(countries, on=["country", "latitude", "longitude"])
    return dict(zip(both["entity_id_x"], both["country"], strict=True))


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
def _patterns() -> dict[str, re.Pattern]:
    """Return the patterns, the words of the cues and the patterns above filled in; for text in lower case, which is
    faster than to ignore case, unless they tell names by their capitals."""
    cues, made = {row["cue"]: _alternatives(row["words"]) for row in _rows("cues.csv")}, {}
    for row in _rows("patterns.csv"):
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
    cues, owners = {row["cue"]: row["words"] for row in _rows("cues.csv")}, defaultdict(lambda: ([], []))
    for begin, words in _beginnings([row["words"] for row in _rows("triggers.csv")]).items():
        owners[b" " + begin][0].extend(words)
    for row in [row for row in _rows("patterns.csv") if row["begins"]]:
        for begin in _beginnings([cues[cue] for cue in row["begins"].split()]):
            owners[b" " + begin][1].append(row["name"])
    return ahocorasick_rs.BytesAhoCorasick(list(owners)).find_matches_as_indexes, list(owners.values())


@cache
def _trigger(number: int) -> tuple[Callable, list[tuple[str, bool]]] | None:
    """Return the match of the words of relations with one beginning, and the relation of each of its groups."""
    words = set(_matcher()[1][number][0])
    rows = [(row, [word for word in row["words"].split("|") if word in words]) for row in _rows("triggers.csv")]
    rows = [(row, meant) for row, meant in rows if meant]
    pattern = "|".join(f"({_alternatives('|'.join(meant))})" for _, meant in rows)
    return rows and (
        re.compile(rf"(?<!\w)(?:{pattern})(?!\w)").match,
        [(row["relation"], row["place"] == "yes") for row, _ in rows],
    )


def _sentences(article: ArticleText, mentions: list[Mention]) -> list[Sentence]:
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
        themes = [word.relation for word in sentence.words if word.relation in _THEMES]
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


def _is_place(sentence: Sentence, start: int) -> bool:
    begin = max(sentence.first, start - 60)
    at = _patterns()["at"].search(sentence.lower[begin:start])
    return bool(at and not sentence.search("dative", begin, begin + at.start()))


def _vietnamese(text: str, sentence: Sentence, subject: str | None) -> list[Actor]:
    """Return the Vietnamese actors of a sentence: provinces and cities, the state, else an official by his name."""
    actors = []
    for start, end, who, *_ in [mention for mention in sentence.mentions if mention.side == "vietnam"]:
        if ":" in who and subject not in (None, "VNM", who):
            continue  # a town of the province that the article is about is but a place there
        at = _is_place(sentence, start)
        state = (who, subject) == ("VN-HN", "VNM") and not at and not text.endswith("de ", 0, start)
        actors.append(Actor(start, end, "VNM" if state else who, at))  # `Hanoï plaide pour la paix`
    named, local = [place for place in actors if not place.at], sentence.search("local")
    span = sentence.first, sentence.last
    for match in _patterns()["state"].finditer(sentence.lower, *span) if "state" in sentence.cues else ():
        start, end = match.span()
        if named and sentence.search("generic", start - 70, start):
            actors += [place._replace(start=start, end=end) for place in named]
        else:
            actors.append(Actor(start, end, "VNM", _is_place(sentence, start)))
    if not local and "official" in sentence.cues:
        spans = [match.span() for match in _patterns()["official"].finditer(text, *span)]
        free = [span for span in spans if not any(span[0] < place.start <= span[1] for place in actors)]
        actors += [Actor(*span, "VNM", False) for span in free]
    return sorted(actors)


def _foreign(sentence: Sentence) -> list[Actor]:
    """Return the partners of a sentence that can be a party to something."""
    partners, mentions = [], sentence.partners
    for before, mention, following in zip([None, *mentions], mentions, [*mentions[1:], None], strict=False):
        demonym = mention.form == "demonym"
        if before and before.country == mention.entity_id and sentence.between("within", before.end, mention.start):
            continue  # `Savannakhet, au Laos`
        if demonym and sentence.search("people", mention.start - 25, mention.start):
            continue
        same = following and following.country == mention.country
        if same and demonym and sentence.between("described", mention.end, following.start):
            continue
        if not mention.role or sentence.search("organ", mention.start - 80, mention.start):
            partners.append(Actor(*mention[:3], _is_place(sentence, mention.start)))
    return partners


def _listed(text: str, one: Actor, other: Actor, way: str = "and") -> bool:
    near = other.start - one.end
    return near <= 0 or (near < 300 and _patterns()[way].fullmatch(text, one.end, other.start) is not None)


def _groups(text: str, sentence: Sentence, actors: list[Actor]) -> list[list[Actor]]:
    """Return the actors by the lists in which they stand, without those only compared with (`derrière le Japon`) and
    partners tied to one another (`entre le Japon et la Chine`)."""
    groups, kept = [], []
    for one in actors:
        if groups and _listed(text, groups[-1][-1], one):
            groups[-1].append(one)
        else:
            groups.append([one])
    for group in groups:
        span = group[0].start - 40, group[0].start
        less = sentence.search("unlike", *span) or (group is groups[0] and sentence.search("surpassed", *span))
        inner = len(group) > 1 and group[0].entity_id[:2] != "VN" and sentence.search("between", *span)
        if not less and not inner:
            kept.append(group)
    return kept


def _distance(sentence: Sentence, actor: Actor, word: Word) -> int:
    """Return how far an actor is from a word, in characters; a comma counts for 20, the wrong side of `avec`
    for 60, another clause for 500."""
    start, end = (word.end, actor.start) if actor.start >= word.end else (actor.end, word.start)
    turned = end == word.start and _patterns()["with"].match(sentence.lower, word.end)
    apart = sentence.search("clause", start, end)
    return end - start + 20 * sentence.lower.count(",", start, end) + (60 if turned else 0) + (500 if apart else 0)


def _parties(text: str, sentence: Sentence, groups: list[list[Actor]], word: Word, near: int) -> list[Actor]:
    """Return the actor nearest to the word and those listed with it; a mere place only where the relation may be
    with a place that follows the word or, for want of another, where it is helped."""
    far, best, nearest = {}, None, (True, near + 1)
    for number, group in enumerate(groups):
        for actor in group:
            distance = _distance(sentence, actor, word)
            ahead = actor.start < sentence.first + 40 or (word.relation == "investment" and distance < 45)
            there = word.place and (word.end <= actor.start or ahead)
            helped = actor.at and not there
            if distance <= near and (not helped or word.relation == "aid"):
                far[actor] = helped
                best, nearest = (number, (helped, distance)) if (helped, distance) < nearest else (best, nearest)
    if best is None:
        return []
    last = best + 1
    while last < len(groups) and _listed(text, groups[last - 1][-1], groups[last][0], "list"):
        last += 1
    return [actor for group in groups[best:last] for actor in group if far.get(actor) == nearest[0]]


def _status(sentence: Sentence, word: Word, verbs: list[re.Match]) -> str:
    """Tell a tie that is from one that is wished for, by the last verb before it that says which, else the next."""
    said = max(word.start - 250, sentence.first)
    said = max([said, *(match.end() for match in _patterns()["turn"].finditer(sentence.lower, said, word.start))])
    before = [verb for verb in verbs if said <= verb.start() and verb.end() <= word.end + 3]
    verb = before[-1] if before else next((v for v in verbs if word.end <= v.start() < word.end + 80), None)
    wished = verb["planned"] if verb else _patterns()["wish"].match(sentence.lower, sentence.first)
    return "planned" if wished else "actual"


def _pointed(sentence: Sentence, told: Told) -> list[list[Actor]]:
    """Return Vietnamese actors and partners that a sentence only points back to: `la province`, `ce pays`, `il a`."""
    first, ours, theirs = sentence.first, [], []
    if _POINTERS.isdisjoint(sentence.cues):
        return [ours, theirs]
    he = _patterns()["he"].match(sentence.lower, first) if "he" in sentence.cues else None
    if both := sentence.search("both"):
        country = both.lastgroup == "country"
        named = [one for one in sentence.partners if one.end <= both.start() and not one.role]
        meant = (country and told.main) or getattr(told, both.lastgroup)
        if named:
            meant = named[-1].country if country else named[-1].entity_id
        third = named and not told.subject  # the news of two others
        ours.append(Actor(*both.span(), "VNM" if country and not third else told.subject, False))
        theirs.append(Actor(*both.span(), meant, False))
    elif back := sentence.search("back"):
        theirs.append(Actor(*back.span(), getattr(told, back.lastgroup), False))
    if he and (not told.opening or not theirs):
        (theirs if told.opening else ours).append(Actor(*he.span(), told.opening or told.subject, False))
    for cue in ("subject", "locality", "nation") if told.subject else ():
        meant = "VNM" if cue == "nation" else told.subject
        if cue == "locality" and meant == "VNM":
            meant = told.local
        match = meant and sentence.search(cue)
        if match and not (he and match.start() == first):
            partner = next((one.start for one in sentence.partners if one.start > match.start()), None)
            if not partner or not sentence.between("others", match.end(), partner):
                ours.append(Actor(*match.span(), meant, False))
    return [[actor for actor in actors if actor.entity_id] for actors in (ours, theirs)]


def _ties(text: str, sentence: Sentence, told: Told) -> dict[tuple, str]:
    """Return the status of each tie, a Vietnamese actor, a partner and a relation, that a sentence states."""
    words, flow, found, tied, verbs = sentence.words, sentence.flow, {}, set(), []
    speaks = told.subject is not None and sentence.section in ("standfirst", "body")
    if not words and not (speaks and flow and sentence.partners):
        return {}
    foreign, (ours, theirs) = _foreign(sentence), _pointed(sentence, told)
    if not foreign and not theirs and not sentence.partners and told.main and speaks:
        theirs = [Actor(sentence.last, sentence.last, told.parties.get(told.main, told.main), False)]
        words, flow = [word for word in words if word.relation in _JOINT], None
    if not foreign and not (theirs and words):
        return {}
    named = _vietnamese(text, sentence, told.subject)
    partners, pointed = _groups(text, sentence, foreign), [[one] for one in theirs]
    joint = sorted(partners + pointed) if "both" in sentence.cues else partners or pointed
    partners = partners or pointed
    actors = sorted(_groups(text, sentence, named) + [[actor] for actor in ours])
    silent = told.subject is not None and all(actor.at for actor in named)
    alone = all(actor.at or actor.entity_id == told.subject for actor in named)
    subject = Actor(sentence.first, sentence.first, told.subject, False)
    for word in words:
        if word.relation in _THEMES:
            flow = word.relation
        elif word.relation == "theme" and speaks and flow and alone:
            word = word._replace(relation=flow)
        candidates = joint if word.relation in _JOINT else partners
        theirs = [] if word.relation in ("theme", "rival") else _parties(text, sentence, candidates, word, _NEAR)
        if word.relation in ("meeting", "visit") and sentence.between("frame", sentence.first, word.start):
            comma = sentence.lower.find(",", word.end, sentence.last)
            theirs = [one for one in theirs if one.start < comma or [one] in pointed]
        if word.relation == "trade":
            theirs = [one for one in theirs if not one.entity_id.startswith("org:") or one.entity_id in _BLOCS]
        if not theirs:
            continue
        tied |= {one.entity_id for one in theirs}
        tourism = word.relation == "tourism"
        ours = [] if tourism else _parties(text, sentence, actors, word, _SUBJECT_NEAR)
        across = any((group[0] < word) != (theirs[0] < word) for group in partners)
        if not ours and silent and (not across or re.search("[,;:]", text[sentence.first : sentence.last])):
            told_of = word.relation in _FLOWS and sentence.section != "caption"
            known = told_of or (speaks and theirs[0].entity_id in told.known)
            theirs_alone = theirs[0].end <= word.start or theirs[0].start == word.end + 1  # `le Brésil exporte`
            own = theirs_alone and _patterns()["own"].match(sentence.lower, word.start)
            ours = [subject] if not own and (told.about != "VNM" if tourism else known) else []
        if ours:
            relation, status = "other" if tourism else word.relation, None
            for actor, partner in product(ours, theirs):
                if actor.at and partner.at and relation != "visit":
                    continue  # `il achète en Chine et au Vietnam`
                key = actor.entity_id, _party(sentence, actor, partner), relation
                if key not in found:
                    verbs = verbs or [*_patterns()["status"].finditer(sentence.lower, sentence.first, sentence.last)]
                    status = status or _status(sentence, word, verbs)
                    found[key] = status
    if speaks and silent and flow and re.search(r"\d", text[sentence.first : sentence.last]):
        for one in [one for group in partners for one in group if one.entity_id not in tied]:
            donor = flow == "aid" and one.entity_id.startswith("org:")
            if ":" not in one.entity_id or one.entity_id in _BLOCS or donor:
                said = [word for word in words if word.relation in _THEMES or word.relation == "rival"]
                nearest = min(said, key=lambda word: _distance(sentence, one, word), default=None)
                relation = nearest.relation if nearest else flow
                if relation in _FLOWS:
                    found.setdefault((told.subject, one.entity_id, relation), "actual")
    weak = [key for key in found if key[2] in _STRONGER] if len(found) > 1 else []
    weak = [key for key in weak if found[key] in [found.get((*key[:2], one)) for one in _STRONGER[key[2]]]]
    return {key: found[key] for key in found if key not in weak}


def _party(sentence: Sentence, actor: Actor, partner: Actor) -> str:
    """Return the partner's identifier: to the state, a capital that acts is its country (`Manille achète du riz`)."""
    other = actor.entity_id != "VNM" or partner.at or sentence.lower.endswith("de ", 0, partner.start)
    return partner.entity_id if other else _capitals().get(partner.entity_id, partner.entity_id)


def _subject(text: str, lead: Sentence, mentions: list[Mention], datelines: set[str]) -> str | None:
    """Return the Vietnamese subject of an article: a locality, else the state unless it is another country's news.

    The only locality of the title; that of the dateline, if the first sentence names it and not the state; else the
    only one which that speaks of otherwise than as of a place. The state is what the news of its agency are about,
    unless they come from abroad or of others and do not name it.
    """
    titled = {
        side: {one.entity_id for one in mentions if one[3:5] == ("title", side)} for side in ("vietnam", "partner")
    }
    if len(titled["vietnam"]) == 1:
        return titled["vietnam"].pop()
    if titled["partner"] and _patterns()["state"].search(lead.lower, 0, lead.first):
        return "VNM"
    ours = [actor for group in _groups(text, lead, _vietnamese(text, lead, None)) for actor in group]
    places = [one for one in ours if one.entity_id != "VNM"]
    state, places = len(ours) > len(places), [one for one in places if not one.at] or places
    named, nation = {one.entity_id for one in places}, lead.search("nation")
    if not state and not nation and named & datelines:
        return min(named & datelines)
    if len(named) == 1 and ((not places[0].at and (not state or named & datelines)) or lead.search("locality")):
        return named.pop()
    abroad = any(not entity.startswith("VN") for entity in datelines)
    home = nation and not (abroad and nation[0] in ("le gouvernement", "le pays"))  # theirs, perhaps
    return "VNM" if ours or home or not (abroad or lead.partners) else None


def _tell(sentence: Sentence, told: Told) -> None:
    """Note whom a sentence names, for what points back to it."""
    if named := [one for one in sentence.partners if one.country and not one.role]:
        countries = {one.country for one in named}
        parties = {one.entity_id for one in named if one.entity_id != one.country} or countries
        parties = {told.parties.get(one, one) for one in parties}
        told.country = min(countries) if len(countries) == 1 else told.country
        told.party = min(parties) if len(parties) == 1 else None
        told.last = named[-1].entity_id
    if local := {one.entity_id for one in sentence.mentions if one.entity_id.startswith("VN-")}:
        told.local = min(local) if len(local) == 1 else None
    opening = sentence.mentions[0] if sentence.mentions else None
    begins = opening and opening.side == "partner" and opening.start < sentence.first + 5
    if begins or not ("he" in sentence.cues and _patterns()["he"].match(sentence.lower, sentence.first)):
        told.opening = opening.entity_id if begins else None


def _links(article: ArticleText, rows: list[tuple]) -> Iterator[tuple]:
    """Yield the rows of an article, without its identifiers: of each tie the best sentence that states it."""
    back, best = article.alignment.back, {}
    placed = [Mention(back(start), back(end - 1) + 1, *row) for start, end, *row in sorted(rows)]
    datelines = {mention.entity_id for mention in placed if mention.role == "dateline"}
    mentions = [one for one in placed if one.role != "dateline" and one.entity_id not in _agreements()]
    treaties = [one for one in placed if one.entity_id in _agreements()]
    places = {one.start: one for one in mentions}
    routes = [(one, places[one.end + 1]) for one in mentions if one.end + 1 in places and article.text[one.end] == "-"]
    mentions = [one for one in mentions if not any(one in route for route in routes)]  # `la ligne Huê-Hanoï`
    if not any(mention.side == "partner" for mention in mentions):
        return
    sentences = _sentences(article, mentions)
    number = next((number for number, one in enumerate(sentences) if one.section == "body"), 0)
    lead, heads = sentences[number], [one for one in sentences[: number + 2] if one.section != "caption"]
    named = [one for one in mentions if one.side == "partner" and one.section != "caption" and one.start < lead.last]
    named = [one for one in reversed(named) if one.country not in ("", "VNM")]
    homes = {one.country for one in named}
    parties = {one.country: one.entity_id for one in named if one.entity_id != one.country}
    subject = _subject(article.text, lead, mentions, datelines)
    told = Told(subject, min(homes) if len(homes) == 1 else None, parties, set())
    told.about = subject
    for sentence in sentences:
        if "\n" in article.text[max(sentence.first - 3, 0) : sentence.first]:
            told.subject = told.about
        if told.about == "VNM" and sentence.section == "body" and sentence.mentions:
            opening, *others = sentence.mentions
            begins = opening.entity_id.startswith("VN-") and opening.start < sentence.first + 30
            if begins and opening.entity_id != "VN-HN" and not any(one.entity_id[:3] == "VN-" for one in others):
                told.subject = opening.entity_id  # for this paragraph
        signed = [one for one in treaties if sentence.first <= one.start < sentence.last]
        for one in signed:  # `l'accord VPA/FLEGT` is with its own partner
            sentence.words = [word for word in sentence.words if not one.start - 12 < word.start < one.end]
        if sentence.partners or (sentence.words and told.last):
            for key, status in _ties(article.text, sentence, told).items():
                evidence = (status != "actual", sentence.section != "body", sentence.first, sentence.last, status)
                best[key] = min(best.get(key, evidence), evidence)
        if sentence in heads:
            told.known |= {one.entity_id for one in sentence.partners}
        if signed and (sentence in heads or "en vigueur" in sentence.lower[sentence.first : sentence.last]):
            for treaty in signed:
                evidence = (True, True, sentence.first, sentence.last, "actual")
                best.setdefault(("VNM", _agreements()[treaty.entity_id], "agreement"), evidence)
        if sentence.mentions or told.opening:
            _tell(sentence, told)
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
    usable = usable[(usable["type"] != "agreement") | usable["entity_id"].isin(list(_agreements()))]
    usable = usable[usable["role"].isin(["", "institution", "dateline"])]
    by_article = defaultdict(list)
    columns = ["article_id", "start", "end", "entity_id", "section", "side", "form", "country", "role"]
    for article_id, *row in zip(*(usable[column].tolist() for column in columns), strict=True):
        by_article[article_id].append(row)
    abroad = [article_id for article_id, found in by_article.items() if any(row[4] == "partner" for row in found)]
    rows = [
        (f"{article.article_id}/l{number}", article.article_id, *row)
        for article in article_texts(articles[articles["article_id"].isin(abroad)])
        for number, row in enumerate(_links(article, by_article[article.article_id]), 1)
    ]
    return frame("links", pd.DataFrame(rows, columns=list(TABLES["links"])))
