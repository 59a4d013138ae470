"""Say what the figures of an article mean: measure, status, flow, who reports, with whom, when, what is traded.

Evidence is read in this order: the figure's own noun phrase, the words of its sentence nearest to it, the figure it
stands beside, the article's title. Each rule says in its docstring what it uses. What none of it settles stays None.
The words that carry meaning are data: ``data/numbers/cues.csv``.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import NamedTuple

from helpers.numbers import BLANK, SIGNS, table

VIETNAM = "VNM"
# How far around a figure its sentence is read, in characters: a bound, so that the cost is linear in any text.
REACH = 400


class Named(NamedTuple):
    """A mention in text positions; ``role`` says why it cannot be a partner, None where it can."""

    start: int
    end: int
    entity_id: str
    type: str
    country: str | None
    side: str
    form: str
    role: str | None

    @property
    def party(self) -> str | None:
        """The partner that it stands for: its country, or a bloc itself."""
        return (self.country or self.entity_id) if self.side == "partner" and self.type != "agreement" else None


class Cue(NamedTuple):
    """A word that carries meaning: ``kind`` and ``value`` are the columns ``cue`` and ``value`` of ``cues.csv``."""

    start: int
    end: int
    kind: str
    value: str


class Subject(NamedTuple):
    """What the title is about: the only partner it names, and the Vietnamese place that it begins with."""

    partner: str | None
    place: str | None


@dataclass(slots=True)
class Meaning:
    """What a figure means: columns of **figures**; ``refers_to`` is another figure's number."""

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
    """A sentence of ``text`` that holds figures (their numbers); it opens behind its dateline."""

    start: int
    end: int
    text: str
    opening: int
    figures: list[int] = field(default_factory=list)
    names: list[Named] = field(default_factory=list)
    periods: list = field(default_factory=list)


@dataclass(slots=True)
class View:
    """A sentence as one of its figures sees it: the figures beside it, and what stands within reach.

    ``k`` is the figure's number, ``earlier`` and ``later`` those of its neighbours; ``floor`` and ``ceiling`` are where
    the neighbours end and begin; ``flow`` is the last word of flow before the figure.
    """

    sentence: Sentence
    text: str
    figures: list
    meanings: list[Meaning]
    subject: Subject
    k: int
    earlier: int | None
    later: int | None
    floor: int
    ceiling: int
    cues: list[Cue]
    names: list[Named]
    periods: list
    flow: Cue | None

    @property
    def figure(self):
        return self.figures[self.k]

    @property
    def meaning(self) -> Meaning:
        return self.meanings[self.k]

    @property
    def both(self) -> bool:
        """Whether the sentence speaks of two sides before the figure (`bilatéral`, `les deux parties`)."""
        return any(cue.kind == "both" and cue.start < self.figure.start for cue in self.cues)

    def parted(self, start: int, end: int) -> bool:
        """Whether a comma, semicolon or bracket parts two places."""
        return _PARTED.search(self.text, start, end) is not None

    def turns(self, start: int) -> bool:
        """Whether a new subject comes in before the figure: a word of flow behind a comma, `et` or `tandis que`."""
        between = [cue for cue in self.cues if cue.kind == "flow" and start < cue.start < self.figure.start]
        return any(_TURN.search(self.text, start, cue.start) for cue in between)

    def at_head(self, name: Named) -> bool:
        """Whether the sentence begins with this place, as its subject."""
        return _AT_HEAD.fullmatch(self.text, self.sentence.opening, name.start) is not None


_PARTED = re.compile(r"[,;()]")
_TURN = re.compile(r"[,;]|\bet\b|tandis|alors que")
_AT_HEAD = re.compile(
    rf"(?:[^,.;]{{0,60}},{BLANK})?(?:(?i:la|le|les|l['’]|quant{BLANK}à|s['’]agissant{BLANK}de){BLANK}?)?"
    rf"(?:(?i:province|ville|municipalité|métropole|capitale|cité)(?:{BLANK}[a-zà-ÿ]+)?{BLANK}(?:de{BLANK}|d['’]|du{BLANK}))?"
)


