"""Count on annotated pages what the words around a figure weigh: ``python -m benchmarks.learn [--out FILE]``.

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
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

import helpers
from benchmarks.pages import READ, SHORT_READ, read_pages
from helpers import meaning
from helpers.accuracy import read_gold
from helpers.paths import ROOT
from helpers.tables import frame
from helpers.weighing import ATTRIBUTES, WEIGHTS, around, beyond, offered, standing, weigh, words_of

FIGURES = ROOT / "tests" / "fixtures" / "figures.jsonl"
WEIGHT = {"seeds": 5}  # of a figure
SEEN = 4  # a row is kept that so many figures have
LEAST = 0.05  # smaller weights are left out
STRENGTH = 0.1  # inverse of the L2 penalty


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
    """Return, for each annotated figure that is found: its rows (``evidence``), for each attribute the answers offered
    with the rows of their own (``choices``), and what was annotated (``answers``)."""
    seen = []

    def record(views) -> None:
        for v in views:
            rows = around(v) + [name for text in beyond(v) for name in words_of(*text)]
            choices = {name: offered(v, name) for name in ATTRIBUTES}
            seen.append((rows, {name: (found, standing(v, name, found)) for name, found in choices.items()}))

    meaning.weigh = record
    try:
        figures = helpers.extract_figures(helpers.parse_articles(documents))
    finally:
        meaning.weigh = weigh
    gold = gold.astype(object).where(gold.notna(), None)
    said = {(f.doc_id, f.start, f.end): f for f in gold.itertuples()}
    found = []
    for figure, (rows, choices) in zip(figures.itertuples(), seen, strict=True):
        truth = said.get((figure.article_id.partition("#")[0], figure.start, figure.end))
        if truth is not None:
            answers = {name: getattr(truth, name) or None for name in ATTRIBUTES}
            found.append({"evidence": rows, "choices": choices, "answers": answers})
    return found


def label(offers: dict[str, str | None], answer: str | None) -> str | None:
    """Return where the annotated answer stands, None where it is not offered."""
    return next((tag for tag, value in offers.items() if value == answer), None)


def learn(figures: list[dict], attribute: str) -> tuple[list[str], dict[str, np.ndarray]]:
    """Return the answers and the weights of each row for them."""
    labels = [label(figure["choices"][attribute][0], figure["answers"][attribute]) for figure in figures]
    kept = [(figure, answer) for figure, answer in zip(figures, labels, strict=True) if answer]
    rows = [figure["evidence"] + figure["choices"][attribute][1] for figure, _ in kept]
    seen = Counter(name for names in rows for name in set(names))
    vectors = DictVectorizer()
    matrix = vectors.fit_transform([{name: 1 for name in names if seen[name] >= SEEN} for names in rows])
    model = LogisticRegression(C=STRENGTH, max_iter=400)
    model.fit(matrix, [answer for _, answer in kept], sample_weight=[figure["weight"] for figure, _ in kept])
    table = dict(zip(vectors.get_feature_names_out(), model.coef_.T, strict=True))
    table["bias"] = table["bias"] + model.intercept_
    return list(model.classes_), table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    figures = [
        figure | {"weight": WEIGHT.get(name, 1)} for name, tables in annotated().items() for figure in examples(*tables)
    ]
    learned = {name: learn(figures, name) for name in ATTRIBUTES}
    names = sorted({name for _, table in learned.values() for name in table})
    with options.out.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(["row", *(f"{name} {answer}" for name, (answers, _) in learned.items() for answer in answers)])
        for name in names:
            cells = []
            for answers, table in learned.values():
                weights = table.get(name, [0] * len(answers))
                cells += [f"{weight:.2f}" if abs(weight) >= LEAST else "" for weight in weights]
            if any(cells):
                lines.writerow([name, *cells])
    print(f"{len(figures)} figures, {len(names)} rows")


if __name__ == "__main__":
    main()
