"""The benchmarks run: the generated corpus is what it says, and every part of `make bench` works on a small size."""

import os
import string

import pandas as pd
import pytest

from benchmarks import accuracy, archive, peers, run, speed
from benchmarks.corpus import GAP, LISTS, WORDS, document, documents
from helpers import parse_articles


@pytest.fixture(scope="module")
def corpus():
    return documents(40)


@pytest.fixture(scope="module")
def articles(corpus):
    return parse_articles(corpus)


def test_the_same_numbers_give_the_same_corpus(corpus):
    assert documents(40).equals(corpus)
    assert corpus["text"].tolist()[7] == document(7)  # a small corpus begins a large one
    assert document(7, seed=1) != document(7)
    assert corpus["text"].is_unique


def test_documents_have_the_size_they_are_said_to_have(corpus):
    assert 2_500 < corpus["text"].str.encode("utf-8").str.len().mean() < 3_500
    assert "{" not in "".join(corpus["text"])


def test_every_word_and_sentence_is_used():
    gaps = {gap for name in ("titles", "plain", "figures") for line in LISTS[name] for gap in GAP.findall(line)}
    assert set(WORDS) - {"scale"} <= gaps  # `scale` is a part of an amount
    text = "\n".join(documents(400)["text"])
    unused = [line for line in [*LISTS["plain"], *LISTS["figures"]] if longest_piece(line) not in text]
    assert unused == []


def longest_piece(template: str) -> str:
    return max((piece for piece, *_ in string.Formatter().parse(template)), key=len)


def test_documents_parse_into_their_parts(corpus, articles):
    found = articles[articles["role"] == "article"].set_index("doc_id")
    assert found.index.tolist() == corpus["doc_id"].tolist()
    assert found[["title", "standfirst", "caption", "credit", "place", "body", "end_marker"]].notna().all(axis=None)
    for name, text in zip(corpus["doc_id"], corpus["text"], strict=True):
        assert text.startswith(found["title"][name])
        assert found["body"][name].count("\n\n") == 4
    teasers = articles[articles["role"] == "teaser"]
    assert teasers[["title", "caption", "body"]].notna().all(axis=None)
    assert teasers.groupby("doc_id").size().between(2, 3).all()
    assert len(teasers) == sum(text.partition("Voir plus")[2].count("Photo: VNA") for text in corpus["text"])


def test_some_documents_have_lost_spaces_and_some_teasers_are_repeated(articles):
    # Every page has one lost space to put back, after the label of its picture.
    assert 0.1 < (articles.loc[articles["role"] == "article", "n_repairs"] > 1).mean() < 0.6
    assert 0 < articles["duplicate_of"].notna().mean() < 0.3


def test_speed_of_every_step():
    small = speed.steps(5)
    assert set(speed.TABLES) < set(small["step"])
    assert (small.drop(columns="step") > 0).all(axis=None)
    total = small.set_index("step")["seconds"]
    assert total["reading to all tables"] == pytest.approx(total[speed.TABLES].sum())
    slower = small.assign(**{"MB/s": small["MB/s"] / 3})
    assert speed.beside(small, slower, 5, 50)["cost of a MB"].tolist() == pytest.approx([3] * len(small))


def test_an_archive_is_processed_and_measured():
    row = archive.table(3, workers=(1,)).iloc[0]
    assert row["documents"] == "3" and row["× one worker"] == 1
    assert row["MB/s a core"] > 0 and 50 < row["peak MB"] < 1_000


def test_import_stays_fast(monkeypatch):
    monkeypatch.setattr(speed, "IMPORTS", {"import helpers": "import helpers"})
    rows = speed.imports(repeat=1)
    assert rows["seconds"][0] < 1
    assert run.markdown(rows).startswith("| what | seconds |\n| --- | ---: |\n| import helpers | 0.")


def test_values_are_written_with_the_digits_that_say_something():
    assert [run.cell(value) for value in (1234.5, 12.345, 0.99512, 7, "riz")] == ["1,234", "12.3", "0.995", "7", "riz"]


def test_accuracy_tables_have_every_set():
    rows = pd.concat([accuracy.seeds_table(), accuracy.fixtures_table()])
    sets = set(rows["what"].str.partition(":")[0])
    assert {"spaces", "mentions", "links", "seen", "unseen", "dev", "held-out", "fresh"} <= sets
    assert (rows["gold"] + rows["found"] > 0).all()


def test_an_absent_peer_is_named_and_a_broken_one_finds_nothing():
    assert set(peers.installed()) == set(peers.PEERS)
    assert peers.installed()["text2num"] is not None  # a dependency of the project

    def broken(text):
        raise ValueError(text)

    def absent(text):
        raise ImportError(text)

    assert peers._unbroken(broken)("5 %") == []
    with pytest.raises(ImportError):
        peers._unbroken(absent)("5 %")


def test_our_own_row_comes_first():
    table = peers.figures_table(repeat=1)
    assert table["system"][0] == "ours" and table["ours is × as fast"][0] == 1
    assert table["recall"][0] > 0.9
    assert peers.countries_table()["system"][0] == "find_partners"
    assert peers.chain_table(1)["system"][0].startswith("ours")


def test_a_part_runs_in_a_process_of_its_own():
    assert run.apart(os.getpid) != os.getpid()


def test_the_template_has_a_place_for_every_table():
    fields = {field for _, field, *_ in string.Formatter().parse(run.TEMPLATE.read_text(encoding="utf-8")) if field}
    assert fields == {*run.PARTS, "date", "machine", "there", "absent", "tables", "large"}
