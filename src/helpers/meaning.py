"""Say what the figures of an article mean: measure, status, flow, who reports, with whom, when, what is traded.

Evidence is read in this order: the figure's own noun phrase, the words of its sentence nearest to it, the figure it stands
beside, the article's title. Each rule says in its docstring what it uses. What none of it settles stays None. The words
that carry meaning are data: ``data/numbers/cues.csv``.
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

from helpers.numbers import BLANK, table

VIETNAM = "VNM"


class Named(NamedTuple):
    """A mention in text positions: the entity, its type, country and side, and whether it can be a partner (``role``)."""

    start: int
    end: int
    entity_id: str
    type: str
    country: str | None
    side: str
    form: str
    role: str | None


class Cue(NamedTuple):
    """A word that carries meaning: ``kind`` and ``value`` as in ``cues.csv``."""

    start: int
    end: int
    kind: str
    value: str


@dataclass(slots=True)
class Meaning:
    """What a figure means; the fields are columns of **figures**, ``refers_to`` is another figure's number."""

    measure: str | None = None
    status: str | None = None
    flow: str | None = None
    reporter: str | None = None
    partner: str | None = None
    period: str | None = None
    product: str | None = None
    refers_to: int | None = None
    falls: bool = False


@dataclass(slots=True)
class Sentence:
    """A sentence with what stands in it; ``figures`` are numbers into the article's list."""

    start: int
    end: int
    text: str
    figures: list[int] = field(default_factory=list)
    cues: list[Cue] = field(default_factory=list)
    names: list[Named] = field(default_factory=list)
    periods: list = field(default_factory=list)


def _cue_pattern() -> tuple[re.Pattern, dict[str, tuple[str, str]]]:
    groups: dict[tuple[str, str], list[str]] = {}
    for row in table("cues"):
        groups.setdefault((row["cue"], row["value"]), []).append(row["pattern"])
    named = {f"g{number}": key for number, key in enumerate(groups)}
    parts = (f"(?P<{group}>{'|'.join(groups[key])})" for group, key in named.items())
    return re.compile(r"(?<!\w)(?:" + "|".join(parts) + ")"), named


_CUES, _CUE_KEYS = _cue_pattern()


def _last(items, before: int, after: int = -1):
    """Return the last item that ends at or before a place, and begins after another."""
    return next((item for item in reversed(items) if item.end <= before and item.start >= after), None)


# --- measure: level, growth or share ----------------------------------------------------------------------------------
_OF = re.compile(rf"{BLANK}(?:du|de{BLANK}la|des|de{BLANK}(?:leurs?|sa|son|ses|ce|cette|ces|tou)|de{BLANK}?l['’]|d['’](?!ici|un|env))")
_AMOUNT_OF = re.compile(rf"{BLANK}(?:de|d['’])(?:{BLANK}[\wà-ÿ'’]{{1,14}}){{0,3}}{BLANK}?$|{BLANK}d['’]$")
_FURTHER = re.compile(rf"{BLANK}(?:de|d['’]){BLANK}?(?:un{BLANK}|une{BLANK})?$")
_LEVEL_VERB = re.compile(
    rf"\b(?:attei|dépass|totalis|s['’]él|s['’]établ|chiffr|avoisin|franchi|culmin)\w{{0,9}}(?:{BLANK}[\w'’]{{1,14}}){{0,5}}{BLANK}$"
)


def _change(sentence: Sentence, figure, after: int, before: int) -> Cue | None:
    """Return the word of rise or fall that governs a figure: nearest before it in its clause, or just behind it."""
    text = sentence.text
    for cue in reversed(sentence.cues):
        if after <= cue.start and cue.end <= figure.start and figure.start - cue.end <= 70:
            if cue.kind in ("change", "share") and not re.search(r"[,;()]", text[cue.end : figure.start]):
                return cue
    for cue in sentence.cues:
        if figure.end <= cue.start < min(before, figure.end + 25):
            gap = text[figure.end : cue.start]
            if cue.kind == "after" and not re.search(r"[,;()]", gap) or cue.kind == "change" and _FURTHER.fullmatch(gap):
                return cue
    return None


