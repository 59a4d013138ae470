"""Choose a partner, a topic and a period, and see what is left: sentences, figures, names, ties, the marked article.

`select` does the choosing; `explorer` puts controls before it where somebody can use them. Widgets carry random numbers
in their output, so a notebook that a program executes (nbclient, nbval, `make report`) stores a sentence instead.
"""

from functools import lru_cache
from pathlib import Path

import pandas as pd
from IPython import get_ipython
from IPython.display import display

from helpers import cluster_topics, extract_figures, find_links, find_partners, parse_articles, read_documents
from helpers.display import highlight, number, say, table, write_rows
from helpers.paths import DATA
from helpers.store import Tables as StoredTables
from helpers.store import is_archive, load_tables
from helpers.summaries import amounts, entity_names, flow_names, sentences_of, short_name, tie_names

KEYS = {"figures": "figure_id", "mentions": "mention_id", "links": "link_id"}
COLUMNS = {
    "sentences": ["where", "sentence", "names", "figures", "ties"],
    "figures": ["amount", "who", "measure", "period", "where", "sentence"],
    "mentions": ["as printed", "name", "type", "section", "where"],
    "links": ["relation", "vietnam", "partner", "status", "where", "sentence"],
}
AT_ONCE, FIND = 500, -1  # texts listed, and whose topics are found unasked; the choice that asks for topics
SHOWN = tuple(COLUMNS)
Tables = dict[str, pd.DataFrame]


class LazyTables(dict):
    """Tables by name, each made, or read, when it is first asked for."""

    def __init__(self, steps: dict, stored: StoredTables | None = None):
        self.steps, self.stored = steps, stored

    def __missing__(self, name: str) -> pd.DataFrame:
        self[name] = self.steps[name](self) if name in self.steps else self.stored[name]
        return self[name]

    def read(self, name: str, columns: list[str] | None = None, among: tuple | None = None) -> pd.DataFrame:
        """Return what `helpers.store.Tables.read` does; of a stored table that is all that is read."""
        if self.stored and name not in self:
            return self.stored.read(name, columns, among)
        rows = self[name][self[name][among[0]].isin(among[1])] if among else self[name]
        return rows[columns] if columns else rows


@lru_cache(maxsize=1)
def read_tables(corpus: Path | str) -> LazyTables:
    """Return **documents**, **articles**, **figures**, **mentions**, **links** and **topics** of a corpus.

    ``corpus`` is as for `helpers.read_documents`, or a folder that `helpers.process` wrote. Each table is made, or
    read, when it is first asked for; the last corpus is kept. What could not be read has a ``problem``.

    Examples
    --------
    >>> from helpers import SEEDS
    >>> len(read_tables(SEEDS)["articles"])
    39
    """
    topics = {"topics": lambda tables: cluster_topics(tables["articles"])}
    if is_archive(corpus):
        return LazyTables(topics, load_tables(corpus))
    steps = {
        "documents": lambda _: read_documents(corpus),
        "articles": lambda tables: parse_articles(tables["documents"]),
        "figures": lambda tables: extract_figures(tables["articles"]),
        "mentions": lambda tables: find_partners(tables["articles"]),
        "links": lambda tables: find_links(tables["articles"], tables["mentions"]),
    }
    return LazyTables(steps | topics)


