"""Communities of alike documents: neighbour graphs over random parts of the vocabulary, and what the runs agree on."""

from itertools import combinations

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.cluster.hierarchy import cut_tree, linkage
from scipy.spatial.distance import squareform
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.metrics import adjusted_rand_score
from sknetwork.clustering import Louvain, get_modularity

_BLOCK = 1000
_PART = 0.7  # of the vocabulary, drawn for each run


def weighted(counts: sp.csr_matrix, extra: sp.csr_matrix | None = None) -> sp.csr_matrix:
    """Return TF-IDF rows of length one (sublinear), with the columns of ``extra`` beside them where given."""
    vectors = TfidfTransformer(sublinear_tf=True).fit_transform(counts)
    return vectors if extra is None else sp.hstack([vectors, extra]).tocsr()


def first_copies(vectors: sp.csr_matrix, alike: float = 0.95) -> np.ndarray:
    """Return for each row the first row that it is nearly a copy of: itself where none stands before it."""
    blocks = (vectors[i : i + _BLOCK] @ vectors.T for i in range(0, vectors.shape[0], _BLOCK))
    first = np.concatenate([(block.toarray() >= alike).argmax(axis=1) for block in blocks])
    while (first[first] != first).any():
        first = first[first]
    return first


def neighbour_graph(vectors: sp.csr_matrix, k: int) -> sp.csr_matrix:
    """Return the symmetric graph in which each row is tied to the ``k`` rows that it has most in common with.

    Likenesses are rounded and ties go to the earlier row, so that no order of additions and no sort decides anything.
    """
    n = vectors.shape[0]
    k = min(k, n - 1)
    if k < 1:
        return sp.csr_matrix((n, n))
    blocks = []
    for start in range(0, n, _BLOCK):
        alike = (vectors[start : start + _BLOCK] @ vectors.T).toarray()
        rows = np.arange(len(alike))[:, None]
        alike[rows, start + rows] = 0
        key = np.rint(alike * 2**30).astype(np.int64) * n - np.arange(n)
        near = np.sort(np.argpartition(key, n - k, axis=1)[:, n - k :], axis=1)
        weights = np.maximum(np.rint(alike[rows, near] * 2**20) / 2**20, 0)
        indptr = np.arange(0, near.size + 1, k)
        blocks.append(sp.csr_matrix((weights.ravel(), near.ravel(), indptr), shape=alike.shape))
    graph = sp.vstack(blocks).tocsr()
    graph.eliminate_zeros()
    return graph.maximum(graph.T).tocsr()


def communities(graph: sp.csr_matrix, resolution: float, seed: int) -> np.ndarray:
    """Return a community number for each node (Louvain: Blondel et al. 2008)."""
    if not graph.nnz:
        return np.arange(graph.shape[0])
    return Louvain(resolution=resolution, random_state=seed, shuffle_nodes=True).fit_predict(graph)


def communities_near(graph: sp.csr_matrix, k: int, seed: int) -> np.ndarray:
    """Return ``k`` communities, or as near to it as some resolution comes."""
    low, high, best = 0.05, 5.0, np.arange(graph.shape[0])
    for _ in range(14):
        resolution = (low * high) ** 0.5
        found = communities(graph, resolution, seed)
        n = found.max() + 1
        if abs(n - k) < abs(best.max() + 1 - k):
            best = found
        if n == k:
            break
        low, high = (low, resolution) if n > k else (resolution, high)
    return best


def resampled_runs(
    counts: sp.csr_matrix, n_runs: int, rng: np.random.Generator, extra: sp.csr_matrix | None = None, k: int = 0
) -> np.ndarray:
    """Return a run in each row: the communities of the documents seen through a random 70 % of the vocabulary.

    The number of neighbours and the resolution (unless ``k`` communities are asked for) vary from run to run too, so
    that what the runs agree on hangs on none of them.
    """
    n = counts.shape[0]
    most = min(100, max(4, n // 5))
    runs = np.empty((n_runs, n), dtype=np.int32)
    for run in runs:
        part = counts[:, rng.random(counts.shape[1]) < _PART]
        graph = neighbour_graph(weighted(part, extra), int(rng.integers(max(2, most // 4), most + 1)))
        resolution, seed = rng.uniform(0.5, 1.0), int(rng.integers(2**31))
        run[:] = communities_near(graph, k, seed) if k else communities(graph, resolution, seed)
    return runs


def together(runs: np.ndarray) -> np.ndarray:
    """Return the co-association matrix: in what share of the runs two documents stand together (0 on the diagonal)."""
    # Sums of ones are exact in any order, so one thread and two give the same bits.
    hot = np.hstack([np.eye(run.max() + 1, dtype=np.float32)[run] for run in runs])
    share = hot @ hot.T / np.float32(len(runs))
    np.fill_diagonal(share, 0)
    return share


def partition(share: np.ndarray, k: int | None, seed: int) -> np.ndarray:
    """Return the communities of a co-association matrix: those at resolution 1, or exactly ``k`` of them."""
    graph = sp.csr_matrix(share)
    if k is None:
        return communities(graph, 1.0, seed)
    found = communities_near(graph, k, seed)
    if found.max() + 1 == k:
        return found
    return cut_tree(linkage(squareform(1 - share, checks=False), "average"), n_clusters=k).ravel()


def shuffled(counts: sp.csr_matrix, rng: np.random.Generator) -> sp.csr_matrix:
    """Return the counts with each term dealt to other documents at random: as many words, and no subjects."""
    columns = counts.tocsc().copy()
    for start, end in zip(columns.indptr[:-1], columns.indptr[1:], strict=True):
        columns.indices[start:end] = np.sort(rng.choice(counts.shape[0], end - start, replace=False))
    return columns.tocsr()


def above_chance(counts: sp.csr_matrix, rng: np.random.Generator) -> bool:
    """Return whether the documents fall into groups more than shuffled ones do.

    The modularity of their neighbour graph must lie 3.5 standard deviations above its mean over 20 shuffled corpora.
    """

    def modularity(counts: sp.csr_matrix) -> float:
        graph = neighbour_graph(weighted(counts), min(20, max(3, counts.shape[0] // 5)))
        return get_modularity(graph, communities(graph, 1.0, 0)) if graph.nnz else 0.0

    null = [modularity(shuffled(counts, rng)) for _ in range(20)]
    return bool(modularity(counts) > np.mean(null) + 3.5 * np.std(null))


def stability(counts: sp.csr_matrix, ks: list[int], rng: np.random.Generator, n_runs: int = 10) -> pd.DataFrame:
    """Return how much runs with ``k`` topics agree, on the counts and on shuffled ones.

    Returns
    -------
    DataFrame
        ``k``, ``stability`` (mean adjusted Rand index of the pairs of runs), ``low``, ``high`` (their 5 and 95 %
        quantiles), ``null_low``, ``null_high`` (the same quantiles on shuffled text).
    """
    rows = []
    for k in ks:
        pairs = [
            [adjusted_rand_score(a, b) for a, b in combinations(resampled_runs(c, n_runs, rng, k=k), 2)]
            for c in (counts, shuffled(counts, rng))
        ]
        (low, high), (null_low, null_high) = np.quantile(pairs, [0.05, 0.95], axis=1).T.round(6)
        rows.append((k, round(float(np.mean(pairs[0])), 6), low, high, null_low, null_high))
    return pd.DataFrame(rows, columns=["k", "stability", "low", "high", "null_low", "null_high"])