def _percent_measure(sentence: Sentence, figures: list, meanings: list[Meaning], k: int, cue: Cue | None) -> str | None:
    """Growth or share, from the sign, the governing word, what follows (`% du total`), brackets, or the percent before."""
    figure, text = figures[k], sentence.text
    if text[figure.start] in "+-−–" or figure.unit in ("point", "fois"):
        return "growth"
    if cue:
        return "share" if cue.kind == "share" else "growth"
    if _OF.match(text, figure.end):
        return "share"
    before = [j for j in sentence.figures if j < k]
    if before and text[max(0, figure.start - 2) : figure.start].rstrip().endswith("("):
        return "growth"
    if (twin := next((j for j in reversed(before) if figures[j].kind == "percent"), None)) is not None:
        return meanings[twin].measure if figure.start - figures[twin].end < 130 else None
    far = _last([cue for cue in sentence.cues if cue.kind in ("change", "share")], figure.start)
    return None if far is None or figure.start - far.end > 120 else "share" if far.kind == "share" else "growth"


def _measure(sentence: Sentence, figures: list, meanings: list[Meaning], k: int, after: int, before: int) -> None:
    """Set measure and the direction of a change, and the level that a growth or a share points at."""
    figure, meaning = figures[k], meanings[k]
    cue = None if figure.kind == "rank" else _change(sentence, figure, after, before)
    if figure.kind == "percent" or figure.unit == "fois":
        meaning.measure = _percent_measure(sentence, figures, meanings, k, cue)
    elif figure.kind in ("money", "quantity"):
        gap = sentence.text[cue.end : figure.start] if cue and cue.end <= figure.start else ""
        grown = cue and cue.kind != "share" and (cue.start > figure.end or _AMOUNT_OF.fullmatch(gap))
        meaning.measure = "growth" if grown and not sentence.text.startswith(" à ", figure.end) else "level"
    elif figure.kind == "count" and (figure.elided or _LEVEL_VERB.search(sentence.text[max(0, figure.start - 70) : figure.start])):
        meaning.measure = "level"
    if meaning.measure == "growth":
        meaning.falls = bool(cue and cue.value == "down")
    if meaning.measure in ("growth", "share"):
        meaning.refers_to = _level(sentence, figures, meanings, k)
        if meaning.refers_to is not None:
            meanings[meaning.refers_to].measure = "level"


_REACHING = re.compile(
    rf"[ ,]{{1,2}}(?:pour|à|avec|s['’]él|attei|total|se{BLANK}chiff|jusqu)[\w'’ ]{{0,40}}$"
)


def _level(sentence: Sentence, figures: list, meanings: list[Meaning], k: int) -> int | None:
    """Return the level that a growth or share qualifies: the last amount before it that no new subject parts from it,
    else the amount just behind it (`ont progressé de 10,8 %, pour atteindre 12,09 milliards`)."""
    figure = figures[k]
    for j in reversed([j for j in sentence.figures if j < k]):
        other = figures[j]
        if other.kind in ("money", "quantity", "count") and other.unit != "fois" and meanings[j].measure != "growth":
            between = sentence.text[other.end : figure.start]
            turns = [cue for cue in sentence.cues if cue.kind == "flow" and other.end < cue.start < figure.start]
            if any(re.search(r"[,;]|\bet\b|tandis", between[: cue.start - other.end]) for cue in turns):
                return None
            return j if len(between) < 160 else None
    following = next((j for j in sentence.figures if j > k), None)
    if following is not None and figures[following].kind in ("money", "quantity", "count"):
        if _REACHING.fullmatch(sentence.text, figure.end, figures[following].start):
            return following
    return None


# --- flow ----------------------------------------------------------------------------------------------------------------
_GIVEN = re.compile(
    rf"(?i:\b(?:offert|offrir|offre|offrent|remis|remettre|donn[ée]|fait{BLANK}don|présenté|fourni|envoyé|accordé|octroyé|reçu|legs)\w{{0,3}})"
    rf"(?:{BLANK}[\w'’]{{1,14}}){{0,3}}{BLANK}?$"
)
_TO_SOMEONE = re.compile(rf"[^.;\d]{{0,60}}?{BLANK}(?:à|au|aux|en{BLANK}faveur|pour){BLANK}")
_AND_ALSO = re.compile(rf"[^.;,\d]{{0,40}}(?:,|{BLANK}et|,{BLANK}et){BLANK}(?:\w{{2,12}}{BLANK}d(?:e{BLANK}|['’])|quelque{BLANK})?")


