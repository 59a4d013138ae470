"""Say what the figures of an article mean: measure, status, flow, who reports, with whom, when, what is traded.

Evidence is read in this order: the figure's own noun phrase, the words of its sentence nearest to it, the figure it
stands beside, the sentence before, the article's title. Each rule says in its docstring what it uses; what none of it
settles stays None. The words that carry meaning are data: ``data/numbers/cues.csv``.
"""

import re
from bisect import bisect_left
from dataclasses import replace

from helpers.dates import years_on
from helpers.discourse import TOPICS, Account, Subject, carry, spaced
from helpers.numbers import SIGNS
from helpers.parties import SAYS, TRAVEL, WITH, partner_of, set_reporter
from helpers.views import REACH, Cue, Meaning, Sentence, View, first_of, last_of, read_cues, views_of

# --- measure: level, growth or share ---------------------------------------------------------------------------------
_OF = spaced(r" (?:du|des|de(?! (?:plus|moins|mieux))|d['’](?!ici|un|env))")
_AMOUNT_OF = spaced(r"(?: [\w'’]{1,14}){0,2} (?:de|d['’])(?: [\w'’]{1,14}){0,3} ?| ")
_TO_LEVEL = spaced(r",? à $")
_FROM_ONE = spaced(
    r"\b(?:pass|mont|tomb|desc|grimp|reven|ramen|recul|évolu|progress|rédui|baiss|abaiss|relev|port|parti)\w{0,7} "
    r"(?:\w{2,12} ){0,2}de (?:près de |quelque |environ )?$"
)
_TO_ANOTHER = spaced(
    r"(?: en \d{4}| en \w{3,9}| l['’]an dernier| la première année| un an plus tôt)? à (?:près de |quelque |environ )?"
)
_HOW_MUCH = spaced(r"(?: (?:que|à (?:elle|lui) seule?|(?:près|plus) de|environ|quelque)){0,2} ")
_BRACKET = spaced(r"\( ?$")
_OPENS = spaced(r" ?\( ?")
_UP_TO = spaced(r"(?: (?:en|fin|début) \d{4})? à (?=\d|un|près|plus|environ)")
_BY = spaced(r"(?: de (?:plus|moins))? en (valeur|volume|quantité)(?!\w)")
_HAS_DONE = spaced(
    r"\b(?:a|ont|avai\w{1,3}|aura\w{0,3}|devrai\w{1,3}) (?:\w{2,12} ){0,2}(?!été|être)\w{2,12}(?:é|i|u|er|ir|re) de "
    r"(?:(?:près|plus|moins) de |environ |quelque )?$"
)
_FURTHER = spaced(r" (?:de|d['’]) ?(?:un |une )?")
_LEVEL_VERB = spaced(
    r"\b(?:attei|dépass|totalis|s['’]él|s['’]établ|chiffr|avoisin|franchi|culmin)\w{0,9}(?: [\w'’]{1,14}){0,5} $"
)
_REACHING = spaced(
    r"(?: (?:en|au|sur|durant)[\w'’ ]{1,40})?[ ,]{1,2}"
    r"(?:pour|à|avec|s['’](?:él|établ|inscri)|attei|total|se chiff|jusqu)[\w'’ ]{0,40}"
)


def _change(v: View) -> Cue | None:
    """Return the word of rise, fall or share that governs a figure: nearest before it in its clause, or just behind.
    What something falls to (`tombé à 2%`) is governed by the word before that."""
    figure, words = v.figure, v.of("change", "share")
    if cue := last_of(words, figure.start, v.floor):
        if cue.kind == "change" and figure.kind == "percent" and _TO_LEVEL.fullmatch(v.text, cue.end, figure.start):
            return last_of(words, cue.start, v.floor)
        return None if figure.start - cue.end > 70 or v.parted(cue.end, figure.start) else cue
    for cue in v.of("change", "after"):
        if figure.end <= cue.start < min(v.ceiling, figure.end + 25):
            further = cue.kind == "change" and _FURTHER.fullmatch(v.text, figure.end, cue.start)
            if further or (cue.kind == "after" and not v.parted(figure.end, cue.start)):
                return cue
    return None


