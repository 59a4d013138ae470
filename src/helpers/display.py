"""All that a notebook shows goes through here: the same bytes each run, readable without colour, safe with any text.

``setup()`` stands last in the import cell; then `say` for computed prose, `show` for a figure, `table` for a DataFrame,
`highlight` for an article with its marks, and `number` for labels, also of a logarithmic axis, since figures do not
parse ``$math$``: ``ax.xaxis.set_major_formatter(lambda x, _: number(x))``.

Numbers are written as in ISO 80000: a thin space between thousands, a decimal point (French quotations keep theirs).
Text of an article is shown as it is (see `helpers.markup`).
"""

import html
import io
import os
import re
import string
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from numbers import Integral, Real
from operator import itemgetter
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from IPython import get_ipython
from IPython.display import display
from markupsafe import Markup
from matplotlib.transforms import Bbox

from helpers.markup import LEGEND, attribute, dated_places, marked_text, plain, quote, source_link

__all__ = ["cite", "highlight", "number", "quote", "say", "setup", "show", "table", "table_html"]
THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"
MISSING = "\N{EN DASH}"
MOST_CSV = 20_000  # rows in a file for spreadsheets
SHORT, LONG = 16, 60  # characters: the report never breaks cells of a short column, and gives a long one room
LEFT = ' style="text-align:left"'  # JupyterLab sets all cells to the right
SAID = "sentence"  # the column that stands below its row, over the whole width


def setup() -> None:
    """Fix all that would make a figure differ between two runs; choose colours that the colour-blind tell apart."""
    import seaborn

    fixed = {"svg.hashsalt": "helpers", "svg.fonttype": "path", "text.parse_math": False, "figure.figsize": (7.2, 4)}
    axes = {"titlelocation": "left", "titleweight": "bold", "spines.top": False, "spines.right": False}
    settings = fixed | {f"axes.{name}": value for name, value in axes.items()}
    seaborn.set_theme(style="whitegrid", palette="colorblind", font="DejaVu Sans", rc=settings)


def number(value: Real, digits: int = 2) -> str:
    """Return a number in words of the page: thin spaces between thousands, at most ``digits`` decimals.

    Examples
    --------
    >>> number(278430000).split("\\N{NARROW NO-BREAK SPACE}"), number(17.90), number(-3)
    (['278', '430', '000'], '17.9', '\\u22123')
    """
    if pd.isna(value):
        return MISSING
    text = f"{value:,}" if isinstance(value, Integral) else f"{value:,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else _typeset(text)


def _typeset(text: str) -> str:
    return text.replace(",", THIN_SPACE).replace("-", "\N{MINUS SIGN}")


class _Prose(string.Formatter):
    def format_field(self, value, spec):
        if "/" in spec:
            one, _, many = spec.partition("/")
            return one if value == 1 else many
        if isinstance(value, Real) and not isinstance(value, bool):
            return _typeset(format(value, "," + spec)) if spec else number(value)
        return format(MISSING if value is pd.NA or value is None else plain(value, markdown=True), "")


def say(text: str, /, **values: object) -> None:
    """Show computed prose: Markdown with named fields, ``{name}``, ``{name:.1%}`` or, for the word beside it,
    ``{name:article/articles}``.

    Numbers are formatted, text is shown as it is (see `plain`); use `quote` or `cite` for French.

    Examples
    --------
    >>> say("**{n}** {n:article/articles} from {place}.", n=5, place="New York")
    **5** articles from New York.
    """
    text = _Prose().format(text, **values) if values else text
    _display(html.unescape(re.sub(r"</?[a-z][^<>]*>", "", text)), "text/markdown", text)


def cite(text: str, row_id: str) -> Markup:
    """Return a French quotation for `say` that leads to its row's place in the article.

    Examples
    --------
    >>> print(cite("six provinces", "000_b980#1:f3")[:55])
    <a href="../report/articles/000_b980.html#000_b980-1-f3
    """
    return Markup(f'<a href="{attribute(source_link(row_id))}">{quote(text)}</a>')


