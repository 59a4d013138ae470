"""The weights of words: what the table holds, what may be chosen, that it pays on articles never learned from."""

import csv

import pytest

from benchmarks import learn, pages
from helpers import meaning, weighing
from helpers.articles import parse_articles
from helpers.dates import find_periods
from helpers.figures import extract_figures
from helpers.views import compared
from helpers.weighing import ATTRIBUTES, CLOSED, NONE, OPEN, UNSAID, WEIGHTS, weights
from tests.test_figures import of_sentence

EXAMINED = ["H", "N", "O", "X"]


def table(path=WEIGHTS):
    with path.open(encoding="utf-8", newline="") as file:
        return {name: cells for name, *cells in csv.reader(file)}


def test_the_table_has_a_column_for_every_answer():
    rows, values, answers, own = weights()
    assert set(answers) == {*CLOSED, *UNSAID} and values.shape == (len(rows), sum(map(len, answers.values())))
    assert set(answers["flow"]) == {"export", "import", "trade", "fdi", "aid", NONE}
    assert set(answers["measure"]) == {"level", "growth", "share", NONE}
    assert all(set(answers[name]) == {NONE} for name in UNSAID)
    assert "bias" in rows and all(any(cells) for cells in table().values())
    assert all(f"{name} rule" in own for name in OPEN) and not set(own) & set(rows)


def test_only_what_is_offered_is_chosen(monkeypatch):
    seen = []

    def watched(views):
        before = [{name: {*weighing.offered(v, name)} for name in OPEN} for v in views]
        weigh(views)
        said = [{name: getattr(v.meaning, name) for name in (*ATTRIBUTES, *OPEN)} for v in views]
        seen.extend(zip([v.figure.kind for v in views], said, before, strict=True))

    weigh = meaning.weigh
    monkeypatch.setattr(meaning, "weigh", watched)
    extract_figures(parse_articles(pages.read_pages(["X"])["documents"]))
    assert len(seen) > 300
    for kind, said, offers in seen:
        for name in OPEN:
            assert said[name] in offers[name] or (said[name] is None and name in UNSAID)
        for name, values in CLOSED.items():
            assert said[name] in values.values() or (name, kind) == ("measure", "rank")
        assert said["reporter"] and said["reporter"] != said["partner"]


def offers_for(monkeypatch, attribute, text):
    """Return what the text offers its last figure, with the rows that speak for it."""
    seen = []
    monkeypatch.setattr(meaning, "weigh", lambda views: seen.extend(weighing.offered(v, attribute) for v in views))
    of_sentence(text)
    return seen[-1]


@pytest.mark.parametrize(
    ("text", "period", "row"),
    [
        ("Les ventes ont atteint 5 tonnes en 2021, après 3 tonnes un an plus tôt.", "2020", "years -1"),
        ("Les ventes ont atteint 5 tonnes en 2021, puis 3 tonnes l'année suivante.", "2022", "years 1"),
        ("En mai 2021, les ventes ont atteint 5 tonnes. Le cumul atteint 9 tonnes.", "2021-01/2021-05", "to date"),
        ("En 2021, les ventes ont atteint 5 tonnes. En dix mois, il s'est vendu 4 tonnes.", "2021-01/2021-10", None),
        (
            "On vise 5 tonnes, soit 9% de plus qu'en 2023. De janvier à avril, on a vendu 4 tonnes.",
            "2024-01/2024-04",
            None,
        ),
        ("On a vendu 9 tonnes, soit 3% de plus qu'aux sept premiers mois de 2020.", "2021-01/2021-07", "a year on"),
        ("En mai 2021, l'excédent atteint 5 tonnes, contre 3 tonnes un mois plus tôt.", "2021-04", "a month ago"),
        (
            "De janvier à août 2021, l'excédent atteint 5 tonnes, contre 3 tonnes à la même période de 2020.",
            "2020-01/2020-08",
            "of that year",
        ),
        ("Nul ne sait. On y vend 3 tonnes en volume et 2 tonnes en valeur en juin 2021.", "2021-06", None),
        ("L'accord date de mai 2021. Il ne dit rien. Les ventes ont atteint 5 tonnes.", "2021-05", "past 0"),
    ],
)
def test_periods_are_offered_that_the_sentence_does_not_print(monkeypatch, text, period, row):
    found = offers_for(monkeypatch, "period", text)
    assert period in found and (row is None or f"period {row}" in found[period])


