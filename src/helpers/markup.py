"""Text of an article as HTML that shows it as it is, with the extracted rows marked in it and an address for each.

Markup, Markdown, ``$math$`` and direction marks in an article are data: they appear as text, in JupyterLab and in the
report, and nothing of them runs.
"""

import html
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import pairwise
from urllib.parse import quote as percent_encode

import pandas as pd
from markupsafe import Markup

from helpers.dates import find_periods
from helpers.offsets import article_texts

ARTICLE_PAGES = "../report/articles/"  # from notebooks/; the report rewrites it for its own pages
# Elements that differ without colour and without any style: evidence italic, figures with a marker, dates bold, names
# underlined.
MARKS = {
    "articles": ("span", "article_id"),
    "links": ("em", "link_id"),
    "figures": ("mark", "figure_id"),
    "dates": ("b", "date_id"),
    "mentions": ("u", "mention_id"),
}
LEGEND = (
    '<p class="legend">How to read the marks: <mark>figure</mark>, <b>date or period</b>, <u>partner</u>,'
    ' <u class="vietnam">Vietnamese</u>, <em>evidence of a tie</em>, <small class="repair">\u2423</small> a space that'
    " the page had lost.</p>"
)
# What could reorder or hide other text on the screen: control characters and the marks of text direction.
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MARKDOWN = re.compile(r"[!\"#$&()*+./:<=>?@\[\\\]^_`{|}~-]")


def plain(text: object, markdown: bool = False) -> Markup:
    """Return any text as HTML that shows it as it is, a `Markup` unchanged; ``markdown`` also disarms Markdown.

    Examples
    --------
    >>> plain("<b>5 $</b>")
    Markup('&lt;b&gt;5 <span>&#36;</span>&lt;/b&gt;')
    """
    if isinstance(text, Markup):
        return text
    if markdown:  # by numeric references, which HTML reads as well; a line break would end a list item or a table row
        text = _MARKDOWN.sub(lambda match: f"&#{ord(match[0])};", re.sub(r"\s*[\r\n]\s*", " ", str(text)))
    else:
        text = html.escape(str(text)).replace("\\", "&#92;").replace("$", "&#36;")
    # MathJax reads the finished page, where an escaped dollar or backslash still counts, but not alone in an element.
    return Markup(visible(re.sub("&#(?:36|92);", r"<span>\g<0></span>", text)))


def visible(text: str) -> str:
    """Return the text with its control characters and direction marks named, as in ``[U+202E]``."""
    return _INVISIBLE.sub(lambda match: f"[U+{ord(match[0]):04X}]", text)


def attribute(text: str) -> str:
    """Return any text as the value of an HTML attribute."""
    return html.escape(visible(text))


def quote(text: str) -> Markup:
    r"""Return a French quotation for `say`: in guillemets, marked as French.

    Examples
    --------
    >>> quote("six provinces")
    Markup('<span lang="fr">«\xa0six provinces\xa0»</span>')
    """
    return Markup(f'<span lang="fr">«\N{NO-BREAK SPACE}{plain(text, markdown=True)}\N{NO-BREAK SPACE}»</span>')


def anchor(row_id: str) -> str:
    """Return the anchor of a row (``figure_id``, ``mention_id``, …) on the page of its article.

    Examples
    --------
    >>> anchor("000_b980#0:f3")
    '000_b980-0-f3'
    """
    return re.sub(r"[^\w.-]", "-", row_id)


def page_name(doc_id: str) -> str:
    """Return the file name of an article's page: safe on every system, different for different articles.

    Examples
    --------
    >>> page_name("000_b980"), page_name("../../etc")
    ('000_b980.html', 'etc-74ccf3c5.html')
    """
    name = re.sub(r"[^\w-]+", "-", doc_id, flags=re.ASCII).strip("-")[:80]
    if not name or name != doc_id:
        name = f"{name or 'article'}-{sha256(doc_id.encode()).hexdigest()[:8]}"
    return f"{name}.html"


def source_link(row_id: str) -> str:
    """Return the address of a row's place in its article, as seen from a notebook.

    Examples
    --------
    >>> source_link("000_b980#1:f3")
    '../report/articles/000_b980.html#000_b980-1-f3'
    """
    doc_id = re.split(r"#\d", row_id, maxsplit=1)[0]
    return f"{ARTICLE_PAGES}{page_name(doc_id)}#{percent_encode(anchor(row_id))}"


