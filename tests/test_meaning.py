"""What figures mean: who sells, buys and gives, which level a growth qualifies, what is a share; derived figures."""

import re
from itertools import pairwise

import pandas as pd
import pytest

from helpers import meaning
from helpers.articles import parse_articles
from helpers.cues import read_cues
from helpers.derived import derive_figures, distinct_figures
from helpers.figures import extract_figures
from helpers.tables import frame
from tests.test_figures import of_sentence, scores

# Rounds 6 to 9 (9: twelve whole articles): annotated before the rules were run on them, run once (`first_runs.csv`),
# then mended by principle, not by the sentence. On its first run the whole tuple (value, unit, measure, flow, partner,
# period) was right in F1 0.56, 0.81, 0.78 and 0.61; 0.60, 0.81 and 0.87 in the first three once slips of the annotation
# against its own rules were corrected. Rounds 1 to 8 were annotated sentence by sentence; where a period goes on from
# the sentence before, they were corrected when the rules learnt to carry it; a stock has the day
# as of which it is given since three other readers annotated it so. The period of round 6 had the bar 0.95 until
# periods of the sentences before were weighed, and 0.94 until articles in the form of real pages were learned from: it
# is 0.939 since, mostly by periods that its reader left open.
NOW = {
    "round-6": {"measure": 0.96, "flow": 0.9, "partner": 0.9, "period": 0.93, "reporter": 0.9},
    "round-8": {"measure": 0.96, "flow": 0.92, "partner": 0.92, "period": 0.95, "reporter": 0.95},
    "round-9": {"measure": 0.96, "flow": 0.9, "partner": 0.93, "period": 0.93, "reporter": 0.95},
    "round-7": {"measure": 0.96, "flow": 0.92, "partner": 0.95, "period": 0.95, "reporter": 0.95},
}


@pytest.mark.parametrize("split", NOW)
def test_rounds(split):
    *_, attributes = scores(split)
    low = {name: (attributes[name], least) for name, least in NOW[split].items() if attributes[name] < least}
    assert not low


@pytest.mark.parametrize(
    ("sentence", "flow", "reporter", "partner"),
    [
        ("Le Vietnam a vendu à l'Inde 3 tonnes de riz.", "export", "VNM", "IND"),
        ("L'Inde a vendu au Vietnam 3 tonnes de maïs.", "import", "VNM", "IND"),
        ("L'Inde a importé du Vietnam 3 tonnes de café.", "import", "IND", "VNM"),
        ("L'Inde exporte 3 tonnes de maïs vers le Vietnam.", "export", "IND", "VNM"),
        ("L'Inde est le premier client du Vietnam, avec 3 tonnes de café.", "export", "VNM", "IND"),
        ("L'Inde est le premier fournisseur du Vietnam, avec 3 tonnes de maïs.", "import", "VNM", "IND"),
        ("Les ventes de café à l'Inde ont atteint 3 tonnes.", "export", "VNM", "IND"),
        ("L'Inde a alloué 3 millions de dollars au Vietnam.", "aid", "VNM", "IND"),
        ("Un projet de la JICA, doté de 3 millions de dollars, a débuté.", "aid", "VNM", "JPN"),
    ],
)
def test_who_deals(sentence, flow, reporter, partner):
    row = of_sentence(sentence).iloc[-1]
    assert (row.flow, row.reporter, row.partner) == (flow, reporter, partner)


def test_a_buyer_of_what_is_sold_is_the_partner():
    sold = "Le Vietnam a exporté 30 tonnes de café. L'Inde en a acheté 5 tonnes, le Japon 4 tonnes."
    figures = of_sentence(sold)
    assert figures["partner"].tolist() == [pd.NA, "IND", "JPN"]
    assert figures["flow"].eq("export").all() and figures["reporter"].eq("VNM").all()


def test_the_partner_of_a_title_is_not_that_of_a_national_total():
    text = "Les exportations nationales ont atteint 5 milliards de dollars."
    assert of_sentence(text, title="Vietnam-Inde : un commerce en hausse")["partner"].isna().all()
    text = "Les exportations ont atteint 5 milliards de dollars."
    assert of_sentence(text, title="Vietnam-Inde : un commerce en hausse")["partner"].tolist() == ["IND"]
    assert of_sentence(text, title="Café : l'Inde, un client fidèle")["partner"].isna().all()


