"""Frequencies, keyness and pairs: hand-made tables where the right numbers are known, and the seeds."""

import numpy as np
import pandas as pd
import pytest

from helpers.frequencies import (
    dispersion,
    partner_frequencies,
    partner_keyness,
    partner_pairs,
    partner_trends,
    wilson,
)
from helpers.tables import frame


def corpus(*bodies, role="article", duplicate_of=pd.NA):
    """Articles of 100 words; each body a list of mentions `entity`, `entity/form` or `entity/form/role`."""
    articles, mentions = [], []
    for number, body in enumerate(bodies):
        article_id = f"d{number}#0"
        articles.append(
            {"article_id": article_id, "doc_id": f"d{number}", "role": role, "n_words": 100, "title": "Un titre"}
        )
        articles[-1]["duplicate_of"] = duplicate_of
        for place, mention in enumerate(body):
            entity_id, form, why = [*mention.split("/"), "", ""][:3]
            side = "vietnam" if entity_id.startswith("VN") else "partner"
            mentions.append(
                {
                    "mention_id": f"{article_id}/m{place}",
                    "article_id": article_id,
                    "section": "body",
                    "role": why or pd.NA,
                }
                | {"entity_id": entity_id, "country": entity_id[:3], "form": form or "name", "side": side}
            )
    return frame("articles", articles), frame("mentions", mentions)


def test_counts_shares_and_rates_by_hand():
    table = partner_frequencies(*corpus(["FRA", "FRA/demonym", "JPN"], ["FRA"], [], ["USA/acronym"]), n_resamples=200)
    assert table["entity_id"].tolist() == ["FRA", "JPN", "USA"]
    row = table.iloc[0]
    assert (row["name"], row["type"], row["articles"], row["of"]) == ("France", "country", 2, 4)
    assert (row["mentions"], row["names"], row["adjectives"]) == (3, 2, 1)
    assert row["share"] == 0.5 and row["per_article"] == 0.75 and row["per_1000_words"] == 7.5
    assert (row["share_low"], row["share_high"]) == pytest.approx((0.15004, 0.84996), abs=1e-5)
    assert row["per_1000_low"] <= row["per_1000_words"] <= row["per_1000_high"]
    assert row["dispersion"] == pytest.approx((abs(2 / 3 - 1 / 4) + abs(1 / 3 - 1 / 4) + 2 / 4) / 2)
    assert table["names"].tolist() == [2, 1, 1]


def test_ranks_say_ties_and_how_little_four_articles_prove():
    table = partner_frequencies(*corpus(["FRA"], ["FRA", "JPN"], ["FRA", "USA"], ["FRA"])).set_index("entity_id")
    assert table["rank"].to_dict() == {"FRA": 1, "JPN": 2, "USA": 2}
    assert table["tied"].to_dict() == {"FRA": False, "JPN": True, "USA": True}
    assert table.loc["JPN", ["rank_low", "rank_high"]].tolist() == [1, 3] or table.loc["JPN", "rank_high"] == 3
    assert table.loc["FRA", ["rank_low", "rank_high"]].tolist() == [1, 1] or table.loc["FRA", "rank_high"] <= 3


def test_more_articles_make_the_intervals_smaller():
    small = partner_frequencies(*corpus(*[["FRA"], ["JPN", "FRA"], [], []] * 2)).set_index("entity_id")
    large = partner_frequencies(*corpus(*[["FRA"], ["JPN", "FRA"], [], []] * 50)).set_index("entity_id")
    for low, high in [("share_low", "share_high"), ("per_1000_low", "per_1000_high"), ("rank_low", "rank_high")]:
        assert (large[high] - large[low] <= small[high] - small[low]).all()
    assert (large["share"] == small["share"]).all()
    assert large.loc["FRA", "rank_high"] == 1 and small.loc["FRA", "rank_high"] > 1


def test_what_does_not_count():
    articles, mentions = corpus(["FRA", "FRA/name/apposition", "USA/demonym/currency", "JPN/name/institution", "VN-HN"])
    assert partner_frequencies(articles, mentions)[["entity_id", "mentions"]].values.tolist() == [["FRA", 1]]
    assert partner_frequencies(articles, mentions, side="vietnam")["entity_id"].tolist() == ["VN-HN"]
    assert set(partner_frequencies(articles, mentions, side=None)["entity_id"]) == {"FRA", "VN-HN"}
    for other in (corpus(["FRA"], role="teaser"), corpus(["FRA"], duplicate_of="d9#0")):
        assert partner_frequencies(*other).empty
    titled = mentions.assign(section="title")
    assert partner_frequencies(articles, titled).empty
    table = partner_frequencies(articles, titled, sections=("title", "body"))
    assert table["per_1000_words"].tolist() == [pytest.approx(1000 / 102)]


