"""What an article says once and then points back to: its subject, `durant cette période`, `ce marché`, `le royaume`.

Expressions that point back are data (``data/numbers/anaphora.csv``); each is given the last period or country that was
said before it, so that the rules of `helpers.meaning` read it as if it were said again.
"""

import re
from bisect import bisect_left
from typing import NamedTuple

from helpers.numbers import table

# An antecedent is as near as this, in characters.
REACH = 700
_HOME = re.compile(r"[Vv]i[êe]t ?[Nn]am|VIETNAM|[Hh]anoï")
_NAMED = re.compile(r"Vi[êe]t ?[Nn]am(?!i)")  # the country, not its people
_ROWS = table("anaphora")
_BACK = re.compile(r"(?<!\w)(?:" + "|".join(f"(?P<r{k}>{row['pattern']})" for k, row in enumerate(_ROWS)) + r")(?!\w)")
_BOTH = re.compile(r"deux (?:pays|parties)|bilatér")
_CONTRAST = re.compile(r"(?:contre|par rapport|comparé)[^.;\n]{0,60}$")
_STOP = re.compile(r"[.!?]\s")
_NEW = re.compile(r"[.!?]\s+|\n+|\(\w{2,6}\) [-–—] ")
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
        """The partner that it stands for: its country, or a bloc itself."""
        return (self.country or self.entity_id) if self.side == "partner" and self.type != "agreement" else None


class Subject(NamedTuple):
    """What an article is about.

    Attributes
    ----------
    partner : str or None
        The only partner that its title names.
    place, seat : str or None
        The Vietnamese place that the title begins with, or names first of two sides; the only one that it names.
    home : str or None
        The country or place whose news it is, if not Vietnam's.
    title : str
    body : int
        Where the body begins.
    """

    partner: str | None
    place: str | None
    seat: str | None
    home: str | None
    title: str
    body: int


def subject_of(text: str, names: list[Named], title: tuple[int, int], body: int) -> Subject:
    """Return the subject of an article, from its title, its dateline and its first sentence.

    Another country's news: the title names it and nothing of Vietnam, it begins with it or the dateline is there, and
    the first sentence names neither Vietnam nor two sides. A province's: title and dateline are of the same place.
    """
    named = [name for name in names if title[0] <= name.start < title[1]]
    partners = list(dict.fromkeys(name.party for name in named if name.role is None and name.party))
    places = [name for name in named if name.side == "vietnam"]
    places = {name.entity_id: name.start for name in reversed(places)}
    subjects = [p for p, start in places.items() if start - title[0] < 20 or text.endswith("ntre ", title[0], start)]
    place = subjects[-1] if subjects else None
    seat = place or (next(iter(places)) if len(places) == 1 else None)
    dateline = next((name for name in names if name.role == "dateline"), None)
    home = seat if dateline and seat in (dateline.entity_id, None) and seat not in ("VN-HN", "VN-SG") else None
    countries = {name.party for name in named if name.party and name.type == "country"}
    if not places and len(countries) == 1 and not _HOME.search(text, *title):
        first = next(name for name in named if name.party in countries)
        stop = _STOP.search(text, body + 20, body + 400)
        lead = body + 20, stop.start() if stop else body + 400
        ours = _NAMED.search(text, *lead) or _BOTH.search(text, *lead)
        head = _HEAD.fullmatch(text, title[0], first.start)
        if not ours and (head or (dateline and dateline.country == first.party)):
            home = first.party
    return Subject(partners[0] if len(partners) == 1 else None, place, seat, home, text[slice(*title)], body)


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
    if not any(found):
        return names, periods
    places = sorted((item.start, item.end) for back in found for item in back)
    kept = ([item for item in said if not _overlaps(places, item)] for said in (names, periods))
    return tuple(sorted([*said, *back], key=lambda item: item.start) for said, back in zip(kept, found, strict=True))


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
    countries = [n for n in near if n.type == "country" and n.party and (not row["among"] or n.party in row["among"])]
    return [name for name in countries if name.party == subject.home] or countries


def _overlaps(places: list[tuple[int, int]], item) -> bool:
    """Whether an item overlaps one of the places, which are sorted and apart."""
    at = bisect_left(places, (item.end, 0))
    return at > 0 and places[at - 1][1] > item.start
