"""From a place in the repaired text back to the verbatim source: the map that makes every number clickable.

A text is repaired by edits: a lost space put back, a stray one taken out, a letter and its combining accent composed.
`Alignment` keeps the edits and answers in logarithmic time; `ArticleText` is how the later steps read an article.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pandas as pd

SECTIONS = ("title", "standfirst", "caption", "body")


class Edit(NamedTuple):
    """Replace ``source[start:end]`` by ``new``; ``Edit(7, 7, " ")`` puts a space in before character 7."""

    start: int
    end: int
    new: str


def apply_edits(source: str, edits: Iterable[Edit]) -> str:
    """Return the source with its edits made; they are sorted and do not overlap.

    Examples
    --------
    >>> apply_edits("auxÉtats -Unis", [Edit(3, 3, " "), Edit(8, 9, "")])
    'aux États-Unis'
    """
    pieces, position = [], 0
    for start, end, new in edits:
        pieces += [source[position:start], new]
        position = end
    return "".join([*pieces, source[position:]])


class Alignment:
    """The map between a text and the source that it was made from.

    Parameters
    ----------
    steps : sequence of int
        The source position of the text's first character (``origin``), then three numbers an edit (``edits``): start
        and end in the source and the length of what stands there instead, in the text at ``positions``.

    Examples
    --------
    >>> alignment = Alignment.of([Edit(3, 3, " "), Edit(8, 9, "")])   # auxÉtats -Unis → aux États-Unis
    >>> alignment.span(4, 14)
    (3, 14)
    """

    def __init__(self, steps: Iterable[int] = (0,)):
        self.origin, *steps = map(int, steps)
        self.edits = list(zip(steps[::3], steps[1::3], steps[2::3], strict=True))
        shift, self.positions = -self.origin, []
        for start, end, length in self.edits:
            self.positions.append(start + shift)
            shift += length - (end - start)

    @classmethod
    def of(cls, edits: Iterable[Edit], origin: int = 0) -> "Alignment":
        """Return the alignment that these edits make."""
        return cls([origin, *(n for start, end, new in edits for n in (start, end, len(new)))])

    def _place(self, position: int) -> tuple[int, int]:
        """Return the source span of one character of the text (empty where it was put in)."""
        k = bisect_right(self.positions, position) - 1
        if k < 0:
            return position + self.origin, position + self.origin + 1
        start, end, length = self.edits[k]
        behind = position - self.positions[k] - length
        return (start, end) if behind < 0 else (end + behind, end + behind + 1)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the source span of ``text[start:end]``, which is not empty."""
        if not self.edits:
            return start + self.origin, end + self.origin
        return self._place(start)[0], self._place(end - 1)[1]

    def back(self, place: int) -> int:
        """Return where the character at a place of the source that no edit took out stands in the text."""
        k = bisect_right(self.edits, place, key=lambda edit: edit[1]) - 1
        if k < 0:
            return place - self.origin
        _, end, length = self.edits[k]
        return place - end + self.positions[k] + length

    def slice(self, start: int, end: int) -> list[int]:
        """Return the steps of ``text[start:end]`` alone, its positions counted from ``start``."""
        first, last = self.span(start, end)
        near = self.edits[bisect_left(self.positions, start) : bisect_left(self.positions, end)]
        return [first, *(n for edit in near if edit[0] >= first and edit[1] <= last for n in edit)]


def compose(first: list[Edit], second: list[Edit]) -> list[Edit]:
    """Return the edits of the source that do what ``first``, then ``second`` on its result, do.

    Examples
    --------
    >>> compose([Edit(4, 6, "ï")], [Edit(5, 5, " ")])    # the second counts in the composed text
    [Edit(start=4, end=6, new='ï'), Edit(start=6, end=6, new=' ')]
    """
    if not first:
        return list(second)
    map_ = Alignment.of(first)
    made_to = [at + len(edit.new) for at, edit in zip(map_.positions, first, strict=True)]
    moved, replaced = [], set()
    for start, end, new in second:
        # Edits of the first round whose new text the second round changes again become one with it.
        low, high = bisect_right(made_to, start), bisect_left(map_.positions, end)
        if low < high:
            replaced.update(range(low, high))
            head = first[low].new[: max(start - map_.positions[low], 0)]
            tail = first[high - 1].new[max(end - map_.positions[high - 1], 0) :]
            place = map_.span(start, end)
            new = head + new + tail
        elif end > start:
            place = map_.span(start, end)
        else:
            place = (map_.span(start - 1, start)[1] if start else 0,) * 2
        moved.append(Edit(*place, new))
    kept = [edit for k, edit in enumerate(first) if k not in replaced]
    return sorted([*kept, *moved], key=lambda edit: (edit.start, edit.end))


class Part(NamedTuple):
    """A stretch ``text[start:end]`` of an article in one of the `SECTIONS`."""

    section: str
    start: int
    end: int


@dataclass(frozen=True)
class ArticleText:
    """One row of **articles** as later steps read it: the repaired text, in which positions count, and its parts."""

    article_id: str
    doc_id: str
    role: str
    text: str
    source: str
    steps: tuple[int, ...]
    flat_sections: tuple[int, ...]

    @cached_property
    def alignment(self) -> Alignment:
        return Alignment(self.steps)

    @cached_property
    def parts(self) -> list[Part]:
        """Where the title(s), standfirst, caption(s) and body stand in the text, in reading order."""
        triples = zip(*(iter(self.flat_sections),) * 3, strict=True)
        return [Part(SECTIONS[number], start, end) for number, start, end in triples]

    def place(self, start: int, end: int) -> dict:
        """Return ``start``, ``end`` and ``surface`` of a row: the place of ``text[start:end]`` in the document."""
        first, last = self.alignment.span(start, end)
        origin = self.alignment.origin
        return {"start": first, "end": last, "surface": self.source[first - origin : last - origin]}

    def section_at(self, position: int) -> str | None:
        """Return the section that the position stands in, None between sections (an end marker, a credit)."""
        return next((part.section for part in self.parts if part.start <= position < part.end), None)


def article_texts(articles: pd.DataFrame) -> Iterator[ArticleText]:
    """Yield the rows of **articles** as `ArticleText`, in order."""
    columns = ["article_id", "doc_id", "role", "text", "source", "offsets", "sections"]
    for row in zip(*(articles[column].tolist() for column in columns), strict=True):
        *names, offsets, sections = row
        yield ArticleText(*names, tuple(offsets), tuple(sections))