def test_by_country_a_city_counts_for_its_country_once_an_article():
    articles, mentions = corpus(["FRA", "geonames:2988507"], ["org:UN"])
    mentions["country"] = mentions["entity_id"].map({"FRA": "FRA", "geonames:2988507": "FRA"}).astype("string")
    table = partner_frequencies(articles, mentions, by="country")
    assert table[["country", "name", "articles", "mentions"]].values.tolist() == [["FRA", "France", 1, 2]]
    mentions["type"] = mentions["entity_id"].map({"FRA": "country", "geonames:2988507": "city"}).astype("string")
    assert partner_frequencies(articles, mentions, by="type")["type"].tolist() == ["city", "country"]
    with pytest.raises(KeyError):
        partner_frequencies(articles, mentions, by="colour")


def test_the_same_numbers_every_time_and_in_any_order():
    articles, mentions = corpus(["FRA", "JPN"], ["JPN"], ["USA", "FRA"], ["FRA"], ["JPN"])
    first = partner_frequencies(articles, mentions)
    pd.testing.assert_frame_equal(first, partner_frequencies(articles, mentions))
    pd.testing.assert_frame_equal(first, partner_frequencies(articles, mentions.iloc[::-1]))
    assert first["entity_id"].tolist() == ["FRA", "JPN", "USA"]  # a tie in everything: by identifier


def test_dispersion_and_wilson_at_their_ends():
    assert dispersion([1, 2, 3], [10, 20, 30]) == 0
    assert dispersion([5] + [0] * 99, [1] * 100) == pytest.approx(0.99)
    assert np.isnan(dispersion([0, 0], [1, 1]))
    assert wilson(0, 0) == (0, 1) and wilson(0, 10)[0] == 0 and wilson(10, 10)[1] == 1


def test_empty_frames_stay_frames():
    articles, mentions = frame("articles"), frame("mentions")
    full = corpus(["FRA", "VN-HN"], ["FRA"])
    pairs = [(articles, mentions), (full[0], mentions)]
    for empty in pairs:
        for function, extra in [
            (partner_frequencies, ()),
            (partner_keyness, ({},)),
            (partner_pairs, ()),
            (partner_trends, ()),
        ]:
            found = function(*empty, *extra)
            expected = function(*full, *(({"d0#0": "a", "d1#0": "b"},) if extra else ()))
            assert found.empty and found.columns.tolist() == expected.columns.tolist()
            assert found.dtypes.astype(str).to_dict() == expected.dtypes.astype(str).to_dict(), function


def test_keyness_finds_what_marks_a_group():
    articles, mentions = corpus(*[["FRA", "USA"]] * 12, *[["JPN", "USA"]] * 12)
    groups = {f"d{i}#0": "north" if i < 12 else "south" for i in range(24)}
    table = partner_keyness(articles, mentions, groups).set_index(["group", "entity_id"])
    assert table.loc[("north", "FRA"), "log_odds"] > 0 > table.loc[("north", "JPN"), "log_odds"]
    assert table.loc[("south", "JPN"), "q"] < 0.01 and table.loc[("north", "USA"), "q"] > 0.5
    assert table.loc[("north", "FRA"), ["articles", "of_group", "others", "of_others"]].tolist() == [12, 12, 0, 12]
    assert table.loc["north"]["z"].to_numpy() == pytest.approx(-table.loc["south"].loc[table.loc["north"].index, "z"])
    assert (table["q"] >= table["p"]).all()
    assert partner_keyness(articles, mentions, dict.fromkeys(groups, "all")).empty


def test_keyness_is_calibrated_where_there_is_no_difference():
    rng = np.random.default_rng(7)
    partners = ["FRA", "JPN", "USA", "LAO", "KHM", "RUS", "CHN", "DEU"]
    small = []
    for _ in range(10):
        # Bursts: an article that names a partner does so up to twenty times.
        bodies = [[p for p in partners if rng.random() < 0.3 for _ in range(rng.integers(1, 20))] for _ in range(60)]
        groups = {f"d{i}#0": str(i % 2) for i in range(60)}
        table = partner_keyness(*corpus(*bodies), groups)
        small.extend(table.loc[table["group"] == "0", "p"] <= 0.05)
    assert 0 < np.mean(small) < 0.11


