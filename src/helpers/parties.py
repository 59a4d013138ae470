"""Say who reports a figure, and with whom: the sentence's own subject and names first, then what it goes on with, then
the article's subject. Each rule says in its docstring what it uses."""

import re
from functools import lru_cache
from itertools import pairwise

from helpers.cues import HOME, REACH, VIETNAM, first_of, last_of, read_cues
from helpers.discourse import Named, spaced
from helpers.numbers import table
from helpers.offers import GATE
from helpers.views import View

_BLOCS = frozenset(row["entity_id"] for row in table("blocs"))
_TRADE = {"export", "import", "trade", "none"}
TRAVEL = re.compile(r"(?i)visiteur|touriste|arrivée|voyageur|vacancier|excursionniste|croisiériste")
_OURS = re.compile(r"[Vv]i[êe]t ?[Nn]am|national(?:e|es)?(?!\w)|nationaux|(?:du|le) pays(?!-)")
WITH = re.compile(r"Avec|Fort d|Totalisant|Représentant")
# The whole of what comes from all others; a country that the figure before it is not of (`…, l'Inde absorbant 5%`).
_FROM_ABROAD = spaced(r" d(?:e |['’])(?:capitaux|investissements?|fonds)(?: directs?)? étrangers?(?!\w)")
_APART = spaced(r"(?: \([^()]{1,20}\))?(?: [\w'’]{1,12}){0,3}? \w{3,12}ant(?!\w)")
_LOCATED = spaced(r"(?:À|A|Dans la (?:province|ville|municipalité) (?:de |d['’]|du )) ?")
_CITY = re.compile(r"ville|province|\bà ")
_AS_CITY = spaced(
    r" (?:a|avait|ont) (?:\w{2,8} )?"
    r"(?:accueill|attir|export|import|reçu|enregistr|réalis|dégag|perçu|octroy|délivr|recens)"
)
_RIVAL = re.compile(r"(?:derrière|devant|après)[^.;,()]{0,30}$")
_TOWARDS = spaced(
    r"(?:en provenance|vers|depuis|à destination|au départ|importés?e?s?|exportés?e?s?) (?:du |le |de )?Vi[êe]t ?[Nn]am"
    r"|au Vietnam"
)
_FROM_HOME = spaced(r"[\w ]{0,20} (?:du|au) Vi[êe]t ?[Nn]am")
_TRADE_OF = spaced(r"(?: extérieure?| total| commercial| commerciaux)? (?:d(?:e (?:la |l['’])?|u |es |['’]))")
_AND_HOME = spaced(r" et (?:du|le) Vi[êe]t ?[Nn]am")
_TIED = spaced(
    r" (?:(?:auprès|en provenance|à destination|en direction|venus) )?"
    r"(?:aux?|en|à|vers|avec|pour|du|des|de|d['’]|par|dans|chez)(?: (?:la|le|les|l['’]))? ?"
)
_BESIDES = spaced(r"\b(?i:outre|hormis|hors|excepté|à part) (?:la |le |les |l['’])?$")
_THEIR = spaced(r"\b(?:[Ss]es|[Ll]eurs?) $")
_THAT_OF = spaced(r"\b(?:celui|celle|ceux|celles) (?:du|des|de(?: la)?) $|\bcelui de l['’]$")
_IN_HEAD = spaced(r"(?:En|Au|Aux|Pour) (?:(?:le|la|les) )?|Pour l['’]")
_OWN = spaced(r" (?:d(?:e (?:la |l['’])?|u |es |['’]))?")
_SPEAKS = spaced(
    r"(?: \([^)]{1,30}\))?(?: (?:a|ont|devrait))? (?:estim|prévoi|prévu|tabl|indiqu|annonc|prédi|projet|relev|abaiss"
    r"|révis|maint|anticip|déclar|affirm|soulign|précis|rapport|consid|juge|publi|not[eé])"
)
SAYS = spaced(r"(?i:\b(?:selon|d['’]après)(?: (?:le|la|les|l['’]))?) ?$")
_OPENS = spaced(r" ?\( ?(?:(?:près|plus|moins) d(?:e |['’])|environ |quelque )?")
_SIDE = spaced(r"[ ,(\xa0]{0,3}(?:(?:avec|pour|à|en a) [\w ]{0,20})?")
_GIVEN_BY = spaced(r" \w{4,14}[eé]?s? par (?:la |le |les |l['’])?(?:(?:gouvernement|État|peuple|partie|ambassade) )?")
_OF_ITS = spaced(r" (?:de (?:ses|ces|leurs)|des) ")
_OF_ITSELF = re.compile(
    r"(?:pays|province|habitant|district|commune|localité|ville|marché|produit|article|économie|membre|participant"
    r"|délégué|lot|point|ligne)(?!\w)"
)
_AND_WITH = spaced(
    r"(?: \([^()]{1,20}\))?, (?:avec|pour|totalisant|cumulant|soit) (?:plus de |près de |environ |quelque )?"
)
_AND_THEN = spaced(r" ?(?:,|et|puis) (?:pour |de |à )?")
_BETWEEN = spaced(r"\bentre (?:la |le |les |l['’])?$")
_AND = spaced(r"(?: \([^()]{2,12}\))? et (?:avec )?(?:la |le |les |l['’])?")
_BESIDE = spaced(r" ?(?:,|et|ou)(?: ?(?:et )?(?:des|du|de|la|le|les|l['’]|d['’]|aux?|en|à la|à l['’]))? ?")
_IN_PLACE = spaced(r"[^.,;()]{0,20} (?:à|en|de|dans)(?: (?:la|l['’]|le|province|ville|de)){0,4} ?")


