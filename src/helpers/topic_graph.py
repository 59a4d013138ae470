"""Communities of alike documents: neighbour graphs over random parts of the vocabulary, and what the runs agree on."""

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.cluster.hierarchy import cut_tree, linkage
from scipy.spatial.distance import squareform
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.metrics import adjusted_rand_score
from sklearn.metrics.cluster import contingency_matrix
from sknetwork.clustering import Louvain, get_modularity

_BLOCK = 250
_COPY = 0.95  # the cosine from which a text is a copy of another
_GROUPS, _PART = 20, 14  # the vocabulary is dealt into groups, of which each run sees this many
_CANDIDATES = 256  # a run seeks a document's neighbours among so many: the nearest by the whole vocabulary
_SAMPLE = 1500  # documents whose agreement is cut into topics; further ones go where they stand most often


def evenly(items, n: int) -> np.ndarray:
    """Return ``n`` of the items, evenly spaced, or all of them."""
    items = np.asarray(items)
    return items if len(items) <= n else items[np.linspace(0, len(items) - 1, n).astype(int)]


def first_copies(vectors: sp.csr_matrix) -> np.ndarray:
    """Return for each row (of length one) the first row that it is nearly a copy of: itself where none is before it."""
    first = np.arange(vectors.shape[0])
    for start in range(0, len(first), _BLOCK):
        # Rows behind the block stand after it, so they are the first copy of none.
        alike = (vectors[start : start + _BLOCK] @ vectors[: start + _BLOCK].T).toarray() >= _COPY
        rows = first[start : start + _BLOCK]
        rows[:] = np.where(alike.any(axis=1), alike.argmax(axis=1), rows)
    while (first[first] != first).any():
        first = first[first]
    return first


class Pairs(NamedTuple):
    """The nearest candidates of each document, and what it has in common with them in each group of words."""

    near: np.ndarray  # documents x candidates
    common: np.ndarray  # groups x documents x candidates: products of the weights
    lengths: np.ndarray  # groups x documents: the same of each document with itself
    extra: np.ndarray  # documents x candidates: likeness by other columns, which every run sees


def pairs_of(counts: sp.csr_matrix, rng: np.random.Generator, extra=None, n_groups: int = _GROUPS) -> Pairs:
    """Return the pairs of documents that runs choose from, by TF-IDF (square root of the counts)."""
    n, m = counts.shape[0], min(counts.shape[0] - 1, _CANDIDATES)
    extra = np.zeros((n, 1), np.float32) if extra is None else extra.astype(np.float32)
    weights = TfidfTransformer(norm=None).fit_transform(counts.sqrt()).astype(np.float32).tocsc()
    group = rng.permutation(weights.shape[1]) % n_groups
    groups = [weights[:, group == g].tocsr() for g in range(n_groups)]
    lengths = np.stack([part.multiply(part).sum(axis=1).A1 for part in groups])
    norms = np.sqrt(lengths.sum(axis=0)).clip(1e-9)
    found = Pairs(np.empty((n, m), int), np.empty((n_groups, n, m), np.float32), lengths, np.empty((n, m), np.float32))
    for start in range(0, n if m else 0, _BLOCK):
        rows = slice(start, start + _BLOCK)
        common, also = np.empty((n_groups, len(extra[rows]), n), np.float32), extra[rows] @ extra.T
        for part, products in zip(groups, common, strict=True):
            (part[rows] @ part.T).toarray(out=products)
        alike = common.sum(axis=0) / norms[rows, None] / norms + also
        np.fill_diagonal(alike[:, start:], -np.inf)
        near = found.near[rows] = np.sort(np.argpartition(-alike, m - 1, axis=1)[:, :m], axis=1)
        found.extra[rows] = np.take_along_axis(also, near, axis=1)
        found.common[:, rows] = np.take_along_axis(common, near[None], axis=2)
    return found