def _cue_pattern() -> tuple[re.Pattern, dict[str, tuple[str, str]]]:
    groups: dict[tuple[str, str], list[str]] = {}
    for row in table("cues"):
        groups.setdefault((row["cue"], row["value"]), []).append(row["pattern"])
    named = {f"g{number}": key for number, key in enumerate(groups)}
    parts = (f"(?P<{group}>{'|'.join(groups[key])})" for group, key in named.items())
    return re.compile(r"(?<!\w)(?:" + "|".join(parts) + ")"), named


_CUES, _CUE_KEYS = _cue_pattern()


def _last(items, before: int, after: int = -1):
    """Return the last item that ends at or before a place and begins at or after another."""
    return next((item for item in reversed(items) if item.end <= before and item.start >= after), None)


def _first(items, after: int, before: int):
    """Return the first item that begins in a stretch."""
    return next((item for item in items if after <= item.start < before), None)


# --- measure: level, growth or share ---------------------------------------------------------------------------------
_OF = re.compile(rf"{BLANK}(?:du|des|de(?!{BLANK}(?:plus|moins|mieux))|d['’](?!ici|un|env))")
_AMOUNT_OF = re.compile(
    rf"(?:{BLANK}[\w'’]{{1,14}}){{0,2}}{BLANK}(?:de|d['’])(?:{BLANK}[\w'’]{{1,14}}){{0,3}}{BLANK}?|{BLANK}"
)
_TO_LEVEL = re.compile(rf",?{BLANK}à{BLANK}$")
_FURTHER = re.compile(rf"{BLANK}(?:de|d['’]){BLANK}?(?:un{BLANK}|une{BLANK})?")
_LEVEL_VERB = re.compile(
    rf"\b(?:attei|dépass|totalis|s['’]él|s['’]établ|chiffr|avoisin|franchi|culmin)\w{{0,9}}"
    rf"(?:{BLANK}[\w'’]{{1,14}}){{0,5}}{BLANK}$"
)
_REACHING = re.compile(rf"[ ,]{{1,2}}(?:pour|à|avec|s['’]él|attei|total|se{BLANK}chiff|jusqu)[\w'’ ]{{0,40}}")


def _change(v: View) -> Cue | None:
    """Return the word of rise, fall or share that governs a figure: nearest before it in its clause, or just behind."""
    figure = v.figure
    cue = _last([cue for cue in v.cues if cue.kind in ("change", "share")], figure.start, v.floor)
    if cue:
        return None if figure.start - cue.end > 70 or v.parted(cue.end, figure.start) else cue
    for cue in v.cues:
        if figure.end <= cue.start < min(v.ceiling, figure.end + 25):
            further = cue.kind == "change" and _FURTHER.fullmatch(v.text, figure.end, cue.start)
            if further or (cue.kind == "after" and not v.parted(figure.end, cue.start)):
                return cue
    return None


def _percent_measure(v: View, cue: Cue | None) -> str | None:
    """Growth or share: by the sign, the governing word, what follows (`% du total`), brackets, the percent before."""
    figure, text = v.figure, v.text
    if text[figure.start] in SIGNS or figure.unit in ("point", "fois"):
        return "growth"
    if cue:
        return cue.value if cue.kind == "share" else "growth"
    if _OF.match(text, figure.end) or figure.low == 100:
        return "share"
    if v.earlier is not None:
        last, said = v.figures[v.earlier], v.meanings[v.earlier]
        if last.kind == "percent" and not v.turns(last.end):
            if said.measure == "growth" and _TO_LEVEL.search(text, last.end, figure.start):
                return "share" if _last([c for c in v.cues if c.kind == "share"], figure.start) else "level"
            if figure.start - last.end < 130:
                v.meaning.falls = said.falls
                return said.measure
        elif text[max(0, figure.start - 2) : figure.start].rstrip().endswith("("):
            return "growth"
    far = _last([cue for cue in v.cues if cue.kind in ("change", "share", "flow")], figure.start, figure.start - 120)
    return None if far is None or far.kind == "flow" else "share" if far.kind == "share" else "growth"


