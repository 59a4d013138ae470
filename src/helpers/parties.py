"""Say who reports a figure, and with whom: the sentence's own subject and names first, then what it goes on with, then
the article's subject. Each rule says in its docstring what it uses."""

import re
from functools import lru_cache

from helpers.discourse import Named
from helpers.numbers import BLANK, table
from helpers.views import CUE_KEYS, CUES, HOME, REACH, VIETNAM, View, first_of, last_of

_BLOCS = frozenset(row["entity_id"] for row in table("blocs"))
TRAVEL = re.compile(r"(?i)visiteur|touriste|arrivée|voyageur")
_TOWARDS = re.compile(
    rf"(?:en{BLANK}provenance|vers|depuis|à{BLANK}destination|au{BLANK}départ|importés?e?s?|exportés?e?s?){BLANK}"
    rf"(?:du{BLANK}|le{BLANK}|de{BLANK})?Vi[êe]t ?[Nn]am|au{BLANK}Vietnam"
)
_TIED = re.compile(rf"{BLANK}(?:aux?|en|à|vers|avec|pour|du|des|de|d['’]|par)(?:{BLANK}(?:la|le|les|l['’]))?{BLANK}?")
_ACRONYM = re.compile(rf"{BLANK}\(\w{{2,8}}\)")
_THAT_OF = re.compile(rf"\b(?:celui|celle|ceux|celles){BLANK}(?:du|des|de(?:{BLANK}la)?){BLANK}$|\bcelui de l['’]$")
_IN_HEAD = re.compile(rf"(?:En|Au|Aux|Pour){BLANK}(?:(?:le|la|les){BLANK})?|Pour{BLANK}l['’]")
_VERB_OF_TRADE = re.compile(r"(?i)(?:ex|im)port(?:é|er|e|ent|ait|aient)s?(?!\w)|achet")
_OWN = re.compile(rf"{BLANK}(?:d(?:e{BLANK}(?:la{BLANK}|l['’])?|u{BLANK}|es{BLANK}|['’]))?")
_SPEAKS = re.compile(
    rf"(?:{BLANK}\([^)]{{1,30}}\))?(?:{BLANK}(?:a|ont|devrait))?{BLANK}(?:estim|prévoi|prévu|tabl|indiqu|annonc|prédi|projet|"
    r"relev|abaiss|révis|maint|anticip|déclar|affirm|soulign|précis|rapport|consid|juge|publi|not[eé])"
)
_SAYS = re.compile(rf"(?i:\b(?:selon|d['’]après)(?:{BLANK}(?:le|la|les|l['’]))?){BLANK}?$")
_OPENS = re.compile(
    rf"{BLANK}?\({BLANK}?(?:(?:près|plus|moins){BLANK}d(?:e{BLANK}|['’])|environ{BLANK}|quelque{BLANK})?"
)
_RIVAL = re.compile(rf"(?:derrière|devant|après)(?:{BLANK}(?:le|la|les|l['’]))?{BLANK}?$")
_WITH = re.compile(r"Avec|Fort d|Totalisant|Représentant")
_BESIDE = re.compile(
    rf"{BLANK}?(?:,|et|ou)(?:{BLANK}?(?:et{BLANK})?(?:des|du|de|la|le|les|l['’]|d['’]|aux?|en|à{BLANK}la|à{BLANK}l['’]))?{BLANK}?"
)
_OURS = re.compile(r"[Vv]i[êe]t ?[Nn]am|national(?:e|es)?(?!\w)|nationaux|(?:du|le) pays(?!-)")
_TRADE = {"export", "import", "trade", "none"}
_IN_PLACE = re.compile(
    rf"[^.,;()]{{0,20}}{BLANK}(?:à|en|de|dans)(?:{BLANK}(?:la|l['’]|le|province|ville|de)){{0,4}}{BLANK}?"
)


def _parties(v: View) -> list[Named]:
    """Return the names that can be the other side: no bank or club of states but in aid, and none that only speaks."""
    meaning = v.meaning
    names = [n for n in v.names if n.role is None and n.party and n.party != meaning.reporter]
    if v.figure.kind == "rank":  # who is ranked beside it is no partner
        names = [n for n in names if not _RIVAL.search(v.text, max(0, n.start - 20), n.start)]
    sided = meaning.flow or meaning.measure == "share"

    def trades(name: Named) -> bool:
        said = _SPEAKS.match(v.text, name.end) or _SAYS.search(v.text, max(0, name.start - 20), name.start)
        return not said and (meaning.flow == "aid" or bool(sided and name.entity_id in _BLOCS))

    return [name for name in names if name.type != "organisation" or trades(name)]


