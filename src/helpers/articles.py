"""Cut a page into its article and the teasers under it, and those into title, standfirst, captions, body and end.

A page is read line by line. What stands out wherever it is (the date prefix, `ảnh 1`, `Photo: VNA`, `-VNA`) is cut off
first; the lines of text that remain are told apart by their place: before the dateline, before the end, after it.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from operator import itemgetter
from typing import NamedTuple

import pandas as pd

from helpers.characters import character_edits
from helpers.duplicates import mark_duplicates
from helpers.offsets import SECTIONS, Alignment, Edit, apply_edits, compose
from helpers.published import date_articles
from helpers.sentences import sentence_spans
from helpers.spacing import repair_spacing
from helpers.tables import frame

_AGENCY = r"(?:VNA|AVI|CVN|VNP|VNS|CPV|VOV|NDEL|TTXVN|VietnamPlus|Vietnam\+)"
_OTHER = r"[A-Z][A-Za-z+]{1,14}"
_CODES = rf"(?:{_OTHER}(?: {_OTHER})? ?/ ?){{0,2}}{_AGENCY}(?: ?/ ?{_OTHER})?"
_UPPER = "A-ZÀ-ÝĐ"
_BLANKS = " \t\xa0\u202f\u200b\ufeff"
_SENTENCE_END = tuple('.!?…»”")')

_SPACE = "".join(char for char in map(chr, range(0x3001)) if char.isspace()) + "\u200b\ufeff"
_DATE_PREFIX = re.compile(r"date \d{4}-\d{2}(?:-\d{2})?(?!\d)")
_MORE = re.compile(r"(?:voir|lire|en savoir) (?:plus|aussi)|[aà] lire aussi|sur le même sujet|tin liên quan", re.I)
_MARKER = re.compile(
    rf"(?=[-–—(.A-Z])(?:[-–—]{{1,2}}[ \xa0]?{_CODES}(?:[ \xa0]?[-–—](?=[ \xa0]*$))?(?=[{_UPPER}][a-zà-ÿ'’]|\W|$)"
    rf"|(?:{_OTHER}/){{1,2}}{_AGENCY}(?!\w)|\({_AGENCY}\)|\./\.|^{_AGENCY}$)"
)
_LABEL = re.compile(r"(?:[Hh][iì]nh )?(?:ảnh|(?<=[Hh]inh )anh) ?(\d{1,2})")
_PLACEHOLDER = re.compile(r"nh[aậ]p (?:m[oô] t[aả]|ch[uú] th[ií]ch)(?: cho)? [aả]nh", re.I)
_CREDIT = re.compile(
    r"(?=[-–—|(CPpẢI])(?:[-–—|(] ?)?(?<![^\W\d_])(?<![’'])(?:(?:Crédit )?(?:P|(?<=\()p)hotos?|Ảnh|Illustration)"
    rf"(?:(?P<kind> ?d ?['’][^\W\d_]{{7,12}})?[ \xa0]{{0,2}}:[ \xa0]{{0,2}}| (?={_AGENCY}\W*$))"
)
_CREDIT_VALUE = re.compile(rf"{_AGENCY}(?:/[A-Z]{{2,5}})?|[^\s.,;]{{1,40}}(?:\.[a-z]{{2,12}}){{0,3}}|")
_GLUED_AGENCY = re.compile(rf"{_AGENCY}(?:/[A-Z]{{2,5}})?[.)]{{0,2}} ?(?=[{_UPPER}«\"][\w ’'])")
_NEXT_SENTENCE = re.compile(rf"\w\w[.!?…)]{{1,3}} ?[{_UPPER}]|\({_AGENCY}\)")
_DATELINE = re.compile(
    rf"(?P<before>[^()\n]{{0,80}}(?:\([^()\n]{{2,30}}\) ?)?)\((?P<agency>{_CODES})\)"
    rf"(?:, ?(?:le )?\d{{1,2}}(?:er)? [^\W\d_]{{3,9}}(?: \d{{4}})?)?(?:[ \xa0]*[-–—:]|(?=[ \xa0]?[«“\"{_UPPER}]))"
)
_SIGNED = re.compile(rf"\({_CODES}\)")
_PARTICLES = frozenset({"de", "du", "des", "la", "le", "les", "et", "sur", "en", "au", "aux", "da", "del", "el", "dos"})
# What a match of these patterns holds, at most 40 characters from its start; most lines have none.
_SIGNS = {
    _MARKER: ("VNA", "AVI", "CVN", "VNP", "VNS", "CPV", "VOV", "NDEL", "TTXVN", "VietnamPlus", "Vietnam+", "./."),
    _LABEL: ("ảnh", "inh anh"),
    _CREDIT: ("hoto", "Ảnh", "Illustration"),
}
_ANY_SIGN = tuple(chain(*_SIGNS.values()))
_SECTION = {name: number for number, name in enumerate(SECTIONS)} | {"alt": SECTIONS.index("caption")}
_AUXILIARY = re.compile(r"\b(?:a|ont|est|sont|sera|seront|va|vont)\b")
_NO_LETTER, _NO_WORD = re.compile(r"[\W_]+"), re.compile(r"[^\w\s]+")


def _matches(pattern: re.Pattern, text: str, start: int, end: int) -> Iterator[re.Match]:
    """Return what `finditer` does, without a look at what has none of the pattern's signs near."""
    places = [place for sign in _SIGNS[pattern] if (place := text.find(sign, start, end)) >= 0]
    return pattern.finditer(text, max(start, min(places) - 40), end) if places else iter(())