def _measure(v: View) -> None:
    """Set measure and the direction of a change, and the level that a growth or a share points at."""
    figure, meaning, text = v.figure, v.meaning, v.text
    if figure.kind == "rank":
        return
    cue = _change(v)
    if figure.kind == "percent" or figure.unit == "fois":
        meaning.measure = _percent_measure(v, cue)
    elif figure.kind in ("money", "quantity") or figure.unit == "point":
        grown = cue is not None and (
            cue.value == "down"
            or (cue.kind == "change" and (cue.start > figure.end or _AMOUNT_OF.fullmatch(text, cue.end, figure.start)))
            or (cue.kind == "after" and text.startswith("de plus", cue.start))
        )
        meaning.measure = "growth" if grown and not text.startswith(" à ", figure.end) else "level"
    elif figure.elided or _LEVEL_VERB.search(text, max(v.sentence.start, figure.start - 70), figure.start):
        meaning.measure = "level"
    if meaning.measure == "growth":
        meaning.falls = meaning.falls or bool(cue and cue.value == "down")
    if meaning.measure in ("growth", "share") and (level := _level(v)) is not None:
        meaning.refers_to = level
        v.meanings[level].measure = "level"


def _level(v: View) -> int | None:
    """Return the level that a growth or share qualifies: the last amount before it that no new subject parts from it,
    else the amount just behind it (`ont progressé de 10,8 %, pour atteindre 12,09 milliards`)."""
    for k in range(v.k - 1, max(v.k - 9, v.sentence.figures[0] - 1), -1):
        other = v.figures[k]
        if other.kind not in ("percent", "rank") and other.unit != "fois" and v.meanings[k].measure != "growth":
            return k if v.figure.start - other.end < 160 and not v.turns(other.end) else None
    if v.later is not None and v.figures[v.later].kind not in ("percent", "rank"):
        return v.later if _REACHING.fullmatch(v.text, v.figure.end, v.ceiling) else None
    return None


# --- flow ------------------------------------------------------------------------------------------------------------
_GIVEN = re.compile(
    rf"(?i:\b(?:offert|offrir|offre|offrent|remis|remettre|donné|fait{BLANK}don|présenté|fourni|envoyé|accord[eé]r?|octroy[eé]r?)"
    rf"\w{{0,3}})(?P<to>(?:{BLANK}[\w'’]{{1,14}}){{0,4}}){BLANK}?$"
)
_RECIPIENT = {"à", "au", "aux"}
_TO_SOMEONE = re.compile(rf"(?:[^.;]|\.(?=\d)){{0,90}}?{BLANK}(?:à|aux?|en{BLANK}faveur){BLANK}(?!partir)")
_AND_ALSO = re.compile(
    rf"[^.;,\d]{{0,40}}(?:,|{BLANK}et|,{BLANK}et){BLANK}(?:\w{{2,12}}{BLANK}d(?:e{BLANK}|['’])|quelque{BLANK})?"
)
_BEHIND = re.compile(
    rf"(?:{BLANK}(?:d|en|à|aux?|pour|sous)[\w'’]{{0,7}}){{1,3}}{BLANK}?"
    rf"|{BLANK}(?:a|ont|est|sont){BLANK}(?:été{BLANK})?|{BLANK}d['’]"
)
_OBJECT = re.compile(rf"(?:{BLANK}(?!vers|dans|à|aux?|chez|par|sur|depuis|avec)[\w'’]{{1,14}}){{0,3}}{BLANK}?")


def _given(v: View) -> bool:
    """Whether a count or a quantity is what is given to someone, alone or with what stands before it in a list."""
    figure, text = v.figure, v.text
    given = _GIVEN.search(text, max(v.sentence.start, figure.start - 60), figure.start)
    told = given["to"].split() if given else []
    if given and (_TO_SOMEONE.match(text, figure.end) or _RECIPIENT & set(told)):
        return told[-1:] != ["à"]
    if v.earlier is None or v.figures[v.earlier].kind not in ("count", "quantity"):
        return False
    return v.meanings[v.earlier].flow == "aid" and bool(_AND_ALSO.fullmatch(text, v.floor, figure.start))