def _percent_measure(v: View, cue: Cue | None) -> str | None:
    """Growth or share: by the sign, the governing word, what follows (`% du total`), a verb of trade just before
    (`n'en achète que 5%`), brackets (`la Chine (5%)` a share, `3 milliards (5%)` a growth), the percent before."""
    figure, text = v.figure, v.text
    last, said = (None, None) if v.earlier is None else (v.figures[v.earlier], v.meanings[v.earlier])
    if text[figure.start] in SIGNS or figure.unit in ("point", "fois"):
        return "growth"
    to = v.figures[v.later] if v.later is not None and _TO_ANOTHER.fullmatch(text, figure.end, v.ceiling) else figure
    changed = to.kind == "percent" and to.low != figure.low
    if changed and _FROM_ONE.search(text, max(v.floor, figure.start - 70), figure.start):
        cue = last_of(v.of("share"), figure.start)
        return cue.value if cue else "level"  # `tombée de 26 à 15 %`
    if cue:
        listed = said and said.falls and _AND_ALSO.fullmatch(text, last.end, figure.start)
        v.meaning.falls = bool(cue.kind == "after" and listed)  # `une baisse de 16 % et de 19 % sur un an`
        return cue.value if cue.kind == "share" else "growth"
    if _OF.match(text, figure.end) or figure.low == 100:
        return "share"
    if _HAS_DONE.search(text, max(v.floor, figure.start - 60), figure.start):  # `a bondi de 5 %`, whatever the verb
        return "growth"
    listed = v.later is not None and _AND_ALSO.fullmatch(text, figure.end, v.ceiling)
    if listed and v.figures[v.later].kind == "percent" and _OF.match(text, v.figures[v.later].end):
        return "share"
    if v.flow and v.flow.verb and _HOW_MUCH.fullmatch(text, v.flow.end, figure.start):
        return "share"
    bracket = _BRACKET.search(text, max(v.floor, figure.start - 3), figure.start)
    if bracket and (last is None or last.kind != "percent"):
        alone = last is None or text[v.floor : bracket.start()].strip()
        if alone and (spoken := last_of(v.of("change", "share"), figure.start)) and spoken.kind == "change":
            v.meaning.falls = spoken.value == "down"
            return "growth"
        return "share" if alone or (v.again and v.again.measure == "share") else "growth"
    if last is not None and last.kind == "percent" and not v.turns(last.end):
        if said.measure == "growth" and _TO_LEVEL.search(text, last.end, figure.start):
            return "share" if last_of(v.of("share"), figure.start) else "level"
        if figure.start - last.end < 130:
            v.meaning.falls = said.falls
            return said.measure
    if again := _same_verb(v):
        return again
    far = last_of(v.of("change", "share", "flow"), figure.start, figure.start - 120)
    if far is None and v.past and any(cue.value == "forecast" for cue in v.cues):
        return "growth" if v.past.measure == "growth" else None
    if (
        far and far.kind == "flow" and text.endswith((" de ", " d'", " d’"), 0, figure.start)
    ):  # `celles vers l'UE de 6%`
        far = last_of(v.of("change"), far.start, v.sentence.start)
    v.meaning.falls = far is not None and far.value == "down"
    return {"share": "share", "change": "growth"}.get(far and far.kind)


def _same_verb(v: View) -> str | None:
    """Return the measure of the last percent of the sentence where what follows has no verb of its own (`s'adjugent
    43 % du total, soit 9 milliards, les pays du CPTPP 14,5 %`)."""
    for k in range(v.k - 1, max(v.k - 5, v.sentence.figures[0] - 1), -1):
        if v.figures[k].kind == "percent":
            end, kinds = v.figures[k].end, ("change", "share", "flow", "deal")
            own = any(cue.start >= end and cue.end <= v.figure.start for cue in v.of(*kinds))
            return None if own or v.figure.start - end > 160 else v.meanings[k].measure
    return None