class Piece(NamedTuple):
    """A stretch of the repaired page: a line of text, a part of the article, or something left out."""

    kind: str
    start: int
    end: int


def _lines(text: str) -> list[tuple[int, int]]:
    """Return the spans of the lines that are not blank, without the blanks at their ends."""
    spans, start = [], 0
    for line in text.replace("\r", "\n").split("\n"):
        if said := line.strip(_SPACE):
            begin = start + line.index(said)
            spans.append((begin, begin + len(said)))
        start += len(line) + 1
    return spans


def _is_end(line: str) -> bool:
    return bool(_MARKER.search(line[-20:]) or _CREDIT.search(line[-60:]) or _MORE.fullmatch(line))


def unwrap_edits(text: str) -> list[Edit]:
    """Return the edits that join the lines of a paragraph: a line stops at a letter, the next is in lower case.

    Where lines are wrapped like this twice or more, a full line is joined to the next whatever they end and begin with.

    Examples
    --------
    >>> unwrap_edits("Titre\\n\\nLe riz de la\\nprovince est cher.")
    [Edit(start=19, end=20, new=' ')]
    """
    breaks, joins = [], False  # across a blank line neither the title nor what follows the end is joined
    lines = _lines(text)
    if not any(text[start].islower() for start, _ in lines[1:]):
        return []
    for (begin, end), (start, _) in pairwise(lines):
        single = text.count("\n", end, start) < 2
        cut = text[start].islower() and (text[end - 1].isalnum() or text[end - 1] in ",’'") and (single or joins)
        ended = (cut or joins or not breaks) and _is_end(text[begin:end])
        joins = not ended and (joins or not breaks)
        breaks.append((end, start, cut and not ended, single, end - begin))
    widths = [width for _, _, cut, single, width in breaks if cut and single and width <= 120]
    full = 0.75 * max(widths) if len(widths) > 1 and max(widths) >= 40 else len(text)
    return [Edit(i, j, " ") for i, j, cut, single, width in breaks if cut or (single and full <= width <= 120)]


def _repair(source: str) -> tuple[str, Alignment, list[int]]:
    """Return the repaired text, its map to the source and the source positions of the repairs."""
    edits = character_edits(source)
    text, silent = apply_edits(source, edits), frozenset(edits)
    for step in (unwrap_edits, repair_spacing):
        if found := step(text):
            edits, text = compose(edits, found), apply_edits(text, found)
    return text, Alignment.of(edits), sorted(edit.start for edit in edits if edit not in silent)


def _trim(text: str, start: int, end: int, kind: str) -> Iterator[Piece]:
    """Yield the stretch without blanks at its ends, if anything is left."""
    stretch = text[start:end]
    if said := stretch.strip(_SPACE):
        start += stretch.index(said)
        short = len(said) < 60 and kind in ("text", "caption")
        placeholder = short and _PLACEHOLDER.fullmatch(said.strip(" .()"))
        yield Piece("placeholder" if placeholder else kind, start, start + len(said))