@lru_cache(1)
def _title_flows(title: str) -> set[str]:
    """Return which flows a title speaks of."""
    return {value for kind, value in (CUE_KEYS[match.lastgroup] for match in CUES.finditer(title)) if kind == "flow"}


def _coordinated(v: View, name: Named, names: list[Named]) -> bool:
    """Whether a name stands beside another country's under one head (`thaïlandaises et sud-coréennes`)."""
    at = names.index(name)
    pairs = [(names[k], names[k + 1]) for k in (at - 1, at) if 0 <= k < len(names) - 1]
    return any(one.party != two.party and _BESIDE.fullmatch(v.text, one.end, two.start) for one, two in pairs)


def partner_of(v: View) -> str | None:
    """Return the other side: the figure's own adjective, the mention behind its word of flow, the nearest before it
    since the figure before, the level it refers to, a mention tied to it from behind, the figure before; where the
    sentence says `bilatéral`, or has a flow and no name, the partner of the sentence that it goes on with, or the
    title's only one. Two countries under one head are none."""
    figure, meaning = v.figure, v.meaning
    if figure.partner:
        return figure.partner if figure.partner != meaning.reporter else None
    names = _parties(v)
    since = [n for n in names if v.floor <= n.start and n.end <= figure.start]
    if v.earlier is not None and since and _TIED.fullmatch(v.text, v.floor, since[0].start):
        since = since[1:]  # it stands right behind the figure before, and belongs to it
    flow = v.flow if v.flow and v.flow.start >= v.floor else None
    if pick := [n for n in since if flow and n.start >= flow.end] or since[::-1]:
        chosen = next((n for n in pick if n.type == "country"), pick[0])
        return None if _coordinated(v, chosen, names) else chosen.party
    later = first_of(names, figure.end, min(v.ceiling, figure.end + 80))
    beside = later and _TIED.fullmatch(v.text, figure.end, later.start)
    if meaning.refers_to is not None and v.meanings[meaning.refers_to].partner and not beside:
        return v.meanings[meaning.refers_to].partner
    if later and not v.parted(figure.end, later.start):
        return None if _coordinated(v, later, names) else later.party
    if v.earlier is not None and v.meanings[v.earlier].partner and not (flow and flow.value == "none"):
        return v.meanings[v.earlier].partner
    subject = next((n for n in names if n.start > figure.end), None)
    if subject and _WITH.match(v.text, v.sentence.opening) and v.floor <= v.figures[v.sentence.figures[0]].end + 60:
        return subject.party  # `Avec 3 milliards, Singapour occupe …`
    parties = {n.party for n in names if n.start < v.ceiling}
    if not parties:
        if v.again and (meaning.flow, meaning.reporter) == (v.again.flow, v.again.reporter):
            return v.again.partner
        said = _title_flows(v.subject.title)
        agrees = meaning.flow in ("export", "import", "trade") and (not said or said & _TRADE)
        return v.subject.partner if (agrees or v.both) and v.subject.partner != meaning.reporter else None
    return parties.pop() if len(parties) == 1 and (meaning.flow or figure.kind == "rank") else None


