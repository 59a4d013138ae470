"""Topics: planted ones are found, none are made of nothing, and what is said of them is true and repeatable."""

import json
import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import normalize
from sklearn.utils import estimator_checks

from helpers import parse_articles, read_documents, tables
from helpers.topic_graph import _shuffled, first_copies, neighbour_graph, pairs_of, partition, together
from helpers.topic_text import best_sentence, lemmas, phrases, printed_forms, tells
from helpers.topics import TopicClusters, cluster_topics, stability_sentence, texts_to_cluster, topic_shares

THEMES = {
    "pêche": "crevette chalutier filet poisson pêcheur port marée thon aquaculture bassin quai criée digue",
    "école": "élève professeur lycée manuel rentrée examen université diplôme bourse classe leçon cantine",
    "santé": "hôpital médecin vaccin patient virus clinique infirmier maladie chirurgie pharmacie épidémie remède",
    "énergie": "barrage turbine éolienne réseau centrale gaz panneau électricité pétrole raffinerie charbon gisement",
}
COMMON = ["pays", "région", "projet", "population", "service", "programme", "rapport", "ville", "province", "réunion"]


@pytest.fixture(autouse=True, scope="session")
def few_runs():
    # Planted topics need no 150 runs to be found; the benchmark runs them all.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("helpers.topics.RUNS", 20)
        patch.setattr("helpers.topics.FEWEST_RUNS", 20)
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
    texts, truth = planted(n_documents, themes, n_words=24 if n_documents < 500 else 16)
    model = TopicClusters().fit(texts)
    assert adjusted_rand_score(truth, model.labels_) >= least


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("n_documents", [20, 60])
def test_words_at_random_make_one_topic(n_documents, seed):
    model = TopicClusters().fit(random_texts(n_documents, seed))
    assert model.n_topics_ == 1
    assert not model.unsure_.any()


def test_no_number_of_topics_stands_out_in_words_at_random():
    assert stability_sentence(TopicClusters().fit(random_texts(30)).stability_curve([2, 4])) == (
        "no number of topics stands out"
    )


def test_the_planted_number_of_topics_stands_out(fitted):
    curve = fitted[0].stability_curve([2, 3])
    assert curve["k"].tolist() == [2, 3]
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
    assert all(any(label in text for text in fitted[1]) for label in model.topics_["label"])
    assert model.topics_["stability"].between(0.8, 1).all()
    assert (model.topics_["low"] <= model.topics_["high"]).all()
    for topic, terms in enumerate(model.terms_):
        weights = [weight for _, weight in terms]
        assert weights == sorted(weights, reverse=True) and min(weights) > 0
        theme = {word for words in THEMES.values() for word in words.split() if word in dict(terms[:5])}
        assert len(theme) >= 4, f"the first terms of topic {topic} are its theme's words, not the common ones"
    assert 0.9 <= model.diversity_ <= 1
    assert (model.topics_["nearest"] != model.topics_["topic"]).all() and model.topics_["nearest"].between(0, 2).all()
    assert model.topics_["coherence"].between(-1, 1).all()


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
    for k in (1, 2, 5):
        assert TopicClusters(n_topics=k).fit(texts[:24]).n_topics_ == k


def test_a_small_subject_is_a_topic_and_a_stray_text_is_none():
    texts, truth = planted(80, 4)
    chosen = np.flatnonzero((truth != 3) | (np.arange(80) < 40))
    stray = "La sonde survole la comète, la planète, la lune, le satellite, la galaxie et la fusée."
    model = TopicClusters(4).fit([*(texts[i] for i in chosen), stray])
    assert adjusted_rand_score(truth[chosen], model.labels_[:-1]) > 0.9
    assert model.topics_["size"].min() >= 9


def test_merge_and_rename_need_no_new_fit(fitted, monkeypatch):
    model = pickle.loads(pickle.dumps(fitted[0]))
    before = model.labels_.copy()
    monkeypatch.setattr("helpers.topic_graph.resampled_runs", None)
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


def test_shares_by_period_count_the_topics_of_each(fitted):
    years = pd.Series(np.where(fitted[2] == 0, "2020", "2021"))
    shares = topic_shares(pd.DataFrame({"topic": fitted[0].labels_}), years, thin=20)
    assert shares.groupby("group")["count"].sum().to_dict() == years.value_counts().to_dict()
    assert shares.groupby("group")["share"].sum().tolist() == pytest.approx([1, 1])
    assert shares.set_index("group")["thin"].to_dict() == {"2020": True, "2021": False}
    assert ((shares["low"] <= shares["share"]) & (shares["share"] <= shares["high"])).all()


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
    "check",
    [
        "check_estimator_cloneable",
        "check_estimator_repr",
        "check_get_params_invariance",
        "check_mixin_order",
        "check_no_attributes_set_in_init",
        "check_parameters_default_constructible",
        "check_set_params",
        "check_valid_tag_types",
    ],
)
def test_scikit_learn_finds_its_conventions_kept(check):
    getattr(estimator_checks, check)("TopicClusters", TopicClusters())


