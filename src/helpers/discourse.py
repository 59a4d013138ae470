"""What an article says once and then points back to: its subject, `durant cette période`, `ce marché`, `le royaume`.

Expressions that point back are data (``data/numbers/anaphora.csv``); each is given the last period or country that was
said before it, so that the rules of `helpers.meaning` read it as if it were said again.
"""

import re
from bisect import bisect_left
from collections import Counter
from typing import NamedTuple

from helpers.dates import years_on
from helpers.numbers import BLANK, table


def spaced(pattern: str) -> re.Pattern:
    """Compile a pattern in which a blank, outside of brackets, stands for any blank between words."""
    return re.compile(re.sub(r"\[[^\]]*\]| ", lambda match: BLANK if match[0] == " " else match[0], pattern))


# An antecedent is as near as this, in characters.
REACH = 700
_HOME = re.compile(r"[Vv]i[êe]t ?[Nn]am|VIETNAM|[Hh]anoï")
_NAMED = re.compile(r"Vi[êe]t ?[Nn]am(?!i)")  # the country, not its people
_ROWS = table("anaphora")
# The letters that they begin with stand first, to be fast.
_BACK = re.compile(
    r"(?<!\w)(?=[acdeilpsACDEILPS])(?:"
    + "|".join(f"(?P<r{k}>{row['pattern']})" for k, row in enumerate(_ROWS))
    + r")(?!\w)"
)
_BOTH = re.compile(r"deux (?:pays|parties)|bilatér")
_RELATION = re.compile(r"(?i)commerce|échange|relation|coopér|partena|liens?\b")
_VISIT = re.compile(r"visite (?:officielle|d['’])|homologue|entretenu|délégation")
_DATELINE = re.compile(r"[^.()\n]{2,60}\([A-Z][A-Z/ ,]{1,20}\)\s*[-–—:]*\s*")
_PROVINCE = re.compile(r"(?:province|ville|municipalité|populaire)(?: [a-zà-ÿ]{3,20})?(?: de |[ ]d['’]| du )$")
_CONTRAST = re.compile(r"(?:contre|par rapport|comparé|(?:plus|moins|mieux) qu(?:e|['’]))(?:[^.;\n]|\.(?=\d)){0,60}$")
_LAST_YEAR = re.compile(r"(?i)l['’](?:an|année) (?:derni(?:er|ère)|passée?)")
_WITHIN = re.compile(r"(?i)\b(?:en|sur) $")
_STOP = re.compile(r"[.!?]\s")
_NEW = re.compile(r"[.!?]\s+|\n+|\(\w{2,6}\) [-–—] ")
_PAIR = spaced(r"(?: \([^()]{1,30}\))? et (?:(?:de|à|avec|pour) )?(?:la |le |les |l['’]|d['’]|du |des |aux? )?")
_COMMA = spaced(r"(?: \([^()]{1,30}\))?, (?:(?:de|à|avec|pour) )?(?:la |le |les |l['’]|d['’]|du |des |aux? )?")
_HEAD = re.compile(r"(?:[^,.;\n]{0,50}, )?(?:(?:[Ll]e|[Ll]a|[Ll]es|[Aa]u|[Ee]n) |[Ll]['’])?")


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
        """The partner that it stands for: a city's or agency's country, a province or bloc itself."""
        if self.side != "partner" or self.type == "agreement":
            return None
        return self.entity_id if self.type == "subdivision" else self.country or self.entity_id


class Account(NamedTuple):
    """What a part of an article was last giving figures of: what the sentences that follow may leave unsaid.

    Attributes
    ----------
    topic : str
        ``trade``, ``fdi``, ``aid``, ``travel``, or the word of what else is measured (`PIB`).
    flow, reporter, partner, period, measure : str or None
        Those of its last figure; no partner after a list of several, no period after a cumulative statement.
    unit : str
    opening : str or None
        The first period stated, to which it turns back after an aside.
    aside : bool
        Whether sentences on something else came in between.
    """

    topic: str
    flow: str | None
    reporter: str
    partner: str | None
    period: str | None
    measure: str | None
    unit: str
    opening: str | None = None
    aside: bool = False


