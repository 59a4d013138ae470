"""The small tables of the notebooks: each says what the tables say, in words, and nothing where nothing is known."""

import pandas as pd
import pytest

from helpers import derive_figures, extract_figures, find_partners, parse_articles
from helpers.summaries import amounts, flow_names, left_out, period_words, repaired_places, sentences_of, short_number
from helpers.tables import frame

TEXT = "Titre\n\nHanoï (VNA) - {}"


def articles(*sentences):
    return parse_articles(frame("documents", [{"doc_id": "a", "text": TEXT.format(" ".join(sentences))}]))


def test_amounts_in_words_and_what_is_missing_stays_missing():
    money = {"unit": "USD", "kind": "money", "approximate": False}
    rows = [{"low": 25e6, "high": 26e6}, {"low": 3.6e9, "high": 3.6e9, "approximate": True}, {}]
    assert amounts(frame("figures", [money | row for row in rows])).tolist() == [
        "25 to 26 million USD",
        "about 3.6 billion USD",
        pd.NA,
    ]


def test_shares_above_the_whole_have_no_amount():
    found = derive_figures(
        extract_figures(articles("Le riz représente 60% des ventes et le café représente 55% des ventes."))
    )
    assert found["finding"].tolist() == ["contradiction"]
    assert amounts(found.assign(kind="money", approximate=True)).isna().all()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"reporter": "VNM", "partner": "LAO", "flow": "export"}, "Vietnam: exports to Laos"),
        ({"reporter": "VNM", "flow": "fdi"}, "Vietnam: investment"),
        ({"reporter": "VNM", "partner": "LAO"}, "Vietnam and Laos"),
        ({"partner": "LAO", "flow": "trade"}, "?: trade with Laos"),
        ({"kind": "money"}, "?"),
    ],
)
def test_flows_are_named_as_far_as_they_are_known(row, words):
    assert flow_names(frame("figures", [row])).tolist() == [words]


def test_periods_and_numbers():
    periods = ("2020-01-05/2020-02", "../2020", "2019-10-30/2019-11-01")
    assert [period_words(p) for p in periods] == ["05 Jan to Feb 2020", "until 2020", "30 Oct to 01 Nov 2019"]
    assert [short_number(x) for x in (-3e12, 7)] == ["\N{MINUS SIGN}3 trillion", "7"]


def test_sentences_stand_behind_repairs():
    rows = articles("Le riz duLaos arrive.", "Il vient aussi du Japon.")
    mentions = find_partners(rows)
    found = sentences_of(mentions, rows)
    assert found.tolist()[-1] == "Il vient aussi du Japon." and found.index.equals(mentions.index)
    for place in repaired_places(rows).itertuples():
        assert place.printed.replace(" ", "") == place.repaired.replace(" ", "")
    assert repaired_places(articles("Le riz  part vers \xa0la Chine.")).empty  # several blanks in a row


def test_what_is_left_out_is_counted():
    texts = {"a": TEXT.format("Il pleut. -VNA"), "b": TEXT.format("Il vente. -VNA")}
    documents = frame("documents", [{"doc_id": doc_id, "text": text} for doc_id, text in texts.items()])
    found = left_out(documents, parse_articles(documents)).set_index("text")
    assert found.loc["-VNA"].tolist() == [2, 2] and not found.index.str.contains("pleut|vente|Titre").any()
