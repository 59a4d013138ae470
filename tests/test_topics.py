"""Topics: planted ones are found, none are made of nothing, and what is said of them is true and repeatable."""

import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.metrics import adjusted_rand_score

from helpers import tables
from helpers.topic_graph import first_copies, neighbour_graph, partition, shuffled, together, weighted
from helpers.topic_text import best_sentence, lemmas, phrases, printed_forms
from helpers.topics import TopicClusters, cluster_topics, stability_sentence, topic_shares

THEMES = {
    "pêche": "crevette chalutier filet poisson pêcheur port marée thon aquaculture bassin quai criée digue",
    "école": "élève professeur lycée manuel rentrée examen université diplôme bourse classe leçon cantine",
    "santé": "hôpital médecin vaccin patient virus clinique infirmier maladie chirurgie pharmacie épidémie remède",
    "énergie": "barrage turbine éolienne réseau centrale gaz panneau électricité pétrole raffinerie charbon gisement",
}
COMMON = ["pays", "région", "projet", "population", "service", "programme", "rapport", "ville", "province", "réunion"]


@pytest.fixture(autouse=True, scope="session")
def few_runs():
    # Planted topics need no 200 runs to be found; the benchmark runs them all.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("helpers.topics.RUNS", 40)
        yield


def planted(n_documents, themes=3, seed=0, n_words=24, own=0.6):
    """Return texts of which each holds words of one theme and words of all, and the theme of each."""
    rng = np.random.default_rng(seed)
    words = [theme.split() for theme in list(THEMES.values())[:themes]]
    truth = np.arange(n_documents) % themes
    texts = []
    for theme in truth:
        chosen = [rng.choice(words[theme] if rng.random() < own else COMMON) for _ in range(n_words)]
        halves = ", ".join(f"le {word}" for word in chosen[::2]), ", ".join(f"la {word}" for word in chosen[1::2])
        texts.append("On voit {}. On cite {}.".format(*halves))
    return texts, truth


def random_texts(n_documents, seed=0):
    rng = np.random.default_rng(seed)
    words = " ".join([*THEMES.values(), *COMMON]).split()
    return ["Voici " + ", ".join(f"le {word}" for word in rng.choice(words, 24)) + "." for _ in range(n_documents)]


def articles(texts, **columns):
    rows = [
        {"article_id": f"a#{i}", "doc_id": "a", "role": "teaser", "title": text[:20], "body": text}
        for i, text in enumerate(texts)
    ]
    return tables.frame("articles", rows).assign(**columns)


@pytest.fixture(scope="module")
def fitted():
    texts, truth = planted(50)
    return TopicClusters().fit(texts), texts, truth


# Found, and not invented


@pytest.mark.parametrize(("n_documents", "themes", "least"), [(10, 2, 0.6), (50, 3, 0.95), (500, 4, 0.95)])
def test_planted_topics_are_recovered(n_documents, themes, least):
    texts, truth = planted(n_documents, themes)
    model = TopicClusters().fit(texts)
    assert adjusted_rand_score(truth, model.labels_) >= least


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("n_documents", [20, 60])
def test_words_at_random_make_one_topic(n_documents, seed):
    model = TopicClusters().fit(random_texts(n_documents, seed))
    assert model.n_topics_ == 1
    assert not model.unsure_.any()


def test_no_number_of_topics_stands_out_in_words_at_random():
    assert stability_sentence(TopicClusters().fit(random_texts(40)).stability_curve(range(2, 6))) == (
        "no number of topics stands out"
    )


def test_the_planted_number_of_topics_stands_out(fitted):
    curve = fitted[0].stability_curve(range(2, 5))
    assert curve["k"].tolist() == [2, 3, 4]
    assert (curve["null_low"] <= curve["null_high"]).all() and (curve["low"] <= curve["high"]).all()
    assert "3" in stability_sentence(curve)


def test_copies_make_no_topic_and_share_one():
    texts, truth = planted(40, 2)
    copied = texts + [texts[0]] * 30 + [texts[0].upper()] * 5
    model = TopicClusters().fit(copied)
    assert adjusted_rand_score(truth, model.labels_[:40]) > 0.9
    assert set(model.labels_[40:]) == {model.labels_[0]}
    assert len(model.landmarks_) == 40


