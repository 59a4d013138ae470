"""Find who is tied to whom: a Vietnamese actor and a foreign partner, the relation, and the sentence that says so.

A word of ``data/links/triggers.csv`` (`jumelage`, `a signé`, `exportations`) makes the tie. It takes the nearest actor on
each side, Vietnamese and foreign, with those listed beside it. A place where something merely happens (`reçu à Hanoï`,
`entretien à Washington`) is no actor, except where the relation is with a place (`investir à Hanoï`, `visite au Laos`).
"""

import csv
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import zip_longest
from typing import NamedTuple

import pandas as pd

from helpers.offsets import ArticleText, article_texts
from helpers.partners import fold
from helpers.paths import DATA
from helpers.sentences import sentence_spans
from helpers.tables import frame

FOLDER = DATA / "links"
RELATIONS = ("twinning", "agreement", "visit", "meeting", "trade", "investment", "aid", "other")
# What a sentence says of the same two more exactly: a signed twinning is no second agreement.
_STRONGER = {"other": RELATIONS[:-1], "agreement": ("twinning",)}
_NEAR = 220  # from a trigger to its actor, at most (see `_distance`)
_PLACE_NEAR = 120  # from a trigger to the place that it is about, at most
_PARTY = 60  # what the state is further than it stands, where it but ends the Party's name
_WITH = re.compile(r"\s+(?:[a-zà-ÿ]{1,20}\s+)?(?:avec|entre)\s")
_PARTIES = re.compile(r"\)?,?\s(?:entre|avec|dont|liant|signé)\s")
_STATE = re.compile(r"(?<!\w)(?:Vi[eê]t ?[Nn]am|[Vv]ietnamien(?:ne)?s?)(?!\w)")
_AT = re.compile(
    r"(?:^|[ (])(?:à|au|aux|en|dans|depuis)(?: (?:la|le|les|l[’'])| l[’'])? ?"
    r"(?:(?:ville|province|capitale|préfecture|région)[a-z ]{0,20} d(?:e |u |e la |es |[’']))?$",
    re.IGNORECASE,
)
_AND = (
    r"\s*(?:\([^()]{{0,40}}\)\s*)?(?:,\s*)?(?:{words}|et|ainsi que|ou|,|)\s*(?:avec |entre )?(?:d[’']|de la |des? |du )?"
    r"(?:les? |la |l[’']|aux? |en )?(?:(?:ville|capitale|province|préfecture|État|région)s? (?:d[eu] |d[’'])?)?"
)
_FUTURE = r"[a-zà-ÿ]{2,20}(?:er|ir|tr|dr|vr)(?:a|ont)|[a-zà-ÿ]{2,20}(?:dr|rr)ai(?:en)?t|serai(?:en)?t"
_CONTAINER = re.compile(r"\s*(?:\((?:province|préfecture|État|région)? ?(?:d[eu] |d[’'])?|, ?|\()$")
_DESCRIBED = re.compile(r" (?:d[eu] |d[’']|des )?(?:la |l[’'])?$")


class Actor(NamedTuple):
    """A Vietnamese actor or a foreign partner in a sentence; ``at`` tells whether it is but a place there."""

    start: int
    end: int
    entity_id: str
    at: bool
    handicap: int = 0


class Trigger(NamedTuple):
    """A word that makes a tie; ``place`` tells whether a place may be its actor."""

    start: int
    end: int
    relation: str
    place: bool


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _words(alternatives: str) -> str:
    words = sorted(alternatives.split("|"), key=len, reverse=True)
    escaped = (re.escape(word).replace(r"\*", r"\w*").replace("’", "[’']").replace(r"\ ", r"\s+") for word in words)
    return "|".join(escaped)


@cache
def _trigger_pattern() -> tuple[re.Pattern, list[tuple[str, bool]]]:
    rows = _rows("triggers.csv")
    parts = "|".join(f"({_words(row['words'])})" for row in rows)
    return re.compile(rf"(?<!\w)(?:{parts})(?!\w)", re.IGNORECASE), [(r["relation"], r["place"] == "yes") for r in rows]


@cache
def _cue(name: str) -> str:
    return _words(next(row["words"] for row in _rows("cues.csv") if row["cue"] == name))