def _flow(v: View) -> str | None:
    """Return which way goods or money go: by the words just behind the amount (`3 milliards d'exportations`), else the
    nearest word of flow before it (a word of another subject, as `PIB`, ends its reach), else just behind it.

    A count has a flow only where it is what is given, sold or invested: the object of a verb of giving, a project of
    foreign investment, goods right behind `exporter`. A rank takes that of its own noun (`deuxième exportateur`)."""
    figure, flows = v.figure, [cue for cue in v.cues if cue.kind == "flow"]
    if _ranked(v):
        own = _first(flows, figure.start, figure.end + 12)
        return own.value if own else None
    behind = _first(flows, figure.end, min(v.ceiling, figure.end + 40))
    tied = behind is not None and _BEHIND.fullmatch(v.text, figure.end, behind.start)
    last = v.flow.value if v.flow else None
    if figure.kind not in ("percent", "rank") and _given(v):
        return "aid"
    if figure.kind == "count":
        owned = any(n.type == "country" and n.side == "partner" and v.at_head(n) for n in v.names)
        owned = (owned and last != "aid") or "étranger" in figure.unit
        if figure.unit.startswith("projet") and (owned or any(cue.value == "fdi" for cue in flows)):
            return "fdi"
        return last if last in ("export", "import") and _OBJECT.fullmatch(v.text, v.flow.end, figure.start) else None
    if not tied and last is None and v.earlier is not None and v.figures[v.earlier].unit.startswith("projet"):
        return v.meanings[v.earlier].flow  # what the projects are worth
    if not tied and last is None and v.meaning.refers_to is not None and v.meaning.refers_to < v.k:
        return v.meanings[v.meaning.refers_to].flow
    if not tied and last is None and (figure.kind == "percent" or not behind or v.parted(figure.end, behind.start)):
        return None
    found = behind.value if tied or last is None else last
    return None if found == "none" else found


def _respectively(views: list[View]) -> None:
    """Where `respectivement` pairs a list of subjects with a list of figures, give each its flow, partner or level."""
    sentence, text, figures, meanings = views[0].sentence, views[0].text, views[0].figures, views[0].meanings
    groups: list[list[int]] = []
    for v in views:
        same = v.earlier is not None and figures[v.earlier].kind == v.figure.kind
        if same and _AND_ALSO.fullmatch(text, v.floor, v.figure.start):
            groups[-1].append(v.k)
        else:
            groups.append([v.k])
    for group in groups:
        until = figures[group[0]].start
        words = re.findall(r"(?i)(?<!\w)(export|import)(?!ant|anc)", text[sentence.start : until])
        flows = [word.lower() for word in words]
        partners = [n.party for n in sentence.names if n.end <= until and n.party and n.role is None]
        levels = [k for k in sentence.figures if k < group[0] and figures[k].kind != "percent"]
        if figures[group[0]].kind != "percent" or len(levels) != len(group):
            levels = []
        for values, name in ((flows, "flow"), (partners, "partner"), (levels, "refers_to")):
            values = list(dict.fromkeys(values))
            for k, value in zip(group, values, strict=False) if len(values) == len(group) > 1 else ():
                setattr(meanings[k], name, value)
        for k, level in zip(group, levels, strict=False):
            meanings[k].flow, meanings[k].partner = meanings[level].flow, meanings[level].partner


# --- who reports, with whom ------------------------------------------------------------------------------------------
_TOWARDS = re.compile(
    rf"(?:en{BLANK}provenance|vers|depuis|à{BLANK}destination|au{BLANK}départ|importés?e?s?|exportés?e?s?){BLANK}"
    rf"(?:du{BLANK}|le{BLANK}|de{BLANK})?Vi[êe]t ?[Nn]am|au{BLANK}Vietnam"
)
_TIED = re.compile(rf"{BLANK}(?:aux?|en|à|vers|avec|pour|du|des|de|d['’]|par)(?:{BLANK}(?:la|le|les|l['’]))?{BLANK}?")
_VERB_OF_TRADE = re.compile(r"(?i)(?:ex|im)port(?:é|er|e|ent|ait|aient)s?(?!\w)|achet")
_OWN = re.compile(rf"{BLANK}(?:d(?:e{BLANK}(?:la{BLANK}|l['’])?|u{BLANK}|es{BLANK}|['’]))?")
_HOME = re.compile(r"[Vv]i[êe]t ?[Nn]am")
_TRAVEL = re.compile(r"(?i)visiteur|touriste|arrivée|voyageur")
_IN_PLACE = re.compile(
    rf"[^.,;()]{{0,20}}{BLANK}(?:à|en|de|dans)(?:{BLANK}(?:la|l['’]|le|province|ville|de)){{0,4}}{BLANK}?"
)


