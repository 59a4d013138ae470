"""Find who is tied to whom: a Vietnamese actor and a foreign partner, the relation, and the sentence that says so.

A word of ``data/links/triggers.csv`` (`jumelage`, `a signé`, `exportations`) makes the tie. It takes the nearest actor
of each side, Vietnamese and foreign, with those listed beside it. A place where something merely happens (`reçu à
Hanoï`) is no actor, unless the relation is with a place (`investir à Hanoï`, `visite au Laos`).
"""

import csv
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import product, zip_longest
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
# From a trigger to its partner and to its Vietnamese actor (often the subject, far before), at most: see `_distance`.
_NEAR, _SUBJECT_NEAR = 220, 450
_PARTY = 60  # what the state is further than it stands, where it but ends the Party's name
_WITH = re.compile(r"\s+(?:[a-zà-ÿ]{1,20}\s+)?(?:avec|entre)\s")
_RELATIVE = re.compile(r", (?:qui|où) [^,;:.\n]{0,150}$")
_BETWEEN = re.compile(r" entre (?:les? |la |l[’'])?$")
_APART = re.compile("[,;:]")
_NAME = re.compile(r"\w+")
_STATE = re.compile(r"(?<!\w)(?:Vi[eê]t ?[Nn]am|[Vv]ietnamien(?:ne)?s?)(?!\w)")
_AT = re.compile(
    r"(?:^|[ (])(?:à|au|aux|en|dans|depuis|quitté)(?: (?:la|le|les|l[’'])| l[’'])? ?"
    r"(?:(?:ville|province|capitale|préfecture|région)[a-z ]{0,20} d(?:e |u |e la |es |[’']))?$",
    re.IGNORECASE,
)
_AND = (
    r"\s{{0,2}}(?:\([^()]{{0,40}}\)\s{{0,2}})?(?:,\s{{0,2}})?(?:{words}|et|ainsi que|ou|,|)\s{{0,2}}"
    r"(?:ceux |celles |celui |celle )?(?:avec |entre |par |vers |depuis )?(?:d[’']|de la |de l[’']|des? |du )?"
    r"(?:les? |la |l[’']|aux? |en |à )?(?:(?:[a-zà-ÿ]{{2,6}} )?(?:ville|capitale|province|préfecture|État|région"
    r"|société|entreprise|autorité|localité|partenaire)s? (?:d[eu] |d[’'])?)?"
)
_AGAINST = r"contre [^;:\n]{2,40}?(?= (?:vers|avec|depuis|à) )"
_FUTURE = r"[a-zà-ÿ]{2,20}(?:er|ir|tr|dr|vr)(?:a|ont)|[a-zà-ÿ]{2,20}(?:dr|rr)ai(?:en)?t|serai(?:en)?t"
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


def _words(*cells: str) -> str:
    """Return words as a pattern, a cell's longest first: `*` stands for the rest of a word, `#` a digit, `…` words."""
    signs = {r"\*": r"\w*", r"\#": r"\d", r"\ ": r"\s", "’": "[’']", "…": r"(?:\s[\w’'-]{1,20}){0,4}\s"}
    branches = defaultdict(list)  # by the first letter, which makes the search five times faster
    for word in [word for cell in cells for word in sorted(cell.lower().split("|"), key=len, reverse=True)]:
        pattern = re.sub(r"\\[*# ]|[’…]", lambda sign: signs[sign[0]], re.escape(word))
        first = 2 if pattern[0] == "\\" else 1
        branches[pattern[:first]].append(pattern[first:])
    return "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in branches.items())


@cache
def _trigger_pattern() -> re.Pattern:
    # On lower-case text: IGNORECASE would make it slower.
    return re.compile(rf"(?<!\w)(?:{_words(*(row['words'] for row in _rows('triggers.csv')))})(?!\w)")


@lru_cache(maxsize=10_000)
def _kind(word: str) -> tuple[str, bool]:
    """Return the relation of a trigger, and whether it may be with a place."""
    row = next(row for row in _rows("triggers.csv") if re.fullmatch(_words(row["words"]), word))
    return row["relation"], row["place"] == "yes"


@cache
def _cue(name: str) -> str:
    return _words(next(row["words"] for row in _rows("cues.csv") if row["cue"] == name))


