"""Learn from annotated pages what the evidence around a figure weighs: ``python -m benchmarks.learn [--out FILE]``.

Learned from are the pages that were read and the short articles but for those kept for examination
(`benchmarks.pages`), our own sentences and the gold of the seeds. `helpers.weighing` says what is weighed.
"""

import argparse
import csv
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

import helpers
from benchmarks.pages import READ, SHORT_READ, read_pages
from helpers import meaning
from helpers.accuracy import read_gold
from helpers.paths import ROOT
from helpers.tables import frame
from helpers.weighing import (
    ATTRIBUTES,
    CLOSED,
    NONE,
    OFFERED,
    OPEN,
    UNSAID,
    WEIGHTS,
    around,
    beyond,
    offered,
    unsaid,
    weigh,
    words_of,
)

FIGURES = ROOT / "tests" / "fixtures" / "figures.jsonl"
WEIGHT = {"seeds": 5, "own": 2}  # of a figure
SEEN = 4  # a row is kept that so many figures, or answers on offer, have
LEAST = 0.05  # smaller weights are left out
STRENGTH = {"flow": 0.1, "measure": 0.1, "reporter": 0.05, "partner": 0.05, "period": 0.1}  # inverse L2 penalty


def annotated() -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
    """Return documents and annotated figures by kind: read pages, short articles, own sentences, the seeds."""
    own = [json.loads(line) for line in FIGURES.read_text(encoding="utf8").splitlines()]
    texts = [{"doc_id": page["doc_id"], "source": page["doc_id"], "text": page["text"]} for page in own]
    figures = pd.DataFrame([{"doc_id": page["doc_id"], **row} for page in own for row in page["figures"]])
    kinds = {name: read_pages(sets) for name, sets in (("pages", READ), ("short", SHORT_READ))}
    return {name: (tables["documents"], tables["figures"]) for name, tables in kinds.items()} | {
        "own": (frame("documents", texts), figures),
        "seeds": (helpers.read_documents(helpers.SEEDS), read_gold("seeds_figures")),
    }


def examples(documents: pd.DataFrame, gold: pd.DataFrame) -> list[dict]:
    """Return, for each annotated figure that is found: its rows (``evidence``), the answers on offer for reporter,
    partner and period with theirs (``offers``; None among them if left unsaid), what was annotated (``answers``)."""
    seen = []

    def record(views) -> None:
        for v in views:
            rows = around(v) + [name for text in beyond(v) for name in words_of(*text)]
            choices = {name: offered(v, name) for name in OPEN}
            for name in UNSAID:
                choices[name][None] = rows + unsaid(v)
            seen.append((rows, choices))

    meaning.weigh = record
    try:
        figures = helpers.extract_figures(helpers.parse_articles(documents))
    finally:
        meaning.weigh = weigh
    gold = gold.astype(object).where(gold.notna(), None)
    said = {(f.doc_id, f.start, f.end): f for f in gold.itertuples()}
    found = []
    for figure, (rows, offers) in zip(figures.itertuples(), seen, strict=True):
        truth = said.get((figure.article_id.partition("#")[0], figure.start, figure.end))
        if truth is not None:
            answers = {name: getattr(truth, name) or None for name in ATTRIBUTES}
            found.append({"evidence": rows, "offers": offers, "answers": answers})
    return found


def learn_closed(figures: list[dict], attribute: str) -> dict[str, dict[str, float]]:
    """Return the weights of each row for the answers of flow or measure."""
    seen = Counter(name for figure in figures for name in set(figure["evidence"]))
    vectors = DictVectorizer()
    matrix = vectors.fit_transform(
        [{name: 1 for name in figure["evidence"] if seen[name] >= SEEN} for figure in figures]
    )
    model = LogisticRegression(C=STRENGTH[attribute], max_iter=400)
    answers = [figure["answers"][attribute] or NONE for figure in figures]
    model.fit(matrix, answers, sample_weight=[figure["weight"] for figure in figures])
    table = dict(zip(vectors.get_feature_names_out(), model.coef_.T, strict=True))
    table["bias"] = table["bias"] + model.intercept_
    columns = [f"{attribute} {answer}" for answer in model.classes_]
    return {name: dict(zip(columns, weights, strict=True)) for name, weights in table.items()}


def learn_open(figures: list[dict], attribute: str) -> dict[str, dict[str, float]]:
    """Return the weights of each row for reporter, partner or period: those around a figure speak for ``none``, those
    of an answer on offer for it. Conditional logit: the likelihood of right answers among all on offer, L2 penalty."""
    rows, right, figure_of, weight = [], [], [], []
    for figure in figures:
        answer = figure["answers"][attribute]
        if answer in figure["offers"][attribute]:
            for value, names in figure["offers"][attribute].items():
                rows.append(dict.fromkeys(names, 1))
                right.append(value == answer)
                figure_of.append(len(weight))
            weight.append(figure["weight"])
    seen = Counter(name for names in rows for name in names)
    vectors = DictVectorizer()
    matrix = csr_matrix(vectors.fit_transform([{name: 1 for name in names if seen[name] >= SEEN} for names in rows]))
    turned, right, figure_of, weight = csr_matrix(matrix.T), np.array(right), np.array(figure_of), np.array(weight)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        sums = matrix @ weights
        likely = np.exp(sums - sums.max())
        likely /= np.bincount(figure_of, likely)[figure_of]
        penalty = weights @ weights / (2 * STRENGTH[attribute])
        slope = turned @ ((likely - right) * weight[figure_of]) + weights / STRENGTH[attribute]
        return penalty - weight @ np.log(np.maximum(likely[right], 1e-300)), slope

    fitted = minimize(loss, np.zeros(matrix.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    table = dict(zip(vectors.get_feature_names_out(), fitted.x, strict=True))
    return {
        name: {OFFERED if name.startswith(f"{attribute} ") else f"{attribute} {NONE}": value}
        for name, value in table.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    figures = [
        figure | {"weight": WEIGHT.get(name, 1)} for name, tables in annotated().items() for figure in examples(*tables)
    ]
    learned = [learn_closed(figures, name) if name in CLOSED else learn_open(figures, name) for name in ATTRIBUTES]
    columns = list(dict.fromkeys(column for table in learned for weights in table.values() for column in weights))
    columns = [*sorted(set(columns) - {OFFERED}), OFFERED]
    names = sorted({name for table in learned for name in table})
    with options.out.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(["row", *columns])
        for name in names:
            weights = {column: weight for table in learned for column, weight in table.get(name, {}).items()}
            cells = [f"{weights[c]:.2f}" if abs(weights.get(c, 0)) >= LEAST else "" for c in columns]
            if any(cells):
                lines.writerow([name, *cells])
    print(f"{len(figures)} figures, {len(names)} rows")


if __name__ == "__main__":
    main()
