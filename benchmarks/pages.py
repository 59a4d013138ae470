"""Whole pages that others annotated without seeing the rules: what is found of their figures, mentions and ties.

Run ``python -m benchmarks.pages [SET …]``. `tests/fixtures/pages.jsonl` holds the pages, in the agency's manner and in
words of our own, one writer a set; the writers are language models working apart under the annotation rules of the
gold. Sets A, B, F, G, J, K, L and M were read to mend the rules after a first run; C, D, E, H, N and O were not: no
rule was changed for them, and no weight learned from them. H2 is a second reader's annotation of every other page of H:
how far two readers agree is the most that can be asked. An annotated identifier that the gazetteer does not have
(`@Vinh`, `CN-CQ` for the city that it has from GeoNames) counts by its span alone, and in a tie as what is found at
that span.

`tests/fixtures/short.jsonl` holds short articles with annotated figures alone, of as many words and turns as their
writers could think of, `real.jsonl` (sets BA to BH) such in the form that real pages have: their writers first read
excerpts of some hundred pages of the agency. `benchmarks.learn` learns from them, but for X, BC and BD, which are kept
for examination.
"""

import json
import sys

import pandas as pd

import helpers
from helpers.accuracy import compare
from helpers.entities import gazetteer
from helpers.paths import ROOT
from helpers.tables import frame

PAGES = ROOT / "tests" / "fixtures" / "pages.jsonl"
SHORT, REAL = PAGES.with_name("short.jsonl"), PAGES.with_name("real.jsonl")
READ = list("ABFGJKLM")  # pages that rules and weights were made on
AS_REAL = [f"B{letter}" for letter in "ABEFGH"]
SHORT_READ = [*"PQRSTUVW", *(f"A{letter}" for letter in "ABCDEFGHIJKL"), *AS_REAL]  # weights were learned from them
SPAN = ["doc_id", "start", "end", "low", "high", "unit"]
MEANING = ["measure", "flow", "partner", "period"]
GROUPS = {
    "read afterwards (A, B, F, G, J to M)": ["A", "B", "F", "G", "J", "K", "L", "M"],
    "never read, dense (C, D, E)": ["C", "D", "E"],
    "never read, as the seeds (H, N, O)": ["H", "N", "O"],
    "never read, short ordinary articles (X)": ["X"],
    "never read, as real pages (BC, BD)": ["BC", "BD"],
}
PLACE = ["doc_id", "start", "end"]
TIE = ["doc_id", "vietnam", "partner", "relation", "status"]


def read_pages(sets: list[str] | None = None) -> dict[str, pd.DataFrame]:
    """Return the annotated tables `documents`, `figures`, `mentions` and `links` of the sets, with `doc_id`."""
    lines = [line for path in (PAGES, SHORT, REAL) for line in path.read_text(encoding="utf8").splitlines()]
    pages = [page for page in map(json.loads, lines) if (page["set"] in sets if sets else page["text"])]
    rows = {
        name: [{"doc_id": page["doc_id"], **row} for page in pages for row in page.get(name, [])]
        for name in ("figures", "mentions")
    }
    ties = [[page["doc_id"], *tie] for page in pages for tie in page.get("links", [])]
    rows["links"] = [dict(zip(TIE, tie, strict=True)) for tie in ties]
    texts = [{"doc_id": page["doc_id"], "source": page["doc_id"], "text": page["text"]} for page in pages]
    return {"documents": frame("documents", texts)} | {name: pd.DataFrame(found) for name, found in rows.items()}


