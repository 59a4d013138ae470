"""Every row points to its place in the verbatim text, whatever the page suffered on its way."""

import importlib
import re
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.articles import parse_articles
from helpers.offsets import Alignment, Edit, apply_edits, article_texts, compose
from helpers.paths import SEEDS
from helpers.tables import frame

FIXTURES = Path(__file__).parent / "fixtures" / "articles"
PAGES = [path.read_bytes().decode() for path in sorted([*SEEDS.glob("*.txt"), *FIXTURES.glob("*.txt")])]
FAST = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@st.composite
def edits(draw, length):
    """Return sorted edits that do not overlap: spaces put in, characters taken out or replaced by one."""
    places = sorted(draw(st.lists(st.integers(0, length), unique=True, max_size=16)))
    chosen = []
    for start, end in zip(places[::2], places[1::2], strict=False):
        kind = draw(st.sampled_from("idr"))
        chosen.append(Edit(start, start if kind == "i" else end, {"i": " ", "d": "", "r": "ï"}[kind]))
    return chosen


@st.composite
def edited(draw):
    source = draw(st.text("abcdeéï ,.\n", min_size=1, max_size=40))
    first = draw(edits(len(source)))
    return source, first, draw(edits(len(apply_edits(source, first))))


@FAST
@given(edited())
def test_compose_does_what_both_do_one_after_the_other(case):
    source, first, second = case
    assert apply_edits(source, compose(first, second)) == apply_edits(apply_edits(source, first), second)


@FAST
@given(edited())
def test_unchanged_characters_map_to_themselves(case):
    source, *both = case
    both = compose(*both)
    text, alignment = apply_edits(source, both), Alignment.of(both)
    untouched = [i for i in range(len(source)) if not any(e.start <= i < e.end for e in both)]
    found = [alignment.span(i, i + 1) for i in range(len(text))]
    assert all(text[k] == source[i] for k, (i, j) in enumerate(found) if j == i + 1 and i in untouched)
    assert set(untouched) <= {i for i, j in found if j == i + 1}
    assert found == sorted(found)


@FAST
@given(edited(), st.data())
def test_a_slice_maps_like_the_whole(case, data):
    source, first, second = case
    both = compose(first, second)
    text, alignment = apply_edits(source, both), Alignment.of(both)
    if not text:
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    part = Alignment(alignment.slice(start, end))
    assert [part.span(i, i + 1) for i in range(end - start)] == [alignment.span(i, i + 1) for i in range(start, end)]
    assert part.slice(0, end - start) == alignment.slice(start, end)


@st.composite
def damaged(draw):
    """Return a page with spaces and line breaks put in, wrapped, its wraps lost, decomposed, with other line ends."""
    text = draw(st.sampled_from(PAGES))
    for _ in range(draw(st.integers(0, 12))):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(st.sampled_from([" ", "\n", "\n\n", "\xa0", "\u200b"])) + text[place:]
    if width := draw(st.sampled_from([None, 40, 72, 84])):
        # the last space of each line of the width
        text = re.sub(rf"([^\n]{{1,{width}}})[ ](?=[^\n]{{{width}}})", draw(st.sampled_from([r"\1\n", r"\1"])), text)
    if draw(st.booleans()):
        text = unicodedata.normalize("NFD", text)
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


def _letters(text):
    return re.sub(r"[\s\u200b]", "", text)


def _later_tables(articles):
    """Yield the tables of the later steps that point into the documents."""
    for module, function in (("figures", "extract_figures"), ("partners", "find_partners")):
        yield getattr(importlib.import_module(f"helpers.{module}"), function)(articles)


@settings(FAST, max_examples=60)
@given(damaged())
def test_every_row_shows_what_stands_at_its_place(text):
    articles = parse_articles(frame("documents", [{"doc_id": "x", "text": text}]))
    for article in article_texts(articles):
        for part in article.parts:
            place = article.place(part.start, part.end)
            assert text[place["start"] : place["end"]] == place["surface"]
            repaired = article.text[part.start : part.end]
            assert _letters(repaired) == _letters(unicodedata.normalize("NFC", place["surface"]))
    for rows in _later_tables(articles):
        for row in rows.itertuples():
            assert text[row.start : row.end] == row.surface


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.stem[:3])
def test_the_rows_of_a_page_follow_one_another(path):
    articles = parse_articles(frame("documents", [{"doc_id": "x", "text": path.read_text(encoding="utf-8")}]))
    places = [article.place(0, len(article.text)) for article in article_texts(articles)]
    assert [place["start"] for place in places] == sorted(place["start"] for place in places)
    assert all(one["end"] <= other["start"] for one, other in pairwise(places))