def dateline(text: str, start: int = 0, end: int | None = None) -> tuple[str, str] | None:
    """Return place and agency where the stretch begins with a dateline.

    Examples
    --------
    >>> dateline("Ba Ria-Vung Tau, 7 novembre (VNA) - La province a attiré vingt projets.")
    ('Ba Ria-Vung Tau', 'VNA')
    >>> dateline("La Banque asiatique de développement (BAD) - un prêteur")
    """
    end = len(text) if end is None else end
    match = _DATELINE.match(text, start, end) if text.find("(", start, min(start + 120, end)) >= 0 else None
    if not match:
        return None
    place, comma, date = match["before"].strip(_BLANKS + "-–—").partition(",")
    if comma and not any(char.isdigit() for char in date):
        place += comma + date
    words = re.findall(r"[^\s/,-]+", re.sub(r"\([^()]*\)", "", place))
    named = all(word[0].isupper() or word in _PARTICLES or word[:2] in ("d'", "d’") for word in words)
    return (place, match["agency"]) if named and len(words) < 9 else None


def _last_sentence(text: str, start: int, end: int) -> int:
    """Return where the last sentence of the stretch begins."""
    spans = sentence_spans(text, start, end)
    return spans[-1][0] if spans else start


def _line(text: str, start: int, end: int) -> Iterator[Piece]:
    """Yield a line of text; a dateline inside it, after a lost line break, begins a line of its own."""
    found = _SIGNED.search(text, start, end) if text.find("(", start + 1, end) > 0 else None
    if found and found.start() > start:
        cut = max(text.rfind(mark, max(start, found.start() - 80), found.start()) for mark in ".!?…»") + 1
        cut += len(text[cut:end]) - len(text[cut:end].lstrip(_BLANKS)) if cut > start else 0
        if cut > start and dateline(text, cut, end) and not dateline(text, start, end):
            yield from _trim(text, start, cut, "text")
            start = cut
    yield from _trim(text, start, end, "text")


def _captions(text: str, start: int, end: int, labelled: bool) -> Iterator[Piece]:
    """Yield the captions and credits of a stretch, and the text that a lost line break glued to them."""
    position = start
    for match in _matches(_CREDIT, text, start, end):
        if match.start() < position:
            continue
        agency = _GLUED_AGENCY.match(text, match.end(), end)
        glued = agency or end - match.end() > 80 or _NEXT_SENTENCE.search(text, match.end(), end)
        stop = _CREDIT_VALUE.match(text, match.end(), end).end() if glued else end
        after = _DATELINE.match(text, stop, end) or _CREDIT.search(text, stop, min(end, stop + 600))
        if glued and not (labelled or agency or after):
            continue  # `la photo : ...` in a sentence
        begin, caption_end = position, match.end("kind") if match["kind"] else match.start()
        if dateline(text, position, match.start()) or (not labelled and match.start() - position > 450):
            begin = _last_sentence(text, position, match.start())
            yield from _trim(text, position, begin, "text")
        yield from _trim(text, begin, caption_end, "caption")
        yield from _trim(text, caption_end, stop, "credit")
        position, labelled = stop, False
    if labelled and position == start:
        first, *rest = [*_line(text, start, end)] or [None]
        yield from [first._replace(kind="caption" if first.kind == "text" else first.kind), *rest] if first else ()
    else:
        yield from _line(text, position, end)


def _segment(text: str, start: int, end: int, title: str, pictures: int) -> Iterator[Piece]:
    """Yield the pieces of a line between two end markers; so many pictures came before."""
    if _MORE.fullmatch(text[start:end].strip(_BLANKS)):
        yield from _trim(text, start, end, "more")
        return
    labels = list(_matches(_LABEL, text, start, end))
    position = start
    for number, label in enumerate(labels, pictures + 1):
        before = text[position : label.start()].rstrip(_BLANKS)
        cut = position  # where the picture's alternative text, the title, begins
        if before.endswith(title) and not _alike(before, title):
            cut += len(before) - len(title)
        elif position > start or len(before) > 250:
            credits = list(_matches(_CREDIT, text, position, label.start()))
            last = _CREDIT_VALUE.match(text, credits[-1].end()).end() if credits else 0
            cut = last or _last_sentence(text, position, label.start())
        if cut > position:
            yield from _captions(text, position, cut, labelled=position > start)
        yield from _trim(text, cut, label.start(), "alt")
        # `ảnh 12020` is the first picture, then the year
        position = label.start(1) + len(str(number)) if label[1].startswith(str(number)) else label.end()
        yield Piece("label", label.start(), position)
    yield from _captions(text, position, end, labelled=bool(labels))