@pytest.mark.parametrize(
    ("text", "against"),
    [
        ("Par rapport au même mois de 2021", True),
        ("comparé au même mois de 2021", True),
        ("Dans le mois de 2021", False),
    ],
)
def test_a_period_is_compared_with_behind_a_capital_too(text, against):
    [period] = find_periods(text, None, None)
    assert compared(period, text) is against


def test_partners_are_offered_from_the_sentences_before_and_above_a_province(monkeypatch):
    found = offers_for(monkeypatch, "partner", "Le Yunnan est voisin. Rien de plus. Les ventes ont atteint 5 tonnes.")
    assert "partner past 0" in found["CN-YN"] and "partner country" in found["CHN"]


def test_what_stands_behind_the_last_of_a_list_is_offered_to_all(monkeypatch):
    seen = []
    monkeypatch.setattr(meaning, "weigh", lambda views: seen.extend(weighing.offered(v, "partner") for v in views))
    of_sentence("Les ventes ont reculé de 8% en volume et 6% en valeur sur le marché japonais.")
    assert "partner joined 1" in seen[0]["JPN"] and "partner joined" not in seen[1]["JPN"]


def test_a_stock_is_seen_in_the_sentence_and_before_it(monkeypatch):
    seen = []
    monkeypatch.setattr(meaning, "weigh", lambda views: seen.extend(weighing.unsaid(v) for v in views))
    of_sentence("Il vend 2 tonnes. À ce jour, la ville compte 5 projets. Le Japon en a 3 tonnes.")
    assert [row for rows in seen for row in rows if row.startswith("stock")] == [
        "stock False False",
        "stock True False",
        "stock False True",
    ]


def test_the_neighbour_is_offered_where_goods_cross_a_border(monkeypatch):
    text = "Le Laos est voisin. {}Les ventes {}ont atteint 5 tonnes."
    crossed = offers_for(monkeypatch, "partner", text.format("", "aux postes-frontières "))
    assert "partner neighbour True" in crossed["LAO"]
    assert "partner neighbour False" in offers_for(monkeypatch, "partner", text.format("", ""))["LAO"]
    assert "partner neighbour False" not in str(offers_for(monkeypatch, "partner", text.format("La Chine aussi. ", "")))


def test_a_swap_of_the_sides_is_offered(monkeypatch):
    text = "L'Inde a importé 5 tonnes, dont 3 tonnes du Vietnam."
    assert {"VNM", "IND"} <= {*offers_for(monkeypatch, "reporter", text)}
    assert {"VNM", "IND"} <= {*offers_for(monkeypatch, "partner", text)}


def test_the_nearest_alone_are_offered(monkeypatch):
    far = "Le Japon, la Chine, l'Inde, la France, le Laos, le Canada et le Brésil en parlent. "
    assert len(offers_for(monkeypatch, "partner", f"{far}Les ventes ont atteint 5 tonnes.")) <= 6


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
    place = {"paragraph", "depth", "named", "elsewhere", "shared", "figures", "goes", "o", "oo", "stock", "unsaid"}
    assert {name.split()[0] for name in weights().rows} <= letters | facts | place
    assert {name.split()[0] for name in weights().offered} == set(OPEN)


def test_what_is_chosen_keeps_to_what_the_columns_promise():
    figures = extract_figures(parse_articles(pages.read_pages([*pages.READ, *EXAMINED])["documents"]))
    measures = figures.set_index("figure_id")["measure"].fillna("")
    pointing = figures[figures["refers_to"].notna()]
    assert len(pointing) > 300 and pointing["measure"].isin(["growth", "share"]).all()
    assert (measures[pointing["refers_to"]] == "level").all()
    assert figures.loc[figures["low"] < 0, "measure"].eq("growth").all()
    assert not (figures["partner"] == figures["reporter"]).fillna(False).any()


def test_who_reports_is_more_often_right_than_by_the_rules(monkeypatch):
    def right():
        return pages.scores(["X"]).set_index("task").loc["figures: reporter, where stated", "right"]

    weighed = right()
    monkeypatch.setattr(meaning, "weigh", lambda views: None)
    assert weighed > right()


def test_many_names_and_periods_in_one_sentence_are_read():
    text = "Le Japon en 2021 a vendu 5 tonnes, la Chine en 2020 a vendu 3 tonnes, " * 400
    assert len(of_sentence(f"{text}et c'est tout.")) == 800


@pytest.mark.parametrize("words", [10, 100_000])
def test_long_titles_and_sentences_are_read(words):
    text = f"{'mot ' * words}les exportations ont atteint 3 millions de dollars{' mot' * words}."
    assert of_sentence(text, title="mot " * words)["flow"].tolist() == ["export"]