def test_a_single_text_and_equal_texts_are_one_topic():
    for texts in (["Le port exporte du riz."], ["Le port exporte du riz."] * 20):
        model = TopicClusters().fit(texts)
        assert model.labels_.tolist() == [0] * len(texts)
        assert model.n_topics_ == 1 and model.topics_["label"].isna().all()
        assert model.document_map()["x"].tolist() == [0.0] * len(texts)


# What is said of them


def test_topics_are_numbered_by_size_and_described(fitted):
    model = fitted[0]
    sizes = np.bincount(model.labels_)
    assert (np.diff(sizes) <= 0).all() and model.topics_["size"].tolist() == sizes.tolist()
    assert model.n_topics_ == len(model.terms_) == len(model.topics_) == len(model.stability_) == 3
    assert model.topics_["label"].is_unique and model.topics_["label"].str.split().str.len().le(3).all()
    assert model.topics_["stability"].between(0.8, 1).all()
    assert (model.topics_["low"] <= model.topics_["high"]).all()
    for topic, terms in enumerate(model.terms_):
        weights = [weight for _, weight in terms]
        assert weights == sorted(weights, reverse=True) and min(weights) > 0
        theme = {word for words in THEMES.values() for word in words.split() if word in dict(terms[:5])}
        assert len(theme) >= 4, f"the first terms of topic {topic} are its theme's words, not the common ones"
    assert 0.9 <= model.diversity_ <= 1


def test_all_texts_are_ranked_and_shown_by_a_sentence(fitted):
    model, texts, _ = fitted
    ranked = model.representatives_
    assert sorted(ranked["document"]) == list(range(len(texts)))
    assert ranked.groupby("topic")["score"].is_monotonic_decreasing.all()
    assert all(row.sentence in texts[row.document] for row in ranked.itertuples() if row.document in model.landmarks_)


def test_certainty_is_own_less_next():
    texts, _ = planted(30, 2)
    mixed = "On voit le port, le thon, le quai, le filet. On cite le lycée, le cahier, la bourse, le diplôme."
    model = TopicClusters(2).fit([*texts, mixed])
    assert model.certainty_[-1] < model.certainty_[:-1].mean()
    assert ((model.certainty_ >= 0) & (model.certainty_ <= 1)).all()
    assert (model.unsure_ == (model.certainty_ < 0.2)).all()
    assert (model.second_ != model.labels_).all()


def test_no_word_no_topic_but_strange_words_get_the_unsure_state():
    texts, _ = planted(20, 2)
    model = TopicClusters().fit([*texts, "", "2026 !", "Xylophone zyeuté."])
    assert model.labels_[20:22].tolist() == [-1, -1]
    assert model.labels_[22] >= 0 and model.unsure_[22] and model.certainty_[22] == 0


def test_levels_of_detail_and_a_number_of_ones_own(fitted):
    model, texts, _ = fitted
    assert model.levels_ == (2, 3, 6)
    for k in (1, 2, 7):
        assert TopicClusters(n_topics=k).fit(texts).n_topics_ == k


def test_merge_and_rename(fitted):
    texts = fitted[1]
    model = TopicClusters().fit(texts)
    before = model.labels_.copy()
    model.merge([0, 2]).rename(0, "mer et malades")
    assert model.n_topics_ == 2 and model.topics_["label"].iloc[0] == "mer et malades"
    assert adjusted_rand_score(before == 1, model.labels_) == 1
    with pytest.raises(ValueError, match="cannot be merged"):
        model.merge([0, 5])


def test_hierarchy_order_and_map(fitted):
    model, texts, _ = fitted
    assert model.tree_.shape == (2, 4)
    assert sorted(model.order_) == list(range(len(texts)))
    assert len(pd.Series(model.labels_[model.order_]).loc[lambda s: s != s.shift()]) == 3, "topics stand together"
    places = model.document_map()
    centres = places.groupby("topic")[["x", "y"]].mean().to_numpy()
    own = np.linalg.norm(places[["x", "y"]].to_numpy() - centres[places["topic"]], axis=1)
    assert own.mean() < np.linalg.norm(centres[0] - centres[1]) / 2