def show(fig: plt.Figure, *, alt: str, caption: str) -> None:
    """Show a figure once, as SVG in an image, with its description and caption, and close it.

    ``alt`` is for those who do not see it: the kind of chart, its axes and what it shows; ``caption`` for everybody:
    "Figure 1. " and what the figure answers.
    """
    fig.draw_without_rendering()  # the layout's solver differs in its last digits from run to run: round what it found
    fig.set_layout_engine("none")
    for axes in fig.axes:
        axes.set_position(Bbox(axes.get_position(original=True).get_points().round(6)))
    buffer = io.BytesIO()
    fig.savefig(buffer, format="svg", bbox_inches="tight", metadata={"Date": None, "Creator": None})
    plt.close(fig)
    image = f'<img alt="{attribute(alt)}" src="data:image/svg+xml;base64,{b64encode(buffer.getvalue()).decode()}">'
    # On a telephone it scrolls as a wide table does: shrunk to the screen, its words could not be read.
    framed = f'<div class="figure-scroll" role="region" tabindex="0" aria-label="{attribute(caption)}">{image}</div>'
    content = f"<figure>\n{framed}\n<figcaption>{plain(caption)}</figcaption>\n</figure>"
    _display(f"{caption}\n{alt}", "text/html", content)


def table(frame: pd.DataFrame, *, caption: str, **options) -> None:
    """Show a DataFrame as a captioned table; options as for `table_html`."""
    markup, columns = table_html(frame, caption=caption, **options)
    _display(f"{caption}\n{pd.DataFrame(columns).to_string(index=False)}", "text/html", markup)


def table_html(
    frame: pd.DataFrame,
    *,
    caption: str,
    french: Sequence[str] = (),
    links: Mapping[str, str] | None = None,
    digits: int = 2,
    rows: int = 50,
) -> tuple[str, dict[str, list[str]]]:
    """Return a DataFrame as a table in HTML, and its cells as text, column by column.

    Parameters
    ----------
    frame : DataFrame
        Column names are the headings, the first column names each row, the index is not shown. Numbers have the same
        decimals in a column; missing is a dash. A column ``sentence`` stands below its rows, once for rows in
        succession that have the same.
    caption : str
        "Table 1. " and what the table answers.
    french : sequence of str
        Columns whose cells are French.
    links : dict, optional
        Column → column of row ids (``figure_id``, …), itself not shown: its cells link to the place in the article.
    digits : int
        Most decimals shown.
    rows : int
        Most rows shown; the caption says how many there are, and in a report leads to a file with all.
    """
    links, shown, note = links or {}, frame.head(rows), Markup("")
    if len(frame) > rows:
        note = plain(f" (The first {rows} of {number(len(frame))} rows") + _whole(frame, caption) + ".)"
    heads, cells, said, text = [], [], [], {}
    for name in frame.columns.difference([*links.values()], sort=False):
        numeric = pd.api.types.is_numeric_dtype(frame[name]) and not pd.api.types.is_bool_dtype(frame[name])
        content = _cells(shown[name], numeric, digits)
        text[str(name)] = [Markup(cell).striptags() for cell in content]
        if name in links:
            content = list(map(_linked, content, shown[links[name]]))
        french_cell = ' lang="fr"' if name in french else ""
        if cells and name == SAID:
            said = [f"<div{french_cell}>{cell}</div>" for cell in content]
            continue
        width = max(map(len, text[str(name)]), default=0)
        kind = "num" if numeric else "short" if width <= SHORT else "long" if width >= LONG else ""
        style = (f' class="{kind}"' if kind else "") + ("" if numeric else LEFT)
        tag, scope = ("td", "") if cells else ("th", ' scope="row"')
        heads.append(f'<th scope="col"{style}>{plain(name)}</th>')
        cells.append([f"<{tag}{scope}{style}{french_cell}>{cell}</{tag}>" for cell in content])
    lines = [f"<tr>{''.join(row)}</tr>" for row in zip(*cells, strict=True)]
    body = ""
    for sentence, rows in groupby(zip(said or [""] * len(lines), lines, strict=True), key=itemgetter(0)):
        below = f'\n<tr class="said"><td colspan="{len(heads)}"{LEFT}>{sentence}</td></tr>' if sentence else ""
        body += "<tbody>\n" + "\n".join(line for _, line in rows) + below + "\n</tbody>\n"
    if not lines:
        body = f'<tbody><tr class="said"><td colspan="{len(heads)}">None found.</td></tr></tbody>\n'
    # A wide table scrolls in its own box, which the keyboard must be able to reach.
    markup = (
        f'<div class="table-scroll" role="region" tabindex="0" aria-label="{attribute(caption)}">\n<table>\n'
        f"<caption>{plain(caption)}{note}</caption>\n<thead>\n<tr>{''.join(heads)}</tr>\n</thead>\n"
        f"{body}</table>\n</div>"
    )
    return markup, text