def _ends(text: str, start: int, end: int, marker: re.Match, opened: bool) -> bool:
    """Return whether what looks like an end marker is one: a line or sentence stops before it, the line after it."""
    before = text[max(start, marker.start() - 8) : marker.start()].rstrip(_BLANKS)
    after = text[marker.end() : min(end, marker.end() + 12)].strip(_BLANKS + ".")
    signature = _CREDIT.search(text, max(start, marker.start() - 60), marker.start())
    if signature and not any(mark in text[signature.end() : marker.start()] for mark in ".!?…»)"):
        return False  # `Photo: Minh Duc – VNA`
    if not before:
        return opened and not after
    if before.endswith(_SENTENCE_END):
        return not after or (marker[0][0] in "-–—" and not after[0].islower())
    return not after and marker[0][0] in "-–—."


def _pieces(text: str) -> list[Piece]:
    """Cut the page into pieces: labels, captions, credits, end markers, ``Voir plus`` and lines of text."""
    pieces, title, pictures = [], None, 0
    for begin, end in _lines(text):
        start = begin
        if title and not any(map(text[start:end].__contains__, _ANY_SIGN)):  # most lines
            if end - start < 60:
                pieces += _trim(text, start, end, "more" if _MORE.fullmatch(text, start, end) else "text")
            else:
                pieces.append(Piece("text", start, end))
            continue
        if not pieces and (prefix := _DATE_PREFIX.match(text, start, end)):
            pieces.append(Piece("date", *prefix.span()))
            start = prefix.end()
        title = title or text[start:end].strip(_BLANKS)
        found = []
        for marker in _matches(_MARKER, text, start, end):
            if marker.start() >= start and _ends(text, start, end, marker, bool(pieces or found)):
                found += [*_segment(text, start, marker.start(), title, pictures), Piece("marker", *marker.span())]
                start = marker.end()
        if start == begin or text[start:end].strip(_BLANKS + "."):
            found += _segment(text, start, end, title, pictures)
        pictures += sum(piece.kind == "label" for piece in found)
        pieces += found
    return pieces


@lru_cache(1 << 8)
def _key(text: str) -> str:
    """Return letters and digits alone, without accents: `hinh anh` captions repeat the title like this."""
    return _NO_LETTER.sub("", unicodedata.normalize("NFD", text.casefold().replace("đ", "d")))


@lru_cache(1 << 8)
def _words(text: str) -> frozenset[str]:
    return frozenset(_NO_WORD.sub("", unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))).split())


def _alike(one: str, other: str) -> bool:
    """Return whether two titles say the same in nearly the same words."""
    if one == other:
        return True
    common, either = _words(one) & _words(other), _words(one) | _words(other)
    return len(common) >= 0.6 * len(either) or _key(one) == _key(other)


def _is_headline(line: str) -> bool:
    """Return whether a line can be a title: it is short and does not end like a sentence."""
    return len(line) <= 250 and not line.rstrip("»”\"') ").endswith((".", "…", ";", ",", ":")) and not line[0].islower()


def _own_end(text: str, pieces: list[Piece]) -> int:
    """Return the number of pieces that belong to the article itself; the teasers follow."""
    if (more := next((i for i, piece in enumerate(pieces) if piece.kind == "more"), None)) is not None:
        return more
    marker = max((i for i, piece in enumerate(pieces) if piece.kind == "marker"), default=len(pieces))
    for i in range(marker + 1, len(pieces)):
        if pieces[i].kind == "text" and _is_headline(text[pieces[i].start : pieces[i].end]):
            while pieces[i - 1].kind in ("caption", "credit"):
                i -= 1
            return i
    return len(pieces)


def _head_length(strings: list[str], prefixed: bool, before_label: int, glued: set[int]) -> int:
    """Return how many lines stand before the body where no dateline says so; a standfirst is never among the glued."""
    if len(strings) < 2:
        return 0
    if prefixed:  # a caption without credit is shorter than a lead and seldom a whole sentence
        return int(len(strings[0]) <= 100 < len(strings[1]) and not _AUXILIARY.search(strings[0]))
    if not _is_headline(strings[0]):
        return 0
    titles = 1 + (_is_headline(strings[1]) and _alike(*strings[:2]))
    if titles <= before_label <= titles + 2:
        return min(before_label, titles + 1)
    return titles + (len(strings) > titles + 1 and len(strings[titles]) <= 600 and titles not in glued)


