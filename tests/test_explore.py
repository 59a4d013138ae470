"""What a choice keeps, what is said of it, and what a program that executes the notebook gets instead of controls."""

import pandas as pd
import pytest

from helpers.archive import process
from helpers.explore import SHOWN, LazyTables, explorer, partners, read_tables, readable, save, select
from helpers.paths import SEEDS
from helpers.tables import TABLES

NAMES = ("documents", "articles", "figures", "mentions", "links", "topics")


@pytest.fixture(scope="module")
def tables():
    made = read_tables(SEEDS)
    return {name: made[name] for name in NAMES}


@pytest.fixture(scope="module")
def nothing(tmp_path_factory):
    return read_tables(tmp_path_factory.mktemp("corpus") / "nowhere.txt")


def test_without_a_choice_everything_that_counts_is_there(tables):
    chosen = select(tables)
    assert len(chosen["articles"]) == len(tables["articles"])
    for name in ("figures", "links"):
        assert len(chosen[name]) == len(tables[name]) > 0
    assert len(chosen["mentions"]) == tables["mentions"]["role"].isna().sum()


def test_a_partner_keeps_its_own_rows_and_the_texts_that_have_any(tables):
    chosen = select(tables, partner="HKG")
    assert set(chosen["mentions"]["entity_id"]) == {"HKG"}
    assert (chosen["figures"][["reporter", "partner"]] == "HKG").any(axis=1).all() and len(chosen["figures"]) >= 6
    assert (chosen["links"][["vietnam", "partner"]] == "HKG").any(axis=1).all()
    own = pd.concat(chosen[name]["article_id"] for name in ("figures", "mentions", "links"))
    assert set(chosen["articles"]["article_id"]) == set(own) == set(chosen["sentences"]["article_id"])
    assert len(chosen["articles"]) == partners(tables)["HKG"]


def test_a_topic_keeps_its_texts(tables):
    topics = tables["topics"]
    chosen = select(tables, topic=1)
    assert chosen["articles"]["article_id"].tolist() == topics.loc[topics["topic"] == 1, "article_id"].tolist() != []


@pytest.mark.parametrize(
    ("period", "dated", "kept"),
    [
        (("2020", "2020"), "2020-11-11", True),
        (("2020-11-11", "2020-11-11"), "2020-11-11", True),
        (("2020-12", None), "2020-11-11", False),
        ((None, "2020-10"), "2020-11-11", False),
        ((None, "2019"), "from 2019-12-31", True),
        ((None, "2019"), "from 2020-01-01", False),
        (("2030", None), "from 2020-01-01", True),  # it may be as late as that
        (("2030", None), "", True),
    ],
)
def test_a_period_keeps_a_text_unless_its_bounds_rule_it_out(tables, period, dated, kept):
    first = pd.Timestamp(dated.removeprefix("from ")) if dated else pd.NaT
    last = first if dated and not dated.startswith("from") else pd.NaT
    articles = tables["articles"].head(1).assign(published_from=first, published_to=last)
    articles = articles.astype({"published_from": "datetime64[s]", "published_to": "datetime64[s]"})
    assert len(select(tables | {"articles": articles}, period=period)["articles"]) == kept


def test_choices_join(tables):
    both = select(tables, "HKG", 2, ("2025", None))
    for part in (select(tables, "HKG"), select(tables, topic=2), select(tables, period=("2025", None))):
        assert set(both["articles"]["article_id"]) <= set(part["articles"]["article_id"])


def test_a_sentence_stands_once_with_all_that_is_in_it(tables):
    chosen = select(tables)
    sentences = chosen["sentences"]
    assert not sentences.duplicated(["article_id", "sentence"]).any()
    assert sentences["figures"].sum() == len(chosen["figures"]) and sentences["ties"].sum() == len(chosen["links"])
    ids = {row for name, key in (("figures", "figure_id"), ("mentions", "mention_id"), ("links", "link_id"))
           for row in chosen[name][key]}  # fmt: skip
    assert set(sentences["row_id"]) <= ids
    row = sentences[sentences["sentence"].str.contains("36,8 milliards")].iloc[0]
    assert (row["figures"], row["names"]) == (6, "Hong Kong")


def test_the_tables_stay_as_they_are(tables):
    before = {name: rows.copy() for name, rows in tables.items()}
    select(tables, "USA", 0, ("2020", "2021"))
    for name, rows in before.items():
        pd.testing.assert_frame_equal(tables[name], rows)


@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.parametrize("choice", [{}, {"partner": "USA"}, {"partner": "no such entity"}])
def test_every_table_can_be_read_and_links_to_its_place(tables, name, choice):
    chosen = select(tables, **choice)
    shown, options = readable(chosen, name)
    assert set(options["links"]) == {shown.columns[0]} and set(options["links"].values()) <= set(shown)
    assert shown.empty == chosen[name].empty


def test_a_corpus_that_is_not_there_gives_empty_tables(nothing):
    assert "does not exist" in nothing["documents"]["problem"].item()
    chosen = select(nothing, "USA", 0, ("2020", None))
    assert all(readable(chosen, name)[0].empty for name in SHOWN) and partners(nothing).empty


@pytest.mark.parametrize(("kind", "read"), [("csv", pd.read_csv), ("parquet", pd.read_parquet)])
@pytest.mark.parametrize("name", SHOWN)
def test_a_saved_table_reads_back(tables, tmp_path, name, kind, read):
    chosen = select(tables, partner="USA")
    path = save(chosen, name, kind, tmp_path / "new")
    back = read(path)
    assert path.parent.name == "new" and len(back) == len(chosen[name])
    assert list(back.columns) == list(chosen[name].columns)
    if name in TABLES:
        assert list(back.columns) == list(TABLES[name])
    first = back.columns[0]
    assert back[first].tolist() == chosen[name][first].tolist()


def test_csv_opens_with_accents_in_a_spreadsheet(tables, tmp_path):
    data = save(select(tables), "mentions", "csv", tmp_path).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") and "États-Unis" in data.decode("utf-8-sig")


def test_a_program_that_executes_the_notebook_gets_a_sentence(capsys):
    explorer(SEEDS)
    assert "JupyterLab" in capsys.readouterr().out


def test_a_stored_corpus_gives_the_same_tables_and_none_before_it_is_asked_for(tables, tmp_path):
    process(SEEDS, tmp_path / "stored", text=True, workers=1)
    stored = read_tables(tmp_path / "stored")
    here = LazyTables({name: lambda _, name=name: tables[name] for name in NAMES})
    some = "figures", ["unit", "value"], ("article_id", tables["articles"]["article_id"][[3, 0]])
    pd.testing.assert_frame_equal(stored.read(*some), here.read(*some).reset_index(drop=True))
    assert not stored and 0 < len(here.read(*some)) < len(tables["figures"])
    for name in NAMES:
        pd.testing.assert_frame_equal(stored[name], tables[name])
