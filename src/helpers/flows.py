"""Say which way goods or money go: exports, imports, trade both ways, investment or aid."""

import re

from helpers.cues import REACH, Cue, first_of, read_cues
from helpers.discourse import spaced
from helpers.parties import SAYS, TRAVEL, WITH
from helpers.views import AND_ALSO, View

_IN = spaced(r" (?:au|aux|en|dans) (?:(?:la|le|les) |l['’])?| ")
_FIRMS = spaced(
    r"(?:[^,.;]{0,40}, )?(?:[Ll]es|[Dd]es) (?:entreprises|sociétés|investisseurs|groupes|firmes|capitaux|opérateurs) "
)
_SETTLED = spaced(
    r"(?: (?!qui|ont|a )[\w'’-]{1,15}){0,3}"
    r" (?:présente?s?|en activité|opér\w{2,4}|implantée?s?|installée?s?|actives?|en vigueur)"
)
_HOLDS = spaced(
    r"\b(?:possèd|détien|déten|exploit|compt|mèn|men|réalis|recens|totalis)\w{1,5} (?:[\w'’-]{1,12} ){0,4}$"
)
_AT_HOME = spaced(r" (?:[\w'’-]{1,15} ){0,3}au Vi[êe]t ?[Nn]am")
_IN_ABROAD = spaced(r"(?: \w{1,12}){0,2} à l['’]étranger")
_BEHIND = spaced(
    r"(?: (?:d|en|à|aux?|pour|sous|[clms]es|leurs?)[\w'’]{0,7}){1,3} ?(?:l['’])?| (?:a|ont|est|sont) (?:été )?| d['’]"
)
_POLLED = spaced(
    r" d(?:es|e (?:ces|leurs)) ?(?:\w{2,12} )?(?:sondés|répondants|interrogés|participants|dirigeants|entreprises"
    r"|sociétés|personnes|consommateurs|ménages|patrons|adhérents|membres)(?!\w)"
)
_OF_SUCH = spaced(r" (?:d(?:es|u|e la|e) |d['’]|de l['’])[\w-]{3,20} ")  # `8 % des volumes exportés`
_PASSIVE = spaced(r" (?:a|ont|avai\w{1,3}) été | (?:est|sont|étai\w{1,3}) ")
_OBJECT = spaced(r"(?: (?!vers|dans|à|aux?|chez|par|sur|depuis|avec|pour)[\w'’]{1,14}){0,3} ?")
_OBJECT_TO = spaced(
    r"(?: depuis (?:l['’]an )?\d{4})?"
    r"(?: (?!vers|dans|chez|par|sur|depuis|avec|pour)[\w'’]{1,14}){0,5}(?<! à) ?"
)
_PRONOUN = spaced(r"(?:[^,.;]{0,60}, )?(?:[Ii]ls?|[Ee]lles?|[Cc](?:elui|elles?|eux)-ci) ")
_PURPOSE = spaced(
    r"(?:[^.,;()]{0,30},?)? (?:pour|afin de|destinée?s? à|servant à|permettant de)(?: (?:la|le|l['’])?)?"
    r" ?(?:constru|réno|équip|form|achet|achat|acquisition|réhabilit|bâti|aménag|install|financ)\w{1,8}"
    r"(?: (?:de|d['’]))?(?: (?:plus|près) de| quelque| environ)? ?"
)
_TRADERS = {"client": "export", "débouché": "export", "fournisseur": "import", "partenaire commercial": "trade"}
_GIFTS = spaced(r"(?:bourse|prêt|don|cadeau)(?!\w)")
_PAID_BY = spaced(r" (?:\w{4,14}e?s? par|proviennent|viennent|prove\w{3,5}) (?:des |d['’]un |l['’]|de )?")
# What else grows than what is traded.
_ELSEWISE = re.compile(
    r"roissance|stocks|délai|formalité|emploi|effectif|population|touris|visiteur|arrivée|rendement|taxe"
    r"|produit (?:régional|intérieur)|Banque mondiale|\b(?:FMI|BM|BAD)\b"
)
UNTRADED = frozenset(("m", "m2", "ha", "W", "°C", "km/h"))


def trader_flow(unit: str) -> str | None:
    """Return the flow that those who are counted trade by (`trois clients`)."""
    return next((flow for noun, flow in _TRADERS.items() if f"{unit} ".startswith(f"{noun} ")), None)