def dated_places(articles: pd.DataFrame) -> pd.DataFrame:
    """Return where articles say something of time: ``date_id``, ``article_id``, ``start``, ``end``, ``surface``, and
    ``value`` (EDTF; NA: not settled)."""
    rows = []
    limits = zip(articles["published_from"], articles["published_to"], strict=True)
    for article, bounds in zip(article_texts(articles), limits, strict=True):
        periods = find_periods(article.text, *(None if pd.isna(day) else day.date() for day in bounds))
        for n, period in enumerate(periods, 1):
            name = {"date_id": f"{article.article_id}/d{n}", "article_id": article.article_id, "value": period.value}
            rows.append(name | article.place(period.start, period.end))
    rows = pd.DataFrame(rows, columns=["date_id", "article_id", "start", "end", "surface", "value"])
    return rows.astype({"value": "string"})


def marked_text(
    text: str, tables: Mapping[str, pd.DataFrame], origin: int = 0, back: Mapping[str, tuple[str, str]] | None = None
) -> str:
    """Return a verbatim stretch of a document, which begins at ``origin``, as HTML with the rows in it marked.

    ``tables`` has any of the keys of `MARKS`, with rows of this document: each row's first piece is its `anchor`; of
    articles, also the lost spaces that were put back are shown. ``back``: anchor → address and name of a place that
    cites this one; a link to it ends the mark.
    """
    spans, repairs, end = [], set(), origin + len(text)
    for order, (name, (tag, key)) in enumerate(MARKS.items()):
        rows = tables.get(name)
        if rows is None:
            continue
        sides = rows["side"] if "side" in rows else [""] * len(rows)
        if name == "articles":
            places = [
                (offsets[0], offsets[0] + len(source))
                for offsets, source in zip(rows["offsets"], rows["source"], strict=True)
            ]
            repairs.update(*map(_repaired, rows["offsets"]))
        else:
            places = zip(rows["start"].tolist(), rows["end"].tolist(), strict=True)
        for (first, last), row_id, side in zip(places, rows[key], sides, strict=True):
            if origin <= first < last <= end:
                marks = ' class="vietnam"' if side == "vietnam" else ""
                spans.append((first, -last, order, tag, marks, row_id))
    repairs = {place for place in repairs if origin <= place < end}
    pieces = _nested(text, origin, sorted(spans), repairs, back or {})
    return f'<div class="article" lang="fr">{"".join(pieces)}</div>'


def _repaired(offsets: list[int]) -> list[int]:
    """Return where a lost space was put back, from an article's ``offsets``."""
    edits = zip(*(iter(offsets[1:]),) * 3, strict=True)
    return [start for start, end, added in edits if start == end and added]


def _nested(text: str, origin: int, spans: list[tuple], repairs: set[int], back: Mapping) -> Iterator[str]:
    """Yield the text with its spans as elements: longer ones outside, crossing ones cut."""

    def closed(pieces: list[tuple], at: int) -> Iterator[str]:
        for _, last, _, tag, _, row_id in reversed(pieces):
            if -last <= at and (place := back.get(anchor(row_id))):
                yield f'<a class="back" href="{html.escape(place[0])}" aria-label="{attribute(place[1])}"></a>'
            yield f"</{tag}>"

    opened, waiting, end = [], spans[::-1], origin + len(text)
    cuts = {origin, end, *repairs, *(span[0] for span in spans), *(-span[1] for span in spans)}
    for at, until in pairwise(sorted(cuts)):
        kept = next((depth for depth, span in enumerate(opened) if -span[1] <= at), len(opened))
        yield from closed(opened[kept:], at)
        opened[kept:] = [span for span in opened[kept:] if -span[1] > at]
        yield from (f"<{span[3]}{span[4]}>" for span in opened[kept:])
        while waiting and waiting[-1][0] == at:
            opened.append(span := waiting.pop())
            yield f'<{span[3]} id="{html.escape(anchor(span[5]))}"{span[4]}>'
        if at in repairs:
            yield '<small class="repair">\N{OPEN BOX}</small>'
        yield str(plain(text[at - origin : until - origin])).replace("\n", "<br>\n")
    yield from closed(opened, end)
