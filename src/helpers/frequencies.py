"""How often partners are named, how sure that is, since when, what marks a group of articles, who is named together.

The unit is the article: one visit fills an article with the same name, so what is counted first is how many articles
name a partner, and every interval and test draws or shuffles articles, never mentions.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.sparse import csc_array
from scipy.stats import false_discovery_control, hypergeom, norm

from helpers.entities import gazetteer

_CHUNK = 64  # resamples held in memory at once


def _units(articles: pd.DataFrame, sections: Sequence[str]) -> pd.DataFrame:
    """Return the articles that count, no teaser and no duplicate, with the ``words`` of the sections counted in."""
    own = articles[(articles["role"] == "article") & articles["duplicate_of"].isna()]
    words = [own["n_words"] if section == "body" else own[section].str.split().str.len() for section in sections]
    return own[["article_id"]].assign(words=sum(words.fillna(0).astype("int64") for words in words))


def _chosen(mentions: pd.DataFrame, units: pd.DataFrame, by: str, sections: Sequence[str], side: str | None):
    """Return the mentions that count, the values of ``by`` in order, and articles × values: how often each has each."""
    chosen = mentions["section"].isin(list(sections)) & mentions["role"].isna() & mentions[by].notna()
    chosen &= mentions["article_id"].isin(units["article_id"]) & (side is None or mentions["side"] == side)
    mentions = mentions[chosen]
    codes, values = pd.factorize(mentions[by].to_numpy(dtype=object), sort=True)
    rows = pd.Index(units["article_id"]).get_indexer(mentions["article_id"])
    counts = csc_array((np.ones(len(codes)), (rows, codes)), shape=(len(units), len(values)))
    return mentions, pd.Index(values, dtype="string"), counts


def _described(values: pd.Index, by: str) -> pd.DataFrame:
    """Return the values with their French names and types; what is no entity is its own name."""
    known = gazetteer().set_index("entity_id")[["name_fr", "type"]].reindex(values)
    names = known["name_fr"].fillna(pd.Series(values, index=values, dtype="string"))
    return pd.DataFrame({by: values, "name": names.array, "type": known["type"].array})


def wilson(successes, n):
    """Return the ends of the 95 % interval of a share by Wilson's score method; of nothing, the share may be anything.

    Numbers give numbers, arrays arrays.

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
    Gries, Dispersions and adjusted frequencies in corpora, IJCL 13, 2008). NaN when there is nothing to spread.

    Examples
    --------
    >>> dispersion([2, 2], [100, 100]), dispersion([4, 0], [100, 300])
    (0.0, 0.75)
    """
    counts, words = np.asarray(counts, float), np.asarray(words, float)
    if not counts.sum() or not words.sum():
        return float("nan")
    return float(np.abs(counts / counts.sum() - words / words.sum()).sum() / 2)


def _ranks(articles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the best and the worst rank of each value: those that tie share the ranks from the one to the other."""
    ordered, n = np.sort(articles), len(articles)
    return n - np.searchsorted(ordered, articles, "right") + 1, n - np.searchsorted(ordered, articles, "left")