def subject_of(names: list[Named], sections: list[str | None], title_start: int) -> Subject:
    """Return the subject, from the title alone: its only partner, and a Vietnamese place in its first words."""
    title = [name for name, section in zip(names, sections, strict=True) if section == "title"]
    partners = list(dict.fromkeys(name.party for name in title if name.role is None and name.party))
    place = next((n.entity_id for n in title if n.side == "vietnam" and n.start - title_start < 20), None)
    return Subject(partners[0] if len(partners) == 1 else None, place)


def _partner(v: View) -> str | None:
    """Return the other side: the figure's own adjective, the mention behind its word of flow, the nearest before it
    since the figure before, the level it refers to, a mention tied to it from behind, the figure before; where the
    sentence says `bilatéral`, or has a flow and no name, the title's only partner."""
    figure, meaning = v.figure, v.meaning
    if figure.partner:
        return figure.partner if figure.partner != VIETNAM else None
    # A bank or a bloc is the other side of a flow or has a share of it, but not of a growth rate that it forecasts.
    blocs = meaning.flow or meaning.measure == "share"
    names = [n for n in v.names if n.role is None and n.party and (blocs or n.type != "organisation")]
    since = [n for n in names if v.floor <= n.start and n.end <= figure.start]
    if v.earlier is not None and since and _TIED.fullmatch(v.text, v.floor, since[0].start):
        since = since[1:]  # it stands right behind the figure before, and belongs to it
    flow = v.flow if v.flow and v.flow.start >= v.floor else None
    if pick := [n for n in since if flow and n.start >= flow.end] or since[::-1]:
        return next((n for n in pick if n.type == "country"), pick[0]).party
    later = _first(names, figure.end, min(v.ceiling, figure.end + 80))
    beside = later and _TIED.fullmatch(v.text, figure.end, later.start)
    if meaning.refers_to is not None and v.meanings[meaning.refers_to].partner and not beside:
        return v.meanings[meaning.refers_to].partner
    if later and not v.parted(figure.end, later.start):
        return later.party
    if v.earlier is not None and v.meanings[v.earlier].partner and not (flow and flow.value == "none"):
        return v.meanings[v.earlier].partner
    parties = {n.party for n in names if n.start < v.ceiling}
    if not parties:
        return v.subject.partner if meaning.flow in ("export", "import", "trade") or v.both else None
    return parties.pop() if len(parties) == 1 and (meaning.flow or figure.kind == "rank") else None


def _foreign_owner(v: View) -> bool:
    """Set another country or place as reporter, where goods go to or come from Vietnam (`importations du Guangxi en
    provenance du Vietnam`), where it stands behind the word of flow (`exportations thaïlandaises`) or is the subject of
    the verb, or owns the amount (`le PIB du Laos`, `Toluca, avec sa population de`)."""
    figure, meaning, text, flow = v.figure, v.meaning, v.text, v.flow
    foreign = [n for n in v.names if n.side == "partner" and n.type in ("country", "subdivision", "city")]
    if not flow or not foreign:
        return False

    def owns(name: Named) -> bool:
        demonym = name.form == "demonym" and text[flow.end : name.start] in (" ", "\xa0")
        return demonym or (name.form != "demonym" and bool(_OWN.fullmatch(text, flow.end, name.start)))

    if flow.value in ("export", "import"):
        owner = next((n for n in foreign if owns(n) and (flow.value == "export" or n.form == "demonym")), None)
        if not owner and _VERB_OF_TRADE.match(text, flow.start):
            before = [n for n in foreign if n.end <= flow.start and not v.parted(n.end, flow.start)]
            owner = next((n for n in before if v.at_head(n)), None)
        turned = _TOWARDS.search(text, flow.start, figure.start)
        if turned and not owner:
            owner = _last(foreign, flow.start) or foreign[0]
        if owner:
            other = next((n.party for n in foreign if n.start > owner.end and n.country != owner.country), None)
            home = turned or _HOME.search(text, owner.end, min(v.sentence.end, figure.end + REACH))
            # A capital that trades stands for its country.
            meaning.reporter = owner.country if owner.type == "city" else owner.entity_id
            meaning.partner = VIETNAM if home else other
        return bool(owner)
    if flow.value == "none" and not _TRAVEL.match(text, flow.start) and not figure.partner:
        named = [n for n in foreign if n.role is None and n.end <= figure.start]
        if owner := next((n for n in named if v.at_head(n) or (n.start >= flow.end and owns(n))), None):
            meaning.reporter, meaning.partner = owner.entity_id, None
            return True
    return False


