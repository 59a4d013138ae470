"""Say when a figure holds: its own period, that of a figure beside it, or the one that its article goes on with."""

import re

from helpers.cues import Sentence, first_of, last_of
from helpers.dates import years_on
from helpers.discourse import TOPICS, spaced
from helpers.views import AND_ALSO, VERSUS, View

_AGAINST = spaced(r"\bcontre (?:[^\W\d]|[\d ,.]){1,40}$")  # of what is no figure here: `contre 9.400 en 2010`
_YEARLY = spaced(r"(?: en moyenne)? (?:par an(?:née)?|chaque année|l['’]an)(?!\w)")
_SAME_MONTHS = re.compile(r"\d{4}-\d\d/\d{4}-\d\d")
_SINCE = spaced(r"[Dd]epuis [^,.;:\d]{3,80}$")
# An aim beside what was reached: `, dépassant l'objectif de`, `alors que l'objectif initial était de`.
_AIM = spaced(
    r"(?:dépass|surpass|manqu|excéd|alors que|contre|loin d|au-dess\w{2}|en deçà|inférieure?s? à|supérieure?s? à)"
    r"[^.;\d]{0,30}(?:objectif|plafond|prévision|cible)"
)
_OPENING = re.compile(r"(?:[.!?»] |\n)(?:(?:[Ee]n|[Aa]u|[Ss]ur|[Pp]our|[Dd]urant) )?(?:l[ea] )?$")
_ONE_SENTENCE = re.compile(r",[^.!?\n]{5,140}[.!?]\s+")
_ASKED = re.compile(r"[^.!?\n]{0,40}\?\s+(?:[-–—«]\s)?")
_GOES_ON = re.compile(r"\bet (?:a|ont|en|est|sont|avait)\b|\bqui\b|\bdont\b")
_YEAR_AGO = spaced(
    r"[^,.;()]{0,40}(?:(?:un an|une année|douze mois) (?:plus tôt|auparavant|avant)|il y a un an|l['’]an(?:née)?"
    r" (?:dernier|passé|dernière|passée|précédente?|d['’]avant)"
    r"|même (?:période|mois|trimestre|semestre)(?:(?: de)? (?P<year>20\d\d))?)"
)


def _led(v: View) -> str | None:
    """Return the period that the sentence just before begins with, or that a question ends on, where it gives no
    figure (`En juin, la machine s'est grippée. Le pays …`)."""
    for period in v.sentence.led[-1:]:
        opens = _OPENING.search(v.text, max(v.subject.body, period.start - 12), period.start)
        asked = _ASKED.fullmatch(v.text, period.end, v.sentence.start)
        closed = period.kind == "period" and period.link in (None, "to-date") and len(period.value or "") in (4, 7, 15)
        if closed and (asked or (opens and _ONE_SENTENCE.fullmatch(v.text, period.end, v.sentence.start))):
            return period.value
    return None


def carried_period(v: View) -> str | None:
    """Return the period of the account that a figure goes on with: same topic (or a growth that names none) and same
    reporter, a statistic of what is actual, in a sentence with no period of its own and nothing cumulative (`à ce
    jour`). What is given is no statistic."""
    account, meaning = v.account, v.meaning
    if meaning.measure and meaning.topic not in (None, "aid") and not v.periods and (led := _led(v)):
        return led
    if not account or account.topic == "aid" or meaning.status != "actual" or meaning.compared:
        return None
    if v.figure.kind == "percent" and meaning.measure == "level":  # a duty's rate
        return None
    grown = meaning.topic is None and meaning.measure == "growth" and account.topic in TOPICS
    if meaning.topic != account.topic and not grown:
        return None
    stated = account.opening if account.aside else account.period
    own = [p for p in v.periods if not VERSUS.search(v.text, max(v.sentence.start, p.start - 60), p.start)]
    # `depuis janvier` is what is told of the first months.
    own = [p for p in own if not (stated and p.value and p.value[-2:] == ".." and stated.startswith(p.value[:-2]))]
    told = any(p.start < v.ceiling for p in own)
    ranked = v.figure.kind == "rank" and len(v.sentence.figures) > 1
    habit = "chaque année" in v.text[v.sentence.start : v.figure.start]
    if told or habit or v.of("cumul") or not (meaning.measure or ranked):
        return None
    kin = account.reporter == meaning.reporter or account.reporter[:2] == meaning.reporter[:2] == "VN"
    return stated if kin else None


def period_of(v: View, compared: bool) -> str | None:
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
        aim = not (said.period or "..").endswith("..") and _AIM.search(v.text, floor, figure.start)
        return said.period if said.status == meaning.status or aim else None
    return _further_on(v)


def _further_on(v: View) -> str | None:
    """Return the period behind the last of a list, or behind the amount that a growth leads to; else the only one of
    the sentence, before the next figure."""
    figure, meaning = v.figure, v.meaning
    listed = AND_ALSO.fullmatch(v.text, figure.end, v.ceiling) or v.text[figure.end : v.ceiling] == " à "
    if v.later is not None and (meaning.refers_to is not None or listed):
        end, alone = v.figures[v.later].end, v.later == v.sentence.figures[-1]
        late = first_of(v.periods, end, v.sentence.end if alone else v.figures[v.later + 1].start)
        return late.value if late and _ties(v, end, late.start, 70, alone) else None
    own = [period for period in v.sentence.periods if period.kind != "comparison"]
    only = own if len(own) == 1 and meaning.measure == "level" else ()
    return next((p.value for p in only if p in v.periods and figure.end <= p.start < v.ceiling), None)


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


def year_later(sentence: Sentence, views: list[View]) -> str | None:
    """Return the period of a sentence that says only what its own is compared with, a year before (`en recul de 33 %
    par rapport aux sept premiers mois de 2011`)."""
    for period in sentence.periods:
        if period.kind == "comparison" and _SAME_MONTHS.fullmatch(period.value or ""):
            told = years_on(period.value, 1)
            said = {v.meaning.period for v in views} - {None, f"{told[:4]}/.."}  # `depuis le début de l'année`
            return None if said else told
    return None


def year_before(v: View) -> str | None:
    """Return the period of what a figure before is compared with, where it is said to be a year older."""
    said = v.meanings[v.earlier].period if v.earlier is not None else None
    if not said or said.startswith("X") or not (ago := _YEAR_AGO.match(v.text, v.figure.end, v.sentence.end)):
        return None
    before = years_on(said, -1)
    return before if before.startswith(ago["year"] or "") else None


def _ties(v: View, start: int, end: int, reach: int = 70, last: bool = False) -> bool:
    """Whether nothing parts two places; one comma right behind the last figure of a sentence does not."""
    start += last and v.text[start] == ","
    return end - start < reach + 30 * last and not v.parted(start, end)
