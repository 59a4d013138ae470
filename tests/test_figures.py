"""Figures against the gold of the seeds and own annotated sentences; what stays out, invariants, cost, derivation."""

import json
import time
from pathlib import Path

import pandas as pd
import pytest

from helpers.articles import parse_articles
from helpers.dates import find_periods
from helpers.derived import derive_figures, distinct_figures, to_usd
from helpers.documents import read_documents
from helpers.figures import extract_figures, find_figures
from helpers.partners import find_partners
from helpers.paths import DATA, SEEDS
from helpers.tables import TABLES, frame

FIXTURES = Path(__file__).parent / "fixtures" / "figures.jsonl"
NUMBERS = FIXTURES.with_name("numbers.jsonl")
CORE = ["kind", "value", "low", "high", "unit"]
MEANING = ["approximate", "elided", "measure", "flow", "reporter", "partner", "period"]


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def of_text(*texts):
    documents = frame("documents", [{"doc_id": f"d{n}", "text": text} for n, text in enumerate(texts)])
    return extract_figures(parse_articles(documents))


def of_sentence(sentence, title="Nouvelles"):
    figures = of_text(f"{title}\n\nHanoï (VNA) - {sentence} -VNA")
    return figures[figures["section"] == "body"].reset_index(drop=True)


def known(value):
    return None if pd.isna(value) else value


@pytest.fixture(scope="module")
def seeds():
    return extract_figures(parse_articles(read_documents(SEEDS)))


def test_seeds_gold(seeds):
    """Every figure of the gold, no other, with exact spans and all attributes."""
    columns = ["start", "end", "surface", *CORE, *MEANING]
    gold = {(row["doc_id"], *(row[c] for c in columns)) for row in lines(DATA / "gold" / "seeds_figures.jsonl")}
    documents = seeds["article_id"].str.partition("#")[0]
    found = {
        (document, *(known(getattr(row, c)) for c in columns))
        for document, row in zip(documents, seeds.itertuples(), strict=True)
    }
    assert found == gold


def scores(split):
    """Return counts of right, found and annotated figures, and for each attribute how often it is right."""
    rows = [row for row in lines(FIXTURES) if row["split"] == split]
    figures = extract_figures(
        parse_articles(frame("documents", [{"doc_id": r["doc_id"], "text": r["text"]} for r in rows]))
    )
    figures = figures[figures["section"] != "title"]
    by_place = {(f.article_id.partition("#")[0], f.start, f.end): f for f in figures.itertuples()}
    gold = {(row["doc_id"], g["start"], g["end"]): g for row in rows for g in row["figures"]}
    both = [(gold[place], by_place[place]) for place in gold if place in by_place]
    right = [pair for pair in both if all(pair[0][c] == known(getattr(pair[1], c)) for c in CORE)]
    attributes = {c: sum(g[c] == known(getattr(f, c)) for g, f in both) / len(both) for c in MEANING}
    return len(right), len(by_place), len(gold), attributes


@pytest.mark.parametrize("split", ["dev", "held-out", "held-out-2"])
def test_own_sentences(split):
    """Targets of the issue. Both held-out sets were annotated before the grammar was run on them: on its first run it
    reached P 1.00 R 0.95 (100 figures) and P 0.94 R 0.94 (36 more); its faults there were mended afterwards."""
    right, found, annotated, attributes = scores(split)
    assert right / found >= 0.98
    assert right / annotated >= 0.97
    assert all(share >= 0.9 for share in attributes.values()), attributes


# Whole articles, each round annotated before the grammar was run on it, and run once before its faults were mended; the
# last was neither corrected nor tuned on. First run: F1 of the tuple (value, unit, measure, flow, partner, period).
# In rounds 1 to 4 the reader corrected slips (omitted figures, spans and periods against the rules) after seeing that
# run; against the annotation as first written it was 0.44, 0.57, 0.48, 0.64, and 0.81 in the last.
FIRST_RUN = {"round-1": 0.51, "round-2": 0.65, "round-3": 0.52, "round-4": 0.66, "round-5": 0.81}
NOW = {"round-1": 0.91, "round-2": 0.86, "round-3": 0.78, "round-4": 0.84, "round-5": 0.80}