def _parties(v: View) -> list[Named]:
    """Return the names that can be the other side: no bank or club of states but in aid, none that only speaks, and not
    who is ranked beside it."""
    meaning, text = v.meaning, v.text
    sided = meaning.flow or meaning.measure == "share"

    def may(name: Named) -> bool:
        rival = v.figure.kind == "rank" or (meaning.measure == "share" and name.start > v.figure.end)
        if _BESIDES.search(text, max(0, name.start - 14), name.start):
            return False
        if rival and _RIVAL.search(text, max(0, name.start - 40), name.start):
            return False
        if name.type != "organisation":
            return True
        said = _SPEAKS.match(text, name.end) or SAYS.search(text, max(0, name.start - 20), name.start)
        return not said and (meaning.flow == "aid" or bool(sided and name.entity_id in _BLOCS))

    return [n for n in v.names if n.role is None and n.party and n.party != meaning.reporter and may(n)]


@lru_cache(1)
def _title_flows(title: str) -> set[str]:
    """Return which flows a title speaks of."""
    return {cue.value for cue in read_cues(title, 0, len(title)) if cue.kind == "flow"}


def _alone(v: View, name: Named, names: list[Named]) -> str | None:
    """Return the party of a name, None beside another country's under one head (`thaïlandaises et sud-coréennes`)."""
    at = names.index(name)
    if name.form == "demonym" and at + 1 < len(names) and names[at + 1].type == "subdivision":
        narrow = names[at + 1]  # `la province lao de Sékong`
        if narrow.country == name.country and narrow.start - name.end < 6:
            return narrow.party
    pairs = [(names[k], names[k + 1]) for k in (at - 1, at) if 0 <= k < len(names) - 1]
    both = any(one.party != two.party and _BESIDE.fullmatch(v.text, one.end, two.start) for one, two in pairs)
    return None if both else name.party