def select(
    tables: Tables,
    partner: str | None = None,
    topic: int | None = None,
    period: tuple = (None, None),
    texts: int | None = None,
) -> Tables:
    """Return what the tables say of a partner (an entity id), in the texts of a topic (a number), of a period.

    Parameters
    ----------
    period : (str, str)
        First and last year, month or day (``2019``, ``2019-06``, ``2019-06-30``), each None for no end. A text stays
        unless its bounds rule it out: one of unknown date stays in every period.
    texts : int, optional
        Only the sentences of so many texts are listed, the first.

    Returns
    -------
    dict of DataFrame
        ``articles``, ``figures``, ``mentions`` (only those that count, without ``role``), ``links``, and ``sentences``:
        ``article_id``, ``sentence``, ``names``, ``figures``, ``ties`` (how many), ``row_id`` (of the first).
    """
    articles = tables["articles"]
    keep = pd.Series(True, index=articles.index)
    if topic is not None:
        keep &= articles["article_id"].isin(tables["topics"].query("topic == @topic")["article_id"])
    first, last = period
    if first is not None:
        keep &= ~(articles["published_to"] < pd.Period(first).start_time)
    if last is not None:
        keep &= ~(articles["published_from"] > pd.Period(last).end_time)
    kept = {name: tables[name][tables[name]["article_id"].isin(articles.loc[keep, "article_id"])] for name in KEYS}
    kept["mentions"] = kept["mentions"][kept["mentions"]["role"].isna()]
    if partner is not None:
        sides = {"figures": ["reporter", "partner"], "mentions": ["entity_id"], "links": ["vietnam", "partner"]}
        kept = {name: rows[rows[sides[name]].eq(partner).any(axis=1)] for name, rows in kept.items()}
        keep &= articles["article_id"].isin(pd.concat(rows["article_id"] for rows in kept.values()))
    articles = articles[keep]
    first_ids = articles["article_id"].head(texts or len(articles))
    some = {name: rows[rows["article_id"].isin(first_ids)] for name, rows in kept.items()}
    return {"articles": articles, "sentences": _sentences(some, articles)} | kept


def _sentences(kept: Tables, articles: pd.DataFrame) -> pd.DataFrame:
    columns = ["article_id", "start", "row_id", "kind", "name"]
    parts = [kept[kind].rename(columns={key: "row_id"}).assign(kind=kind) for kind, key in KEYS.items()]
    rows = pd.concat([rows[rows.columns.intersection(columns)] for rows in parts], ignore_index=True)
    rows["order"] = rows["article_id"].map({article: n for n, article in enumerate(articles["article_id"])})
    rows = rows.sort_values(["order", "start", "row_id"])
    rows["sentence"] = sentences_of(rows, articles)
    rows = rows.assign(figures=rows["kind"] == "figures", ties=rows["kind"] == "links")
    keys = ["article_id", "sentence"]
    found = rows.groupby(keys, sort=False).agg({"figures": "sum", "ties": "sum", "row_id": "first"})
    named = rows.dropna(subset="name").drop_duplicates([*keys, "name"]).groupby(keys)["name"].agg(", ".join)
    found.insert(0, "names", named.reindex(found.index).fillna(""))
    return found.reset_index()


def readable(chosen: Tables, name: str) -> tuple[pd.DataFrame, dict]:
    """Return one of the selected tables (``sentences``, ``figures``, ``mentions``, ``links``) with names for ids, and
    the options that `table` needs to link its first column to the place in the article."""  # fmt: skip
    rows = tie_names(chosen[name]) if name == "links" else chosen[name]
    if name == "figures":
        rows = rows.assign(amount=amounts(rows), who=flow_names(rows))
    if name != "links":
        rows = rows.assign(where=rows["article_id"].map(short_name))
    shown = rows.rename(columns={"surface": "as printed", KEYS.get(name): "row_id"})[[*COLUMNS[name], "row_id"]]
    return shown, {"french": ("sentence", "as printed", "name"), "links": {shown.columns[0]: "row_id"}}


def partners(tables: Tables) -> pd.Series:
    """Return in how many texts each partner is named: entity id → texts, the most widely named first."""
    mentions = tables["mentions"]
    rows = mentions[mentions["role"].isna() & (mentions["side"] == "partner")]
    counts = rows.groupby("entity_id")["article_id"].nunique().rename("texts").reset_index()
    return counts.sort_values(["texts", "entity_id"], ascending=[False, True]).set_index("entity_id")["texts"]


