"""Links: the seeds' ties as annotated, own sentences with and without a tie, and what holds for any input."""

import csv
import json
import time
from pathlib import Path

import pandas as pd
import pytest

from helpers import SEEDS, find_links, find_partners, parse_articles, read_documents
from helpers.accuracy import compare, read_gold
from helpers.entities import gazetteer
from helpers.relations import FOLDER, RELATIONS
from helpers.tables import TABLES, frame

FIXTURES = Path(__file__).parent / "fixtures"
TIE = ["article_id", "vietnam", "partner", "relation"]


def article(number: int, text: str, title: str | None = None) -> dict:
    """One article with a body and perhaps a title, as `parse_articles` would give it."""
    head = f"{title}\n\n" if title else ""
    sections = [0, 0, len(title)] if title else []
    whole = {"text": head + text, "source": head + text, "offsets": [0]}
    whole["sections"] = [*sections, 3, len(head), len(head + text)]
    return {"article_id": f"d{number}#0", "doc_id": f"d{number}", "role": "article", "title": title, **whole}


def tie(*texts: str) -> pd.DataFrame:
    articles = frame("articles", [article(number, text) for number, text in enumerate(texts)])
    return find_links(articles, find_partners(articles))


def said(text: str) -> set[tuple]:
    return set(tie(text)[["vietnam", "partner", "relation", "status"]].itertuples(index=False, name=None))