def _measure(v: View) -> None:
    """Set measure and the direction of a change, and the level that a growth or a share points at."""
    figure, meaning, text = v.figure, v.meaning, v.text
    if figure.kind == "rank":
        return
    cue = _change(v)
    reached = _TO_LEVEL.search(text, max(0, figure.start - 4), figure.start)  # `abaissé à 2,7 %` is no fall
    if figure.kind == "percent" or figure.unit == "fois":
        meaning.measure = _percent_measure(v, cue)
    elif figure.kind in ("money", "quantity") or figure.unit == "point":
        grown = cue is not None and (
            (cue.value == "down" and not _TO_LEVEL.fullmatch(text, cue.end, figure.start))
            or (cue.kind == "change" and (cue.start > figure.end or _AMOUNT_OF.fullmatch(text, cue.end, figure.start)))
            or (cue.kind == "after" and text.startswith("de plus", cue.start))
        )
        meaning.measure = "growth" if grown and not _UP_TO.match(text, figure.end) else "level"
    else:
        before = max(v.sentence.start, figure.start - 70), figure.start
        beside = any(_OPENS.fullmatch(v.text, name.end, figure.start) for name in v.names)
        if (figure.partner or beside) and v.account and v.account.topic == "travel":
            meaning.measure = "level"
        if figure.elided or figure.unit == "étranger" or TRAVEL.match(figure.unit) or _LEVEL_VERB.search(text, *before):
            meaning.measure = "level"
    if meaning.measure == "growth" and not reached:
        meaning.falls = meaning.falls or bool(cue and cue.value == "down")
    if meaning.measure in ("growth", "share") and (level := _level(v)) is not None:
        meaning.refers_to = level
        v.meanings[level].measure = "level"


def _level(v: View) -> int | None:
    """Return the level that a growth or share qualifies: the last amount before it (money `en valeur`, a quantity `en
    volume`) that no new subject parts from it, else the amount just behind it (`ont progressé de 10,8 %, pour atteindre
    12,09 milliards`)."""
    figure = v.figure
    kind = figure.kind if figure.kind in ("money", "quantity") and figure.unit != "fois" else None
    if by := _BY.match(v.text, figure.end):
        kind = "money" if by[1] == "valeur" else "quantity"
    for k in range(v.k - 1, max(v.k - 9, v.sentence.figures[0] - 1), -1):
        other, said = v.figures[k], v.meanings[k].measure
        unlike = kind and other.kind != kind and (kind, other.kind) != ("quantity", "count")
        counted = other.kind == "count" and not said and v.meaning.measure == "share"
        counted = counted and not v.text.startswith(", soit", other.end)
        beside = v.sentence.start, other.start
        unlike = unlike or _OTHERS.search(v.text, max(beside[0], other.start - 30), other.start)
        if other.kind in ("percent", "rank") or other.unit == "fois" or said == "growth" or unlike or counted:
            continue
        return k if figure.start - other.end < 160 and not v.turns(other.end) else None
    if v.later is not None and v.figures[v.later].kind not in ("percent", "rank"):
        return v.later if _REACHING.fullmatch(v.text, figure.end, v.ceiling) else None
    return None


# --- flow ------------------------------------------------------------------------------------------------------------
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
_AND_ALSO = spaced(r"[^.;,\d]{0,40}(?:,| et|, et) (?:\w{2,12} d(?:e |['’])|de |quelque )?")
_BEHIND = spaced(
    r"(?: (?:d|en|à|aux?|pour|sous|[clms]es|leurs?)[\w'’]{0,7}){1,3} ?(?:l['’])?| (?:a|ont|est|sont) (?:été )?| d['’]"
)
_OF_SUCH = spaced(r" (?:d(?:es|u|e la|e) |d['’]|de l['’])[\w-]{3,20} ")  # `8 % des volumes exportés`
_PASSIVE = spaced(r" (?:a|ont|avai\w{1,3}) été | (?:est|sont|étai\w{1,3}) ")
_OBJECT = spaced(r"(?: (?!vers|dans|à|aux?|chez|par|sur|depuis|avec|pour)[\w'’]{1,14}){0,3} ?")
_OBJECT_TO = spaced(r"(?: (?!vers|dans|chez|par|sur|depuis|avec|pour)[\w'’]{1,14}){0,5}(?<! à) ?")
_UNTRADED = frozenset(("m", "m2", "ha", "W", "°C", "km/h"))