def _flow(sentence: Sentence, figures: list, meanings: list[Meaning], k: int, before: int) -> str | None:
    """Return which way the goods or the money go: by the words just behind the amount (`3 milliards d'exportations`), else
    the nearest word of flow before it (a word of another subject, as `PIB`, ends its reach), else just behind it.

    A count has a flow only where it is what is given, sold or invested: the object of a verb of giving, a project of
    foreign investment, goods right behind `exporter`."""
    figure, text = figures[k], sentence.text
    flows = [cue for cue in sentence.cues if cue.kind == "flow"]
    last = _last(flows, figure.start)
    if figure.kind == "count":
        if _GIVEN.search(text, max(0, figure.start - 50), figure.start) and _TO_SOMEONE.match(text, figure.end):
            return "aid"
        previous = k - 1 if k and k - 1 in sentence.figures else None
        if previous is not None and figures[previous].kind == "count" and meanings[previous].flow == "aid":
            if _AND_ALSO.fullmatch(text, figures[previous].end, figure.start):
                return "aid"
        if figure.unit.startswith("projet") and last and last.value == "fdi":
            return "fdi"
        close = last and figure.start - last.end < 40 and not re.search(r"[,;()]", text[last.end : figure.start])
        return last.value if close and last.value in ("export", "import") else None
    behind = next((cue for cue in flows if figure.end <= cue.start < min(before, figure.end + 40)), None)
    if behind and re.fullmatch(rf"(?:{BLANK}(?:d|en|à|aux?|pour|sous)[\w'’]{{0,7}}){{1,3}}{BLANK}?", text[figure.end : behind.start]):
        return None if behind.value == "none" else behind.value
    if last:
        return None if last.value == "none" else last.value
    if (level := meanings[k].refers_to) is not None and level < k:
        return meanings[level].flow
    return behind.value if behind and behind.value != "none" and figure.kind != "percent" else None


def _respectively(sentence: Sentence, figures: list, meanings: list[Meaning]) -> None:
    """Where `respectivement` pairs a list of subjects with a list of figures, give each its own flow or partner."""
    at = sentence.text.find("respectivement", sentence.start, sentence.end)
    if at < 0:
        return
    lists: list[list[int]] = []
    for k in sentence.figures:
        if lists and figures[lists[-1][-1]].kind == figures[k].kind and _AND_ALSO.fullmatch(
            sentence.text, figures[lists[-1][-1]].end, figures[k].start
        ):
            lists[-1].append(k)
        else:
            lists.append([k])
    for group in lists:
        until = figures[group[0]].start
        words = re.findall(r"(?i)(?<!\w)(export|import)(?!ant|anc)", sentence.text[sentence.start : until])
        flows = list(dict.fromkeys(word.lower() for word in words))
        partners = list(dict.fromkeys(n.country for n in sentence.names if n.end <= until and n.side == "partner" and n.country))
        for values, name in ((flows, "flow"), (partners, "partner")):
            if len(values) == len(group) > 1:
                for k, value in zip(group, values, strict=True):
                    setattr(meanings[k], name, value)


# --- who reports, with whom ----------------------------------------------------------------------------------------------
class Subject(NamedTuple):
    """What the article is about: the partner that its title names, and the place of Vietnam that is its title's subject."""

    partner: str | None
    place: str | None


def subject_of(names: list[Named], sections: list[str | None], title_start: int) -> Subject:
    """Return the subject, from the title alone: its only partner, and a Vietnamese place in its first words."""
    title = [name for name, section in zip(names, sections, strict=True) if section == "title"]
    partners = list(dict.fromkeys(party for name in title if name.role is None and (party := _party(name))))
    place = next((n.entity_id for n in title if n.side == "vietnam" and n.start - title_start < 20), None)
    return Subject(partners[0] if len(partners) == 1 else None, place)


