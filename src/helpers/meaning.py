"""Say what the figures of an article mean: measure, status, flow, who reports, with whom, when, what is traded.

Evidence is read in this order: the figure's own noun phrase, the words of its sentence nearest to it, the figure it
stands beside, the article's title. Each rule says in its docstring what it uses. What none of it settles stays None.
The words that carry meaning are data: ``data/numbers/cues.csv``.
"""

import re
from dataclasses import replace

from helpers.discourse import Subject
from helpers.numbers import BLANK, SIGNS
from helpers.parties import TRAVEL, partner_of, set_reporter
from helpers.views import REACH, Cue, Meaning, Sentence, View, first_of, last_of, views_of

# --- measure: level, growth or share ---------------------------------------------------------------------------------
_OF = re.compile(rf"{BLANK}(?:du|des|de(?!{BLANK}(?:plus|moins|mieux))|d['’](?!ici|un|env))")
_AMOUNT_OF = re.compile(
    rf"(?:{BLANK}[\w'’]{{1,14}}){{0,2}}{BLANK}(?:de|d['’])(?:{BLANK}[\w'’]{{1,14}}){{0,3}}{BLANK}?|{BLANK}"
)
_TO_LEVEL = re.compile(rf",?{BLANK}à{BLANK}$")
_UP_TO = re.compile(rf"(?:{BLANK}(?:en|fin|début){BLANK}\d{{4}})?{BLANK}à{BLANK}(?=\d|un|près|plus|environ)")
_FURTHER = re.compile(rf"{BLANK}(?:de|d['’]){BLANK}?(?:un{BLANK}|une{BLANK})?")
_LEVEL_VERB = re.compile(
    rf"\b(?:attei|dépass|totalis|s['’]él|s['’]établ|chiffr|avoisin|franchi|culmin)\w{{0,9}}"
    rf"(?:{BLANK}[\w'’]{{1,14}}){{0,5}}{BLANK}$"
)
_REACHING = re.compile(rf"[ ,]{{1,2}}(?:pour|à|avec|s['’]él|attei|total|se{BLANK}chiff|jusqu)[\w'’ ]{{0,40}}")


def _change(v: View) -> Cue | None:
    """Return the word of rise, fall or share that governs a figure: nearest before it in its clause, or just behind."""
    figure = v.figure
    cue = last_of([cue for cue in v.cues if cue.kind in ("change", "share")], figure.start, v.floor)
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
                return "share" if last_of([c for c in v.cues if c.kind == "share"], figure.start) else "level"
            if figure.start - last.end < 130:
                v.meaning.falls = said.falls
                return said.measure
        elif text[max(0, figure.start - 2) : figure.start].rstrip().endswith("("):
            return "growth"
    far = last_of([cue for cue in v.cues if cue.kind in ("change", "share", "flow")], figure.start, figure.start - 120)
    if far is None and v.past and any(cue.value == "forecast" for cue in v.cues):
        return v.past.measure if v.past.measure == "growth" else None
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
        meaning.measure = "growth" if grown and not _UP_TO.match(text, figure.end) else "level"
    elif (
        figure.elided
        or TRAVEL.match(figure.unit)
        or _LEVEL_VERB.search(text, max(v.sentence.start, figure.start - 70), figure.start)
    ):
        meaning.measure = "level"
    if meaning.measure == "growth" and not text.endswith(
        ("à ", "à\xa0"), 0, figure.start
    ):  # `abaissé à 2,7 %` is no fall
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
    rf"(?:{BLANK}(?:d|en|à|aux?|pour|sous)[\w'’]{{0,7}}){{1,3}}{BLANK}?(?:l['’])?"
    rf"|{BLANK}(?:a|ont|est|sont){BLANK}(?:été{BLANK})?|{BLANK}d['’]"
)
_OBJECT = re.compile(rf"(?:{BLANK}(?!vers|dans|à|aux?|chez|par|sur|depuis|avec)[\w'’]{{1,14}}){{0,3}}{BLANK}?")