def _name_article(text: str, pieces: list[Piece], lost: Sequence[int] = ()) -> list[Piece]:
    """Name every line of text of the article: title, standfirst, caption or body; ``lost`` is where spaces were."""
    at = [i for i, piece in enumerate(pieces) if piece.kind == "text"]
    strings = [text[pieces[i].start : pieces[i].end] for i in at]
    head = next((n for n, i in enumerate(at[:5]) if dateline(text, pieces[i].start, pieces[i].end)), None)
    prefixed = bool(pieces) and pieces[0].kind == "date"
    if head is None:
        label = next((i for i, piece in enumerate(pieces) if piece.kind in ("alt", "label")), 0)
        glued = {
            n for n, i in enumerate(at[:8]) if bisect_left(lost, pieces[i].end) - bisect_left(lost, pieces[i].start) > 1
        }
        head = _head_length(strings[:8], prefixed, sum(i < label for i in at[:8]), glued)
    before_body = pieces[: at[head]] if head < len(at) else pieces
    titles = [text[piece.start : piece.end] for piece in before_body if piece.kind == "alt"][:1]
    named, known = list(pieces), {_key(text[p.start : p.end]): p.kind for p in pieces if p.kind == "caption"}
    lengths = {p.end - p.start for p in pieces if p.kind == "caption"}
    for n, (i, line) in enumerate(zip(at, strings, strict=True)):
        if n >= head:
            kind = known.get(_key(line), "body") if any(abs(len(line) - n) < 9 for n in lengths) else "body"
        elif any(_alike(line, title) for title in titles) or (n == 0 and _is_headline(line) and head > prefixed):
            kind = "title"
            titles.append(line)
            known[_key(line)] = "title"
            lengths.add(len(line))
        else:  # a lone sentence is a caption without credit: a standfirst stands under a title
            kind = "caption" if head == 1 and not titles and len(line) <= 250 else "standfirst"
        named[i] = pieces[i]._replace(kind=kind)
    return named


_STEP = {  # what a line (caption, title, summary) costs after which other; "" is the start
    "C": {"C": -3, "T": -3, "S": 0, "": 0},
    "T": {"C": 0, "T": -3, "S": 0, "": 0},
    "S": {"C": -4, "T": 0, "S": -3, "": -3},
}
_NAME = {"C": "caption", "T": "title", "S": "body"}


def _fit(line: str, following: str, signed: bool) -> dict[str, float]:
    """Return how well a line fits as caption, title and summary of a teaser."""
    if signed:
        return {"C": 6, "T": -6, "S": -6}
    if following and abs(len(line) - len(following)) < 9 and _key(line) == _key(following):
        return {"C": 6, "T": 0, "S": -4}
    sentence = -2 if _is_headline(line) else 2
    if line.endswith(("?", "!", "»", "”", '"')) or (sentence < 0 and not following):
        sentence = 0  # a title can end like this, and the last line can be cut off
    short = (len(line) < 120) + (len(line) < 60)
    return {"C": -2.5, "T": -sentence - 3 * (len(line) > 200), "S": sentence - short + (len(line) > 200)}


def _name_teasers(text: str, pieces: list[Piece]) -> list[list[Piece]]:
    """Cut what follows the article into teasers and name their lines by the likeliest sequence (Viterbi)."""
    at = [i for i, piece in enumerate(pieces) if piece.kind in ("text", "caption")]
    strings = [text[pieces[i].start : pieces[i].end] for i in at]
    best = {"": (0.0, None)}  # by state of the line: score, and the state with the states before
    for i, line, following in zip(at, strings, [*strings[1:], ""], strict=False):
        fit, before, best = _fit(line, following, pieces[i].kind == "caption"), best, {}
        for state, steps in _STEP.items():
            score, last = max([(before[last][0] + cost, last) for last, cost in steps.items() if last in before])
            best[state] = score + fit[state], (state, before[last][1])
    states, path = {}, max(best.values(), key=itemgetter(0))[1]
    for i in reversed(at):
        states[i], path = path
    teasers, previous = [], "S"
    for i, piece in enumerate(pieces):
        state = states.get(i) or ("C" if piece.kind in ("alt", "label", "credit") and previous == "S" else "")
        if state in ("C", "T") and previous != "C":
            teasers.append([])
        previous = state or previous
        named = piece._replace(kind=_NAME[states[i]]) if i in states else piece
        if piece.kind != "more":
            teasers = teasers or [[]]
            teasers[-1].append(named)
    return teasers