def _resampled(counts: csc_array, words: np.ndarray, n_resamples: int, random_state: int) -> dict[str, np.ndarray]:
    """Return the 95 % bounds of the ranks and of the mentions per 1,000 words over resampled articles."""
    rng, n = np.random.default_rng(random_state), counts.shape[0]
    mentioned, named = counts.T.tocsr(), (counts > 0).astype(float).T.tocsr()
    best, worst, rates = [], [], []
    for first in range(0, n_resamples, _CHUNK):
        draws = range(first, min(first + _CHUNK, n_resamples))
        weights = np.stack([np.bincount(rng.integers(n, size=n), minlength=n) for _ in draws], axis=1).astype(float)
        rates.extend((mentioned @ weights / np.maximum(words @ weights, 1) * 1000).T)
        for row in (named @ weights).T:
            high, low = _ranks(row)
            best.append(high)
            worst.append(low)
    ends = {"rank_low": (best, 2.5), "rank_high": (worst, 97.5)}
    ends |= {"per_1000_low": (rates, 2.5), "per_1000_high": (rates, 97.5)}
    return {name: np.percentile(values, q, axis=0, method="inverted_cdf") for name, (values, q) in ends.items()}


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
        The column of ``mentions`` to count by: ``entity_id``; ``country`` (a city counts for its country); ``type``.
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

    Raises
    ------
    KeyError
        If ``mentions`` has no column ``by``.

    Examples
    --------
    >>> from helpers import SEEDS, find_partners, parse_articles, read_documents
    >>> articles = parse_articles(read_documents(SEEDS))
    >>> table = partner_frequencies(articles, find_partners(articles), n_resamples=200)
    >>> table.loc[table["type"] == "country", ["name", "articles", "of", "tied"]].head(1).values.tolist()
    [['États-Unis', 2, 5, True]]
    """
    units = _units(articles, sections)
    chosen, values, counts = _chosen(mentions, units, by, sections, side)
    words, total, found = units["words"].to_numpy(), counts.sum(axis=0).astype(int), (counts > 0).sum(axis=0)
    adjectives = chosen.loc[chosen["form"] == "demonym", by].value_counts().reindex(values, fill_value=0)
    rank, last = _ranks(found)
    bounds = dict.fromkeys(["rank_low", "rank_high", "per_1000_low", "per_1000_high"], np.zeros(0))
    if len(values):
        bounds = _resampled(counts, words, n_resamples, random_state)
    table = _described(values, by)
    table["articles"], table["of"], table["share"] = found.astype("int64"), len(units), found / max(len(units), 1)
    table["share_low"], table["share_high"] = wilson(found, len(units))
    adjectives = adjectives.to_numpy("int64")
    table["mentions"], table["names"], table["adjectives"] = total, total - adjectives, adjectives
    table["per_article"] = total / max(len(units), 1)
    table["per_1000_words"] = total / max(words.sum(), 1) * 1000
    table["per_1000_low"], table["per_1000_high"] = bounds["per_1000_low"], bounds["per_1000_high"]
    columns = (counts[:, [i]].toarray().ravel() for i in range(len(values)))
    table["dispersion"] = np.array([dispersion(column, words) for column in columns], dtype=float)
    table["rank"], table["tied"] = rank.astype("int64"), last > rank
    table["rank_low"], table["rank_high"] = (bounds[name].astype("int64") for name in ("rank_low", "rank_high"))
    return table.sort_values(["articles", "mentions", by], ascending=[False, False, True], ignore_index=True)


def partner_trends(
    articles: pd.DataFrame, mentions: pd.DataFrame, freq: str = "Y", by: str = "entity_id", *, least: int = 10
) -> pd.DataFrame:
    """Count which share of the articles of each period names a partner.

    Parameters
    ----------
    articles, mentions, by
        As for `partner_frequencies`. An article counts where the bounds of its date fall in one period.
    freq : {'Y', 'Q', 'M'}
        Length of a period.
    least : int
        With fewer articles a period is ``thin``.

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
    units = _units(articles, ("body",))
    first, last = (articles.loc[units.index, f"published_{end}"].dt.to_period(freq) for end in ("from", "to"))
    dated = (first == last).to_numpy()
    periods = pd.period_range(first[dated].min(), first[dated].max(), freq=freq) if dated.any() else first[dated]
    _, values, counts = _chosen(mentions, units[dated], by, ("body",), "partner")
    codes = pd.Index(periods).get_indexer(first[dated])
    members = csc_array((np.ones(len(codes)), (np.arange(len(codes)), codes)), shape=(len(codes), len(periods)))
    found = (members.T @ (counts > 0).astype(float)).toarray().astype("int64")
    order = np.argsort(-found.sum(axis=0), kind="stable")
    table = pd.concat([_described(values[order], by)] * max(len(periods), 1), ignore_index=True)
    table.insert(0, "period", pd.array(np.repeat([str(period) for period in periods], len(values)), dtype="string"))
    table["articles"] = found[:, order].ravel()
    table["of"] = np.repeat(np.bincount(codes, minlength=len(periods)), len(values))
    table["share"] = table["articles"] / table["of"].where(table["of"] > 0).astype(float)
    table["share_low"], table["share_high"] = wilson(table["articles"], table["of"])
    return table.assign(thin=table["of"] < least, undated=int((~dated).sum()))