def _reporter(v: View) -> None:
    """Set whose figure it is: Vietnam's unless another country or place owns it, or a Vietnamese place reports: as the
    sentence's subject, between the word of flow and the figure, or tied behind it; the place of the level or of the
    figure before; the title's place where the sentence speaks of it (`municipales`, `les deux parties`)."""
    figure, meaning, text = v.figure, v.meaning, v.text
    meaning.reporter = VIETNAM
    if _foreign_owner(v):
        return
    told = meaning.measure or meaning.flow or v.both
    for name in v.names:
        if name.side != "vietnam" or name.role is not None or name.type == "organisation":
            continue
        inside = name.end <= figure.start and name.start >= v.floor
        led = (
            name.form == "demonym"
            or (v.flow and v.flow.start < name.start)
            or _TRAVEL.search(text, v.floor, name.start)
        )
        tied = name.start >= figure.end and _IN_PLACE.fullmatch(text, figure.end, name.start)
        if (name.start <= figure.start and v.at_head(name)) or (told and (tied or (inside and led))):
            meaning.reporter = name.entity_id
            return
    if not told:
        return
    if meaning.refers_to is not None and meaning.refers_to < v.k:
        meaning.reporter = v.meanings[meaning.refers_to].reporter
    elif v.earlier is not None and v.meanings[v.earlier].measure and v.meanings[v.earlier].reporter != VIETNAM:
        meaning.reporter = v.meanings[v.earlier].reporter
    elif v.subject.place and (v.both or any(cue.kind == "local" for cue in v.cues)):
        meaning.reporter = v.subject.place


# --- when ------------------------------------------------------------------------------------------------------------
_COMPARED = re.compile(rf"(?:par{BLANK}rapport|comparé\w{{0,3}}|que|qu['’]|celle|celui)[\w'’ \xa0]{{0,30}}$")


def _period(v: View) -> str | None:
    """Return the period: one tied behind the figure, else the last since the figure before it, else that of the level
    it refers to, of the figure before, or of the next one in a list. A period that is compared with is none of its own;
    an open one (`d'ici la fin de la décennie`) settles nothing and lets nothing else settle it."""
    figure, meaning = v.figure, v.meaning
    counted = figure.kind == "count" and meaning.measure is None
    tied = _first(v.periods, figure.end, v.ceiling)
    if tied and _ties(v, figure.end, tied.start, 25 if counted else 70, v.later is None):
        return tied.value
    if counted:
        return None
    level = meaning.refers_to
    if level is not None and level < v.k:
        return v.meanings[level].period
    floor = v.floor
    if v.earlier is not None:  # what stands right behind the figure before belongs to that one
        floor = next((p.end for p in v.periods if p.start >= floor and _ties(v, floor, p.start)), floor)
    if since := _last(v.periods, figure.start, floor):
        return since.value
    if v.earlier is not None:
        if v.figures[v.earlier].kind == "count" and v.meanings[v.earlier].measure is None:
            opening = _last(v.periods, v.figures[v.sentence.figures[0]].start)
            return opening.value if opening else None
        return v.meanings[v.earlier].period
    # The period of a list, or of the amount that a growth leads to, stands behind the last.
    if v.later is not None and (level is not None or _AND_ALSO.fullmatch(v.text, figure.end, v.ceiling)):
        end, alone = v.figures[v.later].end, v.later == v.sentence.figures[-1]
        late = _first(v.periods, end, v.sentence.end if alone else v.figures[v.later + 1].start)
        return late.value if late and _ties(v, end, late.start, 70, alone) else None
    return None


def _ties(v: View, start: int, end: int, reach: int = 70, last: bool = False) -> bool:
    """Whether nothing parts two places; one comma right behind the last figure of a sentence does not."""
    start += last and v.text[start] == ","
    return end - start < reach and not v.parted(start, end)


# --- status, product -------------------------------------------------------------------------------------------------
_PRODUCT = re.compile(
    rf"{BLANK}(?:[\w-]{{3,20}}{BLANK})?(?:de{BLANK}|d['’])(?!(?:la|le|l|un|une|ce|ces|cette|ses|leurs|son|sa|plus|près|environ"
    r"|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)(?!\w))"
    rf"(?P<product>[a-zà-ÿœ][\w'’-]{{1,20}}(?:{BLANK}(?:et{BLANK}|d['’]|de{BLANK})?(?!(?:vers|a|ont|qui|que|provenance|au|aux|en|à"
    r"|par|pour|du|est|sont|dans|depuis|avec|vietnamien\w*)(?!\w))[a-zà-ÿœ-]{3,20}){0,2})"
)