def test_neighbours_and_their_shared_terms():
    texts = ["Le thon arrive au port.", "Le port vend le thon.", "Le lycée ferme."]
    near = TopicClusters().fit(texts).neighbours(1)
    assert near[["document", "neighbour"]].to_numpy().tolist() == [[0, 1], [1, 0]]
    assert set(near["shared"].iloc[0]) == {"thon", "port"}


def test_shares_have_wilson_intervals_and_thin_bins():
    topics = pd.DataFrame({"topic": pd.array([0, 0, 1, pd.NA, 1], dtype="Int64")})
    shares = topic_shares(topics, pd.Series(["2020", "2020", "2020", "2020", pd.NA]))
    assert shares["n"].tolist() == [3, 3] and shares["thin"].all()
    # Wilson 1927 for 2 of 3: 0.2077 to 0.9385.
    assert shares.loc[0, ["low", "high"]].astype(float).round(4).tolist() == [0.2077, 0.9385]


# scikit-learn's manner


def test_it_clones_pickles_and_predicts(fitted):
    model, texts, _ = fitted
    assert clone(TopicClusters(4, ["x"], 7)).get_params() == {"n_topics": 4, "background": ["x"], "random_state": 7}
    again = pickle.loads(pickle.dumps(model))
    new = planted(30, 3, seed=5)
    assert adjusted_rand_score(new[1], again.predict(new[0])) == 1
    assert (again.predict(texts) == model.labels_).mean() > 0.95
    assert model.predict(["", "le thon du port"]).tolist()[0] == -1
    assert (model.transform(texts) == again.transform(texts)).all()
    assert model.transform([]).shape[0] == 0
    assert (clone(model).fit_predict(texts) == model.labels_).all()


@pytest.mark.parametrize(
    ("texts", "error"),
    [
        ([], ValueError),
        (["", " "], ValueError),
        ("un texte", ValueError),
        (["un texte", None], TypeError),
        ([3], TypeError),
    ],
)
def test_bad_texts_are_refused(texts, error):
    with pytest.raises(error):
        TopicClusters().fit(texts)


@pytest.mark.parametrize("n_topics", [0, -1, 2.5, "trois", 21])
def test_bad_numbers_of_topics_are_refused(n_topics):
    with pytest.raises(ValueError, match="n_topics"):
        TopicClusters(n_topics=n_topics).fit(planted(20)[0])


PROGRAM = """
import sys; sys.path.insert(0, "tests")
import helpers.topics
from test_topics import planted
helpers.topics.RUNS = 40
model = helpers.topics.TopicClusters().fit(planted(40, own=0.35)[0])
print(model.labels_.tolist(), model.certainty_.tolist(), model.terms_)
print(model.topics_.to_csv(), model.document_map().to_csv())
"""


def test_the_same_on_one_thread_or_two_and_under_any_hash_seed(monkeypatch):
    outputs = set()
    for threads, hash_seed in (("1", "0"), ("2", "77")):
        monkeypatch.setenv("OMP_NUM_THREADS", threads)
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", threads)
        monkeypatch.setenv("PYTHONHASHSEED", hash_seed)
        outputs.add(subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True).stdout)
    assert len(outputs) == 1 and outputs.pop().strip()


def test_above_the_landmark_size_texts_are_placed(monkeypatch):
    monkeypatch.setattr("helpers.topics.LANDMARKS", 60)
    texts, truth = planted(400)
    model = TopicClusters().fit(texts)
    assert len(model.landmarks_) == 60
    assert adjusted_rand_score(truth, model.labels_) > 0.95
    assert len(model.document_map()) == 400


# A background


@pytest.fixture
def background(monkeypatch):
    monkeypatch.setattr("helpers.topics.FULL_TEXT", 20)
    return planted(90, 3, seed=9, n_words=30)[0]


def test_a_background_teaches_few_short_texts(background):
    texts, truth = planted(24, 3, seed=5, n_words=4, own=0.7)
    alone, taught = TopicClusters(3).fit(texts), TopicClusters(3, background).fit(texts)
    assert adjusted_rand_score(truth, taught.labels_) > adjusted_rand_score(truth, alone.labels_) + 0.1
    assert TopicClusters(2, background).fit(texts[:6]).topics_["label"].notna().all()


def test_short_texts_do_not_teach_beside_full_ones(background):
    texts, noise = planted(20, 3)[0], planted(50, 4, n_words=8)[0]
    alone, beside = TopicClusters(3, background).fit(texts), TopicClusters(3, background + noise).fit(texts)
    assert (alone.transform(texts) == beside.transform(texts)).all()


