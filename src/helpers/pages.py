"""What stands on the pages of the report: an executed notebook, the index, the sources, an article as printed."""

import base64
import html
import platform
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import jinja2
import nbformat
import pandas as pd
from nbconvert import HTMLExporter

from helpers.display import number, table_html
from helpers.markup import LEGEND, Markup, marked_text, page_name, plain

SEARCH = Path(__file__).parent / "report_template" / "search.js"
MOST_PAGES = 1000  # of a larger corpus, only the articles that a notebook links to get a page
PACKAGES = ("carnets-vna", "pandas", "scikit-learn", "matplotlib", "jupyterlab")
HEADINGS = {"surface": "as printed", "value": "read as", "vietnam": "place"}
Tables = dict[str, pd.DataFrame]


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
        return relink(found[1], lambda href: self.file + href if href.startswith("#") else href) if found else ""

    @property
    def searchable(self) -> bool:
        """Whether tables of the page get a search field: the one thing on a page that needs a script."""
        return '<div class="search">' in self.body

    @property
    def headings(self) -> list[tuple[str, str]]:
        """Anchor and text of each second-level heading."""
        found = re.findall(r'<h2 id="([^"]+)">(.*?)</h2>', self.body, re.DOTALL)
        return [(place, Markup(text).striptags()) for place, text in found]


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
        if not file or file.startswith(("https:", "articles/")) or file in ("index.html", "sources.html"):
            return file + mark + place
        return others[file] + mark + place if file in others else None  # a file that does not travel with the report

    short = re.sub(r"^\d+_", "", path.stem).replace("_", " ").capitalize()
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", body, re.DOTALL)
    return Page(f"{path.stem}.html", short, heading[1] if heading else short, relink(body, address))


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


def home_page(tables: Tables, corpus: Path, notebooks: list[Page], template: jinja2.Template) -> Page:
    """Return the index: the findings of every notebook, the data, how to cite."""
    documents, articles = tables["documents"], tables["articles"]
    own = articles[articles["role"] == "article"]
    teasers = _counted(len(articles) - len(own), "teaser")
    days = own.loc[own["published"].str.match(r"\d{4}").fillna(False), "published"]
    span = "none of them with a known year"
    if len(days):
        span = f"{len(days)} of them with a known year ({days.min()}{f' to {days.max()}' if len(days) > 1 else ''})"
    unread = documents["problem"].dropna()
    body = template.render(
        facts=f"{_counted(len(own), 'article')}, {span}; {teasers} of other articles",
        notebooks=notebooks,
        data=f"Corpus {corpus.resolve().name}: {_counted(len(documents), 'document')} with"
        f" {_counted(len(own), 'article')}, {span}, and {teasers} of other articles, printed below them.",
        unread=[*unread.head(20), *([f"And {number(len(unread) - 20)} more."] if len(unread) > 20 else [])],
        version=version("carnets-vna"),
        versions=", ".join([f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in PACKAGES)]),
    )
    return Page("index.html", "Findings", "Carnets VNA", body)


def _counted(count: int, noun: str) -> str:
    return f"{number(count)} {noun}{'s' if count != 1 else ''}"