def _party(name: Named) -> str | None:
    """Return the partner that a mention stands for: its country, or a bloc itself."""
    if name.side != "partner" or name.type == "agreement":
        return None
    return name.country or name.entity_id


_TOWARDS = re.compile(
    rf"(?:en{BLANK}provenance|vers|depuis|à{BLANK}destination|au{BLANK}départ|importés?e?s?|exportés?e?s?){BLANK}(?:du{BLANK}|le{BLANK}|de{BLANK})?Vi[êe]t ?[Nn]am|au{BLANK}Vietnam"
)
_PREPOSITION = re.compile(rf"(?:vers|avec|depuis|provenance|destination|chez|sur|entre|par|de|du|des|d['’]|en|au|aux|la|le|l['’]|les|et){BLANK}?$")
_OWN = re.compile(rf"{BLANK}(?:d(?:e{BLANK}(?:la{BLANK}|l['’])?|u{BLANK}|es{BLANK}|['’]))?$")


def _partner(sentence: Sentence, figures: list, meanings: list[Meaning], k: int, after: int, before: int, subject: Subject):
    """Return the other side: the figure's own adjective, the mention behind its word of flow, the nearest before it since
    the figure before, the level it refers to, a mention tied to it from behind, the figure before; where the sentence
    says `bilatéral`, or has a flow and no name, the title's only partner."""
    figure, meaning = figures[k], meanings[k]
    if figure.partner:
        return figure.partner if figure.partner != VIETNAM else None
    names = [name for name in sentence.names if name.role is None and _party(name)]
    flow = _last([cue for cue in sentence.cues if cue.kind == "flow"], figure.start, after)
    since = [name for name in names if after <= name.start and name.end <= figure.start]
    behind = [name for name in since if flow and name.start >= flow.end]
    if pick := behind or since[::-1]:
        return _party(next((name for name in pick if name.type == "country"), pick[0]))
    if meaning.refers_to is not None and meanings[meaning.refers_to].partner:
        return meanings[meaning.refers_to].partner
    tied = [n for n in names if figure.end <= n.start < before and not re.search(r"[,;(]", sentence.text[figure.end : n.start])]
    if tied and tied[0].start - figure.end < 80:
        return _party(tied[0])
    earlier = next((j for j in reversed(sentence.figures) if j < k), None)
    if earlier is not None and meanings[earlier].partner and not any(cue.value == "none" for cue in [flow] if cue):
        return meanings[earlier].partner
    parties = list(dict.fromkeys(_party(name) for name in names))
    if len(parties) == 1:
        return parties[0]
    if not parties and (meaning.flow in ("export", "import", "trade") or any(cue.kind == "both" for cue in sentence.cues)):
        return subject.partner
    return None


_TRAVEL = re.compile(r"(?i)visiteur|touriste|arrivée|voyageur")
_IN_PLACE = re.compile(rf"[^.,;()]{{0,20}}{BLANK}(?:à|en|de|dans)(?:{BLANK}(?:la|l['’]|le|province|ville|de)){{0,4}}{BLANK}?$")