def _columns(text: str, pieces: list[Piece]) -> dict:
    """Return the columns that repeat the text of the parts."""
    said: dict[str, list[str]] = defaultdict(list)
    for kind, start, end in pieces:
        said[kind].append(text[start:end])
    row = {kind: "\n\n".join(dict.fromkeys(said[kind])) or None for kind in ("standfirst", "caption")}
    credits = (credit.partition(":")[2] or credit.partition(" ")[2] for credit in said["credit"])
    row["credit"] = "; ".join(dict.fromkeys(credit.strip(_BLANKS + ".)") for credit in credits)) or None
    row["title"], row["body"] = next(iter(said["title"]), None), "\n\n".join(said["body"]) or None
    row["n_words"] = sum([word[0].isalnum() or any(map(str.isalnum, word)) for word in (row["body"] or "").split()])
    if said["marker"]:
        row["end_marker"] = said["marker"][-1]
        row["agency"] = (re.findall(_AGENCY, row["end_marker"]) or [None])[-1]
    if said["body"] and (found := dateline(said["body"][0])):
        row["place"], row["agency"] = found[0] or None, found[1]
    return row


def _row(source: str, text: str, alignment: Alignment, repairs: list[int], pieces: list[Piece]) -> dict:
    """Return one row of **articles**, but for its names."""
    row = {"text": "", "source": "", "offsets": [0], "sections": [], "n_repairs": 0} | _columns(text, pieces)
    if pieces:
        start, end = pieces[0].start, pieces[-1].end
        first, last = alignment.span(start, end)
        row |= {"text": text[start:end], "source": source[first:last], "offsets": alignment.slice(start, end)}
        parts = [(_SECTION[kind], a - start, b - start) for kind, a, b in pieces if kind in _SECTION]
        row["sections"] = list(chain.from_iterable(parts))
        row["n_repairs"] = bisect_left(repairs, last) - bisect_right(repairs, first)
    return row


def _document_rows(doc_id: str, source: str) -> Iterator[dict]:
    """Yield the rows of one document: the article, then its teasers."""
    text, alignment, repairs = _repair(source)
    pieces = _pieces(text)
    own = _own_end(text, pieces)
    lost = [at for at, (start, end, _) in zip(alignment.positions, alignment.edits, strict=True) if start == end]
    for number, named in enumerate([_name_article(text, pieces[:own], lost), *_name_teasers(text, pieces[own:])]):
        row = _row(source, text, alignment, repairs, named)
        yield row | {"article_id": f"{doc_id}#{number}", "doc_id": doc_id, "role": "teaser" if number else "article"}


def cut_articles(documents: pd.DataFrame) -> pd.DataFrame:
    """Return **articles** without what other documents say: no dates, no duplicates (see `parse_articles`)."""
    pages = zip(documents["doc_id"].tolist(), documents["text"].fillna("").tolist(), strict=True)
    return frame("articles", (row for doc_id, text in pages for row in _document_rows(doc_id, text)))


def parse_articles(documents: pd.DataFrame) -> pd.DataFrame:
    """Cut every document into its article and the teasers under it.

    Parameters
    ----------
    documents : DataFrame
        **documents**, as `helpers.read_documents` gives it.

    Returns
    -------
    DataFrame
        **articles**, in reading order: one row per article (``doc_id#0``) and one per teaser (``doc_id#1``, …; its
        summary is the body). A document that could not be read keeps its row, with all parts missing. The body
        includes the dateline, not the end marker; captions come without alternative text, `ảnh 1` and credit.

    Examples
    --------
    >>> page = "Titre\\n\\nChapeau.\\nTitre ảnh 1Le port. Photo: VNA\\n\\nHué (VNA) - Le riz part.\\n\\nIl arrive. -VNA"
    >>> row = parse_articles(frame("documents", [{"doc_id": "a", "text": page}])).iloc[0]
    >>> row.title, row.standfirst, row.caption, row.credit, row.place, row.end_marker
    ('Titre', 'Chapeau.', 'Le port.', 'VNA', 'Hué', '-VNA')
    >>> row.body
    'Hué (VNA) - Le riz part.\\n\\nIl arrive.'
    """
    return mark_duplicates(date_articles(cut_articles(documents), documents), documents)
