"""Topics of a corpus of French articles: what many runs agree on, named in the texts' own words, with their doubts.

Each run sees the documents through a random part of the vocabulary, ties each to its nearest ones and cuts the graph
into communities; topics are the communities of the matrix that says how often two documents stood together (consensus
clustering: Strehl and Ghosh 2002; on graphs: Lancichinetti and Fortunato 2012).
"""

from collections import Counter
from dataclasses import dataclass
from numbers import Integral
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform
from sklearn.base import BaseEstimator, ClusterMixin, TransformerMixin
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.preprocessing import normalize
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from helpers import tables
from helpers.frequencies import wilson
from helpers.topic_graph import above_chance, first_copies, partition, resampled_runs, stability, together, weighted
from helpers.topic_text import best_sentence, lemmas, phrases, printed_forms

LANDMARKS = 5000  # of more different texts than these, so many evenly spaced ones teach and the others are placed
FULL_TEXT = 100  # content words from which a text is an article that teaches, no teaser
FEWEST = 15  # texts, the background's included, below which no topic is named
UNSURE = 0.2
RUNS = 150  # up to a thousand texts; fewer above
_FRAME_SIZES = (4, 5, 6, 8, 10, 14)
_FRAME_WEIGHT = 0.5
_FAMILY = 6  # letters that make a word family: commerce, commercial, commerçant
_BATCH = 20_000


def _strings(texts) -> list[str]:
    if isinstance(texts, (str, bytes)):
        raise ValueError("texts must be a list of strings, not one string")
    texts = list(texts)
    for i, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"text {i} is of type {type(text).__name__}, not a string")
    return texts


def _evenly(items, n: int) -> np.ndarray:
    """Return ``n`` of the items, evenly spaced, or all of them."""
    items = np.asarray(items)
    return items if len(items) <= n else items[np.linspace(0, len(items) - 1, n).astype(int)]


def _as_is(words: list[str]) -> list[str]:
    return words


def _told(counts: sp.csr_matrix) -> np.ndarray:
    """Return which columns tell documents apart: in two of them or more, and not in nearly all."""
    spread, n = (counts > 0).sum(axis=0).A1, counts.shape[0]
    return (spread >= 2) & (spread <= 0.8 * n) if n > 3 else spread > 0


@dataclass
class _Learnt:
    """What the runs found in the texts that teach; ``kept`` are those that are no copies of one before."""

    kept: np.ndarray
    copy_of: np.ndarray
    counter: CountVectorizer
    counts: sp.csr_matrix  # of all terms: they place a text
    defining: np.ndarray  # the terms that may define a topic
    evidence: sp.csr_matrix  # what the runs see: those terms and their word families
    forms: dict[str, str]
    runs: np.ndarray