@cache
def _families() -> set[bytes]:
    return {fold(word) for row in _rows("cues.csv") if row["cue"] == "family" for word in row["words"].split("|")}


@cache
def _patterns() -> dict[str, re.Pattern]:
    """Return the patterns made of the cues."""
    made = {
        "local": rf"(?<!\w)(?:{_cue('local')})(?!\w)",
        "subject": rf"(?<!\w)(?:{_cue('subject')})(?! (?:[a-zà-ÿ-]{{3,20}} )?d[eu’'])(?!\w)",
        "generic": rf"(?:{_cue('generic')}) $",
        "official": rf"(?<!\w)(?:{_cue('official')})[^.;:()\n]{{0,70}}?[ ,](?=(?-i:[A-ZĐ])\w{{0,7}} (?-i:[A-ZĐ]))",
        "unlike": rf"(?:(?:{_cue('press')})[a-zà-ÿ ]{{0,15}} "
        rf"|(?<!\w)(?:{_cue('member')}) ?(?:l[’']|la |les? |de la |de l[’'])?)$",
        "and": _AND.format(words=""),
        "post": rf"(?:{_cue('post')})[^,.;]{{0,50}} au $",
        "wish": rf"(?:{_cue('wish')})(?!\w)",
        "such": rf"(?:(?:[^.;:\n]|\.(?=\d)){{0,70}}? (?=(?:{_cue('ranked')}|contre|notamment|dont) ))?"
        + _AND.format(words=f"{_cue('list')}|{_cue('ranked')}|{_AGAINST}|"),
        "dative": rf"(?<!\w)(?:{_cue('dative')})$",
        "clause": rf" (?:{_cue('clause')}) ",
        "negated": rf"(?<!\w)(?:n(?:e |[’'])\w+ pas|{_cue('negated')})(?!\w)",
        "sport": rf"(?<!\w)(?:{_cue('sport')})(?!\w)",
        "status": rf"(?<!\w)(?:(?P<planned>{_cue('planned')}|{_FUTURE})|{_cue('done')})(?!\w)",
    }
    return {name: re.compile(pattern, re.IGNORECASE) for name, pattern in made.items()}


def _positions(article: ArticleText, offsets: list[int]) -> list[int]:
    """Return where in the article's text characters of the document stand."""
    steps, ends, shifts = article.steps, [0], [-article.steps[0]]
    for start, end, length in zip(*(iter(steps[1:]),) * 3, strict=True):
        ends.append(end)
        shifts.append(shifts[-1] + length - (end - start))
    return [offset + shifts[bisect_right(ends, offset) - 1] for offset in offsets]


def _is_place(text: str, start: int, first: int) -> bool:
    before = text[max(first, start - 60) : start]
    return bool((at := _AT.search(before)) and not _patterns()["dative"].search(before, 0, at.start()))


def _vietnamese(text: str, first: int, last: int, mentions: list) -> list[Actor]:
    """Return the Vietnamese actors of a sentence: provinces and cities, the state, else an official by his name."""
    patterns = _patterns()
    here = [(s, e, m.entity_id) for s, e, m in mentions if m.side == "vietnam" and m.role is None]
    places = [Actor(s, e, entity_id, _is_place(text, s, first)) for s, e, entity_id in here]
    actors, named = list(places), [place for place in places if not place.at]
    local = patterns["local"].search(text, first, last)
    for match in _STATE.finditer(text, first, last):
        start, end = match.span()
        before = text[max(first, start - 70) : start]
        party = before.endswith("Parti communiste du ")
        if (local and party) or patterns["post"].search(before):
            continue
        if named and patterns["generic"].search(before):
            actors += [place._replace(start=start, end=end) for place in named]
        else:
            actors.append(Actor(start, end, "VNM", _is_place(text, start, first), _PARTY if party else 0))
    for match in () if local else patterns["official"].finditer(text, first, last):
        start, end = match.span()
        if fold(_NAME.match(text, end)[0]) in _families() and not any(start < place.start <= end for place in places):
            actors.append(Actor(start, end, "VNM", False))
    return _real(text, first, actors)