TOPICS = frozenset(("trade", "fdi", "aid", "travel"))


def carry(account: Account | None, told: list) -> Account | None:
    """Return the account after a sentence, from the views of its figures.

    A figure with a topic takes the account over, but no other measure (an area, a price) that of trade. The period is
    the last one stated of what is `actual`: that of a target, or of what is compared with, leaves it as it was, as long
    as topic and reporter stay. The partner is that of the sentence that opens it, or speaks of two sides: a market told
    of afterwards is no partner of what follows.
    Where a sentence gives exports and imports, no flow goes on.
    """
    before = account
    partners = {v.meaning.partner for v in told if v.meaning.topic}
    mixed = {"export", "import"} <= {v.meaning.flow for v in told if v.meaning.topic}
    for v in told:
        said, same = v.meaning, account and account.topic == v.meaning.topic
        if not said.topic or (account and account.topic in TOPICS and said.topic not in TOPICS):
            continue
        goes_on = same and account.reporter == said.reporter
        closed = said.status == "actual" and not said.compared and said.period and not said.period.endswith("..")
        closed = closed and len(said.period) != 10  # the day of a stock
        period = said.period if closed else None
        told = period and (_within(period, account.opening) or _before(period, account.opening)) if goes_on else False
        if goes_on and (told or not (period or any(cue.value == "cumul" for cue in v.cues))):
            period = account.period
        opening = (account.opening if goes_on else None) or period
        opening = period if opening and _within(opening, period) else opening  # a record month, then all months
        market = v.flow and v.flow.sides and v.flow.sides.actor == "partner"  # who buys is one of several
        partner = said.partner if len(partners) == 1 and not market else None
        kept = goes_on and not (said.flow == "trade" or v.both)
        partner = account.partner if kept else partner
        unit = v.figure.unit if v.figure.kind == "money" or not same else account.unit
        account = Account(
            said.topic, None if mixed else said.flow, said.reporter, partner, period, said.measure, unit, opening
        )
    return account and account._replace(aside=account is before)


def _within(period: str, whole: str | None) -> bool:
    """Whether a month is one of a longer period."""
    first, _, last = (whole or "").partition("/")
    return len(period) == 7 and len(last) == 7 and first <= period <= last


def _before(period: str, whole: str | None) -> bool:
    """Whether a period is over before another begins."""
    return bool(whole) and _end_month(period) < whole[: len(_end_month(period))]


_NEIGHBOURS = ("CHN", "KHM", "LAO")


class Subject(NamedTuple):
    """What an article is about.

    Attributes
    ----------
    partner : str or None
        The only partner that its title names.
    both : bool
        Whether the title names Vietnam beside it.
    place, seat : str or None
        The Vietnamese place that the title begins with, or names first of two sides; the only one that it names.
    home : str or None
        The country or place whose news it is, if not Vietnam's.
    title : str
    body : int
        Where the body begins.
    main : str or None
        The country that at least four names, and three in four, are of.
    neighbour : str or None
        The only neighbour of Vietnam's that it names: what passes a border gate comes from there or goes there.
    year : str or None
        The year that it is of, where that is settled.
    """

    partner: str | None
    both: bool
    place: str | None
    seat: str | None
    home: str | None
    title: str
    body: int
    main: str | None = None
    neighbour: str | None = None
    year: str | None = None