def own_sentences(part: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return ties found and annotated; the annotation names places that are no country by their name, `@Nara`."""
    rows = [json.loads(line) for line in (FIXTURES / "links.jsonl").read_text(encoding="utf8").splitlines()]
    rows = [row for row in rows if row["part"] == part]
    articles = frame("articles", [article(number, row["text"], row["title"]) for number, row in enumerate(rows)])
    found = find_links(articles, find_partners(articles))
    names = ("@" + gazetteer().set_index("entity_id")["name_fr"].str.replace(" ", "_")).to_dict()
    ties = [(f"d{number}#0", *link) for number, row in enumerate(rows) for link in row["links"]]
    wanted = pd.DataFrame(ties, columns=[*TIE, "status"])
    shown = [names[p] if names[p] in set(wanted["partner"]) else p for p in found["partner"]]
    return found.assign(partner=shown), wanted


@pytest.fixture(scope="module")
def seeds() -> pd.DataFrame:
    articles = parse_articles(read_documents(SEEDS))
    return find_links(articles, find_partners(articles))


def test_seeds_ties_are_found(seeds):
    table = compare(seeds, read_gold("seeds_links"), on=TIE).iloc[-1]
    assert table["precision"] >= 0.95 and table["recall"] >= 0.95, table.to_string()


def test_evidence_of_the_seeds_is_what_was_read(seeds):
    both = seeds.merge(read_gold("seeds_links"), on=[*TIE, "status"])
    assert len(both) >= 55
    squeezed = both.apply(lambda row: row["evidence"].replace(" ", "") in row["sentence"].replace(" ", ""), axis=1)
    assert squeezed.mean() > 0.8  # else another sentence says the same


@pytest.mark.parametrize(
    ("document", "vietnam", "partner", "relation", "status"),
    [
        ("000_b980a5e454fc7db3", "VN-23", "USA", None, "actual"),
        ("001_9e6604b2e4126f34", "VN-HN", "US-UT", "agreement", "actual"),
        ("001_9e6604b2e4126f34", "VN-HN", "US-NE", "visit", "actual"),
        ("001_9e6604b2e4126f34", "VN-HN", "geonames:5128581", "aid", "actual"),
        ("003_8fd67971270477e6", "VN-DN", "geonames:3515302", "twinning", "planned"),
        ("004_db56f8231e5772b9", "VN-HN", "geonames:1809858", None, "planned"),
    ],
)
def test_ties_the_seeds_are_known_for(seeds, document, vietnam, partner, relation, status):
    rows = seeds[(seeds["article_id"] == f"{document}#0") & (seeds["vietnam"] == vietnam)]
    rows = rows[rows["partner"] == partner]
    assert status in set(rows["status"]) and (relation is None or relation in set(rows["relation"]))


# Parts in the order they were written; each was annotated before the first run, which `first_runs.csv` notes. The rules
# were mended after each since.
PARTS = [
    ("seen", 0.95, 0.95),
    ("unseen", 0.95, 0.9),
    ("fresh", 0.95, 0.95),
    ("rounds", 0.97, 0.97),
    ("last", 0.95, 0.9),
    ("round-10", 0.94, 0.9),
    ("round-11", 0.97, 0.97),
    ("round-12", 0.97, 0.92),  # short articles, not sentences
]


@pytest.mark.parametrize(("part", "precision", "recall"), PARTS)
def test_own_sentences(part, precision, recall):
    found, wanted = own_sentences(part)
    table = compare(found, wanted, on=TIE).iloc[-1]
    assert table["precision"] >= precision and table["recall"] >= recall, table.to_string()


@pytest.mark.parametrize(
    "text",
    [
        "L'ambassadeur de Chine au Vietnam a publié un livre sur le thé.",
        "Le ministre a signé le registre à Hanoï ; la Chine a gagné le match.",
        "Au sein de l'ASEAN, la Malaisie et le Laos signent un accord.",
        "Les dollars américains manquent aux banques de Cân Tho.",
        "La presse japonaise commente la visite à Huê.",
        "Guangzhou se trouve dans la province du Guangdong.",
        "Le Vietnam suit le différend entre la Thaïlande et le Cambodge et soutient la paix.",
        "La province de Huê n'a pas signé d'accord avec la Suède.",
        "Lors de sa rencontre avec le Japon, le Vietnam a perdu le match.",
    ],
)
def test_no_tie(text):
    assert said(text) == set()


def test_a_list_shares_its_tie():
    expected = {("VN-CT", partner, "trade", "actual") for partner in ("JPN", "USA", "FRA")}
    assert said("Cân Tho exporte du riz vers le Japon, les États-Unis et la France.") == expected
    assert said("Cân Tho vend du riz au Japon, à la France et aux États-Unis.") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Le Vietnam a signé un accord avec le Parti populaire révolutionnaire lao.", {("VNM", "LAO")}),
        ("Huê a reçu une aide de l'Agence suédoise de coopération.", {("VN-26", "SWE")}),
        ("L'Agence japonaise de coopération internationale (JICA) aide Huê.", {("VN-26", "org:JICA")}),
        ("Huê coopère avec le Comité du Parti communiste chinois et le Guangxi.", {("VN-26", "CN-GX")}),
        ("Le Laos, par l'intermédiaire du PNUD, aide Huê.", {("VN-26", "LAO"), ("VN-26", "org:UNDP")}),
        ("Le ministre Nguyen Van Nam a demandé à la Chine de financer la ligne Lao Cai-Hanoï.", {("VNM", "CHN")}),
        ("Huê salue la Banque européenne d'investissement.", set()),  # a trigger within a name is none
    ],
)
def test_who_is_tied(text, expected):
    assert {tie[:2] for tie in said(text)} == expected


@pytest.mark.parametrize(
    ("lead", "text", "expected"),
    [
        ("Les ventes de riz à l'étranger ont bondi.", "Le Ghana (+9%) et le Togo (+5%) résistent.", {"GHA", "TGO"}),
        ("Les ventes de riz à l'étranger ont bondi.", "Il faut citer les achats cubains.", {"CUB"}),
        ("Le Cambodge a exporté plus de riz.", "Le Ghana et le Togo en ont absorbé un tiers.", set()),
        ("Phnom Penh (VNA) – Les ventes de riz ont bondi.", "Le Togo arrive en tête.", set()),
        ("L'Inde a vendu plus de riz, loin devant le Vietnam.", "Les Philippines arrivent en tête.", set()),
        ("Le Vietnam a reçu le ministre lao.", "Les deux pays ont signé un accord.", {"LAO"}),
        ("Le Vietnam produit du riz.", "La Chine commerce avec le Japon.", set()),
    ],
)
def test_the_subject_of_the_article_is_the_actor_where_none_is_named(lead, text, expected):
    assert {partner for vietnam, partner, *_ in said(f"{lead} {text}")} == expected


def test_the_locality_of_the_article_is_the_actor():
    lead = "La province de Huê attire les investissements étrangers."
    found = said(f"{lead} Elle a signé un accord avec la Suède. Le Japon arrive en tête.")
    assert found == {("VN-26", "JPN", "investment", "actual"), ("VN-26", "SWE", "agreement", "actual")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Les exportations vietnamiennes de thé ont bondi. Le Mexique (+71%) et le Canada progressent aussi.",
            {("VNM", "MEX", "trade", "actual"), ("VNM", "CAN", "trade", "actual")},
        ),
        ("Les exportations vietnamiennes de thé ont bondi. Le Kenya voit sa production reculer de 9%.", set()),
        ("Le Vietnam a accueilli deux millions de touristes. Le Japon en a envoyé 80.000.", set()),
        ("Manille a signé avec le Vietnam un accord sur le riz.", {("VNM", "PHL", "agreement", "actual")}),
        (
            "Le président Luong Cuong s'est rendu en Suède. Trois accords ont été signés.",
            {("VNM", "SWE", "visit", "actual"), ("VNM", "SWE", "agreement", "actual")},
        ),
        (
            "L'EVFTA a porté les ventes vietnamiennes vers la France.",
            {("VNM", "FRA", "trade", "actual"), ("VNM", "org:EU", "agreement", "actual")},
        ),
        ("Huê a signé un accord avec Savannakhet, au Laos.", {("VN-26", "LA-SV", "agreement", "actual")}),
        (
            "Les ventes vietnamiennes de bois ont bondi.\nBinh Duong en tire profit. Le Japon en achète 80%.",
            {("VN-57", "JPN", "trade", "actual")},
        ),
        (
            "La province de Gia Lai exporte des fruits. À l'échelle du pays, 900 tonnes ont été exportées en Inde.",
            {("VNM", "IND", "trade", "actual")},
        ),
        (
            "Le Vietnam vend des téléphones au Laos. Les téléphones font 61% des ventes vietnamiennes.",
            {("VNM", "LAO", "trade", "actual")},
        ),
        (
            "Le Vietnam reçoit une aide étrangère. Le Japon a livré 3 millions de doses.",
            {("VNM", "JPN", "aid", "actual")},
        ),
        (
            "Le Vietnam vend du bois au Laos. L'accord VPA/FLEGT est entré en vigueur en juin.",
            {("VNM", "LAO", "trade", "actual"), ("VNM", "org:EU", "agreement", "actual")},
        ),
        ("Les exportations vietnamiennes de café ont bondi. Le Brésil a exporté 41 millions de sacs.", set()),
        ("Les exportations vietnamiennes de café ont bondi. La FAO prévoit 48 millions de tonnes.", set()),
        (
            "Phnom Penh (VNA) – Le riz du Cambodge, dit le gouvernement, se vend. La Chine reste son premier client.",
            set(),
        ),
        (
            "Le Vietnam vend du riz. Phnom Penh achète en Chine, en Thaïlande et au Vietnam.",
            {("VNM", "KHM", "trade", "actual")},
        ),
    ],
)
def test_what_is_not_said_again(text, expected):
    assert said(text) == expected


def test_the_sentence_that_is_beats_the_one_that_wishes():
    wish, done = "Huê souhaite signer un accord avec la Suède.", "Huê et la Suède ont signé un accord."
    found = tie(f"{wish} {done}").iloc[0]
    assert (found["status"], found["sentence"]) == ("actual", done)


def test_empty_frames_give_an_empty_frame():
    empty = find_links(frame("articles"), frame("mentions"))
    assert list(empty.columns) == list(TABLES["links"]) and empty.empty


def test_evidence_stands_in_the_source_and_rows_are_of_the_contract(seeds):
    text = read_documents(SEEDS).set_index("doc_id")["text"]
    for row in seeds.itertuples():
        evidence = text[row.article_id.partition("#")[0]][row.start : row.end]
        assert "".join(evidence.split()) == "".join(row.sentence.split())
    assert set(seeds["relation"]) <= set(RELATIONS) and set(seeds["status"]) == {"actual", "planned"}
    assert seeds["link_id"].is_unique and not seeds.duplicated(TIE).any()


def test_rows_do_not_depend_on_the_order_of_the_mentions(seeds):
    articles = parse_articles(read_documents(SEEDS))
    mentions = find_partners(articles).sample(frac=1, random_state=0)
    pd.testing.assert_frame_equal(find_links(articles, mentions), seeds)


def test_every_trigger_has_an_example_that_it_finds():
    with (FOLDER / "triggers.csv").open(encoding="utf8", newline="") as file:
        for row in csv.DictReader(file):
            expected = {
                "none": set(),
                "rival": set(),
                "theme": {"trade"},
                "delivery": {"trade"},
                "tourism": {"other"},
            }.get(row["relation"], {row["relation"]})
            assert {relation for _, _, relation, _ in said(row["example"])} == expected, row["example"]


@pytest.mark.parametrize("unit", ["Le Vietnam exporte du riz au Laos et ", "Huê, Hanoï et le Japon ", "signe  ,  "])
def test_time_grows_with_the_text_and_no_faster(unit):
    def seconds(times: int) -> float:
        articles = frame("articles", [article(0, unit * times)])
        mentions = find_partners(articles)
        begun = time.process_time()
        find_links(articles, mentions)
        return time.process_time() - begun

    said("Huê exporte au Laos.")
    short = min(seconds(100) for _ in range(3))
    assert min(seconds(800) for _ in range(2)) < 24 * short + 0.05