def partner_of(v: View) -> str | None:
    """Return the other side: the figure's own adjective, the mention behind its word of flow, the nearest before it
    since the figure before, a mention tied to it from behind, the figure before, the only one of the sentence or the
    last before it; where the sentence says `bilatéral`, or has a flow and no name, the partner of the sentence that it
    goes on with, or the only one of a title of two sides. What is `national`, or of the `commerce extérieur`, has none
    of these; two countries under one head are none.
    """
    figure, meaning = v.figure, v.meaning
    if figure.partner:
        return figure.partner if figure.partner != meaning.reporter else None
    if figure.unit.startswith("pays"):
        return None
    names = _parties(v)
    since = [n for n in names if v.floor <= n.start and n.end <= figure.start]
    if v.earlier is not None and since and _TIED.fullmatch(v.text, v.floor, since[0].start):
        since = since[1:]  # it stands right behind the figure before, and belongs to it
    behind = first_of(names, figure.end, v.ceiling)
    if behind and _GIVEN_BY.fullmatch(v.text, figure.end, behind.start):
        return behind.party
    part = v.earlier is not None and v.meanings[v.earlier].measure == "share"
    if part and _OF_ITS.fullmatch(v.text, v.floor, figure.start):
        return None  # the whole: `0,2% de ses 3 millions de visiteurs`
    flow = v.flow if v.flow and v.flow.start >= v.floor else None
    later = first_of(names, figure.end, min(v.ceiling, figure.end + 80))
    if since and later and _AND_THEN.fullmatch(v.text, since[-1].end, figure.start):
        since = [] if _TIED.fullmatch(v.text, figure.end, later.start) else since  # `40% de Chine et 12% de Taïwan`
    if len(names) > 1 and since and _AND_WITH.fullmatch(v.text, since[-1].end, figure.start):
        beside = _RIVAL.search(v.text, max(0, since[-1].start - 40), since[-1].start)
        since = since[:-1] if beside else since  # `le Japon est le 2e, derrière la Corée, avec 149 projets`
    if pick := [n for n in since if flow and n.start >= flow.end] or since[::-1]:
        return _alone(v, next((n for n in pick if n.type == "country"), pick[0]), names)
    if later and not v.parted(figure.end, later.start):
        return _alone(v, later, names)
    level = meaning.refers_to if meaning.refers_to is not None else v.earlier
    if level is not None and v.meanings[level].partner and not (flow and flow.value == "none"):
        return v.meanings[level].partner
    subject = next((n for n in names if n.start > figure.end), None)
    if subject and WITH.match(v.text, v.sentence.opening) and v.floor <= v.figures[v.sentence.figures[0]].end + 60:
        return subject.party  # `Avec 3 milliards, Singapour occupe …`
    if any(cue.start < v.ceiling for cue in v.of("nation")) or _FROM_ABROAD.match(v.text, figure.end):
        return None
    whole = v.text.find(" dont ", figure.end, v.ceiling)
    named = [n for n in names if n.start < (whole if whole > 0 else v.ceiling)]
    named = [n for n in named if n.end < figure.start or not _APART.match(v.text, n.end)]
    if named:
        near = last_of(named, figure.start) if len({n.party for n in named}) > 1 else named[0]
        return _alone(v, near, names) if near and (meaning.flow or figure.kind == "rank") else None
    priced = "/" in (figure if meaning.refers_to is None else v.figures[meaning.refers_to]).unit
    if v.again and meaning.reporter == v.again.reporter and not priced:
        flows = {meaning.flow, v.again.flow}
        if len(flows) == 1 or flows <= {"export", "import", "trade"}:
            return v.again.partner
    account = v.account
    if account and account.flow == "trade" and not v.names and meaning.flow and meaning.reporter == account.reporter:
        return account.partner
    said = _title_flows(v.subject.title)
    agrees = v.subject.both and meaning.flow not in (None, "fdi")
    agrees = agrees and (not said or said & _TRADE or meaning.flow in said)
    if v.subject.partner and (agrees or v.both) and v.subject.partner != meaning.reporter:
        return v.subject.partner
    if v.subject.main and v.subject.main != meaning.reporter and not names and not v.subject.home:
        return v.subject.main
    crossed = meaning.flow in _TRADE and not names and v.subject.neighbour
    return v.subject.neighbour if crossed and GATE.search(v.text, v.sentence.start, v.sentence.end) else None


def counted_with(v: View) -> str | None:
    """Return the other side of a plain count, where its sentence names one only and that in the same clause (`trois
    vols vers Séoul`); what a country has of its own (inhabitants, provinces) is with nobody."""
    if v.figure.kind != "count" or _OF_ITSELF.match(v.figure.unit):
        return None
    named = [name for name in v.names if name.party and name.role is None and name.start >= v.sentence.start]
    if len({name.party for name in named}) != 1 or named[0].party == v.meaning.reporter:
        return None
    before, behind = last_of(named, v.figure.start, v.floor), first_of(named, v.figure.end, v.ceiling)
    beside = behind and not v.parted(v.figure.end, behind.start)
    return named[0].party if beside or (before and not v.parted(before.end, v.figure.start)) else None


def _trader(v: View, foreign: list[Named]) -> bool:
    """Set another country or place as reporter where goods go to or come from Vietnam (`importations du Guangxi en
    provenance du Vietnam`), where it stands behind the word of flow (`exportations thaïlandaises`), or begins a
    sentence on `ses importations`."""
    figure, meaning, text, flow = v.figure, v.meaning, v.text, v.flow
    owner = next((n for n in foreign if _owns(v, n) and (flow.value == "export" or n.form == "demonym")), None)
    if not owner and _THEIR.search(text, max(0, flow.start - 8), flow.start):
        owner = next((n for n in foreign if v.sentence.begins_with(n)), None)
    turned = _TOWARDS.search(text, flow.start, figure.start)
    if turned and not owner:
        owner = last_of(foreign, flow.start) or foreign[0]
    if not owner:
        return False
    end = min(v.sentence.end, figure.end + REACH)
    whole = text.find(" dont ", figure.end, end)
    home = turned or HOME.search(text, owner.end, whole if whole > 0 else end)
    # A capital that trades stands for its country.
    meaning.reporter = owner.country if owner.type == "city" else owner.entity_id
    other = next((n.party for n in foreign if n.start > owner.end and n.country != owner.country), None)
    meaning.partner = VIETNAM if home else other
    return True