def neighbour_graph(pairs: Pairs, k: int, seen: Sequence[int]) -> sp.csr_matrix:
    """Return the symmetric graph that ties each document to the ``k`` most alike by the groups of words ``seen``."""
    n, m = pairs.near.shape
    k = min(k, m)
    if k < 1:
        return sp.csr_matrix((n, n))
    norms = np.sqrt(pairs.lengths[seen].sum(axis=0)).clip(1e-9)
    alike = (sum(pairs.common[g] for g in seen) / norms[:, None] / norms[pairs.near] + pairs.extra).clip(0)
    nearest = np.argpartition(-alike, k - 1, axis=1)[:, :k]
    columns, weights = (np.take_along_axis(matrix, nearest, axis=1).ravel() for matrix in (pairs.near, alike))
    graph = sp.csr_matrix((weights.astype(float).round(6), columns, np.arange(0, n * k + 1, k)), shape=(n, n))
    graph.eliminate_zeros()
    return graph.maximum(graph.T).tocsr()


def communities(graph: sp.csr_matrix, resolution: float, seed: int) -> np.ndarray:
    """Return a community number for each node (Louvain: Blondel et al. 2008)."""
    if not graph.nnz:
        return np.arange(graph.shape[0])
    return Louvain(resolution=resolution, random_state=seed, shuffle_nodes=True).fit_predict(graph)


def _communities_near(graph: sp.csr_matrix, k: int, seed: int, least: int = 1) -> np.ndarray:
    """Return communities of which ``k`` have ``least`` members or more, or as near to it as some resolution comes."""
    low, high, best, missed = 0.05, 5.0, np.zeros(graph.shape[0], dtype=int), k
    for _ in range(14):
        resolution = (low * high) ** 0.5
        found = communities(graph, resolution, seed)
        n = (np.bincount(found) >= least).sum()
        if abs(n - k) < missed:
            best, missed = found, abs(n - k)
        if not missed:
            break
        low, high = (low, resolution) if n > k else (resolution, high)
    return best