def test_lengths_and_areas_have_no_flow():
    found = of_sentence("Le Japon a accordé au Vietnam un prêt de 3 millions de dollars pour une route de 12 km.")
    assert found["flow"].tolist() == ["aid", pd.NA]


def test_growth_in_value_and_in_volume():
    text = (
        "Le Vietnam a exporté 3 tonnes de riz pour 2 millions de dollars, en hausse de 4% en volume et de 6% en valeur."
    )
    figures = of_sentence(text)
    assert figures["refers_to"].tolist() == [pd.NA, pd.NA, *figures["figure_id"][:2]]


@pytest.mark.parametrize(
    ("sentence", "measure"),
    [
        ("Les principaux clients sont l'Inde (20%) et le Japon (11%).", ["share", "share"]),
        ("Les ventes ont atteint 3 milliards de dollars (20%).", ["level", "growth"]),
        ("Les exportations ont baissé de 18% pour tomber à 210 millions de dollars.", ["growth", "level"]),
        ("Le taux de chômage est tombé à 2,2%.", ["share"]),
    ],
)
def test_measure(sentence, measure):
    assert of_sentence(sentence)["measure"].tolist() == measure


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("Les deux pays visent 5 milliards de dollars, contre 3 milliards de dollars en 2023.", ["target", "actual"]),
        ("L'usine produira 3 tonnes de riz.", ["forecast"]),
        ("La Banque va prêter 3 millions de dollars.", ["forecast"]),
    ],
)
def test_status(sentence, status):
    assert of_sentence(sentence)["status"].tolist() == status


def test_cues_are_whole_words_in_order():
    text = "La province importe et exporte ; ses exportations, en hausse, dépassent l'objectif."
    found = list(read_cues(text, 0, len(text)))
    words = ["La province", "importe", "exporte", "ses", "exportations", "hausse", "objectif"]
    assert [text[cue.start : cue.end] for cue in found] == words
    assert all(one.end <= two.start for one, two in pairwise(found))
    assert all(re.match(r"(?<!\w)", text[cue.start - 1 :]) for cue in found)


WORDS = {
    "up": "a rehaussé, s'améliore, s'étoffe, une amélioration de 3 %, un doublement, le triplement",
    "down": "en retrait de 18%, a lâché 3 %, a cédé près de 3 %, un ralentissement de 3 %, a faibli de 3 %",
    "share": "s'adjugent, s'adjugeant, regroupe 40 %, réunit près de 40 %, forment 40 %, entre pour 30 %, quote-part",
    "export": "expédiait, acheminé du riz vers le Laos, commercialisé à l'étranger, ventes extérieures, "
    "part vers le Laos, chiffre d'affaires à l'export, certificats d'origine, l'usage des préférences",
    "import": "Achats extérieurs, s'approvisionne en coton auprès",
    "trade": "le négoce, rang des partenaires, rang de ses partenaires, dix premiers partenaires, "
    "premier partenaire du Vietnam",
    "fdi": "les fonds enregistrés, bailleurs de fonds étrangers, augmentations de capital, rachats de parts, "
    "capitaux d'origine étrangère",
    "aid": "bailleur de fonds, une donation, appui financier, un crédit lié, cofinancé, empruntés à la BM, "
    "avec le concours de la France, un accord de financement, la remise de 200 cadeaux, contribution financière, "
    "secours d'urgence, fonds humanitaires, caritatives, coopération technique, non gouvernementales étrangères, "
    "ONG étrangères, capitaux concessionnels, emprunts préférentiels, la coopération dotée de 3 millions",
    "none": "fonds de contrepartie, la contrepartie, un intérêt annuel",
    "give": "a consacré, consacrera, a dépêché, mis à disposition, a parrainé, a présenté 3 projets",
    "both": "les deux voisins, les deux gouvernements",
    "buyer": "acquéreur, le plus gros marché à l'export, deuxième marché vietnamien, le 3e marché du pays",
    "seller": "le plus grand marché d'importation",
    "whole": "ces crédits, cette enveloppe",
    "buy": "procuré du riz auprès",
    "forecast": "prévoyant, mise sur 3 milliards, nous tablons",
    "target": "nous visons, s'assigne, assigné, cherche à vendre, s'apprête, espoir",
}


