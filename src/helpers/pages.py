"""What stands on the pages of the report: an executed notebook, the index, the sources, an article as printed."""

import base64
import html
import platform
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from itertools import count
from pathlib import Path
from urllib.parse import unquote

import jinja2
import nbformat
import pandas as pd
from nbconvert import HTMLExporter

from helpers.display import number, table_html
from helpers.explore import LazyTables
from helpers.markup import ARTICLE_PAGES, LEGEND, MARKS, Markup, anchor, dated_places, marked_text, page_name, plain
from helpers.summaries import amounts, entity_names

SEARCH = Path(__file__).parent / "report_template" / "search.js"
Tables = dict[str, pd.DataFrame]
MOST_PAGES = 500  # of a larger corpus, only the articles that a notebook links to get a page
PACKAGES = ("carnets-vna", "pandas", "scikit-learn", "matplotlib", "jupyterlab")
HEADINGS = {"surface": "as printed", "value": "read as", "vietnam": "place"}


@dataclass(frozen=True)
class Page:
    """A page of the report: its file, its name in the navigation, and its title and body as HTML."""

    file: str
    short: str
    title: str
    body: str

    @property
    def findings(self) -> str:
        """The findings of a notebook's page, with links that work from the index."""
        found = re.search(r'<p class="kicker">Findings</p>(.*?)<details', self.body, re.DOTALL)
        text = re.sub(r' id="[^"]*"', "", found[1]) if found else ""  # the anchors are the notebook's
        return relink(text, lambda href: self.file + href if href.startswith("#") else href)

    @property
    def headings(self) -> list[tuple[str, str]]:
        """Anchor and text of each second-level heading."""
        found = re.findall(r'<h2 id="([^"]+)">(.*?)</h2>', self.body, re.DOTALL)
        return [(place, Markup(text).striptags()) for place, text in found if place != "Contents"]


def relink(body: str, address: Callable[[str], str | None]) -> str:
    """Return the HTML with every link's address replaced; a link whose address becomes None turns into text."""

    def new(match: re.Match) -> str:
        href = address(html.unescape(match[1]))
        return "" if href is None else f' href="{html.escape(href)}"'

    return re.sub(r' href="([^"]*)"', new, body)


def exporter() -> HTMLExporter:
    """Return the nbconvert exporter of our template; its ``environment`` holds the templates of the other pages."""
    made = HTMLExporter(template_name="report_template", extra_template_basedirs=[str(Path(__file__).parent)])
    script = SEARCH.read_text(encoding="utf8")
    # The pages forbid every script whose hash they do not name.
    digest = base64.b64encode(sha256(script.encode()).digest()).decode()
    made.environment.globals.update(search=script, search_hash=f"sha256-{digest}")
    return made


def notebook_page(path: Path, notebook: nbformat.NotebookNode, html_exporter: HTMLExporter) -> Page:
    """Return the page of an executed notebook."""
    body, _ = html_exporter.from_notebook_node(_reading_order(notebook))
    body = re.sub(r'<a class="anchor-link"[^<]*</a>', "", body)  # headings keep their anchors, without a sign
    others = {other.name: f"{other.stem}.html" for other in path.parent.glob("*.ipynb")}

    def address(href: str) -> str | None:
        file, mark, place = href.removeprefix("../report/").partition("#")
        if not file or file.startswith(("https:", "articles/", "tables/")) or file in ("index.html", "sources.html"):
            return file + mark + place
        return others[file] + mark + place if file in others else None  # a file that does not travel with the report

    short = re.sub(r"^\d+_", "", path.stem).replace("_", " ").capitalize()
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", body, re.DOTALL)
    number = count(1)  # each link to an article gets an anchor, to which the article leads back
    body = re.sub('<a (?=href="articles/)', lambda _: f'<a id="from-{next(number)}" ', relink(body, address))
    return Page(f"{path.stem}.html", short, heading[1] if heading else short, body)