# The table


def test_cluster_topics_fills_the_contract():
    texts, truth = planted(30, 2)
    table = articles([*texts, "", texts[0]])
    table.loc[31, "duplicate_of"] = "a#0"
    topics = cluster_topics(table)
    assert topics.dtypes.to_dict() == tables.frame("topics").dtypes.to_dict()
    assert topics["article_id"].tolist() == table["article_id"].tolist()
    assert adjusted_rand_score(truth, topics["topic"][:30].astype(int)) == 1
    assert topics.loc[30].drop(["article_id", "terms"]).isna().all() and topics.loc[30, "terms"] == []
    assert topics.loc[31].drop("article_id").equals(topics.loc[0].drop("article_id"))
    assert topics["topic"][:30].value_counts().index[0] == 0
    assert all(len(terms) == 10 for terms in topics["terms"][:30])


def test_below_fifteen_documents_no_topic_is_named_without_a_background():
    texts, _ = planted(14, 2)
    assert cluster_topics(articles(texts))["topic"].isna().all()
    assert cluster_topics(articles(texts * 2))["topic"].isna().all(), "copies are not more documents"
    assert cluster_topics(articles(texts), background=planted(60, 2, seed=3)[0])["label"].notna().all()


def test_an_empty_table_and_missing_parts():
    assert cluster_topics(tables.frame("articles")).empty
    table = articles(planted(20, 2)[0])
    table[["title", "standfirst"]] = pd.NA
    assert cluster_topics(table)["topic"].notna().all()
    table["body"] = pd.NA
    assert cluster_topics(table)["topic"].isna().all()


def test_captions_are_not_clustered():
    table = articles(planted(20, 2)[0])
    captioned = table.assign(caption="Le barrage et la turbine. Photo : VNA")
    pd.testing.assert_frame_equal(cluster_topics(table), cluster_topics(captioned))


# The parts


def test_elisions_accents_and_agency_words():
    assert lemmas("L’électricité qu'EDF vend, jusqu’à l'été : aujourd'hui, a-t-il déclaré (VNA)") == [
        "électricité",
        "edf",
        "vendre",
    ]
    assert lemmas("pe\u0301trole") == lemmas("pétrole")


def test_names_are_found_by_their_capitals():
    texts = ["Le maire de Toluca parle. Toluca exporte.", "Maire et ville : selon Toluca, le maire exporte."]
    forms, names = printed_forms(texts)
    assert "toluca" in names and "maire" not in names
    assert forms["toluca"] == "Toluca" and forms["maire"] == "maire"


def test_phrases_are_noun_phrases_of_one_to_three_words():
    found = {
        surface for _, surface in phrases("Ils signent un accord de libre-échange et l'amitié durable des deux pays.")
    }
    assert {"accord", "accord de libre-échange", "amitié", "amitié durable"} <= found
    assert all(len(surface.split()) <= 3 for surface in found)
    assert not any(surface.startswith("signent") for surface in found)


def test_the_best_sentence_says_most():
    text = "Il pleut. Le thon arrive au port. Le port dort."
    assert best_sentence(text, {"thon": 1.0, "port": 0.5}) == "Le thon arrive au port."
    assert best_sentence("", {"thon": 1.0}) == ""


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(0, 3), min_size=6, max_size=6), min_size=2, max_size=12), st.integers(1, 12))
def test_graphs_are_symmetric_and_partitions_exact(rows, k):
    import scipy.sparse as sp

    counts = sp.csr_matrix(np.array(rows, dtype=float))
    vectors = weighted(counts)
    graph = neighbour_graph(vectors, k)
    assert (graph != graph.T).nnz == 0 and graph.diagonal().sum() == 0
    first = first_copies(vectors)
    assert (first <= np.arange(len(rows))).all() and (first[first] == first).all()
    dealt = shuffled(counts, np.random.default_rng(0))
    assert (dealt.sum(axis=0) == counts.sum(axis=0)).all()
    share = together(np.array([np.arange(len(rows)) % 3, np.zeros(len(rows), dtype=int)]))
    k = min(k, len(rows))
    assert len(set(partition(share, k, 0))) == k