@pytest.mark.parametrize(("value", "text"), [(value, text) for value in WORDS for text in WORDS[value].split(", ")])
def test_words_are_read_as_what_they_say(value, text):
    assert value in [cue.value for cue in read_cues(f"{text}.", 0, len(text))]


@pytest.mark.parametrize(
    "text", ["l'offre mondiale", "s'est donné deux buts", "a présenté un projet", "l'aide à vendre"]
)
def test_what_only_looks_like_giving_is_none(text):
    assert not {"give", "aid"}.intersection(cue.value for cue in read_cues(f"{text}.", 0, len(text)))


@pytest.mark.parametrize(
    ("text", "column", "values"),
    [
        (
            "Il exporte 9 tonnes vers l'Inde et le Japon. Le premier en a acheté 3 tonnes, le second 2 tonnes.",
            "partner",
            [None, "IND", "JPN"],
        ),
        (
            "Le Vietnam exporte du riz en Inde (4 tonnes), au Japon et au Laos avec respectivement 3 et 2 tonnes.",
            "partner",
            ["IND", "JPN", "LAO"],
        ),
        ("En 2021, les ventes au Japon ont crû de 5 %, leur plus forte hausse depuis 2012.", "period", ["2021"]),
        ("En 2021, les exportations ont gagné 5 % sur 2020.", "period", ["2021"]),
        (
            "Il a exporté 3 tonnes en mai 2021 et 9 tonnes en juin 2021, soit respectivement une baisse de 8% et une"
            " hausse de 7%.",
            "period",
            ["2021-05", "2021-06", "2021-05", "2021-06"],
        ),
        (
            "Les échanges ont atteint 7 tonnes et 8 tonnes en 2020 et 2021, respectivement.",
            "period",
            ["2020", "2021"],
        ),
        (
            "En 2021, le solde est de 4 tonnes, contre 3 tonnes à la même période de 2020.",
            "period",
            ["2021", "2020"],
        ),
        (
            "Le Japon est le 2e investisseur de la ville, derrière l'Inde, avec 49 projets, dit-on.",
            "partner",
            ["JPN", "JPN"],
        ),
        (
            "Les exportations via les portes frontalières ont atteint 3 tonnes. Le Laos s'en réjouit.",
            "partner",
            ["LAO"],
        ),
        ("Les exportations ont atteint 3 tonnes. Le Laos s'en réjouit.", "partner", [None]),
        ("En Asie, l'Inde est le premier fournisseur avec 3 tonnes.", "flow", ["import", "import"]),
        ("L'Inde est le plus grand marché à l'export avec un chiffre d'affaires de 3 dollars.", "flow", ["export"]),
        ("Le groupe exporte, et son chiffre d'affaires est de 3 dollars.", "flow", [None]),
        ("Selon le service de Da Nang, les exportations de la ville ont atteint 3 tonnes.", "reporter", ["VN-DN"]),
        ("Cette année, Hanoï a accueilli 3 millions de visiteurs.", "reporter", ["VN-HN"]),
        ("Cette année, Hanoï a jugé utile d'exporter 3 tonnes.", "reporter", ["VNM"]),
        ("Le thé a rapporté 86 millions de dollars, 47%.", "measure", ["level", "growth"]),
        (
            "Le thé a rapporté 86 millions de dollars, 47% du total, et le café 50 millions de dollars, 27%.",
            "measure",
            ["level", "share", "level", "share"],
        ),
        ("On récolte. En juin 2021, la demande a fléchi. Les exportations ont reculé de 3 %.", "period", ["2021-06"]),
    ],
)
def test_what_rules_read(text, column, values, monkeypatch):
    monkeypatch.setattr(meaning, "weigh", lambda views: None)  # the rules alone
    assert [None if pd.isna(value) else value for value in of_sentence(text)[column]] == values