def _reporter(sentence: Sentence, figures: list, meanings: list[Meaning], k: int, after: int, subject: Subject) -> None:
    """Set whose figure it is, Vietnam unless the text says otherwise, and turn the partner round where another reports.

    Another country or place reports where goods go to or come from Vietnam (`importations du Guangxi en provenance du
    Vietnam`), where it stands behind the word of flow (`exportations thaïlandaises`) or owns the amount (`le PIB du Laos`,
    `Toluca, avec sa population de`). A Vietnamese place reports as the sentence's first word, between the word of flow and
    the figure, or tied behind it; the title's place where the sentence speaks of it (`municipales`, `les deux parties`)."""
    figure, meaning, text = figures[k], meanings[k], sentence.text
    meaning.reporter = VIETNAM
    flow = _last([cue for cue in sentence.cues if cue.kind == "flow"], figure.start)
    foreign = [name for name in sentence.names if name.side == "partner" and name.type in ("country", "subdivision", "city")]
    if flow and flow.value in ("export", "import"):
        owner = next((n for n in foreign if n.start >= flow.end and _owns(text, flow, n)), None)
        turned = _TOWARDS.search(text, flow.start, figure.start)
        if owner or (turned and (owner := _last(foreign, flow.start) or next(iter(foreign), None))):
            other = next((_party(n) for n in foreign if n.start > owner.end and n.country != owner.country), None)
            home = turned or re.search(r"[Vv]i[êe]t ?[Nn]am", text[owner.end : figure.start])
            meaning.reporter, meaning.partner = owner.entity_id, VIETNAM if home else other
            return
    if flow and flow.value == "none" and not _TRAVEL.match(text, flow.start) and not figure.partner:
        owner = next((n for n in foreign if n.role is None and n.end <= figure.start and _amount_of(sentence, flow, n)), None)
        if owner:
            meaning.reporter, meaning.partner = owner.entity_id, None
            return
    both = any(cue.kind == "both" and cue.end <= figure.start for cue in sentence.cues)
    if not (meaning.measure or meaning.flow or both):
        return
    at_home = [n for n in sentence.names if n.side == "vietnam" and n.role is None and n.type != "organisation"]
    for name in at_home:
        inside = name.end <= figure.start and name.start >= after
        if (
            (name.start - sentence.start < 15 and name.start <= figure.start)
            or (inside and (name.form == "demonym" or (flow and flow.start < name.start) or _TRAVEL.search(text[after : name.start])))
            or (name.start >= figure.end and _IN_PLACE.fullmatch(text, figure.end, name.start))
        ):
            meaning.reporter = name.entity_id
            return
    level = meaning.refers_to if meaning.refers_to is not None else None
    if level is not None and level < k:
        meaning.reporter = meanings[level].reporter
    elif earlier := [j for j in sentence.figures if j < k and meanings[j].reporter != VIETNAM and meanings[j].measure]:
        meaning.reporter = meanings[earlier[-1]].reporter
    elif subject.place and (both or any(cue.kind == "local" for cue in sentence.cues)):
        meaning.reporter = subject.place


def _owns(text: str, flow: Cue, name: Named) -> bool:
    gap = text[flow.end : name.start]
    if name.form == "demonym":
        return gap in (" ", "\xa0")
    return flow.value == "export" and bool(_OWN.fullmatch(gap))


def _amount_of(sentence: Sentence, cue: Cue, name: Named) -> bool:
    gap = sentence.text[cue.end : name.start]
    return name.start - sentence.start < 12 or (name.start >= cue.end and (gap in (" ", "\xa0") or bool(_OWN.fullmatch(gap))))


# --- when ------------------------------------------------------------------------------------------------------------------
_COMPARED = re.compile(rf"(?:par{BLANK}rapport|comparé\w{{0,3}}|que|qu['’]|celle|celui)[\w'’ \xa0]{{0,30}}$")


def _period(sentence: Sentence, figures: list, meanings: list[Meaning], k: int, after: int, before: int) -> str | None:
    """Return the period: one tied behind the figure, else the last since the figure before it, else that of the level it
    refers to, of the figure before, or of the next one in a list. A period that is compared with is none of its own, and
    an open one (`d'ici la fin de la décennie`) settles nothing and lets nothing else settle it."""
    figure, meaning, text = figures[k], meanings[k], sentence.text
    own = [p for p in sentence.periods if not _COMPARED.search(text, max(sentence.start, p.start - 50), p.start)]
    tied = next((p for p in own if figure.end <= p.start < before), None)
    counted = figure.kind == "count" and meaning.measure is None
    if tied and not re.search(r"[,;(]", text[figure.end : tied.start]) and tied.start - figure.end < (25 if counted else 70):
        return tied.value
    if counted:
        return None
    level = meaning.refers_to
    if level is not None and level < k:
        return meanings[level].period
    earlier = next((j for j in reversed(sentence.figures) if j < k), None)
    # What stands right behind the figure before belongs to that one.
    floor = after if earlier is None else next((p.end for p in own if p.start >= after and _ties(text, after, p.start)), after)
    if since := _last(own, figure.start, floor):
        return since.value
    if earlier is not None:
        return meanings[earlier].period
    following = next((j for j in sentence.figures if j > k), None)
    if following is not None and figures[following].kind == figure.kind:
        limit = next((figures[j].start for j in sentence.figures if j > following), sentence.end)
        late = next((p for p in own if figures[following].end <= p.start < limit), None)
        return late.value if late and not re.search(r"[,;(]", text[figures[following].end : late.start]) else None
    return None