def found_on(documents: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return what the chain finds, with `doc_id`; ties of the articles themselves only, as they were annotated."""
    articles = helpers.parse_articles(documents)
    mentions = helpers.find_partners(articles)
    links = helpers.find_links(articles, mentions)
    tables = {
        "figures": helpers.extract_figures(articles, mentions=mentions),
        "mentions": mentions,
        "links": links[links["article_id"].str.endswith("#0")],
    }
    return {name: rows.assign(doc_id=rows["article_id"].str.split("#").str[0]) for name, rows in tables.items()}


def scores(sets: list[str] | None = None, reader: str | None = None) -> pd.DataFrame:
    """Return precision and recall, with Wilson intervals, of each task on the sets; of another reader, on the pages
    that the set ``reader`` annotates again.

    Returns
    -------
    DataFrame
        ``task`` and the columns of `helpers.accuracy.compare`. Rows of ``where stated`` count a figure that has the
        attribute in the annotation (recall) or in the table (precision); the last rows of the figures and ties
        want all attributes at once, or the two sides of a tie alone.
    """
    gold = read_pages(sets)
    found = read_pages([reader]) if reader else found_on(gold["documents"])
    if reader:
        again = set(found["figures"]["doc_id"])
        gold = {name: rows[rows["doc_id"].isin(again)] for name, rows in gold.items()}
    figures, truth = found["figures"], gold["figures"]
    tasks = {"figures: span, value, unit": compare(figures, truth, SPAN)}
    for name in [*MEANING, "reporter"]:
        sides = (side[side[name].notna()] for side in (figures, truth))
        tasks[f"figures: {name}, where stated"] = compare(*sides, [*SPAN, name])
    tasks["figures: all of measure, flow, partner, period"] = compare(figures, truth, [*SPAN, *MEANING])
    if gold["mentions"].empty:
        return pd.concat([rows.assign(task=task) for task, rows in tasks.items()], ignore_index=True)
    outside = _outside(found["mentions"], gold["mentions"])
    mentions = (side.assign(id=_blank(side, outside)) for side in (found["mentions"], gold["mentions"]))
    tasks["mentions: span, entity"] = compare(*mentions, ["doc_id", "start", "end", "id"])
    ties = [side.drop_duplicates(TIE) for side in (found["links"], _said_so(gold["links"], outside))]
    tasks["ties: relation, status"] = compare(*ties, TIE)
    tasks["ties: the two sides"] = compare(*(side.drop_duplicates(TIE[:3]) for side in ties), TIE[:3])
    return pd.concat([rows.assign(task=task) for task, rows in tasks.items()], ignore_index=True)


def _outside(found: pd.DataFrame, gold: pd.DataFrame) -> pd.DataFrame:
    """Return the annotated mentions whose identifier the gazetteer does not have; `ours` is what is found there."""
    outside = gold[~gold["entity_id"].isin(gazetteer()["entity_id"])]
    return outside.merge(found[[*PLACE, "entity_id"]].rename(columns={"entity_id": "ours"}), on=PLACE, how="left")


def _blank(side: pd.DataFrame, outside: pd.DataFrame) -> list[str | None]:
    """Return identifiers, none at the spans whose identifier is outside of the gazetteer."""
    spans = set(map(tuple, outside[PLACE].itertuples(index=False)))
    return [None if tuple(row[:3]) in spans else row[3] for row in side[[*PLACE, "entity_id"]].itertuples(index=False)]


def _said_so(ties: pd.DataFrame, outside: pd.DataFrame) -> pd.DataFrame:
    """Return annotated ties with what is found where an identifier outside of the gazetteer is mentioned."""
    found = outside.dropna(subset=["ours"]).drop_duplicates(["doc_id", "entity_id"])
    ours = dict(zip(zip(found["doc_id"], found["entity_id"], strict=True), found["ours"], strict=True))
    sides = {
        side: [ours.get(pair, pair[1]) for pair in zip(ties["doc_id"], ties[side], strict=True)]
        for side in ("vietnam", "partner")
    }
    return ties.assign(**sides)


def table() -> pd.DataFrame:
    """Return the scores of the sets that were read, of those that were not, and of a second reader."""
    shown = []
    groups = [(pages, scores(sets)) for pages, sets in GROUPS.items()]
    groups.append(("a second reader of ten (H2 on H)", scores(["H"], "H2")))
    for pages, rows in groups:
        for row in rows.to_dict("records"):
            shares = {
                side: f"{row[side]:.3f} ({row[f'{side}_low']:.3f}–{row[f'{side}_high']:.3f})"
                for side in ("precision", "recall")
            }
            shown.append(
                {"pages": pages, "what": row["task"], "gold": row["n_gold"], "found": row["n_found"], **shares}
            )
    return pd.DataFrame(shown)


def main() -> None:
    for row in scores(sys.argv[1:] or None).to_dict("records"):
        shares = (
            f"{row[side]:.3f} ({row[f'{side}_low']:.2f}-{row[f'{side}_high']:.2f})" for side in ("precision", "recall")
        )
        print(f"{row['task']:48} P {next(shares)} of {row['n_found']:4}   R {next(shares)} of {row['n_gold']:4}")


if __name__ == "__main__":
    main()