@pytest.mark.parametrize("split", NOW)
def test_articles(split):
    """The whole tuple is as good as it was measured: at least as on its first run, and as the last change left it."""
    rows = [row for row in lines(FIXTURES) if row["split"] == split]
    texts = [{"doc_id": row["doc_id"], "text": row["text"]} for row in rows]
    figures = extract_figures(parse_articles(frame("documents", texts)))
    figures = figures[figures["section"] != "title"]
    columns = ["start", "end", *CORE, "measure", "flow", "partner", "period"]
    found = {
        (document, *(known(getattr(f, c)) for c in columns))
        for document, f in zip(figures["article_id"].str.partition("#")[0], figures.itertuples(), strict=True)
    }
    gold = {(row["doc_id"], *(g[c] for c in columns)) for row in rows for g in row["figures"]}
    assert 2 * len(found & gold) / (len(found) + len(gold)) >= max(NOW[split], FIRST_RUN[split] - 0.01)


OUT = """
Le 14e Congrès, la 23e réunion, le 40e anniversaire, la 11e session et le XIVᵉ Congrès.
Le G7, le G20, COVID-19, Km 3+4, classe 8A, article 5, n°12, Région 4, résolution 1325, A320, la 5G et l'industrie 4.0.
À 14h30, de 8h à 17h, pendant trois ans, 25 jours, neuf mois, deux semaines et une décennie.
Le 30 octobre 2022, du 3 au 5 mai, en 2020, 2006-2015, le 11/11/2020, entre 2022 et 2025.
Le ministre (6e de droite), le maire (deuxième, à gauche), photo 1, tél. 024 3825 5555.
Les deux pays, un pays, une ville, deux provinces, l'un des partenaires, tout neuf.
Les deux tiers, un quart et trois quarts des habitants ; victoire 3-1, puis 2-0 ; plusieurs milliers de personnes.
Le premier ministre, le vice-Premier ministre, la première fois, la deuxième étape, en premier lieu.
"""


@pytest.mark.parametrize("text", OUT.strip().splitlines())
def test_what_stays_out(text):
    assert of_sentence(text)["surface"].tolist() == []


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("25 à 26 millions de tonnes", 25e6, 26e6, "t"),
        ("80 à 85%", 80, 85, "percent"),
        ("40%-50%", 40, 50, "percent"),
        ("17-18%", 17, 18, "percent"),
        ("30% à 88%", 30, 88, "percent"),
        ("800 millions à 1,2 milliard de dollars", 8e8, 1.2e9, "USD"),
        ("trois à cinq entreprises", 3, 5, "entreprise"),
        ("quatre ou cinq provinces", 4, 5, "province"),
        ("1.500-2.000 hectares", 1500, 2000, "ha"),
        ("US$5-6 millions", 5e6, 6e6, "USD"),
        ("$2bn à $3bn", 2e9, 3e9, "USD"),
        ("USD 5 à USD 6 millions", 5e6, 6e6, "USD"),
    ],
)
def test_ranges(text, low, high, unit):
    (figure,) = find_figures(f"Il y a {text} ici.")
    assert (figure.low, figure.high, figure.unit, figure.start) == (low, high, unit, 7)
    row = of_sentence(f"On prévoit {text}.").iloc[0]
    assert pd.isna(row.value)
    assert row.surface == text


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("484 dollars la tonne", 484, "USD/t"),
        ("94 USD/m3", 94, "USD/m3"),
        ("20 quintaux par hectare", 2000, "kg/ha"),
        ("2.600MW", 2.6e9, "W"),
        ("12,09 milliards de yuans", 12.09e9, "CNY"),
        ("3 millions de dollars de Hong Kong", 3e6, "HKD"),
        ("1,5 million de personnes", 1.5e6, "personne"),
        ("150.000 masques médicaux", 150000, "masque médical"),
        ("69 protocoles d'entente et accords de coopération", 69, "accord"),
        ("397.000 Chinois", 397000, "Chinois"),
        ("cinq grandes entreprises", 5, "entreprise"),
        ("5.000 PME", 5000, "PME"),
        ("16.490 km2", 16.49e9, "m2"),
        ("5 L", 0.005, "m3"),
        ("$1.5M", 1.5e6, "USD"),
        ("US$10m", 10e6, "USD"),
        ("12 M d'euros", 12e6, "EUR"),
        ("2.000 XOF", 2000, "XOF"),
    ],
)
def test_units(text, value, unit):
    (figure,) = find_figures(f"Soit {text}.")
    assert (figure.low, figure.unit, figure.end - figure.start) == (value, unit, len(text))


def test_a_preposition_is_no_part_of_a_unit():
    text = "Il vaudra 2 milliards de dollars dès demain."
    (figure,) = find_figures(text)
    assert text[figure.start : figure.end] == "2 milliards de dollars"