def test_keyness_says_the_exact_share_of_all_permutations():
    articles, mentions = corpus(["FRA"], ["FRA"], ["JPN"], [], [])
    groups = dict(zip(articles["article_id"], "aabbb", strict=True))
    table = partner_keyness(articles, mentions, groups).set_index(["group", "entity_id"])
    assert table.loc[("a", "FRA"), "p"] == pytest.approx(1 / 10)  # of the ten ways to choose two of five articles
    assert table.loc[("b", "JPN"), "p"] == pytest.approx(1)


def dated(articles, *bounds):
    """The articles with the first and the last day that each may be of."""
    ends = [pd.Series(end, dtype="datetime64[s]") for end in zip(*bounds, strict=True)]
    return articles.assign(published_from=ends[0], published_to=ends[1])


def test_trends_count_articles_by_period_and_flag_what_is_thin():
    articles, mentions = corpus(*[["FRA", "FRA"], ["JPN"], ["FRA"], ["FRA"], ["JPN"]])
    days = [("2019-05-01", "2019-05-01"), ("2019-01-01", "2019-12-31"), ("2021-02-03", "2021-02-03")]
    articles = dated(articles, *days, ("2019-12-01", "2020-01-05"), (None, None))
    table = partner_trends(articles, mentions, least=2).set_index(["period", "entity_id"])
    assert table.index.tolist() == [(year, who) for year in ("2019", "2020", "2021") for who in ("FRA", "JPN")]
    assert table.loc[("2019", "FRA"), ["articles", "of", "share", "thin"]].tolist() == [1, 2, 0.5, False]
    assert tuple(table.loc[("2019", "FRA"), ["share_low", "share_high"]]) == pytest.approx(wilson(1, 2))
    assert table.loc["2020", "of"].tolist() == [0, 0] and table.loc["2020", "share"].isna().all()
    assert table.loc["2020", ["share_low", "share_high"]].values.tolist() == [[0, 1], [0, 1]]
    assert table["thin"].tolist() == [False, False, True, True, True, True] and set(table["undated"]) == {2}
    months = partner_trends(articles, mentions, freq="M")
    assert months["period"].iloc[0] == "2019-05" and set(months["undated"]) == {3}


def test_pairs_need_more_than_chance():
    bodies = [["VN-HN", "FRA"]] * 8 + [["VN-DN", "JPN"]] * 8 + [["VN-HN", "JPN"]] + [["USA"]] * 8
    articles, mentions = corpus(*bodies)
    table = partner_pairs(articles, mentions).set_index(["one", "other"])
    assert table.index.tolist()[:2] == [("VN-DN", "JPN"), ("VN-HN", "FRA")] and len(table) == 3
    assert table.loc[("VN-HN", "FRA"), ["one_name", "other_name", "articles"]].tolist() == ["Hanoï", "France", 8]
    assert table.loc[("VN-HN", "FRA"), "expected"] == pytest.approx(9 * 8 / 25)
    assert table.loc[("VN-HN", "FRA"), "q"] < 0.01 and table.loc[("VN-HN", "JPN"), "q"] > 0.5
    together = partner_pairs(*corpus(["FRA", "JPN"], ["JPN", "FRA"], ["USA"]), sides=("partner", "partner"))
    assert together[["one", "other", "articles"]].values.tolist() == [["FRA", "JPN", 2]]
    assert together["p"].item() == pytest.approx(1 / 3)


def test_twenty_thousand_articles():
    rng, n = np.random.default_rng(0), 20_000
    articles = frame(
        "articles", pd.DataFrame({"article_id": np.arange(n).astype(str), "role": "article", "n_words": 300})
    )
    size = 60_000
    columns = {
        "article_id": rng.integers(n, size=size).astype(str),
        "section": "body",
        "side": "partner",
        "form": "name",
    }
    entities = np.char.add("e", (rng.zipf(1.5, size=size) % 200).astype(str))
    mentions = frame("mentions", pd.DataFrame(columns | {"entity_id": entities}))
    table = partner_frequencies(articles, mentions, n_resamples=50)
    assert len(table) == len(set(entities)) and table["mentions"].sum() == size
    assert (table["rank_high"] - table["rank_low"]).head(3).max() <= 2