def subject_of(text: str, names: list[Named], title: tuple[int, int], body: int) -> Subject:
    """Return the subject of an article, from its title (without one, its first sentence), dateline and first sentence.

    Another country's news: the title names it and nothing of Vietnam, it begins with it or the dateline is there, and
    the first sentence names neither Vietnam nor two sides nor a visit. A province's: title, or first sentence, and
    dateline are of the same place, or the title is of it and the dateline is abroad, or the body begins with it.
    """
    dateline = _DATELINE.match(text, body, body + 120)
    opening = dateline.end() if dateline else body
    stop = _STOP.search(text, opening, opening + 400)
    lead = opening, stop.start() if stop else min(len(text), opening + 400)
    head = title if title[1] > title[0] else lead
    named = [name for name in names if head[0] <= name.start < head[1] and name.role != "dateline"]
    partners = list(dict.fromkeys(name.party for name in named if name.role is None and name.party))
    countries = {name.party for name in named if name.party and name.type == "country"}
    if head is lead and len(countries) == 1:
        partners = list(countries)
    placed = [name for name in named if name.side == "vietnam"]
    if head is lead:
        placed = [n for n in placed if n.start - opening < 4 or _PROVINCE.search(text, max(0, n.start - 45), n.start)]
    places = {name.entity_id: name.start for name in reversed(placed)}
    subjects = [p for p, start in places.items() if start - head[0] < 20 or text.endswith("ntre ", head[0], start)]
    place = subjects[-1] if subjects and head is title else None
    seat = place or (next(iter(places)) if len(places) == 1 else None)
    there = next((name for name in names if name.role == "dateline"), None)
    home = seat if there and seat == there.entity_id else place if not there or there.side == "partner" else None
    if not home and there and there.side == "vietnam":
        near = [n for n in names if n.entity_id == there.entity_id and opening <= n.start < opening + 700]
        told = [n for n in near if n.end <= lead[1]]
        led = any(_PROVINCE.search(text, max(0, n.start - 45), n.start) for n in told)
        home = there.entity_id if led or (told and len(near) > 1) else None
    if not home and not there and head is lead and seat:  # a text without title and dateline
        home = seat if any(_PROVINCE.search(text, max(0, n.start - 45), n.start) for n in placed) else None
    home = None if home in ("VN-HN", "VN-SG") else home
    if not places and len(countries) == 1 and not _HOME.search(text, *head):
        first = next(name for name in named if name.party in countries)
        ours = any(sign.search(text, *lead) for sign in (_NAMED, _BOTH, _VISIT))
        leads = _HEAD.fullmatch(text, head[0], first.start) and not (there and there.side == "vietnam")
        if not ours and (leads or (there and there.country == first.party)):
            home = first.party
    both = bool(head is title and (places or _NAMED.search(text, *head)))
    both = both or any(sign.search(text, *head) for sign in (_RELATION, _VISIT))
    told = Counter(name.country or name.party for name in names if name.party and name.role is None)
    [(main, most)] = told.most_common(1) or [(None, 0)]
    main = main if most >= 4 and most >= 0.75 * told.total() else None
    partner = partners[0] if len(partners) == 1 else None
    near = [country for country in _NEIGHBOURS if country in told]
    neighbour = near[0] if len(near) == 1 else None
    return Subject(partner, both, place, seat, home, text[slice(*title)], body, main, neighbour)


def point_back(text: str, names: list[Named], periods: list, subject: Subject) -> tuple[list[Named], list]:
    """Return names and periods with those that an expression points back to, at the place of that expression.

    `cette période` is the last period said, of whatever length; `ce marché` the last country, else the title's;
    `l'archipel` the last one that is one.
    """
    found: tuple[list, list] = ([], [])
    starts = [[item.start for item in items] for items in (names, periods)]
    for match in _BACK.finditer(text):
        start, end, row = *match.span(), _ROWS[int(match.lastgroup[1:])]
        which = int(row["kind"] == "period")
        said, at = (names, periods)[which], bisect_left(starts[which], start)
        near = [n for n in (*said[max(0, at - 40) : at], *found[which][-3:]) if start - REACH < n.end <= start]
        if before := _antecedents(text, start, near, row, subject):
            last = max(before, key=lambda item: item.end)
            more = {} if which else {"form": "name", "role": None}
            found[which].append(last._replace(start=start, end=end, **more))
    periods = _dated(text, _year_after(text, periods))
    if not any(found):
        return names, periods
    places = sorted((item.start, item.end) for back in found for item in back)
    kept = ([item for item in said if not _overlaps(places, item)] for said in (names, periods))
    return tuple(sorted([*said, *back], key=lambda item: item.start) for said, back in zip(kept, found, strict=True))