def _learn(texts: list[str], rng: np.random.Generator, frame: "_Frame | None" = None, k: int = 0) -> _Learnt:
    words = [lemmas(text) for text in texts]
    counter = CountVectorizer(analyzer=_as_is, dtype=np.float64)
    counts = counter.fit_transform(words)
    copy_of = first_copies(weighted(counts))
    kept = np.flatnonzero(copy_of == np.arange(len(texts)))
    counts, terms = counts[kept], counter.get_feature_names_out()
    forms, names = printed_forms(texts[i] for i in kept)
    # In full articles people and places would define the topics; a teaser has too few words to do without them.
    drop = names if np.median([len(words[i]) for i in kept]) >= FULL_TEXT else frozenset()
    allowed = np.array([term not in drop for term in terms])
    family = np.unique([term[:_FAMILY] for term in terms[allowed]], return_inverse=True)[1]
    families = counts[:, allowed] @ sp.csr_matrix((np.ones(len(family)), (np.arange(len(family)), family)))
    told = _told(counts)
    evidence = sp.hstack([counts[:, told & allowed], families[:, _told(families)]]).tocsr()
    extra = None if frame is None else sp.csr_matrix(_FRAME_WEIGHT * frame.place([texts[i] for i in kept]))
    runs = resampled_runs(evidence, max(RUNS * 1000 // max(len(kept), 1000), 40), rng, extra, k)
    counter = CountVectorizer(analyzer=lemmas, vocabulary=list(terms[told]), dtype=np.float64)
    return _Learnt(kept, copy_of, counter, counts[:, told], allowed[told], evidence, forms, runs)


def _centres(vectors: sp.csr_matrix, labels: np.ndarray) -> sp.csr_matrix:
    return normalize(sp.csr_matrix((np.ones(len(labels)), (labels, np.arange(len(labels))))) @ vectors).tocsr()


class _Frame:
    """A topic space at several levels of detail: places a text by its likeness to the topics of its teachers."""

    def __init__(self, learnt: _Learnt, seed: int):
        self.n_taught = len(learnt.kept)
        self.counter, self.weights = learnt.counter, TfidfTransformer(sublinear_tf=True).fit(learnt.counts)
        vectors, share = self.weights.transform(learnt.counts), together(learnt.runs)
        sizes = [k for k in _FRAME_SIZES if k < self.n_taught / 4] or [1]
        self.centres = [_centres(vectors, partition(share, k, seed)) for k in sizes]

    def place(self, texts: list[str]) -> np.ndarray:
        if not texts:
            return np.zeros((0, sum(centre.shape[0] for centre in self.centres)))
        vectors = self.weights.transform(self.counter.transform(texts))
        scores = [(vectors @ centre.T).toarray() for centre in self.centres]
        return np.hstack([normalize(s - s.mean(axis=1, keepdims=True)) for s in scores]).round(9)


def _mean_share(share: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return how often each document stands with the members of each topic, itself left out."""
    member = np.eye(labels.max() + 1)[labels]
    return (share @ member / np.maximum(member.sum(axis=0) - member, 1)).round(6)


def _best_jaccard(run: np.ndarray, inside: np.ndarray) -> float:
    shared = np.bincount(run[inside], minlength=run.max() + 1)
    return float((shared / (np.bincount(run) + inside.sum() - shared)).max())


def _class_tfidf(counts: sp.csr_matrix, labels: np.ndarray, k: int) -> np.ndarray:
    """Return each term's share of a topic's words times log(1 + words a topic / its count) (Grootendorst 2022)."""
    totals = np.vstack([counts[labels == topic].sum(axis=0).A1 for topic in range(k)])
    share = totals / np.maximum(totals.sum(axis=1, keepdims=True), 1)
    return share * np.log1p(totals.sum() / k / np.maximum(totals.sum(axis=0), 1))


class TopicClusters(ClusterMixin, TransformerMixin, BaseEstimator):
    """Topics of French texts, in scikit-learn's manner.

    Parameters
    ----------
    n_topics : int, optional
        How many topics; by default as many as the runs' agreement falls into by itself (resolution 1), and one where
        the texts form no more groups than the same words dealt out at random do.
    background : DataFrame of articles or iterable of str, optional
        Unlabelled articles that teach the topics; where 15 or more are full texts, the short ones do not teach.
    random_state : int, RandomState or None

    Attributes
    ----------
    labels_ : ndarray of int
        The topic of each text, 0 the largest (of equals, the one met first); -1 where a text has no content word.
    n_topics_, levels_ : int, tuple of int
        How many topics; three levels of detail to choose from (half, as many, twice the communities at resolution 1).
    topics_ : DataFrame
        A row a topic: ``topic``, ``label`` (NA where the texts are too few to name one), ``size``, ``stability`` (mean
        over the runs of the Jaccard index with the community that fits best; Hennig 2007), ``low``, ``high`` (its 5 and
        95 % quantiles), ``coherence`` (mean NPMI of the first ten terms; it describes, it does not follow quality).
    terms_ : list of list of (str, float)
        The terms of each topic and their class-based TF-IDF, in the form that is printed most often.
    stability_, diversity_ : ndarray, float
        The column of ``topics_``; the share of different ones among the first ten terms of all topics.
    certainty_, second_, unsure_ : ndarray
        How much more often the runs put a text in its topic than in the next (0 to 1); the next (-1 for none);
        certainty below 0.2.
    representatives_ : DataFrame
        All texts by topic, the most central first: ``topic``, ``rank``, ``document``, ``score`` (cosine with the
        topic's centre), ``sentence`` that shows the topic (NA for texts that did not teach).
    landmarks_ : ndarray of int
        The texts that taught: all different ones up to 5,000, else 5,000 evenly spaced ones.

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

    @threadpool_limits.wrap(limits=1)
    def fit(self, texts, y=None):
        """Find the topics of the texts (an iterable of str) and return the estimator.

        Raises
        ------
        TypeError
            If a text is not a string.
        ValueError
            If no text has a content word, or ``n_topics`` is no whole number from 1 to the number of different texts.
        """
        texts = _strings(texts)
        if self.n_topics is not None and (not isinstance(self.n_topics, Integral) or self.n_topics < 1):
            raise ValueError(f"n_topics must be a whole number from 1 on, not {self.n_topics!r}")
        self._seed = seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        first: dict[str, int] = {}
        same_as = np.array([first.setdefault(text, i) for i, text in enumerate(texts)], dtype=np.int64)
        teaching = _evenly([i for text, i in first.items() if text.strip()], LANDMARKS)
        teaching = np.array([i for i in teaching if lemmas(texts[i])], dtype=np.int64)
        if not len(teaching):
            raise ValueError("no text has a content word, so there is nothing to find a topic in")
        self._frame = self._own_frame = None if self.background is None else self._taught_frame()
        # Runs that find about as many topics as are asked for, else the last ones would be single texts.
        learning = np.random.default_rng(seed), self._frame, self.n_topics or 0
        learnt = self._learnt = _learn([texts[i] for i in teaching], *learning)
        self.landmarks_ = teaching[learnt.kept]
        if self.n_topics is not None and self.n_topics > len(learnt.kept):
            raise ValueError(f"n_topics={self.n_topics}, but there are only {len(learnt.kept)} different texts")
        self._texts = {i: texts[i] for i in self.landmarks_.tolist()}
        self.named_ = len(learnt.kept) + (self._frame.n_taught if self._frame else 0) >= FEWEST
        found, share = self._found()
        self._weights = TfidfTransformer(sublinear_tf=True).fit(learnt.counts)
        self._topic_centres = _centres(self._represent(list(self._texts.values())), found)
        labels, affinity, likeness = self._place(texts)
        # Those that teach, and their copies, keep the topic that the runs agree on.
        at = np.searchsorted(learnt.kept, learnt.copy_of)
        labels[teaching], affinity[teaching] = found[at], _mean_share(share, found)[at]
        self._describe(labels[same_as], affinity[same_as], likeness)
        return self

    def _taught_frame(self) -> "_Frame | None":
        background = _strings(texts_to_cluster(self.background))
        teachers = [text for text in dict.fromkeys(background) if len(lemmas(text)) >= FULL_TEXT]
        if len(teachers) < FEWEST:
            teachers = [text for text in dict.fromkeys(background) if lemmas(text)]
        if not teachers:
            return None
        return _Frame(_learn(_evenly(teachers, LANDMARKS).tolist(), np.random.default_rng(self._seed)), self._seed)

    def _found(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the topic of each text that teaches, and how often two of them stand together; set the levels."""
        share, n = together(self._learnt.runs), len(self._learnt.kept)
        found = partition(share, None, self._seed)
        sizes = np.bincount(found)
        large = np.flatnonzero(sizes >= 3)
        if len(large):  # two texts are no topic: they go to the one that they stand with most often
            nearest = large[_mean_share(share, found)[:, large].argmax(axis=1)]
            found = np.unique(np.where(sizes[found] >= 3, found, nearest), return_inverse=True)[1]
        rng = np.random.default_rng(self._seed)
        if n < 3 or not len(large) or not (self._frame or above_chance(self._sample(), rng)):
            found = np.zeros(n, dtype=np.int64)
        k = found.max() + 1
        self.levels_ = ((k + 1) // 2, k, min(2 * k, n)) if k > 1 else (1, 1, 1)
        return (found if self.n_topics is None else partition(share, self.n_topics, self._seed)), share

    def _sample(self) -> sp.csr_matrix:
        return self._learnt.counts[_evenly(range(len(self._learnt.kept)), 500)][:, self._learnt.defining]

    def _represent(self, texts: list[str]) -> sp.csr_matrix:
        vectors = self._weights.transform(self._learnt.counter.transform(texts))
        if self._frame is None:
            return vectors
        return normalize(sp.hstack([vectors, sp.csr_matrix(_FRAME_WEIGHT * self._frame.place(texts))]))

    def _place(self, texts: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return for texts the topic of the nearest centre (-1: no content word), how often each topic is nearest when
        only a random part of the vocabulary is seen, and the cosines."""
        centres, n_parts = self._topic_centres, 20
        k, rng = centres.shape[0], np.random.default_rng(self._seed)
        parts = [centres.multiply(rng.random(centres.shape[1]) < 0.7) for _ in range(n_parts)]
        masked = sp.vstack(parts).T.tocsc()
        labels = np.zeros(len(texts), dtype=np.int64)
        affinity, likeness = np.zeros((2, len(texts), k), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch, rows = texts[start : start + _BATCH], slice(start, start + _BATCH)
            vectors = self._represent(batch)
            likeness[rows] = (vectors @ centres.T).toarray().round(6)
            labels[rows] = likeness[rows].argmax(axis=1)
            votes = (vectors @ masked).toarray().round(6).reshape(-1, n_parts, k).argmax(axis=2)
            known = vectors.getnnz(axis=1) > 0
            affinity[rows] = (votes[:, :, None] == np.arange(k)).mean(axis=1) * known[:, None]
            labels[[start + i for i in np.flatnonzero(~known) if not lemmas(batch[i])]] = -1
        return labels, affinity, likeness

    def _describe(self, labels: np.ndarray, affinity: np.ndarray, likeness: np.ndarray) -> None:
        """Set all that is said of the topics: numbers by size, doubts, terms, names, the most central texts."""
        old, first, sizes = np.unique(labels[labels >= 0], return_index=True, return_counts=True)
        order = old[np.lexsort((first, -sizes))]
        new = np.full(affinity.shape[1] + 1, -1)
        new[order] = range(len(order))
        self.labels_, self._affinity, self._likeness = new[labels], affinity[:, order], likeness[:, order]
        self._topic_centres, k, rows = self._topic_centres[order], len(order), np.arange(len(labels))
        self.n_topics_ = k
        rivals = np.hstack([self._affinity, np.zeros((len(labels), 1))])
        own = rivals[rows, self.labels_].copy()
        rivals[rows, self.labels_] = -1
        rival = rivals[:, :k].max(axis=1).clip(0)
        self.certainty_ = np.where(self.labels_ >= 0, own - rival, 0).clip(0, 1).round(6)
        self.second_ = np.where((rival > 0) & (self.labels_ >= 0), rivals[:, :k].argmax(axis=1), -1)
        self.unsure_ = (self.certainty_ < UNSURE) & (k > 1)
        found = self.labels_[self.landmarks_]
        again = np.array([[_best_jaccard(run, found == topic) for topic in range(k)] for run in self._learnt.runs])
        low, high = np.quantile(again, [0.05, 0.95], axis=0).round(6)
        self.stability_ = again.mean(axis=0).round(6)
        self._describe_terms(found, k)
        self.topics_ = pd.DataFrame({"topic": range(k), "label": self._names(found, k), "size": np.sort(sizes)[::-1]})
        self.topics_[["stability", "low", "high"]] = np.column_stack([self.stability_, low, high])
        self.topics_["coherence"] = [self._coherence(topic) for topic in range(k)]
        self._rank()

    def _describe_terms(self, found: np.ndarray, k: int) -> None:
        learnt = self._learnt
        terms = learnt.counter.get_feature_names_out()[learnt.defining]
        weights = _class_tfidf(learnt.counts[:, learnt.defining], found, k).round(9)
        orders = np.argsort(-weights, axis=1, kind="stable")[:, :200]
        self._term_weights = [{terms[j]: row[j] for j in order} for row, order in zip(weights, orders, strict=True)]
        self.terms_ = [
            [(learnt.forms[term], float(weight)) for term, weight in list(topic.items())[:30] if weight > 0]
            for topic in self._term_weights
        ]
        first = [term for topic in self.terms_ for term, _ in topic[:10]]
        self.diversity_ = len(set(first)) / max(len(first), 1)

    def _names(self, found: np.ndarray, k: int) -> pd.array:
        """Return for each topic the phrase that says most of it and of no other, and that no larger topic has."""
        if not self.named_:
            return pd.array([pd.NA] * k, dtype="string")
        used, printed = [Counter() for _ in range(k)], {}
        for text, topic in zip(self._texts.values(), found, strict=True):
            seen = dict(phrases(text))
            used[topic].update(seen.keys())
            for key, surface in seen.items():
                printed.setdefault(key, Counter())[surface] += 1
        sizes, names = np.bincount(found), []
        for topic, weights in enumerate(self._term_weights):
            worth = {}
            for key, n in used[topic].items():
                if n >= 2 and all(weights.get(lemma, 0) > 0 for lemma in key):
                    share = n / sizes[topic]
                    everywhere = sum(used[other][key] / sizes[other] for other in range(k))
                    worth[key] = sum(weights[lemma] for lemma in set(key)) * share**0.5 * share / everywhere
            best = sorted(worth, key=lambda key: (-round(worth[key], 12), key))
            candidates = [_as_printed(printed[key]) for key in best] + [term for term, _ in self.terms_[topic]]
            names.append(next((name for name in candidates if name not in names), pd.NA))
        return pd.array(names, dtype="string")

    def _coherence(self, topic: int) -> float:
        """Return the mean NPMI of the pairs of a topic's ten first terms over the texts that teach (Bouma 2009)."""
        columns = [self._learnt.counter.vocabulary.index(term) for term in list(self._term_weights[topic])[:10]]
        has = (self._learnt.counts[:, columns] > 0).toarray().astype(float)
        i, j = np.triu_indices(has.shape[1], 1)
        pair, alone = (has.T @ has / len(has))[i, j], has.mean(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            npmi = np.log(pair / (alone[i] * alone[j])) / -np.log(pair)
        npmi = np.select([pair == 0, pair == 1], [-1.0, 1.0], npmi)
        return float(npmi.mean().round(6)) if len(npmi) else float("nan")

    def _rank(self) -> None:
        central = pd.DataFrame({"topic": self.labels_, "document": range(len(self.labels_))})
        central["score"] = self._likeness[central["document"], self.labels_].astype(float).round(6)
        central = central[central["topic"] >= 0]
        central = central.sort_values(["topic", "score", "document"], ascending=[True, False, True], ignore_index=True)
        central.insert(1, "rank", central.groupby("topic").cumcount() + 1)
        sentences = [
            best_sentence(self._texts[document], self._term_weights[topic]) if document in self._texts else pd.NA
            for topic, document in central[["topic", "document"]].itertuples(index=False)
        ]
        central["sentence"] = pd.array(sentences, dtype="string")
        self.representatives_ = central

    def transform(self, texts) -> np.ndarray:
        """Return the topic frame: the likeness of each text to the topics at several levels of detail.

        Learnt on the background where there is one, else on the texts that teach. A row a text; a level's columns are
        centred on zero, and a text without a known word is all zeros.
        """
        check_is_fitted(self, "labels_")
        if self._own_frame is None:
            self._own_frame = _Frame(self._learnt, self._seed)
        return self._own_frame.place(_strings(texts))

    @threadpool_limits.wrap(limits=1)
    def predict(self, texts) -> np.ndarray:
        """Return the topic of new texts: that of the nearest centre; -1 where a text has no content word."""
        check_is_fitted(self, "labels_")
        return self._place(_strings(texts))[0]

    def merge(self, topics) -> "TopicClusters":
        """Make one topic of several, without a new fit; all topics are numbered, described and named anew."""
        into, *others = sorted(set(topics))
        if not 0 <= into <= max(others, default=into) < self.n_topics_:
            raise ValueError(f"there are topics 0 to {self.n_topics_ - 1}, so {sorted(set(topics))} cannot be merged")
        labels = np.where(np.isin(self.labels_, others), into, self.labels_)
        affinity, likeness = self._affinity.copy(), self._likeness.copy()
        for matrix in (affinity, likeness):
            matrix[:, into] = matrix[:, [into, *others]].max(axis=1)
            matrix[:, others] = 0
        self._topic_centres = _centres(self._represent(list(self._texts.values())), labels[self.landmarks_])
        self._describe(labels, affinity, likeness)
        return self

    def rename(self, topic: int, label: str) -> "TopicClusters":
        """Give a topic another label."""
        self.topics_.loc[self.topics_.index[topic], "label"] = label
        return self

    def stability_curve(self, ks=range(2, 9)) -> pd.DataFrame:
        """Return how much runs with ``k`` topics agree, beside the same words dealt out at random (`stability`)."""
        ks = [k for k in ks if k < len(self._learnt.kept)]
        return stability(self._sample(), ks, np.random.default_rng(self._seed))

    def neighbours(self, n: int = 3) -> pd.DataFrame:
        """Return the texts nearest to each that taught: ``document``, ``neighbour``, ``score``, ``shared`` terms."""
        terms = np.array([self._learnt.forms[term] for term in self._learnt.counter.vocabulary])
        vectors, rows = self._weights.transform(self._learnt.counts), []
        for i, document in enumerate(self.landmarks_):
            score = (vectors @ vectors[i].T).toarray().ravel().round(6)
            score[i] = 0
            for j in np.argsort(-score, kind="stable")[:n]:
                if score[j] > 0:
                    both = vectors[i].multiply(vectors[j]).tocoo()
                    shared = terms[both.coords[1][np.argsort(-both.data, kind="stable")]].tolist()
                    rows.append((document, self.landmarks_[j], score[j], shared))
        return pd.DataFrame(rows, columns=["document", "neighbour", "score", "shared"])

    @property
    def coassociation_(self) -> np.ndarray:
        """In what share of the runs two of the texts that taught (``landmarks_``) stand together."""
        return together(self._learnt.runs)

    @property
    def tree_(self) -> np.ndarray:
        """The hierarchy of the topics as scipy's linkage (average; 1 - how often their texts stand together)."""
        if self.n_topics_ < 2:
            return np.empty((0, 4))
        found = self.labels_[self.landmarks_]
        near = np.vstack(
            [_mean_share(self.coassociation_, found)[found == t].mean(axis=0) for t in range(self.n_topics_)]
        )
        np.fill_diagonal(near, 1)
        return linkage(squareform((1 - near).clip(0).round(6), checks=False), "average")

    @property
    def order_(self) -> np.ndarray:
        """The rows of ``coassociation_`` in tree order: topic by topic, the surest texts first."""
        leaves = leaves_list(self.tree_) if self.n_topics_ > 1 else np.zeros(1, dtype=int)
        return np.lexsort((-self.certainty_[self.landmarks_], np.argsort(leaves)[self.labels_[self.landmarks_]]))

    @threadpool_limits.wrap(limits=1)
    def document_map(self) -> pd.DataFrame:
        """Return a place in the plane for each text: ``document``, ``topic``, ``x``, ``y``; distances are approximate.

        Classical scaling of 1 - co-association for the texts that taught; the others lie between their topics' means.
        """
        apart = 1 - self.coassociation_.astype(float)
        np.fill_diagonal(apart, 0)
        centred = apart**2 - (apart**2).mean(axis=0)
        centred = -(centred - centred.mean(axis=1, keepdims=True)) / 2
        values, vectors = np.linalg.eigh(centred)
        places = np.zeros((len(apart), 2))
        places[:, : len(apart)] = (vectors * np.sqrt(values.clip(0)))[:, :-3:-1]
        places *= np.where(places[np.abs(places).round(6).argmax(axis=0), range(2)] < 0, -1, 1)
        found = self.labels_[self.landmarks_]
        means = np.vstack([places[found == topic].mean(axis=0) for topic in range(self.n_topics_)])
        xy = self._affinity / np.maximum(self._affinity.sum(axis=1, keepdims=True), 1e-9) @ means
        xy[self.landmarks_] = places
        xy = xy.round(4) + 0.0
        return pd.DataFrame({"document": range(len(xy)), "topic": self.labels_, "x": xy[:, 0], "y": xy[:, 1]})


def _as_printed(surfaces: Counter) -> str:
    """Return the form printed most often, one without a sentence's first capital where there is one."""
    lower = [surface for surface in surfaces if surface[0].islower()]
    return min(lower or surfaces, key=lambda surface: (-surfaces[surface], surface))


def stability_sentence(curve: pd.DataFrame) -> str:
    """Return in one sentence what a stability curve says: which numbers of topics stand out from shuffled text, if any.

    Examples
    --------
    >>> stability_sentence(pd.DataFrame({"k": [2], "low": [0.1], "null_high": [0.3]}))
    'no number of topics stands out'
    """
    standing = curve.loc[curve["low"] > curve["null_high"], "k"]
    if standing.empty:
        return "no number of topics stands out"
    return f"more stable than shuffled text: {', '.join(map(str, standing))} topics"


def topic_shares(topics: pd.DataFrame, by: pd.Series, *, thin: int = 10) -> pd.DataFrame:
    """Return the share of each topic in each group (a period, a partner) with its 95 % interval (Wilson 1927).

    Parameters
    ----------
    topics : DataFrame
        As from `cluster_topics`.
    by : Series
        The group of each row of ``topics``; rows without one are left out.
    thin : int
        Below so many documents a group is marked as thin.

    Returns
    -------
    DataFrame
        ``group``, ``topic``, ``count``, ``n`` (texts of the group), ``share``, ``low``, ``high`` (0 to 1), ``thin``.

    Examples
    --------
    >>> shares = topic_shares(pd.DataFrame({"topic": [0, 0, 1]}), pd.Series(["2020", "2020", "2020"]))
    >>> shares[["count", "low", "high"]].round(2).to_numpy().tolist()
    [[2.0, 0.21, 0.94], [1.0, 0.06, 0.79]]
    """
    pairs = pd.DataFrame({"group": by.to_numpy(), "topic": topics["topic"].to_numpy()}).dropna()
    table = pd.crosstab(pairs["group"], pairs["topic"]).stack().rename("count").reset_index()
    table["n"] = table.groupby("group")["count"].transform("sum")
    bounds = [wilson(count, n) for count, n in zip(table["count"], table["n"], strict=True)]
    table["share"] = table["count"] / table["n"]
    table["low"], table["high"] = zip(*bounds, strict=True) if bounds else ([], [])
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
    n_topics : int, optional
        How many topics; see `TopicClusters`.
    background : DataFrame, iterable of str, str or Path, optional
        Unlabelled articles that teach the topics: a table of them, their texts, or a file or folder to read. By default
        the articles teach the teasers, where there are 60 or more.
    random_state : int

    Returns
    -------
    DataFrame
        A row for each row of **articles**: ``article_id``, ``topic`` (0 the largest; NA where none is named: no words,
        or fewer than 15 different documents and no background), ``label``, ``terms`` (list of str), ``certainty`` (0 to
        1: how much more often resampled runs put it here than in the next topic), ``second`` (NA for none), ``unsure``.
        Duplicates have the topic of their original.

    Raises
    ------
    ValueError
        If more topics are asked for than there are different documents.

    Examples
    --------
    >>> cluster_topics(tables.frame("articles")).empty
    True
    """
    if isinstance(background, (str, Path)):
        from helpers.articles import parse_articles
        from helpers.documents import read_documents

        background = parse_articles(read_documents(background))
    if isinstance(background, pd.DataFrame):
        background = background[background["role"].eq("article") & background["duplicate_of"].isna()]
    ids, texts = articles["article_id"].tolist(), texts_to_cluster(articles)
    row_of = {article: i for i, article in enumerate(ids)}
    original = [row_of.get(other, i) for i, other in enumerate(articles["duplicate_of"])]
    own = [i for i, other in enumerate(original) if other == i and lemmas(texts[i])]
    full = [texts[i] for i in own if articles["role"].iat[i] == "article"]
    if background is None and 60 <= len(full) < len(own):
        background = full
    topics = pd.DataFrame({"article_id": ids})
    if not own or (background is None and len({texts[i] for i in own}) < FEWEST):
        return tables.frame("topics", topics.assign(terms=[[] for _ in ids]))
    model = TopicClusters(n_topics, background, random_state).fit([texts[i] for i in own])
    number = pd.Series(range(len(own)), index=own).reindex(original)
    known = number.notna().to_numpy() & model.named_
    at = number.fillna(0).astype(int).to_numpy()
    topic, second = model.labels_[at], model.second_[at]
    terms = [[term for term, _ in topic_terms[:10]] for topic_terms in model.terms_]
    topics["topic"] = pd.array(topic, dtype="Int64")
    topics["label"] = model.topics_["label"].array[topic]
    topics["certainty"] = pd.array(model.certainty_[at], dtype="Float64")
    topics["second"] = pd.array(np.where(second < 0, 0, second), dtype="Int64")
    topics.loc[second < 0, "second"] = pd.NA
    topics["unsure"] = pd.array(model.unsure_[at], dtype="boolean")
    topics.loc[~known, topics.columns[1:]] = pd.NA
    topics["terms"] = [list(terms[t]) if ok else [] for t, ok in zip(topic, known, strict=True)]
    return tables.frame("topics", topics)
