"""Topics of a corpus of French articles: found by agreement of many runs, named in the text's own words, with their doubts.

Method: each run sees the documents through a random part of the vocabulary, ties each to its nearest ones and cuts the
graph into communities (Louvain); topics are the communities of the matrix that says how often two documents stood together
(consensus clustering: Strehl and Ghosh 2002; on graphs: Lancichinetti and Fortunato 2012).
"""

from collections import Counter
from dataclasses import dataclass
from numbers import Integral
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp
from sklearn.base import BaseEstimator, ClusterMixin, TransformerMixin
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.preprocessing import normalize
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from helpers import tables
from helpers.topic_graph import agreement, first_copies, partition, resampled_runs, shuffled, together, weighted
from helpers.topic_text import lemmas, phrases, printed_forms

LANDMARKS = 5000  # above this many different documents, so many evenly spaced ones teach and the others are placed
FULL_TEXT = 100  # content words from which a document teaches: an article, no teaser
FEWEST = 15  # documents below which no topic is named without a background
UNSURE = 0.2
N_TERMS = 10
_FRAME_SIZES = (4, 5, 6, 8, 10, 14)
_FRAME_WEIGHT = 0.5
_BATCH = 20_000


def _n_runs(n_documents: int) -> int:
    """Return how many runs are worth their time: 200, fewer above a thousand documents."""
    return int(np.clip(200_000 // max(n_documents, 1), 40, 200))


def _as_is(words: list[str]) -> list[str]:
    return words


def _evenly(items: list, n: int) -> list:
    """Return ``n`` of the items, evenly spaced, or all of them."""
    return items if len(items) <= n else [items[i] for i in np.linspace(0, len(items) - 1, n).astype(int)]


def _strings(texts) -> list[str]:
    if isinstance(texts, (str, bytes)):
        raise ValueError("texts must be a list of strings, not one string")
    texts = list(texts)
    for i, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"text {i} is {type(text).__name__}, not a string")
    return texts


@dataclass
class _Learnt:
    """What the runs found in the texts that teach: ``kept`` of them, copies left out."""

    kept: np.ndarray
    copy_of: np.ndarray
    counter: CountVectorizer
    counts: sp.csr_matrix
    is_defining: np.ndarray
    forms: dict[str, str]
    runs: np.ndarray

    @property
    def defining(self) -> sp.csr_matrix:
        return self.counts[:, self.is_defining]


def _learn(texts: list[str], rng: np.random.Generator, frame: "_Frame | None" = None) -> _Learnt:
    """Find the vocabulary of the texts, leave out copies, and run the communities."""
    words = [lemmas(text) for text in texts]
    counter = CountVectorizer(analyzer=_as_is, dtype=np.float64)
    counts = counter.fit_transform(words)
    copy_of = first_copies(weighted(counts))
    kept = np.flatnonzero(copy_of == np.arange(len(texts)))
    counts = counts[kept]
    spread = np.asarray((counts > 0).sum(axis=0)).ravel()
    # A term of one document ties it to nothing, one of more than half of them ties everything.
    told = (spread >= 2) & (spread <= max(len(kept) / 2, 2)) if len(kept) > 3 else spread > 0
    terms = counter.get_feature_names_out()[told]
    forms, names = printed_forms(texts[i] for i in kept)
    counts = counts[:, told]
    full = np.median([len(words[i]) for i in kept]) >= FULL_TEXT
    is_defining = np.array([not full or term not in names for term in terms], dtype=bool)
    extra = None if frame is None else sp.csr_matrix(_FRAME_WEIGHT * frame.place([texts[i] for i in kept]))
    runs = resampled_runs(counts[:, is_defining], _n_runs(len(kept)), rng, extra)
    counter = CountVectorizer(analyzer=lemmas, vocabulary=list(terms), dtype=np.float64)
    return _Learnt(kept, copy_of, counter, counts, is_defining, forms, runs)


class _Frame:
    """A topic space at several levels of detail: places any text by its likeness to the topics of those that taught it."""

    def __init__(self, learnt: _Learnt, seed: int):
        self.counter, self.weights = learnt.counter, TfidfTransformer(sublinear_tf=True).fit(learnt.counts)
        vectors, share = self.weights.transform(learnt.counts), together(learnt.runs)
        sizes = [k for k in _FRAME_SIZES if k < len(share) / 4] or [1]
        self.centres = [_centres(vectors, partition(share, k, seed)) for k in sizes]

    def place(self, texts: list[str]) -> np.ndarray:
        vectors = self.weights.transform(self.counter.transform(texts))
        scores = [(vectors @ centre.T).toarray() for centre in self.centres]
        return np.hstack([normalize(s - s.mean(axis=1, keepdims=True)) for s in scores]).round(9)


def _centres(vectors: sp.csr_matrix, labels: np.ndarray) -> sp.csr_matrix:
    member = sp.csr_matrix((np.ones(len(labels)), (labels, np.arange(len(labels)))))
    return normalize(member @ vectors).tocsr()


def _by_size(labels: np.ndarray) -> np.ndarray:
    """Return the labels renumbered: 0 is the largest topic, and of two equals the one whose first document comes first."""
    found, first, sizes = np.unique(labels, return_index=True, return_counts=True)
    order = np.lexsort((first, -sizes))
    new = np.empty(found.max() + 1, dtype=np.int64)
    new[found[order]] = np.arange(len(found))
    return new[labels]


def _mean_share(share: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return how often each document stands with the members of each topic, itself left out."""
    member = np.eye(labels.max() + 1)[labels]
    others = member.sum(axis=0)[None, :] - member
    return ((share @ member) / np.maximum(others, 1)).round(6).astype(np.float32)


def _best_jaccard(run: np.ndarray, inside: np.ndarray) -> float:
    """Return how well the community of a run that fits a topic best fits it (Hennig 2007)."""
    shared = np.bincount(run[inside], minlength=run.max() + 1)
    return float((shared / (np.bincount(run) + inside.sum() - shared)).max())


def _class_tfidf(counts: sp.csr_matrix, labels: np.ndarray, k: int) -> np.ndarray:
    """Return the class-based TF-IDF of each term in each topic (Grootendorst 2022): its share of the topic's words times
    ``log(1 + mean words a topic / its count overall)``."""
    totals = np.vstack([np.asarray(counts[labels == topic].sum(axis=0)).ravel() for topic in range(k)])
    share = totals / np.maximum(totals.sum(axis=1, keepdims=True), 1)
    return share * np.log1p(totals.sum() / k / np.maximum(totals.sum(axis=0), 1))


class TopicClusters(ClusterMixin, TransformerMixin, BaseEstimator):
    """Topics of French texts, in scikit-learn's manner.

    Parameters
    ----------
    n_topics : int, optional
        How many topics; by default the level of detail at which the runs' agreement falls apart by itself (resolution 1),
        and one topic where the texts agree no more than texts with their words shuffled.
    background : iterable of str, optional
        Unlabelled articles that teach the topics; full texts teach, short ones among them are left out.
    random_state : int, RandomState or None

    Attributes
    ----------
    labels_ : ndarray of int
        The topic of each text, 0 the largest; -1 where a text has no word to go by.
    n_topics_ : int
    topics_ : DataFrame
        One row a topic: ``topic``, ``label`` (NA where too few texts to name one), ``size``, ``stability``, ``low``, ``high``,
        ``coherence`` (NPMI).
    terms_ : list of list of (str, float)
        The terms of each topic with their class-based TF-IDF, in the form in which they are printed most often.
    stability_ : ndarray
        How much of each topic the runs find again (mean over the runs of the best Jaccard index).
    certainty_, second_, unsure_ : ndarray
        How much more often the runs put a text in its topic than in the next one; the next topic (-1: none); certainty < 0.2.
    representatives_ : DataFrame
        All texts by topic, the most central first: ``topic``, ``rank``, ``document``, ``score``, ``sentence``.
    landmarks_ : ndarray of int
        Which texts taught: all different ones up to 5,000, else 5,000 evenly spaced ones.

    Examples
    --------
    >>> texts = [f"Le port exporte {x} du riz et des crevettes." for x in "abcdefgh"]
    >>> texts += [f"Le musée expose {x} des tableaux et des sculptures." for x in "abcdefgh"]
    >>> topics = TopicClusters(n_topics=2).fit(texts)
    >>> topics.labels_[[0, 7, 8, 15]], topics.predict(["Un riz de qualité"])
    (array([0, 0, 1, 1]), array([0]))
    """

    def __init__(self, n_topics=None, background=None, random_state=0):
        self.n_topics = n_topics
        self.background = background
        self.random_state = random_state

    def fit(self, texts, y=None):
        """Find the topics of the texts.

        Parameters
        ----------
        texts : iterable of str
        y : ignored

        Returns
        -------
        TopicClusters

        Raises
        ------
        TypeError
            If a text is not a string.
        ValueError
            If no text has a content word, or ``n_topics`` is not a number from 1 to how many different texts there are.
        """
        texts = _strings(texts)
        if self.n_topics is not None and (not isinstance(self.n_topics, Integral) or self.n_topics < 1):
            raise ValueError(f"n_topics must be a whole number from 1 on, not {self.n_topics!r}")
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        rng = np.random.default_rng(seed)
        first: dict[str, int] = {}
        same_as = np.array([first.setdefault(text, i) for i, text in enumerate(texts)], dtype=np.int64)
        teaching = _evenly([i for text, i in first.items() if text.strip()], LANDMARKS)
        teaching = [i for i in teaching if lemmas(texts[i])]
        if not teaching:
            raise ValueError("no text holds a content word, so there is nothing to find a topic in")
        self._frame = None if self.background is None else self._taught_by(_strings(self.background), seed)
        learnt = self._learnt = _learn([texts[i] for i in teaching], rng, self._frame)
        self._seed, self._texts = seed, [texts[teaching[i]] for i in learnt.kept]
        self.landmarks_ = np.array(teaching)[learnt.kept]
        self._named = len(learnt.kept) >= FEWEST or self._frame is not None
        if self.n_topics is not None and self.n_topics > len(learnt.kept):
            raise ValueError(f"n_topics={self.n_topics}, but there are only {len(learnt.kept)} different texts")
        found = _by_size(self._cut())
        self._weights = TfidfTransformer(sublinear_tf=True).fit(learnt.counts)
        self._vectors = self._represent(self._texts)
        self._centres = _centres(self._vectors, found)
        labels, affinity, likeness = self._place(texts)
        # The texts that teach keep the topic of the consensus, and so do their copies.
        own = _mean_share(together(learnt.runs), found)
        copies = np.array(teaching)
        at = np.searchsorted(learnt.kept, learnt.copy_of)
        labels[copies], affinity[copies] = found[at], own[at]
        labels, affinity = labels[same_as], affinity[same_as]
        self._own_frame = None
        self._describe(labels, affinity, likeness)
        return self

    def _taught_by(self, background: list[str], seed: int) -> _Frame:
        distinct = list(dict.fromkeys(background))
        full = [text for text in distinct if len(lemmas(text)) >= FULL_TEXT]
        teachers = full if len(full) >= FEWEST else [text for text in distinct if lemmas(text)]
        if len(teachers) < FEWEST:
            raise ValueError(f"the background has {len(teachers)} texts; at least {FEWEST} are needed to teach topics")
        return _Frame(_learn(_evenly(teachers, LANDMARKS), np.random.default_rng(seed)), seed)

    def _cut(self) -> np.ndarray:
        """Return the topic of each text that teaches."""
        learnt, n = self._learnt, len(self._learnt.kept)
        if self.n_topics is not None:
            return partition(together(learnt.runs), self.n_topics, self._seed)
        if n < 3 or (self._frame is None and not self._structured()):
            return np.zeros(n, dtype=np.int64)
        return partition(together(learnt.runs), None, self._seed)

    def _structured(self) -> bool:
        """Return whether runs on the texts agree more than runs on the same words dealt out at random."""
        rng = np.random.default_rng(self._seed)
        counts = self._learnt.defining[_evenly(list(range(len(self._learnt.kept))), 500)]
        real, null = (agreement(resampled_runs(c, 12, rng)) for c in (counts, shuffled(counts, rng)))
        return np.median(real) > np.quantile(null, 0.95)

    def _represent(self, texts: list[str]) -> sp.csr_matrix:
        vectors = self._weights.transform(self._learnt.counter.transform(texts))
        if self._frame is not None:
            vectors = sp.hstack([vectors, sp.csr_matrix(_FRAME_WEIGHT * self._frame.place(texts))]).tocsr()
        return normalize(vectors)

    def _place(self, texts: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return for texts their topic, in what share of random parts of the vocabulary each topic is next, and the cosines."""
        k, rng = self._centres.shape[0], np.random.default_rng(self._seed)
        parts = rng.random((20, self._centres.shape[1])) < 0.7
        masked = sp.vstack([self._centres.multiply(part) for part in parts]).T.tocsc()
        labels, affinity, likeness = [], [], []
        for start in range(0, len(texts), _BATCH):
            batch = texts[start : start + _BATCH]
            vectors = self._represent(batch)
            cosine = (vectors @ self._centres.T).toarray().round(9)
            nearest = cosine.argmax(axis=1)
            seen = (vectors @ masked).toarray().round(9).reshape(len(batch), len(parts), k).argmax(axis=2)
            votes = (seen[:, :, None] == np.arange(k)).mean(axis=1)
            known = vectors.getnnz(axis=1) > 0
            votes[~known] = 0
            nearest[[i for i in np.flatnonzero(~known) if not lemmas(batch[i])]] = -1
            labels.append(nearest)
            affinity.append(votes.astype(np.float32))
            likeness.append(cosine.astype(np.float32))
        if not texts:
            return np.zeros(0, dtype=np.int64), np.zeros((0, k), np.float32), np.zeros((0, k), np.float32)
        return np.concatenate(labels), np.vstack(affinity), np.vstack(likeness)

    def _describe(self, labels: np.ndarray, affinity: np.ndarray, likeness: np.ndarray) -> None:
        """Set all that is said of the topics: numbers by size, doubts, terms, labels, the most central texts."""
        old, first, sizes = np.unique(labels[labels >= 0], return_index=True, return_counts=True)
        order = old[np.lexsort((first, -sizes))]
        new = np.full(affinity.shape[1] + 1, -1)
        new[order] = np.arange(len(order))
        self.labels_, self._affinity, self._likeness = new[labels], affinity[:, order], likeness[:, order]
        self._centres = self._centres[order]
        self.n_topics_ = k = len(order)
        rows = np.arange(len(labels))
        own = np.where(self.labels_ >= 0, self._affinity[rows, self.labels_], 0)
        others = self._affinity.copy()
        others[rows, self.labels_] = -1
        rival = others.max(axis=1) if k > 1 else np.zeros(len(labels))
        self.certainty_ = np.clip(own - rival, 0, 1).astype(float).round(6)
        self.second_ = np.where((rival > 0) & (self.labels_ >= 0), others.argmax(axis=1), -1)
        self.unsure_ = (self.certainty_ < UNSURE) & (k > 1)
        found = self.labels_[self.landmarks_]
        again = np.array([[_best_jaccard(run, found == topic) for topic in range(k)] for run in self._learnt.runs])
        self.stability_ = again.mean(axis=0).round(6)
        low, high = np.quantile(again, [0.05, 0.95], axis=0)
        weights = _class_tfidf(self._learnt.defining, found, k)
        names = self._learnt.counter.get_feature_names_out()[self._learnt.is_defining]
        self._term_weights = [
            {names[j]: weights[t, j] for j in np.argsort(-weights[t], kind="stable")[:200]} for t in range(k)
        ]
        self.terms_ = [
            [
                (self._learnt.forms[term], round(float(weight), 6))
                for term, weight in list(topic.items())[:30]
                if weight > 0
            ]
            for topic in self._term_weights
        ]
        central = pd.DataFrame({"topic": self.labels_, "score": self._likeness[rows, self.labels_]})
        central = central[central["topic"] >= 0].rename_axis("document").reset_index()
        central["score"] = central["score"].astype(float).round(6)
        central = central.sort_values(["topic", "score", "document"], ascending=[True, False, True], ignore_index=True)
        central.insert(1, "rank", central.groupby("topic").cumcount() + 1)
        self.representatives_ = central
        self.topics_ = pd.DataFrame(
            {
                "topic": range(k),
                "label": pd.array(self._labels(found) if self._named else [pd.NA] * k, dtype="string"),
                "size": np.bincount(self.labels_[self.labels_ >= 0], minlength=k),
                "stability": self.stability_,
                "low": low.round(6),
                "high": high.round(6),
                "coherence": [self._coherence(topic) for topic in range(k)],
            }
        )

    def _labels(self, found: np.ndarray) -> list[str]:
        """Return for each topic its best phrase that no larger topic has taken."""
        used = [Counter() for _ in range(self.n_topics_)]
        printed: dict[tuple, Counter] = {}
        for text, topic in zip(self._texts, found, strict=True):
            seen = dict(phrases(text))
            used[topic].update(seen.keys())
            for key, surface in seen.items():
                printed.setdefault(key, Counter())[surface] += 1
        sizes = np.bincount(found, minlength=self.n_topics_)
        taken: set[str] = set()
        labels = []
        for topic in range(self.n_topics_):
            weights = self._term_weights[topic]
            best = []
            for key, n in used[topic].items():
                if n < 2 or not all(lemma in weights for lemma in key):
                    continue
                share = n / sizes[topic]
                rest = sum(used[other][key] / sizes[other] for other in range(self.n_topics_) if other != topic)
                worth = sum(weights[lemma] for lemma in set(key)) * share**0.5 * share / (share + rest)
                best.append((-round(worth, 12), key))
            candidates = [_as_printed(printed[key]) for _, key in sorted(best)] + [t for t, _ in self.terms_[topic]]
            label = next((c for c in candidates if c not in taken), f"sujet {topic + 1}")
            taken.add(label)
            labels.append(label)
        return labels

    def _coherence(self, topic: int) -> float:
        """Return the mean NPMI of the pairs of a topic's ten first terms over the texts that teach (Bouma 2009)."""
        terms = list(self._term_weights[topic])[:N_TERMS]
        vocabulary = self._learnt.counter.get_feature_names_out().tolist()
        has = (self._learnt.counts[:, [vocabulary.index(term) for term in terms]] > 0).toarray().astype(float)
        if has.shape[1] < 2:
            return float("nan")
        both = has.T @ has / len(has)
        i, j = np.triu_indices(len(terms), 1)
        alone, pair = np.diag(both), both[i, j]
        with np.errstate(divide="ignore", invalid="ignore"):
            npmi = np.log(pair / (alone[i] * alone[j])) / -np.log(pair)
        return float(np.where(pair == 0, -1, np.where(pair == 1, 1, npmi)).mean().round(6))

    def transform(self, texts) -> np.ndarray:
        """Return the topic frame: the likeness of each text to the topics at several levels of detail.

        Learnt on the background where there is one, else on the texts themselves. One row a text; the columns of a level
        are centred on zero, and a text without a known word is all zeros.
        """
        check_is_fitted(self, "labels_")
        if self._own_frame is None:
            self._own_frame = self._frame or _Frame(self._learnt, self._seed)
        return self._own_frame.place(_strings(texts))

    def predict(self, texts) -> np.ndarray:
        """Return the topic of new texts; -1 where a text has no content word."""
        check_is_fitted(self, "labels_")
        return self._place(_strings(texts))[0]


def _as_printed(surfaces: Counter) -> str:
    """Return the form printed most often, without the capital of a sentence's first word where a form without it exists."""
    lower = {surface for surface in surfaces if surface[0].islower()}
    return min(surfaces, key=lambda s: (bool(lower) and s not in lower, -surfaces[s], s))


def _texts_of(articles: pd.DataFrame) -> list[str]:
    """Return title, standfirst and body of each article; what repeats is written once."""
    parts = articles.reindex(columns=["title", "standfirst", "body"]).astype("string").fillna("")
    texts = []
    for title, standfirst, body in parts.itertuples(index=False):
        pieces = [piece for piece in (title.strip(), standfirst.strip()) if piece and piece not in body]
        texts.append("\n\n".join([*pieces, body]).strip())
    return texts


def cluster_topics(articles: pd.DataFrame, *, n_topics=None, background=None, random_state=0) -> pd.DataFrame:
    """Return the topic of each article and teaser, from its title, standfirst and body.

    Parameters
    ----------
    articles : DataFrame
        As from `parse_articles`.
    n_topics : int, optional
        How many topics; see `TopicClusters`.
    background : DataFrame, iterable of str, str or Path, optional
        Unlabelled articles that teach the topics: a frame of articles, their texts, or a file or folder to read.
    random_state : int

    Returns
    -------
    DataFrame
        One row for each row of **articles**: ``article_id``, ``topic`` (0 the largest; NA where none is named: no words, or
        fewer than 15 different documents and no background), ``label``, ``terms`` (list), ``certainty`` (0 to 1: how much
        more often resampled runs put it here than in the next topic), ``second`` (NA where there is no other), ``unsure``.

    Raises
    ------
    ValueError
        If more topics are asked for than there are different documents.

    Examples
    --------
    >>> cluster_topics(tables.frame("articles")).empty
    True
    """
    topics = tables.frame("topics", [{"article_id": article} for article in articles["article_id"]])
    topics["terms"] = [[] for _ in range(len(topics))]
    texts = _texts_of(articles)
    position = {article: i for i, article in enumerate(articles["article_id"])}
    originals = [
        position.get(original, i) if pd.notna(original) else i for i, original in enumerate(articles["duplicate_of"])
    ]
    own = [i for i, original in enumerate(originals) if original == i and texts[i] and lemmas(texts[i])]
    if not own or (background is None and len({texts[i] for i in own}) < FEWEST):
        return topics
    model = TopicClusters(n_topics, _background_texts(background), random_state).fit([texts[i] for i in own])
    row_of = {i: row for row, i in enumerate(own)}
    names = model.topics_["label"]
    for i, original in enumerate(originals):
        if (row := row_of.get(original)) is None or not model._named:
            continue
        topic, second = int(model.labels_[row]), int(model.second_[row])
        topics.loc[i, ["topic", "label", "certainty", "unsure"]] = [
            topic, names[topic], model.certainty_[row], bool(model.unsure_[row]),
        ]  # fmt: skip
        topics.at[i, "terms"] = [term for term, _ in model.terms_[topic][:N_TERMS]]
        if second >= 0:
            topics.loc[i, "second"] = second
    return topics


def _background_texts(background) -> list[str] | None:
    if isinstance(background, (str, Path)):
        from helpers.articles import parse_articles
        from helpers.documents import read_documents

        background = parse_articles(read_documents(background))
    if not isinstance(background, pd.DataFrame):
        return background
    return _texts_of(background[background["role"].eq("article") & background["duplicate_of"].isna()])
