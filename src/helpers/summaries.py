"""The small tables behind the notebooks' findings: each function condenses tables of the contract into one to show."""

import re

import numpy as np
import pandas as pd

from helpers.display import number
from helpers.entities import gazetteer
from helpers.offsets import article_texts
from helpers.sentences import sentence_at, sentence_spans

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
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


def evenly(rows: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return at most so many rows, at even distances from the first to the last.

    Examples
    --------
    >>> evenly(pd.DataFrame({"n": range(101)}), 3)["n"].tolist()
    [0, 50, 100]
    """
    return rows.iloc[np.linspace(0, len(rows) - 1, min(most, len(rows))).round().astype(int)]


def words_by_role(articles: pd.DataFrame) -> pd.DataFrame:
    """Return the words of body text of each document (index: its short name), ``own article`` and ``teasers``."""
    rows = articles.assign(n_words=articles["n_words"].fillna(0).astype(int))
    counts = rows.pivot_table("n_words", "doc_id", "role", "sum", fill_value=0, sort=False)
    counts = counts.reindex(columns=["article", "teaser"], fill_value=0).set_axis(["own article", "teasers"], axis=1)
    return counts.set_axis([short_name(f"{doc_id}#0") for doc_id in counts.index])


def repaired_places(articles: pd.DataFrame) -> pd.DataFrame:
    """List every repair: ``article_id``, ``start``, and the place with its context as ``printed`` and ``repaired``.
    That several blanks in a row are read as one is not told."""
    rows = []
    for article in article_texts(articles):
        alignment = article.alignment
        for (start, end, length), at in zip(alignment.edits, alignment.positions, strict=True):
            if article.source[start - alignment.origin - 1 : end - alignment.origin].isspace():
                continue
            first = max(start - alignment.origin - _WIDTH, 0)
            printed = article.source[first : end - alignment.origin + _WIDTH]
            repaired = article.text[max(at - _WIDTH, 0) : at + length + _WIDTH]
            rows.append((article.article_id, start, _whole_words(printed), _whole_words(repaired)))
    return pd.DataFrame(rows, columns=["article_id", "start", "printed", "repaired"])


def _whole_words(snippet: str) -> str:
    words = " ".join(snippet.split()).split(" ")
    return " ".join(words[1:-1] if len(words) > 3 else words)


FLOWS = ("export", "import", "trade")
_FLOWS = {"export": "exports to", "import": "imports from", "trade": "trade with"}
_FLOWS |= {"fdi": "investment with", "aid": "aid with"}


def _scale(value: float) -> tuple[float, str]:
    scales = [(1e12, "trillion"), (1e9, "billion"), (1e6, "million")]
    return next(((size, word) for size, word in scales if abs(value) >= size), (1, ""))


def short_number(value: float) -> str:
    """Write a large number with its scale in words.

    Examples
    --------
    >>> short_number(36.8e9), short_number(1500)
    ('36.8 billion', '1\u202f500')
    """
    size, word = _scale(value)
    return f"{number(value / size)} {word}".strip()


def entity_names(ids: pd.Series) -> pd.Series:
    """Return the English name of each entity id, the id itself where the gazetteer has none; missing stays missing."""
    known = gazetteer().set_index("entity_id")["name_en"]
    return ids.map(known).astype("string").fillna(ids)


def flow_names(figures: pd.DataFrame) -> pd.Series:
    """Say in words whose flow a figure measures and with whom, as far as is known: ``Hanoi: exports to Laos``."""
    who, whom = entity_names(figures["reporter"]).fillna("?"), entity_names(figures["partner"])
    flow = figures["flow"].map(_FLOWS).astype("string")
    flow_alone = who + ": " + flow.str.replace(" .*", "", regex=True)
    names = who.where(whom.isna(), who + " and " + whom).where(flow.isna(), flow_alone)
    return names.where(flow.isna() | whom.isna(), who + ": " + flow + " " + whom)


def quantities(levels: pd.DataFrame) -> pd.DataFrame:
    """Return each quantity once, however often it is said: same flow, sides, period, product and status.

    What is said without its partner or its period may be anything, so each such statement stands alone. ``levels`` are
    amounts of money from `helpers.to_usd`; of each quantity the first row stays, largest first, with ``pair``,
    ``label`` (the pair and its period), ``times`` (statements), ``texts`` (that say it); ``usd_low`` and ``usd_high``,
    the least and the most that is said, and ``usd``, where all statements say the same.

    Examples
    --------
    >>> from helpers import to_usd
    >>> from helpers.tables import frame
    >>> said = {"kind": "money", "unit": "USD", "flow": "export", "reporter": "VNM", "partner": "LAO", "period": "2019"}
    >>> rows = frame("figures", [said | {"low": x, "high": x, "article_id": "a#0"} for x in (9e6, 9e6, 8e6)])
    >>> quantities(to_usd(rows))[["label", "times", "usd_low", "usd_high"]].values.tolist()
    [['Vietnam – Laos, 2019', 3, 8000000.0, 9000000.0]]
    """
    key = ["flow", "reporter", "partner", "period", "product", "status"]
    open_ended = levels["partner"].isna() | levels["period"].isna()
    said = levels.groupby([*key, np.where(open_ended, np.arange(len(levels)), -1)], dropna=False)
    times, texts = said["kind"].transform("size").astype("int64"), said["article_id"].transform("nunique")
    ends = {"usd_low": said["usd_low"].transform("min"), "usd_high": said["usd_high"].transform("max")}
    rows = levels.drop(columns=list(ends)).assign(times=times, texts=texts, **ends)[said.cumcount() == 0]
    rows = rows.assign(pair=pair_names)
    rows["label"] = rows["pair"] + ", " + rows["period"].map(period_words)
    rows["usd"] = rows["usd_low"].where(rows["usd_low"] == rows["usd_high"])
    return rows.sort_values("usd_high", ascending=False, kind="stable", ignore_index=True)


def side_by_side(once: pd.DataFrame) -> pd.DataFrame:
    """Return of each pair of `quantities` the results of one period: the one with most flows, and of these the latest.

    Pairs with both exports and imports come first, then the larger amounts.
    """
    rows = once[once["status"] == "actual"].dropna(subset=["usd_high", "partner"])
    rows = rows.assign(flows=rows.groupby("label")["flow"].transform("nunique"))
    best = rows.sort_values(["flows", "period"], na_position="first", kind="stable").groupby("pair")["label"].last()
    rows = rows[rows["label"].isin(best)].drop_duplicates(["label", "flow"])
    return rows.sort_values(["flows", "usd_high"], ascending=False, kind="stable", ignore_index=True)


def period_words(period: str) -> str:
    """Write an ISO 8601 interval in words.

    Examples
    --------
    >>> [period_words(period) for period in ("2020-01/2020-09", "2007/..", "2019", pd.NA)]
    ['Jan to Sep 2020', 'from 2007', '2019', 'period not said']
    """
    if pd.isna(period):
        return "period not said"
    first, *last = (re.sub(r"^(\d{4})-(\d\d)(.*)", _month_first, end) for end in period.split("/"))
    if not last:
        return first
    if ".." in (first, *last):
        return f"until {last[0]}" if first == ".." else f"from {first}"
    if first[-5:] == last[0][-5:]:
        first = first[:-5]
    return f"{first} to {last[0]}"


def _month_first(date: re.Match) -> str:
    return f"{date[3][1:]} {MONTHS[int(date[2]) - 1]} {date[1]}".strip()


def pair_names(figures: pd.DataFrame) -> pd.Series:
    """Say in words between whom a figure is: ``Vietnam – Hong Kong``."""
    reporter, partner = entity_names(figures["reporter"]), entity_names(figures["partner"])
    return reporter.fillna("?") + " – " + partner.fillna("partner not said")


def amounts(figures: pd.DataFrame) -> pd.Series:
    """Write each figure's value with its unit: ``36.8 billion USD``, ``about 85 to 90 %``, a count ``6 × province``."""
    texts = []
    for row in figures[["low", "high", "unit", "kind", "approximate"]].itertuples(index=False):
        if pd.isna(row.high):
            texts.append(pd.NA)
            continue
        size, word = _scale(row.high)
        digits = 0 if row.approximate and size == 1 and abs(row.high) >= 1000 else 2
        ends = [number(end / size, digits) for end in dict.fromkeys([row.low, row.high])]
        unit = f"× {row.unit}" if row.kind == "count" else {"percent": "%", "rang": ""}.get(row.unit, row.unit)
        text = " ".join(filter(None, ["rank" if row.kind == "rank" else "", " to ".join(ends), word, unit]))
        texts.append(f"about {text}" if row.approximate else text)
    return pd.Series(texts, index=figures.index, dtype="string")


def targets_and_results(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the targets and forecasts, and the results in the same unit of the same sides and flow.

    Where the flow or the partner is not known, only results of the same text can be meant. Rows of **figures** with
    ``panel`` (who, what, in which unit) and ``year`` (the period in words): first the panels where both a plan and a
    result name their period, then those with most rows.
    """
    planned = figures["status"].isin(["target", "forecast"])
    vague = figures["flow"].isna() | figures["partner"].isna()
    key = ["unit", "measure", "flow", "reporter", "partner", figures["article_id"].where(vague)]
    group = figures.groupby(key, dropna=False).ngroup()
    rows = figures[planned | (group.isin(group[planned]) & figures["measure"].notna())]
    measure = rows["measure"].where(rows["measure"] != "level").map(", {}".format, na_action="ignore").fillna("")
    panel = flow_names(rows) + measure + ", " + rows["unit"].replace({"percent": "%", "rang": "rank"})
    sides = planned[rows.index][rows["period"].notna()].groupby(panel).nunique()
    rank = {"both": panel.map(sides).eq(2), "size": panel.map(panel.value_counts())}
    rows = rows.assign(panel=panel, year=rows["period"].map(period_words), **rank)
    order = ["both", "size", "panel", "year"]
    return rows.sort_values(order, ascending=[False, False, True, True], kind="stable").drop(columns=["both", "size"])


def sentences_of(rows: pd.DataFrame, articles: pd.DataFrame) -> pd.Series:
    """Return for each extracted row (``article_id``, ``start``) the repaired sentence that it stands in."""
    starts, found = dict(list(rows.groupby("article_id")["start"])), {}
    for article in article_texts(articles[articles["article_id"].isin(starts)]):
        spans = [span for part in article.parts for span in sentence_spans(article.text, part.start, part.end)]
        for index, start in starts[article.article_id].items():
            first, last = sentence_at(spans, article.alignment.back(start))
            found[index] = " ".join(article.text[first:last].split())
    return pd.Series(found, dtype="string").reindex(rows.index)


def tie_names(links: pd.DataFrame) -> pd.DataFrame:
    """Return the ties with names for ids, one row a pair, relation and status, with the first sentence that says so
    (``where``, ``sentence``, ``link_id``) and in how many ``texts`` it stands."""
    names = {side: entity_names(links[side]) for side in ("vietnam", "partner")}
    named = links.assign(**names, where=links["article_id"].map(short_name))
    pair = ["vietnam", "partner", "relation", "status"]
    named["texts"] = named.groupby(pair)["article_id"].transform("nunique")
    order = [*pair, "texts", "where", "sentence", "link_id"]
    return named.drop_duplicates(pair)[order].reset_index(drop=True)


def topic_table(articles: pd.DataFrame, topics) -> pd.DataFrame:
    """Return the topic of each text that `TopicClusters` was fitted on (``document``: its number), by name."""
    label = topics.topics_["label"].fillna("unnamed").to_dict()
    return articles[["article_id", "title"]].assign(
        document=range(len(articles)),
        name=articles["article_id"].map(short_name),
        label=[label.get(topic, "none") for topic in topics.labels_],
        second=pd.array([label.get(topic, pd.NA) for topic in topics.second_], dtype="string"),
        certainty=topics.certainty_,
        unsure=topics.unsure_,
    )


def left_out(documents: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """List what no title, standfirst, caption or body holds: markers, credits, labels; with ``times`` and ``pages``."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for article in article_texts(articles):
        spans.setdefault(article.doc_id, []).extend(article.alignment.span(p.start, p.end) for p in article.parts)
    rows = []
    for doc_id, text in zip(documents["doc_id"], documents["text"].fillna(""), strict=True):
        at = 0
        for start, end in [*sorted(spans.get(doc_id, [])), (len(text), len(text))]:
            rows += [(doc_id, line.strip()) for line in text[at:start].splitlines() if line.strip()]
            at = max(at, end)
    counted = pd.DataFrame(rows, columns=["doc_id", "text"]).groupby("text", sort=False)["doc_id"]
    found = counted.agg(times="size", pages="nunique").reset_index()
    return found.sort_values(["times", "text"], ascending=[False, True], ignore_index=True)