def _status(v: View) -> str:
    """Target or forecast by the nearest such word before the figure, or right behind it (`d'ici 2030`); else actual."""
    words = [cue for cue in v.cues if cue.kind == "status"]
    behind = _first([cue for cue in words if cue.value == "target"], v.figure.end, v.figure.end + 30)
    chosen = _last(words, v.figure.start, v.figure.start - 160) or behind
    return chosen.value if chosen else "actual"


def _product(v: View) -> str | None:
    """Return what is traded, in the text's words: behind the unit (`3 tonnes de riz`) or the word of flow."""
    match = _PRODUCT.match(v.text, v.figure.end) if v.figure.kind == "quantity" else None
    if not match and v.flow and v.flow.value in ("export", "import"):
        match = _PRODUCT.match(v.text, v.flow.end)
    return match["product"] if match else None


def _ranked(v: View) -> bool:
    surface = v.text[v.figure.start : v.figure.end]
    return v.figure.kind == "rank" and not surface.endswith(("rang", "place", "position"))


def _views(sentence: Sentence, figures: list, meanings: list[Meaning], subject: Subject):
    """Yield the views of a sentence's figures, in order."""
    text = sentence.text
    cues = [
        Cue(m.start(), m.end(), *_CUE_KEYS[m.lastgroup]) for m in _CUES.finditer(text, sentence.start, sentence.end)
    ]
    periods = [p for p in sentence.periods if not _COMPARED.search(text, max(sentence.start, p.start - 50), p.start)]
    starts = [[item.start for item in items] for items in (cues, sentence.names, periods)]
    numbers = sentence.figures
    for i, k in enumerate(numbers):
        low, high = figures[k].start - REACH, figures[k].end + REACH
        near = [
            items[bisect_left(at, low) : bisect_left(at, high)]
            for items, at in zip((cues, sentence.names, periods), starts, strict=True)
        ]
        flow = _last([cue for cue in near[0] if cue.kind == "flow"], figures[k].start)
        earlier, later = numbers[i - 1] if i else None, numbers[i + 1] if i + 1 < len(numbers) else None
        floor = figures[earlier].end if i else sentence.start
        ceiling = sentence.end if later is None else figures[later].start
        yield View(sentence, text, figures, meanings, subject, k, earlier, later, floor, ceiling, *near, flow)


def annotate(sentences: list[Sentence], figures: list, subject: Subject) -> list[Meaning]:
    """Return what each figure means.

    Parameters
    ----------
    sentences : list of Sentence
        Those that hold figures, in order, with their names and periods.
    figures : list of helpers.figures.Figure
        The figures of the article.
    subject : Subject
        What its title is about.

    Returns
    -------
    list of Meaning
        One a figure.
    """
    meanings = [Meaning() for _ in figures]
    for sentence in sentences:
        views = list(_views(sentence, figures, meanings, subject))
        for v in views:
            _measure(v)
        for v in views:
            meaning = v.meaning
            meaning.flow = _flow(v)
            if v.figure.kind == "count" and meaning.flow not in (None, "aid"):
                meaning.measure = "level"
            if meaning.measure or meaning.flow or v.both or v.figure.partner or _ranked(v):
                meaning.partner = _partner(v)
            _reporter(v)
            meaning.period, meaning.status, meaning.product = _period(v), _status(v), _product(v)
        for v in views[-2::-1]:
            following = meanings[v.later]
            alike = figures[v.later].kind == v.figure.kind or following.flow == "aid"
            if alike and _AND_ALSO.fullmatch(v.text, v.figure.end, v.ceiling):
                v.meaning.flow = v.meaning.flow or (
                    following.flow if v.figure.elided or v.figure.kind == "percent" else None
                )
                if v.meaning.flow and v.meaning.flow == following.flow:
                    v.meaning.partner = v.meaning.partner or following.partner
        if len(views) < 20 and "respectivement" in v.text[sentence.start : sentence.end]:
            _respectively(views)
    return meanings