def _given(v: View) -> bool:
    """Whether a count or a quantity is what is given to someone, alone or with what stands before it in a list."""
    figure, text = v.figure, v.text
    given = _GIVEN.search(text, max(v.sentence.start, figure.start - 60), figure.start)
    told = given["to"].split() if given else []
    if given and text.endswith((" leur ", " lui "), 0, given.start()):
        return True
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
        own = first_of(flows, figure.start, figure.end + 12)
        said = own.value if own else v.past.flow if v.past and not v.flow else None
        return None if said == "none" else said
    behind = first_of(flows, figure.end, min(v.ceiling, figure.end + 40))
    tied = behind is not None and _BEHIND.fullmatch(v.text, figure.end, behind.start)
    last = v.flow.value if v.flow else None
    if v.buyer:
        return "export"
    if tied and behind.value == "none" and last in ("export", "import"):  # `3 milliards de recettes`
        tied = False
    if figure.kind not in ("percent", "rank") and _given(v):
        return "aid"
    if figure.kind == "count":
        owned = any(n.type == "country" and n.side == "partner" and v.at_head(n) for n in v.names)
        owned = (owned and last != "aid") or "étranger" in figure.unit
        if figure.unit.startswith("projet") and (owned or any(cue.value == "fdi" for cue in flows)):
            return "fdi"
        if v.again and not last and (figure.unit == "unité" or (figure.unit == "projet" and v.again.flow == "fdi")):
            return v.again.flow
        return last if last in ("export", "import") and _OBJECT.fullmatch(v.text, v.flow.end, figure.start) else None
    if not tied and last is None and v.earlier is not None and v.figures[v.earlier].unit.startswith("projet"):
        return v.meanings[v.earlier].flow  # what the projects are worth
    if not tied and last is None and v.meaning.refers_to is not None and v.meaning.refers_to < v.k:
        return v.meanings[v.meaning.refers_to].flow
    said = v.meanings[v.earlier].flow if v.earlier is not None and (figure.elided or figure.kind == "rank") else None
    if not tied and last is None and said:
        return said
    if not tied and last is None and v.again:
        return v.again.flow
    if not tied and last is None and (figure.kind == "percent" or not behind or v.parted(figure.end, behind.start)):
        return None
    found = behind.value if tied or last is None else last
    # Dongs are no foreign money: `la province investira 500 milliards de dongs`.
    home = found == "fdi" and figure.unit == "VND" and not any(name.side == "partner" for name in v.names)
    return None if found == "none" or home else found


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


# --- when ------------------------------------------------------------------------------------------------------------
_OTHERS = re.compile(
    rf"\b(?:contre|au{BLANK}lieu{BLANK}de)(?:{BLANK}(?:plus|près|moins|environ|seulement|quelque|à{BLANK}peine))?"
    rf"(?:{BLANK}d(?:e|['’]))?{BLANK}?$"
)
_YEARLY = re.compile(rf"(?:{BLANK}en{BLANK}moyenne)?{BLANK}(?:par{BLANK}an(?:née)?|chaque{BLANK}année|l['’]an)(?!\w)")


def _period(v: View) -> str | None:
    """Return the period: one tied behind the figure, else the last since the figure before it, else that of the level
    it refers to, of the figure before, or of the next one in a list. A period that is compared with is none of its own;
    an open one (`d'ici la fin de la décennie`) settles nothing and lets nothing else settle it."""
    figure, meaning = v.figure, v.meaning
    counted = figure.kind == "count" and meaning.measure is None
    if _YEARLY.match(v.text, figure.end) and any(p.link in ("by", "horizon") for p in v.periods):
        return None
    tied = first_of(v.periods, figure.end, v.ceiling)
    if tied and _ties(v, figure.end, tied.start, 25 if counted else 70, v.later is None):
        return tied.value
    if counted or _OTHERS.search(v.text, max(v.sentence.start, figure.start - 30), figure.start):
        return None
    level = meaning.refers_to
    if level is not None and level < v.k:
        return v.meanings[level].period
    whole = meaning.measure in ("share", "growth") and any(cue.value == "whole" for cue in v.cues)
    if whole and v.again and not any(p.start < v.ceiling for p in v.periods):
        return v.again.period
    floor = v.floor
    if v.earlier is not None:  # what stands right behind the figure before belongs to that one
        floor = next((p.end for p in v.periods if p.start >= floor and _ties(v, floor, p.start)), floor)
    if since := last_of(v.periods, figure.start, floor):
        return since.value
    if v.earlier is not None:
        if v.figures[v.earlier].kind == "count" and v.meanings[v.earlier].measure is None:
            opening = last_of(v.periods, v.figures[v.sentence.figures[0]].start)
            return opening.value if opening else None
        return v.meanings[v.earlier].period
    # The period of a list, or of the amount that a growth leads to, stands behind the last.
    listed = _AND_ALSO.fullmatch(v.text, figure.end, v.ceiling) or v.text[figure.end : v.ceiling] == " à "
    if v.later is not None and (level is not None or listed):
        end, alone = v.figures[v.later].end, v.later == v.sentence.figures[-1]
        late = first_of(v.periods, end, v.sentence.end if alone else v.figures[v.later + 1].start)
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
    behind = first_of([cue for cue in words if cue.value == "target"], v.figure.end, v.figure.end + 30)
    chosen = last_of(words, v.figure.start, v.figure.start - 160) or behind
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
    last = None
    for sentence in sentences:
        past = None
        if (
            last is not None
            and (last.start < subject.body) == (sentence.start < subject.body)
            and sentence.start - figures[last.figures[-1]].end < REACH
        ):
            past = meanings[last.figures[-1]]
            if len({meanings[k].partner for k in last.figures}) > 1:  # a list of partners leaves none to go on with
                past = replace(past, partner=None)
        views = list(views_of(sentence, figures, meanings, subject, past))
        last = sentence
        for v in views:
            _measure(v)
        for v in views:
            meaning = v.meaning
            meaning.flow = _flow(v)
            if v.figure.kind == "count" and meaning.flow not in (None, "aid"):
                meaning.measure = "level"
            owned = set_reporter(v)
            if not owned and (meaning.measure or meaning.flow or v.both or v.figure.partner or v.figure.kind == "rank"):
                meaning.partner = partner_of(v)
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
