"""Say what the figures of an article mean: measure, status, flow, who reports, with whom, when, what is traded.

Evidence is read in this order: the figure's own noun phrase, the words of its sentence nearest to it, the figure it
stands beside, the sentence before, the article's title. Each rule says in its docstring what it uses; what none of it
settles stays None. The words that carry meaning are data: ``data/numbers/cues.csv``. At the end of a sentence
`helpers.weighing` sets flow, measure, reporter, partner and period to the answers that weigh most.
"""

import re
from bisect import bisect_left
from dataclasses import replace

from helpers.cues import REACH, Sentence, first_of, last_of
from helpers.discourse import Account, Subject, carry, spaced
from helpers.flows import UNTRADED, flow_of, trader_flow
from helpers.measures import set_measure
from helpers.parties import TRAVEL, counted_with, partner_of, set_reporter
from helpers.periods import carried_period, period_of, year_before, year_later
from helpers.views import AND_ALSO, VERSUS, Meaning, View, views_of
from helpers.weighing import weigh

_NEXT_OF_LIST = spaced(r"[^.;,\d]{0,40}(?:,| et|, et) (?:(?:une? )?\w{2,12} d(?:e |['’])|de |quelque |à )?")
_INCLUDED = spaced(r"\((?:y compris|dont) [^()]{0,12}$")
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


def _topic(v: View) -> str | None:
    """Return what the figure is about: its flow, travel, or else the word of what is measured before it."""
    figure, meaning = v.figure, v.meaning
    if figure.kind == "count" and trader_flow(figure.unit):
        return None
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


def _share_back(views: list[View]) -> None:
    """Give what stands before an amount in a list its flow, and money that goes into projects their partner."""
    for v in views[-2::-1]:
        meaning, following, later = v.meaning, v.meanings[v.later], v.figures[v.later]
        into = meaning.flow == following.flow == "fdi" and not v.parted(v.figure.end, v.ceiling)
        if into and later.kind == "count":
            meaning.partner = meaning.partner or following.partner
        elif AND_ALSO.fullmatch(v.text, v.figure.end, v.ceiling) and (v.figure.elided or v.figure.kind == "percent"):
            alike = later.kind == v.figure.kind or following.flow == "aid"
            meaning.flow = meaning.flow or (following.flow if alike else None)


def _respectively(views: list[View]) -> None:
    """Where `respectivement` pairs a list of subjects or periods with a list of figures, give each its flow, partner,
    period or level."""
    sentence, text, figures, meanings = views[0].sentence, views[0].text, views[0].figures, views[0].meanings
    groups: list[list[int]] = []
    for v in views:
        same = v.earlier is not None and figures[v.earlier].kind == v.figure.kind
        if same and _NEXT_OF_LIST.fullmatch(text, v.floor, v.figure.start):
            groups[-1].append(v.k)
        else:
            groups.append([v.k])
    for group in (group for group in groups if len(group) > 1):
        until = figures[group[0]].start
        flows = [word.lower() for word in re.findall(r"(?i)\b(export|import)(?!ant|anc)", text[sentence.start : until])]
        named = [n for n in sentence.names if n.end <= until and n.party and n.role is None]
        named = [n for n in named if not _INCLUDED.search(text, max(0, n.start - 25), n.start)]
        since = max((figures[k].end for k in sentence.figures if k < group[0]), default=sentence.start)
        beside = [n.party for n in named if n.start >= since]
        partners = beside if len(set(beside)) == len(group) else [n.party for n in named]
        levels = [k for k in sentence.figures if k < group[0] and figures[k].kind != "percent"]
        levels = levels if figures[group[0]].kind == "percent" and len(levels) == len(group) else []
        times = [p for p in sentence.periods if p.value and p.kind != "comparison"]
        behind = [p.value for p in times if 0 <= p.start - figures[group[-1]].end < 60]
        times = behind or [p.value for p in times if since <= p.start and p.end <= until]
        side = "reporter" if {meanings[k].reporter for k in group} <= set(partners) else "partner"
        for values, name in ((flows, "flow"), (partners, side), (levels, "refers_to"), (times, "period")):
            values = list(dict.fromkeys(values))
            for k, value in zip(group, values, strict=True) if len(values) == len(group) else ():
                setattr(meanings[k], name, value)
        for k, level in zip(group, levels, strict=False):
            for name in ("flow", "partner", "period"):
                setattr(meanings[k], name, getattr(meanings[level], name))


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
            set_measure(v)
        for v in views:
            figure, meaning = v.figure, v.meaning
            meaning.flow = None if (flow := flow_of(v)) == "none" else flow
            if figure.kind == "count" and meaning.flow not in (None, "aid") and not trader_flow(figure.unit):
                meaning.measure = "level"
            elif figure.kind == "count" and meaning.flow == "aid" and figure.elided:
                meaning.measure = None  # what is given is no statistic
            owned = set_reporter(v)
            sided = meaning.measure or meaning.flow or v.both or figure.partner or figure.kind == "rank"
            if not owned and sided and figure.unit not in UNTRADED:
                meaning.partner = partner_of(v)
            elif not owned and not sided:
                meaning.partner = counted_with(v)
            before = max(sentence.start, figure.start - 30), figure.start
            compared = figure.start - sentence.start > 6 and VERSUS.search(v.text, *before) is not None
            meaning.status = _status(v, compared)
            meaning.compared, meaning.period, meaning.product = compared, period_of(v, compared), _product(v)
        _share_back(views)
        paired = len(views) < 20 and "respecti" in v.text[sentence.start : sentence.end]
        if paired:
            _respectively(views)
        against = year_later(sentence, views)
        for v in views:
            if against and v.meaning.measure and not v.meaning.compared:
                v.meaning.period = against
        for v in views:
            v.meaning.topic = _topic(v)
            v.meaning.period = v.meaning.period or (year_before if v.meaning.compared else carried_period)(v)
        weigh(views)
        if paired:
            _respectively(views)
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