def _year_after(text: str, periods: list) -> list:
    """Return periods with the year that what they are compared with settles: `l'an dernier, 9 % de plus qu'en 2020`."""
    dated, other = [], None
    for period in reversed(periods):
        last_year = period.value is None and _LAST_YEAR.fullmatch(text, period.start, period.end)
        if last_year and other and re.fullmatch(r"\d{4}", other.value) and other.start - period.end < 160:
            between = text[period.end : other.start]
            if _CONTRAST.search(between) and not _STOP.search(between):
                period = period._replace(value=years_on(other.value, 1))
        other = period if period.value else other
        dated.append(period)
    return dated[::-1]


def _dated(text: str, periods: list) -> list:
    """Return periods with the year that they leave unsaid (`en août`, `cette année`, `en dix mois`):
    that of the last months or quarters that the article names, if they do not lie behind these."""
    said = [p for p in periods if p.value and "-" in p.value and p.value[:4].isdigit() and p.value[-1] != "."]
    said = [p.value for p in said if not p.ahead and not _CONTRAST.search(text, max(0, p.start - 80), p.start)]
    if not said:
        return periods
    last = max(map(_end_month, said))
    year, to_date = last[:4], {int(value[-2:]): value for value in sorted(said) if value[4:8] == "-01/"}

    def dated(p):
        if p.kind == "duration":  # `en dix mois`, of the ten first months that it names elsewhere
            count = re.fullmatch(r"P(\d+)M", p.value or "")
            value = to_date.get(int(count[1])) if count and _WITHIN.search(text, max(0, p.start - 5), p.start) else None
            return p._replace(value=value, kind="period") if value else p
        value = year if p.value is None and text[p.start : p.end].lower() == "cette année" else p.value or ""
        value = value.replace("XXXX", year)
        return p._replace(value=value) if value and _end_month(value) <= last else p

    return [dated(p) if not p.value or "XXXX" in p.value or p.kind == "duration" else p for p in periods]


def _end_month(value: str) -> str:
    return value.rpartition("/")[2][:7]


def _antecedents(text: str, start: int, near: list, row: dict, subject: Subject) -> list:
    """Return those of the names or periods said before a place that its expression may mean."""
    if row["kind"] == "period":
        periods = [period for period in near if period.value]
        return [p for p in periods if not _CONTRAST.search(text, max(0, p.start - 80), p.start)]
    if row["kind"] == "subject":
        *_, head = [0, *(m.end() for m in _NEW.finditer(text, max(0, start - REACH), start - 2))]
        named = [name for name in near if head <= name.start < head + 60 and name.role is None][:1]
        opens = text[max(0, start - 4) : start].rstrip()[-1:] in tuple(".!?")
        return [name for name in named if opens and _HEAD.fullmatch(text, head, name.start)]
    if row["kind"] in ("former", "latter", "first"):
        return _listed(text, near, row["kind"])
    countries = [n for n in near if n.type == "country" and n.party and (not row["among"] or n.party in row["among"])]
    return [name for name in countries if name.party == subject.home] or countries


def _listed(text: str, near: list[Named], which: str) -> list[Named]:
    """Return one of the last names that `et` joins (`la Chine et le Japon`): the former or latter of two, or the first
    of a list."""
    near = [name for name in near if name.role is None and name.party]
    for k in range(len(near) - 2, -1, -1):
        if _PAIR.fullmatch(text, near[k].end, near[k + 1].start):
            while which == "first" and k and _COMMA.fullmatch(text, near[k - 1].end, near[k].start):
                k -= 1
            return [near[k + (which == "latter")]]
    return []


def _overlaps(places: list[tuple[int, int]], item) -> bool:
    """Whether an item overlaps one of the places, which are sorted and apart."""
    at = bisect_left(places, (item.end, 0))
    return at > 0 and places[at - 1][1] > item.start