@cache
def _patterns() -> dict[str, re.Pattern]:
    """Return the patterns made of the cues."""
    made = {
        "local": rf"(?<!\w)(?:{_cue('local')})(?!\w)",
        "subject": rf"(?<!\w)(?:{_cue('subject')})(?!\w)",
        "generic": rf"(?:{_cue('generic')}) $",
        "official": rf"(?<!\w)(?:{_cue('official')})[^.;:()\n]{{0,70}}?[ ,](?=(?-i:[A-ZĐ])\w{{0,7}} (?-i:[A-ZĐ]))",
        "unlike": rf"(?:(?:{_cue('press')})[a-zà-ÿ ]{{0,15}} "
        rf"|(?:{_cue('member')}|{_cue('capital')}) ?(?:l[’']|la |les? |de la |de l[’'])?)$",
        "and": _AND.format(words=""),
        "post": rf"(?:{_cue('post')})[^,.;]{{0,50}} au $",
        "wish": rf"(?:{_cue('wish')})(?!\w)",
        "such": _AND.format(words=_cue("list") + "|"),
        "status": rf"(?<!\w)(?:(?P<planned>{_cue('planned')}|{_FUTURE})|{_cue('done')})(?!\w)",
    }
    return {name: re.compile(pattern, re.IGNORECASE) for name, pattern in made.items()}


def _position(article: ArticleText, offset: int) -> int:
    """Return where in the article's text the document's character ``offset`` stands."""
    place = article.alignment.span
    return bisect_left(range(len(article.text)), offset, key=lambda at: place(at, at + 1)[0])


def _is_place(text: str, start: int, first: int) -> bool:
    return bool(_AT.search(text[max(first, start - 60) : start]))


def _vietnamese(text: str, first: int, last: int, mentions: list) -> list[Actor]:
    """Return the Vietnamese actors of a sentence: provinces and cities, the state, else an official's name."""
    places = [Actor(s, e, m.entity_id, _is_place(text, s, first)) for s, e, m in mentions if m.side == "vietnam"]
    actors, named = list(places), [place for place in places if not place.at]
    local = _patterns()["local"].search(text, first, last)
    for match in _STATE.finditer(text, first, last):
        start, end, before = match.start(), match.end(), text[max(first, match.start() - 30) : match.start()]
        if local and before.endswith("Parti communiste du ") or _patterns()["post"].search(text[max(first, start - 70) : start]):
            continue
        if named and _patterns()["generic"].search(before):
            actors += [place._replace(start=start, end=end) for place in named]
        else:
            handicap = _PARTY if before.endswith("Parti communiste du ") else 0
            actors.append(Actor(start, end, "VNM", _is_place(text, start, first), handicap))
    if not local and all(actor.at for actor in actors):
        families = {fold(word) for word in _cue("family").split("|")}
        for match in _patterns()["official"].finditer(text, first, last):
            if fold(re.match(r"\w+", text[match.end() :])[0]) in families:
                actors.append(Actor(match.start(), match.end(), "VNM", False))
    return sorted(actors)


def _foreign(text: str, first: int, mentions: list) -> list[Actor]:
    """Return the partners of a sentence that can be a party to something."""
    partners, before = [], None
    usable = [(s, e, m) for s, e, m in mentions if m.side == "partner" and m.role is None and m.type != "agreement"]
    for (start, end, mention), following in zip_longest(usable, usable[1:]):
        contains = before and before[2].country == mention.country and before[2].type in ("city", "subdivision")
        if contains and _CONTAINER.fullmatch(text, before[1], start):
            continue
        if following and mention.form == "demonym" and following[2].country == mention.country:
            if _DESCRIBED.fullmatch(text, end, following[0]):
                continue
        before = (start, end, mention)
        if not _patterns()["unlike"].search(text[max(first, start - 40) : start]):
            partners.append(Actor(start, end, mention.entity_id, _is_place(text, start, first)))
    return partners


def _distance(text: str, actor: Actor, trigger: Trigger) -> int:
    """Return how far an actor is from a trigger, in characters; commas count more, and what `avec` does not introduce."""
    start, end = (trigger.end, actor.start) if actor.start >= trigger.end else (actor.end, trigger.start)
    turned = end == trigger.start and _WITH.match(text, trigger.end)
    return end - start + 20 * text.count(",", start, end) + (60 if turned else 0) + actor.handicap