def _foreign(text: str, first: int, mentions: list) -> list[Actor]:
    """Return the partners of a sentence that can be a party to something."""
    usable = [(s, e, m) for s, e, m in mentions if m.side == "partner" and m.role is None and m.type != "agreement"]
    partners = []
    for (start, end, mention), following in zip_longest(usable, usable[1:]):
        described = following and mention.form == "demonym" and following[2].country == mention.country
        if not (described and _DESCRIBED.fullmatch(text, end, following[0])):
            partners.append(Actor(start, end, mention.entity_id, _is_place(text, start, first)))
    return partners


def _real(text: str, first: int, actors: list[Actor], others: list[Actor] | None = None) -> list[Actor]:
    """Return the actors without those only compared with (`derrière le Japon`) or tied to one another (`entre le Japon
    et la Chine`, with none of ``others`` in the list)."""
    kept, group, together = [], [], _patterns()["and"]
    for one, following in zip_longest(sorted(actors), sorted(actors)[1:]):
        group.append(one)
        if following is None or not _listed(text, one, following, together):
            before = text[max(first, group[0].start - 40) : group[0].start]
            third = others is not None and len(group) > 1 and _BETWEEN.search(before)
            joined = third and any(_listed(text, one, other, together) for other in others if other > one)
            if not _patterns()["unlike"].search(before) and (joined or not third):
                kept += group
            group = []
    return kept


def _distance(text: str, actor: Actor, trigger: Trigger) -> int:
    """Return how far an actor is from a trigger, in characters; with commas, clauses, the wrong side of `avec`."""
    start, end = (trigger.end, actor.start) if actor.start >= trigger.end else (actor.end, trigger.start)
    commas = text.count(",", start, end)
    turned = end == trigger.start and _WITH.match(text, trigger.end)
    aside = commas and start == trigger.end and _RELATIVE.search(text, max(0, start - 160), start)
    apart = 500 if aside or _patterns()["clause"].search(text, start, end) else 0
    return apart + end - start + 20 * commas + (60 if turned else 0) + actor.handicap


def _parties(text: str, actors: list[Actor], trigger: Trigger, near: int) -> list[Actor]:
    """Return the actor nearest to the trigger and those listed with it."""
    low = bisect_left(actors, trigger.start - 2 * near, key=lambda actor: actor.start)
    high = bisect_left(actors, trigger.end + 2 * near, key=lambda actor: actor.start)
    far = {}
    for actor in actors[low:high]:
        distance = _distance(text, actor, trigger)
        there = trigger.end <= actor.start or (trigger.relation == "investment" and distance < 30)
        if distance <= near and (not actor.at or (trigger.place and there)):
            far[actor] = distance
    if not far:
        return []
    fit = list(far)
    left = right = fit.index(min(fit, key=far.get))
    together, such_as = _patterns()["and"], _patterns()["such"]
    while left and _listed(text, fit[left - 1], fit[left], together):
        left -= 1
    while right + 1 < len(fit) and _listed(text, fit[right], fit[right + 1], such_as):
        right += 1
    return fit[left : right + 1]


def _listed(text: str, one: Actor, other: Actor, pattern: re.Pattern) -> bool:
    return other.start <= one.end or bool(pattern.fullmatch(text, one.end, other.start))


def _status(text: str, first: int, last: int, trigger: Trigger) -> str:
    """Tell a tie that is from one that is wished for, by the last verb before it that says which."""
    before = text[max(first, trigger.start - 250) : trigger.end + 3]
    found = list(_patterns()["status"].finditer(before))
    if not found and (later := _patterns()["status"].search(text, trigger.end, min(last, trigger.end + 90))):
        found = [later]
    wished = found[-1]["planned"] if found else _patterns()["wish"].match(text, first)
    return "planned" if wished else "actual"