def _given(v: View) -> bool:
    """Whether a figure is what is given to someone: the object of a verb of giving, or next to one in a list."""
    if v.flow and v.flow.value == "aid" and v.flow.verb and _OBJECT_TO.fullmatch(v.text, v.flow.end, v.figure.start):
        return True
    listed = v.earlier is not None and v.figures[v.earlier].kind in ("count", "quantity")
    listed = listed and v.meanings[v.earlier].flow == "aid"
    return listed and bool(_AND_ALSO.fullmatch(v.text, v.floor, v.figure.start))


def _count_flow(v: View, last: str | None, behind: Cue | None) -> str | None:
    """Return the flow of a count: what is sold (`exporté 300 voitures`, `300 voitures ont été importées`), and projects
    that another country has here, or Vietnam abroad."""
    figure, foreign = v.figure, [n for n in v.names if n.type in ("country", "subdivision") and n.side == "partner"]
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
    if figure.unit.startswith("débouché"):
        return "export"
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


def _flow(v: View) -> str | None:
    """Return which way goods or money go: by the words just behind the amount (`3 milliards d'exportations`), else the
    nearest word of flow before it (a word of another subject, as `PIB`, ends its reach), else what the figure belongs
    to: the projects that it is worth, its level, its list, the only flow of its sentence, the sentence before.

    A rank takes that of its own noun (`deuxième exportateur`); lengths, areas and powers are not traded."""
    figure, last = v.figure, v.flow.value if v.flow else None
    if _ranked(v):
        own = first_of(v.flows, figure.start, figure.end + 12)
        return own.value if own else v.past.flow if v.past and not v.flow else None
    if figure.kind not in ("percent", "rank") and _given(v) and not TRAVEL.match(figure.unit):
        return "aid"
    if figure.unit in _UNTRADED or figure.unit.endswith("/ha"):
        return None
    behind = first_of(v.flows, figure.end, min(v.ceiling, figure.end + 40))
    if figure.kind == "count":
        return _count_flow(v, last, behind)
    earlier = None if v.earlier is None else v.meanings[v.earlier].flow
    tied = behind is not None and _BEHIND.fullmatch(v.text, figure.end, behind.start)
    tied = tied or (behind is not None and behind.verb and _OF_SUCH.fullmatch(v.text, figure.end, behind.start))
    if tied and not (behind.value == "none" and last in ("export", "import")):  # but for `3 milliards de recettes`
        last = behind.value
    elif (
        v.earlier is not None
        and v.figures[v.earlier].unit.startswith("projet")
        and (not v.flow or v.flow.start < v.floor)
    ):
        return earlier
    elif last is None:
        level = v.meaning.refers_to
        if level is not None and level < v.k:
            return v.meanings[level].flow
        if earlier and (figure.elided or figure.kind == "rank"):
            return earlier
        end = v.figures[v.sentence.figures[-1]].end
        only = {cue.value for cue in v.flows if not _BEHIND.fullmatch(v.text, end, cue.start)}
        if len(only) == 1 and figure.kind in ("money", "rank") and not behind:
            last = only.pop()
        elif figure.kind == "money" and any(_agency(v, n) for n in v.names):
            return "aid"  # of a donor agency
        elif v.again and v.again.flow:
            return v.again.flow
        elif figure.kind == "money" and (spoken := _spoken_before(v)):
            last = spoken
        elif v.again:
            return None
        elif behind and figure.kind != "percent" and not v.parted(figure.end, behind.start):
            last = behind.value
    # Dongs are no foreign money: `la province investira 500 milliards de dongs`.
    home = last in ("fdi", "aid") and figure.unit == "VND" and not any(name.side == "partner" for name in v.names)
    return None if home else last


