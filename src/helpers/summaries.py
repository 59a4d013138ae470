"""The small tables behind the notebooks' findings: each function condenses tables of the contract into one to show."""

import pandas as pd

from helpers.display import number
from helpers.gazetteer import gazetteer
from helpers.offsets import Alignment

_WIDTH = 24  # characters of context shown on each side of a repair


def short_name(article_id: str) -> str:
    """Return a short label for an article or teaser: the document's number and, for a teaser, its place on the page.

    Examples
    --------
    >>> short_name("001_9e6604b2e4126f34#0"), short_name("001_9e6604b2e4126f34#3")
    ('001', '001 · teaser 3')
    """
    doc_id, _, number = article_id.rpartition("#")
    short = doc_id.split("_")[0] or doc_id
    return short if number == "0" else f"{short} · teaser {number}"


def words_by_role(articles: pd.DataFrame) -> pd.DataFrame:
    """Return the words of each document's own article and of its teasers.

    Returns
    -------
    DataFrame
        Index: the document's short name; columns ``own article`` and ``teasers``, in words of body text.
    """
    rows = articles.assign(n_words=articles["n_words"].fillna(0).astype(int))
    counts = rows.pivot_table(
        index="doc_id", columns="role", values="n_words", aggfunc="sum", fill_value=0, sort=False
    ).reindex(columns=["article", "teaser"], fill_value=0)
    counts.index = [short_name(f"{doc_id}#0") for doc_id in counts.index]
    return counts.rename(columns={"article": "own article", "teaser": "teasers"}).rename_axis(columns=None)


def repaired_places(articles: pd.DataFrame) -> pd.DataFrame:
    """List every repair with what was printed and what is read now.

    Returns
    -------
    DataFrame
        ``article_id``, ``start`` (code point in the document), ``printed``, ``repaired``: the place with its context.
    """
    rows = []
    for row in articles[["article_id", "text", "source", "offsets"]].itertuples(index=False):
        alignment = Alignment(row.offsets)
        for (start, end, length), at in zip(alignment.edits, alignment.positions, strict=True):
            first = max(start - alignment.origin - _WIDTH, 0)
            printed = row.source[first : end - alignment.origin + _WIDTH]
            repaired = row.text[max(at - _WIDTH, 0) : at + length + _WIDTH]
            rows.append((row.article_id, start, _whole_words(printed), _whole_words(repaired)))
    return pd.DataFrame(rows, columns=["article_id", "start", "printed", "repaired"])


def _whole_words(snippet: str) -> str:
    words = " ".join(snippet.split()).split(" ")
    return " ".join(words[1:-1] if len(words) > 3 else words)


def distinct_statements(figures: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Return each figure once: not again in a title, standfirst or caption that repeats it.

    Two rows say the same when they stand in the same document and agree in kind, bounds, unit, measure, flow and
    partner; the one in a body is kept. Articles that duplicate another are left out.

    Returns
    -------
    DataFrame
        The rows kept, with ``role`` (``article``, ``teaser``) and ``times`` (how often it is said).
    """
    known = articles.set_index("article_id")
    rows = figures[figures["article_id"].map(known["duplicate_of"]).isna()]
    rows = rows.assign(
        role=rows["article_id"].map(known["role"]),
        doc=rows["article_id"].map(known["doc_id"]),
        rank=(rows["section"] != "body").astype(int),
    )
    same = ["doc", "kind", "low", "high", "unit", "measure", "flow", "partner"]
    rows["times"] = rows.groupby(same, dropna=False)["figure_id"].transform("size")
    kept = rows.sort_values("rank", kind="stable").drop_duplicates(same).sort_index()
    return kept.drop(columns=["doc", "rank"]).reset_index(drop=True)


_FLOWS = {
    "export": "exports to",
    "import": "imports from",
    "trade": "trade with",
    "fdi": "investment from",
    "aid": "aid from",
}
_SHORT = [(1e12, "trillion"), (1e9, "billion"), (1e6, "million")]


def entity_names(ids: pd.Series) -> pd.Series:
    """Return the English name of each entity id, the id itself where the gazetteer has none; missing stays missing."""
    known = gazetteer().set_index("entity_id")["name_en"]
    return ids.map(known).astype("string").fillna(ids)


def flow_names(figures: pd.DataFrame) -> pd.Series:
    """Say in words whose flow a figure measures and with whom: ``Hanoi: exports to United States``.

    What the text does not settle is left out; a figure without flow, reporter's partner or both is ``Vietnam``.
    """
    reporter, partner = entity_names(figures["reporter"]), entity_names(figures["partner"])
    flows = figures["flow"].map(_FLOWS)
    names = []
    for who, flow, whom in zip(reporter.fillna("?"), flows, partner, strict=True):
        if pd.isna(flow):
            names.append(who if pd.isna(whom) else f"{who} and {whom}")
        else:
            names.append(f"{who}: {flow} {whom}" if pd.notna(whom) else f"{who}: {flow.split()[0]}")
    return pd.Series(names, index=figures.index, dtype="string")


def amounts(figures: pd.DataFrame) -> pd.Series:
    """Write each figure's value with its unit: ``36.8 billion USD``, ``25 to 26 million t``, ``about 85 to 90 %``."""
    texts = []
    for row in figures[["low", "high", "unit", "kind", "approximate"]].itertuples(index=False):
        size, word = next(((size, word) for size, word in _SHORT if abs(row.high) >= size), (1, ""))
        ends = [number(end / size) for end in dict.fromkeys([row.low, row.high])]
        unit = {"percent": "%", "rang": ""}.get(row.unit, row.unit)
        text = " ".join(filter(None, ["rank" if row.kind == "rank" else "", " to ".join(ends), word, unit]))
        texts.append(f"about {text}" if row.approximate else text)
    return pd.Series(texts, index=figures.index, dtype="string")