def partner_keyness(
    articles: pd.DataFrame,
    mentions: pd.DataFrame,
    groups: Mapping[str, str],
    by: str = "entity_id",
    *,
    prior: float = 10.0,
) -> pd.DataFrame:
    """Tell which partners mark one group of articles against the others.

    What counts is presence in an article's body: with mentions, bursts in single articles make |z| > 1.96 for a quarter
    of the partners where there is no difference at all.

    Parameters
    ----------
    articles, mentions, by
        As for `partner_frequencies`.
    groups : mapping (or Series)
        ``article_id`` → label (a topic, a year). Articles without a label are left out.
    prior : float
        Weight, in articles, of the Dirichlet prior over naming the partner or not; its shape is the corpus's share, so
        that a rare partner needs more than one article to stand out.

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
    units = _units(articles, ("body",))
    label = units["article_id"].map(groups).astype("string")
    units = units[label.notna()]
    codes, labels = pd.factorize(label.dropna().to_numpy(dtype=object), sort=True)
    _, values, counts = _chosen(mentions, units, by, ("body",), "partner")
    if len(labels) < 2:
        labels, values, counts = labels[:0], values[:0], counts[:, :0]
    present = (counts > 0).astype(float).T.tocsr()
    members = (codes[:, None] == np.arange(len(labels))).astype(float)
    inside, sizes = present @ members, members.sum(axis=0)
    overall = inside.sum(axis=1, keepdims=True)
    alpha = prior * (overall + 0.5) / (len(units) + 1)

    def log_odds(inside, overall, size, alpha):
        # Of the group and of the others: articles that name the partner and that do not, each with its prior.
        cells = [inside + alpha, size - inside + prior - alpha]
        cells += [overall - inside + alpha, len(units) - size - overall + inside + prior - alpha]
        difference = np.log(cells[0] / cells[1]) - np.log(cells[2] / cells[3])
        return difference, difference / np.sqrt(sum(1 / cell for cell in cells))

    def tail(z: float, overall: float, size: float, alpha: float) -> float:
        possible = np.arange(max(0, overall + size - len(units)), min(overall, size) + 1)
        extreme = np.abs(log_odds(possible, overall, size, alpha)[1]) >= abs(z) - 1e-9
        return min(1.0, hypergeom.pmf(possible[extreme], len(units), overall, size).sum())

    difference, z = log_odds(inside, overall, sizes, alpha)
    p = np.array([tail(z[i, j], overall[i, 0], sizes[j], alpha[i, 0]) for j, i in np.ndindex(z.T.shape)], dtype=float)
    table = pd.concat([_described(values, by)] * max(len(labels), 1), ignore_index=True)
    table.insert(0, "group", pd.array(np.repeat(labels, len(values)), dtype="string"))
    table["articles"], table["others"] = inside.T.ravel().astype(int), (overall - inside).T.ravel().astype(int)
    table["of_group"] = np.repeat(sizes, len(values)).astype(int)
    table["of_others"] = len(units) - table["of_group"]
    table["log_odds"], table["z"], table["p"] = difference.T.ravel(), z.T.ravel(), p
    table["q"] = false_discovery_control(p) if len(p) else p
    order = ["group", "q", "p", "z", by]
    return table.sort_values(order, ascending=[True, True, True, False, True], ignore_index=True)


def partner_pairs(
    articles: pd.DataFrame, mentions: pd.DataFrame, by: str = "entity_id", sides: Sequence[str] = ("vietnam", "partner")
) -> pd.DataFrame:
    """Tell who is named in the same articles, and whether more often than chance would have it.

    Parameters
    ----------
    articles, mentions, by
        As for `partner_frequencies`.
    sides : two of {'vietnam', 'partner'}
        ``('vietnam', 'partner')`` ties localities to partners, ``('partner', 'partner')`` partners to one another.

    Returns
    -------
    DataFrame
        A row for each pair, surest first: ``one``, ``one_name``, ``other``, ``other_name``; the ``articles`` that name
        both; how many are ``expected`` by chance; ``p`` of at least as many (hypergeometric); ``q`` (Benjamini and
        Hochberg over all pairs that could be, those never seen too). Draw the edges with a small ``q``.
    """
    units = _units(articles, ("body",))
    (_, ones, a), (_, others, b) = (_chosen(mentions, units, by, ("body",), side) for side in sides)
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
