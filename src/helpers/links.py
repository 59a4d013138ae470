"""Find who is tied to whom: a Vietnamese actor and a foreign partner, the relation, and the sentence that says so.

A word of relation (`helpers.relations`) ties the nearest party of each side (`helpers.actors`), with those listed
beside it. Where a sentence names one side only, the article's subject is the other: Vietnam, or the locality that title
and first sentence speak of. A partner without a word of its own shares the trade, investment or aid last spoken of
(`Le Mexique progresse de 71 %`).
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import product

import pandas as pd

from helpers.actors import (
    Actor,
    Told,
    foreign_actors,
    groups_of,
    how_far,
    parties_to,
    party_of,
    pointed_at,
    vietnamese_actors,
)
from helpers.offsets import ArticleText, article_texts
from helpers.relations import FLOWS, RELATIONS, THEMES, Mention, Sentence, Word, patterns, rows_of, sentences_of
from helpers.tables import TABLES, frame

# What a sentence says of the same two more exactly: a signed twinning is no second agreement.
_STRONGER = {"other": RELATIONS[:-1], "agreement": ("twinning",)}
_JOINT = frozenset(["agreement", "twinning", "meeting"])  # need two: the partner of the article where none is named
_BLOCS = frozenset(["org:EU", "org:ASEAN", "org:EAEU", "org:EFTA", "org:MERCOSUR", "org:GCC"])  # trade as countries do
# From a word to its partner and to its Vietnamese actor (often the subject, far before), at most: see `how_far`.
_NEAR, _SUBJECT_NEAR = 220, 450


@cache
def _agreements() -> dict[str, str]:
    return {row["agreement"]: row["partner"] for row in rows_of("agreements.csv")}


def _status(sentence: Sentence, word: Word, verbs: list[re.Match]) -> str:
    """Tell a tie that is from one that is wished for, by the last verb before it that says which, else the next."""
    if patterns()["since"].match(sentence.lower, word.end):
        return "actual"
    said = max(word.start - 250, sentence.first)
    said = max([said, *(match.end() for match in patterns()["turn"].finditer(sentence.lower, said, word.start))])
    before = [verb for verb in verbs if said <= verb.start() and verb.end() <= word.end + 3]
    verb = before[-1] if before else next((v for v in verbs if word.end <= v.start() < word.end + 80), None)
    wished = verb["planned"] if verb else patterns()["wish"].match(sentence.lower, sentence.first)
    return "planned" if wished else "actual"


def _ties(text: str, sentence: Sentence, told: Told) -> dict[tuple, str]:
    """Return the status of each tie, a Vietnamese actor, a partner and a relation, that a sentence states."""
    words, flow, found, tied, verbs = sentence.words, sentence.flow, {}, set(), []
    speaks = told.subject is not None and sentence.section in ("standfirst", "body")
    if not words and not (speaks and flow and sentence.partners):
        return {}
    foreign, (ours, theirs) = foreign_actors(sentence), pointed_at(sentence, told)
    if not foreign and not theirs and not sentence.partners and told.main and speaks:
        theirs = [Actor(sentence.last, sentence.last, told.parties.get(told.main, told.main), False)]
        words, flow = [word for word in words if word.relation in _JOINT], None
    if not foreign and not (theirs and words):
        return {}
    named = vietnamese_actors(text, sentence, told.subject)
    partners, pointed = groups_of(text, sentence, foreign), [[one] for one in theirs]
    joint = sorted(partners + pointed) if "both" in sentence.cues else partners or pointed
    partners = partners or pointed
    actors = sorted(groups_of(text, sentence, named) + [[actor] for actor in ours])
    silent = told.subject is not None and all(actor.at for actor in named)
    alone = all(actor.at or actor.entity_id == told.subject for actor in named)
    subject = Actor(sentence.first, sentence.first, told.subject, False)
    for word in words:
        if word.relation in THEMES:
            flow = word.relation
        elif word.relation == "theme" and speaks and flow and alone:
            word = word._replace(relation=flow)
        candidates = joint if word.relation in _JOINT else partners
        theirs = [] if word.relation in ("theme", "rival") else parties_to(text, sentence, candidates, word, _NEAR)
        if word.relation in ("meeting", "visit") and sentence.between("frame", sentence.first, word.start):
            comma = sentence.lower.find(",", word.end, sentence.last)
            theirs = [one for one in theirs if one.start < comma or [one] in pointed]
        if word.relation == "trade":
            theirs = [one for one in theirs if not one.entity_id.startswith("org:") or one.entity_id in _BLOCS]
        if not theirs:
            continue
        tied |= {one.entity_id for one in theirs}
        tourism = word.relation == "tourism"
        ours = [] if tourism else parties_to(text, sentence, actors, word, _SUBJECT_NEAR)
        across = any((group[0] < word) != (theirs[0] < word) for group in partners)
        if not ours and silent and (not across or re.search("[,;:]", text[sentence.first : sentence.last])):
            told_of = word.relation in FLOWS and sentence.section != "caption"
            known = told_of or (speaks and theirs[0].entity_id in told.known)
            theirs_alone = theirs[0].end <= word.start or theirs[0].start == word.end + 1  # `le Brésil exporte`
            own = theirs_alone and patterns()["own"].match(sentence.lower, word.start)
            ours = [subject] if not own and (told.about != "VNM" if tourism else known) else []
        if ours:
            relation, status = "other" if tourism else word.relation, None
            for actor, partner in product(ours, theirs):
                if actor.at and partner.at and relation != "visit":
                    continue  # `il achète en Chine et au Vietnam`
                key = actor.entity_id, party_of(sentence, actor, partner), relation
                if key not in found:
                    verbs = verbs or [*patterns()["status"].finditer(sentence.lower, sentence.first, sentence.last)]
                    status = status or _status(sentence, word, verbs)
                    found[key] = status
    if speaks and silent and flow and re.search(r"\d", text[sentence.first : sentence.last]):
        for one in [one for group in partners for one in group if one.entity_id not in tied]:
            donor = flow == "aid" and one.entity_id.startswith("org:")
            if ":" not in one.entity_id or one.entity_id in _BLOCS or donor:
                said = [word for word in words if word.relation in THEMES or word.relation == "rival"]
                nearest = min(said, key=lambda word: how_far(sentence, one, word), default=None)
                relation = nearest.relation if nearest else flow
                if relation in FLOWS:
                    found.setdefault((told.subject, one.entity_id, relation), "actual")
    weak = [key for key in found if key[2] in _STRONGER] if len(found) > 1 else []
    weak = [key for key in weak if found[key] in [found.get((*key[:2], one)) for one in _STRONGER[key[2]]]]
    return {key: found[key] for key in found if key not in weak}


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
    if titled["partner"] and patterns()["state"].search(lead.lower, 0, lead.first):
        return "VNM"
    ours = [actor for group in groups_of(text, lead, vietnamese_actors(text, lead, None)) for actor in group]
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
    if begins or not ("he" in sentence.cues and patterns()["he"].match(sentence.lower, sentence.first)):
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
    sentences = sentences_of(article, mentions)
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