def _owns(v: View, name: Named) -> bool:
    """Whether a name owns the last word of flow: `exportations thaïlandaises`, `PIB du Laos`."""
    if name.form == "demonym":
        return v.text[v.flow.end : name.start] in (" ", "\xa0")
    if v.text.endswith("vers", 0, v.flow.end):  # `ventes vers Cuba`
        return False
    return _OWN.fullmatch(v.text, v.flow.end, name.start) is not None


def _foreign_owner(v: View) -> bool:
    """Set another country or place as reporter where it trades, or owns the amount (`le PIB du Laos`, `Toluca, avec sa
    population de`)."""
    figure, text, flow = v.figure, v.text, v.flow
    foreign = [n for n in v.names if n.side == "partner" and n.role != "dateline"]
    foreign = [n for n in foreign if n.type in ("country", "subdivision", "city") or n.entity_id in _BLOCS]
    if not flow or not foreign or flow.sides:
        return False
    if flow.value in ("trade", "fdi") and (pair := _pair(v, foreign)):
        v.meaning.reporter, v.meaning.partner = pair
        return True
    if flow.value in ("export", "import"):
        return _trader(v, foreign)
    if flow.value == "trade" and flow.start >= v.sentence.start:
        owner = next((n for n in foreign if _TRADE_OF.fullmatch(text, flow.end, n.start) and n.form == "name"), None)
        if owner and owner.party and not _AND_HOME.match(text, owner.end):
            other = next((n.party for n in foreign if n.start > owner.end and n.party != owner.party), None)
            home = HOME.search(text, owner.end, figure.start)
            v.meaning.reporter, v.meaning.partner = owner.party, VIETNAM if home else other
            return True
    if flow.value != "none" or TRAVEL.match(text, flow.start) or figure.partner:
        return False
    named = [n for n in foreign if n.role is None and n.end <= figure.start]
    mine = [n for n in named if n.start >= v.floor and _THAT_OF.search(text, max(0, n.start - 16), n.start)]
    mine += [n for n in named if v.sentence.begins_with(n) or _IN_HEAD.fullmatch(text, v.sentence.opening, n.start)]
    mine += [n for n in named if n.start >= flow.end and _owns(v, n)]
    if mine:
        v.meaning.reporter, v.meaning.partner = mine[0].entity_id, None
    return bool(mine)


def _pair(v: View, foreign: list[Named]) -> tuple[str, str] | None:
    """Return both sides where neither is Vietnam: `le commerce entre l'ASEAN et le Japon`, `intrabloc`."""
    for one, two in pairwise(foreign):
        if one.start > v.figure.start or not _BETWEEN.search(v.text, max(0, one.start - 12), one.start):
            continue
        if one.party and two.party and _AND.fullmatch(v.text, one.end, two.start):
            return one.party, two.party
    if v.text.startswith((" intrabloc", " intra-bloc"), v.flow.end) and (bloc := last_of(foreign, v.flow.start)):
        return bloc.entity_id, bloc.entity_id
    return None


def _dealer(v: View, beside: Named | None) -> None:
    """Set the sides of a deal (`la Chine achète 3 tonnes`), with who stands beside this figure as its subject (`…, le
    Japon 2 tonnes`)."""
    meaning, sides = v.meaning, v.flow.sides
    meaning.reporter, meaning.partner = sides.reporter, sides.partner
    if v.flow.end <= v.floor and v.meanings[v.earlier].flow == meaning.flow:  # what the figure before has, this one has
        said = v.meanings[v.earlier]
        meaning.reporter, meaning.partner = said.reporter, said.partner or sides.partner
        if beside and beside.party and _SIDE.fullmatch(v.text, beside.end, v.figure.start):
            setattr(meaning, sides.actor, beside.party)
    if sides.actor == "reporter" and _FROM_HOME.match(v.text, v.figure.end, v.ceiling):
        meaning.partner = VIETNAM