def _ties(text: str, start: int, end: int) -> bool:
    return end - start < 70 and not re.search(r"[,;(]", text[start:end])


# --- status, product -------------------------------------------------------------------------------------------------------
_PRODUCT = re.compile(
    rf"{BLANK}(?:[\w-]{{3,20}}{BLANK})?(?:de{BLANK}|d['’])(?!(?:la|le|l|un|une|plus|près|janvier|février|mars|avril|mai|juin|juillet"
    rf"|août|septembre|octobre|novembre|décembre|environ)(?!\w))(?P<product>[a-zà-ÿœ][\w'’-]{{1,20}}(?:{BLANK}(?:et{BLANK}|d['’]|de{BLANK}|en{BLANK})?(?!(?:vers|a|ont|au|aux|en|à|par|pour|du|est|sont|dans|depuis|avec|vietnamien\w*)(?!\w))"
    rf"[a-zà-ÿœ-]{{3,20}}){{0,2}})"
)


def _status(sentence: Sentence, k_start: int, k_end: int) -> str:
    """Target or forecast by the nearest such word before the figure, or right behind it (`d'ici 2030`); else actual."""
    words = [cue for cue in sentence.cues if cue.kind == "status"]
    before = _last(words, k_start)
    behind = next((cue for cue in words if k_end <= cue.start < k_end + 30), None)
    chosen = before if before and k_start - before.end < 160 else behind
    return chosen.value if chosen else "actual"


def _product(sentence: Sentence, figure, flow: Cue | None) -> str | None:
    """What is traded, in the text's words: behind the unit (`3 tonnes de riz`) or the word of flow (`exportations de riz`)."""
    if figure.kind == "quantity" and (match := _PRODUCT.match(sentence.text, figure.end)):
        return match["product"]
    if flow and flow.value in ("export", "import") and (match := _PRODUCT.match(sentence.text, flow.end)):
        return match["product"]
    return None


def annotate(sentences: list[Sentence], figures: list, subject: Subject) -> list[Meaning]:
    """Return what each figure means.

    Parameters
    ----------
    sentences : list of Sentence
        Those that hold figures, in order, with their names and periods.
    figures : list of helpers.figures.Figure
    subject : Subject

    Returns
    -------
    list of Meaning
        One a figure. A growth without a flow or a partner has those of the level it refers to.
    """
    meanings = [Meaning() for _ in figures]
    for sentence in sentences:
        text = sentence.text
        sentence.cues = [
            Cue(match.start(), match.end(), *_CUE_KEYS[match.lastgroup])
            for match in _CUES.finditer(text, sentence.start, sentence.end)
        ]
        bounds = [sentence.start, *(figures[k].end for k in sentence.figures)]
        starts = [*(figures[k].start for k in sentence.figures[1:]), sentence.end]
        for k, after, before in zip(sentence.figures, bounds, starts, strict=False):
            _measure(sentence, figures, meanings, k, after, before)
        for k, after, before in zip(sentence.figures, bounds, starts, strict=False):
            figure, meaning = figures[k], meanings[k]
            meaning.flow = _flow(sentence, figures, meanings, k, before)
            if figure.kind == "count" and meaning.flow not in (None, "aid"):
                meaning.measure = "level"
            both = any(cue.kind == "both" and cue.end <= figure.start for cue in sentence.cues)
            if meaning.measure or meaning.flow or both or figure.partner:
                meaning.partner = _partner(sentence, figures, meanings, k, after, before, subject)
            _reporter(sentence, figures, meanings, k, after, subject)
            meaning.period = _period(sentence, figures, meanings, k, after, before)
            meaning.status = _status(sentence, figure.start, figure.end)
            flow = _last([cue for cue in sentence.cues if cue.kind == "flow"], figure.start)
            meaning.product = _product(sentence, figure, flow)
        _respectively(sentence, figures, meanings)
    return meanings
