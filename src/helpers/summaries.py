"""The small tables behind the notebooks' findings: each function condenses tables of the contract into one to show."""

from bisect import bisect_right

import pandas as pd

from helpers.display import number
from helpers.entities import gazetteer
from helpers.offsets import Alignment, article_texts
from helpers.sentences import sentence_spans

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


_FLOWS = {
    "export": "exports to",
    "import": "imports from",
    "trade": "trade with",
    "fdi": "investment with",
    "aid": "aid with",
}
_SHORT = [(1e12, "trillion"), (1e9, "billion"), (1e6, "million")]


def short_number(value: float) -> str:
    """Write a large number with its scale in words.

    Examples
    --------
    >>> short_number(36.8e9), short_number(1500)
    ('36.8 billion', '1\u202f500')
    """
    size, word = next(((size, word) for size, word in _SHORT if abs(value) >= size), (1, ""))
    return f"{number(value / size)} {word}".strip()


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


def sentences_of(rows: pd.DataFrame, articles: pd.DataFrame) -> pd.Series:
    """Return for each extracted row (``article_id``, ``start``) the repaired sentence that it stands in."""
    spans = {}
    for article in article_texts(articles[articles["article_id"].isin(rows["article_id"])]):
        cut = [span for part in article.parts for span in sentence_spans(article.text, part.start, part.end)]
        spans[article.article_id] = article, cut, [article.place(*span)["start"] for span in cut]
    found = []
    for article_id, start in zip(rows["article_id"], rows["start"], strict=True):
        article, cut, starts = spans[article_id]
        first, last = cut[max(bisect_right(starts, start) - 1, 0)]
        found.append(" ".join(article.text[first:last].split()))
    return pd.Series(found, index=rows.index, dtype="string")


def tie_names(links: pd.DataFrame) -> pd.DataFrame:
    """Return the ties with names for ids, one row a pair, relation and status, with the first sentence that says so.

    Returns
    -------
    DataFrame
        ``vietnam``, ``partner`` (English names), ``relation``, ``status``, ``texts`` (how many tell of it), ``where``,
        ``sentence``, ``link_id``.
    """
    named = links.assign(
        vietnam=entity_names(links["vietnam"]),
        partner=entity_names(links["partner"]),
        where=links["article_id"].map(short_name),
    )
    pair = ["vietnam", "partner", "relation", "status"]
    named["texts"] = named.groupby(pair)["article_id"].transform("nunique")
    order = [*pair, "texts", "where", "sentence", "link_id"]
    return named.drop_duplicates(pair)[order].reset_index(drop=True)


def topic_table(articles: pd.DataFrame, topics) -> pd.DataFrame:
    """Return the topic of each text that `TopicClusters` was fitted on, with names for numbers.

    Returns
    -------
    DataFrame
        ``document`` (its number in the fit), ``article_id``, ``name``, ``title``, ``label``, ``second`` (label or NA),
        ``certainty``, ``unsure``.
    """
    label = topics.topics_["label"].fillna("unnamed").to_dict()
    return pd.DataFrame(
        {
            "document": range(len(articles)),
            "article_id": articles["article_id"].to_numpy(),
            "name": [short_name(article_id) for article_id in articles["article_id"]],
            "title": articles["title"].array,
            "label": [label.get(topic, "none") for topic in topics.labels_],
            "second": pd.array([label.get(topic, pd.NA) for topic in topics.second_], dtype="string"),
            "certainty": topics.certainty_,
            "unsure": topics.unsure_,
        }
    )


def left_out(documents: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """List what no title, standfirst, caption or body holds: end markers, photo credits, labels, ``Voir plus``.

    Returns
    -------
    DataFrame
        ``text`` (as printed), ``times``, ``pages`` (in how many documents), most frequent first.
    """
    spans: dict[str, list[tuple[int, int]]] = {}
    for article in article_texts(articles):
        places = (article.place(part.start, part.end) for part in article.parts)
        spans.setdefault(article.doc_id, []).extend((place["start"], place["end"]) for place in places)
    rows = []
    for doc_id, text in zip(documents["doc_id"], documents["text"].fillna(""), strict=True):
        at = 0
        for start, end in [*sorted(spans.get(doc_id, [])), (len(text), len(text))]:
            rows += [(doc_id, line.strip()) for line in text[at:start].splitlines() if line.strip()]
            at = max(at, end)
    counted = pd.DataFrame(rows, columns=["doc_id", "text"]).groupby("text", sort=False)["doc_id"]
    found = counted.agg(times="size", pages="nunique").reset_index()
    return found.sort_values(["times", "text"], ascending=[False, True], ignore_index=True)
