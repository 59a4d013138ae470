"""Every layout of the agency's pages is cut into its parts: own fixture articles, the seeds, hostile pages."""

import json
import time
import unicodedata
from pathlib import Path

import pandas as pd
import pytest

from helpers.articles import dateline, nfc_edits, parse_articles, unwrap_edits
from helpers.documents import read_documents
from helpers.offsets import apply_edits, article_texts
from helpers.paths import SEEDS
from helpers.tables import frame

FIXTURES = Path(__file__).parent / "fixtures"
CASES = [json.loads(line) for line in (FIXTURES / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
SECTION = {"title": "title", "standfirst": "standfirst", "alt": "caption", "caption": "caption", "body": "body"}
NAMES = [case["file"] for case in CASES]


@pytest.fixture(scope="module")
def parsed():
    documents = read_documents(FIXTURES / "articles")
    articles = parse_articles(documents)
    return dict(zip(documents.doc_id, documents.text, strict=True)), dict(list(articles.groupby("doc_id", sort=False)))


@pytest.fixture(scope="module")
def seeds():
    return parse_articles(read_documents(SEEDS))


def parse(text, **columns):
    return parse_articles(frame("documents", [{"doc_id": "x", "text": text, **columns}]))


def spans(article):
    """Return section, start and end in the verbatim document of every stretch."""
    return [
        (part.section, *(article.place(part.start, part.end)[key] for key in ("start", "end")))
        for part in article.parts
    ]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_every_part_of_a_fixture_stands_where_it_was_annotated(case, parsed):
    texts, rows = parsed
    text = texts[case["file"]]
    found = [[(name, text[a:b]) for name, a, b in spans(article)] for article in article_texts(rows[case["file"]])]
    truth = [
        [(SECTION[kind], text[a:b]) for kind, a, b in parts if kind in SECTION]
        for parts in (case["article"], *case["teasers"])
    ]
    assert found == truth


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_place_agency_marker_and_credits_of_a_fixture(case, parsed):
    texts, rows = parsed
    text, table = texts[case["file"]], rows[case["file"]].astype(object).where(lambda t: t.notna(), None)
    article = table.iloc[0]
    assert (article.place, article.agency) == (case["place"], case["agency"])
    markers = [text[a:b] for kind, a, b in case["article"] if kind == "marker"]
    assert article.end_marker == (markers[-1] if markers else None)
    for row, parts in zip(table.itertuples(), (case["article"], *case["teasers"]), strict=True):
        credits = [text[a:b].split(":")[1].strip(" )") for kind, a, b in parts if kind == "credit"]
        assert row.credit == ("; ".join(dict.fromkeys(credits)) or None)
        captions = [text[a:b] for kind, a, b in parts if kind == "caption"]
        assert row.caption == ("\n\n".join(dict.fromkeys(captions)) or None)