_PRONOUN = spaced(r"(?:[^,.;]{0,60}, )?(?:[Ii]ls?|[Ee]lles?|[Cc](?:elui|elles?|eux)-ci) ")


def _spoken_before(v: View) -> str | None:
    """Return the last flow spoken of just before a sentence whose subject is a pronoun (`ils ont totalisé …`)."""
    start = v.sentence.start
    if not _PRONOUN.match(v.text, v.sentence.opening, v.figure.start):
        return None
    flows = [cue.value for cue in read_cues(v.text, max(0, start - 200), start) if cue.kind == "flow"]
    return flows[-1] if flows else None


_INCLUDED = spaced(r"\((?:y compris|dont) [^()]{0,12}$")


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
    for group in (group for group in groups if len(group) > 1):
        until = figures[group[0]].start
        flows = [word.lower() for word in re.findall(r"(?i)\b(export|import)(?!ant|anc)", text[sentence.start : until])]
        named = [n for n in sentence.names if n.end <= until and n.party and n.role is None]
        partners = [n.party for n in named if not _INCLUDED.search(text, max(0, n.start - 25), n.start)]
        levels = [k for k in sentence.figures if k < group[0] and figures[k].kind != "percent"]
        levels = levels if figures[group[0]].kind == "percent" and len(levels) == len(group) else []
        side = "reporter" if {meanings[k].reporter for k in group} <= set(partners) else "partner"
        for values, name in ((flows, "flow"), (partners, side), (levels, "refers_to")):
            values = list(dict.fromkeys(values))
            for k, value in zip(group, values, strict=True) if len(values) == len(group) else ():
                setattr(meanings[k], name, value)
        for k, level in zip(group, levels, strict=False):
            meanings[k].flow, meanings[k].partner = meanings[level].flow, meanings[level].partner


# --- when ------------------------------------------------------------------------------------------------------------
_OTHERS = spaced(
    r"\b(?:contre|au lieu de)(?: (?:plus|près|moins|environ|seulement|quelque|à peine))?(?: d(?:e|['’]))? ?$"
)
_AGAINST = spaced(r"\bcontre (?:[^\W\d]|[\d ,.]){1,40}$")  # of what is no figure here: `contre 9.400 en 2010`
_YEARLY = spaced(r"(?: en moyenne)? (?:par an(?:née)?|chaque année|l['’]an)(?!\w)")


def _topic(v: View) -> str | None:
    """Return what the figure is about: its flow, travel, or else the word of what is measured before it."""
    figure, meaning = v.figure, v.meaning
    if meaning.flow:
        return meaning.flow if meaning.flow in ("fdi", "aid") else "trade"
    if TRAVEL.match(figure.unit) or (figure.kind == "count" and figure.partner and meaning.measure):
        return "travel"
    if meaning.refers_to is not None:
        return v.meanings[meaning.refers_to].topic
    if v.flow and v.flow.value == "none" and meaning.measure:
        word = v.text[v.flow.start : v.flow.end].lower()[:6]
        word = "économ" if word in ("pib", "pnb", "rnb") else word
        receipts = word.startswith(("recett", "revenu")) and v.account and v.account.topic == "travel"
        return "travel" if receipts or TRAVEL.match(v.text, v.flow.start) else word
    return v.again.topic if v.again and not v.flow and meaning.measure else None


def _carried(v: View) -> str | None:
    """Return the period of the account that a figure goes on with: same topic (or a growth that names none) and same
    reporter, a statistic of what is actual, in a sentence with no period of its own and nothing cumulative (`à ce
    jour`). What is given is no statistic."""
    account, meaning = v.account, v.meaning
    if not account or account.topic == "aid" or meaning.status != "actual" or meaning.compared:
        return None
    grown = meaning.topic is None and meaning.measure == "growth" and account.topic in TOPICS
    if meaning.topic != account.topic and not grown:
        return None
    stated = account.opening if account.aside else account.period
    own = [p for p in v.periods if not _OTHERS.search(v.text, max(v.sentence.start, p.start - 60), p.start)]
    # `depuis janvier` is what is told of the first months.
    own = [p for p in own if not (stated and p.value and p.value[-2:] == ".." and stated.startswith(p.value[:-2]))]
    told = any(p.start < v.ceiling for p in own)
    ranked = v.figure.kind == "rank" and len(v.sentence.figures) > 1
    habit = "chaque année" in v.text[v.sentence.start : v.figure.start]
    if told or habit or v.of("cumul") or not (meaning.measure or ranked):
        return None
    kin = account.reporter == meaning.reporter or account.reporter[:2] == meaning.reporter[:2] == "VN"
    return stated if kin else None