def _reading_order(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return the notebook as it reads on paper: title, findings, the rest; code without output joined to the next."""
    first, *others = notebook.cells
    heading, _, text = first.source.partition("\n")
    findings = [cell for cell in others if "findings" in cell.metadata.get("tags", [])]
    markdown = nbformat.v4.new_markdown_cell
    cells = [markdown(heading), *findings, markdown(text)]
    for cell in (cell for cell in others if cell not in findings):
        if cell.cell_type == cells[-1].cell_type == "code" and not cells[-1].outputs:
            cell = nbformat.NotebookNode(cell | {"source": f"{cells.pop().source}\n\n{cell.source}"})
        cells.append(cell)
    return nbformat.NotebookNode(notebook | {"cells": cells})


def home_page(
    tables: LazyTables, corpus: str, notebooks: list[Page], files: list[str], template: jinja2.Template
) -> Page:
    """Return the index: the findings of every notebook, the data, how to cite."""
    problems = tables.read("documents", ["problem"])["problem"]
    articles = tables.read("articles", ["role", "published"])
    days = articles.loc[articles["role"] == "article", "published"]
    known = days[days.str.match(r"\d{4}").fillna(False)]
    span = "none of them with a known year"
    if len(known):
        span = f"{len(known)} of them with a known year ({' to '.join(sorted({known.min(), known.max()}))})"
    own, teasers = _counted(len(days), "article"), _counted(len(articles) - len(days), "teaser")
    unread = problems.dropna()
    body = template.render(
        facts=f"{own}, {span}; {teasers} of other articles",
        notebooks=notebooks,
        files=files,
        data=f"Corpus {corpus}: {_counted(len(problems), 'document')} with"
        f" {own}, {span}, and {teasers} of other articles, printed below them.",
        unread=[*unread.head(20), *([f"And {number(len(unread) - 20)} more."] if len(unread) > 20 else [])],
        version=version("carnets-vna"),
        versions=", ".join(f"{name} {number}" for name, number in versions().items()),
    )
    return Page("index.html", "Findings", "Carnets VNA", body)


def versions() -> dict[str, str]:
    """Return the version of Python and of each package that shapes what a page shows."""
    return {"Python": platform.python_version()} | {name: version(name) for name in PACKAGES}


def _counted(count: int, noun: str) -> str:
    return f"{number(count)} {noun}{'s' if count != 1 else ''}"


def source_pages(tables: LazyTables, notebooks: list[Page], template: jinja2.Template) -> list[Page]:
    """Return the list of sources and a page for each (of a large corpus: for each one that a notebook links to)."""
    cited: dict[str, dict[str, dict[Page, str]]] = {}  # file of an article → anchor → notebook → its first link there
    counts = Counter()
    for page in notebooks:
        for place, file, mark in re.findall(r'<a id="(from-\d+)" href="(articles/[^"#]+)#?([^"]*)"', page.body):
            counts[page, file] += 1
            cited.setdefault(file, {}).setdefault(unquote(mark), {}).setdefault(page, f"../{page.file}#{place}")
    doc_ids = tables.read("documents", ["doc_id"])["doc_id"]
    files = {doc_id: f"articles/{page_name(doc_id)}" for doc_id in doc_ids}
    if len(files) > MOST_PAGES:
        files = {doc_id: file for doc_id, file in files.items() if file in cited}
    pages, rows = [], []
    for document, own in _documents(tables, files):
        file = files[document["doc_id"]]
        article = own["articles"].iloc[0]
        title = document["doc_id"] if pd.isna(article["title"]) else article["title"]
        dated = "undated" if pd.isna(article["published"]) else f"published {article['published']}"
        facts = [f"Document {document['doc_id']}", dated, document["url"]]
        body = template.render(
            title=plain(title),
            facts=plain(" · ".join(fact for fact in facts if pd.notna(fact))),
            cited=[(page, counts[page, file]) for page in notebooks if counts[page, file]],
            legend=LEGEND,
            texts=_texts(document, own, cited.get(file, {})),
            tables=_row_tables(own, cited.get(file, {})),
        )
        pages.append(Page(file, document["doc_id"], plain(title), body))
        found = {kind: len(own[kind]) for kind in ("figures", "mentions", "links")}
        rows.append({"article": title, "id": article["article_id"], "published": article["published"]} | found)
    caption = f"Source articles: {number(len(rows))} of {_counted(len(doc_ids), 'document')}."
    listed = _table(pd.DataFrame(rows), "id", "article", caption, "articles/")
    return [Page("sources.html", "Sources", "Source articles", f"<h1>Source articles</h1>\n{listed}"), *pages]


def _documents(tables: LazyTables, doc_ids: Iterable[str]) -> Iterator[tuple[pd.Series, Tables]]:
    """Yield each of the documents, with its own rows of the other tables and its dates."""
    articles = tables.read("articles", among=("doc_id", doc_ids))
    home = articles.set_index("article_id")["doc_id"]
    kinds = {"articles": articles}
    kinds |= {kind: tables.read(kind, among=("article_id", home.index)) for kind in ("links", "figures", "mentions")}
    groups = {kind: dict(list(rows.groupby(rows["article_id"].map(home)))) for kind, rows in kinds.items()}
    for _, document in tables.read("documents", among=("doc_id", home)).iterrows():
        own = {kind: groups[kind].get(document["doc_id"], rows.iloc[:0]) for kind, rows in kinds.items()}
        yield document, own | {"dates": dated_places(own["articles"])}


def _texts(document: pd.Series, own: Tables, cited: dict) -> list[str]:
    """Return the whole document as printed and marked, in two boxes: the article, and the teasers under it."""
    text, articles = document["text"], own["articles"]
    marks = [anchor(row_id) for name, (_, key) in MARKS.items() if name != "articles" for row_id in own[name][key]]
    back = {mark: (f"#row-{mark}", "To its row below") for mark in marks}
    back |= {mark: (place, f"Back to {page.short}") for mark, on in cited.items() for page, place in [*on.items()][:1]}
    if pd.isna(text):  # a stored corpus keeps the articles only
        pieces = zip(articles["source"], articles["offsets"], strict=True)
        shown = [marked_text(source, own, offsets[0], back) for source, offsets in pieces]
        return [shown[0], "".join(shown[1:])] if shown[1:] else shown
    cut = min((offsets[0] for offsets in articles.loc[articles["role"] == "teaser", "offsets"]), default=len(text))
    shown = marked_text(text[:cut], own, 0, back)
    return [shown, *([marked_text(text[cut:], own, cut, back)] if cut < len(text) else [])]


def _row_tables(own: Tables, cited: dict) -> Iterator[tuple[str, str, str]]:
    """Yield anchor, heading and HTML of the tables of an article, whose rows lead to their marks and citations."""

    def listed(kind: str, columns: str, caption: str, **read: pd.Series) -> str:
        key, link = MARKS[kind][1], Markup('<a href="{}">{}</a>').format
        pages = [cited.get(anchor(row_id), {}).items() for row_id in own[kind][key]]
        citing = [Markup(", ").join(link(address, page.short) for page, address in on) for on in pages]
        # As objects: in a column of strings they would turn into plain text.
        read["cited in"] = pd.Series(citing, own[kind].index, dtype="object")
        shown = own[kind].assign(**read)[[*columns.split(), "cited in", key]]
        table = _table(shown, key, columns.split()[0], caption)
        return re.sub('<a href="#([^"]*)', lambda link: f'<a id="row-{unquote(link[1])}"{link[0][2:]}', table)

    figures, links = own["figures"], own["links"]
    said = {"value": amounts(figures), "partner": entity_names(figures["partner"])}
    columns = "surface value measure flow partner period section"
    yield "figures", "Figures", listed("figures", columns, "Numbers as printed, and how they were read.", **said)
    columns, name = "surface name type side section", entity_names(own["mentions"]["entity_id"])
    caption = "Names as printed, and whose they are."
    yield "names", "Partners and places", listed("mentions", columns, caption, name=name)
    caption = "Dates and periods as printed, and how they were read."
    yield "dates", "Dates", listed("dates", "surface value", caption)
    columns, sides = "relation status vietnam partner sentence", ("vietnam", "partner")
    caption = "Who is tied to whom, and the sentence that says it."
    yield "ties", "Ties", listed("links", columns, caption, **{side: entity_names(links[side]) for side in sides})


def _table(frame: pd.DataFrame, key: str, linked: str, caption: str, folder: str = "") -> str:
    if frame.empty:
        return "<p>None found.</p>"
    frame = frame.rename(columns=HEADINGS)
    french = ["article", "as printed", "sentence"]
    links = {HEADINGS.get(linked, linked): key}
    table, _ = table_html(frame, caption=caption, french=french, links=links, rows=len(frame))

    def address(href: str) -> str:
        if not href.startswith(ARTICLE_PAGES):
            return href
        return folder + href.removeprefix(ARTICLE_PAGES) if folder else "#" + href.partition("#")[2]

    return relink(table, address)
