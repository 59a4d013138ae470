"""The weights of words: what the table holds, what may be chosen, that it pays on articles never learned from."""

import csv

import pytest

from benchmarks import learn, pages
from helpers import meaning, weighing
from helpers.articles import parse_articles
from helpers.figures import extract_figures
from helpers.weighing import ATTRIBUTES, NONE, WEIGHTS, weights
from tests.test_figures import of_sentence

EXAMINED = ["H", "N", "O", "X"]


def table(path=WEIGHTS):
    with path.open(encoding="utf-8", newline="") as file:
        return {name: cells for name, *cells in csv.reader(file)}


def test_the_table_has_a_column_for_every_answer():
    rows, values, answers = weights()
    assert list(answers) == list(ATTRIBUTES) and values.shape == (len(rows), sum(map(len, answers.values())))
    assert all(NONE in columns for columns in answers.values())
    assert set(answers["flow"]) == {"export", "import", "trade", "fdi", "aid", NONE}
    assert "rule" in answers["partner"] and "rule" in answers["period"]
    assert "bias" in rows and all(any(cells) for cells in table().values())


def test_only_what_is_offered_is_chosen(monkeypatch):
    seen = []

    def watched(views):
        before = [{name: set(weighing.offered(v, name).values()) for name in ATTRIBUTES} for v in views]
        weigh(views)
        said = [{name: getattr(v.meaning, name) for name in ATTRIBUTES} for v in views]
        seen.extend(zip([v.figure.kind for v in views], said, before, strict=True))

    weigh = meaning.weigh
    monkeypatch.setattr(meaning, "weigh", watched)
    extract_figures(parse_articles(pages.read_pages(["X"])["documents"]))
    assert len(seen) > 300
    for kind, said, offers in seen:
        for name in ATTRIBUTES:
            assert said[name] in offers[name] or (name, kind) == ("measure", "rank")


def test_what_the_rules_leave_open_is_more_often_right_than_wrong(monkeypatch):
    gold = pages.read_pages(EXAMINED)
    articles = parse_articles(gold["documents"])

    def flows():
        rows = extract_figures(articles).assign(doc_id=lambda rows: rows["article_id"].str.partition("#")[0])
        return rows.set_index([*pages.PLACE])["flow"]

    weighed = flows()
    monkeypatch.setattr(meaning, "weigh", lambda views: None)
    filled = weighed[weighed.notna() & flows().isna()].rename("found").to_frame()
    said = filled.join(gold["figures"].set_index([*pages.PLACE])["flow"], how="inner")
    assert len(said) > 30 and (said["found"] == said["flow"]).mean() > 0.55


def test_it_pays_on_articles_that_nothing_was_learned_from(monkeypatch):
    def right():
        scores = pages.scores(EXAMINED).set_index("task")
        return scores.loc["figures: all of measure, flow, partner, period", "right"]

    weighed = right()
    monkeypatch.setattr(meaning, "weigh", lambda views: None)
    assert weighed > 1.03 * right()


def test_nothing_is_learned_from_what_is_examined():
    learned = {*pages.READ, *pages.SHORT_READ}
    assert not learned.intersection(["C", "D", "E", *EXAMINED])


def test_the_weights_are_those_that_the_fixtures_give(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["learn", "--out", str(tmp_path / "weights.csv")])
    learn.main()
    again, kept = table(tmp_path / "weights.csv"), table()
    assert again["row"] == kept["row"]
    assert len(set(again) ^ set(kept)) < 0.02 * len(kept)
    shared = [(again[name], kept[name]) for name in again if name in kept and name != "row"]
    far = sum(abs(float(a or 0) - float(b or 0)) > 0.06 for one, two in shared for a, b in zip(one, two, strict=True))
    assert far < 0.001 * len(shared)


def test_a_row_is_a_word_or_a_fact():
    letters = {"a", "b", "p", "n", "s", "t"}
    facts = {"kind", "unit", "flow", "measure", "status", "account", "past", "topic", "names", "home", "first", "bias"}
    assert {name.split()[0] for name in weights().rows} <= letters | facts | {"partner", "period"}


def test_what_is_chosen_keeps_to_what_the_columns_promise():
    figures = extract_figures(parse_articles(pages.read_pages([*pages.READ, *EXAMINED])["documents"]))
    measures = figures.set_index("figure_id")["measure"].fillna("")
    pointing = figures[figures["refers_to"].notna()]
    assert len(pointing) > 300 and pointing["measure"].isin(["growth", "share"]).all()
    assert (measures[pointing["refers_to"]] == "level").all()
    assert figures.loc[figures["low"] < 0, "measure"].eq("growth").all()
    own = figures["partner"].notna() & (figures["partner"] == figures["reporter"]).fillna(False)
    assert figures.loc[own, "partner"].str.startswith("org:").all()  # trade within a bloc


@pytest.mark.parametrize("words", [10, 100_000])
def test_long_titles_and_sentences_are_read(words):
    text = f"{'mot ' * words}les exportations ont atteint 3 millions de dollars{' mot' * words}."
    assert of_sentence(text, title="mot " * words)["flow"].tolist() == ["export"]