def _period(v: View, compared: bool) -> str | None:
    """Return the period: one tied behind the figure, else the last since the figure before it, else that of the level
    it refers to, of the figure before, or of the next one in a list. A period that is compared with is none of its own;
    an open one (`d'ici la fin de la décennie`) settles nothing and lets nothing else settle it."""
    figure, meaning, level = v.figure, v.meaning, v.meaning.refers_to
    counted = figure.kind == "count" and meaning.measure is None
    if _YEARLY.match(v.text, figure.end) and any(p.link in ("by", "horizon") for p in v.periods):
        return None
    tied = first_of(v.periods, figure.end, v.ceiling)
    if tied and _ties(v, figure.end, tied.start, 25 if counted else 70, v.later is None):
        return tied.value
    if counted and v.periods and v.periods[0].link == "since" and v.earlier is None:  # `Depuis 2018, 27 boursiers`
        since = v.periods[0]
        if since.end < figure.start and v.text.startswith(",", since.end) and since.start - v.sentence.opening < 30:
            return since.value
    if counted or compared:
        return None
    if level is not None and level < v.k:
        return v.meanings[level].period
    whole = meaning.measure in ("share", "growth") and any(cue.value == "whole" for cue in v.cues)
    if whole and v.again and not any(p.start < v.ceiling for p in v.periods):
        return v.again.period
    floor = v.floor
    if v.earlier is not None:  # what stands right behind the figure before belongs to that one
        behind = (p for p in v.periods if p.start >= floor and _ties(v, floor, p.start))
        floor = next((p.end for p in behind if not _GOES_ON.search(v.text, floor, p.start)), floor)
    since = last_of(v.periods, figure.start, floor)
    if since and not _AGAINST.search(v.text, floor, since.start):
        return _opened(v, since)
    if v.earlier is not None:
        before = [k for k in v.sentence.figures if k < v.k]
        said = v.meanings[next((k for k in reversed(before) if not v.meanings[k].compared), v.earlier)]
        if v.figures[v.earlier].kind == "count" and said.measure is None:
            said = last_of(v.periods, v.figures[v.sentence.figures[0]].start)
            return said.value if said else None
        return said.period if said.status == meaning.status else None
    # The period of a list, or of the amount that a growth leads to, stands behind the last.
    listed = _AND_ALSO.fullmatch(v.text, figure.end, v.ceiling) or v.text[figure.end : v.ceiling] == " à "
    if v.later is not None and (level is not None or listed):
        end, alone = v.figures[v.later].end, v.later == v.sentence.figures[-1]
        late = first_of(v.periods, end, v.sentence.end if alone else v.figures[v.later + 1].start)
        return late.value if late and _ties(v, end, late.start, 70, alone) else None
    # The only period of the sentence, before the next figure.
    own = [period for period in v.sentence.periods if period.kind != "comparison"]
    only = own if len(own) == 1 and meaning.measure == "level" else ()
    return next((p.value for p in only if p in v.periods and figure.end <= p.start < v.ceiling), None)


_SAME_MONTHS = re.compile(r"\d{4}-\d\d/\d{4}-\d\d")