def _parties(text: str, actors: list[Actor], trigger: Trigger) -> list[Actor]:
    """Return the actor nearest to the trigger and those listed with it."""
    reach = {True: _PLACE_NEAR if trigger.place else -1, False: _NEAR}
    far = [(_distance(text, a, trigger), a) for a in actors if not a.at or a.start >= trigger.end]
    fit = [actor for distance, actor in far if distance <= reach[actor.at]]
    if not fit:
        return []
    nearest = fit.index(min(far, key=lambda item: (item[1] not in fit, item[0]))[1])
    and_, such_as = _patterns()["and"], _patterns()["such"]
    left = right = nearest
    while left and (fit[left].start <= fit[left - 1].end or and_.fullmatch(text, fit[left - 1].end, fit[left].start)):
        left -= 1
    while right + 1 < len(fit) and (
        fit[right + 1].start <= fit[right].end or such_as.fullmatch(text, fit[right].end, fit[right + 1].start)
    ):
        right += 1
    return fit[left : right + 1]


def _status(text: str, first: int, trigger: Trigger) -> str:
    """Tell a tie that is from one that is wished for, by the last verb before it that says which."""
    before = text[max(first, trigger.start - 250) : trigger.end]
    found = list(_patterns()["status"].finditer(before))
    wished = found[-1]["planned"] if found else _patterns()["wish"].match(text, first)
    return "planned" if wished else "actual"


def _ties(text: str, first: int, last: int, mentions: list, subject: str | None) -> Iterator[tuple]:
    """Yield Vietnamese actor, partner, relation and status of the ties that a sentence states."""
    partners = _foreign(text, first, mentions)
    if not partners:
        return
    actors = _vietnamese(text, first, last, mentions)
    if subject and (cue := _patterns()["subject"].search(text, first, last)):
        if all(actor.at or actor.entity_id == "VNM" for actor in actors):
            actors = sorted([*actors, Actor(cue.start(), cue.end(), subject, False)])
    if not actors:
        return
    pattern, kinds = _trigger_pattern()
    agreements = [Trigger(s, e, "agreement", False) for s, e, m in mentions if m.type == "agreement" and _PARTIES.match(text, e)]
    triggers = [Trigger(m.start(), m.end(), *kinds[m.lastindex - 1]) for m in pattern.finditer(text, first, last)]
    found = {}
    for trigger in sorted([*triggers, *agreements]):
        for actor in _parties(text, actors, trigger) if trigger.relation != "none" else ():
            for partner in _parties(text, partners, trigger):
                key = (actor.entity_id, partner.entity_id, trigger.relation)
                found.setdefault(key, _status(text, first, trigger))
    for (actor, partner, relation), status in found.items():
        if not any((actor, partner, stronger) in found for stronger in _STRONGER.get(relation, ())):
            yield actor, partner, relation, status


def _subject(article: ArticleText, mentions: list) -> str | None:
    """Return the province or city that the title is about, if it names just one."""
    named = {m.entity_id for _, _, m in mentions if m.section == "title" and m.side == "vietnam"}
    return named.pop() if len(named) == 1 else None


def _links(article: ArticleText, rows: list) -> Iterator[dict]:
    mentions = [(_position(article, m.start), _position(article, m.end - 1) + 1, m) for m in rows]
    subject = _subject(article, mentions)
    best = {}
    for part in article.parts:
        for first, last in sentence_spans(article.text, part.start, part.end):
            inside = [mention for mention in mentions if first <= mention[0] < last]
            for *key, status in _ties(article.text, first, last, inside, subject) if inside else ():
                rank = (status != "actual", part.section != "body", first)
                if tuple(key) not in best or rank < best[tuple(key)][0]:
                    best[tuple(key)] = (rank, status, first, last)
    for (vietnam, partner, relation), (_, status, first, last) in sorted(best.items(), key=lambda item: item[1][2]):
        place = article.place(first, last)
        yield {
            "vietnam": vietnam,
            "partner": partner,
            "relation": relation,
            "status": status,
            "start": place["start"],
            "end": place["end"],
            "sentence": " ".join(article.text[first:last].split()),
        }


def find_links(articles: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """Find links."""
    by_article = defaultdict(list)
    for mention in mentions.astype(object).where(mentions.notna(), None).itertuples():
        by_article[mention.article_id].append(mention)
    rows = []
    for article in article_texts(articles):
        for number, row in enumerate(_links(article, by_article[article.article_id]), 1):
            rows.append({"link_id": f"{article.article_id}/l{number}", "article_id": article.article_id, **row})
    return frame("links", rows)