def _reports(v: View, name: Named, told: bool) -> bool:
    """Whether a Vietnamese place reports: at the head of the sentence, or of what is told between the word of flow and
    the figure, or tied behind it. Hanoï stands for the country unless the title names it or it is called a city."""
    figure, text = v.figure, v.text
    if name.side != "vietnam" or name.role is not None or name.type == "organisation":
        return False
    invests = v.meaning.flow == "fdi" and v.sentence.begins_with(name)
    if (
        name.entity_id == "VN-HN" != v.subject.seat
        and not invests
        and not _CITY.search(text, max(0, name.start - 10), name.start)
        and not _AS_CITY.match(text, name.end)
    ):
        return False
    located = _LOCATED.fullmatch(text, v.sentence.opening, name.start)
    if name.start <= figure.start and (located or v.sentence.begins_with(name)):
        return not any(n.side == "vietnam" and _AND.fullmatch(text, name.end, n.start) for n in v.names)
    if not told or name.start >= figure.end:
        return bool(told and _IN_PLACE.fullmatch(text, figure.end, name.start))
    led = name.form == "demonym" or (v.flow and v.flow.start < name.start) or TRAVEL.search(text, v.floor, name.start)
    return bool(led) and v.floor <= name.start and name.end <= figure.start


def _local(v: View) -> str | None:
    """Return the place that a word of places means (`municipales`, `de la ville`): the title's, else the last one named
    before the figure, else that of the account."""
    if not v.of("local"):
        return None
    named = [n for n in v.names if n.side == "vietnam" and n.role is None and n.type in ("subdivision", "city")]
    if v.subject.seat or not (last := last_of(named, v.figure.start)):
        told = v.account.reporter if v.account else ""
        return v.subject.seat or (told if told.startswith("VN-") else None)
    return last.entity_id


def set_reporter(v: View) -> bool:
    """Set whose figure it is, and return whether that settles the partner: Vietnam's unless another country or place
    owns it, or a Vietnamese place reports; the place of the level or of the figure before; the title's place where the
    sentence speaks of it (`municipales`, `les deux parties`)."""
    figure, meaning, text, home = v.figure, v.meaning, v.text, v.subject.home
    beside = last_of(v.names, figure.start, v.floor)
    if beside and not figure.partner and _OPENS.fullmatch(text, beside.end, figure.start):
        ranks = range(max(v.k - 8, v.sentence.figures[0]), v.k)
        ranked = any(v.figures[k].kind == "rank" and not v.meanings[k].partner for k in ranks)
        if beside.side == "vietnam" or (ranked and beside.party):  # it is ranked as the figure before it is
            meaning.reporter, meaning.partner = beside.party if ranked and beside.party else beside.entity_id, None
            return True
    near = v.sentence.opening if home and not v.of("local") else v.floor
    at_home = home and (_OURS if home.startswith("VN-") else HOME).search(text, near, figure.start)
    meaning.reporter = VIETNAM if not home or at_home else home
    if at_home and v.again and v.again.reporter == home and not home.startswith("VN-"):
        meaning.reporter, meaning.partner = home, VIETNAM  # `Le Vietnam a absorbé 41% de ces ventes`
        return True
    if v.flow and v.flow.sides and v.flow.value == meaning.flow:
        _dealer(v, beside)
        return True
    possessed = v.flow and not v.both and _THEIR.search(text, max(0, v.flow.start - 8), v.flow.start)
    if possessed and v.account and v.account.reporter != VIETNAM and not any(n.end < figure.start for n in v.names):
        meaning.reporter = v.account.reporter  # `Ses exportations`
        return False
    if _foreign_owner(v):
        return True
    told = bool(meaning.measure or meaning.flow or v.both)
    if place := next((name for name in v.names if _reports(v, name, told)), None):
        meaning.reporter = place.entity_id
        return False
    place = _local(v)
    earlier = VIETNAM
    if v.earlier is not None and v.meanings[v.earlier].measure:
        earlier = v.meanings[v.earlier].reporter
    if not told or (earlier == VIETNAM and place):
        meaning.reporter = place or meaning.reporter
    elif earlier != VIETNAM:
        meaning.reporter = earlier
    elif v.subject.place and v.both:
        meaning.reporter = v.subject.place
    elif v.again and v.again.flow in (meaning.flow, None) and not HOME.search(text, v.sentence.opening, figure.start):
        meaning.reporter = v.again.reporter
    return False
