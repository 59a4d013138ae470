"""How often partners are named, how sure that is, what marks one group of articles, and who is named together.

The unit is the article: one visit fills an article with the same name, so what is counted first is the number of
articles that name a partner, and every interval comes from resampling articles, never mentions.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.stats import binomtest, false_discovery_control, hypergeom

NUMBERS = ["articles", "mentions", "names", "adjectives", "of"]
RANKS = ["rank", "rank_low", "rank_high"]
_CHUNK = 64  # resamples held in memory at once


def counted_articles(articles: pd.DataFrame, sections: Sequence[str] = ("body",)) -> pd.DataFrame:
    """Return the articles that count: no teaser, no duplicate.

    Parameters
    ----------
    articles : DataFrame
        **articles** of the data contract.
    sections : sequence of str
        The sections whose words count.

    Returns
    -------
    DataFrame
        ``article_id``, ``words`` (of those sections) and the bounds ``published_from``, ``published_to``, one row each.
    """
    own = articles[(articles["role"] == "article") & articles["duplicate_of"].isna()]
    words = {section: own["n_words"] if section == "body" else own[section].str.split().str.len() for section in sections}
    words = pd.DataFrame(words, index=own.index).fillna(0).sum(axis=1).astype("int64")
    columns = own[["article_id", "published_from", "published_to"]]
    return columns.assign(words=words).reset_index(drop=True)


def counted_mentions(
    mentions: pd.DataFrame, units: pd.DataFrame, sections: Sequence[str] = ("body",), side: str | None = "partner"
) -> pd.DataFrame:
    """Return the mentions that count as naming a partner: in those articles and sections, and without a ``role``.

    An apposition (`Hong Kong (Chine)`), an institution's name, a currency and a dateline name nobody as a partner.
    """
    chosen = mentions["section"].isin(list(sections)) & mentions["role"].isna()
    if side is not None:
        chosen &= mentions["side"] == side
    return mentions[chosen & mentions["article_id"].isin(units["article_id"])]


def _matrix(rows: pd.Series, columns: pd.Series, shape: tuple[int, int]) -> csr_array:
    """Return how often each pair of numbers occurs."""
    return csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)


def _counts(mentions: pd.DataFrame, units: pd.DataFrame, by: str) -> tuple[pd.Index, csr_array]:
    """Return the values of ``by`` in their order of appearance, and their mentions: articles × values."""
    mentions = mentions[mentions[by].notna()]
    codes, values = pd.factorize(mentions[by])
    article = pd.Index(units["article_id"]).get_indexer(mentions["article_id"])
    return pd.Index(values, name=by), _matrix(article, codes, (len(units), len(values)))


def wilson(successes: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share by Wilson's score method.

    Examples
    --------
    >>> low, high = wilson(1, 5)
    >>> round(low, 3), round(high, 3)
    (0.036, 0.624)
    """
    interval = binomtest(int(successes), int(n)).proportion_ci(method="wilson")
    return interval.low, interval.high


def dispersion(counts: np.ndarray, words: np.ndarray) -> float:
    """Return Gries' deviation of proportions: 0 when spread like the words, near 1 when all in one short article.

    Half the sum of the differences between each article's share of the mentions and its share of the words (S. Th. Gries,
    Dispersions and adjusted frequencies in corpora, IJCL 13, 2008).

    Examples
    --------
    >>> dispersion(np.array([2, 2]), np.array([100, 100])), dispersion(np.array([4, 0]), np.array([100, 300]))
    (0.0, 0.75)
    """
    if not counts.sum() or not words.sum():
        return float("nan")
    return float(np.abs(counts / counts.sum() - words / words.sum()).sum() / 2)