def _given(v: View) -> bool:
    """Whether a figure is what is given to someone: the object of a verb of giving, next to one in a list, or what a
    gift is for (`500.000 dollars pour rénover quatre écoles`)."""
    if v.flow and v.flow.value == "aid" and v.flow.verb and _OBJECT_TO.fullmatch(v.text, v.flow.end, v.figure.start):
        return True
    aided = v.earlier is not None and v.meanings[v.earlier].flow == "aid"
    if aided and v.figure.kind == "count" and _PURPOSE.fullmatch(v.text, v.floor, v.figure.start):
        return True
    listed = v.earlier is not None and v.figures[v.earlier].kind in ("count", "quantity")
    listed = listed and v.meanings[v.earlier].flow == "aid"
    return listed and bool(AND_ALSO.fullmatch(v.text, v.floor, v.figure.start))


def _count_flow(v: View, last: str | None, behind: Cue | None) -> str | None:
    """Return the flow of a count: what is sold (`exporté 300 voitures`, `300 voitures ont été importées`), and projects
    that another country has here, or Vietnam abroad."""
    figure, foreign = v.figure, [n for n in v.names if n.type in ("country", "subdivision") and n.side == "partner"]
    if _GIFTS.match(figure.unit):
        return "aid"
    if flow := trader_flow(figure.unit):
        return flow
    owned = figure.partner or _IN_ABROAD.match(v.text, figure.end)
    owned = owned or any(_FIRMS.fullmatch(v.text, v.sentence.opening, n.start) for n in foreign)
    owned = owned or any(v.sentence.begins_with(n) or _IN.fullmatch(v.text, figure.end, n.start) for n in foreign)
    invested = (owned and last != "aid") or "étranger" in v.text[figure.start : figure.end]
    invested = invested or any(cue.value == "fdi" for cue in v.flows)
    with_them = WITH.match(v.text, v.sentence.opening) and foreign  # `Avec 20 projets, ce pays …`
    goes_on = v.account and v.account.topic == "fdi" and last != "aid"
    firms = figure.unit.startswith(("entreprise", "société", "firme", "groupe", "projet"))
    if firms and figure.partner and _SETTLED.match(v.text, figure.end):
        return "fdi"
    here = _HOLDS.search(v.text, v.sentence.opening, figure.start) and _AT_HOME.match(v.text, figure.end)
    if figure.unit.startswith("projet") and (here or invested or with_them or goes_on):
        return "fdi"
    before = v.again if v.earlier is None else v.meanings[v.earlier]
    if figure.unit.startswith("pays") and "fdi" in (last, before and before.flow):
        return "fdi"
    if figure.elided and before and before.flow in ("export", "import"):
        return before.flow
    given = behind and behind.value == "aid" and behind.verb and behind.start - figure.end < 40
    if given and not v.parted(figure.end, behind.start):  # `14 millions de doses de vaccin offertes par …`
        return "aid"
    if figure.unit == "unité" or (figure.unit == "projet" and v.again and v.again.flow == "fdi"):
        return last or (v.again.flow if v.again else None)
    if behind and behind.verb and _PASSIVE.fullmatch(v.text, figure.end, behind.start):
        return behind.value
    return last if last in ("export", "import") and _OBJECT.fullmatch(v.text, v.flow.end, figure.start) else None


def _agency(v: View, name) -> bool:
    """Whether a name is that of another country's agency, which gives, and is not only quoted."""
    quoted = SAYS.search(v.text, max(0, name.start - 20), name.start)
    return name.type == "organisation" and name.party == name.country and not quoted


def _ranked(v: View) -> bool:
    noun = v.text.endswith(("rang", "place", "position"), v.figure.start, v.figure.end)
    return v.figure.kind == "rank" and not noun


