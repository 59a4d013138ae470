"""Say whether a figure is a level, a growth or a share, and which level a growth or a share points at."""

from helpers.cues import Cue, last_of
from helpers.discourse import spaced
from helpers.numbers import SIGNS
from helpers.parties import TRAVEL
from helpers.views import AND_ALSO, VERSUS, View

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
_LOST_PLUS = spaced(r", ?")  # `186 millions de dollars, 47%.`
_ALONE = spaced(r" ?(?:[.;,)]|$| (?:en (?:un an|glissement|rythme|variation)|sur un an|par rapport|de plus))")
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
    (`n'en achète que 5%`), else as `_percent_beside`."""
    figure, text = v.figure, v.text
    if text[figure.start] in SIGNS or figure.unit in ("point", "fois"):
        return "growth"
    to = v.figures[v.later] if v.later is not None and _TO_ANOTHER.fullmatch(text, figure.end, v.ceiling) else figure
    changed = to.kind == "percent" and to.low != figure.low
    if changed and _FROM_ONE.search(text, max(v.floor, figure.start - 70), figure.start):
        cue = last_of(v.of("share"), figure.start)
        return cue.value if cue else "level"  # `tombée de 26 à 15 %`
    if cue:
        falls = v.earlier is not None and v.meanings[v.earlier].falls
        listed = falls and AND_ALSO.fullmatch(text, v.figures[v.earlier].end, figure.start)
        v.meaning.falls = bool(cue.kind == "after" and listed)  # `une baisse de 16 % et de 19 % sur un an`
        return cue.value if cue.kind == "share" else "growth"
    if _OF.match(text, figure.end) or figure.low == 100:
        return "share"
    if _HAS_DONE.search(text, max(v.floor, figure.start - 60), figure.start):  # `a bondi de 5 %`, whatever the verb
        return "growth"
    listed = v.later is not None and AND_ALSO.fullmatch(text, figure.end, v.ceiling)
    if listed and v.figures[v.later].kind == "percent" and _OF.match(text, v.figures[v.later].end):
        return "share"
    if v.flow and v.flow.verb and _HOW_MUCH.fullmatch(text, v.flow.end, figure.start):
        return "share"
    return _percent_beside(v)


def _percent_beside(v: View) -> str | None:
    """Growth or share by what stands beside: brackets (`la Chine (5%)` a share, `3 milliards (5%)` a growth), the
    percent before, the last word of change or share further before."""
    figure, text = v.figure, v.text
    last, said = (None, None) if v.earlier is None else (v.figures[v.earlier], v.meanings[v.earlier])
    bracket = _BRACKET.search(text, max(v.floor, figure.start - 3), figure.start)
    if bracket and (last is None or last.kind != "percent"):
        alone = last is None or text[v.floor : bracket.start()].strip()
        if alone and (spoken := last_of(v.of("change", "share"), figure.start)) and spoken.kind == "change":
            v.meaning.falls = spoken.value == "down"
            return "growth"
        return "share" if alone or (v.again and v.again.measure == "share") else "growth"
    if last is not None and last.kind in ("money", "quantity") and _LOST_PLUS.fullmatch(text, last.end, figure.start):
        again = next((v.meanings[k].measure for k in range(v.k - 1, max(v.k - 9, -1), -1) if _is_part(v, k)), None)
        return again or ("growth" if _ALONE.match(text, figure.end) else None)
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
    if far and far.kind == "flow" and text.endswith((" de ", " d'", " d’"), 0, figure.start):
        far = last_of(v.of("change"), far.start, v.sentence.start)  # `celles vers l'UE de 6%`
    if far and far.kind == "flow":  # `le taux d'utilisation des préférences`, `la part des ventes`
        share = last_of(v.of("share"), far.start, far.start - 40)
        far = share if share and not v.parted(share.end, far.start) else far
    v.meaning.falls = far is not None and far.value == "down"
    return {"share": "share", "change": "growth"}.get(far and far.kind)


def _is_part(v: View, k: int) -> bool:
    """Whether a figure before is a percent of the same list."""
    return v.figures[k].kind == "percent" and v.figure.start - v.figures[k].end < 200 and bool(v.meanings[k].measure)


def _same_verb(v: View) -> str | None:
    """Return the measure of the last percent of the sentence where what follows has no verb of its own (`s'adjugent
    43 % du total, soit 9 milliards, les pays du CPTPP 14,5 %`)."""
    for k in range(v.k - 1, max(v.k - 5, v.sentence.figures[0] - 1), -1):
        if v.figures[k].kind == "percent":
            end, kinds = v.figures[k].end, ("change", "share", "flow", "deal")
            own = any(cue.start >= end and cue.end <= v.figure.start for cue in v.of(*kinds))
            return None if own or v.figure.start - end > 160 else v.meanings[k].measure
    return None


def set_measure(v: View) -> None:
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
        people = figure.partner and figure.unit[0].isupper()
        if (people or beside) and v.account and v.account.topic == "travel":
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
        unlike = unlike or VERSUS.search(v.text, max(beside[0], other.start - 30), other.start)
        if other.kind in ("percent", "rank") or other.unit == "fois" or said == "growth" or unlike or counted:
            continue
        return k if figure.start - other.end < 160 and not v.turns(other.end) else None
    if v.later is not None and v.figures[v.later].kind not in ("percent", "rank"):
        return v.later if _REACHING.fullmatch(v.text, figure.end, v.ceiling) else None
    return None