ELLIPSES = {
    "Le port a accueilli 4.200 navires en 2023, contre 3.900 en 2022.": ["4200 navire", "3900 navire"],
    "Il a vendu pour 3,4 milliards de dollars de riz, contre 4,3 l'an dernier.": ["3400000000 USD", "4300000000 USD"],
    "Le nombre de touristes japonais a été estimé à 589.000.": ["589000 touriste"],
    "Les hydrologues vietnamiens en Australie dépassent 31.000.": ["31000 hydrologue"],
    "Elles comptent 120 usines étrangères, et 45 autres sont en chantier.": ["120 usine", "45 usine"],
    "Hanoï dispose de 60 hôpitaux et en prévoit 75 d'ici la fin du plan.": ["60 hôpital", "75 hôpital"],
    "Il exporte 60.000 tonnes et souhaite porter ce volume à 80.000.": ["60000 t", "80000 t"],
    "Il en a vendu 12.000 tonnes au Laos et 8.000 au Cambodge.": ["12000 t"],
    "Il a vendu 12.000 voitures au Laos et 8.000 au Cambodge.": ["12000 voiture", "8000 voiture"],
    "Le kilo valait 12 dollars la boîte et 25.000 dongs le sac.": ["12 USD/boîte", "25000 VND/sac"],
    "Il s'échange à 2.400 dollars la tonne, contre 1.900 dollars.": ["2400 USD/t", "1900 USD/t"],
    "Les volontaires, au nombre de 1.250, sont partis.": ["1250 volontaire"],
    "Les exportations ont valu 12,5 milliards de dollars et les importations 11,8.": [
        "12500000000 USD",
        "11800000000 USD",
    ],
    "Les ventes ont grimpé de 30% à 35%, soit un pour cent.": ["30 percent", "1 percent"],
    "Le taux est passé de 30% à 35%.": ["30 percent", "35 percent"],
    "Il est le huitième au monde et occupe la quatrième position.": ["8 rang", "4 rang"],
    "Un taux de 2 % et demi, puis un pour cent et demi.": ["2.5 percent", "1.5 percent"],
    "Une tonne et demie de riz et une demi-tonne de thé ; un an et demi, une demi-heure, une page et demie.": [
        "1.5 t",
        "0.5 t",
    ],
    "Il coûte 10 US $, US $ 3 la pièce, 500 F CFA, F CFA 700.": ["10 USD", "3 USD/pièce", "500 XOF", "700 XOF"],
    "Vingt lires turques, 20 gourdes, 5 zlotys et 25 pb.": ["20 TRY", "20 HTG", "5 PLN", "0.25 point"],
    "Le Laos est le 8e des 101 pays présents et le 20e des investisseurs étrangers, mais le 3e des Jeux.": [
        "8 rang",
        "101 pays",
        "20 rang",
    ],
    "Elle a vendu pour 1,2 milliard de dollars (+13,6%), dont 309 millions de produits aquatiques.": [
        "1200000000 USD",
        "13.6 percent",
        "309000000 USD",
    ],
    "La ville table sur un montant de 2,5 à 3 milliards de dollars.": ["2500000000 USD"],
    "Deux millions trois cent mille touristes et 2 millions 300.000 visiteurs.": [
        "2300000 touriste",
        "2300000 visiteur",
    ],
    "Douze États membres ont réuni 1,7 million de dons.": ["12 État membre", "1700000 don"],
}


@pytest.mark.parametrize(("text", "found"), ELLIPSES.items())
def test_ellipses_and_units(text, found):
    """What a bare number counts comes from its neighbour, its pronoun or the subject; units are singular nouns."""
    assert [f"{figure.low:.15g} {figure.unit}" for figure in find_figures(text)] == found


@pytest.mark.parametrize("row", lines(NUMBERS), ids=lambda row: row["text"][:40])
def test_forms_of_figures(row):
    """Currencies, units, percents, ranges and lists in many forms. All were annotated before the grammar was run on
    them; on that run 261 of 275 sentences were right (these are two thirds of them, with all that were wrong)."""
    times = [(period.start, period.end) for period in find_periods(row["text"])]
    figures = find_figures(row["text"], times=times)
    found = [[row["text"][f.start : f.end], f.low, f.high, f.unit] for f in figures]
    assert found == row["figures"]


@pytest.mark.parametrize(
    ("sentence", "unit"),
    [
        ("La Banque d'Indonésie a fixé le cours à 16.300 roupies.", "IDR"),
        ("L'Inde a relevé le prix à 2.400 roupies le quintal.", "INR/kg"),
        ("Le billet coûte 500 roupies.", None),
        ("Le Mexique et le Chili ont offert 30 millions de pesos.", None),
    ],
)
def test_a_currency_of_several_countries(sentence, unit):
    """That of the only country with such a currency that is named; none where none or several are."""
    assert of_sentence(sentence)["unit"].fillna("").tolist() == [unit or ""]