def _year_later(sentence: Sentence, views: list[View]) -> str | None:
    """Return the period of a sentence that says only what its own is compared with, a year before (`en recul de 33 %
    par rapport aux sept premiers mois de 2011`)."""
    for period in sentence.periods:
        if period.kind == "comparison" and _SAME_MONTHS.fullmatch(period.value or ""):
            told = years_on(period.value, 1)
            said = {v.meaning.period for v in views} - {None, f"{told[:4]}/.."}  # `depuis le début de l'année`
            return None if said else told
    return None


_SINCE = spaced(r"[Dd]epuis [^,.;\d]{3,80}$")


def _opened(v: View, period) -> str | None:
    """Return the value of a period: open where something has gone on since (`depuis la reprise de l'aide en 1992`);
    of a day (`au 20 août`), the months to it that the article is about, but for a stock (`en vigueur`)."""
    value = period.value or ""
    if value and "/" not in value and _SINCE.search(v.text, v.sentence.opening, period.start):
        return f"{value}/.."
    told = (v.account.period if v.account else None) or ""
    if len(value) == 10 and told.endswith(f"/{value[:7]}") and not v.of("cumul"):
        return told
    return value or None


_GOES_ON = re.compile(r"\bet (?:a|ont|en|est|sont|avait)\b|\bqui\b|\bdont\b")
_YEAR_AGO = spaced(
    r"[^,.;()]{0,40}(?:(?:un an|une année|douze mois) (?:plus tôt|auparavant|avant)|il y a un an|l['’]an(?:née)?"
    r" (?:dernier|passé|dernière|passée|précédente?|d['’]avant)"
    r"|même (?:période|mois|trimestre|semestre)(?! 20\d\d| de 20\d\d))"
)


def _year_ago(v: View) -> str | None:
    """Return the period of what a figure before is compared with, where it is said to be a year older."""
    said = v.meanings[v.earlier].period if v.earlier is not None else None
    if not said or said.startswith("X") or not _YEAR_AGO.match(v.text, v.figure.end, v.sentence.end):
        return None
    return years_on(said, -1)


def _ties(v: View, start: int, end: int, reach: int = 70, last: bool = False) -> bool:
    """Whether nothing parts two places; one comma right behind the last figure of a sentence does not."""
    start += last and v.text[start] == ","
    return end - start < reach + 30 * last and not v.parted(start, end)


# --- status, product -------------------------------------------------------------------------------------------------
_PRODUCT = spaced(
    r" (?:[\w-]{3,20} )?(?:de |d['’])(?!(?:la|le|l|un|une|ce|ces|cette|ses|leurs|son|sa|plus|près|environ|janvier"
    r"|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)(?!\w))(?P<product>[a-zà-ÿœ]"
    r"[\w'’-]{1,20}(?: (?:et |d['’]|de )?(?!(?:vers|a|ont|qui|que|provenance|au|aux|en|à|par|pour|du|est|sont|dans"
    r"|depuis|avec|vietnamien\w*)(?!\w))[a-zà-ÿœ-]{3,20}){0,2})"
)


def _status(v: View, compared: bool) -> str:
    """Target or forecast by the nearest such word or verb in the future before the figure, or right behind it (`d'ici
    2030`); else actual, as is what it is compared with (`contre 3% en 2020`)."""
    words = [cue for cue in v.cues if cue.kind == "status" or v.text.endswith(("ra", "ront"), cue.start, cue.end)]
    words = [cue for cue in words if cue.kind != "past"]  # `auront été fastes`
    chosen = last_of(words, v.figure.start, v.figure.start - 160)
    if not chosen:
        chosen = first_of([cue for cue in words if cue.value == "target"], v.figure.end, v.figure.end + 30)
        chosen = None if chosen and v.parted(v.figure.end, chosen.start) else chosen
    if compared or not chosen:
        return "actual"
    return chosen.value if chosen.kind == "status" else "forecast"


def _product(v: View) -> str | None:
    """Return what is traded, in the text's words: behind the unit (`3 tonnes de riz`) or the word of flow."""
    match = _PRODUCT.match(v.text, v.figure.end) if v.figure.kind == "quantity" else None
    if not match and v.flow and v.flow.value in ("export", "import"):
        match = _PRODUCT.match(v.text, v.flow.end)
    return match["product"] if match else None


