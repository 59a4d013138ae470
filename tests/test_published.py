"""When articles were published: each sort of evidence, its strength, and silence where there is none."""

import time
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.articles import parse_articles
from helpers.published import date_articles
from helpers.tables import TABLES, frame

DATED = ["published", "published_from", "published_to", "published_why"]


def rows(*texts, doc_id="a", role="article"):
    """Return article rows of which the whole text is the body."""
    return [
        {
            "article_id": f"{doc_id}#{number}",
            "doc_id": doc_id,
            "role": "teaser" if number else role,
            "text": text,
            "source": text,
            "offsets": [0],
            "sections": [3, 0, len(text)],
        }
        for number, text in enumerate(texts)
    ]


def dated(*texts, document="", **more):
    """Return (published, from, to, why) of each text; the first is the article, the others the teasers of its page."""
    documents = frame("documents", [{"doc_id": "a", "text": document or texts[0], **more}])
    found = date_articles(frame("articles", rows(*texts)), documents)[DATED]
    plain = found.astype(object).where(found.notna(), None)
    return [(p, f and f.date(), t and t.date(), why) for p, f, t, why in plain.itertuples(index=False)]


def only(*texts, **more):
    return dated(*texts, **more)[0]


def test_date_prefix():
    text = "Hanoï (VNA) - La ville a accueilli 3.000 visiteurs."
    assert only(text, document=f" date 2019-10 {text}") == (
        "2019-10",
        date(2019, 10, 1),
        date(2019, 10, 31),
        "the date prefix '2019-10'",
    )


def test_date_prefix_and_a_day_in_the_lead():
    text = "Hanoï (VNA) - Le maire a reçu le 11 octobre une délégation."
    said, first, last, why = only(text, document=f" date 2019-10 {text}")
    assert (said, first, last) == ("2019-10-11", date(2019, 10, 11), date(2019, 10, 11))
    assert "'11 octobre' in the lead" in why and "prefix '2019-10'" in why


def test_the_prefix_is_stronger_than_a_day_of_another_month():
    text = "Hanoï (VNA) - Une foire a eu lieu le 30 septembre."
    assert only(text, document=f" date 2019-10 {text}")[0] == "2019-10"


@pytest.mark.parametrize(
    ("dateline", "said"),
    [
        ("Hanoï, 27 juillet 2019 (VNA) – ", "2019-07-27"),
        ("Hanoi, 27 juillet (VNA) - ", "XXXX-07-27"),
        ("Vientiane, 3 mai (CPV/VNA) - ", "XXXX-05-03"),
    ],
)
def test_dateline(dateline, said):
    found = only(dateline + "Le maire a reçu le 1er mars une délégation.")
    assert found[0] == said
    assert "in the dateline" in found[3]


def test_a_day_without_a_year_stays_without():
    assert only("Hanoï (VNA) - Le maire a reçu le 22 avril une délégation.") == (
        "XXXX-04-22",
        None,
        None,
        "'22 avril' in the lead",
    )


def test_the_first_months_of_a_year_settle_it():
    text = "Le 11 novembre, une réunion a eu lieu. Les ventes ont atteint 4 milliards aux neuf premiers mois 2020."
    said, first, last, why = only(text)
    assert (said, first, last) == ("2020-11-11", date(2020, 11, 11), date(2020, 11, 11))
    assert "2020 from 'neuf premiers mois 2020'" in why


def test_the_first_months_settle_no_day_before_they_end():
    text = "Le 11 mars, une réunion a eu lieu. Les échanges ont atteint 4 milliards au premier semestre 2020."
    assert only(text)[:2] == ("XXXX-03-11", date(2021, 3, 11))
    assert only(text.replace("11 mars", "15 mai"))[0] == "XXXX-05-15"


def test_a_day_to_come_settles_it():
    text = "Le ministre effectuera une visite à Rome du 16 au 19 mars 2014, a fait savoir le 9 mars son cabinet."
    assert only(text)[0] == "2014-03-09"