@pytest.mark.parametrize("text", ["5 $-10 $", "5 $ – 10 $", "5-10 $", "$5-$10", "entre 5 et 10 $"])
def test_a_sign_between_amounts_is_no_minus(text):
    assert [(figure.low, figure.high, figure.unit) for figure in find_figures(text)] == [(5, 10, "USD")]


def test_a_range_from_a_half():
    (figure,) = find_figures("entre un kilo et demi et deux kilos")
    assert (figure.low, figure.high, figure.unit) == (1.5, 2, "kg")


def test_the_date_prefix_is_no_period():
    row = of_text(" date 2018-08 Hanoï (VNA) - Le textile a rapporté 16 milliards de dollars.").iloc[0]
    assert pd.isna(row.period)


def test_given_mentions():
    articles = parse_articles(read_documents(SEEDS))
    pd.testing.assert_frame_equal(
        extract_figures(articles, mentions=find_partners(articles)), extract_figures(articles)
    )


def test_glued_text():
    (figure,) = find_figures("une croissance de13% en un an")
    assert (figure.low, figure.unit) == (13, "percent")


def test_falls_are_negative():
    figures = of_sentence("Les ventes ont baissé de 5 à 7% et les prix de 3%, après une hausse de 2%.")
    assert figures[["low", "high"]].to_numpy().tolist() == [[-7, -5], [-3, -3], [2, 2]]


def test_currency_implied():
    figures = of_sentence("Il vaut 3 millions de dollars, 4 millions de dollars américains et 5 millions d'euros.")
    assert figures["currency_implied"].tolist() == [True, False, False]


def test_growth_refers_to_its_level():
    figures = of_sentence("Les exportations vers le Japon ont atteint 5 milliards de dollars, soit une hausse de 4%.")
    assert figures["refers_to"].tolist() == [pd.NA, figures["figure_id"][0]]
    assert figures["partner"].tolist() == ["JPN", "JPN"]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Le commerce a atteint 3 milliards de dollars.", "actual"),
        ("Le commerce devrait atteindre 3 milliards de dollars.", "forecast"),
        ("Les deux pays visent 3 milliards de dollars.", "target"),
        ("Ils atteindront 3 milliards de dollars d'ici 2030.", "forecast"),
    ],
)
def test_status(text, status):
    assert of_sentence(text)["status"].tolist() == [status]


def test_what_points_back():
    """A period, a market and a currency of the sentence before; who only forecasts is no partner."""
    text = "Les exportations vers l'Inde ont atteint 31 milliards d'USD en 2022. "
    text += "Les téléphones (6,3 milliards), les ordinateurs (6 milliards) et les fibres (1,9) figurent parmi les"
    text += " principaux produits. Durant cette période, ce marché a représenté 8% du total."
    figures = of_sentence(text)
    assert figures["value"].tolist() == [31e9, 6.3e9, 6e9, 1.9e9, 8]
    assert figures["currency_implied"].tolist() == [False, True, True, True, False]
    assert figures["partner"].eq("IND").all() and figures["flow"].eq("export").all()
    assert figures["period"].eq("2022").all()
    growth = of_sentence("L'OCDE et la BM tablent respectivement sur une croissance de 5,5% et 6%.")
    assert growth["partner"].isna().all() and growth["measure"].eq("growth").all()


def test_two_partners_under_one_head_are_none():
    text = "9 projets sont financés par des entreprises thaïlandaises et sud-coréennes pour 2.310 milliards de dongs."
    assert of_sentence(text)["partner"].isna().all()


def test_another_countrys_news():
    text = "Phnom Penh (VNA) - Le Cambodge a accueilli 5 millions de touristes en 2023, dont 900.000 Vietnamiens. -VNA"
    figures = of_text(f"Le tourisme cambodgien progresse\n\n{text}")
    assert figures["reporter"].eq("KHM").all()
    assert figures["partner"].tolist() == [pd.NA, "VNM"]


def test_product():
    figures = of_sentence(
        "Le pays a livré 3 tonnes de riz, et les exportations de café ont valu 2 millions de dollars."
    )
    assert figures["product"].tolist() == ["riz", "café"]