def _ranked(v: View) -> bool:
    noun = v.text.endswith(("rang", "place", "position"), v.figure.start, v.figure.end)
    return v.figure.kind == "rank" and not noun


def _share_back(views: list[View]) -> None:
    """Give what stands before an amount in a list its flow, and money that goes into projects their partner."""
    for v in views[-2::-1]:
        meaning, following, later = v.meaning, v.meanings[v.later], v.figures[v.later]
        into = meaning.flow == following.flow == "fdi" and not v.parted(v.figure.end, v.ceiling)
        if into and later.kind == "count":
            meaning.partner = meaning.partner or following.partner
        elif _AND_ALSO.fullmatch(v.text, v.figure.end, v.ceiling) and (v.figure.elided or v.figure.kind == "percent"):
            alike = later.kind == v.figure.kind or following.flow == "aid"
            meaning.flow = meaning.flow or (following.flow if alike else None)


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
    account: Account | None = None
    for last, sentence in zip([None, *sentences], sentences, strict=False):
        past = None
        if last and (last.start < subject.body) != (sentence.start < subject.body):
            account = None
        near = last and sentence.start - figures[last.figures[-1]].end < REACH
        if near and (last.start < subject.body) == (sentence.start < subject.body):
            past = meanings[last.figures[-1]]
            if len({meanings[k].partner for k in last.figures}) > 1:  # a list of partners leaves none to go on with
                past = replace(past, partner=None)
        views = list(views_of(sentence, figures, meanings, subject, past, account))
        for v in views:
            _measure(v)
        for v in views:
            figure, meaning = v.figure, v.meaning
            meaning.flow = None if (flow := _flow(v)) == "none" else flow
            if figure.kind == "count" and meaning.flow not in (None, "aid"):
                meaning.measure = "level"
            owned = set_reporter(v)
            sided = meaning.measure or meaning.flow or v.both or figure.partner or figure.kind == "rank"
            if not owned and sided and figure.unit not in _UNTRADED:
                meaning.partner = partner_of(v)
            before = max(sentence.start, figure.start - 30), figure.start
            compared = figure.start - sentence.start > 6 and _OTHERS.search(v.text, *before) is not None
            meaning.status = _status(v, compared)
            meaning.compared, meaning.period, meaning.product = compared, _period(v, compared), _product(v)
        _share_back(views)
        if len(views) < 20 and "respecti" in v.text[sentence.start : sentence.end]:
            _respectively(views)
        against = _year_later(sentence, views)
        for v in views:
            if against and v.meaning.measure and not v.meaning.compared:
                v.meaning.period = against
        for v in views:
            v.meaning.topic = _topic(v)
            v.meaning.period = v.meaning.period or (_year_ago if v.meaning.compared else _carried)(v)
        account = carry(account, views)
    _repeated(figures, meanings, subject.body)
    return meanings


def _repeated(figures: list, meanings: list[Meaning], body: int) -> None:
    """Give a figure of title, standfirst or caption what it leaves unsaid and the body says of the same one, rounded
    (`près de 440 milliards` of 439,82)."""
    told = sorted((f.kind, f.unit, f.low, k) for k, f in enumerate(figures) if f.start >= body and f.kind != "rank")
    for figure, meaning in zip(figures, meanings, strict=True):
        if figure.start >= body:
            break
        at = bisect_left(told, (figure.kind, figure.unit, figure.low))
        beside = (k for kind, unit, _, k in told[max(at - 1, 0) : at + 1] if (kind, unit) == (figure.kind, figure.unit))
        alike = next((k for k in beside if _close(figure, figures[k])), None)
        if alike is not None:
            said = meanings[alike]
            for name in ("measure", "flow", "partner", "period", "product"):
                if name != "partner" or said.reporter == meaning.reporter:
                    setattr(meaning, name, getattr(meaning, name) or getattr(said, name))


def _close(one, other) -> bool:
    return all(abs(a - b) <= 0.005 * abs(b) for a, b in ((one.low, other.low), (one.high, other.high)))