def resampled_runs(pairs: Pairs, n_runs: int, rng: np.random.Generator, k: int = 0) -> np.ndarray:
    """Return a run in each row: the communities of the documents seen through a random 70 % of the vocabulary.

    The number of neighbours and the resolution (unless ``k`` communities are asked for) vary from run to run too, so
    that what the runs agree on hangs on none of them.
    """
    n = pairs.near.shape[0]
    most = min(100, max(4, n // 5))
    runs = np.empty((n_runs, n), dtype=np.int32)
    for run in runs:
        seen = np.sort(rng.permutation(len(pairs.common))[:_PART])
        graph = neighbour_graph(pairs, int(rng.integers(max(2, most // 4), most + 1)), seen)
        resolution, seed = rng.uniform(0.8, 1.5), int(rng.integers(2**31))
        run[:] = _communities_near(graph, k, seed) if k else communities(graph, resolution, seed)
    return runs


def members(runs: np.ndarray) -> sp.csr_matrix:
    """Return documents x communities of all runs: 1 where a document is a member."""
    columns = runs + np.concatenate([[0], np.cumsum(runs.max(axis=1) + 1)[:-1]])[:, None]
    return sp.csr_matrix((np.ones(runs.size, np.float32), columns.T.ravel(), np.arange(0, runs.size + 1, len(runs))))


def together(runs: np.ndarray) -> np.ndarray:
    """Return the co-association matrix: in what share of the runs two documents stand together (0 on the diagonal)."""
    hot = members(runs)
    share = hot @ hot.T.toarray() / np.float32(len(runs))
    np.fill_diagonal(share, 0)
    return share


def mean_share(runs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return how often each document stands with the members of each topic, itself left out; -1 is no topic."""
    hot, of_topic = members(runs).astype(float), np.eye(labels.max() + 2)[labels][:, :-1]
    shared = hot @ (hot.T @ of_topic) / len(runs) - of_topic
    return (shared / np.maximum(of_topic.sum(axis=0) - of_topic, 1)).round(6)


def found_again(runs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return runs x topics: the Jaccard index of each topic with the community of the run that fits it best."""
    again = []
    for run in runs:
        shared = contingency_matrix(run, labels)
        both = shared.sum(axis=1, keepdims=True) + shared.sum(axis=0)
        again.append((shared / (both - shared)).max(axis=0))
    return np.array(again)


def partition(runs: np.ndarray, k: int | None, seed: int) -> np.ndarray:
    """Return the topics that the runs agree on: as many as resolution 1 gives, or exactly ``k``.

    A topic has three documents at least, and a tenth of an even share of them; smaller communities go to the topic that
    they stand with most often. Where no resolution gives ``k`` such topics, the documents are clustered by average
    linkage.
    """
    sample = evenly(np.arange(runs.shape[1]), max(_SAMPLE, 2 * (k or 0)))
    share = together(runs[:, sample])
    graph = sp.csr_matrix(share)
    found = communities(graph, 1.0, seed)
    least = max(3, len(sample) // (10 * (k or found.max() + 1)))
    if k is not None:
        found = _communities_near(graph, k, seed, least)
    large = np.flatnonzero(np.bincount(found) >= least)
    nearest = large[mean_share(runs[:, sample], found)[:, large].argmax(axis=1)] if len(large) else 0 * found
    found = np.unique(np.where(np.isin(found, large), found, nearest), return_inverse=True)[1]
    if k is not None and found.max() + 1 != k:
        found = cut_tree(linkage(squareform(1 - share, checks=False), "average"), n_clusters=k).ravel()
    labels = np.full(runs.shape[1], -1)
    labels[sample] = found
    return np.where(labels < 0, mean_share(runs, labels).argmax(axis=1), labels)


def _shuffled(counts: sp.csr_matrix, rng: np.random.Generator) -> sp.csr_matrix:
    """Return the counts with each term moved on by its own random distance in a random order of the documents.

    Each term stands in as many documents as before, and no two terms stand together for being of one subject.
    """
    n, found = counts.shape[0], counts.tocoo()
    moved = rng.permutation(n)[found.row] + rng.integers(0, n, counts.shape[1])[found.col]
    return sp.csr_matrix((found.data, (moved % n, found.col)), shape=counts.shape)


def above_chance(counts: sp.csr_matrix, rng: np.random.Generator) -> bool:
    """Return whether the documents fall into groups more than shuffled ones do.

    The modularity of their neighbour graph must lie 3.5 standard deviations above its mean over 20 shuffled corpora.
    """

    def modularity(counts: sp.csr_matrix) -> float:
        graph = neighbour_graph(pairs_of(counts, rng, n_groups=1), min(20, max(3, counts.shape[0] // 5)), [0])
        return get_modularity(graph, communities(graph, 1.0, 0)) if graph.nnz else 0.0

    null = [modularity(_shuffled(counts, rng)) for _ in range(20)]
    return bool(modularity(counts) > np.mean(null) + 3.5 * np.std(null))


def stability(counts: sp.csr_matrix, ks: list[int], rng: np.random.Generator) -> pd.DataFrame:
    """Return how much ten runs with ``k`` topics agree, on the counts and on shuffled ones.

    Columns: ``k``, ``stability`` (mean adjusted Rand index of the pairs of runs), ``low``, ``high`` (their 5 and 95 %
    quantiles), ``null_low``, ``null_high`` (the same quantiles on shuffled text).
    """
    both, rows = [pairs_of(counts, rng), pairs_of(_shuffled(counts, rng), rng)], []
    for k in ks:
        runs = [resampled_runs(pairs, 10, rng, k) for pairs in both]
        agree = [[adjusted_rand_score(a, b) for a, b in combinations(found, 2)] for found in runs]
        (low, high), (null_low, null_high) = np.quantile(agree, [0.05, 0.95], axis=1).T.round(6)
        rows.append((k, round(float(np.mean(agree[0])), 6), low, high, null_low, null_high))
    return pd.DataFrame(rows, columns=["k", "stability", "low", "high", "null_low", "null_high"])
