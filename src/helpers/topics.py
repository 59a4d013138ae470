"""Topics of a corpus of French articles: what many runs agree on, named in the texts' own words, with their doubts.

Each run sees the documents through a random part of the vocabulary, ties each to its nearest ones and cuts the graph
into communities; topics are the communities of the matrix that says how often two documents stood together (consensus
clustering: Strehl and Ghosh 2002; on graphs: Lancichinetti and Fortunato 2012).
"""

from collections import Counter, defaultdict
from functools import cached_property
from numbers import Integral
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform
from sklearn.base import BaseEstimator, ClusterMixin, TransformerMixin
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.naive_bayes import ComplementNB
from sklearn.preprocessing import normalize
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from helpers import tables
from helpers import topic_graph as graph
from helpers.frequencies import wilson
from helpers.topic_text import best_sentence, commonest, lemmas, phrases, printed_forms, tells

LANDMARKS = 5000  # of more different texts than these, so many evenly spaced ones teach and the others are placed
FULL_TEXT = 100  # content words from which a text is an article that teaches, no teaser
FEWEST = 15  # texts, the background's included, below which no topic is named
UNSURE = 0.2
RUNS, FEWEST_RUNS = 150, 40  # up to a thousand texts, and with many
_FRAME_SIZES, _FRAME_WEIGHT = (4, 5, 6, 8, 10, 14), 0.5
_FAMILY = 6  # letters that make a word family: commerce, commercial, commerçant
_VIEWS = 20  # random parts of the vocabulary through which a text that did not teach is placed
_BATCH = 20_000


def _strings(texts) -> list[str]:
    if isinstance(texts, (str, bytes)):
        raise ValueError("texts must be a list of strings, not one string")
    texts = list(texts)
    if wrong := [f"text {i} is of type {type(t).__name__}" for i, t in enumerate(texts) if not isinstance(t, str)]:
        raise TypeError(f"{wrong[0]}, not a string")
    return texts


def _told(counts: sp.csr_matrix) -> np.ndarray:
    """Return which columns tell documents apart: in two of them or more, and not in nearly all."""
    spread, n = (counts > 0).sum(axis=0).A1, counts.shape[0]
    return (spread >= 2) & (spread <= 0.8 * n) if n > 3 else spread > 0


def _sums(matrix, labels: np.ndarray):
    """Return the sum of the rows of each label."""
    return sp.csr_matrix((np.ones(len(labels)), (labels, np.arange(len(labels))))) @ matrix


