"""Measure the topics: `python benchmarks/topics.py FOLDER [--seeds 10]`, or `--speed` alone for the times.

What it prints is Markdown; `topics_table.md` holds it with machine, date and command.

FOLDER holds labelled French news (none is in this repository): `test.tsv`, which is measured, and other `.tsv` files,
which teach as a background without their labels; columns `headline`, `text`, `category`. All figures are percent.
V-measure, ARI and AMI are those of all documents of the file with the true number of classes given, mean and standard
deviation over the seeds. The frame's V-measure follows the protocol of MTEB's news clustering: five chunks in the order
of the file, MiniBatchKMeans with seed 42 on each. That file is sorted by label: one chunk holds one class and is free,
the other four are two-class.
"""

import argparse
import itertools
import resource
import time
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn import metrics
from sklearn.cluster import HDBSCAN, KMeans, MiniBatchKMeans
from sklearn.decomposition import NMF, LatentDirichletAllocation

from helpers.topic_text import STOP_WORDS, lemmas
from helpers.topics import TopicClusters

try:
    from umap import UMAP
except ImportError:
    UMAP = None


def texts_of(news: pd.DataFrame) -> list[str]:
    return (news["headline"] + "\n\n" + news["text"]).tolist()


def short_texts_of(news: pd.DataFrame) -> list[str]:
    return [row.headline + ". " + " ".join(row.text.split()[:50]) for row in news.itertuples()]


def spread(values) -> str:
    return f"{100 * np.mean(values):.1f} ± {100 * np.std(values):.1f}"


def peers(texts: list[str], k: int) -> dict:
    """Return the named peers as functions of a seed; all see the same lemmas."""
    from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

    counts = CountVectorizer(analyzer=lemmas, min_df=2, max_df=0.4).fit_transform(texts)
    tfidf = TfidfVectorizer(analyzer=lemmas, min_df=2, max_df=0.4, sublinear_tf=True).fit_transform(texts)
    found = {
        "k-means on TF-IDF": lambda seed: KMeans(k, n_init=10, random_state=seed).fit_predict(tfidf),
        "NMF": lambda seed: NMF(k, init="nndsvda", random_state=seed).fit_transform(tfidf).argmax(axis=1),
        "LDA": lambda seed: LatentDirichletAllocation(k, random_state=seed).fit_transform(counts).argmax(axis=1),
    }
    if UMAP:
        found["UMAP + HDBSCAN"] = lambda seed: HDBSCAN(min_cluster_size=10).fit_predict(
            UMAP(n_components=5, metric="cosine", random_state=seed).fit_transform(tfidf)
        )
    return found


def report_labels(news: pd.DataFrame, n_seeds: int) -> None:
    texts, truth = texts_of(news), news["category"].to_numpy()
    k = len(set(truth))
    ours = {"ours": lambda seed: TopicClusters(k, random_state=seed).fit_predict(texts)}
    print(f"All {len(texts)} documents, {k} classes, {n_seeds} seeds:\n")
    print("| method | V-measure | ARI | AMI | ARI between seeds | CPU seconds |\n| --- " + "| ---: " * 5 + "|")
    for name, method in {**ours, **peers(texts, k)}.items():
        start = time.process_time()
        runs = [method(seed) for seed in range(n_seeds)]
        seconds = (time.process_time() - start) / n_seeds
        scores = [
            spread([score(truth, run) for run in runs])
            for score in (metrics.v_measure_score, metrics.adjusted_rand_score, metrics.adjusted_mutual_info_score)
        ]
        between = np.mean([metrics.adjusted_rand_score(a, b) for a, b in itertools.combinations(runs, 2)] or [1])
        print(f"| {name} | {' | '.join(scores)} | {between:.2f} | {seconds:.1f} |", flush=True)


def v_by_chunks(encoded: np.ndarray, truth: np.ndarray) -> float:
    scores = []
    for rows, labels in zip(np.array_split(encoded, 5), np.array_split(truth, 5), strict=True):
        model = MiniBatchKMeans(len(set(labels)), batch_size=500, n_init="auto", random_state=42)
        scores.append(metrics.v_measure_score(labels, model.fit_predict(rows)))
    return float(np.mean(scores))