def _ties(text: str, first: int, last: int, mentions: list, subject: str | None) -> Iterator[tuple]:
    """Yield Vietnamese actor, partner, relation and status of the ties that a sentence states."""
    partners = _foreign(text, first, mentions)
    actors = _vietnamese(text, first, last, mentions) if partners else []
    local = {place.entity_id for place in actors if place.at and place.entity_id != "VNM"}
    subject = subject or (local.pop() if len(local) == 1 else None)
    partners = _real(text, first, partners, actors)
    implied = partners and subject and all(actor.at or actor.entity_id == "VNM" for actor in actors)
    if implied and (cue := _patterns()["subject"].search(text, first, last)):
        actors = sorted([*actors, Actor(*cue.span(), subject, False)])
    if not actors or _patterns()["sport"].search(text, first, last):
        return
    words = _trigger_pattern().finditer(text[first:last].replace("İ", "I").lower())
    triggers = [Trigger(first + word.start(), first + word.end(), *_kind(word[0])) for word in words]
    denials = [match.span() for match in _patterns()["negated"].finditer(text, first, last)]
    found = {}
    for trigger in triggers:
        if trigger.relation == "none" or any(
            _APART.search(text, *sorted([*trigger[:2], *denial])[1:3]) is None for denial in denials
        ):
            continue
        theirs = _parties(text, partners, trigger, _NEAR)
        ours = _parties(text, actors, trigger, _SUBJECT_NEAR) if theirs else []
        status = _status(text, first, last, trigger) if ours else ""
        for actor, partner in product(ours, theirs):
            found.setdefault((actor.entity_id, partner.entity_id, trigger.relation), status)
    for (actor, partner, relation), status in found.items():
        if not any((actor, partner, stronger) in found for stronger in _STRONGER.get(relation, ())):
            yield actor, partner, relation, status


def _links(article: ArticleText, mentions: list) -> Iterator[dict]:
    mentions = sorted(mentions, key=lambda mention: mention.start)
    starts = _positions(article, [m.start for m in mentions])
    lasts = _positions(article, [m.end - 1 for m in mentions])
    placed = [(start, last + 1, m) for start, last, m in zip(starts, lasts, mentions, strict=True)]
    titled = {m.entity_id for m in mentions if m.section == "title" and m.side == "vietnam"}
    subject = titled.pop() if len(titled) == 1 else None
    best = {}
    for part in article.parts:
        for first, last in sentence_spans(article.text, part.start, part.end):
            inside = placed[bisect_left(starts, first) : bisect_left(starts, last)]
            for *key, status in _ties(article.text, first, last, inside, subject) if inside else ():
                evidence = (status != "actual", part.section != "body", first, last, status)
                best[tuple(key)] = min(best.get(tuple(key), evidence), evidence)
    for key, (_, _, first, last, status) in sorted(best.items(), key=lambda item: item[1][2]):
        place = article.place(first, last)
        tie = dict(zip(("vietnam", "partner", "relation"), key, strict=True))
        sentence = " ".join(article.text[first:last].split())
        yield {**tie, "status": status, "start": place["start"], "end": place["end"], "sentence": sentence}


def find_links(articles: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """Find the evidenced ties between Vietnamese actors and foreign partners.

    Parameters
    ----------
    articles, mentions : DataFrame
        **articles** of the data contract, and the **mentions** that `find_partners` found in them.

    Returns
    -------
    DataFrame
        **links** of the data contract. ``vietnam`` is `VNM` or a province or city: one that the sentence names, or the
        one that the title names where the sentence says `les deux villes` or `exportations municipales`. An article
        has one row for each actor, partner and relation, with the best sentence that says so: what is before what is
        wished for, the body before title, standfirst and caption, the first of several. ``start`` and ``end`` are the
        sentence in the document. `other` is kept for ties that the same sentence does not name more exactly.

    Examples
    --------
    >>> from helpers import SEEDS, find_partners, parse_articles, read_documents
    >>> articles = parse_articles(read_documents(SEEDS, pattern="003*")).head(1)
    >>> links = find_links(articles, find_partners(articles))
    >>> links.query("vietnam == 'VN-DN'")[["relation", "status"]].values.tolist()
    [['twinning', 'planned']]
    """
    by_article = defaultdict(list)
    for mention in mentions.astype(object).where(mentions.notna(), None).itertuples():
        by_article[mention.article_id].append(mention)
    rows = []
    for article in article_texts(articles):
        for number, row in enumerate(_links(article, by_article[article.article_id]), 1):
            rows.append({"link_id": f"{article.article_id}/l{number}", "article_id": article.article_id, **row})
    return frame("links", rows)
