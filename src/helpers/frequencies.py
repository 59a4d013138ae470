"""How often partners are named, how sure that is, since when, what marks a group of articles, who is named together.

The unit is the article: one visit fills an article with the same name, so what is counted first is how many articles
name a partner, and every interval and test draws or shuffles articles, never mentions.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.sparse import csc_array
from scipy.stats import false_discovery_control, hypergeom, norm, rankdata

from helpers.entities import gazetteer

_CHUNK = 64  # resamples held in memory at once
_PRIOR = 10.0  # articles: the weight of the prior in `partner_keyness`


def _units(articles: pd.DataFrame) -> pd.DataFrame:
    """Return the articles that count: no teaser and no duplicate."""
    return articles[(articles["role"] == "article") & articles["duplicate_of"].isna()]


def _chosen(mentions: pd.DataFrame, units: pd.DataFrame, by: str, sections=("body",), side="partner") -> pd.DataFrame:
    """Return the mentions that count."""
    chosen = mentions["section"].isin(list(sections)) & mentions["role"].isna() & mentions[by].notna()
    chosen &= mentions["article_id"].isin(units["article_id"]) & (side is None or mentions["side"] == side)
    return mentions[chosen]


def _matrix(chosen: pd.DataFrame, units: pd.DataFrame, by: str) -> tuple[pd.Index, csc_array]:
    """Return the values of ``by`` in order, and articles × values: how often each has each."""
    codes, values = pd.factorize(chosen[by].to_numpy(dtype=object), sort=True)
    rows = pd.Index(units["article_id"]).get_indexer(chosen["article_id"])
    counts = csc_array((np.ones(len(codes)), (rows, codes)), shape=(len(units), len(values)))
    return pd.Index(values, dtype="string"), counts


def _described(values: pd.Index, by: str) -> pd.DataFrame:
    """Return the values with their French names and types; what is no entity is its own name."""
    known = gazetteer().set_index("entity_id")[["name_fr", "type"]].reindex(values)
    names = known["name_fr"].fillna(pd.Series(values, index=values, dtype="string"))
    return pd.DataFrame({by: values, "name": names.array, "type": known["type"].array} | {by: values})


def _by_group(units: pd.DataFrame, mentions: pd.DataFrame, by: str, group: str, groups: Sequence[str]) -> pd.DataFrame:
    """Return for each group (column of the units) and value how many ``articles`` name it in their body, ``of`` all."""
    named = _chosen(mentions, units, by).drop_duplicates(["article_id", by])
    named = named[["article_id", by]].merge(units[["article_id", group]])
    values = pd.Index(sorted(named[by].unique()), dtype="string")
    table = pd.DataFrame({group: pd.array(groups, dtype="string")}).merge(_described(values, by), how="cross")
    cells = pd.MultiIndex.from_frame(table[[group, by]])
    table["articles"] = named.value_counts([group, by]).reindex(cells, fill_value=0).to_numpy("int64")
    return table.assign(of=table[group].map(units[group].value_counts()).fillna(0).astype("int64"))


def wilson(successes, n):
    """Return the ends of the 95 % interval of a share by Wilson's score method; of nothing, the share may be anything.

    Numbers give numbers, arrays arrays (E. B. Wilson, JASA 22, 1927, 209-212).

    Examples
    --------
    >>> low, high = wilson(1, 5)
    >>> round(low, 3), round(high, 3)
    (0.036, 0.624)
    """
    k, n, z = np.asarray(successes, float), np.asarray(n, float), norm.ppf(0.975)
    middle, half = k + z**2 / 2, z * np.sqrt(k * (n - k) / np.maximum(n, 1) + z**2 / 4)
    ends = np.where(k > 0, middle - half, 0) / (n + z**2), np.where(k < n, (middle + half) / (n + z**2), 1.0)
    return ends if ends[0].ndim else (float(ends[0]), float(ends[1]))


def dispersion(counts: Sequence[float], words: Sequence[float]) -> float:
    """Return Gries' deviation of proportions: 0 when spread as the words are, near 1 when all in one short article.

    Half the sum of the differences between each article's share of the mentions and its share of the words (S. Th.
    Gries, IJCL 13, 2008). NaN when there is nothing to spread.

    Examples
    --------
    >>> dispersion([2, 2], [100, 100]), dispersion([4, 0], [100, 300])
    (0.0, 0.75)
    """
    counts, words = np.asarray(counts, float), np.asarray(words, float)
    if not counts.sum() or not words.sum():
        return float("nan")
    return float(np.abs(counts / counts.sum() - words / words.sum()).sum() / 2)


def _resampled(counts: csc_array, words: np.ndarray, n_resamples: int, random_state: int) -> list[np.ndarray]:
    """Return the 95 % bounds of the ranks, then of the mentions per 1,000 words, over resampled articles."""
    rng, n = np.random.default_rng(random_state), counts.shape[0]
    mentioned, named = counts.T.tocsr(), (counts > 0).astype(float).T.tocsr()
    best, worst, rates = [], [], []
    for first in range(0, n_resamples, _CHUNK):
        draws = range(first, min(first + _CHUNK, n_resamples))
        weights = np.stack([np.bincount(rng.integers(n, size=n), minlength=n) for _ in draws], axis=1).astype(float)
        rates.extend((mentioned @ weights / np.maximum(words @ weights, 1) * 1000).T)
        best.extend(rankdata(-(named @ weights), "min", axis=0).T)
        worst.extend(rankdata(-(named @ weights), "max", axis=0).T)
    bounds = (best, 2.5), (worst, 97.5), (rates, 2.5), (rates, 97.5)
    return [np.percentile(values, q, axis=0, method="inverted_cdf") for values, q in bounds]


def partner_frequencies(
    articles: pd.DataFrame,
    mentions: pd.DataFrame,
    by: str = "entity_id",
    *,
    sections: Sequence[str] = ("body",),
    side: str | None = "partner",
    n_resamples: int = 1000,
    random_state: int = 0,
) -> pd.DataFrame:
    """Count how often partners are named, with the uncertainty of a sample of articles.

    Parameters
    ----------
    articles, mentions : DataFrame
        **articles** and **mentions** of the data contract. Teasers, duplicates and mentions with a role do not count.
    by : str
        What to count: ``entity_id``; ``country`` (a city counts for its country); ``type``. KeyError for a column that
        ``mentions`` has not.
    sections : sequence of str
        Where to count. Title, standfirst and caption repeat the body.
    side : {'partner', 'vietnam', None}
        Whom to count; None for all.
    n_resamples, random_state : int
        Size and seed of the bootstrap over articles.

    Returns
    -------
    DataFrame
        One row a value of ``by``, most articles first, then most mentions. ``name`` (French), ``type``; the
        ``articles`` that name it, ``of`` all; ``share`` with its Wilson interval ``share_low`` to ``share_high``;
        ``mentions``, of which ``names`` (acronyms too) and ``adjectives``; ``per_article``; ``per_1000_words`` with its
        bootstrap interval ``per_1000_low`` to ``per_1000_high``; ``dispersion`` (Gries' DP); ``rank`` by articles,
        ``tied`` (another has the same), and ``rank_low`` to ``rank_high``, where 95 % of the resampled corpora put it.

    Examples
    --------
    >>> from helpers import SEEDS, find_partners, parse_articles, read_documents
    >>> articles = parse_articles(read_documents(SEEDS))
    >>> table = partner_frequencies(articles, find_partners(articles), n_resamples=200)
    >>> table.loc[table["type"] == "country", ["name", "articles", "of", "tied"]].head(1).values.tolist()
    [['États-Unis', 2, 5, True]]
    """
    units = _units(articles)
    counted = [units["n_words"] if section == "body" else units[section].str.split().str.len() for section in sections]
    words = sum(column.fillna(0).astype("int64") for column in counted).to_numpy()
    chosen = _chosen(mentions, units, by, sections, side)
    values, counts = _matrix(chosen, units, by)
    total, found = counts.sum(axis=0).astype(int), (counts > 0).sum(axis=0)
    by_adjective = chosen.loc[chosen["form"] == "demonym", by]
    adjectives = by_adjective.value_counts().reindex(values, fill_value=0).to_numpy("int64")
    bounds = _resampled(counts, words, n_resamples, random_state) if len(values) else [np.zeros(0)] * 4
    table, n = _described(values, by), len(units)
    table["articles"], table["of"], table["share"] = found.astype("int64"), n, found / max(n, 1)
    table["share_low"], table["share_high"] = wilson(found, n)
    table["mentions"], table["names"], table["adjectives"] = total, total - adjectives, adjectives
    table["per_article"], table["per_1000_words"] = total / max(n, 1), total / max(words.sum(), 1) * 1000
    table["per_1000_low"], table["per_1000_high"] = bounds[2:]
    columns = (counts[:, [i]].toarray().ravel() for i in range(len(values)))
    table["dispersion"] = np.array([dispersion(column, words) for column in columns], dtype=float)
    ranks = table["articles"].rank(ascending=False, method="min").astype("int64")
    table["rank"], table["tied"] = ranks, ranks.duplicated(keep=False)
    table["rank_low"], table["rank_high"] = (ends.astype("int64") for ends in bounds[:2])
    return table.sort_values(["articles", "mentions", by], ascending=[False, False, True], ignore_index=True)


def partner_trends(
    articles: pd.DataFrame, mentions: pd.DataFrame, freq: str = "Y", by: str = "entity_id", *, least: int = 10
) -> pd.DataFrame:
    """Count which share of the articles of each period names a partner.

    ``articles``, ``mentions`` and ``by`` are as for `partner_frequencies`; an article counts where the bounds of its
    date fall in one period: a year, quarter or month (``freq`` Y, Q, M), ``thin`` with fewer articles than ``least``.

    Returns
    -------
    DataFrame
        A row for each period, from the first to the last without a gap, and each partner, most articles first:
        ``period`` (`2020`, `2020Q3`, `2020-09`), ``by``, ``name``, ``type``; the ``articles`` that name it, ``of`` all;
        ``share`` (NaN of none) with its Wilson interval ``share_low`` to ``share_high``; ``thin``; ``undated``: how
        many articles are in no period.

    Examples
    --------
    >>> from helpers import SEEDS, find_partners, parse_articles, read_documents
    >>> articles = parse_articles(read_documents(SEEDS))
    >>> partner_trends(articles, find_partners(articles), by="country")["undated"].unique().tolist()
    [4]
    """
    units = _units(articles)
    first, last = (units[f"published_{end}"].dt.to_period(freq) for end in ("from", "to"))
    dated = first[first == last]
    periods = pd.period_range(dated.min(), dated.max(), freq=freq) if len(dated) else dated
    units = units.loc[dated.index].assign(period=dated.astype("string"))
    table = _by_group(units, mentions, by, "period", periods.astype("string"))
    table["most"] = -table.groupby(by)["articles"].transform("sum")
    table = table.sort_values(["period", "most", by], ignore_index=True).drop(columns="most")
    table["share"] = table["articles"] / table["of"].where(table["of"] > 0).astype(float)
    table["share_low"], table["share_high"] = wilson(table["articles"], table["of"])
    return table.assign(thin=table["of"] < least, undated=len(first) - len(dated))


def partner_keyness(
    articles: pd.DataFrame, mentions: pd.DataFrame, groups: Mapping[str, str], by: str = "entity_id"
) -> pd.DataFrame:
    """Tell which partners mark one group of articles against the others.

    What counts is presence in an article's body: with mentions, bursts in single articles make |z| > 1.96 for a quarter
    of the partners where there is no difference at all. The Dirichlet prior has the corpus's share as its shape, so
    that a rare partner needs more than one article to stand out. ``articles``, ``mentions`` and ``by`` are as for
    `partner_frequencies`; ``groups`` maps ``article_id`` → label (a topic, a year): what has none is left out.

    Returns
    -------
    DataFrame
        A row for each group and value, surest first within a group; none with fewer than two groups. ``group``, ``by``,
        ``name``, ``type``; the ``articles`` of the group that name it, ``of_group``; ``others`` that do, ``of_others``;
        ``log_odds`` (above 0: marks the group) and its ``z`` (Monroe, Colaresi & Quinn, Fightin' Words, Political
        Analysis 16, 2008); ``p``: the share of all permutations of the labels over the articles that give as large a
        ``z`` (exact: the number that falls in a group is hypergeometric); ``q``: ``p`` after Benjamini and Hochberg's
        control of false discoveries.

    Examples
    --------
    >>> from helpers import SEEDS, find_partners, parse_articles, read_documents
    >>> articles = parse_articles(read_documents(SEEDS))
    >>> groups = {article_id: article_id[:3] for article_id in articles["article_id"]}
    >>> table = partner_keyness(articles, find_partners(articles), groups, by="country")
    >>> table.query("group == '003' and log_odds > 0")["name"].tolist()
    ['Mexique']
    """
    units = _units(articles)
    units = units.assign(group=units["article_id"].map(groups).astype("string")).dropna(subset="group")
    labels = sorted(units["group"].unique())
    table = _by_group(units if len(labels) > 1 else units[:0], mentions, by, "group", labels)
    n, inside, sizes = len(units), table["articles"].to_numpy(), table["of"].to_numpy()
    overall = table.groupby(by)["articles"].transform("sum").to_numpy()
    alpha = _PRIOR * (overall + 0.5) / (n + 1)

    def log_odds(inside, overall, size, alpha):
        # Of the group and of the others: articles that name the partner and that do not, each with its prior.
        cells = [inside + alpha, size - inside + _PRIOR - alpha]
        cells += [overall - inside + alpha, n - size - overall + inside + _PRIOR - alpha]
        difference = np.log(cells[0] / cells[1]) - np.log(cells[2] / cells[3])
        return difference, difference / np.sqrt(sum(1 / cell for cell in cells))

    def tail(z: float, overall: int, size: int, alpha: float) -> float:
        possible = np.arange(max(0, overall + size - n), min(overall, size) + 1)
        extreme = np.abs(log_odds(possible, overall, size, alpha)[1]) >= abs(z) - 1e-9
        return min(1.0, hypergeom.pmf(possible[extreme], n, overall, size).sum())

    table.insert(table.columns.get_loc("of"), "others", overall - inside)
    table = table.rename(columns={"of": "of_group"}).assign(of_others=n - sizes)
    table["log_odds"], table["z"] = log_odds(inside, overall, sizes, alpha)
    table["p"] = np.array([tail(*row) for row in zip(table["z"], overall, sizes, alpha, strict=True)], dtype=float)
    table["q"] = false_discovery_control(table["p"]) if len(table) else table["p"]
    order = ["group", "q", "p", "z", by]
    return table.sort_values(order, ascending=[True, True, True, False, True], ignore_index=True)


def partner_pairs(
    articles: pd.DataFrame, mentions: pd.DataFrame, by: str = "entity_id", sides: Sequence[str] = ("vietnam", "partner")
) -> pd.DataFrame:
    """Tell who is named in the same articles, and whether more often than chance would have it.

    ``articles``, ``mentions`` and ``by`` are as for `partner_frequencies`; the ``sides`` ``('vietnam', 'partner')`` tie
    localities to partners, ``('partner', 'partner')`` partners to one another.

    Returns
    -------
    DataFrame
        A row for each pair, surest first: ``one``, ``one_name``, ``other``, ``other_name``; the ``articles`` that name
        both; how many are ``expected`` by chance; ``p`` of at least as many (hypergeometric); ``q`` (Benjamini and
        Hochberg over all pairs that could be, those never seen too). Draw the edges with a small ``q``.
    """
    units = _units(articles)
    (ones, a), (others, b) = (_matrix(_chosen(mentions, units, by, side=side), units, by) for side in sides)
    a, b = (a > 0).astype(int), (b > 0).astype(int)
    both, size, other_size = (a.T @ b).toarray(), a.sum(axis=0), b.sum(axis=0)
    possible = ones.to_numpy()[:, None] < others.to_numpy() if sides[0] == sides[1] else np.ones(both.shape, bool)
    i, j = np.nonzero(both * possible)
    p = np.ones(int(possible.sum()))
    p[: len(i)] = hypergeom.sf(both[i, j] - 1, len(units), size[i], other_size[j])
    q = false_discovery_control(p)[: len(i)] if len(p) else p
    one, other = _described(ones[i], by), _described(others[j], by)
    table = pd.DataFrame({"one": one[by], "one_name": one["name"], "other": other[by], "other_name": other["name"]})
    table["articles"], table["expected"] = both[i, j], size[i] * other_size[j] / max(len(units), 1)
    table["p"], table["q"] = p[: len(i)], q
    return table.sort_values(["q", "p", "articles", "one", "other"], ascending=[1, 1, 0, 1, 1], ignore_index=True)
