"""Cut running French text into sentences; every extracted row shows the one it stands in."""

import re
from bisect import bisect_right

# A full stop ends no sentence after these, nor after a single capital (`R. de Corée`, `J. Kritenbrink`).
_ABBREVIATION = re.compile(
    r"(?:\b(?:M|MM|Mme|Mmes|Mlle|Dr|Pr|Me|Mgr|St|Ste|art|av|cf|env|no|vol|p|pp|a\.i|i\.e|J\.-C)|(?<!\w)[A-ZÀ-Ý])\.$"
)
# No sentence is this long: what is (a table without its lines, a damaged page) is cut behind a comma or a blank, so
# that a row's sentence stays readable and a page of n figures does not weigh n times its own length.
LONGEST = 2_000
_BREAK = re.compile(r"[.!?…\n](?:(?<=\n)|[»”\"’')\]]*(?=\s+(?:[«“\"‘'(\[]\s*)?[A-ZÀ-ÝĐ0-9]))")


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Return the spans of the sentences of ``text[start:end]``, blanks at their ends left out.

    Positions count in ``text``. None is longer than ``LONGEST``.

    Examples
    --------
    >>> text = "La R. de Corée a investi 3,5 milliards. Mme Lan l'a dit.\\n\\nHanoï, lundi."
    >>> [text[a:b] for a, b in sentence_spans(text)]
    ['La R. de Corée a investi 3,5 milliards.', "Mme Lan l'a dit.", 'Hanoï, lundi.']
    >>> [b - a for a, b in sentence_spans("Le riz, " * 500)]
    [1999, 1999]
    """
    end = len(text) if end is None else end
    cuts = [start]
    for match in _BREAK.finditer(text, start, end):
        stop = match.end()
        if text[match.start()] == "." and _ABBREVIATION.search(text[max(start, match.start() - 6) : match.start() + 1]):
            continue
        cuts.append(stop)
    spans = []
    for first, last in zip(cuts, [*cuts[1:], end], strict=True):
        while first < last:
            stop = last if last - first <= LONGEST else _cut(text, first, first + LONGEST)
            piece = text[first:stop]
            if stripped := piece.strip():
                begin = first + len(piece) - len(piece.lstrip())
                spans.append((begin, begin + len(stripped)))
            first = stop
    return spans


def _cut(text: str, first: int, last: int) -> int:
    found = [text.rfind(mark, first, last) + len(mark) for mark in (", ", " ")]
    return next((place for place in found if place > first + LONGEST // 2), last)


def sentence_at(spans: list[tuple[int, int]], position: int) -> tuple[int, int]:
    """Return the span that holds the position; the last one before it where it stands between two."""
    return spans[max(bisect_right(spans, (position, float("inf"))) - 1, 0)]