def _linked(cell: str, row_id: object) -> str:
    return cell if pd.isna(row_id) else f'<a href="{attribute(source_link(row_id))}">{cell}</a>'


def _cells(column: pd.Series, numeric: bool, digits: int) -> list[str]:
    """Return the cells of a column as safe markup, its numbers with as many decimals as the column needs."""
    if not numeric:
        return [plain(_words(value)) for value in column]
    needed = [len(f"{value:.{digits}f}".rstrip("0").partition(".")[2]) for value in column.dropna()]
    decimals = max(needed, default=0)
    return [MISSING if pd.isna(value) else _typeset(f"{value:,.{decimals}f}") for value in column]


def _whole(frame: pd.DataFrame, caption: str) -> Markup:
    """Write a long table as a file of the report, when one is being made, and return the words that lead to it."""
    if not (prefix := os.environ.get("TABLES")):
        return Markup("")
    path = write_rows(frame, f"{prefix}-{caption.partition('.')[0].lower().replace(' ', '-')}")
    return Markup(', <a href="../report/tables/{0}">all in {0}</a>').format(path.name)


def write_rows(frame: pd.DataFrame, stem: str | Path, kind: str = "") -> Path:
    """Write rows as ``csv``, which spreadsheets open, or where there are many as ``parquet``; return the file."""
    kind = kind or ("parquet" if len(frame) > MOST_CSV else "csv")
    path = Path(f"{stem}.{kind}")
    if kind == "csv":
        frame.to_csv(path, index=False, encoding="utf-8-sig")  # with the mark that spreadsheets look for
    else:
        frame.to_parquet(path, index=False)
    return path


def _words(value: object) -> object:
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(map(str, value)) or MISSING
    if pd.isna(value):
        return MISSING
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else value


def highlight(
    source: pd.Series,
    figures: pd.DataFrame | None = None,
    mentions: pd.DataFrame | None = None,
    links: pd.DataFrame | None = None,
) -> None:
    """Show an article as printed, with its dates, figures, mentions and evidence of ties marked.

    ``source`` is a row of **articles** (that article or teaser) or of **documents** (the whole page, without repairs
    and dates); of the other tables the rows of other articles are left out.
    """
    article = "article_id" in source.index
    row, key = source.to_frame().T, "article_id" if article else "doc_id"
    own = {"articles": row, "dates": dated_places(row)} if article else {}
    for name, rows in {"links": links, "figures": figures, "mentions": mentions}.items():
        if rows is not None:
            owner = rows["article_id"] if article else rows["article_id"].str.rpartition("#")[0]
            own[name] = rows[owner == source[key]]
    text, origin = (source["source"], source["offsets"][0]) if article else (source["text"], 0)
    _display(text, "text/html", f"{LEGEND}\n{marked_text(text, own, origin)}")


def _display(text: str, kind: str, content: str) -> None:
    if get_ipython() is None:
        print(text)
    else:
        display({"text/plain": text, kind: content}, raw=True)