def test_contract(seeds):
    assert seeds.dtypes.astype(str).to_dict() == extract_figures(frame("articles")).dtypes.astype(str).to_dict()
    assert list(seeds.columns) == list(TABLES["figures"])
    assert seeds["figure_id"].is_unique
    texts = read_documents(SEEDS).set_index("doc_id")["text"]
    documents = seeds["article_id"].str.partition("#")[0]
    for document, row in zip(documents, seeds.itertuples(), strict=True):
        assert texts[document][row.start : row.end] == row.surface


def test_same_rows_in_any_batch(seeds):
    articles = parse_articles(read_documents(SEEDS))
    pieces = [extract_figures(articles.iloc[[n]]) for n in range(len(articles))]
    whole = pd.concat([piece for piece in pieces if len(piece)], ignore_index=True)
    pd.testing.assert_frame_equal(whole, seeds)


def test_bad_input():
    assert of_text("", "\n", " 5", "%", "12").empty
    assert len(of_text("5% " * 3)) == 3


@pytest.mark.parametrize(
    "unit",
    [
        "5% et ",
        "3 milliards de dollars, ",
        "Hanoï exporte 3 tonnes vers la Chine, ",
        "(187) ",
        "Ce pays importe 3 tonnes. Elle vise 5%. ",
        "L'an dernier, 5%. ",
        "Suivent le Laos (215), le Chili (40,3), ",
    ],
)
def test_cost_is_linear(unit):
    def cost(times):
        articles = parse_articles(frame("documents", [{"doc_id": "a", "text": "Titre\n\n" + unit * times}]))
        start = time.process_time()
        extract_figures(articles)
        return time.process_time() - start

    cost(10)
    assert cost(3200) < 12 * cost(800) + 0.2


def test_cost_of_a_long_title_is_linear():
    def cost(times):
        text = (
            "Hausse de 3 milliards de dollars " * times + "\n\nHué (VNA) - " + "Il a 3 milliards de dollars. " * times
        )
        articles = parse_articles(frame("documents", [{"doc_id": "a", "text": text}]))
        start = time.process_time()
        extract_figures(articles)
        return time.process_time() - start

    cost(10)
    assert cost(3200) < 12 * cost(800) + 0.2


def derived_of(*sentences):
    return derive_figures(of_sentence(" ".join(sentences)))


def test_derived_previous_and_total():
    found = derived_of(
        "Les ventes ont atteint 226 millions de dollars, en hausse de 13%.", "Elles valent 3 tonnes, soit 20% du total."
    )
    assert found["finding"].tolist() == ["previous", "total"]
    assert found["low"].tolist() == [200e6, 15]
    assert "÷ (1 + 13%)" in found["arithmetic"][0]


def test_derived_before_a_fall():
    found = derived_of("Les exportations ont atteint 90 millions de dollars, en baisse de 10%.")
    assert found["low"].tolist() == [100e6]


def test_contradictions():
    text = "Les exportations vers le Laos ont atteint {} millions de dollars en 2021, en hausse de {}%,"
    text += " contre 100 millions en 2020."
    agree, differ = derived_of(text.format(113, 13)), derived_of(text.format(113, 20))
    assert "contradiction" not in agree["finding"].tolist()
    assert differ.loc[differ["finding"] == "contradiction", "arithmetic"].tolist() == [
        "113 million USD after 100 million USD is +13.0%, not 20%"
    ]
    shares = derived_of("Le riz représente 60% des ventes et le café représente 55% des ventes.")
    assert shares["finding"].tolist() == ["contradiction"]


def test_repeated_statements_count_once():
    text = "Riz : 3 milliards de dollars\n\nHanoï (VNA) - Le riz rapporte 3 milliards de dollars. Il en part 5 tonnes."
    figures = of_text(text)
    assert len(figures) == 3
    assert distinct_figures(figures)["section"].tolist() == ["body", "body"]


def test_to_usd():
    figures = of_sentence(
        "Il a coûté 100 millions d'euros en 2019, 20 milliards de dongs en 2019 et 3 millions de dollars en 2019."
    )
    money = to_usd(figures)
    assert money["usd_low"].round(-5).tolist() == [111900000.0, pd.NA, 3000000.0]
    assert money["rate_note"][1] == "VND is not quoted by the ECB"
    assert money["rate_dates"][0] == "2019-01-02/2019-12-31"
    later = to_usd(of_sentence("Il coûtera 100 millions d'euros en 2050, ou 3 millions de wons."))
    assert later["usd_low"].isna().all()


def test_what_is_lowered_to_a_rate_is_not_that_rate_of_fall():
    found = of_sentence("L'Agence a abaissé les prix de 5%. La Banque a abaissé sa prévision de croissance à 2,7%.")
    assert found["low"].tolist() == [-5, 2.7]