def _foreign_owner(v: View) -> bool:
    """Set another country or place as reporter, where goods go to or come from Vietnam (`importations du Guangxi en
    provenance du Vietnam`), where it stands behind the word of flow (`exportations thaïlandaises`) or is the subject of
    the verb, or owns the amount (`le PIB du Laos`, `Toluca, avec sa population de`)."""
    figure, meaning, text, flow = v.figure, v.meaning, v.text, v.flow
    foreign = [n for n in v.names if n.side == "partner"]
    foreign = [n for n in foreign if n.type in ("country", "subdivision", "city") or n.entity_id in _BLOCS]
    if not flow or not foreign or v.buyer:
        return False

    def owns(name: Named) -> bool:
        demonym = name.form == "demonym" and text[flow.end : name.start] in (" ", "\xa0")
        return demonym or (name.form != "demonym" and bool(_OWN.fullmatch(text, flow.end, name.start)))

    if flow.value in ("export", "import"):
        said = v.meanings[v.earlier] if v.earlier is not None else None
        beside = last_of(v.names, figure.start, v.floor)
        follows = beside and beside.party and not text[beside.end : figure.start].strip()
        if said and follows and said.reporter in {n.party for n in foreign}:  # `…, la Chine 41,5 milliards`
            meaning.reporter, meaning.partner = beside.party, said.partner
            return True
        owner = next((n for n in foreign if owns(n) and (flow.value == "export" or n.form == "demonym")), None)
        if not owner and _VERB_OF_TRADE.match(text, flow.start):
            ends = ((n, _ACRONYM.match(text, n.end)) for n in foreign if n.end <= flow.start)
            before = [n for n, acronym in ends if not v.parted(acronym.end() if acronym else n.end, flow.start)]
            owner = next((n for n in before if v.at_head(n)), None)
        turned = _TOWARDS.search(text, flow.start, figure.start)
        if turned and not owner:
            owner = last_of(foreign, flow.start) or foreign[0]
        if owner:
            other = next((n.party for n in foreign if n.start > owner.end and n.country != owner.country), None)
            part = text.find(" dont ", figure.end, v.sentence.end)
            home = turned or HOME.search(text, owner.end, part if part > 0 else min(v.sentence.end, figure.end + REACH))
            # A capital that trades stands for its country.
            meaning.reporter = owner.country if owner.type == "city" else owner.entity_id
            meaning.partner = VIETNAM if home else other
        return bool(owner)
    if flow.value == "none" and not TRAVEL.match(text, flow.start) and not figure.partner:
        named = [n for n in foreign if n.role is None and n.end <= figure.start]
        mine = [n for n in named if n.start >= v.floor and _THAT_OF.search(text, max(0, n.start - 16), n.start)]
        heads = [n for n in named if v.at_head(n) or _IN_HEAD.fullmatch(text, v.sentence.opening, n.start)]
        if owner := next(
            (n for n in (*mine, *heads, *named) if n in mine + heads or (n.start >= flow.end and owns(n))), None
        ):
            meaning.reporter, meaning.partner = owner.entity_id, None
            return True
    return False


def set_reporter(v: View) -> bool:
    """Set whose figure it is: Vietnam's unless another country or place owns it, or a Vietnamese place reports: as the
    sentence's subject, between the word of flow and the figure, or tied behind it; the place of the level or of the
    figure before; the title's place where the sentence speaks of it (`municipales`, `les deux parties`)."""
    figure, meaning, text = v.figure, v.meaning, v.text
    ranks = [
        k
        for k in range(max(v.k - 8, v.sentence.figures[0]), v.k)
        if v.figures[k].kind == "rank" and not v.meanings[k].partner
    ]
    beside = last_of(v.names, figure.start, v.floor)
    if ranks and not figure.partner and beside and beside.party and _OPENS.fullmatch(text, beside.end, figure.start):
        meaning.reporter, meaning.partner = beside.party, None  # it is ranked as the figure before it is
        return True
    if beside and beside.side == "vietnam" and _OPENS.fullmatch(text, beside.end, figure.start):
        meaning.reporter, meaning.partner = beside.entity_id, None
        return True
    home = v.subject.home
    at_home = home and (_OURS if home.startswith("VN-") else HOME).search(text, v.floor, figure.start)
    meaning.reporter = VIETNAM if not home or at_home else home
    if at_home and v.again and v.again.reporter == home and not home.startswith("VN-"):
        meaning.reporter, meaning.partner = home, VIETNAM  # `Le Vietnam a absorbé 41% de ces ventes`
        return True
    if _foreign_owner(v):
        return True
    told = meaning.measure or meaning.flow or v.both
    for name in v.names:
        if name.side != "vietnam" or name.role is not None or name.type == "organisation":
            continue
        inside = name.end <= figure.start and name.start >= v.floor
        led = (
            name.form == "demonym" or (v.flow and v.flow.start < name.start) or TRAVEL.search(text, v.floor, name.start)
        )
        tied = name.start >= figure.end and _IN_PLACE.fullmatch(text, figure.end, name.start)
        if (name.start <= figure.start and v.at_head(name)) or (told and (tied or (inside and led))):
            meaning.reporter = name.entity_id
            return False
    place = any(cue.kind == "local" for cue in v.cues) and v.subject.seat
    if not told:
        meaning.reporter = place or meaning.reporter
    elif meaning.refers_to is not None and meaning.refers_to < v.k:
        meaning.reporter = v.meanings[meaning.refers_to].reporter
    elif v.earlier is not None and v.meanings[v.earlier].measure and v.meanings[v.earlier].reporter != VIETNAM:
        meaning.reporter = v.meanings[v.earlier].reporter
    elif place or (v.subject.place and v.both):
        meaning.reporter = place or v.subject.place
    elif v.again and v.again.flow in (meaning.flow, None):
        meaning.reporter = v.again.reporter
    return False
