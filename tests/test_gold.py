"""The gold gate: precision and recall per class on the hand-read seeds are pinned; a change that loses one is red."""

import json

import pandas as pd
import pytest

import helpers
from helpers.accuracy import compare, differences, read_gold
from helpers.offsets import article_texts
from helpers.paths import DATA


@pytest.fixture(scope="module")
def documents():
    return helpers.read_documents(helpers.SEEDS)


@pytest.fixture(scope="module")
def articles(documents):
    return helpers.parse_articles(documents)


def same(found: pd.DataFrame, gold: pd.DataFrame, on: list[str], by: str | None = None) -> None:
    """Fail with the differing rows unless every class has precision and recall 1."""
    scores = compare(found, gold, on, by)
    wrong = differences(found, gold, on)
    assert wrong.empty, f"{scores.to_string()}\n{wrong[['error', *on]].to_string()}"


def body_span(article) -> tuple[int, int]:
    parts = [part for part in article.parts if part.section == "body"]
    place = article.place(parts[0].start, parts[-1].end)
    return place["start"], place["end"]


def test_the_five_seeds_give_five_articles_and_34_teasers(articles):
    assert articles["role"].value_counts().to_dict() == {"article": 5, "teaser": 34}


@pytest.mark.parametrize("column", ["title", "standfirst", "caption"])
def test_texts_of_the_parts(documents, articles, column):
    text = documents.set_index("doc_id")["text"]
    gold = read_gold("seeds_articles")
    for row, spans in zip(articles.itertuples(), gold[column], strict=True):
        span = spans[0] if column == "title" else spans
        printed = text[row.doc_id][slice(*span)] if isinstance(span, list) else None
        found = getattr(row, column)
        assert (None if pd.isna(found) else found) == printed, row.article_id


@pytest.mark.parametrize("column", ["role", "credit", "place", "agency"])
def test_labels_of_the_parts(articles, column):
    same(articles, read_gold("seeds_articles"), ["article_id", column])


def test_bodies_begin_and_end_where_a_reader_says(documents, articles):
    gold = read_gold("seeds_articles")
    assert [body_span(article) for article in article_texts(articles)] == [tuple(span) for span in gold["body"]]


def test_end_markers(documents, articles):
    text = documents.set_index("doc_id")["text"]
    for row, span in zip(articles.itertuples(), read_gold("seeds_articles")["end_marker"], strict=True):
        printed = text[row.doc_id][slice(*span)] if isinstance(span, list) else None
        assert (None if pd.isna(row.end_marker) else row.end_marker) == printed


def test_the_61_lost_spaces_and_no_other(articles):
    gold = {(entry["file"].removesuffix(".txt"), entry["joint"]) for entry in _spacing_gold()}
    found = {
        (article.doc_id, start)
        for article in article_texts(articles)
        for start, end, length in article.alignment.edits
        if start == end and length
    }
    assert found == gold
    assert len(gold) == 61


def _spacing_gold() -> list[dict]:
    return json.loads((DATA / "gold" / "seeds_spacing.json").read_text(encoding="utf8"))


def test_figures(articles):
    gold = read_gold("seeds_figures")
    found = helpers.extract_figures(articles).assign(doc_id=lambda rows: rows["article_id"].str.rpartition("#")[0])
    for attribute in [
        "value",
        "low",
        "high",
        "unit",
        "approximate",
        "elided",
        "measure",
        "flow",
        "reporter",
        "partner",
    ]:
        same(found, gold, ["doc_id", "start", "end", attribute], "kind")
    same(found, gold, ["doc_id", "start", "end", "kind", "period"])


def test_mentions(articles):
    kinds = helpers.gazetteer().set_index("entity_id")["type"]
    gold = read_gold("seeds_mentions")
    # Regions are no entities, a name and its acronym in brackets are one mention: `note` says why a row is not scored.
    gold = gold[gold["scored"]]
    gold = gold.assign(type=gold["entity_id"].map(kinds))
    found = helpers.find_partners(articles).assign(doc_id=lambda rows: rows["article_id"].str.rpartition("#")[0])
    same(found, gold, ["doc_id", "start", "end", "entity_id"], "type")


def test_links(articles):
    found = helpers.find_links(articles, helpers.find_partners(articles))
    scores = compare(found, read_gold("seeds_links"), ["article_id", "vietnam", "partner", "relation", "status"])
    assert scores["precision"].item() >= 0.98 and scores["recall"].item() >= 0.95, scores.to_string()