class _Learnt:
    """What the runs found in the texts that teach; ``kept`` are those that are no copies of one before."""

    def __init__(self, texts: list[str], seed: int, frame: "_Learnt | None" = None, k: int = 0):
        self.seed, self.frame, rng = seed, frame, np.random.default_rng(seed)
        words = [lemmas(text) for text in texts]
        counter = CountVectorizer(analyzer=list, dtype=np.float64)
        counts = counter.fit_transform(words)
        self.copy_of = graph.first_copies(TfidfTransformer().fit_transform(counts.sqrt()))
        self.kept = np.flatnonzero(self.copy_of == np.arange(len(texts)))
        self.texts, counts, terms = [texts[i] for i in self.kept], counts[self.kept], counter.get_feature_names_out()
        if k > len(self.kept):
            raise ValueError(f"n_topics={k}, but there are only {len(self.kept)} different texts")
        self.forms, names = printed_forms(self.texts)
        # In full articles people and places would define the topics; a teaser has too few words to do without them.
        drop = names if np.median([len(words[i]) for i in self.kept]) >= FULL_TEXT else frozenset()
        told, allowed = _told(counts), np.array([term not in drop for term in terms])
        family = np.unique([term[:_FAMILY] for term in terms[allowed]], return_inverse=True)[1]
        families = _sums(counts[:, allowed].T, family).T.tocsr()
        evidence = families[:, _told(families)]
        self.sample = evidence[graph.evenly(range(len(self.kept)), 500)]
        self.terms, self.counts, self.defining = terms[told], counts[:, told], allowed[told]
        self.counter = CountVectorizer(analyzer=lemmas, vocabulary=list(self.terms), dtype=np.float64)
        self.weights = TfidfTransformer().fit(self.counts.sqrt())
        self.vectors = self.represent(self.texts)
        extra = None if frame is None else _FRAME_WEIGHT * frame.place(self.texts)
        n_runs = max(RUNS * 1000 // max(len(self.kept), 1000), FEWEST_RUNS)
        pairs = graph.pairs_of(evidence, rng, extra)
        self.runs = graph.resampled_runs(pairs, n_runs, rng)
        if k > 2 * (self.topics(None).max() + 1):  # far more than the texts fall into by themselves
            self.runs = graph.resampled_runs(pairs, n_runs, rng, k)

    def topics(self, k: int | None) -> np.ndarray:
        return graph.partition(self.runs, k, self.seed)

    def represent(self, texts: list[str]) -> sp.csr_matrix:
        """Return the texts as TF-IDF, beside half a frame where there is a background."""
        vectors = self.weights.transform(self.counter.transform(texts).sqrt())
        if self.frame is None:
            return vectors
        return normalize(sp.hstack([vectors, sp.csr_matrix(_FRAME_WEIGHT * self.frame.place(texts))])).tocsr()

    def centres(self, labels: np.ndarray) -> np.ndarray:
        return normalize(_sums(self.vectors, labels)).toarray()

    @cached_property
    def levels(self) -> list[ComplementNB]:
        """What tells the topics apart at several levels of detail (naive Bayes: Rennie et al. 2003): the frame."""
        sizes = [k for k in _FRAME_SIZES if k < len(self.kept) / 4] or [1]
        return [ComplementNB().fit(self.vectors, self.topics(k)) for k in sizes]

    def place(self, texts: list[str]) -> np.ndarray:
        """Return how much each text speaks for each topic of each level, centred on zero."""
        if not texts:
            return np.zeros((0, sum(len(level.classes_) for level in self.levels)))
        vectors = self.represent(texts)
        scores = [level.predict_joint_log_proba(vectors) for level in self.levels]
        return np.hstack([normalize(s - s.mean(axis=1, keepdims=True)) for s in scores]).round(9)


class TopicClusters(ClusterMixin, TransformerMixin, BaseEstimator):
    """Topics of French texts, in scikit-learn's manner.

    Parameters
    ----------
    n_topics : int, optional
        How many topics; by default as many as the runs' agreement falls into by itself (resolution 1), and one where
        the texts form no more groups than the same words dealt out at random do.
    background : Path, DataFrame of articles or iterable of str, optional
        Unlabelled articles that teach the topics; where 15 or more are full texts, the short ones do not teach.
    random_state : int, RandomState or None

    Attributes
    ----------
    labels_ : ndarray of int
        The topic of each text, 0 the largest (of equals, the one met first); -1 where a text has no content word.
    n_topics_, levels_ : int, tuple of int
        How many topics; three levels of detail to choose from (half, as many, twice the communities at resolution 1).
    topics_ : DataFrame
        ``topic``, ``label`` (NA where the texts are too few to name one), ``size``, ``stability`` (mean over the runs
        of the Jaccard index with the community that fits best; Hennig 2007), ``low``, ``high`` (its 5 and 95 %
        quantiles), ``coherence`` (mean NPMI of the first ten terms; it describes, it does not follow quality),
        ``nearest`` (the topic that its texts stand with most often beside their own; NA for none).
    terms_, diversity_ : list of list of (str, float), float
        The terms of each topic, as printed most often, and their class-based TF-IDF (Grootendorst 2022); the share of
        different ones among the first ten of all topics.
    certainty_, second_, unsure_ : ndarray
        How much more often the runs put a text in its topic than in the next (0 to 1); the next (-1 for none);
        certainty below 0.2.
    representatives_ : DataFrame
        All texts by topic, the most central first: ``topic``, ``rank``, ``document``, ``score`` (cosine with the
        topic's centre), ``sentence`` that shows the topic (NA for texts that did not teach).
    landmarks_ : ndarray of int
        The texts that taught: all different ones up to 5,000, else 5,000 evenly spaced ones.
    coassociation_, tree_, order_ : ndarray
        In what share of the runs two landmarks stand together; the topics' tree (scipy's linkage, average, of 1 - how
        often their texts stand together); the rows of ``coassociation_`` in the tree's order, the surest texts first.

    Examples
    --------
    >>> texts = [f"Le port de {x} exporte du riz et des crevettes." for x in ("Vinh", "Huê", "Mui", "Sôc", "Cao")]
    >>> texts += [f"Le musée de {x} expose des tableaux et des laques." for x in ("Vinh", "Huê", "Mui", "Sôc")]
    >>> topics = TopicClusters(n_topics=2).fit(texts)
    >>> topics.labels_.tolist(), topics.predict(["Une récolte de riz"]).tolist()
    ([0, 0, 0, 0, 0, 1, 1, 1, 1], [0])
    """

    def __init__(self, n_topics=None, background=None, random_state=0):
        self.n_topics = n_topics
        self.background = background
        self.random_state = random_state

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string, tags.input_tags.two_d_array = True, False
        return tags

    @threadpool_limits.wrap(limits=1)
    def fit(self, texts, y=None):
        """Find the topics of the texts (an iterable of str) and return the estimator.

        A text that is no string is a TypeError; no text with a content word, or an ``n_topics`` that is no whole number
        from 1 to the number of different texts, is a ValueError.
        """
        texts, k = _strings(texts), self.n_topics
        if k is not None and (not isinstance(k, Integral) or k < 1):
            raise ValueError(f"n_topics must be a whole number from 1 on, not {k!r}")
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        codes, different = pd.factorize(np.array(texts, dtype=object))
        teaching = graph.evenly([i for i, text in enumerate(different) if text.strip()], LANDMARKS)
        teaching = np.array([i for i in teaching if lemmas(different[i])], dtype=np.int64)
        if not len(teaching):
            raise ValueError("no text has a content word, so there is nothing to find a topic in")
        frame = None if self.background is None else _taught(_background_texts(self.background), seed)
        learnt = self._learnt = _Learnt(different[teaching].tolist(), seed, frame, k or 0)
        self.landmarks_ = np.unique(codes, return_index=True)[1][teaching[learnt.kept]]
        n = len(self.landmarks_)
        self.named_ = n + (len(frame.kept) if frame else 0) >= FEWEST
        found = learnt.topics(None)
        if n < 3 or not (frame or graph.above_chance(learnt.sample, np.random.default_rng(seed))):
            found = np.zeros(n, dtype=np.int64)
        own = int(found.max()) + 1
        self.levels_ = ((own + 1) // 2, own, min(2 * own, n)) if own > 1 else (1, 1, 1)
        found = found if k is None else learnt.topics(k)
        self._centres = learnt.centres(found)
        labels, affinity, likeness = self._place(different.tolist())
        # Those that teach, and their copies, keep the topic that the runs agree on.
        at = np.searchsorted(learnt.kept, learnt.copy_of)
        labels[teaching], affinity[teaching] = found[at], graph.mean_share(learnt.runs, found)[at]
        self._describe(labels[codes], affinity[codes], likeness[codes])
        return self

    def _place(self, texts: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return for texts the topic of the nearest centre (-1: no content word), how often each topic is nearest when
        only a random part of the vocabulary is seen, and the cosines."""
        centres, k = self._centres.T.astype(np.float32), len(self._centres)
        parts = np.random.default_rng(self._learnt.seed).random((len(centres), _VIEWS, 1)) < 0.7
        views = (centres[:, None] * parts).reshape(len(centres), -1)
        labels = np.zeros(len(texts), dtype=np.int64)
        affinity, likeness = np.zeros((2, len(texts), k), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch, rows = texts[start : start + _BATCH], slice(start, start + _BATCH)
            vectors = self._learnt.represent(batch).astype(np.float32)
            known = vectors.getnnz(axis=1) > 0
            likeness[rows] = (vectors @ centres).round(5)
            votes = (vectors @ views).round(5).reshape(-1, _VIEWS, k).argmax(axis=2)
            affinity[rows] = np.stack([(votes == topic).mean(axis=1) * known for topic in range(k)], axis=1)
            wordless = [not ok and not lemmas(text) for ok, text in zip(known, batch, strict=True)]
            labels[rows] = np.where(wordless, -1, likeness[rows].argmax(axis=1))
        return labels, affinity, likeness

    def _describe(self, labels: np.ndarray, affinity: np.ndarray, likeness: np.ndarray) -> None:
        """Set all that is said of the topics: numbers by size, doubts, terms, names, the most central texts."""
        old, first, sizes = np.unique(labels[labels >= 0], return_index=True, return_counts=True)
        order = old[np.lexsort((first, -sizes))]
        new = np.full(affinity.shape[1] + 1, -1)
        new[order] = range(len(order))
        self.labels_, self._affinity, self._likeness = new[labels], affinity[:, order], likeness[:, order]
        self._centres, rows, known = self._centres[order], np.arange(len(labels)), labels >= 0
        k = self.n_topics_ = len(order)
        own, rivals = self._affinity[rows, self.labels_], self._affinity.copy()
        rivals[rows, self.labels_] = -1
        rival = rivals.max(axis=1).clip(0)
        self.certainty_ = np.where(known, own - rival, 0).clip(0, 1).astype(float).round(6)
        self.second_ = np.where((rival > 0) & known, rivals.argmax(axis=1), -1)
        self.unsure_ = (self.certainty_ < UNSURE) & (k > 1)
        found = self.labels_[self.landmarks_]
        again = graph.found_again(self._learnt.runs, found)
        self.stability_ = again.mean(axis=0).round(6)
        weights = self._describe_terms(found, k)
        low, high = np.quantile(again, [0.05, 0.95], axis=0).round(6)
        coherence = [self._coherence(list(topic)[:10]) for topic in weights]
        nearest = pd.array((self._near() - 2 * np.eye(k)).argmax(axis=1) if k > 1 else [pd.NA], dtype="Int64")
        columns = {"topic": range(k), "label": self._names(found, weights), "size": -np.sort(-sizes)}
        columns |= {"stability": self.stability_, "low": low, "high": high, "coherence": coherence, "nearest": nearest}
        self.topics_ = pd.DataFrame(columns)
        score = self._likeness[rows, self.labels_].astype(float).round(5)
        central = pd.DataFrame({"topic": self.labels_, "document": rows, "score": score})[known]
        order = ["topic", "score", "document"]
        central = central.sort_values(order, ascending=[True, False, True], ignore_index=True)
        central.insert(1, "rank", central.groupby("topic").cumcount() + 1)
        taught = zip(self.landmarks_.tolist(), self._learnt.texts, found.tolist(), strict=True)
        shown = {document: best_sentence(text, weights[topic]) for document, text, topic in taught}
        self.representatives_ = central.assign(sentence=central["document"].map(shown).astype("string"))

    def _describe_terms(self, found: np.ndarray, k: int) -> list[dict[str, float]]:
        """Set the terms of each topic and return them as lemmas: share of its words x log(1 + mean words / count)."""
        learnt = self._learnt
        terms, totals = learnt.terms[learnt.defining], _sums(learnt.counts[:, learnt.defining], found).toarray()
        weights = normalize(totals, "l1") * np.log1p(totals.sum() / k / np.maximum(totals.sum(axis=0), 1))
        weights *= [tells(learnt.forms[term]) for term in terms]
        orders = np.argsort(-weights.round(9), axis=1, kind="stable")[:, :200]
        chosen = [{terms[j]: float(row[j]) for j in best if row[j]} for row, best in zip(weights, orders, strict=True)]
        # The words of a name are one term, with the weight of the first.
        printed = [{learnt.forms[term]: round(topic[term], 9) for term in reversed(topic)} for topic in chosen]
        self.terms_ = [sorted(reversed(topic.items()), key=lambda term: -term[1])[:30] for topic in printed]
        first = [term for topic in self.terms_ for term, _ in topic[:10]]
        self.diversity_ = len(set(first)) / max(len(first), 1)
        return chosen

    def _names(self, found: np.ndarray, weights: list[dict[str, float]]) -> pd.array:
        """Return for each topic the phrase that says most of it and of no other, and that no larger topic has."""
        if not self.named_:
            return pd.array([pd.NA] * len(weights), dtype="string")
        used, printed, sizes, names = [Counter() for _ in weights], defaultdict(Counter), np.bincount(found), []
        for text, topic in zip(self._learnt.texts, found, strict=True):
            for key, surface in dict(phrases(text)).items():
                used[topic][key] += 1
                printed[key][surface] += 1
        for topic, weight in enumerate(weights):
            worth = {}
            for key, n in used[topic].items():
                if n >= 2 and weight.keys() >= set(key):
                    everywhere = sum(u[key] / size for u, size in zip(used, sizes, strict=True))
                    worth[key] = sum(map(weight.get, dict.fromkeys(key))) * (n / sizes[topic]) ** 1.5 / everywhere
            best = sorted(worth, key=lambda key: (-round(worth[key], 12), key))
            candidates = [self._as_printed(key[0], printed[key]) for key in best]
            candidates += [term for term, _ in self.terms_[topic]]
            names.append(next((name for name in candidates if name not in names), pd.NA))
        return pd.array(names, dtype="string")

    def _as_printed(self, first: str, surfaces: Counter) -> str:
        """Return the form of a phrase printed most often; a capital counts where its first word mostly has one."""
        capital = self._learnt.forms[first][0].isupper()
        return commonest({s: n for s, n in surfaces.items() if s[0].isupper() == capital} or surfaces)

    def _coherence(self, terms: list[str]) -> float:
        """Return the mean NPMI of the pairs of terms over the texts that teach (Bouma 2009)."""
        has = (self._learnt.counts[:, np.searchsorted(self._learnt.terms, terms)] > 0).toarray().astype(float)
        pair, alone = has.T @ has / len(has), has.mean(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            npmi = np.log(pair / np.outer(alone, alone)) / -np.log(pair)
        npmi = np.select([pair == 0, pair == 1], [-1.0, 1.0], npmi)[np.triu_indices(len(terms), 1)]
        return float(npmi.mean().round(6)) if len(npmi) else float("nan")

    def transform(self, texts) -> np.ndarray:
        """Return how much each text (row) speaks for the topics of several levels, those of the background if any."""
        check_is_fitted(self, "labels_")
        return (self._learnt.frame or self._learnt).place(_strings(texts))

    @threadpool_limits.wrap(limits=1)
    def predict(self, texts) -> np.ndarray:
        """Return the topic of new texts: that of the nearest centre; -1 where a text has no content word."""
        check_is_fitted(self, "labels_")
        return self._place(_strings(texts))[0]

    def merge(self, topics) -> "TopicClusters":
        """Make one topic of several, without a new fit; all topics are numbered, described and named anew."""
        into, *others = merged = sorted(set(topics))
        if not 0 <= into <= merged[-1] < self.n_topics_:
            raise ValueError(f"there are topics 0 to {self.n_topics_ - 1}, so {merged} cannot be merged")
        labels = np.where(np.isin(self.labels_, others), into, self.labels_)
        for matrix in (self._affinity, self._likeness):
            matrix[:, into] = matrix[:, merged].max(axis=1)
            matrix[:, others] = 0
        self._centres = self._learnt.centres(labels[self.landmarks_])
        self._describe(labels, self._affinity, self._likeness)
        return self

    def rename(self, topic: int, label: str) -> "TopicClusters":
        """Give a topic another label."""
        self.topics_.loc[self.topics_.index[topic], "label"] = label
        return self

    def stability_curve(self, ks=range(2, 9)) -> pd.DataFrame:
        """Return how much runs with ``k`` topics agree, beside the same words dealt out at random (`stability`)."""
        ks = [k for k in ks if k < len(self._learnt.kept)]
        return graph.stability(self._learnt.sample, ks, np.random.default_rng(self._learnt.seed))

    def neighbours(self, n: int = 3) -> pd.DataFrame:
        """Return the texts nearest to each that taught: ``document``, ``neighbour``, ``score``, ``shared`` terms."""
        learnt, rows = self._learnt, []
        vectors = learnt.weights.transform(learnt.counts.sqrt())
        for i, document in enumerate(self.landmarks_):
            score = (vectors @ vectors[i].T).toarray().ravel().round(6)
            score[i] = 0
            for j in [j for j in np.argsort(-score, kind="stable")[:n] if score[j] > 0]:
                weights = vectors[i].multiply(vectors[j]).toarray().ravel()
                shared = learnt.terms[np.argsort(-weights, kind="stable")[: np.count_nonzero(weights)]]
                rows.append((document, self.landmarks_[j], score[j], [*dict.fromkeys(map(learnt.forms.get, shared))]))
        return pd.DataFrame(rows, columns=["document", "neighbour", "score", "shared"])

    @property
    def coassociation_(self) -> np.ndarray:
        return graph.together(self._learnt.runs)

    def _near(self) -> np.ndarray:
        """Return how often the texts of two topics stand together, 1 on the diagonal."""
        found = self.labels_[self.landmarks_]
        near = _sums(graph.mean_share(self._learnt.runs, found), found) / np.bincount(found)[:, None]
        np.fill_diagonal(near, 1)
        return near.round(6)

    @property
    def tree_(self) -> np.ndarray:
        if self.n_topics_ < 2:
            return np.empty((0, 4))
        return linkage(squareform((1 - self._near()).clip(0).round(6), checks=False), "average")

    @property
    def order_(self) -> np.ndarray:
        leaves = leaves_list(self.tree_) if self.n_topics_ > 1 else np.zeros(1, dtype=int)
        return np.lexsort((-self.certainty_[self.landmarks_], np.argsort(leaves)[self.labels_[self.landmarks_]]))

    @threadpool_limits.wrap(limits=1)
    def document_map(self) -> pd.DataFrame:
        """Return a place for each text, ``document``, ``topic``, ``x``, ``y``: two principal components of the runs'
        communities. Distances are approximate; texts that did not teach lie between their topics' means."""
        belongs = graph.members(self._learnt.runs).toarray() / np.sqrt(len(self._learnt.runs))
        belongs -= belongs.mean(axis=0)
        axes = np.linalg.eigh(belongs.T @ belongs)[1][:, :-3:-1]
        places = belongs @ (axes * np.where(axes[np.abs(axes).round(6).argmax(axis=0), range(2)] < 0, -1, 1))
        found = self.labels_[self.landmarks_]
        means = _sums(places, found) / np.bincount(found)[:, None]
        xy = normalize(self._affinity, "l1") @ means
        xy[self.landmarks_] = places
        x, y = (xy.round(4) + 0.0).T
        return pd.DataFrame({"document": range(len(x)), "topic": self.labels_, "x": x, "y": y})


def _background_texts(background) -> list[str]:
    """Return the texts of a background: a file or folder of articles, a table of them, or the texts themselves."""
    if isinstance(background, (str, Path)):
        from helpers import parse_articles, read_documents

        background = parse_articles(read_documents(background))
    if isinstance(background, pd.DataFrame):
        background = background[background["role"].eq("article") & background["duplicate_of"].isna()]
    return _strings(texts_to_cluster(background))


def _taught(background: list[str], seed: int) -> _Learnt | None:
    """Return what a background teaches: its full texts, or all where they are few."""
    n_words = {text: len(lemmas(text)) for text in background}
    full, all_ = ([text for text, n in n_words.items() if n >= least] for least in (FULL_TEXT, 1))
    teachers = graph.evenly(full if len(full) >= FEWEST else all_, LANDMARKS).tolist()
    return _Learnt(teachers, seed) if teachers else None


def stability_sentence(curve: pd.DataFrame) -> str:
    """Return in one sentence what a stability curve says: which numbers of topics stand out from shuffled text, if any.

    Examples
    --------
    >>> stability_sentence(pd.DataFrame({"k": [2], "low": [0.1], "null_high": [0.3]}))
    'no number of topics stands out'
    """
    standing = ", ".join(curve.loc[curve["low"] > curve["null_high"], "k"].astype(str))
    return f"more stable than shuffled text: {standing} topics" if standing else "no number of topics stands out"


def topic_shares(topics: pd.DataFrame, by: pd.Series, *, thin: int = 10) -> pd.DataFrame:
    """Return the share of each topic in each group (a period, a partner) with its 95 % interval (Wilson 1927).

    ``by`` tells the group of each row of ``topics`` (as from `cluster_topics`); rows without one are left out. Columns:
    ``group``, ``topic``, ``count``, ``n`` (texts of the group), ``share``, ``low``, ``high`` (0 to 1), ``thin`` (``n``
    is less than **thin**).

    Examples
    --------
    >>> shares = topic_shares(pd.DataFrame({"topic": [0, 0, 1]}), pd.Series(["2020", "2020", "2020"]))
    >>> shares[["count", "low", "high"]].round(2).to_numpy().tolist()
    [[2.0, 0.21, 0.94], [1.0, 0.06, 0.79]]
    """
    pairs = pd.DataFrame({"group": by.array, "topic": topics["topic"].array}).dropna()
    table = pd.crosstab(pairs["group"], pairs["topic"]).stack().rename("count").reset_index()
    table["n"] = table.groupby("group")["count"].transform("sum")
    table["share"] = table["count"] / table["n"]
    table["low"], table["high"] = wilson(table["count"], table["n"])
    return table.assign(thin=table["n"] < thin)


def texts_to_cluster(articles) -> list[str]:
    """Return title, standfirst and body of each article, without what the body says again; a list of texts as it is."""
    if not isinstance(articles, pd.DataFrame):
        return articles
    parts = articles.reindex(columns=["title", "standfirst", "body"]).astype("string").fillna("")
    return [
        "\n\n".join([*(part for part in (title, standfirst) if part.strip() not in body), body]).strip()
        for title, standfirst, body in parts.itertuples(index=False)
    ]


def cluster_topics(articles: pd.DataFrame, *, n_topics=None, background=None, random_state=0) -> pd.DataFrame:
    """Return the topic of each article and teaser, from its title, standfirst and body (not its caption).

    Parameters
    ----------
    articles : DataFrame
        As from `parse_articles`.
    n_topics, background, random_state
        See `TopicClusters`, also for the errors. Where there are 60 articles, they are the teasers' background.

    Returns
    -------
    DataFrame
        A row for each row of **articles**: ``article_id``, ``topic`` (0 the largest; NA where none is named: no words,
        or fewer than 15 different documents and no background), ``label``, ``terms`` (list of str), ``certainty`` (0 to
        1: how much more often resampled runs put it here than in the next topic), ``second`` (NA for none), ``unsure``.
        Duplicates have the topic of their original.

    Examples
    --------
    >>> cluster_topics(tables.frame("articles")).empty
    True
    """
    ids, texts = articles["article_id"], texts_to_cluster(articles)
    original = articles["duplicate_of"].where(articles["duplicate_of"].isin(ids), ids)
    chosen = original.eq(ids).to_numpy(bool) & np.array([bool(lemmas(text)) for text in texts], dtype=bool)
    own = pd.Series(texts, ids, dtype=object)[chosen]
    full = own[articles.loc[chosen, "role"].eq("article").to_numpy(bool)]
    if background is None and 60 <= len(full) < len(own):
        background = full.tolist()
    topics = pd.DataFrame({"article_id": ids, "terms": [[] for _ in ids]})
    if own.empty or (background is None and own.nunique() < FEWEST):
        return tables.frame("topics", topics)
    model = TopicClusters(n_topics, background, random_state).fit(own)
    if not model.named_:
        return tables.frame("topics", topics)
    found = model.topics_.loc[model.labels_, ["topic", "label"]].set_index(own.index)
    found = found.assign(certainty=model.certainty_, second=model.second_, unsure=model.unsure_).reindex(original)
    terms = [[term for term, _ in terms[:10]] for terms in model.terms_]
    found["terms"] = [[] if pd.isna(topic) else terms[int(topic)] for topic in found["topic"]]
    found["second"] = found["second"].where(found["second"] >= 0)
    return tables.frame("topics", found.assign(article_id=ids.array).reset_index(drop=True))