def articles(*texts):
    pages = [{"doc_id": f"d{n}", "text": f"Nouvelles\n\nHanoï (VNA) - {text} -VNA"} for n, text in enumerate(texts)]
    return extract_figures(parse_articles(frame("documents", pages)))


def test_the_same_fact_in_several_articles_counts_once():
    text = "Les exportations vers l'Inde ont atteint {} milliards de dollars en {}."
    figures = articles(
        text.format("5,2", 2021), "Selon la douane, l" + text.format("5,23", 2021)[1:], text.format("5,2", 2022)
    )
    once = distinct_figures(figures)
    assert once["value"].tolist() == [5.23e9, 5.2e9]
    assert once["n_stated"].tolist() == [2, 1]


def test_what_has_no_period_is_not_merged_across_articles():
    text = "{} exportations vers l'Inde ont atteint 5 milliards de dollars."
    assert len(distinct_figures(articles(text.format("Les"), text.format("Nos")))) == 2


def test_more_goes_one_way_than_both_ways():
    text = "Le commerce avec l'Inde a atteint 5 milliards de dollars en 2021, dont {} milliards d'exportations."
    assert "contradiction" in derive_figures(articles(text.format(8)))["finding"].tolist()
    assert "contradiction" not in derive_figures(articles(text.format(4)))["finding"].tolist()


def test_what_was_multiplied_was_less_before():
    found = derive_figures(articles("Le commerce a atteint 6 milliards de dollars, multiplié par 3."))
    assert found["low"].tolist() == [2e9] and found["finding"].tolist() == ["previous"]


CARRIED = "Le Vietnam a exporté 30 tonnes de café en 2021. {}"


@pytest.mark.parametrize(
    ("sentence", "flow", "partner", "period"),
    [
        ("L'Inde (8 tonnes) arrive en tête.", "export", "IND", "2021"),
        ("Viennent ensuite l'Inde (8%) et le Japon (5%).", "export", "JPN", "2021"),
        ("À ce jour, les exportations ont rapporté 3 millions de dollars.", "export", None, None),
        ("Les exportations devraient atteindre 3 millions de dollars.", "export", None, None),
        ("Les exportations ont atteint 3 millions de dollars en 2022.", "export", None, "2022"),
        ("L'Inde achète chaque année au Vietnam 3 tonnes de thé.", "export", "IND", None),
        ("La production a atteint 3 millions de tonnes.", None, None, None),
        ("Les achats indiens ont été multipliés par 3.", "export", "IND", "2021"),
    ],
)
def test_what_goes_on(sentence, flow, partner, period, monkeypatch):
    monkeypatch.setattr(meaning, "weigh", lambda views: None)  # the rules alone
    row = of_sentence(CARRIED.format(sentence)).iloc[-1]
    assert tuple(None if pd.isna(v) else v for v in (row.flow, row.partner, row.period)) == (flow, partner, period)


def test_the_account_turns_back_after_an_aside(monkeypatch):
    monkeypatch.setattr(meaning, "weigh", lambda views: None)  # the rules alone
    text = (
        "Les exportations de café ont rapporté 3 millions de dollars au premier semestre 2021. Rien qu'en juin 2021, "
        "elles ont augmenté de 4%. La production a atteint 9.000 tonnes. Le thé fait exception : 2 millions de dollars."
    )
    assert of_sentence(text)["period"].dropna().tolist() == ["2021-01/2021-06", "2021-06", "2021-01/2021-06"]


def test_a_year_left_unsaid_is_that_of_the_only_months_named():
    text = "Les exportations ont rapporté 3 millions de dollars en mai{}. En mars, elles ont rapporté 2 millions."
    assert of_sentence(text.format(" 2021"))["period"].tolist() == ["2021-05", "2021-03"]
    assert of_sentence(text.format(""))["period"].isna().all()


def test_two_sides_without_vietnam():
    row = of_sentence("Le commerce entre l'Inde et le Japon a atteint 3 milliards de dollars.").iloc[0]
    assert (row.reporter, row.partner) == ("IND", "JPN")