def test_a_comparison_with_the_year_before_settles_it():
    text = "Le 3 août, la banque a publié ses comptes. Ils ont crû de 7% par rapport à la même période de 2018."
    assert only(text)[0] == "2019-08-03"


def test_the_same_period_of_a_year_is_told_of_in_the_next():
    text = (
        "Ces neuf premiers mois, les ventes ont crû de 7%. Par rapport à la même période de 2011, les prix ont fléchi."
    )
    assert only(text)[:3] == ("2012", date(2012, 8, 28), date(2012, 12, 31))


def test_older_first_months_do_not_settle_it_when_a_later_year_is_told():
    text = (
        "Le 11 novembre, une réunion a eu lieu. En mars 2023, le fonds a ouvert."
        " Les échanges avaient atteint 4 milliards au cours des neuf premiers mois 2020."
    )
    said, first, last, _ = only(text)
    assert (said, first, last) == ("XXXX-11-11", date(2023, 11, 11), None)


def test_a_past_event_is_a_lower_bound_and_a_plan_is_none():
    past = only("Le maire a reçu le 11 avril une délégation. En septembre 2019, il a visité Kobe.")
    assert past[:3] == ("XXXX-04-11", date(2020, 4, 11), None)
    assert "'septembre 2019'" in past[3]
    plan = only("Le maire a reçu le 11 avril une délégation. La ville devrait ouvrir un port en septembre 2031.")
    assert plan[:3] == ("XXXX-04-11", None, None)
    plan = only("Le maire a reçu le 11 avril une délégation, qui appuie le plan 2021-2025 et vise 30 GW d'ici 2030.")
    assert plan[:3] == ("XXXX-04-11", None, None)


def test_an_announced_visit_does_not_come_before_the_article():
    found = only("Le ministre a annoncé la visite du 30 novembre au 2 décembre 2025 à Rome.")
    assert found[0] is None and found[1] == date(2025, 10, 30)


def test_a_planned_day_in_the_lead_is_not_the_day_of_the_article():
    found = only(
        "Le Premier ministre visitera le 15 mai Séoul, a annoncé le 9 mai le ministère.\n\nIl sera à Busan le 16 mai."
    )
    assert found[0] == "XXXX-05-09"


def test_the_day_of_fetching_is_an_upper_bound_and_may_settle_the_year():
    text = "Le maire a reçu le 11 avril une délégation. En septembre 2019, il a visité Kobe."
    found = only(text, fetched="2020-12-01")
    assert found[:3] == ("2020-04-11", date(2020, 4, 11), date(2020, 4, 11))
    assert "fetched" in found[3] and "'septembre 2019'" in found[3]
    assert only(text, fetched="2021-12-01")[:3] == ("XXXX-04-11", date(2020, 4, 11), date(2021, 4, 11))


def test_a_weekday_leaves_one_year():
    text = "Le maire a reçu mercredi 11 avril une délégation. En septembre 2017, il a visité Kobe."
    assert only(text, fetched="2022-12-01")[0] == "2018-04-11"


def test_what_seemed_past_but_lies_after_the_fetching_is_left_aside():
    found = only("Le maire a reçu le 11 avril une délégation. En mai 2031, il a visité Kobe.", fetched="2020-12-01")
    assert found[0] == "XXXX-04-11" and found[2] == date(2020, 4, 11)


def test_nothing_is_known_of_a_text_that_says_nothing():
    said, first, last, why = only(
        "La ville souhaite élargir sa coopération et marquer le 40e anniversaire des relations."
    )
    assert (said, first, last) == (None, None, None)
    assert why.startswith("no date")


