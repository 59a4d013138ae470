"""Say who in a sentence can be a party to a tie: whom it names, by the lists they stand in, and whom it points back to.

A place where something merely happens (`reçu à Hanoï`) is no party, unless the relation is with a place (`investir à
Hanoï`, `visite au Laos`).
"""

from collections import namedtuple
from dataclasses import dataclass
from functools import cache

from helpers.entities import gazetteer
from helpers.relations import Sentence, Word, patterns

_POINTERS = frozenset(["he", "both", "back", "subject", "locality", "nation"])  # cues of what points back
# A Vietnamese actor or a foreign partner in a sentence; `at` tells whether it is but a place there.
Actor = namedtuple("Actor", ["start", "end", "entity_id", "at"])


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
def _capitals() -> dict[str, str]:
    """Return the country of each capital: a city that stands where the gazetteer places the country."""
    places = gazetteer().dropna(subset=["latitude", "country"])
    cities, countries = places[places["type"] == "city"], places[places["type"] == "country"]
    both = cities.merge(countries, on=["country", "latitude", "longitude"])
    return dict(zip(both["entity_id_x"], both["country"], strict=True))


def _is_place(sentence: Sentence, start: int) -> bool:
    begin = max(sentence.first, start - 60)
    at = patterns()["at"].search(sentence.lower[begin:start])
    return bool(at and not sentence.search("dative", begin, begin + at.start()))


def vietnamese_actors(text: str, sentence: Sentence, subject: str | None) -> list[Actor]:
    """Return the Vietnamese actors of a sentence: provinces and cities, the state, else an official by his name."""
    actors, ours = [], [mention for mention in sentence.mentions if mention.side == "vietnam"]
    for (start, end, who, *_), after in zip(ours, [*ours[1:], None], strict=False):
        if ":" in who and subject not in (None, "VNM", who):
            continue  # a town of the province that the article is about is but a place there
        if after and ":" in who and sentence.between("seat", end, after.start):
            continue
        at = _is_place(sentence, start)
        state = (who, subject) == ("VN-HN", "VNM") and not at and not text.endswith("de ", 0, start)
        actors.append(Actor(start, end, "VNM" if state else who, at))  # `Hanoï plaide pour la paix`
    named, local = [place for place in actors if not place.at], sentence.search("local")
    span = sentence.first, sentence.last
    for match in patterns()["state"].finditer(sentence.lower, *span) if "state" in sentence.cues else ():
        start, end = match.span()
        if named and sentence.search("generic", start - 70, start):
            actors += [place._replace(start=start, end=end) for place in named]
        else:
            actors.append(Actor(start, end, "VNM", _is_place(sentence, start)))
    if not local and "official" in sentence.cues:
        spans = [match.span() for match in patterns()["official"].finditer(text, *span)]
        free = [span for span in spans if not any(span[0] < place.start <= span[1] for place in actors)]
        actors += [Actor(*span, "VNM", False) for span in free]
    return sorted(actors)


def foreign_actors(sentence: Sentence) -> list[Actor]:
    """Return the partners of a sentence that can be a party to something."""
    partners, mentions = [], sentence.partners
    for before, mention, following in zip([None, *mentions], mentions, [*mentions[1:], None], strict=False):
        demonym = mention.form == "demonym"
        if before and before.country == mention.entity_id and sentence.between("within", before.end, mention.start):
            continue  # `Savannakhet, au Laos`
        if before and before.country == mention.country and sentence.between("seat", before.end, mention.start):
            continue
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
    return near <= 0 or (near < 300 and patterns()[way].fullmatch(text, one.end, other.start) is not None)


def groups_of(text: str, sentence: Sentence, actors: list[Actor]) -> list[list[Actor]]:
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


def how_far(sentence: Sentence, actor: Actor, word: Word) -> int:
    """Return how far an actor is from a word, in characters; a comma counts for 20, the wrong side of `avec`
    for 60, another clause for 500."""
    start, end = (word.end, actor.start) if actor.start >= word.end else (actor.end, word.start)
    turned = end == word.start and patterns()["with"].match(sentence.lower, word.end)
    apart = sentence.search("clause", start, end)
    return end - start + 20 * sentence.lower.count(",", start, end) + (60 if turned else 0) + (500 if apart else 0)


def parties_to(text: str, sentence: Sentence, groups: list[list[Actor]], word: Word, near: int) -> list[Actor]:
    """Return the actor nearest to the word and those listed with it; a mere place only where the relation may be
    with a place that follows the word or, for want of another, where it is helped."""
    far, best, nearest = {}, None, (True, near + 1)
    for number, group in enumerate(groups):
        for actor in group:
            distance = how_far(sentence, actor, word)
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


def party_of(sentence: Sentence, actor: Actor, partner: Actor) -> str:
    """Return the partner's identifier: to the state, a capital that acts is its country (`Manille achète du riz`)."""
    other = actor.entity_id != "VNM" or partner.at or sentence.lower.endswith("de ", 0, partner.start)
    return partner.entity_id if other else _capitals().get(partner.entity_id, partner.entity_id)


def pointed_at(sentence: Sentence, told: Told) -> list[list[Actor]]:
    """Return Vietnamese actors and partners that a sentence only points back to: `la province`, `ce pays`, `il a`."""
    first, ours, theirs = sentence.first, [], []
    if _POINTERS.isdisjoint(sentence.cues):
        return [ours, theirs]
    he = patterns()["he"].match(sentence.lower, first) if "he" in sentence.cues else None
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