def flow_of(v: View) -> str | None:
    """Return which way goods or money go: by the words just behind the amount (`3 milliards d'exportations`), else the
    nearest word of flow before it (a word of another subject, as `PIB`, ends its reach), else as `_unsaid`.

    A rank takes that of its own noun (`deuxième exportateur`), a percent in a list that of the one before; lengths,
    areas and powers are not traded, shares of people asked are none of trade."""
    figure, last, earlier = v.figure, v.flow.value if v.flow else None, v.earlier
    percent, before = figure.kind == "percent", None if earlier is None else v.figures[earlier]
    if _ranked(v):
        own = first_of(v.flows, figure.start, figure.end + 12)
        return own.value if own else v.past.flow if v.past and not v.flow else None
    if figure.kind not in ("percent", "rank") and _given(v) and not TRAVEL.match(figure.unit) and figure.unit != "pays":
        return "aid"
    if figure.unit in UNTRADED or figure.unit.endswith("/ha") or (percent and _POLLED.match(v.text, figure.end)):
        return None
    behind = first_of(v.flows, figure.end, min(v.ceiling, figure.end + 40))
    if figure.kind == "count":
        return _count_flow(v, last, behind)
    tied, since = behind and _tied(v, behind), v.flow and v.flow.start >= v.floor
    if tied and behind.value == "none" and v.account and v.text.startswith("recettes", behind.start):
        return v.account.flow  # `40 % des recettes du secteur`
    if percent and before and before.kind == "percent" and v.flow and not (tied or since):
        return v.meanings[earlier].flow
    if tied and not (behind.value == "none" and last in ("export", "import")):  # but for `3 milliards de recettes`
        last = behind.value
    elif before and before.unit.startswith("projet") and not since:
        return v.meanings[earlier].flow
    elif last is None:
        last = _unsaid(v, behind)
    return None if figure.unit == "VND" and _at_home(v, last) else last


def _at_home(v: View, flow: str | None) -> bool:
    """Whether an amount in dongs is no foreign money (`la province investira 500 milliards de dongs`): no other side is
    named, and it is no loan or aid."""
    if flow not in ("fdi", "aid") or any(name.side == "partner" for name in v.names):
        return False
    return flow == "fdi" or not v.flow or v.flow.verb or v.flow.value != "aid"


def _tied(v: View, behind: Cue) -> bool:
    """Whether a word of flow stands right behind the amount: `3 milliards d'exportations`, `8 % des volumes exportés`,
    `10 millions offerts par`."""
    if _BEHIND.fullmatch(v.text, v.figure.end, behind.start):
        return True
    if behind.value == "aid" and _PAID_BY.fullmatch(v.text, v.figure.end, behind.start):
        return True
    such = behind.start - v.figure.end == 1 or _OF_SUCH.fullmatch(v.text, v.figure.end, behind.start)
    return bool(behind.verb and such)


def _unsaid(v: View, behind: Cue | None) -> str | None:
    """Return the flow of what a figure belongs to, where no word before it says one: its level, the figure that lends
    it its unit, the only flow of its sentence, a donor agency, the sentence before, the account (a growth), a word
    further behind."""
    figure, level = v.figure, v.meaning.refers_to
    if level is not None and level < v.k:
        return v.meanings[level].flow
    if v.earlier is not None and (figure.elided or figure.kind == "rank") and v.meanings[v.earlier].flow:
        return v.meanings[v.earlier].flow
    end = v.figures[v.sentence.figures[-1]].end
    only = {cue.value for cue in v.flows if not _BEHIND.fullmatch(v.text, end, cue.start)}
    if len(only) == 1 and figure.kind in ("money", "rank") and not behind:
        return only.pop()
    if figure.kind == "money" and any(_agency(v, name) for name in v.names):
        return "aid"
    if v.again and v.again.flow:
        return v.again.flow
    if figure.kind == "money" and v.both and any(cue.value == "target" for cue in v.of("status")):
        return "trade"  # `Les deux pays visent 15 milliards`
    if figure.kind == "money" and (spoken := _spoken_before(v)):
        return spoken
    near = max(v.sentence.start, figure.start - REACH), figure.end + 40
    if v.meaning.measure == "growth" and v.account and not _ELSEWISE.search(v.text, *near):
        return v.account.flow  # `Le pangasius recule de 17,8 %`
    further = not v.again and behind and figure.kind != "percent" and not v.parted(figure.end, behind.start)
    return behind.value if further else None


def _spoken_before(v: View) -> str | None:
    """Return the last flow spoken of just before a sentence whose subject is a pronoun (`ils ont totalisé …`)."""
    start = v.sentence.start
    if not _PRONOUN.match(v.text, v.sentence.opening, v.figure.start):
        return None
    flows = [cue.value for cue in read_cues(v.text, max(0, start - 200), start) if cue.kind == "flow"]
    return flows[-1] if flows else None