def of_page(body: str, title: str = "Nouvelles") -> pd.DataFrame:
    text = f"{title}\n\n{body}"
    return extract_figures(parse_articles(frame("documents", [{"doc_id": "a", "text": text}]))).set_index("surface")


@pytest.mark.parametrize(
    ("body", "surface", "unit"),
    [
        ("Le port a vu 15,5 millions de passagers. Avec 18 millions attendus, il grandit.", "18 millions", "passager"),
        ("La Chine a pris pour 90 millions de dollars. Suivent le Laos (215), le Chili (40 millions).", "215", "USD"),
        ("Le fleuve a donné 480.000 tonnes de riz et 130.000 de maïs.", "130.000", "t"),
        ("La ville veut porter à 6 millions le nombre de visiteurs.", "6 millions", "visiteur"),
        ("Sur les 400 usines du delta, 110 ont fermé.", "110", "usine"),
        ("L'école forme 11.000 jeunes sur ses campus.", "11.000 jeunes", "jeune"),
        ("Elle compte 40 usines, et six d'entre elles ont fermé.", "six", "usine"),
        ("Les recettes ont été de 21.400 milliards de dongs (920 millions de dollars), contre 16.900 milliards.",
         "16.900 milliards", "VND"),
    ],
)  # fmt: skip
def test_units_of_bare_numbers(body, surface, unit):
    assert of_page(f"Hanoï (VNA) - {body} -VNA").loc[surface, "unit"] == unit


def test_what_is_no_figure():
    figures = of_page("Hué (VNA) - Il a 3 millions d'euros, dont les trois quarts en prêts, et dont les deux parties.")
    assert list(figures.index) == ["3 millions d'euros"]


@pytest.mark.parametrize(
    ("body", "surface", "column", "value"),
    [
        ("Les ventes de riz ont galopé de 12 % en 2021.", "12 %", "measure", "growth"),
        ("Les hausses ont touché les crevettes (21 %) et le thon.", "21 %", "measure", "growth"),
        ("Les exportations ont atteint 3 milliards de dollars en 2022, contre 2 milliards un an plus tôt.",
         "2 milliards", "period", "2021"),
        ("Au 20 août 2021, la province comptait 300 projets cumulant 2 milliards de dollars.",
         "2 milliards de dollars", "period", "2021-08-20"),
        ("Depuis la reprise de son aide en 1993, le Japon a prêté 2 milliards de dollars au Vietnam.",
         "2 milliards de dollars", "period", "1993/.."),
        ("Le pays a reçu 501.000 doses de vaccin offertes par la Pologne.", "501.000 doses", "flow", "aid"),
        ("Les échanges avec l'Algérie ont souffert. En 2021, ils ont totalisé 150 millions de dollars.",
         "150 millions de dollars", "flow", "trade"),
        ("Le Vietnam vend surtout du riz. Le pays prend 8 % des volumes exportés.", "8 %", "flow", "export"),
        ("Le commerce extérieur du Cambodge a atteint 48 milliards de dollars en 2021.",
         "48 milliards de dollars", "reporter", "KHM"),
        ("À Da Nang, un centre doté de 5 millions de dollars a ouvert.", "5 millions de dollars", "reporter", "VN-DN"),
        ("La ville souhaite attirer 5 millions de touristes.", "5 millions de touristes", "status", "target"),
    ],
)  # fmt: skip
def test_meaning_of_one(body, surface, column, value):
    assert of_page(f"Hanoï (VNA) - {body} -VNA").loc[surface, column] == value


def test_a_title_has_the_period_of_the_body():
    body = "Hanoï (VNA) - Les exportations ont atteint 39,82 milliards de dollars de janvier à mai 2020. -VNA"
    figures = of_page(body, "Près de 40 milliards de dollars d'exportations")
    assert figures.loc["40 milliards de dollars", "period"] == "2020-01/2020-05"


def test_whose_news_it_is():
    body = "Toulouse (VNA) - Une délégation est en France. La ville a accueilli 4,3 millions de touristes. -VNA"
    assert of_page(body, "Da Nang resserre ses liens avec l'Occitanie")["reporter"].tolist() == ["VN-DN"]