def _ranks(articles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the best and the worst place of each value along the last axis: those that tie share them."""
    ordered = np.sort(articles, axis=-1)
    flat, flat_ordered = articles.reshape(-1, articles.shape[-1]), ordered.reshape(-1, articles.shape[-1])
    above = [len(row) - np.searchsorted(o, row, "right") for row, o in zip(flat, flat_ordered, strict=True)]
    upto = [len(row) - np.searchsorted(o, row, "left") for row, o in zip(flat, flat_ordered, strict=True)]
    return np.reshape(above, articles.shape) + 1, np.reshape(upto, articles.shape)


def _resample(counts: csr_array, words: np.ndarray, n_resamples: int, random_state: int) -> tuple[np.ndarray, ...]:
    """Return 95 % bounds of the best and worst rank and of the mentions per 1,000 words, over resampled articles."""
    rng, n = np.random.default_rng(random_state), counts.shape[0]
    present = csr_array((np.ones(counts.nnz), counts.indices, counts.indptr), shape=counts.shape)
    best, worst, rates = [], [], []
    for first in range(0, n_resamples, _CHUNK):
        size = min(_CHUNK, n_resamples - first)
        weights = np.stack([np.bincount(rng.integers(n, size=n), minlength=n) for _ in range(size)])
        high, low = _ranks(np.asarray((present.T @ weights.T).T))
        best.append(high)
        worst.append(low)
        rates.append((counts.T @ weights.T).T / np.maximum(weights @ words, 1)[:, None] * 1000)
    ends = [(np.concatenate(best), 2.5), (np.concatenate(worst), 97.5)]
    rate = np.concatenate(rates)
    method = {"axis": 0, "method": "closest_observation"}
    return tuple(np.percentile(values, q, **method) for values, q in [*ends, (rate, 2.5), (rate, 97.5)])


def partner_frequencies(
    articles: pd.DataFrame,
    mentions: pd.DataFrame,
    by: str = "entity_id",
    *,
    sections: Sequence[str] = ("body",),
    side: str | None = "partner",
    n_resamples: int = 2000,
    random_state: int = 0,
) -> pd.DataFrame:
    """Count how often partners are named, with the uncertainty of a sample of articles.

    Parameters
    ----------
    articles, mentions : DataFrame
        **articles** and **mentions** of the data contract. Teasers and duplicates are left out, and mentions that have a
        ``role``.
    by : str
        The column of ``mentions`` to count by: ``entity_id``, ``country`` (a city counts for its country), ``type``.
    sections : sequence of str
        The sections to count in. Title, standfirst and caption repeat the body.
    side : {'partner', 'vietnam', None}
        Whom to count; None for all.
    n_resamples, random_state : int
        Bootstrap over articles, and its seed.

    Returns
    -------
    DataFrame
        One row a value of ``by``, most articles first, ties in the order of mentions, then of the value. ``name`` (French)
        and ``type`` when counted by entity; ``articles`` that name it ``of`` all; ``share`` with its Wilson interval
        ``share_low``, ``share_high``; ``mentions``, of which ``names`` (acronyms too) and ``adjectives``; ``per_article``
        (mentions an article); ``per_1000_words`` with its bootstrap interval; ``dispersion`` (Gries' DP);
        ``rank`` by articles, its interval ``rank_low``, ``rank_high`` over resampled articles, and ``tied``: whether
        another has the same rank.

    Examples
    --------
    >>> from helpers import SEEDS, find_partners, parse_articles, read_documents
    >>> articles = parse_articles(read_documents(SEEDS))
    >>> table = partner_frequencies(articles, find_partners(articles), n_resamples=200)
    >>> table.loc[table["type"] == "country", ["name", "articles", "of", "rank", "tied"]].head(1).values.tolist()
    [['États-Unis', 2, 5, 1, True]]
    """
    units = counted_articles(articles, sections)
    chosen = counted_mentions(mentions, units, sections, side)
    values, counts = _counts(chosen, units, by)
    words, n = units["words"].to_numpy(), len(units)
    table = pd.DataFrame({by: values.astype("string")})
    if by == "entity_id":
        first = chosen.drop_duplicates(by).set_index(by)
        for column in ("name", "type"):
            table[column] = first[column].reindex(values).to_numpy() if len(values) else pd.array([], dtype="string")
    per_article = counts.toarray() if not len(values) else None
    dense = counts.tocsc() if per_article is None else None
    found = np.diff(dense.indptr) if dense is not None else np.zeros(0, int)
    total = np.asarray(counts.sum(axis=0)).ravel().astype(int)
    adjectives = chosen.loc[chosen["form"] == "demonym", by].value_counts().reindex(values, fill_value=0).to_numpy(int)
    bounds = [wilson(k, n) for k in found]
    table["articles"], table["of"], table["share"] = found, n, found / max(n, 1)
    table["share_low"], table["share_high"] = [low for low, _ in bounds], [high for _, high in bounds]
    table["mentions"], table["names"], table["adjectives"] = total, total - adjectives, adjectives
    table["per_article"] = total / max(n, 1)
    table["per_1000_words"] = total / max(words.sum(), 1) * 1000
    return table