def report_frame(news: pd.DataFrame, background: pd.DataFrame, n_seeds: int) -> None:
    truth, scores = news["category"].to_numpy(), {"P2P": [], "S2S": []}
    for seed in range(n_seeds):
        model = TopicClusters(random_state=seed).fit(texts_of(background))
        scores["P2P"].append(v_by_chunks(model.transform(texts_of(news)), truth))
        scores["S2S"].append(v_by_chunks(model.transform(news["headline"].tolist()), truth))
    print(f"\nFrame learnt on {len(background)} other articles, mean V-measure of five chunks ({n_seeds} seeds):\n")
    print("| texts | V-measure |\n| --- | ---: |")
    print(f"| headline and text (P2P) | {spread(scores['P2P'])} |\n| headline alone (S2S) | {spread(scores['S2S'])} |")
    if (np.diff(pd.factorize(truth)[0]) >= 0).all():
        chunks = [len(set(chunk)) for chunk in np.array_split(truth, 5)]
        free = f"{chunks.count(1)} of one class is free" if chunks.count(1) else "none is of one class"
        print(
            f"\nThe file is sorted by label: of its five chunks {free}, {chunks.count(2)} have two classes.", flush=True
        )


def report_short(news: pd.DataFrame, background: pd.DataFrame, n_seeds: int) -> None:
    scores = {"without a background": [], "with a background": []}
    for seed in range(n_seeds):
        drawn = news.sample(45, random_state=seed)
        k = drawn["category"].nunique()
        for name, taught in zip(scores, (None, texts_of(background)), strict=True):
            found = TopicClusters(k, background=taught, random_state=seed).fit_predict(short_texts_of(drawn))
            scores[name].append(metrics.adjusted_mutual_info_score(drawn["category"], found))
    print(f"\n45 short texts (headline and 50 words), {n_seeds} draws:\n\n| texts | AMI |\n| --- | ---: |")
    print("\n".join(f"| {name} | {spread(values)} |" for name, values in scores.items()), flush=True)


def report_speed(sizes: list[int]) -> None:
    """Print the time for texts of 50 random words: 20 of one of twelve lists, 10 common, 20 stop words."""
    words = sorted(word for word in STOP_WORDS if len(word) > 3)
    syllables = [a + b for a in "bcdfglmnprstv" for b in ("a", "é", "i", "o", "ou", "an")]
    rng = np.random.default_rng(0)
    vocabulary = np.array(["".join(rng.choice(syllables, 3)) for _ in range(24_000)])
    print("\n| texts of 50 words | CPU seconds | peak GB | ARI with the planted topics |\n" + "| ---: " * 4 + "|")
    for n in sizes:
        topics = rng.integers(0, 12, n)
        texts = []
        for topic in topics:
            own = vocabulary[topic * 1000 + (1000 * rng.random(20) ** 3).astype(int)]
            common = vocabulary[12_000 + (12_000 * rng.random(10) ** 3).astype(int)]
            texts.append(" ".join([*own, *common, *rng.choice(words, 20)]))
        start = time.process_time()
        found = TopicClusters().fit(texts)
        seconds, memory = time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        ari = metrics.adjusted_rand_score(topics, found.labels_)
        print(f"| {n:,} | {seconds:.1f} | {memory:.2f} | {ari:.2f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--speed", type=int, nargs="*", metavar="N", help="numbers of texts to time")
    options = parser.parse_args()
    if options.folder:
        news = pd.read_csv(options.folder / "test.tsv", sep="\t")
        others = [path for path in sorted(options.folder.glob("*.tsv")) if path.stem != "test" and path.stat().st_size]
        report_labels(news, options.seeds)
        if others:
            background = pd.concat(pd.read_csv(path, sep="\t") for path in others).drop_duplicates("headline")
            background = background[~background["headline"].isin(set(news["headline"]))]
            report_frame(news, background, options.seeds)
            report_short(news, background, options.seeds)
    if options.speed is not None:
        report_speed(options.speed or [39, 500, 5_000, 10_000, 100_000, 1_000_000])


if __name__ == "__main__":
    main()