def save(chosen: Tables, name: str, kind: str, folder: Path = DATA / "derived") -> Path:
    """Write one of the selected tables as ``csv`` or ``parquet`` and return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    return write_rows(chosen[name], folder / name, kind)


def explorer(corpus: Path | str) -> None:
    """Show controls that choose and save, when the cell is run in a front end; else a sentence that says so."""
    shell = get_ipython()
    # A front end says which cell it asks to run; a program that executes the notebook has no cells.
    if shell is None or "cellId" not in shell.get_parent().get("metadata", {}):
        say("*Here stand the controls when this notebook runs in JupyterLab (`make lab`); below is their first view.*")
        return
    import ipywidgets as widgets

    path = widgets.Text(str(corpus), description="Corpus", continuous_update=False, layout={"width": "48em"})
    labels = {"Partner": "24em", "Topic": "24em", "From": "24em", "To": "24em", "Article": "48em"}
    boxes = (widgets.Dropdown(description=label, layout={"width": width}) for label, width in labels.items())
    partner, topic, first, last, article = boxes
    name = widgets.ToggleButtons(options=SHOWN, description="Table")
    result, marked, saved = widgets.Output(), widgets.Output(), widgets.Label()

    def chosen(texts: int | None = None) -> Tables:
        return select(read_tables(path.value), partner.value, topic.value, (first.value, last.value), texts)

    def fill(_=None) -> None:
        tables = read_tables(path.value)
        counts = partners(tables)
        named = zip(entity_names(counts.index.to_series()), counts, counts.index, strict=True)
        partner.options = [("any", None), *((f"{label} ({number(texts)})", entity) for label, texts, entity in named)]
        few = len(tables["articles"]) <= AT_ONCE
        topic.options = [("any", None), *(_topics(tables) if few else [("find the topics (takes a while)", FIND)])]
        dates = pd.concat([tables["articles"]["published_from"], tables["articles"]["published_to"]]).dropna().dt.year
        years = map(str, range(dates.min(), dates.max() + 1) if len(dates) else ())
        first.options = last.options = [("any year", None), *((year, year) for year in years)]
        partner.index = topic.index = first.index = last.index = 0
        draw()

    @result.capture(clear_output=True, wait=True)
    def draw(_=None) -> None:
        tables = read_tables(path.value)
        if topic.value == FIND:
            topic.options = [("any", None), *_topics(tables)]
        kept = chosen(AT_ONCE)
        shown, options = readable(kept, name.value)
        cut = name.value == "sentences" and len(kept["articles"]) > AT_ONCE
        some = f" (of its first {AT_ONCE} texts)" if cut else ""
        for problem in tables["documents"]["problem"].dropna().head(5):
            say("**Not read:** {problem}", problem=problem)
        say("**{n}** of {m} texts.", n=len(kept["articles"]), m=len(tables["articles"]))
        table(shown, caption=f"{name.value.capitalize()} of this choice{some}.", **options)
        texts = kept["articles"].head(AT_ONCE)
        titles = texts["title"].fillna("no title").str.slice(0, 80)
        labels = texts["article_id"].map(short_name) + ": " + titles
        article.options = list(zip(labels, texts["article_id"], strict=True))
        article.index = 0 if len(texts) else None
        saved.value = ""

    @marked.capture(clear_output=True, wait=True)
    def mark(_=None) -> None:
        tables = read_tables(path.value)
        for _, row in tables["articles"][tables["articles"]["article_id"] == article.value].iterrows():
            highlight(row, tables["figures"], tables["mentions"], tables["links"])

    def button(kind: str) -> widgets.Button:
        made = widgets.Button(description=f"Save as {'CSV' if kind == 'csv' else 'Parquet'}")
        made.on_click(lambda _: setattr(saved, "value", f"Saved {save(chosen(), name.value, kind).name}"))
        return made

    path.observe(fill, "value")
    article.observe(mark, "value")
    for control in (partner, topic, first, last, name):
        control.observe(draw, "value")
    fill()
    files = [button("csv"), button("parquet"), saved]
    rows_of = [[path], [partner, topic], [first, last], [name], files, [result], [article], [marked]]
    display(widgets.VBox([widgets.HBox(row) for row in rows_of]))


def _topics(tables: Tables) -> list[tuple[str, int]]:
    topics = tables["topics"].dropna(subset="topic").drop_duplicates("topic").sort_values("topic")
    return list(zip(topics["label"].fillna("unnamed"), topics["topic"].tolist(), strict=True))