def test_before_a_fit_nothing_is_predicted():
    for method in (TopicClusters().predict, TopicClusters().transform):
        with pytest.raises(NotFittedError):
            method(["un texte"])


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
import json, sys
from helpers import topics
topics.RUNS = topics.FEWEST_RUNS = 20
model = topics.TopicClusters().fit(json.load(sys.stdin))
print(model.labels_.tolist(), model.certainty_.tolist(), model.terms_, model.tree_.tolist(), model.order_.tolist())
print(model.topics_.to_csv(), model.representatives_.to_csv(), model.document_map().to_csv())
"""


def test_the_same_on_one_thread_or_two_and_under_any_hash_seed(monkeypatch):
    texts, outputs = json.dumps(planted(40, own=0.35)[0]), set()
    for threads, hash_seed in (("1", "0"), ("2", "77")):
        monkeypatch.setenv("OMP_NUM_THREADS", threads)
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", threads)
        monkeypatch.setenv("PYTHONHASHSEED", hash_seed)
        command = [sys.executable, "-c", PROGRAM]
        outputs.add(subprocess.run(command, input=texts, capture_output=True, text=True, check=True).stdout)
    assert len(outputs) == 1 and outputs.pop().strip()


def test_above_the_landmark_size_texts_are_placed(monkeypatch):
    monkeypatch.setattr("helpers.topics.LANDMARKS", 300)
    texts, truth = planted(5000, 4, n_words=12)
    model = TopicClusters().fit(texts)
    assert len(model.landmarks_) == 300
    assert adjusted_rand_score(truth, model.labels_) > 0.95
    assert len(model.document_map()) == 5000 and model.representatives_["sentence"].notna().sum() == 300


def test_above_the_sample_size_texts_go_where_they_stand_most_often(monkeypatch):
    monkeypatch.setattr("helpers.topic_graph._SAMPLE", 60)
    texts, truth = planted(120)
    assert adjusted_rand_score(truth, TopicClusters().fit(texts).labels_) > 0.95


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


def test_a_background_is_a_folder_a_table_or_texts(background, tmp_path):
    for i, text in enumerate(background[:30]):
        (tmp_path / f"{i:02}.txt").write_text(f"Titre {i}\n\nChapeau.\n\nHanoï (VNA) - {text}\n", encoding="utf-8")
    table = parse_articles(read_documents(tmp_path))
    texts, duplicate = planted(12, 3, seed=5)[0], table.iloc[:1].assign(article_id="x#0", duplicate_of="00#0")
    by_folder, by_table, by_texts = (
        TopicClusters(3, taught).fit(texts).transform(texts)
        for taught in (tmp_path, pd.concat([table, duplicate]), texts_to_cluster(table))
    )
    assert by_folder.any() and (by_folder == by_table).all() and (by_folder == by_texts).all()


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


@pytest.mark.parametrize(
    ("text", "wanted", "barred"),
    [
        ("Les pluies menacent les récoltes.", "pluies", "pluies menacent"),
        ("Il a le devoir de renforcer les digues.", "digues", "renforcer"),
        ("Il vante le marché du métier.", "métier", "vante"),
        ("Des routes financières restent.", "routes financières", "routes financières restent"),
        ("On vend des produits transformés.", "produits transformés", "vend"),
        ("Un progrès en matière de pêche.", "pêche", "matière"),
        ("On écoute Ana Maria Ruiz parler.", "Ana Maria Ruiz", "Ana Maria"),
        ("La ligue d'amitié à mieux connaître.", "ligue d'amitié", "amitié à mieux"),
    ],
)
def test_a_phrase_holds_no_bare_verb_and_no_half_name(text, wanted, barred):
    found = {surface for _, surface in phrases(text)}
    assert wanted in found and barred not in found


def test_a_name_of_several_words_is_one_term():
    texts, truth = planted(30, 2)
    texts = [text + " On suit Nova Toluca." * int(theme == 0) for text, theme in zip(texts, truth, strict=True)]
    terms = [term for topic in TopicClusters(2).fit(texts).terms_ for term, _ in topic]
    assert "Nova Toluca" in terms and not {"Nova", "Toluca"} & set(terms)


def test_conjugated_verbs_and_turns_of_phrase_are_no_terms():
    forms = ("visite", "menacent", "renforcer", "également", "reculée", "Hong Kong")
    assert [form for form in forms if tells(form)] == ["visite", "reculée", "Hong Kong"]


def test_the_best_sentence_says_most():
    text = "Il pleut. Le thon arrive au port. Le port dort."
    assert best_sentence(text, {"thon": 1.0, "port": 0.5}) == "Le thon arrive au port."
    assert best_sentence("", {"thon": 1.0}) == ""


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(0, 3), min_size=6, max_size=6), min_size=2, max_size=12), st.integers(1, 12))
def test_graphs_are_symmetric_and_partitions_exact(rows, k):
    import scipy.sparse as sp

    counts = sp.csr_matrix(np.array(rows, dtype=float))
    graph = neighbour_graph(pairs_of(counts, np.random.default_rng(0)), k, range(20))
    assert (graph != graph.T).nnz == 0 and graph.diagonal().sum() == 0
    first = first_copies(normalize(counts))
    assert (first <= np.arange(len(rows))).all() and (first[first] == first).all()
    dealt = _shuffled(counts, np.random.default_rng(0))
    assert (dealt.sum(axis=0) == counts.sum(axis=0)).all()
    runs = np.array([np.arange(len(rows)) % 3, np.zeros(len(rows), dtype=int)])
    share, k = together(runs), min(k, len(rows))
    assert (share == share.T).all() and set(share.ravel().tolist()) <= {0, 0.5, 1}
    assert len(set(partition(runs, k, 0))) == k