def source_pages(tables: Tables, notebooks: list[Page], template: jinja2.Template) -> list[Page]:
    """Return the list of sources and a page for each (of a large corpus: for each one that a notebook links to)."""
    cited = {page: Counter(re.findall(r'href="(articles/[^"#]+)', page.body)) for page in notebooks}
    wanted = set().union(*cited.values()) if len(tables["documents"]) > MOST_PAGES else None
    names = dict(zip(tables["mentions"]["entity_id"], tables["mentions"]["name"], strict=True))
    pages, rows = [], []
    for document, own in _documents(tables):
        file = "articles/" + page_name(document["doc_id"])
        if wanted is not None and file not in wanted:
            continue
        article = own["articles"].iloc[0]
        title = document["doc_id"] if pd.isna(article["title"]) else article["title"]
        dated = "undated" if pd.isna(article["published"]) else f"published {article['published']}"
        facts = [f"Document {document['doc_id']}", dated, document["url"]]
        body = template.render(
            title=plain(title),
            facts=plain(" · ".join(fact for fact in facts if pd.notna(fact))),
            cited=[(page, count[file]) for page, count in cited.items() if count[file]],
            legend=LEGEND,
            texts=_texts(document, own),
            tables=_row_tables(own, names),
        )
        pages.append(Page(file, document["doc_id"], plain(title), body))
        counts = {kind: len(own[kind]) for kind in ("figures", "mentions", "links")}
        rows.append({"article": title, "id": article["article_id"], "published": article["published"]} | counts)
    caption = f"Source articles: {number(len(rows))} of {_counted(len(tables['documents']), 'document')}."
    listed = _table(pd.DataFrame(rows), "id", "article", caption, "articles/")
    return [Page("sources.html", "Sources", "Source articles", f"<h1>Source articles</h1>\n{listed}"), *pages]


def _documents(tables: Tables) -> Iterator[tuple[pd.Series, Tables]]:
    """Yield each document that has an article, with its own rows of the other tables."""
    home = tables["articles"].set_index("article_id")["doc_id"]
    kinds = ("articles", "links", "figures", "mentions")
    groups = {kind: dict(list(tables[kind].groupby(tables[kind]["article_id"].map(home)))) for kind in kinds}
    for _, document in tables["documents"].iterrows():
        doc_id = document["doc_id"]
        if doc_id in groups["articles"]:
            yield document, {kind: groups[kind].get(doc_id, tables[kind].head(0)) for kind in kinds}


def _texts(document: pd.Series, own: Tables) -> list[str]:
    """Return the whole document as printed and marked, in two boxes: the article, and the teasers under it."""
    text, articles = document["text"], own["articles"]
    cut = min((offsets[0] for offsets in articles.loc[articles["role"] == "teaser", "offsets"]), default=len(text))
    return [marked_text(text[:cut], own), *([marked_text(text[cut:], own, cut)] if cut < len(text) else [])]


def _row_tables(own: Tables, names: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield anchor, heading and HTML of the tables of an article's page."""
    figures, mentions, links = own["figures"], own["mentions"], own["links"]

    def name(entities: pd.Series) -> pd.Series:
        return entities.map(lambda entity: names.get(entity, entity), na_action="ignore")

    read = figures.assign(partner=name(figures["partner"]), value=_amounts(figures))
    read = read[["surface", "value", "kind", "flow", "partner", "period", "section", "figure_id"]]
    yield "figures", "Figures", _table(read, "figure_id", "surface", "Numbers as printed, and how they were read.")
    read = mentions[["surface", "name", "type", "side", "section", "mention_id"]]
    yield "names", "Partners and places", _table(read, "mention_id", "surface", "Names as printed, and whose they are.")
    read = links.assign(vietnam=name(links["vietnam"]), partner=name(links["partner"]))
    read = read[["sentence", "relation", "status", "vietnam", "partner", "link_id"]]
    yield "ties", "Ties", _table(read, "link_id", "sentence", "Who is tied to whom, and the sentence that says it.")


def _amounts(figures: pd.DataFrame) -> list[str]:
    columns = (figures[name].tolist() for name in ("value", "low", "high", "unit"))
    return [
        f"{number(low)} to {number(high)} {unit}"
        if pd.isna(value)
        else f"{number(value)} {unit}".replace(" percent", " %")
        for value, low, high, unit in zip(*columns, strict=True)
    ]


def _table(frame: pd.DataFrame, key: str, linked: str, caption: str, folder: str = "") -> str:
    if frame.empty:
        return "<p>None found.</p>"
    frame = frame.rename(columns=HEADINGS)
    french = [name for name in ("article", "as printed", "name", "place", "partner", "sentence") if name in frame]
    linked = HEADINGS.get(linked, linked)
    table, _ = table_html(frame, caption=caption, french=french, links={linked: key}, rows=len(frame))
    return relink(table, lambda href: folder + href.rpartition("/")[2] if folder else "#" + href.partition("#")[2])