def test_address_numbers_grow_with_time():
    plain = "Le maire a reçu une délégation."
    documents = frame(
        "documents",
        [
            {"doc_id": "a", "text": f" date 2022-03 {plain}", "url": "https://fr.example/x-post180000.vnp"},
            {"doc_id": "b", "text": plain, "url": "https://fr.example/y/180500.vnp"},
            {"doc_id": "c", "text": f" date 2022-04 {plain}", "source": "z/181000.vnp"},
        ],
    )
    articles = frame("articles", [row for doc_id in "abc" for row in rows(plain, doc_id=doc_id)])
    found = date_articles(articles, documents)
    middle = found.loc[1]
    assert middle.published == "2022"
    assert (middle.published_from, middle.published_to) == (pd.Timestamp(2022, 3, 1), pd.Timestamp(2022, 4, 30))
    assert "180500" in middle.published_why
    alone = date_articles(articles.loc[[1]], documents.loc[[1]])  # public addresses alone give wider bounds
    assert alone.published_from[1] <= middle.published_from and alone.published_to[1] >= middle.published_to


def test_the_same_address_number_is_the_same_article():
    assert only("Le maire a reçu une délégation.", url="https://fr.example/y/129488.vnp")[0] == "2019-11"


def test_an_address_settles_the_year_of_a_day():
    found = only("Le maire a reçu le 11 octobre une délégation.", url="https://fr.example/y/129000.vnp")
    assert found[0] == "2019-10-11"


def test_teasers_have_their_own_day_and_bound_each_other_but_not_the_article():
    main, first, second = dated(
        "Le maire a reçu le 22 avril une délégation.",
        "En août 2025, le ministre a visité Séoul.",
        "Le 27 novembre, le port a accueilli 3 navires.",
    )
    assert main[:3] == ("XXXX-04-22", None, None)
    assert first[1] == date(2025, 8, 1)
    assert second[:3] == ("XXXX-11-27", date(2025, 11, 27), None)
    assert "another teaser of the page" in second[3]


def test_the_newest_day_of_a_lead_counts_january_after_december():
    assert only("Arrivée le 28 décembre, la délégation a été reçue le 2 janvier par le maire.")[0] == "XXXX-01-02"


def test_types_index_and_other_columns_are_kept():
    articles = frame("articles", rows("Le maire a reçu le 22 avril une délégation.", "Rien."))
    articles.index = [7, 3]
    found = date_articles(articles, frame("documents", [{"doc_id": "a", "text": "x"}]))
    assert found.dtypes.astype(str).to_dict() == articles.dtypes.astype(str).to_dict()
    assert list(found.index) == [7, 3] and list(found.columns) == list(TABLES["articles"])
    assert found.article_id.tolist() == articles.article_id.tolist()


def test_empty_frames():
    found = date_articles(frame("articles"), frame("documents"))
    assert found.empty and list(found.columns) == list(TABLES["articles"])
    assert found.dtypes.equals(frame("articles").dtypes)


def test_an_article_without_its_document_is_dated_by_its_text():
    articles = frame("articles", rows("Le maire a reçu le 22 avril une délégation."))
    assert date_articles(articles, frame("documents")).published[0] == "XXXX-04-22"


PIECES = [
    "le 31 avril",
    "le 29 février",
    "Hanoï, 5 mai (VNA) - ",
    "date 2019-13",
    " date 2019-02-31 ",
    "a eu lieu",
    "en 2031",
]
PIECES += [
    "du 3 au 1er mai 2019",
    "la même période de 2018",
    "neuf premiers mois 2020",
    "visitera",
    "\n\n",
    "lundi 3 mars. ",
]


@settings(deadline=None, max_examples=80)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=8), st.sampled_from([None, "2020-06-30"]))
def test_any_text_is_dated_without_an_error_and_bounds_are_in_order(pieces, fetched):
    text = " ".join(["x", *pieces])
    for _, first, last, why in dated(text, text, document=" ".join(pieces), fetched=fetched):
        assert why
        assert not (first and last) or first <= last


def test_a_page_of_dates_without_a_full_stop_takes_linear_time():
    def seconds(n):
        documents = frame("documents", [{"doc_id": "a", "source": "a", "text": "le 3 mai 2019 " * n}])
        began = time.process_time()
        parse_articles(documents)
        return time.process_time() - began

    seconds(500)
    assert seconds(8000) < 12 * max(seconds(2000), 0.05)
